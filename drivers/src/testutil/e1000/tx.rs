//! The transmitter: descriptors to frames, checksums, and the time that frames take on the wire.

use alloc::collections::VecDeque;
use alloc::vec::Vec;
use core::time::Duration;

use softnet_sk_buff::Instant;

use super::regs::{self, cause, ctrl, rctl, tctl, txd};
use super::ring::{Raw, Ring};
use super::state::State;
use super::stats::stat;
use super::violation::{Misuse, Unit};
use super::{Transmission, checksum};

const UNIT: Unit = Unit::Transmit;
/// Longest frame before FCS (manual, table 3-9).
const MAX_FRAME: usize = 16288;
/// Shortest frame that padding can help.
const MIN_FRAME: usize = 17;
/// Shortest frame on the wire, without and with FCS.
const PADDED: usize = 60;
const FCS: usize = 4;
/// Preamble, start delimiter and the gap between frames.
const BETWEEN: usize = 20;
/// Buffers kept for reuse.
const SPARE: usize = 64;

/// A transmit descriptor in parts.
#[derive(Clone, Copy, Debug)]
pub(super) struct TxDescriptor {
    addr: u64,
    len: usize,
    command: u8,
    kind: Kind,
    status: u8,
    options: u8,
    special: u16,
    checksum_offset: u8,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    Legacy,
    Context,
    Data,
    Reserved,
}

impl TxDescriptor {
    pub(super) fn parse(raw: &Raw) -> Self {
        let [a, b, c, d, e, f, g, h, ..] = *raw;
        let command = raw[11];
        let extended = command & txd::DEXT != 0;
        let kind = match raw[10] >> 4 {
            _ if !extended => Kind::Legacy,
            0 => Kind::Context,
            1 => Kind::Data,
            _ => Kind::Reserved,
        };
        let short = usize::from(u16::from_le_bytes([raw[8], raw[9]]));
        let long = usize::from(raw[10] & 0x0f) << 16 | short;
        Self {
            addr: u64::from_le_bytes([a, b, c, d, e, f, g, h]),
            len: if extended { long } else { short },
            command,
            kind,
            status: raw[12],
            options: raw[13],
            special: u16::from_le_bytes([raw[14], raw[15]]),
            checksum_offset: raw[10],
        }
    }

    fn has(&self, bit: u8) -> bool {
        self.command & bit != 0
    }

    /// Whether it looks done before it was.
    pub(super) fn stale(&self) -> bool {
        self.has(txd::RS) && self.status & txd::DD != 0
    }

    /// The buffer it names. A null address or length transfers no data.
    pub(super) fn buffer(&self) -> Option<(u64, usize)> {
        let data = matches!(self.kind, Kind::Legacy | Kind::Data);
        (data && self.addr != 0 && self.len != 0).then_some((self.addr, self.len))
    }

    fn ends_frame(&self) -> bool {
        self.kind != Kind::Context && self.has(txd::EOP)
    }
}

/// Where a checksum goes: from `start` to `end` inclusive (0: to the end of the frame), at `offset`.
#[derive(Clone, Copy, Debug, Default)]
struct Insert {
    start: usize,
    offset: usize,
    end: usize,
}

/// The offload context that the last context descriptor set.
#[derive(Clone, Copy, Debug, Default)]
struct Context {
    ip: Insert,
    transport: Insert,
}

impl Context {
    fn parse(raw: &Raw) -> Self {
        let insert = |at: usize| Insert {
            start: usize::from(raw[at]),
            offset: usize::from(raw[at + 1]),
            end: usize::from(u16::from_le_bytes([raw[at + 2], raw[at + 3]])),
        };
        Self { ip: insert(0), transport: insert(4) }
    }
}

