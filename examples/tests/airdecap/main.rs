//! The program as its user meets it: captures opened, and held against tshark's own decryption.
#![allow(clippy::unwrap_used, clippy::panic, reason = "the helpers of tests are tests too")]

extern crate alloc;

#[path = "../../../mac80211/tests/captures/mod.rs"]
mod captures;
mod files;
#[path = "../../../mac80211/tests/rsn/keys_json.rs"]
mod keys_json;
mod mfp;
mod program;

use alloc::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use keys_json::Keys;
use program::{Folder, refused, stations, text};
use softnet_drivers::testutil::oracle::oracle_present;
use softnet_examples::capture::Reader;

/// A capture, the options that open it, and the same for tshark.
struct Case {
    path: PathBuf,
    ours: Vec<String>,
    tsharks: Vec<String>,
}

impl Case {
    fn new(path: PathBuf, keys: &[(&str, &str, String)]) -> Self {
        let ours = keys.iter().flat_map(|(option, _, key)| {
            // A passphrase for tshark has the network's name behind it.
            let key = key.split(':').next().unwrap();
            [(*option).to_owned(), key.to_owned()]
        });
        let theirs = keys.iter().flat_map(|(_, kind, key)| {
            ["-o".to_owned(), format!("uat:80211_keys:\"{kind}\",\"{key}\"")]
        });
        Self { path, ours: ours.collect(), tsharks: theirs.collect() }
    }

    fn name(&self) -> String {
        self.path.file_name().unwrap().display().to_string()
    }

    fn args(&self) -> Vec<&str> {
        self.ours.iter().map(String::as_str).chain(["--verbose"]).collect()
    }

    /// All of ours with the keys that the README beside them gives, and aircrack's that hold data.
    fn all() -> Vec<Self> {
        let passphrase = |of: &str| vec![("-p", "wpa-pwd", of.to_owned())];
        let mut cases = Vec::new();
        for (file, _) in captures::folder("wifi") {
            let path = captures::find(&format!("wifi/{file}")).unwrap();
            let keys = Keys::of(file.strip_suffix(".pcap").unwrap());
            let keys = keys.map_or(Vec::new(), |keys| {
                if let Some(wep) = keys.text("wep_key0") {
                    return vec![("-w", "wep", wep.to_owned())];
                }
                let protected = !keys.keys("PMK").is_empty() || file.starts_with("ft-");
                // SAE's password is no passphrase.
                match (keys.text("passphrase"), keys.text("ssid")) {
                    _ if !protected => Vec::new(),
                    (Some(words), Some(ssid)) if !file.starts_with("wpa3") => {
                        passphrase(&format!("{words}:{ssid}"))
                    }
                    _ => {
                        let pmk = |key: &softnet_mac80211::rsn::Secret| {
                            key.as_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
                        };
                        let all = keys.keys("PMK");
                        all.iter().map(|key| ("-k", "wpa-psk", pmk(key))).collect()
                    }
                }
            });
            cases.push(Self::new(path, &keys));
        }
        let theirs = [
            ("wpa2-psk-linksys.cap", passphrase("dictionary:linksys")),
            ("wpa.cap", passphrase("biscotte:test")),
            ("wep_64_ptw_01.cap", vec![("-w", "wep", "1f1f1f1f1f".to_owned())]),
        ];
        for (file, keys) in theirs {
            let path = captures::find(&format!("public/aircrack/{file}"));
            cases.extend(path.map(|path| Self::new(path, &keys)));
        }
        // Its station has another passphrase than its network.
        cases.retain(|case| case.name() != "wpa2-psk-wrong-passphrase.pcap");
        cases
    }
}

/// Data frames that are protected, counted in the bytes.
fn protected(path: &Path) -> u64 {
    let packets = captures::read(path);
    let frames = packets.iter().filter_map(captures::Captured::frame);
    frames.filter(|frame| frame[0] & 0x0c == 8 && frame[1] & 0x40 != 0).count() as u64
}

#[test]
fn all_protected_data_of_the_captures_is_decrypted() {
    let folder = Folder::new("all");
    for case in Case::all() {
        let (report, _) = folder.opened(&case.args(), &case.path);
        let rows = stations(&report);
        let sum = |column: usize| rows.iter().map(|(_, row)| row[column]).sum::<u64>();
        let expected = protected(&case.path);
        if case.name() == "wpa2-psk-linksys.cap" {
            assert_eq!((sum(1), sum(2)), (expected, expected - 6), "{report}");
            continue;
        }
        // Protected management frames count as well, where there are any.
        assert!(sum(1) == sum(2) && sum(2) >= expected, "{}: {expected}\n{report}", case.name());
        let managed = ["wpa2-pmf-", "owe", "wpa3-", "wep104-"];
        let managed = managed.iter().any(|name| case.name().starts_with(name));
        assert!(managed || sum(2) == expected, "{}: {expected}\n{report}", case.name());
        let nothing = report.contains("── refused ") && report.contains("\n  nothing\n");
        // It has a forged frame.
        assert!(nothing || case.name() == "wpa2-pmf-sa-query.pcap", "{report}");
    }
}

