//! A device on a PCI bus.

use core::ops::RangeInclusive;

use super::{Dma, Mmio, PortIo};

/// Offsets in configuration space.
pub mod config {
    /// Vendor in the low half, device in the high one.
    pub const ID: u16 = 0x00;
    /// Command in the low half, status in the high one.
    pub const COMMAND: u16 = 0x04;
    /// Revision in the low byte, class above.
    pub const REVISION: u16 = 0x08;
    /// The first base address register; the others follow every 4 bytes.
    pub const BAR0: u16 = 0x10;
    /// Subsystem vendor and device.
    pub const SUBSYSTEM: u16 = 0x2c;
}

/// Bits of the command register.
pub mod command {
    /// The device answers at its I/O ports.
    pub const IO: u16 = 1 << 0;
    /// The device answers in memory space.
    pub const MEMORY: u16 = 1 << 1;
    /// The device may read and write memory by itself.
    pub const BUS_MASTER: u16 = 1 << 2;
    /// Memory write and invalidate.
    pub const MWI: u16 = 1 << 4;
    /// The INTx pin is silenced.
    pub const INTX_DISABLE: u16 = 1 << 10;
}

/// A device's configuration space.
pub trait PciConfig: Send {
    /// Reads 32 bits at byte `offset`, a multiple of four.
    fn read32(&self, offset: u16) -> u32;
    /// Writes 32 bits at byte `offset`, a multiple of four.
    fn write32(&self, offset: u16, value: u32);

    /// Vendor and device.
    fn id(&self) -> PciId {
        let id = self.read32(config::ID);
        PciId { vendor: id as u16, device: (id >> 16) as u16 }
    }

    /// Sets `set` and clears `clear` in the command register (`pci_set_master` and kin).
    fn update_command(&self, set: u16, clear: u16) {
        // Status bits are cleared by writing ones: write zeroes there.
        let command = self.read32(config::COMMAND) as u16;
        self.write32(config::COMMAND, u32::from((command & !clear) | set));
    }
}

/// Vendor and device number.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct PciId {
    /// Who made it: 0x8086 is Intel.
    pub vendor: u16,
    /// What it is, in the vendor's numbering.
    pub device: u16,
}

/// A CPU of the embedder's machine, for interrupt affinity.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct CpuId(pub u16);

/// What the bus refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BusError {
    /// The base address register is not there, or not of the kind asked for.
    #[error("no such base address register")]
    NoBar,
    /// Fewer interrupt vectors than the driver needs.
    #[error("not enough interrupt vectors")]
    NoVectors,
    /// The vector or CPU does not exist.
    #[error("no such interrupt vector or CPU")]
    NoSuchVector,
    /// The machine underneath failed: the device is gone, the process behind it died.
    #[error("the bus does not answer")]
    Gone,
}

/// A device's interrupt vectors, one or many.
///
/// The embedder's interrupt code calls the device layer's `handle_interrupt` with the vector's
/// number; these methods only say how many there are and where they go.
pub trait Interrupts: Send {
    /// Asks for a number of vectors in `count` and says how many there are now, numbered from 0
    /// (`pci_alloc_irq_vectors`, `request_irq`): the most that can be had. From here on interrupts may
    /// come. A driver that works without interrupts too lets `count` begin at 0; if it gets 0, it is
    /// polled: the embedder calls `handle_interrupt` of vector 0 as often as it likes.
    ///
    /// # Errors
    /// [`BusError::NoVectors`] if not even the least number can be had.
    fn request(&self, count: RangeInclusive<u16>) -> Result<u16, BusError>;

    /// Wants `vector` on `cpu` (`irq_set_affinity`).
    ///
    /// # Errors
    /// [`BusError::NoSuchVector`] if one of the two does not exist.
    fn set_affinity(&self, vector: u16, cpu: CpuId) -> Result<(), BusError>;

    /// Gives all vectors back. After it no interrupt comes (`synchronize_irq`, `free_irq`).
    fn release(&self);
}

/// A device without interrupts: it is polled, if its driver can work so ([`Interrupts::request`]).
#[derive(Clone, Copy, Debug, Default)]
pub struct NoInterrupts;

impl Interrupts for NoInterrupts {
    fn request(&self, count: RangeInclusive<u16>) -> Result<u16, BusError> {
        if *count.start() == 0 { Ok(0) } else { Err(BusError::NoVectors) }
    }

    fn set_affinity(&self, _: u16, _: CpuId) -> Result<(), BusError> {
        Err(BusError::NoSuchVector)
    }

    fn release(&self) {}
}

/// A machine without I/O ports: reads as all ones.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoPortIo;

impl PortIo for NoPortIo {
    fn in32(&self, _: u16) -> u32 {
        u32::MAX
    }

    fn out32(&self, _: u16, _: u32) {}
}

/// One function of a PCI device: what a driver's probe is given (`struct pci_dev`).
///
/// The one type parameter of a PCI driver; it stands for the whole machine around the card.
pub trait PciDevice: Send {
    /// Memory-mapped registers.
    type Mmio: Mmio;
    /// I/O ports; [`NoPortIo`] where there are none.
    type PortIo: PortIo;
    /// Memory shared with the device. A handle: cloned into each ring.
    type Dma: Dma + Clone;
    /// Configuration space.
    type Config: PciConfig;
    /// Interrupt vectors; [`NoInterrupts`] where the device is polled.
    type Interrupts: Interrupts;

    /// Maps the memory behind base address register `bar` (`pci_ioremap_bar`).
    ///
    /// # Errors
    /// [`BusError::NoBar`] if it is not a memory register.
    fn map_bar(&mut self, bar: u8) -> Result<Self::Mmio, BusError>;

    /// The I/O ports behind base address register `bar`.
    ///
    /// # Errors
    /// [`BusError::NoBar`] if it is not an I/O register.
    fn map_ports(&mut self, bar: u8) -> Result<Self::PortIo, BusError>;

    /// Memory for rings and buffers.
    fn dma(&self) -> Self::Dma;

    /// Configuration space.
    fn config(&self) -> &Self::Config;

    /// Interrupt vectors.
    fn interrupts(&self) -> &Self::Interrupts;
}
