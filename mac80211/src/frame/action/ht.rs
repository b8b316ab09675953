//! HT (9.6.11).

use super::by_code::by_code;
use crate::frame::layout::layout;

by_code! {
    /// An HT action frame (`enum ieee80211_ht_actioncode`).
    HtAction "HT action" {
        /// The channel width that its sender takes.
        0 NotifyChannelWidth(ChannelWidth),
        /// Spatial multiplexing power save.
        1 Smps(Smps),
        /// Phase of phased coexistence.
        3 PcoPhase(PcoPhase),
        /// CSI matrices.
        4 Csi(HtFeedback),
        /// Noncompressed beamforming matrices.
        5 NoncompressedBeamforming(HtFeedback),
        /// Compressed beamforming matrices.
        6 CompressedBeamforming(HtFeedback),
        /// Antennas to select.
        7 AntennaSelection(AntennaSelection),
    }
}

layout! {
    /// Notify channel width (9.6.11.2).
    ChannelWidth<'a> "notify channel width" {
        /// 0: 20 MHz; 1: any width that the sender supports.
        width: u8,
    } then {
        /// Nothing, or the management MIC element.
        elements
    }
}

layout! {
    /// SM power save (9.6.11.3).
    Smps<'a> "SM power save" {
        /// Bit 0: power save is on; bit 1: dynamic, not static (`WLAN_HT_SMPS_CONTROL_*`).
        control: u8,
    } then {
        /// Nothing.
        elements
    }
}

layout! {
    /// Set PCO phase (9.6.11.5).
    PcoPhase<'a> "set PCO phase" {
        /// 0: 20 MHz phase; 1: 40 MHz phase.
        phase: u8,
    } then {
        /// Nothing, or the management MIC element.
        elements
    }
}

layout! {
    /// Feedback of HT sounding (9.6.11.6 to 9.6.11.8).
    HtFeedback<'a> "HT feedback" {
        /// MIMO control.
        mimo_control: [u8; 6],
    } then {
        /// Signal to noise and matrices; how many bits each has is in MIMO control.
        report
    }
}

layout! {
    /// Antenna selection indices feedback (9.6.11.9).
    AntennaSelection<'a> "antenna selection feedback" {
        /// A bit for each antenna.
        indices: u8,
    } then {
        /// Nothing.
        elements
    }
}
