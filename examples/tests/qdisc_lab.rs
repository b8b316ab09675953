//! The program as its user meets it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "the helpers of tests are tests too")]

use std::fs;
use std::path::PathBuf;
use std::process::{self, Command, Output};

/// A folder of a test's own, in which the program runs, gone when the test is over.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("qdisc-lab-{name}-{}", process::id()));
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

    fn file(&self, name: &str, content: impl AsRef<[u8]>) {
        fs::write(self.0.join(name), content).unwrap();
    }

    fn run(&self, args: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_qdisc-lab"));
        command.args(args).current_dir(&self.0).output().unwrap()
    }

    /// The report of a run that went well.
    fn report(&self, args: &[&str]) -> String {
        let output = self.run(args);
        assert!(output.status.success(), "{args:?}: {}", text(&output.stderr));
        text(&output.stdout).into()
    }

    /// The one line of a run that could not begin.
    fn refused(&self, args: &[&str]) -> String {
        let output = self.run(args);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(output.stdout.is_empty(), "{args:?}");
        let said = text(&output.stderr);
        assert_eq!(said.lines().count(), 1, "{args:?}: {said}");
        said.strip_prefix("qdisc-lab: ").unwrap().trim_end().into()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn text(bytes: &[u8]) -> &str {
    core::str::from_utf8(bytes).unwrap()
}

/// A line of the first table: what a flow got from a tree.
#[derive(Debug)]
struct Row {
    flow: String,
    side: String,
    sent: u64,
    left: u64,
    p95: f64,
    drops: u64,
    marks: u64,
    wait: u64,
}

/// The rows of the first table. Its columns stand under their heads, right-aligned.
fn rows(report: &str) -> Vec<Row> {
    let mut lines = report.lines().skip_while(|line| !line.trim_start().starts_with("flow "));
    let head: Vec<char> = lines.next().unwrap().chars().collect();
    let ends = |name: &str| {
        let head: String = head.iter().collect();
        let at = head.find(&format!(" {name}")).unwrap() + 1 + name.len();
        head[..at].chars().count()
    };
    let mut rows: Vec<Row> = Vec::new();
    for line in lines.take_while(|line| !line.is_empty()) {
        let line: Vec<char> = line.chars().collect();
        let cell = |name: &str| {
            // Columns are two spaces apart; thousands one.
            let cell: String = line[..ends(name)].iter().collect();
            cell.rsplit("  ").next().unwrap().trim().replace(' ', "")
        };
        let number = |name| cell(name).parse().unwrap();
        let words: String = line.iter().collect();
        let mut words = words.split_whitespace();
        let mut flow = words.next().unwrap().to_string();
        let mut side = words.next().unwrap().to_string();
        if flow == "B" {
            (flow, side) = (rows.last().unwrap().flow.clone(), "B".into());
        }
        let p95 = cell("p95").parse().unwrap_or(0.0);
        let (sent, left, wait) = (number("sent"), number("left"), number("wait"));
        let (drops, marks) = (number("drops"), number("marks"));
        rows.push(Row { flow, side, sent, left, p95, drops, marks, wait });
    }
    rows
}

fn row<'a>(rows: &'a [Row], flow: &str, side: &str) -> &'a Row {
    rows.iter().find(|row| row.flow == flow && row.side == side).unwrap()
}

/// That every tag is closed, every attribute quoted, and no text breaks out.
fn assert_well_formed(svg: &str) {
    let mut open = Vec::new();
    for part in svg.split('<').skip(1) {
        let (tag, text) = part.split_once('>').unwrap();
        assert!(!text.contains('>') && tag.matches('\'').count().is_multiple_of(2), "{part}");
        for reference in text.split('&').skip(1) {
            let name = reference.split_once(';').unwrap().0;
            assert!(["amp", "lt", "gt", "apos", "quot"].contains(&name), "{part}");
        }
        match tag.strip_prefix('/') {
            Some(name) => assert_eq!(open.pop(), Some(name)),
            None if tag.ends_with('/') => {}
            None => open.push(tag.split(' ').next().unwrap()),
        }
    }
    assert!(open.is_empty(), "{open:?}");
}

