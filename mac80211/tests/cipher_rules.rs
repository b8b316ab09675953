//! Rules that hold for any frame: what was sealed opens, what was changed does not, what was seen is a
//! replay.
#![cfg(feature = "crypto")]
#![allow(clippy::unwrap_used)]

use std::collections::HashMap;

use proptest::prelude::*;
use softnet_mac80211::cipher::{
    Aad, EncryptError, Key, Replay, Role, Wanted, is_robust_mgmt_frame, nonce, wanted,
};
use softnet_mac80211::frame::Header;
use softnet_mac80211::{CipherSuite, Malformed, RxDrop};

/// Suites that encrypt, and bytes of their keys.
const ENCRYPT: [(CipherSuite, usize); 7] = [
    (CipherSuite::WEP40, 5),
    (CipherSuite::WEP104, 13),
    (CipherSuite::TKIP, 32),
    (CipherSuite::CCMP, 16),
    (CipherSuite::CCMP_256, 32),
    (CipherSuite::GCMP, 16),
    (CipherSuite::GCMP_256, 32),
];

/// Suites of group management frames.
const BIP: [(CipherSuite, usize); 4] = [
    (CipherSuite::AES_CMAC, 16),
    (CipherSuite::BIP_CMAC_256, 32),
    (CipherSuite::BIP_GMAC_128, 16),
    (CipherSuite::BIP_GMAC_256, 32),
];

fn key(suite: (CipherSuite, usize), index: u8) -> Key {
    let material: Vec<u8> = (1..).take(suite.1).collect();
    Key::new(suite.0, index, &material).unwrap()
}

fn is_aead(suite: CipherSuite) -> bool {
    ENCRYPT[3..].iter().any(|known| known.0 == suite)
}

/// Header of a data frame: subtype 0 or 8, any flags but protected and order, any fields.
fn data_header() -> impl Strategy<Value = Vec<u8>> {
    (any::<bool>(), any::<u8>(), any::<[u8; 36]>(), any::<bool>()).prop_map(
        |(qos, flags, mut bytes, htc)| {
            bytes[0] = if qos { 0x88 } else { 0x08 };
            bytes[1] = flags & 0x3f | if qos && htc { 0x80 } else { 0 };
            let a4 = if flags & 3 == 3 { 6 } else { 0 };
            let rest = if qos { if htc { 6 } else { 2 } } else { 0 };
            bytes[..24 + a4 + rest].to_vec()
        },
    )
}

/// Header of a management frame that ciphers protect, and its bit for order never set.
fn mgmt_header(kinds: &'static [u8]) -> impl Strategy<Value = Vec<u8>> {
    (prop::sample::select(kinds), any::<[u8; 24]>()).prop_map(|(kind, mut bytes)| {
        bytes[0] = kind;
        bytes[1] &= 0x38;
        bytes.to_vec()
    })
}

fn sealed(key: &mut Key, header: &[u8], body: &[u8]) -> Vec<u8> {
    let room = [vec![0; key.header_len()], vec![0; key.mic_len()]];
    let mut frame = [header, &room[0], body, &room[1]].concat();
    key.encrypt(&mut frame).unwrap();
    frame
}

/// Bits of byte `at` of a frame under CCMP or GCMP that nothing protects, by table 12-1's words: read
/// off the standard, not off the code.
fn unprotected_by_aead(header: &[u8], at: usize) -> u8 {
    let data = header[0] & 0x0c == 0x08;
    let qos = data && header[0] & 0x80 != 0;
    let a4 = data && header[1] & 3 == 3;
    let qos_at = if a4 { 30 } else { 24 };
    let behind = at.checked_sub(header.len());
    match at {
        0 if data => 0x70,
        1 => 0x08 | 0x10 | 0x20,
        2 | 3 => 0xff,
        22 => 0xf0,
        23 => 0xff,
        _ if qos && at == qos_at => 0xf0,
        _ if qos && at > qos_at && behind.is_none() => 0xff,
        // Of the CCMP header the reserved byte, and that with the key index, which chose the key.
        _ if matches!(behind, Some(2 | 3)) => 0xff,
        _ => 0,
    }
}

