//! choke: a packet that comes is compared with one picked from the queue, and if both are of one flow
//! both are dropped (`sch_choke.c`; Pan, Prabhakar, Psounis 2000).
//!
//! Who sends most meets himself most. Apart from that it is RED, with lengths in packets.

use alloc::vec::Vec;

use softnet_sk_buff::DropReason;

use crate::class::purge_all;
use crate::red::{Average, Params};
use crate::rng::Rng;
use crate::{ConfigError, Cx, Dequeue, Enqueued, Packet, Qdisc, Stats};

#[cfg(test)]
mod tests;

/// What a [`Choke`] is to do (`tc_red_qopt`).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Config {
    /// Packets that may wait, up to 131,071.
    pub limit: u32,
    /// The thresholds, in packets, and how to average.
    pub params: Params,
    /// Mark packets that understand ECN instead of dropping them: no.
    pub ecn: bool,
    /// Above the second threshold drop even those: no.
    pub harddrop: bool,
}

impl Config {
    /// Most packets that a choke can be made to hold (`CHOKE_MAX_QUEUE`).
    pub const MAX_LIMIT: u32 = 128 * 1024 - 1;

    /// Drops only, at most `limit` packets.
    #[must_use]
    pub fn new(limit: u32, params: Params) -> Self {
        Self { limit, params, ecn: false, harddrop: false }
    }

    fn check(&self) -> Result<(), ConfigError> {
        self.params.check()?;
        match self.limit {
            0 => Err(ConfigError::ZeroLimit),
            limit if limit > Self::MAX_LIMIT => Err(ConfigError::LimitTooBig(limit)),
            _ => Ok(()),
        }
    }

    /// Places in Linux's table: a power of two, at least one more than packets.
    fn places(&self) -> usize {
        (self.limit as usize + 1).next_power_of_two()
    }

    /// Places in ours, where holes have room, too. In Linux a queue with holes may run full; it then
    /// looks empty, and packets in it are lost for ever.
    fn table_len(&self) -> usize {
        2 * self.places()
    }
}

/// What only choke counts (`tc_choke_xstats`; `tc` shows drops and marks of both kinds as one).
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
    /// Packets that found the queue full.
    pub pdrop: u64,
    /// Times that two packets of one flow met; two are lost each time.
    pub matched: u64,
}

/// Random early detection that hits those who send most, without knowing any flows.
///
/// Linux compares addresses and ports; here it is the [flow hash](Packet::flow_hash), so that of
/// 2^32 strangers one is taken for a friend. The class and filters that Linux's front page mentions
/// have gone there long ago.
///
/// Its table is allocated at creation and when the limit changes.
#[derive(Debug)]
pub struct Choke<P> {
    config: Config,
    seed: [u64; 2],
    average: Average,
    rng: Rng,
    /// A ring, with holes where packets were picked out; the place at the head never is one.
    table: Vec<Option<P>>,
    head: usize,
    tail: usize,
    choke: XStats,
    stats: Stats,
}

fn empty_table<P>(places: usize) -> Vec<Option<P>> {
    core::iter::repeat_with(|| None).take(places).collect()
}

impl<P: Packet> Choke<P> {
    /// An empty queue; `seed` makes its decisions and the flow hash.
    ///
    /// # Errors
    /// [`ConfigError::ZeroLimit`], [`ConfigError::LimitTooBig`], [`ConfigError::RedThresholds`],
    /// [`ConfigError::RedTable`].
    pub fn new(config: Config, seed: u64) -> Result<Self, ConfigError> {
        config.check()?;
        let mut rng = Rng::new(seed);
        Ok(Self {
            seed: [rng.next_u64(), rng.next_u64()],
            average: Average::new(&config.params),
            rng,
            table: empty_table(config.table_len()),
            head: 0,
            tail: 0,
            config,
            choke: XStats::default(),
            stats: Stats::default(),
        })
    }

    /// What it is to do.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// What only choke counts.
    #[must_use]
    pub fn choke_stats(&self) -> XStats {
        self.choke
    }

    /// Does otherwise from now on, with a new average (`choke_change`). What a smaller table has no
    /// place for is dropped from the end; it may hold more than a new limit allows.
    ///
    /// # Errors
    /// As [`new`](Self::new); nothing has changed.
    pub fn change(&mut self, config: Config, cx: &mut Cx<'_, P>) -> Result<(), ConfigError> {
        config.check()?;
        let places = config.places();
        if places != self.config.places() {
            let mut table = empty_table(config.table_len());
            let mut tail = 0;
            while let Some(packet) = self.pop_head() {
                if tail < places - 1 {
                    table[tail] = Some(packet);
                    tail += 1;
                } else {
                    self.stats.lost(&packet);
                    cx.drop(packet, DropReason::QDISC_OVERLIMIT);
                }
            }
            (self.table, self.head, self.tail) = (table, 0, tail);
        }
        self.average.set(&config.params);
        if self.head == self.tail {
            self.average.end_idle();
        }
        self.config = config;
        Ok(())
    }

    fn after(&self, place: usize) -> usize {
        (place + 1) & (self.table.len() - 1)
    }

