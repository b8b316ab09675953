//! u32: matches words of the packet, through hash tables that lead to hash tables (`cls_u32.c`).
//!
//! A filter compares words under masks, at offsets from the network header. One that has a class or
//! actions is terminal; one that has a link sends the packet on to the filters of another table: into
//! the bucket that a few bits of the packet choose, and, if told so, with offsets that count from
//! behind the header just read (tc's `offset … eat`) or go on as `at nexthdr+`.
//!
//! The tables belong to the block: a link may lead to those of another priority. (In Linux they belong
//! to the discipline, so that all inner classes of an htb share theirs.)

mod tables;
mod walk;

use alloc::vec::Vec;

use softnet_sk_buff::{IfIndex, Instant};

use self::tables::Place;
pub use self::tables::Table;
pub(super) use self::tables::Tables;
use super::target::Exts;
use super::{FilterError, Target};
use crate::Packet;

/// Links that are followed, one after the other (`TC_U32_MAXDEPTH`).
const MAX_DEPTH: usize = 8;
/// Buckets of the largest table.
const MAX_DIVISOR: u32 = 256;
/// Most keys of a filter: Linux counts them in a byte.
const MAX_KEYS: usize = 255;

/// The root table of a filter's own priority, as a table's number (`TC_U32_ROOT`).
pub const ROOT: u32 = 0xfff0_0000;

/// What to add or change.
///
/// The number of a table is `0x80100000` for tc's `801:`; of a filter in it `0x80102003` for
/// `801:2:3`, bucket 2 and node 3.
#[derive(Debug)]
pub enum Config<P: Packet> {
    /// A hash table of so many buckets (`divisor`), a power of two up to 256. Its number is the
    /// handle, or the next free one from 801: on.
    Table {
        /// Buckets.
        divisor: u32,
    },
    /// A filter. Boxed, for it is large.
    Key(alloc::boxed::Box<Key<P>>),
    /// Nothing but the priority, with its root table (tc's `u32` without any options). It takes no handle.
    Root,
}

impl<P: Packet> Config<P> {
    pub(super) fn target_mut(&mut self) -> Option<&mut Target<P>> {
        match self {
            Self::Key(key) => Some(&mut key.target),
            Self::Table { .. } | Self::Root => None,
        }
    }
}

/// A filter.
///
/// Where a change of an old one is meant, `selector`, `mark` and `table` say nothing: they stay. So do
/// `link` and `indev` if they are `None`.
#[derive(Debug)]
pub struct Key<P: Packet> {
    /// The table to put it in, and the bucket (tc's `ht`, `sample`; see [`bucket`]); `None` is bucket
    /// 0 of the root table.
    pub table: Option<u32>,
    /// What it matches.
    pub selector: Selector,
    /// The mark that the packet must have (`mark VALUE MASK`).
    pub mark: Option<Mark>,
    /// The table where the search goes on; 0 takes the link away.
    pub link: Option<u32>,
    /// The device that the packet must have come in by.
    pub indev: Option<IfIndex>,
    /// What becomes of a packet.
    pub target: Target<P>,
}

impl<P: Packet> Key<P> {
    /// A filter in the root table that ends the search.
    #[must_use]
    pub const fn new(matches: Vec<Match>, target: Target<P>) -> Self {
        Self {
            table: None,
            selector: Selector::terminal(matches),
            mark: None,
            link: None,
            indev: None,
            target,
        }
    }
}

impl<P: Packet> From<Key<P>> for Config<P> {
    fn from(key: Key<P>) -> Self {
        Self::Key(alloc::boxed::Box::new(key))
    }
}

/// A mark (`tc_u32_mark`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Mark {
    /// What it is under the mask.
    pub value: u32,
    /// Bits that count.
    pub mask: u32,
}

/// What a filter looks at (`tc_u32_sel`). Numbers are as they are in the packet, first byte first.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Selector {
    /// Words that must all match, at most 255. None match everything.
    pub keys: Vec<Match>,
    /// The search ends here (`TC_U32_TERMINAL`). tc says so of filters that have a class or actions.
    pub terminal: bool,
    /// With a link: which bits choose the bucket (`hashkey mask MASK at OFFSET`).
    pub hash: HashKey,
    /// With a link: how far to go on in the packet (tc's `offset`).
    pub offset: Offset,
}

