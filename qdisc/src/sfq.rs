//! sfq: stochastic fairness queueing, turns for flows told apart by a hash (`sch_sfq.c`).

use alloc::vec;
use alloc::vec::Vec;
use core::time::Duration;

use softnet_sk_buff::{DropReason, Instant};

use crate::class::Class;
use crate::filter::{Block, Verdict};
use crate::links::{Arena, Links, List};
use crate::peeked::Peeked;
use crate::rng::Rng;
use crate::{
    Backlog, ClassId, ClassXStats, ConfigError, Cx, Dequeue, Enqueued, Handle, Packet, Qdisc, Stats,
};

pub mod red;
#[cfg(test)]
mod tests;

use red::{Action, Red};

/// Most packets of one flow (`SFQ_MAX_DEPTH`).
const MAX_DEPTH: u32 = 127;
/// Most flows at a time (`SFQ_MAX_FLOWS`).
const MAX_FLOWS: u32 = 0x1_0000 - MAX_DEPTH - 1;
const EMPTY: u32 = u32::MAX;

/// What an [`Sfq`] is to do (`tc_sfq_qopt_v1`); the defaults are Linux's.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Config {
    /// Packets that may wait in all, 2 at least; no more than `depth * flows`, and `flows` no more
    /// than it. `None` is Linux's 127 when tc says nothing, which leaves `flows` alone.
    pub limit: Option<u32>,
    /// Packets of one flow that may wait: 127, which is the most.
    pub depth: u32,
    /// Flows with packets at a time: 128; at most 65,408, and no more than `divisor`.
    pub flows: u32,
    /// Buckets that the hash chooses among, a power of two up to 65,536: 1024.
    pub divisor: u32,
    /// Bytes of a turn: 1514, the link's largest packet with its header. Linux lifts what is below
    /// 256, and so does this; above 2^20 is an error.
    pub quantum: u32,
    /// Drops of a flow that is too long its oldest packet instead of the one that comes.
    pub headdrop: bool,
    /// How often the hash is changed, so that flows which share a bucket do so not for ever: never.
    /// Linux takes whole seconds.
    pub perturb: Option<Duration>,
    /// RED on each flow: none.
    pub red: Option<red::Config>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            limit: None,
            depth: MAX_DEPTH,
            flows: 128,
            divisor: 1024,
            quantum: 1514,
            headdrop: false,
            perturb: None,
            red: None,
        }
    }
}

impl Config {
    const QUANTUM_MAX: u32 = 1 << 20;

    /// With what Linux cuts cut (`sfq_change`).
    fn check(mut self) -> Result<Self, ConfigError> {
        if !self.divisor.is_power_of_two() || self.divisor > 0x1_0000 {
            return Err(ConfigError::Divisor(self.divisor));
        }
        match self.quantum {
            0 => return Err(ConfigError::ZeroQuantum),
            quantum if quantum > Self::QUANTUM_MAX => {
                return Err(ConfigError::QuantumTooBig(quantum));
            }
            quantum => self.quantum = quantum.max(256),
        }
        if self.flows == 0 {
            return Err(ConfigError::Flows(0));
        }
        if self.depth == 0 || self.limit == Some(0) {
            return Err(ConfigError::ZeroLimit);
        }
        if self.perturb == Some(Duration::ZERO) {
            return Err(ConfigError::ZeroPeriod);
        }
        self.flows = self.flows.min(MAX_FLOWS).min(self.divisor);
        self.depth = self.depth.min(MAX_DEPTH);
        if let Some(limit) = &mut self.limit {
            *limit = (*limit).min(self.depth * self.flows);
            self.flows = self.flows.min(*limit);
            if *limit == 1 {
                return Err(ConfigError::SfqLimit);
            }
        }
        Ok(self)
    }
}

/// What only sfq counts (`tc_sfqred_stats`): its RED's work.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct XStats {
    /// Packets dropped by lot.
    pub prob_drop: u32,
    /// Packets dropped with the average at the maximum.
    pub forced_drop: u32,
    /// Packets marked by lot as they came.
    pub prob_mark: u32,
    /// Packets marked with the average at the maximum, as they came.
    pub forced_mark: u32,
    /// Packets at the head of a flow that were marked by lot.
    pub prob_mark_head: u32,
    /// Packets at the head of a flow that were marked with the average at the maximum.
    pub forced_mark_head: u32,
}

