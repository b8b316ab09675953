//! fq (`sch_fq.c`).

use core::time::Duration;

use softnet_netlink::errno::Errno;
use softnet_netlink::set::Set;
use softnet_netlink::tc::qdisc::{FqSet, TcPrioQopt};
use softnet_netlink::wire::{Body, WriteError};

use super::{Options, quietly, set, tca};
use crate::fq::{BANDS, Config};
use crate::netlink::wanted::Ask;

const PLIMIT: u16 = 1;
const FLOW_PLIMIT: u16 = 2;
const QUANTUM: u16 = 3;
const INITIAL_QUANTUM: u16 = 4;
const RATE_ENABLE: u16 = 5;
const FLOW_MAX_RATE: u16 = 7;
const BUCKETS_LOG: u16 = 8;
const FLOW_REFILL_DELAY: u16 = 9;
const ORPHAN_MASK: u16 = 10;
const LOW_RATE_THRESHOLD: u16 = 11;
const CE_THRESHOLD: u16 = 12;
const TIMER_SLACK: u16 = 13;
const HORIZON: u16 = 14;
const HORIZON_DROP: u16 = 15;
const PRIOMAP: u16 = 16;
const WEIGHTS: u16 = 17;
/// `FQ_MIN_WEIGHT`.
const MIN_WEIGHT: i32 = 16_384;

/// Microseconds as they are told: 32 bits of them.
fn micros(time: Duration) -> u32 {
    time.as_micros() as u32
}

impl Options for Config {
    fn read(ask: &mut Ask<'_, '_>, old: Option<&Self>) -> Result<Self, Errno> {
        let mut config = old.copied().unwrap_or_else(|| {
            let mtu = ask.device.mtu.clamp(1, 1 << 20);
            let quantum = mtu.saturating_mul(2).clamp(256, 1 << 20);
            let initial_quantum = mtu.saturating_mul(10).min(1 << 20);
            Self { quantum, initial_quantum, ..Self::default() }
        });
        let Some(table) = quietly::<19>(ask, FqSet::POLICY)? else { return Ok(config) };
        let number = |kind| table.get(kind).and_then(|number| number.u32());
        let micros = |kind| number(kind).map(|us| Duration::from_micros(us.into()));
        set(&mut config.buckets_log, number(BUCKETS_LOG));
        set(&mut config.limit, number(PLIMIT));
        set(&mut config.flow_limit, number(FLOW_PLIMIT));
        set(&mut config.quantum, number(QUANTUM));
        set(&mut config.initial_quantum, number(INITIAL_QUANTUM));
        let rate = |rate: u32| (rate != u32::MAX).then_some(rate.into());
        set(&mut config.maxrate, number(FLOW_MAX_RATE).map(rate));
        set(&mut config.low_rate_threshold, number(LOW_RATE_THRESHOLD));
        match number(RATE_ENABLE) {
            None => {}
            Some(enable @ 0..=1) => config.pacing = enable == 1,
            Some(_) => return Err(Errno::EINVAL),
        }
        set(&mut config.refill_delay, micros(FLOW_REFILL_DELAY));
        if let Some(map) = table.get(PRIOMAP) {
            config.priomap = priomap(map.fixed(), ask)?;
        }
        if let Some(named) = table.get(WEIGHTS) {
            config.weights = weights(named.prefix().unwrap_or_default(), ask)?;
        }
        set(&mut config.orphan_mask, number(ORPHAN_MASK));
        set(&mut config.ce_threshold, micros(CE_THRESHOLD));
        let slack = number(TIMER_SLACK).map(|ns| Duration::from_nanos(ns.into()));
        set(&mut config.timer_slack, slack);
        set(&mut config.horizon, micros(HORIZON));
        let drop = table.get(HORIZON_DROP).and_then(|drop| drop.u8());
        set(&mut config.horizon_drop, drop.map(|drop| drop != 0));
        Ok(config)
    }

    fn write(&self, to: &mut Body<'_>) -> Result<(), WriteError> {
        let maxrate = self.maxrate.and_then(|rate| u32::try_from(rate).ok()).unwrap_or(u32::MAX);
        to.nest_as(tca::OPTIONS, |to| {
            to.value(PLIMIT, &self.limit)?;
            to.value(FLOW_PLIMIT, &self.flow_limit)?;
            to.value(QUANTUM, &self.quantum)?;
            to.value(INITIAL_QUANTUM, &self.initial_quantum)?;
            to.value(RATE_ENABLE, &u32::from(self.pacing))?;
            to.value(FLOW_MAX_RATE, &maxrate)?;
            to.value(FLOW_REFILL_DELAY, &micros(self.refill_delay))?;
            to.value(ORPHAN_MASK, &self.orphan_mask)?;
            to.value(LOW_RATE_THRESHOLD, &self.low_rate_threshold)?;
            to.value(CE_THRESHOLD, &micros(self.ce_threshold))?;
            to.value(BUCKETS_LOG, &self.buckets_log)?;
            to.value(TIMER_SLACK, &(self.timer_slack.as_nanos() as u32))?;
            to.value(HORIZON, &micros(self.horizon))?;
            to.value(HORIZON_DROP, &u8::from(self.horizon_drop))?;
            to.value(PRIOMAP, &TcPrioQopt { bands: BANDS as i32, priomap: self.priomap })?;
            to.value(WEIGHTS, &self.weights)
        })
    }
}

/// `fq_load_priomap`.
fn priomap(map: TcPrioQopt, ask: &mut Ask<'_, '_>) -> Result<[u8; 16], Errno> {
    if map.bands != BANDS as i32 {
        return Err(ask.invalid("sch_fq: FQ only supports 3 bands"));
    }
    let high = map.priomap.iter().enumerate().find(|(_, band)| usize::from(**band) >= BANDS);
    if let Some((at, band)) = high {
        ask.extack
            .say_fmt(format_args!("sch_fq: FQ priomap field {at} maps to a too high band {band}"));
        return Err(Errno::EINVAL);
    }
    Ok(map.priomap)
}

/// `fq_load_weights`.
fn weights(named: [i32; BANDS], ask: &mut Ask<'_, '_>) -> Result<[u32; BANDS], Errno> {
    if let Some(weight) = named.iter().find(|weight| **weight < MIN_WEIGHT) {
        let words = format_args!("sch_fq: Weight {weight} less that minimum allowed {MIN_WEIGHT}");
        ask.extack.say_fmt(words);
        return Err(Errno::EINVAL);
    }
    Ok(named.map(i32::unsigned_abs))
}