impl Selector {
    /// Words that end the search.
    #[must_use]
    pub const fn terminal(keys: Vec<Match>) -> Self {
        Self { keys, terminal: true, hash: HashKey::NONE, offset: Offset::NONE }
    }
}

/// A word of the packet (`tc_u32_key`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Match {
    /// Where it is, from the network header, or behind what was eaten; before it if negative.
    pub off: i32,
    /// `nexthdr+`: counts from where [`Offset`] led (-1) rather than from the header (0). In between,
    /// of that way only these bits count.
    pub offmask: i32,
    /// What it is.
    pub val: u32,
    /// Bits that count.
    pub mask: u32,
}

impl Match {
    /// A word at an offset from the network header.
    #[must_use]
    pub const fn at(off: i32, val: u32, mask: u32) -> Self {
        Self { off, offmask: 0, val, mask }
    }

    /// A word behind the header just read (`at nexthdr+OFF`).
    #[must_use]
    pub const fn at_nexthdr(off: i32, val: u32, mask: u32) -> Self {
        Self { off, offmask: -1, val, mask }
    }
}

/// Bits that choose a bucket.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct HashKey {
    /// Where the word is.
    pub off: i16,
    /// Which of its bits.
    pub mask: u32,
}

impl HashKey {
    /// Always bucket 0.
    pub const NONE: Self = Self { off: 0, mask: 0 };
}

/// How far to go on in the packet.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Offset {
    /// So many bytes (`offset plus`, `TC_U32_OFFSET`), rounded up to a multiple of 4.
    pub plus: Option<u16>,
    /// And as many as a field of the packet says (`offset at … mask … shift …`,
    /// `TC_U32_VAROFFSET`).
    pub var: Option<VarOffset>,
    /// Offsets count from there on (`eat`, `TC_U32_EAT`), not only those with `nexthdr+`.
    pub eat: bool,
}

impl Offset {
    /// Stays where it is.
    pub const NONE: Self = Self { plus: None, var: None, eat: false };
}

/// A field that says how far to go on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct VarOffset {
    /// Where its two bytes are.
    pub off: i16,
    /// Bits that count.
    pub mask: u16,
    /// How far they are shifted right, at most 15.
    pub shift: u8,
}

/// The bucket into which a filter belongs whose packets have `val` under `mask` at the place of the
/// [`HashKey`] (tc's `sample`): to be put into bits 12 to 19 of [`Key::table`].
#[must_use]
pub const fn bucket(val: u32, mask: u32, divisor: u32) -> u32 {
    let folded = if mask == 0 { 0 } else { (val & mask) >> mask.trailing_zeros() };
    match folded.checked_rem(divisor) {
        Some(bucket) => bucket,
        None => 0,
    }
}

/// The number of a table, and the bucket (`TC_U32_HTID`, `TC_U32_HASH`, `TC_U32_NODE`,
/// `TC_U32_KEY`).
const fn htid(handle: u32) -> u32 {
    handle & 0xfff0_0000
}
const fn hash_of(handle: u32) -> u32 {
    (handle >> 12) & 0xff
}
const fn node_of(handle: u32) -> u32 {
    handle & 0xfff
}
const fn key_of(handle: u32) -> u32 {
    handle & 0xf_ffff
}

/// A filter at work (`struct tc_u_knode`).
#[derive(Debug)]
pub struct Knode<P: Packet> {
    pub(super) handle: u32,
    pub(super) exts: Exts<P>,
    selector: Selector,
    mark: Mark,
    /// Index of the table it links to, and its handle.
    link: Option<(usize, u32)>,
    indev: Option<IfIndex>,
    /// The least bit of the hash mask (`fshift`).
    fshift: u32,
    counts: Counts,
}

/// What a filter counted (`tc_u32_pcnt`, `TCA_U32_MARK`'s success), as `tc -s filter` shows it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Counts {
    /// Packets that came by (`rule hit`).
    pub rcnt: u64,
    /// Packets that it matched (`success`).
    pub rhit: u64,
    /// Packets that each key matched, those before it having matched.
    pub keys: Vec<u64>,
    /// Packets that had the mark.
    pub mark: u64,
}

impl<P: Packet> Knode<P> {
    /// What it matches.
    #[must_use]
    pub fn selector(&self) -> &Selector {
        &self.selector
    }

    /// The mark that a packet must have.
    #[must_use]
    pub fn mark(&self) -> Mark {
        self.mark
    }

    /// The table where the search goes on.
    #[must_use]
    pub fn link(&self) -> Option<u32> {
        self.link.map(|(_, handle)| handle)
    }

