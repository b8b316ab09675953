//! The global reset, without sleeping.

use core::time::Duration;

use softnet_sk_buff::Instant;

use super::hw::Hw;
use crate::bus::PciDevice;

/// How long DMA that was under way may take to end before the reset.
pub(super) const DRAIN: Duration = Duration::from_millis(10);
/// How long the card loads its EEPROM and must not be touched.
const DEAF: Duration = Duration::from_millis(5);
/// Afterwards, how often and how long it is asked whether it is done.
const ASK_EVERY: Duration = Duration::from_millis(1);
const PATIENCE: Duration = Duration::from_millis(100);

/// A reset under way.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Reset {
    /// When to look next.
    until: Instant,
    give_up: Instant,
}

/// Where it stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Standing {
    /// Ask again then.
    Wait(Instant),
    /// The card is as after power-on, and silent.
    Over,
    /// It did not end.
    Stuck,
}

impl Reset {
    pub(super) fn start<P: PciDevice>(hw: &Hw<P>, now: Instant) -> Self {
        hw.issue_reset();
        let until = now + DEAF;
        Self { until, give_up: until + PATIENCE }
    }

    pub(super) fn until(&self) -> Instant {
        self.until
    }

    pub(super) fn poll<P: PciDevice>(&mut self, hw: &Hw<P>, now: Instant) -> Standing {
        if now < self.until {
            return Standing::Wait(self.until);
        }
        if hw.is_reset_over() {
            hw.after_reset();
            return Standing::Over;
        }
        if now >= self.give_up {
            return Standing::Stuck;
        }
        self.until = now + ASK_EVERY;
        Standing::Wait(self.until)
    }
}
