//! Policies and `nlctrl`, beside the Linux that this runs on.
//!
//! The kernel tells its families' policies; our validator, given them, must refuse what the kernel refuses, with
//! the same bytes, and our registry, given its families, must tell of them in the same bytes.
#![cfg(all(target_os = "linux", feature = "alloc"))]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::std_instead_of_core,
    clippy::std_instead_of_alloc,
    reason = "a test's helpers are tests, too"
)]

mod asked;
mod ethtool;
mod kernel;
mod nlctrl;
mod told;
mod verdicts;
