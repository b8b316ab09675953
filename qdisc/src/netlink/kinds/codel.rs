//! codel (`sch_codel.c`), and what fq_codel shares with it.

use softnet_netlink::errno::Errno;
use softnet_netlink::set::Set;
use softnet_netlink::tc::qdisc::CodelSet;
use softnet_netlink::wire::{Body, WriteError};

use super::{Options, quietly, set, tca};
use crate::codel::{self, CeThreshold, Time};
use crate::codel_queue::Config;
use crate::netlink::wanted::Ask;

const TARGET: u16 = 1;
const LIMIT: u16 = 2;
const INTERVAL: u16 = 3;
const ECN: u16 = 4;
const CE_THRESHOLD: u16 = 5;

/// Microseconds as Linux keeps them.
pub(super) fn span(micros: u32) -> Time {
    Time::from_units(((u64::from(micros) * 1000) >> 10) as u32)
}

/// What is named of [`CeThreshold`].
pub(super) struct Step {
    pub(super) over: Option<u32>,
    pub(super) selector: Option<u8>,
    pub(super) mask: Option<u8>,
}

impl Step {
    /// A selector and a mask without a threshold, now or before, say nothing.
    pub(super) fn apply(self, codel: &mut codel::Config) {
        if let Some(over) = self.over {
            let over = span(over);
            let new = CeThreshold { over, selector: 0, mask: 0 };
            codel.ce_threshold =
                Some(codel.ce_threshold.map_or(new, |old| CeThreshold { over, ..old }));
        }
        if let Some(step) = &mut codel.ce_threshold {
            set(&mut step.selector, self.selector);
            set(&mut step.mask, self.mask);
        }
    }
}

impl Options for Config {
    fn read(ask: &mut Ask<'_, '_>, old: Option<&Self>) -> Result<Self, Errno> {
        let mut config = old.copied().unwrap_or_else(|| {
            let mut config = Self::default();
            config.codel.mtu = ask.device.mtu;
            config
        });
        let Some(table) = quietly::<6>(ask, CodelSet::POLICY)? else { return Ok(config) };
        let number = |kind| table.get(kind).and_then(|number| number.u32());
        set(&mut config.codel.target, number(TARGET).map(span));
        Step { over: number(CE_THRESHOLD), selector: None, mask: None }.apply(&mut config.codel);
        set(&mut config.codel.interval, number(INTERVAL).map(span));
        set(&mut config.limit, number(LIMIT));
        set(&mut config.codel.ecn, number(ECN).map(|ecn| ecn != 0));
        Ok(config)
    }

    fn write(&self, to: &mut Body<'_>) -> Result<(), WriteError> {
        to.nest_as(tca::OPTIONS, |to| {
            write_common(&self.codel, self.limit, to)?;
            match self.codel.ce_threshold {
                Some(step) => to.value(CE_THRESHOLD, &step.over.as_micros()),
                None => Ok(()),
            }
        })
    }
}

/// What codel and fq_codel show first, at the same numbers.
pub(super) fn write_common(
    codel: &codel::Config,
    limit: u32,
    to: &mut Body<'_>,
) -> Result<(), WriteError> {
    to.value(TARGET, &codel.target.as_micros())?;
    to.value(LIMIT, &limit)?;
    to.value(INTERVAL, &codel.interval.as_micros())?;
    to.value(ECN, &u32::from(codel.ecn))
}
