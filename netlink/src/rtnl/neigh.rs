//! Neighbours: who has which hardware address; and their tables.
//!
//! Numbers and layouts: Linux 6.18, `include/uapi/linux/neighbour.h`. Policies: Linux 6.12, `net/core/neighbour.c`.

use crate::attributes;
use crate::policy::{Kind, Rule};
use crate::set::{Be16, Binary, Fixed, Flag, Ip, Name, Nest, layouts};

attributes! {
    /// `NDA_*`: a neighbour, or an entry of a forwarding database. Policy: `nda_policy`.
    pub NeighSet: NeighAttr, NeighAttrBuf, strict from 13 {
        /// `NDA_DST`: its address; of a forwarding database, the tunnel's other end.
        Dst = 1: Ip => Rule::binary(32);
        /// `NDA_LLADDR`: its hardware address.
        Lladdr = 2: Binary => Rule::binary(32);
        /// `NDA_CACHEINFO`: ages.
        Cacheinfo = 3: Fixed<NdaCacheinfo> => Rule::of(Kind::Unspec { len: 16 });
        /// `NDA_PROBES`: solicitations sent.
        Probes = 4: u32;
        /// `NDA_VLAN`: the VLAN.
        Vlan = 5: u16;
        /// `NDA_PORT`: the port of the tunnel's other end.
        Port = 6: Be16 => Rule::U16;
        /// `NDA_VNI`: the network of the tunnel.
        Vni = 7: u32;
        /// `NDA_IFINDEX`: the interface of the tunnel.
        Ifindex = 8: u32;
        /// `NDA_MASTER`: the index of the bridge.
        Master = 9: u32;
        /// `NDA_LINK_NETNSID`: the id of the namespace of the interface.
        LinkNetnsid = 10: i32 => Rule::UNSPEC;
        /// `NDA_SRC_VNI`: the network it was learned from.
        SrcVni = 11: u32 => Rule::UNSPEC;
        /// `NDA_PROTOCOL`: `RTPROT_*`: who made it.
        Protocol = 12: u8;
        /// `NDA_NH_ID`: the nexthop object.
        NhId = 13: u32;
        /// `NDA_FDB_EXT_ATTRS`: more of a forwarding database's entry.
        FdbExtAttrs = 14: Nest<FdbExtSet> => Rule::NESTED;
        /// `NDA_FLAGS_EXT`: `NTF_EXT_*`.
        FlagsExt = 15: u32 => Rule::U32.mask(0x3);
        /// `NDA_NDM_STATE_MASK`: the states to delete by.
        NdmStateMask = 16: u16 => Rule::UNSPEC;
        /// `NDA_NDM_FLAGS_MASK`: the flags to delete by.
        NdmFlagsMask = 17: u8 => Rule::UNSPEC;
    }
}

attributes! {
    /// `NFEA_*`: an entry of a forwarding database.
    pub FdbExtSet: FdbExtAttr, FdbExtAttrBuf {
        /// `NFEA_ACTIVITY_NOTIFY`: `FDB_NOTIFY_*`.
        ActivityNotify = 1: u8;
        /// `NFEA_DONT_REFRESH`: leave its age.
        DontRefresh = 2: Flag;
    }
}

attributes! {
    /// `NDTA_*`: a table of neighbours, or one interface's settings for it. Policy: `nl_neightbl_policy`.
    pub NeightblSet: NeightblAttr, NeightblAttrBuf {
        /// `NDTA_NAME`: the table: `arp_cache`, `ndisc_cache`.
        Name = 1: Name;
        /// `NDTA_THRESH1`: entries below which none is collected.
        Thresh1 = 2: u32;
        /// `NDTA_THRESH2`: entries above which they are collected soon.
        Thresh2 = 3: u32;
        /// `NDTA_THRESH3`: the most entries.
        Thresh3 = 4: u32;
        /// `NDTA_CONFIG`: figures of the table.
        Config = 5: Fixed<NdtConfig> => Rule::UNSPEC;
        /// `NDTA_PARMS`: settings.
        Parms = 6: Nest<NeightblParmsSet> => Rule::NESTED;
        /// `NDTA_STATS`: counters.
        Stats = 7: Fixed<NdtStats> => Rule::UNSPEC;
        /// `NDTA_GC_INTERVAL`: milliseconds between collections.
        GcInterval = 8: u64;
        /// `NDTA_PAD`: nothing: padding.
        Pad = 9: Binary => Rule::UNSPEC;
    }
}

