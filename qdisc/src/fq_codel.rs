//! fq_codel: fair queueing of flows, each under CoDel (RFC 8290, `sch_fq_codel.c`).
//!
//! A packet's flow hash picks one of 1024 queues. Queues with packets take turns of one quantum of
//! bytes; one that just became active goes first, so that a flow which sends less than a quantum per
//! round never waits behind a bulk transfer. Each queue is under [CoDel](crate::codel), so that the
//! bulk transfer's own delay stays small, too.

use alloc::vec;
use alloc::vec::Vec;

use softnet_sk_buff::DropReason;

use crate::class::purge_all;
use crate::codel::{self, Time};
use crate::fattest::Fattest;
use crate::filter::{Block, Verdict};
use crate::flow_list::{FlowList, Linked};
use crate::peeked::Peeked;
use crate::slab::{Fifo, MAX_PACKETS, Queued, Slab};
use crate::{
    Backlog, Class, ClassId, ConfigError, Cx, Dequeue, Enqueued, Handle, Packet, Qdisc, Stats,
};

#[cfg(test)]
mod tests;

/// What a [`FqCodel`] is to do; the defaults are Linux's.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Config {
    /// Packets that may wait in all: 10240.
    pub limit: u32,
    /// Queues, 1 to 65,536, fixed at creation: 1024.
    pub flows: u32,
    /// Bytes that a queue may send in its turn: 1514, the link's largest packet with its header.
    /// Linux raises what is below 256, and so does this.
    pub quantum: u32,
    /// Memory, by [`Packet::truesize`], that may wait in all: 32 MiB.
    pub memory_limit: u32,
    /// Packets that an overflow drops at most: 64.
    pub drop_batch: u32,
    /// Target 5 ms, interval 100 ms, and ECN on.
    pub codel: codel::Config,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            limit: 10_240,
            flows: 1024,
            quantum: 1514,
            memory_limit: 32 << 20,
            drop_batch: 64,
            codel: codel::Config { ecn: true, ..codel::Config::default() },
        }
    }
}

impl Config {
    const QUANTUM_MAX: u32 = 1 << 20;
    const QUANTUM_MIN: u32 = 256;

    fn check(mut self) -> Result<Self, ConfigError> {
        match self {
            Self { limit: 0, .. } => Err(ConfigError::ZeroLimit),
            Self { memory_limit: 0, .. } => Err(ConfigError::ZeroMemoryLimit),
            Self { quantum: 0, .. } => Err(ConfigError::ZeroQuantum),
            Self { quantum, .. } if quantum > Self::QUANTUM_MAX => {
                Err(ConfigError::QuantumTooBig(quantum))
            }
            Self { drop_batch: 0, .. } => Err(ConfigError::ZeroDropBatch),
            Self { codel, .. } if codel.interval.units() == 0 => Err(ConfigError::ZeroInterval),
            Self { flows, .. } if !(1..=65_536).contains(&flows) => Err(ConfigError::Flows(flows)),
            _ => {
                self.quantum = self.quantum.max(Self::QUANTUM_MIN);
                Ok(self)
            }
        }
    }
}

/// What only fq_codel counts (`tc_fq_codel_qd_stats`).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct XStats {
    /// Largest packet that CoDel saw.
    pub maxpacket: u32,
    /// Packets dropped because a limit was met.
    pub drop_overlimit: u64,
    /// Those of them for which it was the memory limit.
    pub drop_overmemory: u64,
    /// Packets marked instead of dropped.
    pub ecn_mark: u64,
    /// Packets marked for the [`codel::CeThreshold`].
    pub ce_mark: u64,
    /// Times that a queue became active.
    pub new_flow_count: u64,
    /// Queues that are new now.
    pub new_flows_len: u32,
    /// Active queues that are not new any more.
    pub old_flows_len: u32,
    /// Memory that waits, in bytes.
    pub memory_usage: u64,
}

/// One queue.
#[derive(Clone, Debug)]
struct Flow {
    fifo: Fifo,
    backlog: u64,
    deficit: i64,
    codel: codel::State,
    /// The flow behind it in the line that it is in.
    next: u32,
    /// Whether it is in a line.
    active: bool,
}

impl Flow {
    const IDLE: Self = Self {
        fifo: Fifo::EMPTY,
        backlog: 0,
        deficit: 0,
        codel: codel::State::IDLE,
        next: 0,
        active: false,
    };

    /// What makes it the fattest: its bytes; with none, that it has packets at all.
    fn weight(&self, waiting: u64) -> u64 {
        self.backlog << 1 | waiting
    }

    fn xstats(&self) -> ClassXStats {
        ClassXStats {
            deficit: self.deficit,
            ldelay: self.codel.ldelay(),
            count: self.codel.count(),
            lastcount: self.codel.lastcount(),
            drop_next: self.codel.is_dropping().then(|| self.codel.drop_next()),
        }
    }
}

