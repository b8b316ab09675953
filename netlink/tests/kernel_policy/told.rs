//! Families as the kernel tells of them, made into definitions of ours.
//!
//! The kernel does not tell everything: neither of what it refuses without looking at it, nor of numbers in network
//! order, least lengths, families' own checks or leniency. Where that matters, tests make allowance for it.

use std::collections::BTreeMap;

use softnet_netlink::genl::ctrl::{
    Ctrl, CtrlAttr, CtrlMcastGroupAttr, CtrlOpAttr, CtrlOpPolicyAttr, cmd,
};
use softnet_netlink::genl::{Definition, McastGroup, Op, OpFlags, SplitOp, Validate};
use softnet_netlink::policy::{Check, Kind, Policy, PolicyTypeAttr, Range, Rule, attr_kind};
use softnet_netlink::set::Typed;

use crate::kernel::{Kernel, attr, attrs};

#[derive(Debug)]
pub(crate) struct Told {
    pub(crate) id: u16,
    pub(crate) definition: &'static Definition,
}

/// All families that are told of, by id.
pub(crate) fn families(kernel: &mut Kernel) -> Vec<Told> {
    let answers = kernel.dump(0x10, cmd::GET_FAMILY, &[]).unwrap();
    answers.iter().map(|answer| family(kernel, answer)).collect()
}

fn leak<T>(value: T) -> &'static T {
    Box::leak(Box::new(value))
}

fn text(bytes: &[u8]) -> &'static str {
    String::from_utf8(bytes.to_vec()).unwrap().leak()
}

fn family(kernel: &mut Kernel, answer: &[u8]) -> Told {
    let mut definition = Definition { netns_ok: true, ..Definition::new("") };
    let (mut id, mut ops, mut groups) = (0, Vec::new(), Vec::new());
    for attr in Typed::<Ctrl>::new(attrs(answer)) {
        match attr {
            CtrlAttr::FamilyId(is) => id = is,
            CtrlAttr::FamilyName(name) => definition.name = text(name),
            CtrlAttr::Version(version) => definition.version = version as u8,
            CtrlAttr::HdrSize(size) => definition.header_size = size as u16,
            CtrlAttr::MaxAttr(max) => definition.max_attr = max,
            CtrlAttr::Ops(nest) => ops = nest.attrs().map(|op| command(op.attrs())).collect(),
            CtrlAttr::McastGroups(nest) => {
                groups = nest.attrs().map(|group| mcast_group(group.attrs())).collect();
            }
            other => panic!("{other:?}"),
        }
    }
    definition.groups = groups.leak();
    let policies = policies(kernel, id).named(&ops);
    let sorted = ops.windows(2).all(|pair| pair[0].0 < pair[1].0);
    // Split commands are told to have a policy for each of their turns; the turns of others have the same one.
    if sorted && ops.iter().all(|&(cmd, flags)| policies.are_for_each_turn(cmd, flags)) {
        let split = ops.iter().flat_map(|&(cmd, flags)| policies.split(cmd, flags));
        definition.split_ops = split.collect::<Vec<_>>().leak();
    } else {
        definition.resv_start_op = 256;
        let whole = ops.iter().map(|&(cmd, flags)| policies.whole(cmd, flags));
        definition.ops = whole.collect::<Vec<_>>().leak();
    }
    Told { id, definition: leak(definition) }
}

fn command<'a>(attrs: impl Iterator<Item = CtrlOpAttr<'a>>) -> (u8, OpFlags) {
    let mut command = (0, OpFlags::empty());
    for attr in attrs {
        match attr {
            CtrlOpAttr::Id(id) => command.0 = id as u8,
            CtrlOpAttr::Flags(flags) => command.1 = OpFlags::from_bits_retain(flags as u8),
            other => panic!("{other:?}"),
        }
    }
    command
}

fn mcast_group<'a>(attrs: impl Iterator<Item = CtrlMcastGroupAttr<'a>>) -> McastGroup {
    let mut name = "";
    for attr in attrs {
        if let CtrlMcastGroupAttr::Name(is) = attr {
            name = text(is);
        }
    }
    McastGroup::new(name)
}

/// What `CTRL_CMD_GETPOLICY` tells of a family.
#[derive(Default)]
struct Policies {
    tables: BTreeMap<u16, &'static Policy>,
    /// By command: of a request that is no dump, of a dump.
    of: BTreeMap<u8, [Option<u16>; 2]>,
    /// Of commands that can only be dumps, in order: some kernels call each of them 0.
    nameless: Vec<[Option<u16>; 2]>,
}

