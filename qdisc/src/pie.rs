//! pie: drops by lot what comes, so that the delay stays near a target (`sch_pie.c`, RFC 8033).
//!
//! A controller looks at the delay every 15 ms and moves the probability of a drop: up the further
//! the delay is above the target, and the faster it grows.

use alloc::collections::VecDeque;
use core::time::Duration;

use softnet_sk_buff::{DropReason, Instant};

use crate::class::purge_all;
use crate::peeked::Peeked;
use crate::rng::Rng;
use crate::{ConfigError, Cx, Dequeue, Enqueued, Packet, Qdisc, Stats};

mod control;
#[cfg(test)]
mod tests;

pub use control::Params;
pub(crate) use control::{Control, MAX_PROB, Timer, tick};

/// What a [`Pie`] is to do; the defaults are Linux's.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Config {
    /// Packets that may wait: 1000.
    pub limit: u32,
    /// What it is to achieve.
    pub pie: Params,
}

impl Default for Config {
    fn default() -> Self {
        Self { limit: 1000, pie: Params::default() }
    }
}

impl Config {
    fn check(self) -> Result<Self, ConfigError> {
        if self.limit == 0 {
            return Err(ConfigError::ZeroLimit);
        }
        self.pie.check()?;
        Ok(self)
    }
}

/// What only pie shows (`tc_pie_xstats`).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct XStats {
    /// Probability of a drop, of 2^64 (`prob`).
    pub prob: u64,
    /// Delay that was seen last (`delay`; `tc` shows whole microseconds).
    pub delay: Duration,
    /// Bytes per second at which the queue drains, if that is estimated (`avg_dq_rate`).
    pub avg_dq_rate: Option<u64>,
    /// Packets that were let in.
    pub packets_in: u64,
    /// Packets that were not, for whatever reason.
    pub dropped: u64,
    /// Packets that found the queue full.
    pub overlimit: u64,
    /// Most packets that ever waited when another was let in.
    pub maxq: u32,
    /// Packets marked instead of dropped.
    pub ecn_mark: u64,
}

/// One queue under PIE. Packets are dropped or marked as they come.
///
/// The first look at the delay is half a second after the first call, where Linux counts from when the
/// discipline was made; [`set_next_update`](Self::set_next_update) says otherwise. One more thing is
/// not as in Linux: a packet that is peeked at counts as sent when it leaves, not before.
#[derive(Debug)]
pub struct Pie<P> {
    config: Config,
    queue: VecDeque<(P, u64)>,
    control: Control,
    timer: Timer,
    rng: Rng,
    peeked: Peeked<P>,
    pie: XStats,
    stats: Stats,
}

impl<P: Packet> Pie<P> {
    /// An empty queue; `seed` makes its decisions.
    ///
    /// # Errors
    /// [`ConfigError::ZeroLimit`], [`ConfigError::PieWeight`], [`ConfigError::PeriodTooShort`].
    pub fn new(config: Config, seed: u64) -> Result<Self, ConfigError> {
        Ok(Self {
            config: config.check()?,
            queue: VecDeque::new(),
            control: Control::NEW,
            timer: Timer::new(),
            rng: Rng::new(seed),
            peeked: Peeked::NONE,
            pie: XStats::default(),
            stats: Stats::default(),
        })
    }

    /// What it is to do.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Says when to look at the delay next; each [`Params::tupdate`] after that it does again.
    pub fn set_next_update(&mut self, at: Instant) {
        self.timer.set(at);
    }

    /// Does otherwise from now on (`pie_change`). What a smaller limit has no room for is dropped from
    /// the front.
    ///
    /// # Errors
    /// As [`new`](Self::new); nothing has changed.
    pub fn change(&mut self, config: Config, cx: &mut Cx<'_, P>) -> Result<(), ConfigError> {
        let config = config.check()?;
        self.catch_up(cx.now);
        self.config = config;
        while self.stats.backlog.packets > config.limit {
            let oldest = || self.queue.pop_front().map(|(packet, _)| packet);
            let Some(packet) = self.peeked.take().or_else(oldest) else { break };
            self.stats.lost(&packet);
            cx.drop(packet, DropReason::QDISC_OVERLIMIT);
        }
        Ok(())
    }

    /// What only pie shows.
    #[must_use]
    pub fn pie_stats(&self) -> XStats {
        let estimates = self.config.pie.dq_rate_estimator;
        XStats {
            prob: self.control.prob() << 8,
            delay: self.control.qdelay(),
            avg_dq_rate: estimates.then(|| self.control.dq_rate()),
            ..self.pie
        }
    }

