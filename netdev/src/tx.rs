//! The way out: from `dev_queue_xmit` to the driver.

use softnet_qdisc::{Dequeue, Enqueued, Later, Packet};
use softnet_sk_buff::{DropReason, IfIndex, Instant, Layer, MacAddr, Rejected, SkBuff, SkQueue};

use crate::device::{NetDevice, TxQueue};
use crate::ethernet::eth_type_trans;
use crate::ops::{Busy, NapiId};
use crate::softnet::Softnet;
use crate::state::{Core, QdiscDrops};
use crate::trace::Station;
use crate::validate::validate_xmit_skb;
use crate::work::Work;

/// What became of a packet that the stack took (`NET_XMIT_*`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[must_use]
pub enum NetXmit {
    /// It is on its way, or waits in a queue.
    Success,
    /// A filter, a queueing discipline, or what makes packets fit for the device, dropped it. Counted, and
    /// freed.
    Drop,
    /// It waits, but its flow lost packets for it: slow down.
    Cn,
}

impl Softnet {
    /// Sends a packet by the interface `skb.meta().dev` (`dev_queue_xmit`). It is linear and begins
    /// with its MAC header.
    ///
    /// It goes into the queueing discipline of a transmit queue, and with those before it as far
    /// down as driver and quota allow; past an idle discipline that lets it; or, without a
    /// discipline, straight to the driver.
    ///
    /// # Errors
    /// The packet comes back, with Linux's reason; the interface's `tx_dropped` has counted it:
    /// - [`NO_DEVICE`](DropReason::NO_DEVICE): no such interface;
    /// - [`DEV_READY`](DropReason::DEV_READY): it is not up;
    /// - [`NO_CARRIER`](DropReason::NO_CARRIER): it has no carrier (Linux's `noop` discipline);
    /// - [`RECURSION_LIMIT`](DropReason::RECURSION_LIMIT): through too many devices;
    /// - [`FULL_RING`](DropReason::FULL_RING): no discipline to wait in, and the queue is stopped or
    ///   the driver busy.
    pub fn dev_queue_xmit(
        &mut self,
        skb: SkBuff,
        now: Instant,
    ) -> Result<NetXmit, Rejected<SkBuff>> {
        self.reap_taps(now);
        let sent = self.xmit_by_meta(skb, now);
        self.run_work(now);
        sent
    }

    pub(crate) fn xmit_by_meta(
        &mut self,
        mut skb: SkBuff,
        now: Instant,
    ) -> Result<NetXmit, Rejected<SkBuff>> {
        let dev = match self.core.sender_of(&skb) {
            Ok(device) => device.index,
            Err(why) => return Err(self.core.refuse(skb, why)),
        };
        self.core.enter(Station::DEV_QUEUE_XMIT, now, Some(&skb));
        // Cannot fail: the header begins where the data does.
        let _ = skb.set_header(Layer::Mac, 0);
        // What it took on another device's wire (`qdisc_pkt_len_init`).
        skb.set_wire_len(None);
        if self.core.tc_needed {
            skb = match self.core.sch_handle_egress(dev, skb, now) {
                Ok(skb) => skb,
                Err(sent) => {
                    self.core.leave(Station::DEV_QUEUE_XMIT, now);
                    return Ok(sent);
                }
            };
        }
        let queue = self.core_pick_tx(dev, &mut skb);
        let has_qdisc = self.core.tx_queue_mut(dev, queue).is_some_and(|txq| txq.has_qdisc());
        let sent = if has_qdisc {
            Ok(self.dev_xmit_skb(dev, queue, skb, now))
        } else {
            self.xmit_noqueue(dev, queue, skb, now)
        };
        self.core.leave(Station::DEV_QUEUE_XMIT, now);
        sent
    }

