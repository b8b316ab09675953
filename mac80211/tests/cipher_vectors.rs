//! Published vectors of the ciphers, named after their clauses (IEEE 802.11-2012, where nothing else is
//! said).
//!
//! Keys, numbers and frames are those of IEEE 802.11 as hostap's `wlantest/test_vectors.c` (BSD) has
//! them. Where that has no result, the result is "recomputed": by a program of a page in Python, with
//! OpenSSL's AES-CCM, AES-GCM, CMAC and RC4 by way of its package cryptography 48, and zlib's CRC-32.
#![cfg(feature = "crypto")]
#![allow(clippy::unwrap_used)]

use softnet_mac80211::cipher::{Aad, Aead, Key, Phase1, Replay, Role, nonce};
use softnet_mac80211::frame::Header;
use softnet_mac80211::{CipherSuite, RxDrop};
use softnet_sk_buff::MacAddr;

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
    // Recomputed.
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
    // Recomputed.
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

#[test]
fn m_6_2_wep() {
    let body = "aaaa0300000008004500004e661a00008011be640a0001220affffff00890089003a0000
        80a601100001000000000000204543454a45484543464345504645454945464643434143
        4143414341434141410000200001";
    let sealed = "fb029e80
        f69c5806bd6ce84626bcbefb9474650aad1f7909b0f64d5f58a503a258b7ed22eb0ea649
        30d3a056a55742fcce141d485f8aa836dea18df42c5380805ad0c61a5d6f58f41040b24b
        7d1a693856ed0d4398e7aee3bf0e2a2ca8f7";
    let mut key =
        Key::new(CipherSuite::WEP40, 2, &hex("3031323334")).unwrap().with_tx_pn(0xfb_029d);
    let header = hex(M_6_4.0);
    let mut frame = with_room(&key, &header, &hex(body));
    key.encrypt(&mut frame).unwrap();
    assert_eq!(frame[24..], hex(sealed));
    let opened = key.open(&mut frame, Replay::Check).unwrap().unwrap();
    assert_eq!((opened.pn, &frame[opened.body]), (0xfb_029e, &hex(body)[..]));
}

/// Phase 1 and phase 2 of the test vectors in clause M.1.
fn mixes(tk: &str, ta: &str, tsc: u64, p1k: [u16; 5], rc4_key: &str) {
    let tk = hex(tk).try_into().unwrap();
    let ta = MacAddr(hex(ta).try_into().unwrap());
    let phase1 = Phase1::mix(&tk, ta, (tsc >> 16) as u32);
    assert_eq!(phase1.words(), p1k);
    assert_eq!(phase1.phase2(&tk, tsc as u16).to_vec(), hex(rc4_key));
}

#[test]
fn m_1_tkip_mixing_1_and_2() {
    let (tk, ta) = ("000102030405060708090a0b0c0d0e0f", "102233445566");
    let p1k = [0x3dd2, 0x016e, 0x76f4, 0x8697, 0xb2e8];
    mixes(tk, ta, 0, p1k, "00200033ea8d2f60ca6d1374234a660b");
    mixes(tk, ta, 1, p1k, "00200190ffdc314389a9d9d074fd20aa");
}

#[test]
fn m_1_tkip_mixing_3_and_4() {
    let (tk, ta) = ("63893b250840b8ae0bd0fa7e61d2783e", "64f2eaeddc25");
    let p1k = [0x7c67, 0x49d7, 0x9724, 0xb5e9, 0xb4f1];
    mixes(tk, ta, 0x20dc_fd43_ffff, p1k, "ff7fff93810fc6e58f5dd326251544ce");
    let p1k = [0x5a5d, 0x73a8, 0xa859, 0x2ec1, 0xdc8b];
    mixes(tk, ta, 0x20dc_fd44_0000, p1k, "002000498ca471fcfbfaa16e3610f005");
}

