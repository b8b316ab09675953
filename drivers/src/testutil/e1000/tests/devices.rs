//! Reset, EEPROM, PHY, link, interrupts, PCI.

use super::*;
use crate::bus::{BusError, CpuId, PortIo};

fn bare() -> (Model, ModelPci, ModelMmio) {
    let model = Model::default();
    let mut pci = model.pci();
    let mmio = pci.map_bar(0).unwrap();
    (model, pci, mmio)
}

fn wait(mmio: &ModelMmio, register: u32, bit: u32) -> u32 {
    for _ in 0..100 {
        let value = mmio.read32(register);
        if value & bit != 0 {
            return value;
        }
    }
    panic!("register {register:#x} never showed {bit:#x}");
}

fn eerd(mmio: &ModelMmio, word: u32) -> u16 {
    mmio.write32(EERD, word << 8 | 1);
    (wait(mmio, EERD, 0x10) >> 16) as u16
}

fn phy_read(mmio: &ModelMmio, register: u32) -> u16 {
    mmio.write32(MDIC, 0x0820_0000 | register << 16);
    wait(mmio, MDIC, 1 << 28) as u16
}

fn phy_write(mmio: &ModelMmio, register: u32, value: u16) {
    mmio.write32(MDIC, 0x0420_0000 | register << 16 | u32::from(value));
    wait(mmio, MDIC, 1 << 28);
}

/// One word by the four pins, as the chips's data sheet draws it.
fn bang(mmio: &ModelMmio, word: u8) -> u16 {
    const REQ: u32 = 0x40;
    mmio.write32(EECD, REQ);
    assert_ne!(mmio.read32(EECD) & 0x80, 0, "granted");
    mmio.write32(EECD, REQ | 2);
    let clock = |data: u32| {
        mmio.write32(EECD, REQ | 2 | data << 2);
        mmio.write32(EECD, REQ | 2 | data << 2 | 1);
        let out = mmio.read32(EECD) >> 3 & 1;
        mmio.write32(EECD, REQ | 2 | data << 2);
        out
    };
    for bit in [1, 1, 0] {
        clock(bit);
    }
    for bit in (0..6).rev() {
        clock(u32::from(word >> bit & 1));
    }
    let value = (0..16).fold(0, |value, _| value << 1 | clock(0)) as u16;
    mmio.write32(EECD, REQ);
    mmio.write32(EECD, 0);
    value
}

#[test]
#[cfg_attr(miri, ignore = "thousands of register reads")]
fn eeprom_sums_to_baba_and_holds_the_address() {
    let (model, _, mmio) = bare();
    let sum = (0..64).fold(0_u16, |sum, i| sum.wrapping_add(eerd(&mmio, i)));
    assert_eq!(sum, 0xbaba);
    assert_eq!([eerd(&mmio, 0), eerd(&mmio, 1), eerd(&mmio, 2)], [0x5452, 0x1200, 0x5634]);
    for word in [0, 1, 2, 0x0d, 0x3f] {
        assert_eq!(bang(&mmio, word), eerd(&mmio, word.into()), "word {word:#x}");
    }
    model.set_eeprom_word(5, 0x1234);
    assert_eq!(eerd(&mmio, 5), 0x1234);
    assert_eq!((0..64).fold(0_u16, |sum, i| sum.wrapping_add(eerd(&mmio, i))), 0xbaba);
    model.corrupt_eeprom();
    assert_ne!((0..64).fold(0_u16, |sum, i| sum.wrapping_add(eerd(&mmio, i))), 0xbaba);
    assert_eq!(model.violations(), []);
}

#[test]
fn receive_address_comes_from_the_eeprom() {
    let (_, _, mmio) = bare();
    assert_eq!(mmio.read32(RAL0), 0x1200_5452);
    assert_eq!(mmio.read32(RAH0), 0x8000_5634);
}

