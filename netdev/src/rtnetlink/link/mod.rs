//! Links: what `ip link` reads and changes.
//!
//! Answered as by Linux 6.12:
//! - `RTM_GETLINK`, with its filters;
//! - `RTM_NEWLINK` and `RTM_SETLINK`: a new link; a new state, address, MTU, name, alias, group, queue length or
//!   `addrgenmode`, of one link or of a group of them; a master is refused as by a device that cannot have ports;
//! - `RTM_DELLINK`, by number, name or group.
//!
//! Other attributes are refused with `EOPNOTSUPP` where they ask for a change. Of `IFLA_AF_SPEC`, a link's message has
//! what [`Addresses`](super::addr::Addresses) knows: `IFLA_INET6_ADDR_GEN_MODE`; IPv4's and IPv6's settings and
//! counters are the embedder's. So it is with a link as IPv6 sees it (`ip -6 link`).

mod change;
mod delete;
mod family;
mod fill;

use softnet_netlink::errno::Errno;
use softnet_netlink::extack::ExtAck;
use softnet_netlink::kernel::{Call, Cx, Datagram, DumpControl, DumpWriter, Progress};
use softnet_netlink::policy::{Parsed, Strictness};
use softnet_netlink::rtnl::kind;
use softnet_netlink::rtnl::link::{Ifinfomsg, LinkSet};
use softnet_netlink::set::Set;
use softnet_netlink::wire::{Attrs, Flags as MessageFlags, Header, Message};
use softnet_sk_buff::{IfIndex, Instant};

use super::Rtnetlink;
use super::addr::{AF_INET6, AddrEvent, INET6_MIN_MTU};
use crate::event::Event;
use crate::softnet::Softnet;
pub(super) use fill::{Change, Fill};

/// `sizeof(struct ifinfomsg)`.
const FIXED: usize = size_of::<Ifinfomsg>();
/// Bytes that a link's message has room in (`if_nlmsg_size`), names and kinds at their longest.
pub(super) const MESSAGE: usize = 2048;

/// `IFLA_*`, by number.
mod ifla {
    pub(super) const ADDRESS: u16 = 1;
    pub(super) const IFNAME: u16 = 3;
    pub(super) const MTU: u16 = 4;
    pub(super) const MASTER: u16 = 10;
    pub(super) const TXQLEN: u16 = 13;
    pub(super) const LINKINFO: u16 = 18;
    pub(super) const IFALIAS: u16 = 20;
    pub(super) const AF_SPEC: u16 = 26;
    pub(super) const GROUP: u16 = 27;
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

    /// What is at the other end, or below (`dev_get_iflink`).
    fn link(&self, dev: IfIndex) -> Iflink {
        let _ = dev;
        Iflink::Itself
    }

    /// Makes a link of a kind that it [knows](Self::knows) (`newlink`), and answers which interface it is. Its state,
    /// queue length and group are set as asked for after that.
    ///
    /// # Errors
    /// The number that the requester is answered with; nothing was made.
    fn create(
        &mut self,
        softnet: &mut Softnet,
        new: NewLink<'_>,
        extack: &mut ExtAck,
    ) -> Result<IfIndex, Errno>;

    /// Lets go of a link that somebody wants deleted (`dellink`): it and all other ports of its driver will be closed
    /// and taken out of the stack, and [`event`](Self::event) will hear of it. From here on to there,
    /// [`link`](Self::link) may be [`Iflink::Gone`]. The default refuses, as Linux does for a piece of hardware.
    ///
    /// # Errors
    /// The number that the requester is answered with; the link stays.
    fn delete(&mut self, dev: IfIndex) -> Result<(), Errno> {
        let _ = dev;
        Err(Errno::EOPNOTSUPP)
    }

    /// Hears of everything that happened to interfaces, in order: [`Rtnetlink`] takes the stack's events.
    fn event(&mut self, event: Event) {
        let _ = event;
    }

    /// Hears of everything that happened to addresses, in order: here an IP stack learns what it is to listen to.
    fn address(&mut self, event: &AddrEvent) {
        let _ = event;
    }
}

/// `ndo_get_iflink`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Iflink {
    /// Nothing: the interface stands for itself.
    #[default]
    Itself,
    /// This interface.
    Dev(IfIndex),
    /// An interface that is no more.
    Gone,
}

