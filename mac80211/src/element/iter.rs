//! The list of elements.

use core::fmt;

use super::{BuildError, Id, Sink};

/// One element as it stands in a frame: ID, length, data (9.4.2.1; `struct element`).
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Element<'a> {
    pub(super) id: u8,
    pub(super) data: &'a [u8],
}

impl<'a> Element<'a> {
    /// One of this ID and data, from which an extension's first byte is not parted.
    ///
    /// # Errors
    /// [`BuildError::Overlong`] above 255 bytes.
    pub const fn new(id: u8, data: &'a [u8]) -> Result<Self, BuildError> {
        if data.len() > 255 {
            return Err(BuildError::Overlong("element"));
        }
        Ok(Self { id, data })
    }

    /// The first element in `bytes`, and what follows it; `None` if it is not all there.
    #[inline]
    #[must_use]
    pub const fn split_first(bytes: &'a [u8]) -> Option<(Self, &'a [u8])> {
        let [id, len, rest @ ..] = bytes else { return None };
        match rest.split_at_checked(*len as usize) {
            Some((data, rest)) => Some((Self { id: *id, data }, rest)),
            None => None,
        }
    }

    /// The element ID, the first byte.
    #[inline]
    #[must_use]
    pub const fn element_id(&self) -> u8 {
        self.id
    }

    /// What it is. An element 255 without a byte for its extension is only that.
    #[inline]
    #[must_use]
    pub const fn id(&self) -> Id {
        match (self.id, self.data) {
            (Id::EXTENSION, [extension, ..]) => Id::ext(*extension),
            (id, _) => Id::new(id),
        }
    }

    /// All behind the length, with the extension's byte, if there is one.
    #[inline]
    #[must_use]
    pub const fn data(&self) -> &'a [u8] {
        self.data
    }

    /// All behind the length, and behind the extension's byte.
    #[inline]
    #[must_use]
    pub const fn body(&self) -> &'a [u8] {
        match (self.id, self.data) {
            (Id::EXTENSION, [_, body @ ..]) => body,
            (_, data) => data,
        }
    }

    /// Appends its bytes.
    ///
    /// # Errors
    /// [`BuildError::NoRoom`].
    pub fn write(&self, out: &mut dyn Sink) -> Result<(), BuildError> {
        out.put(&[self.id, self.data.len() as u8])?;
        out.put(self.data)
    }
}

impl fmt::Debug for Element<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} {:02x?}", self.id(), self.body())
    }
}

/// The elements of a frame, or the subelements of an element, in order (`for_each_element`).
///
/// It ends before an element that is cut short. Those before it count, as in Linux; whether there was
/// such a tail, [`rest`](Self::rest) and [`is_complete`](Self::is_complete) tell.
///
/// ```
/// use softnet_mac80211::element::{Elements, Id};
///
/// let mut elements = Elements::new(b"\x00\x04cell\x03\x01\x0b\x30\x14");
/// assert_eq!(elements.next().unwrap().body(), b"cell");
/// assert_eq!(elements.next().unwrap().id(), Id::DS_PARAMS);
/// assert_eq!(elements.next(), None);
/// assert_eq!(elements.rest(), b"\x30\x14");
/// ```
#[derive(Clone, Copy, Default, Debug)]
pub struct Elements<'a> {
    rest: &'a [u8],
}

impl<'a> Elements<'a> {
    /// Over the bytes of all of them.
    #[inline]
    #[must_use]
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// The bytes behind the element that came last: fragments of it, other elements, a cut tail.
    #[inline]
    #[must_use]
    pub const fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// Whether whole elements fill all the bytes (`for_each_element_completed`).
    #[must_use]
    pub fn is_complete(mut self) -> bool {
        while self.next().is_some() {}
        self.rest.is_empty()
    }

    /// The next of this ID (`cfg80211_find_elem`, `cfg80211_find_ext_elem`).
    pub fn find_id(&mut self, id: Id) -> Option<Element<'a>> {
        self.find(|element| element.id() == id)
    }
}

impl<'a> Iterator for Elements<'a> {
    type Item = Element<'a>;

    #[inline]
    fn next(&mut self) -> Option<Element<'a>> {
        let (element, rest) = Element::split_first(self.rest)?;
        self.rest = rest;
        Some(element)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    #[test]
    fn a_cut_tail_is_told() {
        let bytes = [0, 2, b'a', b'b', 255, 0, 255, 1, 35, 7, 3, 1];
        let mut elements = Elements::new(&bytes);
        let ids: Vec<_> = elements.by_ref().map(|element| element.id()).collect();
        assert_eq!(ids, [Id::SSID, Id::new(255), Id::HE_CAPABILITY]);
        assert_eq!(elements.rest(), [7, 3, 1]);
        assert!(!Elements::new(&bytes).is_complete());
        assert!(Elements::new(&bytes[..9]).is_complete());
        // One byte is no element either.
        assert!(!Elements::new(&[0]).is_complete());
        assert!(Elements::new(&[]).is_complete());
    }

    #[test]
    fn identifiers_have_names() {
        assert_eq!(alloc::format!("{:?}", Id::RSN), "RSN");
        assert_eq!(alloc::format!("{:?}", Id::ext(200)), "255/200");
        assert_eq!(alloc::format!("{:?}", Id::new(9)), "9");
        assert_eq!((Id::EHT_MULTI_LINK.id(), Id::EHT_MULTI_LINK.extension()), (255, Some(107)));
    }
}
