//! Random numbers that are the same on every machine.

/// SplitMix64 (Steele, Lea, Flood 2014): one seed, one sequence.
#[derive(Clone, Debug)]
pub struct Rng(u64);

impl Rng {
    /// The sequence of `seed`.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from `low` to `high`, both included.
    pub fn range(&mut self, low: u64, high: u64) -> u64 {
        assert!(low <= high, "an empty range");
        let span = u128::from(high - low) + 1;
        low + u64::try_from((u128::from(self.bits()) * span) >> 64).expect("below the span")
    }

    /// The same for 32 bits.
    pub fn range32(&mut self, low: u32, high: u32) -> u32 {
        u32::try_from(self.range(low.into(), high.into())).expect("between two u32")
    }

    /// A number from `low` to `high` whose logarithm is evenly spread: as many between 10 and 100 as
    /// between 100 and 1000.
    pub fn log_range(&mut self, low: u64, high: u64) -> u64 {
        let (from, to) = ((low.max(1) as f64).ln(), (high.max(1) as f64).ln());
        let unit = (self.bits() >> 11) as f64 / (1u64 << 53) as f64;
        ((from + unit * (to - from)).exp().round() as u64).clamp(low, high)
    }

    /// `true` once in `n` times.
    pub fn one_in(&mut self, n: u64) -> bool {
        self.range(1, n) == 1
    }

    /// One of `choices`.
    pub fn pick<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.range(0, choices.len() as u64 - 1) as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first outputs for seed 1234567 of Vigna's splitmix64.c, as published on Rosetta Code.
    #[test]
    fn is_splitmix64() {
        let mut rng = Rng::new(1_234_567);
        let first = [(); 3].map(|()| rng.bits());
        assert_eq!(
            first,
            [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]
        );
    }

    #[test]
    fn ranges_reach_both_ends_and_no_further() {
        let mut rng = Rng::new(7);
        let seen: std::collections::BTreeSet<_> = (0..200).map(|_| rng.range(3, 6)).collect();
        assert_eq!(seen.into_iter().collect::<Vec<_>>(), [3, 4, 5, 6]);
        assert!((0..200).all(|_| (10..=1000).contains(&rng.log_range(10, 1000))));
        assert_eq!(rng.range(u64::MAX, u64::MAX), u64::MAX);
    }
}
