//! What is told to those who listen.

use core::net::IpAddr;

use softnet_netlink::kernel::{Call, Datagram, Group, NetId, Outbox, Peer, PortId, Protocol};
use softnet_netlink::rtnl::kind;
use softnet_netlink::wire::{Flags as MessageFlags, Header};
use softnet_sk_buff::IfIndex;

use super::Rtnetlink;
use super::addr::AddrEvent;
use super::link::{Change, LinkOps, MESSAGE};
use crate::event::Event;
use crate::flags::Flags;

/// `RTNLGRP_LINK`.
pub(super) const LINK: u32 = 1;
/// `RTNLGRP_IPV4_IFADDR`.
const IPV4_IFADDR: u32 = 5;
/// `RTNLGRP_IPV6_IFADDR`.
const IPV6_IFADDR: u32 = 9;
/// `IFLA_EVENT_FEATURES`.
const EVENT_FEATURES: u32 = 2;

/// Whose request made something happen.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asker {
    peer: Peer,
    seq: u32,
    /// `NLM_F_ECHO`: wants to hear of it, too.
    echo: bool,
}

impl Asker {
    pub(super) fn of<C>(call: &Call<'_, C>) -> Self {
        let (header, flags) = (call.message.header(), call.message.flags());
        Self { peer: call.from, seq: header.seq, echo: flags.contains(MessageFlags::ECHO) }
    }

    /// The header of a message about a link, which names only who wants to hear of it (`rtmsg_ifinfo_build_skb`).
    pub(super) fn link_header(asker: Option<&Self>, kind: u16) -> Header {
        Self::header(asker.filter(|asker| asker.echo), kind)
    }

    /// The header of a message about what it asked for.
    fn header(asker: Option<&Self>, kind: u16) -> Header {
        let header = Header::new(kind, MessageFlags::empty());
        asker.map_or(header, |asker| header.seq(asker.seq).port(asker.peer.port.0))
    }
}

/// `rtnl_notify`.
pub(super) fn rtnl_notify(
    (net, group): (NetId, u32),
    asker: Option<&Asker>,
    datagram: Datagram,
    outbox: &mut Outbox,
) {
    let group = Group { net, protocol: Protocol::ROUTE, number: group };
    match asker.filter(|asker| asker.echo) {
        // Without room for it, the requester has an overrun.
        Some(asker) => drop(outbox.notify(group, asker.peer, datagram)),
        None => outbox.broadcast(group, PortId::KERNEL, datagram),
    }
}

impl<O: LinkOps, R> Rtnetlink<'_, O, R> {
    /// Tells those who listen in `net` of all that happened to interfaces and addresses since the last call, and lets
    /// addresses follow their interfaces. Requests do so before they are acknowledged. Of an interface that went,
    /// nothing but its addresses is left to tell; [`Rtnetlink::unregister`] tells of it while it goes.
    pub fn notify(&mut self, net: NetId, outbox: &mut Outbox) {
        self.tell_addresses(None, net, outbox);
        while let Some(event) = self.softnet.poll_event() {
            self.tell(event, net, outbox);
            self.follow(event, net, outbox);
        }
    }

    /// Lets addresses and the embedder follow what happened to an interface. In Linux, too, they do after others were
    /// told.
    pub(super) fn follow(&mut self, event: Event, net: NetId, outbox: &mut Outbox) {
        self.addresses.event(self.softnet, event, self.now);
        self.tell_addresses(None, net, outbox);
        self.ops.event(event);
    }

    /// Lets others follow what one message has told of `dev` already, if it did; tells of the rest.
    pub(super) fn follow_told(
        &mut self,
        dev: IfIndex,
        told: bool,
        (net, outbox): (NetId, &mut Outbox),
    ) {
        while let Some(event) = self.softnet.poll_event() {
            let of_it =
                matches!(event, Event::Up(of) | Event::Down(of) | Event::Change(of) if of == dev);
            if !told || !of_it {
                self.tell(event, net, outbox);
            }
            self.follow(event, net, outbox);
        }
    }

    /// Tells of what is new, and who asked for it.
    pub(super) fn tell_registered(
        &mut self,
        event: Event,
        asker: Option<&Asker>,
        (net, outbox): (NetId, &mut Outbox),
    ) {
        if let Event::Register(dev) = event {
            let change = Change { flags: u32::MAX, event: None };
            self.rtmsg_ifinfo(dev, change, asker, (net, &mut *outbox));
        } else {
            self.tell(event, net, outbox);
        }
        self.follow(event, net, outbox);
    }

    /// `rtnetlink_event`, and what Linux tells by other ways of the same: `__dev_notify_flags`,
    /// `linkwatch_do_dev`, `netdev_state_change`.
    pub(super) fn tell(&mut self, event: Event, net: NetId, outbox: &mut Outbox) {
        let (flags, event_kind) = match event {
            Event::Register(_) => (u32::MAX, None),
            Event::Up(_) | Event::Down(_) => ((Flags::UP | Flags::RUNNING).bits(), None),
            Event::Change(_)
            | Event::ChangeName(_)
            | Event::ChangeAddress(_)
            | Event::ChangeMtu(_)
            | Event::ChangeTxQueueLen(_) => (0, None),
            Event::ChangeFeatures(_) => (0, Some(EVENT_FEATURES)),
            _ => return,
        };
        let change = Change { flags, event: event_kind };
        self.rtmsg_ifinfo(event.device(), change, None, (net, outbox));
    }

    /// `rtmsg_ifinfo`.
    pub(super) fn rtmsg_ifinfo(
        &mut self,
        dev: IfIndex,
        change: Change,
        asker: Option<&Asker>,
        (net, outbox): (NetId, &mut Outbox),
    ) {
        let Some(fill) = self.fill(dev) else { return };
        let header = Asker::link_header(asker, kind::NEWLINK);
        let made =
            Datagram::write(MESSAGE, |to| to.message(header, |body| fill.write(change, body)));
        // A link's message always fits.
        if let Ok(datagram) = made {
            rtnl_notify((net, LINK), asker, datagram, outbox);
        }
    }

    /// `rtmsg_ifa`, `inet6_ifa_notify`. Only IPv4's names who asked for it.
    pub(super) fn tell_addresses(&mut self, asker: Option<Asker>, net: NetId, outbox: &mut Outbox) {
        while let Some(event) = self.addresses.next_event() {
            let (address, now) = (event.address(), self.now);
            let kind =
                if matches!(event, AddrEvent::New(_)) { kind::NEWADDR } else { kind::DELADDR };
            let (group, asker) = match address.local {
                IpAddr::V4(_) => (IPV4_IFADDR, asker.as_ref()),
                IpAddr::V6(_) => (IPV6_IFADDR, None),
            };
            let header = Asker::header(asker, kind);
            let made = Datagram::write(address.message_size(), |to| {
                to.message(header, |body| address.write(now, body))
            });
            if let Ok(datagram) = made {
                rtnl_notify((net, group), asker, datagram, outbox);
            }
            self.ops.address(&event);
        }
    }
}
