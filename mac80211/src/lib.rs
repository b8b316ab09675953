//! mac80211: the soft MAC as Linux does it, sans-IO and no_std.
//!
//! Nothing is here yet: this crate holds its place in the family while the wired path is built.
//! See the workspace's `docs/ARCHITECTURE.md` for what it will hold.
#![no_std]
#![forbid(unsafe_code)]
