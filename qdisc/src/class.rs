//! Classes, and the child that hangs in one.

use alloc::boxed::Box;
use core::fmt;

use softnet_sk_buff::{DropReason, Instant};

use crate::qdisc::earliest;
use crate::stats::Moved;
use crate::{Backlog, ClassXStats, Cx, Dequeue, Enqueued, Fifo, Packet, Qdisc, Stats};

/// The number of a discipline in its tree: the part before the colon of tc's `1:`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Handle(pub u16);

impl Handle {
    /// No number given (`TC_H_UNSPEC`).
    pub const UNSPEC: Self = Self(0);

    /// Class `minor` of this discipline.
    #[must_use]
    pub const fn class(self, minor: u16) -> ClassId {
        ClassId(((self.0 as u32) << 16) | minor as u32)
    }

    /// The class of this discipline that a packet's priority names, if it names one.
    ///
    /// A discipline without a number is never named. Linux's default fq_codel has number 0 and so
    /// reads the ordinary priorities 1 to 1024 as flow numbers, which puts everything of one TOS into
    /// one flow: that is not copied here.
    #[must_use]
    pub const fn named_by(self, priority: u32) -> Option<u16> {
        let class = ClassId(priority);
        if self.0 != 0 && class.handle().0 == self.0 { Some(class.minor()) } else { None }
    }
}

/// A class of a discipline, tc's `1:2`: the discipline's [`Handle`] and a number in it.
///
/// ```
/// use softnet_qdisc::{ClassId, Handle};
///
/// assert_eq!(ClassId(0x8001_0002), Handle(0x8001).class(2));
/// assert_eq!(format!("{:?}", Handle(1).class(0x1f)), "1:1f");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClassId(pub u32);

impl ClassId {
    /// The discipline that it is a class of (`TC_H_MAJ`).
    #[must_use]
    pub const fn handle(self) -> Handle {
        Handle((self.0 >> 16) as u16)
    }

    /// Its number there (`TC_H_MIN`).
    #[must_use]
    pub const fn minor(self) -> u16 {
        self.0 as u16
    }
}

impl fmt::Debug for ClassId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:x}:{:x}", self.handle().0, self.minor())
    }
}

/// A child in its parent's class, and the only way to it: each call compares the child's backlog
/// before and after and puts the difference into the parent's [`Stats`].
///
/// So a parent can't miss what a child drops while it dequeues, peeks, shrinks or is replaced, and a
/// parent needs no line of accounting of its own. A classful discipline of an embedder uses it too.
pub struct Child<P: Packet>(Kind<P>);

/// Most classes never get anything but the FIFO that they start with: that one is called directly, and
/// known to have no deadlines and to drop nothing on the way out.
enum Kind<P: Packet> {
    Fifo(Fifo<P>),
    Other(Other<P>),
}

struct Other<P: Packet> {
    qdisc: Box<dyn Qdisc<P>>,
    /// What it held after the last call: nobody else could have changed it since.
    held: Backlog,
    deadline: Option<Instant>,
}

impl<P: Packet> Other<P> {
    fn new(qdisc: Box<dyn Qdisc<P>>) -> Self {
        Self { held: qdisc.backlog(), qdisc, deadline: None }
    }

    #[inline]
    fn ask<T>(
        &mut self,
        cx: &mut Cx<'_, P>,
        question: impl FnOnce(&mut dyn Qdisc<P>, &mut Cx<'_, P>) -> Dequeue<T>,
    ) -> Dequeue<T> {
        let beside = cx.deadline.take();
        let answer = question(&mut *self.qdisc, cx);
        self.deadline = answer.earlier(cx.deadline);
        cx.deadline = earliest(self.deadline, beside);
        answer
    }

    #[inline]
    fn settle(&mut self, moved: Moved, parent: &mut Stats) {
        let before = core::mem::replace(&mut self.held, self.qdisc.backlog());
        parent.settle(before, self.held, moved);
    }

    fn enqueue(&mut self, packet: P, parent: &mut Stats, cx: &mut Cx<'_, P>) -> Enqueued {
        let verdict = self.qdisc.enqueue(packet, cx);
        let moved = if verdict == Enqueued::Stolen { Moved::Nothing } else { Moved::In };
        self.settle(moved, parent);
        verdict
    }

    /// A packet that comes is in no backlog any more, and not counted as sent.
    #[inline]
    fn dequeue(&mut self, parent: &mut Stats, cx: &mut Cx<'_, P>) -> Dequeue<P> {
        let got = self.ask(cx, |qdisc, cx| qdisc.dequeue(cx));
        let came = matches!(got, Dequeue::Packet(_));
        self.settle(if came { Moved::Out } else { Moved::Nothing }, parent);
        got
    }

    fn peek_len(&mut self, parent: &mut Stats, cx: &mut Cx<'_, P>) -> Dequeue<u32> {
        let len = self.ask(cx, |qdisc, cx| qdisc.peek(cx).map(Packet::pkt_len));
        self.settle(Moved::Nothing, parent);
        len
    }
}

impl<P: Packet> Child<P> {
    /// Takes `qdisc` as a child. Should it hold packets, the parent has to
    /// [`adopt`](Self::adopt) it.
    #[must_use]
    pub fn new(qdisc: Box<dyn Qdisc<P>>) -> Self {
        Self(Kind::Other(Other::new(qdisc)))
    }

