//! Captures: packets read from pcap and pcapng files of either byte order, Ethernet frames written as
//! pcapng.
//!
//! Reading goes through `pcap-parser`, writing through [`softnet_netdev::pcapng`], which `packet-flow`
//! writes with, too: it has the times in nanoseconds and the remarks that `pcap-parser` would leave to
//! us, and takes each packet where it lies.

use alloc::rc::Rc;
use core::cell::RefCell;
use core::fmt;
use std::fs::{self, File};
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use pcap_parser::pcapng::{Block, InterfaceDescriptionBlock, OptionCode};
use pcap_parser::traits::PcapReaderIterator;
use pcap_parser::{PcapBlockOwned, PcapError, PcapHeader, create_reader};
use softnet_netdev::pcapng;
use softnet_sk_buff::Instant;

use crate::failure::Failure;

/// Bytes of a file that are looked at together; the longest block must fit in.
const WINDOW: usize = 1 << 20;

const IF_FCSLEN: OptionCode = OptionCode(13);

/// The type of packet blocks that enhanced ones took the place of.
const OBSOLETE_PACKET: u32 = 2;

/// What compressed files begin with, and what unpacks them.
const COMPRESSED: [(&[u8], &str); 4] = [
    (b"\x1f\x8b", "gunzip"),
    (b"\x28\xb5\x2f\xfd", "unzstd"),
    (b"\xfd7zXZ", "unxz"),
    (b"BZh", "bunzip2"),
];

/// What a packet begins with (`LINKTYPE_*` of <https://www.tcpdump.org/linktypes.html>).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LinkType(pub u16);

macro_rules! link_types {
    ($($(#[doc = $doc:literal])+ $name:ident = $number:literal,)+) => {
        impl LinkType {
            $($(#[doc = $doc])+ pub const $name: Self = Self($number);)+

            /// Its name among the constants here.
            #[must_use]
            pub const fn name(self) -> Option<&'static str> {
                match self {
                    $(Self::$name => Some(stringify!($name)),)+
                    _ => None,
                }
            }
        }
    };
}

link_types! {
    /// An Ethernet header.
    ETHERNET = 1,
    /// IPv4 or IPv6, by its first four bits.
    RAW = 101,
    /// 802.11 with nothing before it.
    IEEE802_11 = 105,
    /// Linux's "cooked" header.
    LINUX_SLL = 113,
    /// 802.11 behind a Prism header.
    IEEE802_11_PRISM = 119,
    /// 802.11 behind a radiotap header.
    IEEE802_11_RADIOTAP = 127,
    /// 802.11 behind an AVS header.
    IEEE802_11_AVS = 163,
    /// Per-packet information, 802.11 behind it as a rule.
    PPI = 192,
    /// IPv4.
    IPV4 = 228,
    /// IPv6.
    IPV6 = 229,
    /// Linux's netlink messages.
    NETLINK = 253,
    /// Linux's "cooked" header, second version.
    LINUX_SLL2 = 276,
}

impl fmt::Display for LinkType {
    /// The number, and the name if there is one: `127 (IEEE802_11_RADIOTAP)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)?;
        self.name().map_or(Ok(()), |name| write!(f, " ({name})"))
    }
}

/// One packet of a capture.
#[derive(Clone, Copy, Debug)]
pub struct Packet<'a> {
    /// Its place in the file, from 1, as Wireshark counts.
    pub number: u64,
    /// Nanoseconds since 1970.
    pub nanos: u64,
    /// What it begins with.
    pub link_type: LinkType,
    /// Bytes of a frame check sequence at its end, as the file says of all packets of an interface;
    /// 0 if the file says nothing.
    pub fcs_len: u8,
    /// As much of it as was kept.
    pub bytes: &'a [u8],
    /// Its length before it was cut for the capture, in bytes.
    pub original: u32,
}

/// How an interface's packets are to be read.
#[derive(Clone, Copy, Debug)]
struct Interface {
    link_type: LinkType,
    fcs_len: u8,
    /// Ticks of its clock in a second, and seconds to add.
    resolution: u64,
    offset: i64,
}

impl Interface {
    /// That of a whole pcap file. Above the link type its header may have the FCS' length, in 16-bit
    /// words behind a bit that says that it is known.
    fn of_pcap(header: &PcapHeader) -> Self {
        let network = header.network.0 as u32;
        let fcs_len = if network & 1 << 26 == 0 { 0 } else { (network >> 28) as u8 * 2 };
        let resolution = if header.is_nanosecond_precision() { 1_000_000_000 } else { 1_000_000 };
        Self { link_type: LinkType(network as u16), fcs_len, resolution, offset: 0 }
    }

    fn of_pcapng(block: &InterfaceDescriptionBlock<'_>, big_endian: bool) -> Result<Self, String> {
        let resolution = block.ts_resolution().filter(|ticks| *ticks > 0);
        let resolution = resolution.ok_or("an interface whose clock is too fine")?;
        let option = |code| block.options.iter().find(|option| option.code == code);
        let fcs_len = option(IF_FCSLEN).and_then(|option| option.value.first()).copied();
        let offset = option(OptionCode::IfTsoffset).and_then(|option| option.value.first_chunk());
        // pcap-parser takes it for little-endian in every file.
        let offset = offset.map_or(0, |&bytes| {
            if big_endian { i64::from_be_bytes(bytes) } else { i64::from_le_bytes(bytes) }
        });
        let link_type = LinkType(block.linktype.0 as u16);
        Ok(Self { link_type, fcs_len: fcs_len.unwrap_or(0), resolution, offset })
    }

    fn nanos(&self, ticks: u64) -> u64 {
        const SECOND: i128 = 1_000_000_000;
        let nanos = i128::from(ticks) * SECOND / i128::from(self.resolution)
            + i128::from(self.offset) * SECOND;
        u64::try_from(nanos).unwrap_or(if nanos < 0 { 0 } else { u64::MAX })
    }
}

/// A capture that is read packet by packet.
///
/// ```no_run
/// # use std::path::Path;
/// # use softnet_examples::{capture, failure::Failure};
/// let mut capture = capture::Reader::open(Path::new("some.pcapng"))?;
/// while let Some(packet) = capture.next()? {
///     println!("{}: {} bytes, link type {}", packet.number, packet.original, packet.link_type);
/// }
/// # Ok::<(), Failure>(())
/// ```
pub struct Reader {
    path: PathBuf,
    reader: Box<dyn PcapReaderIterator + Send>,
    size: u64,
    section: Section,
    packets: u64,
    /// The bytes of the packet handed out last.
    bytes: Vec<u8>,
}

impl fmt::Debug for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reader").field("path", &self.path).field("packets", &self.packets).finish()
    }
}

