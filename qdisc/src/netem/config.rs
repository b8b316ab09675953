//! What a [`Netem`](super::Netem) is to do to packets.

use alloc::sync::Arc;
use core::str::FromStr;

use crate::ConfigError;
use crate::netem::tables;

/// A probability as Linux keeps it: a 32-bit fraction, all ones for certainty.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Probability(pub u32);

impl Probability {
    /// Always.
    pub const ALWAYS: Self = Self(u32::MAX);
    /// Never.
    pub const NEVER: Self = Self(0);

    /// So many in a million, rounded to the nearest; above a million is [`ALWAYS`](Self::ALWAYS).
    ///
    /// ```
    /// use softnet_qdisc::netem::Probability;
    ///
    /// assert_eq!(Probability::ppm(250_000), Probability(0x4000_0000), "25%");
    /// ```
    #[must_use]
    pub const fn ppm(parts_per_million: u32) -> Self {
        let parts = if parts_per_million > 1_000_000 { 1_000_000 } else { parts_per_million };
        Self(((parts as u64 * u32::MAX as u64 + 500_000) / 1_000_000) as u32)
    }
}

/// Something that happens to some packets.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Chance {
    /// How probable it is.
    pub probability: Probability,
    /// How much the dice depend on their last throw.
    pub correlation: Probability,
}

impl Chance {
    /// As probable as that, each time anew.
    #[must_use]
    pub const fn of(probability: Probability) -> Self {
        Self { probability, correlation: Probability::NEVER }
    }
}

/// A table of what a random delay may be: each entry equally probable, in 8192nds of the jitter away
/// from the latency (`TCA_NETEM_DELAY_DIST`, `struct disttable`).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Distribution(Table);

#[derive(Clone, PartialEq, Eq, Debug)]
enum Table {
    Known(&'static [i16]),
    Given(Arc<[i16]>),
}

impl Distribution {
    /// Most entries that a table has (`NETEM_DIST_MAX`).
    pub const MAX: usize = 16_384;

    /// tc's `distribution normal`.
    #[must_use]
    pub const fn normal() -> Self {
        Self(Table::Known(&tables::NORMAL))
    }

    /// tc's `distribution pareto`.
    #[must_use]
    pub const fn pareto() -> Self {
        Self(Table::Known(&tables::PARETO))
    }

    /// tc's `distribution paretonormal`.
    #[must_use]
    pub const fn paretonormal() -> Self {
        Self(Table::Known(&tables::PARETONORMAL))
    }

    /// A table of one's own.
    ///
    /// # Errors
    /// [`ConfigError::DistributionLen`] if it is empty or has more than [`MAX`](Self::MAX) entries.
    pub fn new(table: &[i16]) -> Result<Self, ConfigError> {
        if table.is_empty() || table.len() > Self::MAX {
            return Err(ConfigError::DistributionLen(table.len()));
        }
        Ok(Self(Table::Given(table.into())))
    }

    /// Its entries.
    #[must_use]
    pub fn table(&self) -> &[i16] {
        match &self.0 {
            Table::Known(table) => table,
            Table::Given(table) => table,
        }
    }
}

/// Reads the text of a `.dist` file as tc has them: numbers apart by white space, `#` to the end of a
/// line for comments.
impl FromStr for Distribution {
    type Err = ConfigError;

    fn from_str(text: &str) -> Result<Self, ConfigError> {
        let lines = text.lines().map(|line| line.split('#').next().unwrap_or_default());
        let mut table = alloc::vec::Vec::new();
        for number in lines.flat_map(str::split_whitespace) {
            if table.len() == Self::MAX {
                return Err(ConfigError::DistributionLen(table.len() + 1));
            }
            table.push(number.parse().map_err(|_| ConfigError::DistributionEntry)?);
        }
        Self::new(&table)
    }
}

/// How long packets are held back (`netem delay`).
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Delay {
    /// Nanoseconds, at most 2⁶³ - 1.
    pub latency: u64,
    /// Nanoseconds more or less; what is above 2³¹ - 1 counts as that.
    pub jitter: u64,
    /// How much a packet's jitter depends on that of the one before it.
    pub correlation: Probability,
    /// How jitter is spread; evenly if there is none.
    pub distribution: Option<Distribution>,
}

/// Which packets are lost (`netem loss`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Loss {
    /// Each by lot (`loss random`).
    Random(Chance),
    /// Four states and the ways between them (`loss state`, Salsano, Ludovici and Ordine's GI model):
    /// 1 good, 2 good within a burst of losses, 3 lost within a burst, 4 a single loss.
    State {
        /// From 1 to 3.
        p13: Probability,
        /// From 3 to 1.
        p31: Probability,
        /// From 3 to 2.
        p32: Probability,
        /// From 2 to 3.
        p23: Probability,
        /// From 1 to 4; from there it always goes back to 1.
        p14: Probability,
    },
    /// A good and a bad state (`loss gemodel`, Gilbert and Elliott).
    GilbertElliott {
        /// From good to bad.
        p: Probability,
        /// From bad to good.
        r: Probability,
        /// Not lost in the bad state: `tc` takes 1 - h and gives this.
        h: Probability,
        /// Lost in the good state: 1 - k.
        k1: Probability,
    },
}

