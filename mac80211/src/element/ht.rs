//! High throughput (802.11n).

use super::Id;
use crate::wire::{bits, record};

bits! {
    /// HT capability information (9.4.2.55.2). `IEEE80211_HT_CAP_*`.
    pub struct HtCapInfo(u16) {
        /// LDPC is received.
        ldpc_coding, with_ldpc_coding: 0;
        /// 40 MHz, too.
        sup_width_20_40, with_sup_width_20_40: 1;
        /// Spatial multiplexing power save: 0 static, 1 dynamic, 3 disabled.
        sm_ps, with_sm_ps: 2, 2;
        /// Greenfield preambles are received.
        grn_fld, with_grn_fld: 4;
        /// Short guard interval at 20 MHz.
        sgi_20, with_sgi_20: 5;
        /// Short guard interval at 40 MHz.
        sgi_40, with_sgi_40: 6;
        /// STBC is transmitted.
        tx_stbc, with_tx_stbc: 7;
        /// Streams with which STBC is received.
        rx_stbc, with_rx_stbc: 8, 2;
        /// HT-delayed block ack.
        delay_ba, with_delay_ba: 10;
        /// A-MSDUs of 7935 bytes, not 3839.
        max_amsdu, with_max_amsdu: 11;
        /// DSSS and CCK at 40 MHz.
        dssscck40, with_dssscck40: 12;
        /// Nobody may use 40 MHz at 2.4 GHz.
        intolerant_40mhz, with_intolerant_40mhz: 14;
        /// L-SIG TXOP protection.
        lsig_txop_prot, with_lsig_txop_prot: 15;
    }
}

bits! {
    /// A-MPDU parameters (9.4.2.55.3). `IEEE80211_HT_AMPDU_PARM_*`.
    pub struct HtAmpduParams(u8) {
        /// Longest A-MPDU: 2 to the power of 13 and this, less one, bytes.
        factor, with_factor: 0, 2;
        /// Least time between MPDUs: 0 none, 1 to 7: 1/4 µs to 16 µs, each twice the one before.
        density, with_density: 2, 3;
    }
}

bits! {
    /// Transmit parameters of [`HtMcsInfo`]. `IEEE80211_HT_MCS_TX_*`.
    pub struct HtMcsTxParams(u8) {
        /// The transmit set is defined.
        tx_defined, with_tx_defined: 0;
        /// It is another than that to receive.
        tx_rx_diff, with_tx_rx_diff: 1;
        /// Most streams, less one.
        max_streams, with_max_streams: 2, 2;
        /// Unequal modulation.
        unequal_modulation, with_unequal_modulation: 4;
    }
}

record! {
    /// Supported MCS set (9.4.2.55.4; `struct ieee80211_mcs_info`).
    pub struct HtMcsInfo {
        /// A bit for each MCS, 0 to 76.
        pub rx_mask: [u8; 10],
        /// Highest rate, in Mbit/s; 0: unsaid.
        pub rx_highest: u16,
        /// Transmit parameters.
        pub tx_params: HtMcsTxParams,
        /// Reserved.
        pub reserved: [u8; 3],
    }
}

impl HtMcsInfo {
    /// Whether it can receive MCS `mcs`.
    #[must_use]
    pub fn has_rx(&self, mcs: u8) -> bool {
        let byte = self.rx_mask.get(usize::from(mcs / 8));
        byte.is_some_and(|byte| byte >> (mcs % 8) & 1 == 1)
    }
}

bits! {
    /// HT extended capabilities (9.4.2.55.5). `IEEE80211_HT_EXT_CAP_*`.
    pub struct HtExtCap(u16) {
        /// Phased coexistence operation.
        pco, with_pco: 0;
        /// How long it takes.
        pco_time, with_pco_time: 1, 2;
        /// MCS feedback: 0 none, 2 unsolicited, 3 both.
        mcs_fb, with_mcs_fb: 8, 2;
        /// The HT control field is supported.
        htc_sup, with_htc_sup: 10;
        /// Reverse direction responder.
        rd_responder, with_rd_responder: 11;
    }
}

element! {
    /// HT capabilities (9.4.2.55; `struct ieee80211_ht_cap`).
    pub struct HtCapabilities: Id::HT_CAPABILITY, "HT capabilities element" {
        /// Capability information.
        pub cap_info: HtCapInfo,
        /// A-MPDU parameters.
        pub ampdu_params_info: HtAmpduParams,
        /// MCS set.
        pub mcs: HtMcsInfo,
        /// Extended capabilities.
        pub extended_ht_cap_info: HtExtCap,
        /// Transmit beamforming capabilities (9.4.2.55.6).
        pub tx_bf_cap_info: u32,
        /// Antenna selection capability (9.4.2.55.7).
        pub antenna_selection_info: u8,
    }
}