impl Policies {
    fn named(mut self, ops: &[(u8, OpFlags)]) -> Self {
        let wanted = OpFlags::CAP_DUMP | OpFlags::CAP_HASPOL;
        let both = wanted | OpFlags::CAP_DO;
        let dumps = ops.iter().filter(|(_, flags)| flags.intersection(both) == wanted);
        for ((cmd, _), numbers) in dumps.zip(&self.nameless) {
            self.of.insert(*cmd, *numbers);
        }
        self
    }

    fn get(&self, cmd: u8, turn: usize) -> Option<&'static Policy> {
        let number = self.of.get(&cmd)?[turn]?;
        self.tables.get(&number).copied()
    }

    /// One whose policy tells nothing refuses everything: so does one that is told to have none.
    fn split(&self, cmd: u8, flags: OpFlags) -> impl Iterator<Item = SplitOp> {
        let rest = flags.intersection(OpFlags::ADMIN_PERM | OpFlags::UNS_ADMIN_PERM);
        let turns =
            [(OpFlags::CAP_DO, SplitOp::doit(cmd)), (OpFlags::CAP_DUMP, SplitOp::dumpit(cmd))];
        let turns = turns.into_iter().enumerate();
        turns
            .filter(move |(_, (flag, _))| flags.contains(*flag))
            .map(move |(turn, (_, op))| SplitOp { policy: self.get(cmd, turn), ..op }.flags(rest))
    }

    fn are_for_each_turn(&self, cmd: u8, flags: OpFlags) -> bool {
        let numbers = self.of.get(&cmd).copied().unwrap_or_default();
        let turns = [OpFlags::CAP_DO, OpFlags::CAP_DUMP].into_iter().zip(numbers);
        turns.into_iter().all(|(turn, number)| flags.contains(turn) == number.is_some())
    }

    fn whole(&self, cmd: u8, flags: OpFlags) -> Op {
        let policy = self.get(cmd, 0).or(self.get(cmd, 1));
        let op = Op { policy, ..Op::new(cmd, flags.difference(OpFlags::CAP_HASPOL)) };
        let unchecked = flags.contains(OpFlags::CAP_DUMP) && self.get(cmd, 1).is_none();
        if unchecked { op.validate(Validate::DONT_DUMP) } else { op }
    }
}

fn policies(kernel: &mut Kernel, id: u16) -> Policies {
    let mut told = Policies::default();
    let mut rules: BTreeMap<u16, BTreeMap<u16, Vec<PolicyTypeAttr<'_>>>> = BTreeMap::new();
    let Some(answers) = kernel.dump(0x10, cmd::GET_POLICY, &attr(1, &id.to_ne_bytes())) else {
        return told;
    };
    for answer in &answers {
        for attr in Typed::<Ctrl>::new(attrs(answer)) {
            match attr {
                CtrlAttr::FamilyId(of) => assert_eq!(of, id),
                CtrlAttr::OpPolicy(ops) => {
                    let op = ops.attrs().next().unwrap();
                    match op.attr().kind() {
                        0 => told.nameless.push(numbers(op.attrs())),
                        cmd => drop(told.of.insert(cmd as u8, numbers(op.attrs()))),
                    }
                }
                CtrlAttr::Policy(policies) => {
                    let policy = policies.attrs().next().unwrap();
                    let rule = policy.attrs().next().unwrap();
                    let rules = rules.entry(policy.attr().kind()).or_default();
                    rules.insert(rule.attr().kind(), rule.attrs().collect());
                }
                other => panic!("{other:?}"),
            }
        }
    }
    // A policy that nests another one comes before it; none here nests itself.
    let numbers: Vec<u16> = rules.keys().rev().copied().collect();
    for number in numbers {
        build(number, &rules, &mut told.tables);
    }
    told
}

fn numbers<'a>(attrs: impl Iterator<Item = CtrlOpPolicyAttr<'a>>) -> [Option<u16>; 2] {
    let mut numbers = [None; 2];
    for attr in attrs {
        match attr {
            CtrlOpPolicyAttr::Do(number) => numbers[0] = Some(number as u16),
            CtrlOpPolicyAttr::Dump(number) => numbers[1] = Some(number as u16),
            other => panic!("{other:?}"),
        }
    }
    numbers
}

