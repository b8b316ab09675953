//! Generic netlink as a protocol of a [`Table`].

use super::ctrl::cmd;
use super::{
    Answers, Ask, Caller, Definition, FamilyDump, GroupFlags, Handler, ID_CTRL, Identity, Info,
    MESSAGE_SIZE, Notification, Part, PolicyDump, RegisterError, Registry, Reply, Turn,
    Unregistered,
};
use crate::errno::Errno;
use crate::kernel::{
    Call, Capability, Credentials, Cx, Datagram, DumpControl, DumpWriter, Error, Family, Group,
    Membership, NetId, Outcome, PortId, Progress, Protocol, ProtocolConfig, Table,
};
use crate::wire::{Body, Flags, WriteError};

/// What answers on `NETLINK_GENERIC`: [`Registry`]'s families, each with its [`Handler`], and `nlctrl`.
///
/// It is the [`Family`] that a [`Table`] is served with, and the [`Membership`] of its groups.
#[derive(Debug)]
pub struct Generic<H> {
    registry: Registry<H>,
    initial: NetId,
}

/// The state of a running dump.
#[derive(Debug)]
#[non_exhaustive]
pub enum Dump<D> {
    /// Of all families.
    Families(FamilyDump),
    /// Of a family's policies.
    Policies(PolicyDump),
    /// Of a family's own.
    Own {
        /// Whose.
        family: Identity,
        /// The family's state.
        state: D,
    },
}

impl<H> Generic<H> {
    /// `nlctrl` alone. `initial` is the net that families without
    /// [`netns_ok`](super::Definition::netns_ok) are in.
    #[must_use]
    pub fn new(initial: NetId) -> Self {
        Self { registry: Registry::new(), initial }
    }

    /// The families.
    #[must_use]
    pub const fn registry(&self) -> &Registry<H> {
        &self.registry
    }

    /// A family's handler.
    pub fn handler_mut(&mut self, id: u16) -> Option<&mut H> {
        self.registry.handler_mut(id)
    }

    /// `genl_pernet_init`: from now on, sockets of `NETLINK_GENERIC` may be opened.
    ///
    /// # Errors
    /// [`Error::Registered`].
    pub fn attach<D, C: Credentials>(&self, table: &mut Table<D, C>) -> Result<(), Error> {
        let groups = self.registry.group_count();
        table.register(Protocol::GENERIC, ProtocolConfig { groups, ..ProtocolConfig::default() })
    }

    /// `genl_register_family`: a family's id. Whoever listens to `nlctrl`'s group is told.
    ///
    /// # Errors
    /// [`RegisterError`].
    pub fn register<D, C: Credentials>(
        &mut self,
        definition: &'static Definition,
        handler: H,
        table: &mut Table<D, C>,
    ) -> Result<u16, RegisterError> {
        let (id, told) = self.registry.register(definition, handler)?;
        // Before it is attached there are no groups to be changed; then it is attached with these.
        let _ = table.change_groups(Protocol::GENERIC, self.registry.group_count());
        self.tell(told, table);
        Ok(id)
    }

    /// `genl_unregister_family`: its handler, or `None` where there is none of that id. Nobody listens to its groups
    /// any more. Its dumps end with ENOENT when their readers go on, and their states are dropped; in Linux, it could
    /// not go before they end.
    pub fn unregister<D, C: Credentials>(&mut self, id: u16, table: &mut Table<D, C>) -> Option<H> {
        let Unregistered { handler, groups, notifications } = self.registry.unregister(id)?;
        groups.for_each(|group| table.clear_members(Protocol::GENERIC, group));
        self.tell(notifications, table);
        Some(handler)
    }

    fn tell<D, C: Credentials>(
        &self,
        told: impl IntoIterator<Item = Notification>,
        table: &mut Table<D, C>,
    ) {
        let (net, protocol, number) = (self.initial, Protocol::GENERIC, u32::from(ID_CTRL));
        for Notification { bytes, all_nets } in told {
            let datagram = Datagram::allocated(bytes, MESSAGE_SIZE);
            // That nobody listens is no error.
            let _ = if all_nets {
                table.broadcast_all_nets((protocol, number), PortId::KERNEL, &datagram)
            } else {
                table.broadcast(Group { net, protocol, number }, PortId::KERNEL, datagram)
            };
        }
    }

