//! cake: shaper, fair queueing and AQM in one (`sch_cake.c`).
//!
//! What a home router needs at its slow end, by one line of configuration. A shaper keeps the queue
//! here instead of in the modem, and knows what a packet takes on the wire. Tins by DSCP give urgent
//! traffic priority up to a share of the bandwidth. In each tin, hosts get equal shares and so do the
//! flows of each host, and COBALT, CoDel with BLUE, keeps each flow's queue short.
//!
//! ```
//! use core::time::Duration;
//! use softnet_qdisc::cake::{self, Overhead};
//! use softnet_qdisc::{Cake, Cx, Dequeue, Handle, Qdisc};
//! # use softnet_sk_buff::{DropCounts, Instant};
//! # struct Toy;
//! # impl softnet_qdisc::Packet for Toy {
//! #     fn pkt_len(&self) -> u32 { 1014 }
//! #     fn flow_hash(&mut self, _: [u64; 2]) -> u32 { 7 }
//! # }
//! // tc qdisc add root cake bandwidth 20mbit docsis rtt 50ms
//! let link = Overhead::RAW.with_keyword("docsis").ok_or("no such link")?;
//! let config = cake::Config { bandwidth: 2_500_000, overhead: link, ..Default::default() };
//! let config = config.with_rtt(Duration::from_millis(50));
//! let mut cake = Cake::new(Handle(1), config, [1, 2])?;
//! let mut lost = DropCounts::default();
//! let mut cx = Cx::new(Instant::from_millis(1000), &mut lost);
//! for _ in 0..2 {
//!     let _ = cake.enqueue(Toy, &mut cx);
//! }
//! assert!(cake.dequeue(&mut cx).packet().is_some());
//! // 1000 bytes of IP and 18 of DOCSIS take 407.2 us; a failsafe clock runs at two thirds.
//! let next = Instant::from_nanos(1_000_407_200);
//! assert!(matches!(cake.dequeue(&mut cx), Dequeue::Until(at) if at == next));
//! # Ok::<(), Box<dyn core::error::Error>>(())
//! ```

use alloc::collections::VecDeque;
use alloc::vec::Vec;

use softnet_sk_buff::Instant;

use crate::class::{Class, purge_all};
use crate::filter::Block;
use crate::peeked::Peeked;
use crate::rng::Rng;
use crate::slab::Slab;
use crate::{ClassId, ConfigError, Cx, Dequeue, Enqueued, Handle, Packet, Qdisc, Stats};

mod ack_filter;
mod autorate;
mod cobalt;
mod config;
mod dequeue;
mod diffserv;
mod dscp;
mod enqueue;
mod hash;
mod heap;
mod inv_sqrt;
mod keywords;
mod lists;
mod overhead;
mod shaper;
mod show;
mod stats;
mod tcp;
#[cfg(test)]
mod tests;
mod tin;

pub use config::{AckFilter, Config, Diffserv, FlowMode, Framing, Overhead};
pub use stats::{ClassXStats, TinStats, XStats};

/// Most tins that there may be.
pub const MAX_TINS: usize = 8;
/// Queues in each tin.
pub const QUEUES: usize = 1024;
/// Places in which a flow may have its queue.
const WAYS: usize = 8;
/// Most bytes that a packet takes from its flow's turns. No real one is longer, and paying off what is
/// would take for ever.
const MAX_CHARGE: u32 = 1 << 20;

/// A packet in its queue.
#[derive(Debug)]
struct Waiting<P> {
    packet: P,
    /// When it came, in nanoseconds.
    came: u64,
    /// Bytes that it will be charged for.
    adjusted_len: u32,
    truesize: u32,
}

impl<P> Waiting<P> {
    /// Bytes that it takes from its flow's and its tin's turn.
    fn charge(&self) -> i32 {
        self.adjusted_len.min(MAX_CHARGE) as i32
    }
}

#[derive(Clone, Copy, Debug, Default)]
struct Memory {
    used: u64,
    used_max: u64,
    limit: u32,
}

