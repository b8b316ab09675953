//! Each mistake that the model knows, made on purpose.

use super::*;
use crate::bus::{CoherentBlock, PortIo};

/// The one violation there is.
fn only(model: &Model) -> Misuse {
    let mut seen = model.take_violations();
    assert_eq!(seen.len(), 1, "{seen:?}");
    seen.remove(0).what
}

/// The first violation of several.
fn first(model: &Model) -> Misuse {
    model.take_violations().remove(0).what
}

#[test]
fn register_access() {
    let rig = Rig::idle(Config::default());
    let (model, mmio) = (&rig.model, &rig.mmio);
    mmio.read32(0x101);
    assert_eq!(only(model), Misuse::Unaligned { offset: 0x101 });
    mmio.write32(0x2_0000, 1);
    assert_eq!(only(model), Misuse::OutsideWindow { offset: 0x2_0000 });
    assert_eq!(mmio.read32(0x2_0000), u32::MAX);
    assert_eq!(only(model), Misuse::OutsideWindow { offset: 0x2_0000 });
    for offset in [0x000c, 0x0104, 0x2814, 0x5480, 0x8000] {
        mmio.write32(offset, 0);
        assert_eq!(only(model), Misuse::UnknownRegister { offset });
    }
    mmio.write32(STATUS, 1);
    assert_eq!(only(model), Misuse::ReadOnly { register: "STATUS", value: 1 });
    mmio.write32(0x4074, 0);
    assert_eq!(only(model), Misuse::ReadOnly { register: "GPRC", value: 0 });
    mmio.read32(IMC);
    assert_eq!(only(model), Misuse::WriteOnly { register: "IMC" });
    mmio.write32(TCTL, 1);
    assert_eq!(only(model), Misuse::ReservedBits { register: "TCTL", bits: 1 });
    rig.pci.config().read32(2);
    assert_eq!(only(model), Misuse::Unaligned { offset: 2 });
}

#[test]
fn windows_that_are_off() {
    let mut rig = Rig::idle(Config::default());
    let ports = rig.pci.map_ports(2).unwrap();
    rig.pci.config().update_command(0, 3);
    assert_eq!(rig.mmio.read32(STATUS), u32::MAX);
    assert_eq!(only(&rig.model), Misuse::DecodingOff { window: "memory" });
    ports.out32(0, 0);
    assert_eq!(only(&rig.model), Misuse::DecodingOff { window: "I/O" });
    rig.pci.config().update_command(3, 0);
    ports.out32(8, 0);
    assert_eq!(only(&rig.model), Misuse::OutsideWindow { offset: 8 });
}

#[test]
fn writing_during_reset() {
    let rig = Rig::idle(Config::default());
    rig.mmio.write32(CTRL, 1 << 26);
    rig.mmio.write32(IMC, 7);
    assert_eq!(only(&rig.model), Misuse::DuringReset { register: "IMC", value: 7 });
    rig.after_ms(1);
    rig.mmio.write32(IMC, 7);
    assert_eq!(rig.model.violations(), []);
}

#[test]
fn rings_changed_while_enabled() {
    let rig = Rig::new();
    for (offset, register) in [(RDBAL, "RDBAL"), (RDBAH, "RDBAH"), (RDLEN, "RDLEN"), (RDH, "RDH")] {
        let value = rig.model.peek(offset);
        rig.mmio.write32(offset, value);
        assert_eq!(only(&rig.model), Misuse::WhileEnabled { register, unit: Unit::Receive });
    }
    for (offset, register) in [(TDBAL, "TDBAL"), (TDBAH, "TDBAH"), (TDLEN, "TDLEN"), (TDH, "TDH")] {
        let value = rig.model.peek(offset);
        rig.mmio.write32(offset, value);
        assert_eq!(only(&rig.model), Misuse::WhileEnabled { register, unit: Unit::Transmit });
    }
    rig.mmio.write32(RXCSUM, 0x300);
    let unit = Unit::Receive;
    assert_eq!(only(&rig.model), Misuse::WhileEnabled { register: "RXCSUM", unit });
    rig.mmio.write32(RCTL, RCTL_ON | 1 << 16);
    assert_eq!(only(&rig.model), Misuse::BufferSizeChanged);
    rig.stop_clean();
}