/// What only a flow of sfq shows (`tc_sfq_xstats`).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct ClassStats {
    /// Bytes that it may send in this turn; 0 or less, and the turn is over.
    pub allot: i32,
}

/// A flow with packets, or a place for one (`sfq_slot`).
#[derive(Clone, Debug)]
struct Slot {
    queue: List,
    qlen: u32,
    backlog: u32,
    /// Whose turn is after this one's.
    next: u32,
    bucket: u32,
    allot: i32,
    red: red::Vars,
}

impl Slot {
    const NEW: Self = Self {
        queue: List::EMPTY,
        qlen: 0,
        backlog: 0,
        next: EMPTY,
        bucket: 0,
        allot: 0,
        red: red::Vars::NEW,
    };
}

/// Stochastic fairness queueing (McKenney 1990): flows take turns of a quantum; when there are too
/// many packets, the longest flow loses one.
///
/// Which flow a packet belongs to is said by a priority that names a bucket ([`Handle::named_by`]),
/// else by the [filters](crate::filter), without which a packet is dropped if there are any, else by
/// its hash.
///
/// As Linux's, it can't be changed once it is made.
///
/// Memory: a slot for each of `flows`, 4 bytes for each of `divisor`; packets take places that grow to
/// the most that ever waited.
#[derive(Debug)]
pub struct Sfq<P: Packet> {
    handle: Handle,
    config: Config,
    limit: u32,
    red: Option<Red>,
    seed: [u64; 2],
    rng: Rng,
    /// When the hash is changed next; `None` before the first call.
    perturb_at: Option<Instant>,
    /// The slot of each bucket.
    buckets: Vec<u32>,
    slots: Vec<Slot>,
    packets: Arena<P>,
    /// Of packets, in their slots' queues.
    packet_links: Links,
    /// Slots by how many packets they have, the latest first. Those with none are free.
    depths: Vec<List>,
    slot_links: Links,
    longest: u32,
    /// The slot that had its turn last; the one after it is next.
    tail: Option<u32>,
    filters: Block<P>,
    peeked: Peeked<P>,
    xstats: XStats,
    stats: Stats,
}

impl<P: Packet> Sfq<P> {
    /// Empty queues; `seed` makes the hash and RED's lots unguessable.
    ///
    /// # Errors
    /// Whatever [`Config`] can't be: see [`ConfigError`].
    pub fn new(handle: Handle, config: Config, seed: u64) -> Result<Self, ConfigError> {
        let config = config.check()?;
        let mut rng = Rng::new(seed);
        let mut sfq = Self {
            handle,
            config,
            limit: config.limit.unwrap_or(MAX_DEPTH),
            red: config.red.map(Red::new).transpose()?,
            seed: [rng.next_u64(), rng.next_u64()],
            rng,
            perturb_at: None,
            buckets: vec![EMPTY; config.divisor as usize],
            slots: vec![Slot::NEW; config.flows as usize],
            packets: Arena::new(),
            packet_links: Links::new(),
            depths: vec![List::EMPTY; MAX_DEPTH as usize + 1],
            slot_links: Links::new(),
            longest: 0,
            tail: None,
            filters: Block::new(),
            peeked: Peeked::NONE,
            xstats: XStats::default(),
            stats: Stats::default(),
        };
        sfq.slot_links.reach(config.flows - 1);
        for slot in 0..config.flows {
            sfq.slot_links.push_front(&mut sfq.depths[0], slot);
        }
        Ok(sfq)
    }

    /// What it is to do, with what was too much cut.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// What only sfq counts.
    #[must_use]
    pub fn sfq_stats(&self) -> XStats {
        self.xstats
    }

    /// The bucket for a packet (`sfq_classify`).
    fn classify(&mut self, packet: &mut P, cx: &mut Cx<'_, P>) -> Result<u32, Verdict> {
        let buckets = 1..=self.config.divisor;
        let named = self.handle.named_by(packet.priority()).map(u32::from);
        if let Some(minor) = named.filter(|minor| buckets.contains(minor)) {
            return Ok(minor - 1);
        }
        if self.filters.is_empty() {
            return Ok(self.hash(packet));
        }
        let class = self.filters.classify(packet, cx).class()?;
        let minor = class.map(|class| u32::from(class.minor()));
        minor.filter(|minor| buckets.contains(minor)).map(|minor| minor - 1).ok_or(Verdict::Drop)
    }

