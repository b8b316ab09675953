//! Tunnels.
//!
//! Numbers and layouts: Linux 6.18, `include/uapi/linux/if_link.h`, `if_tunnel.h`. Policies: Linux 6.12,
//! `drivers/net/vxlan/vxlan_core.c`.

use crate::attributes;
use crate::policy::{Kind, Rule};
use crate::set::{Be16, Be32, Binary, Fixed, Flag, Ip, layouts};

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
