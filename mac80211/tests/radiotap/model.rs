//! Any header that a naive builder can make: read, and written again.

use alloc::collections::BTreeMap;

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use softnet_mac80211::radiotap::{self, *};

use crate::layout::FIELDS;

/// A namespace, as many present words as it has.
#[derive(Clone, Debug)]
enum Space {
    Radiotap(BTreeMap<u32, [u8; 12]>),
    Vendor { head: [u8; 4], words: Vec<u32>, data: Vec<u8> },
}

#[derive(Clone, Debug)]
enum Tail {
    None,
    Bytes(Vec<u8>),
    Tlvs(Vec<(u16, Vec<u8>)>),
}

fn spaces() -> impl Strategy<Value = Vec<Space>> {
    let fields = btree_map(0..28_u32, any::<[u8; 12]>(), 0..12);
    let words = vec(0..1_u32 << 29, 1..4);
    let vendor = (any::<[u8; 4]>(), words, vec(any::<u8>(), 0..20));
    let space = prop_oneof![
        3 => fields.clone().prop_map(Space::Radiotap),
        1 => vendor.prop_map(|(head, words, data)| Space::Vendor { head, words, data }),
    ];
    (fields, vec(space, 0..4))
        .prop_map(|(first, others)| [vec![Space::Radiotap(first)], others].concat())
}

fn tail() -> impl Strategy<Value = Tail> {
    prop_oneof![
        Just(Tail::None),
        vec(any::<u8>(), 1..9).prop_map(Tail::Bytes),
        vec((any::<u16>(), vec(any::<u8>(), 0..50)), 0..4).prop_map(Tail::Tlvs),
    ]
}

/// The bytes of such a header, with this byte as padding.
fn build(spaces: &[Space], tail: &Tail, pad: u8) -> Vec<u8> {
    let mut words: Vec<u32> = Vec::new();
    for space in spaces {
        let mark = match space {
            Space::Radiotap(_) => 1 << 29,
            Space::Vendor { .. } => 1 << 30,
        };
        if let Some(last) = words.last_mut() {
            *last |= mark;
        }
        match space {
            Space::Radiotap(fields) => words.push(fields.keys().map(|bit| 1 << bit).sum()),
            Space::Vendor { words: own, .. } => words.extend(own),
        }
    }
    let count = words.len();
    for word in &mut words[..count - 1] {
        *word |= 1 << 31;
    }
    if matches!(tail, Tail::Tlvs(_)) {
        words[count - 1] |= 1 << 28;
    }
    let mut bytes = vec![0; 4];
    bytes.extend(words.iter().flat_map(|word| word.to_le_bytes()));
    for space in spaces {
        match space {
            Space::Radiotap(fields) => {
                for (&bit, value) in fields {
                    let (align, size) = FIELDS[bit as usize];
                    bytes.resize(bytes.len().next_multiple_of(align), pad);
                    bytes.extend(&value[..size]);
                }
            }
            Space::Vendor { head, data, .. } => {
                bytes.resize(bytes.len().next_multiple_of(2), pad);
                bytes.extend(head);
                bytes.extend((data.len() as u16).to_le_bytes());
                bytes.extend(data);
            }
        }
    }
    match tail {
        Tail::None => {}
        Tail::Bytes(tail) => bytes.extend(tail),
        Tail::Tlvs(tlvs) => {
            bytes.resize(bytes.len().next_multiple_of(4), pad);
            for (kind, data) in tlvs {
                bytes.extend(kind.to_le_bytes());
                bytes.extend((data.len() as u16).to_le_bytes());
                bytes.extend(data);
                bytes.resize(bytes.len().next_multiple_of(4), pad);
            }
        }
    }
    let len = bytes.len() as u16;
    bytes[2..4].copy_from_slice(&len.to_le_bytes());
    bytes
}

/// The bytes that a field is written as, when it stands alone.
pub(crate) fn field_bytes(field: Field) -> Vec<u8> {
    let mut header = radiotap::to_vec([Item::Field(field)]).unwrap();
    header.split_off(header.len() - FIELDS[field.bit() as usize].1)
}

