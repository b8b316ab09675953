//! What is told of filters and chains to those who listen to `RTNLGRP_TC`, and to whoever asks.

use softnet_netlink::errno::Errno;
use softnet_netlink::kernel::{Call, Credentials, Cx, Datagram, Group, NetId, PortId, Protocol};
use softnet_netlink::wire::{Body, Flags, Header, WriteError};

/// `RTNLGRP_TC`.
const GROUP: u32 = 4;
/// `NLMSG_GOODSIZE` of machines with pages of 4 KiB: room is made in such steps.
const GOODSIZE: usize = 3776;
/// No filter needs more: its actions and keys are bounded.
const MOST: usize = 64 * GOODSIZE;

/// `tfilter_notify_prep`.
fn write(
    header: Header,
    fill: &dyn Fn(&mut Body<'_>) -> Result<(), WriteError>,
) -> Result<Datagram, Errno> {
    let mut room = GOODSIZE;
    loop {
        match Datagram::write(room, |to| to.message(header, fill)) {
            Ok(datagram) => return Ok(datagram),
            Err(WriteError::Full) if room < MOST => room = room.saturating_mul(2),
            Err(_) => return Err(Errno::EINVAL),
        }
    }
}

const fn group(net: NetId) -> Group {
    Group { net, protocol: Protocol::ROUTE, number: GROUP }
}

/// A message about a request; it has the request's flags.
pub(super) fn prepare<C: Credentials>(
    call: &Call<'_, C>,
    kind: u16,
    fill: &dyn Fn(&mut Body<'_>) -> Result<(), WriteError>,
) -> Result<Datagram, Errno> {
    write(header(call, kind), fill)
}

/// `rtnetlink_send`: to all who listen, and to whoever asks if that was asked for.
pub(super) fn send<C: Credentials>(call: &Call<'_, C>, datagram: Datagram, cx: &mut Cx) {
    if call.message.flags().contains(Flags::ECHO) {
        // Whoever has no room knows by the rest of the answer.
        let _ = cx.outbox.notify(group(call.net()), call.from, datagram);
    } else {
        cx.outbox.broadcast(group(call.net()), PortId::KERNEL, datagram);
    }
}

/// A message about a request, to all who listen. What there is no room for is not told.
pub(super) fn all<C: Credentials>(
    call: &Call<'_, C>,
    kind: u16,
    fill: &dyn Fn(&mut Body<'_>) -> Result<(), WriteError>,
    cx: &mut Cx,
) {
    if let Ok(datagram) = prepare(call, kind, fill) {
        send(call, datagram, cx);
    }
}

/// The answer to a request (`rtnl_unicast`).
pub(super) fn asker<C: Credentials>(
    call: &Call<'_, C>,
    kind: u16,
    fill: &dyn Fn(&mut Body<'_>) -> Result<(), WriteError>,
    cx: &mut Cx,
) -> Result<(), Errno> {
    let datagram = prepare(call, kind, fill)?;
    cx.outbox.unicast(call.from, datagram).map_err(|error| error.errno())
}

/// A message that is about no request (`tc_chain_notify` of chains that come and go by themselves).
pub(super) fn of_itself(
    net: NetId,
    (kind, flags): (u16, Flags),
    fill: &dyn Fn(&mut Body<'_>) -> Result<(), WriteError>,
    cx: &mut Cx,
) {
    if let Ok(datagram) = write(Header::new(kind, flags), fill) {
        cx.outbox.broadcast(group(net), PortId::KERNEL, datagram);
    }
}

fn header<C: Credentials>(call: &Call<'_, C>, kind: u16) -> Header {
    let (flags, seq) = (call.message.flags(), call.message.header().seq);
    Header::new(kind, flags).seq(seq).port(call.from.port.0)
}
