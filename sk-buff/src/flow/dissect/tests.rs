use alloc::vec;
use alloc::vec::Vec;
use core::net::Ipv6Addr;

use proptest::prelude::*;

use super::*;

const SRC4: [u8; 4] = [192, 0, 2, 1];
const DST4: [u8; 4] = [198, 51, 100, 2];
const PORTS: [u8; 4] = [0x9c, 0x40, 0x00, 0x50];

fn ipv4(protocol: u8, frag: u16, options: usize, payload: &[u8]) -> Vec<u8> {
    let mut p = vec![0x45 + (options / 4) as u8, 0, 0, 0, 0, 0, 0, 0, 64, protocol, 0, 0];
    p[6..8].copy_from_slice(&frag.to_be_bytes());
    p.extend(SRC4);
    p.extend(DST4);
    p.resize(20 + options, 1);
    p.extend(payload);
    p
}

fn ipv6(label: u32, next_header: u8, payload: &[u8]) -> Vec<u8> {
    let mut p = (0x6000_0000 | label).to_be_bytes().to_vec();
    p.extend([0, 0, next_header, 64]);
    p.extend(src6().octets());
    p.extend(dst6().octets());
    p.extend(payload);
    p
}

fn src6() -> Ipv6Addr {
    Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1)
}

fn dst6() -> Ipv6Addr {
    Ipv6Addr::new(0x2001, 0xdb8, 1, 2, 3, 4, 5, 6)
}

fn ports(keys: &FlowKeys) -> (u16, u16) {
    (keys.ports.src, keys.ports.dst)
}

#[test]
fn ipv4_with_options() {
    for options in [0, 4, 40] {
        let keys = FlowKeys::dissect(EtherType::IPV4, &ipv4(6, 0x4000, options, &PORTS));
        assert_eq!(keys.addrs, FlowAddrs::V4 { src: SRC4.into(), dst: DST4.into() });
        assert_eq!((keys.n_proto.0, keys.ip_proto), (0x0800, 6));
        assert_eq!(ports(&keys), (40000, 80));
        assert_eq!(usize::from(keys.control.thoff), 20 + options);
        assert!(keys.control.dissected && keys.control.flags.is_empty() && keys.have_l4());
    }
}

#[test]
fn which_protocols_have_ports() {
    // TCP, UDP, DCCP, ESP, SCTP, UDP-Lite; AH's SPI comes four bytes later.
    for protocol in 0..=255 {
        let payload = [PORTS, [0, 1, 0, 2]].concat();
        let keys = FlowKeys::dissect(EtherType::IPV4, &ipv4(protocol, 0, 0, &payload));
        let want = match protocol {
            6 | 17 | 33 | 50 | 132 | 136 => (40000, 80),
            51 => (1, 2),
            _ => (0, 0),
        };
        assert_eq!(ports(&keys), want, "{protocol}");
        assert_eq!(keys.ip_proto, protocol);
    }
}

#[test]
fn no_fragment_has_ports() {
    let first = FlowKeys::dissect(EtherType::IPV4, &ipv4(17, 0x2000, 0, &PORTS));
    let last = FlowKeys::dissect(EtherType::IPV4, &ipv4(17, 0x00b9, 0, &PORTS));
    assert_eq!(first.control.flags, FlowFlags::IS_FRAGMENT | FlowFlags::FIRST_FRAG);
    assert_eq!(last.control.flags, FlowFlags::IS_FRAGMENT);
    for keys in [first, last] {
        assert_eq!(ports(&keys), (0, 0));
        assert_eq!(keys.addrs, FlowAddrs::V4 { src: SRC4.into(), dst: DST4.into() });
        assert_eq!((keys.ip_proto, keys.control.thoff), (17, 20));
    }

    // Offset 8 and more to come; offset 0; an atomic fragment (RFC 6946) is a fragment to Linux.
    for (offset, first) in [(0x0009_u16, false), (0x0001, true), (0x0000, true)] {
        let [o0, o1] = offset.to_be_bytes();
        let payload = [&[17, 0, o0, o1, 1, 2, 3, 4], &PORTS[..]].concat();
        let keys = FlowKeys::dissect(EtherType::IPV6, &ipv6(0, 44, &payload));
        assert_eq!(keys.control.flags.contains(FlowFlags::FIRST_FRAG), first);
        assert_eq!(ports(&keys), (0, 0));
        assert_eq!((keys.ip_proto, keys.control.thoff), (17, 48));
        assert_eq!(keys.addrs, FlowAddrs::V6 { src: src6(), dst: dst6() });
    }
}

