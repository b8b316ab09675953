//! Fragments put together.

use alloc::vec::Vec;
use core::time::Duration;

use softnet_sk_buff::{Instant, MacAddr};

use crate::RxDrop;
use crate::frame::{FrameType, Header};

#[cfg(test)]
mod tests;

/// Frames of a transmitter that can be incomplete at a time (`IEEE80211_FRAGMENT_MAX`).
const ENTRIES: usize = 4;
/// How long after its first fragment a frame may be completed.
const LIFETIME: Duration = Duration::from_secs(2);
/// Longest frame that is put together here, in bytes. An MSDU has at most 2304; Linux sets no bound but
/// that of sixteen fragments.
const MAX_LEN: usize = u16::MAX as usize;
/// A packet number has 48 bits.
const PN_MASK: u64 = (1 << 48) - 1;

/// How a fragment was protected when it came.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Guard {
    /// Not at all.
    Clear,
    /// By a cipher that does not number fragments in steps of one: WEP, TKIP.
    Key {
        /// Which key it was: no two have the same.
        color: u32,
    },
    /// By CCMP or GCMP.
    Numbered {
        /// Which key it was: no two have the same.
        color: u32,
        /// Packet number of the fragment.
        pn: u64,
    },
}

/// One fragment of a frame, decrypted.
#[derive(Clone, Copy, Debug)]
pub struct Fragment<'a> {
    /// Its header.
    pub header: Header<'a>,
    /// What it carries, without what a cipher puts before and behind.
    pub body: &'a [u8],
    /// How it was protected.
    pub guard: Guard,
}

/// A frame put together.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Whole {
    /// The header of its first fragment, then what all of them carried.
    pub frame: Vec<u8>,
    /// How the first fragment was protected.
    pub guard: Guard,
}

struct Entry {
    /// Empty: the entry is free.
    frame: Vec<u8>,
    kind: FrameType,
    addr1: MacAddr,
    addr2: MacAddr,
    sn: u16,
    queue: u8,
    last_fragment: u8,
    first_fragment_time: Instant,
    guard: Guard,
}

/// The incomplete frames of one transmitter (`struct ieee80211_fragment_cache`); one more for all those
/// who are not known.
///
/// Clear it, or begin a new one, when the transmitter associates anew: what it sent before must not be
/// completed by what it sends after. That, the key's color and the steps of packet numbers are what stops
/// the attacks of CVE-2020-24586, -24587, -26146 and -26147.
#[derive(Default)]
pub struct FragmentCache {
    entries: [Option<Entry>; ENTRIES],
    next: usize,
}

/// Whether a frame is a fragment of a greater one.
pub(super) fn is_fragment(header: &Header<'_>) -> bool {
    header.frame_control().more_fragments() || header.seq_ctrl().fragment() != 0
}

