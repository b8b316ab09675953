//! A cable with two ends in one machine: what goes in at one interface comes out at the other.

use alloc::vec;

use softnet_netdev::{
    Busy, Change, Cx, Description, Features, NetDeviceOps, NetRx, Port, PortConfig, Progress,
    Refused,
};
use softnet_sk_buff::{DropReason, MacAddr, SkBuff};

/// Bytes of a frame besides the MTU: an Ethernet header and a VLAN tag (`is_skb_forwardable`).
const OVERHEAD: u32 = 14 + 4;

/// A pair of virtual Ethernet interfaces (`drivers/net/veth.c`): one driver, two ports.
///
/// The packet itself changes ends, without a copy, and waits in the backlog of the CPU; so a burst
/// costs the sender no more than the receive softirq's budget allows. As Linux's:
/// - the carrier of both ends is on while both are up;
/// - no queueing discipline by default, and offloads that leave packets as they are: nothing can
///   happen to them in memory;
/// - a frame too long for the other end's MTU is dropped there.
///
/// ```
/// use softnet_drivers::veth::Veth;
/// use softnet_netdev::Softnet;
/// use softnet_sk_buff::{Instant, MacAddr, PoolConfig, SkPool};
///
/// let now = Instant::ZERO;
/// let mut softnet = Softnet::new(Default::default(), SkPool::heap(PoolConfig::default())?);
/// let ends = [MacAddr([2, 0, 0, 0, 0, 1]), MacAddr([2, 0, 0, 0, 0, 2])];
/// let pair = softnet.register_netdev(Box::new(Veth::new(ends))).unwrap();
/// softnet.dev_open(pair.ports[0], now)?;
/// assert!(!softnet.dev(pair.ports[0]).unwrap().carrier());
/// softnet.dev_open(pair.ports[1], now)?;
/// assert!(pair.ports.iter().all(|&dev| softnet.dev(dev).unwrap().carrier()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Veth {
    ports: [PortConfig; 2],
}

impl Veth {
    /// A pair named `veth%d`, with these addresses.
    #[must_use]
    pub fn new(addresses: [MacAddr; 2]) -> Self {
        let ports = addresses.map(|address| {
            let mut port = PortConfig::ethernet("veth%d", address);
            port.mtu_range = (68, 65535);
            port.tso_max_size = 8 * 65_535;
            port.hw_features = Features::SG
                | Features::HW_CSUM
                | Features::RXCSUM
                | Features::ALL_TSO
                | Features::HW_VLAN_CTAG_TX
                | Features::HW_VLAN_CTAG_RX;
            port.features =
                port.hw_features | Features::HIGHDMA | Features::LLTX | Features::NO_QUEUE;
            port
        });
        Self { ports }
    }

    /// The same with other names.
    #[must_use]
    pub fn named(mut self, names: [&str; 2]) -> Self {
        for (port, name) in self.ports.iter_mut().zip(names) {
            port.name = name.into();
        }
        self
    }

    /// The other end.
    fn peer(port: Port) -> Port {
        Port(1 - port.0.min(1))
    }

    /// Makes a packet that was sent by one end one that came in at the other (`__dev_forward_skb`).
    fn forward(
        peer: Port,
        mut skb: SkBuff,
        cx: &mut Cx<'_>,
    ) -> Result<SkBuff, (SkBuff, DropReason)> {
        let Some(dev) = cx.device(peer).filter(|dev| dev.is_running()) else {
            return Err((skb, DropReason::DEV_READY));
        };
        let gso = skb.meta().gso.size != 0;
        if skb.len() > dev.mtu().saturating_add(OVERHEAD) as usize && !gso {
            return Err((skb, DropReason::PKT_TOO_BIG));
        }
        // `skb_scrub_packet`: what the sender's side said of it means nothing on the other.
        let queue = skb.meta().queue_mapping;
        let meta = skb.meta_mut();
        meta.iif = None;
        meta.timestamp = None;
        meta.priority = 0;
        // `skb_record_rx_queue`.
        meta.queue_mapping = queue.saturating_add(1);
        match cx.eth_type_trans(peer, &mut skb) {
            Ok(()) => Ok(skb),
            Err(why) => Err((skb, why.reason())),
        }
    }
}

impl NetDeviceOps for Veth {
    fn describe(&self) -> Description {
        Description { driver: "veth", ports: self.ports.to_vec(), napi_weights: vec![] }
    }

    fn open(&mut self, port: Port, cx: &mut Cx<'_>) -> Result<Progress, Refused> {
        let queues = cx.device(port).map_or(0, |dev| dev.tx_queues().len()) as u16;
        (0..queues).for_each(|queue| cx.netif_tx_start_queue(port, queue));
        let peer = Self::peer(port);
        if cx.device(peer).is_some_and(|dev| dev.is_running()) {
            cx.netif_carrier_on(port);
            cx.netif_carrier_on(peer);
        }
        Ok(Progress::Done)
    }

    fn stop(&mut self, port: Port, cx: &mut Cx<'_>) -> Progress {
        cx.netif_carrier_off(port);
        cx.netif_carrier_off(Self::peer(port));
        Progress::Done
    }

    fn start_xmit(&mut self, port: Port, skb: SkBuff, cx: &mut Cx<'_>) -> Result<(), Busy<SkBuff>> {
        let peer = Self::peer(port);
        let len = skb.len() as u64;
        let taken = match Self::forward(peer, skb, cx) {
            Ok(skb) => cx.netif_rx_verdict(peer, skb),
            Err((skb, why)) => {
                cx.stats_mut(peer).rx_dropped += 1;
                cx.kfree(skb, why);
                NetRx::Drop
            }
        };
        if taken == NetRx::Drop {
            cx.stats_mut(port).tx_dropped += 1;
            return Ok(());
        }
        let sent = cx.stats_mut(port);
        sent.tx_packets += 1;
        sent.tx_bytes += len;
        // Linux shows what the peer sent as what came in, MAC header included.
        let received = cx.stats_mut(peer);
        received.rx_packets += 1;
        received.rx_bytes += len;
        Ok(())
    }

    fn configure(&mut self, port: Port, change: Change, cx: &mut Cx<'_>) -> Result<(), Refused> {
        let _ = (port, cx);
        match change {
            Change::Address(_) | Change::Mtu(_) | Change::RxMode | Change::Features(_) => Ok(()),
            _ => Err(Refused::Unsupported),
        }
    }
}

#[cfg(test)]
mod tests;
