//! Netlink's wire format and its kernel side, sans-IO and no_std.
//!
//! - [`wire`]: messages and attributes as checked views, and a writer that makes them in place. No allocation.
//! - [`set`]: a family's attributes as a table, from which typed views, owned values and policies come.
//! - [`policy`]: what a request may hold, as data, and requests held to it.
//! - `client` (feature `std`): a socket to the Linux that this runs on, with whole dumps and news.
//! - `kernel` (feature `alloc`): the kernel's side of the socket.
//! - [`shared`]: the order in which threads may use a table that they share.
//! - [`genl`]: generic netlink: families of one's own, the one that tells of them; the messages of ethtool and nl80211.
//! - [`extack`]: answers to requests, with all that a handler has to say; [`errno`]: their numbers.
//! - [`rtnl`]: links, addresses, neighbours, routes, rules.
//! - [`tc`]: queueing disciplines, classes, filters, actions.
//! - [`xfrm`]: IPsec's states and policies.
//!
//! What the kernel on the other side calls things is what they are called here: `nla_for_each_attr` is an
//! iterator of [`wire::Attrs`], `struct nla_policy` is a [`policy::Rule`].
//!
//! ```
//! use softnet_netlink::rtnl::link::{Ifinfomsg, LinkAttr, LinkSet};
//! use softnet_netlink::rtnl::{RouteMessageView, kind};
//! use softnet_netlink::set::Set;
//! use softnet_netlink::wire::{Flags, Header, Messages, Writer};
//!
//! // "Link 4 has an MTU of 1280", into a buffer of ours.
//! let mut buffer = [0; 64];
//! let mut writer = Writer::new(&mut buffer);
//! writer.message(Header::new(kind::NEWLINK, Flags::REQUEST), |body| {
//!     body.fixed(&Ifinfomsg { index: 4, ..Ifinfomsg::default() })?;
//!     LinkSet::write(&LinkAttr::Mtu(1280), body)
//! })?;
//!
//! // And read from there, without a copy.
//! for message in Messages::new(writer.as_bytes()) {
//!     if let Some(RouteMessageView::Link(link)) = RouteMessageView::decode(message?) {
//!         assert_eq!(link.body().index, 4);
//!         assert!(link.attrs().any(|attr| attr == LinkAttr::Mtu(1280)));
//!     }
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Features
//! `alloc`: owned values and the kernel's side. `std`: the client; on systems other than Linux nothing. None is
//! on by default.
#![no_std]
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(any(feature = "alloc", test))]
extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

#[cfg(all(feature = "std", target_os = "linux"))]
pub mod client;
pub mod errno;
pub mod extack;
pub mod genl;
#[cfg(feature = "alloc")]
pub mod kernel;
pub mod policy;
pub mod rtnl;
pub mod set;
pub mod shared;
pub mod tc;
pub mod wire;
pub mod xfrm;
