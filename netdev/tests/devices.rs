//! Devices that prove who owns what: `lo`, and a radio whose interfaces share one ring.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(clippy::std_instead_of_core, clippy::std_instead_of_alloc)]

mod common;

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

use common::{NOW, number};
use softnet_netdev::testutil::{Card, Wire, frame, mac, pool};
use softnet_netdev::{Config, Loopback, NetXmit, PortConfig, Registered, Softnet};
use softnet_sk_buff::{Checksum, DropReason, IfIndex, MacAddr, PacketType};

fn softnet() -> Softnet {
    Softnet::new(Config::default(), pool().unwrap())
}

fn softirqs(softnet: &mut Softnet) {
    while softnet.do_softirq(&mut { NOW }).any() {}
}

fn send(softnet: &mut Softnet, dev: IfIndex, number: u32) {
    let skb = frame(softnet, dev, mac(9), &number.to_be_bytes()).unwrap();
    let _ = softnet.dev_queue_xmit(skb, NOW).unwrap();
}

#[test]
fn lo_receives_the_very_bytes_it_sends() {
    let mut softnet = softnet();
    let lo = softnet.register_netdev(Box::new(Loopback::new())).unwrap().dev().unwrap();
    softnet.dev_open(lo, NOW).unwrap();
    let mut skb = frame(&mut softnet, lo, MacAddr::ZERO, b"hello").unwrap();
    let unfinished = Checksum::Partial { start: 78, offset: 3 };
    skb.meta_mut().checksum = unfinished;
    skb.meta_mut().timestamp = Some(NOW);
    let bytes = skb.data()[14..].as_ptr();
    assert_eq!(softnet.dev_queue_xmit(skb, NOW).unwrap(), NetXmit::Success);
    assert!(softnet.receive(lo).is_none(), "through the backlog, not on the sender's stack");
    softirqs(&mut softnet);
    let skb = softnet.receive(lo).unwrap();
    assert_eq!((skb.data(), skb.data().as_ptr()), (&b"hello"[..], bytes));
    assert_eq!(skb.meta().pkt_type, PacketType::Host);
    assert_eq!((skb.meta().dev, skb.meta().iif), (Some(lo), Some(lo)));
    assert_eq!(skb.meta().checksum, unfinished, "nothing can happen to it in memory");
    assert_eq!(skb.meta().timestamp, None);
    softnet.consume(skb);
    // Linux counts without the MAC header here.
    let stats = softnet.dev_stats(lo).unwrap();
    assert_eq!((stats.tx_packets, stats.tx_bytes), (1, 5));
    assert_eq!((stats.rx_packets, stats.rx_bytes), (1, 5));
    assert!(softnet.pool().is_whole());
}

#[test]
fn lo_drops_a_runt_by_name() {
    let mut softnet = softnet();
    let lo = softnet.register_netdev(Box::new(Loopback::new())).unwrap().dev().unwrap();
    softnet.dev_open(lo, NOW).unwrap();
    let mut skb = frame(&mut softnet, lo, MacAddr::ZERO, b"").unwrap();
    skb.trim(13);
    assert_eq!(softnet.dev_queue_xmit(skb, NOW).unwrap(), NetXmit::Success);
    assert_eq!(softnet.drops().of(DropReason::PKT_TOO_SMALL), 1);
    assert_eq!(softnet.dev_stats(lo).unwrap().tx_dropped, 1);
    assert!(softnet.pool().is_whole());
}

#[test]
fn lo_has_linuxs_settings() {
    let mut softnet = softnet();
    let lo = softnet.register_netdev(Box::new(Loopback::new())).unwrap().dev().unwrap();
    let device = softnet.dev(lo).unwrap();
    assert_eq!((device.name(), device.mtu(), device.address()), ("lo", 65536, MacAddr::ZERO));
    softnet.dev_set_mtu(lo, 1_000_000, NOW).unwrap();
    softnet.dev_set_mac_address(lo, mac(3), NOW).unwrap();
    assert_eq!(softnet.dev(lo).unwrap().address(), mac(3));
}

/// A radio with two interfaces, open, and its medium.
fn radio() -> (Softnet, Registered, Arc<Wire>) {
    let mut softnet = softnet();
    let ports =
        vec![PortConfig::ethernet("wlan%d", mac(1)), PortConfig::ethernet("wlan%d", mac(2))];
    let (card, wire) = Card::radio(ports);
    let radio = softnet.register_netdev(Box::new(card)).unwrap();
    for &dev in &radio.ports {
        softnet.dev_open(dev, NOW).unwrap();
        softnet.attach_default_qdiscs(dev).unwrap();
    }
    (softnet, radio, wire)
}

