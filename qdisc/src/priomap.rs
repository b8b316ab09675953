//! Which band a priority goes to.

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
