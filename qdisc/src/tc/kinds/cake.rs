//! cake.

use alloc::boxed::Box;
use core::time::Duration;

use super::super::TcError;
use super::{Parsed, Words};
use crate::Packet;
use crate::cake::{AckFilter, Config, Diffserv, FlowMode, Framing, Overhead};

const CAKE: &str = "options are bandwidth unlimited autorate-ingress rtt or a keyword as internet, \
    diffserv3 diffserv4 diffserv8 besteffort precedence, flowblind srchost dsthost hosts flows \
    dual-srchost dual-dsthost triple-isolate, ack-filter ack-filter-aggressive no-ack-filter, \
    split-gso no-split-gso wash nowash ingress egress memlimit fwmark, overhead mpu atm ptm noatm raw \
    or a keyword as docsis";

fn diffserv(word: &str) -> Option<Diffserv> {
    Some(match word {
        "diffserv3" => Diffserv::Diffserv3,
        "diffserv4" => Diffserv::Diffserv4,
        "diffserv8" => Diffserv::Diffserv8,
        "besteffort" => Diffserv::Besteffort,
        "precedence" => Diffserv::Precedence,
        _ => return None,
    })
}

fn flow_mode(word: &str) -> Option<FlowMode> {
    Some(match word {
        "flowblind" => FlowMode::Flowblind,
        "srchost" => FlowMode::Srchost,
        "dsthost" => FlowMode::Dsthost,
        "hosts" => FlowMode::Hosts,
        "flows" => FlowMode::Flows,
        "dual-srchost" => FlowMode::DualSrchost,
        "dual-dsthost" => FlowMode::DualDsthost,
        "triple-isolate" => FlowMode::TripleIsolate,
        _ => return None,
    })
}

pub(super) fn cake<P: Packet>(words: &mut Words<'_>) -> Parsed<P> {
    let mut config = Config::default();
    while let Some(word) = words.next() {
        if let Some(tins) = diffserv(word) {
            config.diffserv = tins;
        } else if let Some(mode) = flow_mode(word) {
            config.flow_mode = mode;
        } else if let Some(timed) = config.with_rtt_keyword(word) {
            config = timed;
        } else if !with_value(&mut config, word, words)? && !switch(&mut config, word) {
            let link = config.overhead.with_keyword(word);
            config.overhead = link.ok_or_else(|| words.unknown(CAKE))?;
        }
    }
    Ok(Box::new(config))
}

/// An option that a value follows; `false` if `word` is none.
fn with_value(config: &mut Config, word: &str, words: &mut Words<'_>) -> Result<bool, TcError> {
    match word {
        "bandwidth" => config.bandwidth = words.rate()?,
        "rtt" => *config = config.with_rtt(Duration::from_nanos(words.time()?)),
        "memlimit" => config.memlimit = words.size()?,
        "fwmark" => config.fwmark = words.number("a mask as 0xff")?,
        "overhead" => {
            let bytes = words.parse("a number of bytes from -64 to 256")?;
            config.overhead = Overhead { bytes, raw: false, ..config.overhead };
        }
        "mpu" => {
            config.overhead.mpu = words.number("a number of bytes up to 256")?;
        }
        _ => return Ok(false),
    }
    Ok(true)
}

/// A word that stands for itself; `false` if `word` is none.
fn switch(config: &mut Config, word: &str) -> bool {
    match word {
        "unlimited" => config.bandwidth = 0,
        "autorate-ingress" => config.autorate_ingress = true,
        "ack-filter" => config.ack_filter = AckFilter::On,
        "ack-filter-aggressive" => config.ack_filter = AckFilter::Aggressive,
        "no-ack-filter" => config.ack_filter = AckFilter::Off,
        "split-gso" => config.split_gso = true,
        "no-split-gso" => config.split_gso = false,
        "wash" => config.wash = true,
        "nowash" => config.wash = false,
        "ingress" => config.ingress = true,
        "egress" => config.ingress = false,
        // What addresses were before translation is the packet's own business here.
        "nonat" => {}
        "atm" => config.overhead.framing = Framing::Atm,
        "ptm" => config.overhead.framing = Framing::Ptm,
        "noatm" => config.overhead.framing = Framing::None,
        _ => return false,
    }
    true
}
