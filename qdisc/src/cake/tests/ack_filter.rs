use super::*;
use proptest::prelude::*;

const FIN: u8 = 1;
const SYN: u8 = 2;
const PSH: u8 = 8;
const ACK: u8 = 16;
const ECE: u8 = 64;

/// A TCP segment to be put into a frame.
#[derive(Clone)]
struct Tcp {
    ports: [u16; 2],
    ack: u32,
    flags: u8,
    options: Vec<u8>,
    payload: usize,
}

fn tcp(ack: u32) -> Tcp {
    Tcp { ports: [50_000, 443], ack, flags: ACK, options: Vec::new(), payload: 0 }
}

impl Tcp {
    fn flags(self, flags: u8) -> Self {
        Self { flags, ..self }
    }

    fn options(self, options: &[u8]) -> Self {
        let mut options = options.to_vec();
        options.resize(options.len().next_multiple_of(4), 1);
        Self { options, ..self }
    }

    fn bytes(&self) -> Vec<u8> {
        let [from, to] = self.ports.map(u16::to_be_bytes);
        let mut bytes = [from, to].concat();
        bytes.extend([0, 0, 0, 1]);
        bytes.extend(self.ack.to_be_bytes());
        let words = (20 + self.options.len()) / 4;
        bytes.extend([(words << 4) as u8, self.flags, 1, 0, 0, 0, 0, 0]);
        bytes.extend(&self.options);
        bytes.resize(bytes.len() + self.payload, 0x55);
        bytes
    }

    fn v4(&self) -> Wire {
        let tcp = self.bytes();
        let mut frame = Vec::from([2; 12]);
        frame.extend([8, 0, 0x45, 0]);
        frame.extend(((20 + tcp.len()) as u16).to_be_bytes());
        frame.extend([0, 0, 0, 0, 64, 6, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2]);
        frame.extend(tcp);
        Wire::of_bytes(frame)
    }

    /// The IPv6 packet, without Ethernet.
    fn ipv6(&self) -> Vec<u8> {
        let tcp = self.bytes();
        let mut packet = Vec::from([0x60, 0, 0, 0]);
        packet.extend((tcp.len() as u16).to_be_bytes());
        packet.extend([6, 64]);
        packet.extend([1; 16]);
        packet.extend([2; 16]);
        packet.extend(tcp);
        packet
    }

    fn v6(&self) -> Wire {
        let mut frame = Vec::from([2; 12]);
        frame.extend([0x86, 0xdd]);
        frame.extend(self.ipv6());
        Wire::of_bytes(frame)
    }

    fn v6_in_4(&self) -> Wire {
        let inner = self.ipv6();
        let mut frame = Vec::from([2; 12]);
        frame.extend([8, 0, 0x45, 0]);
        frame.extend(((20 + inner.len()) as u16).to_be_bytes());
        frame.extend([0, 0, 0, 0, 64, 41, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2]);
        frame.extend(inner);
        Wire::of_bytes(frame)
    }
}

/// Numbers, from 0, of those that are left.
fn left(ack_filter: AckFilter, packets: &[Wire]) -> Vec<u64> {
    let config = Config { ack_filter, diffserv: Diffserv::Besteffort, ..Config::default() };
    let mut lab = Lab::new(config);
    for (number, packet) in (0..).zip(packets) {
        let _ = lab.put(packet.clone().numbered(number));
    }
    let stats = *lab.cake.stats();
    let tin = lab.cake.cake_stats().tins()[0];
    let left = lab.drain();
    assert_eq!((stats.drops, tin.acks_dropped_packets), (lab.lost.len() as u64, stats.drops));
    assert_eq!(stats.backlog.packets as usize, left.len());
    let lost: u64 = lab.lost.iter().map(|(packet, _)| u64::from(packet.len)).sum();
    assert_eq!(tin.sent_bytes, stats.backlog.bytes + lost);
    assert_eq!(lab.cake.backlog(), Backlog::default());
    left
}

fn v4(segments: &[Tcp]) -> Vec<Wire> {
    segments.iter().map(Tcp::v4).collect()
}

fn normal(segments: &[Tcp]) -> Vec<u64> {
    left(AckFilter::On, &v4(segments))
}

fn aggressive(segments: &[Tcp]) -> Vec<u64> {
    left(AckFilter::Aggressive, &v4(segments))
}

