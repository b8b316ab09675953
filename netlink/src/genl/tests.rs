use alloc::vec;
use alloc::vec::Vec;

use super::ctrl::{Ctrl, CtrlAttr, CtrlMcastGroupAttr, CtrlOpAttr, CtrlOpPolicyAttr};
use super::*;
use crate::errno::Errno;
use crate::extack::ExtAck;
use crate::policy::{Policy, PolicyTypeAttr, Rule, table};
use crate::set::{Text, Typed};
use crate::wire::{Flags, Message, Messages};

struct Root;

impl Caller for Root {
    fn in_initial_net(&self) -> bool {
        true
    }
    fn admin(&self) -> bool {
        true
    }
    fn net_admin(&self) -> bool {
        true
    }
}

/// Root of a container: a user namespace and a net of its own.
struct Contained;

impl Caller for Contained {
    fn in_initial_net(&self) -> bool {
        false
    }
    fn admin(&self) -> bool {
        false
    }
    fn net_admin(&self) -> bool {
        true
    }
}

crate::attributes! {
    /// A bell's attributes.
    Bell: BellAttr, BellBuf {
        /// Its name.
        Name = 1: Text => Rule::nul_string(15);
        /// How loud.
        Volume = 2: u8 => Rule::U8.max(11);
        /// Of what it is made.
        Parts = 3: crate::set::Nest<Part>;
    }
}

crate::attributes! {
    /// A part of a bell.
    Part: PartAttr, PartBuf {
        /// Its weight.
        Weight = 1: u32;
    }
}

static BELL_OPS: [Op; 4] = [
    Op::new(1, OpFlags::CAP_DO.union(OpFlags::CAP_DUMP)).policy(Bell::POLICY),
    Op::new(2, OpFlags::CAP_DO.union(OpFlags::ADMIN_PERM)).validate(Validate::DONT_STRICT),
    Op::new(5, OpFlags::CAP_DO.union(OpFlags::UNS_ADMIN_PERM)).policy(Bell::POLICY),
    Op::new(6, OpFlags::CAP_DUMP),
];

use crate::set::Set;

static BELL: Definition = Definition {
    version: 3,
    header_size: 6,
    ops: &BELL_OPS,
    groups: &[
        McastGroup { name: "rung", flags: GroupFlags::CAP_NET_ADMIN },
        McastGroup::new("broken"),
    ],
    resv_start_op: 5,
    netns_ok: true,
    ..Definition::new("bell")
};

/// A request of the kind, with a family's own header of `own` bytes.
fn request(family: u16, flags: u16, header: [u8; 4], own: usize, attrs: &[u8]) -> Vec<u8> {
    let own = own.next_multiple_of(4);
    let len = u32::try_from(20 + own + attrs.len()).unwrap();
    let mut bytes = len.to_ne_bytes().to_vec();
    bytes.extend(family.to_ne_bytes());
    bytes.extend(flags.to_ne_bytes());
    bytes.extend([0; 8]);
    bytes.extend(header);
    bytes.resize(20 + own, 0);
    bytes.extend(attrs);
    bytes
}

fn registry() -> (Registry<&'static str>, u16) {
    let mut registry = Registry::new();
    let (id, _) = registry.register(&BELL, "ding").unwrap();
    (registry, id)
}

fn verdict(
    registry: &Registry<&'static str>,
    bytes: &[u8],
    caller: &impl Caller,
) -> (Result<(), Errno>, Option<Vec<u8>>) {
    let mut extack = ExtAck::new();
    let message = Message::parse(bytes).unwrap();
    let found = registry.find(message, caller, &mut extack);
    let parsed = found.and_then(|info| info.parse::<4>(&mut extack));
    (parsed.map(drop), extack.words().map(<[u8]>::to_vec))
}

const REQUEST: u16 = 1;
const DUMP: u16 = 0x301;

