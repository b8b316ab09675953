//! gact's options (`act_gact.c`).

use softnet_netlink::errno::Errno;
use softnet_netlink::set::Set;
use softnet_netlink::tc::act::{GactSet, TcGactP, TcGen};
use softnet_netlink::wire::{Attr, Body, WriteError};

use super::control::{self, to_wire};
use super::{Common, need};
use crate::action::gact::{Config, Gact, Random, RandomKind};
use crate::netlink::making::{Making, parse};

/// `TCA_GACT_*`.
mod tca {
    pub(super) const TM: u16 = 1;
    pub(super) const PARMS: u16 = 2;
    pub(super) const PROB: u16 = 3;
    pub(super) const PAD: u16 = 4;
    pub(super) const END: usize = 5;
}

/// `PGACT_NETRAND` and `PGACT_DETERM`.
const NETRAND: u16 = 1;
const DETERM: u16 = 2;

/// `tcf_gact_init`.
pub(super) fn read(
    options: Option<Attr<'_>>,
    making: &mut Making<'_, '_>,
) -> Result<(u32, Config), Errno> {
    let table = parse::<{ tca::END }>(&need(options)?, GactSet::POLICY)?;
    let parms: TcGen = need(table.get(tca::PARMS))?.fixed();
    let random = match table.get(tca::PROB) {
        None => None,
        Some(prob) => read_random(prob.fixed(), making)?,
    };
    let index = making.index("gact", parms.index)?;
    Ok((index, Config { control: control::read(parms.action, making)?, random }))
}

fn read_random(prob: TcGactP, making: &mut Making<'_, '_>) -> Result<Option<Random>, Errno> {
    let kind = match prob.ptype {
        0 => None,
        NETRAND => Some(RandomKind::NetRand(making.machine.seed())),
        DETERM => Some(RandomKind::Determ),
        _ => return Err(Errno::EINVAL),
    };
    let control = control::read_fallback(prob.paction, making)?;
    Ok(kind.map(|kind| Random { kind, control, value: prob.pval.max(1) }))
}

/// `tcf_gact_dump`.
pub(super) fn fill(gact: &Gact, common: &Common, to: &mut Body<'_>) -> Result<(), WriteError> {
    let Config { control, random } = *gact.config();
    to.value(tca::PARMS, &common.head(control))?;
    if let Some(Random { kind, control, value }) = random {
        let ptype = match kind {
            RandomKind::NetRand(_) => NETRAND,
            RandomKind::Determ => DETERM,
        };
        let prob = TcGactP { ptype, pval: value.max(1), paction: to_wire(control) };
        to.value(tca::PROB, &prob)?;
    }
    common.fill_times(tca::TM, tca::PAD, to)
}
