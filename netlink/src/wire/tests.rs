//! Rules of `nlmsg_ok`, `nlmsg_next`, `nla_ok` and `nla_next`, each against arithmetic written out here, and a
//! writer that the reader understands.

use alloc::vec;
use alloc::vec::Vec;

use proptest::prelude::*;

use super::{Attr, Attrs, Body, Flags, Header, Malformed, Message, Messages, WriteError, Writer};

/// `NLMSG_ALIGN` and `NLA_ALIGN`.
fn aligned(len: usize) -> usize {
    (len + 3) & !3
}

fn u16_at(bytes: &[u8], at: usize) -> usize {
    usize::from(u16::from_ne_bytes([bytes[at], bytes[at + 1]]))
}

/// What `nla_for_each_attr` comes by, as offset and length, and what is left of `bytes`.
fn walk(bytes: &[u8]) -> (Vec<(usize, usize)>, usize) {
    let (mut at, mut rem, mut found) = (0, bytes.len() as isize, Vec::new());
    while rem >= 4 && u16_at(bytes, at) >= 4 && u16_at(bytes, at) as isize <= rem {
        let len = u16_at(bytes, at);
        found.push((at, len));
        at += aligned(len);
        rem -= aligned(len) as isize;
    }
    (found, rem.max(0) as usize)
}

/// Bytes in which lengths are often right.
fn attr_bytes() -> impl Strategy<Value = Vec<u8>> {
    let piece = (0_u16..14, any::<u16>(), proptest::collection::vec(any::<u8>(), 0..14));
    proptest::collection::vec(piece, 0..8).prop_map(|pieces| {
        let mut bytes = Vec::new();
        for (len, kind, value) in pieces {
            bytes.extend(len.to_ne_bytes());
            bytes.extend(kind.to_ne_bytes());
            bytes.extend(value);
        }
        bytes
    })
}

#[test]
fn an_attribute_is_at_least_its_header_and_at_most_what_there_is() {
    let bytes = |len: u16| [len.to_ne_bytes(), 1_u16.to_ne_bytes(), [7, 8]].concat();
    assert_eq!(Attr::parse(&bytes(6)[..3]), Err(Malformed::Short(3)));
    assert_eq!(Attr::parse(&bytes(3)), Err(Malformed::Length { said: 3, there: 6 }));
    assert_eq!(Attr::parse(&bytes(7)), Err(Malformed::Length { said: 7, there: 6 }));
    assert_eq!(Attr::parse(&bytes(4)), Ok(Attr::new(1, &[])));
    assert_eq!(Attr::parse(&bytes(6)), Ok(Attr::new(1, &[7, 8])), "the last needs no padding");
    assert!(Attrs::new(&bytes(6)).check().is_ok());
    assert_eq!(Attrs::new(&bytes(3)).check(), Err(Malformed::Length { said: 3, there: 6 }));
    // An empty attribute, and two bytes that are none.
    assert_eq!(Attrs::new(&bytes(4)).check(), Err(Malformed::Short(2)));
}

#[test]
fn flags_are_no_part_of_the_type() {
    let attr = Attr::new(0xc003, &[]);
    assert!(attr.kind() == 3 && attr.is_nested() && attr.is_net_byteorder());
    let bytes = [[4, 0, 3, 0x40], [4, 0, 3, 0]].concat();
    let found = Attrs::new(&bytes).find(3).unwrap();
    assert_eq!(found.raw_kind().to_ne_bytes(), [3, 0x40], "the first, flagged or not");
}

#[test]
fn getters_take_what_there_is_or_nothing() {
    let short = Attr::new(1, &[1, 2, 3]);
    assert_eq!((short.u8(), short.u16()), (Some(1), Some(u16::from_ne_bytes([1, 2]))));
    assert_eq!((short.u32(), short.u64(), short.uint(), short.sint()), (None, None, None, None));
    let minus_2 = (-2_i32).to_ne_bytes();
    assert_eq!(Attr::new(1, &minus_2).sint(), Some(-2));
    assert_eq!(Attr::new(1, &minus_2).uint(), Some(0xffff_fffe));
    let long = [1, 0, 0, 0, 0, 0, 0, 0, 9];
    assert_eq!(Attr::new(1, &long).uint(), Some(u64::from_ne_bytes([1, 0, 0, 0, 0, 0, 0, 0])));
    assert_eq!(short.fixed::<u32>().to_ne_bytes(), [1, 2, 3, 0]);
    assert_eq!(Attr::new(1, &long).fixed::<u8>(), 1);
    let name = Attr::new(1, b"lo\0x");
    assert_eq!((name.c_str(), name.str()), (&b"lo"[..], Some("lo")));
    assert_eq!(Attr::new(1, &[0xff]).str(), None);
}

