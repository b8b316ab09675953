//! Tunneled direct link setup (9.6.12): in the payload of data frames, behind EtherType 890d and payload
//! type 2 (`struct ieee80211_tdls_data`).

use super::by_code::{Dialog, by_code};
use crate::frame::layout::layout;
use crate::frame::{CapabilityInfo, ReasonCode, StatusCode};

by_code! {
    /// A TDLS action frame (`enum ieee80211_tdls_actioncode`).
    TdlsAction "TDLS action" {
        /// A link is asked for.
        0 SetupRequest(TdlsSetupRequest),
        /// The answer.
        1 SetupResponse(TdlsSetupResponse),
        /// The answer is accepted.
        2 SetupConfirm(TdlsSetupConfirm),
        /// The link ends.
        3 Teardown(TdlsTeardown),
        /// Frames wait for a sleeping peer.
        4 PeerTrafficIndication(Dialog),
        /// To another channel.
        5 ChannelSwitchRequest(TdlsChannelSwitchRequest),
        /// The answer.
        6 ChannelSwitchResponse(TdlsChannelSwitchResponse),
        /// Power save with a schedule.
        7 PeerPsmRequest(Dialog),
        /// The answer.
        8 PeerPsmResponse(TdlsPeerPsmResponse),
        /// The sleeping peer is awake.
        9 PeerTrafficResponse(Dialog),
        /// Who is there? The answer is a public action frame.
        10 DiscoveryRequest(Dialog),
    }
}

layout! {
    /// TDLS setup request (9.6.12.2).
    TdlsSetupRequest<'a> "TDLS setup request" {
        /// Chosen by who asks.
        dialog_token: u8,
        /// What the initiator can do.
        capability: CapabilityInfo,
    } then {
        /// Supported rates and so on.
        elements
    }
}

layout! {
    /// TDLS setup response (9.6.12.3).
    TdlsSetupResponse<'a> "TDLS setup response" {
        /// Success or why not.
        status: StatusCode,
        /// That of the request.
        dialog_token: u8,
    } then {
        /// With success capability information, then elements.
        rest
    }
}

layout! {
    /// TDLS setup confirm (9.6.12.4).
    TdlsSetupConfirm<'a> "TDLS setup confirm" {
        /// Success or why not.
        status: StatusCode,
        /// That of the request.
        dialog_token: u8,
    } then {
        /// RSN, EDCA parameters and so on.
        elements
    }
}

layout! {
    /// TDLS teardown (9.6.12.5).
    TdlsTeardown<'a> "TDLS teardown" {
        /// Why.
        reason: ReasonCode,
    } then {
        /// Fast BSS transition, link identifier.
        elements
    }
}

layout! {
    /// TDLS channel switch request (9.6.12.7).
    TdlsChannelSwitchRequest<'a> "TDLS channel switch request" {
        /// The channel to go to.
        target_channel: u8,
        /// Its operating class.
        operating_class: u8,
    } then {
        /// Link identifier, channel switch timing and so on.
        elements
    }
}

layout! {
    /// TDLS channel switch response (9.6.12.8).
    TdlsChannelSwitchResponse<'a> "TDLS channel switch response" {
        /// Success or why not.
        status: StatusCode,
    } then {
        /// Link identifier, channel switch timing.
        elements
    }
}

layout! {
    /// TDLS peer PSM response (9.6.12.10).
    TdlsPeerPsmResponse<'a> "TDLS peer PSM response" {
        /// That of the request.
        dialog_token: u8,
        /// Success or why not.
        status: StatusCode,
    } then {
        /// Wakeup schedule, link identifier.
        elements
    }
}
