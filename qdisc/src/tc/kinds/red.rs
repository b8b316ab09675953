//! red, choke.

use alloc::boxed::Box;

use super::super::TcError;
use super::{Parsed, Words};
use crate::red::{Params, Traffic};
use crate::{Packet, choke, red};

const RED: &str = "options are limit min max avpkt burst probability bandwidth ecn harddrop nodrop \
    adaptive";
const CHOKE: &str = "options are limit min max avpkt burst probability bandwidth ecn";

/// What both have in common.
#[derive(Default)]
struct Given {
    limit: Option<u32>,
    min: Option<u32>,
    max: Option<u32>,
    avpkt: u32,
    burst: Option<u32>,
    probability: f64,
    bandwidth: u32,
    ecn: bool,
    harddrop: bool,
    nodrop: bool,
    adaptive: bool,
}

impl Given {
    /// `bytes`: thresholds are in bytes rather than packets.
    fn read(words: &mut Words<'_>, bytes: bool, known: &'static str) -> Result<Self, TcError> {
        let mut given = Self { probability: 0.02, avpkt: 1000, ..Self::default() };
        given.bandwidth = 1_250_000;
        let amount = |words: &mut Words<'_>| {
            if bytes { words.size() } else { words.number("a number of packets") }
        };
        while let Some(word) = words.next() {
            match word {
                "limit" => given.limit = Some(amount(words)?),
                "min" => given.min = Some(amount(words)?),
                "max" => given.max = Some(amount(words)?),
                "avpkt" => given.avpkt = words.size()?,
                "burst" => given.burst = Some(words.number("a number of packets")?),
                "probability" => given.probability = words.parse("a number from 0 to 1")?,
                "bandwidth" => {
                    given.bandwidth = u32::try_from(words.rate()?).unwrap_or(u32::MAX);
                }
                "ecn" => given.ecn = true,
                "harddrop" if bytes => given.harddrop = true,
                "nodrop" if bytes => given.nodrop = true,
                "adaptive" | "adaptative" if bytes => given.adaptive = true,
                _ => return Err(words.unknown(known)),
            }
        }
        Ok(given)
    }

    /// The limit and the parameters, with the thresholds and the burst that tc would choose.
    fn params(&self, kind: &'static str, unit: u32) -> Result<(u32, Params), TcError> {
        let limit = self.limit.ok_or(TcError::Missing { kind, wanted: "a limit" })?;
        let max = self.max.unwrap_or(limit / 4);
        let min = self.min.unwrap_or(max / 3);
        let scale = |threshold: u32| threshold.saturating_mul(unit);
        let sum = u64::from(scale(min)) * 2 + u64::from(scale(max));
        let burst = sum / (3 * u64::from(self.avpkt.max(1)));
        let burst = self.burst.unwrap_or(u32::try_from(burst).unwrap_or(u32::MAX));
        let params = Params::tc(Traffic {
            min: scale(min),
            max: scale(max),
            avpkt: self.avpkt,
            burst,
            probability: self.probability,
            bandwidth: self.bandwidth,
        });
        Ok((limit, params.map_err(|why| TcError::Refused(why.into()))?))
    }
}

pub(super) fn red<P: Packet>(words: &mut Words<'_>) -> Parsed<P> {
    let given = Given::read(words, true, RED)?;
    let (limit, params) = given.params("red", 1)?;
    let Given { ecn, harddrop, nodrop, adaptive: adaptative, .. } = given;
    let config = red::Config::new(limit, params);
    Ok(Box::new(red::Config { ecn, harddrop, nodrop, adaptative, ..config }))
}

pub(super) fn choke<P: Packet>(words: &mut Words<'_>) -> Parsed<P> {
    let given = Given::read(words, false, CHOKE)?;
    // choke counts in packets; tc works out the average in bytes and divides.
    let (limit, params) = given.params("choke", given.avpkt)?;
    let unit = given.avpkt.max(1);
    let params =
        Params { qth_min: params.qth_min / unit, qth_max: params.qth_max / unit, ..params };
    Ok(Box::new(choke::Config { ecn: given.ecn, ..choke::Config::new(limit, params) }))
}
