//! `TCA_OPTIONS` of queueing disciplines and classes.
//!
//! Numbers: Linux 6.18, `include/uapi/linux/pkt_sched.h`. Policies: Linux 6.12, `net/sched/sch_*.c`.

use super::layout::*;
use crate::attributes;
use crate::policy::{Check, Kind, Range, Rule};
use crate::set::{Binary, Fixed, Flag, Headed, Indexed, Nest, Packed, choice};
use crate::tc::{Bitfield32, kind};

choice! {
    /// `TCA_OPTIONS` of a queueing discipline, by `TCA_KIND`.
    pub QdiscOptions: QdiscOptionsView, QdiscOptionsBuf, by kind {
        /// A queue.
        Fifo = b"pfifo" | b"bfifo" | b"pfifo_head_drop" => Fixed<TcFifoQopt>;
        /// Bands, in strict order.
        Prio = b"prio" | b"pfifo_fast" => Fixed<TcPrioQopt>;
        /// A band for each transmit queue.
        Multiq = b"multiq" => Fixed<TcMultiqQopt>;
        /// Classes of transmit queues.
        Mqprio = b"mqprio" => Headed<TcMqprioQopt, MqprioSet>;
        /// A queue that can be plugged.
        Plug = b"plug" => Fixed<TcFifoQopt>;
        /// By packets' priorities.
        Skbprio = b"skbprio" => Fixed<TcFifoQopt>;
        /// A token bucket.
        Tbf = b"tbf" => Nest<TbfSet>;
        /// Hierarchical token buckets.
        Htb = b"htb" => Nest<HtbSet>;
        /// Hierarchical fair service curves.
        Hfsc = b"hfsc" => Fixed<TcHfscQopt>;
        /// Stochastic fairness. Old senders send the first 20 bytes.
        Sfq = b"sfq" => Fixed<TcSfqQoptV1>;
        /// Deficit round robin.
        Drr = b"drr" => Nest<DrrSet>;
        /// Strict bands, and round robin.
        Ets = b"ets" => Nest<EtsSet>;
        /// Quick fair queueing.
        Qfq = b"qfq" => Nest<QfqSet>;
        /// Random early detection.
        Red = b"red" => Nest<RedSet>;
        /// Generic random early detection.
        Gred = b"gred" => Nest<GredSet>;
        /// CHOKe.
        Choke = b"choke" => Nest<ChokeSet>;
        /// Stochastic fair blue.
        Sfb = b"sfb" => Nest<SfbSet>;
        /// `CoDel`.
        Codel = b"codel" => Nest<CodelSet>;
        /// Flows, with `CoDel` on each.
        FqCodel = b"fq_codel" => Nest<FqCodelSet>;
        /// Flows, paced.
        Fq = b"fq" => Nest<FqSet>;
        /// PIE.
        Pie = b"pie" => Nest<PieSet>;
        /// Flows, with PIE on each.
        FqPie = b"fq_pie" => Nest<FqPieSet>;
        /// Dual-queue coupled AQM (RFC 9332).
        Dualpi2 = b"dualpi2" => Nest<Dualpi2Set>;
        /// Heavy-hitter filter.
        Hhf = b"hhf" => Nest<HhfSet>;
        /// CAKE.
        Cake = b"cake" | b"cake_mq" => Nest<CakeSet>;
        /// A bad network.
        Netem = b"netem" => Headed<TcNetemQopt, NetemSet>;
        /// Credit-based shaper.
        Cbs = b"cbs" => Nest<CbsSet>;
        /// Earliest transmit time first.
        Etf = b"etf" => Nest<EtfSet>;
        /// A discipline without options.
        Empty = b"ingress" | b"clsact" | b"mq" | b"noqueue" | b"blackhole" => Nest<NothingSet>;
    }
}

