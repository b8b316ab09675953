//! police's options (`act_police.c`).

use core::time::Duration;

use softnet_netlink::errno::Errno;
use softnet_netlink::policy::Parsed;
use softnet_netlink::set::Set;
use softnet_netlink::tc::TcRatespec;
use softnet_netlink::tc::act::{PoliceSet, TcPolice};
use softnet_netlink::wire::{Attr, Body, WriteError};

use super::control::{self, to_wire};
use super::{Common, need};
use crate::RateSpec;
use crate::action::police::{Config, Limit, Police};
use crate::netlink::kinds::rate;
use crate::netlink::making::{Making, parse};

/// `TCA_POLICE_*`.
mod tca {
    pub(super) const TBF: u16 = 1;
    pub(super) const RATE: u16 = 2;
    pub(super) const PEAKRATE: u16 = 3;
    pub(super) const AVRATE: u16 = 4;
    pub(super) const RESULT: u16 = 5;
    pub(super) const TM: u16 = 6;
    pub(super) const PAD: u16 = 7;
    pub(super) const RATE64: u16 = 8;
    pub(super) const PEAKRATE64: u16 = 9;
    pub(super) const PKTRATE64: u16 = 10;
    pub(super) const PKTBURST64: u16 = 11;
    pub(super) const END: usize = 12;
}

/// `struct tc_police_compat`: a `tc_police` without what came later.
const OLD_LEN: usize = 44;
/// `TC_RTAB_SIZE`.
const RTAB: usize = 1024;
/// `PSCHED_SHIFT`: a tick has 64 ns.
const TICK: u32 = 6;

type Table<'a> = Parsed<'a, { tca::END }>;

/// `tcf_police_init`.
pub(super) fn read(
    options: Option<Attr<'_>>,
    making: &mut Making<'_, '_>,
) -> Result<(u32, Config), Errno> {
    let table = parse::<{ tca::END }>(&need(options)?, PoliceSet::POLICY)?;
    let tbf = need(table.get(tca::TBF))?;
    if tbf.value().len() != size_of::<TcPolice>() && tbf.value().len() != OLD_LEN {
        return Err(Errno::EINVAL);
    }
    let parms: TcPolice = tbf.fixed();
    let index = making.index("police", parms.index)?;
    let exceed = control::read(parms.action, making)?;
    let rate = read_rate(parms.rate, (&table, tca::RATE, tca::RATE64))?;
    let peakrate = match rate {
        Some(_) => read_rate(parms.peakrate, (&table, tca::PEAKRATE, tca::PEAKRATE64))?,
        None => None,
    };
    let avrate = table.get(tca::AVRATE).and_then(|avrate| avrate.u32());
    if avrate.is_some() && making.estimator.is_none() {
        return Err(Errno::EINVAL);
    }
    let conform = match table.get(tca::RESULT).and_then(|result| result.u32()) {
        None => crate::action::Control::Ok,
        Some(result) => control::read_fallback(result.cast_signed(), making)?,
    };
    let packets = read_packets(&table, rate.is_some(), making)?;
    let mtu = match (parms.mtu, rate) {
        (0, Some(_)) => 255_u32.checked_shl(parms.rate.cell_log.into()).unwrap_or(0),
        (0, None) => u32::MAX,
        (mtu, _) => mtu,
    };
    let bytes = rate.map(|rate| Limit::Bytes { rate, burst: from_ticks(parms.burst.into()) });
    let config = Config {
        rate: packets.or(bytes),
        peakrate,
        mtu: Some(mtu),
        avrate: avrate.unwrap_or(0),
        estimator: making.estimator,
        conform,
        exceed,
    };
    Ok((index, config))
}

/// `qdisc_get_rtab` and `psched_ratecfg_precompute`. What is wrong with the table, whoever asks learns as a lack of
/// memory.
fn read_rate(
    spec: TcRatespec,
    (table, rtab, rate64): (&Table<'_>, u16, u16),
) -> Result<Option<RateSpec>, Errno> {
    if spec.rate == 0 {
        return Ok(None);
    }
    let whole = table.get(rtab).is_some_and(|rtab| rtab.value().len() == RTAB);
    if !whole || !(1..32).contains(&spec.cell_log) {
        return Err(Errno::ENOMEM);
    }
    Ok(Some(rate::read(spec, table.get(rate64))))
}

fn read_packets(
    table: &Table<'_>,
    has_rate: bool,
    making: &mut Making<'_, '_>,
) -> Result<Option<Limit>, Errno> {
    let number = |kind| table.get(kind).and_then(|attr| attr.u64());
    match (number(tca::PKTRATE64), number(tca::PKTBURST64)) {
        (None, None) => Ok(None),
        (Some(_), Some(_)) if has_rate => Err(making.refuse(
            "packet-per-second and byte-per-second rate limits not allowed in same action",
        )),
        (Some(rate), Some(burst)) => Ok(Some(Limit::Packets { rate, burst: from_ticks(burst) })),
        _ => {
            let words = "Both or neither packet-per-second burst and rate must be provided";
            Err(making.refuse(words))
        }
    }
}

fn from_ticks(ticks: u64) -> Duration {
    Duration::from_nanos(ticks.saturating_mul(1 << TICK))
}

fn to_ticks(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX) >> TICK
}

/// `tcf_police_dump`.
pub(super) fn fill(police: &Police, common: &Common, to: &mut Body<'_>) -> Result<(), WriteError> {
    let config = police.config();
    let head = common.head(config.exceed);
    let mut parms = TcPolice {
        index: head.index,
        action: head.action,
        mtu: police.mtu(),
        refcnt: head.refcnt,
        bindcnt: head.bindcnt,
        ..TcPolice::default()
    };
    match &config.rate {
        Some(Limit::Bytes { rate, burst }) => {
            parms.burst = u32::try_from(to_ticks(*burst)).unwrap_or(u32::MAX);
            parms.rate = rate::write(*rate);
            if let Some(large) = rate::large(*rate) {
                to.value_64bit(tca::RATE64, &large, tca::PAD)?;
            }
            if let Some(peak) = &config.peakrate {
                parms.peakrate = rate::write(*peak);
                if let Some(large) = rate::large(*peak) {
                    to.value_64bit(tca::PEAKRATE64, &large, tca::PAD)?;
                }
            }
        }
        Some(Limit::Packets { rate, burst }) => {
            to.value_64bit(tca::PKTRATE64, rate, tca::PAD)?;
            to.value_64bit(tca::PKTBURST64, &to_ticks(*burst), tca::PAD)?;
        }
        None => {}
    }
    to.value(tca::TBF, &parms)?;
    let conform = to_wire(config.conform);
    if conform != 0 {
        to.value(tca::RESULT, &conform)?;
    }
    if config.avrate != 0 {
        to.value(tca::AVRATE, &config.avrate)?;
    }
    common.fill_times(tca::TM, tca::PAD, to)
}
