use softnet_sk_buff::MacAddr;

use super::{AkmRules, Hash, KeyError, Secret};
use crate::AkmSuite;

/// The name of a PMK security association (12.7.1.3; `rsn_pmkid`).
///
/// `key` is the PMK; with the two suite B AKMs it is the KCK (`rsn_pmkid_suite_b`), with FT over 802.1X the
/// MPMK, which is the XXKey of the hierarchy (12.7.1.6.3).
///
/// # Errors
/// [`KeyError::Akm`] for AKMs whose PMKID is not made of the PMK: SAE's comes from its commits, OWE's
/// from the public keys, and FT over others has names of its own.
pub fn pmkid(key: &Secret, akm: AkmSuite, aa: MacAddr, spa: MacAddr) -> Result<[u8; 16], KeyError> {
    use AkmSuite as Akm;
    let hash = match akm.of_wpa() {
        Akm::IEEE8021X | Akm::PSK => Hash::Sha1,
        Akm::IEEE8021X_SHA256
        | Akm::PSK_SHA256
        | Akm::IEEE8021X_SUITE_B
        | Akm::IEEE8021X_SUITE_B_192
        | Akm::PSK_SHA384
        | Akm::IEEE8021X_SHA384
        | Akm::FT_8021X
        | Akm::FT_8021X_SHA384
        | Akm::FT_8021X_SHA384_UNRESTRICTED => AkmRules::of(akm, key.len())?.hash,
        _ => return Err(KeyError::Akm(akm)),
    };
    let mut pmkid = [0; 16];
    hash.hmac(key.as_bytes(), &[b"PMK Name", &aa.0, &spa.0], &mut pmkid)?;
    Ok(pmkid)
}
