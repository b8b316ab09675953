//! A link's message (`rtnl_fill_ifinfo`).

use softnet_netlink::rtnl::link::{Ifinfomsg, LinkIfmap, LinkStats as Stats32, LinkStats64};
use softnet_netlink::wire::{Body, WriteError};
use softnet_sk_buff::{IfIndex, MacAddr};

use super::LinkOps;
use crate::device::NetDevice;
use crate::flags::{Flags, OperState};
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

/// What a message says of an interface.
pub(super) struct Fill<'a> {
    device: &'a NetDevice,
    stats: LinkStats,
    kind: Option<&'a str>,
    link: Option<IfIndex>,
    /// The link is there and has no carrier either.
    lower_down: bool,
}

impl<'a> Fill<'a> {
    pub(super) fn new<O: LinkOps>(
        softnet: &'a mut Softnet,
        ops: &'a O,
        dev: IfIndex,
    ) -> Option<Self> {
        let stats = softnet.dev_stats(dev)?;
        let (kind, link) = (ops.kind(dev), ops.link(dev));
        let lower = link.and_then(|link| softnet.dev(link));
        let lower_down = lower.is_some_and(|lower| !lower.carrier());
        Some(Self { device: softnet.dev(dev)?, stats, kind, link, lower_down })
    }

    /// Writes it; `change` are the flags that changed, `event` is an `IFLA_EVENT_*`. Attributes in Linux 6.12's
    /// order, by their numbers there.
    pub(super) fn write(
        &self,
        change: u32,
        event: Option<u32>,
        to: &mut Body<'_>,
    ) -> Result<(), WriteError> {
        let device = self.device;
        let flags = device.flags();
        let kind = if flags.contains(Flags::LOOPBACK) { LOOPBACK } else { ETHER };
        let index = device.ifindex().get().cast_signed();
        to.fixed(&Ifinfomsg { kind, index, flags: flags.bits(), change, ..Default::default() })?;
        to.string(3, device.name().as_bytes())?;
        self.settings(to)?;
        self.carrier(to)?;
        to.value(39, &0_u8)?;
        if let Some(event) = event {
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
        if let Some(link) = self.link {
            to.value(5, &link.get())?;
        }
        to.string(6, self.qdisc().as_bytes())?;
        to.value(14, &LinkIfmap::default())?;
        // No port of devlink's, no pin of DPLL's.
        to.nest(62, |_| Ok::<_, WriteError>(()))?;
        to.nest(65, |_| Ok::<_, WriteError>(()))
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
        to.value(27, &0_u32)?;
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
        // It began without a carrier, if it tells of one at all: so the odd ones were up.
        let changes = self.device.carrier_changes();
        to.value(33, &u8::from(self.device.carrier()))?;
        to.value(35, &changes)?;
        to.value(47, &changes.div_ceil(2))?;
        to.value(48, &(changes / 2))
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
            Some(_) if self.device.tx_queues().len() > 1 => "mq",
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
