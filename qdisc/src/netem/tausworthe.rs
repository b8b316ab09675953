//! The generator behind netem's dice: seeded, it throws what Linux throws.

/// L'Ecuyer's maximally equidistributed combined Tausworthe generator (`struct rnd_state`,
/// `lib/random32.c`; taus113 of the GNU Scientific Library).
#[derive(Clone, Copy, Debug)]
pub(super) struct Tausworthe([u32; 4]);

/// Each of the four parts must be at least this, or it stays 0 for ever.
const LEAST: [u32; 4] = [2, 8, 16, 128];

const fn at_least(value: u32, least: u32) -> u32 {
    if value < least { value + least } else { value }
}

const fn step(s: u32, [a, b, d]: [u32; 3], mask: u32) -> u32 {
    ((s & mask) << d) ^ (((s << a) ^ s) >> b)
}

impl Tausworthe {
    /// `prandom_seed_state`.
    pub(super) const fn new(seed: u64) -> Self {
        let mixed = ((seed >> 32) ^ (seed << 10) ^ seed) as u32;
        Self([
            at_least(mixed, LEAST[0]),
            at_least(mixed, LEAST[1]),
            at_least(mixed, LEAST[2]),
            at_least(mixed, LEAST[3]),
        ])
    }

    /// `prandom_u32_state`.
    pub(super) const fn next_u32(&mut self) -> u32 {
        let [s1, s2, s3, s4] = self.0;
        self.0 = [
            step(s1, [6, 13, 18], 0xffff_fffe),
            step(s2, [2, 27, 2], 0xffff_fff8),
            step(s3, [13, 21, 7], 0xffff_fff0),
            step(s4, [3, 12, 13], 0xffff_ff80),
        ];
        let [s1, s2, s3, s4] = self.0;
        s1 ^ s2 ^ s3 ^ s4
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Seed, number of draws, the last of them, as the GNU Scientific Library's taus113 gives.
    const GSL: [(u32, u32, u32); 6] = [
        (931_557_656, 959, 2_975_593_782),
        (1_339_693_295, 876, 3_887_776_532),
        (1_545_556_285, 961, 1_615_538_833),
        (601_730_776, 723, 1_776_162_651),
        (1_027_516_047, 687, 511_983_079),
        (416_526_298, 700, 916_156_552),
    ];

    #[test]
    fn is_gsls_taus113() {
        for (seed, draws, last) in GSL {
            // GSL's own seeding: four steps of a congruential generator, ten draws to warm up.
            let mut parts = [0; 4];
            let mut x = seed;
            for (part, least) in parts.iter_mut().zip(LEAST) {
                x = at_least(x.wrapping_mul(69_069), least);
                *part = x;
            }
            let mut taus = Tausworthe(parts);
            (0..10 + draws - 1).for_each(|_| _ = taus.next_u32());
            assert_eq!(taus.next_u32(), last, "seed {seed}");
        }
    }

    #[test]
    fn a_seed_of_zero_is_a_seed() {
        assert_eq!(Tausworthe::new(0).0, LEAST);
        // 1 << 32 folds to 1.
        assert_eq!(Tausworthe::new(1 << 32).0, [3, 9, 17, 129]);
    }
}
