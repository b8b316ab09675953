//! The walk over a packet's headers (`__skb_flow_dissect`).
//!
//! One walk for all users: what it finds goes to [`Keys`], and what is only of interest to
//! [`Dissected`] costs nothing where [`FlowKeys`] is filled.

mod encap;
mod transport;

use core::net::Ipv4Addr;

use super::dissected::{Dissected, Found};
use super::key_bytes::KeyField;
use super::numbers::*;
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

/// Where a walk puts what it finds (`target_container`). What it finds later replaces what it found
/// earlier.
pub(super) trait Keys {
    fn set_vlan(&mut self, vlan: FlowVlan);
    fn set_addrs(&mut self, addrs: FlowAddrs);
    fn set_flow_label(&mut self, label: u32);
    fn set_gre_key(&mut self, key: u32);
    fn set_ports(&mut self, ports: FlowPorts);
    /// Called once, last.
    fn set_basic(&mut self, control: FlowControl, n_proto: EtherType, ip_proto: u8);

    /// The home of the keys that are of no interest for a hash (`used_keys`), if there is one. As it
    /// is known at compile time, a walk for the hash has no code for them.
    fn all(&mut self) -> Option<&mut Dissected> {
        None
    }
}

impl Keys for FlowKeys {
    fn set_vlan(&mut self, vlan: FlowVlan) {
        self.vlan = Some(vlan);
    }

    fn set_addrs(&mut self, addrs: FlowAddrs) {
        self.addrs = addrs;
    }

    fn set_flow_label(&mut self, label: u32) {
        self.flow_label = label;
    }

    fn set_gre_key(&mut self, key: u32) {
        self.gre_key = key;
    }

    fn set_ports(&mut self, ports: FlowPorts) {
        self.ports = ports;
    }

    fn set_basic(&mut self, control: FlowControl, n_proto: EtherType, ip_proto: u8) {
        self.control = control;
        self.n_proto = n_proto;
        self.ip_proto = ip_proto;
    }
}

/// Where the walk is.
pub(super) struct Walk<'a, K> {
    bytes: &'a [u8],
    flags: DissectFlags,
    keys: &'a mut K,
    /// What was met.
    met: FlowFlags,
    /// Network protocol of the next header, or the innermost one.
    proto: EtherType,
    /// Transport protocol of the next header.
    ip_proto: u8,
    /// Offset of the next header; may be beyond the end.
    nhoff: usize,
    num_hdrs: u8,
    /// VLAN tags that became keys: none, the outermost, or two.
    vlans: u8,
    /// MPLS entries passed.
    mpls_lse: u8,
    /// The entry before was the entropy label's indicator.
    mpls_el: bool,
}

impl<'a, K: Keys> Walk<'a, K> {
    /// A walk from the first of `bytes` on, a header of `protocol`, with `keys` that are empty.
    pub(super) fn new(protocol: EtherType, bytes: &'a [u8], keys: &'a mut K) -> Self {
        Self {
            bytes,
            flags: DissectFlags::empty(),
            keys,
            met: FlowFlags::empty(),
            proto: protocol,
            ip_proto: 0,
            nhoff: 0,
            num_hdrs: 0,
            vlans: 0,
            mpls_lse: 0,
            mpls_el: false,
        }
    }

    /// Starts behind a link header.
    pub(super) fn skip(mut self, header: usize) -> Self {
        self.nhoff = header;
        self
    }

    /// Starts behind a VLAN tag that is not in the bytes. It counts as a header all the same.
    pub(super) fn tagged(mut self, tpid: EtherType, tci: u16) -> Self {
        self.num_hdrs = 1;
        self.found_vlan(vlan(tpid, tci, self.proto));
        self
    }

    pub(super) fn run(mut self, flags: DissectFlags) {
        self.flags = flags;
        let dissected = self.walk();
        let thoff = u16::try_from(self.nhoff.min(self.bytes.len()));
        let control = FlowControl {
            thoff: thoff.unwrap_or(u16::MAX),
            flags: self.met,
            dissected: dissected && thoff.is_ok(),
        };
        self.keys.set_basic(control, self.proto, self.ip_proto);
    }

    fn walk(&mut self) -> bool {
        loop {
            match self.network_header() {
                Next::Continue => {}
                Next::ProtoAgain if self.dissect_allowed() => continue,
                next => return !matches!(next, Next::OutBad),
            }
            loop {
                match self.transport_header() {
                    Next::ProtoAgain if self.dissect_allowed() => break,
                    Next::IpProtoAgain if self.dissect_allowed() => {}
                    next => return !matches!(next, Next::OutBad),
                }
            }
        }
    }

    /// `skb_flow_dissect_allowed`: bounds the walk.
    fn dissect_allowed(&mut self) -> bool {
        self.num_hdrs = self.num_hdrs.saturating_add(1);
        self.num_hdrs <= MAX_FLOW_DISSECT_HDRS
    }

    fn network_header(&mut self) -> Next {
        match self.proto {
            EtherType::IPV4 => self.ipv4(),
            EtherType::IPV6 => self.ipv6(),
            EtherType::VLAN | EtherType::QINQ => self.vlan_tag(),
            proto => self.other_header(proto),
        }
    }

