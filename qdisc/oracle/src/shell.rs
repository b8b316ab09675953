//! Commands of a shell, run in the guest: what stock tools print on a real Linux.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::process::Command;

use crate::player::{OUTCOMES, SCRIPTS, power_off, set_up};

/// A command that was run.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Ran {
    /// What it printed, errors among the rest.
    pub output: String,
    /// How it ended; `None` if a signal killed it.
    pub status: Option<i32>,
}

/// Runs a command in a shell, with `prepare` done to it first. `tc`, which reckons with the kernel's ticks where nobody
/// names a burst, is told that there are 1000 in a second.
///
/// # Panics
/// There is no shell.
pub fn ask(line: &str, prepare: impl FnOnce(&mut Command)) -> Ran {
    let mut command = Command::new("sh");
    command.args(["-c", &format!("exec 2>&1\n{line}")]);
    command.env("HZ", "1000");
    prepare(&mut command);
    let output = command.output().expect("a shell");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    Ran { output: text, status: output.status.code() }
}

/// Runs the commands in `folder`, which lies on the host, one a line, and turns the machine off. For the first
/// process of a guest that [`Kernel::shell`](crate::uml::Kernel::shell) booted.
///
/// # Panics
/// If anything goes wrong. The kernel then ends, too, for its first process is gone.
pub fn run(folder: &Path) -> ! {
    set_up(folder);
    let commands = fs::read_to_string(folder.join(SCRIPTS)).expect("commands");
    let mut outcomes = File::create(folder.join(OUTCOMES)).expect("outcomes");
    for line in commands.lines() {
        let ran = ask(line, |_| ());
        let status = ran.status.unwrap_or(-1);
        write!(outcomes, "{status} {}\n{}", ran.output.len(), ran.output).expect("the host's disk");
    }
    drop(outcomes);
    power_off()
}

/// What [`run`] wrote; what was cut off is left out.
pub(crate) fn read_all(mut bytes: &[u8]) -> Vec<Ran> {
    let mut all = Vec::new();
    while let Some((ran, rest)) = read(bytes) {
        all.push(ran);
        bytes = rest;
    }
    all
}

fn read(bytes: &[u8]) -> Option<(Ran, &[u8])> {
    let end = bytes.iter().position(|&byte| byte == b'\n')?;
    let (head, rest) = bytes.split_at_checked(end)?;
    let (status, len) = std::str::from_utf8(head).ok()?.split_once(' ')?;
    let (output, rest) = rest.get(1..)?.split_at_checked(len.parse().ok()?)?;
    let status = status.parse().ok().filter(|&status| status >= 0);
    Some((Ran { output: String::from_utf8_lossy(output).into_owned(), status }, rest))
}
