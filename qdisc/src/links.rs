//! Values in places that are used again, and lists of such places.

use alloc::vec::Vec;

const NIL: u32 = u32::MAX;
const UNLINKED: u32 = u32::MAX - 1;

/// Values that keep their place, a number, as long as they are there.
///
/// It grows to the largest number of values that were ever there at once and allocates nothing after
/// that.
#[derive(Debug)]
pub(crate) struct Arena<T> {
    places: Vec<Option<T>>,
    free: Vec<u32>,
}

impl<T> Arena<T> {
    pub(crate) const fn new() -> Self {
        Self { places: Vec::new(), free: Vec::new() }
    }

    pub(crate) fn insert(&mut self, value: T) -> u32 {
        match self.free.pop() {
            Some(at) => {
                self.places[at as usize] = Some(value);
                at
            }
            None => {
                self.places.push(Some(value));
                (self.places.len() - 1) as u32
            }
        }
    }

    pub(crate) fn remove(&mut self, at: u32) -> Option<T> {
        let value = self.places.get_mut(at as usize)?.take()?;
        self.free.push(at);
        Some(value)
    }

    #[inline]
    pub(crate) fn get(&self, at: u32) -> Option<&T> {
        self.places.get(at as usize)?.as_ref()
    }

    #[inline]
    pub(crate) fn get_mut(&mut self, at: u32) -> Option<&mut T> {
        self.places.get_mut(at as usize)?.as_mut()
    }

    /// Takes everything out.
    pub(crate) fn drain(&mut self) -> impl Iterator<Item = T> + '_ {
        self.free.clear();
        self.places.drain(..).flatten()
    }
}

#[derive(Clone, Copy, Debug)]
struct Link {
    next: u32,
    prev: u32,
}

/// The links of many [`List`]s. A place is in at most one list of the same `Links` at a time.
#[derive(Debug)]
pub(crate) struct Links(Vec<Link>);

/// A list of places, linked both ways: every place can be taken out at once.
#[derive(Clone, Copy, Debug)]
pub(crate) struct List {
    head: u32,
    tail: u32,
}

impl List {
    pub(crate) const EMPTY: Self = Self { head: NIL, tail: NIL };

    #[inline]
    pub(crate) fn front(&self) -> Option<u32> {
        (self.head != NIL).then_some(self.head)
    }

    pub(crate) fn back(&self) -> Option<u32> {
        (self.tail != NIL).then_some(self.tail)
    }

    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.head == NIL
    }
}

impl Links {
    pub(crate) const fn new() -> Self {
        Self(Vec::new())
    }

    /// Has links for the place `at`, too. A place has to be made known before it is put into a list.
    pub(crate) fn reach(&mut self, at: u32) {
        let count = at as usize + 1;
        if self.0.len() < count {
            self.0.resize(count, Link { next: UNLINKED, prev: UNLINKED });
        }
    }

    #[inline]
    pub(crate) fn is_linked(&self, at: u32) -> bool {
        self.0.get(at as usize).is_some_and(|link| link.next != UNLINKED)
    }

    #[inline]
    pub(crate) fn push_back(&mut self, list: &mut List, at: u32) {
        self.0[at as usize] = Link { next: NIL, prev: list.tail };
        match list.tail {
            NIL => list.head = at,
            tail => self.0[tail as usize].next = at,
        }
        list.tail = at;
    }

    #[inline]
    pub(crate) fn push_front(&mut self, list: &mut List, at: u32) {
        self.0[at as usize] = Link { next: list.head, prev: NIL };
        match list.head {
            NIL => list.tail = at,
            head => self.0[head as usize].prev = at,
        }
        list.head = at;
    }

    /// Takes `at` out of `list`, which must be the one that it is in; nothing if it is in none.
    #[inline]
    pub(crate) fn remove(&mut self, list: &mut List, at: u32) {
        if !self.is_linked(at) {
            return;
        }
        let Link { next, prev } = self.0[at as usize];
        match prev {
            NIL => list.head = next,
            prev => self.0[prev as usize].next = next,
        }
        match next {
            NIL => list.tail = prev,
            next => self.0[next as usize].prev = prev,
        }
        self.0[at as usize] = Link { next: UNLINKED, prev: UNLINKED };
    }

    #[inline]
    pub(crate) fn pop_front(&mut self, list: &mut List) -> Option<u32> {
        let at = list.front()?;
        self.remove(list, at);
        Some(at)
    }

