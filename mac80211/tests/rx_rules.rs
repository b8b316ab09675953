//! The receive rules, one by one, on frames that a sender of this test sealed.
#![cfg(feature = "crypto")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "the helpers of tests are tests too")]

use proptest::prelude::*;
use softnet_mac80211::cipher::{Key, Replay, Role};
use softnet_mac80211::frame::{Header, IfType};
use softnet_mac80211::rx::mfp::Sta;
use softnet_mac80211::rx::{Interface, Received, Receiver};
use softnet_mac80211::{CipherSuite, RxDrop};
use softnet_sk_buff::{Instant, MacAddr};

const AP: MacAddr = MacAddr([2, 0, 0, 0, 0, 0]);
const STA: MacAddr = MacAddr([2, 0, 0, 0, 1, 0]);
const GROUP: MacAddr = MacAddr([0xff; 6]);
const PAE_GROUP: MacAddr = MacAddr([1, 0x80, 0xc2, 0, 0, 3]);

/// What came up: EtherType and payload of each MSDU, or why it was refused.
type Up = Result<Vec<Result<(u16, Vec<u8>), RxDrop>>, RxDrop>;

fn go(receiver: &mut Receiver, frame: &[u8]) -> Up {
    let mut frame = frame.to_vec();
    let received = receiver.receive(&mut frame, Instant::from_millis(5), Replay::Check)?;
    let Received::Msdus(msdus) = received else { return Ok(Vec::new()) };
    Ok(msdus.map(|msdu| msdu.map(|up| (up.header.proto.0, up.payload.to_vec()))).collect())
}

fn one(proto: u16, payload: &[u8]) -> Up {
    Ok(vec![Ok((proto, payload.to_vec()))])
}

/// A station's receiver, its port open.
fn station() -> Receiver {
    let mut receiver = Receiver::new(Interface::new(IfType::Station, STA));
    receiver.authorize(true);
    receiver
}

const A_MSDU: u8 = 0x80;

/// A QoS data frame from the access point. `seq` is sequence number and fragment.
fn from_ap(to: MacAddr, seq: u16, qos: u8, body: &[u8]) -> Vec<u8> {
    let seq = seq.to_le_bytes();
    [b"\x88\x02\0\0", &to.0[..], &AP.0, &AP.0, &seq, &[qos, 0], body].concat()
}

fn llc(proto: u16, payload: &[u8]) -> Vec<u8> {
    [b"\xaa\xaa\x03\0\0\0", &proto.to_be_bytes()[..], payload].concat()
}

fn subframe(da: MacAddr, sa: MacAddr, msdu: &[u8]) -> Vec<u8> {
    let mut subframe = [&da.0[..], &sa.0, &(msdu.len() as u16).to_be_bytes(), msdu].concat();
    subframe.resize(subframe.len().next_multiple_of(4), 0);
    subframe
}

fn material(suite: CipherSuite) -> Vec<u8> {
    let len = match suite {
        CipherSuite::WEP40 => 5,
        CipherSuite::TKIP => 32,
        _ => 16,
    };
    (0..len).collect()
}

fn key(suite: CipherSuite, index: u8) -> Key {
    Key::new(suite, index, &material(suite)).unwrap()
}

/// What the access point sends: `frame` with its body encrypted.
fn seal(key: &mut Key, frame: &[u8]) -> Vec<u8> {
    let (header, body) = Header::parse(frame).unwrap();
    let iv = vec![0; key.header_len()];
    let mut sealed = [header.as_bytes(), &iv, body, &vec![0; key.mic_len()]].concat();
    key.encrypt(&mut sealed).unwrap();
    sealed
}

#[test]
fn eapol_comes_to_us_or_to_its_group_whatever_else_holds() {
    let mut receiver = Receiver::new(Interface::new(IfType::Station, STA));
    let eapol = llc(0x888e, b"key");
    for with_key in [false, true] {
        assert_eq!(go(&mut receiver, &from_ap(STA, 0x10, 0, &eapol)), one(0x888e, b"key"));
        assert_eq!(go(&mut receiver, &from_ap(PAE_GROUP, 0x20, 0, &eapol)), one(0x888e, b"key"));
        let elsewhere = go(&mut receiver, &from_ap(GROUP, 0x30, 0, &eapol));
        assert_eq!(elsewhere, Ok(vec![Err(RxDrop::EapolElsewhere)]), "{with_key}");
        receiver.install_pairwise(key(CipherSuite::CCMP, 0));
    }
}

#[test]
fn a_closed_port_lets_nothing_else_pass() {
    let mut receiver = station();
    let ip = from_ap(STA, 0x10, 0, &llc(0x0800, b"ip"));
    receiver.authorize(false);
    assert_eq!(go(&mut receiver, &ip), Ok(vec![Err(RxDrop::Unauthorized)]));
    receiver.authorize(true);
    assert_eq!(go(&mut receiver, &ip), one(0x0800, b"ip"));
    receiver.associated();
    assert_eq!(go(&mut receiver, &ip), Ok(vec![Err(RxDrop::Unauthorized)]));
}

