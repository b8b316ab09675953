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
    named(&env::var(NETWORK).expect("a network"))
}

fn named(name: &str) -> &'static Network {
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
fn run(role: &str, name: &str) {
    let network = named(name);
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
    let own = env::current_exe().unwrap();
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

/// Each network by its name: those that both roles try, and those that our station tries alone.
macro_rules! networks {
    (
        both { $($name:ident = $of:literal,)+ }
        station { $($alone:ident = $of_alone:literal,)+ }
    ) => {
        mod hostapd {
            $(#[test]
            fn $name() {
                super::run("station", $of);
            })+
            $(#[test]
            fn $alone() {
                super::run("station", $of_alone);
            })+
        }

        mod wpa_supplicant {
            $(#[test]
            fn $name() {
                super::run("access_point", $of);
            })+
        }
    };
}

networks! {
    both {
        wpa2_with_ccmp = "wpa2",
        wpa2_without_qos = "wpa2-no-qos",
        wpa2_with_tkip_for_groups = "tkip-group",
        wpa2_with_tkip = "tkip",
        psk_sha256_with_protected_management = "psk-sha256",
        sae_by_hash_to_element = "sae-h2e",
        sae_by_looping_with_gcmp_256_and_bip_gmac_256 = "sae-loop-gcmp-256",
        owe_with_gcmp_and_bip_gmac_128 = "owe",
        wpa_of_before_with_tkip = "wpa",
    }
    station {
        ft_with_a_passphrase = "ft-psk",
        ft_over_sae = "ft-sae",
    }
}
