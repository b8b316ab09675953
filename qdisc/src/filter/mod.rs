//! Filters: which class a packet belongs to, and what is to be done to it (`cls_api.c`).
//!
//! | here | Linux | matches |
//! |---|---|---|
//! | [`cls_u32`] | `cls_u32.c` | words of the packet, through hash tables |
//! | [`basic`] | `cls_basic.c`, `ematch.c` | a tree of small tests |
//! | [`matchall`] | `cls_matchall.c` | everything |
//! | [`flower`] | `cls_flower.c` | what the flow dissector finds |
//! | [`fw`] | `cls_fw.c` | the mark |
//! | [`bpf`] | `cls_bpf.c` | what a closure says |
//!
//! A discipline or class that chooses among others has a [`Block`] of them. What a filter does with a
//! packet is its [`Target`]: a class, and [actions](crate::action).
//!
//! Not here: chain templates, blocks shared between devices, offload to hardware.

pub mod basic;
mod block;
pub mod bpf;
pub mod cls_u32;
pub mod ematch;
pub mod flower;
pub mod fw;
mod handles;
pub(crate) mod headers;
mod kinds;
mod listed;
pub mod matchall;
mod target;

use core::fmt;

use softnet_sk_buff::{DropReason, EtherType, IfIndex};
use thiserror::Error;

pub use self::block::{Block, ChainShown, ProtoShown};
pub use self::target::Target;
use crate::action::{Action, ActionError};
use crate::{ClassId, Cx, Enqueued, Later, Packet, Stats};

/// The highest number of a chain: it has 28 bits (`TC_ACT_EXT_VAL_MASK`).
pub const MAX_CHAIN: u32 = 0x0fff_ffff;

/// Where a filter is, as `tc filter` names it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct At {
    /// The chain: 0 is where packets start.
    pub chain: u32,
    /// The priority (`prio`, `pref`); 0 to have one chosen, from 49152 downwards.
    pub prio: u16,
    /// The protocol that it is for; [`EtherType::ALL`] for every one, [`EtherType::VLAN`] or
    /// [`EtherType::QINQ`] for tagged packets. [`EtherType::NONE`] where the priority is there
    /// already.
    pub protocol: EtherType,
    /// Its number; 0 to have one chosen. What it means is the kind's business.
    pub handle: u32,
}

impl At {
    /// Chain 0, priority and handle to be chosen.
    #[must_use]
    pub const fn any(protocol: EtherType) -> Self {
        Self { chain: 0, prio: 0, protocol, handle: 0 }
    }
}

/// What is asked of a [`Block`] that is to change.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Request {
    /// `tc filter add`: there must be no such filter yet.
    Add,
    /// `tc filter change`: there must be one.
    Change,
    /// `tc filter replace`: either.
    Replace,
}

/// A filter as it is configured.
#[derive(Debug)]
#[non_exhaustive]
pub enum Filter<P: Packet> {
    /// Words of the packet.
    U32(cls_u32::Config<P>),
    /// A tree of tests.
    Basic(basic::Config<P>),
    /// Everything.
    Matchall(matchall::Config<P>),
    /// What the flow dissector finds.
    Flower(flower::Config<P>),
    /// The mark.
    Fw(fw::Config<P>),
    /// A program.
    Bpf(bpf::Config<P>),
}

impl<P: Packet> Filter<P> {
    /// Linux's name for it (`tcf_proto_ops::kind`).
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::U32(_) => "u32",
            Self::Basic(_) => "basic",
            Self::Matchall(_) => "matchall",
            Self::Flower(_) => "flower",
            Self::Fw(_) => "fw",
            Self::Bpf(_) => "bpf",
        }
    }

    fn leads_to_a_chain(&mut self) -> bool {
        let actions = self.target_mut().map_or(&[][..], |target| &target.actions);
        actions.iter().any(|action| action.goto_chain().is_some())
    }

    /// What becomes of a packet that it matches; `None` of what only leads to other filters.
    pub fn target_mut(&mut self) -> Option<&mut Target<P>> {
        match self {
            Self::U32(config) => config.target_mut(),
            Self::Basic(config) => Some(&mut config.target),
            Self::Matchall(config) => Some(&mut config.target),
            Self::Flower(config) => Some(&mut config.target),
            Self::Fw(config) => config.target_mut(),
            Self::Bpf(config) => Some(&mut config.target),
        }
    }
}

/// A filter as it is shown (`tcf_fill_node`).
pub struct Shown<'a, P: Packet> {
    /// Where it is.
    pub at: At,
    /// Linux's name for its kind.
    pub kind: &'static str,
    /// Its class.
    pub classid: Option<ClassId>,
    /// Whether it was made to hold that class; see [`Target::bound`].
    pub bound: bool,
    /// Its actions.
    pub actions: &'a [Action<P>],
    /// `TCA_CLS_FLAGS_*` that it was made with; see [`Target::flags`].
    pub flags: u32,
    /// The rest.
    pub what: What<'a, P>,
}

impl<P: Packet> fmt::Debug for Shown<'_, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut filter = f.debug_struct(self.kind);
        filter.field("at", &self.at).field("classid", &self.classid);
        filter.finish_non_exhaustive()
    }
}

