//! Packets in order of the time at which they may leave, then of arrival (netem's `tfifo`).
//!
//! Linux has a list for those that come in order and a tree for the others. One structure serves for
//! both, in the same order, and at the same cost whatever the jitter.

use alloc::vec::Vec;

use crate::key_queue::{KeyQueue, KeySlab};

#[derive(Debug)]
struct Slot<P> {
    packet: Option<P>,
    /// The free slot behind this one, if it is free.
    next_free: Option<u32>,
}

#[derive(Debug)]
pub(super) struct Tfifo<P> {
    slots: Vec<Slot<P>>,
    free: Option<u32>,
    times: KeySlab,
    queue: KeyQueue,
}

impl<P> Tfifo<P> {
    pub(super) const fn new() -> Self {
        Self { slots: Vec::new(), free: None, times: KeySlab::new(), queue: KeyQueue::EMPTY }
    }

    pub(super) fn push(&mut self, at: u64, packet: P) {
        let slot = Slot { packet: Some(packet), next_free: None };
        let index = match self.free {
            Some(index) => {
                let place = &mut self.slots[index as usize];
                self.free = place.next_free;
                *place = slot;
                index
            }
            None => {
                self.slots.push(slot);
                (self.slots.len() - 1) as u32
            }
        };
        self.times.insert(&mut self.queue, index, at);
    }

    /// The time of the packet that leaves first.
    pub(super) fn first(&self) -> Option<u64> {
        self.times.first(&self.queue).map(|(at, _)| at)
    }

    /// The time of the packet that leaves last.
    pub(super) fn last(&self) -> Option<u64> {
        self.times.last(&self.queue).and_then(|last| self.times.key(last))
    }

    pub(super) fn pop(&mut self) -> Option<P> {
        let index = self.times.pop_up_to(&mut self.queue, u64::MAX)?;
        let slot = &mut self.slots[index as usize];
        slot.next_free = self.free;
        self.free = Some(index);
        slot.packet.take()
    }

    pub(super) fn drain(&mut self) -> impl Iterator<Item = P> + '_ {
        core::iter::from_fn(|| self.pop())
    }
}
