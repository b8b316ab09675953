//! hfsc: classes that are promised delay and rate apart from each other, and share the rest
//! (`sch_hfsc.c`; Stoica, Zhang, Ng 1997).
//!
//! A class may have three [curves](Curve) of service over time. Its real-time curve is a promise: as
//! soon as it falls due, whatever else waits, the packet with the earliest deadline goes. What time is
//! left is shared along the tree by the link-sharing curves: down from the root, the class that has
//! had least of its share goes. An upper limit holds that share back. As in Linux time runs in units
//! of 64 ns.
//!
//! Linux walks its trees to find the earliest deadline and the first class that fits; the trees here
//! find the same ones without a walk.

use alloc::boxed::Box;
use alloc::vec::Vec;

use softnet_sk_buff::Instant;

use crate::classes::Classes;
use crate::filter::{Block, Verdict};
use crate::peeked::Peeked;
use crate::{
    Child, Class, ClassError, ClassId, ClassXStats as AnyClassXStats, ConfigError, Cx, Dequeue,
    Enqueued, Fifo, Handle, Packet, Qdisc, Refused, Stats, UnknownClass, Work,
};

mod curve;
mod edit;
#[cfg(test)]
mod tests;
mod tree;

pub use curve::Curve;
pub use edit::ClassConfig;
use tree::{Node, ROOT, Tree};

/// Nanoseconds to Linux's units of 64 of them (`PSCHED_SHIFT`).
const PSCHED_SHIFT: u32 = 6;

/// What an [`Hfsc`] is to do (`tc_hfsc_qopt`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Config {
    /// Number of the class for what nothing else puts anywhere; 0 is none.
    pub default: u16,
    /// Packets that may wait in the pfifo which a new class is given: 1000, the device's
    /// `tx_queue_len`.
    pub tx_queue_len: u32,
}

impl Default for Config {
    fn default() -> Self {
        Self { default: 0, tx_queue_len: 1000 }
    }
}

/// What only a class of hfsc counts (`tc_hfsc_stats`).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct ClassXStats {
    /// Bytes that it sent.
    pub work: u64,
    /// Those of them that went because their time had come.
    pub rtwork: u64,
    /// Times that it became active.
    pub period: u32,
    /// 0 for a leaf, else one more than that of the highest class below it.
    pub level: u32,
}

/// What a class is beyond its curves.
struct Member<P: Packet> {
    child: Child<P>,
    filters: Option<Box<Block<P>>>,
    drops: u64,
}

/// A scheduler with a tree of classes that the user makes: see [`add_class`](Self::add_class).
///
/// While it has no classes it is a pfifo, if its default is 0: the root class, number 0, is then a
/// leaf. What no filter, no priority and no default puts into a leaf is dropped.
///
/// ```
/// use softnet_qdisc::{Cx, Dequeue, Handle, Hfsc, Qdisc, hfsc};
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
/// let mut hfsc = Hfsc::new(root, hfsc::Config { default: 2, ..hfsc::Config::default() })?;
/// // Voice: a packet of 1000 bytes within 2 ms, and no more than 100 kB/s in the long run.
/// let voice = hfsc::Curve::with_delay(1000, 2000, 100_000);
/// let voice = hfsc::ClassConfig { rsc: voice, fsc: voice, usc: None };
/// hfsc.add_class(root.class(1), None, voice, &mut cx)?;
/// hfsc.add_class(root.class(2), None, hfsc::ClassConfig::sc(900_000), &mut cx)?;
///
/// for _ in 0..10 {
///     let _ = hfsc.enqueue(Toy(0), &mut cx);
/// }
/// // A link of 1 MB/s: a packet each millisecond. One is under way when a word is spoken.
/// assert!(hfsc.dequeue(&mut cx).packet().is_some_and(|packet| packet.0 == 0));
/// let _ = hfsc.enqueue(Toy(root.class(1).0), &mut cx);
/// cx.now = Instant::from_millis(1);
/// assert!(hfsc.dequeue(&mut cx).packet().is_some_and(|packet| packet.0 != 0));
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
///
/// Memory: some 700 bytes a class, and its child's. Cost per packet grows with the logarithm of the
/// number of siblings, at each level of the tree.
pub struct Hfsc<P: Packet> {
    handle: Handle,
    config: Config,
    classes: Classes<Member<P>>,
    tree: Tree,
    /// A packet that was taken out for a peek, still in the backlog.
    peeked: Peeked<P>,
    stats: Stats,
}

