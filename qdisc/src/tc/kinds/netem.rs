//! netem.

use alloc::boxed::Box;

use super::super::TcError;
use super::super::words::{percent, rate, size, time};
use super::{Parsed, Words};
use crate::Packet;
use crate::netem::{Chance, Config, Distribution, LinkRate, Loss, Probability, Slot, SlotDelay};

const NETEM: &str = "options are limit delay distribution loss ecn corrupt duplicate reorder gap \
    rate slot seed";
const LOSSES: &str = "losses are random, state and gemodel";

pub(super) fn netem<P: Packet>(words: &mut Words<'_>) -> Parsed<P> {
    let mut config = Config::default();
    while let Some(word) = words.next() {
        match word {
            "limit" => config.limit = words.number("a number of packets")?,
            "delay" | "latency" => {
                config.delay.latency = words.time()?;
                config.delay.jitter = words.maybe(time).unwrap_or(0);
                config.delay.correlation = words.maybe(percent).unwrap_or_default();
            }
            "distribution" => config.delay.distribution = Some(distribution(words)?),
            "loss" | "drop" => config.loss = loss(words)?,
            "ecn" => config.ecn = true,
            "corrupt" => config.corrupt = chance(words)?,
            "duplicate" => config.duplicate = chance(words)?,
            "reorder" => {
                config.reorder = Some(chance(words)?);
                config.gap = config.gap.max(1);
            }
            "gap" => config.gap = words.number("a number of packets")?,
            "rate" => config.rate = link_rate(words)?,
            "slot" => config.slot = Some(slot(words)?),
            "seed" => config.seed = Some(words.number("a number")?),
            _ => return Err(words.unknown(NETEM)),
        }
    }
    Ok(Box::new(config))
}

fn chance(words: &mut Words<'_>) -> Result<Chance, TcError> {
    let probability = words.percent()?;
    Ok(Chance { probability, correlation: words.maybe(percent).unwrap_or_default() })
}

fn distribution(words: &mut Words<'_>) -> Result<Distribution, TcError> {
    Ok(match words.need("normal, pareto or paretonormal")? {
        "normal" => Distribution::normal(),
        "pareto" => Distribution::pareto(),
        "paretonormal" => Distribution::paretonormal(),
        _ => return Err(words.unknown("distributions are normal, pareto and paretonormal")),
    })
}

fn loss(words: &mut Words<'_>) -> Result<Loss, TcError> {
    let rest = |of: Probability| Probability(u32::MAX - of.0);
    if words.take("state") {
        let p13 = words.percent()?;
        let mut next = |or| words.maybe(percent).unwrap_or(or);
        let (p31, p32) = (next(rest(p13)), next(Probability::NEVER));
        let (p23, p14) = (next(Probability::ALWAYS), next(Probability::NEVER));
        return Ok(Loss::State { p13, p31, p32, p23, p14 });
    }
    if words.take("gemodel") {
        let p = words.percent()?;
        let mut next = || words.maybe(percent);
        let r = next().unwrap_or(rest(p));
        let h = next().map_or(Probability::NEVER, rest);
        return Ok(Loss::GilbertElliott { p, r, h, k1: next().unwrap_or_default() });
    }
    words.take("random");
    match words.peek() {
        Some(word) if percent(word).is_none() => {
            words.next();
            Err(words.unknown(LOSSES))
        }
        _ => chance(words).map(Loss::Random),
    }
}

fn link_rate(words: &mut Words<'_>) -> Result<LinkRate, TcError> {
    let bytes_per_second = words.value("a rate as 1mbit", rate)?;
    let signed = |word: &str| word.parse::<i32>().ok();
    let packet_overhead = words.maybe(signed).unwrap_or(0);
    let cell_size = words.maybe(|word| u32::try_from(size(word)?).ok()).unwrap_or(0);
    let cell_overhead = words.maybe(signed).unwrap_or(0);
    Ok(LinkRate { bytes_per_second, packet_overhead, cell_size, cell_overhead })
}

fn slot(words: &mut Words<'_>) -> Result<Slot, TcError> {
    let delay = if words.take("distribution") {
        let distribution = distribution(words)?;
        SlotDelay::Distributed { delay: words.time()?, jitter: words.time()?, distribution }
    } else {
        let min = words.time()?;
        SlotDelay::Between(min, words.maybe(time).unwrap_or(min))
    };
    let mut slot = Slot { delay, max_packets: 0, max_bytes: 0 };
    loop {
        if words.take("packets") {
            slot.max_packets = words.number("a number of packets")?;
        } else if words.take("bytes") {
            slot.max_bytes = words.size()?;
        } else {
            return Ok(slot);
        }
    }
}
