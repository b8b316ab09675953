//! A CPU's limits.

use core::time::Duration;

/// Limits of one [`Softnet`](crate::Softnet), with Linux's names and defaults (`net.core.*`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Config {
    /// Packets received in one run of the receive softirq (`netdev_budget`).
    pub netdev_budget: u32,
    /// Time for one run of the receive softirq (`netdev_budget_usecs`): 2 ticks of 1 ms.
    pub netdev_budget_time: Duration,
    /// Packets of the backlog in one poll (`dev_weight`), and packets sent in one run of a qdisc.
    pub dev_weight: u32,
    /// The most packets in the backlog. Linux lets one more in than `netdev_max_backlog` says.
    pub max_backlog: u32,
    /// Packets sent with one doorbell at the most.
    pub tx_bulk: u32,
    /// Received packets that wait for the embedder, per interface.
    pub rx_sink: u32,
    /// Deferred work at one time.
    pub max_work: usize,
    /// Devices that a packet passes without leaving the machine (`XMIT_RECURSION_LIMIT`).
    pub max_hops: u8,
    /// Events kept for an embedder who does not take them.
    pub max_events: usize,
    /// Packets that another CPU may have under way to this one, in each inbox.
    pub inbox: u32,
    /// Seeds the flow hash that spreads packets over transmit queues.
    pub hash_seed: [u64; 2],
}

impl Default for Config {
    fn default() -> Self {
        Self {
            netdev_budget: 300,
            netdev_budget_time: Duration::from_millis(2),
            dev_weight: 64,
            max_backlog: 1001,
            tx_bulk: 64,
            rx_sink: 1024,
            max_work: 256,
            max_hops: 8,
            max_events: 256,
            inbox: 1024,
            hash_seed: [0; 2],
        }
    }
}
