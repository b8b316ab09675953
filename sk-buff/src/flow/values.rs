//! Keys that consist of several numbers. All are in host order.

use core::net::{Ipv4Addr, Ipv6Addr};

use crate::{EtherType, MacAddr};

/// A VLAN tag (`struct flow_dissector_key_vlan`).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct FlowVlan {
    /// The identifier, 0 to 4095.
    pub id: u16,
    /// The priority, 0 to 7.
    pub priority: u8,
    /// The protocol that announced the tag: [`EtherType::VLAN`] or [`EtherType::QINQ`].
    pub tpid: EtherType,
    /// The protocol after the tag.
    pub eth_type: EtherType,
}

/// The addresses of a flow (`struct flow_dissector_key_addrs`).
///
/// TIPC has but one.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
#[non_exhaustive]
pub enum FlowAddrs {
    /// Neither IPv4 nor IPv6.
    #[default]
    None,
    /// IPv4.
    V4 {
        /// From.
        src: Ipv4Addr,
        /// To.
        dst: Ipv4Addr,
    },
    /// IPv6.
    V6 {
        /// From.
        src: Ipv6Addr,
        /// To.
        dst: Ipv6Addr,
    },
    /// TIPC: the node from which the packet comes (`tipc_hdr_rps_key`). Linux gives keep-alive
    /// messages a random number in its place, to spread them over CPUs; here they have their node's.
    Tipc(u32),
}

/// The ports of a flow (`struct flow_dissector_key_ports`); both 0 for none.
///
/// Of TCP, UDP, UDP-Lite, SCTP and DCCP. For ESP and AH these are the halves of the SPI, as in
/// Linux's `proto_ports_offset`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct FlowPorts {
    /// From.
    pub src: u16,
    /// To.
    pub dst: u16,
}

/// Addresses of an Ethernet header (`struct flow_dissector_key_eth_addrs`).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct FlowEth {
    /// To.
    pub dst: MacAddr,
    /// From.
    pub src: MacAddr,
}

/// `struct flow_dissector_key_ip`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct FlowIp {
    /// Type of service of IPv4, traffic class of IPv6.
    pub tos: u8,
    /// Time to live, hop limit.
    pub ttl: u8,
}

/// `struct flow_dissector_key_icmp`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct FlowIcmp {
    /// Type.
    pub kind: u8,
    /// Code.
    pub code: u8,
    /// Identifier of an echo or timestamp message, 1 for one of 0; 0 for other messages.
    pub id: u16,
}

/// `struct flow_dissector_key_arp`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct FlowArp {
    /// 1 for a request, 2 for a reply.
    pub op: u8,
    /// Sender's protocol address.
    pub sender_ip: Ipv4Addr,
    /// Target's protocol address.
    pub target_ip: Ipv4Addr,
    /// Sender's hardware address.
    pub sender: MacAddr,
    /// Target's hardware address.
    pub target: MacAddr,
}

/// `struct flow_dissector_mpls_lse`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct FlowMpls {
    /// 20 bits.
    pub label: u32,
    /// Traffic class, 0 to 7.
    pub tc: u8,
    /// No entry follows.
    pub bottom_of_stack: bool,
    /// Time to live.
    pub ttl: u8,
}

/// `struct flow_dissector_key_pppoe`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct FlowPppoe {
    /// Session.
    pub session: u16,
    /// What is carried: 0x21 for IPv4, 0x57 for IPv6 …
    pub protocol: u16,
}

/// `struct flow_dissector_key_cfm`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct FlowCfm {
    /// Maintenance domain level, 0 to 7.
    pub level: u8,
    /// Version, 5 bits.
    pub version: u8,
    /// Operation.
    pub opcode: u8,
}
