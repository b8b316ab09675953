//! Flows: which packets belong together, and a number for them.
//!
//! Queueing disciplines, receive steering and queue selection all ask the same question of a
//! packet. [`FlowKeys::dissect`] reads addresses, protocol and ports out of its headers (Linux's
//! flow dissector); [`FlowKeys::hash`] makes 32 bits of them, the same for both directions of a
//! connection. Together they are `skb_get_hash_perturb`, for which every owner has a seed of its
//! own.
//!
//! Filters ask for more. [`Dissected`] has every key that flower knows, in a form that a [`KeyMask`]
//! covers in one sweep:
//!
//! ```text
//!                    ┌─► FlowKeys ──► hash, hash_hosts, digest       fq_codel, sfq, cake, choke …
//! bytes ──► one walk ┤
//!   (encapsulations  └─► Dissected ─► KeyBytes ──► KeyMask::apply    flower: one table a mask
//!    entered, or not)                    ▲
//!                       set_tunnel, set_ingress, set_hash: what is not in the bytes
//! ```
//!
//! Both come out of the same walk (`__skb_flow_dissect`), at most 16 headers deep, which neither
//! allocates nor reads past the end.
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
mod dissected;
mod hash;
mod headers;
mod key_bytes;
mod numbers;
mod tunnel;
mod values;

use bitflags::bitflags;

use self::dissect::Walk;
pub use self::dissected::{Dissected, Found};
pub use self::hash::{FlowSeed, HostHashes};
pub use self::headers::Headers;
pub use self::key_bytes::{KeyBytes, KeyField, KeyMask, WrongLength};
pub use self::tunnel::{Tunnel, TunnelOptions};
pub use self::values::{
    FlowAddrs, FlowArp, FlowCfm, FlowEth, FlowIcmp, FlowIp, FlowMpls, FlowPorts, FlowPppoe,
    FlowVlan,
};
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
    /// Key of the innermost GRE header that has one; of PPTP the call; 0 for none (`keyid`).
    pub gre_key: u32,
    /// Source and destination address, in a tunnel those of the inner packet.
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
        /// [`Tunnel`]: the outer UDP header has a checksum.
        const TUNNEL_CSUM = 1 << 2;
        /// [`Tunnel`]: the outer header says not to fragment.
        const TUNNEL_DONT_FRAGMENT = 1 << 3;
        /// [`Tunnel`]: a packet for the tunnel's end itself.
        const TUNNEL_OAM = 1 << 4;
        /// [`Tunnel`]: an option must be understood.
        const TUNNEL_CRIT_OPT = 1 << 5;
        /// There is a packet within the packet: GRE, IP in IP or batman-adv.
        const ENCAPSULATION = 1 << 6;
    }
}

bitflags! {
    /// How to dissect (`FLOW_DISSECTOR_F_*`).
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
    pub struct DissectFlags: u32 {
        /// Go on behind the first fragment's header. TCP flags, ICMP and what is in a tunnel are
        /// found then; ports are not read all the same.
        const PARSE_1ST_FRAG = 1 << 0;
        /// Take an IPv6 flow label that is not zero for the whole answer, as `skb_get_hash` does:
        /// no ports are read. Since both ends choose a label of their own, the two directions of
        /// such a connection hash apart.
        const STOP_AT_FLOW_LABEL = 1 << 1;
        /// End behind the first header of a tunnel: its keys and the inner protocol are found,
        /// nothing of the inner packet.
        const STOP_AT_ENCAP = 1 << 2;
        /// End in front of GRE, IP in IP and IPv6 in IP, as flower does.
        const STOP_BEFORE_ENCAP = 1 << 3;
    }
}

impl FlowKeys {
    /// Dissects a packet from its network header on, the way `skb_get_hash` does. `protocol` is
    /// what the link layer calls it (`skb->protocol`).
    ///
    /// VLAN tags inside the bytes, PPPoE, IPv6 extension headers and tunnels (GRE, IP in IP,
    /// batman-adv, HSR) are entered, at most 15 headers of them (`MAX_FLOW_DISSECT_HDRS`): the keys
    /// are those of the innermost packet. Any bytes are good for an answer: see [`FlowControl::dissected`].
    #[must_use]
    pub fn dissect(protocol: EtherType, network: &[u8]) -> Self {
        Self::dissect_with(DissectFlags::STOP_AT_FLOW_LABEL, protocol, network)
    }

    /// [`FlowKeys::dissect`] with other flags.
    #[must_use]
    pub fn dissect_with(flags: DissectFlags, protocol: EtherType, network: &[u8]) -> Self {
        let mut keys = Self::default();
        Walk::new(protocol, network, &mut keys).run(flags);
        keys
    }

    /// [`FlowKeys::dissect`] for a packet whose outermost VLAN tag is kept outside of its bytes
    /// (`skb_vlan_tag_present`): `tpid` and `tci` of the tag, then the protocol behind it.
    #[must_use]
    pub fn dissect_tagged(tpid: EtherType, tci: u16, protocol: EtherType, network: &[u8]) -> Self {
        let mut keys = Self::default();
        let walk = Walk::new(protocol, network, &mut keys).tagged(tpid, tci);
        walk.run(DissectFlags::STOP_AT_FLOW_LABEL);
        keys
    }

    /// [`FlowKeys::dissect`] for an Ethernet frame, from its destination address on. A frame
    /// shorter than its header gives no keys. [`FlowControl::thoff`] counts from the frame's start.
    #[must_use]
    pub fn dissect_frame(frame: &[u8]) -> Self {
        let Some(protocol) = EtherType::of_frame(frame) else {
            return Self::default();
        };
        let mut keys = Self::default();
        let walk = Walk::new(protocol, frame, &mut keys).skip(ETH_HLEN);
        walk.run(DissectFlags::STOP_AT_FLOW_LABEL);
        keys
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
