//! The cases.

use core::slice::from_ref;
use core::time::Duration;

use softnet_drivers::bus::{Mmio, PciDevice};
use softnet_netdev::{Features, NetXmit, TapConfig};
use softnet_sk_buff::{Checksum, DropReason, EtherType, MacAddr, PacketType, VlanTag};

use super::bench::{Bench, Received};
use super::frame::{self, padded, tagged};
use super::{Card, MAC, SETTLE};

/// Lengths around everything that could matter: padding, words, cache lines, powers of two, the end.
fn lengths() -> Vec<usize> {
    let mut lengths: Vec<usize> = (60..=70).collect();
    for edge in [127, 255, 256, 511, 1023, 1024, 1500] {
        lengths.extend(edge - 1..=edge + 1);
    }
    lengths.extend(1510..=1514);
    lengths
}

fn frames(received: Vec<Received>) -> Vec<Vec<u8>> {
    received.into_iter().map(|received| received.frame).collect()
}

fn tag(tci: u16) -> Option<VlanTag> {
    Some(VlanTag { protocol: EtherType::VLAN, tci })
}

pub fn the_address_is_the_eeproms<C: Card>(bench: Bench<C>) {
    assert_eq!(bench.device().address(), MAC);
    assert_eq!(bench.device().name(), "eth0");
    assert!(!bench.device().carrier());
    bench.finish();
}

pub fn a_port_opens_closes_and_opens_again<C: Card>(mut bench: Bench<C>) {
    for round in 0..3 {
        bench = bench.up();
        let out = frame::from_us(100, round);
        bench.xmit_bytes(&out);
        assert_eq!(bench.wire(), [out]);
        let incoming = frame::to_us(100, round);
        assert_eq!(frames(bench.deliver(from_ref(&incoming))), [incoming]);
        bench.close();
        assert!(!bench.device().carrier());
        assert_eq!(bench.link.get(), None);
        let skb = bench.packet(&frame::from_us(100, 0));
        assert_eq!(bench.xmit(skb), Err(DropReason::DEV_READY));
    }
    bench.finish();
}

pub fn frames_of_every_length_leave_as_they_are<C: Card>(bench: Bench<C>) {
    let mut bench = bench.up();
    for (seed, len) in lengths().into_iter().enumerate() {
        let out = frame::from_us(len, seed as u8);
        bench.xmit_bytes(&out);
        assert_eq!(bench.wire(), [out], "{len} bytes");
    }
    bench.finish();
}

pub fn short_frames_are_padded_with_zeroes<C: Card>(bench: Bench<C>) {
    let mut bench = bench.up();
    for len in 14..60 {
        let out = frame::from_us(len, 0x55);
        bench.xmit_bytes(&out);
        assert_eq!(bench.wire(), [padded(out)], "{len} bytes");
    }
    // Less than a header is nobody's frame.
    let dropped = bench.stats().tx_dropped;
    bench.xmit_bytes(&[0; 13]);
    assert!(bench.wire().is_empty());
    assert_eq!(bench.stats().tx_dropped, dropped + 1);
    assert_eq!(bench.net.drops().of(DropReason::PKT_TOO_SMALL), 1);
    bench.finish();
}

pub fn frames_of_every_length_arrive_as_they_are<C: Card>(bench: Bench<C>) {
    let mut bench = bench.up();
    for (seed, len) in lengths().into_iter().enumerate() {
        let incoming = frame::to_us(len, seed as u8);
        let received = bench.deliver(from_ref(&incoming));
        assert_eq!(received.len(), 1, "{len} bytes");
        assert_eq!(received[0].frame, incoming, "{len} bytes");
        assert_eq!(received[0].meta.protocol, EtherType(0x88b5));
        assert_eq!(received[0].meta.pkt_type, PacketType::Host);
        assert_eq!(received[0].meta.dev, Some(bench.dev));
    }
    bench.finish();
}