#[test]
fn phy_answers_at_address_one_only_and_can_be_broken() {
    let (model, _, mmio) = bare();
    assert_eq!(phy_read(&mmio, 2), 0x0141);
    assert_eq!(phy_read(&mmio, 3) & 0xfff0, 0x0c20);
    mmio.write32(MDIC, 0x0840_0000 | 2 << 16);
    assert_ne!(wait(&mmio, MDIC, 1 << 28) & 1 << 30, 0, "error at address 2");
    model.set_phy_fault(Some(PhyFault::WrongId));
    assert_ne!(phy_read(&mmio, 2), 0x0141);
    model.set_phy_fault(Some(PhyFault::Silent));
    assert_eq!(phy_read(&mmio, 2), 0xffff);
    assert_eq!(model.violations(), []);
}

#[test]
fn autonegotiation_takes_its_time_and_status_follows() {
    let rig = Rig::idle(Config::default());
    rig.mmio.write32(IMS, LSC);
    rig.mmio.write32(CTRL, SLU);
    assert_eq!(rig.mmio.read32(STATUS) & 2, 0);
    rig.model.advance_to(Instant::from_millis(499));
    assert!(!rig.model.irq_asserted());
    assert_eq!(rig.model.next_event(), Some(Instant::from_millis(500)));
    rig.model.advance_to(Instant::from_millis(500));
    assert!(rig.model.irq_asserted());
    // Link up, full duplex, 1000 Mbit/s.
    assert_eq!(rig.mmio.read32(STATUS) & 0xc3, 0x83);
    assert_eq!(rig.mmio.read32(ICR), LSC);
    assert!(!rig.model.irq_asserted());
    rig.stop_clean();
}

#[test]
fn phy_registers_tell_the_outcome() {
    let rig = Rig::idle(Config::default());
    rig.mmio.write32(CTRL, SLU);
    rig.after_ms(600);
    let mmio = &rig.mmio;
    assert_eq!(phy_read(mmio, 1) & 0x24, 0x20, "link bit is latched low");
    assert_eq!(phy_read(mmio, 1) & 0x24, 0x24);
    assert_eq!(phy_read(mmio, 10) & 0x0800, 0x0800, "partner does 1000 full");
    // Resolved, link, full duplex, 1000.
    assert_eq!(phy_read(mmio, 17) & 0xec00, 0xac00);
    // Offer 10 and 100 only: renegotiates to 100 full.
    phy_write(mmio, 9, 0);
    phy_write(mmio, 0, 0x1340);
    assert_eq!(phy_read(mmio, 1) & 4, 0);
    rig.after_ms(600);
    assert_eq!(mmio.read32(STATUS) & 0xc3, 0x43);
    assert_eq!(phy_read(mmio, 17) & 0xec00, 0x6c00);
    rig.model.set_partner(Speed::Mbps10);
    rig.after_ms(600);
    assert_eq!(mmio.read32(STATUS) & 0xc3, 0x03);
    // Powered down: no link, whatever the cable.
    phy_write(mmio, 0, 0x1940);
    rig.after_ms(600);
    assert!(!rig.model.link_up());
    // Reset clears itself and negotiates.
    phy_write(mmio, 0, 0x9140);
    assert_eq!(phy_read(mmio, 0), 0x9140);
    rig.after_ms(1);
    assert_eq!(phy_read(mmio, 0), 0x1140);
    rig.after_ms(600);
    assert!(rig.model.link_up());
    rig.stop_clean();
}

#[test]
fn link_flap_interrupts_twice() {
    let rig = Rig::new();
    rig.mmio.write32(IMS, LSC);
    rig.model.flap_link();
    assert!(rig.model.irq_asserted());
    assert_eq!(rig.mmio.read32(STATUS) & 2, 0);
    assert_eq!(rig.mmio.read32(ICR), LSC);
    rig.after_ms(500);
    assert_eq!(rig.mmio.read32(ICR), LSC);
    assert_eq!(rig.mmio.read32(STATUS) & 2, 2);
    rig.stop_clean();
}

