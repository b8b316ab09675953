//! Protocol numbers that the dissector knows. EtherTypes: IEEE's registry; IP protocols and PPP:
//! IANA's; batman-adv and the GRE flags: `linux/batadv_packet.h`, RFC 1701, RFC 2637, RFC 2890.

use crate::EtherType;

pub(super) const ETH_P_BATMAN: EtherType = EtherType(0x4305);
pub(super) const ETH_P_TEB: EtherType = EtherType(0x6558);
pub(super) const ETH_P_RARP: EtherType = EtherType(0x8035);
pub(super) const ETH_P_MPLS_UC: EtherType = EtherType(0x8847);
pub(super) const ETH_P_MPLS_MC: EtherType = EtherType(0x8848);
pub(super) const ETH_P_PPP_SES: EtherType = EtherType(0x8864);
/// What GRE of version 1 (PPTP) carries.
pub(super) const GRE_PROTO_PPP: EtherType = EtherType(0x880b);
pub(super) const ETH_P_TIPC: EtherType = EtherType(0x88ca);
pub(super) const ETH_P_HSR: EtherType = EtherType(0x892f);
pub(super) const ETH_P_1588: EtherType = EtherType(0x88f7);
pub(super) const ETH_P_PRP: EtherType = EtherType(0x88fb);
pub(super) const ETH_P_CFM: EtherType = EtherType(0x8902);
pub(super) const ETH_P_FCOE: EtherType = EtherType(0x8906);

pub(super) const NEXTHDR_HOP: u8 = 0;
pub(super) const IPPROTO_ICMP: u8 = 1;
pub(super) const IPPROTO_IPIP: u8 = 4;
pub(super) const IPPROTO_TCP: u8 = 6;
pub(super) const IPPROTO_UDP: u8 = 17;
pub(super) const IPPROTO_DCCP: u8 = 33;
pub(super) const IPPROTO_IPV6: u8 = 41;
pub(super) const NEXTHDR_ROUTING: u8 = 43;
pub(super) const NEXTHDR_FRAGMENT: u8 = 44;
pub(super) const IPPROTO_GRE: u8 = 47;
pub(super) const IPPROTO_ESP: u8 = 50;
pub(super) const IPPROTO_AH: u8 = 51;
pub(super) const IPPROTO_ICMPV6: u8 = 58;
pub(super) const NEXTHDR_DEST: u8 = 60;
pub(super) const IPPROTO_L2TP: u8 = 115;
pub(super) const IPPROTO_SCTP: u8 = 132;
pub(super) const IPPROTO_UDPLITE: u8 = 136;
pub(super) const IPPROTO_MPLS: u8 = 137;

pub(super) const PPP_IP: u16 = 0x0021;
pub(super) const PPP_IPV6: u16 = 0x0057;
pub(super) const PPP_MPLS_UC: u16 = 0x0281;
pub(super) const PPP_MPLS_MC: u16 = 0x0283;

pub(super) const GRE_CSUM: u16 = 0x8000;
pub(super) const GRE_ROUTING: u16 = 0x4000;
pub(super) const GRE_KEY: u16 = 0x2000;
pub(super) const GRE_SEQ: u16 = 0x1000;
pub(super) const GRE_ACK: u16 = 0x0080;
pub(super) const GRE_VERSION: u16 = 0x0007;

pub(super) const BATADV_UNICAST: u8 = 0x40;
pub(super) const BATADV_COMPAT_VERSION: u8 = 15;

/// Label after which comes a label that tells flows apart (RFC 6790).
pub(super) const MPLS_LABEL_ENTROPY: u32 = 7;