type Rules<'a> = BTreeMap<u16, BTreeMap<u16, Vec<PolicyTypeAttr<'a>>>>;

fn build(number: u16, rules: &Rules<'_>, built: &mut BTreeMap<u16, &'static Policy>) {
    if built.contains_key(&number) {
        return;
    }
    // How long a nested policy is, is told where it is nested; of others, where its last rule is.
    let nested = rules.values().flat_map(BTreeMap::values).filter_map(|rule| {
        let mine = rule.contains(&PolicyTypeAttr::PolicyIdx(number.into()));
        let max = |attr: &PolicyTypeAttr<'_>| match attr {
            PolicyTypeAttr::PolicyMaxtype(max) => Some(*max as u16),
            _ => None,
        };
        rule.iter().find_map(max).filter(|_| mine)
    });
    let known = rules.get(&number);
    let last = known.and_then(|rules| rules.keys().next_back().copied()).unwrap_or(1);
    let max = nested.max().unwrap_or(last);
    let mut table = vec![Rule::UNSPEC; usize::from(max) + 1];
    for (&kind, told) in known.into_iter().flatten() {
        table[usize::from(kind)] = rule(told, rules, built);
    }
    built.insert(number, leak(Policy::new(table.leak())));
}

fn rule(
    told: &[PolicyTypeAttr<'_>],
    rules: &Rules<'_>,
    built: &mut BTreeMap<u16, &'static Policy>,
) -> Rule {
    use PolicyTypeAttr as Attr;
    let (mut kind, mut unsigned, mut signed) = (0, (0, 0), (0, 0));
    let (mut least, mut most, mut policy, mut bits, mut mask) = (None, None, None, 0, None);
    for attr in told {
        match *attr {
            Attr::Type(is) => kind = is,
            Attr::MinValueU(min) => unsigned.0 = min,
            Attr::MaxValueU(max) => unsigned.1 = max,
            Attr::MinValueS(min) => signed.0 = min,
            Attr::MaxValueS(max) => signed.1 = max,
            Attr::MinLength(min) => least = Some(min as i16),
            Attr::MaxLength(max) => most = Some(max as u16),
            Attr::PolicyIdx(number) => policy = Some(number as u16),
            Attr::Bitfield32Mask(valid) => bits = valid,
            Attr::Mask(told) => mask = Some(told as u32),
            Attr::PolicyMaxtype(_) => {}
            other => panic!("{other:?}"),
        }
    }
    let policy = policy.map(|number| {
        build(number, rules, built);
        built[&number]
    });
    let (min, max) = unsigned;
    let range = Check::RangePtr(Range::Unsigned { min, max });
    let unsigned = |rule: Rule| match mask {
        Some(mask) => rule.mask(mask),
        None => rule.check(range),
    };
    let signed =
        |rule: Rule| rule.check(Check::RangePtr(Range::Signed { min: signed.0, max: signed.1 }));
    let length = |rule: Rule| match least {
        Some(min) => rule.range(min, most.map_or(i16::MAX, |most| most as i16)),
        None => rule,
    };
    match kind {
        attr_kind::FLAG => Rule::FLAG,
        attr_kind::U8 => unsigned(Rule::U8),
        attr_kind::U16 => unsigned(Rule::U16),
        attr_kind::U32 => unsigned(Rule::U32),
        attr_kind::U64 => unsigned(Rule::U64),
        attr_kind::UINT => unsigned(Rule::UINT),
        attr_kind::S8 => signed(Rule::S8),
        attr_kind::S16 => signed(Rule::S16),
        attr_kind::S32 => signed(Rule::S32),
        attr_kind::S64 => signed(Rule::S64),
        attr_kind::SINT => signed(Rule::SINT),
        attr_kind::BINARY => {
            let max = if least.is_some() { 0 } else { most.unwrap_or(0) };
            length(Rule::binary(max))
        }
        attr_kind::STRING => length(Rule::string(most.unwrap_or(0))),
        attr_kind::NUL_STRING => length(Rule::nul_string(most.unwrap_or(0))),
        attr_kind::NESTED => Rule::of(Kind::Nested(policy)),
        attr_kind::NESTED_ARRAY => Rule::of(Kind::NestedArray(policy)),
        attr_kind::BITFIELD32 => Rule::bitfield32(bits),
        other => panic!("type {other}"),
    }
}
