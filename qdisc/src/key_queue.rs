//! Queues in the order of a key: of times for what waits, of numbers for classes that take turns.
//!
//! Linux has a red-black tree wherever something is kept in order, and a step in it costs more the
//! more there is. Here the keys are the paths of a trie: a node stands for a run of bits of the key in
//! which the keys below it differ, has 64 places, and a word of bits that tells which of them are
//! taken, so that the first, the next, or the place of a new key is found by counting zeros. A
//! hundred thousand keys are three or four nodes deep, a hundred are two.
//!
//! The order is exactly that of Linux's trees: by key, and of equal keys the one that came first.
//! Nothing is tied to a clock: a key may be earlier than all that were ever taken out.

use alloc::vec::Vec;

#[cfg(test)]
mod tests;

const NIL: u32 = u32::MAX;
/// In place of a parent: the queue itself.
const TOP: u32 = u32::MAX - 1;
/// In place of a parent: not in the trie, but behind an element with the same key that is.
const RUN: u32 = u32::MAX - 2;
/// Marks a reference to a node; without it, it is one to an element.
const NODE: u32 = 1 << 31;

/// Bits of the key that a node tells apart.
const BITS: u32 = 6;
const PLACES: usize = 1 << BITS;

/// An element. Those of one key are a ring, of which the first one is in the trie.
#[derive(Clone, Copy, Debug)]
struct Link {
    key: u64,
    /// The node that it is in, [`TOP`], or [`RUN`].
    parent: u32,
    next: u32,
    /// [`NIL`] while it is in no queue.
    prev: u32,
}

impl Link {
    const OUT: Self = Self { key: 0, parent: TOP, next: NIL, prev: NIL };
}

/// A place where keys part; it always has two places taken, at least.
#[derive(Debug)]
struct Node {
    taken: u64,
    /// What all keys below have in common, zeros for the rest.
    prefix: u64,
    /// How far the key is to be shifted to have this node's bits at its end.
    shift: u32,
    parent: u32,
    places: [u32; PLACES],
}

impl Node {
    /// Which place of this node `key`, which is below it, is in.
    fn place_of(&self, key: u64) -> usize {
        (key >> self.shift) as usize % PLACES
    }
}

/// One queue in a [`KeySlab`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct KeyQueue {
    root: u32,
    first: u32,
}

impl KeyQueue {
    pub(crate) const EMPTY: Self = Self { root: NIL, first: NIL };

    pub(crate) const fn is_empty(&self) -> bool {
        self.root == NIL
    }

    /// The element with the smallest key, of equals the one that came first.
    pub(crate) const fn first(&self) -> Option<u32> {
        if self.first == NIL { None } else { Some(self.first) }
    }
}

/// Room for the elements of many [`KeyQueue`]s. An element is a number below 2³¹, as a rule its place
/// in whatever the owner keeps; it is in one queue at a time.
///
/// Takes 24 bytes for each number up to the largest one used, and 280 for each node, of which there
/// are fewer than elements. It keeps what it took, so that steady state allocates nothing.
#[derive(Debug)]
pub(crate) struct KeySlab {
    links: Vec<Link>,
    nodes: Vec<Node>,
    free: u32,
}

impl KeySlab {
    pub(crate) const fn new() -> Self {
        Self { links: Vec::new(), nodes: Vec::new(), free: NIL }
    }

    /// Takes the memory for elements with numbers below `elements` now, except for nodes.
    pub(crate) fn reserve(&mut self, elements: usize) {
        if self.links.len() < elements {
            self.links.resize(elements, Link::OUT);
        }
    }

    /// Empties everything; the owner makes all queues [`KeyQueue::EMPTY`].
    pub(crate) fn clear(&mut self) {
        self.links.fill(Link::OUT);
        self.nodes.clear();
        self.free = NIL;
    }

    /// The key of an element, if it is in a queue.
    pub(crate) fn key(&self, element: u32) -> Option<u64> {
        self.links.get(element as usize).filter(|link| link.prev != NIL).map(|link| link.key)
    }

