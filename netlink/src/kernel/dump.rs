//! Dumps: long answers, made part by part as they are read.

use alloc::sync::Arc;
use alloc::vec::Vec;

use super::option::Flags as Options;
use super::packet::Packet;
use super::{Credentials, Errno, Error, ExtAck, NetId, Peer, PortId, Request, SocketId, Table};
use crate::wire::{Body, Flags, Header, Message, WriteError, Writer, kind};

/// A `DONE` message: a header and an errno.
const DONE_LEN: usize = Header::LEN + size_of::<i32>();

/// How a dump is to be made (`struct netlink_dump_control`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DumpControl {
    /// `min_dump_alloc`: bytes that a part must have room for, if more than usual.
    pub min_dump_alloc: u32,
    /// `RTNL_FLAG_DUMP_SPLIT_NLM_DONE`: the end comes in a datagram of its own, as readers of old families
    /// expect.
    pub split_done: bool,
}

/// Whether a dump goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// There is more than fitted: above 0 in Linux.
    More,
    /// That was all: 0.
    Done,
}

/// Why a dump did not start, and its state.
#[derive(Debug)]
#[must_use = "the dump's state has to be ended"]
pub struct NotStarted<D> {
    /// What to answer the request with.
    pub error: Error,
    /// The state; none if the dump is running all the same, and only its first part found no room.
    pub state: Option<D>,
}

/// `struct netlink_callback` of a running dump.
#[derive(Debug)]
pub(super) struct Dump<D> {
    /// None while a turn has it.
    pub(super) state: Option<D>,
    callback: Callback,
    /// The turn that has the state is the last one.
    aborted: Option<Errno>,
}

#[derive(Debug, Clone)]
struct Callback {
    /// `cb->nlh`: the datagram that held the request, and where.
    request: Arc<Vec<u8>>,
    at: usize,
    net: NetId,
    port: PortId,
    control: DumpControl,
    strict: bool,
    answer_flags: Flags,
    seq: u32,
    prev_seq: u32,
    /// `dump_done_errno`, once it is an end.
    done: Option<i32>,
    /// The family said that it was all, but the end waits for a datagram of its own.
    exhausted: bool,
}

impl Callback {
    fn header(&self) -> Header {
        let request = self.request.get(self.at..).unwrap_or_default();
        Message::parse(request).map(|message| message.header()).unwrap_or_default()
    }

    /// `nl_dump_check_consistent`.
    const fn interrupted(&mut self) -> Flags {
        let changed = self.prev_seq != 0 && self.seq != self.prev_seq;
        self.prev_seq = self.seq;
        if changed { Flags::DUMP_INTR } else { Flags::empty() }
    }

    fn answer(&self, kind: u16, flags: Flags) -> Header {
        let flags = flags | Flags::MULTI | self.answer_flags;
        Header::new(kind, flags).seq(self.header().seq).port(self.port.0)
    }
}

/// A dump's next part, yet to be made: [run](Self::run) it with the family, then give it to
/// [`Table::finish_dump`]. Room for it is charged to the receiver already.
#[derive(Debug)]
#[must_use = "the dump stands still until it is given back"]
pub struct DumpTurn<D> {
    socket: SocketId,
    state: D,
    callback: Callback,
    buffer: Arc<Vec<u8>>,
    size: usize,
    used: usize,
    truesize: u32,
    extack: ExtAck,
}

impl<D> DumpTurn<D> {
    /// The socket that it is for.
    #[must_use]
    pub const fn socket(&self) -> SocketId {
        self.socket
    }

    /// The dump's state.
    #[must_use]
    pub const fn state(&self) -> &D {
        &self.state
    }

