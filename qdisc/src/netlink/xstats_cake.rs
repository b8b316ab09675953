//! What only cake counts: attributes, where all others have structs (`cake_dump_stats`, `cake_dump_class_stats`).

use alloc::boxed::Box;
use core::time::Duration;

use softnet_netlink::wire::{Body, WriteError};
use softnet_sk_buff::Instant;

use crate::cake::{ClassXStats, TinStats, XStats};

/// `TCA_CAKE_STATS_*`.
mod of {
    pub(super) const PAD: u16 = 1;
    pub(super) const CAPACITY_ESTIMATE64: u16 = 2;
    pub(super) const MEMORY_LIMIT: u16 = 3;
    pub(super) const MEMORY_USED: u16 = 4;
    pub(super) const AVG_NETOFF: u16 = 5;
    pub(super) const MIN_NETLEN: u16 = 6;
    pub(super) const MAX_NETLEN: u16 = 7;
    pub(super) const MIN_ADJLEN: u16 = 8;
    pub(super) const MAX_ADJLEN: u16 = 9;
    pub(super) const TIN_STATS: u16 = 10;
    pub(super) const DEFICIT: u16 = 11;
    pub(super) const COBALT_COUNT: u16 = 12;
    pub(super) const DROPPING: u16 = 13;
    pub(super) const DROP_NEXT_US: u16 = 14;
    pub(super) const P_DROP: u16 = 15;
    pub(super) const BLUE_TIMER_US: u16 = 16;
}

/// `TCA_CAKE_TIN_STATS_*`.
mod tin {
    pub(super) const PAD: u16 = 1;
    pub(super) const SENT_PACKETS: u16 = 2;
    pub(super) const SENT_BYTES64: u16 = 3;
    pub(super) const DROPPED_PACKETS: u16 = 4;
    pub(super) const ACKS_DROPPED_PACKETS: u16 = 6;
    pub(super) const ECN_MARKED_PACKETS: u16 = 8;
    pub(super) const BACKLOG_BYTES: u16 = 11;
    pub(super) const THRESHOLD_RATE64: u16 = 12;
    pub(super) const TARGET_US: u16 = 13;
    pub(super) const INTERVAL_US: u16 = 14;
    pub(super) const WAY_INDIRECT_HITS: u16 = 15;
    pub(super) const WAY_MISSES: u16 = 16;
    pub(super) const WAY_COLLISIONS: u16 = 17;
    pub(super) const PEAK_DELAY_US: u16 = 18;
    pub(super) const AVG_DELAY_US: u16 = 19;
    pub(super) const BASE_DELAY_US: u16 = 20;
    pub(super) const SPARSE_FLOWS: u16 = 21;
    pub(super) const BULK_FLOWS: u16 = 22;
    pub(super) const UNRESPONSIVE_FLOWS: u16 = 23;
    pub(super) const MAX_SKBLEN: u16 = 24;
    pub(super) const FLOW_QUANTUM: u16 = 25;
}

/// Counters in a nest.
#[derive(Debug)]
pub(super) enum Nest {
    Qdisc(Box<XStats>),
    Class(ClassXStats, Instant),
}

impl Nest {
    pub(super) fn write(&self, kind: u16, to: &mut Body<'_>) -> Result<(), WriteError> {
        to.nest_as(kind, |to| match self {
            Self::Qdisc(stats) => qdisc(stats, to),
            Self::Class(stats, now) => class(stats, *now, to),
        })
    }
}

fn qdisc(it: &XStats, to: &mut Body<'_>) -> Result<(), WriteError> {
    to.value_64bit(of::CAPACITY_ESTIMATE64, &it.capacity_estimate, of::PAD)?;
    let words = [
        (of::MEMORY_LIMIT, it.memory_limit),
        (of::MEMORY_USED, it.memory_used),
        (of::AVG_NETOFF, it.avg_netoff),
        (of::MAX_NETLEN, it.max_netlen.into()),
        (of::MAX_ADJLEN, it.max_adjlen.into()),
        (of::MIN_NETLEN, it.min_netlen.into()),
        (of::MIN_ADJLEN, it.min_adjlen.into()),
    ];
    words.iter().try_for_each(|(kind, word)| to.value(*kind, word))?;
    to.nest_as(of::TIN_STATS, |to| {
        (1..).zip(it.tins()).try_for_each(|(number, tin)| to.nest_as(number, |to| one(tin, to)))
    })
}

fn micros(span: Duration) -> u32 {
    span.as_micros() as u32
}

/// A tin.
fn one(it: &TinStats, to: &mut Body<'_>) -> Result<(), WriteError> {
    to.value_64bit(tin::THRESHOLD_RATE64, &it.threshold_rate, tin::PAD)?;
    to.value_64bit(tin::SENT_BYTES64, &it.sent_bytes, tin::PAD)?;
    let words = [
        (tin::BACKLOG_BYTES, it.backlog_bytes as u32),
        (tin::TARGET_US, micros(it.target)),
        (tin::INTERVAL_US, micros(it.interval)),
        (tin::SENT_PACKETS, it.sent_packets as u32),
        (tin::DROPPED_PACKETS, it.dropped_packets as u32),
        (tin::ECN_MARKED_PACKETS, it.ecn_marked_packets as u32),
        (tin::ACKS_DROPPED_PACKETS, it.acks_dropped_packets as u32),
        (tin::PEAK_DELAY_US, micros(it.peak_delay)),
        (tin::AVG_DELAY_US, micros(it.avg_delay)),
        (tin::BASE_DELAY_US, micros(it.base_delay)),
        (tin::WAY_INDIRECT_HITS, it.way_indirect_hits as u32),
        (tin::WAY_MISSES, it.way_misses as u32),
        (tin::WAY_COLLISIONS, it.way_collisions as u32),
        (tin::SPARSE_FLOWS, it.sparse_flows),
        (tin::BULK_FLOWS, it.bulk_flows),
        (tin::UNRESPONSIVE_FLOWS, it.unresponsive_flows),
        (tin::MAX_SKBLEN, it.max_skblen),
        (tin::FLOW_QUANTUM, it.flow_quantum.into()),
    ];
    words.iter().try_for_each(|(kind, word)| to.value(*kind, word))
}

/// A queue.
fn class(it: &ClassXStats, now: Instant, to: &mut Body<'_>) -> Result<(), WriteError> {
    let since = |at: Option<Instant>| {
        let at = at.map_or(0, Instant::as_nanos);
        (now.as_nanos().wrapping_sub(at).cast_signed() / 1000) as i32
    };
    to.value(of::DEFICIT, &it.deficit)?;
    to.value(of::DROPPING, &u32::from(it.dropping))?;
    to.value(of::COBALT_COUNT, &it.cobalt_count)?;
    to.value(of::P_DROP, &it.p_drop)?;
    if it.p_drop != 0 {
        to.value(of::BLUE_TIMER_US, &since(it.blue_timer))?;
    }
    if it.dropping {
        to.value(of::DROP_NEXT_US, &since(it.drop_next))?;
    }
    Ok(())
}