#[test]
fn ids_begin_at_0x13_and_go_round() {
    let leaked = |name: usize| -> &'static Definition {
        let name: &'static str = alloc::format!("family{name}").leak();
        alloc::boxed::Box::leak(alloc::boxed::Box::new(Definition::new(name)))
    };
    let mut registry = Registry::new();
    // 0x13 to 1023.
    for at in 0..1005 {
        assert_eq!(registry.register(leaked(at), ()).unwrap().0, 0x13 + at as u16);
    }
    assert_eq!(registry.register(leaked(2000), ()).unwrap_err(), RegisterError::NoId);
    registry.unregister(0x20).unwrap();
    registry.unregister(0x15).unwrap();
    assert_eq!(registry.register(leaked(2001), ()).unwrap().0, 0x15);
    // Not the lowest free one, but the next.
    registry.unregister(0x14).unwrap();
    assert_eq!(registry.register(leaked(2002), ()).unwrap().0, 0x20);
    assert_eq!(registry.register(leaked(2003), ()).unwrap().0, 0x14);
}

#[test]
fn two_old_families_have_their_ids_and_groups() {
    static QUOTA: Definition =
        Definition { groups: &[McastGroup::new("events")], ..Definition::new("VFS_DQUOT") };
    static PMCRAID: Definition =
        Definition { groups: &[McastGroup::new("events")], ..Definition::new("pmcraid") };
    static NET_DM: Definition =
        Definition { groups: &[McastGroup::new("events")], ..Definition::new("NET_DM") };
    let mut registry = Registry::new();
    let ids = [&QUOTA, &PMCRAID, &NET_DM].map(|family| registry.register(family, ()).unwrap().0);
    assert_eq!(ids, [0x11, 0x12, 0x13]);
    let groups = ids.map(|id| registry.by_id(id).unwrap().groups());
    assert_eq!(groups, [17..18, 18..19, 1..2]);
    // Drop monitor's group is never given to others.
    registry.unregister(0x13).unwrap();
    let (id, _) = registry.register(&BELL, ()).unwrap();
    assert_eq!(registry.by_id(id).unwrap().groups(), 2..4);
}

#[test]
fn groups_are_given_out_in_a_row_around_those_that_are_reserved() {
    static FOURTEEN: Definition =
        Definition { groups: &[McastGroup::new("g"); 14], ..Definition::new("fourteen") };
    static FIFTEEN: Definition =
        Definition { groups: &[McastGroup::new("g"); 15], ..Definition::new("fifteen") };
    static FIFTY: Definition =
        Definition { groups: &[McastGroup::new("g"); 50], ..Definition::new("fifty") };
    let mut registry = Registry::new();
    let mut groups = |family| {
        let (id, _) = registry.register(family, ()).unwrap();
        (registry.by_id(id).unwrap().groups(), registry.group_count())
    };
    // 2 to 15 are 14; 16, 17 and 18 are taken.
    assert_eq!(groups(&FIFTEEN), (19..34, 64));
    assert_eq!(groups(&FOURTEEN), (2..16, 64));
    // What begins in the last word goes on in a new one.
    assert_eq!(groups(&FIFTY), (34..84, 128));
}

#[test]
fn what_linux_would_not_register_is_refused() {
    const DO: OpFlags = OpFlags::CAP_DO;
    static TWICE: Definition =
        Definition { ops: &[Op::new(1, DO), Op::new(1, DO)], ..Definition::new("a") };
    static NO_TURN: Definition =
        Definition { ops: &[Op::new(1, OpFlags::ADMIN_PERM)], ..Definition::new("a") };
    static EXEMPT: Definition = Definition {
        ops: &[Op::new(1, DO).validate(Validate::DONT_STRICT)],
        resv_start_op: 1,
        ..Definition::new("a")
    };
    static ORDER: Definition =
        Definition { split_ops: &[SplitOp::doit(2), SplitOp::doit(1)], ..Definition::new("a") };
    static DUMP_FIRST: Definition =
        Definition { split_ops: &[SplitOp::dumpit(1), SplitOp::doit(1)], ..Definition::new("a") };
    static UNLIKE: Definition = Definition {
        split_ops: &[SplitOp::doit(1).flags(OpFlags::ADMIN_PERM), SplitOp::dumpit(1)],
        ..Definition::new("a")
    };
    static BOTH_TURNS: Definition = Definition {
        split_ops: &[SplitOp::doit(1).flags(OpFlags::CAP_DUMP)],
        ..Definition::new("a")
    };
    static LONG: Definition = Definition::new("sixteen letters!");
    let mut registry = Registry::new();
    for (family, why) in [
        (&TWICE, Flawed::Twice(1)),
        (&NO_TURN, Flawed::Turns(1)),
        (&EXEMPT, Flawed::Exempt(1)),
        (&ORDER, Flawed::Order(1)),
        (&DUMP_FIRST, Flawed::Order(1)),
        (&UNLIKE, Flawed::Order(1)),
        (&BOTH_TURNS, Flawed::Turns(1)),
        (&LONG, Flawed::Name("sixteen letters!")),
    ] {
        assert_eq!(registry.register(family, ()).unwrap_err(), RegisterError::Flawed(why));
    }
    registry.register(&BELL, ()).unwrap();
    assert_eq!(registry.register(&BELL, ()).unwrap_err().errno(), Errno::EEXIST);
}

