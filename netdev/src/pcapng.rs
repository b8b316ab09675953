//! Captures for Wireshark: a writer of pcapng, the format of `dumpcap` and `tcpdump`.
//!
//! Written after draft-ietf-opsawg-pcapng-03. A file is one section, an interface block for each
//! device, and a packet block for each frame, with nanoseconds, the direction, and if wanted a
//! remark that Wireshark shows beside the frame.
//!
//! ```
//! use core::convert::Infallible;
//! use softnet_netdev::pcapng::{Direction, Interface, Packet, Writer};
//! use softnet_sk_buff::Instant;
//!
//! let mut file = Vec::new();
//! let sink = |bytes: &[u8]| {
//!     file.extend_from_slice(bytes);
//!     Ok::<(), Infallible>(())
//! };
//! let mut capture = Writer::new(sink, "an example")?;
//! let eth0 = capture.interface(&Interface { name: "eth0", ..Interface::default() })?;
//! let frame = [0; 60];
//! let packet = Packet { direction: Direction::Outbound, ..Packet::new(Instant::ZERO, &frame) };
//! capture.packet(eth0, &packet)?;
//! assert_eq!(file.len() % 4, 0);
//! # Ok::<(), Infallible>(())
//! ```

use core::fmt;

use softnet_sk_buff::{Instant, MacAddr, PacketType, SkBuff, VlanTag};

use crate::ethernet::VLAN_HLEN;

const SECTION_HEADER: u32 = 0x0a0d_0d0a;
const INTERFACE_DESCRIPTION: u32 = 1;
const ENHANCED_PACKET: u32 = 6;

const BYTE_ORDER_MAGIC: u32 = 0x1a2b_3c4d;

const OPT_ENDOFOPT: u16 = 0;
const OPT_COMMENT: u16 = 1;
const SHB_USERAPPL: u16 = 4;
const IF_NAME: u16 = 2;
const IF_MACADDR: u16 = 6;
const IF_TSRESOL: u16 = 9;
const IF_TSOFFSET: u16 = 14;
const EPB_FLAGS: u16 = 2;

/// Timestamps count 10⁻⁹ s.
const NANOSECONDS: u8 = 9;

/// Bytes of an Ethernet header before the place of a VLAN tag: the two addresses.
const ADDRESSES: usize = 12;

/// The longest frame that Wireshark takes (`WTAP_MAX_PACKET_SIZE_STANDARD`).
const MAX_SNAPLEN: u32 = 262_144;

/// An interface, as the capture is to describe it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Interface<'a> {
    /// Its name; left out if empty.
    pub name: &'a str,
    /// Its address.
    pub address: Option<MacAddr>,
    /// Bytes of each frame that are kept, at most 262144.
    pub snaplen: u32,
    /// Seconds from 1970 to the origin of the timestamps.
    pub epoch: i64,
    /// What its frames begin with (`LINKTYPE_*` of <https://www.tcpdump.org/linktypes.html>).
    pub link_type: u16,
}

impl Interface<'_> {
    /// An Ethernet header.
    pub const ETHERNET: u16 = 1;
    /// 802.11 behind a radiotap header.
    pub const IEEE802_11_RADIOTAP: u16 = 127;
}

impl Default for Interface<'_> {
    /// Nameless, whole Ethernet frames, time from 1970.
    fn default() -> Self {
        let link_type = Self::ETHERNET;
        Self { name: "", address: None, snaplen: MAX_SNAPLEN, epoch: 0, link_type }
    }
}

/// An interface that has been described in this capture.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct InterfaceId {
    number: u32,
    snaplen: u32,
}

/// Which way a frame went.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Direction {
    /// Nobody knows.
    #[default]
    Unknown,
    /// In, and to whom it was addressed.
    Inbound(PacketType),
    /// Out.
    Outbound,
}

impl Direction {
    /// The bits of `epb_flags`: direction in 0 and 1, kind of reception in 2 to 4.
    fn flags(self) -> u32 {
        let to = match self {
            Self::Unknown => return 0,
            Self::Outbound => return 2,
            Self::Inbound(to) => to,
        };
        let reception = match to {
            PacketType::Host => 1,
            PacketType::Multicast => 2,
            PacketType::Broadcast => 3,
            PacketType::OtherHost => 4,
            PacketType::Outgoing | PacketType::Loopback => 0,
        };
        1 | reception << 2
    }
}

