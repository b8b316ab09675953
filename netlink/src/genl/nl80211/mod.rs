//! nl80211: Wi-Fi as programs see it.
//!
//! All messages have the same attributes, [`Nl80211Set`]; which of them, tells the command, one of [`cmd`]. A message
//! is an `Nl80211Message`, owned (feature `alloc`), or an [`Nl80211MessageView`], borrowed. [`FAMILY`] is the family
//! for a `genl::Generic`, without its handler.
//!
//! ```
//! use softnet_netlink::genl::GenlHeader;
//! use softnet_netlink::genl::nl80211::{Nl80211Attr, Nl80211MessageView, Nl80211Set, cmd};
//! use softnet_netlink::set::Set;
//! use softnet_netlink::wire::{Flags, Header, Messages, Writer};
//!
//! // "Interface 3 has a name", from a family with id 28.
//! let mut buffer = [0; 64];
//! let mut writer = Writer::new(&mut buffer);
//! writer.message(Header::new(28, Flags::empty()), |body| {
//!     body.fixed(&GenlHeader::new(cmd::NEW_INTERFACE, 1))?;
//!     Nl80211Set::write(&Nl80211Attr::Ifindex(3), body)?;
//!     Nl80211Set::write(&Nl80211Attr::Ifname(b"wlan0"), body)
//! })?;
//!
//! let message = Messages::new(writer.as_bytes()).next().unwrap()?;
//! let told = Nl80211MessageView::new(message);
//! assert_eq!(told.body().cmd, cmd::NEW_INTERFACE);
//! assert!(told.attrs().any(|attr| attr == Nl80211Attr::Ifname(b"wlan0")));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod attr;
mod check;
mod choice;
pub mod cmd;
mod family;
mod layout;
mod measure;
mod mesh;
mod power;
mod scan;
mod security;
mod station;
mod wiphy;

pub use attr::*;
pub use choice::*;
pub use family::FAMILY;
pub use layout::*;
pub use measure::*;
pub use mesh::*;
pub use power::*;
pub use scan::*;
pub use security::*;
pub use station::*;
pub use wiphy::*;

use super::GenlHeader;

/// A message of nl80211, borrowed.
pub type Nl80211MessageView<'a> = crate::set::MessageView<'a, GenlHeader, Nl80211Set>;

/// A message of nl80211, owned.
#[cfg(feature = "alloc")]
pub type Nl80211Message = crate::set::MessageBuf<GenlHeader, Nl80211Set>;
