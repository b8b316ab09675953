//! fq tins: flow queues that many senders share (`fq_impl.h`).
//!
//! A tin is where one sender's packets wait, as those for one station and traffic class do in
//! mac80211. All tins share one set of flow queues and one limit, so that a thousand tins cost no more
//! memory than ten. The owner says which tin may send; within it, flows take turns as in
//! [fq_codel](crate::fq_codel), each under [CoDel](crate::codel). A flow whose queue another tin holds
//! waits in its own tin's default queue meanwhile.
//!
//! ```
//! use softnet_qdisc::codel;
//! use softnet_qdisc::tin::{Arrival, Config, Flows, TinDrops, TinId};
//! use softnet_sk_buff::{DropReason, Instant};
//! # #[derive(Debug, PartialEq)]
//! # struct Toy(&'static str);
//! # impl softnet_qdisc::Packet for Toy {
//! #     fn pkt_len(&self) -> u32 { 1500 }
//! #     fn flow_hash(&mut self, _: [u64; 2]) -> u32 { 0 }
//! # }
//! struct Lost(Vec<(TinId, Toy)>);
//!
//! impl TinDrops<Toy> for Lost {
//!     fn dropped(&mut self, tin: TinId, packet: Toy, _why: DropReason) {
//!         self.0.push((tin, packet));
//!     }
//! }
//!
//! let mut flows = Flows::new(Config { limit: 3, ..Config::default() })?;
//! let (phone, laptop) = (flows.add_tin(), flows.add_tin());
//! let mut lost = Lost(Vec::new());
//! let now = Instant::from_millis(1000);
//! for packet in [Toy("video 1"), Toy("video 2"), Toy("video 3")] {
//!     flows.enqueue(laptop, Arrival { packet, hash: 1 << 31, now }, &mut lost);
//! }
//! flows.enqueue(phone, Arrival { packet: Toy("chat"), hash: 5, now }, &mut lost);
//! assert_eq!(lost.0, [(laptop, Toy("video 1"))], "the longest queue gives, whose ever it is");
//!
//! let codel = codel::Config::default();
//! assert_eq!(flows.dequeue(phone, &codel, now, &mut lost), Some(Toy("chat")));
//! assert_eq!(flows.dequeue(phone, &codel, now, &mut lost), None);
//! assert_eq!(flows.tin(laptop).map(|tin| tin.backlog.packets), Some(2));
//! # Ok::<(), softnet_qdisc::ConfigError>(())
//! ```

use alloc::vec;
use alloc::vec::Vec;

use softnet_sk_buff::{DropReason, Instant};

use crate::codel::{self, Time};
use crate::fattest::Fattest;
use crate::flow_list::{FlowList, Linked};
use crate::slab::{Fifo, MAX_PACKETS, Queued, Slab};
use crate::{Backlog, ConfigError, Packet};

#[cfg(test)]
mod tests;

const NIL: u32 = u32::MAX;
/// Packets that an overflow drops at most.
const BATCH: u32 = 32;
/// Most bytes that a packet takes from its flow's turns. No real one is longer, and paying off what is
/// would take for ever.
const MAX_CHARGE: u32 = 1 << 20;

/// Limits of all tins together (`struct fq`); the defaults are Linux's.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Config {
    /// Flow queues that all tins share, 1 to 65,536, fixed at creation: 4096, mac80211's number.
    pub flows: u32,
    /// Packets that may wait in all: 8192.
    pub limit: u32,
    /// Memory, by [`Packet::truesize`], that may wait in all: 16 MiB.
    pub memory_limit: u32,
    /// Bytes that a flow may send in its turn: 300.
    pub quantum: u32,
}

impl Default for Config {
    fn default() -> Self {
        Self { flows: 4096, limit: 8192, memory_limit: 16 << 20, quantum: 300 }
    }
}

impl Config {
    fn check(self) -> Result<Self, ConfigError> {
        match self {
            Self { flows, .. } if !(1..=65_536).contains(&flows) => Err(ConfigError::Flows(flows)),
            Self { limit: 0, .. } => Err(ConfigError::ZeroLimit),
            Self { memory_limit: 0, .. } => Err(ConfigError::ZeroMemoryLimit),
            Self { quantum: 0, .. } => Err(ConfigError::ZeroQuantum),
            _ => Ok(self),
        }
    }
}

