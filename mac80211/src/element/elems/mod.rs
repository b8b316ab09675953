//! All elements of a frame at once.

mod rules;
#[cfg(test)]
mod tests;

use softnet_sk_buff::MacAddr;

use super::multiple_bssid::find_profile;
use super::{
    BandwidthIndication, Body, EhtCapabilities, EhtOperation, Element, Elements, HeCapabilities,
    HeOperation, Id, MlControl, MultiLink, MultipleBssidIndex, NoRoom, NonInheritance, ParsedTpe,
    SpatialReuse, TidToLinkMapping, Tim, WmmInfo, WmmParam, defragment, find_multi_link,
};
use crate::Malformed;

/// What a connection can do at most (`enum ieee80211_conn_mode`): elements beyond it are passed over.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum ConnMode {
    /// S1G.
    S1g,
    /// Neither HT nor anything later.
    Legacy,
    /// HT.
    Ht,
    /// VHT.
    Vht,
    /// HE.
    He,
    /// EHT.
    Eht,
}

/// How to collect (`struct ieee80211_elems_parse_params`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ParseParams {
    /// Elements beyond this are passed over.
    pub mode: ConnMode,
    /// The frame is an action frame.
    pub action: bool,
    /// The frame is of an access point.
    pub from_ap: bool,
}

/// Everything, from an access point, not in an action frame.
impl Default for ParseParams {
    fn default() -> Self {
        Self { mode: ConnMode::Eht, action: false, from_ap: true }
    }
}

bitflags::bitflags! {
    /// What was wrong with elements; those that were not wrong count (`enum ieee80211_elems_parse_error`).
    #[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
    pub struct ParseErrors: u8 {
        /// Bytes behind the last whole element.
        const INVALID_END = 1 << 0;
        /// A second one where there is one only.
        const DUP_ELEM = 1 << 1;
        /// Of another length than it has.
        const BAD_ELEM_SIZE = 1 << 2;
        /// In a frame that has none.
        const UNEXPECTED_ELEM = 1 << 3;
        /// A basic multi-link element inside of another.
        const DUP_NEST_ML_BASIC = 1 << 4;
    }
}

/// The elements of a frame, each where it can be found at once (`struct ieee802_11_elems`).
///
/// Of those that may be there once the first well-formed one counts, of others the last. Nothing is copied, nothing
/// allocated; what an element says is read when it is asked for.
///
/// ```
/// use softnet_mac80211::element::{Elems, ParseErrors, ParseParams, Rsn, Ssid};
///
/// let elems = Elems::parse(b"\x00\x04cell\x00\x05again\x30\x02\x01\x00", ParseParams::default());
/// assert_eq!(elems.get::<Ssid>().unwrap()?.ssid, b"cell");
/// assert_eq!(elems.get::<Rsn>().unwrap()?.version, 1);
/// assert_eq!(elems.parse_errors(), ParseErrors::DUP_ELEM);
/// # Ok::<(), softnet_mac80211::Malformed>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Elems<'a> {
    /// The frame's, and a profile's that override them.
    sources: [&'a [u8]; 2],
    /// Where each begins in its source, behind ID and length; 0: it is not there.
    at: [u16; rules::SLOTS],
    /// A bit for each slot: it is of the profile.
    of_profile: u64,
    errors: ParseErrors,
    mode: ConnMode,
    non_inheritance: Option<Element<'a>>,
    bssid_index: Option<MultipleBssidIndex<'a>>,
}

const _: () = assert!(rules::SLOTS <= 64);

impl<'a> Elems<'a> {
    /// Collects the elements of a frame (`ieee802_11_parse_elems_full`). More than 65535 bytes are a cut tail.
    #[must_use]
    pub fn parse(elements: &'a [u8], params: ParseParams) -> Self {
        let mut elems = Self::empty(elements, params);
        elems.collect(0, params, false);
        elems
    }

