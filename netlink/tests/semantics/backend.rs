//! What a rule is tried on.

use softnet_netlink::kernel::{Flag, SocketOption};
use softnet_netlink::wire::{Flags, Header, Writer};

pub(crate) const ROUTE: u32 = 0;
pub(crate) const USERSOCK: u32 = 2;

pub(crate) const GENERIC: u32 = 16;

pub(crate) const EPERM: i32 = 1;
pub(crate) const ENOENT: i32 = 2;
pub(crate) const EAGAIN: i32 = 11;
pub(crate) const EBUSY: i32 = 16;
pub(crate) const ENODEV: i32 = 19;
pub(crate) const EINVAL: i32 = 22;
pub(crate) const ENODATA: i32 = 61;
pub(crate) const EMSGSIZE: i32 = 90;
pub(crate) const EPROTONOSUPPORT: i32 = 93;
pub(crate) const ERANGE: i32 = 34;
pub(crate) const EOPNOTSUPP: i32 = 95;
pub(crate) const EADDRINUSE: i32 = 98;
pub(crate) const ENOBUFS: i32 = 105;
pub(crate) const ECONNREFUSED: i32 = 111;

pub(crate) const MSG_OOB: i32 = 1;
pub(crate) const MSG_PEEK: i32 = 2;
pub(crate) const MSG_TRUNC: i32 = 0x20;

pub(crate) const RTM_NEWLINK: u16 = 16;
pub(crate) const RTM_DELLINK: u16 = 17;
pub(crate) const RTM_GETLINK: u16 = 18;
pub(crate) const RTM_GETROUTE: u16 = 26;
pub(crate) const RTM_GETNETCONF: u16 = 82;

/// A socket of the backend's.
pub(crate) type Sock = usize;

/// What was received.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Got {
    /// What the call returned.
    pub(crate) len: usize,
    pub(crate) bytes: Vec<u8>,
    /// `MSG_TRUNC` came back.
    pub(crate) truncated: bool,
    pub(crate) from: (u32, u32),
    /// `NETLINK_PKTINFO`.
    pub(crate) group: Option<u32>,
    /// `NETLINK_LISTEN_ALL_NSID`.
    pub(crate) nsid: Option<i32>,
}

/// System calls, or what stands for them. Errors are numbers; nothing ever waits.
pub(crate) trait Backend {
    fn open(&mut self, protocol: u32) -> Result<Sock, i32>;
    fn bind(&mut self, sock: Sock, port: u32, groups: u32) -> Result<(), i32>;
    /// To a port and groups; `None`: to nobody any more.
    fn connect(&mut self, sock: Sock, to: Option<(u32, u32)>) -> Result<(), i32>;
    fn name(&mut self, sock: Sock) -> (u32, u32);
    fn peer_name(&mut self, sock: Sock) -> (u32, u32);
    fn set(&mut self, sock: Sock, option: SocketOption) -> Result<(), i32>;
    fn flag(&mut self, sock: Sock, flag: Flag) -> bool;
    /// `NETLINK_LIST_MEMBERSHIPS` with room for so many words: them, and the length that is told.
    fn memberships(&mut self, sock: Sock, words: usize) -> (Vec<u32>, usize);
    fn rcvbuf(&mut self, sock: Sock) -> u32;
    fn sndbuf(&mut self, sock: Sock) -> u32;
    fn send(
        &mut self,
        sock: Sock,
        to: Option<(u32, u32)>,
        bytes: &[u8],
        flags: i32,
    ) -> Result<usize, i32>;
    fn recv(&mut self, sock: Sock, room: usize, flags: i32) -> Result<Got, i32>;
    /// `SO_MEMINFO`: what is queued, by truesize, and what was dropped.
    fn meminfo(&mut self, sock: Sock) -> (u32, u32);
    /// Readable, and an error.
    fn poll(&mut self, sock: Sock) -> (bool, bool);
    fn close(&mut self, sock: Sock);
    /// The process that it all happens in.
    fn pid(&self) -> u32;
    /// `net.core.rmem_max` and `wmem_max`.
    fn most(&self) -> (u32, u32);
    /// Lets all further calls come from root, or from somebody who may nothing.
    fn privileged(&mut self, on: bool);
    /// Lets all further sockets be opened in a second net, or in the first again.
    fn elsewhere(&mut self, on: bool);
    /// Gives the second net, or the first, an id in the first (`RTM_NEWNSID`).
    fn name_net(&mut self, second: bool, nsid: i32);
    /// Adds that many pairs of links to the namespace, which has one link from the start.
    fn add_links(&mut self, pairs: u32);
}

impl dyn Backend + '_ {
    /// An open and bound socket.
    pub(crate) fn bound(&mut self, protocol: u32) -> Sock {
        let sock = self.open(protocol).unwrap();
        self.bind(sock, 0, 0).unwrap();
        sock
    }

    /// A bound socket that listens to `group`.
    pub(crate) fn listener(&mut self, protocol: u32, group: u32) -> Sock {
        let sock = self.bound(protocol);
        self.set(sock, SocketOption::AddMembership(group)).unwrap();
        sock
    }

    pub(crate) fn port(&mut self, sock: Sock) -> u32 {
        self.name(sock).0
    }

    /// Everything that can be received now, in reads of `room` bytes.
    pub(crate) fn drain(&mut self, sock: Sock, room: usize) -> Vec<Vec<u8>> {
        let mut all = Vec::new();
        while let Ok(got) = self.recv(sock, room, 0) {
            all.push(got.bytes);
        }
        all
    }
}

/// A message with a payload, as a program would send it.
pub(crate) fn message(kind: u16, flags: u16, seq: u32, payload: &[u8]) -> Vec<u8> {
    let mut buffer = vec![0; payload.len() + 32];
    let mut writer = Writer::new(&mut buffer);
    let header = Header::new(kind, Flags::from_bits_retain(flags)).seq(seq);
    writer.message(header, |body| body.raw(payload)).unwrap();
    writer.as_bytes().to_vec()
}

pub(crate) fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_ne_bytes(bytes[at..at + 4].try_into().unwrap())
}

pub(crate) fn u16_at(bytes: &[u8], at: usize) -> u16 {
    u16::from_ne_bytes(bytes[at..at + 2].try_into().unwrap())
}

/// Type, flags and sequence number of each message of a datagram.
pub(crate) fn heads(datagram: &[u8]) -> Vec<(u16, u16, u32)> {
    let (mut heads, mut at) = (Vec::new(), 0);
    while at + 16 <= datagram.len() {
        heads.push((u16_at(datagram, at + 4), u16_at(datagram, at + 6), u32_at(datagram, at + 8)));
        at += (u32_at(datagram, at) as usize).next_multiple_of(4);
    }
    heads
}
