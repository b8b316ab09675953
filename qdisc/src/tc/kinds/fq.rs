//! fq.

use alloc::boxed::Box;
use core::time::Duration;

use super::{Parsed, Words};
use crate::Packet;
use crate::fq::Config;
use crate::tc::words::{number, size};

const FQ: &str = "options are limit flow_limit quantum initial_quantum maxrate pacing nopacing \
    refill_delay orphan_mask low_rate_threshold ce_threshold horizon horizon_cap horizon_drop \
    timer_slack buckets priomap weights";

pub(super) fn fq<P: Packet>(words: &mut Words<'_>) -> Parsed<P> {
    let mut config = Config::default();
    while let Some(word) = words.next() {
        match word {
            "limit" => config.limit = words.number("a number of packets")?,
            "flow_limit" => config.flow_limit = words.number("a number of packets")?,
            "quantum" => config.quantum = words.size()?,
            "initial_quantum" => config.initial_quantum = words.size()?,
            "maxrate" => config.maxrate = Some(words.rate()?),
            "pacing" => config.pacing = true,
            "nopacing" => config.pacing = false,
            "refill_delay" => config.refill_delay = words.time().map(Duration::from_nanos)?,
            "orphan_mask" => config.orphan_mask = words.number("a mask as 1023")?,
            "low_rate_threshold" => {
                config.low_rate_threshold = u32::try_from(words.rate()?).unwrap_or(u32::MAX);
            }
            "ce_threshold" => config.ce_threshold = words.time().map(Duration::from_nanos)?,
            "horizon" => config.horizon = words.time().map(Duration::from_nanos)?,
            "horizon_cap" => config.horizon_drop = false,
            "horizon_drop" => config.horizon_drop = true,
            "timer_slack" => config.timer_slack = words.time().map(Duration::from_nanos)?,
            "buckets" => {
                let power = |word: &str| number(word).filter(|n| n.is_power_of_two());
                config.buckets_log = words.value("a power of two", power)?.ilog2();
            }
            "priomap" => {
                for band in &mut config.priomap {
                    *band = words.number("sixteen bands from 0 to 2")?;
                }
            }
            "weights" => {
                for weight in &mut config.weights {
                    let bytes = |word: &str| u32::try_from(size(word)?).ok();
                    *weight = words.value("three sizes", bytes)?;
                }
            }
            _ => return Err(words.unknown(FQ)),
        }
    }
    Ok(Box::new(config))
}
