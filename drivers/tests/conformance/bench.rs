//! A stack, a driver and a card, and the loop that an embedder would run.

use core::time::Duration;

use softnet_drivers::e1000::{Config, E1000, LinkMonitor, Probe, ProbeError, Step};
use softnet_netdev::{
    Config as NetConfig, DriverId, Event, IrqReturn, LinkStats, NetDevice, NetXmit, Refused,
    Softnet,
};
use softnet_sk_buff::{Checksum, DropReason, IfIndex, Instant, Layer, Meta, Rejected, SkBuff};

use super::{Card, POOL, SETTLE};

/// Everything that a case needs.
pub struct Bench<C: Card> {
    /// The card, from its own side.
    pub card: C,
    /// The stack.
    pub net: Softnet,
    /// The driver's interface.
    pub dev: IfIndex,
    /// The driver.
    pub driver: DriverId,
    /// Its link.
    pub link: LinkMonitor,
    /// Interrupts that the card raised and the driver took for its own.
    pub interrupts: u64,
}

/// A frame that the stack received, whole, and what it knows of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Received {
    /// From the Ethernet header on.
    pub frame: Vec<u8>,
    /// Everything else.
    pub meta: Meta,
}

/// Probes to the end, time passing as the probe wants it.
pub fn probe<C: Card>(card: &C, config: Config) -> Result<Box<E1000<C::Pci>>, ProbeError> {
    let mut probe = Probe::new(card.pci(), config)?;
    loop {
        match probe.advance(card.now())? {
            Step::Done(driver) => return Ok(driver),
            Step::Again(at, rest) => {
                card.advance_to(at);
                probe = rest;
            }
        }
    }
}

impl<C: Card> Bench<C> {
    /// The card probed and registered, the port down.
    pub fn new(card: C) -> Self {
        Self::with(card, Config::default())
    }

    /// The same with another configuration.
    pub fn with(card: C, config: Config) -> Self {
        let driver = probe(&card, config).expect("the card can be probed");
        Self::of(card, driver)
    }

    /// A driver that is probed already.
    pub fn of(card: C, driver: Box<E1000<C::Pci>>) -> Self {
        let link = driver.link_monitor();
        let mut net = Softnet::new(NetConfig::default(), card.pool(POOL));
        let registered = net.register_netdev(driver).expect("the driver can be registered");
        let dev = registered.dev().expect("it has a port");
        // The cases are about the ring: let it fill. Byte limits have a test of their own.
        net.set_byte_queue_limits(dev, 0, u32::MAX, u32::MAX).expect("it has a queue");
        Self { card, net, dev, driver: registered.driver, link, interrupts: 0 }
    }

    /// The interface.
    pub fn device(&self) -> &NetDevice {
        self.net.dev(self.dev).unwrap()
    }

    /// The time.
    pub fn now(&self) -> Instant {
        self.card.now()
    }

    /// Opens the port; the link may take a while.
    pub fn open(&mut self) -> Result<(), Refused> {
        let now = self.now();
        self.net.dev_open(self.dev, now)
    }

    /// Opens the port and waits for the link.
    pub fn up(mut self) -> Self {
        self.open().unwrap();
        self.wait_for_link();
        self
    }

    /// Waits until the link is there and the card listens.
    pub fn wait_for_link(&mut self) {
        for _ in 0..10 {
            self.run(SETTLE);
            if self.device().carrier() {
                return;
            }
        }
        panic!("no link");
    }

    /// Closes the port and waits until it is down.
    pub fn close(&mut self) {
        let now = self.now();
        self.net.dev_close(self.dev, now).unwrap();
        for _ in 0..100 {
            while let Some(event) = self.net.poll_event() {
                if event == Event::Down(self.dev) {
                    return;
                }
            }
            // By steps: where time jumps, as QEMU's does, one step may be all of it.
            self.run(Duration::from_millis(10));
        }
        assert!(!self.device().is_running(), "the port does not go down");
    }

    /// Does what an embedder's loop does until nothing is left to do now.
    pub fn serve(&mut self) {
        loop {
            let now = self.now();
            let interrupted = self.card.interrupts();
            if interrupted {
                let handled = self.net.handle_interrupt(self.driver, 0, now);
                self.interrupts += u64::from(handled == IrqReturn::Handled);
            }
            if self.net.softirqs().any() {
                self.net.do_softirq(&mut { now });
            } else if !interrupted {
                return;
            }
        }
    }