    /// Collects for a nontransmitted cell `bssid` that a frame of `transmitted` tells of: its own elements override
    /// the frame's, of which it takes over what it may. Its own are put together in `room`, for which as many bytes as
    /// the frame has are enough. If the frame doesn't tell of it, these are the frame's elements.
    #[must_use]
    pub fn parse_bss(
        elements: &'a [u8],
        params: ParseParams,
        transmitted: MacAddr,
        bssid: MacAddr,
        room: &'a mut [u8],
    ) -> Self {
        let mut elems = Self::empty(elements, params);
        if let Some(profile) = find_profile(elements, transmitted, bssid, room) {
            elems.bssid_index = Some(profile.index);
            elems.overlay(profile.elements);
        }
        elems.collect_both(params, false);
        elems
    }

    /// Collects for link `link_id` of the multi-link device that sends an association response: the elements of the
    /// link's profile override the frame's. `room` has to have twice as many bytes as the frame.
    ///
    /// # Errors
    /// [`NoRoom`].
    pub fn parse_link(
        elements: &'a [u8],
        params: ParseParams,
        link_id: u8,
        room: &'a mut [u8],
    ) -> Result<Self, NoRoom> {
        let mut elems = Self::empty(elements, params);
        if params.mode >= ConnMode::Eht {
            let (for_element, for_profile) =
                room.split_at_mut_checked(elements.len()).ok_or(NoRoom)?;
            if let Some(found) = profile_of_link(elements, link_id, for_element, for_profile)? {
                elems.overlay(found);
            }
        }
        elems.collect_both(params, true);
        Ok(elems)
    }

    /// What was wrong.
    #[must_use]
    pub const fn parse_errors(&self) -> ParseErrors {
        self.errors
    }

