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

#[cfg(test)]
mod tests {
    use aes_gcm::AesGcm;
    use aes_gcm::aead::AeadInOut;
    use aes_gcm::aead::consts::U12;
    use proptest::prelude::*;

    use super::*;

    /// NIST SP 800-38B, D.1, which hostap's module tests have as OMAC1.
    const KEY: [u8; 16] = 0x2b7e_1516_28ae_d2a6_abf7_1588_09cf_4f3c_u128.to_be_bytes();
    const MESSAGE: [u128; 4] = [
        0x6bc1_bee2_2e40_9f96_e93d_7e11_7393_172a,
        0xae2d_8a57_1e03_ac9c_9eb7_6fac_45af_8e51,
        0x30c8_1c46_a35c_e411_e5fb_c119_1a0a_52ef,
        0xf69f_2445_df4f_9b17_ad2b_417b_e66c_3710,
    ];

    #[test]
    fn sp_800_38b_d_1_aes_128_cmac_in_any_pieces() {
        let message: alloc::vec::Vec<u8> =
            MESSAGE.iter().flat_map(|word| word.to_be_bytes()).collect();
        let cmac = BipMac::new(CipherSuite::AES_CMAC, &KEY).unwrap();
        for (len, tag) in [
            (0, 0xbb1d_6929_e959_3728_7fa3_7d12_9b75_6746_u128),
            (16, 0x070a_16b4_6b4d_4144_f79b_dd9d_d04a_287c),
            (40, 0xdfa6_6747_de9a_e630_30ca_3261_1497_c827),
            (64, 0x51f0_bebf_7e3b_9d92_fc49_7417_7936_3cfe),
        ] {
            for cut in 0..=len {
                let pieces = [&message[..cut], &[], &message[cut..len]];
                assert_eq!(cmac.over([0; 12], &pieces), tag.to_be_bytes());
            }
        }
    }

    proptest! {
        #[test]
        fn gmac_is_gcm_of_nothing(
            key: [u8; 16],
            nonce: [u8; 12],
            pieces in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 0..6),
        ) {
            let gcm = AesGcm::<Aes128, U12>::new(&key.into());
            let aad = pieces.concat();
            let tag = gcm.encrypt_inout_detached(&nonce.into(), &aad, (&mut [][..]).into()).unwrap();
            let gmac = BipMac::new(CipherSuite::BIP_GMAC_128, &key).unwrap();
            let pieces: alloc::vec::Vec<&[u8]> = pieces.iter().map(|piece| &piece[..]).collect();
            prop_assert_eq!(gmac.over(nonce, &pieces), <[u8; 16]>::from(tag));
        }
    }
}
