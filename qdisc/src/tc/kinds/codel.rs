//! codel, fq_codel.

use alloc::boxed::Box;

use softnet_sk_buff::Instant;

use super::super::TcError;
use super::{Parsed, Words};
use crate::codel::{CeThreshold, Config, Time};
use crate::{Packet, codel_queue, fq_codel};

const CODEL: &str = "options are limit target interval ecn noecn ce_threshold";
const FQ_CODEL: &str = "options are limit flows quantum target interval memory_limit drop_batch \
    ecn noecn ce_threshold ce_threshold_selector";

fn time(words: &mut Words<'_>) -> Result<Time, TcError> {
    words.time().map(|nanos| Time::from(Instant::from_nanos(nanos)))
}

/// Reads an option that CoDel itself has; `false` if `word` is none.
fn shared(config: &mut Config, word: &str, words: &mut Words<'_>) -> Result<bool, TcError> {
    match word {
        "target" => config.target = time(words)?,
        "interval" => config.interval = time(words)?,
        "ecn" => config.ecn = true,
        "noecn" => config.ecn = false,
        "ce_threshold" => {
            let over = time(words)?;
            let before = config.ce_threshold.unwrap_or(CeThreshold { over, selector: 0, mask: 0 });
            config.ce_threshold = Some(CeThreshold { over, ..before });
        }
        _ => return Ok(false),
    }
    Ok(true)
}

pub(super) fn codel<P: Packet>(words: &mut Words<'_>) -> Parsed<P> {
    let mut config = codel_queue::Config::default();
    while let Some(word) = words.next() {
        match word {
            "limit" => config.limit = words.number("a number of packets")?,
            word => {
                if !shared(&mut config.codel, word, words)? {
                    return Err(words.unknown(CODEL));
                }
            }
        }
    }
    Ok(Box::new(config))
}

pub(super) fn fq_codel<P: Packet>(words: &mut Words<'_>) -> Parsed<P> {
    let mut config = fq_codel::Config::default();
    while let Some(word) = words.next() {
        match word {
            "limit" => config.limit = words.number("a number of packets")?,
            "flows" => config.flows = words.number("a number of flows")?,
            "quantum" => config.quantum = words.size()?,
            "memory_limit" => config.memory_limit = words.size()?,
            "drop_batch" => config.drop_batch = words.number("a number of packets")?,
            "ce_threshold_selector" => {
                let (value, mask) = words.value("a value and a mask as 0x1/0x3", |word| {
                    let (value, mask) = word.split_once('/')?;
                    let byte = |part| super::super::words::number(part)?.try_into().ok();
                    Some((byte(value)?, byte(mask)?))
                })?;
                let over = config.codel.ce_threshold.map_or(Time::default(), |before| before.over);
                config.codel.ce_threshold = Some(CeThreshold { over, selector: value, mask });
            }
            word => {
                if !shared(&mut config.codel, word, words)? {
                    return Err(words.unknown(FQ_CODEL));
                }
            }
        }
    }
    Ok(Box::new(config))
}
