use softnet_sk_buff::{DropCounts, IfIndex};

use super::*;
use crate::action::{Control, gact, mirred, skbedit};
use crate::filter::{Target, What, basic, ematch, fw, matchall};
use crate::testutil::Bytes;
use crate::{ClassId, Vlan};

const IP: EtherType = EtherType::IPV4;

fn ask(block: &mut Block<Bytes>, packet: &mut Bytes) -> Verdict {
    let mut lost = DropCounts::default();
    block.classify(packet, &mut Cx::new(Instant::ZERO, &mut lost))
}

fn class(minor: u16) -> Target<Bytes> {
    Target::class(ClassId(0x1_0000 | u32::from(minor)))
}

fn all(minor: u16) -> Filter<Bytes> {
    Filter::Matchall(matchall::Config { target: class(minor) })
}

fn does(control: Control) -> Filter<Bytes> {
    let target = Target::none().action(gact::Config::new(control));
    Filter::Matchall(matchall::Config { target })
}

fn mark(minor: u16) -> Filter<Bytes> {
    Filter::Fw(fw::Config::new(class(minor)))
}

fn at(prio: u16, protocol: EtherType) -> At {
    At { prio, ..At::any(protocol) }
}

fn add(block: &mut Block<Bytes>, at: At, filter: Filter<Bytes>) -> At {
    block.change(Request::Add, at, filter, Instant::ZERO).unwrap()
}

fn refused(
    block: &mut Block<Bytes>,
    request: Request,
    at: At,
    filter: Filter<Bytes>,
) -> FilterError {
    let before = format!("{block:?}");
    let error = block.change(request, at, filter, Instant::ZERO).unwrap_err();
    assert_eq!(format!("{block:?}"), before, "{error}");
    error
}

use std::format;

fn ipv4() -> Bytes {
    let mut bytes = [0; 34];
    bytes[12..15].copy_from_slice(&[8, 0, 0x45]);
    Bytes::frame(bytes)
}

fn arp() -> Bytes {
    let mut bytes = [0; 42];
    bytes[12..14].copy_from_slice(&[8, 6]);
    Bytes::frame(bytes)
}

fn minor(verdict: Verdict) -> Option<u16> {
    match verdict {
        Verdict::Class(class) => Some(class.minor()),
        _ => None,
    }
}

#[test]
fn the_lowest_priority_of_the_protocol_wins() {
    let mut block = Block::new();
    assert!(block.is_empty());
    add(&mut block, at(20, EtherType::ALL), all(1));
    add(&mut block, at(10, IP), all(2));
    add(&mut block, at(5, EtherType::IPV6), all(3));
    assert_eq!(minor(ask(&mut block, &mut ipv4())), Some(2));
    assert_eq!(minor(ask(&mut block, &mut arp())), Some(1));
    let mut order = Vec::new();
    block.walk(&mut |shown| order.push((shown.at.prio, shown.classid)));
    assert_eq!(order.iter().map(|(prio, _)| *prio).collect::<Vec<_>>(), [5, 10, 20]);
}

#[test]
fn a_tag_beside_the_bytes_is_the_protocol() {
    let mut block = Block::new();
    add(&mut block, at(1, IP), all(1));
    add(&mut block, at(2, EtherType::VLAN), all(2));
    let mut tagged = ipv4();
    tagged.vlan = Some(Vlan { protocol: EtherType::VLAN, tci: 5 });
    assert_eq!(minor(ask(&mut block, &mut tagged)), Some(2));
    let mut bytes = ipv4().bytes;
    bytes.splice(12..12, [0x81, 0, 0, 5]);
    assert_eq!(minor(ask(&mut block, &mut Bytes::frame(bytes))), Some(2));
    assert_eq!(minor(ask(&mut block, &mut ipv4())), Some(1));
}

