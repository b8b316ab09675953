//! sk-buff
#![no_std]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![cfg_attr(not(feature = "buf"), forbid(unsafe_code))]

#[cfg(any(feature = "alloc", test))]
extern crate alloc;
#[cfg(any(test, loom, feature = "arbitrary"))]
extern crate std;

mod addr;
#[cfg(feature = "buf")]
mod buf;
mod const_fns;
mod drop_reason;
mod error;
mod ethertype;
mod ifindex;
mod time;

pub use addr::{MacAddr, ParseMacAddrError};
#[cfg(feature = "buf")]
pub use buf::*;
pub use const_fns::align;
pub use drop_reason::{DropCounts, DropReason, Subsystem};
pub use error::{GeometryError, Rejected};
pub use ethertype::EtherType;
pub use ifindex::IfIndex;
pub use time::{Clock, Instant};
