//! Generic netlink as a protocol of the table: families as a kernel tells of them, and what happens when they come
//! and go.

#![cfg(feature = "alloc")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]
#![allow(clippy::std_instead_of_core, clippy::std_instead_of_alloc, reason = "tests")]

mod families;
mod lives;
mod side;
