//! Counters of the kinds of disciplines and classes.
//!
//! Numbers and layouts: Linux 6.18, `include/uapi/linux/pkt_sched.h`.

use zerocopy::transmute;

use super::kind;
use crate::attributes;
use crate::policy::Rule;
use crate::set::{Array, Binary, Fixed, Nest, choice, layouts};

choice! {
    /// `TCA_XSTATS` and `TCA_STATS_APP`, by `TCA_KIND`: counters of a kind of discipline or class.
    pub Xstats: XstatsView, XstatsBuf, by kind {
        /// Of a class.
        Sfq = b"sfq" => Fixed<TcSfqXstats>;
        /// Of a discipline.
        Red = b"red" => Fixed<TcRedXstats>;
        /// Of a discipline.
        Choke = b"choke" => Fixed<TcChokeXstats>;
        /// Of a class.
        Htb = b"htb" => Fixed<TcHtbXstats>;
        /// Of a class.
        Hfsc = b"hfsc" => Fixed<TcHfscStats>;
        /// Of a class.
        Drr = b"drr" => Fixed<TcDrrStats>;
        /// Of a discipline.
        Sfb = b"sfb" => Fixed<TcSfbXstats>;
        /// Of a class.
        Qfq = b"qfq" => Fixed<TcQfqStats>;
        /// Of a discipline.
        Codel = b"codel" => Fixed<TcCodelXstats>;
        /// Of a discipline or class.
        FqCodel = b"fq_codel" => Fixed<TcFqCodelXstats>;
        /// Of a discipline.
        Fq = b"fq" => Fixed<TcFqQdStats>;
        /// Of a discipline.
        Hhf = b"hhf" => Fixed<TcHhfXstats>;
        /// Of a discipline.
        Pie = b"pie" => Fixed<TcPieXstats>;
        /// Of a discipline.
        FqPie = b"fq_pie" => Fixed<TcFqPieXstats>;
        /// Of a discipline.
        Dualpi2 = b"dualpi2" => Fixed<TcDualpi2Xstats>;
        /// Of a discipline or class.
        Cake = b"cake" | b"cake_mq" => Nest<CakeStatsSet>;
    }
}

attributes! {
    /// `TCA_CAKE_STATS_*`: of the discipline, and from `Deficit` on of a class.
    pub CakeStatsSet: CakeStatsAttr, CakeStatsAttrBuf {
        /// `TCA_CAKE_STATS_PAD`: nothing: padding.
        Pad = 1: Binary;
        /// `TCA_CAKE_STATS_CAPACITY_ESTIMATE64`: bytes a second that the way seems to carry.
        CapacityEstimate64 = 2: u64;
        /// `TCA_CAKE_STATS_MEMORY_LIMIT`: bytes.
        MemoryLimit = 3: u32;
        /// `TCA_CAKE_STATS_MEMORY_USED`: the most bytes used.
        MemoryUsed = 4: u32;
        /// `TCA_CAKE_STATS_AVG_NETOFF`: the mean length of headers.
        AvgNetoff = 5: u32;
        /// `TCA_CAKE_STATS_MIN_NETLEN`: the shortest packet.
        MinNetlen = 6: u32;
        /// `TCA_CAKE_STATS_MAX_NETLEN`: the longest packet.
        MaxNetlen = 7: u32;
        /// `TCA_CAKE_STATS_MIN_ADJLEN`: the shortest with its overhead.
        MinAdjlen = 8: u32;
        /// `TCA_CAKE_STATS_MAX_ADJLEN`: the longest with its overhead.
        MaxAdjlen = 9: u32;
        /// `TCA_CAKE_STATS_TIN_STATS`: counters of each tin.
        TinStats = 10: Array<CakeTinSet> => Rule::NESTED;
        /// `TCA_CAKE_STATS_DEFICIT`: bytes of the turn left.
        Deficit = 11: i32;
        /// `TCA_CAKE_STATS_COBALT_COUNT`: how often it dropped in a row.
        CobaltCount = 12: u32;
        /// `TCA_CAKE_STATS_DROPPING`: whether it drops.
        Dropping = 13: u32;
        /// `TCA_CAKE_STATS_DROP_NEXT_US`: microseconds until it drops.
        DropNextUs = 14: i32;
        /// `TCA_CAKE_STATS_P_DROP`: BLUE's probability, times 2^32.
        PDrop = 15: u32;
        /// `TCA_CAKE_STATS_BLUE_TIMER_US`: microseconds until that falls.
        BlueTimerUs = 16: i32;
        /// `TCA_CAKE_STATS_ACTIVE_QUEUES`: flows that have packets.
        ActiveQueues = 17: u32;
    }
}

