//! Every frame of the captures, read and built again; and what tshark reads in them.
#![allow(clippy::unwrap_used, clippy::panic)]

mod captures;
mod tshark;

use std::collections::HashMap;

use softnet_mac80211::element::Elements;
use softnet_mac80211::frame::action::{Action, BlockAckAction, SelfProtectedAction};
use softnet_mac80211::frame::control::{BarInfo, Control};
use softnet_mac80211::frame::management::{Auth, AuthAlgorithm, Management, SaeCommit, SaeConfirm};
use softnet_mac80211::frame::{
    Amsdu, CapabilityInfo, ExtensionFrame, Frame, FrameControl, FrameType, HeaderFields, StatusCode,
};

const FOLDERS: [&str; 4] = ["wifi", "public/aircrack", "public/fragattacks", "public/tcpdump"];

#[test]
fn every_frame_of_the_captures_is_built_again_from_its_fields() {
    let mut seen = HashMap::new();
    for folder in FOLDERS {
        for (file, packets) in captures::folder(folder) {
            for packet in packets {
                let Some(frame) = packet.frame() else { continue };
                let parsed = Frame::parse(frame);
                let parsed = parsed.unwrap_or_else(|e| panic!("{file} {}: {e}", packet.number));
                let mut again = Vec::new();
                parsed.write(&mut again);
                assert_eq!(again, frame, "{file} {}: {parsed:?}", packet.number);
                *seen.entry(FrameControl::of(frame).unwrap().kind()).or_insert(0_usize) += 1;
            }
        }
    }
    println!("{seen:?}");
}

/// tshark calls by this name a value that stands in an element, too.
const IN_AN_ELEMENT: &str = "in an element";

