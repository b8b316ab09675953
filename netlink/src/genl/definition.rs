//! A family as data.

use bitflags::bitflags;
use thiserror::Error;

use super::op::{BOTH, Op, SplitOp, Turn};
use super::{GenlHeader, NAME_SIZE};
use crate::policy::Policy;

/// `struct genl_family`, without its handlers.
#[derive(Debug, Clone, Copy)]
pub struct Definition {
    /// Its name, at most 15 bytes.
    pub name: &'static str,
    /// Its version, which answers carry and nobody checks.
    pub version: u8,
    /// `hdrsize`: bytes of its own header, between [`GenlHeader`] and the attributes.
    pub header_size: u16,
    /// `maxattr`, as clients are told; the highest type of [`policy`](Self::policy), or 0 where each command has
    /// its own.
    pub max_attr: u32,
    /// The policy of those [`ops`](Self::ops) that have none of their own.
    pub policy: Option<&'static Policy>,
    /// Commands for both turns.
    pub ops: &'static [Op],
    /// Commands by turn: a command's request before its dump, commands in order.
    pub split_ops: &'static [SplitOp],
    /// Multicast groups.
    pub groups: &'static [McastGroup],
    /// Commands from here on are checked fully: the reserved field, the flags, and that a command without a
    /// policy has no attributes.
    pub resv_start_op: u16,
    /// `netnsok`: it is there in all nets, not in the initial one only.
    pub netns_ok: bool,
}

/// `struct genl_multicast_group`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct McastGroup {
    /// Its name, at most 15 bytes.
    pub name: &'static str,
    /// Who may join.
    pub flags: GroupFlags,
}

impl McastGroup {
    /// A group that everybody may join.
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        Self { name, flags: GroupFlags::empty() }
    }
}

bitflags! {
    /// Who may join a group; the capabilities are over the socket's net.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
    pub struct GroupFlags: u8 {
        /// `GENL_MCAST_CAP_NET_ADMIN`.
        const CAP_NET_ADMIN = 1 << 0;
        /// `GENL_MCAST_CAP_SYS_ADMIN`.
        const CAP_SYS_ADMIN = 1 << 1;
    }
}

/// A definition that Linux would refuse to register.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Flawed {
    /// A name without a byte, or of more than 15.
    #[error("the name {0:?} has no byte or more than 15")]
    Name(&'static str),
    /// A command that can neither be a request nor a dump, or a split one that is both.
    #[error("command {0} has no turn, or is split and has two")]
    Turns(u8),
    /// A command that is there twice.
    #[error("command {0} is there twice")]
    Twice(u8),
    /// Split commands that are not in order, or a command whose turns differ in more than that.
    #[error("command {0} is out of order, or unlike its other turn")]
    Order(u8),
    /// A command that is to be checked fully, and exempt from checks.
    #[error("command {0} is new, and exempt from checks")]
    Exempt(u8),
}

impl Definition {
    /// A family without commands and groups.
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        Self {
            name,
            version: 0,
            header_size: 0,
            max_attr: 0,
            policy: None,
            ops: &[],
            split_ops: &[],
            groups: &[],
            resv_start_op: 0,
            netns_ok: false,
        }
    }

    /// Bytes of a payload before its attributes and their alignment (`hdrlen` in `genl_family_rcv_msg`).
    #[must_use]
    pub const fn fixed_len(&self) -> usize {
        GenlHeader::LEN.saturating_add(self.header_size as usize)
    }

    /// Whether Linux would register it (`genl_validate_ops`).
    ///
    /// # Errors
    /// [`Flawed`].
    pub fn check(&self) -> Result<(), Flawed> {
        let names = self.groups.iter().map(|group| group.name);
        for name in core::iter::once(self.name).chain(names) {
            if name.is_empty() || name.len() >= NAME_SIZE {
                return Err(Flawed::Name(name));
            }
        }
        self.check_split_ops()?;
        for (at, command) in self.commands().enumerate() {
            let cmd = command.cmd;
            if command.turns().next().is_none() {
                return Err(Flawed::Turns(cmd));
            }
            let exempt = command.turns().any(|op| !op.validate.is_empty());
            if exempt && u16::from(cmd) >= self.resv_start_op {
                return Err(Flawed::Exempt(cmd));
            }
            if self.commands().take(at).any(|earlier| earlier.cmd == cmd) {
                return Err(Flawed::Twice(cmd));
            }
        }
        Ok(())
    }

    fn check_split_ops(&self) -> Result<(), Flawed> {
        for op in self.split_ops {
            op.turn().ok_or(Flawed::Turns(op.cmd))?;
        }
        for pair in self.split_ops.windows(2) {
            let [a, b] = pair else { continue };
            let alike = a.flags.difference(BOTH) == b.flags.difference(BOTH);
            let turns = (a.turn(), b.turn()) == (Some(Turn::Do), Some(Turn::Dump));
            let paired = a.cmd == b.cmd && alike && turns;
            if a.cmd >= b.cmd && !paired {
                return Err(Flawed::Order(b.cmd));
            }
        }
        Ok(())
    }
}
