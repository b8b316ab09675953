//! prio, ets, drr, qfq, sfq: kinds that share by bands, classes or flows.

use alloc::boxed::Box;
use core::time::Duration;

use super::super::TcError;
use super::{Parsed, ParsedClass, Words};
use crate::tc::words::{number, size};
use crate::{Packet, drr, ets, prio, qfq, sfq};

const SFQ: &str = "options are limit depth flows divisor quantum headdrop perturb";

fn bands<const N: usize>(words: &mut Words<'_>, map: &mut [u8; N]) {
    for band in map {
        let Some(next) = words.maybe(|word| u8::try_from(number(word)?).ok()) else { break };
        *band = next;
    }
}

pub(super) fn prio<P: Packet>(words: &mut Words<'_>) -> Parsed<P> {
    let mut config = prio::Config::default();
    while let Some(word) = words.next() {
        match word {
            "bands" => config.bands = words.number("a number of bands")?,
            "priomap" => bands(words, &mut config.priomap),
            _ => return Err(words.unknown("options are bands priomap")),
        }
    }
    Ok(Box::new(config))
}

pub(super) fn ets<P: Packet>(words: &mut Words<'_>) -> Parsed<P> {
    let (mut given, mut strict, mut priomap) = (None, 0_u8, None);
    let mut quanta = [None; ets::MAX_BANDS as usize];
    while let Some(word) = words.next() {
        match word {
            "bands" => given = Some(words.number("a number of bands")?),
            "strict" => strict = words.number("a number of bands")?,
            "quanta" => {
                for quantum in &mut quanta {
                    *quantum = words.maybe(|word| u32::try_from(size(word)?).ok());
                    if quantum.is_none() {
                        break;
                    }
                }
            }
            "priomap" => {
                let map = priomap.insert([u8::MAX; 16]);
                bands(words, map);
            }
            _ => return Err(words.unknown("options are bands strict quanta priomap")),
        }
    }
    let shared = quanta.iter().flatten().count() as u8;
    let mut config = ets::Config::new(given.unwrap_or(strict.saturating_add(shared)), strict);
    let open = config.quanta.iter_mut().skip(strict.into());
    open.zip(quanta.into_iter().flatten()).for_each(|(quantum, given)| *quantum = given);
    // Priorities that the map leaves out are for the last band.
    for (band, given) in config.priomap.iter_mut().zip(priomap.into_iter().flatten()) {
        *band = if given == u8::MAX { *band } else { given };
    }
    Ok(Box::new(config))
}

pub(super) fn sfq<P: Packet>(words: &mut Words<'_>) -> Parsed<P> {
    let mut config = sfq::Config::default();
    while let Some(word) = words.next() {
        match word {
            "limit" => config.limit = Some(words.number("a number of packets")?),
            "depth" => config.depth = words.number("a number of packets")?,
            "flows" => config.flows = words.number("a number of flows")?,
            "divisor" => config.divisor = words.number("a power of two")?,
            "quantum" => config.quantum = words.size()?,
            "headdrop" => config.headdrop = true,
            "perturb" => {
                let seconds: u32 = words.number("a number of seconds")?;
                config.perturb = (seconds != 0).then(|| Duration::from_secs(seconds.into()));
            }
            _ => return Err(words.unknown(SFQ)),
        }
    }
    Ok(Box::new(config))
}

pub(super) fn ets_class<P: Packet>(words: &mut Words<'_>) -> ParsedClass<P> {
    let mut config = ets::ClassConfig::default();
    if words.take("quantum") {
        config.quantum = Some(words.size()?);
    }
    Ok(Box::new(config))
}

pub(super) fn drr_class<P: Packet>(words: &mut Words<'_>) -> ParsedClass<P> {
    let mut config = drr::ClassConfig::default();
    if words.take("quantum") {
        config.quantum = words.size()?;
    }
    Ok(Box::new(config))
}

pub(super) fn qfq_class<P: Packet>(words: &mut Words<'_>) -> ParsedClass<P> {
    let mut config = qfq::ClassConfig::default();
    while let Some(word) = words.next() {
        match word {
            "weight" => config.weight = words.number("a weight")?,
            "maxpkt" => config.lmax = words.size()?,
            _ => return Err(unknown_of_qfq(words)),
        }
    }
    Ok(Box::new(config))
}

fn unknown_of_qfq(words: &Words<'_>) -> TcError {
    words.unknown("options are weight maxpkt")
}
