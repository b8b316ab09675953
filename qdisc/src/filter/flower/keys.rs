//! Which keys a filter wants, and what becomes of them (`fl_set_key`).

use alloc::vec::Vec;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use softnet_sk_buff::flow::{FlowFlags, KeyBytes, KeyField, KeyMask};
use softnet_sk_buff::{EtherType, IfIndex, MacAddr};

use super::ifindex;
use super::protocols::{
    AH, ESP, ETH_P_CFM, ETH_P_MPLS_MC, ETH_P_MPLS_UC, ETH_P_PPP_SES, ETH_P_RARP, ICMP, ICMPV6,
    L2TP, SCTP, TCP, UDP,
};
use crate::filter::FilterError;
use crate::packet::is_vlan;

const PPP_IP: u16 = 0x0021;
const PPP_IPV6: u16 = 0x0057;
const PPP_MPLS_UC: u16 = 0x0281;
const PPP_MPLS_MC: u16 = 0x0283;

/// A value, and which of its bits count.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Masked<T> {
    /// The value.
    pub value: T,
    /// The bits that count.
    pub mask: T,
}

macro_rules! whole {
    ($($type:ty = $all:expr,)+) => {
        $(impl From<$type> for Masked<$type> {
            /// All bits count.
            fn from(value: $type) -> Self {
                Self { value, mask: $all }
            }
        })+
    };
}
whole! {
    u8 = u8::MAX,
    u16 = u16::MAX,
    u32 = u32::MAX,
    MacAddr = MacAddr::BROADCAST,
    Ipv4Addr = Ipv4Addr::BROADCAST,
}

impl From<IpAddr> for Masked<IpAddr> {
    /// All bits count.
    fn from(value: IpAddr) -> Self {
        Self::prefix(value, 128)
    }
}

impl Masked<IpAddr> {
    /// The addresses of a network, `address/len`.
    #[must_use]
    pub fn prefix(address: IpAddr, len: u8) -> Self {
        let mask = match address {
            IpAddr::V4(_) => {
                let host = u32::MAX.checked_shr(len.into()).unwrap_or(0);
                IpAddr::V4(Ipv4Addr::from_bits(!host))
            }
            IpAddr::V6(_) => {
                let host = u128::MAX.checked_shr(len.into()).unwrap_or(0);
                IpAddr::V6(Ipv6Addr::from_bits(!host))
            }
        };
        Self { value: address, mask }
    }
}

/// A port.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Port {
    /// One, or those that have these bits.
    Bits(Masked<u16>),
    /// All from one to another, which must be above.
    Range(u16, u16),
}

impl From<u16> for Port {
    fn from(port: u16) -> Self {
        Self::Bits(port.into())
    }
}

/// An entry of an MPLS stack (`TCA_FLOWER_KEY_MPLS_*`).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct MplsEntry {
    /// Which one: 0 is the first of the packet, 6 the last that counts.
    pub depth: u8,
    /// Label, 20 bits.
    pub label: Option<u32>,
    /// Traffic class, 0 to 7.
    pub tc: Option<u8>,
    /// Whether it is the last of the stack.
    pub bos: Option<bool>,
    /// Time to live.
    pub ttl: Option<u8>,
}

/// The tunnel that a packet came out of ([`Packet::tunnel`](crate::Packet::tunnel);
/// `TCA_FLOWER_KEY_ENC_*`).
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Tunnel {
    /// Number of the network in it.
    pub key_id: Option<u32>,
    /// Outer source.
    pub src_ip: Option<Masked<IpAddr>>,
    /// Outer destination.
    pub dst_ip: Option<Masked<IpAddr>>,
    /// Outer UDP source port.
    pub src_port: Option<Masked<u16>>,
    /// Outer UDP destination port.
    pub dst_port: Option<Masked<u16>>,
    /// Outer type of service.
    pub tos: Option<Masked<u8>>,
    /// Outer time to live.
    pub ttl: Option<Masked<u8>>,
    /// Those of [`FlowFlags`] that are named `TUNNEL_*`.
    pub flags: Option<(FlowFlags, FlowFlags)>,
}