    /// The element of type `T`, read; `None` if there is none. One that Linux does not collect is searched for, and
    /// the first counts.
    #[inline]
    #[must_use]
    pub fn get<T: Body<'a>>(&self) -> Option<Result<T, Malformed>> {
        self.element_of::<T>().map(|element| T::parse(element.body()))
    }

    /// The element of this kind; see [`get`](Self::get).
    #[inline]
    #[must_use]
    pub fn element(&self, id: Id) -> Option<Element<'a>> {
        match rules::of(id).slot {
            0 => self.search(|element| element.id() == id),
            slot => self.in_slot(slot),
        }
    }

    /// All mappings of TIDs to links, the first two (`ttlm`, `ttlm_num`).
    pub fn ttlm(&self) -> impl Iterator<Item = TidToLinkMapping<'a>> + use<'a> {
        let slots = [rules::of(Id::TID_TO_LINK_MAPPING).slot, rules::TTLM_SECOND];
        let found = slots.map(|slot| self.in_slot(slot));
        found.into_iter().flatten().filter_map(|element| Body::parse(element.body()).ok())
    }

    /// What all transmit power envelopes say together.
    #[must_use]
    pub fn tpe(&self) -> ParsedTpe {
        let mut tpe = ParsedTpe::default();
        if self.mode < ConnMode::He {
            return tpe;
        }
        for element in self.inherited().chain(Elements::new(self.sources[1])) {
            if element.id() == Id::TX_POWER_ENVELOPE {
                tpe.add(element.body());
            }
        }
        tpe
    }

    /// DTIM count and period: of the TIM, where nothing was wrong with the frame, and of a nontransmitted cell those
    /// that its index tells.
    #[must_use]
    pub fn dtim(&self) -> (Option<u8>, Option<u8>) {
        let tim = self.get::<Tim>().and_then(Result::ok).filter(|_| self.errors.is_empty());
        let own = self.bssid_index;
        let count = own.and_then(|own| own.dtim_count).or(tim.map(|tim| tim.dtim_count));
        let period = own.and_then(|own| own.dtim_period).or(tim.map(|tim| tim.dtim_period));
        (count, period)
    }

    /// The index of the nontransmitted cell, if the frame tells of it.
    #[must_use]
    pub const fn bssid_index(&self) -> Option<MultipleBssidIndex<'a>> {
        self.bssid_index
    }

    /// The multi-link element of this kind (basic, reconfiguration or priority access), put together in `room`.
    ///
    /// # Errors
    /// [`NoRoom`]; as many bytes as the frame has are enough.
    pub fn multi_link<'b>(
        &self,
        kind: u16,
        room: &'b mut [u8],
    ) -> Result<Option<&'b mut [u8]>, NoRoom> {
        let slot = match kind {
            MlControl::BASIC => return find_multi_link(Elements::new(self.sources[0]), kind, room),
            MlControl::RECONF => rules::ML_RECONF,
            MlControl::PRIO_ACCESS => rules::ML_EPCS,
            _ => return Ok(None),
        };
        let Some((element, following)) = self.split_slot(slot) else { return Ok(None) };
        defragment(element, following, Id::FRAGMENT.id(), room).map(Some)
    }

    fn empty(elements: &'a [u8], params: ParseParams) -> Self {
        Self {
            sources: [elements, &[]],
            at: [0; rules::SLOTS],
            of_profile: 0,
            errors: ParseErrors::empty(),
            mode: params.mode,
            non_inheritance: None,
            bssid_index: None,
        }
    }

    fn overlay(&mut self, profile: &'a [u8]) {
        self.sources[1] = profile;
        self.non_inheritance = Elements::new(profile).find_id(Id::NON_INHERITANCE);
    }

    fn collect_both(&mut self, params: ParseParams, multi_link_inner: bool) {
        self.collect(0, params, false);
        if !self.sources[1].is_empty() {
            self.collect(1, params, multi_link_inner);
        }
    }

    /// Goes through one of the two sources (`_ieee802_11_parse_elems_full`).
    #[inline]
    fn collect(&mut self, source: usize, params: ParseParams, multi_link_inner: bool) {
        let [frame, profile] = self.sources;
        let bytes = if source == 0 { frame } else { profile };
        let whole = bytes.get(..usize::from(u16::MAX)).unwrap_or(bytes);
        let skip_vendor =
            source == 0 && Elements::new(profile).find_id(Id::VENDOR_SPECIFIC).is_some();
        let mut run = Run { source, params, multi_link_inner, skip_vendor, seen: [0; 4] };
        let mut at = 0_usize;
        for element in Elements::new(whole) {
            at += 2;
            let excluded = source == 0
                && self.non_inheritance.is_some()
                && !NonInheritance::is_inherited(&element, self.non_inheritance.as_ref());
            if !excluded {
                self.take(&mut run, &element, at as u16);
            }
            at += element.data().len();
        }
        if at != bytes.len() {
            self.errors |= ParseErrors::INVALID_END;
        }
    }

    /// Takes one element, whose data are at `at`.
    #[inline]
    fn take(&mut self, run: &mut Run, element: &Element<'a>, at: u16) {
        let id = element.element_id();
        let rule = &rules::BY_ID[usize::from(id)];
        if rule.unique && run.has_seen(id) {
            self.errors |= ParseErrors::DUP_ELEM;
            return;
        }
        let mode = run.params.mode;
        let counts = if rule.only { mode == rule.mode } else { mode >= rule.mode };
        if counts {
            let len = element.data().len() as u8;
            let fits = (rule.len.0..=rule.len.1).contains(&len);
            if rule.special {
                let error = self.take_special(run, element, at, fits);
                if !error.is_empty() {
                    self.errors |= error;
                    return;
                }
            } else if fits {
                self.keep(rule.slot, run.source, at);
            } else if !rule.silent {
                self.errors |= ParseErrors::BAD_ELEM_SIZE;
                return;
            }
        }
        run.set_seen(id);
    }

    #[inline]
    fn keep(&mut self, slot: u8, source: usize, at: u16) {
        let bit = 1_u64.wrapping_shl(u32::from(slot));
        if source == 0 {
            self.of_profile &= !bit;
        } else {
            self.of_profile |= bit;
        }
        if let Some(place) = self.at.get_mut(usize::from(slot)) {
            *place = at;
        }
    }

    fn take_special(
        &mut self,
        run: &Run,
        element: &Element<'a>,
        at: u16,
        fits: bool,
    ) -> ParseErrors {
        let data = element.data();
        let slot = rules::BY_ID[usize::from(element.element_id())].slot;
        match Id::new(element.element_id()) {
            Id::VENDOR_SPECIFIC if !run.skip_vendor => {
                if WmmInfo::is(element) {
                    self.keep(rules::WMM_INFO, run.source, at);
                } else if WmmParam::is(element) {
                    self.keep(rules::WMM_PARAM, run.source, at);
                }
            }
            Id::WIDE_BW_CHANNEL_SWITCH if !run.params.action => {
                return ParseErrors::UNEXPECTED_ELEM;
            }
            Id::WIDE_BW_CHANNEL_SWITCH if fits => self.keep(slot, run.source, at),
            Id::CHANNEL_SWITCH_WRAPPER => return self.take_wrapper(run, data, at),
            // Dynamic transmit power control is all that is known of Cisco's.
            Id::CISCO_VENDOR_SPECIFIC if fits => match data {
                [0x00, 0x40, 0x96, 0x00, _, _] => self.keep(slot, run.source, at),
                [0x00, 0x40, 0x96, 0x00, ..] => return ParseErrors::BAD_ELEM_SIZE,
                _ => {}
            },
            Id::CISCO_VENDOR_SPECIFIC | Id::WIDE_BW_CHANNEL_SWITCH => {
                return ParseErrors::BAD_ELEM_SIZE;
            }
            _ => self.take_extended(run, element, at),
        }
        ParseErrors::empty()
    }

    /// The few elements of a channel switch wrapper that are needed.
    fn take_wrapper(&mut self, run: &Run, data: &'a [u8], at: u16) -> ParseErrors {
        if run.params.action {
            return ParseErrors::UNEXPECTED_ELEM;
        }
        let mut error = ParseErrors::empty();
        let position = |following: &[u8], element: &Element<'_>| {
            let behind = data.len() - following.len() - element.data().len();
            at.saturating_add(behind as u16)
        };
        let mut elements = Elements::new(data);
        if let Some(wide) = elements.find_id(Id::WIDE_BW_CHANNEL_SWITCH) {
            if wide.data().len() >= 3 {
                let at = position(elements.rest(), &wide);
                self.keep(rules::of(wide.id()).slot, run.source, at);
            } else {
                error = ParseErrors::BAD_ELEM_SIZE;
            }
        }
        let mut elements = Elements::new(data);
        if run.params.mode >= ConnMode::Eht
            && let Some(indication) = elements.find_id(Id::BANDWIDTH_INDICATION)
        {
            if BandwidthIndication::parse(indication.body()).is_ok() {
                let at = position(elements.rest(), &indication);
                self.keep(rules::of(indication.id()).slot, run.source, at);
            } else {
                error = ParseErrors::BAD_ELEM_SIZE;
            }
        }
        error
    }

    /// `ieee80211_parse_extension_element`: one that is not well-formed is passed over in silence.
    fn take_extended(&mut self, run: &Run, element: &Element<'a>, at: u16) {
        let id = element.id();
        let rule = rules::of(id);
        if id.extension().is_none() || rule.slot == 0 || run.params.mode < rule.mode {
            return;
        }
        let body = element.body();
        let (least, most) = rule.len;
        let fits = (usize::from(least)..=usize::from(most)).contains(&body.len());
        let well_formed = match id {
            Id::HE_CAPABILITY => HeCapabilities::parse(body).is_ok(),
            Id::HE_OPERATION => HeOperation::parse(body).is_ok(),
            Id::HE_SPR => SpatialReuse::parse(body).is_ok(),
            Id::EHT_CAPABILITY => self.eht_fits(run, body),
            Id::EHT_OPERATION => EhtOperation::parse(body).is_ok(),
            Id::BANDWIDTH_INDICATION => BandwidthIndication::parse(body).is_ok(),
            Id::EHT_MULTI_LINK => return self.take_multi_link(run, body, at),
            Id::TID_TO_LINK_MAPPING => return self.take_ttlm(run, body, at),
            _ => fits,
        };
        if well_formed {
            self.keep(rule.slot, run.source, at);
        }
    }

    /// `ieee80211_eht_capa_size_ok`: the HE capabilities must have come before.
    fn eht_fits(&self, run: &Run, body: &[u8]) -> bool {
        let Some(Ok(he)) = self.get::<HeCapabilities>() else { return false };
        EhtCapabilities::parse(body)
            .is_ok_and(|eht| eht.optional(&he, run.params.from_ap).is_some())
    }

    fn take_multi_link(&mut self, run: &Run, body: &[u8], at: u16) {
        let Ok(element) = MultiLink::parse(body) else { return };
        match element.control.kind() {
            MlControl::BASIC if run.multi_link_inner => {
                self.errors |= ParseErrors::DUP_NEST_ML_BASIC;
            }
            MlControl::BASIC => self.keep(rules::of(Id::EHT_MULTI_LINK).slot, run.source, at),
            MlControl::RECONF => self.keep(rules::ML_RECONF, run.source, at),
            MlControl::PRIO_ACCESS => self.keep(rules::ML_EPCS, run.source, at),
            _ => {}
        }
    }

    fn take_ttlm(&mut self, run: &Run, body: &[u8], at: u16) {
        if TidToLinkMapping::parse(body).is_err() {
            return;
        }
        let first = rules::of(Id::TID_TO_LINK_MAPPING).slot;
        let free =
            [first, rules::TTLM_SECOND].into_iter().find(|&slot| self.in_slot(slot).is_none());
        if let Some(slot) = free {
            self.keep(slot, run.source, at);
        }
    }

    #[inline]
    fn element_of<T: Body<'a>>(&self) -> Option<Element<'a>> {
        match T::PREFIX {
            [] => self.element(T::ID),
            WmmInfo::PREFIX => self.in_slot(rules::WMM_INFO),
            WmmParam::PREFIX => self.in_slot(rules::WMM_PARAM),
            _ => self.search(T::is),
        }
    }

    /// The elements of the frame that a profile takes over; all, where there is no profile.
    fn inherited(&self) -> impl Iterator<Item = Element<'a>> {
        let list = self.non_inheritance;
        Elements::new(self.sources[0]).filter(move |element| {
            list.is_none() || NonInheritance::is_inherited(element, list.as_ref())
        })
    }

    fn search(&self, is: impl Fn(&Element<'_>) -> bool) -> Option<Element<'a>> {
        Elements::new(self.sources[1]).chain(self.inherited()).find(is)
    }

    #[inline]
    fn in_slot(&self, slot: u8) -> Option<Element<'a>> {
        self.split_slot(slot).map(|(element, _)| element)
    }

    /// The element in a slot, and what follows it in its source.
    #[inline]
    fn split_slot(&self, slot: u8) -> Option<(Element<'a>, &'a [u8])> {
        // The first is where elements go that nobody asks for: one branch less for each.
        if slot == 0 {
            return None;
        }
        let begin = usize::from(*self.at.get(usize::from(slot))?).checked_sub(2)?;
        let profile = self.of_profile >> u32::from(slot & 63) & 1;
        let source = self.sources.get(profile as usize)?;
        Element::split_first(source.get(begin..)?)
    }
}

/// One run through a source.
struct Run {
    source: usize,
    params: ParseParams,
    multi_link_inner: bool,
    skip_vendor: bool,
    /// A bit for each element ID.
    seen: [u64; 4],
}

impl Run {
    #[inline]
    fn has_seen(&self, id: u8) -> bool {
        self.seen[usize::from(id >> 6)] >> (id & 63) & 1 == 1
    }

    #[inline]
    fn set_seen(&mut self, id: u8) {
        self.seen[usize::from(id >> 6)] |= 1 << (id & 63);
    }
}

/// The elements of the complete profile of a link in an association response
/// (`ieee80211_prep_mle_link_parse`).
fn profile_of_link<'a>(
    elements: &[u8],
    link_id: u8,
    for_element: &mut [u8],
    for_profile: &'a mut [u8],
) -> Result<Option<&'a [u8]>, NoRoom> {
    let found = find_multi_link(Elements::new(elements), MlControl::BASIC, for_element)?;
    let Some(Ok(element)) = found.map(|bytes| MultiLink::parse(bytes)) else { return Ok(None) };
    let profile = element.sta_profile(link_id, for_profile)?;
    Ok(profile.and_then(|profile| profile.assoc_resp_elements()).map(|elements| elements.rest()))
}
