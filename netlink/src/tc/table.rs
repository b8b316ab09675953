//! `TCA_*`: the attributes of queueing disciplines, classes, filters and actions.
//!
//! Numbers and layouts: Linux 6.18, `include/uapi/linux/rtnetlink.h`, `pkt_sched.h`, `gen_stats.h`. Policies: Linux 6.12,
//! `net/sched/sch_api.c`, `act_api.c`.

use super::act::ActSet;
use super::filter::FilterOptions;
use super::qdisc::{ClassOptions, QdiscOptions};
use super::xstats::Xstats;
use crate::attributes;
use crate::policy::{Kind, Rule};
use crate::set::{Array, Binary, Fixed, Flag, Name, Nest, Packed, Text, Within, layouts};

/// The attributes that disciplines, classes and filters share; only `TCA_OPTIONS` differs.
macro_rules! tca {
    ($(#[$doc:meta])* pub $set:ident: $attr:ident, $buf:ident, $options:ty) => {
        attributes! {
            $(#[$doc])*
            pub $set: $attr, $buf {
                /// `TCA_KIND`: the kind.
                Kind = 1: Name;
                /// `TCA_OPTIONS`: its configuration.
                Options = 2: $options => Rule::UNSPEC;
                /// `TCA_STATS`: counters, as old programs want them.
                Stats = 3: Fixed<TcStats> => Rule::UNSPEC;
                /// `TCA_XSTATS`: counters of the kind.
                Xstats = 4: Xstats => Rule::UNSPEC;
                /// `TCA_RATE`: how its rate is estimated.
                Rate = 5: Fixed<GnetEstimator> => Rule::binary(2);
                /// `TCA_FCNT`: unused.
                Fcnt = 6: Binary => Rule::UNSPEC;
                /// `TCA_STATS2`: counters.
                Stats2 = 7: Within<Stats2Set> => Rule::UNSPEC;
                /// `TCA_STAB`: what a packet costs on the wire.
                Stab = 8: Nest<StabSet> => Rule::NESTED;
                /// `TCA_PAD`: nothing: padding.
                Pad = 9: Binary => Rule::UNSPEC;
                /// `TCA_DUMP_INVISIBLE`: dump those too that were not asked for by name.
                DumpInvisible = 10: Flag;
                /// `TCA_CHAIN`: the chain of filters.
                Chain = 11: u32;
                /// `TCA_HW_OFFLOAD`: whether the card does it.
                HwOffload = 12: u8 => Rule::UNSPEC;
                /// `TCA_INGRESS_BLOCK`: the block of filters for what comes in.
                IngressBlock = 13: u32;
                /// `TCA_EGRESS_BLOCK`: the block of filters for what goes out.
                EgressBlock = 14: u32;
                /// `TCA_DUMP_FLAGS`: what to dump.
                DumpFlags = 15: Fixed<Bitfield32> => Rule::UNSPEC;
                /// `TCA_EXT_WARN_MSG`: what a notification's reader should know.
                ExtWarnMsg = 16: Text => Rule::UNSPEC;
            }
        }
    };
}

tca! {
    /// `TCA_*` of a queueing discipline. Policy: `rtm_tca_policy`.
    pub QdiscSet: QdiscAttr, QdiscAttrBuf, QdiscOptions
}

tca! {
    /// `TCA_*` of a class; the kind is that of its discipline. Policy: `rtm_tca_policy`.
    pub ClassSet: ClassAttr, ClassAttrBuf, ClassOptions
}

tca! {
    /// `TCA_*` of a filter, or of a chain. Policy: `rtm_tca_policy`.
    pub FilterSet: FilterAttr, FilterAttrBuf, FilterOptions
}

attributes! {
    /// `TCA_ROOT_*`: actions. Policy: `tcaa_policy`.
    pub ActionsSet: ActionsAttr, ActionsAttrBuf {
        /// `TCA_ROOT_TAB`: the actions.
        Tab = 1: Array<ActSet> => Rule::UNSPEC;
        /// `TCA_ROOT_FLAGS`: `TCA_ACT_FLAG_*`.
        Flags = 2: Fixed<Bitfield32> => Rule::bitfield32(3);
        /// `TCA_ROOT_COUNT`: how many there are.
        Count = 3: u32 => Rule::UNSPEC;
        /// `TCA_ROOT_TIME_DELTA`: milliseconds: only those used since.
        TimeDelta = 4: u32;
        /// `TCA_ROOT_EXT_WARN_MSG`: what a notification's reader should know.
        ExtWarnMsg = 5: Text => Rule::UNSPEC;
    }
}

attributes! {
    /// `TCA_STATS_*`: counters.
    pub Stats2Set: Stats2Attr, Stats2AttrBuf {
        /// `TCA_STATS_BASIC`: what was sent.
        Basic = 1: Fixed<GnetStatsBasic>;
        /// `TCA_STATS_RATE_EST`: the rate.
        RateEst = 2: Fixed<GnetStatsRateEst>;
        /// `TCA_STATS_QUEUE`: what waits, and what was lost.
        Queue = 3: Fixed<GnetStatsQueue>;
        /// `TCA_STATS_APP`: counters of the kind.
        App = 4: Xstats;
        /// `TCA_STATS_RATE_EST64`: the rate, where 32 bits can't hold it.
        RateEst64 = 5: Fixed<GnetStatsRateEst64>;
        /// `TCA_STATS_PAD`: nothing: padding.
        Pad = 6: Binary;
        /// `TCA_STATS_BASIC_HW`: what the card sent.
        BasicHw = 7: Fixed<GnetStatsBasic>;
        /// `TCA_STATS_PKT64`: packets sent, where 32 bits can't hold it.
        Pkt64 = 8: u64;
    }
}

attributes! {
    /// `TCA_STAB_*`: what packets cost on the wire. Policy: `stab_policy`.
    pub StabSet: StabAttr, StabAttrBuf {
        /// `TCA_STAB_BASE`: how the table is made.
        Base = 1: Fixed<TcSizespec> => Rule::of(Kind::Unspec { len: 24 });
        /// `TCA_STAB_DATA`: the table: sizes by length.
        Data = 2: Packed<u16> => Rule::BINARY;
    }
}

layouts! {
    /// `struct tcmsg`: a queueing discipline, class, filter or chain.
    pub struct Tcmsg {
        /// `AF_UNSPEC`.
        pub family: u8,
        /// Nothing.
        pub pad1: u8,
        /// Nothing.
        pub pad2: u16,
        /// The interface; `TCM_IFINDEX_MAGIC_BLOCK`: a shared block.
        pub ifindex: i32,
        /// Its number.
        pub handle: u32,
        /// The class, root or hook that it hangs in; of a block's filter, the block.
        pub parent: u32,
        /// Of a filter, priority and protocol; of a qdisc, who refers to it; of a class, the qdisc in it.
        pub info: u32,
    }

    /// `struct tcamsg`: actions.
    pub struct Tcamsg {
        /// `AF_UNSPEC`.
        pub family: u8,
        /// Nothing.
        pub pad1: u8,
        /// Nothing.
        pub pad2: u16,
    }

    /// `struct tc_stats`: counters, as old programs want them.
    pub struct TcStats {
        /// Bytes sent.
        pub bytes: u64,
        /// Packets sent.
        pub packets: u32,
        /// Packets dropped.
        pub drops: u32,
        /// How often the rate held it back.
        pub overlimits: u32,
        /// Bytes a second.
        pub bps: u32,
        /// Packets a second.
        pub pps: u32,
        /// Packets that wait.
        pub qlen: u32,
        /// Bytes that wait.
        pub backlog: u32,
        /// Nothing.
        pub pad: u32,
    }

    /// `struct gnet_estimator`: how a rate is estimated.
    pub struct GnetEstimator {
        /// Looks every 2^(interval+2) times 62.5 ms.
        pub interval: i8,
        /// The average's weight, as a shift.
        pub ewma_log: u8,
    }

    /// `struct gnet_stats_basic`.
    pub struct GnetStatsBasic {
        /// Bytes sent.
        pub bytes: u64,
        /// Packets sent, the lower 32 bits.
        pub packets: u32,
        /// Nothing.
        pub pad: u32,
    }

    /// `struct gnet_stats_rate_est`.
    pub struct GnetStatsRateEst {
        /// Bytes a second.
        pub bps: u32,
        /// Packets a second.
        pub pps: u32,
    }

    /// `struct gnet_stats_rate_est64`.
    pub struct GnetStatsRateEst64 {
        /// Bytes a second.
        pub bps: u64,
        /// Packets a second.
        pub pps: u64,
    }

    /// `struct gnet_stats_queue`.
    pub struct GnetStatsQueue {
        /// Packets that wait.
        pub qlen: u32,
        /// Bytes that wait.
        pub backlog: u32,
        /// Packets dropped.
        pub drops: u32,
        /// Packets that the driver gave back.
        pub requeues: u32,
        /// How often the rate held it back.
        pub overlimits: u32,
    }

    /// `struct tc_sizespec`: what a packet costs on the wire.
    pub struct TcSizespec {
        /// Lengths are looked up by so many bits less.
        pub cell_log: u8,
        /// Sizes in the table are shifted by so many bits.
        pub size_log: u8,
        /// Added to a length before it is looked up.
        pub cell_align: i16,
        /// Bytes added to each packet.
        pub overhead: i32,
        /// `TC_LINKLAYER_*`.
        pub linklayer: u32,
        /// The least size.
        pub mpu: u32,
        /// The greatest length that the table has.
        pub mtu: u32,
        /// Entries of the table.
        pub tsize: u32,
    }

    /// `struct tc_ratespec`: a rate.
    pub struct TcRatespec {
        /// Lengths are looked up by so many bits less.
        pub cell_log: u8,
        /// `TC_LINKLAYER_*`.
        pub linklayer: u8,
        /// Bytes added to each packet.
        pub overhead: u16,
        /// Unused.
        pub cell_align: i16,
        /// The least size.
        pub mpu: u16,
        /// Bytes a second; all ones where it takes 64 bits.
        pub rate: u32,
    }
}

layouts! {
    /// `struct nla_bitfield32`: bits to set and to clear.
    pub struct Bitfield32 {
        /// The bits.
        pub value: u32,
        /// Which of them count.
        pub selector: u32,
    }
}