    /// The bucket by hash. The seed is stirred in once more, for packets that carry a hash and pass it
    /// over: flows with different hashes part when it changes.
    fn hash(&self, packet: &mut P) -> u32 {
        let hash = u64::from(packet.flow_hash(self.seed));
        let stirred = (hash ^ self.seed[0]).wrapping_mul(self.seed[1] | 1);
        (stirred >> 32) as u32 & (self.config.divisor - 1)
    }

    /// Changes the hash if it is time, and sorts what waits anew (`sfq_perturbation`). Of the changes
    /// that an idle time would have seen, the last one is all that is left.
    fn perturb(&mut self, cx: &mut Cx<'_, P>) {
        let Some(period) = self.config.perturb else { return };
        let at = *self.perturb_at.get_or_insert(cx.now + period);
        if cx.now < at {
            return;
        }
        let period = u64::try_from(period.as_nanos()).unwrap_or(u64::MAX);
        let late = (cx.now.as_nanos() - at.as_nanos()) % period;
        self.perturb_at = Some(cx.now + Duration::from_nanos(period - late));
        self.seed = [self.rng.next_u64(), self.rng.next_u64()];
        if self.filters.is_empty() {
            self.rehash(cx);
        }
    }

    /// Puts what waits, flow by flow, into the buckets of the new hash (`sfq_rehash`). A packet for
    /// which its new flow has no room is lost; Linux forgets to count it.
    fn rehash(&mut self, cx: &mut Cx<'_, P>) {
        self.tail = None;
        let mut waiting = List::EMPTY;
        for at in 0..self.slots.len() as u32 {
            if self.slots[at as usize].qlen == 0 {
                continue;
            }
            while let Some(place) = self.detach(at, true) {
                self.packet_links.push_back(&mut waiting, place);
            }
            self.buckets[self.slots[at as usize].bucket as usize] = EMPTY;
        }
        while let Some(place) = self.packet_links.pop_front(&mut waiting) {
            let Some(mut packet) = self.packets.remove(place) else { continue };
            let bucket = self.hash(&mut packet);
            let at = match self.buckets[bucket as usize] {
                EMPTY => self.open(bucket),
                at => Some(at).filter(|&at| self.slots[at as usize].qlen < self.config.depth),
            };
            let Some(at) = at else {
                self.stats.lost(&packet);
                cx.drop(packet, DropReason::QDISC_OVERLIMIT);
                continue;
            };
            if let Some(red) = &self.red {
                let slot = &mut self.slots[at as usize];
                red.average(&mut slot.red, slot.backlog);
            }
            self.append(at, packet);
        }
    }

    /// Takes a free slot for a bucket that has none.
    fn open(&mut self, bucket: u32) -> Option<u32> {
        let at = self.depths[0].front()?;
        self.buckets[bucket as usize] = at;
        let slot = &mut self.slots[at as usize];
        slot.bucket = bucket;
        slot.backlog = 0;
        slot.red.restart();
        Some(at)
    }

    /// Puts a packet at the end of a slot; one that was empty has the last turn of the round.
    fn append(&mut self, at: u32, packet: P) {
        self.attach(at, packet);
        let slot = &mut self.slots[at as usize];
        self.slot_links.remove(&mut self.depths[slot.qlen as usize], at);
        slot.qlen += 1;
        self.slot_links.push_front(&mut self.depths[slot.qlen as usize], at);
        self.longest = self.longest.max(slot.qlen);
        if slot.qlen > 1 {
            return;
        }
        slot.allot = self.config.quantum as i32;
        let first = self.tail.map_or(at, |tail| self.slots[tail as usize].next);
        if let Some(tail) = self.tail {
            self.slots[tail as usize].next = at;
        }
        self.slots[at as usize].next = first;
        self.tail = Some(at);
    }

    /// Puts a packet at the end of a slot's queue.
    fn attach(&mut self, at: u32, packet: P) {
        let slot = &mut self.slots[at as usize];
        slot.backlog = slot.backlog.saturating_add(packet.pkt_len());
        let place = self.packets.insert(packet);
        self.packet_links.reach(place);
        self.packet_links.push_back(&mut slot.queue, place);
    }

