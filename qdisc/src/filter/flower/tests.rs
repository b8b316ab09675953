use alloc::vec;
use alloc::vec::Vec;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use proptest::prelude::*;
use softnet_sk_buff::flow::{FlowAddrs, FlowFlags, FlowPorts};
use softnet_sk_buff::{DropCounts, EtherType, MacAddr};

use super::*;
use crate::action::{Control, gact};
use crate::filter::{At, Block, Filter, Request, Verdict};
use crate::testutil::Bytes;
use crate::{ClassId, Cx, Vlan};

const HERE: At = At { chain: 0, prio: 5, protocol: EtherType::ALL, handle: 0 };
const TCP: u8 = 6;
const UDP: u8 = 17;

fn ask(block: &mut Block<Bytes>, packet: &Bytes) -> Option<u16> {
    let mut lost = DropCounts::default();
    match block.classify(&mut packet.clone(), &mut Cx::new(Instant::ZERO, &mut lost)) {
        Verdict::Class(class) => Some(class.minor()),
        Verdict::Unclassified => None,
        other => panic!("{other:?}"),
    }
}

fn request(
    block: &mut Block<Bytes>,
    request: Request,
    handle: u32,
    matches: Match,
    minor: u16,
) -> Result<u32, FilterError> {
    let filter = Filter::Flower(Config::new(matches, Target::class(ClassId(minor.into()))));
    let at = At { handle, ..HERE };
    block.change(request, at, filter, Instant::ZERO).map(|at| at.handle)
}

fn add(block: &mut Block<Bytes>, matches: Match, minor: u16) -> u32 {
    request(block, Request::Add, 0, matches, minor).unwrap()
}

fn matches(wanted: &Match, packet: &Bytes) -> bool {
    let mut block = Block::new();
    add(&mut block, wanted.clone(), 1);
    ask(&mut block, packet).is_some()
}

fn ethernet(protocol: u16, rest: &[u8]) -> Bytes {
    let mut bytes = vec![2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2];
    bytes.extend(protocol.to_be_bytes());
    bytes.extend(rest);
    Bytes::frame(bytes)
}

fn ipv4(protocol: u8, ports: (u16, u16)) -> Bytes {
    let mut packet = vec![0x45, 0x28, 0, 40, 0, 0, 0, 0, 64, protocol, 0, 0];
    packet.extend([10, 0, 0, 1, 10, 0, 1, 7]);
    packet.extend(ports.0.to_be_bytes());
    packet.extend(ports.1.to_be_bytes());
    packet.extend([0; 16]);
    packet[32] = 0x50;
    packet[33] = 0x12;
    ethernet(0x0800, &packet)
}

fn ip(protocol: u8) -> Match {
    Match { eth_type: Some(EtherType::IPV4), ip_proto: Some(protocol), ..Match::default() }
}

fn v4(address: [u8; 4]) -> IpAddr {
    Ipv4Addr::from(address).into()
}