impl Reader {
    /// Opens a pcap or pcapng file.
    ///
    /// # Errors
    /// [`Failure::Refused`] if it can't be opened, is empty, or is something else.
    pub fn open(path: &Path) -> Result<Self, Failure> {
        let wrong = |why: String| Failure::Refused(format!("{}: {why}", path.display()));
        let file = File::open(path).map_err(|why| wrong(why.to_string()))?;
        let metadata = file.metadata().map_err(|why| wrong(why.to_string()))?;
        if metadata.is_dir() {
            return Err(wrong("a folder, not a capture".into()));
        }
        let size = metadata.len();
        let reader = create_reader(WINDOW, file).map_err(|why| match why {
            PcapError::ReadError => wrong("can't be read".into()),
            PcapError::Eof => wrong("empty".into()),
            PcapError::Incomplete(_) => wrong("cut off in its header".into()),
            _ => wrong(no_capture(path)),
        })?;
        let path = path.to_owned();
        let section = Section::default();
        Ok(Self { path, reader, size, section, packets: 0, bytes: Vec::new() })
    }

    /// Bytes of the file.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Bytes of it that have been read.
    #[must_use]
    pub fn position(&self) -> u64 {
        self.reader.consumed() as u64
    }

    /// Packets handed out.
    #[must_use]
    pub fn packets(&self) -> u64 {
        self.packets
    }

    /// What is wrong with the file, with its name before it.
    #[must_use]
    pub fn wrong(&self, why: impl fmt::Display) -> Failure {
        Failure::Refused(format!("{}: {why}", self.path.display()))
    }

