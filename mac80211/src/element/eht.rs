//! Extremely high throughput (802.11be).

use super::ppe::Ppe;
use super::{HeCapabilities, Id, Wire};
use crate::wire::{bits, record, take, wide_bits};

bits! {
    /// EHT MAC capabilities (9.4.2.313.2). `IEEE80211_EHT_MAC_CAP0_*`.
    pub struct EhtMacCap(u16) {
        /// Priority access for emergencies.
        epcs_prio_access, with_epcs_prio_access: 0;
        /// EHT variant of operating mode control.
        om_control, with_om_control: 1;
        /// Triggered TXOP sharing, mode 1.
        trig_txop_sharing_mode1, with_trig_txop_sharing_mode1: 2;
        /// Triggered TXOP sharing, mode 2.
        trig_txop_sharing_mode2, with_trig_txop_sharing_mode2: 3;
        /// Restricted TWT.
        restricted_twt, with_restricted_twt: 4;
        /// SCS with traffic descriptions.
        scs_traffic_desc, with_scs_traffic_desc: 5;
        /// Longest MPDU at 2.4 GHz: 0, 1, 2 stand for 3895, 7991, 11454 bytes.
        max_mpdu_len, with_max_mpdu_len: 6, 2;
        /// Longest A-MPDU: adds to the exponent of HE.
        max_ampdu_len, with_max_ampdu_len: 8;
    }
}

