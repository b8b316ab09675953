//! drr (`sch_drr.c`).

use softnet_netlink::errno::Errno;
use softnet_netlink::policy::Strictness;
use softnet_netlink::set::Set;
use softnet_netlink::tc::qdisc::DrrSet;
use softnet_netlink::wire::{Body, WriteError};

use super::{Options, aloud, tca};
use crate::drr::{ClassConfig, Config};
use crate::netlink::wanted::Ask;

const QUANTUM: u16 = 1;

impl Options for Config {
    /// It has none.
    fn read(ask: &mut Ask<'_, '_>, _: Option<&Self>) -> Result<Self, Errno> {
        Ok(Self { tx_queue_len: ask.device.tx_queue_len })
    }

    fn write(&self, _: &mut Body<'_>) -> Result<(), WriteError> {
        Ok(())
    }
}

/// The options of a class (`drr_change_class`); `old`: of one that is there.
pub(super) fn read_class(
    ask: &mut Ask<'_, '_>,
    old: Option<&ClassConfig>,
) -> Result<ClassConfig, Errno> {
    let Some(table) = aloud::<2>(ask, DrrSet::POLICY, Strictness::LIBERAL)? else {
        return Err(ask.invalid("DRR options are required for this operation"));
    };
    let quantum = match table.get(QUANTUM).and_then(|quantum| quantum.u32()) {
        Some(0) => return Err(ask.invalid("Specified DRR quantum cannot be zero")),
        Some(quantum) => quantum,
        None => old.map_or(ask.device.mtu, |old| old.quantum),
    };
    Ok(ClassConfig { quantum })
}

/// `drr_dump_class`.
pub(super) fn write_class(config: &ClassConfig, to: &mut Body<'_>) -> Result<(), WriteError> {
    to.nest_as(tca::OPTIONS, |to| to.value(QUANTUM, &config.quantum))
}
