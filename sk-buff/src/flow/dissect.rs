//! The walk over a packet's headers (`__skb_flow_dissect`).
//!
//! Tunnels (GRE, IP in IP, MPLS, PPPoE, …) are not entered: the walk ends in front of them, with
//! the outer addresses. To enter one is one more arm of [`Walk::network_header`] or
//! [`Walk::transport_header`] that gives [`Next::ProtoAgain`].

use core::net::{Ipv4Addr, Ipv6Addr};

use super::{DissectFlags, FlowAddrs, FlowControl, FlowFlags, FlowKeys, FlowPorts, FlowVlan};
use crate::EtherType;

/// Headers that may follow upon the first (`MAX_FLOW_DISSECT_HDRS`).
const MAX_FLOW_DISSECT_HDRS: u8 = 15;

/// How the walk goes on after a header (`enum flow_dissect_ret`).
enum Next {
    /// To the transport header.
    Continue,
    /// Another network header.
    ProtoAgain,
    /// Another header with an IP protocol number.
    IpProtoAgain,
    /// There is nothing more to find.
    OutGood,
    /// The header is cut off, wrong or unknown.
    OutBad,
}

/// Where the walk is.
pub(super) struct Walk<'a> {
    bytes: &'a [u8],
    flags: DissectFlags,
    keys: FlowKeys,
    /// Offset of the next header; may be beyond the end.
    nhoff: usize,
    num_hdrs: u8,
}

impl<'a> Walk<'a> {
    pub(super) fn new(flags: DissectFlags, protocol: EtherType, bytes: &'a [u8]) -> Self {
        let keys = FlowKeys { n_proto: protocol, ..FlowKeys::default() };
        Self { bytes, flags, keys, nhoff: 0, num_hdrs: 0 }
    }

    /// Starts behind a link header.
    pub(super) fn skip(mut self, header: usize) -> Self {
        self.nhoff = header;
        self
    }

    /// Starts behind a VLAN tag that is not in the bytes. It counts as a header all the same.
    pub(super) fn tagged(mut self, tpid: EtherType, tci: u16) -> Self {
        self.num_hdrs = 1;
        self.keys.vlan = Some(vlan(tpid, tci, self.keys.n_proto));
        self
    }

    pub(super) fn run(mut self) -> FlowKeys {
        let dissected = self.walk();
        let thoff = self.nhoff.min(self.bytes.len());
        self.keys.control = FlowControl {
            thoff: u16::try_from(thoff).unwrap_or(u16::MAX),
            dissected,
            ..self.keys.control
        };
        self.keys
    }

    fn walk(&mut self) -> bool {
        let mut next = self.network_header();
        loop {
            let again = matches!(next, Next::ProtoAgain | Next::IpProtoAgain);
            if again && !self.dissect_allowed() {
                return true;
            }
            next = match next {
                Next::OutGood => return true,
                Next::OutBad => return false,
                Next::ProtoAgain => self.network_header(),
                Next::Continue | Next::IpProtoAgain => match self.transport_header() {
                    Next::Continue => return true,
                    next => next,
                },
            };
        }
    }

    /// `skb_flow_dissect_allowed`: bounds the walk.
    fn dissect_allowed(&mut self) -> bool {
        self.num_hdrs = self.num_hdrs.saturating_add(1);
        self.num_hdrs <= MAX_FLOW_DISSECT_HDRS
    }

    fn network_header(&mut self) -> Next {
        match self.keys.n_proto {
            EtherType::IPV4 => self.ipv4(),
            EtherType::IPV6 => self.ipv6(),
            EtherType::VLAN | EtherType::QINQ => self.vlan_tag(),
            // Their addresses are not among the keys that are hashed.
            EtherType::ARP | RARP => Next::OutGood,
            _ => Next::OutBad,
        }
    }

    fn ipv4(&mut self) -> Next {
        let Some(header) = self.header::<20>() else {
            return Next::OutBad;
        };
        let ihl = header[0] & 0x0f;
        if ihl < 5 {
            return Next::OutBad;
        }
        self.advance(usize::from(ihl) * 4);
        self.keys.ip_proto = header[9];
        let [.., s0, s1, s2, s3, d0, d1, d2, d3] = *header;
        self.keys.addrs = FlowAddrs::V4 {
            src: Ipv4Addr::new(s0, s1, s2, s3),
            dst: Ipv4Addr::new(d0, d1, d2, d3),
        };
        let more = header[6] & 0x20 != 0;
        let offset = u16::from_be_bytes([header[6], header[7]]) & 0x1fff;
        if more || offset != 0 {
            return self.fragment(offset);
        }
        Next::Continue
    }

