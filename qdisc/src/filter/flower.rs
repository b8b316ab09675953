//! flower: matches the keys that the flow dissector finds (`cls_flower.c`).
//!
//! Filters that look at the same bits of the same keys share a mask, and a mask has one hash table: a
//! packet costs one look-up for each mask, however many filters there are. Masks are asked in the order
//! in which they came to be.
//!
//! Not here: conntrack's keys (`ct_*`), the options of tunnels (`geneve_opts` and kin), the hash as a
//! key.

mod keys;
pub(crate) mod protocols;
mod table;

use alloc::boxed::Box;
use alloc::vec::Vec;

use softnet_sk_buff::flow::{DissectFlags, Dissected, Headers, KeyBytes};
use softnet_sk_buff::{IfIndex, Instant};

pub use self::keys::{Masked, Match, MplsEntry, Port, Tunnel};
use self::keys::{Range, Wanted};
use self::table::{Key, Table};
use super::handles::Handles;
use super::target::{Exts, Step};
use super::{FilterError, Target};
use crate::{Cx, Frame, Packet};

/// A filter by keys.
#[derive(Debug)]
pub struct Config<P: Packet> {
    /// The keys.
    pub matches: Box<Match>,
    /// What becomes of a packet.
    pub target: Target<P>,
}

impl<P: Packet> Config<P> {
    /// Keys, and what becomes of a packet.
    #[must_use]
    pub fn new(matches: Match, target: Target<P>) -> Self {
        Self { matches: Box::new(matches), target }
    }
}

/// The filter at work (`struct cls_fl_filter`).
#[derive(Debug)]
pub struct Flower<P: Packet> {
    pub(super) handle: u32,
    pub(super) exts: Exts<P>,
    matches: Box<Match>,
    /// Number of its mask.
    mask: u32,
    /// Its hash in the mask's table.
    hash: u64,
}

impl<P: Packet> Flower<P> {
    /// The keys.
    #[must_use]
    pub fn matches(&self) -> &Match {
        &self.matches
    }
}

/// The filters of one priority (`struct cls_fl_head`).
#[derive(Debug)]
pub(super) struct Proto<P: Packet> {
    /// In the order in which they came to be.
    masks: Vec<Mask>,
    next_mask: u32,
    /// By place.
    filters: Vec<Option<Flower<P>>>,
    /// Places to be used again.
    free: Vec<usize>,
    handles: Handles,
    by_handle: alloc::collections::BTreeMap<u32, usize>,
    scratch: Box<KeyBytes>,
}

/// A mask and its filters (`struct fl_flow_mask`).
#[derive(Debug)]
struct Mask {
    number: u32,
    wanted: keys::Mask,
    table: Table,
    /// With ranges of ports: those of each filter, in the order in which they came to be.
    ranges: Vec<(usize, Range)>,
}

impl Mask {
    /// The filter whose keys these are (`fl_mask_lookup`, `fl_lookup_range`).
    fn find(&self, keys: &KeyBytes, scratch: &mut KeyBytes) -> Option<usize> {
        let masked = self.wanted.bits.apply(keys, scratch);
        if self.ranges.is_empty() {
            return self.table.find(&Key { masked, range: &Range::NONE });
        }
        // Not the first filter that matches: the first whose ranges do leads to the one that has the
        // same ranges and matches in all else.
        let of_packet = |(_, range): &&(usize, Range)| range.contains(keys);
        let ranges = self.ranges.iter().filter(of_packet);
        ranges.map(|(_, range)| range).find_map(|range| self.table.find(&Key { masked, range }))
    }
}

impl<P: Packet> Proto<P> {
    pub(super) fn new() -> Self {
        Self {
            masks: Vec::new(),
            next_mask: 0,
            filters: Vec::new(),
            free: Vec::new(),
            handles: Handles::default(),
            by_handle: alloc::collections::BTreeMap::new(),
            scratch: Box::new(KeyBytes::NONE),
        }
    }

    /// `fl_classify`. A filter whose actions say `continue` ends it: no other mask is asked.
    pub(super) fn classify(&mut self, packet: &mut P, cx: &mut Cx<'_, P>) -> Step {
        let dissected = dissect(packet);
        let scratch = &mut *self.scratch;
        let found = self.masks.iter().find_map(|mask| mask.find(dissected.keys(), scratch));
        let filter = found.and_then(|place| self.filters.get_mut(place));
        match filter.and_then(Option::as_mut) {
            Some(filter) => filter.exts.exec(packet, cx),
            None => Step::Next,
        }
    }

    pub(super) fn get(&self, handle: u32) -> Option<&Flower<P>> {
        self.filters.get(*self.by_handle.get(&handle)?)?.as_ref()
    }

