//! The attacks of "Fragment and Forge" (2021) against the receive rules: captures of vulnerable stations,
//! in which we refuse what they took.
//!
//! Temporal keys are as tshark derives them from the passphrase (`wlan.analysis.tk`, `.gtk`); frames are
//! numbered as Wireshark does. The captures have each injected frame twice: as it was given to the card,
//! and as it was sent. The copy of one that was accepted is a replay.
#![cfg(feature = "crypto")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "the helpers of tests are tests too")]

extern crate alloc;

mod captures;

use alloc::collections::BTreeMap;

use softnet_mac80211::cipher::{Key, Replay};
use softnet_mac80211::frame::{FrameType, Header, IfType};
use softnet_mac80211::rx::{Interface, Received, Receiver};
use softnet_mac80211::{CipherSuite, RxDrop};
use softnet_sk_buff::{Instant, MacAddr};

/// Something that happens between two frames.
enum Event {
    /// The pairwise key is set, and the group's.
    Keys { tk: u128, gtk: u128 },
    /// The station associated anew.
    Associated,
}

use Event::{Associated, Keys};

/// The links that are listened to, one for each direction, and one for each sender to groups.
#[derive(Default)]
struct Air {
    links: BTreeMap<(MacAddr, Option<MacAddr>), Receiver>,
    /// What happened to the frames that carry data or are protected, but for null data.
    accepted: Vec<usize>,
    refused: Vec<(usize, RxDrop)>,
}

impl Air {
    fn link(&mut self, ta: MacAddr, ra: MacAddr, kind: IfType) -> &mut Receiver {
        let to = (!ra.is_multicast()).then_some(ra);
        let interface = Interface::new(kind, to.unwrap_or(MacAddr([0; 6])));
        self.links.entry((ta, to)).or_insert_with(|| Receiver::new(interface))
    }

    fn happen(&mut self, event: &Event, ap: MacAddr, sta: MacAddr) {
        let group = MacAddr([0xff; 6]);
        for (ta, ra, kind) in [(ap, sta, IfType::Station), (sta, ap, IfType::Ap)] {
            let link = self.link(ta, ra, kind);
            match event {
                Keys { tk, .. } => {
                    link.install_pairwise(ccmp(0, *tk));
                    link.authorize(true);
                }
                Associated => link.associated(),
            }
        }
        if let Keys { gtk, .. } = event {
            let link = self.link(ap, group, IfType::Station);
            link.authorize(true);
            for index in 1..3 {
                link.install_group(ccmp(index, *gtk));
            }
        }
    }

    fn hear(&mut self, number: usize, frame: &mut [u8]) {
        let Ok((header, _)) = Header::parse(frame) else { return };
        let fc = header.frame_control();
        let kind = if fc.to_ds() { IfType::Ap } else { IfType::Station };
        let ours = fc.has_data() || fc.protected();
        if !ours || fc.frame_type() == FrameType::Management && !fc.protected() {
            return;
        }
        let link = self.link(header.addr2(), header.addr1(), kind);
        let result = match link.receive(frame, Instant::from_millis(number as u64), Replay::Check) {
            Ok(Received::Msdus(mut msdus)) => msdus.try_for_each(|msdu| msdu.map(drop)),
            other => other.map(drop),
        };
        match result {
            Ok(()) => self.accepted.push(number),
            Err(reason) => self.refused.push((number, reason)),
        }
    }
}

fn ccmp(index: u8, key: u128) -> Key {
    Key::new(CipherSuite::CCMP, index, &key.to_be_bytes()).unwrap()
}

/// The capture as its receivers take it; `None` where it is missing. Each event is after a frame.
fn play(file: &str, ap: &str, sta: &str, events: &[(usize, Event)]) -> Option<Air> {
    let path = captures::find(&format!("public/fragattacks/{file}.pcapng"))?;
    let (ap, sta) = (ap.parse().unwrap(), sta.parse().unwrap());
    let mut air = Air::default();
    for packet in captures::read(&path) {
        let mut frame = packet.frame().unwrap().to_vec();
        air.hear(packet.number, &mut frame);
        let here = events.iter().filter(|(after, _)| *after == packet.number);
        here.for_each(|(_, event)| air.happen(event, ap, sta));
    }
    Some(air)
}

