//! [`Packet`] for softnet's `SkBuff`.
//!
//! The packet's data begin at the link header, as they do below `dev_queue_xmit`, and the offsets of
//! the network and transport headers are set as far as the sender knows them. Without a network offset
//! the data are read as an Ethernet frame.

use alloc::collections::VecDeque;

use softnet_sk_buff::{
    Checksum, EtherType, FlowKeys, FlowSeed, GsoType, IfIndex, Instant, Layer, MacAddr, SkBuff,
    SkPool, SkbHash, VlanTag, ecn,
};

use crate::{Buffers, Frame, Packet, PacketType, Vlan};

const ETH_HLEN: usize = 14;
const ETH_ADDRS: usize = 12;
const VLAN_HLEN: usize = 4;
const UDP_HLEN: usize = 8;
/// Where a TCP header keeps its length, in units of 4 bytes in the upper half of the byte.
const TCP_DATA_OFFSET: usize = 12;

impl Packet for SkBuff {
    /// A packet that stands for several counts the headers of all of them (`qdisc_pkt_len_init`), unless a
    /// size table has said what it takes.
    fn pkt_len(&self) -> u32 {
        if let Some(len) = self.wire_len() {
            return len;
        }
        let more_headers = self.segments().saturating_sub(1).saturating_mul(header_len(self));
        u32::try_from(self.len()).unwrap_or(u32::MAX).saturating_add(more_headers)
    }

    fn set_pkt_len(&mut self, len: u32) -> bool {
        self.set_wire_len(Some(len));
        true
    }

    /// `skb_get_hash`: a hash over ports that the card or anyone else left there, else one of our
    /// own, which stays with the packet.
    fn flow_hash(&mut self, [k0, k1]: [u64; 2]) -> u32 {
        if let Some(hash) = self.meta().hash.filter(|hash| hash.l4 || hash.software) {
            return hash.value;
        }
        let keys = flow_keys(self);
        let value = keys.hash(&FlowSeed::new(k0, k1));
        self.meta_mut().hash = Some(SkbHash { value, l4: keys.have_l4(), software: true });
        value
    }

    /// `INET_ECN_set_ce`. A packet whose header another one shares can't be marked: writing would
    /// need a copy, and a discipline has no pool.
    fn mark_ce(&mut self) -> bool {
        let Some((protocol, at)) = network(self) else { return false };
        let Some(header) = self.header_mut().and_then(|bytes| bytes.get_mut(at..)) else {
            return false;
        };
        let marked = ecn::set_ce(protocol, header);
        // IPv6 has no header checksum to even the change out, so the sum of all bytes is wrong now.
        if marked && protocol == EtherType::IPV6 {
            let meta = self.meta_mut();
            if matches!(meta.checksum, Checksum::Complete(_)) {
                meta.checksum = Checksum::None;
            }
        }
        marked
    }

    fn host_hashes(&mut self, [k0, k1]: [u64; 2]) -> [u32; 2] {
        let hashes = flow_keys(self).hash_hosts(&FlowSeed::new(k0, k1));
        [hashes.src, hashes.dst]
    }

    fn frame_len(&self) -> u32 {
        u32::try_from(self.len()).unwrap_or(u32::MAX)
    }

    fn priority(&self) -> u32 {
        self.meta().priority
    }

    fn set_priority(&mut self, priority: u32) -> bool {
        self.meta_mut().priority = priority;
        true
    }

    fn mark(&self) -> u32 {
        self.meta().mark
    }

    fn set_mark(&mut self, mark: u32) -> bool {
        self.meta_mut().mark = mark;
        true
    }

    fn queue_mapping(&self) -> u16 {
        self.meta().queue_mapping
    }

    fn set_queue_mapping(&mut self, queue: u16) -> bool {
        self.meta_mut().queue_mapping = queue;
        true
    }

    /// What the sender left in the timestamp; below `dev_queue_xmit` it means nothing else.
    fn departure(&self) -> Option<Instant> {
        self.meta().timestamp
    }

    fn set_departure(&mut self, at: Instant) -> bool {
        self.meta_mut().timestamp = Some(at);
        true
    }

