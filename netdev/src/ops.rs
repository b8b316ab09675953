//! What a driver is.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::time::Duration;

use softnet_sk_buff::{Instant, MacAddr, SkBuff};

use crate::cx::Cx;
use crate::features::Features;
use crate::flags::Flags;
use crate::stats::LinkStats;

/// One of a driver's interfaces, numbered by the driver from 0: each end of a veth, each interface
/// of a radio. Most drivers have one, [`Port::ONLY`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Port(pub u16);

impl Port {
    /// The port of a driver that has one.
    pub const ONLY: Self = Self(0);
}

/// One of a driver's NAPI instances, numbered by the driver from 0.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct NapiId(pub u16);

impl NapiId {
    /// The instance of a driver that has one.
    pub const ONLY: Self = Self(0);
}

/// The driver has no room now: the packet comes back and will be sent again (`NETDEV_TX_BUSY`).
///
/// A driver that stops its queue in time never needs it.
#[derive(Debug)]
pub struct Busy<P>(pub P);

/// How far a long change has come. Drivers don't sleep.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[must_use]
pub enum Progress {
    /// Finished.
    Done,
    /// Call again at this time.
    Again(Instant),
}

/// Why a driver refused a change. Sorted by who can do something about it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Refused {
    /// The device has no such thing (`EOPNOTSUPP`).
    #[error("the device does not support that")]
    Unsupported,
    /// The value can't be (`EINVAL`, `EADDRNOTAVAIL`).
    #[error("the value is out of range")]
    Invalid,
    /// Not while the device is up, or not while it is down (`EBUSY`).
    #[error("not in the device's present state")]
    Busy,
    /// No memory for rings or buffers (`ENOMEM`).
    #[error("no memory")]
    NoMemory,
    /// The bus or its interrupts can't be had (`EIO`).
    #[error("the bus refused")]
    Bus,
    /// The hardware does not do what it should (`EIO`).
    #[error("the hardware failed")]
    Hardware,
    /// There is no such device.
    #[error("no such device")]
    NoDevice,
    /// A counter would overflow (`EOVERFLOW`).
    #[error("a counter would overflow")]
    Overflow,
}

/// Something about a port that the stack changes (`ndo_set_mac_address`, `ndo_change_mtu`,
/// `ndo_set_rx_mode`, `ndo_vlan_rx_add_vid` …).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Change {
    /// The station's own address. Checked with [`NetDeviceOps::validate_addr`] before.
    Address(MacAddr),
    /// The largest payload of a frame. Within [`PortConfig::mtu_range`].
    Mtu(u32),
    /// What the port has to receive has changed: read [`Cx::rx_mode`] and program the filters.
    RxMode,
    /// Turn these offloads on and all others off (`ndo_set_features`).
    Features(Features),
    /// Receive this VLAN too.
    AddVlan(u16),
    /// Receive this VLAN no more.
    RemoveVlan(u16),
}

/// What an interrupt handler found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum IrqReturn {
    /// Not this device's (`IRQ_NONE`).
    None,
    /// Dealt with (`IRQ_HANDLED`).
    Handled,
}

/// What a driver says of one port when it is registered (what it would set in `struct net_device`).
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct PortConfig {
    /// The name; `%d` in it becomes the first free number.
    pub name: String,
    /// The station's address.
    pub address: MacAddr,
    /// The hardware's own address, whatever somebody chose since (`perm_addr`); `None`: it has none.
    pub perm_address: Option<MacAddr>,
    /// The largest payload of a frame now.
    pub mtu: u32,
    /// The least and the largest value of `mtu`.
    pub mtu_range: (u32, u32),
    /// Flags besides [`Flags::UP`].
    pub flags: Flags,
    /// Offloads that can be turned on and off (`hw_features`).
    pub hw_features: Features,
    /// Offloads that are on now (`features`).
    pub features: Features,
    /// Transmit queues, at least 1.
    pub tx_queues: u16,
    /// Packets that a queueing discipline holds by default (`tx_queue_len`).
    pub tx_queue_len: u32,
    /// The longest packet that the device would segment (`tso_max_size`), for `ip -d link`.
    pub tso_max_size: u32,
    /// Headroom that the driver wants in packets to send (`needed_headroom`), on top of the MAC
    /// header.
    pub needed_headroom: u16,
    /// A stopped queue older than this is a hung transmitter (`watchdog_timeo`).
    pub watchdog_timeo: Duration,
    /// Whether the driver reports carrier. If not, it is always on and the operational state is
    /// unknown, as with Linux's loopback.
    pub has_carrier: bool,
    /// Secondary unicast addresses the hardware can filter by; the stack turns promiscuity on for
    /// more (`IFF_UNICAST_FLT`). 0 for none.
    pub unicast_filters: u16,
}

