//! Messages that are signed and lie, or are signed and stand in the wrong place.

use softnet_mac80211::element::{Body, Rsn, RsnCapabilities};
use softnet_mac80211::frame::ReasonCode;
use softnet_mac80211::rsn::eapol::{EapolKey, Kde, KeyFrame, KeyInfo};
use softnet_mac80211::rsn::ft::PmkR1;
use softnet_mac80211::rsn::handshake::{Action, Association, Ignored, Root};
use softnet_mac80211::rsn::{Secret, Selection};
use softnet_mac80211::{AkmSuite, CipherSuite};

use crate::cell::{Cell, Network, Op};
use crate::deliver;
use crate::forge::{otherwise, third, with_key_data};

fn view(frame: &[u8]) -> EapolKey<'_> {
    EapolKey::parse(frame, 16).unwrap()
}

/// What the station does with message 3 if it is changed so.
fn told(change: impl FnOnce(&mut KeyFrame<'_>)) -> Vec<Action> {
    let network = Network::Wpa2;
    let mut cell = Cell::new(network);
    let (frame, ptk) = third(&mut cell);
    let frame = otherwise(&frame, network, &ptk, change);
    cell.station.eapol(&frame, false, [9; 32]).unwrap()
}

/// 12.7.6.4: the nonce of message 1, the length of the cipher's key; installed and authorized is as it says.
#[test]
fn message_3_has_to_go_with_message_1() {
    let failed = [Action::Failed(ReasonCode::UNSPECIFIED)];
    assert_eq!(told(|frame| frame.nonce[0] ^= 1), failed);
    for len in [0, 15, 17, 32] {
        assert_eq!(told(|frame| frame.key_len = len), failed);
    }
    let actions = told(|frame| frame.info.remove(KeyInfo::INSTALL));
    assert!(matches!(actions[..], [Action::Send(_), Action::InstallGroup(_), Action::Authorized]));
    let actions = told(|frame| frame.info.remove(KeyInfo::SECURE));
    let [Action::Send(_), Action::InstallPairwise { .. }, Action::InstallGroup(_)] = &actions[..]
    else {
        panic!("{actions:?}")
    };
}

/// A GTK in the clear is nobody's secret.
#[test]
fn group_keys_in_the_clear_are_refused() {
    let network = Network::Wpa2;
    let mut cell = Cell::new(network);
    let (frame, ptk) = third(&mut cell);
    let plain = view(&frame).open_key_data(&ptk.kek).unwrap();
    let bare = otherwise(&frame, network, &ptk, |frame| {
        frame.info.remove(KeyInfo::ENCRYPTED);
        frame.key_data = &plain;
    });
    let actions = cell.station.eapol(&bare, false, [9; 32]).unwrap();
    assert_eq!(actions, [Action::Failed(ReasonCode::UNSPECIFIED)]);
    // That was the end: the right one comes too late.
    assert_eq!(cell.station.eapol(&frame, false, [9; 32]), Err(Ignored::Unexpected));
}

/// The upper two bytes of the receive sequence counter are reserved (12.7.2 f).
#[test]
fn packet_numbers_have_48_bits() {
    let actions = told(|frame| frame.rsc = [1, 2, 3, 4, 5, 6, 0xff, 0xee]);
    let pn = actions.iter().find_map(|action| match action {
        Action::InstallGroup(key) => Some(key.pn),
        _ => None,
    });
    assert_eq!(pn, Some(0x0605_0403_0201));
}

/// Each handshake has a nonce of its own, and all of its messages 2 have the same.
#[test]
fn nonces_of_the_station() {
    let mut cell = Cell::new(Network::Wpa2);
    let first = cell.to_station[0].clone();
    let one = cell.station.eapol(&first, false, [1; 32]).unwrap();
    let again = cell.station.eapol(&first, false, [2; 32]).unwrap();
    assert_eq!(one, again);
    cell.settle();
    cell.start();
    let first = cell.to_station[0].clone();
    let other = cell.station.eapol(&first, false, [3; 32]).unwrap();
    let [Action::Send(other)] = &other[..] else { panic!("{other:?}") };
    assert_eq!(view(other).nonce(), &[3; 32]);
}

/// `wpa_supplicant_send_2_of_4`: with RSN, message 2 of a rekey is secure; with WPA it never is.
#[test]
fn message_2_of_a_rekey() {
    for (network, secure) in [(Network::Wpa2, true), (Network::Wpa1, false)] {
        let mut cell = Cell::new(network);
        cell.settle();
        cell.start();
        deliver(&mut cell, false);
        assert_eq!(view(&cell.to_ap[0]).info().contains(KeyInfo::SECURE), secure, "{network:?}");
    }
}

/// Message 4 answers message 3, not 1; and its MIC is looked at.
#[test]
fn message_4_has_to_go_with_message_3() {
    let network = Network::Wpa2;
    let mut cell = Cell::new(network);
    let (frame, ptk) = third(&mut cell);
    let actions = cell.station.eapol(&frame, false, [9; 32]).unwrap();
    let [Action::Send(fourth), ..] = &actions[..] else { panic!("{actions:?}") };
    let counter = view(&cell.arrived[0].1).replay_counter();
    let early = otherwise(fourth, network, &ptk, |frame| frame.replay_counter = counter);
    assert_eq!(cell.ap.eapol(&early, cell.now), Err(Ignored::Replay));
    let mut forged = fourth.clone();
    forged[85] ^= 1;
    assert_eq!(cell.ap.eapol(&forged, cell.now), Err(Ignored::Mic));
    assert!(cell.ap.ptk().is_none());
    let done = cell.ap.eapol(fourth, cell.now).unwrap();
    assert!(done.contains(&Action::Authorized), "{done:?}");
    assert_eq!(cell.ap.eapol(fourth, cell.now), Err(Ignored::Replay));
}

/// `wpa_receive`: a request is secure and wants no answer, or it is nothing.
#[test]
fn requests_are_secure() {
    let network = Network::Wpa2;
    let mut cell = Cell::new(network);
    cell.settle();
    let ptk = cell.ap.ptk().unwrap().clone();
    let request = cell.station.request(true, false).unwrap();
    let bare = otherwise(&request, network, &ptk, |frame| frame.info.remove(KeyInfo::SECURE));
    assert_eq!(cell.ap.eapol(&bare, cell.now), Err(Ignored::Unexpected));
    let asking = otherwise(&request, network, &ptk, |frame| frame.info |= KeyInfo::ACK);
    assert_eq!(cell.ap.eapol(&asking, cell.now), Err(Ignored::Unexpected));
    assert!(cell.ap.eapol(&request, cell.now).is_ok());
}

/// Group keys that waited for a handshake go out in the next one, and not once more behind it.
#[test]
fn a_new_handshake_has_the_new_group_keys() {
    let network = Network::Wpa2;
    for again in [false, true] {
        let mut cell = Cell::new(network);
        deliver(&mut cell, false);
        deliver(&mut cell, true);
        // Message 3 is out: the keys wait.
        cell.apply(&Op::RekeyGroup);
        if again {
            cell.to_station.clear();
            cell.apply(&Op::Rekey);
            deliver(&mut cell, false);
            deliver(&mut cell, true);
        }
        deliver(&mut cell, false);
        deliver(&mut cell, true);
        assert!(cell.ap_side.authorized);
        assert_eq!(cell.to_station.is_empty(), again, "a group handshake follows, or none");
        cell.settle();
    }
}

const RSNXE: [u8; 3] = [244, 1, 0x20];

/// What the two sides do if the AP knows these elements and the station those: in both cases beacon,
/// then request.
fn agree(network: Network, ap: [&[u8]; 2], station: [&[u8]; 2]) -> [bool; 2] {
    let association = |[beacon, request]: [&[u8]; 2]| Association {
        ap_elements: beacon.to_vec(),
        station_elements: request.to_vec(),
        ..network.association(1)
    };
    let mut cell = Cell::with(network, association(ap), association(station));
    cell.start();
    deliver(&mut cell, false);
    deliver(&mut cell, true);
    let Some(third) = cell.to_station.pop_front() else { return [false, true] };
    let actions = cell.station.eapol(&third, false, [9; 32]).unwrap();
    [true, actions != [Action::Failed(ReasonCode::IE_DIFFERENT)]]
}

/// Downgrades: RSNXE and WPA element have to be the beacon's and the request's, too
/// (`wpa_supplicant_validate_ie`).
#[test]
fn rsnxe_and_wpa_element_have_to_be_those_seen_before() {
    let rsne = &Network::Wpa2.association(1).ap_elements[..];
    let wpa = &Network::Wpa1.association(1).ap_elements[..];
    let with_x = &[rsne, &RSNXE].concat()[..];
    let other_x = &[rsne, &[244, 1, 0x21]].concat()[..];
    let with_wpa = &[rsne, wpa].concat()[..];
    let other_wpa = &[rsne, &wpa[..wpa.len() - 1], &[9]].concat()[..];
    let of = |ap, station| agree(Network::Wpa2, ap, station);
    assert_eq!(of([with_x, with_x], [with_x, with_x]), [true, true]);
    // Hidden in the beacon, added to it, or another.
    assert_eq!(of([with_x, rsne], [rsne, rsne]), [true, false]);
    assert_eq!(of([rsne, rsne], [with_x, rsne]), [true, false]);
    assert_eq!(of([with_x, rsne], [other_x, rsne]), [true, false]);
    // The same with the request.
    assert_eq!(of([rsne, with_x], [rsne, rsne]), [false, true]);
    assert_eq!(of([rsne, rsne], [rsne, with_x]), [false, true]);
    assert_eq!(of([with_wpa, rsne], [with_wpa, rsne]), [true, true]);
    assert_eq!(of([other_wpa, rsne], [with_wpa, rsne]), [true, false]);
}

/// A station of WPA is shown an RSNE that the beacon did not have: somebody took it away
/// ("Possible downgrade attack detected").
#[test]
fn an_rsne_that_was_hidden_is_told_by_message_3_of_wpa() {
    let network = Network::Wpa1;
    let rsne = Network::RsnTkip.association(1).ap_elements;
    for (seen, fails) in [(true, false), (false, true)] {
        let mut association = network.association(1);
        if seen {
            association.ap_elements.extend(&rsne);
        }
        let mut cell = Cell::with(network, network.association(1), association);
        cell.start();
        let (frame, ptk) = third(&mut cell);
        let key_data = [view(&frame).key_data(), &rsne].concat();
        let frame = otherwise(&frame, network, &ptk, |frame| frame.key_data = &key_data);
        let actions = cell.station.eapol(&frame, false, [9; 32]).unwrap();
        assert_eq!(actions == [Action::Failed(ReasonCode::IE_DIFFERENT)], fails, "{actions:?}");
    }
}

/// With FT, message 3 has MDE and FTE of the association response (`wpa_supplicant_validate_ie_ft`), and all
/// of the RSNE but the name is the beacon's.
#[test]
fn ft_elements_of_message_3() {
    let rsne = |capabilities: RsnCapabilities| {
        let (pairwise, akms) = ([CipherSuite::CCMP], [AkmSuite::FT_PSK]);
        let mut rsn = Rsn::new(CipherSuite::CCMP, &pairwise, &akms);
        rsn.capabilities = Some(capabilities);
        let mut out = Vec::new();
        rsn.write_element(&mut out).unwrap();
        out
    };
    let plain = rsne(RsnCapabilities::default());
    let other = rsne(RsnCapabilities::default().with_pbac(true));
    let mde = |id| [54, 3, id, 2, 0];
    let fte = |byte| [&[55, 82, 0, 0][..], &[byte; 80]].concat();
    let name = [7; 16];
    let ft = |elements: &[u8], mde: [u8; 5], fte: &[u8]| Association {
        root: Root::Ft(PmkR1 { key: Secret::new(&[1; 32]).unwrap(), name }),
        selection: Selection { akm: AkmSuite::FT_PSK, ..Network::Wpa2.selection() },
        ap_elements: [elements, &mde].concat(),
        station_elements: [&plain[..], &mde, fte].concat(),
        behind_keys: fte.to_vec(),
        ..Network::Wpa2.association(1)
    };
    for (elements, mobility, transition, right) in [
        (&plain, mde(1), fte(5), true),
        (&other, mde(1), fte(5), false),
        (&plain, mde(2), fte(5), false),
        (&plain, mde(1), fte(6), false),
    ] {
        let station = ft(&plain, mde(1), &fte(5));
        let mut ap = ft(elements, mobility, &transition);
        // Message 2 is as the AP expects it: only message 3 is looked at here.
        ap.station_elements.clone_from(&station.station_elements);
        let mut cell = Cell::with(Network::Wpa2, ap, station);
        cell.start();
        deliver(&mut cell, false);
        deliver(&mut cell, true);
        let third = cell.to_station.pop_front().unwrap();
        let actions = cell.station.eapol(&third, false, [9; 32]).unwrap();
        let failed = actions == [Action::Failed(ReasonCode::IE_DIFFERENT)];
        assert_eq!(!failed, right, "{actions:?}");
    }
}

/// Key data that say nothing, and key data that are cut short: the GTK is missing, or nobody can tell.
#[test]
fn key_data_that_say_too_little() {
    let network = Network::Wpa2;
    let rsne = network.association(1).ap_elements;
    let gtk = |len| {
        let mut out = rsne.clone();
        Kde::Gtk { key_id: 1, tx: false, key: &vec![3; len] }.write(&mut out).unwrap();
        out
    };
    // The last one ends in an element that says to have more than there is.
    let cut = [&gtk(16)[..], &[9, 200, 1]].concat();
    for (key_data, fails) in [(rsne.clone(), true), (gtk(15), true), (gtk(16), false), (cut, true)]
    {
        let mut cell = Cell::new(network);
        let (frame, ptk) = third(&mut cell);
        let frame = with_key_data(&frame, network, &ptk, |plain| *plain = key_data);
        let actions = cell.station.eapol(&frame, false, [9; 32]).unwrap();
        assert_eq!(actions == [Action::Failed(ReasonCode::UNSPECIFIED)], fails, "{actions:?}");
    }
}

/// The group handshake's answer to a message that was asked before is none to the next.
#[test]
fn group_messages_are_answered_in_turn() {
    let network = Network::Wpa2;
    let mut cell = Cell::new(network);
    cell.settle();
    cell.apply(&Op::RekeyGroup);
    deliver(&mut cell, false);
    let answer = cell.to_ap.pop_front().unwrap();
    cell.apply(&Op::RekeyGroup);
    assert_eq!(cell.ap.eapol(&answer, cell.now), Err(Ignored::Replay));
    cell.settle();
    assert!(!cell.ap_side.failed);
}
