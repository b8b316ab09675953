//! VHT (9.6.22), HE (9.6.30) and EHT: what the PHY needs.

use super::by_code::{Bare, by_code};
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
    /// A protected HE action frame (802.11ax).
    ProtectedHeAction "protected HE action" {
        /// The BSS will have another color.
        0 BssColorChange(Bare),
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
