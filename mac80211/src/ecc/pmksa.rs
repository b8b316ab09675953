//! What SAE and OWE end with.

use subtle::ConstantTimeEq;
use zeroize::Zeroize;

use crate::AkmSuite;

/// A PMK, what it is for, and its name (PMKSA, clause 12.6.1.1.2). Wiped when dropped.
#[derive(Clone)]
pub struct Pmksa {
    akm: AkmSuite,
    pmk: [u8; Self::MAX],
    len: usize,
    pmkid: [u8; 16],
}

impl Pmksa {
    /// The longest PMK: a digest of SHA-512.
    const MAX: usize = 64;

    /// `name` begins with the PMKID.
    pub(crate) fn new(akm: AkmSuite, key: &[u8], name: &[u8]) -> Self {
        let (mut pmk, len) = ([0; Self::MAX], key.len().min(Self::MAX));
        pmk.iter_mut().zip(key).for_each(|(to, from)| *to = *from);
        Self { akm, pmk, len, pmkid: name.first_chunk().copied().unwrap_or_default() }
    }

    /// AKM that the key is for.
    #[must_use]
    pub const fn akm(&self) -> AkmSuite {
        self.akm
    }

    /// The PMK: 32 bytes, or as many as the group's hash has where the AKM wants so.
    #[must_use]
    pub fn pmk(&self) -> &[u8] {
        self.pmk.get(..self.len).unwrap_or_default()
    }

    /// The PMKID.
    #[must_use]
    pub const fn pmkid(&self) -> [u8; 16] {
        self.pmkid
    }
}

impl PartialEq for Pmksa {
    fn eq(&self, other: &Self) -> bool {
        let same_name = self.akm == other.akm && self.pmkid == other.pmkid;
        same_name && bool::from(self.pmk().ct_eq(other.pmk()))
    }
}

impl core::fmt::Debug for Pmksa {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let mut shown = f.debug_struct("Pmksa");
        shown.field("akm", &self.akm).field("pmkid", &self.pmkid).finish_non_exhaustive()
    }
}

impl Drop for Pmksa {
    fn drop(&mut self) {
        self.pmk.zeroize();
    }
}
