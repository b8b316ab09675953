//! `ip addr`.

use crate::script::{VETH, compare, linux, ours, ready, server};

const QUIET: [&str; 3] =
    [VETH, "ip link set dev va addrgenmode none", "ip link set dev vb addrgenmode none"];

const SHOWS: [&str; 4] = [
    "ip -d addr",
    "ip -o addr show dev va",
    "ip -4 addr show scope link",
    "ip addr show up label v*",
];

#[test]
fn ip_addr_has_the_ipv4_rules_of_linux() {
    if !ready("addresses::ip_addr_has_the_ipv4_rules_of_linux") {
        return;
    }
    let server = server("inet");
    compare(&server, &QUIET, &["ip -d link"]);
    let changes = [
        "ip addr add 10.0.0.1/24 dev va",
        "ip addr add 10.0.0.1/24 dev va",
        "ip addr add 10.0.0.2/24 dev va",
        "ip addr add 10.0.0.3/24 broadcast + dev va label va:x",
        "ip addr add 10.0.0.4/24 dev va scope link",
        "ip addr add 10.0.0.1/25 dev va",
        "ip addr add 10.1.0.1/16 dev va scope link",
        "ip addr add 10.2.0.1/16 dev va scope host",
        "ip addr add 10.3.0.1/16 dev va",
        "ip addr add 10.4.0.1/16 dev va scope link",
        "ip addr add 10.9.0.1 peer 10.9.0.2/32 dev va",
        "ip addr add 10.10.0.1/0 dev va",
        "ip addr add 10.0.0.1/24 dev vb metric 7",
        "ip addr add 10.0.0.1/24 dev nobody",
        "ip addr replace 10.0.0.1/24 dev va metric 50",
        "ip addr replace 10.0.0.9/24 dev va",
        "ip addr change 10.7.7.7/24 dev va noprefixroute",
        "ip addr change 10.0.0.2/24 dev va preferred_lft 0",
        "ip addr add 239.1.1.1/32 dev va autojoin",
        "ip addr add 10.5.5.5/24 dev va autojoin",
        "ip addr del 10.0.0.77/24 dev va",
        "ip addr del 10.3.0.1/24 dev va",
        "ip addr del 10.0.0.2/24 dev va",
        "ip addr del 10.0.0.1/24 dev va",
        "ip addr del 10.9.0.1 dev va",
        "ip link set dev va name vz",
        "ip link set dev vz name va",
        "ip addr add 10.11.0.1/24 dev va label va:one",
        "ip addr add 10.11.0.2/24 dev va",
        "ip addr add 10.11.0.3/24 dev va label va:three",
        "ip link set dev va name a-longer-name",
        "ip link set dev a-longer-name name va",
        "ip addr del 10.11.0.3/24 dev va label va:one",
        "ip link set dev va up",
        "ip link set dev va down",
        "ip addr flush dev va scope link",
        "ip addr flush label va:*",
        "ip addr flush dev va",
        "ip addr flush dev va",
        "ip link set dev lo up",
        "ip addr add 127.0.0.2/8 dev lo",
        "ip addr del 127.0.0.1/8 dev lo",
        "ip link set dev lo down",
        "ip link set dev lo up",
    ];
    compare(&server, &changes, &SHOWS);
}

