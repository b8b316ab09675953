//! No secret is ever printed.
#![cfg(all(feature = "sae", feature = "owe"))]

use core::fmt::Debug;

use softnet_mac80211::cipher::Key;
use softnet_mac80211::ecc::{Group, Pmksa, Random};
use softnet_mac80211::frame::IfType;
use softnet_mac80211::owe::Owe;
use softnet_mac80211::rsn::eapol::{EapolKey, IntegrityKey, Kde, KeyData};
use softnet_mac80211::rsn::ft::{Domain, PmkR0};
use softnet_mac80211::rsn::handshake::{
    Action, Association, Authenticator, Direction, Root, Supplicant,
};
use softnet_mac80211::rsn::{
    GroupKey, GroupKeyKind, Handshake, Observer, PairwiseKey, Ptk, Secret, Selection, TkipTk,
};
use softnet_mac80211::rx::{Interface, Receiver};
use softnet_mac80211::sae::{Exchange, Method, Password, Pt, Terms};
use softnet_mac80211::{AkmSuite, CipherSuite};
use softnet_sk_buff::{Instant, MacAddr};

const AP: MacAddr = MacAddr([2, 0, 0, 0, 0, 0]);
const STATION: MacAddr = MacAddr([2, 0, 0, 0, 1, 0]);

/// Neither way of printing `what` has three bytes of a secret in a row, as numbers or in hex.
#[track_caller]
fn hides(what: &dyn Debug, secrets: &[&[u8]]) {
    for mut text in [format!("{what:?}"), format!("{what:#?}"), format!("{what:x?}")] {
        text.retain(|letter| !letter.is_whitespace());
        let text = text.to_lowercase();
        for three in secrets.iter().flat_map(|secret| secret.windows(3)) {
            let [a, b, c] = *three else { panic!("three") };
            for printed in [
                format!("{a},{b},{c}"),
                format!("{a:x},{b:x},{c:x}"),
                format!("{a:02x}{b:02x}{c:02x}"),
                format!("{a:02x}:{b:02x}:{c:02x}"),
            ] {
                assert!(!text.contains(&printed), "{printed} in {text}");
            }
        }
    }
}

/// Bytes that nothing else here has.
fn bytes(len: u8) -> Vec<u8> {
    (0..len).map(|at| 0xb1 ^ at.wrapping_mul(7)).collect()
}

fn secret(len: u8) -> Secret {
    Secret::new(&bytes(len)).unwrap()
}

const SELECTION: Selection = Selection {
    akm: AkmSuite::PSK,
    pairwise: CipherSuite::CCMP,
    group: CipherSuite::CCMP,
    group_mgmt: None,
};

#[test]
fn keys_of_frames_are_not_printed() {
    let mut receiver = Receiver::new(Interface::new(IfType::Station, STATION));
    for (suite, index, len) in [
        (CipherSuite::WEP104, 1, 13),
        (CipherSuite::TKIP, 0, 32),
        (CipherSuite::CCMP_256, 0, 32),
        (CipherSuite::GCMP, 0, 16),
        (CipherSuite::BIP_GMAC_128, 4, 16),
        (CipherSuite::AES_CMAC, 6, 16),
    ] {
        let key = || Key::new(suite, index, &bytes(len)).unwrap();
        hides(&key(), &[&bytes(len)]);
        receiver.install_group(key());
        hides(&receiver, &[&bytes(len)]);
    }
}

