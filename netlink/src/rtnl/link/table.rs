//! `IFLA_*`: the attributes of links.
//!
//! Numbers: Linux 6.18, `include/uapi/linux/if_link.h`. Policies: Linux 6.12, `net/core/rtnetlink.c`.

use super::af::AfSpecSet;
#[cfg(doc)]
use super::af::{BridgeLinkSet, Inet6LinkSet};
use super::data::{InfoData, SlaveData};
use super::layout::{
    LinkIfmap, LinkStats, LinkStats64, PortVsi, VfGuid, VfMac, VfNumber, VfRate, VfVlan, VfVlanInfo,
};
use crate::attributes;
use crate::policy::{Check, Kind, Range, Rule};
use crate::set::{Binary, Fixed, Name, Nest, Text, Uint};

attributes! {
    /// `IFLA_*`: what an interface is. Policy: `ifla_policy`.
    pub LinkSet: LinkAttr, LinkAttrBuf {
        /// `IFLA_ADDRESS`: the hardware address.
        Address = 1: Binary => Rule::binary(32);
        /// `IFLA_BROADCAST`: the hardware address of everybody.
        Broadcast = 2: Binary => Rule::binary(32);
        /// `IFLA_IFNAME`: the name.
        Ifname = 3: Text => Rule::string(15);
        /// `IFLA_MTU`: the most bytes of payload a frame may carry.
        Mtu = 4: u32;
        /// `IFLA_LINK`: the index of the interface below, or of the peer.
        Link = 5: u32;
        /// `IFLA_QDISC`: the kind of the root qdisc.
        Qdisc = 6: Text => Rule::UNSPEC;
        /// `IFLA_STATS`: counters of 32 bits.
        Stats = 7: Fixed<LinkStats> => Rule::UNSPEC;
        /// `IFLA_COST`: unused.
        Cost = 8: u32 => Rule::UNSPEC;
        /// `IFLA_PRIORITY`: unused.
        Priority = 9: u32 => Rule::UNSPEC;
        /// `IFLA_MASTER`: the index of the bridge, bond or VRF it belongs to; 0: none.
        Master = 10: u32;
        /// `IFLA_WIRELESS`: events of wireless extensions (`struct iw_event`).
        Wireless = 11: Binary => Rule::UNSPEC;
        /// `IFLA_PROTINFO`: what a protocol says of it; see [`BridgeLinkSet`] and [`Inet6LinkSet`].
        Protinfo = 12: Binary => Rule::UNSPEC;
        /// `IFLA_TXQLEN`: packets that a queue may hold.
        Txqlen = 13: u32
            => Rule::U32.check(Check::RangePtr(Range::Unsigned { min: 0, max: 2_147_483_647 }));
        /// `IFLA_MAP`: where an ISA card is.
        Map = 14: Fixed<LinkIfmap> => Rule::of(Kind::Unspec { len: 32 });
        /// `IFLA_WEIGHT`: unused.
        Weight = 15: u32;
        /// `IFLA_OPERSTATE`: `IF_OPER_*` (RFC 2863).
        Operstate = 16: u8;
        /// `IFLA_LINKMODE`: `IF_LINK_MODE_*`: who moves it to operational.
        Linkmode = 17: u8;
        /// `IFLA_LINKINFO`: its kind, and what that kind has to say.
        Linkinfo = 18: Nest<LinkinfoSet> => Rule::NESTED;
        /// `IFLA_NET_NS_PID`: the network namespace of this process.
        NetNsPid = 19: u32;
        /// `IFLA_IFALIAS`: a name for people.
        Ifalias = 20: Name => Rule::binary(255);
        /// `IFLA_NUM_VF`: virtual functions it has.
        NumVf = 21: u32 => Rule::UNSPEC;
        /// `IFLA_VFINFO_LIST`: its virtual functions.
        VfinfoList = 22: Nest<VfinfoListSet> => Rule::NESTED;
        /// `IFLA_STATS64`: counters of 64 bits.
        Stats64 = 23: Fixed<LinkStats64> => Rule::UNSPEC;
        /// `IFLA_VF_PORTS`: ports of virtual functions (802.1Qbg).
        VfPorts = 24: Nest<VfPortsSet> => Rule::NESTED;
        /// `IFLA_PORT_SELF`: its own port (802.1Qbg).
        PortSelf = 25: Nest<PortSet> => Rule::NESTED;
        /// `IFLA_AF_SPEC`: what each address family has to say.
        AfSpec = 26: Nest<AfSpecSet> => Rule::NESTED;
        /// `IFLA_GROUP`: the group it is in.
        Group = 27: u32;
        /// `IFLA_NET_NS_FD`: the network namespace that this file descriptor is.
        NetNsFd = 28: u32;
        /// `IFLA_EXT_MASK`: `RTEXT_FILTER_*`: what to tell, what to leave out.
        ExtMask = 29: u32;
        /// `IFLA_PROMISCUITY`: how many want all frames.
        Promiscuity = 30: u32;
        /// `IFLA_NUM_TX_QUEUES`: transmit queues.
        NumTxQueues = 31: u32;
        /// `IFLA_NUM_RX_QUEUES`: receive queues.
        NumRxQueues = 32: u32;
        /// `IFLA_CARRIER`: whether there is a carrier, 0 or 1.
        Carrier = 33: u8;
        /// `IFLA_PHYS_PORT_ID`: tells physical ports apart.
        PhysPortId = 34: Binary => Rule::binary(32);
        /// `IFLA_CARRIER_CHANGES`: how often the carrier came or went.
        CarrierChanges = 35: u32;
        /// `IFLA_PHYS_SWITCH_ID`: tells switches apart.
        PhysSwitchId = 36: Binary => Rule::binary(32);
        /// `IFLA_LINK_NETNSID`: the id of the namespace that `IFLA_LINK` is in.
        LinkNetnsid = 37: i32;
        /// `IFLA_PHYS_PORT_NAME`: the port's name on its box.
        PhysPortName = 38: Text => Rule::UNSPEC;
        /// `IFLA_PROTO_DOWN`: whether a protocol holds it down, 0 or 1.
        ProtoDown = 39: u8;
        /// `IFLA_GSO_MAX_SEGS`: the most segments of a GSO packet.
        GsoMaxSegs = 40: u32;
        /// `IFLA_GSO_MAX_SIZE`: the most bytes of a GSO packet.
        GsoMaxSize = 41: u32 => Rule::U32.min(321);
        /// `IFLA_PAD`: nothing: padding.
        Pad = 42: Binary => Rule::UNSPEC;
        /// `IFLA_XDP`: the BPF programs on its XDP hooks.
        Xdp = 43: Nest<XdpSet> => Rule::NESTED;
        /// `IFLA_EVENT`: `IFLA_EVENT_*`: why this notification.
        Event = 44: u32;
        /// `IFLA_NEW_NETNSID`: the id of the namespace it moved to.
        NewNetnsid = 45: i32 => Rule::UNSPEC;
        /// `IFLA_IF_NETNSID`: the id of the namespace it is in; also `IFLA_TARGET_NETNSID`.
        TargetNetnsid = 46: i32 => Rule::S32;
        /// `IFLA_CARRIER_UP_COUNT`: how often the carrier came.
        CarrierUpCount = 47: u32;
        /// `IFLA_CARRIER_DOWN_COUNT`: how often the carrier went.
        CarrierDownCount = 48: u32;
        /// `IFLA_NEW_IFINDEX`: the index it has in its new namespace.
        NewIfindex = 49: i32 => Rule::S32.min(1);
        /// `IFLA_MIN_MTU`: the least MTU.
        MinMtu = 50: u32;
        /// `IFLA_MAX_MTU`: the greatest MTU; 0: any.
        MaxMtu = 51: u32;
        /// `IFLA_PROP_LIST`: its further names.
        PropList = 52: Nest<PropListSet> => Rule::NESTED;
        /// `IFLA_ALT_IFNAME`: a further name.
        AltIfname = 53: Text => Rule::string(127);
        /// `IFLA_PERM_ADDRESS`: the hardware address it was made with.
        PermAddress = 54: Binary => Rule::REJECT;
        /// `IFLA_PROTO_DOWN_REASON`: which protocols hold it down.
        ProtoDownReason = 55: Nest<ProtoDownReasonSet> => Rule::NESTED;
        /// `IFLA_PARENT_DEV_NAME`: the name of its device on its bus.
        ParentDevName = 56: Text;
        /// `IFLA_PARENT_DEV_BUS_NAME`: the bus.
        ParentDevBusName = 57: Text => Rule::UNSPEC;
        /// `IFLA_GRO_MAX_SIZE`: the most bytes of a GRO packet.
        GroMaxSize = 58: u32;
        /// `IFLA_TSO_MAX_SIZE`: the most bytes of a packet for TSO.
        TsoMaxSize = 59: u32 => Rule::REJECT;
        /// `IFLA_TSO_MAX_SEGS`: the most segments of a packet for TSO.
        TsoMaxSegs = 60: u32 => Rule::REJECT;
        /// `IFLA_ALLMULTI`: how many want all multicast frames.
        Allmulti = 61: u32 => Rule::REJECT;
        /// `IFLA_DEVLINK_PORT`: its devlink port.
        DevlinkPort = 62: Nest<DevlinkPortSet> => Rule::UNSPEC;
        /// `IFLA_GSO_IPV4_MAX_SIZE`: the same as `IFLA_GSO_MAX_SIZE`, of IPv4.
        GsoIpv4MaxSize = 63: u32 => Rule::U32.min(321);
        /// `IFLA_GRO_IPV4_MAX_SIZE`: the same as `IFLA_GRO_MAX_SIZE`, of IPv4.
        GroIpv4MaxSize = 64: u32;
        /// `IFLA_DPLL_PIN`: its DPLL pin.
        DpllPin = 65: Nest<DpllPinSet> => Rule::UNSPEC;
        /// `IFLA_MAX_PACING_OFFLOAD_HORIZON`: nanoseconds that it can hold a packet back by itself.
        MaxPacingOffloadHorizon = 66: Uint => Rule::UNSPEC;
        /// `IFLA_NETNS_IMMUTABLE`: whether it stays in its namespace, 0 or 1.
        NetnsImmutable = 67: u8 => Rule::UNSPEC;
        /// `IFLA_HEADROOM`: bytes it wants before a packet.
        Headroom = 68: u16 => Rule::UNSPEC;
        /// `IFLA_TAILROOM`: bytes it wants behind a packet.
        Tailroom = 69: u16 => Rule::UNSPEC;
    }
}

