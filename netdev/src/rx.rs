//! The way in, and everything else that happens to a CPU: interrupts, softirqs, timers, its inbox.

use softnet_sk_buff::{Clock, DropReason, IfIndex, Instant, Rejected};

use crate::device::{AdminState, NetDevice};
use crate::event::Event;
use crate::napi::NapiRef;
use crate::ops::{IrqReturn, NapiId, Refused};
use crate::softirq::{Softirq, Softirqs};
use crate::softnet::{DriverId, Softnet};
use crate::state::Core;
use crate::trace::Station;
use crate::work::Work;

/// What became of a received packet that the stack took (`NET_RX_*`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NetRx {
    /// It waits for its protocol.
    Success,
    /// It was dropped, counted and freed.
    Drop,
}

impl Softnet {
    /// A driver's device has interrupted (vectors are numbered from 0). With a shared line, ask
    /// each driver on it.
    pub fn handle_interrupt(&mut self, driver: DriverId, vector: u16, now: Instant) -> IrqReturn {
        self.core.enter(Station::INTERRUPT, now, None);
        let handled = self.with_driver(driver, now, |ops, cx| ops.interrupt(vector, cx));
        self.core.leave(Station::INTERRUPT, now);
        self.run_work(now);
        handled.unwrap_or(IrqReturn::None)
    }

    /// Takes what other CPUs put into the inboxes: packets to send, and packets to process.
    pub fn handle_inbox(&mut self, now: Instant) {
        let mut out = self.core.tx_inbox.take();
        while let Some(skb) = out.pop_front() {
            if let Err(Rejected { packet, why }) = self.xmit_by_meta(skb, now) {
                self.core.kfree_skb(packet, why, now);
            }
        }
        let mut steered = self.core.rx_inbox.take();
        self.core.stats.received_rps += u64::from(!steered.is_empty());
        while let Some(skb) = steered.pop_front() {
            self.core.enqueue_to_backlog(skb, now);
        }
        self.run_work(now);
    }

    /// Runs each pending softirq once, in Linux's order, and answers what is pending afterwards:
    /// work beyond a budget, and what was raised meanwhile. `clock` bounds the receive softirq's
    /// time; pass an [`Instant`] where time stands still.
    pub fn do_softirq(&mut self, clock: &mut dyn Clock) -> Softirqs {
        let now = clock.now();
        self.reap_taps(now);
        for softirq in self.core.softirqs.take() {
            self.core.softirqs.counted(softirq);
            match softirq {
                Softirq::NetTx => self.net_tx_action(now),
                Softirq::NetRx => self.net_rx_action(clock),
                Softirq::Tasklet => self.tasklet_action(now),
            }
            self.run_work(now);
        }
        self.core.softirqs
    }

    /// Polls who has asked for it, until all have been polled once or packets or time are used up
    /// (`net_rx_action`). Both limits are looked at after each poll, so a run may overshoot by one
    /// weight.
    pub(crate) fn net_rx_action(&mut self, clock: &mut dyn Clock) {
        let start = clock.now();
        let limit = start + self.core.config.netdev_budget_time;
        let mut budget = i64::from(self.core.config.netdev_budget);
        self.core.enter(Station::NET_RX_ACTION, start, None);
        // Those listed now. Who asks meanwhile, and then who used its weight up, come after them
        // next time.
        let mut round = self.core.poll_list.len();
        let mut now = start;
        while round > 0 {
            let Some(napi) = self.core.poll_list.pop_front() else { break };
            round -= 1;
            budget -= i64::from(self.napi_poll(napi, now));
            // A poll may have taken instances off the list (`napi_disable`).
            round = round.min(self.core.poll_list.len());
            now = clock.now();
            if budget <= 0 || now >= limit {
                self.core.stats.time_squeeze += 1;
                break;
            }
        }
        let Core { poll_list, repoll, .. } = &mut self.core;
        poll_list.append(repoll);
        if !poll_list.is_empty() {
            self.core.softirqs.raise(Softirq::NetRx);
        }
        self.core.leave(Station::NET_RX_ACTION, now);
    }

    /// Polls one instance, and lists it again if it may have more (`napi_poll`).
    fn napi_poll(&mut self, napi: NapiRef, now: Instant) -> u32 {
        self.core.enter(Station::NAPI_POLL, now, None);
        let work = match napi {
            NapiRef::Backlog => self.process_backlog(now),
            NapiRef::Driver(driver, id) => self.poll_driver(driver, id, now),
        };
        self.core.leave(Station::NAPI_POLL, now);
        work
    }

    fn poll_driver(&mut self, driver: DriverId, id: NapiId, now: Instant) -> u32 {
        let Some(state) = self.core.napi_mut(driver, id) else { return 0 };
        let weight = state.weight;
        let work = self.with_driver(driver, now, |ops, cx| ops.poll(id, weight, cx)).unwrap_or(0);
        self.run_work(now);
        let this = NapiRef::Driver(driver, id);
        let again = self.core.napi_mut(driver, id).is_some_and(|state| state.is_scheduled());
        // On the list already if it was disabled, enabled and asked for within its own poll.
        if again && !self.core.poll_list.contains(&this) {
            self.core.repoll.push_back(this);
        }
        work
    }

