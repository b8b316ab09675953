//! What nobody publishes vectors of, recomputed: the formulas of 12.7.1.6.2 and 12.7.1.6, told once more
//! with Python's `hmac` and `hashlib`.

use softnet_mac80211::rsn::ft::{Domain, FtMic, PmkR0};
use softnet_mac80211::rsn::{Handshake, Hash, KeyError, Secret};
use softnet_mac80211::{AkmSuite, CipherSuite};

use crate::keys_json::hex;

fn counting(len: u8) -> Vec<u8> {
    (0..len).collect()
}

#[test]
fn kdf_of_the_longer_hashes() {
    let rows = [
        (
            Hash::Sha384,
            48,
            "081e02e2c80e2ef059781a17fc18046a19d461c491729560469e36ed93a613496377eaa85812db87b6b32151e8406bb125d0e81ef51b85510348f1bf626e1d97e8b96d544cebefcae43cee0be33332eab10082f0b771e09f",
        ),
        (
            Hash::Sha512,
            64,
            "db57314c3198c1850948d774b011a120a491fb9fd793f5b65a104905ce414d9cf48c32eefe7f515de23051cdb4210da2f97e7a06ed5373ab6cdc3989026d44ea853d764c507470467f4b6a6a789e3b4f",
        ),
    ];
    for (hash, key_len, expected) in rows {
        let expected = hex(expected);
        let mut out = vec![0; expected.len()];
        let label = "Pairwise key expansion";
        hash.derive(&counting(key_len), label, &[b"con", b"text"], &mut out).unwrap();
        assert_eq!(out, expected, "{hash:?}");
    }
}

/// PMK-R0, its name, PMK-R1, its name, PTK, its name.
const FT_SHA384: [&str; 6] = [
    "f00d80d884c0fc67f243359651199c4ead266e517463128e926ba35e5a74f5b2022ab68198f8511089d266fbc21906a5",
    "1cbd26dab242b4756a2dd8ce68d9478f",
    "1e1a94fd4eefbca9d845224d890bfa8538d69548dda5497af722b70b11ce965867d2f1a903196d06b73b2eef8ada72a0",
    "edbcac398159fa2fce27a2d9cc28da3f",
    "3e8d2ae9ecb41b81d8f042d0c3689acea799d07c38460788dd57c7a4e621a0c31bf07d0ef42e48321ab2883efca71e3dfe7ea0090ec122cda7e249b1a083aa85af425250c03f5c53",
    "ad71643e07f428f458b0f40a3ce6acdb",
];

const FT_SHA256: [&str; 6] = [
    "fd7fc5cacdd2c62d61183b7692ad42965c4689034068ba4ad2df4e73e1037e4e",
    "fca85a1b0d9be47310241be755295d64",
    "1bf355e075587f0ba439aaca20c6ce248716f160d621f6b00bfcc1899a6dd434",
    "a23acb64d4b7fe95f904d464fcd51f83",
    "2b903525213bf8b39841291fdaac864551a614e725269e0bc2a670efb0cec1750a5b196d90ae97df38011999a2c7b126",
    "135b6bdef0d4179423709d9faf4e2b98",
];

const FT_SHA512: [&str; 6] = [
    "4c3f6d7d90f3d359fbfae59d6f48551301291878e2b27d3ce5d8344f81b70fc6d448fe86b777919d5efb04df47e877d7832116a410c53fb0a7bc281144abc5f8",
    "9018ca596f85ab45af88d0f3ab1bc836",
    "82232c07c6eee71a96e478b1ac5866cf616dcab32a36b543fecb4a3978c78e7d88a390e6801a6a1608c67ebe352783f3ada37040b554a9e90498d5aae859a8f3",
    "63f78e788f903ee250627861d0bc3f9b",
    "2964730f7ea61eb4afad846597c4738ed7134cb50c62c21a353d991854dfd3eb579e53b21fcf79a48cee0c2bc4442e0cd3d96d953fbd4a4ec93b9fab6406e7403346fd3eabf9e5f087004be28fbbb76d",
    "03643236237a1172d60b1b570a235143",
];

