//! hfsc (`sch_hfsc.c`).

use softnet_netlink::errno::Errno;
use softnet_netlink::set::Set;
use softnet_netlink::tc::qdisc::{HfscSet, TcHfscQopt, TcServiceCurve};
use softnet_netlink::wire::{Body, WriteError};

use super::{Options, quietly, tca};
use crate::hfsc::{ClassConfig, Config, Curve};
use crate::netlink::wanted::Ask;

const RSC: u16 = 1;
const FSC: u16 = 2;
const USC: u16 = 3;

impl Options for Config {
    fn read(ask: &mut Ask<'_, '_>, _: Option<&Self>) -> Result<Self, Errno> {
        let options = ask.options.ok_or(Errno::EINVAL)?;
        let qopt: TcHfscQopt = options.prefix().ok_or(Errno::EINVAL)?;
        Ok(Self { default: qopt.defcls, tx_queue_len: ask.device.tx_queue_len })
    }

    fn write(&self, to: &mut Body<'_>) -> Result<(), WriteError> {
        to.value(tca::OPTIONS, &TcHfscQopt { defcls: self.default })
    }
}

/// The curves of a class (`hfsc_change_class`); one that never rises is as good as none.
pub(super) fn read_class(ask: &mut Ask<'_, '_>) -> Result<ClassConfig, Errno> {
    let table = quietly::<4>(ask, HfscSet::POLICY)?.ok_or(Errno::EINVAL)?;
    let curve = |kind| {
        let TcServiceCurve { m1, d, m2 } = table.get(kind)?.fixed();
        Some(Curve { m1, d, m2 })
    };
    Ok(ClassConfig { rsc: curve(RSC), fsc: curve(FSC), usc: curve(USC) })
}

/// `hfsc_dump_class`.
pub(super) fn write_class(config: &ClassConfig, to: &mut Body<'_>) -> Result<(), WriteError> {
    let curves = [(RSC, config.rsc), (FSC, config.fsc), (USC, config.usc)];
    to.nest_as(tca::OPTIONS, |to| {
        for (kind, curve) in curves {
            if let Some(Curve { m1, d, m2 }) = curve {
                to.value(kind, &TcServiceCurve { m1, d, m2 })?;
            }
        }
        Ok(())
    })
}