    /// Lets time pass, with everything that happens in it.
    pub fn run(&mut self, time: Duration) {
        let end = self.now() + time;
        let mut overdue = 0;
        loop {
            self.serve();
            let now = self.now();
            let due = self.net.poll_at();
            if due.is_some_and(|at| at <= now) {
                overdue += 1;
                assert!(overdue < 1000, "a deadline stays due: {due:?}");
                self.net.handle_timeout(now);
                continue;
            }
            overdue = 0;
            if now >= end {
                return;
            }
            let next = due.into_iter().chain(self.card.next_event()).min();
            self.card.advance_to(next.map_or(end, |at| at.min(end)));
        }
    }

    /// Long enough for a few frames to pass.
    pub fn settle(&mut self) {
        self.run(Duration::from_millis(2));
    }

    /// A packet with these bytes.
    pub fn packet(&mut self, bytes: &[u8]) -> SkBuff {
        let mut skb = self.net.pool().alloc(64).unwrap();
        skb.put(bytes.len()).unwrap().copy_from_slice(bytes);
        skb.meta_mut().dev = Some(self.dev);
        skb
    }

    /// Sends a packet.
    pub fn xmit(&mut self, skb: SkBuff) -> Result<NetXmit, DropReason> {
        let now = self.now();
        self.net.dev_queue_xmit(skb, now).map_err(|Rejected { packet, why }| {
            self.net.consume(packet);
            why
        })
    }

    /// Sends bytes, and has them accepted.
    pub fn xmit_bytes(&mut self, bytes: &[u8]) {
        let skb = self.packet(bytes);
        assert_eq!(self.xmit(skb), Ok(NetXmit::Success));
    }

    /// Sends bytes whose checksum is still to be written.
    pub fn xmit_partial(&mut self, bytes: &[u8], start: usize, offset: usize) {
        let mut skb = self.packet(bytes);
        let start = (skb.headroom() + start) as u16;
        skb.meta_mut().checksum = Checksum::Partial { start, offset: offset as u16 };
        assert_eq!(self.xmit(skb), Ok(NetXmit::Success));
    }

    /// The frames that have left meanwhile.
    pub fn wire(&mut self) -> Vec<Vec<u8>> {
        self.settle();
        core::iter::from_fn(|| self.card.sent()).collect()
    }

    /// Frames arrive; answers what the stack received.
    pub fn deliver(&mut self, frames: &[Vec<u8>]) -> Vec<Received> {
        let mut received = Vec::new();
        for burst in frames.chunks(32) {
            for frame in burst {
                self.card.send(frame);
            }
            self.settle();
            received.extend(self.received());
        }
        received
    }

    /// What the stack received and nobody took yet.
    pub fn received(&mut self) -> Vec<Received> {
        let mut all = Vec::new();
        while let Some(mut skb) = self.net.receive(self.dev) {
            skb.rewind_to(Layer::Mac).unwrap();
            all.push(Received { frame: skb.data().to_vec(), meta: *skb.meta() });
            self.net.consume(skb);
        }
        all
    }

    /// The interface's counters, the card's with them.
    pub fn stats(&mut self) -> LinkStats {
        self.net.dev_stats(self.dev).unwrap()
    }

    /// One of the driver's own counters.
    pub fn counter(&mut self, wanted: &str) -> u64 {
        let mut found = None;
        self.net.ethtool_stats(self.dev, &mut |name, count| {
            if name == wanted {
                found = Some(count);
            }
        });
        found.unwrap_or_else(|| panic!("no counter {wanted}"))
    }

    /// Closes and unregisters, and checks that nothing is left and nothing went wrong.
    pub fn finish(mut self) {
        self.close();
        let driver = self.net.unregister_netdev(self.driver).unwrap();
        drop(driver);
        self.card.finish();
        self.check_pool();
    }

    /// Every packet is back, and none was forgotten.
    pub fn check_pool(&mut self) {
        let pool = self.net.pool();
        assert!(pool.is_whole(), "packets are missing: {pool:?}");
        assert_eq!(pool.unspecified_drops(), 0, "packets went out of scope");
        assert_eq!(self.net.drops().of(DropReason::NOT_SPECIFIED), 0);
    }
}
