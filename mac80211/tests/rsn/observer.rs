//! What the observer reads out of captures, against what hostapd and `wpa_supplicant` printed.

use std::sync::OnceLock;

use softnet_mac80211::element::{Body, Elements, Rsn};
use softnet_mac80211::frame::{Header, Kind};
use softnet_mac80211::rsn::eapol::{EapolKey, Message};
use softnet_mac80211::rsn::{GroupKey, GroupKeyKind, Observer, PairwiseKey, Secret, psk};
use softnet_sk_buff::MacAddr;

use crate::captures::{self, Captured};
use crate::eapol_captures::eapol_key;
use crate::keys_json::{Keys, hex};

/// All that was told of a capture.
#[derive(Default)]
struct Told {
    pairwise: Vec<(MacAddr, PairwiseKey)>,
    group: Vec<GroupKey>,
    /// Numbers of the frames that told the PMK to be wrong.
    wrong: Vec<usize>,
}

/// Reads along a capture, one observer for each AP and station.
fn read_along(packets: &[Captured], ssid: &str, pmks: &[Secret]) -> Told {
    let mut observers: Vec<((MacAddr, MacAddr), Observer)> = vec![];
    let mut told = Told::default();
    for packet in packets {
        let Some((header, body)) = packet.frame().and_then(|frame| Header::parse(frame).ok())
        else {
            continue;
        };
        let bssid = header.bssid().unwrap();
        let station = if header.addr2() == bssid { header.addr1() } else { header.addr2() };
        let at = observers.iter().position(|(pair, _)| *pair == (bssid, station));
        let at = at.unwrap_or_else(|| {
            let new = Observer::new(bssid, station, ssid.as_bytes(), pmks.to_vec());
            observers.push(((bssid, station), new));
            observers.len() - 1
        });
        let observer = &mut observers[at].1;
        let seen = match header.frame_control().kind() {
            Kind::REASSOC_REQ => observer.ft_request(&body[10..]),
            Kind::REASSOC_RESP => observer.ft_response(&body[6..]),
            _ => match eapol_key(packet) {
                Some((_, eapol)) => observer.eapol_key(eapol),
                None => continue,
            },
        };
        let seen = seen.unwrap_or_else(|error| panic!("{}: {error}", packet.number));
        told.pairwise.extend(seen.pairwise.map(|key| (bssid, key)));
        told.group.extend(seen.group);
        if seen.wrong_pmk {
            told.wrong.push(packet.number);
        }
    }
    told
}

pub(crate) fn wifi(name: &str) -> Option<(Keys, Vec<Captured>)> {
    let keys = Keys::of(name)?;
    Some((keys, captures::read(&captures::find(&format!("wifi/{name}.pcap"))?)))
}

/// From the passphrase; from the PMKs where SAE or OWE made them.
pub(crate) fn pmks(keys: &Keys) -> Vec<Secret> {
    match keys.text("passphrase") {
        Some("oracle-passphrase") => {
            static ORACLE: OnceLock<Secret> = OnceLock::new();
            vec![ORACLE.get_or_init(|| psk(b"oracle-passphrase", b"oracle").unwrap()).clone()]
        }
        Some(other) => panic!("{other}"),
        None => keys.keys("PMK"),
    }
}

#[test]
fn keys_are_those_that_hostapd_and_wpa_supplicant_printed() {
    let captures = [
        // Pairwise keys, different GTKs, different IGTKs in frames that are not encrypted.
        ("frag256-ccmp", 1, 1, 0),
        ("he80-ch36", 1, 1, 0),
        ("ht-addba-ccmp", 1, 1, 0),
        ("owe", 3, 1, 1), // The fourth was one side's alone: they had associated twice.
        ("powersave-uapsd-ccmp", 1, 1, 0),
        ("vht80-ch36", 1, 1, 0),
        ("wmm-four-acs-ccmp", 1, 1, 0),
        ("wpa-psk-tkip", 1, 0, 0),
        ("wpa-wpa2-mixed-ccmp-grouptkip", 1, 1, 0),
        ("wpa2-pmf-required-bip", 3, 1, 1),
        ("wpa2-pmf-sa-query", 1, 1, 1),
        ("wpa2-psk-ccmp", 1, 1, 0),
        ("wpa2-psk-ccmp-256", 1, 1, 0),
        ("wpa2-psk-gcmp", 1, 1, 0),
        ("wpa3-sae-h2e", 1, 1, 1),
    ];
    for (name, pairwise, gtks, igtks) in captures {
        let Some((keys, packets)) = wifi(name) else { return };
        let told = read_along(&packets, keys.text("ssid").unwrap(), &pmks(&keys));
        assert_eq!(told.wrong, [0_usize; 0], "{name}");
        for (_, key) in &told.pairwise {
            assert!(keys.keys("KCK").contains(&key.ptk.kck), "{name}");
            assert!(keys.keys("KEK").contains(&key.ptk.kek), "{name}");
            assert!(keys.keys("PTK_TK").contains(&key.ptk.tk), "{name}");
        }
        for key in &told.group {
            let kind = if key.kind == GroupKeyKind::Igtk { "IGTK" } else { "GTK" };
            assert!(keys.keys(kind).contains(&key.key), "{name} {kind} {}", key.key_id);
        }
        let count = |kind| told.group.iter().filter(|key| key.kind == kind).count();
        let counts = (told.pairwise.len(), count(GroupKeyKind::Gtk), count(GroupKeyKind::Igtk));
        assert_eq!(counts, (pairwise, gtks, igtks), "{name}");
    }
}