impl Linked for Flow {
    fn next(&mut self) -> &mut u32 {
        &mut self.next
    }
}

/// What tc shows of one queue (`tc_fq_codel_cl_stats`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ClassXStats {
    /// Bytes that it may still send in this turn.
    pub deficit: i64,
    /// How long its last packet had waited.
    pub ldelay: Time,
    /// CoDel's [`count`](codel::State::count).
    pub count: u32,
    /// CoDel's [`lastcount`](codel::State::lastcount).
    pub lastcount: u32,
    /// Whether CoDel is dropping or marking, and then when it does next. `tc` shows how far off
    /// that is: [`Time::micros_from`].
    pub drop_next: Option<Time>,
}

/// Fair queueing with CoDel: what to give a link that carries more than one conversation.
///
/// Memory: one slot per waiting packet, at most `limit + 1` of them. The slots grow as packets wait
/// and are kept, so a queue in steady state allocates nothing; [`reserve`](Self::reserve) takes them
/// ahead of time. Flows are allocated at creation.
///
/// One thing is not as in Linux: a packet that is peeked at counts as sent when it leaves, not before.
#[derive(Debug)]
pub struct FqCodel<P: Packet> {
    handle: Handle,
    config: Config,
    seed: [u64; 2],
    filters: Block<P>,
    flows: Vec<Flow>,
    fattest: Fattest,
    new_flows: FlowList,
    old_flows: FlowList,
    slab: Slab<Queued<P>>,
    memory_usage: u64,
    peeked: Peeked<P>,
    codel: codel::Stats,
    drop_overlimit: u64,
    drop_overmemory: u64,
    new_flow_count: u64,
    stats: Stats,
}

impl<P: Packet> FqCodel<P> {
    /// Empty queues; `seed` makes the flow hash unguessable. A priority that names class n of
    /// discipline `handle` ([`Handle::named_by`]) goes to queue n - 1 instead.
    ///
    /// # Errors
    /// Whatever [`Config`] can't be: see [`ConfigError`].
    pub fn new(handle: Handle, config: Config, seed: [u64; 2]) -> Result<Self, ConfigError> {
        let config = config.check()?;
        Ok(Self {
            handle,
            config,
            seed,
            filters: Block::new(),
            flows: vec![Flow::IDLE; config.flows as usize],
            fattest: Fattest::new(config.flows),
            new_flows: FlowList::EMPTY,
            old_flows: FlowList::EMPTY,
            slab: Slab::new(),
            memory_usage: 0,
            peeked: Peeked::NONE,
            codel: codel::Stats::default(),
            drop_overlimit: 0,
            drop_overmemory: 0,
            new_flow_count: 0,
            stats: Stats::default(),
        })
    }

    /// Takes memory for so many packets now; no more than the limit allows.
    pub fn reserve(&mut self, packets: u32) {
        self.slab.reserve(packets.min(self.config.limit.saturating_add(1)) as usize);
    }

    /// What it is to do.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Does otherwise from now on (`fq_codel_change`). What a smaller limit has no room for is
    /// dropped, in the order in which it would have left. Linux counts these packets as sent; here
    /// they are drops.
    ///
    /// # Errors
    /// As [`new`](Self::new), and [`ConfigError::FlowsFixed`]; nothing has changed.
    pub fn change(&mut self, config: Config, cx: &mut Cx<'_, P>) -> Result<(), ConfigError> {
        let config = config.check()?;
        if config.flows != self.config.flows {
            return Err(ConfigError::FlowsFixed);
        }
        self.config = config;
        while self.is_over_limit() || self.is_over_memory() {
            let Some(packet) = self.next(cx).packet() else { break };
            self.stats.drops += 1;
            cx.drop(packet, DropReason::QDISC_OVERLIMIT);
        }
        Ok(())
    }

    /// What only fq_codel counts.
    #[must_use]
    pub fn fq_codel_stats(&self) -> XStats {
        XStats {
            maxpacket: self.codel.maxpacket,
            drop_overlimit: self.drop_overlimit,
            drop_overmemory: self.drop_overmemory,
            ecn_mark: self.codel.ecn_mark,
            ce_mark: self.codel.ce_mark,
            new_flow_count: self.new_flow_count,
            new_flows_len: self.new_flows.len(),
            old_flows_len: self.old_flows.len(),
            memory_usage: self.memory_usage,
        }
    }

    fn is_over_limit(&self) -> bool {
        self.stats.backlog.packets > self.config.limit.min(MAX_PACKETS)
    }

    fn is_over_memory(&self) -> bool {
        self.memory_usage > u64::from(self.config.memory_limit)
    }