#[test]
fn requests_are_refused_as_genl_rcv_msg_does() {
    let (registry, id) = registry();
    let volume = |value| [5, 0, 2, 0, value, 0, 0, 0];
    let ask = |family, flags, header, own, attrs: &[u8]| {
        verdict(&registry, &request(family, flags, header, own, attrs), &Root)
    };
    let reserved = Some(b"genlmsghdr.reserved field is not 0".to_vec());
    let bits = Some(b"ambiguous or reserved bits set in nlmsg_flags".to_vec());

    assert_eq!(ask(id, REQUEST, [1, 0, 0, 0], 6, &volume(11)), (Ok(()), None));
    assert_eq!(ask(99, REQUEST, [1, 0, 0, 0], 6, &[]), (Err(Errno::ENOENT), None));
    assert_eq!(ask(id, REQUEST, [9, 0, 0, 0], 6, &[]), (Err(Errno::EOPNOTSUPP), None));
    // The family's own header is missing.
    assert_eq!(ask(id, REQUEST, [1, 0, 0, 0], 4, &[]), (Err(Errno::EINVAL), None));
    // Commands from 5 on are checked for bits that they should not have; those before are not.
    assert_eq!(ask(id, REQUEST, [1, 0, 1, 0], 6, &[]), (Ok(()), None));
    assert_eq!(ask(id, REQUEST, [5, 0, 1, 0], 6, &[]), (Err(Errno::EINVAL), reserved));
    assert_eq!(ask(id, 0x101, [1, 0, 0, 0], 6, &[]), (Ok(()), None));
    for flags in [0x101, 0x201, 0x401, 0x801, 3, 0x701] {
        let refused = ask(id, flags, [5, 0, 0, 0], 6, &[]);
        assert_eq!(refused, (Err(Errno::EINVAL), bits.clone()), "{flags:x}");
    }
    assert_eq!(ask(id, 1 | 4 | 8, [5, 0, 0, 0], 6, &[]), (Ok(()), None));
    // Half of the dump's bits are no dump.
    assert_eq!(ask(id, 0x201, [2, 0, 0, 0], 6, &[]), (Ok(()), None));
    assert_eq!(ask(id, DUMP, [2, 0, 0, 0], 6, &[]), (Err(Errno::EOPNOTSUPP), None));
    assert_eq!(ask(id, REQUEST, [6, 0, 0, 0], 6, &[]), (Err(Errno::EOPNOTSUPP), None));
    assert_eq!(ask(id, DUMP, [6, 0, 0, 0], 6, &[]), (Ok(()), None));
    // A new command without a policy has no attributes; an old one may have any.
    let (refused, words) = ask(id, DUMP, [6, 0, 0, 0], 6, &volume(1));
    assert_eq!((refused, words), (Err(Errno::EINVAL), Some(b"Unknown attribute type".to_vec())));
    assert_eq!(ask(id, REQUEST, [2, 0, 0, 0], 6, &volume(1)), (Ok(()), None));
}