    /// The first element of `queue` and its key.
    #[inline]
    pub(crate) fn first(&self, queue: &KeyQueue) -> Option<(u64, u32)> {
        queue.first().map(|first| (self.links[first as usize].key, first))
    }

    /// Takes the first element of `queue` out if its key is not above `key`.
    pub(crate) fn pop_up_to(&mut self, queue: &mut KeyQueue, key: u64) -> Option<u32> {
        let (first, element) = self.first(queue)?;
        if first > key {
            return None;
        }
        self.remove(queue, element);
        Some(element)
    }

    /// Puts `element`, which is in no queue, behind all of `queue` that are not above `key`.
    pub(crate) fn insert(&mut self, queue: &mut KeyQueue, element: u32, key: u64) {
        if self.links.len() <= element as usize {
            return self.insert_beyond(queue, element, key);
        }
        self.links[element as usize] = Link { key, parent: TOP, next: element, prev: element };
        match self.first(queue) {
            None => {
                *queue = KeyQueue { root: element, first: element };
                return;
            }
            Some((first, _)) if key < first => queue.first = element,
            Some(_) => {}
        }
        let (mut parent, mut at) = (TOP, queue.root);
        loop {
            if at & NODE == 0 {
                let other = self.links[at as usize].key;
                if other == key {
                    return self.append(at, element);
                }
                return self.part(queue, parent, (at, other), element);
            }
            let node = &mut self.nodes[(at & !NODE) as usize];
            let place = (node.prefix ^ key) >> node.shift;
            if place >= PLACES as u64 {
                let prefix = node.prefix;
                return self.part(queue, parent, (at, prefix), element);
            }
            parent = at & !NODE;
            if node.taken >> place & 1 == 0 {
                node.taken |= 1 << place;
                node.places[place as usize] = element;
                self.links[element as usize].parent = parent;
                return;
            }
            at = node.places[place as usize];
        }
    }

    /// Inserts an element whose number is the largest so far.
    #[cold]
    #[inline(never)]
    fn insert_beyond(&mut self, queue: &mut KeyQueue, element: u32, key: u64) {
        self.links.resize(element as usize + 1, Link::OUT);
        self.insert(queue, element, key);
    }

    /// Takes `element` out of `queue`, which it is in; `false` if it is in none.
    pub(crate) fn remove(&mut self, queue: &mut KeyQueue, element: u32) -> bool {
        if self.key(element).is_none() {
            return false;
        }
        let Link { key, parent, next, prev } = self.links[element as usize];
        self.links[element as usize] = Link::OUT;
        if next != element {
            self.links[prev as usize].next = next;
            self.links[next as usize].prev = prev;
            if parent != RUN {
                self.set(queue, parent, key, next);
                if queue.first == element {
                    queue.first = next;
                }
            }
        } else if parent == TOP {
            *queue = KeyQueue::EMPTY;
        } else {
            let node = &mut self.nodes[parent as usize];
            node.taken &= !(1 << node.place_of(key));
            let Node { taken, places, parent: above, .. } = node;
            let (taken, above) = (*taken, *above);
            let left = places[taken.trailing_zeros() as usize % PLACES];
            if queue.first == element {
                queue.first = self.first_below(left);
            }
            if taken.is_power_of_two() {
                self.set(queue, above, key, left);
                self.nodes[parent as usize].parent = self.free;
                self.free = parent;
            }
        }
        true
    }

    /// The element behind `element` in its queue (`rb_next`).
    #[inline]
    pub(crate) fn next(&self, element: u32) -> Option<u32> {
        self.key(element)?;
        let next = self.links[element as usize].next;
        let Link { key, parent, .. } = self.links[next as usize];
        // The ring ends where it began, in the trie.
        if parent == RUN { Some(next) } else { self.first_behind(parent, key) }
    }

