//! Published vectors, re-typed as numbers: IEEE 802.11-2024 annex J, RFC 3394, hostap's module tests (BSD),
//! ieee80211-rs (MIT or Apache-2.0).

use softnet_mac80211::rsn::eapol::{EapolKey, Kde, KeyData, KeyFrame, KeyInfo};
use softnet_mac80211::rsn::eapol::{pad_key_data, seal_key_data, sign};
use softnet_mac80211::rsn::{AkmRules, Handshake, Hash, KeyError, Ptk, Secret, TkipTk, pmkid, psk};
use softnet_mac80211::{AkmSuite, CipherSuite};

use crate::keys_json::hex;

/// J.4.2, also hostap's `passphrase_tests`.
#[test]
fn psk_annex_j_4_2() {
    let vectors = [
        ("password", "IEEE", "f42c6fc52df0ebef9ebb4b90b38a5f902e83fe1b135a70e23aed762e9710a12e"),
        (
            "ThisIsAPassword",
            "ThisIsASSID",
            "0dc0d6eb90555ed6419756b9a15ec3e3209b63df707dd508d14581f8982721af",
        ),
        (
            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            "ZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZ",
            "becb93866bb8c3832cb777c2f559807c8c59afcb6eae734885001300a981cc62",
        ),
    ];
    for (passphrase, ssid, expected) in vectors {
        assert_eq!(psk(passphrase.as_bytes(), ssid.as_bytes()).unwrap().as_bytes(), hex(expected));
    }
}

#[test]
fn psk_lengths() {
    assert_eq!(psk(b"seven77", b"x").unwrap_err(), KeyError::Length("passphrase"));
    assert_eq!(psk(&[b'a'; 64], b"x").unwrap_err(), KeyError::Length("passphrase"));
    assert_eq!(psk(&[b'a'; 63], &[b'x'; 33]).unwrap_err(), KeyError::Length("SSID"));
    assert!(psk(&[b'a'; 63], &[b'x'; 32]).is_ok() && psk(b"eight888", b"").is_ok());
}

/// J.3.2 and hostap's `test_sha1`; the second half is ieee80211-rs' with other labels.
#[test]
fn prf_annex_j_3() {
    let vectors: [(&[u8], &str, &[u8], &str); 7] = [
        (
            &[0x0b; 20],
            "prefix",
            b"Hi There",
            "bcd4c650b30b9684951829e0d75f9d54b862175ed9f00606e17d8da35402ffee75df78c3d31e0f889f012120c0862beb67753e7439ae242edb8373698356cf5a",
        ),
        (
            b"Jefe",
            "prefix",
            b"what do ya want for nothing?",
            "51f4de5b33f249adf81aeb713a3c20f4fe631446fabdfa58244759ae58ef9009a99abf4eac2ca5fa87e692c440eb40023e7babb206d61de7b92f41529092b8fc",
        ),
        (
            &[0xaa; 20],
            "prefix",
            &[0xdd; 50],
            "e1ac546ec4cb636f9976487be5c86be17a0252ca5d8d8df12cfb0473525249ce9dd8d177ead710bc9b590547239107aef7b4abd43d87f0a68f1cbd9e2b6f7607",
        ),
        (&[0x0b; 20], "prefix", b"Hi There", "bcd4c650b30b9684951829e0d75f9d54b862175ed9f00606"),
        (
            b"Jefe",
            "prefix-2",
            b"what do ya want for nothing?",
            "47c4908e30c947521ad20be9053450ecbea23d3aa604b77326d8b3825ff7475c",
        ),
        (
            &[0xaa; 80],
            "prefix-3",
            b"Test Using Larger Than Block-Size Key - Hash Key First",
            "0ab6c33ccf70d0d736f4b04c8a7373255511abc5073713163bd0b8c9eeb7e1956fa066820a73ddee3f6d3bd407e0682a",
        ),
        (
            &[0x0b; 20],
            "prefix-4",
            b"Hi There Again",
            "248cfbc532ab38ffa483c8a2e40bf170eb542a2e0916d7bf6d97da2c4c5ca877736c53a65b03fa4b3745ce7613f6ad68e0e4a798b7cf691c96176fd634a59a49",
        ),
    ];
    for (key, label, data, expected) in vectors {
        let expected = hex(expected);
        let mut out = vec![0; expected.len()];
        Hash::Sha1.derive(key, label, &[data], &mut out).unwrap();
        assert_eq!(out, expected);
        // Where the context is cut into parts does not count.
        Hash::Sha1.derive(key, label, &[&data[..5], &data[5..]], &mut out).unwrap();
        assert_eq!(out, expected);
    }
}