    /// The next packet; `None` at the end.
    ///
    /// # Errors
    /// [`Failure::Refused`] if the file ends in the middle of a packet, or is damaged; it says after
    /// how many packets.
    #[expect(
        clippy::should_implement_trait,
        reason = "each packet lends its bytes from the reader"
    )]
    pub fn next(&mut self) -> Result<Option<Packet<'_>>, Failure> {
        let taken = match self.next_taken() {
            Ok(Some(taken)) => taken,
            Ok(None) => return Ok(None),
            Err(why) if self.packets == 0 => {
                return Err(self.wrong(format!("{why} before the first frame")));
            }
            Err(why) => return Err(self.wrong(format!("{why} after frame {}", self.packets))),
        };
        self.packets += 1;
        let Taken { interface: Interface { link_type, fcs_len, .. }, nanos, original } = taken;
        let (number, bytes) = (self.packets, self.bytes.as_slice());
        Ok(Some(Packet { number, nanos, link_type, fcs_len, bytes, original }))
    }

    /// Reads blocks up to the next packet, and leaves its bytes in `bytes`.
    fn next_taken(&mut self) -> Result<Option<Taken>, String> {
        loop {
            let before = self.reader.data().len();
            match self.reader.next() {
                Ok((len, block)) => {
                    let taken = self.section.take(&block, &mut self.bytes);
                    self.reader.consume(len);
                    if let Some(taken) = taken? {
                        return Ok(Some(taken));
                    }
                }
                Err(PcapError::Eof) => return Ok(None),
                Err(PcapError::UnexpectedEof) => return Err("cut off".into()),
                Err(PcapError::Incomplete(_)) => {
                    match self.reader.refill() {
                        // No room for it: that is seen below.
                        Ok(()) | Err(PcapError::BufferTooSmall) => {}
                        Err(_) => return Err("can't be read".into()),
                    }
                    // A block that doesn't fit would never be complete.
                    if self.reader.data().len() == before && !self.reader.reader_exhausted() {
                        return Err("damaged".into());
                    }
                }
                Err(_) => return Err("damaged".into()),
            }
        }
    }
}

/// Why a file is no capture, and what to do about it.
fn no_capture(path: &Path) -> String {
    let mut head = Vec::new();
    let read = File::open(path).and_then(|file| file.take(8).read_to_end(&mut head));
    let packed = COMPRESSED.iter().find(|(magic, _)| read.is_ok() && head.starts_with(magic));
    packed.map_or_else(
        || "neither a pcap nor a pcapng file (editcap makes one of many others)".into(),
        |(_, program)| format!("compressed; unpack it first, with {program}"),
    )
}

/// What there is to know of a packet beside its bytes.
struct Taken {
    interface: Interface,
    nanos: u64,
    original: u32,
}

/// What a section of the file has said so far.
#[derive(Default)]
struct Section {
    big_endian: bool,
    interfaces: Vec<Interface>,
}

impl Section {
    /// Learns from a block, or puts a packet's bytes into `bytes`.
    fn take(
        &mut self,
        block: &PcapBlockOwned<'_>,
        bytes: &mut Vec<u8>,
    ) -> Result<Option<Taken>, String> {
        let (interface, ticks, data, original) = match block {
            PcapBlockOwned::LegacyHeader(header) => {
                self.interfaces.push(Interface::of_pcap(header));
                return Ok(None);
            }
            PcapBlockOwned::NG(Block::SectionHeader(header)) => {
                *self = Self { big_endian: header.big_endian(), interfaces: Vec::new() };
                return Ok(None);
            }
            PcapBlockOwned::NG(Block::InterfaceDescription(block)) => {
                self.interfaces.push(Interface::of_pcapng(block, self.big_endian)?);
                return Ok(None);
            }
            PcapBlockOwned::Legacy(block) => {
                let interface = self.interface(0)?;
                let ticks = u64::from(block.ts_sec) * interface.resolution;
                (interface, ticks + u64::from(block.ts_usec), block.data, block.origlen)
            }
            PcapBlockOwned::NG(Block::EnhancedPacket(block)) => {
                let ticks = u64::from(block.ts_high) << 32 | u64::from(block.ts_low);
                let kept = block.data.len().min(block.caplen as usize);
                (self.interface(block.if_id)?, ticks, &block.data[..kept], block.origlen)
            }
            PcapBlockOwned::NG(Block::SimplePacket(_)) => {
                return Err("a frame without a time".into());
            }
            PcapBlockOwned::NG(Block::Unknown(block)) if block.block_type == OBSOLETE_PACKET => {
                return Err("a frame in an obsolete form (editcap makes a new one of it)".into());
            }
            PcapBlockOwned::NG(_) => return Ok(None),
        };
        bytes.clear();
        bytes.extend_from_slice(data);
        Ok(Some(Taken { interface, nanos: interface.nanos(ticks), original }))
    }

