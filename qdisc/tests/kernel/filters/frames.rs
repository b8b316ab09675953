//! Frames of many kinds, few of each, so that filters find some.

use softnet_qdisc_oracle::Rng;

const HOSTS: [u8; 4] = [1, 2, 3, 130];
const PORTS: [u16; 6] = [53, 80, 81, 443, 1000, 5001];

/// The first bytes of a frame; at least 64, of which the last may be zeros that are padding.
pub(crate) fn random(tags: bool, rng: &mut Rng) -> Vec<u8> {
    let mut frame = vec![2, 0, 0, 0, 0, 0, 2, 0, 0, 0, rng.pick(&[0, 1]), rng.pick(&[1, 2, 3])];
    for _ in 0..if tags { rng.pick(&[0, 0, 0, 0, 1, 1, 2]) } else { 0 } {
        let protocol = rng.pick(&[[0x81, 0], [0x81, 0], [0x88, 0xa8]]);
        frame.extend(protocol);
        frame.extend((rng.pick(&[1, 2, 3]) | (rng.range(0, 7) << 13) as u16).to_be_bytes());
    }
    match rng.range(0, 11) {
        0..=5 => ipv4(&mut frame, rng),
        6..=8 => ipv6(&mut frame, rng),
        9 => arp(&mut frame, rng),
        10 => mpls(&mut frame, rng),
        _ => {
            frame.extend([0x12, 0x34]);
            frame.extend((0..40).map(|_| rng.bits() as u8));
        }
    }
    frame.resize(frame.len().max(64), 0);
    frame
}

fn ipv4(frame: &mut Vec<u8>, rng: &mut Rng) {
    frame.extend([8, 0]);
    let words = rng.pick(&[5, 5, 5, 6, 8]);
    let protocol = rng.pick(&[6, 6, 17, 17, 1, 132, 47]);
    let fragment = rng.pick(&[[0, 0], [0, 0], [0, 0], [0x40, 0], [0x20, 0], [0, 9]]);
    let tos = rng.pick(&[0, 0x10, 0xb8]);
    frame.extend([0x40 | words, tos, 0, 4 * words + 24]);
    frame.extend([0, 7, fragment[0], fragment[1], rng.pick(&[1, 63, 64]), protocol, 0x12, 0x34]);
    frame.extend([10, 0, rng.pick(&[0, 1]), rng.pick(&HOSTS)]);
    frame.extend([10, 0, rng.pick(&[0, 1]), rng.pick(&HOSTS)]);
    frame.resize(frame.len() + 4 * (usize::from(words) - 5), 1);
    transport(frame, protocol, rng);
}

fn ipv6(frame: &mut Vec<u8>, rng: &mut Rng) {
    frame.extend([0x86, 0xdd]);
    let protocol = rng.pick(&[6, 17, 58]);
    let extensions: Vec<u8> =
        (0..rng.pick(&[0, 0, 1, 2])).map(|_| rng.pick(&[0, 60, 43])).collect();
    let len = 24 + 8 * extensions.len() as u8;
    let first = extensions.first().copied().unwrap_or(protocol);
    let class = rng.pick(&[0, 1, 0xb]);
    frame.extend([0x60 | class, rng.pick(&[0, 0x80]), 0, 0, 0, len, first, rng.pick(&[1, 64])]);
    for _ in 0..2 {
        frame.extend([0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, rng.pick(&HOSTS)]);
    }
    for index in 0..extensions.len() {
        let next = extensions.get(index + 1).copied().unwrap_or(protocol);
        frame.extend([next, 0, 1, 4, 0, 0, 0, 0]);
    }
    transport(frame, protocol, rng);
}

fn transport(frame: &mut Vec<u8>, protocol: u8, rng: &mut Rng) {
    let start = frame.len();
    match protocol {
        1 | 58 => frame.extend([rng.pick(&[0, 3, 8]), rng.pick(&[0, 1]), 0, 0, 0, 1, 0, 2]),
        47 => frame.extend([0, 0, 8, 0, 0x45, 0, 0, 20]),
        _ => {
            frame.extend(rng.pick(&PORTS).to_be_bytes());
            frame.extend(rng.pick(&PORTS).to_be_bytes());
            match protocol {
                6 => {
                    frame.extend([0, 0, 0, 1, 0, 0, 0, 2, 0x50]);
                    frame.push(rng.pick(&[2, 0x10, 0x12, 0x18, 4]));
                    frame.extend([1, 0, rng.pick(&[0, 0x77]), 1, 0, 0]);
                }
                _ => frame.extend([0, 24, rng.pick(&[0, 0x55]), 0]),
            }
        }
    }
    frame.resize(start + 24, 0xa5);
}

fn arp(frame: &mut Vec<u8>, rng: &mut Rng) {
    frame.extend([8, 6, 0, 1, 8, 0, 6, 4, 0, rng.pick(&[1, 2])]);
    frame.extend([2, 0, 0, 0, 0, rng.pick(&[1, 2]), 10, 0, 0, rng.pick(&HOSTS)]);
    frame.extend([2, 0, 0, 0, 0, rng.pick(&[1, 2]), 10, 0, 0, rng.pick(&HOSTS)]);
}

fn mpls(frame: &mut Vec<u8>, rng: &mut Rng) {
    frame.extend([0x88, 0x47]);
    let depth = rng.range(1, 3);
    for index in 1..=depth {
        let bottom = u8::from(index == depth);
        frame.extend([0, 1, (rng.pick(&[1, 2, 3]) << 4) | (rng.pick(&[0, 5]) << 1) | bottom, 64]);
    }
    frame.extend([0x45; 24]);
}

/// A host as the frames have them.
pub(crate) fn host(rng: &mut Rng) -> u8 {
    rng.pick(&HOSTS)
}

/// A port as the frames have them.
pub(crate) fn port(rng: &mut Rng) -> u16 {
    rng.pick(&PORTS)
}
