//! A packet of a monitor interface, taken apart.

use super::{Flags, Radiotap};
use crate::Malformed;
use crate::frame::{FrameControl, hdrlen};

/// Bytes of a frame check sequence.
const FCS_LEN: usize = 4;

/// Radiotap header, frame and frame check sequence of a packet.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Packet<'a> {
    /// The radiotap header.
    pub header: Radiotap<'a>,
    /// Its flags.
    pub flags: Flags,
    /// The 802.11 frame. Where [`Flags::DATAPAD`] is up there is padding in it:
    /// [`pieces`](Self::pieces) are without. Where a field says that the frame is missing
    /// ([`ZeroLenPsdu`](super::ZeroLenPsdu)) these bytes are none.
    pub frame: &'a [u8],
    /// The frame check sequence, where the flags say that there is one and it was captured.
    pub fcs: Option<[u8; FCS_LEN]>,
}

impl<'a> Packet<'a> {
    /// Takes a whole packet apart.
    ///
    /// # Errors
    /// As [`Radiotap::parse`]; [`Malformed::Truncated`] if the flags are not there, or promise a frame
    /// check sequence for which there are not enough bytes.
    pub fn parse(packet: &'a [u8]) -> Result<Self, Malformed> {
        Self::parse_cut(packet, packet.len())
    }

    /// Takes apart what was kept of a packet that had `original` bytes.
    ///
    /// # Errors
    /// As [`parse`](Self::parse).
    pub fn parse_cut(packet: &'a [u8], original: usize) -> Result<Self, Malformed> {
        let (header, frame) = Radiotap::parse(packet)?;
        let flags = header.flags()?;
        if !flags.contains(Flags::FCS) {
            return Ok(Self { header, flags, frame, fcs: None });
        }
        let missing = original.saturating_sub(packet.len());
        let end = frame.len().saturating_add(missing).checked_sub(FCS_LEN);
        let end = end.ok_or(Malformed::Truncated("frame check sequence"))?;
        let (frame, fcs) = frame.split_at_checked(end).unwrap_or((frame, &[]));
        Ok(Self { header, flags, frame, fcs: fcs.first_chunk().copied() })
    }

    /// The frame's header and its body, without the padding between them that some cards leave there
    /// ([`Flags::DATAPAD`]). A frame that ends in its header is all header.
    #[must_use]
    pub fn pieces(&self) -> (&'a [u8], &'a [u8]) {
        let len = FrameControl::of(self.frame).map_or(0, hdrlen);
        let (header, rest) = self.frame.split_at_checked(len).unwrap_or((self.frame, &[]));
        let pad =
            if self.flags.contains(Flags::DATAPAD) { len.next_multiple_of(4) - len } else { 0 };
        (header, rest.get(pad..).unwrap_or_default())
    }
}
