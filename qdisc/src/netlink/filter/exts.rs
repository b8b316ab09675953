//! What all filters have: a class, actions, and how they are offloaded (`struct tcf_exts`, `TCA_CLS_FLAGS_*`).

use softnet_netlink::errno::Errno;
use softnet_netlink::policy::Parsed;
use softnet_netlink::wire::{Body, WriteError};
use softnet_sk_buff::Instant;

use crate::filter::{Shown, Target};
use crate::netlink::action;
use crate::netlink::making::Making;
use crate::{ClassId, Packet};

/// `TCA_CLS_FLAGS_*`.
const SKIP_HW: u32 = 1 << 0;
const SKIP_SW: u32 = 1 << 1;
const NOT_IN_HW: u32 = 1 << 3;
const VERBOSE: u32 = 1 << 4;

/// The numbers that a kind of filter has for what all have; 0 for what it has not.
#[derive(Clone, Copy)]
pub(super) struct Numbers {
    pub(super) classid: u16,
    pub(super) act: u16,
    pub(super) police: u16,
}

impl Numbers {
    /// `tcf_exts_validate_ex`, and the class.
    pub(super) fn read<P: Packet, const N: usize>(
        self,
        table: &Parsed<'_, N>,
        flags: u32,
        making: &mut Making<'_, '_>,
    ) -> Result<Target<P>, Errno> {
        let mut target = Target { flags, ..Target::none() };
        if let Some(police) = table.get(self.police).filter(|_| self.police != 0) {
            target.actions.push(action::read_old(police, making)?);
        } else if let Some(list) = table.get(self.act) {
            target.actions = action::read_all(&list, flags, making)?;
        }
        let classid = table.get(self.classid).and_then(|classid| classid.u32());
        target.classid = classid.map(ClassId);
        Ok(target)
    }

    /// The class, where it is not 0.
    pub(super) fn fill_classid<P: Packet>(
        self,
        shown: &Shown<'_, P>,
        to: &mut Body<'_>,
    ) -> Result<(), WriteError> {
        match shown.classid.filter(|classid| classid.0 != 0) {
            Some(classid) => to.value(self.classid, &classid.0),
            None => Ok(()),
        }
    }

    /// `tcf_exts_dump`.
    pub(super) fn fill_actions<P: Packet>(
        self,
        shown: &Shown<'_, P>,
        (now, terse): (Instant, bool),
        to: &mut Body<'_>,
    ) -> Result<(), WriteError> {
        match shown.actions.first() {
            None => Ok(()),
            Some(first) if first.label().old && !terse => {
                to.nest_as(self.police, |to: &mut Body<'_>| action::fill_options(first, now, to))
            }
            Some(_) => to.nest_as(self.act, |to: &mut Body<'_>| {
                action::fill_all(shown.actions, (now, terse), to)
            }),
        }
    }
}

/// The flags that a request gives a filter, if they make sense (`tc_flags_valid`).
pub(super) fn read_flags<const N: usize>(table: &Parsed<'_, N>, kind: u16) -> Result<u32, Errno> {
    let flags = table.get(kind).and_then(|flags| flags.u32()).unwrap_or(0);
    let skip = SKIP_HW | SKIP_SW;
    let valid = flags & !(skip | VERBOSE) == 0 && flags & skip != skip;
    if valid { Ok(flags) } else { Err(Errno::EINVAL) }
}

/// What a machine without offloading says to a filter that is for the card alone (`tc_setup_cb_add`).
pub(super) fn not_for_the_card(flags: u32) -> Result<(), Errno> {
    if flags & SKIP_SW == 0 { Ok(()) } else { Err(Errno::EOPNOTSUPP) }
}

/// The flags as they are shown: nothing is in a card.
pub(super) fn shown_flags(flags: u32) -> u32 {
    flags | NOT_IN_HW
}

/// What can be shown of a filter whose program is a closure (`cls_bpf_dump`).
pub(super) fn fill_bpf<P: Packet>(
    shown: &Shown<'_, P>,
    now: Instant,
    to: &mut Body<'_>,
) -> Result<(), WriteError> {
    /// `TCA_BPF_CLASSID`, `_ACT`, `_POLICE` and `TCA_BPF_FLAGS_GEN`.
    const NUMBERS: Numbers = Numbers { classid: 3, act: 1, police: 2 };
    const FLAGS_GEN: u16 = 9;
    NUMBERS.fill_classid(shown, to)?;
    to.value(FLAGS_GEN, &shown_flags(shown.flags))?;
    NUMBERS.fill_actions(shown, (now, false), to)
}
