//! tbf, and what kinds with a rate have in common.

use alloc::boxed::Box;

use super::super::TcError;
use super::{Parsed, Words};
use crate::tbf::{Config, Peak};
use crate::{LinkLayer, Packet, RateSpec};

const TBF: &str = "options are rate burst limit latency peakrate mtu mpu overhead linklayer";

/// A size that may be followed by that of a cell, which only matters to kernels of old.
pub(in super::super) fn burst(words: &mut Words<'_>) -> Result<u32, TcError> {
    words.value("a size as 5k", |word| {
        let word = word.split('/').next()?;
        u32::try_from(super::super::words::size(word)?).ok()
    })
}

/// Reads an option that says what a packet takes on the link; `false` if `word` is none.
pub(in super::super) fn link(
    spec: &mut RateSpec,
    word: &str,
    words: &mut Words<'_>,
) -> Result<bool, TcError> {
    match word {
        "mpu" => spec.mpu = words.size()?,
        "overhead" => spec.overhead = words.size()?,
        "linklayer" => {
            spec.linklayer = match words.need("ethernet or atm")? {
                "ethernet" => LinkLayer::Ethernet,
                "atm" | "adsl" => LinkLayer::Atm,
                _ => return Err(words.unknown("link layers are ethernet and atm")),
            };
        }
        _ => return Ok(false),
    }
    Ok(true)
}

pub(super) fn tbf<P: Packet>(words: &mut Words<'_>) -> Parsed<P> {
    let mut spec = RateSpec::default();
    let (mut rate, mut peak, mut depth, mut mtu) = (None, None, None, None);
    let (mut limit, mut latency) = (None, None);
    while let Some(word) = words.next() {
        match word {
            "rate" => rate = Some(words.rate()?),
            "peakrate" => peak = Some(words.rate()?),
            "burst" | "buffer" | "maxburst" => depth = Some(burst(words)?),
            "mtu" | "minburst" => mtu = Some(burst(words)?),
            "limit" => limit = Some(words.size()?),
            "latency" => latency = Some(words.time()?),
            word => {
                if !link(&mut spec, word, words)? {
                    return Err(words.unknown(TBF));
                }
            }
        }
    }
    let missing = |wanted| TcError::Missing { kind: "tbf", wanted };
    let rate = rate.ok_or(missing("a rate"))?;
    let burst = depth.ok_or(missing("a burst"))?;
    let peak = match (peak, mtu) {
        (Some(peak), Some(mtu)) => {
            Some(Peak { rate: RateSpec { bytes_per_second: peak, ..spec }, burst: mtu })
        }
        (Some(_), None) => return Err(missing("an mtu beside a peakrate")),
        (None, _) => None,
    };
    let limit = match (limit, latency) {
        (Some(limit), None) => limit,
        (None, Some(latency)) => limit_for(latency, (rate, burst), peak.as_ref()),
        _ => return Err(missing("either a limit or a latency")),
    };
    let rate = RateSpec { bytes_per_second: rate, ..spec };
    Ok(Box::new(Config { rate, burst, peak, limit, psched_mtu: 0 }))
}

/// Bytes that may wait so that none waits longer than `latency` nanoseconds.
fn limit_for(latency: u64, rate: (u64, u32), peak: Option<&Peak>) -> u32 {
    let bytes = |(rate, burst): (u64, u32)| {
        let bytes = u128::from(rate) * u128::from(latency) / 1_000_000_000;
        u32::try_from(bytes + u128::from(burst)).unwrap_or(u32::MAX)
    };
    let peak = peak.map(|peak| bytes((peak.rate.bytes_per_second, peak.burst)));
    bytes(rate).min(peak.unwrap_or(u32::MAX))
}
