//! The driver: its state, and what the stack calls.

use alloc::vec;
use core::fmt;

use softnet_netdev::{
    Busy, Change, Cx, Description, Features, IrqReturn, LinkStats, NAPI_POLL_WEIGHT, NapiId,
    NetDeviceOps, Port, PortConfig, Progress, Refused, Station,
};
use softnet_sk_buff::{DropReason, Instant, MacAddr, SkBuff};

use super::config::Config;
use super::filter::Table;
use super::hw::Hw;
use super::itr::Itr;
use super::lifecycle::State;
use super::link::LinkMonitor;
use super::regs::{ADDRESSES, ALL_ONES, CTRL, Cause, Ctrl, ICR, IMC, ITR, Rctl, STATUS, Status};
use super::rx::{Geometry, RxRing};
use super::stats::Stats;
use super::tx::TxRing;
use crate::bus::{BusError, CpuId, Interrupts, PciDevice};

/// The driver's stations, by the names that Linux's functions have.
const XMIT_FRAME: Station = Station("e1000_xmit_frame");
const INTR: Station = Station("e1000_intr");
const CLEAN: Station = Station("e1000_clean");
const CLEAN_TX_IRQ: Station = Station("e1000_clean_tx_irq");
const CLEAN_RX_IRQ: Station = Station("e1000_clean_rx_irq");

/// What Linux allows: `MAX_JUMBO_FRAME_SIZE` less header and check sequence. The pool's buffers may
/// allow less.
const MAX_MTU: u32 = 0x3f00 - 18;
const MIN_MTU: u32 = 68;

/// The rings of an open port.
pub(super) struct Rings<D: crate::bus::Dma> {
    pub(super) tx: TxRing<D>,
    pub(super) rx: RxRing<D>,
}

/// The driver of one card. [`Probe`](super::Probe) makes it; register it with
/// [`Softnet::register_netdev`](softnet_netdev::Softnet::register_netdev).
///
/// It has one port, one transmit queue, one NAPI instance and one interrupt vector, or none.
pub struct E1000<P: PciDevice> {
    pub(super) hw: Hw<P>,
    pub(super) config: Config,
    pub(super) address: MacAddr,
    /// The EEPROM's.
    perm_address: MacAddr,
    pub(super) mtu: u32,
    pub(super) features: Features,
    pub(super) state: State,
    /// There while the port is not down.
    pub(super) rings: Option<Rings<P::Dma>>,
    pub(super) vlans: Table,
    pub(super) promisc: bool,
    pub(super) allmulti: bool,
    /// What `RCTL` was last set to.
    pub(super) rctl: Rctl,
    pub(super) itr: Itr,
    pub(super) watchdog_at: Option<Instant>,
    pub(super) link: LinkMonitor,
    pub(super) stats: Stats,
    pub(super) affinity: Option<CpuId>,
    /// There is no interrupt: the mask stays shut, or the card would raise one that nobody takes.
    pub(super) polled: bool,
    /// Highest bus address.
    pub(super) mask: u64,
}

/// Offloads that are on from the start.
fn initial_features() -> Features {
    changeable_features() | Features::HW_VLAN_CTAG_TX | Features::HW_VLAN_CTAG_FILTER
}

/// Offloads that can be turned off. Tagging follows stripping: one bit of the card is for both.
fn changeable_features() -> Features {
    Features::HW_CSUM | Features::RXCSUM | Features::HW_VLAN_CTAG_RX
}

impl<P: PciDevice> E1000<P> {
    pub(super) fn new(hw: Hw<P>, config: Config, address: MacAddr) -> Self {
        let status = Status::from_bits_retain(hw.read(STATUS));
        let widest = if status.contains(Status::PCIX) { u64::MAX } else { u32::MAX.into() };
        Self {
            mask: config.dma_mask.unwrap_or(widest),
            itr: Itr::new(config.interrupt_rate),
            hw,
            config,
            address,
            perm_address: address,
            mtu: 1500,
            features: initial_features(),
            state: State::Down,
            rings: None,
            vlans: Table::EMPTY,
            promisc: false,
            allmulti: false,
            rctl: Rctl::empty(),
            watchdog_at: None,
            link: LinkMonitor::default(),
            stats: Stats::default(),
            affinity: None,
            polled: false,
        }
    }

