//! Trees of disciplines: whatever is done to them, no packet and no byte is unaccounted for at any
//! node, and only a shaper keeps a packet back.

#![allow(clippy::unwrap_used, reason = "a test that can't build its tree fails")]

mod toy;

use proptest::prelude::*;
use softnet_qdisc::{
    Backlog, ClassId, Cx, Dequeue, Enqueued, Fifo, FqCodel, Handle, PfifoFast, Prio, Qdisc,
    RateSpec, Tbf, fifo, fq_codel, pfifo_fast, prio, tbf,
};
use softnet_sk_buff::{DropReason, Instant};
use toy::Toy;

type Lost = Vec<(Toy, DropReason)>;
type Tree = Box<dyn Qdisc<Toy>>;

/// A tree to build, its handles numbered from the root.
#[derive(Clone, Debug)]
enum Plan {
    Pfifo(u32),
    Bfifo(u32),
    PfifoFast(u32),
    FqCodel(u32),
    Tbf(u64, Box<Plan>),
    Prio(Vec<Plan>),
}

fn plan() -> impl Strategy<Value = Plan> {
    let leaf = prop_oneof![
        (1u32..8).prop_map(Plan::Pfifo),
        (1u32..9000).prop_map(Plan::Bfifo),
        (1u32..5).prop_map(Plan::PfifoFast),
        (1u32..12).prop_map(Plan::FqCodel),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            (1_000u64..10_000_000, inner.clone()).prop_map(|(r, c)| Plan::Tbf(r, Box::new(c))),
            prop::collection::vec(inner, 2..5).prop_map(Plan::Prio),
        ]
    })
}

impl Plan {
    fn build(&self, next: &mut u16, cx: &mut Cx<'_, Toy>) -> Tree {
        *next += 1;
        let handle = Handle(*next);
        match self {
            Self::Pfifo(limit) => Box::new(Fifo::pfifo(*limit).unwrap()),
            Self::Bfifo(limit) => Box::new(Fifo::bfifo(*limit).unwrap()),
            Self::PfifoFast(tx_queue_len) => {
                let config = pfifo_fast::Config { tx_queue_len: *tx_queue_len };
                Box::new(PfifoFast::new(config).unwrap())
            }
            Self::FqCodel(limit) => {
                let config = fq_codel::Config { limit: *limit, flows: 8, ..Default::default() };
                Box::new(FqCodel::new(handle, config, [1, 2]).unwrap())
            }
            Self::Tbf(rate, child) => {
                let config = tbf::Config::new(RateSpec::bytes(*rate), 2000, 5000);
                let mut tree: Tree = Box::new(Tbf::new(handle, config).unwrap());
                let child = child.build(next, cx);
                tree.graft(&[handle.class(1)], child, cx).unwrap();
                tree
            }
            Self::Prio(children) => {
                let bands = children.len() as u8;
                let priomap = core::array::from_fn(|priority| priority as u8 % bands);
                let config = prio::Config { bands, priomap, tx_queue_len: 5 };
                let mut tree: Tree = Box::new(Prio::new(handle, config).unwrap());
                for (minor, child) in (1..).zip(children) {
                    let child = child.build(next, cx);
                    tree.graft(&[handle.class(minor)], child, cx).unwrap();
                }
                tree
            }
        }
    }

    fn shapers(&self) -> usize {
        match self {
            Self::Tbf(_, child) => 1 + child.shapers(),
            Self::Prio(children) => children.iter().map(Self::shapers).sum(),
            _ => 0,
        }
    }
}

/// All paths of classes in a tree that have a child.
fn paths(qdisc: &dyn Qdisc<Toy>) -> Vec<Vec<ClassId>> {
    let mut all = Vec::new();
    qdisc.walk(&mut |class| {
        // A class that is nothing but a queue takes no child.
        let Some(below) = class.child.map(paths) else { return };
        all.push(vec![class.id]);
        all.extend(below.into_iter().map(|path| [vec![class.id], path].concat()));
    });
    all
}

/// At every node: what waits is what waits below, apart from at most one peeked packet per shaper.
fn check_backlogs(qdisc: &dyn Qdisc<Toy>) {
    let (mut below, mut children) = (Backlog::default(), 0);
    qdisc.walk(&mut |class| {
        let Some(child) = class.child else { return };
        check_backlogs(child);
        below += child.backlog();
        children += 1;
    });
    let own = qdisc.backlog();
    match qdisc.kind() {
        "prio" => assert_eq!(own, below),
        "tbf" => assert!(own.packets - below.packets <= 1 && own.bytes >= below.bytes),
        _ => assert_eq!(children, 0),
    }
}

