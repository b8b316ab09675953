//! Tables, dumped.

use alloc::vec::Vec;

use super::error::{Error, Refusal};
use super::inbox::Received;
use super::socket::Socket;
use crate::errno::Errno;
use crate::wire::{Flags, Message, Messages, kind};

/// A whole table, as it was at one moment.
#[derive(Debug, Clone)]
pub struct Dump {
    bytes: Vec<u8>,
}

impl Dump {
    pub(super) const fn new(bytes: Vec<u8>) -> Self {
        Self { bytes }
    }

    /// Its entries, a message each.
    pub fn messages(&self) -> impl Iterator<Item = Message<'_>> {
        // They were checked when they came.
        Messages::new(&self.bytes).filter_map(Result::ok).filter(is_entry)
    }

    /// All datagrams, one after another, as they came.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }
}

fn is_entry(message: &Message<'_>) -> bool {
    !matches!(message.kind(), kind::DONE | kind::NOOP | kind::ERROR)
}

/// A dump that comes datagram by datagram. Dropped early, it is read to its end before the socket's next request,
/// for the kernel does one dump at a time.
#[derive(Debug)]
pub struct Parts<'s> {
    socket: &'s mut Socket,
    interrupted: bool,
}

impl<'s> Parts<'s> {
    pub(super) const fn new(socket: &'s mut Socket) -> Self {
        Self { socket, interrupted: false }
    }

    /// The messages of the next datagram, those that are no entries of the table included; `None` at the end.
    ///
    /// An answer to something that was asked before is passed over.
    pub fn next_part(&mut self) -> Option<Result<Messages<'_>, Error>> {
        match self.socket.next_of_dump()? {
            Ok(interrupted) => {
                self.interrupted |= interrupted;
                Some(Ok(self.socket.inbox.messages()))
            }
            Err(why) => Some(Err(why)),
        }
    }

    /// Whether what is dumped changed while it was (`NLM_F_DUMP_INTR`), as far as was read.
    #[must_use]
    pub const fn is_interrupted(&self) -> bool {
        self.interrupted
    }
}

impl Socket {
    /// Receives the next datagram of the dump that is under way, and tells whether it was marked as interrupted;
    /// `None` if there is none.
    fn next_of_dump(&mut self) -> Option<Result<bool, Error>> {
        let seq = self.dumping?;
        let received = loop {
            match self.receive_of_dump(seq) {
                Ok(None) => {}
                Ok(Some(interrupted)) => break Ok(interrupted),
                // The rest still comes.
                Err(Error::Overrun) => break Err(Error::Overrun),
                Err(why) => {
                    self.dumping = None;
                    break Err(why);
                }
            }
        };
        Some(received)
    }

    /// `None` if the datagram is of something else.
    fn receive_of_dump(&mut self, seq: u32) -> Result<Option<bool>, Error> {
        if let Received::Overrun = self.inbox.receive(&self.socket)? {
            return Err(Error::Overrun);
        }
        let (mut ours, mut interrupted) = (false, false);
        for message in self.inbox.messages() {
            let message = message?;
            if message.header().seq != seq {
                continue;
            }
            ours = true;
            interrupted |= message.flags().contains(Flags::DUMP_INTR);
            if message.kind() == kind::DONE {
                self.dumping = None;
            }
            if let Some(refusal) = message.ack().as_ref().and_then(Refusal::of) {
                return Err(refusal.into());
            }
            if let Some(errno) = message.done().and_then(Errno::from_wire) {
                return Err(Refusal::bare(errno).into());
            }
        }
        Ok(ours.then_some(interrupted))
    }

    /// Reads what is left of a dump that nobody reads any more.
    pub(super) fn end_dump(&mut self) -> Result<(), Error> {
        while let Some(part) = self.next_of_dump() {
            if let Err(why @ (Error::Socket(_) | Error::Malformed(_))) = part {
                return Err(why);
            }
        }
        Ok(())
    }
}
