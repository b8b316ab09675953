//! rtnetlink's links over a stack: what `ip link` reads and changes (`net/core/rtnetlink.c`).
//!
//! [`Links`] answers requests about the interfaces of a [`Softnet`], as a [`Family`] of softnet-netlink's table: it
//! is made for a call, from the stack and from [`LinkOps`], which know what the stack does not: the kinds of links,
//! and how one is made. What happens besides requests, [`Links::notify`] tells to those who listen.
//!
//! Answered as by Linux 6.12: `RTM_GETLINK`, with its filters; `RTM_NEWLINK` and `RTM_SETLINK` with a new state,
//! address, MTU or name, or with a new link. Other attributes are refused with `EOPNOTSUPP` where they ask for a
//! change. `IFLA_AF_SPEC` is left out: address families are the embedder's.

mod change;
mod fill;

use softnet_netlink::errno::Errno;
use softnet_netlink::extack::ExtAck;
use softnet_netlink::kernel::{
    Call, Capability, Credentials, Cx, Datagram, DumpControl, DumpWriter, Family, Group, NetId,
    Outbox, Outcome, PortId, Progress, Protocol,
};
use softnet_netlink::policy::{Parsed, Strictness};
use softnet_netlink::rtnl::kind;
use softnet_netlink::rtnl::link::{Ifinfomsg, LinkSet};
use softnet_netlink::set::Set;
use softnet_netlink::wire::{Attrs, Flags as MessageFlags, Header, Message};
use softnet_sk_buff::{IfIndex, Instant};

use crate::event::Event;
use crate::flags::Flags;
use crate::softnet::Softnet;
use fill::Fill;

/// `RTNLGRP_LINK`.
const GROUP: u32 = 1;
/// `sizeof(struct ifinfomsg)`.
const FIXED: usize = size_of::<Ifinfomsg>();
/// Bytes that a link's message has room in (`if_nlmsg_size`), names and kinds at their longest.
const MESSAGE: usize = 2048;
/// `IFLA_EVENT_FEATURES`.
const EVENT_FEATURES: u32 = 2;

/// `IFLA_*`, by number.
mod ifla {
    pub(super) const ADDRESS: u16 = 1;
    pub(super) const IFNAME: u16 = 3;
    pub(super) const MTU: u16 = 4;
    pub(super) const MASTER: u16 = 10;
    pub(super) const LINKINFO: u16 = 18;
    pub(super) const EXT_MASK: u16 = 29;
    /// The first that is not of Linux 6.12.
    pub(super) const END: usize = 67;
}

/// A request's attributes by type.
type Table<'a> = Parsed<'a, { ifla::END }>;

/// What the embedder knows of links (`struct rtnl_link_ops`).
pub trait LinkOps {
    /// Whether there are links of this kind.
    fn knows(&self, kind: &str) -> bool;

    /// The kind of an interface; none of a piece of hardware.
    fn kind(&self, dev: IfIndex) -> Option<&str>;

    /// The interface at the other end, or below (`dev_get_iflink`).
    fn link(&self, dev: IfIndex) -> Option<IfIndex> {
        let _ = dev;
        None
    }

    /// Makes a link of a kind that it [knows](Self::knows) (`newlink`).
    ///
    /// # Errors
    /// The number that the requester is answered with; nothing was made.
    fn create(
        &mut self,
        softnet: &mut Softnet,
        new: NewLink<'_>,
        extack: &mut ExtAck,
    ) -> Result<(), Errno>;

    /// Hears of everything that happened to interfaces, in order: [`Links`] takes the stack's events.
    fn event(&mut self, event: Event) {
        let _ = event;
    }
}

/// A link that somebody wants.
#[derive(Debug, Clone, Copy)]
pub struct NewLink<'a> {
    /// The kind: `veth`.
    pub kind: &'a str,
    /// The name, or a pattern for one.
    pub name: Option<&'a str>,
    /// All of the request's attributes: a [`LinkSet`].
    pub attrs: Attrs<'a>,
    /// `IFLA_INFO_DATA`: what is special to the kind.
    pub data: Attrs<'a>,
    /// Now.
    pub now: Instant,
}

/// rtnetlink's links, for one call.
#[derive(Debug)]
pub struct Links<'s, O> {
    /// Whose interfaces.
    pub softnet: &'s mut Softnet,
    /// What the stack does not know.
    pub ops: &'s mut O,
    /// Now.
    pub now: Instant,
}

/// How far a dump of links is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkDump {
    next: u32,
    /// `IFLA_MASTER` was asked for: nothing here has one.
    mastered: bool,
    /// `IFLA_LINKINFO`: this kind only.
    kind: Option<alloc::string::String>,
}