fn sent(softnet: &mut Softnet, wire: &Wire) -> Vec<(IfIndex, u32)> {
    let mut sent = wire.sent.take();
    std::iter::from_fn(|| sent.pop_front())
        .map(|skb| {
            let seen = (skb.meta().dev.unwrap(), number(&skb));
            softnet.consume(skb);
            seen
        })
        .collect()
}

#[test]
fn interfaces_of_a_radio_share_its_ring() {
    let (mut softnet, radio, wire) = radio();
    let [a, b] = radio.ports[..] else { panic!() };
    assert_eq!(softnet.dev(a).unwrap().name(), "wlan0");
    assert_eq!(softnet.dev(b).unwrap().name(), "wlan1");
    wire.ring.store(2, Relaxed);
    send(&mut softnet, a, 0);
    send(&mut softnet, b, 1);
    let stopped = |softnet: &Softnet, dev| softnet.dev(dev).unwrap().tx_queues()[0].is_stopped();
    assert!(stopped(&softnet, a) && stopped(&softnet, b), "full for one is full for all");
    send(&mut softnet, a, 2);
    send(&mut softnet, b, 3);
    assert_eq!(sent(&mut softnet, &wire), [(a, 0), (b, 1)]);
    wire.completed.store(2, Relaxed);
    let _ = softnet.handle_interrupt(radio.driver, 0, NOW);
    softirqs(&mut softnet);
    assert_eq!(sent(&mut softnet, &wire), [(a, 2), (b, 3)]);
    assert_eq!(softnet.dev_stats(a).unwrap().tx_packets, 2);
    assert_eq!(softnet.dev_stats(b).unwrap().tx_packets, 2);
}

fn arrive(softnet: &mut Softnet, radio: &Registered, wire: &Wire, to: MacAddr, number: u32) {
    let skb = frame(softnet, radio.ports[0], to, &number.to_be_bytes()).unwrap();
    let _ = wire.air.push(skb).unwrap();
    let _ = softnet.handle_interrupt(radio.driver, 0, NOW);
    softirqs(softnet);
}

fn received(softnet: &mut Softnet, dev: IfIndex) -> Vec<(u32, PacketType)> {
    let mut all = vec![];
    while let Some(skb) = softnet.receive(dev) {
        assert_eq!(skb.meta().dev, Some(dev));
        all.push((number(&skb), skb.meta().pkt_type));
        softnet.consume(skb);
    }
    all
}

#[test]
fn a_radio_gives_each_interface_its_own_frames() {
    let (mut softnet, radio, wire) = radio();
    let [a, b] = radio.ports[..] else { panic!() };
    arrive(&mut softnet, &radio, &wire, mac(1), 10);
    arrive(&mut softnet, &radio, &wire, mac(2), 20);
    arrive(&mut softnet, &radio, &wire, mac(3), 30);
    arrive(&mut softnet, &radio, &wire, MacAddr::BROADCAST, 40);
    let both = PacketType::Broadcast;
    assert_eq!(received(&mut softnet, a), [(10, PacketType::Host), (40, both)]);
    assert_eq!(received(&mut softnet, b), [(20, PacketType::Host), (40, both)]);
    assert!(softnet.pool().is_whole());
}

#[test]
fn closing_one_interface_leaves_the_other_working() {
    let (mut softnet, radio, wire) = radio();
    let [a, b] = radio.ports[..] else { panic!() };
    softnet.dev_close(a, NOW).unwrap();
    arrive(&mut softnet, &radio, &wire, MacAddr::BROADCAST, 1);
    assert_eq!(received(&mut softnet, a), []);
    assert_eq!(received(&mut softnet, b), [(1, PacketType::Broadcast)]);
    send(&mut softnet, b, 2);
    assert_eq!(sent(&mut softnet, &wire), [(b, 2)]);
    softnet.dev_open(a, NOW).unwrap();
    send(&mut softnet, a, 3);
    assert_eq!(sent(&mut softnet, &wire), [(a, 3)]);
    assert!(softnet.unregister_netdev(radio.driver).is_err(), "both have to be down");
    for dev in [a, b] {
        softnet.dev_close(dev, NOW).unwrap();
    }
    softnet.unregister_netdev(radio.driver).unwrap();
    assert_eq!(softnet.devs().count(), 0);
    assert!(softnet.pool().is_whole());
}
