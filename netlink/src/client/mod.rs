//! A program's side: a socket to the Linux that this runs on.
//!
//! [`Socket`] asks and waits for the answer; [`Monitor`] listens to what changes. Both block, unless they are told
//! not to, and are [`AsFd`](std::os::fd::AsFd) for whoever waits for several things. What they give are the
//! views of [`wire`](crate::wire) over a buffer of their own; nothing is parsed that nobody looks at.
//!
//! ```no_run
//! use softnet_netlink::client::{Protocol, Socket};
//! use softnet_netlink::wire::Flags;
//!
//! let mut socket = Socket::open(Protocol::ROUTE)?;
//! // RTM_GETLINK with an empty ifinfomsg: all links, as they were at one moment.
//! let links = socket.dump(18, |body| body.fixed(&[0_u8; 16]))?;
//! for link in links.messages() {
//!     // IFLA_IFNAME
//!     println!("{:?}", link.attrs(16).find(3).and_then(|name| name.str()));
//! }
//! // RTM_NEWLINK: an ifinfomsg with index 1, and in flags and change: up.
//! socket.request(16, Flags::empty(), |body| body.fixed(&[0_u32, 1, 1, 1]))?;
//! # Ok::<(), softnet_netlink::client::Error>(())
//! ```

mod dump;
mod error;
mod inbox;
mod monitor;
mod socket;
#[cfg(test)]
mod tests;

pub use dump::{Dump, Parts};
pub use error::{Error, Refusal};
pub use monitor::{Monitor, News};
pub use socket::{Config, Protocol, Reply, Socket};
