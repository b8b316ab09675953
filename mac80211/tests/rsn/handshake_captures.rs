//! Our machines in the place of hostapd's and `wpa_supplicant`'s: with the nonces and group keys of a
//! capture they write the same bytes.

use softnet_mac80211::CipherSuite;
use softnet_mac80211::cipher::{Key, Replay};
use softnet_mac80211::element::{Body, Elements, FastTransition, Id, MobilityDomain};
use softnet_mac80211::frame::{FrameType, Header, Kind};
use softnet_mac80211::rsn::eapol::{EapolKey, Kde, KeyData, Message, Packet};
use softnet_mac80211::rsn::ft::{Domain, PmkR0};
use softnet_mac80211::rsn::handshake::{
    Action, Association, Authenticator, Direction, Root, Supplicant,
};
use softnet_mac80211::rsn::{
    AkmRules, GroupKey, GroupKeyKind, Handshake, Observer, Ptk, Secret, Selection,
};
use softnet_sk_buff::Instant;

use crate::captures::Captured;
use crate::eapol_captures::eapol_key;
use crate::observer::{pmks, wifi};

/// The elements of the last frame of this kind, behind as many bytes of its body.
fn elements_of(packets: &[Captured], kind: Kind, fixed: usize) -> &[u8] {
    let mut bodies = packets.iter().filter_map(|packet| {
        let (header, body) = Header::parse(packet.frame()?).ok()?;
        (header.frame_control().kind() == kind).then(|| &body[fixed..])
    });
    bodies.next_back().unwrap()
}

/// The last four frames in the clear of a capture: one handshake.
struct Recorded<'a> {
    frames: [EapolKey<'a>; 4],
    association: Association,
    ptk: Ptk,
    groups: Vec<GroupKey>,
}

impl<'a> Recorded<'a> {
    fn of(packets: &'a [Captured], pmks: &[Secret]) -> Self {
        let all: Vec<_> = packets.iter().filter_map(eapol_key).collect();
        let last: [_; 4] = all[all.len() - 4..].try_into().unwrap();
        let frames = last.map(|(_, bytes)| EapolKey::parse(bytes, 16).unwrap());
        let selection = Selection::of(Elements::new(frames[1].key_data())).unwrap();
        let (aa, spa) = (last[0].0.addr2(), last[0].0.addr1());
        let handshake =
            Handshake { aa, spa, anonce: *frames[0].nonce(), snonce: *frames[1].nonce() };
        let rules = AkmRules::of(selection.akm, 32).unwrap();
        let derive = |pmk| Ptk::derive(pmk, selection.akm, selection.pairwise, &handshake).unwrap();
        let pmk = pmks.iter().find(|pmk| frames[1].verify(&rules, &derive(pmk).kck).is_ok());
        let ptk = derive(pmk.unwrap());
        let groups = GroupKey::all_of(&frames[2], &ptk.kek).unwrap();
        let beacon = elements_of(packets, Kind::BEACON, 12);
        let request = elements_of(packets, Kind::ASSOC_REQ, 4);
        let root = Root::Pmk(pmk.unwrap().clone());
        let association = Association::new(aa, spa, root, request, beacon).unwrap();
        assert_eq!(association.selection, selection);
        assert_eq!(association.wpa, frames[0].descriptor() == EapolKey::WPA);
        assert!(!association.ext_key_id);
        Self { frames, association, ptk, groups }
    }
}

const CAPTURES: [&str; 14] = [
    "frag256-ccmp",
    "he80-ch36",
    "ht-addba-ccmp",
    "owe",
    "powersave-uapsd-ccmp",
    "vht80-ch36",
    "wmm-four-acs-ccmp",
    "wpa-psk-tkip",
    "wpa-wpa2-mixed-ccmp-grouptkip",
    "wpa2-pmf-required-bip",
    "wpa2-pmf-sa-query",
    "wpa2-psk-ccmp",
    "wpa2-psk-ccmp-256",
    "wpa3-sae-h2e",
];

