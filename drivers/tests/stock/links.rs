//! `ip link`.

use std::process::Command;

use crate::kinds::World;
use crate::script::{VETH, compare, linux, ours, ready, ready_with_python, server};
use crate::server::Server;

#[test]
fn ip_link_shows_and_changes_what_it_does_on_linux() {
    if !ready("links::ip_link_shows_and_changes_what_it_does_on_linux") {
        return;
    }
    let server = server("links");
    let changes = [
        VETH,
        "ip link set dev va addrgenmode none",
        "ip link set dev vb addrgenmode none",
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
    let shows = ["ip -d link", "ip link show dev va", "ip -o -d link show dev vb"];
    compare(&server, &changes, &shows);
}

#[test]
fn links_have_aliases_groups_queues_and_no_masters_as_on_linux() {
    if !ready("links::links_have_aliases_groups_queues_and_no_masters_as_on_linux") {
        return;
    }
    let server = server("settings");
    let changes = [
        VETH,
        "ip link set dev va addrgenmode none",
        "ip link set dev vb addrgenmode none",
        "ip link set dev va alias a-note-of-somebody",
        "ip link set dev vb alias other",
        "ip link set dev va alias shorter",
        "ip link set dev va txqueuelen 77",
        "ip link set dev va txqueuelen 0",
        "ip link set dev va group 5",
        "ip link show group 5",
        "ip link show group 6",
        "ip link set dev va master vb",
        "ip link set dev va nomaster",
        "ip link show master vb",
        "ip link show nomaster",
        "ip link set group 5 up",
        "ip link set group 5 mtu 1400",
        "ip link set group 6 up",
        "ip link set dev vb group 5 txqueuelen 9 alias both up",
        "ip link set group 5 down",
        "ip link del group 6",
        "ip link del group default",
        "ip link del group 5",
        "ip link add vx address 02:00:00:00:00:0a txqueuelen 5 group 7 numtxqueues 1 numrxqueues 1 \
            type veth peer name vy address 02:00:00:00:00:0b numtxqueues 1 numrxqueues 1",
        "ip addr add 10.0.0.1/24 dev vx",
        "ip link del dev lo",
        "ip link del dev nobody",
        "ip link del dev vy",
        "ip link del dev vx",
        VETH,
        "ip link del dev va type veth",
    ];
    compare(&server, &changes, &["ip -d link", "ip addr"]);
}

/// Sends frames through a cable by a packet socket.
const SEND: &str = r#"
import errno, socket, sys
for name, frame in zip(sys.argv[1::2], sys.argv[2::2]):
    sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
    sock.bind((name, 0))
    try:
        sock.send(bytes.fromhex(frame))
    except OSError as error:
        assert error.errno == errno.ENOBUFS and len(frame) > 2600, error
"#;

#[test]
fn counters_show_the_traffic_that_they_show_on_linux() {
    if !ready_with_python("links::counters_show_the_traffic_that_they_show_on_linux") {
        return;
    }
    // Linux's IPv6 would send by itself.
    std::fs::write("/proc/sys/net/ipv6/conf/default/disable_ipv6", "1").unwrap();
    let (frames, world) = World::that_sends();
    let server = Server::start("traffic", world);
    let set_up = [
        VETH,
        "ip link set dev va addrgenmode none",
        "ip link set dev vb addrgenmode none",
        "ip link set dev va up",
        "ip link set dev vb up",
        "ip link set dev vb mtu 1000",
    ];
    compare(&server, &set_up, &["ip -s -s -d link"]);
    let frame = |to: u8, from: u8, len: usize| {
        // An IPv4 packet that no host takes for one: no device counts it as lost.
        let mut frame = vec![2, 0, 0, 0, 0, to, 2, 0, 0, 0, 0, from, 8, 0];
        frame.resize(14 + len, 0);
        frame
    };
    let sent = [
        ("va", frame(0xb, 0xa, 46)),
        ("va", frame(0xb, 0xa, 1000)),
        // Longer than the other end takes.
        ("va", frame(0xb, 0xa, 1300)),
        ("vb", frame(0xa, 0xb, 100)),
        ("vb", frame(0xa, 0xb, 60)),
    ];
    let mut program = Command::new("python3");
    program.args(["-c", SEND]);
    for (name, frame) in &sent {
        let hex: String = frame.iter().map(|byte| format!("{byte:02x}")).collect();
        program.args([*name, &hex]);
    }
    assert!(program.status().unwrap().success());
    sent.into_iter().for_each(|frame| frames.send(frame).unwrap());
    for show in ["ip -s link", "ip -s -s -d link", "ip -s -o link show dev vb"] {
        let linux = linux(show);
        assert!(linux.contains("1074"), "{linux}");
        assert_eq!(ours(&server, show), linux, "{show}");
    }
}

/// What Linux 6.1 prints for QEMU's e1000, but for the number.
#[test]
fn an_e1000_keeps_its_own_address_in_sight() {
    if !ready("links::an_e1000_keeps_its_own_address_in_sight") {
        return;
    }
    let server = Server::start("e1000", World::with_e1000);
    let shown = |line| ours(&server, line);
    assert_eq!(
        shown("ip link show dev eth0"),
        "2: eth0: <BROADCAST,MULTICAST> mtu 1500 qdisc noop state DOWN mode DEFAULT group default qlen 1000\n    \
         link/ether 52:54:00:12:34:56 brd ff:ff:ff:ff:ff:ff\nexit status: 0"
    );
    assert_eq!(shown("ip link set dev eth0 address 02:00:00:00:00:01"), "exit status: 0");
    let changed = shown("ip link show dev eth0");
    assert!(
        changed.contains(
            "link/ether 02:00:00:00:00:01 brd ff:ff:ff:ff:ff:ff permaddr 52:54:00:12:34:56\n"
        ),
        "{changed}"
    );
    assert_eq!(shown("ip link del dev eth0"), linux("ip link del dev lo"), "neither is of a kind");
}
