//! mq: a discipline for each transmit queue of a device (`sch_mq.c`).

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::ops::Range;

use crate::class::{Class, Work};
use crate::classes::numbered;
use crate::{
    ClassId, ConfigError, Cx, Dequeue, Enqueued, Handle, Packet, Qdisc, Refused, Stats,
    UnknownClass,
};

mod queues;
#[cfg(test)]
mod tests;

use queues::Queues;

/// What a tree makes an [`Mq`] of ([`Spec`](crate::tree::Spec)): a
/// [`PfifoFast`](crate::PfifoFast) for each of the device's queues. It has no options.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Config;

/// Most queues that can be numbered beside mqprio's traffic classes (`TC_H_MIN_PRIORITY`).
pub(crate) const MAX_QUEUES: usize = 0xffdf;

pub(crate) fn check_queues(queues: usize) -> Result<(), ConfigError> {
    if (1..=MAX_QUEUES).contains(&queues) { Ok(()) } else { Err(ConfigError::Queues(queues)) }
}

/// One child for each transmit queue, classes `:1` on. It queues nothing itself.
///
/// A device pulls each of its queues from that queue's child: [`enqueue_to`](Self::enqueue_to),
/// [`dequeue_from`](Self::dequeue_from). Used as any other discipline, a packet goes to the queue that
/// it [names](Packet::queue_mapping), and dequeue serves all in turn.
///
/// Its statistics are the sum of its children's, as in Linux: where a child is replaced, they lose
/// what the old one had counted.
#[derive(Debug)]
pub struct Mq<P: Packet> {
    handle: Handle,
    queues: Queues<P>,
}

impl<P: Packet> Mq<P> {
    /// Discipline `handle` with these children, the first for queue 0.
    ///
    /// # Errors
    /// [`ConfigError::Queues`]: there are none, or more than can be numbered.
    pub fn new(handle: Handle, children: Vec<Box<dyn Qdisc<P>>>) -> Result<Self, ConfigError> {
        check_queues(children.len())?;
        Ok(Self { handle, queues: Queues::new(children) })
    }

    /// How many queues there are.
    #[must_use]
    pub fn queues(&self) -> u16 {
        self.queues.len() as u16
    }

    /// The discipline of a transmit queue.
    #[must_use]
    pub fn queue(&self, queue: u16) -> Option<&dyn Qdisc<P>> {
        self.queues.get(queue.into())
    }

    /// Enqueues for a transmit queue; one that is not there counts as queue 0.
    pub fn enqueue_to(&mut self, queue: u16, packet: P, cx: &mut Cx<'_, P>) -> Enqueued {
        self.queues.enqueue(queue.into(), packet, cx)
    }

    /// Gives the next packet of a transmit queue.
    pub fn dequeue_from(&mut self, queue: u16, cx: &mut Cx<'_, P>) -> Dequeue<P> {
        self.queues.dequeue(queue.into(), cx)
    }

    /// Does `work` with the discipline of a transmit queue, such as to tell it of a packet that
    /// [bypassed](Qdisc::bypassed) it. `false` if there is no such queue.
    pub fn with_queue(&mut self, queue: u16, work: &mut Work<'_, P>, cx: &mut Cx<'_, P>) -> bool {
        self.queues.with(queue.into(), work, cx)
    }

    pub(crate) fn handle(&self) -> Handle {
        self.handle
    }

    /// The sum of the statistics of some queues.
    pub(crate) fn sum(&self, queues: Range<usize>) -> Stats {
        self.queues.sum(queues)
    }

    /// The queues as classes, in order.
    pub(crate) fn classes(&self) -> impl Iterator<Item = Class<'_, P>> {
        (1..).zip(self.queues.children()).map(|(n, child)| child.as_class(self.handle.class(n)))
    }

    fn index(&self, class: ClassId) -> Result<usize, UnknownClass> {
        numbered(class, self.handle, self.queues.len())
    }
}

impl<P: Packet> Qdisc<P> for Mq<P> {
    fn kind(&self) -> &'static str {
        "mq"
    }

    fn enqueue(&mut self, packet: P, cx: &mut Cx<'_, P>) -> Enqueued {
        self.queues.enqueue(packet.queue_mapping().into(), packet, cx)
    }

    fn dequeue(&mut self, cx: &mut Cx<'_, P>) -> Dequeue<P> {
        self.queues.dequeue_any(cx)
    }

    fn peek<'a>(&'a mut self, cx: &mut Cx<'_, P>) -> Dequeue<&'a P> {
        self.queues.peek_any(cx)
    }

    fn reset(&mut self, cx: &mut Cx<'_, P>) {
        self.queues.reset(cx);
    }

    fn stats(&self) -> &Stats {
        self.queues.stats()
    }

    fn stats_mut(&mut self) -> &mut Stats {
        self.queues.stats_mut()
    }

    fn walk(&self, visit: &mut dyn FnMut(&Class<'_, P>)) {
        self.classes().for_each(|class| visit(&class));
    }

    fn leaf(&self, class: ClassId) -> Option<&dyn Qdisc<P>> {
        self.queues.get(self.index(class).ok()?)
    }

    fn with_leaf(
        &mut self,
        class: ClassId,
        work: &mut Work<'_, P>,
        cx: &mut Cx<'_, P>,
    ) -> Result<(), UnknownClass> {
        let index = self.index(class)?;
        self.queues.with(index, work, cx);
        Ok(())
    }

    fn graft_here(
        &mut self,
        class: ClassId,
        child: Box<dyn Qdisc<P>>,
        cx: &mut Cx<'_, P>,
    ) -> Result<(), Refused<P>> {
        let why = UnknownClass(class);
        match self.index(class) {
            Ok(index) => {
                self.queues.replace(index, child, cx).map_err(|child| Refused { child, why })
            }
            Err(why) => Err(Refused { child, why }),
        }
    }
}
