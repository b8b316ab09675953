//! Our disciplines beside Linux's own: the same random scripts through both, on virtual time.
//! README.md beside this file tells how to run it and how to add a discipline.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that can't build its tree fails"
)]

extern crate alloc;

mod aqm_stats;
mod blackhole;
mod by_lot;
mod cake;
mod classes;
mod codel;
mod drive;
mod drr;
mod ets;
mod fifo;
mod filters;
mod fq;
mod fq_codel;
mod frame;
mod hfsc;
mod htb;
mod judge;
mod lab;
mod lateness;
mod leaf;
mod mq;
mod netem;
mod pfifo_fast;
mod pie;
mod prio;
mod qfq;
mod red;
mod sfq;
mod stats;
mod tbf;
mod traffic;

/// The first process of the guest comes in here: see [`lab::run`].
#[test]
#[ignore = "runs inside the guest only"]
fn player() {
    let folder = std::env::var_os("SOFTNET_PLAY").expect("a folder to play from");
    softnet_qdisc_oracle::player::play(folder.as_ref());
}
