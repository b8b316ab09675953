//! gact: a verdict and nothing else (`act_gact.c`).

use super::{ActionError, Control, Stats};
use crate::rng::Rng;

/// A verdict (`tc_gact`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Config {
    /// The verdict.
    pub control: Control,
    /// A second one, for some of the packets (`tc_gact_p`).
    pub random: Option<Random>,
}

impl Config {
    /// The same for every packet.
    #[must_use]
    pub const fn new(control: Control) -> Self {
        Self { control, random: None }
    }

    /// tc's `drop`.
    pub const DROP: Self = Self::new(Control::Shot);
    /// tc's `pass`.
    pub const PASS: Self = Self::new(Control::Ok);
}

/// Who gets the second verdict.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Random {
    /// How they are chosen.
    pub kind: RandomKind,
    /// The second verdict; not [`Control::GotoChain`].
    pub control: Control,
    /// One in so many; 0 counts as 1.
    pub value: u16,
}

/// How some of the packets are chosen (`PGACT_*`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RandomKind {
    /// By lot (`netrand`), from a generator with this seed.
    NetRand(u64),
    /// Every so manyth (`determ`).
    Determ,
}

/// A verdict at work.
#[derive(Debug)]
pub struct Gact {
    config: Config,
    lots: Rng,
    /// Packets that `determ` counted.
    packets: u32,
}

impl Gact {
    pub(super) fn new(config: Config) -> Result<Self, ActionError> {
        config.control.check()?;
        let second = config.random.map_or(Control::Ok, |random| random.control);
        second.check_fallback()?;
        let seed = match config.random {
            Some(Random { kind: RandomKind::NetRand(seed), .. }) => seed,
            _ => 0,
        };
        Ok(Self { config, lots: Rng::new(seed), packets: 0 })
    }

    /// What it was made of.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.config
    }

    pub(super) fn act(&mut self, stats: &mut Stats) -> Control {
        let random = self.config.random;
        let control = match random {
            Some(random) if self.is_chosen(&random) => random.control,
            _ => self.config.control,
        };
        if control == Control::Shot {
            stats.dropped();
        }
        control
    }

    fn is_chosen(&mut self, random: &Random) -> bool {
        let value = u32::from(random.value.max(1));
        match random.kind {
            RandomKind::Determ => {
                self.packets = self.packets.wrapping_add(1);
                self.packets.is_multiple_of(value)
            }
            // Below `value` and evenly so, but for 2^-16 (`get_random_u32_below`).
            RandomKind::NetRand(_) => {
                (u64::from(self.lots.next_u32()) * u64::from(value)) >> 32 == 0
            }
        }
    }
}
