//! Figures: time beside a baseline, instructions and allocations per operation.
//!
//! | what | how to run |
//! |---|---|
//! | time, with statistics | `cargo bench -p softnet-benches` |
//! | time against limits that were promised | `cargo run --release -p softnet-benches --bin ratios` |
//! | what disciplines cost beside a plain queue | `cargo run --release -p softnet-benches --bin qdisc-costs` |
//! | netlink messages beside other crates | `cargo run --release -p softnet-benches --bin netlink-costs` |
//! | 802.11 frames beside other crates | `cargo run --release -p softnet-benches --bin wifi-costs` |
//! | rates of netlink's dumps | `cargo run --release -p softnet-benches --bin netlink-rates` |
//! | instructions and allocations per operation | `cargo run --release -p softnet-benches --bin instructions` |
//!
//! Times drift from machine to machine and from run to run; ratios taken in one run less so, counts
//! not at all.

extern crate alloc;

pub mod baseline;
pub mod contest;
pub mod counts;
pub mod datagram;
#[expect(clippy::unwrap_used, reason = "a benchmark that can't be set up stops")]
pub mod disciplines;
#[expect(clippy::unwrap_used, reason = "a benchmark that can't be set up stops")]
pub mod memory;
pub mod netlink;
pub mod pump;
pub mod ratios;
pub mod sources;
#[expect(clippy::expect_used, clippy::panic, reason = "a benchmark that can't be set up stops")]
pub mod ways;
pub mod wifi;
