//! Rate estimators: an average of bytes and packets per second (`tc … estimator`).

use softnet_sk_buff::Instant;

use crate::{ConfigError, Stats};

/// How a rate is averaged (`struct gnet_estimator`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct EstimatorConfig {
    /// Time between two samples: 250 ms times 2 to this power, 0 to 5 (Linux counts from -2).
    pub interval_log: u8,
    /// Weight of a new sample: 1 in 2 to this power, 1 to 30.
    pub ewma_log: u8,
}

/// An exponentially weighted average of what leaves (`net/core/gen_estimator.c`).
///
/// Linux has a timer for each. This one is told before its [`Stats`] change, and then takes all the
/// samples that have become due since: nothing changed in between, so they are the same.
///
/// ```
/// use softnet_qdisc::{Estimator, EstimatorConfig, Stats};
/// use softnet_sk_buff::Instant;
///
/// let config = EstimatorConfig { interval_log: 2, ewma_log: 1 };
/// let mut stats = Stats::default();
/// let mut estimator = Estimator::new(config, &stats, Instant::ZERO)?;
/// stats.bytes += 1000;
/// stats.packets += 10;
/// // After one second, half of the first sample.
/// let rate = estimator.rate(&stats, Instant::from_millis(1000));
/// assert_eq!((rate.bytes_per_second, rate.packets_per_second), (500, 5));
/// # Ok::<(), softnet_qdisc::ConfigError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Estimator {
    config: EstimatorConfig,
    next: u64,
    last: [u64; 2],
    /// Averages of bytes and packets per second, times 256.
    average: [u64; 2],
}

/// What an [`Estimator`] found (`gnet_stats_rate_est64`).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct RateEstimate {
    /// Bytes per second.
    pub bytes_per_second: u64,
    /// Packets per second.
    pub packets_per_second: u64,
}

const QUARTER: u64 = 250_000_000;

impl Estimator {
    /// Starts at `now` (`gen_new_estimator`).
    ///
    /// # Errors
    /// [`ConfigError::Estimator`].
    pub fn new(config: EstimatorConfig, stats: &Stats, now: Instant) -> Result<Self, ConfigError> {
        if config.interval_log > 5 || !(1..=30).contains(&config.ewma_log) {
            return Err(ConfigError::Estimator);
        }
        let next = now.as_nanos().saturating_add(QUARTER << config.interval_log);
        Ok(Self { config, next, last: [stats.bytes, stats.packets], average: [0; 2] })
    }

    /// How it averages.
    #[must_use]
    pub fn config(&self) -> EstimatorConfig {
        self.config
    }

    /// When it takes its next sample.
    #[must_use]
    pub fn next(&self) -> Instant {
        Instant::from_nanos(self.next)
    }

    /// Goes on from the averages of the one whose place it takes.
    pub fn inherit(&mut self, old: &Self) {
        self.average = old.average;
    }

    /// Takes the samples that are due. To be called before `stats` change.
    #[inline]
    pub fn catch_up(&mut self, stats: &Stats, now: Instant) {
        if now.as_nanos() >= self.next {
            self.take_samples(stats, now.as_nanos());
        }
    }

    fn take_samples(&mut self, stats: &Stats, now: u64) {
        let interval = QUARTER << self.config.interval_log;
        while self.next <= now {
            self.sample([stats.bytes, stats.packets]);
            self.next = self.next.saturating_add(interval);
            // Nothing moves any more, so the rest of the samples can be left out.
            let settled = self.average.iter().all(|average| average >> self.config.ewma_log == 0);
            if settled || self.next == u64::MAX {
                let missed = now.saturating_sub(self.next) / interval + 1;
                if self.next <= now {
                    self.next = self.next.saturating_add(missed.saturating_mul(interval));
                }
                break;
            }
        }
    }

    /// `est_timer`.
    fn sample(&mut self, now: [u64; 2]) {
        let ewma = self.config.ewma_log;
        for ((average, last), now) in self.average.iter_mut().zip(&mut self.last).zip(now) {
            // Per second, times 256: an interval is 2^(interval_log - 2) seconds.
            let rate = now.wrapping_sub(*last) << (10 - self.config.interval_log);
            *average = average.wrapping_add(rate >> ewma).wrapping_sub(*average >> ewma);
            *last = now;
        }
    }

    /// The averages at `now`, as far as `stats` tell.
    #[must_use]
    pub fn rate(&self, stats: &Stats, now: Instant) -> RateEstimate {
        let mut caught_up = *self;
        caught_up.catch_up(stats, now);
        let [bytes_per_second, packets_per_second] = caught_up.average.map(|average| average >> 8);
        RateEstimate { bytes_per_second, packets_per_second }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn bad_configurations_are_refused() {
        for (interval_log, ewma_log) in [(6, 1), (0, 0), (0, 31)] {
            let config = EstimatorConfig { interval_log, ewma_log };
            let estimator = Estimator::new(config, &Stats::default(), Instant::ZERO);
            assert_eq!(estimator, Err(ConfigError::Estimator));
        }
    }

    #[test]
    fn averages_by_halves() {
        // 4 samples a second, each weighing half; 1 000 bytes in the first quarter: 4 000 a second.
        let config = EstimatorConfig { interval_log: 0, ewma_log: 1 };
        let mut stats = Stats::default();
        let estimator = Estimator::new(config, &stats, Instant::ZERO).unwrap();
        stats.bytes = 1000;
        let at = |ms| estimator.rate(&stats, Instant::from_millis(ms)).bytes_per_second;
        assert_eq!([249, 250, 499, 500, 750].map(at), [0, 2000, 2000, 1000, 500]);
        assert_eq!(estimator.rate(&stats, Instant::from_nanos(u64::MAX)).bytes_per_second, 0);
    }

    proptest! {
        /// Late samples are the same as those taken in time.
        #[test]
        fn may_be_late(steps in prop::collection::vec((0u64..3_000_000_000, 0u64..9000), 1..20)) {
            let config = EstimatorConfig { interval_log: 1, ewma_log: 2 };
            let mut stats = Stats::default();
            let mut late = Estimator::new(config, &stats, Instant::ZERO).unwrap();
            let mut prompt = late;
            let mut now = 0;
            for (pause, bytes) in steps {
                for at in (now..now + pause).step_by(100_000_000) {
                    prompt.catch_up(&stats, Instant::from_nanos(at));
                }
                now += pause;
                prompt.catch_up(&stats, Instant::from_nanos(now));
                late.catch_up(&stats, Instant::from_nanos(now));
                stats.bytes += bytes;
                let at = Instant::from_nanos(now);
                prop_assert_eq!(late.rate(&stats, at), prompt.rate(&stats, at));
            }
        }
    }
}
