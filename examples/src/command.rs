//! What all programs begin with: a command line, and what is to be done about it.

use alloc::borrow::Cow;
use std::env::{self, ArgsOs};
use std::ffi::OsString;
use std::process::ExitCode;

use crate::failure::{Failure, end};
use crate::text::print;

/// What the user wants.
#[derive(Debug)]
pub enum Command<O> {
    /// This text, and nothing else.
    Show(Cow<'static, str>),
    /// The program, run with these options.
    Run(O),
}

/// A command line as `read` understands it; what is wrong with it in one line.
///
/// # Errors
/// [`Failure::Refused`].
pub fn parse<O>(
    args: impl IntoIterator<Item = OsString>,
    read: impl FnOnce(lexopt::Parser) -> Result<Command<O>, lexopt::Error>,
) -> Result<Command<O>, Failure> {
    read(lexopt::Parser::from_iter(args))
        .map_err(|why| Failure::Refused(format!("{why}; see --help")))
}

/// Reads the command line with `parse` and does what it says.
pub fn run<O>(
    program: &str,
    parse: impl FnOnce(ArgsOs) -> Result<Command<O>, Failure>,
    run: impl FnOnce(&O) -> Result<(), Failure>,
) -> ExitCode {
    let done = match parse(env::args_os()) {
        Ok(Command::Show(text)) => {
            print(&text);
            Ok(())
        }
        Ok(Command::Run(options)) => run(&options),
        Err(failure) => Err(failure),
    };
    end(program, done)
}
