//! red: random early detection (`sch_red.c`, Floyd and Jacobson 1993).
//!
//! A moving average of the queue's length decides: below a first threshold all packets pass, above a
//! second one none, and between them they are dropped or marked by lot, the more the longer the queue.

use alloc::boxed::Box;
use core::time::Duration;

use softnet_sk_buff::{DropReason, Instant};

use crate::class::{Class, Work};
use crate::only_child::OnlyChild;
use crate::rng::Rng;
use crate::{
    Child, ClassId, ConfigError, Cx, Dequeue, Enqueued, Fifo, Handle, Packet, Qdisc, Refused,
    Stats, UnknownClass,
};

mod average;
mod params;
#[cfg(test)]
mod tests;

pub(crate) use average::{Action, Average};
pub use params::{Params, Traffic};

/// What a [`Red`] is to do (`tc_red_qopt`).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Config {
    /// Bytes that the bfifo holds which is the child at first. When it changes, a new bfifo takes the
    /// child's place; 0 then keeps the child as it is.
    pub limit: u32,
    /// The thresholds, in bytes, and how to average.
    pub params: Params,
    /// Mark packets that understand ECN instead of dropping them: no.
    pub ecn: bool,
    /// Above the second threshold drop even those: no.
    pub harddrop: bool,
    /// Let those pass that don't understand ECN, up to the limit: no. Only with `ecn`.
    pub nodrop: bool,
    /// Move `max_p` between 1 % and 50 % so that the average stays in the middle: no.
    pub adaptative: bool,
    /// How often it is moved: half a second, and at least a millisecond. Linux counts it in
    /// [jiffies](crate::jiffies).
    pub adapt_interval: Duration,
}

impl Config {
    /// Drops only, with a bfifo of `limit` bytes.
    #[must_use]
    pub fn new(limit: u32, params: Params) -> Self {
        let adapt_interval = Duration::from_millis(500);
        let (ecn, harddrop, nodrop, adaptative) = (false, false, false, false);
        Self { limit, params, ecn, harddrop, nodrop, adaptative, adapt_interval }
    }

    fn check(&self) -> Result<(), ConfigError> {
        self.params.check()?;
        if self.nodrop && !self.ecn {
            return Err(ConfigError::NodropWithoutEcn);
        }
        if self.adapt_interval < Duration::from_millis(1) {
            return Err(ConfigError::PeriodTooShort);
        }
        Ok(())
    }
}

/// What only red counts (`tc_red_xstats`; `tc` shows drops and marks of both kinds as one).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct XStats {
    /// Packets dropped by lot.
    pub prob_drop: u64,
    /// Packets marked by lot.
    pub prob_mark: u64,
    /// Packets dropped above the second threshold.
    pub forced_drop: u64,
    /// Packets marked there.
    pub forced_mark: u64,
    /// Packets that the child didn't take.
    pub pdrop: u64,
}

impl XStats {
    /// Drops of both kinds (`early`).
    #[must_use]
    pub fn early(&self) -> u64 {
        self.prob_drop + self.forced_drop
    }

    /// Marks of both kinds (`marked`).
    #[must_use]
    pub fn marked(&self) -> u64 {
        self.prob_mark + self.forced_mark
    }
}

/// Random early detection in front of one child, class `:1`, a bfifo unless another is grafted.
///
/// Linux's hooks for filters on drops and marks (`qevent`) are not there.
#[derive(Debug)]
pub struct Red<P: Packet> {
    config: Config,
    average: Average,
    rng: Rng,
    next_adaptation: Option<Instant>,
    only: OnlyChild<P>,
    red: XStats,
    stats: Stats,
}

impl<P: Packet> Red<P> {
    /// Discipline `handle` with an empty bfifo; `seed` makes its decisions.
    ///
    /// # Errors
    /// [`ConfigError::ZeroLimit`], [`ConfigError::RedThresholds`], [`ConfigError::RedTable`],
    /// [`ConfigError::NodropWithoutEcn`], [`ConfigError::PeriodTooShort`].
    pub fn new(handle: Handle, config: Config, seed: u64) -> Result<Self, ConfigError> {
        config.check()?;
        Ok(Self {
            average: Average::new(&config.params),
            rng: Rng::new(seed),
            next_adaptation: None,
            only: OnlyChild::new(handle, Child::fifo(Fifo::bfifo(config.limit)?)),
            config,
            red: XStats::default(),
            stats: Stats::default(),
        })
    }

    /// What it is to do.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// What only red counts.
    #[must_use]
    pub fn red_stats(&self) -> XStats {
        self.red
    }

    /// The probability, of 2^32, at the second threshold (`max_P`), as far as it was moved till now.
    #[must_use]
    pub fn max_p(&self) -> u32 {
        self.average.max_p()
    }

    /// The average length in bytes, rounded down (`qavg`).
    #[must_use]
    pub fn qavg(&self) -> u64 {
        self.average.qavg()
    }

    /// Does otherwise from now on, with a new average (`red_change`). A new limit brings a new bfifo;
    /// what the child held is dropped.
    ///
    /// # Errors
    /// As [`new`](Self::new); nothing has changed.
    pub fn change(&mut self, config: Config, cx: &mut Cx<'_, P>) -> Result<(), ConfigError> {
        config.check()?;
        if config.limit > 0 {
            let child = Box::new(Fifo::bfifo(config.limit)?);
            self.only.child.replace(child, &mut self.stats, cx);
        }
        self.average.set(&config.params);
        self.next_adaptation = config.adaptative.then(|| cx.now + config.adapt_interval);
        if self.only.child.backlog().packets == 0 {
            self.average.end_idle();
            self.average.start_idle(cx.now);
        }
        self.config = config;
        Ok(())
    }