    /// Steers as often as is due by now (`pie_timer`). Each call does so first; who shows the
    /// statistics at a time when nothing is called does, too.
    pub fn catch_up(&mut self, now: Instant) {
        let times = self.timer.due(now, self.config.pie.tupdate);
        if times > 0 {
            self.control.update_times(&self.config.pie, self.stats.backlog.bytes as u32, times);
        }
    }

    /// Whether a packet is let in; marks it where that does (`pie_qdisc_enqueue`).
    fn admits(&mut self, packet: &mut P, cx: &mut Cx<'_, P>) -> bool {
        let (params, backlog) = (&self.config.pie, self.stats.backlog.bytes as u32);
        if !self.control.drop_early(params, backlog, packet.frame_len(), &mut self.rng) {
            return true;
        }
        let marked = params.ecn && self.control.prob() <= MAX_PROB / 10 && cx.mark_ce(packet);
        self.pie.ecn_mark += u64::from(marked);
        marked
    }

    fn refuse(&mut self, packet: P, why: DropReason, cx: &mut Cx<'_, P>) -> Enqueued {
        self.control.dropped();
        self.pie.dropped += 1;
        self.stats.drops = self.stats.drops.saturating_add(1);
        cx.drop(packet, why);
        Enqueued::Drop
    }

    /// Takes out the next packet; it is off the backlog, and not counted as sent.
    fn pass(&mut self, cx: &mut Cx<'_, P>) -> Option<P> {
        let (packet, came) = self.queue.pop_front()?;
        self.stats.backlog.remove(&packet);
        let (len, backlog) = (packet.frame_len(), self.stats.backlog.bytes as u32);
        self.control.dequeued(&self.config.pie, (came, tick(cx.now)), len, backlog);
        Some(packet)
    }

    /// Takes out the packet that was peeked at, else the one whose turn it is; it is off the backlog, and
    /// not counted as sent.
    fn next(&mut self, cx: &mut Cx<'_, P>) -> Dequeue<P> {
        let peeked = self.peeked.take_off(&mut self.stats);
        Dequeue::of(peeked.or_else(|| self.pass(cx)))
    }
}

impl<P: Packet> Qdisc<P> for Pie<P> {
    fn kind(&self) -> &'static str {
        "pie"
    }

    fn enqueue(&mut self, mut packet: P, cx: &mut Cx<'_, P>) -> Enqueued {
        self.catch_up(cx.now);
        let waiting = self.stats.backlog.packets;
        if waiting >= self.config.limit {
            self.pie.overlimit += 1;
            return self.refuse(packet, DropReason::QDISC_OVERLIMIT, cx);
        }
        if !self.admits(&mut packet, cx) {
            return self.refuse(packet, DropReason::QDISC_CONGESTED, cx);
        }
        self.pie.packets_in += 1;
        self.pie.maxq = self.pie.maxq.max(waiting);
        self.stats.queued(&packet);
        self.queue.push_back((packet, tick(cx.now)));
        Enqueued::Success
    }

    fn dequeue(&mut self, cx: &mut Cx<'_, P>) -> Dequeue<P> {
        self.catch_up(cx.now);
        if self.peeked.is_some() {
            return self.peeked.send(&mut self.stats);
        }
        let Some(packet) = self.pass(cx) else { return Dequeue::Empty };
        self.stats.count_sent(&packet);
        Dequeue::Packet(packet)
    }

    fn peek<'a>(&'a mut self, cx: &mut Cx<'_, P>) -> Dequeue<&'a P> {
        self.catch_up(cx.now);
        let next = self.next(cx);
        self.peeked.keep_off(next, &mut self.stats)
    }

    /// The probability and the delay stay, as in Linux.
    fn reset(&mut self, cx: &mut Cx<'_, P>) {
        self.catch_up(cx.now);
        self.peeked.purge(cx);
        purge_all(self.queue.drain(..).map(|(packet, _)| packet), cx);
        self.control.init();
        self.stats.purge();
    }

    fn stats(&self) -> &Stats {
        &self.stats
    }

    fn stats_mut(&mut self) -> &mut Stats {
        &mut self.stats
    }

    fn xstats(&self) -> Option<crate::XStats> {
        Some(crate::XStats::Pie(self.pie_stats()))
    }
}
