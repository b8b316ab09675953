//! The bus that QEMU makes, tried by hand: no driver takes part, registers and descriptors are written
//! as the 8254x manual (Intel 317453) has them.
#![cfg(feature = "qemu")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "the helpers of tests are tests too")]

use core::ptr::NonNull;
use core::time::Duration;
use std::thread;

use softnet_drivers::bus::{
    Coherent, CoherentRequest, CpuId, Direction, Dma, DmaAddr, DmaError, Interrupts, Mmio,
    PciConfig, PciDevice, PortIo, command, config,
};
use softnet_drivers::qemu::{
    ClockMode, Config, Model, Netdev, Qemu, QemuDma, QemuError, QemuMmio, QemuPci,
};
use softnet_drivers::testutil::oracle::oracle_present;
use softnet_sk_buff::{PoolConfig, Region, SkPool};

const CTRL: u32 = 0x0000;
const STATUS: u32 = 0x0008;
const EERD: u32 = 0x0014;
const ICR: u32 = 0x00c0;
const IMS: u32 = 0x00d0;
const RCTL: u32 = 0x0100;
const TCTL: u32 = 0x0400;
const RX_RING: u32 = 0x2800;
const TX_RING: u32 = 0x3800;
const RAL0: u32 = 0x5400;

/// Offsets from the base of a ring's registers.
const LOW: u32 = 0x00;
const HIGH: u32 = 0x04;
const LEN: u32 = 0x08;
const HEAD: u32 = 0x10;
const TAIL: u32 = 0x18;

const SET_LINK_UP: u32 = 1 << 6;
const LINK_UP: u32 = 1 << 1;
const LINK_STATUS_CHANGE: u32 = 1 << 2;
const RECEIVE_TIMER: u32 = 1 << 7;
const ENABLE: u32 = 1 << 1;
const ACCEPT_BROADCAST: u32 = 1 << 15;
/// End of packet, insert checksum, report status.
const TX_COMMAND: u32 = (1 | 1 << 1 | 1 << 3) << 24;
const DONE: u32 = 1;
const END_OF_PACKET: u32 = 1 << 1;

const SOON: Duration = Duration::from_secs(5);

fn qemu() -> bool {
    oracle_present("qemu", Qemu::available(), "apt-get install qemu-system-x86")
}

/// A machine with its card enabled, as a driver's first steps would have it.
struct Bench {
    machine: Qemu,
    pci: QemuPci,
    registers: QemuMmio,
}

impl Bench {
    fn new(config: Config) -> Self {
        let machine = Qemu::new(config).unwrap();
        let mut pci = machine.pci();
        pci.config().update_command(command::MEMORY | command::IO | command::BUS_MASTER, 0);
        let registers = pci.map_bar(0).unwrap();
        registers.write32(CTRL, SET_LINK_UP);
        machine.settle().unwrap();
        Self { machine, pci, registers }
    }

    fn memory(&self, len: usize) -> Coherent<QemuDma> {
        let request = CoherentRequest { len, align: 128, boundary: None, mask: u32::MAX.into() };
        Coherent::new(self.pci.dma(), request).unwrap()
    }

    /// A ring of eight descriptors; the first points at `buffer`.
    fn ring(&self, registers: u32, buffer: u32) -> Coherent<QemuDma> {
        let mut ring = self.memory(128);
        assert!(ring.write32(0, buffer));
        self.registers.write32(registers + LOW, ring.bus().0 as u32);
        self.registers.write32(registers + HIGH, 0);
        self.registers.write32(registers + LEN, 128);
        self.registers.write32(registers + HEAD, 0);
        self.registers.write32(registers + TAIL, 0);
        ring
    }

    fn transmit(&self, frame: &[u8]) {
        let mut buffer = self.memory(frame.len());
        for (word, bytes) in frame.chunks_exact(4).enumerate() {
            assert!(buffer.write32(word * 4, u32::from_le_bytes(bytes.try_into().unwrap())));
        }
        self.transmit_from(buffer.bus().0 as u32, frame.len() as u32);
    }

    fn transmit_from(&self, buffer: u32, len: u32) {
        let mut ring = self.ring(TX_RING, buffer);
        assert!(ring.write32(8, TX_COMMAND | len));
        self.registers.write32(TCTL, ENABLE);
        self.registers.write32(TX_RING + TAIL, 1);
        wait("the transmit descriptor", || ring.read32(12).unwrap() & DONE != 0);
        assert_eq!(self.registers.read32(TX_RING + HEAD), 1);
    }

    /// Opens reception into one buffer.
    fn listen(&self) -> Reception {
        let buffer = self.memory(2048);
        let ring = self.ring(RX_RING, buffer.bus().0 as u32);
        self.registers.write32(RCTL, ENABLE | ACCEPT_BROADCAST);
        self.registers.write32(RX_RING + TAIL, 1);
        self.machine.settle().unwrap();
        Reception { ring, buffer }
    }

