//! Messages in a second: long dumps from a table of ours and from the Linux that this runs on, and messages from
//! socket to socket. Fails where a dump's memory grows with its length.

#[cfg(target_os = "linux")]
use core::{cell::RefCell, time::Duration};
use std::process::ExitCode;
#[cfg(target_os = "linux")]
use std::{env, process::Command};

use softnet_benches::counts::{CountingAllocator, allocations};
#[cfg(target_os = "linux")]
use softnet_benches::netlink::live;
use softnet_benches::netlink::served::{self, Cost};
use softnet_benches::ratios::{Candidate, interleave, timed};
#[cfg(target_os = "linux")]
use softnet_netlink::client::{Protocol, Socket};

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator;

/// Routes of a short dump and of a long one.
const ROUTES: [u32; 2] = [10_000, 1_000_000];
/// Routes that are put into a kernel.
const KERNEL_ROUTES: u32 = 100_000;
/// Bursts that are timed at once.
const BURSTS: u64 = 200;
const ROUNDS: usize = 11;

/// The names that rows go by.
const TABLE: &str = "a table of ours";
const KERNEL: &str = "this Linux, sendmmsg and recvmmsg";
#[cfg(target_os = "linux")]
const RAW: &str = "netlink-sys, headers";
/// What says that the program is in its namespace.
#[cfg(target_os = "linux")]
const INSIDE: &str = "--inside";

/// `true` if memory grows.
fn from_a_table() -> bool {
    println!("dumped by a table to a reader of 32 KiB");
    println!(
        "{:>10} {:>10} {:>10} {:>12} {:>12}",
        "routes", "datagrams", "ns each", "peak bytes", "allocations"
    );
    let costs = ROUTES.map(|count| {
        let rounds: Vec<Cost> = (0..ROUNDS).map(|_| served::dump(count)).collect();
        let best = rounds.iter().map(|cost| cost.nanos).fold(f64::INFINITY, f64::min);
        let Some(&cost) = rounds.last() else { return Cost::default() };
        let each = best / cost.routes as f64;
        println!(
            "{:>10} {:>10} {each:>10.1} {:>12} {:>12}",
            cost.routes, cost.datagrams, cost.peak, cost.allocations
        );
        cost
    });
    let whole = costs.iter().zip(ROUTES).all(|(cost, count)| cost.routes == u64::from(count));
    !whole || costs[0].peak != costs[1].peak || costs.iter().any(|cost| cost.allocations > 0)
}

fn pass() {
    let before = allocations();
    let messages = served::pass(BURSTS);
    let asked = (allocations() - before) as f64 / messages as f64;
    let candidates = || -> Vec<Candidate<'_>> {
        vec![
            (TABLE, Box::new(|| timed(|| served::pass(BURSTS)))),
            #[cfg(target_os = "linux")]
            (KERNEL, Box::new(|| timed(|| live::pass(BURSTS).unwrap_or(1)))),
        ]
    };
    let rounds = interleave(candidates, 1, ROUNDS);
    println!("\nmessages of 100 bytes to a port, 64 sent, 64 received");
    for name in [TABLE, KERNEL] {
        let nanos = rounds.nanos(name);
        println!("{name:<32} {nanos:>10.1} ns {:>12.0} a second", 1e9 / nanos);
    }
    println!("allocations for each by the table: {asked:.2}");
}

#[cfg(target_os = "linux")]
fn from_the_kernel() -> Result<(), Box<dyn core::error::Error>> {
    let (bare, mut client) = (live::raw()?, Socket::open(Protocol::ROUTE)?);
    live::add_routes(KERNEL_ROUTES)?;
    let counts = [
        live::received(&bare)?,
        live::parts(&mut client)?,
        live::typed(&mut client)?,
        live::whole(&mut client)?,
    ];
    if counts.iter().any(|&count| count < u64::from(KERNEL_ROUTES) || count != counts[0]) {
        return Err(format!("not all saw the same routes: {counts:?}").into());
    }
    // One client for all: a dump is read to its end before the next begins.
    let client = &RefCell::new(client);
    let read = |how: fn(&mut Socket) -> Option<u64>| -> Box<dyn FnMut() -> (Duration, u64)> {
        Box::new(move || timed(|| how(&mut client.borrow_mut()).unwrap_or(1)))
    };
    let candidates = || -> Vec<Candidate<'_>> {
        vec![
            (RAW, Box::new(|| timed(|| live::received(&bare).unwrap_or(1)))),
            ("client, headers", read(|client| live::parts(client).ok())),
            ("client, each attribute typed", read(|client| live::typed(client).ok())),
            ("client, all kept", read(|client| live::whole(client).ok())),
        ]
    };
    let rounds = interleave(candidates, 1, ROUNDS);
    println!("\ndumped by this Linux, {KERNEL_ROUTES} routes");
    for name in [RAW, "client, headers", "client, each attribute typed", "client, all kept"] {
        let (nanos, ratio) = (rounds.nanos(name), rounds.ratio(name, RAW));
        println!("{name:<32} {nanos:>10.1} ns {:>12.0} a second {ratio:>7.2}", 1e9 / nanos);
    }
    Ok(())
}

/// Runs this program again in a network namespace of its own.
#[cfg(target_os = "linux")]
fn in_a_namespace() {
    let unshare = |program: &str, arguments: &[&str]| {
        Command::new("unshare").args(["-n", program]).args(arguments).status()
    };
    if !unshare("true", &[]).is_ok_and(|status| status.success()) {
        println!("\nskipped: no network namespace; it takes root, and unshare of util-linux");
        return;
    }
    let program = env::current_exe().map(|path| path.to_string_lossy().into_owned());
    match program.and_then(|program| unshare(&program, &[INSIDE])) {
        Ok(status) if status.success() => {}
        other => println!("the kernel's part failed: {other:?}"),
    }
}

#[cfg(not(target_os = "linux"))]
fn in_a_namespace() {}

fn main() -> ExitCode {
    #[cfg(target_os = "linux")]
    if env::args().nth(1).is_some_and(|arg| arg == INSIDE) {
        return match from_the_kernel() {
            Ok(()) => ExitCode::SUCCESS,
            Err(why) => {
                println!("{why}");
                ExitCode::FAILURE
            }
        };
    }
    let missed = from_a_table();
    pass();
    in_a_namespace();
    if missed {
        println!("\na limit was missed");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}
