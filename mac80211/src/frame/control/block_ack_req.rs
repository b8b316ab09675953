//! Block ack requests (9.3.1.7).

use alloc::vec::Vec;

use softnet_sk_buff::MacAddr;

use crate::Malformed;
use crate::frame::SeqCtrl;
use crate::frame::layout::layout;
use crate::wire::{List, Record, Wire, bits, codes};

bits! {
    /// The BAR control and BA control fields (figures 9-34 and 9-41, `IEEE80211_BAR_CTRL_*`).
    pub struct BaControl(u16) {
        /// The sender wants no acknowledgement of this frame.
        ack_policy, with_ack_policy: 0;
        /// Variant, raw: [`variant`](Self::variant).
        raw_variant, with_raw_variant: 1, 4 as u8;
        /// Traffic identifier; of the multi-TID variant how many there are, minus 1.
        tid_info, with_tid_info: 12, 4 as u8;
    }
}

codes! {
    /// Which block ack request, or block ack, it is (tables 9-28 and 9-30).
    BaVariant(u8) {
        /// Bitmap of fragments; obsolete.
        BASIC = 0,
        /// Compressed, with a buffer capacity: DMG.
        EXTENDED_COMPRESSED = 1,
        /// One bit for each frame.
        COMPRESSED = 2,
        /// Several traffic identifiers.
        MULTI_TID = 3,
        /// Groupcast with retries.
        GCR = 6,
        /// General link and groupcast with retries.
        GLK_GCR = 10,
        /// Several stations: block ack only.
        MULTI_STA = 11,
    }
}

impl BaControl {
    /// Of this variant and traffic identifier.
    #[must_use]
    pub const fn new(variant: BaVariant, tid: u8) -> Self {
        Self(0).with_raw_variant(variant.0).with_tid_info(tid)
    }

    /// Variant.
    #[must_use]
    pub const fn variant(self) -> BaVariant {
        BaVariant(self.raw_variant())
    }
}

layout! {
    /// One traffic identifier of a multi-TID block ack request.
    PerTid "per TID info" {
        /// Bits 12 to 15: traffic identifier.
        info: u16,
        /// Sequence number of the first frame that is asked about.
        start_seq: SeqCtrl,
    }
}

layout! {
    /// What groupcast with retries asks about.
    GcrInfo "GCR block ack request" {
        /// Sequence number of the first frame that is asked about.
        start_seq: SeqCtrl,
        /// The group.
        group: MacAddr,
    }
}

/// A block ack request, behind the receiver's address (`struct ieee80211_bar`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BlockAckReq<'a> {
    /// Transmitter.
    pub ta: MacAddr,
    /// Which variant, and which traffic identifier.
    pub control: BaControl,
    /// What is asked about. It has to be of the variant in `control`.
    pub info: BarInfo<'a>,
}

/// BAR information.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BarInfo<'a> {
    /// Basic, compressed and extended compressed: sequence number of the first frame that is asked about.
    StartSeq(SeqCtrl),
    /// Multi-TID.
    MultiTid(List<'a, PerTid>),
    /// Groupcast with retries.
    Gcr(GcrInfo),
    /// A variant of another form: all that follows.
    Other(&'a [u8]),
}

impl<'a> BarInfo<'a> {
    pub(super) fn take(control: BaControl, bytes: &mut &'a [u8]) -> Option<Self> {
        Some(match control.variant() {
            BaVariant::BASIC | BaVariant::COMPRESSED | BaVariant::EXTENDED_COMPRESSED => {
                Self::StartSeq(Wire::read(bytes)?)
            }
            BaVariant::MULTI_TID => {
                Self::MultiTid(List::read(bytes, usize::from(control.tid_info()) + 1)?)
            }
            BaVariant::GCR => Self::Gcr(Wire::read(bytes)?),
            _ => Self::Other(core::mem::take(bytes)),
        })
    }

    pub(super) fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::StartSeq(seq) => seq.append(out),
            Self::MultiTid(records) => records.append(out),
            Self::Gcr(gcr) => gcr.append(out),
            Self::Other(bytes) => out.extend_from_slice(bytes),
        }
    }
}

impl<'a> BlockAckReq<'a> {
    /// Reads it from behind the receiver's address, and gives what follows.
    ///
    /// # Errors
    /// [`Malformed::Truncated`].
    pub fn parse(bytes: &'a [u8]) -> Result<(Self, &'a [u8]), Malformed> {
        let mut rest = bytes;
        let mut read = || -> Option<Self> {
            let ta = Wire::read(&mut rest)?;
            let control = Wire::read(&mut rest)?;
            Some(Self { ta, control, info: BarInfo::take(control, &mut rest)? })
        };
        let parsed = read().ok_or(Malformed::Truncated("block ack request"))?;
        Ok((parsed, rest))
    }

    /// Appends its bytes.
    pub fn write(&self, out: &mut Vec<u8>) {
        self.ta.append(out);
        self.control.append(out);
        self.info.write(out);
    }
}
