//! Classes that are made, changed and deleted by netlink: `tc` rounds what it is told.

use alloc::collections::BTreeSet;

use softnet_qdisc::{ClassId, Handle};
use softnet_qdisc_oracle::netlink::{self, attribute};
use softnet_qdisc_oracle::{Command, Rng};

/// `RTM_DELTCLASS`.
const DELTCLASS: u16 = 41;

/// Makes class `id` of discipline `kind` below class or discipline `parent`.
pub(crate) fn add(kind: &str, id: ClassId, parent: ClassId, options: &[u8]) -> Command {
    let flags = netlink::CREATE | netlink::EXCL;
    Command::Netlink(netlink::request(
        netlink::NEWTCLASS,
        flags,
        id.0,
        parent.0,
        &all(kind, options),
    ))
}

/// Changes class `id`, which is below `parent`.
pub(crate) fn change(kind: &str, id: ClassId, parent: ClassId, options: &[u8]) -> Command {
    let attributes = all(kind, options);
    Command::Netlink(netlink::request(netlink::NEWTCLASS, 0, id.0, parent.0, &attributes))
}

/// Deletes class `id`, which is below `parent`.
pub(crate) fn delete(id: ClassId, parent: ClassId) -> Command {
    Command::Netlink(netlink::request(DELTCLASS, 0, id.0, parent.0, &[]))
}

fn all(kind: &str, options: &[u8]) -> Vec<u8> {
    let name = [kind.as_bytes(), &[0]].concat();
    [attribute(netlink::TCA_KIND, &name), attribute(netlink::TCA_OPTIONS, options)].concat()
}

/// The shape of a tree: which class is below which, in order of creation.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shape {
    pub(crate) classes: Vec<(u16, Option<u16>)>,
}

impl Shape {
    /// Up to `most` classes with numbers of all sizes, up to `depth` deep.
    pub(crate) fn random(rng: &mut Rng, most: u64, depth: usize) -> Self {
        let mut shape = Self::default();
        let highest = rng.pick(&[20, 300, 0xffff]);
        for _ in 0..rng.range(1, most) {
            shape.grow(rng, highest, depth);
        }
        shape
    }

    /// One class more, somewhere; its number and what it is below, if there was room.
    pub(crate) fn grow(
        &mut self,
        rng: &mut Rng,
        highest: u64,
        depth: usize,
    ) -> Option<(u16, Option<u16>)> {
        let minor = rng.range(1, highest) as u16;
        if self.classes.iter().any(|class| class.0 == minor) {
            return None;
        }
        let above: Vec<_> = self.classes.iter().map(|class| class.0).collect();
        let parent = (!above.is_empty() && !rng.one_in(5)).then(|| rng.pick(&above));
        if parent.is_some_and(|parent| self.depth(parent) >= depth) {
            return None;
        }
        self.classes.push((minor, parent));
        Some((minor, parent))
    }

    /// How many classes there are from the top down to this one.
    fn depth(&self, minor: u16) -> usize {
        core::iter::successors(Some(minor), |&at| self.parent(at)).count()
    }

    pub(crate) fn parent(&self, minor: u16) -> Option<u16> {
        self.classes.iter().find(|class| class.0 == minor).and_then(|class| class.1)
    }

    pub(crate) fn leaves(&self) -> Vec<u16> {
        let inner: BTreeSet<_> = self.classes.iter().filter_map(|class| class.1).collect();
        self.classes.iter().map(|class| class.0).filter(|minor| !inner.contains(minor)).collect()
    }

    pub(crate) fn remove(&mut self, minor: u16) {
        self.classes.retain(|class| class.0 != minor);
    }

    /// Priorities that name its classes, the discipline, and nothing.
    pub(crate) fn priorities(&self, handle: Handle) -> Vec<u32> {
        let leaves = self.leaves();
        let all = self.classes.iter().map(|class| class.0);
        let named = leaves.iter().chain(&leaves).copied().chain(all).chain([0, 0x7777]);
        named.map(|minor| handle.class(minor).0).chain([0, 7]).collect()
    }
}
