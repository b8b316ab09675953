//! Several cells in one beacon: the transmitted BSSID's elements, and those of the others that are told in it
//! (11.1.3.8).

use softnet_sk_buff::MacAddr;

use super::fragment::with_fragments;
use super::{Body, BuildError, Element, Elements, Id, Sink};

element! {
    /// Multiple BSSID (9.4.2.45).
    pub struct MultipleBssid: Id::MULTIPLE_BSSID, "multiple BSSID element" {
        /// Exponent of the most cells, 1 to 8.
        pub max_bssid_indicator: u8,
    } then {
        /// Nontransmitted BSSID profiles: see [`subelements`](Self::subelements).
        pub subelements: &'a [u8],
    }
}

impl<'a> MultipleBssid<'a> {
    /// The subelements.
    #[must_use]
    pub const fn subelements(&self) -> Elements<'a> {
        Elements::new(self.subelements)
    }
}

element! {
    /// Multiple BSSID-index (9.4.2.73; `struct ieee80211_bssid_index`).
    pub struct MultipleBssidIndex: Id::MULTI_BSSID_IDX, "multiple BSSID-index element" {
        /// Which cell, from 1.
        pub index: u8,
    } then {
        /// Overrides the transmitted cell's; beacons only.
        pub dtim_period: Option<u8>,
        /// Overrides the transmitted cell's; beacons only.
        pub dtim_count: Option<u8>,
        /// Bytes behind those that are known.
        pub tail: &'a [u8],
    }
}

element! {
    /// Nontransmitted BSSID capability (9.4.2.71): the first of a profile.
    pub struct NonTxBssidCap: Id::NON_TX_BSSID_CAP, "nontransmitted BSSID capability element" {
        /// Capability information, as in a beacon.
        pub capability: u16,
    }
}

element! {
    /// Multiple BSSID configuration (9.4.2.261; `struct ieee80211_multiple_bssid_configuration`).
    pub struct MultipleBssidConfiguration: Id::MULTIPLE_BSSID_CONFIGURATION, "multiple BSSID configuration element" {
        /// Cells that are active.
        pub bssid_count: u8,
        /// Beacons in which all of them are told.
        pub profile_periodicity: u8,
    }
}

/// Non-inheritance (9.4.2.240): what a profile does not take over from the frame around it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct NonInheritance<'a> {
    /// Element IDs.
    pub ids: &'a [u8],
    /// Element ID extensions.
    pub extensions: &'a [u8],
    /// Bytes behind those that are known.
    pub tail: &'a [u8],
}

impl<'a> super::Wire<'a> for NonInheritance<'a> {
    #[inline]
    fn read(from: &mut &'a [u8]) -> Option<Self> {
        let len = u8::read(from)?;
        let ids = crate::wire::take(from, usize::from(len))?;
        let len = u8::read(from)?;
        let extensions = crate::wire::take(from, usize::from(len))?;
        Some(Self { ids, extensions, tail: core::mem::take(from) })
    }

    fn write(&self, out: &mut dyn Sink) -> Result<(), BuildError> {
        for list in [self.ids, self.extensions] {
            let len = u8::try_from(list.len());
            out.put(&[len.map_err(|_| BuildError::Overlong(Self::NAME))?])?;
            out.put(list)?;
        }
        out.put(self.tail)
    }
}

body! { NonInheritance: Id::NON_INHERITANCE, "non-inheritance element" }

impl NonInheritance<'_> {
    /// Whether a profile takes `element` over from the frame around it, where nothing of the same kind in the
    /// profile stands against it (`cfg80211_is_element_inherited`). `non_inheritance`: that of the profile; one that
    /// is cut short excludes nothing.
    #[must_use]
    pub fn is_inherited(element: &Element<'_>, non_inheritance: Option<&Element<'_>>) -> bool {
        if element.id() == Id::MULTIPLE_BSSID {
            return false;
        }
        // As in Linux, one without a body is no multi-link element yet.
        if element.id() == Id::EHT_MULTI_LINK && !element.body().is_empty() {
            return false;
        }
        let Some(Ok(list)) = non_inheritance.map(|found| NonInheritance::parse(found.body()))
        else {
            return true;
        };
        let excluded = match element.id().extension() {
            Some(extension) => list.extensions.contains(&extension),
            None if element.element_id() == Id::EXTENSION => false,
            None => list.ids.contains(&element.element_id()),
        };
        !excluded
    }
}

/// The address of the cell with this index in the set of the transmitted `bssid`, which has at most 2 to the power
/// of `max_bssid_indicator` (1 to 8) cells (`cfg80211_gen_new_bssid`).
#[must_use]
pub fn gen_new_bssid(bssid: MacAddr, max_bssid_indicator: u8, index: u8) -> MacAddr {
    let mask = (1_u64 << max_bssid_indicator.min(48)) - 1;
    let [a, b, c, d, e, f] = bssid.octets();
    let address = u64::from_be_bytes([0, 0, a, b, c, d, e, f]);
    let new = address & !mask | (address & mask).wrapping_add(u64::from(index)) & mask;
    let [_, _, a, b, c, d, e, f] = new.to_be_bytes();
    MacAddr([a, b, c, d, e, f])
}

/// A profile of a nontransmitted cell that goes on in the next multiple BSSID element is put together in `room`
/// (`cfg80211_merge_profile`). Gives the bytes that were written; a part that there is no room for ends it.
///
/// `profile` is a subelement of `mbssid`; `behind_profile` what follows it there, and `behind_mbssid` what follows
/// `mbssid` in the frame.
#[must_use]
pub fn merge_profile<'b>(
    profile: Element<'_>,
    behind_profile: &[u8],
    behind_mbssid: &[u8],
    room: &'b mut [u8],
) -> &'b mut [u8] {
    let mut out = super::Bounded::new(room);
    let (mut part, mut after_part, mut after) = (profile, behind_profile, behind_mbssid);
    while out.put(part.data()).is_ok() {
        let Some(next) = continuation(after_part, after) else { break };
        (part, after_part, after) = next;
    }
    out.into_written()
}