#[test]
fn authenticator_writes_hostapds_bytes() {
    for name in CAPTURES {
        let Some((keys, packets)) = wifi(name) else { return };
        let recorded = Recorded::of(&packets, &pmks(&keys));
        let [first, second, third, fourth] = &recorded.frames;
        let mut ap = Authenticator::new(recorded.association.clone())
            .unwrap()
            .with_eapol_version(first.version());
        let pmkid = KeyData::new(first.key_data()).kdes().find_map(|kde| match kde {
            Kde::PmkId(id) => Some(id),
            _ => None,
        });
        if let Some(pmkid) = pmkid {
            ap = ap.with_pmkid(pmkid);
        }
        let mut groups = recorded.groups.clone();
        if recorded.association.wpa {
            // It goes out later, encrypted.
            let key = keys.keys("GTK").remove(0);
            groups.push(GroupKey { kind: GroupKeyKind::Gtk, key_id: 1, pn: 0, key });
        }
        ap.set_group(groups);
        let now = Instant::ZERO;
        let sent = ap.start(*first.nonce(), now).unwrap();
        assert_eq!(sent, [Action::Send(first.as_bytes().to_vec())], "{name}");
        let sent = ap.eapol(second.as_bytes(), now).unwrap();
        assert_eq!(sent, [Action::Send(third.as_bytes().to_vec())], "{name}");
        let done = ap.eapol(fourth.as_bytes(), now).unwrap();
        let tk = recorded.ptk.tk.clone();
        assert!(keys.keys("PTK_TK").contains(&tk));
        let install = Action::InstallPairwise { key_id: 0, tk, direction: Direction::RxTx };
        assert_eq!(done[..2], [install, Action::Authorized], "{name}");
    }
}

#[test]
fn supplicant_writes_wpa_supplicants_bytes() {
    for name in CAPTURES {
        let Some((keys, packets)) = wifi(name) else { return };
        let recorded = Recorded::of(&packets, &pmks(&keys));
        let [first, second, third, fourth] = &recorded.frames;
        let mut station = Supplicant::new(recorded.association.clone())
            .unwrap()
            .with_eapol_version(second.version());
        let sent = station.eapol(first.as_bytes(), false, *second.nonce()).unwrap();
        assert_eq!(sent, [Action::Send(second.as_bytes().to_vec())], "{name}");
        let done = station.eapol(third.as_bytes(), false, [0; 32]).unwrap();
        let tk = recorded.ptk.tk.clone();
        let mut expected = vec![
            Action::Send(fourth.as_bytes().to_vec()),
            Action::InstallPairwise { key_id: 0, tk, direction: Direction::RxTx },
        ];
        expected.extend(recorded.groups.iter().cloned().map(Action::InstallGroup));
        if !recorded.association.wpa {
            expected.push(Action::Authorized);
        }
        assert_eq!(done, expected, "{name}");
    }
}

/// 802.11r's first handshake: the keys come by way of PMK-R0 and PMK-R1, and both sides name them.
#[test]
fn ft_handshake_is_written_byte_by_byte() {
    let Some((keys, packets)) = wifi("ft-psk-roam") else { return };
    let all: Vec<_> = packets.iter().filter_map(eapol_key).collect();
    let frames: [_; 4] = all.try_into().unwrap();
    let (aa, spa) = (frames[0].0.addr2(), frames[0].0.addr1());
    let [first, second, third, fourth] =
        frames.map(|(_, bytes)| EapolKey::parse(bytes, 16).unwrap());
    // MDE and FTE stand in message 2 as they came in the association response; the RSNE is the request's.
    let elements = Elements::new(second.key_data());
    let mde = MobilityDomain::find(elements).unwrap().unwrap();
    let fte = elements.into_iter().find_id(Id::FAST_BSS_TRANSITION).unwrap();
    let names = FastTransition::parse_with_mic(fte.body(), 16).unwrap();
    let domain = Domain {
        ssid: b"oracle",
        mdid: mde.mdid.to_le_bytes(),
        r0kh_id: names.r0kh_id().unwrap(),
        s0kh_id: spa,
    };
    let selection = Selection::of(elements).unwrap();
    let r0 = PmkR0::derive(&pmks(&keys)[0], selection.akm, &domain).unwrap();
    let r1 = r0.to_r1(names.r1kh_id().unwrap(), spa).unwrap();
    let mut station_elements = elements_of(&packets, Kind::ASSOC_REQ, 4).to_vec();
    // The request has an MDE of its own, the response's.
    mde.write_element(&mut station_elements).unwrap();
    fte.write(&mut station_elements).unwrap();
    let mut behind_keys = Vec::new();
    fte.write(&mut behind_keys).unwrap();
    // Two timeout intervals, as tshark reads them: reassociation deadline 0, key lifetime 1209600 s.
    let (deadline, lifetime) = (0_u32.to_le_bytes(), 1_209_600_u32.to_le_bytes());
    behind_keys.extend([&[56, 5, 1], &deadline[..], &[56, 5, 2], &lifetime].concat());
    let beacon = elements_of(&packets, Kind::BEACON, 12);
    let association = Association::new(aa, spa, Root::Ft(r1), &station_elements, beacon).unwrap();
    let association = Association { behind_keys, ..association };

    let mut station =
        Supplicant::new(association.clone()).unwrap().with_eapol_version(second.version());
    let sent = station.eapol(first.as_bytes(), false, *second.nonce()).unwrap();
    assert_eq!(sent, [Action::Send(second.as_bytes().to_vec())]);
    let done = station.eapol(third.as_bytes(), false, [0; 32]).unwrap();
    assert_eq!(done[0], Action::Send(fourth.as_bytes().to_vec()));

    let mut ap = Authenticator::new(association).unwrap().with_eapol_version(first.version());
    let groups = done.iter().filter_map(|action| match action {
        Action::InstallGroup(key) => Some(key.clone()),
        _ => None,
    });
    ap.set_group(groups.collect());
    let now = Instant::ZERO;
    let sent = ap.start(*first.nonce(), now).unwrap();
    assert_eq!(sent, [Action::Send(first.as_bytes().to_vec())]);
    let sent = ap.eapol(second.as_bytes(), now).unwrap();
    assert_eq!(sent, [Action::Send(third.as_bytes().to_vec())]);
    assert!(ap.eapol(fourth.as_bytes(), now).unwrap().contains(&Action::Authorized));
}

