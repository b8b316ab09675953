//! What the table refuses.

use thiserror::Error;

use super::{Errno, PortId, Protocol};

/// Why a call failed. [`Error::errno`] is what Linux's system call would say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Error {
    /// There is no such socket; `EBADF`.
    #[error("the socket is closed")]
    Closed,
    /// Nobody registered the protocol; `EPROTONOSUPPORT`.
    #[error("{0:?} is not registered")]
    NoProtocol(Protocol),
    /// Somebody registered the protocol already; `EADDRINUSE`.
    #[error("{0:?} is registered already")]
    Registered(Protocol),
    /// As many sockets are open as the table may have; `ENFILE`.
    #[error("{0} sockets are open, and no more may be")]
    TooManySockets(u32),
    /// As many nets know each other as the table may remember; `ENFILE`.
    #[error("{0} net ids are known, and no more may be")]
    TooManyNets(u32),
    /// Another socket has that port id; `EADDRINUSE`.
    #[error("port id {} is taken", .0.0)]
    PortTaken(PortId),
    /// The socket has another port id for good; `EINVAL`.
    #[error("the socket is bound to port id {}", .0.0)]
    Bound(PortId),
    /// The caller, or the socket's opener, may not do that; `EPERM`.
    #[error("not permitted")]
    NotPermitted,
    /// The protocol has no such group; `EINVAL`.
    #[error("there is no group {0}")]
    NoGroup(u32),
    /// The protocol was unregistered meanwhile; `ENOENT`.
    #[error("{0:?} is gone")]
    ProtocolGone(Protocol),
    /// Urgent data; `EOPNOTSUPP`.
    #[error("netlink has no out-of-band data")]
    OutOfBand,
    /// A message without a byte; `ENODATA`.
    #[error("an empty message")]
    Empty,
    /// The message is longer than the send buffer allows; `EMSGSIZE`.
    #[error("{len} bytes, where the send buffer allows {most}")]
    TooLong {
        /// The message's length.
        len: usize,
        /// The most.
        most: usize,
    },
    /// Nobody has that port id, or who has it is connected to another, or the kernel does not listen;
    /// `ECONNREFUSED`.
    #[error("nobody answers at port id {}", .0.0)]
    Refused(PortId),
    /// Nothing to receive, or no room at the receiver's; `EAGAIN`.
    #[error("it would block")]
    WouldBlock,
    /// A socket that asked to be told of failed broadcasts didn't get this one, or there is no room for a dump's
    /// next part; `ENOBUFS`.
    #[error("no room in a receive buffer")]
    NoBuffer,
    /// Nobody got the broadcast; `ESRCH`.
    #[error("nobody listens")]
    NoListener,
    /// A dump is running on the socket already; `EBUSY`.
    #[error("a dump is running")]
    Busy,
    /// There is no such option; `ENOPROTOOPT`.
    #[error("no such option")]
    NoOption,
    /// The error that the socket had pending, or what the family refused with.
    #[error("{0}")]
    Other(Errno),
}

impl Error {
    /// The number that Linux's call would fail with.
    #[must_use]
    pub const fn errno(self) -> Errno {
        match self {
            Self::Closed => Errno::EBADF,
            Self::NoProtocol(_) => Errno::EPROTONOSUPPORT,
            Self::TooManySockets(_) | Self::TooManyNets(_) => Errno::ENFILE,
            Self::PortTaken(_) | Self::Registered(_) => Errno::EADDRINUSE,
            Self::Bound(_) | Self::NoGroup(_) => Errno::EINVAL,
            Self::NotPermitted => Errno::EPERM,
            Self::ProtocolGone(_) => Errno::ENOENT,
            Self::OutOfBand => Errno::EOPNOTSUPP,
            Self::Empty => Errno::ENODATA,
            Self::TooLong { .. } => Errno::EMSGSIZE,
            Self::Refused(_) => Errno::ECONNREFUSED,
            Self::WouldBlock => Errno::EAGAIN,
            Self::NoBuffer => Errno::ENOBUFS,
            Self::NoListener => Errno::ESRCH,
            Self::Busy => Errno::EBUSY,
            Self::NoOption => Errno::ENOPROTOOPT,
            Self::Other(errno) => errno,
        }
    }
}
