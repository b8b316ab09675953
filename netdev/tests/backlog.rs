//! The backlog: for drivers without NAPI, for loops, and for what other CPUs steer here.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(clippy::std_instead_of_core, clippy::std_instead_of_alloc)]

mod common;

use common::NOW;
use softnet_netdev::testutil::{frame, pool};
use softnet_netdev::{Config, Loopback, NetXmit, Softirq, Softnet, ethernet};
use softnet_sk_buff::{DropReason, IfIndex, Kick, MacAddr};

fn with_lo(config: Config) -> (Softnet, IfIndex) {
    let mut softnet = Softnet::new(config, pool().unwrap());
    let lo = softnet.register_netdev(Box::new(Loopback::new())).unwrap().dev().unwrap();
    softnet.dev_open(lo, NOW).unwrap();
    (softnet, lo)
}

fn send(softnet: &mut Softnet, lo: IfIndex, count: usize) {
    for _ in 0..count {
        let skb = frame(softnet, lo, MacAddr::ZERO, b"data").unwrap();
        assert_eq!(softnet.dev_queue_xmit(skb, NOW).unwrap(), NetXmit::Success);
    }
}

#[test]
fn one_thousand_and_one_packets_fit() {
    let (mut softnet, lo) = with_lo(Config::default());
    send(&mut softnet, lo, 1001);
    assert_eq!(softnet.backlog_len(), 1001);
    assert_eq!(softnet.stats().dropped, 0);
    send(&mut softnet, lo, 2);
    assert_eq!(softnet.backlog_len(), 1001);
    assert_eq!(softnet.stats().dropped, 2);
    assert_eq!(softnet.drops().of(DropReason::CPU_BACKLOG), 2);
    let stats = softnet.dev_stats(lo).unwrap();
    assert_eq!((stats.rx_packets, stats.rx_dropped), (1001, 2));
}

#[test]
fn it_is_worked_off_by_weight_and_budget() {
    let (mut softnet, lo) = with_lo(Config::default());
    send(&mut softnet, lo, 130);
    let mut left = vec![];
    while softnet.do_softirq(&mut { NOW }).any() {
        left.push(softnet.backlog_len());
    }
    assert_eq!(left, [66, 2]);
    assert_eq!(softnet.stats().processed, 130);
    assert_eq!(softnet.dev(lo).unwrap().rx_queue_len(), 130);
    assert_eq!(softnet.softirqs().count(Softirq::NetRx), 3);
}

#[test]
fn what_the_protocol_does_not_take_is_bounded_and_counted() {
    let (mut softnet, lo) = with_lo(Config { rx_sink: 10, ..Config::default() });
    send(&mut softnet, lo, 13);
    while softnet.do_softirq(&mut { NOW }).any() {}
    assert_eq!(softnet.dev(lo).unwrap().rx_queue_len(), 10);
    assert_eq!(softnet.drops().of(DropReason::SOCKET_RCVBUFF), 3);
    assert_eq!(softnet.dev_stats(lo).unwrap().rx_dropped, 3);
}

#[test]
fn packets_steered_here_are_processed_here() {
    let (mut softnet, lo) = with_lo(Config::default());
    let inbox = softnet.rx_inbox();
    let kicks: Vec<Kick> = (0..3)
        .map(|_| {
            let mut skb = frame(&mut softnet, lo, MacAddr::ZERO, b"data").unwrap();
            ethernet::eth_type_trans(&mut skb, MacAddr::ZERO).unwrap();
            inbox.push(skb).unwrap()
        })
        .collect();
    assert_eq!(kicks, [Kick::Needed, Kick::Pending, Kick::Pending]);
    softnet.handle_inbox(NOW);
    while softnet.do_softirq(&mut { NOW }).any() {}
    assert_eq!(softnet.stats().processed, 3);
    assert_eq!(softnet.stats().received_rps, 1, "Linux counts interrupts, not packets");
    assert_eq!(softnet.dev(lo).unwrap().rx_queue_len(), 3);
}

#[test]
fn a_packet_of_a_device_that_is_down_or_gone_is_refused_by_name() {
    let (mut softnet, lo) = with_lo(Config::default());
    let inbox = softnet.rx_inbox();
    softnet.dev_close(lo, NOW).unwrap();
    let down = frame(&mut softnet, lo, MacAddr::ZERO, b"data").unwrap();
    let mut gone = frame(&mut softnet, lo, MacAddr::ZERO, b"data").unwrap();
    gone.meta_mut().dev = IfIndex::new(77);
    for skb in [down, gone] {
        let _ = inbox.push(skb).unwrap();
    }
    softnet.handle_inbox(NOW);
    assert_eq!(softnet.drops().of(DropReason::DEV_READY), 1);
    assert_eq!(softnet.drops().of(DropReason::NO_DEVICE), 1);
    assert_eq!(softnet.dev_stats(lo).unwrap().rx_dropped, 1);
    assert!(!softnet.softirqs().any());
}

#[test]
fn a_device_takes_its_packets_along() {
    let (mut softnet, lo) = with_lo(Config::default());
    let (driver, _) = softnet.dev(lo).unwrap().driver();
    send(&mut softnet, lo, 70);
    let _ = softnet.do_softirq(&mut { NOW });
    assert_eq!((softnet.backlog_len(), softnet.dev(lo).unwrap().rx_queue_len()), (6, 64));
    softnet.dev_close(lo, NOW).unwrap();
    softnet.unregister_netdev(driver).unwrap();
    assert_eq!(softnet.drops().of(DropReason::DEV_READY), 6);
    assert_eq!(softnet.drops().of(DropReason::QUEUE_PURGE), 64);
    while softnet.do_softirq(&mut { NOW }).any() {}
    assert!(softnet.pool().is_whole());
    assert_eq!(softnet.pool().unspecified_drops(), 0);
}

#[test]
fn a_stack_that_goes_leaves_nothing_behind() {
    let (mut softnet, lo) = with_lo(Config::default());
    send(&mut softnet, lo, 70);
    let _ = softnet.do_softirq(&mut { NOW });
    let (rx, tx) = (softnet.rx_inbox(), softnet.tx_inbox());
    for inbox in [&rx, &tx] {
        let skb = frame(&mut softnet, lo, MacAddr::ZERO, b"data").unwrap();
        let _ = inbox.push(skb).unwrap();
    }
    let kept = frame(&mut softnet, lo, MacAddr::ZERO, b"kept").unwrap();
    let other = std::mem::replace(softnet.pool(), pool().unwrap());
    drop(softnet);
    let mut other = other;
    other.consume(kept);
    assert!(other.is_whole());
    assert_eq!(other.unspecified_drops(), 0);
}
