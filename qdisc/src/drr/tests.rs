use alloc::collections::VecDeque;
use alloc::vec;
use alloc::vec::Vec;

use proptest::prelude::*;
use softnet_sk_buff::{DropCounts, DropReason, Instant};

use super::*;
use crate::testutil::Toy;
use crate::{RateSpec, Tbf, fifo, tbf};

const ONE: Handle = Handle(1);

fn id(minor: u16) -> ClassId {
    ONE.class(minor)
}

fn drr(quanta: &[u32]) -> Drr<Toy> {
    let mut drr = Drr::new(ONE, Config::default()).unwrap();
    for (minor, &quantum) in (1..).zip(quanta) {
        drr.add_class(id(minor), ClassConfig { quantum }).unwrap();
    }
    drr
}

fn to(minor: u16, len: u32) -> Toy {
    Toy::new(minor.into(), len).with_priority(id(minor).0)
}

fn order(drr: &mut Drr<Toy>, cx: &mut Cx<'_, Toy>) -> Vec<(u32, u32)> {
    core::iter::from_fn(|| drr.dequeue(cx).packet()).map(|toy| (toy.flow, toy.len)).collect()
}

#[test]
fn takes_turns_by_deficit() {
    let mut lost = DropCounts::default();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let mut drr = drr(&[1000, 500]);
    for len in [600, 600, 600] {
        assert_eq!(drr.enqueue(to(1, len), &mut cx), Enqueued::Success);
        assert_eq!(drr.enqueue(to(2, len), &mut cx), Enqueued::Success);
    }
    // Class 1 begins with 1000: sends 600, has 400, 600 doesn't fit: 1400 and to the end. Class 2
    // begins with 500: 1000 and to the end. Class 1 sends 600 (800), 600 (200). Class 2 sends 600
    // (400), goes round alone to 900, sends 600 (300), goes round to 800, sends 600.
    let by_hand = [(1, 600), (1, 600), (1, 600), (2, 600), (2, 600), (2, 600)];
    assert_eq!(order(&mut drr, &mut cx), by_hand);
}

#[test]
fn a_class_that_comes_back_starts_with_a_quantum_at_the_end() {
    let mut lost = DropCounts::default();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let mut drr = drr(&[1000, 1000]);
    for (minor, len) in [(1, 900), (2, 300), (2, 300), (2, 300), (2, 300)] {
        let _ = drr.enqueue(to(minor, len), &mut cx);
    }
    assert_eq!(drr.dequeue(&mut cx).packet().map(|toy| toy.flow), Some(1));
    // Its 100 bytes of deficit are gone: with them it could send 1100 at its next turn.
    let _ = drr.enqueue(to(1, 1050), &mut cx);
    let _ = drr.enqueue(to(1, 100), &mut cx);
    let by_hand = [(2, 300), (2, 300), (2, 300), (2, 300), (1, 1050), (1, 100)];
    assert_eq!(order(&mut drr, &mut cx), by_hand);
}

#[test]
fn without_a_class_a_packet_is_dropped() {
    let mut lost: Vec<(Toy, DropReason)> = Vec::new();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let mut drr = drr(&[1000]);
    for priority in [0, id(2).0, Handle(2).class(1).0] {
        let toy = Toy::new(0, 100).with_priority(priority);
        assert_eq!(drr.enqueue(toy, &mut cx), Enqueued::Bypass);
    }
    assert_eq!(drr.stats().drops, 3);
    assert_eq!(drr.dequeue(&mut cx), Dequeue::Empty);
    assert_eq!(lost.len(), 3);
}