choice! {
    /// `TCA_OPTIONS` of a class, by its discipline's `TCA_KIND`.
    pub ClassOptions: ClassOptionsView, ClassOptionsBuf, by kind {
        /// A token bucket.
        Htb = b"htb" => Nest<HtbSet>;
        /// Service curves.
        Hfsc = b"hfsc" => Nest<HfscSet>;
        /// A quantum.
        Drr = b"drr" => Nest<DrrSet>;
        /// A weight.
        Qfq = b"qfq" => Nest<QfqSet>;
        /// A quantum.
        Ets = b"ets" => Nest<EtsSet>;
    }
}

attributes! {
    /// No attributes at all.
    pub NothingSet: NothingAttr, NothingBuf {}
}

attributes! {
    /// `TCA_TBF_*`. Policy: `tbf_policy`.
    pub TbfSet: TbfAttr, TbfAttrBuf {
        /// `TCA_TBF_PARMS`: most of it.
        Parms = 1: Fixed<TcTbfQopt> => Rule::of(Kind::Unspec { len: 36 });
        /// `TCA_TBF_RTAB`: what lengths cost, unused.
        Rtab = 2: Binary => Rule::binary(1024);
        /// `TCA_TBF_PTAB`: the same at the peak rate, unused.
        Ptab = 3: Binary => Rule::binary(1024);
        /// `TCA_TBF_RATE64`: bytes a second.
        Rate64 = 4: u64;
        /// `TCA_TBF_PRATE64`: bytes a second at the peak.
        Prate64 = 5: u64;
        /// `TCA_TBF_BURST`: bytes that may leave at once.
        Burst = 6: u32;
        /// `TCA_TBF_PBURST`: bytes that may leave at the peak rate.
        Pburst = 7: u32;
        /// `TCA_TBF_PAD`: nothing: padding.
        Pad = 8: Binary => Rule::UNSPEC;
    }
}

attributes! {
    /// `TCA_HTB_*`: of the discipline, `Init` and `DirectQlen`; of a class, the rest. Policy: `htb_policy`.
    pub HtbSet: HtbAttr, HtbAttrBuf {
        /// `TCA_HTB_PARMS`: most of a class.
        Parms = 1: Fixed<TcHtbOpt> => Rule::of(Kind::Unspec { len: 44 });
        /// `TCA_HTB_INIT`: most of the discipline.
        Init = 2: Fixed<TcHtbGlob> => Rule::of(Kind::Unspec { len: 20 });
        /// `TCA_HTB_CTAB`: what lengths cost at the ceiling, unused.
        Ctab = 3: Binary => Rule::binary(1024);
        /// `TCA_HTB_RTAB`: what lengths cost, unused.
        Rtab = 4: Binary => Rule::binary(1024);
        /// `TCA_HTB_DIRECT_QLEN`: packets without a class that may wait.
        DirectQlen = 5: u32;
        /// `TCA_HTB_RATE64`: bytes a second.
        Rate64 = 6: u64;
        /// `TCA_HTB_CEIL64`: bytes a second with what others lend.
        Ceil64 = 7: u64;
        /// `TCA_HTB_PAD`: nothing: padding.
        Pad = 8: Binary => Rule::UNSPEC;
        /// `TCA_HTB_OFFLOAD`: the card does it.
        Offload = 9: Flag;
    }
}

attributes! {
    /// `TCA_HFSC_*`: a class. Policy: `hfsc_policy`.
    pub HfscSet: HfscAttr, HfscAttrBuf {
        /// `TCA_HFSC_RSC`: what is guaranteed.
        Rsc = 1: Fixed<TcServiceCurve> => Rule::of(Kind::Unspec { len: 12 });
        /// `TCA_HFSC_FSC`: the share of what is left.
        Fsc = 2: Fixed<TcServiceCurve> => Rule::of(Kind::Unspec { len: 12 });
        /// `TCA_HFSC_USC`: the most.
        Usc = 3: Fixed<TcServiceCurve> => Rule::of(Kind::Unspec { len: 12 });
    }
}

attributes! {
    /// `TCA_DRR_*`. Policy: `drr_policy`.
    pub DrrSet: DrrAttr, DrrAttrBuf {
        /// `TCA_DRR_QUANTUM`: bytes a turn.
        Quantum = 1: u32;
    }
}

