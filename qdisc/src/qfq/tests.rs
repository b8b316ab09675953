use alloc::vec;
use alloc::vec::Vec;

use proptest::prelude::*;
use softnet_sk_buff::{DropCounts, Instant};

use super::*;
use crate::class::purge_all;
use crate::testutil::Toy;
use crate::{FqCodel, RateSpec, Tbf, fq_codel, tbf};

const ONE: Handle = Handle(1);

fn id(minor: u16) -> ClassId {
    ONE.class(minor)
}

fn qfq(classes: &[(u32, u32)]) -> Qfq<Toy> {
    let mut qfq = Qfq::new(ONE, Config::default()).unwrap();
    for (minor, &(weight, lmax)) in (1..).zip(classes) {
        qfq.add_class(id(minor), ClassConfig { weight, lmax }).unwrap();
    }
    qfq
}

fn to(minor: u16, len: u32) -> Toy {
    Toy::new(minor.into(), len).with_priority(id(minor).0)
}

fn order(qfq: &mut Qfq<Toy>, cx: &mut Cx<'_, Toy>) -> Vec<u32> {
    core::iter::from_fn(|| qfq.dequeue(cx).packet()).map(|toy| toy.flow).collect()
}

#[test]
fn classes_alike_take_turns_by_deficit() {
    let mut lost = DropCounts::default();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let mut qfq = qfq(&[(1, 1514), (1, 1514)]);
    for _ in 0..6 {
        let _ = qfq.enqueue(to(1, 500), &mut cx);
        let _ = qfq.enqueue(to(2, 500), &mut cx);
    }
    // 1514 bytes are three packets, and 14 bytes for later: after 106 rounds a fourth.
    assert_eq!(order(&mut qfq, &mut cx), [1, 1, 1, 2, 2, 2, 1, 1, 1, 2, 2, 2]);
}

/// Followed by hand with the figures of `sch_qfq.c`. Weights 2 and 1, packets of 1000 bytes: the
/// classes are in groups 14 and 15 (slots of 2^39 and 2^40), V gains 1000 * floor(2^30 / 3) a packet.
/// Class 1 starts at 0, 1000 * 2^29, 2000 * 2^29, rounded to 0, 0, 2^39, all of them eligible and
/// with F before class 2's 2^41. Its fourth start, 3000 * 2^29, rounds to 2^40, which is after V =
/// 3000 * floor(2^30 / 3): class 2's turn. With V a packet later class 1 is eligible again.
#[test]
fn weights_by_hand() {
    let mut lost = DropCounts::default();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let mut qfq = qfq(&[(2, 1000), (1, 1000)]);
    for _ in 0..8 {
        let _ = qfq.enqueue(to(1, 1000), &mut cx);
        let _ = qfq.enqueue(to(2, 1000), &mut cx);
    }
    assert_eq!(order(&mut qfq, &mut cx)[..5], [1, 1, 1, 2, 1]);
}

#[test]
fn configurations_that_make_no_sense() {
    let mut lost = DropCounts::default();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let mut qfq = qfq(&[(1, 1514)]);
    let make = |qfq: &mut Qfq<Toy>, weight, lmax| {
        qfq.add_class(id(2), ClassConfig { weight, lmax }).unwrap_err()
    };
    assert_eq!(make(&mut qfq, 0, 1514), ConfigError::Weight(0).into());
    assert_eq!(make(&mut qfq, 1025, 1514), ConfigError::Weight(1025).into());
    assert_eq!(make(&mut qfq, 1, 511), ConfigError::Lmax(511).into());
    assert_eq!(make(&mut qfq, 1, 65_537), ConfigError::Lmax(65_537).into());
    let config = ClassConfig::default();
    assert_eq!(qfq.add_class(id(1), config), Err(ClassError::Exists(id(1))));
    assert_eq!(qfq.change_class(id(2), config), Err(ClassError::Unknown(id(2))));
    assert_eq!(qfq.delete_class(id(2), &mut cx), Err(ClassError::Unknown(id(2))));
    assert!(qfq.add_class(Handle(3).class(1), config).is_err());
    assert!(Qfq::<Toy>::new(ONE, Config { tx_queue_len: 0 }).is_err());
    // 2^30 / 700 is 1533917, and 2^30 over that 700; over floor(2^30 / 1000) = 1073741 it is 1000.
    qfq.change_class(id(1), ClassConfig { weight: 700, lmax: 2000 }).unwrap();
    assert_eq!(qfq.class_config(id(1)), Some(ClassConfig { weight: 700, lmax: 2000 }));
    for minor in 2..=64 {
        qfq.add_class(id(minor), ClassConfig { weight: 1024, lmax: 1514 }).unwrap();
    }
    // 63 * 1024 + 700 is 65212: 324 are left.
    let over = ConfigError::TotalWeight(65_212 + 325).into();
    assert_eq!(qfq.add_class(id(65), ClassConfig { weight: 325, lmax: 1514 }), Err(over));
    assert!(qfq.change_class(id(1), ClassConfig { weight: 1024, lmax: 2000 }).is_ok());
    assert_eq!(qfq.schedule.wsum, MAX_WSUM);
}

