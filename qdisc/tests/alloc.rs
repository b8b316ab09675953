//! In steady state nothing is allocated. A binary of its own, for its allocator counts.

#![allow(clippy::unwrap_used, reason = "a test that can't build its tree fails")]

mod toy;

use core::alloc::{GlobalAlloc, Layout};
use core::cell::Cell;
use std::alloc::System;

use softnet_qdisc::red::{Params, Traffic};
use softnet_qdisc::tin::{self, Arrival, Flows, TinDrops, TinId};
use softnet_qdisc::{
    Blackhole, Cake, Choke, Codel, Cx, Drr, DualPi2, Ets, Fifo, Fq, FqCodel, FqPie, Handle, Hfsc,
    Htb, Mq, Mqprio, Netem, NoQueue, PfifoFast, Pie, Prio, Qdisc, Qfq, RateSpec, Red, Sfq, Tbf,
    cake, choke, codel, codel_queue, drr, dualpi2, ets, fq, fq_codel, fq_pie, hfsc, htb, mqprio,
    netem, pfifo_fast, pie, prio, qfq, red, sfq, tbf,
};
use softnet_sk_buff::{DropCounts, DropReason, Instant};
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

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        let _ = ALLOCATED.try_with(|count| count.set(count.get() + 1));
        // SAFETY: the caller keeps `realloc`'s contract; the block is from `System`.
        unsafe { System.realloc(block, layout, size) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

const ROOT: Handle = Handle(1);
/// Nanoseconds between two packets that come.
const TICK: u64 = 600_000;
/// Bytes per second that come: 1000 in a tick.
const OFFERED: u64 = 1_666_667;

/// 20,000 packets at twice the rate at which they leave, in waves.
fn run(qdisc: &mut dyn Qdisc<Toy>, lost: &mut DropCounts, start: u64, priority: fn(u32) -> u32) {
    for number in 0..20_000u64 {
        let mut cx = Cx::new(Instant::from_nanos(start + number * TICK), lost);
        let flow = number as u32 % 50;
        // Of five lengths, so that queues and curves are not in step with the flows.
        let len = 600 + 200 * (number % 7 % 5) as u32;
        let _ =
            qdisc.enqueue(Toy { number, flow, len, priority: priority(number as u32) }, &mut cx);
        if number % 2 == 0 || number % 1000 > 700 {
            let _ = qdisc.peek(&mut cx);
            let _ = qdisc.dequeue(&mut cx);
        }
    }
}

/// Requests for memory by a discipline that has had time to get what it needs.
fn allocations(qdisc: &mut dyn Qdisc<Toy>, priority: fn(u32) -> u32) -> u64 {
    let mut lost = DropCounts::default();
    // Twice, for the queue of a class that is seldom full is as long as it gets only then.
    run(qdisc, &mut lost, 0, priority);
    run(qdisc, &mut lost, 20_000 * TICK, priority);
    let before = ALLOCATED.get();
    run(qdisc, &mut lost, 40_000 * TICK, priority);
    let after = ALLOCATED.get();
    assert!(lost.total() > 1000, "{} was not under load: {}", qdisc.kind(), lost.total());
    after - before
}

fn small_fq_codel() -> FqCodel<Toy> {
    let config = fq_codel::Config { limit: 500, ..Default::default() };
    FqCodel::new(ROOT, config, [3, 4]).unwrap()
}

fn fifos(count: usize) -> Vec<Box<dyn Qdisc<Toy>>> {
    (0..count).map(|_| Box::new(Fifo::pfifo(100).unwrap()) as Box<dyn Qdisc<Toy>>).collect()
}

/// In the unit's bytes.
fn thresholds(unit: u32) -> Params {
    let traffic = Traffic {
        min: 30_000,
        max: 90_000,
        avpkt: 1000,
        burst: 50,
        probability: 0.02,
        bandwidth: OFFERED as u32,
    };
    let params = Params::tc(traffic).unwrap();
    Params { qth_min: params.qth_min / unit, qth_max: params.qth_max / unit, ..params }
}

/// Those without classes that a user makes.
fn queues() -> Vec<Box<dyn Qdisc<Toy>>> {
    let fast = pfifo_fast::Config { tx_queue_len: 100 };
    let codel = codel_queue::Config { limit: 300, ..Default::default() };
    let pie = pie::Config { limit: 300, ..Default::default() };
    let fq_pie = fq_pie::Config { limit: 300, ..Default::default() };
    let dual = dualpi2::Config { limit: 300, ..Default::default() };
    let red = red::Config { adaptative: true, ..red::Config::new(100_000, thresholds(1)) };
    let choke = choke::Config::new(300, thresholds(1000));
    let sfq = sfq::Config { limit: Some(200), headdrop: true, ..Default::default() };
    let fq = fq::Config { limit: 300, maxrate: Some(OFFERED / 20), ..Default::default() };
    let shaped =
        cake::Config { bandwidth: OFFERED / 2, memlimit: 200_000, ..cake::Config::default() };
    let free = cake::Config { memlimit: 200_000, ..cake::Config::default() };
    let delay = netem::Delay { latency: 60_000_000, jitter: 30_000_000, ..Default::default() };
    let netem = netem::Config { limit: 100, delay, ..Default::default() };
    vec![
        Box::new(Fifo::pfifo(100).unwrap()),
        Box::new(Fifo::bfifo(100_000).unwrap()),
        Box::new(Fifo::pfifo_head_drop(100).unwrap()),
        Box::new(PfifoFast::new(fast).unwrap()),
        Box::new(Codel::new(codel).unwrap()),
        Box::new(small_fq_codel()),
        Box::new(Pie::new(pie, 1).unwrap()),
        Box::new(FqPie::new(ROOT, fq_pie, [1, 2]).unwrap()),
        Box::new(DualPi2::new(ROOT, dual, 1).unwrap()),
        Box::new(Red::new(ROOT, red, 1).unwrap()),
        Box::new(Choke::new(choke, 1).unwrap()),
        Box::new(Sfq::new(ROOT, sfq, 1).unwrap()),
        Box::new(Fq::new(fq, [1, 2]).unwrap()),
        Box::new(Cake::new(ROOT, shaped, [1, 2]).unwrap()),
        Box::new(Cake::new(ROOT, free, [1, 2]).unwrap()),
        Box::new(Netem::new(ROOT, netem, 1).unwrap()),
        Box::new(Mq::new(ROOT, fifos(4)).unwrap()),
        Box::new(Mqprio::new(ROOT, mqprio::Config::default(), fifos(8)).unwrap()),
        Box::new(Blackhole::new()),
        Box::new(NoQueue::new()),
    ]
}

#[test]
fn no_queue_allocates_in_steady_state() {
    for mut queue in queues() {
        assert_eq!(allocations(&mut *queue, |number| number % 16), 0, "{}", queue.kind());
    }
}

/// The class for a packet: one of ten, the first two of which send as much as the others together.
fn class_of(number: u32) -> u32 {
    let minor = match number % 17 {
        most @ 0..8 => 10 + most % 2,
        other => 10 + other,
    };
    ROOT.class(minor as u16).0
}

/// Those with classes, each class with a short pfifo.
fn classful() -> Vec<Box<dyn Qdisc<Toy>>> {
    let mut lost = DropCounts::default();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let tx_queue_len = 30;
    let mut drr = Drr::new(ROOT, drr::Config { tx_queue_len }).unwrap();
    let mut qfq = Qfq::new(ROOT, qfq::Config { tx_queue_len }).unwrap();
    let mut htb = Htb::new(ROOT, htb::Config { tx_queue_len, ..Default::default() }).unwrap();
    let mut hfsc = Hfsc::new(ROOT, hfsc::Config { tx_queue_len, ..Default::default() }).unwrap();
    let (top, half) = (ROOT.class(1), RateSpec::bytes(OFFERED / 2));
    htb.add_class(top, None, htb::ClassConfig::new(half, half), &mut cx).unwrap();
    let all = hfsc::ClassConfig {
        usc: Some(hfsc::Curve::linear(OFFERED as u32 / 2)),
        ..hfsc::ClassConfig::ls(OFFERED as u32 / 2)
    };
    hfsc.add_class(top, None, all, &mut cx).unwrap();
    for minor in 10..27u16 {
        let id = ROOT.class(minor);
        drr.add_class(id, drr::ClassConfig::default()).unwrap();
        let config = qfq::ClassConfig { weight: minor.into(), ..Default::default() };
        qfq.add_class(id, config).unwrap();
        let own = RateSpec::bytes(OFFERED / 40);
        let config = htb::ClassConfig::new(own, half).with_prio(u32::from(minor) % 3);
        htb.add_class(id, Some(top), config, &mut cx).unwrap();
        let config = hfsc::ClassConfig::sc(OFFERED as u32 / 40);
        hfsc.add_class(id, Some(top), config, &mut cx).unwrap();
    }
    vec![Box::new(drr), Box::new(qfq), Box::new(htb), Box::new(hfsc)]
}

#[test]
fn no_tree_of_classes_allocates_in_steady_state() {
    for mut qdisc in classful() {
        assert_eq!(allocations(&mut *qdisc, class_of), 0, "{}", qdisc.kind());
    }
}

#[test]
fn no_tree_of_bands_allocates_in_steady_state() {
    let mut lost = DropCounts::default();
    let mut cx = Cx::new(Instant::ZERO, &mut lost);
    let slow = tbf::Config::new(RateSpec::bytes(200_000), 3000, 100_000);
    let mut tree: Box<dyn Qdisc<Toy>> = Box::new(Prio::new(ROOT, prio::Config::default()).unwrap());
    tree.graft(&[ROOT.class(2)], Box::new(Tbf::new(Handle(2), slow).unwrap()), &mut cx).unwrap();
    let path = [ROOT.class(2), Handle(2).class(1)];
    tree.graft(&path, Box::new(small_fq_codel()), &mut cx).unwrap();
    assert_eq!(allocations(&mut *tree, |number| number % 16), 0, "prio over tbf over fq_codel");

    let mut config = ets::Config::new(8, 2);
    config.priomap = core::array::from_fn(|priority| priority as u8 % 8);
    config.tx_queue_len = 100;
    let mut ets = Ets::new(ROOT, config).unwrap();
    assert_eq!(allocations(&mut ets, |number| number % 16), 0, "ets");
}

struct Lost(u64);

impl TinDrops<Toy> for Lost {
    fn dropped(&mut self, _: TinId, _: Toy, _: DropReason) {
        self.0 += 1;
    }
}

#[test]
fn tins_allocate_nothing_in_steady_state() {
    let mut flows = Flows::new(tin::Config { limit: 300, ..Default::default() }).unwrap();
    let tins: [TinId; 3] = core::array::from_fn(|_| flows.add_tin());
    let mut lost = Lost(0);
    let codel = codel::Config::default();
    let mut run = |start: u64, lost: &mut Lost| {
        for number in 0..20_000u64 {
            let now = Instant::from_nanos(start + number * TICK);
            let packet = Toy { number, flow: 0, len: 1000, priority: 0 };
            let hash = (number as u32 % 50).wrapping_mul(0x9e37_79b9);
            let tin = tins[number as usize % 3];
            flows.enqueue(tin, Arrival { packet, hash, now }, lost);
            if number % 2 == 0 || number % 1000 > 700 {
                let _ = flows.dequeue(tin, &codel, now, lost);
            }
        }
    };
    run(0, &mut lost);
    let before = ALLOCATED.get();
    run(20_000 * TICK, &mut lost);
    assert_eq!(ALLOCATED.get() - before, 0);
    assert!(lost.0 > 1000, "they were not under load: {}", lost.0);
}

#[test]
fn a_reserved_fq_codel_allocates_nothing_at_all() {
    let mut fq = small_fq_codel();
    fq.reserve(u32::MAX);
    let mut lost = DropCounts::default();
    let before = ALLOCATED.get();
    run(&mut fq, &mut lost, 0, |number| number % 16);
    assert_eq!(ALLOCATED.get() - before, 0);
}
