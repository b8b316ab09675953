//! Packet numbers: what they look like in a frame, and which of them are accepted.

use super::Replay;
use crate::RxDrop;

/// They have 48 bits.
pub(super) const MAX: u64 = (1 << 48) - 1;

/// Counters of a key: one per TID, and one for management frames (`IEEE80211_NUM_TIDS + 1`).
pub(super) const QUEUES: usize = 17;
/// That of management frames.
pub(super) const MANAGEMENT: usize = 16;

/// Bytes of the CCMP, GCMP and TKIP header.
pub(super) const HEADER_LEN: usize = 8;

/// The CCMP and GCMP header (`ccmp_pn2hdr`): two bytes of the PN, a reserved one, key index and
/// "extended IV", four bytes of the PN.
pub(super) const fn to_header(pn: u64, index: u8) -> [u8; HEADER_LEN] {
    let [p0, p1, p2, p3, p4, p5, ..] = pn.to_le_bytes();
    [p0, p1, 0, 0x20 | index << 6, p2, p3, p4, p5]
}

/// The PN in a CCMP or GCMP header (`ccmp_hdr2pn`).
pub(super) const fn of_header(header: [u8; HEADER_LEN]) -> u64 {
    let [p0, p1, _, _, p2, p3, p4, p5] = header;
    u64::from_le_bytes([p0, p1, p2, p3, p4, p5, 0, 0])
}

/// Which packet numbers a key still accepts, queue by queue: for each the lowest one. That, and not
/// the last one accepted, because TKIP accepts 0 once.
#[derive(Clone, Debug)]
pub(super) struct Window([u64; QUEUES]);

impl Window {
    /// Everything from `lowest` on.
    pub(super) const fn from(lowest: u64) -> Self {
        Self([lowest; QUEUES])
    }

    /// Whether a frame with this number may be looked at further.
    pub(super) fn check(&self, queue: usize, pn: u64, replay: Replay) -> Result<(), RxDrop> {
        let lowest = self.0.get(queue).copied().unwrap_or(u64::MAX);
        let lowest = match replay {
            Replay::Check => lowest,
            Replay::AllowSamePn => lowest.saturating_sub(1),
            Replay::Ignore => 0,
        };
        if pn < lowest { Err(RxDrop::Replay) } else { Ok(()) }
    }

    /// A frame with this number was accepted.
    pub(super) fn commit(&mut self, queue: usize, pn: u64, replay: Replay) {
        if let Some(lowest) = self.0.get_mut(queue).filter(|_| replay != Replay::Ignore) {
            *lowest = pn.saturating_add(1);
        }
    }

    /// The last number accepted, or 0.
    pub(super) fn last(&self, queue: usize) -> u64 {
        self.0.get(queue).map_or(0, |lowest| lowest.saturating_sub(1))
    }
}