/// Opens `frame`, sealed under CCMP or GCMP, with one bit flipped.
fn flipped_under_aead(
    suite: (CipherSuite, usize),
    header: &[u8],
    frame: &[u8],
    (at, flip): (usize, u8),
) {
    let mut flipped = frame.to_vec();
    flipped[at] ^= flip;
    let mut rx = key(suite, 0);
    let opened = rx.open(&mut flipped, Replay::Check);
    if unprotected_by_aead(header, at) & flip != 0 {
        assert!(opened.unwrap().is_some(), "byte {at} bit {flip:x}");
    } else {
        assert!(!matches!(opened, Ok(Some(_))), "byte {at} bit {flip:x}");
        assert!((0..17).all(|queue| rx.rx_pn(queue) == 0));
    }
}

/// Verifies `frame`, signed by BIP, with one bit flipped.
fn flipped_under_bip(suite: (CipherSuite, usize), frame: &[u8], (at, flip): (usize, u8)) {
    let mut flipped = frame.to_vec();
    flipped[at] ^= flip;
    let masked: u8 = match at {
        1 => 0x08 | 0x10 | 0x20,
        2 | 3 | 22 | 23 => 0xff,
        24..32 if frame[0] == 0x80 => 0xff,
        _ => 0,
    };
    let mut rx = key(suite, 4);
    let opened = rx.open(&mut flipped, Replay::Check);
    if masked & flip != 0 {
        assert!(opened.unwrap().is_some(), "byte {at} bit {flip:x}");
    } else {
        assert!(!matches!(opened, Ok(Some(_))), "byte {at} bit {flip:x}");
        assert_eq!(rx.rx_pn(0), 0);
    }
}

/// All bits of a frame, one by one: the random ones below seldom meet each of a header's.
#[test]
fn each_flipped_bit_is_refused_unless_it_is_masked() {
    let four_qos_htc = [&[0x88, 0x83][..], &[0x22; 34]].concat();
    let plain = [&[0x08, 0x02][..], &[0x22; 22]].concat();
    let deauth = [&[0xc0, 0][..], &[0x22; 22]].concat();
    let beacon = [&[0x80, 0][..], &[0xff; 22]].concat();
    let bits = |len: usize| (0..len).flat_map(|at| (0..8).map(move |bit| (at, 1 << bit)));
    for suite in [ENCRYPT[3], ENCRYPT[5]] {
        for header in [&four_qos_htc, &plain, &deauth] {
            let frame = sealed(&mut key(suite, 0), header, b"body");
            bits(frame.len()).for_each(|flip| flipped_under_aead(suite, header, &frame, flip));
        }
    }
    for suite in [BIP[0], BIP[2]] {
        for header in [&deauth, &beacon] {
            let frame = sealed(&mut key(suite, 4), header, b"more than eight");
            bits(frame.len()).for_each(|flip| flipped_under_bip(suite, &frame, flip));
        }
    }
}