    /// Chooses the transmit queue (`netdev_core_pick_tx`): the driver's wish, else by flow hash.
    fn core_pick_tx(&mut self, dev: IfIndex, skb: &mut SkBuff) -> u16 {
        let Some(device) = self.core.device(dev) else { return 0 };
        let (driver, port, queues) = (device.driver, device.port, device.queues.len() as u32);
        let queue = if queues == 1 {
            0
        } else {
            let ops = self.drivers.get_mut(driver.0 as usize).and_then(Option::as_mut);
            match ops.and_then(|ops| ops.select_queue(port, skb)) {
                Some(queue) if u32::from(queue) < queues => queue,
                _ => {
                    // Kept in the packet, for who asks next.
                    let hash = skb.flow_hash(self.core.config.hash_seed);
                    // `reciprocal_scale`: the upper bits choose.
                    ((u64::from(hash) * u64::from(queues)) >> 32) as u16
                }
            }
        };
        skb.meta_mut().queue_mapping = queue;
        queue
    }

    /// Through a queueing discipline (`__dev_xmit_skb`).
    fn dev_xmit_skb(&mut self, dev: IfIndex, queue: u16, skb: SkBuff, now: Instant) -> NetXmit {
        if self.core.may_bypass(dev, queue) {
            if let Some(txq) = self.core.tx_queue_mut(dev, queue) {
                txq.stats.bypassed += 1;
                if let Some(qdisc) = &mut txq.qdisc {
                    qdisc.bypassed(&skb);
                }
            }
            let mut list = SkQueue::new(1);
            return match self.validate_onto(&mut list, dev, skb, now) {
                true => {
                    self.sch_direct_xmit(dev, queue, list, now);
                    NetXmit::Success
                }
                false => NetXmit::Drop,
            };
        }
        let sent = self.core.qdisc_enqueue(dev, queue, skb, now);
        self.qdisc_run(dev, queue, now);
        sent
    }

    /// Without a discipline: now or never.
    fn xmit_noqueue(
        &mut self,
        dev: IfIndex,
        queue: u16,
        skb: SkBuff,
        now: Instant,
    ) -> Result<NetXmit, Rejected<SkBuff>> {
        if self.core.tx_queue_mut(dev, queue).is_none_or(|txq| txq.is_closed()) {
            return Err(self.core.refuse(skb, DropReason::FULL_RING));
        }
        let mut list = SkQueue::new(1);
        if !self.validate_onto(&mut list, dev, skb, now) {
            return Ok(NetXmit::Drop);
        }
        match self.dev_hard_start_xmit(dev, queue, list, now).pop_front() {
            None => Ok(NetXmit::Success),
            Some(skb) => Err(self.core.refuse(skb, DropReason::FULL_RING)),
        }
    }

    /// Makes a packet such as the device can send, and puts it on the list; `false` if it could not
    /// be, and was dropped.
    fn validate_onto(
        &mut self,
        list: &mut SkQueue,
        dev: IfIndex,
        skb: SkBuff,
        now: Instant,
    ) -> bool {
        self.core.enter(Station::VALIDATE_XMIT, now, Some(&skb));
        let features = self.core.device(dev).map_or_else(Default::default, NetDevice::features);
        let checked = validate_xmit_skb(skb, features, &mut self.core.pool);
        let lost = match checked.map(|skb| list.push_back(skb)) {
            Ok(Ok(())) => None,
            Ok(Err(rejected)) | Err(rejected) => Some(rejected),
        };
        self.core.leave(Station::VALIDATE_XMIT, now);
        let Some(Rejected { packet, why }) = lost else { return true };
        self.core.stats_of(Some(dev)).tx_dropped += 1;
        self.core.kfree_skb(packet, why, now);
        false
    }

    /// Drains a queue's discipline as far as driver and quota allow (`__qdisc_run`).
    pub(crate) fn qdisc_run(&mut self, dev: IfIndex, queue: u16, now: Instant) {
        self.core.enter(Station::QDISC_RUN, now, None);
        let mut quota = self.core.config.dev_weight as usize;
        while quota > 0 {
            let bulk = quota.min(self.core.config.tx_bulk.max(1) as usize);
            let (list, fit) = self.dequeue_list(dev, queue, bulk, now);
            if list.is_empty() {
                break;
            }
            quota = quota.saturating_sub(list.len());
            let list = self.validate_list(dev, list, fit, now);
            if !list.is_empty() && !self.sch_direct_xmit(dev, queue, list, now) {
                break;
            }
        }
        if quota == 0 && self.core.has_packets(dev, queue) {
            // Others want the CPU too: the rest is for the transmit softirq.
            self.core.netif_schedule(dev, queue);
        }
        self.core.leave(Station::QDISC_RUN, now);
    }

