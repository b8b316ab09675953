//! Bridges.
//!
//! Numbers and layouts: Linux 6.18, `include/uapi/linux/if_link.h`. Policies: Linux 6.12, `net/bridge`.

use crate::attributes;
use crate::policy::Rule;
use crate::rtnl::link::BridgeId;
use crate::set::{Be16, Binary, Fixed, Flag, Ip, Nest, layouts};

attributes! {
    /// `IFLA_BR_*`. Times are in hundredths of a second. Policy: `br_policy`.
    pub BridgeSet: BridgeAttr, BridgeAttrBuf, strict from 48 {
        /// `IFLA_BR_FORWARD_DELAY`: STP: time in listening and in learning.
        ForwardDelay = 1: u32;
        /// `IFLA_BR_HELLO_TIME`: STP: time between hellos.
        HelloTime = 2: u32;
        /// `IFLA_BR_MAX_AGE`: STP: time until a message is too old.
        MaxAge = 3: u32;
        /// `IFLA_BR_AGEING_TIME`: time until an address is forgotten.
        AgeingTime = 4: u32;
        /// `IFLA_BR_STP_STATE`: 0 off, 1 the kernel's, 2 a daemon's.
        StpState = 5: u32;
        /// `IFLA_BR_PRIORITY`: STP's priority.
        Priority = 6: u16;
        /// `IFLA_BR_VLAN_FILTERING`: whether VLANs are looked at.
        VlanFiltering = 7: u8;
        /// `IFLA_BR_VLAN_PROTOCOL`: 802.1Q or 802.1ad.
        VlanProtocol = 8: Be16 => Rule::U16;
        /// `IFLA_BR_GROUP_FWD_MASK`: which of the reserved groups are forwarded.
        GroupFwdMask = 9: u16;
        /// `IFLA_BR_ROOT_ID`: the root bridge.
        RootId = 10: Fixed<BridgeId> => Rule::UNSPEC;
        /// `IFLA_BR_BRIDGE_ID`: this bridge.
        BridgeId = 11: Fixed<BridgeId> => Rule::UNSPEC;
        /// `IFLA_BR_ROOT_PORT`: the port towards the root.
        RootPort = 12: u16 => Rule::UNSPEC;
        /// `IFLA_BR_ROOT_PATH_COST`: the cost to the root.
        RootPathCost = 13: u32 => Rule::UNSPEC;
        /// `IFLA_BR_TOPOLOGY_CHANGE`: whether the topology changes.
        TopologyChange = 14: u8 => Rule::UNSPEC;
        /// `IFLA_BR_TOPOLOGY_CHANGE_DETECTED`: whether we have seen it change.
        TopologyChangeDetected = 15: u8 => Rule::UNSPEC;
        /// `IFLA_BR_HELLO_TIMER`: time left.
        HelloTimer = 16: u64 => Rule::UNSPEC;
        /// `IFLA_BR_TCN_TIMER`: time left.
        TcnTimer = 17: u64 => Rule::UNSPEC;
        /// `IFLA_BR_TOPOLOGY_CHANGE_TIMER`: time left.
        TopologyChangeTimer = 18: u64 => Rule::UNSPEC;
        /// `IFLA_BR_GC_TIMER`: time left.
        GcTimer = 19: u64 => Rule::UNSPEC;
        /// `IFLA_BR_GROUP_ADDR`: where BPDUs go.
        GroupAddr = 20: Binary => Rule::binary(6);
        /// `IFLA_BR_FDB_FLUSH`: forget all addresses.
        FdbFlush = 21: Flag => Rule::UNSPEC;
        /// `IFLA_BR_MCAST_ROUTER`: `MDB_RTR_TYPE_*`.
        McastRouter = 22: u8;
        /// `IFLA_BR_MCAST_SNOOPING`: whether groups are learned.
        McastSnooping = 23: u8;
        /// `IFLA_BR_MCAST_QUERY_USE_IFADDR`: whether queries carry our address.
        McastQueryUseIfaddr = 24: u8;
        /// `IFLA_BR_MCAST_QUERIER`: whether we ask.
        McastQuerier = 25: u8;
        /// `IFLA_BR_MCAST_HASH_ELASTICITY`: unused.
        McastHashElasticity = 26: u32;
        /// `IFLA_BR_MCAST_HASH_MAX`: the most groups.
        McastHashMax = 27: u32;
        /// `IFLA_BR_MCAST_LAST_MEMBER_CNT`: queries before a group is left.
        McastLastMemberCnt = 28: u32;
        /// `IFLA_BR_MCAST_STARTUP_QUERY_CNT`: queries at the start.
        McastStartupQueryCnt = 29: u32;
        /// `IFLA_BR_MCAST_LAST_MEMBER_INTVL`: time between queries before a group is left.
        McastLastMemberIntvl = 30: u64;
        /// `IFLA_BR_MCAST_MEMBERSHIP_INTVL`: time until a membership ends.
        McastMembershipIntvl = 31: u64;
        /// `IFLA_BR_MCAST_QUERIER_INTVL`: time until another querier is gone.
        McastQuerierIntvl = 32: u64;
        /// `IFLA_BR_MCAST_QUERY_INTVL`: time between queries.
        McastQueryIntvl = 33: u64;
        /// `IFLA_BR_MCAST_QUERY_RESPONSE_INTVL`: time to answer.
        McastQueryResponseIntvl = 34: u64;
        /// `IFLA_BR_MCAST_STARTUP_QUERY_INTVL`: time between queries at the start.
        McastStartupQueryIntvl = 35: u64;
        /// `IFLA_BR_NF_CALL_IPTABLES`: whether iptables sees frames.
        NfCallIptables = 36: u8;
        /// `IFLA_BR_NF_CALL_IP6TABLES`: whether ip6tables sees frames.
        NfCallIp6tables = 37: u8;
        /// `IFLA_BR_NF_CALL_ARPTABLES`: whether arptables sees frames.
        NfCallArptables = 38: u8;
        /// `IFLA_BR_VLAN_DEFAULT_PVID`: the VLAN of untagged frames.
        VlanDefaultPvid = 39: u16;
        /// `IFLA_BR_PAD`: nothing: padding.
        Pad = 40: Binary => Rule::UNSPEC;
        /// `IFLA_BR_VLAN_STATS_ENABLED`: whether VLANs are counted.
        VlanStatsEnabled = 41: u8;
        /// `IFLA_BR_MCAST_STATS_ENABLED`: whether multicast is counted.
        McastStatsEnabled = 42: u8;
        /// `IFLA_BR_MCAST_IGMP_VERSION`: 2 or 3.
        McastIgmpVersion = 43: u8;
        /// `IFLA_BR_MCAST_MLD_VERSION`: 1 or 2.
        McastMldVersion = 44: u8;
        /// `IFLA_BR_VLAN_STATS_PER_PORT`: whether VLANs are counted by port.
        VlanStatsPerPort = 45: u8;
        /// `IFLA_BR_MULTI_BOOLOPT`: `BR_BOOLOPT_*`.
        MultiBoolopt = 46: Fixed<BrBooloptMulti> => Rule::exactly(8);
        /// `IFLA_BR_MCAST_QUERIER_STATE`: who asks.
        McastQuerierState = 47: Nest<BridgeQuerierSet> => Rule::UNSPEC;
        /// `IFLA_BR_FDB_N_LEARNED`: addresses learned.
        FdbNLearned = 48: u32 => Rule::REJECT;
        /// `IFLA_BR_FDB_MAX_LEARNED`: the most addresses learned.
        FdbMaxLearned = 49: u32;
    }
}

