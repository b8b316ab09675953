//! hfsc.

use alloc::boxed::Box;

use super::super::TcError;
use super::{Parsed, ParsedClass, Words};
use crate::Packet;
use crate::hfsc::{ClassConfig, Config, Curve};

pub(super) fn hfsc<P: Packet>(words: &mut Words<'_>) -> Parsed<P> {
    let mut config = Config::default();
    if words.take("default") {
        config.default = words.value("the number of a class as 10", |word| {
            u16::from_str_radix(word.strip_prefix("0x").unwrap_or(word), 16).ok()
        })?;
    }
    Ok(Box::new(config))
}

pub(super) fn hfsc_class<P: Packet>(words: &mut Words<'_>) -> ParsedClass<P> {
    let mut config = ClassConfig::default();
    while let Some(word) = words.next() {
        match word {
            "rt" => config.rsc = Some(curve(words)?),
            "ls" => config.fsc = Some(curve(words)?),
            "sc" => {
                config.rsc = Some(curve(words)?);
                config.fsc = config.rsc;
            }
            "ul" => config.usc = Some(curve(words)?),
            _ => return Err(words.unknown("curves are sc, rt, ls and ul")),
        }
    }
    Ok(Box::new(config))
}

fn rate(words: &mut Words<'_>) -> Result<u32, TcError> {
    words.rate().map(|rate| u32::try_from(rate).unwrap_or(u32::MAX))
}

fn micros(words: &mut Words<'_>) -> Result<u32, TcError> {
    words.time().map(|nanos| u32::try_from(nanos / 1000).unwrap_or(u32::MAX))
}

/// `[m1 RATE d TIME] m2 RATE`, `rate RATE`, or `umax BYTES dmax TIME rate RATE`: so many bytes within
/// so long a time, and a rate.
fn curve(words: &mut Words<'_>) -> Result<Curve, TcError> {
    let mut curve = Curve { m1: 0, d: 0, m2: 0 };
    let (mut umax, mut dmax): (u64, u64) = (0, 0);
    loop {
        match words.peek() {
            Some("m1") => {
                words.next();
                curve.m1 = rate(words)?;
            }
            Some("d") => {
                words.next();
                curve.d = micros(words)?;
            }
            Some("m2" | "rate") => {
                words.next();
                curve.m2 = rate(words)?;
            }
            Some("umax") => {
                words.next();
                umax = words.size()?;
            }
            Some("dmax") => {
                words.next();
                dmax = micros(words)?.into();
            }
            _ => break,
        }
    }
    if dmax != 0 {
        // As iproute2 has it: steep enough for the burst if the rate alone is not.
        let steep = umax.saturating_mul(1_000_000).div_ceil(dmax);
        let late = dmax as f64 - umax as f64 * 1e6 / f64::from(curve.m2.max(1));
        let fast = steep > u64::from(curve.m2);
        curve.m1 = if fast { u32::try_from(steep).unwrap_or(u32::MAX) } else { 0 };
        let d = if fast { dmax } else { ceil(late) };
        curve.d = u32::try_from(d).unwrap_or(u32::MAX);
    }
    Ok(curve)
}

/// The next whole number; what is below 0 is 0.
fn ceil(value: f64) -> u64 {
    let whole = value as u64;
    if whole as f64 >= value { whole } else { whole + 1 }
}