/// A tin of some [`Flows`]. Its number is given out again after it was removed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct TinId(u32);

/// A packet that comes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Arrival<P> {
    /// The packet.
    pub packet: P,
    /// The hash of its flow, spread over all 32 bits.
    pub hash: u32,
    /// When it comes.
    pub now: Instant,
}

/// Where packets go that don't fit or that CoDel drops. It must not call into the [`Flows`] that is at
/// work.
pub trait TinDrops<P> {
    /// Takes a packet that `tin` loses, which need not be the tin of the call: when a limit is met,
    /// the longest queue of all gives.
    fn dropped(&mut self, tin: TinId, packet: P, why: DropReason);
}

/// What a tin holds and counted (`struct fq_tin`, and `codel_stats` beside it).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct TinStats {
    /// What waits.
    pub backlog: Backlog,
    /// Times that an overflow hit it.
    pub overlimit: u64,
    /// Packets whose flow queue another tin held.
    pub collisions: u64,
    /// Times that a flow began.
    pub flows: u64,
    /// Bytes that left.
    pub tx_bytes: u64,
    /// Packets that left.
    pub tx_packets: u64,
    /// What CoDel did in it.
    pub codel: codel::Stats,
}

/// What all tins together hold and counted (`struct fq`).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Stats {
    /// Packets that wait.
    pub backlog: u32,
    /// Memory that waits, in bytes.
    pub memory_usage: u64,
    /// Times that a limit was met.
    pub overlimit: u64,
    /// Those of them for which it was the memory limit.
    pub overmemory: u64,
    /// Packets whose flow queue another tin held.
    pub collisions: u64,
}

/// A queue (`struct fq_flow`).
#[derive(Clone, Debug)]
struct Flow {
    fifo: Fifo,
    backlog: Backlog,
    deficit: i64,
    codel: codel::State,
    /// The tin that holds it.
    tin: u32,
    /// The flow behind it in the line that it is in.
    next: u32,
    /// Whether it is in a line.
    active: bool,
    /// Which of equally long queues gives, the largest: all of the shared ones before the tins' own,
    /// and of these the one that filled last.
    rank: u32,
}

impl Flow {
    const IDLE: Self = Self {
        fifo: Fifo::EMPTY,
        backlog: Backlog { packets: 0, bytes: 0 },
        deficit: 0,
        codel: codel::State::IDLE,
        tin: NIL,
        next: NIL,
        active: false,
        rank: u32::MAX,
    };

    /// What makes it the fattest.
    fn weight(&self) -> u64 {
        let bytes = self.backlog.bytes.min(u64::from(u32::MAX));
        if self.backlog.packets == 0 { 0 } else { bytes << 32 | u64::from(self.rank) }
    }
}

impl Linked for Flow {
    fn next(&mut self) -> &mut u32 {
        &mut self.next
    }
}

#[derive(Clone, Debug)]
struct Tin {
    new_flows: FlowList,
    old_flows: FlowList,
    stats: TinStats,
}

impl Tin {
    const EMPTY: Self = Self {
        new_flows: FlowList::EMPTY,
        old_flows: FlowList::EMPTY,
        stats: TinStats {
            backlog: Backlog { packets: 0, bytes: 0 },
            overlimit: 0,
            collisions: 0,
            flows: 0,
            tx_bytes: 0,
            tx_packets: 0,
            codel: codel::Stats {
                maxpacket: 0,
                drop_count: 0,
                drop_len: 0,
                ecn_mark: 0,
                ce_mark: 0,
            },
        },
    };
}

/// Flow queues shared by tins (`struct fq`).
///
/// Each call takes the same time whatever the number of flows and tins, but for an overflow, which
/// finds the longest queue in logarithmic time. Memory: one slot per waiting packet, kept once it was
/// needed, so that nothing is allocated in steady state.
#[derive(Debug)]
pub struct Flows<P> {
    config: Config,
    /// The shared flows, then the default flow of each tin.
    flows: Vec<Flow>,
    tins: Vec<Option<Tin>>,
    unused: Vec<u32>,
    fattest: Fattest,
    /// Times that a tin's own queue filled.
    fillings: u32,
    slab: Slab<Queued<P>>,
    stats: Stats,
}

