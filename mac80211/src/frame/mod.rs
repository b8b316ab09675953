//! Frames as they are on the air, from the frame control field to the last byte before the FCS
//! (IEEE 802.11-2020, clause 9).
//!
//! Views are checked once, when they are made, and read their bytes in place. A value that the
//! standard reserves is kept as it came, so that what was parsed can be built again.

mod frame_control;
mod header;
mod qos_ctrl;
mod seq_ctrl;

pub use frame_control::{FrameControl, FrameType, Kind};
pub use header::{Header, hdrlen};
pub use qos_ctrl::QosCtrl;
pub use seq_ctrl::SeqCtrl;