#[derive(Clone, Debug)]
enum Op {
    Enqueue { flow: u32, len: u32, priority: u32 },
    Dequeue,
    Peek,
    Advance(u64),
    StepBack(u64),
    Graft { at: prop::sample::Index, plan: Plan },
    Shrink { at: prop::sample::Index },
    Reset,
}

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        20 => (0u32..5, 1u32..2100, 0u32..16)
            .prop_map(|(flow, len, priority)| Op::Enqueue { flow, len, priority }),
        10 => Just(Op::Dequeue),
        3 => Just(Op::Peek),
        5 => (0u64..1_000_000_000).prop_map(Op::Advance),
        1 => (0u64..1_000_000_000).prop_map(Op::StepBack),
        1 => (any::<prop::sample::Index>(), plan()).prop_map(|(at, plan)| Op::Graft { at, plan }),
        1 => any::<prop::sample::Index>().prop_map(|at| Op::Shrink { at }),
        1 => Just(Op::Reset),
    ]
}

/// Changes whatever discipline it is to hold less.
fn shrink(qdisc: &mut dyn Qdisc<Toy>, cx: &mut Cx<'_, Toy>) {
    if let Some(fq) = qdisc.downcast_mut::<FqCodel<Toy>>() {
        fq.change(fq_codel::Config { limit: 1, ..*fq.config() }, cx).unwrap();
    } else if let Some(fast) = qdisc.downcast_mut::<PfifoFast<Toy>>() {
        fast.change(pfifo_fast::Config { tx_queue_len: 1 }, cx).unwrap();
    } else if let Some(prio) = qdisc.downcast_mut::<Prio<Toy>>() {
        prio.change(prio::Config { bands: 2, priomap: [1; 16], tx_queue_len: 1 }, cx).unwrap();
    } else if let Some(tbf) = qdisc.downcast_mut::<Tbf<Toy>>() {
        let config = tbf::Config { limit: 1600, ..*tbf.config() };
        tbf.change(config, cx).unwrap();
    } else if let Some(fifo) = qdisc.downcast_mut::<Fifo<Toy>>() {
        fifo.change(fifo::Limit::Packets(1)).unwrap();
    }
}

/// What the outside of a tree saw.
#[derive(Default)]
struct Ledger {
    now: u64,
    came: Backlog,
    left: Backlog,
}

fn one(toy: &Toy) -> Backlog {
    Backlog { packets: 1, bytes: toy.len.into() }
}

impl Ledger {
    fn enqueue(&mut self, tree: &mut Tree, toy: Toy, cx: &mut Cx<'_, Toy>) -> (Enqueued, i64) {
        self.came += one(&toy);
        let before = i64::from(tree.backlog().packets);
        let verdict = tree.enqueue(toy, cx);
        (verdict, i64::from(tree.backlog().packets) - before)
    }

    fn step(&mut self, tree: &mut Tree, op: Op, number: u64, cx: &mut Cx<'_, Toy>) {
        match op {
            Op::Enqueue { flow, len, priority } => {
                let toy = Toy { number, flow, len, priority };
                match self.enqueue(tree, toy, cx) {
                    (Enqueued::Drop, change) => assert_eq!(change, 0),
                    (kept, change) => {
                        assert!(matches!(kept, Enqueued::Success | Enqueued::Cn) && change <= 1);
                    }
                }
            }
            Op::Dequeue => {
                let shown = tree.peek(cx).packet().cloned();
                let got = tree.dequeue(cx).packet();
                assert_eq!(shown, got, "what is peeked at comes next");
                self.left += got.as_ref().map(one).unwrap_or_default();
            }
            Op::Peek => {
                let before = tree.backlog();
                let dropped = tree.stats().drops;
                let _ = tree.peek(cx);
                let gone = before.packets - tree.backlog().packets;
                assert_eq!(u64::from(gone), tree.stats().drops - dropped, "or an AQM dropped");
            }
            Op::Advance(nanos) => self.now += nanos,
            Op::StepBack(nanos) => self.now = self.now.saturating_sub(nanos),
            Op::Graft { at, plan } => {
                let paths = paths(&**tree);
                if !paths.is_empty() {
                    let child = plan.build(&mut 100, cx);
                    tree.graft(at.get::<Vec<_>>(&paths), child, cx).unwrap();
                }
            }
            Op::Shrink { at } => {
                let mut paths = paths(&**tree);
                paths.push(vec![]);
                tree.with(at.get::<Vec<_>>(&paths), &mut shrink, cx).unwrap();
            }
            Op::Reset => {
                tree.reset(cx);
                assert_eq!(tree.backlog(), Backlog::default());
            }
        }
    }
}

