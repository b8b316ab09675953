//! The FT key hierarchy (12.7.1.6).

use softnet_sk_buff::MacAddr;

use super::super::ptk::{Handshake, Ptk, pairwise_tk_len};
use super::super::{AkmRules, Hash, KeyError, Secret};
use crate::{AkmSuite, CipherSuite};

/// Bytes of a key's name.
const NAME_LEN: usize = 16;

/// Where a PMK-R0 belongs: which network, which mobility domain, who holds it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Domain<'a> {
    /// SSID, 1 to 32 bytes.
    pub ssid: &'a [u8],
    /// Mobility domain identifier, its two bytes as they stand in the element.
    pub mdid: [u8; 2],
    /// Name of the key holder on the network's side (R0KH-ID), 1 to 48 bytes: hostapd's `nas_identifier`.
    pub r0kh_id: &'a [u8],
    /// That on the station's side (S0KH-ID): its address.
    pub s0kh_id: MacAddr,
}

/// The top of the hierarchy, known to the station and the AP that it first associated with.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PmkR0 {
    /// The key.
    pub key: Secret,
    /// `PMKR0Name`.
    pub name: [u8; NAME_LEN],
    hash: Hash,
}

impl PmkR0 {
    /// From the XXKey: the PSK, the PMK of SAE, or half of an MSK (12.7.1.6.3; `wpa_derive_pmk_r0`).
    ///
    /// # Errors
    /// [`KeyError::Akm`] if `akm` is none with FT; [`KeyError::Length`] if key, SSID or R0KH-ID do not have
    /// the right length.
    pub fn derive(xxkey: &Secret, akm: AkmSuite, domain: &Domain<'_>) -> Result<Self, KeyError> {
        let hash = hash_of(akm, xxkey.len())?;
        let len = hash.digest_len();
        if xxkey.len() != len {
            return Err(KeyError::Length("XXKey"));
        }
        let ssid_len = one_byte(domain.ssid, 32).ok_or(KeyError::Length("SSID"))?;
        let r0kh_len = one_byte(domain.r0kh_id, 48).ok_or(KeyError::Length("R0KH-ID"))?;
        let context =
            [&ssid_len, domain.ssid, &domain.mdid, &r0kh_len, domain.r0kh_id, &domain.s0kh_id.0];
        let data =
            SplitKey::make(len, |out| hash.derive(xxkey.as_bytes(), "FT-R0", &context, out))?;
        let name = hash.truncate_128(&[b"FT-R0N", &data.salt]);
        Ok(Self { key: data.key, name, hash })
    }

    /// The key of the AP `r1kh_id` for the station `s1kh_id` (12.7.1.6.4; `wpa_derive_pmk_r1`).
    ///
    /// # Errors
    /// None that a PMK-R0 made by [`derive`](Self::derive) could cause.
    pub fn to_r1(&self, r1kh_id: MacAddr, s1kh_id: MacAddr) -> Result<PmkR1, KeyError> {
        let context: [&[u8]; 2] = [&r1kh_id.0, &s1kh_id.0];
        let key = Secret::make(self.key.len(), |out| {
            self.hash.derive(self.key.as_bytes(), "FT-R1", &context, out)
        })?;
        let name = self.hash.truncate_128(&[b"FT-R1N", &self.name, &r1kh_id.0, &s1kh_id.0]);
        Ok(PmkR1 { key, name })
    }
}

/// What one AP and a station have in common.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PmkR1 {
    /// The key.
    pub key: Secret,
    /// `PMKR1Name`.
    pub name: [u8; NAME_LEN],
}

impl PmkR1 {
    /// The PTK of a transition, and of the 4-way handshake before all of them
    /// (12.7.1.6.5; `wpa_pmk_r1_to_ptk`).
    ///
    /// # Errors
    /// [`KeyError::Akm`], [`KeyError::Cipher`].
    pub fn ptk(
        &self,
        akm: AkmSuite,
        pairwise: CipherSuite,
        handshake: &Handshake,
    ) -> Result<Ptk, KeyError> {
        let hash = hash_of(akm, self.key.len())?;
        let [kck, kek, kck2, kek2] = lens(akm, self.key.len())?;
        let tk = pairwise_tk_len(pairwise)?;
        Ptk::split([kck, kek, tk, kck2, kek2], |out| {
            hash.derive(self.key.as_bytes(), "FT-PTK", &context(handshake), out)
        })
    }

    /// `PTKName` (12.7.1.6.5), of SHA-256 with every AKM.
    #[must_use]
    pub fn ptk_name(&self, handshake: &Handshake) -> [u8; NAME_LEN] {
        let [snonce, anonce, bssid, sta] = context(handshake);
        Hash::Sha256.truncate_128(&[&self.name, b"FT-PTKN", snonce, anonce, bssid, sta])
    }
}

fn context(handshake: &Handshake) -> [&[u8]; 4] {
    [&handshake.snonce, &handshake.anonce, &handshake.aa.0, &handshake.spa.0]
}

fn hash_of(akm: AkmSuite, pmk_len: usize) -> Result<Hash, KeyError> {
    match akm {
        AkmSuite::FT_FILS_SHA256 => Ok(Hash::Sha256),
        AkmSuite::FT_FILS_SHA384 => Ok(Hash::Sha384),
        _ if akm.is_ft() => Ok(AkmRules::of(akm, pmk_len)?.hash),
        _ => Err(KeyError::Akm(akm)),
    }
}

/// Bytes of KCK, KEK, KCK2 and KEK2. FILS signs EAPOL-Key frames with KEK alone, and has others for FT.
fn lens(akm: AkmSuite, pmk_len: usize) -> Result<[usize; 4], KeyError> {
    match akm {
        AkmSuite::FT_FILS_SHA256 => Ok([0, 32, 16, 16]),
        AkmSuite::FT_FILS_SHA384 => Ok([0, 64, 24, 32]),
        _ => AkmRules::of(akm, pmk_len).map(|rules| [rules.kck_len, rules.kek_len, 0, 0]),
    }
}

fn one_byte(bytes: &[u8], max: usize) -> Option<[u8; 1]> {
    u8::try_from(bytes.len())
        .ok()
        .filter(|&len| (1..=max).contains(&usize::from(len)))
        .map(|len| [len])
}

/// `R0-Key-Data`: a key, and the salt of its name.
struct SplitKey {
    key: Secret,
    salt: [u8; NAME_LEN],
}

impl SplitKey {
    fn make(
        len: usize,
        fill: impl FnOnce(&mut [u8]) -> Result<(), KeyError>,
    ) -> Result<Self, KeyError> {
        let mut whole = zeroize::Zeroizing::new([0; Secret::MAX + NAME_LEN]);
        let whole = whole.get_mut(..len + NAME_LEN).ok_or(KeyError::Length("XXKey"))?;
        fill(whole)?;
        let (key, salt) = whole.split_last_chunk().ok_or(KeyError::Length("XXKey"))?;
        Ok(Self { key: Secret::new(key)?, salt: *salt })
    }
}
