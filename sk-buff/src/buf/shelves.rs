//! The headers that a pool holds.
//!
//! One of the crate's modules with `unsafe`.

use core::ptr::NonNull;

use super::raw::Header;

/// Two stacks of headers in one array, growing towards each other.
///
/// An array and not a list through the headers: what to take next is known before the last one's
/// cache line has arrived, so the misses of a burst overlap instead of waiting for each other.
pub(super) struct Shelves {
    slots: NonNull<NonNull<Header>>,
    size: usize,
    ready: usize,
    bare: usize,
}

impl Shelves {
    /// # Safety
    /// `slots` begins room for `size` pointers, which is the caller's alone while this is in use; the
    /// home has no more than `size` headers.
    pub(super) unsafe fn new(slots: NonNull<NonNull<Header>>, size: usize) -> Self {
        Self { slots, size, ready: 0, bare: 0 }
    }

    /// Headers with a buffer: ready to go.
    pub(super) fn ready(&self) -> u32 {
        self.ready as u32
    }

    /// Headers without.
    pub(super) fn bare(&self) -> u32 {
        self.bare as u32
    }

    /// # Safety
    /// The caller owns `header`, which is of the home that these are for.
    #[inline]
    pub(super) unsafe fn push_ready(&mut self, header: NonNull<Header>) {
        debug_assert!(self.ready + self.bare < self.size);
        // SAFETY: in bounds: no header is here twice, and there are no more than slots.
        let slot = unsafe { self.slots.add(self.ready) };
        // SAFETY: as before.
        unsafe { slot.write(header) };
        self.ready += 1;
    }

    /// # Safety
    /// As [`push_ready`](Self::push_ready).
    #[inline]
    pub(super) unsafe fn push_bare(&mut self, header: NonNull<Header>) {
        debug_assert!(self.ready + self.bare < self.size);
        self.bare += 1;
        // SAFETY: as in `push_ready`.
        let slot = unsafe { self.slots.add(self.size - self.bare) };
        // SAFETY: as before.
        unsafe { slot.write(header) };
    }

    #[inline]
    pub(super) fn pop_ready(&mut self) -> Option<NonNull<Header>> {
        self.ready = self.ready.checked_sub(1)?;
        // SAFETY: below `ready` as it was, so in bounds.
        let slot = unsafe { self.slots.add(self.ready) };
        // SAFETY: written when it was pushed.
        Some(unsafe { slot.read() })
    }

    #[inline]
    pub(super) fn pop_bare(&mut self) -> Option<NonNull<Header>> {
        let at = self.size - self.bare;
        self.bare = self.bare.checked_sub(1)?;
        // SAFETY: in bounds, because `bare` was not 0.
        let slot = unsafe { self.slots.add(at) };
        // SAFETY: written when it was pushed.
        Some(unsafe { slot.read() })
    }
}
