//! What the stack lends a driver while it calls it.

use core::fmt;

use softnet_sk_buff::{
    DropReason, GeometryError, IfIndex, Instant, MacAddr, Rejected, SkBuff, SkPool,
};

use crate::device::{AdminState, NetDevice};
use crate::ethernet;
use crate::napi::NapiRef;
use crate::ops::{NapiId, Port};
use crate::rx::NetRx;
use crate::softirq::Softirq;
use crate::softnet::DriverId;
use crate::state::Core;
use crate::stats::LinkStats;
use crate::trace::Station;
use crate::work::Work;

/// The stack, as a driver's method sees it: time, packets, its own ports' state, and ways to say
/// what happened. Ports and NAPI instances are the driver's own numbers.
///
/// Nothing here calls back into a driver. Methods that name a port or instance which the driver did
/// not describe do nothing.
pub struct Cx<'a> {
    pub(crate) core: &'a mut Core,
    pub(crate) driver: DriverId,
    pub(crate) now: Instant,
    pub(crate) more: bool,
}

/// What a port has to receive, for its filters (`__dev_set_rx_mode`).
#[derive(Clone, Copy, Debug)]
pub struct RxMode<'a> {
    /// Every frame.
    pub promisc: bool,
    /// Every multicast frame.
    pub allmulti: bool,
    dev: &'a NetDevice,
}

impl<'a> RxMode<'a> {
    /// Unicast addresses besides the port's own.
    pub fn unicast(&self) -> impl ExactSizeIterator<Item = MacAddr> + use<'a> {
        self.dev.unicast().iter()
    }

    /// Multicast addresses.
    pub fn multicast(&self) -> impl ExactSizeIterator<Item = MacAddr> + use<'a> {
        self.dev.multicast().iter()
    }

    /// VLAN identifiers.
    pub fn vlans(&self) -> impl Iterator<Item = u16> + use<'a> {
        self.dev.vlans.keys().copied()
    }
}

