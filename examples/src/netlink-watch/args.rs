//! The command line.

use core::time::Duration;
use std::ffi::OsString;

use lexopt::prelude::*;
use softnet_examples::command::{self, Command};
use softnet_examples::failure::Failure;

#[derive(Debug, Default)]
pub(crate) struct Options {
    /// End after this time; `None`: when interrupted.
    pub(crate) duration: Option<Duration>,
    /// Do not tell what there is at the start.
    pub(crate) quiet: bool,
}

const HELP: &str = "\
netlink-watch: what changes in this machine's network, as it changes

First it tells what there is: links, addresses, neighbours, routes, queueing
disciplines. Then it waits, and tells each change in a line: + for what is new
or different, - for what is gone. It needs no privileges and changes nothing.
Ctrl-C ends it.

USAGE
    netlink-watch [OPTIONS]

OPTIONS
    --for SECONDS     end after so long
    --quiet           only changes, not what there is at the start
    -h, --help        this text

TRY
    in another terminal, as root:  ip link add watched type veth
                                   ip link del watched
";

pub(crate) fn parse(args: impl IntoIterator<Item = OsString>) -> Result<Command<Options>, Failure> {
    command::parse(args, read)
}

fn read(mut parser: lexopt::Parser) -> Result<Command<Options>, lexopt::Error> {
    let mut options = Options::default();
    while let Some(arg) = parser.next()? {
        match arg {
            Long("for") => {
                let duration = |seconds: f64| Duration::try_from_secs_f64(seconds);
                options.duration = Some(parser.value()?.parse_with(|word| {
                    word.parse().map_err(|_| "not a number of seconds").and_then(|seconds| {
                        duration(seconds).map_err(|_| "not a number of seconds")
                    })
                })?);
            }
            Long("quiet") => options.quiet = true,
            Short('h') | Long("help") => return Ok(Command::Show(HELP.into())),
            _ => return Err(arg.unexpected()),
        }
    }
    Ok(Command::Run(options))
}
