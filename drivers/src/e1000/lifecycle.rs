//! Opening, closing, and the restart of a card that hangs.
//!
//! Nothing here sleeps. A card on its way down waits twice, 10 ms for DMA to end and 5 ms for its
//! reset; both are deadlines, and whoever wants it down, `stop` or a restart, goes the same way.

use softnet_netdev::{Cx, NapiId, Port, Progress, Refused};
use softnet_sk_buff::{DropReason, Instant, SkPool};

use super::driver::{E1000, Rings};
use super::hw::Chip;
use super::regs::{
    ALL_ONES, CTRL, Cause, Ctrl, FCAH, FCAL, FCRTH, FCRTL, FCRTL_XON, FCT, FCTTV, ICS, IMC, IMS,
    ITR, PAUSE_ADDRESS, PAUSE_TIME, PAUSE_TYPE, PBA, RADV, RCTL, RDT, RDTR, RXCSUM,
    RXCSUM_IP_TCP_UDP, RXCSUM_IPV6, Rctl, TADV, TCTL, TCTL_COLLISIONS, TIDV, TIPG, TIPG_COPPER,
    TXDCTL, TXDCTL_WRITE_BACK, Tctl, VET,
};
use super::reset::{DRAIN, Reset, Standing};
use super::rx::{Geometry, NotGiven, RxRing, longest_frame};
use super::tx::{TxRing, drop_unsent, ring_request};
use crate::bus::{DmaError, Interrupts, PciDevice};

/// 802.1Q tags.
const VLAN_TYPE: u32 = 0x8100;

