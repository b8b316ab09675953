//! What becomes of a packet that a filter matches (`struct tcf_result`, `struct tcf_exts`).

use alloc::vec::Vec;
use core::fmt;

use softnet_sk_buff::Instant;

use super::Verdict;
use crate::action::{self, Action, ActionError, Control, Sequence};
use crate::{ClassId, Cx, Packet};

/// What becomes of a packet that a filter matches: its class, and what is done to it.
pub struct Target<P: Packet> {
    /// The class (tc's `classid` or `flowid`).
    pub classid: Option<ClassId>,
    /// Whether that class can't be deleted while the filter is there (`tcf_bind_filter`). In Linux: if it
    /// was there first, which [`Tree::change_filter`](crate::Tree::change_filter) sees to.
    pub bound: bool,
    /// At most 32 actions ([`MAX_ACTIONS`](action::MAX_ACTIONS)), in order.
    pub actions: Vec<action::Config<P>>,
    /// `TCA_CLS_FLAGS_*`, as far as its maker said how it is to be offloaded. They are only
    /// shown; but a filter of u32 that is for the card alone (`TCA_CLS_FLAGS_SKIP_SW`) matches nothing here.
    pub flags: u32,
}

impl<P: Packet> Target<P> {
    /// No class and no actions.
    #[must_use]
    pub const fn none() -> Self {
        Self { classid: None, bound: true, actions: Vec::new(), flags: 0 }
    }

    /// A class.
    #[must_use]
    pub const fn class(class: ClassId) -> Self {
        Self { classid: Some(class), bound: true, actions: Vec::new(), flags: 0 }
    }

    /// The same with one more action.
    #[must_use]
    pub fn action(mut self, action: impl Into<action::Config<P>>) -> Self {
        self.actions.push(action.into());
        self
    }
}

impl<P: Packet> Default for Target<P> {
    fn default() -> Self {
        Self::none()
    }
}

impl<P: Packet> fmt::Debug for Target<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Target").field("classid", &self.classid).finish_non_exhaustive()
    }
}

/// A [`Target`] at work.
#[derive(Debug)]
pub(crate) struct Exts<P: Packet> {
    classid: Option<ClassId>,
    bound: bool,
    actions: Sequence<P>,
    flags: u32,
}

impl<P: Packet> Exts<P> {
    pub(crate) fn new(target: Target<P>, now: Instant) -> Result<Self, ActionError> {
        let Target { classid, bound, actions, flags } = target;
        Ok(Self { classid, bound, actions: Sequence::new(actions, now)?, flags })
    }

    pub(crate) fn classid(&self) -> Option<ClassId> {
        self.classid
    }

    pub(crate) fn bound(&self) -> bool {
        self.bound
    }

    /// `TCA_CLS_FLAGS_SKIP_SW`. Linux refuses such filters where there is no card, but for those of u32.
    pub(crate) fn is_for_the_card(&self) -> bool {
        self.flags & (1 << 1) != 0
    }

    pub(crate) fn flags(&self) -> u32 {
        self.flags
    }

    pub(crate) fn actions(&self) -> &[Action<P>] {
        self.actions.actions()
    }

    /// Does the actions and tells what to do next (`tcf_exts_exec`).
    #[inline]
    pub(crate) fn exec(&mut self, packet: &mut P, cx: &mut Cx<'_, P>) -> Step {
        let class = self.classid.unwrap_or(ClassId(0));
        self.exec_for(class, packet, cx)
    }

    /// The same for a class that the filter found some other way.
    #[inline]
    pub(crate) fn exec_for(&mut self, class: ClassId, packet: &mut P, cx: &mut Cx<'_, P>) -> Step {
        Step::after(self.actions.exec(packet, cx), class)
    }
}

/// How classification goes on after a filter.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Step {
    /// With the next filter.
    Next,
    /// From the start.
    Reclassify,
    /// In another chain.
    Goto(u32),
    /// Not at all.
    Done(Verdict),
}

impl Step {
    pub(crate) const fn after(control: Control, class: ClassId) -> Self {
        Self::Done(match control {
            Control::Continue => return Self::Next,
            Control::Reclassify => return Self::Reclassify,
            Control::GotoChain(chain) => return Self::Goto(chain),
            // What is left of a pipe or a jump past the end is no error to Linux's disciplines.
            Control::Ok | Control::Pipe | Control::Repeat | Control::Jump(_) => {
                Verdict::Class(class)
            }
            Control::Shot => Verdict::Drop,
            Control::Stolen | Control::Queued | Control::Trap => Verdict::Consume,
            Control::Redirect { to, ingress } => Verdict::Redirect { to, ingress },
        })
    }
}
