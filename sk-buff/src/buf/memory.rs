//! The memory behind a pool: how much, of what alignment, whose.
//!
//! One of the crate's modules with `unsafe`.

use core::ptr::NonNull;

use super::home::Home;
use super::raw::{Frags, Header, Shared};
use crate::align;

/// Buffers start at multiples of this, in memory and so, for a region that starts at one, on the bus
/// (`SMP_CACHE_BYTES`).
pub const BUFFER_ALIGN: usize = 64;

/// How much a pool holds. Nothing is allocated later.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PoolConfig {
    /// Buffers, and as many packets that don't share one.
    pub buffers: u32,
    /// Packets more than buffers: how many clones there can be on top.
    pub clones: u32,
    /// Bytes in each buffer, headroom included; rounded up to [`BUFFER_ALIGN`]. At most 65472,
    /// because offsets of headers are 16 bits wide, as Linux's are.
    pub buffer_size: u32,
}

impl Default for PoolConfig {
    /// 1024 buffers of 2 KiB, which take an Ethernet frame with headroom for anything, and room for
    /// a clone of each.
    fn default() -> Self {
        Self { buffers: 1024, clones: 1024, buffer_size: 2048 }
    }
}

/// Why there is no pool.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PoolError {
    /// No buffers, buffers of no or more than 65472 bytes, or sizes that overflow.
    #[error("a pool needs at least one buffer of 1 to 65472 bytes")]
    BadConfig,
    /// The memory for the packets' bytes is smaller than [`PoolConfig::data_len`].
    #[error("the data region is too small for the pool")]
    DataTooSmall,
    /// The memory for headers is smaller than [`PoolConfig::books_len`].
    #[error("the bookkeeping memory is too small for the pool")]
    BooksTooSmall,
    /// The allocator has no memory.
    #[error("no memory for the pool")]
    NoMemory,
}

impl PoolConfig {
    const fn stride(&self) -> Option<usize> {
        if self.buffers == 0 || self.buffer_size == 0 || self.buffer_size > 65472 {
            return None;
        }
        align(self.buffer_size as usize, BUFFER_ALIGN)
    }

    /// Bytes that the packets' data need, wherever the region starts; `None` for a bad
    /// configuration.
    #[must_use]
    pub const fn data_len(&self) -> Option<usize> {
        let Some(stride) = self.stride() else { return None };
        match stride.checked_mul(self.buffers as usize) {
            Some(len) => len.checked_add(BUFFER_ALIGN - 1),
            None => None,
        }
    }

    /// Bytes that the bookkeeping needs, wherever it starts; `None` for a bad configuration.
    #[must_use]
    pub const fn books_len(&self) -> Option<usize> {
        match Books::layout(self) {
            Some(books) => books.len.checked_add(Books::ALIGN - 1),
            None => None,
        }
    }
}

/// Memory for packets' bytes: a DMA region, a shared mapping, a boxed slice.
///
/// # Safety
/// [`memory`](Self::memory) answers the same block each time. It is initialised, readable and
/// writable, nobody else in this process touches it, and it stays valid until the region is dropped.
/// It lies outside of the value itself, which is moved: behind a pointer, not in an array of its own.
/// A device may write into it where, and while, a driver that owns the packet told it to.
#[cfg(feature = "alloc")]
#[cfg_attr(docsrs, doc(cfg(feature = "alloc")))]
pub unsafe trait Region: Send {
    /// The whole block.
    fn memory(&self) -> NonNull<[u8]>;
}

#[cfg(feature = "alloc")]
pub(super) struct HeapRegion {
    memory: NonNull<[u8]>,
    layout: core::alloc::Layout,
}