/// What a filter is.
#[non_exhaustive]
pub enum What<'a, P: Packet> {
    /// A hash table of u32's.
    U32Table(&'a cls_u32::Table<P>),
    /// Words of the packet.
    U32(&'a cls_u32::Knode<P>),
    /// A tree of tests.
    Basic(&'a basic::Basic<P>),
    /// Everything.
    Matchall(&'a matchall::Matchall<P>),
    /// What the flow dissector finds.
    Flower(&'a flower::Flower<P>),
    /// The mark.
    Fw(&'a fw::Fw<P>),
    /// A program.
    Bpf(&'a bpf::Bpf<P>),
}

impl<P: Packet> Clone for What<'_, P> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<P: Packet> Copy for What<'_, P> {}

/// Why a change of filters was refused; nothing has changed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
#[non_exhaustive]
pub enum FilterError {
    /// Only what is to be added can have its priority chosen, and only a whole chain be deleted
    /// without.
    #[error("a priority is needed")]
    NoPriority,
    /// All priorities that are chosen by themselves are taken.
    #[error("no priority is left to choose")]
    NoPriorityLeft,
    /// A new priority needs a protocol.
    #[error("a protocol is needed")]
    NoProtocol,
    /// A chain's number has 28 bits.
    #[error("chain {0} is above 268435455")]
    Chain(u32),
    /// There is no such chain.
    #[error("no chain {0}")]
    NoChain(u32),
    /// There is such a chain already.
    #[error("chain {0} exists")]
    ChainExists(u32),
    /// There is nothing of this priority.
    #[error("no filter of this priority")]
    NotFound,
    /// The priority is another protocol's.
    #[error("the priority is for protocol {0}")]
    ProtocolDiffers(EtherType),
    /// The priority has filters of another kind.
    #[error("the priority has filters of another kind")]
    KindDiffers,
    /// There is no filter of this number.
    #[error("no filter of this handle")]
    UnknownHandle,
    /// There is such a filter already.
    #[error("the filter exists")]
    Exists,
    /// No number is left, or the one asked for is in use.
    #[error("the handle is in use, or none is left")]
    NoHandle,
    /// Something leads to it.
    #[error("in use")]
    InUse,
    /// An action makes no sense.
    #[error(transparent)]
    Action(#[from] ActionError),
    /// u32: no power of two from 1 to 256.
    #[error("{0} buckets")]
    Divisor(u32),
    /// u32: there is no such table.
    #[error("no table {0:#x}")]
    NoTable(u32),
    /// u32: not possible with a root table.
    #[error("a root table")]
    RootTable,
    /// u32: a table where a filter is meant.
    #[error("the handle is a table's")]
    IsTable,
    /// u32: a filter where a table is meant.
    #[error("the handle is no table's")]
    IsNoTable,
    /// u32: handle and table contradict each other.
    #[error("the handle is of another table than {0:#x}")]
    TableDiffers(u32),
    /// u32: the table has no such bucket.
    #[error("no bucket {0}")]
    Bucket(u32),
    /// u32: more keys than 255.
    #[error("{0} keys, at most 255")]
    Keys(usize),
    /// u32: an offset of 16 bits can't be shifted that far.
    #[error("offset shifted by {0}")]
    Shift(u8),
    /// fw: a mark is needed, as handle.
    #[error("a mark is needed")]
    NoMark,
    /// fw, u32: a mark or a handle without options.
    #[error("options are needed")]
    NoOptions,
    /// fw: all of one priority have the same mask.
    #[error("the priority has mask {0:#x}")]
    MaskDiffers(u32),
    /// flower: a key that makes no sense with the others, or a value that is too large.
    #[error("{0}: out of place")]
    KeyOutOfPlace(&'static str),
    /// flower: a range of ports must be of more than one.
    #[error("ports {0} to {1}")]
    PortRange(u16, u16),
    /// flower: a change must look at the same bits.
    #[error("a change can't have other keys or masks")]
    OtherKeys,
    /// basic: more tests than 65535.
    #[error("{0} tests, at most 65535")]
    Matches(usize),
    /// basic: parentheses lead backwards or nowhere.
    #[error("test {index} leads to test {first}")]
    Container {
        /// Number of the container.
        index: usize,
        /// What it names.
        first: usize,
    },
    /// basic: a pattern that is too long.
    #[error("a pattern of {0} bytes, at most 4095")]
    Pattern(usize),
}

/// Whether a packet came in by this device, if it matters (`tcf_match_indev`).
pub(crate) fn indev_matches<P: Packet>(packet: &P, indev: Option<IfIndex>) -> bool {
    indev.is_none_or(|indev| packet.ingress() == Some(indev))
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
        self.carry_out_for(packet, stats, DropReason::QDISC_DROP, cx)
    }

    /// The same where a packet that is dropped is dropped for another `reason`.
    pub(crate) fn carry_out_for<P: Packet>(
        self,
        packet: P,
        stats: &mut Stats,
        reason: DropReason,
        cx: &mut Cx<'_, P>,
    ) -> Enqueued {
        match self {
            Self::Redirect { to, ingress } => {
                match cx.defer(Later::Redirect { packet, to, ingress }) {
                    Ok(()) => Enqueued::Stolen,
                    Err(later) => {
                        stats.overlimits = stats.overlimits.saturating_add(1);
                        Self::drop_here(later.into_packet(), stats, reason, cx)
                    }
                }
            }
            Self::Consume => {
                cx.consume(packet);
                Enqueued::Stolen
            }
            Self::Drop | Self::Unclassified | Self::Class(_) => {
                Self::drop_here(packet, stats, reason, cx)
            }
        }
    }

    fn drop_here<P: Packet>(
        packet: P,
        stats: &mut Stats,
        reason: DropReason,
        cx: &mut Cx<'_, P>,
    ) -> Enqueued {
        stats.drops = stats.drops.saturating_add(1);
        cx.drop(packet, reason);
        Enqueued::Bypass
    }
}
