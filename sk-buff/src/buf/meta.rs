//! What is known of a packet besides its bytes.

use bitflags::bitflags;

use crate::{EtherType, IfIndex, Instant};

/// To whom a received frame was addressed (`skb->pkt_type`, `PACKET_*`).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
#[repr(u8)]
pub enum PacketType {
    /// To us.
    #[default]
    Host = 0,
    /// To all.
    Broadcast = 1,
    /// To a group.
    Multicast = 2,
    /// To someone else; seen because the device is promiscuous.
    OtherHost = 3,
    /// Sent by us, seen by a tap on its way out.
    Outgoing = 4,
    /// Sent by us to ourselves.
    Loopback = 5,
}

/// How far a transport checksum has been dealt with (`skb->ip_summed`).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Checksum {
    /// Received: nobody checked. To be sent: already complete (`CHECKSUM_NONE`).
    #[default]
    None,
    /// The device found `level` + 1 checksums right, outermost first (`CHECKSUM_UNNECESSARY`).
    Unnecessary {
        /// Nested checksums besides the first (`skb->csum_level`, 0 to 3).
        level: u8,
    },
    /// The device summed the whole packet, from the data on (`CHECKSUM_COMPLETE`). Stale as soon as
    /// data is pulled or pushed without subtracting or adding it.
    Complete(u16),
    /// Someone below has to sum from `start` to the end and store the result at `start + offset`;
    /// the pseudo-header's sum is in place already (`CHECKSUM_PARTIAL`).
    Partial {
        /// Bytes from the buffer's head to the first summed byte (`skb->csum_start`).
        start: u16,
        /// Bytes from there to the checksum field (`skb->csum_offset`).
        offset: u16,
    },
}

bitflags! {
    /// What a large packet is made of, for who has to segment it (`SKB_GSO_*`, bits as Linux's).
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
    pub struct GsoType: u32 {
        /// TCP over IPv4.
        const TCPV4 = 1 << 0;
        /// From an untrusted source: headers to be checked again.
        const DODGY = 1 << 1;
        /// TCP with CWR set on the first segment only.
        const TCP_ECN = 1 << 2;
        /// All segments keep one IPv4 identification.
        const TCP_FIXEDID = 1 << 3;
        /// TCP over IPv6.
        const TCPV6 = 1 << 4;
        /// Fibre Channel over Ethernet.
        const FCOE = 1 << 5;
        /// GRE without checksum.
        const GRE = 1 << 6;
        /// GRE with checksum.
        const GRE_CSUM = 1 << 7;
        /// IPv4 in IP.
        const IPXIP4 = 1 << 8;
        /// IPv6 in IP.
        const IPXIP6 = 1 << 9;
        /// UDP tunnel without outer checksum.
        const UDP_TUNNEL = 1 << 10;
        /// UDP tunnel with outer checksum.
        const UDP_TUNNEL_CSUM = 1 << 11;
        /// Inner segmentation by the device, outer headers ready.
        const PARTIAL = 1 << 12;
        /// Remote checksum offload.
        const TUNNEL_REMCSUM = 1 << 13;
        /// SCTP chunks.
        const SCTP = 1 << 14;
        /// ESP.
        const ESP = 1 << 15;
        /// UDP fragmentation.
        const UDP = 1 << 16;
        /// UDP segmentation into datagrams of one size.
        const UDP_L4 = 1 << 17;
        /// Segments are the packets of the fragment list.
        const FRAGLIST = 1 << 18;
    }
}

/// How to cut a packet that stands for several (`skb_shinfo(skb)->gso_*`). `size` 0: it stands for
/// itself.
///
/// Linux keeps this in the shared part of a packet; here each clone has its own.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Gso {
    /// Payload bytes of each segment but the last.
    pub size: u16,
    /// Number of segments; 0 if not known.
    pub segs: u16,
    /// What they are.
    pub kind: GsoType,
}

/// A flow hash and where it comes from (`skb->hash`, `l4_hash`, `sw_hash`).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct SkbHash {
    /// The hash; never 0 when computed here.
    pub value: u32,
    /// Ports went into it.
    pub l4: bool,
    /// Software computed it, with the embedder's seed.
    pub software: bool,
}

/// A VLAN tag outside the frame's bytes (`skb->vlan_proto`, `vlan_tci`).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct VlanTag {
    /// [`EtherType::VLAN`] or [`EtherType::QINQ`].
    pub protocol: EtherType,
    /// Priority (3 bits), drop eligible (1 bit), identifier (12 bits).
    pub tci: u16,
}

impl VlanTag {
    /// The VLAN identifier, 0 to 4095.
    #[must_use]
    pub const fn id(self) -> u16 {
        self.tci & 0x0fff
    }

    /// The priority, 0 to 7.
    #[must_use]
    pub const fn priority(self) -> u8 {
        (self.tci >> 13) as u8
    }
}

/// What is known of a packet besides its bytes. Plain values of the packet's owner; a clone gets a
/// copy.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Meta {
    /// The protocol behind the MAC header (`skb->protocol`).
    pub protocol: EtherType,
    /// To whom it is addressed.
    pub pkt_type: PacketType,
    /// State of the transport checksum.
    pub checksum: Checksum,
    /// How to cut it.
    pub gso: Gso,
    /// Class or band that it asks for (`skb->priority`).
    pub priority: u32,
    /// For filters and routes (`skb->mark`).
    pub mark: u32,
    /// The transmit queue chosen, or 1 + the receive queue it came from (`skb->queue_mapping`).
    pub queue_mapping: u16,
    /// Times that it went from device to device without leaving the machine. The device layer starts
    /// over when the packet enters a backlog: from there on the receive softirq bounds it.
    pub hops: u8,
    /// The flow hash, if anyone computed it.
    pub hash: Option<SkbHash>,
    /// A VLAN tag kept outside the bytes.
    pub vlan: Option<VlanTag>,
    /// The device that it came in by or goes out by (`skb->dev`).
    pub dev: Option<IfIndex>,
    /// The device that it first came in by (`skb->skb_iif`).
    pub iif: Option<IfIndex>,
    /// When it arrived, or earliest departure (`skb->tstamp`); `None` if nobody asked.
    pub timestamp: Option<Instant>,
}

impl Meta {
    /// Nothing known.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            protocol: EtherType::NONE,
            pkt_type: PacketType::Host,
            checksum: Checksum::None,
            gso: Gso { size: 0, segs: 0, kind: GsoType::empty() },
            priority: 0,
            mark: 0,
            queue_mapping: 0,
            hops: 0,
            hash: None,
            vlan: None,
            dev: None,
            iif: None,
            timestamp: None,
        }
    }
}
