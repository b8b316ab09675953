//! htb: a tree of classes that are each promised a rate, and lend each other what they don't use
//! (`sch_htb.c`).
//!
//! A class has two buckets. While its own, filled at its `rate`, has tokens, it sends. When that is
//! empty it borrows from its parent, as long as the second one, filled at its `ceil`, has some. Who
//! borrows at the same level and priority takes turns, each of a `quantum` of bytes; lower numbers of
//! `prio` go first. As in Linux tokens are nanoseconds, and buckets may be in debt: a packet is never
//! too large for one.
//!
//! Only leaves have packets, in a child each. What no filter, no priority and no default puts into a
//! leaf goes into the direct queue, which is not shaped and goes before everything else.

use alloc::boxed::Box;
use alloc::collections::VecDeque;

use softnet_sk_buff::{DropReason, Instant};

use crate::class::purge_all;
use crate::classes::Classes;
use crate::filter::{Block, Verdict};
use crate::peeked::Peeked;
use crate::qdisc::earliest;
use crate::{
    Child, Class, ClassError, ClassId, ClassXStats as AnyClassXStats, ConfigError, Cx, Dequeue,
    Enqueued, Handle, Packet, Qdisc, Refused, Stats, UnknownClass, Work, XStats as AnyXStats,
};

mod class;
mod edit;
#[cfg(test)]
mod tests;
mod tree;

pub use class::{ClassConfig, ClassXStats};
use tree::{LEVELS, NEVER, Tree};

/// What an [`Htb`] is to do (`tc_htb_glob`); the defaults are Linux's and tc's.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Config {
    /// Number of the class for what nothing else puts anywhere: 0, which is none.
    pub default: u16,
    /// Bytes per second of a class's rate that earn it a byte of quantum: 10. 0 is taken for 1.
    pub r2q: u32,
    /// Packets that may wait in the direct queue: 1000, the device's `tx_queue_len`.
    pub direct_qlen: u32,
    /// Packets that may wait in the pfifo which a new leaf is given: 1000.
    pub tx_queue_len: u32,
}

impl Default for Config {
    fn default() -> Self {
        Self { default: 0, r2q: 10, direct_qlen: 1000, tx_queue_len: 1000 }
    }
}

/// What only htb counts (`tc_htb_glob::direct_pkts`).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct XStats {
    /// Packets that went through the direct queue.
    pub direct_packets: u32,
}

/// What a class is beyond its turns and buckets.
struct Member<P: Packet> {
    config: ClassConfig,
    /// The discipline with its packets; there while it is a leaf.
    child: Option<Child<P>>,
    filters: Option<Box<Block<P>>>,
    drops: u64,
}

/// Where a packet goes.
enum Place {
    Direct,
    Leaf(u32),
}

/// A shaper with a tree of classes that the user makes: see [`add_class`](Self::add_class).
///
/// ```
/// use softnet_qdisc::{Cx, Dequeue, Handle, Htb, Qdisc, RateSpec, htb};
/// # use softnet_sk_buff::{DropCounts, Instant};
/// # struct Toy(u32);
/// # impl softnet_qdisc::Packet for Toy {
/// #     fn pkt_len(&self) -> u32 { 1000 }
/// #     fn flow_hash(&mut self, _: [u64; 2]) -> u32 { 0 }
/// #     fn priority(&self) -> u32 { self.0 }
/// # }
/// let mut lost = DropCounts::default();
/// let mut cx = Cx::new(Instant::ZERO, &mut lost);
/// let root = Handle(1);
/// let mut htb = Htb::new(root, htb::Config { default: 20, ..htb::Config::default() })?;
/// // 8 Mbit/s for all; 6 of them are the first one's, 2 the second one's, and both may have all.
/// let (all, six, two) = [8, 6, 2].map(|mbit| RateSpec::bits(mbit * 1_000_000)).into();
/// htb.add_class(root.class(1), None, htb::ClassConfig::new(all, all), &mut cx)?;
/// htb.add_class(root.class(10), Some(root.class(1)), htb::ClassConfig::new(six, all), &mut cx)?;
/// htb.add_class(root.class(20), Some(root.class(1)), htb::ClassConfig::new(two, all), &mut cx)?;
///
/// for _ in 0..1000 {
///     let _ = htb.enqueue(Toy(root.class(10).0), &mut cx);
///     let _ = htb.enqueue(Toy(0), &mut cx);
/// }
/// let mut sent = [0; 2];
/// while cx.now < Instant::from_millis(1000) {
///     match htb.dequeue(&mut cx) {
///         Dequeue::Packet(Toy(0)) => sent[1] += 1,
///         Dequeue::Packet(_) => sent[0] += 1,
///         Dequeue::Until(at) => cx.now = at,
///         Dequeue::Empty => break,
///     }
/// }
/// assert!((749..=753).contains(&sent[0]) && (249..=253).contains(&sent[1]), "{sent:?}");
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
///
/// Memory: some 400 bytes a class, 1 KiB more for an inner one, and its child's. Cost per packet
/// doesn't grow with the number of classes.
///
/// Linux has no `change` for htb, nor is there one here: to have another default, make another htb.
pub struct Htb<P: Packet> {
    handle: Handle,
    config: Config,
    filters: Block<P>,
    classes: Classes<Member<P>>,
    tree: Tree,
    direct_queue: VecDeque<P>,
    direct_packets: u32,
    /// A packet that was taken out for a peek, still in the backlog.
    peeked: Peeked<P>,
    stats: Stats,
}

