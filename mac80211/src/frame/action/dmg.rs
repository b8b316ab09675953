//! Directional multi-gigabit (9.6.19), and what of it is never protected (9.6.21).

use softnet_sk_buff::MacAddr;

use super::by_code::{Dialog, DialogStatus, by_code};
use crate::frame::layout::layout;
use crate::frame::{BrpRequest, StatusCode};

by_code! {
    /// A DMG action frame.
    DmgAction "DMG action" {
        /// A station will sleep, or wake.
        0 PowerSaveRequest(PowerSaveRequest),
        /// The answer.
        1 PowerSaveResponse(DialogStatus),
        /// What is known of a station is asked for.
        2 InformationRequest(DmgInformation),
        /// It is told.
        3 InformationResponse(DmgInformation),
        /// Somebody else shall be the PCP.
        4 HandoverRequest(HandoverRequest),
        /// The answer.
        5 HandoverResponse(HandoverResponse),
        /// A report for dynamic tone pairing is asked for.
        6 DtpRequest(Dialog),
        /// It.
        7 DtpReport(Dialog),
        /// Relays on the way to a station are asked for.
        8 RelaySearchRequest(RelaySearchRequest),
        /// They are named.
        9 RelaySearchResponse(DialogStatus),
        /// Measurements of channels by way of relays are asked for.
        10 MultiRelayRequest(Dialog),
        /// They.
        11 MultiRelayReport(MultiRelayReport),
        /// A link over a relay is asked for.
        12 RelayLinkRequest(RelayLinkRequest),
        /// The answer.
        13 RelayLinkResponse(RelayLinkResponse),
        /// It ends.
        15 RelayLinkTeardown(RelayLinkTeardown),
        /// The transmitting relay's timing shall be adjusted.
        18 TpaRequest(TpaRequest),
        /// The answer.
        19 TpaResponse(Dialog),
        /// How it went.
        20 TpaReport(TpaReport),
        /// A relay shall work in another way.
        21 RelayOperationRequest(RelayOperationRequest),
        /// The answer.
        22 RelayOperationResponse(DialogStatus),
    }
}

layout! {
    /// Power save configuration request.
    PowerSaveRequest<'a> "DMG power save configuration request" {
        /// Chosen by who asks.
        dialog_token: u8,
        /// Bit 0: it will sleep.
        power_management: u8,
    } then {
        /// Wakeup schedule and so on.
        elements
    }
}

layout! {
    /// Information request or response.
    DmgInformation<'a> "DMG information request" {
        /// Of whom; broadcast for all.
        subject: MacAddr,
    } then {
        /// Request, DMG capabilities and so on.
        elements
    }
}

layout! {
    /// Handover request.
    HandoverRequest<'a> "DMG handover request" {
        /// Bits 0 and 1: 0 leaves, 1 low power, 2 a better one.
        reason: u8,
        /// Beacon intervals until then.
        remaining_bi: u8,
    } then {
        /// Nothing.
        elements
    }
}

layout! {
    /// Handover response.
    HandoverResponse<'a> "DMG handover response" {
        /// 0 accepted.
        result: u8,
        /// Why not.
        reject_reason: u8,
    } then {
        /// Nothing.
        elements
    }
}

layout! {
    /// Relay search request.
    RelaySearchRequest<'a> "relay search request" {
        /// Chosen by who asks.
        dialog_token: u8,
        /// Association identifier of the station at the other end.
        destination_aid: u16,
    } then {
        /// Nothing.
        elements
    }
}

layout! {
    /// Multi-relay channel measurement report.
    MultiRelayReport<'a> "multi-relay channel measurement report" {
        /// That of the request.
        dialog_token: u8,
    } then {
        /// Four bytes each: association identifier, signal to noise, angle in bits 1 to 7 with a
        /// recommendation in bit 0, reserved.
        measurements
    }
}

layout! {
    /// Relay link setup request.
    RelayLinkRequest<'a> "relay link setup request" {
        /// Chosen by who asks.
        dialog_token: u8,
        /// Association identifier of the station at the other end.
        destination_aid: u16,
        /// Association identifier of the relay.
        relay_aid: u16,
        /// Association identifier of who asks.
        source_aid: u16,
    } then {
        /// Capabilities of the three, then elements.
        rest
    }
}

layout! {
    /// Relay link setup response.
    RelayLinkResponse<'a> "relay link setup response" {
        /// That of the request.
        dialog_token: u8,
    } then {
        /// A status code of the destination, then one of the relay, as far as they are there.
        rest
    }
}

layout! {
    /// Relay link teardown.
    RelayLinkTeardown<'a> "relay link teardown" {
        /// Association identifier of the station at the other end.
        destination_aid: u16,
        /// Association identifier of the relay.
        relay_aid: u16,
        /// Association identifier of who asked for it.
        source_aid: u16,
    } then {
        /// Nothing.
        elements
    }
}

layout! {
    /// Transmission time-point adjustment request.
    TpaRequest<'a> "TPA request" {
        /// Chosen by who asks.
        dialog_token: u8,
        /// By how much the time shall change, in ns.
        timing_offset: u16,
        /// By how much the sampling frequency shall change, in units of 0.01 ppm.
        sampling_frequency_offset: u16,
    } then {
        /// Nothing.
        elements
    }
}

layout! {
    /// Transmission time-point adjustment report.
    TpaReport<'a> "TPA report" {
        /// Success or why not.
        status: StatusCode,
    } then {
        /// Nothing.
        elements
    }
}

layout! {
    /// Relay operation type change request.
    RelayOperationRequest<'a> "relay operation type change request" {
        /// Chosen by who asks.
        dialog_token: u8,
        /// Bit 0: the relay passes on what it hears at once.
        operation_type: u8,
    } then {
        /// Nothing.
        elements
    }
}

by_code! {
    /// An unprotected DMG action frame.
    UnprotectedDmgAction "unprotected DMG action" {
        /// What a beacon says, to one station.
        0 Announce(DmgAnnounce),
        /// Beam refinement.
        1 Brp(Brp),
    }
}

layout! {
    /// Announce.
    DmgAnnounce<'a> "DMG announce" {
        /// Value of the sender's TSF timer in µs.
        timestamp: u64,
        /// Time units between beacons.
        beacon_interval: u16,
    } then {
        /// SSID, extended schedule and so on.
        elements
    }
}

layout! {
    /// Beam refinement.
    Brp<'a> "BRP" {
        /// Names the exchange.
        dialog_token: u8,
        /// What is asked for, and how this is sent.
        request: BrpRequest,
    } then {
        /// DMG beam refinement, channel measurement feedback.
        elements
    }
}
