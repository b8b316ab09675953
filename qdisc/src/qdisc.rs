//! The trait of all disciplines.

use alloc::boxed::Box;
use core::any::Any;
use core::fmt;

use softnet_sk_buff::Instant;
use thiserror::Error;

use crate::class::{Class, Work};
use crate::filter::Block;
use crate::{Backlog, ClassError, ClassId, Cx, Packet, Stats, XStats};

/// A queueing discipline (`struct Qdisc_ops`): packets go in, and come out in an order and at times
/// that are its business.
///
/// The caller drives it: [`enqueue`](Self::enqueue) when a packet is to be sent,
/// [`dequeue`](Self::dequeue) when the wire has room, again at the instant that an [`Dequeue::Until`]
/// named. Nothing happens in between. A discipline never loses a packet in silence: what it does not
/// keep goes to the [`Cx`]'s drops with a reason, and into its [`Stats`].
///
/// A classful discipline owns its children, in [`Child`](crate::Child)ren that keep its books. A leaf
/// implements the methods up to [`stats_mut`](Self::stats_mut) and takes the rest as it is.
pub trait Qdisc<P: Packet>: Any + Send {
    /// Linux's name for it (`Qdisc_ops::id`, `TCA_KIND`).
    fn kind(&self) -> &'static str;

