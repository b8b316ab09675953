//! A socket that listens.

use std::os::fd::{AsFd, AsRawFd, BorrowedFd, RawFd};

use super::error::Error;
use super::inbox::{Inbox, Received};
use super::socket::Protocol;
use crate::wire::Messages;

/// What a [`Monitor`] has to tell.
#[derive(Debug)]
pub enum News<'m> {
    /// Something changed.
    Messages(Messages<'m>),
    /// The receive buffer ran over and something was missed (`ENOBUFS`): whoever keeps a copy of the kernel's
    /// tables dumps them again. What comes next is from after the gap.
    Missed,
}

/// A socket that is told what changes, by multicast groups.
#[derive(Debug)]
pub struct Monitor {
    socket: netlink_sys::Socket,
    inbox: Inbox,
}

impl Monitor {
    /// Opens a socket in the network namespace that the calling thread is in, and joins `groups`: numbers from 1,
    /// as `RTNLGRP_LINK` is.
    ///
    /// # Errors
    /// [`Error::Socket`]: there is no such group, or it is not for everyone.
    pub fn open(protocol: Protocol, groups: &[u32]) -> Result<Self, Error> {
        let mut socket = netlink_sys::Socket::new(isize::from(protocol.0))?;
        socket.bind_auto()?;
        for &group in groups {
            socket.add_membership(group)?;
        }
        Ok(Self { socket, inbox: Inbox::new() })
    }

    /// Makes the receive buffer (`SO_RCVBUF`) hold about `bytes` of messages: the larger, the longer this program
    /// may be busy with something else.
    ///
    /// # Errors
    /// [`Error::Socket`].
    pub fn set_receive_buffer(&self, bytes: u32) -> Result<(), Error> {
        Ok(self.socket.set_rx_buf_sz(bytes)?)
    }

    /// Whether [`Monitor::next_news`] comes back with nothing rather than wait.
    ///
    /// # Errors
    /// [`Error::Socket`].
    pub fn set_nonblocking(&self, nonblocking: bool) -> Result<(), Error> {
        Ok(self.socket.set_non_blocking(nonblocking)?)
    }

    /// Waits for the next news; `None` if it shall not wait and there is none.
    ///
    /// # Errors
    /// [`Error::Socket`].
    pub fn next_news(&mut self) -> Result<Option<News<'_>>, Error> {
        match self.inbox.receive(&self.socket) {
            Ok(Received::Datagram) => Ok(Some(News::Messages(self.inbox.messages()))),
            Ok(Received::Overrun) => Ok(Some(News::Missed)),
            Err(why) if why.kind() == std::io::ErrorKind::WouldBlock => Ok(None),
            Err(why) => Err(why.into()),
        }
    }
}

impl AsFd for Monitor {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }
}

impl AsRawFd for Monitor {
    fn as_raw_fd(&self) -> RawFd {
        self.socket.as_raw_fd()
    }
}
