//! blackhole, alone and in bands of a prio: what it takes is gone, and nobody is told.

use softnet_qdisc::{Blackhole, Cx, Handle, Prio, Qdisc, prio};
use softnet_sk_buff::{DropCounts, Instant};

use crate::frame::Frame;
use crate::lab::{self, Case};
use crate::tbf::Shaper;
use crate::traffic::Traffic;

#[test]
fn blackhole() {
    lab::run("blackhole", |rng| {
        let shaper = Shaper::random(rng);
        let traffic =
            Traffic { priorities: (0..16).collect(), rate: shaper.load(rng), ..Traffic::default() };
        let events = traffic.events(rng);
        if rng.one_in(10) {
            let alone = |_| Box::new(Blackhole::new()) as Box<dyn Qdisc<Frame>>;
            return Case::new(["qdisc add dev va root blackhole"], alone, events);
        }
        let black: Vec<u16> = (1..=3).filter(|_| rng.one_in(2)).collect();
        let mut tc = vec![shaper.tc(), "qdisc add dev va parent 1:1 handle 2: prio".to_owned()];
        tc.extend((1..=3).map(|band| {
            let kind = if black.contains(&band) { "blackhole" } else { "pfifo" };
            format!("qdisc add dev va parent 2:{band} {kind}")
        }));
        let build = move |_| {
            let mut prio: Box<dyn Qdisc<Frame>> =
                Box::new(Prio::new(Handle(2), prio::Config::default()).unwrap());
            let mut lost = DropCounts::default();
            let mut cx = Cx::new(Instant::ZERO, &mut lost);
            for &band in &black {
                let at = Handle(2).class(band);
                prio.graft_here(at, Box::new(Blackhole::new()), &mut cx).unwrap();
            }
            shaper.over(prio)
        };
        Case::new(tc, build, events).drained_at(shaper.rate())
    });
}
