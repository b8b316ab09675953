//! A family's commands.

use bitflags::bitflags;

use super::Definition;
use crate::policy::{Policy, Rule};

bitflags! {
    /// `CTRL_ATTR_OP_FLAGS`: what a command is, and who may give it.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
    pub struct OpFlags: u8 {
        /// `GENL_ADMIN_PERM`: `CAP_NET_ADMIN` in the initial user namespace.
        const ADMIN_PERM = 0x01;
        /// `GENL_CMD_CAP_DO`: it can be a request that is no dump.
        const CAP_DO = 0x02;
        /// `GENL_CMD_CAP_DUMP`: it can be a dump.
        const CAP_DUMP = 0x04;
        /// `GENL_CMD_CAP_HASPOL`: it has a policy. Only told to clients.
        const CAP_HASPOL = 0x08;
        /// `GENL_UNS_ADMIN_PERM`: `CAP_NET_ADMIN` over the socket's net.
        const UNS_ADMIN_PERM = 0x10;
    }
}

bitflags! {
    /// `GENL_DONT_VALIDATE_*`: what is not checked, for commands from before checks were strict.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
    pub struct Validate: u8 {
        /// `GENL_DONT_VALIDATE_STRICT`: requests that are no dumps are checked liberally.
        const DONT_STRICT = 1 << 0;
        /// `GENL_DONT_VALIDATE_DUMP`: dumps' attributes are not checked, unless an [`SplitOp`] has a policy for
        /// them, and even the family's own header may be missing.
        const DONT_DUMP = 1 << 1;
        /// `GENL_DONT_VALIDATE_DUMP_STRICT`: dumps are checked liberally.
        const DONT_DUMP_STRICT = 1 << 2;
    }
}

/// What a request is, by its flags.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Turn {
    /// One request, one answer.
    Do,
    /// A dump: both bits of [`Flags::DUMP`](crate::wire::Flags::DUMP) are set.
    Dump,
}

impl Turn {
    pub(super) const fn flag(self) -> OpFlags {
        match self {
            Self::Do => OpFlags::CAP_DO,
            Self::Dump => OpFlags::CAP_DUMP,
        }
    }
}

/// A command for both turns: `struct genl_ops`, and without a policy of its own `struct genl_small_ops`.
#[derive(Debug, Clone, Copy)]
pub struct Op {
    /// `cmd`.
    pub cmd: u8,
    /// [`OpFlags::CAP_DO`] and [`OpFlags::CAP_DUMP`] as it has `doit` and `dumpit`, and who may give it.
    pub flags: OpFlags,
    /// What is not checked.
    pub validate: Validate,
    /// A policy other than the family's.
    pub policy: Option<&'static Policy>,
}

/// A command for one turn: `struct genl_split_ops`.
#[derive(Debug, Clone, Copy)]
pub struct SplitOp {
    /// `cmd`.
    pub cmd: u8,
    /// Either [`OpFlags::CAP_DO`] or [`OpFlags::CAP_DUMP`], and who may give it.
    pub flags: OpFlags,
    /// What is not checked.
    pub validate: Validate,
    /// Its policy. Without one nothing is checked, though clients are told that every attribute is refused.
    pub policy: Option<&'static Policy>,
}

impl Op {
    /// A command with the family's policy.
    #[must_use]
    pub const fn new(cmd: u8, flags: OpFlags) -> Self {
        Self { cmd, flags, validate: Validate::empty(), policy: None }
    }

    /// The same with a policy of its own.
    #[must_use]
    pub const fn policy(mut self, policy: &'static Policy) -> Self {
        self.policy = Some(policy);
        self
    }

    /// The same, with less checks.
    #[must_use]
    pub const fn validate(mut self, validate: Validate) -> Self {
        self.validate = validate;
        self
    }

    /// `genl_op_from_full`, and what `genl_cmd_full_to_split` makes of that.
    fn split(&self, family: &Definition, turn: Turn) -> Option<SplitOp> {
        let checked = u16::from(self.cmd) >= family.resv_start_op;
        let policy = self.policy.or(family.policy).or(checked.then_some(&REJECT_ALL));
        let unchecked = turn == Turn::Dump && self.validate.contains(Validate::DONT_DUMP);
        self.flags.contains(turn.flag()).then_some(SplitOp {
            cmd: self.cmd,
            flags: self.flags.difference(BOTH).union(turn.flag()),
            validate: self.validate,
            policy: if unchecked { None } else { policy },
        })
    }
}

impl SplitOp {
    /// A request that is no dump.
    #[must_use]
    pub const fn doit(cmd: u8) -> Self {
        let flags = OpFlags::CAP_DO;
        Self { cmd, flags, validate: Validate::empty(), policy: None }
    }

