//! Where hostapd and `wpa_supplicant` decide what the standard leaves open, ours decide the same.
use softnet_mac80211::element::{Body, Elements, Rsn, RsnCapabilities, Wpa};
use softnet_mac80211::frame::ReasonCode;
use softnet_mac80211::rsn::eapol::{
    EapolKey, IntegrityKey, Kde, KeyData, KeyFrame, KeyInfo, Message, sign,
};
use softnet_mac80211::rsn::ft::PmkR1;
use softnet_mac80211::rsn::handshake::{
    Action, Association, Authenticator, Ignored, Root, Supplicant,
};
use softnet_mac80211::rsn::{AkmRules, GroupKey, GroupKeyKind, Handshake, Ptk, Secret, Selection};
use softnet_mac80211::{AkmSuite, CipherSuite};

use crate::cell::{self, Cell, Network, Op};
use crate::deliver;
use crate::forge::{otherwise, third, with_key_data};

fn kdes(key_data: &[u8]) -> Vec<Kde<'_>> {
    KeyData::new(key_data).kdes().collect()
}

/// `ieee80211w_kde_add` looks whether the station protects management frames; the AP does.
#[test]
fn a_station_without_pmf_is_not_told_the_igtk() {
    let network = Network::Wpa2;
    let mut cell = Cell::with(network, network.association(1), network.association(1));
    let key =
        |kind, key_id| GroupKey { kind, key_id, pn: 0, key: Secret::new(&[key_id; 16]).unwrap() };
    let (gtk, igtk) = (key(GroupKeyKind::Gtk, 1), key(GroupKeyKind::Igtk, 4));
    cell.ap.set_group(vec![gtk.clone(), igtk, key(GroupKeyKind::Bigtk, 6)]);
    cell.start();
    let (frame, ptk) = third(&mut cell);
    let plain = EapolKey::parse(&frame, 16).unwrap().open_key_data(&ptk.kek).unwrap();
    assert_eq!(kdes(&plain), [Kde::Gtk { key_id: 1, tx: false, key: gtk.key.as_bytes() }]);
    // With a group management cipher in the RSNE, but not capable: the same.
    let mut elements = Vec::new();
    let (pairwise, akms) = ([CipherSuite::CCMP], [AkmSuite::PSK]);
    let mut rsn = Rsn::new(CipherSuite::CCMP, &pairwise, &akms);
    (rsn.pmkids, rsn.group_mgmt) = (Some(Default::default()), Some(CipherSuite::AES_CMAC));
    rsn.write_element(&mut elements).unwrap();
    assert_eq!(Selection::of(Elements::new(&elements)).unwrap().group_mgmt, None);
}

/// A mixed network: its stations of WPA are told of WPA alone in message 3 (`PTKINITNEGOTIATING`).
#[test]
fn message_3_of_wpa_has_no_rsne() {
    let network = Network::Wpa1;
    let wpa = network.association(1);
    let rsn = Network::RsnTkip.association(1).ap_elements;
    let mixed = Association { ap_elements: [&rsn[..], &wpa.ap_elements].concat(), ..wpa };
    let mut cell = Cell::with(network, mixed.clone(), mixed);
    cell.start();
    let (frame, _) = third(&mut cell);
    let key_data = EapolKey::parse(&frame, 16).unwrap().key_data();
    let elements: Vec<_> = Elements::new(key_data).collect();
    assert!(matches!(&elements[..], [element] if Wpa::is(element)), "{elements:?}");
    let actions = cell.station.eapol(&frame, false, [9; 32]).unwrap();
    assert!(matches!(actions[0], Action::Send(_)));
}

/// Only TKIP has a Michael code to fail; whoever reports one gets another pairwise key
/// (`wpa_receive_error_report`).
#[test]
fn michael_failures_are_tkips() {
    for (network, is_tkip) in
        [(Network::Wpa2, false), (Network::RsnTkip, true), (Network::Wpa1, true)]
    {
        for pairwise in [false, true] {
            let mut cell = Cell::new(network);
            cell.settle();
            let report = cell.station.request(pairwise, true).unwrap();
            let told = cell.ap.eapol(&report, cell.now).unwrap();
            let failure = is_tkip.then_some(Action::MichaelFailure { pairwise });
            let rekey = Action::RekeyWanted { pairwise: true };
            assert_eq!(told, failure.into_iter().chain([rekey]).collect::<Vec<_>>(), "{network:?}");
        }
    }
}

