use alloc::{vec, vec::Vec};

use softnet_sk_buff::{DropReason, Instant};

use super::*;
use crate::testutil::Toy;
use crate::{Backlog, Fifo, RateSpec, Tbf, tbf};

type Lost = Vec<(Toy, DropReason)>;

fn children(limits: &[u32]) -> Vec<Box<dyn Qdisc<Toy>>> {
    let fifo = |&limit: &u32| -> Box<dyn Qdisc<Toy>> { Box::new(Fifo::pfifo(limit).unwrap()) };
    limits.iter().map(fifo).collect()
}

fn mq(limits: &[u32]) -> Mq<Toy> {
    Mq::new(Handle(1), children(limits)).unwrap()
}

fn numbers(mq: &mut Mq<Toy>, cx: &mut Cx<'_, Toy>) -> Vec<u64> {
    core::iter::from_fn(|| mq.dequeue(cx).packet()).map(|toy| toy.number).collect()
}

#[test]
fn a_device_pulls_each_queue_by_itself() {
    let mut lost = Lost::new();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let mut mq = mq(&[9, 9, 9]);
    for number in 0..6 {
        let queue = number as u16 % 3;
        assert_eq!(
            mq.enqueue_to(queue, Toy::new(0, 100).numbered(number), &mut cx),
            Enqueued::Success
        );
    }
    assert_eq!(mq.dequeue_from(1, &mut cx).packet().unwrap().number, 1);
    assert_eq!(mq.dequeue_from(1, &mut cx).packet().unwrap().number, 4);
    assert_eq!(mq.dequeue_from(1, &mut cx), Dequeue::Empty);
    assert_eq!(mq.dequeue_from(3, &mut cx), Dequeue::Empty);
    assert_eq!(mq.backlog(), Backlog { packets: 4, bytes: 400 });
    assert_eq!((mq.queue(2).unwrap().backlog().packets, mq.queue(3).is_none()), (2, true));
    let _ = mq.enqueue_to(7, Toy::new(0, 100), &mut cx);
    assert_eq!(mq.queue(0).unwrap().backlog().packets, 3, "a queue that is not there is queue 0");
}

#[test]
fn one_caller_serves_all_in_turn() {
    let mut lost = Lost::new();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let mut mq = mq(&[9, 9, 9]);
    for (queue, number) in [(0, 0), (0, 1), (0, 2), (2, 3), (2, 4)] {
        let _ = mq.enqueue_to(queue, Toy::new(0, 100).numbered(number), &mut cx);
    }
    assert_eq!(mq.peek(&mut cx).packet().unwrap().number, 0);
    assert_eq!(numbers(&mut mq, &mut cx), [0, 3, 1, 4, 2]);
}

/// `mq_dump`: what tc shows of mq is the sum over the children that are there.
#[test]
fn statistics_are_the_sum_of_the_childrens() {
    let mut lost = Lost::new();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let mut mq = mq(&[1, 2]);
    for queue in [0, 0, 1, 1, 1] {
        let _ = mq.enqueue_to(queue, Toy::new(0, 100), &mut cx);
    }
    let _ = mq.dequeue(&mut cx);
    mq.with_queue(1, &mut |qdisc, _| qdisc.requeued(), &mut cx);
    mq.with_queue(1, &mut |qdisc, _| qdisc.bypassed(&Toy::new(0, 50)), &mut cx);
    let stats = *mq.stats();
    assert_eq!((stats.packets, stats.bytes, stats.drops, stats.requeues), (2, 150, 2, 1));
    assert_eq!(stats.backlog, Backlog { packets: 2, bytes: 200 });
    let class = Handle(1).class(2);
    let graft: &mut dyn Qdisc<Toy> = &mut mq;
    graft.graft(&[class], Box::new(Fifo::pfifo(5).unwrap()), &mut cx).unwrap();
    let stats = *mq.stats();
    assert_eq!((stats.packets, stats.bytes, stats.drops, stats.requeues), (1, 100, 1, 0));
    assert_eq!((stats.backlog, lost.len()), (Backlog::default(), 4));
}

#[test]
fn classes_are_the_queues() {
    let mut lost = Lost::new();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let mut mq = mq(&[1, 2]);
    let mut ids = vec![];
    mq.walk(&mut |class| ids.push((class.id, class.child.is_some())));
    assert_eq!(ids, [(Handle(1).class(1), true), (Handle(1).class(2), true)]);
    assert!(mq.leaf(Handle(1).class(3)).is_none() && mq.leaf(Handle(1).class(0)).is_none());
    let child = Box::new(Fifo::pfifo(1).unwrap());
    let refused = mq.graft_here(Handle(1).class(3), child, &mut cx).unwrap_err();
    assert_eq!(refused.why, UnknownClass(Handle(1).class(3)));
}

/// Queues that are held back don't keep others from being served, and the earliest one wakes.
#[test]
fn deadlines_come_through() {
    let slow = |burst| -> Box<dyn Qdisc<Toy>> {
        let config = tbf::Config::new(RateSpec::bytes(1000), burst, 90_000);
        Box::new(Tbf::new(Handle::UNSPEC, tbf::Config { psched_mtu: 0, ..config }).unwrap())
    };
    let mut lost = Lost::new();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let mut mq = Mq::new(Handle(1), vec![slow(2000), slow(1000)]).unwrap();
    for queue in [0, 0, 0, 1, 1] {
        let _ = mq.enqueue_to(queue, Toy::new(0, 1000), &mut cx);
    }
    assert_eq!(numbers(&mut mq, &mut cx).len(), 3);
    let at = Instant::from_millis(1000);
    assert!(matches!(mq.dequeue(&mut cx), Dequeue::Until(until) if until == at));
    assert!(matches!(mq.peek(&mut cx), Dequeue::Until(until) if until == at));
    cx.now = at;
    assert!(mq.peek(&mut cx).packet().is_some());
    assert_eq!(mq.backlog().packets, 2, "what is peeked at is still there");
    assert_eq!(numbers(&mut mq, &mut cx).len(), 2);
    mq.reset(&mut cx);
}

#[test]
fn senseless_numbers_of_queues_are_refused() {
    assert_eq!(Mq::<Toy>::new(Handle(1), vec![]).err(), Some(ConfigError::Queues(0)));
    assert_eq!(check_queues(0xffe0), Err(ConfigError::Queues(0xffe0)));
    assert_eq!(check_queues(0xffdf), Ok(()));
}
