//! Giving packets back.
//!
//! One of the crate's modules with `unsafe`.

use core::ptr::NonNull;

use super::home;
use super::raw::{Header, Shared};

/// Gives up a header's reference to its bytes. Afterwards the header holds a buffer only if it was
/// the last holder and both are of one home. Answers a buffer of another home that was left over.
///
/// # Safety
/// The caller owns `header`, which holds a reference to a buffer, of the kind that `payload` says.
#[inline]
pub(super) unsafe fn let_go_of_bytes(header: NonNull<Header>) -> Option<NonNull<Shared>> {
    // SAFETY: owned by the caller.
    let fields = unsafe { &mut *header.as_ptr() };
    let shared = NonNull::new(fields.shared)?;
    // SAFETY: alive, because this reference is still held, and forgotten below or kept as the free
    // buffer's own.
    let last = unsafe { Shared::put(shared, fields.payload) };
    if !last {
        fields.detach();
        return None;
    }
    // SAFETY: the last holder owns the buffer.
    let same_home = unsafe { shared.as_ref() }.home == fields.home;
    if same_home {
        return None;
    }
    fields.detach();
    Some(shared)
}

/// Frees a packet from where its pool is not at hand.
///
/// # Safety
/// As [`let_go_of_bytes`].
pub(super) unsafe fn free_remote(header: NonNull<Header>) {
    // SAFETY: passed on.
    if let Some(foreign) = unsafe { let_go_of_bytes(header) } {
        // SAFETY: the last holder of a buffer owns it.
        unsafe { home::return_buffer(foreign) };
    }
    // SAFETY: owned; a buffer that it kept is of the same home and held by nobody else.
    unsafe { home::return_header(header) };
}
