//! Published vectors of the ciphers, named after their clauses.
//!
//! Keys, numbers and frames are those of IEEE 802.11 as hostap's `wlantest/test_vectors.c` (BSD) has
//! them. Where that has no result, or did not say which, the test says where it is from.
#![cfg(feature = "crypto")]
#![allow(clippy::unwrap_used)]

use softnet_mac80211::CipherSuite;
use softnet_mac80211::cipher::{Aad, Aead, Key, Replay, nonce};
use softnet_mac80211::frame::Header;

/// Bytes of a string of hexadecimal digits.
fn hex(digits: &str) -> Vec<u8> {
    let digits: Vec<u8> = digits.bytes().filter(u8::is_ascii_hexdigit).collect();
    let byte = |pair: &[u8]| u8::from_str_radix(str::from_utf8(pair).unwrap(), 16).unwrap();
    digits.chunks(2).map(byte).collect()
}

/// A frame with room for what a key adds.
fn with_room(key: &Key, header: &[u8], body: &[u8]) -> Vec<u8> {
    [header, &vec![0; key.header_len()], body, &vec![0; key.mic_len()]].concat()
}

/// Seals a frame of the standard's as packet number `pn`, compares, and opens it again.
fn seals(suite: CipherSuite, key: &str, pn: u64, (header, body): (&str, &str), sealed: &str) {
    let (key, header, body) = (hex(key), hex(header), hex(body));
    let mut tx = Key::new(suite, 0, &key).unwrap().with_tx_pn(pn - 1);
    let mut frame = with_room(&tx, &header, &body);
    tx.encrypt(&mut frame).unwrap();
    assert_eq!(frame[header.len()..], hex(sealed));
    assert_eq!(
        (frame[0], frame[1] | 0x40, &frame[2..header.len()]),
        (header[0], frame[1], &header[2..])
    );
    assert_eq!(tx.tx_pn(), pn);

    let mut rx = Key::new(suite, 0, &key).unwrap();
    let opened = rx.open(&mut frame, Replay::Check).unwrap().unwrap();
    assert_eq!((opened.pn, opened.header_len), (pn, header.len()));
    assert_eq!(frame[opened.body], body);
}

/// The frame of clause M.6.4: data without QoS.
const M_6_4: (&str, &str) = (
    "0848c32c0fd2e128a57c5030f1844408abaea5b8fcba8033",
    "f8ba1a55d02f85ae967bb62fb6cda8eb7e78a050",
);

#[test]
fn m_6_4_ccmp() {
    // Recomputed with OpenSSL's AES-CCM by way of Python's cryptography 48.
    let sealed = "0ce70020769703b5 f3d0a2fe9a3dbf2342a643e43246e80c3c04d019 7845ce0b16f97623";
    seals(CipherSuite::CCMP, "c97c1f67ce371185514a8a19f2bdd52f", 0xb503_9776_e70c, M_6_4, sealed);
}

#[test]
fn m_6_4_ccmp_256() {
    let key = "c97c1f67ce371185514a8a19f2bdd52f000102030405060708090a0b0c0d0e0f";
    let sealed = "0ce70020769703b5 6d155d8832668256d6a92b78e11d8e54495dd174
                  80aa56c9492e882b97642f80d50fe97b";
    seals(CipherSuite::CCMP_256, key, 0xb503_9776_e70c, M_6_4, sealed);
}

#[test]
fn m_9_2_ccmp_with_a_unicast_deauthentication() {
    // Recomputed as M.6.4.
    let frame = ("c00000000200000001000200000000000200000000006000", "0200");
    let sealed = "0100002000000000 1d07 cafd0409bb8bafef";
    seals(CipherSuite::CCMP, "66ed21042f9f26d7115706e40414cf2e", 1, frame, sealed);
}

#[test]
fn m_11_1_gcmp_mpdu_1() {
    // Not a frame as it would be sent: its frame control says "reassociation request", and the AAD
    // that its MIC is over has no protected bit. So only the mode is asked.
    let header = hex("20020000000000000000ffffffffffffffffffffffff0000");
    let key = hex("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
    let body = "5f5578c18f137ad279bf3f2b24c7bd8f277a1be6770da1d98b70c6d28ae01c55
        9ecba6a01db067c5a27e4db08cdadc7752ad637eaf0a18ed13fbaa143bafef18
        f8fbce4c65e86bd02a87b601b7eab93f2bbc874c8a710580f502341a6a533931
        43de4c9ec6a286f125718378aedc84eba2b30f5c28bb5d75c6b025466d0651c7
        22dc71151f212d6887828a0382e9288a7f43d52b7d25086157646954bb43b57e
        a587a025f40ce74511e4dd2285b40ba3f3b96262cbc28c6aa7be443e7b41e1eb
        ff524857a6816897750115b0231ab7c28472c06dd0b49be9f369a8c39ccd0db7
        983510e1ae8f05d77545e0235cdbd612f3150754cee5ce6a1225d99525026f74";
    let mic = hex("80cb0662ea71abfd9f04c7f872f58090");
    let (header, _) = Header::parse(&header).unwrap();
    let aad = Aad::of(&header, false);
    let nonce = nonce(&header, &aad, 1);
    let mut unprotected = aad.as_bytes().to_vec();
    unprotected[1] &= !0x40;

    let mode = Aead::new(CipherSuite::GCMP, &key).unwrap();
    let (mut sealed, mut tag) = ([0; 256], [0; 16]);
    mode.seal(&nonce, &unprotected, &mut sealed, &mut tag).unwrap();
    assert_eq!((sealed.to_vec(), tag.to_vec()), (hex(body), mic));
    mode.open(&nonce, &unprotected, &mut sealed, &tag).unwrap();
    assert_eq!(sealed, [0; 256]);
}

/// The second frame of clause M.11.1: QoS data of TID 3.
const M_11_1: (&str, &str) = (
    "88480b000fd2e128a57c5030f18444085030f184440880330300",
    "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f2021222324252627",
);

#[test]
fn m_11_1_gcmp_mpdu_2() {
    let sealed = "082b00205f5f8900
        60e9700cc4d40ac6d288b201c38f5bf08b807442640a1596e5dbdad41d1f3623f45d7a12db7afb23
        def619c2a374b6df66ffa53b6c69d79e";
    seals(CipherSuite::GCMP, "c97c1f67ce371185514a8a19f2bdd52f", 0x0089_5f5f_2b08, M_11_1, sealed);
}

#[test]
fn m_11_1_gcmp_256() {
    let key = "c97c1f67ce371185514a8a19f2bdd52f000102030405060708090a0b0c0d0e0f";
    let sealed = "082b00205f5f8900
        658343c8b14447d9211defd46ad89c710c6fc33333236e3997b9176a5a8be779b21266555e70ad79
        114316859095473d5b1bd596b3dea3bf";
    seals(CipherSuite::GCMP_256, key, 0x0089_5f5f_2b08, M_11_1, sealed);
}
