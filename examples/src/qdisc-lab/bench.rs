//! One tree on its bench: sources before it, a link behind it, and virtual time.

use alloc::collections::BinaryHeap;
use core::cmp::Reverse;

use core::time::Duration;

use softnet_qdisc::tree::Tree;
use softnet_qdisc::{Cx, Deferred, Dequeue, Later};
use softnet_sk_buff::Instant;

use crate::bulk::Bulk;
use crate::packet::{LabPacket, Meta};
use crate::record::Record;
use crate::scenario::{Kind, Offer, Scenario, Template};

/// Packets that may wait to be redirected or restarted within one call.
const DEFERRED: usize = 64;

/// What is going to happen. Of several at one instant the one that was planned first goes first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Plan {
    /// A source begins, or its next packet is due.
    Source(usize),
    /// A sender hears that its packet has arrived, and whether it was marked.
    Acknowledged(usize, u64, bool),
    /// A sender has waited long enough for an answer.
    Timeout(usize),
    /// The link has sent what it was given.
    LinkIdle,
    /// A shaper lets something go.
    Wake,
}

/// A source at work.
#[derive(Debug)]
struct Active {
    kind: Kind,
    /// Of a bulk transfer.
    bulk: Option<Bulk>,
    template: Template,
    to: Instant,
    sent: u64,
    /// A timeout is planned.
    armed: bool,
}

pub(crate) struct Bench<'s> {
    tree: Tree<LabPacket>,
    /// Bytes per second; `None`: whatever the tree gives goes at once.
    link: Option<u64>,
    scenario: &'s Scenario,
    next_arrival: usize,
    sources: Vec<Active>,
    plans: BinaryHeap<Reverse<(Instant, u64, Plan)>>,
    planned: u64,
    /// What the link is sending.
    sending: Option<LabPacket>,
    wake: Option<Instant>,
    deferred: Deferred<LabPacket>,
    record: Record,
    now: Instant,
    end: Instant,
}

/// What is known when a run is over.
pub(crate) struct Finished {
    pub(crate) tree: Tree<LabPacket>,
    pub(crate) record: Record,
    pub(crate) link: Option<u64>,
    /// How long it was.
    pub(crate) end: Instant,
    /// The link had one of these then.
    pub(crate) on_link: u64,
}

/// After the last arrival, what waits has this long to get out.
pub(crate) const DRAIN: Duration = Duration::from_secs(10);

impl<'s> Bench<'s> {
    /// The run lasts until `end`, at which every source without an end of its own ends, too.
    pub(crate) fn new(
        tree: Tree<LabPacket>,
        link: Option<u64>,
        scenario: &'s Scenario,
        end: Instant,
    ) -> Self {
        let mut bench = Self {
            tree,
            link,
            scenario,
            next_arrival: 0,
            sources: Vec::new(),
            plans: BinaryHeap::new(),
            planned: 0,
            sending: None,
            wake: None,
            deferred: Deferred::new(DEFERRED),
            record: Record::new(scenario.flows.len()),
            now: Instant::ZERO,
            end,
        };
        for (number, source) in scenario.sources.iter().enumerate() {
            let (bulk, first) = match &source.kind {
                Kind::Bulk { window, .. } => (Some(Bulk::new(*window)), source.from),
                Kind::Paced(paced) => (None, paced.next()),
            };
            let (kind, template) = (source.kind.clone(), source.template);
            let to = source.to.unwrap_or(end).min(end);
            bench.sources.push(Active { kind, bulk, template, to, sent: 0, armed: false });
            bench.plan(first, Plan::Source(number));
        }
        bench
    }

    /// Runs to the end, telling `show` the time now and then. `drained`: ends as soon as everything
    /// that was to be sent has left.
    pub(crate) fn run(mut self, drained: bool, show: &mut dyn FnMut(Instant)) -> Finished {
        let mut steps = 0_u32;
        while let Some(at) = self.next().filter(|at| *at <= self.end) {
            self.now = self.now.max(at);
            self.record.now = self.now;
            self.step();
            self.pump();
            steps = steps.wrapping_add(1);
            if steps.is_multiple_of(256) {
                show(self.now);
            }
        }
        let end = if drained && self.next().is_none() { self.now } else { self.end };
        let on_link = u64::from(self.sending.is_some());
        let Self { tree, record, link, .. } = self;
        Finished { tree, record, link, end, on_link }
    }

    fn plan(&mut self, at: Instant, what: Plan) {
        self.plans.push(Reverse((at, self.planned, what)));
        self.planned += 1;
    }

    fn arrival(&self) -> Option<Instant> {
        self.scenario.arrivals.get(self.next_arrival).map(|arrival| arrival.at)
    }

    fn next(&self) -> Option<Instant> {
        let planned = self.plans.peek().map(|Reverse((at, ..))| *at);
        [planned, self.arrival()].into_iter().flatten().min()
    }

    fn step(&mut self) {
        // What was planned for the same instant has a longer past.
        let due = self.plans.peek().is_some_and(|Reverse((at, ..))| *at <= self.now);
        if !due {
            return self.arrive();
        }
        let Some(Reverse((_, _, plan))) = self.plans.pop() else { return };
        match plan {
            Plan::Source(source) => self.source(source),
            Plan::Acknowledged(source, number, marked) => {
                let now = self.now;
                self.with_bulk(source, |bulk| bulk.acknowledged(number, marked, now));
            }
            Plan::Timeout(source) => self.timeout(source),
            Plan::LinkIdle => {
                if let Some(packet) = self.sending.take() {
                    self.left(packet);
                }
            }
            Plan::Wake => self.wake = None,
        }
    }