    /// `cb->dump`: lets `dump` write as much as fits. Is not called where only the end is left to tell. What it
    /// fails with is told to the reader in the end's message, but for EMSGSIZE after a message that fitted: that
    /// means more.
    pub fn run(
        &mut self,
        dump: impl FnOnce(&mut D, &mut DumpWriter<'_>) -> Result<Progress, Errno>,
    ) {
        if self.callback.done.is_some() {
            return;
        }
        let mut result = Ok(Progress::Done);
        if !self.callback.exhausted {
            let Some(buffer) = Arc::get_mut(&mut self.buffer) else {
                return;
            };
            let buffer = buffer.get_mut(..self.size).unwrap_or_default();
            let (callback, extack) = (&mut self.callback, &mut self.extack);
            let mut writer =
                DumpWriter { writer: Writer::new(buffer), callback, extack, mark_first: false };
            result = dump(&mut self.state, &mut writer);
            self.used = writer.writer.len();
            if writer.mark_first {
                mark(buffer, Flags::DUMP_INTR);
            }
        }
        self.judge(result);
    }

    /// What `dump`'s return value means (`netlink_dump`, and `rtnl_dumpit` where the end is split off).
    fn judge(&mut self, result: Result<Progress, Errno>) {
        let empty = self.used == 0;
        let split = self.callback.control.split_done;
        self.callback.exhausted |= split && result == Ok(Progress::Done);
        self.callback.done = match result {
            Ok(Progress::More) if empty && split => Some(0),
            Err(Errno::EMSGSIZE) if empty && split => Some(0),
            Ok(Progress::Done) if !empty && split => None,
            Ok(Progress::More) => None,
            Err(Errno::EMSGSIZE) if !empty => None,
            Ok(Progress::Done) => Some(0),
            Err(errno) => Some(errno.to_wire()),
        };
    }

    /// `netlink_dump_done`: the end, where it fits. Whether it is there now.
    fn end(&mut self, ext_ack: bool) -> bool {
        let Some(error) = self.callback.done else {
            return false;
        };
        let (used, size) = (self.used, self.size);
        let room = size.saturating_sub(used);
        if room < DONE_LEN {
            return false;
        }
        let extack_len = if ext_ack { self.extack.alloc_len(error != 0) } else { 0 };
        let mut flags = self.callback.interrupted();
        if extack_len > 0 {
            // Linux sets it even if there is no room for them.
            flags |= Flags::ACK_TLVS;
        }
        let header = self.callback.answer(kind::DONE, flags);
        let request = self.callback.header();
        let fits = room.saturating_sub(DONE_LEN) >= extack_len;
        let Some(buffer) = Arc::get_mut(&mut self.buffer).and_then(|all| all.get_mut(used..size))
        else {
            return false;
        };
        let mut writer = Writer::new(buffer);
        let written = writer.message(header, |body| {
            body.fixed(&error)?;
            if fits && extack_len > 0 {
                self.extack.write(request, error != 0, body)
            } else {
                Ok(())
            }
        });
        self.used = used.saturating_add(writer.len());
        written.is_ok()
    }

    fn packet<C>(self) -> (D, Callback, Packet<C>) {
        let packet = Packet {
            buffer: self.buffer,
            len: self.used,
            truesize: self.truesize,
            from: PortId::KERNEL,
            group: 0,
            nsid: None,
            creds: None,
        };
        (self.state, self.callback, packet)
    }
}

/// Where a family writes a part of its dump.
#[derive(Debug)]
pub struct DumpWriter<'b> {
    writer: Writer<'b>,
    callback: &'b mut Callback,
    extack: &'b mut ExtAck,
    mark_first: bool,
}

