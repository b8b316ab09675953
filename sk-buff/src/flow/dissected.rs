//! Every key of a packet.

use core::fmt;
use core::net::{Ipv4Addr, Ipv6Addr};

use bitflags::bitflags;

use super::dissect::{Keys, Walk};
use super::key_bytes::{MPLS_MAX, TUNNEL_OPTIONS_MAX};
use super::{
    DissectFlags, FlowAddrs, FlowArp, FlowCfm, FlowControl, FlowEth, FlowFlags, FlowIcmp, FlowIp,
    FlowMpls, FlowPorts, FlowPppoe, FlowVlan, Headers, KeyBytes, KeyField, Tunnel,
};
use crate::{EtherType, IfIndex, MacAddr};

bitflags! {
    /// Which keys a packet has (`FLOW_DISSECTOR_KEY_*`).
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
    pub struct Found: u32 {
        /// [`Dissected::addrs`].
        const ADDRS = 1 << 0;
        /// [`Dissected::ports`].
        const PORTS = 1 << 1;
        /// [`Dissected::icmp`].
        const ICMP = 1 << 2;
        /// [`Dissected::eth`].
        const ETH_ADDRS = 1 << 3;
        /// [`Dissected::arp`].
        const ARP = 1 << 4;
        /// [`Dissected::vlan`].
        const VLAN = 1 << 5;
        /// [`Dissected::cvlan`].
        const CVLAN = 1 << 6;
        /// [`Dissected::flow_label`].
        const FLOW_LABEL = 1 << 7;
        /// [`Dissected::gre_key`].
        const GRE_KEYID = 1 << 8;
        /// [`Dissected::mpls_entropy`].
        const MPLS_ENTROPY = 1 << 9;
        /// [`Dissected::mpls`].
        const MPLS = 1 << 10;
        /// [`Dissected::tcp_flags`].
        const TCP = 1 << 11;
        /// [`Dissected::ip`].
        const IP = 1 << 12;
        /// [`Dissected::pppoe`].
        const PPPOE = 1 << 13;
        /// [`Dissected::l2tpv3_session`].
        const L2TPV3 = 1 << 14;
        /// [`Dissected::spi`].
        const IPSEC = 1 << 15;
        /// [`Dissected::cfm`].
        const CFM = 1 << 16;
    }
}

/// Every key of a packet, as a filter sees it.
///
/// One dissection serves all masks of a flower, where Linux has one for each: a key that a mask does
/// not look at changes nothing in the others. Flower wants
/// [`STOP_BEFORE_ENCAP`](DissectFlags::STOP_BEFORE_ENCAP).
///
/// ```
/// use softnet_sk_buff::flow::{DissectFlags, Dissected, Headers, KeyBytes, KeyField, KeyMask};
///
/// // The filter: protocol ip, dst_ip 10.0.0.0/24.
/// let (mut wanted, mut bits) = (KeyBytes::NONE, KeyBytes::NONE);
/// wanted.set(KeyField::ETH_TYPE, &[8, 0])?;
/// bits.set(KeyField::ETH_TYPE, &[0xff, 0xff])?;
/// wanted.set(KeyField::IPV4_DST, &[10, 0, 0, 0])?;
/// bits.set(KeyField::IPV4_DST, &[255, 255, 255, 0])?;
/// let mask = KeyMask::new(bits);
///
/// // A packet to 10.0.0.7.
/// let mut frame = [0; 34];
/// frame[12..15].copy_from_slice(&[8, 0, 0x45]);
/// frame[30..34].copy_from_slice(&[10, 0, 0, 7]);
/// let packet = Dissected::dissect(DissectFlags::STOP_BEFORE_ENCAP, Headers::frame(&frame));
///
/// // With many filters of this mask, the slices are the keys of a table.
/// let (mut a, mut b) = (KeyBytes::NONE, KeyBytes::NONE);
/// assert_eq!(mask.apply(packet.keys(), &mut a), mask.apply(&wanted, &mut b));
/// # Ok::<(), softnet_sk_buff::flow::WrongLength>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Dissected {
    control: FlowControl,
    found: Found,
    keys: KeyBytes,
}

