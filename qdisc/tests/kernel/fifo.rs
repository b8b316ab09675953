//! pfifo, bfifo and pfifo_head_drop, as roots, where they only ever pass packets on, and under a tbf, where they fill.

use softnet_qdisc::Fifo;
use softnet_qdisc_oracle::Rng;

use crate::lab::{self, Case};
use crate::tbf::Shaper;
use crate::traffic::Traffic;

#[test]
fn pfifo() {
    lab::run("pfifo", |rng| leaf(rng, "pfifo", 1, 40));
}

#[test]
fn bfifo() {
    lab::run("bfifo", |rng| leaf(rng, "bfifo", 1500, 30_000));
}

#[test]
fn pfifo_head_drop() {
    lab::run("pfifo_head_drop", |rng| leaf(rng, "pfifo_head_drop", 1, 40));
}

fn leaf(rng: &mut Rng, kind: &'static str, low: u32, high: u32) -> Case {
    let limit = rng.range32(low, high);
    let build = move || match kind {
        "pfifo" => Fifo::pfifo(limit).unwrap(),
        "pfifo_head_drop" => Fifo::pfifo_head_drop(limit).unwrap(),
        _ => Fifo::bfifo(limit).unwrap(),
    };
    if rng.one_in(8) {
        let arrivals = Traffic::default().events(rng);
        let tc = [format!("qdisc add dev va root {kind} limit {limit}")];
        return Case::new(tc, move |_| Box::new(build()), arrivals);
    }
    let shaper = Shaper::random(rng);
    let arrivals = Traffic { rate: shaper.load(rng), ..Traffic::default() }.events(rng);
    let tc = [shaper.tc(), format!("qdisc add dev va parent 1:1 {kind} limit {limit}")];
    Case::new(tc, move |_| shaper.over(Box::new(build())), arrivals).drained_at(shaper.rate())
}