#[test]
fn ring_shapes() {
    let rig = Rig::idle(Config::default());
    let model = &rig.model;
    rig.mmio.write32(RDBAL, 0x1008);
    assert_eq!(only(model), Misuse::RingMisaligned { register: "RDBAL", value: 0x1008 });
    for value in [0, 16, 130, 65536 + 128] {
        rig.mmio.write32(TDLEN, value);
        assert_eq!(only(model), Misuse::RingLength { register: "TDLEN", value });
    }
    rig.mmio.write32(TDLEN, 128);
    rig.mmio.write32(TDT, 8);
    let unit = Unit::Transmit;
    assert_eq!(only(model), Misuse::PointerOutside { unit, value: 8, descriptors: 8 });
    assert_eq!(rig.mmio.read32(TDT), 0);
}

#[test]
fn enabling_without_a_ring() {
    let model = Model::default();
    let mmio = model.pci().map_bar(0).unwrap();
    mmio.write32(RCTL, 2);
    assert_eq!(only(&model), Misuse::EnabledWithoutRing { unit: Unit::Receive });
    mmio.write32(TCTL, 2);
    assert_eq!(only(&model), Misuse::EnabledWithoutRing { unit: Unit::Transmit });
}

#[test]
fn tail_over_head() {
    let mut rig = Rig::new();
    rig.fill(7);
    // All eight: then head and tail are equal and hardware thinks it has none.
    rig.mmio.write32(RDT, 0);
    let what = Misuse::TailPassedHead { unit: Unit::Receive, head: 0, old: 7, new: 0 };
    assert_eq!(only(&rig.model), what);
    let model = rig.stop();
    assert_eq!(model.violations(), []);
}

#[test]
fn descriptors_given_done() {
    let mut rig = Rig::new();
    rig.model.set_tx_hang(true);
    rig.queue(&frame(MAC, 100), [0x0b00_0000 | 100, 1]);
    rig.doorbell();
    assert_eq!(only(&rig.model), Misuse::StaleStatus { unit: Unit::Transmit, index: 0 });
    rig.model.receive_from_wire(&frame(MAC, 100));
    rig.harvest().unwrap();
    rig.fill(7);
    assert!(rig.rx.write32(7 * 16 + 12, 3));
    rig.mmio.write32(RDT, 0);
    assert_eq!(only(&rig.model), Misuse::StaleStatus { unit: Unit::Receive, index: 7 });
    rig.stop_clean();
}

#[test]
fn descriptors_touched_while_owned() {
    let mut rig = Rig::new();
    // Before hardware looks at it …
    assert!(rig.rx.write32(8, 1));
    rig.model.receive_from_wire(&frame(MAC, 100));
    assert_eq!(only(&rig.model), Misuse::DescriptorChanged { unit: Unit::Receive, index: 0 });
    // … and while it works on it.
    rig.send(&frame(MAC, 100));
    assert!(rig.tx.write32(0, 0));
    rig.after_ms(1);
    assert_eq!(only(&rig.model), Misuse::DescriptorChanged { unit: Unit::Transmit, index: 0 });
    rig.stop_clean();
}

#[test]
fn buffers_not_mapped() {
    let mut rig = Rig::immediate();
    // A buffer shorter than RCTL says is one that hardware overruns.
    rig.model.receive_from_wire(&frame(MAC, 100));
    rig.harvest().unwrap();
    let short = Buffer::map(&rig.dma, vec![0; 2000], Direction::FromDevice);
    let bus = short.bus.0;
    write(&mut rig.rx, 7, [bus as u32, (bus >> 32) as u32, 0, 0]);
    rig.rx_buffers[7] = Some(short);
    rig.mmio.write32(RDT, 0);
    let what = Misuse::NotMapped { unit: Unit::Receive, index: 7, addr: bus, len: 2048 };
    assert_eq!(only(&rig.model), what);
    write(&mut rig.tx, 0, [0xdead_0000, 0, 0x0b00_0000 | 100, 0]);
    rig.mmio.write32(TDT, 1);
    let seen: Vec<_> = rig.model.take_violations().into_iter().map(|v| v.what).collect();
    let unit = Unit::Transmit;
    let wanted = [
        Misuse::NotMapped { unit, index: 0, addr: 0xdead_0000, len: 100 },
        Misuse::DmaOutside { unit, addr: 0xdead_0000, len: 100 },
    ];
    assert_eq!(seen, wanted);
    assert_eq!(rig.model.take_transmitted(), None);
    rig.stop_clean();
}

#[test]
fn buffers_of_the_wrong_direction() {
    let mut rig = Rig::immediate();
    let buffer = Buffer::map(&rig.dma, vec![0; 100], Direction::FromDevice);
    let bus = buffer.bus.0;
    write(&mut rig.tx, 0, [bus as u32, (bus >> 32) as u32, 0x0b00_0000 | 100, 0]);
    rig.tx_buffers[0] = Some(buffer);
    rig.mmio.write32(TDT, 1);
    let what = Misuse::WrongDirection { unit: Unit::Transmit, addr: bus };
    assert_eq!(first(&rig.model), what);
    assert_eq!(rig.model.take_transmitted(), None);
    rig.stop_clean();
}