attributes! {
    /// `TCA_ETS_*`. Policy: `ets_policy`, of a class `ets_class_policy`.
    pub EtsSet: EtsAttr, EtsAttrBuf {
        /// `TCA_ETS_NBANDS`: bands.
        Nbands = 1: u8;
        /// `TCA_ETS_NSTRICT`: of them in strict order.
        Nstrict = 2: u8;
        /// `TCA_ETS_QUANTA`: bytes a turn, of each band.
        Quanta = 3: Nest<EtsQuantaSet> => Rule::NESTED;
        /// `TCA_ETS_QUANTA_BAND`: bytes a turn, of a class.
        QuantaBand = 4: u32 => Rule::U32;
        /// `TCA_ETS_PRIOMAP`: bands by priority.
        Priomap = 5: Nest<EtsPriomapSet> => Rule::NESTED;
        /// `TCA_ETS_PRIOMAP_BAND`: a band.
        PriomapBand = 6: u8 => Rule::UNSPEC;
    }
}

attributes! {
    /// Quanta of bands. Policy: `ets_quanta_policy`.
    pub EtsQuantaSet: EtsQuantaAttr, EtsQuantaAttrBuf {
        /// `TCA_ETS_QUANTA_BAND`: bytes a turn, of the next band.
        QuantaBand = 4: u32 => Rule::U32;
    }
}

attributes! {
    /// Bands by priority. Policy: `ets_priomap_policy`.
    pub EtsPriomapSet: EtsPriomapAttr, EtsPriomapAttrBuf {
        /// `TCA_ETS_PRIOMAP_BAND`: the band of the next priority.
        PriomapBand = 6: u8 => Rule::U8;
    }
}

attributes! {
    /// `TCA_QFQ_*`: a class. Policy: `qfq_policy`.
    pub QfqSet: QfqAttr, QfqAttrBuf {
        /// `TCA_QFQ_WEIGHT`: its weight.
        Weight = 1: u32 => Rule::U32.range(1, 1024);
        /// `TCA_QFQ_LMAX`: the longest packet in bytes.
        Lmax = 2: u32
            => Rule::U32.check(Check::RangePtr(Range::Unsigned { min: 512, max: 65_536 }));
    }
}

attributes! {
    /// `TCA_RED_*`. Policy: `red_policy`.
    pub RedSet: RedAttr, RedAttrBuf, strict from 4 {
        /// `TCA_RED_PARMS`: most of it.
        Parms = 1: Fixed<TcRedQopt> => Rule::of(Kind::Unspec { len: 16 });
        /// `TCA_RED_STAB`: how the average decays in idle times, 256 bytes.
        Stab = 2: Binary => Rule::of(Kind::Unspec { len: 256 });
        /// `TCA_RED_MAX_P`: the greatest probability, times 2^32.
        MaxP = 3: u32;
        /// `TCA_RED_FLAGS`: `TC_RED_*`.
        Flags = 4: Fixed<Bitfield32> => Rule::bitfield32(0xf);
        /// `TCA_RED_EARLY_DROP_BLOCK`: the block of filters that sees what is dropped early.
        EarlyDropBlock = 5: u32;
        /// `TCA_RED_MARK_BLOCK`: the block of filters that sees what is marked.
        MarkBlock = 6: u32;
    }
}

attributes! {
    /// `TCA_GRED_*`. Policy: `gred_policy`.
    pub GredSet: GredAttr, GredAttrBuf {
        /// `TCA_GRED_PARMS`: virtual queues (`struct tc_gred_qopt`), one or all.
        Parms = 1: Binary => Rule::of(Kind::Unspec { len: 52 });
        /// `TCA_GRED_STAB`: how the average decays in idle times.
        Stab = 2: Binary => Rule::of(Kind::Unspec { len: 256 });
        /// `TCA_GRED_DPS`: the discipline.
        Dps = 3: Fixed<TcGredSopt> => Rule::of(Kind::Unspec { len: 12 });
        /// `TCA_GRED_MAX_P`: the greatest probabilities, times 2^32.
        MaxP = 4: Packed<u32> => Rule::U32;
        /// `TCA_GRED_LIMIT`: bytes.
        Limit = 5: u32;
        /// `TCA_GRED_VQ_LIST`: virtual queues.
        VqList = 6: Nest<GredVqListSet> => Rule::NESTED;
    }
}

