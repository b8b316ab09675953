//! Keys as bytes at fixed places, to be masked, compared and hashed at once (`struct fl_flow_key`,
//! `struct fl_flow_mask`).

use core::fmt;
use core::hash::{Hash, Hasher};

/// All keys of a packet, or those that a filter wants, or a mask over them (`struct fl_flow_key`).
///
/// Every key has a place of its own, its [`KeyField`]; values are in network order; a key that the
/// packet doesn't have is zero, as for Linux. So a filter is two of these, value and mask, each
/// filled from the filter's attributes by [`set`](Self::set) and compared under a [`KeyMask`].
#[derive(Clone, PartialEq, Eq, Hash)]
#[repr(C, align(8))]
pub struct KeyBytes([u8; KeyBytes::LEN]);

impl KeyBytes {
    /// Bytes: those of all fields, up to the next multiple of eight.
    pub const LEN: usize = KeyField::LAST.end().next_multiple_of(8);

    /// No keys at all; as a mask: one that looks at nothing.
    pub const NONE: Self = Self([0; Self::LEN]);

    /// The value of a key.
    #[must_use]
    pub fn get(&self, field: KeyField) -> &[u8] {
        self.0.get(field.start()..field.end()).unwrap_or_default()
    }

    /// Sets a key.
    ///
    /// # Errors
    ///
    /// [`WrongLength`] if `value` is longer or shorter than the field; nothing changes then.
    pub fn set(&mut self, field: KeyField, value: &[u8]) -> Result<(), WrongLength> {
        match self.0.get_mut(field.start()..field.end()) {
            Some(place) if place.len() == value.len() => {
                place.copy_from_slice(value);
                Ok(())
            }
            _ => Err(WrongLength { wanted: field.len, given: value.len() }),
        }
    }

    /// All bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; Self::LEN] {
        &self.0
    }

    /// [`set`](Self::set) where both lengths are constants that agree.
    pub(super) fn put<const N: usize>(&mut self, field: KeyField, value: [u8; N]) {
        debug_assert_eq!(field.len(), N);
        if let Some(place) = self.0.get_mut(field.start()..field.start() + N) {
            place.copy_from_slice(&value);
        }
    }

    /// [`get`](Self::get) of a constant length.
    pub(super) fn take<const N: usize>(&self, field: KeyField) -> [u8; N] {
        self.get(field).first_chunk().copied().unwrap_or([0; N])
    }
}

/// Only what is not zero, with offsets: most is zero.
impl fmt::Debug for KeyBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let set = self.0.iter().enumerate().filter(|(_, byte)| **byte != 0);
        f.debug_map().entries(set).finish()
    }
}

/// A value that doesn't fit into its field.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("a key of {wanted} bytes was given {given}")]
pub struct WrongLength {
    /// Bytes of the field.
    pub wanted: u16,
    /// Bytes of the value.
    pub given: usize,
}

/// The place of one key within [`KeyBytes`].
///
/// Those that flower knows have the name of its attribute (`TCA_FLOWER_KEY_*`) where there is one.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct KeyField {
    at: u16,
    len: u16,
}