attributes! {
    /// `TCA_CAKE_TIN_STATS_*`: a tin.
    pub CakeTinSet: CakeTinAttr, CakeTinAttrBuf {
        /// `TCA_CAKE_TIN_STATS_PAD`: nothing: padding.
        Pad = 1: Binary;
        /// `TCA_CAKE_TIN_STATS_SENT_PACKETS`: packets sent.
        SentPackets = 2: u32;
        /// `TCA_CAKE_TIN_STATS_SENT_BYTES64`: bytes sent.
        SentBytes64 = 3: u64;
        /// `TCA_CAKE_TIN_STATS_DROPPED_PACKETS`: packets dropped.
        DroppedPackets = 4: u32;
        /// `TCA_CAKE_TIN_STATS_DROPPED_BYTES64`: bytes dropped.
        DroppedBytes64 = 5: u64;
        /// `TCA_CAKE_TIN_STATS_ACKS_DROPPED_PACKETS`: packets of the ACK filter.
        AcksDroppedPackets = 6: u32;
        /// `TCA_CAKE_TIN_STATS_ACKS_DROPPED_BYTES64`: bytes of the ACK filter.
        AcksDroppedBytes64 = 7: u64;
        /// `TCA_CAKE_TIN_STATS_ECN_MARKED_PACKETS`: packets marked.
        EcnMarkedPackets = 8: u32;
        /// `TCA_CAKE_TIN_STATS_ECN_MARKED_BYTES64`: bytes marked.
        EcnMarkedBytes64 = 9: u64;
        /// `TCA_CAKE_TIN_STATS_BACKLOG_PACKETS`: packets that wait.
        BacklogPackets = 10: u32;
        /// `TCA_CAKE_TIN_STATS_BACKLOG_BYTES`: bytes that wait.
        BacklogBytes = 11: u32;
        /// `TCA_CAKE_TIN_STATS_THRESHOLD_RATE64`: bytes a second from which on it waits for others.
        ThresholdRate64 = 12: u64;
        /// `TCA_CAKE_TIN_STATS_TARGET_US`: microseconds of delay that are fine.
        TargetUs = 13: u32;
        /// `TCA_CAKE_TIN_STATS_INTERVAL_US`: microseconds for which it may be more.
        IntervalUs = 14: u32;
        /// `TCA_CAKE_TIN_STATS_WAY_INDIRECT_HITS`: flows found beside their bucket.
        WayIndirectHits = 15: u32;
        /// `TCA_CAKE_TIN_STATS_WAY_MISSES`: new flows.
        WayMisses = 16: u32;
        /// `TCA_CAKE_TIN_STATS_WAY_COLLISIONS`: flows that shared a bucket.
        WayCollisions = 17: u32;
        /// `TCA_CAKE_TIN_STATS_PEAK_DELAY_US`: the longest delay.
        PeakDelayUs = 18: u32;
        /// `TCA_CAKE_TIN_STATS_AVG_DELAY_US`: the mean delay.
        AvgDelayUs = 19: u32;
        /// `TCA_CAKE_TIN_STATS_BASE_DELAY_US`: the shortest delay.
        BaseDelayUs = 20: u32;
        /// `TCA_CAKE_TIN_STATS_SPARSE_FLOWS`: sparse flows.
        SparseFlows = 21: u32;
        /// `TCA_CAKE_TIN_STATS_BULK_FLOWS`: bulk flows.
        BulkFlows = 22: u32;
        /// `TCA_CAKE_TIN_STATS_UNRESPONSIVE_FLOWS`: flows that BLUE acts on.
        UnresponsiveFlows = 23: u32;
        /// `TCA_CAKE_TIN_STATS_MAX_SKBLEN`: the longest packet.
        MaxSkblen = 24: u32;
        /// `TCA_CAKE_TIN_STATS_FLOW_QUANTUM`: bytes a turn.
        FlowQuantum = 25: u32;
    }
}

