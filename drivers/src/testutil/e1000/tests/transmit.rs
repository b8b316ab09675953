//! Frames out.

use super::*;

#[test]
fn one_frame_by_a_legacy_descriptor() {
    let mut rig = Rig::new();
    rig.mmio.write32(IMS, TXDW);
    let sent = frame([0xff; 6], 100);
    let start = rig.model.now();
    let index = rig.send(&sent);
    assert!(!rig.tx_done(index));
    assert_eq!(rig.model.take_transmitted(), None);
    // 100 bytes, FCS 4, preamble 8, gap 12, at 8 ns each.
    assert_eq!(rig.model.next_event(), Some(start + Duration::from_nanos(124 * 8)));
    rig.after_ns(124 * 8);
    assert!(rig.tx_done(index));
    assert!(rig.model.irq_asserted());
    // TXDW and, the ring being empty, TXQE.
    assert_eq!(rig.mmio.read32(ICR), 3);
    assert_eq!(rig.model.take_transmitted().as_deref(), Some(&sent[..]));
    assert_eq!(rig.mmio.read32(TDH), 1);
    // GPTC, TPT, BPTC, MPTC, PTC127, GOTCL.
    let stats = [0x4080, 0x40d4, 0x40f4, 0x40f0, 0x40dc, 0x4090].map(|r| rig.mmio.read32(r));
    assert_eq!(stats, [1, 1, 1, 0, 1, 104]);
    assert_eq!(rig.mmio.read32(0x4080), 0, "cleared by reading");
    assert_eq!(rig.mmio.read32(0x4090), 104, "cleared by its upper half only");
    rig.mmio.read32(0x4094);
    assert_eq!(rig.mmio.read32(0x4090), 0);
    rig.stop_clean();
}

#[test]
fn short_frames_are_padded() {
    let mut rig = Rig::immediate();
    let sent = frame(MAC, 42);
    rig.send(&sent);
    let got = rig.model.take_transmitted().unwrap();
    assert_eq!((got.len(), &got[..42]), (60, &sent[..]));
    assert!(got[42..].iter().all(|&byte| byte == 0));
    rig.stop_clean();
}

#[test]
fn legacy_checksum_insertion() {
    let mut rig = Rig::immediate();
    let wanted = udp_frame(b"checksum me");
    let mut sent = wanted.clone();
    // The field holds the pseudo-header's sum: 192.168.0.1, 192.168.0.199, 17, 95.
    let mut pseudo = sent[26..34].to_vec();
    pseudo.extend([0, 17, 0, 95]);
    sent[40..42].copy_from_slice(&(!naive_checksum(&pseudo)).to_be_bytes());
    // EOP, IFCS, IC, RS; CSO 40; CSS 34.
    rig.queue(&sent, [0x0f00_0000 | 40 << 16 | sent.len() as u32, 34 << 8]);
    rig.doorbell();
    assert_eq!(rig.model.take_transmitted(), Some(wanted));
    rig.stop_clean();
}

#[test]
fn extended_descriptors_insert_both_checksums_over_two_buffers() {
    let mut rig = Rig::immediate();
    let wanted = udp_frame(b"both");
    let mut sent = wanted.clone();
    sent[24..26].fill(0);
    let mut pseudo = sent[26..34].to_vec();
    pseudo.extend([0, 17, 0, 95]);
    sent[40..42].copy_from_slice(&(!naive_checksum(&pseudo)).to_be_bytes());
    // IPCSS 14, IPCSO 24, IPCSE 33; TUCSS 34, TUCSO 40, TUCSE 0. DEXT, RS.
    let context = rig.tx_next;
    write(&mut rig.tx, context, [33 << 16 | 24 << 8 | 14, 40 << 8 | 34, 0x2800_0000, 0]);
    rig.tx_next += 1;
    // First: DEXT, IFCS; IXSM, TXSM. Second: DEXT, IFCS, EOP, RS.
    rig.queue(&sent[..50], [0x2210_0000 | 50, 3 << 8]);
    let last = rig.queue(&sent[50..], [0x2b10_0000 | (sent.len() as u32 - 50), 0]);
    rig.doorbell();
    assert_eq!(rig.model.take_transmitted(), Some(wanted));
    assert!(rig.tx_done(context) && rig.tx_done(last));
    assert!(!rig.tx_done(last - 1), "no RS, no write-back");
    assert_eq!(rig.model.counters().tdt_writes, 2);
    rig.stop_clean();
}

