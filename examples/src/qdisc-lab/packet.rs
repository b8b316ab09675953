//! A packet of the lab: a real frame, and what the lab wants to know of it.

use alloc::collections::VecDeque;

use softnet_qdisc::{Frame, Packet, Vlan};
use softnet_sk_buff::{EtherType, FlowKeys, FlowSeed, IfIndex, Instant, ecn};

const ETH_HLEN: usize = 14;
/// Where an Ethernet header has its type, and a tag its TPID.
const TYPE: usize = 12;

/// Which flow a packet belongs to, as a place in the scenario's list.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) struct FlowId(pub(crate) usize);

/// What its sender says of a packet, besides its bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Meta {
    pub(crate) flow: FlowId,
    /// Bytes on the wire; a capture may have kept fewer.
    pub(crate) len: u32,
    pub(crate) priority: u32,
    pub(crate) mark: u32,
    /// The source that wants to hear of it, and the number that it gave it.
    pub(crate) sender: Option<(usize, u64)>,
}

#[derive(Clone, Debug)]
pub(crate) struct LabPacket {
    pub(crate) meta: Meta,
    bytes: Vec<u8>,
    /// What it counts for after a size table.
    charged: u32,
    /// When it was offered to the tree.
    pub(crate) offered: Instant,
    /// Whether a discipline marked it on its way.
    pub(crate) marked: bool,
    queue: u16,
    departure: Option<Instant>,
    vlan: Option<Vlan>,
}

impl LabPacket {
    pub(crate) fn new(meta: Meta, bytes: Vec<u8>, offered: Instant) -> Self {
        let (charged, marked, queue, departure, vlan) = (meta.len, false, 0, None, None);
        Self { meta, bytes, charged, offered, marked, queue, departure, vlan }
    }

    fn ip(&self) -> Option<(EtherType, usize)> {
        self.frame()?.behind_tags()
    }

    fn keys(&self) -> FlowKeys {
        FlowKeys::dissect_frame(&self.bytes)
    }
}

impl Packet for LabPacket {
    fn pkt_len(&self) -> u32 {
        self.charged
    }

    fn set_pkt_len(&mut self, len: u32) -> bool {
        self.charged = len;
        true
    }

    fn frame_len(&self) -> u32 {
        self.meta.len
    }

    fn flow_hash(&mut self, [k0, k1]: [u64; 2]) -> u32 {
        self.keys().hash(&FlowSeed::new(k0, k1))
    }

    fn host_hashes(&mut self, [k0, k1]: [u64; 2]) -> [u32; 2] {
        let hashes = self.keys().hash_hosts(&FlowSeed::new(k0, k1));
        [hashes.src, hashes.dst]
    }

    fn mark_ce(&mut self) -> bool {
        let Some((protocol, at)) = self.ip() else { return false };
        let Some(header) = self.bytes.get_mut(at..) else { return false };
        let marked = ecn::set_ce(protocol, header);
        self.marked |= marked;
        marked
    }

    fn priority(&self) -> u32 {
        self.meta.priority
    }

    fn set_priority(&mut self, priority: u32) -> bool {
        self.meta.priority = priority;
        true
    }

    fn mark(&self) -> u32 {
        self.meta.mark
    }

    fn set_mark(&mut self, mark: u32) -> bool {
        self.meta.mark = mark;
        true
    }

    fn queue_mapping(&self) -> u16 {
        self.queue
    }

    fn set_queue_mapping(&mut self, queue: u16) -> bool {
        self.queue = queue;
        true
    }

    fn departure(&self) -> Option<Instant> {
        self.departure
    }

    fn set_departure(&mut self, at: Instant) -> bool {
        self.departure = Some(at);
        true
    }

    fn dsfield(&self) -> Option<u8> {
        let (protocol, at) = self.ip()?;
        ecn::ds_field(protocol, self.bytes.get(at..)?)
    }

    fn ingress(&self) -> Option<IfIndex> {
        None
    }

    fn frame(&self) -> Option<Frame<'_>> {
        let protocol = EtherType::of_frame(&self.bytes)?;
        Some(Frame { bytes: &self.bytes, network: ETH_HLEN, protocol, vlan: self.vlan })
    }

    fn frame_mut(&mut self) -> Option<&mut [u8]> {
        Some(&mut self.bytes)
    }

    fn set_vlan(&mut self, tag: Option<Vlan>) -> bool {
        self.vlan = tag;
        true
    }

    fn insert_vlan(&mut self, tag: Vlan) -> bool {
        let [a, b] = tag.protocol.0.to_be_bytes();
        let [c, d] = tag.tci.to_be_bytes();
        let room = self.bytes.len() >= ETH_HLEN;
        if room {
            self.bytes.splice(TYPE..TYPE, [a, b, c, d]);
            self.meta.len = self.meta.len.saturating_add(4);
        }
        room
    }

    fn remove_vlan(&mut self) -> Option<u16> {
        let protocol = EtherType::of_frame(&self.bytes)?;
        if protocol != EtherType::VLAN && protocol != EtherType::QINQ {
            return None;
        }
        let tci = u16::from_be_bytes(self.bytes.get(ETH_HLEN..ETH_HLEN + 2)?.try_into().ok()?);
        self.bytes.get(..ETH_HLEN + 4)?;
        self.bytes.drain(TYPE..TYPE + 4);
        self.meta.len = self.meta.len.saturating_sub(4);
        Some(tci)
    }

    fn duplicate(&self) -> Option<Self> {
        Some(self.clone())
    }

    fn segment(self, _: &mut VecDeque<Self>) -> Result<(), Self> {
        // Each packet of the lab is one frame.
        Err(self)
    }
}

#[cfg(test)]
mod tests {
    use softnet_sk_buff::checksum::ip_fast_csum;

    use super::*;
    use crate::frame::Headers;

    fn packet(headers: &Headers) -> LabPacket {
        let (flow, len) = (FlowId(0), 100);
        let meta = Meta { flow, len, priority: 0, mark: 0, sender: None };
        LabPacket::new(meta, headers.frame(len, 1), Instant::ZERO)
    }

    #[test]
    fn a_mark_changes_the_bytes_of_those_that_understand_it() {
        let mut deaf = packet(&Headers::of_flow(1));
        assert!(!deaf.mark_ce() && !deaf.marked);
        let mut able = packet(&Headers { ecn: true, dscp: 46, ..Headers::of_flow(1) });
        assert_eq!(able.dsfield(), Some(46 << 2 | 2));
        assert!(able.mark_ce() && able.marked);
        assert_eq!(able.dsfield(), Some(46 << 2 | 3));
        assert_eq!(ip_fast_csum(&able.bytes[14..34]), 0);
    }

    #[test]
    fn tags_go_in_and_out_again() {
        let mut one = packet(&Headers { ecn: true, ..Headers::of_flow(1) });
        let before = one.bytes.clone();
        assert_eq!(one.remove_vlan(), None);
        assert!(one.insert_vlan(Vlan { protocol: EtherType::VLAN, tci: 0x2005 }));
        assert_eq!(one.bytes[12..18], [0x81, 0x00, 0x20, 0x05, 0x08, 0x00]);
        assert!(one.mark_ce(), "found behind the tag");
        assert_eq!(one.remove_vlan(), Some(0x2005));
        assert_eq!((one.bytes.len(), one.meta.len), (before.len(), 100));
    }

    #[test]
    fn flows_have_hashes_of_their_own() {
        let hash = |flow| packet(&Headers::of_flow(flow)).flow_hash([1, 2]);
        assert_eq!(hash(1), hash(1));
        assert_ne!(hash(1), hash(2));
    }
}
