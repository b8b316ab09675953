//! Packets in order of the time at which they may leave, then of arrival (netem's `tfifo`).

use alloc::collections::BTreeMap;

#[derive(Debug)]
pub(super) struct Tfifo<P> {
    packets: BTreeMap<(u64, u64), P>,
    n: u64,
    last: u64,
}

impl<P> Tfifo<P> {
    pub(super) const fn new() -> Self {
        Self { packets: BTreeMap::new(), n: 0, last: 0 }
    }

    pub(super) fn push(&mut self, at: u64, packet: P) {
        self.last = if self.packets.is_empty() { at } else { self.last.max(at) };
        self.n += 1;
        self.packets.insert((at, self.n), packet);
    }

    /// The time of the packet that leaves first.
    pub(super) fn first(&self) -> Option<u64> {
        self.packets.keys().next().map(|k| k.0)
    }

    /// The time of the packet that leaves last.
    pub(super) fn last(&self) -> Option<u64> {
        (!self.packets.is_empty()).then_some(self.last)
    }

    pub(super) fn pop(&mut self) -> Option<P> {
        self.packets.pop_first().map(|(_, packet)| packet)
    }

    pub(super) fn drain(&mut self) -> impl Iterator<Item = P> + '_ {
        core::mem::take(&mut self.packets).into_values()
    }
}
