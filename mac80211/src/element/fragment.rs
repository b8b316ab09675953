//! Elements longer than 255 bytes: fragments, and what was whole before (10.28.11, 10.28.12).

use super::{BuildError, Element, Elements, Sink};

/// The ID of a fragment of a subelement in a multi-link element (`IEEE80211_MLE_SUBELEM_FRAGMENT`).
pub const MLE_SUBELEM_FRAGMENT: u8 = 254;

/// The room for a defragmented element is too small.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("no room for the defragmented element")]
pub struct NoRoom;

/// Puts an element and its fragments together in `out`: its [body](Element::body), without an extension's
/// byte. `following` is what stands behind it ([`Elements::rest`]); fragments have the ID `fragment_id`
/// ([`Id::FRAGMENT`](super::Id::FRAGMENT), in a multi-link element [`MLE_SUBELEM_FRAGMENT`]). Gives what it wrote.
///
/// Only an element of 255 bytes has fragments, and only the last of them may be shorter. A fragment that is
/// cut short ends it (`cfg80211_defragment_element`).
///
/// # Errors
/// [`NoRoom`]. As many bytes as `following` and the element have together are always enough.
pub fn defragment<'b>(
    element: Element<'_>,
    following: &[u8],
    fragment_id: u8,
    out: &'b mut [u8],
) -> Result<&'b mut [u8], NoRoom> {
    let mut at = 0;
    for part in parts(element, following, fragment_id) {
        let room = out.get_mut(at..).and_then(|free| free.get_mut(..part.len())).ok_or(NoRoom)?;
        room.copy_from_slice(part);
        at += part.len();
    }
    out.get_mut(..at).ok_or(NoRoom)
}

/// Bytes of an element put together with its fragments, of which nothing is copied
/// (`cfg80211_defragment_element` without a buffer).
#[must_use]
pub fn defragmented_len(element: Element<'_>, following: &[u8], fragment_id: u8) -> usize {
    parts(element, following, fragment_id).map(<[u8]>::len).sum()
}

/// The body of the element, then those of its fragments.
fn parts<'a>(
    element: Element<'a>,
    following: &'a [u8],
    fragment_id: u8,
) -> impl Iterator<Item = &'a [u8]> {
    let fragments = with_fragments(element, following, fragment_id).skip(1);
    core::iter::once(element.body()).chain(fragments.map(|fragment| fragment.data()))
}

/// The element and its fragments as they stand.
pub(crate) fn with_fragments<'a>(
    element: Element<'a>,
    following: &'a [u8],
    fragment_id: u8,
) -> impl Iterator<Item = Element<'a>> {
    let mut full = element.data().len() == 255;
    let fragments = Elements::new(following).map_while(move |next| {
        let belongs = full && next.element_id() == fragment_id;
        full = next.data().len() == 255;
        belongs.then_some(next)
    });
    core::iter::once(element).chain(fragments)
}

/// Appends `data` as an element, and as fragments of it what 255 bytes do not hold
/// (`ieee80211_fragment_element`). An extension is the first byte of `data`.
///
/// # Errors
/// [`BuildError::NoRoom`].
pub fn write_fragmented(
    id: u8,
    fragment_id: u8,
    data: &[u8],
    out: &mut dyn Sink,
) -> Result<(), BuildError> {
    let mut fragments = Fragments::new(id, fragment_id, data.len(), out);
    fragments.put(data)?;
    fragments.finish()
}

/// Puts headers between the bytes that it passes on.
pub(super) struct Fragments<'s> {
    out: &'s mut dyn Sink,
    next_id: u8,
    fragment_id: u8,
    /// Bytes that are to come, those of this fragment with them.
    left: usize,
    /// Bytes to come of this fragment; `None` before the first.
    room: Option<usize>,
}

impl<'s> Fragments<'s> {
    pub(super) fn new(id: u8, fragment_id: u8, len: usize, out: &'s mut dyn Sink) -> Self {
        Self { out, next_id: id, fragment_id, left: len, room: None }
    }

    fn open(&mut self) -> Result<usize, BuildError> {
        let room = self.left.min(255);
        if room == 0 && self.room.is_some() {
            return Err(BuildError::Overlong("fragmented element"));
        }
        self.out.put(&[self.next_id, room as u8])?;
        self.next_id = self.fragment_id;
        Ok(room)
    }

    /// An element without a byte has its header, too.
    pub(super) fn finish(mut self) -> Result<(), BuildError> {
        if self.room.is_none() {
            self.open()?;
        }
        Ok(())
    }
}

impl Sink for Fragments<'_> {
    fn put(&mut self, mut bytes: &[u8]) -> Result<(), BuildError> {
        while !bytes.is_empty() {
            let room = match self.room {
                Some(room) if room > 0 => room,
                _ => self.open()?,
            };
            let (now, later) = bytes.split_at_checked(room).unwrap_or((bytes, &[]));
            self.out.put(now)?;
            self.left = self.left.saturating_sub(now.len());
            self.room = Some(room - now.len());
            bytes = later;
        }
        Ok(())
    }
}
