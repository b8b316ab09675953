//! The program as its user meets it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "the helpers of tests are tests too")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{self, Command, Output};

use softnet_drivers::testutil::oracle::oracle_present;

/// A folder of a test's own, gone when the test is over.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("packet-flow-{name}-{}", process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn files(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.0).unwrap();
        let mut names: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn program(out: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_packet-flow"));
    command.args(args).arg("--out").arg(out);
    command
}

fn run(out: &Path, args: &[&str]) -> Output {
    program(out, args).output().unwrap()
}

fn text(bytes: &[u8]) -> &str {
    core::str::from_utf8(bytes).unwrap()
}

/// The report of a run that went well.
fn report(out: &Path, args: &[&str]) -> String {
    let output = run(out, args);
    assert!(output.status.success(), "{args:?}: {}", text(&output.stderr));
    text(&output.stdout).into()
}

/// A line of the tree: time in nanoseconds, and the station's name.
fn station(line: &str) -> Option<(u64, &str)> {
    let (time, rest) = line.split_at_checked(12)?;
    let nanos = time.replace([' ', '.'], "").parse().ok()?;
    let name = rest.trim_start_matches([' ', '│', '├', '└', '─']);
    Some((nanos, name.split("  ").next().unwrap()))
}

fn tree(report: &str) -> Vec<(u64, &str)> {
    let begin = report.find("The way of one frame").unwrap();
    let end = report.find("The transfer").unwrap();
    report[begin..end].lines().filter_map(station).collect()
}

/// What Linux does with a frame, in this order; the last line of each list is done by hardware.
const DOWN: &[&str] = &[
    "tcp_sendmsg",
    "tcp_write_xmit",
    "dev_queue_xmit",
    "qdisc_enqueue",
    "__qdisc_run",
    "dequeue_skb",
    "validate_xmit_skb",
    "dev_hard_start_xmit",
    "dev_queue_xmit_nit",
    "ndo_start_xmit",
    "e1000_xmit_frame",
    "(the card has sent it)",
];
const UP: &[&str] = &[
    "(the other card has it)",
    "handle_irq",
    "e1000_intr",
    "net_rx_action",
    "napi_poll",
    "e1000_clean",
    "e1000_clean_rx_irq",
    "netif_receive_skb",
    "deliver_skb",
    "ip_rcv",
    "tcp_v4_rcv",
    "tcp_recvmsg",
];

/// Whether `wanted` stand in `tree` in their order, others between them or not.
fn assert_order(tree: &[(u64, &str)], wanted: impl Iterator<Item = &'static str>) {
    let mut rest = tree.iter();
    for name in wanted {
        assert!(
            rest.any(|(_, station)| *station == name),
            "{name} is missing or too early: {tree:?}"
        );
    }
}

#[test]
fn a_frame_passes_the_stations_in_linuxs_order() {
    let out = Folder::new("order");
    let report = report(&out.0, &["--size", "4M"]);
    let tree = tree(&report);
    assert_order(&tree, DOWN.iter().chain(UP).copied());
    assert!(tree.windows(2).all(|pair| pair[0].0 <= pair[1].0), "time runs forwards: {tree:?}");
    assert_eq!(tree[0].0, 0);
    // 1514 bytes, preamble, check sequence and gap take 12.304 us at 1 Gbit/s; the wire 50 us.
    let time = |name| tree.iter().find(|(_, station)| *station == name).unwrap().0;
    assert!(time("(the card has sent it)") >= 12_304);
    assert_eq!(time("(the other card has it)") - time("(the card has sent it)"), 50_000);
    assert!(report.contains("4 194 304 of 4 194 304, each one"), "{report}");
    assert!(report.contains("(no reason given)       0       0\n"), "{report}");
}

#[test]
fn a_single_small_frame_goes_past_the_idle_qdisc() {
    let out = Folder::new("small");
    let report = report(&out.0, &["--size", "1"]);
    let tree = tree(&report);
    assert!(!tree.iter().any(|(_, station)| *station == "qdisc_enqueue"), "{tree:?}");
    let skipped = ["qdisc_enqueue", "__qdisc_run", "dequeue_skb"];
    let way = DOWN.iter().chain(UP).copied().filter(|name| !skipped.contains(name));
    assert_order(&tree, way);
}