#[test]
fn the_last_two_are_left_or_the_last() {
    let acks: Vec<Tcp> = (1..6).map(|n| tcp(1000 * n)).collect();
    assert_eq!(left(AckFilter::Off, &v4(&acks)), [0, 1, 2, 3, 4]);
    assert_eq!(normal(&acks[..2]), [0, 1]);
    assert_eq!(normal(&acks), [3, 4]);
    assert_eq!(aggressive(&acks), [4]);
}

#[test]
fn numbers_wrap() {
    assert_eq!(aggressive(&[tcp(0xffff_ff00), tcp(0x100)]), [1]);
    assert_eq!(aggressive(&[tcp(0x100), tcp(0xffff_ff00)]), [0, 1], "an old one came late");
}

#[test]
fn what_says_something_else_stays() {
    let keeps = |other: Tcp| assert_eq!(aggressive(&[other, tcp(2000)]), [0, 1]);
    keeps(Tcp { payload: 1, ..tcp(1000) });
    keeps(tcp(1000).flags(ACK | FIN));
    keeps(tcp(1000).flags(ACK | SYN));
    keeps(tcp(1000).flags(ACK | PSH));
    keeps(tcp(1000).flags(0));
    keeps(tcp(2000));
    keeps(Tcp { ports: [50_001, 443], ..tcp(1000) });
    keeps(Tcp { ports: [50_000, 444], ..tcp(1000) });
    // TCP Fast Open, and an option that nobody knows.
    keeps(tcp(1000).options(&[34, 4, 1, 2]));
    keeps(tcp(1000).options(&[200, 2]));
    assert_eq!(
        aggressive(&[
            tcp(1000).options(&[19, 18, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
            tcp(2000)
        ]),
        [1]
    );
    // The newest only has to acknowledge; it may carry data.
    assert_eq!(aggressive(&[tcp(1000), Tcp { payload: 9, ..tcp(2000) }.flags(ACK | PSH)]), [1]);
    assert_eq!(aggressive(&[tcp(1000), tcp(2000).flags(SYN | ACK)]), [0, 1]);
}

#[test]
fn other_flows_between_do_no_harm_and_stop_the_aggressive() {
    let other = |ack| Tcp { ports: [1, 2], ..tcp(ack) };
    assert_eq!(normal(&[tcp(1), other(7), tcp(2), other(8), tcp(3)]), [1, 2, 3, 4]);
    // Only the one right before the newest goes.
    assert_eq!(aggressive(&[tcp(1), other(7), tcp(2)]), [0, 1, 2]);
}

#[test]
fn a_change_of_ecn_is_kept() {
    let ece = |ack| tcp(ack).flags(ACK | ECE);
    assert_eq!(aggressive(&[tcp(1), ece(2)]), [0, 1]);
    assert_eq!(aggressive(&[ece(1), ece(2)]), [1]);
    assert_eq!(normal(&[tcp(1), ece(2), tcp(3)]), [0, 1, 2]);
    assert_eq!(normal(&[tcp(1), ece(2), ece(3), ece(4)]), [0, 2, 3]);
}

fn sack(blocks: &[[u32; 2]]) -> Vec<u8> {
    let numbers = blocks.iter().flatten().flat_map(|n| n.to_be_bytes());
    [1, 1, 5, (2 + 8 * blocks.len()) as u8].into_iter().chain(numbers).collect()
}

#[test]
fn selective_acknowledgements_are_compared() {
    let with = |ack, blocks: &[[u32; 2]]| tcp(ack).options(&sack(blocks));
    let gone = |older: Tcp, newer: Tcp| aggressive(&[older, newer]) == [1];
    // More bytes, or others besides.
    assert!(gone(with(100, &[[200, 300]]), with(100, &[[200, 400]])));
    assert!(gone(with(100, &[[200, 300]]), with(100, &[[500, 600], [200, 300]])));
    assert!(gone(tcp(100), with(100, &[[200, 300]])));
    // The same bytes count if the sum went on.
    assert!(!gone(with(100, &[[200, 300]]), with(100, &[[200, 300]])));
    assert!(gone(with(100, &[[200, 300]]), with(150, &[[200, 300]])));
    // Something that the newer one lacks.
    assert!(!gone(with(100, &[[200, 300]]), tcp(150)));
    assert!(!gone(with(100, &[[200, 300]]), with(150, &[[250, 400]])));
    assert!(!gone(with(100, &[[200, 300], [500, 600]]), with(150, &[[200, 300]])));
    // A duplicate is reported below the acknowledged number (RFC 2883).
    assert!(!gone(with(100, &[[50, 60]]), with(150, &[[50, 60], [200, 300]])));
    // Not a whole number of blocks.
    assert!(!gone(tcp(100).options(&[5, 4, 0, 0]), tcp(200)));
}

#[test]
fn timestamps_must_not_go_back() {
    let with = |ack, sent: u32, echo: u32| {
        let stamps = [sent.to_be_bytes(), echo.to_be_bytes()].concat();
        tcp(ack).options(&[&[1, 1, 8, 10][..], &stamps].concat())
    };
    assert_eq!(aggressive(&[with(1, 10, 20), with(2, 10, 20)]), [1]);
    assert_eq!(aggressive(&[with(1, 10, 20), with(2, 11, 19)]), [0, 1]);
    assert_eq!(aggressive(&[with(1, 11, 20), with(2, 10, 20)]), [0, 1]);
    assert_eq!(aggressive(&[with(1, u32::MAX, 1), with(2, 0, 1)]), [1]);
    assert_eq!(aggressive(&[tcp(1).options(&[8, 9, 0, 0, 0, 0, 0, 0, 0]), tcp(2)]), [0, 1]);
}

#[test]
fn ipv6_and_6in4_are_read() {
    for wrap in [Tcp::v6, Tcp::v6_in_4] {
        let frames: Vec<Wire> = [tcp(1), tcp(2), tcp(3)].iter().map(wrap).collect();
        assert_eq!(left(AckFilter::On, &frames), [1, 2]);
        let data: Vec<Wire> =
            [Tcp { payload: 4, ..tcp(1) }, tcp(2), tcp(3)].iter().map(wrap).collect();
        assert_eq!(left(AckFilter::Aggressive, &data), [0, 2]);
    }
    assert_eq!(left(AckFilter::Aggressive, &[tcp(1).v6(), tcp(2).v4()]), [0, 1]);
    let mut elsewhere = tcp(1).v6();
    elsewhere.bytes[50] ^= 1;
    assert_eq!(left(AckFilter::Aggressive, &[elsewhere, tcp(2).v6()]), [0, 1]);
}

/// In ingress mode what is dropped took its time on the link all the same.
#[test]
fn ingress_charges_for_what_is_filtered() {
    let next = |ingress| {
        let config = Config {
            bandwidth: 1_000_000,
            ack_filter: AckFilter::Aggressive,
            ingress,
            ..Config::default()
        };
        let mut lab = Lab::new(config);
        // A failsafe clock that lies ahead, so that the other one shows.
        for packet in [Wire::new(9, 1000), tcp(1).v4(), tcp(2).v4()] {
            let _ = lab.put(packet);
        }
        let _ = lab.take();
        match lab.take() {
            Dequeue::Until(at) => at.as_nanos() - lab.now,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(next(false), 1_000_000);
    assert_eq!(next(true), 1_054_000, "54 bytes more");
}

proptest! {
    #[test]
    fn hostile_bytes_do_no_harm(
        frames in prop::collection::vec((any::<u8>(), prop::collection::vec(any::<u8>(), 0..90), any::<u8>()), 2..6),
    ) {
        let mut lab = Lab::new(Config { ack_filter: AckFilter::Aggressive, wash: true, ..Config::default() });
        let count = frames.len();
        for (kind, noise, cut) in frames {
            let base = tcp(u32::from(cut)).options(&sack(&[[1, 2], [3, 4]]));
            let mut bytes = match kind % 4 {
                0 => base.v4(),
                1 => base.v6(),
                2 => base.v6_in_4(),
                _ => Wire::of_bytes(noise.clone()),
            }.bytes;
            // Some bytes changed, and perhaps cut off.
            for pair in noise.chunks_exact(2).take(usize::from(kind) / 32) {
                if let Some(byte) = bytes.get_mut(usize::from(pair[0])) {
                    *byte = pair[1];
                }
            }
            if cut < 128 {
                bytes.truncate(cut.into());
            }
            let _ = lab.put(Wire::of_bytes(bytes));
        }
        let left = lab.drain().len();
        prop_assert_eq!(left + lab.lost.len(), count);
    }
}
