//! Shapers with children that drop, duplicate and hold back: tc's own regressions (`tc-testing`,
//! `infra/qdiscs.json`), re-told.

#![allow(clippy::unwrap_used, reason = "a test that can't build its tree fails")]

use softnet_qdisc::{
    ClassError, ClassId, Codel, Cx, Deferred, Dequeue, Fifo, FqCodel, Handle, Hfsc, Htb, Later,
    Netem, Packet, Pie, Prio, Qdisc, RateSpec, Sfq, Tbf, codel_queue, fifo, fq_codel, hfsc, htb,
    netem, pie, prio, sfq, tbf,
};
use softnet_sk_buff::{DropCounts, Instant};

#[derive(Debug, Clone, PartialEq, Eq)]
struct Toy {
    number: u64,
    class: ClassId,
}

impl Packet for Toy {
    fn pkt_len(&self) -> u32 {
        500
    }

    fn flow_hash(&mut self, _: [u64; 2]) -> u32 {
        0
    }

    fn priority(&self) -> u32 {
        self.class.0
    }

    fn duplicate(&self) -> Option<Self> {
        Some(self.clone())
    }
}

const ONE: Handle = Handle(1);

fn class(minor: u16) -> ClassId {
    ONE.class(minor)
}

fn to(minor: u16, number: u64) -> Toy {
    Toy { number, class: class(minor) }
}

/// htb, and hfsc by real time, by link sharing and by both, with leaves 1:1 and 1:2 below 1:9 that
/// have all the rate they need.
fn parents() -> Vec<Box<dyn Qdisc<Toy>>> {
    let mut lost = DropCounts::default();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let mut htb = Htb::new(ONE, htb::Config::default()).unwrap();
    let fast = RateSpec::bytes(1_000_000_000);
    let fast = htb::ClassConfig::new(fast, fast).with_bursts(100_000, 100_000);
    htb.add_class(class(9), None, fast, &mut cx).unwrap();
    for minor in [1, 2] {
        htb.add_class(class(minor), Some(class(9)), fast, &mut cx).unwrap();
    }
    let mut all: Vec<Box<dyn Qdisc<Toy>>> = vec![Box::new(htb)];
    let steep = Some(hfsc::Curve { m1: 4_000_000_000, d: 1_000_000, m2: 4_000_000_000 });
    for (rsc, fsc) in [(steep, None), (None, steep), (steep, steep)] {
        let config = hfsc::ClassConfig { rsc, fsc, usc: None };
        let mut hfsc = Hfsc::new(ONE, hfsc::Config::default()).unwrap();
        hfsc.add_class(class(9), None, config, &mut cx).unwrap();
        for minor in [1, 2] {
            hfsc.add_class(class(minor), Some(class(9)), config, &mut cx).unwrap();
        }
        all.push(Box::new(hfsc));
    }
    all
}

/// All that comes out, woken at deadlines.
fn order(root: &mut dyn Qdisc<Toy>, cx: &mut Cx<'_, Toy>) -> Vec<u64> {
    let mut order = Vec::new();
    loop {
        match root.dequeue(cx) {
            Dequeue::Packet(toy) => order.push(toy.number),
            Dequeue::Until(at) => cx.now = at,
            Dequeue::Empty => return order,
        }
    }
}