#[test]
fn priorities_are_chosen_from_49152_downwards() {
    let mut block = Block::new();
    let chosen = |block: &mut Block<Bytes>| add(block, At::any(IP), all(1)).prio;
    assert_eq!([chosen(&mut block), chosen(&mut block)], [49152, 49151]);
    add(&mut block, at(100, IP), all(1));
    add(&mut block, at(40_000, IP), all(1));
    assert_eq!(chosen(&mut block), 39_999, "below the least of the upper half");
    add(&mut block, at(0x8001, IP), all(1));
    assert_eq!(chosen(&mut block), 0x8000);
    let error = refused(&mut block, Request::Add, At::any(IP), all(1));
    assert_eq!(error, FilterError::NoPriorityLeft);
    assert_eq!(refused(&mut block, Request::Change, At::any(IP), all(1)), FilterError::NoPriority);
}

#[test]
fn add_change_and_replace_have_tcs_rules() {
    let mut block = Block::new();
    let seven = At { handle: 7, ..at(5, IP) };
    assert_eq!(refused(&mut block, Request::Change, seven, mark(1)), FilterError::NotFound);
    let none = At { protocol: EtherType::NONE, ..seven };
    assert_eq!(refused(&mut block, Request::Add, none, mark(1)), FilterError::NoProtocol);
    assert!(block.is_empty());
    add(&mut block, seven, mark(1));
    assert_eq!(refused(&mut block, Request::Add, seven, mark(2)), FilterError::Exists);
    let eight = At { handle: 8, ..seven };
    assert_eq!(refused(&mut block, Request::Change, eight, mark(2)), FilterError::UnknownHandle);
    assert_eq!(refused(&mut block, Request::Add, eight, all(2)), FilterError::KindDiffers);
    let arp = At { protocol: EtherType::ARP, ..eight };
    let differs = FilterError::ProtocolDiffers(IP);
    assert_eq!(refused(&mut block, Request::Add, arp, mark(2)), differs);
    // Without protocol it is the one that is there.
    let found = add(&mut block, At { protocol: EtherType::NONE, ..eight }, mark(2));
    assert_eq!(found, eight);
    block.change(Request::Change, seven, mark(3), Instant::ZERO).unwrap();
    block.change(Request::Replace, eight, mark(4), Instant::ZERO).unwrap();
    let classes = [7, 8, 9].map(|mark| {
        let mut packet = ipv4();
        packet.mark = mark;
        minor(ask(&mut block, &mut packet))
    });
    assert_eq!(classes, [Some(3), Some(4), None]);
    let chain = At { chain: MAX_CHAIN + 1, ..seven };
    let too_high = FilterError::Chain(MAX_CHAIN + 1);
    assert_eq!(refused(&mut block, Request::Add, chain, mark(1)), too_high);
}

#[test]
fn a_filter_that_did_not_come_about_leaves_no_priority() {
    let mut block = Block::new();
    let tree = ematch::Tree::of(ematch::What::Container(0));
    let basic = Filter::Basic(basic::Config { matches: tree, target: class(1) });
    let error = refused(&mut block, Request::Add, at(5, IP), basic);
    assert_eq!(error, FilterError::Container { index: 0, first: 0 });
    assert!(block.is_empty());
    let jump = does(Control::GotoChain(MAX_CHAIN + 1));
    refused(&mut block, Request::Add, at(5, IP), jump);
    assert!(block.is_empty());
}

#[test]
fn matchall_is_alone_and_not_replaced() {
    let mut block = Block::new();
    let first = add(&mut block, at(5, IP), all(1));
    assert_eq!(first.handle, 1);
    assert_eq!(refused(&mut block, Request::Replace, first, all(2)), FilterError::Exists);
    assert_eq!(refused(&mut block, Request::Add, at(5, IP), all(2)), FilterError::Exists);
}

