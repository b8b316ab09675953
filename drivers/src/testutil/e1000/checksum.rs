//! The Internet checksum (RFC 1071), Ethernet's check sequence, and what the receiver verifies.

/// Ones' complement sum of `bytes` as big-endian 16-bit words, on top of `sum`, not yet folded.
pub(super) fn sum(bytes: &[u8], mut sum: u64) -> u64 {
    let mut chunks = bytes.chunks_exact(4);
    for chunk in &mut chunks {
        let mut word = [0; 4];
        word.copy_from_slice(chunk);
        sum += u64::from(u32::from_be_bytes(word));
    }
    let mut word = [0; 4];
    let rest = chunks.remainder();
    word[..rest.len()].copy_from_slice(rest);
    sum + u64::from(u32::from_be_bytes(word))
}

/// Folds a sum into 16 bits.
pub(super) fn fold(mut sum: u64) -> u16 {
    while sum > 0xffff {
        sum = (sum >> 16) + (sum & 0xffff);
    }
    sum as u16
}

/// Ethernet's frame check sequence (IEEE 802.3, 3.2.9), as the four bytes on the wire.
pub(super) fn fcs(frame: &[u8]) -> [u8; 4] {
    let mut crc = u32::MAX;
    for &byte in frame {
        crc = (crc >> 8) ^ TABLE[usize::from(crc as u8 ^ byte)];
    }
    (!crc).to_le_bytes()
}

const TABLE: [u32; 256] = {
    let mut table = [0; 256];
    let mut i = 0;
    while i < 256 {
        let mut crc = i as u32;
        let mut bit = 0;
        while bit < 8 {
            crc = if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 };
            bit += 1;
        }
        table[i] = crc;
        i += 1;
    }
    table
};

/// What the receiver found out about a frame's checksums: `None` where it did not look.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Verdict {
    pub(super) ip: Option<bool>,
    pub(super) transport: Option<bool>,
}

/// Verifies the checksums of an untagged Ethernet II frame: IPv4 headers, and TCP and UDP over IPv4
/// unless fragmented; over IPv6 if `ipv6` and no extension header stands between.
pub(super) fn verify(frame: &[u8], ipv6: bool) -> Verdict {
    match frame.get(12..14) {
        Some([0x08, 0x00]) => verify_ipv4(&frame[14..]).unwrap_or_default(),
        Some([0x86, 0xdd]) if ipv6 => {
            Verdict { ip: None, transport: verify_ipv6(&frame[14..]).flatten() }
        }
        _ => Verdict::default(),
    }
}

fn verify_ipv4(packet: &[u8]) -> Option<Verdict> {
    let first = *packet.first()?;
    let header = packet.get(..usize::from(first & 0x0f) * 4)?;
    if first >> 4 != 4 || header.len() < 20 {
        return None;
    }
    let ip = Some(fold(sum(header, 0)) == 0xffff);
    let total = usize::from(u16::from_be_bytes([header[2], header[3]]));
    let fragment = u16::from_be_bytes([header[6], header[7]]) & 0x3fff != 0;
    let transport = match packet.get(header.len()..total) {
        Some(segment) if !fragment => verify_transport(header[9], &header[12..20], segment),
        _ => None,
    };
    Some(Verdict { ip, transport })
}

fn verify_ipv6(packet: &[u8]) -> Option<Option<bool>> {
    let header = packet.get(..40)?;
    let len = usize::from(u16::from_be_bytes([header[4], header[5]]));
    let segment = packet.get(40..40 + len)?;
    Some(verify_transport(header[6], &header[8..40], segment))
}

fn verify_transport(protocol: u8, addresses: &[u8], segment: &[u8]) -> Option<bool> {
    match protocol {
        6 if segment.len() >= 20 => {}
        // RFC 768: a zero checksum means that the sender computed none.
        17 if segment.len() >= 8 && segment[6..8] != [0, 0] => {}
        _ => return None,
    }
    let pseudo = sum(addresses, u64::from(protocol) + segment.len() as u64);
    Some(fold(sum(segment, pseudo)) == 0xffff)
}
