//! sfq (`sch_sfq.c`).

use core::time::Duration;

use softnet_netlink::errno::Errno;
use softnet_netlink::tc::qdisc::TcSfqredStats;
use softnet_netlink::tc::qdisc::{TcSfqQopt, TcSfqQoptV1};
use softnet_netlink::wire::{Body, WriteError};

use super::red::bit;
use super::{Options, tca};
use crate::netlink::wanted::Ask;
use crate::sfq::{Config, red};
use crate::{Packet, Sfq};

/// `TC_RED_*`.
const ECN: u8 = 1;
const HARDDROP: u8 = 2;
/// `SFQ_MAX_DEPTH`: the limit where none is named.
const MAX_DEPTH: u32 = 127;
/// Seconds whose jiffies Linux can count, with 1000 in each.
const LONGEST: i32 = i32::MAX / 1000;

impl Options for Config {
    /// What is 0 is not named. There is no change in Linux: nothing is kept.
    fn read(ask: &mut Ask<'_, '_>, _: Option<&Self>) -> Result<Self, Errno> {
        let mut config = Self { quantum: ask.device.mtu.clamp(256, 1 << 20), ..Self::default() };
        let Some(options) = ask.options else { return Ok(config) };
        let qopt: TcSfqQopt = options.prefix().ok_or(Errno::EINVAL)?;
        if qopt.quantum.cast_signed() < 0 {
            return Err(ask.invalid("sch_sfq: invalid quantum"));
        }
        if qopt.quantum > 1 << 20 {
            return Err(ask.invalid("sch_sfq: quantum too large"));
        }
        if !(0..=LONGEST).contains(&qopt.perturb_period) {
            return Err(ask.invalid("sch_sfq: invalid perturb period"));
        }
        let named = |number: u32| (number != 0).then_some(number);
        super::set(&mut config.quantum, named(qopt.quantum));
        super::set(&mut config.flows, named(qopt.flows));
        super::set(&mut config.divisor, named(qopt.divisor));
        config.limit = named(qopt.limit);
        let period = u64::from(qopt.perturb_period.unsigned_abs());
        config.perturb = (period != 0).then_some(Duration::from_secs(period));
        if let Some(more) = options.prefix::<TcSfqQoptV1>() {
            super::set(&mut config.depth, named(more.depth));
            config.headdrop = more.headdrop != 0;
            config.red = (more.qth_min != 0).then(|| red_of(&more));
        }
        if config.limit == Some(1) {
            return Err(ask.invalid("sch_sfq: invalid limit"));
        }
        Ok(config)
    }

    fn write(&self, _: &mut Body<'_>) -> Result<(), WriteError> {
        Ok(())
    }
}

fn red_of(qopt: &TcSfqQoptV1) -> red::Config {
    red::Config {
        min: qopt.qth_min,
        max: qopt.qth_max,
        wlog: qopt.wlog,
        plog: qopt.plog,
        scell_log: qopt.scell_log,
        max_p: qopt.max_p,
        ecn: qopt.flags & ECN != 0,
        harddrop: qopt.flags & HARDDROP != 0,
    }
}

/// `sfq_dump`, which shows counters among the options.
pub(super) fn write<P: Packet>(sfq: &Sfq<P>, to: &mut Body<'_>) -> Result<(), WriteError> {
    let (config, counted) = (sfq.config(), sfq.sfq_stats());
    let period = config.perturb.map_or(0, |period| period.as_secs());
    let mut qopt = TcSfqQoptV1 {
        v0: TcSfqQopt {
            quantum: config.quantum,
            perturb_period: i32::try_from(period).unwrap_or(i32::MAX),
            limit: config.limit.unwrap_or(MAX_DEPTH),
            divisor: config.divisor,
            flows: config.flows,
        },
        depth: config.depth,
        headdrop: config.headdrop.into(),
        stats: TcSfqredStats {
            prob_drop: counted.prob_drop,
            forced_drop: counted.forced_drop,
            prob_mark: counted.prob_mark,
            forced_mark: counted.forced_mark,
            prob_mark_head: counted.prob_mark_head,
            forced_mark_head: counted.forced_mark_head,
        },
        ..TcSfqQoptV1::default()
    };
    if let Some(red) = config.red {
        (qopt.qth_min, qopt.qth_max) = (red.min, red.max);
        (qopt.wlog, qopt.plog, qopt.scell_log) = (red.wlog, red.plog, red.scell_log);
        qopt.max_p = super::red::max_p(red.max_p, red.plog, red.max.wrapping_sub(red.min));
        qopt.flags = bit(red.ecn, ECN) | bit(red.harddrop, HARDDROP);
    }
    to.value(tca::OPTIONS, &qopt)
}
