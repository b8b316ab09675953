//! Operations on a table of netlink sockets, and on a naive model of it.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../netlink/tests/model/mod.rs"]
mod model;

fuzz_target!(|bytes: &[u8]| model::run(bytes.get(..4096).unwrap_or(bytes)));
