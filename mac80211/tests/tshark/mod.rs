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