attributes! {
    /// `NDTPA_*`: settings. Times are in milliseconds. Policy: `nl_ntbl_parm_policy`.
    pub NeightblParmsSet: NeightblParmsAttr, NeightblParmsAttrBuf {
        /// `NDTPA_IFINDEX`: the interface; none: the default.
        Ifindex = 1: u32;
        /// `NDTPA_REFCNT`: who refers to it.
        Refcnt = 2: u32 => Rule::UNSPEC;
        /// `NDTPA_REACHABLE_TIME`: how long a neighbour is reachable, drawn at random.
        ReachableTime = 3: u64 => Rule::UNSPEC;
        /// `NDTPA_BASE_REACHABLE_TIME`: what that is drawn around.
        BaseReachableTime = 4: u64;
        /// `NDTPA_RETRANS_TIME`: between solicitations.
        RetransTime = 5: u64;
        /// `NDTPA_GC_STALETIME`: until a stale entry may go.
        GcStaletime = 6: u64;
        /// `NDTPA_DELAY_PROBE_TIME`: before the first probe.
        DelayProbeTime = 7: u64;
        /// `NDTPA_QUEUE_LEN`: packets that may wait for an answer.
        QueueLen = 8: u32;
        /// `NDTPA_APP_PROBES`: probes by a daemon.
        AppProbes = 9: u32;
        /// `NDTPA_UCAST_PROBES`: unicast probes.
        UcastProbes = 10: u32;
        /// `NDTPA_MCAST_PROBES`: multicast probes.
        McastProbes = 11: u32;
        /// `NDTPA_ANYCAST_DELAY`: before an anycast answer.
        AnycastDelay = 12: u64;
        /// `NDTPA_PROXY_DELAY`: before a proxy's answer.
        ProxyDelay = 13: u64;
        /// `NDTPA_PROXY_QLEN`: solicitations that may wait for it.
        ProxyQlen = 14: u32;
        /// `NDTPA_LOCKTIME`: for which an entry is not overwritten.
        Locktime = 15: u64;
        /// `NDTPA_QUEUE_LENBYTES`: bytes that may wait for an answer.
        QueueLenbytes = 16: u32;
        /// `NDTPA_MCAST_REPROBES`: multicast probes after the unicast ones.
        McastReprobes = 17: u32;
        /// `NDTPA_PAD`: nothing: padding.
        Pad = 18: Binary => Rule::UNSPEC;
        /// `NDTPA_INTERVAL_PROBE_TIME_MS`: between probes of managed entries.
        IntervalProbeTimeMs = 19: u64 => Rule::U64.min(1);
    }
}

layouts! {
    /// `struct ndmsg`: a neighbour.
    pub struct Ndmsg {
        /// `AF_INET`, `AF_INET6` or `AF_BRIDGE`.
        pub family: u8,
        /// Nothing.
        pub pad1: u8,
        /// Nothing.
        pub pad2: u16,
        /// The interface.
        pub ifindex: i32,
        /// `NUD_*`.
        pub state: u16,
        /// `NTF_*`.
        pub flags: u8,
        /// `RTN_*`.
        pub kind: u8,
    }

    /// `struct ndtmsg`: a table of neighbours.
    pub struct Ndtmsg {
        /// `AF_*`.
        pub family: u8,
        /// Nothing.
        pub pad1: u8,
        /// Nothing.
        pub pad2: u16,
    }

    /// `struct nda_cacheinfo`: ages, in hundredths of a second.
    pub struct NdaCacheinfo {
        /// Since it was confirmed.
        pub confirmed: u32,
        /// Since it was used.
        pub used: u32,
        /// Since it was changed.
        pub updated: u32,
        /// Who refers to it.
        pub refcnt: u32,
    }

    /// `struct ndt_config`: figures of a table.
    pub struct NdtConfig {
        /// Bytes of an address.
        pub key_len: u16,
        /// Bytes of an entry.
        pub entry_size: u16,
        /// How many there are.
        pub entries: u32,
        /// Milliseconds since the last flush.
        pub last_flush: u32,
        /// Milliseconds since times were drawn.
        pub last_rand: u32,
        /// The hash's seed.
        pub hash_rnd: u32,
        /// The hash's size, less one.
        pub hash_mask: u32,
        /// Unused.
        pub hash_chain_gc: u32,
        /// Solicitations that wait.
        pub proxy_qlen: u32,
    }

    /// `struct ndt_stats`: counters of a table.
    pub struct NdtStats {
        /// Entries made.
        pub allocs: u64,
        /// Entries freed.
        pub destroys: u64,
        /// How often the hash grew.
        pub hash_grows: u64,
        /// Addresses that nobody answered to.
        pub res_failed: u64,
        /// Look-ups.
        pub lookups: u64,
        /// Look-ups that found something.
        pub hits: u64,
        /// Multicast probes received.
        pub rcv_probes_mcast: u64,
        /// Unicast probes received.
        pub rcv_probes_ucast: u64,
        /// Collections by the clock.
        pub periodic_gc_runs: u64,
        /// Collections by need.
        pub forced_gc_runs: u64,
        /// How often the table was full.
        pub table_fulls: u64,
    }
}