/// Which keys a filter wants; those that are `None` may be anything (`TCA_FLOWER_KEY_*`).
///
/// Some keys make sense with others only: see [`FilterError::KeyOutOfPlace`]. (Linux passes over them
/// without a word.)
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Match {
    /// The device that the packet came in by.
    pub indev: Option<IfIndex>,
    /// The bridge did not know its destination.
    pub l2_miss: Option<bool>,
    /// Destination of the frame.
    pub dst_mac: Option<Masked<MacAddr>>,
    /// Source of the frame.
    pub src_mac: Option<Masked<MacAddr>>,
    /// Tags that it has.
    pub num_of_vlans: Option<u8>,
    /// Protocol (`TCA_FLOWER_KEY_ETH_TYPE`): what tc has after `protocol`. With one of VLAN's the tag
    /// may be matched, and what is in it is [`vlan_ethtype`](Self::vlan_ethtype).
    pub eth_type: Option<EtherType>,
    /// Number of the VLAN, 12 bits.
    pub vlan_id: Option<u16>,
    /// Priority in it, 0 to 7.
    pub vlan_prio: Option<u8>,
    /// What the tag announces.
    pub vlan_ethtype: Option<EtherType>,
    /// Number of the inner VLAN.
    pub cvlan_id: Option<u16>,
    /// Priority in it.
    pub cvlan_prio: Option<u8>,
    /// What the inner tag announces.
    pub cvlan_ethtype: Option<EtherType>,
    /// Session of PPPoE.
    pub pppoe_sid: Option<u16>,
    /// What it carries.
    pub ppp_proto: Option<u16>,
    /// Transport protocol, of IP.
    pub ip_proto: Option<u8>,
    /// Type of service, of IP.
    pub ip_tos: Option<Masked<u8>>,
    /// Time to live, of IP.
    pub ip_ttl: Option<Masked<u8>>,
    /// From where.
    pub src_ip: Option<Masked<IpAddr>>,
    /// To where.
    pub dst_ip: Option<Masked<IpAddr>>,
    /// From which port, of TCP, UDP or SCTP.
    pub src_port: Option<Port>,
    /// To which port, of TCP, UDP or SCTP.
    pub dst_port: Option<Port>,
    /// Flags of TCP, 12 bits.
    pub tcp_flags: Option<Masked<u16>>,
    /// Kind of an ICMP or ICMPv6 message.
    pub icmp_type: Option<Masked<u8>>,
    /// Code of it.
    pub icmp_code: Option<Masked<u8>>,
    /// Sender's address in ARP or RARP.
    pub arp_sip: Option<Masked<Ipv4Addr>>,
    /// Target's address.
    pub arp_tip: Option<Masked<Ipv4Addr>>,
    /// 1 for a request, 2 for a reply.
    pub arp_op: Option<Masked<u8>>,
    /// Sender's Ethernet address.
    pub arp_sha: Option<Masked<MacAddr>>,
    /// Target's Ethernet address.
    pub arp_tha: Option<Masked<MacAddr>>,
    /// Entries of an MPLS stack.
    pub mpls: Vec<MplsEntry>,
    /// Session of L2TPv3.
    pub l2tpv3_sid: Option<u32>,
    /// Security parameters index, of ESP or AH.
    pub spi: Option<Masked<u32>>,
    /// Maintenance level of CFM, 0 to 7.
    pub cfm_level: Option<u8>,
    /// Operation of CFM.
    pub cfm_opcode: Option<u8>,
    /// Whether it is a fragment, and the first one (`ip_flags`): [`FlowFlags::IS_FRAGMENT`],
    /// [`FlowFlags::FIRST_FRAG`]; the flags, and which of them count.
    pub ip_flags: Option<(FlowFlags, FlowFlags)>,
    /// The tunnel.
    pub tunnel: Tunnel,
}

#[cfg(feature = "netlink")]
impl Match {
    /// Keys and masks as bytes; nothing if they make no sense together.
    pub(crate) fn bytes(&self) -> Option<(KeyBytes, KeyBytes)> {
        let wanted = Wanted::of(self).ok()?;
        Some((wanted.key, wanted.mask.bits.bits().clone()))
    }

    /// What the keys of link and tags say that the packet is (`key->basic.n_proto`).
    pub(crate) fn network_protocol(&self) -> EtherType {
        let mut keys = Keys { key: KeyBytes::NONE, mask: KeyBytes::NONE, range: Range::NONE };
        keys.link(self).map_or(EtherType::NONE, |types| types.network)
    }
}

/// Ranges of ports; each `None` where there is none.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Range {
    src: Option<(u16, u16)>,
    dst: Option<(u16, u16)>,
}