/// J.13, "KDK test vectors when PASN authentication is not used": SAE with CCMP, and a KDK of 32 bytes behind.
#[test]
fn kdf_sha256_annex_j_13() {
    let pmk = hex("def43e5567e01ca6649265f19a290eeff8bd888f6c1d9cc9d10f04bd378f3cad");
    let handshake = Handshake {
        aa: "c0:ff:d4:a8:db:c1".parse().unwrap(),
        spa: "00:90:4c:01:c1:07".parse().unwrap(),
        anonce: hex("be7a1ca284347b5bd67dbd2dfdb4d99f1afae0b88ba18e008718417e4b27ef5f")
            .try_into()
            .unwrap(),
        snonce: hex("404b012ffb43ed0fb43ea1f287c91f2506d21b4a92d74b5ea50c943350ce8671")
            .try_into()
            .unwrap(),
    };
    let mut ptk = [0; 16 + 16 + 16 + 32];
    let context = handshake.context();
    Hash::Sha256.derive(&pmk, "Pairwise key expansion", &context, &mut ptk).unwrap();
    let kck = "cd7b9e7555362df0b63568484a8112f5";
    let kek = "99cad3588da0f1e63fd190191039bb4b";
    let tk = "9e2e9377e7532e737a1bc250fe194a03";
    let kdk = "6c7fb97ceb55b01acff00f070942bdf5291feb4bee38e0365b25a250bb2ac9ff";
    assert_eq!(ptk[..], hex(&[kck, kek, tk, kdk].concat()));
}

/// ieee80211-rs' `test_ptk_derivation` (its source: aircrack-ng's `calc_ptk` unit test), which is 80 bytes long.
#[test]
fn ptk_of_psk() {
    let pmk = hex("ee51883793a6f68e9615fe73c80a3aa6f2dd0ea537bce627b929183cc6e57925");
    let handshake = Handshake {
        aa: "00:14:6c:7e:40:80".parse().unwrap(),
        spa: "00:13:46:fe:32:0c".parse().unwrap(),
        anonce: hex("225854b0444de3af06d1492b852984f04cf6274c0e3218b8681756864db7a055")
            .try_into()
            .unwrap(),
        snonce: hex("59168bc3a5df18d71efb6423f340088dab9e1ba2bbc58659e07b3764b0de8570")
            .try_into()
            .unwrap(),
    };
    let expected = hex(
        "ea0e404633c802450302868ccaa749de5cba5abcb267e2de1d5e21e57accd5079b31e9ff220e132ae4f6ed9ef1acc88545825fc32ee55961395ae43734d6c10798ef5afe42c07426471868a577d4d17e",
    );
    let mut all = [0; 80];
    Hash::Sha1.derive(&pmk, "Pairwise key expansion", &handshake.context(), &mut all).unwrap();
    assert_eq!(all[..], expected);

    let pmk = Secret::new(&pmk).unwrap();
    let derive = |cipher| Ptk::derive(&pmk, AkmSuite::PSK, cipher, &handshake);
    let ptk = derive(CipherSuite::CCMP).unwrap();
    assert_eq!(ptk.kck.as_bytes(), &expected[..16]);
    assert_eq!(ptk.kek.as_bytes(), &expected[16..32]);
    assert_eq!(ptk.tk.as_bytes(), &expected[32..48]);
    let tkip = TkipTk::of(&derive(CipherSuite::TKIP).unwrap().tk).unwrap();
    assert_eq!(tkip.key.as_bytes(), &expected[32..48]);
    assert_eq!(tkip.mic_from_authenticator.as_bytes(), &expected[48..56]);
    assert_eq!(tkip.mic_from_supplicant.as_bytes(), &expected[56..64]);
    assert_eq!(derive(CipherSuite::WEP40), Err(KeyError::Cipher(CipherSuite::WEP40)));
    let fils = Ptk::derive(&pmk, AkmSuite::FILS_SHA256, CipherSuite::CCMP, &handshake);
    assert_eq!(fils, Err(KeyError::Akm(AkmSuite::FILS_SHA256)));
}

