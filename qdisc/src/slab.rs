//! Many FIFOs in one piece of memory, linked by index.

use alloc::vec::Vec;

use crate::codel::Time;

const NIL: u32 = u32::MAX;

/// Most items that a [`Slab`] can hold.
pub(crate) const MAX_PACKETS: u32 = NIL - 1;

#[derive(Debug)]
struct Slot<T> {
    item: Option<T>,
    /// The next slot of the same FIFO, or of the free list.
    next: u32,
}

/// Slots for the items of many [`Fifo`]s: packets, with whatever a discipline keeps beside each. It
/// grows to the largest number that ever waited and allocates nothing after that.
#[derive(Debug)]
pub(crate) struct Slab<T> {
    slots: Vec<Slot<T>>,
    free: u32,
}

/// One FIFO in a [`Slab`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fifo {
    head: u32,
    /// The last slot; says nothing while the FIFO is empty.
    tail: u32,
}

impl Fifo {
    pub(crate) const EMPTY: Self = Self { head: NIL, tail: NIL };

    pub(crate) fn is_empty(&self) -> bool {
        self.head == NIL
    }
}

/// A place in a [`Fifo`], good until something before it is taken out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Place(u32);

/// A packet as CoDel's disciplines put it in.
#[derive(Debug)]
pub(crate) struct Queued<P> {
    pub(crate) packet: P,
    pub(crate) came: Time,
    pub(crate) truesize: u32,
}

impl<T> Slab<T> {
    pub(crate) const fn new() -> Self {
        Self { slots: Vec::new(), free: NIL }
    }

    pub(crate) fn reserve(&mut self, items: usize) {
        self.slots.reserve(items.saturating_sub(self.slots.len()));
    }

    /// Puts an item at the end of `fifo`; the caller keeps below [`MAX_PACKETS`].
    #[inline]
    pub(crate) fn push(&mut self, fifo: &mut Fifo, item: T) {
        let at = match self.slots.get_mut(self.free as usize) {
            Some(slot) => {
                let at = self.free;
                self.free = slot.next;
                *slot = Slot { item: Some(item), next: NIL };
                at
            }
            None => self.grow(item),
        };
        if fifo.is_empty() {
            fifo.head = at;
        } else {
            self.slots[fifo.tail as usize].next = at;
        }
        fifo.tail = at;
    }

    #[cold]
    fn grow(&mut self, item: T) -> u32 {
        let at = self.slots.len() as u32;
        self.slots.push(Slot { item: Some(item), next: NIL });
        at
    }

    /// Takes the item at the front of `fifo`, which must be one of this slab.
    #[inline]
    pub(crate) fn pop(&mut self, fifo: &mut Fifo) -> Option<T> {
        let at = fifo.head;
        let slot = self.slots.get_mut(at as usize)?;
        fifo.head = slot.next;
        slot.next = self.free;
        self.free = at;
        slot.item.take()
    }

    /// The item right behind `place` in `fifo`; of `None`, the one at the front.
    pub(crate) fn after(&self, fifo: &Fifo, place: Option<Place>) -> Option<(Place, &T)> {
        let at = match place {
            Some(Place(before)) => self.slots.get(before as usize)?.next,
            None => fifo.head,
        };
        Some((Place(at), self.slots.get(at as usize)?.item.as_ref()?))
    }

    /// The items of `fifo`, from the front.
    pub(crate) fn iter(&self, fifo: &Fifo) -> impl Iterator<Item = (Place, &T)> {
        let front = self.after(fifo, None);
        core::iter::successors(front, |&(place, _)| self.after(fifo, Some(place)))
    }

    /// The item at the end of `fifo`.
    pub(crate) fn back(&self, fifo: &Fifo) -> Option<(Place, &T)> {
        if fifo.is_empty() {
            return None;
        }
        Some((Place(fifo.tail), self.slots.get(fifo.tail as usize)?.item.as_ref()?))
    }

    /// Takes out the item right behind `place`; of `None`, the one at the front.
    pub(crate) fn remove_after(&mut self, fifo: &mut Fifo, place: Option<Place>) -> Option<T> {
        let Some(Place(before)) = place else { return self.pop(fifo) };
        let at = self.slots.get(before as usize)?.next;
        let slot = self.slots.get_mut(at as usize)?;
        let item = slot.item.take()?;
        let behind = core::mem::replace(&mut slot.next, self.free);
        self.free = at;
        self.slots[before as usize].next = behind;
        if behind == NIL {
            fifo.tail = before;
        }
        Some(item)
    }

    /// Takes everything out; all FIFOs of this slab are to be made empty with it.
    pub(crate) fn drain(&mut self) -> impl Iterator<Item = T> + '_ {
        self.free = NIL;
        self.slots.drain(..).filter_map(|slot| slot.item)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::collections::VecDeque;
    use alloc::vec::Vec;
    use proptest::prelude::*;

    proptest! {
        /// Five FIFOs in one slab are five queues, from the middle of which items may be taken, and
        /// slots are used again.
        #[test]
        fn is_many_queues(ops in prop::collection::vec((0usize..5, 0usize..8), 0..300)) {
            let mut slab = Slab::new();
            let mut fifos = [Fifo::EMPTY; 5];
            let mut model: [VecDeque<u32>; 5] = Default::default();
            let mut most = 0;
            for (number, (which, op)) in (0u32..).zip(ops) {
                let (fifo, queue) = (&mut fifos[which], &mut model[which]);
                match op {
                    0..=3 => {
                        slab.push(fifo, number);
                        queue.push_back(number);
                    }
                    4 | 5 => prop_assert_eq!(slab.pop(fifo), queue.pop_front()),
                    nth => {
                        let place = slab.iter(fifo).nth(nth - 6).map(|(place, _)| place);
                        let expected = queue.remove(place.map_or(0, |_| nth - 5));
                        prop_assert_eq!(slab.remove_after(fifo, place), expected);
                    }
                }
                let items: Vec<u32> = slab.iter(fifo).map(|(_, &item)| item).collect();
                prop_assert_eq!(slab.back(fifo).map(|(_, item)| item), queue.back());
                prop_assert_eq!(items, queue.iter().copied().collect::<Vec<_>>());
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
