//! A station of ours joins a real access point, and a real station ours: hostapd and `wpa_supplicant` on Linux's own
//! mac80211, in a user-mode Linux whose radios are simulated and whose clock moves when all sleep. Each network is
//! tried in a guest of its own.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests are tests too"
)]

extern crate alloc;

mod access_point;
mod hwsim;
mod network;
mod roam;
mod station;
mod talk;

use std::env;
use std::path::Path;
use std::process::Command;

use network::Network;
use softnet_drivers::testutil::oracle::oracle_present;
use softnet_qdisc_oracle::shell;
use softnet_qdisc_oracle::uml::{Kernel, Version};

/// Which of the networks the guest is to try.
const NETWORK: &str = "SOFTNET_NETWORK";

/// The first process of the guest comes in here.
#[test]
#[ignore = "runs inside the guest only"]
fn guest() {
    shell::run(Path::new(&env::var_os("SOFTNET_PLAY").expect("a folder to play from")));
}

fn tried() -> &'static Network {
    let name = env::var(NETWORK).expect("a network");
    network::ALL.iter().find(|network| network.name == name).expect("one of ours")
}

/// The guest comes in here beside hostapd.
#[test]
#[ignore = "runs inside the guest only"]
fn station() {
    station::live(tried());
}

/// And here beside `wpa_supplicant`.
#[test]
#[ignore = "runs inside the guest only"]
fn access_point() {
    access_point::live(tried());
}

/// Boots a guest with a stock program, and runs one of the two above beside it.
fn run(role: &str, network: &Network) {
    let (stock, lines, start) = match role {
        "station" => ("hostapd", network.hostapd(), "hostapd /run/conf"),
        _ => {
            let start = "wpa_supplicant -i wlan0 -D nl80211 -c /run/conf";
            ("wpa_supplicant", network.wpa_supplicant(), start)
        }
    };
    let there = Command::new(stock).arg("-v").output().is_ok();
    if !oracle_present(stock, there, "apt-get install hostapd wpasupplicant") {
        return;
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let work = Path::new(env!("CARGO_TARGET_TMPDIR")).join("hostapd");
    let Some(kernel) = Kernel::find(root, &work, Version::V6_12) else { return };
    let quoted: Vec<String> = lines.into_iter().map(|line| format!("'{line}'")).collect();
    let (name, own) = (network.name, env::current_exe().unwrap());
    let commands = [
        "mount -t sysfs none /sys && mount -t tmpfs none /run".into(),
        format!("printf '%s\\n' {} >/run/conf", quoted.join(" ")),
        format!("{start} -B -t -f /run/log"),
        "ip addr add 10.0.0.1/24 dev wlan0".into(),
        format!("{NETWORK}={name} {} --exact {role} --ignored --nocapture", own.display()),
        "cat /run/log".into(),
    ];
    let init = ["--exact", "guest", "--ignored", "--nocapture", "--test-threads", "1"];
    let run = format!("{role}-{name}");
    let ran = kernel.shell(&run, &init, &commands).unwrap_or_else(|why| panic!("{why}"));
    let failed = ran.iter().any(|ran| ran.status != Some(0));
    let said: Vec<&str> = ran.iter().map(|ran| &*ran.output).collect();
    assert!(!failed, "{}", said.join("\n"));
}

macro_rules! networks {
    ($role:ident, $stock:ident: $($name:ident = $index:literal,)+) => {
        mod $stock {
            $(#[test]
            fn $name() {
                super::run(stringify!($role), &super::network::ALL[$index]);
            })+
        }
    };
}

networks! {
    station, hostapd:
    wpa2_with_ccmp = 0,
    wpa2_without_qos = 1,
    wpa2_with_tkip_for_groups = 2,
    wpa2_with_tkip = 3,
    psk_sha256_with_protected_management = 4,
    sae_by_hash_to_element = 5,
    sae_by_looping_with_gcmp_256_and_bip_gmac_256 = 6,
    owe_with_gcmp_and_bip_gmac_128 = 7,
    wpa_of_before_with_tkip = 8,
    ft_with_a_passphrase = 9,
    ft_over_sae = 10,
}

networks! {
    access_point, wpa_supplicant:
    wpa2_with_ccmp = 0,
    wpa2_without_qos = 1,
    wpa2_with_tkip_for_groups = 2,
    wpa2_with_tkip = 3,
    psk_sha256_with_protected_management = 4,
    sae_by_hash_to_element = 5,
    sae_by_looping_with_gcmp_256_and_bip_gmac_256 = 6,
    owe_with_gcmp_and_bip_gmac_128 = 7,
    wpa_of_before_with_tkip = 8,
}