    /// Up to `bulk` packets, and how many of them were made fit for the driver before: those put back
    /// earlier, which go first (`dequeue_skb`, `try_bulk_dequeue_skb`).
    fn dequeue_list(
        &mut self,
        dev: IfIndex,
        queue: u16,
        bulk: usize,
        now: Instant,
    ) -> (SkQueue, usize) {
        self.core.enter(Station::QDISC_DEQUEUE, now, None);
        let mut list = SkQueue::new(bulk as u32);
        let mut fit = 0;
        // The ring's byte limit, as it is now (`qdisc_avail_bulklimit`).
        let room = self.core.tx_queue_mut(dev, queue).and_then(|txq| txq.dql.available());
        let room = room.map_or(u64::MAX, |bytes| bytes.max(0).cast_unsigned());
        while !list.is_full() && (list.is_empty() || list.bytes() < room) {
            let Some((skb, fresh)) = self.core.dequeue_skb(dev, queue, now) else { break };
            fit += usize::from(!fresh);
            if let Err(full) = list.push_back(skb) {
                // Cannot happen: the list was not full.
                self.core.kfree_skb(full.packet, full.why, now);
            }
        }
        self.core.leave(Station::QDISC_DEQUEUE, now);
        (list, fit)
    }

    /// Makes a list fit for the driver from the packet at `fit` on (`validate_xmit_skb_list`).
    fn validate_list(
        &mut self,
        dev: IfIndex,
        mut list: SkQueue,
        fit: usize,
        now: Instant,
    ) -> SkQueue {
        let mut checked = SkQueue::new(list.len() as u32);
        let mut at = 0;
        while let Some(skb) = list.pop_front() {
            if at >= fit {
                self.validate_onto(&mut checked, dev, skb, now);
            } else if let Err(full) = checked.push_back(skb) {
                // Cannot happen: there is room for the whole list.
                self.core.kfree_skb(full.packet, full.why, now);
            }
            at += 1;
        }
        checked
    }

    /// Gives packets to the driver, and puts back what it does not take (`sch_direct_xmit`).
    /// Answers whether it makes sense to go on.
    fn sch_direct_xmit(&mut self, dev: IfIndex, queue: u16, list: SkQueue, now: Instant) -> bool {
        let mut rest = if self.core.tx_queue_mut(dev, queue).is_some_and(|txq| !txq.is_closed()) {
            self.dev_hard_start_xmit(dev, queue, list, now)
        } else {
            list
        };
        let Some(txq) = self.core.tx_queue_mut(dev, queue) else {
            while let Some(skb) = rest.pop_front() {
                self.core.kfree_skb(skb, DropReason::NO_DEVICE, now);
            }
            return false;
        };
        if rest.is_empty() {
            return !txq.is_closed();
        }
        // `dev_requeue_skb`: to the front, in order, still counted.
        let put_back = rest.len() as u64;
        txq.stats.requeues += put_back;
        if let Some(qdisc) = &mut txq.qdisc {
            (0..put_back).for_each(|_| qdisc.requeued());
        }
        rest.append(&mut txq.requeue);
        txq.requeue = rest;
        if !txq.is_closed() {
            // Busy, and nobody will wake us: try again soon.
            self.core.netif_schedule(dev, queue);
        }
        false
    }

    /// Gives a list of packets to the driver, one by one, telling it when more follow
    /// (`dev_hard_start_xmit`). Answers what it did not take.
    fn dev_hard_start_xmit(
        &mut self,
        dev: IfIndex,
        queue: u16,
        mut list: SkQueue,
        now: Instant,
    ) -> SkQueue {
        while let Some(skb) = list.pop_front() {
            if let Err(Busy(skb)) = self.xmit_one((dev, queue), skb, !list.is_empty(), now) {
                if let Err(full) = list.push_front(skb) {
                    // Cannot happen: it has just come off this list.
                    self.core.kfree_skb(full.packet, full.why, now);
                }
                break;
            }
            let stopped = self.core.tx_queue_mut(dev, queue).is_none_or(|txq| txq.stopped);
            if stopped && !list.is_empty() {
                break;
            }
        }
        list
    }

