//! skbedit's options (`act_skbedit.c`).

use softnet_netlink::errno::Errno;
use softnet_netlink::policy::Parsed;
use softnet_netlink::set::Set;
use softnet_netlink::tc::act::{SkbeditSet, TcGen};
use softnet_netlink::wire::{Attr, Body, WriteError};

use super::{Common, control, need};
use crate::PacketType;
use crate::action::skbedit::{Config, Mark, QueueMapping};
use crate::netlink::making::{Making, parse};

/// `TCA_SKBEDIT_*`.
mod tca {
    pub(super) const TM: u16 = 1;
    pub(super) const PARMS: u16 = 2;
    pub(super) const PRIORITY: u16 = 3;
    pub(super) const QUEUE_MAPPING: u16 = 4;
    pub(super) const MARK: u16 = 5;
    pub(super) const PAD: u16 = 6;
    pub(super) const PTYPE: u16 = 7;
    pub(super) const MASK: u16 = 8;
    pub(super) const FLAGS: u16 = 9;
    pub(super) const QUEUE_MAPPING_MAX: u16 = 10;
    pub(super) const END: usize = 11;
}

/// `SKBEDIT_F_INHERITDSFIELD` and `SKBEDIT_F_TXQ_SKBHASH`.
const INHERIT_DSFIELD: u64 = 0x20;
const TXQ_SKBHASH: u64 = 0x40;
/// `PACKET_*`, by number.
const PTYPES: [PacketType; 4] =
    [PacketType::Host, PacketType::Broadcast, PacketType::Multicast, PacketType::OtherHost];

/// `tcf_skbedit_init`. The bits of a mark count with a mark only: here they are nothing to do by themselves.
pub(super) fn read(
    options: Option<Attr<'_>>,
    making: &mut Making<'_, '_>,
) -> Result<(u32, Config), Errno> {
    let table = parse::<{ tca::END }>(&need(options)?, SkbeditSet::POLICY)?;
    let parms: TcGen = need(table.get(tca::PARMS))?.fixed();
    if table.has(tca::QUEUE_MAPPING) && making.ingress {
        making.refuse(
            "act_skbedit: \"queue_mapping\" option on receive side is hardware only, use skip_sw",
        );
        return Err(Errno::EOPNOTSUPP);
    }
    let long = |kind| table.get(kind).and_then(|attr| attr.u32());
    let ptype = match table.get(tca::PTYPE).and_then(|ptype| ptype.u16()) {
        None => None,
        Some(ptype) => Some(*PTYPES.get(usize::from(ptype)).ok_or(Errno::EINVAL)?),
    };
    let flags = table.get(tca::FLAGS).and_then(|flags| flags.u64()).unwrap_or(0);
    let queue_mapping = read_queues(&table, flags, making)?;
    let mask = long(tca::MASK).unwrap_or(u32::MAX);
    let mut config = Config {
        priority: long(tca::PRIORITY),
        inherit_dsfield: flags & INHERIT_DSFIELD != 0,
        mark: long(tca::MARK).map(|value| Mark { value, mask }),
        queue_mapping,
        ptype,
        ..Config::NOTHING
    };
    let index = making.index("skbedit", parms.index)?;
    if config == Config::NOTHING {
        return Err(Errno::EINVAL);
    }
    config.control = control::read(parms.action, making)?;
    Ok((index, config))
}

fn read_queues(
    table: &Parsed<'_, { tca::END }>,
    flags: u64,
    making: &mut Making<'_, '_>,
) -> Result<Option<QueueMapping>, Errno> {
    let short = |kind| table.get(kind).and_then(|attr: Attr<'_>| attr.u16());
    let from = short(tca::QUEUE_MAPPING);
    if flags & TXQ_SKBHASH == 0 {
        return Ok(from.map(QueueMapping::from));
    }
    let (Some(from), Some(to)) = (from, short(tca::QUEUE_MAPPING_MAX)) else {
        return Err(making.refuse("act_skbedit: Missing required range of queue_mapping."));
    };
    if to < from {
        let words = "act_skbedit: The range of queue_mapping is invalid, max < min.";
        return Err(making.refuse(words));
    }
    if (from, to) == (0, u16::MAX) {
        return Err(making.refuse("act_skbedit: The range of queue_mapping is invalid."));
    }
    let seed = [making.machine.seed(), making.machine.seed()];
    Ok(Some(QueueMapping { from, to, seed }))
}

/// `tcf_skbedit_dump`.
pub(super) fn fill(config: &Config, common: &Common, to: &mut Body<'_>) -> Result<(), WriteError> {
    to.value(tca::PARMS, &common.head(config.control))?;
    if let Some(priority) = config.priority {
        to.value(tca::PRIORITY, &priority)?;
    }
    if let Some(queues) = config.queue_mapping {
        to.value(tca::QUEUE_MAPPING, &queues.from)?;
    }
    if let Some(mark) = config.mark {
        to.value(tca::MARK, &mark.value)?;
    }
    if let Some(ptype) = config.ptype {
        let number = PTYPES.iter().position(|one| *one == ptype).unwrap_or(0);
        to.value(tca::PTYPE, &(number as u16))?;
    }
    if let Some(mark) = config.mark.filter(|mark| mark.mask != u32::MAX) {
        to.value(tca::MASK, &mark.mask)?;
    }
    let mut flags = if config.inherit_dsfield { INHERIT_DSFIELD } else { 0 };
    // One queue is what it is without a hash, too.
    if let Some(queues) = config.queue_mapping.filter(|queues| queues.to != queues.from) {
        to.value(tca::QUEUE_MAPPING_MAX, &queues.to)?;
        flags |= TXQ_SKBHASH;
    }
    if flags != 0 {
        to.value(tca::FLAGS, &flags)?;
    }
    common.fill_times(tca::TM, tca::PAD, to)
}
