//! fq_codel under a tbf, its flows named by priorities.

use core::time::Duration;

use softnet_qdisc::codel::{self, CeThreshold};
use softnet_qdisc::{ClassId, FqCodel, Handle, fq_codel};
use softnet_qdisc_oracle::Rng;

use crate::lab::{self, Case};
use crate::leaf::{by_mark, by_mark_tc};
use crate::tbf::Shaper;
use crate::traffic::Traffic;

#[test]
fn fq_codel() {
    lab::run("fq_codel", |rng| {
        let shaper = Shaper::random(rng);
        let (config, line) = random(rng);
        let flows = rng.range32(1, 8);
        let priorities = (1..=flows).map(|flow| (2 << 16) + flow).collect();
        let ds = vec![0, 1, 2, 3];
        let packets = rng.range32(50, 400);
        let traffic =
            Traffic { rate: shaper.load(rng), packets, priorities, ds, ..Traffic::default() };
        let child = format!("qdisc add dev va parent 1:1 handle 2: {line}");
        let build =
            move |_| shaper.over(Box::new(FqCodel::new(Handle(2), config, [0, 0]).unwrap()));
        Case::new([shaper.tc(), child], build, traffic.events(rng)).drained_at(shaper.rate())
    });
}

/// Some marks have a filter; packets with others are dropped, but for those whose priority names a
/// queue.
#[test]
fn fq_codel_with_filters() {
    lab::run("fq_codel_filters", |rng| {
        let shaper = Shaper::random(rng);
        let (config, line) = random(rng);
        let marks = vec![0, 1, 2, 3];
        let priorities = vec![0, (2 << 16) + 1, (2 << 16) + 7];
        let packets = rng.range32(50, 300);
        let traffic =
            Traffic { rate: shaper.load(rng), packets, priorities, marks, ..Traffic::default() };
        let placed: Vec<(u32, ClassId)> =
            (1..=3).map(|mark| (mark, Handle(2).class(rng.range(0, 9) as u16))).collect();
        let child = format!("qdisc add dev va parent 1:1 handle 2: {line}");
        let filters = placed.iter().map(|&(mark, to)| by_mark_tc(Handle(2), mark, to));
        let setup: Vec<String> = [shaper.tc(), child].into_iter().chain(filters).collect();
        let build = move |_| {
            let mut fq = FqCodel::new(Handle(2), config, [0, 0]).unwrap();
            for &(mark, to) in &placed {
                by_mark(&mut fq, mark, to);
            }
            shaper.over(Box::new(fq))
        };
        Case::new(setup, build, traffic.events(rng)).drained_at(shaper.rate())
    });
}

fn random(rng: &mut Rng) -> (fq_codel::Config, String) {
    let limit = rng.range32(5, 200);
    let quantum = rng.pick(&[300, 1000, 1514, 5000]);
    let drop_batch = rng.pick(&[1, 4, 64]);
    let (mut codel, mut line) = codel(rng);
    if let Some(threshold) = &mut codel.ce_threshold
        && rng.one_in(2)
    {
        (threshold.selector, threshold.mask) = rng.pick(&[(1, 3), (0, 1), (2, 2)]);
        line += &format!(" ce_threshold_selector {}/{}", threshold.selector, threshold.mask);
    }
    let config = fq_codel::Config { limit, quantum, drop_batch, codel, ..Default::default() };
    (config, format!("fq_codel limit {limit} quantum {quantum} drop_batch {drop_batch} {line}"))
}

/// CoDel's options.
pub(crate) fn codel(rng: &mut Rng) -> (codel::Config, String) {
    let target = rng.log_range(100, 50_000);
    let interval = rng.log_range(1000, 200_000);
    let ecn = rng.one_in(2);
    let threshold = rng.one_in(3).then(|| rng.log_range(100, 50_000));
    let codel = codel::Config {
        target: Duration::from_micros(target).into(),
        interval: Duration::from_micros(interval).into(),
        mtu: 1514,
        ecn,
        ce_threshold: threshold.map(|micros| CeThreshold::over(Duration::from_micros(micros))),
    };
    let mut line =
        format!("target {target}us interval {interval}us {}", if ecn { "ecn" } else { "noecn" });
    if let Some(threshold) = threshold {
        line += &format!(" ce_threshold {threshold}us");
    }
    (codel, line)
}
