//! What the kinds of links have to say: `IFLA_INFO_DATA` and `IFLA_INFO_SLAVE_DATA`.
//!
//! Numbers and layouts: Linux 6.18, `include/uapi/linux/if_link.h`. Policies: Linux 6.12, `drivers/net`, `net/bridge`,
//! `net/8021q`.

use super::af::{BridgeId, BrportSet};
use super::layout::Ifinfomsg;
use crate::attributes;
use crate::policy::{Check, Kind, Range, Rule};
use crate::set::{
    Be16, Be32, Binary, Fixed, Flag, Headed, Indexed, Ip, Name, Nest, Text, choice, layouts,
};
use crate::wire::Attrs;

choice! {
    /// `IFLA_INFO_DATA`, by `IFLA_INFO_KIND`.
    pub InfoData: InfoDataView, InfoDataBuf, by kind {
        /// A pair of interfaces.
        Veth = b"veth" => Nest<VethSet>;
        /// A bridge.
        Bridge = b"bridge" => Nest<BridgeSet>;
        /// A VLAN of an interface.
        Vlan = b"vlan" => Nest<VlanSet>;
        /// A VXLAN tunnel.
        Vxlan = b"vxlan" => Nest<VxlanSet>;
        /// A further hardware address of an interface.
        Macvlan = b"macvlan" | b"macvtap" => Nest<MacvlanSet>;
        /// A further IP host on an interface.
        Ipvlan = b"ipvlan" | b"ipvtap" => Nest<IpvlanSet>;
        /// An interface whose wire is a file descriptor.
        Tun = b"tun" => Nest<TunSet>;
        /// Several interfaces as one.
        Bond = b"bond" => Nest<BondSet>;
        /// A routing domain.
        Vrf = b"vrf" => Nest<VrfSet>;
        /// A GENEVE tunnel.
        Geneve = b"geneve" => Nest<GeneveSet>;
        /// A pair of interfaces with BPF programs between.
        Netkit = b"netkit" => Nest<NetkitSet>;
        /// A tunnel of IP in IP.
        Iptun = b"ipip" | b"sit" | b"ip6tnl" => Nest<IptunSet>;
        /// A GRE tunnel.
        Gre = b"gre" | b"gretap" | b"erspan" | b"ip6gre" | b"ip6gretap" | b"ip6erspan" => Nest<GreSet>;
        /// An IPsec interface.
        Xfrm = b"xfrm" => Nest<XfrmSet>;
    }
}

choice! {
    /// `IFLA_INFO_SLAVE_DATA`, by `IFLA_INFO_SLAVE_KIND`.
    pub SlaveData: SlaveDataView, SlaveDataBuf, by slave_kind {
        /// A port of a bridge.
        Bridge = b"bridge" => Nest<BrportSet>;
        /// A port of a bond.
        Bond = b"bond" => Nest<BondSlaveSet>;
        /// A member of a routing domain.
        Vrf = b"vrf" => Nest<VrfPortSet>;
    }
}

/// The text of `IFLA_INFO_KIND`.
fn kind(among: Attrs<'_>) -> Option<&[u8]> {
    among.find(1).map(|kind| kind.c_str())
}

/// The text of `IFLA_INFO_SLAVE_KIND`.
fn slave_kind(among: Attrs<'_>) -> Option<&[u8]> {
    among.find(4).map(|kind| kind.c_str())
}

attributes! {
    /// `VETH_INFO_*`. Policy: `veth_policy`.
    pub VethSet: VethAttr, VethAttrBuf {
        /// `VETH_INFO_PEER`: the other end, to be made with this one.
        Peer = 1: Headed<Ifinfomsg,PeerSet> => Rule::of(Kind::Unspec { len: 16 });
    }
}

