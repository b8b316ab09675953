//! u32's options (`cls_u32.c`).

use alloc::vec::Vec;

use softnet_netlink::errno::Errno;
use softnet_netlink::policy::{Parsed, Strictness};
use softnet_netlink::set::{FollowedView, Set};
use softnet_netlink::tc::filter::{TcU32Key, TcU32Mark, TcU32Sel, U32Set};
use softnet_netlink::wire::{Attr, Body, WriteError};
use softnet_sk_buff::Instant;

use super::exts::{Numbers, not_for_the_card, read_flags, shown_flags};
use super::kind::{Names, Old, Options};
use crate::Packet;
use crate::filter::cls_u32::{
    Config, HashKey, Key, Knode, Mark, Match, Offset, Selector, Table, VarOffset,
};
use crate::filter::{FilterError, Shown, Target};
use crate::netlink::making::Making;

/// `TCA_U32_*`.
mod tca {
    pub(super) const CLASSID: u16 = 1;
    pub(super) const HASH: u16 = 2;
    pub(super) const LINK: u16 = 3;
    pub(super) const DIVISOR: u16 = 4;
    pub(super) const SEL: u16 = 5;
    pub(super) const POLICE: u16 = 6;
    pub(super) const ACT: u16 = 7;
    pub(super) const INDEV: u16 = 8;
    pub(super) const PCNT: u16 = 9;
    pub(super) const MARK: u16 = 10;
    pub(super) const FLAGS: u16 = 11;
    pub(super) const PAD: u16 = 12;
    pub(super) const END: usize = 13;
}

const NUMBERS: Numbers = Numbers { classid: tca::CLASSID, act: tca::ACT, police: tca::POLICE };

/// `TC_U32_*` of a selector.
const TERMINAL: u8 = 1;
const OFFSET: u8 = 2;
const VAROFFSET: u8 = 4;
const EAT: u8 = 8;
/// An offset of 16 bits can't be shifted further.
const MAX_SHIFT: u8 = 15;

/// `u32_change`, as far as it reads.
pub(super) fn read<P: Packet>(
    options: Options<'_>,
    making: &mut Making<'_, '_>,
) -> Result<Config<P>, Errno> {
    let Some(attr) = options.attr else {
        return match options.handle {
            0 => Ok(Config::Root),
            _ => Err(making.refuse("cls_u32: Filter handle requires options")),
        };
    };
    let table = making.parse::<{ tca::END }>(&attr, (U32Set::POLICY, Strictness::LIBERAL))?;
    let number = |kind| table.get(kind).and_then(|attr| attr.u32());
    let flags = read_flags(&table, tca::FLAGS);
    let flags = flags.map_err(|_| making.refuse("cls_u32: Invalid filter flags"))?;
    if let Some(Old { is_table, flags: old, .. }) = options.old {
        if is_table {
            return Err(making.refuse("cls_u32: Key node id cannot be zero"));
        }
        if old != flags {
            return Err(making.refuse("cls_u32: Key node flags do not match passed flags"));
        }
        // What it matches stays as it was.
        return read_key(&table, Selector::default(), flags, making);
    }
    if let Some(divisor) = number(tca::DIVISOR) {
        not_for_the_card(flags)?;
        return Ok(Config::Table { divisor });
    }
    let Some(selector) = table.get(tca::SEL) else {
        return Err(making.refuse("cls_u32: Selector not specified"));
    };
    let selector = read_selector(&selector, making)?;
    read_key(&table, selector, flags, making)
}