impl<C: Credentials, O: LinkOps> Family<C> for Links<'_, O> {
    type Dump = LinkDump;

    fn doit(&mut self, call: &Call<'_, C>, cx: &mut Cx) -> Result<Outcome, Errno> {
        let request = call.message;
        if request.payload().is_empty() {
            return Ok(Outcome::Ack);
        }
        let get = request.kind() & 3 == 2;
        if !get && !call.capable(Capability::NET_ADMIN) {
            return Err(Errno::EPERM);
        }
        let done = match request.kind() {
            kind::GETLINK if request.flags().intersects(MessageFlags::DUMP) => {
                let control = DumpControl { min_dump_alloc: 0, split_done: true };
                return Ok(Outcome::Dump(control));
            }
            kind::GETLINK => self.getlink(call, cx),
            kind::NEWLINK => self.newlink(call, cx),
            kind::SETLINK => self.setlink(call, cx),
            _ => Err(Errno::EOPNOTSUPP),
        };
        self.notify(call.net(), &mut cx.outbox);
        done.map(|()| Outcome::Ack)
    }

    /// `rtnl_valid_dump_ifinfo_req`, and the filters.
    fn start(&mut self, call: &Call<'_, C>, cx: &mut Cx) -> Result<LinkDump, Errno> {
        let everything = LinkDump { next: 1, mastered: false, kind: None };
        let checked = if call.strict {
            strict_dump(&call.message, &mut cx.extack)
        } else {
            // Of what came from before Linux 3.9, only the family is looked at.
            let fixed = if call.message.payload().len() < FIXED { 1 } else { FIXED };
            cx.extack.parse(&call.message, fixed, LinkSet::POLICY, Strictness::LIBERAL)
        };
        let table: Table<'_> = match checked {
            Ok(table) => table,
            Err(errno) if call.strict => return Err(errno),
            Err(_) => return Ok(everything),
        };
        let known = [ifla::EXT_MASK, ifla::MASTER, ifla::LINKINFO];
        if call.strict && (1..ifla::END as u16).any(|at| table.has(at) && !known.contains(&at)) {
            cx.extack.say("Unsupported attribute in link dump request");
            return Err(Errno::EINVAL);
        }
        let mastered = table.get(ifla::MASTER).and_then(|master| master.u32()) > Some(0);
        let kind = kind_of(&table).filter(|kind| self.ops.knows(kind)).map(Into::into);
        Ok(LinkDump { mastered, kind, ..everything })
    }

    /// `rtnl_dump_ifinfo`.
    fn dump(&mut self, dump: &mut LinkDump, to: &mut DumpWriter<'_>) -> Result<Progress, Errno> {
        if dump.mastered || dump.kind.is_some() {
            to.filtered();
        }
        let mut written = Ok(());
        while let Some(dev) = self.next_dev(dump) {
            let Some(fill) = Fill::new(self.softnet, self.ops, dev) else { break };
            let empty = MessageFlags::empty();
            written = to.message(kind::NEWLINK, empty, |body| fill.write(0, None, body));
            if written.is_err() {
                break;
            }
            dump.next = dev.get().saturating_add(1);
        }
        to.set_seq(self.softnet.generation());
        to.check_first();
        written.map(|()| Progress::Done).map_err(Errno::from)
    }
}