attributes! {
    /// `IFLA_INFO_*`: the kind of a link. Policy: `ifla_info_policy`.
    pub LinkinfoSet: LinkinfoAttr, LinkinfoAttrBuf {
        /// `IFLA_INFO_KIND`: the kind: `veth`, `bridge`.
        Kind = 1: Name;
        /// `IFLA_INFO_DATA`: what the kind has to say.
        Data = 2: InfoData;
        /// `IFLA_INFO_XSTATS`: counters of the kind.
        Xstats = 3: Binary => Rule::UNSPEC;
        /// `IFLA_INFO_SLAVE_KIND`: the kind of its master.
        SlaveKind = 4: Name;
        /// `IFLA_INFO_SLAVE_DATA`: what its master has to say of it.
        SlaveData = 5: SlaveData;
    }
}

attributes! {
    /// The virtual functions of a card (`IFLA_VFINFO_LIST`).
    pub VfinfoListSet: VfinfoListAttr, VfinfoListAttrBuf {
        /// `IFLA_VF_INFO`: a virtual function.
        Info = 1: Nest<VfSet> => Rule::NESTED;
    }
}

attributes! {
    /// `IFLA_VF_*`: a virtual function. Policy: `ifla_vf_policy`.
    pub VfSet: VfAttr, VfAttrBuf {
        /// `IFLA_VF_MAC`: its hardware address.
        Mac = 1: Fixed<VfMac> => Rule::of(Kind::Unspec { len: 36 });
        /// `IFLA_VF_VLAN`: its VLAN.
        Vlan = 2: Fixed<VfVlan> => Rule::of(Kind::Unspec { len: 12 });
        /// `IFLA_VF_TX_RATE`: the most it may send, in Mbit/s; 0: any.
        TxRate = 3: Fixed<VfNumber> => Rule::of(Kind::Unspec { len: 8 });
        /// `IFLA_VF_SPOOFCHK`: whether other source addresses than its own are refused.
        Spoofchk = 4: Fixed<VfNumber> => Rule::of(Kind::Unspec { len: 8 });
        /// `IFLA_VF_LINK_STATE`: `IFLA_VF_LINK_STATE_*`.
        LinkState = 5: Fixed<VfNumber> => Rule::of(Kind::Unspec { len: 8 });
        /// `IFLA_VF_RATE`: the least and the most it may send.
        Rate = 6: Fixed<VfRate> => Rule::of(Kind::Unspec { len: 12 });
        /// `IFLA_VF_RSS_QUERY_EN`: whether it may ask for its RSS configuration.
        RssQueryEn = 7: Fixed<VfNumber> => Rule::of(Kind::Unspec { len: 8 });
        /// `IFLA_VF_STATS`: its counters.
        Stats = 8: Nest<VfStatsSet> => Rule::NESTED;
        /// `IFLA_VF_TRUST`: whether it is trusted.
        Trust = 9: Fixed<VfNumber> => Rule::of(Kind::Unspec { len: 8 });
        /// `IFLA_VF_IB_NODE_GUID`: InfiniBand's node GUID.
        IbNodeGuid = 10: Fixed<VfGuid> => Rule::of(Kind::Unspec { len: 16 });
        /// `IFLA_VF_IB_PORT_GUID`: InfiniBand's port GUID.
        IbPortGuid = 11: Fixed<VfGuid> => Rule::of(Kind::Unspec { len: 16 });
        /// `IFLA_VF_VLAN_LIST`: its VLAN tags.
        VlanList = 12: Nest<VfVlanListSet> => Rule::NESTED;
        /// `IFLA_VF_BROADCAST`: the hardware address of everybody.
        Broadcast = 13: Binary => Rule::REJECT;
    }
}

