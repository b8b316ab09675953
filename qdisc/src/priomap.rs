//! Which band a packet goes to.

use crate::filter::{Block, Verdict};
use crate::{ClassId, Cx, Handle, Packet};

/// Band by priority, as Linux's `sch_generic.c` has it: the figures of `prio2band`, and of tc's
/// default priomap `1 2 2 2 1 2 0 0 1 1 1 1 1 1 1 1`.
///
/// The priorities are those that a TOS byte gives: 0 best effort, 1 filler, 2 bulk, 4 interactive
/// bulk, 6 interactive, 7 control.
pub const PRIOMAP: [u8; 16] = [1, 2, 2, 2, 1, 2, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1];

/// The band that `map` has for a priority, of which the lowest four bits count (`TC_PRIO_MAX`).
pub(crate) const fn band(map: &[u8; 16], priority: u32) -> usize {
    map[(priority & 0xf) as usize] as usize
}

/// Which of discipline `handle`'s `bands` a packet goes to, as prio and ets sort: as its priority names
/// it, else as the filters say, else by the priority map.
#[inline]
pub(crate) fn classify<P: Packet>(
    packet: &mut P,
    (handle, bands): (Handle, usize),
    map: &[u8; 16],
    filters: &mut Block<P>,
    cx: &mut Cx<'_, P>,
) -> Result<usize, Verdict> {
    let priority = packet.priority();
    let minor = match handle.named_by(priority) {
        Some(minor) => Some(minor),
        None => filters.classify(packet, cx).class()?.map(ClassId::minor),
    };
    Ok(match minor {
        Some(minor) => {
            let named = usize::from(minor).wrapping_sub(1);
            if named < bands { named } else { band(map, 0) }
        }
        // Another discipline's class is no priority.
        None => band(map, if priority > 0xffff { 0 } else { priority }),
    })
}
