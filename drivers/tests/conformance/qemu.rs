//! QEMU's card as a device.

use core::time::Duration;

use softnet_drivers::bus::PciDevice;
use softnet_drivers::qemu::{Config, Model, Qemu, QemuPci};
use softnet_drivers::testutil::oracle::oracle_present;
use softnet_sk_buff::{Instant, PoolConfig, SkPool};

use super::limits::{self, Limit};
use super::{Card, MAC};

/// Real time that QEMU may take to pick a frame up.
const SOON: Duration = Duration::from_secs(10);

/// The machine.
#[derive(Debug)]
pub struct QemuCard(pub Qemu);

impl QemuCard {
    /// A machine with this card of the family.
    pub fn with(model: Model) -> Option<Self> {
        let present = Qemu::available();
        let present = oracle_present("qemu", present, "apt-get install qemu-system-x86");
        let config = Config { model, mac: MAC, ..Config::default() };
        present.then(|| Self(Qemu::new(config).unwrap()))
    }
}

impl Card for QemuCard {
    type Pci = QemuPci;

    const NAME: &'static str = "qemu";
    const LIMITS: &'static [Limit] = limits::QEMU;

    fn power_on() -> Option<Self> {
        Self::with(Model::I82540em)
    }

    fn pci(&self) -> QemuPci {
        self.0.pci()
    }

    fn pool(&self, config: PoolConfig) -> SkPool {
        SkPool::over(Box::new(self.0.packet_region().unwrap()), config).unwrap()
    }

    fn now(&self) -> Instant {
        self.0.now().unwrap()
    }

    fn advance_to(&self, at: Instant) {
        let left = at.saturating_since(self.now());
        if !left.is_zero() {
            self.0.step(left).unwrap();
        }
    }

    fn next_event(&self) -> Option<Instant> {
        None
    }

    fn interrupts(&self) -> bool {
        self.0.interrupt_pending().unwrap()
    }

    fn send(&self, frame: &[u8]) {
        self.0.send_frame(frame).unwrap();
        assert!(self.0.wait_taken(SOON).unwrap(), "the card takes nothing");
    }

    fn sent(&self) -> Option<Vec<u8>> {
        self.0.recv_frame(Duration::ZERO).unwrap()
    }

    fn set_cable(&self, plugged: bool) {
        self.0.set_link(plugged).unwrap();
    }

    fn finish(&self) {
        self.0.check().unwrap();
        let dma = self.0.pci().dma();
        assert_eq!((dma.mappings(), dma.coherent_bytes()), (0, 0), "mappings, coherent bytes");
        assert!(!self.0.interrupts_requested());
    }
}