wide_bits! {
    /// EHT PHY capabilities (9.4.2.313.3). `IEEE80211_EHT_PHY_CAP0_*` and so on.
    pub struct EhtPhyCap([u8; 9]) {
        /// 320 MHz at 6 GHz.
        width_320_in_6ghz, with_width_320_in_6ghz: 1;
        /// 242-tone RUs wider than 20 MHz.
        ru_242_tone_gt20mhz, with_ru_242_tone_gt20mhz: 2;
        /// NDP with 4x LTF and 3.2 µs.
        ndp_4_eht_lft_32_gi, with_ndp_4_eht_lft_32_gi: 3;
        /// Uplink MU-MIMO over a part of the bandwidth.
        partial_bw_ul_mu_mimo, with_partial_bw_ul_mu_mimo: 4;
        /// Single-user beamformer.
        su_beamformer, with_su_beamformer: 5;
        /// Single-user beamformee.
        su_beamformee, with_su_beamformee: 6;
        /// Streams as a beamformee up to 80 MHz, less one.
        beamformee_ss_80mhz, with_beamformee_ss_80mhz: 7, 3;
        /// At 160 MHz.
        beamformee_ss_160mhz, with_beamformee_ss_160mhz: 10, 3;
        /// At 320 MHz.
        beamformee_ss_320mhz, with_beamformee_ss_320mhz: 13, 3;
        /// Sounding dimensions up to 80 MHz, less one.
        sounding_dim_80mhz, with_sounding_dim_80mhz: 16, 3;
        /// At 160 MHz.
        sounding_dim_160mhz, with_sounding_dim_160mhz: 19, 3;
        /// At 320 MHz.
        sounding_dim_320mhz, with_sounding_dim_320mhz: 22, 3;
        /// Single-user feedback with Ng 16.
        ng_16_su_feedback, with_ng_16_su_feedback: 25;
        /// Multi-user feedback with Ng 16.
        ng_16_mu_feedback, with_ng_16_mu_feedback: 26;
        /// Single-user codebook of 4 and 2 bits.
        codebook_4_2_su_fdbk, with_codebook_4_2_su_fdbk: 27;
        /// Multi-user codebook of 7 and 5 bits.
        codebook_7_5_mu_fdbk, with_codebook_7_5_mu_fdbk: 28;
        /// Triggered single-user beamforming feedback.
        trig_su_bf_fdbk, with_trig_su_bf_fdbk: 29;
        /// Triggered multi-user feedback over a part of the bandwidth.
        trig_mu_bf_part_bw_fdbk, with_trig_mu_bf_part_bw_fdbk: 30;
        /// Triggered CQI feedback.
        trig_cqi_fdbk, with_trig_cqi_fdbk: 31;
        /// Downlink MU-MIMO over a part of the bandwidth.
        part_bw_dl_mu_mimo, with_part_bw_dl_mu_mimo: 32;
        /// PSR-based spatial reuse.
        psr_sr_supp, with_psr_sr_supp: 33;
        /// Power boost factor.
        power_boost_fact_supp, with_power_boost_fact_supp: 34;
        /// MU PPDUs with 4x LTF and 0.8 µs.
        mu_ppdu_4_eht_ltf_08_gi, with_mu_ppdu_4_eht_ltf_08_gi: 35;
        /// Most columns of a feedback matrix.
        max_nc, with_max_nc: 36, 4;
        /// CQI feedback without a trigger.
        non_trig_cqi_feedback, with_non_trig_cqi_feedback: 40;
        /// 1024- and 4096-QAM below 242 tones, transmitting.
        tx_less_242_tone_ru_supp, with_tx_less_242_tone_ru_supp: 41;
        /// 1024- and 4096-QAM below 242 tones, receiving.
        rx_less_242_tone_ru_supp, with_rx_less_242_tone_ru_supp: 42;
        /// PPE thresholds follow.
        ppe_threshold_present, with_ppe_threshold_present: 43;
        /// Common nominal packet padding: 0 to 3 stand for 0, 8, 16, 20 µs.
        common_nominal_pkt_pad, with_common_nominal_pkt_pad: 44, 2;
        /// Most LTF symbols.
        max_num_supp_eht_ltf, with_max_num_supp_eht_ltf: 46, 5;
        /// MCS 15 with several RUs, by width.
        mcs15_supp, with_mcs15_supp: 51, 4;
        /// EHT duplicates at 6 GHz.
        eht_dup_6ghz_supp, with_eht_dup_6ghz_supp: 55;
        /// A 20 MHz station receives a wider NDP.
        sta_20mhz_rx_ndp_wider_bw, with_sta_20mhz_rx_ndp_wider_bw: 56;
        /// Uplink MU-MIMO without OFDMA, up to 80 MHz.
        non_ofdma_ul_mu_mimo_80mhz, with_non_ofdma_ul_mu_mimo_80mhz: 57;
        /// At 160 MHz.
        non_ofdma_ul_mu_mimo_160mhz, with_non_ofdma_ul_mu_mimo_160mhz: 58;
        /// At 320 MHz.
        non_ofdma_ul_mu_mimo_320mhz, with_non_ofdma_ul_mu_mimo_320mhz: 59;
        /// Multi-user beamformer up to 80 MHz.
        mu_beamformer_80mhz, with_mu_beamformer_80mhz: 60;
        /// At 160 MHz.
        mu_beamformer_160mhz, with_mu_beamformer_160mhz: 61;
        /// At 320 MHz.
        mu_beamformer_320mhz, with_mu_beamformer_320mhz: 62;
        /// The rate of sounding feedback is limited.
        tb_sounding_fdbk_rate_limit, with_tb_sounding_fdbk_rate_limit: 63;
        /// 1024-QAM in wider downlink OFDMA is received.
        rx_1024qam_wider_bw_dl_ofdma, with_rx_1024qam_wider_bw_dl_ofdma: 64;
        /// 4096-QAM in wider downlink OFDMA is received.
        rx_4096qam_wider_bw_dl_ofdma, with_rx_4096qam_wider_bw_dl_ofdma: 65;
    }
}

/// Most streams for each group of MCS, receiving in bits 0 to 3 and transmitting in bits 4 to 7.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum EhtMcsNss<'a> {
    /// Of a station with 20 MHz only: MCS 0 to 7, 8 and 9, 10 and 11, 12 and 13
    /// (`struct ieee80211_eht_mcs_nss_supp_20mhz_only`).
    Only20([u8; 4]),
    /// Of others, for up to 80, 160 and 320 MHz as far as they are supported, three bytes each: MCS 0 to 9, 10
    /// and 11, 12 and 13 (`struct ieee80211_eht_mcs_nss_supp_bw`).
    Widths(&'a [u8]),
}

element! {
    /// EHT capabilities (9.4.2.313; `struct ieee80211_eht_cap_elem`).
    pub struct EhtCapabilities: Id::EHT_CAPABILITY, "EHT capabilities element" {
        /// MAC capabilities.
        pub mac: EhtMacCap,
        /// PHY capabilities.
        pub phy: EhtPhyCap,
    } then {
        /// MCS and NSS set, then PPE thresholds: how long the former is, only the HE capabilities tell, so see
        /// [`optional`](Self::optional).
        pub optional: &'a [u8],
    }
}

