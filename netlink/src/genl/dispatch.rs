//! From a request to the command that it gives.

use super::{Definition, GenlHeader, Identity, OpFlags, Registry, SplitOp, Turn, Validate, View};
use crate::errno::Errno;
use crate::extack::ExtAck;
use crate::policy::{Parsed, Strictness};
use crate::wire::{Attrs, Flags, Message};

/// Who asks, and where.
pub trait Caller {
    /// Whether the socket is in the initial net.
    fn in_initial_net(&self) -> bool;
    /// `netlink_capable(CAP_NET_ADMIN)`: in the initial user namespace, opener and sender.
    fn admin(&self) -> bool;
    /// `netlink_ns_capable(CAP_NET_ADMIN)`: over the socket's net, opener and sender.
    fn net_admin(&self) -> bool;
}

/// A request that may be answered: its family, its command, and how to check its attributes (`struct genl_info`).
///
/// It holds the request, not the registry, so a family may change what it keeps there while it answers.
#[derive(Debug, Clone, Copy)]
pub struct Info<'a> {
    family: Identity,
    view: View<'a>,
    turn: Turn,
    op: SplitOp,
}

impl<T> Registry<T> {
    /// Finds what a request is for, and whether it may be (`genl_rcv_msg`, up to the attributes).
    ///
    /// # Errors
    /// The number to answer with: ENOENT without such a family, EINVAL for a message that is too short or has
    /// bits that it should not, EOPNOTSUPP without such a command, EPERM.
    pub fn find<'a>(
        &self,
        message: Message<'a>,
        caller: &impl Caller,
        extack: &mut ExtAck,
    ) -> Result<Info<'a>, Errno> {
        let family = self.by_id(message.kind()).ok_or(Errno::ENOENT)?;
        if !family.is_seen(caller.in_initial_net()) {
            return Err(Errno::ENOENT);
        }
        let (family, definition) = (family.identity(), family.definition());
        let view = View::new(message).ok_or(Errno::EINVAL)?;
        if message.payload().len() < definition.fixed_len() {
            return Err(Errno::EINVAL);
        }
        check_header(definition, message, view.header(), extack)?;
        // Half of the dump's bits are no dump, unlike in rtnetlink.
        let dump = message.flags().contains(Flags::DUMP);
        let turn = if dump { Turn::Dump } else { Turn::Do };
        let op = definition.op(view.header().cmd, turn).ok_or(Errno::EOPNOTSUPP)?;
        let refused = op.flags.contains(OpFlags::ADMIN_PERM) && !caller.admin()
            || op.flags.contains(OpFlags::UNS_ADMIN_PERM) && !caller.net_admin();
        if refused { Err(Errno::EPERM) } else { Ok(Info { family, view, turn, op }) }
    }
}

/// `genl_header_check`: of commands that are new enough.
fn check_header(
    definition: &Definition,
    message: Message<'_>,
    header: GenlHeader,
    extack: &mut ExtAck,
) -> Result<(), Errno> {
    if u16::from(header.cmd) < definition.resv_start_op {
        return Ok(());
    }
    if header.reserved != 0 {
        extack.say("genlmsghdr.reserved field is not 0");
        return Err(Errno::EINVAL);
    }
    let mut flags = message.flags();
    if flags.contains(Flags::DUMP) {
        flags.remove(Flags::DUMP);
    }
    if !(Flags::REQUEST | Flags::ACK | Flags::ECHO).contains(flags) {
        extack.say("ambiguous or reserved bits set in nlmsg_flags");
        return Err(Errno::EINVAL);
    }
    Ok(())
}

impl<'a> Info<'a> {
    /// The family.
    #[must_use]
    pub const fn family(&self) -> Identity {
        self.family
    }

    /// The request.
    #[must_use]
    pub const fn view(&self) -> View<'a> {
        self.view
    }

    /// The command.
    #[must_use]
    pub const fn cmd(&self) -> u8 {
        self.op.cmd
    }

    /// Whether it is a dump.
    #[must_use]
    pub const fn turn(&self) -> Turn {
        self.turn
    }

    /// The command as its family declared it.
    #[must_use]
    pub const fn op(&self) -> SplitOp {
        self.op
    }

    /// `genl_info_userhdr`: the family's own header. Only a dump that is exempt from checks can be without.
    #[must_use]
    pub fn user_header(&self) -> Option<&'a [u8]> {
        self.view.user_header(usize::from(self.family.definition().header_size))
    }

    /// How strictly the attributes are checked.
    #[must_use]
    pub const fn strictness(&self) -> Strictness {
        let liberal = match self.turn {
            Turn::Do => Validate::DONT_STRICT,
            Turn::Dump => Validate::DONT_DUMP_STRICT,
        };
        if self.op.validate.contains(liberal) { Strictness::LIBERAL } else { Strictness::STRICT }
    }

    /// Checks the attributes.
    ///
    /// # Errors
    /// The number to answer with.
    pub fn validate(&self, extack: &mut ExtAck) -> Result<(), Errno> {
        self.parse::<0>(extack).map(drop)
    }

    /// The attributes, behind the family's own header. Of a command without a policy nobody has checked them.
    #[must_use]
    pub fn attrs(&self) -> Attrs<'a> {
        self.view.attrs(usize::from(self.family.definition().header_size))
    }

    /// Checks the attributes and sorts them, `N - 1` the highest type (`genl_family_rcv_msg_attrs_parse`). Of a
    /// command without a policy they are neither checked nor sorted, as in Linux, where `info->attrs` is null.
    ///
    /// # Errors
    /// The number to answer with.
    pub fn parse<const N: usize>(&self, extack: &mut ExtAck) -> Result<Parsed<'a, N>, Errno> {
        let message = self.view.message();
        let fixed_len = self.family.definition().fixed_len();
        match self.op.policy {
            Some(policy) if policy.max_kind() > 0 => {
                extack.parse(&message, fixed_len, policy, self.strictness())
            }
            _ => Ok(Parsed::unchecked(Attrs::default())),
        }
    }
}