    fn find<'r, C: Credentials>(
        &self,
        call: &'r Call<'r, C>,
        cx: &mut Cx,
    ) -> Result<Ask<'r, C>, Errno> {
        let caller = Sender { call, initial: self.initial };
        let info = self.registry.find(call.message, &caller, &mut cx.extack)?;
        Ok(Ask { info, call })
    }

    fn get_family<C: Credentials>(&self, ask: &Ask<'_, C>, cx: &mut Cx) -> Result<(), Errno> {
        let caller = Sender { call: ask.call, initial: self.initial };
        let Cx { outbox, extack } = cx;
        let answer = Datagram::write(MESSAGE_SIZE, |writer| {
            let (seq, port) = (ask.call.message.header().seq, ask.call.from.port.0);
            let mut to = Reply { writer, flags: Flags::empty(), seq, port };
            self.registry.get_family(&ask.info, &caller, extack, &mut to)
        });
        outbox.unicast(ask.call.from, answer?).map_err(|error| error.errno())
    }

    /// The handler of a request's family, unless it is `nlctrl`.
    fn own(&mut self, info: &Info<'_>) -> Option<&mut H> {
        self.registry.handler_mut(info.family().id())
    }
}

impl<H: Handler<C>, C: Credentials> Family<C> for Generic<H> {
    type Dump = Dump<H::Dump>;

    /// `genl_rcv_msg`.
    fn doit(&mut self, call: &Call<'_, C>, cx: &mut Cx) -> Result<Outcome, Errno> {
        let ask = self.find(call, cx)?;
        if ask.info.turn() == Turn::Dump {
            return Ok(Outcome::Dump(DumpControl::default()));
        }
        ask.info.validate(&mut cx.extack)?;
        match self.own(&ask.info) {
            Some(handler) => handler.doit(&ask, cx)?,
            None => self.get_family(&ask, cx)?,
        }
        Ok(Outcome::Ack)
    }

    /// `genl_start`.
    fn start(&mut self, call: &Call<'_, C>, cx: &mut Cx) -> Result<Self::Dump, Errno> {
        let ask = self.find(call, cx)?;
        ask.info.validate(&mut cx.extack)?;
        let family = ask.info.family();
        match self.own(&ask.info) {
            Some(handler) => Ok(Dump::Own { family, state: handler.start(&ask, cx)? }),
            None if ask.info.cmd() == cmd::GET_POLICY => {
                Ok(Dump::Policies(self.registry.get_policy(&ask.info, &mut cx.extack)?))
            }
            None => Ok(Dump::Families(FamilyDump::default())),
        }
    }

    fn dump(&mut self, dump: &mut Self::Dump, to: &mut DumpWriter<'_>) -> Result<Progress, Errno> {
        match dump {
            Dump::Families(state) => {
                let from_initial_net = to.net() == self.initial;
                self.registry.dump_families(state, from_initial_net, to)?;
                Ok(Progress::Done)
            }
            Dump::Policies(state) => {
                Ok(if state.dump(to) { Progress::More } else { Progress::Done })
            }
            Dump::Own { family, state } => {
                let handler = self.registry.handler_mut(family.id()).ok_or(Errno::ENOENT)?;
                handler.dump(state, &mut Part::new(*family, to))
            }
        }
    }

    fn done(&mut self, dump: Self::Dump) {
        if let Dump::Own { family, state } = dump
            && let Some(handler) = self.registry.handler_mut(family.id())
        {
            handler.done(state);
        }
    }
}

impl<H: Handler<C>, C: Credentials> Membership<C> for Generic<H> {
    /// `genl_bind`.
    fn bind(&mut self, caller: &C, net: NetId, group: u32) -> Result<(), Errno> {
        let flags = self.registry.group_flags(group);
        let lacks = |flag, capability| flags.contains(flag) && !caller.capable(net, capability);
        if lacks(GroupFlags::CAP_NET_ADMIN, Capability::NET_ADMIN)
            || lacks(GroupFlags::CAP_SYS_ADMIN, Capability::SYS_ADMIN)
        {
            return Err(Errno::EPERM);
        }
        if let Some((handler, at)) = self.registry.group_mut(group) {
            handler.bind(net, at);
        }
        Ok(())
    }

    /// `genl_unbind`.
    fn unbind(&mut self, net: NetId, group: u32) {
        if let Some((handler, at)) = self.registry.group_mut(group) {
            handler.unbind(net, at);
        }
    }
}

/// Who sent a message, to a registry.
struct Sender<'r, C> {
    call: &'r Call<'r, C>,
    initial: NetId,
}

impl<C: Credentials> Caller for Sender<'_, C> {
    fn in_initial_net(&self) -> bool {
        self.call.net() == self.initial
    }

    /// The initial user namespace owns the initial net.
    fn admin(&self) -> bool {
        self.call.capable_over(self.initial, Capability::NET_ADMIN)
    }

    fn net_admin(&self) -> bool {
        self.call.capable(Capability::NET_ADMIN)
    }
}

impl Answers for DumpWriter<'_> {
    fn message(
        &mut self,
        kind: u16,
        fill: &mut dyn FnMut(&mut Body<'_>) -> Result<(), WriteError>,
    ) -> Result<(), WriteError> {
        DumpWriter::message(self, kind, Flags::empty(), |body| fill(body))
    }
}
