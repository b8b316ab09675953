//! A discipline for each transmit queue of a device.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::ops::Range;

use softnet_sk_buff::Instant;

use crate::class::Work;
use crate::{Backlog, Child, Cx, Dequeue, Enqueued, Packet, Qdisc, Stats};

#[derive(Debug)]
struct Queue<P: Packet> {
    child: Child<P>,
    /// The child's statistics as they are in the sum.
    counted: Stats,
}

/// The queues, and the sum of their statistics: what `mq_dump` adds up when it is asked.
#[derive(Debug)]
pub(crate) struct Queues<P: Packet> {
    list: Vec<Queue<P>>,
    /// Whose turn it is where one caller pulls from all.
    turn: usize,
    stats: Stats,
}

impl<P: Packet> Queues<P> {
    pub(crate) fn new(children: Vec<Box<dyn Qdisc<P>>>) -> Self {
        let queue = |child| Queue { child: Child::new(child), counted: Stats::default() };
        let list: Vec<_> = children.into_iter().map(queue).collect();
        let mut queues = Self { list, turn: 0, stats: Stats::default() };
        for index in 0..queues.list.len() {
            queues.recount(index);
        }
        queues
    }

    pub(crate) fn len(&self) -> usize {
        self.list.len()
    }

    pub(crate) fn stats(&self) -> &Stats {
        &self.stats
    }

    pub(crate) fn stats_mut(&mut self) -> &mut Stats {
        &mut self.stats
    }

    pub(crate) fn get(&self, index: usize) -> Option<&dyn Qdisc<P>> {
        self.list.get(index).map(|queue| queue.child.qdisc())
    }

    pub(crate) fn children(&self) -> impl Iterator<Item = &Child<P>> {
        self.list.iter().map(|queue| &queue.child)
    }

    /// The sum of the statistics of some queues.
    pub(crate) fn sum(&self, range: Range<usize>) -> Stats {
        let mut sum = Stats::default();
        for queue in self.list.get(range).into_iter().flatten() {
            exchange(&mut sum, &Stats::default(), queue.child.qdisc().stats());
        }
        sum
    }

    /// Enqueues into queue `index`; one that is not there counts as the first (`netdev_cap_txqueue`).
    pub(crate) fn enqueue(&mut self, index: usize, packet: P, cx: &mut Cx<'_, P>) -> Enqueued {
        let index = if index < self.list.len() { index } else { 0 };
        let verdict = self.list[index].child.enqueue(packet, &mut Stats::default(), cx);
        self.recount(index);
        verdict
    }

    pub(crate) fn dequeue(&mut self, index: usize, cx: &mut Cx<'_, P>) -> Dequeue<P> {
        let Some(queue) = self.list.get_mut(index) else { return Dequeue::Empty };
        let got = queue.child.dequeue(&mut Stats::default(), cx);
        self.recount(index);
        got
    }

    /// From the queues in turn, passing over those that have nothing now.
    pub(crate) fn dequeue_any(&mut self, cx: &mut Cx<'_, P>) -> Dequeue<P> {
        let mut until = None;
        for index in self.in_turn() {
            match self.dequeue(index, cx) {
                Dequeue::Packet(packet) => {
                    self.turn = index + 1;
                    return Dequeue::Packet(packet);
                }
                later => until = later.earlier(until),
            }
        }
        until.map_or(Dequeue::Empty, Dequeue::Until)
    }

    pub(crate) fn peek_any<'a>(&'a mut self, cx: &mut Cx<'_, P>) -> Dequeue<&'a P> {
        let mut until: Option<Instant> = None;
        for index in self.in_turn() {
            let peeked = self.list[index].child.peek_len(&mut Stats::default(), cx);
            self.recount(index);
            match peeked {
                Dequeue::Packet(_) => {
                    return self.list[index].child.peek(&mut Stats::default(), cx);
                }
                later => until = later.earlier(until),
            }
        }
        until.map_or(Dequeue::Empty, Dequeue::Until)
    }

    fn in_turn(&self) -> impl Iterator<Item = usize> + use<P> {
        let (len, turn) = (self.list.len(), self.turn);
        (turn..len).chain(0..turn.min(len))
    }

    pub(crate) fn with(
        &mut self,
        index: usize,
        work: &mut Work<'_, P>,
        cx: &mut Cx<'_, P>,
    ) -> bool {
        let Some(queue) = self.list.get_mut(index) else { return false };
        queue.child.with(work, &mut Stats::default(), cx);
        self.recount(index);
        true
    }

    /// Puts another child there. With the old one its counts go, as in Linux.
    pub(crate) fn replace(
        &mut self,
        index: usize,
        child: Box<dyn Qdisc<P>>,
        cx: &mut Cx<'_, P>,
    ) -> Result<(), Box<dyn Qdisc<P>>> {
        let Some(queue) = self.list.get_mut(index) else { return Err(child) };
        queue.child.replace(child, &mut Stats::default(), cx);
        self.recount(index);
        Ok(())
    }

    pub(crate) fn reset(&mut self, cx: &mut Cx<'_, P>) {
        for index in 0..self.list.len() {
            self.with(index, &mut |qdisc, cx| qdisc.reset(cx), cx);
        }
    }

    fn recount(&mut self, index: usize) {
        let Some(queue) = self.list.get_mut(index) else { return };
        let now = *queue.child.qdisc().stats();
        exchange(&mut self.stats, &queue.counted, &now);
        queue.counted = now;
    }
}

/// Takes `old` out of a sum and puts `new` into it.
fn exchange(sum: &mut Stats, old: &Stats, new: &Stats) {
    let swap = |sum: u64, old: u64, new: u64| sum.saturating_sub(old).saturating_add(new);
    *sum = Stats {
        bytes: swap(sum.bytes, old.bytes, new.bytes),
        packets: swap(sum.packets, old.packets, new.packets),
        drops: swap(sum.drops, old.drops, new.drops),
        requeues: swap(sum.requeues, old.requeues, new.requeues),
        overlimits: swap(sum.overlimits, old.overlimits, new.overlimits),
        purged: swap(sum.purged, old.purged, new.purged),
        backlog: Backlog {
            packets: sum
                .backlog
                .packets
                .saturating_sub(old.backlog.packets)
                .saturating_add(new.backlog.packets),
            bytes: swap(sum.backlog.bytes, old.backlog.bytes, new.backlog.bytes),
        },
    };
}