impl Dissected {
    /// Dissects a packet (`skb_flow_dissect`). Any bytes are good for an answer: see
    /// [`FlowControl::dissected`].
    #[must_use]
    pub fn dissect(flags: DissectFlags, headers: Headers<'_>) -> Self {
        let mut this =
            Self { control: FlowControl::default(), found: Found::empty(), keys: KeyBytes::NONE };
        if let Some(addrs) = headers.ethernet {
            let (dst, src) = addrs.split_at(6);
            this.put(Found::ETH_ADDRS, KeyField::ETH_DST, octets::<6>(dst));
            this.put(Found::ETH_ADDRS, KeyField::ETH_SRC, octets::<6>(src));
        }
        let walk = Walk::new(headers.protocol, headers.bytes, &mut this).skip(headers.link);
        let walk = match headers.tag {
            Some((tpid, tci)) => walk.tagged(tpid, tci),
            None => walk,
        };
        walk.run(flags);
        this
    }

    /// How far the dissection came.
    #[must_use]
    pub const fn control(&self) -> FlowControl {
        self.control
    }

    /// Which keys there are. A tunnel's are not among them.
    #[must_use]
    pub const fn found(&self) -> Found {
        self.found
    }

    /// The keys as bytes.
    #[must_use]
    pub const fn keys(&self) -> &KeyBytes {
        &self.keys
    }
}

/// Keys that are not in the bytes.
impl Dissected {
    /// The device on which the packet came in, and whether a bridge flooded it for not knowing its
    /// destination (`skb_flow_dissect_meta`).
    pub fn set_ingress(&mut self, device: IfIndex, l2_miss: bool) {
        self.keys.put(KeyField::INGRESS_IFINDEX, device.get().to_be_bytes());
        self.keys.put(KeyField::L2_MISS, [u8::from(l2_miss)]);
    }

    /// The packet's flow hash as it stands in its metadata, 0 for none (`skb_flow_dissect_hash`).
    pub fn set_hash(&mut self, hash: u32) {
        self.keys.put(KeyField::HASH, hash.to_be_bytes());
    }

    /// The tunnel that the packet came out of or goes into (`skb_flow_dissect_tunnel_info`). Of
    /// options longer than 255 bytes the first 255 become keys.
    pub fn set_tunnel(&mut self, tunnel: &Tunnel<'_>) {
        let (kind, src, dst) = addr_bytes(tunnel.addrs);
        let flags = tunnel.flags & TUNNEL_FLAGS;
        self.keys.put(KeyField::ENC_ADDR_TYPE, [kind]);
        self.keys.put(KeyField::ENC_FLAGS, flags.bits().to_be_bytes());
        self.keys.put(KeyField::ENC_IPV6_SRC, src);
        self.keys.put(KeyField::ENC_IPV6_DST, dst);
        self.keys.put(KeyField::ENC_KEY_ID, (tunnel.id as u32).to_be_bytes());
        self.keys.put(KeyField::ENC_UDP_SRC_PORT, tunnel.ports.src.to_be_bytes());
        self.keys.put(KeyField::ENC_UDP_DST_PORT, tunnel.ports.dst.to_be_bytes());
        self.keys.put(KeyField::ENC_IP_TOS, [tunnel.tos]);
        self.keys.put(KeyField::ENC_IP_TTL, [tunnel.ttl]);
        let mut options = [0; TUNNEL_OPTIONS_MAX];
        let len =
            options.iter_mut().zip(tunnel.options.bytes()).map(|(to, from)| *to = *from).count();
        // As in Linux, options of no bytes have no kind either.
        let kind = if len == 0 { 0 } else { tunnel.options.kind() };
        self.keys.put(KeyField::ENC_OPTS_TYPE, [kind]);
        self.keys.put(KeyField::ENC_OPTS_LEN, [len as u8]);
        self.keys.put(KeyField::ENC_OPTS, options);
    }
}

