//! `netlink-watch` in a network namespace of its own, while stock programs change what is there.
//!
//! It takes root (oracle `netns`) and iproute2 (oracle `tc`).
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "the helpers of tests are tests too")]

#[path = "../../netlink/tests/netns/mod.rs"]
mod netns;

use core::time::Duration;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};

use netns::inside;
use softnet_drivers::testutil::oracle::oracle_present;

/// A running program, and the lines that it writes.
struct Watch {
    program: Child,
    lines: Receiver<String>,
}

impl Watch {
    fn start(args: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_netlink-watch"));
        let mut program = command.args(args).stdout(Stdio::piped()).spawn().unwrap();
        let out = BufReader::new(program.stdout.take().unwrap());
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            out.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)).ok()
        });
        Self { program, lines }
    }

    fn line(&self) -> String {
        self.lines.recv_timeout(Duration::from_secs(30)).unwrap_or_else(|_| "nothing".into())
    }

    fn tells(&self, lines: &[&str], after: &str) {
        for line in lines {
            assert_eq!(self.line(), *line, "after {after}");
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

fn ready(name: &str) -> bool {
    let there = Command::new("tc").arg("-V").output().is_ok();
    oracle_present("tc", there, "apt-get install iproute2") && inside(name)
}

fn run(line: &str) {
    let mut words = line.split_whitespace();
    let done = Command::new(words.next().unwrap()).args(words).status().unwrap();
    assert!(done.success(), "{line}");
}

/// What changes, and what Linux 6.18 tells of it.
const CHANGES: [(&str, &[&str]); 9] = [
    (
        "ip link add va type veth peer name vb",
        &[
            "+ link  vb, number 2, down, mtu 1500, qdisc noop",
            "+ link  va, number 3, down, mtu 1500, qdisc noop",
        ],
    ),
    (
        "ip addr add 192.0.2.1/24 dev va",
        &["+ addr  192.0.2.1/24 on va", "+ route 192.0.2.1/32 by va, table 255"],
    ),
    ("ip link set dev va mtu 1400", &["+ link  va, number 3, down, mtu 1400, qdisc noop"]),
    (
        "ip link set dev va up",
        &[
            "+ link  va, number 3, up, mtu 1400, qdisc noqueue",
            "+ route 192.0.2.0/24 by va, table 254",
            "+ route 192.0.2.255/32 by va, table 255",
        ],
    ),
    (
        "ip neigh add 192.0.2.9 lladdr 02:00:00:00:00:09 dev va nud permanent",
        &["+ neigh 192.0.2.9 at 02:00:00:00:00:09 on va PERMANENT"],
    ),
    (
        "ip route add 198.51.100.0/24 via 192.0.2.9",
        &["+ route 198.51.100.0/24 via 192.0.2.9 by va, table 254"],
    ),
    (
        "tc qdisc add dev va root handle 5: pfifo limit 7",
        &["- qdisc noqueue 0: on va, root", "+ qdisc pfifo 5: on va, root"],
    ),
    ("tc qdisc del dev va root", &["- qdisc pfifo 5: on va, root"]),
    (
        "ip link del dev va",
        &[
            "+ link  va, number 3, down, mtu 1400, qdisc noqueue",
            "- neigh 192.0.2.9 at 02:00:00:00:00:09 on va PERMANENT",
            "- addr  192.0.2.1/24 on va",
            "- route 192.0.2.1/32 by va, table 255",
            "- link  va, number 3, down, mtu 1400, qdisc noop",
            "- link  vb, number 2, down, mtu 1500, qdisc noop",
        ],
    ),
];

#[test]
fn it_tells_each_change_in_a_line() {
    if !ready("it_tells_each_change_in_a_line") {
        return;
    }
    // IPv6 would have much to tell besides.
    std::fs::write("/proc/sys/net/ipv6/conf/default/disable_ipv6", "1").unwrap();
    let watch = Watch::start(&[]);
    let begin = ["+ link  lo, number 1, down, mtu 65536, qdisc noop"];
    watch.tells(&begin, "the start");
    watch.tells(&["-- waiting for changes; Ctrl-C ends"], "the start");
    for (line, told) in CHANGES {
        run(line);
        watch.tells(told, line);
    }
}

#[test]
fn asked_to_be_quiet_it_tells_changes_only_and_ends_in_time() {
    if !ready("asked_to_be_quiet_it_tells_changes_only_and_ends_in_time") {
        return;
    }
    let mut watch = Watch::start(&["--quiet", "--for", "3"]);
    watch.tells(&["-- waiting for changes; Ctrl-C ends"], "the start");
    run("ip link add va type veth peer name vb");
    watch.tells(CHANGES.first().unwrap().1, "a cable");
    assert!(watch.program.wait().unwrap().success());
}