    /// The card's address.
    #[must_use]
    pub fn mac(&self) -> MacAddr {
        self.address
    }

    /// A view of the link that stays valid once the driver is registered.
    #[must_use]
    pub fn link_monitor(&self) -> LinkMonitor {
        self.link.clone()
    }

    /// Wants the card's interrupt on `cpu`: now if the port is up, else whenever it is opened.
    ///
    /// # Errors
    /// [`BusError::NoSuchVector`] if the port is up and there is no such CPU.
    pub fn set_irq_affinity(&mut self, cpu: CpuId) -> Result<(), BusError> {
        if !matches!(self.state, State::Down | State::Dead) {
            self.hw.pci.interrupts().set_affinity(0, cpu)?;
        }
        self.affinity = Some(cpu);
        Ok(())
    }

    /// Tag insertion and stripping, as the features are.
    pub(super) fn write_vlan_mode(&self) {
        let mut control = Ctrl::from_bits_retain(self.hw.read(CTRL));
        control.set(Ctrl::VME, self.features.contains(Features::HW_VLAN_CTAG_RX));
        self.hw.write(CTRL, control.bits());
    }

    fn change_mtu(&mut self, mtu: u32, cx: &mut Cx<'_>) -> Result<(), Refused> {
        let geometry = match &self.rings {
            Some(rings) => Some(rings.rx.geometry()),
            None => Geometry::of(cx.pool(), self.config.rx_headroom),
        };
        if !geometry.is_some_and(|geometry| geometry.takes(mtu)) {
            return Err(Refused::Invalid);
        }
        self.mtu = mtu;
        if self.is_up() {
            self.write_rctl();
        }
        Ok(())
    }
}