impl Air {
    /// What was refused is this and no more; these, among others, were accepted.
    #[track_caller]
    fn assert(&self, refused: &[(usize, RxDrop)], accepted: &[usize]) {
        assert_eq!(self.refused, refused);
        let missing = accepted.iter().find(|number| !self.accepted.contains(number));
        assert_eq!(missing, None);
    }
}

const ATTACKER: &str = "64:70:02:2f:d7:67";

/// CVE-2020-24588: the A-MSDU bit, which is not authenticated, set on a frame that is none.
#[test]
fn amsdu_inject_a_frame_turned_into_an_amsdu_is_refused_whole() {
    let keys = Keys {
        tk: 0xfc9f_35a0_64c0_c658_2970_8923_adce_6f8f,
        gtk: 0xb4a6_2ca9_5ba2_080f_5b6d_a910_a765_dc81,
    };
    let sta = "5a:f7:19:2b:ed:5e";
    let Some(air) = play("amsdu-inject-fromap", ATTACKER, sta, &[(50, keys)]) else { return };
    let refused = [
        // Sent in the name of 00:00:00:00:00:00, which has no key.
        (99, RxDrop::NoKey),
        (100, RxDrop::NoKey),
        (124, RxDrop::BadAmsdu),
        (131, RxDrop::Replay),
    ];
    // DHCP both ways, to groups, DNS, ARP, and what came after the attack.
    air.assert(&refused, &[69, 85, 90, 101, 105, 114, 125, 136, 137, 141]);
    assert_eq!(air.accepted.len(), 42);
}

/// CVE-2020-24586: a fragment sent before a reassociation, completed by one sent after it.
#[test]
fn fragment_cache_is_cleared_when_the_station_reassociates() {
    let Some(air) = ping_i_e_r_e(true) else { return };
    let refused = [
        // Copies of what was accepted.
        (60, RxDrop::Replay),
        (65, RxDrop::Replay),
        (70, RxDrop::Replay),
        (98, RxDrop::OrphanFragment),
        (99, RxDrop::Replay),
    ];
    air.assert(&refused, &[33, 45, 49, 59, 69, 83, 86, 88, 101]);
}

/// CVE-2020-24587: the same where keys change without a reassociation, so that fragments stay.
#[test]
fn mixed_key_fragments_under_two_keys_are_not_put_together() {
    let Some(air) = ping_i_e_r_e(false) else { return };
    assert!(air.refused.contains(&(98, RxDrop::BadKeyColor)), "{:?}", air.refused);
    assert!(air.accepted.contains(&69));
}

fn ping_i_e_r_e(reassociates: bool) -> Option<Air> {
    let gtk = 0x2003_5dd8_1f88_b328_203c_ef7f_63d9_7e3a;
    let first = Keys { tk: 0xdda3_1c85_16b9_d925_81fc_17e4_a8f1_b47b, gtk };
    let second = Keys { tk: 0xb4d1_a94a_4d12_6dbd_39ec_3557_969f_430b, gtk };
    let mut events = vec![(31, first), (81, second)];
    if reassociates {
        events.push((74, Associated));
    }
    play("ping_I_E_R_E-fromclient", "bc:ae:c5:88:8c:20", ATTACKER, &events)
}

/// CVE-2020-26146: fragments whose packet numbers are not consecutive. Linux calls that a replay.
#[test]
fn nonconsecutive_packet_numbers_are_refused() {
    let keys = Keys {
        tk: 0xc733_2725_a683_9bdf_764f_8b86_9a61_25c6,
        gtk: 0x46f6_d708_b9ca_5dd8_080f_d797_10cf_9461,
    };
    let (file, sta) = ("ping_I_E_E___inc_pn_2-fromap", "5a:f7:19:2b:ed:5e");
    let Some(air) = play(file, ATTACKER, sta, &[(43, keys)]) else { return };
    // 113: sent once more, without its retry bit.
    let replays = [113, 132, 140, 141].map(|number| (number, RxDrop::Replay));
    air.assert(&replays, &[47, 48, 53, 76, 91, 130, 137, 138, 144, 145]);
}