#[test]
fn who_may_not_is_told_before_what_is_wrong() {
    let (registry, id) = registry();
    let wrong = [4, 0, 77, 0];
    let ask = |cmd, caller: &dyn Fn(&[u8]) -> Result<(), Errno>| {
        caller(&request(id, REQUEST, [cmd, 0, 0, 0], 6, &wrong))
    };
    let contained = |bytes: &[u8]| verdict(&registry, bytes, &Contained).0;
    assert_eq!(ask(2, &contained), Err(Errno::EPERM));
    // In its own net it may.
    assert_eq!(ask(5, &contained), Err(Errno::EINVAL));
    static HERE_ONLY: Definition =
        Definition { ops: &[Op::new(1, OpFlags::CAP_DO)], ..Definition::new("here") };
    let mut registry = Registry::new();
    let (id, _) = registry.register(&HERE_ONLY, "").unwrap();
    let bytes = request(id, REQUEST, [1, 0, 0, 0], 0, &[]);
    assert_eq!(verdict(&registry, &bytes, &Contained).0, Err(Errno::ENOENT));
    assert_eq!(verdict(&registry, &bytes, &Root).0, Ok(()));
}

#[test]
fn a_split_command_without_a_policy_checks_nothing_but_says_it_refuses_all() {
    static SPLIT: Definition = Definition {
        split_ops: &[SplitOp::doit(1).policy(Part::POLICY), SplitOp::dumpit(1)],
        ..Definition::new("split")
    };
    let commands: Vec<_> = SPLIT.commands().collect();
    assert_eq!(commands.len(), 1);
    assert_eq!(commands[0].flags().bits(), 2 | 4 | 8);
    assert!(commands[0].policies()[1].is_some());
    assert!(SPLIT.op(1, Turn::Dump).unwrap().policy.is_none());
    let mut registry = Registry::new();
    let (id, _) = registry.register(&SPLIT, "").unwrap();
    let bytes = request(id, DUMP, [1, 0, 0, 0], 0, &[4, 0, 77, 0]);
    assert_eq!(verdict(&registry, &bytes, &Root).0, Ok(()));
}

#[test]
fn a_family_is_told_of_when_it_comes_and_goes() {
    let mut registry = Registry::new();
    let (id, told) = registry.register(&BELL, ()).unwrap();
    let heads = |told: &[Notification]| -> Vec<(u8, u16)> {
        let view = |told: &Notification| {
            assert!(told.all_nets);
            let view = View::new(Message::parse(&told.bytes).unwrap()).unwrap();
            assert_eq!((view.header().version, view.message().header().port), (2, 0));
            (view.header().cmd, view.family())
        };
        told.iter().map(view).collect()
    };
    assert_eq!(heads(&told), [(1, 0x10), (7, 0x10), (7, 0x10)]);
    let last = View::new(Message::parse(&told[2].bytes).unwrap()).unwrap();
    let attrs: Vec<_> = Typed::<Ctrl>::new(last.attrs(0)).collect();
    let [CtrlAttr::FamilyName(name), CtrlAttr::FamilyId(of), CtrlAttr::McastGroups(groups)] =
        attrs[..]
    else {
        panic!("{attrs:?}")
    };
    assert_eq!((name, of), (&b"bell"[..], id));
    let group: Vec<_> = groups.attrs().next().unwrap().attrs().collect();
    assert_eq!(group, [CtrlMcastGroupAttr::Id(3), CtrlMcastGroupAttr::Name(b"broken")]);

    assert_eq!(registry.group_flags(2), GroupFlags::CAP_NET_ADMIN);
    assert_eq!(registry.group_flags(3), GroupFlags::empty());
    assert_eq!(registry.group_flags(4), GroupFlags::empty());
    let gone = registry.unregister(id).unwrap();
    assert_eq!(gone.groups, 2..4);
    assert_eq!(heads(&gone.notifications), [(8, 0x10), (8, 0x10), (2, 0x10)]);
    assert!(registry.unregister(id).is_none());
    assert!(registry.unregister(ID_CTRL).is_none());
}

