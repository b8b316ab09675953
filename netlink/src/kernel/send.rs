//! Sending: from programs, and from the kernel.

use alloc::sync::Arc;

use bitflags::bitflags;

use super::option::Flags;
use super::packet::Packet;
use super::request::Request;
use super::{
    Address, Capability, Credentials, Datagram, Errno, Error, Group, NetId, Peer, PortId, SocketId,
    Table, lowest_group,
};

bitflags! {
    /// `MSG_*` of `sendmsg`. Whether to wait is the embedder's to decide, with [`Sent::Blocked`].
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
    pub struct SendFlags: u32 {
        /// `MSG_OOB`.
        const OOB = 0x1;
    }
}

/// A message that a program sends.
#[derive(Debug, Clone, Copy)]
pub struct Outgoing<'a> {
    /// `msg_name`; none: where the socket is connected to, or else the kernel.
    pub to: Option<Address>,
    /// The message.
    pub bytes: &'a [u8],
    /// How.
    pub flags: SendFlags,
}

impl<'a> Outgoing<'a> {
    /// To where the socket is connected to, or else the kernel.
    #[must_use]
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self { to: None, bytes, flags: SendFlags::empty() }
    }

    /// To `to`.
    #[must_use]
    pub const fn to(mut self, to: Address) -> Self {
        self.to = Some(to);
        self
    }
}

/// What became of a message.
#[derive(Debug)]
#[must_use]
pub enum Sent<C> {
    /// It is in a queue; `sendmsg` returns that many bytes.
    Delivered(usize),
    /// It is for the kernel. `sendmsg` returns [`Request::len`] when the request was worked on.
    Request(Request<C>),
    /// The receiver has no room. Whoever waits calls [`Table::resend`] when [`Blocked::receiver`] is woken;
    /// whoever does not returns EAGAIN.
    Blocked(Blocked<C>),
}

/// A message that its receiver has no room for yet.
#[derive(Debug)]
#[must_use]
pub struct Blocked<C> {
    sender: SocketId,
    receiver: SocketId,
    to: PortId,
    packet: Packet<C>,
}

impl<C> Blocked<C> {
    /// Who has to read first.
    #[must_use]
    pub const fn receiver(&self) -> SocketId {
        self.receiver
    }
}

impl<D, C: Credentials> Table<D, C> {
    /// `sendmsg`. To a group, the message goes to those who listen and then to the port besides, and what
    /// became of that is the answer.
    ///
    /// # Errors
    /// [`Error::OutOfBand`], [`Error::Empty`], [`Error::NotPermitted`] to send to others than the kernel,
    /// [`Error::TooLong`], [`Error::Refused`].
    pub fn sendmsg(
        &mut self,
        id: SocketId,
        message: Outgoing<'_>,
        sender: &C,
    ) -> Result<Sent<C>, Error> {
        if message.flags.contains(SendFlags::OOB) {
            return Err(Error::OutOfBand);
        }
        let bytes = message.bytes;
        if bytes.is_empty() {
            return Err(Error::Empty);
        }
        let (to, group) = self.destination(id, message.to, sender)?;
        if !self.socket(id)?.bound {
            self.autobind(id, sender)?;
        }
        let socket = self.socket(id)?;
        let most = socket.sndbuf.saturating_sub(32) as usize;
        if bytes.len() > most {
            return Err(Error::TooLong { len: bytes.len(), most });
        }
        let layout = &self.config.layout;
        let from = socket.peer();
        let packet = Packet {
            buffer: Arc::new(bytes.to_vec()),
            len: bytes.len(),
            truesize: if group == 0 {
                layout.large(bytes.len())
            } else {
                layout.alloc(bytes.len())
            },
            from: from.port,
            group,
            nsid: None,
            creds: Some(sender.clone()),
        };
        if group != 0 {
            let group = Group { net: from.net, protocol: from.protocol, number: group };
            // Losses are the listeners' to notice.
            let _ = self.multicast(Some(id), group, to, &packet);
        }
        if to != PortId::KERNEL {
            return self.send_to_user(id, to, packet);
        }
        if !self.kernel_listens(from.protocol) {
            return Err(Error::Refused(to));
        }
        let opener = self.socket(id)?.opener.clone();
        let addressed = message.to.is_some();
        Ok(Sent::Request(Request::new(id, from, packet, opener, addressed)))
    }

    /// Tries again what had no room, and only the part that had none.
    ///
    /// # Errors
    /// [`Error::Refused`] when the receiver is gone, [`Error::Closed`] when the sender is.
    pub fn resend(&mut self, blocked: Blocked<C>) -> Result<Sent<C>, Error> {
        self.send_to_user(blocked.sender, blocked.to, blocked.packet)
    }

    /// `nlmsg_unicast`: from the kernel to one socket. Never waits: without room, the receiver has an overrun.
    ///
    /// # Errors
    /// [`Error::Refused`], [`Error::WouldBlock`] where there was no room.
    pub fn unicast(&mut self, to: Peer, datagram: Datagram) -> Result<usize, Error> {
        let packet = self.kernel_packet(datagram);
        let len = packet.len;
        let id = self.receiver(to, PortId::KERNEL)?;
        let socket = self.socket_mut(id)?;
        if socket.queue.admits(packet.truesize) {
            socket.queue.push(packet);
            self.wake(id);
            return Ok(len);
        }
        if socket.queue.overrun() {
            self.wake(id);
        }
        Err(Error::WouldBlock)
    }