    /// Takes a FIFO as a child, as [`new`](Self::new) does; calls to it take a shorter way.
    #[must_use]
    pub fn fifo(fifo: Fifo<P>) -> Self {
        Self(Kind::Fifo(fifo))
    }

    /// The child, to look at.
    #[must_use]
    pub fn qdisc(&self) -> &dyn Qdisc<P> {
        match &self.0 {
            Kind::Fifo(fifo) => fifo,
            Kind::Other(other) => &*other.qdisc,
        }
    }

    pub(crate) fn qdisc_mut(&mut self) -> &mut dyn Qdisc<P> {
        match &mut self.0 {
            Kind::Fifo(fifo) => fifo,
            Kind::Other(other) => &mut *other.qdisc,
        }
    }

    /// The earliest deadline of any shaper in the child that the last dequeue or peek ran into, also
    /// where its answer was a packet of another class.
    ///
    /// A shaper above has to wake for it (in Linux each has a watchdog of its own): what is held back
    /// down there may be shorter or more urgent than what this one waits to send.
    #[must_use]
    pub fn deadline(&self) -> Option<Instant> {
        match &self.0 {
            Kind::Fifo(_) => None,
            Kind::Other(other) => other.deadline,
        }
    }

    /// The child as the class `id` right below its discipline, with the child's own statistics, as
    /// prio and mq show it; tbf's class shows none in Linux.
    #[must_use]
    pub fn as_class(&self, id: ClassId) -> Class<'_, P> {
        let stats = *self.qdisc().stats();
        Class { id, parent: None, child: Some(self.qdisc()), stats, xstats: None }
    }

    /// What waits in the child.
    #[inline]
    #[must_use]
    pub fn backlog(&self) -> Backlog {
        match &self.0 {
            Kind::Fifo(fifo) => fifo.backlog(),
            Kind::Other(other) => other.held,
        }
    }

    /// Adds what the child holds to the parent's backlog.
    pub fn adopt(&self, parent: &mut Stats) {
        parent.backlog += self.backlog();
    }

    /// Enqueues into the child.
    #[inline]
    pub fn enqueue(&mut self, packet: P, parent: &mut Stats, cx: &mut Cx<'_, P>) -> Enqueued {
        match self.try_put(packet, parent) {
            Ok(()) => Enqueued::Success,
            Err(packet) => self.enqueue_slowly(packet, parent, cx),
        }
    }

    /// Enqueues into a FIFO that has room, which takes no call; a parent tries this before it gets
    /// ready for all that [`enqueue`](Self::enqueue) may do.
    ///
    /// # Errors
    /// It is something else, or full: gives the packet back.
    #[inline]
    pub(crate) fn try_put(&mut self, packet: P, parent: &mut Stats) -> Result<(), P> {
        match &mut self.0 {
            Kind::Fifo(fifo) if fifo.takes(packet.pkt_len()) => {
                let came = Backlog::of(&packet);
                fifo.put(packet);
                parent.backlog += came;
                Ok(())
            }
            _ => Err(packet),
        }
    }

    #[inline(never)]
    fn enqueue_slowly(&mut self, packet: P, parent: &mut Stats, cx: &mut Cx<'_, P>) -> Enqueued {
        match &mut self.0 {
            Kind::Fifo(fifo) => {
                let before = fifo.backlog();
                let verdict = fifo.enqueue(packet, cx);
                parent.settle(before, fifo.backlog(), Moved::In);
                verdict
            }
            Kind::Other(other) => other.enqueue(packet, parent, cx),
        }
    }

    /// Dequeues from the child; a packet that comes is counted as sent by the parent.
    #[inline]
    pub fn dequeue(&mut self, parent: &mut Stats, cx: &mut Cx<'_, P>) -> Dequeue<P> {
        match &mut self.0 {
            Kind::Fifo(_) => self.try_take(parent).map_or(Dequeue::Empty, Dequeue::Packet),
            Kind::Other(other) => {
                let got = other.dequeue(parent, cx);
                if let Dequeue::Packet(packet) = &got {
                    parent.count_sent(packet);
                }
                got
            }
        }
    }

