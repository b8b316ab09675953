//! mac80211: the soft MAC as Linux does it, sans-IO and `no_std`.
//!
//! Here is the ground that it stands on, useful alone: frames, radiotap, ciphers, key handshakes.
//! The data path and the MLME come on top.
//!
//! ```
//! use softnet_mac80211::frame::{Header, Kind};
//!
//! let frame = b"\x88\x01\x2c\x00\x02\0\0\0\0\0\x02\0\0\0\x01\0\x02\0\0\0\0\0\x30\x02\x06\0payload";
//! let (header, payload) = Header::parse(frame)?;
//! assert_eq!(header.frame_control().kind(), Kind::QOS_DATA);
//! assert_eq!(header.da().to_string(), "02:00:00:00:00:00");
//! assert_eq!((header.seq_ctrl().sn(), header.tid()), (35, Some(6)));
//! assert_eq!(payload, b"payload");
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
