//! Stock `tc` on our trees and on Linux: the same commands, and what they print compared.
//!
//! Linux is the user-mode Linux of oracle `uml`, 6.12; `tc` (oracle `tc`) is the host's in both. `scripts` has the
//! commands, one a line; each script begins with interfaces as [`SET_UP`] makes them. Taken out before the comparison
//! is one thing: the numbers that Linux gives to disciplines without one, from 8001: on, go on from script to script
//! there, and are counted anew here. So are the counters of u32's filters, which that kernel is built without
//! (`CONFIG_CLS_U32_PERF`). Times that Linux counts in its guest's jiffies, of which there are 100 in a second, are
//! asked for in tens of milliseconds.
//!
//! `SOFTNET_SCRIPT=tbf` runs that one alone.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]
#![allow(clippy::expect_used, clippy::std_instead_of_core, reason = "tests")]
#![allow(clippy::std_instead_of_alloc, reason = "tests")]

#[path = "../../../netlink/tests/stock/server.rs"]
mod server;
mod world;

use std::fmt::Write;
use std::path::Path;
use std::process::Command;

use server::Server;
use softnet_qdisc_oracle::shell::{self, Ran};
use softnet_qdisc_oracle::uml::{Kernel, Version};
use world::Machine;

/// What a script's interfaces are, in words of `ip`.
const SET_UP: &[&str] = &[
    "ip link set lo up",
    "ip link add index 100 name va type dummy",
    "ip link add index 101 name fa txqueuelen 32 type ifb",
    "ip link add index 102 name vm numtxqueues 4 type dummy",
    "ip link set va up",
    "ip link set fa up",
    "ip link set vm up",
];
/// After a script.
const CLEAN_UP: &[&str] = &["ip link del va", "ip link del fa", "ip link del vm"];

/// A file of commands.
struct Script {
    name: String,
    commands: Vec<String>,
}

fn scripts() -> Vec<Script> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/stock/scripts");
    let only = std::env::var("SOFTNET_SCRIPT").ok();
    let mut scripts: Vec<Script> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let text = std::fs::read_to_string(&path).unwrap();
            let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
            let commands = lines.map(str::to_owned).collect();
            Script { name: path.file_name().unwrap().to_str().unwrap().to_owned(), commands }
        })
        .filter(|script| only.as_ref().is_none_or(|only| *only == script.name))
        .collect();
    scripts.sort_by(|one, other| one.name.cmp(&other.name));
    scripts
}

/// Whether there is a `tc`.
fn tc() -> bool {
    if Command::new("tc").arg("-V").output().is_ok() {
        return true;
    }
    let listed = std::env::var("SOFTNET_ORACLES").unwrap_or_default();
    assert!(!listed.split(',').any(|item| item.trim() == "tc"), "tc is mandatory");
    eprintln!("skipped: there is no tc; apt-get install iproute2");
    false
}

/// What Linux says to each script.
fn linux(scripts: &[Script]) -> Option<Vec<Vec<Ran>>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let work = Path::new(env!("CARGO_TARGET_TMPDIR")).join("uml");
    let kernel = Kernel::find(root, &work, Version::V6_12)?;
    let own = |lines: &[&str]| lines.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>();
    let all: Vec<String> = scripts
        .iter()
        .flat_map(|script| [own(SET_UP), script.commands.clone(), own(CLEAN_UP)].concat())
        .collect();
    let init = ["--exact", "guest", "--ignored", "--nocapture", "--test-threads", "1"];
    let ran = kernel.shell("stock", &init, &all).unwrap_or_else(|failed| panic!("{failed}"));
    let mut ran = ran.into_iter();
    let mut each = Vec::new();
    for script in scripts {
        for (line, ran) in SET_UP.iter().zip(ran.by_ref()) {
            assert_eq!((ran.status, ran.output.as_str()), (Some(0), ""), "{line}");
        }
        each.push(ran.by_ref().take(script.commands.len()).collect());
        ran.by_ref().take(CLEAN_UP.len()).for_each(drop);
    }
    Some(each)
}

/// What we say.
fn ours(script: &Script) -> Vec<Ran> {
    let server = Server::start(&format!("tc-{}", script.name), Machine::new);
    let ask = |line: &String| {
        shell::ask(line, |command| {
            server.redirect(command);
        })
    };
    script.commands.iter().map(ask).collect()
}

/// A text without the counters of u32's filters.
fn without_counters(text: &str) -> String {
    let mut left = text;
    let mut kept = String::new();
    while let Some(at) = left.find("(rule hit ").or_else(|| left.find(" (success ")) {
        let at = left.find(" (success ").map_or(at, |other| at.min(other));
        let end = left[at..].find(')').expect("a parenthesis that ends") + at + 1;
        let is_key = left[at..].starts_with(' ');
        kept.push_str(&left[..at]);
        left = &left[end + usize::from(is_key)..];
    }
    kept + left
}

/// A script's text with the numbers that nobody chose counted from 1.
fn transcript(script: &Script, ran: &[Ran]) -> Vec<String> {
    let mut numbers: Vec<String> = Vec::new();
    let mut each = Vec::new();
    for (line, ran) in script.commands.iter().zip(ran) {
        let mut text = format!("$ {line}\n");
        for word in without_counters(&ran.output).split_inclusive([' ', '\n', '"', ',']) {
            let number = word.get(..4).filter(|number| {
                word.get(4..5) == Some(":")
                    && number.starts_with('8')
                    && number.bytes().all(|digit| digit.is_ascii_hexdigit())
            });
            let Some(number) = number else {
                text.push_str(word);
                continue;
            };
            let at = numbers.iter().position(|known| known == number).unwrap_or_else(|| {
                numbers.push(number.to_owned());
                numbers.len() - 1
            });
            write!(text, "<{}>{}", at + 1, &word[4..]).unwrap();
        }
        each.push(format!("{text}[{:?}]", ran.status));
    }
    each
}

#[test]
fn tc_prints_what_it_prints_on_linux() {
    if !tc() {
        return;
    }
    let scripts = scripts();
    let Some(linux) = linux(&scripts) else { return };
    let mut differences = String::new();
    for (script, linux) in scripts.iter().zip(&linux) {
        let ours = ours(script);
        let pairs = transcript(script, linux).into_iter().zip(transcript(script, &ours));
        for (linux, ours) in pairs.filter(|(linux, ours)| linux != ours) {
            let name = &script.name;
            write!(differences, "--- {name}, Linux\n{linux}\n+++ {name}, ours\n{ours}\n").unwrap();
        }
    }
    assert!(differences.is_empty(), "{differences}");
}

/// The first process of the guest comes in here.
#[test]
#[ignore = "runs inside the guest only"]
fn guest() {
    let folder = std::env::var_os("SOFTNET_PLAY").expect("a folder to run from");
    shell::run(folder.as_ref());
}
