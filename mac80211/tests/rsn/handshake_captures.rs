//! Our machines in the place of hostapd's and `wpa_supplicant`'s: with the nonces and group keys of a
//! capture they write the same bytes.

use softnet_mac80211::element::{Body, Elements, Id, Rsn, Wpa};
use softnet_mac80211::frame::{Header, Kind};
use softnet_mac80211::rsn::eapol::{EapolKey, Kde, KeyData};
use softnet_mac80211::rsn::handshake::{
    Action, Association, Authenticator, Direction, Root, Supplicant,
};
use softnet_mac80211::rsn::{GroupKey, GroupKeyKind, Handshake, Ptk, Selection};
use softnet_sk_buff::Instant;

use crate::captures::Captured;
use crate::eapol_captures::eapol_key;
use crate::observer::{pmks, wifi};

/// What a beacon of the AP says of security: RSNE, WPA element and RSNXE, in hostapd's order of message 3.
fn beacon_elements(packets: &[Captured]) -> Vec<u8> {
    let mut bodies = packets.iter().filter_map(|packet| {
        let (header, body) = Header::parse(packet.frame()?).ok()?;
        (header.frame_control().kind() == Kind::BEACON).then(|| &body[12..])
    });
    let elements = Elements::new(bodies.next().unwrap());
    let mut found = Vec::new();
    let mut take = |is: &dyn Fn(&softnet_mac80211::element::Element<'_>) -> bool| {
        if let Some(element) = elements.into_iter().find(is) {
            element.write(&mut found).unwrap();
        }
    };
    take(&Rsn::is);
    take(&|element| element.id() == Id::RSNX);
    take(&Wpa::is);
    found
}

/// The last four frames in the clear of a capture: one handshake.
struct Recorded<'a> {
    frames: [EapolKey<'a>; 4],
    association: Association,
    ptk: Ptk,
    groups: Vec<GroupKey>,
}

impl<'a> Recorded<'a> {
    fn of(packets: &'a [Captured], pmks: &[softnet_mac80211::rsn::Secret]) -> Self {
        let all: Vec<_> = packets.iter().filter_map(eapol_key).collect();
        let last: [_; 4] = all[all.len() - 4..].try_into().unwrap();
        let frames = last.map(|(_, bytes)| EapolKey::parse(bytes, 16).unwrap());
        let selection = Selection::of(Elements::new(frames[1].key_data())).unwrap();
        let (aa, spa) = (last[0].0.addr2(), last[0].0.addr1());
        let handshake =
            Handshake { aa, spa, anonce: *frames[0].nonce(), snonce: *frames[1].nonce() };
        let rules = softnet_mac80211::rsn::AkmRules::of(selection.akm, 32).unwrap();
        let derive = |pmk| Ptk::derive(pmk, selection.akm, selection.pairwise, &handshake).unwrap();
        let pmk = pmks.iter().find(|pmk| frames[1].verify(&rules, &derive(pmk).kck).is_ok());
        let ptk = derive(pmk.unwrap());
        let groups = GroupKey::all_of(&frames[2], &ptk.kek).unwrap();
        let association = Association {
            aa,
            spa,
            root: Root::Pmk(pmk.unwrap().clone()),
            selection,
            wpa: frames[0].descriptor() == EapolKey::WPA,
            ext_key_id: false,
            station_elements: frames[1].key_data().to_vec(),
            ap_elements: beacon_elements(packets),
        };
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
        let mut ap = Authenticator::new(recorded.association.clone(), first.version()).unwrap();
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
        let mut station = Supplicant::new(recorded.association.clone(), second.version()).unwrap();
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