#[test]
fn a_packet_is_reclassified_16_times() {
    let mut block = Block::new();
    let here = add(&mut block, at(5, IP), does(Control::Reclassify));
    assert_eq!(ask(&mut block, &mut ipv4()), Verdict::Drop);
    let hits = block.get(here, |shown| match shown.what {
        What::Matchall(filter) => (filter.hits(), shown.actions[0].stats().packets),
        _ => (0, 0),
    });
    // The first time, and 16 times more.
    assert_eq!(hits, Ok((17, 17)));
}

#[test]
fn a_chain_is_entered_by_goto_and_left_by_its_end() {
    let mut block = Block::new();
    let goto = |chain| does(Control::GotoChain(chain));
    add(&mut block, at(1, IP), goto(7));
    add(&mut block, at(2, IP), all(9));
    // A chain that has no filters matches nothing, and there is no way back.
    assert_eq!(ask(&mut block, &mut ipv4()), Verdict::Unclassified);
    let mut seven = mark(4);
    if let Filter::Fw(fw::Config::Mark { target, .. }) = &mut seven {
        target.actions.push(gact::Config::PASS.into());
    }
    add(&mut block, At { chain: 7, handle: 3, ..at(1, IP) }, seven);
    let mut packet = ipv4();
    assert_eq!(ask(&mut block, &mut packet), Verdict::Unclassified);
    packet.mark = 3;
    assert_eq!(minor(ask(&mut block, &mut packet)), Some(4));
    // In a circle until the bound.
    add(&mut block, At { chain: 7, ..at(2, IP) }, goto(7));
    assert_eq!(ask(&mut block, &mut ipv4()), Verdict::Drop);
}

#[test]
fn reclassify_starts_at_the_beginning_of_chain_0() {
    let mut block = Block::new();
    add(&mut block, At { handle: 1, ..at(1, IP) }, mark(6));
    add(&mut block, at(2, IP), does(Control::GotoChain(1)));
    let set = skbedit::Config { mark: Some(1.into()), ..skbedit::Config::NOTHING };
    let set = Target::none().action(skbedit::Config { control: Control::Reclassify, ..set });
    let set = Filter::Matchall(matchall::Config { target: set });
    add(&mut block, At { chain: 1, ..at(1, IP) }, set);
    assert_eq!(minor(ask(&mut block, &mut ipv4())), Some(6));
}

#[test]
fn verdicts_are_as_linuxs_disciplines_take_them() {
    let to = IfIndex::new(3).unwrap();
    for (control, verdict) in [
        (Control::Ok, Verdict::Class(ClassId(0x10007))),
        (Control::Pipe, Verdict::Class(ClassId(0x10007))),
        (Control::Repeat, Verdict::Class(ClassId(0x10007))),
        (Control::Jump(1), Verdict::Class(ClassId(0x10007))),
        (Control::Jump(2), Verdict::Class(ClassId(0x10007))),
        (Control::Continue, Verdict::Class(ClassId(0x10008))),
        (Control::Shot, Verdict::Drop),
        (Control::Stolen, Verdict::Consume),
        (Control::Queued, Verdict::Consume),
        (Control::Trap, Verdict::Consume),
    ] {
        let mut block = Block::new();
        let target = class(7).action(gact::Config::new(control));
        add(&mut block, at(1, IP), Filter::Matchall(matchall::Config { target }));
        add(&mut block, at(2, IP), all(8));
        assert_eq!(ask(&mut block, &mut ipv4()), verdict, "{control:?}");
    }
    let mut block = Block::new();
    let target = Target::none().action(mirred::Config::redirect(to, true));
    add(&mut block, at(1, IP), Filter::Matchall(matchall::Config { target }));
    assert_eq!(ask(&mut block, &mut ipv4()), Verdict::Drop, "nobody drains a list");
    let mut lost = DropCounts::default();
    let mut deferred = crate::Deferred::new(1);
    let mut cx = Cx::new(Instant::ZERO, &mut lost).with_deferred(&mut deferred);
    assert_eq!(block.classify(&mut ipv4(), &mut cx), Verdict::Redirect { to, ingress: true });
}

