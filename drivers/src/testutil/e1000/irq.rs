//! Interrupts: causes, mask, throttle, and the receive and transmit delay timers.

use alloc::collections::BTreeMap;
use core::time::Duration;

use softnet_sk_buff::Instant;

use super::regs::{self, cause};
use super::state::State;
use super::violation::Misuse;
use crate::bus::{CpuId, command};

/// `ITR` counts in these.
const ITR_UNIT: Duration = Duration::from_nanos(256);
/// The delay timers count in these.
const DELAY_UNIT: Duration = Duration::from_nanos(1024);

/// A pair of delay timers: one that each packet starts anew, one that only the first starts.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Delay {
    relative: Option<Instant>,
    absolute: Option<Instant>,
}

impl Delay {
    /// A packet came by. `absolute` is 0 where that timer is off.
    fn packet(&mut self, now: Instant, relative: u32, absolute: u32) {
        self.relative = Some(now + DELAY_UNIT * relative);
        if absolute != 0 && self.absolute.is_none() {
            self.absolute = Some(now + DELAY_UNIT * absolute);
        }
    }

    pub(super) fn due(&self) -> Option<Instant> {
        match (self.relative, self.absolute) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (one, other) => one.or(other),
        }
    }

    fn pending(&self) -> bool {
        self.due().is_some()
    }

    fn clear(&mut self) {
        *self = Self::default();
    }
}

/// Interrupt state.
#[derive(Debug, Default)]
pub(super) struct Irq {
    pub(super) icr: u32,
    pub(super) ims: u32,
    /// The device drives its interrupt line.
    pub(super) asserted: bool,
    /// When it began to, the last time.
    last: Option<Instant>,
    pub(super) rx_delay: Delay,
    pub(super) tx_delay: Delay,
    /// Vectors that the driver holds. The bus's, so no reset takes them.
    pub(super) vectors: u16,
    /// Where they go, for those that were sent somewhere.
    pub(super) cpus: BTreeMap<u16, CpuId>,
}

impl Irq {
    /// The controller was reset.
    pub(super) fn reset(&mut self) {
        let cpus = core::mem::take(&mut self.cpus);
        *self = Self { vectors: self.vectors, cpus, ..Self::default() };
    }
}

impl State {
    /// Sets causes and, where they are let through, the line.
    pub(super) fn raise(&mut self, causes: u32) {
        self.irq.icr |= causes & cause::ALL;
        self.update_irq();
    }

    /// Drives the line as causes, mask and throttle say.
    pub(super) fn update_irq(&mut self) {
        if self.irq.icr & self.irq.ims == 0 {
            self.irq.asserted = false;
        } else if !self.irq.asserted && self.throttled_until().is_none_or(|at| at <= self.now) {
            self.irq.asserted = true;
            self.irq.last = Some(self.now);
            self.counters.interrupts += 1;
        }
    }

    fn throttled_until(&self) -> Option<Instant> {
        Some(self.irq.last? + ITR_UNIT * (self.reg(regs::ITR) & 0xffff))
    }

    /// When a held-back interrupt fires.
    pub(super) fn irq_due(&self) -> Option<Instant> {
        let waiting = self.irq.icr & self.irq.ims != 0 && !self.irq.asserted;
        self.throttled_until().filter(|_| waiting)
    }

    /// What an interrupt controller sees.
    pub(super) fn irq_line(&self) -> bool {
        self.irq.asserted && !self.pci.command(command::INTX_DISABLE)
    }

    pub(super) fn read_icr(&mut self) -> u32 {
        self.counters.icr_reads += 1;
        let causes = core::mem::take(&mut self.irq.icr);
        self.update_irq();
        causes
    }

    pub(super) fn write_ims(&mut self, value: u32) {
        self.irq.ims |= value & cause::ALL;
        if self.irq.ims != 0 && self.irq.vectors == 0 {
            let mask = self.irq.ims;
            self.violation(Misuse::InterruptsWithoutVector { mask });
        }
        self.update_irq();
    }

    pub(super) fn write_imc(&mut self, value: u32) {
        self.irq.ims &= !value;
        self.update_irq();
    }

    /// A frame was stored: `RXT0` now, or when `RDTR` and `RADV` say.
    pub(super) fn rx_interrupt(&mut self) {
        let (relative, absolute) = (self.reg(regs::RDTR) & 0xffff, self.reg(regs::RADV) & 0xffff);
        if relative == 0 {
            self.flush_rx_delay(true);
        } else {
            self.irq.rx_delay.packet(self.now, relative, absolute);
        }
    }

    /// Ends the receive delay, with an interrupt if one was pending or `always`.
    pub(super) fn flush_rx_delay(&mut self, always: bool) {
        let fire = always || self.irq.rx_delay.pending();
        self.irq.rx_delay.clear();
        if fire {
            self.raise(cause::RXT0);
        }
    }

    /// A descriptor with RS was written back: `TXDW` now, or when `TIDV` and `TADV` say.
    pub(super) fn tx_interrupt(&mut self, delay: bool) {
        let (relative, absolute) = (self.reg(regs::TIDV) & 0xffff, self.reg(regs::TADV) & 0xffff);
        if delay && relative != 0 {
            self.irq.tx_delay.packet(self.now, relative, absolute);
        } else {
            self.flush_tx_delay();
        }
    }

    /// Ends the transmit delay with its interrupt.
    pub(super) fn flush_tx_delay(&mut self) {
        self.irq.tx_delay.clear();
        self.raise(cause::TXDW);
    }
}
