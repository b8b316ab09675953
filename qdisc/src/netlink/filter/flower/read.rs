//! Keys as `fl_set_key` reads them: what makes no sense beside the others it passes over without a word.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use softnet_netlink::errno::Errno;
use softnet_netlink::policy::{Parsed, Policy, Rule, Strictness};
use softnet_netlink::set::Set;
use softnet_netlink::tc::filter::FlowerCfmSet;
use softnet_netlink::wire::Attr;
use softnet_sk_buff::flow::FlowFlags;
use softnet_sk_buff::{EtherType, MacAddr};

use super::numbers::tca;
use crate::filter::flower::protocols::{
    AH, ESP, ETH_P_CFM, ETH_P_MPLS_MC, ETH_P_MPLS_UC, ETH_P_PPP_SES, ETH_P_RARP, ICMP, ICMPV6,
    L2TP, SCTP, TCP, UDP,
};
use crate::filter::flower::{Masked, Match, MplsEntry, Port, Tunnel};
use crate::netlink::making::Making;
use crate::packet::is_vlan;

/// Entries of an MPLS stack that are looked at (`FLOW_DIS_MPLS_MAX`).
const MPLS_MAX: u8 = 7;

/// The request's attributes.
struct Keys<'t, 'a>(&'t Parsed<'a, { tca::END }>);

/// `fl_set_key`.
pub(super) fn matches(
    options: &Attr<'_>,
    table: &Parsed<'_, { tca::END }>,
    making: &mut Making<'_, '_>,
) -> Result<Match, Errno> {
    let keys = Keys(table);
    let mut wanted = Match { indev: making.indev(table.get(tca::INDEV))?, ..Match::default() };
    keys.link(&mut wanted);
    let network = wanted.network_protocol();
    if matches!(network, EtherType::IPV4 | EtherType::IPV6) {
        wanted.ip_proto = keys.byte(tca::IP_PROTO);
        wanted.ip_tos = keys.masked_byte(tca::IP_TOS, tca::IP_TOS_MASK);
        wanted.ip_ttl = keys.masked_byte(tca::IP_TTL, tca::IP_TTL_MASK);
    }
    keys.addresses(&mut wanted);
    let transport = wanted.ip_proto.unwrap_or(0);
    keys.transport((transport, network), &mut wanted, making)?;
    if matches!(transport, TCP | UDP | SCTP) {
        keys.port_ranges(&mut wanted, making)?;
    }
    if table.has(tca::SPI) {
        if !matches!(transport, ESP | AH) {
            return Err(making.refuse("Protocol must be either ESP or AH"));
        }
        wanted.spi = keys.masked_long(tca::SPI, tca::SPI_MASK);
    }
    wanted.tunnel = keys.tunnel();
    keys.refuse_others(making)?;
    let flags = (tca::KEY_FLAGS, tca::KEY_FLAGS_MASK);
    wanted.ip_flags = keys.flags(options, flags, making)?;
    let flags = (tca::ENC_FLAGS, tca::ENC_FLAGS_MASK);
    wanted.tunnel.flags = keys.flags(options, flags, making)?;
    Ok(wanted)
}