#[cfg(feature = "alloc")]
impl HeapRegion {
    /// Zeroed by the allocator, which gets a large block from the system as zeroes and touches none.
    pub(super) fn zeroed(len: usize) -> Result<Self, PoolError> {
        let layout = core::alloc::Layout::from_size_align(len.max(1), BUFFER_ALIGN)
            .map_err(|_| PoolError::BadConfig)?;
        // SAFETY: the layout is not empty.
        let block = unsafe { alloc::alloc::alloc_zeroed(layout) };
        let block = NonNull::new(block).ok_or(PoolError::NoMemory)?;
        Ok(Self { memory: NonNull::slice_from_raw_parts(block, len), layout })
    }
}

// SAFETY: initialised, owned by this value alone, and outside of it.
#[cfg(feature = "alloc")]
unsafe impl Region for HeapRegion {
    fn memory(&self) -> NonNull<[u8]> {
        self.memory
    }
}

// SAFETY: the block is owned by this value alone.
#[cfg(feature = "alloc")]
unsafe impl Send for HeapRegion {}

#[cfg(feature = "alloc")]
impl Drop for HeapRegion {
    fn drop(&mut self) {
        // SAFETY: allocated with this layout in `zeroed`, and given back once.
        unsafe { alloc::alloc::dealloc(self.memory.as_ptr().cast(), self.layout) };
    }
}

/// Where in the bookkeeping block home, headers, shared records, the pool's slots and fragments begin,
/// and the distance between buffers.
#[derive(Clone, Copy)]
pub(super) struct Books {
    pub(super) headers: usize,
    pub(super) shared: usize,
    pub(super) slots: usize,
    pub(super) frags: usize,
    pub(super) len: usize,
    pub(super) stride: usize,
}

impl Books {
    pub(super) const ALIGN: usize = 64;

    /// `None` for a bad configuration.
    pub(super) const fn layout(config: &PoolConfig) -> Option<Self> {
        let Some(stride) = config.stride() else { return None };
        let Some(packets) = config.buffers.checked_add(config.clones) else { return None };
        let Some(headers) = align(size_of::<Home>(), Self::ALIGN) else { return None };
        let Some(header_bytes) = size_of::<Header>().checked_mul(packets as usize) else {
            return None;
        };
        let Some(shared) = headers.checked_add(header_bytes) else { return None };
        let Some(shared_bytes) = size_of::<Shared>().checked_mul(config.buffers as usize) else {
            return None;
        };
        let Some(slots) = shared.checked_add(shared_bytes) else { return None };
        let Some(slot_bytes) = size_of::<NonNull<Header>>().checked_mul(packets as usize) else {
            return None;
        };
        let Some(slots_end) = slots.checked_add(slot_bytes) else { return None };
        let Some(frags) = align(slots_end, Self::ALIGN) else { return None };
        let Some(frag_bytes) = size_of::<Frags>().checked_mul(config.buffers as usize) else {
            return None;
        };
        match frags.checked_add(frag_bytes) {
            Some(len) => Some(Self { headers, shared, slots, frags, len, stride }),
            None => None,
        }
    }
}

crate::build_bug_on!(align_of::<Home>() > Books::ALIGN);
crate::build_bug_on!(align_of::<Header>() > Books::ALIGN);
crate::build_bug_on!(align_of::<Shared>() > Books::ALIGN);
crate::build_bug_on!(align_of::<Frags>() > Books::ALIGN);

/// The first buffer's place in `data`, if all of them fit behind it.
pub(super) fn first_buffer(
    data: NonNull<[u8]>,
    books: &Books,
    config: &PoolConfig,
) -> Result<NonNull<u8>, PoolError> {
    let start = data.cast::<u8>();
    let skip = start.align_offset(BUFFER_ALIGN);
    let wanted = books.stride.checked_mul(config.buffers as usize);
    match wanted.and_then(|len| len.checked_add(skip)) {
        // SAFETY: within the block, as just checked.
        Some(len) if len <= data.len() => Ok(unsafe { start.add(skip) }),
        Some(_) => Err(PoolError::DataTooSmall),
        None => Err(PoolError::BadConfig),
    }
}
