//! What cake shows (`cake_dump_stats`).

use core::time::Duration;

use softnet_sk_buff::Instant;

use super::MAX_TINS;

/// What only cake counts (`TCA_CAKE_STATS_*`).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct XStats {
    /// Bytes per second that arrive, for autorate-ingress.
    pub capacity_estimate: u64,
    /// Memory that may wait, in bytes.
    pub memory_limit: u32,
    /// The most that ever waited.
    pub memory_used: u32,
    /// Bytes before the network header, on average.
    pub avg_netoff: u32,
    /// Longest packet, without its link header if the overhead counts from there.
    pub max_netlen: u16,
    /// Most bytes that a packet was charged for.
    pub max_adjlen: u16,
    /// Shortest packet; 65535 if there was none yet.
    pub min_netlen: u16,
    /// Fewest bytes that a packet was charged for; 65535 if there was none yet.
    pub min_adjlen: u16,
    pub(super) tin_cnt: u8,
    pub(super) all_tins: [TinStats; MAX_TINS],
}

impl XStats {
    /// The tins, from low to high priority.
    #[must_use]
    pub fn tins(&self) -> &[TinStats] {
        self.all_tins.get(..self.tin_cnt.into()).unwrap_or_default()
    }
}

/// What a tin counts (`TCA_CAKE_TIN_STATS_*`); counters go on where Linux's wrap after 32 bits.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct TinStats {
    /// Bytes per second above which it loses its priority; 0 without a shaper.
    pub threshold_rate: u64,
    /// Packets that came, whatever became of them: what Linux shows as sent.
    pub sent_packets: u64,
    /// Bytes of them.
    pub sent_bytes: u64,
    /// Bytes that wait.
    pub backlog_bytes: u64,
    /// Standing delay that COBALT accepts.
    pub target: Duration,
    /// COBALT's interval.
    pub interval: Duration,
    /// Packets that were dropped by COBALT or for want of memory.
    pub dropped_packets: u64,
    /// Packets that were marked.
    pub ecn_marked_packets: u64,
    /// Acknowledgements that were filtered out.
    pub acks_dropped_packets: u64,
    /// Delay of those that wait long.
    pub peak_delay: Duration,
    /// Average delay.
    pub avg_delay: Duration,
    /// Delay of those that hardly wait.
    pub base_delay: Duration,
    /// Packets whose queue was not where their hash pointed, but in the same set.
    pub way_indirect_hits: u64,
    /// Flows that got a queue.
    pub way_misses: u64,
    /// Packets for which all queues of the set were taken, so that two flows share one.
    pub way_collisions: u64,
    /// Flows that send less than their share, and those that COBALT still remembers.
    pub sparse_flows: u32,
    /// Flows that always have something to send.
    pub bulk_flows: u32,
    /// Flows that don't answer to signals, so that BLUE drops from them.
    pub unresponsive_flows: u32,
    /// Longest packet.
    pub max_skblen: u32,
    /// Bytes that a flow may send in its turn.
    pub flow_quantum: u16,
}

/// What a queue shows (`cake_dump_class_stats`).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct ClassXStats {
    /// Bytes that it may still send in its turn.
    pub deficit: i32,
    /// Signals of COBALT since the delay became too long.
    pub cobalt_count: u32,
    /// Whether COBALT is dropping or marking.
    pub dropping: bool,
    /// When the next signal is due, while it is. tc shows how long that is ago.
    pub drop_next: Option<Instant>,
    /// Probability with which BLUE drops, in fractions of 2³².
    pub p_drop: u32,
    /// When that last changed, unless it is 0. tc shows how long that is ago.
    pub blue_timer: Option<Instant>,
}
