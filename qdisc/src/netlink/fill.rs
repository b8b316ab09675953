//! How disciplines and classes are told of (`tc_fill_qdisc`, `tc_fill_tclass`).

use alloc::vec::Vec;

use softnet_netlink::tc::Tcmsg;
use softnet_netlink::wire::{Body, WriteError};
use softnet_sk_buff::{IfIndex, Instant};

use super::found::Found;
use super::request::{ROOT, tca};
use super::stats::Told;
use super::{kinds, order, stab, xstats};
use crate::{Class, ClassId, ClassXStats, Handle, Packet, Qdisc, Stats, Tree};

/// Somebody's tree, as it is told of.
#[derive(Debug)]
pub(super) struct Fill<'t, P: Packet> {
    pub(super) tree: &'t Tree<P>,
    pub(super) dev: IfIndex,
    pub(super) now: Instant,
}

/// What a class shows.
#[derive(Debug, Clone, Copy)]
pub(super) struct ClassFacts {
    pub(super) id: ClassId,
    parent: Option<ClassId>,
    /// A discipline hangs in it.
    leaf: bool,
    stats: Stats,
    xstats: Option<ClassXStats>,
}

impl ClassFacts {
    fn of<P: Packet>(class: &Class<'_, P>) -> Self {
        Self {
            id: class.id,
            parent: class.parent,
            leaf: class.child.is_some(),
            stats: class.stats,
            xstats: class.xstats,
        }
    }

    /// A discipline's classes in Linux's order (`Qdisc_class_ops::walk`).
    pub(super) fn all<P: Packet>(qdisc: &dyn Qdisc<P>) -> Vec<Self> {
        let mut all = Vec::new();
        qdisc.walk(&mut |class| all.push(Self::of(class)));
        match qdisc.kind() {
            "htb" | "hfsc" | "drr" | "qfq" => order::of_classes(all, |class| class.id),
            _ => all,
        }
    }
}

impl<P: Packet> Fill<'_, P> {
    fn head(&self) -> Tcmsg {
        Tcmsg { ifindex: self.dev.get().cast_signed(), ..Tcmsg::default() }
    }

    /// `tc_fill_qdisc`. `words`: a warning for those who listen. `held`: by the queues, too.
    pub(super) fn qdisc(
        &self,
        found: &Found<'_, P>,
        (parent, held): (u32, bool),
        words: Option<&[u8]>,
        to: &mut Body<'_>,
    ) -> Result<(), WriteError> {
        let handle = found.handle().class(0).0;
        let info = match found {
            _ if held => self.refcnt(found),
            Found::Qdisc { .. } => 1,
            // Nobody may hold it any more before it goes.
            Found::Hooks { .. } => 0,
        };
        to.fixed(&Tcmsg { parent, handle, info, ..self.head() })?;
        to.string(tca::KIND, found.kind().as_bytes())?;
        match found {
            Found::Qdisc { qdisc, .. } => kinds::write(*qdisc, to)?,
            Found::Hooks { .. } => to.nest_as(tca::OPTIONS, |_| Ok::<_, WriteError>(()))?,
        }
        to.value(tca::HW_OFFLOAD, &0_u8)?;
        if found.is_root()
            && let Some(table) = self.tree.size_table()
        {
            stab::write(table, to)?;
        }
        let stats = *found.stats();
        let app = match found {
            Found::Qdisc { qdisc, .. } => xstats::of_qdisc(*qdisc, self.now),
            Found::Hooks { .. } => None,
        };
        let told = Told {
            basic: Some(stats),
            rate: self.tree.rate(found.handle(), None, self.now),
            queue: Some(stats),
            app,
            app_first: true,
        };
        told.write(to)?;
        warning(words, to)
    }

    /// A root is held by the device and by each of its queues, unless it has put others there
    /// (`Qdisc_ops::attach`).
    fn refcnt(&self, found: &Found<'_, P>) -> u32 {
        let spread = matches!(found.kind(), "mq" | "mqprio");
        let held = found.is_root() && !spread;
        // The one without a number that a device begins with is a queue's own.
        let queues = if found.handle() == Handle::UNSPEC { 1 } else { self.tree.device().queues };
        if held { u32::from(queues).saturating_add(1) } else { 1 }
    }

    /// `tc_fill_tclass`.
    pub(super) fn class(
        &self,
        qdisc: &dyn Qdisc<P>,
        (handle, class): (Handle, &ClassFacts),
        words: Option<&[u8]>,
        to: &mut Body<'_>,
    ) -> Result<(), WriteError> {
        let parent = match qdisc.kind() {
            "htb" | "hfsc" | "drr" | "qfq" | "ets" | "mq" => {
                class.parent.map_or(ROOT, |parent| parent.0)
            }
            // A queue that is of no traffic class hangs nowhere.
            "mqprio" if class.leaf => class.parent.map_or(0, |parent| parent.0),
            "mqprio" => ROOT,
            _ => handle.class(0).0,
        };
        let info = if class.leaf { self.leaf(handle, class.id) } else { Handle::UNSPEC };
        let info = info.class(0).0;
        to.fixed(&Tcmsg { parent, handle: class.id.0, info, ..self.head() })?;
        to.string(tca::KIND, qdisc.kind().as_bytes())?;
        kinds::write_class(qdisc, class.id, to)?;
        self.class_stats(qdisc.kind(), handle, class).write(to)?;
        warning(words, to)
    }

    /// The number of the discipline in a class.
    fn leaf(&self, of: Handle, class: ClassId) -> Handle {
        self.tree.handle_below(of, class).unwrap_or(Handle::UNSPEC)
    }

    /// What each kind of class counts (`Qdisc_class_ops::dump_stats`).
    fn class_stats(&self, kind: &str, of: Handle, class: &ClassFacts) -> Told {
        let (stats, id) = (Some(class.stats), Some(class.id));
        let app = class.xstats.as_ref().and_then(|app| xstats::of_class(app, self.now));
        let queue = Told { queue: stats, ..Told::default() };
        match kind {
            "tbf" | "red" | "netem" => Told::default(),
            "htb" | "hfsc" | "drr" | "qfq" => {
                Told { basic: stats, rate: self.tree.rate(of, id, self.now), app, ..queue }
            }
            "fq_codel" | "sfq" | "cake" => Told { app, ..queue },
            _ => Told { basic: stats, ..queue },
        }
    }
}

/// `TCA_EXT_WARN_MSG`.
fn warning(words: Option<&[u8]>, to: &mut Body<'_>) -> Result<(), WriteError> {
    match words {
        Some(words) => to.string(tca::EXT_WARN_MSG, words),
        None => Ok(()),
    }
}
