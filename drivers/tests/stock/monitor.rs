//! `ip monitor`.

use crate::script::{VETH, listen, ready, server};

#[test]
fn ip_monitor_hears_of_links_what_it_hears_on_linux() {
    if !ready("monitor::ip_monitor_hears_of_links_what_it_hears_on_linux") {
        return;
    }
    let changes = [
        "ip link set dev va mtu 1400",
        "ip link set dev va mtu 1400",
        "ip link set dev va address 02:00:00:00:00:0c",
        "ip link set dev va promisc on",
        "ip link set dev va promisc on",
        "ip link set dev va promisc off",
        "ip link set dev va txqueuelen 7",
        "ip link set dev va alias unseen-while-down",
        "ip link set dev va group 3",
        "ip link set dev va name vc",
        "ip link set dev vc up",
        "ip link set dev vc alias seen-while-up",
        "ip link set dev vc group 4",
        "ip link set dev vc addrgenmode random",
        "ip link set dev vc down",
    ];
    let heard = listen(&server("monitor"), &[VETH], "ip monitor link", &changes);
    assert!(heard.contains("mtu 1400"), "{heard}");
}

#[test]
fn ip_monitor_hears_of_links_and_addresses_what_it_hears_on_linux() {
    if !ready("monitor::ip_monitor_hears_of_links_and_addresses_what_it_hears_on_linux") {
        return;
    }
    let prepare =
        [VETH, "ip link set dev va addrgenmode none", "ip link set dev vb addrgenmode none"];
    let changes = [
        "ip link set dev lo up",
        "ip addr add 10.0.0.1/24 dev va",
        "ip addr add 10.0.0.2/24 dev va label va:x",
        "ip addr add 10.0.0.3/24 dev va",
        "ip addr add 2001:db8::1/64 dev va nodad",
        "ip addr add 2001:db8::2/64 dev va",
        "ip addr change 2001:db8::1/64 dev va nodad preferred_lft 0",
        "ip addr replace 10.0.0.2/24 dev va metric 4",
        "ip addr del 2001:db8::2/64 dev va",
        "ip link set dev va name vc",
        "ip addr del 10.0.0.1/24 dev vc",
        "ip link set dev vc up",
        "ip addr add 10.0.1.1/24 dev vc",
        "ip link set dev vc mtu 1000",
        "ip link set dev vc down",
        "ip link set dev lo down",
        "ip addr add 2001:db8:1::1/128 dev lo",
        "ip link set dev lo up",
        "ip link del dev vc",
        "ip addr flush dev lo",
    ];
    let heard = listen(&server("both"), &prepare, "ip monitor link address", &changes);
    assert!(heard.contains("Deleted"), "{heard}");
}

#[test]
fn the_end_of_a_cable_is_told_as_on_linux() {
    if !ready("monitor::the_end_of_a_cable_is_told_as_on_linux") {
        return;
    }
    let prepare = [
        VETH,
        "ip link set dev va addrgenmode none",
        "ip link set dev vb addrgenmode none",
        "ip link set dev va up",
        "ip link set dev vb up",
        "ip addr add 10.0.0.1/24 dev va",
        "ip addr add 10.0.0.2/24 dev va",
        "ip addr add 2001:db8::1/64 dev vb nodad",
    ];
    let heard =
        listen(&server("end"), &prepare, "ip monitor link address", &["ip link del dev vb"]);
    assert!(heard.contains("Deleted"), "{heard}");
}
