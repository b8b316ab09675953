//! Block acks (9.3.1.8).

use alloc::vec::Vec;

use softnet_sk_buff::MacAddr;

use super::block_ack_req::{BaControl, BaVariant, GcrInfo};
use crate::Malformed;
use crate::frame::SeqCtrl;
use crate::frame::layout::layout;
use crate::wire::{List, Record, Wire, bits, take};

const WHAT: &str = "block ack";

/// A block ack, behind the receiver's address.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BlockAck<'a> {
    /// Transmitter.
    pub ta: MacAddr,
    /// Which variant, and which traffic identifier.
    pub control: BaControl,
    /// What arrived. It has to be of the variant in `control`.
    pub info: BaInfo<'a>,
}

/// BA information.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BaInfo<'a> {
    /// Basic: 16 bits for each of 64 frames, one for each fragment.
    Basic {
        /// First frame of the bitmap.
        start_seq: SeqCtrl,
        /// Bitmap.
        bitmap: &'a [u8; 128],
    },
    /// Compressed: a bit for each frame.
    Compressed {
        /// First frame of the bitmap. Its fragment number says how long the bitmap is.
        start_seq: SeqCtrl,
        /// Bitmap: 8, 32, 64 or 128 bytes.
        bitmap: &'a [u8],
    },
    /// Extended compressed: the same with a buffer capacity.
    ExtendedCompressed {
        /// First frame of the bitmap.
        start_seq: SeqCtrl,
        /// Bitmap.
        bitmap: &'a [u8; 8],
        /// MPDU buffers that are free.
        buffer_capacity: u8,
    },
    /// Multi-TID.
    MultiTid(List<'a, TidBitmap>),
    /// Groupcast with retries.
    Gcr {
        /// First frame of the bitmap, and the group.
        gcr: GcrInfo,
        /// Bitmap.
        bitmap: &'a [u8; 8],
    },
    /// Several stations.
    MultiSta(AidTids<'a>),
    /// A variant, or a length of bitmap, that is not known: all that follows.
    Other(&'a [u8]),
}

layout! {
    /// One traffic identifier of a multi-TID block ack.
    TidBitmap "per TID info with bitmap" {
        /// Bits 12 to 15: traffic identifier.
        info: u16,
        /// First frame of the bitmap.
        start_seq: SeqCtrl,
        /// Bitmap.
        bitmap: [u8; 8],
    }
}

/// Bytes of the bitmap of a compressed block ack, by the fragment number of its start (table 9-30a of
/// 802.11ax; the last two by 802.11be). The lowest bit says that fragments have bits of their own.
#[must_use]
pub const fn compressed_bitmap_len(start_seq: SeqCtrl) -> Option<usize> {
    match start_seq.fragment() & !1 {
        0 => Some(8),
        4 => Some(32),
        8 => Some(64),
        10 => Some(128),
        _ => None,
    }
}

/// Bytes of a bitmap of a multi-STA block ack, by the fragment number of its start (table 9-30d of
/// 802.11ax; the last two by 802.11be).
#[must_use]
pub const fn multi_sta_bitmap_len(start_seq: SeqCtrl) -> Option<usize> {
    match start_seq.fragment() & !1 {
        2 => Some(16),
        6 => Some(4),
        _ => compressed_bitmap_len(start_seq),
    }
}

impl<'a> BaInfo<'a> {
    fn take(control: BaControl, bytes: &mut &'a [u8]) -> Option<Self> {
        let all = *bytes;
        Some(match control.variant() {
            BaVariant::BASIC => {
                Self::Basic { start_seq: Wire::read(bytes)?, bitmap: Wire::read(bytes)? }
            }
            BaVariant::COMPRESSED => {
                let start_seq = SeqCtrl::read(bytes)?;
                let Some(len) = compressed_bitmap_len(start_seq) else {
                    *bytes = &[];
                    return Some(Self::Other(all));
                };
                Self::Compressed { start_seq, bitmap: take(bytes, len)? }
            }
            BaVariant::EXTENDED_COMPRESSED => Self::ExtendedCompressed {
                start_seq: Wire::read(bytes)?,
                bitmap: Wire::read(bytes)?,
                buffer_capacity: Wire::read(bytes)?,
            },
            BaVariant::MULTI_TID => {
                Self::MultiTid(List::read(bytes, usize::from(control.tid_info()) + 1)?)
            }
            BaVariant::GCR => Self::Gcr { gcr: Wire::read(bytes)?, bitmap: Wire::read(bytes)? },
            BaVariant::MULTI_STA => Self::MultiSta(AidTids(core::mem::take(bytes))),
            _ => Self::Other(core::mem::take(bytes)),
        })
    }

    fn write(&self, out: &mut Vec<u8>) {
        match *self {
            Self::Basic { start_seq, bitmap } => {
                start_seq.append(out);
                out.extend_from_slice(bitmap);
            }
            Self::Compressed { start_seq, bitmap } => {
                start_seq.append(out);
                out.extend_from_slice(bitmap);
            }
            Self::ExtendedCompressed { start_seq, bitmap, buffer_capacity } => {
                start_seq.append(out);
                out.extend_from_slice(bitmap);
                out.push(buffer_capacity);
            }
            Self::MultiTid(records) => records.append(out),
            Self::Gcr { gcr, bitmap } => {
                gcr.append(out);
                out.extend_from_slice(bitmap);
            }
            Self::MultiSta(AidTids(bytes)) | Self::Other(bytes) => out.extend_from_slice(bytes),
        }
    }
}

impl<'a> BlockAck<'a> {
    /// Reads it from behind the receiver's address, and gives what follows.
    ///
    /// # Errors
    /// [`Malformed::Truncated`].
    pub fn parse(bytes: &'a [u8]) -> Result<(Self, &'a [u8]), Malformed> {
        let mut rest = bytes;
        let mut read = || -> Option<Self> {
            let ta = Wire::read(&mut rest)?;
            let control = Wire::read(&mut rest)?;
            Some(Self { ta, control, info: BaInfo::take(control, &mut rest)? })
        };
        let parsed = read().ok_or(Malformed::Truncated(WHAT))?;
        Ok((parsed, rest))
    }

    /// Appends its bytes.
    pub fn write(&self, out: &mut Vec<u8>) {
        self.ta.append(out);
        self.control.append(out);
        self.info.write(out);
    }
}

bits! {
    /// AID TID info of a multi-STA block ack (figure 9-52c of 802.11ax).
    pub struct AidTidInfo(u16) {
        /// For whom: the lower 11 bits of an association identifier, 0 an access point, 2045 a station
        /// that has none.
        aid, with_aid: 0, 11;
        /// An acknowledgement without bitmap.
        ack_type, with_ack_type: 11;
        /// Traffic identifier; 14 all of an A-MPDU, 15 a management frame or PS-Poll.
        tid, with_tid: 12, 4 as u8;
    }
}

/// One station and traffic identifier of a multi-STA block ack.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AidTid<'a> {
    /// For whom, and which traffic identifier.
    pub info: AidTidInfo,
    /// What arrived. It has to be what `info` says.
    pub ack: AidTidAck<'a>,
}

/// What one station's part of a multi-STA block ack says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AidTidAck<'a> {
    /// It arrived, whole.
    Ack,
    /// What arrived.
    Bitmap {
        /// First frame of the bitmap. Its fragment number says how long the bitmap is.
        start_seq: SeqCtrl,
        /// Bitmap: 4 to 128 bytes.
        bitmap: &'a [u8],
    },
    /// A frame of this station, which is not associated yet, arrived.
    Unassociated {
        /// Reserved.
        reserved: [u8; 4],
        /// The station.
        ra: MacAddr,
    },
}

