//! mqprio, dualpi2.

use alloc::boxed::Box;
use core::time::Duration;

use super::super::words::{number, time};
use super::{Parsed, Words};
use crate::Packet;
use crate::dualpi2::{self, Step};
use crate::mqprio::{self, TcQueues};

const DUALPI2: &str = "options are limit memlimit target tupdate alpha beta step_thresh coupling_factor \
    drop_on_overload overflow drop_enqueue drop_dequeue classic_protection l4s_ect any_ect split_gso \
    no_split_gso";

pub(super) fn mqprio<P: Packet>(words: &mut Words<'_>) -> Parsed<P> {
    let mut config = mqprio::Config::default();
    while let Some(word) = words.next() {
        match word {
            "num_tc" => config.num_tc = words.number("a number of traffic classes")?,
            "map" => {
                for class in &mut config.prio_tc_map {
                    let read = |word: &str| u8::try_from(number(word)?).ok();
                    let Some(next) = words.maybe(read) else { break };
                    *class = next;
                }
            }
            "queues" => {
                for queues in &mut config.queues {
                    let Some(next) = words.maybe(queue_range) else { break };
                    *queues = next;
                }
            }
            "hw" => {
                words.value("0: there is no hardware here", |word| (word == "0").then_some(()))?;
            }
            _ => return Err(words.unknown("options are num_tc map queues hw")),
        }
    }
    Ok(Box::new(config))
}

/// `count@offset`.
fn queue_range(word: &str) -> Option<TcQueues> {
    let (count, offset) = word.split_once('@')?;
    Some(TcQueues { count: count.parse().ok()?, offset: offset.parse().ok()? })
}

pub(super) fn dualpi2<P: Packet>(words: &mut Words<'_>) -> Parsed<P> {
    let mut config = dualpi2::Config::default();
    while let Some(word) = words.next() {
        match word {
            "limit" => config.limit = words.number("a number of packets")?,
            "memlimit" => config.memory_limit = words.size()?,
            "target" => config.target = words.time().map(Duration::from_nanos)?,
            "tupdate" => config.tupdate = words.time().map(Duration::from_nanos)?,
            "alpha" => config.alpha = gain(words)?,
            "beta" => config.beta = gain(words)?,
            "step_thresh" => {
                config.step = words.value("a time as 1ms or a number as 10pkt", |word| {
                    let packets = word.strip_suffix("pkt").or_else(|| word.strip_suffix("packets"));
                    match packets {
                        Some(packets) => packets.parse().ok().map(Step::Packets),
                        None => time(word).map(Duration::from_nanos).map(Step::Delay),
                    }
                })?;
            }
            "coupling_factor" => config.coupling = words.number("a number from 1 to 255")?,
            "drop_on_overload" => config.drop_overload = true,
            "overflow" => config.drop_overload = false,
            "drop_enqueue" => config.drop_early = true,
            "drop_dequeue" => config.drop_early = false,
            "classic_protection" => {
                config.c_protection = words.value("a percentage as 10%", |word| {
                    word.strip_suffix('%').unwrap_or(word).parse().ok()
                })?;
            }
            "l4s_ect" => config.ecn_mask = 1,
            "any_ect" => config.ecn_mask = 3,
            "split_gso" => config.split_gso = true,
            "no_split_gso" => config.split_gso = false,
            _ => return Err(words.unknown(DUALPI2)),
        }
    }
    Ok(Box::new(config))
}

/// A gain in hertz, which the kernel has in 256ths.
fn gain(words: &mut Words<'_>) -> Result<u32, super::super::TcError> {
    words.value("a gain as 0.16", |word| {
        let hertz: f64 = word.parse().ok()?;
        (0.0..=65_536.0).contains(&hertz).then_some((hertz * 256.0 + 0.5) as u32)
    })
}