    fn eeprom(&self, word: u32) -> u16 {
        self.registers.write32(EERD, word << 8 | 1);
        let mut read = 0;
        wait("the EEPROM", || {
            read = self.registers.read32(EERD);
            read & 1 << 4 != 0
        });
        (read >> 16) as u16
    }
}

struct Reception {
    ring: Coherent<QemuDma>,
    buffer: Coherent<QemuDma>,
}

impl Reception {
    /// The frame in the buffer, its checksum included.
    fn frame(&self) -> Vec<u8> {
        wait("the receive descriptor", || self.ring.read32(12).unwrap() & DONE != 0);
        assert_ne!(self.ring.read32(12).unwrap() & END_OF_PACKET, 0);
        let len = self.ring.read32(8).unwrap() as u16;
        let words = (0..2048).step_by(4).map(|at| self.buffer.read32(at).unwrap());
        words.flat_map(u32::to_le_bytes).take(len.into()).collect()
    }
}

fn wait(what: &str, mut done: impl FnMut() -> bool) {
    let start = std::time::Instant::now();
    while !done() {
        assert!(start.elapsed() < SOON, "{what} is not done");
        thread::sleep(Duration::from_micros(50));
    }
}

/// 100 bytes to everybody, of an experimental protocol.
fn frame() -> Vec<u8> {
    let mut frame = vec![0xff; 6];
    frame.extend([2, 0, 0, 0, 0, 1, 0x88, 0xb5]);
    frame.extend(0..86);
    frame
}

#[test]
fn each_card_is_found_and_placed_but_not_enabled() {
    if !qemu() {
        return;
    }
    for (model, device) in
        [(Model::I82540em, 0x100e), (Model::I82544gc, 0x100c), (Model::I82545em, 0x100f)]
    {
        let machine = Qemu::new(Config { model, ..Config::default() }).unwrap();
        let mut pci = machine.pci();
        assert_eq!((pci.config().id().vendor, pci.config().id().device), (0x8086, device));
        assert_eq!(pci.config().read32(config::REVISION) >> 8, 0x02_0000, "an Ethernet card");
        assert_eq!(pci.config().read32(config::COMMAND) & 7, 0);
        assert_eq!(pci.config().read32(0x100), u32::MAX);

        let (registers, ports) = (pci.map_bar(0).unwrap(), pci.map_ports(1).unwrap());
        assert!(pci.map_bar(1).is_err() && pci.map_ports(0).is_err());
        assert!(pci.map_bar(2).is_err() && pci.map_bar(6).is_err());
        // RAL0 holds the address's first four octets from the start.
        assert_ne!(registers.read32(RAL0), 0x1200_5452, "memory space is still off");
        pci.config().update_command(command::MEMORY | command::IO, 0);
        assert_eq!(registers.read32(RAL0), 0x1200_5452);
        assert_eq!(registers.read32(0x2_0000), u32::MAX, "past the window of 128 KiB");
        assert_eq!(registers.read32(RAL0 + 2), u32::MAX, "not a register");
        // The ports are a window of 64 bytes; QEMU's model has nothing behind it, not even IOADDR.
        ports.out32(0, RAL0);
        assert_eq!((ports.in32(0), ports.in32(4)), (0, 0));
        assert_eq!(ports.in32(64), u32::MAX, "past the window");
        machine.check().unwrap();
    }
}

#[test]
fn the_eeprom_holds_the_address_and_its_checksum() {
    if !qemu() {
        return;
    }
    let mac = "02:aa:bb:cc:dd:ee".parse().unwrap();
    let bench = Bench::new(Config { mac, ..Config::default() });
    let address: Vec<u8> = (0..3).flat_map(|word| bench.eeprom(word).to_le_bytes()).collect();
    assert_eq!(address, [0x02, 0xaa, 0xbb, 0xcc, 0xdd, 0xee]);
    let sum = (0..0x40).fold(0u16, |sum, word| sum.wrapping_add(bench.eeprom(word)));
    assert_eq!(sum, 0xbaba);
}

#[test]
fn a_frame_leaves_by_a_descriptor() {
    if !qemu() {
        return;
    }
    for model in Model::ALL {
        for clock in [ClockMode::Virtual, ClockMode::Real] {
            let bench = Bench::new(Config { model, clock, ..Config::default() });
            assert_eq!(bench.machine.recv_frame(Duration::ZERO).unwrap(), None);
            bench.transmit(&frame());
            assert_eq!(bench.machine.recv_frame(SOON).unwrap(), Some(frame()), "{model:?}");
            assert_eq!(bench.machine.recv_frame(Duration::ZERO).unwrap(), None);
        }
    }
}

