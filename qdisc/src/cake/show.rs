//! What `tc -s` shows of a cake.

use core::time::Duration;

use softnet_sk_buff::Instant;

use super::heap::QueueId;
use super::stats::{ClassXStats, TinStats, XStats};
use super::tin::{Flow, Set, Tin};
use super::{Cake, MAX_TINS, QUEUES};
use crate::class::Class;
use crate::{Backlog, Packet, Stats};

impl<P: Packet> Cake<P> {
    /// What only cake counts (`cake_dump_stats`).
    #[must_use]
    pub fn cake_stats(&self) -> XStats {
        let mut all_tins = [TinStats::default(); MAX_TINS];
        for (shown, tin) in all_tins.iter_mut().zip(self.plan.shown()) {
            *shown = tin_stats(&self.tins[tin]);
        }
        let lengths = &self.lengths;
        XStats {
            capacity_estimate: self.capacity.peak_bandwidth,
            memory_limit: self.memory.limit,
            memory_used: u32::try_from(self.memory.used_max).unwrap_or(u32::MAX),
            avg_netoff: lengths.avg_netoff(),
            max_netlen: lengths.max_netlen,
            max_adjlen: lengths.max_adjlen,
            min_netlen: lengths.min_netlen,
            min_adjlen: lengths.min_adjlen,
            tin_cnt: self.plan.count as u8,
            all_tins,
        }
    }

    /// Shows the queues that are in use (`cake_walk`).
    pub(super) fn walk_queues(&self, visit: &mut dyn FnMut(&Class<'_, P>)) {
        for (position, index) in self.plan.shown().enumerate() {
            let tin = &self.tins[index];
            let used = tin.flows.iter().enumerate().filter(|(_, flow)| flow.set != Set::None);
            for (number, flow) in used {
                let minor = (position * QUEUES + number + 1) as u16;
                let backlog = Backlog {
                    packets: self.slab.iter(&flow.fifo).count() as u32,
                    bytes: self.overflow.backlog(QueueId::new(index, number)).into(),
                };
                let stats = Stats { drops: flow.dropped.into(), backlog, ..Stats::default() };
                visit(&Class {
                    id: self.handle.class(minor),
                    parent: None,
                    child: None,
                    stats,
                    xstats: Some(crate::ClassXStats::Cake(class_stats(flow))),
                });
            }
        }
    }
}

fn tin_stats(tin: &Tin) -> TinStats {
    let counters = &tin.counters;
    TinStats {
        threshold_rate: tin.bandwidth,
        sent_packets: counters.packets,
        sent_bytes: counters.bytes,
        backlog_bytes: tin.backlog,
        target: Duration::from_nanos(tin.params.target),
        interval: Duration::from_nanos(tin.params.interval),
        dropped_packets: counters.dropped,
        ecn_marked_packets: counters.ecn_mark,
        acks_dropped_packets: counters.ack_drops,
        peak_delay: Duration::from_nanos(counters.peak_delay),
        avg_delay: Duration::from_nanos(counters.avge_delay),
        base_delay: Duration::from_nanos(counters.base_delay),
        way_indirect_hits: counters.way_hits,
        way_misses: counters.way_misses,
        way_collisions: counters.way_collisions,
        sparse_flows: tin.sparse_flows + tin.decaying_flows,
        bulk_flows: tin.bulk_flows,
        unresponsive_flows: tin.unresponsive_flows,
        max_skblen: counters.max_skblen,
        flow_quantum: tin.flow_quantum,
    }
}

fn class_stats(flow: &Flow) -> ClassXStats {
    let cobalt = &flow.cobalt;
    ClassXStats {
        deficit: flow.deficit,
        cobalt_count: cobalt.count,
        dropping: cobalt.dropping,
        drop_next: cobalt.dropping.then_some(Instant::from_nanos(cobalt.drop_next)),
        p_drop: cobalt.p_drop,
        blue_timer: (cobalt.p_drop != 0).then_some(Instant::from_nanos(cobalt.blue_timer)),
    }
}
