//! Our supplicant against our authenticator.
#![cfg(feature = "rsn")]
#![allow(clippy::unwrap_used, clippy::panic)]

mod cell;
#[path = "handshake/forge.rs"]
mod forge;
#[path = "handshake/forged.rs"]
mod forged;
#[path = "handshake/hostap.rs"]
mod hostap;

use core::time::Duration;

use proptest::collection::vec;
use proptest::prelude::*;
use softnet_mac80211::frame::ReasonCode;
use softnet_mac80211::rsn::eapol::{EapolKey, KeyFrame, KeyInfo, Message};
use softnet_mac80211::rsn::handshake::{Action, Direction, Ignored, Root};
use softnet_mac80211::rsn::{Observer, Secret};
use softnet_sk_buff::Instant;

use cell::{Cell, Network, Op};

fn op() -> impl Strategy<Value = Op> {
    let way = any::<bool>;
    prop_oneof![
        8 => way().prop_map(|to_ap| Op::Deliver { to_ap }),
        2 => way().prop_map(|to_ap| Op::Lose { to_ap }),
        2 => way().prop_map(|to_ap| Op::Duplicate { to_ap }),
        2 => way().prop_map(|to_ap| Op::Delay { to_ap }),
        2 => (way(), any::<u8>()).prop_map(|(to_ap, which)| Op::Replay { to_ap, which }),
        1 => (way(), any::<u16>(), 0..8_u8)
            .prop_map(|(to_ap, at, bit)| Op::Corrupt { to_ap, at, bit }),
        1 => (way(), vec(any::<u8>(), 0..130)).prop_map(|(to_ap, bytes)| Op::Hostile { to_ap, bytes }),
        2 => (0..1500_u16).prop_map(Op::Wait),
        1 => Just(Op::Rekey),
        1 => Just(Op::RekeyGroup),
        1 => (way(), way()).prop_map(|(pairwise, michael)| Op::Request { pairwise, michael }),
    ]
}

proptest! {
    /// Whatever is lost, comes twice, late or spoiled: the same keys on both sides, or a failure; no key is
    /// installed twice. The cell asserts it all.
    #[test]
    fn both_end_with_the_same_keys_or_a_failure(
        network in prop::sample::select(Network::ALL.to_vec()),
        ops in vec(op(), 0..60),
    ) {
        let mut cell = Cell::new(network);
        for op in &ops {
            cell.apply(op);
        }
        cell.settle();
    }
}

#[test]
fn nothing_lost_nothing_repeated() {
    for network in Network::ALL {
        let mut cell = Cell::new(network);
        cell.settle();
        assert!(!cell.ap_side.failed && !cell.station_side.failed, "{network:?}");
        assert_eq!(cell.now, Instant::ZERO, "{network:?}");
        assert_eq!(cell.station_side.groups, cell.group_keys, "{network:?}");
        assert_eq!(cell.ap.stats(), Default::default());
        assert_eq!(cell.station.stats(), Default::default());
    }
}

fn deliver(cell: &mut Cell, to_ap: bool) {
    cell.apply(&Op::Deliver { to_ap });
}

/// Sends messages 1 to 3; message 3 is on its way.
fn until_third(network: Network) -> Cell {
    let mut cell = Cell::new(network);
    deliver(&mut cell, false);
    deliver(&mut cell, true);
    cell
}

/// CVE-2017-13077: message 4 is lost, and message 3 comes again. It is answered, and nothing is installed.
#[test]
fn krack_message_3_again_reinstalls_no_pairwise_key() {
    for network in Network::ALL {
        let mut cell = until_third(network);
        deliver(&mut cell, false);
        let before = (cell.station_side.pairwise.clone(), cell.station_side.groups.clone());
        assert_eq!(before.0.len(), 1);
        cell.apply(&Op::Lose { to_ap: true });
        cell.apply(&Op::Wait(100));
        let third = cell.to_station.pop_front().unwrap();
        let actions = cell.station.eapol(&third, false, [9; 32]).unwrap();
        let [Action::Send(fourth)] = &actions[..] else { panic!("{network:?}: {actions:?}") };
        let done = cell.ap.eapol(fourth, cell.now).unwrap();
        assert!(done.contains(&Action::Authorized), "{network:?}");
        // The very same frame once more is a replay.
        assert_eq!(cell.station.eapol(&third, false, [9; 32]), Err(Ignored::Replay));
    }
}

