//! The way of one frame: which stations it passed, when, and inside which others.

use core::fmt;
use core::net::Ipv4Addr;

use softnet_sk_buff::Instant;

/// Where a station is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Place {
    Server,
    Client,
}

impl Place {
    pub(crate) fn index(self) -> usize {
        self as usize
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Server => "server",
            Self::Client => "client",
        }
    }
}

/// A TCP segment with data, as any station recognises it by its bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Frame {
    from: [u8; 4],
    to: [u8; 4],
    ports: [u8; 4],
    pub(crate) seq: u32,
    /// Bytes of data.
    pub(crate) len: u32,
}

impl Frame {
    /// `None` for anything but TCP over IPv4 with data.
    pub(crate) fn of(frame: &[u8]) -> Option<Self> {
        let (ether, packet) = frame.split_at_checked(14)?;
        if ether.get(12..)? != [8, 0] || *packet.get(9)? != 6 {
            return None;
        }
        let header = usize::from(packet.first()? & 0xf) * 4;
        let total = u16::from_be_bytes(*packet.get(2..)?.first_chunk()?);
        let tcp = packet.get(header..)?;
        let tcp_header = usize::from(tcp.get(12)? >> 4) * 4;
        let len = usize::from(total).checked_sub(header + tcp_header).filter(|len| *len != 0)?;
        Some(Self {
            from: *packet.get(12..)?.first_chunk()?,
            to: *packet.get(16..)?.first_chunk()?,
            ports: *tcp.first_chunk()?,
            seq: u32::from_be_bytes(*tcp.get(4..)?.first_chunk()?),
            len: len as u32,
        })
    }
}

impl fmt::Display for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [s0, s1, d0, d1] = self.ports;
        let (from, to) = (u16::from_be_bytes([s0, s1]), u16::from_be_bytes([d0, d1]));
        let (source, target) = (Ipv4Addr::from(self.from), Ipv4Addr::from(self.to));
        write!(f, "{source}:{from} to {target}:{to}, sequence number {}", self.seq)
    }
}

/// One station on the way.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Visit {
    pub(crate) place: Place,
    pub(crate) station: &'static str,
    pub(crate) entered: Instant,
    pub(crate) left: Instant,
    /// The visit that it was inside of; an earlier one.
    pub(crate) parent: Option<usize>,
    /// The station was entered for another packet and took this one along.
    pub(crate) for_other: bool,
}

impl Visit {
    pub(crate) fn new(
        place: Place,
        station: &'static str,
        at: Instant,
        parent: Option<usize>,
    ) -> Self {
        Self { place, station, entered: at, left: at, parent, for_other: false }
    }
}

/// The way of one frame, in the order of events.
#[derive(Clone, Debug)]
pub(crate) struct Way {
    pub(crate) frame: Frame,
    /// Where its data begins in the stream.
    pub(crate) offset: u64,
    pub(crate) visits: Vec<Visit>,
}

impl Way {
    /// How deep a visit is inside others.
    pub(crate) fn depth(&self, visit: usize) -> usize {
        let mut at = self.visits[visit].parent;
        let mut depth = 0;
        while let Some(parent) = at {
            depth += 1;
            at = self.visits[parent].parent;
        }
        depth
    }

    /// Whether a later visit has the same parent.
    pub(crate) fn has_younger_sibling(&self, visit: usize) -> bool {
        let parent = self.visits[visit].parent;
        parent.is_some() && self.visits[visit + 1..].iter().any(|later| later.parent == parent)
    }

    /// When the way begins.
    pub(crate) fn start(&self) -> Instant {
        self.visits.first().map_or(Instant::ZERO, |visit| visit.entered)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_known_by_addresses_ports_sequence_and_length() {
        let mut frame = vec![0; 14 + 20 + 20 + 3];
        frame[12..14].copy_from_slice(&[8, 0]);
        frame[14] = 0x45;
        frame[16..18].copy_from_slice(&[0, 43]);
        frame[23] = 6;
        frame[34..38].copy_from_slice(&[0, 80, 0x20, 0]);
        frame[38..42].copy_from_slice(&[1, 2, 3, 4]);
        frame[46] = 0x50;
        let seen = Frame::of(&frame).unwrap();
        assert_eq!((seen.seq, seen.len), (0x0102_0304, 3));
        assert_eq!(seen.to_string(), "0.0.0.0:80 to 0.0.0.0:8192, sequence number 16909060");
        // Padding of a short frame is no data.
        frame[17] = 40;
        assert_eq!(Frame::of(&frame), None);
        for len in 0..54 {
            assert_eq!(Frame::of(&frame[..len]), None);
        }
    }
}
