//! u32: words of the packet, and the names of fields that tc has for them.

use alloc::vec::Vec;
use core::net::{Ipv4Addr, Ipv6Addr};

use softnet_sk_buff::MacAddr;

use super::super::{TcError, Words, words};
use super::{Place, device, of_target};
use crate::Packet;
use crate::filter::Target;
use crate::filter::cls_u32::{
    Config, HashKey, Key, Mark, Match, Offset, ROOT, Selector, VarOffset, bucket,
};

const OPTIONS: &str = "options are match classid divisor order ht link sample hashkey offset indev \
    action police";
const SELECTORS: &str = "selectors are u32 u16 u8 ip ip6 tcp udp icmp ether mark";
const IP: &str = "fields are src dst tos dsfield precedence ihl protocol nofrag firstfrag df mf \
    sport dport icmp_type icmp_code";
const IP6: &str = "fields are src dst priority protocol flowlabel sport dport icmp_type icmp_code";

/// `TABLE:BUCKET:NODE` in hexadecimal, each of which may be missing, or the number itself.
pub(super) fn handle(word: &str) -> Option<u32> {
    if let Some(whole) = word.strip_prefix("0x").filter(|_| !word.contains(':')) {
        return u32::from_str_radix(whole, 16).ok();
    }
    let mut parts = word.split(':');
    let mut part = |most: u32| match parts.next() {
        None | Some("") => Some(0),
        Some(digits) => u32::from_str_radix(digits, 16).ok().filter(|value| *value <= most),
    };
    let (table, bucket, node) = (part(0xfff)?, part(0xff)?, part(0xfff)?);
    let complete = word.contains(':') && parts.next().is_none();
    complete.then_some((table << 20) | (bucket << 12) | node)
}

/// Everything behind `u32`; `place` gets the number of the node.
pub(super) fn read<P: Packet>(
    words: &mut Words<'_>,
    place: &mut Place<'_>,
) -> Result<Config<P>, TcError> {
    let (mut selector, mut mark, mut target) = (Selector::default(), None, Target::none());
    let (mut divisor, mut order, mut sample) = (None, None, None);
    let (mut table, mut link, mut indev) = (None, None, None);
    while let Some(word) = words.next() {
        match word {
            "match" if words.take("mark") => {
                mark = Some(Mark { value: value(words)?, mask: mask(words)? });
            }
            "match" => matches(words, &mut selector.keys)?,
            "divisor" => divisor = Some(words.number("a power of two up to 256")?),
            "order" => order = Some(words.number::<u32>("a number up to 0xfff")?),
            "ht" => table = Some(words.value(HANDLE, handle)?),
            "link" => link = Some(words.value(HANDLE, handle)?),
            "hashkey" => selector.hash = hash_key(words)?,
            "offset" => offset(words, &mut selector.offset)?,
            "sample" => sample = Some(self::sample(words)?),
            "indev" => indev = Some(device(words)?),
            "skip_hw" | "skip_sw" => {}
            word if of_target(word, words, &mut target)? => {}
            _ => return Err(words.unknown(OPTIONS)),
        }
    }
    if let Some(divisor) = divisor {
        return Ok(Config::Table { divisor });
    }
    if let Some(order) = order {
        place.handle = Some(place.handle.unwrap_or(0) & !0xfff | order & 0xfff);
    }
    selector.terminal = target.classid.is_some() || !target.actions.is_empty();
    if let Some(bucket) = sample {
        table = Some(table.unwrap_or(ROOT) & !0xf_f000 | bucket << 12);
    }
    Ok(Key { table, selector, mark, link, indev, target }.into())
}

const HANDLE: &str = "a table as 1: or 801:2:";

/// A value, decimal or with 0x; a mask is hexadecimal always.
fn value(words: &mut Words<'_>) -> Result<u32, TcError> {
    words.number("a number")
}

fn mask(words: &mut Words<'_>) -> Result<u32, TcError> {
    words.value("a mask as 0xff", |word| {
        u32::from_str_radix(word.strip_prefix("0x").unwrap_or(word), 16).ok()
    })
}

/// `at OFF` or `at nexthdr+OFF`.
fn at(words: &mut Words<'_>) -> Result<(i32, bool), TcError> {
    if !words.take("at") {
        return Ok((0, false));
    }
    words.value("an offset as 12 or nexthdr+2", |word| {
        let (digits, next) = match word.strip_prefix("nexthdr+") {
            Some(digits) => (digits, true),
            None => (word, false),
        };
        let (digits, sign) = match digits.strip_prefix('-') {
            Some(digits) => (digits, -1),
            None => (digits, 1),
        };
        let offset = i32::try_from(words::number(digits)?).ok()? * sign;
        Some((offset, next))
    })
}

