//! Any bytes as requests about disciplines and classes of two devices, and packets between: no panic, no packet that
//! nobody knows of, and what a dump shows can be got one by one.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../qdisc/tests/qdisc_requests/mod.rs"]
mod qdisc_requests;

fuzz_target!(|bytes: &[u8]| qdisc_requests::run(bytes));