#[test]
fn reset_resets() {
    let mut rig = Rig::new();
    rig.mmio.write32(IMS, RXT0);
    rig.mmio.write32(ICS, RXT0);
    assert_eq!(rig.model.receive_from_wire(&frame(MAC, 100)), Reception::Stored);
    assert_eq!(rig.model.peek(0x4074), 1);
    let mut ports = rig.pci.map_ports(2).unwrap();
    assert_eq!(rig.pci.map_ports(1).unwrap_err(), BusError::NoBar);
    for through_ports in [true, false] {
        rig.mmio.write32(RAL0, 0);
        if through_ports {
            ports.out32(0, CTRL);
            ports.out32(4, 1 << 26);
        } else {
            rig.mmio.write32(CTRL, 1 << 26);
        }
        assert!(!rig.model.irq_asserted());
        assert_eq!(rig.mmio.read32(STATUS), u32::MAX, "deaf while it resets");
        rig.after_ms(1);
        assert_eq!(rig.mmio.read32(CTRL) & (1 << 26 | SLU), 0);
        for register in [RCTL, TCTL, RDBAL, RDLEN, RDH, RDT, TDBAL, TDLEN, TDT, IMS, ICR, RXCSUM] {
            assert_eq!(rig.mmio.read32(register), 0, "register {register:#x}");
        }
        assert_eq!(rig.mmio.read32(RAL0), 0x1200_5452, "loaded again");
        assert_eq!(rig.mmio.read32(STATUS) & 2, 0);
        assert_eq!(rig.mmio.read32(0x4074), 0);
        ports = rig.pci.map_ports(2).unwrap();
    }
    assert_eq!(rig.model.receive_from_wire(&frame(MAC, 100)), Reception::NoLink);
    assert_eq!(rig.model.counters().resets, 2);
    // Nothing is hardware's any more, so all may be unmapped at once.
    for buffer in rig.rx_buffers.drain(..).flatten() {
        buffer.unmap(&rig.dma);
    }
    assert_eq!(rig.model.violations(), []);
}

#[test]
#[cfg_attr(miri, ignore = "thousands of register reads")]
fn tables_hold_garbage_until_written() {
    let (_, _, mmio) = bare();
    assert_ne!(mmio.read32(MTA), 0);
    assert_ne!(mmio.read32(VFTA + 127 * 4), 0);
    mmio.write32(MTA, 5);
    mmio.write32(CTRL, 1 << 26);
    for _ in 0..1001 {
        mmio.read32(STATUS);
    }
    assert_eq!(mmio.read32(MTA), 5, "no reset touches them");
}

#[test]
fn icr_clears_on_read_and_masks_gate_the_line() {
    let rig = Rig::idle(Config::default());
    rig.mmio.write32(ICS, TXDW | RXT0);
    assert!(!rig.model.irq_asserted());
    rig.mmio.write32(IMS, RXT0);
    assert!(rig.model.irq_asserted());
    assert_ne!(rig.pci.config().read32(4) & 1 << 19, 0, "PCI status");
    rig.pci.config().update_command(1 << 10, 0);
    assert!(!rig.model.irq_asserted(), "INTx disabled");
    rig.pci.config().update_command(0, 1 << 10);
    rig.mmio.write32(IMC, RXT0);
    assert!(!rig.model.irq_asserted());
    assert_eq!(rig.mmio.read32(ICR), TXDW | RXT0);
    assert_eq!(rig.mmio.read32(ICR), 0);
    assert_eq!(rig.model.counters().icr_reads, 2);
    rig.stop_clean();
}

#[test]
fn itr_spaces_interrupts() {
    let config = Config { read_time: Duration::ZERO, ..Config::default() };
    let rig = Rig::idle(config);
    // 1000 × 256 ns.
    rig.mmio.write32(ITR, 1000);
    rig.mmio.write32(IMS, RXT0);
    let start = rig.model.now();
    rig.mmio.write32(ICS, RXT0);
    assert!(rig.model.irq_asserted());
    rig.mmio.read32(ICR);
    rig.mmio.write32(ICS, RXT0);
    assert!(!rig.model.irq_asserted());
    assert_eq!(rig.model.next_event(), Some(start + Duration::from_nanos(256_000)));
    rig.after_ns(255_999);
    assert!(!rig.model.irq_asserted());
    rig.after_ns(1);
    assert!(rig.model.irq_asserted());
    assert_eq!(rig.model.counters().interrupts, 2);
    rig.stop_clean();
}

