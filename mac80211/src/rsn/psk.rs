use hmac::Hmac;
use sha1::Sha1;

use super::{KeyError, Secret};

/// Rounds of PBKDF2 between a passphrase and a PSK.
const ROUNDS: u32 = 4096;

/// The PSK, and so the PMK, that a passphrase stands for (annex J.4.1; `pbkdf2_sha1`): 32 bytes.
///
/// AKMs with SHA-384 have no passphrases: their PSK of 48 bytes is given as it is.
///
/// # Errors
/// [`KeyError::Length`] for a passphrase of fewer than 8 or more than 63 bytes, or an SSID of more than 32.
pub fn psk(passphrase: &[u8], ssid: &[u8]) -> Result<Secret, KeyError> {
    if !(8..=63).contains(&passphrase.len()) {
        return Err(KeyError::Length("passphrase"));
    }
    if ssid.len() > 32 {
        return Err(KeyError::Length("SSID"));
    }
    Secret::make(32, |out| {
        pbkdf2::pbkdf2::<Hmac<Sha1>>(passphrase, ssid, ROUNDS, out)
            .map_err(|_| KeyError::Length("passphrase"))
    })
}