    /// The queue for a packet (`fq_codel_classify`): as its priority names it, else as the filters
    /// say if there are any, else by its flow's hash. Filters that name no queue here drop.
    #[inline]
    fn classify(&mut self, packet: &mut P, cx: &mut Cx<'_, P>) -> Result<u32, Verdict> {
        let flows = self.config.flows;
        let queue = |minor: u16| Some(u32::from(minor)).filter(|minor| (1..=flows).contains(minor));
        if let Some(minor) = self.handle.named_by(packet.priority()).and_then(queue) {
            return Ok(minor - 1);
        }
        if self.filters.is_empty() {
            return Ok(((u64::from(packet.flow_hash(self.seed)) * u64::from(flows)) >> 32) as u32);
        }
        let class = self.filters.classify(packet, cx).class()?;
        let minor = class.map(ClassId::minor).and_then(queue).ok_or(Verdict::Unclassified)?;
        Ok(minor - 1)
    }

    /// The flow with most bytes, of equals the first one, as Linux's scan of all flows finds.
    fn find_fattest(&mut self) -> Option<u32> {
        let flows = &self.flows;
        self.fattest.find(|index| {
            let flow = &flows[index as usize];
            flow.weight(u64::from(!flow.fifo.is_empty()))
        })
    }

    /// Drops a batch, or half of what waits if that is less, from the front of the fattest flow
    /// (`fq_codel_drop`). Gives that flow and the number of packets.
    fn drop_from_fattest(&mut self, cx: &mut Cx<'_, P>) -> Option<(u32, u32)> {
        let fattest = self.find_fattest()?;
        let flow = &mut self.flows[fattest as usize];
        let half = flow.backlog >> 1;
        let (mut dropped, mut bytes) = (0, 0);
        while let Some(Queued { packet, truesize, .. }) = self.slab.pop(&mut flow.fifo) {
            let len = u64::from(packet.pkt_len());
            bytes += len;
            dropped += 1;
            flow.backlog = flow.backlog.saturating_sub(len);
            self.memory_usage = self.memory_usage.saturating_sub(truesize.into());
            self.stats.lost(&packet);
            cx.drop(packet, DropReason::QDISC_OVERLIMIT);
            if dropped >= self.config.drop_batch || bytes >= half {
                break;
            }
        }
        flow.codel.add_drops(dropped);
        Some((fattest, dropped))
    }

    /// Makes room after flow `index` got a packet too many.
    #[cold]
    fn overflow(&mut self, index: u32, over_memory: bool, cx: &mut Cx<'_, P>) -> Enqueued {
        let Some((hit, dropped)) = self.drop_from_fattest(cx) else { return Enqueued::Success };
        self.drop_overlimit += u64::from(dropped);
        self.drop_overmemory += if over_memory { dropped.into() } else { 0 };
        if hit == index { Enqueued::Cn } else { Enqueued::Success }
    }

    /// Takes out the packet whose turn it is (`fq_codel_dequeue`); it is off the backlog, and not
    /// counted as sent.
    #[inline]
    fn pass(&mut self, cx: &mut Cx<'_, P>) -> Option<P> {
        let now = Time::from(cx.now);
        loop {
            let is_new = self.new_flows.len() > 0;
            let list = if is_new { &mut self.new_flows } else { &mut self.old_flows };
            let index = list.front()?;
            let flow = &mut self.flows[index as usize];
            if flow.deficit <= 0 {
                flow.deficit += i64::from(self.config.quantum);
                list.pop(&mut self.flows);
                self.old_flows.push(index, &mut self.flows);
                continue;
            }
            let Flow { fifo, backlog, codel, .. } = flow;
            let Self { slab, stats, memory_usage, .. } = self;
            let mut queue = FlowQueue { fifo, backlog, slab, stats, memory_usage, cx };
            if let Some(packet) =
                codel.dequeue(&mut queue, &self.config.codel, &mut self.codel, now)
            {
                flow.deficit -= i64::from(packet.pkt_len());
                return Some(packet);
            }
            let list = if is_new { &mut self.new_flows } else { &mut self.old_flows };
            list.pop(&mut self.flows);
            // A new flow that runs empty goes once through the old ones, else it could come back as
            // new at once and keep them waiting for ever.
            if is_new && self.old_flows.len() > 0 {
                self.old_flows.push(index, &mut self.flows);
            } else {
                self.flows[index as usize].active = false;
            }
        }
    }

    /// Takes out the packet that was peeked at, else the one whose turn it is; it is off the backlog, and
    /// not counted as sent.
    fn next(&mut self, cx: &mut Cx<'_, P>) -> Dequeue<P> {
        let peeked = self.peeked.take_off(&mut self.stats);
        Dequeue::of(peeked.or_else(|| self.pass(cx)))
    }
}

