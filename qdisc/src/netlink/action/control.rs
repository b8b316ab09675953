//! What becomes of a packet, as a number (`TC_ACT_*`).

use softnet_netlink::errno::Errno;

use crate::action::Control;
use crate::netlink::making::Making;

/// `TC_ACT_EXT_VAL_MASK`.
const VALUE: i32 = 0x0fff_ffff;
/// `TC_ACT_JUMP`.
const JUMP: i32 = 1 << 28;
/// `TC_ACT_GOTO_CHAIN`.
const GOTO_CHAIN: i32 = 2 << 28;

/// The number of a verdict.
pub(super) fn to_wire(control: Control) -> i32 {
    let with = |opcode: i32, value: u32| opcode | (value.cast_signed() & VALUE);
    match control {
        Control::Continue => -1,
        Control::Ok => 0,
        Control::Reclassify => 1,
        Control::Shot => 2,
        Control::Pipe => 3,
        Control::Stolen => 4,
        Control::Queued => 5,
        Control::Repeat => 6,
        Control::Redirect { .. } => 7,
        Control::Trap => 8,
        Control::Jump(to) => with(JUMP, to),
        Control::GotoChain(chain) => with(GOTO_CHAIN, chain),
    }
}

/// The verdict of a number (`tcf_action_valid`). All below 0 mean the same to Linux. `TC_ACT_REDIRECT`, which is
/// for BPF programs, is refused here.
fn from_wire(number: i32) -> Option<Control> {
    let value = (number & VALUE).cast_unsigned();
    Some(match number {
        ..0 => Control::Continue,
        0 => Control::Ok,
        1 => Control::Reclassify,
        2 => Control::Shot,
        3 => Control::Pipe,
        4 => Control::Stolen,
        5 => Control::Queued,
        6 => Control::Repeat,
        8 => Control::Trap,
        _ if number & !VALUE == JUMP => Control::Jump(value),
        _ if number & !VALUE == GOTO_CHAIN => Control::GotoChain(value),
        _ => return None,
    })
}

/// `tcf_action_check_ctrlact`.
pub(super) fn read(number: i32, making: &mut Making<'_, '_>) -> Result<Control, Errno> {
    from_wire(number).ok_or_else(|| making.refuse("invalid control action"))
}

/// The second choice of gact and police.
pub(super) fn read_fallback(number: i32, making: &mut Making<'_, '_>) -> Result<Control, Errno> {
    match from_wire(number) {
        None => Err(making.refuse("invalid fallback control action")),
        Some(Control::GotoChain(_)) => Err(making.refuse("goto chain not allowed on fallback")),
        Some(control) => Ok(control),
    }
}
