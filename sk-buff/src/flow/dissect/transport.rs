//! Headers with an IP protocol number.

use super::*;

impl<K: Keys> Walk<'_, K> {
    pub(super) fn transport_header(&mut self) -> Next {
        // The numbers of extension headers mean something else, or nothing, behind IPv4.
        let ipv6 = self.proto == EtherType::IPV6;
        let next = match self.ip_proto {
            IPPROTO_TCP => self.leaf(Self::tcp),
            IPPROTO_UDP => Next::Continue,
            NEXTHDR_HOP | NEXTHDR_ROUTING | NEXTHDR_DEST if ipv6 => self.extension(),
            NEXTHDR_FRAGMENT if ipv6 => self.fragment_header(),
            IPPROTO_GRE => self.gre(),
            IPPROTO_IPIP => self.ip_in_ip(EtherType::IPV4),
            IPPROTO_IPV6 => self.ip_in_ip(EtherType::IPV6),
            IPPROTO_MPLS => {
                self.proto = ETH_P_MPLS_UC;
                Next::ProtoAgain
            }
            IPPROTO_ICMP | IPPROTO_ICMPV6 => self.leaf(Self::icmp),
            IPPROTO_L2TP => self.leaf(Self::l2tpv3),
            IPPROTO_ESP => self.leaf(|walk| walk.ipsec::<8>(0)),
            IPPROTO_AH => self.leaf(|walk| walk.ipsec::<12>(4)),
            _ => Next::Continue,
        };
        // Read even when the 15 headers are used up by now and the walk will not go on.
        if !matches!(next, Next::OutBad) && !self.met.contains(FlowFlags::IS_FRAGMENT) {
            self.ports();
        }
        next
    }

    fn extension(&mut self) -> Next {
        let Some([next_header, len]) = self.header::<2>().copied() else {
            return Next::OutBad;
        };
        self.advance((usize::from(len) + 1) * 8);
        self.ip_proto = next_header;
        Next::IpProtoAgain
    }

    fn fragment_header(&mut self) -> Next {
        let Some([next_header, _, o0, o1, ..]) = self.header::<8>().copied() else {
            return Next::OutBad;
        };
        self.advance(8);
        self.ip_proto = next_header;
        self.fragment(u16::from_be_bytes([o0, o1]) & 0xfff8 == 0, Next::IpProtoAgain)
    }

    /// Keys that only some ask for; that they can't be read is no fault.
    fn leaf(&mut self, keys: impl FnOnce(&mut Self) -> Option<()>) -> Next {
        if self.keys.all().is_some() {
            let _ = keys(self);
        }
        Next::Continue
    }

    /// `__skb_flow_dissect_tcp`.
    fn tcp(&mut self) -> Option<()> {
        let header = self.header::<20>()?;
        let (doff, flags) = (header[12] >> 4, [header[12] & 0x0f, header[13]]);
        if doff >= 5 {
            self.keys.all()?.put(Found::TCP, KeyField::TCP_FLAGS, flags);
        }
        Some(())
    }

    /// `skb_flow_get_icmp_tci`. An identifier of 0 becomes 1, because 0 stands for none.
    fn icmp(&mut self) -> Option<()> {
        let [kind, code, _, _, i0, i1, ..] = *self.header::<8>()?;
        let id = match kind {
            ICMP_ECHOREPLY | ICMP_ECHO | ICMP_TIMESTAMP | ICMP_TIMESTAMPREPLY
            | ICMPV6_ECHO_REQUEST | ICMPV6_ECHO_REPLY => u16::from_be_bytes([i0, i1]).max(1),
            _ => 0,
        };
        let all = self.keys.all()?;
        all.put(Found::ICMP, KeyField::ICMP_TYPE, [kind]);
        all.put(Found::ICMP, KeyField::ICMP_CODE, [code]);
        all.put(Found::ICMP, KeyField::ICMP_ID, id.to_be_bytes());
        Some(())
    }

    /// `__skb_flow_dissect_l2tpv3`.
    fn l2tpv3(&mut self) -> Option<()> {
        let session = *self.header::<4>()?;
        self.keys.all()?.put(Found::L2TPV3, KeyField::L2TPV3_SID, session);
        Some(())
    }

    /// `__skb_flow_dissect_esp` and `_ah`: the SPI `offset` bytes into a header of `N`.
    fn ipsec<const N: usize>(&mut self, offset: usize) -> Option<()> {
        self.header::<N>()?;
        let spi = *self.header_at::<4>(offset)?;
        self.keys.all()?.put(Found::IPSEC, KeyField::SPI, spi);
        Some(())
    }

    /// `skb_flow_get_ports`: both ports stand first in every protocol that has them.
    fn ports(&mut self) {
        let offset = match self.ip_proto {
            IPPROTO_TCP | IPPROTO_UDP | IPPROTO_DCCP | IPPROTO_ESP | IPPROTO_SCTP
            | IPPROTO_UDPLITE => 0,
            IPPROTO_AH => 4,
            _ => return,
        };
        if let Some([s0, s1, d0, d1]) = self.header_at::<4>(offset).copied() {
            self.keys.set_ports(FlowPorts {
                src: u16::from_be_bytes([s0, s1]),
                dst: u16::from_be_bytes([d0, d1]),
            });
        }
    }
}

// Messages that have an identifier (RFC 792, RFC 4443).
const ICMP_ECHOREPLY: u8 = 0;
const ICMP_ECHO: u8 = 8;
const ICMP_TIMESTAMP: u8 = 13;
const ICMP_TIMESTAMPREPLY: u8 = 14;
const ICMPV6_ECHO_REQUEST: u8 = 128;
const ICMPV6_ECHO_REPLY: u8 = 129;
