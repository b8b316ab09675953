//! tbf: the token bucket, which holds packets back to a rate (`sch_tbf.c`).
//!
//! A bucket of depth B fills at rate R; a packet leaves when its length is in the bucket. So what
//! leaves in any span of time Δt is at most B + R·Δt. As in Linux tokens are nanoseconds rather than
//! bytes: the time that a packet takes at the rate. A second, shallow bucket at a peak rate can
//! flatten the bursts of the first.
//!
//! A packet that the bucket could never hold is dropped, unless it stands for several that it can
//! ([`Packet::segment`]): then these go in, one by one.

use alloc::boxed::Box;
use alloc::collections::VecDeque;

use softnet_sk_buff::{DropReason, Instant};

use crate::class::{Class, Work};
use crate::peeked::Peeked;
use crate::{
    Child, ClassId, ConfigError, Cx, Dequeue, Enqueued, Fifo, Handle, Packet, Qdisc, Rate,
    RateSpec, Refused, Stats, UnknownClass,
};

#[cfg(test)]
mod tests;

/// What a [`Tbf`] lets pass (`tc_tbf_qopt`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Config {
    /// The rate R.
    pub rate: RateSpec,
    /// The bucket's depth B in bytes (`burst`). No larger packet is let in.
    pub burst: u32,
    /// The second bucket, if there is one.
    pub peak: Option<Peak>,
    /// Bytes that may wait: the limit of the bfifo that is the child at first.
    pub limit: u32,
    /// Largest packet of the link with its header (`psched_mtu`); a bucket below it is refused. Linux
    /// takes the bucket and warns; with 0 here so does this.
    pub psched_mtu: u32,
}

/// The second bucket of a [`Tbf`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Peak {
    /// Its rate, above the first one's.
    pub rate: RateSpec,
    /// Its depth in bytes (tc's `mtu` or `minburst`).
    pub burst: u32,
}

impl Config {
    /// One bucket of `burst` bytes on an Ethernet with packets of up to 1514 bytes.
    #[must_use]
    pub fn new(rate: RateSpec, burst: u32, limit: u32) -> Self {
        Self { rate, burst, peak: None, limit, psched_mtu: 1514 }
    }
}

/// A bucket. Its depth and its tokens are nanoseconds at its rate, no more than 2⁶² as whatever
/// [`Rate::l2t_ns`] gives.
#[derive(Debug)]
struct Bucket {
    rate: Rate,
    depth: u64,
    tokens: u64,
}

impl Bucket {
    fn full(rate: RateSpec, burst: u32) -> Result<Self, ConfigError> {
        let rate = Rate::new(rate)?;
        let depth = rate.l2t_ns(burst);
        Ok(Self { rate, depth, tokens: depth })
    }

    /// Tokens there will be after `elapsed` nanoseconds, no more than 2⁶² either, and a packet of `len` bytes; below zero, the
    /// nanoseconds that the packet is early.
    #[inline]
    fn after(&self, elapsed: u64, len: u32) -> i64 {
        (self.tokens + elapsed).min(self.depth) as i64 - self.rate.l2t_ns(len) as i64
    }
}

#[derive(Debug)]
struct Buckets {
    main: Bucket,
    peak: Option<Bucket>,
    max_size: u32,
}

impl Buckets {
    fn new(config: &Config) -> Result<Self, ConfigError> {
        if config.limit == 0 {
            return Err(ConfigError::ZeroLimit);
        }
        let main = Bucket::full(config.rate, config.burst)?;
        let mut max_size = config.burst;
        let peak = match config.peak {
            None => None,
            Some(peak) if peak.rate.bytes_per_second <= config.rate.bytes_per_second => {
                return Err(ConfigError::PeakNotAboveRate);
            }
            Some(peak) => {
                max_size = max_size.min(peak.burst);
                Some(Bucket::full(peak.rate, peak.burst)?)
            }
        };
        // The peak bucket gains at most the main one's depth at a time, so a packet that costs more
        // there would never leave. Only odd overheads make it so.
        let stuck = |peak: &Bucket| peak.rate.l2t_ns(max_size) > main.depth;
        let stuck = peak.as_ref().is_some_and(stuck);
        if max_size < config.psched_mtu.max(1) || stuck {
            return Err(ConfigError::BurstBelowMtu { max_size, mtu: config.psched_mtu });
        }
        Ok(Self { main, peak, max_size })
    }
}

