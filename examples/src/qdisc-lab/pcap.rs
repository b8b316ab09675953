//! Captures as senders: each frame at its recorded time, counted from the first.

use core::fmt::Write;
use core::net::IpAddr;
use std::collections::HashMap;
use std::fs::File;
use std::path::Path;

use pcap_parser::pcapng::Block;
use pcap_parser::{Linktype, PcapBlockOwned, PcapError, create_reader};
use softnet_examples::failure::Failure;
use softnet_sk_buff::flow::FlowAddrs;
use softnet_sk_buff::{FlowKeys, Instant};

use crate::packet::FlowId;
use crate::scenario::{Arrival, Offer, Scenario};

/// Bytes of a file that are looked at together; the longest block must fit in.
const WINDOW: usize = 1 << 20;
/// The longest frame that anybody believes.
const LONGEST: u32 = 1 << 18;

/// Adds the frames of a capture to `scenario`.
///
/// # Errors
/// It can't be read to its end, or is of a kind of link without Ethernet or IP.
pub(crate) fn read(path: &Path, scenario: &mut Scenario) -> Result<(), Failure> {
    let wrong = |why: String| Failure::Refused(format!("{}: {why}", path.display()));
    let file = File::open(path).map_err(|why| wrong(why.to_string()))?;
    let mut reader = create_reader(WINDOW, file)
        .map_err(|_| wrong("neither a pcap nor a pcapng file".into()))?;
    let mut capture = Capture::new(scenario);
    loop {
        match reader.next() {
            Ok((len, block)) => {
                capture.block(&block).map_err(wrong)?;
                reader.consume(len);
            }
            Err(PcapError::Eof) => break,
            Err(PcapError::Incomplete(_)) => {
                let (frames, before) = (capture.frames, reader.data().len());
                let refilled = reader.refill().is_ok();
                if !refilled {
                    return Err(wrong(format!("can't be read after {frames} frames")));
                }
                // A block that doesn't fit would never be complete.
                if reader.data().len() == before && !reader.reader_exhausted() {
                    return Err(wrong(format!("damaged after {frames} frames")));
                }
            }
            Err(PcapError::UnexpectedEof) => {
                return Err(wrong(format!("cut off after {} frames", capture.frames)));
            }
            Err(_) => return Err(wrong(format!("damaged after {} frames", capture.frames))),
        }
    }
    if capture.frames == 0 {
        return Err(wrong("no frames in it".into()));
    }
    capture.scenario.sort();
    Ok(())
}

/// How an interface's frames are to be read.
#[derive(Clone, Copy, Debug)]
struct Interface {
    kind: Linktype,
    /// Ticks of its clock in a second, and seconds to add.
    resolution: u64,
    offset: i64,
}

/// A capture as far as it has been read.
struct Capture<'s> {
    scenario: &'s mut Scenario,
    flows: HashMap<String, FlowId>,
    interfaces: Vec<Interface>,
    /// Nanoseconds since 1970 of the first frame.
    first: Option<i128>,
    frames: u64,
}

impl<'s> Capture<'s> {
    fn new(scenario: &'s mut Scenario) -> Self {
        let (flows, interfaces) = (HashMap::new(), Vec::new());
        Self { scenario, flows, interfaces, first: None, frames: 0 }
    }

    fn block(&mut self, block: &PcapBlockOwned<'_>) -> Result<(), String> {
        match block {
            PcapBlockOwned::LegacyHeader(header) => {
                let resolution =
                    if header.is_nanosecond_precision() { 1_000_000_000 } else { 1_000_000 };
                let interface = Interface { kind: header.network, resolution, offset: 0 };
                self.interfaces = vec![interface];
                Ok(())
            }
            PcapBlockOwned::Legacy(frame) => {
                let interface = self.interface(0)?;
                let ticks = u64::from(frame.ts_sec) * interface.resolution;
                let ticks = ticks + u64::from(frame.ts_usec);
                self.frame(interface, ticks, frame.data, frame.origlen)
            }
            PcapBlockOwned::NG(Block::SectionHeader(_)) => {
                self.interfaces.clear();
                Ok(())
            }
            PcapBlockOwned::NG(Block::InterfaceDescription(interface)) => {
                let resolution = interface.ts_resolution().filter(|ticks| *ticks > 0);
                let resolution = resolution.ok_or("an interface's clock is too fine")?;
                let (kind, offset) = (interface.linktype, interface.ts_offset());
                self.interfaces.push(Interface { kind, resolution, offset });
                Ok(())
            }
            PcapBlockOwned::NG(Block::EnhancedPacket(frame)) => {
                let interface = self.interface(frame.if_id)?;
                let ticks = u64::from(frame.ts_high) << 32 | u64::from(frame.ts_low);
                let kept = frame.data.len().min(frame.caplen as usize);
                self.frame(interface, ticks, &frame.data[..kept], frame.origlen)
            }
            PcapBlockOwned::NG(Block::SimplePacket(_)) => Err("its frames have no times".into()),
            PcapBlockOwned::NG(_) => Ok(()),
        }
    }