proptest! {
    #[test]
    fn sealed_data_opens(
        suite in prop::sample::select(&ENCRYPT[..]),
        index in 0..4_u8,
        header in data_header(),
        body in prop::collection::vec(any::<u8>(), 1..300),
        last in 0..(1_u64 << 48) - 1,
    ) {
        let mut tx = key(suite, index).with_tx_pn(last).with_role(Role::Authenticator);
        let mut frame = sealed(&mut tx, &header, &body);
        prop_assert_eq!(wanted(&frame), Ok(Wanted::Data(index)));
        let mut rx = key(suite, index).with_color(7);
        let opened = rx.open(&mut frame, Replay::Check).unwrap().unwrap();
        prop_assert_eq!(&frame[opened.body.clone()], &body[..]);
        prop_assert_eq!((opened.header_len, opened.key_index, opened.color), (header.len(), index, 7));
        let wep = [CipherSuite::WEP40, CipherSuite::WEP104].contains(&suite.0);
        if !wep {
            prop_assert_eq!(opened.pn, last + 1);
        }
    }

    #[test]
    fn a_flipped_bit_is_refused_unless_it_is_masked(
        suite in prop::sample::select(&ENCRYPT[3..]),
        header in prop_oneof![data_header(), mgmt_header(&[0xa0, 0xc0, 0xd0])],
        body in prop::collection::vec(any::<u8>(), 1..40),
        at: prop::sample::Index,
        bit in 0..8,
    ) {
        let frame = sealed(&mut key(suite, 0), &header, &body);
        flipped_under_aead(suite, &header, &frame, (at.index(frame.len()), 1_u8 << bit));
    }

    #[test]
    fn a_flipped_bit_of_body_or_icv_is_refused_by_wep_and_tkip(
        suite in prop::sample::select(&ENCRYPT[..3]),
        header in data_header(),
        body in prop::collection::vec(any::<u8>(), 1..40),
        at: prop::sample::Index,
        bit in 0..8,
    ) {
        let mut tx = key(suite, 0);
        let mut frame = sealed(&mut tx, &header, &body);
        let start = header.len() + tx.header_len();
        let at = start + at.index(frame.len() - start);
        frame[at] ^= 1_u8 << bit;
        let why = if suite.0 == CipherSuite::TKIP { RxDrop::TkipFail } else { RxDrop::WepDecFail };
        prop_assert_eq!(key(suite, 0).open(&mut frame, Replay::Check), Err(why));
    }

    #[test]
    fn michael_refuses_changed_addresses_priority_and_body(
        header in data_header(),
        body in prop::collection::vec(any::<u8>(), 1..40),
        at: prop::sample::Index,
        bit in 0..8,
    ) {
        let tkip = ENCRYPT[2];
        let tx = key(tkip, 0).with_role(Role::Authenticator);
        let (view, _) = Header::parse(&header).unwrap();
        let mut whole = [&body[..], &[0; 8]].concat();
        tx.add_michael(&view, &mut whole).unwrap();
        let mut sealed_by_tx = key(tkip, 0).with_role(Role::Authenticator);
        let mut frame = sealed(&mut sealed_by_tx, &header, &whole);
        let mut rx = key(tkip, 0);
        let opened = rx.open(&mut frame, Replay::Check).unwrap().unwrap();
        let verified = rx.verify_michael(&view, &whole, &opened, Replay::Check);
        prop_assert_eq!(verified, Ok(&body[..]));

        let mut changed = whole.clone();
        let at = at.index(whole.len());
        changed[at] ^= 1_u8 << bit;
        let verified = rx.verify_michael(&view, &changed, &opened, Replay::Check);
        prop_assert_eq!(verified, Err(RxDrop::MmicFail));
        prop_assert_eq!(rx.stats().mic_failures, 1);
        // What one side sends is not what the other would have sent.
        let mut same_side = key(tkip, 0).with_role(Role::Authenticator);
        let verified = same_side.verify_michael(&view, &whole, &opened, Replay::Check);
        prop_assert_eq!(verified, Err(RxDrop::MmicFail));
    }

    #[test]
    fn bip_refuses_a_flipped_bit_unless_it_is_masked(
        suite in prop::sample::select(&BIP[..]),
        header in mgmt_header(&[0x80, 0xa0, 0xc0]),
        body in prop::collection::vec(any::<u8>(), 8..40),
        at: prop::sample::Index,
        bit in 0..8,
    ) {
        let frame = sealed(&mut key(suite, 4), &header, &body);
        flipped_under_bip(suite, &frame, (at.index(frame.len()), 1_u8 << bit));
    }

    #[test]
    fn replays_are_what_a_naive_model_says(
        suite in prop::sample::select(&ENCRYPT[2..]),
        arrivals in prop::collection::vec((0..18_u8, 1..12_u64, 0..5_u8), 1..60),
    ) {
        let mut rx = key(suite, 1);
        let mut seen: HashMap<usize, Vec<u64>> = HashMap::new();
        for (way, pn, forged) in arrivals {
            // 0 to 15: QoS data of that TID; 16: data without QoS; 17: management.
            let mut header = vec![0x22; 26];
            header[0] = 0x88;
            header[1] = 1;
            header[24] = way;
            let mut queue = usize::from(way);
            if way >= 16 {
                header.truncate(24);
                header[0] = if way == 16 { 0x08 } else { 0xc0 };
                queue = if way == 16 { 0 } else { 16 };
            }
            if way == 17 && !is_aead(suite.0) {
                continue;
            }
            let mut tx = key(suite, 1).with_tx_pn(pn - 1).with_role(Role::Authenticator);
            let mut body = vec![9; 20];
            let (view, _) = Header::parse(&header).unwrap();
            tx.add_michael(&view, &mut body).unwrap();
            let mut frame = sealed(&mut tx, &header, &body);
            if forged == 0 {
                *frame.last_mut().unwrap() ^= 1;
            }
            let accepted = seen.entry(queue).or_default();
            let new = accepted.iter().all(|&earlier| earlier < pn) && forged != 0;
            let opened = rx.open(&mut frame, Replay::Check).map(Option::unwrap);
            let verified = opened.and_then(|opened| {
                let body = &frame[opened.body.clone()];
                rx.verify_michael(&view, body, &opened, Replay::Check).map(<[u8]>::len)
            });
            prop_assert_eq!(verified.is_ok(), new);
            if new {
                accepted.push(pn);
            }
            prop_assert_eq!(rx.rx_pn(queue), accepted.last().copied().unwrap_or(0));
        }
    }
}