    /// Takes a packet out of a slot's queue; the slot is one shorter.
    fn detach(&mut self, at: u32, from_head: bool) -> Option<u32> {
        let slot = &mut self.slots[at as usize];
        let place = if from_head {
            self.packet_links.pop_front(&mut slot.queue)?
        } else {
            self.packet_links.pop_back(&mut slot.queue)?
        };
        let depth = &mut self.depths[slot.qlen as usize];
        self.slot_links.remove(depth, at);
        if depth.is_empty() && self.longest == slot.qlen {
            self.longest -= 1;
        }
        slot.qlen -= 1;
        self.slot_links.push_front(&mut self.depths[slot.qlen as usize], at);
        Some(place)
    }

    fn take(&mut self, at: u32, from_head: bool) -> Option<P> {
        let place = self.detach(at, from_head)?;
        let packet = self.packets.remove(place)?;
        let slot = &mut self.slots[at as usize];
        slot.backlog = slot.backlog.saturating_sub(packet.pkt_len());
        Some(packet)
    }

    /// Takes the slot behind `tail` out of the round; its bucket is free.
    fn close(&mut self, tail: u32, at: u32) {
        let Slot { next, bucket, .. } = self.slots[at as usize];
        self.buckets[bucket as usize] = EMPTY;
        if next == at {
            self.tail = None;
        } else {
            self.slots[tail as usize].next = next;
        }
    }

    /// Drops a packet of the longest flow; if all have one, that of the flow whose turn it is
    /// (`sfq_drop`).
    fn drop_one(&mut self, cx: &mut Cx<'_, P>) {
        let at = if self.longest > 1 {
            self.depths[self.longest as usize].front()
        } else {
            self.tail.map(|tail| {
                let at = self.slots[tail as usize].next;
                self.close(tail, at);
                at
            })
        };
        if let Some(packet) = at.and_then(|at| self.take(at, self.config.headdrop)) {
            self.stats.lost(&packet);
            cx.drop(packet, DropReason::QDISC_OVERLIMIT);
        }
    }

    /// Whether RED lets a packet into a slot that has some; it, or the first one there, may be marked
    /// for that.
    fn admit(&mut self, at: u32, packet: &mut P, cx: &mut Cx<'_, P>) -> bool {
        let Some(red) = &self.red else { return true };
        let slot = &mut self.slots[at as usize];
        red.average(&mut slot.red, slot.backlog);
        let is_forced = match red.action(&mut slot.red, &mut self.rng) {
            Action::Pass => return true,
            Action::Early => false,
            Action::Forced => true,
        };
        self.stats.overlimits = self.stats.overlimits.saturating_add(1);
        let marks = red.config().ecn && !(is_forced && red.config().harddrop);
        let head = slot.queue.front().filter(|_| self.config.headdrop);
        let head = head.and_then(|place| self.packets.get_mut(place));
        let x = &mut self.xstats;
        let (early, forced, passes) = if marks && head.is_some_and(|head| cx.mark_ce(head)) {
            (&mut x.prob_mark_head, &mut x.forced_mark_head, true)
        } else if marks && cx.mark_ce(packet) {
            (&mut x.prob_mark, &mut x.forced_mark, true)
        } else {
            (&mut x.prob_drop, &mut x.forced_drop, false)
        };
        let count = if is_forced { forced } else { early };
        *count = count.saturating_add(1);
        passes
    }

    /// A packet comes to a flow that is too long.
    fn refuse(&mut self, at: u32, packet: P, why: DropReason, cx: &mut Cx<'_, P>) -> Enqueued {
        let slot = &mut self.slots[at as usize];
        let head = slot.queue.front().filter(|_| self.config.headdrop);
        let Some(place) = head else {
            self.stats.drops = self.stats.drops.saturating_add(1);
            cx.drop(packet, why);
            return Enqueued::Drop;
        };
        self.packet_links.remove(&mut slot.queue, place);
        if let Some(oldest) = self.packets.remove(place) {
            slot.backlog = slot.backlog.saturating_sub(oldest.pkt_len());
            self.stats.lost(&oldest);
            cx.drop(oldest, why);
        }
        self.stats.queued(&packet);
        self.attach(at, packet);
        Enqueued::Cn
    }

