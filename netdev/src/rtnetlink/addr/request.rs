//! Requests about addresses (`inet_rtm_newaddr`, `inet_rtm_deladdr`, and IPv6's, which can also be asked for one).

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use softnet_netlink::errno::Errno;
use softnet_netlink::extack::ExtAck;
use softnet_netlink::kernel::{Call, Cx, Datagram};
use softnet_netlink::policy::{Parsed, Strictness};
use softnet_netlink::rtnl::addr::{IFA_IPV4_POLICY, IFA_IPV6_POLICY, IfaCacheinfo, Ifaddrmsg};
use softnet_netlink::rtnl::kind;
use softnet_netlink::wire::{Attr, Flags as MessageFlags, Header, Message};
use softnet_sk_buff::{IfIndex, Instant};

use super::inet::DelInet;
use super::{AddrError, AddrFlags, Addresses, Ifaddr, Label, NewAddr, Scope};
use crate::softnet::Softnet;

pub(in super::super) const AF_INET: u8 = 2;
pub(in super::super) const AF_INET6: u8 = 10;
/// `sizeof(struct ifaddrmsg)`.
pub(super) const FIXED: usize = size_of::<Ifaddrmsg>();

/// `IFA_*`, by number.
pub(super) mod ifa {
    pub(in super::super) const ADDRESS: u16 = 1;
    pub(in super::super) const LOCAL: u16 = 2;
    pub(in super::super) const LABEL: u16 = 3;
    pub(in super::super) const BROADCAST: u16 = 4;
    pub(in super::super) const CACHEINFO: u16 = 6;
    pub(in super::super) const FLAGS: u16 = 8;
    pub(in super::super) const RT_PRIORITY: u16 = 9;
    pub(in super::super) const TARGET_NETNSID: u16 = 10;
    pub(in super::super) const PROTO: u16 = 11;
    /// The first that there is not.
    pub(in super::super) const END: usize = 12;
}

/// A request's attributes by type.
pub(super) type Table<'a> = Parsed<'a, { ifa::END }>;

