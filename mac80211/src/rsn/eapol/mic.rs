//! The integrity code of an EAPOL-Key frame (`wpa_eapol_key_mic`).

use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::EapolKey;
use super::key::MIC_AT;
use crate::rsn::akm::MicAlgorithm;
use crate::rsn::hash::{cmac, hmac_md5};
use crate::rsn::{AkmRules, Hash, KeyError, Secret};

/// The longest MIC, SHA-512's.
const MAX: usize = 32;

/// Puts the MIC into an EAPOL-Key frame, over all of it with the MIC's place as zeros.
///
/// # Errors
/// [`KeyError::Malformed`] if `frame` is none; [`KeyError::Version`] for a descriptor version without
/// an algorithm; [`KeyError::Length`] for a KCK that does not fit the algorithm.
pub fn sign(frame: &mut [u8], rules: &AkmRules, kck: &Secret) -> Result<(), KeyError> {
    let mic = compute(&EapolKey::parse(frame, rules.mic_len)?, rules, kck)?;
    let place = frame.get_mut(MIC_AT..).unwrap_or_default().iter_mut();
    place.zip(mic.iter().take(rules.mic_len)).for_each(|(to, from)| *to = *from);
    Ok(())
}

impl EapolKey<'_> {
    /// Checks the MIC, in constant time.
    ///
    /// # Errors
    /// [`KeyError::Mic`] if it is wrong, and as [`sign`].
    pub fn verify(&self, rules: &AkmRules, kck: &Secret) -> Result<(), KeyError> {
        let right = compute(self, rules, kck)?;
        let right = right.get(..rules.mic_len).unwrap_or_default();
        if right.ct_eq(self.mic()).into() { Ok(()) } else { Err(KeyError::Mic) }
    }
}

fn compute(
    key: &EapolKey<'_>,
    rules: &AkmRules,
    kck: &Secret,
) -> Result<Zeroizing<[u8; MAX]>, KeyError> {
    let algorithm = match key.info().version() {
        1 => MicAlgorithm::HmacMd5,
        2 => MicAlgorithm::Hmac(Hash::Sha1),
        3 => MicAlgorithm::Cmac,
        0 if rules.version == Some(0) => rules.mic,
        version => return Err(KeyError::Version(version)),
    };
    let bytes = key.as_bytes();
    let before = bytes.get(..MIC_AT).unwrap_or_default();
    let behind = bytes.get(MIC_AT + key.mic().len()..).unwrap_or_default();
    let zeros = [0; MAX];
    let parts = [before, zeros.get(..key.mic().len()).unwrap_or_default(), behind];
    let mut mic = Zeroizing::new([0; MAX]);
    let out = mic.get_mut(..rules.mic_len).ok_or(KeyError::Length("MIC"))?;
    match algorithm {
        MicAlgorithm::HmacMd5 => hmac_md5(kck.as_bytes(), &parts, out),
        MicAlgorithm::Cmac => cmac(kck.as_bytes(), &parts, out),
        MicAlgorithm::Hmac(hash) => hash.hmac(kck.as_bytes(), &parts, out),
    }?;
    Ok(mic)
}
