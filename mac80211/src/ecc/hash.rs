//! What is made of a hash, in buffers that are wiped.
//!
//! The errors of what stands below are of lengths that cannot be here; in their place is nothing, which
//! no check of a length lets pass.

use super::Octets;
use crate::rsn::Hash;

/// HMAC of `parts`, one after another; HKDF-Extract is the same with the salt for the key (RFC 5869,
/// section 2.2).
pub(crate) fn hmac(hash: Hash, key: &[u8], parts: &[&[u8]]) -> Octets {
    let mut tag = Octets::zeroed(hash.digest_len());
    let made = hash.hmac(key, parts, &mut tag);
    made.map_or_else(|_| Octets::zeroed(0), |()| tag)
}

/// HKDF-Expand (RFC 5869, section 2.3): `len` bytes.
pub(crate) fn expand(hash: Hash, prk: &[u8], info: &[u8], len: usize) -> Octets {
    let mut okm = Octets::zeroed(len);
    let mut block = Octets::zeroed(0);
    for (i, chunk) in (1_u8..).zip(okm.chunks_mut(hash.digest_len())) {
        block = hmac(hash, prk, &[&block, info, &[i]]);
        chunk.iter_mut().zip(block.iter()).for_each(|(to, from)| *to = *from);
    }
    okm
}

/// The standard's KDF (clause 12.7.1.6.2): `len` bytes.
#[cfg(feature = "sae")]
pub(crate) fn kdf(hash: Hash, key: &[u8], label: &str, context: &[u8], len: usize) -> Octets {
    let mut okm = Octets::zeroed(len);
    let made = hash.derive(key, label, &[context], &mut okm);
    made.map_or_else(|_| Octets::zeroed(0), |()| okm)
}
