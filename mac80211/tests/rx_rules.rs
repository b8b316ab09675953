//! The receive rules, one by one, on frames that a sender of this test sealed.
#![cfg(feature = "crypto")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "the helpers of tests are tests too")]

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
