//! Management frames in the clear, to and from stations that protect theirs.

use std::fs;

use crate::captures::{self, Captured};
use crate::program::{Folder, pcap, refused, stations};

const AP: [u8; 6] = [2, 0, 0, 0, 0, 0];
const STATION: [u8; 6] = [2, 0, 0, 0, 1, 0];
const ALL: [u8; 6] = [0xff; 6];

const DEAUTH: u8 = 0xc0;
const DISASSOC: u8 = 0xa0;
const ACTION: u8 = 0xd0;

/// What is forged: type, whom from and to, body; and why it is refused.
type Forged = (u8, [u8; 6], [u8; 6], &'static [u8], Option<&'static str>);

const FORGED: [Forged; 9] = [
    (DEAUTH, AP, STATION, &[7, 0], Some("UCAST_MGMT")),
    (DISASSOC, STATION, AP, &[8, 0], Some("UCAST_MGMT")),
    (DEAUTH, AP, ALL, &[7, 0], Some("MCAST_MGMT")),
    // ADDBA request.
    (ACTION, STATION, AP, &[3, 0, 1, 2, 0x10, 0, 0, 0, 0], Some("UCAST_MGMT")),
    // Channel switch announcements: a public action, which could have come protected, and its like.
    (ACTION, AP, STATION, &[4, 4, 0, 1, 6, 0], Some("UNICAST_PUB_ACTION")),
    (ACTION, AP, STATION, &[9, 4, 0, 1, 6, 0], Some("DUAL")),
    // GAS goes to all in the clear, vendors' frames to everybody.
    (ACTION, AP, ALL, &[4, 10, 1, 108, 2, 0, 0], None),
    (ACTION, AP, STATION, &[127, 0, 0x50, 0xf2, 9], None),
    // A beacon, for there is no key of beacons.
    (0x80, AP, ALL, &[0, 0, 0, 0, 0, 0, 0, 0, 100, 0, 0x11, 0], None),
];

/// The forged frames behind a radiotap header without a field.
fn forged() -> Vec<Vec<u8>> {
    let frame = |(seq, (kind, from, to, body, _)): (u8, &Forged)| {
        let radiotap = [0, 0, 8, 0, 0, 0, 0, 0];
        let head = [&[*kind, 0, 0, 0][..], to, from, &AP, &[seq << 4, 0xee]];
        [&radiotap[..], &head.concat(), body].concat()
    };
    (0..).zip(&FORGED).map(frame).collect()
}

/// Whether and why each of the forged frames is refused, if they stand in a capture behind its frame `at`;
/// nothing else may change by them. `keep` says what is left of the capture.
fn told(name: &str, at: usize, keep: fn(&[u8]) -> bool) -> Option<Vec<Option<String>>> {
    let mut packets = captures::read(&captures::find(&format!("wifi/{name}.pcap"))?);
    packets.retain(|packet| keep(packet.frame().unwrap()));
    let split = packets.iter().filter(|packet| packet.number <= at).count();
    let folder = Folder::new(&format!("mfp-{name}-{at}-{}", packets.len()));
    let path = folder.0.join("forged.pcap");
    let open = |packets: &[Vec<u8>]| {
        fs::write(&path, pcap(packets.iter().map(Vec::as_slice))).unwrap();
        folder.opened(&["-p", "oracle-passphrase", "-v"], &path).0
    };
    let mut packets: Vec<_> = packets.into_iter().map(|packet: Captured| packet.bytes).collect();
    let untouched = open(&packets);
    packets.splice(split..split, forged());
    let report = open(&packets);
    // Protected, decrypted, written.
    let opened = |report: &str| -> Vec<Vec<u64>> {
        stations(report).iter().map(|(_, row)| row[1..].to_vec()).collect()
    };
    assert_eq!(opened(&report), opened(&untouched), "{report}");
    let refused = refused(&report);
    Some((1..=FORGED.len()).map(|n| refused.get(&((split + n) as u64)).cloned()).collect())
}

fn expected() -> Vec<Option<String>> {
    FORGED.map(|(.., why)| why.map(|why| format!("RX_DROP_U_UNPROT_{why}"))).to_vec()
}

