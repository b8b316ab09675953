//! softnet-mac80211.

use core::hint::black_box;

use softnet_mac80211::Malformed;
use softnet_mac80211::element::{self, Body, Element, Elements, Typed, Vendor, WmmParam, Wpa};
use softnet_mac80211::frame::Header;
use softnet_mac80211::frame::management::{Beacon, ManagementFrame};

/// All that the header of a management or data frame says.
///
/// # Errors
/// The crate's.
pub fn header(frame: &[u8]) -> Result<(), Malformed> {
    let (header, body) = Header::parse(frame)?;
    black_box((header.frame_control(), header.duration(), header.seq_ctrl()));
    black_box((header.addr1(), header.addr2(), header.addr3(), header.addr4()));
    black_box((header.qos_ctrl(), header.ht_ctrl(), body));
    Ok(())
}

/// Header, body and all elements of a beacon, each as its type. How many there are.
///
/// # Errors
/// The crate's.
pub fn elements(frame: &[u8]) -> Result<usize, Malformed> {
    visit(frame, element_of)
}

/// The same through the enum of all types, which checks each and leaves its value for later.
///
/// # Errors
/// The crate's.
pub fn typed(frame: &[u8]) -> Result<usize, Malformed> {
    visit(frame, |element| Typed::parse(element).map(|typed| _ = black_box(&typed)))
}

/// The same, and then the value of each.
///
/// # Errors
/// The crate's.
pub fn typed_values(frame: &[u8]) -> Result<usize, Malformed> {
    visit(frame, |element| Typed::parse(element).map(value_of))
}

/// Appends the bytes of a frame.
pub fn write(frame: &ManagementFrame<'_>, out: &mut Vec<u8>) {
    out.clear();
    black_box(frame).write(out);
}

#[inline(always)]
fn visit<'a>(
    frame: &'a [u8],
    element_of: impl Fn(Element<'a>) -> Result<(), Malformed>,
) -> Result<usize, Malformed> {
    let (header, body) = Header::parse(frame)?;
    let beacon = Beacon::parse(body)?;
    black_box((&header, &beacon));
    let mut count = 0;
    for element in Elements::new(beacon.elements) {
        element_of(element)?;
        count += 1;
    }
    Ok(count)
}

fn value_of(typed: Typed<'_>) {
    macro_rules! values {
        ($($name:ident)+) => {
            match typed {
                $(Typed::$name(view) => _ = black_box(&view.get()),)+
                _ => _ = black_box(&typed),
            }
        };
    }
    values! {
        Ssid SupportedRates DsParams Tim IbssParams Country BssLoad Erp HtCapabilities Rsn ExtSupportedRates
        MobilityDomain SupportedOperatingClasses HtOperation RmEnabledCapabilities OverlapBssScanParam MeshConfig
        MeshId MeshAwakeWindow ExtCapabilities VhtCapabilities VhtOperation TxPowerEnvelope Rsnx
        HeCapabilities HeOperation MuEdca SpatialReuse Wpa WmmParam Vendor
    }
}

fn element_of(element: Element<'_>) -> Result<(), Malformed> {
    macro_rules! typed {
        ($id:expr, $body:expr; $($number:literal $name:ident)+) => {
            match $id {
                $($number => _ = black_box(&element::$name::parse($body)?),)+
                _ => _ = black_box(&element),
            }
        };
    }
    let data = element.data();
    match (element.element_id(), data) {
        (255, [extension, body @ ..]) => typed! {
            *extension, body;
            35 HeCapabilities 36 HeOperation 38 MuEdca 39 SpatialReuse
        },
        (221, [0, 0x50, 0xf2, 1, ..]) => _ = black_box(&Wpa::parse(data)?),
        (221, [0, 0x50, 0xf2, 2, 1, ..]) => _ = black_box(&WmmParam::parse(data)?),
        (221, _) => _ = black_box(&Vendor::parse(data)?),
        (id, _) => typed! {
            id, data;
            0 Ssid 1 SupportedRates 3 DsParams 5 Tim 6 IbssParams 7 Country 11 BssLoad 42 Erp
            45 HtCapabilities 48 Rsn 50 ExtSupportedRates 54 MobilityDomain
            59 SupportedOperatingClasses 61 HtOperation 70 RmEnabledCapabilities
            74 OverlapBssScanParam 113 MeshConfig 114 MeshId 119 MeshAwakeWindow
            127 ExtCapabilities 191 VhtCapabilities 192 VhtOperation 195 TxPowerEnvelope 244 Rsnx
        },
    }
    Ok(())
}