#[test]
fn without_a_word_it_shows_what_fq_codel_does_for_a_ping() {
    let folder = Folder::new("default");
    let report = folder.report(&[]);
    let rows = rows(&report);
    let (a, b) = (row(&rows, "ping", "A"), row(&rows, "ping", "B"));
    assert!(a.p95 > 10.0 * b.p95, "{a:?} {b:?}");
    // 1000 packets of 1514 bytes take 1.2 s at 10 Mbit/s; a single one 1.2 ms.
    assert!(a.p95 > 500.0 && b.p95 < 5.0, "{a:?} {b:?}");
    assert!(b.drops == 0 && row(&rows, "download", "B").drops > 0, "{rows:?}");
    for row in &rows {
        assert_eq!(row.sent, row.left + row.drops + row.wait, "{row:?}");
    }
    assert!(report.contains("qdisc fq_codel 8001: root"), "{report}");
    assert_eq!(folder.files(), ["qdisc-lab.svg"]);
    let svg = fs::read_to_string(folder.0.join("qdisc-lab.svg")).unwrap();
    assert_well_formed(&svg);
    // Two columns of three panels; a line for each flow, but none where nothing was lost.
    assert_eq!(svg.matches("class='panel'").count(), 6);
    assert_eq!(svg.matches("class='line s").count(), 6 * 2 - 1, "no ping was lost in B");
    assert!(svg.contains("prefers-color-scheme: dark"));
}

#[test]
fn the_same_seed_gives_the_same_run() {
    let folder = Folder::new("seed");
    folder.file("s", "poisson a 2mbit\npoisson b 2mbit from 10ms\nbulk c ecn\n");
    let picture = |args: &[&str]| {
        let args = [&["--script", "s", "--duration", "1s", "--quiet"], args].concat();
        assert_eq!(folder.report(&args), "");
        fs::read(folder.0.join("qdisc-lab.svg")).unwrap()
    };
    let first = picture(&[]);
    assert!(first == picture(&["--seed", "1"]));
    assert!(first != picture(&["--seed", "2"]));
}

#[test]
fn those_who_understand_ecn_are_marked_instead() {
    let folder = Folder::new("ecn");
    folder.file("s", "bulk new ecn\nbulk old\n");
    let report = folder.report(&["--script", "s", "--tc", "qdisc add root fq_codel"]);
    let rows = rows(&report);
    let (new, old) = (row(&rows, "new", "A"), row(&rows, "old", "A"));
    assert!(new.marks > 0 && new.drops == 0 && old.marks == 0 && old.drops > 0, "{rows:?}");
    // The queues are fair, and both senders answer alike.
    assert!(new.left.abs_diff(old.left) * 10 < new.left, "{rows:?}");
}

#[test]
fn a_script_of_single_packets_is_done_when_the_last_has_left() {
    let folder = Folder::new("single");
    folder.file("s", "at 0ms flow a len 1250\nat 1ms flow b len 125\nat 0ms flow a len 1250\n");
    folder.file("fifo.tc", "# a queue of one\ntc qdisc add dev eth0 root \\\n  pfifo limit 1\n");
    let args = ["--script", "s", "--link", "10mbit", "--tree", "fifo.tc", "--svg", "x.svg"];
    let report = folder.report(&args);
    // 1250 bytes take 1 ms: the second waits for the first, and b goes when the second has left.
    assert!(report.starts_with("qdisc-lab: 0.002 s of virtual time"), "{report}");
    let rows = rows(&report);
    let (a, b) = (row(&rows, "a", "A"), row(&rows, "b", "A"));
    assert_eq!((a.sent, a.left, a.p95, b.left, b.p95), (2, 2, 2.0, 1, 1.1));
    assert_eq!(folder.files(), ["fifo.tc", "s", "x.svg"]);
}

/// A pcap file by hand: nanoseconds, little-endian, Ethernet.
fn pcap(frames: &[(u32, &[u8])]) -> Vec<u8> {
    let mut file = Vec::new();
    let words = [0xa1b2_3c4d_u32, 2 | 4 << 16, 0, 0, 65_535, 1];
    words.iter().for_each(|word| file.extend(word.to_le_bytes()));
    for (nanos, frame) in frames {
        let kept = frame.len() as u32;
        // On the wire they were 1000 bytes long.
        let words = [1_700_000_000, *nanos, kept, 1000];
        words.iter().for_each(|word| file.extend(word.to_le_bytes()));
        file.extend(*frame);
    }
    file
}