attributes! {
    /// The other end of a pair, in the request that makes both: those of `IFLA_*` that it may have. Lists in it
    /// stay raw, so that nothing nests in itself.
    pub PeerSet: PeerAttr, PeerAttrBuf {
        /// `IFLA_ADDRESS`: the hardware address.
        Address = 1: Binary => Rule::binary(32);
        /// `IFLA_BROADCAST`: the hardware address of everybody.
        Broadcast = 2: Binary => Rule::binary(32);
        /// `IFLA_IFNAME`: the name.
        Ifname = 3: Text => Rule::string(15);
        /// `IFLA_MTU`: the most bytes of payload a frame may carry.
        Mtu = 4: u32;
        /// `IFLA_LINK`: the index of the interface below.
        Link = 5: u32;
        /// `IFLA_MASTER`: the index of the bridge, bond or VRF it belongs to.
        Master = 10: u32;
        /// `IFLA_TXQLEN`: packets that a queue may hold.
        Txqlen = 13: u32;
        /// `IFLA_OPERSTATE`: `IF_OPER_*` (RFC 2863).
        Operstate = 16: u8;
        /// `IFLA_LINKMODE`: `IF_LINK_MODE_*`.
        Linkmode = 17: u8;
        /// `IFLA_NET_NS_PID`: the network namespace of this process.
        NetNsPid = 19: u32;
        /// `IFLA_IFALIAS`: a name for people.
        Ifalias = 20: Name => Rule::binary(255);
        /// `IFLA_GROUP`: the group it is in.
        Group = 27: u32;
        /// `IFLA_NET_NS_FD`: the network namespace that this file descriptor is.
        NetNsFd = 28: u32;
        /// `IFLA_NUM_TX_QUEUES`: transmit queues.
        NumTxQueues = 31: u32;
        /// `IFLA_NUM_RX_QUEUES`: receive queues.
        NumRxQueues = 32: u32;
        /// `IFLA_CARRIER`: whether there is a carrier.
        Carrier = 33: u8;
        /// `IFLA_TARGET_NETNSID`: the id of the namespace it is to be in.
        TargetNetnsid = 46: i32;
    }
}

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

attributes! {
    /// `IFLA_VLAN_*`. Policy: `vlan_policy`.
    pub VlanSet: VlanAttr, VlanAttrBuf {
        /// `IFLA_VLAN_ID`: 0 to 4095.
        Id = 1: u16;
        /// `IFLA_VLAN_FLAGS`: `VLAN_FLAG_*`.
        Flags = 2: Fixed<VlanFlags> => Rule::of(Kind::Unspec { len: 8 });
        /// `IFLA_VLAN_EGRESS_QOS`: from priorities of packets to 802.1p.
        EgressQos = 3: Nest<VlanQosSet> => Rule::NESTED;
        /// `IFLA_VLAN_INGRESS_QOS`: from 802.1p to priorities of packets.
        IngressQos = 4: Nest<VlanQosSet> => Rule::NESTED;
        /// `IFLA_VLAN_PROTOCOL`: 802.1Q or 802.1ad.
        Protocol = 5: Be16 => Rule::U16;
    }
}

attributes! {
    /// Priorities of a VLAN. Policy: `vlan_map_policy`.
    pub VlanQosSet: VlanQosAttr, VlanQosAttrBuf {
        /// `IFLA_VLAN_QOS_MAPPING`: one of them.
        Mapping = 1: Fixed<VlanQosMapping> => Rule::of(Kind::Unspec { len: 8 });
    }
}

