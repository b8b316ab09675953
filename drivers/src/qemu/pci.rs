//! QEMU's card as a [`PciDevice`].

use alloc::sync::Arc;
use core::ops::RangeInclusive;
use core::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::dma::QemuDma;
use super::host::{self, Bar, Slot};
use super::qtest::Qtest;
use crate::bus::{BusError, CpuId, Interrupts, Mmio, PciConfig, PciDevice, PortIo};

/// The one connection to QEMU, shared by all that belongs to the machine.
#[derive(Clone, Debug)]
pub(super) struct Link(Arc<Mutex<Qtest>>);

impl Link {
    pub(super) fn new(qtest: Qtest) -> Self {
        Self(Arc::new(Mutex::new(qtest)))
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Qtest> {
        // A panic elsewhere can't leave the client half-way: it notes its own faults.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The card. Once the machine is gone, reads answer all ones and writes go nowhere, as with a card
/// that was pulled out.
#[derive(Debug)]
pub struct QemuPci {
    link: Link,
    bars: [Option<Bar>; 6],
    dma: QemuDma,
    config: QemuConfig,
    interrupts: QemuInterrupts,
}

impl QemuPci {
    pub(super) fn new(link: &Link, card: host::Card, dma: QemuDma, intx: QemuInterrupts) -> Self {
        Self {
            link: link.clone(),
            bars: card.bars,
            dma,
            config: QemuConfig { link: link.clone(), slot: card.slot },
            interrupts: intx,
        }
    }

    fn bar(&self, bar: u8) -> Result<Bar, BusError> {
        self.bars.get(usize::from(bar)).copied().flatten().ok_or(BusError::NoBar)
    }
}

impl PciDevice for QemuPci {
    type Mmio = QemuMmio;
    type PortIo = QemuPortIo;
    type Dma = QemuDma;
    type Config = QemuConfig;
    type Interrupts = QemuInterrupts;

    fn map_bar(&mut self, bar: u8) -> Result<QemuMmio, BusError> {
        match self.bar(bar)? {
            Bar::Memory { base, len } => Ok(QemuMmio { link: self.link.clone(), base, len }),
            Bar::Ports { .. } => Err(BusError::NoBar),
        }
    }

    fn map_ports(&mut self, bar: u8) -> Result<QemuPortIo, BusError> {
        match self.bar(bar)? {
            Bar::Ports { base, len } => Ok(QemuPortIo { link: self.link.clone(), base, len }),
            Bar::Memory { .. } => Err(BusError::NoBar),
        }
    }

    fn dma(&self) -> QemuDma {
        self.dma.clone()
    }

    fn config(&self) -> &QemuConfig {
        &self.config
    }

    fn interrupts(&self) -> &QemuInterrupts {
        &self.interrupts
    }
}

/// The registers behind a memory base address register.
#[derive(Debug)]
pub struct QemuMmio {
    link: Link,
    base: u32,
    len: u32,
}

impl QemuMmio {
    fn address(&self, offset: u32) -> Option<u64> {
        let inside = offset.is_multiple_of(4) && offset < self.len;
        inside.then(|| u64::from(self.base) + u64::from(offset))
    }
}

impl Mmio for QemuMmio {
    fn read32(&self, offset: u32) -> u32 {
        let Some(address) = self.address(offset) else { return u32::MAX };
        self.link.lock().readl(address).unwrap_or(u32::MAX)
    }

    fn write32(&self, offset: u32, value: u32) {
        let Some(address) = self.address(offset) else { return };
        // A failure is remembered by the link; `Qemu::check` tells of it.
        let _ = self.link.lock().writel(address, value);
    }
}

/// The ports behind an I/O base address register.
#[derive(Debug)]
pub struct QemuPortIo {
    link: Link,
    base: u16,
    len: u16,
}

impl QemuPortIo {
    fn port(&self, offset: u16) -> Option<u16> {
        let inside = offset.is_multiple_of(4) && offset < self.len;
        inside.then(|| self.base.checked_add(offset)).flatten()
    }
}

impl PortIo for QemuPortIo {
    fn in32(&self, offset: u16) -> u32 {
        let Some(port) = self.port(offset) else { return u32::MAX };
        self.link.lock().inl(port).unwrap_or(u32::MAX)
    }

    fn out32(&self, offset: u16, value: u32) {
        let Some(port) = self.port(offset) else { return };
        let _ = self.link.lock().outl(port, value);
    }
}

/// The card's configuration space, 256 bytes.
#[derive(Debug)]
pub struct QemuConfig {
    link: Link,
    slot: Slot,
}

impl PciConfig for QemuConfig {
    fn read32(&self, offset: u16) -> u32 {
        host::config_read(&mut self.link.lock(), self.slot, offset).unwrap_or(u32::MAX)
    }

    fn write32(&self, offset: u16, value: u32) {
        let _ = host::config_write(&mut self.link.lock(), self.slot, offset, value);
    }
}

/// The card's one interrupt, INTA#. There is one CPU, number 0.
///
/// Nothing calls anybody: whoever runs the machine asks
/// [`Qemu::interrupt_pending`](super::Qemu::interrupt_pending).
#[derive(Clone, Debug, Default)]
pub struct QemuInterrupts {
    requested: Arc<AtomicBool>,
}

impl QemuInterrupts {
    /// Whether a driver holds the vector.
    #[must_use]
    pub fn is_requested(&self) -> bool {
        self.requested.load(Ordering::Relaxed)
    }
}

impl Interrupts for QemuInterrupts {
    fn request(&self, count: RangeInclusive<u16>) -> Result<u16, BusError> {
        if *count.start() > 1 || count.is_empty() {
            return Err(BusError::NoVectors);
        }
        let granted = 1.min(*count.end());
        self.requested.store(granted == 1, Ordering::Relaxed);
        Ok(granted)
    }

    fn set_affinity(&self, vector: u16, cpu: CpuId) -> Result<(), BusError> {
        let exists = vector == 0 && cpu == CpuId(0) && self.is_requested();
        if exists { Ok(()) } else { Err(BusError::NoSuchVector) }
    }

    fn release(&self) {
        self.requested.store(false, Ordering::Relaxed);
    }
}
