//! A descriptor ring as hardware has it, with a copy of each descriptor that hardware owns.
//!
//! The copy is taken when the tail passes a descriptor and compared when hardware uses it and when
//! it writes it back: whoever changed it in between was not entitled to.

use alloc::vec::Vec;

use super::dma::Unreached;
use super::regs::{self, rctl, tctl};
use super::state::State;
use super::tx::TxDescriptor;
use super::violation::{Misuse, Unit};
use crate::bus::command;

/// Bytes of a descriptor.
pub(super) const DESCRIPTOR: u32 = 16;
/// Ring lengths are multiples of this, up to `MAX_LEN`.
const LEN_UNIT: u32 = 128;
const MAX_LEN: u32 = 65536;

/// A descriptor as it lies in memory.
pub(super) type Raw = [u8; DESCRIPTOR as usize];

/// A descriptor that hardware owns.
#[derive(Clone, Copy, Debug)]
struct Slot {
    raw: Raw,
    /// The mapping that its buffer is in.
    hold: Option<u64>,
}

/// One ring.
#[derive(Debug, Default)]
pub(super) struct Ring {
    pub(super) base: u64,
    /// Bytes.
    pub(super) len: u32,
    pub(super) head: u32,
    pub(super) tail: u32,
    slots: Vec<Option<Slot>>,
}

impl Ring {
    /// Descriptors in the ring.
    pub(super) fn size(&self) -> u32 {
        self.len / DESCRIPTOR
    }

    /// Descriptors between head and tail: hardware's.
    pub(super) fn owned(&self) -> u32 {
        self.distance(self.head, self.tail)
    }

    pub(super) fn distance(&self, from: u32, to: u32) -> u32 {
        if to >= from { to - from } else { (to + self.size()).saturating_sub(from) }
    }

    pub(super) fn after(&self, index: u32) -> u32 {
        if index + 1 >= self.size() { 0 } else { index + 1 }
    }

    fn addr(&self, index: u32) -> u64 {
        self.base.wrapping_add(u64::from(index) * u64::from(DESCRIPTOR))
    }
}

impl State {
    pub(super) fn ring(&self, unit: Unit) -> &Ring {
        match unit {
            Unit::Receive => &self.rx.ring,
            Unit::Transmit => &self.tx.ring,
        }
    }

    pub(super) fn ring_mut(&mut self, unit: Unit) -> &mut Ring {
        match unit {
            Unit::Receive => &mut self.rx.ring,
            Unit::Transmit => &mut self.tx.ring,
        }
    }

    pub(super) fn enabled(&self, unit: Unit) -> bool {
        match unit {
            Unit::Receive => self.reg(regs::RCTL) & rctl::EN != 0,
            Unit::Transmit => self.reg(regs::TCTL) & tctl::EN != 0,
        }
    }

    /// Whether the bus lets the device reach memory; if not, that is the driver's mistake.
    pub(super) fn may_master(&mut self, unit: Unit) -> bool {
        let may = self.pci.command(command::BUS_MASTER);
        if !may {
            self.violation(Misuse::BusMasterOff { unit });
        }
        may
    }

    /// The enabled unit whose ring shares bytes with `addr .. addr + len`.
    pub(super) fn ring_in(&self, addr: u64, len: usize) -> Option<Unit> {
        [Unit::Receive, Unit::Transmit].into_iter().find(|&unit| {
            let ring = self.ring(unit);
            self.enabled(unit)
                && ring.base < addr.saturating_add(len as u64)
                && addr < ring.base.saturating_add(u64::from(ring.len))
        })
    }

