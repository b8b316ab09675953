//! ets (`sch_ets.c`).

use softnet_netlink::errno::Errno;
use softnet_netlink::policy::{Parsed, Strictness};
use softnet_netlink::set::Set;
use softnet_netlink::tc::qdisc::{EtsPriomapSet, EtsQuantaSet, EtsSet};
use softnet_netlink::wire::{Attr, Body, WriteError};

use super::{Options, aloud, nested, tca};
use crate::ets::{ClassConfig, Config, MAX_BANDS};
use crate::netlink::wanted::Ask;

const NBANDS: u16 = 1;
const NSTRICT: u16 = 2;
const QUANTA: u16 = 3;
const QUANTA_BAND: u16 = 4;
const PRIOMAP: u16 = 5;
const PRIOMAP_BAND: u16 = 6;

/// `ets_quantum_parse`.
fn quantum(named: u32) -> u32 {
    named.clamp(256, 1 << 20)
}

impl Options for Config {
    /// All of it is named each time.
    fn read(ask: &mut Ask<'_, '_>, _: Option<&Self>) -> Result<Self, Errno> {
        let table = aloud::<7>(ask, EtsSet::POLICY, Strictness::STRICT)?.ok_or(Errno::EINVAL)?;
        let bands = match table.get(NBANDS).and_then(|bands| bands.u8()) {
            None => {
                return Err(ask.invalid("sch_ets: Number of bands is a required argument"));
            }
            Some(bands @ 1..=MAX_BANDS) => bands,
            Some(_) => return Err(ask.invalid("sch_ets: Invalid number of bands")),
        };
        let strict = table.get(NSTRICT).and_then(|strict| strict.u8()).unwrap_or(0);
        if strict > bands {
            return Err(ask.invalid("sch_ets: Invalid number of strict bands"));
        }
        let mut config = Self::new(bands, strict);
        config.tx_queue_len = ask.device.tx_queue_len;
        config.quanta = [quantum(ask.device.mtu); MAX_BANDS as usize];
        if let Some(map) = table.get(PRIOMAP) {
            priomap(ask, &map, &mut config)?;
        }
        if let Some(named) = table.get(QUANTA) {
            quanta(ask, &named, &mut config)?;
        }
        Ok(config)
    }

    fn write(&self, to: &mut Body<'_>) -> Result<(), WriteError> {
        let shared = usize::from(self.strict)..usize::from(self.bands);
        to.nest_as(tca::OPTIONS, |to| {
            to.value(NBANDS, &self.bands)?;
            if self.strict > 0 {
                to.value(NSTRICT, &self.strict)?;
            }
            if !shared.is_empty() {
                let quanta = self.quanta.get(shared).unwrap_or_default();
                to.nest(QUANTA, |to| {
                    quanta.iter().try_for_each(|quantum| to.value(QUANTA_BAND, quantum))
                })?;
            }
            to.nest(PRIOMAP, |to| {
                self.priomap.iter().try_for_each(|band| to.value(PRIOMAP_BAND, band))
            })
        })
    }
}

/// `ets_qdisc_priomap_parse`.
fn priomap(ask: &mut Ask<'_, '_>, map: &Attr<'_>, config: &mut Config) -> Result<(), Errno> {
    let rules = (EtsPriomapSet::POLICY, Strictness::STRICT);
    let _: Parsed<'_, 0> = nested(&ask.message, map, rules, ask.extack)?;
    for (at, band) in map.nested().enumerate() {
        let Some(place) = config.priomap.get_mut(at) else {
            return Err(ask.invalid("sch_ets: Too many priorities in ETS priomap"));
        };
        *place = band.u8().unwrap_or(0);
        if *place >= config.bands {
            return Err(ask.invalid("sch_ets: Invalid band number in ETS priomap"));
        }
    }
    Ok(())
}

/// `ets_qdisc_quanta_parse`.
fn quanta(ask: &mut Ask<'_, '_>, named: &Attr<'_>, config: &mut Config) -> Result<(), Errno> {
    let rules = (EtsQuantaSet::POLICY, Strictness::STRICT);
    let _: Parsed<'_, 0> = nested(&ask.message, named, rules, ask.extack)?;
    let shared = usize::from(config.strict)..usize::from(config.bands);
    let mut places = config.quanta.get_mut(shared).unwrap_or_default().iter_mut();
    for band in named.nested() {
        let Some(place) = places.next() else {
            return Err(ask.invalid("sch_ets: ETS quanta has more values than bands"));
        };
        *place = quantum(band.u32().unwrap_or(0));
    }
    Ok(())
}

/// The options of a band (`ets_class_change`).
pub(super) fn read_class(ask: &mut Ask<'_, '_>, is_strict: bool) -> Result<ClassConfig, Errno> {
    let Some(table) = aloud::<7>(ask, EtsSet::POLICY, Strictness::STRICT)? else {
        return Err(ask.invalid("ETS options are required for this operation"));
    };
    let named = table.get(QUANTA_BAND).and_then(|quantum| quantum.u32());
    if named.is_some() && is_strict {
        return Err(ask.invalid("Strict bands do not have a configurable quantum"));
    }
    Ok(ClassConfig { quantum: named.map(quantum) })
}

/// `ets_class_dump`.
pub(super) fn write_class(
    config: &Config,
    minor: u16,
    to: &mut Body<'_>,
) -> Result<(), WriteError> {
    let shared = minor > config.strict.into() && minor <= config.bands.into();
    let quantum = config.quanta.get(usize::from(minor).saturating_sub(1)).filter(|_| shared);
    to.nest_as(tca::OPTIONS, |to| match quantum {
        Some(quantum) => to.value(QUANTA_BAND, quantum),
        None => Ok(()),
    })
}
