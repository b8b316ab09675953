//! The hash tables (`struct tc_u_common`, `struct tc_u_hnode`).

use alloc::vec::Vec;

use super::{Found, Knode, MAX_DIVISOR, Proto, hash_of, htid, key_of, node_of};
use crate::Packet;
use crate::filter::FilterError;

/// Tables get numbers below this by themselves.
const MAX_ID: u32 = 0x7ff;

/// All tables of a block.
#[derive(Debug)]
pub(in crate::filter) struct Tables<P: Packet> {
    /// By index; a place is used again.
    tables: Vec<Option<Table<P>>>,
    /// Which of them, the newest first (`hlist`).
    order: Vec<usize>,
    /// Where the search for a number goes on (`idr_alloc_cyclic`).
    next_id: u32,
    /// Priorities that have a root table here.
    protos: usize,
    nodes: usize,
}

/// A hash table.
#[derive(Debug)]
pub struct Table<P: Packet> {
    pub(in crate::filter) handle: u32,
    /// Chain and priority that it was made for.
    pub(in crate::filter) owner: (u32, u16),
    is_root: bool,
    /// Filters that link to it.
    links: usize,
    /// A power of two of them; each in ascending order of the node's number.
    buckets: Vec<Vec<Knode<P>>>,
}

/// Where a filter is.
#[derive(Clone, Copy, Debug)]
pub(in crate::filter) struct Place {
    pub(super) table: usize,
    pub(super) bucket: usize,
    pub(super) at: usize,
}

impl<P: Packet> Table<P> {
    /// Buckets.
    #[must_use]
    pub fn divisor(&self) -> usize {
        self.buckets.len()
    }

    pub(in crate::filter) fn nodes(&self) -> impl Iterator<Item = &Knode<P>> {
        self.buckets.iter().flatten()
    }

    /// Which bucket `hash` means.
    pub(super) fn bucket(&self, hash: u32) -> usize {
        hash as usize & (self.buckets.len() - 1)
    }

    pub(super) fn place(&self, table: usize, handle: u32) -> Option<Place> {
        let bucket = hash_of(handle) as usize;
        let at = self.buckets.get(bucket)?.iter().position(|node| node.handle == handle)?;
        Some(Place { table, bucket, at })
    }

    /// The number for a new filter in `bucket`, which may have been given in part.
    pub(super) fn new_handle(&self, bucket: u32, given: u32) -> Result<u32, FilterError> {
        let Some(nodes) = self.buckets.get(bucket as usize) else {
            return Err(FilterError::Bucket(bucket));
        };
        if htid(given) != 0 && htid(given) != self.handle {
            return Err(FilterError::TableDiffers(self.handle));
        }
        let base = self.handle | (bucket << 12);
        let node = match node_of(given) {
            0 => gap(nodes, 0x800, 0x1000).or_else(|| gap(nodes, 1, 0x800)),
            node => gap(nodes, node, node + 1),
        };
        node.map(|node| base | node).ok_or(FilterError::NoHandle)
    }
}

/// The least number of `from..to` that no node has.
fn gap<P: Packet>(nodes: &[Knode<P>], from: u32, to: u32) -> Option<u32> {
    let first = nodes.partition_point(|node| node_of(node.handle) < from);
    let used = nodes.iter().skip(first).map(|node| node_of(node.handle));
    let run = used.zip(from..to).take_while(|(used, free)| used == free).count();
    Some(from + u32::try_from(run).ok()?).filter(|free| *free < to)
}

const fn id_of(handle: u32) -> u32 {
    if handle & 0x8000_0000 == 0 { handle } else { (handle >> 20) & MAX_ID }
}

impl<P: Packet> Tables<P> {
    pub(in crate::filter) const fn new() -> Self {
        Self { tables: Vec::new(), order: Vec::new(), next_id: 1, protos: 0, nodes: 0 }
    }

    pub(in crate::filter) fn get(&self, index: usize) -> Option<&Table<P>> {
        self.tables.get(index)?.as_ref()
    }

    fn get_mut(&mut self, index: usize) -> Option<&mut Table<P>> {
        self.tables.get_mut(index)?.as_mut()
    }

    /// The tables of one priority, the newest first (`u32_walk`).
    pub(in crate::filter) fn of(&self, owner: (u32, u16)) -> impl Iterator<Item = &Table<P>> {
        let all = self.order.iter().filter_map(|&index| self.get(index));
        all.filter(move |table| table.owner == owner)
    }

    /// `u32_lookup_ht`.
    pub(super) fn find(&self, handle: u32) -> Option<usize> {
        let same = |&&index: &&usize| self.get(index).is_some_and(|table| table.handle == handle);
        self.order.iter().find(same).copied()
    }

    pub(in crate::filter) fn node(&self, place: Place) -> Option<&Knode<P>> {
        self.get(place.table)?.buckets.get(place.bucket)?.get(place.at)
    }

    pub(super) fn node_mut(&mut self, place: Place) -> Option<&mut Knode<P>> {
        self.get_mut(place.table)?.buckets.get_mut(place.bucket)?.get_mut(place.at)
    }

