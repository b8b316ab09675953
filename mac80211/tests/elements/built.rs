//! Elements that no capture here has: built by us, read by tshark.

use core::fmt::Debug;

use softnet_mac80211::element::*;
use softnet_mac80211::frame::management::{Management, ManagementFrame, ProbeReq};
use softnet_mac80211::frame::{HeaderFields, Kind};
use softnet_sk_buff::MacAddr;

use super::oracle;

const A: MacAddr = MacAddr([2, 0, 0, 0, 0, 1]);
const B: MacAddr = MacAddr([2, 0, 0, 0, 0, 2]);

/// The bytes of an element, and how its value prints.
struct Built {
    bytes: Vec<u8>,
    value: String,
}

impl<'a, E: Body<'a> + Debug> From<E> for Built {
    fn from(element: E) -> Self {
        let mut bytes = Vec::new();
        element.write_element(&mut bytes).unwrap();
        Self { bytes, value: format!("{element:?}") }
    }
}

/// Reads each element back, and lets tshark read it in a probe request.
fn check(name: &str, cases: &[(Built, oracle::Expected)]) {
    let mut frames = Vec::new();
    for (Built { bytes, value }, expected) in cases {
        let typed = Typed::parse(Elements::new(bytes).next().unwrap()).unwrap();
        let kind = value.split(' ').next().unwrap();
        assert_eq!(format!("{typed:?}"), format!("{kind}({value})"));
        let header = HeaderFields::management(Kind::PROBE_REQ, A, B, A);
        let body = Management::ProbeReq(ProbeReq { elements: bytes });
        let mut frame = Vec::new();
        ManagementFrame { header, body }.write(&mut frame);
        frames.push((frame, expected.to_vec()));
    }
    oracle::check(name, &frames);
}

#[test]
fn target_wake_times() {
    let request_type = TwtRequestType(0)
        .with_request(true)
        .with_setup_command(2)
        .with_trigger(true)
        .with_unannounced(true)
        .with_flow_id(4)
        .with_wake_interval_exponent(21);
    let parameters = IndividualTwt {
        request_type,
        target_wake_time: 0x1122_3344_5566_7788,
        min_wake_duration: 9,
        wake_interval_mantissa: 0x1234,
        channel: 7,
    };
    let mut tail = Vec::new();
    parameters.append(&mut tail);
    let twt = Twt { control: TwtControl(0).with_responder_pm_mode(true), tail: &tail };
    assert_eq!(twt.individual(), Some(parameters));
    assert_eq!(twt.broadcasts().count(), 0);
    check(
        "twt",
        &[(
            twt.into(),
            &[
                ("wlan.twt.control_field", "2"),
                ("wlan.twt.resp_pm", "1"),
                ("wlan.twt.request_type", "0x5655"),
                ("wlan.twt.setup_cmd", "2"),
                ("wlan.twt.flow_id", "4"),
                ("wlan.twt.wake_interval_exp", "21"),
                ("wlan.twt.target_wake_time", "1234605616436508552"),
                ("wlan.twt.nom_min_twt_wake_duration", "9"),
                ("wlan.twt.wake_interval_mantissa", "0x1234"),
                ("wlan.twt.channel", "7"),
            ],
        )],
    );
    // Without a time, as with a group of S1G stations.
    assert_eq!(Twt { tail: &tail[..6], ..twt }.individual(), None);
}

/// Wireshark 4.0 does not know them. Figures 9-687 and 9-687b of 802.11ax: 9 bytes a set, the last with bit 5.
#[test]
fn broadcast_target_wake_times() {
    let set: [u8; 9] = [0x40, 0x28, 0x34, 0x12, 9, 0x78, 0x56, 0x28, 0xff];
    let mut last = set;
    last[0] |= 0x20;
    let tail = [set, last, set].concat();
    let twt = Twt { control: TwtControl(0x0c), tail: &tail };
    assert!(twt.control.is_broadcast() && !TwtControl(0x04).is_broadcast());
    assert_eq!(twt.individual(), None);
    let [first, second] = twt.broadcasts().collect::<Vec<_>>().try_into().unwrap();
    assert_eq!(
        (first.target_wake_time, first.min_wake_duration, first.wake_interval_mantissa),
        (0x1234, 9, 0x5678)
    );
    assert_eq!((first.info.id(), first.info.persistence()), (5, 255));
    assert!(first.request_type.unannounced() && !first.request_type.is_last_broadcast());
    assert_eq!(first.request_type.wake_interval_exponent(), 10);
    assert!(second.request_type.is_last_broadcast());
    let cut = Twt { tail: &tail[..17], ..twt };
    assert_eq!(cut.broadcasts().count(), 1);
}

