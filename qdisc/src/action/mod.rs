//! Actions: what is done to a packet that a filter matched (`act_api.c`).
//!
//! | here | Linux | does |
//! |---|---|---|
//! | [`gact`] | `act_gact.c` | nothing but a verdict, perhaps by lot |
//! | [`mirred`] | `act_mirred.c` | sends the packet, or a copy, to another device |
//! | [`police`] | `act_police.c` | one verdict within a rate, another above it |
//! | [`skbedit`] | `act_skbedit.c` | changes what is beside the bytes: priority, mark, queue |
//! | [`vlan`] | `act_vlan.c` | VLAN tags and Ethernet headers, on and off |
//! | [`pedit`] | `act_pedit.c` | changes bytes |
//! | [`csum`] | `act_csum.c` | makes checksums right again |
//!
//! An embedder's own is an [`Act`]. Each action belongs to one filter: the shared ones of Linux,
//! named by an index (`tc actions add … index 7`), are not here. What `tc` calls an action by is its [`Label`].

pub mod csum;
pub mod gact;
pub mod mirred;
pub mod pedit;
pub mod police;
mod sequence;
pub mod skbedit;
pub mod vlan;

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;

use softnet_sk_buff::{IfIndex, Instant};
use thiserror::Error;

pub use self::sequence::MAX_ACTIONS;
pub(crate) use self::sequence::Sequence;
use crate::{ConfigError, Cx, Packet};

/// What becomes of a packet after an action (`TC_ACT_*`).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Control {
    /// The filter did not match after all; the next one is asked (`TC_ACT_UNSPEC`, tc's `continue`).
    Continue,
    /// It goes to the filter's class (`TC_ACT_OK`, tc's `pass`).
    Ok,
    /// It is classified once more from the start (`TC_ACT_RECLASSIFY`).
    Reclassify,
    /// It is dropped (`TC_ACT_SHOT`, tc's `drop`).
    Shot,
    /// The next action has its turn; after the last one, as [`Ok`](Self::Ok) (`TC_ACT_PIPE`).
    Pipe,
    /// It is gone without a trace (`TC_ACT_STOLEN`).
    Stolen,
    /// As [`Stolen`](Self::Stolen) (`TC_ACT_QUEUED`).
    Queued,
    /// The action has another turn, 31 times at most; then as [`Ok`](Self::Ok) (`TC_ACT_REPEAT`).
    Repeat,
    /// As [`Stolen`](Self::Stolen) (`TC_ACT_TRAP`: hardware hands it to the CPU).
    Trap,
    /// The action of this number, the first one being 0, has its turn (`TC_ACT_JUMP`). After 31
    /// jumps of one packet, and to 0 or past the end, as [`Ok`](Self::Ok).
    Jump(u32),
    /// The filters of this chain are asked (`TC_ACT_GOTO_CHAIN`).
    GotoChain(u32),
    /// It goes to another device (what mirred's redirect comes to).
    Redirect {
        /// To which device.
        to: IfIndex,
        /// As if it had arrived there.
        ingress: bool,
    },
}

impl Control {
    fn goto_chain(self) -> Option<u32> {
        match self {
            Self::GotoChain(chain) => Some(chain),
            _ => None,
        }
    }

    /// Fit for an action to end with; a redirect is for mirred to make.
    fn check(self) -> Result<(), ActionError> {
        match self {
            Self::Redirect { .. } => Err(ActionError::Redirect),
            Self::GotoChain(chain) if chain > crate::filter::MAX_CHAIN => {
                Err(ActionError::Chain(chain))
            }
            _ => Ok(()),
        }
    }

    /// Fit for the second choice of gact and police, which can't go to another chain.
    fn check_fallback(self) -> Result<(), ActionError> {
        match self {
            Self::GotoChain(_) => Err(ActionError::GotoInFallback),
            _ => self.check(),
        }
    }
}

/// An action as it is configured.
#[derive(Debug)]
#[non_exhaustive]
pub enum Config<P: Packet> {
    /// A verdict.
    Gact(gact::Config),
    /// To another device.
    Mirred(mirred::Config),
    /// A rate.
    Police(police::Config),
    /// What is beside the bytes.
    SkbEdit(skbedit::Config),
    /// VLAN tags.
    Vlan(vlan::Config),
    /// Bytes.
    Pedit(pedit::Config),
    /// Checksums.
    Csum(csum::Config),
    /// An embedder's own.
    Other(Box<dyn Act<P>>),
    /// Any of these, with what tc calls it by.
    Labelled(Box<(Label, Self)>),
}