    /// Takes the packet at the head and skips the holes behind it (`choke_zap_head_holes`).
    fn pop_head(&mut self) -> Option<P> {
        let packet = self.table[self.head].take()?;
        self.skip_holes();
        Some(packet)
    }

    fn skip_holes(&mut self) {
        while self.head != self.tail && self.table[self.head].is_none() {
            self.head = self.after(self.head);
        }
    }

    /// Closes the holes. There are at least as many as packets when this is called, so it costs a
    /// packet a few moves at most.
    #[cold]
    fn close_holes(&mut self) {
        let mut to = self.head;
        let mut from = self.head;
        while from != self.tail {
            if self.table[from].is_some() {
                self.table.swap(from, to);
                to = self.after(to);
            }
            from = self.after(from);
        }
        self.tail = to;
    }

    /// A place picked by lot, or the head's if three times a hole was hit (`choke_peek_random`).
    fn pick(&mut self) -> usize {
        let mask = self.table.len() - 1;
        let len = self.tail.wrapping_sub(self.head) & mask;
        for _ in 0..3 {
            let place = (self.head + self.rng.below(len as u32) as usize) & mask;
            if self.table[place].is_some() {
                return place;
            }
        }
        self.head
    }

    /// Drops a waiting packet of the same flow if the lot finds one (`choke_match_random`).
    fn drop_match(&mut self, packet: &mut P, cx: &mut Cx<'_, P>) -> bool {
        if self.head == self.tail {
            return false;
        }
        let place = self.pick();
        let seed = self.seed;
        let Some(waiting) = self.table[place].take_if(|waiting| {
            waiting.frame().map(|frame| frame.protocol) == packet.frame().map(|f| f.protocol)
                && waiting.flow_hash(seed) == packet.flow_hash(seed)
        }) else {
            return false;
        };
        self.skip_holes();
        self.stats.lost(&waiting);
        cx.drop(waiting, DropReason::QDISC_CONGESTED);
        true
    }

    /// Whether a packet is to be marked or, failing that, dropped; the upper half of
    /// `choke_enqueue`. `false` if it is to be dropped.
    fn admit(&mut self, packet: &mut P, cx: &mut Cx<'_, P>) -> bool {
        if self.average.is_below_min_or_at_it() {
            self.average.forget_count();
            return true;
        }
        if self.drop_match(packet, cx) {
            self.choke.matched += 1;
            return false;
        }
        let forced = self.average.is_above_max();
        if forced {
            self.average.forget_count();
        } else if !self.average.draw(&mut self.rng) {
            return true;
        }
        self.stats.overlimits = self.stats.overlimits.saturating_add(1);
        let (drops, marks) = if forced {
            (&mut self.choke.forced_drop, &mut self.choke.forced_mark)
        } else {
            (&mut self.choke.prob_drop, &mut self.choke.prob_mark)
        };
        let may_mark = self.config.ecn && !(forced && self.config.harddrop);
        let marked = may_mark && cx.mark_ce(packet);
        *if marked { marks } else { drops } += 1;
        marked
    }

    fn drop_new(&mut self, packet: P, why: DropReason, cx: &mut Cx<'_, P>) {
        self.stats.drops = self.stats.drops.saturating_add(1);
        cx.drop(packet, why);
    }
}

impl<P: Packet> Qdisc<P> for Choke<P> {
    fn kind(&self) -> &'static str {
        "choke"
    }

    fn enqueue(&mut self, mut packet: P, cx: &mut Cx<'_, P>) -> Enqueued {
        self.average.arrival(self.stats.backlog.packets, cx.now);
        if !self.admit(&mut packet, cx) {
            self.drop_new(packet, DropReason::QDISC_CONGESTED, cx);
            return Enqueued::Cn;
        }
        if self.stats.backlog.packets >= self.config.limit {
            self.choke.pdrop += 1;
            self.drop_new(packet, DropReason::QDISC_OVERLIMIT, cx);
            return Enqueued::Drop;
        }
        self.stats.queued(&packet);
        self.table[self.tail] = Some(packet);
        self.tail = self.after(self.tail);
        if self.after(self.tail) == self.head {
            self.close_holes();
        }
        Enqueued::Success
    }

    fn dequeue(&mut self, cx: &mut Cx<'_, P>) -> Dequeue<P> {
        let Some(packet) = self.pop_head() else {
            self.average.start_idle(cx.now);
            return Dequeue::Empty;
        };
        self.stats.dequeued(&packet);
        Dequeue::Packet(packet)
    }

    fn peek<'a>(&'a mut self, _cx: &mut Cx<'_, P>) -> Dequeue<&'a P> {
        self.table[self.head].as_ref().map_or(Dequeue::Empty, Dequeue::Packet)
    }

    fn reset(&mut self, cx: &mut Cx<'_, P>) {
        purge_all(self.table.iter_mut().filter_map(Option::take), cx);
        (self.head, self.tail) = (0, 0);
        self.average.restart();
        self.stats.purge();
    }

    fn stats(&self) -> &Stats {
        &self.stats
    }

    fn stats_mut(&mut self) -> &mut Stats {
        &mut self.stats
    }

    fn xstats(&self) -> Option<crate::XStats> {
        Some(crate::XStats::Choke(self.choke))
    }
}
