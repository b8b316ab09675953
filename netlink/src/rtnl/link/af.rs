//! Links as a bridge, IPv4 and IPv6 see them.
//!
//! Numbers and layouts: Linux 6.18, `include/uapi/linux/if_link.h`, `if_bridge.h`. Policies: Linux 6.12, `net/bridge`,
//! `net/ipv4/devinet.c`, `net/ipv6/addrconf.c`.

use crate::attributes;
use crate::policy::{Kind, Rule};
use crate::set::{Binary, Fixed, Flag, Ip, Nest, Packed, Text, layouts};

attributes! {
    /// What address families say of a link (`IFLA_AF_SPEC`), by `AF_*`.
    pub AfSpecSet: AfSpecAttr, AfSpecAttrBuf {
        /// `AF_INET`: IPv4.
        Inet = 2: Nest<InetSet> => Rule::NESTED;
        /// `AF_BRIDGE`: the bridge.
        Bridge = 7: Nest<BridgeSpecSet> => Rule::NESTED;
        /// `AF_INET6`: IPv6.
        Inet6 = 10: Nest<Inet6Set> => Rule::NESTED;
        /// `AF_MCTP`: MCTP.
        Mctp = 45: Nest<MctpSet> => Rule::NESTED;
    }
}

attributes! {
    /// `IFLA_INET_*`: a link as IPv4 sees it. Policy: `inet_af_policy`.
    pub InetSet: InetAttr, InetAttrBuf {
        /// `IFLA_INET_CONF`: `IPV4_DEVCONF_*` from 1 on; in a request, the same as attributes.
        Conf = 1: Packed<u32> => Rule::NESTED;
    }
}

attributes! {
    /// `IFLA_INET6_*`: a link as IPv6 sees it. Policy: `inet6_af_policy`.
    pub Inet6Set: Inet6Attr, Inet6AttrBuf {
        /// `IFLA_INET6_FLAGS`: `IF_READY`, `IF_RA_*`.
        Flags = 1: u32 => Rule::UNSPEC;
        /// `IFLA_INET6_CONF`: `DEVCONF_*`.
        Conf = 2: Packed<i32> => Rule::UNSPEC;
        /// `IFLA_INET6_STATS`: `IPSTATS_MIB_*`; the first is how many.
        Stats = 3: Packed<u64> => Rule::UNSPEC;
        /// `IFLA_INET6_MCAST`: nothing yet.
        Mcast = 4: Binary => Rule::UNSPEC;
        /// `IFLA_INET6_CACHEINFO`: times and limits.
        Cacheinfo = 5: Fixed<Inet6Cacheinfo> => Rule::UNSPEC;
        /// `IFLA_INET6_ICMP6STATS`: `ICMP6_MIB_*`; the first is how many.
        Icmp6stats = 6: Packed<u64> => Rule::UNSPEC;
        /// `IFLA_INET6_TOKEN`: the host part for autoconfigured addresses.
        Token = 7: Ip => Rule::of(Kind::Unspec { len: 16 });
        /// `IFLA_INET6_ADDR_GEN_MODE`: `IN6_ADDR_GEN_MODE_*`.
        AddrGenMode = 8: u8;
        /// `IFLA_INET6_RA_MTU`: the MTU that a router advertised.
        RaMtu = 9: u32 => Rule::REJECT;
    }
}

attributes! {
    /// `IFLA_MCTP_*`: a link as MCTP sees it.
    pub MctpSet: MctpAttr, MctpAttrBuf {
        /// `IFLA_MCTP_NET`: the network.
        Net = 1: u32;
        /// `IFLA_MCTP_PHYS_BINDING`: the transport.
        PhysBinding = 2: u8;
    }
}