/// CVE-2020-26147: the first fragment encrypted, the second not.
#[test]
fn mixed_plain_fragment_after_an_encrypted_one_is_refused() {
    let keys = Keys {
        tk: 0x4db8_f04a_3b6e_495e_e00c_7163_e46e_2df4,
        gtk: 0xbfe3_ca9f_09ca_b415_3384_7553_9c13_61d7,
    };
    let (file, ap) = ("ping_I_E_P-fromclient", "5a:d5:6e:e2:0e:27");
    let Some(air) = play(file, ap, ATTACKER, &[(17, keys)]) else { return };
    let refused = [
        (40, RxDrop::Replay),
        (48, RxDrop::Replay),
        (52, RxDrop::Replay),
        (54, RxDrop::NonseqPn),
        (55, RxDrop::NonseqPn),
    ];
    air.assert(&refused, &[19, 24, 31, 39, 42, 47, 50, 51, 57, 58]);
}

/// CVE-2020-26140: a frame in the clear in a protected network.
#[test]
fn plaintext_in_a_protected_network_is_refused() {
    let keys = Keys {
        tk: 0xfcb3_7608_1a73_1728_164c_d97f_a236_9154,
        gtk: 0xbfe3_ca9f_09ca_b415_3384_7553_9c13_61d7,
    };
    let (file, ap) = ("ping_I_P-fromclient", "5a:d5:6e:e2:0e:27");
    let Some(air) = play(file, ap, ATTACKER, &[(25, keys)]) else { return };
    let refused = [
        // Before the handshake there are no keys.
        (13, RxDrop::NoKey),
        (48, RxDrop::Replay),
        (56, RxDrop::Replay),
        (59, RxDrop::Unencrypted),
        (60, RxDrop::Unencrypted),
    ];
    air.assert(&refused, &[27, 29, 40, 47, 50, 55, 58, 62]);
}

/// CVE-2020-26145: a second fragment in the clear, to the group, taken for a whole frame.
#[test]
fn plaintext_broadcast_fragment_is_refused() {
    let keys = Keys {
        tk: 0xd2ff_6927_a1e2_af37_c04d_8845_ceb0_a577,
        gtk: 0x649a_aaac_51af_3ced_e275_0a66_e21d_b610,
    };
    let (file, sta) = ("ping_D_BP___bcast_ra-fromap", "90:18:7c:6e:6b:20");
    let Some(air) = play(file, ATTACKER, sta, &[(25, keys)]) else { return };
    let refused = [21, 22].map(|number| (number, RxDrop::MulticastFragment));
    air.assert(&refused, &[30, 31, 33, 39, 40, 51, 52, 57, 90, 115]);
}

/// CVE-2020-26144: an A-MSDU in the clear that looks like EAPOL, sent before the handshake is over.
///
/// The capture is of what the station took it for: its frame 3 are the first subframe's source, which is
/// EAPOL's type and header, and its payload; frame 4 is the second subframe's.
#[test]
fn eapol_amsdu_is_refused_by_its_first_subframe() {
    let Some(path) = captures::find("public/fragattacks/eapol-amsdu_BP-onclient.pcapng") else {
        return;
    };
    let packets = captures::read(&path);
    // Linux's cooked header: 6 bytes, the source's address, two unused, the EtherType.
    let source = |number: usize| &packets[number - 1].bytes[6..12];
    let payload = |number: usize| &packets[number - 1].bytes[16..];
    assert_eq!(source(3), b"\x88\x8e\x01\0\0\x48");

    let sta = MacAddr([0x5a, 0xf7, 0x19, 0x2b, 0xed, 0x5e]);
    let llc = b"\xaa\xaa\x03\0\0\0";
    let ip = [&llc[..], b"\x08\0", payload(4)].concat();
    // QoS data from the access point, the A-MSDU bit set.
    let mut frame = [b"\x88\x02\0\0", &sta.0[..], source(4), source(4), b"\x10\0\x80\0"].concat();
    for (da, sa, msdu) in [(&llc[..], source(3), payload(3)), (&sta.0[..], source(4), &ip)] {
        frame.extend_from_slice(&[da, sa, &(msdu.len() as u16).to_be_bytes(), msdu].concat());
    }
    let mut link = Receiver::new(Interface::new(IfType::Station, sta));
    let result = link.receive(&mut frame, Instant::ZERO, Replay::Check);
    assert_eq!(result.map(drop), Err(RxDrop::BadAmsdu));

    // Without the bit it is EAPOL, as the station's access point takes it, and allowed in the clear.
    frame[24] &= !0x80;
    let Ok(Received::Msdus(mut msdus)) = link.receive(&mut frame, Instant::ZERO, Replay::Check)
    else {
        panic!("data");
    };
    assert_eq!(msdus.next().unwrap().unwrap().header.proto.0, 0x888e);
}
