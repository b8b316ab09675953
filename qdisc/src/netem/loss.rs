//! Netem's dice, and who is lost by them.

use super::config::{Loss, Probability};
use super::tausworthe::Tausworthe;

/// A die that may depend on its last throw (`struct crndstate`).
#[derive(Clone, Copy, Debug)]
pub(super) struct Die {
    last: u32,
    rho: u32,
}

impl Die {
    /// `init_crandom`; Linux draws `last` from the system's entropy.
    pub(super) const fn new(correlation: Probability, last: u32) -> Self {
        Self { last, rho: correlation.0 }
    }

    /// `get_crandom`.
    pub(super) fn throw(&mut self, random: &mut Tausworthe) -> u32 {
        let value = random.next_u32();
        if self.rho == 0 {
            return value;
        }
        let rho = u64::from(self.rho) + 1;
        // The weights add up to 2^32, so the sum stays below 2^64.
        let sum = u64::from(value) * ((1 << 32) - rho) + u64::from(self.last) * rho;
        self.last = (sum >> 32) as u32;
        self.last
    }

    /// Whether something of this probability happens; what never happens costs no throw.
    pub(super) fn happens(&mut self, probability: Probability, random: &mut Tausworthe) -> bool {
        probability != Probability::NEVER && probability.0 >= self.throw(random)
    }
}

/// Where the loss model's Markov chain stands (`struct clgstate`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Chain {
    /// Good: state 1 of four, or the good one of two.
    Good,
    /// State 2: good, within a burst of losses.
    GoodInBurst,
    /// State 3: lost within a burst; the bad one of two.
    Bad,
    /// State 4: a single loss.
    Single,
}

impl Chain {
    /// Whether the next packet is lost (`loss_event`).
    pub(super) fn lose(&mut self, model: &Loss, die: &mut Die, random: &mut Tausworthe) -> bool {
        match *model {
            Loss::Random(chance) => die.happens(chance.probability, random),
            Loss::State { p13, p31, p32, p23, p14 } => {
                let drawn = random.next_u32();
                let (next, lost) = match self {
                    Self::Good if drawn < p14.0 => (Self::Single, true),
                    Self::Good if drawn < p13.0.wrapping_add(p14.0) => (Self::Bad, true),
                    Self::GoodInBurst if drawn < p23.0 => (Self::Bad, true),
                    Self::GoodInBurst => (Self::GoodInBurst, false),
                    Self::Bad if drawn < p32.0 => (Self::GoodInBurst, false),
                    Self::Bad if drawn >= p31.0.wrapping_add(p32.0) => (Self::Bad, true),
                    Self::Good | Self::Bad | Self::Single => (Self::Good, false),
                };
                *self = next;
                lost
            }
            Loss::GilbertElliott { p, r, h, k1 } => match self {
                Self::Bad => {
                    if random.next_u32() < r.0 {
                        *self = Self::Good;
                    }
                    random.next_u32() > h.0
                }
                _ => {
                    if random.next_u32() < p.0 {
                        *self = Self::Bad;
                    }
                    random.next_u32() < k1.0
                }
            },
        }
    }
}
