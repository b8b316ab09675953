//! Where a discipline has its classes: those that a user makes (`struct Qdisc_class_hash`), and those
//! that it numbers itself.

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::filter::{Block, Verdict};
use crate::links::{Arena, Links, List};
use crate::{ClassError, ClassId, Cx, Handle, Packet, UnknownClass};

const ABSENT: u32 = u32::MAX;
const PAGE: usize = 256;

/// Classes of one discipline, found by number at a cost that doesn't depend on how many there are: a
/// table of 256 pages of 256 places, of which those exist that are in use.
#[derive(Debug)]
pub(crate) struct Classes<C> {
    handle: Handle,
    arena: Arena<(ClassId, C)>,
    pages: Vec<Option<Box<[u32; PAGE]>>>,
    links: Links,
    in_order: List,
}

fn place(minor: u16) -> (usize, usize) {
    (usize::from(minor) / PAGE, usize::from(minor) % PAGE)
}

impl<C> Classes<C> {
    pub(crate) const fn new(handle: Handle) -> Self {
        Self {
            handle,
            arena: Arena::new(),
            pages: Vec::new(),
            links: Links::new(),
            in_order: List::EMPTY,
        }
    }

    /// Where class `id` is (`qdisc_class_find`).
    #[inline]
    pub(crate) fn find(&self, id: ClassId) -> Option<u32> {
        if id.handle() == self.handle { self.at(id.minor()) } else { None }
    }

    /// Where the class with this number is.
    #[inline]
    pub(crate) fn at(&self, minor: u16) -> Option<u32> {
        let (page, place) = place(minor);
        let at = *self.pages.get(page)?.as_ref()?.get(place)?;
        (at != ABSENT).then_some(at)
    }

    /// Class `id`, and where it is.
    pub(crate) fn entry(&mut self, id: ClassId) -> Result<(u32, &mut C), UnknownClass> {
        let at = self.find(id).ok_or(UnknownClass(id))?;
        self.get_mut(at).map(|class| (at, class)).ok_or(UnknownClass(id))
    }

    /// Where the class is that a packet's priority names ([`Handle::named_by`]).
    #[inline]
    pub(crate) fn named_by(&self, priority: u32) -> Option<u32> {
        self.find(self.handle.class(self.handle.named_by(priority)?))
    }

    /// Where the class for a packet is, as drr and qfq choose it: as its priority names it, else as the
    /// filters say.
    #[inline]
    pub(crate) fn classify<P: Packet>(
        &self,
        packet: &mut P,
        filters: &mut Block<P>,
        cx: &mut Cx<'_, P>,
    ) -> Result<u32, Verdict> {
        if let Some(at) = self.named_by(packet.priority()) {
            return Ok(at);
        }
        let class = filters.classify(packet, cx).class()?;
        class.and_then(|id| self.find(id)).ok_or(Verdict::Drop)
    }

    /// Whether a class `id` could be made.
    ///
    /// # Errors
    /// [`ClassError::Foreign`], [`ClassError::Exists`].
    pub(crate) fn check_new(&self, id: ClassId) -> Result<(), ClassError> {
        match self.find(id) {
            _ if id.handle() != self.handle => Err(ClassError::Foreign(id)),
            Some(_) => Err(ClassError::Exists(id)),
            None => Ok(()),
        }
    }

    /// Where class `id` is.
    ///
    /// # Errors
    /// [`ClassError::Unknown`].
    pub(crate) fn known(&self, id: ClassId) -> Result<u32, ClassError> {
        self.find(id).ok_or(ClassError::Unknown(id))
    }

    /// Adds a class; tells where it is from now on.
    ///
    /// # Errors
    /// As [`check_new`](Self::check_new).
    pub(crate) fn insert(&mut self, id: ClassId, class: C) -> Result<u32, ClassError> {
        self.check_new(id)?;
        let at = self.arena.insert((id, class));
        self.links.reach(at);
        self.links.push_back(&mut self.in_order, at);
        let (page, place) = place(id.minor());
        if self.pages.len() <= page {
            self.pages.resize_with(page + 1, || None);
        }
        let page = self.pages[page].get_or_insert_with(|| Box::new([ABSENT; PAGE]));
        page[place] = at;
        Ok(at)
    }

    pub(crate) fn remove(&mut self, id: ClassId) -> Option<C> {
        let at = self.find(id)?;
        let (page, place) = place(id.minor());
        if let Some(page) = &mut self.pages[page] {
            page[place] = ABSENT;
        }
        self.links.remove(&mut self.in_order, at);
        self.arena.remove(at).map(|(_, class)| class)
    }

    #[inline]
    pub(crate) fn get(&self, at: u32) -> Option<&C> {
        self.arena.get(at).map(|(_, class)| class)
    }

    #[inline]
    pub(crate) fn get_mut(&mut self, at: u32) -> Option<&mut C> {
        self.arena.get_mut(at).map(|(_, class)| class)
    }

    /// The classes in the order in which they were made.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (ClassId, &C)> {
        self.places().filter_map(|at| self.arena.get(at)).map(|(id, class)| (*id, class))
    }

    /// Where the classes are, in the order in which they were made.
    pub(crate) fn places(&self) -> impl Iterator<Item = u32> + '_ {
        self.links.iter(&self.in_order)
    }

    /// The place of the class that was made after the one at `at`; of the first one for `None`.
    pub(crate) fn next_place(&self, at: Option<u32>) -> Option<u32> {
        match at {
            None => self.in_order.front(),
            Some(at) => self.links.next(at),
        }
    }
}

/// The place of `class` among the `len` classes, from `:1` on, that discipline `handle` numbers itself.
pub(crate) fn numbered(class: ClassId, handle: Handle, len: usize) -> Result<usize, UnknownClass> {
    let index = usize::from(class.minor()).wrapping_sub(1);
    if class.handle() == handle && index < len { Ok(index) } else { Err(UnknownClass(class)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_is_there_in_order_of_creation() {
        let one = Handle(1);
        let mut classes = Classes::new(one);
        let ids = [0xffff, 1, 0x100, 0, 0xff].map(|minor| one.class(minor));
        for id in ids {
            assert_eq!(classes.find(id), None);
            let at = classes.insert(id, id.minor()).unwrap();
            assert_eq!(classes.find(id), Some(at));
            assert_eq!(classes.insert(id, 7), Err(ClassError::Exists(id)));
        }
        let foreign = Handle(2).class(1);
        assert_eq!(classes.insert(foreign, 1), Err(ClassError::Foreign(foreign)));
        assert_eq!(classes.find(foreign), None);
        assert_eq!(classes.remove(ids[1]), Some(1));
        assert_eq!(classes.remove(ids[1]), None);
        assert_eq!(classes.known(ids[1]), Err(ClassError::Unknown(ids[1])));
        let new = classes.insert(one.class(9), 9).unwrap();
        assert_eq!(classes.get(new), Some(&9));
        let all: Vec<u16> = classes.iter().map(|(_, class)| *class).collect();
        assert_eq!(all, [0xffff, 0x100, 0, 0xff, 9]);
        let mut at = None;
        let mut places = Vec::new();
        while let Some(next) = classes.next_place(at) {
            places.push(next);
            at = Some(next);
        }
        assert!(classes.places().eq(places));
    }
}
