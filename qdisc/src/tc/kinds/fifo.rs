//! pfifo, bfifo, pfifo_head_drop.

use alloc::boxed::Box;

use super::{Parsed, Words};
use crate::Packet;
use crate::fifo::Limit;

pub(super) fn pfifo<P: Packet>(words: &mut Words<'_>) -> Parsed<P> {
    let limit = if words.take("limit") { words.number("a number of packets")? } else { 1000 };
    Ok(Box::new(Limit::Packets(limit)))
}

pub(super) fn bfifo<P: Packet>(words: &mut Words<'_>) -> Parsed<P> {
    let limit = if words.take("limit") { words.size()? } else { 1_514_000 };
    Ok(Box::new(Limit::Bytes(limit)))
}

pub(super) fn pfifo_head_drop<P: Packet>(words: &mut Words<'_>) -> Parsed<P> {
    let limit = if words.take("limit") { words.number("a number of packets")? } else { 1000 };
    Ok(Box::new(Limit::HeadDrop(limit)))
}