/// WPA's group handshake comes encrypted: the observer reads the key, and our supplicant answers as
/// `wpa_supplicant` did.
#[test]
fn wpa_group_handshake_behind_tkip() {
    let Some((keys, packets)) = wifi("wpa-psk-tkip") else { return };
    let recorded = Recorded::of(&packets, &pmks(&keys));
    let sealed = sealed_eapol(&packets, &recorded.ptk.tk);
    let [first, second] = &sealed[..] else { panic!("{} frames", sealed.len()) };

    let Association { aa, spa, .. } = recorded.association;
    let mut observer = Observer::new(aa, spa, b"oracle", pmks(&keys));
    for key in &recorded.frames {
        observer.eapol_key(key.as_bytes()).unwrap();
    }
    let seen = observer.eapol_key(first).unwrap();
    assert_eq!(seen.message, Some(Message::Group1));
    let [group] = &seen.group[..] else { panic!("{seen:?}") };
    assert!(keys.keys("GTK").contains(&group.key));

    let [m1, m2, m3, _] = &recorded.frames;
    let mut station =
        Supplicant::new(recorded.association.clone()).unwrap().with_eapol_version(m2.version());
    station.eapol(m1.as_bytes(), false, *m2.nonce()).unwrap();
    station.eapol(m3.as_bytes(), false, [0; 32]).unwrap();
    let done = station.eapol(first, true, [0; 32]).unwrap();
    let expected =
        [Action::InstallGroup(group.clone()), Action::Send(second.clone()), Action::Authorized];
    assert_eq!(done, expected);
}

/// EAPOL frames to and from the station that TKIP protects, in the clear.
fn sealed_eapol(packets: &[Captured], tk: &Secret) -> Vec<Vec<u8>> {
    let mut key = Key::new(CipherSuite::TKIP, 0, tk.as_bytes()).unwrap();
    let mut found = Vec::new();
    for packet in packets {
        let mut frame = packet.frame().unwrap().to_vec();
        let Ok((header, _)) = Header::parse(&frame) else { continue };
        let fc = header.frame_control();
        if header.addr1().is_multicast() || !fc.protected() || fc.frame_type() != FrameType::Data {
            continue;
        }
        let opened = key.open(&mut frame, Replay::Ignore).unwrap().unwrap();
        let (whole, _michael) = frame[opened.body].split_last_chunk::<8>().unwrap();
        if let Some(eapol) = whole.strip_prefix(b"\xaa\xaa\x03\0\0\0\x88\x8e") {
            let (packet, _) = Packet::parse(eapol).unwrap();
            found.push(packet.as_bytes().to_vec());
        }
    }
    found
}