impl KeyField {
    /// The device on which the packet came in, as a number of 4 bytes (`meta.ingress_ifindex`).
    pub const INGRESS_IFINDEX: Self = Self { at: 0, len: 4 };
    /// 1 if the bridge did not know the destination (`meta.l2_miss`).
    pub const L2_MISS: Self = Self::INGRESS_IFINDEX.then(1);
    /// [`FlowFlags`](super::FlowFlags), 4 bytes.
    pub const FLAGS: Self = Self::L2_MISS.then(4);
    /// Kind of addresses: [`KeyBytes::ADDRS_V4`], [`KeyBytes::ADDRS_V6`] or 0.
    pub const ADDR_TYPE: Self = Self::FLAGS.then(1);
    /// Network protocol.
    pub const ETH_TYPE: Self = Self::ADDR_TYPE.then(2);
    /// Transport protocol.
    pub const IP_PROTO: Self = Self::ETH_TYPE.then(1);
    /// Destination of the frame.
    pub const ETH_DST: Self = Self::IP_PROTO.then(6);
    /// Source of the frame.
    pub const ETH_SRC: Self = Self::ETH_DST.then(6);
    /// Identifier of the outermost VLAN, 12 bits of 2 bytes.
    pub const VLAN_ID: Self = Self::ETH_SRC.then(2);
    /// Priority in the outermost VLAN, 0 to 7.
    pub const VLAN_PRIO: Self = Self::VLAN_ID.then(1);
    /// The protocol that announced the outermost tag.
    pub const VLAN_TPID: Self = Self::VLAN_PRIO.then(2);
    /// The protocol after the outermost tag.
    pub const VLAN_ETH_TYPE: Self = Self::VLAN_TPID.then(2);
    /// Identifier of the second VLAN.
    pub const CVLAN_ID: Self = Self::VLAN_ETH_TYPE.then(2);
    /// Priority in the second VLAN.
    pub const CVLAN_PRIO: Self = Self::CVLAN_ID.then(1);
    /// The protocol that announced the second tag.
    pub const CVLAN_TPID: Self = Self::CVLAN_PRIO.then(2);
    /// The protocol after the second tag.
    pub const CVLAN_ETH_TYPE: Self = Self::CVLAN_TPID.then(2);
    /// VLAN tags in front of the first tunnel.
    pub const NUM_OF_VLANS: Self = Self::CVLAN_ETH_TYPE.then(1);
    /// Source address; of IPv4 the first 4 bytes, the others zero.
    pub const IPV6_SRC: Self = Self::NUM_OF_VLANS.then(16);
    /// Destination address; of IPv4 the first 4 bytes, the others zero.
    pub const IPV6_DST: Self = Self::IPV6_SRC.then(16);
    /// The part of [`IPV6_SRC`](Self::IPV6_SRC) that IPv4 needs.
    pub const IPV4_SRC: Self = Self::IPV6_SRC.first(4);
    /// The part of [`IPV6_DST`](Self::IPV6_DST) that IPv4 needs.
    pub const IPV4_DST: Self = Self::IPV6_DST.first(4);
    /// Source port (`TCP_SRC`, `UDP_SRC`, `SCTP_SRC`).
    pub const PORT_SRC: Self = Self::IPV6_DST.then(2);
    /// Destination port (`TCP_DST`, `UDP_DST`, `SCTP_DST`).
    pub const PORT_DST: Self = Self::PORT_SRC.then(2);
    /// Type of service, or traffic class.
    pub const IP_TOS: Self = Self::PORT_DST.then(1);
    /// Time to live, or hop limit.
    pub const IP_TTL: Self = Self::IP_TOS.then(1);
    /// The lower 12 bits of TCP's flag word: the flags and three reserved bits.
    pub const TCP_FLAGS: Self = Self::IP_TTL.then(2);
    /// Type of an ICMP or ICMPv6 message.
    pub const ICMP_TYPE: Self = Self::TCP_FLAGS.then(1);
    /// Code of an ICMP or ICMPv6 message.
    pub const ICMP_CODE: Self = Self::ICMP_TYPE.then(1);
    /// Identifier of an echo or timestamp message.
    pub const ICMP_ID: Self = Self::ICMP_CODE.then(2);
    /// IP address of an ARP packet's sender.
    pub const ARP_SIP: Self = Self::ICMP_ID.then(4);
    /// IP address of an ARP packet's target.
    pub const ARP_TIP: Self = Self::ARP_SIP.then(4);
    /// 1 for an ARP request, 2 for a reply.
    pub const ARP_OP: Self = Self::ARP_TIP.then(1);
    /// Ethernet address of an ARP packet's sender.
    pub const ARP_SHA: Self = Self::ARP_OP.then(6);
    /// Ethernet address of an ARP packet's target.
    pub const ARP_THA: Self = Self::ARP_SHA.then(6);
    /// One bit for each MPLS entry found, the least for the first (`mpls.used_lses`).
    pub const MPLS_USED: Self = Self::ARP_THA.then(1);
    /// Seven MPLS entries of 4 bytes as they are in the packet: 20 bits label, 3 bits traffic
    /// class, bottom of stack, TTL. One of them: [`mpls_lse`](Self::mpls_lse).
    pub const MPLS_LSES: Self = Self::MPLS_USED.then(4 * MPLS_MAX as u16);
    /// Session of a PPPoE packet.
    pub const PPPOE_SID: Self = Self::MPLS_LSES.then(2);
    /// What a PPPoE packet carries.
    pub const PPP_PROTO: Self = Self::PPPOE_SID.then(2);
    /// `ETH_P_PPP_SES` for a PPPoE session packet (`pppoe.type`).
    pub const PPPOE_TYPE: Self = Self::PPP_PROTO.then(2);
    /// Session of L2TPv3 over IP.
    pub const L2TPV3_SID: Self = Self::PPPOE_TYPE.then(4);
    /// Security parameters index of ESP or AH.
    pub const SPI: Self = Self::L2TPV3_SID.then(4);
    /// Maintenance level (upper 3 bits) and version of a CFM packet.
    pub const CFM_MDL_VER: Self = Self::SPI.then(1);
    /// Operation of a CFM packet.
    pub const CFM_OPCODE: Self = Self::CFM_MDL_VER.then(1);
    /// IPv6 flow label, 20 bits of 4 bytes; not a key of flower.
    pub const FLOW_LABEL: Self = Self::CFM_OPCODE.then(4);
    /// GRE key; not a key of flower.
    pub const GRE_KEY: Self = Self::FLOW_LABEL.then(4);
    /// MPLS entropy label; not a key of flower.
    pub const MPLS_ENTROPY: Self = Self::GRE_KEY.then(4);
    /// The packet's flow hash, 4 bytes.
    pub const HASH: Self = Self::MPLS_ENTROPY.then(4);
    /// Kind of a tunnel's addresses, as [`ADDR_TYPE`](Self::ADDR_TYPE).
    pub const ENC_ADDR_TYPE: Self = Self::HASH.then(1);
    /// A tunnel's flags, 4 bytes.
    pub const ENC_FLAGS: Self = Self::ENC_ADDR_TYPE.then(4);
    /// A tunnel's source address, as [`IPV6_SRC`](Self::IPV6_SRC).
    pub const ENC_IPV6_SRC: Self = Self::ENC_FLAGS.then(16);
    /// A tunnel's destination address.
    pub const ENC_IPV6_DST: Self = Self::ENC_IPV6_SRC.then(16);
    /// The part of [`ENC_IPV6_SRC`](Self::ENC_IPV6_SRC) that IPv4 needs.
    pub const ENC_IPV4_SRC: Self = Self::ENC_IPV6_SRC.first(4);
    /// The part of [`ENC_IPV6_DST`](Self::ENC_IPV6_DST) that IPv4 needs.
    pub const ENC_IPV4_DST: Self = Self::ENC_IPV6_DST.first(4);
    /// Number of the network in the tunnel: VNI, GRE key …
    pub const ENC_KEY_ID: Self = Self::ENC_IPV6_DST.then(4);
    /// A tunnel's UDP source port.
    pub const ENC_UDP_SRC_PORT: Self = Self::ENC_KEY_ID.then(2);
    /// A tunnel's UDP destination port.
    pub const ENC_UDP_DST_PORT: Self = Self::ENC_UDP_SRC_PORT.then(2);
    /// A tunnel's type of service.
    pub const ENC_IP_TOS: Self = Self::ENC_UDP_DST_PORT.then(1);
    /// A tunnel's time to live.
    pub const ENC_IP_TTL: Self = Self::ENC_IP_TOS.then(1);
    /// [`TunnelOptions::kind`](super::TunnelOptions::kind).
    pub const ENC_OPTS_TYPE: Self = Self::ENC_IP_TTL.then(1);
    /// Bytes of tunnel options.
    pub const ENC_OPTS_LEN: Self = Self::ENC_OPTS_TYPE.then(1);
    /// Tunnel options, then zeros.
    pub const ENC_OPTS: Self = Self::ENC_OPTS_LEN.then(TUNNEL_OPTIONS_MAX as u16);

