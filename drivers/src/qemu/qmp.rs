//! The one thing that is asked of QEMU's monitor (QMP): to pull the cable.

use super::lines::{Lines, LinkError};

/// The monitor, past its handshake.
#[derive(Debug)]
pub(super) struct Qmp(Lines);

impl Qmp {
    /// Waits for the greeting and leaves negotiation mode.
    pub(super) fn connect(lines: Lines) -> Result<Self, LinkError> {
        let mut qmp = Self(lines);
        let greeting = qmp.0.next()?;
        if !greeting.contains("\"QMP\"") {
            return Err(LinkError::Nonsense(greeting.into()));
        }
        qmp.execute("{\"execute\": \"qmp_capabilities\"}\n")?;
        Ok(qmp)
    }

    /// Plugs the cable of network backend `name` in or pulls it out.
    pub(super) fn set_link(&mut self, name: &str, up: bool) -> Result<(), LinkError> {
        self.execute(&format!(
            "{{\"execute\": \"set_link\", \"arguments\": {{\"name\": \"{name}\", \"up\": {up}}}}}\n"
        ))
    }

    fn execute(&mut self, command: &str) -> Result<(), LinkError> {
        self.0.send(command)?;
        loop {
            let line = self.0.next()?;
            // Events come when they like; no answer to the commands above has such a key.
            if line.contains("\"event\"") {
                continue;
            }
            let done = line.starts_with("{\"return\"");
            return if done { Ok(()) } else { Err(LinkError::Nonsense(line.into())) };
        }
    }
}

#[cfg(test)]
mod tests {
    use core::time::Duration;
    use std::io::Write;
    use std::os::unix::net::UnixStream;

    use super::*;

    fn monitor(says: &str) -> (Result<Qmp, LinkError>, UnixStream) {
        let (ours, theirs) = UnixStream::pair().unwrap();
        (&theirs).write_all(says.as_bytes()).unwrap();
        (Qmp::connect(Lines::new(ours, Duration::from_millis(200)).unwrap()), theirs)
    }

    #[test]
    fn events_are_no_answers_and_errors_are() {
        let (qmp, peer) = monitor("{\"QMP\": {\"version\": {}}}\r\n{\"return\": {}}\r\n");
        let mut qmp = qmp.unwrap();
        (&peer)
            .write_all(b"{\"timestamp\": {}, \"event\": \"RTC\"}\r\n{\"return\": {}}\r\n")
            .unwrap();
        assert_eq!(qmp.set_link("n0", false), Ok(()));
        let error = "{\"error\": {\"class\": \"DeviceNotFound\", \"desc\": \"no n1\"}}";
        (&peer).write_all(error.as_bytes()).unwrap();
        (&peer).write_all(b"\r\n").unwrap();
        assert_eq!(qmp.set_link("n1", true), Err(LinkError::Nonsense(error.into())));
    }

    #[test]
    fn another_protocol_is_refused() {
        assert!(matches!(monitor("SSH-2.0\r\n").0, Err(LinkError::Nonsense(_))));
        assert!(matches!(monitor("").0, Err(LinkError::Silent)));
    }
}
