//! fq_pie: fair queueing of flows, each under PIE (`sch_fq_pie.c`).
//!
//! Flows take turns as in [fq_codel](crate::fq_codel); each has a [PIE](crate::pie) controller of its
//! own that drops what comes.

use alloc::vec;
use alloc::vec::Vec;

use softnet_sk_buff::{DropReason, Instant};

use crate::class::purge_all;
use crate::flow_list::{FlowList, Linked};
use crate::peeked::Peeked;
use crate::pie::{Control, MAX_PROB, Params, Timer, tick};
use crate::rng::Rng;
use crate::slab::{Fifo, MAX_PACKETS, Slab};
use crate::{ConfigError, Cx, Dequeue, Enqueued, Handle, Packet, Qdisc, Stats};

#[cfg(test)]
mod tests;

/// What a [`FqPie`] is to do; the defaults are Linux's.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Config {
    /// Packets that may wait in all: 10240.
    pub limit: u32,
    /// Queues, 1 to 65,536, fixed at creation: 1024.
    pub flows: u32,
    /// Bytes that a queue may send in its turn: 1514, the link's largest packet with its header.
    /// Linux raises what is below 256, and so does this.
    pub quantum: u32,
    /// Memory, by [`Packet::truesize`], from which on packets are counted as
    /// [`overmemory`](XStats::overmemory): 32 MiB. They are let in none the less, as in Linux.
    pub memory_limit: u32,
    /// Percent of probability above which packets are dropped rather than marked: 10.
    pub ecn_prob: u32,
    /// What each controller is to achieve.
    pub pie: Params,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            limit: 10_240,
            flows: 1024,
            quantum: 1514,
            memory_limit: 32 << 20,
            ecn_prob: 10,
            pie: Params::default(),
        }
    }
}

impl Config {
    const QUANTUM_MAX: u32 = 1 << 20;
    const QUANTUM_MIN: u32 = 256;

    fn check(mut self) -> Result<Self, ConfigError> {
        match self {
            Self { limit: 0, .. } => Err(ConfigError::ZeroLimit),
            Self { quantum: 0, .. } => Err(ConfigError::ZeroQuantum),
            Self { quantum, .. } if quantum > Self::QUANTUM_MAX => {
                Err(ConfigError::QuantumTooBig(quantum))
            }
            Self { flows, .. } if !(1..=65_536).contains(&flows) => Err(ConfigError::Flows(flows)),
            _ => {
                self.pie.check()?;
                self.quantum = self.quantum.max(Self::QUANTUM_MIN);
                Ok(self)
            }
        }
    }
}

/// What only fq_pie counts (`tc_fq_pie_xstats`).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct XStats {
    /// Packets that were let in.
    pub packets_in: u64,
    /// Packets that were not, for whatever reason.
    pub dropped: u64,
    /// Packets marked instead of dropped.
    pub ecn_mark: u64,
    /// Packets that found the queue full.
    pub overlimit: u64,
    /// Packets that came while too much memory waited.
    pub overmemory: u64,
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
    control: Control,
    /// How many of the discipline's updates its controller has had.
    updates: u64,
    fifo: Fifo,
    backlog: u32,
    deficit: i64,
    next: u32,
    /// Whether it is in a line.
    active: bool,
}

impl Flow {
    const IDLE: Self = Self {
        control: Control::NEW,
        updates: 0,
        fifo: Fifo::EMPTY,
        backlog: 0,
        deficit: 0,
        next: 0,
        active: false,
    };

    /// Steers as often as the others did meanwhile. Nothing happened to this one in between, so the
    /// outcome is the same.
    fn catch_up(&mut self, params: &Params, updates: u64) {
        let times = updates - self.updates;
        if times > 0 {
            self.control.update_times(params, self.backlog, times);
            self.updates = updates;
        }
    }
}

impl Linked for Flow {
    fn next(&mut self) -> &mut u32 {
        &mut self.next
    }
}

#[derive(Debug)]
struct Queued<P> {
    packet: P,
    came: u64,
    truesize: u32,
}

/// Fair queueing with PIE.
///
/// All flows' controllers steer at the same instants, each when it is next looked at, which costs
/// nothing while a flow is idle. In Linux a timer visits all flows, and with more than 2048 of them
/// leaves the rest to the next jiffies. The first time is half a second after the first call;
/// [`set_next_update`](Self::set_next_update) says otherwise. A packet that is peeked at counts as
/// sent when it leaves, not before; a reset gives back all memory and forgets the backlogs, which
/// Linux doesn't. As in Linux it has no classes and takes no filters.
#[derive(Debug)]
pub struct FqPie<P> {
    handle: Handle,
    config: Config,
    seed: [u64; 2],
    rng: Rng,
    flows: Vec<Flow>,
    new_flows: FlowList,
    old_flows: FlowList,
    slab: Slab<Queued<P>>,
    timer: Timer,
    /// Updates so far.
    updates: u64,
    peeked: Peeked<P>,
    pie: XStats,
    stats: Stats,
}