attributes! {
    /// Virtual queues. Policy: `gred_vqe_policy`.
    pub GredVqListSet: GredVqListAttr, GredVqListAttrBuf {
        /// `TCA_GRED_VQ_ENTRY`: one.
        Entry = 1: Nest<GredVqSet> => Rule::NESTED;
    }
}

attributes! {
    /// `TCA_GRED_VQ_*`. Policy: `gred_vq_policy`.
    pub GredVqSet: GredVqAttr, GredVqAttrBuf {
        /// `TCA_GRED_VQ_PAD`: nothing: padding.
        Pad = 1: Binary => Rule::UNSPEC;
        /// `TCA_GRED_VQ_DP`: its number.
        Dp = 2: u32;
        /// `TCA_GRED_VQ_STAT_BYTES`: bytes.
        StatBytes = 3: u64 => Rule::UNSPEC;
        /// `TCA_GRED_VQ_STAT_PACKETS`: packets.
        StatPackets = 4: u32 => Rule::UNSPEC;
        /// `TCA_GRED_VQ_STAT_BACKLOG`: bytes that wait.
        StatBacklog = 5: u32 => Rule::UNSPEC;
        /// `TCA_GRED_VQ_STAT_PROB_DROP`: dropped early.
        StatProbDrop = 6: u32 => Rule::UNSPEC;
        /// `TCA_GRED_VQ_STAT_PROB_MARK`: marked early.
        StatProbMark = 7: u32 => Rule::UNSPEC;
        /// `TCA_GRED_VQ_STAT_FORCED_DROP`: dropped above the maximum.
        StatForcedDrop = 8: u32 => Rule::UNSPEC;
        /// `TCA_GRED_VQ_STAT_FORCED_MARK`: marked above the maximum.
        StatForcedMark = 9: u32 => Rule::UNSPEC;
        /// `TCA_GRED_VQ_STAT_PDROP`: dropped for the limit.
        StatPdrop = 10: u32 => Rule::UNSPEC;
        /// `TCA_GRED_VQ_STAT_OTHER`: dropped otherwise.
        StatOther = 11: u32 => Rule::UNSPEC;
        /// `TCA_GRED_VQ_FLAGS`: `TC_RED_*`.
        Flags = 12: u32;
    }
}

attributes! {
    /// `TCA_CHOKE_*`. Policy: `choke_policy`.
    pub ChokeSet: ChokeAttr, ChokeAttrBuf {
        /// `TCA_CHOKE_PARMS`: most of it.
        Parms = 1: Fixed<TcRedQopt> => Rule::of(Kind::Unspec { len: 16 });
        /// `TCA_CHOKE_STAB`: how the average decays in idle times, 256 bytes.
        Stab = 2: Binary => Rule::of(Kind::Unspec { len: 256 });
        /// `TCA_CHOKE_MAX_P`: the greatest probability, times 2^32.
        MaxP = 3: u32;
    }
}

attributes! {
    /// `TCA_SFB_*`. Policy: `sfb_policy`.
    pub SfbSet: SfbAttr, SfbAttrBuf {
        /// `TCA_SFB_PARMS`: all of it.
        Parms = 1: Fixed<TcSfbQopt> => Rule::of(Kind::Unspec { len: 36 });
    }
}