attributes! {
    /// `BRIDGE_QUERIER_*`: who asks for groups.
    pub BridgeQuerierSet: BridgeQuerierAttr, BridgeQuerierAttrBuf {
        /// `BRIDGE_QUERIER_IP_ADDRESS`: the IPv4 querier.
        IpAddress = 1: Ip;
        /// `BRIDGE_QUERIER_IP_PORT`: its port's index.
        IpPort = 2: u32;
        /// `BRIDGE_QUERIER_IP_OTHER_TIMER`: hundredths of a second left.
        IpOtherTimer = 3: u64;
        /// `BRIDGE_QUERIER_PAD`: nothing: padding.
        Pad = 4: Binary;
        /// `BRIDGE_QUERIER_IPV6_ADDRESS`: the IPv6 querier.
        Ipv6Address = 5: Ip;
        /// `BRIDGE_QUERIER_IPV6_PORT`: its port's index.
        Ipv6Port = 6: u32;
        /// `BRIDGE_QUERIER_IPV6_OTHER_TIMER`: hundredths of a second left.
        Ipv6OtherTimer = 7: u64;
    }
}

layouts! {
    /// `struct br_boolopt_multi`: settings, by bit.
    pub struct BrBooloptMulti {
        /// Their values.
        pub optval: u32,
        /// Which of them are told.
        pub optmask: u32,
    }
}