    /// `nlmsg_multicast`: from the kernel to all who listen, but for the socket with port id `exclude`. 0
    /// excludes none that has one.
    ///
    /// # Errors
    /// [`Error::NoListener`] if nobody got it, [`Error::NoBuffer`] if a socket with
    /// [`Flag::BroadcastError`](super::Flag::BroadcastError) had no room.
    pub fn broadcast(
        &mut self,
        group: Group,
        exclude: PortId,
        datagram: Datagram,
    ) -> Result<(), Error> {
        let mut packet = self.kernel_packet(datagram);
        packet.group = group.number;
        self.multicast(None, group, exclude, &packet)
    }

    /// `netlink_set_err`: an error to all of a net who listen, but for the socket with port id `exclude`. How many
    /// were not told, because they asked not to hear of ENOBUFS.
    pub fn set_error(&mut self, group: Group, exclude: PortId, error: Errno) -> usize {
        let mut spared = 0_usize;
        self.for_each_member(group, |table, id| {
            let Some(socket) = table.sockets.get_mut(id) else {
                return;
            };
            if socket.net != group.net || socket.port == exclude {
                return;
            }
            if error == Errno::ENOBUFS && socket.queue.no_enobufs() {
                spared = spared.saturating_add(1);
                return;
            }
            socket.queue.set_error(error);
            table.wake(id);
        });
        spared
    }

    fn kernel_packet(&self, datagram: Datagram) -> Packet<C> {
        let len = datagram.bytes.len();
        let truesize = self.config.layout.trimmed(len, datagram.capacity.max(len));
        Packet::kernel(datagram.bytes, truesize)
    }

    fn destination(
        &self,
        id: SocketId,
        to: Option<Address>,
        sender: &C,
    ) -> Result<(PortId, u32), Error> {
        let Some(to) = to else {
            return Ok(self.socket(id)?.connected.unwrap_or_default());
        };
        if to != Address::default() {
            self.may_send(id, sender)?;
        }
        Ok((to.port, lowest_group(to.groups)))
    }

    /// `netlink_unicast` from one program to another.
    fn send_to_user(
        &mut self,
        sender: SocketId,
        to: PortId,
        packet: Packet<C>,
    ) -> Result<Sent<C>, Error> {
        let from = self.socket(sender)?.peer();
        let receiver = self.receiver(Peer { port: to, ..from }, from.port)?;
        let socket = self.socket_mut(receiver)?;
        if !socket.queue.admits(packet.truesize) {
            socket.awaited = true;
            return Ok(Sent::Blocked(Blocked { sender, receiver, to, packet }));
        }
        let len = packet.len;
        socket.queue.push(packet);
        self.wake(receiver);
        Ok(Sent::Delivered(len))
    }

    /// `netlink_getsockbyportid`: a connected socket hears from whom it is connected to, the kernel included.
    fn receiver(&self, to: Peer, from: PortId) -> Result<SocketId, Error> {
        let refused = Error::Refused(to.port);
        let id = self.lookup(to).ok_or(refused)?;
        match self.socket(id)?.connected {
            Some((port, _)) if port != from => Err(refused),
            _ => Ok(id),
        }
    }

    /// `netlink_broadcast`.
    fn multicast(
        &mut self,
        sender: Option<SocketId>,
        group: Group,
        exclude: PortId,
        packet: &Packet<C>,
    ) -> Result<(), Error> {
        let (mut delivered, mut failed) = (false, false);
        self.for_each_member(group, |table, id| {
            let Some(nsid) = table.hears(id, sender, group.net, exclude) else {
                return;
            };
            let Some(socket) = table.sockets.get_mut(id) else {
                return;
            };
            let changed = if socket.queue.admits(packet.truesize) {
                socket.queue.push(Packet { nsid, ..packet.clone() });
                delivered = true;
                true
            } else {
                failed |= socket.flags.contains(Flags::BROADCAST_ERROR);
                socket.queue.overrun()
            };
            if changed {
                table.wake(id);
            }
        });
        match (failed, delivered) {
            (true, _) => Err(Error::NoBuffer),
            (false, true) => Ok(()),
            (false, false) => Err(Error::NoListener),
        }
    }

    /// `do_one_broadcast`'s question: none if the socket shall not hear it, else the id by which its net knows
    /// the one that it comes from, if that is another.
    fn hears(
        &self,
        id: SocketId,
        sender: Option<SocketId>,
        net: NetId,
        exclude: PortId,
    ) -> Option<Option<i32>> {
        let socket = self.sockets.get(id)?;
        if sender == Some(id) || socket.port == exclude {
            return None;
        }
        if socket.net == net {
            return Some(None);
        }
        if !socket.flags.contains(Flags::LISTEN_ALL_NSID) {
            return None;
        }
        let nsid = self.nsids.get(&(socket.net, net)).copied()?;
        socket.opener.capable(net, Capability::NET_BROADCAST).then_some(Some(nsid))
    }

    /// Calls `each` with the sockets of every net that listen to the group.
    fn for_each_member(&mut self, group: Group, mut each: impl FnMut(&mut Self, SocketId)) {
        let Some(entry) = self.protocols.get_mut(&group.protocol) else {
            return;
        };
        // Nothing that `each` does changes who is a member.
        let members = core::mem::take(&mut entry.members);
        for &id in &members {
            if self.sockets.get(id).is_some_and(|socket| socket.groups.has(group.number)) {
                each(self, id);
            }
        }
        if let Some(entry) = self.protocols.get_mut(&group.protocol) {
            entry.members = members;
        }
    }
}