impl<'a> AidTid<'a> {
    /// AID of stations that have none.
    pub const UNASSOCIATED: u16 = 2045;

    fn take(bytes: &mut &'a [u8]) -> Option<Self> {
        let info = AidTidInfo::read(bytes)?;
        let ack = if info.aid() == Self::UNASSOCIATED {
            AidTidAck::Unassociated { reserved: Wire::read(bytes)?, ra: Wire::read(bytes)? }
        } else if info.ack_type() {
            AidTidAck::Ack
        } else {
            let start_seq = Wire::read(bytes)?;
            let len = multi_sta_bitmap_len(start_seq)?;
            AidTidAck::Bitmap { start_seq, bitmap: take(bytes, len)? }
        };
        Some(Self { info, ack })
    }

    /// Appends its bytes: for [`AidTids::new`].
    pub fn write(&self, out: &mut Vec<u8>) {
        self.info.append(out);
        match self.ack {
            AidTidAck::Ack => {}
            AidTidAck::Bitmap { start_seq, bitmap } => {
                start_seq.append(out);
                out.extend_from_slice(bitmap);
            }
            AidTidAck::Unassociated { reserved, ra } => {
                reserved.append(out);
                ra.append(out);
            }
        }
    }
}

/// The stations of a multi-STA block ack.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct AidTids<'a>(&'a [u8]);

impl<'a> AidTids<'a> {
    /// Those in `bytes`.
    #[must_use]
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// Their bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &'a [u8] {
        self.0
    }

    /// One after another, up to the first that is not all there or whose bitmap's length is not known.
    pub fn iter(&self) -> impl Iterator<Item = AidTid<'a>> + use<'a> {
        let mut rest = self.0;
        core::iter::from_fn(move || AidTid::take(&mut rest))
    }
}

impl core::fmt::Debug for AidTids<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}
