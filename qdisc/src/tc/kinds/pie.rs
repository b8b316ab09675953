//! pie, fq_pie.

use alloc::boxed::Box;
use core::time::Duration;

use super::super::TcError;
use super::{Parsed, Words};
use crate::pie::{Config, Params};
use crate::{Packet, fq_pie};

const PIE: &str = "options are limit target tupdate alpha beta ecn noecn bytemode nobytemode \
    dq_rate_estimator no_dq_rate_estimator";
const FQ_PIE: &str = "options are limit flows quantum memory_limit ecn_prob target tupdate alpha \
    beta ecn noecn bytemode nobytemode dq_rate_estimator no_dq_rate_estimator";

/// Reads an option of the controller; `false` if `word` is none.
fn shared(params: &mut Params, word: &str, words: &mut Words<'_>) -> Result<bool, TcError> {
    match word {
        "target" => params.target = words.time().map(Duration::from_nanos)?,
        "tupdate" => params.tupdate = words.time().map(Duration::from_nanos)?,
        "alpha" => params.alpha = words.number("a number from 0 to 32")?,
        "beta" => params.beta = words.number("a number from 0 to 32")?,
        "ecn" => params.ecn = true,
        "noecn" => params.ecn = false,
        "bytemode" => params.bytemode = true,
        "nobytemode" => params.bytemode = false,
        "dq_rate_estimator" => params.dq_rate_estimator = true,
        "no_dq_rate_estimator" => params.dq_rate_estimator = false,
        _ => return Ok(false),
    }
    Ok(true)
}

pub(super) fn pie<P: Packet>(words: &mut Words<'_>) -> Parsed<P> {
    let mut config = Config::default();
    while let Some(word) = words.next() {
        match word {
            "limit" => config.limit = words.number("a number of packets")?,
            word => {
                if !shared(&mut config.pie, word, words)? {
                    return Err(words.unknown(PIE));
                }
            }
        }
    }
    Ok(Box::new(config))
}

pub(super) fn fq_pie<P: Packet>(words: &mut Words<'_>) -> Parsed<P> {
    let mut config = fq_pie::Config::default();
    while let Some(word) = words.next() {
        match word {
            "limit" => config.limit = words.number("a number of packets")?,
            "flows" => config.flows = words.number("a number of flows")?,
            "quantum" => config.quantum = words.size()?,
            "memory_limit" => config.memory_limit = words.size()?,
            "ecn_prob" => config.ecn_prob = words.number("a percentage from 0 to 100")?,
            word => {
                if !shared(&mut config.pie, word, words)? {
                    return Err(words.unknown(FQ_PIE));
                }
            }
        }
    }
    Ok(Box::new(config))
}
