//! Giving packets back.
//!
//! One of the crate's modules with `unsafe`.

use core::ptr::NonNull;

use super::home;
use super::raw::{Header, Shared};

/// What is left of a packet whose reference to its bytes was given up.
pub(super) enum Left {
    /// The header with its buffer, which nobody else holds and which is of the same home.
    Ready,
    /// The header. What it says of a buffer is no longer true.
    Bare,
    /// The header, and a buffer of another home that nobody holds.
    Foreign(NonNull<Shared>),
}

/// Gives up a header's reference to its bytes.
///
/// # Safety
/// The caller owns `header`, which holds a reference to a buffer, of the kind that it says.
#[inline]
pub(super) unsafe fn let_go_of_bytes(header: NonNull<Header>) -> Left {
    // SAFETY: owned by the caller.
    let header = unsafe { &*header.as_ptr() };
    // SAFETY: it holds a reference, so this is not null.
    let shared = unsafe { NonNull::new_unchecked(header.view.shared) };
    // SAFETY: alive, because this reference is still held, and forgotten by the caller or kept as the
    // free buffer's own.
    if !unsafe { Shared::put(shared, header.view.payload) } {
        return Left::Bare;
    }
    // SAFETY: the last holder owns the buffer.
    let same_home = unsafe { shared.as_ref() }.home == header.home;
    if same_home { Left::Ready } else { Left::Foreign(shared) }
}

/// Frees a packet from where its pool is not at hand.
///
/// # Safety
/// As [`let_go_of_bytes`].
pub(super) unsafe fn free_remote(header: NonNull<Header>) {
    // SAFETY: passed on.
    let left = unsafe { let_go_of_bytes(header) };
    if !matches!(left, Left::Ready) {
        // The return list tells the two kinds apart by this.
        // SAFETY: owned by the caller.
        unsafe { (*header.as_ptr()).view.detach() };
    }
    if let Left::Foreign(buffer) = left {
        // SAFETY: the last holder of a buffer owns it.
        unsafe { home::return_buffer(buffer) };
    }
    // SAFETY: owned; a buffer that it kept is of the same home and held by nobody else.
    unsafe { home::return_header(header) };
}
