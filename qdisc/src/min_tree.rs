//! Queues in the order of a key, in which the first element with a small enough second number is
//! found without looking at those before it.
//!
//! hfsc asks its trees for the class of least deadline among those that are eligible, and for the
//! class of least virtual time among those that fit. Linux walks them from the beginning until it has
//! found out. Here each element also knows the least second number of all below it in the tree. The
//! order is that of Linux's trees: by key, and of equal keys the one that came first.
//!
//! It is a treap whose priorities are a hash of the element's own number.

use alloc::vec::Vec;

#[cfg(test)]
mod tests;

const NIL: u32 = u32::MAX;

#[derive(Clone, Copy, Debug)]
struct Link {
    key: u64,
    value: u64,
    /// The least value here and below.
    least: u64,
    parent: u32,
    left: u32,
    right: u32,
    held: bool,
}

impl Link {
    const OUT: Self =
        Self { key: 0, value: 0, least: 0, parent: NIL, left: NIL, right: NIL, held: false };
}

/// One queue in a [`MinSlab`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct MinTree {
    root: u32,
}

impl MinTree {
    pub(crate) const EMPTY: Self = Self { root: NIL };
}

/// Room for the elements of many [`MinTree`]s: numbers, each in one tree at a time, 48 bytes for each
/// number up to the largest one.
#[derive(Debug)]
pub(crate) struct MinSlab {
    links: Vec<Link>,
}

fn priority(element: u32) -> u32 {
    let mixed = (element ^ (element >> 15)).wrapping_mul(0x2c1b_3c6d);
    (mixed ^ (mixed >> 12)).wrapping_mul(0x297a_2d39)
}

impl MinSlab {
    pub(crate) const fn new() -> Self {
        Self { links: Vec::new() }
    }

    /// Empties everything; the owner makes all trees [`MinTree::EMPTY`].
    pub(crate) fn clear(&mut self) {
        self.links.fill(Link::OUT);
    }

    pub(crate) fn holds(&self, element: u32) -> bool {
        self.links.get(element as usize).is_some_and(|link| link.held)
    }

    /// Puts `element`, which is in no tree, behind all that are not above `key`.
    pub(crate) fn insert(&mut self, tree: &mut MinTree, element: u32, key: u64, value: u64) {
        if self.links.len() <= element as usize {
            self.links.resize(element as usize + 1, Link::OUT);
        }
        let link = Link { key, value, least: value, held: true, ..Link::OUT };
        self.links[element as usize] = link;
        let mut at = tree.root;
        if at == NIL {
            tree.root = element;
            return;
        }
        loop {
            let above = &mut self.links[at as usize];
            above.least = above.least.min(value);
            let side = if key >= above.key { &mut above.right } else { &mut above.left };
            if *side == NIL {
                *side = element;
                break;
            }
            at = *side;
        }
        self.links[element as usize].parent = at;
        while at != NIL && priority(at) < priority(element) {
            self.lift(tree, element);
            at = self.links[element as usize].parent;
        }
    }

    /// Takes `element` out of `tree`; `false` if it is in none.
    pub(crate) fn remove(&mut self, tree: &mut MinTree, element: u32) -> bool {
        if !self.holds(element) {
            return false;
        }
        let parent = loop {
            let Link { left, right, parent, .. } = self.links[element as usize];
            let below = match (left, right) {
                (NIL, below) | (below, NIL) => {
                    self.replace(tree, parent, (element, below));
                    break parent;
                }
                _ if priority(left) > priority(right) => left,
                _ => right,
            };
            self.lift(tree, below);
        };
        self.links[element as usize] = Link::OUT;
        self.recount(parent);
        true
    }

    /// Gives `element`, if it is in a tree, another second number.
    pub(crate) fn set(&mut self, element: u32, value: u64) {
        if self.holds(element) {
            self.links[element as usize].value = value;
            self.recount(element);
        }
    }

    /// The key of the first element.
    pub(crate) fn first_key(&self, tree: &MinTree) -> Option<u64> {
        self.end(tree, |link| link.left).map(|at| self.links[at as usize].key)
    }

