//! What an AKM says about keys (IEEE 802.11-2020, table 12-11; hostapd's `wpa_kck_len` and its like).

use super::{Hash, KeyError};
use crate::{AkmSuite, CipherSuite};

/// How an EAPOL-Key frame is signed, where its descriptor version leaves that to the AKM.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum MicAlgorithm {
    HmacMd5,
    Cmac,
    Hmac(Hash),
}

/// What an AKM suite says about its keys and its EAPOL-Key frames.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AkmRules {
    /// What the PTK is derived with.
    pub hash: Hash,
    /// Bytes of the key confirmation key.
    pub kck_len: usize,
    /// Bytes of the key encryption key.
    pub kek_len: usize,
    /// Bytes of the MIC in EAPOL-Key frames.
    pub mic_len: usize,
    /// Descriptor version of its EAPOL-Key frames; `None`: by the pairwise cipher, 1 with TKIP and 2 else.
    pub version: Option<u8>,
    /// How frames of descriptor version 0 are signed.
    pub(crate) mic: MicAlgorithm,
}

impl AkmRules {
    /// What `akm` says, which for some depends on the length of their PMK (bytes).
    ///
    /// # Errors
    /// [`KeyError::Akm`] for those not known and for those without EAPOL-Key MIC: FILS, TDLS, AP peer key.
    pub fn of(akm: AkmSuite, pmk_len: usize) -> Result<Self, KeyError> {
        use AkmSuite as Akm;
        Ok(match akm.of_wpa() {
            Akm::IEEE8021X | Akm::PSK => {
                Self::short(Hash::Sha1, None, MicAlgorithm::Hmac(Hash::Sha1))
            }
            Akm::FT_8021X | Akm::FT_PSK | Akm::IEEE8021X_SHA256 | Akm::PSK_SHA256 => {
                Self::short(Hash::Sha256, Some(3), MicAlgorithm::Cmac)
            }
            Akm::SAE | Akm::FT_OVER_SAE => Self::short(Hash::Sha256, Some(0), MicAlgorithm::Cmac),
            Akm::IEEE8021X_SUITE_B => {
                Self::short(Hash::Sha256, Some(0), MicAlgorithm::Hmac(Hash::Sha256))
            }
            Akm::IEEE8021X_SUITE_B_192
            | Akm::FT_8021X_SHA384
            | Akm::FT_PSK_SHA384
            | Akm::PSK_SHA384
            | Akm::FT_8021X_SHA384_UNRESTRICTED
            | Akm::IEEE8021X_SHA384 => Self::by_hash(Hash::Sha384),
            Akm::OWE | Akm::SAE_EXT_KEY | Akm::FT_SAE_EXT_KEY => match pmk_len {
                0..=32 => Self::by_hash(Hash::Sha256),
                33..=48 => Self::by_hash(Hash::Sha384),
                _ => Self::by_hash(Hash::Sha512),
            },
            _ => return Err(KeyError::Akm(akm)),
        })
    }

    /// The descriptor version of EAPOL-Key frames with this pairwise cipher (clause 12.7.2).
    #[must_use]
    pub fn version_with(&self, pairwise: CipherSuite) -> u8 {
        let by_cipher = if pairwise.of_wpa() == CipherSuite::TKIP { 1 } else { 2 };
        self.version.unwrap_or(by_cipher)
    }

    const fn short(hash: Hash, version: Option<u8>, mic: MicAlgorithm) -> Self {
        Self { hash, kck_len: 16, kek_len: 16, mic_len: 16, version, mic }
    }

    /// All lengths by the hash, descriptor version 0.
    const fn by_hash(hash: Hash) -> Self {
        let (kck_len, kek_len) = match hash {
            Hash::Sha1 | Hash::Sha256 => (16, 16),
            Hash::Sha384 => (24, 32),
            Hash::Sha512 => (32, 32),
        };
        let mic = MicAlgorithm::Hmac(hash);
        Self { hash, kck_len, kek_len, mic_len: kck_len, version: Some(0), mic }
    }
}

/// Bytes of a cipher's temporal or group key; TKIP's holds two Michael keys. `None`: no key, or not known.
#[must_use]
pub const fn tk_len(cipher: CipherSuite) -> Option<usize> {
    Some(match cipher.of_wpa() {
        CipherSuite::WEP40 => 5,
        CipherSuite::WEP104 => 13,
        CipherSuite::CCMP
        | CipherSuite::GCMP
        | CipherSuite::AES_CMAC
        | CipherSuite::BIP_GMAC_128 => 16,
        CipherSuite::TKIP
        | CipherSuite::CCMP_256
        | CipherSuite::GCMP_256
        | CipherSuite::BIP_GMAC_256
        | CipherSuite::BIP_CMAC_256 => 32,
        _ => return None,
    })
}