/// Each line of this table: a key, a packet that has it, one that hasn't.
#[test]
fn every_key_is_looked_at() {
    let tcp = ipv4(TCP, (1000, 80));
    let other = ipv4(UDP, (1001, 81));
    let mac = |last| Some(MacAddr([2, 0, 0, 0, 0, last]).into());
    let base = Match::default;
    let wanted = [
        Match { dst_mac: mac(1), ..base() },
        Match { src_mac: mac(2), ..base() },
        Match { eth_type: Some(EtherType::IPV4), ..base() },
        ip(TCP),
        Match { ip_tos: Some(0x28.into()), ..ip(TCP) },
        Match { ip_ttl: Some(64.into()), ..ip(TCP) },
        Match { src_ip: Some(v4([10, 0, 0, 1]).into()), ..base() },
        Match { dst_ip: Some(Masked::<IpAddr>::prefix(v4([10, 0, 1, 0]), 24)), ..base() },
        Match { src_port: Some(1000.into()), ..ip(TCP) },
        Match { dst_port: Some(80.into()), ..ip(TCP) },
        Match { dst_port: Some(Port::Range(80, 81)), ..ip(TCP) },
        Match { src_port: Some(Port::Range(999, 1000)), ..ip(TCP) },
        // SYN and ACK are set, and PSH is not.
        Match { tcp_flags: Some(Masked { value: 0x12, mask: 0x1a }), ..ip(TCP) },
    ];
    for wanted in &wanted {
        assert!(matches(wanted, &tcp), "{wanted:?}");
    }
    for wanted in wanted.iter().filter(|wanted| wanted.ip_proto.is_some()) {
        assert!(!matches(wanted, &other), "{wanted:?}");
    }
    let misses = [
        Match { dst_mac: mac(2), ..base() },
        Match { src_mac: mac(1), ..base() },
        Match { eth_type: Some(EtherType::IPV6), ..base() },
        Match { ip_tos: Some(0x29.into()), ..ip(TCP) },
        Match { ip_ttl: Some(63.into()), ..ip(TCP) },
        Match { src_ip: Some(v4([10, 0, 0, 2]).into()), ..base() },
        Match { dst_ip: Some(Masked::<IpAddr>::prefix(v4([10, 0, 0, 0]), 24)), ..base() },
        Match { src_ip: Some(IpAddr::V6(Ipv6Addr::UNSPECIFIED).into()), ..base() },
        Match { src_port: Some(80.into()), ..ip(TCP) },
        Match { dst_port: Some(Port::Range(81, 90)), ..ip(TCP) },
        Match { src_port: Some(Port::Range(1001, 1002)), ..ip(TCP) },
        Match { tcp_flags: Some(Masked { value: 0x02, mask: 0x12 }), ..ip(TCP) },
        Match { indev: IfIndex::new(3), ..base() },
        Match { num_of_vlans: Some(1), ..base() },
    ];
    for wanted in &misses {
        assert!(!matches(wanted, &tcp), "{wanted:?}");
    }
    let mut here = tcp;
    here.ingress = IfIndex::new(3);
    assert!(matches(&Match { indev: IfIndex::new(3), ..base() }, &here));
}

#[test]
fn arp_icmp_and_mpls_have_keys() {
    let arp = [&[0, 1, 8, 0, 6, 4, 0, 2], &[2, 0, 0, 0, 0, 2, 10, 0, 0, 1][..]].concat();
    let arp = ethernet(0x0806, &[arp, vec![2, 0, 0, 0, 0, 1, 10, 0, 0, 9]].concat());
    let is_arp = Match { eth_type: Some(EtherType::ARP), ..Match::default() };
    let sip = |last| Some(Ipv4Addr::new(10, 0, 0, last).into());
    assert!(matches(&Match { arp_sip: sip(1), arp_op: Some(2.into()), ..is_arp.clone() }, &arp));
    assert!(matches(&Match { arp_tip: sip(9), ..is_arp.clone() }, &arp));
    let tha = Some(MacAddr([2, 0, 0, 0, 0, 1]).into());
    assert!(matches(&Match { arp_tha: tha, ..is_arp.clone() }, &arp));
    assert!(!matches(&Match { arp_sha: tha, ..is_arp.clone() }, &arp));
    assert!(!matches(&Match { arp_op: Some(1.into()), ..is_arp }, &arp));
    let mut icmp = ipv4(1, (0x0301, 0));
    icmp.bytes[34..36].copy_from_slice(&[3, 1]);
    let (icmp_type, icmp_code) = (Some(3.into()), Some(1.into()));
    assert!(matches(&Match { icmp_type, icmp_code, ..ip(1) }, &icmp));
    assert!(!matches(&Match { icmp_code: Some(2.into()), ..ip(1) }, &icmp));
    // Labels 18 and 19; classes 3 and 0; times to live 64 and 32.
    let stack = [0, 1, 0x26, 64, 0, 1, 0x31, 32, 0x45];
    let packet = ethernet(0x8847, &stack);
    let mpls =
        |entry| Match { eth_type: Some(EtherType(0x8847)), mpls: vec![entry], ..Match::default() };
    let first = MplsEntry { label: Some(18), tc: Some(3), bos: Some(false), ..Default::default() };
    let second = MplsEntry { depth: 1, label: Some(19), ttl: Some(32), ..MplsEntry::default() };
    assert!(matches(&mpls(first), &packet) && matches(&mpls(second), &packet));
    assert!(!matches(&mpls(MplsEntry { ttl: Some(63), ..first }), &packet));
    // An entry that is not there doesn't match even zeros.
    let third = MplsEntry { depth: 2, ttl: Some(0), ..MplsEntry::default() };
    assert!(!matches(&mpls(third), &packet));
}

