//! This machine's links with their counters, as `ip -s link` shows them, in one table. See
//! `netlink-links --help`.

use std::process::ExitCode;

#[cfg(target_os = "linux")]
mod table;

fn main() -> ExitCode {
    #[cfg(target_os = "linux")]
    let done = table::main();
    #[cfg(not(target_os = "linux"))]
    let done = Err(softnet_examples::failure::Failure::Refused(
        "netlink is Linux's; run it there".to_owned(),
    ));
    softnet_examples::failure::end("netlink-links", done)
}