impl PortConfig {
    /// An Ethernet port with `ether_setup`'s values: MTU 1500 (68 to 1500), 1000 packets to queue,
    /// 5 s of watchdog, one transmit queue, no offloads, carrier reported by the driver, an address
    /// that is not the hardware's own.
    #[must_use]
    pub fn ethernet(name: &str, address: MacAddr) -> Self {
        Self {
            name: name.into(),
            address,
            perm_address: None,
            mtu: 1500,
            mtu_range: (68, 1500),
            flags: Flags::ETHERNET,
            hw_features: Features::empty(),
            features: Features::empty(),
            tx_queues: 1,
            tx_queue_len: 1000,
            tso_max_size: 65_536,
            needed_headroom: 0,
            watchdog_timeo: Duration::from_secs(5),
            has_carrier: true,
            unicast_filters: 0,
        }
    }
}

/// What a driver says of itself when it is registered.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Description {
    /// The driver's name, for `ethtool -i`.
    pub driver: &'static str,
    /// Its ports, [`Port`] 0 first.
    pub ports: Vec<PortConfig>,
    /// The weight of each NAPI instance, [`NapiId`] 0 first; empty for a driver without NAPI.
    pub napi_weights: Vec<u32>,
}

/// The weight that NAPI instances have in Linux (`NAPI_POLL_WEIGHT`).
pub const NAPI_POLL_WEIGHT: u32 = 64;

/// A driver: the code for one piece of hardware, or of make-believe, with one or more ports
/// (`struct net_device_ops`, `struct ethtool_ops` and the interrupt handler).
///
/// [`describe`](Self::describe) and [`start_xmit`](Self::start_xmit) make a driver that sends; with
/// [`interrupt`](Self::interrupt) and [`Cx::netif_rx`] it receives; [`poll`](Self::poll) makes it
/// fast. All else has a default that is right for a device without the feature.
///
/// Nothing re-enters: while one of these methods runs, the stack calls no other of the same driver.
/// What a method wants done next it says through [`Cx`]. No method sleeps or waits; one that has to
/// wait answers [`Progress::Again`] or a deadline in [`poll_at`](Self::poll_at).
///
/// ```
/// use softnet_netdev::{Busy, Cx, Description, NetDeviceOps, Port, PortConfig};
/// use softnet_sk_buff::{MacAddr, SkBuff};
///
/// /// Sends everything nowhere, as Linux's `dummy` does.
/// struct Dummy;
///
/// impl NetDeviceOps for Dummy {
///     fn describe(&self) -> Description {
///         let mut port = PortConfig::ethernet("dummy%d", MacAddr([2, 0, 0, 0, 0, 1]));
///         port.has_carrier = false;
///         Description { driver: "dummy", ports: vec![port], napi_weights: vec![] }
///     }
///
///     fn start_xmit(&mut self, port: Port, skb: SkBuff, cx: &mut Cx<'_>) -> Result<(), Busy<SkBuff>> {
///         let stats = cx.stats_mut(port);
///         stats.tx_packets += 1;
///         stats.tx_bytes += skb.len() as u64;
///         cx.consume(skb);
///         Ok(())
///     }
/// }
/// ```
pub trait NetDeviceOps: Send {
    /// What the driver is and which ports it has. Asked once, on registration.
    fn describe(&self) -> Description;

