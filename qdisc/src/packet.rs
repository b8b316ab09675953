//! What a discipline has to know about a packet.

use alloc::collections::VecDeque;

use softnet_sk_buff::flow::Tunnel;
use softnet_sk_buff::{EtherType, IfIndex, Instant, MacAddr};

/// A packet as a discipline sees it: a length, a flow, a priority, and a bit that says "congestion".
///
/// The disciplines own packets by value and never look inside; filters look at the
/// [`frame`](Self::frame) of those that show one. A simulator implements three short methods;
/// softnet's `SkBuff` implements all of them behind feature `skb`. What a packet can't do, its
/// default says, and a discipline that would need it does without.
///
/// [`pkt_len`](Self::pkt_len) must not change while a discipline holds the packet: its books are kept
/// in these bytes.
pub trait Packet: Send + Sized + 'static {
    /// Bytes that the packet takes on the wire (`qdisc_pkt_len`): with link header, without FCS; or
    /// what a size table [made of them](Self::set_pkt_len).
    fn pkt_len(&self) -> u32;

    /// Makes [`pkt_len`](Self::pkt_len) answer `len` from now on, as a size table wants it
    /// (`qdisc_calculate_pkt_len`). `false` if the packet has no place for that.
    fn set_pkt_len(&mut self, len: u32) -> bool {
        let _ = len;
        false
    }

    /// Bytes of the frame itself (`skb->len`), whatever a size table said.
    fn frame_len(&self) -> u32 {
        self.pkt_len()
    }

    /// A hash of the flow that the packet belongs to (`skb_get_hash`): equal for packets of one flow,
    /// spread evenly over all 32 bits, unguessable without `seed`.
    ///
    /// A packet that carries a hash already (a card computed it, an earlier discipline did) may give
    /// that and pass over the seed; this is what Linux does. `&mut` lets it keep what it computed.
    fn flow_hash(&mut self, seed: [u64; 2]) -> u32;

    /// Hashes of the sending and of the receiving host, for fairness between hosts (cake). Without
    /// addresses, twice the flow's hash.
    fn host_hashes(&mut self, seed: [u64; 2]) -> [u32; 2] {
        [self.flow_hash(seed); 2]
    }

    /// Marks the packet "congestion experienced" (`INET_ECN_set_ce`, RFC 3168).
    ///
    /// `true` if the packet now carries the mark: its sender understands ECN. `false` leaves the
    /// packet as it was, and CoDel drops it instead.
    fn mark_ce(&mut self) -> bool {
        false
    }

    /// The priority that the sender gave it (`skb->priority`): 0 to 15 go through a priority map; a
    /// number whose upper half is a discipline's handle names one of its classes.
    fn priority(&self) -> u32 {
        0
    }

    /// Sets the priority (action skbedit). `false` if the packet has none.
    fn set_priority(&mut self, priority: u32) -> bool {
        let _ = priority;
        false
    }

    /// The mark that a firewall or socket gave it (`skb->mark`).
    fn mark(&self) -> u32 {
        0
    }

    /// Sets the mark (action skbedit). `false` if the packet has none.
    fn set_mark(&mut self, mark: u32) -> bool {
        let _ = mark;
        false
    }

    /// The transmit queue chosen for it (`skb_get_queue_mapping`).
    fn queue_mapping(&self) -> u16 {
        0
    }

    /// Chooses a transmit queue (action skbedit). `false` if the packet can't carry one.
    fn set_queue_mapping(&mut self, queue: u16) -> bool {
        let _ = queue;
        false
    }

    /// The earliest instant at which it should leave, if its sender named one (`skb->tstamp` as EDT).
    fn departure(&self) -> Option<Instant> {
        None
    }

    /// Names the earliest instant at which it should leave. `false` if the packet can't carry one.
    fn set_departure(&mut self, at: Instant) -> bool {
        let _ = at;
        false
    }

    /// The socket that sent it (`skb->sk`), by a number that no other socket has: fq takes its packets
    /// for one flow. `None` if it came from elsewhere, or from a socket that isn't connected, whose
    /// packets may go anywhere.
    fn socket(&self) -> Option<u64> {
        None
    }

    /// Bytes per second that its socket wants to be paced at (`sk_pacing_rate`), if it has a socket
    /// that does.
    fn pacing_rate(&self) -> Option<u64> {
        None
    }

    /// The DS field, that is the IPv4 TOS byte or the IPv6 traffic class (`skb_get_dsfield`); `None`
    /// if it is not an IP packet.
    fn dsfield(&self) -> Option<u8> {
        None
    }

    /// Packets that the wire will see (`gso_segs`): more than one if it is still to be segmented.
    fn segments(&self) -> u32 {
        1
    }

    /// Bytes of payload in each of these but the last (`gso_size`), for shapers that charge for each;
    /// 0 if it is not known, and they count as equal.
    fn gso_size(&self) -> u32 {
        0
    }

    /// Memory that the packet holds, in bytes (`skb->truesize`), for limits on memory.
    fn truesize(&self) -> u32 {
        self.pkt_len()
    }

    /// The device that it came in by (`skb_iif`); `None` if it was made here.
    fn ingress(&self) -> Option<IfIndex> {
        None
    }

    /// Its bytes, for filters and for actions; `None` if it has none to show.
    fn frame(&self) -> Option<Frame<'_>> {
        None
    }

    /// The bytes of [`frame`](Self::frame), to be changed; `None` if they are shared or not there.
    fn frame_mut(&mut self) -> Option<&mut [u8]> {
        None
    }

    /// Bytes of the longest of its [segments](Self::segments) with link header
    /// (`skb_gso_mac_seglen`), for limits on what the wire will see.
    fn largest_segment(&self) -> u32 {
        self.pkt_len().div_ceil(self.segments().max(1))
    }

    /// Says to whom the frame is addressed (`skb->pkt_type`; action skbedit). `false` if the packet
    /// doesn't know such a thing.
    fn set_pkt_type(&mut self, kind: PacketType) -> bool {
        let _ = kind;
        false
    }

    /// Whether a bridge didn't know its destination (`tc_skb_ext::l2_miss`), for flower.
    fn l2_miss(&self) -> bool {
        false
    }

    /// The tunnel that it came out of or is to go into (`skb_tunnel_info`), for flower's `enc_*`
    /// keys.
    fn tunnel(&self) -> Option<Tunnel<'_>> {
        None
    }

    /// Says that the checksums in its bytes are right now and nobody has to complete them
    /// (`CHECKSUM_NONE`; action csum).
    fn checksum_done(&mut self) {}

    /// Puts a VLAN tag beside the bytes in place of what is there (`__vlan_hwaccel_put_tag`,
    /// `__vlan_hwaccel_clear_tag`). `false` if the packet has no place for one; it is as it was.
    fn set_vlan(&mut self, tag: Option<Vlan>) -> bool {
        let _ = tag;
        false
    }

    /// Puts a VLAN tag into the bytes, right behind the link addresses (`__vlan_insert_tag`). The
    /// protocol is then the tag's; the network header is said to be as far from the frame's start as
    /// it was, which is where the tag's content now is. `false` if there is no room; the packet is as
    /// it was.
    ///
    /// [`pkt_len`](Self::pkt_len) stays what it was, as Linux's `qdisc_skb_cb` does, here and in the
    /// three methods below.
    fn insert_vlan(&mut self, tag: Vlan) -> bool {
        let _ = tag;
        false
    }

    /// Takes the outermost VLAN tag out of the bytes (`__skb_vlan_pop`) and gives its TCI. The
    /// protocol is then what the tag announced; the network header stays where it is, 4 bytes nearer
    /// to the frame's start, though never inside the link header. `None` if that can't be done; the
    /// packet is as it was.
    fn remove_vlan(&mut self) -> Option<u16> {
        None
    }

    /// Puts an Ethernet header in front of a packet that begins with its network header
    /// (`skb_eth_push`). `false` if there is no room.
    fn push_eth(&mut self, destination: MacAddr, source: MacAddr) -> bool {
        let _ = (destination, source);
        false
    }

    /// Takes the Ethernet header off (`skb_eth_pop`). `false` if that can't be done.
    fn pop_eth(&mut self) -> bool {
        false
    }

    /// Another packet with the same content (`skb_clone`), if it takes no memory from outside. See
    /// [`Cx::duplicate`](crate::Cx::duplicate).
    fn duplicate(&self) -> Option<Self> {
        None
    }

    /// Cuts a packet that stands for several into these (`skb_gso_segment`), appended to `into` in
    /// order. See [`Cx::segment`](crate::Cx::segment).
    ///
    /// # Errors
    /// It can't be cut: gives it back.
    fn segment(self, into: &mut VecDeque<Self>) -> Result<(), Self> {
        let _ = into;
        Err(self)
    }
}

