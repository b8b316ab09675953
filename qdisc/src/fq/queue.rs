//! Packets of many flows, each flow's in the order of the times at which they may leave.

use crate::key_queue::{KeyQueue, KeySlab};
use crate::links::Arena;
use crate::slab::{Fifo, Slab};

/// A packet that waits.
#[derive(Debug)]
pub(super) struct Queued<P> {
    pub(super) packet: P,
    /// When it may leave (`time_to_send`).
    pub(super) time: u64,
    pub(super) band: u8,
    /// Its sender said when; its flow is not paced for it.
    pub(super) is_edt: bool,
}

/// One flow's packets (`head`, `tail` and `t_root` of Linux's `fq_flow`).
#[derive(Clone, Copy, Debug)]
pub(super) struct Queue {
    /// Packets whose times ascend.
    fifo: Fifo,
    /// The time of the last one of these.
    last: u64,
    /// Those that came with a time before that.
    early: KeyQueue,
    pub(super) len: u32,
}

impl Queue {
    pub(super) const EMPTY: Self =
        Self { fifo: Fifo::EMPTY, last: 0, early: KeyQueue::EMPTY, len: 0 };
}

/// Room for the packets of all flows.
#[derive(Debug)]
pub(super) struct Queues<P> {
    slab: Slab<Queued<P>>,
    early: Arena<Queued<P>>,
    early_times: KeySlab,
}

impl<P> Queues<P> {
    pub(super) const fn new() -> Self {
        Self { slab: Slab::new(), early: Arena::new(), early_times: KeySlab::new() }
    }

    /// `flow_queue_add`.
    #[inline]
    pub(super) fn push(&mut self, queue: &mut Queue, queued: Queued<P>) {
        queue.len += 1;
        let time = queued.time;
        if queue.fifo.is_empty() || time >= queue.last {
            queue.last = time;
            self.slab.push(&mut queue.fifo, queued);
        } else {
            let at = self.early.insert(queued);
            self.early_times.insert(&mut queue.early, at, time);
        }
    }

    /// The time of the packet that goes next (`fq_peek`), and whether it is one that came late.
    #[inline]
    fn first(&self, queue: &Queue) -> Option<(u64, bool)> {
        let fifo = self.slab.iter(&queue.fifo).next().map(|(_, queued)| queued.time);
        if queue.early.is_empty() {
            return fifo.map(|time| (time, false));
        }
        let early = self.early_times.first(&queue.early).map(|(time, _)| time);
        match (early, fifo) {
            (Some(early), Some(fifo)) if early >= fifo => Some((fifo, false)),
            (Some(early), _) => Some((early, true)),
            (None, fifo) => fifo.map(|time| (time, false)),
        }
    }

    /// The time of the packet that goes next.
    #[inline]
    pub(super) fn next_time(&self, queue: &Queue) -> Option<u64> {
        self.first(queue).map(|(time, _)| time)
    }

    /// Takes out the packet that goes next.
    #[inline]
    pub(super) fn pop(&mut self, queue: &mut Queue) -> Option<Queued<P>> {
        let (_, is_early) = self.first(queue)?;
        let queued = if is_early {
            let at = self.early_times.pop_up_to(&mut queue.early, u64::MAX)?;
            self.early.remove(at)?
        } else {
            self.slab.pop(&mut queue.fifo)?
        };
        queue.len -= 1;
        Some(queued)
    }

    /// Takes everything out; all queues are to be made empty with it.
    pub(super) fn drain(&mut self) -> impl Iterator<Item = P> + '_ {
        self.early_times.clear();
        self.slab.drain().chain(self.early.drain()).map(|queued| queued.packet)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;
    use proptest::prelude::*;

    proptest! {
        /// By time; of equal times those in line go before those that came too late for it, and
        /// otherwise who came first.
        #[test]
        fn is_in_order_of_time(ops in prop::collection::vec(prop::option::of(0u64..20), 0..200)) {
            let mut queues = Queues::new();
            let mut queue = Queue::EMPTY;
            let (mut line, mut late) = (Vec::new(), Vec::new());
            for (number, op) in (0u32..).zip(ops) {
                if let Some(time) = op {
                    let queued = Queued { packet: number, time, band: 0, is_edt: true };
                    queues.push(&mut queue, queued);
                    if line.last().is_none_or(|&(last, _)| time >= last) {
                        line.push((time, number));
                    } else {
                        late.push((time, number));
                        late.sort_unstable();
                    }
                } else {
                    let from = match (line.first(), late.first()) {
                        (Some(a), Some(b)) if b.0 < a.0 => Some(&mut late),
                        (None, Some(_)) => Some(&mut late),
                        (Some(_), _) => Some(&mut line),
                        (None, None) => None,
                    };
                    let expected = from.map(|from: &mut Vec<(u64, u32)>| from.remove(0));
                    prop_assert_eq!(queues.next_time(&queue), expected.map(|(time, _)| time));
                    let got = queues.pop(&mut queue).map(|queued| (queued.time, queued.packet));
                    prop_assert_eq!(got, expected);
                }
                prop_assert_eq!(queue.len as usize, line.len() + late.len());
            }
        }
    }
}
