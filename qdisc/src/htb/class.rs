//! What a class of htb is configured to, and what it shows.

use super::tree::{Bucket, DEEPEST, Node};
use crate::{ConfigError, Rate, RateSpec};

/// Bytes of burst that tc gives a class which names none: its default `mtu`.
const DEFAULT_BURST: u32 = 1600;
/// Linux's unit of burst times, 64 ns.
const PSCHED_SHIFT: u32 = 6;

/// What a class of [`Htb`](super::Htb) gets (`tc_htb_opt`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ClassConfig {
    /// The rate that it is promised.
    pub rate: RateSpec,
    /// The rate that it never exceeds, with what it borrows.
    pub ceil: RateSpec,
    /// Depth of the bucket that `rate` fills, as nanoseconds at that rate: what it may send at once.
    /// Linux has it in units of 64 ns.
    pub buffer: u64,
    /// Depth of the bucket that `ceil` fills, as nanoseconds at that rate.
    pub cbuffer: u64,
    /// Bytes that it may borrow in its turn. 0 is its rate's bytes per second by
    /// [`r2q`](super::Config::r2q), but 1000 at least and 200,000 at most. Of use in a leaf.
    pub quantum: u32,
    /// Who borrows first: 0 before 1, up to 7; what is above is taken for 7. Of use in a leaf.
    pub prio: u32,
}

impl ClassConfig {
    /// A class that gets `rate` and may borrow up to `ceil`, with the bursts that tc chooses: 1600
    /// bytes, and on top of it what passes in a nanosecond.
    #[must_use]
    pub const fn new(rate: RateSpec, ceil: RateSpec) -> Self {
        let own = DEFAULT_BURST as u64 + rate.bytes_per_second / 1_000_000_000;
        let most = DEFAULT_BURST as u64 + ceil.bytes_per_second / 1_000_000_000;
        let (buffer, cbuffer) = (burst_time(rate, own), burst_time(ceil, most));
        Self { rate, ceil, buffer, cbuffer, quantum: 0, prio: 0 }
    }

    /// The same with bursts of so many bytes (tc's `burst` and `cburst`).
    #[must_use]
    pub const fn with_bursts(self, burst: u32, cburst: u32) -> Self {
        Self {
            buffer: burst_time(self.rate, burst as u64),
            cbuffer: burst_time(self.ceil, cburst as u64),
            ..self
        }
    }

    /// The same with another priority.
    #[must_use]
    pub const fn with_prio(self, prio: u32) -> Self {
        Self { prio, ..self }
    }

    pub(super) fn buckets(&self) -> Result<(Bucket, Bucket), ConfigError> {
        let bucket = |spec, depth: u64| {
            let depth = depth.min(DEEPEST) as i64;
            Rate::new(spec).map(|rate| Bucket { rate, depth, tokens: depth })
        };
        Ok((bucket(self.rate, self.buffer)?, bucket(self.ceil, self.cbuffer)?))
    }

    /// The quantum that `r2q` makes of this, if none is named.
    pub(super) fn quantum(&self, r2q: u32) -> u32 {
        match self.quantum {
            0 => {
                let earned = self.rate.bytes_per_second / u64::from(r2q.max(1));
                earned.clamp(1000, 200_000) as u32
            }
            named => named.min(i32::MAX as u32),
        }
    }
}

/// The time of a burst in whole units of Linux, as tc rounds it (`tc_calc_xmittime`).
const fn burst_time(rate: RateSpec, bytes: u64) -> u64 {
    let per_unit = (rate.bytes_per_second as u128) << PSCHED_SHIFT;
    if per_unit == 0 {
        return 0;
    }
    let units = (bytes as u128 * 1_000_000_000).div_ceil(per_unit);
    // What tc sends has 32 bits.
    let units = if units > u32::MAX as u128 { u32::MAX as u64 } else { units as u64 };
    units << PSCHED_SHIFT
}

/// What only a class of htb counts (`tc_htb_xstats`).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct ClassXStats {
    /// Packets that went out on its own tokens, its own or those of classes below it.
    pub lends: u32,
    /// Packets that it or a class below it sent on tokens from above.
    pub borrows: u32,
    /// Always 0, as in Linux since it has no rate tables.
    pub giants: u32,
    /// What is in its bucket, in units of 64 ns; less than nothing is a debt.
    pub tokens: i32,
    /// The same for its ceiling.
    pub ctokens: i32,
}

impl ClassXStats {
    pub(super) fn of(node: &Node) -> Self {
        let units =
            |tokens: i64| (tokens >> PSCHED_SHIFT).clamp(i32::MIN.into(), i32::MAX.into()) as i32;
        Self {
            lends: node.lends,
            borrows: node.borrows,
            giants: 0,
            tokens: units(node.rate.tokens),
            ctokens: units(node.ceil.tokens),
        }
    }
}
