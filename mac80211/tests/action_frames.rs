//! Action frames that no capture here has: built by us, read by tshark.

mod tshark;

use softnet_mac80211::element::{self, AccessNetworkOptions, TsInfo};
use softnet_mac80211::frame::action::*;
use softnet_mac80211::frame::management::{Management, ManagementFrame};
use softnet_mac80211::frame::{
    BrpRequest, CapabilityInfo, FrameControl, HeaderFields, Kind, ReasonCode, SeqCtrl, StatusCode,
};
use softnet_mac80211::wire::List;
use softnet_sk_buff::MacAddr;
use tshark::Expected;

const AP: MacAddr = MacAddr([2, 0, 0, 0, 0, 1]);
const STA: MacAddr = MacAddr([2, 0, 0, 0, 0, 2]);

/// Builds each frame, reads it back, and lets tshark read it.
fn check(name: &str, cases: &[(Action<'_>, Expected)]) {
    let mut frames = Vec::new();
    for (action, expected) in cases {
        let header = HeaderFields::management(Kind::ACTION, AP, STA, AP);
        let frame = ManagementFrame { header, body: Management::Action(*action) };
        let mut bytes = Vec::new();
        frame.write(&mut bytes);
        assert_eq!(ManagementFrame::parse(&bytes), Ok(frame));
        frames.push((bytes, expected.to_vec()));
    }
    tshark::check(name, &frames);
}

#[test]
fn public_ones() {
    // Advertisement protocol: query response length limit 127, ANQP.
    let query = GasQuery { protocol: &[0x7f, 0], query: &[0, 1, 2, 0, 7, 1], elements: &[] };
    let response = GasInitialResponseFixed {
        dialog_token: 9,
        status: StatusCode::SUCCESS,
        comeback_delay: 1000,
    };
    let comeback = GasComebackResponseFixed {
        dialog_token: 10,
        status: StatusCode::GAS_RESP_NOT_RECEIVED,
        fragment_id: 0x83,
        comeback_delay: 5,
    };
    let none = GasQuery { query: &[], ..query };
    let request = GasInitialRequestFixed { dialog_token: 8 };
    let channel = ExtChannelSwitch {
        mode: 1,
        new_operating_class: 115,
        new_channel: 36,
        count: 7,
        elements: &[],
    };
    let discovery = TdlsDiscoveryResponse {
        dialog_token: 3,
        capability: CapabilityInfo(0x0421),
        elements: &[],
    };
    let ftm = Ftm {
        dialog_token: 4,
        follow_up: 5,
        time_of_departure: [1, 0, 0, 0, 0, 0],
        time_of_arrival: [2, 0, 0, 0, 0, 0],
        departure_error: 3,
        arrival_error: 4,
        elements: &[],
    };
    check(
        "public",
        &[
            (
                Action::Public(PublicAction::GasInitialRequest(GasInitialRequest {
                    fixed: request,
                    query,
                })),
                &[("wlan.fixed.publicact", "10"), ("wlan.fixed.dialog_token", "8")],
            ),
            (
                Action::Public(PublicAction::GasInitialResponse(GasInitialResponse {
                    fixed: response,
                    query: none,
                })),
                &[
                    ("wlan.fixed.publicact", "11"),
                    ("wlan.fixed.dialog_token", "9"),
                    ("wlan.fixed.status_code", "0"),
                    ("wlan.fixed.gas_comeback_delay", "1000"),
                ],
            ),
            (
                Action::ProtectedDual(PublicAction::GasComebackResponse(GasComebackResponse {
                    fixed: comeback,
                    query: none,
                })),
                &[
                    ("wlan.fixed.category_code", "9"),
                    ("wlan.fixed.status_code", "61"),
                    ("wlan.fixed.gas_fragment_id", "3"),
                    ("wlan.fixed.more_gas_fragments", "1"),
                    ("wlan.fixed.gas_comeback_delay", "5"),
                ],
            ),
            (
                Action::Public(PublicAction::ExtChannelSwitch(channel)),
                &[
                    ("wlan.fixed.publicact", "4"),
                    ("wlan.fixed.extchansw.switchmode", "1"),
                    ("wlan.fixed.extchansw.new.opeclass", "115"),
                    ("wlan.fixed.extchansw.new.channumber", "36"),
                    ("wlan.extchansw.switchcount", "7"),
                ],
            ),
            (
                Action::Public(PublicAction::TdlsDiscoveryResponse(discovery)),
                &[("wlan.fixed.dialog_token", "3"), ("wlan.fixed.capabilities", "0x421")],
            ),
            (
                Action::Public(PublicAction::Ftm(ftm)),
                &[
                    ("wlan.fixed.dialog_token", "4"),
                    ("wlan.fixed.followup_dialog_token", "5"),
                    ("wlan.fixed.ftm_tod", "1"),
                    ("wlan.fixed.ftm_toa", "2"),
                ],
            ),
        ],
    );
}

#[test]
fn wnm_and_radio_measurement() {
    let request = BssTransitionRequest {
        dialog_token: 1,
        mode: BssTransitionMode(0).with_abridged(true).with_disassoc_imminent(true),
        disassoc_timer: 300,
        validity: 200,
        rest: &[],
    };
    let response =
        BssTransitionResponse { dialog_token: 1, status: 6, termination_delay: 2, rest: &[] };
    let sleep = SleepModeResponse { dialog_token: 5, key_data: &[0, 2, 1, 1], elements: &[] };
    let link = LinkMeasurementReport {
        dialog_token: 7,
        tpc_report: [35, 2, 20, 10],
        receive_antenna: 1,
        transmit_antenna: 2,
        rcpi: 3,
        rsni: 4,
        elements: &[],
    };
    check(
        "wnm",
        &[
            (
                Action::Wnm(WnmAction::BssTransitionQuery(BssTransitionQuery {
                    dialog_token: 9,
                    reason: 16,
                    elements: &[],
                })),
                &[("wlan.fixed.bss_transition_query_reason", "16")],
            ),
            (
                Action::Wnm(WnmAction::BssTransitionRequest(request)),
                &[
                    ("wlan.fixed.action_code", "7"),
                    ("wlan.fixed.request_mode.abridged", "1"),
                    ("wlan.fixed.request_mode.disassoc_imminent", "1"),
                    ("wlan.fixed.disassoc_timer", "300"),
                    ("wlan.fixed.validity_interval", "200"),
                ],
            ),
            (
                Action::Wnm(WnmAction::BssTransitionResponse(response)),
                &[
                    ("wlan.fixed.bss_transition_status_code", "6"),
                    ("wlan.fixed.bss_termination_delay", "2"),
                ],
            ),
            (
                Action::Wnm(WnmAction::SleepModeResponse(sleep)),
                &[("wlan.fixed.key_data_length", "4"), ("wlan.fixed.key_data", "00020101")],
            ),
            (
                Action::RadioMeasurement(RadioMeasurementAction::LinkReport(link)),
                &[
                    ("wlan.rm.dialog_token", "7"),
                    ("wlan.rm.tpc.tx_power", "20"),
                    ("wlan.rm.rx_antenna_id", "1"),
                    ("wlan.rm.tx_antenna_id", "2"),
                    ("wlan.rm.rcpi", "3"),
                    ("wlan.rm.rsni", "4"),
                ],
            ),
            (
                Action::RadioMeasurement(RadioMeasurementAction::LinkRequest(
                    LinkMeasurementRequest {
                        dialog_token: 6,
                        transmit_power: 15,
                        max_transmit_power: 30,
                        elements: &[],
                    },
                )),
                &[("wlan.rm.tx_power", "15"), ("wlan.rm.max_tx_power", "30")],
            ),
        ],
    );
}

#[test]
fn links_and_roaming() {
    let ft =
        FtResponse { sta: STA, target_ap: AP, status: StatusCode::R0KH_UNREACHABLE, elements: &[] };
    let addba = AddbaRequest {
        dialog_token: 2,
        param: BlockAckParam(0).with_immediate(true).with_tid(5).with_buffer_size(64),
        timeout: 100,
        start_seq: SeqCtrl::new(0xabc, 0),
        // ADDBA extension: 1024 more.
        elements: &[159, 1, 0x20],
    };
    assert_eq!(addba.buffer_size(), 1024 + 64);
    assert_eq!(AddbaRequest { elements: &[159, 1], ..addba }.buffer_size(), 64);
    let delba = Delba {
        param: DelbaParam(0).with_initiator(true).with_tid(6),
        reason: ReasonCode::QSTA_TIMEOUT,
        elements: &[],
    };
    let confirm = PeeringConfirm { capability: CapabilityInfo(0), aid: 3, elements: &[] };
    check(
        "links",
        &[
            (
                Action::Ft(FtAction::Response(ft)),
                &[
                    ("wlan.fixed.sta_address", "02:00:00:00:00:02"),
                    ("wlan.fixed.target_ap_address", "02:00:00:00:00:01"),
                    ("wlan.fixed.status_code", "28"),
                ],
            ),
            (
                Action::BlockAck(BlockAckAction::AddbaRequest(addba)),
                &[
                    ("wlan.fixed.baparams.policy", "1"),
                    ("wlan.fixed.baparams.tid", "5"),
                    ("wlan.fixed.baparams.buffersize", "64"),
                    ("wlan.fixed.batimeout", "100"),
                    ("wlan.fixed.ssc.sequence", "2748"),
                ],
            ),
            (
                Action::BlockAck(BlockAckAction::Delba(delba)),
                &[
                    ("wlan.fixed.delba.param.initiator", "1"),
                    ("wlan.fixed.delba.param.tid", "6"),
                    ("wlan.fixed.reason_code", "39"),
                ],
            ),
            (
                Action::SelfProtected(SelfProtectedAction::PeeringConfirm(confirm)),
                &[("wlan.fixed.selfprot_action", "2"), ("wlan.fixed.aid", "3")],
            ),
            (
                Action::SaQuery(SaQueryAction::Response(SaQuery {
                    transaction_id: [0x12, 0x34],
                    elements: &[],
                })),
                &[("wlan.fixed.action_code", "1"), ("wlan.fixed.transaction_id", "0x3412")],
            ),
            (
                Action::Vht(VhtAction::OperatingMode(OperatingMode {
                    mode: element::OperatingMode(0).with_channel_width(2).with_rx_nss(1),
                    elements: &[],
                })),
                &[("wlan.vht.action", "2")],
            ),
            (
                Action::Ht(HtAction::Smps(Smps {
                    control: SmPowerControl(0).with_enabled(true).with_dynamic(true),
                    elements: &[],
                })),
                &[
                    ("wlan.fixed.sm.powercontrol.enabled", "1"),
                    ("wlan.fixed.sm.powercontrol.mode", "1"),
                ],
            ),
        ],
    );
}

#[test]
fn power_save_multi_poll() {
    let stations = [
        PsmpSta(0)
            .with_kind(2)
            .with_dtt_start(0x155)
            .with_dtt_duration(0xaa)
            .with_sta_id(0x8007)
            .with_utt_start(0x2aa)
            .with_utt_duration(0x155),
        PsmpSta(0).with_kind(1).with_dtt_start(0x7ff).with_dtt_duration(1),
    ];
    let param = PsmpParam(0).with_n_sta(2).with_duration(0x2a);
    let psmp = Psmp { param, stations: List::from(&stations), elements: &[] };
    // The standard gives N_STA 5 bits, Wireshark 4: they agree on numbers below 16.
    check(
        "psmp",
        &[(
            Action::Ht(HtAction::Psmp(psmp)),
            &[
                ("wlan.fixed.htact", "2"),
                ("wlan.fixed.psmp.paramset.nsta", "2"),
                ("wlan.fixed.psmp.stainfo.type", "2,1"),
                ("wlan.fixed.psmp.stainfo.dttstart", "0x155,0x7ff"),
                ("wlan.fixed.psmp.stainfo.dttduration", "0xaa,1"),
                ("wlan.fixed.psmp.stainfo.staid", "0x8007"),
                ("wlan.fixed.psmp.stainfo.uttstart", "0x2aa"),
                ("wlan.fixed.psmp.stainfo.uttduration", "0x155"),
            ],
        )],
    );
    // 5 bits, 1 and 10; and a group's address in the upper 43 bits of its part.
    let param = PsmpParam(0x2a80 | 1 << 5 | 31);
    assert_eq!((param.n_sta(), param.more_psmp(), param.duration()), (31, true, 0xaa));
    assert_eq!(PsmpSta(0).with_group(0x7ff_ffff_ffff).0, 0xffff_ffff_ffe0_0000);
    assert!(HtAction::parse(&[2, 1, 0, 0, 0, 0, 0, 0, 0, 0]).is_err());
    let many = [PsmpSta(0); 40];
    let mut out = Vec::new();
    Psmp { stations: List::from(&many), ..psmp }.write(&mut out);
    assert_eq!((out.len(), out[0] & 0x1f), (2 + 31 * 8, 31));
}

#[test]
fn directional_multi_gigabit() {
    let elements = &[][..];
    let dmg = |action| Action::Dmg(action);
    let status = DialogStatus { dialog_token: 4, status: StatusCode::REQUEST_DECLINED, elements };
    check(
        "dmg",
        &[
            (
                dmg(DmgAction::PowerSaveRequest(PowerSaveRequest {
                    dialog_token: 3,
                    power_management: 1,
                    elements,
                })),
                &[("wlan.fixed.dmg_act", "0"), ("wlan.fixed.dialog_token", "3")],
            ),
            (
                dmg(DmgAction::RelayOperationResponse(status)),
                &[("wlan.fixed.dmg_act", "22"), ("wlan.fixed.status_code", "37")],
            ),
            (
                dmg(DmgAction::InformationRequest(DmgInformation { subject: STA, elements })),
                &[("wlan.dmg.subject_addr", "02:00:00:00:00:02")],
            ),
            (
                dmg(DmgAction::HandoverRequest(HandoverRequest {
                    reason: 2,
                    remaining_bi: 1,
                    elements,
                })),
                &[("wlan.dmg.handover_reason", "2"), ("wlan.dmg.handover_remaining_bi", "1")],
            ),
            (
                dmg(DmgAction::HandoverResponse(HandoverResponse {
                    result: 1,
                    reject_reason: 2,
                    elements,
                })),
                &[("wlan.dmg.handover_result", "1"), ("wlan.dmg.handover_reject_reason", "2")],
            ),
            (
                dmg(DmgAction::RelaySearchRequest(RelaySearchRequest {
                    dialog_token: 5,
                    destination_aid: 0x123,
                    elements,
                })),
                &[("wlan.dmg.destination_reds_aid", "291")],
            ),
            (
                dmg(DmgAction::RelayLinkRequest(RelayLinkRequest {
                    dialog_token: 6,
                    destination_aid: 1,
                    relay_aid: 2,
                    source_aid: 3,
                    rest: &[],
                })),
                &[
                    ("wlan.dmg.destination_aid", "1"),
                    ("wlan.dmg.relay_aid", "2"),
                    ("wlan.dmg.source_aid", "3"),
                ],
            ),
            (
                dmg(DmgAction::RelayLinkTeardown(RelayLinkTeardown {
                    destination_aid: 4,
                    relay_aid: 5,
                    source_aid: 6,
                    elements,
                })),
                &[("wlan.dmg.relay_aid", "5"), ("wlan.dmg.source_aid", "6")],
            ),
            (
                dmg(DmgAction::TpaRequest(TpaRequest {
                    dialog_token: 7,
                    timing_offset: 100,
                    sampling_frequency_offset: 200,
                    elements,
                })),
                &[("wlan.dmg.timing_offset", "100"), ("wlan.dmg.sampling_frequency_offset", "200")],
            ),
            (
                dmg(DmgAction::RelayOperationRequest(RelayOperationRequest {
                    dialog_token: 8,
                    operation_type: 1,
                    elements,
                })),
                &[("wlan.dmg.relay_operation_type", "1")],
            ),
            (
                Action::UnprotectedDmg(UnprotectedDmgAction::Announce(DmgAnnounce {
                    timestamp: 0x0102_0304,
                    beacon_interval: 100,
                    elements,
                })),
                &[("wlan.fixed.unprotected_dmg_act", "0"), ("wlan.fixed.timestamp", "16909060")],
            ),
            (
                Action::UnprotectedDmg(UnprotectedDmgAction::Brp(Brp {
                    dialog_token: 9,
                    request: BrpRequest(0)
                        .with_l_rx(21)
                        .with_mid_req(true)
                        .with_bc_grant(true)
                        .with_tx_sector(42)
                        .with_other_aid(0xa5)
                        .with_tx_antenna(2),
                    elements,
                })),
                &[
                    ("wlan.brp.l_rx", "21"),
                    ("wlan.brp.mid_req", "1"),
                    ("wlan.brp.bc_req", "0"),
                    ("wlan.brp.bc_grant", "1"),
                    ("wlan.brp.tx_sector_id", "42"),
                    ("wlan.brp.other_aid", "0xa5"),
                    ("wlan.brp.tx_antenna_id", "2"),
                ],
            ),
        ],
    );
}

#[test]
fn fils_discovery() {
    let fixed = FilsDiscoveryFixed {
        control: FdControl(0x3fa0),
        timestamp: 0x0102_0304,
        beacon_interval: 100,
    };
    let capability = FdCapability(0)
        .with_ess(true)
        .with_channel_width(3)
        .with_max_nss(2)
        .with_multiple_bssid(true)
        .with_phy_index(4)
        .with_min_rate(5);
    let all = FilsDiscovery {
        fixed: FilsDiscoveryFixed { control: fixed.control.with_ssid_length(3), ..fixed },
        ssid: b"cell",
        length: Some(15),
        capability: Some(capability),
        primary_channel: Some(FdPrimaryChannel { operating_class: 131, channel: 37 }),
        ap_csn: Some(6),
        ano: Some(AccessNetworkOptions(7)),
        rsn: Some([8, 9, 10, 11, 12]),
        center_freq: Some(13),
        mobility_domain: Some([14, 15, 16]),
        elements: &[0, 0],
    };
    // As hostapd builds it: short SSID, length, capability.
    let short = FilsDiscovery {
        fixed: FilsDiscoveryFixed { control: FdControl(0x1063), ..fixed },
        ssid: &[0x61, 0x62, 0x63, 0x64],
        length: Some(2),
        capability: Some(capability),
        primary_channel: None,
        ap_csn: None,
        ano: None,
        rsn: None,
        center_freq: None,
        mobility_domain: None,
        elements: &[],
    };
    check(
        "fils-discovery",
        &[
            (
                Action::Public(PublicAction::FilsDiscovery(all)),
                &[
                    ("wlan.fils_discovery.frame_control", "0x3fa3"),
                    ("wlan.fils_discovery.ssid_length", "cell"),
                    ("wlan.fils_discovery.length", "15"),
                    ("wlan.fils_discovery.capability.ess", "1"),
                    ("wlan.fils_discovery.capability.privacy", "0"),
                    ("wlan.fils_discovery.capability.bss_operating_channel_width", "3"),
                    ("wlan.fils_discovery.maximum_number_of_spatial_streams", "2"),
                    ("wlan.fils_discovery.capability.multiple_bssid", "1"),
                    ("wlan.fils_discovery.capability.phy_index", "4"),
                    ("wlan.fils_discovery.capability.minimum_rate", "5"),
                    ("wlan.fils_discovery.operating_class", "131"),
                    ("wlan.fils_discovery.primary_channel", "37"),
                    ("wlan.fils_discovery.ap_csn", "6"),
                    ("wlan.fils_discovery.ano", "7"),
                    ("wlan.fils_discovery.rsn_info", "08090a0b0c"),
                    ("wlan.fils_discovery.channel_center_frequency", "13"),
                    ("wlan.fils_discovery.md", "0x0e0f10"),
                ],
            ),
            (
                Action::Public(PublicAction::FilsDiscovery(short)),
                &[
                    ("wlan.fils_discovery.short_ssid", "0x61626364"),
                    ("wlan.fils_discovery.capability.phy_index", "4"),
                ],
            ),
        ],
    );
    // Every combination of fields comes back, and ends early without any byte of them.
    for flags in 0..=0x7ff_u16 {
        let mut bytes = vec![34];
        bytes.extend_from_slice(&(flags << 5).to_le_bytes());
        bytes.extend_from_slice(&[9; 40]);
        let action = PublicAction::parse(&bytes).unwrap();
        let mut out = Vec::new();
        action.write(&mut out);
        assert_eq!(out, bytes);
        let PublicAction::FilsDiscovery(discovery) = action else { panic!("{action:?}") };
        let fields = bytes.len() - discovery.elements.len();
        assert!(PublicAction::parse(&bytes[..fields]).is_ok());
        assert!(PublicAction::parse(&bytes[..fields - 1]).is_err());
    }
    // How long the SSID is, is written as it is; the field has no 0.
    let mut out = Vec::new();
    FilsDiscovery { ssid: b"another", ..short }.write(&mut out);
    assert_eq!((out[0] & 0x1f, &out[12..19]), (6, &b"another"[..]));
    out.clear();
    FilsDiscovery { ssid: b"", ..short }.write(&mut out);
    assert_eq!((out[0] & 0x1f, out.len()), (0, 16));
    out.clear();
    FilsDiscovery { ssid: &[7; 40], ..short }.write(&mut out);
    assert_eq!((out[0] & 0x1f, out.len()), (31, 47));
}

#[test]
fn ranging_and_quiet_neighbours() {
    let elements = &[][..];
    let lmr = LocationMeasurementReport {
        dialog_token: 1,
        time_of_departure: [1, 0, 0, 0, 0, 0],
        time_of_arrival: [2, 0, 0, 0, 0, 0],
        departure_error: 0x83,
        arrival_error: 4,
        frequency_offset: 0x1234,
        tx_power: 18,
        target_rssi: 19,
        elements,
    };
    const LMR: Expected = &[
        ("wlan.fixed.dialog_token", "1"),
        ("wlan.fixed.ftm_tod", "1"),
        ("wlan.fixed.ftm_toa", "2"),
        ("wlan.fixed.ftm.param.cfo", "0x1234"),
        ("wlan.fixed.ftm.param.r2i_ndp_tx_power", "18"),
    ];
    let qab = Qab { dialog_token: 2, requester: STA, responder: AP, elements };
    check(
        "ranging",
        &[
            (Action::Public(PublicAction::LocationMeasurementReport(lmr)), LMR),
            (
                Action::ProtectedFtm(ProtectedFtmAction::FtmRequest(FtmRequest {
                    trigger: 1,
                    elements,
                })),
                &[("wlan.ftm.protected_action", "1")],
            ),
            (Action::ProtectedFtm(ProtectedFtmAction::LocationMeasurementReport(lmr)), LMR),
            (
                Action::Public(PublicAction::QabRequest(qab)),
                &[
                    ("wlan.fixed.publicact", "16"),
                    ("wlan.fixed.dialog_token", "2"),
                    ("wlan.fixed.req_ap_addr", "02:00:00:00:00:02"),
                    ("wlan.fixed.res_ap_addr", "02:00:00:00:00:01"),
                ],
            ),
        ],
    );
}

#[test]
fn streams_tunnels_and_sectors() {
    let statuses = &[1, 0, 0, 2, 37, 0];
    let tunnel = OnChannelTunnel {
        frame_control: FrameControl::new(Kind::PROBE_REQ),
        body: b"\0\x04cell",
        elements: &[],
    };
    let addba = AddbaRequest {
        dialog_token: 2,
        param: BlockAckParam(0).with_tid(5).with_buffer_size(64),
        timeout: 100,
        start_seq: SeqCtrl::new(0xabc, 0),
        elements: &[],
    };
    let sector = SectorIndex(0).with_preferred(5).with_heard(0xa5);
    check(
        "streams",
        &[
            (
                Action::RobustAv(RobustAvAction::ScsResponse(ScsResponse {
                    dialog_token: 3,
                    statuses,
                })),
                &[
                    ("wlan.robust_av_streaming.action_code", "1"),
                    ("wlan.scs.scs_status_list.scsid", "1,2"),
                    ("wlan.scs.scs_status_list.status", "0,37"),
                ],
            ),
            (
                Action::RobustAv(RobustAvAction::MscsResponse(DialogStatus {
                    dialog_token: 4,
                    status: StatusCode::REQUEST_DECLINED,
                    elements: &[],
                })),
                &[("wlan.fixed.dialog_token", "4"), ("wlan.fixed.status_code", "37")],
            ),
            (
                Action::Fst(FstAction::OnChannelTunnel(tunnel)),
                &[("wlan.fst.action_code", "5"), ("wlan.fst.mmpdu_length", "6")],
            ),
            (
                Action::BlockAck(BlockAckAction::NdpAddbaRequest(addba)),
                &[("wlan.fixed.action_code", "128"), ("wlan.fixed.batimeout", "100")],
            ),
            (
                Action::BlockAck(BlockAckAction::BatAddbaRequest(addba)),
                &[("wlan.fixed.action_code", "132"), ("wlan.fixed.baparams.tid", "5")],
            ),
            (
                Action::S1g(S1gAction::SectorFeedback(SectorFeedback {
                    index: sector,
                    elements: &[],
                })),
                &[
                    ("wlan.s1g.sector_id_index.preferred_sector_id", "5"),
                    ("wlan.s1g.sector_id_index.receive_sector_bitmap", "0xa5"),
                ],
            ),
            (
                Action::S1g(S1gAction::SyncControl(SyncControl {
                    dialog_token: 6,
                    control: 2,
                    elements: &[],
                })),
                &[
                    ("wlan.s1g.sync_control.uplink_sync_request", "0"),
                    ("wlan.s1g.sync_control.time_slot_protection_request", "1"),
                ],
            ),
            (
                // BSS color change announcement: countdown 5, color 7.
                Action::ProtectedHe(ProtectedHeAction::BssColorChange(Bare {
                    elements: &[255, 3, 42, 5, 7],
                })),
                &[
                    ("wlan.he.protected_action", "0"),
                    ("wlan.ext_tag.bss_color_change.new_bss_color", "7"),
                ],
            ),
        ],
    );
    assert_eq!(sector.with_snr(31).0, 0xa5fd);
    assert!(FstAction::parse(&[5, 7, 0, 0x40, 0, 1, 2, 3, 4, 5, 6]).is_err());
}

#[test]
fn what_was_sounded() {
    let ht = HtFeedback {
        mimo_control: HtMimoControl(0)
            .with_nc_index(1)
            .with_nr_index(3)
            .with_grouping(2)
            .with_coefficient_size(2)
            .with_codebook(1)
            .with_remaining_segments(5),
        sounding_timestamp: 0x0102_0304,
        // Four ratios, 29 matrices of eight times 6 bits.
        report: &[0; 4 + 29 * 12],
    };
    let vht = VhtFeedback {
        mimo_control: VhtMimoControl::default()
            .with_nr_index(1)
            .with_grouping(2)
            .with_codebook(true)
            .with_remaining_segments(5)
            .with_first_segment(true)
            .with_sounding_token(41),
        // A ratio, and of each of 16 carriers the angles of one column.
        report: &[0; 1 + 16 * 10 / 8],
    };
    let he = HeFeedback {
        mimo_control: HeMimoControl::default()
            .with_nr_index(1)
            .with_channel_width(0)
            .with_codebook(true)
            .with_first_segment(true)
            .with_ru_start(3)
            .with_ru_end(4)
            .with_sounding_token(42),
        report: &[0; 60],
    };
    check(
        "sounding",
        &[
            (
                Action::Ht(HtAction::Csi(ht)),
                &[
                    ("wlan.fixed.mimo.control.ncindex", "1"),
                    ("wlan.fixed.mimo.control.nrindex", "3"),
                    ("wlan.fixed.mimo.control.chanwidth", "0"),
                    ("wlan.fixed.mimo.control.grouping", "2"),
                    ("wlan.fixed.mimo.control.cosize", "2"),
                    ("wlan.fixed.mimo.control.codebookinfo", "1"),
                    ("wlan.fixed.mimo.control.matrixseg", "5"),
                    ("wlan.fixed.mimo.control.soundingtime", "16909060"),
                ],
            ),
            (
                Action::Vht(VhtAction::CompressedBeamforming(vht)),
                &[
                    ("wlan.vht.mimo_control.ncindex", "0"),
                    ("wlan.vht.mimo_control.nrindex", "1"),
                    ("wlan.vht.mimo_control.grouping", "2"),
                    ("wlan.vht.mimo_control.codebookinfo", "1"),
                    ("wlan.vht.mimo_control.feedbacktype", "0"),
                    ("wlan.vht.mimo_control.remainingfeedbackseg", "5"),
                    ("wlan.vht.mimo_control.firstfeedbackseg", "1"),
                    ("wlan.vht.mimo_control.sounding_dialog_tocken_nbr", "41"),
                ],
            ),
            (
                Action::He(HeAction::CompressedBeamformingCqi(he)),
                &[
                    ("wlan.he.mimo.nr_index", "1"),
                    ("wlan.he.mimo.grouping", "0"),
                    ("wlan.he.mimo.codebook_info", "1"),
                    ("wlan.he.mimo.feedback_type", "0"),
                    ("wlan.he.mimo.first_feedback_seg", "1"),
                    ("wlan.he.mimo.ru_start_index", "3"),
                    ("wlan.he.mimo.ru_end_index", "4"),
                    ("wlan.he.mimo.sounding_dialog_token_num", "42"),
                ],
            ),
        ],
    );
}

#[test]
fn wake_times_and_streams_that_end() {
    check(
        "ends",
        &[
            (
                Action::S1g(S1gAction::TwtTeardown(TwtTeardown {
                    flow: TwtFlow(0).with_flow_id(5),
                    elements: &[],
                })),
                &[("wlan.twt.individual_flow_id", "5"), ("wlan.twt.neg_type", "0")],
            ),
            (
                Action::S1g(S1gAction::TwtTeardown(TwtTeardown {
                    flow: TwtFlow(0).with_broadcast_id(21).with_negotiation_type(3),
                    elements: &[],
                })),
                &[("wlan.twt.bcast_flow_id", "21"), ("wlan.twt.neg_type", "3")],
            ),
            (
                Action::S1g(S1gAction::TwtInformation(TwtInformation {
                    control: TwtInformationControl(0)
                        .with_flow_id(6)
                        .with_response_requested(true)
                        .with_next_twt_size(1),
                    next_twt: &[4, 3, 2, 1],
                })),
                &[
                    ("wlan.s1g.twt_information.next_twt32", "16909060"),
                    ("wlan.s1g.twt_information.control.next_twt_request", "0"),
                    ("wlan.s1g.twt_information.control.next_twt_subfield_size", "1"),
                ],
            ),
            (
                Action::Qos(QosAction::DelTs(DelTs {
                    ts_info: TsInfo(0).with_tsid(9).with_direction(1).with_user_priority(6),
                    schedule: 1,
                    reason: ReasonCode::QSTA_NOT_USE,
                    elements: &[],
                })),
                &[
                    ("wlan.ts_info.tsid", "9"),
                    ("wlan.ts_info.dir", "1"),
                    ("wlan.ts_info.up", "6"),
                    ("wlan.ts_info.sched", "1"),
                    ("wlan.fixed.reason_code", "37"),
                ],
            ),
        ],
    );
}

#[test]
fn what_is_short_or_unknown() {
    assert!(Action::parse(&[]).is_err());
    // A category that has codes, without one; the vendors' have none.
    assert!(Action::parse(&[3]).is_err());
    assert!(Action::parse(&[127, 0, 0x50, 0xf2]).is_ok());
    assert!(Action::parse(&[127, 0, 0x50]).is_err());
    // DELBA has four bytes behind its code.
    assert!(Action::parse(&[3, 2, 0, 0, 0]).is_err());
    for unknown in [&[3, 99, 1, 2][..], &[99], &[0x83, 0, 1]] {
        let action = Action::parse(unknown).unwrap();
        let mut out = Vec::new();
        action.write(&mut out);
        assert_eq!(out, unknown);
        assert_eq!(action.category().is_error(), unknown[0] == 0x83);
    }
    // Every category and code, with and without enough behind it: what is read is written again.
    for (category, code) in
        (0..=255).flat_map(|category| (0..=255).map(move |code| (category, code)))
    {
        for len in [0, 1, 5, 30] {
            // 108: the only element that GAS takes.
            let mut bytes = vec![category, code];
            bytes.extend((0..len).map(|at| if at % 2 == 0 { 108 } else { 0 }));
            let Ok(action) = Action::parse(&bytes) else { continue };
            let mut out = Vec::new();
            action.write(&mut out);
            assert_eq!(out, bytes, "{action:?}");
        }
    }
}
