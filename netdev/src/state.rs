//! All of a CPU's network state except the drivers themselves.
//!
//! Drivers stand apart, so that a driver's method can run with `&mut` to all of this: that is what
//! [`Cx`](crate::Cx) lends.

use alloc::boxed::Box;
use alloc::collections::VecDeque;
use alloc::sync::Arc;
use alloc::vec::Vec;

use softnet_qdisc::{Buffers, Deferred, Drops};
use softnet_sk_buff::{
    DropCounts, DropReason, GeometryError, IfIndex, Inbox, Instant, Layer, PacketType, Rejected,
    SkBuff, SkPool, SkQueue,
};

use crate::config::Config;
use crate::device::NetDevice;
use crate::event::Event;
use crate::napi::{Napi, NapiRef};
use crate::ops::Port;
use crate::rx::NetRx;
use crate::softirq::{Softirq, Softirqs};
use crate::softnet::DriverId;
use crate::stats::{LinkStats, SoftnetStats};
use crate::tap::Taps;
use crate::trace::{Station, Trace};
use crate::work::Work;

/// What the stack keeps of a registered driver.
pub(crate) struct DriverState {
    pub(crate) ports: Vec<IfIndex>,
    pub(crate) napis: Vec<Napi>,
}

pub(crate) struct Core {
    pub(crate) config: Config,
    pub(crate) pool: SkPool,
    pub(crate) devices: Vec<Option<NetDevice>>,
    /// Of `devices`, for those who read it in parts.
    pub(crate) generation: u32,
    /// A tree has been given to some device: before that there are no filters to ask (`ingress_needed_key`).
    pub(crate) tc_needed: bool,
    pub(crate) drivers: Vec<Option<DriverState>>,
    pub(crate) softirqs: Softirqs,
    /// Who is to be polled.
    pub(crate) poll_list: VecDeque<NapiRef>,
    /// Who used its weight up in the present run: behind those who asked meanwhile.
    pub(crate) repoll: VecDeque<NapiRef>,
    pub(crate) backlog: SkQueue,
    pub(crate) backlog_napi: Napi,
    pub(crate) output_queue: VecDeque<(IfIndex, u16)>,
    pub(crate) tasklets: VecDeque<(DriverId, u16)>,
    pub(crate) work: VecDeque<Work>,
    /// What disciplines want done when their call is over: drained at once.
    pub(crate) deferred: Deferred<SkBuff>,
    pub(crate) events: VecDeque<Event>,
    pub(crate) lost_events: u64,
    pub(crate) taps: Taps,
    pub(crate) drops: DropCounts,
    pub(crate) stats: SoftnetStats,
    /// Where a driver counts for a port that does not exist.
    pub(crate) stats_of_nobody: LinkStats,
    pub(crate) trace: Option<Box<dyn Trace>>,
    pub(crate) rx_inbox: Arc<Inbox>,
    pub(crate) tx_inbox: Arc<Inbox>,
}

/// Counts packets that a qdisc lost, frees them into the pool, and lets a tracer see them.
pub(crate) struct QdiscDrops<'a> {
    pub(crate) pool: &'a mut SkPool,
    pub(crate) counts: &'a mut DropCounts,
    pub(crate) trace: &'a mut Option<Box<dyn Trace>>,
    pub(crate) now: Instant,
}

impl Drops<SkBuff> for QdiscDrops<'_> {
    fn dropped(&mut self, packet: SkBuff, why: DropReason) {
        if let Some(trace) = self.trace {
            trace.enter(Station::KFREE_SKB, self.now, Some(&packet));
        }
        self.counts.count(why);
        self.pool.consume(packet);
        if let Some(trace) = self.trace {
            trace.leave(Station::KFREE_SKB, self.now);
        }
    }

    fn consumed(&mut self, packet: SkBuff) {
        self.pool.consume(packet);
    }

    fn buffers(&mut self) -> Option<&mut dyn Buffers<SkBuff>> {
        Some(self.pool)
    }
}