/// `wpa_receive` takes a secure message without RSNE for message 4, whatever key data it has; and of either
/// descriptor type, as some stations have WPA's there.
#[test]
fn message_4_with_key_data_or_wpas_type() {
    let network = Network::Wpa2;
    let mac = Kde::MacAddr(cell::STATION);
    let mut kde = Vec::new();
    mac.write(&mut kde).unwrap();
    for (key_data, descriptor) in [(&kde[..], EapolKey::RSN), (&[], EapolKey::WPA)] {
        let mut cell = Cell::new(network);
        let (frame, ptk) = third(&mut cell);
        let actions = cell.station.eapol(&frame, false, [9; 32]).unwrap();
        let [Action::Send(fourth), ..] = &actions[..] else { panic!("{actions:?}") };
        let fourth = otherwise(fourth, network, &ptk, |frame| {
            (frame.key_data, frame.descriptor) = (key_data, descriptor);
        });
        assert_eq!(EapolKey::parse(&fourth, 16).unwrap().message(), Message::Pairwise4);
        let done = cell.ap.eapol(&fourth, cell.now).unwrap();
        assert!(done.contains(&Action::Authorized), "{done:?}");
    }
    // A rekey's message 2 is secure, too, and has an RSNE.
    let mut cell = Cell::new(network);
    cell.settle();
    cell.start();
    deliver(&mut cell, false);
    assert_eq!(EapolKey::parse(&cell.to_ap[0], 16).unwrap().message(), Message::Pairwise2);
}

/// With FT, message 2 may still name what the association request named (`ft_check_msg_2_of_4`); message 3
/// names the PMK-R1 alone (`ft_validate_rsnie`).
#[test]
fn ft_messages_may_name_what_was_named() {
    let elements = |pmkids: &[[u8; 16]]| {
        let mut out = Vec::new();
        let (pairwise, akms) = ([CipherSuite::CCMP], [AkmSuite::FT_PSK]);
        let mut rsn = Rsn::new(CipherSuite::CCMP, &pairwise, &akms);
        rsn.pmkids = Some(pmkids.into());
        rsn.write_element(&mut out).unwrap();
        out
    };
    let name = [7; 16];
    let known = [8; 16];
    let r1 = PmkR1 { key: Secret::new(&[1; 32]).unwrap(), name };
    let selection = Selection { akm: AkmSuite::FT_PSK, ..Network::Wpa2.selection() };
    let association = Association {
        root: Root::Ft(r1),
        selection,
        station_elements: elements(&[known]),
        ap_elements: elements(&[]),
        ..Network::Wpa2.association(1)
    };
    let rules = AkmRules::of(AkmSuite::FT_PSK, 32).unwrap();
    for (named, right) in [
        (&[name][..], true),
        (&[known, name], true),
        (&[name, known], true),
        (&[known], false),
        (&[name, [9; 16]], false),
        (&[], false),
    ] {
        let mut cell = Cell::with(Network::Wpa2, association.clone(), association.clone());
        cell.start();
        deliver(&mut cell, false);
        let second = cell.to_ap.pop_front().unwrap();
        let view = EapolKey::parse(&second, 16).unwrap();
        let first = EapolKey::parse(&cell.arrived[0].1, 16).unwrap();
        let (anonce, snonce) = (*first.nonce(), *view.nonce());
        let nonces = Handshake { aa: cell::AP, spa: cell::STATION, anonce, snonce };
        let Root::Ft(r1) = &association.root else { unreachable!() };
        let ptk = r1.ptk(AkmSuite::FT_PSK, CipherSuite::CCMP, &nonces).unwrap();
        let key_data = elements(named);
        let frame = KeyFrame { key_data: &key_data, ..KeyFrame::from(&view) };
        let mut frame = frame.to_vec().unwrap();
        sign(&mut frame, &rules, &ptk.kck).unwrap();
        let actions = cell.ap.eapol(&frame, cell.now).unwrap();
        let failed = [Action::Failed(ReasonCode::PREV_AUTH_NOT_VALID)];
        assert_eq!(actions != failed, right, "{named:?}");
    }
}

