//! Socket options.

use bitflags::bitflags;

use super::{Capability, Credentials, Errno, Error, Membership, SocketId, Table};
use crate::extack::AckOptions;

bitflags! {
    /// `NETLINK_F_*`, but for those the queue keeps.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub(super) struct Flags: u8 {
        const PKTINFO = 1 << 0;
        const BROADCAST_ERROR = 1 << 1;
        const LISTEN_ALL_NSID = 1 << 2;
        const CAP_ACK = 1 << 3;
        const EXT_ACK = 1 << 4;
        const STRICT_CHK = 1 << 5;
    }
}

impl Flags {
    /// Those that answers are made by.
    pub(super) fn ack(self) -> AckOptions {
        let mut options = AckOptions::empty();
        options.set(AckOptions::CAP_ACK, self.contains(Self::CAP_ACK));
        options.set(AckOptions::EXT_ACK, self.contains(Self::EXT_ACK));
        options
    }
}

/// An option of `SOL_NETLINK` that is on or off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Flag {
    /// `NETLINK_PKTINFO`: `recvmsg` tells the group.
    PktInfo,
    /// `NETLINK_BROADCAST_ERROR`: who sends a broadcast that this socket has no room for fails.
    BroadcastError,
    /// `NETLINK_NO_ENOBUFS`: losses are not told of, and end with the next message that fits.
    NoEnobufs,
    /// `NETLINK_LISTEN_ALL_NSID`: hears of other nets, too; needs `CAP_NET_BROADCAST`.
    ListenAllNsid,
    /// `NETLINK_CAP_ACK`: errors don't repeat the request.
    CapAck,
    /// `NETLINK_EXT_ACK`: answers say more than a number.
    ExtAck,
    /// `NETLINK_GET_STRICT_CHK`: requests for dumps are checked strictly.
    GetStrictChk,
}

impl Flag {
    /// The option's number.
    #[must_use]
    pub const fn number(self) -> u32 {
        match self {
            Self::PktInfo => 3,
            Self::BroadcastError => 4,
            Self::NoEnobufs => 5,
            Self::ListenAllNsid => 8,
            Self::CapAck => 10,
            Self::ExtAck => 11,
            Self::GetStrictChk => 12,
        }
    }

    /// The option of that number, if it is one of these.
    #[must_use]
    pub const fn from_number(number: u32) -> Option<Self> {
        Some(match number {
            3 => Self::PktInfo,
            4 => Self::BroadcastError,
            5 => Self::NoEnobufs,
            8 => Self::ListenAllNsid,
            10 => Self::CapAck,
            11 => Self::ExtAck,
            12 => Self::GetStrictChk,
            _ => return None,
        })
    }

    const fn bit(self) -> Option<Flags> {
        Some(match self {
            Self::PktInfo => Flags::PKTINFO,
            Self::BroadcastError => Flags::BROADCAST_ERROR,
            Self::ListenAllNsid => Flags::LISTEN_ALL_NSID,
            Self::CapAck => Flags::CAP_ACK,
            Self::ExtAck => Flags::EXT_ACK,
            Self::GetStrictChk => Flags::STRICT_CHK,
            Self::NoEnobufs => return None,
        })
    }
}

/// What `setsockopt` sets. Sizes are as given by the program, before they are doubled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SocketOption {
    /// `NETLINK_ADD_MEMBERSHIP`: a group from 1, those above 32 included.
    AddMembership(u32),
    /// `NETLINK_DROP_MEMBERSHIP`.
    DropMembership(u32),
    /// One that is on or off.
    Flag(Flag, bool),
    /// `SO_RCVBUF`.
    RcvBuf(i32),
    /// `SO_RCVBUFFORCE`: beyond the maximum; needs `CAP_NET_ADMIN`.
    RcvBufForce(i32),
    /// `SO_SNDBUF`.
    SndBuf(i32),
    /// `SO_SNDBUFFORCE`.
    SndBufForce(i32),
}

impl SocketOption {
    /// What `setsockopt(SOL_NETLINK, number, value)` sets.
    ///
    /// # Errors
    /// [`Error::NoOption`].
    pub const fn netlink(number: u32, value: u32) -> Result<Self, Error> {
        match number {
            1 => Ok(Self::AddMembership(value)),
            2 => Ok(Self::DropMembership(value)),
            _ => match Flag::from_number(number) {
                Some(flag) => Ok(Self::Flag(flag, value != 0)),
                None => Err(Error::NoOption),
            },
        }
    }
}

