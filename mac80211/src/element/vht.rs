//! Very high throughput (802.11ac).

use super::Id;
use crate::wire::{bits, record};

bits! {
    /// VHT capability information (9.4.2.157.2). `IEEE80211_VHT_CAP_*`.
    pub struct VhtCapInfo(u32) {
        /// Longest MPDU: 0, 1, 2 stand for 3895, 7991, 11454 bytes.
        max_mpdu_length, with_max_mpdu_length: 0, 2;
        /// 0 neither, 1: 160 MHz, 2: 80+80, too.
        supp_chan_width, with_supp_chan_width: 2, 2;
        /// LDPC is received.
        rxldpc, with_rxldpc: 4;
        /// Short guard interval at 80 MHz.
        short_gi_80, with_short_gi_80: 5;
        /// Short guard interval at 160 and 80+80 MHz.
        short_gi_160, with_short_gi_160: 6;
        /// STBC is transmitted.
        txstbc, with_txstbc: 7;
        /// Streams with which STBC is received.
        rxstbc, with_rxstbc: 8, 3;
        /// Single-user beamformer.
        su_beamformer_capable, with_su_beamformer_capable: 11;
        /// Single-user beamformee.
        su_beamformee_capable, with_su_beamformee_capable: 12;
        /// Space-time streams as a beamformee, less one.
        beamformee_sts, with_beamformee_sts: 13, 3;
        /// Sounding dimensions, less one.
        sounding_dimensions, with_sounding_dimensions: 16, 3;
        /// Multi-user beamformer.
        mu_beamformer_capable, with_mu_beamformer_capable: 19;
        /// Multi-user beamformee.
        mu_beamformee_capable, with_mu_beamformee_capable: 20;
        /// TXOP power save.
        vht_txop_ps, with_vht_txop_ps: 21;
        /// VHT variant of the HT control field.
        htc_vht, with_htc_vht: 22;
        /// Longest A-MPDU: 2 to the power of 13 and this, less one, bytes.
        max_a_mpdu_length_exponent, with_max_a_mpdu_length_exponent: 23, 3;
        /// Link adaptation: 0 none, 2 unsolicited, 3 both.
        vht_link_adaptation, with_vht_link_adaptation: 26, 2;
        /// The receive antenna pattern does not change.
        rx_antenna_pattern, with_rx_antenna_pattern: 28;
        /// The transmit antenna pattern does not change.
        tx_antenna_pattern, with_tx_antenna_pattern: 29;
        /// Extended NSS bandwidth support.
        ext_nss_bw, with_ext_nss_bw: 30, 2;
    }
}

bits! {
    /// Two bits for each number of streams, 1 to 8: 0, 1, 2 stand for MCS 0 to 7, 8, 9 (of HE 7, 9, 11), 3 for
    /// none. `IEEE80211_VHT_MCS_SUPPORT_*`, `IEEE80211_HE_MCS_SUPPORT_*`.
    pub struct McsMap(u16) {
        /// One stream.
        nss_1, with_nss_1: 0, 2;
        /// Two streams.
        nss_2, with_nss_2: 2, 2;
        /// Three streams.
        nss_3, with_nss_3: 4, 2;
        /// Four streams.
        nss_4, with_nss_4: 6, 2;
        /// Five streams.
        nss_5, with_nss_5: 8, 2;
        /// Six streams.
        nss_6, with_nss_6: 10, 2;
        /// Seven streams.
        nss_7, with_nss_7: 12, 2;
        /// Eight streams.
        nss_8, with_nss_8: 14, 2;
    }
}

impl McsMap {
    /// The field for `nss` streams, 1 to 8; 3, none, for others.
    #[must_use]
    pub const fn of(self, nss: u8) -> u8 {
        match nss {
            1..=8 => (self.0 >> (2 * (nss - 1)) & 3) as u8,
            _ => 3,
        }
    }

    /// Most streams with any MCS; 0 for none.
    #[must_use]
    pub fn max_nss(self) -> u8 {
        (1..=8).rev().find(|&nss| self.of(nss) != 3).unwrap_or(0)
    }
}

bits! {
    /// Highest rate to receive, and what stands beside it.
    pub struct VhtRxHighest(u16) {
        /// In Mbit/s; 0: unsaid.
        rate, with_rate: 0, 13;
        /// Most space-time streams of all users, less one.
        max_nsts_total, with_max_nsts_total: 13, 3;
    }
}

bits! {
    /// Highest rate to transmit, and what stands beside it.
    pub struct VhtTxHighest(u16) {
        /// In Mbit/s; 0: unsaid.
        rate, with_rate: 0, 13;
        /// Extended NSS bandwidth is understood (`IEEE80211_VHT_EXT_NSS_BW_CAPABLE`).
        ext_nss_bw_capable, with_ext_nss_bw_capable: 13;
    }
}

record! {
    /// Supported MCS and NSS set (9.4.2.157.3; `struct ieee80211_vht_mcs_info`).
    pub struct VhtMcsInfo {
        /// To receive.
        pub rx_mcs_map: McsMap,
        /// Highest rate to receive.
        pub rx_highest: VhtRxHighest,
        /// To transmit.
        pub tx_mcs_map: McsMap,
        /// Highest rate to transmit.
        pub tx_highest: VhtTxHighest,
    }
}

element! {
    /// VHT capabilities (9.4.2.157; `struct ieee80211_vht_cap`).
    pub struct VhtCapabilities: Id::VHT_CAPABILITY, "VHT capabilities element" {
        /// Capability information.
        pub vht_cap_info: VhtCapInfo,
        /// MCS and NSS set.
        pub supp_mcs: VhtMcsInfo,
    }
}

element! {
    /// VHT operation (9.4.2.158; `struct ieee80211_vht_operation`).
    pub struct VhtOperation: Id::VHT_OPERATION, "VHT operation element" {
        /// 0: as HT says, 1: 80 MHz and more, 2: 160 (deprecated), 3: 80+80 (deprecated).
        pub chan_width: u8,
        /// Channel number of the centre.
        pub center_freq_seg0_idx: u8,
        /// Channel number of the second centre, or of that of 160 MHz.
        pub center_freq_seg1_idx: u8,
        /// Basic MCS and NSS set.
        pub basic_mcs_set: McsMap,
    }
}

element! {
    /// Extended BSS load (9.4.2.159).
    pub struct ExtBssLoad: Id::EXTENDED_BSS_LOAD, "extended BSS load element" {
        /// Stations that can take part in multi-user MIMO.
        pub mu_mimo_stations: u16,
        /// Spatial streams that go unused, in 255ths.
        pub spatial_stream_underutilization: u8,
        /// How long the secondary 20 MHz were busy, in 255ths.
        pub secondary_20_utilization: u8,
        /// How long the secondary 40 MHz were busy, in 255ths.
        pub secondary_40_utilization: u8,
        /// How long the secondary 80 MHz were busy, in 255ths.
        pub secondary_80_utilization: u8,
    }
}
