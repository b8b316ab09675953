//! Times that mean something on a machine which is not quiet.
//!
//! All candidates run in turn, many rounds; a round's times are divided by each other, and the median
//! of the quotients counts. What slows the machine down for a while slows all of them.

use core::time::Duration;
use std::time::Instant;

/// Times of all candidates in all rounds, in nanoseconds per operation.
pub struct Rounds {
    names: Vec<&'static str>,
    times: Vec<Vec<f64>>,
}

/// One candidate: does its operation many times, and answers how long and how many.
pub type Candidate<'a> = (&'static str, Box<dyn FnMut() -> (Duration, u64) + 'a>);

/// How long `run` takes, for candidates that want all of it counted.
pub fn timed(run: impl FnOnce() -> u64) -> (Duration, u64) {
    let start = Instant::now();
    let operations = run();
    (start.elapsed(), operations)
}

/// Runs the candidates in turn.
pub fn interleave(candidates: &mut [Candidate<'_>], rounds: usize) -> Rounds {
    let names = candidates.iter().map(|(name, _)| *name).collect();
    let mut times = vec![Vec::with_capacity(rounds); candidates.len()];
    for round in 0..=rounds {
        for ((_, candidate), times) in candidates.iter_mut().zip(&mut times) {
            let (time, operations) = candidate();
            let time = time.as_nanos() as f64 / operations as f64;
            // The first round warms caches and predictors up.
            if round > 0 {
                times.push(time);
            }
        }
    }
    Rounds { names, times }
}

impl Rounds {
    fn of(&self, name: &str) -> &[f64] {
        let at = self.names.iter().position(|known| *known == name);
        at.and_then(|at| self.times.get(at)).map_or(&[], Vec::as_slice)
    }

    /// Nanoseconds per operation; the median.
    #[must_use]
    pub fn nanos(&self, name: &str) -> f64 {
        median(self.of(name).to_vec())
    }

    /// How many times as long `name` takes as `base`, measured in the same round; the median.
    #[must_use]
    pub fn ratio(&self, name: &str, base: &str) -> f64 {
        median(self.of(name).iter().zip(self.of(base)).map(|(a, b)| a / b).collect())
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