impl<P: Packet> Hfsc<P> {
    /// Discipline `handle` without classes but its own (`hfsc_init_qdisc`).
    ///
    /// # Errors
    /// [`ConfigError::ZeroLimit`] if leaves would take no packets.
    pub fn new(handle: Handle, config: Config) -> Result<Self, ConfigError> {
        let mut hfsc = Self {
            handle,
            config,
            classes: Classes::new(handle),
            tree: Tree::new(),
            peeked: Peeked::NONE,
            stats: Stats::default(),
        };
        let root = handle.class(0);
        let member = hfsc.member()?;
        // A new discipline has no class that could be in the way.
        if hfsc.classes.insert(root, member).is_ok() {
            hfsc.tree.nodes.push(Node::new(root, tree::NIL));
        }
        Ok(hfsc)
    }

    /// What it is to do.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Does otherwise from now on (`hfsc_change_qdisc`). Another `tx_queue_len` is for new classes.
    ///
    /// # Errors
    /// As [`new`](Self::new); nothing has changed.
    pub fn change(&mut self, config: Config) -> Result<(), ConfigError> {
        if config.tx_queue_len == 0 {
            return Err(ConfigError::ZeroLimit);
        }
        self.config = config;
        Ok(())
    }

    fn member(&self) -> Result<Member<P>, ConfigError> {
        let child = Child::fifo(Fifo::pfifo(self.config.tx_queue_len)?);
        Ok(Member { child, filters: None, drops: 0 })
    }

    fn is_leaf(&self, at: u32) -> bool {
        self.tree.nodes[at as usize].is_leaf()
    }

    /// The leaf for a packet (`hfsc_classify`). Filters of a class point downwards. Linux lets those
    /// pass that did so when they were made, if the tree has changed since; not so here.
    fn classify(&mut self, packet: &mut P, cx: &mut Cx<'_, P>) -> Result<u32, Verdict> {
        let named = self.classes.named_by(packet.priority());
        if let Some(leaf) = named.filter(|&at| self.is_leaf(at)) {
            return Ok(leaf);
        }
        let mut head = ROOT;
        while let Some(filters) =
            self.classes.get_mut(head).and_then(|class| class.filters.as_deref_mut())
        {
            let class = filters.classify(packet, cx).class()?;
            let Some(at) = class.and_then(|class| self.classes.find(class)) else { break };
            if self.tree.nodes[at as usize].level >= self.tree.nodes[head as usize].level {
                break;
            }
            if self.is_leaf(at) {
                return Ok(at);
            }
            head = at;
        }
        let default = self.classes.find(self.handle.class(self.config.default));
        default.filter(|&at| self.is_leaf(at)).ok_or(Verdict::Drop)
    }

    /// Gives a class its place among those with packets, or takes it, as its child has some or not.
    /// The first one's length, as it `came` or as it is found.
    fn settle(&mut self, at: u32, came: Option<u32>, cx: &mut Cx<'_, P>) {
        let Some(class) = self.classes.get_mut(at) else { return };
        if class.child.backlog().packets == 0 {
            self.tree.emptied(at);
            return;
        }
        if self.tree.is_active(at) {
            return;
        }
        let len = came.or_else(|| class.child.peek_len(&mut self.stats, cx).packet()).unwrap_or(0);
        self.tree.tick(cx.now.as_nanos());
        let node = &self.tree.nodes[at as usize];
        let (has_rsc, has_fsc) = (node.rsc.is_some(), node.fsc.is_some());
        if has_rsc {
            self.tree.init_ed(at, len);
        }
        if has_fsc {
            self.tree.init_vf(at);
        }
        if has_rsc {
            // So that this packet stays the first one: its deadline is reckoned with.
            let _ = self.peek_leaf(at, cx);
        }
    }

    /// The length of a class's next packet; 0 if its child has packets but none now, `None` if it has
    /// none, perhaps since now.
    fn peek_leaf(&mut self, at: u32, cx: &mut Cx<'_, P>) -> Option<u32> {
        let class = self.classes.get_mut(at)?;
        if class.child.backlog().packets == 0 {
            return None;
        }
        let len = class.child.peek_len(&mut self.stats, cx).packet().unwrap_or(0);
        if class.child.backlog().packets == 0 {
            self.tree.emptied(at);
            return None;
        }
        Some(len)
    }