impl<'a> Keys<'_, 'a> {
    /// `nla_memcpy`: what is missing is 0.
    fn bytes<const N: usize>(&self, kind: u16) -> Option<[u8; N]> {
        let value = self.0.get(kind)?.value();
        let mut bytes = [0; N];
        bytes.iter_mut().zip(value).for_each(|(to, from)| *to = *from);
        Some(bytes)
    }

    /// `fl_set_key_val`: the key, and the bits that count.
    fn masked<const N: usize>(&self, kind: u16, mask: u16) -> Option<([u8; N], [u8; N])> {
        Some((self.bytes(kind)?, self.bytes(mask).unwrap_or([0xff; N])))
    }

    fn byte(&self, kind: u16) -> Option<u8> {
        self.bytes(kind).map(|[byte]| byte)
    }

    fn short(&self, kind: u16) -> Option<u16> {
        self.bytes(kind).map(u16::from_be_bytes)
    }

    fn protocol(&self, kind: u16) -> Option<EtherType> {
        self.short(kind).map(EtherType)
    }

    fn masked_byte(&self, kind: u16, mask: u16) -> Option<Masked<u8>> {
        self.masked(kind, mask).map(|([value], [mask])| Masked { value, mask })
    }

    fn masked_short(&self, kind: u16, mask: u16) -> Option<Masked<u16>> {
        let (value, mask) = self.masked(kind, mask)?;
        Some(Masked { value: u16::from_be_bytes(value), mask: u16::from_be_bytes(mask) })
    }

    fn masked_long(&self, kind: u16, mask: u16) -> Option<Masked<u32>> {
        let (value, mask) = self.masked(kind, mask)?;
        Some(Masked { value: u32::from_be_bytes(value), mask: u32::from_be_bytes(mask) })
    }

    fn mac(&self, kind: u16, mask: u16) -> Option<Masked<MacAddr>> {
        let (value, mask) = self.masked(kind, mask)?;
        Some(Masked { value: MacAddr(value), mask: MacAddr(mask) })
    }

    fn ipv4(&self, kind: u16, mask: u16) -> Option<Masked<Ipv4Addr>> {
        let (value, mask) = self.masked::<4>(kind, mask)?;
        Some(Masked { value: value.into(), mask: mask.into() })
    }

    /// Source or destination of either kind, by number; the mask's follows the address's.
    fn ip(&self, v4: u16, v6: u16, is_v4: bool) -> Option<Masked<IpAddr>> {
        if is_v4 {
            let Masked { value, mask } = self.ipv4(v4, v4 + 1)?;
            return Some(Masked { value: value.into(), mask: mask.into() });
        }
        let (value, mask) = self.masked::<16>(v6, v6 + 1)?;
        let [value, mask] = [value, mask].map(|bytes| IpAddr::from(Ipv6Addr::from(bytes)));
        Some(Masked { value, mask })
    }

    fn has_any(&self, kinds: &[u16]) -> bool {
        kinds.iter().any(|kind| self.0.has(*kind))
    }

    /// Link header, tags, PPPoE.
    fn link(&self, wanted: &mut Match) {
        wanted.l2_miss = self.byte(tca::L2_MISS).map(|miss| miss != 0);
        wanted.dst_mac = self.mac(tca::ETH_DST, tca::ETH_DST_MASK);
        wanted.src_mac = self.mac(tca::ETH_SRC, tca::ETH_SRC_MASK);
        wanted.num_of_vlans = self.byte(tca::NUM_OF_VLANS);
        wanted.eth_type = self.protocol(tca::ETH_TYPE);
        // Those two are in the machine's order.
        let id = |kind| self.0.get(kind).and_then(|id: Attr<'a>| id.u16()).map(|id| id & 0xfff);
        let prio = |kind| self.byte(kind).map(|prio| prio & 7);
        let tags = wanted.num_of_vlans.unwrap_or(0);
        let mut network = wanted.eth_type;
        if tags > 0 || network.is_some_and(is_vlan) {
            wanted.vlan_id = id(tca::VLAN_ID);
            wanted.vlan_prio = prio(tca::VLAN_PRIO);
            wanted.vlan_ethtype = self.protocol(tca::VLAN_ETH_TYPE);
            network = wanted.vlan_ethtype;
            if tags > 1 || network.is_some_and(is_vlan) {
                wanted.cvlan_id = id(tca::CVLAN_ID);
                wanted.cvlan_prio = prio(tca::CVLAN_PRIO);
                wanted.cvlan_ethtype = self.protocol(tca::CVLAN_ETH_TYPE);
                network = wanted.cvlan_ethtype;
            }
        }
        if network == Some(ETH_P_PPP_SES) {
            wanted.pppoe_sid = self.short(tca::PPPOE_SID);
            wanted.ppp_proto = self.short(tca::PPP_PROTO);
        }
    }

    fn addresses(&self, wanted: &mut Match) {
        let is_v4 = self.has_any(&[tca::IPV4_SRC, tca::IPV4_DST]);
        wanted.src_ip = self.ip(tca::IPV4_SRC, tca::IPV6_SRC, is_v4);
        wanted.dst_ip = self.ip(tca::IPV4_DST, tca::IPV6_DST, is_v4);
    }

    /// What the transport protocol, or else the network protocol has.
    fn transport(
        &self,
        (transport, network): (u8, EtherType),
        wanted: &mut Match,
        making: &mut Making<'_, '_>,
    ) -> Result<(), Errno> {
        let port = |kind, mask| self.masked_short(kind, mask).map(Port::Bits);
        match (transport, network) {
            (TCP, _) => {
                wanted.src_port = port(tca::TCP_SRC, tca::TCP_SRC_MASK);
                wanted.dst_port = port(tca::TCP_DST, tca::TCP_DST_MASK);
                wanted.tcp_flags = self.masked_short(tca::TCP_FLAGS, tca::TCP_FLAGS_MASK);
            }
            (UDP, _) => {
                wanted.src_port = port(tca::UDP_SRC, tca::UDP_SRC_MASK);
                wanted.dst_port = port(tca::UDP_DST, tca::UDP_DST_MASK);
            }
            (SCTP, _) => {
                wanted.src_port = port(tca::SCTP_SRC, tca::SCTP_SRC_MASK);
                wanted.dst_port = port(tca::SCTP_DST, tca::SCTP_DST_MASK);
            }
            (ICMP, EtherType::IPV4) => {
                wanted.icmp_type = self.masked_byte(tca::ICMPV4_TYPE, tca::ICMPV4_TYPE_MASK);
                wanted.icmp_code = self.masked_byte(tca::ICMPV4_CODE, tca::ICMPV4_CODE_MASK);
            }
            (ICMPV6, EtherType::IPV6) => {
                wanted.icmp_type = self.masked_byte(tca::ICMPV6_TYPE, tca::ICMPV6_TYPE_MASK);
                wanted.icmp_code = self.masked_byte(tca::ICMPV6_CODE, tca::ICMPV6_CODE_MASK);
            }
            (_, ETH_P_MPLS_UC | ETH_P_MPLS_MC) => self.mpls(wanted, making)?,
            (_, EtherType::ARP | ETH_P_RARP) => {
                wanted.arp_sip = self.ipv4(tca::ARP_SIP, tca::ARP_SIP_MASK);
                wanted.arp_tip = self.ipv4(tca::ARP_TIP, tca::ARP_TIP_MASK);
                wanted.arp_op = self.masked_byte(tca::ARP_OP, tca::ARP_OP_MASK);
                wanted.arp_sha = self.mac(tca::ARP_SHA, tca::ARP_SHA_MASK);
                wanted.arp_tha = self.mac(tca::ARP_THA, tca::ARP_THA_MASK);
            }
            (L2TP, _) => wanted.l2tpv3_sid = self.bytes(tca::L2TPV3_SID).map(u32::from_be_bytes),
            (_, ETH_P_CFM) => self.cfm(wanted, making)?,
            _ => {}
        }
        Ok(())
    }

    /// `fl_set_key_port_range`.
    fn port_ranges(&self, wanted: &mut Match, making: &mut Making<'_, '_>) -> Result<(), Errno> {
        let range = |least, most| match (self.short(least), self.short(most)) {
            (Some(least), Some(most)) => Ok(Some((least, most))),
            (None, None) => Ok(None),
            _ => Err(()),
        };
        let Ok(dst) = range(tca::PORT_DST_MIN, tca::PORT_DST_MAX) else {
            let words = "Both min and max destination ports must be specified";
            return Err(making.refuse(words));
        };
        let Ok(src) = range(tca::PORT_SRC_MIN, tca::PORT_SRC_MAX) else {
            return Err(making.refuse("Both min and max source ports must be specified"));
        };
        let refuse = |kind, words, making: &mut Making<'_, '_>| match self.0.get(kind) {
            Some(attr) => making.refuse_at(&attr, words),
            None => making.refuse(words),
        };
        if dst.is_some_and(|(least, most)| most <= least) {
            let words = "Invalid destination port range (min must be strictly smaller than max)";
            return Err(refuse(tca::PORT_DST_MIN, words, making));
        }
        if src.is_some_and(|(least, most)| most <= least) {
            let words = "Invalid source port range (min must be strictly smaller than max)";
            return Err(refuse(tca::PORT_SRC_MIN, words, making));
        }
        let port = |range: (u16, u16)| Port::Range(range.0, range.1);
        wanted.dst_port = dst.map(port).or(wanted.dst_port);
        wanted.src_port = src.map(port).or(wanted.src_port);
        Ok(())
    }

    /// `fl_set_key_mpls`.
    fn mpls(&self, wanted: &mut Match, making: &mut Making<'_, '_>) -> Result<(), Errno> {
        const EBADMSG: Option<Errno> = Errno::new(74);
        let old = [tca::MPLS_TTL, tca::MPLS_BOS, tca::MPLS_TC, tca::MPLS_LABEL];
        let Some(options) = self.0.get(tca::MPLS_OPTS) else {
            let [ttl, bos, tc, label] = old.map(|kind| self.0.get(kind));
            let entry = mpls_entry((0, ttl), [bos, tc, label], making)?;
            if self.has_any(&old) {
                wanted.mpls.push(entry);
            }
            return Ok(());
        };
        if self.has_any(&old) {
            making.refuse_at(
                &options,
                "MPLS label, Traffic Class, Bottom Of Stack and Time To Live must be encapsulated \
                 in the MPLS options attribute",
            );
            return Err(EBADMSG.unwrap_or(Errno::EINVAL));
        }
        if !options.is_nested() {
            return Err(making.refuse_at(&options, "NLA_F_NESTED is missing"));
        }
        let mut left = options.nested();
        for attr in left.by_ref() {
            if attr.kind() != 1 {
                return Err(making.refuse_at(&attr, "Invalid MPLS option type"));
            }
            wanted.mpls.push(mpls_option(&attr, making)?);
        }
        if !left.rest().is_empty() {
            return Err(making.refuse("Bytes leftover after parsing MPLS options"));
        }
        Ok(())
    }

    /// `fl_set_key_cfm`.
    fn cfm(&self, wanted: &mut Match, making: &mut Making<'_, '_>) -> Result<(), Errno> {
        let Some(nest) = self.0.get(tca::CFM) else { return Ok(()) };
        if !nest.is_nested() {
            return Err(making.refuse_at(&nest, "NLA_F_NESTED is missing"));
        }
        let table = making.parse::<3>(&nest, (FlowerCfmSet::POLICY, Strictness::STRICT))?;
        wanted.cfm_level = table.get(1).and_then(|level| level.u8());
        wanted.cfm_opcode = table.get(2).and_then(|opcode| opcode.u8());
        Ok(())
    }

    fn tunnel(&self) -> Tunnel {
        let is_v4 = !self.has_any(&[tca::ENC_IPV6_SRC, tca::ENC_IPV6_DST]);
        Tunnel {
            key_id: self.bytes(tca::ENC_KEY_ID).map(u32::from_be_bytes),
            src_ip: self.ip(tca::ENC_IPV4_SRC, tca::ENC_IPV6_SRC, is_v4),
            dst_ip: self.ip(tca::ENC_IPV4_DST, tca::ENC_IPV6_DST, is_v4),
            src_port: self.masked_short(tca::ENC_UDP_SRC_PORT, tca::ENC_UDP_SRC_PORT_MASK),
            dst_port: self.masked_short(tca::ENC_UDP_DST_PORT, tca::ENC_UDP_DST_PORT_MASK),
            tos: self.masked_byte(tca::ENC_IP_TOS, tca::ENC_IP_TOS_MASK),
            ttl: self.masked_byte(tca::ENC_IP_TTL, tca::ENC_IP_TTL_MASK),
            flags: None,
        }
    }

    /// Keys that there are not here: of connections, as a Linux without `CONFIG_NF_CONNTRACK` says, the options of
    /// tunnels, the hash.
    fn refuse_others(&self, making: &mut Making<'_, '_>) -> Result<(), Errno> {
        let words = [
            (tca::CT_STATE, "Conntrack isn't enabled"),
            (tca::CT_ZONE, "Conntrack zones isn't enabled"),
            (tca::CT_MARK, "Conntrack mark isn't enabled"),
            (tca::CT_LABELS, "Conntrack labels aren't enabled"),
        ];
        if let Some((_, words)) = words.iter().find(|(kind, _)| self.0.has(*kind)) {
            making.refuse(words);
            return Err(Errno::EOPNOTSUPP);
        }
        let others = self.has_any(&[tca::ENC_OPTS, tca::HASH]);
        if others { Err(Errno::EOPNOTSUPP) } else { Ok(()) }
    }

    /// `fl_set_key_flags`.
    fn flags(
        &self,
        options: &Attr<'_>,
        (key, mask): (u16, u16),
        making: &mut Making<'_, '_>,
    ) -> Result<Option<(FlowFlags, FlowFlags)>, Errno> {
        let flags = |kind| self.bytes(kind).map(u32::from_be_bytes);
        let Some(value) = flags(key) else { return Ok(None) };
        let Some(bits) = flags(mask) else {
            making.extack.miss(mask, &making.request, Some(options));
            return Err(making.refuse("Missing flags mask"));
        };
        // The numbers of both are the same.
        Ok(Some((FlowFlags::from_bits_truncate(value), FlowFlags::from_bits_truncate(bits))))
    }
}