/// All messages of a dump, with so much room for each part.
fn dump_all(room: usize, mut part: impl FnMut(&mut Reply<'_, '_>) -> bool) -> Vec<Vec<Vec<u8>>> {
    let mut parts = Vec::new();
    loop {
        let mut buffer = vec![0; room];
        let mut writer = Writer::new(&mut buffer);
        let flags = Flags::MULTI;
        let more = part(&mut Reply { writer: &mut writer, flags, seq: 7, port: 9 });
        let messages = Messages::new(writer.as_bytes());
        parts.push(messages.map(|message| message.unwrap().as_bytes().to_vec()).collect());
        if !more {
            return parts;
        }
        assert!(parts.len() < 100, "a dump without end");
    }
}

#[test]
fn a_dump_of_families_goes_on_where_its_buffer_was_full() {
    let (registry, _) = registry();
    static HERE_ONLY: Definition = Definition::new("here");
    let mut registry = registry;
    registry.register(&HERE_ONLY, "").unwrap();
    let dump = |room, initial: bool| {
        let mut state = FamilyDump::default();
        let parts = dump_all(room, |to| registry.dump_families(&mut state, initial, to).is_err());
        (parts.len(), parts.concat())
    };
    let (parts, whole) = dump(4096, true);
    assert_eq!((parts, whole.len()), (1, 3));
    let (parts, pieces) = dump(whole.iter().map(Vec::len).max().unwrap(), true);
    assert_eq!((parts, pieces), (3, whole.clone()));
    assert_eq!(dump(4096, false).1, whole[..2]);
}

#[test]
fn a_family_is_described() {
    let (registry, id) = registry();
    let find = |attrs: &[u8]| {
        let bytes = request(ID_CTRL, REQUEST, [3, 1, 0, 0], 0, attrs);
        let mut extack = ExtAck::new();
        let info = registry.find(Message::parse(&bytes).unwrap(), &Root, &mut extack)?;
        let mut buffer = [0; MESSAGE_SIZE];
        let mut writer = Writer::new(&mut buffer);
        let mut to = Reply { writer: &mut writer, flags: Flags::empty(), seq: 3, port: 4 };
        registry.get_family(&info, &Root, &mut extack, &mut to)?;
        Ok(writer.as_bytes().to_vec())
    };
    let by_name = find(b"\x09\0\x02\0bell\0\0\0\0").unwrap();
    let [low, high] = id.to_ne_bytes();
    assert_eq!(find(&[6, 0, 1, 0, low, high, 0, 0]).as_ref(), Ok(&by_name));
    // The name counts where both are there.
    assert_eq!(find(b"\x06\0\x01\0\x10\0\0\0\x09\0\x02\0bell\0\0\0\0").as_ref(), Ok(&by_name));
    assert_eq!(find(b"\x09\0\x02\0ball\0\0\0\0"), Err(Errno::ENOENT));
    assert_eq!(find(&[6, 0, 1, 0, 99, 0, 0, 0]), Err(Errno::ENOENT));
    assert_eq!(find(&[]), Err(Errno::EINVAL));

    let view = View::new(Message::parse(&by_name).unwrap()).unwrap();
    assert_eq!((view.header(), view.message().header().seq), (GenlHeader::new(1, 2), 3));
    let attrs: Vec<_> = Typed::<Ctrl>::new(view.attrs(0)).collect();
    assert_eq!(
        attrs[..5],
        [
            CtrlAttr::FamilyName(b"bell"),
            CtrlAttr::FamilyId(id),
            CtrlAttr::Version(3),
            CtrlAttr::HdrSize(6),
            CtrlAttr::MaxAttr(0),
        ]
    );
    let CtrlAttr::Ops(ops) = attrs[5] else { panic!("{attrs:?}") };
    let ops: Vec<_> = ops.attrs().map(|op| (op.attr().kind(), op.attrs().collect())).collect();
    let op = |index, id, flags| (index, vec![CtrlOpAttr::Id(id), CtrlOpAttr::Flags(flags)]);
    // Command 2 is old and has no policy; 6 is new, so it has the one that refuses all.
    let expected = [op(1, 1, 2 | 4 | 8), op(2, 2, 1 | 2), op(3, 5, 2 | 8 | 16), op(4, 6, 4 | 8)];
    assert_eq!(ops, expected);
}

