//! pfifo_fast under a tbf. Linux makes one only where nothing else was asked for: with the sysctl
//! for the default discipline, or by its name.

use softnet_qdisc::{PfifoFast, pfifo_fast};
use softnet_qdisc_oracle::Command;

use crate::lab::{self, Case};
use crate::tbf::Shaper;
use crate::traffic::Traffic;

#[test]
fn pfifo_fast() {
    lab::run("pfifo_fast", |rng| {
        let shaper = Shaper::random(rng);
        let tx_queue_len = rng.range32(2, 100);
        let priorities = (0..16).chain([0x10, 0x1_0006]).collect();
        let traffic =
            Traffic { packets: 300, rate: shaper.load(rng), priorities, ..Traffic::default() };
        let tc = [shaper.tc(), "qdisc add dev va parent 1:1 pfifo_fast".into()];
        let build = move |_| {
            let config = pfifo_fast::Config { tx_queue_len };
            shaper.over(Box::new(PfifoFast::new(config).unwrap()))
        };
        let mut case = Case::new(tc, build, traffic.events(rng)).drained_at(shaper.rate());
        let line = format!("link set va txqueuelen {tx_queue_len} up");
        case.setup.insert(0, Command::Ip(line));
        case
    });
}