/// Table 12-11: bytes of KCK, KEK and MIC, and the descriptor version with CCMP.
#[test]
fn akm_lengths_table_12_11() {
    let rows: [(AkmSuite, usize, [usize; 3], u8); 15] = [
        (AkmSuite::IEEE8021X, 32, [16, 16, 16], 2),
        (AkmSuite::PSK, 32, [16, 16, 16], 2),
        (AkmSuite::FT_PSK, 32, [16, 16, 16], 3),
        (AkmSuite::PSK_SHA256, 32, [16, 16, 16], 3),
        (AkmSuite::SAE, 32, [16, 16, 16], 0),
        (AkmSuite::FT_OVER_SAE, 32, [16, 16, 16], 0),
        (AkmSuite::IEEE8021X_SUITE_B, 32, [16, 16, 16], 0),
        (AkmSuite::IEEE8021X_SUITE_B_192, 48, [24, 32, 24], 0),
        (AkmSuite::FT_8021X_SHA384, 48, [24, 32, 24], 0),
        (AkmSuite::PSK_SHA384, 48, [24, 32, 24], 0),
        (AkmSuite::OWE, 32, [16, 16, 16], 0),
        (AkmSuite::OWE, 48, [24, 32, 24], 0),
        (AkmSuite::OWE, 64, [32, 32, 32], 0),
        (AkmSuite::SAE_EXT_KEY, 48, [24, 32, 24], 0),
        (AkmSuite::FT_SAE_EXT_KEY, 64, [32, 32, 32], 0),
    ];
    for (akm, pmk_len, lens, version) in rows {
        let rules = AkmRules::of(akm, pmk_len).unwrap();
        assert_eq!([rules.kck_len, rules.kek_len, rules.mic_len], lens, "{akm:?}");
        assert_eq!(rules.version_with(CipherSuite::CCMP), version, "{akm:?}");
    }
    let psk = AkmRules::of(AkmSuite::PSK.to_wpa(), 32).unwrap();
    assert_eq!(psk.version_with(CipherSuite::TKIP.to_wpa()), 1);
}

/// RFC 3394, sections 4.1, 4.3, 4.5, 4.6 (4.2 and 4.4 have keys of 24 bytes, which no AKM has).
#[test]
fn key_wrap_rfc_3394_section_4() {
    let key: Vec<u8> = (0..32).collect();
    let data: Vec<u8> = (0..16).map(|i| i * 0x11).chain(0..16).collect();
    let rows = [
        (16, 16, "1fa68b0a8112b447aef34bd8fb5a7b829d3e862371d2cfe5"),
        (32, 16, "64e8c3f9ce0f5ba263e9777905818a2a93c8191e7d6e8ae7"),
        (
            32,
            32,
            "28c9f404c4b810f4cbccb35cfb87f8263f5786e2d80ed326cbc7f0e71a99f43bfb988b9b7a02dd21",
        ),
    ];
    for (key_len, data_len, expected) in rows {
        let kek = Secret::new(&key[..key_len]).unwrap();
        let sealed = seal_key_data(2, &kek, &[0; 16], &data[..data_len]).unwrap();
        assert_eq!(sealed, hex(expected));
        let frame = frame(2, &sealed);
        let view = EapolKey::parse(&frame, 16).unwrap();
        assert_eq!(**view.open_key_data(&kek).unwrap(), data[..data_len]);
        let other = Secret::new(&[9; 16]).unwrap();
        assert_eq!(view.open_key_data(&other).unwrap_err(), KeyError::Mic);
    }
}

