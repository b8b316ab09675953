//! A protected frame, cut into its parts.

use super::pn;
use crate::frame::{FrameControl, FrameType, Header};

/// What a cipher has to know of a header.
#[derive(Clone, Copy)]
pub(super) struct Mpdu<'a> {
    pub(super) header: Header<'a>,
    pub(super) header_len: usize,
    /// Replay counter that counts (`security_idx` of `ieee80211_parse_qos`).
    pub(super) queue: usize,
}

impl<'a> Mpdu<'a> {
    /// `None` for control and extension frames, and where the header is not all there.
    pub(super) fn of(frame: &'a [u8]) -> Option<Self> {
        let (header, _) = Header::parse(frame).ok()?;
        let queue = match header.frame_control().frame_type() {
            FrameType::Management => pn::MANAGEMENT,
            _ => usize::from(header.tid().unwrap_or(0)),
        };
        Some(Self { header, header_len: header.as_bytes().len(), queue })
    }

    pub(super) fn frame_control(&self) -> FrameControl {
        self.header.frame_control()
    }

    pub(super) fn is_data(&self) -> bool {
        self.frame_control().frame_type() == FrameType::Data
    }
}

/// What follows the header of a protected frame.
pub(super) struct Parts<'a, const IV: usize> {
    pub(super) iv: &'a mut [u8; IV],
    pub(super) body: &'a mut [u8],
    pub(super) mic: &'a mut [u8],
}

/// Cuts `frame` behind its header. `None` if there is no room for IV and MIC.
pub(super) fn parts<const IV: usize>(
    frame: &mut [u8],
    header_len: usize,
    mic_len: usize,
) -> Option<Parts<'_, IV>> {
    let (iv, rest) = frame.get_mut(header_len..)?.split_first_chunk_mut()?;
    let body_len = rest.len().checked_sub(mic_len)?;
    let (body, mic) = rest.split_at_mut_checked(body_len)?;
    Some(Parts { iv, body, mic })
}

/// Sets the bit that says so (`ieee80211_tx_set_protected`).
pub(super) fn set_protected(frame: &mut [u8]) {
    if let Some(bytes) = frame.first_chunk_mut() {
        *bytes = FrameControl(u16::from_le_bytes(*bytes)).with_protected(true).0.to_le_bytes();
    }
}
