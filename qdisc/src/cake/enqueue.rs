//! A packet comes.

use alloc::collections::VecDeque;

use softnet_sk_buff::DropReason;

use super::ack_filter::superfluous;
use super::config::AckFilter;
use super::diffserv::{dscp, wash};
use super::hash::Key;
use super::heap::QueueId;
use super::tin::Tin;
use super::{Cake, QUEUES, Waiting, nanos};
use crate::filter::Verdict;
use crate::{Cx, Enqueued, Packet};

impl<P: Packet> Cake<P> {
    /// `cake_enqueue`.
    #[inline]
    pub(super) fn accept(&mut self, mut packet: P, cx: &mut Cx<'_, P>) -> Enqueued {
        let (tin, flow) = match self.classify(&mut packet, cx) {
            Ok(queue) => queue,
            Err(verdict) => return verdict.carry_out(packet, &mut self.stats, cx),
        };
        let now = nanos(cx.now);
        let Tin { counters, backlog, .. } = &mut self.tins[tin];
        counters.max_skblen = counters.max_skblen.max(packet.pkt_len());
        if *backlog == 0 {
            self.start_clocks(tin, now);
        }
        let queue = QueueId::new(tin, flow);
        if packet.segments() > 1 && self.config.split_gso {
            if let Err(packet) = self.split(queue, packet, cx) {
                self.stats.drops += 1;
                cx.drop(packet, DropReason::SKB_GSO_SEG);
                return Enqueued::Drop;
            }
        } else {
            let mut grown = self.put((tin, flow), packet, now);
            if self.config.ack_filter != AckFilter::Off {
                grown = grown.wrapping_sub(self.filter_acks(queue, now, cx));
            }
            self.overflow.add(queue, grown);
        }
        self.estimate_capacity(now, cx);
        self.tins[tin].activate(flow, self.dual, &mut self.rng);
        self.memory.used_max = self.memory.used_max.max(self.memory.used);
        if self.memory.is_over() && self.shed(queue, now, cx) {
            return Enqueued::Cn;
        }
        Enqueued::Success
    }

    /// The tin and the queue in it for a packet (`cake_classify`). A filter may name a flow by its
    /// class's minor number and a host by the major one, each from 1 to 1024.
    #[inline]
    fn classify(&mut self, packet: &mut P, cx: &mut Cx<'_, P>) -> Result<(usize, usize), Verdict> {
        let (flow, host) = match self.filters.classify(packet, cx).class()? {
            None => (None, None),
            Some(class) => (named(class.minor()), named(class.handle().0)),
        };
        let tin = self.select_tin(packet, cx);
        let flow = match self.key(packet, flow, host) {
            Some(key) => self.tins[tin].queue_for(key, self.dual),
            None => 0,
        };
        Ok((tin, flow))
    }

    /// The tin for a packet (`cake_select_tin`): by its mark, else by a priority that names one, else
    /// by its DSCP.
    #[inline]
    fn select_tin(&self, packet: &mut P, cx: &mut Cx<'_, P>) -> usize {
        let washed = self.config.wash.then(|| wash(packet, cx));
        if self.plan.count == 1 {
            return 0;
        }
        let by_mark = match self.config.fwmark {
            0 => None,
            mask => self.plan.named((packet.mark() & mask) >> mask.trailing_zeros()),
        };
        let by_priority = || {
            let named = self.handle.named_by(packet.priority())?;
            self.plan.named(named.into())
        };
        by_mark
            .or_else(by_priority)
            .unwrap_or_else(|| self.plan.of_dscp(washed.unwrap_or_else(|| dscp(packet))))
    }

    /// What the packet's queue and hosts are found by, with what a filter named instead of hashes;
    /// `None` if there is but one queue.
    #[inline]
    fn key(&self, packet: &mut P, flow: Option<u32>, host: Option<u32>) -> Option<Key> {
        let mode = self.config.flow_mode;
        let (src, dst, flows) = (mode.has_src(), mode.has_dst(), mode.has_flows());
        if !(src || dst || flows) {
            return None;
        }
        let hosts = match host {
            Some(host) => [host; 2],
            None if src || dst => packet.host_hashes(self.seed),
            None => [0; 2],
        };
        let flow = match flow {
            Some(flow) => flow,
            None if flows => packet.flow_hash(self.seed),
            None => 0,
        };
        if flows {
            return Some(Key { flow, hosts });
        }
        let by_src = if src { hosts[0] } else { 0 };
        let by_dst = if dst { hosts[1] } else { 0 };
        Some(Key { flow: flow ^ by_src ^ by_dst, hosts })
    }

    /// Time that an empty tin or an empty cake let pass is gone.
    fn start_clocks(&mut self, tin: usize, now: u64) {
        self.tins[tin].clock.start(now);
        if self.stats.backlog.packets == 0 {
            self.shaper.start(now);
            if self.shaper.held_until(now).is_some() {
                self.stats.overlimits += 1;
            }
        }
    }

