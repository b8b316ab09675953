//! HE capabilities (802.11ax).

use super::ppe::Ppe;
use super::{BuildError, Id, McsMap, Sink, Wire};
use crate::wire::{bits, fixed_bytes, read_fixed, read_if, record, wide_bits};

wide_bits! {
    /// HE MAC capabilities (9.4.2.248.2). `IEEE80211_HE_MAC_CAP0_*` and so on.
    pub struct HeMacCap([u8; 6]) {
        /// HE variant of the HT control field.
        htc_he, with_htc_he: 0;
        /// TWT requester.
        twt_req, with_twt_req: 1;
        /// TWT responder.
        twt_res, with_twt_res: 2;
        /// Dynamic fragmentation: 0 none, else its level.
        dynamic_frag, with_dynamic_frag: 3, 2;
        /// Fragmented MSDUs at once: 2 to this power, 7 without limit.
        max_num_frag_msdu, with_max_num_frag_msdu: 5, 3;
        /// Least first fragment: 0 any, 1, 2, 3 stand for 128, 256, 512 bytes.
        min_frag_size, with_min_frag_size: 8, 2;
        /// Padding that a trigger frame needs, in 8 µs.
        tf_mac_pad_dur, with_tf_mac_pad_dur: 10, 2;
        /// TIDs of an A-MPDU to receive, less one.
        multi_tid_agg_rx_qos, with_multi_tid_agg_rx_qos: 12, 3;
        /// Link adaptation: 0 none, 2 unsolicited, 3 both.
        link_adaptation, with_link_adaptation: 15, 2;
        /// All-ack.
        all_ack, with_all_ack: 17;
        /// Triggered response scheduling.
        trs, with_trs: 18;
        /// Buffer status reports.
        bsr, with_bsr: 19;
        /// Broadcast TWT.
        bcast_twt, with_bcast_twt: 20;
        /// Block ack bitmaps of 32 bits.
        ba_bitmap_32bit, with_ba_bitmap_32bit: 21;
        /// MU cascading.
        mu_cascading, with_mu_cascading: 22;
        /// Ack-enabled aggregation.
        ack_en, with_ack_en: 23;
        /// Operating mode control.
        omi_control, with_omi_control: 25;
        /// OFDMA random access.
        ofdma_ra, with_ofdma_ra: 26;
        /// Longest A-MPDU: adds to the exponent of VHT or HT.
        max_ampdu_len_exp, with_max_ampdu_len_exp: 27, 2;
        /// A-MSDUs in fragments.
        amsdu_frag, with_amsdu_frag: 29;
        /// Flexible TWT schedule.
        flex_twt_sched, with_flex_twt_sched: 30;
        /// Control frames to a multiple BSSID set are received.
        rx_ctrl_frame_to_multibss, with_rx_ctrl_frame_to_multibss: 31;
        /// BSRP and BQRP in an A-MPDU.
        bsrp_bqrp_a_mpdu_agg, with_bsrp_bqrp_a_mpdu_agg: 32;
        /// Quiet time period.
        qtp, with_qtp: 33;
        /// Bandwidth query reports.
        bqr, with_bqr: 34;
        /// PSR responder.
        psr_resp, with_psr_resp: 35;
        /// NDP feedback report.
        ndp_fb_rep, with_ndp_fb_rep: 36;
        /// Opportunistic power save.
        ops, with_ops: 37;
        /// A-MSDUs that are not acknowledged in an A-MPDU that is.
        amsdu_in_ampdu, with_amsdu_in_ampdu: 38;
        /// TIDs of an A-MPDU to transmit, less one.
        multi_tid_agg_tx_qos, with_multi_tid_agg_tx_qos: 39, 3;
        /// Subchannel selective transmission.
        subchan_selective_transmission, with_subchan_selective_transmission: 42;
        /// Uplink RU of 2×996 tones.
        ul_2x996_tone_ru, with_ul_2x996_tone_ru: 43;
        /// Uplink MU data can be disabled by operating mode control.
        om_ctrl_ul_mu_data_dis_rx, with_om_ctrl_ul_mu_data_dis_rx: 44;
        /// Dynamic spatial multiplexing power save.
        he_dynamic_sm_ps, with_he_dynamic_sm_ps: 45;
        /// Punctured sounding.
        punctured_sounding, with_punctured_sounding: 46;
        /// Trigger frames in HT and VHT PPDUs are received.
        ht_vht_trig_frame_rx, with_ht_vht_trig_frame_rx: 47;
    }
}