impl<P: Packet> Htb<P> {
    /// Discipline `handle` without classes: all goes through the direct queue (`htb_init`).
    ///
    /// # Errors
    /// [`ConfigError::ZeroLimit`] if leaves would take no packets.
    pub fn new(handle: Handle, config: Config) -> Result<Self, ConfigError> {
        if config.tx_queue_len == 0 {
            return Err(ConfigError::ZeroLimit);
        }
        Ok(Self {
            handle,
            config: Config { r2q: config.r2q.max(1), ..config },
            filters: Block::new(),
            classes: Classes::new(handle),
            tree: Tree::new(),
            direct_queue: VecDeque::new(),
            direct_packets: 0,
            peeked: Peeked::NONE,
            stats: Stats::default(),
        })
    }

    /// What it is to do.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The leaf for a packet, or the direct queue (`htb_classify`).
    fn classify(&mut self, packet: &mut P, cx: &mut Cx<'_, P>) -> Result<Place, Verdict> {
        let mut inner = None;
        match self.handle.named_by(packet.priority()) {
            Some(0) => return Ok(Place::Direct),
            Some(minor) => {
                inner = self.classes.find(self.handle.class(minor));
                if let Some(leaf) = inner.filter(|&at| self.is_leaf(at)) {
                    return Ok(Place::Leaf(leaf));
                }
            }
            None => {}
        }
        // One for each level of the tree; what goes on longer goes in a circle.
        for _ in 0..=LEVELS {
            let filters = match inner {
                None => Some(&mut self.filters),
                Some(at) => self.classes.get_mut(at).and_then(|class| class.filters.as_deref_mut()),
            };
            let Some(filters) = filters else { return Ok(self.default_place()) };
            let Some(class) = filters.classify(packet, cx).class()? else {
                return Ok(self.default_place());
            };
            match self.classes.find(class) {
                _ if class == self.handle.class(0) => return Ok(Place::Direct),
                Some(leaf) if self.is_leaf(leaf) => return Ok(Place::Leaf(leaf)),
                Some(at) => inner = Some(at),
                None => return Ok(self.default_place()),
            }
        }
        Err(Verdict::Drop)
    }

    fn default_place(&self) -> Place {
        let default = self.classes.find(self.handle.class(self.config.default));
        default.filter(|&at| self.is_leaf(at)).map_or(Place::Direct, Place::Leaf)
    }

    fn is_leaf(&self, at: u32) -> bool {
        self.tree.nodes[at as usize].is_leaf()
    }

    /// Enqueues a packet that doesn't name a leaf.
    #[cold]
    #[inline(never)]
    fn enqueue_by_filter(&mut self, mut packet: P, cx: &mut Cx<'_, P>) -> Enqueued {
        match self.classify(&mut packet, cx) {
            Ok(Place::Leaf(leaf)) => self.enqueue_leaf(leaf, packet, cx),
            Ok(Place::Direct) => self.enqueue_direct(packet, cx),
            Err(verdict) => verdict.carry_out(packet, &mut self.stats, cx),
        }
    }

