//! Requests: a datagram for the kernel, message by message.

use super::option::Flags as Options;
use super::packet::Packet;
use super::{
    Capability, Credentials, Datagram, DumpControl, Errno, ExtAck, NetId, Outbox, Peer, SocketId,
    Table,
};
use crate::extack;
use crate::wire::{Flags, Message, align, kind};

/// A datagram that a program sent to the kernel, and how far it was worked on (`netlink_rcv_skb`).
#[derive(Debug)]
#[must_use = "the requester waits for an answer"]
pub struct Request<C> {
    pub(super) socket: SocketId,
    pub(super) from: Peer,
    pub(super) packet: Packet<C>,
    opener: C,
    /// `NETLINK_SKB_DST`.
    addressed: bool,
    at: usize,
}

impl<C> Request<C> {
    pub(super) const fn new(
        socket: SocketId,
        from: Peer,
        packet: Packet<C>,
        opener: C,
        addressed: bool,
    ) -> Self {
        Self { socket, from, packet, opener, addressed, at: 0 }
    }

    /// Bytes: what `sendmsg` returns when the request was worked on.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "nobody can send an empty one")]
    pub const fn len(&self) -> usize {
        self.packet.len
    }

    /// The bytes, for families that don't go by `netlink_rcv_skb`.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        self.packet.bytes()
    }

    /// Who sent it.
    #[must_use]
    pub const fn from(&self) -> Peer {
        self.from
    }

    /// The socket that it was sent on.
    #[must_use]
    pub const fn socket(&self) -> SocketId {
        self.socket
    }

    /// Where the present message begins.
    pub(super) const fn at(&self) -> usize {
        self.at
    }

    fn message(&self) -> Option<Message<'_>> {
        Message::parse(self.bytes().get(self.at..)?).ok()
    }

    fn advance(&mut self) {
        let len = self.message().map_or(usize::MAX, |message| align(message.as_bytes().len()));
        self.at = self.at.saturating_add(len).min(self.len());
    }
}

/// A message that a family shall answer.
#[derive(Debug, Clone, Copy)]
pub struct Call<'r, C> {
    /// The message.
    pub message: Message<'r>,
    /// Who asks.
    pub from: Peer,
    /// On which socket.
    pub socket: SocketId,
    /// `netlink_strict_get_check`: a get is to be checked strictly.
    pub strict: bool,
    /// `file->f_cred`: who opened the socket.
    pub opener: &'r C,
    /// `NETLINK_CREDS`: who sent the message.
    pub sender: &'r C,
    addressed: bool,
}

impl<C: Credentials> Call<'_, C> {
    /// The net of the socket: what the request is about, wherever its sender is.
    #[must_use]
    pub const fn net(&self) -> NetId {
        self.from.net
    }

    /// `netlink_net_capable`: whether opener and sender both have the capability over the socket's net. The
    /// sender's alone counts where the message has an address: then its sender knew that it was talking to the
    /// kernel.
    #[must_use]
    pub fn capable(&self, capability: Capability) -> bool {
        self.capable_over(self.net(), capability)
    }

    /// `netlink_ns_capable`: the same over `net`.
    #[must_use]
    pub fn capable_over(&self, net: NetId, capability: Capability) -> bool {
        (self.addressed || self.opener.capable(net, capability))
            && self.sender.capable(net, capability)
    }
}

/// How a handler answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// All is well: acknowledge if that was asked for.
    Ack,
    /// No acknowledgement, asked for or not; [`Errno::EINTR`] means the same.
    Quiet,
    /// The answer is a dump (`netlink_dump_start`). It may turn out that one is running already.
    Dump(DumpControl),
}

/// What a handler works with besides the message.
#[derive(Debug)]
pub struct Cx {
    /// What it wants sent.
    pub outbox: Outbox,
    /// What it says besides a number. Emptied before each message.
    pub extack: ExtAck,
}

impl Cx {
    /// With an outbox for `most` bytes.
    #[must_use]
    pub fn new(most: usize) -> Self {
        Self { outbox: Outbox::new(most), extack: ExtAck::default() }
    }
}

impl<D, C: Credentials> Table<D, C> {
    /// The message of `request` that is to be answered next; the same one until [`Table::finish`]. Messages that
    /// are no requests, or of a type below [`kind::MIN`], are acknowledged here if they ask for that. A broken
    /// length ends it all in silence.
    pub fn next_call<'r>(&mut self, request: &'r mut Request<C>) -> Option<Call<'r, C>> {
        loop {
            let message = request.message()?;
            let ours = message.flags().contains(Flags::REQUEST) && message.kind() >= kind::MIN;
            if ours {
                break;
            }
            if message.flags().contains(Flags::ACK) {
                self.acknowledge(request, Ok(()), &ExtAck::default());
            }
            request.advance();
        }
        let socket = self.sockets.get(request.socket);
        Some(Call {
            message: request.message()?,
            from: request.from,
            socket: request.socket,
            strict: socket.is_some_and(|socket| socket.flags.contains(Options::STRICT_CHK)),
            opener: &request.opener,
            // A program's message always has them.
            sender: request.packet.creds.as_ref().unwrap_or(&request.opener),
            addressed: request.addressed,
        })
    }

    /// Answers the present message of `request`: first all that `cx.outbox` holds, then the acknowledgement: of
    /// an error always, of success if it was asked for.
    pub fn finish(
        &mut self,
        request: &mut Request<C>,
        result: Result<Outcome, Errno>,
        cx: &mut Cx,
    ) {
        self.flush(&mut cx.outbox);
        let asked = request.message().is_some_and(|message| message.flags().contains(Flags::ACK));
        match result {
            Ok(Outcome::Ack) if asked => self.acknowledge(request, Ok(()), &cx.extack),
            Ok(_) | Err(Errno::EINTR) => {}
            Err(errno) => self.acknowledge(request, Err(errno), &cx.extack),
        }
        cx.extack = ExtAck::default();
        request.advance();
    }

    /// `netlink_ack`. Goes by port id, and so not to a socket that is connected to someone else.
    fn acknowledge(&mut self, request: &Request<C>, result: Result<(), Errno>, extack: &ExtAck) {
        let Some(message) = request.message() else {
            return;
        };
        let Some(socket) = self.sockets.get_mut(request.socket) else {
            return;
        };
        let (port, options) = (request.from.port.0, socket.flags.ack());
        let answer = extack::Answer { request: message, port, result, extack, options };
        match Datagram::write(answer.alloc_len(), |writer| answer.write(writer)) {
            // Without room, the requester has an overrun.
            Ok(datagram) => drop(self.unicast(request.from, datagram)),
            Err(_) => {
                socket.queue.set_error(Errno::ENOBUFS);
                self.wake(request.socket);
            }
        }
    }
}