    /// Works the backlog off (`process_backlog`).
    fn process_backlog(&mut self, now: Instant) -> u32 {
        self.core.enter(Station::PROCESS_BACKLOG, now, None);
        let quota = self.core.config.dev_weight;
        let mut work = 0;
        while work < quota {
            let Some(skb) = self.core.backlog.pop_front() else { break };
            work += 1;
            self.core.netif_receive_skb(skb, now);
        }
        if self.core.backlog.is_empty() {
            // What was asked for meanwhile was for a packet in the backlog, and none is left.
            self.core.backlog_napi.finish();
        } else {
            self.core.repoll.push_back(NapiRef::Backlog);
        }
        self.core.leave(Station::PROCESS_BACKLOG, now);
        work
    }

    fn tasklet_action(&mut self, now: Instant) {
        self.core.enter(Station::TASKLET_ACTION, now, None);
        for _ in 0..self.core.tasklets.len() {
            let Some((driver, id)) = self.core.tasklets.pop_front() else { break };
            self.with_driver(driver, now, |ops, cx| ops.tasklet(id, cx));
        }
        if !self.core.tasklets.is_empty() {
            self.core.softirqs.raise(Softirq::Tasklet);
        }
        self.core.leave(Station::TASKLET_ACTION, now);
    }

    /// Does what drivers have deferred, and what that defers. Ends, because each packet has a
    /// bounded number of hops and received ones wait in the backlog.
    pub(crate) fn run_work(&mut self, now: Instant) {
        while let Some(work) = self.core.work.pop_front() {
            match work {
                Work::Xmit(dev, mut skb) => {
                    skb.meta_mut().dev = Some(dev);
                    if let Err(Rejected { packet, why }) = self.xmit_by_meta(skb, now) {
                        self.core.kfree_skb(packet, why, now);
                    }
                }
                Work::Receive(dev, mut skb) => {
                    skb.meta_mut().dev = Some(dev);
                    self.core.enqueue_to_backlog(skb, now);
                }
            }
        }
    }

    /// When [`handle_timeout`](Self::handle_timeout) has something to do next: a discipline has a
    /// packet for then, a driver a timer, an interface is on its way up or down, a stopped queue
    /// would count as hung. `None`: not before something else happens.
    #[must_use]
    pub fn poll_at(&self) -> Option<Instant> {
        let drivers = self.drivers.iter().flatten().filter_map(|ops| ops.poll_at());
        let devices = self.devs().filter_map(next_deadline);
        drivers.chain(devices).min()
    }

    /// Does what is due (timers, `qdisc_watchdog`, `dev_watchdog`).
    pub fn handle_timeout(&mut self, now: Instant) {
        self.reap_taps(now);
        for slot in 0..self.drivers.len() {
            let due = self.drivers.get(slot).and_then(Option::as_ref).and_then(|ops| ops.poll_at());
            if due.is_some_and(|at| at <= now) {
                self.with_driver(DriverId(slot as u32), now, |ops, cx| ops.handle_timeout(cx));
                self.run_work(now);
            }
        }
        for index in 1..=self.core.devices.len() as u32 {
            let Some(dev) = IfIndex::new(index) else { continue };
            match self.core.device(dev).map(|device| device.admin) {
                Some(AdminState::Opening(at)) if at <= now => self.finish_opening(dev, now),
                Some(AdminState::Closing(at)) if at <= now => self.continue_close(dev, now),
                Some(AdminState::Up) => self.queue_timeouts(dev, now),
                _ => {}
            }
        }
    }

    fn finish_opening(&mut self, dev: IfIndex, now: Instant) {
        let opened: Result<(), Refused> = self.continue_open(dev, now);
        if let Err(why) = opened {
            self.core.notify(Event::OpenFailed(dev, why));
        }
    }

    fn queue_timeouts(&mut self, dev: IfIndex, now: Instant) {
        let Some(device) = self.core.device(dev) else { return };
        let (driver, port) = device.driver();
        let (queues, patience) = (device.queues.len() as u16, device.config.watchdog_timeo);
        let carrier = device.carrier;
        for queue in 0..queues {
            let Some(txq) = self.core.tx_queue_mut(dev, queue) else { continue };
            let throttled = txq.throttled_until.take_if(|at| *at <= now).is_some();
            let hung = carrier && txq.is_closed() && now >= txq.trans_start + patience;
            if hung {
                txq.stats.timeouts += 1;
                txq.trans_start = now;
                self.with_driver(driver, now, |ops, cx| ops.tx_timeout(port, queue, cx));
                self.run_work(now);
            }
            if throttled {
                self.core.netif_schedule(dev, queue);
            }
        }
    }

    /// Drops what was received on an interface and never taken.
    pub fn purge_rx(&mut self, dev: IfIndex, now: Instant) {
        while let Some(skb) = self.receive(dev) {
            self.core.kfree_skb(skb, DropReason::QUEUE_PURGE, now);
        }
    }
}

fn next_deadline(device: &NetDevice) -> Option<Instant> {
    match device.admin {
        AdminState::Down => None,
        AdminState::Opening(at) | AdminState::Closing(at) => Some(at),
        AdminState::Up => {
            let queues = device.queues.iter();
            let deadline = |txq: &crate::device::TxQueue| {
                let hung = (device.carrier && txq.is_closed())
                    .then(|| txq.trans_start + device.config.watchdog_timeo);
                hung.into_iter().chain(txq.throttled_until).min()
            };
            queues.filter_map(deadline).min()
        }
    }
}