#[test]
fn fast_initial_link_setup() {
    let realms = [[1, 2], [3, 4]];
    let indication = FilsIndication {
        info: FilsInfo(0)
            .with_public_keys(1)
            .with_realms(2)
            .with_has_cache_id(true)
            .with_has_hessid(true)
            .with_shared_key(true)
            .with_public_key(true),
        cache_id: Some([0xca, 0xfe]),
        hessid: Some(A),
        realms: List::from(&realms),
        public_keys: b"\x02\x03abc",
    };
    let bare = FilsIndication { info: FilsInfo(0x0400), ..FilsIndication::default() };
    check(
        "fils",
        &[
            (
                indication.into(),
                &[
                    ("wlan.fils_indication.info.nr_pk", "1"),
                    ("wlan.fils_indication.info.nr_realm", "2"),
                    ("wlan.fils_indication.info.ip_config", "0"),
                    ("wlan.fils_indication.info.ska_without_pfs", "1"),
                    ("wlan.fils_indication.info.ska_with_pfs", "0"),
                    ("wlan.fils_indication.info.pka", "1"),
                    ("wlan.fils_indication.cache_identifier", "cafe"),
                    ("wlan.fils_indication.hessid", "02:00:00:00:00:01"),
                    ("wlan.fils_indication.realms.identifier", "0102,0304"),
                    ("wlan.fils_indication.public_keys.indicator", "616263"),
                ],
            ),
            (bare.into(), &[("wlan.fils_indication.info.ska_with_pfs", "1")]),
            (
                FilsSession { session: *b"\x01\x02345678", tail: &[] }.into(),
                &[("wlan.ext_tag.fils.session", "0102333435363738")],
            ),
            (
                FilsNonce { nonce: [0xab; 16], tail: &[] }.into(),
                &[("wlan.ext_tag.fils.nonce", "abababababababababababababababab")],
            ),
        ],
    );
}

#[test]
fn streams() {
    let tspec = Tspec {
        ts_info: TsInfo(0)
            .with_tsid(9)
            .with_direction(3)
            .with_access_policy(1)
            .with_user_priority(6)
            .with_ack_policy(1),
        nominal_msdu_size: 1000,
        max_msdu_size: 1500,
        inactivity_interval: 7,
        peak_data_rate: 1_000_000,
        delay_bound: 20,
        surplus_bandwidth: 8192,
        medium_time: 100,
        ..Tspec::default()
    };
    let map = b"\x2e\x06\0\x07\x08\x0f\x10\x17\x18\x1f\x20\x27\x28\x2f\x30\x37\x38\x3f";
    let qos_map = QosMap { tail: map };
    assert_eq!(qos_map.exceptions().collect::<Vec<_>>(), [(46, 6)]);
    assert_eq!(qos_map.ranges().unwrap()[1], [8, 15]);
    assert_eq!(QosMap { tail: &map[..15] }.ranges(), None);
    // Number 9, between stations: tshark 4.0 prints them and has no values of them.
    assert_eq!(ScheduleInfo(0).with_tsid(9).with_direction(2).0, 0x52);
    check(
        "streams",
        &[
            (
                tspec.into(),
                &[
                    ("wlan.ts_info.tsid", "9"),
                    ("wlan.ts_info.dir", "3"),
                    ("wlan.ts_info.access", "1"),
                    ("wlan.ts_info.up", "6"),
                    ("wlan.ts_info.ack", "1"),
                    ("wlan.tspec.nor_msdu", "1000"),
                    ("wlan.tspec.max_msdu", "1500"),
                    ("wlan.tspec.inact_int", "7"),
                    ("wlan.tspec.peak_data", "1000000"),
                    ("wlan.tspec.delay_bound", "20"),
                    ("wlan.tspec.surplus", "8192"),
                    ("wlan.tspec.medium", "100"),
                ],
            ),
            (
                Schedule {
                    info: ScheduleInfo(0).with_tsid(9).with_direction(2),
                    service_start_time: 1,
                    service_interval: 2,
                    specification_interval: 3,
                    // Wireshark 4.0 wants two bytes more than the standard has.
                    tail: &[0, 0],
                }
                .into(),
                &[
                    ("wlan.sched.srv_start", "1"),
                    ("wlan.sched.srv_int", "2"),
                    ("wlan.sched.spec_int", "3"),
                ],
            ),
            (
                ScsDescriptor { scsid: 3, request_type: 1, tail: &[] }.into(),
                &[
                    ("wlan.tag.scs_descriptor.scsid", "3"),
                    ("wlan.tag.scs_descriptor.request_type", "1"),
                ],
            ),
            (
                MscsDescriptor {
                    request_type: 2,
                    user_priorities: 0xf0,
                    user_priority_limit: 7,
                    stream_timeout: 8208,
                    tail: &[],
                }
                .into(),
                &[
                    ("wlan.ext_tag.mscs_descriptor.request_type", "2"),
                    ("wlan.ext_tag.mscs_descriptor.user_prio_control.upbm", "0xf0"),
                    ("wlan.ext_tag.mscs_descriptor.user_prio_control.user_prio_limit", "7"),
                    ("wlan.ext_tag.mscs_descriptor.stream_timeout", "8208"),
                ],
            ),
            (
                qos_map.into(),
                &[
                    ("wlan.qos_map_set.dscp_value", "46"),
                    ("wlan.qos_map_set.dscp_low_value", "0,8,16,24,32,40,48,56"),
                ],
            ),
        ],
    );
}