impl<P: Packet> Flows<P> {
    /// Empty queues and no tin (`fq_init`).
    ///
    /// # Errors
    /// [`ConfigError::Flows`], [`ConfigError::ZeroLimit`], [`ConfigError::ZeroMemoryLimit`],
    /// [`ConfigError::ZeroQuantum`].
    pub fn new(config: Config) -> Result<Self, ConfigError> {
        let config = config.check()?;
        Ok(Self {
            config,
            flows: vec![Flow::IDLE; config.flows as usize],
            tins: Vec::new(),
            unused: Vec::new(),
            fattest: Fattest::new(config.flows),
            fillings: 0,
            slab: Slab::new(),
            stats: Stats::default(),
        })
    }

    /// The limits.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Sets other limits, which hold from the next packet on.
    ///
    /// # Errors
    /// As [`new`](Self::new), and [`ConfigError::FlowsFixed`]; nothing has changed.
    pub fn change(&mut self, config: Config) -> Result<(), ConfigError> {
        let config = config.check()?;
        if config.flows != self.config.flows {
            return Err(ConfigError::FlowsFixed);
        }
        self.config = config;
        Ok(())
    }

    /// A new tin (`fq_tin_init`).
    pub fn add_tin(&mut self) -> TinId {
        if let Some(index) = self.unused.pop() {
            self.tins[index as usize] = Some(Tin::EMPTY);
            self.flows[(self.config.flows + index) as usize] = Flow::IDLE;
            return TinId(index);
        }
        self.tins.push(Some(Tin::EMPTY));
        self.flows.push(Flow::IDLE);
        self.fattest.grow(1);
        TinId((self.tins.len() - 1) as u32)
    }

    /// Takes a tin away with what waits in it.
    pub fn remove_tin(&mut self, tin: TinId, drops: &mut dyn TinDrops<P>) {
        self.reset(tin, drops);
        if self.tins.get_mut(tin.0 as usize).and_then(Option::take).is_some() {
            self.unused.push(tin.0);
        }
    }

    /// What a tin holds and counted; `None` if there is no such tin.
    #[must_use]
    pub fn tin(&self, tin: TinId) -> Option<&TinStats> {
        self.tins.get(tin.0 as usize)?.as_ref().map(|tin| &tin.stats)
    }

    /// What all tins together hold and counted.
    #[must_use]
    pub fn stats(&self) -> &Stats {
        &self.stats
    }

    /// Puts a packet into `tin` (`fq_tin_enqueue`). What a limit has no room for is dropped from the
    /// longest queue of all tins, half of its packets but no more than 32 at a time, the oldest first.
    ///
    /// For a tin that is not there the packet is dropped.
    pub fn enqueue(&mut self, tin: TinId, arrival: Arrival<P>, drops: &mut dyn TinDrops<P>) {
        let Arrival { packet, hash, now } = arrival;
        let index = self.classify(tin, hash);
        let Some(Some(owner)) = self.tins.get_mut(tin.0 as usize) else {
            drops.dropped(tin, packet, DropReason::QUEUE_PURGE);
            return;
        };
        let flow = &mut self.flows[index as usize];
        if flow.tin == NIL {
            flow.tin = tin.0;
            owner.stats.flows += 1;
        }
        if flow.backlog.packets == 0 && index >= self.config.flows {
            // A wrap after four billion fillings is only seen in the choice between equals.
            self.fillings = self.fillings.wrapping_add(1) & (u32::MAX >> 1);
            flow.rank = self.fillings;
        }
        flow.backlog.add(&packet);
        owner.stats.backlog.add(&packet);
        let truesize = packet.truesize();
        self.stats.memory_usage += u64::from(truesize);
        self.stats.backlog += 1;
        self.slab.push(&mut flow.fifo, Queued { packet, came: Time::from(now), truesize });
        self.fattest.raise(index, flow.weight());
        if !flow.active {
            flow.active = true;
            flow.deficit = self.config.quantum.into();
            owner.new_flows.push(index, &mut self.flows);
        }
        self.shed(drops);
    }