impl Range {
    pub(super) const NONE: Self = Self { src: None, dst: None };

    pub(super) fn contains(&self, keys: &KeyBytes) -> bool {
        let port =
            |field| keys.get(field).first_chunk().map_or(0, |port| u16::from_be_bytes(*port));
        let within = |range: Option<(u16, u16)>, field| {
            range.is_none_or(|(from, to)| (from..=to).contains(&port(field)))
        };
        within(self.dst, KeyField::PORT_DST) && within(self.src, KeyField::PORT_SRC)
    }

    pub(super) fn bits(&self) -> u64 {
        let bits = |range: Option<(u16, u16)>| {
            range.map_or(0, |(from, to)| (u64::from(from) << 16) | u64::from(to))
        };
        (bits(self.src) << 32) | bits(self.dst)
    }
}

/// Which bits count, and whether ports are in ranges.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Mask {
    pub(super) bits: KeyMask,
    ranges: (bool, bool),
}

/// What a filter wants.
pub(super) struct Wanted {
    pub(super) key: KeyBytes,
    pub(super) mask: Mask,
    pub(super) range: Range,
}

impl Wanted {
    pub(super) fn of(wanted: &Match) -> Result<Self, FilterError> {
        let mut keys = Keys { key: KeyBytes::NONE, mask: KeyBytes::NONE, range: Range::NONE };
        let types = keys.link(wanted)?;
        keys.network(wanted, types)?;
        keys.addresses(wanted)?;
        keys.transport(wanted, types)?;
        keys.others(wanted, types)?;
        keys.tunnel(&wanted.tunnel)?;
        let Keys { key, mask, range } = keys;
        let ranges = (range.src.is_some(), range.dst.is_some());
        Ok(Self { key, mask: Mask { bits: KeyMask::new(mask), ranges }, range })
    }
}

struct Keys {
    key: KeyBytes,
    mask: KeyBytes,
    range: Range,
}

/// What the keys before say that the packet is: network and transport protocol.
#[derive(Clone, Copy)]
struct Types {
    network: EtherType,
    transport: u8,
}

impl Types {
    fn is_ip(self) -> bool {
        matches!(self.network, EtherType::IPV4 | EtherType::IPV6)
    }
}

/// Refuses what is there where it can't be.
fn unless(fits: bool, there: bool, name: &'static str) -> Result<(), FilterError> {
    if there && !fits { Err(FilterError::KeyOutOfPlace(name)) } else { Ok(()) }
}

impl Keys {
    /// `fl_set_key_val`. The field has the value's length, which is the compiler's business in
    /// all but name.
    fn put(&mut self, field: KeyField, value: &[u8], mask: &[u8]) {
        let _ = self.key.set(field, value);
        let _ = self.mask.set(field, mask);
    }

    fn byte(&mut self, field: KeyField, byte: Option<Masked<u8>>) {
        if let Some(Masked { value, mask }) = byte {
            self.put(field, &[value], &[mask]);
        }
    }

    fn number(&mut self, field: KeyField, number: Option<Masked<u16>>) {
        if let Some(Masked { value, mask }) = number {
            self.put(field, &value.to_be_bytes(), &mask.to_be_bytes());
        }
    }

    fn long(&mut self, field: KeyField, number: Option<Masked<u32>>) {
        if let Some(Masked { value, mask }) = number {
            self.put(field, &value.to_be_bytes(), &mask.to_be_bytes());
        }
    }

    fn mac(&mut self, field: KeyField, address: Option<Masked<MacAddr>>) {
        if let Some(Masked { value, mask }) = address {
            self.put(field, &value.octets(), &mask.octets());
        }
    }

    fn protocol(&mut self, field: KeyField, protocol: Option<EtherType>) {
        self.number(field, protocol.map(|protocol| protocol.0.into()));
    }

    fn n_proto(&mut self, types: &mut Types, protocol: EtherType) {
        types.network = protocol;
        self.protocol(KeyField::ETH_TYPE, Some(protocol));
    }

