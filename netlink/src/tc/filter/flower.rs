//! `TCA_FLOWER_*`: filters by fields of headers.
//!
//! Numbers and layouts: Linux 6.18, `include/uapi/linux/pkt_cls.h`. Policies: Linux 6.12, `net/sched/cls_*.c`.

use super::FlowerCfmSet;
use crate::attributes;
use crate::policy::{Kind, Rule};
use crate::rtnl::link::Untyped;
use crate::set::{Array, Be16, Be32, Binary, Ip, Nest, Text};
use crate::tc::act::ActSet;

attributes! {
    /// `TCA_FLOWER_*`. Policy: `fl_policy`.
    pub FlowerSet: FlowerAttr, FlowerAttrBuf, strict from 106 {
        /// `TCA_FLOWER_CLASSID`: the class.
        Classid = 1: u32;
        /// `TCA_FLOWER_INDEV`: the interface that packets came in by.
        Indev = 2: Text => Rule::string(16);
        /// `TCA_FLOWER_ACT`: actions.
        Act = 3: Array<ActSet> => Rule::UNSPEC;
        /// `TCA_FLOWER_KEY_ETH_DST`: the destination's hardware address.
        KeyEthDst = 4: Binary => Rule::of(Kind::Unspec { len: 6 });
        /// `TCA_FLOWER_KEY_ETH_DST_MASK`: the bits of it that count.
        KeyEthDstMask = 5: Binary => Rule::of(Kind::Unspec { len: 6 });
        /// `TCA_FLOWER_KEY_ETH_SRC`: the source's hardware address.
        KeyEthSrc = 6: Binary => Rule::of(Kind::Unspec { len: 6 });
        /// `TCA_FLOWER_KEY_ETH_SRC_MASK`: the bits of it that count.
        KeyEthSrcMask = 7: Binary => Rule::of(Kind::Unspec { len: 6 });
        /// `TCA_FLOWER_KEY_ETH_TYPE`: the protocol.
        KeyEthType = 8: Be16 => Rule::U16;
        /// `TCA_FLOWER_KEY_IP_PROTO`: the protocol above IP.
        KeyIpProto = 9: u8;
        /// `TCA_FLOWER_KEY_IPV4_SRC`: the source.
        KeyIpv4Src = 10: Ip => Rule::U32;
        /// `TCA_FLOWER_KEY_IPV4_SRC_MASK`: the bits of it that count.
        KeyIpv4SrcMask = 11: Ip => Rule::U32;
        /// `TCA_FLOWER_KEY_IPV4_DST`: the destination.
        KeyIpv4Dst = 12: Ip => Rule::U32;
        /// `TCA_FLOWER_KEY_IPV4_DST_MASK`: the bits of it that count.
        KeyIpv4DstMask = 13: Ip => Rule::U32;
        /// `TCA_FLOWER_KEY_IPV6_SRC`: the source.
        KeyIpv6Src = 14: Ip => Rule::of(Kind::Unspec { len: 16 });
        /// `TCA_FLOWER_KEY_IPV6_SRC_MASK`: the bits of it that count.
        KeyIpv6SrcMask = 15: Ip => Rule::of(Kind::Unspec { len: 16 });
        /// `TCA_FLOWER_KEY_IPV6_DST`: the destination.
        KeyIpv6Dst = 16: Ip => Rule::of(Kind::Unspec { len: 16 });
        /// `TCA_FLOWER_KEY_IPV6_DST_MASK`: the bits of it that count.
        KeyIpv6DstMask = 17: Ip => Rule::of(Kind::Unspec { len: 16 });
        /// `TCA_FLOWER_KEY_TCP_SRC`: TCP's source port.
        KeyTcpSrc = 18: Be16 => Rule::U16;
        /// `TCA_FLOWER_KEY_TCP_DST`: TCP's destination port.
        KeyTcpDst = 19: Be16 => Rule::U16;
        /// `TCA_FLOWER_KEY_UDP_SRC`: UDP's source port.
        KeyUdpSrc = 20: Be16 => Rule::U16;
        /// `TCA_FLOWER_KEY_UDP_DST`: UDP's destination port.
        KeyUdpDst = 21: Be16 => Rule::U16;
        /// `TCA_FLOWER_FLAGS`: `TCA_CLS_FLAGS_*`.
        Flags = 22: u32;
        /// `TCA_FLOWER_KEY_VLAN_ID`: the VLAN.
        KeyVlanId = 23: u16;
        /// `TCA_FLOWER_KEY_VLAN_PRIO`: its priority.
        KeyVlanPrio = 24: u8;
        /// `TCA_FLOWER_KEY_VLAN_ETH_TYPE`: the protocol in the VLAN.
        KeyVlanEthType = 25: Be16 => Rule::U16;
        /// `TCA_FLOWER_KEY_ENC_KEY_ID`: the tunnel's key.
        KeyEncKeyId = 26: Be32 => Rule::U32;
        /// `TCA_FLOWER_KEY_ENC_IPV4_SRC`: the tunnel's source.
        KeyEncIpv4Src = 27: Ip => Rule::U32;
        /// `TCA_FLOWER_KEY_ENC_IPV4_SRC_MASK`: the bits of it that count.
        KeyEncIpv4SrcMask = 28: Ip => Rule::U32;
        /// `TCA_FLOWER_KEY_ENC_IPV4_DST`: the tunnel's destination.
        KeyEncIpv4Dst = 29: Ip => Rule::U32;
        /// `TCA_FLOWER_KEY_ENC_IPV4_DST_MASK`: the bits of it that count.
        KeyEncIpv4DstMask = 30: Ip => Rule::U32;
        /// `TCA_FLOWER_KEY_ENC_IPV6_SRC`: the tunnel's source.
        KeyEncIpv6Src = 31: Ip => Rule::of(Kind::Unspec { len: 16 });
        /// `TCA_FLOWER_KEY_ENC_IPV6_SRC_MASK`: the bits of it that count.
        KeyEncIpv6SrcMask = 32: Ip => Rule::of(Kind::Unspec { len: 16 });
        /// `TCA_FLOWER_KEY_ENC_IPV6_DST`: the tunnel's destination.
        KeyEncIpv6Dst = 33: Ip => Rule::of(Kind::Unspec { len: 16 });
        /// `TCA_FLOWER_KEY_ENC_IPV6_DST_MASK`: the bits of it that count.
        KeyEncIpv6DstMask = 34: Ip => Rule::of(Kind::Unspec { len: 16 });
        /// `TCA_FLOWER_KEY_TCP_SRC_MASK`: the bits of it that count.
        KeyTcpSrcMask = 35: Be16 => Rule::U16;
        /// `TCA_FLOWER_KEY_TCP_DST_MASK`: the bits of it that count.
        KeyTcpDstMask = 36: Be16 => Rule::U16;
        /// `TCA_FLOWER_KEY_UDP_SRC_MASK`: the bits of it that count.
        KeyUdpSrcMask = 37: Be16 => Rule::U16;
        /// `TCA_FLOWER_KEY_UDP_DST_MASK`: the bits of it that count.
        KeyUdpDstMask = 38: Be16 => Rule::U16;
        /// `TCA_FLOWER_KEY_SCTP_SRC_MASK`: the bits of it that count.
        KeySctpSrcMask = 39: Be16 => Rule::U16;
        /// `TCA_FLOWER_KEY_SCTP_DST_MASK`: the bits of it that count.
        KeySctpDstMask = 40: Be16 => Rule::U16;
        /// `TCA_FLOWER_KEY_SCTP_SRC`: SCTP's source port.
        KeySctpSrc = 41: Be16 => Rule::U16;
        /// `TCA_FLOWER_KEY_SCTP_DST`: SCTP's destination port.
        KeySctpDst = 42: Be16 => Rule::U16;
        /// `TCA_FLOWER_KEY_ENC_UDP_SRC_PORT`: the tunnel's source port.
        KeyEncUdpSrcPort = 43: Be16 => Rule::U16;
        /// `TCA_FLOWER_KEY_ENC_UDP_SRC_PORT_MASK`: the bits of it that count.
        KeyEncUdpSrcPortMask = 44: Be16 => Rule::U16;
        /// `TCA_FLOWER_KEY_ENC_UDP_DST_PORT`: the tunnel's destination port.
        KeyEncUdpDstPort = 45: Be16 => Rule::U16;
        /// `TCA_FLOWER_KEY_ENC_UDP_DST_PORT_MASK`: the bits of it that count.
        KeyEncUdpDstPortMask = 46: Be16 => Rule::U16;
        /// `TCA_FLOWER_KEY_FLAGS`: `TCA_FLOWER_KEY_FLAGS_*`.
        KeyFlags = 47: Be32 => Rule::BE32.mask(0x3);
        /// `TCA_FLOWER_KEY_FLAGS_MASK`: the bits of it that count.
        KeyFlagsMask = 48: Be32 => Rule::BE32.mask(0x3);
        /// `TCA_FLOWER_KEY_ICMPV4_CODE`: ICMPv4's code.
        KeyIcmpv4Code = 49: u8;
        /// `TCA_FLOWER_KEY_ICMPV4_CODE_MASK`: the bits of it that count.
        KeyIcmpv4CodeMask = 50: u8;
        /// `TCA_FLOWER_KEY_ICMPV4_TYPE`: ICMPv4's type.
        KeyIcmpv4Type = 51: u8;
        /// `TCA_FLOWER_KEY_ICMPV4_TYPE_MASK`: the bits of it that count.
        KeyIcmpv4TypeMask = 52: u8;
        /// `TCA_FLOWER_KEY_ICMPV6_CODE`: ICMPv6's code.
        KeyIcmpv6Code = 53: u8;
        /// `TCA_FLOWER_KEY_ICMPV6_CODE_MASK`: the bits of it that count.
        KeyIcmpv6CodeMask = 54: u8;
        /// `TCA_FLOWER_KEY_ICMPV6_TYPE`: ICMPv6's type.
        KeyIcmpv6Type = 55: u8;
        /// `TCA_FLOWER_KEY_ICMPV6_TYPE_MASK`: the bits of it that count.
        KeyIcmpv6TypeMask = 56: u8;
        /// `TCA_FLOWER_KEY_ARP_SIP`: ARP: the sender's address.
        KeyArpSip = 57: Ip => Rule::U32;
        /// `TCA_FLOWER_KEY_ARP_SIP_MASK`: the bits of it that count.
        KeyArpSipMask = 58: Ip => Rule::U32;
        /// `TCA_FLOWER_KEY_ARP_TIP`: ARP: the target's address.
        KeyArpTip = 59: Ip => Rule::U32;
        /// `TCA_FLOWER_KEY_ARP_TIP_MASK`: the bits of it that count.
        KeyArpTipMask = 60: Ip => Rule::U32;
        /// `TCA_FLOWER_KEY_ARP_OP`: ARP: the operation.
        KeyArpOp = 61: u8;
        /// `TCA_FLOWER_KEY_ARP_OP_MASK`: the bits of it that count.
        KeyArpOpMask = 62: u8;
        /// `TCA_FLOWER_KEY_ARP_SHA`: ARP: the sender's hardware address.
        KeyArpSha = 63: Binary => Rule::of(Kind::Unspec { len: 6 });
        /// `TCA_FLOWER_KEY_ARP_SHA_MASK`: the bits of it that count.
        KeyArpShaMask = 64: Binary => Rule::of(Kind::Unspec { len: 6 });
        /// `TCA_FLOWER_KEY_ARP_THA`: ARP: the target's hardware address.
        KeyArpTha = 65: Binary => Rule::of(Kind::Unspec { len: 6 });
        /// `TCA_FLOWER_KEY_ARP_THA_MASK`: the bits of it that count.
        KeyArpThaMask = 66: Binary => Rule::of(Kind::Unspec { len: 6 });
        /// `TCA_FLOWER_KEY_MPLS_TTL`: MPLS: the TTL.
        KeyMplsTtl = 67: u8;
        /// `TCA_FLOWER_KEY_MPLS_BOS`: MPLS: whether it is the last label.
        KeyMplsBos = 68: u8;
        /// `TCA_FLOWER_KEY_MPLS_TC`: MPLS: the traffic class.
        KeyMplsTc = 69: u8;
        /// `TCA_FLOWER_KEY_MPLS_LABEL`: MPLS: the label.
        KeyMplsLabel = 70: u32;
        /// `TCA_FLOWER_KEY_TCP_FLAGS`: TCP's flags.
        KeyTcpFlags = 71: Be16 => Rule::U16;
        /// `TCA_FLOWER_KEY_TCP_FLAGS_MASK`: the bits of it that count.
        KeyTcpFlagsMask = 72: Be16 => Rule::U16;
        /// `TCA_FLOWER_KEY_IP_TOS`: the type of service.
        KeyIpTos = 73: u8;
        /// `TCA_FLOWER_KEY_IP_TOS_MASK`: the bits of it that count.
        KeyIpTosMask = 74: u8;
        /// `TCA_FLOWER_KEY_IP_TTL`: the TTL.
        KeyIpTtl = 75: u8;
        /// `TCA_FLOWER_KEY_IP_TTL_MASK`: the bits of it that count.
        KeyIpTtlMask = 76: u8;
        /// `TCA_FLOWER_KEY_CVLAN_ID`: the inner VLAN.
        KeyCvlanId = 77: u16;
        /// `TCA_FLOWER_KEY_CVLAN_PRIO`: its priority.
        KeyCvlanPrio = 78: u8;
        /// `TCA_FLOWER_KEY_CVLAN_ETH_TYPE`: the protocol in the inner VLAN.
        KeyCvlanEthType = 79: Be16 => Rule::U16;
        /// `TCA_FLOWER_KEY_ENC_IP_TOS`: the tunnel's type of service.
        KeyEncIpTos = 80: u8;
        /// `TCA_FLOWER_KEY_ENC_IP_TOS_MASK`: the bits of it that count.
        KeyEncIpTosMask = 81: u8;
        /// `TCA_FLOWER_KEY_ENC_IP_TTL`: the tunnel's TTL.
        KeyEncIpTtl = 82: u8;
        /// `TCA_FLOWER_KEY_ENC_IP_TTL_MASK`: the bits of it that count.
        KeyEncIpTtlMask = 83: u8;
        /// `TCA_FLOWER_KEY_ENC_OPTS`: the tunnel's options.
        KeyEncOpts = 84: Nest<Untyped> => Rule::NESTED;
        /// `TCA_FLOWER_KEY_ENC_OPTS_MASK`: the bits of it that count.
        KeyEncOptsMask = 85: Nest<Untyped> => Rule::NESTED;
        /// `TCA_FLOWER_IN_HW_COUNT`: cards that have it.
        InHwCount = 86: u32 => Rule::UNSPEC;
        /// `TCA_FLOWER_KEY_PORT_SRC_MIN`: the first source port.
        KeyPortSrcMin = 87: Be16 => Rule::UNSPEC;
        /// `TCA_FLOWER_KEY_PORT_SRC_MAX`: the last source port.
        KeyPortSrcMax = 88: Be16 => Rule::UNSPEC;
        /// `TCA_FLOWER_KEY_PORT_DST_MIN`: the first destination port.
        KeyPortDstMin = 89: Be16 => Rule::UNSPEC;
        /// `TCA_FLOWER_KEY_PORT_DST_MAX`: the last destination port.
        KeyPortDstMax = 90: Be16 => Rule::UNSPEC;
        /// `TCA_FLOWER_KEY_CT_STATE`: `TCA_FLOWER_KEY_CT_FLAGS_*`.
        KeyCtState = 91: u16 => Rule::U16.mask(0x3f);
        /// `TCA_FLOWER_KEY_CT_STATE_MASK`: the bits of it that count.
        KeyCtStateMask = 92: u16 => Rule::U16.mask(0x3f);
        /// `TCA_FLOWER_KEY_CT_ZONE`: the connection's zone.
        KeyCtZone = 93: u16;
        /// `TCA_FLOWER_KEY_CT_ZONE_MASK`: the bits of it that count.
        KeyCtZoneMask = 94: u16;
        /// `TCA_FLOWER_KEY_CT_MARK`: the connection's mark.
        KeyCtMark = 95: u32;
        /// `TCA_FLOWER_KEY_CT_MARK_MASK`: the bits of it that count.
        KeyCtMarkMask = 96: u32;
        /// `TCA_FLOWER_KEY_CT_LABELS`: the connection's labels.
        KeyCtLabels = 97: Binary => Rule::binary(16);
        /// `TCA_FLOWER_KEY_CT_LABELS_MASK`: the bits of it that count.
        KeyCtLabelsMask = 98: Binary => Rule::binary(16);
        /// `TCA_FLOWER_KEY_MPLS_OPTS`: MPLS: labels further down.
        KeyMplsOpts = 99: Nest<Untyped> => Rule::NESTED;
        /// `TCA_FLOWER_KEY_HASH`: the hash.
        KeyHash = 100: u32;
        /// `TCA_FLOWER_KEY_HASH_MASK`: the bits of it that count.
        KeyHashMask = 101: u32;
        /// `TCA_FLOWER_KEY_NUM_OF_VLANS`: how many VLAN tags.
        KeyNumOfVlans = 102: u8;
        /// `TCA_FLOWER_KEY_PPPOE_SID`: the PPPoE session.
        KeyPppoeSid = 103: Be16 => Rule::U16;
        /// `TCA_FLOWER_KEY_PPP_PROTO`: the protocol in PPP.
        KeyPppProto = 104: Be16 => Rule::U16;
        /// `TCA_FLOWER_KEY_L2TPV3_SID`: the L2TPv3 session.
        KeyL2tpv3Sid = 105: Be32 => Rule::U32;
        /// `TCA_FLOWER_L2_MISS`: whether the bridge knew no port.
        L2Miss = 106: u8 => Rule::U8.max(1);
        /// `TCA_FLOWER_KEY_CFM`: 802.1ag.
        KeyCfm = 107: Nest<FlowerCfmSet> => Rule::NESTED;
        /// `TCA_FLOWER_KEY_SPI`: IPsec's SPI.
        KeySpi = 108: Be32 => Rule::U32;
        /// `TCA_FLOWER_KEY_SPI_MASK`: the bits of it that count.
        KeySpiMask = 109: Be32 => Rule::U32;
        /// `TCA_FLOWER_KEY_ENC_FLAGS`: `TCA_FLOWER_KEY_FLAGS_*` of the tunnel.
        KeyEncFlags = 110: Be32 => Rule::BE32.mask(0x3c);
        /// `TCA_FLOWER_KEY_ENC_FLAGS_MASK`: the bits of it that count.
        KeyEncFlagsMask = 111: Be32 => Rule::BE32.mask(0x3c);
    }
}