#[test]
fn a_set_key_forbids_the_clear_to_one_and_to_groups() {
    let mut receiver = station();
    let ip = llc(0x0800, b"ip");
    let (own, group) = (from_ap(STA, 0x10, 0, &ip), from_ap(GROUP, 0x20, 0, &ip));
    receiver.install_group(key(CipherSuite::CCMP, 1));
    // Linux asks for any key that could have been used, and that is the group's for both.
    for frame in [&own, &group] {
        assert_eq!(go(&mut receiver, frame), Ok(vec![Err(RxDrop::Unencrypted)]));
    }
    receiver.associated();
    receiver.authorize(true);
    receiver.install_pairwise(key(CipherSuite::CCMP, 0));
    assert_eq!(go(&mut receiver, &own), Ok(vec![Err(RxDrop::Unencrypted)]));
    assert_eq!(go(&mut receiver, &group), one(0x0800, b"ip"));
}

/// KRACK: message 3 again, or group message 1 again, must not start a key's counters again.
#[test]
fn the_same_key_once_more_changes_nothing() {
    let ip = llc(0x0800, b"ip");
    for (suite, to) in
        [(CipherSuite::CCMP, STA), (CipherSuite::GCMP, GROUP), (CipherSuite::TKIP, STA)]
    {
        let mut receiver = station();
        let install = |receiver: &mut Receiver, material: &[u8]| {
            let key = Key::new(suite, 0, material).unwrap();
            if to == STA { receiver.install_pairwise(key) } else { receiver.install_group(key) }
        };
        let mut sender = key(suite, 0).with_role(Role::Authenticator);
        let mut body = [&ip[..], &vec![0; sender.michael_len()]].concat();
        let clear = from_ap(to, 0x10, 0, &body);
        let (header, _) = Header::parse(&clear).unwrap();
        sender.add_michael(&header, &mut body).unwrap();
        let frame = seal(&mut sender, &from_ap(to, 0x10, 0, &body));

        assert!(install(&mut receiver, &material(suite)));
        assert_eq!(go(&mut receiver, &frame), one(0x0800, b"ip"), "{suite:?}");
        assert!(!install(&mut receiver, &material(suite)));
        assert!(go(&mut receiver, &frame).is_err(), "{suite:?}");
        // hostapd may give other Michael keys with the same TK.
        let mut other = material(suite);
        *other.last_mut().unwrap() ^= 1;
        assert_eq!(install(&mut receiver, &other), suite != CipherSuite::TKIP);
    }
}

#[test]
fn who_protects_management_frames_sends_none_in_the_clear() {
    let deauth =
        |flags: u8| [&[0xc0, flags, 0, 0], &STA.0[..], &AP.0, &AP.0, b"\x10\0", b"\x07\0"].concat();
    let mut receiver = station();
    receiver.install_pairwise(key(CipherSuite::CCMP, 0));
    assert_eq!(go(&mut receiver, &deauth(0)), Ok(Vec::new()));
    receiver.set_sta(Sta { mfp: true, assoc: true });
    assert_eq!(go(&mut receiver, &deauth(0)), Err(RxDrop::UnprotUcastMgmt));
    let sealed = seal(&mut key(CipherSuite::CCMP, 0), &deauth(0));
    assert_eq!(go(&mut receiver, &sealed), Ok(Vec::new()));
}

#[test]
fn keys_are_for_whom_they_were_made() {
    let ip = llc(0x0800, b"ip");
    for (suite, to, group_key, opens) in [
        (CipherSuite::CCMP, STA, false, true),
        (CipherSuite::CCMP, STA, true, false),
        (CipherSuite::CCMP, GROUP, true, true),
        (CipherSuite::CCMP, GROUP, false, false),
        // WEP's keys are for all.
        (CipherSuite::WEP40, STA, true, true),
        (CipherSuite::WEP40, GROUP, true, true),
    ] {
        let frame = seal(&mut key(suite, 2), &from_ap(to, 0x10, 0, &ip));
        let mut receiver = station();
        if group_key {
            receiver.install_group(key(suite, 2));
        } else {
            receiver.install_pairwise(key(suite, 2));
        }
        let expected = if opens { one(0x0800, b"ip") } else { Err(RxDrop::NoKey) };
        assert_eq!(go(&mut receiver, &frame), expected, "{suite:?} {to} {group_key}");
        receiver.associated();
        assert_eq!(go(&mut receiver, &frame), Err(RxDrop::NoKey));
    }
}

#[test]
fn an_amsdu_comes_apart_and_its_strangers_stay_behind() {
    let mut receiver = station();
    let [ip, arp] = [llc(0x0800, b"ip"), llc(0x0806, b"arp")];
    let other = MacAddr([2, 0, 0, 0, 9, 9]);
    let body = [
        subframe(STA, other, &ip),
        subframe(other, AP, &ip),
        // Linux takes those to groups.
        subframe(GROUP, AP, &arp),
        subframe(STA, AP, &llc(0x888e, b"key")),
        subframe(GROUP, AP, &llc(0x888e, b"key")),
    ];
    let up = go(&mut receiver, &from_ap(STA, 0x10, A_MSDU, &body.concat()));
    let expected = vec![
        Ok((0x0800, b"ip".to_vec())),
        Err(RxDrop::ForeignSubframe),
        Ok((0x0806, b"arp".to_vec())),
        Ok((0x888e, b"key".to_vec())),
        Err(RxDrop::EapolElsewhere),
    ];
    assert_eq!(up, Ok(expected));
}

