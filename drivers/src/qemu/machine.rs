//! The machine: QEMU, its card, its wire and its clock.

use alloc::sync::Arc;
use core::sync::atomic::{AtomicBool, Ordering};
use core::time::Duration;
use std::os::unix::net::UnixStream;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

use softnet_sk_buff::Instant;

use super::clock;
use super::config::{ClockMode, Config, Netdev};
use super::dma::QemuDma;
use super::error::QemuError;
use super::host::{self, Card};
use super::lines::{Lines, LinkError};
use super::pci::{Link, QemuInterrupts, QemuPci};
use super::process::{self, Process, Sockets};
use super::qmp::Qmp;
use super::qtest::Qtest;
use super::ram::{GuestRam, PacketRegion};
use super::wire::{Wire, readable};

/// A QEMU that does not answer for so long is taken for dead. A loaded test machine may well be
/// silent for seconds.
const PATIENCE: Duration = Duration::from_secs(30);

/// The longest timer of the e1000 model is 1 s: for so long each write of RCTL closes reception.
const SETTLE: Duration = Duration::from_millis(1_100);

/// A PC in QEMU with one network card and a CPU that sleeps: this process is its CPU.
///
/// Handles from [`pci`](Self::pci) stay valid but dead when the machine is dropped; QEMU is then
/// killed and reaped. If this process dies instead, so does QEMU. No file, port or path is left.
///
/// ```no_run
/// use core::time::Duration;
/// use softnet_drivers::bus::{Mmio, PciDevice};
/// use softnet_drivers::qemu::{Config, Qemu};
///
/// let machine = Qemu::new(Config::default())?;
/// let registers = machine.pci().map_bar(0)?;
/// let status = registers.read32(0x8);
/// machine.set_link(false)?;
/// machine.step(Duration::from_millis(1))?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Qemu {
    link: Link,
    qmp: Mutex<Qmp>,
    process: Mutex<Process>,
    mode: ClockMode,
    wire: Option<Wire>,
    card: Card,
    interrupts: QemuInterrupts,
    dma: QemuDma,
    ram: Arc<GuestRam>,
    packets_given: AtomicBool,
}

impl Qemu {
    /// Whether QEMU is installed.
    #[must_use]
    pub fn available() -> bool {
        process::installed()
    }

    /// Starts the machine and does what firmware would: places the card's base address registers and
    /// routes its interrupt. The card itself is as after power-on, its command register 0.
    ///
    /// # Errors
    /// [`QemuError::NotInstalled`]; [`QemuError::Host`] if the host refuses something;
    /// [`QemuError::Died`] if QEMU refuses.
    pub fn new(config: Config) -> Result<Self, QemuError> {
        let Config { model, mac, netdev, clock: mode } = config;
        let (ram, memory) = GuestRam::new()?;
        let (qtest, qtest_end) = UnixStream::pair()?;
        let (qmp, qmp_end) = UnixStream::pair()?;
        let (wire, is_tap, netdev) = match netdev {
            Netdev::Dgram => Wire::new().map(|(wire, end)| (Some(wire), false, end))?,
            Netdev::Tap(tap) => (None, true, tap),
        };
        let sockets =
            Sockets { qtest: qtest_end.into(), qmp: qmp_end.into(), memory, netdev, is_tap };
        let mut process = Process::start(model, mac, mode, sockets)?;
        let mut qtest = Qtest::new(Lines::new(qtest, PATIENCE)?, mode == ClockMode::Real);
        let mut obituary = |error| told(error, &mut process);
        let qmp = Qmp::connect(Lines::new(qmp, PATIENCE)?).map_err(&mut obituary)?;
        if !clock::start(&mut qtest, mode).map_err(&mut obituary)? {
            return Err(QemuError::ClockStuck);
        }
        let card = host::enumerate(&mut qtest, model.id()).map_err(&mut obituary)?;
        Ok(Self {
            link: Link::new(qtest),
            qmp: Mutex::new(qmp),
            process: Mutex::new(process),
            mode,
            wire,
            card: card.ok_or(QemuError::NoCard)?,
            interrupts: QemuInterrupts::default(),
            dma: QemuDma::new(&ram),
            ram,
            packets_given: AtomicBool::new(false),
        })
    }

    /// The card, for a driver's probe. Each call gives another handle to the same card.
    #[must_use]
    pub fn pci(&self) -> QemuPci {
        QemuPci::new(&self.link, self.card, self.dma.clone(), self.interrupts.clone())
    }

