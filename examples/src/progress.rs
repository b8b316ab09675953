//! How far the run is: a bar on a terminal, a line now and then elsewhere.

use core::time::Duration;
use std::io::{self, IsTerminal, Write};
use std::time::Instant;

const WIDTH: usize = 32;

/// How far one run is.
pub struct Progress {
    program: &'static str,
    total: u64,
    terminal: bool,
    quiet: bool,
    begin: Instant,
    next: Instant,
    drawn: bool,
}

impl Progress {
    /// Nothing of `total` is done yet. A `quiet` program shows nothing.
    #[must_use]
    pub fn new(program: &'static str, total: u64, quiet: bool) -> Self {
        let begin = Instant::now();
        let terminal = io::stderr().is_terminal();
        Self { program, total, terminal, quiet, begin, next: begin, drawn: false }
    }

    /// `done` of the total is done; `now` says what time it is there.
    pub fn show(&mut self, done: u64, now: &str) {
        // Looking at the clock costs more than counting.
        let clock = Instant::now();
        if self.quiet || clock < self.next {
            return;
        }
        let pause = if self.terminal { 50 } else { 2_000 };
        let first =
            core::mem::replace(&mut self.next, clock + Duration::from_millis(pause)) == self.begin;
        if first && !self.terminal {
            // A short run needs no lines.
            return;
        }
        let percent = done.saturating_mul(100) / self.total.max(1);
        let mut err = io::stderr().lock();
        let _ = if self.terminal {
            let full = (WIDTH as u64 * percent / 100) as usize;
            let bar = format!("{}{}", "━".repeat(full), "╌".repeat(WIDTH - full));
            write!(err, "\r  {bar} {percent:3} %  {now} ")
        } else {
            writeln!(err, "{}: {percent} %, {now}", self.program)
        };
        let _ = err.flush();
        self.drawn = true;
    }

    /// Takes the bar away. Answers how long it took.
    pub fn finish(self) -> Duration {
        if self.drawn && self.terminal {
            let _ = write!(io::stderr(), "\r\x1b[2K");
        }
        self.begin.elapsed()
    }
}