#[test]
fn an_amsdu_must_not_go_to_a_group_nor_come_under_an_old_cipher() {
    let body = subframe(STA, AP, &llc(0x0800, b"ip"));
    let to_group = from_ap(GROUP, 0x10, A_MSDU, &body);
    assert_eq!(go(&mut station(), &to_group), Err(RxDrop::BadAmsdu));
    for (suite, reason) in
        [(CipherSuite::WEP40, Some(RxDrop::BadAmsduCipher)), (CipherSuite::GCMP, None)]
    {
        let mut receiver = station();
        let frame = seal(&mut key(suite, 0), &from_ap(STA, 0x10, A_MSDU, &body));
        match suite {
            CipherSuite::WEP40 => receiver.install_group(key(suite, 0)),
            _ => receiver.install_pairwise(key(suite, 0)),
        };
        assert_eq!(go(&mut receiver, &frame).err(), reason);
    }
}

#[test]
fn four_addresses_where_they_are_taken() {
    let body = llc(0x0800, b"ip");
    let four = [b"\x08\x03\0\0", &STA.0[..], &AP.0, &GROUP.0, b"\x10\0", &AP.0, &body].concat();
    assert_eq!(go(&mut station(), &four), Err(RxDrop::UnexpectedSta4addr));
    let interface = |kind, use_4addr| Interface { use_4addr, ..Interface::new(kind, STA) };
    let mut wds = Receiver::new(interface(IfType::Station, true));
    wds.authorize(true);
    assert_eq!(go(&mut wds, &four), one(0x0800, b"ip"));
    // To it, three addresses are for EAPOL, unless they name it.
    assert_eq!(go(&mut wds, &from_ap(STA, 0x20, 0, &body)), one(0x0800, b"ip"));
    let group = go(&mut wds, &from_ap(PAE_GROUP, 0x30, 0, &body));
    assert_eq!(group, Err(RxDrop::NotPortControl));
    let eapol = from_ap(PAE_GROUP, 0x40, 0, &llc(0x888e, b"key"));
    assert_eq!(go(&mut wds, &eapol), one(0x888e, b"key"));
    // Towards an access point is the wrong direction for a station, and the other way around.
    let mut to_ap = from_ap(STA, 0x50, 0, &body);
    to_ap[1] = 1;
    assert_eq!(go(&mut station(), &to_ap), Err(RxDrop::Invalid8023));
    let mut ap = Receiver::new(interface(IfType::Ap, false));
    assert_eq!(go(&mut ap, &four), Err(RxDrop::Monitor));
}

/// Three fragments of an MSDU under TKIP: the Michael code covers all, and is at the end.
fn tkip_fragments(body: &[u8]) -> Vec<Vec<u8>> {
    let mut sender = key(CipherSuite::TKIP, 0).with_role(Role::Authenticator);
    let whole = from_ap(STA, 0x10, 0, &[body, &[0; 8]].concat());
    let (header, body) = Header::parse(&whole).unwrap();
    let mut body = body.to_vec();
    sender.add_michael(&header, &mut body).unwrap();
    let chunks: Vec<_> = body.chunks(body.len().div_ceil(3)).collect();
    let piece = |(nth, chunk): (usize, &&[u8])| {
        let mut frame = from_ap(STA, 0x10 | nth as u16, 0, chunk);
        frame[1] |= if nth + 1 < chunks.len() { 4 } else { 0 };
        seal(&mut sender, &frame)
    };
    chunks.iter().enumerate().map(piece).collect()
}

/// CVE-2020-26141: the code of a fragmented frame that nobody verified.
#[test]
fn michael_is_verified_over_all_fragments() {
    let body = llc(0x0800, b"a packet in three fragments");
    let frames = tkip_fragments(&body);
    let mut receiver = station();
    receiver.install_pairwise(key(CipherSuite::TKIP, 0));
    assert_eq!(go(&mut receiver, &frames[0]), Ok(vec![]));
    assert_eq!(go(&mut receiver, &frames[1]), Ok(vec![]));
    assert_eq!(go(&mut receiver, &frames[2]), one(0x0800, b"a packet in three fragments"));
    // Only now its number is used up.
    assert_eq!(go(&mut receiver, &frames[2]), Err(RxDrop::TkipFail));

    // The right pieces of two MSDUs: each decrypts, all of them are none.
    let other = tkip_fragments(&llc(0x0800, b"another one, of equal length"));
    receiver.associated();
    receiver.authorize(true);
    receiver.install_pairwise(key(CipherSuite::TKIP, 0));
    assert_eq!(go(&mut receiver, &frames[0]), Ok(vec![]));
    assert_eq!(go(&mut receiver, &other[1]), Ok(vec![]));
    assert_eq!(go(&mut receiver, &frames[2]), Err(RxDrop::MmicFail));
}

#[test]
fn an_access_point_takes_no_group_frames_under_tkip() {
    // A station that sends to its access point under a group key's index.
    let mut frame = from_ap(AP, 0x10, 0, &[llc(0x0800, b"ip"), vec![0; 8]].concat());
    frame[1] = 1;
    let frame = seal(&mut key(CipherSuite::TKIP, 1), &frame);
    let mut ap = Receiver::new(Interface::new(IfType::Ap, AP));
    ap.install_pairwise(key(CipherSuite::TKIP, 1));
    assert_eq!(go(&mut ap, &frame), Err(RxDrop::ApRxGroupcast));
}