/// How far up the card is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum State {
    /// Reset and silent, without rings.
    Down,
    Up,
    /// On its way down.
    Leaving(Leaving),
    /// A reset did not end. The card is cut off from memory, for good.
    Dead,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Leaving {
    why: Why,
    stage: Stage,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Why {
    /// The port is being closed.
    Close,
    /// It comes up again; packets in the ring are lost for this reason.
    Restart(DropReason),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Stage {
    /// DMA under way may end until then.
    Draining(Instant),
    Resetting(Reset),
}

impl Leaving {
    fn due(self) -> Instant {
        match self.stage {
            Stage::Draining(until) => until,
            Stage::Resetting(reset) => reset.until(),
        }
    }

    /// When a restart wants to go on. Closing is driven by the stack.
    pub(super) fn restart_at(self) -> Option<Instant> {
        (self.why != Why::Close).then(|| self.due())
    }
}

fn no_memory(why: DmaError) -> Refused {
    match why {
        DmaError::NoMemory => Refused::NoMemory,
        _ => Refused::Bus,
    }
}

impl<P: PciDevice> E1000<P> {
    pub(super) fn is_up(&self) -> bool {
        self.state == State::Up
    }

    /// Whether the card may be doing something: not while it is reset, when it must not be touched.
    pub(super) fn may_run(&self) -> bool {
        match self.state {
            State::Up => true,
            State::Leaving(leaving) => matches!(leaving.stage, Stage::Draining(_)),
            State::Down | State::Dead => false,
        }
    }

    /// Whether the interrupt is requested: from opening until closing has silenced the card.
    pub(super) fn holds_vectors(&self) -> bool {
        match self.state {
            State::Up => true,
            State::Leaving(leaving) => {
                leaving.why != Why::Close || matches!(leaving.stage, Stage::Draining(_))
            }
            State::Down | State::Dead => false,
        }
    }

    /// Opens the port (`e1000_open`): rings, buffers, PHY, interrupt, card. The card itself is
    /// touched last, when nothing can fail any more; what fails before is undone by dropping it.
    pub(super) fn bring_up(&mut self, cx: &mut Cx<'_>) -> Result<Progress, Refused> {
        match self.state {
            State::Down => {}
            State::Up => return Ok(Progress::Done),
            State::Leaving(_) => return Err(Refused::Busy),
            State::Dead => return Err(Refused::Hardware),
        }
        let mut rings = self.make_rings(cx.pool())?;
        if let Err(why) = self.take_over(&mut rings, cx.pool()) {
            rings.rx.drain(|skb, _| cx.consume(skb));
            return Err(why);
        }
        self.rings = Some(rings);
        self.start(cx);
        cx.netif_tx_start_queue(Port::ONLY, 0);
        Ok(Progress::Done)
    }

    fn make_rings(&self, pool: &SkPool) -> Result<Rings<P::Dma>, Refused> {
        let geometry = Geometry::of(pool, self.config.rx_headroom);
        let geometry = geometry.filter(|geometry| geometry.takes(self.mtu));
        let geometry = geometry.ok_or(Refused::NoMemory)?;
        let boundary = self.hw.chip.boundary();
        let request = |count| ring_request(count, boundary, self.mask);
        let (dma, config) = (self.hw.pci.dma(), &self.config);
        let tx = TxRing::new(dma.clone(), request(config.tx_descriptors)).map_err(no_memory)?;
        let rx = RxRing::new(dma, request(config.rx_descriptors), geometry).map_err(no_memory)?;
        Ok(Rings { tx, rx })
    }

    /// Everything else that can fail.
    fn take_over(&mut self, rings: &mut Rings<P::Dma>, pool: &mut SkPool) -> Result<(), Refused> {
        match rings.rx.fill(pool) {
            // A pool that is short now may be richer later.
            Err(NotGiven::NoBuffer) if rings.rx.is_starved() => return Err(Refused::NoMemory),
            Err(NotGiven::NotMapped) => return Err(Refused::Bus),
            _ => {}
        }
        self.hw.phy_power_up().map_err(|_| Refused::Hardware)?;
        let interrupts = self.hw.pci.interrupts();
        let Ok(vectors) = interrupts.request(0..=1) else {
            self.hw.phy_power_down();
            return Err(Refused::Bus);
        };
        self.polled = vectors == 0;
        if let Some(cpu) = self.affinity {
            // A wish; the interrupt comes anyway.
            let _: Result<(), crate::bus::BusError> = interrupts.set_affinity(0, cpu);
        }
        Ok(())
    }

    /// Sets the card going, rings in hand (`e1000_up`).
    fn start(&mut self, cx: &mut Cx<'_>) {
        self.hw.set_bus_master(true);
        self.write_mac();
        self.write_vlans();
        self.write_own_address();
        self.start_transmitter();
        self.rctl = Rctl::empty();
        self.start_receiver(cx);
        self.state = State::Up;
        cx.napi_enable(NapiId::ONLY);
        self.hw.write(ITR, self.itr.register());
        self.unmask();
        // The link may be up already: have it looked at.
        self.hw.write(ICS, Cause::LSC.bits());
        self.start_watchdog(cx.now());
    }

    /// Lets interrupts through (`e1000_irq_enable`), if there are any.
    pub(super) fn unmask(&self) {
        if !self.polled {
            self.hw.write(IMS, Cause::WANTED.bits());
        }
    }

    /// What belongs to neither direction: link, packet buffer, pause frames, tags.
    fn write_mac(&self) {
        let hw = &self.hw;
        let forced = Ctrl::LRST | Ctrl::ILOS | Ctrl::FRCSPD | Ctrl::FRCDPX | Ctrl::PHY_RST;
        let control = Ctrl::from_bits_retain(hw.read(CTRL));
        let control = control.difference(forced | Ctrl::TFCE | Ctrl::RFCE);
        hw.write(CTRL, (control | Ctrl::SLU | Ctrl::ASDE).bits());
        self.write_vlan_mode();
        hw.write(VET, VLAN_TYPE);
        let geometry = self.rings.as_ref().map_or(0, |rings| rings.rx.geometry().size);
        // Of 64 KiB, so that the transmitter holds a long frame too.
        let receive = if geometry > 8192 { 40 } else { 48 };
        hw.write(PBA, receive);
        hw.write(FCAL, PAUSE_ADDRESS.0);
        hw.write(FCAH, PAUSE_ADDRESS.1);
        hw.write(FCT, PAUSE_TYPE);
        hw.write(FCTTV, PAUSE_TIME);
        // Pause the peer when one more frame of ours might not fit, or at nine tenths.
        let bytes = receive << 10;
        let high = (bytes / 10 * 9).min(bytes - longest_frame(self.mtu) as u32) & 0xfff8;
        hw.write(FCRTL, (high - 8) | FCRTL_XON);
        hw.write(FCRTH, high);
    }

    /// (`e1000_configure_tx`)
    fn start_transmitter(&self) {
        let hw = &self.hw;
        self.write_tx_ring();
        hw.write(TIPG, TIPG_COPPER);
        // Interrupts are throttled as a whole (manual, 13.4.30), not delayed one by one.
        hw.write(TIDV, 0);
        hw.write(TADV, 0);
        hw.write(TXDCTL, TXDCTL_WRITE_BACK);
        hw.write(TCTL, (Tctl::EN | Tctl::PSP | Tctl::RTLC).bits() | TCTL_COLLISIONS);
    }

    /// (`e1000_setup_rctl`, `e1000_configure_rx`) Checksums are always looked at; whether the stack
    /// hears of it is decided when a frame comes, so the feature can change under way.
    fn start_receiver(&mut self, cx: &mut Cx<'_>) {
        self.write_rx_ring();
        self.hw.write(RDTR, 0);
        self.hw.write(RADV, 0);
        let ipv6 = if self.hw.chip == Chip::I82544 { 0 } else { RXCSUM_IPV6 };
        self.hw.write(RXCSUM, RXCSUM_IP_TCP_UDP | ipv6);
        self.write_rx_mode(cx);
        if let Some(tail) = self.rings.as_mut().and_then(|rings| rings.rx.doorbell()) {
            self.hw.write(RDT, tail);
        }
    }

    /// Closes the port (`e1000_close`). A restart under way is finished first, as far as it goes
    /// down.
    pub(super) fn take_down(&mut self, cx: &mut Cx<'_>) -> Progress {
        match self.state {
            State::Up => self.leave(Why::Close, cx),
            State::Leaving(Leaving { stage, why: Why::Restart(_) }) => {
                if matches!(stage, Stage::Resetting(_)) {
                    self.hw.pci.interrupts().release();
                }
                self.state = State::Leaving(Leaving { why: Why::Close, stage });
            }
            _ => {}
        }
        self.continue_leaving(cx);
        match self.state {
            State::Leaving(leaving) => Progress::Again(leaving.due()),
            _ => Progress::Done,
        }
    }

    /// Resets the card and starts it anew (`e1000_reinit_locked`). Packets in the transmit ring are
    /// lost for `reason`.
    pub(super) fn restart(&mut self, reason: DropReason, cx: &mut Cx<'_>) {
        if self.is_up() {
            self.stats.resets += 1;
            cx.netif_tx_stop_queue(Port::ONLY, 0);
            self.leave(Why::Restart(reason), cx);
        }
    }

    pub(super) fn continue_restart(&mut self, cx: &mut Cx<'_>) {
        let restarting = matches!(self.state, State::Leaving(Leaving { why: Why::Restart(_), .. }));
        if restarting {
            self.continue_leaving(cx);
        }
    }

    /// The first steps down (`e1000_down`): no more frames in, none out; then DMA gets time to end.
    fn leave(&mut self, why: Why, cx: &mut Cx<'_>) {
        self.rctl.remove(Rctl::EN);
        self.hw.write(RCTL, self.rctl.bits());
        self.hw.write(TCTL, Tctl::PSP.bits());
        self.hw.flush();
        let stage = Stage::Draining(cx.now() + DRAIN);
        self.state = State::Leaving(Leaving { why, stage });
    }

    /// Goes on as far as time allows.
    fn continue_leaving(&mut self, cx: &mut Cx<'_>) {
        let State::Leaving(Leaving { why, stage }) = self.state else { return };
        if let Stage::Draining(until) = stage {
            if cx.now() < until {
                return;
            }
            self.silence(why, cx);
            let reset = Reset::start(&self.hw, cx.now());
            self.state = State::Leaving(Leaving { why, stage: Stage::Resetting(reset) });
            return;
        }
        let Stage::Resetting(mut reset) = stage else { return };
        match reset.poll(&self.hw, cx.now()) {
            Standing::Wait(_) => {
                self.state = State::Leaving(Leaving { why, stage: Stage::Resetting(reset) });
            }
            Standing::Over => self.finish_leaving(why, cx),
            Standing::Stuck => self.give_up(why, cx),
        }
    }

    /// Nothing the card says from here on reaches anybody. Its counters are read before the reset
    /// clears them.
    fn silence(&mut self, why: Why, cx: &mut Cx<'_>) {
        cx.netif_carrier_off(Port::ONLY);
        self.link.set(None);
        cx.napi_disable(NapiId::ONLY);
        self.hw.write(IMC, ALL_ONES);
        if why == Why::Close {
            self.hw.pci.interrupts().release();
        }
        self.watchdog_at = None;
        self.stats.card.read(&self.hw);
    }

    /// The card is reset: everything in the rings is ours again.
    fn finish_leaving(&mut self, why: Why, cx: &mut Cx<'_>) {
        self.clean_rings(why, cx);
        match why {
            Why::Close => {
                self.rings = None;
                self.hw.phy_power_down();
                self.state = State::Down;
            }
            Why::Restart(_) => {
                if let Some(rings) = &mut self.rings
                    && rings.rx.fill(cx.pool()).is_err()
                {
                    // The watchdog tries again.
                    self.stats.alloc_rx_buff_failed += 1;
                }
                self.start(cx);
                cx.netif_tx_wake_queue(Port::ONLY, 0);
            }
        }
    }

    /// The card does not come back. Without bus mastering it reaches no memory, so the rings can
    /// go.
    fn give_up(&mut self, why: Why, cx: &mut Cx<'_>) {
        self.hw.set_bus_master(false);
        self.clean_rings(why, cx);
        self.rings = None;
        if why != Why::Close {
            self.hw.pci.interrupts().release();
        }
        self.state = State::Dead;
    }

    fn clean_rings(&mut self, why: Why, cx: &mut Cx<'_>) {
        // What had left already was sent.
        self.clean_tx(cx);
        let Some(rings) = &mut self.rings else { return };
        let reason = match why {
            Why::Close => DropReason::QUEUE_PURGE,
            Why::Restart(reason) => reason,
        };
        rings.tx.drain(|skb| drop_unsent(cx, skb, reason));
        cx.netdev_tx_reset_queue(Port::ONLY, 0);
        rings.rx.drain(|skb, frame| {
            if frame {
                cx.stats_mut(Port::ONLY).rx_dropped += 1;
                cx.kfree(skb, DropReason::QUEUE_PURGE);
            } else {
                cx.consume(skb);
            }
        });
    }
}
