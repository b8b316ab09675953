//! One CPU's network stack.

use alloc::boxed::Box;
use alloc::collections::VecDeque;
use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;

use softnet_qdisc::Deferred;
use softnet_sk_buff::{DropCounts, DropReason, IfIndex, Inbox, Instant, SkBuff, SkPool, SkQueue};

use crate::config::Config;
use crate::cx::Cx;
use crate::device::{AdminState, NetDevice, TxQueue};
use crate::event::Event;
use crate::flags::{Flags, OperState};
use crate::napi::Napi;
use crate::ops::{NetDeviceOps, Port, PortConfig, Refused};
use crate::softirq::Softirqs;
use crate::state::{Core, DriverState};
use crate::stats::{LinkStats, SoftnetStats};
use crate::tap::{Tap, TapConfig, TapStats};
use crate::trace::Trace;

/// A registered driver.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct DriverId(pub(crate) u32);

/// What a registration gave.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Registered {
    /// The driver: whom to tell of interrupts.
    pub driver: DriverId,
    /// The interface of each port, [`Port`] 0 first.
    pub ports: Vec<IfIndex>,
}

impl Registered {
    /// The first port's interface: the only one of most drivers.
    #[must_use]
    pub fn dev(&self) -> Option<IfIndex> {
        self.ports.first().copied()
    }
}

/// A registration that was refused, with the driver.
#[derive(Debug)]
pub struct NotRegistered {
    /// The driver, as it was.
    pub driver: Box<dyn NetDeviceOps>,
    /// [`Refused::Invalid`]: no ports, no transmit queue, an address that can't be, an MTU out of its
    /// own range, a NAPI weight of 0, a name that can't be or is taken. [`Refused::Overflow`]: too many interfaces.
    pub why: Refused,
}

/// One CPU's network stack: its devices, queues, softirqs, backlog, taps and packet pool.
///
/// It has one owner and no locks. Nothing happens unless the owner calls, and no call waits:
///
/// 1. Tell it what happened: [`handle_interrupt`](Self::handle_interrupt),
///    [`handle_inbox`](Self::handle_inbox), [`handle_timeout`](Self::handle_timeout) when
///    [`poll_at`](Self::poll_at) has passed, [`dev_queue_xmit`](Self::dev_queue_xmit) to send.
/// 2. While [`softirqs`](Self::softirqs) are pending, run [`do_softirq`](Self::do_softirq), as often
///    as the owner thinks fit: what exceeds a round's budget stays pending.
/// 3. Take what came out: [`receive`](Self::receive), [`poll_event`](Self::poll_event).
/// 4. Sleep until an interrupt, a [`Kick`](softnet_sk_buff::Kick) or `poll_at`.
///
/// What another CPU has for this one it puts into an [inbox](Self::tx_inbox).
pub struct Softnet {
    /// Each driver stands in its slot except while `with_driver` lends it out, which no code between
    /// can observe: nothing re-enters.
    pub(crate) drivers: Vec<Option<Box<dyn NetDeviceOps>>>,
    pub(crate) core: Core,
}

impl Softnet {
    /// A stack without devices, whose packets come from `pool`.
    #[must_use]
    pub fn new(mut config: Config, pool: SkPool) -> Self {
        // Nothing would ever get on with 0.
        config.dev_weight = config.dev_weight.max(1);
        let core = Core {
            pool,
            devices: Vec::new(),
            generation: 1,
            tc_needed: false,
            drivers: Vec::new(),
            softirqs: Softirqs::default(),
            poll_list: VecDeque::with_capacity(1),
            repoll: VecDeque::with_capacity(1),
            backlog: SkQueue::new(config.max_backlog),
            backlog_napi: Napi::new(config.dev_weight, true),
            output_queue: VecDeque::new(),
            tasklets: VecDeque::new(),
            work: VecDeque::with_capacity(config.max_work),
            deferred: Deferred::new(config.max_work),
            events: VecDeque::with_capacity(config.max_events),
            lost_events: 0,
            taps: crate::tap::Taps::default(),
            drops: DropCounts::default(),
            stats: SoftnetStats::default(),
            stats_of_nobody: LinkStats::default(),
            trace: None,
            rx_inbox: Arc::new(Inbox::new(config.inbox)),
            tx_inbox: Arc::new(Inbox::new(config.inbox)),
            config,
        };
        Self { drivers: Vec::new(), core }
    }