    /// Takes the next packet of `tin` (`fq_tin_dequeue` with mac80211's `fq_tin_dequeue_func`), with
    /// its flow under CoDel. `None` if nothing waits there.
    pub fn dequeue(
        &mut self,
        tin: TinId,
        codel: &codel::Config,
        now: Instant,
        drops: &mut dyn TinDrops<P>,
    ) -> Option<P> {
        let owner = self.tins.get_mut(tin.0 as usize)?.as_mut()?;
        loop {
            let is_new = owner.new_flows.front().is_some();
            let line = if is_new { &mut owner.new_flows } else { &mut owner.old_flows };
            let index = line.front()?;
            let flow = &mut self.flows[index as usize];
            if flow.deficit <= 0 {
                flow.deficit += i64::from(self.config.quantum);
                line.pop(&mut self.flows);
                owner.old_flows.push(index, &mut self.flows);
                continue;
            }
            let Flow { fifo, backlog, codel: state, .. } = flow;
            let TinStats { backlog: tin_backlog, codel: counts, .. } = &mut owner.stats;
            let books = Books { flow: backlog, tin: tin_backlog, all: &mut self.stats };
            let mut queue = FlowQueue { fifo, slab: &mut self.slab, books, tin, drops };
            if let Some(packet) = state.dequeue(&mut queue, codel, counts, now.into()) {
                flow.deficit -= i64::from(packet.pkt_len().min(MAX_CHARGE));
                owner.stats.tx_bytes += u64::from(packet.pkt_len());
                owner.stats.tx_packets += 1;
                return Some(packet);
            }
            let line = if is_new { &mut owner.new_flows } else { &mut owner.old_flows };
            line.pop(&mut self.flows);
            // A new flow that runs empty goes once through the old ones, else it could come back as
            // new at once and keep them waiting for ever.
            if is_new && owner.old_flows.front().is_some() {
                owner.old_flows.push(index, &mut self.flows);
            } else {
                let flow = &mut self.flows[index as usize];
                (flow.active, flow.tin) = (false, NIL);
            }
        }
    }

    /// Throws away what waits in `tin`, as [`QUEUE_PURGE`](DropReason::QUEUE_PURGE), and frees its
    /// flows (`fq_tin_reset`). What it counted stays.
    pub fn reset(&mut self, tin: TinId, drops: &mut dyn TinDrops<P>) {
        self.filter(tin, |_| true, drops);
        let Some(Some(owner)) = self.tins.get_mut(tin.0 as usize) else { return };
        for line in [&mut owner.new_flows, &mut owner.old_flows] {
            while let Some(index) = line.front() {
                line.pop(&mut self.flows);
                let flow = &mut self.flows[index as usize];
                (flow.active, flow.tin) = (false, NIL);
            }
        }
    }

    /// Throws away the packets of `tin` that `unwanted` picks, as
    /// [`QUEUE_PURGE`](DropReason::QUEUE_PURGE) (`fq_tin_filter`): new flows first, each from its
    /// oldest packet on.
    pub fn filter(
        &mut self,
        tin: TinId,
        mut unwanted: impl FnMut(&P) -> bool,
        drops: &mut dyn TinDrops<P>,
    ) {
        let Some(Some(owner)) = self.tins.get_mut(tin.0 as usize) else { return };
        for line in [owner.new_flows, owner.old_flows] {
            let mut at = line.front();
            for _ in 0..line.len() {
                let Some(index) = at else { break };
                let flow = &mut self.flows[index as usize];
                at = Some(flow.next);
                let mut before = None;
                while let Some((place, queued)) = self.slab.after(&flow.fifo, before) {
                    if !unwanted(&queued.packet) {
                        before = Some(place);
                    } else if let Some(queued) = self.slab.remove_after(&mut flow.fifo, before) {
                        let (flow, tin_books) = (&mut flow.backlog, &mut owner.stats.backlog);
                        Books { flow, tin: tin_books, all: &mut self.stats }.remove(&queued);
                        drops.dropped(tin, queued.packet, DropReason::QUEUE_PURGE);
                    }
                }
            }
        }
    }