impl<'b> DumpWriter<'b> {
    /// The request that the dump answers (`cb->nlh`).
    #[must_use]
    pub fn request(&self) -> Option<Message<'_>> {
        Message::parse(self.callback.request.get(self.callback.at..)?).ok()
    }

    /// The net of the socket.
    #[must_use]
    pub const fn net(&self) -> NetId {
        self.callback.net
    }

    /// `cb->strict_check`.
    #[must_use]
    pub const fn strict(&self) -> bool {
        self.callback.strict
    }

    /// What is told to the reader in the end's message.
    pub const fn extack(&mut self) -> &mut ExtAck {
        self.extack
    }

    /// Whether this part has no message yet.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.writer.is_empty()
    }

    /// `NLM_F_DUMP_FILTERED` on all messages from now on: the dump is what the request's filters left.
    pub fn filtered(&mut self) {
        self.callback.answer_flags |= Flags::DUMP_FILTERED;
    }

    /// `cb->seq`: the generation of what is dumped, not 0. The checks compare it with the one before.
    pub const fn set_seq(&mut self, seq: u32) {
        self.callback.seq = seq;
    }

    /// Writes a message, addressed as an answer and with [`Flags::MULTI`].
    ///
    /// # Errors
    /// What `fill` failed with, or [`WriteError::Full`]; nothing was written then.
    pub fn message<T, E: From<WriteError>>(
        &mut self,
        kind: u16,
        flags: Flags,
        fill: impl FnOnce(&mut Body<'b>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.writer.message(self.callback.answer(kind, flags), fill)
    }

    /// As [`Self::message`], with [`Flags::DUMP_INTR`] on it if the generation changed. A message that does not
    /// fit leaves that to be told by the next one; Linux forgets it.
    ///
    /// # Errors
    /// As [`Self::message`].
    pub fn checked_message<T, E: From<WriteError>>(
        &mut self,
        kind: u16,
        flags: Flags,
        fill: impl FnOnce(&mut Body<'b>) -> Result<T, E>,
    ) -> Result<T, E> {
        let before = self.callback.prev_seq;
        let flags = flags | self.callback.interrupted();
        let written = self.message(kind, flags, fill);
        if written.is_err() {
            self.callback.prev_seq = before;
        }
        written
    }

    /// Sets [`Flags::DUMP_INTR`] on the part's first message if the generation changed:
    /// `nl_dump_check_consistent(cb, nlmsg_hdr(skb))`, which rtnetlink's dumps call at their end. Without a
    /// message, it is left to the end's; Linux forgets it.
    pub const fn check_first(&mut self) {
        if !self.is_empty() && self.callback.interrupted().bits() != 0 {
            self.mark_first = true;
        }
    }
}

/// Sets flags on the first message of `buffer`.
fn mark(buffer: &mut [u8], flags: Flags) {
    /// Where `nlmsg_flags` is.
    const AT: core::ops::Range<usize> = 6..8;
    if let Some(place) = buffer.get_mut(AT) {
        for (to, bits) in place.iter_mut().zip(flags.bits().to_ne_bytes()) {
            *to |= bits;
        }
    }
}

impl<D, C: Credentials> Table<D, C> {
    /// Whether the present message of `request` may start a dump. Asked before the family's `start`.
    ///
    /// # Errors
    /// [`Error::Busy`]; [`Error::Refused`] when the requester is gone.
    pub fn may_dump(&self, request: &Request<C>) -> Result<(), Error> {
        let refused = Error::Refused(request.from.port);
        let id = self.lookup(request.from).ok_or(refused)?;
        if self.socket(id)?.dump.is_some() { Err(Error::Busy) } else { Ok(()) }
    }

    /// `netlink_dump_start`: the present message of `request` is answered by a dump. Its first part is to be made
    /// at once; then the message is [finished](Table::finish) with [`Outcome::Quiet`](super::Outcome::Quiet).
    ///
    /// # Errors
    /// [`NotStarted`]: as [`Table::may_dump`], or with [`Error::NoBuffer`] when there is no room for the first
    /// part. As in Linux, the dump is running in that case, and the request is refused all the same.
    pub fn start_dump(
        &mut self,
        request: &Request<C>,
        state: D,
        control: DumpControl,
    ) -> Result<DumpTurn<D>, NotStarted<D>> {
        if let Err(error) = self.may_dump(request) {
            return Err(NotStarted { error, state: Some(state) });
        }
        let Peer { net, port, .. } = request.from;
        let socket = self.lookup(request.from).and_then(|id| Some((id, self.sockets.get_mut(id)?)));
        let Some((id, socket)) = socket else {
            return Err(NotStarted { error: Error::Closed, state: Some(state) });
        };
        let callback = Callback {
            request: Arc::clone(&request.packet.buffer),
            at: request.at(),
            net,
            port,
            control,
            strict: socket.flags.contains(Options::STRICT_CHK),
            answer_flags: Flags::empty(),
            seq: 0,
            prev_seq: 0,
            done: None,
            exhausted: false,
        };
        socket.dump = Some(Dump { state: Some(state), callback, aborted: None });
        self.next_turn(id).map_err(|error| NotStarted { error, state: None })
    }

    /// Queues the part that was made. The dump's state, when it is to be ended: the dump is at its end, or its
    /// socket was closed meanwhile.
    #[must_use = "the dump's state has to be ended"]
    pub fn finish_dump(&mut self, mut turn: DumpTurn<D>) -> Option<D> {
        let id = turn.socket;
        let Some(socket) = self.sockets.get_mut(id) else {
            return Some(turn.state);
        };
        let Some(dump) = &mut socket.dump else {
            return Some(turn.state);
        };
        if let Some(errno) = dump.aborted {
            socket.queue.release(turn.truesize);
            socket.queue.set_error(errno);
            socket.dump = None;
            self.wake(id);
            self.rcv_wake(id);
            return Some(turn.state);
        }
        let ended = turn.end(socket.flags.contains(Options::EXT_ACK));
        let (state, callback, packet) = turn.packet();
        socket.queue.push_reserved(packet);
        let state = if ended {
            socket.dump = None;
            socket.spare = None;
            Some(state)
        } else {
            dump.callback = callback;
            dump.state = Some(state);
            None
        };
        self.wake(id);
        self.rcv_wake(id);
        state
    }

    /// Ends a socket's dump before its time, with `error` as the socket's: for a family that goes away. Linux
    /// has no such thing, since there a family cannot go while a dump holds its module. The state, unless a
    /// [`DumpTurn`] has it: then [`Table::finish_dump`] gives it back.
    ///
    /// # Errors
    /// [`Error::Closed`].
    pub fn abort_dump(&mut self, id: SocketId, error: Errno) -> Result<Option<D>, Error> {
        let socket = self.socket_mut(id)?;
        let Some(dump) = &mut socket.dump else {
            return Ok(None);
        };
        let Some(state) = dump.state.take() else {
            dump.aborted = Some(error);
            return Ok(None);
        };
        socket.dump = None;
        socket.queue.set_error(error);
        self.wake(id);
        Ok(Some(state))
    }

    /// The state of a socket's dump, unless there is none or a [`DumpTurn`] has it.
    #[must_use]
    pub fn dump_state(&self, id: SocketId) -> Option<&D> {
        self.sockets.get(id)?.dump.as_ref()?.state.as_ref()
    }

    /// `recvmsg`'s part: goes on once half of the receive buffer is free.
    pub(super) fn continue_dump(&mut self, id: SocketId) -> Option<DumpTurn<D>> {
        let socket = self.sockets.get(id)?;
        let due =
            socket.dump.as_ref()?.state.is_some() && socket.queue.rmem() <= socket.queue.rcvbuf / 2;
        if !due {
            return None;
        }
        match self.next_turn(id) {
            Ok(turn) => Some(turn),
            Err(error) => {
                self.sockets.get_mut(id)?.queue.set_error(error.errno());
                self.wake(id);
                None
            }
        }
    }

    /// `netlink_dump`'s first half: a buffer, as large as the reader's largest but not less than a page, and room
    /// for it in the queue.
    fn next_turn(&mut self, id: SocketId) -> Result<DumpTurn<D>, Error> {
        let layout = self.config.layout;
        let socket = self.socket_mut(id)?;
        let dump = socket.dump.as_mut().ok_or(Error::Closed)?;
        let least = dump.callback.control.min_dump_alloc.max(layout.goodsize());
        let size = least.max(socket.max_recvmsg_len) as usize;
        let truesize = layout.alloc(size);
        if !socket.queue.reserve(truesize) {
            return Err(Error::NoBuffer);
        }
        let Some(state) = dump.state.take() else {
            return Err(Error::Busy);
        };
        let mut spare = socket.spare.take();
        let usable = spare.as_mut().and_then(Arc::get_mut).is_some_and(|all| all.len() >= size);
        let buffer = match spare {
            Some(spare) if usable => spare,
            _ => Arc::new(alloc::vec![0; size]),
        };
        let callback = dump.callback.clone();
        let extack = ExtAck::default();
        Ok(DumpTurn { socket: id, state, callback, buffer, size, used: 0, truesize, extack })
    }
}
