//! Ciphers: what a frame costs beyond the bare mode.

use aes::Aes128;
use aes_gcm::AesGcm;
use aes_gcm::aead::consts::{U8, U12, U13};
use aes_gcm::aead::{AeadInOut, Error, KeyInit, Nonce};
use ccm::Ccm;
use softnet_mac80211::CipherSuite;
use softnet_mac80211::cipher::{BadKey, Key, Replay};

/// Bytes of the body.
pub const BODY: usize = 1500;
/// The key of everybody.
pub const KEY: [u8; 16] = *b"sixteen bytes...";

/// CCMP's mode.
pub type BareCcm = Ccm<Aes128, U8, U13>;
/// GCMP's mode.
pub type BareGcm = AesGcm<Aes128, U12>;

/// Header of a QoS data frame to an access point, in the clear.
const HEADER: [u8; 26] =
    *b"\x88\x01\x2c\0\x02\0\0\0\0\0\x02\0\0\0\x01\0\x02\0\0\0\0\0\x30\x02\x06\0";
/// As many bytes as that header gives to be authenticated.
const AAD: [u8; 24] = [0x5a; 24];

/// A frame under one of our keys.
pub struct Ours {
    key: Key,
    frame: Vec<u8>,
    sealed: Vec<u8>,
}

impl Ours {
    /// A frame with room for what the cipher adds, and the same frame sealed.
    ///
    /// # Errors
    /// The suite has no such key.
    pub fn new(suite: CipherSuite) -> Result<Self, BadKey> {
        let mut key = Key::new(suite, 0, &KEY)?;
        let room =
            [vec![0; 8], (0..BODY).map(|i| i as u8).collect(), vec![0; key.mic_len()]].concat();
        let frame = [&HEADER[..], &room].concat();
        let mut sealed = frame.clone();
        let _ = key.encrypt(&mut sealed);
        Ok(Self { key, frame, sealed })
    }

    /// Seals the frame, whatever is in it: header, packet number, masks and all. Whether it could.
    pub fn seal(&mut self) -> bool {
        self.frame[..HEADER.len()].copy_from_slice(&HEADER);
        self.key.encrypt(&mut self.frame).is_ok()
    }

    /// Opens a copy of the sealed frame. Whether its MIC was right.
    pub fn open(&mut self) -> bool {
        self.frame.copy_from_slice(&self.sealed);
        matches!(self.key.open(&mut self.frame, Replay::Ignore), Ok(Some(_)))
    }

    /// The body of the sealed frame.
    #[must_use]
    pub fn sealed_body(&self) -> &[u8] {
        &self.sealed[HEADER.len() + 8..][..BODY]
    }
}

/// A body under a mode alone.
pub struct Bare<M> {
    mode: M,
    buffer: Vec<u8>,
    sealed: Vec<u8>,
    tag: Vec<u8>,
}

impl<M: AeadInOut + KeyInit> Bare<M> {
    /// A body and what is authenticated with it, and the same body sealed.
    ///
    /// # Errors
    /// The mode refuses the key or the body.
    pub fn new() -> Result<Self, Error> {
        let mode = M::new_from_slice(&KEY).map_err(|_| Error)?;
        let buffer: Vec<u8> = (0..BODY).map(|i| i as u8).collect();
        let mut sealed = buffer.clone();
        let nonce = Nonce::<M>::default();
        let tag = mode.encrypt_inout_detached(&nonce, &AAD, sealed.as_mut_slice().into())?.to_vec();
        Ok(Self { mode, buffer, sealed, tag })
    }

    /// Seals the body, whatever is in it. Whether it could.
    pub fn seal(&mut self) -> bool {
        let nonce = Nonce::<M>::default();
        let tag = self.mode.encrypt_inout_detached(&nonce, &AAD, self.buffer.as_mut_slice().into());
        core::hint::black_box(&tag).is_ok()
    }

    /// Opens a copy of the sealed body. Whether its tag was right.
    pub fn open(&mut self) -> bool {
        self.buffer.copy_from_slice(&self.sealed);
        let Ok(tag) = self.tag.as_slice().try_into() else { return false };
        let nonce = Nonce::<M>::default();
        self.mode
            .decrypt_inout_detached(&nonce, &AAD, self.buffer.as_mut_slice().into(), tag)
            .is_ok()
    }
}