pub fn bursts_go_round_the_rings_many_times<C: Card>(bench: Bench<C>) {
    let mut bench = bench.up();
    // The rings have 256 descriptors: more than four rounds.
    for burst in 0..36_u8 {
        let out = (0..32).map(|n| frame::from_us(60 + usize::from(n) * 40, burst ^ n));
        let out: Vec<_> = out.collect();
        for frame in &out {
            bench.xmit_bytes(frame);
        }
        assert_eq!(bench.wire(), out, "burst {burst}");
        let incoming = (0..32).map(|n| frame::to_us(1514 - usize::from(n) * 40, burst ^ n));
        let incoming: Vec<_> = incoming.collect();
        assert_eq!(frames(bench.deliver(&incoming)), incoming, "burst {burst}");
    }
    let stats = bench.stats();
    assert_eq!((stats.tx_packets, stats.rx_packets), (36 * 32, 36 * 32));
    bench.finish();
}

pub fn only_wanted_unicast_arrives<C: Card>(bench: Bench<C>) {
    let mut bench = bench.up();
    let (second, stranger) = (MacAddr([2, 0, 0, 0, 0, 7]), MacAddr([2, 0, 0, 0, 0, 8]));
    let to = |address, seed| frame::to(address, 80, seed);
    let all = [to(stranger, 1), to(second, 2), to(MAC, 3)];
    assert_eq!(frames(bench.deliver(&all)), [to(MAC, 3)]);

    let now = bench.now();
    bench.net.dev_uc_add(bench.dev, second, now).unwrap();
    bench.run(SETTLE);
    // The stack takes a second address's frames for someone else's; the card must not.
    let before = bench.net.drops().of(DropReason::OTHERHOST);
    assert_eq!(frames(bench.deliver(&all)), [to(MAC, 3)]);
    assert_eq!(bench.net.drops().of(DropReason::OTHERHOST), before + 1);

    let now = bench.now();
    bench.net.dev_uc_del(bench.dev, second, now).unwrap();
    bench.run(SETTLE);
    assert_eq!(frames(bench.deliver(&all)), [to(MAC, 3)]);
    assert_eq!(bench.net.drops().of(DropReason::OTHERHOST), before + 1);
    bench.finish();
}

pub fn only_wanted_multicast_arrives<C: Card>(bench: Bench<C>) {
    let mut bench = bench.up();
    let (ours, other) = (MacAddr([1, 0, 0x5e, 1, 2, 3]), MacAddr([0x33, 0x33, 0, 0, 0, 1]));
    let to = |address, seed| frame::to(address, 80, seed);
    let all = [to(ours, 1), to(other, 2), to(MAC, 3)];
    assert_eq!(frames(bench.deliver(&all)), [to(MAC, 3)]);
    let now = bench.now();
    bench.net.dev_mc_add(bench.dev, ours, now).unwrap();
    bench.run(SETTLE);
    let received = bench.deliver(&all);
    assert_eq!(received[0].meta.pkt_type, PacketType::Multicast);
    assert_eq!(frames(received), [to(ours, 1), to(MAC, 3)]);
    let now = bench.now();
    bench.net.dev_mc_del(bench.dev, ours, now).unwrap();
    bench.run(SETTLE);
    assert_eq!(frames(bench.deliver(&all)), [to(MAC, 3)]);
    bench.finish();
}

pub fn many_multicast_groups_are_hashed<C: Card>(bench: Bench<C>) {
    let mut bench = bench.up();
    // More than there are places to compare with. The hash is of the last twelve bits.
    let group = |n: u8| MacAddr([1, 0, 0x5e, 0, n, n.wrapping_mul(16)]);
    for n in 0..40 {
        let now = bench.now();
        bench.net.dev_mc_add(bench.dev, group(n), now).unwrap();
    }
    bench.run(SETTLE);
    let wanted: Vec<_> = (0..40).map(|n| frame::to(group(n), 80, n)).collect();
    assert_eq!(frames(bench.deliver(&wanted)), wanted);
    // Its hash is nobody's: 0xff0 and above are not among those 40.
    let stranger = MacAddr([1, 0, 0x5e, 0, 0xff, 0xff]);
    let unwanted = [frame::to(stranger, 80, 0), frame::to_us(80, 1)];
    assert_eq!(frames(bench.deliver(&unwanted)), [frame::to_us(80, 1)]);
    bench.finish();
}