attributes! {
    /// VLAN tags of a virtual function (`IFLA_VF_VLAN_LIST`).
    pub VfVlanListSet: VfVlanListAttr, VfVlanListAttrBuf {
        /// `IFLA_VF_VLAN_INFO`: a tag.
        Info = 1: Fixed<VfVlanInfo>;
    }
}

attributes! {
    /// `IFLA_VF_STATS_*`: counters of a virtual function.
    pub VfStatsSet: VfStatsAttr, VfStatsAttrBuf {
        /// `IFLA_VF_STATS_RX_PACKETS`: packets received.
        RxPackets = 0: u64;
        /// `IFLA_VF_STATS_TX_PACKETS`: packets sent.
        TxPackets = 1: u64;
        /// `IFLA_VF_STATS_RX_BYTES`: bytes received.
        RxBytes = 2: u64;
        /// `IFLA_VF_STATS_TX_BYTES`: bytes sent.
        TxBytes = 3: u64;
        /// `IFLA_VF_STATS_BROADCAST`: packets to everybody.
        Broadcast = 4: u64;
        /// `IFLA_VF_STATS_MULTICAST`: packets to many.
        Multicast = 5: u64;
        /// `IFLA_VF_STATS_PAD`: nothing: padding.
        Pad = 6: Binary;
        /// `IFLA_VF_STATS_RX_DROPPED`: packets that were not received.
        RxDropped = 7: u64;
        /// `IFLA_VF_STATS_TX_DROPPED`: packets that were not sent.
        TxDropped = 8: u64;
    }
}