attributes! {
    /// `TCA_CODEL_*`. Policy: `codel_policy`.
    pub CodelSet: CodelAttr, CodelAttrBuf {
        /// `TCA_CODEL_TARGET`: microseconds of delay that are fine.
        Target = 1: u32;
        /// `TCA_CODEL_LIMIT`: packets.
        Limit = 2: u32;
        /// `TCA_CODEL_INTERVAL`: microseconds for which it may be more.
        Interval = 3: u32;
        /// `TCA_CODEL_ECN`: whether packets are marked.
        Ecn = 4: u32;
        /// `TCA_CODEL_CE_THRESHOLD`: microseconds from which on all are marked.
        CeThreshold = 5: u32;
    }
}

attributes! {
    /// `TCA_FQ_CODEL_*`. Policy: `fq_codel_policy`.
    pub FqCodelSet: FqCodelAttr, FqCodelAttrBuf {
        /// `TCA_FQ_CODEL_TARGET`: microseconds of delay that are fine.
        Target = 1: u32;
        /// `TCA_FQ_CODEL_LIMIT`: packets.
        Limit = 2: u32;
        /// `TCA_FQ_CODEL_INTERVAL`: microseconds for which it may be more.
        Interval = 3: u32;
        /// `TCA_FQ_CODEL_ECN`: whether packets are marked.
        Ecn = 4: u32;
        /// `TCA_FQ_CODEL_FLOWS`: buckets.
        Flows = 5: u32;
        /// `TCA_FQ_CODEL_QUANTUM`: bytes a turn.
        Quantum = 6: u32;
        /// `TCA_FQ_CODEL_CE_THRESHOLD`: microseconds from which on all are marked.
        CeThreshold = 7: u32;
        /// `TCA_FQ_CODEL_DROP_BATCH_SIZE`: packets dropped at once.
        DropBatchSize = 8: u32;
        /// `TCA_FQ_CODEL_MEMORY_LIMIT`: bytes.
        MemoryLimit = 9: u32;
        /// `TCA_FQ_CODEL_CE_THRESHOLD_SELECTOR`: the value that `CE_THRESHOLD_MASK` must leave of the DS field.
        CeThresholdSelector = 10: u8;
        /// `TCA_FQ_CODEL_CE_THRESHOLD_MASK`: see there.
        CeThresholdMask = 11: u8;
    }
}

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
    /// `TCA_PIE_*`. Policy: `pie_policy`.
    pub PieSet: PieAttr, PieAttrBuf {
        /// `TCA_PIE_TARGET`: microseconds of delay.
        Target = 1: u32;
        /// `TCA_PIE_LIMIT`: packets.
        Limit = 2: u32;
        /// `TCA_PIE_TUPDATE`: microseconds between updates.
        Tupdate = 3: u32;
        /// `TCA_PIE_ALPHA`: the weight of the delay.
        Alpha = 4: u32;
        /// `TCA_PIE_BETA`: the weight of its change.
        Beta = 5: u32;
        /// `TCA_PIE_ECN`: whether packets are marked.
        Ecn = 6: u32;
        /// `TCA_PIE_BYTEMODE`: whether long packets are dropped sooner.
        Bytemode = 7: u32;
        /// `TCA_PIE_DQ_RATE_ESTIMATOR`: whether the delay is estimated from the rate.
        DqRateEstimator = 8: u32;
    }
}

attributes! {
    /// `TCA_FQ_PIE_*`. Policy: `fq_pie_policy`.
    pub FqPieSet: FqPieAttr, FqPieAttrBuf {
        /// `TCA_FQ_PIE_LIMIT`: packets.
        Limit = 1: u32;
        /// `TCA_FQ_PIE_FLOWS`: buckets.
        Flows = 2: u32;
        /// `TCA_FQ_PIE_TARGET`: microseconds of delay.
        Target = 3: u32;
        /// `TCA_FQ_PIE_TUPDATE`: microseconds between updates.
        Tupdate = 4: u32;
        /// `TCA_FQ_PIE_ALPHA`: the weight of the delay.
        Alpha = 5: u32;
        /// `TCA_FQ_PIE_BETA`: the weight of its change.
        Beta = 6: u32;
        /// `TCA_FQ_PIE_QUANTUM`: bytes a turn.
        Quantum = 7: u32
            => Rule::U32.check(Check::RangePtr(Range::Unsigned { min: 1, max: 1_048_576 }));
        /// `TCA_FQ_PIE_MEMORY_LIMIT`: bytes.
        MemoryLimit = 8: u32;
        /// `TCA_FQ_PIE_ECN_PROB`: percent of probability up to which packets are marked.
        EcnProb = 9: u32;
        /// `TCA_FQ_PIE_ECN`: whether packets are marked.
        Ecn = 10: u32;
        /// `TCA_FQ_PIE_BYTEMODE`: whether long packets are dropped sooner.
        Bytemode = 11: u32;
        /// `TCA_FQ_PIE_DQ_RATE_ESTIMATOR`: whether the delay is estimated from the rate.
        DqRateEstimator = 12: u32;
    }
}