    /// Takes the next packet out; off the backlog and counted, or still in the backlog if it is only
    /// set `aside` (`hfsc_dequeue`).
    fn next(&mut self, aside: bool, cx: &mut Cx<'_, P>) -> Dequeue<P> {
        if self.stats.backlog.packets == 0 {
            return Dequeue::Empty;
        }
        self.tree.tick(cx.now.as_nanos());
        loop {
            let Some((at, realtime)) = self.tree.next() else {
                self.stats.overlimits = self.stats.overlimits.saturating_add(1);
                return self.tree.next_time().map_or(Dequeue::Empty, |units| {
                    let soonest = cx.now.as_nanos().saturating_add(1);
                    Dequeue::Until(Instant::from_nanos(
                        units.saturating_mul(1 << PSCHED_SHIFT).max(soonest),
                    ))
                });
            };
            let Some(class) = self.classes.get_mut(at) else { return Dequeue::Empty };
            let before = class.child.backlog().packets;
            let got = if aside {
                class.child.set_aside(&mut self.stats, cx)
            } else {
                class.child.dequeue(&mut self.stats, cx)
            };
            let left = class.child.backlog().packets;
            match got {
                Dequeue::Packet(packet) => {
                    let dropped = before.saturating_sub(left) > 1;
                    self.sent(at, realtime, (left, dropped), &packet);
                    self.look_ahead(at, realtime, cx);
                    return Dequeue::Packet(packet);
                }
                // Linux gives up until somebody wakes it.
                Dequeue::Empty if left == 0 && before > 0 => self.tree.emptied(at),
                nothing => return nothing,
            }
        }
    }

    /// A class sent a packet; its child has packets `left`, and may have dropped some on the way.
    fn sent(&mut self, at: u32, realtime: bool, (left, dropped): (u32, bool), packet: &P) {
        let len = packet.pkt_len();
        if left == 0 && dropped {
            // What was dropped on the way emptied it, as Linux knows before it has the packet.
            self.tree.emptied(at);
        }
        let node = &mut self.tree.nodes[at as usize];
        node.bytes = node.bytes.saturating_add(len.into());
        node.packets = node.packets.saturating_add(packet.segments().into());
        self.tree.update_vf(at, len, left == 0);
        if realtime {
            let node = &mut self.tree.nodes[at as usize];
            node.cumul = node.cumul.wrapping_add(len.into());
        }
    }

    /// After a packet the next one's deadline has to be known.
    fn look_ahead(&mut self, at: u32, realtime: bool, cx: &mut Cx<'_, P>) {
        if self.tree.nodes[at as usize].rsc.is_none() {
            return;
        }
        match self.peek_leaf(at, cx) {
            Some(len) if realtime => self.tree.update_ed(at, len),
            Some(len) => self.tree.update_d(at, len),
            None => self.tree.emptied(at),
        }
    }
}