#[test]
fn each_reason_is_linuxs() {
    let data = b"\x08\x41\0\0\x02\0\0\0\0\0\x02\0\0\0\x01\0\x02\0\0\0\0\0\x10\0";
    let short: [(usize, RxDrop, usize); 5] = [
        (0, RxDrop::WepDecFail, 8),
        (2, RxDrop::ShortTkip, 12),
        (3, RxDrop::ShortCcmp, 16),
        (4, RxDrop::ShortCcmp, 24),
        (5, RxDrop::ShortGcmp, 24),
    ];
    for (suite, why, least) in short {
        for len in 0..least {
            let mut frame = [&data[..], &vec![0; len]].concat();
            assert_eq!(key(ENCRYPT[suite], 0).open(&mut frame, Replay::Check), Err(why));
        }
        // An empty body is no body to CCMP and GCMP. Number 0 is a replay, so it is 1.
        let mut frame = sealed(&mut key(ENCRYPT[suite], 0), data, &[]);
        let opened = key(ENCRYPT[suite], 0).open(&mut frame, Replay::Check);
        assert_eq!(opened.err(), is_aead(ENCRYPT[suite].0).then_some(RxDrop::MicFail));
    }
    let deauth = b"\xc0\0\0\0\xff\xff\xff\xff\xff\xff\x02\0\0\0\0\0\x02\0\0\0\0\0\x10\0\x07\0";
    let short = [RxDrop::ShortCmac, RxDrop::ShortCmac256, RxDrop::ShortGmac, RxDrop::ShortGmac];
    for (suite, why) in BIP.into_iter().zip(short) {
        let least = if suite.0 == CipherSuite::AES_CMAC { 16 } else { 24 };
        for len in 0..least {
            let mut frame = [&deauth[..], &vec![0; len]].concat();
            assert_eq!(key(suite, 4).open(&mut frame, Replay::Check), Err(why));
        }
        let mut frame = [&deauth[..], &[0; 26]].concat();
        assert_eq!(key(suite, 4).open(&mut frame, Replay::Check), Err(RxDrop::BadMmie));
    }
}

#[test]
fn a_key_asked_for_by_index() {
    let data = b"\x08\x41\0\0\x02\0\0\0\0\0\x02\0\0\0\x01\0\x02\0\0\0\0\0\x10\0\0\0\0\xc0";
    assert_eq!(wanted(data), Ok(Wanted::Data(3)));
    assert_eq!(wanted(&data[..27]), Err(RxDrop::NoKeyId));
    for (kind, good, bad) in
        [(0xc0, [4, 5], RxDrop::BadMgmtKeyidx), (0x80, [6, 7], RxDrop::BadBcnKeyidx)]
    {
        let mut header = vec![0xff; 24];
        header[..2].copy_from_slice(&[kind, 0]);
        for index in 0..=255 {
            for (suite, len) in [(BIP[0], 18), (BIP[2], 26)] {
                let mut frame = sealed(&mut key(suite, 4), &header, &[0; 8]);
                let at = frame.len() - len + 2;
                frame[at] = index;
                let way = if kind == 0x80 { Wanted::Bigtk } else { Wanted::Igtk };
                let expected = if good.contains(&index) { Ok(way(index)) } else { Err(bad) };
                assert_eq!(wanted(&frame), expected);
                // To one station it means nothing.
                frame[4] = 2;
                assert_eq!(wanted(&frame), Ok(Wanted::None));
            }
        }
    }
}

