//! What is read is written back to the same bytes, whatever they are.

use alloc::vec;
use alloc::vec::Vec;

use proptest::prelude::*;

use super::{Array, Be16, Be32, Binary, Fixed, Flag, List, Nest, Set, Sint, Text, Typed, Uint};
use crate::policy::{Kind, Rule};
use crate::wire::{Attrs, Header, WriteError, Writer};

crate::attributes! {
    /// A list of every shape.
    Toy: ToyAttr, ToyBuf, strict from 9 {
        U8 = 1: u8;
        U16 = 2: u16;
        U32 = 3: u32;
        U64 = 4: u64;
        S8 = 5: i8;
        S16 = 6: i16;
        S32 = 7: i32;
        S64 = 8: i64;
        Flag = 9: Flag;
        Bytes = 10: Binary;
        Text = 11: Text => Rule::nul_string(15);
        Port = 12: Be16;
        Addr = 13: Be32;
        Big = 14: Uint;
        Signed = 15: Sint;
        Stats = 16: Fixed<[u32; 3]>;
        Inner = 17: Nest<Inner>;
        List = 18: Array<Inner>;
    }
}

crate::attributes! {
    /// What is nested.
    Inner: InnerAttr, InnerBuf {
        Name = 1: Text;
        Value = 2: u32;
        Deeper = 3: Array<Innermost>;
    }
}

crate::attributes! {
    /// What is nested in that.
    Innermost: InnermostAttr, InnermostBuf {
        Word = 1: Be32;
    }
}

fn rewritten(write: impl FnOnce(&mut crate::wire::Body<'_>) -> Result<(), WriteError>) -> Vec<u8> {
    let mut buffer = vec![0; 4096];
    let mut writer = Writer::new(&mut buffer);
    writer.message(Header::default(), write).unwrap();
    // Without the message's own padding.
    let len = u32::from_ne_bytes(writer.as_bytes()[..4].try_into().unwrap()) as usize;
    writer.as_bytes()[16..len].to_vec()
}

fn attr(raw_kind: u16, value: &[u8]) -> Vec<u8> {
    let mut bytes = u16::try_from(value.len() + 4).unwrap().to_ne_bytes().to_vec();
    bytes.extend(raw_kind.to_ne_bytes());
    bytes.extend(value);
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    bytes
}

fn one(bytes: &[u8]) -> ToyAttr<'_> {
    Typed::<Toy>::new(Attrs::new(bytes)).next().unwrap()
}

#[test]
fn values_have_their_rows_meaning() {
    for (bytes, means) in &[
        (attr(1, &[7]), ToyAttr::U8(7)),
        (attr(6, &(-2_i16).to_ne_bytes()), ToyAttr::S16(-2)),
        (attr(9, &[]), ToyAttr::Flag(())),
        (attr(11, b"lo\0"), ToyAttr::Text(b"lo")),
        (attr(12, &[0x12, 0x34]), ToyAttr::Port(0x1234)),
        (attr(13, &[127, 0, 0, 1]), ToyAttr::Addr(0x7f00_0001)),
        (attr(14, &5_u32.to_ne_bytes()), ToyAttr::Big(5)),
        (attr(14, &(1_u64 << 32).to_ne_bytes()), ToyAttr::Big(1 << 32)),
        (attr(15, &(-5_i32).to_ne_bytes()), ToyAttr::Signed(-5)),
    ] {
        assert_eq!(one(bytes), *means);
        assert_eq!(rewritten(|to| Toy::write(means, to)), *bytes);
    }
}

#[test]
fn what_would_not_be_written_back_the_same_stays_raw() {
    for bytes in [
        attr(1, &[7, 0]),
        attr(3, &[7, 0]),
        attr(0x8003, &[0; 4]),
        attr(9, &[0]),
        attr(11, b"lo"),
        attr(11, b"l\0o\0"),
        attr(14, &5_u64.to_ne_bytes()),
        attr(15, &(-5_i64).to_ne_bytes()),
        attr(0x4011, &[]),
        attr(99, &[1, 2, 3]),
    ] {
        assert!(matches!(one(&bytes), ToyAttr::Other(_)), "{bytes:?}");
    }
}

#[test]
fn a_struct_may_be_shorter_or_longer_than_ours() {
    let words = |count: u32| (1..=count).flat_map(u32::to_ne_bytes).collect::<Vec<_>>();
    for (count, means) in [(2, [1, 2, 0]), (3, [1, 2, 3]), (5, [1, 2, 3])] {
        let bytes = attr(16, &words(count));
        let ToyAttr::Stats(stats) = one(&bytes) else { panic!() };
        assert_eq!(stats.get(), means);
        assert_eq!(stats.as_bytes(), words(count));
    }
}

#[test]
fn nests_are_typed_flagged_or_not() {
    for flag in [0, 0x8000] {
        let inner = [attr(1, b"a\0"), attr(2, &9_u32.to_ne_bytes())].concat();
        let bytes = [attr(17 | flag, &inner), attr(18, &attr(5 | flag, &inner))].concat();
        let mut attrs = Typed::<Toy>::new(Attrs::new(&bytes));
        let (Some(ToyAttr::Inner(nest)), Some(ToyAttr::List(array))) = (attrs.next(), attrs.next())
        else {
            panic!()
        };
        let expected = [InnerAttr::Name(b"a"), InnerAttr::Value(9)];
        assert!(nest.attrs().eq(expected));
        assert!(array.attrs().next().unwrap().attrs().eq(expected));
    }
}

