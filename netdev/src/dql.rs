//! How many bytes a transmit ring should hold: just enough not to run dry (byte queue limits, BQL).
//!
//! What waits in the ring is out of the queueing discipline's hands: fq_codel can neither reorder it
//! nor measure how long it has waited. So the ring's share is kept as small as it can be, and what
//! is beyond it waits above. How small shows only in operation: if everything was sent before more
//! could come although more was wanted, the limit was too low; if some of it was never needed for a
//! whole while, too high. Answers to `lib/dynamic_queue_limits.c`.

use core::time::Duration;

use softnet_sk_buff::Instant;

/// How long slack has to last before the limit falls (`slack_hold_time`).
const HOLD: Duration = Duration::from_secs(1);

/// The limit of one transmit queue. Counters are running totals that wrap; only differences count.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Dql {
    /// Whether the driver tells what it sends. One that does not is not limited.
    in_use: bool,
    /// Bytes given to the ring.
    queued: u32,
    /// Bytes that left it.
    completed: u32,
    limit: u32,
    min_limit: u32,
    max_limit: u32,
    /// Bytes given last.
    last_given: u32,
    /// What was over the limit, what was given in all, and given last, at the last completion.
    prev_over: u32,
    prev_queued: u32,
    prev_last_given: u32,
    lowest_slack: u32,
    slack_since: Instant,
}

/// `a - b` of running totals or sizes, 0 if that is negative.
fn excess(a: u32, b: u32) -> u32 {
    let difference = a.wrapping_sub(b);
    if difference.cast_signed() > 0 { difference } else { 0 }
}

impl Dql {
    /// The most that a limit may be (`DQL_MAX_LIMIT`): half of what a running total can tell apart.
    const MAX: u32 = u32::MAX / 2 - 0xf_ffff;

    pub(crate) const fn new() -> Self {
        Self {
            in_use: false,
            queued: 0,
            completed: 0,
            limit: 0,
            min_limit: 0,
            max_limit: Self::MAX,
            last_given: 0,
            prev_over: 0,
            prev_queued: 0,
            prev_last_given: 0,
            lowest_slack: u32::MAX,
            slack_since: Instant::ZERO,
        }
    }

    /// Forgets the past, as when the ring was emptied (`dql_reset`). The bounds stay.
    pub(crate) fn reset(&mut self, now: Instant) {
        *self = Self {
            limit: self.min_limit,
            min_limit: self.min_limit,
            max_limit: self.max_limit,
            slack_since: now,
            ..Self::new()
        };
    }

    /// Keeps the limit between these (`limit_min`, `limit_max` in sysfs).
    pub(crate) fn set_bounds(&mut self, min: u32, max: u32) {
        self.max_limit = max.min(Self::MAX);
        self.min_limit = min.min(self.max_limit);
        self.limit = self.limit.clamp(self.min_limit, self.max_limit);
    }

    pub(crate) fn limit(&self) -> u32 {
        self.limit
    }

    /// Bytes that are in the ring.
    pub(crate) fn in_flight(&self) -> u32 {
        self.queued.wrapping_sub(self.completed)
    }

    /// Bytes that may still be given: negative if the ring holds more than its limit, `None` if
    /// there is no limit (`dql_avail`).
    pub(crate) fn available(&self) -> Option<i64> {
        self.in_use.then(|| i64::from(self.limit) - i64::from(self.in_flight()))
    }

    /// Bytes were given to the ring (`dql_queued`).
    pub(crate) fn queued(&mut self, bytes: u32) {
        self.in_use = true;
        self.last_given = bytes;
        self.queued = self.queued.wrapping_add(bytes);
    }