wide_bits! {
    /// HE PHY capabilities (9.4.2.248.3). `IEEE80211_HE_PHY_CAP0_*` and so on.
    pub struct HePhyCap([u8; 11]) {
        /// 40 MHz at 2.4 GHz.
        width_40_in_2g, with_width_40_in_2g: 1;
        /// 40 and 80 MHz at 5 and 6 GHz.
        width_40_80_in_5g, with_width_40_80_in_5g: 2;
        /// 160 MHz at 5 and 6 GHz.
        width_160_in_5g, with_width_160_in_5g: 3;
        /// 80+80 MHz at 5 and 6 GHz.
        width_80p80_in_5g, with_width_80p80_in_5g: 4;
        /// 242-tone RUs at 2.4 GHz.
        ru_mapping_in_2g, with_ru_mapping_in_2g: 5;
        /// 242-tone RUs at 5 and 6 GHz.
        ru_mapping_in_5g, with_ru_mapping_in_5g: 6;
        /// Punctured preambles that are received.
        preamble_punc_rx, with_preamble_punc_rx: 8, 4;
        /// Class A device.
        device_class_a, with_device_class_a: 12;
        /// LDPC.
        ldpc_coding_in_payload, with_ldpc_coding_in_payload: 13;
        /// 1x LTF with 0.8 µs guard interval, in SU PPDUs.
        he_ltf_and_gi_0_8us, with_he_ltf_and_gi_0_8us: 14;
        /// Midambles: most space-time streams.
        midamble_rx_tx_max_nsts, with_midamble_rx_tx_max_nsts: 15, 2;
        /// NDP with 4x LTF and 3.2 µs.
        ndp_4x_ltf_and_3_2us, with_ndp_4x_ltf_and_3_2us: 17;
        /// STBC is transmitted, up to 80 MHz.
        stbc_tx_under_80mhz, with_stbc_tx_under_80mhz: 18;
        /// STBC is received, up to 80 MHz.
        stbc_rx_under_80mhz, with_stbc_rx_under_80mhz: 19;
        /// Doppler, transmitting.
        doppler_tx, with_doppler_tx: 20;
        /// Doppler, receiving.
        doppler_rx, with_doppler_rx: 21;
        /// Uplink MU-MIMO over the full bandwidth.
        ul_mu_full_mu_mimo, with_ul_mu_full_mu_mimo: 22;
        /// Uplink MU-MIMO over a part of it.
        ul_mu_partial_mu_mimo, with_ul_mu_partial_mu_mimo: 23;
        /// DCM, transmitting: 0 none, 1 BPSK, 2 QPSK, 3 16-QAM.
        dcm_max_const_tx, with_dcm_max_const_tx: 24, 2;
        /// DCM with two streams, transmitting.
        dcm_max_tx_nss_2, with_dcm_max_tx_nss_2: 26;
        /// DCM, receiving: 0 none, 1 BPSK, 2 QPSK, 3 16-QAM.
        dcm_max_const_rx, with_dcm_max_const_rx: 27, 2;
        /// DCM with two streams, receiving.
        dcm_max_rx_nss_2, with_dcm_max_rx_nss_2: 29;
        /// Part of the bandwidth of an MU PPDU is received.
        rx_partial_bw_su_in_20mhz_mu, with_rx_partial_bw_su_in_20mhz_mu: 30;
        /// Single-user beamformer.
        su_beamformer, with_su_beamformer: 31;
        /// Single-user beamformee.
        su_beamformee, with_su_beamformee: 32;
        /// Multi-user beamformer.
        mu_beamformer, with_mu_beamformer: 33;
        /// Space-time streams as a beamformee, up to 80 MHz, less one.
        beamformee_max_sts_under_80mhz, with_beamformee_max_sts_under_80mhz: 34, 3;
        /// The same above 80 MHz.
        beamformee_max_sts_above_80mhz, with_beamformee_max_sts_above_80mhz: 37, 3;
        /// Sounding dimensions, up to 80 MHz, less one.
        num_snd_dim_under_80mhz, with_num_snd_dim_under_80mhz: 40, 3;
        /// The same above 80 MHz.
        num_snd_dim_above_80mhz, with_num_snd_dim_above_80mhz: 43, 3;
        /// Single-user feedback with Ng 16.
        ng16_su_feedback, with_ng16_su_feedback: 46;
        /// Multi-user feedback with Ng 16.
        ng16_mu_feedback, with_ng16_mu_feedback: 47;
        /// Single-user codebook of 4 and 2 bits.
        codebook_size_42_su, with_codebook_size_42_su: 48;
        /// Multi-user codebook of 7 and 5 bits.
        codebook_size_75_mu, with_codebook_size_75_mu: 49;
        /// Triggered single-user beamforming feedback.
        trig_su_beamforming_fb, with_trig_su_beamforming_fb: 50;
        /// Triggered multi-user feedback over a part of the bandwidth.
        trig_mu_beamforming_partial_bw_fb, with_trig_mu_beamforming_partial_bw_fb: 51;
        /// Triggered CQI feedback.
        trig_cqi_fb, with_trig_cqi_fb: 52;
        /// Extended range over a part of the bandwidth.
        partial_bw_ext_range, with_partial_bw_ext_range: 53;
        /// Downlink MU-MIMO over a part of the bandwidth.
        partial_bandwidth_dl_mumimo, with_partial_bandwidth_dl_mumimo: 54;
        /// PPE thresholds follow.
        ppe_threshold_present, with_ppe_threshold_present: 55;
        /// PSR-based spatial reuse.
        psr_based_sr, with_psr_based_sr: 56;
        /// Power boost factor.
        power_boost_factor_supp, with_power_boost_factor_supp: 57;
        /// 4x LTF with 0.8 µs, in SU and MU PPDUs.
        su_mu_ppdu_4xltf_and_08_us_gi, with_su_mu_ppdu_4xltf_and_08_us_gi: 58;
        /// Most columns of a feedback matrix.
        max_nc, with_max_nc: 59, 3;
        /// STBC is transmitted, above 80 MHz.
        stbc_tx_above_80mhz, with_stbc_tx_above_80mhz: 62;
        /// STBC is received, above 80 MHz.
        stbc_rx_above_80mhz, with_stbc_rx_above_80mhz: 63;
        /// 4x LTF with 0.8 µs, in ER SU PPDUs.
        er_su_ppdu_4xltf_and_08_us_gi, with_er_su_ppdu_4xltf_and_08_us_gi: 64;
        /// 20 MHz of a 40 MHz PPDU at 2.4 GHz.
        width_20_in_40_ppdu_in_2g, with_width_20_in_40_ppdu_in_2g: 65;
        /// 20 MHz of a 160 MHz PPDU.
        width_20_in_160_ppdu, with_width_20_in_160_ppdu: 66;
        /// 80 MHz of a 160 MHz PPDU.
        width_80_in_160_ppdu, with_width_80_in_160_ppdu: 67;
        /// 1x LTF with 0.8 µs, in ER SU PPDUs.
        er_su_1xltf_and_08_us_gi, with_er_su_1xltf_and_08_us_gi: 68;
        /// Midambles with 2x and 1x LTF.
        midamble_rx_tx_2x_and_1xltf, with_midamble_rx_tx_2x_and_1xltf: 69;
        /// Largest RU with DCM: 0 to 3: 242, 484, 996, 2×996 tones.
        dcm_max_ru, with_dcm_max_ru: 70, 2;
        /// HE-SIG-B of more than 16 symbols.
        longer_than_16_sigb_ofdm_sym, with_longer_than_16_sigb_ofdm_sym: 72;
        /// CQI feedback without a trigger.
        non_triggered_cqi_feedback, with_non_triggered_cqi_feedback: 73;
        /// 1024-QAM below 242 tones, transmitting.
        tx_1024_qam_less_than_242_tone_ru, with_tx_1024_qam_less_than_242_tone_ru: 74;
        /// 1024-QAM below 242 tones, receiving.
        rx_1024_qam_less_than_242_tone_ru, with_rx_1024_qam_less_than_242_tone_ru: 75;
        /// SU over the full bandwidth in an MU PPDU with compressed HE-SIG-B.
        rx_full_bw_su_using_mu_with_comp_sigb, with_rx_full_bw_su_using_mu_with_comp_sigb: 76;
        /// The same with HE-SIG-B that is not compressed.
        rx_full_bw_su_using_mu_with_non_comp_sigb, with_rx_full_bw_su_using_mu_with_non_comp_sigb: 77;
        /// Nominal packet padding: 0, 1, 2 stand for 0, 8, 16 µs.
        nominal_pkt_padding, with_nominal_pkt_padding: 78, 2;
        /// More LTF symbols than needed, with one RU.
        he_mu_m1ru_max_ltf, with_he_mu_m1ru_max_ltf: 80;
    }
}

