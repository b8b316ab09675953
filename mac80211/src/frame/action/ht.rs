//! HT (9.6.11).

use alloc::vec::Vec;

use super::by_code::by_code;
use crate::Malformed;
use crate::frame::layout::layout;
use crate::wire::{List, Record, Wire, bits};

by_code! {
    /// An HT action frame (`enum ieee80211_ht_actioncode`).
    HtAction "HT action" {
        /// The channel width that its sender takes.
        0 NotifyChannelWidth(ChannelWidth),
        /// Spatial multiplexing power save.
        1 Smps(Smps),
        /// Power save multi-poll: who listens and who sends when.
        2 Psmp(Psmp),
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

bits! {
    /// SM power control (9.4.1.22, `WLAN_HT_SMPS_CONTROL_*`).
    pub struct SmPowerControl(u8) {
        /// Power save is on: one stream only.
        enabled, with_enabled: 0;
        /// A frame to the station wakes the others.
        dynamic, with_dynamic: 1;
    }
}

layout! {
    /// SM power save (9.6.11.3).
    Smps<'a> "SM power save" {
        /// Whether, and how.
        control: SmPowerControl,
    } then {
        /// Nothing.
        elements
    }
}

bits! {
    /// PSMP parameter set (9.4.1.26).
    pub struct PsmpParam(u16) {
        /// How many stations are told.
        n_sta, with_n_sta: 0, 5 as u8;
        /// Another sequence follows this one.
        more_psmp, with_more_psmp: 5;
        /// How long the sequence is, from the end of this frame, in units of 8 µs.
        duration, with_duration: 6, 10;
    }
}

bits! {
    /// One station, or group, of a PSMP frame (9.4.1.27).
    ///
    /// [`kind`](Self::kind) tells what there is: of a group no uplink, but [`group`](Self::group), and for
    /// everybody neither.
    pub struct PsmpSta(u64) {
        /// 0 everybody, 1 a group, 2 one station.
        kind, with_kind: 0, 2 as u8;
        /// When it has to listen, in units of 4 µs after this frame.
        dtt_start, with_dtt_start: 2, 11 as u16;
        /// For how long, in units of 16 µs.
        dtt_duration, with_dtt_duration: 13, 8 as u8;
        /// Association identifier of one station.
        sta_id, with_sta_id: 21, 16 as u16;
        /// When it may send, in units of 4 µs after this frame.
        utt_start, with_utt_start: 37, 11 as u16;
        /// For how long, in units of 4 µs.
        utt_duration, with_utt_duration: 48, 10 as u16;
        /// Of a group, the lower 43 bits of its address.
        group, with_group: 21, 43;
    }
}

/// Power save multi-poll (9.6.11.4).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Psmp<'a> {
    /// What holds for all. Its number of stations is that of `stations` when it is written.
    pub param: PsmpParam,
    /// Who listens and who sends when.
    pub stations: List<'a, PsmpSta>,
    /// What follows.
    pub elements: &'a [u8],
}

impl<'a> Psmp<'a> {
    /// Most stations that one frame can tell.
    pub const MAX_STATIONS: usize = 31;

    /// Reads it, from behind the action code.
    ///
    /// # Errors
    /// [`Malformed::Truncated`].
    pub fn parse(bytes: &'a [u8]) -> Result<Self, Malformed> {
        let mut elements = bytes;
        let read = |from: &mut &'a [u8]| {
            let param = PsmpParam::read(from)?;
            Some((param, List::read(from, usize::from(param.n_sta()))?))
        };
        let (param, stations) = read(&mut elements).ok_or(Malformed::Truncated("PSMP"))?;
        Ok(Self { param, stations, elements })
    }

    /// Appends its bytes. Stations beyond [`MAX_STATIONS`](Self::MAX_STATIONS) are left out.
    pub fn write(&self, out: &mut Vec<u8>) {
        let n_sta = self.stations.len().min(Self::MAX_STATIONS);
        self.param.with_n_sta(n_sta as u8).append(out);
        self.stations.iter().take(n_sta).for_each(|station| station.append(out));
        out.extend_from_slice(self.elements);
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

bits! {
    /// MIMO control (9.4.1.25), before its timestamp.
    pub struct HtMimoControl(u16) {
        /// Columns of the matrices, less one.
        nc_index, with_nc_index: 0, 2 as u8;
        /// Rows of the matrices, less one.
        nr_index, with_nr_index: 2, 2 as u8;
        /// 40 MHz, not 20.
        channel_width, with_channel_width: 4;
        /// 0 to 2: one matrix for 1, 2 or 4 carriers.
        grouping, with_grouping: 5, 2 as u8;
        /// Bits of a coefficient, raw.
        coefficient_size, with_coefficient_size: 7, 2 as u8;
        /// Bits of the angles, raw.
        codebook, with_codebook: 9, 2 as u8;
        /// Segments of the report that follow.
        remaining_segments, with_remaining_segments: 11, 3 as u8;
    }
}

layout! {
    /// Feedback of HT sounding (9.6.11.6 to 9.6.11.8).
    HtFeedback<'a> "HT feedback" {
        /// What the report is of.
        mimo_control: HtMimoControl,
        /// When the sounding came, by the sender's TSF timer: its lower half in µs.
        sounding_timestamp: u32,
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
