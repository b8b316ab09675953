//! Frames in.

use super::*;

const GROUP: [u8; 6] = [0x01, 0xaa, 0x00, 0x12, 0x34, 0x56];
const OTHER: [u8; 6] = [0x52, 0x54, 0, 0, 0, 9];

#[test]
fn one_frame_in() {
    let mut rig = Rig::new();
    rig.mmio.write32(IMS, RXT0);
    let sent = frame(MAC, 60);
    assert_eq!(rig.model.receive_from_wire(&sent), Reception::Stored);
    assert!(rig.model.irq_asserted());
    assert_eq!(rig.mmio.read32(ICR), RXT0);
    let (upper, bytes) = rig.harvest().unwrap();
    assert_eq!(bytes, sent);
    // DD, EOP, IXSM: nothing was verified.
    assert_eq!(upper[1], 0x07);
    assert_eq!(rig.mmio.read32(RDH), 1);
    // GPRC, TPR, PRC64, BPRC, MPRC, GORCL.
    let stats = [0x4074, 0x40d0, 0x405c, 0x4078, 0x407c, 0x4088].map(|r| rig.mmio.read32(r));
    assert_eq!(stats, [1, 1, 1, 0, 0, 64]);
    rig.stop_clean();
}

#[test]
fn the_fcs_is_kept_unless_stripped() {
    let mut rig = Rig::new();
    rig.mmio.write32(RCTL, RCTL_ON & !(1 << 26));
    let sent = frame(MAC, 60);
    rig.model.receive_from_wire(&sent);
    let (_, bytes) = rig.harvest().unwrap();
    assert_eq!(bytes.len(), 64);
    // The remainder of a frame with its FCS is a constant (802.3, 3.2.9).
    let crc = u32::from_le_bytes(super::super::checksum::fcs(&bytes));
    assert_eq!(crc, 0x2144_df1c);
    rig.stop_clean();
}

/// What the filters pass: the table of the manual's chapter 13.4.22, one row an address.
#[test]
fn address_filters() {
    const UPE: u32 = 1 << 3;
    const MPE: u32 = 1 << 4;
    const BAM: u32 = 1 << 15;
    let rows = [
        (MAC, 0, true),
        (OTHER, 0, false),
        (OTHER, MPE | BAM, false),
        (OTHER, UPE, true),
        (GROUP, 0, false),
        (GROUP, UPE | BAM, false),
        (GROUP, MPE, true),
        ([0xff; 6], UPE | MPE, false),
        ([0xff; 6], BAM, true),
    ];
    let rig = Rig::new();
    for (to, control, passes) in rows {
        rig.mmio.write32(RCTL, 0x0400_0000);
        rig.mmio.write32(RDH, 0);
        rig.mmio.write32(RCTL, 0x0400_0002 | control);
        // A descriptor reused without a fresh status is not what is tested here.
        let _ = rig.model.take_violations();
        let got = rig.model.receive_from_wire(&frame(to, 100));
        let wanted = if passes { Reception::Stored } else { Reception::Filtered };
        assert_eq!(got, wanted, "{to:02x?} under {control:#x}");
    }
    rig.mmio.write32(RCTL, 0);
    let _ = rig.model.take_violations();
    rig.stop_clean();
}

#[test]
fn other_receive_addresses_match_too() {
    let rig = Rig::new();
    assert_eq!(rig.model.receive_from_wire(&frame(OTHER, 100)), Reception::Filtered);
    rig.mmio.write32(RAL0 + 15 * 8, u32::from_le_bytes([0x52, 0x54, 0, 0]));
    rig.mmio.write32(RAH0 + 15 * 8, 0x0900);
    assert_eq!(rig.model.receive_from_wire(&frame(OTHER, 100)), Reception::Filtered, "not valid");
    rig.mmio.write32(RAH0 + 15 * 8, 0x8000_0900);
    assert_eq!(rig.model.receive_from_wire(&frame(OTHER, 100)), Reception::Stored);
    rig.stop_clean();
}

