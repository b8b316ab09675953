//! The libwifi crate.

use core::hint::black_box;

use libwifi::error::Error;
use libwifi::parsers::{parse_data_header, parse_frame_control, parse_management_header};
use libwifi::{Frame, FrameType, parse_frame};

/// All that the header of a management or data frame says.
///
/// # Errors
/// The crate's.
pub fn header(frame: &[u8]) -> Result<(), Error> {
    let (rest, control) = parse_frame_control(frame)?;
    if control.frame_type == FrameType::Data {
        black_box(parse_data_header(control, rest)?);
    } else {
        black_box(parse_management_header(control, rest)?);
    }
    Ok(())
}

/// Header, body and all elements of a beacon, each as its type where the crate has one. Those that it has no type for
/// are counted.
///
/// # Errors
/// The crate's.
pub fn elements(frame: &[u8]) -> Result<usize, Error> {
    let frame = parse_frame(frame, false)?;
    let untyped = match &frame {
        Frame::Beacon(beacon) => beacon.station_info.data.len(),
        _ => 0,
    };
    black_box(frame);
    Ok(untyped)
}