#[test]
fn deletes_one_or_a_priority_or_a_chain() {
    let mut block = Block::new();
    let seven = At { handle: 7, ..at(5, IP) };
    let eight = At { handle: 8, ..seven };
    add(&mut block, seven, mark(1));
    add(&mut block, eight, mark(1));
    add(&mut block, at(6, IP), all(2));
    assert_eq!(block.delete(at(5, IP), Some("basic")), Err(FilterError::KindDiffers));
    assert_eq!(block.delete(At { prio: 4, ..seven }, None), Err(FilterError::NotFound));
    assert_eq!(block.delete(At { handle: 9, ..seven }, None), Err(FilterError::UnknownHandle));
    assert_eq!(block.delete(At { chain: 1, ..seven }, None), Err(FilterError::NoChain(1)));
    assert_eq!(block.delete(At { prio: 0, ..seven }, None), Err(FilterError::NoPriority));
    let arp = At { protocol: EtherType::ARP, ..seven };
    assert_eq!(block.delete(arp, None), Err(FilterError::ProtocolDiffers(IP)));
    block.delete(seven, Some("fw")).unwrap();
    assert_eq!(block.get(seven, |_| ()), Err(FilterError::UnknownHandle));
    assert_eq!(block.get(eight, |shown| shown.at), Ok(eight));
    block.delete(eight, None).unwrap();
    assert_eq!(block.get(eight, |_| ()), Err(FilterError::NotFound), "the last takes it along");
    let whole = At { prio: 0, handle: 0, chain: 9, protocol: EtherType::NONE };
    assert_eq!(block.delete(whole, None), Ok(()), "an unknown chain is empty");
    block.delete(At { chain: 0, ..whole }, None).unwrap();
    assert!(block.is_empty());
    assert_eq!(block.delete(At { chain: 0, ..whole }, None), Ok(()));
}

#[test]
fn the_mark_is_the_class_without_options() {
    let mut block = Block::new();
    let old = || Filter::Fw(fw::Config::MarkIsClass { of: crate::Handle(1) });
    add(&mut block, at(5, IP), old());
    let verdicts = [0, 3, 0x1_0004, 0x2_0004].map(|mark| {
        let mut packet = ipv4();
        packet.mark = mark;
        ask(&mut block, &mut packet)
    });
    let class = |class| Verdict::Class(ClassId(class));
    let none = Verdict::Unclassified;
    assert_eq!(verdicts, [none, class(3), class(0x1_0004), none]);
    let seven = At { handle: 7, ..at(5, IP) };
    assert_eq!(refused(&mut block, Request::Replace, seven, old()), FilterError::NoOptions);
    assert_eq!(refused(&mut block, Request::Replace, at(5, IP), mark(1)), FilterError::NoMark);
    add(&mut block, seven, mark(1));
    let mut packet = ipv4();
    packet.mark = 3;
    assert_eq!(ask(&mut block, &mut packet), none, "a table of marks takes its place");
    let masked = fw::Config::Mark { mask: 0xff, indev: None, target: self::class(1) };
    let eight = At { handle: 8, ..seven };
    let error = refused(&mut block, Request::Add, eight, Filter::Fw(masked));
    assert_eq!(error, FilterError::MaskDiffers(u32::MAX));
}

#[test]
fn a_mark_is_masked_and_a_device_asked_for() {
    let mut block = Block::new();
    let indev = IfIndex::new(4);
    let config = fw::Config::Mark { mask: 0xf0, indev, target: class(1) };
    add(&mut block, At { handle: 0x30, ..at(5, IP) }, Filter::Fw(config));
    let mut packet = ipv4();
    packet.mark = 0x137;
    assert_eq!(ask(&mut block, &mut packet), Verdict::Unclassified);
    packet.ingress = indev;
    assert_eq!(minor(ask(&mut block, &mut packet)), Some(1));
    packet.mark = 0x147;
    assert_eq!(ask(&mut block, &mut packet), Verdict::Unclassified);
}

