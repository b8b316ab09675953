//! What can go wrong with a machine.

use std::io;

/// Why the machine does not do what was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum QemuError {
    /// There is no `qemu-system-x86_64` in the search path.
    #[error("qemu-system-x86_64 is not installed: apt-get install qemu-system-x86")]
    NotInstalled,
    /// The host refused what the machine is made of: memory, a socket, a process.
    #[error("the host refused: {0}")]
    Host(#[from] io::Error),
    /// QEMU ended; what it said last is all there is to know.
    #[error("QEMU died: {0}")]
    Died(String),
    /// QEMU runs but gave no answer for 30 seconds.
    #[error("QEMU does not answer")]
    Silent,
    /// QEMU gave an answer that this version of the protocol does not have.
    #[error("QEMU said what makes no sense here: {0}")]
    Nonsense(String),
    /// The card is not on the PCI bus.
    #[error("QEMU's machine has no such card on its PCI bus")]
    NoCard,
    /// The virtual clock did not move.
    #[error("QEMU's virtual clock stands still")]
    ClockStuck,
    /// The wire is a TAP, so its frames are elsewhere.
    #[error("this machine's wire is not held here")]
    NoWire,
    /// QEMU takes no more frames: the card's receive ring is full.
    #[error("the wire is full")]
    WireFull,
}
