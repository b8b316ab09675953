//! PRF and KDF: the two ways from one key to more (clauses 12.7.1.2 and 12.7.1.6.2).

use aes::Aes128;
use cmac::Cmac;
use hmac::{Hmac, KeyInit, Mac};
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha384, Sha512};
use zeroize::Zeroize;

use super::KeyError;

/// The hash that an AKM derives its keys with.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Hash {
    /// SHA-1, 20 bytes.
    Sha1,
    /// SHA-256, 32 bytes.
    Sha256,
    /// SHA-384, 48 bytes.
    Sha384,
    /// SHA-512, 64 bytes.
    Sha512,
}

impl Hash {
    /// Bytes of its digests.
    #[must_use]
    pub const fn digest_len(self) -> usize {
        match self {
            Self::Sha1 => 20,
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }

    /// Fills `out` with bits made of `key`, a label and a context (its parts one after the other).
    ///
    /// With SHA-1 that is the PRF (12.7.1.2, hostapd's `sha1_prf`), with the others the KDF
    /// (12.7.1.6.2, `sha256_prf`), whose output depends on its length.
    ///
    /// # Errors
    /// [`KeyError::Length`] for more output than 65535 bits.
    pub fn derive(
        self,
        key: &[u8],
        label: &str,
        context: &[&[u8]],
        out: &mut [u8],
    ) -> Result<(), KeyError> {
        let bits = u16::try_from(out.len().saturating_mul(8));
        let bits = bits.map_err(|_| KeyError::Length("output"))?;
        match self {
            Self::Sha1 => prf(key, label, context, out),
            Self::Sha256 => kdf::<Hmac<Sha256>>(key, label, context, bits, out),
            Self::Sha384 => kdf::<Hmac<Sha384>>(key, label, context, bits, out),
            Self::Sha512 => kdf::<Hmac<Sha512>>(key, label, context, bits, out),
        }
    }

    /// HMAC over `parts`, one after the other; `out` takes as much of its left side as it has room for.
    ///
    /// # Errors
    /// [`KeyError::Length`] if `out` is longer than the hash.
    pub fn hmac(self, key: &[u8], parts: &[&[u8]], out: &mut [u8]) -> Result<(), KeyError> {
        match self {
            Self::Sha1 => tag::<Hmac<Sha1>>(key, parts, out),
            Self::Sha256 => tag::<Hmac<Sha256>>(key, parts, out),
            Self::Sha384 => tag::<Hmac<Sha384>>(key, parts, out),
            Self::Sha512 => tag::<Hmac<Sha512>>(key, parts, out),
        }
    }

    /// The hash of `parts`, one after the other; its first 128 bits.
    #[must_use]
    pub fn truncate_128(self, parts: &[&[u8]]) -> [u8; 16] {
        match self {
            Self::Sha1 => digest::<Sha1>(parts),
            Self::Sha256 => digest::<Sha256>(parts),
            Self::Sha384 => digest::<Sha384>(parts),
            Self::Sha512 => digest::<Sha512>(parts),
        }
    }
}

/// HMAC-MD5 over `parts`, for EAPOL-Key descriptor version 1.
pub(super) fn hmac_md5(key: &[u8], parts: &[&[u8]], out: &mut [u8]) -> Result<(), KeyError> {
    tag::<Hmac<Md5>>(key, parts, out)
}

/// AES-128-CMAC over `parts`; `key` has 16 bytes.
pub(super) fn cmac(key: &[u8], parts: &[&[u8]], out: &mut [u8]) -> Result<(), KeyError> {
    tag::<Cmac<Aes128>>(key, parts, out)
}

fn tag<M: Mac + KeyInit>(key: &[u8], parts: &[&[u8]], out: &mut [u8]) -> Result<(), KeyError> {
    let mut mac = keyed::<M>(key)?;
    for part in parts {
        mac.update(part);
    }
    let mut tag = mac.finalize().into_bytes();
    let left = tag.get(..out.len()).ok_or(KeyError::Length("integrity code"))?;
    out.copy_from_slice(left);
    tag.as_mut_slice().zeroize();
    Ok(())
}

fn keyed<M: KeyInit>(key: &[u8]) -> Result<M, KeyError> {
    M::new_from_slice(key).map_err(|_| KeyError::Length("key"))
}

fn digest<D: Digest>(parts: &[&[u8]]) -> [u8; 16] {
    let mut hash = D::new();
    for part in parts {
        hash.update(part);
    }
    let whole = hash.finalize();
    let mut left = [0; 16];
    left.iter_mut().zip(whole.iter()).for_each(|(to, from)| *to = *from);
    left
}

fn prf(key: &[u8], label: &str, context: &[&[u8]], out: &mut [u8]) -> Result<(), KeyError> {
    let keyed = keyed::<Hmac<Sha1>>(key)?;
    for (counter, chunk) in out.chunks_mut(20).enumerate() {
        let counter = u8::try_from(counter).map_err(|_| KeyError::Length("output"))?;
        let mut mac = keyed.clone();
        mac.update(label.as_bytes());
        mac.update(&[0]);
        context.iter().for_each(|part| mac.update(part));
        mac.update(&[counter]);
        take(mac, chunk);
    }
    Ok(())
}

/// The KDF of SHA-256 to a number of bits that need not be whole bytes (`sha256_prf_bits`). They fill
/// `out` from its left; the rest of its last byte is no part of them.
#[cfg(feature = "sae")]
pub(crate) fn kdf_sha256_bits(
    key: &[u8],
    label: &str,
    context: &[&[u8]],
    bits: u16,
    out: &mut [u8],
) -> Result<(), KeyError> {
    kdf::<Hmac<Sha256>>(key, label, context, bits, out)
}

fn kdf<M: Mac + KeyInit + Clone>(
    key: &[u8],
    label: &str,
    context: &[&[u8]],
    bits: u16,
    out: &mut [u8],
) -> Result<(), KeyError> {
    let keyed = keyed::<M>(key)?;
    for (counter, chunk) in (1_u16..).zip(out.chunks_mut(M::output_size())) {
        let mut mac = keyed.clone();
        mac.update(&counter.to_le_bytes());
        mac.update(label.as_bytes());
        context.iter().for_each(|part| mac.update(part));
        mac.update(&bits.to_le_bytes());
        take(mac, chunk);
    }
    Ok(())
}

fn take<M: Mac>(mac: M, out: &mut [u8]) {
    let mut tag = mac.finalize().into_bytes();
    out.iter_mut().zip(tag.iter()).for_each(|(to, from)| *to = *from);
    tag.as_mut_slice().zeroize();
}
