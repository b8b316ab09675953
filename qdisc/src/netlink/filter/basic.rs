//! basic's options (`cls_basic.c`), and its tests (`ematch.c`, `em_*.c`).

use softnet_netlink::errno::Errno;
use softnet_netlink::set::Set;
use softnet_netlink::tc::filter::{BasicSet, TcBasicPcnt};
use softnet_netlink::wire::{Body, WriteError};
use softnet_sk_buff::Instant;

use super::ematch;
use super::exts::Numbers;
use super::kind::Options;
use crate::Packet;
use crate::filter::Shown;
use crate::filter::basic::{Basic, Config};
use crate::netlink::making::{Making, parse};

/// `TCA_BASIC_*`.
mod tca {
    pub(super) const CLASSID: u16 = 1;
    pub(super) const EMATCHES: u16 = 2;
    pub(super) const ACT: u16 = 3;
    pub(super) const POLICE: u16 = 4;
    pub(super) const PCNT: u16 = 5;
    pub(super) const PAD: u16 = 6;
    pub(super) const END: usize = 7;
}

const NUMBERS: Numbers = Numbers { classid: tca::CLASSID, act: tca::ACT, police: tca::POLICE };

/// `basic_change`, as far as it reads.
pub(super) fn read<P: Packet>(
    options: Options<'_>,
    making: &mut Making<'_, '_>,
) -> Result<Config<P>, Errno> {
    let attr = options.attr.ok_or(Errno::EINVAL)?;
    let table = parse::<{ tca::END }>(&attr, BasicSet::POLICY)?;
    let target = NUMBERS.read(&table, 0, making)?;
    let matches = ematch::read(table.get(tca::EMATCHES))?;
    Ok(Config { matches, target })
}

/// `basic_dump`.
pub(super) fn fill<P: Packet>(
    (shown, filter): (&Shown<'_, P>, &Basic<P>),
    now: Instant,
    to: &mut Body<'_>,
) -> Result<(), WriteError> {
    NUMBERS.fill_classid(shown, to)?;
    let counts = TcBasicPcnt { rcnt: filter.lookups(), rhit: filter.hits() };
    to.value_64bit(tca::PCNT, &counts, tca::PAD)?;
    NUMBERS.fill_actions(shown, (now, false), to)?;
    ematch::fill(filter.matches(), tca::EMATCHES, to)
}