    fn enqueue_direct(&mut self, packet: P, cx: &mut Cx<'_, P>) -> Enqueued {
        if self.direct_queue.len() >= self.config.direct_qlen as usize {
            self.stats.drops += 1;
            cx.drop(packet, DropReason::QDISC_DROP);
            return Enqueued::Drop;
        }
        self.stats.queued(&packet);
        self.direct_queue.push_back(packet);
        self.direct_packets = self.direct_packets.wrapping_add(1);
        Enqueued::Success
    }

    #[cold]
    #[inline(never)]
    fn enqueue_leaf(&mut self, leaf: u32, packet: P, cx: &mut Cx<'_, P>) -> Enqueued {
        let Some(Member { child: Some(child), drops, .. }) = self.classes.get_mut(leaf) else {
            return self.enqueue_direct(packet, cx);
        };
        let before = child.backlog().packets;
        let verdict = child.enqueue(packet, &mut self.stats, cx);
        if verdict == Enqueued::Success {
            return self.tree.activate(leaf);
        }
        if verdict != Enqueued::Stolen {
            *drops = drops.saturating_add(1);
        }
        if before > 0 && child.backlog().packets == 0 {
            self.tree.deactivate(leaf);
        }
        verdict
    }

    /// The packet of the class whose turn it is, where that one has a FIFO and nobody's mode is about
    /// to change, as most often. `None` means that [`next`](Self::next) has to be asked, and that
    /// nothing has happened.
    #[inline]
    fn next_in_turn(&mut self) -> Option<P> {
        if self.tree.row_levels == 0 || self.tree.is_event_due() || !self.direct_queue.is_empty() {
            return None;
        }
        let level = self.tree.row_levels.trailing_zeros() as usize;
        let prio = self.tree.row_mask(level).trailing_zeros() as usize;
        let leaf = self.tree.lookup_leaf(level, prio)?;
        let child = self.classes.get_mut(leaf)?.child.as_mut()?;
        let packet = child.try_take(&mut self.stats)?;
        let left = child.backlog().packets;
        self.sent(leaf, (level, prio), (left, false), &packet);
        Some(packet)
    }

    /// Takes the next packet out (`htb_dequeue`).
    #[inline(never)]
    fn next(&mut self, cx: &mut Cx<'_, P>) -> Dequeue<P> {
        if let Some(packet) = self.direct_queue.pop_front() {
            self.stats.dequeued(&packet);
            return Dequeue::Packet(packet);
        }
        if self.stats.backlog.packets == 0 {
            return Dequeue::Empty;
        }
        let (mut below, mut from) = (None, 0);
        while let Some(level) = self.tree.busy_level(from) {
            from = level + 1;
            self.tree.do_events(level);
            let mut rows = self.tree.row_mask(level);
            while rows != 0 {
                let prio = rows.trailing_zeros() as usize;
                rows &= rows - 1;
                if let Some(packet) = self.dequeue_row(level, prio, &mut below, cx) {
                    self.tree.find_next_event();
                    return Dequeue::Packet(packet);
                }
            }
        }
        self.stats.overlimits = self.tree.overlimits;
        let event = self.tree.find_next_event();
        let event = (event != NEVER).then(|| Instant::from_nanos(event));
        earliest(event, below).map_or(Dequeue::Empty, Dequeue::Until)
    }