#[test]
fn a_message_is_at_least_its_header_and_at_most_what_there_is() {
    let bytes = |len: u32| {
        let mut bytes = vec![0; 22];
        bytes[..4].copy_from_slice(&len.to_ne_bytes());
        bytes
    };
    for (len, there, wrong) in [
        (16, 15, Malformed::Short(15)),
        (15, 22, Malformed::Length { said: 15, there: 22 }),
        (23, 22, Malformed::Length { said: 23, there: 22 }),
        (u32::MAX, 22, Malformed::Length { said: u32::MAX as usize, there: 22 }),
    ] {
        let bytes = bytes(len);
        let mut messages = Messages::new(&bytes[..there]);
        assert_eq!(messages.next().unwrap().unwrap_err(), wrong);
        assert!(messages.next().is_none(), "nothing behind a broken one");
    }
    // Its padding may reach beyond the end, as in nlmsg_next.
    assert_eq!(Messages::new(&bytes(21)).filter_map(Result::ok).count(), 1);
    let bytes = bytes(17);
    let ends: Vec<_> = Messages::new(&bytes).collect();
    assert!(ends[0].is_ok() && *ends[1].as_ref().unwrap_err() == Malformed::Short(2));
}

#[test]
fn attributes_begin_at_the_aligned_end_of_the_fixed_header() {
    let mut bytes = vec![0_u8; 28];
    bytes[0] = 28;
    bytes[24..].copy_from_slice(&[4, 0, 9, 0]);
    let message = Message::parse(&bytes).unwrap();
    for fixed in 5..=8 {
        assert_eq!(message.attrs(fixed).next().map(|attr| attr.kind()), Some(9));
    }
    assert_eq!(message.attrs(13).count(), 0);
    assert_eq!(message.attrs(usize::MAX).count(), 0);
    assert_eq!(message.attrs_after::<[u8; 7]>().count(), 1);
    // A fixed header that the sender knew less of.
    assert_eq!(message.fixed::<[u8; 16]>()[8..], [4, 0, 9, 0, 0, 0, 0, 0]);
}

#[test]
fn answers_are_read_capped_or_not_and_with_or_without_what_is_said() {
    let request = [20, 0, 0, 0, 0x13, 0, 5, 0, 7, 0, 0, 0, 9, 0, 0, 0, 1, 2, 3, 4];
    let words = [7, 0, 1, 0, b'n', b'o', 0, 0];
    let answer = |flags: u16, error: i32, rest: &[&[u8]]| {
        let mut buffer = [0; 128];
        let mut writer = Writer::new(&mut buffer);
        let flags = Flags::from_bits_retain(flags);
        writer
            .message(Header::new(2, flags), |body| {
                body.value_of(&error)?;
                rest.iter().try_for_each(|bytes| body.raw(bytes))
            })
            .unwrap();
        writer.as_bytes().to_vec()
    };
    for (flags, rest, payload, said) in [
        (0, &[&request[..]][..], &[1, 2, 3, 4][..], None),
        (0x100, &[&request[..16]], &[], None),
        (0x200, &[&request, &words], &[1, 2, 3, 4], Some(&b"no"[..])),
        (0x300, &[&request[..16], &words], &[], Some(b"no")),
        // Kernels before NLM_F_CAPPED repeat no request in a success, and do not say so.
        (0, &[&request[..16]], &[], None),
    ] {
        let bytes = answer(flags, -22, rest);
        let ack = Message::parse(&bytes).unwrap().ack().unwrap();
        assert_eq!((ack.error(), ack.request().kind, ack.request().port), (-22, 0x13, 9));
        assert_eq!((ack.request_payload(), ack.attrs().message), (payload, said), "{flags:#x}");
    }
    let short = answer(0, 0, &[&request[..12]]);
    assert!(Message::parse(&short).unwrap().ack().is_none());
}

impl Body<'_> {
    fn value_of(&mut self, number: &i32) -> Result<(), WriteError> {
        self.fixed(number)
    }
}

