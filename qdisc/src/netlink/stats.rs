//! What `tc -s` shows: `TCA_STATS2`, and `TCA_STATS` and `TCA_XSTATS` for old programs (`net/core/gen_stats.c`).

use softnet_netlink::tc::{
    GnetStatsBasic, GnetStatsQueue, GnetStatsRateEst, GnetStatsRateEst64, TcStats,
};
use softnet_netlink::wire::{Body, WriteError};

use super::request::tca;
use super::xstats::App;
use crate::{RateEstimate, Stats};

/// `TCA_STATS_*`.
const BASIC: u16 = 1;
const RATE_EST: u16 = 2;
const QUEUE: u16 = 3;
const APP: u16 = 4;
const RATE_EST64: u16 = 5;
const PAD: u16 = 6;
const PKT64: u16 = 8;

/// What is told of a discipline or class, and in which order.
#[derive(Debug, Default)]
pub(super) struct Told {
    pub(super) basic: Option<Stats>,
    pub(super) rate: Option<RateEstimate>,
    pub(super) queue: Option<Stats>,
    pub(super) app: Option<App>,
    /// Disciplines tell first what only they know, classes last.
    pub(super) app_first: bool,
}

impl Told {
    /// Writes all of it (`gnet_stats_start_copy_compat` to `gnet_stats_finish_copy`).
    pub(super) fn write(&self, to: &mut Body<'_>) -> Result<(), WriteError> {
        to.nest_as(tca::STATS2, |to| {
            if self.app_first {
                self.app(to)?;
            }
            self.basic(to)?;
            self.rate(to)?;
            self.queue(to)?;
            if self.app_first { Ok(()) } else { self.app(to) }
        })?;
        to.value_64bit(tca::STATS, &self.compat(), tca::PAD)?;
        match &self.app {
            Some(App::Words(words)) => to.value_64bit(tca::XSTATS, words.as_slice(), tca::PAD),
            _ => Ok(()),
        }
    }

    fn app(&self, to: &mut Body<'_>) -> Result<(), WriteError> {
        match &self.app {
            None => Ok(()),
            Some(App::Words(words)) => to.value_64bit(APP, words.as_slice(), PAD),
            Some(App::Nest(nest)) => nest.write(APP, to),
        }
    }

    /// `gnet_stats_copy_basic`.
    pub(super) fn basic(&self, to: &mut Body<'_>) -> Result<(), WriteError> {
        let Some(Stats { bytes, packets, .. }) = self.basic else { return Ok(()) };
        let low = packets as u32;
        to.value_64bit(BASIC, &GnetStatsBasic { bytes, packets: low, pad: 0 }, PAD)?;
        if u64::from(low) == packets {
            return Ok(());
        }
        to.value_64bit(PKT64, &packets, PAD)
    }

    /// `gnet_stats_copy_rate_est`.
    pub(super) fn rate(&self, to: &mut Body<'_>) -> Result<(), WriteError> {
        let Some(rate) = self.rate else { return Ok(()) };
        let [bps, pps] = words(rate);
        to.value_64bit(RATE_EST, &GnetStatsRateEst { bps, pps }, PAD)?;
        if u64::from(bps) == rate.bytes_per_second {
            return Ok(());
        }
        let whole = GnetStatsRateEst64 { bps: rate.bytes_per_second, pps: rate.packets_per_second };
        to.value_64bit(RATE_EST64, &whole, PAD)
    }

    /// `gnet_stats_copy_queue`. The sizes have 32 bits there.
    pub(super) fn queue(&self, to: &mut Body<'_>) -> Result<(), WriteError> {
        let Some(stats) = self.queue else { return Ok(()) };
        let queue = GnetStatsQueue {
            qlen: stats.backlog.packets,
            backlog: stats.backlog.bytes as u32,
            drops: stats.drops as u32,
            requeues: stats.requeues as u32,
            overlimits: stats.overlimits as u32,
        };
        to.value_64bit(QUEUE, &queue, PAD)
    }

    pub(super) fn compat(&self) -> TcStats {
        let basic = self.basic.unwrap_or_default();
        let queue = self.queue.unwrap_or_default();
        let [bps, pps] = self.rate.map_or([0; 2], words);
        TcStats {
            bytes: basic.bytes,
            packets: basic.packets as u32,
            drops: queue.drops as u32,
            overlimits: queue.overlimits as u32,
            bps,
            pps,
            qlen: queue.backlog.packets,
            backlog: queue.backlog.bytes as u32,
            pad: 0,
        }
    }
}

/// A rate in 32 bits: bytes as many as fit, packets cut.
fn words(rate: RateEstimate) -> [u32; 2] {
    let bytes = u32::try_from(rate.bytes_per_second).unwrap_or(u32::MAX);
    [bytes, rate.packets_per_second as u32]
}
