//! qfq: weighted fair queueing in constant time, QFQ+ (`sch_qfq.c`).
//!
//! Classes with weights; whatever the number of classes, each gets its share of the link to within a
//! few packets of what an ideal fluid scheduler would have given it (Checconi, Rizzo, Valente: "QFQ:
//! Efficient Packet Scheduling with Tight Guarantees", 2013). QFQ+ puts up to eight classes of one
//! weight and packet size into an aggregate, serves aggregates by QFQ and the classes within by
//! deficit round robin.

use alloc::boxed::Box;

use crate::class::{Class, Work};
use crate::classes::Classes;
use crate::filter::{Block, Verdict};
use crate::links::Links;
use crate::peeked::Peeked;
use crate::{
    Child, ClassError, ClassId, ClassXStats, ConfigError, Cx, Dequeue, Enqueued, Fifo, Handle,
    Packet, Qdisc, Refused, Stats, UnknownClass,
};
use schedule::{MTU_SHIFT, ONE_FP, Schedule};
use softnet_sk_buff::DropReason;

mod schedule;
#[cfg(test)]
mod tests;

const MAX_WEIGHT: u32 = 1 << 10;
const MAX_WSUM: u32 = 64 * MAX_WEIGHT;
const MIN_LMAX: u32 = 512;
const MAX_LMAX: u32 = 1 << MTU_SHIFT;

/// How a [`Qfq`] is made. Linux's has no options; this is what it takes from the device.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Config {
    /// Packets that the pfifo holds which a new class starts with: 1000, the device's `tx_queue_len`.
    /// Below 7 fewer classes share an aggregate, as in Linux.
    pub tx_queue_len: u32,
}

impl Default for Config {
    fn default() -> Self {
        Self { tx_queue_len: 1000 }
    }
}

/// A class of a [`Qfq`] (`TCA_QFQ_*`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ClassConfig {
    /// Its share, 1 to 1024: 1. It is rounded so that 2^30 is a multiple of it or nearly so, as in
    /// Linux. All weights of a discipline are 65,536 in sum at most.
    pub weight: u32,
    /// Largest packet in bytes, 512 to 65,536: 1514, the link's largest packet with its header. A
    /// larger packet raises it.
    pub lmax: u32,
}

impl Default for ClassConfig {
    fn default() -> Self {
        Self { weight: 1, lmax: 1514 }
    }
}

impl ClassConfig {
    fn check(self) -> Result<Self, ConfigError> {
        let Self { weight, lmax } = self;
        if !(1..=MAX_WEIGHT).contains(&weight) {
            return Err(ConfigError::Weight(weight));
        }
        if !(MIN_LMAX..=MAX_LMAX).contains(&lmax) {
            return Err(ConfigError::Lmax(lmax));
        }
        Ok(Self { weight: ONE_FP / (ONE_FP / weight), lmax })
    }
}

/// What only a class of qfq shows (`tc_qfq_stats`).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct ClassStats {
    /// Its weight.
    pub weight: u32,
    /// Its largest packet by now.
    pub lmax: u32,
}

#[derive(Debug)]
struct QfqClass<P: Packet> {
    child: Child<P>,
    aggregate: u32,
    /// Bytes that it may still send in its aggregate's round. Linux compares it, signed, with
    /// unsigned lengths, by which less than nothing is a lot.
    deficit: i32,
    /// Length of its first packet when it was last looked at.
    head_len: u32,
    /// What was enqueued; the class keeps it when its child is replaced.
    came: Stats,
}

/// Weighted fair queueing over classes that the user makes.
///
/// A packet's class is the one that its priority names ([`Handle::named_by`]), else that which the
/// [filters](crate::filter) say; without one it is dropped. A class counts what was enqueued, not
/// what left, as Linux's does.
///
/// Two things are better than in Linux. A class whose child drops the last of its packets when its
/// turn comes only loses the turn; in Linux all wait for the next event. And where a class that is
/// deleted or emptied leaves others blocked, they are found; Linux comes to a null pointer.
#[derive(Debug)]
pub struct Qfq<P: Packet> {
    config: Config,
    classes: Classes<QfqClass<P>>,
    /// Of the classes with packets, in their aggregates' rounds.
    links: Links,
    schedule: Schedule,
    filters: Block<P>,
    peeked: Peeked<P>,
    stats: Stats,
}

/// What the first class of an aggregate's round has to send.
enum Head {
    Packet { class: u32, len: u32 },
    Later(Dequeue<()>),
}

