//! WEP, and what TKIP shares with it: RC4 over a body and its CRC-32.

use rc4::{KeyInit, Rc4, StreamCipher};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::key::State;
use super::mpdu::{Mpdu, Parts, parts, set_protected};
use super::{EncryptError, Opened};
use crate::frame::{FrameType, Kind};
use crate::{Malformed, RxDrop};

const WHAT: &str = "frame with room for WEP";

const _: () = super::zeroized::<Rc4>();

/// Bytes of the IV with the key index, in front of the body.
pub(super) const IV_LEN: usize = 4;
/// Bytes of the integrity check value, behind it.
pub(super) const ICV_LEN: usize = 4;

/// A WEP key (12.3.2): 5 or 13 bytes.
pub(super) struct Wep {
    /// Three bytes that the IV comes into, then the key.
    rc4_key: Zeroizing<[u8; 16]>,
    len: usize,
}

impl Wep {
    pub(super) fn new(key: &[u8]) -> Option<Self> {
        let mut rc4_key = Zeroizing::new([0; 16]);
        let len = key.len().checked_add(3)?;
        rc4_key.get_mut(3..len)?.copy_from_slice(key);
        Some(Self { rc4_key, len })
    }

    /// The IV after `iv`. Those that Fluhrer, Mantin and Shamir found weak are left out
    /// (`ieee80211_wep_get_iv`).
    pub(super) fn next_iv(&self, iv: u32) -> u32 {
        let next = iv.wrapping_add(1) & 0x00ff_ffff;
        let [_, first, second, _] = next.to_be_bytes();
        let weak = second == 0xff && (3..self.len).contains(&usize::from(first));
        if weak { next.wrapping_add(0x100) & 0x00ff_ffff } else { next }
    }

    /// `ieee80211_wep_encrypt`. IVs begin again when all are used.
    pub(super) fn encrypt(&self, key: &mut State, frame: &mut [u8]) -> Result<(), EncryptError> {
        let mpdu = Mpdu::of(frame).ok_or(Malformed::Invalid(WHAT))?;
        let header_len = mpdu.header_len;
        let parts = parts(frame, header_len, ICV_LEN).ok_or(Malformed::Truncated(WHAT))?;
        let iv = self.next_iv(key.tx_pn as u32);
        key.tx_pn = u64::from(iv);
        let [_, first, second, third] = iv.to_be_bytes();
        *parts.iv = [first, second, third, key.index << 6];
        encrypt_data(&self.rc4_key([first, second, third])[..self.len], parts.body, parts.mic);
        set_protected(frame);
        Ok(())
    }

    /// `ieee80211_crypto_wep_decrypt`.
    pub(super) fn open(&self, key: &State, frame: &mut [u8]) -> Result<Option<Opened>, RxDrop> {
        let Some(Mpdu { header, header_len, queue }) = Mpdu::of(frame) else { return Ok(None) };
        let fc = header.frame_control();
        let covered = fc.frame_type() == FrameType::Data || fc.kind() == Kind::AUTH;
        if !covered || !fc.protected() {
            return Ok(None);
        }
        let Parts { iv, body, mic } =
            parts(frame, header_len, ICV_LEN).ok_or(RxDrop::WepDecFail)?;
        let [first, second, third, index] = *iv;
        let rc4_key = self.rc4_key([first, second, third]);
        if index >> 6 != key.index || !decrypt_data(&rc4_key[..self.len], body, mic) {
            return Err(RxDrop::WepDecFail);
        }
        let number = u32::from_be_bytes([0, first, second, third]);
        let (body_len, numbered) = (body.len(), (queue, u64::from(number)));
        Ok(Some(key.opened(header_len, IV_LEN, body_len, numbered)))
    }

    fn rc4_key(&self, iv: [u8; 3]) -> Zeroizing<[u8; 16]> {
        let mut key = self.rc4_key.clone();
        key[..3].copy_from_slice(&iv);
        key
    }
}

/// `ieee80211_wep_encrypt_data`.
pub(super) fn encrypt_data(rc4_key: &[u8], body: &mut [u8], icv: &mut [u8]) {
    for (room, byte) in icv.iter_mut().zip(crc32fast::hash(body).to_le_bytes()) {
        *room = byte;
    }
    apply(rc4_key, body, icv);
}

/// `ieee80211_wep_decrypt_data`. If the integrity check value is wrong, both are zeros.
pub(super) fn decrypt_data(rc4_key: &[u8], body: &mut [u8], icv: &mut [u8]) -> bool {
    apply(rc4_key, body, icv);
    let right: bool = crc32fast::hash(body).to_le_bytes().as_slice().ct_eq(icv).into();
    if !right {
        body.fill(0);
        icv.fill(0);
    }
    right
}

fn apply(rc4_key: &[u8], body: &mut [u8], icv: &mut [u8]) {
    // RC4 refuses keys of no byte and of more than 256; ours have 8 to 16.
    if let Ok(mut rc4) = Rc4::new_from_slice(rc4_key) {
        rc4.apply_keystream(body);
        rc4.apply_keystream(icv);
    }
}
