//! A buffer that holds whatever datagram comes.

use alloc::vec::Vec;
use std::io;

use netlink_sys::Socket;

use crate::errno::Errno;
use crate::wire::{ALIGN, Messages};

const MSG_PEEK: i32 = 0x02;
const MSG_TRUNC: i32 = 0x20;

/// What the kernel fills a dump's datagrams up to, if it has seen a buffer as large
/// (`SKB_WITH_OVERHEAD(32768)`).
const DUMP_MAX: usize = 32 * 1024;

/// Whether bytes came.
pub(super) enum Received {
    /// [`Inbox::messages`] has them.
    Datagram,
    /// The socket's buffer ran over before (`ENOBUFS`): something was lost.
    Overrun,
}

/// The datagram that came last.
#[derive(Debug)]
pub(super) struct Inbox {
    buffer: Vec<u8>,
}

impl Inbox {
    pub(super) fn new() -> Self {
        Self { buffer: Vec::with_capacity(DUMP_MAX) }
    }

    /// Takes the next datagram, and only such as the kernel sent.
    ///
    /// Asks for its length first: what is cut off is lost, and fixed buffers break on machines with many virtual
    /// functions, whose links take more than 64 KiB.
    pub(super) fn receive(&mut self, socket: &Socket) -> io::Result<Received> {
        loop {
            self.buffer.clear();
            let mut no_room: &mut [u8] = &mut [];
            let length = socket.recv_from(&mut no_room, MSG_PEEK | MSG_TRUNC);
            let Some((len, _)) = unless_overrun(length)? else {
                return Ok(Received::Overrun);
            };
            self.buffer.reserve(len.max(DUMP_MAX).next_multiple_of(ALIGN));
            let Some((_, from)) = unless_overrun(socket.recv_from(&mut self.buffer, 0))? else {
                return Ok(Received::Overrun);
            };
            if from.port_number() == 0 {
                return Ok(Received::Datagram);
            }
        }
    }

    pub(super) fn messages(&self) -> Messages<'_> {
        Messages::new(&self.buffer)
    }
}

fn unless_overrun<T>(received: io::Result<T>) -> io::Result<Option<T>> {
    match received {
        Ok(got) => Ok(Some(got)),
        Err(why) if why.raw_os_error() == Some(Errno::ENOBUFS.number().into()) => Ok(None),
        Err(why) => Err(why),
    }
}