impl<P: Packet> Config<P> {
    /// The chain that it leads to.
    pub(crate) fn goto_chain(&self) -> Option<u32> {
        let control = match self {
            Self::Gact(config) => config.control,
            Self::Mirred(config) => config.control,
            Self::Police(config) => config.exceed,
            Self::SkbEdit(config) => config.control,
            Self::Vlan(config) => config.control,
            Self::Pedit(config) => config.control,
            Self::Csum(config) => config.control,
            Self::Other(_) => return None,
            Self::Labelled(labelled) => return labelled.1.goto_chain(),
        };
        control.goto_chain()
    }
}

/// What an action is called by, and what else its maker said of it. It changes nothing of what the action does;
/// `tc` shows it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Label {
    /// Its number among those of its kind (`tcfa_index`); 0 if it has none.
    pub index: u32,
    /// What its maker remembers it by (`TCA_ACT_COOKIE`), at most 16 bytes.
    pub cookie: Option<Vec<u8>>,
    /// `TCA_ACT_FLAGS_*`: about counters and offloading.
    pub flags: u32,
    /// `TCA_ACT_HW_STATS_*` that are wanted; `None` for any.
    pub hw_stats: Option<u8>,
    /// A policer that is the filter's own rather than one of its actions (`TCA_OLD_COMPAT`, tc's `police` without
    /// `action`).
    pub old: bool,
}

macro_rules! configs {
    ($($kind:ident($config:ty),)+) => {
        $(impl<P: Packet> From<$config> for Config<P> {
            fn from(config: $config) -> Self {
                Self::$kind(config)
            }
        })+
    };
}
configs! {
    Gact(gact::Config),
    Mirred(mirred::Config),
    Police(police::Config),
    SkbEdit(skbedit::Config),
    Vlan(vlan::Config),
    Pedit(pedit::Config),
    Csum(csum::Config),
}

/// An action of the embedder's own (`struct tc_action_ops`).
pub trait Act<P: Packet>: Send {
    /// Its name, as `tc` would show it.
    fn kind(&self) -> &'static str;

    /// Does to the packet what it does, and says what becomes of it. The packet is counted in
    /// `stats` already; drops and overlimits are the action's own business.
    fn act(&mut self, packet: &mut P, stats: &mut Stats, cx: &mut Cx<'_, P>) -> Control;
}

impl<P: Packet> fmt::Debug for dyn Act<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind())
    }
}

/// What an action counts, as `tc -s actions` shows it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Stats {
    /// Bytes of the packets that it saw ([`Packet::pkt_len`]).
    pub bytes: u64,
    /// Packets that it saw, as the wire would count them.
    pub packets: u64,
    /// Packets that it sent to their end.
    pub drops: u64,
    /// Packets that were above a rate, or to which it could not be done.
    pub overlimits: u64,
}

impl Stats {
    fn dropped(&mut self) {
        self.drops = self.drops.saturating_add(1);
    }

    fn overlimit(&mut self) {
        self.overlimits = self.overlimits.saturating_add(1);
    }
}

/// When an action was made and used (`struct tcf_t`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Times {
    /// When it was made.
    pub installed: Instant,
    /// The first packet.
    pub first_used: Option<Instant>,
    /// The last packet.
    pub last_used: Option<Instant>,
}

/// What an action is and what it knows.
#[derive(Debug)]
#[non_exhaustive]
pub enum Op<P: Packet> {
    /// A verdict.
    Gact(gact::Gact),
    /// To another device.
    Mirred(mirred::Config),
    /// A rate.
    Police(Box<police::Police>),
    /// What is beside the bytes.
    SkbEdit(skbedit::Config),
    /// VLAN tags.
    Vlan(vlan::Config),
    /// Bytes.
    Pedit(pedit::Config),
    /// Checksums.
    Csum(csum::Config),
    /// An embedder's own.
    Other(Box<dyn Act<P>>),
}

/// One action of a filter (`struct tc_action`).
#[derive(Debug)]
pub struct Action<P: Packet> {
    op: Op<P>,
    goto_chain: Option<u32>,
    label: Label,
    stats: Stats,
    times: Times,
}

impl<P: Packet> Action<P> {
    fn new(config: Config<P>, now: Instant) -> Result<Self, ActionError> {
        let goto_chain = config.goto_chain();
        let op = match config {
            Config::Gact(config) => Op::Gact(gact::Gact::new(config)?),
            Config::Mirred(config) => Op::Mirred(config.checked()?),
            Config::Police(config) => Op::Police(Box::new(police::Police::new(config, now)?)),
            Config::SkbEdit(config) => Op::SkbEdit(config.checked()?),
            Config::Vlan(config) => Op::Vlan(config.checked()?),
            Config::Pedit(config) => Op::Pedit(config.checked()?),
            Config::Csum(config) => Op::Csum(config.checked()?),
            Config::Other(act) => Op::Other(act),
            Config::Labelled(labelled) => {
                let (label, config) = *labelled;
                return Ok(Self { label, ..Self::new(config, now)? });
            }
        };
        let times = Times { installed: now, first_used: None, last_used: None };
        Ok(Self { op, goto_chain, label: Label::default(), stats: Stats::default(), times })
    }