const TUNNEL_FLAGS: FlowFlags = FlowFlags::TUNNEL_CSUM
    .union(FlowFlags::TUNNEL_DONT_FRAGMENT)
    .union(FlowFlags::TUNNEL_OAM)
    .union(FlowFlags::TUNNEL_CRIT_OPT);

/// The keys one by one. `None`: the packet has no such key, or is too short to show it.
impl Dissected {
    /// Addresses of the Ethernet header.
    #[must_use]
    pub fn eth(&self) -> Option<FlowEth> {
        self.have(Found::ETH_ADDRS).map(|keys| FlowEth {
            dst: MacAddr(keys.take(KeyField::ETH_DST)),
            src: MacAddr(keys.take(KeyField::ETH_SRC)),
        })
    }

    /// The innermost network protocol found (`basic.n_proto`).
    #[must_use]
    pub fn n_proto(&self) -> EtherType {
        EtherType(self.number(KeyField::ETH_TYPE))
    }

    /// The transport protocol, or the first header that was not looked into (`basic.ip_proto`).
    #[must_use]
    pub fn ip_proto(&self) -> u8 {
        self.byte(KeyField::IP_PROTO)
    }

    /// The outermost VLAN tag.
    #[must_use]
    pub fn vlan(&self) -> Option<FlowVlan> {
        self.have(Found::VLAN).map(|_| FlowVlan {
            id: self.number(KeyField::VLAN_ID),
            priority: self.byte(KeyField::VLAN_PRIO),
            tpid: EtherType(self.number(KeyField::VLAN_TPID)),
            eth_type: EtherType(self.number(KeyField::VLAN_ETH_TYPE)),
        })
    }

    /// The VLAN tag after the outermost.
    #[must_use]
    pub fn cvlan(&self) -> Option<FlowVlan> {
        self.have(Found::CVLAN).map(|_| FlowVlan {
            id: self.number(KeyField::CVLAN_ID),
            priority: self.byte(KeyField::CVLAN_PRIO),
            tpid: EtherType(self.number(KeyField::CVLAN_TPID)),
            eth_type: EtherType(self.number(KeyField::CVLAN_ETH_TYPE)),
        })
    }

    /// VLAN tags in front of the first tunnel, at most 16.
    #[must_use]
    pub fn num_of_vlans(&self) -> u8 {
        self.byte(KeyField::NUM_OF_VLANS)
    }

    /// Source and destination address.
    #[must_use]
    pub fn addrs(&self) -> FlowAddrs {
        let (src, dst) = (self.keys.take(KeyField::IPV6_SRC), self.keys.take(KeyField::IPV6_DST));
        match self.byte(KeyField::ADDR_TYPE) {
            KeyBytes::ADDRS_V4 => FlowAddrs::V4 {
                src: v4(KeyField::IPV4_SRC, self),
                dst: v4(KeyField::IPV4_DST, self),
            },
            KeyBytes::ADDRS_V6 => {
                FlowAddrs::V6 { src: Ipv6Addr::from_octets(src), dst: Ipv6Addr::from_octets(dst) }
            }
            KeyBytes::ADDRS_TIPC => {
                FlowAddrs::Tipc(u32::from_be_bytes(self.keys.take(KeyField::IPV4_SRC)))
            }
            _ => FlowAddrs::None,
        }
    }

    /// Source and destination port.
    #[must_use]
    pub fn ports(&self) -> Option<FlowPorts> {
        self.have(Found::PORTS).map(|_| FlowPorts {
            src: self.number(KeyField::PORT_SRC),
            dst: self.number(KeyField::PORT_DST),
        })
    }