impl<P: Packet> Qfq<P> {
    /// Discipline `handle` without a class.
    ///
    /// # Errors
    /// [`ConfigError::ZeroLimit`].
    pub fn new(handle: Handle, config: Config) -> Result<Self, ConfigError> {
        if config.tx_queue_len == 0 {
            return Err(ConfigError::ZeroLimit);
        }
        Ok(Self {
            config,
            classes: Classes::new(handle),
            links: Links::new(),
            schedule: Schedule::new(config.tx_queue_len),
            filters: Block::new(),
            peeked: Peeked::NONE,
            stats: Stats::default(),
        })
    }

    /// How it was made.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Adds class `id` with a pfifo in it (`qfq_change_class`).
    ///
    /// # Errors
    /// [`ClassError::Exists`], [`ClassError::Foreign`], [`ConfigError::Weight`],
    /// [`ConfigError::Lmax`], [`ConfigError::TotalWeight`]; nothing has changed.
    pub fn add_class(&mut self, id: ClassId, config: ClassConfig) -> Result<(), ClassError> {
        let ClassConfig { weight, lmax } = config.check()?;
        self.classes.check_new(id)?;
        self.check_sum(weight, 0)?;
        let child = Child::fifo(Fifo::pfifo(self.config.tx_queue_len)?);
        let aggregate = self.schedule.with_room(lmax, weight);
        let class = QfqClass {
            child,
            aggregate,
            deficit: lmax as i32,
            head_len: 0,
            came: Stats::default(),
        };
        let at = self.classes.insert(id, class)?;
        self.links.reach(at);
        self.schedule.add_class(aggregate);
        Ok(())
    }

    /// Gives class `id` another weight or largest packet; what waits in it stays.
    ///
    /// # Errors
    /// [`ClassError::Unknown`], [`ConfigError::Weight`], [`ConfigError::Lmax`],
    /// [`ConfigError::TotalWeight`]; nothing has changed.
    pub fn change_class(&mut self, id: ClassId, config: ClassConfig) -> Result<(), ClassError> {
        let at = self.classes.known(id)?;
        let config = config.check()?;
        let Some(old) = self.configured(at).filter(|&old| old != config) else { return Ok(()) };
        self.check_sum(config.weight, old.weight)?;
        self.move_class(at, config);
        Ok(())
    }

    /// How class `id` is configured, its largest packet as raised by larger ones.
    #[must_use]
    pub fn class_config(&self, id: ClassId) -> Option<ClassConfig> {
        self.configured(self.classes.find(id)?)
    }

    fn configured(&self, at: u32) -> Option<ClassConfig> {
        let aggregate = self.schedule.get(self.classes.get(at)?.aggregate);
        Some(ClassConfig { weight: aggregate.class_weight, lmax: aggregate.lmax })
    }

    fn check_sum(&self, weight: u32, instead_of: u32) -> Result<(), ConfigError> {
        let sum = self.schedule.wsum + weight - instead_of;
        if sum > MAX_WSUM { Err(ConfigError::TotalWeight(sum)) } else { Ok(()) }
    }

    /// Moves a class to an aggregate of its kind (`qfq_change_agg`).
    fn move_class(&mut self, at: u32, config: ClassConfig) {
        let new = self.schedule.with_room(config.lmax, config.weight);
        self.deactivate(at);
        let Some(class) = self.classes.get_mut(at) else { return };
        let old = core::mem::replace(&mut class.aggregate, new);
        self.schedule.remove_class(old);
        self.schedule.add_class(new);
        if class.child.backlog().packets > 0 {
            self.line_up(at, new);
        }
    }

    /// A class that has packets again gets its place in the aggregate's round.
    fn activate(&mut self, at: u32) {
        let Some(class) = self.classes.get_mut(at) else { return };
        let aggregate = class.aggregate;
        class.deficit = self.schedule.get(aggregate).lmax as i32;
        self.line_up(at, aggregate);
    }

    fn line_up(&mut self, at: u32, aggregate: u32) {
        let round = &mut self.schedule.get_mut(aggregate).active;
        let was_idle = round.is_empty();
        self.links.push_back(round, at);
        if was_idle && self.schedule.in_service != Some(aggregate) {
            self.schedule.activate(aggregate);
        }
    }

    /// A class without packets leaves the round, and takes its aggregate out of line if it was the
    /// last (`qfq_qlen_notify`).
    fn deactivate(&mut self, at: u32) {
        let Some(class) = self.classes.get(at) else { return };
        if !self.links.is_linked(at) {
            return;
        }
        let aggregate = class.aggregate;
        let round = &mut self.schedule.get_mut(aggregate).active;
        self.links.remove(round, at);
        if round.is_empty() {
            self.schedule.deactivate(aggregate);
        }
    }