#[test]
fn m_6_3_tkip() {
    // The Michael code 6881a3f3d648d03c is the standard's; the rest recomputed.
    let material = hex("1234567890123456789012345678901234567890123456789012345678901234");
    let header = hex("08422c00020304050608020304050607020304050607d002");
    let body = hex("aaaa03000000080045000054000040004001a555c0a80a02c0a80a0108003ab0
        00000000cd4c05000000000008090a0b0c0d0e0f101112131415161718191a1b
        1c1d1e1f202122232425262728292a2b2c2d2e2f3031323334353637");
    let sealed = hex("0020012000000000
        c00e14fce7cfabc77547e666e57c0dac704a1e358a88c11c8e2e282e3801027a
        4656055ee93e9c254702e9735805ddb5769ba73f1ebb56e844ef912285d3dd6e
        541e823873558adba079068abd7f7f50959675acc4b4de9aa99c05f289a7c52f
        ee5bfc14f6f8e5f8");
    let mut tx = Key::new(CipherSuite::TKIP, 0, &material).unwrap().with_role(Role::Authenticator);
    let (view, _) = Header::parse(&header).unwrap();
    let mut whole = [&body[..], &vec![0; tx.michael_len()]].concat();
    tx.add_michael(&view, &mut whole).unwrap();
    assert_eq!(whole[body.len()..], hex("6881a3f3d648d03c"));
    let mut frame = with_room(&tx, &header, &whole);
    tx.encrypt(&mut frame).unwrap();
    assert_eq!(frame[24..], sealed);

    let mut rx = Key::new(CipherSuite::TKIP, 0, &material).unwrap();
    let opened = rx.open(&mut frame, Replay::Check).unwrap().unwrap();
    assert_eq!(opened.pn, 1);
    let plain = &frame[opened.body.clone()];
    assert_eq!(rx.verify_michael(&view, plain, &opened, Replay::Check), Ok(&body[..]));
    assert_eq!(rx.rx_pn(0), 1);
}

#[test]
fn tkip_takes_number_0_once() {
    // Recomputed; Linux's exception for the first frame of a key.
    let material = hex("1234567890123456789012345678901234567890123456789012345678901234");
    let header = hex("08422c00020304050608020304050607020304050607d002");
    let sealed = hex("0020002000000000 f4a3b356e24cc41e00f020c626d1b9f4a37b86");
    let (view, _) = Header::parse(&header).unwrap();
    let mut key = Key::new(CipherSuite::TKIP, 0, &material).unwrap();
    let mut frame = [&header[..], &sealed].concat();
    let opened = key.open(&mut frame, Replay::Check).unwrap().unwrap();
    let body = frame[opened.body.clone()].to_vec();
    let verified = key.verify_michael(&view, &body, &opened, Replay::Check);
    assert_eq!(verified, Ok(&b"\xaa\xaa\x03zero"[..]));
    let mut again = [&header[..], &sealed].concat();
    assert_eq!(key.open(&mut again, Replay::Check), Err(RxDrop::TkipFail));
    let mut late = Key::new(CipherSuite::TKIP, 0, &material).unwrap().with_rsc(1);
    assert_eq!(late.open(&mut again, Replay::Check), Err(RxDrop::TkipFail));
}

// Recomputed: four addresses, more fragments, retry, power management, more data, order; fragment 3; in
// QoS control TID 5, EOSP, A-MSDU and TXOP; HT control.
const FOUR_ADDRESSES: (&str, &str) = (
    "88bf3412a1a1a1a1a1a1a2a2a2a2a2a2a3a3a3a3a3a35367a4a4a4a4a4a4f57701020304",
    "666f757220616464726573736573",
);
const NUMBER: &str = "0504002003020100";

#[test]
fn four_addresses_qos_and_ht_control_under_ccmp() {
    let sealed = [NUMBER, "185e00e91f669b5928c6526656dd66e7e6ba43a076ab"].concat();
    let key = "000102030405060708090a0b0c0d0e0f";
    seals(CipherSuite::CCMP, key, 0x0001_0203_0405, FOUR_ADDRESSES, &sealed);
}

#[test]
fn four_addresses_qos_and_ht_control_under_gcmp() {
    let sealed = [NUMBER, "5b92e7c5ae212d5e77de108bdbcccaee260b22599852f9124d530a375d29"].concat();
    let key = "000102030405060708090a0b0c0d0e0f";
    seals(CipherSuite::GCMP, key, 0x0001_0203_0405, FOUR_ADDRESSES, &sealed);
}

#[test]
fn a_fragment_of_an_action_frame() {
    // Recomputed.
    let frame = ("d0283412a1a1a1a1a1a1a2a2a2a2a2a2a3a3a3a3a3a35367", "616374696f6e");
    let key = "000102030405060708090a0b0c0d0e0f";
    let sealed = [NUMBER, "eddebeb0df9deac21cbfcca36650"].concat();
    seals(CipherSuite::CCMP, key, 0x0001_0203_0405, frame, &sealed);
    let sealed = [NUMBER, "5c9ee6dee12ee142a5d826f0e09f7b44a1ca5bef8fb0"].concat();
    seals(CipherSuite::GCMP, key, 0x0001_0203_0405, frame, &sealed);
}

/// Protects a frame as number 4 under a key with `index`, compares its element, and verifies it.
fn protects(suite: CipherSuite, key: &str, index: u8, frame: &str, element: &str) {
    let (key, plain, element) = (hex(key), hex(frame), hex(element));
    let mut tx = Key::new(suite, index, &key).unwrap().with_tx_pn(3);
    let mut frame = with_room(&tx, &plain, &[]);
    tx.encrypt(&mut frame).unwrap();
    assert_eq!(frame, [&plain[..], &element].concat());
    let mut rx = Key::new(suite, index, &key).unwrap();
    let opened = rx.open(&mut frame, Replay::Check).unwrap().unwrap();
    assert_eq!((opened.pn, opened.body.end, rx.rx_pn(0)), (4, plain.len(), 4));
}

/// The same with a MIC element.
fn protects_bce(suite: CipherSuite, key: &str, index: u8, frame: &str, element: &str) {
    let (key, plain, element) = (hex(key), hex(frame), hex(element));
    let mut tx = Key::new(suite, index, &key).unwrap().with_tx_pn(3);
    let mut frame = [&plain[..], &vec![0; tx.mic_len() - 8]].concat();
    tx.protect_s1g_bce(&mut frame).unwrap();
    assert_eq!(frame, [&plain[..], &element].concat());
    assert_eq!(tx.verify_s1g_bce(&frame, 4), Ok(()));
    assert_eq!(tx.verify_s1g_bce(&frame, 5), Err(RxDrop::MicFail));
}

const IGTK: &str = "4ea9543e09cf2b1eca66ffc58bdecbcf";
const IGTK_256: &str = "4ea9543e09cf2b1eca66ffc58bdecbcf000102030405060708090a0b0c0d0e0f";
/// A broadcast deauthentication.
const M_9_1: &str = "c0000000ffffffffffff02000000000002000000000009000200";

#[test]
fn m_9_1_bip_cmac_128() {
    // Recomputed.
    protects(CipherSuite::AES_CMAC, IGTK, 4, M_9_1, "4c10040004000000000048dfbfa7b8278872");
}

#[test]
fn m_9_1_bip_cmac_256() {
    // Recomputed.
    let element = "4c1804000400000000004b6fe836c8a3ad6a8abd7f61a63a11d2";
    protects(CipherSuite::BIP_CMAC_256, IGTK_256, 4, M_9_1, element);
}

#[test]
fn m_9_1_bip_gmac_128() {
    let element = "4c1804000400000000003ed862fb0f3338dd3386c897e2ed053d";
    protects(CipherSuite::BIP_GMAC_128, IGTK, 4, M_9_1, element);
}

#[test]
fn m_9_1_bip_gmac_256() {
    let element = "4c18040004000000000023be59dcc7022ee383627ebb1017ddfc";
    protects(CipherSuite::BIP_GMAC_256, IGTK_256, 4, M_9_1, element);
}

#[test]
fn beacons_without_their_timestamp() {
    // Recomputed.
    let beacon = "80000000ffffffffffffa2a2a2a2a2a2a2a2a2a2a2a21000 0001020304050607 626561636f6e";
    let elements = [
        (CipherSuite::AES_CMAC, IGTK, "4c1006000400000000007d1c521900704248"),
        (
            CipherSuite::BIP_CMAC_256,
            IGTK_256,
            "4c1806000400000000004af25d7262db8907e3fa9a0e426c3bef",
        ),
        (CipherSuite::BIP_GMAC_128, IGTK, "4c1806000400000000000f3ff66769c6cd8c29b4654a6a984019"),
        (
            CipherSuite::BIP_GMAC_256,
            IGTK_256,
            "4c180600040000000000370fccfea9804b8223aa45196c336616",
        ),
    ];
    for (suite, key, element) in elements {
        protects(suite, key, 6, beacon, element);
    }
}

// S1G beacons of IEEE P802.11REVme/D4.0, J.9.2: without optional fields in the header, but with an S1G
// Beacon Compatibility element behind it (one for each index of the key), and with all optional fields.
const S1G: &str = "1c4000000200000000000000000000d5088000000012345678";
const S1G_INDEX_6: &str = "1c4000000200000000000000000000d5080000000012345678";
const S1G_EXT: &str = "1c47000002000000000000000000000000000000000000";

#[test]
fn j_9_2_s1g_beacon_bip_cmac_128() {
    // Recomputed.
    protects(CipherSuite::AES_CMAC, IGTK, 7, S1G, "4c1007000400000000006bf647293f145bbc");
    protects(CipherSuite::AES_CMAC, IGTK, 6, S1G_EXT, "4c1006000400000000003c58b6bd3bda56c3");
}

#[test]
fn j_9_2_s1g_beacon_bip_cmac_128_bce() {
    // Recomputed.
    protects_bce(CipherSuite::AES_CMAC, IGTK, 7, S1G, "8c08bfd509153904ef3c");
    protects_bce(CipherSuite::AES_CMAC, IGTK, 6, S1G_EXT, "8c08c11ed2f423344015");
}

#[test]
fn j_9_2_s1g_beacon_bip_gmac_128() {
    let element = "4c180600040000000000a5b242c1c11eab10c5a4e8b953661938";
    protects(CipherSuite::BIP_GMAC_128, IGTK, 6, S1G_INDEX_6, element);
    let element = "4c18070004000000000039d00cc2eed74c2ab741ccf8089b5b08";
    protects(CipherSuite::BIP_GMAC_128, IGTK, 7, S1G_EXT, element);
}

#[test]
fn j_9_2_s1g_beacon_bip_gmac_128_bce() {
    let element = "8c10a25b7e6776f01157a4fb4a2d66d01766";
    protects_bce(CipherSuite::BIP_GMAC_128, IGTK, 6, S1G_INDEX_6, element);
    let element = "8c1086ddb6c05621309d3ebd2596675bddc3";
    protects_bce(CipherSuite::BIP_GMAC_128, IGTK, 7, S1G_EXT, element);
}

#[test]
fn j_9_2_s1g_beacon_bip_gmac_256() {
    let element = "4c18070004000000000033a26fc67ebffda0ac9b29aa70da3f51";
    protects(CipherSuite::BIP_GMAC_256, IGTK_256, 7, S1G, element);
    let element = "4c1806000400000000000a5fa0f471df739e614dcf5dbb36f965";
    protects(CipherSuite::BIP_GMAC_256, IGTK_256, 6, S1G_EXT, element);
}

#[test]
fn j_9_2_s1g_beacon_bip_gmac_256_bce() {
    let element = "8c10f87622803d9c228acb3c558a332e9413";
    protects_bce(CipherSuite::BIP_GMAC_256, IGTK_256, 7, S1G, element);
    let element = "8c103c8049be8c23341f5c2f9cd603e37a5b";
    protects_bce(CipherSuite::BIP_GMAC_256, IGTK_256, 6, S1G_EXT, element);
}

/// CCMP over PV1 frames: the header is compressed, so AAD and nonce are written out here.
#[test]
fn j_6_4_ccmp_pv1() {
    // Recomputed. AAD: fc (masked) │ addr1 │ addr2 │ fragment │ addr3, in the first two vectors from the
    // compressed header, in the third whole in the frame. Nonce: 0x20 for PV1, TID 3 │ addr2 │ PN.
    let mode = Aead::new(CipherSuite::CCMP, &hex("c97c1f67ce371185514a8a19f2bdd52f")).unwrap();
    let nonce = hex("23 5230f1844408 0000007b3380").try_into().unwrap();
    let encrypted = "4c5353ceeafa0d5a045249660486e1684159e942";
    for (fc, mic) in [("6110", "f8cabca86dff2cf8"), ("6d10", "dad3563b1f304788")] {
        let aad = hex(&[fc, "a2aea5b8fcba 5230f1844408 0000 02d2e128a57c"].concat());
        let mut body = hex(M_6_4.1);
        let mut tag = [0; 8];
        mode.seal(&nonce, &aad, &mut body, &mut tag).unwrap();
        assert_eq!((body, tag.to_vec()), (hex(encrypted), hex(mic)));
    }
}