/// Bits 47:36, 46:35, 45:34 and 43:32 of 01-AA-00-12-34-56 (the address in Intel's sources).
#[test]
fn multicast_table_by_offset() {
    let rig = Rig::new();
    for (mo, hash) in [(0, 0x563_u32), (1, 0xac6), (2, 0x58d), (3, 0x634)] {
        rig.mmio.write32(RCTL, RCTL_ON | mo << 12);
        assert_eq!(rig.model.receive_from_wire(&frame(GROUP, 100)), Reception::Filtered);
        rig.mmio.write32(MTA + (hash / 32) * 4, 1 << (hash % 32));
        assert_eq!(rig.model.receive_from_wire(&frame(GROUP, 100)), Reception::Stored, "{mo}");
        rig.mmio.write32(MTA + (hash / 32) * 4, 0);
    }
    assert_eq!(rig.mmio.read32(0x407c), 4);
    rig.stop_clean();
}

fn tagged(tci: u16) -> Vec<u8> {
    let plain = frame(MAC, 100);
    let [a, b] = tci.to_be_bytes();
    [&plain[..12], &[0x81, 0, a, b], &plain[12..]].concat()
}

#[test]
fn vlan_strip_and_filter() {
    let mut rig = Rig::new();
    // Neither: as it came.
    rig.model.receive_from_wire(&tagged(0x6064));
    let (upper, bytes) = rig.harvest().unwrap();
    assert_eq!((upper[1], bytes), (0x07, tagged(0x6064)));
    // Stripped: VP and the tag in the special field.
    rig.mmio.write32(CTRL, SLU | VME);
    rig.model.receive_from_wire(&tagged(0x6064));
    let (upper, bytes) = rig.harvest().unwrap();
    assert_eq!((upper[1], bytes), (0x6064_000f, frame(MAC, 100)));
    // Filtered by identifier 0x064: word 3, bit 4.
    rig.mmio.write32(RCTL, RCTL_ON | 1 << 18);
    assert_eq!(rig.model.receive_from_wire(&tagged(0x6064)), Reception::Filtered);
    rig.mmio.write32(VFTA + 12, 1 << 4);
    assert_eq!(rig.model.receive_from_wire(&tagged(0x6064)), Reception::Stored);
    assert_eq!(rig.model.receive_from_wire(&tagged(0x6065)), Reception::Filtered);
    assert_eq!(rig.model.receive_from_wire(&frame(MAC, 100)), Reception::Stored, "untagged");
    rig.stop_clean();
}

#[test]
fn checksum_flags() {
    let mut rig = Rig::idle(Config::default());
    rig.mmio.write32(CTRL, SLU);
    rig.after_ms(600);
    for index in 0..RING - 1 {
        rig.fill(index);
    }
    rig.mmio.write32(RDT, RING - 1);
    // IPOFLD, TUOFLD, PCSS 14.
    rig.mmio.write32(RXCSUM, 0x30e);
    rig.mmio.write32(RCTL, RCTL_ON);
    let good = udp_frame(b"good");
    let mut bad_ip = good.clone();
    bad_ip[25] ^= 1;
    let mut bad_udp = good.clone();
    bad_udp[60] ^= 1;
    let mut none = good.clone();
    none[40..42].fill(0);
    let mut fragment = good.clone();
    fragment[20] = 0x20;
    let sum = naive_checksum(&[&fragment[14..24], &[0, 0], &fragment[26..34]].concat());
    fragment[24..26].copy_from_slice(&sum.to_be_bytes());
    // Status and errors: DD EOP (3), IXSM (4), TCPCS (0x20), IPCS (0x40); TCPE (0x20), IPE (0x40).
    let rows = [
        (good, 0x0063),
        (bad_ip, 0x4063),
        (bad_udp, 0x2063),
        (none, 0x0043),
        (fragment, 0x0043),
        (frame(MAC, 100), 0x0007),
    ];
    for (sent, wanted) in rows {
        rig.model.receive_from_wire(&sent);
        let (upper, bytes) = rig.harvest().unwrap();
        assert_eq!((upper[1], &bytes), (wanted, &sent));
        assert_eq!((upper[0] >> 16) as u16, naive_checksum(&sent[14..]), "packet checksum");
    }
    rig.stop_clean();
}

