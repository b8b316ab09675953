extern crate std;

use alloc::boxed::Box;

use softnet_netdev::ethernet::eth_header;
use softnet_netdev::{Flags, NetXmit, OperState, Registered, Softnet};
use softnet_sk_buff::{
    Checksum, EtherType, IfIndex, Instant, PacketType, PoolConfig, SkPool, SkbHash, VlanTag,
};

use super::*;

const NOW: Instant = Instant::from_millis(3);
const ENDS: [MacAddr; 2] = [MacAddr([2, 0, 0, 0, 0, 1]), MacAddr([2, 0, 0, 0, 0, 2])];

fn pair() -> (Softnet, Registered) {
    let pool = SkPool::heap(PoolConfig { buffers: 128, ..PoolConfig::default() }).unwrap();
    let mut softnet = Softnet::new(Default::default(), pool);
    let pair = softnet.register_netdev(Box::new(Veth::new(ENDS))).unwrap();
    (softnet, pair)
}

fn open_pair() -> (Softnet, IfIndex, IfIndex) {
    let (mut softnet, pair) = pair();
    let &[a, b] = pair.ports.as_slice() else { panic!() };
    softnet.dev_open(a, NOW).unwrap();
    softnet.dev_open(b, NOW).unwrap();
    (softnet, a, b)
}

fn frame(softnet: &mut Softnet, dev: IfIndex, to: MacAddr, len: usize) -> SkBuff {
    let mut skb = softnet.pool().alloc(64).unwrap();
    skb.put(len).unwrap().fill(7);
    eth_header(&mut skb, to, ENDS[0], EtherType::IPV4).unwrap();
    skb.meta_mut().dev = Some(dev);
    skb
}

fn softirqs(softnet: &mut Softnet) {
    while softnet.do_softirq(&mut { NOW }).any() {}
}

/// Flags and states that `ip link` of a Linux 6.18 showed for a pair opened and closed like this,
/// but for LOWERLAYERDOWN, which says that the other end is another interface.
#[test]
fn the_carrier_is_on_while_both_ends_are_up() {
    let (mut softnet, pair) = pair();
    let &[a, b] = pair.ports.as_slice() else { panic!() };
    let base = Flags::BROADCAST | Flags::MULTICAST;
    let up = base | Flags::UP;
    let running = up | Flags::RUNNING | Flags::LOWER_UP;
    let shown = |softnet: &Softnet| {
        [a, b].map(|dev| {
            let dev = softnet.dev(dev).unwrap();
            (dev.flags(), dev.operstate())
        })
    };
    let down = (base, OperState::Down);
    assert_eq!(shown(&softnet), [down, down]);
    softnet.dev_open(a, NOW).unwrap();
    assert_eq!(shown(&softnet), [(up, OperState::Down), down]);
    softnet.dev_open(b, NOW).unwrap();
    assert_eq!(shown(&softnet), [(running, OperState::Up); 2]);
    softnet.dev_close(a, NOW).unwrap();
    assert_eq!(shown(&softnet), [down, (up, OperState::Down)]);
    softnet.dev_open(a, NOW).unwrap();
    assert_eq!(shown(&softnet), [(running, OperState::Up); 2]);
}

#[test]
fn what_goes_in_at_one_end_comes_out_at_the_other_uncopied() {
    let (mut softnet, a, b) = open_pair();
    let skb = frame(&mut softnet, a, ENDS[1], 100);
    let bytes = skb.data()[14..].as_ptr();
    assert_eq!(softnet.dev_queue_xmit(skb, NOW).unwrap(), NetXmit::Success);
    assert!(softnet.receive(b).is_none(), "it waits for the softirq");
    softirqs(&mut softnet);
    let skb = softnet.receive(b).unwrap();
    assert_eq!((skb.data().as_ptr(), skb.len()), (bytes, 100));
    assert_eq!((skb.meta().dev, skb.meta().iif), (Some(b), Some(b)));
    assert_eq!((skb.meta().pkt_type, skb.meta().protocol), (PacketType::Host, EtherType::IPV4));
    softnet.consume(skb);
    assert!(softnet.receive(a).is_none());
    // Linux counts the header on both ends.
    let (sent, received) = (softnet.dev_stats(a).unwrap(), softnet.dev_stats(b).unwrap());
    assert_eq!((sent.tx_packets, sent.tx_bytes), (1, 114));
    assert_eq!((received.rx_packets, received.rx_bytes), (1, 114));
    assert_eq!((sent.rx_packets, received.tx_packets), (0, 0));
    assert!(softnet.pool().is_whole());
}