/// Adds a word; those at the same place become one (`pack_key`).
fn pack(keys: &mut Vec<Match>, key: Match) -> Result<(), TcError> {
    let same = keys.iter_mut().find(|old| (old.off, old.offmask) == (key.off, key.offmask));
    let Some(old) = same else {
        keys.push(Match { val: key.val & key.mask, ..key });
        return Ok(());
    };
    if (old.val ^ key.val) & old.mask & key.mask != 0 {
        return Err(TcError::Missing { kind: "u32", wanted: "matches that don't contradict" });
    }
    old.val |= key.val & key.mask;
    old.mask |= key.mask;
    Ok(())
}

/// A field of `bytes` bytes somewhere in a packet, as the word that it is in.
pub(super) fn field(bytes: u32, (off, next): (i32, bool), val: u32, mask: u32) -> Option<Match> {
    let within = off & 3;
    let shift = match bytes {
        1 => 24 - 8 * within,
        2 if within & 1 == 0 => 16 - 8 * within,
        4 if within == 0 => 0,
        _ => return None,
    };
    let most = u32::MAX.checked_shr(32 - 8 * bytes).unwrap_or(u32::MAX);
    let fits = val <= most && mask <= most;
    let offmask = if next { -1 } else { 0 };
    fits.then_some(Match { off: off & !3, offmask, val: val << shift, mask: mask << shift })
}

/// Reads value and mask of a field whose place is known, or `at` some place.
fn number(
    words: &mut Words<'_>,
    keys: &mut Vec<Match>,
    bytes: u32,
    place: Option<(i32, bool)>,
) -> Result<(), TcError> {
    let (val, mask) = (value(words)?, mask(words)?);
    let place = match place {
        Some(place) => place,
        None => at(words)?,
    };
    let wanted = "a value and mask that fit, at a multiple of their length";
    let wrong = TcError::Missing { kind: "u32", wanted };
    pack(keys, field(bytes, place, val, mask).ok_or(wrong)?)
}

fn matches(words: &mut Words<'_>, keys: &mut Vec<Match>) -> Result<(), TcError> {
    match words.need("a selector as ip or u32")? {
        "u32" => number(words, keys, 4, None),
        "u16" => number(words, keys, 2, None),
        "u8" => number(words, keys, 1, None),
        "ip" => ip(words, keys),
        "ip6" => ip6(words, keys),
        "tcp" | "udp" => match words.need("src or dst")? {
            "src" => number(words, keys, 2, Some((0, true))),
            "dst" => number(words, keys, 2, Some((2, true))),
            _ => Err(words.unknown("fields are src dst")),
        },
        "icmp" => match words.need("type or code")? {
            "type" => number(words, keys, 1, Some((0, true))),
            "code" => number(words, keys, 1, Some((1, true))),
            _ => Err(words.unknown("fields are type code")),
        },
        "ether" => ether(words, keys),
        _ => Err(words.unknown(SELECTORS)),
    }
}

fn ip(words: &mut Words<'_>, keys: &mut Vec<Match>) -> Result<(), TcError> {
    let flags = |keys: &mut Vec<Match>, val, mask| pack(keys, Match::at(4, val, mask));
    match words.need("a field of IP")? {
        "src" => prefix(words, keys, 12),
        "dst" => prefix(words, keys, 16),
        "tos" | "dsfield" | "precedence" => number(words, keys, 1, Some((1, false))),
        "ihl" => number(words, keys, 1, Some((0, false))),
        "protocol" => number(words, keys, 1, Some((9, false))),
        "sport" => number(words, keys, 2, Some((20, false))),
        "dport" => number(words, keys, 2, Some((22, false))),
        "icmp_type" => number(words, keys, 1, Some((20, false))),
        "icmp_code" => number(words, keys, 1, Some((21, false))),
        "nofrag" => flags(keys, 0, 0x3fff),
        "firstfrag" => flags(keys, 0, 0x1fff),
        "df" => flags(keys, 0x4000, 0x4000),
        "mf" => flags(keys, 0x2000, 0x2000),
        _ => Err(words.unknown(IP)),
    }
}

fn ip6(words: &mut Words<'_>, keys: &mut Vec<Match>) -> Result<(), TcError> {
    match words.need("a field of IPv6")? {
        "src" => prefix6(words, keys, 8),
        "dst" => prefix6(words, keys, 24),
        "priority" | "dsfield" => {
            let (val, mask) = (value(words)?, mask(words)?);
            pack(keys, Match::at(0, (val & 0xff) << 20, (mask & 0xff) << 20))
        }
        "protocol" => number(words, keys, 1, Some((6, false))),
        "flowlabel" => {
            let (val, mask) = (value(words)?, mask(words)?);
            pack(keys, Match::at(0, val & 0xf_ffff, mask & 0xf_ffff))
        }
        "sport" => number(words, keys, 2, Some((40, false))),
        "dport" => number(words, keys, 2, Some((42, false))),
        "icmp_type" => number(words, keys, 1, Some((40, false))),
        "icmp_code" => number(words, keys, 1, Some((41, false))),
        _ => Err(words.unknown(IP6)),
    }
}