    /// Dequeues from a FIFO, which takes no call either; `None` if it is something else, or empty.
    #[inline]
    pub(crate) fn try_take(&mut self, parent: &mut Stats) -> Option<P> {
        let Kind::Fifo(fifo) = &mut self.0 else { return None };
        let packet = fifo.take()?;
        parent.dequeued(&packet);
        Some(packet)
    }

    /// Dequeues from the child a packet that the parent keeps for now, as for a peek: it stays in the
    /// parent's backlog until the parent tells its [`Stats`] that it was
    /// [dequeued](Stats::dequeued) or [lost](Stats::lost).
    #[inline]
    pub fn set_aside(&mut self, parent: &mut Stats, cx: &mut Cx<'_, P>) -> Dequeue<P> {
        match &mut self.0 {
            // What it held is still in the parent's backlog.
            Kind::Fifo(fifo) => fifo.dequeue(cx),
            Kind::Other(other) => {
                let got = other.dequeue(parent, cx);
                if let Dequeue::Packet(packet) = &got {
                    parent.queued(packet);
                }
                got
            }
        }
    }

    /// Length of the packet that [`dequeue`](Self::dequeue) would bring (`qdisc_peek_len`).
    #[inline]
    pub fn peek_len(&mut self, parent: &mut Stats, cx: &mut Cx<'_, P>) -> Dequeue<u32> {
        match &mut self.0 {
            Kind::Fifo(fifo) => fifo.peek(cx).map(Packet::pkt_len),
            Kind::Other(other) => other.peek_len(parent, cx),
        }
    }

    /// The packet that [`dequeue`](Self::dequeue) would bring.
    pub fn peek<'a>(&'a mut self, parent: &mut Stats, cx: &mut Cx<'_, P>) -> Dequeue<&'a P> {
        // The first look does what there is to do; the second finds it done and only borrows.
        let _ = self.peek_len(parent, cx);
        self.qdisc_mut().peek(cx)
    }

    /// Throws away what the child holds, as part of a reset of the parent.
    pub fn reset(&mut self, parent: &mut Stats, cx: &mut Cx<'_, P>) {
        let purged = self.follow(&mut |qdisc, cx| qdisc.reset(cx), parent, cx);
        parent.purged = parent.purged.saturating_add(u64::from(purged));
    }

    /// Puts `qdisc` in the child's place and throws away what the old one held (`qdisc_replace`).
    pub fn replace(&mut self, qdisc: Box<dyn Qdisc<P>>, parent: &mut Stats, cx: &mut Cx<'_, P>) {
        self.purge(parent, cx);
        *self = Self::new(qdisc);
        self.adopt(parent);
    }

    /// Throws away what the child holds, counted as drops of the parent (`qdisc_purge_queue`).
    pub fn purge(&mut self, parent: &mut Stats, cx: &mut Cx<'_, P>) {
        self.with(&mut |qdisc, cx| qdisc.reset(cx), parent, cx);
    }

    /// Lets `work` do what it likes with the child: change it, look deeper.
    pub fn with(&mut self, work: &mut Work<'_, P>, parent: &mut Stats, cx: &mut Cx<'_, P>) {
        let lost = self.follow(work, parent, cx);
        parent.drops = parent.drops.wrapping_add(u64::from(lost));
    }

    /// Does `work` with the child; tells how many packets are gone.
    fn follow(&mut self, work: &mut Work<'_, P>, parent: &mut Stats, cx: &mut Cx<'_, P>) -> u32 {
        let before = self.backlog();
        work(self.qdisc_mut(), cx);
        if let Kind::Other(other) = &mut self.0 {
            other.held = other.qdisc.backlog();
        }
        parent.follow(before, self.backlog(), Moved::Nothing)
    }
}

impl<P: Packet> fmt::Debug for Child<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Child").field(&self.qdisc()).finish()
    }
}

/// A class, as its discipline shows it (`Qdisc_class_ops::dump`, `dump_stats`).
#[derive(Debug)]
pub struct Class<'a, P: Packet> {
    /// Its number.
    pub id: ClassId,
    /// The class above it; `None` right below the discipline.
    pub parent: Option<ClassId>,
    /// The discipline that holds its packets; `None` for an inner class, and for a class that is
    /// nothing but a queue of its discipline.
    pub child: Option<&'a dyn Qdisc<P>>,
    /// Statistics as `tc -s class show` has them.
    pub stats: Stats,
    /// Statistics of this kind of class only.
    pub xstats: Option<ClassXStats>,
}

/// Something to do with one discipline of a tree, by the one who holds the tree.
pub type Work<'w, P> = dyn FnMut(&mut dyn Qdisc<P>, &mut Cx<'_, P>) + 'w;

/// Gives up everything in `packets` because its queue is reset.
pub(crate) fn purge_all<P: Packet>(packets: impl Iterator<Item = P>, cx: &mut Cx<'_, P>) {
    for packet in packets {
        cx.drop(packet, DropReason::QUEUE_PURGE);
    }
}
