//! Protected frames that real Linux sent, opened with the keys that hostapd and wpa_supplicant printed.
#![cfg(feature = "crypto")]
#![allow(clippy::unwrap_used)]

mod captures;

use std::collections::HashMap;
use std::fs;

use softnet_mac80211::cipher::{Key, Opened, Replay, Role, Wanted, wanted};
use softnet_mac80211::frame::{FrameControl, FrameType, Header};
use softnet_mac80211::{CipherSuite, RxDrop};

/// LLC and SNAP of RFC 1042: what nearly each frame's body begins with.
const SNAP: &[u8] = &[0xaa, 0xaa, 0x03, 0, 0, 0];

/// Every string of `"name": [ … ]` or `"name": "…"` in the part of keys.json about a capture.
fn strings(keys: &str, capture: &str, name: &str) -> Vec<Vec<u8>> {
    let Some((_, rest)) = keys.split_once(&format!("\n \"{capture}\": {{")) else { return vec![] };
    let part = rest.split("\n }").next().unwrap();
    let Some((_, value)) = part.split_once(&format!("\"{name}\":")) else { return vec![] };
    let end = if value.trim_start().starts_with('[') { ']' } else { '\n' };
    let value = value.split(end).next().unwrap();
    let quoted = value.split('"').skip(1).step_by(2);
    let byte = |pair: &[u8]| u8::from_str_radix(str::from_utf8(pair).unwrap(), 16).unwrap();
    quoted.map(|digits| digits.as_bytes().chunks(2).map(byte).collect()).collect()
}

/// A transmitter, an index and material: what has counters of its own.
type Installed = HashMap<([u8; 6], u8, Vec<u8>), Key>;

/// The keys of a capture.
struct Ring {
    pairwise: (CipherSuite, Vec<Vec<u8>>),
    group: (CipherSuite, Vec<Vec<u8>>),
    igtks: Vec<Vec<u8>>,
    installed: Installed,
}

impl Ring {
    fn of(capture: &str, keys: &str) -> Option<Self> {
        let all = |name| strings(keys, capture, name);
        let suite = match capture {
            _ if capture.contains("gcmp") => CipherSuite::GCMP,
            _ if capture.contains("ccmp-256") => CipherSuite::CCMP_256,
            "wpa-psk-tkip" => CipherSuite::TKIP,
            _ if capture.starts_with("wep104") => CipherSuite::WEP104,
            _ if capture.contains("wep40") => CipherSuite::WEP40,
            _ => CipherSuite::CCMP,
        };
        let of_group = if capture.contains("grouptkip") { CipherSuite::TKIP } else { suite };
        let group = [all("GTK"), all("GTK_hostapd"), all("wep_key0")].concat();
        let pairwise = [all("PTK_TK"), all("wep_key0")].concat();
        (!pairwise.is_empty()).then(|| Self {
            pairwise: (suite, pairwise),
            group: (of_group, group),
            igtks: all("IGTK"),
            installed: HashMap::new(),
        })
    }

    /// Opens a frame with whichever key does it; the replay rules hold.
    fn open(&mut self, frame: &[u8], index: Wanted) -> Option<(Opened, Vec<u8>)> {
        let (header, _) = Header::parse(frame).unwrap();
        let group = header.addr1().octets()[0] & 1 == 1;
        let (index, (suite, materials)) = match index {
            Wanted::Data(index) if group => (index, &self.group),
            Wanted::Data(index) => (index, &self.pairwise),
            Wanted::Igtk(index) | Wanted::Bigtk(index) => {
                (index, &(CipherSuite::AES_CMAC, self.igtks.clone()))
            }
            Wanted::None => return None,
        };
        let from_ap = header.frame_control().from_ds();
        materials.iter().find_map(|material| {
            let name = (header.addr2().octets(), index, material.clone());
            let key = self.installed.entry(name).or_insert_with(|| {
                let role = if from_ap { Role::Supplicant } else { Role::Authenticator };
                Key::new(*suite, index, material).unwrap().with_role(role)
            });
            let mut frame = frame.to_vec();
            let opened = match key.open(&mut frame, Replay::Check) {
                Ok(opened) => opened?,
                Err(reason) => {
                    // A replay it would be under the key of a session that is over.
                    let other_key = [RxDrop::MicFail, RxDrop::Replay, RxDrop::WepDecFail];
                    assert!(other_key.contains(&reason), "{reason}");
                    return None;
                }
            };
            let body = frame[opened.body.clone()].to_vec();
            // None of the TKIP captures has fragments.
            let body = key.verify_michael(&header, &body, &opened, Replay::Check).unwrap();
            Some((opened, body.to_vec()))
        })
    }
}

fn name_of(file: &str) -> &str {
    file.split('.').next().unwrap()
}

fn keys() -> Option<String> {
    captures::find("wifi/keys.json").map(|path| fs::read_to_string(path).unwrap())
}

#[test]
fn all_protected_frames_of_the_captures_open_with_their_keys() {
    let Some(keys) = keys() else { return };
    let (mut total, mut files) = (0, 0);
    for (file, packets) in captures::folder("wifi") {
        let Some(mut ring) = Ring::of(name_of(&file), &keys) else { continue };
        let (mut data, mut management, mut mmies) = (0, 0, 0);
        for packet in &packets {
            let frame = packet.frame().unwrap();
            let index = wanted(frame).unwrap();
            if index == Wanted::None {
                continue;
            }
            let opened = ring.open(frame, index);
            let (opened, body) = opened.unwrap_or_else(|| panic!("{file} {}", packet.number));
            let (header, _) = Header::parse(frame).unwrap();
            assert_eq!(opened.header_len, header.as_bytes().len());
            match header.frame_control().frame_type() {
                FrameType::Data => {
                    data += 1;
                    let first = header.seq_ctrl().fragment() == 0;
                    assert!(!first || body.starts_with(SNAP), "{file} {}", packet.number);
                }
                _ if header.frame_control().protected() => management += 1,
                _ => mmies += 1,
            }
        }
        println!("{file}: {data} data, {management} management, {mmies} with a MIC element");
        // Where the passphrase was wrong nobody got as far as data.
        assert_eq!(data == 0, file.contains("wrong-passphrase"), "{file}");
        (total, files) = (total + data + management + mmies, files + 1);
    }
    println!("{total} frames of {files} captures");
}

#[test]
fn group_tkip_frames_that_tshark_leaves_alone_open() {
    // wpa-wpa2-mixed-ccmp-grouptkip.pcap: tshark 4.0 shows the 15 group frames encrypted.
    let Some(keys) = keys() else { return };
    let path = captures::find("wifi/wpa-wpa2-mixed-ccmp-grouptkip.pcap").unwrap();
    let mut ring = Ring::of("wpa-wpa2-mixed-ccmp-grouptkip", &keys).unwrap();
    let mut kinds = HashMap::new();
    for packet in captures::read(&path) {
        let frame = packet.frame().unwrap();
        let fc = FrameControl::of(frame).unwrap();
        if fc.frame_type() == FrameType::Data && fc.protected() && frame[4] & 1 == 1 {
            let (_, body) = ring.open(frame, wanted(frame).unwrap()).unwrap();
            let ethertype = u16::from_be_bytes([body[6], body[7]]);
            *kinds.entry(ethertype).or_insert(0) += 1;
        }
    }
    println!("{kinds:x?}");
    assert_eq!(kinds.values().sum::<i32>(), 15);
}
