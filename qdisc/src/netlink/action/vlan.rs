//! vlan's options (`act_vlan.c`).

use softnet_netlink::errno::Errno;
use softnet_netlink::policy::Parsed;
use softnet_netlink::set::Set;
use softnet_netlink::tc::act::{TcGenDo, VlanSet};
use softnet_netlink::wire::{Attr, Body, WriteError};
use softnet_sk_buff::{EtherType, MacAddr};

use super::{Common, control, need};
use crate::action::vlan::{Config, What};
use crate::netlink::making::{Making, parse};

/// `TCA_VLAN_*`.
mod tca {
    pub(super) const TM: u16 = 1;
    pub(super) const PARMS: u16 = 2;
    pub(super) const ID: u16 = 3;
    pub(super) const PROTOCOL: u16 = 4;
    pub(super) const PAD: u16 = 5;
    pub(super) const PRIORITY: u16 = 6;
    pub(super) const ETH_DST: u16 = 7;
    pub(super) const ETH_SRC: u16 = 8;
    pub(super) const END: usize = 9;
}

/// `TCA_VLAN_ACT_*`.
const POP: i32 = 1;
const PUSH: i32 = 2;
const MODIFY: i32 = 3;
const POP_ETH: i32 = 4;
const PUSH_ETH: i32 = 5;
/// `VLAN_VID_MASK`: no VLAN has it, nor what is above.
const VID_MASK: u16 = 0xfff;

/// `tcf_vlan_init`.
pub(super) fn read(
    options: Option<Attr<'_>>,
    making: &mut Making<'_, '_>,
) -> Result<(u32, Config), Errno> {
    let table = parse::<{ tca::END }>(&need(options)?, VlanSet::POLICY)?;
    let parms: TcGenDo = need(table.get(tca::PARMS))?.fixed();
    let index = making.index("vlan", parms.index)?;
    let what = match parms.what {
        POP => What::Pop,
        PUSH => {
            let (id, priority, protocol) = read_tag(&table)?;
            What::Push { id, priority: priority.unwrap_or(0), protocol }
        }
        MODIFY => {
            let (id, priority, protocol) = read_tag(&table)?;
            What::Modify { id, priority, protocol }
        }
        POP_ETH => What::PopEth,
        PUSH_ETH => {
            let address = |kind| table.get(kind).and_then(|attr| attr.prefix()).map(MacAddr);
            let destination = address(tca::ETH_DST).ok_or(Errno::EINVAL)?;
            What::PushEth { destination, source: address(tca::ETH_SRC).ok_or(Errno::EINVAL)? }
        }
        _ => return Err(Errno::EINVAL),
    };
    Ok((index, Config { what, control: control::read(parms.action, making)? }))
}

fn read_tag(table: &Parsed<'_, { tca::END }>) -> Result<(u16, Option<u8>, EtherType), Errno> {
    let id = table.get(tca::ID).and_then(|id| id.u16()).ok_or(Errno::EINVAL)?;
    if id >= VID_MASK {
        return Err(Errno::ERANGE);
    }
    let protocol = table.get(tca::PROTOCOL).and_then(|attr| attr.prefix());
    let protocol = protocol.map_or(EtherType::VLAN, |bytes| EtherType(u16::from_be_bytes(bytes)));
    if !crate::packet::is_vlan(protocol) {
        return Err(Errno::EPROTONOSUPPORT);
    }
    Ok((id, table.get(tca::PRIORITY).and_then(|priority| priority.u8()), protocol))
}

/// `tcf_vlan_dump`.
pub(super) fn fill(config: &Config, common: &Common, to: &mut Body<'_>) -> Result<(), WriteError> {
    let head = common.head(config.control);
    let parms = TcGenDo {
        index: head.index,
        capab: 0,
        action: head.action,
        refcnt: head.refcnt,
        bindcnt: head.bindcnt,
        what: match config.what {
            What::Pop => POP,
            What::Push { .. } => PUSH,
            What::Modify { .. } => MODIFY,
            What::PopEth => POP_ETH,
            What::PushEth { .. } => PUSH_ETH,
        },
    };
    to.value(tca::PARMS, &parms)?;
    match config.what {
        What::Push { id, priority, protocol } => fill_tag(id, Some(priority), protocol, to)?,
        What::Modify { id, priority, protocol } => fill_tag(id, priority, protocol, to)?,
        What::PushEth { destination, source } => {
            to.value(tca::ETH_DST, &destination.0)?;
            to.value(tca::ETH_SRC, &source.0)?;
        }
        What::Pop | What::PopEth => {}
    }
    common.fill_times(tca::TM, tca::PAD, to)
}

fn fill_tag(
    id: u16,
    priority: Option<u8>,
    protocol: EtherType,
    to: &mut Body<'_>,
) -> Result<(), WriteError> {
    to.value(tca::ID, &id)?;
    to.value(tca::PROTOCOL, &protocol.0.to_be_bytes())?;
    match priority {
        Some(priority) => to.value(tca::PRIORITY, &priority),
        None => Ok(()),
    }
}
