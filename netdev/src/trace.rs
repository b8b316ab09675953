//! Watching packets pass.

use softnet_sk_buff::{Instant, SkBuff};

/// A place on a packet's way, by the name of the Linux function that stands there.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Station(pub &'static str);

impl Station {
    /// The stack is handed a packet to send.
    pub const DEV_QUEUE_XMIT: Self = Self("dev_queue_xmit");
    /// Filters of clsact are asked about a packet to be sent.
    pub const SCH_HANDLE_EGRESS: Self = Self("sch_handle_egress");
    /// A packet goes into a queueing discipline.
    pub const QDISC_ENQUEUE: Self = Self("qdisc_enqueue");
    /// A queueing discipline is drained.
    pub const QDISC_RUN: Self = Self("__qdisc_run");
    /// A packet comes out of a queueing discipline.
    pub const QDISC_DEQUEUE: Self = Self("dequeue_skb");
    /// Tags, checksums, segments are made as the device needs them.
    pub const VALIDATE_XMIT: Self = Self("validate_xmit_skb");
    /// A packet goes to its driver.
    pub const DEV_HARD_START_XMIT: Self = Self("dev_hard_start_xmit");
    /// Taps see a packet on its way out.
    pub const XMIT_NIT: Self = Self("dev_queue_xmit_nit");
    /// The driver has the packet.
    pub const START_XMIT: Self = Self("ndo_start_xmit");
    /// An interrupt is handled.
    pub const INTERRUPT: Self = Self("handle_irq");
    /// The receive softirq.
    pub const NET_RX_ACTION: Self = Self("net_rx_action");
    /// The transmit softirq.
    pub const NET_TX_ACTION: Self = Self("net_tx_action");
    /// The tasklet softirq.
    pub const TASKLET_ACTION: Self = Self("tasklet_action");
    /// A driver is polled.
    pub const NAPI_POLL: Self = Self("napi_poll");
    /// The backlog is worked off.
    pub const PROCESS_BACKLOG: Self = Self("process_backlog");
    /// A received packet enters the stack.
    pub const NETIF_RECEIVE_SKB: Self = Self("netif_receive_skb");
    /// Taps see a received packet.
    pub const DELIVER_TAPS: Self = Self("deliver_skb");
    /// Filters of ingress or clsact are asked about a received packet.
    pub const SCH_HANDLE_INGRESS: Self = Self("sch_handle_ingress");
    /// A received packet reaches its protocol.
    pub const PROTOCOL: Self = Self("ip_rcv");
    /// A packet is lost.
    pub const KFREE_SKB: Self = Self("kfree_skb_reason");
}

/// Sees packets pass the stations of the stack. Costs one test for `None` where it is not set.
///
/// Calls nest: each `enter` has its `leave`. What else a tracer wants to know, real time or the
/// cycles spent, it measures by itself: the stack has no clock.
pub trait Trace: Send {
    /// A packet, or with `None` a piece of work, enters `station`.
    fn enter(&mut self, station: Station, at: Instant, skb: Option<&SkBuff>);
    /// The work of `station` is done.
    fn leave(&mut self, station: Station, at: Instant);
}
