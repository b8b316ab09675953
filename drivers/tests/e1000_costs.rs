//! What the e1000 driver costs on the bus: register accesses, counted by the model.
#![cfg(all(feature = "e1000", feature = "testutil"))]
#![allow(clippy::unwrap_used, reason = "all of it is tests")]

mod conformance;

use core::time::Duration;

use conformance::bench::Bench;
use conformance::model::ModelCard;
use conformance::{Card, frame};
use softnet_drivers::e1000::Config;
use softnet_drivers::testutil::e1000::Counters;
use softnet_netdev::NetXmit;
use softnet_qdisc::{Fifo, fifo};

const ICR: u32 = 0x00c0;
const ITR: u32 = 0x00c4;
const IMS: u32 = 0x00d0;
const IMC: u32 = 0x00d8;

/// A port that is up, just after its watchdog has looked.
fn bench() -> Bench<ModelCard> {
    let mut bench = Bench::new(ModelCard::power_on().unwrap()).up();
    let due = bench.net.poll_at().unwrap();
    bench.run(due.saturating_since(bench.now()));
    bench.settle();
    bench.card.0.reset_counters();
    bench.interrupts = 0;
    bench
}

/// Nothing is read but the cause, once for each interrupt; nothing is written for an interrupt but
/// the mask off and on, and now and then the throttle.
fn check_interrupts(counters: &Counters, interrupts: u64) {
    assert_eq!(counters.mmio_reads, interrupts, "{:?}", counters.reads);
    assert!(counters.reads.keys().all(|&register| register == ICR));
    let writes = |register| counters.writes.get(&register).copied().unwrap_or(0);
    assert_eq!((writes(IMC), writes(IMS)), (interrupts, interrupts));
    assert_eq!(counters.other_writes(), 2 * interrupts + writes(ITR), "{:?}", counters.writes);
    assert!(writes(ITR) <= interrupts);
    assert_eq!((counters.port_reads, counters.port_writes), (0, 0));
}

#[test]
fn a_burst_costs_one_transmit_doorbell_and_no_read() {
    let mut bench = bench();
    let now = bench.now();
    let fifo = Fifo::new(fifo::Limit::Packets(1000)).unwrap();
    bench.net.set_qdisc(bench.dev, 0, Some(Box::new(fifo)), now).unwrap();
    // Fill the ring, then the queue behind it.
    while bench.device().tx_queues()[0].qlen() < 64 {
        let skb = bench.packet(&frame::from_us(1514, 0));
        assert_eq!(bench.xmit(skb), Ok(NetXmit::Success));
    }
    // All of it leaves before anybody looks; the interrupt waits.
    bench.card.advance_to(bench.now() + Duration::from_millis(5));
    bench.card.0.reset_counters();
    bench.interrupts = 0;
    bench.serve();
    let counters = bench.card.0.counters();
    assert_eq!(bench.device().tx_queues()[0].qlen(), 0);
    assert_eq!(counters.tdt_writes, 1, "64 packets, one doorbell");
    assert_eq!(counters.maps, 64);
    assert_eq!(bench.interrupts, 1);
    check_interrupts(&counters, 1);
    bench.settle();
    bench.finish();
}

/// The stack has more, but the queue is stopped: the doorbell must not wait for what does not come.
#[test]
fn a_burst_that_fills_the_ring_leaves_at_once() {
    let config = Config { tx_descriptors: 48, ..Config::default() };
    let mut bench = Bench::with(ModelCard::power_on().unwrap(), config).up();
    let now = bench.now();
    let fifo = Fifo::new(fifo::Limit::Packets(1000)).unwrap();
    bench.net.set_qdisc(bench.dev, 0, Some(Box::new(fifo)), now).unwrap();
    let out: Vec<_> = (0..200).map(|n| frame::from_us(1514, n)).collect();
    out.iter().for_each(|frame| bench.xmit_bytes(frame));
    bench.run(Duration::from_millis(5));
    assert_eq!(bench.wire(), out);
    assert!(bench.counter("tx_restart_queue") >= 4);
    bench.finish();
}