#[test]
fn the_end_of_a_dump_may_lack_its_number() {
    let done = |bytes: &[u8]| {
        let mut buffer = [0; 32];
        let mut writer = Writer::new(&mut buffer);
        writer.message(Header::new(3, Flags::MULTI), |body| body.raw(bytes)).unwrap();
        Message::parse(writer.as_bytes()).unwrap().done()
    };
    assert_eq!(done(&(-4_i32).to_ne_bytes()), Some(-4));
    assert_eq!(done(&[]), Some(0));
}

#[test]
fn a_nest_of_more_than_65535_bytes_is_refused_and_undone() {
    let mut buffer = vec![0; 200_000];
    let mut writer = Writer::new(&mut buffer);
    let value = [0; 40_000];
    writer
        .message(Header::default(), |body| -> Result<(), WriteError> {
            body.attr(1, &[1])?;
            let nest = body.nest(2, |body| {
                body.attr(3, &value)?;
                body.attr(4, &value)
            });
            assert_eq!(nest, Err(WriteError::TooLong(4 + 2 * 40_004)));
            // With two bytes less it is as long as nla_len can say; its last attribute has no padding.
            body.nest(5, |body| body.unpadded(&[7; 65_531]))?;
            assert_eq!(
                body.nest(5, |body| body.unpadded(&[7; 65_532])),
                Err(WriteError::TooLong(65_536))
            );
            assert_eq!(body.attr(6, &[0; 65_532]), Err(WriteError::TooLong(65_536)));
            body.attr(6, &[0; 65_531])
        })
        .unwrap();
    let message = Message::parse(writer.as_bytes()).unwrap();
    let kinds: Vec<_> = message.attrs(0).map(|attr| (attr.kind(), attr.len())).collect();
    assert_eq!(kinds, [(1, 5), (5, 65_535), (6, 65_535)]);
    assert!(message.attrs(0).check().is_ok());
}

#[test]
fn values_of_64_bits_begin_at_multiples_of_eight_where_asked() {
    let write = |buffer: &mut [u8], pads: bool| {
        let mut writer = Writer::new(buffer);
        if pads {
            writer = writer.padding_64bit();
        }
        writer
            .message(Header::default(), |body| {
                body.value_64bit(1, &1_u64, 9)?; // would begin at 20
                body.value_64bit(2, &2_u64, 9)?; // 24 + 12 + 4 = 40 without more
                body.attr(3, &[])?;
                body.value_64bit(4, &4_u64, 9)
            })
            .map(|()| writer.len())
    };
    let mut buffer = [0; 128];
    let len = write(&mut buffer, true).unwrap();
    let mut at = 16;
    let mut kinds = Vec::new();
    for attr in Attrs::new(&buffer[16..len]) {
        assert!(
            attr.kind() == 9 || attr.kind() == 3 || (at + 4) % 8 == 0,
            "{} at {at}",
            attr.kind()
        );
        at += aligned(attr.len());
        kinds.push(attr.kind());
    }
    // 16: pad to 20; 1 at 20, to 32; pad; 2 at 36, to 48; 3, to 52; 4's value at 56.
    assert_eq!(kinds, [9, 1, 9, 2, 3, 4]);
    for room in 0..len {
        let mut buffer = [0; 128];
        assert_eq!(write(&mut buffer[..room], true), Err(WriteError::Full));
    }
    assert_eq!(write(&mut buffer, false), Ok(16 + 3 * 12 + 4));
}

#[test]
fn what_fails_within_a_message_leaves_none_of_it() {
    #[derive(Debug, PartialEq)]
    struct Own;
    impl From<WriteError> for Own {
        fn from(_: WriteError) -> Self {
            Self
        }
    }
    let mut buffer = [0; 64];
    let mut writer = Writer::new(&mut buffer);
    writer.message(Header::new(16, Flags::empty()), |body| body.attr(1, &[])).unwrap();
    let failed = writer.message(Header::new(17, Flags::empty()), |body| {
        body.attr(2, &[])?;
        Err::<(), _>(Own)
    });
    assert_eq!((failed, writer.len()), (Err(Own), 20));
    assert_eq!(writer.copy(&[0; 45]), Err(WriteError::Full));
    assert_eq!(writer.len(), 20);
    writer.clear();
    assert!(writer.is_empty());
}

/// What is written and should be read.
#[derive(Debug, Clone, PartialEq)]
enum Tree {
    Leaf(u16, Vec<u8>),
    Nest(u16, Vec<Self>),
}

