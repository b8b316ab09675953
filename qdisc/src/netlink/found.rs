//! A discipline in a tree, or what stands at the device's other end.

use alloc::vec::Vec;

use softnet_netlink::errno::Errno;
use softnet_netlink::extack::ExtAck;

use super::order;
use super::request::{INGRESS, ROOT};
use crate::tree::Parent;
use crate::{ClassId, Handle, Packet, Qdisc, Stats, Tree};

/// A discipline, or ingress or clsact.
#[derive(Debug)]
pub(super) enum Found<'t, P: Packet> {
    /// `parent`: the class that it hangs in; none of the root. `invisible`: its parent made it
    /// (`TCQ_F_INVISIBLE`).
    Qdisc {
        handle: Handle,
        parent: Option<ClassId>,
        qdisc: &'t dyn Qdisc<P>,
        invisible: bool,
    },
    Hooks {
        kind: &'static str,
        stats: &'t Stats,
    },
}

impl<P: Packet> Clone for Found<'_, P> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<P: Packet> Copy for Found<'_, P> {}

impl<'t, P: Packet> Found<'t, P> {
    /// ingress or clsact.
    pub(super) fn hooks(tree: &'t Tree<P>) -> Option<Self> {
        tree.hooks().map(|(kind, stats)| Self::Hooks { kind, stats })
    }

    /// The root, whether it has a number or not.
    pub(super) fn root(tree: &'t Tree<P>) -> Self {
        Self::Qdisc {
            handle: tree.root_handle(),
            parent: None,
            qdisc: tree.root(),
            invisible: false,
        }
    }

    /// `qdisc_lookup`.
    pub(super) fn by_handle(tree: &'t Tree<P>, handle: Handle) -> Option<Self> {
        match tree.find(handle) {
            Some(qdisc) => {
                let parent = tree.parent_of(handle);
                Some(Self::Qdisc { handle, parent, qdisc, invisible: false })
            }
            None => Self::hooks(tree).filter(|found| found.handle() == handle),
        }
    }

    /// All of a tree: the root, the others in the order of Linux's table, ingress or clsact.
    pub(super) fn all(tree: &'t Tree<P>) -> Vec<Self> {
        let mut places = Vec::new();
        tree.walk(&mut |shown| places.push((shown.handle, shown.path.to_vec())));
        let mut rest = places.split_off(places.len().min(1));
        // In each list the one that came last is first: here, those furthest in the tree.
        rest.reverse();
        rest.sort_by_key(|(handle, _)| order::bucket(*handle));
        let below = rest.into_iter().filter_map(|(handle, path)| Self::at(tree, handle, &path));
        let root = core::iter::once(Self::root(tree));
        root.chain(below).chain(Self::hooks(tree)).collect()
    }

    /// What is at the end of a path that is not empty.
    fn at(tree: &'t Tree<P>, handle: Handle, path: &[ClassId]) -> Option<Self> {
        let (class, above) = path.split_last()?;
        let above = tree.root().find(above)?;
        let qdisc = above.leaf(*class)?;
        let invisible = is_invisible(above, (handle, qdisc));
        Some(Self::Qdisc { handle, parent: Some(*class), qdisc, invisible })
    }

    /// What hangs in a class of this discipline (`qdisc_leaf`).
    pub(super) fn leaf(
        &self,
        tree: &'t Tree<P>,
        class: ClassId,
        extack: &mut ExtAck,
    ) -> Result<Option<Self>, Errno> {
        if !self.is_classful() {
            extack.say("Parent qdisc is not classful");
            return Err(Errno::EOPNOTSUPP);
        }
        let Self::Qdisc { handle, qdisc, .. } = self else { return Ok(None) };
        let Some(class) = qdisc.find_class(class) else {
            extack.say("Specified class not found");
            return Err(Errno::ENOENT);
        };
        let below = tree.handle_below(*handle, class).unwrap_or(Handle::UNSPEC);
        let leaf = qdisc.leaf(class).map(|leaf| {
            let invisible = is_invisible(*qdisc, (below, leaf));
            Self::Qdisc { handle: below, parent: Some(class), qdisc: leaf, invisible }
        });
        Ok(leaf)
    }

    pub(super) fn handle(&self) -> Handle {
        match self {
            Self::Qdisc { handle, .. } => *handle,
            Self::Hooks { .. } => Parent::HOOKS,
        }
    }

    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Qdisc { qdisc, .. } => qdisc.kind(),
            Self::Hooks { kind, .. } => kind,
        }
    }

    pub(super) fn stats(&self) -> &'t Stats {
        match self {
            Self::Qdisc { qdisc, .. } => qdisc.stats(),
            Self::Hooks { stats, .. } => stats,
        }
    }

    /// Whether there is something to tell (`tc_qdisc_dump_ignore`).
    pub(super) fn is_told(&self, all: bool) -> bool {
        all || !matches!(self, Self::Qdisc { invisible: true, .. })
    }

    pub(super) fn is_root(&self) -> bool {
        matches!(self, Self::Qdisc { parent: None, .. })
    }

    /// `Qdisc::parent`.
    pub(super) fn parent(&self) -> u32 {
        match self {
            Self::Qdisc { parent: Some(class), .. } => class.0,
            Self::Qdisc { parent: None, .. } => ROOT,
            Self::Hooks { .. } => INGRESS,
        }
    }

    /// Whether there can be classes (`Qdisc_ops::cl_ops`).
    pub(super) fn is_classful(&self) -> bool {
        !matches!(
            self.kind(),
            "pfifo"
                | "bfifo"
                | "pfifo_head_drop"
                | "pfifo_fast"
                | "noqueue"
                | "blackhole"
                | "codel"
                | "pie"
                | "fq"
                | "fq_pie"
                | "choke"
        )
    }
}

/// What nobody asked for is not shown, unless it is one of those that a device's queues begin with.
fn is_invisible<P: Packet>(above: &dyn Qdisc<P>, (handle, qdisc): (Handle, &dyn Qdisc<P>)) -> bool {
    let begun = matches!(above.kind(), "mq" | "mqprio") && qdisc.kind() == "pfifo_fast";
    handle == Handle::UNSPEC && !begun
}
