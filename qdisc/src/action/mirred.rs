//! mirred: the packet, or a copy of it, goes to another device (`act_mirred.c`).

use softnet_sk_buff::IfIndex;

use super::{ActionError, Control, Stats};
use crate::{Cx, Later, Packet};

/// Where to, and what of (`tc_mirred`).
///
/// What is sent leaves as [`Later::Redirect`] when the call is over. Whether that device is up, and
/// how often a packet may go round, is the business of whoever carries that out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Config {
    /// The device.
    pub to: IfIndex,
    /// As if it arrived there (`ingress`); otherwise it is sent there (`egress`).
    pub ingress: bool,
    /// The packet itself or a copy.
    pub what: What,
    /// What becomes of the packet here: [`Control::Stolen`] for a redirect, [`Control::Pipe`] for a
    /// mirror, unless tc is told otherwise.
    pub control: Control,
}

/// What mirred sends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum What {
    /// The packet itself (`redirect`).
    Redirect,
    /// A copy (`mirror`).
    Mirror,
}

impl Config {
    /// The packet is sent by `to`, or arrives there, and is gone here.
    #[must_use]
    pub const fn redirect(to: IfIndex, ingress: bool) -> Self {
        Self { to, ingress, what: What::Redirect, control: Control::Stolen }
    }

    /// A copy is sent by `to`, or arrives there; the next action has its turn.
    #[must_use]
    pub const fn mirror(to: IfIndex, ingress: bool) -> Self {
        Self { to, ingress, what: What::Mirror, control: Control::Pipe }
    }

    pub(super) fn checked(self) -> Result<Self, ActionError> {
        self.control.check()?;
        Ok(self)
    }

    pub(super) fn act<P: Packet>(
        &self,
        packet: &mut P,
        stats: &mut Stats,
        cx: &mut Cx<'_, P>,
    ) -> Control {
        let gone = matches!(self.control, Control::Stolen | Control::Queued | Control::Trap);
        if self.what == What::Redirect && gone && cx.can_defer() {
            // Linux clones it and frees the original, unless it is at the ingress. Nobody can tell.
            return Control::Redirect { to: self.to, ingress: self.ingress };
        }
        let failed = if self.what == What::Redirect { Control::Shot } else { self.control };
        if !cx.can_defer() {
            stats.overlimit();
            return failed;
        }
        let Some(copy) = cx.duplicate(packet) else {
            stats.overlimit();
            return failed;
        };
        let later = Later::Redirect { packet: copy, to: self.to, ingress: self.ingress };
        if let Err(later) = cx.defer(later) {
            stats.overlimit();
            cx.consume(later.into_packet());
        }
        self.control
    }
}