fn read_key<P: Packet>(
    table: &Parsed<'_, { tca::END }>,
    selector: Selector,
    flags: u32,
    making: &mut Making<'_, '_>,
) -> Result<Config<P>, Errno> {
    let target: Target<P> = NUMBERS.read(table, flags, making)?;
    // Whatever is wrong with the name, it is that.
    let indev = making.indev(table.get(tca::INDEV)).map_err(|_| Errno::EINVAL)?;
    let number = |kind| table.get(kind).and_then(|attr: Attr<'_>| attr.u32());
    let mark = table.get(tca::MARK).map(|mark| mark.fixed::<TcU32Mark>());
    let key = Key {
        table: number(tca::HASH),
        selector,
        mark: mark.map(|mark| Mark { value: mark.val, mask: mark.mask }),
        link: number(tca::LINK),
        indev,
        target,
    };
    Ok(Config::from(key))
}

/// `struct tc_u32_sel`.
fn read_selector(attr: &Attr<'_>, making: &mut Making<'_, '_>) -> Result<Selector, Errno> {
    let head: TcU32Sel = attr.fixed();
    let keys = usize::from(head.nkeys).saturating_mul(size_of::<TcU32Key>());
    let end = keys.saturating_add(size_of::<TcU32Sel>());
    let whole = attr.value().get(..end).and_then(FollowedView::<TcU32Sel, TcU32Key>::new);
    let Some(view) = whole else { return Err(Errno::EINVAL) };
    if head.offshift > MAX_SHIFT {
        return Err(making.refuse("cls_u32: offshift must be less than 16"));
    }
    let keys = view.items().iter().map(|key| Match {
        off: key.off,
        offmask: key.offmask,
        val: u32::from_be_bytes(key.val),
        mask: u32::from_be_bytes(key.mask),
    });
    let has = |flag| head.flags & flag != 0;
    let var = has(VAROFFSET).then(|| VarOffset {
        off: head.offoff,
        mask: u16::from_be_bytes(head.offmask_be),
        shift: head.offshift,
    });
    // A field that says how far to go on is added to, whether it says so or not.
    let plus = has(OFFSET) || (var.is_some() && head.off != 0);
    Ok(Selector {
        keys: keys.collect(),
        terminal: has(TERMINAL),
        hash: HashKey { off: head.hoff, mask: u32::from_be_bytes(head.hmask_be) },
        offset: Offset { plus: plus.then_some(head.off), var, eat: has(EAT) },
    })
}

/// What a request asked for, as far as a refusal's words depend on it.
#[derive(Clone, Copy)]
pub(super) struct Asked {
    is_table: bool,
    hash: Option<u32>,
    /// The handle is to be chosen.
    chosen: bool,
}

impl Asked {
    pub(super) fn of<P: Packet>(config: &Config<P>, handle: u32) -> Self {
        let hash = match config {
            Config::Key(key) => key.table,
            _ => None,
        };
        let is_table = matches!(config, Config::Table { .. });
        Self { is_table, hash, chosen: handle & 0xfff == 0 }
    }

    /// What Linux says where a change was refused.
    pub(super) fn refusal(&self, why: FilterError) -> Option<&'static str> {
        let hash = self.hash.map(|hash| hash & 0xfff0_0000);
        Some(match why {
            FilterError::Divisor(divisor) if !divisor.is_power_of_two() => {
                "cls_u32: Divisor is not a power of 2"
            }
            FilterError::Divisor(_) => "cls_u32: Exceeded maximum 256 hash buckets",
            FilterError::IsNoTable if self.is_table => {
                "cls_u32: Divisor can only be used on a hash table"
            }
            FilterError::IsNoTable => "cls_u32: u32 Link handle must be a hash table",
            FilterError::NoTable(table) if hash == Some(table) => {
                "cls_u32: Specified hash table not found"
            }
            FilterError::NoTable(_) => "cls_u32: Link hash table not found",
            FilterError::RootTable => "cls_u32: Not linking to root node",
            FilterError::Bucket(_) => {
                "cls_u32: Specified hash table buckets exceed configured value"
            }
            FilterError::TableDiffers(_) => "cls_u32: Handle specified hash table address mismatch",
            FilterError::NoHandle if !self.is_table && self.chosen => {
                "cls_u32: Hash table node ID pool exhausted"
            }
            _ => return None,
        })
    }
}

/// `u32_dump` of a table.
pub(super) fn fill_table<P: Packet>(table: &Table<P>, to: &mut Body<'_>) -> Result<(), WriteError> {
    to.value(tca::DIVISOR, &(table.divisor() as u32))
}

/// `u32_dump` of a filter, with the counters of `CONFIG_CLS_U32_PERF`.
pub(super) fn fill<P: Packet>(
    (shown, node): (&Shown<'_, P>, &Knode<P>),
    now: Instant,
    machine: &Names<'_>,
    to: &mut Body<'_>,
) -> Result<(), WriteError> {
    let selector = node.selector();
    to.nest_as(tca::SEL, |to: &mut Body<'_>| {
        to.fixed(&tc_u32_sel(selector))?;
        selector.keys.iter().try_for_each(|key| {
            to.fixed(&TcU32Key {
                mask: key.mask.to_be_bytes(),
                val: key.val.to_be_bytes(),
                off: key.off,
                offmask: key.offmask,
            })
        })
    })?;
    to.value(tca::HASH, &(shown.at.handle & 0xffff_f000))?;
    NUMBERS.fill_classid(shown, to)?;
    if let Some(link) = node.link() {
        to.value(tca::LINK, &link)?;
    }
    to.value(tca::FLAGS, &shown_flags(shown.flags))?;
    let Mark { value: val, mask } = node.mark();
    if (val, mask) != (0, 0) {
        let success = node.counts().mark as u32;
        to.value(tca::MARK, &TcU32Mark { val, mask, success })?;
    }
    NUMBERS.fill_actions(shown, (now, false), to)?;
    machine.fill(node.indev(), tca::INDEV, to)?;
    let counts = node.counts();
    let all: Vec<u64> =
        [counts.rcnt, counts.rhit].into_iter().chain(counts.keys.iter().copied()).collect();
    to.value_64bit(tca::PCNT, &all[..], tca::PAD)
}

fn tc_u32_sel(selector: &Selector) -> TcU32Sel {
    let Offset { plus, var, eat } = selector.offset;
    let flags = [
        (selector.terminal, TERMINAL),
        (plus.is_some(), OFFSET),
        (var.is_some(), VAROFFSET),
        (eat, EAT),
    ];
    let set = flags.iter().filter(|(set, _)| *set);
    let var = var.unwrap_or(VarOffset { off: 0, mask: 0, shift: 0 });
    TcU32Sel {
        flags: set.fold(0, |all, (_, flag)| all | flag),
        offshift: var.shift,
        nkeys: selector.keys.len() as u8,
        pad: 0,
        offmask_be: var.mask.to_be_bytes(),
        off: plus.unwrap_or(0),
        offoff: var.off,
        hoff: selector.hash.off,
        hmask_be: selector.hash.mask.to_be_bytes(),
    }
}
