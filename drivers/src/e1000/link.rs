//! The link, for whoever wants to know it.

use alloc::sync::Arc;
use core::sync::atomic::{AtomicU32, Ordering};

use super::regs::Status;

/// A link that is up.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Link {
    /// Mbit/s: 10, 100 or 1000.
    pub speed: u32,
    /// Both directions at once.
    pub full_duplex: bool,
}

impl Link {
    /// What the card's status says.
    pub(super) fn of(status: Status) -> Option<Self> {
        let speed = if status.contains(Status::SPEED_1000) {
            1000
        } else if status.contains(Status::SPEED_100) {
            100
        } else {
            10
        };
        let full_duplex = status.contains(Status::FD);
        status.contains(Status::LU).then_some(Self { speed, full_duplex })
    }
}

/// A view of the link that outlives the driver's registration, and may be looked at from any thread
/// (`ethtool`'s speed and duplex).
#[derive(Clone, Debug, Default)]
pub struct LinkMonitor(Arc<AtomicU32>);

/// Beside the speed, which is 0 while the link is down.
const FULL_DUPLEX: u32 = 1 << 31;

impl LinkMonitor {
    /// The link, if it is up.
    #[must_use]
    pub fn get(&self) -> Option<Link> {
        let seen = self.0.load(Ordering::Relaxed);
        let speed = seen & !FULL_DUPLEX;
        (speed != 0).then_some(Link { speed, full_duplex: seen & FULL_DUPLEX != 0 })
    }

    pub(super) fn is_up(&self) -> bool {
        self.get().is_some()
    }

    pub(super) fn set(&self, link: Option<Link>) {
        let seen =
            link.map_or(0, |link| link.speed | if link.full_duplex { FULL_DUPLEX } else { 0 });
        self.0.store(seen, Ordering::Relaxed);
    }
}
