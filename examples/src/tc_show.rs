//! Statistics of disciplines and classes, written as `tc -s` writes them.

use core::fmt::Write;

use softnet_qdisc::tree::Tree;
use softnet_qdisc::{Class, ClassXStats, Handle, Packet, Qdisc, Stats, XStats};

/// Classes shown of one discipline; those of fq_codel and its like are too many to read.
const CLASSES: usize = 12;

/// `tc -s qdisc show` and then `tc -s class show`. Classes that never had a packet are left out.
#[must_use]
pub fn tree<P: Packet>(tree: &Tree<P>) -> String {
    let mut out = String::new();
    tree.walk(&mut |shown| {
        let place = shown.parent.map_or("root".into(), |parent| format!("parent {parent:?}"));
        let handle = number(shown.handle);
        let _ = writeln!(out, "qdisc {} {handle} {place}", shown.qdisc.kind());
        basic(&mut out, shown.qdisc.stats());
        if let Some(xstats) = shown.qdisc.xstats() {
            qdisc_xstats(&mut out, &xstats);
        }
    });
    tree.walk(&mut |shown| classes(&mut out, shown.qdisc));
    out
}

fn number(handle: Handle) -> String {
    format!("{:x}:", handle.0)
}

fn basic(out: &mut String, stats: &Stats) {
    let Stats { bytes, packets, drops, overlimits, requeues, backlog, .. } = stats;
    let _ = writeln!(
        out,
        " Sent {bytes} bytes {packets} pkt (dropped {drops}, overlimits {overlimits} requeues {requeues})\n backlog {}b {}p requeues {requeues}",
        backlog.bytes, backlog.packets,
    );
}

fn classes<P: Packet>(out: &mut String, qdisc: &dyn Qdisc<P>) {
    let (mut shown, mut more) = (0, 0_u32);
    qdisc.walk(&mut |each| {
        let quiet = each.stats.packets == 0 && each.stats.backlog.packets == 0;
        if quiet && each.stats.drops == 0 {
            return;
        }
        if shown == CLASSES {
            more += 1;
            return;
        }
        shown += 1;
        class(out, qdisc.kind(), each);
    });
    if more > 0 {
        let _ = writeln!(out, "({more} more classes of {})", qdisc.kind());
    }
}

fn class<P: Packet>(out: &mut String, kind: &str, class: &Class<'_, P>) {
    let parent = match class.parent {
        Some(parent) => format!("parent {parent:?}"),
        None => "root".into(),
    };
    let _ = writeln!(out, "class {kind} {:?} {parent}", class.id);
    basic(out, &class.stats);
    let _ = match class.xstats {
        Some(ClassXStats::Htb(htb)) => writeln!(
            out,
            " lended: {} borrowed: {} giants: {}\n tokens: {} ctokens: {}",
            htb.lends, htb.borrows, htb.giants, htb.tokens, htb.ctokens
        ),
        Some(ClassXStats::Drr(drr)) => writeln!(out, " deficit {}b", drr.deficit),
        Some(ClassXStats::FqCodel(flow)) => {
            writeln!(
                out,
                "  deficit {} count {} lastcount {} ldelay {}",
                flow.deficit,
                flow.count,
                flow.lastcount,
                micros(flow.ldelay.as_micros().into())
            )
        }
        Some(ClassXStats::Qfq(qfq)) => writeln!(out, " weight {} lmax {}", qfq.weight, qfq.lmax),
        Some(ClassXStats::Sfq(sfq)) => writeln!(out, " allot {}", sfq.allot),
        _ => Ok(()),
    };
}