    /// Registers a driver with all its ports (`register_netdev`). The interfaces are down.
    ///
    /// # Errors
    /// [`NotRegistered`], with the driver.
    pub fn register_netdev(
        &mut self,
        driver: Box<dyn NetDeviceOps>,
    ) -> Result<Registered, NotRegistered> {
        let description = driver.describe();
        if description.napi_weights.contains(&0) {
            return Err(NotRegistered { driver, why: Refused::Invalid });
        }
        let id = DriverId(self.drivers.len() as u32);
        let mut fresh = Vec::new();
        for (port, config) in description.ports.into_iter().enumerate() {
            match self.new_device((id, Port(port as u16)), config, &*driver, &fresh) {
                Ok(device) => fresh.push(device),
                Err(why) => return Err(NotRegistered { driver, why }),
            }
        }
        if fresh.is_empty() {
            return Err(NotRegistered { driver, why: Refused::Invalid });
        }
        let ports: Vec<IfIndex> = fresh.iter().map(|device| device.index).collect();
        let queues: usize = fresh.iter().map(|device| device.queues.len()).sum();
        let napis = description.napi_weights.iter().map(|&weight| Napi::new(weight, false));
        let napis: Vec<Napi> = napis.collect();
        // The lists that interrupts and softirqs push to never grow later.
        self.core.poll_list.reserve(napis.len() + self.core.poll_list.capacity());
        self.core.repoll.reserve(napis.len() + self.core.repoll.capacity());
        self.core.output_queue.reserve(queues + self.core.output_queue.capacity());
        self.core.generation = self.core.generation.wrapping_add(1).max(1);
        self.core.devices.extend(fresh.into_iter().map(Some));
        self.core.drivers.push(Some(DriverState { ports: ports.clone(), napis }));
        self.drivers.push(Some(driver));
        for &dev in &ports {
            self.core.notify(Event::Register(dev));
        }
        Ok(Registered { driver: id, ports })
    }

    fn new_device(
        &self,
        (driver, port): (DriverId, Port),
        mut config: PortConfig,
        ops: &dyn NetDeviceOps,
        siblings: &[NetDevice],
    ) -> Result<NetDevice, Refused> {
        let number = self.core.devices.len() + siblings.len() + 1;
        let index = u32::try_from(number).ok().and_then(IfIndex::new).ok_or(Refused::Overflow)?;
        let (least, most) = config.mtu_range;
        if config.tx_queues == 0 || !(least..=most).contains(&config.mtu) {
            return Err(Refused::Invalid);
        }
        ops.validate_addr(port, config.address)?;
        let taken = |name: &str| {
            let others = self.core.devices.iter().flatten().chain(siblings);
            others.into_iter().any(|device| device.name() == name)
        };
        config.name = alloc_name(&config.name, taken)?;
        config.features = ops.fix_features(port, config.features.fix()).fix();
        config.flags.remove(Flags::DERIVED | Flags::UP | Flags::PROMISC | Flags::ALLMULTI);
        let queues = (0..config.tx_queues).map(|_| TxQueue::new()).collect();
        let mut device = NetDevice {
            index,
            driver,
            port,
            admin: AdminState::Down,
            was_up: false,
            alias: Vec::new(),
            group: 0,
            wished: Flags::empty(),
            promiscuity: 0,
            allmulti: 0,
            uc_promisc: false,
            unicast: Default::default(),
            multicast: Default::default(),
            vlans: Default::default(),
            carrier: !config.has_carrier,
            dormant: false,
            operstate: OperState::Unknown,
            // Drivers that report it take it off as soon as they are registered, and Linux counts that.
            carrier_changes: u32::from(config.has_carrier),
            stats: LinkStats::default(),
            queues,
            sink: SkQueue::new(self.core.config.rx_sink),
            config,
        };
        device.recompute_operstate();
        Ok(device)
    }