#[test]
fn what_is_measured() {
    let tail = &[][..];
    assert_eq!(EssInfo(0).with_edge(true).with_threshold(43).0, 0xae);
    check(
        "radio",
        &[
            (
                ApChannelReport { operating_class: 115, tail: &[36, 40] }.into(),
                &[
                    ("wlan.ap_channel_report.operating_class", "115"),
                    ("wlan.ap_channel_report.channel_list", "36,40"),
                ],
            ),
            (Rcpi { rcpi: 16, tail }.into(), &[("wlan.rcpi", "16")]),
            (Rsni { rsni: 17, tail }.into(), &[("wlan.rsni", "17")]),
            (Antenna { id: 18, tail }.into(), &[("wlan.antenna.id", "18")]),
            (
                BssAcAccessDelay { be: 1, bk: 2, vi: 3, vo: 4, tail }.into(),
                &[
                    ("wlan.bss_avg_ac_access_delay.be", "1"),
                    ("wlan.bss_avg_ac_access_delay.bk", "2"),
                    ("wlan.bss_avg_ac_access_delay_vi", "3"),
                    ("wlan.bss_avg_ac_access_delay_vo", "4"),
                ],
            ),
            (
                BssAvailableCapacity { bitmask: 0x0101, tail: &[7, 0, 8, 0] }.into(),
                &[("wlan.bss_avb_adm_cap.up0", "7"), ("wlan.bss_avb_adm_cap.ac0", "8")],
            ),
            (
                EssReport { info: EssInfo(0).with_edge(true).with_threshold(43), tail }.into(),
                &[
                    ("wlan.ext_tag.ess_report.ess_info.planned_ess", "0"),
                    ("wlan.ext_tag.ess_report.ess_info.edge_of_ess", "1"),
                ],
            ),
            (
                NdpFeedbackReport { threshold_exponent: 9, tail }.into(),
                &[("wlan.ext_tag.ndp_feedback.res_req_buf_thresh_exp", "9")],
            ),
            (
                QuietTimePeriod { control: 0, tail: &[5, 1, 0] }.into(),
                &[("wlan.ext_tag.quiet_time_period.setup.duration", "5")],
            ),
        ],
    );
}