    fn interface(&self, number: u32) -> Result<Interface, String> {
        let interface = self.interfaces.get(number as usize).copied();
        interface
            .ok_or_else(|| format!("damaged after {} frames: no interface {number}", self.frames))
    }

    fn frame(
        &mut self,
        interface: Interface,
        ticks: u64,
        bytes: &[u8],
        original: u32,
    ) -> Result<(), String> {
        let bytes = ethernet(interface.kind, bytes)?;
        self.frames += 1;
        let Some((bytes, more)) = bytes else { return Ok(()) };
        let nanos = i128::from(ticks) * 1_000_000_000 / i128::from(interface.resolution)
            + i128::from(interface.offset) * 1_000_000_000;
        // Frames of several interfaces are not always in order; what was before the first is with it.
        let since = nanos - *self.first.get_or_insert(nanos);
        let at = Instant::from_nanos(u64::try_from(since).unwrap_or(0));
        let kept = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        let len = original.saturating_add_signed(more).clamp(kept, LONGEST.max(kept));
        let name = name(&FlowKeys::dissect_frame(&bytes));
        let flow = match self.flows.get(&name) {
            Some(flow) => *flow,
            None => {
                let flow = self.scenario.flow(&name);
                self.flows.insert(name, flow);
                flow
            }
        };
        let what = Offer::Captured { flow, len, bytes };
        self.scenario.arrivals.push(Arrival { at, what });
        Ok(())
    }
}

/// The frame with an Ethernet header, which other links don't have, and by how much it is longer than
/// it was; `None` if it is too short to tell.
fn ethernet(kind: Linktype, bytes: &[u8]) -> Result<Option<(Vec<u8>, i32)>, String> {
    let behind = |from: usize, protocol: [u8; 2]| {
        let header = [&[0; 12][..], &protocol[..]].concat();
        let more = 14 - from as i32;
        bytes.get(from..).map(|rest| ([&header[..], rest].concat(), more))
    };
    Ok(match kind {
        Linktype::ETHERNET => (bytes.len() >= 14).then(|| (bytes.to_vec(), 0)),
        Linktype::RAW | Linktype::IPV4 | Linktype::IPV6 => match bytes.first().map(|b| b >> 4) {
            Some(6) => behind(0, [0x86, 0xdd]),
            Some(_) => behind(0, [0x08, 0x00]),
            None => None,
        },
        Linktype::LINUX_SLL => bytes.get(14..16).and_then(|p| behind(16, [p[0], p[1]])),
        Linktype::LINUX_SLL2 => bytes.get(0..2).and_then(|p| behind(20, [p[0], p[1]])),
        Linktype(other) => {
            return Err(format!("its frames are of link type {other}, without Ethernet or IP"));
        }
    })
}

/// A flow's name: its addresses, ports and protocol.
fn name(keys: &FlowKeys) -> String {
    let (source, target): (IpAddr, IpAddr) = match keys.addrs {
        FlowAddrs::V4 { src, dst } => (src.into(), dst.into()),
        FlowAddrs::V6 { src, dst } => (src.into(), dst.into()),
        _ => return format!("type {:04x}", keys.n_proto.0),
    };
    let end = |address: IpAddr, port: u16| match address {
        address if port == 0 => address.to_string(),
        IpAddr::V4(address) => format!("{address}:{port}"),
        IpAddr::V6(address) => format!("[{address}]:{port}"),
    };
    let mut name = end(source, keys.ports.src);
    let _ = write!(name, " > {} ", end(target, keys.ports.dst));
    let _ = match keys.ip_proto {
        1 => write!(name, "icmp"),
        6 => write!(name, "tcp"),
        17 => write!(name, "udp"),
        58 => write!(name, "icmp6"),
        other => write!(name, "proto {other}"),
    };
    name
}
