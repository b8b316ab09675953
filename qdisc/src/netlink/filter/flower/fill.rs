//! Keys as `fl_dump_key` writes them.

use softnet_netlink::wire::{Body, WriteError};
use softnet_sk_buff::EtherType;
use softnet_sk_buff::flow::{KeyBytes, KeyField};

use super::numbers::tca;
use crate::Packet;
use crate::filter::flower::protocols::{SCTP, TCP, UDP};
use crate::filter::flower::{Flower, MplsEntry, Port};

/// The numbers of a key and of its mask; a mask of 0 is not written.
type Row = (KeyField, u16, u16);

const LINK: [Row; 4] = [
    (KeyField::L2_MISS, tca::L2_MISS, 0),
    (KeyField::ETH_DST, tca::ETH_DST, tca::ETH_DST_MASK),
    (KeyField::ETH_SRC, tca::ETH_SRC, tca::ETH_SRC_MASK),
    (KeyField::ETH_TYPE, tca::ETH_TYPE, 0),
];
const NETWORK: [Row; 5] = [
    (KeyField::IP_PROTO, tca::IP_PROTO, 0),
    (KeyField::IP_TOS, tca::IP_TOS, tca::IP_TOS_MASK),
    (KeyField::IP_TTL, tca::IP_TTL, tca::IP_TTL_MASK),
    (KeyField::PPPOE_SID, tca::PPPOE_SID, 0),
    (KeyField::PPP_PROTO, tca::PPP_PROTO, 0),
];
const IPV4: [Row; 2] = [
    (KeyField::IPV4_SRC, tca::IPV4_SRC, tca::IPV4_SRC_MASK),
    (KeyField::IPV4_DST, tca::IPV4_DST, tca::IPV4_DST_MASK),
];
const IPV6: [Row; 2] = [
    (KeyField::IPV6_SRC, tca::IPV6_SRC, tca::IPV6_SRC_MASK),
    (KeyField::IPV6_DST, tca::IPV6_DST, tca::IPV6_DST_MASK),
];
const TCP_PORTS: [Row; 3] = [
    (KeyField::PORT_SRC, tca::TCP_SRC, tca::TCP_SRC_MASK),
    (KeyField::PORT_DST, tca::TCP_DST, tca::TCP_DST_MASK),
    (KeyField::TCP_FLAGS, tca::TCP_FLAGS, tca::TCP_FLAGS_MASK),
];
const UDP_PORTS: [Row; 2] = [
    (KeyField::PORT_SRC, tca::UDP_SRC, tca::UDP_SRC_MASK),
    (KeyField::PORT_DST, tca::UDP_DST, tca::UDP_DST_MASK),
];
const SCTP_PORTS: [Row; 2] = [
    (KeyField::PORT_SRC, tca::SCTP_SRC, tca::SCTP_SRC_MASK),
    (KeyField::PORT_DST, tca::SCTP_DST, tca::SCTP_DST_MASK),
];
const ICMPV4: [Row; 2] = [
    (KeyField::ICMP_TYPE, tca::ICMPV4_TYPE, tca::ICMPV4_TYPE_MASK),
    (KeyField::ICMP_CODE, tca::ICMPV4_CODE, tca::ICMPV4_CODE_MASK),
];
const ICMPV6: [Row; 2] = [
    (KeyField::ICMP_TYPE, tca::ICMPV6_TYPE, tca::ICMPV6_TYPE_MASK),
    (KeyField::ICMP_CODE, tca::ICMPV6_CODE, tca::ICMPV6_CODE_MASK),
];
/// ARP's, and L2TP's: a packet can't have both.
const OTHERS: [Row; 6] = [
    (KeyField::ARP_SIP, tca::ARP_SIP, tca::ARP_SIP_MASK),
    (KeyField::ARP_TIP, tca::ARP_TIP, tca::ARP_TIP_MASK),
    (KeyField::ARP_OP, tca::ARP_OP, tca::ARP_OP_MASK),
    (KeyField::ARP_SHA, tca::ARP_SHA, tca::ARP_SHA_MASK),
    (KeyField::ARP_THA, tca::ARP_THA, tca::ARP_THA_MASK),
    (KeyField::L2TPV3_SID, tca::L2TPV3_SID, 0),
];
const ENC_IPV4: [Row; 2] = [
    (KeyField::ENC_IPV4_SRC, tca::ENC_IPV4_SRC, tca::ENC_IPV4_SRC_MASK),
    (KeyField::ENC_IPV4_DST, tca::ENC_IPV4_DST, tca::ENC_IPV4_DST_MASK),
];
const ENC_IPV6: [Row; 2] = [
    (KeyField::ENC_IPV6_SRC, tca::ENC_IPV6_SRC, tca::ENC_IPV6_SRC_MASK),
    (KeyField::ENC_IPV6_DST, tca::ENC_IPV6_DST, tca::ENC_IPV6_DST_MASK),
];
const TUNNEL: [Row; 6] = [
    (KeyField::ENC_KEY_ID, tca::ENC_KEY_ID, 0),
    (KeyField::ENC_UDP_SRC_PORT, tca::ENC_UDP_SRC_PORT, tca::ENC_UDP_SRC_PORT_MASK),
    (KeyField::ENC_UDP_DST_PORT, tca::ENC_UDP_DST_PORT, tca::ENC_UDP_DST_PORT_MASK),
    (KeyField::ENC_IP_TOS, tca::ENC_IP_TOS, tca::ENC_IP_TOS_MASK),
    (KeyField::ENC_IP_TTL, tca::ENC_IP_TTL, tca::ENC_IP_TTL_MASK),
    (KeyField::FLAGS, tca::KEY_FLAGS, tca::KEY_FLAGS_MASK),
];