    fn ipv6(&mut self) -> Next {
        let Some(header) = self.header::<40>() else {
            return Next::OutBad;
        };
        self.advance(40);
        self.keys.ip_proto = header[6];
        let [_, _, _, _, _, _, _, _, addrs @ ..] = header;
        let (src, dst) = addrs.split_at(16);
        if let (Ok(src), Ok(dst)) = (<[u8; 16]>::try_from(src), <[u8; 16]>::try_from(dst)) {
            self.keys.addrs = FlowAddrs::V6 { src: Ipv6Addr::from(src), dst: Ipv6Addr::from(dst) };
        }
        let label = u32::from_be_bytes([0, header[1] & 0x0f, header[2], header[3]]);
        if label != 0 {
            self.keys.flow_label = label;
            if self.flags.contains(DissectFlags::STOP_AT_FLOW_LABEL) {
                return Next::OutGood;
            }
        }
        Next::Continue
    }

    fn vlan_tag(&mut self) -> Next {
        let Some([t0, t1, p0, p1]) = self.header::<4>().copied() else {
            return Next::OutBad;
        };
        self.advance(4);
        let tpid = self.keys.n_proto;
        self.keys.n_proto = EtherType(u16::from_be_bytes([p0, p1]));
        let tag = vlan(tpid, u16::from_be_bytes([t0, t1]), self.keys.n_proto);
        // Only the outermost tag is a key of the hash.
        self.keys.vlan.get_or_insert(tag);
        Next::ProtoAgain
    }

    fn transport_header(&mut self) -> Next {
        // The numbers of extension headers mean something else, or nothing, behind IPv4.
        let ipv6 = self.keys.n_proto == EtherType::IPV6;
        let next = match self.keys.ip_proto {
            NEXTHDR_HOP | NEXTHDR_ROUTING | NEXTHDR_DEST if ipv6 => self.extension(),
            NEXTHDR_FRAGMENT if ipv6 => self.fragment_header(),
            _ => Next::Continue,
        };
        // Read even when the 15 headers are used up by now and the walk will not go on.
        if !matches!(next, Next::OutBad) && !self.is_fragment() {
            self.ports();
        }
        next
    }

    fn extension(&mut self) -> Next {
        let Some([next_header, len]) = self.header::<2>().copied() else {
            return Next::OutBad;
        };
        self.advance((usize::from(len) + 1) * 8);
        self.keys.ip_proto = next_header;
        Next::IpProtoAgain
    }

    fn fragment_header(&mut self) -> Next {
        let Some([next_header, _, o0, o1, ..]) = self.header::<8>().copied() else {
            return Next::OutBad;
        };
        self.advance(8);
        self.keys.ip_proto = next_header;
        self.fragment(u16::from_be_bytes([o0, o1]) & 0xfff8)
    }

    fn fragment(&mut self, offset: u16) -> Next {
        self.keys.control.flags |= FlowFlags::IS_FRAGMENT;
        if offset == 0 {
            self.keys.control.flags |= FlowFlags::FIRST_FRAG;
        }
        Next::OutGood
    }

    fn is_fragment(&self) -> bool {
        self.keys.control.flags.contains(FlowFlags::IS_FRAGMENT)
    }

    /// `skb_flow_get_ports`: both ports stand first in every protocol that has them.
    fn ports(&mut self) {
        let offset = match self.keys.ip_proto {
            IPPROTO_TCP | IPPROTO_UDP | IPPROTO_DCCP | IPPROTO_ESP | IPPROTO_SCTP
            | IPPROTO_UDPLITE => 0,
            IPPROTO_AH => 4,
            _ => return,
        };
        if let Some([s0, s1, d0, d1]) = self.header_at::<4>(offset).copied() {
            self.keys.ports =
                FlowPorts { src: u16::from_be_bytes([s0, s1]), dst: u16::from_be_bytes([d0, d1]) };
        }
    }

    /// The first `N` bytes of the next header (`__skb_header_pointer`).
    fn header<const N: usize>(&self) -> Option<&'a [u8; N]> {
        self.header_at(0)
    }

    fn header_at<const N: usize>(&self, offset: usize) -> Option<&'a [u8; N]> {
        self.bytes.get(self.nhoff.checked_add(offset)?..)?.first_chunk()
    }

    fn advance(&mut self, bytes: usize) {
        self.nhoff = self.nhoff.saturating_add(bytes);
    }
}

fn vlan(tpid: EtherType, tci: u16, eth_type: EtherType) -> FlowVlan {
    FlowVlan { id: tci & 0x0fff, priority: (tci >> 13) as u8, tpid, eth_type }
}

/// `ETH_P_RARP`.
const RARP: EtherType = EtherType(0x8035);

// Assigned Internet protocol numbers (IANA).
const NEXTHDR_HOP: u8 = 0;
const IPPROTO_TCP: u8 = 6;
const IPPROTO_UDP: u8 = 17;
const IPPROTO_DCCP: u8 = 33;
const NEXTHDR_ROUTING: u8 = 43;
const NEXTHDR_FRAGMENT: u8 = 44;
const IPPROTO_ESP: u8 = 50;
const IPPROTO_AH: u8 = 51;
const NEXTHDR_DEST: u8 = 60;
const IPPROTO_SCTP: u8 = 132;
const IPPROTO_UDPLITE: u8 = 136;

// Safe code, and slow under Miri.
#[cfg(all(test, not(miri)))]
mod tests;
