//! Any header at all, as `ieee80211_radiotap_iterator_next` would go through it: told again as a walk over
//! the bits, for the fields whose sizes Linux 6.12 knows.

use proptest::collection::vec;
use proptest::prelude::*;
use softnet_mac80211::radiotap::*;

use crate::layout::FIELDS;
use crate::model::field_bytes;

/// How a walk ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum End {
    /// `-ENOENT`, after the last bit.
    Done,
    /// `-ENOENT`, at a bit whose size it does not know.
    Unknown,
    /// `-EINVAL`.
    Cut,
}

const VENDOR: u32 = 30;

/// What was handed out, number and bytes, and how it ended.
type Walk = (Vec<(u32, Vec<u8>)>, End);

/// What Linux hands out; `None` where it does not even begin.
fn linux(packet: &[u8]) -> Option<Walk> {
    let header = packet.get(..usize::from(u16::from_le_bytes([packet[2], packet[3]])))?;
    let mut words: Vec<u32> = Vec::new();
    while words.last().is_none_or(|last| last >> 31 == 1) {
        let word = header.get(4 + 4 * words.len()..)?.first_chunk()?;
        words.push(u32::from_le_bytes(*word));
    }
    let (mut at, mut found) = (4 + 4 * words.len(), Vec::new());
    // Bit 0 of this word is of this namespace, and has this number in it.
    let (mut vendors, mut base) = (false, 0);
    for word in words {
        let mut says = None;
        for bit in (0..31).filter(|bit| word >> bit & 1 == 1) {
            let (align, mut size) = match bit {
                29 => {
                    says = Some(false);
                    continue;
                }
                VENDOR => (2, 6),
                _ if vendors => continue,
                _ if base + bit >= 22 || bit == 18 => return Some((found, End::Unknown)),
                _ => FIELDS[bit as usize],
            };
            while at % align != 0 {
                at += 1;
            }
            if bit == VENDOR {
                says = Some(true);
                match header.get(at + 4..at + 6) {
                    Some(len) => size += usize::from(u16::from_le_bytes([len[0], len[1]])),
                    None => return Some((found, End::Cut)),
                }
            }
            match header.get(at..at + size) {
                Some(data) => found.push((bit, data.to_vec())),
                None => return Some((found, End::Cut)),
            }
            at += size;
        }
        base = if says.is_some() { 0 } else { base + 32 };
        vendors = says.unwrap_or(vendors);
    }
    Some((found, End::Done))
}

/// The same of ours, which goes on where Linux does not know a size.
fn ours(header: &Radiotap<'_>) -> Walk {
    let mut found = Vec::new();
    for item in header.items() {
        match item {
            Ok(Item::Field(field)) if field.bit() == 18 || field.bit() >= 22 => {
                return (found, End::Unknown);
            }
            Ok(Item::Field(field)) => found.push((field.bit(), field_bytes(field))),
            Ok(Item::Vendor(vendor)) => {
                let len = (vendor.data.len() as u16).to_le_bytes();
                let data =
                    [&vendor.oui[..], &[vendor.sub_namespace], &len[..], vendor.data].concat();
                found.push((VENDOR, data));
            }
            Ok(Item::Tlvs | Item::Unknown(_)) => return (found, End::Unknown),
            Ok(_) => {}
            Err(_) => return (found, End::Cut),
        }
    }
    (found, End::Done)
}

/// Few bits, those of namespaces and of another word often.
fn word() -> impl Strategy<Value = u32> {
    let few =
        (any::<u32>(), any::<u32>(), any::<u32>()).prop_map(|(a, b, c)| a & b & c & 0x1fff_ffff);
    (few, 0..8_u32, prop::bool::weighted(0.1))
        .prop_map(|(bits, marks, known)| bits & if known { !0 } else { 0x103b_ffff } | marks << 29)
}

proptest! {
    #[test]
    fn any_words_are_gone_through_as_linux_does(
        words in vec(word(), 1..5),
        data in vec(prop_oneof![2 => Just(0_u8), 1 => 0..8_u8, 1 => any::<u8>()], 0..90),
        cut in 0..30_usize,
    ) {
        let words: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
        let mut packet = [&[0; 4], &words[..], &data].concat();
        let len = (packet.len() - cut.min(packet.len() - 8)) as u16;
        packet[2..4].copy_from_slice(&len.to_le_bytes());
        let (theirs, header) = (linux(&packet), Radiotap::parse(&packet));
        prop_assert_eq!(theirs.is_some(), header.is_ok());
        let (Some((theirs, end)), Ok((header, rest))) = (theirs, header) else { return Ok(()) };
        prop_assert_eq!(rest, &packet[usize::from(len)..]);
        let (mut ours, our_end) = ours(&header);
        if end == End::Unknown {
            prop_assert!(our_end != End::Done || ours.len() >= theirs.len());
            ours.truncate(theirs.len());
        } else {
            prop_assert_eq!(our_end, end);
        }
        prop_assert_eq!(ours, theirs);
    }
}