/// A frame on its way out.
#[derive(Debug)]
struct Sending {
    ends: Instant,
    first: u32,
    descriptors: u32,
    frame: Vec<u8>,
    fate: Fate,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Fate {
    Wire,
    Loopback,
    /// Nothing leaves: the descriptors made no frame, or one that a receiver would drop.
    Nowhere,
}

/// The transmitter.
#[derive(Debug)]
pub(super) struct Tx {
    pub(super) ring: Ring,
    context: Option<Context>,
    sending: Option<Sending>,
    /// Frames that have left, with the time of their last bit.
    pub(super) sent: VecDeque<(Instant, Vec<u8>)>,
    spare: Vec<Vec<u8>>,
    pub(super) hang: bool,
}

impl Tx {
    pub(super) fn new() -> Self {
        Self {
            ring: Ring::default(),
            context: None,
            sending: None,
            sent: VecDeque::new(),
            spare: Vec::new(),
            hang: false,
        }
    }

    /// The controller was reset. What has left has left; a fault injected stays.
    pub(super) fn reset(&mut self) {
        self.ring = Ring::default();
        self.context = None;
        self.sending = None;
    }

    /// When the frame on the wire ends.
    pub(super) fn due(&self) -> Option<Instant> {
        self.sending.as_ref().filter(|_| !self.hang).map(|sending| sending.ends)
    }

    /// Descriptors of the frame on the wire.
    pub(super) fn in_flight(&self) -> u32 {
        self.sending.as_ref().map_or(0, |sending| sending.descriptors)
    }

    pub(super) fn recycle(&mut self, frame: Vec<u8>) {
        if self.spare.len() < SPARE {
            self.spare.push(frame);
        }
    }
}

impl State {
    fn looped_back(&self) -> bool {
        self.reg(regs::RCTL) & rctl::LBM != 0 || self.phy.loopback()
    }

    /// Starts what can start: contexts take no time, frames as long as their bits.
    pub(super) fn tx_run(&mut self) {
        while self.tx.sending.is_none()
            && !self.tx.hang
            && self.enabled(UNIT)
            && self.tx.ring.head != self.tx.ring.tail
            && (self.looped_back() || self.link.is_some())
        {
            if !self.may_master(UNIT) {
                return;
            }
            let head = self.tx.ring.head;
            let Some(raw) = self.owned_descriptor(UNIT, head) else { return };
            let descriptor = TxDescriptor::parse(&raw);
            if descriptor.kind == Kind::Context {
                if descriptor.has(txd::TSE) {
                    self.violation(Misuse::TsoNotModelled { index: head });
                }
                self.tx.context = Some(Context::parse(&raw));
                self.finish_descriptors(1);
                continue;
            }
            let Some(descriptors) = self.frame_length() else { return };
            self.tx_start(head, descriptors);
        }
    }

    /// Descriptors of the frame at the head, or `None` if its last one is not there yet.
    fn frame_length(&self) -> Option<u32> {
        let ring = &self.tx.ring;
        let mut index = ring.head;
        for count in 1..=ring.owned() {
            if TxDescriptor::parse(self.given_descriptor(UNIT, index)?).ends_frame() {
                return Some(count);
            }
            index = ring.after(index);
        }
        None
    }

    /// Reads a frame's data and puts it on the wire.
    fn tx_start(&mut self, first: u32, descriptors: u32) {
        let mut frame = self.tx.spare.pop().unwrap_or_default();
        frame.clear();
        let fate = self.tx_gather(first, descriptors, &mut frame);
        let takes = match (self.config.transmission, self.link) {
            (Transmission::LineRate, Some(link)) if fate == Fate::Wire => {
                link.speed.wire_time(frame.len() + FCS + BETWEEN)
            }
            _ => Duration::ZERO,
        };
        let ends = self.now + takes;
        self.tx.sending = Some(Sending { ends, first, descriptors, frame, fate });
        if takes.is_zero() {
            self.tx_end();
        }
    }