record! {
    /// MCS maps for some widths (9.4.2.248.4).
    pub struct HeMcsNss {
        /// To receive.
        pub rx: McsMap,
        /// To transmit.
        pub tx: McsMap,
    }
}

/// HE capabilities (9.4.2.248; `struct ieee80211_he_cap_elem` and what follows it).
///
/// What is an `Option` must be there if and only if the PHY capabilities say so.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct HeCapabilities<'a> {
    /// MAC capabilities.
    pub mac: HeMacCap,
    /// PHY capabilities.
    pub phy: HePhyCap,
    /// MCS maps up to 80 MHz.
    pub mcs_80: HeMcsNss,
    /// At 160 MHz: with [`HePhyCap::width_160_in_5g`].
    pub mcs_160: Option<HeMcsNss>,
    /// At 80+80 MHz: with [`HePhyCap::width_80p80_in_5g`].
    pub mcs_80p80: Option<HeMcsNss>,
    /// PPE thresholds: with [`HePhyCap::ppe_threshold_present`].
    pub ppe: Option<Ppe<'a>>,
    /// Bytes behind those that are known.
    pub tail: &'a [u8],
}

impl<'a> Wire<'a> for HeCapabilities<'a> {
    #[inline]
    fn read(from: &mut &'a [u8]) -> Option<Self> {
        read_fixed! { from: mac: HeMacCap, phy: HePhyCap, mcs_80: HeMcsNss, }
        Some(Self {
            mac,
            phy,
            mcs_80,
            mcs_160: read_if(phy.width_160_in_5g(), from)?,
            mcs_80p80: read_if(phy.width_80p80_in_5g(), from)?,
            ppe: if phy.ppe_threshold_present() { Some(Ppe::read_he(from)?) } else { None },
            tail: core::mem::take(from),
        })
    }

    fn write(&self, out: &mut dyn Sink) -> Result<(), BuildError> {
        out.put(&fixed_bytes! { self: mac: HeMacCap, phy: HePhyCap, mcs_80: HeMcsNss, })?;
        self.mcs_160.write(out)?;
        self.mcs_80p80.write(out)?;
        out.put(self.ppe.map_or(&[], |ppe| ppe.as_bytes()))?;
        out.put(self.tail)
    }
}

