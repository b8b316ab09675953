//! Where each bit of the HE and EHT capabilities stands: bytes and masks of Linux 6.12's include/linux/ieee80211.h
//! (GPL-2.0-only), numbers only.

use softnet_mac80211::element::{EhtPhyCap, HeMacCap, HePhyCap};

/// Sets the bits alone, then all others: the getter has all ones, then nothing.
fn check<const N: usize>(name: &str, parts: &[(usize, u8)], get: impl Fn([u8; N]) -> u16) {
    let mut alone = [0; N];
    for &(byte, mask) in parts {
        alone[byte] |= mask;
    }
    let width: u32 = parts.iter().map(|(_, mask)| mask.count_ones()).sum();
    assert_eq!(u32::from(get(alone)), (1 << width) - 1, "{name}");
    assert_eq!(get(alone.map(|byte| !byte)), 0, "{name}");
}

macro_rules! bits {
    ($test:ident, $type:ident: $($get:ident: $($byte:literal $mask:literal)+;)+) => {
        #[test]
        fn $test() {
            $(check(stringify!($get), &[$(($byte, $mask)),+], |bytes| $type(bytes).$get() as u16);)+
        }
    };
}

bits! {
    he_mac_capabilities, HeMacCap:
    htc_he: 0 0x01;
    twt_req: 0 0x02;
    twt_res: 0 0x04;
    dynamic_frag: 0 0x18;
    max_num_frag_msdu: 0 0xe0;
    min_frag_size: 1 0x03;
    tf_mac_pad_dur: 1 0x0c;
    multi_tid_agg_rx_qos: 1 0x70;
    link_adaptation: 1 0x80 2 0x01;
    all_ack: 2 0x02;
    trs: 2 0x04;
    bsr: 2 0x08;
    bcast_twt: 2 0x10;
    ba_bitmap_32bit: 2 0x20;
    mu_cascading: 2 0x40;
    ack_en: 2 0x80;
    omi_control: 3 0x02;
    ofdma_ra: 3 0x04;
    max_ampdu_len_exp: 3 0x18;
    amsdu_frag: 3 0x20;
    flex_twt_sched: 3 0x40;
    rx_ctrl_frame_to_multibss: 3 0x80;
    bsrp_bqrp_a_mpdu_agg: 4 0x01;
    qtp: 4 0x02;
    bqr: 4 0x04;
    psr_resp: 4 0x08;
    ndp_fb_rep: 4 0x10;
    ops: 4 0x20;
    amsdu_in_ampdu: 4 0x40;
    multi_tid_agg_tx_qos: 4 0x80 5 0x01 5 0x02;
    subchan_selective_transmission: 5 0x04;
    ul_2x996_tone_ru: 5 0x08;
    om_ctrl_ul_mu_data_dis_rx: 5 0x10;
    he_dynamic_sm_ps: 5 0x20;
    punctured_sounding: 5 0x40;
    ht_vht_trig_frame_rx: 5 0x80;
}