attributes! {
    /// `IFLA_VXLAN_*`. Policy: `vxlan_policy`.
    pub VxlanSet: VxlanAttr, VxlanAttrBuf, strict from 31 {
        /// `IFLA_VXLAN_ID`: the network, of 24 bits.
        Id = 1: u32;
        /// `IFLA_VXLAN_GROUP`: where frames for unknown addresses go, IPv4.
        Group = 2: Ip => Rule::of(Kind::Unspec { len: 4 });
        /// `IFLA_VXLAN_LINK`: the index of the interface below.
        Link = 3: u32;
        /// `IFLA_VXLAN_LOCAL`: our own address, IPv4.
        Local = 4: Ip => Rule::of(Kind::Unspec { len: 4 });
        /// `IFLA_VXLAN_TTL`: of the outer header; 0: taken from the route.
        Ttl = 5: u8;
        /// `IFLA_VXLAN_TOS`: of the outer header; 1: taken from the inner one.
        Tos = 6: u8;
        /// `IFLA_VXLAN_LEARNING`: whether addresses are learned.
        Learning = 7: u8;
        /// `IFLA_VXLAN_AGEING`: seconds until an address is forgotten.
        Ageing = 8: u32;
        /// `IFLA_VXLAN_LIMIT`: the most addresses; 0: any.
        Limit = 9: u32;
        /// `IFLA_VXLAN_PORT_RANGE`: the source ports.
        PortRange = 10: Fixed<VxlanPortRange> => Rule::of(Kind::Unspec { len: 4 });
        /// `IFLA_VXLAN_PROXY`: whether we answer ARP.
        Proxy = 11: u8;
        /// `IFLA_VXLAN_RSC`: route short circuit.
        Rsc = 12: u8;
        /// `IFLA_VXLAN_L2MISS`: whether unknown hardware addresses are reported.
        L2miss = 13: u8;
        /// `IFLA_VXLAN_L3MISS`: whether unknown IP addresses are reported.
        L3miss = 14: u8;
        /// `IFLA_VXLAN_PORT`: the destination port.
        Port = 15: Be16 => Rule::U16;
        /// `IFLA_VXLAN_GROUP6`: where frames for unknown addresses go, IPv6.
        Group6 = 16: Ip => Rule::of(Kind::Unspec { len: 16 });
        /// `IFLA_VXLAN_LOCAL6`: our own address, IPv6.
        Local6 = 17: Ip => Rule::of(Kind::Unspec { len: 16 });
        /// `IFLA_VXLAN_UDP_CSUM`: whether UDP over IPv4 has a checksum.
        UdpCsum = 18: u8;
        /// `IFLA_VXLAN_UDP_ZERO_CSUM6_TX`: whether UDP over IPv6 is sent without a checksum.
        UdpZeroCsum6Tx = 19: u8;
        /// `IFLA_VXLAN_UDP_ZERO_CSUM6_RX`: whether UDP over IPv6 is taken without a checksum.
        UdpZeroCsum6Rx = 20: u8;
        /// `IFLA_VXLAN_REMCSUM_TX`: remote checksum offload, sending.
        RemcsumTx = 21: u8;
        /// `IFLA_VXLAN_REMCSUM_RX`: remote checksum offload, receiving.
        RemcsumRx = 22: u8;
        /// `IFLA_VXLAN_GBP`: group-based policy.
        Gbp = 23: Flag;
        /// `IFLA_VXLAN_REMCSUM_NOPARTIAL`: remote checksum offload leaves no partial checksum.
        RemcsumNopartial = 24: Flag;
        /// `IFLA_VXLAN_COLLECT_METADATA`: each packet tells its tunnel.
        CollectMetadata = 25: u8;
        /// `IFLA_VXLAN_LABEL`: the flow label.
        Label = 26: Be32 => Rule::U32;
        /// `IFLA_VXLAN_GPE`: generic protocol extension.
        Gpe = 27: Flag;
        /// `IFLA_VXLAN_TTL_INHERIT`: the TTL of the inner header: a flag in a request, a byte in an answer.
        TtlInherit = 28: Binary => Rule::FLAG;
        /// `IFLA_VXLAN_DF`: `VXLAN_DF_*`.
        Df = 29: u8;
        /// `IFLA_VXLAN_VNIFILTER`: whether networks are filtered.
        Vnifilter = 30: u8;
        /// `IFLA_VXLAN_LOCALBYPASS`: whether packets to ourselves skip the tunnel.
        Localbypass = 31: u8 => Rule::U8.max(1);
        /// `IFLA_VXLAN_LABEL_POLICY`: `VXLAN_LABEL_*`.
        LabelPolicy = 32: u32 => Rule::U32.max(2);
        /// `IFLA_VXLAN_RESERVED_BITS`: the bits of the header that may be set.
        ReservedBits = 33: Fixed<VxlanHeader> => Rule::UNSPEC;
        /// `IFLA_VXLAN_MC_ROUTE`: whether multicast is routed.
        McRoute = 34: u8 => Rule::UNSPEC;
    }
}

attributes! {
    /// `IFLA_MACVLAN_*`. Policy: `macvlan_policy`.
    pub MacvlanSet: MacvlanAttr, MacvlanAttrBuf {
        /// `IFLA_MACVLAN_MODE`: `MACVLAN_MODE_*`.
        Mode = 1: u32;
        /// `IFLA_MACVLAN_FLAGS`: `MACVLAN_FLAG_*`.
        Flags = 2: u16;
        /// `IFLA_MACVLAN_MACADDR_MODE`: `MACVLAN_MACADDR_*`.
        MacaddrMode = 3: u32;
        /// `IFLA_MACVLAN_MACADDR`: an address.
        Macaddr = 4: Binary => Rule::binary(32);
        /// `IFLA_MACVLAN_MACADDR_DATA`: the source addresses let through.
        MacaddrData = 5: Nest<MacvlanAddressesSet> => Rule::NESTED;
        /// `IFLA_MACVLAN_MACADDR_COUNT`: how many there are.
        MacaddrCount = 6: u32;
        /// `IFLA_MACVLAN_BC_QUEUE_LEN`: broadcasts that may wait.
        BcQueueLen = 7: u32;
        /// `IFLA_MACVLAN_BC_QUEUE_LEN_USED`: the same, as used.
        BcQueueLenUsed = 8: u32 => Rule::REJECT;
        /// `IFLA_MACVLAN_BC_CUTOFF`: ports from which on broadcasts are not delivered at once.
        BcCutoff = 9: i32;
    }
}