attributes! {
    /// `IFLA_BRIDGE_*`: the bridge, or a port of it.
    pub BridgeSpecSet: BridgeSpecAttr, BridgeSpecAttrBuf {
        /// `IFLA_BRIDGE_FLAGS`: `BRIDGE_FLAGS_*`: whom a request is for.
        Flags = 0: u16;
        /// `IFLA_BRIDGE_MODE`: `BRIDGE_MODE_*` of a card that switches.
        Mode = 1: u16;
        /// `IFLA_BRIDGE_VLAN_INFO`: a VLAN of the port.
        VlanInfo = 2: Fixed<BridgeVlanInfo>;
        /// `IFLA_BRIDGE_VLAN_TUNNEL_INFO`: a VLAN's tunnel.
        VlanTunnelInfo = 3: Nest<BridgeVlanTunnelSet> => Rule::NESTED;
        /// `IFLA_BRIDGE_MRP`: the Media Redundancy Protocol.
        Mrp = 4: Nest<Untyped> => Rule::NESTED;
        /// `IFLA_BRIDGE_CFM`: Connectivity Fault Management.
        Cfm = 5: Nest<Untyped> => Rule::NESTED;
        /// `IFLA_BRIDGE_MST`: Multiple Spanning Tree.
        Mst = 6: Nest<Untyped> => Rule::NESTED;
    }
}

attributes! {
    /// `IFLA_BRIDGE_VLAN_TUNNEL_*`. Policy: `vlan_tunnel_policy`.
    pub BridgeVlanTunnelSet: BridgeVlanTunnelAttr, BridgeVlanTunnelAttrBuf, strict from 4 {
        /// `IFLA_BRIDGE_VLAN_TUNNEL_ID`: the tunnel.
        Id = 1: u32;
        /// `IFLA_BRIDGE_VLAN_TUNNEL_VID`: the VLAN.
        Vid = 2: u16;
        /// `IFLA_BRIDGE_VLAN_TUNNEL_FLAGS`: `BRIDGE_VLAN_INFO_RANGE_*`.
        Flags = 3: u16;
    }
}