    /// Takes a packet. Where it is not kept, or others had to go for it, they are in `cx`'s drops.
    fn enqueue(&mut self, packet: P, cx: &mut Cx<'_, P>) -> Enqueued;

    /// Gives the next packet for the wire.
    fn dequeue(&mut self, cx: &mut Cx<'_, P>) -> Dequeue<P>;

    /// Shows the packet that a [`dequeue`](Self::dequeue) right after would give.
    ///
    /// A discipline that can't know without doing it (an AQM may drop, a shaper spends tokens) takes
    /// the packet out and keeps it aside until that dequeue, still counted in its backlog
    /// (`qdisc_peek_dequeued`).
    fn peek<'a>(&'a mut self, cx: &mut Cx<'_, P>) -> Dequeue<&'a P>;

    /// Throws away all packets as [`QUEUE_PURGE`](softnet_sk_buff::DropReason::QUEUE_PURGE) and
    /// forgets the past; configuration and statistics stay (`qdisc_reset`).
    fn reset(&mut self, cx: &mut Cx<'_, P>);

    /// Its statistics; for a parent, those of the whole tree below.
    fn stats(&self) -> &Stats;

    /// Its statistics, for those who count on its behalf (see [`bypassed`](Self::bypassed)).
    fn stats_mut(&mut self) -> &mut Stats;

    /// What waits in it and below it.
    fn backlog(&self) -> Backlog {
        self.stats().backlog
    }

    /// Statistics of this kind of discipline only.
    fn xstats(&self) -> Option<XStats> {
        None
    }

    /// Whether a packet may go straight to the wire while nothing waits (`TCQ_F_CAN_BYPASS`): the
    /// discipline would only hand it back. The caller then tells [`bypassed`](Self::bypassed).
    fn can_bypass(&self) -> bool {
        false
    }

    /// Counts a packet that went to the wire without being enqueued.
    fn bypassed(&mut self, packet: &P) {
        self.stats_mut().count_sent(packet);
    }

    /// Counts a packet that the driver refused after it was dequeued (`dev_requeue_skb`). The
    /// device layer keeps the packet, tries it first next time, and adds it to the backlog it shows.
    fn requeued(&mut self) {
        let stats = self.stats_mut();
        stats.requeues = stats.requeues.saturating_add(1);
    }

    /// Shows each class (`Qdisc_class_ops::walk`), in ascending order of the disciplines that number
    /// them, in order of creation of those whose classes the user makes.
    fn walk(&self, visit: &mut dyn FnMut(&Class<'_, P>)) {
        let _ = visit;
    }

    /// Whether there is such a class (`Qdisc_class_ops::find`).
    fn has_class(&self, class: ClassId) -> bool {
        let mut found = false;
        self.walk(&mut |each| found |= each.id == class);
        found
    }

    /// The class that a request means by `id` (`Qdisc_class_ops::find`). Only tbf, red and netem answer
    /// with another one: they take whatever number for their only class.
    fn find_class(&self, id: ClassId) -> Option<ClassId> {
        self.has_class(id).then_some(id)
    }

    /// Deletes a class and drops what waits in it (`Qdisc_class_ops::delete`), in disciplines whose
    /// classes the user makes.
    ///
    /// # Errors
    /// There is no such class, or it is in use: nothing has changed.
    fn delete_class(&mut self, class: ClassId, cx: &mut Cx<'_, P>) -> Result<(), ClassError> {
        let _ = cx;
        Err(if self.has_class(class) {
            ClassError::InUse(class)
        } else {
            ClassError::Unknown(class)
        })
    }

    /// The filters that choose a class here (`Qdisc_class_ops::tcf_block`): those of the discipline
    /// itself, or of one of its classes where inner classes have some, as htb's do.
    fn filters_mut(&mut self, of: Option<ClassId>) -> Option<&mut Block<P>> {
        let _ = of;
        None
    }

    /// The same, to be looked at; `None` also while a class that could have filters has none.
    fn filters(&self, of: Option<ClassId>) -> Option<&Block<P>> {
        let _ = of;
        None
    }

    /// The child in `class` (`Qdisc_class_ops::leaf`).
    fn leaf(&self, class: ClassId) -> Option<&dyn Qdisc<P>> {
        let _ = class;
        None
    }

    /// Does `work` with the child in `class` and puts what that changed into this parent's books.
    ///
    /// # Errors
    /// There is no such class; `work` was not called.
    fn with_leaf(
        &mut self,
        class: ClassId,
        work: &mut Work<'_, P>,
        cx: &mut Cx<'_, P>,
    ) -> Result<(), UnknownClass> {
        let _ = (work, cx);
        Err(UnknownClass(class))
    }

    /// Puts `child` into `class` in place of what is there (`Qdisc_class_ops::graft`). The old
    /// child's packets are dropped.
    ///
    /// # Errors
    /// There is no such class: gives the child back, and nothing has changed.
    fn graft_here(
        &mut self,
        class: ClassId,
        child: Box<dyn Qdisc<P>>,
        cx: &mut Cx<'_, P>,
    ) -> Result<(), Refused<P>> {
        let _ = cx;
        Err(Refused { child, why: UnknownClass(class) })
    }
}

impl<P: Packet> dyn Qdisc<P> {
    /// Does `work` with the discipline at the end of a path of classes, each ancestor on the way
    /// following what it changes. An empty path is this discipline.
    ///
    /// # Errors
    /// A class of the path is not there; `work` was not called.
    pub fn with(
        &mut self,
        at: &[ClassId],
        work: &mut Work<'_, P>,
        cx: &mut Cx<'_, P>,
    ) -> Result<(), UnknownClass> {
        let Some((class, rest)) = at.split_first() else {
            work(self, cx);
            return Ok(());
        };
        let mut deeper = Ok(());
        self.with_leaf(*class, &mut |child, cx| deeper = child.with(rest, work, cx), cx)?;
        deeper
    }

    /// Puts `child` into the class at the end of a path, each ancestor on the way following.
    ///
    /// # Errors
    /// A class of the path is not there, or the path is empty (the root has no class; whoever owns
    /// it replaces it): gives the child back, and the tree is as it was.
    pub fn graft(
        &mut self,
        at: &[ClassId],
        child: Box<dyn Qdisc<P>>,
        cx: &mut Cx<'_, P>,
    ) -> Result<(), Refused<P>> {
        let Some((class, parents)) = at.split_last() else {
            return Err(Refused { child, why: UnknownClass(ClassId(0)) });
        };
        let mut child = Some(child);
        let mut grafted = Ok(());
        let mut work = |parent: &mut dyn Qdisc<P>, cx: &mut Cx<'_, P>| {
            if let Some(child) = child.take() {
                grafted = parent.graft_here(*class, child, cx);
            }
        };
        let found = self.with(parents, &mut work, cx);
        match (found, child) {
            (Err(why), Some(child)) => Err(Refused { child, why }),
            _ => grafted,
        }
    }

    /// The discipline at the end of a path of classes; an empty path is this one.
    #[must_use]
    pub fn find(&self, at: &[ClassId]) -> Option<&Self> {
        at.iter().try_fold(self, |qdisc, &class| qdisc.leaf(class))
    }

    /// This discipline as its own type, if it is a `Q`.
    #[must_use]
    pub fn downcast_ref<Q: Qdisc<P>>(&self) -> Option<&Q> {
        (self as &dyn Any).downcast_ref()
    }

    /// This discipline as its own type, if it is a `Q`: the way to a typed `change`.
    #[must_use]
    pub fn downcast_mut<Q: Qdisc<P>>(&mut self) -> Option<&mut Q> {
        (self as &mut dyn Any).downcast_mut()
    }
}

impl<P: Packet> fmt::Debug for dyn Qdisc<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct(self.kind()).field("stats", self.stats()).finish_non_exhaustive()
    }
}

/// What became of an enqueued packet.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[must_use]
pub enum Enqueued {
    /// It waits (`NET_XMIT_SUCCESS`).
    Success,
    /// It was dropped (`NET_XMIT_DROP`); it is with the [`Cx`]'s drops.
    Drop,
    /// It waits, but others of its flow were dropped for it (`NET_XMIT_CN`): its sender should slow
    /// down as after a loss.
    Cn,
    /// It was dropped on purpose, and its sender need not know (`__NET_XMIT_BYPASS`): a filter said
    /// so. It is with the [`Cx`]'s drops.
    Bypass,
    /// A filter's action took it (`__NET_XMIT_STOLEN`): it neither waits nor was it lost.
    Stolen,
}

/// What a dequeue gave.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[must_use]
pub enum Dequeue<T> {
    /// A packet.
    Packet(T),
    /// Nothing waits.
    Empty,
    /// Something waits, and nothing may leave before this instant (`qdisc_watchdog`). A dequeue at
    /// that time gives a packet, unless another shaper on the packet's way then names a later one.
    /// An enqueue may make a packet ready earlier, so the caller dequeues after each enqueue, too.
    Until(Instant),
}

impl<T> Dequeue<T> {
    /// The packet, if there is one.
    #[must_use]
    pub fn packet(self) -> Option<T> {
        match self {
            Self::Packet(packet) => Some(packet),
            Self::Empty | Self::Until(_) => None,
        }
    }