    /// Sends one packet (`ndo_start_xmit`). It is linear, its VLAN tag and checksum are such as the
    /// port's features allow, and it begins with its MAC header. Its transmit queue is
    /// `skb.meta().queue_mapping`.
    ///
    /// If [`Cx::xmit_more`] says so, another follows at once and the doorbell may wait for it;
    /// unless this packet stopped the queue.
    ///
    /// # Errors
    /// [`Busy`], with the packet untouched.
    fn start_xmit(&mut self, port: Port, skb: SkBuff, cx: &mut Cx<'_>) -> Result<(), Busy<SkBuff>>;

    /// Does up to `budget` packets' worth of receive work, and all transmit completions (a NAPI
    /// instance's `poll`). Answers how many packets it received. Less than `budget` means the work
    /// is done: [`Cx::napi_complete_done`] was called before returning. `budget` means there may be
    /// more, and the instance must not be completed.
    ///
    /// A budget of 0 asks for transmit completions only: netpoll. By the same rule, nothing is
    /// completed then.
    fn poll(&mut self, napi: NapiId, budget: u32, cx: &mut Cx<'_>) -> u32 {
        let _ = (napi, budget, cx);
        0
    }

    /// Brings a port up (`ndo_open`): rings, buffers, interrupts. If it answers [`Progress::Again`],
    /// it is called again then, until it answers [`Progress::Done`]. Calling it once more after an
    /// error starts over.
    ///
    /// # Errors
    /// Whatever step failed; all steps before it have been unwound.
    fn open(&mut self, port: Port, cx: &mut Cx<'_>) -> Result<Progress, Refused> {
        let _ = (port, cx);
        Ok(Progress::Done)
    }

    /// Takes a port down (`ndo_stop`). Called again as [`open`](Self::open) is. The stack has
    /// stopped the port's transmit queues before the first call and sends nothing from there on.
    /// When it is done, no packet of the port is with the driver any more. Also called for a port
    /// that [`open`](Self::open) is not done with, which has to be unwound then.
    fn stop(&mut self, port: Port, cx: &mut Cx<'_>) -> Progress {
        let _ = (port, cx);
        Progress::Done
    }

    /// Handles interrupt `vector` (numbered from 0). Usually: read the cause, silence it, schedule
    /// NAPI.
    fn interrupt(&mut self, vector: u16, cx: &mut Cx<'_>) -> IrqReturn {
        let _ = (vector, cx);
        IrqReturn::None
    }

    /// Runs a tasklet that [`Cx::tasklet_schedule`] asked for.
    fn tasklet(&mut self, id: u16, cx: &mut Cx<'_>) {
        let _ = (id, cx);
    }

    /// Makes a change to a port.
    ///
    /// The default takes [`Change::Mtu`] and [`Change::RxMode`], which need nothing of a device
    /// without filters, and refuses the rest.
    ///
    /// # Errors
    /// [`Refused`]; the port is as before.
    fn configure(&mut self, port: Port, change: Change, cx: &mut Cx<'_>) -> Result<(), Refused> {
        let _ = (port, cx);
        match change {
            Change::Mtu(_) | Change::RxMode => Ok(()),
            _ => Err(Refused::Unsupported),
        }
    }

    /// Whether a port may have this address (`ndo_validate_addr`). The default is
    /// `eth_validate_addr`.
    ///
    /// # Errors
    /// [`Refused::Invalid`].
    fn validate_addr(&self, port: Port, address: MacAddr) -> Result<(), Refused> {
        let _ = port;
        if address.is_valid_unicast() { Ok(()) } else { Err(Refused::Invalid) }
    }

    /// Takes away offloads that can't be had together on this device (`ndo_fix_features`), after
    /// [`Features::fix`] did so in general.
    fn fix_features(&self, port: Port, wanted: Features) -> Features {
        let _ = port;
        wanted
    }

    /// The transmit queue for a packet, or `None` to let the stack choose by hash
    /// (`ndo_select_queue`).
    fn select_queue(&mut self, port: Port, skb: &SkBuff) -> Option<u16> {
        let _ = (port, skb);
        None
    }

    /// A transmit queue has been stopped for longer than `watchdog_timeo` (`ndo_tx_timeout`).
    fn tx_timeout(&mut self, port: Port, queue: u16, cx: &mut Cx<'_>) {
        let _ = (port, queue, cx);
    }

    /// When [`handle_timeout`](Self::handle_timeout) wants to be called next.
    fn poll_at(&self) -> Option<Instant> {
        None
    }

    /// A deadline has passed: watchdogs, link polls.
    fn handle_timeout(&mut self, cx: &mut Cx<'_>) {
        let _ = cx;
    }

    /// Adds what only the hardware counted to `stats` (`ndo_get_stats64`).
    fn stats(&mut self, port: Port, stats: &mut LinkStats) {
        let _ = (port, stats);
    }

    /// The driver's own counters by name, in a fixed order (`ethtool -S`).
    fn ethtool_stats(&mut self, port: Port, show: &mut dyn FnMut(&'static str, u64)) {
        let _ = (port, show);
    }

    /// Does what an interrupt would have made happen, without one (`ndo_poll_controller`): for a
    /// debugger that sends by polling.
    fn poll_controller(&mut self, port: Port, cx: &mut Cx<'_>) {
        let _ = port;
        let _ = self.interrupt(0, cx);
    }
}

impl fmt::Debug for dyn NetDeviceOps + '_ {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.describe().driver)
    }
}
