//! What only one kind counts (`TCA_STATS_APP`, `TCA_XSTATS`), as the structs of `pkt_sched.h` lie in memory: here they
//! are made of 32-bit words.

use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;

use softnet_sk_buff::Instant;

use super::kinds::micros;
use super::xstats_cake::Nest;
use crate::codel::Time;
use crate::{ClassXStats, DualPi2, Fq, Packet, Qdisc, XStats};

/// Counters of a kind.
#[derive(Debug)]
pub(super) enum App {
    /// A struct.
    Words(Vec<u32>),
    /// Attributes.
    Nest(Nest),
}

/// Those of a discipline (`Qdisc_ops::dump_stats`).
pub(super) fn of_qdisc<P: Packet>(qdisc: &dyn Qdisc<P>, now: Instant) -> Option<App> {
    Some(App::Words(match qdisc.xstats()? {
        XStats::Cake(it) => return Some(App::Nest(Nest::Qdisc(Box::new(it)))),
        XStats::Choke(it) => choke(&it),
        XStats::Codel(it) => codel(&it, now),
        XStats::DualPi2(it) => {
            let limit = qdisc.downcast_ref::<DualPi2<P>>()?.config().memory_limit;
            dualpi2(&it, limit, now)
        }
        XStats::Fq(it) => {
            let slack = qdisc.downcast_ref::<Fq<P>>()?.config().timer_slack;
            fq(&it, slack.as_nanos() as u64, now)
        }
        XStats::FqCodel(it) => fq_codel(&it),
        XStats::FqPie(it) => fq_pie(&it),
        XStats::Pie(it) => pie(&it),
        XStats::Red(it) => red(&it),
        // They show theirs among their options.
        XStats::Htb(_) | XStats::Sfq(_) => return None,
    }))
}

/// Those of a class (`Qdisc_class_ops::dump_stats`).
pub(super) fn of_class(xstats: &ClassXStats, now: Instant) -> Option<App> {
    Some(App::Words(match xstats {
        ClassXStats::Cake(it) => return Some(App::Nest(Nest::Class(*it, now))),
        ClassXStats::Sfq(it) => vec![it.allot.cast_unsigned()],
        ClassXStats::Drr(it) => vec![it.deficit],
        ClassXStats::Hfsc(it) => hfsc_class(it),
        ClassXStats::Qfq(it) => vec![it.weight, it.lmax],
        ClassXStats::FqCodel(it) => fq_codel_class(it, now),
        ClassXStats::Htb(it) => htb_class(it),
    }))
}

/// Whether CoDel drops, and in how many microseconds it does next.
fn dropping(next: Option<Time>, now: Instant) -> [u32; 2] {
    let until = next.map_or(0, |at| at.micros_from(now.into()));
    [next.is_some().into(), until.cast_unsigned()]
}

/// `struct tc_codel_xstats`.
fn codel(it: &crate::codel_queue::XStats, now: Instant) -> Vec<u32> {
    let [drops, until] = dropping(it.drop_next, now);
    let own = [it.maxpacket, it.count, it.lastcount, it.ldelay.as_micros(), until];
    let marks = [it.drop_overlimit as u32, it.ecn_mark as u32, drops, it.ce_mark as u32];
    [&own[..], &marks].concat()
}

/// `struct tc_fq_codel_qd_stats`, behind its type.
fn fq_codel(it: &crate::fq_codel::XStats) -> Vec<u32> {
    vec![
        0,
        it.maxpacket,
        it.drop_overlimit as u32,
        it.ecn_mark as u32,
        it.new_flow_count as u32,
        it.new_flows_len,
        it.old_flows_len,
        it.ce_mark as u32,
        it.memory_usage as u32,
        it.drop_overmemory as u32,
    ]
}

/// `struct tc_fq_codel_cl_stats`, behind its type; both kinds are as long as the longer one.
fn fq_codel_class(it: &crate::fq_codel::ClassXStats, now: Instant) -> Vec<u32> {
    let deficit = (it.deficit as i32).cast_unsigned();
    let [drops, until] = dropping(it.drop_next, now);
    vec![1, deficit, it.ldelay.as_micros(), it.count, it.lastcount, drops, until, 0, 0, 0]
}