    /// Takes the next packet out at one level and priority (`htb_dequeue_tree`). Children that can't
    /// send now tell when to `wake`.
    #[inline]
    fn dequeue_row(
        &mut self,
        level: usize,
        prio: usize,
        wake: &mut Option<Instant>,
        cx: &mut Cx<'_, P>,
    ) -> Option<P> {
        let mut start = self.tree.lookup_leaf(level, prio)?;
        let mut leaf = start;
        loop {
            let child = self.classes.get_mut(leaf)?.child.as_mut()?;
            let before = child.backlog().packets;
            if before == 0 {
                // Its child dropped what it had without a word.
                self.tree.deactivate(leaf);
                let next = self.tree.lookup_leaf(level, prio)?;
                start = if leaf == start { next } else { start };
                leaf = next;
                continue;
            }
            let got = child.dequeue(&mut self.stats, cx);
            let left = child.backlog().packets;
            if let Dequeue::Packet(packet) = got {
                let dropped = before.saturating_sub(left) > 1;
                self.sent(leaf, (level, prio), (left, dropped), &packet);
                return Some(packet);
            }
            *wake = earliest(*wake, child.deadline());
            // The order matters: to take away the class whose turn it is ends the turn, too.
            if left == 0 {
                self.tree.deactivate(leaf);
            }
            self.tree.step(leaf, level, prio);
            let next = self.tree.lookup_leaf(level, prio)?;
            if left == 0 && leaf == start {
                // Linux would look for this one for ever if no other one can send now.
                start = next;
            } else if next == start {
                return None;
            }
            leaf = next;
        }
    }

    /// A leaf sent a packet; its child has packets `left`, and may have dropped some on the way.
    fn sent(&mut self, leaf: u32, row: (usize, usize), child: (u32, bool), packet: &P) {
        let ((level, prio), (left, dropped)) = (row, child);
        let len = packet.pkt_len();
        if left == 0 && dropped {
            // What was dropped on the way emptied it, as Linux knows before it has the packet.
            self.tree.deactivate(leaf);
        }
        if self.tree.spend_turn(leaf, level, len) {
            self.tree.step(leaf, level, prio);
        }
        if left == 0 {
            self.tree.deactivate(leaf);
        }
        self.tree.charge(leaf, level, len, packet.segments());
        self.stats.overlimits = self.tree.overlimits;
    }

    /// Follows a leaf whose child was changed or replaced, when it had `before` packets.
    fn settle(&mut self, leaf: u32, before: u32) {
        let now = self.classes.get(leaf).and_then(|class| class.child.as_ref());
        match now.map_or(0, |child| child.backlog().packets) {
            0 if before > 0 => self.tree.deactivate(leaf),
            0 => {}
            _ => _ = self.tree.activate(leaf),
        }
    }

    fn member(&mut self, class: ClassId) -> Result<(u32, &mut Member<P>), UnknownClass> {
        let at = self.classes.find(class).ok_or(UnknownClass(class))?;
        self.classes.get_mut(at).map(|member| (at, member)).ok_or(UnknownClass(class))
    }
}