fn frame(version: u8, key_data: &[u8]) -> Vec<u8> {
    let frame = KeyFrame {
        version: 2,
        descriptor: EapolKey::RSN,
        info: KeyInfo::ENCRYPTED.with_version(version),
        key_len: 16,
        replay_counter: 1,
        nonce: [0; 32],
        iv: [7; 16],
        rsc: [0; 8],
        id: [0; 8],
        mic: &[0; 16],
        key_data,
        padding: &[],
    };
    frame.to_vec().unwrap()
}

/// ieee80211-rs' `test_eapol_serde`: message 3 of a handshake, descriptor version 2, with its KCK and KEK.
#[test]
fn message_3_opens() {
    let bytes = hex(
        "020300af0213ca001000000000000000013e8e967dacd960324cac5b6aa721235bf57b949771c867989f49d04ed47c6933f57b949771c867989f49d04ed47c6934cf0200000000000000000000000000007d0af6df51e99cde7a187453f0f935370050cfa72cde35b2c1e2319255806ab364179fd9673041b9a5939fa1a2010d2ac794e25168055f794ddc1fdfae3521f4446bfd11da98345f543df6ce199df8fe48f8cdd17adca87bf45711183c496d41aa0c",
    );
    let rules = AkmRules::of(AkmSuite::PSK, 32).unwrap();
    let kck = Secret::new(&hex("b1cd792716762903f723424cd7d16511")).unwrap();
    let kek = Secret::new(&hex("82a644133bfa4e0b75d96d2308358433")).unwrap();
    let view = EapolKey::parse(&bytes, 16).unwrap();
    view.verify(&rules, &kck).unwrap();
    assert_eq!(view.verify(&rules, &kek), Err(KeyError::Mic));

    let mut again = bytes.clone();
    again[81..97].fill(0xee);
    sign(&mut again, &rules, &kck).unwrap();
    assert_eq!(again, bytes);

    let plain = view.open_key_data(&kek).unwrap();
    let key_data = KeyData::new(&plain);
    assert!(key_data.element(48).is_some());
    let gtk = key_data.kdes().find_map(|kde| match kde {
        Kde::Gtk { key_id, key, .. } => Some((key_id, key.len())),
        _ => None,
    });
    assert!(gtk.is_some_and(|(_, len)| [16, 32].contains(&len)), "{gtk:?}");
    assert_eq!(seal_key_data(2, &kek, &[0; 16], &plain).unwrap(), view.key_data());
}

/// RC4 with 256 bytes of its stream left out, against the naive cipher.
#[test]
fn key_data_of_version_1() {
    let (kek, iv, plain) =
        (Secret::new(&[5; 16]).unwrap(), [7; 16], b"a group key of 32 bytes, or so");
    let sealed = seal_key_data(1, &kek, &iv, plain).unwrap();
    assert_eq!(sealed, naive_rc4(&[[7; 16], [5; 16]].concat(), 256, plain));
    let frame = frame(1, &sealed);
    let view = EapolKey::parse(&frame, 16).unwrap();
    assert_eq!(**view.open_key_data(&kek).unwrap(), plain[..]);
}

