use alloc::vec::Vec;
use core::fmt;

use super::{EapolKey, KeyInfo, PacketType};
use crate::Malformed;
use crate::rsn::NONCE_LEN;

/// An EAPOL-Key frame to be written, field by field.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct KeyFrame<'a> {
    /// Version of 802.1X: hostapd and `wpa_supplicant` write 2, or 1 with WPA.
    pub version: u8,
    /// Descriptor type: [`EapolKey::RSN`] or [`EapolKey::WPA`].
    pub descriptor: u8,
    /// Key information.
    pub info: KeyInfo,
    /// Bytes of the key that this is about.
    pub key_len: u16,
    /// Replay counter.
    pub replay_counter: u64,
    /// Nonce of the sender.
    pub nonce: [u8; NONCE_LEN],
    /// Initialization vector of RC4.
    pub iv: [u8; 16],
    /// Receive sequence counter of the group key, from the lowest byte on.
    pub rsc: [u8; 8],
    /// Reserved; WPA's key identifier.
    pub id: [u8; 8],
    /// The integrity code, or zeros for [`sign`](super::sign) to fill.
    pub mic: &'a [u8],
    /// Key data, encrypted if `info` says so.
    pub key_data: &'a [u8],
    /// What follows the key data; nothing, ordinarily.
    pub padding: &'a [u8],
}

impl KeyFrame<'_> {
    /// The frame's bytes, from its EAPOL header on.
    ///
    /// # Errors
    /// [`Malformed::Overlong`] for a body of more than 65535 bytes.
    pub fn to_vec(&self) -> Result<Vec<u8>, Malformed> {
        let overlong = |_| Malformed::Overlong("EAPOL-Key frame");
        let key_data_len = u16::try_from(self.key_data.len()).map_err(overlong)?;
        let body = 77 + self.mic.len() + 2 + self.key_data.len() + self.padding.len();
        let body_len = u16::try_from(body).map_err(overlong)?;
        let mut out = Vec::with_capacity(4 + body);
        out.extend([self.version, PacketType::KEY.0]);
        out.extend(body_len.to_be_bytes());
        out.push(self.descriptor);
        out.extend(self.info.bits().to_be_bytes());
        out.extend(self.key_len.to_be_bytes());
        out.extend(self.replay_counter.to_be_bytes());
        for part in [&self.nonce[..], &self.iv, &self.rsc, &self.id, self.mic] {
            out.extend_from_slice(part);
        }
        out.extend(key_data_len.to_be_bytes());
        out.extend_from_slice(self.key_data);
        out.extend_from_slice(self.padding);
        Ok(out)
    }
}

impl<'a> From<&EapolKey<'a>> for KeyFrame<'a> {
    fn from(key: &EapolKey<'a>) -> Self {
        Self {
            version: key.version(),
            descriptor: key.descriptor(),
            info: key.info(),
            key_len: key.key_len(),
            replay_counter: key.replay_counter(),
            nonce: *key.nonce(),
            iv: *key.iv(),
            rsc: *key.rsc(),
            id: *key.id(),
            mic: key.mic(),
            key_data: key.key_data(),
            padding: key.padding(),
        }
    }
}

impl fmt::Debug for KeyFrame<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyFrame")
            .field("descriptor", &self.descriptor)
            .field("info", &self.info)
            .field("replay_counter", &self.replay_counter)
            .field("key_data_len", &self.key_data.len())
            .finish_non_exhaustive()
    }
}