    /// A dump.
    #[must_use]
    pub const fn dumpit(cmd: u8) -> Self {
        let flags = OpFlags::CAP_DUMP;
        Self { cmd, flags, validate: Validate::empty(), policy: None }
    }

    /// The same with a policy.
    #[must_use]
    pub const fn policy(mut self, policy: &'static Policy) -> Self {
        self.policy = Some(policy);
        self
    }

    /// The same with more flags.
    #[must_use]
    pub const fn flags(mut self, flags: OpFlags) -> Self {
        self.flags = self.flags.union(flags);
        self
    }

    /// The same, with less checks.
    #[must_use]
    pub const fn validate(mut self, validate: Validate) -> Self {
        self.validate = validate;
        self
    }

    pub(super) const fn turn(&self) -> Option<Turn> {
        match (self.flags.contains(OpFlags::CAP_DO), self.flags.contains(OpFlags::CAP_DUMP)) {
            (true, false) => Some(Turn::Do),
            (false, true) => Some(Turn::Dump),
            _ => None,
        }
    }

    /// As clients are told of it.
    fn told(self) -> Self {
        Self { policy: self.policy.or(Some(&REJECT_ALL)), ..self }
    }
}

pub(super) const BOTH: OpFlags = OpFlags::CAP_DO.union(OpFlags::CAP_DUMP);

/// `genl_policy_reject_all`: the policy of a command that has none.
static REJECT_ALL: Policy = Policy::new(&[Rule::REJECT, Rule::REJECT]);

/// A command with all its turns, as clients are told of it.
#[derive(Debug, Clone, Copy)]
pub struct Command {
    /// `cmd`.
    pub cmd: u8,
    /// The request that is no dump.
    pub doit: Option<SplitOp>,
    /// The dump.
    pub dumpit: Option<SplitOp>,
}

impl Command {
    /// What clients are told of it (`CTRL_ATTR_OP_FLAGS`).
    #[must_use]
    pub fn flags(&self) -> OpFlags {
        let told = |op: SplitOp| {
            if op.policy.is_some() { op.flags | OpFlags::CAP_HASPOL } else { op.flags }
        };
        self.turns().map(told).fold(OpFlags::empty(), OpFlags::union)
    }

    /// Its policies: of a request that is no dump, and of a dump.
    #[must_use]
    pub fn policies(&self) -> [Option<&'static Policy>; 2] {
        [self.doit, self.dumpit].map(|op| op.and_then(|op| op.policy))
    }

    pub(super) fn turns(&self) -> impl Iterator<Item = SplitOp> + use<> {
        [self.doit, self.dumpit].into_iter().flatten()
    }
}

impl Definition {
    /// How `cmd` is to be checked in this turn; `None` where the family has no such command (`genl_get_cmd`).
    #[must_use]
    pub fn op(&self, cmd: u8, turn: Turn) -> Option<SplitOp> {
        match self.ops.iter().find(|op| op.cmd == cmd) {
            Some(op) => op.split(self, turn),
            None => {
                let fits = |op: &&SplitOp| op.cmd == cmd && op.flags.contains(turn.flag());
                self.split_ops.iter().find(fits).copied()
            }
        }
    }

    /// Both turns of `cmd`, as they are checked (`genl_get_cmd_both`).
    #[must_use]
    pub fn command(&self, cmd: u8) -> Option<Command> {
        let (doit, dumpit) = (self.op(cmd, Turn::Do), self.op(cmd, Turn::Dump));
        (doit.is_some() || dumpit.is_some()).then_some(Command { cmd, doit, dumpit })
    }

    /// The commands in order, as clients are told of them (`genl_op_iter_next`).
    pub fn commands(&self) -> impl Iterator<Item = Command> + '_ {
        let ops = self.ops.iter().map(|op| Command {
            cmd: op.cmd,
            doit: op.split(self, Turn::Do),
            dumpit: op.split(self, Turn::Dump),
        });
        let mut left = self.split_ops;
        let split = core::iter::from_fn(move || {
            let (command, rest) = next_split(left)?;
            left = rest;
            Some(command)
        });
        ops.chain(split)
    }
}

/// `genl_op_from_split`: a command's two turns stand side by side.
fn next_split(ops: &'static [SplitOp]) -> Option<(Command, &'static [SplitOp])> {
    let (first, rest) = ops.split_first()?;
    let cmd = first.cmd;
    if first.turn() != Some(Turn::Do) {
        return Some((Command { cmd, doit: None, dumpit: Some(first.told()) }, rest));
    }
    let doit = Some(first.told());
    match rest.split_first() {
        Some((second, rest)) if second.cmd == cmd && second.turn() == Some(Turn::Dump) => {
            Some((Command { cmd, doit, dumpit: Some(second.told()) }, rest))
        }
        _ => Some((Command { cmd, doit, dumpit: None }, rest)),
    }
}