    /// Link header and tags; tells what is in them.
    fn link(&mut self, wanted: &Match) -> Result<Types, FilterError> {
        if let Some(device) = wanted.indev {
            self.put(KeyField::INGRESS_IFINDEX, &ifindex(device), &[0xff; 4]);
        }
        self.byte(KeyField::L2_MISS, wanted.l2_miss.map(|miss| u8::from(miss).into()));
        self.mac(KeyField::ETH_DST, wanted.dst_mac);
        self.mac(KeyField::ETH_SRC, wanted.src_mac);
        self.byte(KeyField::NUM_OF_VLANS, wanted.num_of_vlans.map(Masked::from));
        let mut types = Types { network: EtherType::NONE, transport: 0 };
        let tags = wanted.num_of_vlans.unwrap_or(0);
        // `is_vlan_key`: a tag's protocol, or a number of tags, says that there is a tag.
        let tagged = |protocol: Option<EtherType>, threshold| {
            tags > threshold || protocol.is_some_and(is_vlan)
        };
        let outer = tagged(wanted.eth_type, 0);
        let inner = outer && tagged(wanted.vlan_ethtype, 1);
        let Match { vlan_id, vlan_prio, vlan_ethtype, .. } = *wanted;
        let has_vlan = vlan_id.is_some() || vlan_prio.is_some() || vlan_ethtype.is_some();
        unless(outer, has_vlan, "vlan")?;
        let Match { cvlan_id, cvlan_prio, cvlan_ethtype, .. } = *wanted;
        let has_cvlan = cvlan_id.is_some() || cvlan_prio.is_some() || cvlan_ethtype.is_some();
        unless(inner, has_cvlan, "cvlan")?;
        if !outer {
            if let Some(protocol) = wanted.eth_type {
                self.n_proto(&mut types, protocol);
            }
            return self.pppoe(wanted, types);
        }
        let id = |id: u16| Masked { value: id & 0xfff, mask: 0xfff };
        let prio = |prio: u8| Masked { value: prio & 7, mask: 7 };
        self.number(KeyField::VLAN_ID, vlan_id.map(id));
        self.byte(KeyField::VLAN_PRIO, vlan_prio.map(prio));
        self.protocol(KeyField::VLAN_TPID, wanted.eth_type);
        self.protocol(KeyField::VLAN_ETH_TYPE, vlan_ethtype);
        if !inner {
            if let Some(protocol) = vlan_ethtype {
                self.n_proto(&mut types, protocol);
            }
            return self.pppoe(wanted, types);
        }
        self.number(KeyField::CVLAN_ID, cvlan_id.map(id));
        self.byte(KeyField::CVLAN_PRIO, cvlan_prio.map(prio));
        self.protocol(KeyField::CVLAN_TPID, vlan_ethtype);
        self.protocol(KeyField::CVLAN_ETH_TYPE, cvlan_ethtype);
        if let Some(protocol) = cvlan_ethtype {
            self.n_proto(&mut types, protocol);
        }
        self.pppoe(wanted, types)
    }

    /// `fl_set_key_pppoe`: what PPP carries takes the protocol's place.
    fn pppoe(&mut self, wanted: &Match, mut types: Types) -> Result<Types, FilterError> {
        let is_pppoe = types.network == ETH_P_PPP_SES;
        let has_pppoe = wanted.pppoe_sid.is_some() || wanted.ppp_proto.is_some();
        unless(is_pppoe, has_pppoe, "pppoe_sid, ppp_proto")?;
        if !is_pppoe {
            return Ok(types);
        }
        self.protocol(KeyField::PPPOE_TYPE, Some(ETH_P_PPP_SES));
        self.number(KeyField::PPPOE_SID, wanted.pppoe_sid.map(Masked::from));
        self.number(KeyField::PPP_PROTO, wanted.ppp_proto.map(Masked::from));
        match wanted.ppp_proto {
            Some(PPP_IP) => self.n_proto(&mut types, EtherType::IPV4),
            Some(PPP_IPV6) => self.n_proto(&mut types, EtherType::IPV6),
            Some(PPP_MPLS_UC) => self.n_proto(&mut types, ETH_P_MPLS_UC),
            Some(PPP_MPLS_MC) => self.n_proto(&mut types, ETH_P_MPLS_MC),
            Some(_) => {}
            None => {
                types.network = EtherType::NONE;
                self.put(KeyField::ETH_TYPE, &[0; 2], &[0; 2]);
            }
        }
        Ok(types)
    }