/// `mpls_stack_entry_policy`.
static MPLS_POLICY: Policy =
    Policy::new(&[Rule::UNSPEC, Rule::U8, Rule::U8, Rule::U8, Rule::U8, Rule::U32]);

/// `fl_set_key_mpls_lse`.
fn mpls_option(attr: &Attr<'_>, making: &mut Making<'_, '_>) -> Result<MplsEntry, Errno> {
    if !attr.is_nested() {
        return Err(making.refuse_at(attr, "NLA_F_NESTED is missing"));
    }
    let table = making.parse::<6>(attr, (&MPLS_POLICY, Strictness::STRICT))?;
    let Some(depth) = table.get(1) else {
        return Err(making.refuse("Missing MPLS option \"depth\""));
    };
    let at = depth.u8().filter(|depth| (1..=MPLS_MAX).contains(depth));
    let Some(at) = at else { return Err(making.refuse_at(&depth, "Invalid MPLS depth")) };
    let rest = [table.get(3), table.get(4), table.get(5)];
    mpls_entry((at.saturating_sub(1), table.get(2)), rest, making)
}

/// Time to live; the last of the stack, traffic class, label.
fn mpls_entry(
    (depth, ttl): (u8, Option<Attr<'_>>),
    [bos, tc, label]: [Option<Attr<'_>>; 3],
    making: &mut Making<'_, '_>,
) -> Result<MplsEntry, Errno> {
    let mut check = |attr: Option<(Attr<'_>, u32)>, most: u32, words| match attr {
        Some((attr, value)) if value > most => Err(making.refuse_at(&attr, words)),
        attr => Ok(attr.map(|(_, value)| value)),
    };
    let [bos, tc] = [bos, tc].map(|attr| attr.and_then(|attr| Some((attr, attr.u8()?.into()))));
    let label = label.and_then(|attr| Some((attr, attr.u32()?)));
    let bos = check(bos, 1, "Bottom Of Stack (BOS) must be 0 or 1")?;
    let tc = check(tc, 7, "Traffic Class (TC) must be between 0 and 7")?;
    let label = check(label, 0xf_ffff, "Label must be between 0 and 1048575")?;
    Ok(MplsEntry {
        depth,
        label,
        tc: tc.map(|tc| tc as u8),
        bos: bos.map(|bos| bos != 0),
        ttl: ttl.and_then(|ttl| ttl.u8()),
    })
}
