//! Packets within packets.

use super::*;

impl<K: Keys> Walk<'_, K> {
    /// IPv4 or IPv6 right behind an IP header.
    pub(super) fn ip_in_ip(&mut self, inner: EtherType) -> Next {
        if self.flags.contains(DissectFlags::STOP_BEFORE_ENCAP) {
            return Next::OutGood;
        }
        self.proto = inner;
        self.encapsulated()
    }

    /// `__skb_flow_dissect_gre`: version 0 (RFC 2784, RFC 2890) and version 1 (PPTP, RFC 2637).
    ///
    /// A header with routing or of another version ends the walk without fault.
    #[inline(never)]
    pub(super) fn gre(&mut self) -> Next {
        if self.flags.contains(DissectFlags::STOP_BEFORE_ENCAP) {
            return Next::OutGood;
        }
        let Some([f0, f1, p0, p1]) = self.header::<4>().copied() else {
            return Next::OutBad;
        };
        let flags = u16::from_be_bytes([f0, f1]);
        if flags & GRE_ROUTING != 0 || flags & GRE_VERSION > 1 {
            return Next::OutGood;
        }
        self.proto = EtherType(u16::from_be_bytes([p0, p1]));
        let pptp = flags & GRE_VERSION == 1;
        if pptp && (self.proto != GRE_PROTO_PPP || flags & GRE_KEY == 0) {
            return Next::OutGood;
        }
        let mut offset = if flags & GRE_CSUM != 0 { 8 } else { 4 };
        if flags & GRE_KEY != 0 {
            let Some(key) = self.header_at::<4>(offset) else {
                return Next::OutBad;
            };
            // PPTP has the payload's length in the upper half.
            let mask = if pptp { 0xffff } else { u32::MAX };
            self.keys.set_gre_key(u32::from_be_bytes(*key) & mask);
            offset += 4;
        }
        if flags & GRE_SEQ != 0 {
            offset += 4;
        }
        let behind = if pptp {
            self.ppp_in_gre(if flags & GRE_ACK != 0 { offset + 4 } else { offset })
        } else if self.proto == ETH_P_TEB {
            self.ethernet_at(offset)
        } else {
            Some(offset)
        };
        let Some(behind) = behind else {
            return Next::OutBad;
        };
        self.advance(behind);
        self.encapsulated()
    }

    /// The PPP header of PPTP: two bytes address and control, two protocol. Gives where it ends.
    fn ppp_in_gre(&mut self, offset: usize) -> Option<usize> {
        let [_, _, p0, p1] = *self.header_at::<4>(offset)?;
        match u16::from_be_bytes([p0, p1]) {
            PPP_IP => self.proto = EtherType::IPV4,
            PPP_IPV6 => self.proto = EtherType::IPV6,
            _ => {}
        }
        Some(offset + 4)
    }

    /// An Ethernet header in a tunnel. Gives where it ends.
    fn ethernet_at(&mut self, offset: usize) -> Option<usize> {
        let [.., p0, p1] = *self.header_at::<14>(offset)?;
        self.proto = EtherType(u16::from_be_bytes([p0, p1]));
        Some(offset + 14)
    }

    /// `__skb_flow_dissect_batadv`: a unicast packet of 10 bytes, then an Ethernet header.
    pub(super) fn batadv(&mut self) -> Next {
        let Some([BATADV_UNICAST, BATADV_COMPAT_VERSION, ..]) = self.header::<24>() else {
            return Next::OutBad;
        };
        let Some(behind) = self.ethernet_at(10) else {
            return Next::OutBad;
        };
        self.advance(behind);
        self.encapsulated()
    }

    fn encapsulated(&mut self) -> Next {
        self.met |= FlowFlags::ENCAPSULATION;
        if self.flags.contains(DissectFlags::STOP_AT_ENCAP) {
            return Next::OutGood;
        }
        Next::ProtoAgain
    }

    /// A PPPoE session packet (RFC 2516). Protocols of one byte are taken for wrong, as in Linux.
    pub(super) fn pppoe(&mut self) -> Next {
        let Some([0x11, 0, s0, s1, _, _, p0, p1]) = self.header::<8>().copied() else {
            return Next::OutBad;
        };
        self.advance(8);
        let protocol = u16::from_be_bytes([p0, p1]);
        let (proto, next) = match protocol {
            PPP_IP => (EtherType::IPV4, Next::ProtoAgain),
            PPP_IPV6 => (EtherType::IPV6, Next::ProtoAgain),
            PPP_MPLS_UC => (ETH_P_MPLS_UC, Next::ProtoAgain),
            PPP_MPLS_MC => (ETH_P_MPLS_MC, Next::ProtoAgain),
            // RFC 1661, section 2: the first byte of a protocol is even, the second odd.
            _ if protocol & 0x0101 == 1 => (self.proto, Next::OutGood),
            _ => return Next::OutBad,
        };
        self.proto = proto;
        if let Some(all) = self.keys.all() {
            all.put(Found::PPPOE, KeyField::PPPOE_SID, [s0, s1]);
            all.put(Found::PPPOE, KeyField::PPP_PROTO, [p0, p1]);
            all.put(Found::PPPOE, KeyField::PPPOE_TYPE, ETH_P_PPP_SES.0.to_be_bytes());
        }
        next
    }

    /// `__skb_flow_dissect_mpls`: one entry of the stack. What is below the stack is not said
    /// anywhere, so the walk ends there; one that has no use for labels ends at the first.
    pub(super) fn mpls(&mut self) -> Next {
        let entry = self.header::<4>().copied();
        self.advance(4);
        let index = self.mpls_lse;
        let Some(all) = self.keys.all() else {
            return Next::OutGood;
        };
        let Some(place) = KeyField::mpls_lse(usize::from(index)) else {
            return Next::OutGood;
        };
        let Some(entry) = entry else {
            return Next::OutBad;
        };
        all.set_mpls_lse(place, index, entry);
        let number = u32::from_be_bytes(entry);
        let label = number >> 12;
        if self.mpls_el {
            all.put(Found::MPLS_ENTROPY, KeyField::MPLS_ENTROPY, label.to_be_bytes());
        }
        self.mpls_el = label == MPLS_LABEL_ENTROPY;
        self.mpls_lse += 1;
        let bottom_of_stack = number & 0x100 != 0;
        if bottom_of_stack { Next::OutGood } else { Next::ProtoAgain }
    }

    /// A tag of HSR or PRP (IEC 62439-3).
    pub(super) fn hsr(&mut self) -> Next {
        let Some([.., p0, p1]) = self.header::<6>().copied() else {
            return Next::OutBad;
        };
        self.advance(6);
        self.proto = EtherType(u16::from_be_bytes([p0, p1]));
        Next::ProtoAgain
    }
}