impl Cx<'_> {
    /// The time of this call.
    #[must_use]
    pub fn now(&self) -> Instant {
        self.now
    }

    /// The CPU's packet pool: where receive buffers come from and sent packets go.
    pub fn pool(&mut self) -> &mut SkPool {
        &mut self.core.pool
    }

    /// Frees a packet that was used as it should be: sent, in most cases (`consume_skb`).
    pub fn consume(&mut self, skb: SkBuff) {
        self.core.pool.consume(skb);
    }

    /// Frees a packet that was lost, and counts why (`kfree_skb_reason`).
    pub fn kfree(&mut self, skb: SkBuff, why: DropReason) {
        self.core.kfree_skb(skb, why, self.now);
    }

    /// The number of a port's interface.
    #[must_use]
    pub fn ifindex(&self, port: Port) -> Option<IfIndex> {
        self.core.ifindex(self.driver, port)
    }

    /// What the stack knows of a port.
    #[must_use]
    pub fn device(&self, port: Port) -> Option<&NetDevice> {
        self.core.device(self.ifindex(port)?)
    }

    fn device_mut(&mut self, port: Port) -> Option<&mut NetDevice> {
        let dev = self.ifindex(port)?;
        self.core.device_mut(dev)
    }

    /// A port's counters. Those of a port that does not exist go nowhere.
    pub fn stats_mut(&mut self, port: Port) -> &mut LinkStats {
        let dev = self.ifindex(port);
        self.core.stats_of(dev)
    }

    /// What a port has to receive.
    #[must_use]
    pub fn rx_mode(&self, port: Port) -> Option<RxMode<'_>> {
        let dev = self.device(port)?;
        Some(RxMode { promisc: dev.promiscuity > 0, allmulti: dev.allmulti > 0, dev })
    }

    /// Whether `start_xmit` will be called again at once for the same queue, so that the doorbell
    /// may wait (`netdev_xmit_more`).
    #[must_use]
    pub fn xmit_more(&self) -> bool {
        self.more
    }

    /// Lets packets come to a transmit queue (`netif_tx_start_queue`): for `open`.
    pub fn netif_tx_start_queue(&mut self, port: Port, queue: u16) {
        let Some(dev) = self.ifindex(port) else { return };
        if let Some(txq) = self.core.tx_queue_mut(dev, queue) {
            txq.stopped = false;
        }
    }

    /// No more packets for a transmit queue, until it is woken (`netif_tx_stop_queue`).
    pub fn netif_tx_stop_queue(&mut self, port: Port, queue: u16) {
        let Some(dev) = self.ifindex(port) else { return };
        let now = self.now;
        if let Some(txq) = self.core.tx_queue_mut(dev, queue) {
            txq.stats.stops += u64::from(!txq.stopped);
            txq.stopped = true;
            // The watchdog's patience begins here, however long ago the last packet went.
            txq.trans_start = now;
        }
    }

    /// Packets may come again; those that waited are sent by the transmit softirq
    /// (`netif_tx_wake_queue`). Nothing happens if the port is neither up nor on its way up.
    pub fn netif_tx_wake_queue(&mut self, port: Port, queue: u16) {
        let Some(dev) = self.ifindex(port) else { return };
        match self.core.device(dev).map(|device| device.admin) {
            Some(AdminState::Up | AdminState::Opening(_)) => {}
            _ => return,
        }
        let Some(txq) = self.core.tx_queue_mut(dev, queue) else { return };
        if core::mem::replace(&mut txq.stopped, false) {
            self.core.netif_schedule(dev, queue);
        }
    }

    /// Whether a transmit queue is stopped (`netif_tx_queue_stopped`).
    #[must_use]
    pub fn netif_tx_queue_stopped(&self, port: Port, queue: u16) -> bool {
        let txq = self.device(port).and_then(|dev| dev.queues.get(usize::from(queue)));
        txq.is_none_or(|txq| txq.stopped)
    }

    /// Bytes of packets went into a transmit queue's ring (`netdev_tx_sent_queue`). A driver that
    /// tells this, and [what left](Self::netdev_tx_completed_queue), has its ring kept no fuller than
    /// it needs to be (byte queue limits), so that the queueing discipline stays in charge.
    pub fn netdev_tx_sent_queue(&mut self, port: Port, queue: u16, bytes: u32) {
        let Some(dev) = self.ifindex(port) else { return };
        let Some(txq) = self.core.tx_queue_mut(dev, queue) else { return };
        txq.dql.queued(bytes);
        txq.full |= txq.dql.available().is_some_and(|bytes| bytes < 0);
    }

    /// Bytes of packets have left a transmit queue's ring (`netdev_tx_completed_queue`). Call it once
    /// for all packets that one cleaning found. Sends what waited for them.
    pub fn netdev_tx_completed_queue(&mut self, port: Port, queue: u16, bytes: u32) {
        if bytes == 0 {
            return;
        }
        let Some(dev) = self.ifindex(port) else { return };
        let now = self.now;
        let Some(txq) = self.core.tx_queue_mut(dev, queue) else { return };
        txq.dql.completed(bytes, now);
        if txq.full && txq.dql.available().is_none_or(|bytes| bytes >= 0) {
            txq.full = false;
            self.core.netif_schedule(dev, queue);
        }
    }

    /// A transmit queue's ring was emptied without its packets being sent (`netdev_tx_reset_queue`).
    /// The stack does this by itself when a port has gone down.
    pub fn netdev_tx_reset_queue(&mut self, port: Port, queue: u16) {
        let Some(dev) = self.ifindex(port) else { return };
        let now = self.now;
        if let Some(txq) = self.core.tx_queue_mut(dev, queue) {
            txq.reset_bytes(now);
            self.core.netif_schedule(dev, queue);
        }
    }

    /// The medium is there (`netif_carrier_on`): packets may be sent. Nothing happens for a port
    /// whose [`PortConfig::has_carrier`](crate::PortConfig::has_carrier) says that it does not tell.
    pub fn netif_carrier_on(&mut self, port: Port) {
        if let Some(dev) = self.ifindex(port) {
            self.core.set_carrier(dev, true, self.now);
        }
    }

    /// The medium is gone (`netif_carrier_off`): what waits in the port's queues is dropped, and
    /// packets are refused until it is back, as Linux does it.
    pub fn netif_carrier_off(&mut self, port: Port) {
        if let Some(dev) = self.ifindex(port) {
            self.core.set_carrier(dev, false, self.now);
        }
    }

    /// Someone has to authenticate before packets get through, or no longer (`netif_dormant_on`,
    /// `netif_dormant_off`).
    pub fn netif_set_dormant(&mut self, port: Port, dormant: bool) {
        let Some(device) = self.device_mut(port) else { return };
        if core::mem::replace(&mut device.dormant, dormant) != dormant {
            device.recompute_operstate();
            let dev = device.index;
            self.core.notify(crate::event::Event::Change(dev));
        }
    }

    /// Allows an instance to be scheduled (`napi_enable`). Instances start disabled.
    pub fn napi_enable(&mut self, napi: NapiId) {
        if let Some(state) = self.core.napi_mut(self.driver, napi) {
            state.set_enabled(true);
        }
    }

    /// Takes an instance off the poll list and keeps it off (`napi_disable`). Nothing to wait for:
    /// a driver's methods never run at the same time.
    pub fn napi_disable(&mut self, napi: NapiId) {
        if let Some(state) = self.core.napi_mut(self.driver, napi) {
            state.set_enabled(false);
            let this = NapiRef::Driver(self.driver, napi);
            self.core.poll_list.retain(|listed| *listed != this);
            self.core.repoll.retain(|listed| *listed != this);
        }
    }

    /// Wants an instance polled (`napi_schedule`). Answers whether this call put it on the list: the
    /// driver then silences the interrupt. If it was there already, it will be polled once more.
    pub fn napi_schedule(&mut self, napi: NapiId) -> bool {
        let Some(state) = self.core.napi_mut(self.driver, napi) else { return false };
        let first = state.schedule();
        if first {
            self.core.poll_list.push_back(NapiRef::Driver(self.driver, napi));
            self.core.softirqs.raise(Softirq::NetRx);
        }
        first
    }

    /// Says that a poll found less than its budget (`napi_complete_done`). Answers whether the
    /// driver may enable the interrupt again; if not, more was asked for meanwhile and the instance
    /// will be polled once more.
    #[must_use]
    pub fn napi_complete_done(&mut self, napi: NapiId) -> bool {
        self.core.napi_mut(self.driver, napi).is_some_and(crate::napi::Napi::complete)
    }

    /// Wants [`NetDeviceOps::tasklet`](crate::NetDeviceOps::tasklet) run with this number
    /// (`tasklet_schedule`). Once, however often it is asked for before it runs.
    pub fn tasklet_schedule(&mut self, id: u16) {
        let this = (self.driver, id);
        if !self.core.tasklets.contains(&this) {
            self.core.tasklets.push_back(this);
        }
        self.core.softirqs.raise(Softirq::Tasklet);
    }

    /// Reads a received frame's Ethernet header, pulls it, and says to whom it is addressed
    /// (`eth_type_trans`). Sets the packet's device.
    ///
    /// # Errors
    /// [`GeometryError::TooShort`] for a frame without a whole header.
    pub fn eth_type_trans(&self, port: Port, skb: &mut SkBuff) -> Result<(), GeometryError> {
        let Some(dev) = self.device(port) else { return Err(GeometryError::NoHeader) };
        skb.meta_mut().dev = Some(dev.index);
        ethernet::eth_type_trans(skb, dev.address())
    }

    /// Hands a received packet to the stack (`napi_gro_receive`, `netif_receive_skb`): for `poll`.
    /// It has been through [`eth_type_trans`](Self::eth_type_trans).
    pub fn netif_receive_skb(&mut self, port: Port, mut skb: SkBuff) {
        skb.meta_mut().dev = self.ifindex(port);
        self.core.netif_receive_skb(skb, self.now);
    }

    /// Puts a received packet into the CPU's backlog (`netif_rx`): for drivers without NAPI, and for
    /// those that receive inside `start_xmit`. Loss is counted in the port's `rx_dropped`.
    pub fn netif_rx(&mut self, port: Port, skb: SkBuff) {
        let _: NetRx = self.netif_rx_verdict(port, skb);
    }

    /// [`netif_rx`](Self::netif_rx) for a driver that counts only what was taken.
    pub fn netif_rx_verdict(&mut self, port: Port, mut skb: SkBuff) -> NetRx {
        skb.meta_mut().dev = self.ifindex(port);
        self.core.enqueue_to_backlog(skb, self.now)
    }

    /// Wants something done after this method has returned.
    ///
    /// # Errors
    /// [`DropReason::WORK_LIMIT`], with the work, if too much waits;
    /// [`DropReason::RECURSION_LIMIT`] if the packet has been through too many devices.
    pub fn defer(&mut self, work: Work) -> Result<(), Rejected<Work>> {
        self.core.defer(work)
    }

    /// Tells the tracer that the driver enters a station of its own.
    pub fn trace_enter(&mut self, station: Station, skb: Option<&SkBuff>) {
        self.core.enter(station, self.now, skb);
    }

    /// Tells the tracer that the station's work is done.
    pub fn trace_leave(&mut self, station: Station) {
        self.core.leave(station, self.now);
    }
}

impl fmt::Debug for Cx<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cx")
            .field("driver", &self.driver)
            .field("now", &self.now)
            .field("more", &self.more)
            .finish_non_exhaustive()
    }
}