    /// Shows the packets of `tin`, new flows first, each flow from its oldest packet on.
    pub fn walk(&self, tin: TinId, visit: &mut dyn FnMut(&P)) {
        let Some(Some(owner)) = self.tins.get(tin.0 as usize) else { return };
        for line in [&owner.new_flows, &owner.old_flows] {
            let mut at = line.front();
            for _ in 0..line.len() {
                let Some(flow) = at.and_then(|index| self.flows.get(index as usize)) else { break };
                self.slab.iter(&flow.fifo).for_each(|(_, queued)| visit(&queued.packet));
                at = Some(flow.next);
            }
        }
    }

    /// The flow for a hash (`fq_flow_idx`, `fq_flow_classify`): the shared one unless another tin
    /// holds it, else the tin's own.
    fn classify(&mut self, tin: TinId, hash: u32) -> u32 {
        let index = ((u64::from(hash) * u64::from(self.config.flows)) >> 32) as u32;
        let holder = self.flows[index as usize].tin;
        if holder == NIL || holder == tin.0 {
            return index;
        }
        if let Some(Some(owner)) = self.tins.get_mut(tin.0 as usize) {
            owner.stats.collisions += 1;
            self.stats.collisions += 1;
        }
        self.config.flows.saturating_add(tin.0)
    }

    /// Drops until the limits are kept.
    fn shed(&mut self, drops: &mut dyn TinDrops<P>) {
        let limit = self.config.limit.min(MAX_PACKETS);
        let is_over = |stats: &Stats| stats.memory_usage > u64::from(self.config.memory_limit);
        let mut over_memory = is_over(&self.stats);
        while self.stats.backlog > limit || over_memory {
            let flows = &self.flows;
            let weight = |index| flows.get(index as usize).map_or(0, Flow::weight);
            let Some(fattest) = self.fattest.find(weight) else { return };
            let flow = &mut self.flows[fattest as usize];
            let Some(Some(owner)) = self.tins.get_mut(flow.tin as usize) else { return };
            let batch = (flow.backlog.packets / 2).clamp(1, BATCH);
            for _ in 0..batch {
                let Some(queued) = self.slab.pop(&mut flow.fifo) else { return };
                let tin = &mut owner.stats.backlog;
                Books { flow: &mut flow.backlog, tin, all: &mut self.stats }.remove(&queued);
                drops.dropped(TinId(flow.tin), queued.packet, DropReason::QDISC_OVERLIMIT);
            }
            owner.stats.overlimit += 1;
            self.stats.overlimit += 1;
            if over_memory {
                self.stats.overmemory += 1;
                over_memory = is_over(&self.stats);
            }
        }
    }
}

/// All that a waiting packet is counted in.
struct Books<'a> {
    flow: &'a mut Backlog,
    tin: &'a mut Backlog,
    all: &'a mut Stats,
}

impl Books<'_> {
    fn remove<P: Packet>(&mut self, queued: &Queued<P>) {
        self.flow.remove(&queued.packet);
        self.tin.remove(&queued.packet);
        self.all.backlog = self.all.backlog.saturating_sub(1);
        self.all.memory_usage = self.all.memory_usage.saturating_sub(queued.truesize.into());
    }
}

/// A flow's queue in CoDel's hands.
struct FlowQueue<'a, P> {
    fifo: &'a mut Fifo,
    slab: &'a mut Slab<Queued<P>>,
    books: Books<'a>,
    tin: TinId,
    drops: &'a mut dyn TinDrops<P>,
}

impl<P: Packet> codel::Queue<P> for FlowQueue<'_, P> {
    fn pop(&mut self) -> Option<(P, Time)> {
        let queued = self.slab.pop(self.fifo)?;
        self.books.remove(&queued);
        Some((queued.packet, queued.came))
    }

    fn backlog(&self) -> u64 {
        self.books.flow.bytes
    }

    fn dropped(&mut self, packet: P) {
        self.drops.dropped(self.tin, packet, DropReason::QDISC_CONGESTED);
    }
}
