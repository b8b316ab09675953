//! Parents with children that drop, duplicate and hold back: tc's own regressions (`tc-testing`,
//! `infra/qdiscs.json`), re-told.

#![allow(clippy::unwrap_used, reason = "a test that can't build its tree fails")]

use softnet_qdisc::{
    ClassError, ClassId, Cx, Deferred, Dequeue, Fifo, FqCodel, Handle, Later, Netem, Packet, Qdisc,
    fq_codel, netem,
};
use softnet_sk_buff::{DropCounts, Instant};

mod fair;
mod shapers;

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

/// Each discipline that has classes with children in them, with classes 1:1 and 1:2.
fn parents() -> impl Iterator<Item = Box<dyn Qdisc<Toy>>> {
    fair::parents().into_iter().chain(shapers::parents())
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

/// a4bb to a4c1: fq_codel with a memory of one byte throws away what it is given, and its parent's
/// class was left among those with packets.
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
        // Its class can go, except from those that number their own.
        let gone = if root.kind() == "ets" { ClassError::InUse } else { ClassError::Unknown };
        let _ = root.delete_class(class(1), &mut cx);
        assert_eq!(root.delete_class(class(1), &mut cx), Err(gone(class(1))));
        let _ = root.enqueue(to(2, 7), &mut cx);
        assert_eq!(order(&mut *root, &mut cx), [7]);
    }
}

/// 90ec, 1f1f, 5e6d, bf1d, 7c3b and others: netem duplicates below them sent the copy through the root
/// while the parent was at work, which put a class into the round twice, or made it active twice.
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

/// A class that is deleted, or a child that is replaced, with packets that the parent has looked at.
#[test]
fn what_was_looked_at_leaves_though_its_class_is_gone() {
    for mut root in parents() {
        let mut lost = DropCounts::default();
        let mut cx = Cx::new(Instant::ZERO, &mut lost);
        for (number, minor) in [(0, 1), (1, 1), (2, 2)] {
            let _ = root.enqueue(to(minor, number), &mut cx);
        }
        assert_eq!(root.peek(&mut cx).packet().map(|toy| toy.number), Some(0));
        let deleted = root.delete_class(class(1), &mut cx);
        if root.kind() == "ets" {
            let fifo = Fifo::pfifo(1).unwrap();
            root.graft(&[class(1)], Box::new(fifo), &mut cx).unwrap();
        } else {
            deleted.unwrap();
        }
        assert_eq!((root.backlog().packets, root.stats().drops), (2, 1), "{}", root.kind());
        assert_eq!(order(&mut *root, &mut cx), [0, 2]);
        assert_eq!((root.backlog().packets, root.stats().packets), (0, 2));
    }
}
