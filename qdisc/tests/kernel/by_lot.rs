//! Disciplines that decide by lot, where nothing is certain: what they did in many scripts, summed up,
//! beside what the kernel's did.
//!
//! If events were independent, of two sums n and m with the same mean n - m would have a deviation of
//! √(n + m). Drops make drops soon less likely, but while choke's queue is above its second threshold
//! all packets are marked: marks come in crowds, and eight runs of ours with other seeds gave 86,300
//! of them with a deviation of 580, twice as much. Ten times √(n + m) are allowed.

use alloc::collections::BTreeMap;

use softnet_qdisc::red::Params;
use softnet_qdisc::{Choke, FqPie, Handle, Pie, Qdisc, Red, choke, fq_pie, jiffies, pie, red};
use softnet_qdisc_oracle::{Entry, Outcome, Rng, What};
use softnet_sk_buff::Instant;

use crate::aqm_stats;
use crate::drive::Ours;
use crate::frame::{Frame, OWN_FLOW};
use crate::lab::{self, Case};
use crate::pie::{HZ, first_update, made_on_the_way};
use crate::red::{ECN, add, options};
use crate::tbf::Shaper;
use crate::traffic::{Traffic, udp};

type Sums = BTreeMap<&'static str, (u64, u64)>;

/// What is compared: how often something happened.
const COUNTS: [&str; 8] =
    ["early", "pdrop", "marked", "matched", "packets_in", "dropped", "overlimit", "ecn_mark"];

fn compare(name: &'static str, make: impl Fn(&mut Rng) -> Case) {
    let mut sums = Sums::new();
    let seen = lab::watch(&format!("{name}_by_lot"), make, |case, outcome| {
        let ours = ours(case, outcome);
        for (index, sum) in [kernels(name, outcome), ours].into_iter().enumerate() {
            for (what, count) in sum.into_iter().filter(|(what, _)| COUNTS.contains(what)) {
                let both = sums.entry(what).or_default();
                *if index == 0 { &mut both.0 } else { &mut both.1 } += count;
            }
        }
    });
    let Some(scripts) = seen else { return };
    println!("{name} by lot: {scripts} scripts; kernel's and ours: {sums:?}");
    assert!(sums.values().any(|&(kernel, _)| kernel > 100 * scripts as u64 / 20), "{sums:?}");
    for (what, (kernel, ours)) in sums {
        let deviation = ((kernel + ours) as f64).sqrt();
        let off = kernel.abs_diff(ours) as f64;
        assert!(
            off <= 10.0 * deviation + 3.0,
            "{name}'s {what}: the kernel's {kernel}, ours {ours}"
        );
    }
}

/// What the kernel's discipline showed at last.
fn kernels(name: &str, outcome: &Outcome) -> Vec<(&'static str, u64)> {
    let last = outcome.log.iter().rev().find_map(|entry| match entry {
        Entry::Probed { qdiscs, .. } => qdiscs.iter().find(|shown| shown.kind() == name),
        _ => None,
    });
    let shown = last.expect("a look at the end");
    aqm_stats::theirs(name, shown.app()).expect("its own counters")
}

/// What ours shows after the same arrivals, at the kernel's readings of the clock.
fn ours(case: &Case, outcome: &Outcome) -> Vec<(&'static str, u64)> {
    let mut ours = Ours::new((case.build)(outcome.start));
    let (mut arrivals, mut changes) = (case.arrivals.iter(), case.changes.iter());
    for entry in &outcome.log {
        wake(&mut ours, entry.at());
        match entry {
            Entry::Sent { at, .. } => {
                if let Some(What::Send(send)) = arrivals.next().map(|event| &event.what) {
                    let _ = ours.send(Frame::new(send, outcome.start), *at);
                }
            }
            Entry::Did { from, .. } => {
                if let Some(change) = changes.next() {
                    ours.change(*from, &change.apply);
                }
            }
            Entry::Left { .. } | Entry::Came { .. } | Entry::Probed { .. } => {}
        }
    }
    let child = ours.root.leaf(Handle(1).class(1)).and_then(|child| child.xstats());
    child.and_then(aqm_stats::ours).expect("its own counters")
}

fn wake(ours: &mut Ours, until: u64) {
    while let Some(at) = ours.deadline.filter(|&at| at <= until) {
        ours.run(at);
        ours.left.clear();
    }
}

/// 16 kbit/s to 8 Mbit/s, loaded more than it can carry.
fn overload(rng: &mut Rng, packets: u32) -> (Shaper, Traffic) {
    let shaper = Shaper::random(rng);
    let rate = shaper.rate() * rng.range(11, 25) / 10;
    (shaper, Traffic { rate, packets, ds: vec![0, 1, 2, 3], ..Traffic::default() })
}

