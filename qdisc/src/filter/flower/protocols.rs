//! Protocols that keys go by: numbers of `include/uapi/linux/if_ether.h` and `in.h`.

use softnet_sk_buff::EtherType;

pub(crate) const ETH_P_RARP: EtherType = EtherType(0x8035);
pub(crate) const ETH_P_MPLS_UC: EtherType = EtherType(0x8847);
pub(crate) const ETH_P_MPLS_MC: EtherType = EtherType(0x8848);
pub(crate) const ETH_P_PPP_SES: EtherType = EtherType(0x8864);
pub(crate) const ETH_P_CFM: EtherType = EtherType(0x8902);
pub(crate) const ICMP: u8 = 1;
pub(crate) const TCP: u8 = 6;
pub(crate) const UDP: u8 = 17;
pub(crate) const ESP: u8 = 50;
pub(crate) const AH: u8 = 51;
pub(crate) const ICMPV6: u8 = 58;
pub(crate) const L2TP: u8 = 115;
pub(crate) const SCTP: u8 = 132;