    /// Follows what happened to the child of a class.
    fn settle(&mut self, at: u32) {
        let Some(class) = self.classes.get(at) else { return };
        match (class.child.backlog().packets > 0, self.links.is_linked(at)) {
            (true, false) => self.activate(at),
            (false, true) => self.deactivate(at),
            _ => {}
        }
    }

    /// A packet came to a class that had some. If it is the first one now (its child is a prio, say),
    /// the deficit may be too small for it.
    fn look_again(&mut self, at: u32, len: u32, cx: &mut Cx<'_, P>) {
        let Some(class) = self.classes.get_mut(at) else { return };
        // Linux looks, too, which may make an AQM decide now, and knows the packet by its address.
        // Here a new length tells that it is a new one; of the same length it would fit as well.
        let Dequeue::Packet(head_len) = class.child.peek_len(&mut self.stats, cx) else {
            return self.settle(at);
        };
        let is_new = head_len == len && class.head_len != len;
        class.head_len = head_len;
        let round = &mut self.schedule.get_mut(class.aggregate).active;
        if is_new && round.front() == Some(at) && (class.deficit as u32) < len {
            self.links.move_to_back(round, at);
        }
    }

    /// What the aggregate would send (`qfq_peek_skb`).
    fn head(&mut self, aggregate: u32, cx: &mut Cx<'_, P>) -> Head {
        loop {
            let round = &mut self.schedule.get_mut(aggregate).active;
            let Some(class) = round.front() else { return Head::Later(Dequeue::Empty) };
            let child = self.classes.get_mut(class).map(|class| &mut class.child);
            match child.map_or(Dequeue::Empty, |child| child.peek_len(&mut self.stats, cx)) {
                Dequeue::Packet(len) => return Head::Packet { class, len },
                Dequeue::Empty => self.links.remove(round, class),
                Dequeue::Until(at) => return Head::Later(Dequeue::Until(at)),
            }
        }
    }

    /// Takes the next packet (`qfq_dequeue`); it is still in the backlog.
    fn pass(&mut self, cx: &mut Cx<'_, P>) -> Dequeue<P> {
        let mut until = None;
        let mut is_chosen = false;
        while let Some(serving) = self.schedule.in_service {
            match self.head(serving, cx) {
                // One that was chosen just now sends, also if a class of it was given a smaller
                // largest packet than it has.
                Head::Packet { class, len }
                    if is_chosen || len <= self.schedule.get(serving).budget =>
                {
                    return self.serve(serving, class, len, cx);
                }
                Head::Packet { .. } => {}
                Head::Later(later) => {
                    until = later.earlier(until);
                    if is_chosen && later != Dequeue::Empty {
                        break;
                    }
                }
            }
            self.schedule.charge(serving);
            self.schedule.recharge(serving);
            if !self.schedule.get(serving).active.is_empty() {
                self.schedule.requeue(serving);
            } else if self.stats.backlog.packets == 0 {
                self.schedule.in_service = None;
                break;
            }
            self.schedule.in_service = self.schedule.choose_next();
            is_chosen = true;
        }
        until.map_or(Dequeue::Empty, Dequeue::Until)
    }

    /// Sends the first packet of the class in front (`agg_dequeue`).
    fn serve(&mut self, serving: u32, at: u32, len: u32, cx: &mut Cx<'_, P>) -> Dequeue<P> {
        let Some(class) = self.classes.get_mut(at) else { return Dequeue::Empty };
        let next = class.child.set_aside(&mut self.stats, cx);
        if !matches!(next, Dequeue::Packet(_)) {
            return next;
        }
        class.deficit = class.deficit.wrapping_sub(len as i32);
        let aggregate = self.schedule.get_mut(serving);
        let lmax = aggregate.lmax;
        let round = &mut aggregate.active;
        let peeked = class.child.peek_len(&mut self.stats, cx);
        class.head_len = peeked.packet().unwrap_or(0);
        if class.child.backlog().packets == 0 {
            self.links.remove(round, at);
        } else if (class.deficit as u32) < class.head_len {
            class.deficit = class.deficit.wrapping_add(lmax as i32);
            self.links.move_to_back(round, at);
        }
        self.schedule.sent(serving, len);
        next
    }
}