attributes! {
    /// `TCA_DUALPI2_*`.
    pub Dualpi2Set: Dualpi2Attr, Dualpi2AttrBuf {
        /// `TCA_DUALPI2_LIMIT`: packets.
        Limit = 1: u32;
        /// `TCA_DUALPI2_MEMORY_LIMIT`: bytes.
        MemoryLimit = 2: u32;
        /// `TCA_DUALPI2_TARGET`: microseconds of delay.
        Target = 3: u32;
        /// `TCA_DUALPI2_TUPDATE`: microseconds between updates.
        Tupdate = 4: u32;
        /// `TCA_DUALPI2_ALPHA`: the weight of the delay, times 256.
        Alpha = 5: u32;
        /// `TCA_DUALPI2_BETA`: the weight of its change, times 256.
        Beta = 6: u32;
        /// `TCA_DUALPI2_STEP_THRESH_PKTS`: packets from which on L4S is marked.
        StepThreshPkts = 7: u32;
        /// `TCA_DUALPI2_STEP_THRESH_US`: microseconds from which on L4S is marked.
        StepThreshUs = 8: u32;
        /// `TCA_DUALPI2_MIN_QLEN_STEP`: packets below which it is not.
        MinQlenStep = 9: u32;
        /// `TCA_DUALPI2_COUPLING`: L4S is marked so much more.
        Coupling = 10: u8;
        /// `TCA_DUALPI2_DROP_OVERLOAD`: whether packets are dropped in overload.
        DropOverload = 11: u8;
        /// `TCA_DUALPI2_DROP_EARLY`: whether packets are dropped when they come.
        DropEarly = 12: u8;
        /// `TCA_DUALPI2_C_PROTECTION`: percent of the turns that are the classic queue's.
        CProtection = 13: u8;
        /// `TCA_DUALPI2_ECN_MASK`: which packets are L4S.
        EcnMask = 14: u8;
        /// `TCA_DUALPI2_SPLIT_GSO`: whether GSO packets are split.
        SplitGso = 15: u8;
        /// `TCA_DUALPI2_PAD`: nothing: padding.
        Pad = 16: Binary;
    }
}

attributes! {
    /// `TCA_HHF_*`. Policy: `hhf_policy`.
    pub HhfSet: HhfAttr, HhfAttrBuf {
        /// `TCA_HHF_BACKLOG_LIMIT`: packets.
        BacklogLimit = 1: u32;
        /// `TCA_HHF_QUANTUM`: bytes a turn.
        Quantum = 2: u32;
        /// `TCA_HHF_HH_FLOWS_LIMIT`: heavy hitters.
        HhFlowsLimit = 3: u32 => Rule::U32.max(2048);
        /// `TCA_HHF_RESET_TIMEOUT`: microseconds between resets.
        ResetTimeout = 4: u32;
        /// `TCA_HHF_ADMIT_BYTES`: bytes from which on a flow is one.
        AdmitBytes = 5: u32;
        /// `TCA_HHF_EVICT_TIMEOUT`: microseconds until it is none.
        EvictTimeout = 6: u32;
        /// `TCA_HHF_NON_HH_WEIGHT`: how much more others get.
        NonHhWeight = 7: u32;
    }
}