attributes! {
    /// `IFLA_BRPORT_*`: a port of a bridge. Policy: `br_port_policy`.
    pub BrportSet: BrportAttr, BrportAttrBuf, strict from 38 {
        /// `IFLA_BRPORT_STATE`: `BR_STATE_*` of STP.
        State = 1: u8;
        /// `IFLA_BRPORT_PRIORITY`: of the port, in STP.
        Priority = 2: u16;
        /// `IFLA_BRPORT_COST`: of the port's path, in STP.
        Cost = 3: u32;
        /// `IFLA_BRPORT_MODE`: hairpin mode: frames may leave where they came in.
        Mode = 4: u8;
        /// `IFLA_BRPORT_GUARD`: BPDU guard.
        Guard = 5: u8;
        /// `IFLA_BRPORT_PROTECT`: root guard.
        Protect = 6: u8;
        /// `IFLA_BRPORT_FAST_LEAVE`: multicast groups are left at once.
        FastLeave = 7: u8;
        /// `IFLA_BRPORT_LEARNING`: whether addresses are learned.
        Learning = 8: u8;
        /// `IFLA_BRPORT_UNICAST_FLOOD`: whether frames to unknown addresses leave here.
        UnicastFlood = 9: u8;
        /// `IFLA_BRPORT_PROXYARP`: whether the bridge answers ARP.
        Proxyarp = 10: u8;
        /// `IFLA_BRPORT_LEARNING_SYNC`: whether what the card learned is taken over.
        LearningSync = 11: u8 => Rule::UNSPEC;
        /// `IFLA_BRPORT_PROXYARP_WIFI`: the same as proxy ARP, for 802.11.
        ProxyarpWifi = 12: u8;
        /// `IFLA_BRPORT_ROOT_ID`: the root bridge.
        RootId = 13: Fixed<BridgeId> => Rule::UNSPEC;
        /// `IFLA_BRPORT_BRIDGE_ID`: the designated bridge.
        BridgeId = 14: Fixed<BridgeId> => Rule::UNSPEC;
        /// `IFLA_BRPORT_DESIGNATED_PORT`: the designated port.
        DesignatedPort = 15: u16 => Rule::UNSPEC;
        /// `IFLA_BRPORT_DESIGNATED_COST`: the designated cost.
        DesignatedCost = 16: u16 => Rule::UNSPEC;
        /// `IFLA_BRPORT_ID`: the port's id.
        Id = 17: u16 => Rule::UNSPEC;
        /// `IFLA_BRPORT_NO`: the port's number.
        No = 18: u16 => Rule::UNSPEC;
        /// `IFLA_BRPORT_TOPOLOGY_CHANGE_ACK`: whether a topology change is acknowledged.
        TopologyChangeAck = 19: u8 => Rule::UNSPEC;
        /// `IFLA_BRPORT_CONFIG_PENDING`: whether a configuration is to be sent.
        ConfigPending = 20: u8 => Rule::UNSPEC;
        /// `IFLA_BRPORT_MESSAGE_AGE_TIMER`: hundredths of a second left.
        MessageAgeTimer = 21: u64 => Rule::UNSPEC;
        /// `IFLA_BRPORT_FORWARD_DELAY_TIMER`: hundredths of a second left.
        ForwardDelayTimer = 22: u64 => Rule::UNSPEC;
        /// `IFLA_BRPORT_HOLD_TIMER`: hundredths of a second left.
        HoldTimer = 23: u64 => Rule::UNSPEC;
        /// `IFLA_BRPORT_FLUSH`: forget the port's addresses.
        Flush = 24: Flag => Rule::UNSPEC;
        /// `IFLA_BRPORT_MULTICAST_ROUTER`: `MDB_RTR_TYPE_*`.
        MulticastRouter = 25: u8;
        /// `IFLA_BRPORT_PAD`: nothing: padding.
        Pad = 26: Binary => Rule::UNSPEC;
        /// `IFLA_BRPORT_MCAST_FLOOD`: whether multicast frames leave here.
        McastFlood = 27: u8;
        /// `IFLA_BRPORT_MCAST_TO_UCAST`: whether multicast becomes unicast.
        McastToUcast = 28: u8;
        /// `IFLA_BRPORT_VLAN_TUNNEL`: whether VLANs map to tunnels.
        VlanTunnel = 29: u8;
        /// `IFLA_BRPORT_BCAST_FLOOD`: whether broadcasts leave here.
        BcastFlood = 30: u8;
        /// `IFLA_BRPORT_GROUP_FWD_MASK`: which of the reserved groups are forwarded.
        GroupFwdMask = 31: u16;
        /// `IFLA_BRPORT_NEIGH_SUPPRESS`: whether the bridge answers ARP and ND.
        NeighSuppress = 32: u8;
        /// `IFLA_BRPORT_ISOLATED`: whether it reaches only ports that are not isolated.
        Isolated = 33: u8;
        /// `IFLA_BRPORT_BACKUP_PORT`: the index of the port that replaces it.
        BackupPort = 34: u32;
        /// `IFLA_BRPORT_MRP_RING_OPEN`: MRP: whether the ring is open.
        MrpRingOpen = 35: u8 => Rule::UNSPEC;
        /// `IFLA_BRPORT_MRP_IN_OPEN`: MRP: whether the interconnection ring is open.
        MrpInOpen = 36: u8 => Rule::UNSPEC;
        /// `IFLA_BRPORT_MCAST_EHT_HOSTS_LIMIT`: the most hosts tracked.
        McastEhtHostsLimit = 37: u32;
        /// `IFLA_BRPORT_MCAST_EHT_HOSTS_CNT`: hosts tracked.
        McastEhtHostsCnt = 38: u32 => Rule::UNSPEC;
        /// `IFLA_BRPORT_LOCKED`: whether unknown senders are refused.
        Locked = 39: u8;
        /// `IFLA_BRPORT_MAB`: whether unknown senders are recorded.
        Mab = 40: u8;
        /// `IFLA_BRPORT_MCAST_N_GROUPS`: groups there are.
        McastNGroups = 41: u32 => Rule::REJECT;
        /// `IFLA_BRPORT_MCAST_MAX_GROUPS`: the most groups.
        McastMaxGroups = 42: u32;
        /// `IFLA_BRPORT_NEIGH_VLAN_SUPPRESS`: the same as `NEIGH_SUPPRESS`, by VLAN.
        NeighVlanSuppress = 43: u8 => Rule::U8.max(1);
        /// `IFLA_BRPORT_BACKUP_NHID`: the nexthop that replaces it.
        BackupNhid = 44: u32;
        /// `IFLA_BRPORT_BPDU_FILTER`: whether BPDUs are neither sent nor taken.
        BpduFilter = 45: u8 => Rule::UNSPEC;
    }
}

