//! Running the program, and reading what it says.

use alloc::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{self, Command, Output};
use std::{env, fs};

/// A folder of a test's own, in which the program runs, gone when the test is over.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    pub(crate) fn new(name: &str) -> Self {
        let path = env::temp_dir().join(format!("airdecap-{name}-{}", process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub(crate) fn run(&self, args: &[&str], capture: &Path) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_airdecap"));
        command.args(args).arg(capture).current_dir(&self.0).output().unwrap()
    }

    /// The report of a run that went well, and the file that it wrote.
    pub(crate) fn opened(&self, args: &[&str], capture: &Path) -> (String, PathBuf) {
        let output = self.run(args, capture);
        assert!(output.status.success(), "{}: {}", capture.display(), text(&output.stderr));
        let stem = capture.file_stem().unwrap().display();
        (text(&output.stdout).into(), self.0.join(format!("{stem}-decap.pcapng")))
    }

    /// The one line of a run that went wrong, and that nothing is left behind.
    pub(crate) fn wrong(&self, code: i32, args: &[&str], capture: &Path) -> String {
        let output = self.run(args, capture);
        assert_eq!(output.status.code(), Some(code), "{args:?}");
        assert!(output.stdout.is_empty(), "{args:?}");
        assert_eq!(fs::read_dir(&self.0).unwrap().count(), 0, "{args:?}");
        line(&output)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

pub(crate) fn text(bytes: &[u8]) -> &str {
    core::str::from_utf8(bytes).unwrap()
}

/// What it says of a failure, without its name.
pub(crate) fn line(output: &Output) -> String {
    let said = text(&output.stderr);
    assert_eq!(said.lines().count(), 1, "{said}");
    said.strip_prefix("airdecap: ").unwrap().trim_end().into()
}

/// The rows of the table of stations: who, then frames, protected, decrypted, written.
pub(crate) fn stations(report: &str) -> Vec<(String, [u64; 4])> {
    let lines = report.lines().skip_while(|line| !line.starts_with("── stations"));
    let rows = lines.skip(3).take_while(|line| !line.is_empty());
    let row = |line: &str| {
        // Columns are two spaces apart, thousands one.
        let cells: Vec<_> =
            line.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).collect();
        let number = |at: usize| cells[at].replace(' ', "").parse().unwrap();
        (cells[0].to_owned(), [2, 3, 4, 5].map(number))
    };
    rows.map(row).collect()
}

/// The frames that a verbose report names, and why.
pub(crate) fn refused(report: &str) -> BTreeMap<u64, String> {
    let line = |line: &str| {
        let (number, rest) = line.strip_prefix("frame ")?.split_once(", ")?;
        let (_, reason) = rest.split_once(": RX_")?;
        let reason = reason.split(": ").next()?;
        Some((number.parse().unwrap(), format!("RX_{reason}")))
    };
    report.lines().filter_map(line).collect()
}

/// Packets as a pcap file with radiotap headers, a millisecond from one to the next.
pub(crate) fn pcap<'a>(packets: impl IntoIterator<Item = &'a [u8]>) -> Vec<u8> {
    let mut file = 0xa1b2_c3d4_u32.to_le_bytes().to_vec();
    file.extend([2, 0, 4, 0]);
    file.extend([0, 0, 65_535, 127_u32].map(u32::to_le_bytes).concat());
    for (packet, millis) in packets.into_iter().zip(0_u32..) {
        let len = packet.len() as u32;
        let head = [1_700_000_000 + millis / 1_000, millis % 1_000 * 1_000, len, len];
        file.extend(head.map(u32::to_le_bytes).concat());
        file.extend(packet);
    }
    file
}