attributes! {
    /// `TCA_CAKE_*`. Policy: `cake_policy`.
    pub CakeSet: CakeAttr, CakeAttrBuf {
        /// `TCA_CAKE_PAD`: nothing: padding.
        Pad = 1: Binary => Rule::UNSPEC;
        /// `TCA_CAKE_BASE_RATE64`: bytes a second; 0: any.
        BaseRate64 = 2: u64;
        /// `TCA_CAKE_DIFFSERV_MODE`: `CAKE_DIFFSERV_*`.
        DiffservMode = 3: u32;
        /// `TCA_CAKE_ATM`: `CAKE_ATM_*`.
        Atm = 4: u32;
        /// `TCA_CAKE_FLOW_MODE`: `CAKE_FLOW_*`.
        FlowMode = 5: u32;
        /// `TCA_CAKE_OVERHEAD`: bytes added to each packet.
        Overhead = 6: i32;
        /// `TCA_CAKE_RTT`: microseconds there and back.
        Rtt = 7: u32;
        /// `TCA_CAKE_TARGET`: microseconds of delay that are fine.
        Target = 8: u32;
        /// `TCA_CAKE_AUTORATE`: whether the rate is found by itself.
        Autorate = 9: u32;
        /// `TCA_CAKE_MEMORY`: bytes.
        Memory = 10: u32;
        /// `TCA_CAKE_NAT`: whether addresses behind NAT are looked up.
        Nat = 11: u32;
        /// `TCA_CAKE_RAW`: forget overheads.
        Raw = 12: u32;
        /// `TCA_CAKE_WASH`: whether the DS field is cleared.
        Wash = 13: u32;
        /// `TCA_CAKE_MPU`: the least size.
        Mpu = 14: u32;
        /// `TCA_CAKE_INGRESS`: whether what is dropped counts as sent.
        Ingress = 15: u32;
        /// `TCA_CAKE_ACK_FILTER`: `CAKE_ACK_*`.
        AckFilter = 16: u32;
        /// `TCA_CAKE_SPLIT_GSO`: whether GSO packets are split.
        SplitGso = 17: u32;
        /// `TCA_CAKE_FWMARK`: bits of the mark that tell the tin.
        Fwmark = 18: u32;
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
    /// `TCA_MQPRIO_*`. Policy: `mqprio_policy`.
    pub MqprioSet: MqprioAttr, MqprioAttrBuf {
        /// `TCA_MQPRIO_MODE`: `TC_MQPRIO_MODE_*`.
        Mode = 1: Fixed<MqprioNumber> => Rule::of(Kind::Unspec { len: 2 });
        /// `TCA_MQPRIO_SHAPER`: `TC_MQPRIO_SHAPER_*`.
        Shaper = 2: Fixed<MqprioNumber> => Rule::of(Kind::Unspec { len: 2 });
        /// `TCA_MQPRIO_MIN_RATE64`: bytes a second, at least.
        MinRate64 = 3: Nest<Indexed<u64>> => Rule::NESTED;
        /// `TCA_MQPRIO_MAX_RATE64`: bytes a second, at most.
        MaxRate64 = 4: Nest<Indexed<u64>> => Rule::NESTED;
        /// `TCA_MQPRIO_TC_ENTRY`: a class.
        TcEntry = 5: Nest<MqprioEntrySet> => Rule::NESTED;
    }
}

attributes! {
    /// `TCA_MQPRIO_TC_ENTRY_*`. Policy: `mqprio_tc_entry_policy`.
    pub MqprioEntrySet: MqprioEntryAttr, MqprioEntryAttrBuf {
        /// `TCA_MQPRIO_TC_ENTRY_INDEX`: its number.
        Index = 1: u32 => Rule::U32.max(15);
        /// `TCA_MQPRIO_TC_ENTRY_FP`: `TC_FP_*`: preemption.
        Fp = 2: u32 => Rule::U32.range(1, 2);
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
