//! Actions: what filters do with packets.
//!
//! Numbers: Linux 6.18, `include/uapi/linux/pkt_cls.h`. Policies: Linux 6.12, `net/sched/act_api.c`.

mod layout;
mod table;

pub use layout::*;
pub use table::*;

use super::{
    Bitfield32, GnetStatsBasic, GnetStatsQueue, GnetStatsRateEst, GnetStatsRateEst64, kind,
};
use crate::attributes;
use crate::policy::Rule;
use crate::set::{Binary, Fixed, Name, Nest, choice};

attributes! {
    /// `TCA_ACT_*`: an action. Policy: `tcf_action_policy`.
    pub ActSet: ActAttr, ActAttrBuf {
        /// `TCA_ACT_KIND`: the kind.
        Kind = 1: Name;
        /// `TCA_ACT_OPTIONS`: its configuration.
        Options = 2: ActOptions => Rule::NESTED;
        /// `TCA_ACT_INDEX`: its number among those of its kind.
        Index = 3: u32;
        /// `TCA_ACT_STATS`: counters.
        Stats = 4: Nest<ActStatsSet> => Rule::UNSPEC;
        /// `TCA_ACT_PAD`: nothing: padding.
        Pad = 5: Binary => Rule::UNSPEC;
        /// `TCA_ACT_COOKIE`: what its maker remembers it by.
        Cookie = 6: Binary => Rule::binary(16);
        /// `TCA_ACT_FLAGS`: `TCA_ACT_FLAGS_*`.
        Flags = 7: Fixed<Bitfield32> => Rule::bitfield32(0x7);
        /// `TCA_ACT_HW_STATS`: `TCA_ACT_HW_STATS_*` wanted.
        HwStats = 8: Fixed<Bitfield32> => Rule::bitfield32(0x7);
        /// `TCA_ACT_USED_HW_STATS`: `TCA_ACT_HW_STATS_*` used.
        UsedHwStats = 9: Fixed<Bitfield32> => Rule::UNSPEC;
        /// `TCA_ACT_IN_HW_COUNT`: cards that do it.
        InHwCount = 10: u32 => Rule::UNSPEC;
    }
}

attributes! {
    /// `TCA_STATS_*` of an action.
    pub ActStatsSet: ActStatsAttr, ActStatsAttrBuf {
        /// `TCA_STATS_BASIC`: what it saw.
        Basic = 1: Fixed<GnetStatsBasic>;
        /// `TCA_STATS_RATE_EST`: the rate.
        RateEst = 2: Fixed<GnetStatsRateEst>;
        /// `TCA_STATS_QUEUE`: what was lost.
        Queue = 3: Fixed<GnetStatsQueue>;
        /// `TCA_STATS_RATE_EST64`: the rate, where 32 bits can't hold it.
        RateEst64 = 5: Fixed<GnetStatsRateEst64>;
        /// `TCA_STATS_PAD`: nothing: padding.
        Pad = 6: Binary;
        /// `TCA_STATS_BASIC_HW`: what it saw in the card.
        BasicHw = 7: Fixed<GnetStatsBasic>;
        /// `TCA_STATS_PKT64`: packets, where 32 bits can't hold it.
        Pkt64 = 8: u64;
    }
}

choice! {
    /// `TCA_ACT_OPTIONS`, by `TCA_ACT_KIND`.
    pub ActOptions: ActOptionsView, ActOptionsBuf, by kind {
        /// A verdict.
        Gact = b"gact" => Nest<GactSet>;
        /// To another interface.
        Mirred = b"mirred" => Nest<MirredSet>;
        /// A rate.
        Police = b"police" => Nest<PoliceSet>;
        /// Changes what the kernel knows of a packet.
        Skbedit = b"skbedit" => Nest<SkbeditSet>;
        /// VLAN tags.
        Vlan = b"vlan" => Nest<VlanSet>;
        /// Changes bytes.
        Pedit = b"pedit" => Nest<PeditSet>;
        /// Checksums.
        Csum = b"csum" => Nest<CsumSet>;
        /// A BPF program.
        Bpf = b"bpf" => Nest<BpfActSet>;
        /// MPLS labels.
        Mpls = b"mpls" => Nest<MplsSet>;
        /// Stateless NAT.
        Nat = b"nat" => Nest<NatSet>;
        /// A line in the log.
        Simple = b"simple" => Nest<DefSet>;
        /// Samples.
        Sample = b"sample" => Nest<SampleSet>;
        /// Changes Ethernet headers.
        Skbmod = b"skbmod" => Nest<SkbmodSet>;
        /// Marks of connections.
        Connmark = b"connmark" => Nest<ConnmarkSet>;
        /// Into a tunnel, or out of one.
        TunnelKey = b"tunnel_key" => Nest<TunnelKeySet>;
    }
}
