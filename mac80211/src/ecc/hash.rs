//! SHA-2 by the length that a group asks for, and what is made of it: HMAC, HKDF, the standard's KDF.

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Sha256, Sha384, Sha512};

use super::Octets;

/// SHA-256, SHA-384 or SHA-512.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Hash {
    Sha256,
    Sha384,
    Sha512,
}

/// Runs `$body` with `$sha` as the type of the hash.
macro_rules! with_sha {
    ($hash:expr, $sha:ident => $body:expr) => {
        match $hash {
            Hash::Sha256 => {
                type $sha = Sha256;
                $body
            }
            Hash::Sha384 => {
                type $sha = Sha384;
                $body
            }
            Hash::Sha512 => {
                type $sha = Sha512;
                $body
            }
        }
    };
}

impl Hash {
    /// Bytes of a digest.
    pub(crate) const fn len(self) -> usize {
        match self {
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }

    /// Digest of `parts`, one after another.
    #[cfg(feature = "owe")]
    pub(crate) fn digest(self, parts: &[&[u8]]) -> Octets {
        with_sha!(self, Sha => {
            let start = <Sha as sha2::Digest>::new();
            let hash = parts.iter().fold(start, sha2::Digest::chain_update);
            Octets::of(&[&sha2::Digest::finalize(hash)])
        })
    }

    /// HMAC of `parts`, one after another; HKDF-Extract is the same with the salt for the key
    /// (RFC 5869, section 2.2).
    pub(crate) fn hmac(self, key: &[u8], parts: &[&[u8]]) -> Octets {
        with_sha!(self, Sha => {
            // A key of any length will do for HMAC, so this is never an error.
            let Ok(mut mac) = Hmac::<Sha>::new_from_slice(key) else { return Octets::zeroed(0) };
            parts.iter().for_each(|part| mac.update(part));
            Octets::of(&[&mac.finalize().into_bytes()])
        })
    }

    /// HKDF-Expand (RFC 5869, section 2.3): `len` bytes.
    pub(crate) fn expand(self, prk: &[u8], info: &[u8], len: usize) -> Octets {
        let mut okm = Octets::zeroed(len);
        let expanded = with_sha!(self, Sha => {
            hkdf::Hkdf::<Sha>::from_prk(prk).is_ok_and(|hkdf| hkdf.expand(info, &mut okm).is_ok())
        });
        // A digest for PRK, and less than 255 digests asked for: it never fails.
        if expanded { okm } else { Octets::zeroed(0) }
    }

    /// KDF-Hash-Length (clause 12.7.1.6.2): `bits` bits, those of a last byte in its upper end.
    #[cfg(feature = "sae")]
    pub(crate) fn kdf(self, key: &[u8], label: &str, context: &[u8], bits: u16) -> Octets {
        let mut okm = Octets::zeroed(usize::from(bits.div_ceil(8)));
        for (i, chunk) in (1_u16..).zip(okm.chunks_mut(self.len())) {
            let (count, length) = (i.to_le_bytes(), bits.to_le_bytes());
            let block = self.hmac(key, &[&count, label.as_bytes(), context, &length]);
            chunk.iter_mut().zip(block.iter()).for_each(|(to, from)| *to = *from);
        }
        if let (Some(last), 1..) = (okm.last_mut(), bits % 8) {
            *last &= 0xff << (8 - bits % 8);
        }
        okm
    }
}
