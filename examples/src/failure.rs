//! Why the program ends early, and with which exit code.

use core::fmt;
use std::io::{self, Write};
use std::process::ExitCode;

/// What went wrong. One line, without the program's name.
#[derive(Debug)]
pub enum Failure {
    /// It could not begin: wrong options, a missing program, no permission. Nothing is left behind.
    Refused(String),
    /// It ran, and something was not as it must be.
    Broken(String),
}

impl Failure {
    /// 2 if it could not begin, 1 if it ran.
    #[must_use]
    pub fn code(&self) -> ExitCode {
        match self {
            Self::Refused(_) => ExitCode::from(2),
            Self::Broken(_) => ExitCode::from(1),
        }
    }

    /// A failure of something that the program itself is made of.
    #[must_use]
    pub fn broken(what: &str, why: impl fmt::Display) -> Self {
        Self::Broken(format!("{what}: {why}"))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::Refused(text) | Self::Broken(text)) = self;
        // One line, whatever a library put into its message.
        f.write_str(text.split_whitespace().collect::<Vec<_>>().join(" ").as_str())
    }
}

/// How a program ends: in silence, or with one line that says why.
#[must_use]
pub fn end(program: &str, done: Result<(), Failure>) -> ExitCode {
    let Err(failure) = done else { return ExitCode::SUCCESS };
    // Nobody left to tell if stderr is closed.
    let _ = writeln!(io::stderr(), "{program}: {failure}");
    failure.code()
}