    /// By ascending handle.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Flower<P>> {
        self.by_handle.values().filter_map(|&place| self.filters.get(place)?.as_ref())
    }

    pub(super) fn change(
        &mut self,
        handle: u32,
        config: Config<P>,
        now: Instant,
    ) -> Result<u32, FilterError> {
        let Config { matches, target } = config;
        let exts = Exts::new(target, now)?;
        let wanted = Wanted::of(&matches)?;
        let old = self.by_handle.get(&handle).copied();
        let same_mask = self.masks.iter().position(|mask| mask.wanted == wanted.mask);
        let masked = wanted.mask.bits.apply(&wanted.key, &mut self.scratch).to_vec();
        let key = Key { masked: &masked, range: &wanted.range };
        if let Some(index) = same_mask
            && let Some(other) = self.masks.get(index).and_then(|mask| mask.table.find(&key))
            && old != Some(other)
        {
            return Err(FilterError::Exists);
        }
        let (index, place, handle) = match old {
            None => {
                let handle = self.handles.take(handle).ok_or(FilterError::NoHandle)?;
                let place = self.free.pop().unwrap_or_else(|| {
                    self.filters.push(None);
                    self.filters.len() - 1
                });
                (same_mask.unwrap_or_else(|| self.add_mask(wanted.mask)), place, handle)
            }
            Some(place) => (self.forget(same_mask, place)?, place, handle),
        };
        let mask = self.masks.get_mut(index).ok_or(FilterError::OtherKeys)?;
        let hash = mask.insert(&key, place);
        let filter = Flower { handle, exts, matches, mask: mask.number, hash };
        if let Some(slot) = self.filters.get_mut(place) {
            *slot = Some(filter);
        }
        self.by_handle.insert(handle, place);
        Ok(handle)
    }

    /// Takes the keys of a filter that is to be changed out of its mask, which must be the new one.
    fn forget(&mut self, new_mask: Option<usize>, place: usize) -> Result<usize, FilterError> {
        let old = self.filters.get(place).and_then(Option::as_ref).ok_or(FilterError::OtherKeys)?;
        let index = new_mask.ok_or(FilterError::OtherKeys)?;
        match self.masks.get_mut(index) {
            Some(mask) if mask.number == old.mask => mask.table.remove(old.hash, place),
            _ => return Err(FilterError::OtherKeys),
        }
        Ok(index)
    }

    fn add_mask(&mut self, wanted: keys::Mask) -> usize {
        let number = self.next_mask;
        self.next_mask = self.next_mask.wrapping_add(1);
        self.masks.push(Mask { number, wanted, table: Table::new(), ranges: Vec::new() });
        self.masks.len() - 1
    }

    /// Takes a filter out, and tells whether it was the last.
    pub(super) fn delete(&mut self, handle: u32) -> bool {
        self.handles.free(handle);
        let place = self.by_handle.remove(&handle);
        let filter = place.and_then(|place| self.filters.get_mut(place)).and_then(Option::take);
        if let (Some(place), Some(filter)) = (place, filter) {
            for mask in self.masks.iter_mut().filter(|mask| mask.number == filter.mask) {
                mask.table.remove(filter.hash, place);
                mask.ranges.retain(|(at, _)| *at != place);
            }
            self.masks.retain(|mask| !mask.table.is_empty());
            self.free.push(place);
        }
        self.by_handle.is_empty()
    }
}

impl Mask {
    fn insert(&mut self, key: &Key<'_>, place: usize) -> u64 {
        let hash = self.table.insert(key, place);
        if *key.range == Range::NONE {
            return hash;
        }
        match self.ranges.iter_mut().find(|(at, _)| *at == place) {
            // One that is changed keeps its turn.
            Some((_, range)) => *range = *key.range,
            None => self.ranges.push((place, *key.range)),
        }
        hash
    }
}

/// The keys of a packet, once for all masks.
fn dissect<P: Packet>(packet: &P) -> Dissected {
    let frame = packet.frame().unwrap_or(Frame::NOTHING);
    let network = frame.bytes.get(frame.network..).unwrap_or_default();
    let headers = Headers::packet(frame.protocol, network);
    let headers = if frame.network == 0 { headers } else { headers.ethernet(frame.bytes) };
    let headers = match frame.vlan {
        Some(tag) => headers.vlan_tag(tag.protocol, tag.tci),
        None => headers,
    };
    let mut dissected = Dissected::dissect(DissectFlags::STOP_BEFORE_ENCAP, headers);
    if let Some(device) = packet.ingress() {
        dissected.set_ingress(device, packet.l2_miss());
    }
    if let Some(tunnel) = packet.tunnel() {
        dissected.set_tunnel(&tunnel);
    }
    dissected
}

/// The device that a packet must have come in by, as bytes.
fn ifindex(device: IfIndex) -> [u8; 4] {
    device.get().to_be_bytes()
}

#[cfg(test)]
mod tests;