#[test]
fn buffers_unmapped_under_the_card() {
    let mut rig = Rig::new();
    let buffer = rig.rx_buffers[0].take().unwrap();
    let addr = buffer.bus.0;
    let bytes = buffer.unmap(&rig.dma);
    assert_eq!(only(&rig.model), Misuse::UnmapOwned { unit: Unit::Receive, addr });
    // The card does not know and writes; the model does not.
    rig.model.receive_from_wire(&frame(MAC, 100));
    assert_eq!(only(&rig.model), Misuse::DmaOutside { unit: Unit::Receive, addr, len: 100 });
    assert!(bytes.iter().all(|&byte| byte == 0));
    let index = rig.send(&frame(MAC, 100));
    let buffer = rig.tx_buffers[index as usize].take().unwrap();
    let addr = buffer.bus.0;
    buffer.unmap(&rig.dma);
    assert_eq!(only(&rig.model), Misuse::UnmapOwned { unit: Unit::Transmit, addr });
    // Stopped but not yet still: the frame on the wire has its buffer.
    rig.after_ms(1);
    let index = rig.send(&frame(MAC, 100));
    rig.mmio.write32(TCTL, 0);
    let buffer = rig.tx_buffers[index as usize].take().unwrap();
    let addr = buffer.bus.0;
    buffer.unmap(&rig.dma);
    assert_eq!(only(&rig.model), Misuse::UnmapOwned { unit: Unit::Transmit, addr });
    rig.stop_clean();
}

#[test]
fn a_ring_freed_under_the_card() {
    let rig = Rig::new();
    let Rig { model, mmio, tx, rx, rx_buffers, dma, .. } = rig;
    let addr = tx.bus().0;
    drop(tx);
    assert_eq!(only(&model), Misuse::FreeOwned { unit: Unit::Transmit, addr });
    // The card is led there no more.
    mmio.write32(TDT, 1);
    assert_eq!(first(&model), Misuse::DmaOutside { unit: Unit::Transmit, addr, len: 16 });
    mmio.write32(RCTL, 0);
    mmio.write32(TCTL, 0);
    for buffer in rx_buffers.into_iter().flatten() {
        buffer.unmap(&dma);
    }
    let _ = model.take_violations();
    drop(rx);
    assert_eq!(model.violations(), []);
}

#[test]
fn unmaps_that_do_not_fit() {
    let rig = Rig::idle(Config::default());
    rig.dma.unmap(DmaAddr(0x1234), 1, Direction::ToDevice);
    assert_eq!(only(&rig.model), Misuse::UnmapUnknown { addr: 0x1234 });
    for (len, direction) in [(99, Direction::ToDevice), (100, Direction::FromDevice)] {
        let mut bytes = vec![0; 100];
        let memory = NonNull::from(bytes.as_mut_slice());
        let bus = rig.dma.map(memory, Direction::ToDevice).unwrap();
        rig.dma.unmap(bus, len, direction);
        assert_eq!(only(&rig.model), Misuse::UnmapMismatch { addr: bus.0, len, direction });
    }
    rig.stop_clean();
}

#[test]
fn a_block_that_is_none() {
    let rig = Rig::idle(Config::default());
    let mut bytes = vec![0; 16];
    let memory = NonNull::from(bytes.as_mut_slice());
    let block = CoherentBlock { memory, bus: DmaAddr(0x4000) };
    // SAFETY: broken on purpose. The model recognises that the block is not its own and leaves the
    // memory alone.
    unsafe { rig.dma.free_coherent(block) };
    assert_eq!(only(&rig.model), Misuse::FreeUnknown { addr: 0x4000 });
    rig.stop_clean();
}

#[test]
fn memory_mapped_twice() {
    let rig = Rig::idle(Config::default());
    let mut bytes = vec![0; 100];
    let memory = NonNull::from(bytes.as_mut_slice());
    let map = |direction| rig.dma.map(memory, direction).unwrap();
    // Reading it twice is harmless: a retransmission shares its payload with the first copy.
    let (one, two) = (map(Direction::ToDevice), map(Direction::ToDevice));
    assert_eq!(rig.model.violations(), []);
    let three = map(Direction::FromDevice);
    assert_eq!(only(&rig.model), Misuse::DoubleMap { len: 100, other: two.0 });
    for addr in [one, two] {
        rig.dma.unmap(addr, 100, Direction::ToDevice);
    }
    let four = map(Direction::ToDevice);
    assert_eq!(only(&rig.model), Misuse::DoubleMap { len: 100, other: three.0 });
    rig.dma.unmap(four, 100, Direction::ToDevice);
    rig.dma.unmap(three, 100, Direction::FromDevice);
    rig.stop_clean();
}

