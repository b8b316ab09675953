//! How an HE cell operates (802.11ax).

use super::{Id, McsMap};
use crate::wire::{bits, record};

bits! {
    /// HE operation parameters and BSS colour information (9.4.2.249). `IEEE80211_HE_OPERATION_*`.
    pub struct HeOperParams(u32) {
        /// Default PE duration, in 4 µs.
        dflt_pe_duration, with_dflt_pe_duration: 0, 3;
        /// TWT is required.
        twt_required, with_twt_required: 3;
        /// RTS from this duration on, in 32 µs; 1023: never.
        rts_threshold, with_rts_threshold: 4, 10;
        /// VHT operation information follows.
        vht_oper_info, with_vht_oper_info: 14;
        /// The number of co-hosted cells follows.
        co_hosted_bss, with_co_hosted_bss: 15;
        /// No extended range SU PPDUs.
        er_su_disable, with_er_su_disable: 16;
        /// 6 GHz operation information follows.
        op_info_6ghz, with_op_info_6ghz: 17;
        /// BSS colour; 0: none.
        bss_color, with_bss_color: 24, 6;
        /// AIDs are assigned by the colour.
        partial_bss_color, with_partial_bss_color: 30;
        /// The colour must not be used now.
        bss_color_disabled, with_bss_color_disabled: 31;
    }
}

record! {
    /// VHT operation information inside of HE's.
    pub struct VhtOperInfo {
        /// As in [`VhtOperation`](super::VhtOperation).
        pub chan_width: u8,
        /// As in [`VhtOperation`](super::VhtOperation).
        pub center_freq_seg0_idx: u8,
        /// As in [`VhtOperation`](super::VhtOperation).
        pub center_freq_seg1_idx: u8,
    }
}

bits! {
    /// Control field of the 6 GHz operation information. `IEEE80211_HE_6GHZ_OPER_CTRL_*`.
    pub struct He6GhzControl(u8) {
        /// 0 to 3: 20, 40, 80, 160 or 80+80 MHz.
        chan_width, with_chan_width: 0, 2;
        /// Beacons are sent as duplicates.
        dup_beacon, with_dup_beacon: 2;
        /// Kind of access point: 0 indoor low power, 1 standard power, 2 very low power, 3 indoor enabled, 4 indoor
        /// standard power.
        reg_info, with_reg_info: 3, 3;
    }
}

record! {
    /// 6 GHz operation information (`struct ieee80211_he_6ghz_oper`).
    pub struct He6GhzOper {
        /// Primary channel number.
        pub primary: u8,
        /// Width and kind.
        pub control: He6GhzControl,
        /// Channel number of the centre.
        pub ccfs0: u8,
        /// Channel number of the second centre, or of that of 160 MHz.
        pub ccfs1: u8,
        /// Least rate, in Mbit/s.
        pub minrate: u8,
    }
}

element! {
    /// HE operation (9.4.2.249; `struct ieee80211_he_operation`).
    ///
    /// What is an `Option` must be there if and only if the parameters say so.
    pub struct HeOperation: Id::HE_OPERATION, "HE operation element" {
        /// Parameters and BSS colour.
        pub params: HeOperParams,
        /// Basic MCS and NSS set.
        pub mcs_nss_set: McsMap,
    } then {
        /// With [`HeOperParams::vht_oper_info`].
        pub vht: Option<VhtOperInfo> where params.vht_oper_info(),
        /// Exponent of the most co-hosted BSSIDs: with [`HeOperParams::co_hosted_bss`].
        pub max_co_hosted_bssid: Option<u8> where params.co_hosted_bss(),
        /// With [`HeOperParams::op_info_6ghz`] (`ieee80211_he_6ghz_oper`).
        pub six_ghz: Option<He6GhzOper> where params.op_info_6ghz(),
        /// Bytes behind those that are known.
        pub tail: &'a [u8],
    }
}

bits! {
    /// SR control (9.4.2.252). `IEEE80211_HE_SPR_*`.
    pub struct SrControl(u8) {
        /// PSR-based reuse is not allowed.
        psr_disallowed, with_psr_disallowed: 0;
        /// OBSS PD reuse outside of the group is not allowed.
        non_srg_obss_pd_sr_disallowed, with_non_srg_obss_pd_sr_disallowed: 1;
        /// The non-SRG offset follows.
        non_srg_offset_present, with_non_srg_offset_present: 2;
        /// The group's parameters follow.
        srg_information_present, with_srg_information_present: 3;
        /// Spatial reuse 15 is allowed in HE-SIG-A.
        hesiga_sr_val15_allowed, with_hesiga_sr_val15_allowed: 4;
    }
}

record! {
    /// Parameters of a spatial reuse group.
    pub struct SrgInfo {
        /// In dB above -82 dBm.
        pub obss_pd_min_offset: u8,
        /// In dB above -82 dBm.
        pub obss_pd_max_offset: u8,
        /// A bit for each BSS colour of the group.
        pub bss_color_bitmap: u64,
        /// A bit for each partial BSSID of the group.
        pub partial_bssid_bitmap: u64,
    }
}

element! {
    /// Spatial reuse parameter set (9.4.2.252; `struct ieee80211_he_spr`).
    ///
    /// What is an `Option` must be there if and only if the control field says so.
    pub struct SpatialReuse: Id::HE_SPR, "spatial reuse parameter set element" {
        /// What is allowed, and what follows.
        pub control: SrControl,
    } then {
        /// In dB above -82 dBm: with [`SrControl::non_srg_offset_present`].
        pub non_srg_obss_pd_max_offset: Option<u8> where control.non_srg_offset_present(),
        /// With [`SrControl::srg_information_present`].
        pub srg: Option<SrgInfo> where control.srg_information_present(),
        /// Bytes behind those that are known.
        pub tail: &'a [u8],
    }
}

element! {
    /// UL OFDMA-based random access parameter set (9.4.2.250).
    pub struct Uora: Id::UORA, "UORA parameter set element" {
        /// Bits 0 to 2 and 3 to 5: exponents of the least and the greatest window.
        pub ocw_range: u8,
    }
}

element! {
    /// BSS colour change announcement (9.4.2.254).
    pub struct BssColorChange: Id::BSS_COLOR_CHG_ANN, "BSS color change announcement element" {
        /// Beacons until then.
        pub countdown: u8,
        /// Bits 0 to 5: the new colour.
        pub new_color: u8,
    }
}