    /// Type of service and time to live. Not of an IPv6 packet whose flow label ended the walk.
    #[must_use]
    pub fn ip(&self) -> Option<FlowIp> {
        self.have(Found::IP)
            .map(|_| FlowIp { tos: self.byte(KeyField::IP_TOS), ttl: self.byte(KeyField::IP_TTL) })
    }

    /// The lower 12 bits of TCP's flag word: FIN 1, SYN 2, … CWR 0x80, AE 0x100 and two reserved.
    #[must_use]
    pub fn tcp_flags(&self) -> Option<u16> {
        self.have(Found::TCP).map(|_| self.number(KeyField::TCP_FLAGS))
    }

    /// What an ICMP or ICMPv6 message is.
    #[must_use]
    pub fn icmp(&self) -> Option<FlowIcmp> {
        self.have(Found::ICMP).map(|_| FlowIcmp {
            kind: self.byte(KeyField::ICMP_TYPE),
            code: self.byte(KeyField::ICMP_CODE),
            id: self.number(KeyField::ICMP_ID),
        })
    }

    /// What an ARP request or reply of IPv4 over Ethernet says.
    #[must_use]
    pub fn arp(&self) -> Option<FlowArp> {
        self.have(Found::ARP).map(|keys| FlowArp {
            op: self.byte(KeyField::ARP_OP),
            sender_ip: v4(KeyField::ARP_SIP, self),
            target_ip: v4(KeyField::ARP_TIP, self),
            sender: MacAddr(keys.take(KeyField::ARP_SHA)),
            target: MacAddr(keys.take(KeyField::ARP_THA)),
        })
    }

    /// IPv6 flow label, never 0.
    #[must_use]
    pub fn flow_label(&self) -> Option<u32> {
        self.have(Found::FLOW_LABEL).map(|_| self.long(KeyField::FLOW_LABEL))
    }

    /// Key of the innermost GRE header that has one; of PPTP the call.
    #[must_use]
    pub fn gre_key(&self) -> Option<u32> {
        self.have(Found::GRE_KEYID).map(|_| self.long(KeyField::GRE_KEY))
    }

    /// MPLS entry `index`, of which the first seven are kept; 0 is the outermost.
    #[must_use]
    pub fn mpls(&self, index: usize) -> Option<FlowMpls> {
        let used = self.byte(KeyField::MPLS_USED);
        let place = KeyField::mpls_lse(index).filter(|_| used & (1 << index) != 0)?;
        let entry = self.long(place);
        Some(FlowMpls {
            label: entry >> 12,
            tc: (entry >> 9) as u8 & 7,
            bottom_of_stack: entry & 0x100 != 0,
            ttl: entry as u8,
        })
    }

    /// The MPLS label after the entropy label's indicator (RFC 6790).
    #[must_use]
    pub fn mpls_entropy(&self) -> Option<u32> {
        self.have(Found::MPLS_ENTROPY).map(|_| self.long(KeyField::MPLS_ENTROPY))
    }

    /// The session of a PPPoE packet.
    #[must_use]
    pub fn pppoe(&self) -> Option<FlowPppoe> {
        self.have(Found::PPPOE).map(|_| FlowPppoe {
            session: self.number(KeyField::PPPOE_SID),
            protocol: self.number(KeyField::PPP_PROTO),
        })
    }

    /// The session of L2TPv3 over IP.
    #[must_use]
    pub fn l2tpv3_session(&self) -> Option<u32> {
        self.have(Found::L2TPV3).map(|_| self.long(KeyField::L2TPV3_SID))
    }

    /// Security parameters index of ESP or AH.
    #[must_use]
    pub fn spi(&self) -> Option<u32> {
        self.have(Found::IPSEC).map(|_| self.long(KeyField::SPI))
    }

    /// What a connectivity fault management packet is.
    #[must_use]
    pub fn cfm(&self) -> Option<FlowCfm> {
        self.have(Found::CFM).map(|_| FlowCfm {
            level: self.byte(KeyField::CFM_MDL_VER) >> 5,
            version: self.byte(KeyField::CFM_MDL_VER) & 0x1f,
            opcode: self.byte(KeyField::CFM_OPCODE),
        })
    }