#[test]
fn robust_management_frames_are_linuxs() {
    // ieee80211.h, _ieee80211_is_robust_mgmt_frame.
    let action = |flags, category| [&[0xd0, flags][..], &[0; 22], &[category]].concat();
    for category in 0..=255 {
        let robust = ![4, 7, 11, 15, 20, 21, 22, 127].contains(&category);
        assert_eq!(is_robust_mgmt_frame(&action(0, category)), robust, "{category}");
        assert!(is_robust_mgmt_frame(&action(0x40, category)));
    }
    // It takes a byte of body to be one.
    for (kind, robust) in [(0xa0, true), (0xc0, true), (0xb0, false), (0x80, false), (0x08, false)]
    {
        let frame = [&[kind, 0][..], &[0; 23]].concat();
        assert_eq!(
            (is_robust_mgmt_frame(&frame), is_robust_mgmt_frame(&frame[..24])),
            (robust, false)
        );
    }
}

#[test]
fn numbers_run_out_but_for_wep() {
    let header = [0x08; 24];
    for suite in &ENCRYPT[2..] {
        let mut key = key(*suite, 0).with_tx_pn((1 << 48) - 2);
        sealed(&mut key, &header, b"last");
        let mut frame = [&header[..], &[0; 40]].concat();
        assert_eq!(key.encrypt(&mut frame), Err(EncryptError::PnExhausted));
        assert_eq!(frame[1], 0x08, "as it was");
    }
    let mut wep = key(ENCRYPT[0], 0).with_tx_pn(0x00ff_ffff);
    assert_eq!(sealed(&mut wep, &header, b"first")[24..27], [0, 0, 0]);
    // 03 ff 00 to 07 ff ff give bytes of a key of 40 bits away.
    let mut wep = key(ENCRYPT[0], 0).with_tx_pn(0x0003_feff);
    assert_eq!(sealed(&mut wep, &header, b"weak")[24..27], [0x04, 0x00, 0x00]);
}

#[test]
fn tkip_remembers_a_number_when_michael_is_verified() {
    let header = [0x08; 24];
    let (view, _) = Header::parse(&header).unwrap();
    let mut body = vec![1; 16];
    let mut tx = key(ENCRYPT[2], 0).with_role(Role::Authenticator);
    tx.add_michael(&view, &mut body).unwrap();
    let sent = sealed(&mut tx, &header, &body);

    let mut rx = key(ENCRYPT[2], 0);
    let opened = rx.open(&mut sent.clone(), Replay::Check).unwrap().unwrap();
    assert_eq!(rx.verify_michael(&view, &[0; 16], &opened, Replay::Check), Err(RxDrop::MmicFail));
    assert_eq!(rx.verify_michael(&view, &[0; 7], &opened, Replay::Check), Err(RxDrop::ShortMmic));
    assert_eq!(rx.rx_pn(0), 0);
    let opened = rx.open(&mut sent.clone(), Replay::Check).unwrap().unwrap();
    assert_eq!(rx.verify_michael(&view, &body, &opened, Replay::Check), Ok(&body[..8]));
    assert_eq!(rx.open(&mut sent.clone(), Replay::Check), Err(RxDrop::TkipFail));
    let again = rx.open(&mut sent.clone(), Replay::AllowSamePn);
    assert_eq!(again, Err(RxDrop::TkipFail));
    assert!(rx.open(&mut sent.clone(), Replay::Ignore).unwrap().is_some());
    // Nobody but an access point sends under a group key.
    let mut group = key(ENCRYPT[2], 1).with_role(Role::Authenticator);
    let verified = group.verify_michael(&view, &body, &opened, Replay::Check);
    assert_eq!(verified, Err(RxDrop::ApRxGroupcast));
}

#[test]
fn one_tkip_key_hears_two_transmitters_and_both_sides_of_a_carry() {
    let mut rx = key(ENCRYPT[2], 0);
    for (addr2, pn) in [(1, 0xffff), (2, 0xffff), (2, 0x1_0000), (2, 0xffff), (1, 0x1_0000)] {
        let header = [&[0x08; 10][..], &[addr2; 6], &[0x08; 8]].concat();
        let mut tx = key(ENCRYPT[2], 0).with_tx_pn(pn - 1);
        let mut frame = sealed(&mut tx, &header, b"body");
        let opened = rx.open(&mut frame, Replay::Ignore).unwrap().unwrap();
        assert_eq!(&frame[opened.body], b"body");
    }
}

