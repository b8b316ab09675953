//! Elements in the handshake, against those seen before (`wpa_supplicant_validate_ie`, `wpa_compare_rsn_ie`).

use super::super::Selection;
use super::Association;
use crate::element::{Body, Element, Elements, Id, Rsn, Wpa};

/// Whether message 3 has the elements of the beacon: what is told there twice must be the same, and what
/// the keys hang on must be there.
pub(super) fn third_matches(association: &Association, key_data: &[u8]) -> bool {
    let theirs = Elements::new(key_data);
    let beacon = Elements::new(&association.ap_elements);
    let is_ft = association.selection.is_ft();
    let rsne = same(find(beacon, Id::RSN), find(theirs, Id::RSN), is_ft);
    let wpa = same(beacon.into_iter().find(Wpa::is), theirs.into_iter().find(Wpa::is), false);
    let rsnxe = find(beacon, Id::RSNX) == find(theirs, Id::RSNX);
    if association.wpa {
        wpa == Some(true) && rsne != Some(false)
    } else {
        rsne == Some(true) && wpa != Some(false) && rsnxe
    }
}

/// Whether message 2 has the elements of the association request.
pub(super) fn second_matches(association: &Association, key_data: &[u8]) -> bool {
    let theirs = Elements::new(key_data);
    let request = Elements::new(&association.station_elements);
    if association.wpa {
        return same(request.into_iter().find(Wpa::is), theirs.into_iter().find(Wpa::is), false)
            == Some(true);
    }
    let is_ft = association.selection.is_ft();
    same(find(request, Id::RSN), find(theirs, Id::RSN), is_ft) == Some(true)
        && find(request, Id::RSNX) == find(theirs, Id::RSNX)
}

/// `None`: the frame has none.
fn same(known: Option<Element<'_>>, theirs: Option<Element<'_>>, is_ft: bool) -> Option<bool> {
    let theirs = theirs?;
    let Some(known) = known else { return Some(false) };
    Some(known == theirs || is_ft && same_but_names(known.body(), theirs.body()))
}

/// FT puts the name of the PMK-R1 into the RSNE; all else must be equal.
fn same_but_names(known: &[u8], theirs: &[u8]) -> bool {
    let (Ok(known), Ok(theirs)) = (Rsn::parse(known), Rsn::parse(theirs)) else { return false };
    let rest =
        |rsn: Rsn<'_>| (rsn.version, rsn.group, rsn.capabilities(), rsn.group_management_cipher());
    known.pairwise == theirs.pairwise && known.akms == theirs.akms && rest(known) == rest(theirs)
}

fn find(elements: Elements<'_>, id: Id) -> Option<Element<'_>> {
    elements.into_iter().find_id(id)
}

/// Whether this group has data frames at all.
pub(super) fn has_gtk(selection: &Selection) -> bool {
    selection.group != crate::CipherSuite::NO_GROUP_ADDR
}