/// a4bb, a4bf: fq_codel with a memory of one byte throws away what it is given, and its parent's class
/// was left among those with packets.
#[test]
fn a_child_that_drops_everything_at_once_never_has_the_turn() {
    for mut root in parents() {
        let mut lost = DropCounts::default();
        let mut cx = Cx::new(Instant::ZERO, &mut lost);
        let tight = fq_codel::Config { memory_limit: 1, flows: 1, ..Default::default() };
        let tight = FqCodel::new(Handle(2), tight, [0; 2]).unwrap();
        root.graft(&[class(1)], Box::new(tight), &mut cx).unwrap();
        for number in 0..4 {
            let _ = root.enqueue(to(1, number), &mut cx);
        }
        assert_eq!((root.backlog().packets, root.stats().drops), (0, 4), "{}", root.kind());
        assert_eq!(root.dequeue(&mut cx), Dequeue::Empty);
        for (number, minor) in [(4, 2), (5, 1), (6, 2)] {
            let _ = root.enqueue(to(minor, number), &mut cx);
        }
        assert_eq!(order(&mut *root, &mut cx), [4, 6], "{}", root.kind());
        assert_eq!((root.backlog().packets, root.backlog().bytes), (0, 0));
        // Its class can go, and another one take its number.
        root.delete_class(class(1), &mut cx).unwrap();
        assert_eq!(root.delete_class(class(1), &mut cx), Err(ClassError::Unknown(class(1))));
        let _ = root.enqueue(to(2, 7), &mut cx);
        assert_eq!(order(&mut *root, &mut cx), [7]);
    }
}

/// 5456: in `htb_dequeue_tree` a class is taken out whose child turns out empty, and then its row may
/// be; there Linux went on with what was not there.
#[test]
fn a_row_that_runs_empty_while_it_is_looked_at_is_empty() {
    for mut root in parents() {
        let mut lost = DropCounts::default();
        let mut cx = Cx::new(Instant::ZERO, &mut lost);
        for (number, minor) in [(0, 1), (1, 2), (2, 1)] {
            let _ = root.enqueue(to(minor, number), &mut cx);
        }
        let mut empty = |child: &mut dyn Qdisc<Toy>, cx: &mut Cx<'_, Toy>| child.reset(cx);
        for minor in [1, 2] {
            root.with(&[class(minor)], &mut empty, &mut cx).unwrap();
        }
        assert_eq!((root.backlog().packets, root.stats().drops), (0, 3));
        assert_eq!(root.dequeue(&mut cx), Dequeue::Empty, "{}", root.kind());
        let _ = root.enqueue(to(2, 3), &mut cx);
        assert_eq!(order(&mut *root, &mut cx), [3]);
    }
}

/// 90ec, 1f1f and others: netem duplicates below them sent the copy through the root while the parent
/// was at work, which made a class of hfsc active twice.
#[test]
fn duplicates_come_in_anew_when_the_parent_is_done() {
    for mut root in parents() {
        let mut lost = DropCounts::default();
        let mut later = Deferred::new(16);
        let config = netem::Config {
            duplicate: netem::Chance::of(netem::Probability::ALWAYS),
            ..Default::default()
        };
        let netem = Netem::new(Handle(2), config, 1).unwrap();
        let mut cx = Cx::new(Instant::ZERO, &mut lost).with_deferred(&mut later);
        root.graft(&[class(1)], Box::new(netem), &mut cx).unwrap();
        let _ = root.enqueue(to(1, 0), &mut cx);
        let _ = root.enqueue(to(2, 1), &mut cx);
        let copies: Vec<Toy> =
            core::iter::from_fn(|| later.pop()).map(Later::into_packet).collect();
        assert_eq!(copies, [to(1, 0)], "{}", root.kind());
        let mut cx = Cx::new(Instant::ZERO, &mut lost).restarting();
        for copy in copies {
            let _ = root.enqueue(copy, &mut cx);
        }
        let mut left = order(&mut *root, &mut cx);
        left.sort_unstable();
        assert_eq!(left, [0, 0, 1], "{}", root.kind());
        assert_eq!(root.backlog().packets, 0);
    }
}

/// A class that is deleted with packets, one of which the parent has let go already.
#[test]
fn what_was_looked_at_leaves_though_its_class_is_gone() {
    for mut root in parents() {
        let mut lost = DropCounts::default();
        let mut cx = Cx::new(Instant::ZERO, &mut lost);
        for (number, minor) in [(0, 1), (1, 1), (2, 2)] {
            let _ = root.enqueue(to(minor, number), &mut cx);
        }
        assert_eq!(root.peek(&mut cx).packet().map(|toy| toy.number), Some(0));
        root.delete_class(class(1), &mut cx).unwrap();
        assert_eq!((root.backlog().packets, root.stats().drops), (2, 1), "{}", root.kind());
        assert_eq!(order(&mut *root, &mut cx), [0, 2]);
        assert_eq!((root.backlog().packets, root.stats().packets), (0, 2));
    }
}