attributes! {
    /// Ports of virtual functions (`IFLA_VF_PORTS`).
    pub VfPortsSet: VfPortsAttr, VfPortsAttrBuf {
        /// `IFLA_VF_PORT`: a port.
        Port = 1: Nest<PortSet> => Rule::NESTED;
    }
}

attributes! {
    /// `IFLA_PORT_*`: a port of 802.1Qbg. Policy: `ifla_port_policy`.
    pub PortSet: PortAttr, PortAttrBuf {
        /// `IFLA_PORT_VF`: the number of the virtual function.
        Vf = 1: u32;
        /// `IFLA_PORT_PROFILE`: the profile.
        Profile = 2: Name => Rule::string(40);
        /// `IFLA_PORT_VSI_TYPE`: the type of the virtual station interface.
        VsiType = 3: Fixed<PortVsi> => Rule::binary(8);
        /// `IFLA_PORT_INSTANCE_UUID`: the UUID of what uses it.
        InstanceUuid = 4: Binary => Rule::binary(16);
        /// `IFLA_PORT_HOST_UUID`: the UUID of the host.
        HostUuid = 5: Binary => Rule::string(16);
        /// `IFLA_PORT_REQUEST`: `PORT_REQUEST_*`.
        Request = 6: u8;
        /// `IFLA_PORT_RESPONSE`: `PORT_PROFILE_RESPONSE_*` or `PORT_VDP_RESPONSE_*`.
        Response = 7: u16;
    }
}

