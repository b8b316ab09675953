//! Flows: which packets belong together, and a number for them.
//!
//! Queueing disciplines, receive steering and queue selection all ask the same question of a
//! packet. [`FlowKeys::dissect`] reads addresses, protocol and ports out of its headers (Linux's
//! flow dissector); [`FlowKeys::hash`] makes 32 bits of them, the same for both directions of a
//! connection. Together they are `skb_get_hash_perturb`, for which every owner has a seed of its
//! own.
//!
//! ```
//! use softnet_sk_buff::EtherType;
//! use softnet_sk_buff::flow::{FlowKeys, FlowSeed};
//!
//! let mut there = [0; 28];
//! there[0] = 0x45; // IPv4, header of 20 bytes
//! there[9] = 17; // UDP
//! there[12..20].copy_from_slice(&[10, 0, 0, 1, 10, 0, 0, 2]);
//! there[20..24].copy_from_slice(&[0x30, 0x39, 0x00, 0x35]); // from port 12345 to 53
//! let mut back = there;
//! back[12..20].copy_from_slice(&[10, 0, 0, 2, 10, 0, 0, 1]);
//! back[20..24].copy_from_slice(&[0x00, 0x35, 0x30, 0x39]);
//!
//! let seed = FlowSeed::new(0x0123_4567_89ab_cdef, 0xfedc_ba98_7654_3210);
//! let there = FlowKeys::dissect(EtherType::IPV4, &there);
//! let back = FlowKeys::dissect(EtherType::IPV4, &back);
//! assert_eq!((there.ports.src, there.ports.dst), (12345, 53));
//! assert_eq!(there.hash(&seed), back.hash(&seed));
//! ```

mod dissect;
mod hash;

use core::net::{Ipv4Addr, Ipv6Addr};

use bitflags::bitflags;

pub use self::hash::FlowSeed;
use crate::EtherType;

/// What the headers of a packet say about its flow (`struct flow_keys`). Numbers are in host order.
///
/// Whatever a packet does not have, or is too short to show, is left at its default, which is what
/// Linux hashes then as well.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
#[non_exhaustive]
pub struct FlowKeys {
    /// How far the dissection came.
    pub control: FlowControl,
    /// The innermost network protocol found (`basic.n_proto`).
    pub n_proto: EtherType,
    /// The transport protocol, or the first header that was not looked into (`basic.ip_proto`).
    pub ip_proto: u8,
    /// The outermost VLAN tag.
    pub vlan: Option<FlowVlan>,
    /// IPv6 flow label, 20 bits; 0 for none (`tags.flow_label`).
    pub flow_label: u32,
    /// Source and destination address.
    pub addrs: FlowAddrs,
    /// Source and destination port.
    pub ports: FlowPorts,
}

/// How far a dissection came (`struct flow_dissector_key_control`). Not part of the hash.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
#[non_exhaustive]
pub struct FlowControl {
    /// Bytes from the start of what was dissected to the transport header, at most the number of
    /// bytes there were.
    pub thoff: u16,
    /// What was met on the way.
    pub flags: FlowFlags,
    /// What `__skb_flow_dissect` returns: `false` if a header was cut off or malformed, or the
    /// protocol is one that has no dissector. The keys found until then are good.
    pub dissected: bool,
}

bitflags! {
    /// What a dissection met (`FLOW_DIS_*`).
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
    pub struct FlowFlags: u32 {
        /// A fragment of an IP packet. Ports are not read then, not even from the first fragment,
        /// so that all of them stay in one flow.
        const IS_FRAGMENT = 1 << 0;
        /// The first fragment.
        const FIRST_FRAG = 1 << 1;
    }
}

bitflags! {
    /// How to dissect (`FLOW_DISSECTOR_F_*`).
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
    pub struct DissectFlags: u32 {
        /// Take an IPv6 flow label that is not zero for the whole answer, as `skb_get_hash` does:
        /// no ports are read. Since both ends choose a label of their own, the two directions of
        /// such a connection hash apart.
        const STOP_AT_FLOW_LABEL = 1 << 1;
    }
}

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

impl FlowKeys {
    /// Dissects a packet from its network header on, the way `skb_get_hash` does. `protocol` is
    /// what the link layer calls it (`skb->protocol`).
    ///
    /// VLAN tags inside the bytes and IPv6 extension headers are passed over, at most 15 of them
    /// (`MAX_FLOW_DISSECT_HDRS`). Any bytes are good for an answer: see [`FlowControl::dissected`].
    #[must_use]
    pub fn dissect(protocol: EtherType, network: &[u8]) -> Self {
        Self::dissect_with(DissectFlags::STOP_AT_FLOW_LABEL, protocol, network)
    }

    /// [`FlowKeys::dissect`] with other flags.
    #[must_use]
    pub fn dissect_with(flags: DissectFlags, protocol: EtherType, network: &[u8]) -> Self {
        dissect::Walk::new(flags, protocol, network).run()
    }

    /// [`FlowKeys::dissect`] for a packet whose outermost VLAN tag is kept outside of its bytes
    /// (`skb_vlan_tag_present`): `tpid` and `tci` of the tag, then the protocol behind it.
    #[must_use]
    pub fn dissect_tagged(tpid: EtherType, tci: u16, protocol: EtherType, network: &[u8]) -> Self {
        let flags = DissectFlags::STOP_AT_FLOW_LABEL;
        dissect::Walk::new(flags, protocol, network).tagged(tpid, tci).run()
    }

    /// [`FlowKeys::dissect`] for an Ethernet frame, from its destination address on. A frame
    /// shorter than its header gives no keys. [`FlowControl::thoff`] counts from the frame's start.
    #[must_use]
    pub fn dissect_frame(frame: &[u8]) -> Self {
        let Some(protocol) = EtherType::of_frame(frame) else {
            return Self::default();
        };
        let flags = DissectFlags::STOP_AT_FLOW_LABEL;
        dissect::Walk::new(flags, protocol, frame).skip(ETH_HLEN).run()
    }

    /// Whether the keys tell apart more than hosts (`flow_keys_have_l4`): what makes a hash a
    /// `skb->l4_hash`.
    #[must_use]
    pub const fn have_l4(&self) -> bool {
        self.ports.src != 0 || self.ports.dst != 0 || self.flow_label != 0
    }
}

/// Bytes of an Ethernet header.
const ETH_HLEN: usize = 14;
