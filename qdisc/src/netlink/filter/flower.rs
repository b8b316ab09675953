//! flower's options (`cls_flower.c`).

mod fill;
mod numbers;
mod read;

use alloc::boxed::Box;

use softnet_netlink::errno::Errno;
use softnet_netlink::set::Set;
use softnet_netlink::tc::filter::FlowerSet;
use softnet_netlink::wire::{Body, WriteError};
use softnet_sk_buff::Instant;

use self::numbers::tca;
use super::exts::{Numbers, not_for_the_card, read_flags, shown_flags};
use super::kind::{Names, Options};
use crate::Packet;
use crate::filter::Shown;
use crate::filter::flower::{Config, Flower};
use crate::netlink::making::{Making, parse};

const NUMBERS: Numbers = Numbers { classid: tca::CLASSID, act: tca::ACT, police: 0 };

/// `fl_change`, as far as it reads.
pub(super) fn read<P: Packet>(
    options: Options<'_>,
    making: &mut Making<'_, '_>,
) -> Result<Config<P>, Errno> {
    let attr = options.attr.ok_or(Errno::EINVAL)?;
    let table = parse::<{ tca::END }>(&attr, FlowerSet::POLICY)?;
    let flags = read_flags(&table, tca::FLAGS)?;
    let target = NUMBERS.read(&table, flags, making)?;
    let matches = Box::new(read::matches(&attr, &table, making)?);
    not_for_the_card(flags)?;
    Ok(Config { matches, target })
}

/// `fl_dump`, and `fl_terse_dump`.
pub(super) fn fill<P: Packet>(
    (shown, filter): (&Shown<'_, P>, &Flower<P>),
    (now, terse): (Instant, bool),
    machine: &Names<'_>,
    to: &mut Body<'_>,
) -> Result<(), WriteError> {
    if !terse {
        NUMBERS.fill_classid(shown, to)?;
        machine.fill(filter.matches().indev, tca::INDEV, to)?;
        fill::matches(filter, to)?;
    }
    to.value(tca::FLAGS, &shown_flags(shown.flags))?;
    if !terse {
        to.value(tca::IN_HW_COUNT, &0_u32)?;
    }
    NUMBERS.fill_actions(shown, (now, terse), to)
}