    fn arrive(&mut self) {
        let scenario = self.scenario;
        let Some(arrival) = scenario.arrivals.get(self.next_arrival) else { return };
        let number = self.next_arrival as u64;
        self.next_arrival += 1;
        match &arrival.what {
            Offer::Made(template) => self.make(template, number, None),
            Offer::Captured { flow, len, bytes } => {
                let meta = Meta { flow: *flow, len: *len, priority: 0, mark: 0, sender: None };
                self.offer(LabPacket::new(meta, bytes.clone(), self.now));
            }
        }
    }

    fn source(&mut self, number: usize) {
        let now = self.now;
        let Some(source) = self.sources.get_mut(number).filter(|source| now < source.to) else {
            return;
        };
        let Kind::Paced(paced) = &mut source.kind else {
            return self.with_bulk(number, |_| {});
        };
        let nth = paced.sent();
        let (next, template) = (paced.next(), source.template);
        self.plan(next, Plan::Source(number));
        self.make(&template, nth, None);
    }

    /// Tells a bulk transfer something, and sends what it then may.
    fn with_bulk(&mut self, number: usize, tell: impl FnOnce(&mut Bulk)) {
        let now = self.now;
        let Some(Active { bulk: Some(bulk), .. }) = self.sources.get_mut(number) else { return };
        tell(bulk);
        while let Some(source) = self.sources.get_mut(number).filter(|source| now < source.to) {
            let Some(sequence) = source.bulk.as_mut().and_then(|bulk| bulk.send(now)) else {
                break;
            };
            source.sent += 1;
            let (template, nth) = (source.template, source.sent);
            self.make(&template, nth, Some((number, sequence)));
        }
        self.arm(number);
    }

    /// Makes sure that a timeout is planned while something is on its way.
    fn arm(&mut self, number: usize) {
        let Some(source) = self.sources.get_mut(number).filter(|source| !source.armed) else {
            return;
        };
        let Some(deadline) = source.bulk.as_ref().and_then(Bulk::deadline) else { return };
        if self.now < source.to {
            source.armed = true;
            self.plan(deadline, Plan::Timeout(number));
        }
    }

    fn timeout(&mut self, number: usize) {
        let now = self.now;
        let Some(source) = self.sources.get_mut(number) else { return };
        source.armed = false;
        let deadline = source.bulk.as_ref().and_then(Bulk::deadline);
        // It is planned once and moves with every answer.
        if deadline.is_some_and(|deadline| deadline <= now) {
            self.with_bulk(number, |bulk| bulk.timed_out(now));
        } else {
            self.arm(number);
        }
    }

    fn make(&mut self, template: &Template, nth: u64, sender: Option<(usize, u64)>) {
        let Template { flow, headers, len, priority, mark } = *template;
        let meta = Meta { flow, len, priority, mark, sender };
        self.offer(LabPacket::new(meta, headers.frame(len, nth), self.now));
    }

    /// Sends a packet into the tree, past clsact's filters.
    fn offer(&mut self, packet: LabPacket) {
        self.record.offered(packet.meta.flow);
        let mut cx = Cx::new(self.now, &mut self.record).with_deferred(&mut self.deferred);
        if let Ok(packet) = self.tree.egress(packet, &mut cx) {
            // What became of it stands in the record.
            let _ = self.tree.enqueue(packet, &mut cx);
        }
        self.redirect();
    }

    /// Gives the link what it has room for.
    fn pump(&mut self) {
        while self.sending.is_none() {
            let mut cx = Cx::new(self.now, &mut self.record).with_deferred(&mut self.deferred);
            let got = self.tree.dequeue(&mut cx);
            self.redirect();
            match got {
                Dequeue::Packet(packet) => self.send(packet),
                Dequeue::Empty => break,
                Dequeue::Until(at) => {
                    let at = at.max(self.now + Duration::from_nanos(1));
                    if self.wake.is_none_or(|wake| at < wake) {
                        self.wake = Some(at);
                        self.plan(at, Plan::Wake);
                    }
                    break;
                }
            }
        }
    }

    fn send(&mut self, packet: LabPacket) {
        self.record.dequeued(packet.meta.flow);
        let Some(rate) = self.link else { return self.left(packet) };
        let nanos = u128::from(packet.meta.len) * 1_000_000_000 / u128::from(rate).max(1);
        let time = Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX));
        self.sending = Some(packet);
        self.plan(self.now + time, Plan::LinkIdle);
    }

    fn left(&mut self, packet: LabPacket) {
        self.record.left(&packet);
        let Some((source, number)) = packet.meta.sender else { return };
        if let Some(Active { kind: Kind::Bulk { rtt, .. }, .. }) = self.sources.get(source) {
            let heard = self.now + Duration::from_nanos(*rtt);
            self.plan(heard, Plan::Acknowledged(source, number, packet.marked));
        }
    }

    /// There is no other device: what is sent there is gone from here.
    fn redirect(&mut self) {
        while let Some(later) = self.deferred.pop() {
            let packet = match later {
                Later::Restart(packet) | Later::Redirect { packet, .. } => packet,
            };
            self.record.taken(packet.meta.flow);
        }
    }
}
