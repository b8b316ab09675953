use alloc::vec::Vec;

use zeroize::Zeroizing;

use super::super::eapol::{EapolKey, KeyFrame, KeyInfo, pad_key_data, seal_key_data, sign};
use super::super::{AkmRules, KeyError, NONCE_LEN, Ptk, Secret};
use super::{Association, Ignored};
use crate::Malformed;

/// How the EAPOL-Key frames of one association look.
#[derive(Clone, Copy, Debug)]
pub(super) struct Codec {
    pub(super) rules: AkmRules,
    /// Descriptor type.
    pub(super) descriptor: u8,
    /// Descriptor version.
    key_version: u8,
    /// Version of 802.1X that we write.
    pub(super) eapol_version: u8,
}

/// What is different from frame to frame.
pub(super) struct Draft<'a> {
    pub(super) info: KeyInfo,
    pub(super) key_len: u16,
    pub(super) replay_counter: u64,
    pub(super) nonce: [u8; NONCE_LEN],
    pub(super) rsc: [u8; 8],
    pub(super) key_data: &'a [u8],
    /// Encrypt the key data, and the IV if that is with RC4.
    pub(super) seal: Option<[u8; 16]>,
}

impl Codec {
    /// Of an association whose keys can be made.
    pub(super) fn new(association: &Association, eapol_version: u8) -> Result<Self, KeyError> {
        let rules = association.rules()?;
        association.ptk([0; NONCE_LEN], [0; NONCE_LEN])?;
        let descriptor = if association.wpa { EapolKey::WPA } else { EapolKey::RSN };
        let key_version = rules.version_with(association.selection.pairwise);
        Ok(Self { rules, descriptor, key_version, eapol_version })
    }

    /// Views a frame, if it is one of this association. `any_type`: of either descriptor type.
    pub(super) fn parse<'a>(
        &self,
        bytes: &'a [u8],
        any_type: bool,
    ) -> Result<EapolKey<'a>, Ignored> {
        let key = EapolKey::parse(bytes, self.rules.mic_len)?;
        let right_type = any_type || key.descriptor() == self.descriptor;
        if !right_type || key.info().version() != self.key_version {
            return Err(Malformed::Invalid("EAPOL-Key descriptor").into());
        }
        let info = key.info();
        let foreign_index = info.contains(KeyInfo::PAIRWISE) && info.key_index() != 0;
        if info.contains(KeyInfo::SMK) || foreign_index {
            return Err(Ignored::Unexpected);
        }
        Ok(key)
    }

    /// Writes a frame; with a PTK it is signed.
    pub(super) fn build(&self, draft: &Draft<'_>, ptk: Option<&Ptk>) -> Result<Vec<u8>, KeyError> {
        let mut info = draft.info.with_version(self.key_version);
        info.set(KeyInfo::MIC, ptk.is_some());
        let sealed;
        let (mut key_data, mut iv) = (draft.key_data, [0; 16]);
        if let (Some(fresh), Some(ptk)) = (draft.seal, ptk) {
            sealed = self.seal(draft.key_data, &fresh, &ptk.kek)?;
            key_data = &sealed;
            // WPA has no bit for it, and only RC4 an IV.
            info.set(KeyInfo::ENCRYPTED, self.descriptor == EapolKey::RSN);
            iv = if self.key_version == 1 { fresh } else { iv };
        }
        let zeros = [0; Secret::MAX];
        let mut frame = KeyFrame {
            version: self.eapol_version,
            descriptor: self.descriptor,
            info,
            key_len: draft.key_len,
            replay_counter: draft.replay_counter,
            nonce: draft.nonce,
            iv,
            rsc: draft.rsc,
            id: [0; 8],
            mic: zeros.get(..self.rules.mic_len).unwrap_or_default(),
            key_data,
            padding: &[],
        }
        .to_vec()?;
        if let Some(ptk) = ptk {
            sign(&mut frame, &self.rules, &ptk.kck)?;
        }
        Ok(frame)
    }

    fn seal(&self, plain: &[u8], iv: &[u8; 16], kek: &Secret) -> Result<Vec<u8>, KeyError> {
        // Room for the padding, so that the keys are not copied to another place and left behind.
        let mut padded = Zeroizing::new(Vec::with_capacity(plain.len() + 16));
        padded.extend_from_slice(plain);
        if self.key_version != 1 {
            pad_key_data(&mut padded);
        }
        seal_key_data(self.key_version, kek, iv, &padded)
    }
}
