//! PIE's controller (`pie_vars` and the functions on it): pie has one, fq_pie one for each flow.
//!
//! Times are Linux's `psched` ticks of 64 ns; probabilities are parts of 2^56.

use core::time::Duration;

use softnet_sk_buff::Instant;

use crate::ConfigError;
use crate::rng::Rng;

#[cfg(test)]
mod tests;

/// Certainty.
pub(crate) const MAX_PROB: u64 = u64::MAX >> 8;

const TICKS_PER_SECOND: u64 = ticks(Duration::from_secs(1));
const BURST: u64 = ticks(Duration::from_millis(150));
/// A queue so long that its rate can be measured, and how much of it has to leave for that.
const QUEUE_THRESHOLD: u64 = 16_384;
/// Rates are bytes per tick, times 2^8.
const SCALE: u32 = 8;
/// An empty queue forgets certainty in 2840 steps, and nothing else takes as long.
const MOST_STEPS: u32 = 4096;

const fn ticks(span: Duration) -> u64 {
    let ticks = span.as_nanos() >> 6;
    if ticks > u64::MAX as u128 { u64::MAX } else { ticks as u64 }
}

/// A point in time in ticks.
pub(crate) const fn tick(at: Instant) -> u64 {
    at.as_nanos() >> 6
}

/// What PIE is to achieve (`pie_params`); the defaults are Linux's.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Params {
    /// Delay that it steers for: 15 ms.
    pub target: Duration,
    /// How often it looks at the delay: 15 ms. Linux rounds this up to jiffies and needs one more:
    /// [`jiffies::period`](crate::jiffies::period) has what a kernel makes of it.
    pub tupdate: Duration,
    /// Weight, in 16ths of a hertz, of how far the delay is off: 2. Up to 32, as in `tc`.
    pub alpha: u32,
    /// Weight, in 16ths of a hertz, of how much it changed: 20. Up to 32, as in `tc`.
    pub beta: u32,
    /// Mark packets that understand ECN instead of dropping them, while the probability is small:
    /// no.
    pub ecn: bool,
    /// Drop small packets less often than large ones: no.
    pub bytemode: bool,
    /// Compute the delay from the queue's length and the rate at which it drains (Little's law)
    /// rather than take that of each packet: no.
    pub dq_rate_estimator: bool,
    /// Largest packet of the link with its header: 1514. Nothing is dropped while less than two of
    /// them wait.
    pub psched_mtu: u32,
}

impl Default for Params {
    fn default() -> Self {
        Self {
            target: Duration::from_millis(15),
            tupdate: Duration::from_millis(15),
            alpha: 2,
            beta: 20,
            ecn: false,
            bytemode: false,
            dq_rate_estimator: false,
            psched_mtu: 1514,
        }
    }
}

impl Params {
    const WEIGHT_MAX: u32 = 32;

    pub(crate) fn check(&self) -> Result<(), ConfigError> {
        match [self.alpha, self.beta].into_iter().find(|&weight| weight > Self::WEIGHT_MAX) {
            Some(weight) => Err(ConfigError::PieWeight(weight)),
            None if self.tupdate.is_zero() => Err(ConfigError::PeriodTooShort),
            None => Ok(()),
        }
    }

    fn mtu(&self) -> u32 {
        self.psched_mtu.clamp(1, 1 << 20)
    }
}

/// What PIE remembers of one queue (`pie_vars`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Control {
    qdelay: u64,
    qdelay_old: u64,
    /// Time for which a queue that begins to fill is let be.
    burst_time: u64,
    dq_tstamp: Option<u64>,
    prob: u64,
    accu_prob: u64,
    /// Bytes that left in the measurement that is going on.
    dq_count: Option<u64>,
    avg_dq_rate: u32,
}

impl Control {
    pub(crate) const NEW: Self = Self {
        qdelay: 0,
        qdelay_old: 0,
        burst_time: BURST,
        dq_tstamp: None,
        prob: 0,
        accu_prob: 0,
        dq_count: None,
        avg_dq_rate: 0,
    };

    /// Begins afresh with the probability and the delay as they are (`pie_vars_init`).
    pub(crate) fn init(&mut self) {
        let Self { qdelay, qdelay_old, prob, .. } = *self;
        *self = Self { qdelay, qdelay_old, prob, ..Self::NEW };
    }

    pub(crate) fn prob(&self) -> u64 {
        self.prob
    }

    pub(crate) fn qdelay(&self) -> Duration {
        Duration::from_nanos(self.qdelay.saturating_mul(64))
    }

    /// Bytes per second, as far as they were measured.
    pub(crate) fn dq_rate(&self) -> u64 {
        (u64::from(self.avg_dq_rate) * TICKS_PER_SECOND) >> SCALE
    }