    fn have(&self, key: Found) -> Option<&KeyBytes> {
        self.found.contains(key).then_some(&self.keys)
    }

    fn byte(&self, field: KeyField) -> u8 {
        let [byte] = self.keys.take(field);
        byte
    }

    fn number(&self, field: KeyField) -> u16 {
        u16::from_be_bytes(self.keys.take(field))
    }

    fn long(&self, field: KeyField) -> u32 {
        u32::from_be_bytes(self.keys.take(field))
    }
}

/// What the walk finds.
impl Dissected {
    pub(super) fn put<const N: usize>(&mut self, key: Found, field: KeyField, value: [u8; N]) {
        self.found |= key;
        self.keys.put(field, value);
    }

    pub(super) fn set_ip(&mut self, tos: u8, ttl: u8) {
        self.put(Found::IP, KeyField::IP_TOS, [tos]);
        self.put(Found::IP, KeyField::IP_TTL, [ttl]);
    }

    pub(super) fn count_vlan(&mut self) {
        let [count] = self.keys.take(KeyField::NUM_OF_VLANS);
        self.keys.put(KeyField::NUM_OF_VLANS, [u8::saturating_add(count, 1)]);
    }

    pub(super) fn set_cvlan(&mut self, vlan: FlowVlan) {
        self.put(Found::CVLAN, KeyField::CVLAN_ID, vlan.id.to_be_bytes());
        self.put(Found::CVLAN, KeyField::CVLAN_PRIO, [vlan.priority]);
        self.put(Found::CVLAN, KeyField::CVLAN_TPID, vlan.tpid.0.to_be_bytes());
        self.put(Found::CVLAN, KeyField::CVLAN_ETH_TYPE, vlan.eth_type.0.to_be_bytes());
    }

    /// `addrs`: sender's Ethernet and IP address, then the target's.
    pub(super) fn set_arp(&mut self, op: u8, addrs: &[u8; 20]) {
        let (sender, target) = addrs.split_at(10);
        self.put(Found::ARP, KeyField::ARP_OP, [op]);
        self.put(Found::ARP, KeyField::ARP_SHA, octets::<6>(sender));
        self.put(Found::ARP, KeyField::ARP_SIP, octets::<4>(sender.split_at(6).1));
        self.put(Found::ARP, KeyField::ARP_THA, octets::<6>(target));
        self.put(Found::ARP, KeyField::ARP_TIP, octets::<4>(target.split_at(6).1));
    }

    pub(super) fn set_mpls_lse(&mut self, place: KeyField, index: u8, entry: [u8; 4]) {
        let [used] = self.keys.take(KeyField::MPLS_USED);
        self.keys.put(KeyField::MPLS_USED, [used | 1_u8.unbounded_shl(u32::from(index))]);
        self.put(Found::MPLS, place, entry);
    }
}

impl Keys for Dissected {
    fn set_vlan(&mut self, vlan: FlowVlan) {
        self.put(Found::VLAN, KeyField::VLAN_ID, vlan.id.to_be_bytes());
        self.put(Found::VLAN, KeyField::VLAN_PRIO, [vlan.priority]);
        self.put(Found::VLAN, KeyField::VLAN_TPID, vlan.tpid.0.to_be_bytes());
        self.put(Found::VLAN, KeyField::VLAN_ETH_TYPE, vlan.eth_type.0.to_be_bytes());
    }

    fn set_addrs(&mut self, addrs: FlowAddrs) {
        let (kind, src, dst) = addr_bytes(addrs);
        self.put(Found::ADDRS, KeyField::ADDR_TYPE, [kind]);
        self.put(Found::ADDRS, KeyField::IPV6_SRC, src);
        self.put(Found::ADDRS, KeyField::IPV6_DST, dst);
    }

