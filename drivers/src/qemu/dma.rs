//! The machine's memory as its card sees it.
//!
//! One of the crate's modules with `unsafe`: it makes the promises of [`Dma`].

use alloc::sync::Arc;
use core::ptr::NonNull;
use core::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::blocks::Blocks;
use super::ram::{COHERENT, GuestRam, PAGE};
use crate::bus::{CoherentBlock, CoherentRequest, Direction, Dma, DmaAddr, DmaError};

/// Guest RAM for rings and buffers. A bus address is the guest-physical one; there is no IOMMU.
///
/// Coherent blocks come from a part of their own (15 MiB); alignment beyond a page is refused.
/// [`map`](Dma::map) knows memory of the machine's [`PacketRegion`](super::PacketRegion) and calls
/// all else [`DmaError::Unreachable`].
///
/// The device goes where its descriptors point, so [`Dma`]'s promise that it touches nothing else
/// is as good as the driver: guest RAM can be spoiled, memory of this process outside it can't.
#[derive(Clone, Debug)]
pub struct QemuDma(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    ram: Arc<GuestRam>,
    blocks: Mutex<Blocks>,
    mappings: AtomicUsize,
}

impl QemuDma {
    /// The machine calls this once: two allocators would give the same memory twice.
    pub(super) fn new(ram: &Arc<GuestRam>) -> Self {
        Self(Arc::new(Shared {
            ram: Arc::clone(ram),
            blocks: Mutex::new(Blocks::new(COHERENT)),
            mappings: AtomicUsize::new(0),
        }))
    }

    /// Bytes of coherent memory not yet freed: 0 when a driver has left nothing behind.
    #[must_use]
    pub fn coherent_bytes(&self) -> u64 {
        self.blocks().used()
    }

    /// Mappings not yet ended: 0 when a driver has left nothing behind.
    #[must_use]
    pub fn mappings(&self) -> usize {
        self.0.mappings.load(Ordering::Relaxed)
    }

    fn blocks(&self) -> MutexGuard<'_, Blocks> {
        self.0.blocks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

// SAFETY: a block lies in the mapping (`GuestRam::slice` checks) and in `COHERENT`, which
// `PacketRegion` does not touch; `Blocks` never gives an address twice and there is one `Blocks` a
// machine, so blocks overlap nothing. The mapping is page-aligned and no more is granted, so CPU and
// bus addresses are aligned alike. The bytes are zeroed below, and each block's user holds a clone of
// `self`, which keeps the mapping. The device side is as good as the descriptors, as the type says:
// the bus lets it reach guest RAM only.
unsafe impl Dma for QemuDma {
    fn alloc_coherent(&self, request: CoherentRequest) -> Result<CoherentBlock, DmaError> {
        if request.align > PAGE {
            return Err(DmaError::NoMemory);
        }
        let start = self.blocks().take(&request).ok_or(DmaError::NoMemory)?;
        let memory = self.0.ram.slice(start, request.len).ok_or(DmaError::NoMemory)?;
        // SAFETY: the block is inside the mapping and, being just taken, nobody else's.
        unsafe { memory.cast::<u8>().write_bytes(0, memory.len()) };
        Ok(CoherentBlock { memory, bus: DmaAddr(start) })
    }

    unsafe fn free_coherent(&self, block: CoherentBlock) {
        self.blocks().give(block.bus.0, block.memory.len() as u64);
    }

    fn map(&self, memory: NonNull<[u8]>, _: Direction) -> Result<DmaAddr, DmaError> {
        let start = self.0.ram.address_of(memory).ok_or(DmaError::Unreachable)?;
        self.0.mappings.fetch_add(1, Ordering::Relaxed);
        Ok(DmaAddr(start))
    }

    fn unmap(&self, _: DmaAddr, _: usize, _: Direction) {
        // A driver that unmaps too often wraps the count, which shows as a huge number.
        self.0.mappings.fetch_sub(1, Ordering::Relaxed);
    }
}
