//! Lines of text over a socket, as qtest and QMP talk.

use core::time::Duration;
use std::io::{self, Write};
use std::os::unix::net::UnixStream;

use rustix::io::Errno;
use rustix::net::{RecvFlags, recv};

/// Why the other end cannot be talked to any more.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum LinkError {
    /// It closed the socket.
    Closed,
    /// It did not answer in time.
    Silent,
    /// It answered this, which means nothing.
    Nonsense(String),
    /// The socket failed.
    Socket(io::ErrorKind),
}

impl From<io::Error> for LinkError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => Self::Silent,
            io::ErrorKind::BrokenPipe | io::ErrorKind::ConnectionReset => Self::Closed,
            kind => Self::Socket(kind),
        }
    }
}

/// A socket that is read line by line.
#[derive(Debug)]
pub(super) struct Lines {
    stream: UnixStream,
    /// What was received and not yet taken.
    inbox: Vec<u8>,
    /// Where the first line that was not yet taken begins.
    start: usize,
}

impl Lines {
    /// A reader that gives up on a silent peer after `patience`.
    pub(super) fn new(stream: UnixStream, patience: Duration) -> io::Result<Self> {
        stream.set_read_timeout(Some(patience))?;
        stream.set_write_timeout(Some(patience))?;
        Ok(Self { stream, inbox: Vec::new(), start: 0 })
    }

    /// The socket, to wait on.
    pub(super) fn stream(&self) -> &UnixStream {
        &self.stream
    }

    /// Sends all of `text`.
    pub(super) fn send(&mut self, text: &str) -> Result<(), LinkError> {
        Ok(self.stream.write_all(text.as_bytes())?)
    }

    /// The next line without its end; waits for it.
    pub(super) fn next(&mut self) -> Result<&str, LinkError> {
        let end = loop {
            match self.line_end() {
                Some(end) => break end,
                None => self.fill(RecvFlags::empty())?,
            }
        };
        Ok(self.take(end))
    }

    /// The next line if it is here already.
    pub(super) fn next_if_here(&mut self) -> Result<Option<&str>, LinkError> {
        if self.line_end().is_none() {
            match self.fill(RecvFlags::DONTWAIT) {
                Ok(()) | Err(LinkError::Silent) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(self.line_end().map(|end| self.take(end)))
    }

    fn line_end(&self) -> Option<usize> {
        let rest = self.inbox.get(self.start..)?;
        rest.iter().position(|byte| *byte == b'\n').map(|at| self.start + at)
    }

    fn take(&mut self, end: usize) -> &str {
        let line = self.inbox.get(self.start..end).unwrap_or_default();
        self.start = end + 1;
        // Text that is not UTF-8 is no answer of either protocol; an empty line is none either.
        core::str::from_utf8(line).unwrap_or_default().trim_end()
    }

    fn fill(&mut self, flags: RecvFlags) -> Result<(), LinkError> {
        self.inbox.drain(..self.start);
        self.start = 0;
        let mut chunk = [0; 4096];
        let len = loop {
            match recv(&self.stream, &mut chunk[..], flags) {
                Ok((_, len)) => break len,
                Err(Errno::INTR) => {}
                Err(error) => return Err(io::Error::from(error).into()),
            }
        };
        if len == 0 {
            return Err(LinkError::Closed);
        }
        self.inbox.extend_from_slice(chunk.get(..len).unwrap_or_default());
        Ok(())
    }
}