/// 12.7.1.6: with SHA-256; with SHA-384, whose KCK has 24 bytes and KEK 32; with SHA-512, whose have 32 and 32.
/// SAE with a hash as its group wants has one of the three.
#[test]
fn ft_hierarchy_12_7_1_6() {
    let (ap, station) =
        ("02:00:00:00:02:00".parse().unwrap(), "02:00:00:00:01:00".parse().unwrap());
    let domain =
        Domain { ssid: b"oracle", mdid: [0xa1, 0xb2], r0kh_id: b"nas.example", s0kh_id: station };
    let handshake = Handshake { aa: ap, spa: station, anonce: [0x11; 32], snonce: [0x22; 32] };
    let rows = [
        (AkmSuite::FT_PSK, 32, FT_SHA256),
        (AkmSuite::FT_OVER_SAE, 32, FT_SHA256),
        (AkmSuite::FT_8021X_SHA384, 48, FT_SHA384),
        (AkmSuite::FT_PSK_SHA384, 48, FT_SHA384),
        (AkmSuite::FT_SAE_EXT_KEY, 32, FT_SHA256),
        (AkmSuite::FT_SAE_EXT_KEY, 48, FT_SHA384),
        (AkmSuite::FT_SAE_EXT_KEY, 64, FT_SHA512),
    ];
    for (akm, len, expected) in rows {
        let xxkey = Secret::new(&counting(len)).unwrap();
        let r0 = PmkR0::derive(&xxkey, akm, &domain).unwrap();
        let r1 = r0.to_r1(ap, station).unwrap();
        let ptk = r1.ptk(akm, CipherSuite::CCMP, &handshake).unwrap();
        let whole = [ptk.kck.as_bytes(), ptk.kek.as_bytes(), ptk.tk.as_bytes()].concat();
        let name = r1.ptk_name(&handshake);
        let made = [r0.key.as_bytes(), &r0.name, r1.key.as_bytes(), &r1.name, &whole, &name];
        assert_eq!(made.map(<[u8]>::to_vec), expected.map(hex), "{akm:?}");
    }
    let psk = Secret::new(&[1; 32]).unwrap();
    let no_ft = PmkR0::derive(&psk, AkmSuite::PSK, &domain);
    assert_eq!(no_ft, Err(KeyError::Akm(AkmSuite::PSK)));
    let short = PmkR0::derive(&psk, AkmSuite::FT_8021X_SHA384, &domain);
    assert_eq!(short, Err(KeyError::Length("XXKey")));
    for (len, right) in [(0, false), (1, true), (48, true), (49, false)] {
        let name = vec![b'n'; len];
        let made = PmkR0::derive(&psk, AkmSuite::FT_PSK, &Domain { r0kh_id: &name, ..domain });
        assert_eq!(made.is_ok(), right, "{len}");
    }
}

/// 13.8.4: the MIC of a reassociation request under HMAC, as long as the KCK. That of CMAC is proved by the
/// capture of a transition.
#[test]
fn ft_mic_of_hmac() {
    let sha384 = "780321dd0b8e9916bc3177ff91fab33f3a5c249865dd663d";
    let sha512 = "957d658166f1bc9927ebc53c51cd89f2f959a0e82f27ce0186a1320b852fd459";
    ft_mic(AkmSuite::FT_8021X_SHA384, &hex(FT_SHA384[4])[..24], sha384);
    ft_mic(AkmSuite::FT_SAE_EXT_KEY, &hex(FT_SHA256[4])[..16], "90892e801a29ac03a3db6fad3f940d8e");
    ft_mic(AkmSuite::FT_SAE_EXT_KEY, &hex(FT_SHA384[4])[..24], sha384);
    ft_mic(AkmSuite::FT_SAE_EXT_KEY, &hex(FT_SHA512[4])[..32], sha512);
}

fn ft_mic(akm: AkmSuite, kck: &[u8], expected: &str) {
    let kck = Secret::new(kck).unwrap();
    let mut fte = vec![55, 2 + kck.len() as u8 + 64, 0, 3];
    fte.extend(vec![0xee; kck.len()]);
    fte.extend([0x11; 32]);
    fte.extend([0x22; 32]);
    let mut mic = FtMic {
        sta: "02:00:00:00:01:00".parse().unwrap(),
        ap: "02:00:00:00:02:00".parse().unwrap(),
        transaction: 5,
        rsne: &[0x30, 2, 1, 0],
        mde: &[0x36, 3, 0xa1, 0xb2, 0],
        fte: &fte,
        ric: &[],
        rsnxe: &[],
    };
    let made = mic.compute(akm, &kck).unwrap();
    assert_eq!(made.as_bytes(), hex(expected), "{akm:?}");
    assert_eq!(mic.verify(akm, &kck), Err(KeyError::Mic));
    let mut right = fte.clone();
    right[4..4 + kck.len()].copy_from_slice(made.as_bytes());
    mic.fte = &right;
    assert_eq!(mic.verify(akm, &kck), Ok(()));
    mic.fte = &right[..4 + kck.len() - 1];
    assert_eq!(mic.verify(akm, &kck), Err(KeyError::Length("fast transition element")));
}