impl<O: LinkOps> Links<'_, O> {
    /// Tells those who listen to `RTNLGRP_LINK` in `net` of all that happened to interfaces since the last call.
    /// Requests do so before they are acknowledged.
    pub fn notify(&mut self, net: NetId, outbox: &mut Outbox) {
        while let Some(event) = self.softnet.poll_event() {
            self.tell(event, net, outbox);
            self.ops.event(event);
        }
    }

    /// `rtnetlink_event`, and what Linux tells by other ways of the same: `__dev_notify_flags`,
    /// `linkwatch_do_dev`.
    fn tell(&mut self, event: Event, net: NetId, outbox: &mut Outbox) {
        let (change, why) = match event {
            Event::Register(_) => (u32::MAX, None),
            Event::Up(_) | Event::Down(_) => ((Flags::UP | Flags::RUNNING).bits(), None),
            Event::Change(_)
            | Event::ChangeName(_)
            | Event::ChangeAddress(_)
            | Event::ChangeMtu(_) => (0, None),
            Event::ChangeFeatures(_) => (0, Some(EVENT_FEATURES)),
            _ => return,
        };
        self.rtmsg_ifinfo(event.device(), (change, why), net, outbox);
    }

    /// `rtmsg_ifinfo`.
    fn rtmsg_ifinfo(
        &mut self,
        dev: IfIndex,
        (change, why): (u32, Option<u32>),
        net: NetId,
        outbox: &mut Outbox,
    ) {
        let Some(fill) = Fill::new(self.softnet, self.ops, dev) else { return };
        let header = Header::new(kind::NEWLINK, MessageFlags::empty());
        let made =
            Datagram::write(MESSAGE, |to| to.message(header, |body| fill.write(change, why, body)));
        // A link's message always fits.
        if let Ok(datagram) = made {
            let group = Group { net, protocol: Protocol::ROUTE, number: GROUP };
            outbox.broadcast(group, PortId::KERNEL, datagram);
        }
    }

    /// The next interface that a dump is about (`link_dump_filtered`).
    fn next_dev(&self, dump: &LinkDump) -> Option<IfIndex> {
        let wanted = |dev: &IfIndex| {
            let kind = dump.kind.as_deref();
            dev.get() >= dump.next && kind.is_none_or(|kind| self.ops.kind(*dev) == Some(kind))
        };
        let all = self.softnet.devs().map(crate::NetDevice::ifindex);
        all.filter(|_| !dump.mastered).find(wanted)
    }

    /// `rtnl_getlink`.
    fn getlink<C: Credentials>(&mut self, call: &Call<'_, C>, cx: &mut Cx) -> Result<(), Errno> {
        let table = getlink_request(call, &mut cx.extack)?;
        let head: Ifinfomsg = call.message.fixed();
        if head.index <= 0 && !table.has(ifla::IFNAME) {
            return Err(Errno::EINVAL);
        }
        let dev = self.find(head.index, &table).ok_or(Errno::ENODEV)?;
        let fill = Fill::new(self.softnet, self.ops, dev).ok_or(Errno::ENODEV)?;
        let header = Header::new(kind::NEWLINK, MessageFlags::empty())
            .seq(call.message.header().seq)
            .port(call.from.port.0);
        let answer =
            Datagram::write(MESSAGE, |to| to.message(header, |body| fill.write(0, None, body)));
        let answer = answer.map_err(Errno::from)?;
        cx.outbox.unicast(call.from, answer).map_err(|error| error.errno())
    }

    /// By number, or else by name (`rtnl_dev_get`).
    fn find(&self, index: i32, table: &Table<'_>) -> Option<IfIndex> {
        if index > 0 {
            let dev = IfIndex::new(index.cast_unsigned())?;
            return self.softnet.dev(dev).map(crate::NetDevice::ifindex);
        }
        let name = table.get(ifla::IFNAME)?.str()?;
        self.softnet.dev_by_name(name).map(crate::NetDevice::ifindex)
    }
}

/// `IFLA_INFO_KIND`.
fn kind_of<'a>(table: &Table<'a>) -> Option<&'a str> {
    Attrs::new(table.get(ifla::LINKINFO)?.value()).find(fill::INFO_KIND)?.str()
}

/// `rtnl_valid_dump_ifinfo_req` of a socket that wants requests checked.
fn strict_dump<'a>(request: &Message<'a>, extack: &mut ExtAck) -> Result<Table<'a>, Errno> {
    if request.payload().len() < FIXED {
        extack.say("Invalid header for link dump");
        return Err(Errno::EINVAL);
    }
    let head: Ifinfomsg = request.fixed();
    if head.pad != 0 || head.kind != 0 || head.flags != 0 || head.change != 0 {
        extack.say("Invalid values in header for link dump request");
        return Err(Errno::EINVAL);
    }
    if head.index != 0 {
        extack.say("Filter by device index not supported for link dumps");
        return Err(Errno::EINVAL);
    }
    extack.parse(request, FIXED, LinkSet::POLICY, Strictness::DEPRECATED_STRICT)
}

/// `rtnl_valid_getlink_req`.
fn getlink_request<'a, C>(call: &Call<'a, C>, extack: &mut ExtAck) -> Result<Table<'a>, Errno> {
    let request = &call.message;
    if request.payload().len() < FIXED {
        extack.say("Invalid header for get link");
        return Err(Errno::EINVAL);
    }
    if !call.strict {
        return extack.parse(request, FIXED, LinkSet::POLICY, Strictness::LIBERAL);
    }
    let head: Ifinfomsg = request.fixed();
    if head.pad != 0 || head.kind != 0 || head.flags != 0 || head.change != 0 {
        extack.say("Invalid values in header for get link request");
        return Err(Errno::EINVAL);
    }
    let table: Table<'a> =
        extack.parse(request, FIXED, LinkSet::POLICY, Strictness::DEPRECATED_STRICT)?;
    let known = [ifla::IFNAME, ifla::EXT_MASK];
    if (1..ifla::END as u16).any(|at| table.has(at) && !known.contains(&at)) {
        extack.say("Unsupported attribute in get link request");
        return Err(Errno::EINVAL);
    }
    Ok(table)
}