#[test]
fn an_empty_ring_loses() {
    let rig = Rig::new();
    rig.mmio.write32(IMS, 1 << 6);
    for _ in 0..RING - 1 {
        assert_eq!(rig.model.receive_from_wire(&frame(MAC, 100)), Reception::Stored);
    }
    assert!(!rig.model.irq_asserted());
    assert_eq!(rig.model.receive_from_wire(&frame(MAC, 100)), Reception::Missed);
    assert!(rig.model.irq_asserted());
    // RXO, RXT0 and, on the way, RXDMT0.
    assert_eq!(rig.mmio.read32(ICR), 0xd0);
    // MPC, RNBC, GPRC, TPR.
    assert_eq!([0x4010, 0x40a0, 0x4074, 0x40d0].map(|r| rig.mmio.read32(r)), [1, 1, 7, 8]);
    rig.stop_clean();
}

#[test]
fn low_descriptors_interrupt_once() {
    let rig = Rig::new();
    // RDMTS 01: a quarter of eight is two, so the fifth frame of seven crosses it.
    rig.mmio.write32(RCTL, RCTL_ON | 1 << 8);
    for i in 1..=7 {
        rig.model.receive_from_wire(&frame(MAC, 100));
        let low = rig.mmio.read32(ICR) & 0x10 != 0;
        assert_eq!(low, i == 5, "frame {i}");
    }
    rig.stop_clean();
}

#[test]
fn bad_lengths_and_sums_are_counted_and_dropped() {
    let mut rig = Rig::new();
    assert_eq!(rig.model.receive_from_wire(&frame(MAC, 59)), Reception::Undersize);
    assert_eq!(rig.model.receive_from_wire(&frame(MAC, 1518)), Reception::Stored);
    assert_eq!(rig.model.receive_from_wire(&frame(MAC, 1519)), Reception::Oversize);
    assert_eq!(rig.model.receive_damaged(&frame(MAC, 100)), Reception::BadFcs);
    // RUC, ROC, CRCERRS, GPRC, PRC1522.
    let stats = [0x40a4, 0x40ac, 0x4000, 0x4074, 0x4070].map(|r| rig.mmio.read32(r));
    assert_eq!(stats, [1, 1, 1, 1, 1]);
    rig.harvest().unwrap();
    // Store bad packets: the error bit CE says so.
    rig.mmio.write32(RCTL, RCTL_ON | 4);
    assert_eq!(rig.model.receive_damaged(&frame(MAC, 100)), Reception::Stored);
    assert_eq!(rig.harvest().unwrap().0[1], 0x0107);
    rig.stop_clean();
}

#[test]
fn a_long_frame_takes_several_descriptors() {
    let mut rig = Rig::new();
    rig.mmio.write32(RCTL, RCTL_ON | 1 << 5);
    let sent = frame(MAC, 5000);
    assert_eq!(rig.model.receive_from_wire(&sent), Reception::Stored);
    let mut whole = Vec::new();
    for (status, len) in [(1, 2048), (1, 2048), (7, 904)] {
        let (upper, bytes) = rig.harvest().unwrap();
        assert_eq!((upper[1], bytes.len()), (status, len));
        whole.extend(bytes);
    }
    assert_eq!(whole, sent);
    // Four are left; five are wanted.
    assert_eq!(rig.model.receive_from_wire(&frame(MAC, 9000)), Reception::Missed);
    rig.stop_clean();
}

#[test]
fn buffer_sizes() {
    // BSIZE in 17:16, BSEX in 25.
    let sizes = [(0, 2048), (1 << 16, 1024), (2 << 16, 512), (3 << 16, 256), (0x0203_0000, 4096)];
    for (bits, size) in sizes {
        let mut rig = Rig::idle(Config::default());
        rig.mmio.write32(CTRL, SLU);
        rig.after_ms(600);
        for index in 0..RING - 1 {
            let buffer = Buffer::map(&rig.dma, vec![0; 4096], Direction::FromDevice);
            write(&mut rig.rx, index, [buffer.bus.0 as u32, (buffer.bus.0 >> 32) as u32, 0, 0]);
            rig.rx_buffers[index as usize] = Some(buffer);
        }
        rig.mmio.write32(RDT, RING - 1);
        rig.mmio.write32(RCTL, RCTL_ON | bits);
        rig.model.receive_from_wire(&frame(MAC, 1400));
        assert_eq!(rig.harvest().unwrap().1.len(), size.min(1400));
        rig.stop_clean();
    }
}