    /// The key of the last element.
    pub(crate) fn last_key(&self, tree: &MinTree) -> Option<u64> {
        self.end(tree, |link| link.right).map(|at| self.links[at as usize].key)
    }

    /// The least of all second numbers.
    pub(crate) fn least(&self, tree: &MinTree) -> Option<u64> {
        self.links.get(tree.root as usize).map(|link| link.least)
    }

    /// The first element whose second number is not above `limit`.
    pub(crate) fn first_with(&self, tree: &MinTree, limit: u64) -> Option<u32> {
        let within = |at: u32| self.links.get(at as usize).is_some_and(|link| link.least <= limit);
        let mut at = tree.root;
        if !within(at) {
            return None;
        }
        loop {
            let Link { value, left, right, .. } = self.links[at as usize];
            if within(left) {
                at = left;
            } else if value <= limit {
                return Some(at);
            } else {
                at = right;
            }
        }
    }

    /// The element of least second number among those whose key is not above `key`; of equals the
    /// first one.
    pub(crate) fn least_up_to(&self, tree: &MinTree, key: u64) -> Option<u32> {
        // Where the least one was found: an element, or all that is below it.
        let (mut least, mut best) = (None, u64::MAX);
        let mut at = tree.root;
        while at != NIL {
            let Link { key: own, value, left, right, .. } = self.links[at as usize];
            if own > key {
                at = left;
                continue;
            }
            // All on the left are before this one, and it is before all on the right.
            if let Some(below) = self.links.get(left as usize)
                && (least.is_none() || below.least < best)
            {
                (least, best) = (Some((left, true)), below.least);
            }
            if least.is_none() || value < best {
                (least, best) = (Some((at, false)), value);
            }
            at = right;
        }
        match least? {
            (at, false) => Some(at),
            (below, true) => self.first_with(&MinTree { root: below }, best),
        }
    }

    fn end(&self, tree: &MinTree, side: impl Fn(&Link) -> u32) -> Option<u32> {
        let start = (tree.root != NIL).then_some(tree.root);
        let step = |&at: &u32| Some(side(&self.links[at as usize])).filter(|&next| next != NIL);
        core::iter::successors(start, step).last()
    }

    /// Rotates `element` into the place of its parent, which comes below it.
    fn lift(&mut self, tree: &mut MinTree, element: u32) {
        let Link { left, right, parent, .. } = self.links[element as usize];
        let Link { left: other, parent: above, .. } = self.links[parent as usize];
        let inner = if other == element {
            self.links[element as usize].right = parent;
            self.links[parent as usize].left = right;
            right
        } else {
            self.links[element as usize].left = parent;
            self.links[parent as usize].right = left;
            left
        };
        if let Some(inner) = self.links.get_mut(inner as usize) {
            inner.parent = parent;
        }
        self.replace(tree, above, (parent, element));
        self.links[parent as usize].parent = element;
        self.links[parent as usize].least = self.least_of(parent);
        self.links[element as usize].least = self.least_of(element);
    }

    /// Puts another element, or none, into the place that one has below `parent`.
    fn replace(&mut self, tree: &mut MinTree, parent: u32, (old, new): (u32, u32)) {
        match self.links.get_mut(parent as usize) {
            None => tree.root = new,
            Some(above) if above.left == old => above.left = new,
            Some(above) => above.right = new,
        }
        if let Some(new) = self.links.get_mut(new as usize) {
            new.parent = parent;
        }
    }

    /// Finds the least numbers anew, from `at` upwards, as far as they changed.
    fn recount(&mut self, mut at: u32) {
        while at != NIL {
            let least = self.least_of(at);
            let link = &mut self.links[at as usize];
            if link.least == least {
                return;
            }
            link.least = least;
            at = link.parent;
        }
    }

    fn least_of(&self, at: u32) -> u64 {
        let Link { value, left, right, .. } = self.links[at as usize];
        let below = [left, right].into_iter().filter_map(|at| self.links.get(at as usize));
        below.map(|link| link.least).fold(value, u64::min)
    }
}