    /// A root table for a new priority (`u32_init`).
    pub(in crate::filter) fn add_root(&mut self, owner: (u32, u16)) -> Result<Proto, FilterError> {
        let id = if self.protos == 0 { 0 } else { self.new_id()? };
        let root = self.put((id | 0x800) << 20, owner, 1, true);
        self.protos += 1;
        Ok(Proto { root })
    }

    /// A table (`TCA_U32_DIVISOR`).
    pub(super) fn add(
        &mut self,
        owner: (u32, u16),
        handle: u32,
        divisor: u32,
    ) -> Result<u32, FilterError> {
        if !divisor.is_power_of_two() || divisor > MAX_DIVISOR {
            return Err(FilterError::Divisor(divisor));
        }
        if key_of(handle) != 0 {
            return Err(FilterError::IsNoTable);
        }
        let handle = match handle {
            0 => (self.new_id()? | 0x800) << 20,
            handle if self.has_id(id_of(handle)) => return Err(FilterError::NoHandle),
            handle => handle,
        };
        self.put(handle, owner, divisor as usize, false);
        Ok(handle)
    }

    fn put(&mut self, handle: u32, owner: (u32, u16), buckets: usize, is_root: bool) -> usize {
        let buckets = (0..buckets).map(|_| Vec::new()).collect();
        let table = Table { handle, owner, is_root, links: 0, buckets };
        let index = match self.tables.iter().position(Option::is_none) {
            Some(index) => index,
            None => {
                self.tables.push(None);
                self.tables.len() - 1
            }
        };
        if let Some(place) = self.tables.get_mut(index) {
            *place = Some(table);
        }
        self.order.insert(0, index);
        index
    }

    fn has_id(&self, id: u32) -> bool {
        self.tables.iter().flatten().any(|table| id_of(table.handle) == id)
    }

    fn new_id(&mut self) -> Result<u32, FilterError> {
        let all = (self.next_id..MAX_ID).chain(1..self.next_id.min(MAX_ID));
        let id = all.into_iter().find(|&id| !self.has_id(id)).ok_or(FilterError::NoHandle)?;
        self.next_id = id + 1;
        Ok(id)
    }

    /// The table that a filter may link to.
    pub(super) fn linkable(&self, handle: u32) -> Result<usize, FilterError> {
        if key_of(handle) != 0 {
            return Err(FilterError::IsNoTable);
        }
        let index = self.find(handle).ok_or(FilterError::NoTable(handle))?;
        match self.get(index) {
            Some(table) if !table.is_root => Ok(index),
            _ => Err(FilterError::RootTable),
        }
    }

    fn count_link(&mut self, link: Option<(usize, u32)>, more: bool) {
        if let Some(table) = link.and_then(|(index, _)| self.get_mut(index)) {
            let links = if more { table.links + 1 } else { table.links.saturating_sub(1) };
            table.links = links;
        }
    }

    pub(super) fn relink(&mut self, place: Place, link: Option<(usize, u32)>) {
        let Some(node) = self.node_mut(place) else { return };
        let old = core::mem::replace(&mut node.link, link);
        self.count_link(old, false);
        self.count_link(link, true);
    }

    pub(super) fn insert(&mut self, index: usize, node: Knode<P>) {
        let (link, number) = (node.link, node_of(node.handle));
        let Some(table) = self.get_mut(index) else { return };
        let Some(bucket) = table.buckets.get_mut(hash_of(node.handle) as usize) else { return };
        let at = bucket.partition_point(|one| node_of(one.handle) <= number);
        bucket.insert(at, node);
        self.nodes += 1;
        self.count_link(link, true);
    }

    /// Deletes a filter or a table (`u32_delete`), and tells whether the priority that asked for it
    /// goes, too: there is no other, and no filter any more.
    pub(in crate::filter) fn delete(&mut self, found: Found) -> Result<bool, FilterError> {
        match found {
            Found::Node(place) => {
                let link = self.node(place).and_then(|node| node.link);
                let table = self.get_mut(place.table).ok_or(FilterError::UnknownHandle)?;
                let bucket = table.buckets.get_mut(place.bucket);
                bucket.ok_or(FilterError::UnknownHandle)?.remove(place.at);
                self.nodes -= 1;
                self.count_link(link, false);
            }
            Found::Table(index) => match self.get(index) {
                Some(table) if table.is_root => return Err(FilterError::RootTable),
                Some(table) if table.links > 0 => return Err(FilterError::InUse),
                _ => self.remove(index),
            },
        }
        Ok(self.protos == 1 && self.nodes == 0)
    }

    /// A priority goes (`u32_destroy`); with the last one everything does.
    pub(in crate::filter) fn remove_root(&mut self, proto: &Proto) {
        self.protos = self.protos.saturating_sub(1);
        if self.protos == 0 {
            *self = Self::new();
        } else {
            self.remove(proto.root);
        }
    }

    fn remove(&mut self, index: usize) {
        let Some(table) = self.tables.get_mut(index).and_then(Option::take) else { return };
        self.order.retain(|&one| one != index);
        for node in table.nodes() {
            self.nodes -= 1;
            self.count_link(node.link, false);
        }
    }
}
