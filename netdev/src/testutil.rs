//! A card for tests and benches, and what tests need to build frames. Outside semver.

use alloc::sync::Arc;
use alloc::vec;
use alloc::vec::Vec;
use core::sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed};

use softnet_sk_buff::{
    DropReason, EtherType, IfIndex, Inbox, MacAddr, PoolConfig, SkBuff, SkPool, SkQueue,
};

use crate::cx::Cx;
use crate::ethernet::{ETH_HLEN, eth_header};
use crate::ops::{
    Busy, Change, Description, IrqReturn, NAPI_POLL_WEIGHT, NapiId, NetDeviceOps, Port, PortConfig,
    Progress, Refused,
};
use crate::softnet::Softnet;

/// A card that is nothing but a transmit ring, a receive queue and a NAPI instance. One port makes
/// it the null card of a bench; several make it a radio, whose interfaces share the ring and the
/// instance and get their frames by destination address.
///
/// What happens to it, and what it did, is in its [`Wire`]. A change there takes effect when the
/// driver next looks: tell the stack of [interrupt](Softnet::handle_interrupt) 0.
#[derive(Debug)]
pub struct Card {
    ports: Vec<PortConfig>,
    wire: Arc<Wire>,
    /// Slots of the ring in use.
    in_flight: u32,
    /// Came in and not yet polled.
    arrived: SkQueue,
}

/// The other side of a [`Card`]: hardware, medium and fault injector. Shared with the test, which
/// may be on another thread.
#[derive(Debug)]
pub struct Wire {
    /// Frames sent, in order; `meta().dev` tells by which interface. Once it is full, or
    /// [`discard`](Self::discard) is set, they are freed instead.
    pub sent: Inbox,
    /// Frames to be received.
    pub air: Inbox,
    /// Free frames that were sent at once.
    pub discard: AtomicBool,
    /// Slots of the ring. The queue is stopped when the last is taken. `u32::MAX`: no end.
    pub ring: AtomicU32,
    /// Slots that the hardware is done with since the last interrupt.
    pub completed: AtomicU32,
    /// So many calls of `start_xmit` answer [`Busy`], whatever room there is.
    pub busy: AtomicU32,
    /// Times that the driver rang the doorbell.
    pub doorbells: AtomicU32,
    /// Times that the watchdog called.
    pub timeouts: AtomicU32,
    /// Changes of what has to be received.
    pub rx_modes: AtomicU32,
    /// Refuse the next changes of what has to be received.
    pub refuse_rx_mode: AtomicBool,
    /// Packets that were still in the ring, or not polled, when their port was taken down.
    pub stopped_with: AtomicU32,
}

impl Card {
    /// A card with one port, and its wire. Carrier, if the port reports one, is on from `open` on.
    #[must_use]
    pub fn new(port: PortConfig) -> (Self, Arc<Wire>) {
        Self::radio(vec![port])
    }

    /// A card whose ports share everything, and its wire.
    #[must_use]
    pub fn radio(ports: Vec<PortConfig>) -> (Self, Arc<Wire>) {
        let wire = Arc::new(Wire {
            sent: Inbox::new(1 << 16),
            air: Inbox::new(1 << 16),
            discard: AtomicBool::new(false),
            ring: AtomicU32::new(u32::MAX),
            completed: AtomicU32::new(0),
            busy: AtomicU32::new(0),
            doorbells: AtomicU32::new(0),
            timeouts: AtomicU32::new(0),
            rx_modes: AtomicU32::new(0),
            refuse_rx_mode: AtomicBool::new(false),
            stopped_with: AtomicU32::new(0),
        });
        let card =
            Self { ports, wire: Arc::clone(&wire), in_flight: 0, arrived: SkQueue::new(u32::MAX) };
        (card, wire)
    }

    fn ports(&self) -> impl Iterator<Item = Port> + use<> {
        (0..self.ports.len() as u16).map(Port)
    }

