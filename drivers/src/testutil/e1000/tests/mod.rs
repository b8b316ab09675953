//! The model driven by hand, as a naive driver would, with numbers of its own.

mod devices;
mod misuse;
mod receive;
mod transmit;
mod wire;

use core::ptr::NonNull;

use super::*;
use crate::bus::{
    Coherent, CoherentRequest, Direction, Dma, DmaAddr, Interrupts, Mmio, PciConfig, PciDevice,
};

const CTRL: u32 = 0x0000;
const STATUS: u32 = 0x0008;
const EECD: u32 = 0x0010;
const EERD: u32 = 0x0014;
const MDIC: u32 = 0x0020;
const ICR: u32 = 0x00c0;
const ITR: u32 = 0x00c4;
const ICS: u32 = 0x00c8;
const IMS: u32 = 0x00d0;
const IMC: u32 = 0x00d8;
const RCTL: u32 = 0x0100;
const TCTL: u32 = 0x0400;
const RDBAL: u32 = 0x2800;
const RDBAH: u32 = 0x2804;
const RDLEN: u32 = 0x2808;
const RDH: u32 = 0x2810;
const RDT: u32 = 0x2818;
const RDTR: u32 = 0x2820;
const RADV: u32 = 0x282c;
const TDBAL: u32 = 0x3800;
const TDBAH: u32 = 0x3804;
const TDLEN: u32 = 0x3808;
const TDH: u32 = 0x3810;
const TDT: u32 = 0x3818;
const TIDV: u32 = 0x3820;
const RXCSUM: u32 = 0x5000;
const MTA: u32 = 0x5200;
const RAL0: u32 = 0x5400;
const RAH0: u32 = 0x5404;
const VFTA: u32 = 0x5600;

const BUS_MASTER: u16 = 4;
const SLU: u32 = 1 << 6;
const VME: u32 = 1 << 30;
/// EN, BAM, SECRC.
const RCTL_ON: u32 = 0x0400_8002;
/// EN, PSP, CT, COLD.
const TCTL_ON: u32 = 0x0004_00fa;
const RXT0: u32 = 0x80;
const TXDW: u32 = 0x01;
const LSC: u32 = 0x04;

const MAC: [u8; 6] = [0x52, 0x54, 0x00, 0x12, 0x34, 0x56];
/// Descriptors in each ring.
const RING: u32 = 8;
const BUFFER: usize = 2048;

/// A buffer as a driver has it: the bytes are left alone while they are mapped.
struct Buffer {
    bytes: Vec<u8>,
    direction: Direction,
    bus: DmaAddr,
}

impl Buffer {
    fn map(dma: &ModelDma, mut bytes: Vec<u8>, direction: Direction) -> Self {
        let bus = dma.map(NonNull::from(bytes.as_mut_slice()), direction).unwrap();
        Self { bytes, direction, bus }
    }

    fn unmap(self, dma: &ModelDma) -> Vec<u8> {
        dma.unmap(self.bus, self.bytes.len(), self.direction);
        self.bytes
    }
}

/// A card and a driver of the simplest kind.
struct Rig {
    model: Model,
    pci: ModelPci,
    mmio: ModelMmio,
    dma: ModelDma,
    rx: Coherent<ModelDma>,
    tx: Coherent<ModelDma>,
    rx_buffers: Vec<Option<Buffer>>,
    tx_buffers: Vec<Option<Buffer>>,
    rx_next: u32,
    tx_next: u32,
}

fn ring(dma: &ModelDma) -> Coherent<ModelDma> {
    let request =
        CoherentRequest { len: RING as usize * 16, align: 16, boundary: None, mask: u64::MAX };
    Coherent::new(dma.clone(), request).unwrap()
}

impl Rig {
    /// Rings set up, units still off.
    fn idle(config: Config) -> Self {
        // Clearing the tables is what takes Miri longest, so there they start clear.
        let undefined_tables = config.undefined_tables && !cfg!(miri);
        let model = Model::new(Config { undefined_tables, ..config });
        let mut pci = model.pci();
        pci.config().update_command(BUS_MASTER, 0);
        pci.interrupts().request(1..=1).unwrap();
        let mmio = pci.map_bar(0).unwrap();
        let dma = pci.dma();
        let (rx, tx) = (ring(&dma), ring(&dma));
        for i in 0..if undefined_tables { 128 } else { 0 } {
            mmio.write32(MTA + i * 4, 0);
            mmio.write32(VFTA + i * 4, 0);
        }
        for (registers, ring) in [(RDBAL, &rx), (TDBAL, &tx)] {
            mmio.write32(registers, ring.bus().0 as u32);
            mmio.write32(registers + 4, (ring.bus().0 >> 32) as u32);
            mmio.write32(registers + 8, RING * 16);
            mmio.write32(registers + 0x10, 0);
            mmio.write32(registers + 0x18, 0);
        }
        let none = || (0..RING).map(|_| None).collect();
        Self {
            model,
            pci,
            mmio,
            dma,
            rx,
            tx,
            rx_buffers: none(),
            tx_buffers: none(),
            rx_next: 0,
            tx_next: 0,
        }
    }

    /// Everything on, link up, seven receive buffers given.
    fn started(config: Config) -> Self {
        let mut rig = Self::idle(config);
        rig.mmio.write32(CTRL, SLU);
        rig.after_ms(600);
        assert!(rig.model.link_up());
        for index in 0..RING - 1 {
            rig.fill(index);
        }
        rig.mmio.write32(RDT, RING - 1);
        rig.mmio.write32(RCTL, RCTL_ON);
        rig.mmio.write32(TCTL, TCTL_ON);
        rig.mmio.read32(ICR);
        rig
    }

