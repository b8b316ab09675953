//! A real Linux, run as a process under virtual time, that plays arrival scripts through its queueing
//! disciplines and tells what came out, and when.
//!
//! The Linux is user-mode Linux with `time-travel=inf-cpu`: its clock stands still while anything
//! computes and jumps to the next event when all sleep. So what its disciplines do depends on the
//! script alone, to the nanosecond of its clock.
//!
//! 1. A test makes [`Script`]s: `tc` commands, and packets with the instants at which they are sent.
//! 2. [`uml::Kernel::play`] boots a kernel whose first process is the test's own executable again, on
//!    the host's file system. That process calls [`player::play`], which plays one script after the other.
//! 3. What happened comes back as [`Outcome`]s: each arrival, departure and look at the statistics in
//!    order.
//!
//! A test may also have the guest run [commands of a shell](shell) and give back what they print: so the tests of
//! `examples` meet hostapd and `wpa_supplicant` on Linux's simulated radios.
//!
//! It knows nothing of softnet's own disciplines: the comparison is the test's.
//!
//! # What the clock shows
//!
//! The clock of user-mode Linux is read in steps of 256 ns ([`CLOCK_STEP`]). Interrupts, softirqs and
//! whatever has them off read it for nothing: so do a discipline's enqueue and dequeue. For a process
//! each reading makes it go on by one step, and a system call that fails, as the sending of a packet
//! that is dropped does, by 1 us. A timer is late by up to [`TIMER_SLACK`]. All else takes no time.

#![forbid(unsafe_code)]
#![allow(
    clippy::panic,
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "it fails the test that calls it"
)]
#![allow(
    clippy::std_instead_of_core,
    clippy::std_instead_of_alloc,
    reason = "a program of Linux: it has std"
)]

mod hex;
pub mod netlink;
mod outcome;
pub mod player;
mod rng;
mod script;
pub mod shell;
pub mod uml;

pub use outcome::{Entry, Outcome, Verdict};
pub use rng::Rng;
pub use script::{Command, Event, Script, Send, What};

/// Nanoseconds between two readings of the guest's clock (`TIMER_MULTIPLIER` of `arch/um`).
pub const CLOCK_STEP: u64 = 256;

/// Nanoseconds by which a timer of the guest is late at most, and one more.
///
/// A timer that is set to T fires when the clock's fine part, which nobody sees, stands at T + f + 1
/// with f < 256. If what can be read then is still before T, it is set again to 500 ns
/// (`TIMER_MIN_DELTA`) and 1 later: before T + 256 + 501. While a process waits for its 1 us the
/// interrupt is held back until that is over.
pub const TIMER_SLACK: u64 = 757 + 1000;
