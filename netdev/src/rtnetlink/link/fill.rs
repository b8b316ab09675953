//! A link's message (`rtnl_fill_ifinfo`).

use softnet_netlink::rtnl::link::{Ifinfomsg, LinkIfmap, LinkStats as Stats32, LinkStats64};
use softnet_netlink::wire::{Body, WriteError};
use softnet_qdisc::{Handle, Qdisc, Tree};
use softnet_sk_buff::{IfIndex, MacAddr, SkBuff};

use super::{Iflink, LinkOps};
use crate::device::NetDevice;
use crate::flags::{Flags, OperState};
use crate::rtnetlink::addr::{AF_INET6, AddrGenMode, Addresses, INET6_MIN_MTU};
use crate::softnet::Softnet;
use crate::stats::LinkStats;

/// `IFLA_INFO_KIND`.
pub(super) const INFO_KIND: u16 = 1;
/// `ARPHRD_ETHER`.
const ETHER: u16 = 1;
/// `ARPHRD_LOOPBACK`.
const LOOPBACK: u16 = 772;
/// `GSO_LEGACY_MAX_SIZE`, and what GRO makes at the most.
const GSO_MAX_SIZE: u32 = 65_536;
/// `GSO_MAX_SEGS`.
const GSO_MAX_SEGS: u32 = 65_535;
/// `IFLA_INET6_ADDR_GEN_MODE`.
const ADDR_GEN_MODE: u16 = 8;

/// Why a message is sent.
#[derive(Debug, Clone, Copy, Default)]
pub(in super::super) struct Change {
    /// The flags that changed.
    pub(in super::super) flags: u32,
    /// `IFLA_EVENT_*`.
    pub(in super::super) event: Option<u32>,
}

/// What a message says of an interface.
pub(in super::super) struct Fill<'a> {
    device: &'a NetDevice,
    stats: LinkStats,
    kind: Option<&'a str>,
    link: Iflink,
    /// The link is there and has no carrier either.
    lower_down: bool,
    addr_gen_mode: AddrGenMode,
    going: bool,
}