#[test]
fn a_packet_of_a_pool_leaves_without_a_copy() {
    if !qemu() {
        return;
    }
    let bench = Bench::new(Config::default());
    let region = bench.machine.packet_region().unwrap();
    let mut pool = SkPool::over(Box::new(region), PoolConfig::default()).unwrap();
    let mut skb = pool.alloc(64).unwrap();
    skb.put(100).unwrap().copy_from_slice(&frame());
    let data = NonNull::from(skb.data());
    let DmaAddr(at) = bench.pci.dma().map(data, Direction::ToDevice).unwrap();
    assert_eq!(at, (16 << 20) + 64, "the first buffer, past its headroom");
    bench.transmit_from(at as u32, 100);
    assert_eq!(bench.machine.recv_frame(SOON).unwrap(), Some(frame()));
    bench.pci.dma().unmap(DmaAddr(at), 100, Direction::ToDevice);
    pool.consume(skb);
}

#[test]
fn a_frame_arrives_in_a_buffer_and_interrupts() {
    if !qemu() {
        return;
    }
    for model in Model::ALL {
        let bench = Bench::new(Config { model, ..Config::default() });
        let reception = bench.listen();
        bench.registers.read32(ICR);
        bench.registers.write32(IMS, RECEIVE_TIMER);
        assert!(!bench.machine.interrupt_pending().unwrap());
        let raised = bench.machine.interrupts_raised().unwrap();

        bench.machine.send_frame(&frame()).unwrap();
        assert!(bench.machine.wait_taken(SOON).unwrap());
        let received = reception.frame();
        assert_eq!(received[..100], frame());
        assert_eq!(received.len(), 104, "with its checksum");
        assert!(bench.machine.wait_interrupt(SOON).unwrap());
        assert!(bench.machine.interrupt_pending().unwrap());
        assert_eq!(bench.machine.interrupts_raised().unwrap(), raised + 1);
        assert_ne!(bench.registers.read32(ICR) & RECEIVE_TIMER, 0);
        assert!(!bench.machine.interrupt_pending().unwrap(), "reading the cause lowers the line");
        assert!(!bench.machine.wait_interrupt(Duration::from_millis(1)).unwrap());
    }
}

#[test]
fn a_pulled_cable_shows_in_status_and_interrupts() {
    if !qemu() {
        return;
    }
    let bench = Bench::new(Config::default());
    assert_ne!(bench.registers.read32(STATUS) & LINK_UP, 0);
    bench.registers.read32(ICR);
    bench.registers.write32(IMS, LINK_STATUS_CHANGE);
    for up in [false, true] {
        assert!(!bench.machine.interrupt_pending().unwrap());
        bench.machine.set_link(up).unwrap();
        bench.machine.settle().unwrap();
        assert_eq!(bench.registers.read32(STATUS) & LINK_UP != 0, up);
        assert!(bench.machine.interrupt_pending().unwrap());
        assert_ne!(bench.registers.read32(ICR) & LINK_STATUS_CHANGE, 0);
    }
}

#[test]
fn a_full_ring_holds_frames_back() {
    if !qemu() {
        return;
    }
    let bench = Bench::new(Config::default());
    let _reception = bench.listen();
    // One fits, one waits in QEMU, the third stays on the wire.
    for _ in 0..3 {
        bench.machine.send_frame(&frame()).unwrap();
    }
    assert!(!bench.machine.wait_taken(Duration::from_millis(50)).unwrap());
    let flood = (0..100_000).find_map(|_| bench.machine.send_frame(&frame()).err());
    assert!(matches!(flood, Some(QemuError::WireFull)), "{flood:?}");
    bench.machine.check().unwrap();
}

#[test]
fn virtual_time_moves_when_told() {
    if !qemu() {
        return;
    }
    let bench = Bench::new(Config::default());
    let before = bench.machine.now().unwrap();
    thread::sleep(Duration::from_millis(20));
    assert_eq!(bench.machine.now().unwrap(), before);
    let started = std::time::Instant::now();
    bench.machine.step(Duration::from_secs(3600)).unwrap();
    assert!(started.elapsed() < Duration::from_secs(60));
    let passed = bench.machine.now().unwrap().saturating_since(before);
    assert!(
        passed >= Duration::from_secs(3600) && passed < Duration::from_millis(3_600_001),
        "{passed:?}"
    );
}

#[test]
fn a_bench_is_the_same_each_time() {
    if !qemu() {
        return;
    }
    let run = || {
        let bench = Bench::new(Config::default());
        bench.transmit(&frame());
        bench.machine.set_link(false).unwrap();
        bench.machine.settle().unwrap();
        let micros = (bench.machine.now().unwrap().as_nanos() + 500) / 1000;
        (bench.registers.read32(ICR), micros)
    };
    let first = run();
    for _ in 0..4 {
        assert_eq!(run(), first);
    }
}