#[test]
fn retries_and_replays_are_told_apart() {
    let mut sender = key(CipherSuite::CCMP, 0);
    let mut receiver = station();
    receiver.install_pairwise(key(CipherSuite::CCMP, 0));
    let frame = seal(&mut sender, &from_ap(STA, 0x10, 0, &llc(0x0800, b"ip")));
    assert_eq!(go(&mut receiver, &frame), one(0x0800, b"ip"));
    let mut retry = frame.clone();
    retry[1] |= 8;
    assert_eq!(go(&mut receiver, &retry), Err(RxDrop::Dup));
    assert_eq!(go(&mut receiver, &frame), Err(RxDrop::Replay));
    // The retry of one that was not heard is none.
    let mut missed = seal(&mut sender, &from_ap(STA, 0x20, 0, &llc(0x0800, b"ip")));
    missed[1] |= 8;
    assert_eq!(go(&mut receiver, &missed), one(0x0800, b"ip"));
}

#[test]
fn what_carries_nothing_comes_to_nothing() {
    let mut receiver = station();
    let mut null = from_ap(STA, 0x10, 0, &[]);
    null[0] = 0xc8;
    let ack = [0xd4, 0, 0, 0, 2, 0, 0, 0, 1, 0];
    for frame in [&null[..], &ack] {
        let mut frame = frame.to_vec();
        let received = receiver.receive(&mut frame, Instant::ZERO, Replay::Check);
        assert!(matches!(received, Ok(Received::Nothing)), "{received:?}");
    }
    assert_eq!(go(&mut receiver, &from_ap(STA, 0, 0, &[])[..20]), Err(RxDrop::Unusable));
}

/// `frame` with a MIC element at its end, as the sender of this test signs it.
fn sign(key: &mut Key, frame: &[u8]) -> Vec<u8> {
    let mut signed = [frame, &vec![0; key.mic_len()]].concat();
    key.encrypt(&mut signed).unwrap();
    signed
}

fn beacon(to: MacAddr) -> Vec<u8> {
    [b"\x80\0\0\0", &to.0[..], &AP.0, &AP.0, b"\x10\0", &[7; 12], b"\0\x04name"].concat()
}

fn with_mfp() -> Receiver {
    let mut receiver = station();
    receiver.set_sta(Sta { mfp: true, assoc: true });
    receiver
}

#[test]
fn a_beacon_that_claims_the_other_index_is_no_way_around_its_key() {
    let bigtk = |index| key(CipherSuite::AES_CMAC, index);
    for (installed, other) in [(6, 7), (7, 6)] {
        let mut receiver = with_mfp();
        receiver.install_group(bigtk(installed));
        assert_eq!(go(&mut receiver, &sign(&mut bigtk(installed), &beacon(GROUP))), Ok(vec![]));
        assert_eq!(go(&mut receiver, &beacon(GROUP)), Err(RxDrop::UnprotBeacon));
        let mut forger = Key::new(CipherSuite::AES_CMAC, other, &[9; 16]).unwrap().with_tx_pn(7);
        let forged = sign(&mut forger, &beacon(GROUP));
        assert_eq!(go(&mut receiver, &forged), Err(RxDrop::MicFail), "{other}");
    }
    // Without any key its MIC says nothing, and beacon protection is not in use.
    let mut forger = Key::new(CipherSuite::AES_CMAC, 7, &[9; 16]).unwrap();
    assert_eq!(go(&mut with_mfp(), &sign(&mut forger, &beacon(GROUP))), Ok(vec![]));
}

#[test]
fn beacons_are_broadcast_and_actions_have_a_category() {
    for to in [STA, PAE_GROUP] {
        assert_eq!(go(&mut station(), &beacon(to)), Err(RxDrop::Monitor));
    }
    let action =
        |body: &[u8]| [&[0xd0, 0, 0, 0], &STA.0[..], &AP.0, &AP.0, b"\x10\0", body].concat();
    assert_eq!(go(&mut station(), &action(&[])), Err(RxDrop::RuntAction));
    assert_eq!(go(&mut station(), &action(&[4])), Ok(vec![]));
}

#[test]
fn mesh_actions_to_groups_are_encrypted_and_not_only_signed() {
    let igtk = || key(CipherSuite::AES_CMAC, 4);
    for (category, mfp, expected) in [
        (13, true, Err(RxDrop::Monitor)),
        (14, true, Err(RxDrop::Monitor)),
        (13, false, Ok(vec![])),
        (8, true, Ok(vec![])),
    ] {
        let mut receiver = station();
        receiver.set_sta(Sta { mfp, assoc: true });
        receiver.install_group(igtk());
        let action =
            [b"\xd0\0\0\0", &GROUP.0[..], &AP.0, &AP.0, b"\x10\0", &[category, 1]].concat();
        assert_eq!(go(&mut receiver, &sign(&mut igtk(), &action)), expected, "{category}");
    }
}

