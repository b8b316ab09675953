use crate::{AkmSuite, CipherSuite, Malformed};

/// Why there is no key.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// An AKM that no EAPOL-Key frames go with, or one not known.
    #[error("AKM {0:?} is not supported here")]
    Akm(AkmSuite),
    /// A cipher that has no key of its own, or one not known.
    #[error("cipher {0:?} has no pairwise key")]
    Cipher(CipherSuite),
    /// A key, passphrase or SSID of a length that cannot be.
    #[error("{0}: wrong length")]
    Length(&'static str),
    /// An EAPOL-Key descriptor version that goes with no algorithm.
    #[error("EAPOL-Key descriptor version {0} is not supported here")]
    Version(u8),
    /// The integrity code is wrong: another key, or changed on the way.
    #[error("wrong integrity code")]
    Mic,
    /// The bytes are not what they should be.
    #[error(transparent)]
    Malformed(#[from] Malformed),
}