    /// Reads the frame's buffers into `frame` and does what its descriptors ask for.
    fn tx_gather(&mut self, first: u32, descriptors: u32, frame: &mut Vec<u8>) -> Fate {
        let mut index = first;
        let mut opening: Option<TxDescriptor> = None;
        for count in 1..=descriptors {
            let Some(raw) = self.owned_descriptor(UNIT, index) else { return Fate::Nowhere };
            let descriptor = TxDescriptor::parse(&raw);
            let head = *opening.get_or_insert(descriptor);
            if let Some(why) = unfit(&descriptor, &head) {
                self.violation(Misuse::BadDescriptor { index, why });
                return Fate::Nowhere;
            }
            if descriptor.kind == Kind::Data && descriptor.has(txd::TSE) {
                self.violation(Misuse::TsoNotModelled { index });
                return Fate::Nowhere;
            }
            if let Some((addr, len)) = descriptor.buffer() {
                let at = frame.len();
                frame.resize(at + len, 0);
                let read = self.dma.read(addr, &mut frame[at..]);
                if !self.check_dma(read, UNIT, addr, len) {
                    return Fate::Nowhere;
                }
            }
            if count == descriptors {
                return self.tx_finish_frame(index, &head, &descriptor, frame);
            }
            index = self.tx.ring.after(index);
        }
        Fate::Nowhere
    }

    /// Checksums, tag, padding, check sequence.
    fn tx_finish_frame(
        &mut self,
        index: u32,
        first: &TxDescriptor,
        last: &TxDescriptor,
        frame: &mut Vec<u8>,
    ) -> Fate {
        if frame.len() < MIN_FRAME || frame.len() > MAX_FRAME {
            let why = if frame.len() < MIN_FRAME { "frame too short" } else { "frame too long" };
            self.violation(Misuse::BadDescriptor { index, why });
            return Fate::Nowhere;
        }
        let inside = match first.kind {
            Kind::Data => self.insert_offloads(index, first.options, frame),
            _ if last.has(txd::IC) => insert_legacy(last, frame),
            _ => true,
        };
        if !inside {
            self.violation(Misuse::ChecksumOutside { index });
        }
        let tagged = last.has(txd::VLE) && self.reg(regs::CTRL) & ctrl::VME != 0;
        if tagged {
            let [a, b] = (self.reg(regs::VET) as u16).to_be_bytes();
            let [c, d] = last.special.to_be_bytes();
            frame.splice(12..12, [a, b, c, d]);
        } else if last.has(txd::VLE) {
            self.violation(Misuse::VlanWithoutVme { index });
        }
        if last.has(txd::IFCS) || tagged {
            if self.reg(regs::TCTL) & tctl::PSP != 0 && frame.len() < PADDED {
                frame.resize(PADDED, 0);
            }
        } else {
            let body = frame.len() - FCS;
            if checksum::fcs(&frame[..body]) != frame[body..] {
                self.violation(Misuse::WrongFcs { index });
                return Fate::Nowhere;
            }
            frame.truncate(body);
        }
        if self.looped_back() { Fate::Loopback } else { Fate::Wire }
    }

    /// The checksums that a data descriptor asks for; `false` if one lies outside the frame.
    fn insert_offloads(&mut self, index: u32, options: u8, frame: &mut [u8]) -> bool {
        if options & (txd::POPTS_IXSM | txd::POPTS_TXSM) == 0 {
            return true;
        }
        let Some(context) = self.tx.context else {
            let why = "checksum offload without a context";
            self.violation(Misuse::BadDescriptor { index, why });
            return true;
        };
        let ip = options & txd::POPTS_IXSM == 0 || insert(context.ip, frame);
        let transport = options & txd::POPTS_TXSM == 0 || insert(context.transport, frame);
        ip && transport
    }