    /// Shows a packet to the taps and gives it to the driver (`xmit_one`).
    fn xmit_one(
        &mut self,
        (dev, queue): (IfIndex, u16),
        skb: SkBuff,
        more: bool,
        now: Instant,
    ) -> Result<(), Busy<SkBuff>> {
        let Some((driver, port)) = self.driver_of(dev) else { return Err(Busy(skb)) };
        self.core.enter(Station::DEV_HARD_START_XMIT, now, Some(&skb));
        if !self.core.taps.is_empty() {
            self.core.enter(Station::XMIT_NIT, now, Some(&skb));
            self.core.taps.xmit_nit(&skb, &mut self.core.pool, now);
            self.core.leave(Station::XMIT_NIT, now);
        }
        self.core.enter(Station::START_XMIT, now, Some(&skb));
        let mut packet = Some(skb);
        let sent = self.with_driver(driver, now, |ops, cx| {
            cx.more = more;
            packet.take().map_or(Ok(()), |skb| ops.start_xmit(port, skb, cx))
        });
        self.core.leave(Station::START_XMIT, now);
        self.core.leave(Station::DEV_HARD_START_XMIT, now);
        if let Some(skb) = packet {
            return Err(Busy(skb));
        }
        if let (Some(Ok(())), Some(txq)) = (&sent, self.core.tx_queue_mut(dev, queue)) {
            txq.trans_start = now;
            txq.stats.sent += 1;
        }
        sent.unwrap_or(Ok(()))
    }

    /// Sends one packet by polling, past queueing discipline and softirqs: for a debugger that must
    /// not depend on anything that may be broken (`netpoll_send_skb`). Between tries it lets the
    /// driver look at its device and at what was sent (`netpoll_poll_dev`); nothing is received.
    ///
    /// # Errors
    /// `NO_DEVICE` and `DEV_READY` as from [`dev_queue_xmit`](Self::dev_queue_xmit); `FULL_RING`
    /// after `tries` tries.
    pub fn netpoll_send_skb(
        &mut self,
        mut skb: SkBuff,
        tries: u32,
        now: Instant,
    ) -> Result<(), Rejected<SkBuff>> {
        let dev = match skb.meta().dev.and_then(|dev| self.core.device(dev)) {
            Some(device) if device.is_running() => device.index,
            Some(_) => return Err(self.core.refuse(skb, DropReason::DEV_READY)),
            None => return Err(self.core.refuse(skb, DropReason::NO_DEVICE)),
        };
        // Cannot fail: the header begins where the data does.
        let _ = skb.set_header(Layer::Mac, 0);
        let queue = self.core_pick_tx(dev, &mut skb);
        let mut list = SkQueue::new(1);
        if !self.validate_onto(&mut list, dev, skb, now) {
            return Ok(());
        }
        for _ in 0..tries.max(1) {
            if self.core.tx_queue_mut(dev, queue).is_some_and(|txq| !txq.is_closed()) {
                list = self.dev_hard_start_xmit(dev, queue, list, now);
            }
            if list.is_empty() {
                break;
            }
            self.netpoll_poll_dev(dev, now);
        }
        self.run_work(now);
        match list.pop_front() {
            None => Ok(()),
            Some(skb) => Err(self.core.refuse(skb, DropReason::FULL_RING)),
        }
    }

    /// What an interrupt and its softirq would do for transmission, without either: a budget of 0
    /// means completions only.
    fn netpoll_poll_dev(&mut self, dev: IfIndex, now: Instant) {
        let Some((driver, port)) = self.driver_of(dev) else { return };
        self.with_driver(driver, now, |ops, cx| ops.poll_controller(port, cx));
        for id in (0..).map(NapiId) {
            let Some(state) = self.core.napi_mut(driver, id) else { break };
            if !state.is_scheduled() {
                continue;
            }
            state.set_netpoll(true);
            self.with_driver(driver, now, |ops, cx| ops.poll(id, 0, cx));
            if let Some(state) = self.core.napi_mut(driver, id) {
                state.set_netpoll(false);
            }
        }
    }