/// The station had another passphrase than the AP: message 2 tells, each of the times that it came.
#[test]
fn a_wrong_passphrase_is_told_at_message_2() {
    let Some((keys, packets)) = wifi("wpa2-psk-wrong-passphrase") else { return };
    let told = read_along(&packets, "oracle", &pmks(&keys));
    let seconds: Vec<usize> = packets
        .iter()
        .filter(|packet| {
            eapol_key(packet).is_some_and(|(_, bytes)| {
                EapolKey::parse(bytes, 16).unwrap().message() == Message::Pairwise2
            })
        })
        .map(|packet| packet.number)
        .collect();
    assert_eq!(seconds.len(), 4);
    assert_eq!(told.wrong, seconds);
    assert!(told.pairwise.is_empty() && told.group.is_empty());

    // With both passphrases at hand the station's is found.
    let text = keys.text("sta_passphrase").unwrap();
    let theirs = psk(text.as_bytes(), b"oracle").unwrap();
    let told = read_along(&packets, "oracle", &[pmks(&keys)[0].clone(), theirs]);
    assert_eq!(told.wrong, [0_usize; 0]);
    assert!(keys.keys("PTK_TK").contains(&told.pairwise[0].1.ptk.tk));
}

/// Message 1 lost: message 3 has the same nonce.
#[test]
fn messages_2_and_3_are_enough() {
    let Some((keys, packets)) = wifi("wpa2-psk-ccmp") else { return };
    let first = packets.iter().find(|packet| eapol_key(packet).is_some()).unwrap().number;
    let rest: Vec<Captured> = packets.into_iter().filter(|packet| packet.number != first).collect();
    let told = read_along(&rest, "oracle", &pmks(&keys));
    assert_eq!(told.pairwise[0].1.ptk.tk, keys.keys("PTK_TK")[0]);
    assert_eq!(told.group[0].key, keys.keys("GTK")[0]);
    let told = read_along(&rest, "oracle", &[Secret::new(&[1; 32]).unwrap()]);
    assert_eq!(told.wrong.len(), 1);
}

/// Counters begin again with each association: a message 1 that was not seen makes no wrong passphrase of a
/// right one.
#[test]
fn message_1_of_the_next_association_lost() {
    let Some((keys, packets)) = wifi("wpa2-pmf-required-bip") else { return };
    let firsts: Vec<usize> = packets
        .iter()
        .filter(|packet| {
            eapol_key(packet).is_some_and(|(_, bytes)| {
                EapolKey::parse(bytes, 16).unwrap().message() == Message::Pairwise1
            })
        })
        .map(|packet| packet.number)
        .collect();
    let rest: Vec<Captured> =
        packets.into_iter().filter(|packet| packet.number != firsts[1]).collect();
    let told = read_along(&rest, "oracle", &pmks(&keys));
    assert_eq!(told.wrong, [0_usize; 0]);
    assert_eq!(told.pairwise.len(), 3);
}

/// 802.11r there and back: every PTK is proved by the MICs of both sides, the names by those in the frames.
#[test]
fn ft_psk_roam_from_the_passphrase() {
    let Some((keys, packets)) = wifi("ft-psk-roam") else { return };
    let told = read_along(&packets, "oracle", &pmks(&keys));
    assert_eq!(told.wrong, [0_usize; 0]);
    let aps: Vec<String> = told.pairwise.iter().map(|(ap, _)| ap.to_string()).collect();
    assert_eq!(aps, ["02:00:00:00:00:00", "02:00:00:00:02:00", "02:00:00:00:00:00"]);
    // What tshark 4.0.17 shows of the first handshake.
    let ptk = &told.pairwise[0].1.ptk;
    assert_eq!(ptk.kck.as_bytes(), hex("9cab6c777251afb5914d81007fed2a16"));
    assert_eq!(ptk.kek.as_bytes(), hex("3c2778d4eb8f6d5178895ab4a9581b1d"));
    assert_eq!(told.group[0].key.as_bytes(), hex("56856a83130c77b3144e7479c863eca8"));
    let gtks = told.group.iter().map(|key| (key.kind, key.key.len()));
    assert_eq!(gtks.collect::<Vec<_>>(), [(GroupKeyKind::Gtk, 16); 2]);
    let wrong = read_along(&packets, "oracle", &[Secret::new(&[1; 32]).unwrap()]);
    assert_eq!(wrong.wrong.len(), 4, "message 2, its message 3, two reassociation requests");
}

