//! mirred's options (`act_mirred.c`).

use softnet_netlink::errno::Errno;
use softnet_netlink::policy::Strictness;
use softnet_netlink::set::Set;
use softnet_netlink::tc::act::{MirredSet, TcMirred};
use softnet_netlink::wire::{Attr, Body, WriteError};

use super::{Common, control};
use crate::action::mirred::{Config, What};
use crate::netlink::making::Making;

/// `TCA_MIRRED_*`.
mod tca {
    pub(super) const TM: u16 = 1;
    pub(super) const PARMS: u16 = 2;
    pub(super) const PAD: u16 = 3;
    pub(super) const BLOCKID: u16 = 4;
    pub(super) const END: usize = 5;
}

/// `TCA_EGRESS_REDIR` and the others.
const EGRESS_REDIR: i32 = 1;
const EGRESS_MIRROR: i32 = 2;
const INGRESS_REDIR: i32 = 3;
const INGRESS_MIRROR: i32 = 4;

/// `tcf_mirred_init`.
pub(super) fn read(
    options: Option<Attr<'_>>,
    making: &mut Making<'_, '_>,
) -> Result<(u32, Config), Errno> {
    let Some(options) = options else {
        return Err(making.refuse("act_mirred: Mirred requires attributes to be passed"));
    };
    let policy = (MirredSet::POLICY, Strictness::LIBERAL);
    let table = making.parse::<{ tca::END }>(&options, policy)?;
    let Some(parms) = table.get(tca::PARMS) else {
        return Err(making.refuse("act_mirred: Missing required mirred parameters"));
    };
    let parms: TcMirred = parms.fixed();
    let index = making.index("mirred", parms.index)?;
    let block = table.has(tca::BLOCKID);
    if block && parms.ifindex != 0 {
        let words = "act_mirred: Cannot specify Block ID and dev simultaneously";
        return Err(making.refuse(words));
    }
    let (ingress, what) = match parms.eaction {
        EGRESS_REDIR => (false, What::Redirect),
        EGRESS_MIRROR => (false, What::Mirror),
        INGRESS_REDIR => (true, What::Redirect),
        INGRESS_MIRROR => (true, What::Mirror),
        _ => return Err(making.refuse("act_mirred: Unknown mirred option")),
    };
    if block {
        // There are no blocks that interfaces share.
        return Err(Errno::EOPNOTSUPP);
    }
    if parms.ifindex == 0 {
        return Err(making.refuse("act_mirred: Must specify device or block"));
    }
    let control = control::read(parms.action, making)?;
    let to = making.machine.device(parms.ifindex).ok_or(Errno::ENODEV)?;
    Ok((index, Config { to, ingress, what, control }))
}

/// `tcf_mirred_dump`.
pub(super) fn fill(config: &Config, common: &Common, to: &mut Body<'_>) -> Result<(), WriteError> {
    let head = common.head(config.control);
    let parms = TcMirred {
        index: head.index,
        capab: 0,
        action: head.action,
        refcnt: head.refcnt,
        bindcnt: head.bindcnt,
        eaction: match (config.ingress, config.what) {
            (false, What::Redirect) => EGRESS_REDIR,
            (false, What::Mirror) => EGRESS_MIRROR,
            (true, What::Redirect) => INGRESS_REDIR,
            (true, What::Mirror) => INGRESS_MIRROR,
        },
        ifindex: config.to.get(),
    };
    to.value(tca::PARMS, &parms)?;
    common.fill_times(tca::TM, tca::PAD, to)
}