    #[inline]
    pub(crate) fn pop_back(&mut self, list: &mut List) -> Option<u32> {
        let at = list.back()?;
        self.remove(list, at);
        Some(at)
    }

    /// Moves `at` to the end of the list that it is in.
    #[inline]
    pub(crate) fn move_to_back(&mut self, list: &mut List, at: u32) {
        if list.tail != at && self.is_linked(at) {
            self.remove(list, at);
            self.push_back(list, at);
        }
    }

    /// The place behind `at` in its list.
    #[inline]
    pub(crate) fn next(&self, at: u32) -> Option<u32> {
        self.0.get(at as usize).map(|link| link.next).filter(|&next| next < UNLINKED)
    }

    pub(crate) fn iter(&self, list: &List) -> impl Iterator<Item = u32> + '_ {
        core::iter::successors(list.front(), |&at| self.next(at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;
    use proptest::prelude::*;

    #[derive(Clone, Copy, Debug)]
    enum Op {
        Back(usize, u32),
        Front(usize, u32),
        Remove(u32),
        PopFront(usize),
        PopBack(usize),
        ToBack(u32),
    }

    fn op() -> impl Strategy<Value = Op> {
        prop_oneof![
            (0usize..3, 0u32..12).prop_map(|(list, at)| Op::Back(list, at)),
            (0usize..3, 0u32..12).prop_map(|(list, at)| Op::Front(list, at)),
            (0u32..12).prop_map(Op::Remove),
            (0usize..3).prop_map(Op::PopFront),
            (0usize..3).prop_map(Op::PopBack),
            (0u32..12).prop_map(Op::ToBack),
        ]
    }

    proptest! {
        /// Three lists over the same places behave as three vectors.
        #[test]
        fn lists_are_vectors(ops in prop::collection::vec(op(), 0..200)) {
            let mut links = Links::new();
            links.reach(11);
            let mut lists = [List::EMPTY; 3];
            let mut model: [Vec<u32>; 3] = Default::default();
            for op in ops {
                let whose = |model: &[Vec<u32>; 3], at| model.iter().position(|l| l.contains(&at));
                match op {
                    Op::Back(list, at) if whose(&model, at).is_none() => {
                        links.push_back(&mut lists[list], at);
                        model[list].push(at);
                    }
                    Op::Front(list, at) if whose(&model, at).is_none() => {
                        links.push_front(&mut lists[list], at);
                        model[list].insert(0, at);
                    }
                    Op::Back(..) | Op::Front(..) => {}
                    Op::Remove(at) => {
                        let list = whose(&model, at);
                        prop_assert_eq!(links.is_linked(at), list.is_some());
                        links.remove(&mut lists[list.unwrap_or(0)], at);
                        model[list.unwrap_or(0)].retain(|&other| other != at);
                    }
                    Op::PopFront(list) => {
                        let first = model[list].first().copied();
                        model[list].retain(|&at| Some(at) != first);
                        prop_assert_eq!(links.pop_front(&mut lists[list]), first);
                    }
                    Op::PopBack(list) => {
                        prop_assert_eq!(links.pop_back(&mut lists[list]), model[list].pop());
                    }
                    Op::ToBack(at) => {
                        if let Some(list) = whose(&model, at) {
                            links.move_to_back(&mut lists[list], at);
                            model[list].retain(|&other| other != at);
                            model[list].push(at);
                        }
                    }
                }
                for (list, model) in lists.iter().zip(&model) {
                    let all: Vec<u32> = links.iter(list).collect();
                    prop_assert_eq!(&all, model);
                    prop_assert_eq!(list.front(), model.first().copied());
                    prop_assert_eq!(list.back(), model.last().copied());
                    prop_assert_eq!(list.is_empty(), model.is_empty());
                }
            }
        }
    }

    #[test]
    fn places_are_used_again() {
        let mut arena = Arena::new();
        let (a, b) = (arena.insert('a'), arena.insert('b'));
        assert_eq!(arena.remove(a), Some('a'));
        assert_eq!(arena.remove(a), None);
        let c = arena.insert('c');
        assert_eq!(c, a);
        assert_eq!((arena.get(b), arena.get(c), arena.get(7)), (Some(&'b'), Some(&'c'), None));
        let all: Vec<char> = arena.drain().collect();
        assert_eq!(all, ['c', 'b']);
        assert_eq!(arena.insert('d'), 0);
    }
}