impl<'a> Fill<'a> {
    pub(super) fn new<O: LinkOps>(
        softnet: &'a mut Softnet,
        (ops, addresses): (&'a O, &Addresses),
        dev: IfIndex,
    ) -> Option<Self> {
        let stats = softnet.dev_stats(dev)?;
        let (kind, link) = (ops.kind(dev), ops.link(dev));
        let lower = if let Iflink::Dev(link) = link { softnet.dev(link) } else { None };
        let lower_down = lower.is_some_and(|lower| !lower.carrier());
        let addr_gen_mode = addresses.addr_gen_mode(dev);
        let device = softnet.dev(dev)?;
        Some(Self { device, stats, kind, link, lower_down, addr_gen_mode, going: false })
    }

    /// The same of an interface that is about to go: it has no queueing discipline any more.
    pub(super) const fn going(mut self) -> Self {
        self.going = true;
        self
    }

    /// Writes it. Attributes in Linux 6.12's order, by their numbers there.
    pub(in super::super) fn write(
        &self,
        change: Change,
        to: &mut Body<'_>,
    ) -> Result<(), WriteError> {
        let device = self.device;
        let flags = device.flags();
        to.fixed(&self.head(change.flags))?;
        to.string(3, device.name().as_bytes())?;
        self.settings(to)?;
        self.carrier(to)?;
        to.value(39, &0_u8)?;
        if let Some(event) = change.event {
            to.value(44, &event)?;
        }
        let broadcast = flags.contains(Flags::BROADCAST);
        to.value(1, &device.address().0)?;
        to.value(2, &if broadcast { MacAddr::BROADCAST.0 } else { MacAddr::ZERO.0 })?;
        to.value(23, &stats64(&self.stats))?;
        to.value(7, &stats32(&self.stats))?;
        // No program on its XDP hook (`XDP_ATTACHED_NONE`).
        to.nest_as(43, |xdp: &mut Body<'_>| xdp.value(2, &0_u8))?;
        if let Some(kind) = self.kind {
            to.nest_as(18, |info: &mut Body<'_>| info.string(INFO_KIND, kind.as_bytes()))?;
        }
        if let Some(address) = device.perm_address().filter(|address| *address != MacAddr::ZERO) {
            to.value(54, &address.0)?;
        }
        if let Some(link) = self.link.number() {
            to.value(5, &link)?;
        }
        to.string(6, self.qdisc().as_bytes())?;
        self.families(to)?;
        to.value(14, &LinkIfmap::default())?;
        // No port of devlink's, no pin of DPLL's.
        to.nest(62, |_| Ok::<_, WriteError>(()))?;
        to.nest(65, |_| Ok::<_, WriteError>(()))
    }

    /// The same as IPv6 sees it (`inet6_fill_ifinfo`), as far as the table of addresses knows.
    pub(super) fn write_inet6(&self, to: &mut Body<'_>) -> Result<(), WriteError> {
        let device = self.device;
        to.fixed(&Ifinfomsg { family: AF_INET6, ..self.head(0) })?;
        to.string(3, device.name().as_bytes())?;
        to.value(1, &device.address().0)?;
        to.value(4, &device.mtu())?;
        if let Some(link) = self.link.number() {
            to.value(5, &link)?;
        }
        let state = if device.is_running() { self.operstate() } else { OperState::Down };
        to.value(16, &(state as u8))?;
        let mode = self.addr_gen_mode as u8;
        to.nest_as(12, |inet6: &mut Body<'_>| inet6.value(ADDR_GEN_MODE, &mode))
    }

    fn head(&self, change: u32) -> Ifinfomsg {
        let flags = self.device.flags();
        let kind = if flags.contains(Flags::LOOPBACK) { LOOPBACK } else { ETHER };
        let index = self.device.ifindex().get().cast_signed();
        Ifinfomsg { kind, index, flags: flags.bits(), change, ..Default::default() }
    }

    fn settings(&self, to: &mut Body<'_>) -> Result<(), WriteError> {
        let (device, config) = (self.device, self.device.config());
        // No bound is 0 there.
        let (least, most) = config.mtu_range;
        let most = if most == u32::MAX { 0 } else { most };
        to.value(13, &config.tx_queue_len)?;
        to.value(16, &(self.operstate() as u8))?;
        to.value(17, &0_u8)?;
        to.value(4, &device.mtu())?;
        to.value(50, &least)?;
        to.value(51, &most)?;
        to.value(27, &device.group())?;
        to.value(30, &device.promiscuity())?;
        to.value(61, &device.allmulti())?;
        to.value(31, &u32::from(config.tx_queues))?;
        to.value(40, &GSO_MAX_SEGS)?;
        to.value(41, &GSO_MAX_SIZE)?;
        to.value(58, &GSO_MAX_SIZE)?;
        to.value(63, &GSO_MAX_SIZE)?;
        to.value(64, &GSO_MAX_SIZE)?;
        to.value(59, &config.tso_max_size)?;
        to.value(60, &GSO_MAX_SEGS)?;
        // Of what is received, a stack has one queue for each device.
        to.value(32, &1_u32)
    }

    fn carrier(&self, to: &mut Body<'_>) -> Result<(), WriteError> {
        // It first went, if there is one at all: so the even ones were up.
        let changes = self.device.carrier_changes();
        to.value(33, &u8::from(self.device.carrier()))?;
        if !self.device.alias().is_empty() {
            to.string(20, self.device.alias())?;
        }
        to.value(35, &changes)?;
        to.value(47, &(changes / 2))?;
        to.value(48, &changes.div_ceil(2))
    }

    /// `rtnl_fill_link_af`, as far as the table of addresses knows. An interface with too small an MTU has no IPv6, and
    /// one that goes has none any more.
    fn families(&self, to: &mut Body<'_>) -> Result<(), WriteError> {
        let inet6 = !self.going && self.device.mtu() >= INET6_MIN_MTU;
        let mode = self.addr_gen_mode as u8;
        to.nest_as(26, |families: &mut Body<'_>| {
            if !inet6 {
                return Ok(());
            }
            families
                .nest_as(AF_INET6.into(), |inet6: &mut Body<'_>| inet6.value(ADDR_GEN_MODE, &mode))
        })
    }

    /// `default_operstate`: without a carrier, what is below is to blame if it has none.
    fn operstate(&self) -> OperState {
        let device = self.device;
        match device.operstate() {
            OperState::Down if device.is_running() && self.lower_down => OperState::LowerLayerDown,
            state => state,
        }
    }

    /// The root's kind: Linux's `noop` until the interface is first up.
    fn qdisc(&self) -> &'static str {
        let qdisc = self.device.tx_queues().first().and_then(|txq| txq.qdisc());
        match qdisc {
            _ if self.going => "noop",
            Some(_) if self.device.tx_queues().len() > 1 => "mq",
            Some(qdisc) if !self.device.was_up() && is_untouched(qdisc) => "noop",
            Some(qdisc) => qdisc.kind(),
            None if self.device.was_up() => "noqueue",
            None => "noop",
        }
    }
}

macro_rules! counters {
    ($from:ident, $convert:expr, $struct:ident { $($name:ident)* } $($more:tt)*) => {
        $struct { $($name: $convert($from.$name),)* $($more)* }
    };
}

fn stats64(stats: &LinkStats) -> LinkStats64 {
    counters!(stats, u64::from, LinkStats64 {
        rx_packets tx_packets rx_bytes tx_bytes rx_errors tx_errors rx_dropped tx_dropped multicast
        collisions rx_length_errors rx_over_errors rx_crc_errors rx_frame_errors rx_fifo_errors
        rx_missed_errors tx_aborted_errors tx_carrier_errors tx_fifo_errors tx_heartbeat_errors
        tx_window_errors rx_compressed tx_compressed rx_nohandler rx_otherhost_dropped
    })
}

/// The same cut to 32 bits (`copy_rtnl_link_stats`).
fn stats32(stats: &LinkStats) -> Stats32 {
    counters!(stats, |count| count as u32, Stats32 {
        rx_packets tx_packets rx_bytes tx_bytes rx_errors tx_errors rx_dropped tx_dropped multicast
        collisions rx_length_errors rx_over_errors rx_crc_errors rx_frame_errors rx_fifo_errors
        rx_missed_errors tx_aborted_errors tx_carrier_errors tx_fifo_errors tx_heartbeat_errors
        tx_window_errors rx_compressed tx_compressed rx_nohandler
    })
}

/// Whether it is what a tree begins with.
fn is_untouched(qdisc: &dyn Qdisc<SkBuff>) -> bool {
    let tree = qdisc.downcast_ref::<Tree<SkBuff>>();
    tree.is_some_and(|tree| tree.root_handle() == Handle::UNSPEC)
}