attributes! {
    /// Source addresses.
    pub MacvlanAddressesSet: MacvlanAddressesAttr, MacvlanAddressesAttrBuf {
        /// `IFLA_MACVLAN_MACADDR`: an address.
        Macaddr = 4: Binary;
    }
}

attributes! {
    /// `IFLA_IPVLAN_*`.
    pub IpvlanSet: IpvlanAttr, IpvlanAttrBuf {
        /// `IFLA_IPVLAN_MODE`: `IPVLAN_MODE_*`.
        Mode = 1: u16;
        /// `IFLA_IPVLAN_FLAGS`: `IPVLAN_F_*`.
        Flags = 2: u16;
    }
}

attributes! {
    /// `IFLA_TUN_*`. None can be asked for: tun devices are made by ioctl.
    pub TunSet: TunAttr, TunAttrBuf {
        /// `IFLA_TUN_OWNER`: the user who may open it.
        Owner = 1: u32;
        /// `IFLA_TUN_GROUP`: the group that may open it.
        Group = 2: u32;
        /// `IFLA_TUN_TYPE`: `IFF_TUN` 1 or `IFF_TAP` 2.
        Mode = 3: u8;
        /// `IFLA_TUN_PI`: whether packets have a protocol before them.
        Pi = 4: u8;
        /// `IFLA_TUN_VNET_HDR`: whether packets have a `virtio_net_hdr` before them.
        VnetHdr = 5: u8;
        /// `IFLA_TUN_PERSIST`: whether it stays when nobody has it open.
        Persist = 6: u8;
        /// `IFLA_TUN_MULTI_QUEUE`: whether it has several queues.
        MultiQueue = 7: u8;
        /// `IFLA_TUN_NUM_QUEUES`: queues attached.
        NumQueues = 8: u32;
        /// `IFLA_TUN_NUM_DISABLED_QUEUES`: queues detached.
        NumDisabledQueues = 9: u32;
    }
}

