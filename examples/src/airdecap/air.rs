//! The 802.11 frame in a packet of a capture.

use softnet_examples::capture::{LinkType, Packet};
use softnet_mac80211::radiotap::{self, Flags};

/// What a packet holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Air {
    /// A frame.
    Frame,
    /// One that was received wrong, or whose capture's header is.
    Damaged,
    /// One that was longer than what the capture kept of it.
    Cut,
}

/// Puts the frame in a packet into `into`, without an FCS; `None` of a link type that is no 802.11.
pub(crate) fn take(packet: &Packet<'_>, into: &mut Vec<u8>) -> Option<Air> {
    into.clear();
    let pieces = match packet.link_type {
        LinkType::IEEE802_11 if packet.fcs_len == 0 => Some((bare(packet.bytes), &[][..])),
        LinkType::IEEE802_11 => {
            let len = packet.bytes.len().checked_sub(usize::from(packet.fcs_len));
            len.and_then(|len| packet.bytes.get(..len)).map(|frame| (frame, &[][..]))
        }
        LinkType::IEEE802_11_RADIOTAP => radiotap(packet),
        LinkType::IEEE802_11_PRISM => prism(packet.bytes).map(|frame| (frame, &[][..])),
        LinkType::IEEE802_11_AVS => avs(packet.bytes).map(|frame| (frame, &[][..])),
        LinkType::PPI if is_80211_in_ppi(packet.bytes) => {
            ppi(packet.bytes).map(|frame| (frame, &[][..]))
        }
        _ => return None,
    };
    if packet.original as usize > packet.bytes.len() {
        return Some(Air::Cut);
    }
    Some(pieces.map_or(Air::Damaged, |(header, body)| {
        into.extend_from_slice(header);
        into.extend_from_slice(body);
        Air::Frame
    }))
}

/// Radiotap says in its flags whether there is an FCS, and whether it was right; and there may be padding
/// behind the frame's header.
fn radiotap<'a>(packet: &Packet<'a>) -> Option<(&'a [u8], &'a [u8])> {
    let tapped = radiotap::Packet::parse(packet.bytes).ok()?;
    (!tapped.flags.contains(Flags::BADFCS)).then(|| tapped.pieces())
}

/// A Prism header begins with its code and its length, both little-endian. It does not say whether there
/// is an FCS.
fn prism(packet: &[u8]) -> Option<&[u8]> {
    let (_, rest) = packet.split_first_chunk::<4>()?;
    let (len, _) = rest.split_first_chunk()?;
    let len = usize::try_from(u32::from_le_bytes(*len)).ok()?;
    packet.get(len..).map(bare)
}

/// An AVS header begins with its version and its length, both big-endian.
fn avs(packet: &[u8]) -> Option<&[u8]> {
    let (_, rest) = packet.split_first_chunk::<4>()?;
    let (len, _) = rest.split_first_chunk()?;
    let len = usize::try_from(u32::from_be_bytes(*len)).ok()?;
    packet.get(len..).map(bare)
}

/// A PPI header has a version, flags and its length, then the link type of what follows, little-endian.
fn ppi(packet: &[u8]) -> Option<&[u8]> {
    let len = packet.get(2..4)?.first_chunk()?;
    packet.get(usize::from(u16::from_le_bytes(*len))..).map(bare)
}

fn is_80211_in_ppi(packet: &[u8]) -> bool {
    packet.get(4..8) == Some(&u32::from(LinkType::IEEE802_11.0).to_le_bytes())
}

/// A frame of which nobody says whether it has an FCS: it has if its last bytes are one.
fn bare(frame: &[u8]) -> &[u8] {
    match frame.split_last_chunk() {
        Some((covered, fcs)) if crc32fast::hash(covered) == u32::from_le_bytes(*fcs) => covered,
        _ => frame,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ACK: [u8; 10] = *b"\xd4\0\0\0\x02\0\0\0\0\x01";

    fn packet(link_type: LinkType, bytes: &[u8]) -> Packet<'_> {
        Packet { number: 1, nanos: 0, link_type, fcs_len: 0, bytes, original: bytes.len() as u32 }
    }

    fn taken(packet: &Packet<'_>) -> Option<(Air, Vec<u8>)> {
        let mut frame = vec![1, 2, 3];
        take(packet, &mut frame).map(|air| (air, frame))
    }

    #[test]
    fn an_fcs_is_known_by_its_value_where_nobody_tells() {
        // The FCS was computed by Python's zlib.
        let with = [&ACK[..], &0x8fbf_d6d8_u32.to_le_bytes()].concat();
        let mut prism = [0; 144];
        prism[0] = 0x44;
        prism[4] = 144;
        let prism = [&prism[..], &with].concat();
        let avs = [&[0x80, 0x21, 0x10, 1, 0, 0, 0, 64][..], &[0; 56], &with].concat();
        let ppi = [&[0, 0, 12, 0, 105, 0, 0, 0, 0, 0, 0, 0][..], &with].concat();
        for (link_type, bytes) in [
            (LinkType::IEEE802_11, &ACK[..]),
            (LinkType::IEEE802_11, &with),
            (LinkType::IEEE802_11_PRISM, &prism),
            (LinkType::IEEE802_11_AVS, &avs),
            (LinkType::PPI, &ppi),
        ] {
            let taken = taken(&packet(link_type, bytes));
            assert_eq!(taken, Some((Air::Frame, ACK.to_vec())), "{link_type}");
        }
    }

    #[test]
    fn radiotap_tells() {
        let len_with = |flags: Flags| {
            let bytes = [&[0, 0, 9, 0, 2, 0, 0, 0, flags.bits()], &ACK[..]].concat();
            let taken = taken(&packet(LinkType::IEEE802_11_RADIOTAP, &bytes)).unwrap();
            (taken.0 == Air::Frame).then_some(taken.1.len())
        };
        assert_eq!(len_with(Flags::empty()), Some(10));
        assert_eq!(len_with(Flags::FCS), Some(6));
        assert_eq!(len_with(Flags::FCS | Flags::BADFCS), None);
        // Two bytes behind a header of 10.
        assert_eq!(len_with(Flags::DATAPAD), Some(10));
    }

    #[test]
    fn what_is_no_frame_is_told_apart() {
        let cut = Packet { original: 11, ..packet(LinkType::IEEE802_11, &ACK) };
        assert_eq!(taken(&cut).unwrap().0, Air::Cut);
        let short = packet(LinkType::IEEE802_11_RADIOTAP, &ACK[..3]);
        assert_eq!(taken(&short).unwrap().0, Air::Damaged);
        assert_eq!(taken(&packet(LinkType::ETHERNET, &ACK)), None);
        // Ethernet behind PPI.
        let ppi = [&[0, 0, 8, 0, 1, 0, 0, 0][..], &ACK].concat();
        assert_eq!(taken(&packet(LinkType::PPI, &ppi)), None);
    }
}
