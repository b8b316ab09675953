//! cake's own counters, the kernel's and ours.

use core::time::Duration;

use softnet_qdisc::cake;
use softnet_qdisc_oracle::netlink::{attributes, find, long, word};

type Figures = Vec<(&'static str, u64)>;

/// `TCA_CAKE_STATS_*` that are numbers, in their order.
const STATS: [(u16, &str); 8] = [
    (2, "capacity"),
    (3, "memory limit"),
    (4, "memory used"),
    (5, "avg netoff"),
    (6, "min netlen"),
    (7, "max netlen"),
    (8, "min adjlen"),
    (9, "max adjlen"),
];
const TIN_STATS: u16 = 10;
/// `TCA_CAKE_TIN_STATS_*` that the kernel gives, in their order.
const TIN: [(u16, &str); 20] = [
    (2, "sent packets"),
    (3, "sent bytes"),
    (4, "dropped"),
    (6, "acks dropped"),
    (8, "marked"),
    (11, "backlog"),
    (12, "threshold"),
    (13, "target"),
    (14, "interval"),
    (15, "way hits"),
    (16, "way misses"),
    (17, "way collisions"),
    (18, "peak delay"),
    (19, "avg delay"),
    (20, "base delay"),
    (21, "sparse flows"),
    (22, "bulk flows"),
    (23, "unresponsive flows"),
    (24, "max len"),
    (25, "quantum"),
];

/// The kernel's own counters.
pub(crate) fn theirs(app: &[u8]) -> Figures {
    let number = |within: &[u8], kind| {
        let payload = find(within, kind).unwrap_or_default();
        if payload.len() == 8 { long(payload, 0) } else { word(payload, 0).map(u64::from) }
    };
    let read = |within: &[u8], names: &[(u16, &'static str)]| -> Figures {
        names.iter().map(|&(kind, name)| (name, number(within, kind).unwrap_or(u64::MAX))).collect()
    };
    let mut figures = read(app, &STATS);
    for (_, tin) in attributes(find(app, TIN_STATS).unwrap_or_default()) {
        figures.extend(read(tin, &TIN));
    }
    figures
}

/// Ours, in the same order.
pub(crate) fn ours(stats: &cake::XStats) -> Figures {
    let micros = |span: Duration| span.as_micros() as u64;
    let general = [
        stats.capacity_estimate,
        stats.memory_limit.into(),
        stats.memory_used.into(),
        stats.avg_netoff.into(),
        stats.min_netlen.into(),
        stats.max_netlen.into(),
        stats.min_adjlen.into(),
        stats.max_adjlen.into(),
    ];
    let mut figures: Figures = STATS.iter().map(|&(_, name)| name).zip(general).collect();
    for tin in stats.tins() {
        let own = [
            tin.sent_packets,
            tin.sent_bytes,
            tin.dropped_packets,
            tin.acks_dropped_packets,
            tin.ecn_marked_packets,
            tin.backlog_bytes,
            tin.threshold_rate,
            micros(tin.target),
            micros(tin.interval),
            tin.way_indirect_hits,
            tin.way_misses,
            tin.way_collisions,
            micros(tin.peak_delay),
            micros(tin.avg_delay),
            micros(tin.base_delay),
            tin.sparse_flows.into(),
            tin.bulk_flows.into(),
            tin.unresponsive_flows.into(),
            tin.max_skblen.into(),
            tin.flow_quantum.into(),
        ];
        figures.extend(TIN.iter().map(|&(_, name)| name).zip(own));
    }
    figures
}