attributes! {
    /// `IFLA_BOND_*`. Policy: `bond_policy`.
    pub BondSet: BondAttr, BondAttrBuf {
        /// `IFLA_BOND_MODE`: `BOND_MODE_*`.
        Mode = 1: u8;
        /// `IFLA_BOND_ACTIVE_SLAVE`: the index of the active port.
        ActiveSlave = 2: u32;
        /// `IFLA_BOND_MIIMON`: milliseconds between looks at the carrier.
        Miimon = 3: u32;
        /// `IFLA_BOND_UPDELAY`: milliseconds until a port counts as up.
        Updelay = 4: u32;
        /// `IFLA_BOND_DOWNDELAY`: milliseconds until a port counts as down.
        Downdelay = 5: u32;
        /// `IFLA_BOND_USE_CARRIER`: unused.
        UseCarrier = 6: u8;
        /// `IFLA_BOND_ARP_INTERVAL`: milliseconds between ARP probes.
        ArpInterval = 7: u32;
        /// `IFLA_BOND_ARP_IP_TARGET`: whom to probe.
        ArpIpTarget = 8: Nest<Indexed<Ip>> => Rule::NESTED;
        /// `IFLA_BOND_ARP_VALIDATE`: `BOND_ARP_VALIDATE_*`.
        ArpValidate = 9: u32;
        /// `IFLA_BOND_ARP_ALL_TARGETS`: `BOND_ARP_TARGETS_*`.
        ArpAllTargets = 10: u32;
        /// `IFLA_BOND_PRIMARY`: the index of the port that is used if it can be.
        Primary = 11: u32;
        /// `IFLA_BOND_PRIMARY_RESELECT`: `BOND_PRI_RESELECT_*`.
        PrimaryReselect = 12: u8;
        /// `IFLA_BOND_FAIL_OVER_MAC`: `BOND_FOM_*`.
        FailOverMac = 13: u8;
        /// `IFLA_BOND_XMIT_HASH_POLICY`: `BOND_XMIT_POLICY_*`.
        XmitHashPolicy = 14: u8;
        /// `IFLA_BOND_RESEND_IGMP`: IGMP reports after a failover.
        ResendIgmp = 15: u32;
        /// `IFLA_BOND_NUM_PEER_NOTIF`: notifications after a failover.
        NumPeerNotif = 16: u8;
        /// `IFLA_BOND_ALL_SLAVES_ACTIVE`: whether inactive ports receive.
        AllSlavesActive = 17: u8;
        /// `IFLA_BOND_MIN_LINKS`: ports that must be up.
        MinLinks = 18: u32;
        /// `IFLA_BOND_LP_INTERVAL`: seconds between learning packets.
        LpInterval = 19: u32;
        /// `IFLA_BOND_PACKETS_PER_SLAVE`: packets before the next port's turn.
        PacketsPerSlave = 20: u32;
        /// `IFLA_BOND_AD_LACP_RATE`: 0 slow, 1 fast.
        AdLacpRate = 21: u8;
        /// `IFLA_BOND_AD_SELECT`: `BOND_AD_*`.
        AdSelect = 22: u8;
        /// `IFLA_BOND_AD_INFO`: the active aggregator.
        AdInfo = 23: Nest<BondAdInfoSet> => Rule::NESTED;
        /// `IFLA_BOND_AD_ACTOR_SYS_PRIO`: our system's priority.
        AdActorSysPrio = 24: u16;
        /// `IFLA_BOND_AD_USER_PORT_KEY`: the upper bits of the port key.
        AdUserPortKey = 25: u16;
        /// `IFLA_BOND_AD_ACTOR_SYSTEM`: our system's address.
        AdActorSystem = 26: Binary => Rule::binary(6);
        /// `IFLA_BOND_TLB_DYNAMIC_LB`: whether flows move between ports.
        TlbDynamicLb = 27: u8;
        /// `IFLA_BOND_PEER_NOTIF_DELAY`: milliseconds between notifications.
        PeerNotifDelay = 28: u32
            => Rule::U32.check(Check::RangePtr(Range::Unsigned { min: 0, max: 300_000 }));
        /// `IFLA_BOND_AD_LACP_ACTIVE`: whether LACP speaks first.
        AdLacpActive = 29: u8;
        /// `IFLA_BOND_MISSED_MAX`: ARP probes that may be missed.
        MissedMax = 30: u8;
        /// `IFLA_BOND_NS_IP6_TARGET`: whom to probe, IPv6.
        NsIp6Target = 31: Nest<Indexed<Ip>> => Rule::NESTED;
        /// `IFLA_BOND_COUPLED_CONTROL`: 802.3ad: receiving and sending go together.
        CoupledControl = 32: u8;
        /// `IFLA_BOND_BROADCAST_NEIGH`: whether ARP and ND go out of every port.
        BroadcastNeigh = 33: u8 => Rule::UNSPEC;
    }
}

attributes! {
    /// `IFLA_BOND_AD_INFO_*`: an aggregator of 802.3ad.
    pub BondAdInfoSet: BondAdInfoAttr, BondAdInfoAttrBuf {
        /// `IFLA_BOND_AD_INFO_AGGREGATOR`: its id.
        Aggregator = 1: u16;
        /// `IFLA_BOND_AD_INFO_NUM_PORTS`: its ports.
        NumPorts = 2: u16;
        /// `IFLA_BOND_AD_INFO_ACTOR_KEY`: our key.
        ActorKey = 3: u16;
        /// `IFLA_BOND_AD_INFO_PARTNER_KEY`: the partner's key.
        PartnerKey = 4: u16;
        /// `IFLA_BOND_AD_INFO_PARTNER_MAC`: the partner's address.
        PartnerMac = 5: Binary;
    }
}