    /// The same answer about something else.
    pub fn map<U>(self, about: impl FnOnce(T) -> U) -> Dequeue<U> {
        match self {
            Self::Packet(packet) => Dequeue::Packet(about(packet)),
            Self::Empty => Dequeue::Empty,
            Self::Until(at) => Dequeue::Until(at),
        }
    }

    /// A packet, or nothing because nothing waits.
    #[inline]
    pub(crate) fn of(packet: Option<T>) -> Self {
        packet.map_or(Self::Empty, Self::Packet)
    }

    /// The same answer; tells of its packet, if there is one.
    #[inline]
    pub(crate) fn inspect(self, tell: impl FnOnce(&T)) -> Self {
        if let Self::Packet(packet) = &self {
            tell(packet);
        }
        self
    }

    /// The earlier of this answer's deadline and another one.
    #[inline]
    pub(crate) fn earlier(&self, other: Option<Instant>) -> Option<Instant> {
        let own = if let Self::Until(at) = self { Some(*at) } else { None };
        earliest(own, other)
    }
}

/// The earlier of two instants that may not be there.
#[inline]
pub(crate) fn earliest(one: Option<Instant>, other: Option<Instant>) -> Option<Instant> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (known, None) | (None, known) => known,
    }
}

/// There is no such class here.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
#[error("there is no class {0:?} here")]
pub struct UnknownClass(pub ClassId);

/// A graft that was refused, with the child that wasn't taken.
#[derive(Error)]
#[error("graft refused: {why}")]
pub struct Refused<P: Packet> {
    /// The child, as it was given.
    pub child: Box<dyn Qdisc<P>>,
    /// The class that is not there.
    pub why: UnknownClass,
}

impl<P: Packet> fmt::Debug for Refused<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Refused").field("child", &self.child).field("why", &self.why).finish()
    }
}