impl<P: PciDevice + 'static> NetDeviceOps for E1000<P> {
    fn describe(&self) -> Description {
        let mut port = PortConfig::ethernet(&self.config.name, self.address);
        port.perm_address = Some(self.perm_address);
        port.mtu = self.mtu;
        port.mtu_range = (MIN_MTU, MAX_MTU);
        port.features = initial_features();
        port.hw_features = changeable_features();
        // One place is the port's own.
        port.unicast_filters = ADDRESSES as u16 - 1;
        Description { driver: "e1000", ports: vec![port], napi_weights: vec![NAPI_POLL_WEIGHT] }
    }

    fn start_xmit(&mut self, _: Port, skb: SkBuff, cx: &mut Cx<'_>) -> Result<(), Busy<SkBuff>> {
        if self.rings.is_some() && (!self.is_up() || !self.has_tx_room()) {
            return Err(Busy(skb));
        }
        cx.trace_enter(XMIT_FRAME, Some(&skb));
        self.xmit(skb, cx);
        cx.trace_leave(XMIT_FRAME);
        Ok(())
    }

    fn poll(&mut self, napi: NapiId, budget: u32, cx: &mut Cx<'_>) -> u32 {
        cx.trace_enter(CLEAN, None);
        cx.trace_enter(CLEAN_TX_IRQ, None);
        self.clean_tx(cx);
        cx.trace_leave(CLEAN_TX_IRQ);
        cx.trace_enter(CLEAN_RX_IRQ, None);
        let work = self.clean_rx(budget, cx);
        cx.trace_leave(CLEAN_RX_IRQ);
        if work < budget && cx.napi_complete_done(napi) && self.is_up() {
            let gigabit = self.link.get().is_none_or(|link| link.speed == 1000);
            if let Some(interval) = self.itr.update(gigabit) {
                self.hw.write(ITR, interval);
            }
            self.unmask();
        }
        cx.trace_leave(CLEAN);
        work
    }

    fn open(&mut self, _: Port, cx: &mut Cx<'_>) -> Result<Progress, Refused> {
        self.bring_up(cx)
    }

    fn stop(&mut self, _: Port, cx: &mut Cx<'_>) -> Progress {
        self.take_down(cx)
    }

    /// One register read, and no wait for the mask to arrive: an interrupt that slips through finds
    /// the instance scheduled.
    fn interrupt(&mut self, _: u16, cx: &mut Cx<'_>) -> IrqReturn {
        cx.trace_enter(INTR, None);
        let cause = self.hw.read(ICR);
        cx.trace_leave(INTR);
        if cause == 0 || cause == ALL_ONES {
            return IrqReturn::None;
        }
        if Cause::from_bits_retain(cause).intersects(Cause::LSC | Cause::RXSEQ) {
            self.link_may_have_changed(cx.now());
        }
        if cx.napi_schedule(NapiId::ONLY) && !self.polled {
            self.hw.write(IMC, ALL_ONES);
        }
        IrqReturn::Handled
    }

    fn configure(&mut self, _: Port, change: Change, cx: &mut Cx<'_>) -> Result<(), Refused> {
        match change {
            Change::Address(address) => {
                self.address = address;
                if self.is_up() {
                    self.write_own_address();
                }
            }
            Change::Mtu(mtu) => self.change_mtu(mtu, cx)?,
            Change::RxMode if self.is_up() => self.write_rx_mode(cx),
            Change::RxMode => {}
            Change::Features(features) => {
                self.features = features;
                if self.is_up() {
                    self.write_vlan_mode();
                    self.write_rctl();
                }
            }
            Change::AddVlan(vlan) => self.change_vlan(vlan, true),
            Change::RemoveVlan(vlan) => self.change_vlan(vlan, false),
            _ => return Err(Refused::Unsupported),
        }
        Ok(())
    }

    /// One bit of the card is for inserting tags and stripping them.
    fn fix_features(&self, _: Port, wanted: Features) -> Features {
        let mut fixed = wanted;
        fixed.set(Features::HW_VLAN_CTAG_TX, wanted.contains(Features::HW_VLAN_CTAG_RX));
        fixed
    }

    fn tx_timeout(&mut self, _: Port, _: u16, cx: &mut Cx<'_>) {
        self.stats.tx_timeouts += 1;
        self.restart(DropReason::TX_TIMEOUT, cx);
    }

    fn poll_at(&self) -> Option<Instant> {
        match &self.state {
            State::Leaving(leaving) => leaving.restart_at(),
            State::Up => self.watchdog_at,
            State::Down | State::Dead => None,
        }
    }

    fn handle_timeout(&mut self, cx: &mut Cx<'_>) {
        match &self.state {
            State::Leaving(_) => self.continue_restart(cx),
            State::Up if self.watchdog_at.is_some_and(|at| at <= cx.now()) => self.watchdog(cx),
            _ => {}
        }
    }

    fn stats(&mut self, _: Port, stats: &mut LinkStats) {
        self.read_card_stats();
        self.stats.add_to(stats);
    }

    fn ethtool_stats(&mut self, _: Port, show: &mut dyn FnMut(&'static str, u64)) {
        self.read_card_stats();
        self.stats.show(show);
    }
}

impl<P: PciDevice> E1000<P> {
    /// Not while the card resets, when it must not be touched.
    fn read_card_stats(&mut self) {
        if matches!(self.state, State::Up | State::Down) {
            self.stats.card.read(&self.hw);
        }
    }
}

/// Stops the card, and gives back everything: it must not write into memory that is somebody
/// else's by then.
impl<P: PciDevice> Drop for E1000<P> {
    fn drop(&mut self) {
        self.hw.set_bus_master(false);
        if self.may_run() {
            self.hw.kill();
        }
        if self.holds_vectors() {
            self.hw.pci.interrupts().release();
        }
        if let Some(mut rings) = self.rings.take() {
            rings.tx.drain(SkBuff::consume);
            rings.rx.drain(|skb, _| skb.consume());
        }
    }
}

impl<P: PciDevice> fmt::Debug for E1000<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("E1000")
            .field("address", &self.address)
            .field("state", &self.state)
            .field("link", &self.link.get())
            .finish_non_exhaustive()
    }
}
