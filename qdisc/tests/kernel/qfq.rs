//! qfq under a tbf, its classes chosen by priorities and by filters.

use softnet_qdisc::{ClassId, Cx, Handle, Qdisc, Qfq, qfq};
use softnet_qdisc_oracle::{Command, Rng};

use crate::frame::Frame;
use crate::lab::{self, Case, Change};
use crate::leaf::{Leaf, by_mark, by_mark_tc};
use crate::tbf::Shaper;
use crate::traffic::Traffic;

const TWO: Handle = Handle(2);

/// A qfq number 2: with classes from 2:1 on, which mark 1 and on choose.
#[derive(Clone, Debug)]
struct Classes(Vec<(qfq::ClassConfig, Leaf)>);

fn config(rng: &mut Rng) -> qfq::ClassConfig {
    let weight = rng.log_range(1, 1024) as u32;
    let weight = if rng.one_in(3) { rng.pick(&[1, 2, 100]) } else { weight };
    // Some are too small for what comes.
    let lmax = rng.pick(&[512, 600, 1000, 1514, 1514, 1514, 9000, 65_536]);
    qfq::ClassConfig { weight, lmax }
}

impl Classes {
    fn random(rng: &mut Rng) -> Self {
        let count = rng.pick(&[1, 2, 3, 5, 8, 12, 20]);
        let alike = rng.one_in(3).then(|| config(rng));
        let one = |rng: &mut Rng| (alike.unwrap_or_else(|| config(rng)), Leaf::random(rng));
        Self((0..count).map(|_| one(rng)).collect())
    }

    fn iter(&self) -> impl Iterator<Item = (u32, ClassId, qfq::ClassConfig, Leaf)> {
        (1..)
            .zip(&self.0)
            .map(|(mark, &(config, leaf))| (mark, TWO.class(mark as u16), config, leaf))
    }

    fn tc(&self) -> Vec<String> {
        let mut lines = vec!["qdisc add dev va parent 1:1 handle 2: qfq".to_owned()];
        for (mark, id, config, leaf) in self.iter() {
            lines.push(class("add", id, config));
            lines.extend(leaf.tc(id));
            lines.push(by_mark_tc(TWO, mark, id));
        }
        lines
    }

    fn build(&self) -> Box<dyn Qdisc<Frame>> {
        let mut qfq = Qfq::new(TWO, qfq::Config::default()).unwrap();
        for (mark, id, config, leaf) in self.iter() {
            qfq.add_class(id, config).unwrap();
            leaf.graft(&mut qfq, id);
            by_mark(&mut qfq, mark, id);
        }
        Box::new(qfq)
    }
}

fn class(verb: &str, id: ClassId, config: qfq::ClassConfig) -> String {
    let qfq::ClassConfig { weight, lmax } = config;
    format!("class {verb} dev va parent 2: classid {id:?} qfq weight {weight} maxpkt {lmax}")
}

#[test]
fn qfq() {
    lab::run("qfq", |rng| {
        let (shaper, classes) = (Shaper::random(rng), Classes::random(rng));
        let count = classes.0.len() as u32;
        let named = (1..=count).map(|minor| (2 << 16) + minor);
        let priorities = if rng.one_in(2) { (0..16).collect() } else { named.collect() };
        let marks = (1..=count).collect();
        let packets = rng.range32(50, 400);
        let traffic =
            Traffic { rate: shaper.load(rng), priorities, marks, packets, ..Traffic::default() };
        let tc: Vec<_> = [shaper.tc()].into_iter().chain(classes.tc()).collect();
        let events = traffic.events(rng);
        let last = events.last().unwrap().at;
        let build = move |_| shaper.over(classes.build());
        let mut case = Case::new(tc, build, events).drained_at(shaper.rate());
        for _ in 0..rng.range(0, 3) {
            let (id, config) = (TWO.class(rng.range(1, count.into()) as u16), config(rng));
            let command = Command::Tc(class("change", id, config));
            let apply = move |root: &mut Box<dyn Qdisc<Frame>>, cx: &mut Cx<'_, Frame>| {
                let mut on = |qdisc: &mut dyn Qdisc<Frame>, _: &mut Cx<'_, Frame>| {
                    qdisc.downcast_mut::<Qfq<Frame>>().unwrap().change_class(id, config).unwrap();
                };
                root.with(&[Handle(1).class(1)], &mut on, cx).unwrap();
            };
            case.changes.push(Change { at: rng.range(0, last), command, apply: Box::new(apply) });
        }
        case.changes.sort_by_key(|change| change.at);
        case
    });
}