    /// Says when `max_p` is to be moved next; each [`Config::adapt_interval`] after that it is again.
    /// By itself that is one interval after the first call.
    pub fn set_next_adaptation(&mut self, at: Instant) {
        self.next_adaptation = Some(at);
    }

    /// Moves `max_p` at all the instants due by now (`red_adaptative_timer`).
    fn catch_up(&mut self, now: Instant) {
        if !self.config.adaptative {
            return;
        }
        let interval = self.config.adapt_interval;
        let mut due = self.next_adaptation.unwrap_or(now + interval);
        // The end of all time is no multiple of anything: there the adaptation stops.
        while due <= now && due.as_nanos() != u64::MAX {
            let moved = self.average.adapt(due);
            due += interval;
            if !moved && due <= now && self.average.stands_still(due) {
                // Nothing more changes until something happens, so the rest may be passed over.
                due += passed_over(now.saturating_since(due), interval);
                break;
            }
        }
        self.next_adaptation = Some(due);
    }

    /// Drops or marks a packet whose turn it is; gives it back if it may pass.
    fn signal(&mut self, mut packet: P, forced: bool, cx: &mut Cx<'_, P>) -> Option<P> {
        self.stats.overlimits = self.stats.overlimits.saturating_add(1);
        let (drops, marks) = if forced {
            (&mut self.red.forced_drop, &mut self.red.forced_mark)
        } else {
            (&mut self.red.prob_drop, &mut self.red.prob_mark)
        };
        if self.config.ecn && !(forced && self.config.harddrop) {
            if cx.mark_ce(&mut packet) {
                *marks += 1;
                return Some(packet);
            }
            if self.config.nodrop {
                return Some(packet);
            }
        }
        *drops += 1;
        self.stats.drops = self.stats.drops.saturating_add(1);
        cx.drop(packet, DropReason::QDISC_CONGESTED);
        None
    }
}

/// The periods that end within `late`, and the one that has begun.
fn passed_over(late: Duration, period: Duration) -> Duration {
    let rest = late.as_nanos().checked_rem(period.as_nanos()).unwrap_or(0);
    late.saturating_sub(Duration::from_nanos(rest as u64)).saturating_add(period)
}

impl<P: Packet> Qdisc<P> for Red<P> {
    fn kind(&self) -> &'static str {
        "red"
    }

    fn enqueue(&mut self, packet: P, cx: &mut Cx<'_, P>) -> Enqueued {
        self.catch_up(cx.now);
        self.average.arrival(self.only.child.backlog().bytes as u32, cx.now);
        let passed = match self.average.action(&mut self.rng) {
            Action::Pass => Some(packet),
            Action::Signal => self.signal(packet, false, cx),
            Action::Force => self.signal(packet, true, cx),
        };
        let Some(packet) = passed else { return Enqueued::Cn };
        let verdict = self.only.child.enqueue(packet, &mut self.stats, cx);
        if !matches!(verdict, Enqueued::Success | Enqueued::Stolen) {
            self.red.pdrop += 1;
        }
        verdict
    }

    fn dequeue(&mut self, cx: &mut Cx<'_, P>) -> Dequeue<P> {
        self.catch_up(cx.now);
        let next = self.only.child.dequeue(&mut self.stats, cx);
        if !matches!(next, Dequeue::Packet(_)) {
            self.average.start_idle(cx.now);
        }
        next
    }

    fn peek<'a>(&'a mut self, cx: &mut Cx<'_, P>) -> Dequeue<&'a P> {
        self.only.child.peek(&mut self.stats, cx)
    }

    fn reset(&mut self, cx: &mut Cx<'_, P>) {
        self.catch_up(cx.now);
        self.only.child.reset(&mut self.stats, cx);
        self.average.restart();
    }

    fn stats(&self) -> &Stats {
        &self.stats
    }

    fn stats_mut(&mut self) -> &mut Stats {
        &mut self.stats
    }

    fn xstats(&self) -> Option<crate::XStats> {
        Some(crate::XStats::Red(self.red))
    }

    fn walk(&self, visit: &mut dyn FnMut(&Class<'_, P>)) {
        visit(&self.only.as_class());
    }

    fn find_class(&self, _: ClassId) -> Option<ClassId> {
        Some(self.only.id())
    }

    fn leaf(&self, class: ClassId) -> Option<&dyn Qdisc<P>> {
        self.only.leaf(class)
    }

    fn with_leaf(
        &mut self,
        class: ClassId,
        work: &mut Work<'_, P>,
        cx: &mut Cx<'_, P>,
    ) -> Result<(), UnknownClass> {
        self.only.with_leaf(class, work, &mut self.stats, cx)
    }

    fn graft_here(
        &mut self,
        class: ClassId,
        child: Box<dyn Qdisc<P>>,
        cx: &mut Cx<'_, P>,
    ) -> Result<(), Refused<P>> {
        self.only.graft_here(class, child, &mut self.stats, cx)
    }
}