#[test]
fn linksys_gives_25_data_frames_to_and_from_its_station() {
    let Some(path) = captures::find("public/aircrack/wpa2-psk-linksys.cap") else { return };
    let folder = Folder::new("linksys");
    let (report, _) = folder.opened(&["-e", "linksys", "-p", "dictionary", "-v"], &path);
    let rows = stations(&report);
    assert_eq!((rows[0].0.as_str(), rows[0].1[2]), ("00:13:ce:55:98:ef", 25));
    // aircrack-ng leaves frames to the group alone; this one is an ARP request.
    assert_eq!((rows[1].0.as_str(), rows[1].1[2]), ("(group)", 1));
    // 5 and 6 are from before the first handshake; the others are retries of frames before them.
    let refused = refused(&report);
    let reasons = [(5, "MONITOR"), (6, "MONITOR"), (282, "U_DUP"), (283, "U_DUP"), (284, "U_DUP")];
    let reasons = reasons.into_iter().chain([(460, "U_DUP")]);
    assert_eq!(refused, reasons.map(|(n, why)| (n, format!("RX_DROP_{why}"))).collect());
}

fn tshark(path: &Path, args: &[&str], keys: &[String]) -> String {
    let mut command = Command::new("tshark");
    command.arg("-r").arg(path).args(["-o", "wlan.enable_decryption:TRUE"]).args(keys).args(args);
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn has_tshark() -> bool {
    let there = Command::new("tshark").arg("-v").output().is_ok();
    oracle_present("tshark", there, "apt-get install tshark")
}

/// Wireshark's severities above that of a comment: the least, and an error.
const CHAT: u64 = 0x0020_0000;
const ERROR: u64 = 0x0080_0000;

const DATA: [&str; 2] = ["-Y", "wlan.fc.type == 2 && wlan.fc.protected == 1"];

/// Protected data frames as Ethernet frames, by number, where tshark opens them: those that are put together
/// by the number of their last fragment.
fn as_tshark_opens(case: &Case) -> BTreeMap<u64, Option<Vec<u8>>> {
    let fields = ["frame.number", "wlan.da", "wlan.sa", "wlan.fc.frag", "wlan.frag"];
    let fields: Vec<_> = fields.iter().flat_map(|field| ["-e", field]).collect();
    let listed =
        tshark(&case.path, &[&DATA[..], &["-T", "fields"], &fields].concat(), &case.tsharks);
    let dumped = tshark(&case.path, &[&DATA[..], &["-x"]].concat(), &case.tsharks);
    let blocks = dumped.split("\n\n").filter(|block| !block.trim().is_empty());
    let mut opened = BTreeMap::new();
    for (line, block) in listed.lines().zip(blocks) {
        let [number, da, sa, more, fragment] = line.split('\t').collect::<Vec<_>>()[..] else {
            panic!("{line}")
        };
        let is_fragment = more == "1" || fragment != "0";
        let wanted = if is_fragment { "Reassembled 802.11" } else { "Decrypted " };
        let ethernet = source(block, wanted).map(|body| {
            let mac = |text: &str| keys_json::hex(&text.replace(':', ""));
            let rest = match body.strip_prefix(b"\xaa\xaa\x03\0\0\0") {
                Some(rest) => rest.to_vec(),
                None => [&(body.len() as u16).to_be_bytes(), &body[..]].concat(),
            };
            [mac(da), mac(sa), rest].concat()
        });
        opened.insert(number.parse().unwrap(), ethernet);
    }
    opened
}

/// The bytes that a hex dump shows under a title that begins so; not the key data of EAPOL.
fn source(block: &str, title: &str) -> Option<Vec<u8>> {
    let is_title = |line: &&str| line.ends_with(" bytes):");
    let mut lines = block.lines();
    lines.find(|line| is_title(line) && line.starts_with(title) && !line.contains("keydata"))?;
    let rows = lines.take_while(|line| !is_title(line));
    // `0010  02 00 00 00 …   ....`: text behind three blanks.
    let bytes = |row: &str| {
        let hex = row.split_once("  ").unwrap().1.split("   ").next().unwrap().replace(' ', "");
        keys_json::hex(&hex)
    };
    Some(rows.flat_map(bytes).collect())
}

/// The Ethernet frames of a file that the program wrote, by the frame of the air that they come of. tshark
/// reads it without a complaint of at least this severity.
fn as_we_open(path: &Path, complaint: u64) -> BTreeMap<u64, Vec<Vec<u8>>> {
    let fields = ["frame.comment", "_ws.malformed", "_ws.expert.severity"];
    let fields: Vec<_> = fields.iter().flat_map(|field| ["-e", field]).collect();
    let read = tshark(path, &[&["-T", "fields"][..], &fields].concat(), &[]);
    let mut reader = Reader::open(path).unwrap();
    let mut opened: BTreeMap<u64, Vec<Vec<u8>>> = BTreeMap::new();
    for line in read.lines() {
        let [comment, malformed, severities] = line.split('\t').collect::<Vec<_>>()[..] else {
            panic!("{line}")
        };
        let mut severities = severities.split(',').map(|severity| severity.parse::<u64>().unwrap());
        let fine = malformed.is_empty() && severities.all(|severity| severity < complaint);
        assert!(fine, "{}: {line}", path.display());
        let number = comment.strip_prefix("frame ").unwrap().split(' ').next().unwrap();
        let frame = reader.next().unwrap().unwrap().bytes.to_vec();
        opened.entry(number.parse().unwrap()).or_default().push(frame);
    }
    assert!(reader.next().unwrap().is_none());
    opened
}

#[test]
fn frame_by_frame_tshark_opens_the_same_and_reads_it_without_a_complaint() {
    if !has_tshark() {
        return;
    }
    let (folder, mut compared) = (Folder::new("tshark"), 0);
    for case in Case::all() {
        let name = case.name();
        let (report, out) = folder.opened(&case.args(), &case.path);
        // linksys has packets with a TTL of 1, and gaps in ESP: a warning, so that only an error is too much.
        let complaint = if name.contains("linksys") { ERROR } else { CHAT };
        let ours = as_we_open(&out, complaint);
        if protected(&case.path) == 0 && name != "wpa.cap" {
            continue;
        }
        let refused = refused(&report);
        let mut alone = 0;
        for (number, frame) in as_tshark_opens(&case) {
            match (ours.get(&number), frame) {
                (Some(ours), Some(frame)) => assert_eq!(ours, &[frame], "{name} {number}"),
                // tshark opens retries, too.
                (None, Some(_)) => assert_eq!(refused[&number], "RX_DROP_U_DUP", "{name} {number}"),
                (ours, None) => alone += u64::from(ours.is_some()),
            }
            compared += 1;
        }
        // tshark has no group key of TKIP where the pairwise cipher is CCMP, and takes an FCS for data in
        // wpa.cap, whose Prism headers do not tell of it.
        let expected = match name.as_str() {
            "wpa-wpa2-mixed-ccmp-grouptkip.pcap" => 15,
            "wpa.cap" => 2,
            _ => 0,
        };
        assert_eq!(alone, expected, "{name}");
    }
    println!("{compared} frames compared");
}

#[test]
fn temporal_keys_open_what_the_passphrase_opens() {
    let name = "wpa2-psk-ccmp";
    let (Some(path), Some(keys)) = (captures::find(&format!("wifi/{name}.pcap")), Keys::of(name))
    else {
        return;
    };
    let folder = Folder::new("plain-keys");
    let (_, out) = folder.opened(&["-p", "oracle-passphrase"], &path);
    let by_passphrase = fs::read(&out).unwrap();
    let hex = |kind| {
        let key = keys.keys(kind).remove(0);
        key.as_bytes().iter().map(|byte| format!("{byte:02x}")).collect::<String>()
    };
    let args = ["--tk", &hex("PTK_TK"), "--gtk", &hex("GTK"), "--gtk", &hex("GTK_hostapd")];
    folder.opened(&args, &path);
    assert!(fs::read(&out).unwrap() == by_passphrase);
    folder.opened(&["-k", &hex("PMK")], &path);
    assert!(fs::read(&out).unwrap() == by_passphrase);
}

#[test]
fn attacks_are_refused_and_told_frame_by_frame() {
    let file = "public/fragattacks/ping_I_E_R_E-fromclient.pcapng";
    let Some(path) = captures::find(file) else { return };
    let folder = Folder::new("attacks");
    let refused_with = |option: &[&str]| {
        let (report, _) = folder.opened(&[&["-p", "abcdefgh", "-v"], option].concat(), &path);
        refused(&report)
    };
    let replay = |number| (number, "RX_DROP_U_REPLAY".to_owned());
    let orphan = (98, "RX_DROP_MONITOR".to_owned());
    let all = [60, 65, 70, 99].map(replay).into_iter().chain([orphan.clone()]).collect();
    assert_eq!(refused_with(&[]), all);
    // Its copy is then another fragment without a first.
    let copy = (99, "RX_DROP_MONITOR".to_owned());
    assert_eq!(refused_with(&["--no-replay"]), [orphan, copy].into());
}

#[test]
fn help_teaches() {
    let output = Folder::new("help").run(&["--help"], Path::new("a.pcap"));
    let help = text(&output.stdout);
    assert!(output.status.success() && help.contains("EXAMPLES") && help.contains("--no-replay"));
    assert!(help.lines().all(|line| line.chars().count() <= 80));
}