impl<P: Packet> FqPie<P> {
    /// Empty queues; `seed` makes their decisions, and the flow hash unguessable. A priority that
    /// names class n of discipline `handle` ([`Handle::named_by`]) goes to queue n - 1 instead.
    ///
    /// # Errors
    /// Whatever [`Config`] can't be: see [`ConfigError`].
    pub fn new(handle: Handle, config: Config, seed: [u64; 2]) -> Result<Self, ConfigError> {
        let config = config.check()?;
        Ok(Self {
            handle,
            config,
            seed,
            rng: Rng::new(seed[0] ^ seed[1].rotate_left(32)),
            flows: vec![Flow::IDLE; config.flows as usize],
            new_flows: FlowList::EMPTY,
            old_flows: FlowList::EMPTY,
            slab: Slab::new(),
            timer: Timer::new(),
            updates: 0,
            peeked: Peeked::NONE,
            pie: XStats::default(),
            stats: Stats::default(),
        })
    }

    /// Takes memory for so many packets now; no more than the limit allows.
    pub fn reserve(&mut self, packets: u32) {
        self.slab.reserve(packets.min(self.config.limit) as usize);
    }

    /// What it is to do.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Says when to look at the delays next; each [`Params::tupdate`] after that it does again.
    pub fn set_next_update(&mut self, at: Instant) {
        self.timer.set(at);
    }

    /// Does otherwise from now on (`fq_pie_change`). What a smaller limit has no room for is dropped,
    /// in the order in which it would have left. Linux counts these packets as sent; here they are
    /// drops.
    ///
    /// # Errors
    /// As [`new`](Self::new), and [`ConfigError::FlowsFixed`]; nothing has changed.
    pub fn change(&mut self, config: Config, cx: &mut Cx<'_, P>) -> Result<(), ConfigError> {
        let config = config.check()?;
        if config.flows != self.config.flows {
            return Err(ConfigError::FlowsFixed);
        }
        self.catch_up(cx.now);
        for flow in &mut self.flows {
            flow.catch_up(&self.config.pie, self.updates);
        }
        self.config = config;
        while self.stats.backlog.packets > config.limit {
            let Some(packet) = self.next(cx).packet() else { break };
            self.stats.drops += 1;
            cx.drop(packet, DropReason::QDISC_OVERLIMIT);
        }
        Ok(())
    }

    /// What only fq_pie counts.
    #[must_use]
    pub fn fq_pie_stats(&self) -> XStats {
        let (new_flows_len, old_flows_len) = (self.new_flows.len(), self.old_flows.len());
        XStats { new_flows_len, old_flows_len, ..self.pie }
    }

    /// Counts the updates that are due by now (`fq_pie_timer`).
    fn catch_up(&mut self, now: Instant) {
        self.updates = self.updates.saturating_add(self.timer.due(now, self.config.pie.tupdate));
    }

    /// The queue for a packet (`fq_pie_classify`): as its priority names it, else by its flow's hash.
    fn classify(&self, packet: &mut P) -> u32 {
        let flows = self.config.flows;
        match self.handle.named_by(packet.priority()) {
            Some(minor) if (1..=flows).contains(&minor.into()) => u32::from(minor) - 1,
            _ => ((u64::from(packet.flow_hash(self.seed)) * u64::from(flows)) >> 32) as u32,
        }
    }

    /// Whether a packet is let into flow `index`; marks it where that does.
    fn admits(&mut self, index: u32, packet: &mut P, cx: &mut Cx<'_, P>) -> bool {
        let (params, flow) = (&self.config.pie, &mut self.flows[index as usize]);
        let (control, backlog) = (&mut flow.control, flow.backlog);
        if !control.drop_early(params, backlog, packet.frame_len(), &mut self.rng) {
            return true;
        }
        let may_mark = MAX_PROB / 100 * u64::from(self.config.ecn_prob);
        let marked = params.ecn && control.prob() <= may_mark && cx.mark_ce(packet);
        self.pie.ecn_mark += u64::from(marked);
        marked
    }

    fn refuse(&mut self, index: u32, packet: P, why: DropReason, cx: &mut Cx<'_, P>) -> Enqueued {
        self.flows[index as usize].control.dropped();
        self.pie.dropped += 1;
        self.stats.drops = self.stats.drops.saturating_add(1);
        cx.drop(packet, why);
        Enqueued::Cn
    }

