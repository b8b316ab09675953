//! The two ways through the stack on a card that costs nothing: the driver, the device layer and the
//! queueing discipline are real, the hardware is this file.
//!
//! What one packet costs on its way is what one round of [`Ways::tx`] or [`Ways::rx`] costs, less the
//! few stores with which the hardware's part is played.

use core::time::Duration;

use softnet_drivers::e1000::{Config, Probe, Step};
use softnet_drivers::testutil::null_card::{Hands, NullCard};
use softnet_netdev::{Config as NetConfig, DriverId, Softnet};
use softnet_qdisc::{FqCodel, Handle, fq_codel};
use softnet_sk_buff::{IfIndex, Instant, MacAddr, PoolConfig, SkBuff, SkPool};

/// Packets in a burst: one NAPI poll, one run of a queueing discipline.
pub const BURST: usize = 64;

/// Registers of the card, as Intel's manual numbers them.
mod reg {
    pub(super) const ICR: u32 = 0x00c0;
    pub(super) const RDBAL: u32 = 0x2800;
    pub(super) const RDBAH: u32 = 0x2804;
    pub(super) const TDBAL: u32 = 0x3800;
    pub(super) const TDBAH: u32 = 0x3804;
    pub(super) const TDT: u32 = 0x3818;
    pub(super) const RXT0: u32 = 1 << 7;
}

const RING: usize = 256;
const DESCRIPTOR: usize = 16;
/// Done, end of packet.
const DONE: u32 = 1;
const DONE_EOP: u32 = 3;

/// What the packets pass on the way out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Queue {
    /// Nothing: straight to the driver.
    None,
    /// fq_codel that is idle and lets each packet by.
    Bypassed,
    /// fq_codel before a ring that is always full: each packet is enqueued, and dequeued when the
    /// driver wakes the queue, a burst at a time.
    FqCodel,
}

/// A stack with one port, up.
pub struct Ways {
    card: NullCard,
    net: Softnet,
    driver: DriverId,
    dev: IfIndex,
    tx_ring: Hands,
    rx_ring: Hands,
    tx_done: usize,
    rx_done: usize,
    frame: Vec<u8>,
    now: Instant,
    queue: Queue,
}

impl core::fmt::Debug for Ways {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Ways").field("queue", &self.queue).finish_non_exhaustive()
    }
}

impl Ways {
    /// Brings the port up. Frames have `len` bytes.
    ///
    /// # Panics
    /// If the driver does not come up on the card: the benchmark is broken then.
    #[must_use]
    pub fn new(queue: Queue, len: usize) -> Self {
        let own = MacAddr([0x52, 0x54, 0, 0x12, 0x34, 0x56]);
        let card = NullCard::new(own);
        let mut now = Instant::from_millis(1);
        // Bus addresses are CPU addresses here, and those are anywhere.
        let config = Config { dma_mask: Some(u64::MAX), ..Config::default() };
        let mut probe = Probe::new(card.pci(), config).expect("the card is an 82540EM");
        let driver = loop {
            match probe.advance(now).expect("the card can be probed") {
                Step::Done(driver) => break driver,
                Step::Again(at, rest) => (now, probe) = (at, rest),
            }
        };
        let pool = PoolConfig { buffers: 1024, clones: 64, buffer_size: 2112 };
        let mut pool = SkPool::heap(pool).expect("memory for a pool");
        all_ones(&mut pool);
        let mut net = Softnet::new(NetConfig::default(), pool);
        let registered = net.register_netdev(driver).expect("one port");
        let dev = registered.ports[0];
        if queue != Queue::None {
            let mut fq = FqCodel::new(Handle::UNSPEC, fq_codel::Config::default(), [1, 2])
                .expect("Linux's defaults");
            fq.reserve(1024);
            net.set_qdisc(dev, 0, Some(Box::new(fq)), now).expect("queue 0 is there");
        } else {
            net.set_qdisc(dev, 0, None, now).expect("queue 0 is there");
        }
        // The ring is to take whole bursts, which byte queue limits are there to prevent.
        net.set_byte_queue_limits(dev, 0, u32::MAX, u32::MAX).expect("queue 0 is there");
        net.dev_open(dev, now).expect("nothing fails on this card");
        now += Duration::from_secs(3);
        net.handle_timeout(now);
        assert!(net.dev(dev).is_some_and(|dev| dev.carrier()), "the watchdog saw the link");
        let ring = |low, high| {
            let at = u64::from(card.register(high)) << 32 | u64::from(card.register(low));
            card.hands(at).expect("the driver has a ring there")
        };
        let (tx_ring, rx_ring) = (ring(reg::TDBAL, reg::TDBAH), ring(reg::RDBAL, reg::RDBAH));
        let mut ways = Self {
            driver: registered.driver,
            frame: udp_frame(own, len),
            card,
            net,
            dev,
            tx_ring,
            rx_ring,
            tx_done: 0,
            rx_done: 0,
            now,
            queue,
        };
        if queue == Queue::FqCodel {
            (0..RING + BURST).for_each(|_| ways.send());
        }
        // Everything that grows has grown once the rings were round.
        for _ in 0..16 {
            ways.tx(BURST);
            ways.rx(BURST);
        }
        ways
    }

