//! What firmware does on a PC before a driver starts: find the card on PCI bus 0, give its base
//! address registers their places, route its interrupt. Nothing is enabled; that is the driver's.
//!
//! PCI Local Bus Specification 3.0, sections 3.2.2.3.2 (configuration mechanism 1) and 6.2.5.1
//! (sizing); the interrupt router is the PIIX3's (Intel 290550, PIRQRC).

use super::lines::LinkError;
use super::qtest::Qtest;
use crate::bus::{PciId, config};

const CONFIG_ADDRESS: u16 = 0xcf8;
const CONFIG_DATA: u16 = 0xcfc;
const CONFIG_ENABLE: u32 = 1 << 31;

/// Where memory windows go: above the RAM, below the I/O APIC.
const MEMORY_WINDOWS: u32 = 0xe000_0000;
/// Where port windows go: above what PC devices have at fixed ports.
const PORT_WINDOWS: u16 = 0xc000;

/// Bits of a base address register.
const BAR_IO: u32 = 1;
const BAR_64: u32 = 2 << 1;

/// Interrupt line in the low byte.
const INTERRUPT: u16 = 0x3c;
/// The interrupt that PIRQA# to PIRQD# are all routed to: the card is the only PCI device with one.
pub(super) const IRQ: u8 = 11;
/// PIIX3's ISA bridge and its four routing registers.
const ISA_BRIDGE: Slot = Slot(1);
const PIRQ_ROUTES: u16 = 0x60;

/// A place on bus 0; function 0 is meant.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Slot(u8);

/// A base address register that has its place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Bar {
    Memory { base: u32, len: u32 },
    Ports { base: u16, len: u16 },
}

/// The card, found and placed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Card {
    pub(super) slot: Slot,
    pub(super) bars: [Option<Bar>; 6],
}

/// Finds the card called `id` and readies it; `None` if it is not there.
pub(super) fn enumerate(qtest: &mut Qtest, id: PciId) -> Result<Option<Card>, LinkError> {
    let Some(slot) = find(qtest, id)? else { return Ok(None) };
    let bars = place_bars(qtest, slot)?;
    config_write(qtest, ISA_BRIDGE, PIRQ_ROUTES, u32::from_le_bytes([IRQ; 4]))?;
    config_write(qtest, slot, INTERRUPT, u32::from(IRQ))?;
    qtest.irq_intercept_in("ioapic")?;
    Ok(Some(Card { slot, bars }))
}

fn find(qtest: &mut Qtest, id: PciId) -> Result<Option<Slot>, LinkError> {
    let wanted = u32::from(id.device) << 16 | u32::from(id.vendor);
    for slot in (0..32).map(Slot) {
        if config_read(qtest, slot, config::ID)? == wanted {
            return Ok(Some(slot));
        }
    }
    Ok(None)
}

fn place_bars(qtest: &mut Qtest, slot: Slot) -> Result<[Option<Bar>; 6], LinkError> {
    let mut places = Places { memory: Some(MEMORY_WINDOWS), ports: Some(PORT_WINDOWS) };
    let mut bars = [None; 6];
    let mut upper_half = false;
    for (register, bar) in (config::BAR0..).step_by(4).zip(&mut bars) {
        if core::mem::take(&mut upper_half) {
            // All windows lie below 4 GiB.
            config_write(qtest, slot, register, 0)?;
            continue;
        }
        config_write(qtest, slot, register, u32::MAX)?;
        let sized = config_read(qtest, slot, register)?;
        *bar = places.place(sized);
        upper_half = sized & (BAR_IO | BAR_64) == BAR_64;
        let base = match *bar {
            Some(Bar::Memory { base, .. }) => base,
            Some(Bar::Ports { base, .. }) => u32::from(base),
            None => 0,
        };
        config_write(qtest, slot, register, base)?;
    }
    Ok(bars)
}

/// The lowest free addresses; `None` when there are no more.
struct Places {
    memory: Option<u32>,
    ports: Option<u16>,
}

impl Places {
    /// Places the window of a register that reads `sized` after all ones were written to it.
    fn place(&mut self, sized: u32) -> Option<Bar> {
        if sized & BAR_IO != 0 {
            let mask = sized as u16 & !0x3;
            let len = mask.wrapping_neg();
            let base = self.ports?.checked_next_multiple_of(len)?;
            self.ports = base.checked_add(len);
            return Some(Bar::Ports { base, len });
        }
        let len = (sized & !0xf).wrapping_neg();
        let base = self.memory?.checked_next_multiple_of(len)?;
        self.memory = base.checked_add(len);
        Some(Bar::Memory { base, len })
    }
}

/// Reads 32 bits of configuration space; all ones outside its 256 bytes.
pub(super) fn config_read(qtest: &mut Qtest, slot: Slot, offset: u16) -> Result<u32, LinkError> {
    let Some(address) = config_address(slot, offset) else { return Ok(u32::MAX) };
    qtest.outl(CONFIG_ADDRESS, address)?;
    qtest.inl(CONFIG_DATA)
}

/// Writes 32 bits of configuration space; nowhere outside its 256 bytes.
pub(super) fn config_write(
    qtest: &mut Qtest,
    slot: Slot,
    offset: u16,
    value: u32,
) -> Result<(), LinkError> {
    let Some(address) = config_address(slot, offset) else { return Ok(()) };
    qtest.outl(CONFIG_ADDRESS, address)?;
    qtest.outl(CONFIG_DATA, value)
}

fn config_address(slot: Slot, offset: u16) -> Option<u32> {
    let inside = offset.is_multiple_of(4) && offset < 0x100;
    inside.then(|| CONFIG_ENABLE | u32::from(slot.0) << 11 | u32::from(offset))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_are_aligned_to_their_size_and_apart() {
        let mut places = Places { memory: Some(0xe000_0000), ports: Some(0xc000) };
        // What a 128 KiB, a 4 KiB and a 1 MiB register and 64 and 256 ports read after all ones.
        let read = [0xfffe_0000, 0xffff_f000, 0xfff0_0000, 0xffff_ffc1, 0x0000_ff01];
        let want = [
            Some(Bar::Memory { base: 0xe000_0000, len: 0x2_0000 }),
            Some(Bar::Memory { base: 0xe002_0000, len: 0x1000 }),
            Some(Bar::Memory { base: 0xe010_0000, len: 0x10_0000 }),
            Some(Bar::Ports { base: 0xc000, len: 0x40 }),
            Some(Bar::Ports { base: 0xc100, len: 0x100 }),
        ];
        assert_eq!(read.map(|sized| places.place(sized)), want);
    }

    #[test]
    fn a_register_that_is_not_there_gets_no_window() {
        let mut places = Places { memory: Some(0xe000_0000), ports: Some(0xc000) };
        assert_eq!(places.place(0), None);
        assert_eq!(
            places.place(0xfffe_0000),
            Some(Bar::Memory { base: 0xe000_0000, len: 0x2_0000 })
        );
    }
}
