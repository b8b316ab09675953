//! What SAE and OWE end with.

use crate::AkmSuite;
use crate::rsn::Secret;

/// A PMK, what it is for, and its name (PMKSA, clause 12.6.1.1.2).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pmksa {
    /// AKM that the key is for.
    pub akm: AkmSuite,
    /// The PMK: 32 bytes, or as many as the group's hash has where the AKM wants so.
    pub pmk: Secret,
    /// The PMKID.
    pub pmkid: [u8; 16],
}

impl Pmksa {
    /// `name` begins with the PMKID.
    pub(crate) fn new(akm: AkmSuite, key: &[u8], name: &[u8]) -> Self {
        // None of the keys is longer than a secret may be.
        let pmk = Secret::new(key).unwrap_or(Secret::EMPTY);
        Self { akm, pmk, pmkid: name.first_chunk().copied().unwrap_or_default() }
    }
}
