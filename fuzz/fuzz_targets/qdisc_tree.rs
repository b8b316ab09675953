//! Any tree of disciplines, under any commands in tc's words and any traffic: whatever comes in leaves,
//! is lost, or waits, at every node and to the byte; and what waits can be had.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../qdisc/tests/tree_model/mod.rs"]
mod tree_model;

fuzz_target!(|bytes: &[u8]| tree_model::run(bytes));
