//! What a call into a discipline is told and may leave behind.

use alloc::collections::VecDeque;
use alloc::vec::Vec;
use core::fmt;

use softnet_sk_buff::{DropCounts, DropReason, IfIndex, Instant};

use crate::Packet;

/// Where packets go that a discipline gives up (Linux's `to_free` list).
///
/// It is handed the packet, so that a pool gets its buffer back. It must not call into the
/// discipline that is at work.
pub trait Drops<P> {
    /// Takes a packet that is lost for reason `why`.
    fn dropped(&mut self, packet: P, why: DropReason);

    /// Takes a packet that an action was asked to make go away: not a loss (`consume_skb`).
    fn consumed(&mut self, packet: P) {
        drop(packet);
    }

    /// The memory that packets come from, if whoever frees them has it, too.
    fn buffers(&mut self) -> Option<&mut dyn Buffers<P>> {
        None
    }
}

/// Counts and frees.
impl<P> Drops<P> for DropCounts {
    fn dropped(&mut self, _packet: P, why: DropReason) {
        self.count(why);
    }
}

/// Keeps everything, for tests and for freeing later.
impl<P> Drops<P> for Vec<(P, DropReason)> {
    fn dropped(&mut self, packet: P, why: DropReason) {
        self.push((packet, why));
    }
}

/// What needs memory to be done to a packet, by someone who has some: a packet pool.
///
/// Without one in the [`Cx`], the packet's own [`duplicate`](Packet::duplicate) and
/// [`segment`](Packet::segment) are asked.
pub trait Buffers<P> {
    /// Another packet with the same content (`skb_clone`).
    fn duplicate(&mut self, packet: &P) -> Option<P>;

    /// Gives the packet bytes of its own, so that they may be changed (`skb_ensure_writable`).
    /// `false` if there is no memory; the packet is as it was.
    fn make_writable(&mut self, packet: &mut P) -> bool;

    /// Cuts a packet into the segments that the wire will see, appended to `into` in order
    /// (`skb_gso_segment`).
    ///
    /// # Errors
    /// It can't be cut, or there is no memory: gives it back.
    fn segment(&mut self, packet: P, into: &mut VecDeque<P>) -> Result<(), P>;
}

/// Something that a discipline, deep in the tree, wants done once the call is over.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Later<P> {
    /// Enqueue the packet at the root, in a [`Cx`] that is [`restarting`](Cx::restarting): netem's
    /// duplicates.
    Restart(P),
    /// Hand the packet to a device (action mirred).
    Redirect {
        /// The packet, or the copy of it.
        packet: P,
        /// To which device.
        to: IfIndex,
        /// As if it had arrived there; otherwise it is sent there.
        ingress: bool,
    },
}

impl<P> Later<P> {
    /// The packet that it is about.
    pub fn into_packet(self) -> P {
        match self {
            Self::Restart(packet) | Self::Redirect { packet, .. } => packet,
        }
    }
}

/// What [`Later`] is to be done, in order.
///
/// A discipline can't call its root, which owns it, nor another device. So it leaves the packet here,
/// and whoever called the root drains the list when the call is over: nothing re-enters.
#[derive(Debug)]
pub struct Deferred<P> {
    queue: VecDeque<Later<P>>,
    limit: usize,
}

impl<P> Deferred<P> {
    /// An empty list that takes at most `limit` packets.
    #[must_use]
    pub fn new(limit: usize) -> Self {
        Self { queue: VecDeque::with_capacity(limit), limit }
    }

    /// What is to be done next.
    pub fn pop(&mut self) -> Option<Later<P>> {
        self.queue.pop_front()
    }

    /// The first packet that is to be restarted, past what else is to be done.
    fn pop_restart(&mut self) -> Option<P> {
        let at = self.queue.iter().position(|later| matches!(later, Later::Restart(_)))?;
        self.queue.remove(at).map(Later::into_packet)
    }

    fn push(&mut self, later: Later<P>) -> Result<(), Later<P>> {
        if self.queue.len() >= self.limit {
            return Err(later);
        }
        self.queue.push_back(later);
        Ok(())
    }
}

/// The circumstances of one call into a tree of disciplines.
///
/// ```
/// use softnet_qdisc::{Cx, Later};
/// use softnet_sk_buff::{DropCounts, DropReason, IfIndex, Instant};
/// # struct Toy;
/// # impl softnet_qdisc::Packet for Toy {
/// #     fn pkt_len(&self) -> u32 { 100 }
/// #     fn flow_hash(&mut self, _: [u64; 2]) -> u32 { 0 }
/// # }
/// let mut lost = DropCounts::default();
/// let mut cx = Cx::new(Instant::from_millis(1), &mut lost);
/// cx.drop(Toy, DropReason::QDISC_DROP);
/// assert!(cx.defer(Later::Restart(Toy)).is_err(), "this caller drains no list");
/// assert_eq!(lost.of(DropReason::QDISC_DROP), 1);
/// ```
pub struct Cx<'a, P> {
    /// The time of the call. One reading serves a whole batch.
    pub now: Instant,
    drops: &'a mut dyn Drops<P>,
    deferred: Option<&'a mut Deferred<P>>,
    buffers: Option<&'a mut dyn Buffers<P>>,
    restarting: bool,
    /// The packet has just arrived, its link header taken off (`skb_at_tc_ingress`).
    pub(crate) at_ingress: bool,
    /// The earliest deadline that the children asked so far gave; see [`Child`](crate::Child).
    pub(crate) deadline: Option<Instant>,
}

