//! The model's hands on the driver's memory: the one file of it with `unsafe`.
//!
//! Memory is reached through raw pointers in bounded copies. No reference to it is ever made, so a
//! driver that breaks the rules is reported by the model and, under Miri, by Miri.

use core::alloc::Layout;
use core::ptr::NonNull;

use alloc::alloc::{alloc_zeroed, dealloc};

/// Memory that the driver shared with the device: a coherent block or a mapped buffer.
#[derive(Debug)]
pub(super) struct Shared {
    start: NonNull<u8>,
    len: usize,
}

// SAFETY: a `Shared` only names memory; whoever made it promised that the memory may be accessed
// through it for as long as it is kept (see `borrow`), from whatever thread holds the model's lock.
unsafe impl Send for Shared {}

impl Shared {
    /// Takes hold of `memory`.
    ///
    /// # Safety
    /// Until the value is dropped, `memory` stays allocated, may be read and written through this
    /// pointer, and no CPU reference to it is used. `Dma::map` asks this of drivers until `unmap`.
    pub(super) unsafe fn borrow(memory: NonNull<[u8]>) -> Self {
        Self { start: memory.cast(), len: memory.len() }
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// Where the CPU finds it, as a number to compare with.
    pub(super) fn cpu_addr(&self) -> usize {
        self.start.addr().get()
    }

    /// Copies `out.len()` bytes at `offset` out of it; `false` if they are not all inside.
    pub(super) fn read(&self, offset: usize, out: &mut [u8]) -> bool {
        let Some(from) = self.at(offset, out.len()) else { return false };
        // SAFETY: `at` found the range inside the memory, which is readable by `borrow`'s promise.
        // `out` is a live exclusive reference, and by the same promise not one to this memory, so
        // the two do not overlap.
        unsafe { core::ptr::copy_nonoverlapping(from.as_ptr(), out.as_mut_ptr(), out.len()) };
        true
    }

    /// Copies `bytes` into it at `offset`; `false` if they do not all fit.
    pub(super) fn write(&self, offset: usize, bytes: &[u8]) -> bool {
        let Some(to) = self.at(offset, bytes.len()) else { return false };
        // SAFETY: as in `read`, with the roles changed: the memory is writable by `borrow`'s promise.
        unsafe { core::ptr::copy_nonoverlapping(bytes.as_ptr(), to.as_ptr(), bytes.len()) };
        true
    }

    fn at(&self, offset: usize, len: usize) -> Option<NonNull<u8>> {
        if offset.checked_add(len)? > self.len {
            return None;
        }
        // SAFETY: `offset` is at most the length, as just checked, so the result lies in the memory
        // or one past its end.
        Some(unsafe { self.start.add(offset) })
    }
}

/// Zeroed memory from the heap, aligned to `align`. The caller frees it with [`release`].
pub(super) fn allocate(len: usize, align: usize) -> Option<NonNull<[u8]>> {
    let layout = layout(len, align)?;
    // SAFETY: `layout` answers only layouts of a size other than zero.
    let memory = NonNull::new(unsafe { alloc_zeroed(layout) })?;
    Some(NonNull::slice_from_raw_parts(memory, len))
}

/// Gives back what [`allocate`] gave.
///
/// # Safety
/// `memory` came from `allocate` with this very `align`, was not released since, and nobody uses it
/// any more.
pub(super) unsafe fn release(memory: NonNull<[u8]>, align: usize) {
    if let Some(layout) = layout(memory.len(), align) {
        // SAFETY: by the caller's promise the block was allocated with this layout and is unused.
        unsafe { dealloc(memory.cast().as_ptr(), layout) };
    }
}

fn layout(len: usize, align: usize) -> Option<Layout> {
    if len == 0 {
        return None;
    }
    Layout::from_size_align(len, align.max(1)).ok()
}
