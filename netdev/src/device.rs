//! What the stack knows of one interface.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use softnet_qdisc::{Qdisc, Tree};
use softnet_sk_buff::{IfIndex, Instant, MacAddr, SkBuff, SkQueue};

use crate::addr_list::AddrList;
use crate::dql::Dql;
use crate::features::Features;
use crate::flags::{Flags, OperState};
use crate::ops::{Port, PortConfig};
use crate::softnet::DriverId;
use crate::stats::LinkStats;

/// How far up an interface is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum AdminState {
    Down,
    /// `open` wants to be called again at this time.
    Opening(Instant),
    Up,
    /// `stop` wants to be called again at this time.
    Closing(Instant),
}

/// One interface (`struct net_device`), as the stack's user sees it. Changes go through
/// [`Softnet`](crate::Softnet).
#[derive(Debug)]
pub struct NetDevice {
    pub(crate) index: IfIndex,
    pub(crate) driver: DriverId,
    pub(crate) port: Port,
    pub(crate) config: PortConfig,
    pub(crate) admin: AdminState,
    pub(crate) was_up: bool,
    pub(crate) alias: Vec<u8>,
    pub(crate) group: u32,
    /// The user's own flags (`dev->gflags` for `PROMISC` and `ALLMULTI`).
    pub(crate) wished: Flags,
    pub(crate) promiscuity: u32,
    pub(crate) allmulti: u32,
    /// One of `promiscuity` is the stack's, because the hardware can't filter that much.
    pub(crate) uc_promisc: bool,
    pub(crate) unicast: AddrList,
    pub(crate) multicast: AddrList,
    /// With the number of those who asked for each.
    pub(crate) vlans: BTreeMap<u16, u32>,
    pub(crate) carrier: bool,
    pub(crate) dormant: bool,
    pub(crate) operstate: OperState,
    pub(crate) carrier_changes: u32,
    pub(crate) stats: LinkStats,
    pub(crate) queues: Vec<TxQueue>,
    /// What was received and not yet taken by the protocol.
    pub(crate) sink: SkQueue,
}

/// A transmit queue of an interface (`struct netdev_queue` and what of `struct Qdisc` is the
/// device layer's).
#[derive(Debug)]
pub struct TxQueue {
    pub(crate) qdisc: Option<Box<dyn Qdisc<SkBuff>>>,
    /// There is one, and it is neither a tree nor `noqueue`: nothing more is to be asked of it. Kept, for each packet
    /// wants to know.
    is_plain: bool,
    /// Taken from the qdisc and not taken by the driver (`gso_skb`): first to go.
    pub(crate) requeue: SkQueue,
    /// By the driver (`__QUEUE_STATE_DRV_XOFF`).
    pub(crate) stopped: bool,
    /// By the byte limit (`__QUEUE_STATE_STACK_XOFF`).
    pub(crate) full: bool,
    pub(crate) dql: Dql,
    /// Waits for the transmit softirq already.
    pub(crate) scheduled: bool,
    /// When the driver last took a packet.
    pub(crate) trans_start: Instant,
    /// The qdisc has something for then (`qdisc_watchdog`).
    pub(crate) throttled_until: Option<Instant>,
    pub(crate) stats: TxQueueStats,
}

/// What happened at a transmit queue.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct TxQueueStats {
    /// Packets that the driver took.
    pub sent: u64,
    /// Packets put back because the driver was busy or stopped the queue (`requeues`).
    pub requeues: u64,
    /// Packets that went past an idle qdisc.
    pub bypassed: u64,
    /// Times that the driver stopped the queue.
    pub stops: u64,
    /// Times that the watchdog found the queue stopped for too long (`trans_timeout`).
    pub timeouts: u64,
}

impl TxQueue {
    pub(crate) fn new() -> Self {
        Self {
            qdisc: None,
            is_plain: false,
            requeue: SkQueue::new(u32::MAX),
            stopped: true,
            full: false,
            dql: Dql::new(),
            scheduled: false,
            trans_start: Instant::ZERO,
            throttled_until: None,
            stats: TxQueueStats::default(),
        }
    }