#[test]
fn null_data_is_not_decrypted() {
    let mut receiver = station();
    receiver.install_pairwise(key(CipherSuite::CCMP, 0));
    for first in [0x48, 0xc8] {
        let mut null = from_ap(STA, 0x10, 0, &[0; 30]);
        null[0] = first;
        null[1] = 0x42;
        assert_eq!(go(&mut receiver, &null), Ok(vec![]));
        // A station with four addresses that its access point does not know as one.
        null[1] = 3;
        for (kind, use_4addr, expected) in [
            (IfType::Ap, false, Err(RxDrop::Unexpected4addrFrame)),
            (IfType::ApVlan, false, Err(RxDrop::Unexpected4addrFrame)),
            (IfType::ApVlan, true, Ok(vec![])),
            (IfType::Station, false, Ok(vec![])),
        ] {
            let interface = Interface { use_4addr, ..Interface::new(kind, STA) };
            assert_eq!(go(&mut Receiver::new(interface), &null), expected, "{kind:?}");
        }
    }
}

#[test]
fn who_is_not_associated_sends_no_data_but_eapol_to_a_station() {
    let [ip, eapol] = [llc(0x0800, b"ip"), llc(0x888e, b"key")];
    let away = |kind| {
        let mut receiver = Receiver::new(Interface::new(kind, STA));
        receiver.authorize(true);
        receiver.set_sta(Sta { mfp: false, assoc: false });
        receiver
    };
    assert_eq!(go(&mut away(IfType::Station), &from_ap(STA, 0x10, 0, &ip)), Err(RxDrop::Monitor));
    let up = go(&mut away(IfType::Station), &from_ap(STA, 0x10, 0, &eapol));
    assert_eq!(up, one(0x888e, b"key"));
    let cut = go(&mut away(IfType::Station), &from_ap(STA, 0x10, 0, &eapol[..7]));
    assert_eq!(cut, Err(RxDrop::Monitor));
    let mut to_ap = from_ap(STA, 0x10, 0, &eapol);
    to_ap[1] = 1;
    assert_eq!(go(&mut away(IfType::Ap), &to_ap), Err(RxDrop::Spurious));
    // A cell without an access point has no association.
    let mut direct = from_ap(STA, 0x10, 0, &ip);
    direct[1] = 0;
    assert_eq!(go(&mut away(IfType::Adhoc), &direct), one(0x0800, b"ip"));
}

#[test]
fn a_vlan_has_four_addresses_for_one_station_or_three_for_many() {
    let body = llc(0x0800, b"ip");
    let four = [b"\x88\x03\0\0", &STA.0[..], &AP.0, &GROUP.0, b"\x10\0", &AP.0, &[0, 0], &body];
    let four = four.concat();
    let mut three = from_ap(STA, 0x20, 0, &body);
    three[1] = 1;
    let mut to_group = from_ap(PAE_GROUP, 0x30, 0, &body);
    to_group[1] = 1;
    let vlan = |use_4addr| {
        let mut receiver =
            Receiver::new(Interface { use_4addr, ..Interface::new(IfType::ApVlan, STA) });
        receiver.authorize(true);
        receiver
    };
    assert_eq!(go(&mut vlan(true), &four), one(0x0800, b"ip"));
    assert_eq!(go(&mut vlan(false), &four), Err(RxDrop::UnexpectedVlan4addr));
    assert_eq!(go(&mut vlan(false), &three), one(0x0800, b"ip"));
    assert_eq!(go(&mut vlan(true), &to_group), Err(RxDrop::UnexpectedVlanMcast));
    assert_eq!(go(&mut vlan(false), &to_group), one(0x0800, b"ip"));
    // An A-MSDU as well.
    let mut amsdu = [&four[..32], &subframe(STA, AP, &body)].concat();
    amsdu[30] = A_MSDU;
    assert_eq!(go(&mut vlan(true), &amsdu), one(0x0800, b"ip"));
    assert_eq!(go(&mut vlan(false), &amsdu), Err(RxDrop::Bad4addr));
}

#[test]
fn a_group_owner_is_an_access_point_and_its_client_a_station() {
    let other = MacAddr([2, 0, 0, 0, 9, 9]);
    let body = llc(0x0800, b"ip");
    let receiver = |kind| {
        let mut receiver = Receiver::new(Interface::new(kind, STA));
        receiver.authorize(true);
        receiver
    };
    // To an access point subframes may be for anybody, and from the sender only.
    let both = [subframe(other, AP, &body), subframe(other, other, &body)].concat();
    let mut to_owner = from_ap(STA, 0x10, A_MSDU, &both);
    to_owner[1] = 1;
    let expected = Ok(vec![Ok((0x0800, b"ip".to_vec())), Err(RxDrop::ForeignSubframe)]);
    for kind in [IfType::Ap, IfType::P2pGo] {
        assert_eq!(go(&mut receiver(kind), &to_owner), expected, "{kind:?}");
    }
    // To a station they may be from anybody.
    let both = [subframe(STA, other, &body), subframe(other, other, &body)].concat();
    let four = [b"\x08\x03\0\0", &STA.0[..], &AP.0, &GROUP.0, b"\x20\0", &AP.0, &body[..]].concat();
    for kind in [IfType::Station, IfType::P2pClient] {
        let up = go(&mut receiver(kind), &from_ap(STA, 0x10, A_MSDU, &both));
        assert_eq!(up, expected, "{kind:?}");
        assert_eq!(go(&mut receiver(kind), &four), Err(RxDrop::UnexpectedSta4addr), "{kind:?}");
    }
    for kind in [IfType::Ap, IfType::P2pGo] {
        assert_eq!(go(&mut receiver(kind), &four), Err(RxDrop::Monitor), "{kind:?}");
    }
}

