//! rtnetlink: links, addresses, neighbours, routes, rules, nexthops and what belongs to them.
//!
//! A message is a `RouteMessage`, owned (feature `alloc`), or a [`RouteMessageView`], borrowed: the object that it is
//! about, by its type in [`kind`].
//!
//! ```
//! use softnet_netlink::rtnl::{RouteMessageView, kind};
//! use softnet_netlink::rtnl::link::{Ifinfomsg, LinkAttr};
//! use softnet_netlink::wire::{Flags, Header, Messages, Writer};
//!
//! let mut buffer = [0; 64];
//! let mut writer = Writer::new(&mut buffer);
//! writer.message(Header::new(kind::NEWLINK, Flags::REQUEST), |body| {
//!     body.fixed(&Ifinfomsg { index: 4, ..Default::default() })?;
//!     body.value(4, &1280_u32)
//! })?;
//!
//! let message = Messages::new(writer.as_bytes()).next().unwrap()?;
//! let Some(RouteMessageView::Link(link)) = RouteMessageView::decode(message) else { panic!() };
//! assert_eq!(link.body().index, 4);
//! assert!(link.attrs().any(|attr| attr == LinkAttr::Mtu(1280)));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod addr;
pub mod kind;
pub mod link;
pub mod neigh;
pub mod netconf;
pub mod nexthop;
pub mod route;
pub mod rule;

use addr::{AddrSet, Ifaddrmsg};
use link::{BridgeLinkSet, Ifinfomsg, Inet6LinkSet, LinkSet};
use neigh::{Ndmsg, Ndtmsg, NeighSet, NeightblSet};
use netconf::{AddrlabelSet, Ifaddrlblmsg, NetconfSet, Netconfmsg, NsidSet, Rtgenmsg};
use nexthop::{NexthopSet, Nhmsg};
use route::{RouteSet, Rtmsg};
use rule::{FibRuleHdr, RuleSet};

use crate::set::messages;
use crate::tc::{ActionsSet, ClassSet, FilterSet, QdiscSet, Tcamsg, Tcmsg};
use crate::wire::Message;

/// `AF_BRIDGE`.
const AF_BRIDGE: u8 = 7;
/// `AF_INET6`.
const AF_INET6: u8 = 10;

/// The type, and the family that every fixed header of rtnetlink begins with.
fn kind_and_family(message: &Message<'_>) -> Option<(u16, u8)> {
    Some((message.kind(), message.payload().first().copied().unwrap_or(0)))
}

messages! {
    /// A message of rtnetlink, by what it is about.
    pub RouteMessage, RouteMessageView, by kind_and_family {
        /// A port as its bridge sees it.
        BridgeLink = (16..=19, AF_BRIDGE) => Ifinfomsg, BridgeLinkSet;
        /// A link as IPv6 sees it.
        Inet6Link = (16..=19, AF_INET6) => Ifinfomsg, Inet6LinkSet;
        /// A link, or its further names.
        Link = (16..=19 | 108..=110, _) => Ifinfomsg, LinkSet;
        /// An address.
        Addr = (20..=22 | 56..=58 | 60..=62, _) => Ifaddrmsg, AddrSet;
        /// A route.
        Route = (24..=26, _) => Rtmsg, RouteSet;
        /// A neighbour.
        Neigh = (28..=30, _) => Ndmsg, NeighSet;
        /// A rule.
        Rule = (32..=34, _) => FibRuleHdr, RuleSet;
        /// A queueing discipline.
        Qdisc = (36..=38, _) => Tcmsg, QdiscSet;
        /// A class.
        Class = (40..=42, _) => Tcmsg, ClassSet;
        /// A filter, or a chain of them.
        Filter = (44..=46 | 100..=102, _) => Tcmsg, FilterSet;
        /// Actions.
        Action = (48..=50, _) => Tcamsg, ActionsSet;
        /// A table of neighbours.
        Neightbl = (64..=67, _) => Ndtmsg, NeightblSet;
        /// A label of address selection.
        Addrlabel = (72..=74, _) => Ifaddrlblmsg, AddrlabelSet;
        /// Settings of a family.
        Netconf = (80..=82, _) => Netconfmsg, NetconfSet;
        /// The id of a namespace.
        Nsid = (88..=90, _) => Rtgenmsg, NsidSet;
        /// A nexthop, or a bucket of a group of them.
        Nexthop = (104..=106 | 116..=118, _) => Nhmsg, NexthopSet;
    }
}
