//! dualpi2 (`sch_dualpi2.c` of Linux 6.17).

use core::time::Duration;

use softnet_netlink::errno::Errno;
use softnet_netlink::policy::Strictness;
use softnet_netlink::set::Set;
use softnet_netlink::tc::qdisc::Dualpi2Set;
use softnet_netlink::wire::{Body, WriteError};

use super::{Options, aloud, set, tca};
use crate::dualpi2::{Config, Step};
use crate::netlink::wanted::Ask;

const LIMIT: u16 = 1;
const MEMORY_LIMIT: u16 = 2;
const TARGET: u16 = 3;
const TUPDATE: u16 = 4;
const ALPHA: u16 = 5;
const BETA: u16 = 6;
const STEP_THRESH_PKTS: u16 = 7;
const STEP_THRESH_US: u16 = 8;
const MIN_QLEN_STEP: u16 = 9;
const COUPLING: u16 = 10;
const DROP_OVERLOAD: u16 = 11;
const DROP_EARLY: u16 = 12;
const C_PROTECTION: u16 = 13;
const ECN_MASK: u16 = 14;
const SPLIT_GSO: u16 = 15;

fn micros(span: Duration) -> u32 {
    u32::try_from(span.as_micros()).unwrap_or(u32::MAX)
}

impl Options for Config {
    /// A new limit of packets brings a new one of memory, unless that is named, too.
    fn read(ask: &mut Ask<'_, '_>, old: Option<&Self>) -> Result<Self, Errno> {
        let mtu = ask.device.mtu;
        let memory = |limit: u32| limit.saturating_mul(2).saturating_mul(mtu);
        let mut config = old.copied().unwrap_or_default();
        config.psched_mtu = mtu;
        if old.is_none() {
            config.memory_limit = memory(config.limit);
        }
        let Some(table) = aloud::<17>(ask, Dualpi2Set::POLICY, Strictness::STRICT)? else {
            return Ok(config);
        };
        let number = |kind| table.get(kind).and_then(|number| number.u32());
        let byte = |kind| table.get(kind).and_then(|number| number.u8());
        let flag = |kind| byte(kind).map(|flag| flag != 0);
        let span = |us: u32| Duration::from_micros(us.into());
        let step = match (number(STEP_THRESH_PKTS), number(STEP_THRESH_US)) {
            (Some(_), Some(_)) => return Err(ask.invalid("multiple step thresh attributes")),
            (Some(packets), None) => Some(Step::Packets(packets)),
            (None, Some(us)) => Some(Step::Delay(span(us))),
            (None, None) => None,
        };
        set(&mut config.step, step);
        if let Some(limit) = number(LIMIT) {
            config.limit = limit;
            config.memory_limit = memory(limit);
        }
        set(&mut config.memory_limit, number(MEMORY_LIMIT));
        set(&mut config.target, number(TARGET).map(span));
        set(&mut config.tupdate, number(TUPDATE).map(span));
        set(&mut config.alpha, number(ALPHA));
        set(&mut config.beta, number(BETA));
        set(&mut config.min_qlen_step, number(MIN_QLEN_STEP));
        set(&mut config.coupling, byte(COUPLING));
        set(&mut config.drop_overload, flag(DROP_OVERLOAD));
        set(&mut config.drop_early, flag(DROP_EARLY));
        set(&mut config.c_protection, byte(C_PROTECTION));
        set(&mut config.ecn_mask, byte(ECN_MASK));
        set(&mut config.split_gso, flag(SPLIT_GSO));
        Ok(config)
    }

    fn write(&self, to: &mut Body<'_>) -> Result<(), WriteError> {
        to.nest_as(tca::OPTIONS, |to| {
            to.value(LIMIT, &self.limit)?;
            to.value(MEMORY_LIMIT, &self.memory_limit)?;
            to.value(TARGET, &micros(self.target))?;
            to.value(TUPDATE, &micros(self.tupdate))?;
            to.value(ALPHA, &self.alpha)?;
            to.value(BETA, &self.beta)?;
            match self.step {
                Step::Packets(packets) => to.value(STEP_THRESH_PKTS, &packets)?,
                Step::Delay(span) => to.value(STEP_THRESH_US, &micros(span))?,
            }
            to.value(MIN_QLEN_STEP, &self.min_qlen_step)?;
            to.value(COUPLING, &self.coupling)?;
            to.value(DROP_OVERLOAD, &u8::from(self.drop_overload))?;
            to.value(DROP_EARLY, &u8::from(self.drop_early))?;
            to.value(C_PROTECTION, &self.c_protection)?;
            to.value(ECN_MASK, &self.ecn_mask)?;
            to.value(SPLIT_GSO, &u8::from(self.split_gso))
        })
    }
}