attributes! {
    /// `IFLA_BOND_SLAVE_*`: a port of a bond. Policy: `bond_slave_policy`.
    pub BondSlaveSet: BondSlaveAttr, BondSlaveAttrBuf {
        /// `IFLA_BOND_SLAVE_STATE`: `BOND_STATE_*`.
        State = 1: u8 => Rule::UNSPEC;
        /// `IFLA_BOND_SLAVE_MII_STATUS`: `BOND_LINK_*`.
        MiiStatus = 2: u8 => Rule::UNSPEC;
        /// `IFLA_BOND_SLAVE_LINK_FAILURE_COUNT`: how often it failed.
        LinkFailureCount = 3: u32 => Rule::UNSPEC;
        /// `IFLA_BOND_SLAVE_PERM_HWADDR`: the address it was made with.
        PermHwaddr = 4: Binary => Rule::UNSPEC;
        /// `IFLA_BOND_SLAVE_QUEUE_ID`: its transmit queue.
        QueueId = 5: u16;
        /// `IFLA_BOND_SLAVE_AD_AGGREGATOR_ID`: its aggregator.
        AdAggregatorId = 6: u16 => Rule::UNSPEC;
        /// `IFLA_BOND_SLAVE_AD_ACTOR_OPER_PORT_STATE`: our state.
        AdActorOperPortState = 7: u8 => Rule::UNSPEC;
        /// `IFLA_BOND_SLAVE_AD_PARTNER_OPER_PORT_STATE`: the partner's state.
        AdPartnerOperPortState = 8: u16 => Rule::UNSPEC;
        /// `IFLA_BOND_SLAVE_PRIO`: its priority in a failover.
        Prio = 9: i32;
        /// `IFLA_BOND_SLAVE_ACTOR_PORT_PRIO`: its priority in 802.3ad.
        ActorPortPrio = 10: u16;
        /// `IFLA_BOND_SLAVE_AD_CHURN_ACTOR_STATE`: our churn machine's state.
        AdChurnActorState = 11: u8 => Rule::UNSPEC;
        /// `IFLA_BOND_SLAVE_AD_CHURN_PARTNER_STATE`: the partner's churn machine's state.
        AdChurnPartnerState = 12: u8 => Rule::UNSPEC;
    }
}

attributes! {
    /// `IFLA_VRF_*`. Policy: `vrf_nl_policy`.
    pub VrfSet: VrfAttr, VrfAttrBuf {
        /// `IFLA_VRF_TABLE`: its routing table.
        Table = 1: u32;
    }
}

attributes! {
    /// `IFLA_VRF_PORT_*`.
    pub VrfPortSet: VrfPortAttr, VrfPortAttrBuf {
        /// `IFLA_VRF_PORT_TABLE`: its routing table.
        Table = 1: u32;
    }
}

attributes! {
    /// `IFLA_GENEVE_*`.
    pub GeneveSet: GeneveAttr, GeneveAttrBuf {
        /// `IFLA_GENEVE_ID`: the network, of 24 bits.
        Id = 1: u32;
        /// `IFLA_GENEVE_REMOTE`: the other end, IPv4.
        Remote = 2: Ip;
        /// `IFLA_GENEVE_TTL`: of the outer header.
        Ttl = 3: u8;
        /// `IFLA_GENEVE_TOS`: of the outer header.
        Tos = 4: u8;
        /// `IFLA_GENEVE_PORT`: the destination port.
        Port = 5: Be16;
        /// `IFLA_GENEVE_COLLECT_METADATA`: each packet tells its tunnel.
        CollectMetadata = 6: Flag;
        /// `IFLA_GENEVE_REMOTE6`: the other end, IPv6.
        Remote6 = 7: Ip;
        /// `IFLA_GENEVE_UDP_CSUM`: whether UDP over IPv4 has a checksum.
        UdpCsum = 8: u8;
        /// `IFLA_GENEVE_UDP_ZERO_CSUM6_TX`: whether UDP over IPv6 is sent without a checksum.
        UdpZeroCsum6Tx = 9: u8;
        /// `IFLA_GENEVE_UDP_ZERO_CSUM6_RX`: whether UDP over IPv6 is taken without a checksum.
        UdpZeroCsum6Rx = 10: u8;
        /// `IFLA_GENEVE_LABEL`: the flow label.
        Label = 11: Be32;
        /// `IFLA_GENEVE_TTL_INHERIT`: the TTL of the inner header.
        TtlInherit = 12: u8;
        /// `IFLA_GENEVE_DF`: `GENEVE_DF_*`.
        Df = 13: u8;
        /// `IFLA_GENEVE_INNER_PROTO_INHERIT`: the protocol is the inner packet's.
        InnerProtoInherit = 14: Flag;
        /// `IFLA_GENEVE_PORT_RANGE`: the source ports.
        PortRange = 15: Fixed<VxlanPortRange>;
    }
}

