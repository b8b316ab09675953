use alloc::vec;
use alloc::vec::Vec;

use softnet_sk_buff::{DropCounts, EtherType};

use super::*;
use crate::action::{Control, gact};
use crate::filter::{At, Block, Filter, Request, Verdict, What};
use crate::testutil::Bytes;
use crate::{ClassId, Cx};

const HERE: At = At { chain: 0, prio: 5, protocol: EtherType::ALL, handle: 0 };

type Filters = Block<Bytes>;

fn ask(block: &mut Filters, packet: &mut Bytes) -> Option<u16> {
    let mut lost = DropCounts::default();
    match block.classify(packet, &mut Cx::new(Instant::ZERO, &mut lost)) {
        Verdict::Class(class) => Some(class.minor()),
        Verdict::Unclassified => None,
        other => panic!("{other:?}"),
    }
}

fn class(minor: u16) -> Target<Bytes> {
    Target::class(ClassId(minor.into()))
}

fn try_add(
    block: &mut Filters,
    handle: u32,
    config: impl Into<Config<Bytes>>,
) -> Result<u32, FilterError> {
    let at = At { handle, ..HERE };
    let added = block.change(Request::Add, at, Filter::U32(config.into()), Instant::ZERO);
    added.map(|at| at.handle)
}

fn add(block: &mut Filters, handle: u32, config: impl Into<Config<Bytes>>) -> u32 {
    try_add(block, handle, config).unwrap()
}

/// A filter that only leads to another table.
fn link(table: u32, keys: Vec<Match>) -> Key<Bytes> {
    let selector = Selector { keys, ..Selector::default() };
    Key { selector, link: Some(table), ..Key::new(vec![], Target::none()) }
}

/// A frame whose byte n after the Ethernet header is n, in all `len` of them.
fn counting(len: u8) -> Bytes {
    let mut bytes = vec![0xee; 12];
    bytes.extend([8, 0]);
    bytes.extend(0..len);
    Bytes::frame(bytes)
}

fn counts(block: &Filters, handle: u32) -> Counts {
    let counts = block.get(At { handle, ..HERE }, |shown| match shown.what {
        What::U32(node) => node.counts().clone(),
        _ => Counts::default(),
    });
    counts.unwrap()
}

#[test]
fn words_are_compared_under_masks_from_the_network_header() {
    let mut block = Filters::new();
    add(&mut block, 0, Key::new(vec![Match::at(4, 0x0405_ff07, 0xffff_00ff)], class(1)));
    assert_eq!(ask(&mut block, &mut counting(8)), Some(1));
    let mut other = counting(8);
    other.bytes[14 + 6] = 0x77;
    assert_eq!(ask(&mut block, &mut other), Some(1), "outside of the mask");
    other.bytes[14 + 7] = 0x77;
    assert_eq!(ask(&mut block, &mut other), None);
}

#[test]
fn negative_offsets_reach_the_link_header_and_no_further() {
    let mut block = Filters::new();
    add(&mut block, 0, Key::new(vec![Match::at(-14, 0xeeee_0000, 0xffff_0000)], class(1)));
    assert_eq!(ask(&mut block, &mut counting(8)), Some(1));
    let mut block = Filters::new();
    add(&mut block, 0, Key::new(vec![Match::at(-15, 0, 0)], class(1)));
    assert_eq!(ask(&mut block, &mut counting(8)), None);
}

#[test]
fn a_key_past_the_end_ends_the_search() {
    let mut block = Filters::new();
    add(&mut block, 0, Key::new(vec![Match::at(5, 0, 0)], class(1)));
    add(&mut block, 0, Key::new(vec![], class(2)));
    assert_eq!(ask(&mut block, &mut counting(9)), Some(1));
    assert_eq!(ask(&mut block, &mut counting(8)), None, "also that of the filters behind it");
    let extremes = [i32::MIN, i32::MAX, -1_000_000].map(|off| Match::at(off, 0, 0));
    for key in extremes {
        let mut block = Filters::new();
        add(&mut block, 0, Key::new(vec![key], class(1)));
        assert_eq!(ask(&mut block, &mut counting(40)), None);
    }
}