/// CVE-2017-13078, -13079, -13080, -13081: group keys in a repeated message 3 or group message 1.
#[test]
fn krack_group_message_1_again_reinstalls_no_group_key() {
    for network in Network::ALL {
        let mut cell = Cell::new(network);
        cell.settle();
        cell.apply(&Op::RekeyGroup);
        deliver(&mut cell, false);
        let groups = cell.station_side.groups.len();
        cell.apply(&Op::Lose { to_ap: true });
        cell.apply(&Op::Wait(500));
        let again = cell.to_station.pop_front().unwrap();
        let actions = cell.station.eapol(&again, true, [9; 32]).unwrap();
        assert!(matches!(&actions[..], [Action::Send(_)]), "{network:?}: {actions:?}");
        assert_eq!(cell.station_side.groups.len(), groups);
        assert_eq!(cell.station.eapol(&again, true, [9; 32]), Err(Ignored::Replay));
    }
}

/// A forged message 1 after the handshake makes another temporary key, and leaves the installed one alone.
#[test]
fn message_1_of_a_stranger_leaves_the_installed_key_alone() {
    let mut cell = Cell::new(Network::Wpa2);
    let first = cell.to_station[0].clone();
    cell.settle();
    let ptk = cell.station.ptk().unwrap().clone();
    // The recorded one is a replay. One with a high counter is answered, for nobody can tell.
    assert_eq!(cell.station.eapol(&first, false, [7; 32]), Err(Ignored::Replay));
    let view = EapolKey::parse(&first, 16).unwrap();
    let forged = KeyFrame { replay_counter: 1000, nonce: [0xee; 32], ..KeyFrame::from(&view) };
    let actions = cell.station.eapol(&forged.to_vec().unwrap(), false, [7; 32]).unwrap();
    assert!(matches!(&actions[..], [Action::Send(_)]));
    assert_eq!(cell.station.ptk(), Some(&ptk));
    // The group handshake under the installed key goes on.
    cell.apply(&Op::RekeyGroup);
    cell.settle();
    assert!(!cell.ap_side.failed);
}

/// A forged message 1 between the AP's and message 3 makes another temporary key. hostap loses the handshake
/// so; ours takes the nonce of message 3, and a message 3 of no handshake is still none.
#[test]
fn message_1_of_a_stranger_does_not_keep_message_3_out() {
    for network in Network::ALL {
        let mut cell = Cell::new(network);
        let first = cell.to_station[0].clone();
        deliver(&mut cell, false);
        let mic_len = if network == Network::Sha384 { 24 } else { 16 };
        let view = EapolKey::parse(&first, mic_len).unwrap();
        let forged = KeyFrame { nonce: [0xee; 32], ..KeyFrame::from(&view) }.to_vec().unwrap();
        let answer = cell.station.eapol(&forged, false, [7; 32]).unwrap();
        let [Action::Send(answer)] = &answer[..] else { panic!("{answer:?}") };
        // Its answer is not right for the AP, whose counter it has.
        assert_eq!(cell.ap.eapol(answer, cell.now), Err(Ignored::Mic), "{network:?}");
        deliver(&mut cell, true);
        let third = cell.to_station[0].clone();
        let mut changed = third.clone();
        changed[20] ^= 1;
        assert_eq!(cell.station.eapol(&changed, false, [8; 32]), Err(Ignored::Mic));
        cell.settle();
        assert!(!cell.ap_side.failed && !cell.station_side.failed, "{network:?}");
        assert_eq!(cell.station.eapol(&third, false, [9; 32]), Err(Ignored::Replay));
    }
}

/// With protected management frames message 1 in the clear is not even answered.
#[test]
fn message_1_in_the_clear_is_refused_once_there_is_a_key_and_pmf() {
    let mut cell = Cell::new(Network::Wpa3);
    cell.settle();
    cell.start();
    let first = cell.to_station.pop_front().unwrap();
    assert_eq!(cell.station.eapol(&first, false, [7; 32]), Err(Ignored::Unexpected));
    assert!(cell.station.eapol(&first, true, [7; 32]).is_ok());
}

