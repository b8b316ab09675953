use super::super::{TunnelOptions, WrongLength};
use super::*;

/// A request of RFC 826 in the Ethernet frame of a host that looks for 192.0.2.1, with a tag in front
/// of it that the driver took off.
const ARP: [u8; 42] = [
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2, 0, 0, 0, 0, 1, 8, 6, // Ethernet
    0, 1, 8, 0, 6, 4, 0, 1, // ARP
    2, 0, 0, 0, 0, 1, 192, 0, 2, 7, 0, 0, 0, 0, 0, 0, 192, 0, 2, 1,
];

#[test]
fn a_request_in_parts_and_whole() {
    let none = DissectFlags::empty();
    let whole = Dissected::dissect(none, Headers::frame(&ARP));
    let arp = FlowArp {
        op: 1,
        sender_ip: Ipv4Addr::new(192, 0, 2, 7),
        target_ip: Ipv4Addr::new(192, 0, 2, 1),
        sender: MacAddr([2, 0, 0, 0, 0, 1]),
        target: MacAddr::ZERO,
    };
    assert_eq!((whole.arp(), whole.n_proto()), (Some(arp), EtherType::ARP));
    assert_eq!(whole.found(), Found::ETH_ADDRS | Found::ARP);
    assert_eq!((whole.num_of_vlans(), whole.vlan(), whole.addrs()), (0, None, FlowAddrs::None));

    let bare = Headers::packet(EtherType::ARP, &ARP[14..]);
    assert_eq!(Dissected::dissect(none, bare).found(), Found::ARP);
    let tagged = bare.ethernet(&ARP[..14]).vlan_tag(EtherType::VLAN, 0xe123);
    let tagged = Dissected::dissect(none, tagged);
    assert_eq!(tagged.found(), Found::ETH_ADDRS | Found::ARP | Found::VLAN);
    assert_eq!((tagged.arp(), tagged.eth(), tagged.num_of_vlans()), (Some(arp), whole.eth(), 1));
    let tag = FlowVlan { id: 0x123, priority: 7, tpid: EtherType::VLAN, eth_type: EtherType::ARP };
    assert_eq!(tagged.vlan(), Some(tag));

    // Not of IPv4 over Ethernet, byte by byte of what says so.
    for at in 14..21 {
        let mut other = ARP;
        other[at] ^= 0x10;
        let other = Dissected::dissect(none, Headers::frame(&other));
        assert_eq!((other.arp(), other.control().dissected), (None, false), "{at}");
    }
}

/// Where flower looks for the keys: in network order, with IPv4's addresses on the left.
#[test]
fn bytes_at_their_places() -> Result<(), WrongLength> {
    let mut frame = [0; 54];
    frame[..14].copy_from_slice(&[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 8, 0]);
    frame[14..24].copy_from_slice(&[0x45, 0x28, 0, 40, 0, 0, 0x40, 0, 63, 6]);
    frame[26..34].copy_from_slice(&[192, 0, 2, 1, 198, 51, 100, 2]);
    frame[34..38].copy_from_slice(&[0x9c, 0x40, 0, 80]);
    frame[46..48].copy_from_slice(&[0x51, 0x12]); // AE, ACK, SYN
    let packet = Dissected::dissect(DissectFlags::STOP_BEFORE_ENCAP, Headers::frame(&frame));
    let mut want = KeyBytes::NONE;
    want.set(KeyField::ETH_DST, &[1, 2, 3, 4, 5, 6])?;
    want.set(KeyField::ETH_SRC, &[7, 8, 9, 10, 11, 12])?;
    want.set(KeyField::ETH_TYPE, &[8, 0])?;
    want.set(KeyField::IP_PROTO, &[6])?;
    want.set(KeyField::ADDR_TYPE, &[2])?;
    want.set(KeyField::IPV4_SRC, &[192, 0, 2, 1])?;
    want.set(KeyField::IPV4_DST, &[198, 51, 100, 2])?;
    want.set(KeyField::IP_TOS, &[0x28])?;
    want.set(KeyField::IP_TTL, &[63])?;
    want.set(KeyField::PORT_SRC, &[0x9c, 0x40])?;
    want.set(KeyField::PORT_DST, &[0, 80])?;
    want.set(KeyField::TCP_FLAGS, &[1, 0x12])?;
    assert_eq!(*packet.keys(), want);

    // A first fragment: its flags are a key, its ports are not found.
    frame[20] = 0x20;
    let packet = Dissected::dissect(DissectFlags::STOP_BEFORE_ENCAP, Headers::frame(&frame));
    assert_eq!(packet.keys().get(KeyField::FLAGS), [0, 0, 0, 3]);
    assert_eq!((packet.ports(), packet.tcp_flags()), (None, None));
    Ok(())
}

