//! red and choke (`sch_red.c`, `sch_choke.c`).

use softnet_netlink::errno::Errno;
use softnet_netlink::policy::{Parsed, Strictness};
use softnet_netlink::set::Set;
use softnet_netlink::tc::Bitfield32;
use softnet_netlink::tc::qdisc::{ChokeSet, RedSet, TcRedQopt};
use softnet_netlink::wire::{Body, WriteError};

use super::{Options, aloud, quietly, tca};
use crate::netlink::wanted::Ask;
use crate::red::{Config, Params};
use crate::{Packet, Red, choke};

const PARMS: u16 = 1;
const STAB: u16 = 2;
const MAX_P: u16 = 3;
const FLAGS: u16 = 4;
const EARLY_DROP_BLOCK: u16 = 5;
const MARK_BLOCK: u16 = 6;

/// `TC_RED_*`.
const ECN: u8 = 1;
const HARDDROP: u8 = 2;
const ADAPTATIVE: u8 = 4;
const NODROP: u8 = 8;
/// `TC_RED_HISTORIC_FLAGS`: those that the struct may have.
const HISTORIC: u8 = ECN | HARDDROP | ADAPTATIVE;

/// The parameters, and the struct that most of them are in.
fn params<const N: usize>(table: &Parsed<'_, N>) -> Result<(Params, TcRedQopt), Errno> {
    let qopt: TcRedQopt = table.get(PARMS).ok_or(Errno::EINVAL)?.fixed();
    let stab = table.get(STAB).and_then(|stab| stab.prefix()).ok_or(Errno::EINVAL)?;
    let max_p = table.get(MAX_P).and_then(|max_p| max_p.u32()).unwrap_or(0);
    let params = Params {
        qth_min: qopt.qth_min,
        qth_max: qopt.qth_max,
        wlog: qopt.wlog,
        plog: qopt.plog,
        scell_log: qopt.scell_log,
        stab,
        max_p,
    };
    Ok((params, qopt))
}

fn qopt(limit: u32, flags: u8, params: &Params) -> TcRedQopt {
    TcRedQopt {
        limit,
        qth_min: params.qth_min,
        qth_max: params.qth_max,
        wlog: params.wlog,
        plog: params.plog,
        scell_log: params.scell_log,
        flags,
    }
}

/// The greatest probability, worked out where it was not named (`red_set_parms`).
pub(super) fn max_p(named: u32, plog: u8, delta: u32) -> u32 {
    let delta = if delta.cast_signed() <= 0 { 1 } else { delta };
    match named {
        0 => u32::MAX.checked_shr(plog.into()).unwrap_or(u32::MAX).wrapping_mul(delta),
        named => named,
    }
}

impl Options for Config {
    /// Only flags are kept that are not named. Blocks of filters for what is dropped or marked are not there.
    fn read(ask: &mut Ask<'_, '_>, old: Option<&Self>) -> Result<Self, Errno> {
        let table = aloud::<7>(ask, RedSet::POLICY, Strictness::LIBERAL)?.ok_or(Errno::EINVAL)?;
        let blocks = [EARLY_DROP_BLOCK, MARK_BLOCK].map(|kind| table.get(kind));
        if blocks.iter().flatten().any(|block| block.u32() != Some(0)) {
            return Err(Errno::EOPNOTSUPP);
        }
        let (params, qopt) = params(&table)?;
        let flags = table.get(FLAGS).map(|flags| flags.fixed::<Bitfield32>());
        if qopt.flags != 0 && flags.is_some() {
            return Err(ask.invalid(
                "sch_red: flags should be passed either through qopt, or through a dedicated attribute",
            ));
        }
        let historic =
            Bitfield32 { value: (qopt.flags & HISTORIC).into(), selector: HISTORIC.into() };
        let Bitfield32 { value, selector } = flags.unwrap_or(historic);
        let before = u32::from(old.map_or(0, flags_of));
        let flags = ((before & !selector) | value) as u8;
        if flags & NODROP != 0 && flags & ECN == 0 {
            return Err(ask.invalid("sch_red: nodrop mode is only meaningful with ECN"));
        }
        let mut config = Self::new(qopt.limit, params);
        config.ecn = flags & ECN != 0;
        config.harddrop = flags & HARDDROP != 0;
        config.nodrop = flags & NODROP != 0;
        config.adaptative = flags & ADAPTATIVE != 0;
        Ok(config)
    }

    fn write(&self, _: &mut Body<'_>) -> Result<(), WriteError> {
        Ok(())
    }
}

pub(super) const fn bit(set: bool, bit: u8) -> u8 {
    if set { bit } else { 0 }
}

fn flags_of(config: &Config) -> u8 {
    bit(config.ecn, ECN)
        | bit(config.harddrop, HARDDROP)
        | bit(config.adaptative, ADAPTATIVE)
        | bit(config.nodrop, NODROP)
}

/// `red_dump`: with the probability as it has moved.
pub(super) fn write<P: Packet>(red: &Red<P>, to: &mut Body<'_>) -> Result<(), WriteError> {
    let config = red.config();
    let flags = flags_of(config);
    to.nest_as(tca::OPTIONS, |to| {
        to.value(PARMS, &qopt(config.limit, flags & HISTORIC, &config.params))?;
        to.value(MAX_P, &red.max_p())?;
        to.value(FLAGS, &Bitfield32 { value: flags.into(), selector: (HISTORIC | NODROP).into() })
    })
}

impl Options for choke::Config {
    /// All of it is named each time.
    fn read(ask: &mut Ask<'_, '_>, _: Option<&Self>) -> Result<Self, Errno> {
        let table = quietly::<4>(ask, ChokeSet::POLICY)?.ok_or(Errno::EINVAL)?;
        let (params, qopt) = params(&table)?;
        let mut config = Self::new(qopt.limit, params);
        config.ecn = qopt.flags & ECN != 0;
        config.harddrop = qopt.flags & HARDDROP != 0;
        Ok(config)
    }

    fn write(&self, to: &mut Body<'_>) -> Result<(), WriteError> {
        let Params { max_p: named, plog, qth_min, qth_max, .. } = self.params;
        let flags = bit(self.ecn, ECN) | bit(self.harddrop, HARDDROP);
        to.nest_as(tca::OPTIONS, |to| {
            to.value(PARMS, &qopt(self.limit, flags, &self.params))?;
            to.value(MAX_P, &max_p(named, plog, qth_max.wrapping_sub(qth_min)))
        })
    }
}