impl<P: Packet> Qdisc<P> for Htb<P> {
    fn kind(&self) -> &'static str {
        "htb"
    }

    fn enqueue(&mut self, packet: P, cx: &mut Cx<'_, P>) -> Enqueued {
        // A packet that names its leaf, with room in its FIFO, as most do.
        if let Some(minor) = self.handle.named_by(packet.priority())
            && minor != 0
            && let Some(leaf) = self.classes.at(minor)
            && let Some(Member { child: Some(child), .. }) = self.classes.get_mut(leaf)
        {
            return match child.try_put(packet, &mut self.stats) {
                Ok(()) => self.tree.activate(leaf),
                Err(packet) => self.enqueue_leaf(leaf, packet, cx),
            };
        }
        self.enqueue_by_filter(packet, cx)
    }

    fn dequeue(&mut self, cx: &mut Cx<'_, P>) -> Dequeue<P> {
        if self.peeked.is_some() {
            return self.peeked.send(&mut self.stats);
        }
        self.tree.tick(cx.now.as_nanos());
        match self.next_in_turn() {
            Some(packet) => Dequeue::Packet(packet),
            None => self.next(cx),
        }
    }

    fn peek<'a>(&'a mut self, cx: &mut Cx<'_, P>) -> Dequeue<&'a P> {
        let next = match self.peeked.take() {
            Some(packet) => Dequeue::Packet(packet),
            None => {
                self.tree.tick(cx.now.as_nanos());
                self.next(cx).inspect(|packet| self.stats.set_aside(packet))
            }
        };
        self.peeked.keep(next)
    }

    fn reset(&mut self, cx: &mut Cx<'_, P>) {
        let mut at = None;
        while let Some(place) = self.classes.next_place(at) {
            if let Some(child) = self.classes.get_mut(place).and_then(|class| class.child.as_mut())
            {
                child.reset(&mut self.stats, cx);
            }
            at = Some(place);
        }
        self.tree.reset();
        purge_all(self.direct_queue.drain(..), cx);
        self.peeked.purge(cx);
        self.stats.purge();
    }

    fn stats(&self) -> &Stats {
        &self.stats
    }

    fn stats_mut(&mut self) -> &mut Stats {
        &mut self.stats
    }

    fn xstats(&self) -> Option<AnyXStats> {
        Some(AnyXStats::Htb(XStats { direct_packets: self.direct_packets }))
    }

    fn walk(&self, visit: &mut dyn FnMut(&Class<'_, P>)) {
        for place in self.classes.places() {
            let Some(member) = self.classes.get(place) else { continue };
            let node = &self.tree.nodes[place as usize];
            let child = member.child.as_ref();
            let stats = Stats {
                bytes: node.bytes,
                packets: node.packets,
                drops: member.drops,
                overlimits: node.overlimits,
                backlog: child.map(Child::backlog).unwrap_or_default(),
                ..Stats::default()
            };
            visit(&Class {
                id: node.id,
                parent: self.tree.nodes.get(node.parent as usize).map(|parent| parent.id),
                child: child.map(Child::qdisc),
                stats,
                xstats: Some(AnyClassXStats::Htb(ClassXStats::of(node))),
            });
        }
    }

    fn has_class(&self, class: ClassId) -> bool {
        self.classes.find(class).is_some()
    }

    /// Takes class `id` away and drops what it holds (`htb_delete`). A parent without other classes
    /// is a leaf again, with a new pfifo and full buckets.
    ///
    /// # Errors
    /// [`ClassError::Unknown`], and [`ClassError::InUse`] if it has classes below it or a filter here
    /// chooses it. Nothing has changed.
    fn delete_class(&mut self, class: ClassId, cx: &mut Cx<'_, P>) -> Result<(), ClassError> {
        self.delete(class, cx)
    }

    fn filters_mut(&mut self, of: Option<ClassId>) -> Option<&mut Block<P>> {
        let Some(class) = of else { return Some(&mut self.filters) };
        let (_, member) = self.member(class).ok()?;
        Some(member.filters.get_or_insert_default())
    }

    fn filters(&self, of: Option<ClassId>) -> Option<&Block<P>> {
        let Some(class) = of else { return Some(&self.filters) };
        self.classes.get(self.classes.find(class)?)?.filters.as_deref()
    }

    fn leaf(&self, class: ClassId) -> Option<&dyn Qdisc<P>> {
        let member = self.classes.get(self.classes.find(class)?)?;
        member.child.as_ref().map(Child::qdisc)
    }

    fn with_leaf(
        &mut self,
        class: ClassId,
        work: &mut Work<'_, P>,
        cx: &mut Cx<'_, P>,
    ) -> Result<(), UnknownClass> {
        let at = self.classes.find(class).ok_or(UnknownClass(class))?;
        let child = self.classes.get_mut(at).and_then(|member| member.child.as_mut());
        let child = child.ok_or(UnknownClass(class))?;
        let before = child.backlog().packets;
        child.with(work, &mut self.stats, cx);
        self.settle(at, before);
        Ok(())
    }

    /// An inner class has no child to be replaced: it is not known here.
    fn graft_here(
        &mut self,
        class: ClassId,
        child: Box<dyn Qdisc<P>>,
        cx: &mut Cx<'_, P>,
    ) -> Result<(), Refused<P>> {
        let at = self.classes.find(class);
        let old = at.and_then(|at| self.classes.get_mut(at)).and_then(|it| it.child.as_mut());
        let (Some(at), Some(old)) = (at, old) else {
            return Err(Refused { child, why: UnknownClass(class) });
        };
        old.purge(&mut self.stats, cx);
        self.tree.deactivate(at);
        old.replace(child, &mut self.stats, cx);
        self.settle(at, 0);
        Ok(())
    }
}
