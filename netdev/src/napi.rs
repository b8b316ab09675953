//! Polling instead of interrupts.

use crate::ops::NapiId;
use crate::softnet::DriverId;

/// Who is on the poll list.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum NapiRef {
    /// The CPU's own backlog.
    Backlog,
    Driver(DriverId, NapiId),
}

impl NapiRef {
    pub(crate) fn is_of(self, driver: DriverId) -> bool {
        matches!(self, Self::Driver(of, _) if of == driver)
    }
}

/// One instance's state (`struct napi_struct`).
///
/// The race that this closes: a poll finds nothing more, an interrupt comes, the poll completes and
/// the interrupt's request is forgotten. A request that comes while the instance is scheduled is
/// remembered as `missed`, and completing then keeps it on the list.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Napi {
    pub(crate) weight: u32,
    enabled: bool,
    /// On the poll list, or being polled (`NAPI_STATE_SCHED`).
    scheduled: bool,
    /// Asked for again meanwhile (`NAPI_STATE_MISSED`).
    missed: bool,
    /// Polled past the list, for its transmit completions only (`NAPI_STATE_NPSVC`).
    netpoll: bool,
}

impl Napi {
    pub(crate) const fn new(weight: u32, enabled: bool) -> Self {
        Self { weight, enabled, scheduled: false, missed: false, netpoll: false }
    }

    /// `napi_enable`, `napi_disable`. Disabling forgets a request: the caller takes the instance
    /// off the poll list.
    pub(crate) fn set_enabled(&mut self, enabled: bool) {
        self.enabled = enabled;
        if !enabled {
            self.scheduled = false;
            self.missed = false;
        }
    }

    /// `napi_schedule_prep`: whether the caller has to put it on the poll list.
    pub(crate) fn schedule(&mut self) -> bool {
        if !self.enabled {
            return false;
        }
        self.missed = self.scheduled;
        !core::mem::replace(&mut self.scheduled, true)
    }

    /// `napi_complete_done`: whether it is complete. If not, it was asked for meanwhile and has to
    /// be polled again.
    pub(crate) fn complete(&mut self) -> bool {
        // Under netpoll it stays on the list, whose turn will come.
        if !self.scheduled || self.netpoll {
            return false;
        }
        if core::mem::take(&mut self.missed) {
            return false;
        }
        self.scheduled = false;
        true
    }

    /// Completes whatever was asked for meanwhile: for a caller who knows that nothing is left.
    pub(crate) fn finish(&mut self) {
        self.scheduled = false;
        self.missed = false;
    }

    pub(crate) fn set_netpoll(&mut self, netpoll: bool) {
        self.netpoll = netpoll;
    }

    pub(crate) fn is_scheduled(&self) -> bool {
        self.scheduled
    }
}