impl<P: Packet> Qdisc<P> for Hfsc<P> {
    fn kind(&self) -> &'static str {
        "hfsc"
    }

    fn enqueue(&mut self, mut packet: P, cx: &mut Cx<'_, P>) -> Enqueued {
        let at = match self.classify(&mut packet, cx) {
            Ok(at) => at,
            Err(verdict) => return verdict.carry_out(packet, &mut self.stats, cx),
        };
        let Some(Member { child, drops, .. }) = self.classes.get_mut(at) else {
            return Verdict::Drop.carry_out(packet, &mut self.stats, cx);
        };
        let len = packet.pkt_len();
        let before = child.backlog().packets;
        let verdict = child.enqueue(packet, &mut self.stats, cx);
        if verdict != Enqueued::Success {
            if verdict != Enqueued::Stolen {
                *drops = drops.saturating_add(1);
            }
            if before > 0 && child.backlog().packets == 0 {
                self.tree.emptied(at);
            }
        } else if before == 0 {
            self.settle(at, Some(len), cx);
        }
        verdict
    }

    fn dequeue(&mut self, cx: &mut Cx<'_, P>) -> Dequeue<P> {
        if let Some(packet) = self.peeked.take() {
            self.stats.dequeued(&packet);
            return Dequeue::Packet(packet);
        }
        self.next(false, cx)
    }

    fn peek<'a>(&'a mut self, cx: &mut Cx<'_, P>) -> Dequeue<&'a P> {
        let next = self.peeked.take().map_or_else(|| self.next(true, cx), Dequeue::Packet);
        self.peeked.keep(next)
    }

    fn reset(&mut self, cx: &mut Cx<'_, P>) {
        let places: Vec<u32> = self.classes.places().collect();
        for at in places {
            if let Some(class) = self.classes.get_mut(at) {
                class.child.reset(&mut self.stats, cx);
            }
        }
        self.tree.reset();
        self.peeked.purge(cx);
        self.stats.purge();
    }

    fn stats(&self) -> &Stats {
        &self.stats
    }

    fn stats_mut(&mut self) -> &mut Stats {
        &mut self.stats
    }

    /// The discipline's own class is among them, as number 0, and the parent of those right below.
    fn walk(&self, visit: &mut dyn FnMut(&Class<'_, P>)) {
        for place in self.classes.places() {
            let Some(member) = self.classes.get(place) else { continue };
            let node = &self.tree.nodes[place as usize];
            let stats = Stats {
                bytes: node.bytes,
                packets: node.packets,
                drops: member.drops,
                backlog: member.child.backlog(),
                ..Stats::default()
            };
            let xstats = ClassXStats {
                work: node.total,
                rtwork: node.cumul,
                period: node.vtperiod,
                level: node.level,
            };
            visit(&Class {
                id: node.id,
                parent: self.tree.nodes.get(node.parent as usize).map(|parent| parent.id),
                child: node.is_leaf().then(|| member.child.qdisc()),
                stats,
                xstats: Some(AnyClassXStats::Hfsc(xstats)),
            });
        }
    }

    fn has_class(&self, class: ClassId) -> bool {
        self.classes.find(class).is_some()
    }

    /// Takes class `id` away and drops what it holds (`hfsc_delete_class`). A parent without other
    /// classes is a leaf again.
    ///
    /// # Errors
    /// [`ClassError::Unknown`], and [`ClassError::InUse`] if it has classes below it, a filter here
    /// chooses it, or it is the discipline's own. Nothing has changed.
    fn delete_class(&mut self, class: ClassId, cx: &mut Cx<'_, P>) -> Result<(), ClassError> {
        self.delete(class, cx)
    }

    fn filters_mut(&mut self, of: Option<ClassId>) -> Option<&mut Block<P>> {
        let at = self.classes.find(of.unwrap_or(self.handle.class(0)))?;
        Some(self.classes.get_mut(at)?.filters.get_or_insert_default())
    }

    fn filters(&self, of: Option<ClassId>) -> Option<&Block<P>> {
        let at = self.classes.find(of.unwrap_or(self.handle.class(0)))?;
        self.classes.get(at)?.filters.as_deref()
    }

    fn leaf(&self, class: ClassId) -> Option<&dyn Qdisc<P>> {
        let at = self.classes.find(class).filter(|&at| self.is_leaf(at))?;
        self.classes.get(at).map(|member| member.child.qdisc())
    }

    fn with_leaf(
        &mut self,
        class: ClassId,
        work: &mut Work<'_, P>,
        cx: &mut Cx<'_, P>,
    ) -> Result<(), UnknownClass> {
        let at = self.classes.find(class).filter(|&at| self.is_leaf(at));
        let Some((at, member)) = at.and_then(|at| Some((at, self.classes.get_mut(at)?))) else {
            return Err(UnknownClass(class));
        };
        member.child.with(work, &mut self.stats, cx);
        self.settle(at, None, cx);
        Ok(())
    }

    /// An inner class has no child to be replaced: it is not known here.
    fn graft_here(
        &mut self,
        class: ClassId,
        child: Box<dyn Qdisc<P>>,
        cx: &mut Cx<'_, P>,
    ) -> Result<(), Refused<P>> {
        let at = self.classes.find(class).filter(|&at| self.is_leaf(at));
        let Some((at, old)) = at.and_then(|at| Some((at, self.classes.get_mut(at)?))) else {
            return Err(Refused { child, why: UnknownClass(class) });
        };
        old.child.purge(&mut self.stats, cx);
        self.tree.emptied(at);
        if let Some(class) = self.classes.get_mut(at) {
            class.child.replace(child, &mut self.stats, cx);
        }
        self.settle(at, None, cx);
        Ok(())
    }
}