    /// The device that a packet must have come in by.
    #[must_use]
    pub fn indev(&self) -> Option<IfIndex> {
        self.indev
    }

    /// What it counted.
    #[must_use]
    pub fn counts(&self) -> &Counts {
        &self.counts
    }
}

/// The filters of one priority: a root table.
#[derive(Debug)]
pub(super) struct Proto {
    pub(super) root: usize,
}

/// What a handle means.
#[derive(Clone, Copy, Debug)]
pub(super) enum Found {
    Table(usize),
    Node(Place),
}

impl Proto {
    /// `u32_get`.
    pub(super) fn get<P: Packet>(&self, tables: &Tables<P>, handle: u32) -> Option<Found> {
        let index = if htid(handle) == ROOT { self.root } else { tables.find(htid(handle))? };
        if key_of(handle) == 0 {
            return Some(Found::Table(index));
        }
        tables.get(index)?.place(index, handle).map(Found::Node)
    }

    /// `u32_change`.
    pub(super) fn change<P: Packet>(
        &self,
        tables: &mut Tables<P>,
        owner: (u32, u16),
        handle: u32,
        (config, now): (Config<P>, Instant),
    ) -> Result<u32, FilterError> {
        match (self.get(tables, handle), config) {
            (None, Config::Root) if handle == 0 => Ok(0),
            (_, Config::Root) => Err(FilterError::NoOptions),
            (Some(Found::Table(_)), _) => Err(FilterError::IsTable),
            (Some(Found::Node(place)), Config::Key(key)) => {
                replace(tables, place, *key, now)?;
                Ok(handle)
            }
            // A filter has no divisor: Linux doesn't look at it.
            (Some(Found::Node(_)), Config::Table { .. }) => Err(FilterError::IsNoTable),
            (None, Config::Table { divisor }) => tables.add(owner, handle, divisor),
            (None, Config::Key(key)) => self.add(tables, handle, *key, now),
        }
    }

    fn add<P: Packet>(
        &self,
        tables: &mut Tables<P>,
        handle: u32,
        key: Key<P>,
        now: Instant,
    ) -> Result<u32, FilterError> {
        let (index, bucket) = match key.table.filter(|&table| htid(table) != ROOT) {
            None => (self.root, 0),
            Some(table) => {
                let index = tables.find(htid(table)).ok_or(FilterError::NoTable(htid(table)))?;
                (index, hash_of(table))
            }
        };
        let table = tables.get(index).ok_or(FilterError::NoTable(0))?;
        let handle = table.new_handle(bucket, handle)?;
        check(&key.selector)?;
        let link = match key.link {
            None | Some(0) => None,
            Some(link) => Some((tables.linkable(link)?, link)),
        };
        let exts = Exts::new(key.target, now)?;
        let counts = Counts { keys: alloc::vec![0; key.selector.keys.len()], ..Counts::default() };
        let mask = key.selector.hash.mask;
        let knode = Knode {
            handle,
            exts,
            fshift: if mask == 0 { 0 } else { mask.trailing_zeros() },
            selector: key.selector,
            mark: key.mark.unwrap_or(Mark { value: 0, mask: 0 }),
            link,
            indev: key.indev,
            counts,
        };
        tables.insert(index, knode);
        Ok(handle)
    }
}

fn check(selector: &Selector) -> Result<(), FilterError> {
    if selector.keys.len() > MAX_KEYS {
        return Err(FilterError::Keys(selector.keys.len()));
    }
    match selector.offset.var {
        Some(VarOffset { shift, .. }) if shift > 15 => Err(FilterError::Shift(shift)),
        _ => Ok(()),
    }
}

/// Changes what may be changed of a filter: its class, actions, link and device.
fn replace<P: Packet>(
    tables: &mut Tables<P>,
    place: Place,
    key: Key<P>,
    now: Instant,
) -> Result<(), FilterError> {
    let link = match key.link {
        None => None,
        Some(0) => Some(None),
        Some(link) => Some(Some((tables.linkable(link)?, link))),
    };
    let exts = Exts::new(key.target, now)?;
    if let Some(link) = link {
        tables.relink(place, link);
    }
    if let Some(knode) = tables.node_mut(place) {
        knode.exts = exts;
        knode.indev = key.indev.or(knode.indev);
    }
    Ok(())
}

#[cfg(test)]
mod tests;