/// Left to itself the ring takes what it needs to stay busy, the rest waits where fq_codel could get
/// at it, and nothing is taken from there in vain.
#[test]
fn byte_limits_keep_the_ring_short_and_busy() {
    let mut bench = bench();
    bench.net.set_byte_queue_limits(bench.dev, 0, 0, u32::MAX).unwrap();
    let now = bench.now();
    let fifo = Fifo::new(fifo::Limit::Packets(1000)).unwrap();
    bench.net.set_qdisc(bench.dev, 0, Some(Box::new(fifo)), now).unwrap();
    let out: Vec<_> = (0..600).map(|n: u32| frame::from_us(1514, n as u8)).collect();
    let queue = |bench: &Bench<ModelCard>| bench.device().tx_queues()[0].byte_queue_limit();
    let mut longest = 0;
    for burst in out.chunks(20) {
        burst.iter().for_each(|frame| bench.xmit_bytes(frame));
        // 20 frames take 246 us at 1 Gbit/s: the sender is always ahead.
        for _ in 0..10 {
            bench.run(Duration::from_micros(20));
            longest = longest.max(queue(&bench).1);
        }
    }
    bench.run(Duration::from_millis(5));
    assert_eq!(bench.wire(), out);
    let stats = bench.device().tx_queues()[0].stats();
    assert_eq!((stats.requeues, stats.stops), (0, 0));
    assert_eq!(queue(&bench).1, 0, "everything is accounted for");
    // The ring has room for 255 such frames, 386 kB.
    assert!((2 * 1514..100_000).contains(&longest), "{longest} bytes in the ring");
    bench.finish();
}

#[test]
fn a_burst_costs_one_receive_doorbell_and_one_read() {
    let mut bench = bench();
    (0..48).for_each(|n| bench.card.send(&frame::to_us(500, n)));
    bench.run(Duration::from_micros(100));
    let counters = bench.card.0.counters();
    assert_eq!(bench.received().len(), 48);
    assert_eq!((counters.rdt_writes, bench.interrupts), (1, 1));
    check_interrupts(&counters, 1);
    bench.finish();
}

#[test]
fn packets_cost_no_read_whatever_their_number() {
    let mut bench = bench();
    let mut doorbells = 0;
    for n in 0..200 {
        bench.xmit_bytes(&frame::from_us(700, n as u8));
        doorbells += 1;
        bench.card.send(&frame::to_us(700, n as u8));
        bench.run(Duration::from_micros(7));
        let _ = bench.received();
    }
    bench.run(Duration::from_millis(1));
    let (counters, interrupts) = (bench.card.0.counters(), bench.interrupts);
    println!(
        "200 packets each way, one by one: {interrupts} interrupts, {} reads, {} writes, of which \
         {} RDT and {} TDT",
        counters.mmio_reads, counters.mmio_writes, counters.rdt_writes, counters.tdt_writes
    );
    assert_eq!(counters.tdt_writes, doorbells);
    assert!(counters.rdt_writes <= interrupts);
    check_interrupts(&counters, interrupts);
    bench.finish();
}

#[test]
fn a_context_is_sent_once_for_many_packets_alike() {
    let mut bench = bench();
    let tail = |bench: &Bench<ModelCard>| bench.card.0.peek(0x3818);
    let first = tail(&bench);
    for n in 0..10 {
        let packet = frame::summed(false, true, 100 + n, 0);
        bench.xmit_partial(&packet.partial, packet.start, packet.offset);
        assert_eq!(bench.wire(), [packet.complete]);
    }
    assert_eq!(tail(&bench) - first, 11, "ten packets and one context");
    let packet = frame::summed(true, false, 100, 0);
    bench.xmit_partial(&packet.partial, packet.start, packet.offset);
    assert_eq!(bench.wire(), [packet.complete]);
    assert_eq!(tail(&bench) - first, 13, "another kind, another context");
    bench.finish();
}
