//! What is to be done next, outside the driver that wants it.

use softnet_sk_buff::{IfIndex, SkBuff};

/// Something that a driver, bridge or redirect wants done once it has returned
/// ([`Cx::defer`](crate::Cx::defer)). Drained before the stack's own method returns; bounded in
/// number, and each packet in hops.
#[derive(Debug)]
pub enum Work {
    /// Send the packet by this interface: `dev_queue_xmit`.
    Xmit(IfIndex, SkBuff),
    /// The packet, with its MAC header pulled, came in by this interface: `netif_rx`. It goes
    /// through the backlog, so the receive softirq bounds it.
    Receive(IfIndex, SkBuff),
}