    /// Takes a driver out with all its ports (`unregister_netdev`), which have to be down. Packets
    /// of theirs that wait anywhere in the stack are dropped.
    ///
    /// # Errors
    /// [`Refused::Busy`] if a port is not down, [`Refused::NoDevice`].
    pub fn unregister_netdev(
        &mut self,
        driver: DriverId,
    ) -> Result<Box<dyn NetDeviceOps>, Refused> {
        let slot = driver.0 as usize;
        let ports = match self.core.drivers.get(slot) {
            Some(Some(state)) => state.ports.clone(),
            _ => return Err(Refused::NoDevice),
        };
        let down = |dev: &IfIndex| {
            self.core.device(*dev).is_some_and(|device| device.admin == AdminState::Down)
        };
        if !ports.iter().all(down) {
            return Err(Refused::Busy);
        }
        let ops = self.drivers.get_mut(slot).and_then(Option::take).ok_or(Refused::NoDevice)?;
        if let Some(state) = self.core.drivers.get_mut(slot) {
            *state = None;
        }
        self.core.tasklets.retain(|(of, _)| *of != driver);
        self.core.poll_list.retain(|napi| !napi.is_of(driver));
        self.core.repoll.retain(|napi| !napi.is_of(driver));
        self.core.generation = self.core.generation.wrapping_add(1).max(1);
        for dev in ports {
            self.core.flush_backlog(dev);
            let slot = self.core.devices.get_mut(dev.get() as usize - 1);
            if let Some(mut device) = slot.and_then(Option::take) {
                self.core.purge(&mut device);
            }
            self.core.notify(Event::Unregister(dev));
        }
        Ok(ops)
    }

