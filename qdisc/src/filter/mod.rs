//! Filters: which class a packet belongs to, and what is to be done to it (`cls_api.c`).

use core::fmt;
use core::marker::PhantomData;

use softnet_sk_buff::{DropReason, IfIndex};

use crate::{ClassId, Cx, Enqueued, Later, Packet, Stats};

/// The filters of one discipline or class (`struct tcf_block`).
pub struct Block<P: Packet> {
    nothing: PhantomData<fn(P)>,
}

impl<P: Packet> Block<P> {
    /// No filters.
    #[must_use]
    pub const fn new() -> Self {
        Self { nothing: PhantomData }
    }

    /// Whether there are no filters at all. Some disciplines then decide by themselves, and drop what
    /// filters, where there are some, do not match.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        true
    }

    /// Asks the filters about `packet`, in order, until one matches, and does to it what that one's
    /// actions say (`tcf_classify`).
    #[inline]
    pub fn classify(&mut self, packet: &mut P, cx: &mut Cx<'_, P>) -> Verdict {
        let _ = (packet, cx);
        Verdict::Unclassified
    }
}

impl<P: Packet> Default for Block<P> {
    fn default() -> Self {
        Self::new()
    }
}

impl<P: Packet> fmt::Debug for Block<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Block").finish_non_exhaustive()
    }
}

/// What filters say of a packet (`TC_ACT_*`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[must_use]
pub enum Verdict {
    /// No filter matched (`TC_ACT_UNSPEC`).
    Unclassified,
    /// It belongs to this class; class 0 if the filter names none (`TC_ACT_OK`).
    Class(ClassId),
    /// It is to be dropped (`TC_ACT_SHOT`).
    Drop,
    /// An action wants it gone without a trace (`TC_ACT_STOLEN`, `TC_ACT_QUEUED`, `TC_ACT_TRAP`).
    Consume,
    /// An action sends it elsewhere (`TC_ACT_REDIRECT`, mirred's redirect).
    Redirect {
        /// To which device.
        to: IfIndex,
        /// As if it had arrived there.
        ingress: bool,
    },
}

impl Verdict {
    /// The class, if the packet stays here; `Ok(None)` if no filter matched.
    ///
    /// # Errors
    /// It doesn't stay: the verdict, to be [carried out](Self::carry_out).
    pub fn class(self) -> Result<Option<ClassId>, Self> {
        match self {
            Self::Unclassified => Ok(None),
            Self::Class(class) => Ok(Some(class)),
            other => Err(other),
        }
    }

    /// Does with a packet that doesn't stay what the verdict says, and counts it in the `stats` of
    /// the discipline whose filters said it.
    pub fn carry_out<P: Packet>(
        self,
        packet: P,
        stats: &mut Stats,
        cx: &mut Cx<'_, P>,
    ) -> Enqueued {
        match self {
            Self::Redirect { to, ingress } => {
                match cx.defer(Later::Redirect { packet, to, ingress }) {
                    Ok(()) => Enqueued::Stolen,
                    Err(later) => {
                        stats.overlimits = stats.overlimits.saturating_add(1);
                        Self::drop_here(later.into_packet(), stats, cx)
                    }
                }
            }
            Self::Consume => {
                cx.consume(packet);
                Enqueued::Stolen
            }
            Self::Drop | Self::Unclassified | Self::Class(_) => Self::drop_here(packet, stats, cx),
        }
    }

    fn drop_here<P: Packet>(packet: P, stats: &mut Stats, cx: &mut Cx<'_, P>) -> Enqueued {
        stats.drops = stats.drops.saturating_add(1);
        cx.drop(packet, DropReason::QDISC_DROP);
        Enqueued::Bypass
    }
}
