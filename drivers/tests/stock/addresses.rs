//! `ip addr`.

use softnet_netdev::rtnetlink::addr::AddrConfig;

use crate::kinds::World;
use crate::script::{VETH, compare, linux, listen, ours, ready, same, server};
use crate::server::Server;

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
        "ip addr add 2001:db8::1/128 dev lo nodad",
        "ip addr del ::1/128 dev lo",
        "ip link set dev lo down",
        "ip link set dev lo up",
        "ip addr flush dev lo",
    ];
    compare(&server, &changes, &["ip -d addr", "ip -6 -o addr show dev va", "ip -d link"]);
}

fn sysctl(path: &str, value: &str) {
    std::fs::write(format!("/proc/sys/net/{path}"), value).unwrap();
}

#[test]
fn secondary_addresses_are_promoted_as_on_linux() {
    if !ready("addresses::secondary_addresses_are_promoted_as_on_linux") {
        return;
    }
    sysctl("ipv4/conf/all/promote_secondaries", "1");
    let config = AddrConfig { promote_secondaries: true, ..AddrConfig::default() };
    let server = Server::start("promoted", move || World::with(config));
    let prepare = [
        QUIET[0],
        QUIET[1],
        QUIET[2],
        "ip addr add 10.0.0.1/24 dev va",
        "ip addr add 10.1.0.1/24 dev va",
        "ip addr add 10.0.0.2/24 dev va",
        "ip addr add 10.2.0.1/24 dev va scope link",
        "ip addr add 10.1.0.2/24 dev va",
        "ip addr add 10.0.0.3/24 dev va",
        "ip addr add 10.3.0.1/24 dev vb",
        "ip addr add 10.3.0.2/24 dev vb",
    ];
    let changes = [
        "ip addr del 10.0.0.1/24 dev va",
        "ip addr del 10.0.0.2/24 dev va",
        "ip addr del 10.1.0.1/24 dev va",
        "ip addr del 10.3.0.1/24 dev vb",
        "ip addr del 10.0.0.3/24 dev va",
        "ip link del dev vb",
    ];
    let heard = listen(&server, &prepare, "ip monitor link address", &changes);
    assert!(heard.contains("Deleted"), "{heard}");
    compare(&server, &prepare, &[]);
    compare(&server, &changes, &["ip addr"]);
}

#[test]
fn without_anybody_to_ask_addresses_are_usable_at_once_as_on_linux() {
    if !ready("addresses::without_anybody_to_ask_addresses_are_usable_at_once_as_on_linux") {
        return;
    }
    sysctl("ipv6/conf/all/accept_dad", "0");
    sysctl("ipv6/conf/default/accept_dad", "0");
    let config = AddrConfig { accept_dad: false, ..AddrConfig::default() };
    let server = Server::start("undoubted", move || World::with(config));
    let changes = [
        "ip addr add 2001:db8::1/64 dev va",
        "ip addr add 2001:db8::2/64 dev va nodad",
        "ip addr change 2001:db8::1/64 dev va preferred_lft 0",
        "ip link set dev lo up",
        "ip addr add 2001:db8::1/64 dev lo",
    ];
    let heard = listen(&server, &QUIET, "ip monitor address", &changes);
    assert!(heard.contains("tentative"), "{heard}");
    compare(&server, &["ip addr"], &[]);
}

/// Additions, changes and deletions by the dozen, with few addresses, so that most of them meet others.
fn any_changes(name: &str, promote_secondaries: bool) {
    if !ready(&format!("addresses::{name}")) {
        return;
    }
    let number = u8::from(promote_secondaries);
    sysctl("ipv4/conf/all/promote_secondaries", &number.to_string());
    let config = AddrConfig { promote_secondaries, ..AddrConfig::default() };
    let server = Server::start(&format!("lists{number}"), move || World::with(config));
    compare(&server, &QUIET, &[]);
    let file = std::env::temp_dir().join(format!("softnet-batch-{}", std::process::id()));
    let batch = format!("ip -force -batch {}", file.display());
    let mut state = 7_u32;
    for round in 0..20 {
        let lines: String = (0..40).map(|_| random_change(&mut state)).collect();
        std::fs::write(&file, &lines).unwrap();
        for line in [&batch, "ip addr"] {
            let both = (ours(&server, line), linux(line));
            same(&both.0, &both.1, &format!("round {round}:\n{lines}"));
        }
    }
    std::fs::remove_file(file).unwrap();
}

#[test]
fn lists_of_addresses_are_linux_s_after_any_changes() {
    any_changes("lists_of_addresses_are_linux_s_after_any_changes", false);
}

#[test]
fn lists_with_promotion_are_linux_s_after_any_changes() {
    any_changes("lists_with_promotion_are_linux_s_after_any_changes", true);
}

fn random_change(state: &mut u32) -> String {
    let mut below = |most: u32| {
        // Numerical Recipes' generator; its upper bits are the better ones.
        *state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (*state >> 16) % most
    };
    let what = ["add", "add", "add", "replace", "del", "del"][below(6) as usize];
    let dev = ["va", "vb"][below(2) as usize];
    if below(3) == 0 {
        let prefix = ["2001:db8::", "fd00::", "fe80::", "fec0::"][below(4) as usize];
        // Whether one that nobody is asked of any more stays tentative depends on Linux's haste.
        let flags = ["nodad", "nodad noprefixroute"][below(2) as usize];
        let len = [64, 48][below(2) as usize];
        let flags = if what == "del" { "" } else { flags };
        return format!("addr {what} {prefix}{}/{len} dev {dev} {flags}\n", 1 + below(3));
    }
    let len = [16, 24, 24][below(3) as usize];
    let scope = ["", "", "", " scope link", " scope host"][below(5) as usize];
    let scope = if what == "del" { "" } else { scope };
    format!("addr {what} 10.{}.0.{}/{len} dev {dev}{scope}\n", below(2), 1 + below(4))
}

/// The kind of a device does not matter to its addresses: Linux has a cable here, and we the model of a card.
#[test]
fn an_e1000_has_addresses_as_any_other() {
    if !ready("addresses::an_e1000_has_addresses_as_any_other") {
        return;
    }
    let server = Server::start("card", World::with_e1000);
    linux("ip link add eth0 index 2 type veth peer name peer0 index 9");
    let changes = [
        "ip link set dev eth0 addrgenmode none",
        "ip addr add 10.0.0.1/24 dev eth0 label eth0:a",
        "ip addr add 10.0.0.2/24 dev eth0",
        "ip addr add 10.0.0.2/24 dev eth0",
        "ip addr add 2001:db8::1/64 dev eth0",
        "ip addr add 2001:db8::2/64 dev eth0 nodad",
        "ip link set dev eth0 alias a-card",
        "ip link set dev eth0 txqueuelen 5 group 4",
        "ip link set dev eth0 master lo",
        "ip link set dev eth0 address 01:00:00:00:00:00",
        "ip addr del 2001:db8::1/64 dev eth0",
        "ip link set dev eth0 name wan",
        "ip link set dev wan up",
        "ip addr add 2001:db8::3/64 dev wan nodad",
        "ip link set dev wan mtu 1000",
        "ip link set dev wan mtu 1400",
        "ip addr add 2001:db8::3/64 dev wan nodad",
        "ip link set dev wan down",
        "ip addr flush dev wan",
        "ip link set dev lo up",
    ];
    compare(&server, &changes, &["ip -o addr", "ip -o -4 addr show label wan*"]);
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