pub fn allmulti_takes_every_group<C: Card>(bench: Bench<C>) {
    let mut bench = bench.up();
    let now = bench.now();
    bench.net.dev_set_allmulti(bench.dev, 1, now).unwrap();
    bench.run(SETTLE);
    let to = |address, seed| frame::to(address, 80, seed);
    let (group, stranger) = (MacAddr([0x33, 0x33, 0, 9, 8, 7]), MacAddr([2, 0, 0, 0, 0, 8]));
    let all = [to(group, 1), to(stranger, 2), to(MAC, 3)];
    assert_eq!(frames(bench.deliver(&all)), [to(group, 1), to(MAC, 3)]);
    assert_eq!(bench.net.drops().of(DropReason::OTHERHOST), 0);
    let now = bench.now();
    bench.net.dev_set_allmulti(bench.dev, -1, now).unwrap();
    bench.run(SETTLE);
    assert_eq!(frames(bench.deliver(&all)), [to(MAC, 3)]);
    bench.finish();
}

pub fn broadcast_always_arrives<C: Card>(bench: Bench<C>) {
    let mut bench = bench.up();
    let incoming = frame::to(MacAddr::BROADCAST, 80, 1);
    let received = bench.deliver(from_ref(&incoming));
    assert_eq!(received[0].meta.pkt_type, PacketType::Broadcast);
    assert_eq!(frames(received), [incoming]);
    bench.finish();
}

pub fn a_promiscuous_tap_sees_everything<C: Card>(bench: Bench<C>) {
    let mut bench = bench.up();
    let to = |address, seed| frame::to(address, 80, seed);
    let (group, stranger) = (MacAddr([0x33, 0x33, 0, 9, 8, 7]), MacAddr([2, 0, 0, 0, 0, 8]));
    let all = [to(group, 1), to(stranger, 2), tagged(&to(stranger, 3), 77), to(MAC, 4)];
    let now = bench.now();
    bench.net.vlan_vid_add(bench.dev, 5, now).unwrap();
    let config = TapConfig { dev: Some(bench.dev), promisc: true, ..TapConfig::default() };
    let mut tap = bench.net.open_tap(config, now).unwrap();
    bench.run(SETTLE);
    assert_eq!(bench.deliver(&all).len(), 2, "the group and us");
    let seen = core::iter::from_fn(|| tap.recv()).map(|skb| {
        let seen = (skb.data().to_vec(), skb.meta().vlan);
        skb.consume();
        seen
    });
    let plain = |address, seed| (to(address, seed), None);
    let expected = [plain(group, 1), plain(stranger, 2), (to(stranger, 3), tag(77)), plain(MAC, 4)];
    assert_eq!(seen.collect::<Vec<_>>(), expected);
    drop(tap);
    bench.run(SETTLE);
    let before = bench.net.drops().of(DropReason::OTHERHOST);
    assert_eq!(frames(bench.deliver(&all)), [to(MAC, 4)]);
    assert_eq!(bench.net.drops().of(DropReason::OTHERHOST), before, "the card filters again");
    bench.finish();
}

pub fn the_address_can_be_changed<C: Card>(bench: Bench<C>) {
    let mut bench = bench.up();
    let fresh = MacAddr([2, 0xaa, 0xbb, 0xcc, 0xdd, 0xee]);
    let now = bench.now();
    bench.net.dev_set_mac_address(bench.dev, fresh, now).unwrap();
    let all = [frame::to_us(80, 1), frame::to(fresh, 80, 2)];
    assert_eq!(frames(bench.deliver(&all)), [frame::to(fresh, 80, 2)]);
    // It stays over closing and opening.
    bench.close();
    let mut bench = bench.up();
    assert_eq!(frames(bench.deliver(&all)), [frame::to(fresh, 80, 2)]);
    let now = bench.now();
    assert!(bench.net.dev_set_mac_address(bench.dev, MacAddr::BROADCAST, now).is_err());
    bench.finish();
}

pub fn transport_checksums_are_inserted<C: Card>(bench: Bench<C>) {
    let mut bench = bench.up();
    for payload in [0, 1, 2, 17, 500, 1399, 1400] {
        for (ipv6, tcp) in [(false, false), (false, true), (true, false), (true, true)] {
            // In between, a frame without, so that descriptors of both kinds alternate.
            let plain = frame::from_us(70, payload as u8);
            // With 240 bytes of options the checksum is out of the card's reach.
            for extra in [0, 16, 240] {
                if extra != 0 && (!ipv6 || payload > 1000) {
                    continue;
                }
                let packet = frame::summed(ipv6, tcp, payload, extra);
                bench.xmit_partial(&packet.partial, packet.start, packet.offset);
                bench.xmit_bytes(&plain);
                let expected = [padded(packet.complete), plain.clone()];
                assert_eq!(bench.wire(), expected, "{payload} {ipv6} {tcp} {extra}");
            }
        }
    }
    // A card that was reset knows nothing of what it was told before.
    let packet = frame::summed(false, true, 100, 0);
    for _ in 0..2 {
        bench.xmit_partial(&packet.partial, packet.start, packet.offset);
        assert_eq!(bench.wire(), from_ref(&packet.complete));
        bench.close();
        bench = bench.up();
    }
    bench.finish();
}

