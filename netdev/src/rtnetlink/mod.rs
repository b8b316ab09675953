//! rtnetlink over a stack: what `ip link`, `ip addr` and `tc` read and change (`net/core/rtnetlink.c`).
//!
//! [`Rtnetlink`] is the one [`Family`] that an embedder serves `NETLINK_ROUTE` with, on softnet-netlink's table. It is
//! made for a call, of what there is: the interfaces of a [`Softnet`], their [`Addresses`], and [`LinkOps`], which know
//! what the stack does not: the kinds of links, and how one is made. What happens besides requests,
//! [`Rtnetlink::notify`] tells to those who listen.
//!
//! Further objects, such as neighbours or routes, are the business of [`Rtnetlink::rest`]: any family that refuses
//! with `EOPNOTSUPP` what it does not know, [`Unserved`] if there is none. What nobody serves is answered as by a
//! Linux without it: dumps of routes and neighbours are empty, all else is refused.
//!
//! Answered as by Linux 6.12:
//! - links: see [`link`];
//! - addresses: `RTM_NEWADDR`, `RTM_DELADDR`, `RTM_GETADDR`; see [`addr`];
//! - traffic control: softnet-qdisc's [`TrafficControl`] over the interfaces that have a [tree](Trees);
//! - `ip monitor`: the groups `RTNLGRP_LINK`, `RTNLGRP_IPV4_IFADDR`, `RTNLGRP_IPV6_IFADDR`.

pub mod addr;
pub mod link;
mod notify;
mod traffic;
mod unserved;

use softnet_netlink::errno::Errno;
use softnet_netlink::kernel::{
    Call, Capability, Credentials, Cx, DumpControl, DumpWriter, Family, Outcome, Progress,
};
use softnet_netlink::rtnl::kind;
use softnet_netlink::wire::Flags as MessageFlags;
use softnet_qdisc::netlink::{TcDump, TrafficControl};
use softnet_sk_buff::Instant;

use crate::softnet::Softnet;
use addr::{AddrDump, Addresses};
use link::LinkDump;
pub use link::{Iflink, LinkOps, NewLink};
pub use traffic::Trees;
pub use unserved::Unserved;

/// `RTM_MAX`, of Linux 6.12.
const RTM_MAX: u16 = 123;
/// `AF_BRIDGE`.
const AF_BRIDGE: u8 = 7;

/// `NETLINK_ROUTE`, for one call.
#[derive(Debug)]
pub struct Rtnetlink<'s, O, R> {
    /// Whose interfaces.
    pub softnet: &'s mut Softnet,
    /// What the stack does not know of links.
    pub ops: &'s mut O,
    /// The interfaces' addresses.
    pub addresses: &'s mut Addresses,
    /// Who answers for all else: neighbours, routes.
    pub rest: &'s mut R,
    /// Now.
    pub now: Instant,
}

/// How far a dump is.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum RouteDump<D> {
    /// Of links.
    Link(LinkDump),
    /// Of addresses.
    Addr(AddrDump),
    /// Of traffic control.
    Traffic(TcDump),
    /// Of what there is nothing of.
    Nothing,
    /// Of something else.
    Rest(D),
}

/// What a message is about.
enum Subject {
    Link,
    Addr,
    /// Disciplines, classes, filters.
    Traffic,
    /// Ports of bridges (`rtnl_bridge_getlink` and its kin): nothing here is one.
    Bridge,
    Other,
}

impl Subject {
    fn of<C>(call: &Call<'_, C>) -> Self {
        let family = call.message.payload().first().copied().unwrap_or(0);
        match call.message.kind() {
            // A new link has no handler of the bridges' own.
            kind::DELLINK..=kind::SETLINK if family == AF_BRIDGE => Self::Bridge,
            kind::NEWLINK..=kind::SETLINK => Self::Link,
            kind::NEWADDR..=kind::GETADDR => Self::Addr,
            kind::NEWQDISC..=kind::GETACTION | kind::NEWCHAIN..=kind::GETCHAIN => Self::Traffic,
            _ => Self::Other,
        }
    }
}

