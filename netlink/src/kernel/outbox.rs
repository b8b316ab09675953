//! What a handler wants sent.

use alloc::collections::VecDeque;

use super::{Credentials, Datagram, Errno, Error, Group, Peer, PortId, Table};
use crate::wire::Header;

/// What leaves when the handler is done, in the order in which it was put here.
///
/// A handler has the outbox, not the table, so a notification can neither wait for a lock that its sender holds
/// nor come back to it.
#[derive(Debug)]
pub struct Outbox {
    entries: VecDeque<Entry>,
    bytes: usize,
    most: usize,
}

#[derive(Debug)]
enum Entry {
    Unicast(Peer, Datagram),
    Broadcast { group: Group, exclude: PortId, datagram: Datagram },
    Lost { group: Group, exclude: PortId },
}

impl Outbox {
    /// An outbox for at most `most` bytes, where a message counts as 16 or more.
    #[must_use]
    pub const fn new(most: usize) -> Self {
        Self { entries: VecDeque::new(), bytes: 0, most }
    }

    /// Whether nothing is in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// `nlmsg_unicast`: to one socket.
    ///
    /// # Errors
    /// [`Error::NoBuffer`]: it is full.
    pub fn unicast(&mut self, to: Peer, datagram: Datagram) -> Result<(), Error> {
        if !self.takes(&datagram) {
            return Err(Error::NoBuffer);
        }
        self.entries.push_back(Entry::Unicast(to, datagram));
        Ok(())
    }

    /// `nlmsg_multicast`: to all who listen, but for the socket with port id `exclude`. Without room, they are
    /// told that they missed something, as if Linux had no memory for it (`rtnl_set_sk_err`).
    pub fn broadcast(&mut self, group: Group, exclude: PortId, datagram: Datagram) {
        if self.takes(&datagram) {
            self.entries.push_back(Entry::Broadcast { group, exclude, datagram });
            return;
        }
        let lost = |entry: &Entry| {
            matches!(entry, Entry::Lost { group: lost, exclude: but }
                if *lost == group && *but == exclude)
        };
        // They need telling once, so the number of these is bounded by the number of groups.
        if !self.entries.iter().any(lost) {
            self.entries.push_back(Entry::Lost { group, exclude });
        }
    }

    /// `nlmsg_notify` with a report: to all who listen, and to whoever asked for it besides, whether listening
    /// or not, once (`NLM_F_ECHO`).
    ///
    /// # Errors
    /// [`Error::NoBuffer`]: no room for the report. The group is served all the same.
    pub fn notify(&mut self, group: Group, report: Peer, datagram: Datagram) -> Result<(), Error> {
        self.broadcast(group, report.port, datagram.clone());
        self.unicast(report, datagram)
    }

    fn takes(&mut self, datagram: &Datagram) -> bool {
        // Those without a byte would be without a bound.
        let len = datagram.bytes.len().max(Header::LEN);
        let bytes = self.bytes.saturating_add(len);
        let room = bytes <= self.most;
        if room {
            self.bytes = bytes;
        }
        room
    }
}

impl<D, C: Credentials> Table<D, C> {
    /// Sends all that is in `outbox`. [`Table::finish`] does it for requests; this is for what happens of
    /// itself.
    pub fn flush(&mut self, outbox: &mut Outbox) {
        while let Some(entry) = outbox.entries.pop_front() {
            // Whoever has no room knows by ENOBUFS, and whoever is gone need not know.
            match entry {
                Entry::Unicast(to, datagram) => {
                    let _ = self.unicast(to, datagram);
                }
                Entry::Broadcast { group, exclude, datagram } => {
                    let _ = self.broadcast(group, exclude, datagram);
                }
                Entry::Lost { group, exclude } => {
                    let _ = self.set_error(group, exclude, Errno::ENOBUFS);
                }
            }
        }
        outbox.bytes = 0;
    }
}