    /// Whether a packet of `size` bytes that comes while `backlog` bytes wait is to be dropped
    /// (`pie_drop_early`).
    pub(crate) fn drop_early(
        &mut self,
        params: &Params,
        backlog: u32,
        size: u32,
        rng: &mut Rng,
    ) -> bool {
        let (mtu, prob) = (params.mtu(), self.prob);
        let calm = self.qdelay < ticks(params.target) / 2 && prob < MAX_PROB / 5;
        if self.burst_time > 0 || calm || backlog < 2 * mtu {
            return false;
        }
        let prob = if params.bytemode && size <= mtu {
            u64::from(size).wrapping_mul(prob / u64::from(mtu))
        } else {
            prob
        };
        // Drops are spread out: never before the probabilities since the last one add up to 0.85,
        // always once they reach 8.5 (RFC 8033 section 5.4).
        self.accu_prob = if prob == 0 { 0 } else { self.accu_prob.wrapping_add(prob) };
        if self.accu_prob < MAX_PROB / 100 * 85 {
            return false;
        }
        if self.accu_prob >= MAX_PROB / 2 * 17 {
            return true;
        }
        let hit = rng.next_u64() >> 8 < prob;
        if hit {
            self.accu_prob = 0;
        }
        hit
    }

    /// A packet was dropped.
    pub(crate) fn dropped(&mut self) {
        self.accu_prob = 0;
    }

    /// A packet of `len` bytes that came at tick `came` leaves at tick `now`, and `backlog` bytes are
    /// left (`pie_process_dequeue`).
    pub(crate) fn dequeued(
        &mut self,
        params: &Params,
        (came, now): (u64, u64),
        len: u32,
        backlog: u32,
    ) {
        let elapsed = if params.dq_rate_estimator {
            self.measure(now, len, backlog.into())
        } else {
            self.qdelay = if backlog > 0 { now.saturating_sub(came) } else { 0 };
            let before = self.dq_tstamp.replace(now).unwrap_or(now);
            Some(now.wrapping_sub(before) as u32)
        };
        self.burst_time = self.burst_time.saturating_sub(elapsed.unwrap_or(0).into());
    }

    /// Counts what leaves; once that is enough, takes its rate into the average and gives the time
    /// that it took.
    fn measure(&mut self, now: u64, len: u32, backlog: u64) -> Option<u32> {
        if backlog >= QUEUE_THRESHOLD && self.dq_count.is_none() {
            self.dq_tstamp = Some(now);
            self.dq_count = Some(0);
        }
        let count = self.dq_count?.wrapping_add(len.into());
        self.dq_count = Some(count);
        if count < QUEUE_THRESHOLD {
            return None;
        }
        let elapsed = now.wrapping_sub(self.dq_tstamp.unwrap_or(now)) as u32;
        let rate = ((count << SCALE) as u32).checked_div(elapsed)?;
        self.avg_dq_rate = match self.avg_dq_rate {
            0 => rate,
            average => (average - (average >> 3)).wrapping_add(rate >> 3),
        };
        if backlog < QUEUE_THRESHOLD {
            self.dq_count = None;
        } else {
            self.dq_count = Some(0);
            self.dq_tstamp = Some(now);
        }
        Some(elapsed)
    }

    /// Steers `n` times while `backlog` bytes wait and nothing else happens.
    ///
    /// However many: as long as the delay stands still the probability moves in equal steps between
    /// the points where the weights change, and these steps are taken at once. Only where the delay is
    /// above a minute and Linux's products wrap can the probability go to and fro for ever; then the
    /// rest is left out.
    pub(crate) fn update_times(&mut self, params: &Params, backlog: u32, mut n: u64) {
        let mut last_wrap = None;
        for _ in 0..MOST_STEPS {
            if n == 0 {
                return;
            }
            let before = *self;
            self.update(params, backlog);
            n -= 1;
            if *self == before {
                return;
            }
            if self.prob == MAX_PROB && before.prob > MAX_PROB {
                // The probability ran over the end of 64 bits, as it will again after as many steps.
                if let Some(then) = last_wrap.replace(n) {
                    n %= then - n;
                    last_wrap = None;
                }
                continue;
            }
            // While the delay is zero the steps are not equal, but then there are few of them.
            let steady = Self { prob: before.prob, ..*self } == before;
            let decays = self.qdelay == 0 && backlog == 0;
            if steady && !decays && regime(before.prob) == regime(self.prob) {
                let (low, high) = regime(self.prob);
                if self.prob > before.prob {
                    let step = self.prob - before.prob;
                    let steps = n.min((high - self.prob) / step);
                    self.prob += steps * step;
                    n -= steps;
                } else {
                    let step = before.prob - self.prob;
                    // Zero is left to be reached by a step of its own: it may begin a new burst.
                    let floor = low.max(1);
                    let steps = n.min(self.prob.saturating_sub(floor) / step);
                    self.prob -= steps * step;
                    n -= steps;
                }
            }
        }
    }