    fn ingress(&self) -> Option<IfIndex> {
        self.meta().iif
    }

    fn frame(&self) -> Option<Frame<'_>> {
        let bytes = self.data();
        let vlan = self.meta().vlan.map(|VlanTag { protocol, tci }| Vlan { protocol, tci });
        let (network, protocol) = match self.header_offset(Layer::Network).map(usize::try_from) {
            Some(Ok(at)) => (at, self.meta().protocol),
            _ => (ETH_HLEN, EtherType::of_frame(bytes)?),
        };
        Some(Frame { bytes, network, protocol, vlan })
    }

    fn frame_mut(&mut self) -> Option<&mut [u8]> {
        self.header_mut()
    }

    fn dsfield(&self) -> Option<u8> {
        let (protocol, at) = network(self)?;
        ecn::ds_field(protocol, self.data().get(at..)?)
    }

    fn segments(&self) -> u32 {
        let gso = self.meta().gso;
        if gso.size == 0 { 1 } else { u32::from(gso.segs).max(1) }
    }

    fn gso_size(&self) -> u32 {
        self.meta().gso.size.into()
    }

    fn truesize(&self) -> u32 {
        SkBuff::truesize(self)
    }

    /// `skb_gso_mac_seglen`.
    fn largest_segment(&self) -> u32 {
        match self.meta().gso.size {
            0 => self.pkt_len(),
            size => header_len(self).saturating_add(size.into()),
        }
    }

    fn set_pkt_type(&mut self, kind: PacketType) -> bool {
        self.meta_mut().pkt_type = match kind {
            PacketType::Host => softnet_sk_buff::PacketType::Host,
            PacketType::Broadcast => softnet_sk_buff::PacketType::Broadcast,
            PacketType::Multicast => softnet_sk_buff::PacketType::Multicast,
            PacketType::OtherHost => softnet_sk_buff::PacketType::OtherHost,
        };
        true
    }

    fn checksum_done(&mut self) {
        self.meta_mut().checksum = Checksum::None;
    }

    fn set_vlan(&mut self, tag: Option<Vlan>) -> bool {
        self.meta_mut().vlan = tag.map(|Vlan { protocol, tci }| VlanTag { protocol, tci });
        true
    }

    /// The length grows with it: unlike Linux's, this packet has no room for the old one.
    fn insert_vlan(&mut self, tag: Vlan) -> bool {
        let network = self.header_offset(Layer::Network);
        let enough = self.headlen() >= ETH_HLEN && self.header_mut().is_some();
        if !enough || self.push(VLAN_HLEN).is_err() {
            return false;
        }
        let Some(bytes) = self.header_mut() else { return false };
        bytes.copy_within(VLAN_HLEN..VLAN_HLEN + ETH_ADDRS, 0);
        let words = [tag.protocol.0, tag.tci].map(u16::to_be_bytes);
        if let Some(place) = bytes.get_mut(ETH_ADDRS..ETH_ADDRS + VLAN_HLEN) {
            place.copy_from_slice(words.as_flattened());
        }
        self.meta_mut().protocol = tag.protocol;
        moved(self, network);
        true
    }

    /// The length shrinks with it, see above.
    fn remove_vlan(&mut self) -> Option<u16> {
        let network = self.header_offset(Layer::Network);
        let bytes = self.header_mut()?;
        let [a, b, _, _] = *bytes.get(ETH_HLEN..)?.first_chunk()?;
        bytes.copy_within(..ETH_ADDRS, VLAN_HLEN);
        self.pull(VLAN_HLEN).ok()?;
        let protocol = EtherType::of_frame(self.data())?;
        self.meta_mut().protocol = protocol;
        let least = ETH_HLEN.cast_signed();
        moved(self, network.map(|at| at.saturating_sub(VLAN_HLEN.cast_signed()).max(least)));
        Some(u16::from_be_bytes([a, b]))
    }

    fn push_eth(&mut self, destination: MacAddr, source: MacAddr) -> bool {
        let protocol = self.meta().protocol.0.to_be_bytes();
        if self.header_mut().is_none() {
            return false;
        }
        let Ok(front) = self.push(ETH_HLEN) else { return false };
        let (to, rest) = front.split_at_mut(6);
        let (from, kind) = rest.split_at_mut(6);
        to.copy_from_slice(&destination.octets());
        from.copy_from_slice(&source.octets());
        kind.copy_from_slice(&protocol);
        moved(self, Some(ETH_HLEN.cast_signed()));
        true
    }

    fn pop_eth(&mut self) -> bool {
        if self.pull(ETH_HLEN).is_err() {
            return false;
        }
        moved(self, Some(0));
        true
    }
}