#[test]
fn policies_are_told_of_commands_first_then_rule_by_rule() {
    let (registry, _) = registry();
    let dump = |attrs: &[u8], room| {
        let bytes = request(ID_CTRL, DUMP, [10, 1, 0, 0], 0, attrs);
        let mut extack = ExtAck::new();
        let info = registry.find(Message::parse(&bytes).unwrap(), &Root, &mut extack)?;
        let got = registry.get_policy(&info, &mut extack);
        let mut state =
            got.map_err(|errno| (errno, extack.offset())).map_err(|(errno, _)| errno)?;
        Ok(dump_all(room, |to| state.dump(to)).concat())
    };
    let name = b"\x09\0\x02\0bell\0\0\0\0";
    let whole: Vec<Vec<u8>> = dump(name, 4096).unwrap();
    let told: Vec<_> = whole
        .iter()
        .map(|bytes| {
            let view = View::new(Message::parse(bytes).unwrap()).unwrap();
            assert_eq!((view.header().cmd, view.message().flags()), (10, Flags::MULTI));
            Typed::<Ctrl>::new(view.attrs(0)).last().unwrap()
        })
        .collect();
    fn op<'a>(attr: &CtrlAttr<'a>) -> Option<(u16, Vec<CtrlOpPolicyAttr<'a>>)> {
        let CtrlAttr::OpPolicy(ops) = attr else { return None };
        let op = ops.attrs().next()?;
        Some((op.attr().kind(), op.attrs().collect()))
    }
    use CtrlOpPolicyAttr::{Do, Dump};
    let ops: Vec<_> = told.iter().map_while(op).collect();
    // 0: the bell's, 1: its parts'; 2 refuses all.
    assert_eq!(ops, [(1, vec![Do(0), Dump(0)]), (5, vec![Do(0)]), (6, vec![Dump(2)])]);
    let rules: Vec<_> = told[3..]
        .iter()
        .map(|attr| {
            let CtrlAttr::Policy(policies) = attr else { panic!("{attr:?}") };
            let policy = policies.attrs().next().unwrap();
            let rule = policy.attrs().next().unwrap();
            (policy.attr().kind(), rule.attr().kind(), rule.attrs().collect::<Vec<_>>())
        })
        .collect();
    use PolicyTypeAttr::{MaxLength, MaxValueU, MinValueU, PolicyIdx, PolicyMaxtype, Type};
    assert_eq!(
        rules,
        [
            (0, 1, vec![MaxLength(15), Type(12)]),
            (0, 2, vec![MinValueU(0), MaxValueU(11), Type(2)]),
            (0, 3, vec![PolicyIdx(1), PolicyMaxtype(1), Type(13)]),
            (1, 1, vec![MinValueU(0), MaxValueU(u32::MAX.into()), Type(4)]),
        ]
    );
    // In pieces it is the same.
    assert_eq!(dump(name, 96).unwrap(), whole);

    let of_op = |op: u32| {
        let mut attrs = name.to_vec();
        attrs.extend([8, 0, 10, 0]);
        attrs.extend(op.to_ne_bytes());
        dump(&attrs, 4096)
    };
    assert_eq!(of_op(5).unwrap().len(), 1 + 4);
    assert_eq!(of_op(2), Err(Errno::ENODATA));
    assert_eq!(of_op(9), Err(Errno::ENOENT));
    assert_eq!(of_op(0x105), Err(Errno::ENOENT));
    assert_eq!(dump(&[], 4096), Err(Errno::EINVAL));
}

#[test]
fn a_policy_that_nests_itself_is_told_of_once() {
    static LOOP: Policy = Policy::new(&table::<3>(&LOOP_ROWS));
    static LOOP_ROWS: [(u16, Rule); 2] = [(1, Rule::U8), (2, Rule::nested(&LOOP))];
    static OPS: [SplitOp; 1] = [SplitOp::doit(1).policy(&LOOP)];
    static FAMILY: Definition = Definition { split_ops: &OPS, ..Definition::new("loop") };
    let mut dump = PolicyDump::new(20, &FAMILY, None).unwrap();
    let messages = dump_all(4096, |to| dump.dump(to)).concat();
    assert_eq!(messages.len(), 1 + 2);
}
