//! What is told to those who listen to `RTNLGRP_TC`, and to whoever asks.

use alloc::vec::Vec;

use softnet_netlink::errno::Errno;
use softnet_netlink::kernel::{Call, Credentials, Cx, Datagram, Group, Peer, PortId, Protocol};
use softnet_netlink::wire::{Body, Flags, Header, WriteError, Writer};

/// `RTNLGRP_TC`.
const GROUP: u32 = 4;
/// `NLMSG_GOODSIZE` of machines with pages of 4 KiB: no message is longer.
const GOODSIZE: usize = 3776;

/// Messages that a request leads to, in one datagram.
#[derive(Debug)]
pub(super) struct Telling {
    bytes: Vec<u8>,
    from: Peer,
    seq: u32,
    echo: bool,
    /// A message did not fit.
    failed: bool,
}

impl Telling {
    pub(super) fn new<C: Credentials>(call: &Call<'_, C>) -> Self {
        let seq = call.message.header().seq;
        let echo = call.message.flags().contains(Flags::ECHO);
        Self { bytes: Vec::new(), from: call.from, seq, echo, failed: false }
    }

    /// One more message.
    pub(super) fn add(
        &mut self,
        kind: u16,
        flags: Flags,
        fill: impl FnOnce(&mut Body<'_>) -> Result<(), WriteError>,
    ) {
        let header = Header::new(kind, flags).seq(self.seq).port(self.from.port.0);
        let room = GOODSIZE.saturating_sub(self.bytes.len());
        match Datagram::write(room, |to| to.message(header, fill)) {
            Ok(datagram) => self.bytes.extend_from_slice(datagram.as_bytes()),
            Err::<_, WriteError>(_) => self.failed = true,
        }
    }

    /// `rtnetlink_send`.
    ///
    /// # Errors
    /// `EINVAL`: nothing to be told, or too much.
    pub(super) fn send(self, cx: &mut Cx) -> Result<(), Errno> {
        if self.failed || self.bytes.is_empty() {
            return Err(Errno::EINVAL);
        }
        let group = Group { net: self.from.net, protocol: Protocol::ROUTE, number: GROUP };
        let datagram = Datagram::write(GOODSIZE, |to: &mut Writer<'_>| to.copy(&self.bytes))?;
        if self.echo {
            return cx.outbox.notify(group, self.from, datagram).map_err(|error| error.errno());
        }
        cx.outbox.broadcast(group, PortId::KERNEL, datagram);
        Ok(())
    }
}
