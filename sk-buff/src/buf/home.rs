//! Where packets go back to from anywhere, and how long their memory lives.
//!
//! One of the crate's modules with `unsafe`. A home lives as long as its pool or any header or
//! buffer of it is out. While the pool lives, others push what they free to the return lists, and
//! the pool takes a whole list in one swap. When the pool goes, it closes the lists; from then on
//! each return is counted down instead, and the last one frees the memory.

use core::ptr::{self, NonNull};

use super::raw::{Header, Shared};
use super::sync::{AtomicPtr, AtomicU32, AtomicUsize, Ordering};

pub(super) struct Home {
    headers: AtomicPtr<Header>,
    buffers: AtomicPtr<Shared>,
    /// Headers and buffers not accounted for since the lists were closed, and the pool itself; all
    /// of them before.
    remaining: AtomicUsize,
    /// Packets that went out of scope without a word.
    pub(super) unspecified: AtomicU32,
    storage: Storage,
}

/// What has to be freed in the end.
pub(super) enum Storage {
    /// Memory that the caller lent for ever.
    Static,
    /// Bookkeeping from the global allocator, and the region with the bytes.
    #[cfg(feature = "alloc")]
    Heap { layout: core::alloc::Layout, region: alloc::boxed::Box<dyn super::Region> },
}

/// Marks a return list as closed. Never dereferenced.
fn closed<T>() -> *mut T {
    ptr::without_provenance_mut(1)
}

impl Home {
    pub(super) fn new(slots: usize, storage: Storage) -> Self {
        Self {
            headers: AtomicPtr::new(ptr::null_mut()),
            buffers: AtomicPtr::new(ptr::null_mut()),
            // The pool counts too, or the home could go while the pool is still closing it.
            remaining: AtomicUsize::new(slots + 1),
            unspecified: AtomicU32::new(0),
            storage,
        }
    }

    /// Takes all headers returned so far.
    pub(super) fn take_headers(&self) -> *mut Header {
        // A look first: an idle list costs no read-modify-write.
        if self.headers.load(Ordering::Relaxed).is_null() {
            return ptr::null_mut();
        }
        self.headers.swap(ptr::null_mut(), Ordering::Acquire)
    }

    /// Takes all lone buffers returned so far.
    pub(super) fn take_buffers(&self) -> *mut Shared {
        if self.buffers.load(Ordering::Relaxed).is_null() {
            return ptr::null_mut();
        }
        self.buffers.swap(ptr::null_mut(), Ordering::Acquire)
    }

    /// Closes the lists for good and hands out what was on them.
    pub(super) fn close(&self) -> (*mut Header, *mut Shared) {
        (
            self.headers.swap(closed(), Ordering::AcqRel),
            self.buffers.swap(closed(), Ordering::AcqRel),
        )
    }
}

/// Sends a header home, with the buffer that it still holds.
///
/// # Safety
/// The caller owns `header`; it and its home are alive. If it holds a buffer, that buffer is of the
/// same home and nobody else holds it.
pub(super) unsafe fn return_header(header: NonNull<Header>) {
    // SAFETY: owned by the caller.
    let home_ptr = unsafe { (*header.as_ptr()).home };
    // SAFETY: a home outlives its headers.
    let home = unsafe { home_ptr.as_ref() };
    let mut top = home.headers.load(Ordering::Relaxed);
    while top != closed() {
        // SAFETY: still owned: not on the list before the exchange succeeds.
        unsafe { (*header.as_ptr()).next = top };
        // Release hands the header's contents to who takes the list.
        match home.headers.compare_exchange_weak(
            top,
            header.as_ptr(),
            Ordering::Release,
            Ordering::Relaxed,
        ) {
            Ok(_) => return,
            Err(now) => top = now,
        }
    }
    // SAFETY: owned by the caller.
    let slots = if unsafe { (*header.as_ptr()).view.shared.is_null() } { 1 } else { 2 };
    // SAFETY: the lists are closed, and these slots are accounted for here for the first time.
    unsafe { account(home_ptr, slots) };
}

/// Sends a buffer home whose last header belonged elsewhere.
///
/// # Safety
/// The caller owns `shared` alone; it and its home are alive.
pub(super) unsafe fn return_buffer(shared: NonNull<Shared>) {
    // SAFETY: owned by the caller.
    let home_ptr = unsafe { (*shared.as_ptr()).home };
    // SAFETY: a home outlives its buffers.
    let home = unsafe { home_ptr.as_ref() };
    let mut top = home.buffers.load(Ordering::Relaxed);
    while top != closed() {
        // SAFETY: still owned: not on the list before the exchange succeeds.
        unsafe { (*shared.as_ptr()).next = top };
        match home.buffers.compare_exchange_weak(
            top,
            shared.as_ptr(),
            Ordering::Release,
            Ordering::Relaxed,
        ) {
            Ok(_) => return,
            Err(now) => top = now,
        }
    }
    // SAFETY: as in `return_header`.
    unsafe { account(home_ptr, 1) };
}

/// Counts `slots` as back for good, and frees everything if they were the last.
///
/// # Safety
/// The lists are closed, and the caller owned these slots, at least one, and forgets them now. Each
/// slot is accounted for once.
pub(super) unsafe fn account(home: NonNull<Home>, slots: usize) {
    // SAFETY: at least the caller's slots are outstanding, so the home is alive.
    let remaining = unsafe { &(*home.as_ptr()).remaining };
    let before = remaining.fetch_sub(slots, Ordering::AcqRel);
    if before != slots {
        return;
    }
    // AcqRel above: every other return happens before this point, and none is left to come.
    // SAFETY: nobody refers to the home any more, so it may be moved out.
    let home_value = unsafe { home.as_ptr().read() };
    match home_value.storage {
        Storage::Static => {}
        #[cfg(feature = "alloc")]
        Storage::Heap { layout, region } => {
            drop(region);
            // SAFETY: the pool put the home at the start of the block that it allocated with this
            // very layout (`pool::Books`); headers and buffers in it need no drop.
            unsafe { alloc::alloc::dealloc(home.as_ptr().cast(), layout) };
        }
    }
}