#[test]
fn the_same_seed_gives_the_same_run_bit_for_bit() {
    let (first, second, other) = (Folder::new("one"), Folder::new("two"), Folder::new("other"));
    let args = ["--size", "1M", "--loss", "0.5", "--quiet"];
    report(&first.0, &args);
    report(&second.0, &args);
    report(&other.0, &["--size", "1M", "--loss", "0.5", "--quiet", "--seed", "2"]);
    let read = |folder: &Folder, name| fs::read(folder.0.join(name)).unwrap();
    for name in ["packet-flow.pcapng", "packet-flow.svg"] {
        assert!(read(&first, name) == read(&second, name), "{name} differs");
        assert!(read(&first, name) != read(&other, name), "{name} does not depend on the seed");
    }
}

#[test]
fn losses_are_told_and_survived() {
    let out = Folder::new("loss");
    let said = report(&out.0, &["--size", "2M", "--loss", "1"]);
    assert!(!said.contains("The wire lost 0 frames"), "{said}");
    // Half a megabyte of window is 0.4 s at 10 Mbit/s: far more than CoDel lets stand.
    let said = report(&out.0, &["--size", "2M", "--rate", "10"]);
    assert!(said.contains("QDISC_CONGESTED"), "{said}");
    assert!(said.contains("(no reason given)       0       0\n"), "{said}");
}

#[test]
fn tshark_reads_the_capture_without_complaint() {
    let present = Command::new("tshark").arg("--version").output().is_ok();
    if !oracle_present("tshark", present, "apt-get install tshark") {
        return;
    }
    let out = Folder::new("tshark");
    report(&out.0, &["--size", "6M", "--quiet"]);
    assert_eq!(out.files(), ["packet-flow.pcapng", "packet-flow.svg"]);
    let mut tshark = Command::new("tshark");
    tshark.arg("-r").arg(out.0.join("packet-flow.pcapng"));
    let fields = ["frame.interface_name", "frame.cap_len", "frame.comment", "tcp.len", "ip.src"];
    tshark.args(["-T", "fields", "-E", "separator=;"]);
    fields.iter().for_each(|field| {
        tshark.args(["-e", field]);
    });
    let output = tshark.output().unwrap();
    let said = text(&output.stderr);
    // Started as root, tshark always says so; nothing else may be said.
    let complaints: Vec<&str> = said.lines().filter(|line| !line.contains("as user")).collect();
    assert!(output.status.success() && complaints.is_empty(), "{said}");
    let lines: Vec<Vec<&str>> =
        text(&output.stdout).lines().map(|line| line.split(';').collect()).collect();
    for end in ["server:eth0", "client:eth0"] {
        let data: u64 = lines
            .iter()
            .filter(|line| line[0] == end && line[4] == "10.0.0.1")
            .map(|line| line[3].parse::<u64>().unwrap_or(0))
            .sum();
        assert_eq!(data, 6 << 20, "{end}");
    }
    // The frame shown is marked at both ends, and there whole although others are cut by then.
    let marked: Vec<_> = lines.iter().filter(|line| !line[2].is_empty()).collect();
    assert_eq!(marked.len(), 2);
    assert!(marked.iter().all(|line| line[1] == "1514"), "{marked:?}");
    assert!(lines.iter().any(|line| line[1] == "128"));
}