#[test]
fn what_a_cipher_does_not_protect_is_left_alone() {
    let beacon = [&[0x80, 0x40][..], &[9; 60]].concat();
    let plain = [&[0x08, 0x00][..], &[9; 60]].concat();
    let ack = [0xd4, 0, 0, 0, 1, 2, 3, 4, 5, 6];
    for suite in ENCRYPT {
        for frame in [&beacon[..], &plain, &ack, &[], &[0x08]] {
            let mut after = frame.to_vec();
            assert_eq!(key(suite, 0).open(&mut after, Replay::Check), Ok(None));
            assert_eq!(after, frame);
        }
        let mut ack = ack;
        let refused = key(suite, 0).encrypt(&mut ack);
        assert!(matches!(refused, Err(EncryptError::Frame(Malformed::Invalid(_)))));
    }
}

#[test]
fn what_was_not_authentic_is_not_seen_decrypted() {
    let header = [0x08; 24];
    for suite in ENCRYPT {
        for (at_end, len) in [(true, 40), (false, 40), (true, 70_000)] {
            // CCM's lengths have 16 bits: what is longer can't be right.
            if len > 65_535 && !is_aead(suite.0) {
                continue;
            }
            let mut tx = key(suite, 0);
            let (iv, mic) = (tx.header_len(), tx.mic_len());
            let mut frame = sealed(&mut tx, &header, &vec![0x11; len.min(65_000)]);
            frame.resize(24 + iv + len + mic, 0x22);
            let at = if at_end { frame.len() - 1 } else { 24 + iv };
            frame[at] ^= 1;
            assert!(key(suite, 0).open(&mut frame, Replay::Check).is_err());
            let body = &frame[24 + iv..][..len];
            assert!(body.iter().all(|&byte| byte == 0), "{suite:?} {at_end} {len}");
        }
        // A replay is not looked into.
        let mut rx = key(suite, 0).with_rsc((1 << 48) - 1);
        let sent = sealed(&mut key(suite, 0), &header, b"once");
        let mut frame = sent.clone();
        if rx.open(&mut frame, Replay::Check).is_err() {
            assert_eq!(frame, sent, "{suite:?}");
        } else {
            assert!(!is_aead(suite.0) && suite.0 != CipherSuite::TKIP);
        }
    }
    for suite in BIP {
        let deauth = [&[0xc0, 0][..], &[0xff; 22], &[7, 0]].concat();
        let mut frame = sealed(&mut key(suite, 4), &deauth, &[]);
        frame[24] ^= 1;
        let sent = frame.clone();
        assert_eq!(key(suite, 4).open(&mut frame, Replay::Check), Err(RxDrop::MicFail));
        assert_eq!(frame, sent);
    }
}

/// `RX_FLAG_ALLOW_SAME_PN`.
#[test]
fn only_ccmp_and_gcmp_have_a_number_twice() {
    let header = [0x08; 24];
    let (view, _) = Header::parse(&header).unwrap();
    for suite in &ENCRYPT[2..] {
        let mut tx = key(*suite, 0).with_role(Role::Authenticator);
        let mut body = vec![1; 16];
        tx.add_michael(&view, &mut body).unwrap();
        let sent = sealed(&mut tx, &header, &body);
        let mut rx = key(*suite, 0);
        let mut again = |replay| {
            let mut frame = sent.clone();
            let opened = rx.open(&mut frame, replay)?.unwrap();
            let body = &frame[opened.body.clone()];
            rx.verify_michael(&view, body, &opened, replay).map(drop)
        };
        assert_eq!(again(Replay::Check), Ok(()));
        assert_eq!(again(Replay::AllowSamePn).is_ok(), is_aead(suite.0), "{suite:?}");
        assert!(again(Replay::Check).is_err());
    }
    for suite in BIP {
        let deauth = [&[0xc0, 0][..], &[0xff; 22], &[7, 0]].concat();
        let sent = sealed(&mut key(suite, 4), &deauth, &[]);
        let mut rx = key(suite, 4);
        assert!(rx.open(&mut sent.clone(), Replay::Check).is_ok());
        let again = rx.open(&mut sent.clone(), Replay::AllowSamePn);
        assert_eq!(again, Err(RxDrop::Replay));
    }
}