attributes! {
    /// `IFLA_NETKIT_*`.
    pub NetkitSet: NetkitAttr, NetkitAttrBuf {
        /// `IFLA_NETKIT_PEER_INFO`: the other end, to be made with this one.
        PeerInfo = 1: Headed<Ifinfomsg,PeerSet>;
        /// `IFLA_NETKIT_PRIMARY`: whether this is the end that owns the pair.
        Primary = 2: u8;
        /// `IFLA_NETKIT_POLICY`: what happens without a program.
        DefaultPolicy = 3: i32;
        /// `IFLA_NETKIT_PEER_POLICY`: the same, at the other end.
        PeerPolicy = 4: i32;
        /// `IFLA_NETKIT_MODE`: `NETKIT_L2` or `NETKIT_L3`.
        Mode = 5: u32;
        /// `IFLA_NETKIT_SCRUB`: `NETKIT_SCRUB_*`.
        Scrub = 6: u32;
        /// `IFLA_NETKIT_PEER_SCRUB`: the same, at the other end.
        PeerScrub = 7: u32;
        /// `IFLA_NETKIT_HEADROOM`: bytes wanted before a packet.
        Headroom = 8: u16;
        /// `IFLA_NETKIT_TAILROOM`: bytes wanted behind a packet.
        Tailroom = 9: u16;
    }
}

attributes! {
    /// `IFLA_IPTUN_*`.
    pub IptunSet: IptunAttr, IptunAttrBuf {
        /// `IFLA_IPTUN_LINK`: the index of the interface below.
        Link = 1: u32;
        /// `IFLA_IPTUN_LOCAL`: our end.
        Local = 2: Ip;
        /// `IFLA_IPTUN_REMOTE`: the other end.
        Remote = 3: Ip;
        /// `IFLA_IPTUN_TTL`: of the outer header.
        Ttl = 4: u8;
        /// `IFLA_IPTUN_TOS`: of the outer header.
        Tos = 5: u8;
        /// `IFLA_IPTUN_ENCAP_LIMIT`: tunnels within tunnels.
        EncapLimit = 6: u8;
        /// `IFLA_IPTUN_FLOWINFO`: traffic class and flow label.
        Flowinfo = 7: Be32;
        /// `IFLA_IPTUN_FLAGS`: `IP6_TNL_F_*` in four bytes; of sit two, in network order.
        Flags = 8: Binary;
        /// `IFLA_IPTUN_PROTO`: the protocol inside.
        Proto = 9: u8;
        /// `IFLA_IPTUN_PMTUDISC`: whether the path MTU is found.
        Pmtudisc = 10: u8;
        /// `IFLA_IPTUN_6RD_PREFIX`: 6rd: the prefix.
        SixrdPrefix = 11: Ip;
        /// `IFLA_IPTUN_6RD_RELAY_PREFIX`: 6rd: the relay's prefix.
        SixrdRelayPrefix = 12: Ip;
        /// `IFLA_IPTUN_6RD_PREFIXLEN`: 6rd: bits of the prefix.
        SixrdPrefixlen = 13: u16;
        /// `IFLA_IPTUN_6RD_RELAY_PREFIXLEN`: 6rd: bits of the relay's prefix.
        SixrdRelayPrefixlen = 14: u16;
        /// `IFLA_IPTUN_ENCAP_TYPE`: `TUNNEL_ENCAP_*`.
        EncapType = 15: u16;
        /// `IFLA_IPTUN_ENCAP_FLAGS`: `TUNNEL_ENCAP_FLAG_*`.
        EncapFlags = 16: u16;
        /// `IFLA_IPTUN_ENCAP_SPORT`: the source port.
        EncapSport = 17: Be16;
        /// `IFLA_IPTUN_ENCAP_DPORT`: the destination port.
        EncapDport = 18: Be16;
        /// `IFLA_IPTUN_COLLECT_METADATA`: each packet tells its tunnel.
        CollectMetadata = 19: Flag;
        /// `IFLA_IPTUN_FWMARK`: the mark of outer packets.
        Fwmark = 20: u32;
        /// `IFLA_IPTUN_FMRS`.
        Fmrs = 21: Binary;
    }
}

