use alloc::vec::Vec;

use super::super::eapol::{IntegrityKey, unwrap};
use super::super::group::pn;
use super::super::{GroupKey, GroupKeyKind, KeyError, Secret};
use crate::Malformed;
use crate::element::{Body, FastTransition, FteBigtk, FteGtk, FteIgtk};

/// The group keys in the FTE of a reassociation response (9.4.2.47), whose MIC the caller has verified.
///
/// # Errors
/// [`KeyError::Mic`] if they were wrapped with another KEK; [`KeyError::Length`], [`KeyError::Malformed`].
pub fn group_keys(fte: &FastTransition<'_>, kek: &Secret) -> Result<Vec<GroupKey>, KeyError> {
    let mut keys = Vec::new();
    if let Some(gtk) = FteGtk::find(fte.subelements()) {
        let gtk = gtk?;
        let key = opened(kek, gtk.wrapped, gtk.key_len)?;
        let key_id = gtk.key_info.to_le_bytes()[0] & 3;
        keys.push(GroupKey { kind: GroupKeyKind::Gtk, key_id, pn: pn(gtk.rsc), key });
    }
    if let Some(igtk) = FteIgtk::find(fte.subelements()) {
        let igtk = igtk?;
        let key = opened(kek, igtk.wrapped, igtk.key_len)?;
        let from = IntegrityKey { key_id: igtk.key_id, pn: igtk.ipn, key: key.as_bytes() };
        keys.push(GroupKey::integrity(GroupKeyKind::Igtk, from)?);
    }
    if let Some(bigtk) = FteBigtk::find(fte.subelements()) {
        let bigtk = bigtk?;
        let key = opened(kek, bigtk.wrapped, bigtk.key_len)?;
        let from = IntegrityKey { key_id: bigtk.key_id, pn: bigtk.bipn, key: key.as_bytes() };
        keys.push(GroupKey::integrity(GroupKeyKind::Bigtk, from)?);
    }
    Ok(keys)
}

/// A wrapped key, without the padding behind its own `len` bytes.
fn opened(kek: &Secret, wrapped: &[u8], len: u8) -> Result<Secret, KeyError> {
    let padded = unwrap(kek, wrapped)?;
    let cut = Malformed::Truncated("group key in a fast transition element");
    Secret::new(padded.get(..usize::from(len)).ok_or(cut)?)
}
