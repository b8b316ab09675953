//! Public action frames (9.6.7): for stations that need not be associated.

use super::by_code::{Bare, Dialog, by_code};
use super::gas::{GasComebackRequest, GasComebackResponse, GasInitialRequest, GasInitialResponse};
use super::vendor::VendorAction;
use crate::frame::CapabilityInfo;
use crate::frame::layout::layout;

by_code! {
    /// A public action frame, or the protected dual of one (`enum ieee80211_pub_actioncode`).
    PublicAction "public action" {
        /// 20/40 MHz BSS coexistence.
        0 BssCoexistence(Bare),
        /// Extended channel switch announcement.
        4 ExtChannelSwitch(ExtChannelSwitch),
        /// Measurement pilot.
        7 MeasurementPilot(MeasurementPilot),
        /// Vendor specific.
        9 Vendor(VendorAction),
        /// GAS initial request.
        10 GasInitialRequest(GasInitialRequest),
        /// GAS initial response.
        11 GasInitialResponse(GasInitialResponse),
        /// GAS comeback request.
        12 GasComebackRequest(GasComebackRequest),
        /// GAS comeback response.
        13 GasComebackResponse(GasComebackResponse),
        /// TDLS discovery response.
        14 TdlsDiscoveryResponse(TdlsDiscoveryResponse),
        /// Location track notification.
        15 LocationTrack(Bare),
        /// QLoad request.
        20 QloadRequest(Dialog),
        /// QLoad report.
        21 QloadReport(Dialog),
        /// Fine timing measurement request.
        32 FtmRequest(FtmRequest),
        /// Fine timing measurement.
        33 Ftm(Ftm),
        /// FILS discovery: a short beacon.
        34 FilsDiscovery(FilsDiscovery),
    }
}

layout! {
    /// Extended channel switch announcement (9.6.7.7, `struct ieee80211_ext_chansw_ie`).
    ExtChannelSwitch<'a> "extended channel switch announcement" {
        /// 1: nothing may be sent until the switch.
        mode: u8,
        /// Operating class of the new channel.
        new_operating_class: u8,
        /// The new channel.
        new_channel: u8,
        /// Beacons until the switch.
        count: u8,
    } then {
        /// Mesh channel switch parameters, new country, wide bandwidth channel switch and so on.
        elements
    }
}

layout! {
    /// Measurement pilot (9.6.7.10).
    MeasurementPilot<'a> "measurement pilot" {
        /// Condensed capability information: bit 0 spectrum management, 1 short slot time.
        capability: u8,
        /// First two letters of the country string.
        country: [u8; 2],
        /// Operating class.
        operating_class: u8,
        /// Channel.
        channel: u8,
        /// Time units between measurement pilots.
        interval: u8,
    } then {
        /// Subelements.
        elements
    }
}

layout! {
    /// TDLS discovery response (9.6.7.16).
    TdlsDiscoveryResponse<'a> "TDLS discovery response" {
        /// That of the request.
        dialog_token: u8,
        /// What the sender can do.
        capability: CapabilityInfo,
    } then {
        /// Supported rates and so on.
        elements
    }
}

layout! {
    /// Fine timing measurement request (9.6.7.32).
    FtmRequest<'a> "FTM request" {
        /// 1 to begin, 0 to stop.
        trigger: u8,
    } then {
        /// Measurement request, FTM parameters.
        elements
    }
}

layout! {
    /// Fine timing measurement (9.6.7.33).
    Ftm<'a> "FTM" {
        /// Not 0; 0 for the last of a burst.
        dialog_token: u8,
        /// Dialog token of the frame that the times are of.
        follow_up: u8,
        /// When it was sent, in ps, 48 bits little-endian.
        time_of_departure: [u8; 6],
        /// When its acknowledgement came, in ps, 48 bits little-endian.
        time_of_arrival: [u8; 6],
        /// Exponent of how wrong the first may be, and whether the clock changed.
        departure_error: u16,
        /// Exponent of how wrong the second may be.
        arrival_error: u16,
    } then {
        /// FTM parameters and so on.
        elements
    }
}

layout! {
    /// FILS discovery (9.6.7.36).
    FilsDiscovery<'a> "FILS discovery" {
        /// Which fields follow: bits 0 to 4 length of the SSID minus 1, 5 capability, 6 short SSID, 7 AP
        /// configuration sequence number, 8 access network options, 9 channel center, 10 primary channel,
        /// 11 RSN, 12 length, 13 mobility domain.
        control: u16,
        /// Value of the sender's TSF timer in µs.
        timestamp: u64,
        /// Time units between beacons.
        beacon_interval: u16,
    } then {
        /// SSID or its hash, the fields that are promised, elements.
        rest
    }
}
