//! What came out of a protected frame.

use core::ops::Range;

/// What to do with a frame whose packet number is not greater than the last one accepted.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Replay {
    /// Refuse it: [`RxDrop::Replay`](crate::RxDrop::Replay).
    #[default]
    Check,
    /// Accept the same number again: the frames that hardware made of one A-MSDU
    /// (`RX_FLAG_ALLOW_SAME_PN`). Only CCMP and GCMP have such; to the others it is [`Check`](Self::Check).
    AllowSamePn,
    /// Accept any, and leave the counters as they are: for looking at a capture once more.
    Ignore,
}

impl Replay {
    /// For ciphers that have no number twice.
    pub(super) const fn without_same_pn(self) -> Self {
        match self {
            Self::AllowSamePn => Self::Check,
            other => other,
        }
    }
}

/// A frame that was opened in place.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub struct Opened {
    /// Bytes of the 802.11 header, at the frame's beginning.
    pub header_len: usize,
    /// Where in the frame the plain body is, between IV and MIC. Under TKIP it, or the last fragment's,
    /// ends with the Michael code, which is still to be
    /// verified: [`Key::verify_michael`](super::Key::verify_michael).
    pub body: Range<usize>,
    /// Packet number: 48 bits; under TKIP the TSC, under WEP the IV's 24 bits.
    pub pn: u64,
    /// Replay counter that counts: a TID, or 16 for management frames (Linux's `security_idx`).
    pub queue: usize,
    /// Index of the key.
    pub key_index: u8,
    /// Colour of the key: all fragments of a frame have to have the same.
    pub color: u32,
}
