//! A client of QEMU's qtest protocol: one command a line, one answer a line, and interrupt lines
//! that change whenever they like in between.

use core::fmt::{Arguments, Write as _};
use core::sync::atomic::{Ordering, fence};
use std::os::unix::net::UnixStream;

use super::lines::{Lines, LinkError};

/// Writes under way at most. Each answer waits in the socket, whose buffer must never fill while we
/// are still sending: 64 short answers are far below it.
const MAX_POSTED: usize = 64;

/// Interrupt lines of the intercepted controller: an I/O APIC has 24.
const LINES: usize = 24;

/// One interrupt line of the intercepted controller.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Line {
    /// Whether it is asserted now.
    pub(super) high: bool,
    /// How often it went up since the start.
    pub(super) raised: u64,
}

/// The connection. After its first failure every call fails the same way.
#[derive(Debug)]
pub(super) struct Qtest {
    lines: Lines,
    /// Reused for every command.
    command: String,
    /// Whether writes go out without waiting for their answer.
    posting: bool,
    /// Writes whose answer has not come yet.
    posted: usize,
    irq: [Line; LINES],
    fault: Option<LinkError>,
}

enum Message {
    Irq,
    Answer(Option<u64>),
}

impl Qtest {
    /// A client at one end of the socket. With `posting`, writes are posted as on a real PCI bus:
    /// they are on their way when the call returns and done when the next read returns.
    pub(super) fn new(lines: Lines, posting: bool) -> Self {
        Self {
            lines,
            command: String::new(),
            posting,
            posted: 0,
            irq: [Line::default(); LINES],
            fault: None,
        }
    }

    /// The socket, to wait on.
    pub(super) fn stream(&self) -> &UnixStream {
        self.lines.stream()
    }

    /// Reads 32 bits of guest-physical memory space.
    pub(super) fn readl(&mut self, addr: u64) -> Result<u32, LinkError> {
        self.read(format_args!("readl {addr:#x}\n")).map(|value| value as u32)
    }

    /// Reads 64 bits of guest-physical memory space.
    pub(super) fn readq(&mut self, addr: u64) -> Result<u64, LinkError> {
        self.read(format_args!("readq {addr:#x}\n"))
    }

    /// Writes 32 bits of guest-physical memory space.
    pub(super) fn writel(&mut self, addr: u64, value: u32) -> Result<(), LinkError> {
        self.write(format_args!("writel {addr:#x} {value:#x}\n"))
    }

    /// Reads 32 bits at an I/O port.
    pub(super) fn inl(&mut self, port: u16) -> Result<u32, LinkError> {
        self.read(format_args!("inl {port:#x}\n")).map(|value| value as u32)
    }

    /// Writes 32 bits at an I/O port.
    pub(super) fn outl(&mut self, port: u16, value: u32) -> Result<(), LinkError> {
        self.write(format_args!("outl {port:#x} {value:#x}\n"))
    }

    /// Asks to be told of every change of the inputs of interrupt controller `path`.
    pub(super) fn irq_intercept_in(&mut self, path: &str) -> Result<(), LinkError> {
        self.write(format_args!("irq_intercept_in {path}\n"))?;
        self.flush()
    }

    /// Returns once QEMU has done all that was asked and finished what it was at: interrupt lines
    /// and frames are then where they belong.
    pub(super) fn barrier(&mut self) -> Result<(), LinkError> {
        self.send(format_args!("endianness\n"))?;
        self.posted += 1;
        self.flush()
    }

    /// Takes in what has arrived by itself, without waiting and without asking.
    pub(super) fn absorb(&mut self) -> Result<(), LinkError> {
        self.healthy()?;
        loop {
            let message = match self.lines.next_if_here() {
                Ok(Some(line)) => understand(line, &mut self.irq),
                Ok(None) => return Ok(()),
                Err(error) => Err(error),
            };
            if let Message::Answer(_) = self.noted(message)? {
                self.posted = self.posted.saturating_sub(1);
            }
        }
    }

    /// The state of interrupt line `number`, as far as it is known here.
    pub(super) fn line(&self, number: usize) -> Line {
        self.irq.get(number).copied().unwrap_or_default()
    }

    fn read(&mut self, command: Arguments<'_>) -> Result<u64, LinkError> {
        self.send(command)?;
        // Answers come in order: those of posted writes first.
        self.flush()?;
        match self.answer()? {
            Some(value) => Ok(value),
            None => self.noted(Err(LinkError::Nonsense("OK without a value".into()))),
        }
    }

    fn write(&mut self, command: Arguments<'_>) -> Result<(), LinkError> {
        self.send(command)?;
        self.posted += 1;
        if self.posting && self.posted < MAX_POSTED { Ok(()) } else { self.flush() }
    }

    fn flush(&mut self) -> Result<(), LinkError> {
        while self.posted > 0 {
            self.answer()?;
            self.posted -= 1;
        }
        Ok(())
    }

    fn send(&mut self, command: Arguments<'_>) -> Result<(), LinkError> {
        self.healthy()?;
        self.command.clear();
        let formatted = self.command.write_fmt(command).map_err(|_| LinkError::Closed);
        self.noted(formatted)?;
        // The device may look at shared memory as soon as it reads the command.
        fence(Ordering::SeqCst);
        let sent = self.lines.send(&self.command);
        self.noted(sent)
    }

    fn answer(&mut self) -> Result<Option<u64>, LinkError> {
        self.healthy()?;
        loop {
            let message = match self.lines.next() {
                Ok(line) => understand(line, &mut self.irq),
                Err(error) => Err(error),
            };
            if let Message::Answer(value) = self.noted(message)? {
                // Shared memory that the device wrote before it answered is ours to read.
                fence(Ordering::SeqCst);
                return Ok(value);
            }
        }
    }

    fn healthy(&self) -> Result<(), LinkError> {
        self.fault.clone().map_or(Ok(()), Err)
    }

    /// Remembers a failure: after it, answers could no longer be matched to questions.
    fn noted<T>(&mut self, result: Result<T, LinkError>) -> Result<T, LinkError> {
        result.inspect_err(|fault| self.fault = Some(fault.clone()))
    }
}

fn understand(line: &str, irq: &mut [Line; LINES]) -> Result<Message, LinkError> {
    let nonsense = || LinkError::Nonsense(line.into());
    if let Some(change) = line.strip_prefix("IRQ ") {
        let (verb, number) = change.split_once(' ').ok_or_else(nonsense)?;
        let number: usize = number.parse().map_err(|_| nonsense())?;
        let Some(line) = irq.get_mut(number) else { return Ok(Message::Irq) };
        let high = match verb {
            "raise" => true,
            "lower" => false,
            _ => return Err(nonsense()),
        };
        line.raised += u64::from(high && !line.high);
        line.high = high;
        return Ok(Message::Irq);
    }
    let value = line.strip_prefix("OK").ok_or_else(nonsense)?.trim_start();
    let digits = value.strip_prefix("0x");
    let value = digits.map(|digits| u64::from_str_radix(digits, 16)).transpose();
    value.map(Message::Answer).map_err(|_| nonsense())
}

#[cfg(test)]
mod tests;