#[test]
fn the_interrupt_can_be_delayed() {
    let mut rig = Rig::started(Config { read_time: Duration::ZERO, ..Config::default() });
    let seen = |rig: &Rig| rig.mmio.read32(ICR) & RXT0 != 0;
    rig.mmio.write32(RDTR, 100);
    rig.mmio.write32(RADV, 150);
    rig.model.receive_from_wire(&frame(MAC, 100));
    assert!(rig.harvest().is_some(), "written back at once");
    rig.after_ns(80 * 1024);
    rig.model.receive_from_wire(&frame(MAC, 100));
    // The second frame started the 100 units anew; the absolute timer ends it at 150.
    rig.after_ns(70 * 1024 - 1);
    assert!(!seen(&rig));
    rig.after_ns(1);
    assert!(seen(&rig));
    rig.model.receive_from_wire(&frame(MAC, 100));
    assert!(!seen(&rig));
    rig.mmio.write32(RDTR, 1 << 31 | 100);
    assert!(seen(&rig), "flushed");
    rig.stop_clean();
}

#[test]
fn nothing_comes_in_without_link_or_enable() {
    let rig = Rig::new();
    rig.model.set_link(false);
    assert_eq!(rig.model.receive_from_wire(&frame(MAC, 100)), Reception::NoLink);
    rig.model.set_link(true);
    rig.after_ms(500);
    rig.mmio.write32(RCTL, 0);
    assert_eq!(rig.model.receive_from_wire(&frame(MAC, 100)), Reception::Disabled);
    assert_eq!(rig.mmio.read32(0x40d0), 0);
    rig.stop_clean();
}

#[test]
fn a_refilled_ring_goes_round() {
    let mut rig = Rig::new();
    for i in 0..50_usize {
        let sent = frame(MAC, 60 + i);
        assert_eq!(rig.model.receive_from_wire(&sent), Reception::Stored);
        assert_eq!(rig.harvest().unwrap().1, sent);
        let free = (rig.rx_next + RING - 2) % RING;
        rig.fill(free);
        rig.mmio.write32(RDT, (free + 1) % RING);
    }
    assert_eq!(rig.model.mapped_count(), RING as usize - 1);
    rig.stop_clean();
}

#[test]
fn a_hostile_card_writes_what_it_likes() {
    let mut rig = Rig::new();
    rig.mmio.write32(IMS, RXT0);
    // 65535 bytes, done, end of packet, every error.
    assert!(rig.model.hostile_receive([0xffff, 0xff03]));
    assert!(rig.model.irq_asserted());
    let (upper, bytes) = rig.harvest().unwrap();
    assert_eq!(upper, [0xffff, 0xff03]);
    assert_eq!(bytes.len(), BUFFER, "nothing was written past it");
    assert!(rig.model.write_rx_descriptor(1, [1, 2, 3, 5]));
    assert_eq!(rig.rx.read32(16 + 12), Some(5));
    assert!(!rig.model.write_rx_descriptor(RING, [0; 4]));
    assert!(rig.model.write_tx_descriptor(7, [0, 0, 0, 1]));
    assert!(rig.tx_done(7));
    // Let go of by hardware: the driver may take the buffer that it believes done.
    assert!(rig.harvest().is_some());
    rig.stop_clean();
}

#[test]
fn memory_above_four_gigabytes() {
    let mut rig = Rig::started(Config { dma_base: 0x12_0000_0000, ..Config::default() });
    assert_eq!(rig.mmio.read32(RDBAH), 0x12);
    assert_eq!(rig.mmio.read32(TDBAH), 0x12);
    rig.model.receive_from_wire(&frame(MAC, 100));
    assert_eq!(rig.harvest().unwrap().1, frame(MAC, 100));
    rig.send(&frame(MAC, 100));
    rig.after_ms(1);
    assert!(rig.model.take_transmitted().is_some());
    rig.stop_clean();
}