    /// Writes one of a ring's five registers, which follow its base in a fixed order.
    pub(super) fn write_ring(&mut self, unit: Unit, offset: u32, value: u32) {
        const LOW: u32 = 0x00;
        const HIGH: u32 = 0x04;
        const LEN: u32 = 0x08;
        const HEAD: u32 = 0x10;
        let register = regs::find(offset).map_or("ring", |register| register.name);
        let first = if unit == Unit::Receive { regs::RDBAL } else { regs::TDBAL };
        let offset = offset - first;
        if self.enabled(unit) && offset <= HEAD {
            self.violation(Misuse::WhileEnabled { register, unit });
        }
        if offset == LOW && !value.is_multiple_of(DESCRIPTOR) {
            self.violation(Misuse::RingMisaligned { register, value });
        }
        if offset == LEN && (!value.is_multiple_of(LEN_UNIT) || value == 0 || value > MAX_LEN) {
            self.violation(Misuse::RingLength { register, value });
        }
        if offset >= HEAD && !self.pointer_inside(unit, value) {
            return;
        }
        let ring = self.ring_mut(unit);
        match offset {
            LOW => ring.base = (ring.base & !0xffff_ffff) | u64::from(value & !(DESCRIPTOR - 1)),
            HIGH => ring.base = (ring.base & 0xffff_ffff) | (u64::from(value) << 32),
            LEN => ring.len = value.min(MAX_LEN) & !(LEN_UNIT - 1),
            HEAD => ring.head = value,
            _ => self.write_tail(unit, value),
        }
    }

    fn pointer_inside(&mut self, unit: Unit, value: u32) -> bool {
        let descriptors = self.ring(unit).size();
        let inside = value < descriptors || value == 0;
        if !inside {
            self.violation(Misuse::PointerOutside { unit, value, descriptors });
        }
        inside
    }

    pub(super) fn read_ring(&self, unit: Unit, offset: u32) -> u32 {
        let first = if unit == Unit::Receive { regs::RDBAL } else { regs::TDBAL };
        let ring = self.ring(unit);
        match offset - first {
            0x00 => ring.base as u32,
            0x04 => (ring.base >> 32) as u32,
            0x08 => ring.len,
            0x10 => ring.head,
            _ => ring.tail,
        }
    }

    /// The doorbell: descriptors from the old tail to the new one become hardware's.
    fn write_tail(&mut self, unit: Unit, new: u32) {
        match unit {
            Unit::Receive => self.counters.rdt_writes += 1,
            Unit::Transmit => self.counters.tdt_writes += 1,
        }
        let ring = self.ring_mut(unit);
        let (head, old) = (ring.head, ring.tail);
        let given = ring.distance(old, new);
        let over = ring.size() != 0 && ring.owned() + given >= ring.size();
        ring.tail = new;
        if over {
            self.violation(Misuse::TailPassedHead { unit, head, old, new });
        }
        if self.enabled(unit) {
            self.take_over(unit, old, new);
            self.tx_run();
        }
    }

    /// The unit's enable bit was set: what lies between head and tail is hardware's now.
    pub(super) fn start_unit(&mut self, unit: Unit) {
        let ring = self.ring(unit);
        let (len, head, tail) = (ring.len, ring.head, ring.tail);
        if len == 0 || ring.base == 0 {
            self.violation(Misuse::EnabledWithoutRing { unit });
            return;
        }
        // Head or tail may have been set before the length was.
        if self.pointer_inside(unit, head) && self.pointer_inside(unit, tail) {
            self.take_over(unit, head, tail);
        }
    }

    /// Bus mastering was switched on: what waited for it goes on.
    pub(super) fn start_mastering(&mut self) {
        for unit in [Unit::Receive, Unit::Transmit] {
            if self.enabled(unit) {
                let (head, tail) = (self.ring(unit).head, self.ring(unit).tail);
                self.take_over(unit, head, tail);
            }
        }
        self.tx_run();
    }

    /// The unit's enable bit was cleared, or everything was reset. Hardware lets go of all but the
    /// `keep` descriptors from `head`, whose frame is on the wire.
    pub(super) fn stop_unit(&mut self, unit: Unit, keep: u32) {
        let ring = self.ring(unit);
        let (head, size) = (ring.head, ring.size());
        for index in 0..ring.slots.len() as u32 {
            let distance = if index >= head { index - head } else { index + size - head };
            if distance >= keep {
                self.let_go(unit, index);
            }
        }
    }