#[test]
fn another_station_of_the_cell_answers_for_its_subframes() {
    // From station to station (TDLS).
    let other = MacAddr([2, 0, 0, 0, 9, 9]);
    let body = llc(0x0800, b"ip");
    let subframes = [(STA, AP), (STA, other), (other, AP)].map(|(da, sa)| subframe(da, sa, &body));
    let mut direct = from_ap(STA, 0x10, A_MSDU, &subframes.concat());
    direct[1] = 0;
    let foreign = Err(RxDrop::ForeignSubframe);
    let expected = Ok(vec![Ok((0x0800, b"ip".to_vec())), foreign.clone(), foreign]);
    assert_eq!(go(&mut station(), &direct), expected);
}

/// A bridge would forward what is addressed to the group.
#[test]
fn eapol_to_its_group_is_handed_on_as_ours() {
    let mut frame = from_ap(PAE_GROUP, 0x20, 0, &llc(0x888e, b"key"));
    let mut receiver = Receiver::new(Interface::new(IfType::Station, STA));
    let Ok(Received::Msdus(mut msdus)) = receiver.receive(&mut frame, Instant::ZERO, Replay::Check)
    else {
        panic!("data");
    };
    assert_eq!(msdus.next().unwrap().unwrap().header.da, STA);
}

/// CVE-2020-26139: an access point that forwards EAPOL of a station before it is authenticated.
#[test]
fn eapol_is_not_forwarded_for_whoever_has_not_logged_in() {
    let other = MacAddr([2, 0, 0, 0, 9, 9]);
    let mut ap = Receiver::new(Interface::new(IfType::Ap, STA));
    for (to, expected) in [
        (STA, Ok((0x888e, b"key".to_vec()))),
        (other, Err(RxDrop::EapolElsewhere)),
        (GROUP, Err(RxDrop::EapolElsewhere)),
    ] {
        let mut frame = from_ap(STA, 0x10, 0, &llc(0x888e, b"key"));
        frame[1] = 1;
        frame[16..22].copy_from_slice(&to.0);
        assert_eq!(go(&mut ap, &frame), Ok(vec![expected]));
    }
}

/// CVE-2020-26142: a fragment taken for a whole frame; CVE-2020-26143: fragments in the clear in a protected
/// network.
#[test]
fn fragments_in_the_clear_are_neither_whole_frames_nor_taken_where_a_key_is_set() {
    let eapol = llc(0x888e, b"key of two fragments");
    let ip = llc(0x0800, b"ip of two fragments");
    for (body, proto) in [(&eapol, 0x888e_u16), (&ip, 0x0800)] {
        let mut receiver = station();
        receiver.install_pairwise(key(CipherSuite::CCMP, 0));
        let mut first = from_ap(STA, 0x10, 0, &body[..20]);
        first[1] |= 4;
        let last = from_ap(STA, 0x11, 0, &body[20..]);
        // Alone, and each has all that a header could want.
        assert_eq!(go(&mut receiver, &from_ap(STA, 0x21, 0, body)), Err(RxDrop::OrphanFragment));
        assert_eq!(go(&mut receiver, &first), Ok(vec![]));
        let expected = match proto {
            0x888e => Ok((proto, body[8..].to_vec())),
            _ => Err(RxDrop::Unencrypted),
        };
        assert_eq!(go(&mut receiver, &last), Ok(vec![expected]));
    }
}

/// A frame in two fragments, each under the key that `keys` gives for it; `None`: in the clear.
fn in_two(body: &[u8], keys: [Option<&mut Key>; 2]) -> [Vec<u8>; 2] {
    let (start, end) = body.split_at(20);
    let mut first = from_ap(STA, 0x10, 0, start);
    first[1] |= 4;
    let clear = [first, from_ap(STA, 0x11, 0, end)];
    let both = clear.iter().zip(keys).map(|(frame, key)| match key {
        Some(key) => seal(key, frame),
        None => frame.clone(),
    });
    both.collect::<Vec<_>>().try_into().unwrap()
}

/// CVE-2020-26147 the other way around: the first fragment in the clear, the second encrypted. It is no wrong
/// Michael code either, or anybody could begin countermeasures.
#[test]
fn an_encrypted_fragment_does_not_vouch_for_one_in_the_clear() {
    let ip = llc(0x0800, b"ip of two fragments");
    for suite in [CipherSuite::CCMP, CipherSuite::TKIP] {
        let mut sender = key(suite, 0).with_role(Role::Authenticator);
        let [first, last] = in_two(&ip, [None, Some(&mut sender)]);
        let mut receiver = station();
        receiver.install_pairwise(key(suite, 0));
        assert_eq!(go(&mut receiver, &first), Ok(vec![]));
        assert_eq!(go(&mut receiver, &last), Ok(vec![Err(RxDrop::Unencrypted)]), "{suite:?}");
    }
}