#[test]
fn vlan_tag_is_inserted() {
    let mut rig = Rig::immediate();
    rig.mmio.write32(CTRL, SLU | VME);
    let sent = frame(MAC, 64);
    // EOP, IFCS, RS, VLE; special 0x2005.
    rig.queue(&sent, [0x4b00_0000 | 64, 0x2005_0000]);
    rig.doorbell();
    let wanted = [&sent[..12], &[0x81, 0x00, 0x20, 0x05], &sent[12..]].concat();
    assert_eq!(rig.model.take_transmitted(), Some(wanted));
    rig.stop_clean();
}

#[test]
fn a_frame_waits_for_its_last_descriptor() {
    let mut rig = Rig::immediate();
    let sent = frame(MAC, 200);
    rig.queue(&sent[..20], [0x0200_0000 | 20, 0]);
    rig.doorbell();
    assert_eq!(rig.model.take_transmitted(), None);
    rig.queue(&sent[20..], [0x0b00_0000 | 180, 0]);
    rig.doorbell();
    assert_eq!(rig.model.take_transmitted(), Some(sent));
    rig.stop_clean();
}

#[test]
fn the_ring_fills_at_line_rate() {
    let mut rig = Rig::new();
    let sent = frame(MAC, 1514);
    for _ in 0..RING - 1 {
        rig.queue(&sent, [0x0b00_0000 | 1514, 0]);
    }
    rig.doorbell();
    // 1538 bytes at 8 ns each.
    for done in 0..RING - 1 {
        assert!(!rig.tx_done(done));
        rig.after_ns(1538 * 8);
        assert!(rig.tx_done(done));
    }
    let mut times = Vec::new();
    rig.model.drain_transmitted(|at, bytes| {
        assert_eq!(bytes, sent);
        times.push(at);
    });
    assert_eq!(times.len(), 7);
    assert!(times.windows(2).all(|pair| pair[1].saturating_since(pair[0]).as_nanos() == 12304));
    rig.stop_clean();
}

#[test]
fn slow_links_take_longer_and_no_link_stalls() {
    let mut rig = Rig::new();
    rig.model.set_partner(Speed::Mbps10);
    let index = rig.send(&frame(MAC, 100));
    rig.after_ms(400);
    assert!(!rig.tx_done(index), "no link yet");
    rig.model.advance_to(rig.model.next_event().unwrap());
    assert!(rig.model.link_up());
    rig.after_ns(124 * 800 - 1);
    assert!(!rig.tx_done(index));
    rig.after_ns(1);
    assert!(rig.tx_done(index));
    rig.stop_clean();
}

#[test]
fn a_hung_transmitter_completes_nothing() {
    let mut rig = Rig::new();
    rig.model.set_tx_hang(true);
    let index = rig.send(&frame(MAC, 100));
    rig.after_ms(5000);
    assert!(!rig.tx_done(index));
    rig.model.set_tx_hang(false);
    rig.after_ms(1);
    assert!(rig.tx_done(index));
    rig.stop_clean();
}

#[test]
fn the_interrupt_can_be_delayed() {
    let config = Config {
        transmission: Transmission::Immediate,
        read_time: Duration::ZERO,
        ..Config::default()
    };
    let mut rig = Rig::started(config);
    rig.mmio.write32(TIDV, 100);
    // EOP, IFCS, RS, IDE.
    let index = rig.queue(&frame(MAC, 100), [0x8b00_0000 | 100, 0]);
    rig.doorbell();
    assert!(rig.tx_done(index));
    assert_eq!(rig.mmio.read32(ICR) & TXDW, 0);
    rig.after_ns(102_399);
    assert_eq!(rig.mmio.read32(ICR) & TXDW, 0);
    rig.after_ns(1);
    assert_eq!(rig.mmio.read32(ICR) & TXDW, TXDW);
    rig.stop_clean();
}