impl<D, C: Credentials> Table<D, C> {
    /// `setsockopt`.
    ///
    /// # Errors
    /// [`Error::NotPermitted`]; for memberships also [`Error::ProtocolGone`], [`Error::NoGroup`] and what
    /// `members` refuses with.
    pub fn set_option(
        &mut self,
        id: SocketId,
        option: SocketOption,
        caller: &C,
        members: &mut impl Membership<C>,
    ) -> Result<(), Error> {
        match option {
            SocketOption::AddMembership(group) => {
                self.check_group(id, group, caller)?;
                let net = self.socket(id)?.net;
                members.bind(caller, net, group).map_err(Error::Other)?;
                self.set_membership(id, group, true)
            }
            SocketOption::DropMembership(group) => {
                self.check_group(id, group, caller)?;
                self.set_membership(id, group, false)?;
                members.unbind(self.socket(id)?.net, group);
                Ok(())
            }
            SocketOption::Flag(flag, on) => self.set_flag(id, flag, on, caller),
            SocketOption::RcvBuf(size) => {
                let size = clamp(size, self.config.rmem_max);
                self.set_rcvbuf(id, size)
            }
            SocketOption::SndBuf(size) => {
                let size = clamp(size, self.config.wmem_max);
                self.set_sndbuf(id, size)
            }
            SocketOption::RcvBufForce(size) => {
                self.may_force(id, caller)?;
                self.set_rcvbuf(id, size.max(0).cast_unsigned())
            }
            SocketOption::SndBufForce(size) => {
                self.may_force(id, caller)?;
                self.set_sndbuf(id, size.max(0).cast_unsigned())
            }
        }
    }

    /// `getsockopt` of an option that is on or off.
    ///
    /// # Errors
    /// [`Error::Closed`].
    pub fn flag(&self, id: SocketId, flag: Flag) -> Result<bool, Error> {
        let socket = self.socket(id)?;
        Ok(flag.bit().map_or(socket.queue.no_enobufs(), |bit| socket.flags.contains(bit)))
    }

    /// `getsockopt(SO_RCVBUF)`: twice of what was asked for.
    ///
    /// # Errors
    /// [`Error::Closed`].
    pub fn rcvbuf(&self, id: SocketId) -> Result<u32, Error> {
        Ok(self.socket(id)?.queue.rcvbuf)
    }

    /// `getsockopt(SO_SNDBUF)`.
    ///
    /// # Errors
    /// [`Error::Closed`].
    pub fn sndbuf(&self, id: SocketId) -> Result<u32, Error> {
        Ok(self.socket(id)?.sndbuf)
    }

    /// `getsockopt(SO_ERROR)`: tells the error that is pending, and forgets it.
    ///
    /// # Errors
    /// [`Error::Closed`].
    pub fn take_error(&mut self, id: SocketId) -> Result<Option<Errno>, Error> {
        Ok(self.socket_mut(id)?.queue.take_error())
    }

    /// `NETLINK_LIST_MEMBERSHIPS`: writes whole words of group bits, as many as fit. The length in bytes that all
    /// of them need, however many fitted: 0 before the socket first asked for a group.
    ///
    /// # Errors
    /// [`Error::Closed`].
    pub fn list_memberships(&self, id: SocketId, to: &mut [u32]) -> Result<usize, Error> {
        let groups = &self.socket(id)?.groups;
        for (to, from) in to.iter_mut().zip(groups.words()) {
            *to = *from;
        }
        // Linux counts bytes of groups, then rounds up to words.
        Ok((groups.known().div_ceil(8) as usize).next_multiple_of(4))
    }

    fn check_group(&mut self, id: SocketId, group: u32, caller: &C) -> Result<(), Error> {
        self.may_listen(id, caller)?;
        let known = self.socket(id)?.groups.known();
        if (1..=known).contains(&group) { Ok(()) } else { Err(Error::NoGroup(group)) }
    }

    fn set_flag(&mut self, id: SocketId, flag: Flag, on: bool, caller: &C) -> Result<(), Error> {
        let socket = self.socket_mut(id)?;
        let permitted =
            flag != Flag::ListenAllNsid || caller.capable(socket.net, Capability::NET_BROADCAST);
        if !permitted {
            return Err(Error::NotPermitted);
        }
        match flag.bit() {
            Some(bit) => socket.flags.set(bit, on),
            None => {
                socket.queue.set_no_enobufs(on);
                if on {
                    self.wake(id);
                }
            }
        }
        Ok(())
    }

    /// `sockopt_capable(CAP_NET_ADMIN)`, but over the socket's net: the embedder's credentials know of no
    /// other.
    fn may_force(&self, id: SocketId, caller: &C) -> Result<(), Error> {
        let net = self.socket(id)?.net;
        let permitted = caller.capable(net, Capability::NET_ADMIN);
        if permitted { Ok(()) } else { Err(Error::NotPermitted) }
    }

    fn set_rcvbuf(&mut self, id: SocketId, size: u32) -> Result<(), Error> {
        let least = self.config.layout.min_rcvbuf();
        self.socket_mut(id)?.queue.rcvbuf = doubled(size, least);
        Ok(())
    }

    fn set_sndbuf(&mut self, id: SocketId, size: u32) -> Result<(), Error> {
        let least = self.config.layout.min_sndbuf();
        self.socket_mut(id)?.sndbuf = doubled(size, least);
        Ok(())
    }
}

/// Compared without a sign, as Linux does: a negative size asks for the most.
fn clamp(size: i32, most: u32) -> u32 {
    size.cast_unsigned().min(most)
}

/// Half of what is given is thought to be Linux's own overhead.
fn doubled(size: u32, least: u32) -> u32 {
    size.min(i32::MAX.cast_unsigned() / 2).saturating_mul(2).max(least)
}
