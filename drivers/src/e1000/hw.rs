//! The card's registers, and how it is reset.

use super::regs::{
    ALL_ONES, CTRL, Ctrl, ICR, IMC, MANC, MANC_ARP, RCTL, STATUS, TCTL, Tctl, port, ring,
};
use crate::bus::{BusError, DmaAddr, Mmio, PciConfig, PciDevice, PciId, PortIo, command};

/// Which of the family it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Chip {
    I82544,
    I82540,
    I82545,
}

impl Chip {
    pub(super) fn of(id: PciId) -> Option<Self> {
        match (id.vendor, id.device) {
            (0x8086, 0x100c) => Some(Self::I82544),
            (0x8086, 0x100e) => Some(Self::I82540),
            (0x8086, 0x100f) => Some(Self::I82545),
            _ => None,
        }
    }

    /// Erratum 23 of the 82545 and 82546: neither rings nor receive buffers across 64 KiB.
    pub(super) fn boundary(self) -> Option<u64> {
        (self == Self::I82545).then_some(0x1_0000)
    }
}

/// The card as the driver reaches it.
pub(super) struct Hw<P: PciDevice> {
    pub(super) pci: P,
    pub(super) chip: Chip,
    mmio: P::Mmio,
    /// The I/O window, if there is one that works.
    ports: Option<P::PortIo>,
}

impl<P: PciDevice> Hw<P> {
    /// Lets the card answer and maps its windows.
    pub(super) fn map(mut pci: P, chip: Chip) -> Result<Self, BusError> {
        pci.config().update_command(command::MEMORY | command::IO, command::INTX_DISABLE);
        let mmio = pci.map_bar(0)?;
        // Behind which register the ports are differs from card to card.
        let ports = (1..6).find_map(|bar| pci.map_ports(bar).ok()).filter(works);
        Ok(Self { pci, chip, mmio, ports })
    }

    pub(super) fn read(&self, register: u32) -> u32 {
        self.mmio.read32(register)
    }

    pub(super) fn write(&self, register: u32, value: u32) {
        self.mmio.write32(register, value);
    }

    /// Writes a whole table, from its end: chipsets that combine ascending writes confuse the 82544.
    pub(super) fn write_table(&self, register: u32, words: &[u32]) {
        for (index, &word) in words.iter().enumerate().rev() {
            self.write(register + index as u32 * 4, word);
        }
    }

    /// Sets up a ring's registers, head and tail at its start.
    pub(super) fn write_ring(&self, first: u32, (base, len): (DmaAddr, u32)) {
        self.write(first + ring::LOW, base.0 as u32);
        self.write(first + ring::HIGH, (base.0 >> 32) as u32);
        self.write(first + ring::LEN, len);
        self.write(first + ring::HEAD, 0);
        self.write(first + ring::TAIL, 0);
    }

    /// Waits until the card has seen all writes.
    pub(super) fn flush(&self) {
        let _ = self.read(STATUS);
    }

    /// Stops everything that the card does by itself. What it does already may take some more
    /// milliseconds.
    pub(super) fn quiesce(&self) {
        self.write(IMC, ALL_ONES);
        self.write(RCTL, 0);
        self.write(TCTL, Tctl::PSP.bits());
        self.flush();
    }

    /// Starts the reset. Through the I/O window, because the 82540 may never acknowledge a memory
    /// write that does; through memory where that window has nothing behind it. The card must not
    /// be touched for some milliseconds.
    pub(super) fn issue_reset(&self) {
        let control = self.read(CTRL) | Ctrl::RST.bits();
        match &self.ports {
            Some(ports) => {
                ports.out32(port::IOADDR, CTRL);
                ports.out32(port::IODATA, control);
            }
            None => self.write(CTRL, control),
        }
    }

    /// Whether the reset is over. A model that resets nothing clears the bit too.
    pub(super) fn is_reset_over(&self) -> bool {
        let control = self.read(CTRL);
        control != ALL_ONES && control & Ctrl::RST.bits() == 0
    }

    /// What has to be done after each reset, and everything that a reset should have done and some
    /// models don't.
    pub(super) fn after_reset(&self) {
        self.quiesce();
        let management = self.read(MANC);
        self.write(MANC, management & !MANC_ARP);
        let _ = self.read(ICR);
    }

    pub(super) fn set_bus_master(&self, on: bool) {
        let bit = command::BUS_MASTER;
        let (set, clear) = if on { (bit, 0) } else { (0, bit) };
        self.pci.config().update_command(set, clear);
    }

    /// Ends everything at once, for when there is no time to wait: the memory behind the card's DMA
    /// is about to go. Without bus mastering nothing gets through, and a reset forgets the rest.
    pub(super) fn kill(&self) {
        self.quiesce();
        self.issue_reset();
    }
}

/// Whether a window is one: what is written to its address register can be read back.
fn works(ports: &impl PortIo) -> bool {
    ports.out32(port::IOADDR, STATUS);
    ports.in32(port::IOADDR) == STATUS
}
