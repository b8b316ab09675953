//! One socket.

use alloc::sync::Arc;
use alloc::vec::Vec;

use super::dump::Dump;
use super::groups::Groups;
use super::option::Flags;
use super::queue::ReceiveQueue;
use super::{NetId, Peer, PortId, Protocol};

/// `struct netlink_sock`.
#[derive(Debug)]
pub(super) struct Socket<D, C> {
    pub(super) net: NetId,
    pub(super) protocol: Protocol,
    pub(super) opener: C,
    /// `portid`: 0 at first. Of a socket that is not bound, what it last asked for.
    pub(super) port: PortId,
    /// The port is the socket's.
    pub(super) bound: bool,
    /// `dst_portid` and `dst_group`, once connected.
    pub(super) connected: Option<(PortId, u32)>,
    pub(super) groups: Groups,
    pub(super) flags: Flags,
    pub(super) queue: ReceiveQueue<C>,
    pub(super) sndbuf: u32,
    /// `max_recvmsg_len`: what a dump's parts may grow to.
    pub(super) max_recvmsg_len: u32,
    pub(super) dump: Option<Dump<D>>,
    /// The buffer of a part that was read, for the next one.
    pub(super) spare: Option<Arc<Vec<u8>>>,
    /// Somebody waits for room in the queue.
    pub(super) awaited: bool,
    /// It is in the list of those woken.
    pub(super) woken: bool,
}

impl<D, C> Socket<D, C> {
    pub(super) const fn peer(&self) -> Peer {
        Peer { net: self.net, protocol: self.protocol, port: self.port }
    }

    pub(super) fn state(&self) -> State {
        State {
            net: self.net,
            protocol: self.protocol,
            port: self.port,
            groups: self.groups.low(),
            rmem: self.queue.rmem(),
            dumping: self.dump.is_some(),
            stats: Stats { drops: self.queue.drops },
        }
    }
}

/// A socket's line in `/proc/net/netlink`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct State {
    /// The net it was opened in.
    pub net: NetId,
    /// `Eth`.
    pub protocol: Protocol,
    /// `Pid`.
    pub port: PortId,
    /// `Groups`: the first 32.
    pub groups: u32,
    /// `Rmem`: what is in the queue, by truesize.
    pub rmem: u32,
    /// `Dump`: whether one is running.
    pub dumping: bool,
    /// What was counted.
    pub stats: Stats,
}

/// What is counted of a socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Stats {
    /// `Drops`: messages that found no room.
    pub drops: u64,
}

/// What a call would not wait for (`datagram_poll`). Sending never waits for the sender's own sake.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Readiness {
    /// `EPOLLIN`: a message is there.
    pub readable: bool,
    /// `EPOLLERR`: the next `recvmsg` fails with an error.
    pub error: bool,
}