    fn interface(&self, number: u32) -> Result<Interface, String> {
        let interface = self.interfaces.get(number as usize).copied();
        interface.ok_or_else(|| format!("damaged, no interface {number},"))
    }
}

type Sink = Box<dyn FnMut(&[u8]) -> io::Result<()>>;

/// A pcapng file of one interface that is written frame by frame. It has its name from
/// [`finish`](Self::finish) on; until then, and after a failure, nothing is there.
pub struct Writer {
    path: PathBuf,
    part: PathBuf,
    file: Rc<RefCell<BufWriter<File>>>,
    writer: pcapng::Writer<Sink>,
    interface: pcapng::InterfaceId,
    packets: u64,
}

impl fmt::Debug for Writer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Writer").field("path", &self.path).field("packets", &self.packets).finish()
    }
}

impl Writer {
    /// Begins a file of frames that begin with `link_type`, and which says that `application` wrote it.
    ///
    /// # Errors
    /// [`Failure::Refused`] if it can't be made.
    pub fn create(path: &Path, application: &str, link_type: LinkType) -> Result<Self, Failure> {
        let refused = |why: io::Error| unwritable(path, &why);
        let part = part_of(path).map_err(refused)?;
        let file = File::create(&part).map_err(refused)?;
        let file = Rc::new(RefCell::new(BufWriter::new(file)));
        let end = Rc::clone(&file);
        let sink: Sink = Box::new(move |bytes| end.borrow_mut().write_all(bytes));
        let mut writer = pcapng::Writer::new(sink, application).map_err(refused)?;
        let interface = pcapng::Interface { link_type: link_type.0, ..Default::default() };
        let interface = writer.interface(&interface).map_err(refused)?;
        Ok(Self { path: path.to_owned(), part, file, writer, interface, packets: 0 })
    }

    /// Writes a frame that passed `nanos` nanoseconds after 1970, with a remark that Wireshark shows
    /// beside it, or none if that is empty.
    ///
    /// # Errors
    /// [`Failure::Refused`] if it can't be written.
    pub fn packet(&mut self, nanos: u64, frame: &[u8], comment: &str) -> Result<(), Failure> {
        let packet = pcapng::Packet::new(Instant::from_nanos(nanos), frame);
        let written = self.writer.packet(self.interface, &pcapng::Packet { comment, ..packet });
        self.packets += 1;
        written.map_err(|why| unwritable(&self.path, &why))
    }

    /// Packets written.
    #[must_use]
    pub fn packets(&self) -> u64 {
        self.packets
    }

    /// Ends the file and gives it its name.
    ///
    /// # Errors
    /// [`Failure::Refused`] if it can't be written to its end.
    pub fn finish(self) -> Result<(), Failure> {
        let flushed = self.file.borrow_mut().flush();
        let rename = || match self.part == self.path {
            true => Ok(()),
            false => {
                fs::rename(&self.part, fs::canonicalize(&self.path).as_ref().unwrap_or(&self.path))
            }
        };
        let named = flushed.and_then(|()| rename());
        named.map_err(|why| unwritable(&self.path, &why))
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        // What was finished has left this name.
        if self.part != self.path {
            let _ = fs::remove_file(&self.part);
        }
    }
}

/// Where a file is written until it is finished: beside where it will be, or beside what a link there leads
/// to. What is no file, `/dev/null` or a pipe, must not be replaced by one, and is written to at once.
fn part_of(path: &Path) -> io::Result<PathBuf> {
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    match fs::metadata(&target) {
        Ok(there) if there.is_dir() => return Err(io::ErrorKind::IsADirectory.into()),
        Ok(there) if !there.is_file() => return Ok(path.to_owned()),
        _ => {}
    }
    let name = target.file_name().unwrap_or_default().display();
    Ok(target.with_file_name(format!(".{name}.{}.part", std::process::id())))
}

fn unwritable(path: &Path, why: &io::Error) -> Failure {
    Failure::Refused(format!("can't write {}: {why}", path.display()))
}

#[cfg(test)]
mod tests;
