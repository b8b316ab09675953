//! pedit's options (`act_pedit.c`).

use alloc::vec::Vec;

use softnet_netlink::errno::Errno;
use softnet_netlink::policy::Parsed;
use softnet_netlink::set::{FollowedView, Set};
use softnet_netlink::tc::act::{PeditKeySet, PeditSet, TcPeditKey, TcPeditSel};
use softnet_netlink::wire::{Attr, Body, WriteError};

use super::{Common, control};
use crate::action::pedit::{At, Command, Config, Header, Key};
use crate::netlink::making::{Making, parse};

/// `TCA_PEDIT_*`, and in its nest `TCA_PEDIT_KEY_EX_*`.
mod tca {
    pub(super) const TM: u16 = 1;
    pub(super) const PARMS: u16 = 2;
    pub(super) const PAD: u16 = 3;
    pub(super) const PARMS_EX: u16 = 4;
    pub(super) const KEYS_EX: u16 = 5;
    pub(super) const KEY_EX: u16 = 6;
    pub(super) const END: usize = 6;
    pub(super) const HTYPE: u16 = 1;
    pub(super) const CMD: u16 = 2;
    pub(super) const KEY_END: usize = 3;
}

/// `TCA_PEDIT_KEY_EX_HDR_TYPE_*`, by number.
const HEADERS: [Header; 6] =
    [Header::Network, Header::Eth, Header::Ip4, Header::Ip6, Header::Tcp, Header::Udp];
/// A word is shifted by 31 bits at most.
const MAX_SHIFT: u32 = 31;

/// `tcf_pedit_init`.
pub(super) fn read(
    options: Option<Attr<'_>>,
    making: &mut Making<'_, '_>,
) -> Result<(u32, Config), Errno> {
    let Some(options) = options else {
        return Err(making.refuse("act_pedit: Pedit requires attributes to be passed"));
    };
    let table = parse::<{ tca::END }>(&options, PeditSet::POLICY)?;
    let Some(parms) = table.get(tca::PARMS).or_else(|| table.get(tca::PARMS_EX)) else {
        return Err(making.refuse(
            "act_pedit: Missing required TCA_PEDIT_PARMS or TCA_PEDIT_PARMS_EX pedit attribute",
        ));
    };
    let head: TcPeditSel = parms.fixed();
    let index = making.index("pedit", head.index)?;
    let count = usize::from(head.nkeys);
    if count == 0 {
        return Err(making.refuse("act_pedit: Pedit requires keys to be passed"));
    }
    let end = count.saturating_mul(size_of::<TcPeditKey>()).saturating_add(size_of::<TcPeditSel>());
    let whole = parms.value().get(..end).and_then(FollowedView::<TcPeditSel, TcPeditKey>::new);
    let Some(keys) = whole else {
        let words =
            "act_pedit: Length of TCA_PEDIT_PARMS or TCA_PEDIT_PARMS_EX pedit attribute is invalid";
        return Err(making.refuse_at(&parms, words));
    };
    let kinds = read_kinds(&table, count, making)?;
    let control = control::read(head.action, making)?;
    let with_kinds = keys.items().iter().zip(kinds);
    let keys: Vec<Key> =
        with_kinds.map(|(key, (from, command))| read_key(&key, from, command)).collect();
    if keys.iter().any(|key| key.at.is_none_or(|at| at.mask == 0) && key.offset % 4 != 0) {
        return Err(making.refuse("act_pedit: Offsets must be on 32bit boundaries"));
    }
    Ok((index, Config { keys, control }))
}