    /// Takes out the packet whose turn it is (`fq_pie_qdisc_dequeue`); it is off the backlog, and not
    /// counted as sent.
    fn pass(&mut self, cx: &mut Cx<'_, P>) -> Option<P> {
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
            if let Some(queued) = self.slab.pop(&mut flow.fifo) {
                return Some(self.leave(index, queued, tick(cx.now)));
            }
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

    /// Puts into the books that a packet of flow `index` leaves.
    fn leave(&mut self, index: u32, queued: Queued<P>, now: u64) -> P {
        let Queued { packet, came, truesize } = queued;
        let flow = &mut self.flows[index as usize];
        flow.catch_up(&self.config.pie, self.updates);
        let len = packet.pkt_len();
        flow.backlog = flow.backlog.saturating_sub(len);
        flow.deficit -= i64::from(len);
        let size = packet.frame_len();
        flow.control.dequeued(&self.config.pie, (came, now), size, flow.backlog);
        self.pie.memory_usage = self.pie.memory_usage.saturating_sub(truesize.into());
        self.stats.backlog.remove(&packet);
        packet
    }

    /// Takes out the packet that was peeked at, else the one whose turn it is; it is off the backlog, and
    /// not counted as sent.
    fn next(&mut self, cx: &mut Cx<'_, P>) -> Dequeue<P> {
        let peeked = self.peeked.take_off(&mut self.stats);
        Dequeue::of(peeked.or_else(|| self.pass(cx)))
    }
}

impl<P: Packet> Qdisc<P> for FqPie<P> {
    fn kind(&self) -> &'static str {
        "fq_pie"
    }

    fn enqueue(&mut self, mut packet: P, cx: &mut Cx<'_, P>) -> Enqueued {
        self.catch_up(cx.now);
        let index = self.classify(&mut packet);
        self.flows[index as usize].catch_up(&self.config.pie, self.updates);
        if self.stats.backlog.packets >= self.config.limit.min(MAX_PACKETS) {
            self.pie.overlimit += 1;
            return self.refuse(index, packet, DropReason::QDISC_OVERLIMIT, cx);
        }
        let truesize = packet.truesize();
        let memory_limit = u64::from(self.config.memory_limit) + u64::from(truesize);
        self.pie.overmemory += u64::from(self.pie.memory_usage > memory_limit);
        if !self.admits(index, &mut packet, cx) {
            return self.refuse(index, packet, DropReason::QDISC_CONGESTED, cx);
        }
        self.pie.packets_in += 1;
        self.pie.memory_usage += u64::from(truesize);
        self.stats.queued(&packet);
        let flow = &mut self.flows[index as usize];
        flow.backlog = flow.backlog.saturating_add(packet.pkt_len());
        self.slab.push(&mut flow.fifo, Queued { packet, came: tick(cx.now), truesize });
        if !flow.active {
            flow.active = true;
            flow.deficit = self.config.quantum.into();
            self.new_flows.push(index, &mut self.flows);
            self.pie.new_flow_count += 1;
        }
        Enqueued::Success
    }

    fn dequeue(&mut self, cx: &mut Cx<'_, P>) -> Dequeue<P> {
        self.catch_up(cx.now);
        if self.peeked.is_some() {
            return self.peeked.send(&mut self.stats);
        }
        let Some(packet) = self.pass(cx) else { return Dequeue::Empty };
        self.stats.count_sent(&packet);
        Dequeue::Packet(packet)
    }

    fn peek<'a>(&'a mut self, cx: &mut Cx<'_, P>) -> Dequeue<&'a P> {
        self.catch_up(cx.now);
        let next = self.next(cx);
        self.peeked.keep_off(next, &mut self.stats)
    }

    fn reset(&mut self, cx: &mut Cx<'_, P>) {
        self.catch_up(cx.now);
        self.peeked.purge(cx);
        purge_all(self.slab.drain().map(|queued| queued.packet), cx);
        for flow in &mut self.flows {
            flow.catch_up(&self.config.pie, self.updates);
            flow.control.init();
            *flow = Flow { control: flow.control, updates: flow.updates, ..Flow::IDLE };
        }
        self.new_flows = FlowList::EMPTY;
        self.old_flows = FlowList::EMPTY;
        self.pie.memory_usage = 0;
        self.stats.purge();
    }

    fn stats(&self) -> &Stats {
        &self.stats
    }

    fn stats_mut(&mut self) -> &mut Stats {
        &mut self.stats
    }

    fn xstats(&self) -> Option<crate::XStats> {
        Some(crate::XStats::FqPie(self.fq_pie_stats()))
    }
}