/// Behind frame 60 of `wpa2-pmf-required-bip` the station's first keys are in use.
#[test]
fn forged_frames_are_refused_by_name() {
    let Some(told) = told("wpa2-pmf-required-bip", 60, |_| true) else { return };
    assert_eq!(told, expected());
}

fn is_association(frame: &[u8]) -> bool {
    frame[0] & 0x0c == 0 && frame[0] >> 4 < 4
}

/// That the protection is known from frame `number` on, and not from the message before, of what is left.
fn is_told_by(number: usize, keep: fn(&[u8]) -> bool) {
    for (at, known) in [(number - 2, false), (number, true), (60, true)] {
        let Some(told) = told("wpa2-pmf-required-bip", at, keep) else { return };
        assert_eq!(told[2].is_some(), known, "{at}");
        assert!(at < 60 || told == expected());
    }
}

/// Who did not hear the association learns it from message 2, frame 35, and the beacons.
#[test]
fn message_2_tells_it_too() {
    is_told_by(35, |frame| !is_association(frame));
}

/// Who heard no beacon, from message 3, frame 37. The network's name is then in the requests alone.
#[test]
fn message_3_tells_it_too() {
    is_told_by(37, |frame| !matches!(frame[0], 0x80 | 0x50));
}

/// Before the keys either side may leave in the clear, though robust actions may not come.
#[test]
fn before_the_keys_a_station_may_leave() {
    let Some(told) = told("wpa2-pmf-required-bip", 31, |_| true) else { return };
    let why = |at: usize| told[at].as_deref();
    assert_eq!((why(0), why(1), why(2)), (None, None, Some("RX_DROP_U_UNPROT_MCAST_MGMT")));
    assert_eq!(why(3), Some("RX_DROP_U_UNPROT_UCAST_MGMT"));
}

#[test]
fn without_protection_nothing_is_refused() {
    let Some(told) = told("wpa2-psk-ccmp", 60, |_| true) else { return };
    assert_eq!(told, vec![None; FORGED.len()]);
}

/// A second radio took the station's address and left in the clear. Linux's access point did not believe it:
/// what follows comes under the same keys.
#[test]
fn a_forged_deauthentication_that_linux_refused() {
    let Some(path) = captures::find("wifi/wpa2-pmf-sa-query.pcap") else { return };
    let folder = Folder::new("sa-query");
    let (report, _) = folder.opened(&["-p", "oracle-passphrase", "-v"], &path);
    let why = "RX_DROP_U_UNPROT_UCAST_MGMT".to_owned();
    assert_eq!(refused(&report), [(210, why)].into());
    // Answered requests with status 30 are no association.
    assert!(stations(&report).iter().all(|(_, row)| row[1] == row[2] && row[2] > 0), "{report}");
}

/// An answer to an association request that comes again, or that somebody makes up, ends no association.
#[test]
fn an_association_is_answered_once() {
    for name in ["wpa2-pmf-required-bip", "ft-psk-roam"] {
        let Some(path) = captures::find(&format!("wifi/{name}.pcap")) else { return };
        let folder = Folder::new(&format!("answers-{name}"));
        let (alone, _) = folder.opened(&["-p", "oracle-passphrase"], &path);
        let mut packets = Vec::new();
        let mut answers: Vec<Vec<u8>> = Vec::new();
        for packet in captures::read(&path) {
            let kind = packet.frame().unwrap()[0];
            // Data frames follow: the last answer once more before each.
            if kind & 0x0c == 8 {
                packets.extend(answers.last().cloned());
            }
            if matches!(kind, 0x10 | 0x30) {
                answers.push(packet.bytes.clone());
            }
            packets.push(packet.bytes);
        }
        let again = folder.0.join("again.pcap");
        fs::write(&again, pcap(packets.iter().map(Vec::as_slice))).unwrap();
        let (report, _) = folder.opened(&["-p", "oracle-passphrase"], &again);
        assert_eq!(stations(&report), stations(&alone), "{name}\n{report}");
    }
}
