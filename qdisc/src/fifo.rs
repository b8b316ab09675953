//! pfifo, bfifo and pfifo_head_drop: first in, first out, bounded in packets or in bytes
//! (`sch_fifo.c`).

use alloc::collections::VecDeque;

use softnet_sk_buff::DropReason;

use crate::class::purge_all;
use crate::{Backlog, ConfigError, Cx, Dequeue, Enqueued, Packet, Qdisc, Stats};

/// How much a [`Fifo`] holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Limit {
    /// So many packets: a pfifo. Linux's default is the device's `tx_queue_len`, 1000.
    Packets(u32),
    /// So many bytes: a bfifo. Linux's default is `tx_queue_len` packets of the link's size.
    Bytes(u32),
    /// So many packets, and the oldest goes for one too many: a pfifo_head_drop. Default as for
    /// [`Packets`](Self::Packets).
    HeadDrop(u32),
}

impl Limit {
    /// Largest packet of an Ethernet with its header.
    const PSCHED_MTU: u32 = 1514;

    /// The same kind of queue with another limit in its own unit (`fifo_set_limit`).
    #[must_use]
    pub const fn resized(self, limit: u32) -> Self {
        match self {
            Self::Packets(_) => Self::Packets(limit),
            Self::Bytes(_) => Self::Bytes(limit),
            Self::HeadDrop(_) => Self::HeadDrop(limit),
        }
    }

    fn check(self) -> Result<(), ConfigError> {
        match self {
            Self::Packets(0) | Self::Bytes(0) | Self::HeadDrop(0) => Err(ConfigError::ZeroLimit),
            _ => Ok(()),
        }
    }

    #[inline]
    fn admits(self, backlog: Backlog, len: u32) -> bool {
        match self {
            Self::Packets(limit) | Self::HeadDrop(limit) => backlog.packets < limit,
            // The bound on packets says nothing new unless packets have no length; then it keeps the
            // queue bounded.
            Self::Bytes(limit) => {
                backlog.bytes.wrapping_add(len.into()) <= u64::from(limit)
                    && backlog.packets < limit
            }
        }
    }
}

/// A queue that drops what does not fit, at its end or at its front.
///
/// ```
/// use softnet_qdisc::{Enqueued, Fifo, Cx, Qdisc};
/// # use softnet_sk_buff::{DropCounts, Instant};
/// # struct Toy;
/// # impl softnet_qdisc::Packet for Toy {
/// #     fn pkt_len(&self) -> u32 { 100 }
/// #     fn flow_hash(&mut self, _: [u64; 2]) -> u32 { 0 }
/// # }
/// let mut queue = Fifo::bfifo(250)?;
/// let mut lost = DropCounts::default();
/// let mut cx = Cx::new(Instant::ZERO, &mut lost);
/// assert_eq!(queue.enqueue(Toy, &mut cx), Enqueued::Success);
/// assert_eq!(queue.enqueue(Toy, &mut cx), Enqueued::Success);
/// assert_eq!(queue.enqueue(Toy, &mut cx), Enqueued::Drop);
/// # Ok::<(), softnet_qdisc::ConfigError>(())
/// ```
#[derive(Debug)]
pub struct Fifo<P> {
    limit: Limit,
    queue: VecDeque<P>,
    stats: Stats,
}

impl<P: Packet> Fifo<P> {
    /// A queue of at most `limit`. It takes memory as it fills, and keeps it.
    ///
    /// # Errors
    /// [`ConfigError::ZeroLimit`].
    pub fn new(limit: Limit) -> Result<Self, ConfigError> {
        limit.check()?;
        Ok(Self { limit, queue: VecDeque::new(), stats: Stats::default() })
    }

    /// A queue of at most `packets`.
    ///
    /// # Errors
    /// [`ConfigError::ZeroLimit`].
    pub fn pfifo(packets: u32) -> Result<Self, ConfigError> {
        Self::new(Limit::Packets(packets))
    }

    /// A queue of at most `bytes`.
    ///
    /// # Errors
    /// [`ConfigError::ZeroLimit`].
    pub fn bfifo(bytes: u32) -> Result<Self, ConfigError> {
        Self::new(Limit::Bytes(bytes))
    }

