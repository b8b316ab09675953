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

fn main() -> ExitCode {
    #[cfg(target_os = "linux")]
    let done = watch::main();
    #[cfg(not(target_os = "linux"))]
    let done = Err(softnet_examples::failure::Failure::Refused(
        "netlink is Linux's; run it there".to_owned(),
    ));
    softnet_examples::failure::end("netlink-watch", done)
}