    fn for_each_queue(&self, mut what: impl FnMut(Port, u16)) {
        for (port, config) in self.ports.iter().enumerate() {
            (0..config.tx_queues).for_each(|queue| what(Port(port as u16), queue));
        }
    }

    /// The interfaces that a frame is for: its addressee's, all for a group, and those that want
    /// everything.
    fn is_for(port: Port, frame: &SkBuff, cx: &Cx<'_>) -> bool {
        let to = frame.data().first_chunk().map_or(MacAddr::ZERO, |&octets| MacAddr(octets));
        let Some(dev) = cx.device(port).filter(|dev| dev.is_running()) else { return false };
        to.is_multicast() || to == dev.address() || dev.promiscuity() > 0
    }

    fn receive_on(port: Port, mut skb: SkBuff, cx: &mut Cx<'_>) {
        let len = skb.len() as u64;
        if let Err(why) = cx.eth_type_trans(port, &mut skb) {
            cx.stats_mut(port).rx_length_errors += 1;
            cx.stats_mut(port).rx_errors += 1;
            cx.kfree(skb, why.reason());
            return;
        }
        let stats = cx.stats_mut(port);
        stats.rx_packets += 1;
        stats.rx_bytes += len;
        cx.netif_receive_skb(port, skb);
    }

    fn demultiplex(&self, skb: SkBuff, cx: &mut Cx<'_>) {
        let mut before: Option<Port> = None;
        for port in self.ports() {
            if !Self::is_for(port, &skb, cx) {
                continue;
            }
            if let Some(before) = before.replace(port) {
                match cx.pool().clone_of(&skb) {
                    Some(copy) => Self::receive_on(before, copy, cx),
                    None => cx.stats_mut(before).rx_dropped += 1,
                }
            }
        }
        match before {
            Some(last) => Self::receive_on(last, skb, cx),
            // The hardware's filter: never seen by the stack.
            None => cx.consume(skb),
        }
    }
}

impl NetDeviceOps for Card {
    fn describe(&self) -> Description {
        Description {
            driver: "testutil",
            ports: self.ports.clone(),
            napi_weights: vec![NAPI_POLL_WEIGHT],
        }
    }

    fn open(&mut self, port: Port, cx: &mut Cx<'_>) -> Result<Progress, Refused> {
        cx.napi_enable(NapiId::ONLY);
        self.for_each_queue(|of, queue| {
            if of == port {
                cx.netif_tx_start_queue(port, queue);
            }
        });
        cx.netif_carrier_on(port);
        Ok(Progress::Done)
    }

    fn stop(&mut self, port: Port, cx: &mut Cx<'_>) -> Progress {
        cx.netif_carrier_off(port);
        let open = self.ports().any(|port| cx.device(port).is_some_and(|dev| dev.is_running()));
        if !open {
            cx.napi_disable(NapiId::ONLY);
            self.wire.stopped_with.fetch_add(self.in_flight + self.arrived.len() as u32, Relaxed);
            self.in_flight = 0;
            while let Some(skb) = self.arrived.pop_front() {
                cx.kfree(skb, DropReason::DEV_READY);
            }
        }
        Progress::Done
    }

    fn start_xmit(&mut self, port: Port, skb: SkBuff, cx: &mut Cx<'_>) -> Result<(), Busy<SkBuff>> {
        let busy = self.wire.busy.fetch_update(Relaxed, Relaxed, |left| left.checked_sub(1));
        let ring = self.wire.ring.load(Relaxed);
        if busy.is_ok() || self.in_flight >= ring {
            return Err(Busy(skb));
        }
        let stats = cx.stats_mut(port);
        stats.tx_packets += 1;
        stats.tx_bytes += skb.len() as u64;
        if ring != u32::MAX {
            self.in_flight += 1;
        }
        let full = self.in_flight >= ring;
        if full {
            self.for_each_queue(|port, queue| cx.netif_tx_stop_queue(port, queue));
        }
        if full || !cx.xmit_more() {
            self.wire.doorbells.fetch_add(1, Relaxed);
        }
        if self.wire.discard.load(Relaxed) {
            cx.consume(skb);
        } else if let Err(full) = self.wire.sent.push(skb) {
            cx.consume(full.packet);
        }
        Ok(())
    }

