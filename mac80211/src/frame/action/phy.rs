//! VHT (9.6.22), S1G (9.6.24), HE (9.6.30) and EHT.

use super::by_code::{Bare, Dialog, DialogStatus, by_code};
use crate::frame::layout::layout;

by_code! {
    /// A VHT action frame (`enum ieee80211_vht_actioncode`).
    VhtAction "VHT action" {
        /// Compressed beamforming matrices.
        0 CompressedBeamforming(VhtFeedback),
        /// Which groups for multi-user frames a station is in.
        1 GroupId(GroupId),
        /// Width and streams that its sender takes.
        2 OperatingMode(OperatingMode),
    }
}

layout! {
    /// Feedback of VHT sounding (9.6.22.2).
    VhtFeedback<'a> "VHT feedback" {
        /// VHT MIMO control.
        mimo_control: [u8; 3],
    } then {
        /// Signal to noise and angles; how many is in MIMO control.
        report
    }
}

layout! {
    /// Group ID management (9.6.22.3).
    GroupId<'a> "group ID management" {
        /// A bit for each of 64 groups.
        membership: [u8; 8],
        /// Two bits of position in each.
        position: [u8; 16],
    } then {
        /// Nothing, or the management MIC element.
        elements
    }
}

layout! {
    /// Operating mode notification (9.6.22.4).
    OperatingMode<'a> "operating mode notification" {
        /// Bits 0 and 1 width, 2 160 MHz, 3 no LDPC, 4 to 6 streams, 7 what the streams are.
        mode: u8,
    } then {
        /// Nothing, or the management MIC element.
        elements
    }
}

by_code! {
    /// An S1G action frame (`enum ieee80211_s1g_actioncode`).
    S1gAction "S1G action" {
        /// Another AID is asked for.
        0 AidSwitchRequest(Dialog),
        /// The answer.
        1 AidSwitchResponse(Dialog),
        /// A target wake time is asked for, or answered.
        6 TwtSetup(Dialog),
        /// It ends.
        7 TwtTeardown(TwtTeardown),
        /// It pauses, or goes on at another time.
        11 TwtInformation(TwtInformation),
    }
}

layout! {
    /// TWT teardown (9.6.24.9).
    TwtTeardown<'a> "TWT teardown" {
        /// Bits 0 to 2 TWT flow identifier, 5 and 6 negotiation type, 7 all of them.
        flow: u8,
    } then {
        /// Nothing.
        elements
    }
}

layout! {
    /// TWT information (9.6.24.12).
    TwtInformation<'a> "TWT information" {
        /// Bits 0 to 2 TWT flow identifier, 3 an answer is wanted, 4 a time is, 5 and 6 its length, 7 all
        /// of them.
        control: u8,
    } then {
        /// The next time: 0, 4, 6 or 8 bytes.
        next_twt
    }
}

by_code! {
    /// An HE action frame (802.11ax).
    HeAction "HE action" {
        /// Compressed beamforming matrices, or channel quality.
        0 CompressedBeamformingCqi(HeFeedback),
        /// Quiet time period.
        1 QuietTimePeriod(Bare),
        /// Opportunistic power save.
        2 Ops(Bare),
    }
}

by_code! {
    /// An EHT action frame (802.11be).
    EhtAction "EHT action" {
        /// Compressed beamforming matrices, or channel quality.
        0 CompressedBeamformingCqi(HeFeedback),
    }
}

layout! {
    /// Feedback of HE or EHT sounding.
    HeFeedback<'a> "HE or EHT feedback" {
        /// HE or EHT MIMO control.
        mimo_control: [u8; 5],
    } then {
        /// Signal to noise and angles; how many is in MIMO control.
        report
    }
}

by_code! {
    /// A protected EHT action frame (`enum ieee80211_protected_eht_actioncode`).
    ProtectedEhtAction "protected EHT action" {
        /// A mapping of traffic identifiers to links is asked for.
        0 TtlmRequest(Dialog),
        /// The answer.
        1 TtlmResponse(DialogStatus),
        /// It ends.
        2 TtlmTeardown(Bare),
    }
}
