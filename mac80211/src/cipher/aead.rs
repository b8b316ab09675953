//! CCMP and GCMP: bodies sealed in place.

use aes::{Aes128, Aes256};
use aes_gcm::AesGcm;
use ccm::Ccm;
use ccm::aead::consts::{U8, U12, U13, U16};
use ccm::aead::{AeadInOut, KeyInit, Nonce, Tag};

use super::zeroized;
use crate::CipherSuite;

const _: () = {
    zeroized::<Aes128>();
    zeroized::<Aes256>();
    zeroized::<AesGcm<Aes128, U12>>();
};

/// The key of CCMP-128, CCMP-256, GCMP-128 or GCMP-256 (12.5.3, 12.5.5), expanded. It is zeroized when
/// it is dropped.
pub struct Aead(Mode);

enum Mode {
    Ccmp(Ccm<Aes128, U8, U13>),
    Ccmp256(Ccm<Aes256, U16, U13>),
    Gcmp(AesGcm<Aes128, U12>),
    Gcmp256(AesGcm<Aes256, U12>),
}

/// The body is longer than the mode can seal (CCMP: 65535 bytes), or the MIC's room is not the MIC's size.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("a body too long for CCMP, or no room of the size of its MIC")]
pub struct BadLength;

/// The MIC is not that of this body, header and number under this key.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the MIC is wrong")]
pub struct Forged;

impl Aead {
    /// With a key of 16 bytes, or of 32 for the 256s. `None` for another length, or another suite.
    #[must_use]
    pub fn new(suite: CipherSuite, key: &[u8]) -> Option<Self> {
        let mode = match suite {
            CipherSuite::CCMP => Mode::Ccmp(Ccm::new_from_slice(key).ok()?),
            CipherSuite::CCMP_256 => Mode::Ccmp256(Ccm::new_from_slice(key).ok()?),
            CipherSuite::GCMP => Mode::Gcmp(AesGcm::new_from_slice(key).ok()?),
            CipherSuite::GCMP_256 => Mode::Gcmp256(AesGcm::new_from_slice(key).ok()?),
            _ => return None,
        };
        Some(Self(mode))
    }

    /// Bytes of its MIC: 8 for CCMP-128, else 16.
    #[must_use]
    pub const fn mic_len(&self) -> usize {
        if matches!(self.0, Mode::Ccmp(_)) { 8 } else { 16 }
    }

    /// Encrypts `body` in place and writes its MIC. The nonce is CCMP's: see [`nonce`](super::nonce).
    ///
    /// # Errors
    /// [`BadLength`].
    pub fn seal(
        &self,
        nonce: &[u8; 13],
        aad: &[u8],
        body: &mut [u8],
        mic: &mut [u8],
    ) -> Result<(), BadLength> {
        match &self.0 {
            Mode::Ccmp(mode) => seal(mode, nonce, aad, body, mic),
            Mode::Ccmp256(mode) => seal(mode, nonce, aad, body, mic),
            Mode::Gcmp(mode) => seal(mode, &nonce[1..], aad, body, mic),
            Mode::Gcmp256(mode) => seal(mode, &nonce[1..], aad, body, mic),
        }
    }

    /// Decrypts `body` in place, if its MIC is right. If not it is zeros.
    ///
    /// # Errors
    /// [`Forged`].
    pub fn open(
        &self,
        nonce: &[u8; 13],
        aad: &[u8],
        body: &mut [u8],
        mic: &[u8],
    ) -> Result<(), Forged> {
        match &self.0 {
            Mode::Ccmp(mode) => open(mode, nonce, aad, body, mic),
            Mode::Ccmp256(mode) => open(mode, nonce, aad, body, mic),
            Mode::Gcmp(mode) => open(mode, &nonce[1..], aad, body, mic),
            Mode::Gcmp256(mode) => open(mode, &nonce[1..], aad, body, mic),
        }
    }
}

fn seal<A: AeadInOut>(
    mode: &A,
    nonce: &[u8],
    aad: &[u8],
    body: &mut [u8],
    mic: &mut [u8],
) -> Result<(), BadLength> {
    let nonce = <&Nonce<A>>::try_from(nonce).map_err(|_| BadLength)?;
    let room = <&mut Tag<A>>::try_from(mic).map_err(|_| BadLength)?;
    *room = mode.encrypt_inout_detached(nonce, aad, body.into()).map_err(|_| BadLength)?;
    Ok(())
}

fn open<A: AeadInOut>(
    mode: &A,
    nonce: &[u8],
    aad: &[u8],
    body: &mut [u8],
    mic: &[u8],
) -> Result<(), Forged> {
    let nonce = <&Nonce<A>>::try_from(nonce).ok();
    let mic = <&Tag<A>>::try_from(mic).ok();
    let opened = nonce.zip(mic).is_some_and(|(nonce, mic)| {
        mode.decrypt_inout_detached(nonce, aad, (&mut *body).into(), mic).is_ok()
    });
    if opened {
        return Ok(());
    }
    // CCM decrypts first, and leaves the plain body if that is too long.
    body.fill(0);
    Err(Forged)
}