attributes! {
    /// `IFLA_GRE_*`.
    pub GreSet: GreAttr, GreAttrBuf {
        /// `IFLA_GRE_LINK`: the index of the interface below.
        Link = 1: u32;
        /// `IFLA_GRE_IFLAGS`: `GRE_*` received.
        Iflags = 2: Be16;
        /// `IFLA_GRE_OFLAGS`: `GRE_*` sent.
        Oflags = 3: Be16;
        /// `IFLA_GRE_IKEY`: the key received.
        Ikey = 4: Be32;
        /// `IFLA_GRE_OKEY`: the key sent.
        Okey = 5: Be32;
        /// `IFLA_GRE_LOCAL`: our end.
        Local = 6: Ip;
        /// `IFLA_GRE_REMOTE`: the other end.
        Remote = 7: Ip;
        /// `IFLA_GRE_TTL`: of the outer header.
        Ttl = 8: u8;
        /// `IFLA_GRE_TOS`: of the outer header.
        Tos = 9: u8;
        /// `IFLA_GRE_PMTUDISC`: whether the path MTU is found.
        Pmtudisc = 10: u8;
        /// `IFLA_GRE_ENCAP_LIMIT`: tunnels within tunnels.
        EncapLimit = 11: u8;
        /// `IFLA_GRE_FLOWINFO`: traffic class and flow label.
        Flowinfo = 12: Be32;
        /// `IFLA_GRE_FLAGS`: `IP6_TNL_F_*`.
        Flags = 13: u32;
        /// `IFLA_GRE_ENCAP_TYPE`: `TUNNEL_ENCAP_*`.
        EncapType = 14: u16;
        /// `IFLA_GRE_ENCAP_FLAGS`: `TUNNEL_ENCAP_FLAG_*`.
        EncapFlags = 15: u16;
        /// `IFLA_GRE_ENCAP_SPORT`: the source port.
        EncapSport = 16: Be16;
        /// `IFLA_GRE_ENCAP_DPORT`: the destination port.
        EncapDport = 17: Be16;
        /// `IFLA_GRE_COLLECT_METADATA`: each packet tells its tunnel.
        CollectMetadata = 18: Flag;
        /// `IFLA_GRE_IGNORE_DF`: whether the inner DF is ignored.
        IgnoreDf = 19: u8;
        /// `IFLA_GRE_FWMARK`: the mark of outer packets.
        Fwmark = 20: u32;
        /// `IFLA_GRE_ERSPAN_INDEX`: ERSPAN: the index.
        ErspanIndex = 21: u32;
        /// `IFLA_GRE_ERSPAN_VER`: ERSPAN: the version.
        ErspanVer = 22: u8;
        /// `IFLA_GRE_ERSPAN_DIR`: ERSPAN: the direction.
        ErspanDir = 23: u8;
        /// `IFLA_GRE_ERSPAN_HWID`: ERSPAN: the hardware.
        ErspanHwid = 24: u16;
    }
}

attributes! {
    /// `IFLA_XFRM_*`.
    pub XfrmSet: XfrmAttr, XfrmAttrBuf {
        /// `IFLA_XFRM_LINK`: the index of the interface below.
        Link = 1: u32;
        /// `IFLA_XFRM_IF_ID`: the id that policies and states carry.
        IfId = 2: u32;
        /// `IFLA_XFRM_COLLECT_METADATA`: each packet tells its id.
        CollectMetadata = 3: Flag;
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

    /// `struct ifla_vlan_flags`.
    pub struct VlanFlags {
        /// `VLAN_FLAG_*`.
        pub flags: u32,
        /// Which of them to change.
        pub mask: u32,
    }

    /// `struct ifla_vlan_qos_mapping`.
    pub struct VlanQosMapping {
        /// This priority.
        pub from: u32,
        /// Becomes that.
        pub to: u32,
    }

    /// `struct ifla_vxlan_port_range`, in network order.
    pub struct VxlanPortRange {
        /// The first port.
        pub low: [u8; 2],
        /// The last port.
        pub high: [u8; 2],
    }

    /// `struct vxlanhdr`: bits of a header, in network order.
    pub struct VxlanHeader {
        /// The first word.
        pub flags: [u8; 4],
        /// The second word.
        pub vni: [u8; 4],
    }
}
