//! The ieee80211 crate.

use core::hint::black_box;

use ieee80211::common::{FrameControlField, FrameType};
use ieee80211::data_frame::header::DataFrameHeader;
use ieee80211::elements::ht::{HTCapabilitiesElement, HTOperationElement};
use ieee80211::elements::mesh::MeshConfigurationElement;
use ieee80211::elements::rates::{ExtendedSupportedRatesElement, SupportedRatesElement};
use ieee80211::elements::rsn::RsnElement;
use ieee80211::elements::tim::TIMElement;
use ieee80211::elements::vht::{VHTCapabilitiesElement, VHTOperationElement};
use ieee80211::elements::{
    BSSLoadElement, DSSSParameterSetElement, IBSSParameterSetElement, MeshIDElement,
    RawIEEE80211Element, ReadElements, SSIDElement, VendorSpecificElement,
};
use ieee80211::mgmt_frame::{BeaconFrame, ManagementFrameHeader};
use ieee80211::scroll::{self, Endian, Pread, Pwrite};

/// All that the header of a management or data frame says.
///
/// # Errors
/// The crate's.
pub fn header(frame: &[u8]) -> Result<(), scroll::Error> {
    let fcf = FrameControlField::from_bits(frame.pread_with(0, Endian::Little)?);
    if matches!(fcf.frame_type(), FrameType::Data(_)) {
        black_box(frame.pread::<DataFrameHeader>(0)?);
    } else {
        black_box(frame.pread_with::<ManagementFrameHeader>(2, fcf.flags())?);
    }
    Ok(())
}

/// Header, body and all elements of a beacon, each as its type where the crate has one. How many there are.
///
/// # Errors
/// The crate's.
pub fn elements(frame: &[u8]) -> Result<usize, scroll::Error> {
    let beacon: BeaconFrame<'_> = frame.pread_with(0, false)?;
    let mut count = 0;
    for element in beacon.body.elements.raw_element_iterator() {
        element_of(element);
        count += 1;
    }
    black_box(&beacon);
    Ok(count)
}

/// A beacon, to be written again.
///
/// # Errors
/// The crate's.
pub fn read(frame: &[u8]) -> Result<BeaconFrame<'_>, scroll::Error> {
    frame.pread_with(0, false)
}

/// Writes it to the front of `buffer`. How many bytes it has.
///
/// # Errors
/// The crate's.
pub fn write(frame: &BeaconFrame<'_>, buffer: &mut [u8]) -> Result<usize, scroll::Error> {
    let written = buffer.pwrite_with(*black_box(frame), 0, false);
    black_box(buffer);
    written
}

fn element_of(raw: RawIEEE80211Element<'_>) {
    macro_rules! typed {
        ($element:ty) => {{
            black_box(&ReadElements::parse_raw_element::<$element>(raw));
        }};
    }
    match raw.tlv_type {
        0 => typed!(SSIDElement<'_>),
        1 => typed!(SupportedRatesElement<'_>),
        3 => typed!(DSSSParameterSetElement),
        5 => typed!(TIMElement<'_>),
        6 => typed!(IBSSParameterSetElement),
        11 => typed!(BSSLoadElement),
        45 => typed!(HTCapabilitiesElement),
        48 => typed!(RsnElement<'_>),
        50 => typed!(ExtendedSupportedRatesElement<'_>),
        61 => typed!(HTOperationElement),
        113 => typed!(MeshConfigurationElement),
        114 => typed!(MeshIDElement<'_>),
        191 => typed!(VHTCapabilitiesElement),
        192 => typed!(VHTOperationElement),
        221 => typed!(VendorSpecificElement<'_>),
        _ => {
            black_box(raw);
        }
    }
}
