//! codel under a tbf.

use softnet_qdisc::{Codel, codel_queue};

use crate::fq_codel::codel;
use crate::lab::{self, Case};
use crate::tbf::Shaper;
use crate::traffic::Traffic;

#[test]
fn codel_alone() {
    lab::run("codel", |rng| {
        let shaper = Shaper::random(rng);
        let limit = rng.range32(1, 300);
        let (codel, line) = codel(rng);
        let config = codel_queue::Config { limit, codel };
        let (packets, ds) = (rng.range32(50, 400), vec![0, 1, 2, 3]);
        let traffic = Traffic { rate: shaper.load(rng), packets, ds, ..Traffic::default() };
        let child = format!("qdisc add dev va parent 1:1 handle 2: codel limit {limit} {line}");
        let build = move |_| shaper.over(Box::new(Codel::new(config).unwrap()));
        Case::new([shaper.tc(), child], build, traffic.events(rng)).drained_at(shaper.rate())
    });
}
