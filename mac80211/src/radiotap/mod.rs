//! Radiotap headers: what a card says about a frame, in front of it (<https://www.radiotap.org>).
//!
//! A header is a chain of words that say which fields are there, then the fields, each aligned from
//! the header's first byte. [`Radiotap`] views one and hands out its [`Item`]s, without allocating;
//! [`write`](write()) makes a header from items. What was read and is written again is the same bytes.
//!
//! ```
//! use softnet_mac80211::radiotap::{self, Field, Flags, Item, Radiotap};
//!
//! let items = [Field::Tsft(5), Field::Flags(Flags::FCS), Field::DbmAntsignal(-42)].map(Item::Field);
//! let mut bytes = [0; 64];
//! let len = radiotap::write(items, &mut bytes)?;
//! assert_eq!(bytes[..len], *b"\0\0\x12\0\x23\0\0\0\x05\0\0\0\0\0\0\0\x10\xd6");
//!
//! let (header, frame) = Radiotap::parse(&bytes[..len])?;
//! assert!(header.fields().any(|field| field == Field::DbmAntsignal(-42)));
//! assert!(frame.is_empty());
//! # Ok::<(), Box<dyn core::error::Error>>(())
//! ```

mod bits;
mod channel;
mod eht;
mod field;
mod flags;
mod he;
mod header;
mod ht;
mod item;
mod layout;
mod packet;
mod tlv;
mod tx_info;
mod vht;
mod words;
mod write;

pub use channel::{Channel, ChannelFlags, XChannel, XChannelFlags};
pub use eht::{Eht, EhtUser, EhtUsers, USig};
pub use field::{AmpduStatus, Fhss, Field, Timestamp, ZeroLenPsdu};
pub use flags::{AmpduFlags, Flags, RxFlags, TimestampFlags, TxFlags};
pub use he::{He, HeMu, HeMuOtherUser, LSig};
pub use header::{Dialect, Radiotap};
pub use ht::{Mcs, McsFlags, McsKnown};
pub use item::{Fields, Item, Items, Unknown, Vendor};
pub use packet::Packet;
pub use tlv::{S1g, Tlv, TlvValue, VendorTlv};
pub use tx_info::{TxInfo, TxRate};
pub use vht::{Vht, VhtFlags, VhtKnown};
pub use write::{Unwritable, encoded_len, to_vec, write};

/// What errors name.
const WHAT: &str = "radiotap";