attributes! {
    /// A port as its bridge sees it (`br_fill_ifinfo`): `IFLA_*` in messages of family `AF_BRIDGE`.
    pub BridgeLinkSet: BridgeLinkAttr, BridgeLinkAttrBuf {
        /// `IFLA_ADDRESS`: the hardware address.
        Address = 1: Binary => Rule::binary(32);
        /// `IFLA_IFNAME`: the name.
        Ifname = 3: Text => Rule::string(15);
        /// `IFLA_MTU`: the most bytes of payload a frame may carry.
        Mtu = 4: u32;
        /// `IFLA_LINK`: the index of the interface below, or of the peer.
        Link = 5: u32;
        /// `IFLA_MASTER`: the index of the bridge.
        Master = 10: u32;
        /// `IFLA_PROTINFO`: the port.
        Protinfo = 12: Nest<BrportSet> => Rule::nested(BrportSet::POLICY);
        /// `IFLA_OPERSTATE`: `IF_OPER_*` (RFC 2863).
        Operstate = 16: u8;
        /// `IFLA_AF_SPEC`: VLANs, and more.
        AfSpec = 26: Nest<BridgeSpecSet> => Rule::NESTED;
        /// `IFLA_EXT_MASK`: `RTEXT_FILTER_*`: what to tell.
        ExtMask = 29: u32;
    }
}

attributes! {
    /// A link as IPv6 sees it (`inet6_fill_ifinfo`): `IFLA_*` in messages of family `AF_INET6`.
    pub Inet6LinkSet: Inet6LinkAttr, Inet6LinkAttrBuf {
        /// `IFLA_ADDRESS`: the hardware address.
        Address = 1: Binary => Rule::binary(32);
        /// `IFLA_IFNAME`: the name.
        Ifname = 3: Text => Rule::string(15);
        /// `IFLA_MTU`: the most bytes of payload a packet may carry.
        Mtu = 4: u32;
        /// `IFLA_LINK`: the index of the interface below, or of the peer.
        Link = 5: u32;
        /// `IFLA_PROTINFO`: what IPv6 says of it.
        Protinfo = 12: Nest<Inet6Set> => Rule::NESTED;
        /// `IFLA_OPERSTATE`: `IF_OPER_*` (RFC 2863).
        Operstate = 16: u8;
    }
}

attributes! {
    /// Attributes that are not typed yet.
    pub Untyped: UntypedAttr, UntypedBuf {}
}

layouts! {
    /// `struct ifla_bridge_id`: a bridge, to STP.
    pub struct BridgeId {
        /// The priority, in network order.
        pub prio: [u8; 2],
        /// The address.
        pub addr: [u8; 6],
    }

    /// `struct bridge_vlan_info`.
    pub struct BridgeVlanInfo {
        /// `BRIDGE_VLAN_INFO_*`.
        pub flags: u16,
        /// The VLAN.
        pub vid: u16,
    }

    /// `struct ifla_cacheinfo`: what IPv6 has learned of a link.
    pub struct Inet6Cacheinfo {
        /// The most bytes of a reassembled packet.
        pub max_reasm_len: u32,
        /// When this was last changed, in hundredths of a second since the start.
        pub tstamp: u32,
        /// Milliseconds that a neighbour counts as reachable.
        pub reachable_time: u32,
        /// Milliseconds between solicitations.
        pub retrans_time: u32,
    }
}
