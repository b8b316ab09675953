//! Action frames that no capture here has: built by us, read by tshark.

mod tshark;

use softnet_mac80211::frame::action::*;
use softnet_mac80211::frame::management::{Management, ManagementFrame};
use softnet_mac80211::frame::{
    CapabilityInfo, HeaderFields, Kind, ReasonCode, SeqCtrl, StatusCode,
};
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
        mode: 0b0110,
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
                Action::Vht(VhtAction::OperatingMode(OperatingMode { mode: 0x12, elements: &[] })),
                &[("wlan.vht.action", "2")],
            ),
            (
                Action::Ht(HtAction::Smps(Smps { control: 3, elements: &[] })),
                &[
                    ("wlan.fixed.sm.powercontrol.enabled", "1"),
                    ("wlan.fixed.sm.powercontrol.mode", "1"),
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
    for (category, code) in (0..=255).flat_map(|category| (0..40).map(move |code| (category, code)))
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