impl<P: Packet> Qdisc<P> for Qfq<P> {
    fn kind(&self) -> &'static str {
        "qfq"
    }

    fn enqueue(&mut self, mut packet: P, cx: &mut Cx<'_, P>) -> Enqueued {
        let at = match self.classes.classify(&mut packet, &mut self.filters, cx) {
            Ok(at) => at,
            Err(verdict) => return verdict.carry_out(packet, &mut self.stats, cx),
        };
        let len = packet.pkt_len();
        if let Some(config) = self.configured(at).filter(|config| config.lmax < len) {
            if len > MAX_LMAX {
                self.stats.drops = self.stats.drops.saturating_add(1);
                cx.drop(packet, DropReason::QDISC_DROP);
                return Enqueued::Drop;
            }
            self.move_class(at, ClassConfig { lmax: len, ..config });
        }
        let Some(class) = self.classes.get_mut(at) else {
            return Verdict::Drop.carry_out(packet, &mut self.stats, cx);
        };
        let mut came = class.came;
        came.count_sent(&packet);
        let verdict = class.child.enqueue(packet, &mut self.stats, cx);
        if verdict != Enqueued::Success {
            self.settle(at);
            return verdict;
        }
        class.came = came;
        if self.links.is_linked(at) {
            self.look_again(at, len, cx);
        } else {
            class.head_len = len;
            self.settle(at);
        }
        verdict
    }

    fn dequeue(&mut self, cx: &mut Cx<'_, P>) -> Dequeue<P> {
        if self.peeked.is_some() {
            return self.peeked.send(&mut self.stats);
        }
        self.pass(cx).inspect(|packet| self.stats.dequeued(packet))
    }

    fn peek<'a>(&'a mut self, cx: &mut Cx<'_, P>) -> Dequeue<&'a P> {
        let next = self.peeked.take().map_or_else(|| self.pass(cx), Dequeue::Packet);
        self.peeked.keep(next)
    }

    fn reset(&mut self, cx: &mut Cx<'_, P>) {
        let mut last = None;
        while let Some(at) = self.classes.next_place(last) {
            self.deactivate(at);
            if let Some(class) = self.classes.get_mut(at) {
                class.child.reset(&mut self.stats, cx);
            }
            last = Some(at);
        }
        self.peeked.purge(cx);
        self.stats.purge();
    }

    fn stats(&self) -> &Stats {
        &self.stats
    }

    fn stats_mut(&mut self) -> &mut Stats {
        &mut self.stats
    }

    fn walk(&self, visit: &mut dyn FnMut(&Class<'_, P>)) {
        for (id, class) in self.classes.iter() {
            let child = class.child.qdisc();
            let Stats { bytes, packets, .. } = class.came;
            let stats = Stats { bytes, packets, ..*child.stats() };
            let aggregate = self.schedule.get(class.aggregate);
            let shown = ClassStats { weight: aggregate.class_weight, lmax: aggregate.lmax };
            let xstats = Some(ClassXStats::Qfq(shown));
            visit(&Class { id, parent: None, child: Some(child), stats, xstats });
        }
    }

    fn has_class(&self, class: ClassId) -> bool {
        self.classes.find(class).is_some()
    }

    fn delete_class(&mut self, class: ClassId, cx: &mut Cx<'_, P>) -> Result<(), ClassError> {
        let at = self.classes.known(class)?;
        if self.filters.holds(class) {
            return Err(ClassError::InUse(class));
        }
        self.deactivate(at);
        if let Some(mut class) = self.classes.remove(class) {
            class.child.purge(&mut self.stats, cx);
            self.schedule.remove_class(class.aggregate);
        }
        Ok(())
    }

    fn filters_mut(&mut self, of: Option<ClassId>) -> Option<&mut Block<P>> {
        of.is_none().then_some(&mut self.filters)
    }

    fn filters(&self, of: Option<ClassId>) -> Option<&Block<P>> {
        of.is_none().then_some(&self.filters)
    }

    fn leaf(&self, class: ClassId) -> Option<&dyn Qdisc<P>> {
        let at = self.classes.find(class)?;
        Some(self.classes.get(at)?.child.qdisc())
    }

    fn with_leaf(
        &mut self,
        class: ClassId,
        work: &mut Work<'_, P>,
        cx: &mut Cx<'_, P>,
    ) -> Result<(), UnknownClass> {
        let (at, class) = self.classes.entry(class)?;
        class.child.with(work, &mut self.stats, cx);
        self.settle(at);
        Ok(())
    }

    fn graft_here(
        &mut self,
        class: ClassId,
        child: Box<dyn Qdisc<P>>,
        cx: &mut Cx<'_, P>,
    ) -> Result<(), Refused<P>> {
        let (at, place) = match self.classes.entry(class) {
            Ok(found) => found,
            Err(why) => return Err(Refused { child, why }),
        };
        place.child.replace(child, &mut self.stats, cx);
        self.settle(at);
        Ok(())
    }
}