/// CVE-2020-24587: fragments under two keys, their numbers in a row.
#[test]
fn fragments_under_two_keys_are_not_put_together() {
    let ip = llc(0x0800, b"ip of two fragments");
    for (suite, reason) in
        [(CipherSuite::CCMP, RxDrop::BadKeyColor), (CipherSuite::TKIP, RxDrop::ExpectDefragProt)]
    {
        let new = || {
            let mut material = material(suite);
            material[0] ^= 1;
            Key::new(suite, 0, &material).unwrap()
        };
        let mut after = new().with_tx_pn(1).with_role(Role::Authenticator);
        let [first, last] = in_two(&ip, [Some(&mut key(suite, 0)), Some(&mut after)]);
        let mut receiver = station();
        receiver.install_pairwise(key(suite, 0));
        assert_eq!(go(&mut receiver, &first), Ok(vec![]));
        receiver.install_pairwise(new());
        assert_eq!(go(&mut receiver, &last), Err(reason), "{suite:?}");
    }
}

/// CVE-2020-24586, and duplicates: what came before a reassociation counts no more.
#[test]
fn a_reassociation_forgets_fragments_and_sequence_numbers() {
    let ip = llc(0x0800, b"ip of two fragments");
    let [first, mut last] = in_two(&ip, [None, None]);
    let mut receiver = station();
    assert_eq!(go(&mut receiver, &first), Ok(vec![]));
    receiver.associated();
    assert_eq!(go(&mut receiver, &last), Err(RxDrop::OrphanFragment));
    last[1] |= 8;
    assert_eq!(go(&mut receiver, &last), Err(RxDrop::Dup));
    receiver.associated();
    assert_eq!(go(&mut receiver, &last), Err(RxDrop::OrphanFragment));
}

#[test]
fn a_key_of_management_frames_is_no_pairwise_one() {
    let mut receiver = station();
    assert!(receiver.install_pairwise(key(CipherSuite::CCMP, 0)));
    assert!(!receiver.install_pairwise(key(CipherSuite::AES_CMAC, 4)));
    assert!(receiver.has_pairwise());
    let clear = from_ap(STA, 0x10, 0, &llc(0x0800, b"ip"));
    assert_eq!(go(&mut receiver, &clear), Ok(vec![Err(RxDrop::Unencrypted)]));
    let frame = seal(&mut key(CipherSuite::CCMP, 0), &from_ap(STA, 0x20, 0, &llc(0x0800, b"ip")));
    assert_eq!(go(&mut receiver, &frame), one(0x0800, b"ip"));
}

/// Linux decrypts with whatever key is there: number and MIC decide, the index does not.
#[test]
fn an_index_without_a_key_means_the_current_one() {
    let other = || Key::new(CipherSuite::CCMP, 1, &[9; 16]).unwrap();
    let mut receiver = station();
    receiver.install_pairwise(key(CipherSuite::CCMP, 0));
    let frame = seal(&mut key(CipherSuite::CCMP, 1), &from_ap(STA, 0x10, 0, &llc(0x0800, b"ip")));
    assert_eq!(go(&mut receiver, &frame), one(0x0800, b"ip"));
    // With extended key IDs both are in use, each with numbers of its own.
    receiver.install_pairwise(other());
    let both = [(key(CipherSuite::CCMP, 0).with_tx_pn(1), 0x20), (other(), 0x30)];
    for (mut sender, seq) in both {
        let frame = seal(&mut sender, &from_ap(STA, seq, 0, &llc(0x0800, b"ip")));
        assert_eq!(go(&mut receiver, &frame), one(0x0800, b"ip"), "{seq}");
        assert_eq!(go(&mut receiver, &frame), Err(RxDrop::Replay), "{seq}");
    }
}

#[test]
fn between_mesh_stations() {
    let far = MacAddr([2, 0, 0, 0, 9, 9]);
    let body = |flags: u8, ttl: u8| {
        let extension = [6; 12][..usize::from(flags) * 6].to_vec();
        [&[flags, ttl, 1, 0, 0, 0], &extension[..], &llc(0x0800, b"ip")].concat()
    };
    let four = |sa: MacAddr, body: &[u8]| {
        let control = [&b"\x10\0"[..], &sa.0, &[0, 1], body].concat();
        [b"\x88\x03\0\0", &STA.0[..], &AP.0, &STA.0, &control].concat()
    };
    let group = |ds: u8, sa: MacAddr, body: &[u8]| {
        [&[0x88, ds, 0, 0], &GROUP.0[..], &AP.0, &sa.0, b"\x20\0", &[0, 1], body].concat()
    };
    let hear = |frame: &[u8]| {
        let mut receiver = Receiver::new(Interface::new(IfType::MeshPoint, STA));
        receiver.authorize(true);
        go(&mut receiver, frame)
    };
    let (ip, no) = (|| one(0x0800, b"ip"), Err(RxDrop::Monitor));
    let no_msdu = Ok(vec![Err(RxDrop::Monitor)]);
    assert_eq!(hear(&four(far, &body(0, 31))), ip());
    assert_eq!(hear(&four(far, &body(2, 31))), ip());
    assert_eq!(hear(&four(far, &body(0, 0))), no_msdu, "no hops left");
    assert_eq!(hear(&four(far, &body(1, 31))), no_msdu, "an extension for groups");
    assert_eq!(hear(&four(STA, &body(0, 31))), no, "our own");
    assert_eq!(hear(&from_ap(STA, 0x10, 0, &body(0, 31))), no, "three addresses");
    assert_eq!(hear(&group(2, far, &body(0, 31))), ip());
    assert_eq!(hear(&group(2, far, &body(1, 31))), ip());
    assert_eq!(hear(&group(2, STA, &body(0, 31))), no, "our own");
    for ds in [0, 1, 3] {
        let up = hear(&group(ds, far, &[&far.0[..], &body(0, 31)].concat()));
        assert_eq!(up, no, "{ds}");
    }
}

