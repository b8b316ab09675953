//! Stock `ip` on our stack and on Linux: the same commands on a loopback and a veth, and what they print compared.
//!
//! One thing is taken out before the comparison: `addrgenmode eui64`, which is IPv6's, and the stack has none. All else
//! is made the same beforehand: links have the same numbers by themselves, and are given their addresses, and one
//! queue each where Linux would make as many as there are CPUs. Counters are compared while they are 0.
//!
//! Linux needs root (oracle `netns`) and iproute2 (oracle `tc`).

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]
#![allow(clippy::std_instead_of_core, clippy::std_instead_of_alloc, reason = "tests")]

mod kinds;
#[path = "../../../netlink/tests/netns/mod.rs"]
mod netns;
#[path = "../../../netlink/tests/stock/server.rs"]
mod server;

use core::time::Duration;
use std::process::{Command, Stdio};
use std::thread::sleep;

use kinds::World;
use netns::inside;
use server::Server;
use softnet_drivers::testutil::oracle::oracle_present;

/// Longer than Linux's link watch waits before it tells of a carrier.
const LINK_WATCH: Duration = Duration::from_millis(1300);

fn ip() -> bool {
    let there = Command::new("ip").arg("-V").output().is_ok();
    oracle_present("tc", there, "apt-get install iproute2")
}

fn command(line: &str) -> Command {
    let mut words = line.split_whitespace();
    let mut command = Command::new(words.next().unwrap());
    command.args(words);
    command
}

/// What a command prints, and how it ended.
fn output(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let said = [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap());
    format!("{}{}{}", said[0], said[1], output.status).replace(" addrgenmode eui64", "")
}

const VETH: &str = "ip link add va address 02:00:00:00:00:0a numtxqueues 1 numrxqueues 1 type veth \
    peer name vb address 02:00:00:00:00:0b numtxqueues 1 numrxqueues 1";

#[test]
fn ip_link_shows_and_changes_what_it_does_on_linux() {
    if !ip() || !inside("ip_link_shows_and_changes_what_it_does_on_linux") {
        return;
    }
    let server = Server::start("links", World::new);
    let shows = ["ip -d link", "ip link show dev va", "ip -o -d link show dev vb"];
    let changes = [
        VETH,
        "ip -s -d link",
        "ip -s link show type veth",
        "ip link show type veth up",
        VETH,
        "ip link add vx type nosuchkind",
        "ip link show dev nobody",
        "ip link set dev nobody up",
        "ip link set dev va mtu 1400",
        "ip link set dev va mtu 60",
        "ip link set dev va mtu 70000",
        "ip link set dev va address 02:00:00:00:00:0c",
        "ip link set dev va address 01:00:00:00:00:0c",
        "ip link set dev va promisc on",
        "ip link set dev va promisc on",
        "ip link set dev va allmulticast on",
        "ip link set dev va up",
        "ip link set dev vb up",
        "ip link set dev va promisc off",
        "ip link set dev va arp off",
        "ip link set dev vb name va",
        "ip link set dev vb name vc",
        "ip link set dev vc name vb",
        "ip link set dev vb down",
        "ip link set dev lo up",
    ];
    for line in changes {
        let linux = output(&mut command(line));
        assert_eq!(output(server.redirect(&mut command(line))), linux, "{line}");
        if line.ends_with(" up") || line.ends_with(" down") {
            sleep(LINK_WATCH);
        }
        for show in shows {
            let linux = output(&mut command(show));
            assert_eq!(output(server.redirect(&mut command(show))), linux, "{show}, after {line}");
        }
    }
}

#[test]
fn ip_monitor_hears_what_it_hears_on_linux() {
    if !ip() || !inside("ip_monitor_hears_what_it_hears_on_linux") {
        return;
    }
    let server = Server::start("monitor", World::new);
    let hears = |prepare: &dyn Fn(&mut Command)| {
        let run = |line: &str| {
            let mut command = command(line);
            prepare(&mut command);
            output(&mut command)
        };
        assert_eq!(run(VETH), "exit status: 0");
        sleep(LINK_WATCH);
        let mut monitor = command("ip monitor link");
        prepare(&mut monitor);
        let mut monitor = monitor.stdout(Stdio::piped()).spawn().unwrap();
        sleep(Duration::from_millis(700));
        for line in [
            "ip link set dev va mtu 1400",
            "ip link set dev va mtu 1400",
            "ip link set dev va address 02:00:00:00:00:0c",
            "ip link set dev va promisc on",
            "ip link set dev va promisc on",
            "ip link set dev va promisc off",
            "ip link set dev va name vc",
            "ip link set dev vc up",
            "ip link set dev vc down",
        ] {
            assert_eq!(run(line), "exit status: 0", "{line}");
        }
        sleep(Duration::from_millis(700));
        monitor.kill().unwrap();
        output_of(monitor)
    };
    let linux = hears(&|_| ());
    assert!(linux.contains("mtu 1400"), "{linux}");
    let ours = hears(&|command| {
        server.redirect(command);
    });
    assert_eq!(ours, linux);
}

fn output_of(child: std::process::Child) -> String {
    String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap()
}
