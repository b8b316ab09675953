//! The program as its user meets it; what it leaves is opened by tshark and by airdecap.
#![allow(clippy::unwrap_used, reason = "the helpers of tests are tests too")]

use std::path::{Path, PathBuf};
use std::process::{self, Command, Output};
use std::{env, fs};

use softnet_drivers::testutil::oracle::oracle_present;

/// A folder of a test's own, in which programs run, gone when the test is over.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = env::temp_dir().join(format!("wifi-join-{name}-{}", process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn run(&self, program: &str, args: &[&str]) -> Output {
        Command::new(program).args(args).current_dir(&self.0).output().unwrap()
    }

    /// The report of a run that went well.
    fn joined(&self, args: &[&str]) -> String {
        let output = self.run(env!("CARGO_BIN_EXE_wifi-join"), args);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

const KINDS: [&str; 3] = ["wpa2", "wpa3", "owe"];

/// The words of the report's last line, which is a command for airdecap, from its options on.
fn advice(report: &str) -> Vec<String> {
    let (_, options) = report.lines().last().unwrap().split_once(" -- ").unwrap();
    let quoted = options.split('\'').enumerate().flat_map(|(at, part)| {
        let words: Vec<&str> =
            if at % 2 == 1 { vec![part] } else { part.split_whitespace().collect() };
        words.into_iter().map(String::from)
    });
    quoted.collect()
}

#[test]
fn each_attempt_comes_to_what_linux_makes_of_it() {
    let folder = Folder::new("attempts");
    for kind in KINDS {
        let report = folder.joined(&["-s", kind]);
        let of = |what: &str| report.lines().find(|line| line.trim().starts_with(what)).unwrap();
        for (what, reason) in [
            ("the ping once more", "RX_DROP_U_DUP"),
            ("the ping under a new", "RX_DROP_U_REPLAY"),
            ("and under a higher", "RX_DROP_U_MIC_FAIL"),
            ("data in the clear", "RX_DROP_MONITOR"),
            ("a frame with its A-MSDU flag", "RX_DROP_U_BAD_AMSDU"),
            ("its second half in the clear", "RX_DROP_U_NONSEQ_PN"),
            ("message 3 once more", "ignored by the supplicant"),
        ] {
            assert!(of(what).contains(reason), "{kind}: {}", of(what));
        }
        let deauthentication = of("deauthentication in the clear");
        let obeyed = deauthentication.contains("obeyed");
        assert_eq!(obeyed, kind == "wpa2", "{deauthentication}");
        assert_eq!(!obeyed, deauthentication.contains("RX_DROP_U_UNPROT_UCAST_MGMT"));
    }
}

#[test]
fn the_same_seed_gives_the_same_air() {
    let folder = Folder::new("seed");
    let air = |seed: &str, out: &str| {
        folder.joined(&["-s", "wpa3", "--seed", seed, "-o", out]);
        fs::read(folder.0.join(out)).unwrap()
    };
    let first = air("7", "a.pcapng");
    assert!(first == air("7", "b.pcapng") && first != air("8", "c.pcapng"));
}

/// tshark's words for the packets that it decrypts with a key of `kind`.
fn tshark(folder: &Folder, (kind, key): (&str, &str), capture: &Path) -> Vec<String> {
    let keys = format!("uat:80211_keys:\"{kind}\",\"{key}\"");
    let capture = capture.display().to_string();
    let args = ["-o", "wlan.enable_decryption:TRUE", "-o", &keys, "-r", &capture];
    let fields = ["-T", "fields", "-e", "frame.number", "-e", "data.data", "-Y", "icmp && data"];
    let output = folder.run("tshark", &[&args[..], &fields].concat());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().lines().map(String::from).collect()
}

#[test]
fn tshark_derives_the_same_keys_from_the_air() {
    let present = Command::new("tshark").arg("--version").output().is_ok();
    if !oracle_present("tshark", present, "apt-get install tshark") {
        return;
    }
    let folder = Folder::new("tshark");
    for kind in KINDS {
        let capture = folder.0.join("wifi-join.pcapng");
        let report = folder.joined(&["-s", kind, "-e", "a cell", "-p", "a passphrase"]);
        let advice = advice(&report);
        let key = match kind {
            "wpa2" => ("wpa-pwd", "a passphrase:a cell"),
            _ => ("wpa-psk", &*advice[1]),
        };
        let opened = tshark(&folder, key, &capture);
        let bytes = |words: &[u8]| words.iter().map(|byte| format!("{byte:02x}")).collect();
        let words: [String; 2] = [&b"is anybody listening?"[..], b"hello, all"].map(bytes);
        let told = |words: &str| opened.iter().filter(|line| line.ends_with(words)).count();
        // The ping, its answer, and two of Mallory's copies: tshark does not ask for replays.
        assert_eq!((told(&words[0]), told(&words[1])), (4, 1), "{kind}: {opened:?}");
    }
}

#[test]
fn airdecap_opens_it_as_advised() {
    let folder = Folder::new("airdecap");
    for kind in KINDS {
        let advice = advice(&folder.joined(&["-s", kind]));
        let args: Vec<&str> = advice.iter().map(String::as_str).collect();
        let output = folder.run(env!("CARGO_BIN_EXE_airdecap"), &args);
        let report = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        for reason in ["_DUP", "_REPLAY", "_MIC_FAIL", "_BAD_AMSDU", "_NONSEQ_PN"] {
            let refused = report.lines().filter(|line| line.contains(&format!("U{reason}:")));
            assert_eq!(refused.count(), 1, "{kind}: {reason} in {report}");
        }
        let ethernet = fs::read(folder.0.join("wifi-join-decap.pcapng")).unwrap();
        let told = |words: &[u8]| ethernet.windows(words.len()).filter(|&it| it == words).count();
        assert_eq!((told(b"is anybody listening?"), told(b"hello, all")), (2, 1), "{kind}");
        assert_eq!((told(b"let me in"), told(b"kept from the access point")), (0, 0), "{kind}");
    }
}
