//! Stock `ip` and `bridge` on our stack and on Linux: the same commands, and what they print compared.
//!
//! Nothing is taken out before the comparison. What would differ is made the same beforehand: links have the same
//! numbers by themselves, and are given their addresses, and one queue each where Linux would make as many as there
//! are CPUs; IPv6 addresses that Linux would make by itself are asked not to be (`addrgenmode none`), and Linux has
//! nobody to find them twice.
//!
//! Linux needs root (oracle `netns`) and iproute2 (oracle `tc`).

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]
#![allow(clippy::std_instead_of_core, clippy::std_instead_of_alloc, reason = "tests")]

mod addresses;
mod kinds;
mod links;
mod monitor;
#[path = "../../../netlink/tests/netns/mod.rs"]
mod netns;
mod script;
#[path = "../../../netlink/tests/stock/server.rs"]
mod server;
mod traffic;
mod unserved;
