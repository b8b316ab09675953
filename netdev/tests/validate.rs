//! What the stack does to a packet that its device can't send as it is.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(clippy::std_instead_of_core, clippy::std_instead_of_alloc)]

mod common;

use common::{NOW, Rig, ethernet};
use softnet_netdev::testutil::{frame, mac};
use softnet_netdev::{Config, Features, NetXmit};
use softnet_sk_buff::{
    Checksum, DropReason, EtherType, Gso, GsoType, PoolConfig, SkBuff, SkPool, VlanTag,
};

fn rig(features: Features) -> Rig {
    let mut port = ethernet();
    port.features = features;
    Rig::with(Config::default(), port)
}

/// The Internet checksum, as RFC 1071 says it.
fn checksum(bytes: &[u8]) -> u16 {
    let word = |pair: &[u8]| u32::from(pair[0]) << 8 | u32::from(*pair.get(1).unwrap_or(&0));
    let mut sum: u32 = bytes.chunks(2).map(word).sum();
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    !(sum as u16)
}

/// One's complement sum, not complemented: what a stack leaves in the checksum field.
fn sum(bytes: &[u8]) -> u16 {
    !checksum(bytes)
}

#[derive(Clone, Copy, PartialEq, Debug)]
enum Ip {
    V4,
    V6,
}

/// Transport protocol, and where its checksum is.
const UDP: (u8, usize) = (17, 6);
const TCP: (u8, usize) = (6, 16);
/// Something with a checksum elsewhere: DCCP.
const DCCP: (u8, usize) = (33, 6 + 4);

/// A packet with an unfinished checksum, and the pseudo-header.
fn packet(
    rig: &mut Rig,
    ip: Ip,
    (protocol, offset): (u8, usize),
    data: &[u8],
) -> (SkBuff, Vec<u8>) {
    let mut transport = vec![0; 20];
    transport[..4].copy_from_slice(&[0x30, 0x39, 0x00, 0x35]);
    transport.extend_from_slice(data);
    let len = transport.len() as u8;
    let (mut header, pseudo, ethertype) = match ip {
        Ip::V4 => {
            let mut header = vec![0x45, 0, 0, 20 + len, 0, 0, 0, 0, 64, protocol, 0, 0];
            header.extend_from_slice(&[10, 0, 0, 1, 10, 0, 0, 2]);
            let mut pseudo = header[12..20].to_vec();
            pseudo.extend_from_slice(&[0, protocol, 0, len]);
            (header, pseudo, EtherType::IPV4)
        }
        Ip::V6 => {
            let mut header = vec![0x60, 0, 0, 0, 0, len, protocol, 64];
            header.extend_from_slice(&[0xfd; 32]);
            let mut pseudo = header[8..40].to_vec();
            pseudo.extend_from_slice(&[0, 0, 0, len, 0, 0, 0, protocol]);
            (header, pseudo, EtherType::IPV6)
        }
    };
    transport[offset..offset + 2].copy_from_slice(&sum(&pseudo).to_be_bytes());
    let at = 14 + header.len();
    header.extend_from_slice(&transport);
    let mut skb = frame(&mut rig.softnet, rig.dev, mac(9), &header).unwrap();
    skb.data_mut().unwrap()[12..14].copy_from_slice(&ethertype.0.to_be_bytes());
    let start = (skb.headroom() + at) as u16;
    let meta = skb.meta_mut();
    meta.protocol = ethertype;
    meta.checksum = Checksum::Partial { start, offset: offset as u16 };
    (skb, pseudo)
}

fn send(rig: &mut Rig, skb: SkBuff) -> SkBuff {
    assert_eq!(rig.softnet.dev_queue_xmit(skb, NOW).unwrap(), NetXmit::Success);
    rig.wire.sent.take().pop_front().unwrap()
}

/// Whether a receiver finds the checksum right: it sums everything, the checksum too.
fn is_right(frame: &[u8], transport: usize, pseudo: &[u8]) -> bool {
    checksum(&[pseudo, &frame[transport..]].concat()) == 0
}

