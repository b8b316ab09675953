//! A card gone mad: whatever it writes into descriptors, whenever it interrupts, whatever is torn down
//! meanwhile, the driver neither panics nor loses a buffer.
#![no_main]

use core::time::Duration;

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use softnet_drivers::e1000::{Config, Probe, Step};
use softnet_drivers::testutil::e1000::{Config as Board, Model};
use softnet_netdev::{Config as NetConfig, DriverId, Softnet};
use softnet_sk_buff::{IfIndex, Instant, PoolConfig, SkBuff, SkPool};

#[derive(Arbitrary, Debug)]
enum Op {
    /// The card writes a whole descriptor, addresses and all.
    WriteRx(u8, [u32; 4]),
    WriteTx(u8, [u32; 4]),
    /// The card completes the next receive descriptor with this length, checksum, status, errors.
    Complete([u32; 2]),
    /// A frame arrives as it should.
    Frame(u16, u8),
    Damaged(u16),
    Interrupt(u32),
    Softirq,
    Wait(u16),
    Send(u16),
    Flap,
    Hang(bool),
    Mtu(u16),
    /// The pool runs dry, or fills again.
    Hoard(u8),
    Release,
    Close,
    Open,
}

struct World {
    model: Model,
    net: Softnet,
    driver: DriverId,
    dev: IfIndex,
    hoard: Vec<SkBuff>,
}

fn world() -> World {
    let model = Model::new(Board::default());
    let config = Config { rx_descriptors: 48, tx_descriptors: 48, ..Config::default() };
    let mut probe = Probe::new(model.pci(), config).expect("the model is an 82540EM");
    let driver = loop {
        match probe.advance(model.now()).expect("the model can be probed") {
            Step::Done(driver) => break driver,
            Step::Again(at, rest) => {
                model.advance_to(at);
                probe = rest;
            }
        }
    };
    let pool = PoolConfig { buffers: 128, clones: 16, buffer_size: 2112 };
    let mut net = Softnet::new(NetConfig::default(), SkPool::heap(pool).expect("a small pool"));
    let registered = net.register_netdev(driver).expect("one port");
    let dev = registered.ports[0];
    let mut world = World { model, net, driver: registered.driver, dev, hoard: Vec::new() };
    world.net.dev_open(dev, world.model.now()).expect("nothing fails yet");
    world.wait(Duration::from_millis(600));
    world
}

impl World {
    fn wait(&mut self, time: Duration) {
        let end = self.model.now() + time;
        // Bounded: a driver that asks to be called at once for ever would be found here.
        for _ in 0..10_000 {
            self.serve();
            let now = self.model.now();
            if now >= end {
                return;
            }
            let due = self.net.poll_at();
            if due.is_some_and(|at| at <= now) {
                self.net.handle_timeout(now);
                continue;
            }
            let next = due.into_iter().chain(self.model.next_event()).chain([end]).min();
            self.model.advance_to(next.unwrap_or(end).min(end).max(now + Duration::from_nanos(1)));
        }
        panic!("time stands still");
    }

    fn serve(&mut self) {
        for _ in 0..1000 {
            let now = self.model.now();
            let asserted = self.model.irq_asserted();
            if asserted {
                let _ = self.net.handle_interrupt(self.driver, 0, now);
            }
            if self.net.softirqs().any() {
                self.net.do_softirq(&mut { now });
            } else if !asserted {
                break;
            }
            self.net.purge_rx(self.dev, now);
        }
        while let Some(frame) = self.model.take_transmitted() {
            self.model.recycle(frame);
        }
    }

    fn send(&mut self, len: u16) {
        let now: Instant = self.model.now();
        let Some(mut skb) = self.net.pool().alloc(64) else { return };
        let len = usize::from(len % 2000);
        if let Ok(bytes) = skb.put(len) {
            bytes.fill(0x5a);
        }
        skb.meta_mut().dev = Some(self.dev);
        match self.net.dev_queue_xmit(skb, now) {
            Ok(_) => {}
            Err(rejected) => self.net.kfree_skb(rejected.packet, rejected.why, now),
        }
    }

    fn apply(&mut self, op: Op) {
        let now = self.model.now();
        match op {
            Op::WriteRx(index, words) => {
                self.model.write_rx_descriptor(u32::from(index) % 48, words);
            }
            Op::WriteTx(index, words) => {
                self.model.write_tx_descriptor(u32::from(index) % 48, words);
            }
            Op::Complete(upper) => {
                self.model.hostile_receive(upper);
            }
            Op::Frame(len, fill) => {
                let _ = self.model.receive_from_wire(&vec![fill; usize::from(len)]);
            }
            Op::Damaged(len) => {
                let _ = self.model.receive_damaged(&vec![0; usize::from(len)]);
            }
            Op::Interrupt(causes) => self.model.raise_interrupt(causes),
            Op::Softirq => {
                self.net.do_softirq(&mut { now });
            }
            Op::Wait(micros) => self.wait(Duration::from_micros(micros.into())),
            Op::Send(len) => self.send(len),
            Op::Flap => self.model.flap_link(),
            Op::Hang(hang) => self.model.set_tx_hang(hang),
            Op::Mtu(mtu) => {
                let _ = self.net.dev_set_mtu(self.dev, mtu.into(), now);
            }
            Op::Hoard(count) => {
                for _ in 0..count {
                    self.hoard.extend(self.net.pool().alloc(0));
                }
            }
            Op::Release => self.release(),
            Op::Close => {
                let _ = self.net.dev_close(self.dev, now);
            }
            Op::Open => {
                let _ = self.net.dev_open(self.dev, now);
            }
        }
    }

    fn release(&mut self) {
        for skb in self.hoard.drain(..) {
            self.net.consume(skb);
        }
    }
}

fuzz_target!(|ops: Vec<Op>| {
    let mut world = world();
    for op in ops.into_iter().take(200) {
        world.apply(op);
    }
    world.release();
    // Half of the inputs tear the rings down in flight; the others close first.
    let now = world.model.now();
    if now.as_nanos() % 2 == 0 {
        let _ = world.net.dev_close(world.dev, now);
        world.wait(Duration::from_millis(100));
        world.net.purge_rx(world.dev, world.model.now());
        assert!(world.net.pool().is_whole(), "a buffer is missing after closing");
    }
    assert_eq!(world.net.pool().unspecified_drops(), 0, "a packet went without a reason");
    let World { net, model, .. } = world;
    drop(net);
    assert_eq!((model.mapped_count(), model.coherent_count()), (0, 0), "DMA memory leaked");
});