fn naive_rc4(key: &[u8], skip: usize, data: &[u8]) -> Vec<u8> {
    let mut s: Vec<usize> = (0..256).collect();
    let mut j = 0;
    for i in 0..256 {
        j = (j + s[i] + usize::from(key[i % key.len()])) % 256;
        s.swap(i, j);
    }
    let (mut i, mut j, mut out) = (0, 0, vec![]);
    for n in 0..skip + data.len() {
        i = (i + 1) % 256;
        j = (j + s[i]) % 256;
        s.swap(i, j);
        if n >= skip {
            out.push(data[n - skip] ^ s[(s[i] + s[j]) % 256] as u8);
        }
    }
    out
}

#[test]
fn padding_is_12_7_2s() {
    let pad = |len: usize| {
        let mut data = vec![1; len];
        pad_key_data(&mut data);
        data
    };
    assert_eq!(pad(8), hex("0101010101010101dd00000000000000"));
    assert_eq!(pad(16), [1; 16]);
    assert_eq!(pad(23), [vec![1; 23], vec![0xdd]].concat());
    assert_eq!(KeyData::new(&hex("3000dd0000000000")).count(), 1);
}

/// Version 0 leaves the algorithm to the AKM, if that is one of those that say so; 4 to 7 mean nothing.
#[test]
fn descriptor_versions_without_an_algorithm() {
    let kck = Secret::new(&[1; 16]).unwrap();
    for (akm, version, right) in [
        (AkmSuite::PSK, 2, true),
        (AkmSuite::PSK, 0, false),
        (AkmSuite::PSK, 4, false),
        (AkmSuite::PSK_SHA256, 3, true),
        (AkmSuite::PSK_SHA256, 0, false),
        (AkmSuite::SAE, 0, true),
        (AkmSuite::SAE, 7, false),
    ] {
        let frame = KeyFrame {
            version: 2,
            descriptor: EapolKey::RSN,
            info: (KeyInfo::MIC | KeyInfo::PAIRWISE).with_version(version),
            key_len: 0,
            replay_counter: 1,
            nonce: [0; 32],
            iv: [0; 16],
            rsc: [0; 8],
            id: [0; 8],
            mic: &[0; 16],
            key_data: &[],
            padding: &[],
        };
        let rules = AkmRules::of(akm, 32).unwrap();
        let signed = sign(&mut frame.to_vec().unwrap(), &rules, &kck);
        let expected = if right { Ok(()) } else { Err(KeyError::Version(version)) };
        assert_eq!(signed, expected, "{akm:?}");
    }
}

/// hostap's comment of `rsn_pmkid` by formula, with OpenSSL's HMACs of the same input.
#[test]
fn pmkid_by_akm() {
    let (aa, spa) = ("02:00:00:00:00:00".parse().unwrap(), "02:00:00:00:01:00".parse().unwrap());
    let key = Secret::new(&[0x11; 32]).unwrap();
    let rows = [
        (AkmSuite::PSK, PMKID_SHA1),
        (AkmSuite::PSK_SHA256, PMKID_SHA256),
        (AkmSuite::PSK_SHA384, PMKID_SHA384),
        (AkmSuite::IEEE8021X_SUITE_B, PMKID_SHA256),
        (AkmSuite::IEEE8021X_SUITE_B_192, PMKID_SHA384),
        (AkmSuite::FT_8021X, PMKID_SHA256),
        (AkmSuite::FT_8021X_SHA384, PMKID_SHA384),
    ];
    for (akm, expected) in rows {
        assert_eq!(pmkid(&key, akm, aa, spa).unwrap()[..], hex(expected), "{akm:?}");
    }
    for akm in [AkmSuite::SAE, AkmSuite::OWE, AkmSuite::FT_PSK] {
        assert_eq!(pmkid(&key, akm, aa, spa), Err(KeyError::Akm(akm)));
    }
}

const PMKID_SHA1: &str = "b92c7728c4f0f6012f67f6785c45fd3d";
const PMKID_SHA256: &str = "502b622e17c1e71b2dc5e701f89c0a29";
const PMKID_SHA384: &str = "3870bde30701322672b4577aeb3a433d";
