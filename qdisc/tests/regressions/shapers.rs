//! Shapers.

use softnet_qdisc::{
    Codel, Cx, Dequeue, Fifo, FqCodel, Handle, Hfsc, Htb, Pie, Prio, Qdisc, RateSpec, Sfq, Tbf,
    codel_queue, fifo, fq_codel, hfsc, htb, pie, prio, sfq, tbf,
};
use softnet_sk_buff::{DropCounts, Instant};

use crate::{ONE, Toy, class, order, to};

/// htb, and hfsc by real time, by link sharing and by both, with leaves 1:1 and 1:2 below 1:9 that
/// have all the rate they need.
pub(crate) fn parents() -> Vec<Box<dyn Qdisc<Toy>>> {
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
