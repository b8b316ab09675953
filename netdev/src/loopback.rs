//! `lo`: what a machine sends to itself.

use alloc::vec;

use softnet_sk_buff::{MacAddr, SkBuff};

use crate::cx::Cx;
use crate::features::Features;
use crate::flags::Flags;
use crate::ops::{Busy, Change, Description, NetDeviceOps, Port, PortConfig, Refused};
use crate::rx::NetRx;

/// The loopback device (`drivers/net/loopback.c`). What it sends is received: the packet itself,
/// through the backlog, without a copy.
///
/// As Linux's: named `lo`, address zero, no carrier reported, no queueing discipline, and neither
/// checksummed nor segmented on the way, because nothing can happen to a packet in memory.
///
/// ```
/// use softnet_netdev::{Flags, Loopback, Softnet};
/// use softnet_sk_buff::{Instant, PoolConfig, SkPool};
///
/// let mut softnet = Softnet::new(Default::default(), SkPool::heap(PoolConfig::default())?);
/// let lo = softnet.register_netdev(Box::new(Loopback::new())).unwrap().dev().unwrap();
/// softnet.dev_open(lo, Instant::ZERO)?;
/// let flags = softnet.dev(lo).unwrap().flags();
/// assert_eq!(flags, Flags::LOOPBACK | Flags::UP | Flags::RUNNING | Flags::LOWER_UP);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Loopback {
    mtu: u32,
}

impl Loopback {
    /// With Linux's MTU of 65536. A packet is as large as the pool's buffers allow, whatever the MTU
    /// says; see [`with_mtu`](Self::with_mtu).
    #[must_use]
    pub fn new() -> Self {
        Self { mtu: 65536 }
    }

    /// With another MTU: for a protocol that makes packets as large as the MTU allows, which have to
    /// fit the pool's buffers, the MAC header included.
    #[must_use]
    pub fn with_mtu(mtu: u32) -> Self {
        Self { mtu }
    }
}

impl Default for Loopback {
    fn default() -> Self {
        Self::new()
    }
}

impl NetDeviceOps for Loopback {
    fn describe(&self) -> Description {
        let mut port = PortConfig::ethernet("lo", MacAddr::ZERO);
        port.mtu = self.mtu;
        port.mtu_range = (0, u32::MAX);
        port.flags = Flags::LOOPBACK;
        port.has_carrier = false;
        port.tso_max_size = 8 * 65_535;
        port.hw_features = Features::ALL_TSO;
        port.features = Features::SG
            | Features::HW_CSUM
            | Features::RXCSUM
            | Features::HIGHDMA
            | Features::ALL_TSO
            | Features::LOOPBACK
            | Features::LLTX
            | Features::NO_QUEUE;
        Description { driver: "loopback", ports: vec![port], napi_weights: vec![] }
    }

    fn start_xmit(
        &mut self,
        port: Port,
        mut skb: SkBuff,
        cx: &mut Cx<'_>,
    ) -> Result<(), Busy<SkBuff>> {
        // When it should leave says nothing about when it came.
        skb.meta_mut().timestamp = None;
        if let Err(why) = cx.eth_type_trans(port, &mut skb) {
            cx.stats_mut(port).tx_dropped += 1;
            cx.kfree(skb, why.reason());
            return Ok(());
        }
        // Linux, too, counts what is left after the header.
        let len = skb.len() as u64;
        if cx.netif_rx_verdict(port, skb) == NetRx::Success {
            let stats = cx.stats_mut(port);
            stats.tx_packets += 1;
            stats.tx_bytes += len;
            stats.rx_packets += 1;
            stats.rx_bytes += len;
        }
        Ok(())
    }

    fn configure(&mut self, port: Port, change: Change, cx: &mut Cx<'_>) -> Result<(), Refused> {
        let _ = (port, cx);
        match change {
            Change::Address(_) | Change::Mtu(_) | Change::RxMode | Change::Features(_) => Ok(()),
            _ => Err(Refused::Unsupported),
        }
    }

    /// Zero is its own address.
    fn validate_addr(&self, port: Port, address: MacAddr) -> Result<(), Refused> {
        let _ = port;
        if address.is_multicast() { Err(Refused::Invalid) } else { Ok(()) }
    }
}
