//! A change in a line.

use alloc::collections::BTreeMap;
use core::fmt::{self, Write};
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use softnet_examples::text::bytes_as_text;
use softnet_netlink::rtnl::addr::{AddrAttr, AddrSet, Ifaddrmsg};
use softnet_netlink::rtnl::link::{Ifinfomsg, LinkAttr, LinkSet};
use softnet_netlink::rtnl::neigh::{Ndmsg, NeighAttr, NeighSet};
use softnet_netlink::rtnl::route::{RouteAttr, RouteSet, Rtmsg};
use softnet_netlink::rtnl::{RouteMessageView, kind};
use softnet_netlink::set::MessageView;
use softnet_netlink::tc::{QdiscAttr, QdiscSet, Tcmsg};
use softnet_netlink::wire::Message;

const AF_INET: u8 = 2;
const IFF_UP: u32 = 1;
const TC_H_ROOT: u32 = u32::MAX;
const TC_H_INGRESS: u32 = 0xffff_fff1;

/// `NUD_*`, by bit.
const NUD: [&str; 8] =
    ["INCOMPLETE", "REACHABLE", "STALE", "DELAY", "PROBE", "FAILED", "NOARP", "PERMANENT"];

type Link<'a> = MessageView<'a, Ifinfomsg, LinkSet>;
type Addr<'a> = MessageView<'a, Ifaddrmsg, AddrSet>;
type Route<'a> = MessageView<'a, Rtmsg, RouteSet>;
type Neigh<'a> = MessageView<'a, Ndmsg, NeighSet>;
type Qdisc<'a> = MessageView<'a, Tcmsg, QdiscSet>;

/// Knows the links' names, which the others only number.
#[derive(Debug, Default)]
pub(crate) struct Teller {
    names: BTreeMap<u32, String>,
}

impl Teller {
    /// The line for a message; `None` of what is not told here.
    pub(crate) fn tell(&mut self, message: Message<'_>) -> Option<String> {
        let mut line = String::from(if is_gone(message.kind()) { "- " } else { "+ " });
        let written = match RouteMessageView::decode(message)? {
            RouteMessageView::Link(link) => self.link(&mut line, message.kind(), link),
            RouteMessageView::Addr(addr) => self.addr(&mut line, addr),
            RouteMessageView::Route(route) => self.route(&mut line, route),
            RouteMessageView::Neigh(neigh) => self.neigh(&mut line, neigh),
            RouteMessageView::Qdisc(qdisc) => self.qdisc(&mut line, qdisc),
            _ => return None,
        };
        written.ok().map(|()| line)
    }

    fn name(&self, index: u32) -> String {
        self.names.get(&index).cloned().unwrap_or_else(|| format!("link {index}"))
    }

    fn link(&mut self, line: &mut String, kind: u16, link: Link<'_>) -> fmt::Result {
        let body = link.body();
        let (mut name, mut mtu, mut qdisc) = (String::new(), None, None);
        for attr in link.attrs() {
            match attr {
                LinkAttr::Ifname(text) => name = bytes_as_text(text),
                LinkAttr::Mtu(bytes) => mtu = Some(bytes),
                LinkAttr::Qdisc(text) => qdisc = Some(bytes_as_text(text)),
                _ => {}
            }
        }
        write!(line, "link  {name}, number {}", body.index)?;
        write!(line, ", {}", if body.flags & IFF_UP == 0 { "down" } else { "up" })?;
        if let Some(mtu) = mtu {
            write!(line, ", mtu {mtu}")?;
        }
        if let Some(qdisc) = qdisc {
            write!(line, ", qdisc {qdisc}")?;
        }
        let index = body.index.unsigned_abs();
        if is_gone(kind) {
            self.names.remove(&index);
        } else {
            self.names.insert(index, name);
        }
        Ok(())
    }

    fn addr(&self, line: &mut String, addr: Addr<'_>) -> fmt::Result {
        let body = addr.body();
        let (mut local, mut peer) = (None, None);
        for attr in addr.attrs() {
            match attr {
                AddrAttr::Local(address) => local = Some(address),
                AddrAttr::Address(address) => peer = Some(address),
                _ => {}
            }
        }
        // IPv6 has no IFA_LOCAL; of IPv4, IFA_ADDRESS may be the other end's.
        let Some(address) = local.or(peer) else { return Err(fmt::Error) };
        write!(line, "addr  {address}/{} on {}", body.prefixlen, self.name(body.index))
    }

    fn route(&self, line: &mut String, route: Route<'_>) -> fmt::Result {
        let body = route.body();
        let (mut dst, mut via, mut oif) = (None, None, None);
        for attr in route.attrs() {
            match attr {
                RouteAttr::Dst(address) => dst = Some(address),
                RouteAttr::Gateway(address) => via = Some(address),
                RouteAttr::Oif(index) => oif = Some(index),
                _ => {}
            }
        }
        let any: IpAddr = match body.family {
            AF_INET => Ipv4Addr::UNSPECIFIED.into(),
            _ => Ipv6Addr::UNSPECIFIED.into(),
        };
        write!(line, "route {}/{}", dst.unwrap_or(any), body.dst_len)?;
        if let Some(via) = via {
            write!(line, " via {via}")?;
        }
        if let Some(oif) = oif {
            write!(line, " by {}", self.name(oif))?;
        }
        write!(line, ", table {}", body.table)
    }

    fn neigh(&self, line: &mut String, neigh: Neigh<'_>) -> fmt::Result {
        let body = neigh.body();
        line.push_str("neigh");
        for attr in neigh.attrs() {
            match attr {
                NeighAttr::Dst(address) => write!(line, " {address}")?,
                NeighAttr::Lladdr(address) => {
                    line.push_str(" at ");
                    for (nth, byte) in address.iter().enumerate() {
                        write!(line, "{}{byte:02x}", if nth == 0 { "" } else { ":" })?;
                    }
                }
                _ => {}
            }
        }
        write!(line, " on {}", self.name(body.ifindex.unsigned_abs()))?;
        let states = NUD.iter().enumerate().filter(|(bit, _)| body.state & 1 << bit != 0);
        states.into_iter().try_for_each(|(_, name)| write!(line, " {name}"))
    }

    fn qdisc(&self, line: &mut String, qdisc: Qdisc<'_>) -> fmt::Result {
        let body = qdisc.body();
        line.push_str("qdisc");
        for attr in qdisc.attrs() {
            if let QdiscAttr::Kind(kind) = attr {
                write!(line, " {}", bytes_as_text(kind.text))?;
            }
        }
        write!(line, " {:x}: on {}", body.handle >> 16, self.name(body.ifindex.unsigned_abs()))?;
        match body.parent {
            TC_H_ROOT => line.write_str(", root"),
            TC_H_INGRESS => line.write_str(", ingress"),
            parent => write!(line, ", parent {:x}:{:x}", parent >> 16, parent & 0xffff),
        }
    }
}

/// Whether a message of this type says that something is gone: of each four types, the second.
fn is_gone(kind: u16) -> bool {
    kind >= kind::NEWLINK && (kind - kind::NEWLINK) % 4 == 1
}