impl Memory {
    fn is_over(&self) -> bool {
        self.used > u64::from(self.limit)
    }
}

/// Shaper, tins, fair shares and AQM in one: what to give the link to the internet.
///
/// Classes `:1` to `:2000` (hexadecimal) are the queues, tin after tin. A priority that names one of
/// classes `:1` to `:8` ([`Handle::named_by`]) picks that tin. [Filters](crate::filter) may name the
/// flow and the host of a packet: class `h:f`, each from 1 to 1024 (hexadecimal 400), is flow f of
/// host h, and 0 leaves it to the hash.
///
/// Memory: 92 KiB for each tin that the configuration ever had, 64 KiB for all together, and one slot
/// per waiting packet. The slots grow as packets wait and are kept, so a queue in steady state
/// allocates nothing; [`reserve`](Self::reserve) takes them ahead of time.
///
/// Cost: where one host has many bulk flows its share is dealt out in crumbs, each of a quantum
/// divided by these flows, as in Linux. A packet then costs a step for each crumb.
///
/// Not as in Linux: a packet that is peeked at counts as sent when it leaves, not before, and what a
/// change to fewer tins throws away counts as purged and is not forgotten by the ancestors' books.
#[derive(Debug)]
pub struct Cake<P: Packet> {
    handle: Handle,
    config: Config,
    seed: [u64; 2],
    filters: Block<P>,
    plan: diffserv::Plan,
    /// Whether sending and receiving hosts count besides flows.
    dual: [bool; 2],
    /// Tins that were ever in use.
    tins: Vec<tin::Tin>,
    /// The tin whose turn it is without a shaper.
    cur_tin: usize,
    shaper: shaper::Shaper,
    overflow: heap::Overflow,
    memory: Memory,
    lengths: overhead::Lengths,
    capacity: autorate::Capacity,
    slab: Slab<Waiting<P>>,
    segments: VecDeque<P>,
    peeked: Peeked<P>,
    rng: Rng,
    stats: Stats,
}

fn nanos(at: Instant) -> u64 {
    at.as_nanos()
}

impl<P: Packet> Cake<P> {
    /// Empty queues; `seed` makes the flow hash unguessable and decides what is left to chance.
    ///
    /// # Errors
    /// [`ConfigError::ZeroMtu`], [`ConfigError::RateTooBig`].
    pub fn new(handle: Handle, config: Config, seed: [u64; 2]) -> Result<Self, ConfigError> {
        let config = config.check()?;
        let mut cake = Self {
            handle,
            config,
            seed,
            filters: Block::new(),
            plan: diffserv::Plan::of(config.diffserv),
            dual: config.flow_mode.dual(),
            tins: Vec::new(),
            cur_tin: 0,
            shaper: shaper::Shaper::default(),
            overflow: heap::Overflow::new(),
            memory: Memory::default(),
            lengths: overhead::Lengths::NONE,
            capacity: autorate::Capacity::new(config.bandwidth),
            slab: Slab::new(),
            segments: VecDeque::new(),
            peeked: Peeked::NONE,
            rng: Rng::new(seed[0] ^ seed[1].rotate_left(32)),
            stats: Stats::default(),
        };
        cake.set_up_tins();
        Ok(cake)
    }

    /// Takes memory for so many packets now.
    pub fn reserve(&mut self, packets: u32) {
        self.slab.reserve(packets as usize);
    }

    /// What it is to do; with autorate-ingress the bandwidth is that of the moment.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Does otherwise from now on (`cake_change`). Packets in tins that are no more are thrown away;
    /// a smaller limit on memory waits for the next packet.
    ///
    /// # Errors
    /// As [`new`](Self::new); nothing has changed.
    pub fn change(&mut self, config: Config, cx: &mut Cx<'_, P>) -> Result<(), ConfigError> {
        let config = config.check()?;
        if config.overhead != self.config.overhead {
            self.lengths.restart();
        }
        self.config = config;
        self.reconfigure(cx);
        Ok(())
    }