#[test]
fn filters_get_numbers_from_800_and_stand_in_their_order() {
    let mut block = Filters::new();
    let plain = |minor| Key::new(vec![], class(minor));
    assert_eq!(add(&mut block, 0, plain(1)), 0x8000_0800);
    assert_eq!(add(&mut block, 0, plain(2)), 0x8000_0801);
    assert_eq!(ask(&mut block, &mut counting(8)), Some(1));
    // tc … handle ::5
    assert_eq!(add(&mut block, 5, plain(3)), 0x8000_0005);
    assert_eq!(ask(&mut block, &mut counting(8)), Some(3));
    assert_eq!(try_add(&mut block, 5, plain(3)), Err(FilterError::NoHandle));
    assert_eq!(try_add(&mut block, 0x8000_0005, plain(3)), Err(FilterError::Exists));
    let other = FilterError::TableDiffers(0x8000_0000);
    assert_eq!(try_add(&mut block, 0x8010_0005, plain(3)), Err(other));
}

#[test]
fn a_whole_bucket_of_numbers_runs_out() {
    let mut block = Filters::new();
    for node in (0x800..0x1000).chain(1..0x800) {
        let key = Key::new(vec![], Target::none());
        assert_eq!(add(&mut block, 0, key), 0x8000_0000 | node);
    }
    let key = Key::new(vec![], Target::none());
    assert_eq!(try_add(&mut block, 0, key), Err(FilterError::NoHandle));
}

/// tc: `handle 2: u32 divisor 256`, `u32 ht 2:5: …`, and in the root `link 2: hashkey mask 0x00ff0000
/// at 0`: byte 1 of the packet chooses the bucket.
#[test]
fn a_hash_key_chooses_the_bucket() {
    let mut block = Filters::new();
    assert_eq!(add(&mut block, 0x0020_0000, Config::Table { divisor: 256 }), 0x0020_0000);
    let sample = bucket(0x0005_0000, 0x00ff_0000, 256);
    assert_eq!(sample, 5);
    let table = Some(0x0020_0000 | (sample << 12));
    let inner = Key { table, ..Key::new(vec![Match::at(0, 0, 0xff)], class(1)) };
    assert_eq!(add(&mut block, 0, inner), 0x0020_5800);
    let hash = HashKey { off: 0, mask: 0x00ff_0000 };
    let mut outer = link(0x0020_0000, vec![]);
    outer.selector.hash = hash;
    add(&mut block, 0, outer);
    let mut packet = counting(20);
    packet.bytes[14..18].copy_from_slice(&[9, 5, 9, 0]);
    assert_eq!(ask(&mut block, &mut packet), Some(1));
    packet.bytes[15] = 6;
    assert_eq!(ask(&mut block, &mut packet), None);
}

#[test]
fn the_divisor_folds_the_hash() {
    let mut block = Filters::new();
    let table = add(&mut block, 0, Config::Table { divisor: 4 });
    assert_eq!(table, 0x8010_0000, "the first after the root");
    add(&mut block, 0, Key { table: Some(table | (1 << 12)), ..Key::new(vec![], class(1)) });
    let mut outer = link(table, vec![]);
    outer.selector.hash = HashKey { off: 4, mask: 0xff };
    add(&mut block, 0, outer);
    // Byte 7 is 7, and 7 & 3 is 3; 5 & 3 is 1.
    assert_eq!(ask(&mut block, &mut counting(8)), None);
    let mut packet = counting(8);
    packet.bytes[14 + 7] = 5;
    assert_eq!(ask(&mut block, &mut packet), Some(1));
    let bad = Key { table: Some(table | (4 << 12)), ..Key::new(vec![], class(1)) };
    assert_eq!(try_add(&mut block, 0, bad), Err(FilterError::Bucket(4)));
}

/// As tc's `offset at 0 mask 0x0f00 shift 6`, which reads IPv4's header length.
fn by_header_length(table: u32, eat: bool) -> Key<Bytes> {
    let mut key = link(table, vec![Match::at(0, 0x4000_0000, 0xf000_0000)]);
    let var = VarOffset { off: 0, mask: 0x0f00, shift: 6 };
    key.selector.offset = Offset { plus: None, var: Some(var), eat };
    key
}

fn with_ihl(ihl: u8) -> Bytes {
    let mut packet = counting(60);
    packet.bytes[14] = 0x40 | ihl;
    packet
}

#[test]
fn nexthdr_counts_from_behind_the_header() {
    for (eat, inner) in [(false, Match::at_nexthdr(0, 24, 0xff)), (true, Match::at(0, 24, 0xff))] {
        let mut block = Filters::new();
        let table = add(&mut block, 0, Config::Table { divisor: 1 });
        let inner = Match { val: 24 << 24, mask: 0xff << 24, ..inner };
        add(&mut block, 0, Key { table: Some(table), ..Key::new(vec![inner], class(1)) });
        add(&mut block, 0, by_header_length(table, eat));
        assert_eq!(ask(&mut block, &mut with_ihl(6)), Some(1), "byte 24 is 24");
        assert_eq!(ask(&mut block, &mut with_ihl(5)), None);
    }
}

