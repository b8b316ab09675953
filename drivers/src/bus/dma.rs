//! Memory that a device reads and writes by itself.

use core::ptr::NonNull;
use core::sync::atomic::{Ordering, fence};

/// An address as the device sees it (`dma_addr_t`).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct DmaAddr(pub u64);

/// Which way data flows (`enum dma_data_direction`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Direction {
    /// The device reads what the CPU wrote.
    ToDevice,
    /// The CPU reads what the device wrote.
    FromDevice,
}

/// What coherent memory must be like.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CoherentRequest {
    /// Bytes wanted; not 0.
    pub len: usize,
    /// Alignment of the bus address, a power of two.
    pub align: usize,
    /// The block may not straddle a multiple of this, a power of two (82545 and 82546: 64 KiB).
    pub boundary: Option<u64>,
    /// Highest bus address that the device can reach (`dma_mask`).
    pub mask: u64,
}

/// A block of memory that CPU and device see alike, without cache maintenance.
#[derive(Debug)]
pub struct CoherentBlock {
    /// Where the CPU finds it.
    pub memory: NonNull<[u8]>,
    /// Where the device finds it.
    pub bus: DmaAddr,
}

/// Why the bus would not give or map memory.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DmaError {
    /// No memory, or no room in the IOMMU.
    #[error("no DMA memory left")]
    NoMemory,
    /// The memory is not where the device can reach it: not in the region that the bus shares.
    #[error("the memory is out of the device's reach")]
    Unreachable,
}

/// Memory as a device sees it (`dma_alloc_coherent`, `dma_map_single`).
///
/// A driver maps a buffer before it writes its address into a descriptor, and unmaps it once the
/// device is done with it; in between the CPU leaves the bytes alone.
///
/// The device itself can't be held to anything by this trait, unless an IOMMU does it. That it touches
/// only memory which is allocated or mapped is the *driver's* to see to: it writes no other address
/// into a descriptor, and stops the device before it frees or unmaps.
///
/// # Safety
///
/// Drivers build references on what these methods return, so an implementation promises that
/// - a block from [`alloc_coherent`](Self::alloc_coherent) is zeroed, valid for reads and writes,
///   aligned as asked in CPU address too, and overlaps nothing else until it is freed;
/// - addresses from [`map`](Self::map) lead the device to the memory that was mapped, and nowhere
///   else.
pub unsafe trait Dma: Send {
    /// Zeroed memory that CPU and device share.
    ///
    /// # Errors
    /// [`DmaError::NoMemory`] when there is none that fits the request.
    fn alloc_coherent(&self, request: CoherentRequest) -> Result<CoherentBlock, DmaError>;

    /// Gives a block back.
    ///
    /// # Safety
    /// The block came from this bus's `alloc_coherent`, neither CPU nor device uses it any more.
    unsafe fn free_coherent(&self, block: CoherentBlock);

    /// Makes `memory` visible to the device and says where it stands for it. `direction` is what
    /// cache maintenance and an IOMMU need to know.
    ///
    /// # Errors
    /// [`DmaError::Unreachable`] if the memory can't be shared with the device.
    fn map(&self, memory: NonNull<[u8]>, direction: Direction) -> Result<DmaAddr, DmaError>;

    /// Ends what [`map`](Self::map) began; `len` and `direction` as then.
    fn unmap(&self, addr: DmaAddr, len: usize, direction: Direction);
}

/// Keeps reads of a descriptor's body behind the read that said it is done (`dma_rmb`).
pub fn dma_rmb() {
    fence(Ordering::Acquire);
}

/// Keeps writes of a descriptor's body ahead of the write that gives it away (`dma_wmb`).
pub fn dma_wmb() {
    fence(Ordering::Release);
}