impl<'a> EhtCapabilities<'a> {
    /// What follows the fixed part: the MCS and NSS set; PPE thresholds, if there are any; bytes behind those that
    /// are known. `None` if they are cut short (`ieee80211_eht_capa_size_ok`).
    #[must_use]
    pub fn optional(
        &self,
        he: &HeCapabilities<'_>,
        from_ap: bool,
    ) -> Option<(EhtMcsNss<'a>, Option<Ppe<'a>>, &'a [u8])> {
        let mut rest = self.optional;
        let set = match self.mcs_nss_size(he, from_ap) {
            4 => EhtMcsNss::Only20(Wire::read(&mut rest)?),
            size => EhtMcsNss::Widths(take(&mut rest, size)?),
        };
        let has_ppe = self.phy.ppe_threshold_present();
        let ppe = if has_ppe { Some(Ppe::read_eht(&mut rest)?) } else { None };
        Some((set, ppe, rest))
    }

    /// Bytes of the MCS and NSS set (`ieee80211_eht_mcs_nss_size`).
    fn mcs_nss_size(&self, he: &HeCapabilities<'_>, from_ap: bool) -> usize {
        if he.phy.width_40_in_2g() {
            return 3;
        }
        let widths =
            [he.phy.width_40_80_in_5g(), he.phy.width_160_in_5g(), self.phy.width_320_in_6ghz()];
        match widths.into_iter().filter(|&has| has).count() {
            0 if from_ap => 3,
            0 => 4,
            count => 3 * count,
        }
    }
}

bits! {
    /// EHT operation parameters (9.4.2.311). `IEEE80211_EHT_OPER_*`.
    pub struct EhtOperParams(u8) {
        /// Operation information follows.
        info_present, with_info_present: 0;
        /// And in it the subchannels that are not used.
        disabled_subchannel_bitmap_present, with_disabled_subchannel_bitmap_present: 1;
        /// Default PE duration: 20 µs, not as HE says.
        eht_def_pe_duration, with_eht_def_pe_duration: 2;
        /// Group frames are announced for other links, up to a limit.
        group_addressed_bu_ind_limit, with_group_addressed_bu_ind_limit: 3;
        /// Exponent of that limit.
        group_addressed_bu_ind_exp, with_group_addressed_bu_ind_exp: 4, 2;
    }
}

record! {
    /// EHT operation information (`struct ieee80211_eht_operation_info`).
    pub struct EhtOperInfo {
        /// Bits 0 to 2: 0 to 4: 20, 40, 80, 160, 320 MHz.
        pub control: u8,
        /// Channel number of the centre, at 160 MHz and above of the lower half that has the primary channel.
        pub ccfs0: u8,
        /// Channel number of the whole centre at 160 MHz and above.
        pub ccfs1: u8,
    }
}

element! {
    /// EHT operation (9.4.2.311; `struct ieee80211_eht_operation`).
    ///
    /// What is an `Option` must be there if and only if the parameters say so.
    pub struct EhtOperation: Id::EHT_OPERATION, "EHT operation element" {
        /// What follows, and more.
        pub params: EhtOperParams,
        /// Basic MCS and NSS set: MCS 0 to 7, 8 and 9, 10 and 11, 12 and 13.
        pub basic_mcs_nss: [u8; 4],
    } then {
        /// With [`EhtOperParams::info_present`].
        pub info: Option<EhtOperInfo> where params.info_present(),
        /// A bit for each 20 MHz, lowest first: with
        /// [`EhtOperParams::disabled_subchannel_bitmap_present`] besides
        /// (`ieee80211_eht_oper_dis_subchan_bitmap`).
        pub disabled_subchannels: Option<u16> where info.is_some() && params.disabled_subchannel_bitmap_present(),
        /// Bytes behind those that are known.
        pub tail: &'a [u8],
    }
}

element! {
    /// Bandwidth indication (9.4.2.319; `struct ieee80211_bandwidth_indication`).
    pub struct BandwidthIndication: Id::BANDWIDTH_INDICATION, "bandwidth indication element" {
        /// Bit 1: the bitmap follows.
        pub params: u8,
        /// Width and centres.
        pub info: EhtOperInfo,
    } then {
        /// A bit for each 20 MHz that is not used: if and only if bit 1 of `params` is set.
        pub disabled_subchannels: Option<u16> where params & 2 != 0,
        /// Bytes behind those that are known.
        pub tail: &'a [u8],
    }
}
