//! The packet that a peek took out.

use crate::class::purge_all;
use crate::{Cx, Dequeue, Packet, Stats};

/// A packet that was taken out for a peek, if there is one (`sch->gso_skb`): in the backlog, until the
/// next dequeue gives it (`qdisc_peek_dequeued`).
#[derive(Debug)]
pub(crate) struct Peeked<P>(Option<P>);

impl<P: Packet> Peeked<P> {
    pub(crate) const NONE: Self = Self(None);

    #[inline]
    pub(crate) fn is_some(&self) -> bool {
        self.0.is_some()
    }

    /// Gives it up as what a dequeue sends.
    #[cold]
    pub(crate) fn send(&mut self, stats: &mut Stats) -> Dequeue<P> {
        Dequeue::of(self.0.take()).inspect(|packet| stats.dequeued(packet))
    }

    /// Gives it up; it is still in the backlog.
    #[inline]
    pub(crate) fn take(&mut self) -> Option<P> {
        self.0.take()
    }

    /// Gives it up, off the backlog and not counted as sent.
    #[inline]
    pub(crate) fn take_off(&mut self, stats: &mut Stats) -> Option<P> {
        let packet = self.0.take()?;
        stats.backlog.remove(&packet);
        Some(packet)
    }

    /// Keeps and shows the packet that goes next, which is still in the backlog.
    #[inline]
    pub(crate) fn keep(&mut self, next: Dequeue<P>) -> Dequeue<&P> {
        next.map(|packet| &*self.0.insert(packet))
    }

    /// Keeps and shows the packet that goes next, which was taken off the backlog.
    #[inline]
    pub(crate) fn keep_off(&mut self, next: Dequeue<P>, stats: &mut Stats) -> Dequeue<&P> {
        self.keep(next.inspect(|packet| stats.queued(packet)))
    }

    #[cfg(test)]
    pub(crate) fn get(&self) -> Option<&P> {
        self.0.as_ref()
    }

    /// Throws it away because its queue is reset.
    pub(crate) fn purge(&mut self, cx: &mut Cx<'_, P>) {
        purge_all(self.0.take().into_iter(), cx);
    }
}