    /// The first element of `queue` whose key is not below `key`.
    pub(crate) fn at_or_after(&self, queue: &KeyQueue, key: u64) -> Option<u32> {
        let mut at = queue.root;
        while at != NIL {
            if at & NODE == 0 {
                let Link { key: own, parent, .. } = self.links[at as usize];
                return if own >= key { Some(at) } else { self.first_behind(parent, own) };
            }
            let node = &self.nodes[(at & !NODE) as usize];
            let place = (node.prefix ^ key) >> node.shift;
            if place >= PLACES as u64 {
                return if node.prefix > key {
                    Some(self.first_below(at))
                } else {
                    self.first_behind(node.parent, node.prefix)
                };
            }
            if node.taken >> place & 1 == 0 {
                return self.first_behind(at & !NODE, key);
            }
            at = node.places[place as usize];
        }
        None
    }

    /// The last element of `queue` (`rb_last`).
    pub(crate) fn last(&self, queue: &KeyQueue) -> Option<u32> {
        let mut at = queue.root;
        if at == NIL {
            return None;
        }
        while at & NODE != 0 {
            let node = &self.nodes[(at & !NODE) as usize];
            at = node.places[PLACES - 1 - node.taken.leading_zeros() as usize % PLACES];
        }
        Some(self.links[at as usize].prev)
    }

    /// Puts `element` at the end of the ring that `head` begins.
    fn append(&mut self, head: u32, element: u32) {
        let tail = self.links[head as usize].prev;
        let link = &mut self.links[element as usize];
        (link.parent, link.prev, link.next) = (RUN, tail, head);
        self.links[tail as usize].next = element;
        self.links[head as usize].prev = element;
    }

    /// Puts a node where `old` is, with `old` and the new element below it.
    #[inline(never)]
    fn part(&mut self, queue: &mut KeyQueue, parent: u32, old: (u32, u64), element: u32) {
        let key = self.links[element as usize].key;
        let new = (element, key);
        let differ = 63 - (old.1 ^ key).leading_zeros();
        let shift = differ / BITS * BITS;
        let at = if self.free == NIL {
            let node = Node { taken: 0, prefix: 0, shift, parent, places: [NIL; PLACES] };
            self.nodes.push(node);
            (self.nodes.len() - 1) as u32
        } else {
            let at = self.free;
            self.free = self.nodes[at as usize].parent;
            at
        };
        let node = &mut self.nodes[at as usize];
        (node.shift, node.taken) = (shift, 0);
        node.prefix = key >> shift >> BITS << BITS << shift;
        for (reference, key) in [old, new] {
            let place = node.place_of(key);
            node.taken |= 1 << place;
            node.places[place] = reference;
        }
        self.links[new.0 as usize].parent = at;
        self.set_parent(old.0, at);
        self.set(queue, parent, key, at | NODE);
    }

    /// Puts `reference` into the place of `key` in `parent`, where another one was.
    fn set(&mut self, queue: &mut KeyQueue, parent: u32, key: u64, reference: u32) {
        self.set_parent(reference, parent);
        if parent == TOP {
            queue.root = reference;
        } else {
            let node = &mut self.nodes[parent as usize];
            let place = node.place_of(key);
            node.places[place] = reference;
        }
    }

    fn set_parent(&mut self, reference: u32, parent: u32) {
        if reference & NODE == 0 {
            self.links[reference as usize].parent = parent;
        } else {
            self.nodes[(reference & !NODE) as usize].parent = parent;
        }
    }

    /// The first element of all at or below `reference`.
    fn first_below(&self, mut reference: u32) -> u32 {
        while reference & NODE != 0 {
            let node = &self.nodes[(reference & !NODE) as usize];
            reference = node.places[node.taken.trailing_zeros() as usize % PLACES];
        }
        reference
    }

    /// The first element of the queue behind the place that `key` has in `node`, taken or not.
    fn first_behind(&self, mut node: u32, key: u64) -> Option<u32> {
        while node != TOP {
            let Node { taken, parent, places, .. } = &self.nodes[node as usize];
            let behind = taken & (!1 << self.nodes[node as usize].place_of(key));
            if behind != 0 {
                let place = behind.trailing_zeros() as usize % PLACES;
                return Some(self.first_below(places[place]));
            }
            node = *parent;
        }
        None
    }
}
