//! fw's options (`cls_fw.c`).

use softnet_netlink::errno::Errno;
use softnet_netlink::set::Set;
use softnet_netlink::tc::filter::FwSet;
use softnet_netlink::wire::{Body, WriteError};
use softnet_sk_buff::Instant;

use super::exts::Numbers;
use super::kind::{Names, Options};
use crate::filter::Shown;
use crate::filter::fw::{Config, Fw};
use crate::netlink::making::{Making, parse};
use crate::{ClassId, Packet};

/// `TCA_FW_*`.
mod tca {
    pub(super) const CLASSID: u16 = 1;
    pub(super) const POLICE: u16 = 2;
    pub(super) const INDEV: u16 = 3;
    pub(super) const ACT: u16 = 4;
    pub(super) const MASK: u16 = 5;
    pub(super) const END: usize = 6;
}

const NUMBERS: Numbers = Numbers { classid: tca::CLASSID, act: tca::ACT, police: tca::POLICE };

/// `fw_change`, as far as it reads.
pub(super) fn read<P: Packet>(
    options: Options<'_>,
    making: &mut Making<'_, '_>,
) -> Result<Config<P>, Errno> {
    let Some(attr) = options.attr else {
        let of = options.of;
        return if options.handle == 0 {
            Ok(Config::MarkIsClass { of })
        } else {
            Err(Errno::EINVAL)
        };
    };
    let table = parse::<{ tca::END }>(&attr, FwSet::POLICY)?;
    if options.handle == 0 {
        return Err(Errno::EINVAL);
    }
    let target = NUMBERS.read(&table, 0, making)?;
    let indev = making.indev(table.get(tca::INDEV))?;
    let mask = table.get(tca::MASK).and_then(|mask| mask.u32()).unwrap_or(u32::MAX);
    Ok(Config::Mark { mask, indev, target })
}

/// Whether there are options to show.
pub(super) fn has_options<P: Packet>(shown: &Shown<'_, P>) -> bool {
    shown.classid.is_some_and(|class| class != ClassId(0)) || !shown.actions.is_empty()
}

/// `fw_dump`.
pub(super) fn fill<P: Packet>(
    (shown, fw): (&Shown<'_, P>, &Fw<P>),
    now: Instant,
    machine: &Names<'_>,
    to: &mut Body<'_>,
) -> Result<(), WriteError> {
    NUMBERS.fill_classid(shown, to)?;
    machine.fill(fw.indev(), tca::INDEV, to)?;
    if fw.mask() != u32::MAX {
        to.value(tca::MASK, &fw.mask())?;
    }
    NUMBERS.fill_actions(shown, (now, false), to)
}
