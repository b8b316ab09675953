//! Scripts of commands, run twice.

use core::time::Duration;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;

use softnet_drivers::testutil::oracle::oracle_present;

use crate::kinds::World;
use crate::netns::inside;
use crate::server::Server;

/// Longer than Linux's link watch waits before it tells of a carrier.
const LINK_WATCH: Duration = Duration::from_millis(1300);
/// Longer than what Linux does a moment later takes.
const MOMENT: Duration = Duration::from_millis(60);

/// A pair of links.
pub(crate) const VETH: &str = "ip link add va address 02:00:00:00:00:0a numtxqueues 1 numrxqueues 1 \
    type veth peer name vb address 02:00:00:00:00:0b numtxqueues 1 numrxqueues 1";

/// Whether stock programs are there.
pub(crate) fn tools() -> bool {
    let there = Command::new("ip").arg("-V").output().is_ok();
    oracle_present("tc", there, "apt-get install iproute2")
}

/// Whether the test `name` is to go on here: stock programs are there, and this is its namespace.
pub(crate) fn ready(name: &str) -> bool {
    tools() && inside(name)
}

/// The same for a test that needs Python besides.
pub(crate) fn ready_with_python(name: &str) -> bool {
    let there = Command::new("python3").arg("-V").output().is_ok();
    oracle_present("python3", there, "apt-get install python3") && ready(name)
}

fn command(line: &str) -> Command {
    let mut words = line.split_whitespace();
    let mut command = Command::new(words.next().unwrap());
    command.args(words);
    command
}

/// What a command prints, and how it ended.
fn output(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let said = [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap());
    format!("{}{}{}", said[0], said[1], output.status)
}

/// On Linux.
pub(crate) fn linux(line: &str) -> String {
    output(&mut command(line))
}

/// On ours.
pub(crate) fn ours(server: &Server, line: &str) -> String {
    output(server.redirect(&mut command(line)))
}

/// Runs `changes` on both, and after each `shows`: all must print the same.
pub(crate) fn compare(server: &Server, changes: &[&str], shows: &[&str]) {
    for line in changes {
        same(&ours(server, line), &linux(line), line);
        if line.ends_with(" up") || line.ends_with(" down") {
            sleep(LINK_WATCH);
        }
        for show in shows {
            same(&ours(server, show), &linux(show), &format!("{show}, after {line}"));
        }
    }
}

/// Fails with the first line that differs, and all of both.
pub(crate) fn same(ours: &str, linux: &str, what: &str) {
    let differ = ours.lines().zip(linux.lines()).find(|(ours, linux)| ours != linux);
    assert_eq!(differ, None, "{what}: ours, Linux's");
    assert_eq!(ours, linux, "{what}");
}

/// Runs `prepare`, then `changes` while `monitor` listens, on both: it must hear the same.
pub(crate) fn listen(server: &Server, prepare: &[&str], monitor: &str, changes: &[&str]) -> String {
    let hears = |redirect: &dyn Fn(&mut Command)| {
        let run = |line: &str| {
            let mut command = command(line);
            redirect(&mut command);
            assert_eq!(output(&mut command), "exit status: 0", "{line}");
        };
        prepare.iter().for_each(|line| run(line));
        sleep(LINK_WATCH);
        let mut monitor = command(monitor);
        redirect(&mut monitor);
        let monitor = monitor.stdout(Stdio::piped()).spawn().unwrap();
        sleep(LINK_WATCH / 2);
        for line in changes {
            run(line);
            sleep(MOMENT);
        }
        sleep(LINK_WATCH / 2);
        heard(monitor)
    };
    let linux = hears(&|_| ());
    let ours = hears(&|command| {
        server.redirect(command);
    });
    same(&ours, &linux, monitor);
    ours
}

fn heard(mut monitor: Child) -> String {
    monitor.kill().unwrap();
    String::from_utf8(monitor.wait_with_output().unwrap().stdout).unwrap()
}

/// A server with a loopback.
pub(crate) fn server(name: &str) -> Server {
    Server::start(name, World::new)
}