    /// Whether the driver takes nothing now (`netif_tx_queue_stopped`).
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.stopped
    }

    /// Whether nothing may be given to the driver now: it takes nothing, or its ring holds as many
    /// bytes as it should (`netif_xmit_stopped`).
    pub(crate) fn is_closed(&self) -> bool {
        self.stopped || self.full
    }

    /// The ring is empty and the byte limit starts over.
    pub(crate) fn reset_bytes(&mut self, now: Instant) {
        self.dql.reset(now);
        self.full = false;
    }

    /// Bytes that the ring may hold, and holds (`byte_queue_limits/limit`, `inflight`). Both are 0
    /// for a driver that does not tell what it sends.
    #[must_use]
    pub fn byte_queue_limit(&self) -> (u32, u32) {
        (self.dql.limit(), self.dql.in_flight())
    }

    /// The queueing discipline, if there is one.
    #[must_use]
    pub fn qdisc(&self) -> Option<&dyn Qdisc<SkBuff>> {
        self.qdisc.as_deref()
    }

    pub(crate) fn set_qdisc(&mut self, qdisc: Option<Box<dyn Qdisc<SkBuff>>>) {
        (self.qdisc, self.is_plain) = (qdisc, false);
        self.is_plain = self.has_qdisc() && self.tree().is_none();
    }

    /// The tree that may be there.
    pub(crate) fn tree(&self) -> Option<&Tree<SkBuff>> {
        if self.is_plain { None } else { self.qdisc.as_deref()?.downcast_ref() }
    }

    pub(crate) fn tree_mut(&mut self) -> Option<&mut Tree<SkBuff>> {
        if self.is_plain { None } else { self.qdisc.as_deref_mut()?.downcast_mut() }
    }

    /// Whether packets go through a discipline (`q->enqueue`): `noqueue`, at the root of a tree, is none.
    pub(crate) fn has_qdisc(&self) -> bool {
        self.qdisc.as_ref().is_some_and(|qdisc| self.is_plain || qdisc.kind() != "noqueue")
    }

    /// Packets that wait, those put back included (`qlen` as `tc -s` shows it).
    #[must_use]
    pub fn qlen(&self) -> usize {
        let queued = self.qdisc.as_ref().map_or(0, |qdisc| qdisc.backlog().packets as usize);
        queued + self.requeue.len()
    }

    /// What happened here.
    #[must_use]
    pub fn stats(&self) -> TxQueueStats {
        self.stats
    }
}

impl NetDevice {
    /// Its traffic control: the tree that its only queue has. In Linux filters and `tc` are about the device; one queue
    /// among several can't speak for it.
    pub(crate) fn tree(&self) -> Option<&Tree<SkBuff>> {
        let [txq] = self.queues.as_slice() else { return None };
        txq.tree()
    }

    /// The interface's number.
    #[must_use]
    pub fn ifindex(&self) -> IfIndex {
        self.index
    }