    fn new() -> Self {
        Self::started(Config::default())
    }

    fn immediate() -> Self {
        Self::started(Config { transmission: Transmission::Immediate, ..Config::default() })
    }

    fn after_ms(&self, ms: u64) {
        self.model.advance_to(self.model.now() + Duration::from_millis(ms));
    }

    fn after_ns(&self, ns: u64) {
        self.model.advance_to(self.model.now() + Duration::from_nanos(ns));
    }

    fn fill(&mut self, index: u32) {
        let buffer = Buffer::map(&self.dma, vec![0; BUFFER], Direction::FromDevice);
        let bus = buffer.bus.0;
        self.rx_buffers[index as usize] = Some(buffer);
        write(&mut self.rx, index, [bus as u32, (bus >> 32) as u32, 0, 0]);
    }

    /// Writes a transmit descriptor without ringing the doorbell.
    fn queue(&mut self, bytes: &[u8], upper: [u32; 2]) -> u32 {
        let index = self.tx_next;
        let buffer = Buffer::map(&self.dma, bytes.to_vec(), Direction::ToDevice);
        let bus = buffer.bus.0;
        self.tx_buffers[index as usize] = Some(buffer);
        write(&mut self.tx, index, [bus as u32, (bus >> 32) as u32, upper[0], upper[1]]);
        self.tx_next = (index + 1) % RING;
        index
    }

    fn doorbell(&self) {
        self.mmio.write32(TDT, self.tx_next);
    }

    /// Sends a frame by one legacy descriptor: EOP, IFCS, RS.
    fn send(&mut self, frame: &[u8]) -> u32 {
        let index = self.queue(frame, [0x0b00_0000 | frame.len() as u32, 0]);
        self.doorbell();
        index
    }

    fn tx_done(&self, index: u32) -> bool {
        self.tx.read32(index as usize * 16 + 12).unwrap() & 1 != 0
    }

    /// The next received descriptor's upper words and buffer, if it is done.
    fn harvest(&mut self) -> Option<([u32; 2], Vec<u8>)> {
        let at = self.rx_next as usize * 16;
        let upper = [self.rx.read32(at + 8).unwrap(), self.rx.read32(at + 12).unwrap()];
        if upper[1] & 1 == 0 {
            return None;
        }
        let buffer = self.rx_buffers[self.rx_next as usize].take().unwrap();
        let mut bytes = buffer.unmap(&self.dma);
        bytes.truncate((upper[0] & 0xffff) as usize);
        self.rx_next = (self.rx_next + 1) % RING;
        Some((upper, bytes))
    }

    /// Stops the card and gives everything back.
    fn stop(mut self) -> Model {
        self.mmio.write32(IMC, u32::MAX);
        self.mmio.write32(RCTL, 0);
        self.mmio.write32(TCTL, 0);
        self.after_ms(10);
        for buffer in self.rx_buffers.drain(..).chain(self.tx_buffers.drain(..)).flatten() {
            buffer.unmap(&self.dma);
        }
        drop((self.rx, self.tx));
        self.pci.interrupts().release();
        self.model
    }

    /// Stops, and nothing may be left nor wrong.
    fn stop_clean(self) {
        let model = self.stop();
        assert_eq!(model.violations(), []);
        assert_eq!(model.mapped_count(), 0);
        assert_eq!(model.coherent_count(), 0);
    }
}

fn write(ring: &mut Coherent<ModelDma>, index: u32, words: [u32; 4]) {
    for (i, word) in words.into_iter().enumerate() {
        assert!(ring.write32(index as usize * 16 + i * 4, word));
    }
}

/// An Ethernet II frame of `len` bytes whose payload counts up.
fn frame(to: [u8; 6], len: usize) -> Vec<u8> {
    let mut frame = [to, [2, 0, 0, 0, 0, 1]].concat();
    frame.extend([0x88, 0xb5]);
    frame.extend((frame.len()..len).map(|i| i as u8));
    frame
}

/// The checksum as RFC 1071 says it, one word at a time.
fn naive_checksum(bytes: &[u8]) -> u16 {
    let mut sum = 0_u32;
    for pair in bytes.chunks(2) {
        sum += u32::from(pair[0]) * 256 + u32::from(*pair.get(1).unwrap_or(&0));
        sum = (sum & 0xffff) + (sum >> 16);
    }
    !(sum as u16)
}

/// The header of Wikipedia's example, whose checksum is b861, with `payload` behind it.
fn udp_frame(payload: &[u8]) -> Vec<u8> {
    let mut frame = [MAC, [2, 0, 0, 0, 0, 1]].concat();
    frame.extend([8, 0, 0x45, 0, 0, 0x73, 0, 0, 0x40, 0, 0x40, 0x11, 0xb8, 0x61]);
    frame.extend([192, 168, 0, 1, 192, 168, 0, 199]);
    frame.extend([0x04, 0xd2, 0x16, 0x2e, 0, 95, 0, 0]);
    frame.extend(payload);
    frame.resize(14 + 0x73, 0);
    let mut pseudo = frame[26..34].to_vec();
    pseudo.extend([0, 17, 0, 95]);
    pseudo.extend(&frame[34..]);
    let sum = naive_checksum(&pseudo);
    frame[40..42].copy_from_slice(&sum.to_be_bytes());
    frame
}
