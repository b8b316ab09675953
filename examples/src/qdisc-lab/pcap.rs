//! Captures as senders: each frame at its recorded time, counted from the first.

use core::fmt::Write;
use core::net::IpAddr;
use std::collections::HashMap;
use std::path::Path;

use softnet_examples::capture::{LinkType, Packet, Reader};
use softnet_examples::failure::Failure;
use softnet_sk_buff::flow::FlowAddrs;
use softnet_sk_buff::{FlowKeys, Instant};

use crate::packet::FlowId;
use crate::scenario::{Arrival, Offer, Scenario};

/// The longest frame that anybody believes.
const LONGEST: u32 = 1 << 18;

/// Adds the frames of a capture to `scenario`.
///
/// # Errors
/// It can't be read to its end, or is of a kind of link without Ethernet or IP.
pub(crate) fn read(path: &Path, scenario: &mut Scenario) -> Result<(), Failure> {
    let mut reader = Reader::open(path)?;
    let mut capture = Capture { scenario, flows: HashMap::new(), first: None };
    while let Some(packet) = reader.next()? {
        let taken = capture.take(&packet);
        taken.map_err(|why| reader.wrong(why))?;
    }
    if reader.packets() == 0 {
        return Err(reader.wrong("no frames in it"));
    }
    capture.scenario.sort();
    Ok(())
}

/// A capture as far as it has been read.
struct Capture<'s> {
    scenario: &'s mut Scenario,
    flows: HashMap<String, FlowId>,
    /// Nanoseconds since 1970 of the first frame.
    first: Option<u64>,
}

impl Capture<'_> {
    fn take(&mut self, packet: &Packet<'_>) -> Result<(), String> {
        let Some((bytes, more)) = ethernet(packet.link_type, packet.bytes)? else { return Ok(()) };
        // Frames of several interfaces are not always in order; what was before the first is with it.
        let since = packet.nanos.saturating_sub(*self.first.get_or_insert(packet.nanos));
        let at = Instant::from_nanos(since);
        let kept = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        let len = packet.original.saturating_add_signed(more).clamp(kept, LONGEST.max(kept));
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
fn ethernet(kind: LinkType, bytes: &[u8]) -> Result<Option<(Vec<u8>, i32)>, String> {
    let behind = |from: usize, protocol: [u8; 2]| {
        let header = [&[0; 12][..], &protocol[..]].concat();
        let more = 14 - from as i32;
        bytes.get(from..).map(|rest| ([&header[..], rest].concat(), more))
    };
    Ok(match kind {
        LinkType::ETHERNET => (bytes.len() >= 14).then(|| (bytes.to_vec(), 0)),
        LinkType::RAW | LinkType::IPV4 | LinkType::IPV6 => match bytes.first().map(|b| b >> 4) {
            Some(6) => behind(0, [0x86, 0xdd]),
            Some(_) => behind(0, [0x08, 0x00]),
            None => None,
        },
        LinkType::LINUX_SLL => bytes.get(14..16).and_then(|p| behind(16, [p[0], p[1]])),
        LinkType::LINUX_SLL2 => bytes.get(0..2).and_then(|p| behind(20, [p[0], p[1]])),
        other => {
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