#[test]
fn tags_are_matched_beside_and_in_the_bytes() {
    let ip = ipv4(TCP, (1, 2));
    let mut beside = ip.clone();
    beside.vlan = Some(Vlan { protocol: EtherType::VLAN, tci: 0x6005 });
    let mut within = ip.bytes.clone();
    within.splice(12..12, [0x81, 0, 0x60, 5]);
    let within = Bytes::frame(within);
    let wanted = Match {
        eth_type: Some(EtherType::VLAN),
        vlan_id: Some(5),
        vlan_prio: Some(3),
        vlan_ethtype: Some(EtherType::IPV4),
        ip_proto: Some(TCP),
        ..Match::default()
    };
    let other = Match { vlan_id: Some(6), ..wanted.clone() };
    let untagged = Match { num_of_vlans: Some(0), ..Match::default() };
    for packet in [&beside, &within] {
        assert!(matches(&wanted, packet));
        assert!(!matches(&other, packet));
        assert!(!matches(&untagged, packet));
    }
    assert!(!matches(&wanted, &ip));
    assert!(matches(&untagged, &ip));
    let mut both = within;
    both.vlan = Some(Vlan { protocol: EtherType::QINQ, tci: 7 });
    let stacked = Match {
        eth_type: Some(EtherType::QINQ),
        vlan_id: Some(7),
        vlan_ethtype: Some(EtherType::VLAN),
        cvlan_id: Some(5),
        cvlan_ethtype: Some(EtherType::IPV4),
        dst_port: Some(2.into()),
        ip_proto: Some(TCP),
        num_of_vlans: Some(2),
        ..Match::default()
    };
    assert!(matches(&stacked, &both));
    assert!(!matches(&Match { cvlan_id: Some(6), ..stacked }, &both));
}

#[test]
fn fragments_are_told_apart() {
    let is = FlowFlags::IS_FRAGMENT;
    let first = FlowFlags::FIRST_FRAG;
    let flags = |value, mask| Match { ip_flags: Some((value, mask)), ..Match::default() };
    let whole = ipv4(TCP, (1, 2));
    let mut beginning = whole.clone();
    beginning.bytes[14 + 6] = 0x20;
    let mut end = whole.clone();
    end.bytes[14 + 7] = 5;
    let table = [
        (whole, [true, false, false]),
        (beginning, [false, true, true]),
        (end, [false, true, false]),
    ];
    for (packet, expected) in table {
        let wanted = [flags(FlowFlags::empty(), is), flags(is, is), flags(is | first, is | first)];
        assert_eq!(wanted.map(|wanted| matches(&wanted, &packet)), expected);
    }
}

#[test]
fn masks_are_asked_in_the_order_in_which_they_came() {
    let mut block = Block::new();
    let port = add(&mut block, Match { dst_port: Some(80.into()), ..ip(TCP) }, 1);
    add(&mut block, Match { src_port: Some(1000.into()), ..ip(TCP) }, 2);
    let packet = ipv4(TCP, (1000, 80));
    assert_eq!(ask(&mut block, &packet), Some(1));
    block.delete(At { handle: port, ..HERE }, None).unwrap();
    assert_eq!(ask(&mut block, &packet), Some(2));
    // The mask went with its last filter, so it is at the end when it comes back.
    add(&mut block, Match { dst_port: Some(80.into()), ..ip(TCP) }, 3);
    assert_eq!(ask(&mut block, &packet), Some(2));
}

#[test]
fn continue_leaves_flower_at_once() {
    let mut block = Block::new();
    let target = Target::none().action(gact::Config::new(Control::Continue));
    let filter = Filter::Flower(Config::new(ip(TCP), target));
    block.change(Request::Add, HERE, filter, Instant::ZERO).unwrap();
    add(&mut block, Match { dst_port: Some(80.into()), ..ip(TCP) }, 2);
    assert_eq!(ask(&mut block, &ipv4(TCP, (1, 80))), None, "no other mask is asked");
}

#[test]
fn keys_are_unique_and_a_change_keeps_the_mask() {
    let mut block = Block::new();
    let port = |port: u16| Match { dst_port: Some(port.into()), ..ip(TCP) };
    let one = add(&mut block, port(80), 1);
    let two = add(&mut block, port(81), 2);
    assert_eq!((one, two), (1, 2));
    assert_eq!(request(&mut block, Request::Add, 0, port(80), 3), Err(FilterError::Exists));
    let change = |block: &mut Block<Bytes>, wanted, minor| {
        request(block, Request::Change, 1, wanted, minor).map(|_| ())
    };
    assert_eq!(change(&mut block, ip(TCP), 3), Err(FilterError::OtherKeys));
    assert_eq!(change(&mut block, port(81), 3), Err(FilterError::Exists));
    assert_eq!(change(&mut block, port(80), 4), Ok(()));
    assert_eq!(ask(&mut block, &ipv4(TCP, (1, 80))), Some(4));
    assert_eq!(change(&mut block, port(82), 5), Ok(()));
    assert_eq!(ask(&mut block, &ipv4(TCP, (1, 80))), None);
    assert_eq!(ask(&mut block, &ipv4(TCP, (1, 82))), Some(5));
    assert_eq!(request(&mut block, Request::Add, 0, port(80), 6), Ok(3));
}