fn qdisc_xstats(out: &mut String, xstats: &XStats) {
    let _ = match xstats {
        XStats::FqCodel(fq) => writeln!(
            out,
            "  maxpacket {} drop_overlimit {} new_flow_count {} ecn_mark {}\n  new_flows_len {} old_flows_len {}",
            fq.maxpacket,
            fq.drop_overlimit,
            fq.new_flow_count,
            fq.ecn_mark,
            fq.new_flows_len,
            fq.old_flows_len,
        ),
        XStats::Codel(codel) => writeln!(
            out,
            "  count {} lastcount {} ldelay {}\n  maxpacket {} ecn_mark {} drop_overlimit {}",
            codel.count,
            codel.lastcount,
            micros(codel.ldelay.as_micros().into()),
            codel.maxpacket,
            codel.ecn_mark,
            codel.drop_overlimit,
        ),
        XStats::Red(red) => writeln!(
            out,
            "  marked {} early {} pdrop {} other 0",
            red.prob_mark + red.forced_mark,
            red.prob_drop + red.forced_drop,
            red.pdrop,
        ),
        XStats::Choke(choke) => writeln!(
            out,
            "  marked {} early {} pdrop {} other 0 matched {}",
            choke.prob_mark + choke.forced_mark,
            choke.prob_drop + choke.forced_drop,
            choke.pdrop,
            choke.matched,
        ),
        XStats::Htb(htb) => writeln!(out, " direct_packets_stat {}", htb.direct_packets),
        XStats::Cake(cake) => cake_tins(out, cake),
        // What has no lines here shows what every discipline has.
        _ => Ok(()),
    };
}

/// cake's columns, a tin in each.
fn cake_tins(out: &mut String, cake: &softnet_qdisc::cake::XStats) -> core::fmt::Result {
    writeln!(
        out,
        " memory used: {}b of {}b\n capacity estimate: {}bit",
        cake.memory_used,
        cake.memory_limit,
        cake.capacity_estimate.saturating_mul(8)
    )?;
    let tins = cake.tins();
    let mut row = |name: &str, value: &dyn Fn(&softnet_qdisc::cake::TinStats) -> String| {
        write!(out, "  {name:<10}")?;
        tins.iter().try_for_each(|tin| write!(out, "{:>14}", value(tin)))?;
        writeln!(out)
    };
    row("thresh", &|tin| format!("{}bit", tin.threshold_rate.saturating_mul(8)))?;
    row("target", &|tin| micros(tin.target.as_micros()))?;
    row("interval", &|tin| micros(tin.interval.as_micros()))?;
    row("pk_delay", &|tin| micros(tin.peak_delay.as_micros()))?;
    row("av_delay", &|tin| micros(tin.avg_delay.as_micros()))?;
    row("sp_delay", &|tin| micros(tin.base_delay.as_micros()))?;
    row("backlog", &|tin| format!("{}b", tin.backlog_bytes))?;
    row("pkts", &|tin| tin.sent_packets.to_string())?;
    row("bytes", &|tin| tin.sent_bytes.to_string())?;
    row("way_inds", &|tin| tin.way_indirect_hits.to_string())?;
    row("way_miss", &|tin| tin.way_misses.to_string())?;
    row("way_cols", &|tin| tin.way_collisions.to_string())?;
    row("drops", &|tin| tin.dropped_packets.to_string())?;
    row("marks", &|tin| tin.ecn_marked_packets.to_string())?;
    row("ack_drop", &|tin| tin.acks_dropped_packets.to_string())?;
    row("sp_flows", &|tin| tin.sparse_flows.to_string())?;
    row("bk_flows", &|tin| tin.bulk_flows.to_string())?;
    row("un_flows", &|tin| tin.unresponsive_flows.to_string())?;
    row("max_len", &|tin| tin.max_skblen.to_string())?;
    row("quantum", &|tin| tin.flow_quantum.to_string())
}

/// A time as tc writes one.
fn micros(micros: u128) -> String {
    match micros {
        0..1_000 => format!("{micros}us"),
        1_000..1_000_000 => format!("{:.1}ms", micros as f64 / 1e3),
        _ => format!("{:.1}s", micros as f64 / 1e6),
    }
}
