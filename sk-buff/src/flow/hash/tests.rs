use core::net::{Ipv4Addr, Ipv6Addr};

use alloc::vec;
use proptest::prelude::*;

use super::*;
use crate::EtherType;
use crate::flow::{FlowPorts, FlowVlan};

/// The key of the SipHash paper's test vector: 00 01 … 0f.
const SEED: FlowSeed = FlowSeed::from_bytes([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]);

fn v4(protocol: u8, src: [u8; 4], dst: [u8; 4], ports: (u16, u16)) -> FlowKeys {
    FlowKeys {
        n_proto: EtherType::IPV4,
        ip_proto: protocol,
        addrs: FlowAddrs::V4 { src: src.into(), dst: dst.into() },
        ports: FlowPorts { src: ports.0, dst: ports.1 },
        ..FlowKeys::default()
    }
}

fn v6(protocol: u8, label: u32, ports: (u16, u16)) -> FlowKeys {
    let addr = |last| Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, last);
    FlowKeys {
        n_proto: EtherType::IPV6,
        ip_proto: protocol,
        flow_label: label,
        addrs: FlowAddrs::V6 { src: addr(2), dst: addr(1) },
        ports: FlowPorts { src: ports.0, dst: ports.1 },
        ..FlowKeys::default()
    }
}

/// Values of a SipHash-2-4 written in Python, itself checked against the paper's vector
/// (`a129ca6149be45e5`), over `struct flow_keys` packed by hand with its `struct` module: n_proto
/// `>H`, ip_proto, 0, flow label `<I`, tci `<H`, tpid `>H`, eth_type `>H`, 14 zeros, the ports
/// `>H` in order, 4 zeros, the addresses in order, 4 zeros. Order: as little-endian numbers, IPv6
/// as bytes. Size and offsets of the struct are those that gcc gives on x86-64.
#[test]
fn vectors() {
    let tagged =
        FlowVlan { id: 100, priority: 5, tpid: EtherType::VLAN, eth_type: EtherType::IPV4 };
    let vlan =
        FlowKeys { vlan: Some(tagged), ..v4(17, [10, 0, 0, 1], [10, 0, 0, 2], (1000, 2000)) };
    let arp = FlowKeys { n_proto: EtherType::ARP, ..FlowKeys::default() };
    let cases = [
        (v4(6, [192, 168, 1, 10], [10, 0, 0, 1], (40000, 80)), 0x2d4f_43d3),
        (v6(17, 0, (5353, 53)), 0xebf0_501b),
        (v6(6, 0xabcde, (0, 0)), 0x7434_ed50),
        (vlan, 0xb395_c0b3),
        (arp, 0x145f_fb0f),
        (v4(17, [10, 0, 0, 1], [10, 0, 0, 2], (0, 0)), 0x1fe4_7a63),
    ];
    for (keys, hash) in cases {
        assert_eq!(keys.hash(&SEED), hash, "{keys:?}");
    }
    assert_eq!(SEED, FlowSeed::new(0x0706_0504_0302_0100, 0x0f0e_0d0c_0b0a_0908));
}

/// A seed under which SipHash of the ARP keys is `dc1d2268_00000000`, found by search with the
/// same function written in C.
#[test]
fn zero_becomes_one() {
    let arp = FlowKeys { n_proto: EtherType::ARP, ..FlowKeys::default() };
    assert_eq!(arp.hash(&FlowSeed::new(0x9871_f514, 0)), 1);
}

#[test]
fn the_way_of_dissection_is_no_key() {
    let keys = v4(6, [10, 0, 0, 1], [10, 0, 0, 2], (1, 2));
    let mut other = keys;
    other.control.thoff = 60;
    other.control.dissected = true;
    assert_eq!(keys.hash(&SEED), other.hash(&SEED));
}

#[test]
fn every_key_counts() {
    let keys = v6(6, 1, (1, 2));
    let FlowAddrs::V6 { src, .. } = keys.addrs else { unreachable!() };
    let variants = [
        keys,
        FlowKeys { n_proto: EtherType::IPV4, ..keys },
        FlowKeys { ip_proto: 17, ..keys },
        FlowKeys { flow_label: 2, ..keys },
        FlowKeys { vlan: Some(FlowVlan { id: 1, ..FlowVlan::default() }), ..keys },
        FlowKeys { vlan: Some(FlowVlan { priority: 1, ..FlowVlan::default() }), ..keys },
        FlowKeys { ports: FlowPorts { src: 1, dst: 3 }, ..keys },
        FlowKeys { addrs: FlowAddrs::V6 { src, dst: src }, ..keys },
        FlowKeys { addrs: FlowAddrs::None, ..keys },
    ];
    for (i, a) in variants.iter().enumerate() {
        for b in &variants[..i] {
            assert_ne!(a.hash(&SEED), b.hash(&SEED), "{a:?} {b:?}");
        }
    }
    assert_ne!(keys.hash(&SEED), keys.hash(&FlowSeed::new(0, 0)));
}

/// 64 connections to each of 1024 hosts on neighbouring ports, into 1024 buckets: chi-square with
/// 1023 degrees of freedom has mean 1023 and deviation 45; six of them to either side. Too even is
/// as suspect as too uneven.
#[test]
fn spreads_evenly() {
    let mut by_mask = vec![0_u32; 1024];
    let mut by_scale = vec![0_u32; 1024];
    for host in 0..1024_u32 {
        for port in 0..64 {
            let dst = Ipv4Addr::from(0x0a00_0000 + host).octets();
            let hash = v4(6, [192, 168, 0, 1], dst, (40000 + port, 443)).hash(&SEED);
            by_mask[(hash % 1024) as usize] += 1;
            // `reciprocal_scale`, as fq_codel picks its queue.
            by_scale[((u64::from(hash) * 1024) >> 32) as usize] += 1;
        }
    }
    for buckets in [by_mask, by_scale] {
        let chi: f64 = buckets.iter().map(|n| (f64::from(*n) - 64.0).powi(2) / 64.0).sum();
        assert!((750.0..1300.0).contains(&chi), "{chi}");
    }
}

proptest! {
    #[test]
    fn both_directions_are_one_flow(
        src: [u8; 4], dst: [u8; 4], sport: u16, dport: u16, src6: [u8; 16], dst6: [u8; 16], k0: u64, k1: u64,
    ) {
        let seed = FlowSeed::new(k0, k1);
        let there = v4(6, src, dst, (sport, dport));
        let back = v4(6, dst, src, (dport, sport));
        prop_assert_eq!(there.hash(&seed), back.hash(&seed));
        // Each pair is ordered for itself.
        let crossed = v4(6, src, dst, (dport, sport));
        prop_assert_eq!(there.hash(&seed), crossed.hash(&seed));

        let ports = |src, dst| FlowPorts { src, dst };
        let (src, dst) = (src6.into(), dst6.into());
        let there = FlowKeys { addrs: FlowAddrs::V6 { src, dst }, ports: ports(sport, dport), ..there };
        let back = FlowKeys { addrs: FlowAddrs::V6 { src: dst, dst: src }, ports: ports(dport, sport), ..there };
        prop_assert_eq!(there.hash(&seed), back.hash(&seed));
        prop_assert_ne!(there.hash(&seed), 0);
    }
}