    /// The memory for packet buffers that the card reaches; `None` from the second call on.
    #[must_use]
    pub fn packet_region(&self) -> Option<PacketRegion> {
        let given = self.packets_given.swap(true, Ordering::Relaxed);
        if given { None } else { PacketRegion::new(&self.ram) }
    }

    /// Whether all went well so far. Register accesses can't fail by themselves, so ask here after a
    /// test that reads all ones.
    ///
    /// # Errors
    /// [`QemuError::Died`] with what QEMU said last, or what else went wrong first.
    pub fn check(&self) -> Result<(), QemuError> {
        self.ask(Qtest::barrier)
    }

    /// The time since the machine was started, by its own clock.
    ///
    /// # Errors
    /// As [`check`](Self::check).
    pub fn now(&self) -> Result<Instant, QemuError> {
        self.ask(clock::now).map(Instant::from_nanos)
    }

    /// Lets `time` pass: in virtual time at once, in real time by sleeping.
    ///
    /// # Errors
    /// [`QemuError::ClockStuck`], or as [`check`](Self::check).
    pub fn step(&self, time: Duration) -> Result<(), QemuError> {
        if self.mode == ClockMode::Real {
            thread::sleep(time);
            return self.check();
        }
        let moved = self.ask(|qtest| clock::step(qtest, time))?;
        if moved { Ok(()) } else { Err(QemuError::ClockStuck) }
    }

    /// Lets 1.1 s pass, so that every timer of the card has run out.
    ///
    /// QEMU's e1000 receives nothing for 1 s after each write of RCTL, and negotiates a link for
    /// 500 ms. After either, and after [`set_link`](Self::set_link), settle before the next frame.
    ///
    /// # Errors
    /// As [`step`](Self::step).
    pub fn settle(&self) -> Result<(), QemuError> {
        self.step(SETTLE)
    }

    /// Puts `frame` (without its checksum) on the wire to the card.
    ///
    /// The card takes it a moment later; [`wait_taken`](Self::wait_taken) waits for that.
    ///
    /// # Errors
    /// [`QemuError::NoWire`] behind a TAP; [`QemuError::WireFull`] if the card has taken nothing for
    /// a second: its ring is full, and QEMU holds frames back rather than lose them.
    pub fn send_frame(&self, frame: &[u8]) -> Result<(), QemuError> {
        self.check()?;
        self.wire()?.send(frame).map_err(|error| match error.kind() {
            std::io::ErrorKind::WouldBlock => QemuError::WireFull,
            _ => self.explain(LinkError::from(error)),
        })
    }

    /// Waits until QEMU has taken all frames sent; `false` if it does not within `timeout`.
    ///
    /// What it took is then in the card's ring, or dropped by the card's filters; only the last one
    /// taken may still wait for a descriptor or for the gate of [`settle`](Self::settle).
    ///
    /// # Errors
    /// [`QemuError::NoWire`], or as [`check`](Self::check).
    pub fn wait_taken(&self, timeout: Duration) -> Result<bool, QemuError> {
        let taken = self.wire()?.wait_taken(timeout)?;
        self.check()?;
        Ok(taken)
    }

    /// The next frame that the card sent, without checksum; `None` if none comes within `timeout`
    /// of real time. QEMU sends while it answers the doorbell's write, so in virtual time no timeout
    /// is needed.
    ///
    /// # Errors
    /// [`QemuError::NoWire`], or as [`check`](Self::check).
    pub fn recv_frame(&self, timeout: Duration) -> Result<Option<Vec<u8>>, QemuError> {
        self.check()?;
        Ok(self.wire()?.recv(timeout)?)
    }

    /// Plugs the cable in or pulls it out. The card sees the loss at once and a link only after it
    /// has negotiated: [`settle`](Self::settle).
    ///
    /// # Errors
    /// As [`check`](Self::check).
    pub fn set_link(&self, up: bool) -> Result<(), QemuError> {
        self.check()?;
        let done = self.monitor().set_link(process::NETDEV, up);
        done.map_err(|error| self.explain(error))?;
        self.check()
    }

    /// Whether the card's interrupt line is up: everything that QEMU did until now is in the answer.
    ///
    /// # Errors
    /// As [`check`](Self::check).
    pub fn interrupt_pending(&self) -> Result<bool, QemuError> {
        self.ask(|qtest| qtest.barrier().map(|()| qtest.line(usize::from(host::IRQ)).high))
    }