/// A shaper with one child, class `:1`, a bfifo unless another is grafted.
#[derive(Debug)]
pub struct Tbf<P: Packet> {
    handle: Handle,
    config: Config,
    buckets: Buckets,
    /// When the buckets were last filled (`t_c`).
    checkpoint: Instant,
    child: Child<P>,
    /// A packet that was let pass for a peek, its tokens spent, still in the backlog.
    peeked: Peeked<P>,
    /// Empty between calls; kept so that cutting takes no memory once it has some.
    pieces: VecDeque<P>,
    stats: Stats,
}

impl<P: Packet> Tbf<P> {
    const CLASS: u16 = 1;

    /// Discipline `handle` with full buckets and a bfifo.
    ///
    /// # Errors
    /// [`ConfigError::ZeroRate`], [`ConfigError::ZeroLimit`], [`ConfigError::PeakNotAboveRate`],
    /// [`ConfigError::BurstBelowMtu`].
    pub fn new(handle: Handle, config: Config) -> Result<Self, ConfigError> {
        let buckets = Buckets::new(&config)?;
        let child = Child::fifo(Fifo::bfifo(config.limit)?);
        Ok(Self {
            handle,
            config,
            buckets,
            checkpoint: Instant::ZERO,
            child,
            peeked: Peeked::NONE,
            pieces: VecDeque::new(),
            stats: Stats::default(),
        })
    }

    /// What it lets pass.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Largest packet that it takes (`max_size`).
    #[must_use]
    pub fn max_size(&self) -> u32 {
        self.buckets.max_size
    }

    /// Lets something else pass from now on, beginning with full buckets (`tbf_change`). A child that
    /// is a pfifo or bfifo takes the new limit in its own unit; another one keeps its own.
    ///
    /// # Errors
    /// As [`new`](Self::new); nothing has changed.
    pub fn change(&mut self, config: Config, cx: &mut Cx<'_, P>) -> Result<(), ConfigError> {
        self.buckets = Buckets::new(&config)?;
        let mut changed = Ok(());
        let mut set_limit = |child: &mut dyn Qdisc<P>, _: &mut Cx<'_, P>| {
            if let Some(fifo) = child.downcast_mut::<Fifo<P>>() {
                changed = fifo.change(fifo.limit().resized(config.limit));
            }
        };
        self.child.with(&mut set_limit, &mut self.stats, cx);
        self.config = config;
        changed
    }

    /// Enqueues the packets that a larger one stands for, if the bucket can hold each of them
    /// (`tbf_segment`). Linux can tell from the packet; here it is cut first.
    ///
    /// As there, each piece that finds no room is a drop, and the call succeeds if one found some.
    #[cold]
    #[inline(never)]
    fn enqueue_pieces(&mut self, packet: P, cx: &mut Cx<'_, P>) -> Enqueued {
        let max_size = self.buckets.max_size;
        let cut = packet.segments() > 1;
        let refused = if cut { cx.segment(packet, &mut self.pieces).err() } else { Some(packet) };
        if refused.is_some() || self.pieces.iter().any(|piece| piece.frame_len() > max_size) {
            self.stats.drops += 1;
            for lost in refused.into_iter().chain(self.pieces.drain(..)) {
                cx.drop(lost, DropReason::QDISC_DROP);
            }
            return Enqueued::Drop;
        }
        let mut any = Enqueued::Drop;
        while let Some(mut piece) = self.pieces.pop_front() {
            // What a size table said was about the whole.
            let len = piece.frame_len();
            if piece.pkt_len() != len {
                piece.set_pkt_len(len);
            }
            if self.child.enqueue(piece, &mut self.stats, cx) == Enqueued::Success {
                any = Enqueued::Success;
            }
        }
        any
    }

    /// Spends the tokens for `len` bytes, or says when they will be there.
    #[inline]
    fn conform(&mut self, len: u32, now: Instant) -> Result<(), Instant> {
        // A clock that steps back adds nothing, and nothing twice when it comes forward again.
        let now = now.max(self.checkpoint);
        let Buckets { main, peak, .. } = &mut self.buckets;
        // No bucket gains more at a time than the main one holds.
        let elapsed = (now.as_nanos() - self.checkpoint.as_nanos()).min(main.depth);
        let tokens = main.after(elapsed, len);
        let peak_tokens = peak.as_ref().map_or(0, |peak| peak.after(elapsed, len));
        let missing = tokens.min(peak_tokens);
        if missing < 0 {
            return Err(Instant::from_nanos(now.as_nanos().saturating_add(missing.unsigned_abs())));
        }
        self.checkpoint = now;
        main.tokens = tokens.unsigned_abs();
        if let Some(peak) = peak {
            peak.tokens = peak_tokens.unsigned_abs();
        }
        Ok(())
    }

    /// Takes the child's next packet if the buckets let it pass.
    #[inline]
    fn pass(&mut self, cx: &mut Cx<'_, P>) -> Dequeue<P> {
        let len = match self.child.peek_len(&mut self.stats, cx) {
            Dequeue::Packet(len) => len,
            Dequeue::Empty => return Dequeue::Empty,
            Dequeue::Until(at) => return Dequeue::Until(at),
        };
        match self.conform(len, cx.now) {
            Ok(()) => self.child.dequeue(&mut self.stats, cx),
            Err(at) => {
                self.stats.overlimits = self.stats.overlimits.saturating_add(1);
                Dequeue::Until(self.child.deadline().map_or(at, |below| below.min(at)))
            }
        }
    }

    fn check(&self, class: ClassId) -> Result<(), UnknownClass> {
        if class == self.handle.class(Self::CLASS) { Ok(()) } else { Err(UnknownClass(class)) }
    }
}

