//! The receiver: a frame's way from the wire through the filters into buffers and descriptors.

use alloc::vec::Vec;

use super::checksum::{self, Verdict};
use super::regs::{self, cause, ctrl, rah, rctl, rxcsum, rxd};
use super::ring::Ring;
use super::state::State;
use super::stats::stat;
use super::violation::Unit;
use crate::bus::command;

const UNIT: Unit = Unit::Receive;
const FCS: usize = 4;
/// Lengths on the wire, with FCS.
const MIN_FRAME: usize = 64;
const MAX_FRAME: usize = 1522;
const MAX_LONG_FRAME: usize = 16384;
/// A data error that is none of the others: the device could not reach the buffer.
const RXE: u8 = 1 << 7;

/// What became of a frame that arrived.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum Reception {
    /// It is in memory, its descriptors written back.
    Stored,
    /// An address or VLAN filter dropped it.
    Filtered,
    /// There is no link.
    NoLink,
    /// `RCTL.EN` is clear, or the device resets.
    Disabled,
    /// The receiver had no descriptors for it: counted in `MPC` and `RNBC`, and `RXO` is raised.
    Missed,
    /// Its check sequence was wrong and `RCTL.SBP` is clear.
    BadFcs,
    /// Shorter than 64 bytes with its check sequence.
    Undersize,
    /// Longer than 1522 bytes with its check sequence while `RCTL.LPE` is clear.
    Oversize,
}

/// The receiver.
#[derive(Debug)]
pub(super) struct Rx {
    pub(super) ring: Ring,
    /// The frame as it goes to memory.
    scratch: Vec<u8>,
}

impl Rx {
    pub(super) fn new() -> Self {
        Self { ring: Ring::default(), scratch: Vec::new() }
    }

    pub(super) fn reset(&mut self) {
        self.ring = Ring::default();
    }
}

/// Upper half of a descriptor, but for its length, as the last buffer of a frame gets it.
#[derive(Clone, Copy, Debug, Default)]
struct WriteBack {
    checksum: u16,
    status: u8,
    errors: u8,
    special: u16,
}

impl State {
    /// Bytes that the device may write through each receive descriptor.
    pub(super) fn buffer_size(&self) -> usize {
        let control = self.reg(regs::RCTL);
        let size = 2048_usize >> ((control & rctl::BSIZE) >> rctl::BSIZE_SHIFT);
        if control & rctl::BSEX != 0 { size * 16 } else { size }
    }

    /// A frame, without FCS, arrives; `intact` says whether its FCS was right.
    pub(super) fn receive(&mut self, frame: &[u8], intact: bool) -> Reception {
        if self.link.is_none() {
            return Reception::NoLink;
        }
        self.rx_frame(frame, intact)
    }

    /// As [`receive`](Self::receive), link or not: loopback comes in here.
    pub(super) fn rx_frame(&mut self, frame: &[u8], intact: bool) -> Reception {
        let control = self.reg(regs::RCTL);
        if control & rctl::EN == 0 || self.reset_until.is_some() {
            return Reception::Disabled;
        }
        let len = frame.len() + FCS;
        self.stats.count(stat::TPR);
        self.stats.add_octets(stat::TORL, len);
        let pass_bad = control & rctl::SBP != 0;
        if let Some(drop) = self.damage(len, intact)
            && !pass_bad
        {
            return drop;
        }
        if !self.wants(frame) {
            return Reception::Filtered;
        }
        let mut scratch = core::mem::take(&mut self.rx.scratch);
        let mut last = self.prepare(frame, &mut scratch);
        if !intact {
            last.errors |= rxd::CE;
        }
        let stored = self.store(&scratch, last);
        self.rx.scratch = scratch;
        if !stored {
            self.stats.count(stat::MPC);
            self.stats.count(stat::RNBC);
            self.raise(cause::RXO);
            return Reception::Missed;
        }
        if intact {
            self.count_received(frame);
        }
        self.rx_interrupt();
        Reception::Stored
    }

    /// Counts what is wrong with a frame and names it.
    fn damage(&mut self, len: usize, intact: bool) -> Option<Reception> {
        let long = self.reg(regs::RCTL) & rctl::LPE != 0;
        let max = if long { MAX_LONG_FRAME } else { MAX_FRAME };
        let (counter, what) = match intact {
            true if len < MIN_FRAME => (stat::RUC, Reception::Undersize),
            false if len < MIN_FRAME => (stat::RFC, Reception::Undersize),
            true if len > max => (stat::ROC, Reception::Oversize),
            false if len > max => (stat::RJC, Reception::Oversize),
            false => (stat::CRCERRS, Reception::BadFcs),
            true => return None,
        };
        self.stats.count(counter);
        Some(what)
    }

