//! What a call into a discipline is told and may leave behind.

use alloc::collections::VecDeque;
use alloc::vec::Vec;
use core::fmt;

use softnet_sk_buff::{DropCounts, DropReason, Instant};

use crate::Packet;

/// Where packets go that a discipline gives up (Linux's `to_free` list).
///
/// It is handed the packet, so that a pool gets its buffer back. It must not call into the
/// discipline that is at work.
pub trait Drops<P> {
    /// Takes a packet that is lost for reason `why`.
    fn dropped(&mut self, packet: P, why: DropReason);
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

/// Packets that a discipline deep in the tree wants sent through the root again: netem's duplicates.
///
/// A discipline can't call its root, which owns it; so it leaves the packet here and whoever called
/// the root drains the list: `while let Some(packet) = restarts.pop() { root.enqueue(packet, …) }`.
#[derive(Debug)]
pub struct Restarts<P> {
    queue: VecDeque<P>,
    limit: usize,
}

impl<P> Restarts<P> {
    /// An empty list that takes at most `limit` packets.
    #[must_use]
    pub fn new(limit: usize) -> Self {
        Self { queue: VecDeque::with_capacity(limit), limit }
    }

    /// The packet to start next.
    pub fn pop(&mut self) -> Option<P> {
        self.queue.pop_front()
    }

    fn push(&mut self, packet: P) -> Result<(), P> {
        if self.queue.len() >= self.limit {
            return Err(packet);
        }
        self.queue.push_back(packet);
        Ok(())
    }
}

/// The circumstances of one call into a tree of disciplines.
///
/// ```
/// use softnet_qdisc::Cx;
/// use softnet_sk_buff::{DropCounts, DropReason, Instant};
/// # struct Toy;
/// # impl softnet_qdisc::Packet for Toy {
/// #     fn pkt_len(&self) -> u32 { 100 }
/// #     fn flow_hash(&mut self, _: [u64; 2]) -> u32 { 0 }
/// # }
/// let mut lost = DropCounts::default();
/// let mut cx = Cx::new(Instant::from_millis(1), &mut lost);
/// cx.drop(Toy, DropReason::QDISC_DROP);
/// assert!(cx.restart(Toy).is_err(), "this caller drains no restarts");
/// assert_eq!(lost.of(DropReason::QDISC_DROP), 1);
/// ```
pub struct Cx<'a, P> {
    /// The time of the call. One reading serves a whole batch.
    pub now: Instant,
    drops: &'a mut dyn Drops<P>,
    restarts: Option<&'a mut Restarts<P>>,
    /// The earliest deadline that the children asked so far gave; see [`Child`](crate::Child).
    pub(crate) deadline: Option<Instant>,
}

impl<'a, P: Packet> Cx<'a, P> {
    /// A call at `now` whose lost packets go to `drops`.
    pub fn new(now: Instant, drops: &'a mut dyn Drops<P>) -> Self {
        Self { now, drops, restarts: None, deadline: None }
    }

    /// Also takes packets to be started at the root again; the caller drains `restarts`.
    #[must_use]
    pub fn with_restarts(mut self, restarts: &'a mut Restarts<P>) -> Self {
        self.restarts = Some(restarts);
        self
    }

    /// Gives up a packet. The discipline that does it counts it in its own statistics, too.
    pub fn drop(&mut self, packet: P, why: DropReason) {
        self.drops.dropped(packet, why);
    }

    /// Asks for `packet` to be enqueued at the root when this call is over.
    ///
    /// # Errors
    /// Gives the packet back if the list is full or the caller keeps none.
    pub fn restart(&mut self, packet: P) -> Result<(), P> {
        match &mut self.restarts {
            Some(restarts) => restarts.push(packet),
            None => Err(packet),
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
    fn restarts_are_bounded_and_leave_in_order() {
        let mut lost = DropCounts::default();
        let mut restarts = Restarts::new(2);
        let mut cx = Cx::new(Instant::ZERO, &mut lost).with_restarts(&mut restarts);
        assert!(cx.restart(Toy::new(1, 10)).is_ok());
        assert!(cx.restart(Toy::new(2, 10)).is_ok());
        assert_eq!(cx.restart(Toy::new(3, 10)).map_err(|toy| toy.flow), Err(3));
        assert_eq!(restarts.pop().map(|toy| toy.flow), Some(1));
        assert_eq!(restarts.pop().map(|toy| toy.flow), Some(2));
        assert!(restarts.pop().is_none());
    }
}