/// One frame for the capture.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Packet<'a> {
    /// When it passed.
    pub timestamp: Instant,
    /// Its bytes from the MAC header on, without check sequence.
    pub data: &'a [u8],
    /// A tag that is not in the bytes; the writer puts it there.
    pub vlan: Option<VlanTag>,
    /// Which way it went.
    pub direction: Direction,
    /// Bytes to keep, if less than the interface's.
    pub snaplen: u32,
    /// A remark; left out if empty, cut at 65535 bytes.
    pub comment: &'a str,
}

impl<'a> Packet<'a> {
    /// All of a frame, and nothing else known of it.
    #[must_use]
    pub const fn new(timestamp: Instant, data: &'a [u8]) -> Self {
        let direction = Direction::Unknown;
        Self { timestamp, data, vlan: None, direction, snaplen: MAX_SNAPLEN, comment: "" }
    }

    /// A packet as a [`Tap`](crate::Tap) hands it out.
    #[must_use]
    pub fn of(skb: &'a SkBuff) -> Self {
        let meta = skb.meta();
        let direction = match meta.pkt_type {
            PacketType::Outgoing => Direction::Outbound,
            received => Direction::Inbound(received),
        };
        let timestamp = meta.timestamp.unwrap_or(Instant::ZERO);
        Self { vlan: meta.vlan, direction, ..Self::new(timestamp, skb.data()) }
    }

    /// The frame in up to three pieces, with the tag where it was on the wire.
    fn pieces(&self, tag: &'a mut [u8; VLAN_HLEN]) -> [&'a [u8]; 3] {
        let (Some(vlan), Some((addresses, rest))) =
            (self.vlan, self.data.split_at_checked(ADDRESSES))
        else {
            return [self.data, &[], &[]];
        };
        let [p0, p1] = vlan.protocol.0.to_be_bytes();
        let [t0, t1] = vlan.tci.to_be_bytes();
        *tag = [p0, p1, t0, t1];
        [addresses, tag, rest]
    }
}

/// Writes a capture to a sink: a closure that takes the bytes, a few at a time.
///
/// It allocates nothing. After an error of the sink the capture ends in the middle of a block, and
/// readers will say so.
pub struct Writer<S> {
    sink: S,
    interfaces: u32,
}

impl<S> fmt::Debug for Writer<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Writer").field("interfaces", &self.interfaces).finish_non_exhaustive()
    }
}

impl<E, S: FnMut(&[u8]) -> Result<(), E>> Writer<S> {
    /// Begins a capture. `application` says who writes it; left out if empty.
    ///
    /// # Errors
    /// The sink's.
    pub fn new(sink: S, application: &str) -> Result<Self, E> {
        let mut writer = Self { sink, interfaces: 0 };
        let application = clip(application);
        let options = option_len(application.len()) + end_len(!application.is_empty());
        let len = writer.begin(SECTION_HEADER, 16 + options)?;
        writer.put(&BYTE_ORDER_MAGIC.to_le_bytes())?;
        // Version 1.0; the section's length is not known.
        writer.put(&[1, 0, 0, 0])?;
        writer.put(&u64::MAX.to_le_bytes())?;
        writer.option(SHB_USERAPPL, application)?;
        writer.end_of_options(options)?;
        writer.put(&len)?;
        Ok(writer)
    }

