//! VHT (9.6.22), HE (9.6.30) and EHT: what the PHY needs.

use super::by_code::{Bare, by_code};
use crate::element;
use crate::frame::layout::layout;
use crate::wire::wide_bits;

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

wide_bits! {
    /// VHT MIMO control (9.4.1.47).
    pub struct VhtMimoControl([u8; 3]) {
        /// Columns of the matrices, less one.
        nc_index, with_nc_index: 0, 3;
        /// Rows of the matrices, less one.
        nr_index, with_nr_index: 3, 3;
        /// 0 to 3: 20, 40, 80, 160 or 80+80 MHz.
        channel_width, with_channel_width: 6, 2;
        /// 0 to 2: one matrix for 1, 2 or 4 carriers.
        grouping, with_grouping: 8, 2;
        /// The angles have more bits.
        codebook, with_codebook: 10;
        /// For several users, not for one.
        multi_user, with_multi_user: 11;
        /// Segments of the report that follow.
        remaining_segments, with_remaining_segments: 12, 3;
        /// It is the first segment.
        first_segment, with_first_segment: 15;
        /// Number of the sounding.
        sounding_token, with_sounding_token: 18, 6;
    }
}

layout! {
    /// Feedback of VHT sounding (9.6.22.2).
    VhtFeedback<'a> "VHT feedback" {
        /// What the report is of.
        mimo_control: VhtMimoControl,
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
        /// Width and streams.
        mode: element::OperatingMode,
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
        0 CompressedBeamformingCqi(EhtFeedback),
    }
}

wide_bits! {
    /// HE MIMO control (9.4.1.64 of 802.11ax).
    pub struct HeMimoControl([u8; 5]) {
        /// Columns of the matrices, less one.
        nc_index, with_nc_index: 0, 3;
        /// Rows of the matrices, less one.
        nr_index, with_nr_index: 3, 3;
        /// 0 to 3: 20, 40, 80, 160 or 80+80 MHz.
        channel_width, with_channel_width: 6, 2;
        /// One matrix for 16 carriers, not for 4.
        grouping, with_grouping: 8;
        /// The angles have more bits.
        codebook, with_codebook: 9;
        /// 0 for one user, 1 for several, 2 channel quality alone.
        feedback_type, with_feedback_type: 10, 2;
        /// Segments of the report that follow.
        remaining_segments, with_remaining_segments: 12, 3;
        /// It is the first segment.
        first_segment, with_first_segment: 15;
        /// First resource unit of 26 tones.
        ru_start, with_ru_start: 16, 7;
        /// Last resource unit of 26 tones.
        ru_end, with_ru_end: 23, 7;
        /// Number of the sounding.
        sounding_token, with_sounding_token: 30, 6;
    }
}

layout! {
    /// Feedback of HE sounding.
    HeFeedback<'a> "HE feedback" {
        /// What the report is of.
        mimo_control: HeMimoControl,
    } then {
        /// Signal to noise and angles; how many is in MIMO control.
        report
    }
}

layout! {
    /// Feedback of EHT sounding (802.11be).
    EhtFeedback<'a> "EHT feedback" {
        /// EHT MIMO control.
        mimo_control: [u8; 5],
    } then {
        /// Signal to noise and angles; how many is in MIMO control.
        report
    }
}
