//! In steady state nothing is allocated. A binary of its own, for its allocator counts.

#![allow(clippy::unwrap_used, reason = "a test that can't build its tree fails")]

mod toy;

use core::alloc::{GlobalAlloc, Layout};
use core::cell::Cell;
use std::alloc::System;

use softnet_qdisc::filter::{At, Filter, Request, Target, matchall};
use softnet_qdisc::{
    Cx, Drr, Ets, Fifo, Fq, FqCodel, Handle, PfifoFast, Prio, Qdisc, Qfq, RateSpec, Sfq, Tbf, drr,
    ets, fq, fq_codel, pfifo_fast, prio, qfq, sfq, tbf,
};
use softnet_sk_buff::{DropCounts, EtherType, Instant};
use toy::Toy;

thread_local! {
    static ALLOCATED: Cell<u64> = const { Cell::new(0) };
}

struct Counting;

// SAFETY: every method hands its arguments to `System` unchanged and returns what that returns.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let _ = ALLOCATED.try_with(|count| count.set(count.get() + 1));
        // SAFETY: the caller keeps `alloc`'s contract.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: the caller keeps `dealloc`'s contract; the block is from `System`.
        unsafe { System.dealloc(block, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

/// 20,000 packets at twice the rate at which they leave, in waves.
fn run(qdisc: &mut dyn Qdisc<Toy>, lost: &mut DropCounts, start: u64) {
    for number in 0..20_000u64 {
        let mut cx = Cx::new(Instant::from_nanos(start + number * 600_000), lost);
        let toy = Toy { number, flow: number as u32 % 50, len: 1000, priority: number as u32 % 16 };
        let _ = qdisc.enqueue(toy, &mut cx);
        if number % 2 == 0 || number % 1000 > 700 {
            let _ = qdisc.peek(&mut cx);
            let _ = qdisc.dequeue(&mut cx);
        }
    }
}

fn allocations(mut qdisc: Box<dyn Qdisc<Toy>>) -> u64 {
    let mut lost = DropCounts::default();
    run(&mut *qdisc, &mut lost, 0);
    let before = ALLOCATED.get();
    run(&mut *qdisc, &mut lost, 12_000_000_000);
    let after = ALLOCATED.get();
    assert!(lost.total() > 1000, "it was under load: {}", lost.total());
    after - before
}

fn small_fq_codel() -> FqCodel<Toy> {
    let config = fq_codel::Config { limit: 500, ..Default::default() };
    FqCodel::new(Handle(1), config, [3, 4]).unwrap()
}

#[test]
fn steady_state_allocates_nothing() {
    let mut lost = DropCounts::default();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let slow = tbf::Config::new(RateSpec::bytes(200_000), 3000, 100_000);
    let mut tree: Box<dyn Qdisc<Toy>> =
        Box::new(Prio::new(Handle(1), prio::Config::default()).unwrap());
    tree.graft(&[Handle(1).class(2)], Box::new(Tbf::new(Handle(2), slow).unwrap()), &mut cx)
        .unwrap();
    let path = [Handle(1).class(2), Handle(2).class(1)];
    tree.graft(&path, Box::new(small_fq_codel()), &mut cx).unwrap();
    let fast = pfifo_fast::Config { tx_queue_len: 100 };
    assert_eq!(allocations(Box::new(Fifo::pfifo(100).unwrap())), 0, "pfifo");
    assert_eq!(allocations(Box::new(PfifoFast::new(fast).unwrap())), 0, "pfifo_fast");
    assert_eq!(allocations(Box::new(small_fq_codel())), 0, "fq_codel");
    assert_eq!(allocations(tree), 0, "prio over tbf over fq_codel");
}

/// A discipline whose filters send everything to class 1:1, a pfifo of 100.
fn one_class(mut qdisc: Box<dyn Qdisc<Toy>>) -> Box<dyn Qdisc<Toy>> {
    let mut lost = DropCounts::default();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let class = Handle(1).class(1);
    qdisc.graft(&[class], Box::new(Fifo::pfifo(100).unwrap()), &mut cx).unwrap();
    let at = At { prio: 1, handle: 1, ..At::any(EtherType::ALL) };
    let all = Filter::Matchall(matchall::Config { target: Target::class(class) });
    let filters = qdisc.filters_mut(None).unwrap();
    filters.change(Request::Add, at, all, Instant::ZERO).unwrap();
    qdisc
}

#[test]
fn those_that_share_by_turns_allocate_nothing() {
    let mut drr = Drr::new(Handle(1), drr::Config::default()).unwrap();
    let mut qfq = Qfq::new(Handle(1), qfq::Config::default()).unwrap();
    drr.add_class(Handle(1).class(1), drr::ClassConfig::default()).unwrap();
    qfq.add_class(Handle(1).class(1), qfq::ClassConfig::default()).unwrap();
    assert_eq!(allocations(one_class(Box::new(drr))), 0, "drr");
    assert_eq!(allocations(one_class(Box::new(qfq))), 0, "qfq");
    let ets = ets::Config {
        priomap: core::array::from_fn(|priority| priority as u8 % 4),
        tx_queue_len: 100,
        ..ets::Config::new(4, 1)
    };
    assert_eq!(allocations(Box::new(Ets::new(Handle(1), ets).unwrap())), 0, "ets");
    let sfq = Sfq::new(Handle(1), sfq::Config::default(), 1).unwrap();
    assert_eq!(allocations(Box::new(sfq)), 0, "sfq");
    let fq = fq::Config { limit: 100, maxrate: Some(30_000), ..Default::default() };
    assert_eq!(allocations(Box::new(Fq::new(fq, [1, 2]).unwrap())), 0, "fq");
}

#[test]
fn a_reserved_fq_codel_allocates_nothing_at_all() {
    let mut fq = small_fq_codel();
    fq.reserve(u32::MAX);
    let mut lost = DropCounts::default();
    let before = ALLOCATED.get();
    run(&mut fq, &mut lost, 0);
    assert_eq!(ALLOCATED.get() - before, 0);
}

#[test]
fn cake_allocates_nothing_in_steady_state() {
    use softnet_qdisc::cake::{Config, Diffserv};
    let config = Config { memlimit: 100_000, diffserv: Diffserv::Diffserv8, ..Config::default() };
    let shaped = Config { bandwidth: 1_000_000, ingress: true, ..config };
    for config in [config, shaped] {
        let cake = softnet_qdisc::Cake::new(Handle(1), config, [3, 4]).unwrap();
        assert_eq!(allocations(Box::new(cake)), 0, "{config:?}");
    }
}
