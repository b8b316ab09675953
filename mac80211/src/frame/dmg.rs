//! Fields of directional multi-gigabit's frames (9.5).

use crate::wire::{bits, wide_bits};

wide_bits! {
    /// Sector sweep (9.5.1).
    pub struct SectorSweep([u8; 3]) {
        /// The beamforming responder sends it, not the initiator.
        responder, with_responder: 0;
        /// Frames of the sweep that follow.
        countdown, with_countdown: 1, 9;
        /// Sector that this is sent with.
        sector, with_sector: 10, 6;
        /// Antenna that this is sent with.
        antenna, with_antenna: 16, 2;
        /// Length of a receive sector sweep that is wanted, raw.
        rxss_len, with_rxss_len: 18, 6;
    }
}

wide_bits! {
    /// Sector sweep feedback (9.5.3). In the sweep of an initiator it counts sectors and antennas, in other
    /// frames it tells the best of them.
    pub struct SweepFeedback([u8; 3]) {
        /// Of an initiator's sweep: all of its sectors.
        total_sectors, with_total_sectors: 0, 9;
        /// Of an initiator's sweep: its antennas for reception, less one.
        rx_antennas, with_rx_antennas: 9, 2;
        /// Best sector.
        sector_select, with_sector_select: 0, 6;
        /// Its antenna.
        antenna_select, with_antenna_select: 6, 2;
        /// Signal to noise there, raw: -8 dB and a quarter of a dB for each.
        snr, with_snr: 8, 8;
        /// The station has to be polled.
        poll_required, with_poll_required: 16;
    }
}

wide_bits! {
    /// Dynamic allocation info (9.5.2).
    pub struct DynamicAllocation([u8; 5]) {
        /// Traffic identifier.
        tid, with_tid: 0, 4;
        /// 0 service period, 1 contention.
        allocation_type, with_allocation_type: 4, 3;
        /// Association identifier of who may send.
        source_aid, with_source_aid: 7, 8;
        /// Association identifier of whom to.
        destination_aid, with_destination_aid: 15, 8;
        /// For how many µs.
        duration, with_duration: 23, 16;
    }
}

bits! {
    /// Beamforming control (9.5.5). Where both sweeps are of transmit sectors it counts them, else it has the
    /// length of a receive sector sweep.
    pub struct BeamformingControl(u16) {
        /// Beams are trained.
        training, with_training: 0;
        /// The initiator sweeps its transmit sectors.
        initiator_txss, with_initiator_txss: 1;
        /// The responder sweeps its transmit sectors.
        responder_txss, with_responder_txss: 2;
        /// With both: all sectors of the sender, less one.
        total_sectors, with_total_sectors: 3, 7 as u8;
        /// With both: its antennas for reception, less one.
        rx_antennas, with_rx_antennas: 10, 2 as u8;
        /// Otherwise: length of the receive sector sweep, raw.
        rxss_len, with_rxss_len: 3, 6 as u8;
        /// Otherwise: that is sent as data are, not as control frames.
        rxss_tx_rate, with_rxss_tx_rate: 9;
    }
}

bits! {
    /// Beam refinement request (9.5.4).
    pub struct BrpRequest(u32) {
        /// Training fields for reception that are asked for, raw.
        l_rx, with_l_rx: 0, 5 as u8;
        /// Training fields for transmission are asked for.
        tx_trn_req, with_tx_trn_req: 5;
        /// Multiple sector identification is asked for.
        mid_req, with_mid_req: 6;
        /// Beam combining is asked for.
        bc_req, with_bc_req: 7;
        /// Multiple sector identification is granted.
        mid_grant, with_mid_grant: 8;
        /// Beam combining is granted.
        bc_grant, with_bc_grant: 9;
        /// Channel measurements can be sent back.
        chan_fbck_cap, with_chan_fbck_cap: 10;
        /// Sector that it is sent with.
        tx_sector, with_tx_sector: 11, 6 as u8;
        /// Association identifier of the other station of the exchange; 0 the sender's.
        other_aid, with_other_aid: 17, 8 as u8;
        /// Antenna that it is sent with.
        tx_antenna, with_tx_antenna: 25, 2 as u8;
    }
}

bits! {
    /// Beamformed link maintenance (9.5.6).
    pub struct LinkMaintenance(u8) {
        /// The time is in longer units.
        unit_index, with_unit_index: 0;
        /// Time without frames after which the beams are trained again, raw; 0 never.
        value, with_value: 1, 6;
        /// The sender is the master of it.
        master, with_master: 7;
    }
}

wide_bits! {
    /// Beacon interval control (9.3.4.2): what the interval is made of.
    pub struct BeaconIntervalControl([u8; 6]) {
        /// Clustering control follows.
        clustering, with_clustering: 0;
        /// Its sender looks for others; clustering control then holds the address of one.
        discovery_mode, with_discovery_mode: 1;
        /// Beacon intervals until the next beacon of this antenna.
        next_beacon, with_next_beacon: 2, 4;
        /// There is time for announcements.
        ati, with_ati: 6;
        /// Slots in which stations sweep, less one.
        a_bft_len, with_a_bft_len: 7, 3;
        /// Frames of a sweep that fit a slot, less one.
        fss, with_fss: 10, 4;
        /// Stations sweep transmit sectors, not receive sectors.
        responder_txss, with_responder_txss: 14;
        /// Beacon intervals until stations may sweep.
        next_a_bft, with_next_a_bft: 15, 4;
        /// The sweep goes on in other beacon intervals.
        fragmented_txss, with_fragmented_txss: 19;
        /// Beacon intervals that a whole sweep takes.
        txss_span, with_txss_span: 20, 7;
        /// Beacon intervals that stations sweep at one antenna.
        n_bis_a_bft, with_n_bis_a_bft: 27, 4;
        /// Times that they did so far.
        a_bft_count, with_a_bft_count: 31, 6;
        /// Antennas at which they did, less one.
        n_a_bft_in_ant, with_n_a_bft_in_ant: 37, 6;
        /// Stations may associate.
        pcp_association_ready, with_pcp_association_ready: 43;
    }
}

bits! {
    /// DMG parameters (9.4.1.46).
    pub struct DmgParameters(u8) {
        /// 1 IBSS, 2 PBSS, 3 infrastructure.
        bss_type, with_bss_type: 0, 2;
        /// All time is for contention.
        cbap_only, with_cbap_only: 2;
        /// What the sender has goes first in it.
        cbap_source, with_cbap_source: 3;
        /// Data are encrypted.
        privacy, with_privacy: 4;
        /// A policy of the cluster has to be kept.
        ecapc_policy, with_ecapc_policy: 5;
        /// Spectrum management.
        spectrum_mgmt, with_spectrum_mgmt: 6;
        /// Radio measurement.
        radio_measurement, with_radio_measurement: 7;
    }
}
