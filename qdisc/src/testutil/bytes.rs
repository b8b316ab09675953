//! A packet that has bytes, for tests of filters and actions.

use alloc::vec::Vec;

use softnet_sk_buff::{EtherType, FlowKeys, FlowSeed, IfIndex, MacAddr, ecn};

use crate::{Frame, Packet, PacketType, Vlan};

const ETH_ALENS: usize = 12;
const ETH_HLEN: usize = 14;
const VLAN_HLEN: usize = 4;

/// A packet of bytes, with what a packet has beside them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Bytes {
    /// From the link header on.
    pub bytes: Vec<u8>,
    /// Where in them the network header begins.
    pub network: usize,
    /// What it is (`skb->protocol`).
    pub protocol: EtherType,
    /// A tag beside the bytes.
    pub vlan: Option<Vlan>,
    /// Whether a tag may be beside the bytes.
    pub vlan_beside: bool,
    /// `qdisc_pkt_len`: what the bytes were at first.
    pub len: u32,
    /// `skb->priority`.
    pub priority: u32,
    /// `skb->mark`.
    pub mark: u32,
    /// `skb->queue_mapping`.
    pub queue: u16,
    /// `skb->pkt_type`.
    pub pkt_type: PacketType,
    /// `skb->skb_iif`.
    pub ingress: Option<IfIndex>,
    /// Packets on the wire.
    pub segments: u32,
    /// Whether another one holds the bytes, too.
    pub shared: bool,
}

impl Bytes {
    /// An Ethernet frame, as it is where its sender or a card found out what is in it: the network
    /// header follows the Ethernet header, also if it is a tag.
    #[must_use]
    pub fn frame(bytes: impl Into<Vec<u8>>) -> Self {
        let bytes = bytes.into();
        Self {
            network: ETH_HLEN.min(bytes.len()),
            protocol: EtherType::of_frame(&bytes).unwrap_or(EtherType::NONE),
            vlan: None,
            vlan_beside: true,
            len: u32::try_from(bytes.len()).unwrap_or(u32::MAX),
            bytes,
            priority: 0,
            mark: 0,
            queue: 0,
            pkt_type: PacketType::Host,
            ingress: None,
            segments: 1,
            shared: false,
        }
    }

    /// A packet of a device without link header.
    #[must_use]
    pub fn network(protocol: EtherType, bytes: impl Into<Vec<u8>>) -> Self {
        Self { network: 0, protocol, ..Self::frame(bytes) }
    }

    fn in_link_header(&self) -> bool {
        self.network >= ETH_HLEN && self.bytes.len() >= ETH_HLEN
    }
}

impl Packet for Bytes {
    fn pkt_len(&self) -> u32 {
        self.len
    }

    fn frame_len(&self) -> u32 {
        u32::try_from(self.bytes.len()).unwrap_or(u32::MAX)
    }

    fn flow_hash(&mut self, [k0, k1]: [u64; 2]) -> u32 {
        FlowKeys::dissect_frame(&self.bytes).hash(&FlowSeed::new(k0, k1))
    }

    fn priority(&self) -> u32 {
        self.priority
    }

    fn set_priority(&mut self, priority: u32) -> bool {
        self.priority = priority;
        true
    }

    fn mark(&self) -> u32 {
        self.mark
    }

    fn set_mark(&mut self, mark: u32) -> bool {
        self.mark = mark;
        true
    }

    fn queue_mapping(&self) -> u16 {
        self.queue
    }

    fn set_queue_mapping(&mut self, queue: u16) -> bool {
        self.queue = queue;
        true
    }

    fn dsfield(&self) -> Option<u8> {
        ecn::ds_field(self.protocol, self.bytes.get(self.network..)?)
    }

    fn segments(&self) -> u32 {
        self.segments
    }

    fn ingress(&self) -> Option<IfIndex> {
        self.ingress
    }

    fn frame(&self) -> Option<Frame<'_>> {
        let Self { network, protocol, vlan, .. } = *self;
        Some(Frame { bytes: &self.bytes, network, protocol, vlan })
    }

    fn frame_mut(&mut self) -> Option<&mut [u8]> {
        (!self.shared).then_some(&mut self.bytes)
    }

    fn set_pkt_type(&mut self, kind: PacketType) -> bool {
        self.pkt_type = kind;
        true
    }

    fn set_vlan(&mut self, tag: Option<Vlan>) -> bool {
        if self.vlan_beside {
            self.vlan = tag;
        }
        self.vlan_beside
    }

    fn insert_vlan(&mut self, tag: Vlan) -> bool {
        if !self.in_link_header() || self.shared {
            return false;
        }
        let [a, b] = tag.protocol.0.to_be_bytes();
        let [c, d] = tag.tci.to_be_bytes();
        self.bytes.splice(ETH_ALENS..ETH_ALENS, [a, b, c, d]);
        self.protocol = tag.protocol;
        true
    }

    fn remove_vlan(&mut self) -> Option<u16> {
        if !self.in_link_header() || self.shared {
            return None;
        }
        let [a, b, _, _] = *self.bytes.get(ETH_HLEN..)?.first_chunk()?;
        self.bytes.drain(ETH_ALENS..ETH_ALENS + VLAN_HLEN);
        self.protocol = EtherType::of_frame(&self.bytes)?;
        self.network = self.network.saturating_sub(VLAN_HLEN).max(ETH_HLEN);
        Some(u16::from_be_bytes([a, b]))
    }

    fn push_eth(&mut self, destination: MacAddr, source: MacAddr) -> bool {
        let protocol = self.protocol.0.to_be_bytes();
        let header = [&destination.octets()[..], &source.octets(), &protocol].concat();
        self.bytes.splice(0..0, header);
        self.network += ETH_HLEN;
        true
    }

    fn pop_eth(&mut self) -> bool {
        if !self.in_link_header() {
            return false;
        }
        self.bytes.drain(..ETH_HLEN);
        self.network -= ETH_HLEN;
        true
    }

    fn duplicate(&self) -> Option<Self> {
        Some(self.clone())
    }
}