impl<'a, P: Packet> Cx<'a, P> {
    /// A call at `now` whose lost packets go to `drops`.
    pub fn new(now: Instant, drops: &'a mut dyn Drops<P>) -> Self {
        Self {
            now,
            drops,
            deferred: None,
            buffers: None,
            restarting: false,
            at_ingress: false,
            deadline: None,
        }
    }

    /// Also takes what is to be done when the call is over; the caller drains `deferred`.
    #[must_use]
    pub fn with_deferred(mut self, deferred: &'a mut Deferred<P>) -> Self {
        self.deferred = Some(deferred);
        self
    }

    /// Also has memory for copies and segments, if the drops have none.
    #[must_use]
    pub fn with_buffers(mut self, buffers: &'a mut dyn Buffers<P>) -> Self {
        self.buffers = Some(buffers);
        self
    }

    /// A call that enqueues a packet which [`Later::Restart`] asked for: netem doesn't duplicate it
    /// once more.
    #[must_use]
    pub fn restarting(mut self) -> Self {
        self.restarting = true;
        self
    }

    /// Does `work` with the first packet that is to be restarted, in a call that is
    /// [`restarting`](Self::restarting); `false` if there is none.
    pub(crate) fn restart_one(&mut self, work: impl FnOnce(P, &mut Self)) -> bool {
        let Some(packet) = self.deferred.as_mut().and_then(|deferred| deferred.pop_restart())
        else {
            return false;
        };
        let before = core::mem::replace(&mut self.restarting, true);
        work(packet, self);
        self.restarting = before;
        true
    }

    /// Whether this call enqueues a [restarted](Later::Restart) packet.
    #[must_use]
    pub fn is_restart(&self) -> bool {
        self.restarting
    }

    /// Gives up a packet. The discipline that does it counts it in its own statistics, too.
    pub fn drop(&mut self, packet: P, why: DropReason) {
        self.drops.dropped(packet, why);
    }

    /// Lets a packet go that an action was asked to make go away: not a loss.
    pub fn consume(&mut self, packet: P) {
        self.drops.consumed(packet);
    }

    /// Asks for something to be done when this call is over.
    ///
    /// # Errors
    /// Gives it back if the list is full or the caller keeps none.
    pub fn defer(&mut self, later: Later<P>) -> Result<(), Later<P>> {
        match &mut self.deferred {
            Some(deferred) => deferred.push(later),
            None => Err(later),
        }
    }

    fn buffers(&mut self) -> Option<&mut dyn Buffers<P>> {
        match &mut self.buffers {
            Some(buffers) => Some(&mut **buffers),
            None => self.drops.buffers(),
        }
    }

    /// Whether [`defer`](Self::defer) would take something now.
    #[must_use]
    pub fn can_defer(&self) -> bool {
        self.deferred.as_ref().is_some_and(|deferred| deferred.queue.len() < deferred.limit)
    }

    /// Another packet with the same content, if there is memory for it.
    pub fn duplicate(&mut self, packet: &P) -> Option<P> {
        match self.buffers() {
            Some(buffers) => buffers.duplicate(packet),
            None => packet.duplicate(),
        }
    }

    /// Marks a packet "congestion experienced", if need be in bytes of its own.
    pub fn mark_ce(&mut self, packet: &mut P) -> bool {
        packet.mark_ce() || (self.make_writable(packet) && packet.mark_ce())
    }

    /// Gives a packet bytes that may be changed by [`Packet::frame_mut`]; `false` if that needs
    /// memory that isn't there.
    pub fn make_writable(&mut self, packet: &mut P) -> bool {
        packet.frame_mut().is_some()
            || self.buffers().is_some_and(|buffers| buffers.make_writable(packet))
    }

    /// Cuts a packet that stands for several into these, appended to `into` in order.
    ///
    /// # Errors
    /// It can't be cut, or there is no memory: gives it back.
    pub fn segment(&mut self, packet: P, into: &mut VecDeque<P>) -> Result<(), P> {
        match self.buffers() {
            Some(buffers) => buffers.segment(packet, into),
            None => packet.segment(into),
        }
    }
}

impl<P> fmt::Debug for Cx<'_, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cx").field("now", &self.now).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testutil::Toy;

    #[test]
    fn what_is_deferred_is_bounded_and_leaves_in_order() {
        let mut lost = DropCounts::default();
        let mut deferred = Deferred::new(2);
        let mut cx = Cx::new(Instant::ZERO, &mut lost).with_deferred(&mut deferred);
        let (one, two) = (Toy::new(1, 10), Toy::new(2, 10));
        assert!(cx.defer(Later::Restart(one.clone())).is_ok());
        let to = IfIndex::new(7).unwrap();
        let redirect = Later::Redirect { packet: two, to, ingress: true };
        assert!(cx.defer(redirect.clone()).is_ok());
        let third = Later::Restart(Toy::new(3, 10));
        assert_eq!(cx.defer(third.clone()), Err(third));
        assert_eq!(deferred.pop(), Some(Later::Restart(one)));
        assert_eq!(deferred.pop(), Some(redirect));
        assert_eq!(deferred.pop(), None);
    }
}
