//! Packets through a queue that stands: as many in as out.
//!
//! Each packet that comes out goes in again as another flow's, drawn at random. So the number that
//! waits stays what it was, and flows run empty and come back as they do behind a real bottleneck.

use alloc::collections::VecDeque;
use core::hint::black_box;
use core::time::Duration;

use softnet_qdisc::{Cx, Dequeue, Qdisc};
use softnet_sk_buff::{DropCounts, Instant};

use crate::datagram::Queued;

/// Bytes of each packet.
pub const LEN: u32 = 1000;
/// What one takes at 10 Gbit/s, the rate at which the device pulls.
pub const WIRE: Duration = Duration::from_nanos(800);

/// What is measured.
pub trait Queue<P> {
    /// Gives up to `count` packets.
    fn pull(&mut self, now: Instant, count: usize, into: &mut Vec<P>);
    /// Takes packets.
    fn push(&mut self, now: Instant, from: &mut Vec<P>);
}

/// What no discipline can be cheaper than: the packets in a `VecDeque`, their bytes counted.
///
/// It goes through memory between operations, as whoever does something else in between makes it.
pub struct Plain<P> {
    queue: VecDeque<P>,
    bytes: u64,
}

impl<P> Default for Plain<P> {
    fn default() -> Self {
        Self { queue: VecDeque::new(), bytes: 0 }
    }
}

impl<P: Queued> Queue<P> for Plain<P> {
    fn pull(&mut self, _: Instant, count: usize, into: &mut Vec<P>) {
        for _ in 0..count {
            let this = black_box(&mut *self);
            let Some(packet) = this.queue.pop_front() else { return };
            this.bytes -= u64::from(packet.pkt_len());
            into.push(packet);
        }
    }

    fn push(&mut self, _: Instant, from: &mut Vec<P>) {
        for packet in from.drain(..) {
            let this = black_box(&mut *self);
            this.bytes += u64::from(packet.pkt_len());
            this.queue.push_back(packet);
        }
    }
}

/// No queue: what the measuring itself costs. It holds one burst.
pub struct Nothing<P>(Vec<P>);

impl<P> Default for Nothing<P> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<P> Queue<P> for Nothing<P> {
    fn pull(&mut self, _: Instant, _: usize, into: &mut Vec<P>) {
        core::mem::swap(&mut self.0, into);
    }

    fn push(&mut self, _: Instant, from: &mut Vec<P>) {
        core::mem::swap(&mut self.0, from);
    }
}

/// A discipline as an embedder has it: a trait object, one [`Cx`] for a burst.
pub struct Through<P: Queued> {
    qdisc: Box<dyn Qdisc<P>>,
    lost: DropCounts,
}

impl<P: Queued> Through<P> {
    /// Through `qdisc`.
    #[must_use]
    pub fn new(qdisc: Box<dyn Qdisc<P>>) -> Self {
        Self { qdisc: black_box(qdisc), lost: DropCounts::default() }
    }

    /// Packets that were lost: has to be 0.
    #[must_use]
    pub fn lost(&self) -> u64 {
        self.lost.total()
    }
}

impl<P: Queued> Queue<P> for Through<P> {
    fn pull(&mut self, now: Instant, count: usize, into: &mut Vec<P>) {
        let mut cx = Cx::new(now, &mut self.lost);
        for _ in 0..count {
            let Dequeue::Packet(packet) = self.qdisc.dequeue(&mut cx) else { return };
            into.push(packet);
        }
    }

    fn push(&mut self, now: Instant, from: &mut Vec<P>) {
        let mut cx = Cx::new(now, &mut self.lost);
        for packet in from.drain(..) {
            let _ = self.qdisc.enqueue(packet, &mut cx);
        }
    }
}

/// Who sends.
#[derive(Clone, Copy, Debug)]
pub struct Flow {
    hash: u32,
    hosts: [u32; 2],
    priority: u32,
    socket: u64,
}

/// How a queue is used.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    /// Flows that send.
    pub flows: u32,
    /// Packets that wait.
    pub standing: u32,
    /// Packets that are pulled at a time, and then come.
    pub burst: usize,
    /// The priority of a flow's packets.
    pub priority: fn(u32) -> u32,
}

/// A queue with packets in it, and those who send.
pub struct Pump<P, Q> {
    queue: Q,
    flows: Vec<Flow>,
    dice: u32,
    now: Instant,
    burst: usize,
    held: Vec<P>,
    short: u64,
}

impl<P: Queued, Q: Queue<P>> Pump<P, Q> {
    /// Fills the queue, and lets every packet in it be exchanged a few times.
    pub fn new(queue: Q, shape: Shape) -> Self {
        let Shape { flows, standing, burst, priority } = shape;
        let flows = (0..flows).map(|flow| Flow {
            hash: mixed(flow),
            // Ten flows to each host that sends, one to each that receives.
            hosts: [mixed(flow / 10 + (1 << 24)), mixed(flow + (1 << 25))],
            priority: priority(flow),
            socket: 0x1000 + 64 * u64::from(flow),
        });
        let held = Vec::with_capacity(burst);
        let now = Instant::from_millis(1000);
        let mut pump = Self { queue, flows: flows.collect(), dice: 1, now, burst, held, short: 0 };
        for _ in 0..standing / burst as u32 {
            pump.held.extend((0..burst).map(|_| P::of(LEN)));
            pump.push();
        }
        pump.run(4 * u64::from(standing));
        pump
    }

    /// `count` packets out and in again.
    pub fn run(&mut self, count: u64) {
        for _ in 0..count / self.burst as u64 {
            black_box(&mut self.queue).pull(self.now, self.burst, &mut self.held);
            self.short += (self.burst - self.held.len()) as u64;
            self.push();
        }
    }

    fn push(&mut self) {
        for packet in &mut self.held {
            // The upper bits of a linear congruential generator.
            self.dice = self.dice.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let flow = (u64::from(self.dice) * self.flows.len() as u64) >> 32;
            let Some(flow) = self.flows.get(flow as usize) else { continue };
            let datagram = packet.datagram();
            datagram.hash = flow.hash;
            datagram.hosts = flow.hosts;
            datagram.priority = flow.priority;
            datagram.socket = flow.socket;
        }
        black_box(&mut self.queue).push(self.now, &mut self.held);
        self.now += WIRE * self.burst as u32;
    }

    /// How often a packet was wanted and none came: has to be 0.
    #[must_use]
    pub fn short(&self) -> u64 {
        self.short
    }

    /// What it goes through.
    #[must_use]
    pub fn queue(&self) -> &Q {
        &self.queue
    }
}

/// Bits as a good hash has them.
fn mixed(number: u32) -> u32 {
    let number = (number ^ (number >> 16)).wrapping_mul(0x7feb_352d);
    let number = (number ^ (number >> 15)).wrapping_mul(0x846c_a68b);
    number ^ (number >> 16)
}
