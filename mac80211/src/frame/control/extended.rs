//! Control frame extension (9.3.1.11 to 9.3.1.18): the control frames of DMG.

use alloc::vec::Vec;

use softnet_sk_buff::MacAddr;

use crate::Malformed;
use crate::frame::layout::layout;
use crate::frame::{
    BeamformingControl, BrpRequest, DynamicAllocation, FrameControl, LinkMaintenance, SectorSweep,
    SweepFeedback,
};

macro_rules! extended {
    ($($(#[doc = $doc:literal])+ $number:literal $variant:ident($body:ident),)+) => {
        /// A control frame whose subtype goes on in bits 8 to 11 of frame control, behind the receiver's
        /// address.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[non_exhaustive]
        pub enum Extended<'a> {
            $($(#[doc = $doc])+ $variant($body),)+
            /// One of another subtype.
            Other {
                /// Control frame extension, 0 to 15.
                extension: u8,
                /// What follows the receiver's address.
                body: &'a [u8],
            },
        }

        impl<'a> Extended<'a> {
            /// Reads it from behind the receiver's address, and gives what follows.
            ///
            /// # Errors
            /// [`Malformed::Truncated`].
            pub fn parse(fc: FrameControl, bytes: &'a [u8]) -> Result<(Self, &'a [u8]), Malformed> {
                Ok(match (fc.0 >> 8 & 15) as u8 {
                    $($number => {
                        let (body, rest) = $body::parse(bytes)?;
                        (Self::$variant(body), rest)
                    })+
                    extension => (Self::Other { extension, body: bytes }, &[]),
                })
            }

            /// What stands in bits 8 to 11 of frame control.
            #[must_use]
            pub const fn extension(&self) -> u8 {
                match *self {
                    $(Self::$variant(_) => $number,)+
                    Self::Other { extension, .. } => extension & 15,
                }
            }

            /// Appends its bytes.
            pub fn write(&self, out: &mut Vec<u8>) {
                match self {
                    $(Self::$variant(body) => body.write(out),)+
                    Self::Other { body, .. } => out.extend_from_slice(body),
                }
            }
        }
    };
}

extended! {
    /// Poll.
    2 Poll(Poll),
    /// Service period request.
    3 Spr(Spr),
    /// Grant.
    4 Grant(Grant),
    /// CTS.
    5 DmgCts(DmgCts),
    /// Denial to send.
    6 DmgDts(DmgDts),
    /// Grant acknowledgement.
    7 GrantAck(GrantAck),
    /// Sector sweep.
    8 Ssw(Ssw),
    /// Sector sweep feedback.
    9 SswFeedback(SswFeedback),
    /// Sector sweep acknowledgement.
    10 SswAck(SswFeedback),
}

layout! {
    /// Poll (9.3.1.11).
    Poll "DMG poll" {
        /// Transmitter.
        ta: MacAddr,
        /// Time until the answer, in µs.
        response_offset: u16,
    }
}

layout! {
    /// Service period request (9.3.1.12).
    Spr "SPR" {
        /// Transmitter.
        ta: MacAddr,
        /// Dynamic allocation info.
        dynamic_allocation: DynamicAllocation,
        /// Beamforming control.
        bf_control: BeamformingControl,
    }
}

layout! {
    /// Grant (9.3.1.13).
    Grant "grant" {
        /// Transmitter.
        ta: MacAddr,
        /// Dynamic allocation info.
        dynamic_allocation: DynamicAllocation,
        /// Beamforming control.
        bf_control: BeamformingControl,
    }
}

layout! {
    /// DMG CTS (9.3.1.14).
    DmgCts "DMG CTS" {
        /// Transmitter.
        ta: MacAddr,
    }
}

layout! {
    /// DMG denial to send (9.3.1.15).
    DmgDts "DMG DTS" {
        /// Source whose reservation is in the way.
        nav_sa: MacAddr,
        /// Its destination.
        nav_da: MacAddr,
    }
}

layout! {
    /// Grant acknowledgement (9.3.1.19).
    GrantAck "grant ack" {
        /// Transmitter.
        ta: MacAddr,
        /// Reserved.
        reserved: [u8; 5],
        /// Beamforming control.
        bf_control: BeamformingControl,
    }
}

layout! {
    /// Sector sweep (9.3.1.16).
    Ssw "SSW" {
        /// Transmitter.
        ta: MacAddr,
        /// Sector sweep field.
        sweep: SectorSweep,
        /// Sector sweep feedback field.
        feedback: SweepFeedback,
    }
}

layout! {
    /// Sector sweep feedback or acknowledgement (9.3.1.17, 9.3.1.18).
    SswFeedback "SSW feedback" {
        /// Transmitter.
        ta: MacAddr,
        /// Sector sweep feedback field.
        feedback: SweepFeedback,
        /// Beam refinement request.
        brp_request: BrpRequest,
        /// Beamformed link maintenance.
        maintenance: LinkMaintenance,
    }
}