impl<C: Credentials, O: LinkOps, R: Family<C>> Family<C> for Rtnetlink<'_, O, R> {
    type Dump = RouteDump<R::Dump>;

    /// `rtnetlink_rcv_msg`.
    fn doit(&mut self, call: &Call<'_, C>, cx: &mut Cx) -> Result<Outcome, Errno> {
        let request = call.message;
        if request.kind() > RTM_MAX {
            return Err(Errno::EOPNOTSUPP);
        }
        if request.payload().is_empty() {
            return Ok(Outcome::Ack);
        }
        let get = request.kind() & 3 == 2;
        if !get && !call.capable(Capability::NET_ADMIN) {
            return Err(Errno::EPERM);
        }
        // What happened before is told before, and a dump shows what came of it.
        self.notify(call.net(), &mut cx.outbox);
        let dump = get && request.flags().intersects(MessageFlags::DUMP);
        let done = match Subject::of(call) {
            Subject::Link if dump => return Ok(Outcome::Dump(LinkDump::control(&request))),
            Subject::Addr if dump => return Ok(Outcome::Dump(AddrDump::control(&request))),
            Subject::Bridge if dump => return Ok(Outcome::Dump(DumpControl::default())),
            Subject::Link => self.link(call, cx).map(|()| Outcome::Ack),
            Subject::Addr => self.addr(call, cx).map(|()| Outcome::Ack),
            Subject::Traffic => TrafficControl::new(&mut self.trees()).doit(call, cx),
            Subject::Bridge => Err(Errno::EOPNOTSUPP),
            Subject::Other => match self.rest.doit(call, cx) {
                Err(Errno::EOPNOTSUPP) if dump && unserved::is_empty(request.kind()) => {
                    Ok(Outcome::Dump(DumpControl::default()))
                }
                answered => answered,
            },
        };
        self.notify(call.net(), &mut cx.outbox);
        done
    }

    fn start(&mut self, call: &Call<'_, C>, cx: &mut Cx) -> Result<Self::Dump, Errno> {
        match Subject::of(call) {
            Subject::Link => Ok(RouteDump::Link(LinkDump::start(self.ops, call))),
            Subject::Addr => Ok(RouteDump::Addr(AddrDump::start(call))),
            Subject::Traffic => {
                TrafficControl::new(&mut self.trees()).start(call, cx).map(RouteDump::Traffic)
            }
            Subject::Bridge => Ok(RouteDump::Nothing),
            Subject::Other => match self.rest.start(call, cx) {
                Err(Errno::EOPNOTSUPP) if unserved::is_empty(call.message.kind()) => {
                    Ok(RouteDump::Nothing)
                }
                started => started.map(RouteDump::Rest),
            },
        }
    }

    fn dump(&mut self, dump: &mut Self::Dump, to: &mut DumpWriter<'_>) -> Result<Progress, Errno> {
        match dump {
            RouteDump::Link(dump) => self.dump_links(dump, to),
            RouteDump::Addr(dump) => self.addresses.dump(dump, (self.softnet, self.now), to),
            RouteDump::Traffic(dump) => {
                let mut trees = self.trees();
                Family::<C>::dump(&mut TrafficControl::new(&mut trees), dump, to)
            }
            RouteDump::Nothing => Ok(Progress::Done),
            RouteDump::Rest(dump) => self.rest.dump(dump, to),
        }
    }

    fn done(&mut self, dump: Self::Dump) {
        if let RouteDump::Rest(dump) = dump {
            self.rest.done(dump);
        }
    }
}

impl<O: LinkOps, R> Rtnetlink<'_, O, R> {
    fn trees(&mut self) -> Trees<'_> {
        Trees::new(self.softnet, self.now)
    }

    fn link<C: Credentials>(&mut self, call: &Call<'_, C>, cx: &mut Cx) -> Result<(), Errno> {
        match call.message.kind() {
            kind::GETLINK => self.getlink(call, cx),
            kind::NEWLINK => self.newlink(call, cx),
            kind::DELLINK => self.dellink(call, cx),
            _ => self.setlink(call, cx),
        }
    }

    fn addr<C: Credentials>(&mut self, call: &Call<'_, C>, cx: &mut Cx) -> Result<(), Errno> {
        let (request, now) = (&call.message, self.now);
        let family = request.payload().first().copied().unwrap_or(0);
        let done = match (request.kind(), family) {
            (kind::NEWADDR, addr::AF_INET | addr::AF_INET6) => {
                self.addresses.rtm_newaddr(self.softnet, (request, &mut cx.extack), now)
            }
            (kind::DELADDR, addr::AF_INET | addr::AF_INET6) => {
                refuse_bulk(call, cx)?;
                self.addresses.rtm_deladdr(self.softnet, (request, &mut cx.extack))
            }
            (kind::GETADDR, addr::AF_INET6) => {
                return self.addresses.rtm_getaddr(self.softnet, (call, cx), now);
            }
            _ => Err(Errno::EOPNOTSUPP),
        };
        self.tell_addresses(Some(notify::Asker::of(call)), call.net(), &mut cx.outbox);
        done
    }
}

/// `RTNL_FLAG_BULK_DEL_SUPPORTED` is what nothing here has.
fn refuse_bulk<C>(call: &Call<'_, C>, cx: &mut Cx) -> Result<(), Errno> {
    // `NLM_F_BULK`, which has `NLM_F_EXCL`'s bit.
    if call.message.flags().contains(MessageFlags::EXCL) {
        cx.extack.say("Bulk delete is not supported");
        return Err(Errno::EOPNOTSUPP);
    }
    Ok(())
}
