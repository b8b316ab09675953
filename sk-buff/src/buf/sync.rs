//! Atomics, real or loom's: the one place that knows which.

#[cfg(not(loom))]
pub(super) use core::sync::atomic::{AtomicPtr, AtomicU32, AtomicUsize, Ordering};
#[cfg(loom)]
pub(super) use loom::sync::atomic::Ordering;
#[cfg(loom)]
pub(super) use turned::{AtomicPtr, AtomicU32, AtomicUsize};

/// Loom's atomics, so that loom really tries every order.
///
/// Loom remembers only the last access to an atomic. Where a thread loads before it exchanges, as all
/// lock-free lists do, its own load hides from loom that another thread's load came before, and the
/// order with the exchange first is never tried. So each access takes a turn first, on a counter
/// where every access conflicts with every other. It is relaxed: nothing happens before anything else
/// because of it.
#[cfg(loom)]
mod turned {
    use core::ops::Deref;

    use loom::sync::atomic;

    pub(in crate::buf) struct Turned<A> {
        turns: atomic::AtomicUsize,
        atomic: A,
    }

    pub(in crate::buf) type AtomicPtr<T> = Turned<atomic::AtomicPtr<T>>;
    pub(in crate::buf) type AtomicU32 = Turned<atomic::AtomicU32>;
    pub(in crate::buf) type AtomicUsize = Turned<atomic::AtomicUsize>;

    impl<A> Turned<A> {
        fn of(atomic: A) -> Self {
            Self { turns: atomic::AtomicUsize::new(0), atomic }
        }
    }

    impl<T> Turned<atomic::AtomicPtr<T>> {
        pub(in crate::buf) fn new(value: *mut T) -> Self {
            Self::of(atomic::AtomicPtr::new(value))
        }
    }

    impl Turned<atomic::AtomicU32> {
        pub(in crate::buf) fn new(value: u32) -> Self {
            Self::of(atomic::AtomicU32::new(value))
        }
    }

    impl Turned<atomic::AtomicUsize> {
        pub(in crate::buf) fn new(value: usize) -> Self {
            Self::of(atomic::AtomicUsize::new(value))
        }
    }

    impl<A> Deref for Turned<A> {
        type Target = A;

        fn deref(&self) -> &A {
            self.turns.fetch_add(1, atomic::Ordering::Relaxed);
            &self.atomic
        }
    }
}