/// What a frame says, by tshark's names.
struct Said(HashMap<&'static str, String>);

impl Said {
    fn number(&mut self, field: &'static str, value: impl Into<u64>) {
        self.0.insert(field, value.into().to_string());
    }

    fn header(&mut self, header: &HeaderFields) {
        let fc = header.frame_control;
        self.number("wlan.duration", header.duration);
        self.0.insert("wlan.ra", header.addr1.to_string());
        self.0.insert("wlan.ta", header.addr2.to_string());
        self.number("wlan.seq", header.seq_ctrl.sn());
        self.number("wlan.frag", header.seq_ctrl.fragment());
        if fc.is_qos_data() {
            self.number("wlan.qos.tid", header.qos_ctrl.tid());
        }
    }

    fn capability(&mut self, capability: CapabilityInfo) {
        self.number("wlan.fixed.capabilities", capability.0);
    }

    fn status(&mut self, status: StatusCode) {
        self.number("wlan.fixed.status_code", status.0);
    }

    fn auth(&mut self, auth: &Auth<'_>) {
        self.number("wlan.fixed.auth.alg", auth.algorithm.0);
        self.number("wlan.fixed.auth_seq", auth.transaction);
        self.status(auth.status);
        let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        match (auth.algorithm, auth.transaction) {
            (AuthAlgorithm::SAE, 1) => {
                let commit = SaeCommit::parse(auth.body, auth.is_h2e()).unwrap();
                self.number("wlan.fixed.finite_cyclic_group", commit.group.0);
                self.0.insert("wlan.fixed.scalar", hex(commit.scalar));
                self.0.insert("wlan.fixed.finite_field_element", hex(commit.element));
            }
            (AuthAlgorithm::SAE, 2) => {
                let confirm = SaeConfirm::parse(auth.body, 32).unwrap();
                self.number("wlan.fixed.send_confirm", confirm.send_confirm);
                self.0.insert("wlan.fixed.confirm", hex(confirm.confirm));
            }
            _ => {}
        }
    }

    fn action(&mut self, action: &Action<'_>) {
        self.number("wlan.fixed.category_code", action.category().0);
        match action {
            Action::BlockAck(action) => self.block_ack(action),
            Action::RadioMeasurement(action) => {
                self.number("wlan.fixed.action_code", action.code());
            }
            Action::SelfProtected(SelfProtectedAction::PeeringOpen(open)) => {
                self.capability(open.capability);
            }
            Action::SelfProtected(SelfProtectedAction::PeeringConfirm(confirm)) => {
                self.capability(confirm.capability);
                self.number("wlan.fixed.aid", confirm.aid);
            }
            Action::SelfProtected(SelfProtectedAction::PeeringClose(_)) => {
                self.0.insert("wlan.fixed.reason_code", IN_AN_ELEMENT.to_owned());
            }
            _ => {}
        }
    }

    fn block_ack(&mut self, action: &BlockAckAction<'_>) {
        self.number("wlan.fixed.action_code", action.code());
        match action {
            BlockAckAction::AddbaRequest(request) => {
                self.number("wlan.fixed.dialog_token", request.dialog_token);
                self.number("wlan.fixed.baparams", request.param.0);
                self.number("wlan.fixed.baparams.buffersize", request.param.buffer_size());
                self.number("wlan.fixed.batimeout", request.timeout);
                self.number("wlan.fixed.ssc", request.start_seq.0);
            }
            BlockAckAction::AddbaResponse(response) => {
                self.number("wlan.fixed.dialog_token", response.dialog_token);
                self.status(response.status);
                self.number("wlan.fixed.baparams", response.param.0);
                self.number("wlan.fixed.baparams.buffersize", response.param.buffer_size());
                self.number("wlan.fixed.batimeout", response.timeout);
            }
            BlockAckAction::Delba(delba) => {
                self.number("wlan.fixed.delba.param", delba.param.0);
                self.number("wlan.fixed.delba.param.tid", delba.param.tid());
                self.number("wlan.fixed.reason_code", delba.reason.0);
            }
            _ => {}
        }
    }

    fn management(&mut self, body: &Management<'_>) {
        match body {
            Management::Beacon(beacon) | Management::ProbeResp(beacon) => {
                self.number("wlan.fixed.timestamp", beacon.timestamp);
                self.number("wlan.fixed.beacon", beacon.beacon_interval);
                self.capability(beacon.capability);
            }
            Management::AssocReq(request) => {
                self.capability(request.capability);
                self.number("wlan.fixed.listen_ival", request.listen_interval);
            }
            Management::ReassocReq(request) => {
                self.capability(request.capability);
                self.number("wlan.fixed.listen_ival", request.listen_interval);
                self.0.insert("wlan.fixed.current_ap", request.current_ap.to_string());
            }
            Management::AssocResp(response) | Management::ReassocResp(response) => {
                self.capability(response.capability);
                self.status(response.status);
                self.number("wlan.fixed.aid", response.aid());
            }
            Management::Auth(auth) => self.auth(auth),
            Management::Deauth(deauth) => self.number("wlan.fixed.reason_code", deauth.reason.0),
            Management::Disassoc(gone) => self.number("wlan.fixed.reason_code", gone.reason.0),
            Management::Action(action) => self.action(action),
            _ => {}
        }
    }

    fn control(&mut self, body: &Control<'_>) {
        let ta = match body {
            Control::PsPoll(short) | Control::Rts(short) | Control::CfEnd(short) => short.ta,
            Control::BlockAckReq(request) => {
                self.number("wlan.ba.control.ba_type", request.control.variant().0);
                if let BarInfo::StartSeq(start) = request.info {
                    self.number("wlan.fixed.ssc", start.0);
                }
                request.ta
            }
            _ => return,
        };
        self.0.insert("wlan.ta", ta.to_string());
    }

    fn of(frame: &[u8]) -> Self {
        let mut said = Self(HashMap::new());
        match Frame::parse(frame).unwrap() {
            Frame::Management(frame) => {
                said.header(&frame.header);
                said.management(&frame.body);
            }
            Frame::Data(frame) => said.header(&frame.header),
            Frame::Control(frame) => {
                said.0.insert("wlan.ra", frame.header.ra.to_string());
                match frame.body {
                    Control::PsPoll(_) => said.number("wlan.aid", frame.header.aid()),
                    _ => said.number("wlan.duration", frame.header.duration),
                }
                said.control(&frame.body);
            }
            _ => {}
        }
        said
    }
}

/// All that [`Said`] knows.
const FIELDS: [&str; 29] = [
    "wlan.aid",
    "wlan.ba.control.ba_type",
    "wlan.duration",
    "wlan.fixed.action_code",
    "wlan.fixed.aid",
    "wlan.fixed.auth.alg",
    "wlan.fixed.auth_seq",
    "wlan.fixed.baparams",
    "wlan.fixed.baparams.buffersize",
    "wlan.fixed.batimeout",
    "wlan.fixed.beacon",
    "wlan.fixed.capabilities",
    "wlan.fixed.category_code",
    "wlan.fixed.confirm",
    "wlan.fixed.current_ap",
    "wlan.fixed.delba.param",
    "wlan.fixed.delba.param.tid",
    "wlan.fixed.finite_cyclic_group",
    "wlan.fixed.finite_field_element",
    "wlan.fixed.listen_ival",
    "wlan.fixed.reason_code",
    "wlan.fixed.scalar",
    "wlan.fixed.send_confirm",
    "wlan.fixed.ssc",
    "wlan.fixed.status_code",
    "wlan.fixed.timestamp",
    "wlan.frag",
    "wlan.ra",
    "wlan.seq",
];

#[test]
fn tshark_reads_the_same_in_every_frame() {
    if !tshark::have() {
        return;
    }
    let files = [
        "wifi/ft-psk-roam.pcap",
        "wifi/ht-addba-delba-open.pcap",
        "wifi/mesh-open.pcap",
        "wifi/powersave-open.pcap",
        "wifi/wmm-four-acs-ccmp.pcap",
        "wifi/wpa3-sae-h2e.pcap",
        "public/tcpdump/ieee802.11_exthdr.pcap",
        "public/fragattacks/ping_I_E_P-fromclient.pcapng",
    ];
    let mut fields = FIELDS.to_vec();
    fields.extend(["wlan.ta", "wlan.qos.tid"]);
    for name in files {
        let Some(path) = captures::find(name) else { continue };
        let rows = tshark::read(&path, &fields);
        let packets = captures::read(&path);
        assert_eq!(rows.len(), packets.len(), "{name}");
        for (packet, row) in packets.iter().zip(rows) {
            let Some(frame) = packet.frame() else { continue };
            let said = Said::of(frame).0;
            for (field, theirs) in fields.iter().zip(&row) {
                let number = tshark::number(theirs).map(|number| number.to_string());
                let theirs = number.as_ref().unwrap_or(theirs);
                let ours = said.get(field).map_or("", String::as_str);
                if ours == IN_AN_ELEMENT {
                    continue;
                }
                assert_eq!(ours, theirs, "{name} {}: {field}", packet.number);
            }
        }
    }
}

#[test]
fn the_a_msdu_that_linux_answered_has_three_frames() {
    let Some(path) = captures::find("wifi/amsdu-rx-medium.pcap") else { return };
    let mut seen = 0;
    for packet in captures::read(&path) {
        let Ok(Frame::Data(frame)) = Frame::parse(packet.frame().unwrap()) else { continue };
        if !frame.header.qos_ctrl.a_msdu_present() {
            continue;
        }
        seen += 1;
        // wlan_aggregate.a_mdsu.length in tshark.
        let amsdu = Amsdu::parse(frame.body).unwrap();
        let lens: Vec<_> = amsdu.subframes().map(|subframe| subframe.msdu.len()).collect();
        assert_eq!(lens, [58, 59, 60]);
        for subframe in amsdu.subframes() {
            let (ethernet, payload) = subframe.to_8023();
            assert_eq!(ethernet.da, frame.header.addr3);
            assert_eq!((ethernet.proto.0, payload[0]), (0x0800, 0x45));
        }
    }
    assert_eq!(seen, 1);
}

#[test]
fn elements_begin_where_fixed_fields_end() {
    let (mut seen, mut broken) = (0, Vec::new());
    for folder in FOLDERS {
        for (file, packets) in captures::folder(folder) {
            for packet in packets {
                let Some(frame) = packet.frame() else { continue };
                let elements = match Frame::parse(frame).unwrap() {
                    Frame::Management(frame) => match frame.body {
                        Management::Beacon(beacon) | Management::ProbeResp(beacon) => {
                            beacon.elements
                        }
                        Management::ProbeReq(request) => request.elements,
                        Management::AssocReq(request) => request.elements,
                        Management::ReassocReq(request) => request.elements,
                        Management::AssocResp(it) | Management::ReassocResp(it) => it.elements,
                        _ => continue,
                    },
                    Frame::Extension(ExtensionFrame::DmgBeacon(beacon)) => beacon.elements,
                    _ => continue,
                };
                seen += 1;
                if !Elements::new(elements).is_complete() {
                    broken.push((file.clone(), packet.number));
                }
            }
        }
    }
    println!("{seen} frames with elements");
    // The one file has this frame with its FCS, and nothing says so; in the other it is made to be broken.
    if seen != 0 {
        let files = ["wpa.cap", "ieee802.11_parse_elements_oobr.pcap"];
        assert_eq!(broken, files.map(|file| (file.to_owned(), 1)));
    }
}

#[test]
fn types_of_frames_are_four() {
    // A frame of each type of an other version is kept whole.
    for frame_type in
        [FrameType::Management, FrameType::Control, FrameType::Data, FrameType::Extension]
    {
        let bytes = [(frame_type as u8) << 2 | 1, 0x55];
        assert_eq!(Frame::parse(&bytes), Ok(Frame::OtherVersion(&bytes)));
        assert!(Frame::parse(&[(frame_type as u8) << 2]).is_err());
    }
}
