//! Options of disciplines that hold packets until their time.
//!
//! Numbers: Linux 6.18, `include/uapi/linux/pkt_sched.h`. Policies: Linux 6.12, `net/sched/sch_*.c`.

use super::layout::*;
use crate::attributes;
use crate::policy::{Check, Kind, Range, Rule};
use crate::set::{Binary, Fixed, Nest, Packed};

attributes! {
    /// `TCA_FQ_*`. Policy: `fq_policy`.
    pub FqSet: FqAttr, FqAttrBuf, strict from 13 {
        /// `TCA_FQ_PLIMIT`: packets.
        Plimit = 1: u32;
        /// `TCA_FQ_FLOW_PLIMIT`: packets of a flow.
        FlowPlimit = 2: u32;
        /// `TCA_FQ_QUANTUM`: bytes a turn.
        Quantum = 3: u32;
        /// `TCA_FQ_INITIAL_QUANTUM`: bytes of the first turn.
        InitialQuantum = 4: u32
            => Rule::U32.check(Check::RangePtr(Range::Unsigned { min: 0, max: 2_147_483_647 }));
        /// `TCA_FQ_RATE_ENABLE`: whether flows are paced.
        RateEnable = 5: u32;
        /// `TCA_FQ_FLOW_DEFAULT_RATE`: unused.
        FlowDefaultRate = 6: u32;
        /// `TCA_FQ_FLOW_MAX_RATE`: bytes a second of a flow.
        FlowMaxRate = 7: u32;
        /// `TCA_FQ_BUCKETS_LOG`: buckets, as a power of two.
        BucketsLog = 8: u32;
        /// `TCA_FQ_FLOW_REFILL_DELAY`: microseconds until an idle flow gets a new turn.
        FlowRefillDelay = 9: u32;
        /// `TCA_FQ_ORPHAN_MASK`: flows of packets without a socket, less one.
        OrphanMask = 10: u32;
        /// `TCA_FQ_LOW_RATE_THRESHOLD`: bytes a second below which packets are paced one by one.
        LowRateThreshold = 11: u32;
        /// `TCA_FQ_CE_THRESHOLD`: microseconds from which on all are marked.
        CeThreshold = 12: u32;
        /// `TCA_FQ_TIMER_SLACK`: nanoseconds that a wake-up may be late.
        TimerSlack = 13: u32;
        /// `TCA_FQ_HORIZON`: microseconds that a packet may lie ahead.
        Horizon = 14: u32;
        /// `TCA_FQ_HORIZON_DROP`: whether one that lies further ahead is dropped.
        HorizonDrop = 15: u8;
        /// `TCA_FQ_PRIOMAP`: bands by priority.
        Priomap = 16: Fixed<TcPrioQopt> => Rule::exactly(20);
        /// `TCA_FQ_WEIGHTS`: weights of the bands.
        Weights = 17: Packed<i32> => Rule::exactly(12);
        /// `TCA_FQ_OFFLOAD_HORIZON`: microseconds that the card may hold a packet.
        OffloadHorizon = 18: u32 => Rule::UNSPEC;
    }
}

attributes! {
    /// `TCA_NETEM_*`. Probabilities are times 2^32. Policy: `netem_policy`.
    pub NetemSet: NetemAttr, NetemAttrBuf {
        /// `TCA_NETEM_CORR`: how much values depend on the last ones.
        Corr = 1: Fixed<TcNetemCorr> => Rule::of(Kind::Unspec { len: 12 });
        /// `TCA_NETEM_DELAY_DIST`: the distribution of delays, 8192 to the standard deviation.
        DelayDist = 2: Packed<i16> => Rule::UNSPEC;
        /// `TCA_NETEM_REORDER`: what overtakes.
        Reorder = 3: Fixed<TcNetemReorder> => Rule::of(Kind::Unspec { len: 8 });
        /// `TCA_NETEM_CORRUPT`: what is damaged.
        Corrupt = 4: Fixed<TcNetemReorder> => Rule::of(Kind::Unspec { len: 8 });
        /// `TCA_NETEM_LOSS`: loss, by a model.
        Loss = 5: Nest<NetemLossSet> => Rule::NESTED;
        /// `TCA_NETEM_RATE`: the rate.
        Rate = 6: Fixed<TcNetemRate> => Rule::of(Kind::Unspec { len: 16 });
        /// `TCA_NETEM_ECN`: whether packets are marked instead of lost.
        Ecn = 7: u32;
        /// `TCA_NETEM_RATE64`: bytes a second.
        Rate64 = 8: u64;
        /// `TCA_NETEM_PAD`: nothing: padding.
        Pad = 9: Binary => Rule::UNSPEC;
        /// `TCA_NETEM_LATENCY64`: nanoseconds.
        Latency64 = 10: i64;
        /// `TCA_NETEM_JITTER64`: nanoseconds.
        Jitter64 = 11: i64;
        /// `TCA_NETEM_SLOT`: bursts.
        Slot = 12: Fixed<TcNetemSlot> => Rule::of(Kind::Unspec { len: 40 });
        /// `TCA_NETEM_SLOT_DIST`: the distribution of the times between bursts.
        SlotDist = 13: Packed<i16> => Rule::UNSPEC;
        /// `TCA_NETEM_PRNG_SEED`: the seed.
        PrngSeed = 14: u64;
    }
}

attributes! {
    /// `NETEM_LOSS_*`: models of loss.
    pub NetemLossSet: NetemLossAttr, NetemLossAttrBuf {
        /// `NETEM_LOSS_GI`: four states.
        Gi = 1: Fixed<TcNetemGimodel>;
        /// `NETEM_LOSS_GE`: Gilbert and Elliott's two.
        Ge = 2: Fixed<TcNetemGemodel>;
    }
}

attributes! {
    /// `TCA_CBS_*`. Policy: `cbs_policy`.
    pub CbsSet: CbsAttr, CbsAttrBuf {
        /// `TCA_CBS_PARMS`: all of it.
        Parms = 1: Fixed<TcCbsQopt> => Rule::of(Kind::Unspec { len: 20 });
    }
}

attributes! {
    /// `TCA_ETF_*`. Policy: `etf_policy`.
    pub EtfSet: EtfAttr, EtfAttrBuf {
        /// `TCA_ETF_PARMS`: all of it.
        Parms = 1: Fixed<TcEtfQopt> => Rule::of(Kind::Unspec { len: 12 });
    }
}
