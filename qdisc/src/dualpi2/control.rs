//! PI2's controller, and when it steers (`calculate_probability`, `pi2_timer`).
//!
//! Probabilities are parts of 2^32 - 1; weights are in units of 64 ns, as Linux keeps them.

use core::time::Duration;

use softnet_sk_buff::Instant;

use super::Config;

#[cfg(test)]
mod tests;

/// Certainty.
pub(super) const MAX_PROB: u32 = u32::MAX;

/// Steps taken at most for one look. Only a target of minutes, in steps of microseconds, needs more.
const MOST_STEPS: u32 = 65_536;

pub(super) const fn nanos(span: Duration) -> u64 {
    let nanos = span.as_nanos();
    if nanos > u64::MAX as u128 { u64::MAX } else { nanos as u64 }
}

/// A weight in 256ths of a hertz made ready (`dualpi2_scale_alpha_beta`).
fn scaled(weight: u32) -> i64 {
    ((u64::from(weight) * u64::from(MAX_PROB)) >> 2).wrapping_div(1_000_000_000) as i64
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Control {
    prob: u32,
    last_qdelay: u64,
    /// When to steer next.
    next: Option<Instant>,
}

impl Control {
    pub(super) const NEW: Self = Self { prob: 0, last_qdelay: 0, next: None };

    #[cfg(test)]
    pub(super) fn with_prob(self, prob: u32) -> Self {
        Self { prob, ..self }
    }

    pub(super) fn prob(&self) -> u32 {
        self.prob
    }

    /// The last delay is still known after a reset, as in Linux.
    pub(super) fn reset(&mut self) {
        self.prob = 0;
    }

    pub(super) fn set_next(&mut self, at: Instant) {
        self.next = Some(at);
    }

    /// Steers at all the instants due by `now`, while the oldest packet is the one that came at
    /// `oldest`.
    #[inline]
    pub(super) fn catch_up(&mut self, config: &Config, oldest: Option<Instant>, now: Instant) {
        let next = *self.next.get_or_insert(now + config.tupdate);
        if now >= next {
            self.steer_until(config, oldest, next, now);
        }
    }

    fn steer_until(
        &mut self,
        config: &Config,
        oldest: Option<Instant>,
        mut due: Instant,
        now: Instant,
    ) {
        let period = nanos(config.tupdate).max(1);
        for _ in 0..MOST_STEPS {
            let before = *self;
            self.update(config, delay(oldest, due));
            due += config.tupdate;
            if due > now {
                break;
            }
            if self.is_settled(&before, oldest) {
                let rounds = (now.as_nanos() - due.as_nanos()) / period;
                self.run_down(&before, oldest, rounds);
                due = Instant::from_nanos(due.as_nanos() + rounds * period);
                self.last_qdelay = delay(oldest, due);
                due += config.tupdate;
                break;
            }
        }
        // What was left out, if anything, is not made up for later.
        if due <= now {
            self.last_qdelay = delay(oldest, now);
            due = now + config.tupdate;
        }
        self.next = Some(due);
    }

    /// Whether the rest is known: an empty queue brings the probability down in equal steps, and a
    /// packet that is stuck keeps it at the top once it is there.
    fn is_settled(&self, before: &Self, oldest: Option<Instant>) -> bool {
        match oldest {
            None => before.last_qdelay == 0,
            Some(_) => self.prob == MAX_PROB && before.prob == MAX_PROB,
        }
    }

    /// The next of `rounds + 1` steps of an empty queue, each as the last one was.
    fn run_down(&mut self, before: &Self, oldest: Option<Instant>, rounds: u64) {
        if oldest.is_none() {
            let step = u64::from(before.prob.saturating_sub(self.prob));
            let down = step.saturating_mul(rounds.saturating_add(1));
            self.prob = self.prob.saturating_sub(u32::try_from(down).unwrap_or(u32::MAX));
        }
    }

    fn update(&mut self, config: &Config, qdelay: u64) {
        let off = (qdelay as i64).wrapping_sub(nanos(config.target) as i64);
        let change = (qdelay as i64).wrapping_sub(self.last_qdelay as i64);
        let delta = off
            .wrapping_mul(scaled(config.alpha))
            .wrapping_add(change.wrapping_mul(scaled(config.beta)));
        self.last_qdelay = qdelay;
        let step = (delta.unsigned_abs() >> 6) as u32;
        let prob = if delta > 0 {
            let up = self.prob.wrapping_add(step);
            if up < self.prob { MAX_PROB } else { up }
        } else {
            let down = self.prob.wrapping_sub(step);
            if down > self.prob { 0 } else { down }
        };
        // Without drops there is no more signal than to mark every packet of the L-queue.
        self.prob = if config.drop_overload {
            prob
        } else {
            prob.min(MAX_PROB / u32::from(config.coupling.max(1)))
        };
    }
}

fn delay(oldest: Option<Instant>, now: Instant) -> u64 {
    oldest.map_or(0, |came| nanos(now.saturating_since(came)))
}