attributes! {
    /// `IFLA_XDP_*`: BPF programs at a driver. Policy: `ifla_xdp_policy`.
    pub XdpSet: XdpAttr, XdpAttrBuf, strict from 8 {
        /// `IFLA_XDP_FD`: the file descriptor of the program to attach; below 0: detach.
        Fd = 1: i32;
        /// `IFLA_XDP_ATTACHED`: `XDP_ATTACHED_*`.
        Attached = 2: u8;
        /// `IFLA_XDP_FLAGS`: `XDP_FLAGS_*`.
        Flags = 3: u32;
        /// `IFLA_XDP_PROG_ID`: the id of the program.
        ProgId = 4: u32;
        /// `IFLA_XDP_DRV_PROG_ID`: the id of the program in the driver.
        DrvProgId = 5: u32 => Rule::UNSPEC;
        /// `IFLA_XDP_SKB_PROG_ID`: the id of the program behind the driver.
        SkbProgId = 6: u32 => Rule::UNSPEC;
        /// `IFLA_XDP_HW_PROG_ID`: the id of the program in the card.
        HwProgId = 7: u32 => Rule::UNSPEC;
        /// `IFLA_XDP_EXPECTED_FD`: the program that must be there now.
        ExpectedFd = 8: i32;
    }
}

attributes! {
    /// Properties (`IFLA_PROP_LIST`).
    pub PropListSet: PropListAttr, PropListAttrBuf {
        /// `IFLA_ALT_IFNAME`: a further name.
        AltIfname = 53: Text;
    }
}

attributes! {
    /// Who holds a link down. Policy: `ifla_proto_down_reason_policy`.
    pub ProtoDownReasonSet: ProtoDownReasonAttr, ProtoDownReasonAttrBuf {
        /// `IFLA_PROTO_DOWN_REASON_MASK`: the bits to change.
        Mask = 1: u32;
        /// `IFLA_PROTO_DOWN_REASON_VALUE`: the bits.
        Value = 2: u32;
    }
}

attributes! {
    /// The name of a devlink port.
    pub DevlinkPortSet: DevlinkPortAttr, DevlinkPortAttrBuf {
        /// `DEVLINK_ATTR_BUS_NAME`: the bus.
        BusName = 1: Text;
        /// `DEVLINK_ATTR_DEV_NAME`: the device.
        DevName = 2: Text;
        /// `DEVLINK_ATTR_PORT_INDEX`: the port.
        PortIndex = 3: u32;
    }
}

attributes! {
    /// The name of a DPLL pin.
    pub DpllPinSet: DpllPinAttr, DpllPinAttrBuf {
        /// `DPLL_A_PIN_ID`: the id.
        Id = 1: u32;
    }
}