/// The rule of `fl_lookup_range`: the first whose ranges match leads to the one that has the same
/// ranges and everything else right, even if a filter between the two matches, too.
#[test]
fn ranges_lead_to_their_equals() {
    let mut block = Block::new();
    let wanted = |range: (u16, u16), ttl: u8| Match {
        dst_port: Some(Port::Range(range.0, range.1)),
        ip_ttl: Some(ttl.into()),
        ..ip(TCP)
    };
    add(&mut block, wanted((70, 90), 1), 1);
    add(&mut block, wanted((80, 81), 64), 2);
    add(&mut block, wanted((70, 90), 64), 3);
    assert_eq!(ask(&mut block, &ipv4(TCP, (1, 80))), Some(3));
    assert_eq!(ask(&mut block, &ipv4(TCP, (1, 90))), Some(3));
    assert_eq!(ask(&mut block, &ipv4(TCP, (1, 91))), None);
}

#[test]
fn keys_out_of_place_are_refused() {
    let base = Match::default;
    let refused = [
        Match { ip_proto: Some(TCP), ..base() },
        Match { dst_port: Some(1.into()), ..base() },
        Match { dst_port: Some(1.into()), ..ip(1) },
        Match { tcp_flags: Some(1.into()), ..ip(UDP) },
        Match { icmp_type: Some(1.into()), ..ip(TCP) },
        Match { vlan_id: Some(1), ..ip(TCP) },
        Match { cvlan_id: Some(1), eth_type: Some(EtherType::VLAN), ..base() },
        Match { arp_op: Some(1.into()), ..ip(TCP) },
        Match { spi: Some(1.into()), ..ip(TCP) },
        Match { pppoe_sid: Some(1), ..base() },
        Match {
            src_ip: Some(v4([1; 4]).into()),
            dst_ip: Some(IpAddr::V6(Ipv6Addr::LOCALHOST).into()),
            ..base()
        },
    ];
    for wanted in refused {
        let error = request(&mut Block::new(), Request::Add, 0, wanted.clone(), 1);
        assert!(matches!(error, Err(FilterError::KeyOutOfPlace(_))), "{wanted:?}");
    }
    for (from, to) in [(2, 2), (3, 2)] {
        let wanted = Match { src_port: Some(Port::Range(from, to)), ..ip(TCP) };
        let error = request(&mut Block::new(), Request::Add, 0, wanted, 1);
        assert_eq!(error, Err(FilterError::PortRange(from, to)));
    }
}

/// A packet out of a tunnel.
#[derive(Clone)]
struct Tunnelled(Bytes);

impl Packet for Tunnelled {
    fn pkt_len(&self) -> u32 {
        self.0.pkt_len()
    }
    fn flow_hash(&mut self, seed: [u64; 2]) -> u32 {
        self.0.flow_hash(seed)
    }
    fn frame(&self) -> Option<Frame<'_>> {
        self.0.frame()
    }
    fn tunnel(&self) -> Option<softnet_sk_buff::flow::Tunnel<'_>> {
        Some(softnet_sk_buff::flow::Tunnel {
            id: 0x77,
            addrs: FlowAddrs::V4 { src: Ipv4Addr::new(1, 2, 3, 4), dst: Ipv4Addr::new(5, 6, 7, 8) },
            ports: FlowPorts { src: 9, dst: 4789 },
            tos: 4,
            ttl: 9,
            ..Default::default()
        })
    }
}

