//! prio, ets, drr, qfq: kinds that share by bands or classes.

use alloc::boxed::Box;

use super::super::TcError;
use super::{Parsed, ParsedClass, Words};
use crate::tc::words::{number, size};
use crate::{Packet, drr, ets, prio, qfq};

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
    let mut config = ets::Config::default();
    let (mut given, mut quanta) = (None, 0);
    while let Some(word) = words.next() {
        match word {
            "bands" => given = Some(words.number("a number of bands")?),
            "strict" => config.strict = words.number("a number of bands")?,
            "quanta" => {
                let first = usize::from(config.strict);
                for quantum in config.quanta.iter_mut().skip(first) {
                    let read = |word: &str| u32::try_from(size(word)?).ok();
                    let Some(next) = words.maybe(read) else { break };
                    *quantum = next;
                    quanta += 1;
                }
            }
            "priomap" => bands(words, &mut config.priomap),
            _ => return Err(words.unknown("options are bands strict quanta priomap")),
        }
    }
    config.bands = given.unwrap_or(config.strict.saturating_add(quanta));
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