#[test]
fn wrong_passphrase_is_silence_and_then_a_timeout() {
    let network = Network::Wpa2;
    let mut cell = Cell::with(network, network.association(1), network.association(2));
    cell.start();
    deliver(&mut cell, false);
    let second = cell.to_ap.pop_front().unwrap();
    assert_eq!(cell.ap.eapol(&second, cell.now), Err(Ignored::Mic));
    assert_eq!(cell.ap.stats().wrong_mics, 1);
    // 100 ms, then three times 1 s.
    let mut deadlines = vec![];
    while let Some(deadline) = cell.ap.poll_at() {
        deadlines.push(deadline.as_nanos() / 1_000_000);
        let actions = cell.ap.poll(deadline).unwrap();
        if cell.ap.poll_at().is_none() {
            assert_eq!(actions, [Action::Failed(ReasonCode::FOURWAY_HANDSHAKE_TIMEOUT)]);
        }
    }
    assert_eq!(deadlines, [100, 1100, 2100, 3100]);
    assert!(cell.ap.ptk().is_none());
}

#[test]
fn group_handshake_gives_up_after_four_messages() {
    let mut cell = Cell::new(Network::Wpa2);
    cell.settle();
    cell.apply(&Op::RekeyGroup);
    let mut waits = vec![];
    loop {
        let deadline = cell.ap.poll_at().unwrap();
        waits.push(deadline.saturating_since(cell.now));
        cell.now = deadline;
        let actions = cell.ap.poll(deadline).unwrap();
        if let [Action::Failed(reason)] = actions[..] {
            assert_eq!(reason, ReasonCode::GROUP_KEY_HANDSHAKE_TIMEOUT);
            break;
        }
    }
    assert_eq!(waits, [500, 1000, 1000, 1000].map(Duration::from_millis));
}

/// Somebody lied in the beacon: message 3 tells.
#[test]
fn rsne_of_message_3_must_be_the_beacons() {
    for network in [Network::Wpa2, Network::Wpa1] {
        let mut seen = network.association(1);
        *seen.ap_elements.last_mut().unwrap() ^= 1;
        let mut cell = Cell::with(network, network.association(1), seen);
        cell.start();
        deliver(&mut cell, false);
        deliver(&mut cell, true);
        let third = cell.to_station.pop_front().unwrap();
        let failed = cell.station.eapol(&third, false, [9; 32]).unwrap();
        assert_eq!(failed, [Action::Failed(ReasonCode::IE_DIFFERENT)]);
        assert!(cell.station.ptk().is_none());
    }
}

/// Or in the association request: message 2 tells.
#[test]
fn rsne_of_message_2_must_be_the_requests() {
    let network = Network::Wpa2;
    let mut said = network.association(1);
    *said.station_elements.last_mut().unwrap() ^= 1;
    let mut cell = Cell::with(network, network.association(1), said);
    cell.start();
    deliver(&mut cell, false);
    let second = cell.to_ap.pop_front().unwrap();
    let failed = cell.ap.eapol(&second, cell.now).unwrap();
    assert_eq!(failed, [Action::Failed(ReasonCode::PREV_AUTH_NOT_VALID)]);
}

#[test]
fn rekeys_change_both_keys() {
    for network in Network::ALL {
        let mut cell = Cell::new(network);
        cell.settle();
        cell.apply(&Op::Rekey);
        cell.settle();
        cell.apply(&Op::RekeyGroup);
        cell.settle();
        assert!(!cell.ap_side.failed && !cell.station_side.failed);
        assert_eq!(cell.station_side.pairwise.len(), 2, "{network:?}");
        assert_eq!(cell.ap_side.pairwise, cell.station_side.pairwise);
        assert_eq!(cell.station_side.groups.len(), 2 * cell.group_keys.len(), "{network:?}");
    }
}

