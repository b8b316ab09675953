//! What tshark reads in the captures' elements, and what we do.

use std::process;

use softnet_mac80211::element::*;

use super::{captures, elements_of, oracle};

type Ours = fn(&Elems<'_>) -> Option<u64>;
type Suites = fn(&Rsn<'_>) -> Vec<u64>;

macro_rules! fields {
    ($($tshark:literal: $type:ident $(. $field:tt $(($($arg:tt)*))?)+;)+) => {
        &[$(($tshark, |elems| {
            let element = elems.get::<$type>()?.ok()?;
            Some((element $(. $field $(($($arg)*))?)+) as u64)
        }),)+]
    };
}

/// A field of tshark 4.0, and ours.
const FIELDS: &[(&str, Ours)] = fields! {
    "wlan.ds.current_channel": DsParams.channel;
    "wlan.tim.dtim_count": Tim.dtim_count;
    "wlan.tim.dtim_period": Tim.dtim_period;
    "wlan.tim.bmapctl.multicast": Tim.group_traffic();
    "wlan.erp_info.use_protection": Erp.info.use_protection();
    "wlan.erp_info.barker_preamble_mode": Erp.info.barker_preamble();
    "wlan.csa.new_channel_number": ChannelSwitch.new_channel;
    "wlan.csa.channel_switch.count": ChannelSwitch.count;
    "wlan.rsn.capabilities.mfpc": Rsn.capabilities().mfp_capable();
    "wlan.rsn.capabilities.mfpr": Rsn.capabilities().mfp_required();
    "wlan.rsn.capabilities.ptksa_replay_counter": Rsn.capabilities().ptksa_replay_counters();
    "wlan.rsn.capabilities.gtksa_replay_counter": Rsn.capabilities().gtksa_replay_counters();
    "wlan.ht.capabilities": HtCapabilities.cap_info.0;
    "wlan.ht.capabilities.ldpccoding": HtCapabilities.cap_info.ldpc_coding();
    "wlan.ht.capabilities.width": HtCapabilities.cap_info.sup_width_20_40();
    "wlan.ht.capabilities.sm": HtCapabilities.cap_info.sm_ps();
    "wlan.ht.capabilities.short20": HtCapabilities.cap_info.sgi_20();
    "wlan.ht.capabilities.short40": HtCapabilities.cap_info.sgi_40();
    "wlan.ht.capabilities.rxstbc": HtCapabilities.cap_info.rx_stbc();
    "wlan.ht.capabilities.dsscck": HtCapabilities.cap_info.dssscck40();
    "wlan.ht.ampduparam.maxlength": HtCapabilities.ampdu_params_info.factor();
    "wlan.ht.ampduparam.mpdudensity": HtCapabilities.ampdu_params_info.density();
    "wlan.ht.mcsset.highestdatarate": HtCapabilities.mcs.rx_highest;
    "wlan.ht.mcsset.txsetdefined": HtCapabilities.mcs.tx_params.tx_defined();
    "wlan.ht.info.primarychannel": HtOperation.primary_chan;
    "wlan.ht.info.secchanoffset": HtOperation.ht_param.cha_sec_offset();
    "wlan.ht.info.chanwidth": HtOperation.ht_param.chan_width_any();
    "wlan.ht.info.ht_protection": HtOperation.operation_mode.protection();
    "wlan.ht.info.obssnonht": HtOperation.operation_mode.non_ht_sta_prsnt();
    "wlan.vht.capabilities": VhtCapabilities.vht_cap_info.0;
    "wlan.vht.capabilities.maxmpdulength": VhtCapabilities.vht_cap_info.max_mpdu_length();
    "wlan.vht.capabilities.rxldpc": VhtCapabilities.vht_cap_info.rxldpc();
    "wlan.vht.capabilities.short80": VhtCapabilities.vht_cap_info.short_gi_80();
    "wlan.vht.capabilities.rxstbc": VhtCapabilities.vht_cap_info.rxstbc();
    "wlan.vht.capabilities.subeamformer": VhtCapabilities.vht_cap_info.su_beamformer_capable();
    "wlan.vht.capabilities.beamformee_sts_cap": VhtCapabilities.vht_cap_info.beamformee_sts();
    "wlan.vht.capabilities.maxampdu": VhtCapabilities.vht_cap_info.max_a_mpdu_length_exponent();
    "wlan.vht.mcsset.rxmcsmap": VhtCapabilities.supp_mcs.rx_mcs_map.0;
    "wlan.vht.mcsset.rxmcsmap.ss1": VhtCapabilities.supp_mcs.rx_mcs_map.nss_1();
    "wlan.vht.mcsset.rxmcsmap.ss8": VhtCapabilities.supp_mcs.rx_mcs_map.nss_8();
    "wlan.vht.mcsset.txhighestlonggirate": VhtCapabilities.supp_mcs.tx_highest.rate();
    "wlan.vht.op.channelwidth": VhtOperation.chan_width;
    "wlan.vht.op.channelcenter0": VhtOperation.center_freq_seg0_idx;
    "wlan.vht.op.basicmcsmap": VhtOperation.basic_mcs_set.0;
    "wlan.ext_tag.he_mac_cap.htc_he_support": HeCapabilities.mac.htc_he();
    "wlan.ext_tag.he_mac_cap.trig_frm_mac_padding_dur": HeCapabilities.mac.tf_mac_pad_dur();
    "wlan.ext_tag.he_mac_cap.multi_tid_agg_rx_support": HeCapabilities.mac.multi_tid_agg_rx_qos();
    "wlan.ext_tag.he_mac_cap.om_control_support": HeCapabilities.mac.omi_control();
    "wlan.ext_tag.he_mac_cap.max_a_mpdu_len_exp_ext": HeCapabilities.mac.max_ampdu_len_exp();
    "wlan.ext_tag.he_mac_cap.a_msdu_in_a_mpdu_support": HeCapabilities.mac.amsdu_in_ampdu();
    "wlan.ext_tag.he_phy_cap.chan_width_set.40_80_in_5ghz": HeCapabilities.phy.width_40_80_in_5g();
    "wlan.ext_tag.he_phy_cap.punc_preamble_rx": HeCapabilities.phy.preamble_punc_rx();
    "wlan.ext_tag.he_phy_cap.device_class": HeCapabilities.phy.device_class_a();
    "wlan.ext_tag.he_phy_cap.ldpc_coding_in_payload": HeCapabilities.phy.ldpc_coding_in_payload();
    "wlan.ext_tag.he_phy_cap.midamble_tx_rx_max_nsts":
        HeCapabilities.phy.midamble_rx_tx_max_nsts();
    "wlan.ext_tag.he_phy_cap.full_bw_ul_mu_mimo": HeCapabilities.phy.ul_mu_full_mu_mimo();
    "wlan.ext_tag.he_phy_cap.dcm_max_const_tx": HeCapabilities.phy.dcm_max_const_tx();
    "wlan.ext_tag.he_phy_cap.dcm_max_const_rx": HeCapabilities.phy.dcm_max_const_rx();
    "wlan.ext_tag.he_phy_cap.su_beamformer": HeCapabilities.phy.su_beamformer();
    "wlan.ext_tag.he_phy_cap.beamformee_sts_lte_80mhz":
        HeCapabilities.phy.beamformee_max_sts_under_80mhz();
    "wlan.ext_tag.he_phy_cap.no_sounding_dims_lte_80":
        HeCapabilities.phy.num_snd_dim_under_80mhz();
    "wlan.ext_tag.he_phy_cap.codebook_size_su_fb": HeCapabilities.phy.codebook_size_42_su();
    "wlan.ext_tag.he_phy_cap.ppe_thres_present": HeCapabilities.phy.ppe_threshold_present();
    "wlan.ext_tag.he_phy_cap.max_nc": HeCapabilities.phy.max_nc();
    "wlan.ext_tag.he_phy_cap.dcm_max_ru": HeCapabilities.phy.dcm_max_ru();
    "wlan.ext_tag.he_phy_cap.tx_1024_qam_support_lt_242_tone_ru":
        HeCapabilities.phy.tx_1024_qam_less_than_242_tone_ru();
    "wlan.ext_tag.he_mcs_map.max_he_mcs_80_rx_1_ss": HeCapabilities.mcs_80.rx.nss_1();
    "wlan.ext_tag.he_mcs_map.max_he_mcs_80_tx_3_ss": HeCapabilities.mcs_80.tx.nss_3();
    "wlan.ext_tag.he_operation.default_pe_duration": HeOperation.params.dflt_pe_duration();
    "wlan.ext_tag.he_operation.txop_duration_rts_thresh": HeOperation.params.rts_threshold();
    "wlan.ext_tag.bss_color_information.bss_color": HeOperation.params.bss_color();
    "wlan.ext_tag.he_operation.basic_he_mcs_and_nss": HeOperation.mcs_nss_set.0;
    "wlan.wfa.ie.wme.acp.aifsn": WmmParam.ac.be.aci_aifsn.aifsn();
    "wlan.wfa.ie.wme.acp.ecw.max": WmmParam.ac.be.ecw.max();
    "wlan.wfa.ie.wme.acp.ecw.min": WmmParam.ac.be.ecw.min();
    "wlan.mobility_domain.mdid": MobilityDomain.mdid;
    "wlan.timeout_int.value": TimeoutInterval.value;
};

/// Suites, which stand several in a row: the last bytes of their selectors.
const SUITES: &[(&str, Suites)] = &[
    ("wlan.rsn.gcs.type", |rsn| vec![u64::from(rsn.group_data_cipher().0 & 0xff)]),
    ("wlan.rsn.pcs.type", |rsn| {
        rsn.pairwise_ciphers().map(|suite| u64::from(suite.0 & 0xff)).collect()
    }),
    ("wlan.rsn.akms.type", |rsn| rsn.akm_suites().map(|suite| u64::from(suite.0 & 0xff)).collect()),
];

/// tshark's rows for management frames in the clear: number, then a column per field, each the values in order.
fn rows(file: &str) -> Vec<(usize, Vec<Vec<u64>>)> {
    let mut tshark = process::Command::new("tshark");
    tshark.args(["-r", file, "-Y", "wlan.fc.type == 0 && wlan.fc.protected == 0"]);
    tshark.args(["-T", "fields", "-E", "separator=;", "-e", "frame.number"]);
    let names = FIELDS.iter().map(|field| field.0).chain(SUITES.iter().map(|suites| suites.0));
    tshark.args(names.flat_map(|name| ["-e", name]));
    let output = tshark.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let row = |line: &str| {
        let mut columns = line.split(';');
        let number = columns.next().unwrap().parse().unwrap();
        (number, columns.map(values).collect())
    };
    text.lines().map(row).collect()
}

/// tshark 4.0 writes numbers in tens or as 0x.., flags as 0 and 1; later ones write flags as words.
fn values(column: &str) -> Vec<u64> {
    let value = |text: &str| match text.strip_prefix("0x") {
        Some(hex) => u64::from_str_radix(hex, 16).unwrap(),
        None => match text {
            "True" => 1,
            "False" => 0,
            number => number.parse().unwrap(),
        },
    };
    column.split(',').filter(|text| !text.is_empty()).map(value).collect()
}

#[test]
fn tshark_reads_the_same_fields() {
    if !oracle::have() {
        return;
    }
    let mut compared = vec![0; FIELDS.len()];
    let names =
        ["he80-ch36", "vht80-ch36", "ht-addba-open", "scan-hidden-csa", "wpa2-pmf-sa-query"];
    for name in names.into_iter().chain(["ft-psk-roam", "owe", "powersave-open"]) {
        let Some(path) = captures::find(&format!("wifi/{name}.pcap")) else { return };
        let packets = captures::read(&path);
        for (number, columns) in rows(path.to_str().unwrap()) {
            let frame = packets[number - 1].frame().unwrap();
            let Some(elements) = elements_of(frame) else { continue };
            let action = frame[0] >> 4 == 13;
            let elems = Elems::parse(elements, ParseParams { action, ..ParseParams::default() });
            assert!(elems.parse_errors().is_empty(), "{name} {number}: {:?}", elems.parse_errors());
            for (((field, ours), theirs), compared) in
                FIELDS.iter().zip(&columns).zip(&mut compared)
            {
                let ours = ours(&elems);
                // tshark looks at these bits at 5 GHz only.
                if theirs.is_empty() && field.contains("40_80_in_5ghz") {
                    continue;
                }
                assert_eq!(ours, theirs.first().copied(), "{name} {number}: {field}");
                *compared += usize::from(ours.is_some());
            }
            let Some(Ok(rsn)) = elems.get::<Rsn>() else { continue };
            for ((field, ours), theirs) in SUITES.iter().zip(&columns[FIELDS.len()..]) {
                assert_eq!(&ours(&rsn), theirs, "{name} {number}: {field}");
            }
        }
    }
    let silent: Vec<_> =
        FIELDS.iter().zip(&compared).filter(|(_, n)| **n == 0).map(|(field, _)| field.0).collect();
    println!("{} fields compared", compared.iter().sum::<usize>());
    assert!(silent.is_empty(), "{silent:?}");
}
