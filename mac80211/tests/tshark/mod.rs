//! tshark as an oracle: what it reads in a capture, field by field.
//!
//! Not every test takes every function.
#![allow(dead_code, clippy::unwrap_used, clippy::panic)]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs, process};

/// Whether tshark is there. Skips aloud, or fails where `SOFTNET_ORACLES` lists it.
pub(crate) fn have() -> bool {
    if Command::new("tshark").arg("--version").output().is_ok() {
        return true;
    }
    let listed = env::var("SOFTNET_ORACLES").unwrap_or_default();
    assert!(!listed.split(',').any(|name| name.trim() == "tshark"), "tshark is mandatory");
    println!("skipped: tshark is missing; to get it: apt-get install tshark");
    false
}

/// A row for each packet of a file, with the values of each field, joined by commas where there are
/// several.
pub(crate) fn read(file: &Path, fields: &[&str]) -> Vec<Vec<String>> {
    let mut tshark = Command::new("tshark");
    tshark.arg("-r").arg(file).args(["-T", "fields", "-E", "separator=|"]);
    fields.iter().for_each(|field| {
        tshark.args(["-e", field]);
    });
    let output = tshark.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(|line| line.split('|').map(str::to_owned).collect()).collect()
}

/// A capture of these 802.11 frames in a temporary file. Whoever reads it removes it.
pub(crate) fn capture(name: &str, frames: &[Vec<u8>]) -> PathBuf {
    let mut file = Vec::new();
    for word in [0xa1b2_c3d4, 4 << 16 | 2, 0, 0, 0x4_0000, 105_u32] {
        file.extend_from_slice(&word.to_le_bytes());
    }
    for frame in frames {
        let len = frame.len() as u32;
        for word in [0, 0, len, len] {
            file.extend_from_slice(&word.to_le_bytes());
        }
        file.extend_from_slice(frame);
    }
    let path = env::temp_dir().join(format!("softnet-{name}-{}.pcap", process::id()));
    fs::write(&path, file).unwrap();
    path
}

/// tshark's number, decimal or hexadecimal.
pub(crate) fn number(text: &str) -> Option<u64> {
    match text.strip_prefix("0x") {
        Some(hex) => u64::from_str_radix(hex, 16).ok(),
        None => text.parse().ok(),
    }
}

/// Field and value, as tshark prints them: numbers in any base, several with commas between.
pub(crate) type Expected = &'static [(&'static str, &'static str)];

/// A frame, and what tshark shall read in it.
pub(crate) type Case<'a> = (Vec<u8>, Vec<(&'a str, &'a str)>);

/// Lets tshark read these 802.11 frames: each has to have these fields, and none may be malformed.
pub(crate) fn check(name: &str, cases: &[Case<'_>]) {
    if !have() {
        return;
    }
    let frames: Vec<_> = cases.iter().map(|(frame, _)| frame.clone()).collect();
    let path = capture(name, &frames);
    let mut fields = vec!["_ws.malformed"];
    fields.extend(cases.iter().flat_map(|(_, expected)| expected.iter().map(|(field, _)| *field)));
    // tshark leaves the first of two equal columns empty.
    fields.sort_unstable();
    fields.dedup();
    let rows = read(&path, &fields);
    fs::remove_file(path).unwrap();
    assert_eq!(rows.len(), cases.len());
    for ((frame, expected), row) in cases.iter().zip(rows) {
        let read = |wanted: &str| {
            let at = fields.iter().position(|&field| field == wanted).unwrap();
            row[at].as_str()
        };
        for (field, value) in expected {
            assert_eq!(numbers(read(field)), numbers(value), "{field} of {frame:02x?}");
        }
        assert_eq!(read("_ws.malformed"), "", "{frame:02x?}");
    }
}

/// Values between commas, numbers as decimal ones.
fn numbers(text: &str) -> Vec<String> {
    let value = |text: &str| number(text).map_or(text.to_owned(), |n| n.to_string());
    text.split(',').map(value).collect()
}
