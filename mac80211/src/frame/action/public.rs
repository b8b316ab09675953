//! Public action frames (9.6.7): for stations that need not be associated.

use softnet_sk_buff::MacAddr;

use super::by_code::{Bare, Dialog, by_code};
use super::fils::FilsDiscovery;
use super::gas::{GasComebackRequest, GasComebackResponse, GasInitialRequest, GasInitialResponse};
use super::ranging::{Ftm, FtmRequest, LocationMeasurementReport};
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
        /// An access point shall be quiet for a while.
        16 QabRequest(Qab),
        /// The answer.
        17 QabResponse(Qab),
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
        /// Location measurement report (802.11az).
        47 LocationMeasurementReport(LocationMeasurementReport),
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
    /// Quiet BSS request or response of one access point to another (9.6.7.18, 9.6.7.19).
    Qab<'a> "QAB request" {
        /// Chosen by who asks.
        dialog_token: u8,
        /// Who asks.
        requester: MacAddr,
        /// Who is asked.
        responder: MacAddr,
    } then {
        /// Quiet period request or response.
        elements
    }
}
