//! How many bytes a packet takes on the wire.

use super::config::{Framing, Overhead};
use super::tin::ewma;
use crate::Packet;

/// Length of the link header of a packet that shows no bytes: Ethernet's.
const ETH_HLEN: u32 = 14;

/// Lengths of packets as they came and as they were charged for (`cake_calc_overhead`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Lengths {
    /// Bytes before the network header, in fractions of 2¹⁶.
    avg_netoff: u32,
    pub(super) max_netlen: u16,
    pub(super) max_adjlen: u16,
    pub(super) min_netlen: u16,
    pub(super) min_adjlen: u16,
}

impl Lengths {
    pub(super) const NONE: Self = Self {
        avg_netoff: 0,
        max_netlen: 0,
        max_adjlen: 0,
        min_netlen: u16::MAX,
        min_adjlen: u16::MAX,
    };

    /// Forgets the lengths, which another overhead makes incomparable.
    pub(super) fn restart(&mut self) {
        *self = Self { avg_netoff: self.avg_netoff, ..Self::NONE };
    }

    /// Bytes before the network header, on average.
    pub(super) const fn avg_netoff(&self) -> u32 {
        self.avg_netoff.wrapping_add(0x8000) >> 16
    }

    /// Bytes to charge for a packet (`cake_overhead`); for one that stands for several, those of all
    /// of them.
    #[inline]
    pub(super) fn charge<P: Packet>(&mut self, packet: &P, overhead: &Overhead) -> u32 {
        let offset = packet.frame().map_or(ETH_HLEN, |frame| frame.network as u32);
        self.avg_netoff = ewma(self.avg_netoff.into(), (offset << 16).into(), 8) as u32;
        if packet.segments() <= 1 {
            return self.charge_one(packet.pkt_len(), offset, overhead);
        }
        self.charge_segments(packet, offset, overhead)
    }

    fn charge_segments<P: Packet>(&mut self, packet: &P, offset: u32, overhead: &Overhead) -> u32 {
        let more = packet.segments().saturating_sub(1).max(1);
        let frame = packet.frame_len();
        let headers = packet.pkt_len().saturating_sub(frame) / more;
        let size = match packet.gso_size() {
            0 => frame.saturating_sub(headers).div_ceil(more.saturating_add(1)),
            size => size,
        };
        let last = frame.saturating_sub(size.saturating_mul(more));
        self.charge_one(size.saturating_add(headers), offset, overhead)
            .saturating_mul(more)
            .saturating_add(self.charge_one(last, offset, overhead))
    }

    #[inline]
    fn charge_one(&mut self, len: u32, offset: u32, overhead: &Overhead) -> u32 {
        let len = if overhead.raw { len } else { len.wrapping_sub(offset) };
        if u32::from(self.max_netlen) < len {
            self.max_netlen = len as u16;
        }
        if u32::from(self.min_netlen) > len {
            self.min_netlen = len as u16;
        }
        let least = i32::from(overhead.mpu);
        let len = (len as i32).wrapping_add(overhead.bytes.into()).max(least) as u32;
        let len = match overhead.framing {
            Framing::None => len,
            Framing::Atm => len.div_ceil(48).saturating_mul(53),
            // One byte on every 64 that are begun: a bit too much, and easy.
            Framing::Ptm => len.saturating_add(len.div_ceil(64)),
        };
        if u32::from(self.max_adjlen) < len {
            self.max_adjlen = len as u16;
        }
        if u32::from(self.min_adjlen) > len {
            self.min_adjlen = len as u16;
        }
        len
    }
}
