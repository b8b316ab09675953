//! The actions of one filter, one after the other (`tcf_action_exec`).

use alloc::vec::Vec;

use softnet_sk_buff::Instant;

use super::{Action, ActionError, Config, Control};
use crate::{Cx, Packet};

/// Most actions of a filter (`TCA_ACT_MAX_PRIO`).
pub const MAX_ACTIONS: usize = 32;
/// Turns of an action that wants to be repeated.
const MAX_REPEATS: u32 = 32;
/// Jumps of one packet; the last of them is not taken.
const MAX_JUMPS: u32 = 32;
/// Bits of a jump's number that count (`TCA_ACT_MAX_PRIO_MASK`).
const JUMP_MASK: u32 = 0x1ff;

/// The actions of one filter.
#[derive(Debug)]
pub(crate) struct Sequence<P: Packet>(Vec<Action<P>>);

impl<P: Packet> Sequence<P> {
    pub(crate) fn new(configs: Vec<Config<P>>, now: Instant) -> Result<Self, ActionError> {
        if configs.len() > MAX_ACTIONS {
            return Err(ActionError::TooMany(configs.len()));
        }
        let actions = configs.into_iter().map(|config| Action::new(config, now));
        Ok(Self(actions.collect::<Result<_, _>>()?))
    }

    pub(crate) fn actions(&self) -> &[Action<P>] {
        &self.0
    }

    /// Does all of it. No actions are [`Control::Ok`].
    #[inline]
    pub(crate) fn exec(&mut self, packet: &mut P, cx: &mut Cx<'_, P>) -> Control {
        if self.0.is_empty() { Control::Ok } else { self.exec_some(packet, cx) }
    }

    fn exec_some(&mut self, packet: &mut P, cx: &mut Cx<'_, P>) -> Control {
        let mut next = 0;
        let mut jumps = MAX_JUMPS;
        let mut control = Control::Ok;
        while let Some(action) = self.0.get_mut(next) {
            control = repeat(action, packet, cx);
            match control {
                Control::Pipe => next += 1,
                Control::Jump(to) => {
                    let to = usize::try_from(to & JUMP_MASK).unwrap_or(usize::MAX);
                    jumps -= 1;
                    if to == 0 || to > self.0.len() || jumps == 0 {
                        return Control::Ok;
                    }
                    next = to;
                }
                _ => return control,
            }
        }
        control
    }
}

fn repeat<P: Packet>(action: &mut Action<P>, packet: &mut P, cx: &mut Cx<'_, P>) -> Control {
    for _ in 0..MAX_REPEATS {
        match action.act(packet, cx) {
            Control::Repeat => {}
            control => return control,
        }
    }
    // As Linux, which takes it for an abuse and ends the pipeline here.
    Control::Ok
}
