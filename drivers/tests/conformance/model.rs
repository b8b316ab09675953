//! The register-level model as a device.

use softnet_drivers::testutil::e1000::{Config, Model, ModelPci};
use softnet_sk_buff::{Instant, PoolConfig, SkPool};

use super::limits::{self, Limit};
use super::{Card, MAC};

/// The model, and its machine.
#[derive(Debug)]
pub struct ModelCard(pub Model);

impl ModelCard {
    /// A card with other times or addresses than usual.
    pub fn with(config: Config) -> Self {
        Self(Model::new(config))
    }
}

impl Card for ModelCard {
    type Pci = ModelPci;

    const NAME: &'static str = "model";
    const LIMITS: &'static [Limit] = limits::MODEL;

    fn power_on() -> Option<Self> {
        Some(Self::with(Config { mac: MAC, ..Config::default() }))
    }

    fn pci(&self) -> ModelPci {
        self.0.pci()
    }

    fn pool(&self, config: PoolConfig) -> SkPool {
        SkPool::heap(config).unwrap()
    }

    fn now(&self) -> Instant {
        self.0.now()
    }

    fn advance_to(&self, at: Instant) {
        self.0.advance_to(at);
    }

    fn next_event(&self) -> Option<Instant> {
        self.0.next_event()
    }

    fn interrupts(&self) -> bool {
        self.0.irq_asserted()
    }

    fn send(&self, frame: &[u8]) {
        let _ = self.0.receive_from_wire(frame);
    }

    fn send_damaged(&self, frame: &[u8]) {
        let _ = self.0.receive_damaged(frame);
    }

    fn sent(&self) -> Option<Vec<u8>> {
        self.0.take_transmitted()
    }

    fn set_cable(&self, plugged: bool) {
        self.0.set_link(plugged);
    }

    fn finish(&self) {
        let violations: Vec<_> = self.0.violations().iter().map(ToString::to_string).collect();
        assert!(violations.is_empty(), "{violations:#?}");
        let left = (self.0.mapped_count(), self.0.coherent_count(), self.0.vector_count());
        assert_eq!(left, (0, 0, 0), "buffers mapped, coherent blocks, vectors");
    }
}