    fn take_over(&mut self, unit: Unit, from: u32, to: u32) {
        if from == to || !self.may_master(unit) {
            return;
        }
        let size = self.ring(unit).size() as usize;
        let slots = &mut self.ring_mut(unit).slots;
        if slots.len() != size {
            slots.resize(size, None);
        }
        let mut index = from;
        while index != to {
            self.let_go(unit, index);
            let Some(raw) = self.read_descriptor(unit, index) else { return };
            let hold = self.hold_buffer(unit, index, &raw);
            if let Some(slot) = self.ring_mut(unit).slots.get_mut(index as usize) {
                *slot = Some(Slot { raw, hold });
            }
            index = self.ring(unit).after(index);
        }
    }

    /// Checks a descriptor that is being given and holds on to its buffer.
    fn hold_buffer(&mut self, unit: Unit, index: u32, raw: &Raw) -> Option<u64> {
        let (stale, buffer) = match unit {
            Unit::Receive => {
                let [a, b, c, d, e, f, g, h, ..] = *raw;
                let addr = u64::from_le_bytes([a, b, c, d, e, f, g, h]);
                (raw[12] != 0, Some((addr, self.buffer_size())))
            }
            Unit::Transmit => {
                let descriptor = TxDescriptor::parse(raw);
                (descriptor.stale(), descriptor.buffer())
            }
        };
        if stale {
            self.violation(Misuse::StaleStatus { unit, index });
        }
        let (addr, len) = buffer?;
        match self.dma.hold(unit, addr, len) {
            Ok(hold) => Some(hold),
            Err(Unreached::Outside) => {
                self.violation(Misuse::NotMapped { unit, index, addr, len });
                None
            }
            Err(Unreached::WrongDirection) => {
                self.violation(Misuse::WrongDirection { unit, addr });
                None
            }
        }
    }

    /// Hardware is done with descriptor `index`.
    pub(super) fn let_go(&mut self, unit: Unit, index: u32) {
        let slot = self.ring_mut(unit).slots.get_mut(index as usize).and_then(Option::take);
        if let Some(hold) = slot.and_then(|slot| slot.hold) {
            self.dma.drop_hold(unit, hold);
        }
    }

    /// The descriptor in memory, as it is.
    pub(super) fn read_descriptor(&mut self, unit: Unit, index: u32) -> Option<Raw> {
        let addr = self.ring(unit).addr(index);
        let mut raw = [0; DESCRIPTOR as usize];
        let read = self.dma.read(addr, &mut raw);
        self.check_dma(read, unit, addr, raw.len()).then_some(raw)
    }

    /// The descriptor as it was given. Reports it if it is not so in memory any more.
    pub(super) fn owned_descriptor(&mut self, unit: Unit, index: u32) -> Option<Raw> {
        let now = self.read_descriptor(unit, index)?;
        match self.ring(unit).slots.get(index as usize) {
            Some(Some(slot)) => {
                let given = slot.raw;
                if given != now {
                    self.violation(Misuse::DescriptorChanged { unit, index });
                }
                Some(given)
            }
            _ => Some(now),
        }
    }

    /// The copy taken when the descriptor was given.
    pub(super) fn given_descriptor(&self, unit: Unit, index: u32) -> Option<&Raw> {
        self.ring(unit).slots.get(index as usize)?.as_ref().map(|slot| &slot.raw)
    }

    /// Hardware writes `bytes` into descriptor `index` at `at`.
    pub(super) fn write_descriptor(&mut self, unit: Unit, index: u32, at: u32, bytes: &[u8]) {
        let addr = self.ring(unit).addr(index).wrapping_add(u64::from(at));
        let written = self.dma.write(addr, bytes);
        self.check_dma(written, unit, addr, bytes.len());
    }

    /// Reports DMA that did not reach memory; `true` if it did.
    pub(super) fn check_dma(
        &mut self,
        result: Result<(), Unreached>,
        unit: Unit,
        addr: u64,
        len: usize,
    ) -> bool {
        match result {
            Ok(()) => return true,
            Err(Unreached::Outside) => self.violation(Misuse::DmaOutside { unit, addr, len }),
            Err(Unreached::WrongDirection) => self.violation(Misuse::WrongDirection { unit, addr }),
        }
        false
    }
}