#[test]
fn without_bus_mastering_nothing_moves() {
    let mut rig = Rig::immediate();
    rig.pci.config().update_command(0, BUS_MASTER);
    let index = rig.send(&frame(MAC, 100));
    assert!(!rig.tx_done(index));
    assert_eq!(rig.model.receive_from_wire(&frame(MAC, 100)), Reception::Missed);
    let seen = rig.model.take_violations();
    assert!(seen.iter().all(|v| v.what == Misuse::BusMasterOff { unit: Unit::Transmit }));
    assert!(!seen.is_empty());
    rig.pci.config().update_command(BUS_MASTER, 0);
    assert!(rig.tx_done(index), "it goes on where it waited");
    assert_eq!(rig.model.receive_from_wire(&frame(MAC, 100)), Reception::Stored);
    rig.stop_clean();
}

#[test]
fn disabling_lets_the_frame_on_the_wire_end() {
    let mut rig = Rig::new();
    let (first, second) = (rig.send(&frame(MAC, 100)), rig.send(&frame(MAC, 100)));
    rig.mmio.write32(TCTL, 0);
    rig.after_ms(1);
    assert!(rig.tx_done(first));
    assert!(!rig.tx_done(second));
    assert_eq!(rig.mmio.read32(TDH), 1);
    rig.stop_clean();
}

#[test]
fn loopback_comes_back() {
    let mut rig = Rig::immediate();
    rig.mmio.write32(RCTL, RCTL_ON | 1 << 6);
    let sent = frame(MAC, 100);
    rig.send(&sent);
    assert_eq!(rig.model.take_transmitted(), None);
    assert_eq!(rig.harvest().unwrap().1, sent);
    rig.stop_clean();
}

#[test]
fn phy_loopback_needs_no_cable() {
    let config = Config { transmission: Transmission::Immediate, ..Config::default() };
    let mut rig = Rig::started(config);
    rig.model.set_link(false);
    // BMCR: loopback, 1000 Mbit/s, full duplex.
    rig.mmio.write32(MDIC, 0x0420_4140);
    rig.after_ms(1);
    let sent = frame(MAC, 100);
    rig.send(&sent);
    assert_eq!(rig.model.take_transmitted(), None);
    assert_eq!(rig.harvest().unwrap().1, sent);
    rig.stop_clean();
}

#[test]
fn a_frame_may_bring_its_own_fcs() {
    let mut rig = Rig::immediate();
    rig.mmio.write32(TCTL, 0x0004_00f2);
    // The check sequence of "123456789" is cbf43926; of a frame it is whatever the sender says.
    let mut sent = frame(MAC, 64);
    let fcs = naive_fcs(&sent);
    sent.extend(fcs);
    // EOP, RS.
    rig.queue(&sent, [0x0900_0000 | 68, 0]);
    rig.doorbell();
    assert_eq!(rig.model.take_transmitted().as_deref(), Some(&sent[..64]));
    rig.stop_clean();
}

/// IEEE 802.3's division bit by bit.
fn naive_fcs(bytes: &[u8]) -> [u8; 4] {
    let mut crc = u32::MAX;
    for byte in bytes {
        for bit in 0..8 {
            let carry = (crc ^ u32::from(byte >> bit)) & 1;
            crc = (crc >> 1) ^ (carry * 0xedb8_8320);
        }
    }
    (!crc).to_le_bytes()
}

#[test]
fn fcs_vector() {
    assert_eq!(super::super::checksum::fcs(b"123456789"), 0xcbf4_3926_u32.to_le_bytes());
    assert_eq!(naive_fcs(b"123456789"), 0xcbf4_3926_u32.to_le_bytes());
}