pub fn received_checksums_are_checked<C: Card>(bench: Bench<C>) {
    let mut bench = bench.up();
    let good = Checksum::Unnecessary { level: 0 };
    for (ipv6, tcp) in [(false, false), (false, true), (true, false), (true, true)] {
        let packet = frame::summed(ipv6, tcp, 100, 0);
        let to_us = |mut frame: Vec<u8>| {
            frame[..6].copy_from_slice(&MAC.0);
            frame
        };
        let mut broken = packet.complete.clone();
        *broken.last_mut().unwrap() ^= 1;
        let all = [to_us(packet.complete), to_us(broken), frame::to_us(100, 0)];
        let sums = |received: Vec<Received>| {
            received.into_iter().map(|received| received.meta.checksum).collect::<Vec<_>>()
        };
        assert_eq!(sums(bench.deliver(&all)), [good, Checksum::None, Checksum::None]);
        let now = bench.now();
        let without = bench.device().features() - Features::RXCSUM;
        bench.net.dev_set_features(bench.dev, without, now).unwrap();
        assert_eq!(sums(bench.deliver(&all)), [Checksum::None; 3]);
        let now = bench.now();
        bench.net.dev_set_features(bench.dev, without | Features::RXCSUM, now).unwrap();
    }
    assert_eq!(bench.counter("rx_csum_offload_good"), 4);
    assert_eq!(bench.counter("rx_csum_offload_errors"), 4);
    bench.finish();
}

pub fn vlan_tags_are_inserted<C: Card>(bench: Bench<C>) {
    let mut bench = bench.up();
    for (len, tci) in [(60, 5), (61, 0x6fff), (1514, 0xe001), (200, 0)] {
        let out = frame::from_us(len, 9);
        let mut skb = bench.packet(&out);
        skb.meta_mut().vlan = tag(tci);
        assert_eq!(bench.xmit(skb), Ok(NetXmit::Success));
        bench.xmit_bytes(&out);
        assert_eq!(bench.wire(), [tagged(&out, tci), out], "{len} bytes, {tci:#x}");
    }
    // With a checksum to insert, which counts from the untagged frame's start.
    let packet = frame::summed(false, true, 300, 0);
    let mut skb = bench.packet(&packet.partial);
    let start = (skb.headroom() + packet.start) as u16;
    skb.meta_mut().checksum = Checksum::Partial { start, offset: packet.offset as u16 };
    skb.meta_mut().vlan = tag(42);
    assert_eq!(bench.xmit(skb), Ok(NetXmit::Success));
    assert_eq!(bench.wire(), [tagged(&packet.complete, 42)]);
    bench.finish();
}

pub fn vlan_tags_are_stripped<C: Card>(bench: Bench<C>) {
    let mut bench = bench.up();
    for (len, tci) in [(60, 5), (100, 0x6fff), (1514, 0xe001)] {
        let inner = frame::to_us(len, 3);
        let received = bench.deliver(&[tagged(&inner, tci), inner.clone()]);
        let tags: Vec<_> = received.iter().map(|received| received.meta.vlan).collect();
        assert_eq!(tags, [tag(tci), None]);
        assert_eq!(frames(received), [inner.clone(), inner]);
    }
    bench.finish();
}

