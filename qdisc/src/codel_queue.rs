//! codel: one queue under CoDel (`sch_codel.c`, RFC 8289).

use alloc::collections::VecDeque;

use softnet_sk_buff::DropReason;

use crate::class::purge_all;
use crate::codel::{self, Time};
use crate::peeked::Peeked;
use crate::{ConfigError, Cx, Dequeue, Enqueued, Packet, Qdisc, Stats};

#[cfg(test)]
mod tests;

/// What a [`Codel`] is to do; the defaults are Linux's.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Config {
    /// Packets that may wait: 1000.
    pub limit: u32,
    /// Target 5 ms, interval 100 ms, no ECN. `tc` offers no selector and mask for its step here.
    pub codel: codel::Config,
}

impl Default for Config {
    fn default() -> Self {
        Self { limit: 1000, codel: codel::Config::default() }
    }
}

impl Config {
    fn check(self) -> Result<Self, ConfigError> {
        match self {
            Self { limit: 0, .. } => Err(ConfigError::ZeroLimit),
            Self { codel, .. } if codel.interval.units() == 0 => Err(ConfigError::ZeroInterval),
            _ => Ok(self),
        }
    }
}

/// What only codel shows (`tc_codel_xstats`).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct XStats {
    /// Largest packet that CoDel saw.
    pub maxpacket: u32,
    /// CoDel's [`count`](codel::State::count).
    pub count: u32,
    /// CoDel's [`lastcount`](codel::State::lastcount).
    pub lastcount: u32,
    /// How long the last packet had waited.
    pub ldelay: Time,
    /// Whether CoDel is dropping or marking, and then when it does next. `tc` shows how far off
    /// that is: [`Time::micros_from`].
    pub drop_next: Option<Time>,
    /// Packets dropped because the limit was met.
    pub drop_overlimit: u64,
    /// Packets marked instead of dropped.
    pub ecn_mark: u64,
    /// Packets marked for the [`codel::CeThreshold`].
    pub ce_mark: u64,
}

/// A queue whose packets are dropped or marked at the front while their delay stands above a target.
///
/// One thing is not as in Linux: a packet that is peeked at counts as sent when it leaves, not before.
#[derive(Debug)]
pub struct Codel<P> {
    config: Config,
    queue: VecDeque<(P, Time)>,
    state: codel::State,
    codel: codel::Stats,
    peeked: Peeked<P>,
    drop_overlimit: u64,
    stats: Stats,
}

impl<P: Packet> Codel<P> {
    /// An empty queue.
    ///
    /// # Errors
    /// [`ConfigError::ZeroLimit`], [`ConfigError::ZeroInterval`].
    pub fn new(config: Config) -> Result<Self, ConfigError> {
        Ok(Self {
            config: config.check()?,
            queue: VecDeque::new(),
            state: codel::State::IDLE,
            codel: codel::Stats::default(),
            peeked: Peeked::NONE,
            drop_overlimit: 0,
            stats: Stats::default(),
        })
    }

    /// What it is to do.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Does otherwise from now on (`codel_change`). What a smaller limit has no room for is dropped
    /// from the front.
    ///
    /// # Errors
    /// As [`new`](Self::new); nothing has changed.
    pub fn change(&mut self, config: Config, cx: &mut Cx<'_, P>) -> Result<(), ConfigError> {
        self.config = config.check()?;
        while self.stats.backlog.packets > config.limit {
            let oldest = || self.queue.pop_front().map(|(packet, _)| packet);
            let Some(packet) = self.peeked.take().or_else(oldest) else { break };
            self.stats.lost(&packet);
            cx.drop(packet, DropReason::QDISC_OVERLIMIT);
        }
        Ok(())
    }

    /// What only codel shows.
    #[must_use]
    pub fn codel_stats(&self) -> XStats {
        XStats {
            maxpacket: self.codel.maxpacket,
            count: self.state.count(),
            lastcount: self.state.lastcount(),
            ldelay: self.state.ldelay(),
            drop_next: self.state.is_dropping().then(|| self.state.drop_next()),
            drop_overlimit: self.drop_overlimit,
            ecn_mark: self.codel.ecn_mark,
            ce_mark: self.codel.ce_mark,
        }
    }

    /// Takes out the packet that is to be sent next; it is off the backlog, and not counted as sent.
    fn pass(&mut self, cx: &mut Cx<'_, P>) -> Option<P> {
        let now = Time::from(cx.now);
        let mut queue = Queue { queue: &mut self.queue, stats: &mut self.stats, cx };
        self.state.dequeue(&mut queue, &self.config.codel, &mut self.codel, now)
    }

    /// Takes out the packet that was peeked at, else the one whose turn it is; it is off the backlog, and
    /// not counted as sent.
    fn next(&mut self, cx: &mut Cx<'_, P>) -> Dequeue<P> {
        let peeked = self.peeked.take_off(&mut self.stats);
        Dequeue::of(peeked.or_else(|| self.pass(cx)))
    }
}

/// The queue in CoDel's hands.
struct Queue<'a, 'cx, P> {
    queue: &'a mut VecDeque<(P, Time)>,
    stats: &'a mut Stats,
    cx: &'a mut Cx<'cx, P>,
}

impl<P: Packet> codel::Queue<P> for Queue<'_, '_, P> {
    fn pop(&mut self) -> Option<(P, Time)> {
        let (packet, came) = self.queue.pop_front()?;
        self.stats.backlog.remove(&packet);
        Some((packet, came))
    }

    fn backlog(&self) -> u64 {
        self.stats.backlog.bytes
    }

    fn dropped(&mut self, packet: P) {
        self.stats.drops += 1;
        self.cx.drop(packet, DropReason::QDISC_CONGESTED);
    }

    fn mark_ce(&mut self, packet: &mut P) -> bool {
        self.cx.mark_ce(packet)
    }
}

impl<P: Packet> Qdisc<P> for Codel<P> {
    fn kind(&self) -> &'static str {
        "codel"
    }

    fn enqueue(&mut self, packet: P, cx: &mut Cx<'_, P>) -> Enqueued {
        if self.stats.backlog.packets >= self.config.limit {
            self.drop_overlimit += 1;
            self.stats.drops += 1;
            cx.drop(packet, DropReason::QDISC_OVERLIMIT);
            return Enqueued::Drop;
        }
        self.stats.queued(&packet);
        self.queue.push_back((packet, cx.now.into()));
        Enqueued::Success
    }

    fn dequeue(&mut self, cx: &mut Cx<'_, P>) -> Dequeue<P> {
        if self.peeked.is_some() {
            return self.peeked.send(&mut self.stats);
        }
        let Some(packet) = self.pass(cx) else { return Dequeue::Empty };
        self.stats.count_sent(&packet);
        Dequeue::Packet(packet)
    }

    fn peek<'a>(&'a mut self, cx: &mut Cx<'_, P>) -> Dequeue<&'a P> {
        let next = self.next(cx);
        self.peeked.keep_off(next, &mut self.stats)
    }

    fn reset(&mut self, cx: &mut Cx<'_, P>) {
        self.peeked.purge(cx);
        purge_all(self.queue.drain(..).map(|(packet, _)| packet), cx);
        self.state = codel::State::IDLE;
        self.stats.purge();
    }

    fn stats(&self) -> &Stats {
        &self.stats
    }

    fn stats_mut(&mut self) -> &mut Stats {
        &mut self.stats
    }

    fn xstats(&self) -> Option<crate::XStats> {
        Some(crate::XStats::Codel(self.codel_stats()))
    }

    fn can_bypass(&self) -> bool {
        true
    }
}
