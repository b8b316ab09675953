//! A socket that asks.

use alloc::vec;
use alloc::vec::Vec;
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, RawFd};

use netlink_sys::SocketAddr;

use super::dump::{Dump, Parts};
use super::error::{Error, Refusal};
use super::inbox::{Inbox, Received};
use crate::wire::{Body, Flags, Header, Message, Messages, WriteError, Writer, align, kind};

/// `NETLINK_*`: which part of the kernel a socket talks to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Protocol(pub u8);

impl Protocol {
    /// `NETLINK_ROUTE`: links, addresses, routes, traffic control.
    pub const ROUTE: Self = Self(0);
    /// `NETLINK_XFRM`: IPsec.
    pub const XFRM: Self = Self(6);
    /// `NETLINK_KOBJECT_UEVENT`: devices that come and go.
    pub const KOBJECT_UEVENT: Self = Self(15);
    /// `NETLINK_GENERIC`: all families that came later.
    pub const GENERIC: Self = Self(16);
}

/// What a [`Socket`] may use and how patient it is.
#[derive(Debug, Clone, Copy)]
pub struct Config {
    /// The longest request, in bytes.
    pub request: usize,
    /// How often a dump is begun anew when what it shows changed meanwhile (`NLM_F_DUMP_INTR`). Cilium, which
    /// met this in earnest, takes 30.
    pub dump_attempts: u32,
    /// The most bytes that [`Socket::dump`] keeps.
    pub dump_bytes: usize,
}

impl Default for Config {
    /// 32 KiB, 30 attempts, 256 MiB.
    fn default() -> Self {
        Self { request: 32 * 1024, dump_attempts: 30, dump_bytes: 256 << 20 }
    }
}

/// What a request was answered with, besides its acknowledgement.
#[derive(Debug, Clone, Default)]
pub struct Reply {
    bytes: Vec<u8>,
}

impl Reply {
    /// The messages.
    #[must_use]
    pub fn messages(&self) -> Messages<'_> {
        Messages::new(&self.bytes)
    }

    /// The first message, if there is one.
    #[must_use]
    pub fn message(&self) -> Option<Message<'_>> {
        self.messages().next()?.ok()
    }
}

/// A socket that asks the kernel and waits for its answer.
#[derive(Debug)]
pub struct Socket {
    pub(super) socket: netlink_sys::Socket,
    pub(super) inbox: Inbox,
    config: Config,
    out: Vec<u8>,
    seq: u32,
    /// The number of the dump that is under way.
    pub(super) dumping: Option<u32>,
}

impl Socket {
    /// Opens a socket in the network namespace that the calling thread is in.
    ///
    /// Errors come with words and places (`NETLINK_EXT_ACK`), requests are not repeated in them
    /// (`NETLINK_CAP_ACK`), and requests are checked strictly, dumps filtered (`NETLINK_GET_STRICT_CHK`) where the
    /// kernel knows of these.
    ///
    /// # Errors
    /// [`Error::Socket`].
    pub fn open(protocol: Protocol) -> Result<Self, Error> {
        Self::with_config(protocol, Config::default())
    }

    /// As [`Socket::open`], with other limits.
    ///
    /// # Errors
    /// [`Error::Socket`].
    pub fn with_config(protocol: Protocol, config: Config) -> Result<Self, Error> {
        let mut socket = netlink_sys::Socket::new(isize::from(protocol.0))?;
        socket.bind_auto()?;
        // Kernels before 4.12, 4.3 and 4.20 do without.
        let _ = socket.set_ext_ack(true);
        let _ = socket.set_cap_ack(true);
        let _ = socket.set_netlink_get_strict_chk(true);
        let out = vec![0; config.request];
        Ok(Self { socket, inbox: Inbox::new(), config, out, seq: 0, dumping: None })
    }

    /// Makes the receive buffer (`SO_RCVBUF`) hold about `bytes` of messages; the kernel doubles the number, and
    /// caps it at `net.core.rmem_max`.
    ///
    /// # Errors
    /// [`Error::Socket`].
    pub fn set_receive_buffer(&self, bytes: u32) -> Result<(), Error> {
        Ok(self.socket.set_rx_buf_sz(bytes)?)
    }