    /// Takes out the packet whose turn it is (`sfq_dequeue`); it is still in the backlog.
    fn next(&mut self) -> Option<P> {
        let mut tail = self.tail?;
        let at = loop {
            let at = self.slots[tail as usize].next;
            let slot = &mut self.slots[at as usize];
            if slot.allot > 0 {
                break at;
            }
            slot.allot = slot.allot.saturating_add_unsigned(self.config.quantum);
            self.tail = Some(at);
            tail = at;
        };
        let packet = self.take(at, true)?;
        let slot = &mut self.slots[at as usize];
        if slot.qlen == 0 {
            self.close(tail, at);
        } else {
            slot.allot = slot.allot.saturating_sub_unsigned(packet.pkt_len());
        }
        Some(packet)
    }
}

impl<P: Packet> Qdisc<P> for Sfq<P> {
    fn kind(&self) -> &'static str {
        "sfq"
    }

    fn enqueue(&mut self, mut packet: P, cx: &mut Cx<'_, P>) -> Enqueued {
        self.perturb(cx);
        let bucket = match self.classify(&mut packet, cx) {
            Ok(bucket) => bucket,
            Err(verdict) => return verdict.carry_out(packet, &mut self.stats, cx),
        };
        let at = match self.buckets[bucket as usize] {
            EMPTY => {
                let Some(at) = self.open(bucket) else {
                    self.stats.drops = self.stats.drops.saturating_add(1);
                    cx.drop(packet, DropReason::QDISC_OVERLIMIT);
                    return Enqueued::Drop;
                };
                at
            }
            at => {
                if !self.admit(at, &mut packet, cx) {
                    return self.refuse(at, packet, DropReason::QDISC_CONGESTED, cx);
                }
                if self.slots[at as usize].qlen >= self.config.depth {
                    return self.refuse(at, packet, DropReason::QDISC_OVERLIMIT, cx);
                }
                at
            }
        };
        self.stats.queued(&packet);
        self.append(at, packet);
        if self.stats.backlog.packets <= self.limit {
            return Enqueued::Success;
        }
        let qlen = self.slots[at as usize].qlen;
        self.drop_one(cx);
        if self.slots[at as usize].qlen == qlen { Enqueued::Success } else { Enqueued::Cn }
    }

    fn dequeue(&mut self, cx: &mut Cx<'_, P>) -> Dequeue<P> {
        self.perturb(cx);
        let next = self.peeked.take().or_else(|| self.next());
        Dequeue::of(next).inspect(|packet| self.stats.dequeued(packet))
    }

    fn peek<'a>(&'a mut self, cx: &mut Cx<'_, P>) -> Dequeue<&'a P> {
        self.perturb(cx);
        let next = self.peeked.take().or_else(|| self.next());
        self.peeked.keep(Dequeue::of(next))
    }

    fn reset(&mut self, cx: &mut Cx<'_, P>) {
        self.peeked.purge(cx);
        while let Some(packet) = self.next() {
            cx.drop(packet, DropReason::QUEUE_PURGE);
        }
        self.stats.purge();
    }

    fn stats(&self) -> &Stats {
        &self.stats
    }

    fn stats_mut(&mut self) -> &mut Stats {
        &mut self.stats
    }

    fn xstats(&self) -> Option<crate::XStats> {
        Some(crate::XStats::Sfq(self.xstats))
    }

    fn can_bypass(&self) -> bool {
        true
    }

    /// Flows with packets, by the number of their bucket plus 1.
    fn walk(&self, visit: &mut dyn FnMut(&Class<'_, P>)) {
        for (bucket, &at) in (0u16..=u16::MAX).zip(&self.buckets) {
            let Some(slot) = self.slots.get(at as usize) else { continue };
            let backlog = Backlog { packets: slot.qlen, bytes: slot.backlog.into() };
            visit(&Class {
                id: self.handle.class(bucket.wrapping_add(1)),
                parent: None,
                child: None,
                stats: Stats { backlog, ..Stats::default() },
                xstats: Some(ClassXStats::Sfq(ClassStats { allot: slot.allot })),
            });
        }
    }

    fn filters_mut(&mut self, of: Option<ClassId>) -> Option<&mut Block<P>> {
        of.is_none().then_some(&mut self.filters)
    }

    fn filters(&self, of: Option<ClassId>) -> Option<&Block<P>> {
        of.is_none().then_some(&self.filters)
    }
}