#[test]
fn classes_come_and_go() {
    let mut lost = DropCounts::default();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let mut drr = drr(&[1000, 1000]);
    let other = ClassConfig { quantum: 7 };
    assert_eq!(drr.add_class(id(1), other), Err(ClassError::Exists(id(1))));
    assert_eq!(
        drr.add_class(Handle(2).class(1), other).unwrap_err(),
        ClassError::Foreign(ClassId(0x2_0001))
    );
    assert_eq!(drr.change_class(id(3), other), Err(ClassError::Unknown(id(3))));
    assert_eq!(drr.delete_class(id(3), &mut cx), Err(ClassError::Unknown(id(3))));
    let zero = ClassConfig { quantum: 0 };
    assert_eq!(drr.change_class(id(1), zero), Err(ConfigError::ZeroQuantum.into()));
    assert_eq!(drr.class_config(id(1)), Some(&ClassConfig { quantum: 1000 }));
    drr.change_class(id(1), other).unwrap();
    assert_eq!(drr.class_config(id(1)), Some(&ClassConfig { quantum: 256 }));
    assert_eq!(
        Drr::<Toy>::new(ONE, Config { tx_queue_len: 0 }).err(),
        Some(ConfigError::ZeroLimit)
    );

    let _ = drr.enqueue(to(1, 100), &mut cx);
    let _ = drr.enqueue(to(2, 100), &mut cx);
    drr.delete_class(id(1), &mut cx).unwrap();
    assert_eq!((drr.stats().drops, drr.backlog().packets), (1, 1));
    assert_eq!(drr.enqueue(to(1, 100), &mut cx), Enqueued::Bypass);
    assert_eq!(order(&mut drr, &mut cx), [(2, 100)]);
    // The place of a class that is gone may be another's, which isn't in the round for it.
    drr.add_class(id(9), other).unwrap();
    assert_eq!(drr.dequeue(&mut cx), Dequeue::Empty);
    let _ = drr.enqueue(to(9, 100), &mut cx);
    assert_eq!(order(&mut drr, &mut cx), [(9, 100)]);
}

#[test]
fn a_class_shows_its_deficit_while_it_waits() {
    let mut lost = DropCounts::default();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let mut drr = drr(&[1000]);
    let show = |drr: &Drr<Toy>| {
        let mut shown = Vec::new();
        drr.walk(&mut |class| {
            let Some(ClassXStats::Drr(ClassStats { deficit })) = class.xstats else { panic!() };
            let Stats { bytes, packets, backlog, .. } = class.stats;
            shown.push((class.id, deficit, bytes, packets, backlog.bytes));
        });
        shown
    };
    assert_eq!(show(&drr), [(id(1), 0, 0, 0, 0)]);
    let _ = drr.enqueue(to(1, 300), &mut cx);
    let _ = drr.enqueue(to(1, 300), &mut cx);
    let _ = drr.dequeue(&mut cx);
    assert_eq!(show(&drr), [(id(1), 700, 300, 1, 300)]);
    // What it sent stays when its child goes, and what waits there is dropped.
    drr.graft_here(id(1), Box::new(Fifo::bfifo(500).unwrap()), &mut cx).unwrap();
    assert_eq!(show(&drr), [(id(1), 0, 300, 1, 0)]);
    assert_eq!(drr.stats().drops, 1);
    assert_eq!(drr.dequeue(&mut cx), Dequeue::Empty);
}

#[test]
fn a_peek_shows_what_goes_next_and_keeps_it_in_the_books() {
    let mut lost = DropCounts::default();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let mut drr = drr(&[1000, 1000]);
    let _ = drr.enqueue(to(2, 400), &mut cx);
    let _ = drr.enqueue(to(1, 300), &mut cx);
    assert_eq!(drr.peek(&mut cx).packet().map(|toy| toy.len), Some(400));
    assert_eq!((drr.backlog().bytes, drr.stats().bytes), (700, 0));
    drr.reset(&mut cx);
    assert_eq!((drr.backlog().packets, drr.stats().purged), (0, 2));
    assert_eq!(drr.dequeue(&mut cx), Dequeue::Empty);
    let _ = drr.enqueue(to(1, 300), &mut cx);
    assert_eq!(order(&mut drr, &mut cx), [(1, 300)]);
}

#[test]
fn a_shaper_with_the_turn_holds_up_the_others_and_names_the_time() {
    let mut lost = DropCounts::default();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let mut drr = drr(&[1000, 1000]);
    let slow = tbf::Config::new(RateSpec::bytes(1_000_000), 2000, 5000);
    let slow = Tbf::new(Handle(2), slow).unwrap();
    drr.graft_here(id(1), Box::new(slow), &mut cx).unwrap();
    for (minor, len) in [(1, 1000), (1, 1000), (2, 500), (1, 400)] {
        let _ = drr.enqueue(to(minor, len), &mut cx);
    }
    assert_eq!(order(&mut drr, &mut cx), [(1, 1000), (2, 500), (1, 1000)]);
    let _ = drr.enqueue(to(2, 300), &mut cx);
    // 400 bytes take 0.4 ms at 1 MB/s, and class 1 is in front.
    let due = Instant::from_micros(400);
    assert_eq!(drr.dequeue(&mut cx), Dequeue::Until(due));
    cx.now = due;
    // Now that it can be seen, it has to earn its quantum first.
    assert_eq!(order(&mut drr, &mut cx), [(2, 300), (1, 400)]);
}