    /// Asks for something to be done, and waits until it is (`NLM_F_ACK`). `fill` writes what follows the
    /// header.
    ///
    /// # Errors
    /// [`Error`]: above all the kernel's own, [`Error::Refused`].
    pub fn request(
        &mut self,
        kind: u16,
        flags: Flags,
        fill: impl FnOnce(&mut Body<'_>) -> Result<(), WriteError>,
    ) -> Result<(), Error> {
        self.ask(kind, flags, fill).map(drop)
    }

    /// Asks, and waits for all that is answered up to the acknowledgement: for what one gets, and for what is told
    /// of changes with [`Flags::ECHO`].
    ///
    /// # Errors
    /// [`Error`]: above all the kernel's own, [`Error::Refused`].
    pub fn ask(
        &mut self,
        kind: u16,
        flags: Flags,
        fill: impl FnOnce(&mut Body<'_>) -> Result<(), WriteError>,
    ) -> Result<Reply, Error> {
        let seq = self.send(kind, flags | Flags::ACK, fill)?;
        let mut reply = Reply::default();
        loop {
            if let Received::Overrun = self.inbox.receive(&self.socket)? {
                return Err(Error::Overrun);
            }
            for message in self.inbox.messages() {
                let message = message?;
                if message.header().seq != seq {
                    continue;
                }
                match message.ack() {
                    Some(ack) => {
                        return Refusal::of(&ack).map_or(Ok(reply), |refusal| Err(refusal.into()));
                    }
                    None => append(&mut reply.bytes, &message),
                }
            }
        }
    }

    /// Dumps a whole table, as it was at one moment: if it changed meanwhile, all is asked for again.
    ///
    /// # Errors
    /// [`Error`]: [`Error::Interrupted`] if it never held still.
    pub fn dump(
        &mut self,
        kind: u16,
        fill: impl Fn(&mut Body<'_>) -> Result<(), WriteError>,
    ) -> Result<Dump, Error> {
        let Config { dump_attempts, dump_bytes, .. } = self.config;
        let mut bytes = Vec::new();
        for _ in 0..dump_attempts {
            bytes.clear();
            let mut parts = self.parts(kind, &fill)?;
            let whole = loop {
                match parts.next_part() {
                    None => break !parts.is_interrupted(),
                    Some(Err(Error::Overrun)) => break false,
                    Some(Err(why)) => return Err(why),
                    Some(Ok(part)) if bytes.len() + part.rest().len() > dump_bytes => {
                        return Err(Error::TooLarge(dump_bytes));
                    }
                    Some(Ok(part)) => {
                        bytes.extend_from_slice(part.rest());
                        bytes.resize(align(bytes.len()), 0);
                    }
                }
            };
            if whole {
                return Ok(Dump::new(bytes));
            }
        }
        Err(Error::Interrupted(dump_attempts))
    }

    /// Dumps a table datagram by datagram, as it comes: for tables that one would not keep in memory. Whether
    /// it changed meanwhile is known at the end.
    ///
    /// # Errors
    /// [`Error`]: the request could not be sent.
    pub fn parts(
        &mut self,
        kind: u16,
        fill: impl FnOnce(&mut Body<'_>) -> Result<(), WriteError>,
    ) -> Result<Parts<'_>, Error> {
        let seq = self.send(kind, Flags::DUMP, fill)?;
        self.dumping = Some(seq);
        Ok(Parts::new(self))
    }

    /// Sends a request and gives its number.
    fn send(
        &mut self,
        kind: u16,
        flags: Flags,
        fill: impl FnOnce(&mut Body<'_>) -> Result<(), WriteError>,
    ) -> Result<u32, Error> {
        self.end_dump()?;
        self.seq = self.seq.wrapping_add(1).max(1);
        let mut writer = Writer::new(&mut self.out);
        let header = Header::new(kind, flags | Flags::REQUEST).seq(self.seq);
        writer.message(header, fill)?;
        self.socket.send_to(writer.as_bytes(), &SocketAddr::new(0, 0), 0)?;
        Ok(self.seq)
    }
}

fn append(bytes: &mut Vec<u8>, message: &Message<'_>) {
    if message.kind() != kind::DONE {
        bytes.extend_from_slice(message.as_bytes());
        bytes.resize(align(bytes.len()), 0);
    }
}

impl AsFd for Socket {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }
}

impl AsRawFd for Socket {
    fn as_raw_fd(&self) -> RawFd {
        self.socket.as_raw_fd()
    }
}

impl From<Refusal> for io::Error {
    fn from(refusal: Refusal) -> Self {
        Self::from_raw_os_error(refusal.errno.number().into())
    }
}