    /// Bytes left the ring; learns from it (`dql_completed`).
    pub(crate) fn completed(&mut self, bytes: u32, now: Instant) {
        let bytes = bytes.min(self.in_flight());
        let completed = self.completed.wrapping_add(bytes);
        let mut over = excess(self.in_flight(), self.limit);
        let in_progress = self.queued != completed;
        let prev_in_progress = self.prev_queued != self.completed;
        let all_prev_done = completed.wrapping_sub(self.prev_queued).cast_signed() >= 0;
        let mut limit = self.limit;

        if (over != 0 && !in_progress) || (self.prev_over != 0 && all_prev_done) {
            // It ran dry while more was wanted: as much more as was sent since the last look, and
            // as much as was over the limit then.
            limit = limit
                .saturating_add(excess(completed, self.prev_queued))
                .saturating_add(self.prev_over);
            self.slack_since = now;
            self.lowest_slack = u32::MAX;
        } else if in_progress && prev_in_progress && !all_prev_done {
            // Busy all the time: what was there twice over was not needed.
            let slack = excess(self.limit.saturating_add(self.prev_over), bytes.saturating_mul(2));
            let slack_of_last =
                if self.prev_over != 0 { excess(self.prev_last_given, self.prev_over) } else { 0 };
            self.lowest_slack = self.lowest_slack.min(slack.max(slack_of_last));
            if now > self.slack_since + HOLD {
                limit = excess(limit, self.lowest_slack);
                self.slack_since = now;
                self.lowest_slack = u32::MAX;
            }
        }
        limit = limit.clamp(self.min_limit, self.max_limit);
        if limit != self.limit {
            self.limit = limit;
            over = 0;
        }
        self.prev_over = over;
        self.prev_last_given = self.last_given;
        self.completed = completed;
        self.prev_queued = self.queued;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_driver_that_does_not_tell_is_not_limited() {
        assert_eq!(Dql::new().available(), None);
    }

    /// Starved again and again, the limit grows to what one completion takes, and no further.
    #[test]
    fn the_limit_grows_until_the_ring_no_longer_runs_dry() {
        let mut dql = Dql::new();
        dql.reset(Instant::ZERO);
        // A sender with ever more to send, and a card that reports after every 10 000 bytes.
        let mut rounds = 0;
        for _ in 0..100 {
            while dql.available().is_none_or(|bytes| bytes >= 0) {
                dql.queued(1500);
            }
            let sent = dql.in_flight().min(10_500);
            dql.completed(sent, Instant::ZERO);
            rounds += u32::from(sent == 10_500 && dql.in_flight() > 0);
        }
        assert!(rounds > 80, "the ring ran dry to the end: {dql:?}");
        assert!((10_500..=32_000).contains(&dql.limit()), "{dql:?}");
    }

    #[test]
    fn slack_that_lasts_lowers_the_limit_after_its_time_only() {
        let mut dql = Dql::new();
        dql.reset(Instant::ZERO);
        dql.set_bounds(100_000, Dql::MAX);
        dql.set_bounds(0, Dql::MAX);
        assert_eq!(dql.limit(), 100_000);
        let mut at = Instant::ZERO;
        let mut run = |dql: &mut Dql, time: Duration| {
            let end = at + time;
            while at < end {
                at += Duration::from_millis(1);
                while dql.available().is_none_or(|bytes| bytes >= 0) {
                    dql.queued(1500);
                }
                dql.completed(3000, at);
            }
        };
        run(&mut dql, Duration::from_millis(999));
        assert_eq!(dql.limit(), 100_000);
        run(&mut dql, Duration::from_secs(3));
        assert!(dql.limit() < 20_000, "{dql:?}");
    }

    #[test]
    fn bounds_hold_and_totals_wrap() {
        let mut dql = Dql::new();
        dql.set_bounds(3000, 6000);
        dql.reset(Instant::ZERO);
        assert_eq!(dql.limit(), 3000);
        for _ in 0..3_000_000 {
            while dql.available().is_none_or(|bytes| bytes >= 0) {
                dql.queued(1500);
            }
            dql.completed(dql.in_flight(), Instant::ZERO);
            assert!((3000..=6000).contains(&dql.limit()));
        }
        assert_eq!(dql.limit(), 6000, "always starved, so at its most");
    }

    #[test]
    fn more_completions_than_were_given_do_no_harm() {
        let mut dql = Dql::new();
        dql.queued(1000);
        dql.completed(5000, Instant::ZERO);
        assert_eq!(dql.in_flight(), 0);
    }
}