/// The bytes begin elsewhere: puts the headers' offsets right, and forgets a sum over the old bytes.
fn moved(skb: &mut SkBuff, network: Option<isize>) {
    // The header was in the packet, or nobody knew of one.
    let _ = skb.set_header(Layer::Mac, 0);
    if let Some(Ok(at)) = network.map(usize::try_from) {
        let _ = skb.set_header(Layer::Network, at);
    }
    let meta = skb.meta_mut();
    if matches!(meta.checksum, Checksum::Complete(_)) {
        meta.checksum = Checksum::None;
    }
}

/// Copies share the bytes; a copy of one's own is made when they are to be changed.
impl Buffers<SkBuff> for SkPool {
    fn duplicate(&mut self, packet: &SkBuff) -> Option<SkBuff> {
        self.clone_of(packet)
    }

    fn make_writable(&mut self, packet: &mut SkBuff) -> bool {
        packet.unshare(self).is_ok()
    }

    /// Not yet: segmentation in software is the device layer's, and to come.
    fn segment(&mut self, packet: SkBuff, _: &mut VecDeque<SkBuff>) -> Result<(), SkBuff> {
        Err(packet)
    }
}

/// The network protocol, past VLAN tags, and how far into the data its header begins.
fn network(skb: &SkBuff) -> Option<(EtherType, usize)> {
    let data = skb.data();
    let Some(at) = skb.header_offset(Layer::Network) else {
        return Some((EtherType::of_frame(data)?, ETH_HLEN));
    };
    let at = usize::try_from(at).ok()?;
    let protocol = skb.meta().protocol;
    if protocol != EtherType::VLAN && protocol != EtherType::QINQ {
        return Some((protocol, at));
    }
    // The network header is behind the tags that `skb->protocol` stands for, so its version tells.
    match data.get(at)? >> 4 {
        4 => Some((EtherType::IPV4, at)),
        6 => Some((EtherType::IPV6, at)),
        _ => None,
    }
}

fn flow_keys(skb: &SkBuff) -> FlowKeys {
    let meta = skb.meta();
    match (skb.from_header(Layer::Network), meta.vlan) {
        (Some(network), Some(tag)) => {
            FlowKeys::dissect_tagged(tag.protocol, tag.tci, meta.protocol, network)
        }
        (Some(network), None) => FlowKeys::dissect(meta.protocol, network),
        (None, _) => FlowKeys::dissect_frame(skb.data()),
    }
}

