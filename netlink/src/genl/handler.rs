//! What a family's commands do.

use super::{GenlHeader, Identity, Info, MESSAGE_SIZE};
use crate::errno::Errno;
use crate::extack::ExtAck;
use crate::kernel::{
    Call, Credentials, Cx, Datagram, DumpWriter, Group, NetId, Outbox, PortId, Progress, Protocol,
};
use crate::wire::{Body, Flags, Header, WriteError};

/// A family's own half of generic netlink: `doit`, `start`, `dumpit` and `done` of its operations.
///
/// A handler is asked only for commands that its [`Definition`](super::Definition) has, by those who may give them,
/// with attributes that obey the command's policy. An embedder with several families has an enum of them, and one
/// `match` in each method.
pub trait Handler<C> {
    /// State of a running dump (`cb->ctx`), of whichever command.
    type Dump;

    /// Answers a request that is no dump (`doit`): what is to be sent goes into `cx`.
    ///
    /// # Errors
    /// The number that the sender is answered with.
    fn doit(&mut self, ask: &Ask<'_, C>, cx: &mut Cx) -> Result<(), Errno>;

    /// Begins a dump (`start`).
    ///
    /// # Errors
    /// The number that the sender is answered with; there is no dump then.
    fn start(&mut self, ask: &Ask<'_, C>, cx: &mut Cx) -> Result<Self::Dump, Errno>;

    /// Writes as much of a dump as fits (`dumpit`).
    ///
    /// # Errors
    /// The number that ends the dump. EMSGSIZE, which a full buffer turns into, means that there is more.
    fn dump(&mut self, dump: &mut Self::Dump, to: &mut Part<'_, '_>) -> Result<Progress, Errno>;

    /// The dump is over (`done`), at its end or before. Called once for each [`Self::start`], unless the family is
    /// unregistered before: then the state is dropped.
    fn done(&mut self, dump: Self::Dump) {
        let _ = dump;
    }

    /// A socket listens to a group from now on, by its place in [`Definition::groups`](super::Definition::groups)
    /// (`genl_family::bind`). Told again to one that listens already, as in Linux.
    fn bind(&mut self, net: NetId, group: usize) {
        let _ = (net, group);
    }

    /// What [`Self::bind`] told of is over.
    fn unbind(&mut self, net: NetId, group: usize) {
        let _ = (net, group);
    }
}

/// A request for a family: what it wants, and who wants it.
#[derive(Debug, Clone, Copy)]
pub struct Ask<'r, C> {
    /// The command, and how its attributes are read.
    pub info: Info<'r>,
    /// The message, and what its sender may.
    pub call: &'r Call<'r, C>,
}

impl<C: Credentials> Ask<'_, C> {
    /// `genlmsg_put_reply` and `genlmsg_reply`: an answer with command `cmd`, of at most
    /// [`MESSAGE_SIZE`](super::MESSAGE_SIZE) bytes, as `NLMSG_GOODSIZE` is where a page has 4096. `fill` writes the
    /// family's own header, if it has one, and attributes.
    ///
    /// # Errors
    /// What `fill` failed with; EMSGSIZE where it does not fit; ENOBUFS where the outbox is full.
    pub fn reply(
        &self,
        cx: &mut Cx,
        cmd: u8,
        fill: impl FnOnce(&mut Body<'_>) -> Result<(), WriteError>,
    ) -> Result<(), Errno> {
        self.reply_within(MESSAGE_SIZE, cx, cmd, fill)
    }

    /// The same, of at most `most` bytes (`genlmsg_new`).
    ///
    /// # Errors
    /// As [`Self::reply`].
    pub fn reply_within(
        &self,
        most: usize,
        cx: &mut Cx,
        cmd: u8,
        fill: impl FnOnce(&mut Body<'_>) -> Result<(), WriteError>,
    ) -> Result<(), Errno> {
        let family = self.info.family();
        let header = Header::new(family.id(), Flags::empty())
            .seq(self.call.message.header().seq)
            .port(self.call.from.port.0);
        let answer = message(most, header, family, cmd, fill)?;
        cx.outbox.unicast(self.call.from, answer).map_err(|error| error.errno())
    }
}

impl Identity {
    /// `genlmsg_multicast_netns`: a message with command `cmd` to all in `net` who listen to the group at place
    /// `group` of [`Definition::groups`](super::Definition::groups); a group that there is not has no listeners.
    ///
    /// # Errors
    /// What `fill` failed with, or EMSGSIZE.
    pub fn multicast(
        &self,
        (net, group): (NetId, usize),
        to: &mut Outbox,
        cmd: u8,
        fill: impl FnOnce(&mut Body<'_>) -> Result<(), WriteError>,
    ) -> Result<(), Errno> {
        let header = Header::new(self.id(), Flags::empty());
        let told = message(MESSAGE_SIZE, header, *self, cmd, fill)?;
        if let Some(number) = self.groups().nth(group) {
            to.broadcast(Group { net, protocol: Protocol::GENERIC, number }, PortId::KERNEL, told);
        }
        Ok(())
    }

    /// `genlmsg_put`'s header.
    const fn header(&self, cmd: u8) -> GenlHeader {
        GenlHeader::new(cmd, self.definition().version)
    }
}

fn message(
    most: usize,
    header: Header,
    family: Identity,
    cmd: u8,
    fill: impl FnOnce(&mut Body<'_>) -> Result<(), WriteError>,
) -> Result<Datagram, Errno> {
    Datagram::write(most, |to| {
        to.message(header, |body| {
            body.fixed(&family.header(cmd))?;
            fill(body)
        })
    })
    .map_err(|_: WriteError| Errno::EMSGSIZE)
}

/// Where a family writes a part of its dump.
#[derive(Debug)]
pub struct Part<'w, 'b> {
    family: Identity,
    to: &'w mut DumpWriter<'b>,
}

impl<'w, 'b> Part<'w, 'b> {
    pub(super) const fn new(family: Identity, to: &'w mut DumpWriter<'b>) -> Self {
        Self { family, to }
    }

    /// The family.
    #[must_use]
    pub const fn family(&self) -> Identity {
        self.family
    }

    /// Writes a message with command `cmd`: `fill` writes the family's own header, if it has one, and attributes.
    ///
    /// # Errors
    /// What `fill` failed with, or [`WriteError::Full`]; nothing was written then.
    pub fn message(
        &mut self,
        cmd: u8,
        fill: impl FnOnce(&mut Body<'_>) -> Result<(), WriteError>,
    ) -> Result<(), WriteError> {
        let header = self.family.header(cmd);
        self.to.message(self.family.id(), Flags::empty(), |body| {
            body.fixed(&header)?;
            fill(body)
        })
    }

    /// The net of the socket.
    #[must_use]
    pub const fn net(&self) -> NetId {
        self.to.net()
    }

    /// What is told to the reader in the end's message.
    pub const fn extack(&mut self) -> &mut ExtAck {
        self.to.extack()
    }

    /// The dump as netlink has it, for what is not said here: generations, filters.
    pub const fn writer(&mut self) -> &mut DumpWriter<'b> {
        self.to
    }
}