#[test]
fn a_larger_packet_raises_lmax_up_to_a_bound() {
    let mut lost = DropCounts::default();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let mut qfq = qfq(&[(3, 512), (3, 512)]);
    let _ = qfq.enqueue(to(1, 500), &mut cx);
    let _ = qfq.enqueue(to(1, 9000), &mut cx);
    assert_eq!(qfq.class_config(id(1)), Some(ClassConfig { weight: 3, lmax: 9000 }));
    assert_eq!(qfq.class_config(id(2)), Some(ClassConfig { weight: 3, lmax: 512 }));
    assert_eq!(qfq.enqueue(to(1, 65_537), &mut cx), Enqueued::Drop);
    assert_eq!((qfq.stats().drops, qfq.backlog().packets), (1, 2));
    assert_eq!(order(&mut qfq, &mut cx), [1, 1]);
    let mut shown = Vec::new();
    qfq.walk(&mut |class| shown.push((class.id, class.xstats, class.stats.packets)));
    let stats = |weight, lmax| Some(ClassXStats::Qfq(ClassStats { weight, lmax }));
    assert_eq!(shown, [(id(1), stats(3, 9000), 2), (id(2), stats(3, 512), 0)]);
}

#[test]
fn lmax_made_smaller_than_what_waits_sends_it_all_the_same() {
    let mut lost = DropCounts::default();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let mut qfq = qfq(&[(1, 9000), (5, 1514)]);
    for minor in [1, 1, 1, 2, 2] {
        let _ = qfq.enqueue(to(minor, if minor == 1 { 9000 } else { 1000 }), &mut cx);
    }
    qfq.change_class(id(1), ClassConfig { weight: 1, lmax: 600 }).unwrap();
    let mut order = order(&mut qfq, &mut cx);
    order.sort_unstable();
    assert_eq!(order, [1, 1, 1, 2, 2]);
    assert_eq!(qfq.backlog().packets, 0);
}

#[test]
fn a_peek_a_reset_and_a_graft_keep_the_books() {
    let mut lost = DropCounts::default();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let mut qfq = qfq(&[(1, 1514), (9, 1514)]);
    for minor in [1, 2, 1, 2] {
        let _ = qfq.enqueue(to(minor, 500), &mut cx);
    }
    assert_eq!(qfq.peek(&mut cx).packet().map(|toy| toy.flow), Some(1));
    assert_eq!((qfq.backlog().packets, qfq.stats().packets), (4, 0));
    qfq.graft_here(id(2), Box::new(Fifo::pfifo(5).unwrap()), &mut cx).unwrap();
    assert_eq!((qfq.backlog().packets, qfq.stats().drops), (2, 2));
    qfq.reset(&mut cx);
    assert_eq!((qfq.backlog().packets, qfq.stats().purged), (0, 2));
    assert_eq!(qfq.dequeue(&mut cx), Dequeue::Empty);
    for minor in [2, 1] {
        let _ = qfq.enqueue(to(minor, 500), &mut cx);
    }
    assert_eq!(order(&mut qfq, &mut cx).len(), 2);
    let refused = qfq.graft_here(id(3), Box::new(Fifo::pfifo(1).unwrap()), &mut cx);
    assert_eq!(refused.unwrap_err().why, UnknownClass(id(3)));
}

#[test]
fn deleted_and_emptied_classes_leave_the_others_running() {
    let mut lost = DropCounts::default();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let mut qfq = qfq(&[(1, 1514), (40, 600), (1000, 512), (1, 60_000)]);
    for _ in 0..10 {
        for minor in 1..=4 {
            let _ = qfq.enqueue(to(minor, 500), &mut cx);
        }
    }
    let _ = qfq.dequeue(&mut cx);
    for minor in [3, 4, 2] {
        qfq.delete_class(id(minor), &mut cx).unwrap();
    }
    let left = order(&mut qfq, &mut cx);
    assert!(left.len() >= 9 && left.iter().all(|&flow| flow == 1), "{left:?}");
    assert_eq!(qfq.backlog().packets, 0);
    assert_eq!(qfq.schedule.wsum, 1);
}