#[test]
fn the_policy_has_a_rule_for_each_row() {
    let rule = |kind| Toy::POLICY.rule(kind).unwrap().kind;
    assert_eq!((Toy::POLICY.max_kind(), Toy::POLICY.strict_start()), (18, Some(9)));
    assert!(matches!(rule(0), Kind::Unspec { len: 0 }));
    assert!(matches!(rule(4), Kind::U64));
    assert!(matches!(rule(11), Kind::NulString { max: 15 }), "the row's own");
    assert!(matches!(rule(17), Kind::Nested(Some(policy)) if policy.max_kind() == 3));
    // An array's elements obey their set's policy, whatever their types.
    assert!(matches!(rule(18), Kind::NestedArray(Some(policy)) if policy.max_kind() == 3));
}

#[test]
fn what_is_made_by_hand_is_written_as_linux_would() {
    let list = List::<Toy>::new(vec![
        ToyBuf::Text(b"eth0".to_vec()),
        ToyBuf::Stats(super::FixedBuf::new([1, 2, 3])),
        ToyBuf::Inner(super::NestBuf { flagged: true, list: List::new(vec![InnerBuf::Value(6)]) }),
    ]);
    let expected = [
        attr(11, b"eth0\0"),
        attr(16, &[1_u32, 2, 3].map(u32::to_ne_bytes).concat()),
        attr(0x8011, &attr(2, &6_u32.to_ne_bytes())),
    ];
    assert_eq!(rewritten(|to| list.write(to)), expected.concat());
}

/// Bytes like a toy's: often whole attributes with values of the right size, sometimes nests, sometimes junk.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let junk = proptest::collection::vec(any::<u8>(), 0..6);
    let value = prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..18),
        prop_oneof![Just(1), Just(2), Just(4), Just(8)].prop_map(|len| vec![0x80; len]),
        Just(b"name\0".to_vec()),
    ];
    let kind = (0_u16..20, prop_oneof![4 => Just(0_u16), 1 => Just(0x8000), 1 => Just(0x4000)]);
    let leaf = (kind.clone(), value).prop_map(|((kind, flag), value)| attr(kind | flag, &value));
    let tree = leaf.prop_recursive(3, 16, 4, move |inner| {
        let nest = prop_oneof![1 => 0_u16..20, 3 => Just(17), 3 => Just(18)];
        (nest, any::<bool>(), proptest::collection::vec(inner, 0..4)).prop_map(
            |(kind, flagged, inner)| attr(kind | u16::from(flagged) << 15, &inner.concat()),
        )
    });
    (proptest::collection::vec(tree, 0..5), junk, any::<prop::sample::Index>(), any::<u8>(), 0..3)
        .prop_map(|(trees, junk, at, byte, spoil)| {
            let mut bytes = [trees.concat(), junk].concat();
            // One byte in three lists is spoilt: padding, a length, a type.
            if spoil == 0 && !bytes.is_empty() {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
            bytes
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn a_list_is_written_to_the_bytes_that_it_was_read_from(bytes in bytes()) {
        let list = List::<Toy>::read(Attrs::new(&bytes));
        prop_assert_eq!(rewritten(|to| list.write(to)), bytes);
    }

    #[test]
    fn views_are_written_to_the_bytes_that_they_were_read_from(bytes in bytes()) {
        let list = List::<Toy>::read(Attrs::new(&bytes));
        let whole = &bytes[..bytes.len() - list.tail.len()];
        let views = Typed::<Toy>::new(Attrs::new(whole));
        let again = rewritten(|to| views.into_iter().try_for_each(|view| Toy::write(&view, to)));
        prop_assert_eq!(again, whole);
    }

    #[test]
    fn owned_values_mean_what_views_mean(bytes in bytes()) {
        let read = |bytes: &[u8]| List::<Toy>::read(Attrs::new(bytes));
        let list = read(&bytes);
        prop_assert_eq!(read(&rewritten(|to| list.write(to))), list);
    }
}

crate::attributes! {
    /// A box that may hold boxes.
    Box: BoxAttr, BoxBuf {
        /// A box.
        Inner = 1: Nest<Box> => crate::policy::Rule::NESTED;
    }
}

extern crate std;

#[test]
fn boxes_in_boxes_are_opened_up_to_a_depth_and_written_back_whole() {
    // As many as 64 KiB have room for, each the header of the one in it alone; the last one holds nothing.
    const BOXES: u16 = 16_000;
    let headers = (1..=BOXES).rev().flat_map(|left| [left * 4, 1]);
    let bytes: Vec<u8> = headers.flat_map(u16::to_ne_bytes).collect();
    // On a stack that could not hold so many.
    let small = std::thread::Builder::new().stack_size(128 << 10);
    let opened = small.spawn(move || {
        let list = List::<Box>::read(Attrs::new(&bytes));
        let mut inner = &list;
        let mut depth = 0;
        while let [BoxBuf::Inner(nest)] = inner.attrs.as_slice() {
            inner = &nest.list;
            depth += 1;
        }
        assert_eq!(inner.tail, bytes[depth * 4..]);
        let mut buffer = vec![0; bytes.len() + 64];
        let mut writer = Writer::new(&mut buffer);
        writer.message(Header::default(), |body| list.write(body)).unwrap();
        assert_eq!(writer.as_bytes()[16..], bytes);
        depth
    });
    assert_eq!(opened.unwrap().join().unwrap(), 32);
}
