//! A card that costs nothing: for counting what a driver costs.
//!
//! One of the crate's modules with `unsafe`. The [model](super::e1000) checks everything and so
//! costs more than the driver under test. Here registers are words in an array, bus addresses are CPU
//! addresses, and the test plays the hardware by writing descriptors through [`Hands`]. Just enough
//! is there to bring an e1000 driver up: EEPROM, PHY, a link.

use alloc::alloc::{alloc_zeroed, dealloc};
use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::alloc::Layout;
use core::ops::RangeInclusive;
use core::ptr::NonNull;
use core::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};

use softnet_sk_buff::MacAddr;

use crate::bus::{
    BusError, CoherentBlock, CoherentRequest, CpuId, Direction, Dma, DmaAddr, DmaError, Interrupts,
    Mmio, NoPortIo, PciConfig, PciDevice,
};

/// Bytes of the register window.
const WINDOW: u32 = 128 * 1024;

/// The registers that have to answer something for a driver to come up; numbers as in the table of
/// [the model](super::e1000).
mod reg {
    pub(super) const CTRL: u32 = 0x0000;
    pub(super) const STATUS: u32 = 0x0008;
    pub(super) const EERD: u32 = 0x0014;
    pub(super) const MDIC: u32 = 0x0020;
    pub(super) const ICR: u32 = 0x00c0;
}

struct Board {
    registers: Box<[AtomicU32]>,
    eeprom: [u16; 64],
    /// Coherent memory that is out, with its alignment.
    blocks: Mutex<Vec<(Block, usize)>>,
}

#[derive(Clone, Copy)]
struct Block(NonNull<[u8]>);

// SAFETY: only names memory; who accesses it says why that is sound.
unsafe impl Send for Block {}

/// The card, seen by the test. Clones are the same card.
#[derive(Clone)]
pub struct NullCard(Arc<Board>);

impl core::fmt::Debug for NullCard {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("NullCard")
    }
}

impl NullCard {
    /// A card with this address and a link at 1 Gbit/s.
    #[must_use]
    pub fn new(mac: MacAddr) -> Self {
        let mut eeprom = [0; 64];
        for (word, pair) in eeprom.iter_mut().zip(mac.0.chunks_exact(2)) {
            *word = pair.iter().rev().fold(0, |word, &octet| word << 8 | u16::from(octet));
        }
        // The words of an intact EEPROM add up to this.
        let sum = eeprom.iter().fold(0u16, |sum, &word| sum.wrapping_add(word));
        if let Some(last) = eeprom.last_mut() {
            *last = 0xbaba_u16.wrapping_sub(sum);
        }
        let registers = (0..WINDOW / 4).map(|_| AtomicU32::new(0)).collect();
        let card = Self(Arc::new(Board { registers, eeprom, blocks: Mutex::default() }));
        card.set_register(reg::STATUS, 0x83); // full duplex, link up, 1000 Mbit/s
        card
    }

    /// The card as a driver probes it.
    #[must_use]
    pub fn pci(&self) -> NullPci {
        NullPci { bus: NullBus(self.clone()) }
    }

    /// What stands in a register.
    #[must_use]
    pub fn register(&self, offset: u32) -> u32 {
        self.0.registers.get(offset as usize / 4).map_or(u32::MAX, |r| r.load(Ordering::Relaxed))
    }

    /// Puts something into a register: a cause into `ICR`, for instance.
    pub fn set_register(&self, offset: u32, value: u32) {
        if let Some(register) = self.0.registers.get(offset as usize / 4) {
            register.store(value, Ordering::Relaxed);
        }
    }

    /// The hardware's hands on the coherent memory at this bus address: a descriptor ring.
    #[must_use]
    pub fn hands(&self, bus: u64) -> Option<Hands> {
        let blocks = self.0.blocks.lock().unwrap_or_else(PoisonError::into_inner);
        let (block, _) =
            blocks.iter().find(|(block, _)| block.0.cast::<u8>().addr().get() as u64 == bus)?;
        Some(Hands { block: *block, _card: self.clone() })
    }

    fn phy(register: u32) -> u32 {
        match register {
            1 => 0x796d, // link up, autonegotiation complete
            2 => 0x0141, // Marvell
            3 => 0x0c20,
            17 => 0xac00, // 1000 Mbit/s, full duplex, resolved, link
            _ => 0,
        }
    }
}

/// Access to one block of coherent memory by 32-bit words.
pub struct Hands {
    block: Block,
    _card: NullCard,
}

impl core::fmt::Debug for Hands {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Hands({:#x})", self.block.0.cast::<u8>().addr())
    }
}

impl Hands {
    fn word(&self, offset: usize) -> Option<*mut u32> {
        if !offset.is_multiple_of(4) || offset.checked_add(4)? > self.block.0.len() {
            return None;
        }
        // SAFETY: inside the block, as just checked; blocks are aligned to at least 4.
        Some(unsafe { self.block.0.cast::<u8>().add(offset) }.cast::<u32>().as_ptr())
    }