    /// Calls one of a driver's methods with the stack lent to it, then does what it deferred.
    pub(crate) fn with_driver<R>(
        &mut self,
        driver: DriverId,
        now: Instant,
        call: impl FnOnce(&mut dyn NetDeviceOps, &mut Cx<'_>) -> R,
    ) -> Option<R> {
        let ops = self.drivers.get_mut(driver.0 as usize)?.as_mut()?;
        let mut cx = Cx { core: &mut self.core, driver, now, more: false };
        Some(call(&mut **ops, &mut cx))
    }

    /// The driver and port behind an interface.
    pub(crate) fn driver_of(&self, dev: IfIndex) -> Option<(DriverId, Port)> {
        self.core.device(dev).map(NetDevice::driver)
    }

    /// One interface.
    #[must_use]
    pub fn dev(&self, dev: IfIndex) -> Option<&NetDevice> {
        self.core.device(dev)
    }

    /// The interface with this name (`dev_get_by_name`).
    #[must_use]
    pub fn dev_by_name(&self, name: &str) -> Option<&NetDevice> {
        self.devs().find(|device| device.name() == name)
    }

    /// All interfaces, in the order of their numbers.
    pub fn devs(&self) -> impl Iterator<Item = &NetDevice> {
        self.core.devices.iter().flatten()
    }

    /// Changes whenever the list of interfaces does; never 0 (`dev_base_seq`).
    #[must_use]
    pub fn generation(&self) -> u32 {
        self.core.generation
    }

    /// An interface's counters, with what only its hardware knows (`dev_get_stats`).
    pub fn dev_stats(&mut self, dev: IfIndex) -> Option<LinkStats> {
        let device = self.core.device(dev)?;
        let (mut stats, driver, port) = (device.stats, device.driver, device.port);
        self.drivers.get_mut(driver.0 as usize)?.as_mut()?.stats(port, &mut stats);
        Some(stats)
    }

    /// Shows a driver's own counters by name (`ethtool -S`).
    pub fn ethtool_stats(&mut self, dev: IfIndex, show: &mut dyn FnMut(&'static str, u64)) {
        let Some((driver, port)) = self.driver_of(dev) else { return };
        if let Some(Some(ops)) = self.drivers.get_mut(driver.0 as usize) {
            ops.ethtool_stats(port, show);
        }
    }

    /// The next received packet of an interface. It stands after its MAC header, and is freed with
    /// [`consume`](Self::consume) when its protocol is done with it.
    pub fn receive(&mut self, dev: IfIndex) -> Option<SkBuff> {
        self.core.device_mut(dev)?.sink.pop_front()
    }

    /// What happened to devices since the last call.
    pub fn poll_event(&mut self) -> Option<Event> {
        self.core.events.pop_front()
    }

    /// Events forgotten because nobody took them.
    #[must_use]
    pub fn lost_events(&self) -> u64 {
        self.core.lost_events
    }

    /// The pool that packets come from.
    pub fn pool(&mut self) -> &mut SkPool {
        &mut self.core.pool
    }

    /// Frees a packet that was used as it should be.
    pub fn consume(&mut self, skb: SkBuff) {
        self.core.pool.consume(skb);
    }

    /// Frees a packet that was lost above this layer, and counts why.
    pub fn kfree_skb(&mut self, skb: SkBuff, why: DropReason, now: Instant) {
        self.core.kfree_skb(skb, why, now);
    }

    /// Packets lost in this stack, by reason. Those that went out of scope without one are counted
    /// by the pool: [`SkPool::unspecified_drops`].
    #[must_use]
    pub fn drops(&self) -> &DropCounts {
        &self.core.drops
    }

    /// This CPU's counters, for `/proc/net/softnet_stat`.
    #[must_use]
    pub fn stats(&self) -> SoftnetStats {
        self.core.stats
    }

    /// Packets in the backlog now (`input_qlen`).
    #[must_use]
    pub fn backlog_len(&self) -> usize {
        self.core.backlog.len()
    }

    /// Pending softirqs and how often each ran.
    #[must_use]
    pub fn softirqs(&self) -> &Softirqs {
        &self.core.softirqs
    }

    /// The limits it runs with.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.core.config
    }

    /// Where another CPU puts packets for a card that this one owns. Their interface is
    /// `skb.meta().dev`; [`handle_inbox`](Self::handle_inbox) sends them. The inbox may outlive the
    /// stack, and refuses packets then ([`DropReason::DEV_READY`]); so does the other.
    #[must_use]
    pub fn tx_inbox(&self) -> Arc<Inbox> {
        Arc::clone(&self.core.tx_inbox)
    }

    /// Where another CPU puts received packets that this one shall process (RPS's backlog). They
    /// have been through `eth_type_trans`; `skb.meta().dev` is an interface of this stack.
    #[must_use]
    pub fn rx_inbox(&self) -> Arc<Inbox> {
        Arc::clone(&self.core.rx_inbox)
    }

    /// Sets who watches packets pass, or nobody; answers who did before.
    pub fn set_trace(&mut self, trace: Option<Box<dyn Trace>>) -> Option<Box<dyn Trace>> {
        core::mem::replace(&mut self.core.trace, trace)
    }

    /// Opens a tap. If it wants its interface promiscuous, that is counted (`packet_dev_mc`), and
    /// given back when the tap is dropped.
    ///
    /// # Errors
    /// [`Refused::NoDevice`]; what the driver answers to promiscuity.
    pub fn open_tap(&mut self, config: TapConfig, now: Instant) -> Result<Tap, Refused> {
        self.reap_taps(now);
        if let Some(dev) = config.dev {
            self.core.device(dev).ok_or(Refused::NoDevice)?;
            if config.promisc {
                self.dev_set_promiscuity(dev, 1, now)?;
            }
        }
        Ok(self.core.taps.open(config))
    }

    /// Lets go of taps that were dropped. Happens by itself in every call that does work.
    pub fn reap_taps(&mut self, now: Instant) {
        if self.core.taps.is_empty() {
            return;
        }
        while let Some(config) = self.core.taps.reap() {
            if let Some(dev) = config.dev.filter(|_| config.promisc) {
                // A device that went meanwhile took its promiscuity along.
                let _: Result<(), Refused> = self.dev_set_promiscuity(dev, -1, now);
            }
        }
    }

    /// What became of the packets for all taps.
    #[must_use]
    pub fn tap_stats(&self) -> TapStats {
        self.core.taps.stats
    }
}

impl Core {
    /// Drops what a device that goes has in the backlog (`flush_backlog`).
    fn flush_backlog(&mut self, dev: IfIndex) {
        let mut all = core::mem::replace(&mut self.backlog, SkQueue::new(self.config.max_backlog));
        while let Some(skb) = all.pop_front() {
            if skb.meta().dev == Some(dev) {
                self.kfree_skb(skb, DropReason::DEV_READY, Instant::ZERO);
            } else if let Err(full) = self.backlog.push_back(skb) {
                self.kfree_skb(full.packet, DropReason::CPU_BACKLOG, Instant::ZERO);
            }
        }
    }
}

/// Frees what waits in the stack. Drivers free what is theirs when they are dropped.
impl Drop for Softnet {
    fn drop(&mut self) {
        let mut devices = core::mem::take(&mut self.core.devices);
        for device in devices.iter_mut().flatten() {
            self.core.purge(device);
        }
        while let Some(skb) = self.core.backlog.pop_front() {
            self.core.kfree_skb(skb, DropReason::QUEUE_PURGE, Instant::ZERO);
        }
        while let Some(crate::Work::Xmit(_, skb) | crate::Work::Receive(_, skb)) =
            self.core.work.pop_front()
        {
            self.core.kfree_skb(skb, DropReason::QUEUE_PURGE, Instant::ZERO);
        }
        for inbox in [Arc::clone(&self.core.tx_inbox), Arc::clone(&self.core.rx_inbox)] {
            // Other CPUs may hold it longer: from now on they keep what they push.
            let mut rest = inbox.close();
            while let Some(skb) = rest.pop_front() {
                self.core.kfree_skb(skb, DropReason::QUEUE_PURGE, Instant::ZERO);
            }
        }
    }
}

/// A name from a pattern: `%d` becomes the first free number (`dev_alloc_name`).
pub(crate) fn alloc_name(pattern: &str, taken: impl Fn(&str) -> bool) -> Result<String, Refused> {
    // Linux's IFNAMSIZ leaves 15 bytes.
    let valid = |name: &str| {
        !name.is_empty()
            && name.len() < 16
            && name != "."
            && name != ".."
            && !name.contains(|c: char| matches!(c, '/' | ':' | '%') || c.is_whitespace())
    };
    let Some((before, after)) = pattern.split_once("%d") else {
        return if valid(pattern) && !taken(pattern) {
            Ok(pattern.into())
        } else {
            Err(Refused::Invalid)
        };
    };
    for number in 0..u32::from(u16::MAX) {
        let name = format!("{before}{number}{after}");
        if !valid(&name) {
            break;
        }
        if !taken(&name) {
            return Ok(name);
        }
    }
    Err(Refused::Invalid)
}

impl fmt::Debug for Softnet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Softnet")
            .field("devices", &self.core.devices)
            .field("softirqs", &self.core.softirqs)
            .field("stats", &self.core.stats)
            .finish_non_exhaustive()
    }
}