/// hostapd writes a GTK of no bytes where frames to groups are not allowed.
#[test]
fn no_group_cipher_no_group_key() {
    let network = Network::Wpa2;
    let mut association = network.association(1);
    association.selection.group = CipherSuite::NO_GROUP_ADDR;
    let mut cell = Cell::with(network, association.clone(), association);
    let empty = GroupKey { kind: GroupKeyKind::Gtk, key_id: 1, pn: 0, key: Secret::EMPTY };
    cell.ap.set_group(vec![empty]);
    cell.start();
    deliver(&mut cell, false);
    deliver(&mut cell, true);
    let third = cell.to_station.pop_front().unwrap();
    let actions = cell.station.eapol(&third, false, [9; 32]).unwrap();
    let [Action::Send(_), Action::InstallPairwise { .. }, Action::Authorized] = &actions[..] else {
        panic!("{actions:?}")
    };
}

/// `wpa_handle_ext_key_id`: a key index that was not agreed on.
#[test]
fn a_key_id_that_nobody_asked_for_fails() {
    for (id, fails) in [(0, false), (1, true)] {
        let mut cell = Cell::new(Network::Wpa2);
        let (frame, ptk) = third(&mut cell);
        let frame = with_key_data(&frame, Network::Wpa2, &ptk, |plain| {
            let mut kde = Vec::new();
            Kde::KeyId(id).write(&mut kde).unwrap();
            plain.splice(..0, kde);
        });
        let actions = cell.station.eapol(&frame, false, [9; 32]).unwrap();
        let failed = actions == [Action::Failed(ReasonCode::UNSPECIFIED)];
        assert_eq!(failed, fails, "{id}: {actions:?}");
    }
}

/// The MIC proves a group message to be the AP's word: where it is nonsense, the station leaves
/// (`wpa_supplicant_process_1_of_2`).
#[test]
fn a_group_message_of_nonsense_ends_it() {
    let network = Network::Wpa3;
    let short = Kde::Gtk { key_id: 1, tx: false, key: &[1; 15] };
    let none = Kde::Lifetime(1);
    let other = Kde::Gtk { key_id: 1, tx: false, key: &[1; 16] };
    for (kde, fails) in [(short, true), (none, true), (other, false)] {
        let mut cell = Cell::new(network);
        cell.settle();
        let ptk = cell.ap.ptk().unwrap().clone();
        cell.apply(&Op::RekeyGroup);
        let frame = cell.to_station.pop_front().unwrap();
        let frame = with_key_data(&frame, network, &ptk, |plain| {
            plain.clear();
            kde.write(plain).unwrap();
        });
        let mut forged = frame.clone();
        forged[90] ^= 1;
        assert_eq!(cell.station.eapol(&forged, true, [9; 32]), Err(Ignored::Mic));
        let actions = cell.station.eapol(&frame, true, [9; 32]).unwrap();
        let failed = actions == [Action::Failed(ReasonCode::UNSPECIFIED)];
        assert_eq!(failed, fails, "{actions:?}");
    }
}

/// An IGTK with its index the wrong way round (`wpa_supplicant_install_igtk`) is left aside; one that has
/// none of its own is not.
#[test]
fn an_igtk_with_swapped_index_is_left_aside() {
    for (key_id, fails) in [(0x0400, false), (0x0500, false), (6, true)] {
        let mut cell = Cell::new(Network::Wpa3);
        let (frame, ptk) = third(&mut cell);
        let gtk = cell.group_keys[0].clone();
        let beacon = Network::Wpa3.association(1).ap_elements;
        let frame = with_key_data(&frame, Network::Wpa3, &ptk, |plain| {
            *plain = beacon;
            Kde::Gtk { key_id: 1, tx: false, key: gtk.key.as_bytes() }.write(plain).unwrap();
            let igtk = IntegrityKey { key_id, pn: [0; 6], key: &[7; 16] };
            Kde::Igtk(igtk).write(plain).unwrap();
        });
        let actions = cell.station.eapol(&frame, false, [9; 32]).unwrap();
        let failed = actions == [Action::Failed(ReasonCode::UNSPECIFIED)];
        assert_eq!(failed, fails, "{key_id:x}: {actions:?}");
        let groups = actions.iter().filter(|action| matches!(action, Action::InstallGroup(_)));
        assert_eq!(groups.count(), usize::from(!fails), "{key_id:x}: {actions:?}");
    }
}

