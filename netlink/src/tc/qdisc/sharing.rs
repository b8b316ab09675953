//! Options of disciplines that share a link out: shapers, and those with classes or bands.
//!
//! Numbers: Linux 6.18, `include/uapi/linux/pkt_sched.h`. Policies: Linux 6.12, `net/sched/sch_*.c`.

use super::layout::*;
use crate::attributes;
use crate::policy::{Check, Kind, Range, Rule};
use crate::set::{Binary, Fixed, Flag, Indexed, Nest};

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