    /// How often the card's interrupt line went up since the start.
    ///
    /// # Errors
    /// As [`check`](Self::check).
    pub fn interrupts_raised(&self) -> Result<u64, QemuError> {
        self.ask(|qtest| qtest.barrier().map(|()| qtest.line(usize::from(host::IRQ)).raised))
    }

    /// Waits up to `timeout` of real time for the card's interrupt line to be up, and says whether
    /// it is. Asks QEMU nothing, so a loop around it is cheap.
    ///
    /// # Errors
    /// As [`check`](Self::check).
    pub fn wait_interrupt(&self, timeout: Duration) -> Result<bool, QemuError> {
        let end = std::time::Instant::now() + timeout;
        loop {
            let (high, socket) = self.ask(|qtest| {
                qtest.absorb()?;
                let socket = qtest.stream().try_clone()?;
                Ok((qtest.line(usize::from(host::IRQ)).high, socket))
            })?;
            let left = end.saturating_duration_since(std::time::Instant::now());
            if high || left.is_zero() {
                return Ok(high);
            }
            // Another thread's read may take the news in before this one hears it: look again soon.
            readable(&socket, left.min(Duration::from_millis(10)))?;
        }
    }

    /// Whether a driver holds the card's interrupt vector.
    #[must_use]
    pub fn interrupts_requested(&self) -> bool {
        self.interrupts.is_requested()
    }

    fn ask<T>(
        &self,
        question: impl FnOnce(&mut Qtest) -> Result<T, LinkError>,
    ) -> Result<T, QemuError> {
        let answer = question(&mut self.link.lock());
        answer.map_err(|error| self.explain(error))
    }

    fn explain(&self, error: LinkError) -> QemuError {
        let mut process = self.process.lock().unwrap_or_else(PoisonError::into_inner);
        told(error, &mut process)
    }

    fn monitor(&self) -> MutexGuard<'_, Qmp> {
        self.qmp.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wire(&self) -> Result<&Wire, QemuError> {
        self.wire.as_ref().ok_or(QemuError::NoWire)
    }
}

fn told(error: LinkError, process: &mut Process) -> QemuError {
    match error {
        LinkError::Closed => QemuError::Died(process.last_words()),
        LinkError::Silent => QemuError::Silent,
        LinkError::Nonsense(text) => QemuError::Nonsense(text),
        LinkError::Socket(kind) => QemuError::Host(kind.into()),
    }
}

#[cfg(test)]
mod tests {
    use softnet_sk_buff::Region;

    use super::*;
    use crate::bus::{Mmio, PciDevice};
    use crate::testutil::oracle::oracle_present;

    fn machine() -> Option<Qemu> {
        let present = Qemu::available();
        let present = oracle_present("qemu", present, "apt-get install qemu-system-x86");
        present.then(|| Qemu::new(Config::default()).unwrap())
    }

    #[test]
    fn after_qemus_death_reads_are_all_ones_and_a_check_tells() {
        let Some(machine) = machine() else { return };
        let registers = machine.pci().map_bar(0).unwrap();
        machine.process.lock().unwrap().kill().unwrap();
        registers.write32(0, 0);
        assert_eq!(registers.read32(8), u32::MAX);
        for _ in 0..2 {
            let died = machine.check().unwrap_err();
            assert!(matches!(&died, QemuError::Died(how) if how.contains("signal: 9")), "{died:?}");
        }
        assert!(matches!(machine.set_link(true), Err(QemuError::Died(_))));
    }

    #[test]
    fn a_dropped_machine_leaves_no_process() {
        let Some(machine) = machine() else { return };
        let id = machine.process.lock().unwrap().id();
        let process = format!("/proc/{id}");
        assert!(std::path::Path::new(&process).exists());
        drop(machine);
        assert!(!std::path::Path::new(&process).exists());
    }

    #[test]
    fn the_packet_region_is_the_guests_own_memory() {
        let Some(machine) = machine() else { return };
        let region = machine.packet_region().unwrap();
        machine.link.lock().writel(16 << 20, 0x0403_0201).unwrap();
        let first = region.memory().cast::<[u8; 4]>();
        // SAFETY: the region has more than four bytes, and QEMU has just answered that it wrote
        // them; nobody writes them now.
        assert_eq!(unsafe { first.read_volatile() }, [1, 2, 3, 4]);
        // SAFETY: as above.
        unsafe { first.write_volatile([5, 6, 7, 8]) };
        assert_eq!(machine.link.lock().readl(16 << 20), Ok(0x0807_0605));
    }
}