    /// The word at byte `offset`; 0 outside the block.
    ///
    /// # Safety
    /// The driver that owns the block has not freed it, and does not use it at this moment.
    #[must_use]
    pub unsafe fn read32(&self, offset: usize) -> u32 {
        // SAFETY: a word of a live block that nobody else uses now, by the caller's promise.
        self.word(offset).map_or(0, |word| u32::from_le(unsafe { word.read_volatile() }))
    }

    /// Writes the word at byte `offset`; outside the block, nothing happens.
    ///
    /// # Safety
    /// As for [`read32`](Self::read32).
    pub unsafe fn write32(&self, offset: usize, value: u32) {
        if let Some(word) = self.word(offset) {
            // SAFETY: as in `read32`.
            unsafe { word.write_volatile(value.to_le()) };
        }
    }
}

/// All of a [`NullCard`]'s bus in one: registers, memory, configuration, interrupts.
#[derive(Clone, Debug)]
pub struct NullBus(NullCard);

impl Mmio for NullBus {
    fn read32(&self, offset: u32) -> u32 {
        let value = self.0.register(offset);
        if offset == reg::ICR {
            self.0.set_register(offset, 0);
        }
        value
    }

    fn write32(&self, offset: u32, value: u32) {
        let value = match offset {
            reg::CTRL => value & !(1 << 26), // a reset is over at once
            reg::EERD => {
                let word = self.0.0.eeprom.get(value as usize >> 8 & 0x3f).copied().unwrap_or(0);
                u32::from(word) << 16 | 1 << 4
            }
            reg::MDIC => (value & !0xffff) | NullCard::phy(value >> 16 & 0x1f) | 1 << 28,
            _ => value,
        };
        self.0.set_register(offset, value);
    }
}

// SAFETY: blocks come zeroed and aligned from the allocator and are freed once; the device behind the
// bus is the test's `Hands`, which reach coherent blocks only. Buffers are never touched.
unsafe impl Dma for NullBus {
    fn alloc_coherent(&self, request: CoherentRequest) -> Result<CoherentBlock, DmaError> {
        let align = request.align.max(4);
        let layout = Layout::from_size_align(request.len, align).map_err(|_| DmaError::NoMemory)?;
        if request.len == 0 {
            return Err(DmaError::NoMemory);
        }
        // SAFETY: the layout's size is not 0.
        let start = NonNull::new(unsafe { alloc_zeroed(layout) }).ok_or(DmaError::NoMemory)?;
        let memory = NonNull::slice_from_raw_parts(start, request.len);
        let mut blocks = self.0.0.blocks.lock().unwrap_or_else(PoisonError::into_inner);
        blocks.push((Block(memory), align));
        Ok(CoherentBlock { memory, bus: DmaAddr(start.addr().get() as u64) })
    }

    unsafe fn free_coherent(&self, block: CoherentBlock) {
        let mut blocks = self.0.0.blocks.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(at) =
            blocks.iter().position(|(known, _)| known.0.cast::<u8>() == block.memory.cast())
        else {
            return;
        };
        let (known, align) = blocks.swap_remove(at);
        if let Ok(layout) = Layout::from_size_align(known.0.len(), align) {
            // SAFETY: allocated with this layout in `alloc_coherent`, taken off the list, and unused
            // by the caller's promise.
            unsafe { dealloc(known.0.cast().as_ptr(), layout) };
        }
    }

    fn map(&self, memory: NonNull<[u8]>, _: Direction) -> Result<DmaAddr, DmaError> {
        Ok(DmaAddr(memory.cast::<u8>().addr().get() as u64))
    }

    fn unmap(&self, _: DmaAddr, _: usize, _: Direction) {}
}

impl PciConfig for NullBus {
    fn read32(&self, offset: u16) -> u32 {
        match offset {
            0x00 => 0x100e_8086,
            0x08 => 0x0200_0003,
            _ => 0,
        }
    }

    fn write32(&self, _: u16, _: u32) {}
}

impl Interrupts for NullBus {
    fn request(&self, count: RangeInclusive<u16>) -> Result<u16, BusError> {
        if count.contains(&1) { Ok(1) } else { Err(BusError::NoVectors) }
    }

    fn set_affinity(&self, _: u16, _: CpuId) -> Result<(), BusError> {
        Ok(())
    }

    fn release(&self) {}
}

/// A [`NullCard`] as a PCI function.
#[derive(Debug)]
pub struct NullPci {
    bus: NullBus,
}

impl PciDevice for NullPci {
    type Mmio = NullBus;
    type PortIo = NoPortIo;
    type Dma = NullBus;
    type Config = NullBus;
    type Interrupts = NullBus;

    fn map_bar(&mut self, bar: u8) -> Result<NullBus, BusError> {
        if bar == 0 { Ok(self.bus.clone()) } else { Err(BusError::NoBar) }
    }

    fn map_ports(&mut self, _: u8) -> Result<NoPortIo, BusError> {
        Err(BusError::NoBar)
    }

    fn dma(&self) -> NullBus {
        self.bus.clone()
    }

    fn config(&self) -> &NullBus {
        &self.bus
    }

    fn interrupts(&self) -> &NullBus {
        &self.bus
    }
}
