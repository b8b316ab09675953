//! htb.

use alloc::boxed::Box;

use super::super::TcError;
use super::tbf::{burst, link};
use super::{Parsed, ParsedClass, Words};
use crate::htb::{ClassConfig, Config};
use crate::{Packet, RateSpec};

const CLASS: &str = "options are rate ceil burst cburst quantum prio mpu overhead linklayer";

pub(super) fn htb<P: Packet>(words: &mut Words<'_>) -> Parsed<P> {
    let mut config = Config::default();
    while let Some(word) = words.next() {
        match word {
            "default" => {
                config.default = words.value("the number of a class as 10", |word| {
                    let hex = word.strip_prefix("0x").unwrap_or(word);
                    u16::from_str_radix(hex, 16).ok()
                })?;
            }
            "r2q" => config.r2q = words.number("a number")?,
            "direct_qlen" => config.direct_qlen = words.number("a number of packets")?,
            _ => return Err(words.unknown("options are default r2q direct_qlen")),
        }
    }
    Ok(Box::new(config))
}

pub(super) fn htb_class<P: Packet>(words: &mut Words<'_>) -> ParsedClass<P> {
    let mut spec = RateSpec::default();
    let (mut rate, mut ceil, mut bursts) = (None, None, [None; 2]);
    let (mut quantum, mut prio) = (0, 0);
    while let Some(word) = words.next() {
        match word {
            "rate" => rate = Some(words.rate()?),
            "ceil" => ceil = Some(words.rate()?),
            "burst" | "buffer" | "maxburst" => bursts[0] = Some(burst(words)?),
            "cburst" | "cbuffer" | "cmaxburst" => bursts[1] = Some(burst(words)?),
            "quantum" => quantum = words.size()?,
            "prio" => prio = words.number("a priority from 0 to 7")?,
            word => {
                if !link(&mut spec, word, words)? {
                    return Err(words.unknown(CLASS));
                }
            }
        }
    }
    let rate = rate.ok_or(TcError::Missing { kind: "htb", wanted: "a rate" })?;
    let with = |bytes_per_second| RateSpec { bytes_per_second, ..spec };
    let chosen = ClassConfig::new(with(rate), with(ceil.unwrap_or(rate)));
    let [own, most] = bursts;
    let given = chosen.with_bursts(own.unwrap_or(0), most.unwrap_or(0));
    Ok(Box::new(ClassConfig {
        buffer: if own.is_some() { given.buffer } else { chosen.buffer },
        cbuffer: if most.is_some() { given.cbuffer } else { chosen.cbuffer },
        quantum,
        prio,
        ..chosen
    }))
}