    const LAST: Self = Self::ENC_OPTS;

    /// The entry `index` of [`MPLS_LSES`](Self::MPLS_LSES), 0 for the first; `None` past the last.
    #[must_use]
    pub const fn mpls_lse(index: usize) -> Option<Self> {
        if index < MPLS_MAX {
            Some(Self { at: Self::MPLS_LSES.at + 4 * index as u16, len: 4 })
        } else {
            None
        }
    }

    /// Bytes of the value.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "none is empty")]
    pub const fn len(self) -> usize {
        self.len as usize
    }

    const fn then(self, len: u16) -> Self {
        Self { at: self.at + self.len, len }
    }

    const fn first(self, len: u16) -> Self {
        Self { at: self.at, len }
    }

    const fn start(self) -> usize {
        self.at as usize
    }

    const fn end(self) -> usize {
        self.at as usize + self.len as usize
    }
}

impl KeyBytes {
    /// [`KeyField::ADDR_TYPE`] of IPv4 (`FLOW_DISSECTOR_KEY_IPV4_ADDRS`).
    pub const ADDRS_V4: u8 = 2;
    /// [`KeyField::ADDR_TYPE`] of IPv6 (`FLOW_DISSECTOR_KEY_IPV6_ADDRS`).
    pub const ADDRS_V6: u8 = 3;
    /// [`KeyField::ADDR_TYPE`] of TIPC (`FLOW_DISSECTOR_KEY_TIPC`).
    pub const ADDRS_TIPC: u8 = 8;
}