pub fn vlan_tags_stay_with_the_feature_off<C: Card>(bench: Bench<C>) {
    let mut bench = bench.up();
    let now = bench.now();
    let without = bench.device().features() - Features::HW_VLAN_CTAG_RX;
    let on = bench.net.dev_set_features(bench.dev, without, now).unwrap();
    assert!(!on.contains(Features::HW_VLAN_CTAG_TX), "one bit of the card is for both");
    bench.run(SETTLE);
    let incoming = tagged(&frame::to_us(100, 3), 7);
    let received = bench.deliver(from_ref(&incoming));
    assert_eq!(received[0].meta.vlan, None);
    assert_eq!(received[0].meta.protocol, EtherType::VLAN);
    assert_eq!(frames(received), [incoming]);
    // The stack inserts instead of the card: the wire shows no difference.
    let out = frame::from_us(100, 9);
    let mut skb = bench.packet(&out);
    skb.meta_mut().vlan = tag(9);
    assert_eq!(bench.xmit(skb), Ok(NetXmit::Success));
    assert_eq!(bench.wire(), [tagged(&out, 9)]);
    bench.finish();
}

pub fn vlans_are_filtered<C: Card>(mut bench: Bench<C>) {
    // A VLAN that is there before the port is opened, when the card's table holds anything.
    let now = bench.now();
    bench.net.vlan_vid_add(bench.dev, 5, now).unwrap();
    let mut bench = bench.up();
    let incoming = |vlan| tagged(&frame::to_us(100, vlan as u8), vlan);
    let all = [incoming(5), incoming(6), incoming(4094), frame::to_us(100, 1)];
    let seen = |bench: &mut Bench<C>| -> Vec<_> {
        let received = bench.deliver(&all);
        received.into_iter().map(|received| received.meta.vlan.map(VlanTag::id)).collect()
    };
    assert_eq!(seen(&mut bench), [Some(5), None]);
    let now = bench.now();
    bench.net.vlan_vid_del(bench.dev, 5, now).unwrap();
    bench.run(SETTLE);
    assert_eq!(seen(&mut bench), [Some(5), Some(6), Some(4094), None], "no VLAN, no filter");
    let now = bench.now();
    bench.net.vlan_vid_add(bench.dev, 5, now).unwrap();
    bench.net.vlan_vid_add(bench.dev, 4094, now).unwrap();
    bench.run(SETTLE);
    assert_eq!(seen(&mut bench), [Some(5), Some(4094), None]);
    let now = bench.now();
    bench.net.vlan_vid_del(bench.dev, 4094, now).unwrap();
    assert_eq!(seen(&mut bench), [Some(5), None]);
    // Closing forgets no VLAN.
    bench.close();
    let mut bench = bench.up();
    assert_eq!(seen(&mut bench), [Some(5), None]);
    let now = bench.now();
    bench.net.vlan_vid_del(bench.dev, 5, now).unwrap();
    bench.run(SETTLE);
    assert_eq!(seen(&mut bench).len(), 4);
    bench.finish();
}

pub fn the_cable_can_be_pulled<C: Card>(bench: Bench<C>) {
    let mut bench = bench.up();
    let changes = bench.device().carrier_changes();
    for round in 1..=2 {
        bench.card.set_cable(false);
        bench.run(SETTLE);
        assert!(!bench.device().carrier());
        assert_eq!(bench.link.get(), None);
        let skb = bench.packet(&frame::from_us(100, 0));
        assert_eq!(bench.xmit(skb), Err(DropReason::NO_CARRIER));
        bench.card.set_cable(true);
        bench.run(SETTLE);
        assert!(bench.device().carrier());
        assert_eq!(bench.device().carrier_changes(), changes + 2 * round);
        let out = frame::from_us(100, 1);
        bench.xmit_bytes(&out);
        assert_eq!(bench.wire(), [out]);
        let incoming = frame::to_us(100, 1);
        assert_eq!(frames(bench.deliver(from_ref(&incoming))), [incoming]);
    }
    bench.finish();
}

pub fn the_link_has_speed_and_duplex<C: Card>(bench: Bench<C>) {
    let bench = bench.up();
    let link = bench.link.get().unwrap();
    assert_eq!((link.speed, link.full_duplex), (1000, true));
    bench.finish();
}

