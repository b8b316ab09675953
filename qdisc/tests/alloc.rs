//! In steady state nothing is allocated. A binary of its own, for its allocator counts.

#![allow(clippy::unwrap_used, reason = "a test that can't build its tree fails")]

mod toy;

use core::alloc::{GlobalAlloc, Layout};
use core::cell::Cell;
use std::alloc::System;

use softnet_qdisc::{
    Cx, Fifo, FqCodel, Handle, PfifoFast, Prio, Qdisc, RateSpec, Tbf, fq_codel, pfifo_fast, prio,
    tbf,
};
use softnet_sk_buff::{DropCounts, Instant};
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

#[test]
fn a_reserved_fq_codel_allocates_nothing_at_all() {
    let mut fq = small_fq_codel();
    fq.reserve(u32::MAX);
    let mut lost = DropCounts::default();
    let before = ALLOCATED.get();
    run(&mut fq, &mut lost, 0);
    assert_eq!(ALLOCATED.get() - before, 0);
}
