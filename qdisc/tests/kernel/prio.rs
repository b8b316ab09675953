//! prio, under a tbf so that its bands fill, and over one.

use softnet_qdisc::{Cx, Fifo, Handle, Prio, Qdisc, prio};
use softnet_qdisc_oracle::Rng;
use softnet_sk_buff::{DropCounts, Instant};

use crate::frame::Frame;
use crate::lab::{self, Case};
use crate::tbf::Shaper;
use crate::traffic::Traffic;

/// A prio number 2: under class 1:1, with a pfifo of so many packets in each band.
struct Bands {
    config: prio::Config,
    limits: Vec<u32>,
}

impl Bands {
    fn random(rng: &mut Rng) -> Self {
        let bands = rng.range(2, 16) as u8;
        let priomap = core::array::from_fn(|_| rng.range(0, u64::from(bands) - 1) as u8);
        let config = prio::Config { bands, priomap, tx_queue_len: 1000 };
        Self { config, limits: (0..bands).map(|_| rng.range32(1, 20)).collect() }
    }

    fn tc(&self) -> Vec<String> {
        let prio::Config { bands, priomap, .. } = self.config;
        let map = priomap.map(|band| band.to_string()).join(" ");
        let prio =
            format!("qdisc add dev va parent 1:1 handle 2: prio bands {bands} priomap {map}");
        let fifo = |(minor, limit): (u32, &u32)| {
            format!("qdisc add dev va parent 2:{minor:x} pfifo limit {limit}")
        };
        [prio].into_iter().chain((1..).zip(&self.limits).map(fifo)).collect()
    }

    fn build(&self) -> Box<dyn Qdisc<Frame>> {
        let mut prio: Box<dyn Qdisc<Frame>> = Box::new(Prio::new(Handle(2), self.config).unwrap());
        let mut lost = DropCounts::default();
        let mut cx = Cx::new(Instant::ZERO, &mut lost);
        for (minor, &limit) in (1..).zip(&self.limits) {
            let fifo = Box::new(Fifo::pfifo(limit).unwrap());
            prio.graft(&[Handle(2).class(minor)], fifo, &mut cx).unwrap();
        }
        prio
    }
}

#[test]
fn prio() {
    lab::run("prio", |rng| {
        let (shaper, bands) = (Shaper::random(rng), Bands::random(rng));
        // Priorities of all sorts: plain, above 15, classes of this discipline and of others.
        let named =
            [2 << 16, (2 << 16) + 1, (2 << 16) + 5, (2 << 16) + 17, (1 << 16) + 1, 0x10, 0xffff];
        let priorities = (0..16).chain(named).collect();
        let traffic = Traffic { rate: shaper.load(rng), priorities, ..Traffic::default() };
        let tc: Vec<_> = [shaper.tc()].into_iter().chain(bands.tc()).collect();
        let events = traffic.events(rng);
        Case::new(tc, move |_| shaper.over(bands.build()), events).drained_at(shaper.rate())
    });
}

/// prio at the root, and under each band a tbf of its own rate.
#[test]
fn prio_over_tbf() {
    lab::run("prio_over_tbf", |rng| {
        let shapers = [(); 3].map(|()| Shaper::random(rng));
        let line = |(minor, shaper): (u16, &Shaper)| {
            shaper.tc().replace("root handle 1:", &format!("parent 1:{minor} handle {minor}0:"))
        };
        let prio = "qdisc add dev va root handle 1: prio".to_owned();
        let tc: Vec<_> = [prio].into_iter().chain((1..).zip(&shapers).map(line)).collect();
        let rate = shapers.iter().map(Shaper::rate).sum::<u64>() * rng.range(2, 20) / 10;
        let traffic = Traffic { rate, priorities: vec![0, 2, 6], ..Traffic::default() };
        let slowest = shapers.iter().map(Shaper::rate).min().unwrap();
        let build = move |_| {
            let mut root: Box<dyn Qdisc<Frame>> =
                Box::new(Prio::new(Handle(1), prio::Config::default()).unwrap());
            let mut lost = DropCounts::default();
            let mut cx = Cx::new(Instant::ZERO, &mut lost);
            for (minor, shaper) in (1..).zip(&shapers) {
                let tbf = shaper.numbered(Handle(minor << 4));
                root.graft(&[Handle(1).class(minor)], tbf, &mut cx).unwrap();
            }
            root
        };
        Case::new(tc, build, traffic.events(rng)).drained_at(slowest)
    });
}