pub fn statistics_agree<C: Card>(bench: Bench<C>) {
    let mut bench = bench.up();
    let before = bench.stats();
    let out: Vec<_> = (0..20).map(|n| frame::from_us(60 + n * 50, n as u8)).collect();
    for frame in &out {
        bench.xmit_bytes(frame);
    }
    assert_eq!(bench.wire().len(), 20);
    let mut incoming: Vec<_> = (0..20).map(|n| frame::to_us(60 + n * 60, n as u8)).collect();
    incoming.push(frame::to(MacAddr::BROADCAST, 64, 0));
    assert_eq!(bench.deliver(&incoming).len(), 21);
    let bytes = |frames: &[Vec<u8>]| frames.iter().map(|frame| frame.len() as u64).sum::<u64>();
    let stats = bench.stats();
    assert_eq!(stats.tx_packets - before.tx_packets, 20);
    assert_eq!(stats.tx_bytes - before.tx_bytes, bytes(&out));
    assert_eq!(stats.rx_packets - before.rx_packets, 21);
    assert_eq!(stats.rx_bytes - before.rx_bytes, bytes(&incoming));
    assert_eq!((stats.rx_errors, stats.tx_errors, stats.tx_dropped), (0, 0, 0));
    // The card counted the same, with four bytes more each.
    assert_eq!(bench.counter("tx_packets"), 20);
    assert_eq!(bench.counter("tx_bytes"), bytes(&out) + 20 * 4);
    assert_eq!(bench.counter("rx_packets"), 21);
    assert_eq!(bench.counter("rx_bytes"), bytes(&incoming) + 21 * 4);
    assert_eq!(bench.counter("rx_broadcast"), 1);
    // Reading clears the card's counters, not ours; nor does closing, which resets the card.
    assert_eq!(bench.deliver(&incoming[..1]).len(), 1);
    bench.close();
    assert_eq!(bench.counter("rx_packets"), 22);
    assert_eq!(bench.stats().rx_packets, stats.rx_packets + 1);
    bench.finish();
}

pub fn a_port_closes_with_frames_in_its_rings<C: Card>(bench: Bench<C>) {
    let mut bench = bench.up();
    for round in 0..3 {
        let sent_before = bench.stats().tx_packets;
        let lost_before = bench.stats().tx_dropped;
        for n in 0..20 {
            bench.xmit_bytes(&frame::from_us(1000, n));
            bench.card.send(&frame::to_us(1000, n + round));
        }
        // Nobody served the interrupts: all of it is in the rings.
        bench.close();
        let left = bench.wire().len() as u64;
        let stats = bench.stats();
        let sent = stats.tx_packets - sent_before;
        assert_eq!(sent, left);
        assert_eq!(sent + (stats.tx_dropped - lost_before), 20, "each was sent or counted");
        let _ = bench.received();
        bench.check_pool();
        bench = bench.up();
    }
    bench.finish();
}

pub fn nothing_is_received_while_down<C: Card>(bench: Bench<C>) {
    let mut bench = bench.up();
    bench.close();
    bench.card.send(&frame::to_us(100, 1));
    bench.run(Duration::from_millis(10));
    assert!(bench.received().is_empty());
    assert_eq!(bench.stats().rx_packets, 0);
    bench.finish();
}

pub fn long_frames_pass_with_a_larger_mtu<C: Card>(bench: Bench<C>) {
    let mut bench = bench.up();
    let now = bench.now();
    // The pool's buffers take 2048 bytes of frame: 22 of them are header, tag and check sequence.
    assert!(bench.net.dev_set_mtu(bench.dev, 2027, now).is_err());
    bench.net.dev_set_mtu(bench.dev, 2026, now).unwrap();
    bench.run(SETTLE);
    let incoming = frame::to_us(2040, 1);
    assert_eq!(frames(bench.deliver(from_ref(&incoming))), [incoming]);
    let mut out = frame::from_us(1514, 2);
    out.extend(vec![7; 486]);
    bench.xmit_bytes(&out);
    assert_eq!(bench.wire(), [out]);
    let now = bench.now();
    bench.net.dev_set_mtu(bench.dev, 1500, now).unwrap();
    bench.run(SETTLE);
    let all = [frame::to_us(1600, 1), frame::to_us(1514, 2)];
    assert_eq!(frames(bench.deliver(&all)), [frame::to_us(1514, 2)]);
    bench.finish();
}

pub fn a_reset_forgets_what_the_driver_set<C: Card>(bench: Bench<C>) {
    const IMS: u32 = 0x00d0;
    const RCTL: u32 = 0x0100;
    const RDLEN: u32 = 0x2808;
    const TDLEN: u32 = 0x3808;
    let mut bench = bench.up();
    let registers = bench.card.pci().map_bar(0).unwrap();
    let read = || [IMS, RCTL, RDLEN, TDLEN].map(|register| registers.read32(register));
    assert!(read().iter().all(|&value| value != 0));
    bench.close();
    assert_eq!(read(), [0; 4]);
    bench.finish();
}