    /// Steers the probability by how far the delay is off and how much it changed
    /// (`pie_calculate_probability`).
    fn update(&mut self, params: &Params, backlog: u32) {
        let target = ticks(params.target);
        let (qdelay, qdelay_old) = if params.dq_rate_estimator {
            let old = self.qdelay;
            self.qdelay_old = old;
            (u64::from((backlog << SCALE).checked_div(self.avg_dq_rate).unwrap_or(0)), old)
        } else {
            (self.qdelay, self.qdelay_old)
        };
        // Then the backlog is very small.
        let mut may_decay = !(qdelay == 0 && backlog != 0);
        let shift = self.weight_shift();
        let weight = |sixteenths: u32| {
            let weight = (u64::from(sixteenths) * (MAX_PROB / TICKS_PER_SECOND)) >> 4;
            weight.checked_shr(shift).unwrap_or(0)
        };
        let off = weight(params.alpha).wrapping_mul(qdelay.wrapping_sub(target)) as i64;
        let change = weight(params.beta).wrapping_mul(qdelay.wrapping_sub(qdelay_old)) as i64;
        let mut delta = off.wrapping_add(change);
        if delta > (MAX_PROB / 50) as i64 && self.prob >= MAX_PROB / 10 {
            delta = (MAX_PROB / 100 * 2) as i64;
        }
        // Long delays are brought down by force.
        if qdelay > ticks(Duration::from_millis(250)) {
            delta = delta.wrapping_add((MAX_PROB / 50) as i64);
        }
        let old = self.prob;
        self.prob = old.wrapping_add_signed(delta);
        if delta > 0 && self.prob < old {
            self.prob = MAX_PROB;
            may_decay = false;
        } else if delta <= 0 && self.prob > old {
            self.prob = 0;
        }
        if qdelay == 0 && qdelay_old == 0 && may_decay {
            self.prob -= self.prob / 64;
        }
        self.qdelay = qdelay;
        let calm = self.qdelay < target / 2 && self.qdelay_old < target / 2 && self.prob == 0;
        if calm && (!params.dq_rate_estimator || self.avg_dq_rate > 0) {
            self.init();
        }
        if !params.dq_rate_estimator {
            self.qdelay_old = qdelay;
        }
    }

    /// How much gentler it steers while the probability is small (RFC 8033 section 4.2).
    fn weight_shift(&self) -> u32 {
        if self.prob >= MAX_PROB / 10 {
            return 0;
        }
        let powers = [100, 1_000, 10_000, 100_000, 1_000_000];
        1 + 2 * powers.iter().filter(|&power| self.prob < MAX_PROB / power).count() as u32
    }
}

/// The probabilities, from the first to the last, around `prob` at which the weights are the same.
fn regime(prob: u64) -> (u64, u64) {
    let (mut low, mut high) = (0, u64::MAX);
    for power in [1_000_000, 100_000, 10_000, 1_000, 100, 10] {
        let edge = MAX_PROB / power;
        if prob >= edge {
            low = edge;
        } else {
            high = high.min(edge - 1);
        }
    }
    (low, high)
}

/// When the controllers are to steer (`adapt_timer`).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Timer {
    next: Option<Instant>,
}

impl Timer {
    /// The first time is half a second after the first look at it.
    const FIRST: Duration = Duration::from_millis(500);

    pub(crate) const fn new() -> Self {
        Self { next: None }
    }

    pub(crate) fn set(&mut self, at: Instant) {
        self.next = Some(at);
    }

    /// How many times since the last look.
    #[inline]
    pub(crate) fn due(&mut self, now: Instant, tupdate: Duration) -> u64 {
        let next = *self.next.get_or_insert(now + Self::FIRST);
        if now < next { 0 } else { self.pass(next, now, tupdate) }
    }

    fn pass(&mut self, next: Instant, now: Instant, tupdate: Duration) -> u64 {
        let period = u64::try_from(tupdate.as_nanos()).unwrap_or(u64::MAX);
        let late = now.as_nanos() - next.as_nanos();
        let times = late.checked_div(period).unwrap_or(0).saturating_add(1);
        let ahead = times.saturating_mul(period);
        self.next = Some(Instant::from_nanos(next.as_nanos().saturating_add(ahead)));
        times
    }
}
