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

/// 12.7.1.6: with SHA-256, and with SHA-384, whose KCK has 24 bytes and KEK 32.
#[test]
fn ft_hierarchy_12_7_1_7() {
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
}

/// 13.8.4: the MIC of a reassociation request under HMAC-SHA384, 24 bytes. That of CMAC is proved by the
/// capture of a transition.
#[test]
fn ft_mic_of_sha384() {
    let kck = Secret::new(&hex(FT_SHA384[4])[..24]).unwrap();
    let mut fte = vec![55, 2 + 24 + 64, 0, 3];
    fte.extend([0xee; 24]);
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
    let akm = AkmSuite::FT_8021X_SHA384;
    let made = mic.compute(akm, &kck).unwrap();
    assert_eq!(made.as_bytes(), hex("780321dd0b8e9916bc3177ff91fab33f3a5c249865dd663d"));
    assert_eq!(mic.verify(akm, &kck), Err(KeyError::Mic));
    let mut right = fte.clone();
    right[4..28].copy_from_slice(made.as_bytes());
    mic.fte = &right;
    assert_eq!(mic.verify(akm, &kck), Ok(()));
    mic.fte = &right[..20];
    assert_eq!(mic.verify(akm, &kck), Err(KeyError::Length("fast transition element")));
}