#[test]
fn interrupts_without_a_taker() {
    let model = Model::default();
    let mut pci = model.pci();
    let mmio = pci.map_bar(0).unwrap();
    mmio.write32(IMS, LSC);
    assert_eq!(only(&model), Misuse::InterruptsWithoutVector { mask: LSC });
    mmio.write32(ICS, LSC);
    assert!(!model.irq_asserted());
    pci.interrupts().request(1..=1).unwrap();
    assert!(model.irq_asserted());
    pci.interrupts().request(1..=1).unwrap();
    assert_eq!(only(&model), Misuse::RequestedTwice);
    pci.interrupts().release();
    assert_eq!(only(&model), Misuse::ReleasedWhileEnabled { mask: LSC });
}

#[test]
fn phy_and_eeprom() {
    let rig = Rig::idle(Config::default());
    let (model, mmio) = (&rig.model, &rig.mmio);
    mmio.write32(MDIC, 0x0821_0000);
    mmio.write32(MDIC, 0x0821_0000);
    assert_eq!(only(model), Misuse::MdicBusy);
    rig.after_ms(1);
    mmio.write32(MDIC, 0x0021_0000);
    assert_eq!(only(model), Misuse::MdicOperation { op: 0 });
    mmio.write32(EERD, 1);
    mmio.write32(EERD, 1);
    assert_eq!(only(model), Misuse::EerdBusy);
    rig.after_ms(1);
    mmio.write32(EECD, 2);
    assert_eq!(only(model), Misuse::EepromWithoutGrant);
    mmio.write32(EECD, 0);
    let _ = model.take_violations();
    // Start, 01 (write), six bits of address.
    for (bits, opcode) in [([1, 0, 1], 1), ([1, 1, 1], 3)] {
        mmio.write32(EECD, 0x40);
        mmio.write32(EECD, 0x42);
        for bit in bits.into_iter().chain([0; 6]) {
            mmio.write32(EECD, 0x42 | bit << 2);
            mmio.write32(EECD, 0x43 | bit << 2);
            mmio.write32(EECD, 0x42 | bit << 2);
        }
        assert_eq!(only(model), Misuse::EepromWrite { opcode });
        mmio.write32(EECD, 0x40);
        mmio.write32(EECD, 0);
    }
    rig.stop_clean();
}

#[test]
fn frames_that_cannot_be_sent_so() {
    let bad = |upper: [u32; 2], len: usize| {
        let mut rig = Rig::immediate();
        rig.queue(&frame(MAC, len), upper);
        rig.doorbell();
        let what = first(&rig.model);
        let _ = rig.stop();
        what
    };
    let bad_because = |why| Misuse::BadDescriptor { index: 0, why };
    // Extended, type 5.
    assert_eq!(bad([0x2b50_0000 | 100, 0], 100), bad_because("reserved descriptor type"));
    assert_eq!(bad([0x0b00_0000 | 16, 0], 16), bad_because("frame too short"));
    assert_eq!(bad([0x0b00_0000 | 16300, 0], 16300), bad_because("frame too long"));
    let why = "checksum offload without a context";
    assert_eq!(bad([0x2b10_0000 | 100, 2 << 8], 100), bad_because(why));
    assert_eq!(bad([0x2f10_0000 | 100, 0], 100), Misuse::TsoNotModelled { index: 0 });
    assert_eq!(bad([0x0900_0000 | 100, 0], 100), Misuse::WrongFcs { index: 0 });
    assert_eq!(bad([0x4b00_0000 | 100, 0], 100), Misuse::VlanWithoutVme { index: 0 });
    // CSO 99 of 100 bytes.
    let what = bad([0x0f63_0000 | 100, 14 << 8], 100);
    assert_eq!(what, Misuse::ChecksumOutside { index: 0 });
}

#[test]
fn violations_say_when_and_what() {
    let rig = Rig::idle(Config::default());
    rig.model.advance_to(Instant::from_nanos(12_345_678));
    rig.mmio.write32(RDT, 9);
    let said = alloc::format!("{}", rig.model.violations()[0]);
    assert_eq!(said, "at 12.345678 ms: receive ring pointer 9 in a ring of 8 descriptors");
}