    /// Strips what is to be stripped and works out the status.
    fn prepare(&self, frame: &[u8], out: &mut Vec<u8>) -> WriteBack {
        let mut last = WriteBack { status: rxd::DD | rxd::EOP, ..WriteBack::default() };
        let tag = self.vlan_tag(frame).filter(|_| self.reg(regs::CTRL) & ctrl::VME != 0);
        out.clear();
        if let Some(tci) = tag {
            last.status |= rxd::VP;
            last.special = tci;
            out.extend_from_slice(&frame[..12]);
            out.extend_from_slice(&frame[16..]);
        } else {
            out.extend_from_slice(frame);
        }
        if self.only_hashed(frame) {
            last.status |= rxd::PIF;
        }
        self.checksum_flags(out, &mut last);
        if self.reg(regs::RCTL) & rctl::SECRC == 0 {
            out.extend_from_slice(&checksum::fcs(frame));
        }
        let start = (self.reg(regs::RXCSUM) & rxcsum::PCSS) as usize;
        last.checksum = !checksum::fold(checksum::sum(out.get(start..).unwrap_or_default(), 0));
        last
    }

    /// Whether the frame is multicast that no exact address asked for: software must look again.
    fn only_hashed(&self, frame: &[u8]) -> bool {
        let multicast = frame.first().is_some_and(|first| first & 1 != 0);
        multicast
            && !frame.starts_with(&[0xff; 6])
            && !(0..16).any(|i| {
                let low = self.reg(regs::RA + i * 8).to_le_bytes();
                let high = self.reg(regs::RA + i * 8 + 4);
                high & rah::AV != 0
                    && frame.starts_with(&low)
                    && frame[4..].starts_with(&high.to_le_bytes()[..2])
            })
    }

    fn checksum_flags(&self, frame: &[u8], last: &mut WriteBack) {
        let control = self.reg(regs::RXCSUM);
        let mut verdict = Verdict::default();
        if control & (rxcsum::IPOFLD | rxcsum::TUOFLD) != 0 {
            verdict = checksum::verify(frame, control & rxcsum::IPV6OFL != 0);
        }
        let ip = verdict.ip.filter(|_| control & rxcsum::IPOFLD != 0);
        let transport = verdict.transport.filter(|_| control & rxcsum::TUOFLD != 0);
        if ip.is_none() && transport.is_none() {
            last.status |= rxd::IXSM;
        }
        if let Some(good) = ip {
            last.status |= rxd::IPCS;
            last.errors |= if good { 0 } else { rxd::IPE };
        }
        if let Some(good) = transport {
            last.status |= rxd::TCPCS;
            last.errors |= if good { 0 } else { rxd::TCPE };
        }
    }

    /// Writes the frame to the buffers at the head; `false` if there are too few.
    fn store(&mut self, bytes: &[u8], last: WriteBack) -> bool {
        let size = self.buffer_size();
        let owned = self.rx.ring.owned();
        let needed = bytes.len().div_ceil(size) as u32;
        if needed > owned || !self.pci.command(command::BUS_MASTER) {
            return false;
        }
        for (i, chunk) in bytes.chunks(size).enumerate() {
            let back = if i as u32 + 1 == needed {
                last
            } else {
                WriteBack { status: rxd::DD, ..WriteBack::default() }
            };
            self.store_chunk(chunk, back);
        }
        let threshold =
            (self.rx.ring.size() / 2) >> ((self.reg(regs::RCTL) >> rctl::RDMTS_SHIFT) & 3);
        if owned > threshold && owned - needed <= threshold {
            self.raise(cause::RXDMT0);
        }
        true
    }

    fn store_chunk(&mut self, chunk: &[u8], back: WriteBack) {
        let index = self.rx.ring.head;
        self.rx.ring.head = self.rx.ring.after(index);
        let Some(raw) = self.owned_descriptor(UNIT, index) else { return };
        let [a, b, c, d, e, f, g, h, ..] = raw;
        let addr = u64::from_le_bytes([a, b, c, d, e, f, g, h]);
        let written = self.dma.write(addr, chunk);
        let reached = self.check_dma(written, UNIT, addr, chunk.len());
        let errors = if reached { back.errors } else { back.errors | RXE };
        let [len0, len1] = (chunk.len() as u16).to_le_bytes();
        let [sum0, sum1] = back.checksum.to_le_bytes();
        let [tag0, tag1] = back.special.to_le_bytes();
        let upper = [len0, len1, sum0, sum1, back.status, errors, tag0, tag1];
        self.write_descriptor(UNIT, index, 8, &upper);
        self.let_go(UNIT, index);
    }

    fn count_received(&mut self, frame: &[u8]) {
        let len = frame.len() + FCS;
        let stats = &mut self.stats;
        stats.count(stat::GPRC);
        stats.add_octets(stat::GORCL, len);
        stats.count_size(stat::PRC64, len);
        if frame.starts_with(&[0xff; 6]) {
            stats.count(stat::BPRC);
        } else if frame.first().is_some_and(|first| first & 1 != 0) {
            stats.count(stat::MPRC);
        }
    }
}