    fn set_flow_label(&mut self, label: u32) {
        self.put(Found::FLOW_LABEL, KeyField::FLOW_LABEL, label.to_be_bytes());
    }

    fn set_gre_key(&mut self, key: u32) {
        self.put(Found::GRE_KEYID, KeyField::GRE_KEY, key.to_be_bytes());
    }

    fn set_ports(&mut self, ports: FlowPorts) {
        self.put(Found::PORTS, KeyField::PORT_SRC, ports.src.to_be_bytes());
        self.put(Found::PORTS, KeyField::PORT_DST, ports.dst.to_be_bytes());
    }

    fn set_basic(&mut self, control: FlowControl, n_proto: EtherType, ip_proto: u8) {
        self.control = control;
        self.keys.put(KeyField::FLAGS, control.flags.bits().to_be_bytes());
        self.keys.put(KeyField::ETH_TYPE, n_proto.0.to_be_bytes());
        self.keys.put(KeyField::IP_PROTO, [ip_proto]);
    }

    fn all(&mut self) -> Option<&mut Dissected> {
        Some(self)
    }
}

/// Those keys that there are.
impl fmt::Debug for Dissected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("Dissected");
        out.field("control", &self.control)
            .field("n_proto", &self.n_proto())
            .field("ip_proto", &self.ip_proto())
            .field("addrs", &self.addrs())
            .field("num_of_vlans", &self.num_of_vlans());
        let mut some = |name, value: Option<&dyn fmt::Debug>| {
            if let Some(value) = value {
                out.field(name, value);
            }
        };
        some("eth", self.eth().as_ref().map(|key| key as _));
        some("vlan", self.vlan().as_ref().map(|key| key as _));
        some("cvlan", self.cvlan().as_ref().map(|key| key as _));
        some("pppoe", self.pppoe().as_ref().map(|key| key as _));
        for index in 0..MPLS_MAX {
            some("mpls", self.mpls(index).as_ref().map(|key| key as _));
        }
        some("mpls_entropy", self.mpls_entropy().as_ref().map(|key| key as _));
        some("arp", self.arp().as_ref().map(|key| key as _));
        some("cfm", self.cfm().as_ref().map(|key| key as _));
        some("ip", self.ip().as_ref().map(|key| key as _));
        some("flow_label", self.flow_label().as_ref().map(|key| key as _));
        some("gre_key", self.gre_key().as_ref().map(|key| key as _));
        some("ports", self.ports().as_ref().map(|key| key as _));
        some("tcp_flags", self.tcp_flags().as_ref().map(|key| key as _));
        some("icmp", self.icmp().as_ref().map(|key| key as _));
        some("l2tpv3_session", self.l2tpv3_session().as_ref().map(|key| key as _));
        some("spi", self.spi().as_ref().map(|key| key as _));
        out.finish_non_exhaustive()
    }
}

fn v4(field: KeyField, from: &Dissected) -> Ipv4Addr {
    Ipv4Addr::from_octets(from.keys.take(field))
}

/// Kind of address, source and destination, each from the left.
fn addr_bytes(addrs: FlowAddrs) -> (u8, [u8; 16], [u8; 16]) {
    let wide = |[a, b, c, d]: [u8; 4]| [a, b, c, d, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    match addrs {
        FlowAddrs::None => (0, [0; 16], [0; 16]),
        FlowAddrs::V4 { src, dst } => (KeyBytes::ADDRS_V4, wide(src.octets()), wide(dst.octets())),
        FlowAddrs::V6 { src, dst } => (KeyBytes::ADDRS_V6, src.octets(), dst.octets()),
        FlowAddrs::Tipc(key) => (KeyBytes::ADDRS_TIPC, wide(key.to_be_bytes()), [0; 16]),
    }
}

/// The first `N` of bytes that are known to be as many.
fn octets<const N: usize>(bytes: &[u8]) -> [u8; N] {
    bytes.first_chunk().copied().unwrap_or([0; N])
}