proptest! {
    #[test]
    fn what_a_naive_builder_makes_is_read_and_written_again(
        mut spaces in spaces(), tail in tail(), pad in prop_oneof![3 => Just(0), 1 => any::<u8>()],
    ) {
        if let (Some(Space::Vendor { .. }), Tail::Tlvs(_)) = (spaces.last(), &tail) {
            spaces.push(Space::Radiotap(BTreeMap::new()));
        }
        let bytes = build(&spaces, &tail, pad);
        let packet = [&bytes[..], b"frame"].concat();
        let (header, frame) = Radiotap::parse(&packet).unwrap();
        prop_assert_eq!(frame, b"frame");
        let items: Vec<_> = header.items().map(Result::unwrap).collect();
        prop_assert_eq!(radiotap::to_vec(items.iter().copied()).unwrap(), bytes);

        let mut want = Vec::new();
        for space in &spaces {
            if let Space::Radiotap(fields) = space {
                want.extend(fields.iter().map(|(&bit, value)| {
                    (bit, value[..FIELDS[bit as usize].1].to_vec())
                }));
            }
        }
        let fields: Vec<_> = header.fields().collect();
        let got: Vec<_> = fields.iter().map(|&field| (field.bit(), field_bytes(field))).collect();
        prop_assert_eq!(got, want);

        let vendors = items.iter().filter_map(|item| match item {
            Item::Vendor(vendor) => Some((vendor.oui, vendor.sub_namespace, vendor.data.to_vec())),
            _ => None,
        });
        let want = spaces.iter().filter_map(|space| match space {
            Space::Vendor { head: [a, b, c, sub], data, .. } => Some(([*a, *b, *c], *sub, data.clone())),
            Space::Radiotap(_) => None,
        });
        prop_assert_eq!(vendors.collect::<Vec<_>>(), want.collect::<Vec<_>>());

        let tlvs = items.iter().filter_map(|item| match item {
            Item::Tlv(tlv) => Some((tlv.kind, tlv.data.to_vec())),
            _ => None,
        });
        let want = if let Tail::Tlvs(tlvs) = tail { tlvs } else { Vec::new() };
        prop_assert_eq!(tlvs.collect::<Vec<_>>(), want);
    }

    /// Without a word about namespaces: the writer finds them.
    #[test]
    fn fields_in_any_order_are_read_in_that_order(
        values in vec((0..28_usize, any::<[u8; 12]>()), 0..40),
    ) {
        let mut fields = Vec::new();
        for (bit, value) in values {
            let one = build(&[Space::Radiotap(BTreeMap::from([(bit as u32, value)]))], &Tail::None, 0);
            fields.extend(Radiotap::parse(&one).unwrap().0.fields());
        }
        let bytes = radiotap::to_vec(fields.iter().copied().map(Item::Field)).unwrap();
        let (header, _) = Radiotap::parse(&bytes).unwrap();
        prop_assert_eq!(header.fields().collect::<Vec<_>>(), fields.as_slice());
        // As few words as can be: one more where the bits don't rise.
        let falls = fields.windows(2).filter(|pair| pair[1].bit() <= pair[0].bit()).count();
        prop_assert_eq!(header.present().count(), falls + 1);
    }

    #[test]
    fn any_bytes_are_read_without_harm_and_written_again(bytes in vec(any::<u8>(), 0..80), len in 8..90_u16) {
        let mut bytes = [&b"\0\0"[..], &len.to_le_bytes(), &bytes].concat();
        bytes.resize(bytes.len().max(8), 0);
        let Ok((header, _)) = Radiotap::parse(&bytes) else { return Ok(()) };
        let Ok(items) = header.items().collect::<Result<Vec<_>, _>>() else { return Ok(()) };
        prop_assert_eq!(radiotap::to_vec(items).unwrap(), header.as_bytes());
    }
}
