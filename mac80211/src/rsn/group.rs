//! Group keys, as they come out of key data.

use alloc::vec::Vec;

use super::eapol::{EapolKey, IntegrityKey, Kde, KeyData, KeyInfo};
use super::{KeyError, Secret};

/// What a group key protects.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum GroupKeyKind {
    /// Data frames: key index 0 to 3.
    Gtk,
    /// Management frames: 4 or 5.
    Igtk,
    /// Beacons: 6 or 7.
    Bigtk,
}

/// A group key, with the last packet number that was sent with it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GroupKey {
    /// What it protects.
    pub kind: GroupKeyKind,
    /// Key index.
    pub key_id: u8,
    /// Receive sequence counter: packets with numbers up to this one are replays.
    pub pn: u64,
    /// The key.
    pub key: Secret,
}

impl GroupKey {
    /// Those in the key data of message 3 or of group message 1, whose MIC the caller has verified.
    ///
    /// # Errors
    /// [`KeyError::Length`] for a key longer than keys are; [`KeyError::Malformed`] for key data that
    /// are no elements; those of [`EapolKey::open_key_data`].
    pub fn all_of(key: &EapolKey<'_>, kek: &Secret) -> Result<Vec<Self>, KeyError> {
        let pn = pn(*key.rsc());
        if key.descriptor() == EapolKey::WPA {
            return Self::of_wpa(key, kek, pn);
        }
        if !key.info().contains(KeyInfo::ENCRYPTED) {
            return Ok(Vec::new());
        }
        let plain = key.open_key_data(kek)?;
        Self::of_key_data(&plain, pn)
    }

    /// Those in key data in the clear; `pn` is the frame's receive sequence counter.
    pub(super) fn of_key_data(plain: &[u8], pn: u64) -> Result<Vec<Self>, KeyError> {
        let mut keys = Vec::new();
        for entry in KeyData::new(plain) {
            let Some(kde) = entry?.kde() else { continue };
            keys.extend(Self::of_kde(kde?, pn)?);
        }
        Ok(keys)
    }

    fn of_kde(kde: Kde<'_>, pn: u64) -> Result<Option<Self>, KeyError> {
        let integrity = |kind, from: IntegrityKey<'_>| Self::integrity(kind, from).map(Some);
        match kde {
            Kde::Gtk { key_id, key, .. } => {
                Ok(Some(Self { kind: GroupKeyKind::Gtk, key_id, pn, key: Secret::new(key)? }))
            }
            // Some APs write the bytes of the index the wrong way round, and would be no better at BIP: as
            // with `wpa_supplicant`, the key is left aside, and group management frames stay unread.
            Kde::Igtk(IntegrityKey { key_id: 0x0400 | 0x0500, .. }) => Ok(None),
            Kde::Igtk(key) => integrity(GroupKeyKind::Igtk, key),
            Kde::Bigtk(key) => integrity(GroupKeyKind::Bigtk, key),
            _ => Ok(None),
        }
    }

    pub(super) fn integrity(kind: GroupKeyKind, from: IntegrityKey<'_>) -> Result<Self, KeyError> {
        let allowed = if kind == GroupKeyKind::Igtk { 4..=5 } else { 6..=7 };
        let key_id = u8::try_from(from.key_id).ok().filter(|id| allowed.contains(id));
        let key_id = key_id.ok_or(crate::Malformed::Invalid("group key index"))?;
        let [a, b, c, d, e, f] = from.pn;
        Ok(Self { kind, key_id, pn: pn([a, b, c, d, e, f, 0, 0]), key: Secret::new(from.key)? })
    }

    /// WPA sends the key bare, encrypted without a bit that says so, in group messages alone.
    fn of_wpa(key: &EapolKey<'_>, kek: &Secret, pn: u64) -> Result<Vec<Self>, KeyError> {
        if key.info().contains(KeyInfo::PAIRWISE) {
            return Ok(Vec::new());
        }
        let plain = key.open_key_data(kek)?;
        let gtk = plain.get(..usize::from(key.key_len())).ok_or(KeyError::Length("group key"))?;
        let (kind, key_id) = (GroupKeyKind::Gtk, key.info().key_index());
        Ok([Self { kind, key_id, pn, key: Secret::new(gtk)? }].into())
    }
}

/// A packet number of 48 bits, from the lowest byte on. The bytes above it are reserved.
pub(super) fn pn(rsc: [u8; 8]) -> u64 {
    u64::from_le_bytes(rsc) & 0xffff_ffff_ffff
}
