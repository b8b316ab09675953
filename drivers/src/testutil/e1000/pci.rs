//! The PCI function around the controller: configuration space, windows and vectors.

use core::ops::RangeInclusive;

use super::violation::Misuse;
use super::{FaultPoint, Model, ModelDma};
use crate::bus::{
    BusError, CpuId, Interrupts, Mmio, PciConfig, PciDevice, PortIo, command, config,
};

const MMIO_BAR: u8 = 0;
/// The real card has its ports behind BAR 2 (QEMU's behind BAR 1): drivers must look.
const PORT_BAR: u8 = 2;
/// Ports: an address register and a data register.
const IOADDR: u16 = 0;
const IODATA: u16 = 4;

/// Bits of the command register that the card has.
const COMMAND_BITS: u16 = 0x0557;
/// Status: capabilities list is absent, fast back-to-back, medium decoding.
const STATUS: u32 = 0x0220 << 16;
/// Status bit: an interrupt is pending.
const STATUS_INTERRUPT: u32 = 1 << (16 + 3);

/// Configuration space.
#[derive(Debug)]
pub(super) struct ConfigSpace {
    command: u16,
    bars: [u32; 6],
    /// Cache line size and latency timer.
    timing: u32,
    line: u8,
    /// Register that `IODATA` reaches.
    io_addr: u32,
}

impl Default for ConfigSpace {
    fn default() -> Self {
        // Firmware has enabled decoding; bus mastering is the driver's to enable.
        let command = command::IO | command::MEMORY;
        let bars = [0xfebc_0000, 0, 0x0000_c001, 0, 0, 0];
        Self { command, bars, timing: 0, line: 11, io_addr: 0 }
    }
}

impl ConfigSpace {
    pub(super) fn command(&self, bit: u16) -> bool {
        self.command & bit != 0
    }

    fn bar(offset: u16) -> Option<usize> {
        (config::BAR0..config::BAR0 + 24)
            .contains(&offset)
            .then(|| usize::from((offset - config::BAR0) / 4))
    }

    fn read(&self, offset: u16) -> u32 {
        if let Some(bar) = Self::bar(offset) {
            return self.bars[bar];
        }
        match offset {
            config::ID => 0x100e_8086,
            config::COMMAND => STATUS | u32::from(self.command),
            // Ethernet, revision 2.
            config::REVISION => 0x0200_0002,
            0x0c => self.timing,
            config::SUBSYSTEM => 0x001e_8086,
            // Latency wishes, pin A, line.
            0x3c => 0xff00_0100 | u32::from(self.line),
            _ => 0,
        }
    }

    fn write(&mut self, offset: u16, value: u32) {
        match Self::bar(offset) {
            // 128 KiB of memory; 64 ports.
            Some(0) => self.bars[0] = value & !0x1_ffff,
            Some(2) => self.bars[2] = (value & !0x3f) | 1,
            Some(_) => {}
            None if offset == config::COMMAND => self.command = value as u16 & COMMAND_BITS,
            None if offset == 0x0c => self.timing = value & 0xffff,
            None if offset == 0x3c => self.line = value as u8,
            None => {}
        }
    }
}

/// The card as a driver's probe gets it.
#[derive(Debug)]
pub struct ModelPci {
    model: Model,
    config: ModelConfig,
    interrupts: ModelInterrupts,
}

impl ModelPci {
    pub(super) fn new(model: Model) -> Self {
        let config = ModelConfig(model.clone());
        let interrupts = ModelInterrupts(model.clone());
        Self { model, config, interrupts }
    }
}

impl PciDevice for ModelPci {
    type Mmio = ModelMmio;
    type PortIo = ModelPortIo;
    type Dma = ModelDma;
    type Config = ModelConfig;
    type Interrupts = ModelInterrupts;

    fn map_bar(&mut self, bar: u8) -> Result<ModelMmio, BusError> {
        if self.model.lock().faults.strikes(FaultPoint::MapBar) || bar != MMIO_BAR {
            return Err(BusError::NoBar);
        }
        Ok(ModelMmio(self.model.clone()))
    }

    fn map_ports(&mut self, bar: u8) -> Result<ModelPortIo, BusError> {
        if self.model.lock().faults.strikes(FaultPoint::MapPorts) || bar != PORT_BAR {
            return Err(BusError::NoBar);
        }
        Ok(ModelPortIo(self.model.clone()))
    }

    fn dma(&self) -> ModelDma {
        ModelDma(self.model.clone())
    }

