//! csum's options (`act_csum.c`).

use softnet_netlink::errno::Errno;
use softnet_netlink::set::Set;
use softnet_netlink::tc::act::{CsumSet, TcCsum};
use softnet_netlink::wire::{Attr, Body, WriteError};

use super::{Common, control, need};
use crate::action::csum::Config;
use crate::netlink::making::{Making, parse};

/// `TCA_CSUM_*`.
mod tca {
    pub(super) const PARMS: u16 = 1;
    pub(super) const TM: u16 = 2;
    pub(super) const PAD: u16 = 3;
    pub(super) const END: usize = 4;
}

/// `TCA_CSUM_UPDATE_FLAG_*`.
const IPV4HDR: u32 = 1;
const ICMP: u32 = 2;
const IGMP: u32 = 4;
const TCP: u32 = 8;
const UDP: u32 = 16;
const UDPLITE: u32 = 32;
const SCTP: u32 = 64;

/// `tcf_csum_init`. SCTP's checksum is not among them here.
pub(super) fn read(
    options: Option<Attr<'_>>,
    making: &mut Making<'_, '_>,
) -> Result<(u32, Config), Errno> {
    let table = parse::<{ tca::END }>(&need(options)?, CsumSet::POLICY)?;
    let parms: TcCsum = need(table.get(tca::PARMS))?.fixed();
    let index = making.index("csum", parms.index)?;
    let control = control::read(parms.action, making)?;
    if parms.update_flags & SCTP != 0 {
        return Err(Errno::EOPNOTSUPP);
    }
    let has = |flag| parms.update_flags & flag != 0;
    let config = Config {
        ip4h: has(IPV4HDR),
        icmp: has(ICMP),
        igmp: has(IGMP),
        tcp: has(TCP),
        udp: has(UDP),
        udplite: has(UDPLITE),
        control,
    };
    Ok((index, config))
}

/// `tcf_csum_dump`.
pub(super) fn fill(config: &Config, common: &Common, to: &mut Body<'_>) -> Result<(), WriteError> {
    let head = common.head(config.control);
    let flags = [
        (config.ip4h, IPV4HDR),
        (config.icmp, ICMP),
        (config.igmp, IGMP),
        (config.tcp, TCP),
        (config.udp, UDP),
        (config.udplite, UDPLITE),
    ];
    let set = flags.iter().filter(|(set, _)| *set);
    let parms = TcCsum {
        index: head.index,
        capab: 0,
        action: head.action,
        refcnt: head.refcnt,
        bindcnt: head.bindcnt,
        update_flags: set.fold(0, |all, (_, flag)| all | flag),
    };
    to.value(tca::PARMS, &parms)?;
    common.fill_times(tca::TM, tca::PAD, to)
}