/// UDP from 10.0.0.1 to 10.0.0.2.
fn udp(port: u8) -> Vec<u8> {
    let mut frame = vec![0; 42];
    frame[12..16].copy_from_slice(&[8, 0, 0x45, 0]);
    frame[17] = 28;
    frame[23] = 17;
    frame[26..34].copy_from_slice(&[10, 0, 0, 1, 10, 0, 0, 2]);
    frame[34..38].copy_from_slice(&[0, 9, 0, port]);
    frame[39] = 8;
    frame
}

#[test]
fn a_captures_frames_come_at_their_times() {
    let folder = Folder::new("pcap");
    let (one, two) = (udp(53), udp(123));
    folder.file("c.pcap", pcap(&[(500, &one), (500, &two), (2_000_500, &one)]));
    let args = ["--pcap", "c.pcap", "--link", "8mbit", "--tc", ""];
    let report = folder.report(&args);
    // The last comes 2 ms after the first and takes 1 ms.
    assert!(report.starts_with("qdisc-lab: 0.003 s"), "{report}");
    assert!(report.contains("10.0.0.1:9 > 10.0.0.2:53 udp   A     2     2"), "{report}");
    assert!(report.contains("10.0.0.1:9 > 10.0.0.2:123 udp  A     1     1"), "{report}");
    assert!(report.contains("qdisc pfifo_fast 0: root\n   Sent 3000 bytes 3 pkt"), "{report}");
    let cut = pcap(&[(0, &one)]);
    folder.file("cut.pcap", &cut[..cut.len() - 1]);
    assert_eq!(folder.refused(&["--pcap", "cut.pcap"]), "cut.pcap: cut off before the first frame");
    folder.file("none.pcap", pcap(&[]));
    assert_eq!(folder.refused(&["--pcap", "none.pcap"]), "none.pcap: no frames in it");
    let refused = folder.refused(&["--pcap", "s"]);
    assert!(refused.starts_with("s: "), "{refused}");
    folder.file("text", "not a capture at all, but a text of some length\n");
    assert_eq!(
        folder.refused(&["--pcap", "text"]),
        "text: neither a pcap nor a pcapng file (editcap makes one of many others)"
    );
}

#[test]
fn duplicates_and_losses_of_netem_are_in_the_books() {
    let folder = Folder::new("netem");
    folder.file("s", "cbr a 1mbit to 1s\n");
    let tree = "qdisc add root netem delay 5ms loss 10% duplicate 20%";
    let report = folder.report(&["--script", "s", "--tc", tree]);
    assert!(report.contains("copies"), "{report}");
    let rows = rows(&report);
    let a = row(&rows, "a", "A");
    assert!(a.drops > 30 && a.left > a.sent - a.drops && a.wait == 0, "{a:?}");
}

#[test]
fn what_cannot_begin_says_where_and_leaves_nothing() {
    let folder = Folder::new("wrong");
    folder.file("bad.tc", "# fine so far\nqdisc add root handle 1: tbf rate 1mbit\n");
    folder.file("bad.script", "ping p\n\nbulk b len 20\n");
    folder.file("empty.script", "# nobody\n");
    let before = folder.files();
    let wrong: [(&[&str], &str); 8] = [
        (&["--tree", "bad.tc"], "bad.tc:2: tbf needs a burst"),
        (
            &["--tc", "qdisc add root handle 1: drr; class add parent 2: classid 2:1 drr"],
            "--tc, command 2: there is no discipline 2:",
        ),
        (
            &["--script", "bad.script"],
            "bad.script:3: after 'len' comes a number from 60 to 65549, not '20'",
        ),
        (&["--script", "empty.script"], "nobody sends anything: the script is empty"),
        (&["--script", "nowhere"], "nowhere: No such file or directory (os error 2)"),
        (&["--tree", "nowhere.tc"], "nowhere.tc: No such file or directory (os error 2)"),
        (&["--link", "0bit"], "cannot parse argument \"0bit\": a rate is a number above 0"),
        (&["--frobnicate"], "invalid option '--frobnicate'; qdisc-lab --help tells more"),
    ];
    for (args, why) in wrong {
        let said = folder.refused(args);
        assert!(said.starts_with(why), "{args:?}: {said}");
    }
    let said = folder.refused(&["--svg", "nowhere/x.svg"]);
    assert!(said.starts_with("can't write to nowhere"), "{said}");
    assert_eq!(folder.files(), before);
}
