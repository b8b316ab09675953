//! The far end of the card's cable: one datagram, one frame.

use core::time::Duration;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixDatagram;
use std::thread;
use std::time::Instant;

use rustix::event::{PollFd, PollFlags, Timespec, poll};

/// The longest frame the card can send is 16 KiB; QEMU's own limit is a little over 64 KiB.
const MAX_FRAME: usize = (64 << 10) + 256;

/// How long a full wire is waited for.
const PATIENCE: Duration = Duration::from_secs(1);

/// A socket pair whose other end is QEMU's network backend.
#[derive(Debug)]
pub(super) struct Wire {
    ours: UnixDatagram,
    /// QEMU's end once more. It is only asked whether frames still wait there.
    theirs: UnixDatagram,
}

impl Wire {
    /// The wire, and the end that QEMU is to inherit.
    pub(super) fn new() -> io::Result<(Self, OwnedFd)> {
        let (ours, theirs) = UnixDatagram::pair()?;
        ours.set_write_timeout(Some(PATIENCE))?;
        let end = theirs.try_clone()?.into();
        Ok((Self { ours, theirs }, end))
    }

    /// Sends a frame to the card; waits while the wire is full, but not long.
    pub(super) fn send(&self, frame: &[u8]) -> io::Result<()> {
        self.ours.send(frame).map(drop)
    }

    /// The next frame from the card.
    pub(super) fn recv(&self, timeout: Duration) -> io::Result<Option<Vec<u8>>> {
        if !readable(&self.ours, timeout)? {
            return Ok(None);
        }
        let mut frame = vec![0; MAX_FRAME];
        let len = self.ours.recv(&mut frame)?;
        frame.truncate(len);
        Ok(Some(frame))
    }

    /// Waits until QEMU has taken every frame; `false` if it does not in time.
    pub(super) fn wait_taken(&self, timeout: Duration) -> io::Result<bool> {
        let start = Instant::now();
        while readable(&self.theirs, Duration::ZERO)? {
            if start.elapsed() >= timeout {
                return Ok(false);
            }
            thread::sleep(Duration::from_micros(50));
        }
        Ok(true)
    }
}

/// Waits until `socket` can be read; `false` if nothing comes in time.
pub(super) fn readable(socket: &impl std::os::fd::AsFd, timeout: Duration) -> io::Result<bool> {
    let timeout = Timespec::try_from(timeout).map_err(|_| io::ErrorKind::InvalidInput)?;
    let mut sockets = [PollFd::new(socket, PollFlags::IN)];
    match poll(&mut sockets, Some(&timeout)) {
        Ok(ready) => Ok(ready > 0),
        Err(rustix::io::Errno::INTR) => Ok(false),
        Err(error) => Err(error.into()),
    }
}
