//! BIP's integrity codes: CMAC and GMAC over pieces of a frame.

use aes::cipher::{BlockCipherEncrypt, KeyInit};
use aes::{Aes128, Aes256};
use cmac::{Cmac, Mac};
use ghash::GHash;
use ghash::universal_hash::UniversalHash;

use super::zeroized;
use crate::CipherSuite;

const _: () = zeroized::<cmac::block_api::CmacCore<Aes128>>();

/// The key of BIP-CMAC-128, BIP-CMAC-256, BIP-GMAC-128 or BIP-GMAC-256 (12.5.4), expanded. It is
/// zeroized when it is dropped.
pub(super) enum BipMac {
    Cmac128(Cmac<Aes128>),
    Cmac256(Cmac<Aes256>),
    Gmac128(Aes128, GHash),
    Gmac256(Aes256, GHash),
}

impl BipMac {
    pub(super) fn new(suite: CipherSuite, key: &[u8]) -> Option<Self> {
        Some(match suite {
            CipherSuite::AES_CMAC => Self::Cmac128(KeyInit::new_from_slice(key).ok()?),
            CipherSuite::BIP_CMAC_256 => Self::Cmac256(KeyInit::new_from_slice(key).ok()?),
            CipherSuite::BIP_GMAC_128 => {
                let aes = Aes128::new_from_slice(key).ok()?;
                let ghash = ghash_key(&aes);
                Self::Gmac128(aes, ghash)
            }
            CipherSuite::BIP_GMAC_256 => {
                let aes = Aes256::new_from_slice(key).ok()?;
                let ghash = ghash_key(&aes);
                Self::Gmac256(aes, ghash)
            }
            _ => return None,
        })
    }

    /// Bytes of a code: 8 of BIP-CMAC-128, else 16.
    pub(super) const fn len(&self) -> usize {
        if matches!(self, Self::Cmac128(_)) { 8 } else { 16 }
    }

    /// The code over `pieces`, one after the other; of it count the first [`len`](Self::len) bytes. Only
    /// GMAC has a nonce.
    pub(super) fn over(&self, nonce: [u8; 12], pieces: &[&[u8]]) -> [u8; 16] {
        match self {
            Self::Cmac128(cmac) => over_cmac(cmac.clone(), pieces),
            Self::Cmac256(cmac) => over_cmac(cmac.clone(), pieces),
            Self::Gmac128(aes, ghash) => over_gmac(aes, ghash.clone(), nonce, pieces),
            Self::Gmac256(aes, ghash) => over_gmac(aes, ghash.clone(), nonce, pieces),
        }
    }
}

fn over_cmac<M: Mac>(mut cmac: M, pieces: &[&[u8]]) -> [u8; 16] {
    pieces.iter().for_each(|piece| cmac.update(piece));
    let mut code = [0; 16];
    code.iter_mut().zip(cmac.finalize().into_bytes()).for_each(|(to, from)| *to = from);
    code
}

/// GHASH under the block that AES makes of zeros.
fn ghash_key(aes: &impl BlockCipherEncrypt<BlockSize = aes::cipher::consts::U16>) -> GHash {
    let mut key = zeroize::Zeroizing::new(ghash::Key::default());
    aes.encrypt_block(&mut key);
    GHash::new(&key)
}

/// GCM of no plaintext, with `pieces` as additional data (NIST SP 800-38D, 6.4 and 7.1).
fn over_gmac(
    aes: &impl BlockCipherEncrypt<BlockSize = aes::cipher::consts::U16>,
    mut ghash: GHash,
    nonce: [u8; 12],
    pieces: &[&[u8]],
) -> [u8; 16] {
    // GHASH takes blocks, and pieces end anywhere.
    let (mut block, mut filled, mut bits) = ([0_u8; 16], 0, 0_u64);
    for mut piece in pieces.iter().copied() {
        bits = bits.wrapping_add(8 * piece.len() as u64);
        while !piece.is_empty() {
            let room = &mut block[filled..];
            let (taken, rest) = piece.split_at(room.len().min(piece.len()));
            room[..taken.len()].copy_from_slice(taken);
            filled += taken.len();
            piece = rest;
            if filled == block.len() {
                ghash.update(&[block.into()]);
                filled = 0;
            }
        }
    }
    ghash.update_padded(&block[..filled]);
    let mut lengths = [0; 16];
    lengths[..8].copy_from_slice(&bits.to_be_bytes());
    ghash.update(&[lengths.into()]);

    let mut counter = [0; 16];
    counter[..12].copy_from_slice(&nonce);
    counter[15] = 1;
    let mut mask = counter.into();
    aes.encrypt_block(&mut mask);
    let hash = ghash.finalize();
    core::array::from_fn(|i| hash[i] ^ mask[i])
}
