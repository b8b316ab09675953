//! Waiting, and telling.

use core::error::Error as _;
use core::time::Duration;
use std::io::{self, Write};
use std::time::Instant;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use softnet_examples::failure::Failure;
use softnet_netlink::client::{Error, Monitor, News, Protocol, Socket};
use softnet_netlink::rtnl::kind;

use crate::args::Options;
use crate::say::Teller;

/// `RTNLGRP_LINK`, `_NEIGH`, `_TC`, `_IPV4_IFADDR`, `_IPV4_ROUTE`, `_IPV6_IFADDR`, `_IPV6_ROUTE`.
const GROUPS: [u32; 7] = [1, 3, 4, 5, 7, 9, 11];

/// What there is, in the order that it is told in; links first, for the others name them.
const TABLES: [u16; 5] =
    [kind::GETLINK, kind::GETADDR, kind::GETROUTE, kind::GETNEIGH, kind::GETQDISC];

pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    watch(options).map_err(|why| match why {
        // Whoever reads has gone: that is how one stops a program in a pipe.
        Stop::Unheard => Failure::Refused("nobody reads what it writes".to_owned()),
        Stop::Netlink(why) => Failure::broken("netlink", chain(&why)),
    })
}

enum Stop {
    Netlink(Error),
    Unheard,
}

impl From<Error> for Stop {
    fn from(why: Error) -> Self {
        Self::Netlink(why)
    }
}

impl From<io::Error> for Stop {
    fn from(_: io::Error) -> Self {
        Self::Unheard
    }
}

/// An error with its causes, in one line.
fn chain(why: &Error) -> String {
    let mut line = why.to_string();
    let mut cause = why.source();
    while let Some(why) = cause {
        line.push_str(": ");
        line.push_str(&why.to_string());
        cause = why.source();
    }
    line
}

fn watch(options: &Options) -> Result<(), Stop> {
    let end = options.duration.and_then(|duration| Instant::now().checked_add(duration));
    // Before what there is is asked for: what changes meanwhile is told twice rather than never.
    let mut monitor = Monitor::open(Protocol::ROUTE, &GROUPS)?;
    monitor.set_nonblocking(true)?;
    let mut socket = Socket::open(Protocol::ROUTE)?;
    let mut teller = Teller::default();
    tell_all(&mut socket, &mut teller, !options.quiet)?;
    let mut out = io::stdout().lock();
    writeln!(out, "-- waiting for changes; Ctrl-C ends")?;
    out.flush()?;
    while wait(&monitor, end)? {
        let mut missed = false;
        while let Some(news) = monitor.next_news()? {
            match news {
                News::Messages(messages) => {
                    for message in messages {
                        if let Some(line) = teller.tell(message.map_err(Error::from)?) {
                            writeln!(out, "{line}")?;
                        }
                    }
                }
                News::Missed => missed = true,
            }
        }
        if missed {
            writeln!(out, "-- too much at once, something was missed; this is how it is now")?;
            teller = Teller::default();
            tell_all(&mut socket, &mut teller, true)?;
        }
        out.flush()?;
    }
    Ok(())
}

/// Dumps all tables, and tells them unless it is only about names.
fn tell_all(socket: &mut Socket, teller: &mut Teller, aloud: bool) -> Result<(), Stop> {
    let mut out = io::stdout().lock();
    for table in TABLES {
        // An ifinfomsg is the longest of their fixed headers, or as long; strict kernels want it exact.
        let len = match table {
            kind::GETADDR => 8,
            kind::GETROUTE | kind::GETNEIGH => 12,
            kind::GETQDISC => 20,
            _ => 16,
        };
        let dump =
            socket.dump(table, |body| body.fixed([0_u8; 20].get(..len).unwrap_or_default()))?;
        for message in dump.messages() {
            let line = teller.tell(message);
            if let Some(line) = line.filter(|_| aloud) {
                writeln!(out, "{line}")?;
            }
        }
    }
    Ok(())
}

/// Waits for news until `end`; `false` if it came first.
fn wait(monitor: &Monitor, end: Option<Instant>) -> Result<bool, Stop> {
    loop {
        let left = end.map(|end| end.saturating_duration_since(Instant::now()));
        if left == Some(Duration::ZERO) {
            return Ok(false);
        }
        let left = left.and_then(|left| Timespec::try_from(left).ok());
        match poll(&mut [PollFd::new(monitor, PollFlags::IN)], left.as_ref()) {
            Ok(0) => {}
            Ok(_) => return Ok(true),
            Err(rustix::io::Errno::INTR) => {}
            Err(why) => return Err(Error::from(io::Error::from(why)).into()),
        }
    }
}
