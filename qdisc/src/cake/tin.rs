//! A tin: 1024 queues, their hosts, and what was counted.

use alloc::vec;
use alloc::vec::Vec;

use super::QUEUES;
use super::cobalt::{Params, State};
use super::lists::{Line, Lines};
use super::shaper::{Rate, TinClock};
use crate::rng::Rng;
use crate::slab::Fifo;

/// Where a flow stands (`CAKE_SET_*`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Set {
    /// In no line.
    None,
    Sparse,
    /// Counted as sparse, and in the line of the bulk flows to pay a deficit off.
    SparseWait,
    Bulk,
    /// Empty, while COBALT forgets.
    Decaying,
}

/// One queue (`cake_flow`).
#[derive(Clone, Copy, Debug)]
pub(super) struct Flow {
    pub(super) fifo: Fifo,
    pub(super) deficit: i32,
    pub(super) dropped: u32,
    pub(super) cobalt: State,
    /// Which of the tin's hosts send and receive what is in it.
    pub(super) srchost: u16,
    pub(super) dsthost: u16,
    pub(super) set: Set,
}

impl Flow {
    const IDLE: Self = Self {
        fifo: Fifo::EMPTY,
        deficit: 0,
        dropped: 0,
        cobalt: State::IDLE,
        srchost: 0,
        dsthost: 0,
        set: Set::None,
    };
}

/// A sending and a receiving host that share a place (`cake_host`).
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Host {
    pub(super) tags: [u32; 2],
    /// Bulk flows from and to it.
    pub(super) bulk_flows: [u16; 2],
}

/// What a tin counted.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Counters {
    pub(super) packets: u64,
    pub(super) bytes: u64,
    pub(super) dropped: u64,
    pub(super) ecn_mark: u64,
    pub(super) ack_drops: u64,
    pub(super) way_hits: u64,
    pub(super) way_misses: u64,
    pub(super) way_collisions: u64,
    pub(super) max_skblen: u32,
    pub(super) avge_delay: u64,
    pub(super) peak_delay: u64,
    pub(super) base_delay: u64,
}

impl Counters {
    /// A packet left after so many nanoseconds. Linux's averages: the peak rises fast and falls
    /// slowly, the base the other way round.
    #[inline]
    pub(super) fn delivered(&mut self, delay: u64) {
        let shift = |fast| if fast { 2 } else { 8 };
        self.avge_delay = ewma(self.avge_delay, delay, 8);
        self.peak_delay = ewma(self.peak_delay, delay, shift(delay > self.peak_delay));
        self.base_delay = ewma(self.base_delay, delay, shift(delay < self.base_delay));
    }
}

/// A moving average in which a sample weighs 2^-shift (`cake_ewma`).
pub(super) const fn ewma(average: u64, sample: u64, shift: u32) -> u64 {
    // The sum can't overflow: each part rounds down.
    average - (average >> shift) + (sample >> shift)
}

/// A tin (`cake_tin_data`).
#[derive(Debug)]
pub(super) struct Tin {
    pub(super) flows: Vec<Flow>,
    /// What the queues are reserved for.
    pub(super) tags: Vec<u32>,
    pub(super) hosts: Vec<Host>,
    pub(super) lines: Lines,
    pub(super) params: Params,
    pub(super) clock: TinClock,
    pub(super) bandwidth: u64,
    pub(super) quantum: u16,
    pub(super) deficit: i32,
    pub(super) flow_quantum: u16,
    pub(super) sparse_flows: u32,
    pub(super) bulk_flows: u32,
    pub(super) decaying_flows: u32,
    pub(super) unresponsive_flows: u32,
    pub(super) backlog: u64,
    pub(super) counters: Counters,
}

/// Times for COBALT, before a slow link stretches them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Times {
    pub(super) mtu: u32,
    pub(super) target: u64,
    pub(super) rtt: u64,
}

impl Tin {
    pub(super) fn new() -> Self {
        Self {
            flows: vec![Flow::IDLE; QUEUES],
            tags: vec![0; QUEUES],
            hosts: vec![Host::default(); QUEUES],
            lines: Lines::new(),
            params: Params::default(),
            clock: TinClock::default(),
            bandwidth: 0,
            quantum: 0,
            deficit: 0,
            flow_quantum: 0,
            sparse_flows: 0,
            bulk_flows: 0,
            decaying_flows: 0,
            unresponsive_flows: 0,
            backlog: 0,
            counters: Counters::default(),
        }
    }