#[test]
fn a_shaper_that_holds_back_is_asked_again_when_it_is_due() {
    let mut lost = DropCounts::default();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let mut qfq = qfq(&[(1, 1514)]);
    let slow = tbf::Config::new(RateSpec::bytes(1_000_000), 2000, 5000);
    qfq.graft_here(id(1), Box::new(Tbf::new(Handle(2), slow).unwrap()), &mut cx).unwrap();
    for _ in 0..3 {
        let _ = qfq.enqueue(to(1, 1000), &mut cx);
    }
    assert_eq!(order(&mut qfq, &mut cx), [1, 1]);
    assert_eq!(qfq.dequeue(&mut cx), Dequeue::Until(Instant::from_millis(1)));
    cx.now = Instant::from_millis(1);
    assert_eq!(order(&mut qfq, &mut cx), [1]);
}

/// As tc's test "fq_codel with qfq parent: force packet drop with empty queue".
#[test]
fn a_child_that_drops_what_it_is_given_is_never_served() {
    let mut lost = DropCounts::default();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let mut qfq = qfq(&[(1, 1514), (1, 1514)]);
    let tight = fq_codel::Config { memory_limit: 1, flows: 1, ..Default::default() };
    let tight = FqCodel::new(Handle(2), tight, [0; 2]).unwrap();
    qfq.graft_here(id(1), Box::new(tight), &mut cx).unwrap();
    for minor in [1, 2, 1] {
        let _ = qfq.enqueue(to(minor, 500), &mut cx);
    }
    assert_eq!((qfq.backlog().packets, qfq.stats().drops), (1, 2));
    assert_eq!(order(&mut qfq, &mut cx), [2]);
}

/// A child whose latest packet goes first.
#[derive(Debug, Default)]
struct Lifo(Vec<Toy>, Stats);

impl Qdisc<Toy> for Lifo {
    fn kind(&self) -> &'static str {
        "lifo"
    }
    fn enqueue(&mut self, packet: Toy, _: &mut Cx<'_, Toy>) -> Enqueued {
        self.1.queued(&packet);
        self.0.push(packet);
        Enqueued::Success
    }
    fn dequeue(&mut self, _: &mut Cx<'_, Toy>) -> Dequeue<Toy> {
        let Some(packet) = self.0.pop() else { return Dequeue::Empty };
        self.1.dequeued(&packet);
        Dequeue::Packet(packet)
    }
    fn peek<'a>(&'a mut self, _: &mut Cx<'_, Toy>) -> Dequeue<&'a Toy> {
        self.0.last().map_or(Dequeue::Empty, Dequeue::Packet)
    }
    fn reset(&mut self, cx: &mut Cx<'_, Toy>) {
        purge_all(self.0.drain(..), cx);
        self.1.purge();
    }
    fn stats(&self) -> &Stats {
        &self.1
    }
    fn stats_mut(&mut self) -> &mut Stats {
        &mut self.1
    }
}

/// A packet that overtakes in the child and doesn't fit the deficit costs its class the turn.
#[test]
fn an_overtaking_packet_waits_for_its_turn() {
    let mut lost = DropCounts::default();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let mut qfq = qfq(&[(1, 1500), (1, 1500)]);
    qfq.graft_here(id(1), Box::new(Lifo::default()), &mut cx).unwrap();
    for _ in 0..3 {
        let _ = qfq.enqueue(to(1, 500), &mut cx);
        let _ = qfq.enqueue(to(2, 500), &mut cx);
    }
    assert_eq!(qfq.dequeue(&mut cx).packet().map(|toy| toy.flow), Some(1));
    // Class 1 has 1000 bytes left: 1000 fit, 1200 don't, and it goes to the end.
    let _ = qfq.enqueue(to(1, 1000), &mut cx);
    assert_eq!(qfq.dequeue(&mut cx).packet().map(|toy| toy.len), Some(1000));
    qfq.reset(&mut cx);
    for _ in 0..3 {
        let _ = qfq.enqueue(to(1, 500), &mut cx);
        let _ = qfq.enqueue(to(2, 500), &mut cx);
    }
    let _ = qfq.dequeue(&mut cx);
    let _ = qfq.enqueue(to(1, 1200), &mut cx);
    assert_eq!(order(&mut qfq, &mut cx), [2, 2, 2, 1, 1, 1]);
}