    /// Puts a packet at the end of its queue, which becomes so much longer.
    #[inline]
    fn put(&mut self, (tin, flow): (usize, usize), packet: P, now: u64) -> u32 {
        let adjusted_len = self.lengths.charge(&packet, &self.config.overhead);
        // Whatever a packet says, it takes some memory; without that nothing would bound the queue.
        let truesize = packet.truesize().max(1);
        let len = packet.pkt_len();
        self.stats.queued(&packet);
        let tin = &mut self.tins[tin];
        tin.counters.packets += 1;
        tin.counters.bytes += u64::from(len);
        tin.backlog = tin.backlog.wrapping_add(len.into());
        self.memory.used = self.memory.used.wrapping_add(truesize.into());
        self.capacity.arrived(len.into());
        let fifo = &mut tin.flows[flow].fifo;
        self.slab.push(fifo, Waiting { packet, came: now, adjusted_len, truesize });
        len
    }

    /// Cuts a packet into segments and queues these.
    fn split(&mut self, queue: QueueId, packet: P, cx: &mut Cx<'_, P>) -> Result<(), P> {
        let mut segments: VecDeque<P> = core::mem::take(&mut self.segments);
        let cut = cx.segment(packet, &mut segments);
        let mut grown = 0u32;
        for segment in segments.drain(..) {
            grown =
                grown.wrapping_add(self.put((queue.tin(), queue.flow()), segment, nanos(cx.now)));
        }
        self.overflow.add(queue, grown);
        self.segments = segments;
        cut
    }

    /// Takes out the acknowledgement that the packet which just came makes superfluous. The queue
    /// becomes so much shorter.
    fn filter_acks(&mut self, queue: QueueId, now: u64, cx: &mut Cx<'_, P>) -> u32 {
        let tin = &mut self.tins[queue.tin()];
        let fifo = &mut tin.flows[queue.flow()].fifo;
        let found = superfluous(&self.slab, fifo, self.config.ack_filter);
        let Some(ack) = found.and_then(|before| self.slab.remove_after(fifo, before)) else {
            return 0;
        };
        let len = ack.packet.pkt_len();
        tin.counters.ack_drops += 1;
        tin.backlog = tin.backlog.wrapping_sub(len.into());
        self.memory.used = self.memory.used.wrapping_sub(ack.truesize.into());
        self.capacity.arrived(-i64::from(len));
        if self.config.ingress {
            self.shaper.advance(&mut tin.clock, ack.adjusted_len, now, true);
        }
        self.stats.lost(&ack.packet);
        cx.drop(ack.packet, DropReason::QDISC_DROP);
        len
    }

    #[inline]
    fn estimate_capacity(&mut self, now: u64, cx: &mut Cx<'_, P>) {
        if !self.config.autorate_ingress {
            self.capacity.ignore(now);
        } else if let Some(bandwidth) = self.capacity.estimate(now) {
            self.config.bandwidth = bandwidth;
            self.reconfigure(cx);
        }
    }

    /// Drops from long queues until there is memory enough. Whether `own` was hit.
    fn shed(&mut self, own: QueueId, now: u64, cx: &mut Cx<'_, P>) -> bool {
        let mut hit = false;
        while self.memory.is_over() {
            let top = self.overflow.top();
            if !self.drop_from(top, now, cx) && !self.overflow.astray() {
                self.drop_any(cx);
            }
            // As in Linux, also if there was nothing in it to drop.
            hit |= top == own;
        }
        hit
    }

    /// Drops the first packet of a queue because memory ran out (`cake_drop`).
    fn drop_from(&mut self, queue: QueueId, now: u64, cx: &mut Cx<'_, P>) -> bool {
        let Some(tin) = self.tins.get_mut(queue.tin()) else { return false };
        let flow = &mut tin.flows[queue.flow()];
        let Some(waiting) = self.slab.pop(&mut flow.fifo) else { return false };
        if flow.cobalt.queue_full(&tin.params, now) {
            tin.unresponsive_flows += 1;
        }
        flow.dropped = flow.dropped.saturating_add(1);
        tin.counters.dropped += 1;
        let len = waiting.packet.pkt_len();
        tin.backlog = tin.backlog.wrapping_sub(len.into());
        self.memory.used = self.memory.used.wrapping_sub(waiting.truesize.into());
        if self.config.ingress {
            self.shaper.advance(&mut tin.clock, waiting.adjusted_len, now, true);
        }
        self.stats.lost(&waiting.packet);
        cx.drop(waiting.packet, DropReason::QDISC_OVERLIMIT);
        self.overflow.sub_top(queue, len);
        true
    }

    /// Packets without length took all the memory: no queue is longer than another.
    fn drop_any(&mut self, cx: &mut Cx<'_, P>) {
        let waits = |tin: usize| (0..QUEUES).map(move |flow| QueueId::new(tin, flow));
        let mut queues = (0..self.tins.len()).flat_map(waits);
        let full = queues.find(|queue| !self.tins[queue.tin()].flows[queue.flow()].fifo.is_empty());
        match full {
            Some(queue) => _ = self.drop_from(queue, nanos(cx.now), cx),
            // Nothing waits, so what is said to be used is not.
            None => self.memory.used = 0,
        }
    }
}

/// The number, from 0 on, that a filter named as one from 1 on.
fn named(number: u16) -> Option<u32> {
    let number = if usize::from(number) <= QUEUES { number } else { 0 };
    number.checked_sub(1).map(u32::from)
}
