//! The hot path neither copies payload nor allocates: the descriptor points into the packet that the
//! sender filled, the buffer that the card filled is the packet that the protocol gets, and rounds
//! of both ask the allocator for nothing.

#![cfg(all(feature = "e1000", feature = "testutil"))]
#![expect(clippy::unwrap_used, reason = "a test that can't be set up has to fail")]

use core::alloc::{GlobalAlloc, Layout};
use core::cell::Cell;
use core::time::Duration;
use std::alloc::System;

use softnet_drivers::e1000::{Config, Probe, Step};
use softnet_drivers::testutil::null_card::{Hands, NullCard};
use softnet_netdev::{Config as NetConfig, Registered, Softnet};
use softnet_sk_buff::{Instant, Layer, MacAddr, PoolConfig, SkPool};

struct Counting;

thread_local! {
    static ALLOCATIONS: Cell<u64> = const { Cell::new(0) };
}

// SAFETY: everything is passed on to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.with(|count| count.set(count.get() + 1));
        // SAFETY: the caller keeps the contract.
        unsafe { System.alloc(layout) }
    }
    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: the caller keeps the contract.
        unsafe { System.dealloc(block, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const OWN: MacAddr = MacAddr([0x52, 0x54, 0, 0x12, 0x34, 0x56]);
const RING: usize = 256;

struct World {
    card: NullCard,
    net: Softnet,
    registered: Registered,
    tx_ring: Hands,
    rx_ring: Hands,
    now: Instant,
}

fn world() -> World {
    let card = NullCard::new(OWN);
    let mut now = Instant::from_millis(1);
    let mut probe = {
        // Bus addresses are CPU addresses here, and those are anywhere.
        let config = Config { dma_mask: Some(u64::MAX), ..Config::default() };
        Probe::new(card.pci(), config).unwrap()
    };
    let driver = loop {
        match probe.advance(now).unwrap() {
            Step::Done(driver) => break driver,
            Step::Again(at, rest) => (now, probe) = (at, rest),
        }
    };
    let pool = PoolConfig { buffers: 512, clones: 8, buffer_size: 2112 };
    let mut net = Softnet::new(NetConfig::default(), SkPool::heap(pool).unwrap());
    let registered = net.register_netdev(driver).unwrap();
    net.dev_open(registered.ports[0], now).unwrap();
    now += Duration::from_secs(3);
    net.handle_timeout(now);
    let ring = |low: u32| {
        let at = u64::from(card.register(low + 4)) << 32 | u64::from(card.register(low));
        card.hands(at).unwrap()
    };
    let (tx_ring, rx_ring) = (ring(0x3800), ring(0x2800));
    World { card, net, registered, tx_ring, rx_ring, now }
}

impl World {
    fn address(ring: &Hands, index: usize) -> u64 {
        // SAFETY: the driver is up, so its ring is alive, and none of its code runs meanwhile.
        let low = unsafe { ring.read32(index * 16) };
        // SAFETY: as before.
        let high = unsafe { ring.read32(index * 16 + 4) };
        u64::from(high) << 32 | u64::from(low)
    }

    fn interrupt(&mut self) {
        self.card.set_register(0xc0, 1 << 7);
        let _ = self.net.handle_interrupt(self.registered.driver, 0, self.now);
        while self.net.do_softirq(&mut { self.now }).any() {}
    }

    /// Sends one packet; answers where its bytes are.
    fn send(&mut self) -> u64 {
        let mut skb = self.net.pool().alloc(64).unwrap();
        skb.put(1514).unwrap()[..14].copy_from_slice(&[2; 14]);
        skb.meta_mut().dev = self.registered.dev();
        let at = skb.data().as_ptr().addr() as u64;
        let _ = self.net.dev_queue_xmit(skb, self.now).unwrap();
        at
    }

    /// The card has sent descriptor `index`.
    fn sent(&mut self, index: usize) {
        // SAFETY: as in `address`.
        unsafe { self.tx_ring.write32(index * 16 + 12, 1) };
        self.interrupt();
    }

    /// The card has filled descriptor `index`; answers where.
    fn arrived(&mut self, index: usize) -> u64 {
        let at = Self::address(&self.rx_ring, index);
        // SAFETY: as in `address`.
        unsafe { self.rx_ring.write32(index * 16 + 8, 1514) };
        // SAFETY: as in `address`.
        unsafe { self.rx_ring.write32(index * 16 + 12, 3) };
        self.interrupt();
        at
    }
}

#[test]
fn the_descriptor_points_into_the_packet() {
    let mut world = world();
    for index in 0..3 {
        let at = world.send();
        assert_eq!(World::address(&world.tx_ring, index), at);
        world.sent(index);
    }
}

#[test]
fn the_buffer_that_the_card_filled_is_the_packet() {
    let mut world = world();
    let dev = world.registered.ports[0];
    // The frame's destination is nobody's, so the protocol does not get it; a tap does.
    let tap = softnet_netdev::TapConfig { dev: Some(dev), ..Default::default() };
    let now = world.now;
    let mut tap = world.net.open_tap(tap, now).unwrap();
    let at = world.arrived(0);
    let seen = tap.recv().unwrap();
    assert_eq!(seen.from_header(Layer::Mac).unwrap().as_ptr().addr() as u64, at);
    assert_eq!(seen.len(), 1514);
    seen.consume();
}

#[test]
fn rounds_of_both_ways_allocate_nothing() {
    let mut world = world();
    let mut round = |index: usize| {
        world.send();
        world.sent(index);
        world.arrived(index);
    };
    (0..RING).for_each(&mut round);
    let before = ALLOCATIONS.get();
    (0..RING).for_each(&mut round);
    assert_eq!(ALLOCATIONS.get() - before, 0);
}