    /// Describes an interface, before its first packet.
    ///
    /// # Errors
    /// The sink's.
    pub fn interface(&mut self, interface: &Interface<'_>) -> Result<InterfaceId, E> {
        let address = interface.address.map(MacAddr::octets);
        let address = address.as_ref().map_or(&[][..], |octets| octets);
        let offset = interface.epoch.to_le_bytes();
        let offset = if interface.epoch == 0 { &[][..] } else { &offset };
        let name = clip(interface.name);
        let lens = [name.len(), address.len(), 1, offset.len()];
        let options = lens.map(option_len).iter().sum::<usize>() + end_len(true);
        let snaplen = interface.snaplen.min(MAX_SNAPLEN);

        let len = self.begin(INTERFACE_DESCRIPTION, 8 + options)?;
        self.put(&interface.link_type.to_le_bytes())?;
        self.put(&[0; 2])?;
        self.put(&snaplen.to_le_bytes())?;
        self.option(IF_NAME, name)?;
        self.option(IF_MACADDR, address)?;
        self.option(IF_TSRESOL, &[NANOSECONDS])?;
        self.option(IF_TSOFFSET, offset)?;
        self.end_of_options(options)?;
        self.put(&len)?;
        let number = self.interfaces;
        self.interfaces += 1;
        Ok(InterfaceId { number, snaplen })
    }

    /// Writes a frame.
    ///
    /// # Errors
    /// The sink's.
    pub fn packet(&mut self, interface: InterfaceId, packet: &Packet<'_>) -> Result<(), E> {
        let mut tag = [0; VLAN_HLEN];
        let pieces = packet.pieces(&mut tag);
        let original: usize = pieces.iter().map(|piece| piece.len()).sum();
        let captured = original.min(interface.snaplen.min(packet.snaplen) as usize);
        let flags = packet.direction.flags().to_le_bytes();
        let flags = if flags == [0; 4] { &[][..] } else { &flags };
        let comment = clip(packet.comment);
        let options = option_len(comment.len()) + option_len(flags.len());
        let options = options + end_len(options != 0);

        let len = self.begin(ENHANCED_PACKET, 20 + padded(captured) + options)?;
        let nanos = packet.timestamp.as_nanos();
        let fixed = [
            interface.number,
            (nanos >> 32) as u32,
            nanos as u32,
            captured as u32,
            original as u32,
        ];
        for field in fixed {
            self.put(&field.to_le_bytes())?;
        }
        let mut left = captured;
        for piece in pieces {
            let kept = piece.get(..left).unwrap_or(piece);
            left -= kept.len();
            self.put(kept)?;
        }
        self.pad(captured)?;
        self.option(OPT_COMMENT, comment)?;
        self.option(EPB_FLAGS, flags)?;
        self.end_of_options(options)?;
        self.put(&len)
    }

    /// Begins a block whose body has `body` bytes. Answers the length that also ends it.
    fn begin(&mut self, kind: u32, body: usize) -> Result<[u8; 4], E> {
        // Type and length in front, length behind.
        let len = (body as u32 + 12).to_le_bytes();
        self.put(&kind.to_le_bytes())?;
        self.put(&len)?;
        Ok(len)
    }

    /// An option, or nothing if it has no value.
    fn option(&mut self, code: u16, value: &[u8]) -> Result<(), E> {
        if value.is_empty() {
            return Ok(());
        }
        self.put(&code.to_le_bytes())?;
        self.put(&(value.len() as u16).to_le_bytes())?;
        self.put(value)?;
        self.pad(value.len())
    }

    fn end_of_options(&mut self, options: usize) -> Result<(), E> {
        if options == 0 {
            return Ok(());
        }
        self.put(&OPT_ENDOFOPT.to_le_bytes())?;
        self.put(&[0; 2])
    }

    fn pad(&mut self, len: usize) -> Result<(), E> {
        self.put([0; 3].get(..padded(len) - len).unwrap_or_default())
    }

    fn put(&mut self, bytes: &[u8]) -> Result<(), E> {
        if bytes.is_empty() { Ok(()) } else { (self.sink)(bytes) }
    }
}

/// As much of a text as an option's 16-bit length can say.
fn clip(text: &str) -> &[u8] {
    let end = text.floor_char_boundary(usize::from(u16::MAX));
    text.as_bytes().get(..end).unwrap_or_default()
}

/// Blocks and options end on multiples of four.
const fn padded(len: usize) -> usize {
    len.next_multiple_of(4)
}

const fn option_len(value: usize) -> usize {
    if value == 0 { 0 } else { 4 + padded(value) }
}

const fn end_len(any: bool) -> usize {
    if any { 4 } else { 0 }
}

#[cfg(test)]
mod tests;