/// MPLS entries that are keys (`FLOW_DIS_MPLS_MAX`).
pub(super) const MPLS_MAX: usize = 7;

/// The most bytes of tunnel options that are a key (`FLOW_DIS_TUN_OPTS_MAX`).
pub(super) const TUNNEL_OPTIONS_MAX: usize = 255;

/// Which bits of the keys a filter looks at (`struct fl_flow_mask`).
///
/// Filters with the same mask can share one table, whose key is the slice that [`apply`](Self::apply)
/// gives: it covers only the words in which the mask has a bit, and has one length for one mask.
#[derive(Clone, Debug)]
pub struct KeyMask {
    bits: KeyBytes,
    /// From the first to the last byte that is not zero, in whole words; empty for a mask of nothing.
    start: u16,
    end: u16,
}

impl KeyMask {
    /// A mask of the bits that are set in `bits`.
    #[must_use]
    pub fn new(bits: KeyBytes) -> Self {
        const WORD: usize = 8;
        let first = bits.0.iter().position(|byte| *byte != 0).unwrap_or(0) / WORD * WORD;
        let last = bits.0.iter().rposition(|byte| *byte != 0).map_or(first, |last| last + 1);
        // Both are at most LEN, which is a multiple of a word and far below 2^16.
        let (start, end) = (first as u16, last.next_multiple_of(WORD) as u16);
        Self { bits, start, end }
    }

    /// The bits.
    #[must_use]
    pub const fn bits(&self) -> &KeyBytes {
        &self.bits
    }

    /// `keys` under this mask (`fl_set_masked_key`). `scratch` is where the bytes are put; what it
    /// held before doesn't matter, and of what is left in it only the slice given back counts.
    pub fn apply<'a>(&self, keys: &KeyBytes, scratch: &'a mut KeyBytes) -> &'a [u8] {
        let range = usize::from(self.start)..usize::from(self.end);
        let masked = scratch.0.get_mut(range.clone()).unwrap_or_default();
        let pairs = keys.0.iter().zip(&self.bits.0).skip(range.start);
        for (masked, (key, bits)) in masked.iter_mut().zip(pairs) {
            *masked = key & bits;
        }
        masked
    }

    /// Whether `keys` and `wanted` agree in every bit of the mask: a filter on its own.
    #[must_use]
    pub fn matches(&self, keys: &KeyBytes, wanted: &KeyBytes) -> bool {
        let pairs = keys.0.iter().zip(&wanted.0).zip(&self.bits.0);
        pairs
            .skip(usize::from(self.start))
            .take(usize::from(self.end - self.start))
            .all(|((key, wanted), bits)| (key ^ wanted) & bits == 0)
    }

    /// Whether this mask looks at nothing that `template` doesn't (`fl_mask_fits_tmplt`).
    #[must_use]
    pub fn fits(&self, template: &Self) -> bool {
        self.bits.0.iter().zip(&template.bits.0).all(|(bits, template)| bits & !template == 0)
    }
}

impl PartialEq for KeyMask {
    fn eq(&self, other: &Self) -> bool {
        self.bits == other.bits
    }
}

impl Eq for KeyMask {}

impl Hash for KeyMask {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.bits.hash(state);
    }
}

// Safe code, and slow under Miri.
#[cfg(all(test, not(miri)))]
mod tests;