    /// Linux's name for it (`tc_action_ops::kind`).
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match &self.op {
            Op::Gact(_) => "gact",
            Op::Mirred(_) => "mirred",
            Op::Police(_) => "police",
            Op::SkbEdit(_) => "skbedit",
            Op::Vlan(_) => "vlan",
            Op::Pedit(_) => "pedit",
            Op::Csum(_) => "csum",
            Op::Other(act) => act.kind(),
        }
    }

    /// What it is.
    #[must_use]
    pub fn op(&self) -> &Op<P> {
        &self.op
    }

    /// The chain that it leads to.
    pub(crate) fn goto_chain(&self) -> Option<u32> {
        self.goto_chain
    }

    /// What it is called by.
    #[must_use]
    pub fn label(&self) -> &Label {
        &self.label
    }

    /// What it counted.
    #[must_use]
    pub fn stats(&self) -> &Stats {
        &self.stats
    }

    /// When it was made and used.
    #[must_use]
    pub fn times(&self) -> &Times {
        &self.times
    }

    /// Counts the packet and does to it what is to be done (`tc_act`).
    fn act(&mut self, packet: &mut P, cx: &mut Cx<'_, P>) -> Control {
        let stats = &mut self.stats;
        self.times.first_used.get_or_insert(cx.now);
        self.times.last_used = Some(cx.now);
        // A policer's estimator looks at the counters as they were until now.
        if let Op::Police(police) = &mut self.op {
            police.catch_up(stats, cx.now);
        }
        stats.bytes = stats.bytes.saturating_add(u64::from(packet.pkt_len()));
        stats.packets = stats.packets.saturating_add(u64::from(packet.segments()));
        match &mut self.op {
            Op::Gact(gact) => gact.act(stats),
            Op::Mirred(mirred) => mirred.act(packet, stats, cx),
            Op::Police(police) => police.act(packet, stats, cx),
            Op::SkbEdit(skbedit) => skbedit.act(packet, stats),
            Op::Vlan(vlan) => vlan.act(packet, stats, cx),
            Op::Pedit(pedit) => pedit.act(packet, stats, cx),
            Op::Csum(csum) => csum.act(packet, stats, cx),
            Op::Other(act) => act.act(packet, stats, cx),
        }
    }
}

/// Why an action was refused; nothing has changed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
#[non_exhaustive]
pub enum ActionError {
    /// More actions than a filter takes (`TCA_ACT_MAX_PRIO`).
    #[error("{0} actions, at most {MAX_ACTIONS}")]
    TooMany(usize),
    /// A chain's number has 28 bits.
    #[error("chain {0} is above 268435455")]
    Chain(u32),
    /// The second choice of gact and police can't be `goto chain`.
    #[error("goto chain as a second choice")]
    GotoInFallback,
    /// Only mirred can redirect.
    #[error("a redirect that is no mirred")]
    Redirect,
    /// A rate of packets and a rate of bytes in one policer.
    #[error("a policer limits bytes or packets, not both")]
    TwoRates,
    /// An average rate with nothing that measures it.
    #[error("avrate without an estimator")]
    NoEstimator,
    /// A rate or an estimator that makes no sense.
    #[error(transparent)]
    Rate(#[from] ConfigError),
    /// An action that would do nothing.
    #[error("nothing to do")]
    Nothing,
    /// A range of queues that ends before it begins, or has 65536 of them.
    #[error("queues {from} to {to}")]
    Queues {
        /// The first.
        from: u16,
        /// The last.
        to: u16,
    },
    /// A VLAN's number is 0 to 4094, its priority 0 to 7.
    #[error("VLAN {id} of priority {priority}")]
    Vlan {
        /// Number.
        id: u16,
        /// Priority.
        priority: u8,
    },
    /// Not a protocol that announces VLAN tags.
    #[error("{0:#06x} announces no VLAN tag")]
    VlanProtocol(u16),
    /// Bytes are changed four at a time, at a multiple of four.
    #[error("offset {0} is not a multiple of 4")]
    Offset(i32),
    /// More keys than fit Linux's count.
    #[error("{0} keys, at most 255")]
    Keys(usize),
}

#[cfg(test)]
mod tests;
