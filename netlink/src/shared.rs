//! Who may go into a table that several threads share, and when.
//!
//! Linux guards its table of netlink sockets in a way of its own: readers (`netlink_lock_table`: broadcasts,
//! which may sleep on the way) pass even while a writer waits; a writer (`netlink_table_grab`: groups and
//! registrations) waits until no reader is left, and runs alone. A reader that waits for another reader thus never
//! waits for a writer that waits for the first: a lock that is fair to writers would stand still there.
//!
//! [`Gate`] is that order and nothing else: it owns no data, since a crate without unsafe code cannot hand out what
//! only the order protects. An embedder keeps its table in a lock of its own; behind the gate that lock is
//! always free, so how fair it is doesn't matter:
//!
//! ```
//! use std::sync::RwLock;
//! use softnet_netlink::shared::{Gate, Spin};
//!
//! let (gate, table) = (Gate::new(Spin), RwLock::new(1));
//! {
//!     let _pass = gate.lock_table();
//!     assert_eq!(table.try_read().map(|table| *table).ok(), Some(1));
//!     assert!(gate.try_grab().is_none());
//! }
//! let _grab = gate.grab();
//! *table.try_write().unwrap() = 2;
//! assert!(gate.try_lock_table().is_none());
//! ```

#[cfg(not(loom))]
use core::sync::atomic::{AtomicU32, Ordering};
#[cfg(loom)]
use loom::sync::atomic::{AtomicU32, Ordering};

/// A writer is in. The rest counts readers.
const WRITER: u32 = 1 << 31;

/// How a thread waits.
pub trait Park {
    /// Returns once `ready` said so. It is called again after each [`Park::wake`], and must not be asked between a
    /// wake and the beginning of the wait without the wait seeing that wake: ask under the lock that the wake
    /// takes, or don't sleep.
    fn wait_until(&self, ready: &mut dyn FnMut() -> bool);

    /// Lets those who wait ask again.
    fn wake(&self);
}

/// Waits by asking again and again.
#[derive(Debug, Clone, Copy, Default)]
pub struct Spin;

impl Park for Spin {
    fn wait_until(&self, ready: &mut dyn FnMut() -> bool) {
        while !ready() {
            core::hint::spin_loop();
        }
    }

    fn wake(&self) {}
}

/// The order of `nl_table_lock` and `nl_table_users`.
#[derive(Debug)]
pub struct Gate<P> {
    state: AtomicU32,
    park: P,
}

impl<P: Park> Gate<P> {
    /// With nobody in.
    #[cfg(not(loom))]
    #[must_use]
    pub const fn new(park: P) -> Self {
        Self { state: AtomicU32::new(0), park }
    }

    /// With nobody in.
    #[cfg(loom)]
    #[must_use]
    pub fn new(park: P) -> Self {
        Self { state: AtomicU32::new(0), park }
    }

    /// `netlink_lock_table`: goes in as a reader; waits only for a writer that is in, not for those who wait.
    pub fn lock_table(&self) -> TableLock<'_, P> {
        self.park.wait_until(&mut || self.enter());
        TableLock { gate: self }
    }

    /// As [`Self::lock_table`], or none if a writer is in.
    pub fn try_lock_table(&self) -> Option<TableLock<'_, P>> {
        self.enter().then(|| TableLock { gate: self })
    }

    /// `netlink_table_grab`: goes in as the only one, once nobody is in.
    pub fn grab(&self) -> TableGrab<'_, P> {
        self.park.wait_until(&mut || self.enter_alone());
        TableGrab { gate: self }
    }

    /// As [`Self::grab`], or none if anybody is in.
    pub fn try_grab(&self) -> Option<TableGrab<'_, P>> {
        self.enter_alone().then(|| TableGrab { gate: self })
    }

    fn enter(&self) -> bool {
        let mut state = self.state.load(Ordering::Relaxed);
        // As many readers as the count can tell; one more would wait.
        while state < WRITER - 1 {
            let next = state.saturating_add(1);
            let (ok, failed) = (Ordering::Acquire, Ordering::Relaxed);
            match self.state.compare_exchange_weak(state, next, ok, failed) {
                Ok(_) => return true,
                Err(now) => state = now,
            }
        }
        false
    }

    fn enter_alone(&self) -> bool {
        let (ok, failed) = (Ordering::Acquire, Ordering::Relaxed);
        self.state.compare_exchange(0, WRITER, ok, failed).is_ok()
    }
}

/// A reader is in until this is dropped (`netlink_unlock_table`).
#[derive(Debug)]
#[must_use = "it leaves when this is dropped"]
pub struct TableLock<'g, P: Park> {
    gate: &'g Gate<P>,
}

impl<P: Park> Drop for TableLock<'_, P> {
    fn drop(&mut self) {
        // Release: who grabs the table next sees all that was read before it was changed.
        if self.gate.state.fetch_sub(1, Ordering::Release) == 1 {
            self.gate.park.wake();
        }
    }
}

/// A writer is in until this is dropped (`netlink_table_ungrab`).
#[derive(Debug)]
#[must_use = "it leaves when this is dropped"]
pub struct TableGrab<'g, P: Park> {
    gate: &'g Gate<P>,
}

impl<P: Park> Drop for TableGrab<'_, P> {
    fn drop(&mut self) {
        self.gate.state.store(0, Ordering::Release);
        self.gate.park.wake();
    }
}
