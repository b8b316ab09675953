//! Receiving.

use bitflags::bitflags;

use super::option::Flags;
use super::packet::Packet;
use super::{Address, Credentials, DumpTurn, Error, SocketId, Table, group_mask};

bitflags! {
    /// `MSG_*` of `recvmsg`.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
    pub struct RecvFlags: u32 {
        /// `MSG_OOB`.
        const OOB = 0x1;
        /// `MSG_PEEK`: the message stays. A running dump goes on all the same.
        const PEEK = 0x2;
        /// `MSG_TRUNC`: the length that is told is the message's own.
        const TRUNC = 0x20;
    }
}

/// A message that was received.
#[derive(Debug)]
#[must_use]
#[non_exhaustive]
pub struct Received<D, C> {
    /// What `recvmsg` returns: the bytes copied, or with [`RecvFlags::TRUNC`] those of the whole message.
    pub len: usize,
    /// Bytes copied.
    pub copied: usize,
    /// `MSG_TRUNC` in `msg_flags`: the rest is lost.
    pub truncated: bool,
    /// `msg_name`: the sender's port id, and the group as a bit.
    pub from: Address,
    /// The message of `NETLINK_PKTINFO`, if the option is set: the group.
    pub group: Option<u32>,
    /// The message of `NETLINK_LISTEN_ALL_NSID`: which other net it is from.
    pub nsid: Option<i32>,
    /// `SCM_CREDENTIALS`: the sender's; none: the kernel's.
    pub creds: Option<C>,
    /// A dump's next part is due: run it and give it to [`Table::finish_dump`] before the next call on this socket.
    pub dump: Option<DumpTurn<D>>,
}

impl<D, C: Credentials> Table<D, C> {
    /// `recvmsg`. Never waits. Of a message longer than `buffer` the rest is lost.
    ///
    /// # Errors
    /// The error that the socket had pending, before all that is queued; [`Error::WouldBlock`] when there is
    /// nothing; [`Error::OutOfBand`].
    pub fn recvmsg(
        &mut self,
        id: SocketId,
        buffer: &mut [u8],
        flags: RecvFlags,
    ) -> Result<Received<D, C>, Error> {
        if flags.contains(RecvFlags::OOB) {
            return Err(Error::OutOfBand);
        }
        let largest = self.config.layout.largest_part();
        let socket = self.socket_mut(id)?;
        if let Some(errno) = socket.queue.take_error() {
            self.rcv_wake(id);
            return Err(Error::Other(errno));
        }
        if socket.queue.is_empty() {
            self.rcv_wake(id);
            return Err(Error::WouldBlock);
        }
        let room = u32::try_from(buffer.len()).unwrap_or(u32::MAX);
        socket.max_recvmsg_len = socket.max_recvmsg_len.max(room).min(largest);
        let options = socket.flags;
        let received = if flags.contains(RecvFlags::PEEK) {
            socket.queue.front().map(|packet| copy(packet, buffer, flags, options))
        } else {
            let packet = socket.queue.pop();
            packet.map(|packet| {
                let received = copy(&packet, buffer, flags, options);
                if socket.dump.is_some() {
                    socket.spare = Some(packet.buffer);
                }
                received
            })
        };
        let mut received = received.ok_or(Error::WouldBlock)?;
        received.dump = self.continue_dump(id);
        if received.dump.is_none() {
            self.rcv_wake(id);
        }
        Ok(received)
    }

    /// `netlink_rcv_wake`.
    pub(super) fn rcv_wake(&mut self, id: SocketId) {
        let Some(socket) = self.sockets.get_mut(id) else {
            return;
        };
        if socket.queue.wake() && core::mem::take(&mut socket.awaited) {
            self.wake(id);
        }
    }
}

fn copy<D, C: Clone>(
    packet: &Packet<C>,
    buffer: &mut [u8],
    flags: RecvFlags,
    options: Flags,
) -> Received<D, C> {
    let bytes = packet.bytes();
    let copied = bytes.len().min(buffer.len());
    if let (Some(to), Some(from)) = (buffer.get_mut(..copied), bytes.get(..copied)) {
        to.copy_from_slice(from);
    }
    Received {
        len: if flags.contains(RecvFlags::TRUNC) { bytes.len() } else { copied },
        copied,
        truncated: copied < bytes.len(),
        from: Address { port: packet.from, groups: group_mask(packet.group) },
        group: options.contains(Flags::PKTINFO).then_some(packet.group),
        nsid: packet.nsid.filter(|_| options.contains(Flags::LISTEN_ALL_NSID)),
        creds: packet.creds.clone(),
        dump: None,
    }
}