fn sum(lost: &Lost) -> Backlog {
    let mut sum = Backlog::default();
    lost.iter().for_each(|(toy, _)| sum += one(toy));
    sum
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn nothing_is_lost_in_silence(plan in plan(), ops in prop::collection::vec(op(), 0..150)) {
        let mut lost = Lost::new();
        let mut ledger = Ledger::default();
        let mut tree = plan.build(&mut 0, &mut Cx::new(Instant::ZERO, &mut lost));
        for (number, op) in (0..).zip(ops) {
            let mut cx = Cx::new(Instant::from_nanos(ledger.now), &mut lost);
            ledger.step(&mut tree, op, number, &mut cx);
            let (waits, gone) = (tree.backlog(), sum(&lost));
            prop_assert_eq!(ledger.came.packets, ledger.left.packets + gone.packets + waits.packets);
            prop_assert_eq!(ledger.came.bytes, ledger.left.bytes + gone.bytes + waits.bytes);
            let stats = *tree.stats();
            prop_assert_eq!(stats.drops + stats.purged, u64::from(gone.packets));
            prop_assert_eq!(stats.packets, u64::from(ledger.left.packets));
            prop_assert_eq!(stats.bytes, ledger.left.bytes);
            check_backlogs(&*tree);
        }
    }

    /// Without a shaper a packet that waits can always leave, until none waits.
    #[test]
    fn all_but_shapers_conserve_work(
        plan in plan().prop_filter("shapes", |plan| plan.shapers() == 0),
        toys in prop::collection::vec((0u32..5, 1u32..2000, 0u32..16, 0u64..200), 0..100),
    ) {
        let mut lost = Lost::new();
        let mut tree = plan.build(&mut 0, &mut Cx::new(Instant::ZERO, &mut lost));
        for (number, (flow, len, priority, millis)) in (0..).zip(toys) {
            let mut cx = Cx::new(Instant::from_millis(millis), &mut lost);
            let _ = tree.enqueue(Toy { number, flow, len, priority }, &mut cx);
            if millis % 3 == 0 {
                let waited = tree.backlog().packets > 0;
                prop_assert_eq!(tree.dequeue(&mut cx).packet().is_some(), waited);
            }
        }
        let mut cx = Cx::new(Instant::from_millis(1_000), &mut lost);
        while tree.backlog().packets > 0 {
            prop_assert!(matches!(tree.dequeue(&mut cx), Dequeue::Packet(_)));
        }
        prop_assert_eq!(tree.dequeue(&mut cx), Dequeue::Empty);
    }

    /// A dequeue at the deadline gives a packet, whatever the tree; each shaper may name one
    /// deadline first. A nanosecond earlier nothing moves.
    #[test]
    fn deadlines_hold(
        plan in plan(),
        toys in prop::collection::vec((0u32..5, 1u32..2000, 0u32..16, any::<bool>()), 1..60),
    ) {
        let mut lost = Lost::new();
        let mut tree = plan.build(&mut 0, &mut Cx::new(Instant::ZERO, &mut lost));
        let mut now = Instant::from_millis(5);
        for (number, (flow, len, priority, more)) in (0..).zip(toys) {
            let mut cx = Cx::new(now, &mut lost);
            let _ = tree.enqueue(Toy { number, flow, len, priority }, &mut cx);
            if more {
                continue;
            }
            match tree.dequeue(&mut cx) {
                Dequeue::Until(mut at) => {
                    prop_assert!(at > now);
                    cx.now = Instant::from_nanos(at.as_nanos() - 1);
                    prop_assert_eq!(tree.dequeue(&mut cx), Dequeue::Until(at), "too early");
                    for shaper in 1.. {
                        prop_assert!(shaper <= plan.shapers());
                        (now, cx.now) = (at, at);
                        match tree.dequeue(&mut cx) {
                            Dequeue::Packet(_) => break,
                            Dequeue::Until(later) => at = later,
                            Dequeue::Empty => prop_assert!(false, "it was there"),
                        }
                        prop_assert!(at > now);
                    }
                }
                Dequeue::Empty => prop_assert_eq!(tree.backlog(), Backlog::default()),
                Dequeue::Packet(_) => {}
            }
        }
    }
}