    /// The transmit softirq: queues that were woken, that have a packet put back, or whose quota
    /// ran out (`net_tx_action`). One round over what is listed now.
    pub(crate) fn net_tx_action(&mut self, now: Instant) {
        self.core.enter(Station::NET_TX_ACTION, now, None);
        for _ in 0..self.core.output_queue.len() {
            let Some((dev, queue)) = self.core.output_queue.pop_front() else { break };
            let Some(txq) = self.core.tx_queue_mut(dev, queue) else { continue };
            txq.scheduled = false;
            if self.core.device(dev).is_some_and(NetDevice::is_running) {
                self.qdisc_run(dev, queue, now);
            }
        }
        self.core.leave(Station::NET_TX_ACTION, now);
    }
}

impl Core {
    /// The device that a packet is to leave by.
    ///
    /// # Errors
    /// Why it can't.
    fn sender_of(&self, skb: &SkBuff) -> Result<&NetDevice, DropReason> {
        match skb.meta().dev.and_then(|dev| self.device(dev)) {
            None => Err(DropReason::NO_DEVICE),
            Some(device) if !device.is_running() => Err(DropReason::DEV_READY),
            Some(device) if !device.carrier => Err(DropReason::NO_CARRIER),
            Some(_) if skb.meta().hops > self.config.max_hops => Err(DropReason::RECURSION_LIMIT),
            Some(device) => Ok(device),
        }
    }

    /// Gives a packet back to its sender, counted where Linux counts it (`dev_core_stats`).
    fn refuse(&mut self, skb: SkBuff, why: DropReason) -> Rejected<SkBuff> {
        self.stats_of(skb.meta().dev).tx_dropped += 1;
        Rejected { packet: skb, why }
    }

    /// Whether a packet may go past the discipline: nothing waits, the queue is open, and the
    /// discipline would only hand it back. Linux goes past it even if the queue is stopped, only to
    /// put the packet back; this way it waits, ages and counts with the others.
    fn may_bypass(&mut self, dev: IfIndex, queue: u16) -> bool {
        self.tx_queue_mut(dev, queue).is_some_and(|txq| {
            !txq.is_closed()
                && txq.requeue.is_empty()
                && txq.qdisc.as_ref().is_some_and(|q| q.can_bypass() && q.backlog().packets == 0)
        })
    }

    fn has_packets(&mut self, dev: IfIndex, queue: u16) -> bool {
        self.tx_queue_mut(dev, queue).is_some_and(|txq| txq.qlen() != 0)
    }

    fn qdisc_enqueue(&mut self, dev: IfIndex, queue: u16, skb: SkBuff, now: Instant) -> NetXmit {
        self.enter(Station::QDISC_ENQUEUE, now, Some(&skb));
        let mut packet = Some(skb);
        let enqueued =
            self.with_qdisc(dev, queue, now, |txq, cx| match (&mut txq.qdisc, packet.take()) {
                (Some(qdisc), Some(skb)) => qdisc.enqueue(skb, cx),
                (_, skb) => {
                    packet = skb;
                    Enqueued::Drop
                }
            });
        if let Some(skb) = packet {
            self.kfree_skb(skb, DropReason::QDISC_DROP, now);
        }
        self.leave(Station::QDISC_ENQUEUE, now);
        match enqueued {
            Some(Enqueued::Success | Enqueued::Bypass | Enqueued::Stolen) => NetXmit::Success,
            Some(Enqueued::Cn) => NetXmit::Cn,
            Some(Enqueued::Drop) | None => NetXmit::Drop,
        }
    }