impl FragmentCache {
    /// Forgets all of them (`ieee80211_destroy_frag_cache`).
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// Bytes that are kept.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.iter().flatten().map(|entry| entry.frame.len()).sum()
    }

    /// Whether none are kept.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Takes a fragment; gives the frame that it completes (`ieee80211_rx_h_defragment`).
    ///
    /// A frame that is no fragment is the caller's to pass on: it comes back as a copy.
    ///
    /// # Errors
    /// [`RxDrop::MulticastFragment`]: groups get no fragments. [`RxDrop::OrphanFragment`]: the one before
    /// it is not here. [`RxDrop::NonseqPn`], [`RxDrop::BadKeyColor`], [`RxDrop::Replay`],
    /// [`RxDrop::ExpectDefragProt`]: it is not protected as the one before it was, or its packet number
    /// does not follow; the fragments that are here stay, so that the right one may still come.
    /// [`RxDrop::Oom`]: longer than any frame.
    pub fn defragment(
        &mut self,
        fragment: &Fragment<'_>,
        now: Instant,
    ) -> Result<Option<Whole>, RxDrop> {
        let Fragment { header, body, guard } = *fragment;
        if !is_fragment(&header) {
            return Ok(Some(Whole { frame: [header.as_bytes(), body].concat(), guard }));
        }
        if header.addr1().is_multicast() {
            return Err(RxDrop::MulticastFragment);
        }
        if header.seq_ctrl().fragment() == 0 {
            if body.len() > MAX_LEN {
                return Err(RxDrop::Oom);
            }
            self.add(fragment, now);
            return Ok(None);
        }
        let slot = self.find(&header, now).ok_or(RxDrop::OrphanFragment)?;
        let entry = slot.as_mut().ok_or(RxDrop::OrphanFragment)?;
        entry.check(guard)?;
        if entry.frame.len().saturating_add(body.len()) > MAX_LEN {
            *slot = None;
            return Err(RxDrop::Oom);
        }
        entry.frame.extend_from_slice(body);
        entry.last_fragment = header.seq_ctrl().fragment();
        if header.frame_control().more_fragments() {
            return Ok(None);
        }
        let first = |entry: Entry| Whole { frame: entry.frame, guard: entry.guard };
        Ok(slot.take().map(first))
    }

    /// Begins a frame, in the place of the one begun four frames ago (`ieee80211_reassemble_add`).
    fn add(&mut self, fragment: &Fragment<'_>, now: Instant) {
        let header = &fragment.header;
        let entry = Entry {
            frame: [header.as_bytes(), fragment.body].concat(),
            kind: header.frame_control().frame_type(),
            addr1: header.addr1(),
            addr2: header.addr2(),
            sn: header.seq_ctrl().sn(),
            queue: super::dup::seqno_idx(header),
            last_fragment: 0,
            first_fragment_time: now,
            guard: fragment.guard,
        };
        if let Some(slot) = self.entries.get_mut(self.next) {
            *slot = Some(entry);
        }
        self.next = (self.next + 1) % ENTRIES;
    }

    /// The frame that a fragment goes on with, the latest begun first (`ieee80211_reassemble_find`).
    fn find(&mut self, header: &Header<'_>, now: Instant) -> Option<&mut Option<Entry>> {
        let latest_first = (1..=ENTRIES).map(|back| (self.next + ENTRIES - back) % ENTRIES);
        for at in latest_first {
            let slot = self.entries.get_mut(at)?;
            let Some(entry) = slot.as_ref().filter(|entry| entry.precedes(header)) else {
                continue;
            };
            if now.saturating_since(entry.first_fragment_time) > LIFETIME {
                *slot = None;
                continue;
            }
            return self.entries.get_mut(at);
        }
        None
    }
}

impl Entry {
    fn precedes(&self, header: &Header<'_>) -> bool {
        self.sn == header.seq_ctrl().sn()
            && self.queue == super::dup::seqno_idx(header)
            && self.last_fragment + 1 == header.seq_ctrl().fragment()
            && self.kind == header.frame_control().frame_type()
            && self.addr1 == header.addr1()
            && self.addr2 == header.addr2()
    }

    /// Holds the next fragment to the ones before it (12.5.3.4.4 d).
    fn check(&mut self, next: Guard) -> Result<(), RxDrop> {
        match (self.guard, next) {
            (Guard::Numbered { color, pn: last }, Guard::Numbered { color: other, pn }) => {
                if color != other {
                    return Err(RxDrop::BadKeyColor);
                }
                // Linux calls a wrong step a replay, and keeps its other name for a fragment without a
                // number.
                if pn != last.wrapping_add(1) & PN_MASK {
                    return Err(RxDrop::Replay);
                }
                self.guard = next;
                Ok(())
            }
            (Guard::Numbered { .. }, _) => Err(RxDrop::NonseqPn),
            (Guard::Key { color }, Guard::Key { color: other }) if color == other => Ok(()),
            (Guard::Key { .. }, _) => Err(RxDrop::ExpectDefragProt),
            // What began in the clear stays so: the whole is refused where a key is set.
            (Guard::Clear, _) => Ok(()),
        }
    }
}
