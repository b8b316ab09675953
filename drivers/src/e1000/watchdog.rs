//! Every two seconds, and when the card says that the link changed (`e1000_watchdog`).

use core::time::Duration;

use softnet_netdev::{Cx, Port};
use softnet_sk_buff::{DropReason, Instant};

use super::driver::E1000;
use super::link::Link;
use super::regs::{ALL_ONES, CTRL, Cause, Ctrl, ICS, STATUS, Status};
use crate::bus::PciDevice;

const PERIOD: Duration = Duration::from_secs(2);
/// A packet that is in the ring for longer hangs there.
const HUNG: Duration = Duration::from_secs(1);
/// So much longer at 10 Mbit/s.
const SLOW_FACTOR: u32 = 16;

impl<P: PciDevice> E1000<P> {
    /// When the watchdog first looks by itself, should the card forget to say that it has a link.
    pub(super) fn start_watchdog(&mut self, now: Instant) {
        self.watchdog_at = Some(now + PERIOD);
    }

    /// The card reports a change: have a look as soon as possible, but not in the interrupt, since
    /// asking the PHY takes long.
    pub(super) fn link_may_have_changed(&mut self, now: Instant) {
        if self.is_up() {
            self.watchdog_at = Some(now);
        }
    }

    pub(super) fn watchdog(&mut self, cx: &mut Cx<'_>) {
        self.watchdog_at = Some(cx.now() + PERIOD);
        let status = self.hw.read(STATUS);
        // A card that was pulled out has no link.
        let status = Status::from_bits_retain(if status == ALL_ONES { 0 } else { status });
        self.see_link(Link::of(status), cx);
        self.stats.card.read(&self.hw);
        let pending = self.rings.as_ref().is_some_and(|rings| !rings.tx.is_empty());
        if !self.link.is_up() {
            if pending {
                // The card sends nothing without a link, and these packets would wait for ever.
                self.restart(DropReason::NO_CARRIER, cx);
            }
            return;
        }
        self.look_for_hang(status, cx);
        self.refill_rx(cx);
        // Makes sure that the ring is polled if an interrupt was lost, or all buffers were missing.
        self.hw.write(ICS, Cause::RXDMT0.bits());
    }

    fn see_link(&mut self, link: Option<Link>, cx: &mut Cx<'_>) {
        if link == self.link.get() {
            return;
        }
        self.link.set(link);
        if link.is_none() {
            cx.netif_carrier_off(Port::ONLY);
            return;
        }
        // What the two ends agreed on. A PHY that does not answer agreed on nothing.
        let pause = self.hw.phy_pause().unwrap_or_default();
        let mut control = Ctrl::from_bits_retain(self.hw.read(CTRL));
        control.set(Ctrl::TFCE, pause.send);
        control.set(Ctrl::RFCE, pause.obey);
        self.hw.write(CTRL, control.bits());
        cx.netif_carrier_on(Port::ONLY);
    }

    /// Stops the queue if the oldest packet has been in the ring for too long, although the peer did
    /// not pause us. The stack's watchdog then finds it stopped, and calls `tx_timeout`.
    fn look_for_hang(&mut self, status: Status, cx: &mut Cx<'_>) {
        let slow = self.link.get().is_some_and(|link| link.speed == 10);
        let patience = if slow { HUNG * SLOW_FACTOR } else { HUNG };
        let oldest = self.rings.as_ref().and_then(|rings| rings.tx.oldest());
        let hung = oldest.is_some_and(|stamp| cx.now().saturating_since(stamp) > patience);
        // Stopping it twice would start the stack's patience anew.
        let stopped = cx.netif_tx_queue_stopped(Port::ONLY, 0);
        if hung && !stopped && !status.contains(Status::TXOFF) {
            cx.netif_tx_stop_queue(Port::ONLY, 0);
        }
    }
}