#[test]
fn at_stays_with_the_header_where_nothing_was_eaten() {
    let mut block = Filters::new();
    let table = add(&mut block, 0, Config::Table { divisor: 1 });
    let inner = Match::at(4, 0x0405_0607, u32::MAX);
    add(&mut block, 0, Key { table: Some(table), ..Key::new(vec![inner], class(1)) });
    add(&mut block, 0, by_header_length(table, false));
    assert_eq!(ask(&mut block, &mut with_ihl(6)), Some(1));
}

#[test]
fn a_fixed_offset_is_rounded_up_and_what_is_eaten_must_be_there() {
    let mut block = Filters::new();
    let table = add(&mut block, 0, Config::Table { divisor: 1 });
    let word = Match::at(0, 0x0c0d_0e0f, u32::MAX);
    add(&mut block, 0, Key { table: Some(table), ..Key::new(vec![word], class(2)) });
    let mut outer = link(table, vec![]);
    outer.selector.offset = Offset { plus: Some(9), var: None, eat: true };
    add(&mut block, 0, outer);
    // 9 is rounded up to 12.
    assert_eq!(ask(&mut block, &mut counting(16)), Some(2));
    assert_eq!(ask(&mut block, &mut counting(13)), None, "the word is cut off");
    // What asks for no bytes matches all the same, but not where nothing is left to search in.
    add(&mut block, 1, Key { table: Some(table), ..Key::new(vec![], class(1)) });
    assert_eq!(ask(&mut block, &mut counting(13)), Some(1));
    assert_eq!(ask(&mut block, &mut counting(12)), None);
}

#[test]
fn after_a_table_the_search_goes_on_behind_the_link() {
    let mut block = Filters::new();
    let table = add(&mut block, 0, Config::Table { divisor: 1 });
    let no = Match::at(0, 1, u32::MAX);
    add(&mut block, 0, Key { table: Some(table), ..Key::new(vec![no], class(1)) });
    // Terminal and a link: its own class if the table had nothing.
    let mut outer = link(table, vec![]);
    outer.selector.terminal = true;
    outer.target = class(2).action(gact::Config::new(Control::Continue));
    add(&mut block, 0, outer);
    add(&mut block, 0, Key::new(vec![Match::at(0, 0x0001_0203, u32::MAX)], class(3)));
    assert_eq!(ask(&mut block, &mut counting(8)), Some(3));
}

#[test]
fn eight_links_are_followed_and_no_ninth() {
    for (links, found) in [(8, Some(1)), (9, None)] {
        let mut block = Filters::new();
        let mut last = add(&mut block, 0, Config::Table { divisor: 1 });
        add(&mut block, 0, Key { table: Some(last), ..Key::new(vec![], class(1)) });
        for _ in 1..links {
            let table = add(&mut block, 0, Config::Table { divisor: 1 });
            add(&mut block, 0, Key { table: Some(table), ..link(last, vec![]) });
            last = table;
        }
        add(&mut block, 0, link(last, vec![]));
        // The end is not only that of this way: the search is over.
        add(&mut block, 0, Key::new(vec![], class(1)));
        assert_eq!(ask(&mut block, &mut counting(8)), found, "{links}");
    }
    // A circle is such an end, too.
    let mut block = Filters::new();
    let table = add(&mut block, 0, Config::Table { divisor: 1 });
    add(&mut block, 0, Key { table: Some(table), ..link(table, vec![]) });
    add(&mut block, 0, link(table, vec![]));
    assert_eq!(ask(&mut block, &mut counting(8)), None);
}

#[test]
fn marks_keys_and_rules_are_counted() {
    let mut block = Filters::new();
    let keys = vec![Match::at(0, 0x0001_0203, u32::MAX), Match::at(4, 0x0405_0607, u32::MAX)];
    let mark = Some(Mark { value: 2, mask: 3 });
    let handle = add(&mut block, 0, Key { mark, ..Key::new(keys, class(1)) });
    let mut packet = counting(8);
    assert_eq!(ask(&mut block, &mut packet), None);
    packet.mark = 6;
    assert_eq!(ask(&mut block, &mut packet), Some(1));
    packet.bytes[14 + 5] = 0;
    assert_eq!(ask(&mut block, &mut packet), None);
    packet.bytes[14 + 1] = 0;
    assert_eq!(ask(&mut block, &mut packet), None);
    // All four came by, three had the mark, two passed the first key, one the second.
    let expected = Counts { rcnt: 4, rhit: 1, keys: vec![2, 1], mark: 3 };
    assert_eq!(counts(&block, handle), expected);
}