/// Who reads along has the same keys, through rekeys, each told once.
#[test]
fn an_observer_follows_rekeys() {
    for network in Network::ALL {
        let mut cell = Cell::new(network);
        for op in [Op::Rekey, Op::RekeyGroup, Op::Rekey] {
            cell.settle();
            cell.apply(&op);
        }
        cell.settle();
        let Root::Pmk(pmk) = network.association(1).root else { unreachable!() };
        let wrong = Secret::new(&vec![9; pmk.len()]).unwrap();
        let mut observer = Observer::new(cell::AP, cell::STATION, b"", vec![wrong, pmk]);
        let (mut pairwise, mut groups) = (vec![], vec![]);
        for (_, frame) in &cell.arrived {
            // Everything twice, as a capture at two places has it.
            for _ in 0..2 {
                let seen = observer.eapol_key(frame).unwrap();
                assert!(!seen.wrong_pmk, "{network:?}");
                pairwise.extend(seen.pairwise.map(|key| (key.ptk.tk, key.key_id)));
                groups.extend(seen.group);
            }
        }
        let with_ids = network == Network::ExtKeyId;
        let tks = &cell.station_side.pairwise;
        assert_eq!(tks.len(), 3, "{network:?}");
        // With extended key IDs message 3 tells the index, which is news if it is 1.
        let ids: &[u8] = if with_ids { &[0, 0, 1, 0] } else { &[0, 0, 0] };
        let of_tk: &[usize] = if with_ids { &[0, 1, 1, 2] } else { &[0, 1, 2] };
        let expected = of_tk.iter().zip(ids).map(|(&tk, &id)| (tks[tk].clone(), id));
        assert_eq!(pairwise, expected.collect::<Vec<_>>(), "{network:?}");
        assert_eq!(groups, cell.station_side.groups, "{network:?}");
    }
}

/// A station that asks gets an event, once for each request; a forged one changes nothing.
#[test]
fn requests_are_events() {
    let mut cell = Cell::new(Network::Wpa2);
    assert_eq!(cell.station.request(true, false), None);
    cell.settle();
    let request = cell.station.request(true, false).unwrap();
    let view = EapolKey::parse(&request, 16).unwrap();
    assert_eq!(view.message(), Message::Request);
    assert!(view.info().contains(KeyInfo::SECURE | KeyInfo::PAIRWISE | KeyInfo::MIC));
    let mut forged = request.clone();
    forged[20] ^= 1;
    assert_eq!(cell.ap.eapol(&forged, cell.now), Err(Ignored::Mic));
    let wanted = cell.ap.eapol(&request, cell.now).unwrap();
    assert_eq!(wanted, [Action::RekeyWanted { pairwise: true }]);
    assert_eq!(cell.ap.eapol(&request, cell.now), Err(Ignored::Replay));
    let report = cell.station.request(false, true).unwrap();
    let told = cell.ap.eapol(&report, cell.now).unwrap();
    assert_eq!(told, [Action::RekeyWanted { pairwise: true }]);
}

/// The station receives with the new key before the AP can send with it, and the index changes.
#[test]
fn extended_key_id_installs_for_receiving_first() {
    let mut cell = until_third(Network::ExtKeyId);
    let third = cell.to_station.pop_front().unwrap();
    let actions = cell.station.eapol(&third, false, [9; 32]).unwrap();
    let tk = cell.ap_side.pairwise[0].clone();
    assert_eq!(actions[0], Action::InstallPairwise { key_id: 0, tk, direction: Direction::Rx });
    assert!(matches!(actions[1], Action::Send(_)));
    assert_eq!(actions[2], Action::UsePairwise { key_id: 0 });
}

/// Message 4 goes out before the key is installed: the AP could not open it otherwise.
#[test]
fn message_4_goes_out_before_the_key_is_installed() {
    let mut cell = until_third(Network::Wpa2);
    let third = cell.to_station.pop_front().unwrap();
    let actions = cell.station.eapol(&third, false, [9; 32]).unwrap();
    assert!(matches!(actions[0], Action::Send(_)));
    assert!(matches!(actions[1], Action::InstallPairwise { direction: Direction::RxTx, .. }));
    assert!(matches!(actions[2], Action::InstallGroup(_)));
    assert_eq!(actions[3], Action::Authorized);
}

/// Nobody sees a key in what is printed.
#[test]
fn debug_shows_no_keys() {
    let mut cell = until_third(Network::Wpa3);
    let third = cell.to_station.pop_front().unwrap();
    let actions = cell.station.eapol(&third, false, [9; 32]).unwrap();
    let printed = format!("{:?} {:?} {:?}", cell.ap, cell.station, &actions[1..]);
    let ptk = cell.station.ptk().unwrap();
    for key in [&ptk.tk, &ptk.kck, &ptk.kek, &cell.group_keys[0].key] {
        let digits: Vec<String> = key.as_bytes().iter().map(u8::to_string).collect();
        assert!(!printed.contains(&digits[..4].join(", ")), "{printed}");
    }
}
