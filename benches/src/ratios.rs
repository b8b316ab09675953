//! Times that mean something on a machine which is not quiet.
//!
//! All candidates run in turn, many rounds; a round's times are divided by each other, and the median
//! of the quotients counts. What slows the machine down for a while slows all of them.
//!
//! Where things lie by chance counts too: loads wait for stores that are a multiple of 4096 bytes
//! away, and pages compete for places in the cache. One process may be unlucky from its start to its
//! end. So the candidates are made several times over, each time in new memory, and the stack moves
//! from round to round.

use core::hint::black_box;
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

/// Runs the candidates in turn, `rounds` times each of the `sets` that `make` makes.
pub fn interleave<'a>(make: impl Fn() -> Vec<Candidate<'a>>, sets: usize, rounds: usize) -> Rounds {
    // All at once, so that no set gets the memory of another.
    let mut sets: Vec<_> = (0..sets).map(|_| make()).collect();
    let names: Vec<_> = sets.iter().take(1).flatten().map(|(name, _)| *name).collect();
    let mut all = Rounds { times: vec![Vec::new(); names.len()], names };
    for set in &mut sets {
        for round in 0..=rounds {
            for ((_, candidate), times) in set.iter_mut().zip(&mut all.times) {
                let (time, operations) = deeper(round % STACK_STEPS, candidate);
                let time = time.as_nanos() as f64 / operations as f64;
                // The first round warms caches and predictors up.
                if round > 0 {
                    times.push(time);
                }
            }
        }
    }
    all
}

/// As many as it takes to move the stack by about a page.
const STACK_STEPS: usize = 16;

/// Runs the candidate `steps` frames further down the stack, each a 16th of a page and some.
#[inline(never)]
fn deeper(steps: usize, candidate: &mut dyn FnMut() -> (Duration, u64)) -> (Duration, u64) {
    let frame = black_box([0_u8; 208]);
    let answer = if steps == 0 { candidate() } else { deeper(steps - 1, candidate) };
    black_box(frame);
    answer
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