impl Core {
    pub(crate) fn device(&self, dev: IfIndex) -> Option<&NetDevice> {
        self.devices.get(dev.get() as usize - 1)?.as_ref()
    }

    pub(crate) fn device_mut(&mut self, dev: IfIndex) -> Option<&mut NetDevice> {
        self.devices.get_mut(dev.get() as usize - 1)?.as_mut()
    }

    pub(crate) fn ifindex(&self, driver: DriverId, port: Port) -> Option<IfIndex> {
        self.drivers.get(driver.0 as usize)?.as_ref()?.ports.get(usize::from(port.0)).copied()
    }

    /// Frees a lost packet and counts why.
    pub(crate) fn kfree_skb(&mut self, skb: SkBuff, why: DropReason, now: Instant) {
        self.enter(Station::KFREE_SKB, now, Some(&skb));
        self.drops.count(why);
        self.pool.consume(skb);
        self.leave(Station::KFREE_SKB, now);
    }

    pub(crate) fn enter(&mut self, station: Station, at: Instant, skb: Option<&SkBuff>) {
        if let Some(trace) = &mut self.trace {
            trace.enter(station, at, skb);
        }
    }

    pub(crate) fn leave(&mut self, station: Station, at: Instant) {
        if let Some(trace) = &mut self.trace {
            trace.leave(station, at);
        }
    }

    /// Remembers an event; forgets and counts the oldest if nobody takes them.
    pub(crate) fn notify(&mut self, event: Event) {
        if self.events.len() >= self.config.max_events {
            self.events.pop_front();
            self.lost_events += 1;
        }
        self.events.push_back(event);
    }

    /// A packet for the backlog (`enqueue_to_backlog`): of a driver without NAPI, of a loop, or
    /// steered here by another CPU.
    pub(crate) fn enqueue_to_backlog(&mut self, mut skb: SkBuff, now: Instant) -> NetRx {
        let dev = skb.meta().dev.and_then(|dev| self.device_mut(dev));
        let (packet, why) = match dev {
            None => (skb, DropReason::NO_DEVICE),
            Some(dev) if !dev.is_running() => {
                dev.stats.rx_dropped += 1;
                (skb, DropReason::DEV_READY)
            }
            Some(_) => {
                // Whatever comes next starts from the softirq, within its budget: this is where
                // Linux's recursion ends, too.
                skb.meta_mut().hops = 0;
                match self.backlog.push_back(skb) {
                    Ok(()) => {
                        if self.backlog_napi.schedule() {
                            self.poll_list.push_back(NapiRef::Backlog);
                            self.softirqs.raise(Softirq::NetRx);
                        }
                        return NetRx::Success;
                    }
                    Err(full) => {
                        self.stats.dropped += 1;
                        self.stats_of(full.packet.meta().dev).rx_dropped += 1;
                        (full.packet, DropReason::CPU_BACKLOG)
                    }
                }
            }
        };
        self.kfree_skb(packet, why, now);
        NetRx::Drop
    }

    /// A received packet, its MAC header pulled, enters the stack (`__netif_receive_skb_core`):
    /// taps see it, then the filters of its ingress, then it goes to its protocol.
    pub(crate) fn netif_receive_skb(&mut self, mut skb: SkBuff, now: Instant) {
        self.enter(Station::NETIF_RECEIVE_SKB, now, Some(&skb));
        self.stats.processed += 1;
        let meta = skb.meta_mut();
        meta.iif = meta.dev;
        // Cannot fail: the header begins where the data does.
        let _: Result<(), GeometryError> = skb.set_header(Layer::Network, 0);
        if !self.taps.is_empty() {
            self.enter(Station::DELIVER_TAPS, now, Some(&skb));
            self.taps.deliver(&skb, &mut self.pool, now);
            self.leave(Station::DELIVER_TAPS, now);
        }
        let passed = if self.tc_needed { self.sch_handle_ingress(skb, now) } else { Some(skb) };
        if let Some(skb) = passed {
            self.deliver_to_protocol(skb, now);
        }
        self.leave(Station::NETIF_RECEIVE_SKB, now);
    }

