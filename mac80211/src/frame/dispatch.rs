//! Any frame.

use alloc::vec::Vec;

use super::control::ControlFrame;
use super::management::ManagementFrame;
use super::{DataFrame, ExtensionFrame, FrameControl, FrameType};
use crate::Malformed;

/// A frame, read to the end of its fixed fields. What was read is written as the same bytes again.
///
/// ```
/// use softnet_mac80211::frame::Frame;
/// use softnet_mac80211::frame::control::Control;
///
/// let ack = b"\xd4\0\0\0\x02\0\0\0\0\x01";
/// let frame = Frame::parse(ack)?;
/// assert!(matches!(frame, Frame::Control(control) if control.body == Control::Ack));
/// let mut out = Vec::new();
/// frame.write(&mut out);
/// assert_eq!(out, ack);
/// # Ok::<(), softnet_mac80211::Malformed>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Frame<'a> {
    /// Management.
    Management(ManagementFrame<'a>),
    /// Control.
    Control(ControlFrame<'a>),
    /// Data.
    Data(DataFrame<'a>),
    /// Extension.
    Extension(ExtensionFrame<'a>),
    /// A frame of another protocol version than 0, all of it: PV1 of 802.11ah, or none at all.
    OtherVersion(&'a [u8]),
}

impl<'a> Frame<'a> {
    /// Reads a frame without its FCS.
    ///
    /// # Errors
    /// [`Malformed::Truncated`] if a fixed field is not all there; [`Malformed::Invalid`] for a value in
    /// one that its format rules out.
    #[inline]
    pub fn parse(frame: &'a [u8]) -> Result<Self, Malformed> {
        let fc = FrameControl::of(frame).ok_or(Malformed::Truncated("frame"))?;
        if fc.version() != 0 {
            return Ok(Self::OtherVersion(frame));
        }
        Ok(match fc.frame_type() {
            FrameType::Management => Self::Management(ManagementFrame::parse(frame)?),
            FrameType::Control => Self::Control(ControlFrame::parse(frame)?),
            FrameType::Data => Self::Data(DataFrame::parse(frame)?),
            FrameType::Extension => Self::Extension(ExtensionFrame::parse(frame)?),
        })
    }

    /// Appends its bytes.
    pub fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Management(frame) => frame.write(out),
            Self::Control(frame) => frame.write(out),
            Self::Data(frame) => frame.write(out),
            Self::Extension(frame) => frame.write(out),
            Self::OtherVersion(bytes) => out.extend_from_slice(bytes),
        }
    }
}