    /// The interface's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.config.name
    }

    pub(crate) fn set_name(&mut self, name: String) {
        self.config.name = name;
    }

    /// The driver behind it, and which of the driver's ports it is.
    #[must_use]
    pub fn driver(&self) -> (DriverId, Port) {
        (self.driver, self.port)
    }

    /// The station's address.
    #[must_use]
    pub fn address(&self) -> MacAddr {
        self.config.address
    }

    /// The hardware's own address, whatever the station's is now (`dev->perm_addr`).
    #[must_use]
    pub fn perm_address(&self) -> Option<MacAddr> {
        self.config.perm_address
    }

    /// What somebody noted of it (`dev->ifalias`); empty if nobody did.
    #[must_use]
    pub fn alias(&self) -> &[u8] {
        &self.alias
    }

    /// The group that it belongs to (`dev->group`); 0 at first.
    #[must_use]
    pub fn group(&self) -> u32 {
        self.group
    }

    /// The largest payload of a frame.
    #[must_use]
    pub fn mtu(&self) -> u32 {
        self.config.mtu
    }

    /// The offloads that are on.
    #[must_use]
    pub fn features(&self) -> Features {
        self.config.features
    }

    /// The offloads that can be turned on and off.
    #[must_use]
    pub fn hw_features(&self) -> Features {
        self.config.hw_features
    }

    /// What the driver said of the port, with the changes since.
    #[must_use]
    pub fn config(&self) -> &PortConfig {
        &self.config
    }

    /// The flags as `ip link` shows them (`dev_get_flags`).
    #[must_use]
    pub fn flags(&self) -> Flags {
        let mut flags = self.config.flags.union(self.wished).difference(Flags::DERIVED);
        if self.is_running() {
            flags.insert(Flags::UP);
            flags.set(Flags::RUNNING, matches!(self.operstate, OperState::Up | OperState::Unknown));
            flags.set(Flags::LOWER_UP, self.carrier);
            flags.set(Flags::DORMANT, self.dormant);
        }
        flags
    }

    /// Whether it is administratively up (`netif_running`).
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.admin == AdminState::Up
    }

    /// Whether it has ever been up: Linux gives a device its queueing discipline then, and shows `noop` before.
    #[must_use]
    pub fn was_up(&self) -> bool {
        self.was_up
    }

    /// Whether a cable, a peer, an association is there (`netif_carrier_ok`).
    #[must_use]
    pub fn carrier(&self) -> bool {
        self.carrier
    }

    /// Times that the carrier came or went. Of a device that reports it, the first is that it went at registration.
    #[must_use]
    pub fn carrier_changes(&self) -> u32 {
        self.carrier_changes
    }

    /// Whether packets get through, as RFC 2863 has it.
    #[must_use]
    pub fn operstate(&self) -> OperState {
        if self.is_running() { self.operstate } else { OperState::Down }
    }

    /// How many want every frame, the user and each open tap counted alike (`dev->promiscuity`).
    #[must_use]
    pub fn promiscuity(&self) -> u32 {
        self.promiscuity
    }

    /// How many want every multicast frame (`dev->allmulti`).
    #[must_use]
    pub fn allmulti(&self) -> u32 {
        self.allmulti
    }

    /// Unicast addresses besides its own (`dev->uc`).
    #[must_use]
    pub fn unicast(&self) -> &AddrList {
        &self.unicast
    }

    /// Multicast addresses (`dev->mc`).
    #[must_use]
    pub fn multicast(&self) -> &AddrList {
        &self.multicast
    }

    /// VLANs that it filters for.
    pub fn vlans(&self) -> impl Iterator<Item = u16> + '_ {
        self.vlans.keys().copied()
    }

    /// What the stack and the driver's fast path counted. What only the hardware knows is added by
    /// [`Softnet::dev_stats`](crate::Softnet::dev_stats).
    #[must_use]
    pub fn stats(&self) -> &LinkStats {
        &self.stats
    }

    /// The transmit queues.
    #[must_use]
    pub fn tx_queues(&self) -> &[TxQueue] {
        &self.queues
    }

    /// Received packets that wait to be taken.
    #[must_use]
    pub fn rx_queue_len(&self) -> usize {
        self.sink.len()
    }

    /// More unicast addresses than the hardware can filter by count as one who wants everything
    /// (`uc_promisc`).
    pub(crate) fn count_uc_overflow(&mut self) {
        let overflow = self.unicast.len() > usize::from(self.config.unicast_filters);
        if overflow == self.uc_promisc {
            return;
        }
        let by = if overflow { 1 } else { -1 };
        // At the counter's end everything is received anyway.
        if let Some(counted) = self.promiscuity.checked_add_signed(by) {
            self.promiscuity = counted;
            self.uc_promisc = overflow;
        }
    }

    /// The operational state that follows from carrier and dormancy (`default_operstate`).
    pub(crate) fn recompute_operstate(&mut self) -> bool {
        let state = match (self.config.has_carrier, self.carrier, self.dormant) {
            (_, false, _) => OperState::Down,
            (_, true, true) => OperState::Dormant,
            (true, true, false) => OperState::Up,
            // Nothing ever told it anything.
            (false, true, false) => OperState::Unknown,
        };
        core::mem::replace(&mut self.operstate, state) != state
    }
}
