//! What only codel, red, choke, pie and fq_pie show (`tc_…_xstats` of `pkt_sched.h`).

use softnet_qdisc::XStats;
use softnet_qdisc_oracle::netlink::{long, word};

use crate::stats::Figures;

const CODEL: [&str; 9] = [
    "maxpacket",
    "count",
    "lastcount",
    "ldelay",
    UNTIL,
    "drop_overlimit",
    "ecn_mark",
    "dropping",
    "ce_mark",
];
/// Depends on when it is asked.
const UNTIL: &str = "drop_next";

const RED: [&str; 4] = ["early", "pdrop", "other", "marked"];
const CHOKE: [&str; 5] = ["early", "pdrop", "other", "marked", "matched"];

const PIE: [&str; 8] = [
    "delay",
    "avg_dq_rate",
    "dq_rate_estimating",
    "packets_in",
    "dropped",
    "overlimit",
    "maxq",
    "ecn_mark",
];

const FQ_PIE: [&str; 9] = [
    "packets_in",
    "dropped",
    "overlimit",
    "overmemory",
    "ecn_mark",
    "new_flow_count",
    "new_flows_len",
    "old_flows_len",
    "memory_usage",
];

/// The kernel's, as far as they are compared; `None` if the kind is another.
pub(crate) fn theirs(kind: &str, app: &[u8]) -> Option<Figures> {
    let words = |first: usize, names: &[&'static str]| -> Figures {
        let word = |(index, &name)| (name, word(app, first + index).unwrap_or(0).into());
        names.iter().enumerate().map(word).collect()
    };
    Some(match kind {
        "codel" => words(0, &CODEL).into_iter().filter(|(name, _)| *name != UNTIL).collect(),
        "red" => words(0, &RED),
        "choke" => words(0, &CHOKE),
        "pie" => [vec![("prob", long(app, 0).unwrap_or(0))], words(2, &PIE)].concat(),
        "fq_pie" => words(0, &FQ_PIE),
        _ => return None,
    })
}

/// Ours, in the order of the kernel's struct.
pub(crate) fn ours(xstats: XStats) -> Option<Figures> {
    Some(match xstats {
        XStats::Codel(s) => {
            let figures = [
                s.maxpacket.into(),
                s.count.into(),
                s.lastcount.into(),
                s.ldelay.as_micros().into(),
                s.drop_overlimit,
                s.ecn_mark,
                s.drop_next.is_some().into(),
                s.ce_mark,
            ];
            CODEL.into_iter().filter(|&name| name != UNTIL).zip(figures).collect()
        }
        XStats::Red(s) => RED.into_iter().zip([s.early(), s.pdrop, 0, s.marked()]).collect(),
        XStats::Choke(s) => {
            let (early, marked) = (s.prob_drop + s.forced_drop, s.prob_mark + s.forced_mark);
            CHOKE.into_iter().zip([early, s.pdrop, 0, marked, s.matched]).collect()
        }
        XStats::Pie(s) => {
            let figures = [
                u64::from(s.delay.as_nanos() as u32 / 1000),
                s.avg_dq_rate.unwrap_or(0),
                s.avg_dq_rate.is_some().into(),
                s.packets_in,
                s.dropped,
                s.overlimit,
                s.maxq.into(),
                s.ecn_mark,
            ];
            [("prob", s.prob)].into_iter().chain(PIE.into_iter().zip(figures)).collect()
        }
        XStats::FqPie(s) => {
            let figures = [
                s.packets_in,
                s.dropped,
                s.overlimit,
                s.overmemory,
                s.ecn_mark,
                s.new_flow_count,
                s.new_flows_len.into(),
                s.old_flows_len.into(),
                s.memory_usage,
            ];
            FQ_PIE.into_iter().zip(figures).collect()
        }
        _ => return None,
    })
}
