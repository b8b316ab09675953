//! What a discipline has to know about a packet.

/// A packet as a discipline sees it: a length, a flow, a priority, and a bit that says "congestion".
///
/// The disciplines own packets by value and never look inside. A simulator implements three short
/// methods; softnet's `SkBuff` implements all of them behind feature `skb`.
///
/// [`pkt_len`](Self::pkt_len) must not change while a discipline holds the packet: its books are kept
/// in these bytes.
pub trait Packet: Send + 'static {
    /// Bytes that the packet takes on the wire (`qdisc_pkt_len`): with link header, without FCS.
    fn pkt_len(&self) -> u32;

    /// A hash of the flow that the packet belongs to (`skb_get_hash`): equal for packets of one flow,
    /// spread evenly over all 32 bits, unguessable without `seed`.
    ///
    /// A packet that carries a hash already (a card computed it, an earlier discipline did) may give
    /// that and pass over the seed; this is what Linux does. `&mut` lets it keep what it computed.
    fn flow_hash(&mut self, seed: [u64; 2]) -> u32;

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

    /// The DS field, that is the IPv4 TOS byte or the IPv6 traffic class (`skb_get_dsfield`); `None`
    /// if it is not an IP packet.
    fn dsfield(&self) -> Option<u8> {
        None
    }

    /// Packets that the wire will see (`gso_segs`): more than one if it is still to be segmented.
    fn segments(&self) -> u32 {
        1
    }

    /// Memory that the packet holds, in bytes (`skb->truesize`), for limits on memory.
    fn truesize(&self) -> u32 {
        self.pkt_len()
    }
}