#[test]
fn an_unknown_parent_gives_the_child_back_and_changes_nothing() {
    let mut lost = Lost::new();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let mut tree: Tree = Box::new(Prio::new(Handle(1), prio::Config::default()).unwrap());
    let _ = tree.enqueue(Toy { number: 0, flow: 0, len: 100, priority: 0 }, &mut cx);
    let before = *tree.stats();
    for path in [
        vec![],
        vec![Handle(1).class(0)],
        vec![Handle(1).class(4)],
        vec![Handle(2).class(1)],
        vec![Handle(1).class(1), Handle(2).class(1)],
        vec![Handle(9).class(1), Handle(2).class(1)],
    ] {
        let child: Tree = Box::new(Fifo::pfifo(7).unwrap());
        let refused = tree.graft(&path, child, &mut cx).unwrap_err();
        let fifo = refused.child.downcast_ref::<Fifo<Toy>>().unwrap();
        assert_eq!(fifo.limit(), fifo::Limit::Packets(7), "{path:?}");
        assert!(path.contains(&refused.why.0) || path.is_empty());
    }
    assert_eq!(*tree.stats(), before);
    assert_eq!(tree.find(&[Handle(1).class(2)]).map(|band| band.kind()), Some("pfifo"));
    assert!(tree.find(&[Handle(1).class(4)]).is_none());
    assert!(lost.is_empty());
}

#[test]
fn a_child_that_brings_packets_along_is_counted() {
    let mut lost = Lost::new();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let mut child = Fifo::pfifo(7).unwrap();
    let _ = child.enqueue(Toy { number: 5, flow: 0, len: 100, priority: 0 }, &mut cx);
    let mut tree: Tree = Box::new(Prio::new(Handle(1), prio::Config::default()).unwrap());
    tree.graft(&[Handle(1).class(3)], Box::new(child), &mut cx).unwrap();
    assert_eq!(tree.backlog(), Backlog { packets: 1, bytes: 100 });
    assert_eq!(tree.dequeue(&mut cx).packet().map(|toy| toy.number), Some(5));
}

/// In Linux the inner shaper's own watchdog would run; here its deadline must not be hidden.
#[test]
fn a_shaper_wakes_for_a_more_urgent_class_below() {
    let mut lost = Lost::new();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let tbf =
        |handle, rate| Box::new(Tbf::new(handle, tbf::Config::new(rate, 1514, 9000)).unwrap());
    let mut tree: Tree = tbf(Handle(1), RateSpec::bytes(1_000));
    let prio = Prio::new(Handle(2), prio::Config::default()).unwrap();
    tree.graft(&[Handle(1).class(1)], Box::new(prio), &mut cx).unwrap();
    let path = [Handle(1).class(1), Handle(2).class(1)];
    tree.graft(&path, tbf(Handle(3), RateSpec::bytes(2_000)), &mut cx).unwrap();
    let mut send = |tree: &mut Tree, number, len, priority| {
        let _ = tree.enqueue(Toy { number, flow: 0, len, priority }, &mut cx);
        tree.dequeue(&mut cx)
    };
    // Both buckets are emptied. Then an urgent packet of 200 bytes has to wait 100 ms for its own
    // bucket and 200 ms for the root's, and a long one of 1000 bytes waits for the root's alone.
    assert!(send(&mut tree, 0, 1514, 6).packet().is_some());
    assert_eq!(send(&mut tree, 1, 200, 6), Dequeue::Until(Instant::from_millis(100)));
    assert_eq!(send(&mut tree, 2, 1000, 0), Dequeue::Until(Instant::from_millis(100)));
    let mut cx = Cx::new(Instant::from_millis(100), &mut lost);
    assert_eq!(tree.dequeue(&mut cx), Dequeue::Until(Instant::from_millis(200)));
    cx.now = Instant::from_millis(200);
    assert_eq!(tree.dequeue(&mut cx).packet().map(|toy| toy.number), Some(1));
}