/// `tcf_pedit_keys_ex_parse`: where the offset of each key counts from, and what is done with its value.
fn read_kinds(
    table: &Parsed<'_, { tca::END }>,
    count: usize,
    making: &mut Making<'_, '_>,
) -> Result<Vec<(Header, Command)>, Errno> {
    let Some(list) = table.get(tca::KEYS_EX) else {
        return Ok(alloc::vec![(Header::Network, Command::Set); count]);
    };
    let mut kinds = Vec::with_capacity(count);
    for attr in list.nested() {
        if kinds.len() == count {
            let words = "act_pedit: Can't parse more extended keys than requested";
            return Err(making.refuse(words));
        }
        if attr.kind() != tca::KEY_EX {
            let words = "Unknown attribute, expected extended key";
            return Err(making.refuse_at(&attr, words));
        }
        let key = parse::<{ tca::KEY_END }>(&attr, PeditKeySet::POLICY)?;
        let number = |kind| key.get(kind).and_then(|attr| attr.u16());
        for kind in [tca::HTYPE, tca::CMD] {
            if number(kind).is_none() {
                making.extack.miss(kind, &making.request, Some(&list));
                return Err(making.refuse("Missing required attribute"));
            }
        }
        let from = number(tca::HTYPE).and_then(|from| HEADERS.get(usize::from(from)));
        let command = match number(tca::CMD) {
            Some(0) => Command::Set,
            _ => Command::Add,
        };
        kinds.push((*from.ok_or(Errno::EINVAL)?, command));
    }
    if kinds.len() < count {
        return Err(making.refuse("act_pedit: Not enough extended keys to parse"));
    }
    Ok(kinds)
}

fn read_key(key: &TcPeditKey, from: Header, command: Command) -> Key {
    // Both are in the order of the packet's bytes.
    let in_order = u32::from_be;
    let has_at = (key.at, key.offmask, key.shift) != (0, 0, 0);
    Key {
        from,
        offset: key.off.cast_signed(),
        at: has_at.then_some(At {
            offset: key.at.cast_signed(),
            mask: key.offmask as u8,
            shift: key.shift.min(MAX_SHIFT) as u8,
        }),
        mask: in_order(key.mask),
        value: in_order(key.val),
        command,
    }
}

/// `tcf_pedit_dump`.
pub(super) fn fill(config: &Config, common: &Common, to: &mut Body<'_>) -> Result<(), WriteError> {
    let plain = |key: &Key| key.from == Header::Network && key.command == Command::Set;
    let extended = !config.keys.iter().all(plain);
    if extended {
        to.nest_as(tca::KEYS_EX, |to: &mut Body<'_>| {
            config.keys.iter().try_for_each(|key| fill_kind(key, to))
        })?;
    }
    let kind = if extended { tca::PARMS_EX } else { tca::PARMS };
    let head = common.head(config.control);
    let parms = TcPeditSel {
        index: head.index,
        capab: 0,
        action: head.action,
        refcnt: head.refcnt,
        bindcnt: head.bindcnt,
        nkeys: config.keys.len() as u8,
        flags: 0,
        pad: 0,
    };
    to.nest_as(kind, |to: &mut Body<'_>| {
        to.fixed(&parms)?;
        config.keys.iter().try_for_each(|key| to.fixed(&tc_pedit_key(key)))
    })?;
    common.fill_times(tca::TM, tca::PAD, to)
}

fn fill_kind(key: &Key, to: &mut Body<'_>) -> Result<(), WriteError> {
    let from = HEADERS.iter().position(|one| *one == key.from).unwrap_or(0);
    to.nest_as(tca::KEY_EX, |to: &mut Body<'_>| {
        to.value(tca::HTYPE, &(from as u16))?;
        to.value(tca::CMD, &u16::from(key.command == Command::Add))
    })
}

fn tc_pedit_key(key: &Key) -> TcPeditKey {
    let at = key.at.unwrap_or(At { offset: 0, mask: 0, shift: 0 });
    TcPeditKey {
        mask: key.mask.to_be(),
        val: key.value.to_be(),
        off: key.offset.cast_unsigned(),
        at: at.offset.cast_unsigned(),
        offmask: at.mask.into(),
        shift: at.shift.into(),
    }
}