impl Addresses {
    /// `RTM_NEWADDR`.
    pub(in super::super) fn rtm_newaddr(
        &mut self,
        softnet: &Softnet,
        (request, extack): (&Message<'_>, &mut ExtAck),
        now: Instant,
    ) -> Result<(), Errno> {
        let table = parse(request, extack, Strictness::LIBERAL)?;
        let wanted = wanted(softnet, request, &table);
        wanted.and_then(|new| self.add(softnet, &new, now)).map_err(|why| refuse(why, extack))
    }

    /// `RTM_DELADDR`.
    pub(in super::super) fn rtm_deladdr(
        &mut self,
        softnet: &Softnet,
        (request, extack): (&Message<'_>, &mut ExtAck),
    ) -> Result<(), Errno> {
        let table = parse(request, extack, Strictness::LIBERAL)?;
        let head: Ifaddrmsg = request.fixed();
        let dev = IfIndex::new(head.index);
        let deleted = if head.family == AF_INET {
            let which = DelInet {
                local: table.get(ifa::LOCAL).and_then(inet),
                label: table.get(ifa::LABEL).map(|label| Label::new(label.c_str())),
                prefix: table.get(ifa::ADDRESS).and_then(inet).map(|of| (of, head.prefixlen)),
            };
            let dev = dev.ok_or(AddrError::InetNoDevice);
            dev.and_then(|dev| self.delete_inet(softnet, dev, &which))
        } else {
            let (local, _) = extract_addr(&table).ok_or(Errno::EINVAL)?;
            let long = head.prefixlen > 128;
            let none = if long { AddrError::Inet6Prefix } else { AddrError::Inet6NoDevice };
            let dev = dev.ok_or(none);
            dev.and_then(|dev| self.delete_inet6(softnet, dev, (local, head.prefixlen)))
        };
        deleted.map_err(|why| refuse(why, extack))
    }

    /// `inet6_rtm_getaddr`. IPv4 has no such thing.
    pub(in super::super) fn rtm_getaddr<C>(
        &self,
        softnet: &Softnet,
        (call, cx): (&Call<'_, C>, &mut Cx),
        now: Instant,
    ) -> Result<(), Errno> {
        let request = &call.message;
        let table = getaddr_request(request, call.strict, &mut cx.extack)?;
        if table.has(ifa::TARGET_NETNSID) {
            // No net has ids for others here.
            return Err(Errno::EINVAL);
        }
        let (local, _) = extract_addr(&table).ok_or(Errno::EINVAL)?;
        let dev = IfIndex::new(request.fixed::<Ifaddrmsg>().index);
        // An interface that there is not does not narrow it down.
        let dev = dev.filter(|&dev| softnet.dev(dev).is_some());
        let asked = |there: &&Ifaddr| {
            there.local == IpAddr::V6(local) && dev.is_none_or(|dev| dev == there.dev)
        };
        let there = self.iter().find(asked).ok_or(Errno::EADDRNOTAVAIL)?;
        let header = Header::new(kind::NEWADDR, MessageFlags::empty())
            .seq(request.header().seq)
            .port(call.from.port.0);
        let answer = Datagram::write(there.message_size(), |to| {
            to.message(header, |body| there.write(now, body))
        });
        cx.outbox.unicast(call.from, answer.map_err(Errno::from)?).map_err(|error| error.errno())
    }
}

/// What `rtm_to_ifaddr` and `inet6_rtm_newaddr` read.
fn wanted(
    softnet: &Softnet,
    request: &Message<'_>,
    table: &Table<'_>,
) -> Result<NewAddr, AddrError> {
    let head: Ifaddrmsg = request.fixed();
    let inet_family = head.family == AF_INET;
    let (local, address) = if inet_family {
        // Linux looks at the prefix first.
        if head.prefixlen > 32 {
            return Err(AddrError::InetPrefix);
        }
        let local = table.get(ifa::LOCAL).and_then(inet).ok_or(AddrError::InetNoLocal)?;
        (local.into(), table.get(ifa::ADDRESS).and_then(inet).map(IpAddr::V4))
    } else {
        let (local, peer) = extract_addr(table).ok_or(AddrError::Inet6NoAddress)?;
        (local.into(), peer.map(IpAddr::V6))
    };
    let none = if inet_family { AddrError::InetNoDevice } else { AddrError::Inet6NoDevice };
    let dev = IfIndex::new(head.index).filter(|&dev| softnet.dev(dev).is_some()).ok_or(none)?;
    let flags = table.get(ifa::FLAGS).and_then(|flags| flags.u32());
    let lives = table.get(ifa::CACHEINFO).map(|info| info.fixed::<IfaCacheinfo>());
    let seconds = |of: u32| (of != u32::MAX).then_some(of);
    let asks = request.flags();
    Ok(NewAddr {
        address,
        scope: Scope(head.scope),
        flags: AddrFlags::from_bits_retain(flags.unwrap_or(head.flags.into())),
        broadcast: table.get(ifa::BROADCAST).and_then(inet),
        label: table.get(ifa::LABEL).map(|label| Label::new(label.c_str())),
        metric: table.get(ifa::RT_PRIORITY).and_then(|metric| metric.u32()).unwrap_or(0),
        protocol: table.get(ifa::PROTO).and_then(|proto| proto.u8()).unwrap_or(0),
        valid: lives.and_then(|lives| seconds(lives.valid)),
        preferred: lives.and_then(|lives| seconds(lives.prefered)),
        replace: asks.contains(MessageFlags::REPLACE) && !asks.contains(MessageFlags::EXCL),
        ..NewAddr::new(dev, local, head.prefixlen)
    })
}

/// Checks and sorts a request's attributes by its family's policy.
pub(super) fn parse<'a>(
    request: &Message<'a>,
    extack: &mut ExtAck,
    strictness: Strictness,
) -> Result<Table<'a>, Errno> {
    let head: Ifaddrmsg = request.fixed();
    let policy = if head.family == AF_INET6 { IFA_IPV6_POLICY } else { IFA_IPV4_POLICY };
    extack.parse(request, FIXED, policy, strictness)
}

/// `inet6_rtm_valid_getaddr_req`.
fn getaddr_request<'a>(
    request: &Message<'a>,
    strict: bool,
    extack: &mut ExtAck,
) -> Result<Table<'a>, Errno> {
    if request.payload().len() < FIXED {
        extack.say("ipv6: Invalid header for get address request");
        return Err(Errno::EINVAL);
    }
    if !strict {
        return parse(request, extack, Strictness::LIBERAL);
    }
    let head: Ifaddrmsg = request.fixed();
    if head.prefixlen != 0 || head.flags != 0 || head.scope != 0 {
        extack.say("ipv6: Invalid values in header for get address request");
        return Err(Errno::EINVAL);
    }
    let table = parse(request, extack, Strictness::DEPRECATED_STRICT)?;
    let known = [ifa::ADDRESS, ifa::LOCAL, ifa::TARGET_NETNSID];
    if (1..ifa::END as u16).any(|at| table.has(at) && !known.contains(&at)) {
        extack.say("ipv6: Unsupported attribute in get address request");
        return Err(Errno::EINVAL);
    }
    Ok(table)
}

/// `extract_addr`: the interface's own address, and the other end's where that is another.
fn extract_addr(table: &Table<'_>) -> Option<(Ipv6Addr, Option<Ipv6Addr>)> {
    let address = table.get(ifa::ADDRESS).and_then(inet6);
    match table.get(ifa::LOCAL).and_then(inet6) {
        Some(local) => Some((local, address.filter(|address| *address != local))),
        None => Some((address?, None)),
    }
}

fn inet(attr: Attr<'_>) -> Option<Ipv4Addr> {
    attr.prefix::<[u8; 4]>().map(Ipv4Addr::from)
}

fn inet6(attr: Attr<'_>) -> Option<Ipv6Addr> {
    attr.prefix::<[u8; 16]>().map(Ipv6Addr::from)
}

fn refuse(why: AddrError, extack: &mut ExtAck) -> Errno {
    if let Some(words) = why.words() {
        extack.say(words);
    }
    why.errno()
}
