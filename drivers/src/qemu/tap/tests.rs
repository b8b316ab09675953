use core::time::Duration;
use std::io::Read;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Instant;

use rustix::io::Errno;

use super::setup::{carry_out, classify};
use super::*;
use crate::testutil::oracle::oracle_present;

const HOW: &str = "run as root with /dev/net/tun";

/// What `cat` of `path` says inside the namespace.
fn cat(namespace: &TapNamespace, path: &str) -> String {
    let mut command = Command::new("cat");
    command.arg(path).stdout(Stdio::piped());
    let mut child = namespace.spawn(command).unwrap();
    let mut text = String::new();
    child.get_mut().stdout.take().unwrap().read_to_string(&mut text).unwrap();
    text
}

fn shows_its_tap_and_address(namespace: &TapNamespace) {
    let interfaces = cat(namespace, "/proc/net/dev");
    assert_eq!(interfaces.matches(':').count(), 2, "{interfaces}");
    assert!(interfaces.contains("lo:") && interfaces.contains("far0:"), "{interfaces}");
    // The route to 192.0.2.0/28 exists only if address, mask and state are all as asked; the
    // kernel prints addresses as little-endian words.
    let routes = cat(namespace, "/proc/net/route");
    let words: Vec<&str> = routes.lines().nth(1).unwrap().split_whitespace().collect();
    assert_eq!((words[0], words[1], words[7]), ("far0", "000200C0", "F0FFFFFF"), "{routes}");
    assert!(cat(namespace, "/proc/net/fib_trie").contains("192.0.2.1"), "address");
}

fn config() -> TapConfig {
    TapConfig { name: "far0".into(), address: Ipv4Addr::new(192, 0, 2, 1), prefix: 28 }
}

#[test]
fn a_namespace_has_the_tap_and_is_no_ones_else() {
    let namespace = TapNamespace::new(&config());
    if !oracle_present("tap", namespace.is_ok(), HOW) {
        return;
    }
    shows_its_tap_and_address(&namespace.unwrap());
    let home = std::fs::read_to_string("/proc/net/dev").unwrap();
    assert!(!home.contains("far0"), "{home}");
}

#[test]
fn without_privilege_a_user_namespace_does() {
    let mut plan = Plan::new(&config()).unwrap();
    plan.force_user = true;
    let parts = carry_out(plan);
    if !oracle_present("tap", parts.is_ok(), "allow user namespaces and /dev/net/tun") {
        return;
    }
    let parts = parts.unwrap();
    assert!(parts.user.is_some());
    shows_its_tap_and_address(&TapNamespace { parts, keeper: Keeper::start().unwrap() });
}

#[test]
fn processes_die_with_the_namespace() {
    let namespace = TapNamespace::new(&config());
    if !oracle_present("tap", namespace.is_ok(), HOW) {
        return;
    }
    let namespace = namespace.unwrap();
    let mut sleep = Command::new("sleep");
    sleep.arg("1000");
    let mut child = namespace.spawn(sleep).unwrap();
    assert!(child.get_mut().try_wait().unwrap().is_none());
    drop(namespace);
    let start = Instant::now();
    let status = loop {
        assert!(start.elapsed() < Duration::from_secs(10), "it lives on");
        match child.get_mut().try_wait().unwrap() {
            Some(status) => break status,
            None => thread::yield_now(),
        }
    };
    assert_eq!(status.signal(), Some(libc::SIGKILL));
}

#[test]
fn a_program_that_is_not_there_is_an_error() {
    let namespace = TapNamespace::new(&config());
    if !oracle_present("tap", namespace.is_ok(), HOW) {
        return;
    }
    let outcome = namespace.unwrap().spawn(Command::new("/nonexistent"));
    assert!(
        matches!(outcome, Err(TapError::Spawn(error)) if error.kind() == io::ErrorKind::NotFound)
    );
}

#[test]
fn names_and_prefixes_are_checked_first() {
    for name in ["", "sixteen-bytes-xx", "nul\0"] {
        let config = TapConfig { name: name.into(), ..config() };
        assert!(matches!(TapNamespace::new(&config), Err(TapError::BadName(_))), "{name:?}");
    }
    let config = TapConfig { prefix: 33, ..config() };
    assert!(matches!(TapNamespace::new(&config), Err(TapError::BadPrefix(33))));
}

#[test]
fn refusals_are_told_apart() {
    let error = |errno: Errno| io::Error::from(errno);
    assert!(matches!(classify(Step::Open, error(Errno::NOENT)), TapError::NoTun));
    assert!(matches!(
        classify(Step::Open, error(Errno::ACCESS)),
        TapError::NoPermission(Step::Open)
    ));
    let busy = classify(Step::Create, error(Errno::BUSY));
    assert!(matches!(busy, TapError::Refused { step: Step::Create, .. }));
}
