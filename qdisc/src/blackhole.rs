//! blackhole: everything is dropped (`sch_blackhole.c`).

use softnet_sk_buff::DropReason;

use crate::{Cx, Dequeue, Enqueued, Packet, Qdisc, Stats};

/// A discipline that drops all packets and tells nobody: for tests, or to shut a class.
#[derive(Clone, Debug, Default)]
pub struct Blackhole {
    stats: Stats,
}

impl Blackhole {
    /// One that has counted nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

impl<P: Packet> Qdisc<P> for Blackhole {
    fn kind(&self) -> &'static str {
        "blackhole"
    }

    fn enqueue(&mut self, packet: P, cx: &mut Cx<'_, P>) -> Enqueued {
        self.stats.drops = self.stats.drops.saturating_add(1);
        cx.drop(packet, DropReason::QDISC_DROP);
        Enqueued::Bypass
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