#[test]
fn a_flow_label_ends_the_walk() {
    let packet = ipv6(0xabcde, 6, &PORTS);
    let keys = FlowKeys::dissect(EtherType::IPV6, &packet);
    assert_eq!((keys.flow_label, ports(&keys)), (0xabcde, (0, 0)));
    assert!(keys.have_l4() && keys.control.dissected);
    let keys = FlowKeys::dissect_with(DissectFlags::empty(), EtherType::IPV6, &packet);
    assert_eq!((keys.flow_label, ports(&keys)), (0xabcde, (40000, 80)));
}

#[test]
fn extension_numbers_are_nothing_special_behind_ipv4() {
    for number in [0, 43, 44, 60] {
        let payload = [&[6, 0, 0, 0, 0, 0, 0, 0], &PORTS[..]].concat();
        let keys = FlowKeys::dissect(EtherType::IPV4, &ipv4(number, 0, 0, &payload));
        assert_eq!((keys.ip_proto, ports(&keys)), (number, (0, 0)));
        assert!(keys.control.dissected && keys.control.flags.is_empty());
    }
}

/// `n` destination options headers of 8 bytes, then TCP.
fn chain(n: usize) -> Vec<u8> {
    let mut payload = Vec::new();
    for i in 0..n {
        payload.extend([if i + 1 == n { 6 } else { 60 }, 0, 1, 4, 0, 0, 0, 0]);
    }
    payload.extend(PORTS);
    ipv6(0, if n == 0 { 6 } else { 60 }, &payload)
}

/// Linux counts the headers that follow upon one another, and reads ports before it counts: after
/// the 16th extension header they are still found, after the 17th not.
#[test]
fn extension_headers_are_bounded() {
    for n in 0..=20 {
        let keys = FlowKeys::dissect(EtherType::IPV6, &chain(n));
        let want = if n <= 16 { (40000, 80) } else { (0, 0) };
        assert_eq!(ports(&keys), want, "{n}");
        assert_eq!(keys.ip_proto, if n <= 16 { 6 } else { 60 });
        assert_eq!(usize::from(keys.control.thoff), 40 + 8 * n.min(16));
        assert!(keys.control.dissected);
    }
}

#[test]
fn vlan_tags_are_passed_over_and_the_first_is_kept() {
    // 802.1ad 100 with priority 5, 802.1Q 4095, IPv4.
    let mut frame = vec![2; 12];
    frame.extend([0x88, 0xa8, 0xa0, 0x64, 0x81, 0x00, 0x0f, 0xff, 0x08, 0x00]);
    frame.extend(ipv4(17, 0, 0, &PORTS));
    let keys = FlowKeys::dissect_frame(&frame);
    let outer =
        FlowVlan { id: 100, priority: 5, tpid: EtherType(0x88a8), eth_type: EtherType(0x8100) };
    assert_eq!(keys.vlan, Some(outer));
    assert_eq!((keys.n_proto.0, keys.ip_proto, ports(&keys)), (0x0800, 17, (40000, 80)));
    assert_eq!(keys.control.thoff, 14 + 8 + 20);

    // The same packet with the outer tag in a descriptor.
    let tagged =
        FlowKeys::dissect_tagged(EtherType(0x88a8), 0xa064, EtherType(0x8100), &frame[18..]);
    assert_eq!(FlowKeys { control: keys.control, ..tagged }, keys);
    assert_eq!(tagged.control.thoff, 4 + 20);

    // A tag cut off.
    let keys = FlowKeys::dissect_frame(&frame[..17]);
    assert_eq!((keys.n_proto.0, keys.vlan, keys.control.dissected), (0x88a8, None, false));
}

#[test]
fn vlan_tags_are_bounded() {
    for (tags, found) in [(15, true), (16, false), (400, false)] {
        let mut packet = [0, 1, 0x81, 0].repeat(tags - 1);
        packet.extend([0, 1, 8, 0]);
        packet.extend(ipv4(17, 0, 0, &PORTS));
        let keys = FlowKeys::dissect(EtherType::VLAN, &packet);
        assert_eq!(ports(&keys) == (40000, 80), found, "{tags}");
        assert_eq!(keys.addrs != FlowAddrs::None, found);
        // A tag in a descriptor counts like the others.
        let keys = FlowKeys::dissect_tagged(EtherType::VLAN, 1, EtherType::VLAN, &packet[4..]);
        assert_eq!(ports(&keys) == (40000, 80), found, "{tags}");
    }
}