#[test]
fn what_is_not_in_the_bytes() {
    let mut packet = Dissected::dissect(DissectFlags::empty(), Headers::frame(&ARP));
    let found = packet.found();
    packet.set_ingress(IfIndex::new(0x0102).unwrap(), true);
    packet.set_hash(0xdead_beef);
    let options = [9; 300];
    let tunnel = Tunnel {
        id: 0x1_0000_002a,
        addrs: FlowAddrs::V4 { src: Ipv4Addr::LOCALHOST, dst: Ipv4Addr::BROADCAST },
        ports: FlowPorts { src: 0x1234, dst: 4789 },
        tos: 3,
        ttl: 4,
        flags: FlowFlags::TUNNEL_CSUM | FlowFlags::TUNNEL_OAM | FlowFlags::IS_FRAGMENT,
        options: TunnelOptions::Geneve(&options[..8]),
    };
    packet.set_tunnel(&tunnel);
    let get = |packet: &Dissected, field| packet.keys().get(field).to_vec();
    assert_eq!(packet.found(), found);
    for (field, want) in [
        (KeyField::INGRESS_IFINDEX, &[0, 0, 1, 2][..]),
        (KeyField::L2_MISS, &[1]),
        (KeyField::HASH, &[0xde, 0xad, 0xbe, 0xef]),
        (KeyField::ENC_ADDR_TYPE, &[2]),
        (KeyField::ENC_FLAGS, &[0, 0, 0, 0x14]),
        (KeyField::ENC_IPV4_SRC, &[127, 0, 0, 1]),
        (KeyField::ENC_IPV6_DST, &[255, 255, 255, 255, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
        (KeyField::ENC_KEY_ID, &[0, 0, 0, 42]),
        (KeyField::ENC_UDP_SRC_PORT, &[0x12, 0x34]),
        (KeyField::ENC_UDP_DST_PORT, &[0x12, 0xb5]),
        (KeyField::ENC_IP_TOS, &[3]),
        (KeyField::ENC_IP_TTL, &[4]),
        (KeyField::ENC_OPTS_TYPE, &[11]),
        (KeyField::ENC_OPTS_LEN, &[8]),
    ] {
        assert_eq!(get(&packet, field), want, "{field:?}");
    }
    assert_eq!(get(&packet, KeyField::ENC_OPTS)[..9], [9, 9, 9, 9, 9, 9, 9, 9, 0]);

    // Another tunnel replaces all of it.
    packet.set_tunnel(&Tunnel { options: TunnelOptions::Gtp(&options), ..Tunnel::default() });
    assert_eq!(get(&packet, KeyField::ENC_OPTS_LEN), [255]);
    assert_eq!(get(&packet, KeyField::ENC_OPTS_TYPE), [15]);
    assert_eq!(get(&packet, KeyField::ENC_IPV6_DST), [0; 16]);
    packet.set_tunnel(&Tunnel { options: TunnelOptions::Vxlan(&[]), ..Tunnel::default() });
    assert_eq!(get(&packet, KeyField::ENC_OPTS_TYPE), [0]);
    assert_eq!(get(&packet, KeyField::ENC_OPTS), [0; 255]);
}