fn in_chain(chain: u32) -> At {
    At { chain, ..at(1, EtherType::ALL) }
}

fn chains(block: &Block<Bytes>) -> Vec<(u32, bool)> {
    block.chains().map(|chain| (chain.index, chain.explicit)).collect()
}

#[test]
fn chains_are_shown_in_the_order_in_which_they_came() {
    let mut block = Block::new();
    for chain in [7, 0, 3] {
        add(&mut block, in_chain(chain), all(1));
    }
    assert_eq!(chains(&block), [(7, false), (0, false), (3, false)]);
    let mut shown = Vec::new();
    block.walk(&mut |filter| shown.push(filter.at.chain));
    assert_eq!(shown, [7, 0, 3]);
    // One that comes again stands last.
    block.delete(in_chain(7), None).unwrap();
    add(&mut block, in_chain(7), all(1));
    assert_eq!(chains(&block), [(0, false), (3, false), (7, false)]);
}

#[test]
fn a_chain_that_was_made_stays_without_filters() {
    let mut block = Block::new();
    block.add_chain(5).unwrap();
    assert_eq!(block.add_chain(5), Err(FilterError::ChainExists(5)));
    assert_eq!(block.add_chain(MAX_CHAIN + 1), Err(FilterError::Chain(MAX_CHAIN + 1)));
    add(&mut block, in_chain(5), all(1));
    block.delete(At { prio: 0, ..At { chain: 5, ..At::any(EtherType::NONE) } }, None).unwrap();
    assert_eq!(chains(&block), [(5, true)]);
    assert_eq!(ask(&mut block, &mut ipv4()), Verdict::Unclassified);
    add(&mut block, in_chain(5), all(1));
    block.delete_chain(5).unwrap();
    assert_eq!(chains(&block), []);
    assert!(block.is_empty());
    assert_eq!(block.delete_chain(5), Err(FilterError::NoChain(5)));
}

#[test]
fn a_chain_that_actions_lead_to_has_its_place_and_is_not_shown() {
    let mut block = Block::new();
    add(&mut block, in_chain(0), does(Control::GotoChain(9)));
    add(&mut block, in_chain(4), all(4));
    assert_eq!(chains(&block), [(0, false), (4, false)]);
    assert_eq!(block.delete_chain(9), Err(FilterError::NoChain(9)));
    add(&mut block, in_chain(9), all(2));
    assert_eq!(chains(&block), [(0, false), (9, false), (4, false)]);
    assert_eq!(minor(ask(&mut block, &mut ipv4())), Some(2));
    // Without filters it keeps its place while something leads to it, and no longer.
    block.delete(in_chain(9), None).unwrap();
    assert_eq!(chains(&block), [(0, false), (4, false)]);
    block.delete(in_chain(0), None).unwrap();
    add(&mut block, in_chain(9), all(2));
    assert_eq!(chains(&block), [(4, false), (9, false)]);
}

#[test]
fn a_priority_is_shown_with_what_it_is() {
    let mut block = Block::new();
    assert_eq!(block.auto_prio(0), Ok(0xc000));
    let given = add(&mut block, at(0, IP), all(1));
    add(&mut block, At { handle: 7, ..at(3, EtherType::ARP) }, mark(1));
    assert_eq!((given.prio, block.auto_prio(0)), (0xc000, Ok(0xbfff)));
    let shown = block.proto(0, 3).unwrap();
    assert_eq!((shown.kind, shown.at.protocol), ("fw", EtherType::ARP));
    assert_eq!(block.proto(0, 4), None);
    let all: Vec<_> = block.protos().map(|proto| (proto.at.prio, proto.kind)).collect();
    assert_eq!(all, [(3, "fw"), (0xc000, "matchall")]);
}