#[test]
fn what_cannot_begin_says_so_in_one_line_and_leaves_nothing() {
    let out = Folder::new("wrong");
    let wrong: [&[&str]; 7] = [
        &["--frobnicate"],
        &["--size", "many"],
        &["--rate", "33"],
        &["--latency", "-1us"],
        &["--file", "x"],
        &["--qemu", "--file", "/no/such/file"],
        &["--qemu", "--loss", "1"],
    ];
    for args in wrong {
        let output = run(&out.0, args);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(output.stdout.is_empty(), "{args:?}");
        let said = text(&output.stderr);
        assert!(said.starts_with("packet-flow: ") && said.lines().count() == 1, "{args:?}: {said}");
    }
    let nowhere = out.0.join("nowhere");
    let output = run(&nowhere, &["--size", "1"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("nowhere"), "{output:?}");
    assert_eq!(text(&output.stderr).lines().count(), 1);
    assert!(out.files().is_empty());
}

#[cfg(target_os = "linux")]
#[test]
fn without_qemu_it_says_how_to_get_it() {
    let out = Folder::new("noqemu");
    let output = program(&out.0, &["--qemu"]).env("PATH", &out.0).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let said = text(&output.stderr);
    assert!(
        said.contains("apt-get install qemu-system-x86") && said.lines().count() == 1,
        "{said}"
    );
    assert!(out.files().is_empty());
}

#[cfg(all(target_os = "linux", feature = "qemu"))]
mod qemu {
    use core::time::Duration;
    use std::thread;
    use std::time::Instant;

    use softnet_drivers::qemu::Qemu;
    use softnet_drivers::qemu::tap::{TapConfig, TapNamespace};

    use super::*;

    fn present() -> bool {
        oracle_present("qemu", Qemu::available(), "apt-get install qemu-system-x86")
            && oracle_present(
                "python3",
                Command::new("python3").arg("-V").output().is_ok(),
                "apt-get install python3",
            )
            && oracle_present(
                "tap",
                TapNamespace::new(&TapConfig::default()).is_ok(),
                "run as root with /dev/net/tun",
            )
    }

    #[test]
    fn a_real_file_comes_whole_from_a_real_linux() {
        if !present() {
            return;
        }
        let out = Folder::new("qemu");
        let file = Path::new(env!("CARGO_BIN_EXE_packet-flow"));
        let report = report(&out.0, &["--qemu", "--file", file.to_str().unwrap()]);
        assert_order(&tree(&report), UP.iter().copied().skip(1));
        assert!(report.contains("HTTP/1.0 200 OK"), "{report}");
        assert!(report.contains("(no reason given)       0\n"), "{report}");
        let sum = Command::new("sha256sum").arg(file).output().unwrap();
        let sum = text(&sum.stdout).split(' ').next().unwrap();
        assert_eq!(report.matches(sum).count(), 2, "there and here: {sum}, {report}");
        assert_eq!(out.files(), ["packet-flow.pcapng", "packet-flow.svg"]);
    }

    /// Whether a process is there and not dead, and whose child it is.
    fn parent(process: &str) -> Option<u32> {
        let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
        // The name before it, in brackets, may hold anything.
        let mut fields = stat.rsplit_once(')')?.1.split_whitespace();
        let state = fields.next()?;
        if state == "Z" { None } else { fields.next()?.parse().ok() }
    }

    fn children(of: u32) -> Vec<String> {
        let processes = fs::read_dir("/proc").unwrap().filter_map(Result::ok);
        let names = processes.filter_map(|process| process.file_name().into_string().ok());
        names.filter(|name| parent(name) == Some(of)).collect()
    }

    #[test]
    fn killed_in_the_middle_it_leaves_neither_processes_nor_files() {
        if !present() {
            return;
        }
        let out = Folder::new("killed");
        let mut run = program(&out.0, &["--qemu", "--size", "64M", "--quiet"]).spawn().unwrap();
        let begin = Instant::now();
        // QEMU and the server.
        let children = loop {
            let children = children(run.id());
            if children.len() >= 2 {
                break children;
            }
            assert!(begin.elapsed() < Duration::from_secs(30) && run.try_wait().unwrap().is_none());
            thread::sleep(Duration::from_millis(5));
        };
        run.kill().unwrap();
        run.wait().unwrap();
        let begin = Instant::now();
        while children.iter().any(|child| parent(child).is_some()) {
            assert!(begin.elapsed() < Duration::from_secs(10), "{children:?}");
            thread::sleep(Duration::from_millis(5));
        }
        assert!(out.files().is_empty());
    }
}
