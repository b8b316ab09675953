//! A real Linux at the far end of the cable: it answers ARP.
#![cfg(feature = "qemu")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "the helpers of tests are tests too")]

use core::time::Duration;
use std::time::Instant;

use softnet_drivers::bus::{Coherent, CoherentRequest, Mmio, PciConfig, PciDevice, command};
use softnet_drivers::qemu::tap::{TapConfig, TapNamespace};
use softnet_drivers::qemu::{ClockMode, Config, Netdev, Qemu, QemuDma, QemuError};
use softnet_drivers::testutil::oracle::oracle_present;

const RX_RING: u32 = 0x2800;
const TX_RING: u32 = 0x3800;

fn memory(machine: &Qemu, words: &[u32], len: usize) -> Coherent<QemuDma> {
    let request = CoherentRequest { len, align: 128, boundary: None, mask: u32::MAX.into() };
    let mut memory = Coherent::new(machine.pci().dma(), request).unwrap();
    for (at, word) in words.iter().enumerate() {
        assert!(memory.write32(at * 4, *word));
    }
    memory
}

/// Who has 10.0.2.2? Tell 10.0.2.15, which is 52:54:00:12:34:56 (RFC 826).
const REQUEST: [u8; 44] = [
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x52, 0x54, 0x00, 0x12, 0x34, 0x56, 0x08, 0x06, 0x00, 0x01,
    0x08, 0x00, 0x06, 0x04, 0x00, 0x01, 0x52, 0x54, 0x00, 0x12, 0x34, 0x56, 10, 0, 2, 15, 0, 0, 0,
    0, 0, 0, 10, 0, 2, 2, 0, 0,
];

#[test]
fn linux_answers_arp_through_the_card() {
    let namespace = TapNamespace::new(&TapConfig::default());
    if !oracle_present("qemu", Qemu::available(), "apt-get install qemu-system-x86")
        || !oracle_present("tap", namespace.is_ok(), "run as root with /dev/net/tun")
    {
        return;
    }
    let mut namespace = namespace.unwrap();
    let tap = namespace.take_tap().unwrap();
    assert!(namespace.take_tap().is_none());
    let config = Config { netdev: Netdev::Tap(tap), clock: ClockMode::Real, ..Config::default() };
    let machine = Qemu::new(config).unwrap();
    assert!(matches!(machine.send_frame(&REQUEST), Err(QemuError::NoWire)));
    let mut pci = machine.pci();
    pci.config().update_command(command::MEMORY | command::BUS_MASTER, 0);
    let registers = pci.map_bar(0).unwrap();
    registers.write32(0x0000, 1 << 6);

    // Eight receive buffers: the kernel has things of its own to say.
    let buffers: Vec<_> = (0..8).map(|_| memory(&machine, &[], 2048)).collect();
    let descriptors = buffers.iter().flat_map(|buffer| [buffer.bus().0 as u32, 0, 0, 0]);
    let rx_ring = memory(&machine, &descriptors.collect::<Vec<_>>(), 128);
    let words = REQUEST.chunks(4).map(|word| u32::from_le_bytes(word.try_into().unwrap()));
    let request = memory(&machine, &words.collect::<Vec<_>>(), 44);
    // End of packet, insert checksum, report status; 42 bytes.
    let tx_ring = memory(&machine, &[request.bus().0 as u32, 0, 0x0b << 24 | 42], 128);
    for (base, ring) in [(RX_RING, &rx_ring), (TX_RING, &tx_ring)] {
        registers.write32(base, ring.bus().0 as u32);
        registers.write32(base + 0x8, 128);
    }
    registers.write32(0x0400, 1 << 1);
    registers.write32(0x0100, 1 << 1 | 1 << 15);
    registers.write32(RX_RING + 0x18, 7);
    registers.read32(0x00c0);
    machine.settle().unwrap();
    registers.write32(0x00d0, 1 << 7);
    registers.write32(TX_RING + 0x18, 1);

    let start = Instant::now();
    let reply = loop {
        assert!(start.elapsed() < Duration::from_secs(20), "no answer");
        machine.wait_interrupt(Duration::from_millis(100)).unwrap();
        registers.read32(0x00c0);
        // Ethertype and the first half of the ARP header, as two little-endian words.
        let reply = buffers.iter().find(|buffer| {
            buffer.read32(12) == Some(0x0100_0608) && buffer.read32(20).unwrap() as u16 == 0x0200
        });
        if let Some(reply) = reply {
            break reply;
        }
    };
    // To our address, from 10.0.2.2.
    assert_eq!(reply.read32(0), Some(0x1200_5452));
    assert_eq!(reply.read32(28), Some(u32::from_le_bytes([10, 0, 2, 2])));
}
