//! A packet with real bytes, as the guest sends it.

use softnet_qdisc::{Packet, PacketType, Vlan};
use softnet_qdisc_oracle::Send;
use softnet_sk_buff::{EtherType, Instant, ecn};

/// UDP source ports from here on have one frame each.
pub(crate) const OWN_FLOW: u16 = 20_000;

const ETH_HLEN: usize = 14;

/// A frame, and what Linux keeps beside it.
#[derive(Clone, Debug)]
pub(crate) struct Frame {
    pub(crate) number: u32,
    pub(crate) bytes: Vec<u8>,
    pkt_len: Option<u32>,
    priority: u32,
    mark: u32,
    queue: u16,
    departure: Option<Instant>,
    network: usize,
    protocol: EtherType,
    vlan: Option<Vlan>,
}

impl Frame {
    /// What the guest would send, when time began to count at `start`.
    pub(crate) fn new(send: &Send, start: u64) -> Self {
        let bytes = send.frame();
        // What `packet_parse_headers` makes of it.
        let [a, b] = bytes[12..14] else { panic!("no Ethernet header") };
        let (network, protocol) = (behind_tags(&bytes), EtherType(u16::from_be_bytes([a, b])));
        Self {
            network,
            protocol,
            vlan: None,
            number: send.number,
            bytes,
            pkt_len: None,
            priority: send.priority,
            mark: send.mark,
            queue: 0,
            departure: send.departure.map(|at| Instant::from_nanos(start + at)),
        }
    }

    /// As it comes to the filters of ingress at a veth's other end: without priority, its first tag beside
    /// its bytes, and its link header not counted (`____dev_forward_skb`, `skb_vlan_untag`,
    /// `sch_handle_ingress`).
    pub(crate) fn arrived(mut self) -> Self {
        (self.network, self.priority) = (ETH_HLEN, 0);
        if matches!(self.protocol, EtherType::VLAN | EtherType::QINQ) {
            let protocol = self.protocol;
            self.vlan = self.remove_vlan().map(|tci| Vlan { protocol, tci });
        }
        self.pkt_len = Some(self.frame_len() - ETH_HLEN as u32);
        self
    }

    /// With the tag that was beside the bytes among them, as the interface can't do that itself
    /// (`validate_xmit_vlan`).
    pub(crate) fn on_the_wire(mut self) -> Self {
        if let Some(tag) = self.vlan.take() {
            self.insert_vlan(tag);
        }
        self
    }
}

impl Packet for Frame {
    fn pkt_len(&self) -> u32 {
        self.pkt_len.unwrap_or_else(|| self.frame_len())
    }

    fn set_pkt_len(&mut self, len: u32) -> bool {
        self.pkt_len = Some(len);
        true
    }

    fn frame_len(&self) -> u32 {
        self.bytes.len() as u32
    }

    /// No test may depend on it, for the kernel's own is seeded at boot; but that two frames are of
    /// different flows can be known.
    fn flow_hash(&mut self, _seed: [u64; 2]) -> u32 {
        let port = self.bytes.get(34..36).and_then(|port| port.try_into().ok());
        match port.map(u16::from_be_bytes) {
            Some(port) if port >= OWN_FLOW => port.into(),
            _ => panic!("frame {} is not pinned to a flow", self.number),
        }
    }

    /// Its flow for fq, with all of the kernel's hash: UDP's source port.
    fn socket(&self) -> Option<u64> {
        let port = self.bytes.get(34..36)?;
        Some(port.iter().fold(0, |port, &byte| port << 8 | u64::from(byte)))
    }

    fn mark_ce(&mut self) -> bool {
        let Some(protocol) = EtherType::of_frame(&self.bytes) else { return false };
        ecn::set_ce(protocol, &mut self.bytes[ETH_HLEN..])
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

    fn departure(&self) -> Option<Instant> {
        self.departure
    }

    fn set_departure(&mut self, at: Instant) -> bool {
        self.departure = Some(at);
        true
    }

    fn dsfield(&self) -> Option<u8> {
        ecn::ds_field(EtherType::of_frame(&self.bytes)?, &self.bytes[ETH_HLEN..])
    }

    /// What a packet socket's frame takes in 6.12 (`__alloc_skb`): 16 bytes of headroom before it and
    /// `skb_shared_info` behind it in a block of 704, 1024 or 2048 bytes, and the `sk_buff`.
    fn truesize(&self) -> u32 {
        const SHARED_INFO: u32 = 320;
        const SK_BUFF: u32 = 256;
        let block = (self.frame_len() + 16).next_multiple_of(64) + SHARED_INFO;
        let block = if block <= 704 { 704 } else { block.next_power_of_two() };
        block + SK_BUFF
    }

    fn frame(&self) -> Option<softnet_qdisc::Frame<'_>> {
        let Self { network, protocol, vlan, .. } = *self;
        Some(softnet_qdisc::Frame { bytes: &self.bytes, network, protocol, vlan })
    }

    fn frame_mut(&mut self) -> Option<&mut [u8]> {
        Some(&mut self.bytes)
    }

    fn duplicate(&self) -> Option<Self> {
        Some(self.clone())
    }

    fn set_pkt_type(&mut self, _: PacketType) -> bool {
        true
    }

    fn set_vlan(&mut self, tag: Option<Vlan>) -> bool {
        self.vlan = tag;
        true
    }

    fn insert_vlan(&mut self, tag: Vlan) -> bool {
        let [a, b] = tag.protocol.0.to_be_bytes();
        let [c, d] = tag.tci.to_be_bytes();
        self.pkt_len.get_or_insert(self.bytes.len() as u32);
        self.bytes.splice(12..12, [a, b, c, d]);
        self.protocol = tag.protocol;
        true
    }

    fn remove_vlan(&mut self) -> Option<u16> {
        let tci = u16::from_be_bytes(*self.bytes.get(14..)?.first_chunk()?);
        self.pkt_len.get_or_insert(self.bytes.len() as u32);
        self.bytes.drain(12..16);
        self.protocol = EtherType::of_frame(&self.bytes)?;
        self.network = (self.network - 4).max(ETH_HLEN);
        Some(tci)
    }
}

/// Where the network header begins: behind the tags, if they end.
fn behind_tags(bytes: &[u8]) -> usize {
    let mut at = ETH_HLEN;
    for _ in 0..8 {
        match bytes.get(at - 2..at) {
            Some([0x81, 0] | [0x88, 0xa8]) => at += 4,
            Some(_) => return at,
            None => break,
        }
    }
    ETH_HLEN
}