    /// The next packet of a queue, and whether it comes fresh from the discipline
    /// (`dequeue_skb`). Nothing while the queue is stopped.
    fn dequeue_skb(&mut self, dev: IfIndex, queue: u16, now: Instant) -> Option<(SkBuff, bool)> {
        let txq = self.tx_queue_mut(dev, queue)?;
        if txq.is_closed() {
            return None;
        }
        if let Some(skb) = txq.requeue.pop_front() {
            return Some((skb, false));
        }
        let next = self.with_qdisc(dev, queue, now, |txq, cx| {
            txq.qdisc.as_mut().map_or(Dequeue::Empty, |qdisc| qdisc.dequeue(cx))
        })?;
        let txq = self.tx_queue_mut(dev, queue)?;
        match next {
            Dequeue::Packet(skb) => {
                txq.throttled_until = None;
                Some((skb, true))
            }
            Dequeue::Empty => {
                txq.throttled_until = None;
                None
            }
            Dequeue::Until(at) => {
                txq.throttled_until = Some(at);
                None
            }
        }
    }

    /// Runs `work` on a queue, with the sink for what its discipline loses, and does what the
    /// discipline wanted done when the call was over.
    pub(crate) fn with_qdisc<R>(
        &mut self,
        dev: IfIndex,
        queue: u16,
        now: Instant,
        work: impl FnOnce(&mut TxQueue, &mut softnet_qdisc::Cx<'_, SkBuff>) -> R,
    ) -> Option<R> {
        let done = self.call_qdisc((dev, queue), now, false, work)?;
        while let Some(later) = self.deferred.pop() {
            match later {
                Later::Restart(skb) => self.qdisc_restart_packet((dev, queue), skb, now),
                Later::Redirect { packet, to, ingress } => {
                    self.redirect((dev, to), packet, ingress, now);
                }
            }
        }
        Some(done)
    }

    fn call_qdisc<R>(
        &mut self,
        (dev, queue): (IfIndex, u16),
        now: Instant,
        restarting: bool,
        work: impl FnOnce(&mut TxQueue, &mut softnet_qdisc::Cx<'_, SkBuff>) -> R,
    ) -> Option<R> {
        let Self { devices, pool, drops: counts, trace, deferred, .. } = self;
        let device = devices.get_mut(dev.get() as usize - 1)?.as_mut()?;
        let txq = device.queues.get_mut(usize::from(queue))?;
        // Not in the device's `tx_dropped`: Linux shows a discipline's losses in its own counters.
        let mut drops = QdiscDrops { pool, counts, trace, now };
        let cx = softnet_qdisc::Cx::new(now, &mut drops).with_deferred(deferred);
        Some(work(txq, &mut if restarting { cx.restarting() } else { cx }))
    }

    /// Enqueues a packet that a discipline of this queue wants to start at the root again.
    fn qdisc_restart_packet(&mut self, at: (IfIndex, u16), skb: SkBuff, now: Instant) {
        let mut packet = Some(skb);
        self.call_qdisc(at, now, true, |txq, cx| {
            if let (Some(qdisc), Some(skb)) = (&mut txq.qdisc, packet.take()) {
                let _ = qdisc.enqueue(skb, cx);
            }
        });
        if let Some(skb) = packet {
            self.kfree_skb(skb, DropReason::QDISC_DROP, now);
        }
    }

    /// Sends a packet to another device, or lets it arrive there (`tcf_mirred_forward`).
    fn redirect(
        &mut self,
        (from, to): (IfIndex, IfIndex),
        mut skb: SkBuff,
        ingress: bool,
        now: Instant,
    ) {
        let meta = skb.meta_mut();
        meta.iif = Some(from);
        // It named a departure from this device only.
        meta.timestamp = None;
        if ingress {
            let own = self.device(to).map_or(MacAddr::ZERO, NetDevice::address);
            if eth_type_trans(&mut skb, own).is_err() {
                return self.kfree_skb(skb, DropReason::QDISC_DROP, now);
            }
        }
        let work = if ingress { Work::Receive(to, skb) } else { Work::Xmit(to, skb) };
        if let Err(Rejected { packet: Work::Xmit(_, skb) | Work::Receive(_, skb), why }) =
            self.defer(work)
        {
            self.kfree_skb(skb, why, now);
        }
    }
}