bits! {
    he_phy_capabilities, HePhyCap:
    width_40_in_2g: 0 0x02;
    width_40_80_in_5g: 0 0x04;
    width_160_in_5g: 0 0x08;
    width_80p80_in_5g: 0 0x10;
    ru_mapping_in_2g: 0 0x20;
    ru_mapping_in_5g: 0 0x40;
    preamble_punc_rx: 1 0x0f;
    device_class_a: 1 0x10;
    ldpc_coding_in_payload: 1 0x20;
    he_ltf_and_gi_0_8us: 1 0x40;
    midamble_rx_tx_max_nsts: 1 0x80 2 0x01;
    ndp_4x_ltf_and_3_2us: 2 0x02;
    stbc_tx_under_80mhz: 2 0x04;
    stbc_rx_under_80mhz: 2 0x08;
    doppler_tx: 2 0x10;
    doppler_rx: 2 0x20;
    ul_mu_full_mu_mimo: 2 0x40;
    ul_mu_partial_mu_mimo: 2 0x80;
    dcm_max_const_tx: 3 0x03;
    dcm_max_tx_nss_2: 3 0x04;
    dcm_max_const_rx: 3 0x18;
    dcm_max_rx_nss_2: 3 0x20;
    rx_partial_bw_su_in_20mhz_mu: 3 0x40;
    su_beamformer: 3 0x80;
    su_beamformee: 4 0x01;
    mu_beamformer: 4 0x02;
    beamformee_max_sts_under_80mhz: 4 0x1c;
    beamformee_max_sts_above_80mhz: 4 0xe0;
    num_snd_dim_under_80mhz: 5 0x07;
    num_snd_dim_above_80mhz: 5 0x38;
    ng16_su_feedback: 5 0x40;
    ng16_mu_feedback: 5 0x80;
    codebook_size_42_su: 6 0x01;
    codebook_size_75_mu: 6 0x02;
    trig_su_beamforming_fb: 6 0x04;
    trig_mu_beamforming_partial_bw_fb: 6 0x08;
    trig_cqi_fb: 6 0x10;
    partial_bw_ext_range: 6 0x20;
    partial_bandwidth_dl_mumimo: 6 0x40;
    ppe_threshold_present: 6 0x80;
    psr_based_sr: 7 0x01;
    power_boost_factor_supp: 7 0x02;
    su_mu_ppdu_4xltf_and_08_us_gi: 7 0x04;
    max_nc: 7 0x38;
    stbc_tx_above_80mhz: 7 0x40;
    stbc_rx_above_80mhz: 7 0x80;
    er_su_ppdu_4xltf_and_08_us_gi: 8 0x01;
    width_20_in_40_ppdu_in_2g: 8 0x02;
    width_20_in_160_ppdu: 8 0x04;
    width_80_in_160_ppdu: 8 0x08;
    er_su_1xltf_and_08_us_gi: 8 0x10;
    midamble_rx_tx_2x_and_1xltf: 8 0x20;
    dcm_max_ru: 8 0xc0;
    longer_than_16_sigb_ofdm_sym: 9 0x01;
    non_triggered_cqi_feedback: 9 0x02;
    tx_1024_qam_less_than_242_tone_ru: 9 0x04;
    rx_1024_qam_less_than_242_tone_ru: 9 0x08;
    rx_full_bw_su_using_mu_with_comp_sigb: 9 0x10;
    rx_full_bw_su_using_mu_with_non_comp_sigb: 9 0x20;
    nominal_pkt_padding: 9 0xc0;
    he_mu_m1ru_max_ltf: 10 0x01;
}

bits! {
    eht_phy_capabilities, EhtPhyCap:
    width_320_in_6ghz: 0 0x02;
    ru_242_tone_gt20mhz: 0 0x04;
    ndp_4_eht_lft_32_gi: 0 0x08;
    partial_bw_ul_mu_mimo: 0 0x10;
    su_beamformer: 0 0x20;
    su_beamformee: 0 0x40;
    beamformee_ss_80mhz: 0 0x80 1 0x03;
    beamformee_ss_160mhz: 1 0x1c;
    beamformee_ss_320mhz: 1 0xe0;
    sounding_dim_80mhz: 2 0x07;
    sounding_dim_160mhz: 2 0x38;
    sounding_dim_320mhz: 2 0xc0 3 0x01;
    ng_16_su_feedback: 3 0x02;
    ng_16_mu_feedback: 3 0x04;
    codebook_4_2_su_fdbk: 3 0x08;
    codebook_7_5_mu_fdbk: 3 0x10;
    trig_su_bf_fdbk: 3 0x20;
    trig_mu_bf_part_bw_fdbk: 3 0x40;
    trig_cqi_fdbk: 3 0x80;
    part_bw_dl_mu_mimo: 4 0x01;
    psr_sr_supp: 4 0x02;
    power_boost_fact_supp: 4 0x04;
    mu_ppdu_4_eht_ltf_08_gi: 4 0x08;
    max_nc: 4 0xf0;
    non_trig_cqi_feedback: 5 0x01;
    tx_less_242_tone_ru_supp: 5 0x02;
    rx_less_242_tone_ru_supp: 5 0x04;
    ppe_threshold_present: 5 0x08;
    common_nominal_pkt_pad: 5 0x30;
    max_num_supp_eht_ltf: 5 0xc0 6 0x07;
    mcs15_supp: 6 0x78;
    eht_dup_6ghz_supp: 6 0x80;
    sta_20mhz_rx_ndp_wider_bw: 7 0x01;
    non_ofdma_ul_mu_mimo_80mhz: 7 0x02;
    non_ofdma_ul_mu_mimo_160mhz: 7 0x04;
    non_ofdma_ul_mu_mimo_320mhz: 7 0x08;
    mu_beamformer_80mhz: 7 0x10;
    mu_beamformer_160mhz: 7 0x20;
    mu_beamformer_320mhz: 7 0x40;
    tb_sounding_fdbk_rate_limit: 7 0x80;
    rx_1024qam_wider_bw_dl_ofdma: 8 0x01;
    rx_4096qam_wider_bw_dl_ofdma: 8 0x02;
}