#[test]
fn a_tunnel_has_keys() {
    let hit = |tunnel: Tunnel| {
        let mut block = Block::<Tunnelled>::new();
        let wanted = Match { tunnel, ..ip(TCP) };
        let filter = Filter::Flower(Config::new(wanted, Target::class(ClassId(1))));
        block.change(Request::Add, HERE, filter, Instant::ZERO).unwrap();
        let mut lost = DropCounts::default();
        let mut packet = Tunnelled(ipv4(TCP, (1, 2)));
        let verdict = block.classify(&mut packet, &mut Cx::new(Instant::ZERO, &mut lost));
        verdict == Verdict::Class(ClassId(1))
    };
    let tunnel = Tunnel {
        key_id: Some(0x77),
        src_ip: Some(v4([1, 2, 3, 4]).into()),
        dst_ip: Some(Masked::<IpAddr>::prefix(v4([5, 6, 0, 0]), 16)),
        src_port: Some(9.into()),
        dst_port: Some(4789.into()),
        tos: Some(4.into()),
        ttl: Some(9.into()),
        flags: Some((FlowFlags::empty(), FlowFlags::TUNNEL_OAM)),
    };
    assert!(hit(tunnel.clone()));
    assert!(!hit(Tunnel { key_id: Some(0x78), ..tunnel.clone() }));
    assert!(!hit(Tunnel { dst_port: Some(4790.into()), ..tunnel.clone() }));
    let oam = FlowFlags::TUNNEL_OAM;
    assert!(!hit(Tunnel { flags: Some((oam, oam)), ..tunnel }));
}

/// What a filter of the model below wants; one mask for each of the eight shapes.
#[derive(Clone, Copy, Debug)]
struct Want {
    src: Option<u8>,
    port: Option<u16>,
    ttl: Option<u8>,
}

impl Want {
    fn to_match(self) -> Match {
        Match {
            src_ip: self.src.map(|last| v4([10, 0, 0, last]).into()),
            dst_port: self.port.map(Port::from),
            ip_ttl: self.ttl.map(Masked::from),
            ..ip(TCP)
        }
    }

    fn shape(self) -> [bool; 3] {
        [self.src.is_some(), self.port.is_some(), self.ttl.is_some()]
    }

    fn is(self, src: u8, port: u16, ttl: u8) -> bool {
        self.src.is_none_or(|want| want == src)
            && self.port.is_none_or(|want| want == port)
            && self.ttl.is_none_or(|want| want == ttl)
    }
}

fn want() -> impl Strategy<Value = Want> {
    let few = || prop::option::of(0u8..3);
    (few(), prop::option::of(0u16..3), few()).prop_map(|(src, port, ttl)| Want { src, port, ttl })
}

proptest! {
    /// Against a list that is searched shape by shape, with additions and deletions.
    #[test]
    fn finds_what_a_list_finds(
        ops in prop::collection::vec((want(), any::<bool>(), any::<prop::sample::Index>()), 1..40),
        packets in prop::collection::vec((0u8..3, 0u16..3, 0u8..3), 1..20),
    ) {
        let mut block = Block::new();
        let mut model: Vec<(Want, u32)> = Vec::new();
        let mut shapes: Vec<[bool; 3]> = Vec::new();
        for (want, delete, which) in ops {
            if delete && !model.is_empty() {
                let (_, handle) = model.remove(which.index(model.len()));
                block.delete(At { handle, ..HERE }, None).unwrap();
            } else {
                let twice = model.iter().any(|(other, _)| {
                    (other.src, other.port, other.ttl) == (want.src, want.port, want.ttl)
                });
                let handle = (1..).find(|free| model.iter().all(|(_, used)| used != free)).unwrap();
                let minor = handle as u16;
                let added = request(&mut block, Request::Add, 0, want.to_match(), minor);
                prop_assert_eq!(added, if twice { Err(FilterError::Exists) } else { Ok(handle) });
                if !twice {
                    model.push((want, handle));
                }
            }
            shapes.retain(|shape| model.iter().any(|(want, _)| want.shape() == *shape));
            for (want, _) in &model {
                if !shapes.contains(&want.shape()) {
                    shapes.push(want.shape());
                }
            }
        }
        for (src, port, ttl) in packets {
            let mut packet = ipv4(TCP, (9, port));
            packet.bytes[14 + 15] = src;
            packet.bytes[14 + 8] = ttl;
            let expected = shapes.iter().find_map(|shape| {
                let same = |(want, _): &&(Want, u32)| want.shape() == *shape;
                let hit = |(want, _): &&(Want, u32)| want.is(src, port, ttl);
                model.iter().filter(same).find(hit).map(|(_, handle)| *handle as u16)
            });
            prop_assert_eq!(ask(&mut block, &packet), expected);
        }
    }
}
