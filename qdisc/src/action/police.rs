//! police: one verdict for packets within a rate, another for those above it (`act_police.c`).

use core::time::Duration;

use softnet_sk_buff::Instant;

use super::{ActionError, Control, Stats};
use crate::{Cx, Estimator, EstimatorConfig, Packet, Rate, RateEstimate, RateSpec};

/// Largest packet of a policer with a rate unless it is told otherwise. tc makes rate tables of 8
/// bytes a cell, and 255 of them is how far Linux reads them.
const DEFAULT_MTU: u32 = 255 << 3;

/// A rate and what to do about it (`tc_police`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Config {
    /// The rate, in bytes or packets; `None` for a policer of nothing but sizes or averages.
    pub rate: Option<Limit>,
    /// A peak rate beside a rate of bytes.
    pub peakrate: Option<RateSpec>,
    /// Bytes of the largest packet that can conform: 2040 with a rate of bytes, else any. It is also
    /// the depth of the peak rate's bucket.
    pub mtu: Option<u32>,
    /// Bytes per second above which nothing conforms, on the average that `estimator` makes; 0 for
    /// none.
    pub avrate: u32,
    /// What makes the average.
    pub estimator: Option<EstimatorConfig>,
    /// What becomes of a packet that conforms: [`Control::Ok`], unless tc is told otherwise; not
    /// [`Control::GotoChain`].
    pub conform: Control,
    /// What becomes of the others: [`Control::Reclassify`], unless tc is told otherwise.
    pub exceed: Control,
}

/// A rate and its bucket.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Limit {
    /// Of bytes.
    Bytes {
        /// The rate.
        rate: RateSpec,
        /// The bucket, as the time that it takes to fill; see [`xmittime`].
        burst: Duration,
    },
    /// Of packets (`pkts_rate`, `pkts_burst`). This bucket is empty at first.
    Packets {
        /// Packets per second.
        rate: u64,
        /// The bucket, as the time that it takes to fill; see [`xmittime`].
        burst: Duration,
    },
}

/// How long `size` bytes or packets take at a rate per second, in the ticks of 64 ns in which tc tells
/// it to the kernel (`tc_calc_xmittime`).
#[must_use]
pub const fn xmittime(rate: u64, size: u32) -> Duration {
    const TICK: u64 = 64;
    const TICKS_PER_SECOND: u64 = 1_000_000_000 / TICK;
    let ticks = match (size as u64 * TICKS_PER_SECOND).checked_div(rate) {
        Some(ticks) if ticks < u32::MAX as u64 => ticks,
        _ => u32::MAX as u64,
    };
    Duration::from_nanos(ticks * TICK)
}

impl Config {
    /// Bytes at a `rate` with bursts of `burst` bytes; what is above is dropped.
    #[must_use]
    pub const fn bytes(rate: RateSpec, burst: u32) -> Self {
        let burst = xmittime(rate.bytes_per_second, burst);
        Self {
            rate: Some(Limit::Bytes { rate, burst }),
            peakrate: None,
            mtu: None,
            avrate: 0,
            estimator: None,
            conform: Control::Ok,
            exceed: Control::Shot,
        }
    }

    /// `rate` packets a second with bursts of `burst` packets; what is above is dropped.
    #[must_use]
    pub const fn packets(rate: u64, burst: u32) -> Self {
        let bytes = Self::bytes(RateSpec::bytes(0), 0);
        let burst = xmittime(rate, burst);
        Self { rate: Some(Limit::Packets { rate, burst }), ..bytes }
    }

    fn check(&self) -> Result<(), ActionError> {
        self.exceed.check()?;
        self.conform.check_fallback()?;
        if self.avrate != 0 && self.estimator.is_none() {
            return Err(ActionError::NoEstimator);
        }
        match self.rate {
            Some(Limit::Packets { .. }) if self.peakrate.is_some() => Err(ActionError::TwoRates),
            _ => Ok(()),
        }
    }
}

/// Tokens are nanoseconds, as in Linux: what a packet takes at the rate.
#[derive(Clone, Copy, Debug)]
struct Bucket {
    rate: Rate,
    depth: i64,
    tokens: i64,
}

impl Bucket {
    /// Tokens that are left when `elapsed` is over and a packet that takes `cost` has gone.
    fn after(&self, elapsed: i64, cost: u64) -> i64 {
        self.tokens.saturating_add(elapsed.min(self.depth)).min(self.depth) - nanos(cost)
    }
}

fn nanos(nanos: u64) -> i64 {
    i64::try_from(nanos).unwrap_or(i64::MAX)
}

fn duration(duration: Duration) -> i64 {
    i64::try_from(duration.as_nanos()).unwrap_or(i64::MAX)
}

/// What an estimator looks at.
fn counters(stats: &Stats) -> crate::Stats {
    crate::Stats { bytes: stats.bytes, packets: stats.packets, ..crate::Stats::default() }
}