#[test]
fn a_device_that_does_not_sum_gets_finished_checksums() {
    let mut rig = rig(Features::empty());
    for (ip, at) in [(Ip::V4, 34), (Ip::V6, 54)] {
        for transport in [UDP, TCP, DCCP] {
            for data in [&b""[..], b"odd", b"even"] {
                let (skb, pseudo) = packet(&mut rig, ip, transport, data);
                let sent = send(&mut rig, skb);
                assert_eq!(sent.meta().checksum, Checksum::None);
                assert!(is_right(sent.data(), at, &pseudo), "{ip:?} {transport:?} {data:?}");
                sent.consume();
            }
        }
    }
    rig.assert_clean();
}

#[test]
fn a_device_sums_what_it_can_and_no_more() {
    type F = Features;
    let table = [
        (F::HW_CSUM, Ip::V4, DCCP, true),
        (F::HW_CSUM, Ip::V6, UDP, true),
        (F::IP_CSUM, Ip::V4, UDP, true),
        (F::IP_CSUM, Ip::V4, TCP, true),
        (F::IP_CSUM, Ip::V4, DCCP, false),
        (F::IP_CSUM, Ip::V6, TCP, false),
        (F::IPV6_CSUM, Ip::V6, TCP, true),
        (F::IPV6_CSUM, Ip::V4, TCP, false),
        (F::RXCSUM, Ip::V4, TCP, false),
    ];
    for (features, ip, transport, left) in table {
        let mut rig = rig(features);
        let (skb, _) = packet(&mut rig, ip, transport, b"data");
        let before = skb.data().to_vec();
        let sent = send(&mut rig, skb);
        let unfinished = matches!(sent.meta().checksum, Checksum::Partial { .. });
        assert_eq!(unfinished, left, "{features:?} {ip:?} {transport:?}");
        assert_eq!(sent.data() == before, left);
        sent.consume();
    }
}

#[test]
fn a_checksum_that_comes_out_as_zero_is_sent_as_ones() {
    let mut rig = rig(Features::empty());
    let (skb, pseudo) = packet(&mut rig, Ip::V4, UDP, &[0, 0]);
    // The word that makes the sum ones, and so the checksum zero.
    let mut whole = pseudo.clone();
    whole.extend_from_slice(&skb.data()[34..]);
    whole[12 + 6..12 + 8].fill(0);
    let word = checksum(&whole).to_be_bytes();
    skb.consume();
    let (skb, pseudo) = packet(&mut rig, Ip::V4, UDP, &word);
    let sent = send(&mut rig, skb);
    assert_eq!(sent.data()[40..42], [0xff, 0xff], "zero means «not summed» to UDP");
    assert!(is_right(sent.data(), 34, &pseudo));
    sent.consume();
    rig.assert_clean();
}

#[test]
fn bytes_that_are_shared_are_not_written() {
    let mut rig = rig(Features::empty());
    let (mut skb, pseudo) = packet(&mut rig, Ip::V4, TCP, b"data");
    skb.meta_mut().vlan = Some(VlanTag { protocol: EtherType::VLAN, tci: 5 });
    let before = skb.data().to_vec();
    let kept = rig.softnet.pool().clone_of(&skb).unwrap();
    let sent = send(&mut rig, skb);
    assert_eq!(kept.data(), before);
    assert!(is_right(sent.data(), 38, &pseudo));
    kept.consume();
    sent.consume();
    rig.assert_clean();
}

#[test]
fn a_tag_goes_into_the_bytes_of_a_device_that_does_not_insert_it() {
    let tag = VlanTag { protocol: EtherType::QINQ, tci: 0x6123 };
    let mut rig1 = rig(Features::empty());
    let (mut skb, pseudo) = packet(&mut rig1, Ip::V4, UDP, b"data");
    skb.meta_mut().vlan = Some(tag);
    let before = skb.data().to_vec();
    let sent = send(&mut rig1, skb);
    assert_eq!(sent.data()[..12], before[..12], "the addresses stay in front");
    assert_eq!(sent.data()[12..16], [0x88, 0xa8, 0x61, 0x23]);
    assert_eq!(sent.data()[16..34], before[12..30], "the type and what follows come behind");
    assert_eq!((sent.meta().vlan, sent.meta().protocol), (None, EtherType::QINQ));
    assert!(is_right(sent.data(), 38, &pseudo), "and the sum is over the right bytes");
    sent.consume();

    let mut rig2 = rig(Features::HW_VLAN_CTAG_TX | Features::HW_CSUM);
    let (mut skb, _) = packet(&mut rig2, Ip::V4, UDP, b"data");
    skb.meta_mut().vlan = Some(tag);
    let sent = send(&mut rig2, skb);
    assert_eq!((sent.meta().vlan, sent.data()), (Some(tag), &before[..]));
    sent.consume();
}