fn tree() -> impl Strategy<Value = Tree> {
    let value = proptest::collection::vec(any::<u8>(), 0..20);
    // Bit 15 tells nests apart here.
    let leaf = (0_u16..0x8000, value).prop_map(|(kind, value)| Tree::Leaf(kind, value));
    leaf.prop_recursive(4, 24, 4, |inner| {
        (0_u16..0x4000, proptest::collection::vec(inner, 0..4))
            .prop_map(|(kind, trees)| Tree::Nest(kind, trees))
    })
}

fn write_tree(tree: &Tree, to: &mut Body<'_>) -> Result<(), WriteError> {
    match tree {
        Tree::Leaf(kind, value) => to.attr(*kind, value),
        Tree::Nest(kind, trees) => {
            to.nest(*kind, |to| trees.iter().try_for_each(|tree| write_tree(tree, to)))
        }
    }
}

fn read_trees(attrs: Attrs<'_>) -> Vec<Tree> {
    let read = |attr: Attr<'_>| match attr.is_nested() {
        true => Tree::Nest(attr.kind(), read_trees(attr.nested())),
        false => Tree::Leaf(attr.raw_kind(), attr.value().to_vec()),
    };
    attrs.map(read).collect()
}

proptest! {
    #[test]
    fn attributes_are_walked_as_linux_walks_them(bytes in attr_bytes()) {
        let (expected, left) = walk(&bytes);
        let mut attrs = Attrs::new(&bytes);
        for (at, len) in expected {
            let attr = attrs.next().unwrap();
            prop_assert_eq!(attr.value(), &bytes[at + 4..at + len]);
            prop_assert_eq!(usize::from(attr.raw_kind()), u16_at(&bytes, at + 2));
        }
        prop_assert!(attrs.next().is_none());
        prop_assert_eq!(attrs.rest().len(), left);
        prop_assert_eq!(Attrs::new(&bytes).check().is_ok(), left == 0);
    }

    #[test]
    fn any_bytes_are_read_without_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..120), short in 0_u8..64) {
        let mut bytes = bytes;
        if let [len, b, c, d, kind, e, ..] = bytes.as_mut_slice() {
            (*len, *b, *c, *d) = (short, 0, 0, 0);
            (*kind, *e) = (*kind % 4, 0);
        }
        for message in Messages::new(&bytes).flatten() {
            prop_assert!(message.as_bytes().len() >= 16);
            let _ = (message.done(), message.fixed::<[u8; 24]>());
            if let Some(ack) = message.ack() {
                let _ = (ack.attrs(), ack.request_payload());
            }
            for attr in message.attrs(4) {
                let _ = (attr.u64(), attr.uint(), attr.sint(), attr.str(), attr.fixed::<u64>());
                prop_assert!(message.offset_of(&attr).is_some());
            }
        }
    }

    #[test]
    fn what_is_written_is_read_and_what_does_not_fit_is_not_there(
        messages in proptest::collection::vec(
            (0x10_u16.., any::<u16>(), any::<u32>(), proptest::collection::vec(tree(), 0..4)), 0..4),
        room in 0_usize..900,
    ) {
        let mut buffer = vec![0xaa; room];
        let mut writer = Writer::new(&mut buffer);
        let mut fitted = 0;
        for (kind, flags, seq, trees) in &messages {
            let header = Header::new(*kind, Flags::from_bits_retain(*flags)).seq(*seq);
            let before = writer.as_bytes().to_vec();
            match writer.message(header, |body| trees.iter().try_for_each(|tree| write_tree(tree, body))) {
                Ok(()) => fitted += 1,
                Err(full) => {
                    prop_assert_eq!(full, WriteError::Full);
                    prop_assert_eq!(writer.as_bytes(), before);
                    break;
                }
            }
        }
        let read: Vec<_> = Messages::new(writer.as_bytes()).map(Result::unwrap).collect();
        prop_assert_eq!(read.len(), fitted);
        for (message, (kind, flags, seq, trees)) in read.iter().zip(&messages) {
            let header = message.header();
            prop_assert_eq!((header.kind, header.flags().bits(), header.seq), (*kind, *flags, *seq));
            prop_assert_eq!(&read_trees(message.attrs(0)), trees);
            prop_assert!(message.attrs(0).check().is_ok());
        }
        if room >= 850 {
            prop_assert!(fitted == messages.len() || writer.len() > 400);
        }
    }
}
