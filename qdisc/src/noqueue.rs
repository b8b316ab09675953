//! noqueue: there is no queue (`noqueue_qdisc_ops` of `sch_generic.c`).

use softnet_sk_buff::DropReason;

use crate::{Cx, Dequeue, Enqueued, Packet, Qdisc, Stats};

/// The discipline of a device that needs none, such as a loopback or a bridge: `dev_queue_xmit` sees it
/// and hands packets straight to the driver.
///
/// Where somebody enqueues none the less, as into a class of another discipline, the packet is dropped,
/// as by Linux's `noop`.
#[derive(Clone, Debug, Default)]
pub struct NoQueue {
    stats: Stats,
}

impl NoQueue {
    /// One that has counted nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

impl<P: Packet> Qdisc<P> for NoQueue {
    fn kind(&self) -> &'static str {
        "noqueue"
    }

    fn enqueue(&mut self, packet: P, cx: &mut Cx<'_, P>) -> Enqueued {
        self.stats.drops = self.stats.drops.saturating_add(1);
        cx.drop(packet, DropReason::QDISC_DROP);
        Enqueued::Cn
    }

    fn dequeue(&mut self, _cx: &mut Cx<'_, P>) -> Dequeue<P> {
        Dequeue::Empty
    }

    fn peek<'a>(&'a mut self, _cx: &mut Cx<'_, P>) -> Dequeue<&'a P> {
        Dequeue::Empty
    }

    fn reset(&mut self, _cx: &mut Cx<'_, P>) {}

    fn stats(&self) -> &Stats {
        &self.stats
    }

    fn stats_mut(&mut self) -> &mut Stats {
        &mut self.stats
    }
}