#[test]
fn coherent_memory_is_as_asked() {
    if !qemu() {
        return;
    }
    let machine = Qemu::new(Config::default()).unwrap();
    let dma = machine.pci().dma();
    let request = |len, align| CoherentRequest { len, align, boundary: None, mask: u64::MAX };
    let mut held: Vec<Coherent<QemuDma>> = Vec::new();
    for (len, align) in [(4, 4), (16, 16), (4096, 4096), (100, 128), (65_536, 2048), (12, 1)] {
        let mut block = Coherent::new(dma.clone(), request(len, align)).unwrap();
        assert_eq!(block.bus().0 % align as u64, 0);
        for at in (0..len).step_by(4) {
            assert_eq!(block.read32(at), Some(0), "zeroed, and not an earlier block's");
            assert!(block.write32(at, u32::MAX));
        }
        held.push(block);
    }
    let within = CoherentRequest { boundary: Some(1 << 16), ..request(40_000, 16) };
    for _ in 0..3 {
        let block = Coherent::new(dma.clone(), within).unwrap();
        assert_eq!(block.bus().0 >> 16, (block.bus().0 + 39_999) >> 16);
        held.push(block);
    }
    assert!(dma.coherent_bytes() >= 65_536 + 120_000);
    drop(held);
    assert_eq!(dma.coherent_bytes(), 0);
    // What was written before shows no more.
    let block = Coherent::new(dma.clone(), request(65_536, 4)).unwrap();
    assert!((0..65_536).step_by(4).all(|at| block.read32(at) == Some(0)));

    for refused in
        [request(64 << 20, 4), request(4, 8192), CoherentRequest { mask: 0xffff, ..request(4, 4) }]
    {
        assert_eq!(dma.alloc_coherent(refused).err(), Some(DmaError::NoMemory), "{refused:?}");
    }
}

#[test]
fn only_the_packet_region_can_be_mapped() {
    if !qemu() {
        return;
    }
    let machine = Qemu::new(Config::default()).unwrap();
    let dma = machine.pci().dma();
    let region = machine.packet_region().unwrap();
    assert!(machine.packet_region().is_none(), "handed out once");
    let DmaAddr(start) = dma.map(region.memory(), Direction::FromDevice).unwrap();
    assert_eq!((start, region.memory().len()), (16 << 20, 48 << 20));
    assert_eq!(dma.mappings(), 1);
    dma.unmap(DmaAddr(start), region.memory().len(), Direction::FromDevice);
    assert_eq!(dma.mappings(), 0);

    let mut elsewhere = [0u8; 64];
    let elsewhere = NonNull::from(&mut elsewhere[..]);
    assert_eq!(dma.map(elsewhere, Direction::ToDevice), Err(DmaError::Unreachable));
    let first = region.memory().cast::<u8>();
    let too_long = NonNull::slice_from_raw_parts(first, (48 << 20) + 1);
    assert_eq!(dma.map(too_long, Direction::ToDevice), Err(DmaError::Unreachable));
    drop(machine);
    assert_eq!(region.memory().len(), 48 << 20, "the memory outlives the machine");
}

#[test]
fn there_is_one_vector_on_one_cpu() {
    if !qemu() {
        return;
    }
    let machine = Qemu::new(Config::default()).unwrap();
    let pci = machine.pci();
    let vectors = pci.interrupts();
    assert!(vectors.request(2..=4).is_err());
    assert!(vectors.set_affinity(0, CpuId(0)).is_err(), "not asked for yet");
    assert_eq!(vectors.request(1..=8), Ok(1));
    assert!(machine.interrupts_requested());
    assert!(vectors.set_affinity(0, CpuId(0)).is_ok());
    assert!(
        vectors.set_affinity(1, CpuId(0)).is_err() && vectors.set_affinity(0, CpuId(1)).is_err()
    );
    vectors.release();
    assert!(!machine.interrupts_requested());
}

#[test]
fn a_machine_outlives_the_thread_that_made_it() {
    if !qemu() {
        return;
    }
    let machine = thread::spawn(|| Qemu::new(Config::default()).unwrap()).join().unwrap();
    machine.settle().unwrap();
    machine.check().unwrap();
}

#[test]
fn qemus_own_words_tell_why_it_died() {
    if !qemu() {
        return;
    }
    let no_tap = std::fs::File::open("/dev/null").unwrap();
    let config = Config { netdev: Netdev::Tap(no_tap.into()), ..Config::default() };
    let died = Qemu::new(config).unwrap_err();
    let QemuError::Died(words) = &died else { panic!("{died:?}") };
    assert!(words.starts_with("qemu-system-x86_64: ") && words.contains("tap"), "{words}");
}
