//! Loops that know no crate: what any decoder has to do at least.

use core::ops::AddAssign;

use super::Sum;

/// Walks the attributes of all messages, those within others too, and looks at each header: no value is
/// read, but for the kind of a link, which tells what is nested in `IFLA_INFO_DATA`.
#[must_use]
pub fn decode(mut datagram: &[u8]) -> Sum {
    let mut seen = Seen::default();
    while let Some((len, _)) = header(datagram) {
        seen += link(datagram.get(32..len).unwrap_or_default());
        datagram = datagram.get(align(len)..).unwrap_or_default();
    }
    Sum { attrs: seen.attrs, values: seen.kinds, untyped: 0 }
}

/// Counts the messages, and adds up their types.
#[must_use]
pub fn headers(mut datagram: &[u8]) -> Sum {
    let mut sum = Sum::default();
    while let Some((len, kind)) = header(datagram) {
        sum.number(kind);
        datagram = datagram.get(align(len)..).unwrap_or_default();
    }
    sum
}

/// The length of the first message, checked, and its type.
#[inline]
fn header(bytes: &[u8]) -> Option<(usize, u16)> {
    let header = *bytes.first_chunk::<16>()?;
    let [l0, l1, l2, l3, k0, k1, ..] = header;
    let len = u32::from_ne_bytes([l0, l1, l2, l3]) as usize;
    (16..=bytes.len()).contains(&len).then_some((len, u16::from_ne_bytes([k0, k1])))
}

#[inline]
const fn align(len: usize) -> usize {
    (len + 3) & !3
}

/// How many attributes there were, and the sum of their types: two registers, so that the loops go through no
/// memory but the messages'.
#[derive(Clone, Copy, Default)]
struct Seen {
    attrs: u64,
    kinds: u64,
}

impl AddAssign for Seen {
    fn add_assign(&mut self, other: Self) {
        self.attrs += other.attrs;
        self.kinds += other.kinds;
    }
}

/// Attributes one after another, checked as `nla_ok` does. `within` walks what is in one.
#[inline]
fn each(mut rest: &[u8], mut within: impl FnMut(u16, &[u8]) -> Option<Seen>) -> Seen {
    let mut seen = Seen::default();
    while let Some(&header) = rest.first_chunk() {
        // One load. The length comes first in memory.
        let word = u32::from_ne_bytes(header);
        let halves = [word as u16, (word >> 16) as u16];
        let [len, kind] =
            if cfg!(target_endian = "little") { halves } else { [halves[1], halves[0]] };
        let (len, kind) = (usize::from(len), kind & 0x3fff);
        let Some(value) = rest.get(4..len) else { break };
        seen += Seen { attrs: 1, kinds: u64::from(kind) };
        if let Some(inner) = within(kind, value) {
            seen += inner;
        }
        // The last one's padding may be missing.
        let Some(next) = rest.get(align(len)..) else { break };
        rest = next;
    }
    seen
}

fn link(attrs: &[u8]) -> Seen {
    each(attrs, |kind, value| match kind {
        18 => Some(info(value)),
        26 => Some(families(value)),
        // IFLA_XDP, IFLA_PROP_LIST, IFLA_DEVLINK_PORT, IFLA_DPLL_PIN.
        43 | 52 | 62 | 65 => Some(flat(value)),
        _ => None,
    })
}

fn info(attrs: &[u8]) -> Seen {
    let mut data: fn(&[u8]) -> Seen = flat;
    each(attrs, |kind, value| match kind {
        1 => {
            data = match value {
                b"bond\0" => bond,
                b"bridge\0" => bridge,
                b"vlan\0" => vlan,
                _ => flat,
            };
            None
        }
        2 => Some(data(value)),
        5 => Some(flat(value)),
        _ => None,
    })
}

fn families(attrs: &[u8]) -> Seen {
    each(attrs, |_, value| Some(flat(value)))
}

fn bond(attrs: &[u8]) -> Seen {
    // The two lists of addresses, and what 802.3ad has to say.
    each(attrs, |kind, value| matches!(kind, 8 | 23 | 31).then(|| flat(value)))
}

fn bridge(attrs: &[u8]) -> Seen {
    // The state of the querier.
    each(attrs, |kind, value| (kind == 47).then(|| flat(value)))
}

fn vlan(attrs: &[u8]) -> Seen {
    // The two maps of priorities.
    each(attrs, |kind, value| matches!(kind, 3 | 4).then(|| flat(value)))
}

fn flat(attrs: &[u8]) -> Seen {
    each(attrs, |_, _| None)
}
