//! Policies told to clients: `CTRL_CMD_GETPOLICY`.

use alloc::vec::Vec;

use super::ctrl::{self, cmd};
use super::{Answers, Command, Definition, GenlHeader, ID_CTRL, Info, Registry};
use crate::errno::Errno;
use crate::extack::ExtAck;
use crate::policy::{Kind, Policy};
use crate::wire::{Body, WriteError};

/// Policies in one dump: far more than any family has, so that what nests without end can't be told without end.
const MOST: usize = 4096;

/// A dump of a family's policies (`struct ctrl_dump_policy_ctx`): first which policies are whose, then each
/// policy's rules.
#[derive(Debug, Clone)]
pub struct PolicyDump {
    family: u16,
    definition: &'static Definition,
    /// The one that was asked for.
    only: Option<u8>,
    commands_told: usize,
    policies: Vec<&'static Policy>,
    /// The next rule: of which policy, for which type.
    next: (usize, u16),
}

impl<T> Registry<T> {
    /// Starts a dump (`ctrl_dumppolicy_start`). An id goes before a name.
    ///
    /// # Errors
    /// The number to answer with: ENOENT without such a family or command, ENODATA where there is no policy.
    pub fn get_policy(&self, info: &Info<'_>, extack: &mut ExtAck) -> Result<PolicyDump, Errno> {
        let asked = info.parse::<11>(extack)?;
        let family = match (asked.get(1).and_then(|id| id.u16()), asked.get(2)) {
            (Some(id), _) => self.by_id(id),
            (None, Some(name)) => self.by_name(name.c_str()),
            (None, None) => return Err(Errno::EINVAL),
        };
        let family = family.ok_or(Errno::ENOENT)?;
        let (id, definition) = (family.id(), family.definition());
        let Some(op) = asked.get(10) else { return PolicyDump::new(id, definition, None) };
        let cmd = op.u32().and_then(|cmd| u8::try_from(cmd).ok());
        match cmd.filter(|&cmd| definition.command(cmd).is_some()) {
            Some(cmd) => PolicyDump::new(id, definition, Some(cmd)),
            None => {
                extack.point_at(&info.view().message(), &op);
                Err(Errno::ENOENT)
            }
        }
    }
}

impl PolicyDump {
    /// A dump of the policies of `definition`, all of them or those of one command.
    ///
    /// # Errors
    /// ENODATA: there is none.
    pub fn new(
        family: u16,
        definition: &'static Definition,
        only: Option<u8>,
    ) -> Result<Self, Errno> {
        let (policies, next) = (Vec::new(), (0, 0));
        let mut dump = Self { family, definition, only, commands_told: 0, policies, next };
        let mut any = false;
        for policy in dump.commands().flat_map(|command| command.policies()).flatten() {
            any = true;
            dump.add(policy)?;
        }
        if any { Ok(dump) } else { Err(Errno::ENODATA) }
    }

    /// The commands that are told of. One that was asked for is told of as it is checked, all of them as they are
    /// announced: only the latter have the policy that refuses everything.
    fn commands(&self) -> impl Iterator<Item = Command> + use<> {
        let only = self.only.and_then(|cmd| self.definition.command(cmd));
        let all = self.only.is_none().then_some(self.definition);
        only.into_iter().chain(all.into_iter().flat_map(Definition::commands))
    }

    /// `netlink_policy_dump_add_policy`: a policy, and those of what it nests, each once.
    fn add(&mut self, policy: &'static Policy) -> Result<(), Errno> {
        let mut walked = self.policies.len();
        self.add_one(policy)?;
        while let Some(&policy) = self.policies.get(walked) {
            for kind in 0..=policy.max_kind() {
                let rule = u16::try_from(kind).ok().and_then(|kind| policy.rule(kind));
                let kind = rule.map(|rule| rule.kind);
                if let Some(Kind::Nested(Some(inner)) | Kind::NestedArray(Some(inner))) = kind {
                    self.add_one(inner)?;
                }
            }
            walked = walked.saturating_add(1);
        }
        Ok(())
    }

    fn add_one(&mut self, policy: &'static Policy) -> Result<(), Errno> {
        if policy.max_kind() == 0 || self.index(policy).is_some() {
            return Ok(());
        }
        if self.policies.len() >= MOST {
            return Err(Errno::ENOMEM);
        }
        self.policies.push(policy);
        Ok(())
    }

    /// `netlink_policy_dump_get_policy_idx`.
    fn index(&self, policy: &Policy) -> Option<u32> {
        let at = self.policies.iter().position(|&known| core::ptr::eq(known, policy))?;
        u32::try_from(at).ok()
    }

    /// Writes as much as fits (`ctrl_dumppolicy`): `true` if it was something. Then there may be more, for another
    /// buffer; a dump that could write nothing is over.
    pub fn dump(&mut self, to: &mut dyn Answers) -> bool {
        let mut wrote = false;
        while let Ok(true) = self.step(to) {
            wrote = true;
        }
        wrote
    }

    /// Writes the next message; `false` where none is left.
    fn step(&mut self, to: &mut dyn Answers) -> Result<bool, WriteError> {
        while let Some(command) = self.commands().nth(self.commands_told) {
            let policies = command.policies();
            let any = policies.iter().any(Option::is_some);
            if any {
                self.message(to, |body| {
                    body.nest(9, |body| {
                        body.nest(command.cmd.into(), |body| self.write_indices(policies, body))
                    })
                })?;
            }
            self.commands_told = self.commands_told.saturating_add(1);
            if any {
                return Ok(true);
            }
        }
        self.step_rule(to)
    }

    fn write_indices(
        &self,
        policies: [Option<&'static Policy>; 2],
        to: &mut Body<'_>,
    ) -> Result<(), WriteError> {
        for (kind, policy) in (1..).zip(policies) {
            if let Some(policy) = policy {
                to.value(kind, &self.index(policy).unwrap_or(0))?;
            }
        }
        Ok(())
    }

    /// `netlink_policy_dump_write`: the next rule that there is something to tell of.
    fn step_rule(&mut self, to: &mut dyn Answers) -> Result<bool, WriteError> {
        while let Some(&policy) = self.policies.get(self.next.0) {
            let (number, kind) = self.next;
            let told = match policy.rule(kind) {
                Some(rule) if rule.is_told() => {
                    self.message(to, |body| {
                        body.nest(8, |body| {
                            // There are less policies than types.
                            let number = u16::try_from(number).unwrap_or(u16::MAX);
                            body.nest(number, |body| {
                                rule.describe(kind, body, |policy| self.index(policy))
                            })
                        })
                        .map(drop)
                    })?;
                    true
                }
                _ => false,
            };
            let last = usize::from(kind) >= policy.max_kind();
            self.next =
                if last { (number.saturating_add(1), 0) } else { (number, kind.saturating_add(1)) };
            if told {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// `ctrl_dumppolicy_prep`. One that has no room even for the family's id leaves nothing; in Linux it leaves its
    /// header.
    fn message(
        &self,
        to: &mut dyn Answers,
        fill: impl Fn(&mut Body<'_>) -> Result<(), WriteError>,
    ) -> Result<(), WriteError> {
        to.message(ID_CTRL, &mut |body| {
            body.fixed(&GenlHeader::new(cmd::GET_POLICY, ctrl::FAMILY.version))?;
            body.value(1, &self.family)?;
            fill(body)
        })
    }
}
