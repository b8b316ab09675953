//! Many FIFOs of packets in one piece of memory, linked by index.

use alloc::vec::Vec;

use crate::codel::Time;

const NIL: u32 = u32::MAX;

/// Most packets that a [`Slab`] can hold.
pub(crate) const MAX_PACKETS: u32 = NIL - 1;

#[derive(Debug)]
struct Slot<P> {
    packet: Option<P>,
    /// The next slot of the same FIFO, or of the free list.
    next: u32,
    came: Time,
    truesize: u32,
}

/// Slots for packets of many [`Fifo`]s. It grows to the largest number of packets that ever waited
/// and allocates nothing after that.
#[derive(Debug)]
pub(crate) struct Slab<P> {
    slots: Vec<Slot<P>>,
    free: u32,
}

/// One FIFO in a [`Slab`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fifo {
    head: u32,
    tail: u32,
}

impl Fifo {
    pub(crate) const EMPTY: Self = Self { head: NIL, tail: NIL };

    pub(crate) fn is_empty(&self) -> bool {
        self.head == NIL
    }
}

/// A packet as it was put in.
#[derive(Debug)]
pub(crate) struct Queued<P> {
    pub(crate) packet: P,
    pub(crate) came: Time,
    pub(crate) truesize: u32,
}

impl<P> Slab<P> {
    pub(crate) const fn new() -> Self {
        Self { slots: Vec::new(), free: NIL }
    }

    pub(crate) fn reserve(&mut self, packets: usize) {
        self.slots.reserve(packets.saturating_sub(self.slots.len()));
    }

    /// Puts a packet at the end of `fifo`; the caller keeps below [`MAX_PACKETS`].
    pub(crate) fn push(&mut self, fifo: &mut Fifo, queued: Queued<P>) {
        let Queued { packet, came, truesize } = queued;
        let slot = Slot { packet: Some(packet), next: NIL, came, truesize };
        let at = if self.free == NIL {
            self.slots.push(slot);
            (self.slots.len() - 1) as u32
        } else {
            let at = self.free;
            let free = &mut self.slots[at as usize];
            self.free = free.next;
            *free = slot;
            at
        };
        if fifo.tail == NIL {
            fifo.head = at;
        } else {
            self.slots[fifo.tail as usize].next = at;
        }
        fifo.tail = at;
    }

    /// Takes the packet at the front of `fifo`, which must be one of this slab.
    pub(crate) fn pop(&mut self, fifo: &mut Fifo) -> Option<Queued<P>> {
        if fifo.head == NIL {
            return None;
        }
        let at = fifo.head;
        let slot = &mut self.slots[at as usize];
        let packet = slot.packet.take()?;
        let (came, truesize) = (slot.came, slot.truesize);
        fifo.head = slot.next;
        if fifo.head == NIL {
            fifo.tail = NIL;
        }
        slot.next = self.free;
        self.free = at;
        Some(Queued { packet, came, truesize })
    }

    /// Takes everything out; all FIFOs of this slab are to be made empty with it.
    pub(crate) fn drain(&mut self) -> impl Iterator<Item = P> + '_ {
        self.free = NIL;
        self.slots.drain(..).filter_map(|slot| slot.packet)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::collections::VecDeque;
    use alloc::vec::Vec;
    use proptest::prelude::*;

    proptest! {
        /// Five FIFOs in one slab are five queues, and slots are used again.
        #[test]
        fn is_many_queues(ops in prop::collection::vec((0usize..5, any::<bool>()), 0..300)) {
            let mut slab = Slab::new();
            let mut fifos = [Fifo::EMPTY; 5];
            let mut model: [VecDeque<u32>; 5] = Default::default();
            let mut most = 0;
            for (number, (which, push)) in (0u32..).zip(ops) {
                if push {
                    let came = Time::from_units(number);
                    slab.push(&mut fifos[which], Queued { packet: number, came, truesize: 1 });
                    model[which].push_back(number);
                } else {
                    let got = slab.pop(&mut fifos[which]).map(|q| (q.packet, q.came.units()));
                    prop_assert_eq!(got, model[which].pop_front().map(|number| (number, number)));
                }
                most = most.max(model.iter().map(VecDeque::len).sum::<usize>());
                prop_assert_eq!(slab.slots.len(), most);
            }
            let mut left: Vec<u32> = slab.drain().collect();
            left.sort_unstable();
            let mut expected: Vec<u32> = model.into_iter().flatten().collect();
            expected.sort_unstable();
            prop_assert_eq!(left, expected);
        }
    }
}
