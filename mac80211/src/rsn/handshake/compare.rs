//! Elements in the handshake, against those seen before (`wpa_supplicant_validate_ie`, `wpa_compare_rsn_ie`).

use alloc::vec::Vec;

use super::{Association, Root};
use crate::element::{Body, Element, Elements, Id, Rsn, Wpa};

/// Whether message 3 has the elements of the beacon: what is told there twice must be the same, and what
/// the keys hang on must be there.
pub(super) fn third_matches(association: &Association, key_data: &[u8]) -> bool {
    let theirs = Elements::new(key_data);
    let beacon = Elements::new(&association.ap_elements);
    let rsne = same_rsne(association, beacon, theirs, Only::Name);
    let wpa = same_wpa(beacon, theirs);
    if association.wpa {
        return wpa == Some(true) && rsne != Some(false);
    }
    let told = Elements::new(&association.station_elements);
    rsne == Some(true)
        && wpa != Some(false)
        && same(beacon, theirs, Id::RSNX)
        && same_ft(association, told, theirs)
}

/// Whether message 2 has the elements of the association request.
pub(super) fn second_matches(association: &Association, key_data: &[u8]) -> bool {
    let theirs = Elements::new(key_data);
    let request = Elements::new(&association.station_elements);
    if association.wpa {
        return same_wpa(request, theirs) == Some(true);
    }
    same_rsne(association, request, theirs, Only::NameOrKnown) == Some(true)
        && same(request, theirs, Id::RSNX)
        && same_ft(association, request, theirs)
}

fn same(known: Elements<'_>, theirs: Elements<'_>, id: Id) -> bool {
    find(known, id) == find(theirs, id)
}

/// `None`: the frame has none.
fn same_wpa(known: Elements<'_>, theirs: Elements<'_>) -> Option<bool> {
    let theirs = theirs.into_iter().find(Wpa::is)?;
    Some(known.into_iter().find(Wpa::is) == Some(theirs))
}

/// What an RSNE of FT may name.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Only {
    /// The PMK-R1.
    Name,
    /// And what the RSNE known before named.
    NameOrKnown,
}

/// `None`: the frame has none. With FT it must name the PMK-R1, and all else be equal.
fn same_rsne(
    association: &Association,
    known: Elements<'_>,
    theirs: Elements<'_>,
    only: Only,
) -> Option<bool> {
    let theirs = find(theirs, Id::RSN)?;
    let Some(known) = find(known, Id::RSN) else { return Some(false) };
    let Root::Ft(r1) = &association.root else { return Some(known == theirs) };
    let (Ok(known), Ok(theirs)) = (Rsn::parse(known.body()), Rsn::parse(theirs.body())) else {
        return Some(false);
    };
    let (named, beside): (Vec<_>, Vec<_>) = theirs.pmkids().partition(|&name| name == r1.name);
    let names = match only {
        Only::Name => named.len() == 1 && beside.is_empty(),
        Only::NameOrKnown => {
            !named.is_empty() && beside.iter().all(|name| known.pmkids().any(|old| old == *name))
        }
    };
    let rest =
        |rsn: Rsn<'_>| (rsn.version, rsn.group, rsn.capabilities(), rsn.group_management_cipher());
    let suites = known.pairwise == theirs.pairwise && known.akms == theirs.akms;
    Some(names && suites && rest(known) == rest(theirs))
}

/// MDE and FTE are those of the association response (`ft_check_msg_2_of_4`, `wpa_supplicant_validate_ie_ft`).
fn same_ft(association: &Association, known: Elements<'_>, theirs: Elements<'_>) -> bool {
    !association.selection.is_ft()
        || [Id::MOBILITY_DOMAIN, Id::FAST_BSS_TRANSITION]
            .into_iter()
            .all(|id| same(known, theirs, id))
}

fn find(elements: Elements<'_>, id: Id) -> Option<Element<'_>> {
    elements.into_iter().find_id(id)
}
