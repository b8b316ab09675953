//! Taps: what a capture sees, and what it costs those who are not captured.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(clippy::std_instead_of_core, clippy::std_instead_of_alloc)]

mod common;

use common::{NOW, Rig, number};
use softnet_netdev::testutil::mac;
use softnet_netdev::{Flags, TapConfig};
use softnet_sk_buff::{EtherType, Instant, MacAddr, PacketType, SkBuff, VlanTag};

fn receive(rig: &mut Rig, edit: impl FnOnce(&mut SkBuff)) {
    let mut skb = rig.frame(5);
    skb.data_mut().unwrap()[..6].copy_from_slice(&mac(1).octets());
    edit(&mut skb);
    let _ = rig.wire.air.push(skb).unwrap();
    rig.interrupt();
    rig.softirqs();
}

#[test]
fn both_directions_pass_whole_with_their_time() {
    let mut rig = Rig::new();
    let mut tap = rig.softnet.open_tap(TapConfig::default(), NOW).unwrap();
    rig.now = Instant::from_millis(5);
    rig.must_send([4]);
    rig.now = Instant::from_millis(6);
    receive(&mut rig, |_| {});
    let out = tap.recv().unwrap();
    assert_eq!(out.meta().pkt_type, PacketType::Outgoing);
    assert_eq!(out.meta().timestamp, Some(Instant::from_millis(5)));
    assert_eq!((out.len(), number(&out)), (18, 4));
    let sent = rig.wire.sent.take().pop_front().unwrap();
    assert_eq!(sent.data(), out.data());
    let came = tap.recv().unwrap();
    assert_eq!(came.meta().pkt_type, PacketType::Host);
    assert_eq!(came.meta().timestamp, Some(Instant::from_millis(6)));
    assert_eq!((came.len(), number(&came)), (18, 5), "with its MAC header");
    assert_eq!(rig.softnet.receive(rig.dev).unwrap().data(), 5u32.to_be_bytes());
    assert!(tap.recv().is_none());
    assert_eq!(rig.softnet.tap_stats().seen, 2);
    for skb in [out, sent, came] {
        skb.consume();
    }
    drop(tap);
}

#[test]
fn a_tap_shares_the_bytes_it_shows() {
    let mut rig = Rig::new();
    let mut tap = rig.softnet.open_tap(TapConfig::default(), NOW).unwrap();
    rig.must_send([4]);
    let (seen, sent) = (tap.recv().unwrap(), rig.wire.sent.take().pop_front().unwrap());
    assert_eq!(seen.data().as_ptr(), sent.data().as_ptr());
    seen.consume();
    sent.consume();
    rig.assert_clean();
}

#[test]
fn a_tap_sees_its_own_interface_and_direction() {
    let mut rig = Rig::new();
    let config = TapConfig { dev: Some(rig.dev), ..TapConfig::default() };
    let mut only_rx = rig.softnet.open_tap(TapConfig { tx: false, ..config }, NOW).unwrap();
    let mut only_tx = rig.softnet.open_tap(TapConfig { rx: false, ..config }, NOW).unwrap();
    let lo = softnet_netdev::Loopback::new();
    let lo = rig.softnet.register_netdev(Box::new(lo)).unwrap().dev().unwrap();
    let elsewhere = TapConfig { dev: Some(lo), ..config };
    let mut elsewhere = rig.softnet.open_tap(elsewhere, NOW).unwrap();
    rig.must_send([4]);
    receive(&mut rig, |_| {});
    let seen = |tap: &mut softnet_netdev::Tap| -> Vec<u32> {
        let all = std::iter::from_fn(|| tap.recv());
        all.map(|skb| {
            let number = number(&skb);
            skb.consume();
            number
        })
        .collect()
    };
    assert_eq!(seen(&mut only_rx), [5]);
    assert_eq!(seen(&mut only_tx), [4]);
    assert_eq!(seen(&mut elsewhere), []);
    rig.assert_clean();
}

#[test]
fn a_stripped_vlan_tag_is_in_the_metadata_not_in_the_bytes() {
    let mut rig = Rig::new();
    let mut tap = rig.softnet.open_tap(TapConfig::default(), NOW).unwrap();
    let tag = VlanTag { protocol: EtherType::VLAN, tci: 0x2005 };
    receive(&mut rig, |skb| skb.meta_mut().vlan = Some(tag));
    let seen = tap.recv().unwrap();
    assert_eq!((seen.meta().vlan, seen.len()), (Some(tag), 18));
    seen.consume();
    drop(tap);
    rig.assert_clean();
}

#[test]
fn on_the_way_out_a_tap_sees_what_the_driver_gets() {
    let mut rig = Rig::new();
    let mut tap = rig.softnet.open_tap(TapConfig::default(), NOW).unwrap();
    let mut skb = rig.frame(4);
    skb.meta_mut().vlan = Some(VlanTag { protocol: EtherType::VLAN, tci: 0x2005 });
    let _ = rig.softnet.dev_queue_xmit(skb, NOW).unwrap();
    // This card inserts no tags: the stack did, before the tap.
    let seen = tap.recv().unwrap();
    assert_eq!(seen.meta().vlan, None);
    assert_eq!(seen.data()[12..18], [0x81, 0x00, 0x20, 0x05, 0x88, 0xb5]);
    seen.consume();
    drop(tap);
    rig.wire.drain(rig.softnet.pool());
    rig.assert_clean();
}