/// `fl_dump_key`, but for the device.
pub(super) fn matches<P: Packet>(filter: &Flower<P>, to: &mut Body<'_>) -> Result<(), WriteError> {
    let wanted = filter.matches();
    // What is at work made sense when it was made.
    let Some((key, mask)) = wanted.bytes() else { return Ok(()) };
    let keys = Keys { key, mask };
    keys.rows(&LINK, to)?;
    keys.row((KeyField::NUM_OF_VLANS, tca::NUM_OF_VLANS, 0), to)?;
    mpls(&wanted.mpls, to)?;
    keys.vlans(to)?;
    keys.rows(&NETWORK, to)?;
    match keys.byte(KeyField::ADDR_TYPE) {
        KeyBytes::ADDRS_V4 => keys.rows(&IPV4, to)?,
        KeyBytes::ADDRS_V6 => keys.rows(&IPV6, to)?,
        _ => {}
    }
    let ip_proto = keys.byte(KeyField::IP_PROTO);
    match (ip_proto, keys.protocol(KeyField::ETH_TYPE)) {
        (TCP, _) => keys.rows(&TCP_PORTS, to)?,
        (UDP, _) => keys.rows(&UDP_PORTS, to)?,
        (SCTP, _) => keys.rows(&SCTP_PORTS, to)?,
        (_, EtherType::IPV4) => keys.rows(&ICMPV4, to)?,
        (_, EtherType::IPV6) => keys.rows(&ICMPV6, to)?,
        _ => {}
    }
    keys.rows(&OTHERS, to)?;
    if keys.key.get(KeyField::SPI).iter().any(|byte| *byte != 0) {
        keys.row((KeyField::SPI, tca::SPI, tca::SPI_MASK), to)?;
    }
    range(wanted.dst_port, [tca::PORT_DST_MIN, tca::PORT_DST_MAX], to)?;
    range(wanted.src_port, [tca::PORT_SRC_MIN, tca::PORT_SRC_MAX], to)?;
    match keys.byte(KeyField::ENC_ADDR_TYPE) {
        KeyBytes::ADDRS_V4 => keys.rows(&ENC_IPV4, to)?,
        KeyBytes::ADDRS_V6 => keys.rows(&ENC_IPV6, to)?,
        _ => {}
    }
    keys.rows(&TUNNEL, to)?;
    cfm([wanted.cfm_level, wanted.cfm_opcode], to)?;
    keys.row((KeyField::ENC_FLAGS, tca::ENC_FLAGS, tca::ENC_FLAGS_MASK), to)
}

struct Keys {
    key: KeyBytes,
    mask: KeyBytes,
}

impl Keys {
    fn has(&self, field: KeyField) -> bool {
        self.mask.get(field).iter().any(|byte| *byte != 0)
    }

    fn byte(&self, field: KeyField) -> u8 {
        self.key.get(field).first().copied().unwrap_or(0)
    }

    fn protocol(&self, field: KeyField) -> EtherType {
        let bytes = self.key.get(field).first_chunk().copied().unwrap_or_default();
        EtherType(u16::from_be_bytes(bytes))
    }