/// A flow's queue in CoDel's hands.
struct FlowQueue<'a, 'cx, P> {
    fifo: &'a mut Fifo,
    backlog: &'a mut u64,
    slab: &'a mut Slab<Queued<P>>,
    stats: &'a mut Stats,
    memory_usage: &'a mut u64,
    cx: &'a mut Cx<'cx, P>,
}

impl<P: Packet> codel::Queue<P> for FlowQueue<'_, '_, P> {
    fn pop(&mut self) -> Option<(P, Time)> {
        let Queued { packet, came, truesize } = self.slab.pop(self.fifo)?;
        *self.backlog = self.backlog.saturating_sub(packet.pkt_len().into());
        *self.memory_usage = self.memory_usage.saturating_sub(truesize.into());
        self.stats.backlog.remove(&packet);
        Some((packet, came))
    }

    /// The whole discipline's bytes, as in Linux: a flow alone with little is not dropped from
    /// only if nobody else waits either.
    fn backlog(&self) -> u64 {
        self.stats.backlog.bytes
    }

    fn dropped(&mut self, packet: P) {
        self.stats.drops += 1;
        self.cx.drop(packet, DropReason::QDISC_CONGESTED);
    }

    fn mark_ce(&mut self, packet: &mut P) -> bool {
        self.cx.mark_ce(packet)
    }
}

impl<P: Packet> Qdisc<P> for FqCodel<P> {
    fn kind(&self) -> &'static str {
        "fq_codel"
    }

    fn enqueue(&mut self, mut packet: P, cx: &mut Cx<'_, P>) -> Enqueued {
        let index = match self.classify(&mut packet, cx) {
            Ok(index) => index,
            Err(verdict) => return verdict.carry_out(packet, &mut self.stats, cx),
        };
        let flow = &mut self.flows[index as usize];
        flow.backlog += u64::from(packet.pkt_len());
        self.fattest.raise(index, flow.weight(1));
        self.stats.queued(&packet);
        let truesize = packet.truesize();
        self.memory_usage += u64::from(truesize);
        self.slab.push(&mut flow.fifo, Queued { packet, came: cx.now.into(), truesize });
        if !flow.active {
            flow.active = true;
            flow.deficit = self.config.quantum.into();
            self.new_flows.push(index, &mut self.flows);
            self.new_flow_count += 1;
        }
        let over_memory = self.is_over_memory();
        if !over_memory && !self.is_over_limit() {
            return Enqueued::Success;
        }
        self.overflow(index, over_memory, cx)
    }

    fn dequeue(&mut self, cx: &mut Cx<'_, P>) -> Dequeue<P> {
        if self.peeked.is_some() {
            return self.peeked.send(&mut self.stats);
        }
        let Some(packet) = self.pass(cx) else { return Dequeue::Empty };
        self.stats.count_sent(&packet);
        Dequeue::Packet(packet)
    }

    fn peek<'a>(&'a mut self, cx: &mut Cx<'_, P>) -> Dequeue<&'a P> {
        let next = self.next(cx);
        self.peeked.keep_off(next, &mut self.stats)
    }

    fn reset(&mut self, cx: &mut Cx<'_, P>) {
        self.peeked.purge(cx);
        purge_all(self.slab.drain().map(|queued| queued.packet), cx);
        self.flows.fill(Flow::IDLE);
        self.new_flows = FlowList::EMPTY;
        self.old_flows = FlowList::EMPTY;
        self.memory_usage = 0;
        self.stats.purge();
    }

    fn stats(&self) -> &Stats {
        &self.stats
    }

    fn stats_mut(&mut self) -> &mut Stats {
        &mut self.stats
    }

    fn xstats(&self) -> Option<crate::XStats> {
        Some(crate::XStats::FqCodel(self.fq_codel_stats()))
    }

    fn can_bypass(&self) -> bool {
        true
    }

    /// The queues that are active, class `:n` being queue n - 1 (`fq_codel_walk`).
    fn walk(&self, visit: &mut dyn FnMut(&Class<'_, P>)) {
        for (index, flow) in self.flows.iter().enumerate().filter(|(_, flow)| flow.active) {
            let packets = self.slab.iter(&flow.fifo).count() as u32;
            let backlog = Backlog { packets, bytes: flow.backlog };
            let stats = Stats { backlog, ..Stats::default() };
            let xstats = Some(crate::ClassXStats::FqCodel(flow.xstats()));
            // Of 65,536 queues the last one has no number, as in Linux.
            let id = self.handle.class((index + 1) as u16);
            visit(&Class { id, parent: None, child: None, stats, xstats });
        }
    }

    fn filters_mut(&mut self, of: Option<ClassId>) -> Option<&mut Block<P>> {
        of.is_none().then_some(&mut self.filters)
    }

    fn filters(&self, of: Option<ClassId>) -> Option<&Block<P>> {
        of.is_none().then_some(&self.filters)
    }
}
