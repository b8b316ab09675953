//! pie and fq_pie under a tbf: as long as less than two packets of the link's size wait nothing is
//! dropped by lot, but the probability goes its way, and that is shown.

use core::time::Duration;

use softnet_qdisc::pie::Params;
use softnet_qdisc::{Cx, FqPie, Handle, Pie, Qdisc, fq_pie, jiffies, pie};
use softnet_qdisc_oracle::{Command, Event, Rng};
use softnet_sk_buff::Instant;

use crate::frame::Frame;
use crate::lab::{self, Case, Change};
use crate::tbf::Shaper;
use crate::traffic::Traffic;

pub(crate) const HZ: u32 = 100;
const JIFFY: u64 = 10_000_000;
/// In the middle between two milliseconds, so that it is known in which jiffy the discipline is made.
const MADE: u64 = 500_000;
const BEGIN: u64 = 5_000_000;

#[test]
fn pie_alone() {
    lab::run("pie", |rng| {
        let limit = rng.range32(1, 12);
        let (params, line) = params(rng);
        let config = pie::Config { limit, pie: params };
        let command = format!("qdisc add dev va parent 1:1 handle 2: pie limit {limit} {line}");
        case(rng, limit, vec![0], command, move |now| {
            let mut pie = Pie::new(config, 0).unwrap();
            pie.set_next_update(first_update(now));
            Box::new(pie)
        })
    });
}

#[test]
fn fq_pie_alone() {
    lab::run("fq_pie", |rng| {
        let limit = rng.range32(1, 12);
        let (pie, line) = params(rng);
        let quantum = rng.pick(&[300, 1000, 1514, 5000]);
        let config = fq_pie::Config { limit, quantum, pie, ..Default::default() };
        let command = format!(
            "qdisc add dev va parent 1:1 handle 2: fq_pie limit {limit} quantum {quantum} {line}"
        );
        let priorities = (1..=4).map(|flow| (2 << 16) + flow).collect();
        case(rng, limit, priorities, command, move |now| {
            let mut fq = FqPie::new(Handle(2), config, [0, 0]).unwrap();
            fq.set_next_update(first_update(now));
            Box::new(fq)
        })
    });
}

/// So slow that a script outlasts the first half second, in which nothing is steered.
fn slow(rng: &mut Rng) -> Shaper {
    loop {
        let shaper = Shaper::random(rng);
        if shaper.rate() < 100_000 {
            return shaper;
        }
    }
}

/// Makes the discipline that `command` makes when it is half past a millisecond, so that it is known in
/// which jiffy that is; all arrivals come after that.
pub(crate) fn made_on_the_way(
    shaper: Shaper,
    mut arrivals: Vec<Event>,
    command: String,
    make: impl Fn(Instant) -> Box<dyn Qdisc<Frame>> + 'static,
) -> Case {
    for event in &mut arrivals {
        event.at += BEGIN;
    }
    let mut case =
        Case::new([shaper.tc()], move |_| shaper.alone(), arrivals).drained_at(shaper.rate());
    let apply = move |root: &mut Box<dyn Qdisc<Frame>>, cx: &mut Cx<'_, Frame>| {
        root.graft(&[Handle(1).class(1)], make(cx.now), cx).unwrap();
    };
    let command = Command::Tc(command);
    case.changes.push(Change { at: MADE, command, apply: Box::new(apply) });
    case
}

/// Half a second after the jiffy in which it was made, and one more jiffy for the timer wheel.
pub(crate) fn first_update(now: Instant) -> Instant {
    let jiffy = now.as_nanos() / JIFFY;
    Instant::from_nanos((jiffy + u64::from(HZ) / 2 + 1) * JIFFY)
}

fn case(
    rng: &mut Rng,
    limit: u32,
    priorities: Vec<u32>,
    command: String,
    make: impl Fn(Instant) -> Box<dyn Qdisc<Frame>> + 'static,
) -> Case {
    let shaper = slow(rng);
    let (packets, ds) = (rng.range32(50, 400), vec![0, 1, 2, 3]);
    let rate = shaper.load(rng);
    // As many of these as may wait are less than two packets of the link's size.
    let len = (2 * 1514 - 1) / limit.max(2);
    let traffic = Traffic { rate, packets, ds, priorities, len: (60, len), ..Traffic::default() };
    made_on_the_way(shaper, traffic.events(rng), command, make)
}

fn params(rng: &mut Rng) -> (Params, String) {
    let (target, tupdate) = (rng.log_range(100, 100_000), rng.log_range(1000, 100_000));
    // tc takes 0 for "not given".
    let (alpha, beta) = (rng.range32(1, 32), rng.range32(1, 32));
    let [ecn, bytemode, dq_rate_estimator] = [2, 2, 2].map(|n| rng.one_in(n));
    let params = Params {
        target: Duration::from_micros(target),
        tupdate: jiffies::period(Duration::from_micros(tupdate), HZ).unwrap(),
        alpha,
        beta,
        ecn,
        bytemode,
        dq_rate_estimator,
        psched_mtu: 1514,
    };
    let mut line = format!("target {target}us tupdate {tupdate}us alpha {alpha} beta {beta}");
    for (set, yes, no) in [
        (ecn, "ecn", "noecn"),
        (bytemode, "bytemode", "nobytemode"),
        (dq_rate_estimator, "dq_rate_estimator", "no_dq_rate_estimator"),
    ] {
        line += &format!(" {}", if set { yes } else { no });
    }
    (params, line)
}
