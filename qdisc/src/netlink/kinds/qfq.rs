//! qfq (`sch_qfq.c`).

use softnet_netlink::errno::Errno;
use softnet_netlink::policy::Strictness;
use softnet_netlink::set::Set;
use softnet_netlink::tc::qdisc::QfqSet;
use softnet_netlink::wire::{Body, WriteError};

use super::{Options, aloud, tca};
use crate::netlink::wanted::Ask;
use crate::qfq::{ClassConfig, Config};

const WEIGHT: u16 = 1;
const LMAX: u16 = 2;

impl Options for Config {
    /// It has none.
    fn read(ask: &mut Ask<'_, '_>, _: Option<&Self>) -> Result<Self, Errno> {
        Ok(Self { tx_queue_len: ask.device.tx_queue_len })
    }

    fn write(&self, _: &mut Body<'_>) -> Result<(), WriteError> {
        Ok(())
    }
}

/// The options of a class (`qfq_change_class`). What is not named is as in a new class, whether this is one or not.
pub(super) fn read_class(ask: &mut Ask<'_, '_>) -> Result<ClassConfig, Errno> {
    let Some(table) = aloud::<3>(ask, QfqSet::POLICY, Strictness::LIBERAL)? else {
        ask.extack.miss(tca::OPTIONS, &ask.message, None);
        return Err(ask.invalid("sch_qfq: missing options"));
    };
    let number = |kind| table.get(kind).and_then(|number| number.u32());
    let weight = number(WEIGHT).unwrap_or(1);
    let lmax = match number(LMAX) {
        Some(lmax) => lmax,
        None if (512..=65_536).contains(&ask.device.mtu) => ask.device.mtu,
        None => return Err(ask.invalid("sch_qfq: MTU size out of bounds for qfq")),
    };
    Ok(ClassConfig { weight, lmax })
}

/// `qfq_dump_class`.
pub(super) fn write_class(config: &ClassConfig, to: &mut Body<'_>) -> Result<(), WriteError> {
    to.nest_as(tca::OPTIONS, |to| {
        to.value(WEIGHT, &config.weight)?;
        to.value(LMAX, &config.lmax)
    })
}