#[test]
fn keys_of_handshakes_are_not_printed() {
    let pmk = secret(32);
    let handshake = Handshake { aa: AP, spa: STATION, anonce: [1; 32], snonce: [2; 32] };
    let ptk = Ptk::derive(&pmk, AkmSuite::PSK, CipherSuite::TKIP, &handshake).unwrap();
    let parts = [ptk.kck.as_bytes(), ptk.kek.as_bytes(), ptk.tk.as_bytes()];
    hides(&ptk, &parts);
    hides(&PairwiseKey { ptk: ptk.clone(), key_id: 0, selection: SELECTION }, &parts);
    hides(&TkipTk::of(&ptk.tk).unwrap(), &parts);

    let group = GroupKey { kind: GroupKeyKind::Gtk, key_id: 1, pn: 0, key: secret(16) };
    hides(&group, &[&bytes(16)]);
    hides(&Action::InstallGroup(group.clone()), &[&bytes(16)]);
    let direction = Direction::RxTx;
    hides(&Action::InstallPairwise { key_id: 0, tk: secret(16), direction }, &[&bytes(16)]);
    hides(&Observer::new(AP, STATION, b"name", vec![secret(32)]), &[&bytes(32)]);

    let domain = Domain { ssid: b"name", mdid: [1, 2], r0kh_id: b"holder", s0kh_id: STATION };
    let r0 = PmkR0::derive(&pmk, AkmSuite::FT_PSK, &domain).unwrap();
    hides(&r0, &[r0.key.as_bytes()]);
    let r1 = r0.to_r1(AP, STATION).unwrap();
    hides(&r1, &[r1.key.as_bytes()]);

    let association = Association {
        aa: AP,
        spa: STATION,
        root: Root::Pmk(pmk),
        selection: SELECTION,
        wpa: false,
        ext_key_id: false,
        station_elements: Vec::new(),
        ap_elements: Vec::new(),
        behind_keys: Vec::new(),
    };
    hides(&association, &[&bytes(32)]);
    hides(&Supplicant::new(association.clone()).unwrap(), &[&bytes(32)]);
    let mut ap = Authenticator::new(association).unwrap();
    ap.set_group(vec![group]);
    let _ = ap.start([1; 32], Instant::ZERO);
    hides(&ap, &[&bytes(32)]);
}

#[test]
fn key_data_are_not_printed() {
    let key = &bytes(16)[..];
    let integrity = IntegrityKey { key_id: 4, pn: [0; 6], key };
    hides(&integrity, &[key]);
    for kde in [
        Kde::Gtk { key_id: 1, tx: false, key },
        Kde::Igtk(integrity),
        Kde::Bigtk(integrity),
        Kde::MloGtk { link_id: 0, key_id: 1, tx: false, pn: [0; 6], key },
        Kde::MloIgtk(0, integrity),
        Kde::MloBigtk(0, integrity),
        Kde::Unknown(200, key),
    ] {
        hides(&kde, &[key]);
        let mut written = Vec::new();
        kde.write(&mut written).unwrap();
        let entry = KeyData::new(&written).next().unwrap().unwrap();
        hides(&entry, &[key]);
    }
    // A frame of the wire, key data in the clear.
    let mut frame = [&[2, 3, 0, 95 + 16, 2][..], &[0; 92], &[0, 16], key].concat();
    frame[5] = 0x13;
    hides(&EapolKey::parse(&frame, 16).unwrap(), &[key]);
}

#[test]
fn passwords_and_what_is_drawn_are_not_printed() {
    let password = b"correct horse";
    let pt = Pt::new(Group::P256, b"name", password, None).unwrap();
    let pwe = pt.pwe([AP, STATION]).unwrap();
    hides(&pt, &[pwe.as_bytes(), password]);
    hides(&pwe, &[pwe.as_bytes(), password]);
    let password = Password::new(b"name", password, None, &[Group::P256]);
    let drawn = |first: u8| {
        let mut random = [0; Random::LEN];
        random.iter_mut().zip(first..).for_each(|(to, from)| *to = from);
        random
    };
    let exchange = |first| {
        let pwe = password.pwe(Group::P256, Method::HashToElement, [AP, STATION]).unwrap();
        Exchange::new(pwe, &Random(drawn(first))).unwrap()
    };
    let (ours, theirs) = (exchange(0x11), exchange(0x31));
    hides(&ours, &[&drawn(0x11)]);
    let terms =
        Terms { own: AP, peer: STATION, akm: AkmSuite::SAE, own_rejected: &[], peer_rejected: &[] };
    let keys = ours.agree(&theirs.commit(), &terms).unwrap();
    hides(&keys, &[keys.pmksa().pmk.as_bytes()]);
    let pmksa: &Pmksa = keys.pmksa();
    hides(pmksa, &[pmksa.pmk.as_bytes()]);
    hides(&Owe::new(Group::P256, &Random(drawn(0x11))).unwrap(), &[&drawn(0x11)]);
}