/// A child that throws everything away when it is asked for a packet, as an AQM may.
#[derive(Debug)]
struct Shredder(Fifo<Toy>);

impl Qdisc<Toy> for Shredder {
    fn kind(&self) -> &'static str {
        "shredder"
    }
    fn enqueue(&mut self, packet: Toy, cx: &mut Cx<'_, Toy>) -> Enqueued {
        self.0.enqueue(packet, cx)
    }
    fn dequeue(&mut self, cx: &mut Cx<'_, Toy>) -> Dequeue<Toy> {
        self.0.reset(cx);
        Dequeue::Empty
    }
    fn peek<'a>(&'a mut self, cx: &mut Cx<'_, Toy>) -> Dequeue<&'a Toy> {
        self.0.reset(cx);
        Dequeue::Empty
    }
    fn reset(&mut self, cx: &mut Cx<'_, Toy>) {
        self.0.reset(cx);
    }
    fn stats(&self) -> &Stats {
        self.0.stats()
    }
    fn stats_mut(&mut self) -> &mut Stats {
        self.0.stats_mut()
    }
}

#[test]
fn a_child_that_drops_its_last_packets_loses_the_turn_only() {
    let mut lost = DropCounts::default();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let mut drr = drr(&[1000, 1000]);
    let shredder = Shredder(Fifo::pfifo(10).unwrap());
    drr.graft_here(id(1), Box::new(shredder), &mut cx).unwrap();
    for minor in [1, 1, 2] {
        let _ = drr.enqueue(to(minor, 500), &mut cx);
    }
    assert_eq!(order(&mut drr, &mut cx), [(2, 500)]);
    assert_eq!((drr.stats().drops, drr.backlog().packets), (2, 0));
    let _ = drr.enqueue(to(1, 500), &mut cx);
    let _ = drr.enqueue(to(2, 500), &mut cx);
    assert_eq!(order(&mut drr, &mut cx), [(2, 500)]);
}

#[test]
fn a_child_emptied_by_a_change_leaves_the_round() {
    let mut lost = DropCounts::default();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let mut drr = drr(&[1000, 1000]);
    for minor in [1, 2, 2] {
        let _ = drr.enqueue(to(minor, 500), &mut cx);
    }
    drr.with_leaf(id(1), &mut |child, cx| child.reset(cx), &mut cx).unwrap();
    let _ = drr.enqueue(to(1, 500), &mut cx);
    // It is behind class 2 now, which has a quantum of 1000.
    assert_eq!(order(&mut drr, &mut cx), [(2, 500), (2, 500), (1, 500)]);
    assert_eq!(drr.with_leaf(id(3), &mut |_, _| (), &mut cx), Err(UnknownClass(id(3))));
    let refused = drr.graft_here(id(3), Box::new(Fifo::pfifo(1).unwrap()), &mut cx);
    assert_eq!(refused.unwrap_err().why, UnknownClass(id(3)));
    assert_eq!(drr.leaf(id(2)).unwrap().kind(), "pfifo");
    let limit = drr.leaf(id(2)).unwrap().downcast_ref::<Fifo<Toy>>().unwrap().limit();
    assert_eq!(limit, fifo::Limit::Packets(1000));
}

/// Deficit round robin as the paper has it, with Linux's way to begin: a list of queues.
#[derive(Default)]
struct Model {
    quanta: Vec<u32>,
    queues: Vec<VecDeque<u32>>,
    deficits: Vec<u32>,
    round: VecDeque<usize>,
}

impl Model {
    fn new(quanta: &[u32]) -> Self {
        Self {
            quanta: quanta.to_vec(),
            queues: vec![VecDeque::new(); quanta.len()],
            deficits: vec![0; quanta.len()],
            round: VecDeque::new(),
        }
    }

    fn enqueue(&mut self, class: usize, len: u32) {
        if self.queues[class].is_empty() {
            self.round.push_back(class);
            self.deficits[class] = self.quanta[class];
        }
        self.queues[class].push_back(len);
    }