/// Header of any data or management frame, but for control and extension frames.
fn any_header() -> impl Strategy<Value = Vec<u8>> {
    (any::<u8>(), any::<[u8; 36]>(), any::<bool>()).prop_map(|(flags, mut bytes, data)| {
        bytes[0] = bytes[0] & 0xf0 | if data { 8 } else { 0 };
        bytes[1] = flags;
        let qos = data && bytes[0] & 0x80 != 0;
        let a4 = if data && flags & 3 == 3 { 6 } else { 0 };
        let htc = if flags & 0x80 != 0 && (qos || !data) { 4 } else { 0 };
        bytes[..24 + a4 + if qos { 2 } else { 0 } + htc].to_vec()
    })
}

/// What CCMP authenticates of a header, and its nonce, as clauses 12.5.3.3.3 and 12.5.3.3.4 list them.
fn by_the_standard(header: &[u8], spp: bool, pn: u64) -> (Vec<u8>, Vec<u8>) {
    let (mut aad, data) = ([&header[..2], &header[4..22]].concat(), header[0] & 0x0c == 8);
    let qos = data && header[0] & 0x80 != 0;
    if data {
        aad[0] &= !0x70;
    }
    aad[1] &= !(0x08 | 0x10 | 0x20);
    aad[1] |= 0x40;
    aad.extend([header[22] & 0x0f, 0]);
    let mut rest = &header[24..];
    if data && header[1] & 3 == 3 {
        aad.extend(&rest[..6]);
        rest = &rest[6..];
    }
    let mut flags = if data { 0 } else { 0x10 };
    if qos {
        aad[1] &= !0x80;
        flags = rest[0] & if spp { 0x8f } else { 0x0f };
        aad.extend([flags, 0]);
    }
    (aad, [&[flags], &header[10..16], &pn.to_be_bytes()[2..]].concat())
}

proptest! {
    #[test]
    fn aad_and_nonce_are_the_standards(header in any_header(), spp: bool, pn in 0..1_u64 << 48) {
        let (view, _) = Header::parse(&header).unwrap();
        let aad = Aad::of(&view, spp);
        let (expected, expected_nonce) = by_the_standard(&header, spp, pn);
        prop_assert_eq!(aad.as_bytes(), expected);
        prop_assert_eq!(nonce(&view, &aad, pn).to_vec(), expected_nonce);
    }
}

/// CVE-2020-24588, where both sides protect the A-MSDU bit (SPP A-MSDU).
#[test]
fn a_protected_amsdu_bit_cannot_be_flipped() {
    let header = [&[0x88][..], &[1; 25]].concat();
    for suite in &ENCRYPT[3..] {
        for (spp_tx, spp_rx, flip, opens) in [
            (true, true, 0, true),
            (true, true, 0x80, false),
            (false, false, 0x80, true),
            (false, true, 0x80, false),
            (true, false, 0x80, true),
        ] {
            let mut tx = key(*suite, 0).with_spp_amsdu(spp_tx);
            let mut frame = sealed(&mut tx, &header, b"body");
            frame[24] ^= flip;
            let mut rx = key(*suite, 0).with_spp_amsdu(spp_rx);
            let opened = rx.open(&mut frame, Replay::Check).is_ok();
            assert_eq!(opened, opens, "{suite:?} {spp_tx} {spp_rx} {flip}");
        }
    }
}

#[test]
fn after_the_last_number_nothing_is_new() {
    const LAST: u64 = (1 << 48) - 1;
    let header = [0x08; 24];
    for suite in &ENCRYPT[3..] {
        let send = |pn: u64| sealed(&mut key(*suite, 0).with_tx_pn(pn - 1), &header, b"body");
        let mut rx = key(*suite, 0);
        for (pn, replay, is_new) in [
            (LAST - 1, Replay::Check, true),
            (LAST, Replay::Check, true),
            (LAST, Replay::Check, false),
            (1, Replay::Check, false),
            (LAST - 1, Replay::AllowSamePn, false),
            (LAST, Replay::AllowSamePn, true),
        ] {
            let opened = rx.open(&mut send(pn), replay);
            assert_eq!(opened.is_ok(), is_new, "{suite:?} {pn} {replay:?}");
        }
        assert_eq!(rx.rx_pn(0), LAST);
        assert_eq!(rx.stats().replays, 3);
    }
}

