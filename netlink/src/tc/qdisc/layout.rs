//! The structs of queueing disciplines and classes.
//!
//! Layouts: Linux 6.18, `include/uapi/linux/pkt_sched.h`.

use crate::set::layouts;
use crate::tc::TcRatespec;

layouts! {
    /// `struct tc_fifo_qopt`; `tc_skbprio_qopt`.
    pub struct TcFifoQopt {
        /// Packets, or bytes.
        pub limit: u32,
    }

    /// `struct tc_prio_qopt`.
    pub struct TcPrioQopt {
        /// How many.
        pub bands: i32,
        /// Bands by priority.
        pub priomap: [u8; 16],
    }

    /// `struct tc_multiq_qopt`.
    pub struct TcMultiqQopt {
        /// How many.
        pub bands: u16,
        /// How many there may be.
        pub max_bands: u16,
    }

    /// `struct tc_mqprio_qopt`.
    pub struct TcMqprioQopt {
        /// Classes.
        pub num_tc: u8,
        /// Classes by priority.
        pub prio_tc_map: [u8; 16],
        /// Whether the card does it.
        pub hw: u8,
        /// Queues of each class.
        pub count: [u16; 16],
        /// The first queue of each.
        pub offset: [u16; 16],
    }

    /// A number of mqprio's.
    pub struct MqprioNumber {
        /// The number.
        pub value: u16,
    }

    /// `struct tc_tbf_qopt`. Times are in ticks of 64 ns.
    pub struct TcTbfQopt {
        /// The rate.
        pub rate: TcRatespec,
        /// The peak rate; 0: none.
        pub peakrate: TcRatespec,
        /// Bytes that may wait.
        pub limit: u32,
        /// The burst, as time.
        pub buffer: u32,
        /// The burst at the peak rate, as time.
        pub mtu: u32,
    }

    /// `struct tc_htb_opt`. Times are in ticks of 64 ns.
    pub struct TcHtbOpt {
        /// The rate.
        pub rate: TcRatespec,
        /// The rate with what others lend.
        pub ceil: TcRatespec,
        /// The burst, as time.
        pub buffer: u32,
        /// The burst at the ceiling, as time.
        pub cbuffer: u32,
        /// Bytes a turn; 0: from the rate.
        pub quantum: u32,
        /// 0 for a leaf.
        pub level: u32,
        /// 0, the first, to 7.
        pub prio: u32,
    }

    /// `struct tc_htb_glob`.
    pub struct TcHtbGlob {
        /// 3.
        pub version: u32,
        /// Bytes a second over quantum.
        pub rate2quantum: u32,
        /// The class of packets without one.
        pub defcls: u32,
        /// Unused.
        pub debug: u32,
        /// Packets sent without a class.
        pub direct_pkts: u32,
    }

    /// `struct tc_hfsc_qopt`.
    pub struct TcHfscQopt {
        /// The class of packets without one.
        pub defcls: u16,
    }

    /// `struct tc_service_curve`: two slopes.
    pub struct TcServiceCurve {
        /// Bytes a second at first.
        pub m1: u32,
        /// Microseconds for which that holds.
        pub d: u32,
        /// Bytes a second then.
        pub m2: u32,
    }

    /// `struct tc_sfq_qopt`.
    pub struct TcSfqQopt {
        /// Bytes a turn.
        pub quantum: u32,
        /// Seconds between changes of the hash.
        pub perturb_period: i32,
        /// Packets.
        pub limit: u32,
        /// Buckets.
        pub divisor: u32,
        /// Flows at most.
        pub flows: u32,
    }

    /// `struct tc_sfq_qopt_v1`.
    pub struct TcSfqQoptV1 {
        /// What there was first.
        pub v0: TcSfqQopt,
        /// Packets of a flow.
        pub depth: u32,
        /// Whether the oldest is dropped.
        pub headdrop: u32,
        /// RED: bytes of a flow.
        pub limit: u32,
        /// RED: bytes.
        pub qth_min: u32,
        /// RED: bytes.
        pub qth_max: u32,
        /// RED: weight, as a shift.
        pub wlog: u8,
        /// RED: probability, as a shift.
        pub plog: u8,
        /// RED: idle times, as a shift.
        pub scell_log: u8,
        /// `TC_RED_*`.
        pub flags: u8,
        /// RED: the greatest probability, times 2^32.
        pub max_p: u32,
        /// Counters.
        pub stats: TcSfqredStats,
    }

    /// `struct tc_sfqred_stats`: counters of packets.
    pub struct TcSfqredStats {
        /// Dropped early.
        pub prob_drop: u32,
        /// Dropped above the maximum.
        pub forced_drop: u32,
        /// Marked early.
        pub prob_mark: u32,
        /// Marked above the maximum.
        pub forced_mark: u32,
        /// Marked early, at the head.
        pub prob_mark_head: u32,
        /// Marked above the maximum, at the head.
        pub forced_mark_head: u32,
    }

    /// `struct tc_red_qopt`; `tc_choke_qopt`.
    pub struct TcRedQopt {
        /// Bytes, or packets.
        pub limit: u32,
        /// Below it nothing is dropped.
        pub qth_min: u32,
        /// Above it everything.
        pub qth_max: u32,
        /// Weight of the average, as a shift.
        pub wlog: u8,
        /// Probability, as a shift.
        pub plog: u8,
        /// Idle times, as a shift.
        pub scell_log: u8,
        /// `TC_RED_*`.
        pub flags: u8,
    }

    /// `struct tc_gred_sopt`.
    pub struct TcGredSopt {
        /// Virtual queues.
        pub dps: u32,
        /// That of packets without one.
        pub def_dp: u32,
        /// Whether they have priorities.
        pub grio: u8,
        /// `TC_RED_*`.
        pub flags: u8,
        /// Nothing.
        pub pad1: u16,
    }

    /// `struct tc_sfb_qopt`.
    pub struct TcSfbQopt {
        /// Milliseconds between hashes.
        pub rehash_interval: u32,
        /// Milliseconds.
        pub warmup_time: u32,
        /// The longest queue.
        pub max: u32,
        /// That of a bin.
        pub bin_size: u32,
        /// Of the probability, times 2^16.
        pub increment: u32,
        /// Of the probability, times 2^16.
        pub decrement: u32,
        /// Packets.
        pub limit: u32,
        /// Packets a second.
        pub penalty_rate: u32,
        /// Packets.
        pub penalty_burst: u32,
    }

    /// `struct tc_netem_qopt`. Probabilities are times 2^32.
    pub struct TcNetemQopt {
        /// Ticks of 64 ns.
        pub latency: u32,
        /// Packets.
        pub limit: u32,
        /// Probability.
        pub loss: u32,
        /// Every so many packets one overtakes.
        pub gap: u32,
        /// Probability.
        pub duplicate: u32,
        /// Ticks of 64 ns.
        pub jitter: u32,
    }

    /// `struct tc_netem_corr`.
    pub struct TcNetemCorr {
        /// Of delays.
        pub delay_corr: u32,
        /// Of loss.
        pub loss_corr: u32,
        /// Of duplicates.
        pub dup_corr: u32,
    }

    /// `struct tc_netem_reorder`, `tc_netem_corrupt`.
    pub struct TcNetemReorder {
        /// How likely.
        pub probability: u32,
        /// How much it depends on the last one.
        pub correlation: u32,
    }

    /// `struct tc_netem_rate`.
    pub struct TcNetemRate {
        /// Bytes a second; all ones where it takes 64 bits.
        pub rate: u32,
        /// Bytes added to each packet.
        pub packet_overhead: i32,
        /// Bytes of a cell; 0: none.
        pub cell_size: u32,
        /// Bytes added to each cell.
        pub cell_overhead: i32,
    }

    /// `struct tc_netem_slot`: bursts. Times are in nanoseconds.
    pub struct TcNetemSlot {
        /// The least time between.
        pub min_delay: i64,
        /// The most.
        pub max_delay: i64,
        /// Packets of one.
        pub max_packets: i32,
        /// Bytes of one.
        pub max_bytes: i32,
        /// The mean time between.
        pub dist_delay: i64,
        /// Its deviation.
        pub dist_jitter: i64,
    }

    /// `struct tc_netem_gimodel`: transitions of four states.
    pub struct TcNetemGimodel {
        /// From 1 to 3.
        pub p13: u32,
        /// From 3 to 1.
        pub p31: u32,
        /// From 3 to 2.
        pub p32: u32,
        /// From 1 to 4.
        pub p14: u32,
        /// From 2 to 3.
        pub p23: u32,
    }

    /// `struct tc_netem_gemodel`: Gilbert and Elliott.
    pub struct TcNetemGemodel {
        /// From good to bad.
        pub p: u32,
        /// From bad to good.
        pub r: u32,
        /// Not lost, while bad.
        pub h: u32,
        /// Lost, while good.
        pub k1: u32,
    }

    /// `struct tc_cbs_qopt`.
    pub struct TcCbsQopt {
        /// Whether the card does it.
        pub offload: u8,
        /// Nothing.
        pub pad: [u8; 3],
        /// Bytes.
        pub hicredit: i32,
        /// Bytes.
        pub locredit: i32,
        /// Kbit a second.
        pub idleslope: i32,
        /// Kbit a second.
        pub sendslope: i32,
    }

    /// `struct tc_etf_qopt`.
    pub struct TcEtfQopt {
        /// Nanoseconds before the time.
        pub delta: i32,
        /// The clock.
        pub clockid: i32,
        /// `TC_ETF_*`.
        pub flags: u32,
    }
}
