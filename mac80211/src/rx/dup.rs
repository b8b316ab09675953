//! Frames that were received before.

use crate::RxDrop;
use crate::frame::{Header, Kind, SeqCtrl};

/// What a transmitter sent last, by traffic identifier: `sta->last_seq_ctrl` and what
/// `ieee80211_rx_h_check_dup` does with it (10.3.2.14).
///
/// Splitting an A-MSDU before it comes here, as some hardware does, would need Linux's
/// `RX_FLAG_AMSDU_MORE`; a caller that does so checks the first part only.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Duplicates {
    last_seq_ctrl: [SeqCtrl; 17],
}

impl Default for Duplicates {
    fn default() -> Self {
        // Linux's `sta_info_alloc` begins with a number that is seldom the first.
        Self { last_seq_ctrl: [SeqCtrl(u16::MAX); 17] }
    }
}

impl Duplicates {
    /// Checks a frame, and remembers it.
    ///
    /// Frames to groups and null data are never duplicates: groups get no retries, and nobody misses
    /// what carries nothing.
    ///
    /// # Errors
    /// [`RxDrop::Dup`]: the retry bit, and the sequence control of the frame before it.
    pub fn check(&mut self, header: &Header<'_>) -> Result<(), RxDrop> {
        let fc = header.frame_control();
        let nothing_in_it = matches!(fc.kind(), Kind::NULLFUNC | Kind::QOS_NULLFUNC);
        if nothing_in_it || header.addr1().is_multicast() {
            return Ok(());
        }
        let Some(last) = self.last_seq_ctrl.get_mut(usize::from(seqno_idx(header))) else {
            return Ok(());
        };
        if fc.retry() && *last == header.seq_ctrl() {
            return Err(RxDrop::Dup);
        }
        *last = header.seq_ctrl();
        Ok(())
    }
}

/// Which of its transmitter's counters numbers a frame: its traffic identifier, or 16 for all that has
/// none (`rx->seqno_idx`).
pub(super) fn seqno_idx(header: &Header<'_>) -> u8 {
    header.tid().unwrap_or(16)
}

#[cfg(test)]
mod tests {
    extern crate alloc;

    use alloc::vec::Vec;

    use super::*;
    use crate::frame::FrameControl;

    const RETRY: bool = true;

    fn frame(kind: Kind, retry: bool, seq: u16, tid: u8) -> Vec<u8> {
        let fc = FrameControl::new(kind).with_ds(true, false).with_retry(retry);
        let mut frame = fc.0.to_le_bytes().to_vec();
        frame.extend([0; 20]);
        frame.extend(seq.to_le_bytes());
        frame.extend([tid, 0]);
        frame
    }

    fn check(to: &mut Duplicates, bytes: &[u8]) -> Result<(), RxDrop> {
        to.check(&Header::parse(bytes).unwrap().0)
    }

    #[test]
    fn a_retry_of_what_came_last_is_one() {
        let mut seen = Duplicates::default();
        assert_eq!(check(&mut seen, &frame(Kind::QOS_DATA, RETRY, 0x10, 3)), Ok(()));
        assert_eq!(check(&mut seen, &frame(Kind::QOS_DATA, RETRY, 0x10, 3)), Err(RxDrop::Dup));
        // Another fragment, another traffic identifier, or no retry bit: none.
        assert_eq!(check(&mut seen, &frame(Kind::QOS_DATA, RETRY, 0x11, 3)), Ok(()));
        assert_eq!(check(&mut seen, &frame(Kind::QOS_DATA, RETRY, 0x11, 4)), Ok(()));
        assert_eq!(check(&mut seen, &frame(Kind::QOS_DATA, !RETRY, 0x11, 4)), Ok(()));
        // Only the last one is known.
        assert_eq!(check(&mut seen, &frame(Kind::QOS_DATA, RETRY, 0x10, 3)), Ok(()));
    }

    #[test]
    fn data_without_qos_and_management_share_a_counter() {
        let mut seen = Duplicates::default();
        assert_eq!(check(&mut seen, &frame(Kind::DATA, !RETRY, 0x20, 0)), Ok(()));
        assert_eq!(check(&mut seen, &frame(Kind::ACTION, RETRY, 0x20, 0)), Err(RxDrop::Dup));
        assert_eq!(check(&mut seen, &frame(Kind::QOS_DATA, RETRY, 0x20, 0)), Ok(()));
    }

    #[test]
    fn groups_and_null_data_are_not_looked_at() {
        let mut seen = Duplicates::default();
        let mut group = frame(Kind::DATA, RETRY, 0x30, 0);
        group[4] = 1;
        for _ in 0..2 {
            assert_eq!(check(&mut seen, &group), Ok(()));
            assert_eq!(check(&mut seen, &frame(Kind::NULLFUNC, RETRY, 0x30, 0)), Ok(()));
        }
        assert_eq!(seen, Duplicates::default());
    }
}