/// Makes a child's limit one packet.
fn shrink(child: &mut dyn Qdisc<Toy>, cx: &mut Cx<'_, Toy>) {
    if let Some(codel) = child.downcast_mut::<Codel<Toy>>() {
        let config = codel_queue::Config { limit: 1, ..*codel.config() };
        codel.change(config, cx).unwrap();
    } else if let Some(fq_codel) = child.downcast_mut::<FqCodel<Toy>>() {
        let config = fq_codel::Config { limit: 1, ..*fq_codel.config() };
        fq_codel.change(config, cx).unwrap();
    } else if let Some(pie) = child.downcast_mut::<Pie<Toy>>() {
        let config = pie::Config { limit: 1, ..*pie.config() };
        pie.change(config, cx).unwrap();
    } else if let Some(fifo) = child.downcast_mut::<Fifo<Toy>>() {
        fifo.change(fifo::Limit::Packets(1)).unwrap();
    } else if let Some(prio) = child.downcast_mut::<Prio<Toy>>() {
        // Two bands are left of three.
        let config = prio::Config { bands: 2, priomap: [1; 16], ..*prio.config() };
        prio.change(config, cx).unwrap();
    }
}

/// c024, 34c0, fd68 and others: a tbf has looked at its child's first packet, which the child keeps
/// aside, when the child's limit shrinks: the one aside was counted as dropped, or counted twice.
#[test]
fn a_limit_that_shrinks_under_a_look_ahead_leaves_the_books_right() {
    let codel = codel_queue::Config::default();
    let children: Vec<Box<dyn Qdisc<Toy>>> = vec![
        Box::new(Codel::new(codel).unwrap()),
        Box::new(FqCodel::new(Handle(2), fq_codel::Config::default(), [0; 2]).unwrap()),
        Box::new(Pie::new(pie::Config::default(), 7).unwrap()),
        Box::new(Sfq::new(Handle(2), sfq::Config::default(), 7).unwrap()),
        Box::new(Prio::new(Handle(2), prio::Config::default()).unwrap()),
        Box::new(Fifo::pfifo(9).unwrap()),
    ];
    for child in children {
        let kind = child.kind();
        let mut lost = DropCounts::default();
        let mut cx = Cx::new(Instant::from_millis(1), &mut lost);
        let slow =
            tbf::Config { psched_mtu: 500, ..tbf::Config::new(RateSpec::bytes(1000), 600, 1) };
        let mut root: Box<dyn Qdisc<Toy>> = Box::new(Tbf::new(ONE, slow).unwrap());
        root.graft(&[class(1)], child, &mut cx).unwrap();
        for number in 0..4 {
            let _ = root.enqueue(to(1, number), &mut cx);
        }
        assert_eq!(root.dequeue(&mut cx).packet().map(|toy| toy.number), Some(0));
        // There are 100 of the 500 bytes for the next one, and the child has it ready.
        assert!(matches!(root.dequeue(&mut cx), Dequeue::Until(_)));
        root.with(&[class(1)], &mut shrink, &mut cx).unwrap();
        let left = root.backlog().packets;
        let below = root.leaf(class(1)).unwrap().backlog();
        assert_eq!(root.backlog(), below, "{kind}");
        assert_eq!(u64::from(left) + root.stats().drops, 3, "{kind}");
        assert_eq!(order(&mut *root, &mut cx).len(), left as usize, "{kind}");
        assert_eq!((root.backlog().packets, root.backlog().bytes), (0, 0), "{kind}");
    }
}
