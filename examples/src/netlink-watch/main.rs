//! Watches this machine's links, addresses, neighbours, routes and queueing disciplines as they change. See
//! `netlink-watch --help`.

extern crate alloc;

use std::process::ExitCode;

#[cfg(target_os = "linux")]
mod args;
#[cfg(target_os = "linux")]
mod say;
#[cfg(target_os = "linux")]
mod watch;

#[cfg(target_os = "linux")]
fn main() -> ExitCode {
    softnet_examples::command::run("netlink-watch", args::parse, watch::run)
}

#[cfg(not(target_os = "linux"))]
fn main() -> ExitCode {
    let why = "netlink is Linux's; run it there".to_owned();
    softnet_examples::failure::end(
        "netlink-watch",
        Err(softnet_examples::failure::Failure::Refused(why)),
    )
}
