use super::super::overhead::Lengths;
use super::*;
use proptest::prelude::*;

fn charge(overhead: Overhead, packet: &Wire) -> u32 {
    let mut lengths = Lengths::NONE;
    lengths.charge(packet, &overhead)
}

fn link(words: &str) -> Overhead {
    words.split(' ').fold(Overhead::RAW, |link, word| link.with_keyword(word).unwrap())
}

#[test]
fn links_take_what_their_framing_takes() {
    let packet = |len| Wire::new(1, len);
    assert_eq!(charge(Overhead::RAW, &packet(1514)), 1514);
    // 1500 bytes of IP, 18 of Ethernet; a small packet is padded to 64 with its checksum.
    assert_eq!(charge(link("docsis"), &packet(1514)), 1518);
    assert_eq!(charge(link("docsis"), &packet(54)), 64);
    // A full frame on the wire is 1538 bytes, the smallest 84.
    assert_eq!(charge(link("ethernet"), &packet(1514)), 1538);
    assert_eq!(charge(link("ethernet"), &packet(60)), 84);
    assert_eq!(charge(link("ethernet ether-vlan"), &packet(1514)), 1542);
    // 1500 + 40 bytes are 33 cells (32 carry 1536); 40 + 40 are 2.
    assert_eq!(charge(link("pppoe-llcsnap"), &packet(1514)), 33 * 53);
    assert_eq!(charge(link("pppoe-llcsnap"), &packet(54)), 2 * 53);
    // 96 bytes fill two cells to the last one.
    assert_eq!(charge(link("conservative"), &packet(62)), 2 * 53);
    assert_eq!(charge(link("conservative"), &packet(63)), 3 * 53);
    // 1530 bytes are 24 times 64 begun.
    assert_eq!(charge(link("pppoe-ptm"), &packet(1514)), 1530 + 24);
    // More than there is can't be taken off.
    assert_eq!(charge(Overhead { mpu: 10, ..Overhead::network(-64) }, &packet(60)), 10);
}

#[test]
fn a_packet_for_several_is_charged_for_each() {
    // Headers of 54 bytes, payloads of 1000, 1000 and 1000.
    let packet = Wire { gso: (3, 1000), ..Wire::new(1, 3054) };
    // IP packets of 1040 bytes are 22 cells each.
    let atm = Overhead { framing: Framing::Atm, ..Overhead::network(0) };
    assert_eq!(charge(atm, &packet), 3 * 22 * 53);
    // Of 3014 bytes with 54 of headers, the last has 960: 1000 of IP are 21 cells.
    let mut lengths = Lengths::NONE;
    let uneven = Uneven(packet);
    assert_eq!(lengths.charge(&uneven, &atm), (22 + 22 + 21) * 53);
    assert_eq!((lengths.max_netlen, lengths.min_netlen), (1040, 1000));
}

/// The packet above with 40 bytes less in its last segment.
struct Uneven(Wire);

impl Packet for Uneven {
    fn pkt_len(&self) -> u32 {
        self.0.pkt_len() - 40
    }

    fn frame_len(&self) -> u32 {
        self.0.frame_len() - 40
    }

    fn flow_hash(&mut self, seed: [u64; 2]) -> u32 {
        self.0.flow_hash(seed)
    }

    fn segments(&self) -> u32 {
        self.0.segments()
    }

    fn gso_size(&self) -> u32 {
        self.0.gso_size()
    }
}

#[test]
fn lengths_are_shown_and_start_anew_with_another_overhead() {
    let config = Config { overhead: link("ethernet"), ..Config::default() };
    let mut lab = Lab::new(config);
    for len in [60, 1514, 300] {
        let _ = lab.put(Wire::new(1, len));
    }
    let stats = lab.cake.cake_stats();
    assert_eq!((stats.max_netlen, stats.min_netlen), (1500, 46));
    assert_eq!((stats.max_adjlen, stats.min_adjlen), (1538, 84));
    for _ in 0..3000 {
        let _ = lab.put(Wire::new(1, 60));
    }
    assert_eq!(lab.cake.cake_stats().avg_netoff, 14);
    let other = Config { overhead: link("docsis"), ..config };
    lab.with(|cake, cx| cake.change(other, cx).unwrap());
    let stats = lab.cake.cake_stats();
    assert_eq!((stats.max_netlen, stats.min_adjlen, stats.avg_netoff), (0, 65_535, 14));
}

proptest! {
    #[test]
    fn no_length_is_too_much(
        len: u32, bytes: i16, raw: bool, mpu: u16, framing in 0usize..3, segments: u32, size: u32,
    ) {
        struct Any(u32, u32, u32);
        impl Packet for Any {
            fn pkt_len(&self) -> u32 { self.0 }
            fn frame_len(&self) -> u32 { self.0 / 2 }
            fn flow_hash(&mut self, _: [u64; 2]) -> u32 { 0 }
            fn segments(&self) -> u32 { self.1 }
            fn gso_size(&self) -> u32 { self.2 }
        }
        let framing = [Framing::None, Framing::Atm, Framing::Ptm][framing];
        let overhead = Overhead { bytes, raw, mpu, framing };
        let mut lengths = Lengths::NONE;
        let _ = lengths.charge(&Any(len, segments, size), &overhead);
    }
}