impl<P: Packet> Qdisc<P> for Tbf<P> {
    fn kind(&self) -> &'static str {
        "tbf"
    }

    fn enqueue(&mut self, packet: P, cx: &mut Cx<'_, P>) -> Enqueued {
        if packet.pkt_len() > self.buckets.max_size {
            return self.enqueue_pieces(packet, cx);
        }
        self.child.enqueue(packet, &mut self.stats, cx)
    }

    fn dequeue(&mut self, cx: &mut Cx<'_, P>) -> Dequeue<P> {
        if self.peeked.is_some() {
            return self.peeked.send(&mut self.stats);
        }
        self.pass(cx)
    }

    fn peek<'a>(&'a mut self, cx: &mut Cx<'_, P>) -> Dequeue<&'a P> {
        let next = match self.peeked.take() {
            Some(packet) => Dequeue::Packet(packet),
            None => self.pass(cx).inspect(|packet| self.stats.set_aside(packet)),
        };
        self.peeked.keep(next)
    }

    fn reset(&mut self, cx: &mut Cx<'_, P>) {
        self.child.reset(&mut self.stats, cx);
        self.peeked.purge(cx);
        self.stats.purge();
        self.checkpoint = cx.now;
        let Buckets { main, peak, .. } = &mut self.buckets;
        for bucket in core::iter::once(main).chain(peak) {
            bucket.tokens = bucket.depth;
        }
    }

    fn stats(&self) -> &Stats {
        &self.stats
    }

    fn stats_mut(&mut self) -> &mut Stats {
        &mut self.stats
    }

    fn walk(&self, visit: &mut dyn FnMut(&Class<'_, P>)) {
        visit(&self.child.as_class(self.handle.class(Self::CLASS)));
    }

    fn find_class(&self, _: ClassId) -> Option<ClassId> {
        Some(self.handle.class(Self::CLASS))
    }

    fn leaf(&self, class: ClassId) -> Option<&dyn Qdisc<P>> {
        self.check(class).ok().map(|()| self.child.qdisc())
    }

    fn with_leaf(
        &mut self,
        class: ClassId,
        work: &mut Work<'_, P>,
        cx: &mut Cx<'_, P>,
    ) -> Result<(), UnknownClass> {
        self.check(class)?;
        self.child.with(work, &mut self.stats, cx);
        Ok(())
    }

    fn graft_here(
        &mut self,
        class: ClassId,
        child: Box<dyn Qdisc<P>>,
        cx: &mut Cx<'_, P>,
    ) -> Result<(), Refused<P>> {
        if let Err(why) = self.check(class) {
            return Err(Refused { child, why });
        }
        self.child.replace(child, &mut self.stats, cx);
        Ok(())
    }
}