/// An address and how many of its bits count; without that all of them.
pub(super) fn with_len<T: core::str::FromStr>(word: &str, whole: u8) -> Option<(T, u8)> {
    let (address, len) = match word.split_once('/') {
        Some((address, len)) => (address, len.parse().ok()?),
        None => (word, whole),
    };
    Some((address.parse().ok()?, len)).filter(|(_, len)| *len <= whole)
}

fn prefix(words: &mut Words<'_>, keys: &mut Vec<Match>, off: i32) -> Result<(), TcError> {
    let (address, len) =
        words.value("an address as 10.0.0.0/8", |word| with_len::<Ipv4Addr>(word, 32))?;
    let mask = !u32::MAX.checked_shr(len.into()).unwrap_or(0);
    pack(keys, Match::at(off, address.to_bits(), mask))
}

fn prefix6(words: &mut Words<'_>, keys: &mut Vec<Match>, off: i32) -> Result<(), TcError> {
    let (address, len) =
        words.value("an address as 2001:db8::/32", |word| with_len::<Ipv6Addr>(word, 128))?;
    let mask = !u128::MAX.checked_shr(len.into()).unwrap_or(0);
    for word in 0..4 {
        let part = |bits: u128| (bits >> (96 - 32 * word)) as u32;
        if part(mask) != 0 {
            pack(keys, Match::at(off + 4 * word, part(address.to_bits()), part(mask)))?;
        }
    }
    Ok(())
}

/// The Ethernet addresses lie in the words before the network header.
fn ether(words: &mut Words<'_>, keys: &mut Vec<Match>) -> Result<(), TcError> {
    let to = match words.need("src or dst")? {
        "dst" => true,
        "src" => false,
        _ => return Err(words.unknown("fields are src dst")),
    };
    let [a, b, c, d, e, f] = words.parse::<MacAddr>("an address as 02:00:00:00:00:01")?.octets();
    let word = u32::from_be_bytes;
    if to {
        pack(keys, Match::at(-16, word([0, 0, a, b]), 0xffff))?;
        pack(keys, Match::at(-12, word([c, d, e, f]), u32::MAX))
    } else {
        pack(keys, Match::at(-8, word([a, b, c, d]), u32::MAX))?;
        pack(keys, Match::at(-4, word([e, f, 0, 0]), 0xffff_0000))
    }
}

/// `hashkey mask MASK at OFF`.
fn hash_key(words: &mut Words<'_>) -> Result<HashKey, TcError> {
    let mut key = HashKey::NONE;
    loop {
        match words.peek() {
            Some("mask") => {
                words.next();
                key.mask = mask(words)?;
            }
            Some("at") => {
                words.next();
                key.off = words.number("an offset")?;
            }
            _ => return Ok(key),
        }
    }
}

/// `offset plus N`, `offset at OFF mask MASK shift N`, `eat`.
fn offset(words: &mut Words<'_>, offset: &mut Offset) -> Result<(), TcError> {
    let mut var = VarOffset { off: 0, mask: 0, shift: 0 };
    let mut varies = false;
    loop {
        match words.peek() {
            Some("plus") => {
                words.next();
                offset.plus = Some(words.number("a number of bytes")?);
            }
            Some("at") => {
                words.next();
                (var.off, varies) = (words.number("an offset")?, true);
            }
            Some("mask") => {
                words.next();
                let read = |word: &str| u16::from_str_radix(word.trim_start_matches("0x"), 16).ok();
                (var.mask, varies) = (words.value("a mask of 16 bits as 0x0f00", read)?, true);
            }
            Some("shift") => {
                words.next();
                var.shift = words.number("a number of bits")?;
            }
            Some("eat") => {
                words.next();
                offset.eat = true;
            }
            _ => break,
        }
    }
    if varies {
        offset.var = Some(var);
    }
    Ok(())
}

/// The bucket into which a sample of the key would fall (`sample SELECTOR … divisor N`).
fn sample(words: &mut Words<'_>) -> Result<u32, TcError> {
    let mut keys = Vec::new();
    matches(words, &mut keys)?;
    let divisor =
        if words.take("divisor") { words.number("a power of two up to 256")? } else { 256 };
    Ok(keys.first().map_or(0, |key| bucket(key.val, key.mask, divisor)))
}