#[test]
fn group_keys_rotate_through_their_indexes() {
    let ip = llc(0x0800, b"ip");
    let deauth = [b"\xc0\0\0\0", &GROUP.0[..], &AP.0, &AP.0, b"\x10\0", b"\x07\0"].concat();
    for (suite, indexes, sealed) in
        [(CipherSuite::GCMP, [1, 2], true), (CipherSuite::BIP_GMAC_128, [4, 5], false)]
    {
        let new = |index, byte| Key::new(suite, index, &[byte; 16]).unwrap();
        let send = |sender: &mut Key| match sealed {
            true => seal(sender, &from_ap(GROUP, 0x10, 0, &ip)),
            false => sign(sender, &deauth),
        };
        let [first, second] = indexes;
        let (mut a, mut b, mut c) = (new(first, 1), new(second, 2), new(first, 3));
        let mut receiver = station();
        receiver.install_group(new(first, 1));
        assert!(go(&mut receiver, &send(&mut a)).is_ok());
        receiver.install_group(new(second, 2));
        // The old one goes on until it is replaced, and each has numbers of its own.
        assert!(go(&mut receiver, &send(&mut a)).is_ok());
        assert!(go(&mut receiver, &send(&mut b)).is_ok());
        receiver.install_group(new(first, 3));
        assert_eq!(go(&mut receiver, &send(&mut a)), Err(RxDrop::MicFail), "{suite:?}");
        let last = send(&mut c);
        assert!(go(&mut receiver, &last).is_ok());
        assert!(!receiver.install_group(new(first, 3)));
        assert_eq!(go(&mut receiver, &last), Err(RxDrop::Replay), "{suite:?}");
    }
}

/// What somebody without a key may send: any header bits and few addresses, bodies that look like something.
fn forged() -> impl Strategy<Value = Vec<u8>> {
    let whom = || prop::sample::select(&[STA, GROUP, AP, PAE_GROUP][..]);
    let kind = prop_oneof![6 => Just(0x88_u8), 3 => Just(0x08), 1 => any::<u8>()];
    let seq = (0..3_u16, 0..3_u16).prop_map(|(sn, fragment)| (sn << 4 | fragment).to_le_bytes());
    let msdu = prop_oneof![
        Just(llc(0x0800, b"a packet that nobody sealed")),
        Just(llc(0x888e, b"key")),
        prop::collection::vec(any::<u8>(), 0..60),
    ];
    let body = prop_oneof![
        2 => msdu.clone(),
        1 => prop::collection::vec((whom(), whom(), msdu), 1..4).prop_map(|parts| {
            parts.into_iter().flat_map(|(da, sa, msdu)| subframe(da, sa, &msdu)).collect()
        }),
    ];
    let rest = prop_oneof![Just(Vec::new()), prop::collection::vec(any::<u8>(), 0..12)];
    let bits = (kind, any::<u8>(), prop_oneof![Just(0_u8), Just(A_MSDU), any::<u8>()]);
    ((bits, whom(), whom(), whom()), seq, rest, body).prop_map(
        |(((kind, flags, qos), ra, third, fourth), seq, rest, body)| {
            let mut frame = [&[kind, flags, 0, 0], &ra.0[..], &AP.0, &third.0, &seq].concat();
            if flags & 3 == 3 {
                frame.extend(fourth.0);
            }
            if kind & 0x80 != 0 {
                frame.extend([qos, 0]);
            }
            [frame, rest, body].concat()
        },
    )
}

proptest! {
    /// CVE-2020-26139 to -26147, as one sentence: without a key there is no way in but EAPOL's.
    #[test]
    fn who_has_no_key_gets_nothing_in_but_eapol(
        kind in prop::sample::select(&[
            IfType::Adhoc, IfType::Station, IfType::Ap, IfType::ApVlan, IfType::Monitor,
            IfType::MeshPoint, IfType::P2pClient, IfType::P2pGo, IfType::Ocb,
        ][..]),
        use_4addr: bool,
        suite in prop::sample::select(&[CipherSuite::CCMP, CipherSuite::GCMP, CipherSuite::TKIP][..]),
        frames in prop::collection::vec(forged(), 1..40),
    ) {
        let interface = Interface { use_4addr, ..Interface::new(kind, STA) };
        let mut receiver = Receiver::new(interface);
        receiver.authorize(true);
        receiver.install_pairwise(key(suite, 0));
        receiver.install_group(key(suite, 1));
        for frame in frames {
            for up in go(&mut receiver, &frame).into_iter().flatten().flatten() {
                prop_assert_eq!(up.0, 0x888e, "{:02x?}", frame);
            }
        }
    }
}