    fn config(&self) -> &ModelConfig {
        &self.config
    }

    fn interrupts(&self) -> &ModelInterrupts {
        &self.interrupts
    }
}

/// The card's registers in memory space.
#[derive(Clone, Debug)]
pub struct ModelMmio(Model);

impl Mmio for ModelMmio {
    fn read32(&self, offset: u32) -> u32 {
        let mut state = self.0.lock();
        state.counters.mmio_reads += 1;
        state.counters.read(offset);
        if !state.pci.command(command::MEMORY) {
            state.violation(Misuse::DecodingOff { window: "memory" });
            return u32::MAX;
        }
        state.read_register(offset)
    }

    fn write32(&self, offset: u32, value: u32) {
        let mut state = self.0.lock();
        state.counters.mmio_writes += 1;
        state.counters.wrote(offset);
        if !state.pci.command(command::MEMORY) {
            state.violation(Misuse::DecodingOff { window: "memory" });
            return;
        }
        state.write_register(offset, value);
    }
}

/// The card's I/O window: `IOADDR` names a register, `IODATA` is it.
#[derive(Clone, Debug)]
pub struct ModelPortIo(Model);

impl PortIo for ModelPortIo {
    fn in32(&self, offset: u16) -> u32 {
        let mut state = self.0.lock();
        state.counters.port_reads += 1;
        if !state.pci.command(command::IO) {
            state.violation(Misuse::DecodingOff { window: "I/O" });
            return u32::MAX;
        }
        match offset {
            IOADDR => state.pci.io_addr,
            IODATA => {
                let register = state.pci.io_addr;
                state.read_register(register)
            }
            _ => {
                state.violation(Misuse::OutsideWindow { offset: offset.into() });
                u32::MAX
            }
        }
    }

    fn out32(&self, offset: u16, value: u32) {
        let mut state = self.0.lock();
        state.counters.port_writes += 1;
        if !state.pci.command(command::IO) {
            state.violation(Misuse::DecodingOff { window: "I/O" });
            return;
        }
        match offset {
            IOADDR => state.pci.io_addr = value,
            IODATA => {
                let register = state.pci.io_addr;
                state.write_register(register, value);
            }
            _ => state.violation(Misuse::OutsideWindow { offset: offset.into() }),
        }
    }
}

/// The card's configuration space.
#[derive(Clone, Debug)]
pub struct ModelConfig(Model);

impl PciConfig for ModelConfig {
    fn read32(&self, offset: u16) -> u32 {
        let mut state = self.0.lock();
        if !offset.is_multiple_of(4) {
            state.violation(Misuse::Unaligned { offset: offset.into() });
            return u32::MAX;
        }
        let pending = offset == config::COMMAND && state.irq.asserted;
        state.pci.read(offset) | if pending { STATUS_INTERRUPT } else { 0 }
    }

    fn write32(&self, offset: u16, value: u32) {
        let mut state = self.0.lock();
        if !offset.is_multiple_of(4) {
            state.violation(Misuse::Unaligned { offset: offset.into() });
            return;
        }
        let before = state.pci.command(command::BUS_MASTER);
        state.pci.write(offset, value);
        if !before && state.pci.command(command::BUS_MASTER) {
            state.start_mastering();
        }
    }
}

/// The card's interrupt vectors.
#[derive(Clone, Debug)]
pub struct ModelInterrupts(Model);

impl Interrupts for ModelInterrupts {
    fn request(&self, count: RangeInclusive<u16>) -> Result<u16, BusError> {
        let mut state = self.0.lock();
        let available = state.config.vectors;
        if state.faults.strikes(FaultPoint::Vectors) || *count.start() > available {
            return Err(BusError::NoVectors);
        }
        if state.irq.vectors != 0 {
            state.violation(Misuse::RequestedTwice);
        }
        state.irq.vectors = available.min(*count.end());
        Ok(state.irq.vectors)
    }

    fn set_affinity(&self, vector: u16, cpu: CpuId) -> Result<(), BusError> {
        let mut state = self.0.lock();
        if vector < state.irq.vectors && cpu.0 < state.config.cpus {
            state.irq.cpus.insert(vector, cpu);
            Ok(())
        } else {
            Err(BusError::NoSuchVector)
        }
    }

    fn release(&self) {
        let mut state = self.0.lock();
        let mask = state.irq.ims;
        if mask != 0 && state.irq.vectors != 0 {
            state.violation(Misuse::ReleasedWhileEnabled { mask });
        }
        state.irq.vectors = 0;
    }
}
