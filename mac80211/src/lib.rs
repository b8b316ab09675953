//! mac80211: the soft MAC as Linux does it, sans-IO and `no_std`.
//!
//! Here is the ground that it stands on, useful alone. The data path and the MLME come on top.
//!
//! | module | what | feature |
//! |---|---|---|
//! | [`frame`] | headers and every kind of frame as views and builders; A-MSDU; 802.3 and back | |
//! | [`element`] | the elements of management frames: found, typed, built | |
//! | [`radiotap`] | what a card says about a frame, read and written | |
//! | [`rx`] | the rules by which a receiver refuses, and their chain | the chain: `crypto` |
//! | `cipher` | WEP to GCMP-256 and BIP in place; keys with their counters | `crypto` |
//! | `rsn` | PSK, PTK, EAPOL-Key, both sides of the handshakes, FT, SA Query | `rsn` (default) |
//! | `sae`, `owe` | WPA3's password handshake; encryption without a password | `sae`, `owe` |
//! | [`wire`] | how fields stand in frames and elements | |
//!
//! `skb` adds ciphers on softnet's `SkBuff`. Nothing here reads a clock or draws entropy; nothing panics on
//! bytes from outside; what was parsed builds again to the same bytes. A refused frame has Linux's reason:
//! [`RxDrop`].
//!
//! ```
//! use softnet_mac80211::CipherSuite;
//! use softnet_mac80211::element::{Body, Elements, Rsn, Ssid};
//! use softnet_mac80211::frame::Frame;
//! use softnet_mac80211::frame::management::Management;
//! use softnet_mac80211::radiotap::Packet;
//!
//! // Radiotap with flags alone, then a beacon.
//! let captured = b"\0\0\x09\0\x02\0\0\0\0\
//!     \x80\0\0\0\xff\xff\xff\xff\xff\xff\x02\0\0\0\0\0\x02\0\0\0\0\0\x10\0\
//!     \0\0\0\0\0\0\0\0\x64\0\x11\x04\x00\x04cell\
//!     \x30\x14\x01\0\0\x0f\xac\x04\x01\0\0\x0f\xac\x04\x01\0\0\x0f\xac\x02\0\0";
//! let packet = Packet::parse(captured)?;
//! let Frame::Management(frame) = Frame::parse(packet.frame)? else { panic!("it is one") };
//! let Management::Beacon(beacon) = frame.body else { panic!("it is one") };
//! assert_eq!(beacon.beacon_interval, 100);
//!
//! let elements = Elements::new(beacon.elements);
//! assert_eq!(Ssid::find(elements).unwrap()?.ssid, b"cell");
//! let rsn = Rsn::find(elements).unwrap()?;
//! assert_eq!(rsn.group, Some(CipherSuite::CCMP));
//!
//! let mut again = Vec::new();
//! frame.write(&mut again);
//! assert_eq!(again, packet.frame);
//! # Ok::<(), softnet_mac80211::Malformed>(())
//! ```
#![no_std]
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

extern crate alloc;

mod chan_def;
#[cfg(feature = "crypto")]
pub mod cipher;
#[cfg(any(feature = "sae", feature = "owe"))]
pub mod ecc;
pub mod element;
pub mod frame;
mod malformed;
#[cfg(feature = "owe")]
pub mod owe;
pub mod radiotap;
#[cfg(feature = "rsn")]
pub mod rsn;
pub mod rx;
mod rx_drop;
#[cfg(feature = "sae")]
pub mod sae;
mod suite;
pub mod wire;

pub use chan_def::{ChanDef, ChanWidth};
pub use malformed::Malformed;
pub use rx_drop::RxDrop;
pub use suite::{AkmSuite, CipherSuite};
