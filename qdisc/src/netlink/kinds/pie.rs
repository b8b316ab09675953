//! pie and fq_pie (`sch_pie.c`, `sch_fq_pie.c`).

use core::time::Duration;

use softnet_netlink::errno::Errno;
use softnet_netlink::policy::{Parsed, Strictness};
use softnet_netlink::set::Set;
use softnet_netlink::tc::qdisc::{FqPieSet, PieSet};
use softnet_netlink::wire::{Body, WriteError};

use super::{Options, aloud, quietly, set, tca};
use crate::fq_pie;
use crate::netlink::wanted::Ask;
use crate::pie::{Config, Params};

/// Where the attributes of a [`Params`] are.
struct At {
    target: u16,
    tupdate: u16,
    alpha: u16,
    beta: u16,
    ecn: u16,
    bytemode: u16,
    dq_rate_estimator: u16,
}

const PIE: At =
    At { target: 1, tupdate: 3, alpha: 4, beta: 5, ecn: 6, bytemode: 7, dq_rate_estimator: 8 };
const PIE_LIMIT: u16 = 2;

const FQ_PIE: At =
    At { target: 3, tupdate: 4, alpha: 5, beta: 6, ecn: 10, bytemode: 11, dq_rate_estimator: 12 };
const LIMIT: u16 = 1;
const FLOWS: u16 = 2;
const QUANTUM: u16 = 7;
const MEMORY_LIMIT: u16 = 8;
const ECN_PROB: u16 = 9;

impl At {
    /// Takes what is named. The target is kept in ticks of 64 ns.
    fn read<const N: usize>(&self, table: &Parsed<'_, N>, to: &mut Params) {
        let number = |kind| table.get(kind).and_then(|number| number.u32());
        let flag = |kind| number(kind).map(|flag| flag != 0);
        let ticks = |us: u32| Duration::from_nanos((u64::from(us) * 1000) & !63);
        set(&mut to.target, number(self.target).map(ticks));
        let micros = |us: u32| Duration::from_micros(us.into());
        set(&mut to.tupdate, number(self.tupdate).map(micros));
        set(&mut to.alpha, number(self.alpha));
        set(&mut to.beta, number(self.beta));
        set(&mut to.ecn, flag(self.ecn));
        set(&mut to.bytemode, flag(self.bytemode));
        set(&mut to.dq_rate_estimator, flag(self.dq_rate_estimator));
    }

    fn write_times(&self, params: &Params, to: &mut Body<'_>) -> Result<(), WriteError> {
        to.value(self.tupdate, &(params.tupdate.as_micros() as u32))?;
        to.value(self.alpha, &params.alpha)?;
        to.value(self.beta, &params.beta)
    }

    fn write_flags(&self, params: &Params, to: &mut Body<'_>) -> Result<(), WriteError> {
        to.value(self.ecn, &u32::from(params.ecn))?;
        to.value(self.bytemode, &u32::from(params.bytemode))?;
        to.value(self.dq_rate_estimator, &u32::from(params.dq_rate_estimator))
    }
}

/// Microseconds of a time of which Linux keeps 32 bits of nanoseconds.
pub(in super::super) fn micros(time: Duration) -> u32 {
    time.as_nanos() as u32 / 1000
}

impl Options for Config {
    fn read(ask: &mut Ask<'_, '_>, old: Option<&Self>) -> Result<Self, Errno> {
        let mut config = old.copied().unwrap_or_default();
        config.pie.psched_mtu = ask.device.mtu;
        let Some(table) = quietly::<9>(ask, PieSet::POLICY)? else { return Ok(config) };
        PIE.read(&table, &mut config.pie);
        set(&mut config.limit, table.get(PIE_LIMIT).and_then(|limit| limit.u32()));
        Ok(config)
    }

    fn write(&self, to: &mut Body<'_>) -> Result<(), WriteError> {
        to.nest_as(tca::OPTIONS, |to| {
            to.value(PIE.target, &micros(self.pie.target))?;
            to.value(PIE_LIMIT, &self.limit)?;
            PIE.write_times(&self.pie, to)?;
            PIE.write_flags(&self.pie, to)
        })
    }
}

impl Options for fq_pie::Config {
    fn read(ask: &mut Ask<'_, '_>, old: Option<&Self>) -> Result<Self, Errno> {
        let mut config = old.copied().unwrap_or_else(|| Self {
            quantum: ask.device.mtu.clamp(256, 1 << 20),
            ..Self::default()
        });
        config.pie.psched_mtu = ask.device.mtu;
        let Some(table) = aloud::<13>(ask, FqPieSet::POLICY, Strictness::STRICT)? else {
            return Ok(config);
        };
        let number = |kind| table.get(kind).and_then(|number| number.u32());
        set(&mut config.limit, number(LIMIT));
        if let Some(flows) = number(FLOWS) {
            if old.is_some() {
                return Err(ask.invalid("sch_fq_pie: Number of flows cannot be changed"));
            }
            if !(1..=65_536).contains(&flows) {
                return Err(ask.invalid("sch_fq_pie: Number of flows must range in [1..65536]"));
            }
            config.flows = flows;
        }
        FQ_PIE.read(&table, &mut config.pie);
        set(&mut config.quantum, number(QUANTUM).map(|quantum| quantum.max(256)));
        set(&mut config.memory_limit, number(MEMORY_LIMIT));
        set(&mut config.ecn_prob, number(ECN_PROB));
        Ok(config)
    }

    fn write(&self, to: &mut Body<'_>) -> Result<(), WriteError> {
        to.nest(tca::OPTIONS, |to| {
            to.value(LIMIT, &self.limit)?;
            to.value(FLOWS, &self.flows)?;
            to.value(FQ_PIE.target, &micros(self.pie.target))?;
            FQ_PIE.write_times(&self.pie, to)?;
            to.value(QUANTUM, &self.quantum)?;
            to.value(MEMORY_LIMIT, &self.memory_limit)?;
            to.value(ECN_PROB, &self.ecn_prob)?;
            FQ_PIE.write_flags(&self.pie, to)
        })
    }
}
