//! A register-level model of Intel's 82540EM that punishes a driver's mistakes.
//!
//! [`Model`] is the card with the machine around it: the test's side. [`Model::pci`] is what a driver
//! probes. Nothing happens by itself: time passes when the test says so ([`Model::advance_to`]), and
//! a little with each register read, so that a driver which spins sees progress. Whatever a real
//! card would answer with corrupted memory, a lost frame or silence, the model also writes down:
//! see [`Model::violations`] and [`Misuse`]. What a test wants to go wrong, it asks for
//! ([`FaultPoint`], [`PhyFault`], [`Model::set_tx_hang`], [`Model::hostile_receive`] …).
//!
//! It is written from Intel's manual 317453-006 by other hands than the driver, so the two agree only
//! where both are right. Where it is simpler than the card:
//! - a frame is fetched when the one before it has left, so `DD` means "sent", not "in the FIFO";
//! - there is no receive FIFO: a frame that finds too few descriptors is lost at once;
//! - descriptors are written back one by one, whatever `RXDCTL` and `TXDCTL` say of thresholds;
//! - no TCP segmentation ([`Misuse::TsoNotModelled`]), pause frames, wake-up, manageability, flash.

mod checksum;
mod dma;
mod eeprom;
mod faults;
mod filter;
mod irq;
mod memory;
mod pci;
mod phy;
mod regs;
mod ring;
mod rx;
mod state;
mod stats;
mod tx;
mod violation;
mod wire;

#[cfg(test)]
mod tests;

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::time::Duration;
use std::sync::{Mutex, MutexGuard, PoisonError};

use softnet_sk_buff::{Instant, MacAddr};

pub use dma::ModelDma;
pub use faults::{Counters, FaultPoint, PhyFault};
pub use pci::{ModelConfig, ModelInterrupts, ModelMmio, ModelPci, ModelPortIo};
pub use phy::Speed;
pub use rx::Reception;
pub use violation::{Misuse, Unit, Violation};
pub use wire::{Fate, Heading, Peer, Wire, WireEnd};

use crate::bus::CpuId;
use state::State;

/// How long frames take to leave.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Transmission {
    /// As long as their bits take at the speed of the link.
    LineRate,
    /// No time: all that the doorbell gives is sent before the write returns.
    Immediate,
}

/// The card and its board.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Config {
    /// Address in the EEPROM.
    pub mac: MacAddr,
    /// A cable with a partner is plugged in from the start.
    pub cable: bool,
    /// How long frames take to leave.
    pub transmission: Transmission,
    /// What a register read takes. Writes are posted and take nothing.
    pub read_time: Duration,
    /// How long the device is deaf after `CTRL.RST`.
    pub reset_time: Duration,
    /// How long the PHY is deaf after a reset through its control register.
    pub phy_reset_time: Duration,
    /// How long autonegotiation takes.
    pub autoneg_time: Duration,
    /// How long a management transaction takes.
    pub mdic_time: Duration,
    /// How long a read through `EERD` takes.
    pub eeprom_time: Duration,
    /// Interrupt vectors to be had.
    pub vectors: u16,
    /// CPUs that a vector can go to.
    pub cpus: u16,
    /// Bus address from which memory is handed out. Above 4 GiB it finds drivers that drop the upper
    /// half.
    pub dma_base: u64,
    /// The multicast and VLAN tables hold garbage until software writes them, as the card's do.
    pub undefined_tables: bool,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            mac: MacAddr([0x52, 0x54, 0x00, 0x12, 0x34, 0x56]),
            cable: true,
            transmission: Transmission::LineRate,
            read_time: Duration::from_micros(1),
            reset_time: Duration::from_millis(1),
            phy_reset_time: Duration::from_micros(100),
            autoneg_time: Duration::from_millis(500),
            mdic_time: Duration::from_micros(20),
            eeprom_time: Duration::from_micros(20),
            vectors: 1,
            cpus: 4,
            dma_base: 0x1000_0000,
            undefined_tables: true,
        }
    }
}

/// The model from the test's side: a handle, cloned freely.
#[derive(Clone, Debug)]
pub struct Model(Arc<Mutex<State>>);

impl Default for Model {
    fn default() -> Self {
        Self::new(Config::default())
    }
}

