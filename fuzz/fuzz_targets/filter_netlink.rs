//! Any bytes as requests about the filters of a device with prio, htb and clsact, and packets between: no panic, what a
//! dump shows can be got one by one, and no two actions of a kind have one number.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../qdisc/tests/filter_requests/mod.rs"]
mod filter_requests;

fuzz_target!(|bytes: &[u8]| filter_requests::run(bytes.get(..8192).unwrap_or(bytes)));