/// Networks that others recorded: aircrack-ng's and vanhoefm/fragattacks' test captures.
#[test]
fn public_captures_from_their_passphrases() {
    let rows = [
        // Pairwise keys, group keys in frames that are not encrypted.
        ("aircrack/wpa2-psk-linksys.cap", "linksys", "dictionary", 3, 1),
        ("aircrack/wpa.cap", "test", "biscotte", 1, 0),
        ("fragattacks/amsdu-inject-fromap.pcapng", "testnetwork", "abcdefgh", 1, 1),
        ("fragattacks/ping_I_E_E___inc_pn_2-fromap.pcapng", "testnetwork", "abcdefgh", 1, 1),
        ("fragattacks/ping_I_E_P-fromclient.pcapng", "testnetwork", "abcdefgh", 1, 1),
        ("fragattacks/ping_I_E_R_E-fromclient.pcapng", "testnetwork", "abcdefgh", 2, 1),
        ("fragattacks/ping_I_P-fromclient.pcapng", "testnetwork", "abcdefgh", 1, 1),
    ];
    let mut pmk: Option<(&str, Secret)> = None;
    for (name, ssid, passphrase, pairwise, group) in rows {
        let Some(path) = captures::find(&format!("public/{name}")) else { return };
        if pmk.as_ref().is_none_or(|(of, _)| *of != passphrase) {
            pmk = Some((passphrase, psk(passphrase.as_bytes(), ssid.as_bytes()).unwrap()));
        }
        let pmks = [pmk.as_ref().unwrap().1.clone()];
        let told = read_along(&captures::read(&path), ssid, &pmks);
        assert_eq!((told.pairwise.len(), told.group.len()), (pairwise, group), "{name}");
        let tk = |at: usize| told.pairwise[at].1.ptk.tk.as_bytes().to_vec();
        if name.contains("I_E_R_E") {
            // The README beside the captures gives them.
            assert_eq!(tk(0), hex("dda31c8516b9d92581fc17e4a8f1b47b"));
            assert_eq!(tk(1), hex("b4d1a94a4d126dbd39ec3557969f430b"));
        }
    }
}

/// The PMKID that an AP gave away in message 1, with the passphrase that aircrack-ng's tests have for it.
#[test]
fn pmkid_in_message_1() {
    use softnet_mac80211::AkmSuite;
    use softnet_mac80211::rsn::eapol::Kde;
    use softnet_mac80211::rsn::pmkid;

    let Some(path) = captures::find("public/aircrack/test-pmkid.pcap") else { return };
    let packets = captures::read(&path);
    let (header, first) = packets.iter().find_map(eapol_key).unwrap();
    let first = EapolKey::parse(first, 16).unwrap();
    assert_eq!(first.message(), Message::Pairwise1);
    let pmk = psk(b"SP-91862D361", b"WLAN-771698").unwrap();
    let made = pmkid(&pmk, AkmSuite::PSK, header.addr2(), header.addr1()).unwrap();
    assert_eq!(first.entries().kdes().collect::<Vec<_>>(), [Kde::PmkId(made)]);
}

/// The names in message 2's RSN element are those that the hierarchy makes.
#[test]
fn pmk_r1_name_is_the_stations() {
    use softnet_mac80211::element::{FastTransition, Id, MobilityDomain};
    use softnet_mac80211::rsn::ft::{Domain, PmkR0};

    let Some((keys, packets)) = wifi("ft-psk-roam") else { return };
    let (header, second) = packets.iter().filter_map(eapol_key).nth(1).unwrap();
    let second = EapolKey::parse(second, 16).unwrap();
    let elements = Elements::new(second.key_data());
    let rsn = Rsn::find(elements).unwrap().unwrap();
    let mde = MobilityDomain::find(elements).unwrap().unwrap();
    let fte = elements.into_iter().find_id(Id::FAST_BSS_TRANSITION).unwrap();
    let fte = FastTransition::parse_with_mic(fte.body(), 16).unwrap();
    let domain = Domain {
        ssid: b"oracle",
        mdid: mde.mdid.to_le_bytes(),
        r0kh_id: fte.r0kh_id().unwrap(),
        s0kh_id: header.addr2(),
    };
    let akm = rsn.akm_suites().next().unwrap();
    let r0 = PmkR0::derive(&pmks(&keys)[0], akm, &domain).unwrap();
    let r1 = r0.to_r1(fte.r1kh_id().unwrap(), header.addr2()).unwrap();
    assert_eq!(rsn.pmkids().collect::<Vec<_>>(), [r1.name]);
}