    /// Sends `count` packets, at most a burst: allocated, handed to the stack, queued, put into the
    /// ring; then the card has sent them, interrupts, and the driver's poll frees them.
    pub fn tx(&mut self, count: usize) {
        for _ in 0..count {
            self.send();
        }
        self.complete_tx(count);
        self.interrupt();
    }

    fn packet(&mut self) -> SkBuff {
        let mut skb = self.net.pool().alloc(64).expect("the pool is larger than the rings");
        // Headers only: a payload would be the application's to write, once, into the buffer.
        let headers = skb.put(self.frame.len()).expect("buffers take a frame");
        headers[..42].copy_from_slice(&self.frame[..42]);
        skb.meta_mut().dev = Some(self.dev);
        skb
    }

    fn send(&mut self) {
        let skb = self.packet();
        match self.net.dev_queue_xmit(skb, self.now) {
            Ok(_) => {}
            Err(rejected) => panic!("the stack refused a packet: {}", rejected.why),
        }
    }

    /// The card sends what it was given, `count` packets at most: sets their done bits.
    fn complete_tx(&mut self, count: usize) {
        let tail = self.card.register(reg::TDT) as usize;
        for _ in 0..count {
            if self.tx_done == tail {
                break;
            }
            // SAFETY: the driver is up, so its ring is alive, and none of its code runs meanwhile.
            unsafe { self.tx_ring.write32(self.tx_done * DESCRIPTOR + 12, DONE) };
            self.tx_done = (self.tx_done + 1) % RING;
        }
    }

    /// Receives `count` frames, at most a burst: the card completes descriptors and interrupts, the
    /// driver polls, the packets reach the protocol, which frees them.
    pub fn rx(&mut self, count: usize) {
        for _ in 0..count {
            let at = self.rx_done * DESCRIPTOR;
            // SAFETY: as in `complete_tx`.
            unsafe { self.rx_ring.write32(at + 8, self.frame.len() as u32) };
            // SAFETY: as in `complete_tx`.
            unsafe { self.rx_ring.write32(at + 12, DONE_EOP) };
            self.rx_done = (self.rx_done + 1) % RING;
        }
        self.interrupt();
        while let Some(skb) = self.net.receive(self.dev) {
            self.net.consume(skb);
        }
    }

    fn interrupt(&mut self) {
        self.card.set_register(reg::ICR, reg::RXT0);
        let _ = self.net.handle_interrupt(self.driver, 0, self.now);
        self.softirq();
    }

    fn softirq(&mut self) {
        while self.net.do_softirq(&mut { self.now }).any() {}
    }

    /// Packets lost since the beginning: has to be 0.
    #[must_use]
    pub fn drops(&self) -> u64 {
        self.net.drops().total()
    }
}

/// Fills all buffers with ones. The card writes no bytes, so what it "receives" is what stands in its
/// buffers: a broadcast, or after a while one of our own frames to ourselves.
fn all_ones(pool: &mut SkPool) {
    let mut all = Vec::new();
    while let Some(mut skb) = pool.alloc(0) {
        let room = skb.tailroom();
        if let Ok(bytes) = skb.put(room) {
            bytes.fill(0xff);
        }
        all.push(skb);
    }
    all.into_iter().for_each(|skb| pool.consume(skb));
}

/// A UDP datagram over IPv4 to `to`; what the card never wrote the driver never reads.
fn udp_frame(to: MacAddr, len: usize) -> Vec<u8> {
    let mut frame = vec![0; len.max(60)];
    frame[..6].copy_from_slice(&to.0);
    frame[6..12].copy_from_slice(&[2, 0, 0, 0, 0, 1]);
    frame[12..24].copy_from_slice(&[0x08, 0, 0x45, 0, 0, 0, 0, 0, 0x40, 0, 64, 17]);
    frame[26..34].copy_from_slice(&[10, 0, 0, 1, 10, 0, 0, 2]);
    frame[34..38].copy_from_slice(&[0x14, 0xe9, 0x14, 0xe9]);
    frame
}