#[test]
fn what_is_not_ip() {
    let arp = FlowKeys::dissect(EtherType::ARP, &[0; 28]);
    let want = FlowKeys { n_proto: EtherType::ARP, ..FlowKeys::default() };
    assert_eq!(FlowKeys { control: FlowControl::default(), ..arp }, want);
    assert!(arp.control.dissected && !arp.have_l4());
    assert!(FlowKeys::dissect(EtherType(0x8035), &[0; 28]).control.dissected);
    let eapol = FlowKeys::dissect(EtherType(0x888e), &[1; 60]);
    assert_eq!((eapol.n_proto.0, eapol.control.dissected), (0x888e, false));
    // A length instead of a type: Linux's number for LLC.
    let mut frame = vec![0; 60];
    frame[13] = 38;
    assert_eq!(FlowKeys::dissect_frame(&frame).n_proto.0, 4);
    assert_eq!(FlowKeys::dissect_frame(&frame[..13]), FlowKeys::default());
    // A header length below its minimum.
    let mut packet = ipv4(17, 0, 0, &PORTS);
    packet[0] = 0x44;
    let keys = FlowKeys::dissect(EtherType::IPV4, &packet);
    assert_eq!((keys.addrs, keys.ip_proto, keys.control.dissected), (FlowAddrs::None, 0, false));
}

#[test]
fn a_short_packet_gives_what_it_has() {
    let packet = ipv4(6, 0, 8, &PORTS);
    for len in 0..=packet.len() {
        let keys = FlowKeys::dissect(EtherType::IPV4, &packet[..len]);
        assert_eq!(keys.addrs != FlowAddrs::None, len >= 20, "{len}");
        assert_eq!(ports(&keys) != (0, 0), len >= 32, "{len}");
        assert_eq!(keys.control.dissected, len >= 20, "{len}");
        assert_eq!(usize::from(keys.control.thoff), if len < 20 { 0 } else { len.min(28) });
    }
    let packet = chain(2);
    for len in 0..=packet.len() {
        let keys = FlowKeys::dissect(EtherType::IPV6, &packet[..len]);
        assert_eq!(keys.addrs != FlowAddrs::None, len >= 40, "{len}");
        assert_eq!(ports(&keys) != (0, 0), len >= 60, "{len}");
        // Two bytes of an extension header are enough to step over it.
        assert_eq!(keys.control.dissected, len >= 50, "{len}");
    }
}

proptest! {
    /// Builds a chain of extension headers and expects to get out at its end.
    #[test]
    fn extension_headers_of_any_kind_and_length(
        headers in prop::collection::vec((prop_oneof![Just(0_u8), Just(43), Just(60)], any::<u8>()), 0..=15),
        transport in prop_oneof![Just(6_u8), Just(17), Just(132)],
        src: u16, dst: u16,
    ) {
        let kinds: Vec<u8> = headers.iter().map(|h| h.0).chain([transport]).collect();
        let mut payload = Vec::new();
        for (i, (_, units)) in headers.iter().enumerate() {
            payload.extend([kinds[i + 1], *units]);
            payload.extend(vec![0xee; usize::from(*units) * 8 + 6]);
        }
        let thoff = 40 + payload.len();
        payload.extend([src.to_be_bytes(), dst.to_be_bytes()].concat());
        let keys = FlowKeys::dissect(EtherType::IPV6, &ipv6(0, kinds[0], &payload));
        prop_assert_eq!(ports(&keys), (src, dst));
        prop_assert_eq!(keys.ip_proto, transport);
        prop_assert_eq!(usize::from(keys.control.thoff), thoff);
    }

    #[test]
    fn any_bytes_have_an_answer(
        protocol in prop_oneof![Just(0x0800), Just(0x86dd), Just(0x8100), Just(0x88a8), any::<u16>()],
        bytes in prop::collection::vec(prop_oneof![Just(0_u8), Just(0x45), Just(0x81), Just(44), Just(60), any::<u8>()], 0..200),
        tci: u16,
    ) {
        let protocol = EtherType(protocol);
        let keys = FlowKeys::dissect(protocol, &bytes);
        prop_assert!(usize::from(keys.control.thoff) <= bytes.len());
        prop_assert!(keys.flow_label < 1 << 20);
        let _ = FlowKeys::dissect_frame(&bytes);
        let _ = FlowKeys::dissect_tagged(EtherType::VLAN, tci, protocol, &bytes);
        let _ = FlowKeys::dissect_with(DissectFlags::empty(), protocol, &bytes);
    }
}
