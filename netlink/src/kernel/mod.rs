//! The kernel's side of netlink: sockets, their queues, requests, notifications and dumps.
//!
//! A [`Table`] is what `net/netlink/af_netlink.c` keeps: every socket by (net, protocol, port id). It does no
//! IO, holds no lock and calls nobody that could call it back. What would run inside of a system call in Linux
//! is handed out as a value instead, and worked on while nothing is borrowed:
//!
//! | in Linux | here |
//! |---|---|
//! | `nlk->netlink_rcv(skb)` inside of `sendmsg` | [`Sent::Request`], walked by [`Table::next_call`] and [`Table::finish`] |
//! | `nlmsg_notify` inside of a handler | an entry of the [`Outbox`], sent before the acknowledgement |
//! | `cb->dump` inside of `recvmsg` | a [`DumpTurn`], given back by [`Table::finish_dump`] |
//! | `cb->done` | the state that [`Table::finish_dump`] or [`Table::close`] gives back, once |
//!
//! [`Family`] and [`serve`] do the walking for an embedder who has no reason to do otherwise; [`ByProtocol`] is for one
//! with several protocols.
//!
//! ```
//! use softnet_netlink::errno::Errno;
//! use softnet_netlink::kernel::*;
//! use softnet_netlink::wire::{Flags, Header, Message, Writer};
//!
//! /// Counts to three for whoever asks.
//! struct Counter;
//!
//! impl Family<Creds> for Counter {
//!     type Dump = u8;
//!     fn doit(&mut self, call: &Call<'_, Creds>, cx: &mut Cx) -> Result<Outcome, Errno> {
//!         if call.message.flags().contains(Flags::DUMP) {
//!             return Ok(Outcome::Dump(DumpControl::default()));
//!         }
//!         cx.extack.say("it only counts");
//!         Err(Errno::EOPNOTSUPP)
//!     }
//!     fn start(&mut self, _: &Call<'_, Creds>, _: &mut Cx) -> Result<u8, Errno> {
//!         Ok(1)
//!     }
//!     fn dump(&mut self, next: &mut u8, to: &mut DumpWriter<'_>) -> Result<Progress, Errno> {
//!         while *next <= 3 {
//!             to.message(0x10, Flags::empty(), |body| body.raw(&[*next]))?;
//!             *next += 1;
//!         }
//!         Ok(Progress::Done)
//!     }
//! }
//!
//! let mut table = Table::new(Config::default());
//! table.register(Protocol(1000), ProtocolConfig::default())?;
//! let root = Creds::root(42);
//! let socket = table.open(NetId(0), Protocol(1000), root)?;
//!
//! let mut buffer = [0; 64];
//! let mut writer = Writer::new(&mut buffer);
//! writer.message(Header::new(0x10, Flags::REQUEST | Flags::DUMP), |_| Ok::<_, Errno>(()))?;
//! let sent = table.sendmsg(socket, Outgoing::new(writer.as_bytes()), &root)?;
//! if let Sent::Request(request) = sent {
//!     serve(&mut table, request, &mut Counter, &mut Cx::new(65_536));
//! }
//! let mut buffer = [0; 4096];
//! let read = (&mut buffer[..], RecvFlags::empty());
//! let received = receive(&mut table, socket, read, &mut Counter)?;
//! assert_eq!(received.len, 3 * 20 + 20, "three, and the end");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Threads
//! A table has one owner. Whoever has several threads puts one lock around it and lets go of it while a family
//! works. [`shared`](crate::shared) has the order in which Linux lets readers and writers of its table in.

mod by_protocol;
mod credentials;
mod dump;
mod error;
mod groups;
mod multicast;
mod option;
mod outbox;
mod packet;
mod protocol;
mod queue;
mod recv;
mod request;
mod send;
mod serve;
mod slab;
mod socket;
mod table;
mod truesize;

#[cfg(test)]
mod tests;

pub use by_protocol::{ByProtocol, Either};
pub use credentials::{Capability, Credentials, Creds};
pub use dump::{DumpControl, DumpTurn, DumpWriter, NotStarted, Progress};
pub use error::Error;
pub use option::{Flag, SocketOption};
pub use outbox::Outbox;
pub use packet::Datagram;
pub use protocol::{Membership, Protocol, ProtocolConfig};
pub use recv::{Received, RecvFlags};
pub use request::{Call, Cx, Outcome, Request};
pub use send::{Blocked, Outgoing, SendFlags, Sent};
pub use serve::{Family, close, receive, serve};
pub use slab::SocketId;
pub use socket::{Readiness, State, Stats};
pub use table::{Closed, Config, Table};
pub use truesize::Layout;

use crate::errno::Errno;
use crate::extack::ExtAck;

/// A network namespace, by a number of the embedder's that it never uses twice (`net_cookie`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct NetId(pub u64);

/// `nl_pid`: a socket's number within its net and protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct PortId(pub u32);

impl PortId {
    /// The kernel's socket; of a user's, that it has no number yet.
    pub const KERNEL: Self = Self(0);
}

/// `struct sockaddr_nl`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Address {
    /// `nl_pid`.
    pub port: PortId,
    /// `nl_groups`: the groups 1 to 32 as bits. A destination is one group: the lowest bit's.
    pub groups: u32,
}

/// A socket as those see it who send to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Peer {
    /// Its net.
    pub net: NetId,
    /// Its protocol.
    pub protocol: Protocol,
    /// Its port id.
    pub port: PortId,
}

/// A multicast group as the kernel's socket of a net sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Group {
    /// The net that something happened in.
    pub net: NetId,
    /// The protocol.
    pub protocol: Protocol,
    /// The group, from 1.
    pub number: u32,
}

/// `netlink_group_mask`: a group as a bit; those above 32 have none.
const fn group_mask(group: u32) -> u32 {
    match group {
        1..=32 => 1 << (group - 1),
        _ => 0,
    }
}

/// `ffs`: the lowest bit's group, 0 without one.
const fn lowest_group(groups: u32) -> u32 {
    if groups == 0 { 0 } else { groups.trailing_zeros() + 1 }
}