/// Bytes of headers that each segment repeats, 0 if they are not known.
fn header_len(skb: &SkBuff) -> u32 {
    let Some(Ok(transport)) = skb.header_offset(Layer::Transport).map(usize::try_from) else {
        return 0;
    };
    let tcp = GsoType::TCPV4 | GsoType::TCPV6;
    let own = if skb.meta().gso.kind.intersects(tcp) {
        let offset = skb.data().get(transport.saturating_add(TCP_DATA_OFFSET));
        offset.map_or(0, |offset| usize::from(offset >> 4) * 4)
    } else {
        UDP_HLEN
    };
    u32::try_from(transport.saturating_add(own)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use alloc::boxed::Box;

    use softnet_sk_buff::{DropCounts, DropReason, Gso, Instant, PoolConfig, SkPool};

    use super::*;
    use crate::{Cx, Drops, FqCodel, Handle, Qdisc, SizeTable, fq_codel};

    /// UDP over IPv4 over Ethernet with ECT(0); the IP header and its checksum are those of RFC 1071
    /// textbooks: 4500 0073 …, sum b861, here with TOS 2 and so b85f.
    const FRAME: [u8; 42] = [
        2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0, // Ethernet
        0x45, 0x02, 0x00, 0x73, 0, 0, 0x40, 0, 0x40, 0x11, 0xb8, 0x5f, 192, 168, 0, 1, 192, 168, 0,
        199, // IPv4
        0x10, 0x01, 0x10, 0x02, 0, 8, 0, 0, // UDP
    ];

    fn pool() -> SkPool {
        SkPool::heap(PoolConfig { buffers: 8, clones: 8, buffer_size: 256 }).unwrap()
    }

    fn skb(pool: &mut SkPool, frame: &[u8]) -> SkBuff {
        let mut skb = pool.alloc(64).unwrap();
        skb.put(frame.len()).unwrap().copy_from_slice(frame);
        skb.meta_mut().protocol = EtherType::IPV4;
        skb
    }

    #[test]
    fn a_size_table_says_what_a_packet_takes() {
        let mut pool = pool();
        let mut packet = skb(&mut pool, &FRAME);
        // 42 bytes and 8 of AAL5 fill two cells of ATM, each 53 bytes with its header.
        assert!(SizeTable::atm(8, 2047).unwrap().apply(&mut packet));
        assert_eq!((packet.pkt_len(), packet.frame_len()), (106, 42));
        let mut other = pool.clone_of(&packet).unwrap();
        assert_eq!(other.pkt_len(), 106);
        other.set_wire_len(None);
        assert_eq!((other.pkt_len(), packet.pkt_len()), (42, 106));
        pool.consume(other);
        pool.consume(packet);
    }

    #[test]
    fn marks_an_ecn_capable_frame_with_and_without_offsets() {
        let mut pool = pool();
        for known in [false, true] {
            let mut skb = skb(&mut pool, &FRAME);
            if known {
                skb.set_header(Layer::Network, 14).unwrap();
            }
            assert_eq!(Packet::dsfield(&skb), Some(2));
            assert!(skb.mark_ce());
            // RFC 1624: the word 4502 became 4503, so the sum went down by one.
            assert_eq!((skb.data()[15], &skb.data()[24..26]), (3, &[0xb8, 0x5e][..]));
            pool.consume(skb);
        }
    }

    #[test]
    fn finds_ip_behind_a_vlan_tag() {
        let mut pool = pool();
        let tagged = [&FRAME[..12], &[0x81, 0, 0, 7], &FRAME[12..]].concat();
        let mut skb = skb(&mut pool, &tagged);
        skb.meta_mut().protocol = EtherType::VLAN;
        assert!(!skb.mark_ce(), "nobody said where IP begins");
        skb.set_header(Layer::Network, 18).unwrap();
        assert!(skb.mark_ce());
        assert_eq!(skb.data()[19], 3);
        pool.consume(skb);
    }

    #[test]
    fn will_not_write_what_another_packet_reads() {
        let mut pool = pool();
        let mut skb = skb(&mut pool, &FRAME);
        let clone = pool.clone_of(&skb).unwrap();
        assert!(!skb.mark_ce());
        assert_eq!(clone.data(), FRAME);
        pool.consume(clone);
        pool.consume(skb);
    }

    #[test]
    fn tags_go_into_the_bytes_and_out_again() {
        let mut pool = pool();
        for known in [false, true] {
            let mut skb = skb(&mut pool, &FRAME);
            if known {
                skb.set_header(Layer::Network, 14).unwrap();
            }
            let tag = |tci| Vlan { protocol: EtherType::VLAN, tci };
            assert!(skb.insert_vlan(tag(7)) && skb.insert_vlan(tag(0x6008)));
            assert_eq!(skb.data()[12..22], [0x81, 0, 0x60, 8, 0x81, 0, 0, 7, 8, 0]);
            let frame = Packet::frame(&skb).unwrap();
            assert_eq!((frame.network, frame.protocol), (14, EtherType::VLAN));
            assert_eq!(frame.behind_tags(), Some((EtherType::IPV4, 22)));
            assert_eq!(skb.remove_vlan(), Some(0x6008));
            assert_eq!(skb.remove_vlan(), Some(7));
            assert_eq!((skb.data(), skb.meta().protocol), (&FRAME[..], EtherType::IPV4));
            assert_eq!(Packet::frame(&skb).unwrap().network, 14);
            pool.consume(skb);
        }
    }

    #[test]
    fn ethernet_headers_come_off_and_on() {
        let mut pool = pool();
        let mut skb = skb(&mut pool, &FRAME);
        assert!(skb.pop_eth());
        let frame = Packet::frame(&skb).unwrap();
        assert_eq!((frame.network, frame.bytes[0]), (0, 0x45));
        assert!(skb.push_eth(MacAddr([2, 0, 0, 0, 0, 1]), MacAddr([2, 0, 0, 0, 0, 2])));
        assert_eq!(skb.data(), FRAME);
        pool.consume(skb);
    }

    #[test]
    fn bytes_that_another_reads_are_not_moved() {
        let mut pool = pool();
        let mut skb = skb(&mut pool, &FRAME);
        let clone = pool.clone_of(&skb).unwrap();
        assert!(!skb.insert_vlan(Vlan { protocol: EtherType::VLAN, tci: 1 }));
        assert_eq!((skb.remove_vlan(), skb.data()), (None, &FRAME[..]));
        pool.consume(clone);
        pool.consume(skb);
    }

    #[test]
    fn hashes_once_and_takes_a_cards_hash_over_ports() {
        let mut pool = pool();
        let mut skb = skb(&mut pool, &FRAME);
        let own = skb.flow_hash([1, 2]);
        assert_eq!(skb.flow_hash([3, 4]), own, "it stays with the packet");
        assert_eq!(own, FlowKeys::dissect_frame(&FRAME).hash(&FlowSeed::new(1, 2)));
        let card = |value, l4| Some(SkbHash { value, l4, software: false });
        skb.meta_mut().hash = card(77, true);
        assert_eq!(skb.flow_hash([1, 2]), 77);
        skb.meta_mut().hash = card(77, false);
        assert_eq!(skb.flow_hash([1, 2]), own, "addresses alone would put all of a host together");
        pool.consume(skb);
    }

    #[test]
    fn a_large_packet_counts_every_header() {
        let mut pool = pool();
        let mut skb = skb(&mut pool, &[0x50; 54]);
        skb.set_header(Layer::Transport, 34).unwrap();
        skb.meta_mut().gso = Gso { size: 1448, segs: 3, kind: GsoType::TCPV4 };
        // 14 + 20 + 20 bytes of headers twice more; the TCP header's length is the 5 of 0x50.
        assert_eq!((skb.pkt_len(), skb.segments()), (54 + 2 * 54, 3));
        skb.meta_mut().gso.kind = GsoType::UDP_L4;
        assert_eq!(skb.pkt_len(), 54 + 2 * 42);
        pool.consume(skb);
    }

    struct Free<'a>(&'a mut SkPool, DropCounts);

    impl Drops<SkBuff> for Free<'_> {
        fn dropped(&mut self, skb: SkBuff, why: DropReason) {
            self.1.count(why);
            self.0.consume(skb);
        }
    }

    #[test]
    fn goes_through_fq_codel_and_back_to_its_pool() {
        let mut pool = pool();
        let config = fq_codel::Config { limit: 2, ..Default::default() };
        let mut root: Box<dyn Qdisc<SkBuff>> =
            Box::new(FqCodel::new(Handle(1), config, [1, 2]).unwrap());
        let skbs = [0; 3].map(|_| skb(&mut pool, &FRAME));
        let mut drops = Free(&mut pool, DropCounts::default());
        let mut cx = Cx::new(Instant::ZERO, &mut drops);
        for skb in skbs {
            let _ = root.enqueue(skb, &mut cx);
        }
        let sent = root.dequeue(&mut cx).packet().unwrap();
        root.reset(&mut cx);
        drops.0.consume(sent);
        let lost = drops.1;
        assert_eq!(lost.total(), 2 + u64::from(root.backlog().packets));
        assert_eq!(lost.of(DropReason::NOT_SPECIFIED), 0);
    }
}