    /// `fl_dump_key_val`.
    fn row(&self, (field, key, mask): Row, to: &mut Body<'_>) -> Result<(), WriteError> {
        if !self.has(field) {
            return Ok(());
        }
        to.attr(key, self.key.get(field))?;
        if mask == 0 { Ok(()) } else { to.attr(mask, self.mask.get(field)) }
    }

    fn rows(&self, rows: &[Row], to: &mut Body<'_>) -> Result<(), WriteError> {
        rows.iter().try_for_each(|row| self.row(*row, to))
    }

    /// `fl_dump_key_vlan` of both tags. Their numbers are in the machine's order.
    fn vlans(&self, to: &mut Body<'_>) -> Result<(), WriteError> {
        let tags = [
            (KeyField::VLAN_ID, tca::VLAN_ID, KeyField::VLAN_PRIO, tca::VLAN_PRIO),
            (KeyField::CVLAN_ID, tca::CVLAN_ID, KeyField::CVLAN_PRIO, tca::CVLAN_PRIO),
        ];
        for (id, id_kind, prio, prio_kind) in tags {
            if self.has(id) {
                to.value(id_kind, &self.protocol(id).0)?;
            }
            self.row((prio, prio_kind, 0), to)?;
        }
        self.row((KeyField::CVLAN_TPID, tca::VLAN_ETH_TYPE, 0), to)?;
        if !self.has(KeyField::ETH_TYPE) {
            return Ok(());
        }
        if self.has(KeyField::CVLAN_ETH_TYPE) {
            return to.attr(tca::CVLAN_ETH_TYPE, self.key.get(KeyField::ETH_TYPE));
        }
        self.row((KeyField::VLAN_ETH_TYPE, tca::VLAN_ETH_TYPE, 0), to)
    }
}

fn range(port: Option<Port>, [least, most]: [u16; 2], to: &mut Body<'_>) -> Result<(), WriteError> {
    let Some(Port::Range(from, until)) = port else { return Ok(()) };
    to.value(least, &from.to_be_bytes())?;
    to.value(most, &until.to_be_bytes())
}

/// `fl_dump_key_mpls`: the first of a stack in the old way, if there is no other.
fn mpls(entries: &[MplsEntry], to: &mut Body<'_>) -> Result<(), WriteError> {
    let nothing = |one: &MplsEntry| *one == MplsEntry { depth: one.depth, ..MplsEntry::default() };
    match entries {
        [] => Ok(()),
        [one] if one.depth == 0 && !nothing(one) => {
            let kinds = [tca::MPLS_TTL, tca::MPLS_TC, tca::MPLS_LABEL, tca::MPLS_BOS];
            let [ttl, tc, label, bos] = kinds;
            byte(ttl, one.ttl, to)?;
            byte(tc, one.tc, to)?;
            if let Some(value) = one.label {
                to.value(label, &value)?;
            }
            byte(bos, one.bos.map(u8::from), to)
        }
        entries => to.nest(tca::MPLS_OPTS, |to: &mut Body<'_>| {
            for depth in 0..=6 {
                for one in entries.iter().filter(|one| one.depth == depth) {
                    to.nest(1, |to: &mut Body<'_>| mpls_entry(one, to))?;
                }
            }
            Ok(())
        }),
    }
}

/// `fl_dump_key_mpls_opt_lse`: `TCA_FLOWER_KEY_MPLS_OPT_LSE_*` 1 to 5.
fn mpls_entry(one: &MplsEntry, to: &mut Body<'_>) -> Result<(), WriteError> {
    to.value(1, &one.depth.saturating_add(1))?;
    byte(2, one.ttl, to)?;
    byte(3, one.bos.map(u8::from), to)?;
    byte(4, one.tc, to)?;
    match one.label {
        Some(label) => to.value(5, &label),
        None => Ok(()),
    }
}

/// `fl_dump_key_cfm`: level and operation.
fn cfm([level, opcode]: [Option<u8>; 2], to: &mut Body<'_>) -> Result<(), WriteError> {
    if level.is_none() && opcode.is_none() {
        return Ok(());
    }
    to.nest(tca::CFM, |to: &mut Body<'_>| {
        byte(1, level, to)?;
        byte(2, opcode, to)
    })
}

fn byte(kind: u16, value: Option<u8>, to: &mut Body<'_>) -> Result<(), WriteError> {
    match value {
        Some(value) => to.value(kind, &value),
        None => Ok(()),
    }
}
