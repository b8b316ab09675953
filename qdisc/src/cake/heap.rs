//! Which queue is the longest, when one has to give.

use alloc::vec;
use alloc::vec::Vec;

use super::{MAX_TINS, QUEUES};

const ENTRIES: usize = QUEUES * MAX_TINS;
/// Packets without an overflow after which the order is not kept up any more.
const TIMEOUT: u16 = 65_535;

/// Bytes of every queue of every tin, and from the first overflow on something of a max-heap of them
/// (`overflow_heap`, `cake_heapify`).
///
/// Which queue stands on top can be seen by who loses packets, so these are Linux's steps, over all
/// tins. One falls short of a heap's: a queue that sinks is measured by the one that took its place,
/// so that it sinks by one level only. The top is therefore the longest queue right after the first
/// overflow, and a long one later. Each step costs no more than a walk to the root, 13 places.
#[derive(Debug)]
pub(super) struct Overflow {
    backlogs: Vec<u32>,
    /// Queues in heap order.
    heap: Vec<u16>,
    /// Where in the heap a queue is (`overflow_idx`).
    places: Vec<u16>,
    /// Packets for which the heap is still kept up; 0 if it isn't one.
    timeout: u16,
}

/// A queue, as the heap numbers it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct QueueId(u16);

impl QueueId {
    #[inline]
    pub(super) const fn new(tin: usize, flow: usize) -> Self {
        Self((flow * MAX_TINS + tin) as u16)
    }

    pub(super) fn tin(self) -> usize {
        usize::from(self.0) % MAX_TINS
    }

    pub(super) fn flow(self) -> usize {
        usize::from(self.0) / MAX_TINS
    }
}

impl Overflow {
    pub(super) fn new() -> Self {
        let order: Vec<u16> = (0..ENTRIES as u16).collect();
        Self { backlogs: vec![0; ENTRIES], places: order.clone(), heap: order, timeout: 0 }
    }

    pub(super) fn backlog(&self, queue: QueueId) -> u32 {
        self.backlogs[usize::from(queue.0)]
    }

    /// A queue became so much longer, or after an acknowledgement was filtered out shorter. Linux
    /// looks upwards in both cases.
    #[inline]
    pub(super) fn add(&mut self, queue: QueueId, bytes: u32) {
        let backlog = &mut self.backlogs[usize::from(queue.0)];
        *backlog = backlog.wrapping_add(bytes);
        if self.timeout > 0 {
            self.sift_up(self.places[usize::from(queue.0)].into());
        }
    }

    /// A queue became so much shorter.
    #[inline]
    pub(super) fn sub(&mut self, queue: QueueId, bytes: u32) {
        self.shorten(queue, bytes);
        if self.timeout > 0 {
            self.sift_down(self.places[usize::from(queue.0)].into());
        }
    }

    /// The queue at the top. Should it be empty, [`astray`](Self::astray) mends the heap.
    pub(super) fn top(&mut self) -> QueueId {
        if self.timeout == 0 {
            for at in (0..ENTRIES / 2).rev() {
                self.sift_down(at);
            }
        }
        self.timeout = TIMEOUT;
        QueueId(self.heap[0])
    }

    /// The queue at the [`top`](Self::top) lost so much.
    pub(super) fn sub_top(&mut self, queue: QueueId, bytes: u32) {
        self.shorten(queue, bytes);
        self.sift_down(0);
    }

    /// The queue at the top has nothing: sort anew next time. `false` if it was just sorted, so that no
    /// queue has a length to go by.
    pub(super) fn astray(&mut self) -> bool {
        self.timeout = 0;
        self.backlogs.iter().any(|&bytes| bytes > 0)
    }

    /// A packet left without an overflow.
    #[inline]
    pub(super) fn tick(&mut self) {
        self.timeout = self.timeout.saturating_sub(1);
    }

    #[inline]
    fn shorten(&mut self, queue: QueueId, bytes: u32) {
        let backlog = &mut self.backlogs[usize::from(queue.0)];
        *backlog = backlog.wrapping_sub(bytes);
    }

    fn bytes_at(&self, place: usize) -> u32 {
        self.backlogs[usize::from(self.heap[place])]
    }

    fn swap(&mut self, a: usize, b: usize) {
        self.heap.swap(a, b);
        self.places[usize::from(self.heap[a])] = a as u16;
        self.places[usize::from(self.heap[b])] = b as u16;
    }

    fn sift_down(&mut self, mut at: usize) {
        let (mut largest, mut bytes) = (at, self.bytes_at(at));
        loop {
            for child in [2 * at + 1, 2 * at + 2] {
                if child < ENTRIES && self.bytes_at(child) > bytes {
                    (largest, bytes) = (child, self.bytes_at(child));
                }
            }
            if largest == at {
                return;
            }
            // `bytes` stays that of the one which rose, as in Linux.
            self.swap(at, largest);
            at = largest;
        }
    }

    fn sift_up(&mut self, mut at: usize) {
        while at > 0 {
            let parent = (at - 1) / 2;
            if self.bytes_at(at) <= self.bytes_at(parent) {
                return;
            }
            self.swap(at, parent);
            at = parent;
        }
    }
}