/// The part of a profile in the next multiple BSSID element, if it goes on there: that, what follows it there, and
/// what follows the element (`cfg80211_get_profile_continuation`).
fn continuation<'a>(
    behind_profile: &[u8],
    behind_mbssid: &'a [u8],
) -> Option<(Element<'a>, &'a [u8], &'a [u8])> {
    // Linux lets one byte pass.
    if behind_profile.len() > 1 {
        return None;
    }
    let mut elements = Elements::new(behind_mbssid);
    let mbssid = elements.find_id(Id::MULTIPLE_BSSID)?;
    if mbssid.data().len() < 4 {
        return None;
    }
    let (part, after_part) = Element::split_first(mbssid.data().get(1..)?)?;
    let begins_another = part.data().first() == Some(&Id::NON_TX_BSSID_CAP.id());
    let goes_on = part.element_id() == 0 && part.data().len() >= 2 && !begins_another;
    goes_on.then(|| (part, after_part, elements.rest()))
}

/// A nontransmitted cell that a frame tells of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NontransmittedProfile<'b> {
    /// Its address.
    pub bssid: MacAddr,
    /// Its index, and what of the transmitted cell's it overrides.
    pub index: MultipleBssidIndex<'b>,
    /// Its own elements.
    pub elements: &'b [u8],
}

/// The nontransmitted cell `bssid` in a frame of `transmitted` with these elements; its own are put together in
/// `room`, for which as many bytes as the frame has are enough (`ieee802_11_find_bssid_profile`).
#[must_use]
pub fn find_profile<'b>(
    elements: &[u8],
    transmitted: MacAddr,
    bssid: MacAddr,
    room: &'b mut [u8],
) -> Option<NontransmittedProfile<'b>> {
    let mut mbssids = Elements::new(elements);
    while let Some(mbssid) = mbssids.find_id(Id::MULTIPLE_BSSID) {
        let Ok(set) = MultipleBssid::parse(mbssid.data()) else { continue };
        if set.subelements.is_empty() || !(1..=8).contains(&set.max_bssid_indicator) {
            continue;
        }
        let mut subelements = set.subelements();
        while let Some(profile) = subelements.next() {
            let begins = profile.element_id() == 0
                && profile.data().len() >= 4
                && profile.data().starts_with(&[Id::NON_TX_BSSID_CAP.id(), 2]);
            if !begins {
                continue;
            }
            let merged =
                merge_profile(profile, subelements.rest(), mbssids.rest(), &mut *room).len();
            let own = room.get(..merged).unwrap_or_default();
            let Some(Ok(index)) = MultipleBssidIndex::find(Elements::new(own)) else { continue };
            if index.index == 0 {
                continue;
            }
            let candidate = gen_new_bssid(transmitted, set.max_bssid_indicator, index.index);
            if candidate == bssid {
                return profile_in(room.get(..merged).unwrap_or_default(), bssid);
            }
        }
    }
    None
}

fn profile_in(elements: &[u8], bssid: MacAddr) -> Option<NontransmittedProfile<'_>> {
    let index = MultipleBssidIndex::find(Elements::new(elements))?.ok()?;
    Some(NontransmittedProfile { bssid, index, elements })
}

/// Appends the elements of a nontransmitted cell: its own, and those that it takes over from the frame around it, in
/// that frame's order (`cfg80211_gen_new_ie`).
///
/// # Errors
/// [`BuildError::NoRoom`].
pub fn gen_new_ie(elements: &[u8], profile: &[u8], out: &mut dyn Sink) -> Result<(), BuildError> {
    let non_inheritance = Elements::new(profile).find_id(Id::NON_INHERITANCE);
    let mut parents = Elements::new(elements);
    while let Some(parent) = parents.next() {
        if skipped(&parent) {
            continue;
        }
        let of_kind = |element: &Element<'_>| element.id() == parent.id();
        let overridden = Elements::new(profile).any(|own| of_kind(&own));
        if !overridden && NonInheritance::is_inherited(&parent, non_inheritance.as_ref()) {
            copy(parent, parents.rest(), out)?;
            continue;
        }
        let at = elements.len() - parents.rest().len() - parent.data().len() - 2;
        let earlier = elements.get(..at).unwrap_or_default();
        if Elements::new(earlier).any(|before| of_kind(&before)) {
            continue;
        }
        let mut own = Elements::new(profile);
        while let Some(element) = own.find(of_kind) {
            copy(element, own.rest(), out)?;
        }
    }
    let mut own = Elements::new(profile);
    while let Some(element) = own.next() {
        let id = element.id();
        if skipped(&element) || id == Id::NON_TX_BSSID_CAP || id == Id::NON_INHERITANCE {
            continue;
        }
        if !Elements::new(elements).any(|parent| parent.id() == id) {
            copy(element, own.rest(), out)?;
        }
    }
    Ok(())
}

/// Fragments go with what they are fragments of; an extension without a number is nothing.
fn skipped(element: &Element<'_>) -> bool {
    element.id() == Id::FRAGMENT || element.id() == Id::new(Id::EXTENSION)
}

fn copy(element: Element<'_>, following: &[u8], out: &mut dyn Sink) -> Result<(), BuildError> {
    with_fragments(element, following, Id::FRAGMENT.id()).try_for_each(|part| part.write(out))
}