    fn interrupt(&mut self, vector: u16, cx: &mut Cx<'_>) -> IrqReturn {
        let _ = vector;
        let completed = self.wire.completed.swap(0, Relaxed);
        self.in_flight = self.in_flight.saturating_sub(completed);
        if self.in_flight < self.wire.ring.load(Relaxed) {
            self.for_each_queue(|port, queue| cx.netif_tx_wake_queue(port, queue));
        }
        let mut arrived = self.wire.air.take();
        self.arrived.append(&mut arrived);
        if !self.arrived.is_empty() {
            cx.napi_schedule(NapiId::ONLY);
        }
        IrqReturn::Handled
    }

    fn poll(&mut self, napi: NapiId, budget: u32, cx: &mut Cx<'_>) -> u32 {
        let mut work = 0;
        while work < budget {
            let Some(skb) = self.arrived.pop_front() else { break };
            work += 1;
            self.demultiplex(skb, cx);
        }
        if work < budget {
            let _ = cx.napi_complete_done(napi);
        }
        work
    }

    fn configure(&mut self, port: Port, change: Change, cx: &mut Cx<'_>) -> Result<(), Refused> {
        let _ = (port, cx);
        if change == Change::RxMode {
            self.wire.rx_modes.fetch_add(1, Relaxed);
            if self.wire.refuse_rx_mode.load(Relaxed) {
                return Err(Refused::Hardware);
            }
        }
        Ok(())
    }

    fn tx_timeout(&mut self, port: Port, queue: u16, cx: &mut Cx<'_>) {
        self.wire.timeouts.fetch_add(1, Relaxed);
        self.in_flight = 0;
        cx.netif_tx_wake_queue(port, queue);
    }
}

impl Drop for Card {
    fn drop(&mut self) {
        while let Some(skb) = self.arrived.pop_front() {
            skb.consume();
        }
    }
}

impl Wire {
    /// Takes what was sent and frees it; answers how many frames there were.
    pub fn drain(&self, pool: &mut SkPool) -> usize {
        let mut sent = self.sent.take();
        let count = sent.len();
        while let Some(skb) = sent.pop_front() {
            pool.consume(skb);
        }
        count
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        for inbox in [&self.sent, &self.air] {
            let mut rest = inbox.take();
            while let Some(skb) = rest.pop_front() {
                skb.consume();
            }
        }
    }
}

/// Address number `n` of those that tests use.
#[must_use]
pub const fn mac(n: u8) -> MacAddr {
    MacAddr([0x52, 0x54, 0, 0, 0, n])
}

/// A pool of 4096 buffers, with as many headers for clones.
#[must_use]
pub fn pool() -> Option<SkPool> {
    SkPool::heap(PoolConfig { buffers: 4096, clones: 4096, buffer_size: 2048 }).ok()
}

/// A frame from `mac(1)` to `to`, of a protocol for experiments (`88b5`), with `payload` behind its
/// header; to be sent by `dev`. `None` if the pool has none left or the payload does not fit.
#[must_use]
pub fn frame(softnet: &mut Softnet, dev: IfIndex, to: MacAddr, payload: &[u8]) -> Option<SkBuff> {
    let mut skb = softnet.pool().alloc(64)?;
    skb.meta_mut().dev = Some(dev);
    let filled = skb.put(payload.len()).map(|bytes| bytes.copy_from_slice(payload));
    let framed = filled.and_then(|()| eth_header(&mut skb, to, mac(1), EtherType(0x88b5)));
    if framed.is_ok() {
        return Some(skb);
    }
    softnet.consume(skb);
    None
}

/// What [`frame`] put behind the header.
#[must_use]
pub fn payload(skb: &SkBuff) -> &[u8] {
    skb.data().get(ETH_HLEN..).unwrap_or_default()
}
