//! What a driver needs of the machine, as small traits that the embedder implements.
//!
//! The same driver then runs on bare metal, under VFIO, on a register-level model in a unit test and
//! on QEMU's device. Every trait is injected by value and has `&self` methods: no statics, so two
//! machines can live in one process. Implementors use interior mutability where they must.
//!
//! | trait | answers to | methods that must be written |
//! |---|---|---|
//! | [`Mmio`] | `readl`, `writel` | 2 |
//! | [`PortIo`] | `inl`, `outl` | 2 |
//! | [`PciConfig`] | `pci_read_config_dword` … | 2 |
//! | [`Dma`] | `dma_alloc_coherent`, `dma_map_single` … | 4 |
//! | [`Interrupts`] | `pci_alloc_irq_vectors`, `irq_set_affinity` | 3 |
//! | [`PciDevice`] | `struct pci_dev`: hands out the other five | 5 |

mod coherent;
mod dma;
mod pci;

pub use coherent::Coherent;
pub use dma::{
    CoherentBlock, CoherentRequest, Direction, Dma, DmaAddr, DmaError, dma_rmb, dma_wmb,
};
pub use pci::{
    BusError, CpuId, Interrupts, NoInterrupts, NoPortIo, PciConfig, PciDevice, PciId, command,
    config,
};

/// A window of 32-bit memory-mapped registers, little-endian as PCI's are.
///
/// `write32` must not overtake earlier writes of the CPU to coherent memory (Linux's `writel`): it
/// is how a driver tells the device that descriptors are ready. An access past the window is the
/// embedder's to refuse: reads as all ones, writes nowhere.
pub trait Mmio: Send {
    /// Reads the register at byte `offset`, a multiple of four.
    fn read32(&self, offset: u32) -> u32;
    /// Writes the register at byte `offset`, a multiple of four.
    fn write32(&self, offset: u32, value: u32);
}

/// A window of I/O ports, relative to its base address register.
///
/// The 82540 family wants its reset through this window, because a memory write that starts the
/// reset may never be acknowledged.
pub trait PortIo: Send {
    /// Reads 32 bits at byte `offset` of the window.
    fn in32(&self, offset: u16) -> u32;
    /// Writes 32 bits at byte `offset` of the window.
    fn out32(&self, offset: u16, value: u32);
}