#[test]
fn a_change_keeps_what_is_matched_and_counted() {
    let mut block = Filters::new();
    let handle = add(&mut block, 0, Key::new(vec![Match::at(0, 0, 0)], class(1)));
    assert_eq!(ask(&mut block, &mut counting(8)), Some(1));
    let new = Filter::U32(Key::new(vec![Match::at(0, 9, 9)], class(2)).into());
    block.change(Request::Change, At { handle, ..HERE }, new, Instant::ZERO).unwrap();
    assert_eq!(ask(&mut block, &mut counting(8)), Some(2));
    assert_eq!(counts(&block, handle).rhit, 2);
}

#[test]
fn a_table_that_is_linked_to_stays() {
    let mut block = Filters::new();
    let table = add(&mut block, 0, Config::Table { divisor: 2 });
    let outer = add(&mut block, 0, link(table, vec![]));
    let delete = |block: &mut Filters, handle| block.delete(At { handle, ..HERE }, None);
    assert_eq!(delete(&mut block, table), Err(FilterError::InUse));
    assert_eq!(delete(&mut block, 0x8000_0000), Err(FilterError::RootTable));
    let change = |link| Key { link, ..Key::new(vec![], class(1)) };
    for (to, result) in [
        (Some(0x8000_0000), Err(FilterError::RootTable)),
        (Some(table | 1), Err(FilterError::IsNoTable)),
        (Some(0x0070_0000), Err(FilterError::NoTable(0x0070_0000))),
        (None, Ok(())),
        (Some(0), Ok(())),
    ] {
        let at = At { handle: outer, ..HERE };
        let filter = Filter::U32(change(to).into());
        let changed = block.change(Request::Change, at, filter, Instant::ZERO);
        assert_eq!(changed.map(|_| ()), result);
    }
    assert_eq!(delete(&mut block, table), Ok(()));
    assert!(!block.is_empty());
    assert_eq!(delete(&mut block, outer), Ok(()));
    assert!(block.is_empty(), "the last filter takes the priority along");
}

#[test]
fn tables_are_shared_between_priorities_and_go_with_the_last() {
    let mut block = Filters::new();
    let six = At { prio: 6, ..HERE };
    let table = add(&mut block, 0, Config::Table { divisor: 1 });
    add(&mut block, 0, Key { table: Some(table), ..Key::new(vec![], class(1)) });
    let other = Filter::U32(link(table, vec![]).into());
    let other = block.change(Request::Add, six, other, Instant::ZERO).unwrap();
    assert_eq!(other.handle, 0x8020_0800, "its root is the next table");
    block.delete(HERE, None).unwrap();
    assert_eq!(ask(&mut block, &mut counting(8)), Some(1));
    block.delete(six, None).unwrap();
    assert!(block.is_empty());
    assert_eq!(add(&mut block, 0, Config::Table { divisor: 1 }), 0x8010_0000);
}

#[test]
fn what_makes_no_sense_is_refused() {
    let mut block = Filters::new();
    for divisor in [0, 3, 512, u32::MAX] {
        let error = try_add(&mut block, 0, Config::Table { divisor });
        assert_eq!(error, Err(FilterError::Divisor(divisor)));
    }
    let at_node = try_add(&mut block, 0x0010_0001, Config::Table { divisor: 1 });
    assert_eq!(at_node, Err(FilterError::IsNoTable));
    let mut shifted = Key::new(vec![], class(1));
    shifted.selector.offset.var = Some(VarOffset { off: 0, mask: 1, shift: 16 });
    assert_eq!(try_add(&mut block, 0, shifted), Err(FilterError::Shift(16)));
    let many = Key::new(vec![Match::at(0, 0, 0); 256], class(1));
    assert_eq!(try_add(&mut block, 0, many), Err(FilterError::Keys(256)));
    let nowhere = Key { table: Some(0x0010_0000), ..Key::new(vec![], class(1)) };
    assert_eq!(try_add(&mut block, 0, nowhere), Err(FilterError::NoTable(0x0010_0000)));
    assert!(block.is_empty());
    add(&mut block, 0x0010_0000, Config::Table { divisor: 1 });
    let again = try_add(&mut block, 0x0010_0000, Config::Table { divisor: 1 });
    assert_eq!(again, Err(FilterError::Exists));
}