#[test]
fn red_by_lot() {
    compare("red", |rng| {
        let (shaper, traffic) = overload(rng, 600);
        let params = params(rng, 3000, 12_000, 40_000);
        let mut config = red::Config::new(100_000, params);
        config.ecn = rng.one_in(2);
        let flags = if config.ecn { ECN } else { 0 };
        let options = options(config.limit, &config.params, flags);
        let seed = rng.range(0, u64::MAX);
        let build =
            move |_| shaper.over(Box::new(Red::new(Handle(2), config.clone(), seed).unwrap()));
        let mut case =
            Case::new([shaper.tc()], build, traffic.events(rng)).drained_at(shaper.rate());
        case.setup.push(add("red", &options));
        case
    });
}

/// A few flows, so that many meet. The queue is longer than any script, for in the kernel one with
/// holes may run full, then looks empty, and keeps packets for ever in its counts: with a limit of 100
/// it refuses twice as many as it should.
#[test]
fn choke_by_lot() {
    compare("choke", |rng| {
        let (shaper, traffic) = overload(rng, 600);
        let mut config = choke::Config::new(1000, params(rng, 3, 12, 40));
        config.ecn = rng.one_in(2);
        let flags = if config.ecn { ECN } else { 0 };
        let options = options(config.limit, &config.params, flags);
        let mut arrivals = traffic.events(rng);
        let flows = rng.range(2, 6);
        for event in &mut arrivals {
            if let What::Send(send) = &mut event.what {
                let flow = OWN_FLOW - 1000 + rng.range(0, flows) as u16;
                send.head = udp(send.len, rng.pick(&[0, 1, 2, 3]), flow);
            }
        }
        let seed = rng.range(0, u64::MAX);
        let build = move |_| shaper.over(Box::new(Choke::new(config.clone(), seed).unwrap()));
        let mut case = Case::new([shaper.tc()], build, arrivals).drained_at(shaper.rate());
        case.setup.push(add("choke", &options));
        case
    });
}

/// Thresholds `min` and up to `span` above that, and 2 to 20 % between them.
fn params(rng: &mut Rng, min: u32, low: u32, high: u32) -> Params {
    let (wlog, plog, scell_log) = (rng.range(1, 4) as u8, 20, 12);
    let max_p = rng.range32(85_899_346, 858_993_459);
    let qth_max = min + rng.range32(low, high);
    let mut stab = [0; 256];
    for (shift, cell) in (0..).zip(&mut stab) {
        *cell = (shift / 9) as u8;
    }
    Params { qth_min: min, qth_max, wlog, plog, scell_log, stab, max_p }
}

fn pie_params(rng: &mut Rng) -> (pie::Params, String) {
    let (ecn, bytemode) = (rng.one_in(2), rng.one_in(3));
    let dq_rate_estimator = rng.one_in(3);
    let tupdate = jiffies::period(core::time::Duration::from_millis(15), HZ).unwrap();
    let params =
        pie::Params { tupdate, ecn, bytemode, dq_rate_estimator, ..pie::Params::default() };
    let mut line = String::new();
    for (set, word) in
        [(ecn, " ecn"), (bytemode, " bytemode"), (dq_rate_estimator, " dq_rate_estimator")]
    {
        line += if set { word } else { "" };
    }
    (params, line)
}

#[test]
fn pie_by_lot() {
    compare("pie", |rng| {
        let (shaper, traffic) = overload(rng, 1500);
        let (pie, line) = pie_params(rng);
        let config = pie::Config { limit: 200, pie };
        let command = format!("qdisc add dev va parent 1:1 handle 2: pie limit 200{line}");
        let seed = rng.range(0, u64::MAX);
        made_on_the_way(shaper, traffic.events(rng), command, move |now: Instant| {
            let mut pie = Pie::new(config, seed).unwrap();
            pie.set_next_update(first_update(now));
            Box::new(pie) as Box<dyn Qdisc<Frame>>
        })
    });
}

#[test]
fn fq_pie_by_lot() {
    compare("fq_pie", |rng| {
        let (shaper, traffic) = overload(rng, 1500);
        let (pie, line) = pie_params(rng);
        let config = fq_pie::Config { limit: 200, pie, ..Default::default() };
        let command = format!("qdisc add dev va parent 1:1 handle 2: fq_pie limit 200{line}");
        let priorities = (1..=rng.range32(1, 4)).map(|flow| (2 << 16) + flow).collect();
        let traffic = Traffic { priorities, ..traffic };
        let seeds = [rng.range(0, u64::MAX), rng.range(0, u64::MAX)];
        made_on_the_way(shaper, traffic.events(rng), command, move |now: Instant| {
            let mut fq = FqPie::new(Handle(2), config, seeds).unwrap();
            fq.set_next_update(first_update(now));
            Box::new(fq) as Box<dyn Qdisc<Frame>>
        })
    });
}
