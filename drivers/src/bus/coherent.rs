//! A driver's hold on coherent memory: bounds-checked 32-bit words.
//!
//! One of the crate's modules with `unsafe`. The device may write the memory at any time, so no
//! reference to it is ever made: each access is one volatile read or write of an aligned word.

use super::dma::{CoherentBlock, CoherentRequest, Dma, DmaAddr, DmaError};

/// Coherent memory of one device, freed when dropped.
///
/// Words are little-endian, as PCI devices have them. An access outside the block answers `None`
/// (or `false`), so a confused device can make a driver wrong, never unsound.
#[derive(Debug)]
pub struct Coherent<D: Dma> {
    dma: D,
    /// `Some` until `drop` gives it back.
    block: Option<CoherentBlock>,
}

// SAFETY: the block is reached only through `self`, and `D` is `Send` by `Dma`'s supertrait. The raw
// pointer inside is what keeps the type from being `Send` by itself.
unsafe impl<D: Dma> Send for Coherent<D> {}

impl<D: Dma> Coherent<D> {
    /// Allocates zeroed coherent memory.
    ///
    /// # Errors
    /// What [`Dma::alloc_coherent`] answers.
    pub fn new(dma: D, request: CoherentRequest) -> Result<Self, DmaError> {
        let request = CoherentRequest { align: request.align.max(4), ..request };
        let block = dma.alloc_coherent(request)?;
        Ok(Self { dma, block: Some(block) })
    }

    /// Where the device finds the block.
    #[must_use]
    pub fn bus(&self) -> DmaAddr {
        self.block.as_ref().map_or(DmaAddr(0), |block| block.bus)
    }

    /// Bytes in the block.
    #[must_use]
    pub fn len(&self) -> usize {
        self.block.as_ref().map_or(0, |block| block.memory.len())
    }

    /// Whether the block has no bytes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The word at byte `offset`, or `None` if that is not an aligned word of the block.
    #[must_use]
    pub fn read32(&self, offset: usize) -> Option<u32> {
        let word = self.word(offset)?;
        // SAFETY: `word` is an aligned word inside a live block (see `word`); volatile, because the
        // device writes it too.
        Some(u32::from_le(unsafe { word.read_volatile() }))
    }

    /// Writes the word at byte `offset`; `false` if that is not an aligned word of the block.
    pub fn write32(&mut self, offset: usize, value: u32) -> bool {
        let Some(word) = self.word(offset) else { return false };
        // SAFETY: as in `read32`, and `&mut self` keeps other CPU code of this process away.
        unsafe { word.write_volatile(value.to_le()) };
        true
    }

    fn word(&self, offset: usize) -> Option<*mut u32> {
        let block = self.block.as_ref()?;
        if !offset.is_multiple_of(4) || offset.checked_add(4)? > block.memory.len() {
            return None;
        }
        // SAFETY: the offset lies inside the block, as just checked. The block's start is aligned
        // to at least 4, because `new` asks for no less and `Dma` promises what is asked.
        Some(unsafe { block.memory.cast::<u8>().add(offset) }.cast::<u32>().as_ptr())
    }
}

impl<D: Dma> Drop for Coherent<D> {
    fn drop(&mut self) {
        if let Some(block) = self.block.take() {
            // SAFETY: the block came from this very bus in `new` and is taken out of `self`, so no
            // CPU access follows. Drivers drop their rings only after they stopped the device.
            unsafe { self.dma.free_coherent(block) };
        }
    }
}