    fn network(&mut self, wanted: &Match, types: Types) -> Result<(), FilterError> {
        let Match { ip_proto, ip_tos, ip_ttl, .. } = *wanted;
        let has_ip = ip_proto.is_some() || ip_tos.is_some() || ip_ttl.is_some();
        unless(types.is_ip(), has_ip, "ip_proto, ip_tos, ip_ttl")?;
        self.byte(KeyField::IP_PROTO, ip_proto.map(Masked::from));
        self.byte(KeyField::IP_TOS, ip_tos);
        self.byte(KeyField::IP_TTL, ip_ttl);
        Ok(())
    }

    fn addresses(&mut self, wanted: &Match) -> Result<(), FilterError> {
        let fields =
            [[KeyField::IPV4_SRC, KeyField::IPV6_SRC], [KeyField::IPV4_DST, KeyField::IPV6_DST]];
        self.pair([wanted.src_ip, wanted.dst_ip], fields, KeyField::ADDR_TYPE)
    }

    /// Two addresses, of one kind.
    fn pair(
        &mut self,
        addresses: [Option<Masked<IpAddr>>; 2],
        fields: [[KeyField; 2]; 2],
        kind: KeyField,
    ) -> Result<(), FilterError> {
        let mut kinds = None;
        for (address, [v4, v6]) in addresses.into_iter().zip(fields) {
            let Some(Masked { value, mask }) = address else { continue };
            let this = match (value, mask) {
                (IpAddr::V4(value), IpAddr::V4(mask)) => {
                    self.put(v4, &value.octets(), &mask.octets());
                    KeyBytes::ADDRS_V4
                }
                (IpAddr::V6(value), IpAddr::V6(mask)) => {
                    self.put(v6, &value.octets(), &mask.octets());
                    KeyBytes::ADDRS_V6
                }
                _ => return Err(FilterError::KeyOutOfPlace("an IPv4 and an IPv6 address")),
            };
            if kinds.is_some_and(|kind| kind != this) {
                return Err(FilterError::KeyOutOfPlace("an IPv4 and an IPv6 address"));
            }
            kinds = Some(this);
        }
        self.byte(kind, kinds.map(Masked::from));
        Ok(())
    }

    fn transport(&mut self, wanted: &Match, types: Types) -> Result<(), FilterError> {
        let types = Types { transport: wanted.ip_proto.unwrap_or(0), ..types };
        let has_ports = wanted.src_port.is_some() || wanted.dst_port.is_some();
        unless(matches!(types.transport, TCP | UDP | SCTP), has_ports, "src_port, dst_port")?;
        self.range.src = self.port(KeyField::PORT_SRC, wanted.src_port)?;
        self.range.dst = self.port(KeyField::PORT_DST, wanted.dst_port)?;
        unless(types.transport == TCP, wanted.tcp_flags.is_some(), "tcp_flags")?;
        self.number(KeyField::TCP_FLAGS, wanted.tcp_flags);
        let is_icmp = matches!(
            (types.network, types.transport),
            (EtherType::IPV4, ICMP) | (EtherType::IPV6, ICMPV6)
        );
        let has_icmp = wanted.icmp_type.is_some() || wanted.icmp_code.is_some();
        unless(is_icmp, has_icmp, "icmp_type, icmp_code")?;
        self.byte(KeyField::ICMP_TYPE, wanted.icmp_type);
        self.byte(KeyField::ICMP_CODE, wanted.icmp_code);
        unless(types.transport == L2TP, wanted.l2tpv3_sid.is_some(), "l2tpv3_sid")?;
        self.long(KeyField::L2TPV3_SID, wanted.l2tpv3_sid.map(Masked::from));
        unless(matches!(types.transport, ESP | AH), wanted.spi.is_some(), "spi")?;
        self.long(KeyField::SPI, wanted.spi);
        Ok(())
    }

    fn port(
        &mut self,
        field: KeyField,
        port: Option<Port>,
    ) -> Result<Option<(u16, u16)>, FilterError> {
        match port {
            None => {}
            Some(Port::Bits(bits)) => self.number(field, Some(bits)),
            Some(Port::Range(from, to)) if from < to => return Ok(Some((from, to))),
            Some(Port::Range(from, to)) => return Err(FilterError::PortRange(from, to)),
        }
        Ok(None)
    }

