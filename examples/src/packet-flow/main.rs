//! The way of one frame through softnet, watched station by station.
//!
//! Two hosts, each with its own device layer, fq_codel, e1000 driver and card, fetch a file from one
//! another over TCP. See `packet-flow --help`.

extern crate alloc;

mod app;
mod args;
mod capture;
mod content;
mod host;
mod net;
#[cfg(all(feature = "qemu", target_os = "linux"))]
mod qemu;
mod recorder;
mod report;
mod stations;
mod svg;
mod tables;
mod way;
mod world;

use std::process::ExitCode;

use args::Options;
use softnet_examples::command;
use softnet_examples::failure::Failure;

fn main() -> ExitCode {
    command::run("packet-flow", args::parse, run)
}

fn run(options: &Options) -> Result<(), Failure> {
    if options.qemu {
        #[cfg(all(feature = "qemu", target_os = "linux"))]
        return qemu::run(options);
        #[cfg(not(all(feature = "qemu", target_os = "linux")))]
        return Err(Failure::Refused(
            "--qemu needs Linux and a build with the cargo feature qemu".into(),
        ));
    }
    world::run(options)
}