/// `struct tc_htb_xstats`.
fn htb_class(it: &crate::htb::ClassXStats) -> Vec<u32> {
    let [tokens, ctokens] = [it.tokens, it.ctokens].map(i32::cast_unsigned);
    vec![it.lends, it.borrows, it.giants, tokens, ctokens]
}

/// `struct tc_hfsc_stats`.
fn hfsc_class(it: &crate::hfsc::ClassXStats) -> Vec<u32> {
    [&halves(it.work)[..], &halves(it.rtwork), &[it.period, it.level]].concat()
}

/// A 64-bit number as it lies in memory.
fn halves(number: u64) -> [u32; 2] {
    let [a, b, c, d, e, f, g, h] = number.to_ne_bytes();
    [u32::from_ne_bytes([a, b, c, d]), u32::from_ne_bytes([e, f, g, h])]
}

/// `struct tc_red_xstats`.
fn red(it: &crate::red::XStats) -> Vec<u32> {
    vec![it.early() as u32, it.pdrop as u32, 0, it.marked() as u32]
}

/// `struct tc_choke_xstats`.
fn choke(it: &crate::choke::XStats) -> Vec<u32> {
    let early = it.prob_drop.wrapping_add(it.forced_drop) as u32;
    let marked = it.prob_mark.wrapping_add(it.forced_mark) as u32;
    vec![early, it.pdrop as u32, 0, marked, it.matched as u32]
}

/// `struct tc_pie_xstats`.
fn pie(it: &crate::pie::XStats) -> Vec<u32> {
    let rate = it.avg_dq_rate.unwrap_or(0) as u32;
    let now = [micros(it.delay), rate, it.avg_dq_rate.is_some().into()];
    let counts = [it.packets_in as u32, it.dropped as u32, it.overlimit as u32];
    [&halves(it.prob)[..], &now, &counts, &[it.maxq, it.ecn_mark as u32]].concat()
}

/// `struct tc_fq_pie_xstats`.
fn fq_pie(it: &crate::fq_pie::XStats) -> Vec<u32> {
    vec![
        it.packets_in as u32,
        it.dropped as u32,
        it.overlimit as u32,
        it.overmemory as u32,
        it.ecn_mark as u32,
        it.new_flow_count as u32,
        it.new_flows_len,
        it.old_flows_len,
        it.memory_usage as u32,
    ]
}

/// `struct tc_fq_qd_stats`. When nobody waits, the time until somebody is let go is what the sum makes of never.
fn fq(it: &crate::fq::XStats, slack: u64, now: Instant) -> Vec<u32> {
    let next = it.time_next_delayed_flow.map_or(u64::MAX, Instant::as_nanos);
    let until = next.wrapping_add(slack).wrapping_sub(now.as_nanos());
    let first = [it.gc_flows, 0, 0, it.throttled, it.flows_plimit, it.pkts_too_long];
    let flows = [it.flows, it.inactive_flows, it.throttled_flows];
    let latency = u32::try_from(it.unthrottle_latency_ns).unwrap_or(u32::MAX);
    let then = [it.ce_mark, it.horizon_drops, it.horizon_caps, it.fastpath_packets];
    let mut words: Vec<u32> = first.into_iter().flat_map(halves).collect();
    words.extend([it.allocation_errors, until].into_iter().flat_map(halves));
    words.extend(flows);
    words.push(latency);
    words.extend(then.into_iter().chain(it.band_drops).flat_map(halves));
    words.extend(it.band_pkt_count);
    words.push(0);
    words
}

/// `struct tc_dualpi2_xstats`.
fn dualpi2(it: &crate::dualpi2::XStats, memory_limit: u32, now: Instant) -> Vec<u32> {
    let waits = |head: Option<Instant>| {
        let nanos = head.map_or(0, |head| now.as_nanos().saturating_sub(head.as_nanos()));
        u32::try_from(nanos / 1000).unwrap_or(u32::MAX)
    };
    vec![
        it.prob,
        waits(it.c_head),
        waits(it.l_head),
        it.packets_in_c as u32,
        it.packets_in_l as u32,
        it.maxq,
        it.ecn_mark as u32,
        it.step_marks as u32,
        it.credit.cast_unsigned(),
        it.memory_used,
        it.max_memory_used,
        memory_limit,
    ]
}