#[test]
fn the_senders_metadata_is_scrubbed_and_the_packets_own_stays() {
    let (mut softnet, a, b) = open_pair();
    let mut skb = frame(&mut softnet, a, ENDS[1], 100);
    let tag = VlanTag { protocol: EtherType::VLAN, tci: 3 };
    let hash = SkbHash { value: 9, l4: true, software: true };
    let unfinished = Checksum::Partial { start: 100, offset: 6 };
    let meta = skb.meta_mut();
    meta.priority = 5;
    meta.mark = 6;
    meta.timestamp = Some(NOW);
    meta.iif = Some(a);
    meta.vlan = Some(tag);
    meta.hash = Some(hash);
    meta.checksum = unfinished;
    let _ = softnet.dev_queue_xmit(skb, NOW).unwrap();
    softirqs(&mut softnet);
    let skb = softnet.receive(b).unwrap();
    let meta = *skb.meta();
    assert_eq!((meta.priority, meta.timestamp, meta.iif), (0, None, Some(b)));
    assert_eq!((meta.mark, meta.vlan, meta.hash), (6, Some(tag), Some(hash)));
    assert_eq!(meta.checksum, unfinished);
    assert_eq!(meta.queue_mapping, 1, "1 + the queue it came by");
    softnet.consume(skb);
}

#[test]
fn a_frame_too_long_for_the_other_end_is_dropped_there() {
    let (mut softnet, a, b) = open_pair();
    softnet.dev_set_mtu(b, 100, NOW).unwrap();
    // The MTU, an Ethernet header and a VLAN tag.
    for len in [104, 105] {
        let skb = frame(&mut softnet, a, ENDS[1], len);
        let _ = softnet.dev_queue_xmit(skb, NOW).unwrap();
    }
    softirqs(&mut softnet);
    assert_eq!(softnet.drops().of(DropReason::PKT_TOO_BIG), 1);
    assert_eq!(softnet.dev_stats(a).unwrap().tx_dropped, 1);
    let received = softnet.dev_stats(b).unwrap();
    assert_eq!((received.rx_packets, received.rx_dropped), (1, 1));
    softnet.purge_rx(b, NOW);
    assert!(softnet.pool().is_whole());
}

#[test]
fn without_the_other_end_nothing_is_sent() {
    let (mut softnet, a, b) = open_pair();
    softnet.dev_close(b, NOW).unwrap();
    let skb = frame(&mut softnet, a, ENDS[1], 100);
    let refused = softnet.dev_queue_xmit(skb, NOW).unwrap_err();
    assert_eq!(refused.why, DropReason::NO_CARRIER);
    softnet.consume(refused.packet);
    assert_eq!(softnet.dev_stats(a).unwrap().tx_dropped, 1);
    assert!(softnet.pool().is_whole());
}

#[test]
fn a_runt_is_dropped_and_counted() {
    let (mut softnet, a, b) = open_pair();
    let mut skb = frame(&mut softnet, a, ENDS[1], 0);
    skb.trim(13);
    let _ = softnet.dev_queue_xmit(skb, NOW).unwrap();
    assert_eq!(softnet.drops().of(DropReason::PKT_TOO_SMALL), 1);
    assert_eq!(softnet.dev_stats(b).unwrap().rx_dropped, 1);
    assert!(softnet.pool().is_whole());
}

/// Linux sets no limit to how many pairs a packet passes, because each starts from the backlog.
#[test]
fn a_packet_may_pass_the_cable_as_often_as_it_is_sent() {
    let (mut softnet, a, b) = open_pair();
    let mut skb = frame(&mut softnet, a, MacAddr::BROADCAST, 100);
    for turn in 0..50 {
        let (from, to) = if turn % 2 == 0 { (a, b) } else { (b, a) };
        skb.meta_mut().dev = Some(from);
        assert_eq!(softnet.dev_queue_xmit(skb, NOW).unwrap(), NetXmit::Success);
        softirqs(&mut softnet);
        skb = softnet.receive(to).unwrap();
        skb.push(14).unwrap();
    }
    assert_eq!(skb.len(), 114);
    softnet.consume(skb);
    assert!(softnet.pool().is_whole());
}

#[test]
fn two_pairs_are_numbered_on_or_named() {
    let (mut softnet, first) = pair();
    let second = Veth::new(ENDS).named(["left", "right"]);
    let second = softnet.register_netdev(Box::new(second)).unwrap();
    let third = softnet.register_netdev(Box::new(Veth::new(ENDS))).unwrap();
    let names: alloc::vec::Vec<&str> = [first, second, third]
        .iter()
        .flat_map(|pair| pair.ports.clone())
        .map(|dev| softnet.dev(dev).unwrap().name())
        .collect();
    assert_eq!(names, ["veth0", "veth1", "left", "right", "veth2", "veth3"]);
}