    fn others(&mut self, wanted: &Match, types: Types) -> Result<(), FilterError> {
        let is_arp = matches!(types.network, EtherType::ARP | ETH_P_RARP);
        let Match { arp_sip, arp_tip, arp_op, arp_sha, arp_tha, .. } = *wanted;
        let has_addresses = arp_sip.is_some() || arp_tip.is_some();
        let has_stations = arp_sha.is_some() || arp_tha.is_some();
        unless(is_arp, has_addresses || has_stations || arp_op.is_some(), "arp")?;
        for (field, address) in [(KeyField::ARP_SIP, arp_sip), (KeyField::ARP_TIP, arp_tip)] {
            if let Some(Masked { value, mask }) = address {
                self.put(field, &value.octets(), &mask.octets());
            }
        }
        self.byte(KeyField::ARP_OP, arp_op);
        self.mac(KeyField::ARP_SHA, arp_sha);
        self.mac(KeyField::ARP_THA, arp_tha);
        let is_mpls = matches!(types.network, ETH_P_MPLS_UC | ETH_P_MPLS_MC);
        unless(is_mpls, !wanted.mpls.is_empty(), "mpls")?;
        wanted.mpls.iter().try_for_each(|entry| self.mpls(entry))?;
        let has_cfm = wanted.cfm_level.is_some() || wanted.cfm_opcode.is_some();
        unless(types.network == ETH_P_CFM, has_cfm, "cfm")?;
        let level = |level: u8| Masked { value: level << 5, mask: 7 << 5 };
        self.byte(KeyField::CFM_MDL_VER, wanted.cfm_level.map(level));
        self.byte(KeyField::CFM_OPCODE, wanted.cfm_opcode.map(Masked::from));
        let known = FlowFlags::IS_FRAGMENT | FlowFlags::FIRST_FRAG;
        self.flags(KeyField::FLAGS, wanted.ip_flags, known);
        Ok(())
    }

    fn flags(&mut self, field: KeyField, flags: Option<(FlowFlags, FlowFlags)>, known: FlowFlags) {
        let flags = flags.map(|(value, mask)| {
            let mask = mask & known;
            Masked { value: (value & mask).bits(), mask: mask.bits() }
        });
        self.long(field, flags);
    }

    fn mpls(&mut self, entry: &MplsEntry) -> Result<(), FilterError> {
        let MplsEntry { depth, label, tc, bos, ttl } = *entry;
        let field = KeyField::mpls_lse(depth.into()).ok_or(FilterError::KeyOutOfPlace("mpls"))?;
        if label.is_some_and(|label| label >> 20 != 0) || tc.is_some_and(|tc| tc > 7) {
            return Err(FilterError::KeyOutOfPlace("mpls"));
        }
        let (mut value, mut mask) = (0, 0);
        let parts = [
            (label, 0xf_ffff, 12),
            (tc.map(u32::from), 7, 9),
            (bos.map(u32::from), 1, 8),
            (ttl.map(u32::from), 0xff, 0),
        ];
        for (part, bits, shift) in parts {
            if let Some(part) = part {
                value |= part << shift;
                mask |= bits << shift;
            }
        }
        self.long(field, Some(Masked { value, mask }));
        let used = self.mask.get(KeyField::MPLS_USED).first().copied().unwrap_or(0) | (1 << depth);
        self.byte(KeyField::MPLS_USED, Some(Masked { value: used, mask: used }));
        Ok(())
    }

    fn tunnel(&mut self, wanted: &Tunnel) -> Result<(), FilterError> {
        let fields = [
            [KeyField::ENC_IPV4_SRC, KeyField::ENC_IPV6_SRC],
            [KeyField::ENC_IPV4_DST, KeyField::ENC_IPV6_DST],
        ];
        self.pair([wanted.src_ip, wanted.dst_ip], fields, KeyField::ENC_ADDR_TYPE)?;
        self.long(KeyField::ENC_KEY_ID, wanted.key_id.map(Masked::from));
        self.number(KeyField::ENC_UDP_SRC_PORT, wanted.src_port);
        self.number(KeyField::ENC_UDP_DST_PORT, wanted.dst_port);
        self.byte(KeyField::ENC_IP_TOS, wanted.tos);
        self.byte(KeyField::ENC_IP_TTL, wanted.ttl);
        let known = FlowFlags::TUNNEL_CSUM
            | FlowFlags::TUNNEL_DONT_FRAGMENT
            | FlowFlags::TUNNEL_OAM
            | FlowFlags::TUNNEL_CRIT_OPT;
        self.flags(KeyField::ENC_FLAGS, wanted.flags, known);
        Ok(())
    }
}
