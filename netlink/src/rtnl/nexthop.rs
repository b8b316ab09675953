//! Nexthop objects, which routes may share.
//!
//! Numbers and layouts: Linux 6.18, `include/uapi/linux/nexthop.h`.

use super::route::encap;
use crate::attributes;
use crate::policy::Rule;
use crate::set::{Array, Binary, Flag, Ip, Nest, Packed, Uint, layouts};
use crate::wire::Attrs;

attributes! {
    /// `NHA_*`: a nexthop.
    pub NexthopSet: NexthopAttr, NexthopAttrBuf {
        /// `NHA_ID`: its id.
        Id = 1: u32;
        /// `NHA_GROUP`: the members of a group.
        Group = 2: Packed<NexthopGrp>;
        /// `NHA_GROUP_TYPE`: `NEXTHOP_GRP_TYPE_*`.
        GroupType = 3: u16;
        /// `NHA_BLACKHOLE`: packets vanish.
        Blackhole = 4: Flag;
        /// `NHA_OIF`: the index of the interface.
        Oif = 5: u32;
        /// `NHA_GATEWAY`: the next hop.
        Gateway = 6: Ip;
        /// `NHA_ENCAP_TYPE`: `LWTUNNEL_ENCAP_*`.
        EncapType = 7: u16;
        /// `NHA_ENCAP`: the lightweight tunnel.
        Encap = 8: NexthopEncap;
        /// `NHA_GROUPS`: dump groups only.
        Groups = 9: Flag;
        /// `NHA_MASTER`: dump those whose interface has this master.
        Master = 10: u32;
        /// `NHA_FDB`: for forwarding databases.
        Fdb = 11: Flag;
        /// `NHA_RES_GROUP`: a resilient group.
        ResGroup = 12: Nest<NexthopResSet> => Rule::NESTED;
        /// `NHA_RES_BUCKET`: a bucket of it.
        ResBucket = 13: Nest<NexthopBucketSet> => Rule::NESTED;
        /// `NHA_OP_FLAGS`: `NHA_OP_FLAG_*`.
        OpFlags = 14: u32;
        /// `NHA_GROUP_STATS`: counters of the members.
        GroupStats = 15: Array<NexthopStatsSet> => Rule::NESTED;
        /// `NHA_HW_STATS_ENABLE`: whether the card counts.
        HwStatsEnable = 16: u32;
        /// `NHA_HW_STATS_USED`: whether the card does count.
        HwStatsUsed = 17: u32;
    }
}

attributes! {
    /// `NHA_RES_GROUP_*`. Times are in hundredths of a second.
    pub NexthopResSet: NexthopResAttr, NexthopResAttrBuf {
        /// `NHA_RES_GROUP_BUCKETS`: how many buckets.
        Buckets = 1: u16;
        /// `NHA_RES_GROUP_IDLE_TIMER`: until a bucket is idle.
        IdleTimer = 2: u32;
        /// `NHA_RES_GROUP_UNBALANCED_TIMER`: for which it may be unbalanced.
        UnbalancedTimer = 3: u32;
        /// `NHA_RES_GROUP_UNBALANCED_TIME`: for which it has been.
        UnbalancedTime = 4: Binary;
    }
}

attributes! {
    /// `NHA_RES_BUCKET_*`.
    pub NexthopBucketSet: NexthopBucketAttr, NexthopBucketAttrBuf {
        /// `NHA_RES_BUCKET_INDEX`: its number.
        Index = 1: u16;
        /// `NHA_RES_BUCKET_IDLE_TIME`: hundredths of a second without a packet.
        IdleTime = 2: Binary;
        /// `NHA_RES_BUCKET_NH_ID`: the nexthop.
        NhId = 3: u32;
    }
}

attributes! {
    /// `NHA_GROUP_STATS_ENTRY_*`.
    pub NexthopStatsSet: NexthopStatsAttr, NexthopStatsAttrBuf {
        /// `NHA_GROUP_STATS_ENTRY_ID`: the nexthop.
        Id = 1: u32;
        /// `NHA_GROUP_STATS_ENTRY_PACKETS`: packets.
        Packets = 2: Uint;
        /// `NHA_GROUP_STATS_ENTRY_PACKETS_HW`: packets that the card counted.
        PacketsHw = 3: Uint;
    }
}

layouts! {
    /// `struct nhmsg`: a nexthop.
    pub struct Nhmsg {
        /// `AF_*`.
        pub family: u8,
        /// `RT_SCOPE_*`.
        pub scope: u8,
        /// `RTPROT_*`.
        pub protocol: u8,
        /// Nothing.
        pub resvd: u8,
        /// `RTNH_F_*`.
        pub flags: u32,
    }

    /// `struct nexthop_grp`: a member of a group.
    pub struct NexthopGrp {
        /// The nexthop.
        pub id: u32,
        /// Its weight, less one.
        pub weight: u8,
        /// The upper bits of that.
        pub weight_high: u8,
        /// Nothing.
        pub resvd2: u16,
    }
}

encap! {
    /// `NHA_ENCAP`, by `NHA_ENCAP_TYPE`.
    pub NexthopEncap: NexthopEncapView, NexthopEncapBuf, by encap_kind
}

/// `NHA_ENCAP_TYPE`.
fn encap_kind(among: Attrs<'_>) -> Option<u16> {
    among.find(7)?.u16()
}
