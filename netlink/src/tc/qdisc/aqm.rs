//! Options of disciplines that drop or mark before they are full.
//!
//! Numbers: Linux 6.18, `include/uapi/linux/pkt_sched.h`. Policies: Linux 6.12, `net/sched/sch_*.c`.

use super::layout::*;
use crate::attributes;
use crate::policy::{Check, Kind, Range, Rule};
use crate::set::{Binary, Fixed, Nest, Packed};
use crate::tc::Bitfield32;

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