/// `wpa_supplicant_process_1_of_4` reads the key data before it answers.
#[test]
fn message_1_with_cut_key_data_is_not_answered() {
    let mut cell = Cell::new(Network::Wpa2);
    let first = cell.to_station.pop_front().unwrap();
    let view = EapolKey::parse(&first, 16).unwrap();
    let cut = KeyFrame { key_data: &[0xdd, 20, 0, 0x0f, 0xac, 4], ..KeyFrame::from(&view) };
    let answer = cell.station.eapol(&cut.to_vec().unwrap(), false, [1; 32]);
    assert!(matches!(answer, Err(Ignored::Malformed(_))), "{answer:?}");
    assert!(cell.station.eapol(&first, false, [1; 32]).is_ok());
}

/// What does not fit into message 3 is the end of it, not a silence that comes back at every deadline.
#[test]
fn a_message_3_that_cannot_be_written_fails() {
    let network = Network::Wpa2;
    let mut association = network.association(1);
    for _ in 0..300 {
        association.ap_elements.extend([221, 255]);
        association.ap_elements.extend([0xee; 255]);
    }
    let mut cell = Cell::with(network, association, network.association(1));
    cell.start();
    deliver(&mut cell, false);
    let second = cell.to_ap.pop_front().unwrap();
    let actions = cell.ap.eapol(&second, cell.now).unwrap();
    assert_eq!(actions, [Action::Failed(ReasonCode::UNSPECIFIED)]);
    assert_eq!(cell.ap.poll_at(), None);
}

/// Bits that message 1 or a group message must have or not (12.7.2 b): nothing is done about others.
#[test]
fn bits_that_do_not_belong() {
    let network = Network::Wpa2;
    let mut cell = Cell::new(network);
    let (frame, ptk) = third(&mut cell);
    for (more, less) in [
        (KeyInfo::SMK, KeyInfo::empty()),
        (KeyInfo::REQUEST, KeyInfo::empty()),
        (KeyInfo::empty(), KeyInfo::ACK),
        (KeyInfo::empty(), KeyInfo::MIC),
        (KeyInfo::empty().with_key_index(1), KeyInfo::empty()),
    ] {
        let frame = otherwise(&frame, network, &ptk, |frame| {
            frame.info |= more;
            frame.info.remove(less);
        });
        assert_eq!(
            cell.station.eapol(&frame, false, [9; 32]),
            Err(Ignored::Unexpected),
            "{more:?}"
        );
    }
    for version in [0, 1, 3, 4] {
        let frame = otherwise_version(&frame, version);
        let refused = cell.station.eapol(&frame, false, [9; 32]);
        assert!(matches!(refused, Err(Ignored::Malformed(_))), "{version}: {refused:?}");
    }
    assert!(cell.station.eapol(&frame, false, [9; 32]).is_ok());
}

fn otherwise_version(frame: &[u8], version: u8) -> Vec<u8> {
    let view = EapolKey::parse(frame, 16).unwrap();
    let info = view.info().with_version(version);
    KeyFrame { info, ..KeyFrame::from(&view) }.to_vec().unwrap()
}

/// `wpa_sm_transition_disable`: told once, behind the keys.
#[test]
fn transition_disable_is_told_once() {
    let network = Network::Wpa3;
    let mut association = network.association(1);
    // Of the Wi-Fi Alliance's OUI, type 32, as hostapd's `transition_disable=0x01` writes it.
    association.behind_keys = vec![0xdd, 5, 0x50, 0x6f, 0x9a, 0x20, 1];
    let mut cell = Cell::with(network, association, network.association(1));
    cell.start();
    let (frame, ptk) = third(&mut cell);
    let plain = EapolKey::parse(&frame, 16).unwrap().open_key_data(&ptk.kek).unwrap();
    assert!(plain.windows(7).any(|bytes| *bytes == [0xdd, 5, 0x50, 0x6f, 0x9a, 0x20, 1]));
    let mut written = Vec::new();
    Kde::TransitionDisable(1).write(&mut written).unwrap();
    assert_eq!(written, [0xdd, 5, 0x50, 0x6f, 0x9a, 0x20, 1]);
    let actions = cell.station.eapol(&frame, false, [9; 32]).unwrap();
    assert_eq!(actions.last(), Some(&Action::TransitionDisable(1)));
    cell.apply(&Op::Wait(100));
    let again = cell.to_station.pop_front().unwrap();
    let actions = cell.station.eapol(&again, false, [9; 32]).unwrap();
    assert!(matches!(actions[..], [Action::Send(_)]), "{actions:?}");
}