#[test]
fn a_packet_that_stands_for_several_needs_a_device_that_cuts_it() {
    type F = Features;
    let with_tso = F::SG | F::HW_CSUM | F::TSO;
    let with_tso6 = F::SG | F::HW_CSUM | F::TSO6;
    let table = [
        (F::HW_CSUM, GsoType::TCPV4, false),
        (with_tso, GsoType::TCPV4, true),
        (with_tso, GsoType::TCPV4 | GsoType::DODGY, true),
        (with_tso, GsoType::TCPV6, false),
        (with_tso6, GsoType::TCPV6, true),
        (with_tso, GsoType::TCPV4 | GsoType::GRE, false),
        (with_tso | F::TSO6, GsoType::UDP_L4, false),
        (with_tso, GsoType::empty(), false),
    ];
    for (features, kind, sent) in table {
        let mut rig = rig(features);
        let (mut skb, _) = packet(&mut rig, Ip::V4, TCP, b"data");
        skb.meta_mut().gso = Gso { size: 2, segs: 2, kind };
        let verdict = rig.softnet.dev_queue_xmit(skb, NOW).unwrap();
        let expected = if sent { NetXmit::Success } else { NetXmit::Drop };
        assert_eq!(verdict, expected, "{features:?} {kind:?}");
        let lost = u64::from(!sent);
        assert_eq!(rig.softnet.drops().of(DropReason::SKB_GSO_SEG), lost);
        assert_eq!(rig.softnet.dev_stats(rig.dev).unwrap().tx_dropped, lost);
        rig.assert_clean();
    }
}

#[test]
fn a_checksum_outside_of_its_packet_is_a_counted_drop() {
    let mut rig = rig(Features::empty());
    let places = [(0, 6), (u16::MAX, 6), (64 + 34, u16::MAX), (64 + 34, 23), (64 + 58, 0)];
    for (start, offset) in places {
        let (mut skb, _) = packet(&mut rig, Ip::V4, TCP, b"data");
        skb.meta_mut().checksum = Checksum::Partial { start, offset };
        let verdict = rig.softnet.dev_queue_xmit(skb, NOW).unwrap();
        assert_eq!(verdict, NetXmit::Drop, "{start} {offset}");
    }
    assert_eq!(rig.softnet.drops().of(DropReason::SKB_CSUM), places.len() as u64);
    rig.assert_clean();
}

#[test]
fn without_a_buffer_for_a_copy_the_packet_is_a_counted_drop() {
    let config = PoolConfig { buffers: 1, clones: 1, buffer_size: 512 };
    let mut rig = Rig::pooled(Config::default(), ethernet(), SkPool::heap(config).unwrap());
    let (skb, _) = packet(&mut rig, Ip::V4, TCP, b"data");
    let kept = rig.softnet.pool().clone_of(&skb).unwrap();
    assert_eq!(rig.softnet.dev_queue_xmit(skb, NOW).unwrap(), NetXmit::Drop);
    assert_eq!(rig.softnet.drops().of(DropReason::NOMEM), 1);
    kept.consume();
    rig.assert_clean();
}

#[test]
fn a_runt_with_a_tag_is_a_counted_drop() {
    let mut rig = rig(Features::empty());
    for len in 0..14 {
        let mut skb = rig.frame(1);
        skb.trim(len);
        skb.meta_mut().vlan = Some(VlanTag { protocol: EtherType::VLAN, tci: 5 });
        assert_eq!(rig.softnet.dev_queue_xmit(skb, NOW).unwrap(), NetXmit::Drop);
    }
    assert_eq!(rig.softnet.drops().of(DropReason::PKT_TOO_SMALL), 14);
    rig.assert_clean();
}
