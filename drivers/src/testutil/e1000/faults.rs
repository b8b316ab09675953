//! What a test breaks on purpose, and what the model counts.

use alloc::collections::BTreeMap;

use super::regs;

/// A call of the bus that may fail.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum FaultPoint {
    /// `Dma::alloc_coherent`.
    Coherent,
    /// `Dma::map`.
    Map,
    /// `Interrupts::request`.
    Vectors,
    /// `PciDevice::map_bar`.
    MapBar,
    /// `PciDevice::map_ports`.
    MapPorts,
}

/// Number of [`FaultPoint`]s.
const POINTS: usize = 5;

/// What is wrong with the PHY.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum PhyFault {
    /// Its identifier is not that of any PHY that the 82540EM comes with.
    WrongId,
    /// It reads as all ones and ignores writes, as an absent one does.
    Silent,
}

/// Calls that are to fail.
#[derive(Debug, Default)]
pub(super) struct Faults {
    /// Fallible calls so far: all of them, and of each kind.
    steps: u64,
    calls: [u64; POINTS],
    fail_step: Option<u64>,
    fail_call: [Option<u64>; POINTS],
}

impl Faults {
    /// Counts a call; `true` if it is to fail.
    pub(super) fn strikes(&mut self, point: FaultPoint) -> bool {
        let point = point as usize;
        let fails =
            self.fail_step == Some(self.steps) || self.fail_call[point] == Some(self.calls[point]);
        self.steps += 1;
        self.calls[point] += 1;
        fails
    }

    pub(super) fn steps(&self) -> u64 {
        self.steps
    }

    pub(super) fn fail_step(&mut self, nth: u64) {
        self.fail_step = Some(self.steps.saturating_add(nth));
    }

    pub(super) fn fail_call(&mut self, point: FaultPoint, nth: u64) {
        let point = point as usize;
        self.fail_call[point] = Some(self.calls[point].saturating_add(nth));
    }

    pub(super) fn clear(&mut self) {
        self.fail_step = None;
        self.fail_call = [None; POINTS];
    }
}

/// Accesses of the driver since the last [`reset_counters`](super::Model::reset_counters).
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Counters {
    /// Register reads through memory.
    pub mmio_reads: u64,
    /// Register writes through memory.
    pub mmio_writes: u64,
    /// Reads of the I/O window.
    pub port_reads: u64,
    /// Writes of the I/O window.
    pub port_writes: u64,
    /// Reads of `ICR`.
    pub icr_reads: u64,
    /// Receive doorbells.
    pub rdt_writes: u64,
    /// Transmit doorbells.
    pub tdt_writes: u64,
    /// Times that the interrupt line was raised.
    pub interrupts: u64,
    /// Device resets.
    pub resets: u64,
    /// Buffers mapped.
    pub maps: u64,
    /// Buffers unmapped.
    pub unmaps: u64,
    /// Register reads by offset.
    pub reads: BTreeMap<u32, u64>,
    /// Register writes by offset.
    pub writes: BTreeMap<u32, u64>,
}

impl Counters {
    pub(super) fn read(&mut self, offset: u32) {
        *self.reads.entry(offset).or_default() += 1;
    }

    pub(super) fn wrote(&mut self, offset: u32) {
        *self.writes.entry(offset).or_default() += 1;
    }

    /// Register writes other than the two doorbells.
    #[must_use]
    pub fn other_writes(&self) -> u64 {
        let doorbells = |offset: &u32| *offset == regs::RDT || *offset == regs::TDT;
        self.writes.iter().filter(|(offset, _)| !doorbells(offset)).map(|(_, count)| count).sum()
    }
}