#[test]
fn a_key_is_the_same_by_suite_and_bytes_and_not_by_what_it_counted() {
    let all = ENCRYPT.iter().map(|&suite| (suite, 0)).chain(BIP.map(|suite| (suite, 4)));
    let all: Vec<_> = all.map(|(suite, index)| key(suite, index)).collect();
    for (nth, one) in all.iter().enumerate() {
        for (mth, other) in all.iter().enumerate() {
            assert_eq!(one.is_identical(other), nth == mth, "{one:?} {other:?}");
        }
    }
    let counted = key(ENCRYPT[3], 1).with_tx_pn(9).with_rsc(8).with_color(7);
    assert!(key(ENCRYPT[3], 0).is_identical(&counted));
}

#[test]
fn what_is_ignored_does_not_count() {
    let header = [0x08; 24];
    for suite in &ENCRYPT[3..] {
        let send = |pn: u64| sealed(&mut key(*suite, 0).with_tx_pn(pn - 1), &header, b"body");
        let mut rx = key(*suite, 0);
        for (pn, replay, last) in
            [(5, Replay::Check, 5), (9, Replay::Ignore, 5), (2, Replay::Ignore, 5)]
        {
            assert!(rx.open(&mut send(pn), replay).unwrap().is_some());
            assert_eq!(rx.rx_pn(0), last, "{suite:?} {pn}");
        }
    }
}

#[test]
fn wep_and_tkip_want_their_index_and_tkip_its_extended_iv() {
    let header = [0x08; 24];
    for (suite, why) in [(0, RxDrop::WepDecFail), (1, RxDrop::WepDecFail), (2, RxDrop::TkipFail)] {
        let sent = sealed(&mut key(ENCRYPT[suite], 1), &header, b"body");
        let open = |index, frame: &[u8]| {
            key(ENCRYPT[suite], index).open(&mut frame.to_vec(), Replay::Check)
        };
        assert!(open(1, &sent).unwrap().is_some());
        assert_eq!(open(2, &sent), Err(why), "{suite}");
        let mut short = sent.clone();
        short[27] &= !0x20;
        assert_eq!(open(1, &short).is_ok(), suite < 2);
    }
}

/// The third frame of shared key authentication.
#[test]
fn wep_opens_authentication_frames() {
    let header = [&[0xb0, 0][..], &[1; 22]].concat();
    let mut frame = sealed(&mut key(ENCRYPT[0], 0), &header, b"challenge");
    let opened = key(ENCRYPT[0], 0).open(&mut frame, Replay::Check).unwrap().unwrap();
    assert_eq!(&frame[opened.body], b"challenge");
}

/// Fluhrer, Mantin, Shamir: (B + 3, 255, x) gives away byte B of the key, `ieee80211_wep_weak_iv`.
#[test]
fn weak_ivs_are_as_many_as_the_key_has_bytes() {
    let iv = |suite: usize, last: u32| {
        let mut wep = key(ENCRYPT[suite], 0).with_tx_pn(last.into());
        let frame = sealed(&mut wep, &[0x08; 24], b"body");
        u32::from_be_bytes([0, frame[24], frame[25], frame[26]])
    };
    for (suite, bytes) in [(0, 5), (1, 13)] {
        for first in 0..0x20 {
            let (last, weak) = (first << 16 | 0xfeff, (3..3 + bytes).contains(&first));
            let expected = if weak { (first + 1) << 16 } else { last + 1 };
            assert_eq!(iv(suite, last), expected, "{suite} {first}");
        }
    }
}

#[test]
fn bip_leaves_other_versions_of_the_protocol_alone() {
    for suite in BIP {
        let deauth = [&[0xc0, 0][..], &[0xff; 22], &[7, 0]].concat();
        let mut frame = sealed(&mut key(suite, 4), &deauth, &[]);
        frame[0] |= 1;
        assert_eq!(key(suite, 4).open(&mut frame, Replay::Check), Ok(None));
    }
}