    /// `cake_reconfigure`.
    fn reconfigure(&mut self, cx: &mut Cx<'_, P>) {
        self.plan = diffserv::Plan::of(self.config.diffserv);
        self.dual = self.config.flow_mode.dual();
        for tin in self.plan.count..self.tins.len() {
            self.clear_tin(tin, cx);
        }
        self.set_up_tins();
    }

    fn set_up_tins(&mut self) {
        let times = tin::Times {
            mtu: self.config.mtu,
            target: self.config.target_nanos(),
            rtt: self.config.rtt_micros() * 1_000,
        };
        let missing = self.plan.count.saturating_sub(self.tins.len());
        self.tins.extend((0..missing).map(|_| tin::Tin::new()));
        for (index, tin) in self.tins.iter_mut().enumerate().take(self.plan.count) {
            let (bandwidth, quantum) = self.plan.share(index, self.config.bandwidth);
            tin.set_rate(bandwidth, times);
            tin.quantum = quantum;
        }
        if self.plan.count < MAX_TINS {
            // Where Linux's cake_clear_tin leaves it.
            self.cur_tin = MAX_TINS - 1;
        }
        self.shaper.rate = shaper::Rate::new(self.config.bandwidth);
        self.memory.limit = self.config.memory_limit();
    }

    /// Throws away what waits in a tin (`cake_clear_tin`).
    fn clear_tin(&mut self, index: usize, cx: &mut Cx<'_, P>) {
        let tin = &mut self.tins[index];
        for (flow, queue) in tin.flows.iter_mut().enumerate() {
            while let Some(waiting) = self.slab.pop(&mut queue.fifo) {
                let len = waiting.packet.pkt_len();
                tin.backlog = tin.backlog.wrapping_sub(len.into());
                self.memory.used = self.memory.used.wrapping_sub(waiting.truesize.into());
                self.overflow.sub(heap::QueueId::new(index, flow), len);
                self.stats.backlog.remove(&waiting.packet);
                self.stats.purged += 1;
                purge_all(core::iter::once(waiting.packet), cx);
            }
        }
    }
}

impl<P: Packet> Qdisc<P> for Cake<P> {
    fn kind(&self) -> &'static str {
        "cake"
    }

    fn enqueue(&mut self, packet: P, cx: &mut Cx<'_, P>) -> Enqueued {
        self.accept(packet, cx)
    }

    fn dequeue(&mut self, cx: &mut Cx<'_, P>) -> Dequeue<P> {
        if self.peeked.is_some() {
            return self.peeked.send(&mut self.stats);
        }
        self.next(cx)
    }

    fn peek<'a>(&'a mut self, cx: &mut Cx<'_, P>) -> Dequeue<&'a P> {
        let next = match self.peeked.take() {
            Some(packet) => Dequeue::Packet(packet),
            None => self.next(cx).inspect(|packet| self.stats.set_aside(packet)),
        };
        self.peeked.keep(next)
    }

    /// Throws away all packets. Clocks, COBALT's memory and the lines of flows stay, as in Linux.
    fn reset(&mut self, cx: &mut Cx<'_, P>) {
        self.peeked.purge(cx);
        for tin in 0..self.tins.len() {
            self.clear_tin(tin, cx);
        }
        self.cur_tin = MAX_TINS - 1;
        self.stats.purge();
    }

    fn stats(&self) -> &Stats {
        &self.stats
    }

    fn stats_mut(&mut self) -> &mut Stats {
        &mut self.stats
    }

    fn xstats(&self) -> Option<crate::XStats> {
        Some(crate::XStats::Cake(self.cake_stats()))
    }

    fn walk(&self, visit: &mut dyn FnMut(&Class<'_, P>)) {
        self.walk_queues(visit);
    }

    fn filters_mut(&mut self, of: Option<ClassId>) -> Option<&mut Block<P>> {
        of.is_none().then_some(&mut self.filters)
    }

    fn filters(&self, of: Option<ClassId>) -> Option<&Block<P>> {
        of.is_none().then_some(&self.filters)
    }
}