#[test]
fn configuration_space_is_a_82540em() {
    let (model, mut pci, _) = bare();
    let id = pci.config().id();
    assert_eq!((id.vendor, id.device), (0x8086, 0x100e));
    assert_eq!(pci.config().read32(0x10) & 0xf, 0, "32-bit memory");
    assert_eq!(pci.config().read32(0x18) & 3, 1, "ports");
    pci.config().write32(0x10, u32::MAX);
    assert_eq!(pci.config().read32(0x10), 0xfffe_0000, "128 KiB");
    assert_eq!(pci.map_bar(2).unwrap_err(), BusError::NoBar);
    assert_eq!(pci.interrupts().request(2..=4), Err(BusError::NoVectors));
    assert_eq!(pci.interrupts().request(1..=4), Ok(1));
    assert_eq!(pci.interrupts().set_affinity(0, CpuId(3)), Ok(()));
    assert_eq!(pci.interrupts().set_affinity(0, CpuId(4)), Err(BusError::NoSuchVector));
    assert_eq!(pci.interrupts().set_affinity(1, CpuId(0)), Err(BusError::NoSuchVector));
    assert_eq!(model.violations(), []);
}

#[test]
fn counters_count_by_register() {
    let (model, _, mmio) = bare();
    mmio.read32(STATUS);
    mmio.read32(STATUS);
    mmio.write32(ITR, 1);
    mmio.write32(TDT, 0);
    let counters = model.counters();
    assert_eq!((counters.mmio_reads, counters.mmio_writes), (2, 2));
    assert_eq!((counters.reads[&STATUS], counters.writes[&ITR]), (2, 1));
    assert_eq!((counters.tdt_writes, counters.other_writes()), (1, 1));
    model.reset_counters();
    assert_eq!(model.counters(), Counters::default());
}

#[test]
fn a_read_takes_time_so_that_spinning_ends() {
    let (model, _, mmio) = bare();
    mmio.read32(STATUS);
    mmio.read32(STATUS);
    assert_eq!(model.now(), Instant::from_micros(2));
    mmio.write32(ITR, 0);
    assert_eq!(model.now(), Instant::from_micros(2));
}

#[test]
fn each_step_can_be_made_to_fail() {
    let (model, mut pci, _) = bare();
    let dma = pci.dma();
    let request = CoherentRequest { len: 64, align: 64, boundary: None, mask: u64::MAX };
    model.fail_nth(FaultPoint::Coherent, 1);
    let kept = Coherent::new(dma.clone(), request).unwrap();
    assert!(Coherent::new(dma.clone(), request).is_err());
    drop(Coherent::new(dma.clone(), request).unwrap());
    model.fail_nth(FaultPoint::Map, 0);
    let mut bytes = vec![0; 16];
    let memory = NonNull::from(bytes.as_mut_slice());
    assert!(dma.map(memory, Direction::ToDevice).is_err());
    model.fail_nth(FaultPoint::Vectors, 0);
    assert!(pci.interrupts().request(1..=1).is_err());
    model.fail_nth(FaultPoint::MapPorts, 0);
    assert!(pci.map_ports(2).is_err());
    let before = model.steps();
    model.fail_step(1);
    assert!(pci.map_ports(2).is_ok());
    assert!(pci.map_bar(0).is_err());
    assert!(pci.map_bar(0).is_ok());
    assert_eq!(model.steps(), before + 3);
    model.fail_step(0);
    model.clear_faults();
    assert!(pci.map_bar(0).is_ok());
    drop(kept);
    assert_eq!((model.mapped_count(), model.coherent_count()), (0, 0));
}

#[test]
fn coherent_memory_is_as_asked_and_no_better() {
    let (_, pci, _) = bare();
    let dma = pci.dma();
    for align in [16, 128, 4096] {
        let request = CoherentRequest { len: 64, align, boundary: None, mask: u64::MAX };
        let block = Coherent::new(dma.clone(), request).unwrap();
        assert_eq!(block.bus().0 % (2 * align as u64), align as u64);
        assert_eq!(block.read32(60), Some(0));
    }
    let request = CoherentRequest { len: 4096, align: 16, boundary: Some(4096), mask: u64::MAX };
    let block = Coherent::new(dma.clone(), request).unwrap();
    assert_eq!(block.bus().0 % 4096, 0, "the only place that does not straddle");
    let request = CoherentRequest { len: 4096, align: 16, boundary: None, mask: 0xffff };
    assert!(Coherent::new(dma, request).is_err(), "out of the mask");
}