layouts! {
    /// `struct tc_sfq_xstats`.
    pub struct TcSfqXstats {
        /// Bytes of the turn left.
        pub allot: i32,
    }

    /// `struct tc_red_xstats`: counters of packets.
    pub struct TcRedXstats {
        /// Dropped early.
        pub early: u32,
        /// Dropped for the limit.
        pub pdrop: u32,
        /// Dropped otherwise.
        pub other: u32,
        /// Marked.
        pub marked: u32,
    }

    /// `struct tc_choke_xstats`: counters of packets.
    pub struct TcChokeXstats {
        /// Dropped early.
        pub early: u32,
        /// Dropped for the limit.
        pub pdrop: u32,
        /// Dropped otherwise.
        pub other: u32,
        /// Marked.
        pub marked: u32,
        /// Dropped for being of a waiting flow.
        pub matched: u32,
    }

    /// `struct tc_htb_xstats`.
    pub struct TcHtbXstats {
        /// Packets sent on its own.
        pub lends: u32,
        /// Packets sent on what others lent.
        pub borrows: u32,
        /// Packets too long.
        pub giants: u32,
        /// Ticks of 64 ns left.
        pub tokens: i32,
        /// The same at the ceiling.
        pub ctokens: i32,
    }

    /// `struct tc_hfsc_stats`.
    pub struct TcHfscStats {
        /// Bytes sent.
        pub work: u64,
        /// Bytes sent by guarantee.
        pub rtwork: u64,
        /// How often it became active.
        pub period: u32,
        /// 0 for a leaf.
        pub level: u32,
    }

    /// `struct tc_drr_stats`.
    pub struct TcDrrStats {
        /// Bytes of the turn left.
        pub deficit: u32,
    }

    /// `struct tc_sfb_xstats`: counters of packets.
    pub struct TcSfbXstats {
        /// Dropped early.
        pub earlydrop: u32,
        /// Dropped as a penalty.
        pub penaltydrop: u32,
        /// Dropped for a bucket.
        pub bucketdrop: u32,
        /// Dropped for the limit.
        pub queuedrop: u32,
        /// Dropped by the child.
        pub childdrop: u32,
        /// Marked.
        pub marked: u32,
        /// The longest bin.
        pub maxqlen: u32,
        /// Its greatest probability, times 2^16.
        pub maxprob: u32,
        /// The mean probability, times 2^16.
        pub avgprob: u32,
    }

    /// `struct tc_qfq_stats`.
    pub struct TcQfqStats {
        /// The weight.
        pub weight: u32,
        /// The longest packet.
        pub lmax: u32,
    }

    /// `struct tc_codel_xstats`. Times are in microseconds.
    pub struct TcCodelXstats {
        /// The longest packet.
        pub maxpacket: u32,
        /// How often it dropped in a row.
        pub count: u32,
        /// The same, the last time.
        pub lastcount: u32,
        /// The last delay.
        pub ldelay: u32,
        /// Until it drops.
        pub drop_next: i32,
        /// Packets dropped for the limit.
        pub drop_overlimit: u32,
        /// Packets marked.
        pub ecn_mark: u32,
        /// Whether it drops.
        pub dropping: u32,
        /// Packets marked by the threshold.
        pub ce_mark: u32,
    }

    /// `struct tc_fq_codel_xstats`: of a discipline or of a class.
    pub struct TcFqCodelXstats {
        /// 0: a discipline; 1: a class.
        pub kind: u32,
        /// See [`TcFqCodelXstats::qdisc`] and [`TcFqCodelXstats::class`].
        pub words: [u32; 9],
    }

    /// `struct tc_fq_codel_qd_stats`.
    pub struct TcFqCodelQdStats {
        /// The longest packet.
        pub maxpacket: u32,
        /// Packets dropped for the limit.
        pub drop_overlimit: u32,
        /// Packets marked.
        pub ecn_mark: u32,
        /// Flows that were new.
        pub new_flow_count: u32,
        /// New flows.
        pub new_flows_len: u32,
        /// Old flows.
        pub old_flows_len: u32,
        /// Packets marked by the threshold.
        pub ce_mark: u32,
        /// Bytes.
        pub memory_usage: u32,
        /// Packets dropped for memory.
        pub drop_overmemory: u32,
    }

    /// `struct tc_fq_codel_cl_stats`. Times are in microseconds.
    pub struct TcFqCodelClStats {
        /// Bytes of the turn left.
        pub deficit: i32,
        /// The last delay.
        pub ldelay: u32,
        /// How often it dropped in a row.
        pub count: u32,
        /// The same, the last time.
        pub lastcount: u32,
        /// Whether it drops.
        pub dropping: u32,
        /// Until it drops.
        pub drop_next: i32,
    }

    /// `struct tc_fq_qd_stats`.
    pub struct TcFqQdStats {
        /// Flows collected.
        pub gc_flows: u64,
        /// Packets that went first.
        pub highprio_packets: u64,
        /// Unused.
        pub tcp_retrans: u64,
        /// How often flows were held back.
        pub throttled: u64,
        /// Packets dropped for their flow's limit.
        pub flows_plimit: u64,
        /// Packets that took too long at the rate.
        pub pkts_too_long: u64,
        /// Flows without memory.
        pub allocation_errors: u64,
        /// Nanoseconds until a flow goes on.
        pub time_next_delayed_flow: i64,
        /// Flows.
        pub flows: u32,
        /// Of them without packets.
        pub inactive_flows: u32,
        /// Of them held back.
        pub throttled_flows: u32,
        /// How late they went on.
        pub unthrottle_latency_ns: u32,
        /// Packets marked.
        pub ce_mark: u64,
        /// Packets dropped for lying too far ahead.
        pub horizon_drops: u64,
        /// Packets that were brought nearer.
        pub horizon_caps: u64,
        /// Packets that took the short way.
        pub fastpath_packets: u64,
        /// Packets dropped, by band.
        pub band_drops: [u64; 3],
        /// Packets that wait, by band.
        pub band_pkt_count: [u32; 3],
        /// Nothing.
        pub pad: u32,
    }

    /// `struct tc_hhf_xstats`.
    pub struct TcHhfXstats {
        /// Packets dropped for the limit.
        pub drop_overlimit: u32,
        /// Heavy hitters too many.
        pub hh_overlimit: u32,
        /// Heavy hitters so far.
        pub hh_tot_count: u32,
        /// Heavy hitters now.
        pub hh_cur_count: u32,
    }

    /// `struct tc_pie_xstats`.
    pub struct TcPieXstats {
        /// The probability, times 2^64.
        pub prob: u64,
        /// Microseconds.
        pub delay: u32,
        /// Bytes a second.
        pub avg_dq_rate: u32,
        /// Whether that is estimated.
        pub dq_rate_estimating: u32,
        /// Packets taken.
        pub packets_in: u32,
        /// Packets dropped early.
        pub dropped: u32,
        /// Packets dropped for the limit.
        pub overlimit: u32,
        /// The longest queue.
        pub maxq: u32,
        /// Packets marked.
        pub ecn_mark: u32,
    }

    /// `struct tc_fq_pie_xstats`.
    pub struct TcFqPieXstats {
        /// Packets taken.
        pub packets_in: u32,
        /// Packets dropped early.
        pub dropped: u32,
        /// Packets dropped for the limit.
        pub overlimit: u32,
        /// Packets dropped for memory.
        pub overmemory: u32,
        /// Packets marked.
        pub ecn_mark: u32,
        /// Flows that were new.
        pub new_flow_count: u32,
        /// New flows.
        pub new_flows_len: u32,
        /// Old flows.
        pub old_flows_len: u32,
        /// Bytes.
        pub memory_usage: u32,
    }

    /// `struct tc_dualpi2_xstats`.
    pub struct TcDualpi2Xstats {
        /// The probability, times 2^32.
        pub prob: u32,
        /// Microseconds, classic.
        pub delay_c: u32,
        /// Microseconds, L4S.
        pub delay_l: u32,
        /// Packets taken, classic.
        pub packets_in_c: u32,
        /// Packets taken, L4S.
        pub packets_in_l: u32,
        /// The longest queue.
        pub maxq: u32,
        /// Packets marked.
        pub ecn_mark: u32,
        /// Packets marked by the step.
        pub step_marks: u32,
        /// Whose turn it is.
        pub credit: i32,
        /// Bytes.
        pub memory_used: u32,
        /// The most bytes.
        pub max_memory_used: u32,
        /// Bytes.
        pub memory_limit: u32,
    }
}

impl TcFqCodelXstats {
    /// The counters, if they are a discipline's.
    #[must_use]
    pub fn qdisc(&self) -> Option<TcFqCodelQdStats> {
        (self.kind == 0).then(|| transmute!(self.words))
    }

    /// The counters, if they are a class's.
    #[must_use]
    pub fn class(&self) -> Option<TcFqCodelClStats> {
        let [a, b, c, d, e, f, ..] = self.words;
        (self.kind == 1).then(|| transmute!([a, b, c, d, e, f]))
    }
}
