//! Frames, made by hand, with checksums by a loop that anyone can check.

use super::MAC;
use softnet_sk_buff::MacAddr;

/// The other end.
pub const PEER: MacAddr = MacAddr([0x02, 0, 0, 0, 0, 0x99]);

/// `len` bytes to `to`, of an experimental EtherType, filled with a pattern that `seed` shifts.
pub fn to(to: MacAddr, len: usize, seed: u8) -> Vec<u8> {
    let mut frame: Vec<u8> = to.0.into_iter().chain(PEER.0).chain([0x88, 0xb5]).collect();
    frame.extend((frame.len()..len).map(|i| (i as u8).wrapping_mul(31).wrapping_add(seed)));
    frame.truncate(len);
    frame
}

/// To the card.
pub fn to_us(len: usize, seed: u8) -> Vec<u8> {
    to(MAC, len, seed)
}

/// From the card to the other end.
pub fn from_us(len: usize, seed: u8) -> Vec<u8> {
    let mut frame = to(PEER, len.max(14), seed);
    frame[6..12].copy_from_slice(&MAC.0);
    frame
}

/// `frame` with a tag behind its addresses.
pub fn tagged(frame: &[u8], tci: u16) -> Vec<u8> {
    let mut tagged = frame[..12].to_vec();
    tagged.extend([0x81, 0x00]);
    tagged.extend(tci.to_be_bytes());
    tagged.extend(&frame[12..]);
    tagged
}

/// A frame as the wire has it at least: 60 bytes.
pub fn padded(mut frame: Vec<u8>) -> Vec<u8> {
    frame.resize(frame.len().max(60), 0);
    frame
}

/// The ones' complement sum of `bytes`, not complemented.
fn sum(bytes: &[u8]) -> u16 {
    let mut sum = 0_u32;
    for pair in bytes.chunks(2) {
        sum += u32::from(pair[0]) << 8 | pair.get(1).copied().map_or(0, u32::from);
        sum = (sum & 0xffff) + (sum >> 16);
    }
    sum as u16
}

/// A packet with a checksum that somebody has to write.
#[derive(Clone, Debug)]
pub struct Summed {
    /// The frame, the pseudo-header's sum in the place.
    pub partial: Vec<u8>,
    /// The frame as it has to be.
    pub complete: Vec<u8>,
    /// Where the sum starts, from the frame's first byte.
    pub start: usize,
    /// The place, from there.
    pub offset: usize,
}

/// TCP or UDP over IPv4 or IPv6, `payload` bytes, after `extra` bytes of IPv6 destination options
/// (a multiple of 8).
pub fn summed(ipv6: bool, tcp: bool, payload: usize, extra: usize) -> Summed {
    let (protocol, header, offset) = if tcp { (6, 20, 16) } else { (17, 8, 6) };
    let length = header + payload;
    let mut frame: Vec<u8> = PEER.0.into_iter().chain(MAC.0).collect();
    let mut pseudo = Vec::new();
    if ipv6 {
        frame.extend([0x86, 0xdd, 0x60, 0, 0, 0]);
        frame.extend(((length + extra) as u16).to_be_bytes());
        frame.extend([if extra == 0 { protocol } else { 60 }, 64]);
        let addresses: Vec<u8> = (0..32).map(|i| i * 7 + 1).collect();
        frame.extend(&addresses);
        pseudo.extend(&addresses);
        if extra != 0 {
            // Destination options, all padding.
            frame.extend([protocol, (extra / 8 - 1) as u8, 1, (extra - 4) as u8]);
            frame.extend(vec![0; extra - 4]);
        }
    } else {
        frame.extend([0x08, 0x00, 0x45, 0]);
        frame.extend(((20 + length) as u16).to_be_bytes());
        frame.extend([0x12, 0x34, 0x40, 0, 64, protocol, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2]);
        let check = !sum(&frame[14..34]);
        frame[24..26].copy_from_slice(&check.to_be_bytes());
        pseudo.extend([10, 0, 0, 1, 10, 0, 0, 2]);
    }
    pseudo.extend([0, protocol]);
    pseudo.extend((length as u16).to_be_bytes());
    let start = frame.len();
    frame.extend([0x12, 0x34, 0x56, 0x78]);
    if tcp {
        frame.extend([0, 0, 0, 1, 0, 0, 0, 2, 0x50, 0x18, 0x20, 0, 0, 0, 0, 0]);
    } else {
        frame.extend((length as u16).to_be_bytes());
        frame.extend([0, 0]);
    }
    frame.extend((0..payload).map(|i| (i as u8).wrapping_mul(13).wrapping_add(5)));
    frame[start + offset..start + offset + 2].copy_from_slice(&sum(&pseudo).to_be_bytes());
    let mut complete = frame.clone();
    let check = !sum(&frame[start..]);
    complete[start + offset..start + offset + 2].copy_from_slice(&check.to_be_bytes());
    Summed { partial: frame, complete, start, offset }
}