    /// Where Linux calls `ip_rcv` and its kin: the packet waits for the embedder's protocol.
    fn deliver_to_protocol(&mut self, skb: SkBuff, now: Instant) {
        if skb.meta().pkt_type == PacketType::OtherHost {
            self.stats_of(skb.meta().dev).rx_otherhost_dropped += 1;
            self.kfree_skb(skb, DropReason::OTHERHOST, now);
            return;
        }
        self.enter(Station::PROTOCOL, now, Some(&skb));
        let Some(dev) = skb.meta().dev.and_then(|dev| self.device_mut(dev)) else {
            self.kfree_skb(skb, DropReason::NO_DEVICE, now);
            self.leave(Station::PROTOCOL, now);
            return;
        };
        if let Err(full) = dev.sink.push_back(skb) {
            dev.stats.rx_dropped += 1;
            self.kfree_skb(full.packet, DropReason::SOCKET_RCVBUFF, now);
        }
        self.leave(Station::PROTOCOL, now);
    }

    /// Wants the transmit softirq for a queue (`__netif_schedule`).
    pub(crate) fn netif_schedule(&mut self, dev: IfIndex, queue: u16) {
        let Some(txq) = self.tx_queue_mut(dev, queue) else { return };
        if core::mem::replace(&mut txq.scheduled, true) {
            return;
        }
        self.output_queue.push_back((dev, queue));
        self.softirqs.raise(Softirq::NetTx);
    }

    pub(crate) fn tx_queue_mut(
        &mut self,
        dev: IfIndex,
        queue: u16,
    ) -> Option<&mut crate::device::TxQueue> {
        self.device_mut(dev)?.queues.get_mut(usize::from(queue))
    }

    /// The carrier came or went (`linkwatch_do_dev`).
    pub(crate) fn set_carrier(&mut self, dev: IfIndex, on: bool, now: Instant) {
        let Some(device) = self.device_mut(dev) else { return };
        if !device.config.has_carrier || core::mem::replace(&mut device.carrier, on) == on {
            return;
        }
        device.carrier_changes += 1;
        device.recompute_operstate();
        let running = device.is_running();
        self.notify(Event::Change(dev));
        match (running, on) {
            (true, true) => self.dev_activate(dev, now),
            (true, false) => self.dev_deactivate(dev, now),
            _ => {}
        }
    }
}

impl Core {
    pub(crate) fn napi_mut(&mut self, driver: DriverId, napi: crate::NapiId) -> Option<&mut Napi> {
        let state = self.drivers.get_mut(driver.0 as usize)?.as_mut()?;
        state.napis.get_mut(usize::from(napi.0))
    }

    /// Counters of a device, or a scratch place for one that is gone.
    pub(crate) fn stats_of(&mut self, dev: Option<IfIndex>) -> &mut LinkStats {
        let slot = dev.and_then(|dev| self.devices.get_mut(dev.get() as usize - 1));
        match slot.and_then(Option::as_mut) {
            Some(device) => &mut device.stats,
            None => &mut self.stats_of_nobody,
        }
    }

    /// Takes work for later, or gives it back with the reason.
    pub(crate) fn defer(&mut self, mut work: Work) -> Result<(), Rejected<Work>> {
        let (Work::Xmit(_, skb) | Work::Receive(_, skb)) = &mut work;
        if skb.meta().hops >= self.config.max_hops {
            return Err(Rejected { packet: work, why: DropReason::RECURSION_LIMIT });
        }
        if self.work.len() >= self.config.max_work {
            return Err(Rejected { packet: work, why: DropReason::WORK_LIMIT });
        }
        skb.meta_mut().hops += 1;
        self.work.push_back(work);
        Ok(())
    }
}