pub fn frames_beyond_the_ring_are_lost_and_counted<C: Card>(bench: Bench<C>) {
    let mut bench = bench.up();
    let incoming: Vec<_> = (0..300).map(|n| frame::to_us(100, n as u8)).collect();
    incoming.iter().for_each(|frame| bench.card.send(frame));
    bench.settle();
    // 256 descriptors, one of which always stays free.
    assert_eq!(frames(bench.received()), incoming[..255]);
    assert_eq!(bench.stats().rx_missed_errors, 45);
    assert_eq!(bench.counter("rx_no_buffer_count"), 45);
    assert_eq!(frames(bench.deliver(&incoming[..1])), incoming[..1]);
    bench.finish();
}

pub fn damaged_frames_are_counted<C: Card>(bench: Bench<C>) {
    let mut bench = bench.up();
    (0..3).for_each(|n| bench.card.send_damaged(&frame::to_us(100, n)));
    assert_eq!(frames(bench.deliver(&[frame::to_us(100, 9)])), [frame::to_us(100, 9)]);
    let stats = bench.stats();
    assert_eq!((stats.rx_crc_errors, stats.rx_errors), (3, 3));
    bench.card.send(&frame::to_us(1600, 0));
    bench.card.send(&frame::to_us(40, 0));
    bench.settle();
    let stats = bench.stats();
    assert_eq!((stats.rx_length_errors, stats.rx_errors), (2, 5));
    assert_eq!(bench.counter("rx_long_length_errors"), 1);
    assert_eq!(bench.counter("rx_short_length_errors"), 1);
    bench.finish();
}

pub fn a_full_ring_stops_the_queue_and_wakes_it<C: Card>(bench: Bench<C>) {
    let mut bench = bench.up();
    let mut out = Vec::new();
    let refused = loop {
        let next = frame::from_us(1514, out.len() as u8);
        let skb = bench.packet(&next);
        match bench.xmit(skb) {
            Ok(_) => out.push(next),
            Err(why) => break why,
        }
    };
    assert_eq!(refused, DropReason::FULL_RING);
    assert!(bench.device().tx_queues()[0].is_stopped());
    // 255 can be used; the last few stay free for a packet with everything.
    assert!((250..=255).contains(&out.len()), "{}", out.len());
    bench.run(Duration::from_millis(5));
    assert!(!bench.device().tx_queues()[0].is_stopped());
    assert_eq!(bench.counter("tx_restart_queue"), 1);
    assert_eq!(bench.wire(), out);
    assert_eq!(bench.stats().tx_packets, out.len() as u64);
    bench.finish();
}

pub fn interrupts_are_throttled<C: Card>(bench: Bench<C>) {
    let mut bench = bench.up();
    // A gigabit's worth of long frames, one each 12.3 us, for 10 ms.
    let before = bench.interrupts;
    let mut received = 0;
    for n in 0..800 {
        bench.card.send(&frame::to_us(1514, n as u8));
        bench.run(Duration::from_nanos(12_304));
        received += bench.received().len();
    }
    bench.settle();
    let taken = bench.interrupts - before;
    assert_eq!(received + bench.received().len(), 800);
    // Four frames at a time are no bulk yet: 20 000 interrupts a second, which makes 197.
    assert!((190..=205).contains(&taken), "{taken} interrupts");
    bench.finish();
}

pub fn pause_frames_hold_the_transmitter<C: Card>(bench: Bench<C>) {
    let mut bench = bench.up();
    // 802.3, annex 31B: opcode 1, then the time in units of 512 bits: 33 ms at 1 Gbit/s.
    let mut pause = frame::to(MacAddr([1, 0x80, 0xc2, 0, 0, 1]), 60, 0);
    pause[12..18].copy_from_slice(&[0x88, 0x08, 0, 1, 0xff, 0xff]);
    assert!(bench.deliver(&[pause]).is_empty());
    let out = frame::from_us(100, 0);
    bench.xmit_bytes(&out);
    assert!(bench.wire().is_empty());
    bench.run(Duration::from_millis(40));
    assert_eq!(bench.wire(), [out]);
    bench.finish();
}