    fn dequeue(&mut self) -> Option<(u32, u32)> {
        loop {
            let class = self.round.pop_front()?;
            let len = self.queues[class][0];
            if len > self.deficits[class] {
                self.deficits[class] += self.quanta[class];
                self.round.push_back(class);
                continue;
            }
            self.deficits[class] -= len;
            self.queues[class].pop_front();
            if !self.queues[class].is_empty() {
                self.round.push_front(class);
            }
            return Some((class as u32 + 1, len));
        }
    }
}

proptest! {
    #[test]
    fn is_the_model(
        quanta in prop::collection::vec(256u32..4000, 1..6),
        ops in prop::collection::vec(prop::option::of((0usize..6, 1u32..3000)), 0..300),
    ) {
        let mut lost = DropCounts::default();
        let mut cx = Cx::new(Instant::ZERO, &mut lost);
        let mut drr = drr(&quanta);
        let mut model = Model::new(&quanta);
        for op in ops {
            if let Some((class, len)) = op {
                let class = class % quanta.len();
                let _ = drr.enqueue(to(class as u16 + 1, len), &mut cx);
                model.enqueue(class, len);
            } else {
                let got = drr.dequeue(&mut cx).packet().map(|toy| (toy.flow, toy.len));
                prop_assert_eq!(got, model.dequeue());
            }
            let waiting: usize = model.queues.iter().map(VecDeque::len).sum();
            prop_assert_eq!(drr.backlog().packets as usize, waiting);
        }
    }

    /// While two classes have packets all the time, what they got in any span differs, each measured
    /// in its quanta, by no more than a quantum and a largest packet at either end.
    #[test]
    fn nobody_gets_ahead(
        quanta in prop::array::uniform2(1514u32..9000),
        lens in prop::collection::vec((60u32..1515, 60u32..1515), 400),
    ) {
        let mut lost = DropCounts::default();
        let mut cx = Cx::new(Instant::ZERO, &mut lost);
        let mut drr = drr(&quanta);
        for (a, b) in lens {
            let _ = drr.enqueue(to(1, a), &mut cx);
            let _ = drr.enqueue(to(2, b), &mut cx);
        }
        let mut got = [0u64; 2];
        let mut ahead = Vec::new();
        while let Dequeue::Packet(toy) = drr.dequeue(&mut cx) {
            got[toy.flow as usize - 1] += u64::from(toy.len);
            let one_waits = |minor| drr.leaf(id(minor)).unwrap().backlog().packets > 0;
            if !one_waits(1) || !one_waits(2) {
                break;
            }
            let shares = [0, 1].map(|at| got[at] as f64 / f64::from(quanta[at]));
            ahead.push(shares[0] - shares[1]);
        }
        // Shreedhar and Varghese, lemma 2 and theorem 2: for each class the service in m rounds is
        // m quanta, less than a largest packet off; classes are at most one round apart.
        let bound = 1.0 + quanta.map(|quantum| 1514.0 / f64::from(quantum)).iter().sum::<f64>();
        for (at, a) in ahead.iter().enumerate() {
            for b in ahead.iter().skip(at) {
                prop_assert!((a - b).abs() <= bound, "{a} {b} {bound}");
            }
        }
    }
}

#[test]
fn a_class_that_filters_choose_stays() {
    use crate::filter::{At, Filter, Request, Target, matchall};
    use softnet_sk_buff::EtherType;

    let mut lost = DropCounts::default();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let mut drr = drr(&[1000, 1000]);
    let filters = drr.filters_mut(None).unwrap();
    let at = At { prio: 1, handle: 1, ..At::any(EtherType::ALL) };
    let all = Filter::Matchall(matchall::Config { target: Target::class(id(2)) });
    filters.change(Request::Add, at, all, Instant::ZERO).unwrap();
    assert_eq!(drr.enqueue(Toy::new(7, 100), &mut cx), Enqueued::Success);
    assert_eq!(drr.leaf(id(2)).unwrap().backlog().packets, 1);
    assert_eq!(drr.delete_class(id(2), &mut cx), Err(ClassError::InUse(id(2))));
    assert_eq!(drr.backlog().packets, 1);
    drr.delete_class(id(1), &mut cx).unwrap();
    drr.filters_mut(None).unwrap().clear();
    drr.delete_class(id(2), &mut cx).unwrap();
    assert!(!drr.has_class(id(2)));
}
