//! matchall's options (`cls_matchall.c`).

use softnet_netlink::errno::Errno;
use softnet_netlink::set::Set;
use softnet_netlink::tc::filter::{MatchallSet, TcMatchallPcnt};
use softnet_netlink::wire::{Body, WriteError};
use softnet_sk_buff::Instant;

use super::exts::{Numbers, not_for_the_card, read_flags, shown_flags};
use super::kind::Options;
use crate::Packet;
use crate::filter::Shown;
use crate::filter::matchall::{Config, Matchall};
use crate::netlink::making::{Making, parse};

/// `TCA_MATCHALL_*`.
mod tca {
    pub(super) const CLASSID: u16 = 1;
    pub(super) const ACT: u16 = 2;
    pub(super) const FLAGS: u16 = 3;
    pub(super) const PCNT: u16 = 4;
    pub(super) const PAD: u16 = 5;
    pub(super) const END: usize = 6;
}

const NUMBERS: Numbers = Numbers { classid: tca::CLASSID, act: tca::ACT, police: 0 };

/// `mall_change`, as far as it reads.
pub(super) fn read<P: Packet>(
    options: Options<'_>,
    making: &mut Making<'_, '_>,
) -> Result<Config<P>, Errno> {
    let attr = options.attr.ok_or(Errno::EINVAL)?;
    if options.has_proto {
        return Err(Errno::EEXIST);
    }
    let table = parse::<{ tca::END }>(&attr, MatchallSet::POLICY)?;
    let flags = read_flags(&table, tca::FLAGS)?;
    let target = NUMBERS.read(&table, flags, making)?;
    not_for_the_card(flags)?;
    Ok(Config { target })
}

/// `mall_dump`.
pub(super) fn fill<P: Packet>(
    (shown, filter): (&Shown<'_, P>, &Matchall<P>),
    now: Instant,
    to: &mut Body<'_>,
) -> Result<(), WriteError> {
    NUMBERS.fill_classid(shown, to)?;
    to.value(tca::FLAGS, &shown_flags(shown.flags))?;
    to.value_64bit(tca::PCNT, &TcMatchallPcnt { rhit: filter.hits() }, tca::PAD)?;
    NUMBERS.fill_actions(shown, (now, false), to)
}