body! { HeCapabilities: Id::HE_CAPABILITY, "HE capabilities element" }

bits! {
    /// HE capabilities at 6 GHz. `IEEE80211_HE_6GHZ_CAP_*`.
    pub struct He6GhzCap(u16) {
        /// Least time between MPDUs, as in [`HtAmpduParams`](super::HtAmpduParams).
        min_mpdu_start, with_min_mpdu_start: 0, 3;
        /// Longest A-MPDU, as in [`VhtCapInfo`](super::VhtCapInfo).
        max_ampdu_len_exp, with_max_ampdu_len_exp: 3, 3;
        /// Longest MPDU, as in [`VhtCapInfo`](super::VhtCapInfo).
        max_mpdu_len, with_max_mpdu_len: 6, 2;
        /// Spatial multiplexing power save, as in [`HtCapInfo`](super::HtCapInfo).
        sm_ps, with_sm_ps: 9, 2;
        /// Reverse direction responder.
        rd_responder, with_rd_responder: 11;
        /// The receive antenna pattern does not change.
        rx_antpat_cons, with_rx_antpat_cons: 12;
        /// The transmit antenna pattern does not change.
        tx_antpat_cons, with_tx_antpat_cons: 13;
    }
}

element! {
    /// HE 6 GHz band capabilities (9.4.2.263; `struct ieee80211_he_6ghz_capa`).
    pub struct He6GhzCapabilities: Id::HE_6GHZ_CAPA, "HE 6 GHz band capabilities element" {
        /// The capabilities.
        pub capa: He6GhzCap,
    }
}
