//! sk-buff
#![no_std]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![cfg_attr(not(feature = "buf"), forbid(unsafe_code))]

#[cfg(any(feature = "alloc", test))]
extern crate alloc;
#[cfg(any(test, loom, feature = "arbitrary"))]
extern crate std;

mod addr;
mod drop_reason;
mod time;

pub use addr::{MacAddr, ParseMacAddrError};
pub use drop_reason::{DropCounts, DropReason, Subsystem};
pub use time::{Clock, Instant};