    /// Sets its threshold in bytes per second, 0 for none, and what follows from it
    /// (`cake_set_rate`).
    pub(super) fn set_rate(&mut self, bandwidth: u64, times: Times) {
        const QUANTUM: u64 = 1514;
        const QUANTUM_MIN: u64 = 300;
        let quantum = if bandwidth == 0 { QUANTUM } else { bandwidth >> 12 };
        self.flow_quantum = quantum.clamp(QUANTUM_MIN, QUANTUM) as u16;
        self.bandwidth = bandwidth;
        self.clock.rate = Rate::new(bandwidth);
        let mtu_time = self.clock.rate.time_of(times.mtu);
        let target = times.target.max(mtu_time.saturating_mul(3) / 2);
        let stretched = times.rtt.saturating_add(target - times.target);
        self.params = Params {
            interval: stretched.max(target.saturating_mul(2)),
            target,
            mtu_time,
            p_inc: 1 << 24,
            p_dec: 1 << 20,
        };
    }

    /// Flows that may have something to send.
    #[inline]
    pub(super) fn busy_flows(&self) -> u32 {
        self.sparse_flows + self.bulk_flows
    }

    /// Bytes that a flow may send in its turn: its host's share (`cake_get_flow_quantum`), with lots
    /// drawn for the fraction.
    #[inline]
    pub(super) fn flow_quantum(&self, flow: usize, dual: [bool; 2], rng: &mut Rng) -> i32 {
        let flow = &self.flows[flow];
        let mut load = 1;
        for (side, host) in [flow.srchost, flow.dsthost].into_iter().enumerate() {
            if dual[side] {
                load = load.max(self.hosts[usize::from(host)].bulk_flows[side]);
            }
        }
        let share = u32::from(u16::MAX / load);
        let lot = (rng.next_u64() >> 48) as u32;
        ((u32::from(self.flow_quantum) * share + lot) >> 16) as i32
    }

    /// A flow got a packet: puts it into the line that it belongs to.
    #[inline]
    pub(super) fn activate(&mut self, flow: usize, dual: [bool; 2], rng: &mut Rng) {
        match self.flows[flow].set {
            Set::None | Set::Decaying => {
                if self.flows[flow].set == Set::Decaying {
                    self.decaying_flows -= 1;
                }
                self.lines.append(flow, Line::New);
                self.flows[flow].set = Set::Sparse;
                self.sparse_flows += 1;
                self.flows[flow].deficit = self.flow_quantum(flow, dual, rng);
            }
            Set::SparseWait => self.become_bulk(flow, dual),
            Set::Sparse | Set::Bulk => {}
        }
    }

    /// A flow has used its turn up: gives it the next one, behind the others.
    #[inline]
    pub(super) fn end_turn(&mut self, flow: usize, dual: [bool; 2], rng: &mut Rng) {
        // No flow with a deficit stays among the sparse ones.
        if self.flows[flow].set == Set::Sparse {
            if self.flows[flow].fifo.is_empty() {
                self.flows[flow].set = Set::SparseWait;
            } else {
                self.become_bulk(flow, dual);
            }
        }
        let quantum = self.flow_quantum(flow, dual, rng);
        let deficit = &mut self.flows[flow].deficit;
        *deficit = deficit.saturating_add(quantum);
        self.lines.append(flow, Line::Old);
    }

    /// A flow had its turn and nothing to send.
    #[inline]
    pub(super) fn ran_empty(&mut self, flow: usize, dual: [bool; 2], now: u64) {
        let cobalt = &mut self.flows[flow].cobalt;
        if cobalt.queue_empty(&self.params, now) {
            self.unresponsive_flows = self.unresponsive_flows.saturating_sub(1);
        }
        let decays = cobalt.is_active(now);
        if decays && self.flows[flow].set == Set::Decaying {
            return self.lines.append(flow, Line::Decaying);
        }
        match self.flows[flow].set {
            Set::Sparse | Set::SparseWait => self.sparse_flows -= 1,
            Set::Bulk => {
                self.bulk_flows -= 1;
                self.count_bulk(flow, dual, false);
            }
            Set::Decaying => self.decaying_flows -= 1,
            Set::None => {}
        }
        if decays {
            self.flows[flow].set = Set::Decaying;
            self.decaying_flows += 1;
            self.lines.append(flow, Line::Decaying);
        } else {
            self.flows[flow].set = Set::None;
            self.lines.remove(flow);
        }
    }

    fn become_bulk(&mut self, flow: usize, dual: [bool; 2]) {
        self.flows[flow].set = Set::Bulk;
        self.sparse_flows -= 1;
        self.bulk_flows += 1;
        self.count_bulk(flow, dual, true);
    }

    /// Counts a bulk flow in or out with its hosts (`cake_inc_srchost_bulk_flow_count` and its kin).
    pub(super) fn count_bulk(&mut self, flow: usize, dual: [bool; 2], more: bool) {
        let hosts = [self.flows[flow].srchost, self.flows[flow].dsthost];
        for side in 0..2 {
            if dual[side] {
                self.count_bulk_at(hosts[side], side, more);
            }
        }
    }

    pub(super) fn count_bulk_at(&mut self, host: u16, side: usize, more: bool) {
        let count = &mut self.hosts[usize::from(host)].bulk_flows[side];
        *count = if more { (*count + 1).min(QUEUES as u16) } else { count.saturating_sub(1) };
    }
}