#[test]
fn what_is_asked_for() {
    let hashes = ShortSsidList { tail: &[4, 3, 2, 1, 8, 7, 6, 5, 9] };
    assert_eq!(hashes.hashes().collect::<Vec<_>>(), [0x0102_0304, 0x0506_0708]);
    let ssids = SsidList { tail: b"\0\x04cell\0\x01x" };
    assert_eq!(ssids.elements().map(|ssid| ssid.body().len()).collect::<Vec<_>>(), [4, 1]);
    check(
        "probe",
        &[
            (Request { tail: &[3, 7, 48] }.into(), &[("wlan.tag.request", "3,7,48")]),
            (
                ShortSsidList { tail: &hashes.tail[..8] }.into(),
                // Wireshark takes them for big-endian; hostapd, as the standard has it, for little-endian.
                &[("wlan.ext_tag.short_bssid", "0x04030201,0x08070605")],
            ),
            (KnownBssid { tail: &[5, 1] }.into(), &[("wlan.ext_tag.known_bssid.bitmap", "0501")]),
            (ssids.into(), &[("wlan.tag.number", "84,0,0")]),
            (
                CfParams { count: 1, period: 2, max_duration: 3, duration_remaining: 4, tail: &[] }
                    .into(),
                &[("wlan.tag.number", "4"), ("wlan.tag.length", "6")],
            ),
            (
                ExtRequest { id: 255, tail: &[35, 36] }.into(),
                &[("wlan.tag.number", "255"), ("wlan.ext_tag.number", "10")],
            ),
        ],
    );
}

#[test]
fn who_sleeps_and_other_bands() {
    let tail = &[][..];
    check(
        "sleep",
        &[
            (
                WnmSleepMode { action: 1, status: 3, interval: 500, tail }.into(),
                &[
                    ("wlan.wnm_sleep_mode.action_type", "1"),
                    ("wlan.wnm_sleep_mode.response_status", "3"),
                    ("wlan.wnm_sleep_mode.interval", "500"),
                ],
            ),
            (
                WakeupSchedule {
                    offset: 1,
                    interval: 2,
                    awake_window_slots: 3,
                    max_awake_duration: 4,
                    idle_count: 5,
                    tail,
                }
                .into(),
                &[
                    ("wlan.wakeup_schedule.offset", "1"),
                    ("wlan.wakeup_schedule.interval", "2"),
                    ("wlan.wakeup_schedule.awake_window_slots", "3"),
                    ("wlan.wakeup_schedule.max_awake_dur", "4"),
                    ("wlan.wakeup_schedule.idle_count", "5"),
                ],
            ),
            (
                PtiControl { tid: 5, sequence_control: 0x1234, tail }.into(),
                &[("wlan.pti_control.tid", "5"), ("wlan.pti_control.sequence_control", "0x1234")],
            ),
            (AwakeWindow { window: 513, tail }.into(), &[("wlan.awake_window", "513")]),
            (
                DmgCapabilities {
                    sta: B,
                    aid: 7,
                    sta_info: 0x11 | 1 << 52,
                    pcp_info: 0x0220,
                    tail: &[1, 0, 2, 3, 4],
                }
                .into(),
                &[
                    ("wlan.dmg_capa.sta_addr", "02:00:00:00:00:02"),
                    ("wlan.dmg_capa.aid", "7"),
                    ("wlan.dmg_capa.reverse_direction", "1"),
                    ("wlan.dmg_capa.num_rx", "1"),
                    ("wlan.dmg_capa.dtp", "1"),
                    ("wlan.dmg_capa.pcp_max_assoc", "68"),
                ],
            ),
            (
                DmgOperation {
                    info: 1,
                    psrsi: 3,
                    min_bhi_duration: 1284,
                    broadcast_sta_info_duration: 6,
                    assoc_resp_confirm_time: 7,
                    min_pp_duration: 8,
                    sp_idle_timeout: 9,
                    max_lost_beacons: 10,
                    tail,
                }
                .into(),
                &[
                    ("wlan.dmg_oper.psrsi", "3"),
                    ("wlan.dmg_oper.min_BHI_duration", "1284"),
                    ("wlan.dmg_oper.SP_idle_timeout", "9"),
                    ("wlan.dmg_oper.max_lost_beacons", "10"),
                ],
            ),
            (
                MultiBand {
                    control: 0,
                    band: 4,
                    operating_class: 115,
                    channel: 36,
                    bssid: B,
                    beacon_interval: 100,
                    tsf_offset: 0x0102_0304_0506_0708,
                    connection: 0,
                    fst_session_timeout: 22,
                    tail,
                }
                .into(),
                &[
                    ("wlan.multi_band.oper_class", "115"),
                    ("wlan.multi_band.channel_number", "36"),
                    ("wlan.multi_band.tsf_offset", "72623859790382856"),
                    ("wlan.multi_band.fst_timeout", "22"),
                ],
            ),
            (
                PasnParameters { control: 0, wrapped_data_format: 2, tail }.into(),
                &[("wlan.etag.pasn_parameters.wrapped_data_format", "2")],
            ),
        ],
    );
}
