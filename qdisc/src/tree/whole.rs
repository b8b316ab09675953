//! A tree as one discipline: what a device's transmit queue holds.

use crate::{Class, ClassId, Cx, Dequeue, Enqueued, Packet, Qdisc, Stats, XStats};

use super::Tree;

/// A tree is driven as its root is, and looks like it. Whoever wants to change it takes it as what it is
/// ([`downcast_mut`](trait.Qdisc.html#method.downcast_mut)): then numbers stay right.
impl<P: Packet> Qdisc<P> for Tree<P> {
    /// The root's: `noqueue` means that packets are not to be enqueued.
    fn kind(&self) -> &'static str {
        self.root().kind()
    }

    fn enqueue(&mut self, packet: P, cx: &mut Cx<'_, P>) -> Enqueued {
        Self::enqueue(self, packet, cx)
    }

    fn dequeue(&mut self, cx: &mut Cx<'_, P>) -> Dequeue<P> {
        Self::dequeue(self, cx)
    }

    fn peek<'a>(&'a mut self, cx: &mut Cx<'_, P>) -> Dequeue<&'a P> {
        self.root.peek(&mut self.books, cx)
    }

    fn reset(&mut self, cx: &mut Cx<'_, P>) {
        self.root.reset(&mut self.books, cx);
    }

    fn stats(&self) -> &Stats {
        self.root().stats()
    }

    fn stats_mut(&mut self) -> &mut Stats {
        self.root.qdisc_mut().stats_mut()
    }

    fn xstats(&self) -> Option<XStats> {
        self.root().xstats()
    }

    /// Not past a size table, which says how long a packet is.
    fn can_bypass(&self) -> bool {
        self.size_table.is_none() && self.root().can_bypass()
    }

    fn bypassed(&mut self, packet: &P) {
        self.root.qdisc_mut().bypassed(packet);
    }

    fn requeued(&mut self) {
        self.root.qdisc_mut().requeued();
    }

    fn walk(&self, visit: &mut dyn FnMut(&Class<'_, P>)) {
        self.root().walk(visit);
    }

    fn leaf(&self, class: ClassId) -> Option<&dyn Qdisc<P>> {
        self.root().leaf(class)
    }
}