/// A fast transition makes a PTK without a 4-way handshake; group keys change even so, and so does it.
#[test]
fn handshakes_go_on_after_a_fast_transition() {
    for network in [Network::Wpa3, Network::Sha384] {
        let association = network.association(1);
        let Root::Pmk(pmk) = association.root.clone() else { unreachable!() };
        let Selection { akm, pairwise, .. } = association.selection;
        let (anonce, snonce) = ([1; 32], [2; 32]);
        let nonces = Handshake { aa: cell::AP, spa: cell::STATION, anonce, snonce };
        let ptk = Ptk::derive(&pmk, akm, pairwise, &nonces).unwrap();
        let mut cell = Cell::with(network, association.clone(), association.clone());
        let old = cell.group_keys.clone();
        cell.ap = Authenticator::new(association.clone()).unwrap().with_ptk(ptk.clone());
        cell.station = Supplicant::new(association).unwrap().with_ptk(ptk.clone(), old.clone());
        // The group keys of the transition come again: they are installed already.
        cell.ap.set_group(old);
        let first = cell.ap.rekey_group(cell.now).unwrap();
        let [Action::Send(first)] = &first[..] else { panic!("{first:?}") };
        let second = cell.station.eapol(first, true, [3; 32]).unwrap();
        let [Action::Send(second)] = &second[..] else { panic!("{second:?}") };
        assert_eq!(cell.ap.eapol(second, cell.now).unwrap(), [Action::GroupDone]);
        cell.apply(&Op::RekeyGroup);
        cell.apply(&Op::Deliver { to_ap: false });
        cell.apply(&Op::Deliver { to_ap: true });
        assert_eq!(cell.station_side.groups, cell.group_keys);
        // Nobody is authorized twice.
        let first = cell.ap.start([4; 32], cell.now).unwrap();
        let [Action::Send(first)] = &first[..] else { panic!("{first:?}") };
        let second = cell.station.eapol(first, true, [5; 32]).unwrap();
        let [Action::Send(second)] = &second[..] else { panic!("{second:?}") };
        let third = cell.ap.eapol(second, cell.now).unwrap();
        let [Action::Send(third)] = &third[..] else { panic!("{third:?}") };
        let fourth = cell.station.eapol(third, true, [5; 32]).unwrap();
        let [Action::Send(fourth), Action::InstallPairwise { .. }] = &fourth[..] else {
            panic!("{fourth:?}")
        };
        let done = cell.ap.eapol(fourth, cell.now).unwrap();
        assert!(
            matches!(done[..], [Action::InstallPairwise { .. }, Action::GroupDone]),
            "{done:?}"
        );
        assert_ne!(cell.station.ptk(), Some(&ptk));
    }
}

/// What `Association::new` finds among other elements.
#[test]
fn an_association_out_of_its_elements() {
    let suites = ([CipherSuite::CCMP], [AkmSuite::PSK]);
    let rsne = |ext_key_id: bool| {
        let mut rsn = Rsn::new(CipherSuite::CCMP, &suites.0, &suites.1);
        rsn.capabilities = Some(RsnCapabilities::default().with_ext_key_id(ext_key_id));
        let mut out = Vec::new();
        rsn.write_element(&mut out).unwrap();
        out
    };
    let wpa = Network::Wpa1.association(1).ap_elements;
    let (ssid, rsnxe, vendor) = (&[0, 1, b'x'][..], &[244, 1, 0x20][..], &[221, 4, 1, 2, 3, 4][..]);
    let root = || Root::Pmk(Secret::new(&[1; 32]).unwrap());
    let new =
        |station: &[u8], ap: &[u8]| Association::new(cell::AP, cell::STATION, root(), station, ap);
    let beacon = [ssid, vendor, &wpa, rsnxe, &rsne(true)].concat();
    for (ours, agreed) in [(true, true), (false, false)] {
        let request = [ssid, &rsne(ours), vendor, rsnxe].concat();
        let found = new(&request, &beacon).unwrap();
        assert_eq!((found.ext_key_id, found.wpa), (agreed, false));
        assert_eq!(found.station_elements, [&rsne(ours)[..], rsnxe].concat());
        assert_eq!(found.ap_elements, [&rsne(true)[..], rsnxe, &wpa].concat());
        assert_eq!(found.selection, Network::Wpa2.selection());
    }
    let found = new(&[ssid, &wpa].concat(), &beacon).unwrap();
    assert_eq!((found.ext_key_id, found.wpa), (false, true));
    assert_eq!(found.selection, Network::Wpa1.selection());
    assert!(new(ssid, &beacon).is_err());
}