impl Model {
    /// A card that was just powered on, at time zero.
    #[must_use]
    pub fn new(config: Config) -> Self {
        Self(Arc::new(Mutex::new(State::new(config))))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // A test that panicked elsewhere has failed already; its state may still be looked at.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The card as the driver gets it.
    #[must_use]
    pub fn pci(&self) -> ModelPci {
        ModelPci::new(self.clone())
    }

    // Time.

    /// The model's time.
    #[must_use]
    pub fn now(&self) -> Instant {
        self.lock().now
    }

    /// Lets time pass up to `now`. A time that is past already changes nothing.
    pub fn advance_to(&self, now: Instant) {
        self.lock().advance(now);
    }

    /// When something will happen by itself next.
    #[must_use]
    pub fn next_event(&self) -> Option<Instant> {
        self.lock().next_event()
    }

    // The wire and the interrupt line.

    /// A frame, without FCS, arrives at the MAC at this moment.
    pub fn receive_from_wire(&self, frame: &[u8]) -> Reception {
        self.lock().receive(frame, true)
    }

    /// A frame arrives whose FCS is wrong.
    pub fn receive_damaged(&self, frame: &[u8]) -> Reception {
        self.lock().receive(frame, false)
    }

    /// The oldest frame that has left, without FCS.
    #[must_use]
    pub fn take_transmitted(&self) -> Option<Vec<u8>> {
        self.lock().tx.sent.pop_front().map(|(_, frame)| frame)
    }

    /// Shows all frames that have left, with the time of their last bit, and reuses their buffers.
    pub fn drain_transmitted(&self, mut each: impl FnMut(Instant, &[u8])) {
        loop {
            let next = self.lock().tx.sent.pop_front();
            let Some((at, frame)) = next else { return };
            each(at, &frame);
            self.recycle(frame);
        }
    }

    /// Gives back a buffer of [`take_transmitted`](Self::take_transmitted) for reuse.
    pub fn recycle(&self, frame: Vec<u8>) {
        self.lock().tx.recycle(frame);
    }

    /// Plugs the cable in or pulls it out. Plugged in, the PHY negotiates first.
    pub fn set_link(&self, cable: bool) {
        let mut state = self.lock();
        let now = state.now;
        state.phy.set_cable(cable, now);
        state.update_link();
    }

    /// The link is lost and comes back after negotiation.
    pub fn flap_link(&self) {
        self.set_link(false);
        self.set_link(true);
    }

    /// The other end offers `fastest` and all below it from now on; the link is negotiated anew.
    pub fn set_partner(&self, fastest: Speed) {
        let mut state = self.lock();
        let now = state.now;
        state.phy.set_partner(fastest, now);
        state.update_link();
    }

    /// Whether the MAC has a link (`STATUS.LU`).
    #[must_use]
    pub fn link_up(&self) -> bool {
        self.lock().link.is_some()
    }

    /// Whether the interrupt line is driven and a vector takes it.
    #[must_use]
    pub fn irq_asserted(&self) -> bool {
        let state = self.lock();
        state.irq_line() && state.irq.vectors != 0
    }

    // What the driver did.

    /// The driver's mistakes so far; the first thousand of them.
    #[must_use]
    pub fn violations(&self) -> Vec<Violation> {
        self.lock().log.entries().to_vec()
    }

    /// As [`violations`](Self::violations), and forgets them.
    #[must_use]
    pub fn take_violations(&self) -> Vec<Violation> {
        self.lock().log.take()
    }

    /// The driver's accesses since the last [`reset_counters`](Self::reset_counters).
    #[must_use]
    pub fn counters(&self) -> Counters {
        self.lock().counters.clone()
    }

    /// Counts from zero again.
    pub fn reset_counters(&self) {
        self.lock().counters = Counters::default();
    }

    /// Buffers mapped and not unmapped.
    #[must_use]
    pub fn mapped_count(&self) -> usize {
        self.lock().dma.counts().0
    }

    /// Coherent blocks allocated and not freed.
    #[must_use]
    pub fn coherent_count(&self) -> usize {
        self.lock().dma.counts().1
    }

    /// Interrupt vectors that the driver holds.
    #[must_use]
    pub fn vector_count(&self) -> u16 {
        self.lock().irq.vectors
    }

    /// The CPU that interrupt `vector` goes to, if the driver said.
    #[must_use]
    pub fn vector_cpu(&self, vector: u16) -> Option<CpuId> {
        self.lock().irq.cpus.get(&vector).copied()
    }

    /// A register's value, without the side effects, the time and the count of a driver's read.
    #[must_use]
    pub fn peek(&self, offset: u32) -> u32 {
        let state = self.lock();
        match offset {
            regs::IMS => state.irq.ims,
            regs::ICR => state.irq.icr,
            regs::RDBAL..=regs::RDT => state.read_ring(Unit::Receive, offset),
            regs::TDBAL..=regs::TDT => state.read_ring(Unit::Transmit, offset),
            regs::CRCERRS..0x4100 => state.stats.peek(offset),
            _ => state.reg(offset),
        }
    }

    // What the test breaks.

    /// The `nth` call of this kind from now on, counted from 0, fails.
    pub fn fail_nth(&self, point: FaultPoint, nth: u64) {
        self.lock().faults.fail_call(point, nth);
    }

    /// The `nth` fallible call of any kind from now on, counted from 0, fails.
    pub fn fail_step(&self, nth: u64) {
        self.lock().faults.fail_step(nth);
    }

    /// Fallible calls so far.
    #[must_use]
    pub fn steps(&self) -> u64 {
        self.lock().faults.steps()
    }

    /// Calls fail no more.
    pub fn clear_faults(&self) {
        self.lock().faults.clear();
    }

    /// Writes an EEPROM word; the checksum follows.
    pub fn set_eeprom_word(&self, index: u8, value: u16) {
        self.lock().eeprom.set(index, value, true);
    }

    /// Flips bits of an EEPROM word, so that the checksum is wrong.
    pub fn corrupt_eeprom(&self) {
        let mut state = self.lock();
        let word = state.eeprom.word(0x0b);
        state.eeprom.set(0x0b, !word, false);
    }

    /// Breaks or heals the PHY.
    pub fn set_phy_fault(&self, fault: Option<PhyFault>) {
        self.lock().phy.fault = fault;
    }

    /// The transmitter stops completing frames, or goes on.
    pub fn set_tx_hang(&self, hang: bool) {
        let mut state = self.lock();
        state.tx.hang = hang;
        state.tx_run();
    }

    /// Sets interrupt causes, as the card does by itself.
    pub fn raise_interrupt(&self, causes: u32) {
        self.lock().raise(causes);
    }

    /// Overwrites receive descriptor `index` with four little-endian words, as a hostile card might,
    /// and lets go of its buffer. `false` if it is not in the ring or out of the device's reach.
    pub fn write_rx_descriptor(&self, index: u32, words: [u32; 4]) -> bool {
        self.poke(Unit::Receive, index, words)
    }

    /// As [`write_rx_descriptor`](Self::write_rx_descriptor), for the transmit ring.
    pub fn write_tx_descriptor(&self, index: u32, words: [u32; 4]) -> bool {
        self.poke(Unit::Transmit, index, words)
    }

    /// A hostile card "receives": writes back the upper two words of the descriptor at the head as
    /// it likes, moves on and interrupts. `false` if the driver has given none.
    pub fn hostile_receive(&self, upper: [u32; 2]) -> bool {
        let head = {
            let mut state = self.lock();
            let head = state.rx.ring.head;
            let given = state.enabled(Unit::Receive) && head != state.rx.ring.tail;
            match state.read_descriptor(Unit::Receive, head).filter(|_| given) {
                Some(_) => head,
                None => return false,
            }
        };
        let mut state = self.lock();
        let mut bytes = [0; 8];
        bytes[..4].copy_from_slice(&upper[0].to_le_bytes());
        bytes[4..].copy_from_slice(&upper[1].to_le_bytes());
        state.write_descriptor(Unit::Receive, head, 8, &bytes);
        state.let_go(Unit::Receive, head);
        state.rx.ring.head = state.rx.ring.after(head);
        state.rx_interrupt();
        true
    }

    fn poke(&self, unit: Unit, index: u32, words: [u32; 4]) -> bool {
        let mut state = self.lock();
        if index >= state.ring(unit).size() || state.read_descriptor(unit, index).is_none() {
            return false;
        }
        let mut bytes = [0; 16];
        for (bytes, word) in bytes.chunks_exact_mut(4).zip(words) {
            bytes.copy_from_slice(&word.to_le_bytes());
        }
        state.write_descriptor(unit, index, 0, &bytes);
        state.let_go(unit, index);
        true
    }
}