#[test]
fn ip_addr_has_the_ipv6_rules_of_linux() {
    if !ready("addresses::ip_addr_has_the_ipv6_rules_of_linux") {
        return;
    }
    let server = server("inet6");
    compare(&server, &QUIET, &["ip -d link"]);
    let changes = [
        "ip link set dev va addrgenmode random",
        "ip link set dev va addrgenmode stable_secret",
        "ip link set dev va addrgenmode none",
        "ip addr add 2001:db8::1/64 dev va nodad",
        "ip addr add 2001:db8::1/64 dev va nodad",
        "ip addr add 2001:db8::1/48 dev va nodad",
        "ip addr add 2001:db8::2/64 dev va nodad noprefixroute",
        "ip addr add fe80::1/64 dev va nodad",
        "ip addr add fec0::1/64 dev va nodad",
        "ip addr add fd00::1/64 dev va nodad home",
        "ip addr add 2001:db8:1::1/64 dev va",
        "ip addr add ::1/128 dev va",
        "ip addr add ::/64 dev va",
        "ip addr add ff05::1/64 dev va",
        "ip addr add ff05::5/128 dev va autojoin nodad",
        "ip addr add 2001:db8:5::5/64 dev va autojoin",
        "ip addr add 2001:db8:2::1 peer 2001:db8:2::2/64 dev va nodad",
        "ip addr add 2001:db8:3::1/64 dev va mngtmpaddr nodad metric 9",
        "ip addr add 2001:db8:4::1/80 dev va mngtmpaddr nodad",
        "ip addr change 2001:db8::1/64 dev va home",
        "ip addr replace 2001:db8::1/64 dev va preferred_lft 0",
        "ip addr replace 2001:db8::1/64 dev va nodad",
        "ip addr change 2001:db8:2::1 peer 2001:db8:2::3/64 dev va nodad",
        "ip addr del 2001:db8::1/48 dev va",
        "ip addr del 2001:db8::77/64 dev va",
        "ip addr del 2001:db8::1/64 dev va",
        "ip addr del 2001:db8:1::1/64 dev va",
        "ip addr show dev va tentative",
        "ip -6 -o addr show scope global -deprecated",
        "ip -6 -br link",
        "ip -br addr",
        "ip link set dev va mtu 1000",
        "ip addr add 2001:db8:9::1/64 dev va nodad",
        "ip addr del 2001:db8:9::1/64 dev va",
        "ip link set dev va addrgenmode none",
        "ip link set dev va mtu 1500",
        "ip link set dev va addrgenmode none",
        "ip link set dev va up",
        "ip addr add 2001:db8:9::1/64 dev va nodad",
        "ip addr add 2001:db8:9::2/64 dev va nodad",
        "ip addr add 10.0.0.1/24 dev va",
        "ip -6 addr flush dev va to 2001:db8:9::2",
        "ip link set dev va down",
        "ip link set dev lo up",
        "ip addr add 2001:db8::1/128 dev lo",
        "ip addr del ::1/128 dev lo",
        "ip link set dev lo down",
        "ip link set dev lo up",
        "ip addr flush dev lo",
    ];
    compare(&server, &changes, &["ip -d addr", "ip -6 -o addr show dev va", "ip -d link"]);
}

/// Both count seconds; the same second is not always the same for both.
#[test]
fn lifetimes_run_down_as_on_linux() {
    if !ready("addresses::lifetimes_run_down_as_on_linux") {
        return;
    }
    let server = server("lifetimes");
    compare(&server, &QUIET, &[]);
    for line in [
        "ip addr add 10.0.0.1/24 dev va valid_lft 1000 preferred_lft 500",
        "ip addr add 10.0.0.2/24 dev va valid_lft forever preferred_lft 500",
        "ip addr add 2001:db8::1/64 dev va nodad valid_lft 1000 preferred_lft 500",
        "ip addr add 2001:db8::2/64 dev va nodad valid_lft forever preferred_lft 500",
        "ip addr add 10.1.0.1/24 dev va valid_lft 3 preferred_lft 1",
        "ip addr add 10.1.0.2/24 dev va",
        "ip addr add 2001:db8::3/64 dev va nodad valid_lft 3 preferred_lft 1",
    ] {
        assert_eq!(ours(&server, line), linux(line), "{line}");
    }
    for _ in 0..2 {
        // Linux looks once a second, and rounds up.
        std::thread::sleep(core::time::Duration::from_millis(2200));
        let both = [ours(&server, "ip addr"), linux("ip addr")].map(|said| seconds(&said));
        assert_eq!(both[0].0, both[1].0);
        for (ours, linux) in both[0].1.iter().zip(&both[1].1) {
            assert!(ours.abs_diff(*linux) <= 2, "{both:?}");
        }
    }
}

/// Takes the seconds out.
fn seconds(said: &str) -> (Vec<String>, Vec<u32>) {
    let mut all = Vec::new();
    let words = said.split_whitespace().map(|word| {
        match word.strip_suffix("sec").and_then(|number| number.parse().ok()) {
            Some(number) => {
                all.push(number);
                "some".into()
            }
            None => word.to_owned(),
        }
    });
    (words.collect(), all)
}