impl Iflink {
    /// `IFLA_LINK`, if there is one.
    fn number(self) -> Option<u32> {
        match self {
            Self::Itself => None,
            Self::Dev(dev) => Some(dev.get()),
            Self::Gone => Some(0),
        }
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

/// How far a dump of links is.
#[derive(Debug, Clone)]
pub struct LinkDump {
    next: u32,
    /// As IPv6 sees them, those that have IPv6.
    inet6: bool,
    /// `IFLA_MASTER`: the ports of this one; nothing here is one.
    master: u32,
    /// `IFLA_LINKINFO`: this kind only.
    kind: Option<alloc::string::String>,
    /// What the request is refused with. Linux says it in the end's message.
    refused: Option<(Errno, ExtAck)>,
}

impl LinkDump {
    /// The end of IPv6's has no datagram of its own.
    pub(super) fn control(request: &Message<'_>) -> DumpControl {
        DumpControl { min_dump_alloc: 0, split_done: !wants_inet6(request) }
    }

    /// `rtnl_valid_dump_ifinfo_req`, and the filters.
    pub(super) fn start<C>(ops: &impl LinkOps, call: &Call<'_, C>) -> Self {
        let inet6 = wants_inet6(&call.message);
        let everything = Self { next: 1, inet6, master: 0, kind: None, refused: None };
        let mut extack = ExtAck::default();
        if inet6 {
            let checked = if call.strict { inet6_dump(&call.message, &mut extack) } else { Ok(()) };
            return Self { refused: checked.err().map(|errno| (errno, extack)), ..everything };
        }
        let checked = if call.strict {
            strict_dump(&call.message, &mut extack)
        } else {
            // Of what came from before Linux 3.9, only the family is looked at.
            let fixed = if call.message.payload().len() < FIXED { 1 } else { FIXED };
            extack.parse(&call.message, fixed, LinkSet::POLICY, Strictness::LIBERAL)
        };
        let table: Table<'_> = match checked {
            Ok(table) => table,
            Err(errno) if call.strict => {
                return Self { refused: Some((errno, extack)), ..everything };
            }
            Err(_) => return everything,
        };
        let master = table.get(ifla::MASTER).and_then(|master| master.u32()).unwrap_or(0);
        let kind = kind_of(&table).filter(|kind| ops.knows(kind)).map(Into::into);
        Self { master, kind, ..everything }
    }

    /// `link_master_filtered`: every bit means those that are no one's ports.
    const fn wants_ports(&self) -> bool {
        self.master != 0 && self.master != u32::MAX
    }
}

fn wants_inet6(request: &Message<'_>) -> bool {
    request.payload().first() == Some(&AF_INET6)
}

impl<O: LinkOps, R> Rtnetlink<'_, O, R> {
    /// `rtnl_dump_ifinfo`, `inet6_dump_ifinfo`.
    pub(super) fn dump_links(
        &mut self,
        dump: &mut LinkDump,
        to: &mut DumpWriter<'_>,
    ) -> Result<Progress, Errno> {
        if let Some((errno, extack)) = &dump.refused {
            *to.extack() = extack.clone();
            return Err(*errno);
        }
        if dump.master != 0 || dump.kind.is_some() {
            to.filtered();
        }
        let mut written = Ok(());
        while let Some(dev) = self.next_dev(dump) {
            let Some(fill) = self.fill(dev) else { break };
            let empty = MessageFlags::empty();
            written = to.message(kind::NEWLINK, empty, |body| match dump.inet6 {
                true => fill.write_inet6(body),
                false => fill.write(Change::default(), body),
            });
            if written.is_err() {
                break;
            }
            dump.next = dev.get().saturating_add(1);
        }
        if !dump.inet6 {
            to.set_seq(self.softnet.generation());
            to.check_first();
        }
        written.map(|()| Progress::Done).map_err(Errno::from)
    }

    /// The next interface that a dump is about (`link_dump_filtered`).
    fn next_dev(&self, dump: &LinkDump) -> Option<IfIndex> {
        let wanted = |dev: &IfIndex| {
            let kind = dump.kind.as_deref();
            dev.get() >= dump.next && kind.is_none_or(|kind| self.ops.kind(*dev) == Some(kind))
        };
        let least = if dump.inet6 { INET6_MIN_MTU } else { 0 };
        let all = self.softnet.devs().filter(|device| device.mtu() >= least);
        all.map(crate::NetDevice::ifindex).filter(|_| !dump.wants_ports()).find(wanted)
    }

    /// `rtnl_getlink`.
    pub(super) fn getlink<C>(&mut self, call: &Call<'_, C>, cx: &mut Cx) -> Result<(), Errno> {
        let table = getlink_request(call, &mut cx.extack)?;
        let head: Ifinfomsg = call.message.fixed();
        if head.index <= 0 && !table.has(ifla::IFNAME) {
            return Err(Errno::EINVAL);
        }
        let dev = self.find(head.index, &table).ok_or(Errno::ENODEV)?;
        let fill = self.fill(dev).ok_or(Errno::ENODEV)?;
        let header = Header::new(kind::NEWLINK, MessageFlags::empty())
            .seq(call.message.header().seq)
            .port(call.from.port.0);
        let answer = Datagram::write(MESSAGE, |to| {
            to.message(header, |body| fill.write(Change::default(), body))
        });
        let answer = answer.map_err(Errno::from)?;
        cx.outbox.unicast(call.from, answer).map_err(|error| error.errno())
    }

    /// What a message says of an interface.
    pub(super) fn fill(&mut self, dev: IfIndex) -> Option<Fill<'_>> {
        Fill::new(self.softnet, (self.ops, self.addresses), dev)
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
    let table: Table<'a> =
        extack.parse(request, FIXED, LinkSet::POLICY, Strictness::DEPRECATED_STRICT)?;
    let known = [ifla::EXT_MASK, ifla::MASTER, ifla::LINKINFO];
    if (1..ifla::END as u16).any(|at| table.has(at) && !known.contains(&at)) {
        extack.say("Unsupported attribute in link dump request");
        return Err(Errno::EINVAL);
    }
    Ok(table)
}

/// `inet6_valid_dump_ifinfo`.
fn inet6_dump(request: &Message<'_>, extack: &mut ExtAck) -> Result<(), Errno> {
    let head: Ifinfomsg = request.fixed();
    let wrong = if request.payload().len() < FIXED {
        "ipv6: Invalid header for link dump request"
    } else if request.payload().len() > FIXED {
        "ipv6: Invalid data after header"
    } else if head != (Ifinfomsg { family: AF_INET6, ..Default::default() }) {
        "ipv6: Invalid values in header for dump request"
    } else {
        return Ok(());
    };
    extack.say(wrong);
    Err(Errno::EINVAL)
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
