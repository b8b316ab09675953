//! Key data, encrypted under the KEK (12.7.2 k; `wpa_supplicant_decrypt_key_data`, `wpa_use_aes_key_wrap`).

use alloc::vec;
use alloc::vec::Vec;

use aes_kw::{AesKw, KeyInit};
use rc4::{Rc4, StreamCipher};
use zeroize::Zeroizing;

use super::EapolKey;
use crate::rsn::{KeyError, Secret};

/// Bytes of RC4's stream that nobody uses: its beginning tells too much of the key.
const RC4_SKIP: usize = 256;

impl EapolKey<'_> {
    /// Key data in the clear: RC4 with descriptor version 1, NIST key wrap with the others.
    ///
    /// Whether they are encrypted is told by [`KeyInfo::ENCRYPTED`](super::KeyInfo::ENCRYPTED), and with
    /// WPA they always are in group messages.
    ///
    /// # Errors
    /// [`KeyError::Mic`] if they were wrapped with another key (RC4 cannot tell);
    /// [`KeyError::Version`], [`KeyError::Length`].
    pub fn open_key_data(&self, kek: &Secret) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        match self.info().version() {
            1 => {
                let mut plain = Zeroizing::new(self.key_data().to_vec());
                rc4(kek, self.iv(), &mut plain)?;
                Ok(plain)
            }
            0 | 2 | 3 => unwrap(kek, self.key_data()),
            version => Err(KeyError::Version(version)),
        }
    }
}

/// Key data encrypted for a frame with this descriptor version; `iv` is RC4's, with version 1.
///
/// # Errors
/// [`KeyError::Length`] if key wrap is to be used and `plain` is not [padded](pad_key_data), or the KEK
/// has other than 16 or 32 bytes; [`KeyError::Version`].
pub fn seal_key_data(
    version: u8,
    kek: &Secret,
    iv: &[u8; 16],
    plain: &[u8],
) -> Result<Vec<u8>, KeyError> {
    match version {
        1 => {
            let mut sealed = plain.to_vec();
            rc4(kek, iv, &mut sealed)?;
            Ok(sealed)
        }
        0 | 2 | 3 => wrap(kek, plain),
        version => Err(KeyError::Version(version)),
    }
}

/// Pads key data for key wrap: to at least 16 bytes and a multiple of 8, with 0xDD and zeros (12.7.2).
pub fn pad_key_data(plain: &mut Vec<u8>) {
    let padded = plain.len().next_multiple_of(8).max(16);
    if padded != plain.len() {
        plain.push(0xdd);
        plain.resize(padded, 0);
    }
}

fn rc4(kek: &Secret, iv: &[u8; 16], data: &mut [u8]) -> Result<(), KeyError> {
    let kek = kek.as_bytes().first_chunk::<16>().ok_or(KeyError::Length("KEK"))?;
    let mut key = Zeroizing::new([0; 32]);
    key.iter_mut().zip(iv.iter().chain(kek)).for_each(|(to, from)| *to = *from);
    let mut stream = Rc4::new_from_slice(&*key).map_err(|_| KeyError::Length("KEK"))?;
    stream.apply_keystream(&mut [0; RC4_SKIP]);
    stream.apply_keystream(data);
    Ok(())
}

fn wrap(kek: &Secret, plain: &[u8]) -> Result<Vec<u8>, KeyError> {
    let mut out = vec![0; plain.len() + aes_kw::IV_LEN];
    let wrapped = match kek.len() {
        16 => keyed::<AesKw<aes::Aes128>>(kek)?.wrap_key(plain, &mut out).map(|_| ()),
        _ => keyed::<AesKw<aes::Aes256>>(kek)?.wrap_key(plain, &mut out).map(|_| ()),
    };
    wrapped.map_err(|_| KeyError::Length("key data"))?;
    Ok(out)
}

pub(in crate::rsn) fn unwrap(kek: &Secret, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    let len = sealed.len().saturating_sub(aes_kw::IV_LEN);
    let mut out = Zeroizing::new(vec![0; len]);
    let unwrapped = match kek.len() {
        16 => keyed::<AesKw<aes::Aes128>>(kek)?.unwrap_key(sealed, &mut out).map(|_| ()),
        _ => keyed::<AesKw<aes::Aes256>>(kek)?.unwrap_key(sealed, &mut out).map(|_| ()),
    };
    match unwrapped {
        Ok(()) => Ok(out),
        Err(aes_kw::Error::IntegrityCheckFailed) => Err(KeyError::Mic),
        Err(_) => Err(KeyError::Length("key data")),
    }
}

fn keyed<W: KeyInit>(kek: &Secret) -> Result<W, KeyError> {
    W::new_from_slice(kek.as_bytes()).map_err(|_| KeyError::Length("KEK"))
}
