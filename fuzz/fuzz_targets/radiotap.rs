//! Any bytes as a radiotap header: read as a naive walk reads them, and written again as they were; its
//! fields alone, too, in whatever order they are.

#![no_main]

use libfuzzer_sys::fuzz_target;
use softnet_mac80211::radiotap::{self, Dialect, Item, Packet, Radiotap, TlvValue, TxInfo};

#[path = "../../mac80211/tests/radiotap/layout.rs"]
mod layout;

use layout::FIELDS;

fuzz_target!(|data: &[u8]| {
    let _ = Packet::parse(data).map(|packet| packet.pieces());
    let _ = Packet::parse_cut(data, data.len() + 7);
    let _ = TxInfo::parse(data);
    if let Ok((openbsd, _)) = Radiotap::parse_as(data, Dialect::FcsInHeader) {
        check_written(&openbsd);
    }
    let Ok((header, rest)) = Radiotap::parse(data) else {
        assert!(!is_sound(data));
        return;
    };
    assert!(is_sound(data));
    let (bytes, after) = data.split_at(header.as_bytes().len());
    assert_eq!((bytes, after), (header.as_bytes(), rest));
    check_written(&header);

    let fields: Vec<_> = header.fields().collect();
    let bits: Vec<_> = fields.iter().map(|field| field.bit() as usize).collect();
    let walked = walk(bytes);
    assert_eq!(bits, walked.iter().map(|&(bit, _)| bit).collect::<Vec<_>>());
    for (&field, &(bit, at)) in fields.iter().zip(&walked) {
        let alone = radiotap::to_vec([Item::Field(field)]).unwrap();
        let size = FIELDS[bit].1;
        assert_eq!(alone[alone.len() - size..], bytes[at..at + size]);
    }
    // More words than now are needed if they were without end, but fields are few.
    let written = radiotap::to_vec(fields.iter().copied().map(Item::Field));
    if let Ok(written) = written {
        let (header, _) = Radiotap::parse(&written).unwrap();
        assert!(header.fields().eq(fields));
    }
});

/// What was read whole is written as it was, but for the byte without a meaning.
fn check_written(header: &Radiotap<'_>) {
    for item in header.items().flatten() {
        if let Item::Tlv(tlv) = item
            && let TlvValue::Eht(_, users) = tlv.value()
        {
            assert!(users.count() <= tlv.data.len() / 4 + 1);
        }
    }
    let Ok(items) = header.items().collect::<Result<Vec<_>, _>>() else { return };
    let mut want = header.as_bytes().to_vec();
    want[1] = 0;
    assert_eq!(radiotap::to_vec(items).unwrap(), want);
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().unwrap()))
}

/// Whether length and present words are within the packet.
fn is_sound(data: &[u8]) -> bool {
    let &[0, _, low, high, ..] = data else { return false };
    let len = usize::from(u16::from_le_bytes([low, high]));
    let Some(header) = data.get(..len) else { return false };
    let mut at = 4;
    loop {
        match word(header, at) {
            None => return false,
            Some(present) if present >> 31 == 0 => return true,
            Some(_) => at += 4,
        }
    }
}

/// Bits and places of the radiotap namespace's fields, as far as they can be told.
fn walk(bytes: &[u8]) -> Vec<(usize, usize)> {
    let mut words: Vec<u32> = Vec::new();
    while words.last().is_none_or(|word| word >> 31 == 1) {
        words.push(word(bytes, 4 + 4 * words.len()).unwrap());
    }
    let mut at = 4 + 4 * words.len();
    let mut fields = Vec::new();
    // Whose the word is, and how many bits of that namespace were before it.
    let (mut vendor, mut base) = (false, 0);
    for word in words {
        for bit in (0..29).filter(|bit| word >> bit & 1 == 1 && !vendor) {
            let Some(&(align, size)) = FIELDS.get(base + bit) else { return fields };
            at = at.next_multiple_of(align);
            if at + size > bytes.len() {
                return fields;
            }
            fields.push((bit, at));
            at += size;
        }
        if word >> 30 & 1 == 1 {
            at = at.next_multiple_of(2);
            let Some(len) = bytes.get(at + 4..at + 6) else { return fields };
            at += 6 + usize::from(u16::from_le_bytes([len[0], len[1]]));
            if at > bytes.len() {
                return fields;
            }
        }
        (vendor, base) = match word >> 29 & 3 {
            0 => (vendor, base + 32),
            1 => (false, 0),
            _ => (true, 0),
        };
    }
    fields
}