    /// A queue of at most `packets` that drops the oldest for a new one.
    ///
    /// # Errors
    /// [`ConfigError::ZeroLimit`].
    pub fn pfifo_head_drop(packets: u32) -> Result<Self, ConfigError> {
        Self::new(Limit::HeadDrop(packets))
    }

    /// How much it holds.
    #[must_use]
    pub fn limit(&self) -> Limit {
        self.limit
    }

    /// Sets another limit. Packets above it stay, as in Linux; new ones wait until there is room.
    ///
    /// # Errors
    /// [`ConfigError::ZeroLimit`].
    pub fn change(&mut self, limit: Limit) -> Result<(), ConfigError> {
        limit.check()?;
        self.limit = limit;
        Ok(())
    }

    /// Whether a packet can be [`put`](Self::put): there is room for it, and memory.
    #[inline]
    pub(crate) fn takes(&self, len: u32) -> bool {
        self.limit.admits(self.stats.backlog, len) && self.queue.len() < self.queue.capacity()
    }

    #[inline]
    pub(crate) fn put(&mut self, packet: P) {
        // First, so that it is known to find the memory that `takes` saw.
        let came = Backlog::of(&packet);
        self.queue.push_back(packet);
        self.stats.backlog += came;
    }

    #[inline]
    pub(crate) fn take(&mut self) -> Option<P> {
        let packet = self.queue.pop_front()?;
        self.stats.dequeued(&packet);
        Some(packet)
    }

    /// Enqueues a packet that the queue does not [take](Self::takes) as it is. All that needs a call
    /// is here, so that no other packet pays for one.
    #[cold]
    #[inline(never)]
    fn enqueue_slowly(&mut self, packet: P, cx: &mut Cx<'_, P>) -> Enqueued {
        if !self.limit.admits(self.stats.backlog, packet.pkt_len()) {
            return self.overflow(packet, cx);
        }
        self.put(packet);
        Enqueued::Success
    }

    fn overflow(&mut self, packet: P, cx: &mut Cx<'_, P>) -> Enqueued {
        if !matches!(self.limit, Limit::HeadDrop(_)) {
            self.stats.drops += 1;
            cx.drop(packet, DropReason::QDISC_OVERLIMIT);
            return Enqueued::Drop;
        }
        // One goes, no more: above a limit that shrank the queue stays as long as it is.
        if let Some(oldest) = self.queue.pop_front() {
            self.stats.lost(&oldest);
            cx.drop(oldest, DropReason::QDISC_OVERLIMIT);
        }
        self.put(packet);
        Enqueued::Cn
    }
}

impl<P: Packet> Qdisc<P> for Fifo<P> {
    fn kind(&self) -> &'static str {
        match self.limit {
            Limit::Packets(_) => "pfifo",
            Limit::Bytes(_) => "bfifo",
            Limit::HeadDrop(_) => "pfifo_head_drop",
        }
    }

    #[inline]
    fn enqueue(&mut self, packet: P, cx: &mut Cx<'_, P>) -> Enqueued {
        if !self.takes(packet.pkt_len()) {
            return self.enqueue_slowly(packet, cx);
        }
        self.put(packet);
        Enqueued::Success
    }

    #[inline]
    fn dequeue(&mut self, _cx: &mut Cx<'_, P>) -> Dequeue<P> {
        self.take().map_or(Dequeue::Empty, Dequeue::Packet)
    }

    #[inline]
    fn peek<'a>(&'a mut self, _cx: &mut Cx<'_, P>) -> Dequeue<&'a P> {
        self.queue.front().map_or(Dequeue::Empty, Dequeue::Packet)
    }

    fn reset(&mut self, cx: &mut Cx<'_, P>) {
        purge_all(self.queue.drain(..), cx);
        self.stats.purge();
    }

    fn stats(&self) -> &Stats {
        &self.stats
    }

    fn stats_mut(&mut self) -> &mut Stats {
        &mut self.stats
    }

    /// Not a bfifo that has no room for a packet of an Ethernet's size.
    fn can_bypass(&self) -> bool {
        match self.limit {
            Limit::Bytes(limit) => limit >= Limit::PSCHED_MTU,
            Limit::Packets(_) | Limit::HeadDrop(_) => true,
        }
    }
}
