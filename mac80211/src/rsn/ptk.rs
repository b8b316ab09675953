use softnet_sk_buff::MacAddr;
use zeroize::Zeroizing;

use super::{AkmRules, KeyError, Secret, tk_len};
use crate::{AkmSuite, CipherSuite};

/// Bytes of a nonce.
pub const NONCE_LEN: usize = 32;

/// What a PTK hangs on beside the PMK: who, and their nonces.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Handshake {
    /// Authenticator's address: the AP's.
    pub aa: MacAddr,
    /// Supplicant's address: the station's.
    pub spa: MacAddr,
    /// Authenticator's nonce.
    pub anonce: [u8; NONCE_LEN],
    /// Supplicant's nonce.
    pub snonce: [u8; NONCE_LEN],
}

impl Handshake {
    /// `Min(AA,SPA) || Max(AA,SPA) || Min(ANonce,SNonce) || Max(ANonce,SNonce)` (12.7.1.3).
    #[must_use]
    pub fn context(&self) -> [&[u8]; 4] {
        let (aa, spa) = (&self.aa.0, &self.spa.0);
        let (anonce, snonce) = (&self.anonce, &self.snonce);
        [aa.min(spa), aa.max(spa), anonce.min(snonce), anonce.max(snonce)]
    }
}

/// A pairwise transient key (12.7.1.3), taken apart.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Ptk {
    /// Signs EAPOL-Key frames.
    pub kck: Secret,
    /// Encrypts key data in EAPOL-Key frames.
    pub kek: Secret,
    /// Protects frames.
    pub tk: Secret,
    /// Signs fast transition frames, where that is not [`kck`](Self::kck): FILS alone.
    pub kck2: Secret,
    /// Encrypts keys in fast transition frames, where that is not [`kek`](Self::kek): FILS alone.
    pub kek2: Secret,
}

impl Ptk {
    /// The PTK of a 4-way handshake (`wpa_pmk_to_ptk`). Not that of FT, which has a hierarchy of its own.
    ///
    /// # Errors
    /// [`KeyError::Akm`], [`KeyError::Cipher`]; [`KeyError::Length`] without a PMK.
    pub fn derive(
        pmk: &Secret,
        akm: AkmSuite,
        pairwise: CipherSuite,
        handshake: &Handshake,
    ) -> Result<Self, KeyError> {
        if pmk.is_empty() {
            return Err(KeyError::Length("PMK"));
        }
        let rules = AkmRules::of(akm, pmk.len())?;
        let tk = pairwise_tk_len(pairwise)?;
        Self::split([rules.kck_len, rules.kek_len, tk, 0, 0], |out| {
            let context = handshake.context();
            rules.hash.derive(pmk.as_bytes(), "Pairwise key expansion", &context, out)
        })
    }

    /// Cuts what `fill` makes into KCK, KEK, TK, KCK2 and KEK2 of these lengths.
    pub(super) fn split(
        lens: [usize; 5],
        fill: impl FnOnce(&mut [u8]) -> Result<(), KeyError>,
    ) -> Result<Self, KeyError> {
        let mut whole = Zeroizing::new([0_u8; 3 * Secret::MAX]);
        let sum = lens.iter().sum();
        fill(whole.get_mut(..sum).ok_or(KeyError::Length("PTK"))?)?;
        let mut rest: &[u8] = &*whole;
        let mut next = |len: usize| {
            let (part, behind) = rest.split_at_checked(len).ok_or(KeyError::Length("PTK"))?;
            rest = behind;
            Secret::new(part)
        };
        let [kck, kek, tk, kck2, kek2] = lens;
        let (kck, kek, tk) = (next(kck)?, next(kek)?, next(tk)?);
        Ok(Self { kck, kek, tk, kck2: next(kck2)?, kek2: next(kek2)? })
    }
}

/// Bytes of a pairwise key of this cipher.
pub(super) fn pairwise_tk_len(pairwise: CipherSuite) -> Result<usize, KeyError> {
    use CipherSuite as Cipher;
    match pairwise.of_wpa() {
        Cipher::TKIP | Cipher::CCMP | Cipher::CCMP_256 | Cipher::GCMP | Cipher::GCMP_256 => {
            tk_len(pairwise).ok_or(KeyError::Cipher(pairwise))
        }
        _ => Err(KeyError::Cipher(pairwise)),
    }
}

/// A TKIP key, pairwise or group, taken apart (12.8.1; `NL80211_TKIP_DATA_OFFSET_*` as the AP has them).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TkipTk {
    /// The temporal key that key mixing begins with, 16 bytes.
    pub key: Secret,
    /// Michael key of frames that the authenticator sends, 8 bytes.
    pub mic_from_authenticator: Secret,
    /// Michael key of frames that the supplicant sends, 8 bytes.
    pub mic_from_supplicant: Secret,
}

impl TkipTk {
    /// From the 32 bytes of a TK or GTK.
    ///
    /// # Errors
    /// [`KeyError::Length`] if it has other than 32.
    pub fn of(tk: &Secret) -> Result<Self, KeyError> {
        let wrong = KeyError::Length("TKIP key");
        let (key, michael) = tk.as_bytes().split_at_checked(16).ok_or(wrong)?;
        let (authenticator, supplicant) = michael.split_at_checked(8).ok_or(wrong)?;
        if supplicant.len() != 8 {
            return Err(wrong);
        }
        Ok(Self {
            key: Secret::new(key)?,
            mic_from_authenticator: Secret::new(authenticator)?,
            mic_from_supplicant: Secret::new(supplicant)?,
        })
    }
}