/// A policer at work.
#[derive(Debug)]
pub struct Police {
    config: Config,
    mtu: u32,
    main: Option<Bucket>,
    peak: Option<Bucket>,
    /// When the buckets were last filled (`tcfp_t_c`).
    checkpoint: Instant,
    estimator: Option<Estimator>,
}

impl Police {
    pub(super) fn new(config: Config, now: Instant) -> Result<Self, ActionError> {
        config.check()?;
        let of_bytes = matches!(config.rate, Some(Limit::Bytes { .. }));
        let mtu = config.mtu.filter(|&mtu| mtu != 0);
        let mtu = mtu.unwrap_or(if of_bytes { DEFAULT_MTU } else { u32::MAX });
        let main = match config.rate {
            None => None,
            Some(Limit::Bytes { rate, burst }) => {
                let depth = duration(burst);
                Some(Bucket { rate: Rate::new(rate)?, depth, tokens: depth })
            }
            Some(Limit::Packets { rate, burst }) => {
                let rate = Rate::new(RateSpec::bytes(rate))?;
                Some(Bucket { rate, depth: duration(burst), tokens: 0 })
            }
        };
        let peak = match config.peakrate {
            // Without a rate Linux has no peak rate either.
            Some(peakrate) if of_bytes => {
                let rate = Rate::new(peakrate)?;
                let depth = nanos(rate.l2t_ns(mtu));
                Some(Bucket { rate, depth, tokens: depth })
            }
            _ => None,
        };
        let nothing = crate::Stats::default();
        let estimator = config.estimator.map(|config| Estimator::new(config, &nothing, now));
        Ok(Self { config, mtu, main, peak, checkpoint: now, estimator: estimator.transpose()? })
    }

    /// What it was made of.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Bytes of the largest packet that can conform; `u32::MAX` for any.
    #[must_use]
    pub fn mtu(&self) -> u32 {
        self.mtu
    }

    /// The average rates at `now`, if it measures them. `stats` are those of its action.
    #[must_use]
    pub fn rate(&self, stats: &Stats, now: Instant) -> Option<RateEstimate> {
        self.estimator.as_ref().map(|estimator| estimator.rate(&counters(stats), now))
    }

    pub(super) fn catch_up(&mut self, stats: &Stats, now: Instant) {
        if let Some(estimator) = &mut self.estimator {
            estimator.catch_up(&counters(stats), now);
        }
    }

    pub(super) fn act<P: Packet>(
        &mut self,
        packet: &P,
        stats: &mut Stats,
        cx: &Cx<'_, P>,
    ) -> Control {
        let now = cx.now;
        let avrate = u64::from(self.config.avrate);
        let too_fast =
            avrate != 0 && self.rate(stats, now).is_none_or(|rate| rate.bytes_per_second >= avrate);
        let largest = packet.largest_segment().saturating_add(uncounted_link(packet, cx));
        let conforms = !too_fast && largest <= self.mtu;
        if conforms && self.main.is_none() {
            return self.config.conform;
        }
        let control = if conforms && self.take(packet, now) {
            self.config.conform
        } else {
            stats.overlimit();
            self.config.exceed
        };
        if control == Control::Shot {
            stats.dropped();
        }
        control
    }

    /// Takes a packet's tokens, if they are there.
    fn take<P: Packet>(&mut self, packet: &P, now: Instant) -> bool {
        let Some(main) = &mut self.main else { return true };
        let elapsed = now.as_nanos().saturating_sub(self.checkpoint.as_nanos());
        let elapsed = nanos(elapsed);
        let cost = match self.config.rate {
            Some(Limit::Packets { .. }) => main.rate.l2t_ns(1),
            _ => main.rate.l2t_ns(packet.pkt_len()),
        };
        let tokens = main.after(elapsed, cost);
        // The peak rate's bucket gains no more at a time than the other one holds.
        let earned = elapsed.min(main.depth);
        let peak = self.peak.as_ref();
        let peak = peak.map(|peak| peak.after(earned, peak.rate.l2t_ns(packet.pkt_len())));
        if tokens < 0 || peak.is_some_and(|tokens| tokens < 0) {
            return false;
        }
        main.tokens = tokens;
        if let (Some(bucket), Some(tokens)) = (&mut self.peak, peak) {
            bucket.tokens = tokens;
        }
        self.checkpoint = self.checkpoint.max(now);
        true
    }
}

/// Bytes of the link header that the length of a packet at the ingress is without; that of segments is not
/// (`tcf_police_mtu_check`).
fn uncounted_link<P: Packet>(packet: &P, cx: &Cx<'_, P>) -> u32 {
    if !cx.at_ingress || packet.segments() > 1 {
        return 0;
    }
    packet.frame().map_or(0, |frame| u32::try_from(frame.network).unwrap_or(0))
}