#[test]
fn what_a_full_tap_misses_is_counted_and_goes_its_way() {
    let mut rig = Rig::new();
    let config = TapConfig { limit: 2, ..TapConfig::default() };
    let mut tap = rig.softnet.open_tap(config, NOW).unwrap();
    rig.must_send(0..5);
    assert_eq!((rig.softnet.tap_stats().seen, rig.softnet.tap_stats().lost), (2, 3));
    assert_eq!(rig.sent(), [0, 1, 2, 3, 4]);
    let first = tap.recv().unwrap();
    assert_eq!(number(&first), 0, "the oldest are kept");
    first.consume();
    assert_eq!(rig.softnet.drops().total(), 0);
    drop(tap);
    rig.assert_clean();
}

#[test]
fn a_promiscuous_tap_sees_others_frames_which_no_protocol_gets() {
    let mut rig = Rig::new();
    let to_other = |skb: &mut SkBuff| skb.data_mut().unwrap()[..6].copy_from_slice(&[2; 6]);
    receive(&mut rig, to_other);
    assert_eq!(rig.softnet.stats().processed, 0, "filtered by the card");
    let config = TapConfig { dev: Some(rig.dev), promisc: true, ..TapConfig::default() };
    let mut tap = rig.softnet.open_tap(config, NOW).unwrap();
    receive(&mut rig, to_other);
    let seen = tap.recv().unwrap();
    assert_eq!(seen.meta().pkt_type, PacketType::OtherHost);
    seen.consume();
    assert!(rig.softnet.receive(rig.dev).is_none());
    assert_eq!(rig.softnet.dev_stats(rig.dev).unwrap().rx_otherhost_dropped, 1);
    assert!(!rig.softnet.dev(rig.dev).unwrap().flags().contains(Flags::PROMISC));
    drop(tap);
    // Given back in the next call that does anything.
    let _ = rig.softnet.do_softirq(&mut { NOW });
    assert_eq!(rig.softnet.dev(rig.dev).unwrap().promiscuity(), 0);
    receive(&mut rig, to_other);
    assert_eq!(rig.softnet.stats().processed, 1);
    rig.assert_clean();
}

#[test]
fn a_tap_may_outlive_its_interface_and_its_stack() {
    let mut rig = Rig::new();
    let config = TapConfig { dev: Some(rig.dev), promisc: true, ..TapConfig::default() };
    let mut tap = rig.softnet.open_tap(config, NOW).unwrap();
    let unread = rig.softnet.open_tap(config, NOW).unwrap();
    rig.must_send([1]);
    rig.sent();
    rig.softnet.dev_close(rig.dev, NOW).unwrap();
    rig.softnet.unregister_netdev(rig.driver).unwrap();
    let mut pool = std::mem::replace(rig.softnet.pool(), softnet_netdev::testutil::pool().unwrap());
    drop(rig);
    let seen = tap.recv().unwrap();
    assert_eq!(number(&seen), 1);
    seen.consume();
    drop(tap);
    drop(unread);
    assert!(pool.is_whole());
    assert_eq!(pool.unspecified_drops(), 0);
}

#[test]
fn a_tap_is_read_on_another_thread() {
    let mut rig = Rig::new();
    let mut tap = rig.softnet.open_tap(TapConfig::default(), NOW).unwrap();
    let (done, wait) = std::sync::mpsc::channel::<()>();
    let reader = std::thread::spawn(move || {
        let mut numbers = vec![];
        while numbers.len() < 500 {
            match tap.recv() {
                Some(skb) => {
                    numbers.push(number(&skb));
                    skb.consume();
                }
                None => std::thread::yield_now(),
            }
        }
        done.send(()).unwrap();
        numbers
    });
    rig.must_send(0..500);
    wait.recv().unwrap();
    assert!(reader.join().unwrap().into_iter().eq(0..500));
    rig.assert_clean();
}

#[test]
fn a_group_address_is_told_from_ones_own() {
    let mut rig = Rig::new();
    let mut tap = rig.softnet.open_tap(TapConfig::default(), NOW).unwrap();
    let addresses = [
        (mac(1), PacketType::Host),
        (MacAddr::BROADCAST, PacketType::Broadcast),
        (MacAddr([1, 0, 0x5e, 0, 0, 1]), PacketType::Multicast),
    ];
    for (address, kind) in addresses {
        receive(&mut rig, |skb| skb.data_mut().unwrap()[..6].copy_from_slice(&address.octets()));
        let seen = tap.recv().unwrap();
        assert_eq!(seen.meta().pkt_type, kind);
        seen.consume();
    }
    drop(tap);
    rig.assert_clean();
}
