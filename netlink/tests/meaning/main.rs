//! Messages mean to pyroute2 what they mean to us (`compare.py` says how that is held against each other).
//!
//! It reads the recorded messages of `../corpus`, and what this kernel dumps of a namespace of the test's own.

#![cfg(all(feature = "std", target_os = "linux"))]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]
#![allow(clippy::std_instead_of_core, clippy::std_instead_of_alloc, reason = "tests")]

mod json;
#[path = "../netns/mod.rs"]
mod netns;

use std::fmt::{Debug, Write as _};
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::{env, fs};

use netns::inside;
use softnet_netlink::client;
use softnet_netlink::genl::GenlHeader;
use softnet_netlink::genl::ctrl::Ctrl;
use softnet_netlink::genl::ethtool::EthtoolMessage;
use softnet_netlink::genl::nl80211::Nl80211Message;
use softnet_netlink::rtnl::{RouteMessage, kind};
use softnet_netlink::set::MessageBuf;
use softnet_netlink::wire::{Message, Messages};

/// Debian's Python, which has Debian's pyroute2.
const PYTHON: &str = "/usr/bin/python3";

/// Whether pyroute2 is there; `SOFTNET_ORACLES` may make it mandatory.
fn there() -> bool {
    let imported = Command::new(PYTHON).args(["-c", "import pyroute2"]).output();
    let there = imported.is_ok_and(|output| output.status.success());
    let listed = env::var("SOFTNET_ORACLES").unwrap_or_default();
    assert!(
        there || !listed.split(',').any(|item| item.trim() == "pyroute2"),
        "pyroute2 is mandatory"
    );
    if !there {
        eprintln!("skipped: no pyroute2; it is Debian's package python3-pyroute2");
    }
    there
}

/// Messages for the comparison, a line each.
#[derive(Default)]
struct Lines(String);

impl Lines {
    fn add(&mut self, family: &str, message: &Message<'_>, owned: &impl Debug) {
        let hex = message.as_bytes().iter().fold(String::new(), |mut hex, byte| {
            write!(hex, "{byte:02x}").unwrap();
            hex
        });
        let shown = json::from_debug(&format!("{owned:?}"));
        writeln!(self.0, "[\"{family}\",\"{hex}\",{shown}]").unwrap();
    }

    /// All messages of families in `bytes`.
    fn read(&mut self, family: &str, bytes: &[u8]) {
        for message in
            Messages::new(bytes).map(Result::unwrap).filter(|message| message.kind() >= 16)
        {
            match family {
                "route" => self.add(family, &message, &RouteMessage::decode(&message).unwrap()),
                "ethtool" => self.add(family, &message, &EthtoolMessage::decode(&message).unwrap()),
                "nl80211" => self.add(family, &message, &Nl80211Message::read(&message)),
                "nlctrl" => {
                    self.add(family, &message, &MessageBuf::<GenlHeader, Ctrl>::read(&message));
                }
                other => panic!("{other}"),
            }
        }
    }

    /// What the comparison prints, and how many values agree.
    fn compare(self) -> (String, u64) {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/meaning/compare.py");
        let mut python = Command::new(PYTHON);
        let mut python =
            python.arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let mut to = python.stdin.take().unwrap();
        let writer = std::thread::spawn(move || to.write_all(self.0.as_bytes()));
        let output = python.wait_with_output().unwrap();
        writer.join().unwrap().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        println!("{text}");
        assert!(output.status.success(), "{text}");
        let agree = text.lines().find_map(|line| line.strip_prefix("agree: ")).unwrap();
        let number = agree.split(' ').next().unwrap().parse().unwrap();
        (text, number)
    }
}

fn recorded(name: &str) -> Vec<u8> {
    fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus").join(name)).unwrap()
}

#[test]
fn recorded_messages_mean_the_same_to_pyroute2() {
    if !there() {
        return;
    }
    for (family, files, least) in [
        ("route", &["links.bin", "addresses.bin", "disciplines.bin", "filters.bin"][..], 4500),
        ("ethtool", &["ethtool.bin"], 50),
        ("nl80211", &["nl80211.bin", "nl80211-news.bin", "nl80211-other.bin"], 5000),
        ("nlctrl", &["families.bin"], 500),
    ] {
        let mut lines = Lines::default();
        files.iter().for_each(|file| lines.read(family, &recorded(file)));
        let (_, agree) = lines.compare();
        assert!(agree > least, "{family}: {agree}");
    }
}

#[test]
fn what_this_kernel_dumps_means_the_same_to_pyroute2() {
    if !there() || !inside("what_this_kernel_dumps_means_the_same_to_pyroute2") {
        return;
    }
    for line in [
        "ip link set lo up",
        "ip link add va type veth peer name vb",
        "ip link add br0 type bridge",
        "ip link set vb master br0",
        "ip addr add 192.0.2.2/24 dev va",
        "ip link set va up",
        "ip route add 198.51.100.0/24 via 192.0.2.1 metric 5 mtu 1400",
        "ip neigh add 192.0.2.77 lladdr 02:00:00:00:00:77 dev va nud permanent",
        "tc qdisc add dev va root handle 1: htb default 2",
    ] {
        let mut words = line.split(' ');
        let done = Command::new(words.next().unwrap()).args(words).status().unwrap();
        assert!(done.success(), "{line}");
    }
    let mut socket = client::Socket::open(client::Protocol::ROUTE).unwrap();
    let mut lines = Lines::default();
    for (kind, len) in [
        (kind::GETLINK, 16),
        (kind::GETADDR, 8),
        (kind::GETROUTE, 12),
        (kind::GETNEIGH, 12),
        (kind::GETRULE, 12),
        (kind::GETQDISC, 20),
    ] {
        let dump = socket.dump(kind, |body| body.raw(&[0; 20][..len])).unwrap();
        lines.read("route", dump.as_bytes());
    }
    let (_, agree) = lines.compare();
    assert!(agree > 250, "{agree}");
}
