//! Drops TCP acknowledgements that a later one in the same queue makes superfluous: on a slow
//! upstream they would hold up everything else.

use super::Waiting;
use super::config::AckFilter;
use super::tcp::{Segment, flag};
use crate::Packet;
use crate::slab::{Fifo, Place, Slab};

/// An acknowledgement that may go.
struct Superfluous {
    at: Place,
    before: Option<Place>,
    ecn: u32,
}

/// Which acknowledgement the packet that just came to the end of `fifo` makes superfluous, as the
/// place before it, `None` for the front (`cake_ack_filter`).
///
/// It is the first one, and goes if a second one is there to take its place, so that two are left; in
/// aggressive mode also if the new one stands right behind it. A run ends where ECE or CWR change.
pub(super) fn superfluous<P: Packet>(
    slab: &Slab<Waiting<P>>,
    fifo: &Fifo,
    mode: AckFilter,
) -> Option<Option<Place>> {
    let (last, newest) = slab.back(fifo)?;
    let newest = Segment::of(newest.packet.frame()?)?;
    if newest.flags(flag::ACK | flag::SYN) != flag::ACK {
        return None;
    }
    let timestamps = newest.timestamps();
    let (mut found, mut first): (u32, Option<Superfluous>) = (0, None);
    let mut before = None;
    for (at, item) in slab.iter(fifo).take_while(|&(at, _)| at != last) {
        let prev = before.replace(at);
        let Some(segment) = item.packet.frame().and_then(Segment::of) else { continue };
        if !segment.is_same_flow(&newest) {
            continue;
        }
        let ecn = segment.flags(flag::ECN);
        if first.as_ref().is_some_and(|first| first.ecn != ecn) {
            first = None;
            found -= 1;
        }
        if !segment.is_superseded_by(&newest, timestamps) {
            continue;
        }
        first.get_or_insert(Superfluous { at, before: prev, ecn });
        found += 1;
        if found > 1 {
            return first.map(|first| first.before);
        }
    }
    let adjacent = first.filter(|first| {
        mode == AckFilter::Aggressive
            && before == Some(first.at)
            && first.ecn == newest.flags(flag::ECN)
    });
    adjacent.map(|first| first.before)
}
