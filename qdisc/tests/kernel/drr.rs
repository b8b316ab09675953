//! drr under a tbf, its classes chosen by priorities and by filters.

use softnet_qdisc::{ClassId, Cx, Drr, Handle, Qdisc, drr};
use softnet_qdisc_oracle::{Command, Rng};

use crate::frame::Frame;
use crate::lab::{self, Case, Change};
use crate::leaf::{Leaf, by_mark, by_mark_tc};
use crate::tbf::Shaper;
use crate::traffic::Traffic;

const TWO: Handle = Handle(2);

/// A drr number 2: with classes from 2:1 on, which mark 1 and on choose.
#[derive(Clone, Debug)]
struct Classes(Vec<(u32, Leaf)>);

impl Classes {
    fn random(rng: &mut Rng) -> Self {
        let one = |rng: &mut Rng| (rng.log_range(200, 20_000) as u32, Leaf::random(rng));
        Self((0..rng.range(1, 8)).map(|_| one(rng)).collect())
    }

    fn iter(&self) -> impl Iterator<Item = (u32, ClassId, u32, Leaf)> {
        (1..)
            .zip(&self.0)
            .map(|(mark, &(quantum, leaf))| (mark, TWO.class(mark as u16), quantum, leaf))
    }

    fn tc(&self) -> Vec<String> {
        let mut lines = vec!["qdisc add dev va parent 1:1 handle 2: drr".to_owned()];
        for (mark, id, quantum, leaf) in self.iter() {
            lines.push(format!("class add dev va parent 2: classid {id:?} drr quantum {quantum}"));
            lines.extend(leaf.tc(id));
            lines.push(by_mark_tc(TWO, mark, id));
        }
        lines
    }

    fn build(&self) -> Box<dyn Qdisc<Frame>> {
        let mut drr = Drr::new(TWO, drr::Config::default()).unwrap();
        for (mark, id, quantum, leaf) in self.iter() {
            drr.add_class(id, drr::ClassConfig { quantum }).unwrap();
            leaf.graft(&mut drr, id);
            by_mark(&mut drr, mark, id);
        }
        Box::new(drr)
    }
}

fn with_drr(
    root: &mut Box<dyn Qdisc<Frame>>,
    cx: &mut Cx<'_, Frame>,
    work: impl Fn(&mut Drr<Frame>, &mut Cx<'_, Frame>),
) {
    let mut on = |qdisc: &mut dyn Qdisc<Frame>, cx: &mut Cx<'_, Frame>| {
        work(qdisc.downcast_mut().unwrap(), cx);
    };
    root.with(&[Handle(1).class(1)], &mut on, cx).unwrap();
}

/// Another quantum for a class, or a class that comes or goes.
fn change(rng: &mut Rng, classes: &Classes, at: u64) -> Vec<Change> {
    let id = TWO.class(rng.range(1, classes.0.len() as u64) as u16);
    let quantum = rng.log_range(200, 20_000) as u32;
    if rng.one_in(2) {
        let line = format!("class change dev va parent 2: classid {id:?} drr quantum {quantum}");
        let apply = move |root: &mut Box<dyn Qdisc<Frame>>, cx: &mut Cx<'_, Frame>| {
            with_drr(root, cx, |drr, _| {
                drr.change_class(id, drr::ClassConfig { quantum }).unwrap()
            });
        };
        return vec![Change { at, command: Command::Tc(line), apply: Box::new(apply) }];
    }
    let leaf = Leaf::Pfifo(rng.range32(1, 9));
    // With a number that isn't there it is a new one; else what is there would be changed.
    let number = rng.range(0x1000, 0x7000);
    let line = leaf.tc(id)[0]
        .replace("qdisc add", "qdisc replace")
        .replace("pfifo", &format!("handle {number:x}: pfifo"));
    let apply = move |root: &mut Box<dyn Qdisc<Frame>>, cx: &mut Cx<'_, Frame>| {
        with_drr(root, cx, |drr, cx| {
            let Leaf::Pfifo(limit) = leaf else { return };
            let fifo = softnet_qdisc::Fifo::pfifo(limit).unwrap();
            drr.graft_here(id, Box::new(fifo), cx).unwrap();
        });
    };
    vec![Change { at, command: Command::Tc(line), apply: Box::new(apply) }]
}

#[test]
fn drr() {
    lab::run("drr", |rng| {
        let (shaper, classes) = (Shaper::random(rng), Classes::random(rng));
        let count = classes.0.len() as u32;
        // By name, by priority and mark, or without a class.
        let named = (0..=count + 1).map(|minor| (2 << 16) + minor);
        let priorities = if rng.one_in(2) { (0..16).collect() } else { named.collect() };
        let marks = (0..=count + 1).collect();
        let packets = rng.range32(50, 300);
        let traffic =
            Traffic { rate: shaper.load(rng), priorities, marks, packets, ..Traffic::default() };
        let tc: Vec<_> = [shaper.tc()].into_iter().chain(classes.tc()).collect();
        let events = traffic.events(rng);
        let last = events.last().unwrap().at;
        let changes: Vec<_> = (0..rng.range(0, 3))
            .flat_map(|_| {
                let at = rng.range(0, last);
                change(rng, &classes, at)
            })
            .collect();
        let build = move |_| shaper.over(classes.build());
        let mut case = Case::new(tc, build, events).drained_at(shaper.rate());
        case.changes = changes;
        case.changes.sort_by_key(|change| change.at);
        case
    });
}