/// Classes that are always backlogged get, in every span of time, their share of it to within what
/// the paper promises: three slots of their group, which are at most six largest packets, and two
/// packets more; and for turns within the aggregate as much as there may be in one round.
fn check_shares(classes: &[(u32, u32)], lens: impl Fn(usize, usize) -> u32, packets: usize) {
    let mut lost = DropCounts::default();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let mut qfq = qfq(classes);
    let mut sent = vec![0usize; classes.len()];
    for class in 0..classes.len() {
        for number in 0..8 {
            let _ = qfq.enqueue(to(class as u16 + 1, lens(class, number)), &mut cx);
        }
    }
    let weights: u32 = classes.iter().map(|class| class.0).sum();
    let mut got = vec![0f64; classes.len()];
    let mut range = vec![(0f64, 0f64); classes.len()];
    let mut total = 0f64;
    for _ in 0..packets {
        let toy = qfq.dequeue(&mut cx).packet().unwrap();
        let class = toy.flow as usize - 1;
        got[class] += f64::from(toy.len);
        total += f64::from(toy.len);
        sent[class] += 1;
        let next = lens(class, sent[class] + 7);
        let _ = qfq.enqueue(to(class as u16 + 1, next), &mut cx);
        for (class, &(weight, lmax)) in classes.iter().enumerate() {
            let ahead = got[class] - total * f64::from(weight) / f64::from(weights);
            let (least, most) = &mut range[class];
            *least = least.min(ahead);
            *most = most.max(ahead);
            let largest = classes.iter().map(|class| class.1).max().unwrap();
            let bound = 10.0 * f64::from(lmax) + 2.0 * f64::from(largest);
            assert!(*most - *least <= bound, "class {class}: {least} to {most}, bound {bound}");
        }
    }
}

#[test]
fn shares_of_many_classes_are_kept() {
    let classes: Vec<(u32, u32)> = (0..200).map(|n| (1 + n * n % 97, 1514)).collect();
    check_shares(&classes, |class, number| 64 + ((class * 31 + number * 17) % 1450) as u32, 6_000);
}

proptest! {
    #[test]
    fn shares_are_kept(
        classes in prop::collection::vec((1u32..200, 1514u32..9000), 2..12),
        lens in prop::collection::vec(64u32..1514, 32),
    ) {
        check_shares(&classes, |class, number| lens[(class * 7 + number) % 32], 700);
    }

    /// Whatever is done to it, what came in comes out or is counted, and while something waits
    /// something comes.
    #[test]
    fn loses_nothing_and_never_stalls(
        ops in prop::collection::vec((0u8..12, 1u16..9, 1u32..1025, 512u32..9000), 0..400),
    ) {
        let mut lost = DropCounts::default();
        let mut cx = Cx::new(Instant::ZERO, &mut lost);
        let mut qfq = qfq(&[]);
        for (op, minor, weight, lmax) in ops {
            let config = ClassConfig { weight, lmax };
            match op {
                0..=1 => drop(qfq.add_class(id(minor), config)),
                2 => drop(qfq.change_class(id(minor), config)),
                3 => drop(qfq.delete_class(id(minor), &mut cx)),
                4 => drop(qfq.with_leaf(id(minor), &mut |child, cx| child.reset(cx), &mut cx)),
                5 if lmax > 8800 => qfq.reset(&mut cx),
                5..=8 => { let _ = qfq.enqueue(to(minor, lmax - 400), &mut cx); }
                9 => { let _ = qfq.peek(&mut cx); }
                _ => {
                    let waits = qfq.backlog().packets > 0;
                    prop_assert_eq!(qfq.dequeue(&mut cx).packet().is_some(), waits);
                }
            }
            let mut weights = 0;
            let mut below = u32::from(qfq.peeked.get().is_some());
            qfq.walk(&mut |class| {
                below += class.stats.backlog.packets;
                let Some(ClassXStats::Qfq(stats)) = class.xstats else { panic!() };
                weights += stats.weight;
            });
            prop_assert_eq!(qfq.backlog().packets, below);
            prop_assert_eq!(qfq.schedule.wsum, weights);
        }
        let waiting = qfq.backlog().packets as usize;
        prop_assert_eq!(order(&mut qfq, &mut cx).len(), waiting);
    }
}