impl Default for Loss {
    fn default() -> Self {
        Self::Random(Chance::default())
    }
}

/// A slow link behind the discipline (`netem rate`).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct LinkRate {
    /// Bytes per second; 0 is no link.
    pub bytes_per_second: u64,
    /// Bytes that each packet takes on top of its length, or less of it.
    pub packet_overhead: i32,
    /// Bytes in a cell; 0 is no cells.
    pub cell_size: u32,
    /// Bytes that each cell takes on top of its size.
    pub cell_overhead: i32,
}

/// How long the link sleeps between the moments at which it sends (`netem slot`).
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum SlotDelay {
    /// Nanoseconds, anything between the two.
    Between(u64, u64),
    /// As far from one slot to the next as a distribution says.
    Distributed {
        /// Nanoseconds.
        delay: u64,
        /// Nanoseconds more or less; what is above 2³¹ - 1 counts as that. Without any there are no
        /// slots.
        jitter: u64,
        /// How it is spread.
        distribution: Distribution,
    },
}

/// Packets leave in bunches, as a cable modem or Wi-Fi sends them (`netem slot`).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Slot {
    /// From one slot to the next.
    pub delay: SlotDelay,
    /// Packets that a slot has room for; 0 is any number.
    pub max_packets: u32,
    /// Bytes that a slot has room for; 0 is any number.
    pub max_bytes: u32,
}

/// What a [`Netem`](super::Netem) does to packets (`tc_netem_qopt` and its attributes); nothing at all
/// by default.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Config {
    /// Packets that may wait: 1000.
    pub limit: u32,
    /// How long packets are held back.
    pub delay: Delay,
    /// Which packets are lost.
    pub loss: Loss,
    /// Whether packets whose sender understands ECN are marked instead of lost.
    pub ecn: bool,
    /// Which packets come twice.
    pub duplicate: Chance,
    /// Every so many packets one may go ahead of all; 0 is never.
    pub gap: u32,
    /// Whether that one does; `None` is always, as where `gap` alone is given.
    pub reorder: Option<Chance>,
    /// Which packets have a bit turned.
    pub corrupt: Chance,
    /// The slow link, if there is one.
    pub rate: LinkRate,
    /// The bunches, if there are any.
    pub slot: Option<Slot>,
    /// What the dice are thrown from (`TCA_NETEM_PRNG_SEED`), rather than from what
    /// [`Netem::new`](super::Netem::new) is given.
    pub seed: Option<u64>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            limit: 1000,
            delay: Delay::default(),
            loss: Loss::default(),
            ecn: false,
            duplicate: Chance::default(),
            gap: 0,
            reorder: None,
            corrupt: Chance::default(),
            rate: LinkRate::default(),
            slot: None,
            seed: None,
        }
    }
}

impl Config {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        if self.limit == 0 {
            return Err(ConfigError::ZeroLimit);
        }
        let times = match &self.slot {
            None => [0, 0],
            Some(Slot { delay: SlotDelay::Between(min, max), .. }) if min > max => {
                return Err(ConfigError::SlotDelay { min: *min, max: *max });
            }
            Some(Slot { delay: SlotDelay::Between(min, max), .. }) => [*min, *max],
            Some(Slot { delay: SlotDelay::Distributed { delay, jitter, .. }, .. }) => {
                [*delay, *jitter]
            }
        };
        let delay = [self.delay.latency, self.delay.jitter];
        // Linux's are signed.
        match times.into_iter().chain(delay).find(|&time| i64::try_from(time).is_err()) {
            Some(time) => Err(ConfigError::TimeTooLong(time)),
            None => Ok(()),
        }
    }
}