bits! {
    /// First byte of the HT operation information. `IEEE80211_HT_PARAM_*`.
    pub struct HtParam(u8) {
        /// Secondary channel: 0 none, 1 above, 3 below.
        cha_sec_offset, with_cha_sec_offset: 0, 2;
        /// Any width that is supported, not 20 MHz only.
        chan_width_any, with_chan_width_any: 2;
        /// RIFS is permitted.
        rifs_mode, with_rifs_mode: 3;
    }
}

bits! {
    /// Second and third byte of the HT operation information. `IEEE80211_HT_OP_MODE_*`.
    pub struct HtOperationMode(u16) {
        /// Protection: 0 none, 1 nonmember, 2 20 MHz, 3 mixed with stations that know no HT.
        protection, with_protection: 0, 2;
        /// A station that takes no greenfield is there.
        non_gf_sta_prsnt, with_non_gf_sta_prsnt: 2;
        /// A station that knows no HT is there, in an overlapping cell.
        non_ht_sta_prsnt, with_non_ht_sta_prsnt: 4;
        /// Channel number of the second centre, where VHT has none.
        ccfs2, with_ccfs2: 5, 8;
    }
}

bits! {
    /// Fourth and fifth byte of the HT operation information. `IEEE80211_HT_STBC_PARAM_*`.
    pub struct HtStbcParam(u16) {
        /// A second beacon is sent, with STBC.
        dual_beacon, with_dual_beacon: 6;
        /// Dual CTS protection.
        dual_cts_prot, with_dual_cts_prot: 7;
        /// This is the STBC beacon.
        stbc_beacon, with_stbc_beacon: 8;
        /// L-SIG TXOP protection everywhere.
        lsig_txop_fullprot, with_lsig_txop_fullprot: 9;
        /// Phased coexistence is active.
        pco_active, with_pco_active: 10;
        /// Its phase: 40 MHz.
        pco_phase, with_pco_phase: 11;
    }
}

element! {
    /// HT operation (9.4.2.56; `struct ieee80211_ht_operation`).
    pub struct HtOperation: Id::HT_OPERATION, "HT operation element" {
        /// Primary channel number.
        pub primary_chan: u8,
        /// Width and RIFS.
        pub ht_param: HtParam,
        /// Protection.
        pub operation_mode: HtOperationMode,
        /// Beacons with STBC and the like.
        pub stbc_param: HtStbcParam,
        /// Basic MCS set.
        pub basic_set: [u8; 16],
    }
}

bits! {
    /// 20/40 BSS coexistence information.
    pub struct BssCoexInfo(u8) {
        /// Answer with one (`WLAN_BSS_COEX_INFORMATION_REQUEST`).
        request, with_request: 0;
        /// Nobody may use 40 MHz.
        intolerant_40mhz, with_intolerant_40mhz: 1;
        /// 20 MHz is asked for.
        width_20_request, with_width_20_request: 2;
        /// Need not scan for overlapping cells: asked for.
        obss_exemption_request, with_obss_exemption_request: 3;
        /// Granted.
        obss_exemption_grant, with_obss_exemption_grant: 4;
    }
}

element! {
    /// 20/40 BSS coexistence (9.4.2.59).
    pub struct BssCoex2040: Id::BSS_COEX_2040, "20/40 BSS coexistence element" {
        /// Flags.
        pub info: BssCoexInfo,
    }
}

element! {
    /// Overlapping BSS scan parameters (9.4.2.58).
    pub struct OverlapBssScanParam: Id::OVERLAP_BSS_SCAN_PARAM, "overlapping BSS scan parameters element" {
        /// Least time on a channel, listening, in TU.
        pub passive_dwell: u16,
        /// Least time on a channel, asking, in TU.
        pub active_dwell: u16,
        /// Between two scans, in s.
        pub trigger_scan_interval: u16,
        /// Of all scans per channel, listening, in TU.
        pub passive_total: u16,
        /// Of all scans per channel, asking, in TU.
        pub active_total: u16,
        /// Until the width may change again, in scan intervals.
        pub width_transition_delay: u16,
        /// Activity up to which one need not scan, in hundredths of a percent.
        pub activity_threshold: u16,
    }
}