    /// Out of the way of those that nearly all packets have.
    #[inline(never)]
    fn other_header(&mut self, proto: EtherType) -> Next {
        match proto {
            EtherType::ARP | ETH_P_RARP => self.arp(),
            ETH_P_PPP_SES => self.pppoe(),
            ETH_P_MPLS_UC | ETH_P_MPLS_MC => self.mpls(),
            ETH_P_BATMAN => self.batadv(),
            ETH_P_PRP | ETH_P_HSR => self.hsr(),
            ETH_P_TIPC => self.tipc(),
            ETH_P_CFM => self.cfm(),
            ETH_P_FCOE => self.last::<FCOE_HEADER_LEN>(),
            ETH_P_1588 => self.last::<PTP_HEADER_LEN>(),
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
        self.ip_proto = header[9];
        let [.., s0, s1, s2, s3, d0, d1, d2, d3] = *header;
        self.keys.set_addrs(FlowAddrs::V4 {
            src: Ipv4Addr::new(s0, s1, s2, s3),
            dst: Ipv4Addr::new(d0, d1, d2, d3),
        });
        if let Some(all) = self.keys.all() {
            all.set_ip(header[1], header[8]);
        }
        let more = header[6] & 0x20 != 0;
        let offset = u16::from_be_bytes([header[6], header[7]]) & 0x1fff;
        if more || offset != 0 {
            return self.fragment(offset == 0, Next::Continue);
        }
        Next::Continue
    }

    fn ipv6(&mut self) -> Next {
        let Some(header) = self.header::<40>() else {
            return Next::OutBad;
        };
        self.advance(40);
        self.ip_proto = header[6];
        let [_, _, _, _, _, _, _, _, addrs @ ..] = header;
        let (src, dst) = addrs.split_at(16);
        if let (Ok(src), Ok(dst)) = (<[u8; 16]>::try_from(src), <[u8; 16]>::try_from(dst)) {
            self.keys.set_addrs(FlowAddrs::V6 { src: src.into(), dst: dst.into() });
        }
        let label = u32::from_be_bytes([0, header[1] & 0x0f, header[2], header[3]]);
        if label != 0 {
            self.keys.set_flow_label(label);
            if self.flags.contains(DissectFlags::STOP_AT_FLOW_LABEL) {
                return Next::OutGood;
            }
        }
        if let Some(all) = self.keys.all() {
            all.set_ip((header[0] << 4) | (header[1] >> 4), header[7]);
        }
        Next::Continue
    }

    /// A fragment's header; `next` is the way from the first one on if the caller wants it.
    fn fragment(&mut self, first: bool, next: Next) -> Next {
        self.met |= FlowFlags::IS_FRAGMENT;
        if first {
            self.met |= FlowFlags::FIRST_FRAG;
            if self.flags.contains(DissectFlags::PARSE_1ST_FRAG) {
                return next;
            }
        }
        Next::OutGood
    }

    fn vlan_tag(&mut self) -> Next {
        let Some([t0, t1, p0, p1]) = self.header::<4>().copied() else {
            return Next::OutBad;
        };
        self.advance(4);
        let tpid = self.proto;
        self.proto = EtherType(u16::from_be_bytes([p0, p1]));
        self.found_vlan(vlan(tpid, u16::from_be_bytes([t0, t1]), self.proto));
        Next::ProtoAgain
    }

    fn found_vlan(&mut self, vlan: FlowVlan) {
        let tunnel = self.met.contains(FlowFlags::ENCAPSULATION);
        if let Some(all) = self.keys.all()
            && !tunnel
        {
            all.count_vlan();
        }
        match self.vlans {
            0 => self.keys.set_vlan(vlan),
            1 => {
                if let Some(all) = self.keys.all() {
                    all.set_cvlan(vlan);
                }
            }
            _ => return,
        }
        self.vlans += 1;
    }

    /// `__skb_flow_dissect_arp`. Who doesn't want the keys doesn't ask whether they are good.
    fn arp(&mut self) -> Next {
        let header = self.header::<28>();
        let Some(all) = self.keys.all() else {
            return Next::OutGood;
        };
        // Ethernet, IPv4, the lengths of their addresses, request or reply.
        let Some([0, 1, 8, 0, 6, 4, 0, op @ (1 | 2), addrs @ ..]) = header else {
            return Next::OutBad;
        };
        all.set_arp(*op, addrs);
        Next::OutGood
    }

    /// `tipc_hdr_rps_key`.
    fn tipc(&mut self) -> Next {
        let Some([.., w0, w1, w2, w3]) = self.header::<16>().copied() else {
            return Next::OutBad;
        };
        self.keys.set_addrs(FlowAddrs::Tipc(u32::from_be_bytes([w0, w1, w2, w3])));
        Next::OutGood
    }

    /// `__skb_flow_dissect_cfm`.
    fn cfm(&mut self) -> Next {
        let header = self.header::<2>().copied();
        let Some(all) = self.keys.all() else {
            return Next::OutGood;
        };
        let Some([mdl_ver, opcode]) = header else {
            return Next::OutBad;
        };
        all.put(Found::CFM, KeyField::CFM_MDL_VER, [mdl_ver]);
        all.put(Found::CFM, KeyField::CFM_OPCODE, [opcode]);
        Next::OutGood
    }

    /// A header without keys, nor anything behind it.
    fn last<const N: usize>(&mut self) -> Next {
        if self.header::<N>().is_none() {
            return Next::OutBad;
        }
        self.advance(N);
        Next::OutGood
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

/// Bytes of a Fibre Channel header over Ethernet with its start of frame, and of a PTP header
/// (`struct ptp_header`).
const FCOE_HEADER_LEN: usize = 38;
const PTP_HEADER_LEN: usize = 34;

// Safe code, and slow under Miri.
#[cfg(all(test, not(miri)))]
mod tests;