    /// The frame's last bit is out.
    pub(super) fn tx_end(&mut self) {
        let Some(sending) = self.tx.sending.take() else { return };
        let mut index = sending.first;
        for _ in 0..sending.descriptors {
            // Compared once more: the driver may have touched it since it was read.
            self.owned_descriptor(UNIT, index);
            index = self.tx.ring.after(index);
        }
        self.count_sent(&sending);
        if self.tx.ring.head == sending.first {
            self.finish_descriptors(sending.descriptors);
        }
        match sending.fate {
            Fate::Wire if self.phy.cable() => self.tx.sent.push_back((self.now, sending.frame)),
            Fate::Loopback => {
                self.rx_frame(&sending.frame, true);
                self.tx.recycle(sending.frame);
            }
            _ => self.tx.recycle(sending.frame),
        }
    }

    /// Writes back `count` descriptors from the head, moves it, and interrupts.
    fn finish_descriptors(&mut self, count: u32) {
        let before = self.tx.ring.owned();
        let mut interrupt = None;
        for _ in 0..count {
            let index = self.tx.ring.head;
            if let Some(descriptor) = self
                .given_descriptor(UNIT, index)
                .map(TxDescriptor::parse)
                .filter(|d| d.has(txd::RS))
            {
                self.write_descriptor(UNIT, index, 12, &[descriptor.status | txd::DD]);
                let delay = descriptor.has(txd::IDE);
                interrupt = Some(interrupt.unwrap_or(true) && delay);
            }
            self.let_go(UNIT, index);
            self.tx.ring.head = self.tx.ring.after(index);
        }
        if let Some(delay) = interrupt {
            self.tx_interrupt(delay);
        }
        let left = before.saturating_sub(count);
        let low = (self.reg(regs::TXDCTL) >> 25) * 8;
        if before > low && left <= low && low != 0 {
            self.raise(cause::TXD_LOW);
        }
        if left == 0 {
            self.raise(cause::TXQE);
        }
    }

    fn count_sent(&mut self, sending: &Sending) {
        if sending.fate == Fate::Nowhere {
            return;
        }
        let len = sending.frame.len() + FCS;
        let stats = &mut self.stats;
        stats.count(stat::TPT);
        stats.add_octets(stat::TOTL, len);
        if len < PADDED + FCS {
            return;
        }
        stats.count(stat::GPTC);
        stats.add_octets(stat::GOTCL, len);
        stats.count_size(stat::PTC64, len);
        if sending.frame.starts_with(&[0xff; 6]) {
            stats.count(stat::BPTC);
        } else if sending.frame[0] & 1 != 0 {
            stats.count(stat::MPTC);
        }
    }
}

fn unfit(descriptor: &TxDescriptor, first: &TxDescriptor) -> Option<&'static str> {
    match descriptor.kind {
        Kind::Reserved => Some("reserved descriptor type"),
        Kind::Context => Some("context descriptor inside a frame"),
        kind if kind != first.kind => Some("legacy and extended descriptors in one frame"),
        _ => None,
    }
}

/// Legacy insertion: from `CSS` to the end of the frame, at `CSO`.
fn insert_legacy(last: &TxDescriptor, frame: &mut [u8]) -> bool {
    // CSS lies in the byte that extended descriptors use for options.
    let start = usize::from(last.options);
    insert(Insert { start, offset: usize::from(last.checksum_offset), end: 0 }, frame)
}

/// Sums what `place` says and puts the complement there; `false` if that is outside the frame.
///
/// The bytes at the place itself are part of the sum: that is how the pseudo-header gets in.
fn insert(place: Insert, frame: &mut [u8]) -> bool {
    let end = if place.end == 0 { frame.len() } else { place.end + 1 };
    let Some(bytes) = frame.get(place.start..end).filter(|bytes| !bytes.is_empty()) else {
        return false;
    };
    let value = !checksum::fold(checksum::sum(bytes, 0));
    let Some(field) = frame.get_mut(place.offset..place.offset + 2) else { return false };
    field.copy_from_slice(&value.to_be_bytes());
    true
}
