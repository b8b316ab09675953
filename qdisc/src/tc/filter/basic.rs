//! basic: a single test, or several joined by `and` or `or`.
//!
//! tc's parentheses that group tests are not here: there is no precedence, the first test that settles
//! it does.

use alloc::string::String;
use alloc::vec::Vec;

use super::super::{TcError, Words, words};
use super::of_target;
use crate::Packet;
use crate::filter::Target;
use crate::filter::basic::Config;
use crate::filter::ematch::{
    Align, Cmp, Layer, Match, Meta, MetaId, MetaValue, Opnd, Then, Tree, What,
};

/// Everything behind `basic`.
pub(super) fn read<P: Packet>(words: &mut Words<'_>) -> Result<Config<P>, TcError> {
    let (mut matches, mut target) = (Tree::default(), Target::none());
    while let Some(word) = words.next() {
        match word {
            "match" => matches = tests(words)?,
            word if of_target(word, words, &mut target)? => {}
            _ => return Err(words.unknown("options are match classid action")),
        }
    }
    Ok(Config { matches, target })
}

const WANTED: &str = "tests as meta(priority eq 6) or cmp(u16 at 2 layer transport eq 80)";

/// Tests to the one behind which neither `and` nor `or` stands. The quotes that keep a shell from the
/// parentheses may be there or not.
fn tests(words: &mut Words<'_>) -> Result<Tree, TcError> {
    let mut list = Vec::new();
    loop {
        let mut text = String::new();
        let mut not = false;
        while !text.contains(')') {
            match words.need(WANTED)?.trim_matches(['\'', '"']) {
                "not" if text.is_empty() => not = !not,
                word => {
                    text.push_str(word);
                    text.push(' ');
                }
            }
        }
        let what = test(&text).ok_or(TcError::Value { word: text, wanted: WANTED })?;
        let then = match words.peek() {
            Some("and") => Then::And,
            Some("or") => Then::Or,
            _ => Then::End,
        };
        list.push(Match { what, not, then });
        if then == Then::End {
            return Ok(Tree(list));
        }
        words.next();
    }
}

fn test(text: &str) -> Option<What> {
    let text = text.replace(['(', ')'], " ");
    let mut parts = text.split_whitespace();
    let what = match parts.next()? {
        "meta" => meta(&mut parts)?,
        "cmp" => cmp(&mut parts)?,
        "u32" => word(&mut parts)?,
        _ => return None,
    };
    parts.next().is_none().then_some(what)
}

type Parts<'a> = core::str::SplitWhitespace<'a>;

fn opnd(word: &str) -> Option<Opnd> {
    match word {
        "eq" => Some(Opnd::Eq),
        "gt" => Some(Opnd::Gt),
        "lt" => Some(Opnd::Lt),
        _ => None,
    }
}

fn number<T: TryFrom<u64>>(parts: &mut Parts<'_>) -> Option<T> {
    T::try_from(words::number(parts.next()?)?).ok()
}

/// `meta(ID [shift N] [mask N] eq|gt|lt VALUE)`.
fn meta(parts: &mut Parts<'_>) -> Option<What> {
    let mut left = MetaValue::new(match parts.next()? {
        "priority" => MetaId::Priority,
        "protocol" => MetaId::Protocol,
        "pkt_len" => MetaId::PktLen,
        "nf_mark" | "nfmark" | "fwmark" => MetaId::NfMark,
        "vlan" => MetaId::Vlan,
        _ => return None,
    });
    loop {
        match parts.next()? {
            "shift" => left.shift = number(parts)?,
            "mask" => left.mask = number(parts)?,
            word => {
                let opnd = opnd(word)?;
                let right = MetaValue::new(MetaId::Value(number(parts)?));
                return Some(What::Meta(Meta { left, opnd, right }));
            }
        }
    }
}

/// `cmp(u8|u16|u32 at OFF [layer link|network|transport] [mask N] [trans] eq|gt|lt VALUE)`.
fn cmp(parts: &mut Parts<'_>) -> Option<What> {
    let align = match parts.next()? {
        "u8" => Align::U8,
        "u16" => Align::U16,
        "u32" => Align::U32,
        _ => return None,
    };
    let (layer, opnd_, val) = (Layer::Network, Opnd::Eq, 0);
    let mut cmp = Cmp { layer, off: 0, align, mask: 0, opnd: opnd_, val, trans: false };
    loop {
        match parts.next()? {
            "at" => cmp.off = number(parts)?,
            "mask" => cmp.mask = number(parts)?,
            "trans" => cmp.trans = true,
            "layer" => {
                cmp.layer = match parts.next()? {
                    "link" | "0" => Layer::Link,
                    "network" | "1" => Layer::Network,
                    "transport" | "2" => Layer::Transport,
                    _ => return None,
                };
            }
            word => {
                (cmp.opnd, cmp.val) = (opnd(word)?, number(parts)?);
                return Some(What::Cmp(cmp));
            }
        }
    }
}

/// `u32(u8|u16|u32 VALUE MASK at OFF)`.
fn word(parts: &mut Parts<'_>) -> Option<What> {
    let bytes = match parts.next()? {
        "u8" => 1,
        "u16" => 2,
        "u32" => 4,
        _ => return None,
    };
    let (val, mask) = (number(parts)?, number(parts)?);
    let off = match parts.next() {
        None => 0,
        Some("at") => number(parts)?,
        Some(_) => return None,
    };
    let key = super::u32::field(bytes, (off, false), val, mask)?;
    Some(What::U32 { off: key.off, mask: key.mask, val: key.val & key.mask })
}