/// To whom a frame is addressed (`PACKET_*`), as far as skbedit may say so.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum PacketType {
    /// To us.
    Host,
    /// To all.
    Broadcast,
    /// To a group.
    Multicast,
    /// To someone else.
    OtherHost,
}

/// A VLAN tag that is kept beside the bytes (`skb->vlan_proto`, `vlan_tci`).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Vlan {
    /// [`EtherType::VLAN`] or [`EtherType::QINQ`].
    pub protocol: EtherType,
    /// Priority (3 bits), drop eligible (1), VLAN id (12).
    pub tci: u16,
}

/// A packet's bytes as filters read them.
#[derive(Clone, Copy, Debug)]
pub struct Frame<'a> {
    /// From the link header on, as far as they lie in one piece.
    pub bytes: &'a [u8],
    /// Where in them the network header begins (`skb_network_offset`); u32 filters count from here.
    pub network: usize,
    /// What the network header is (`skb->protocol`): with a tag in the bytes, the tag's own type.
    pub protocol: EtherType,
    /// A tag beside the bytes.
    pub vlan: Option<Vlan>,
}

impl Frame<'_> {
    /// No bytes, no protocol: what filters see of a packet that shows nothing.
    pub(crate) const NOTHING: Frame<'static> =
        Frame { bytes: &[], network: 0, protocol: EtherType::NONE, vlan: None };

    /// The protocol that filters are chosen by: that of the tag beside the bytes, if there is one
    /// (`skb_protocol` with `skip_vlan` off).
    #[must_use]
    pub fn outer_protocol(&self) -> EtherType {
        self.vlan.map_or(self.protocol, |tag| tag.protocol)
    }

    /// The protocol behind all tags (`skb_protocol` with `skip_vlan` on, `vlan_get_protocol`), and
    /// where its header begins; `None` if the bytes end before, or after 8 tags.
    #[must_use]
    pub fn behind_tags(&self) -> Option<(EtherType, usize)> {
        let mut protocol = self.protocol;
        // A tag in the bytes follows the link header, wherever the network header is said to be.
        let mut tag = ETH_HLEN;
        for _ in 0..VLAN_MAX_DEPTH {
            if !is_vlan(protocol) {
                let in_tags = tag > ETH_HLEN;
                return Some((
                    protocol,
                    if in_tags { tag.max(self.network) } else { self.network },
                ));
            }
            let field = self.bytes.get(tag + 2..tag + VLAN_HLEN)?;
            protocol = EtherType(u16::from_be_bytes(field.try_into().ok()?));
            tag += VLAN_HLEN;
        }
        None
    }
}

const ETH_HLEN: usize = 14;
const VLAN_HLEN: usize = 4;
const VLAN_MAX_DEPTH: usize = 8;

/// Whether a protocol number announces a VLAN tag (`eth_type_vlan`).
pub(crate) fn is_vlan(protocol: EtherType) -> bool {
    protocol == EtherType::VLAN || protocol == EtherType::QINQ
}
