//! What each typed element can do.

use super::fragment::Fragments;
use super::{BuildError, Element, Elements, Id, Sink, Wire};
use crate::Malformed;
use crate::wire::Count;

/// A typed element: what its bytes say, and from which the same bytes are built again.
///
/// Bits that the standard reserves, and bytes behind those that are known, are kept.
pub trait Body<'a>: Wire<'a> {
    /// What the element is.
    const ID: Id;
    /// What stands before everything else: for an element of a vendor its OUI, type and the like.
    const PREFIX: &'static [u8] = &[];
    /// Its name in errors.
    const NAME: &'static str;

    /// Reads it from an element's [body](Element::body), or what was
    /// [defragmented](super::defragment).
    ///
    /// # Errors
    /// [`Malformed::Truncated`] if something that must be there is not; [`Malformed::Invalid`] for
    /// another prefix.
    #[inline]
    fn parse(body: &'a [u8]) -> Result<Self, Malformed> {
        let mut rest = body.strip_prefix(Self::PREFIX).ok_or(Malformed::Invalid(Self::NAME))?;
        let value = Self::read(&mut rest).ok_or(Malformed::Truncated(Self::NAME))?;
        if rest.is_empty() { Ok(value) } else { Err(Malformed::Overlong(Self::NAME)) }
    }

    /// Whether [`parse`](Self::parse) can read it.
    #[inline]
    #[must_use]
    fn is_well_formed(body: &'a [u8]) -> bool {
        // A value that is not used is not made: what is left of reading it are the checks.
        Self::parse(body).is_ok()
    }

    /// Whether `element` is one of these, be it well-formed or not.
    #[must_use]
    fn is(element: &Element<'_>) -> bool {
        element.id() == Self::ID && element.body().starts_with(Self::PREFIX)
    }

    /// The first of these in `elements`; `None` if there is none.
    #[must_use]
    fn find(elements: Elements<'a>) -> Option<Result<Self, Malformed>> {
        let found = elements.into_iter().find(Self::is)?;
        Some(Self::parse(found.body()))
    }

    /// Appends what stands behind the ID: the body, its prefix first.
    ///
    /// # Errors
    /// [`BuildError`].
    fn write_body(&self, out: &mut dyn Sink) -> Result<(), BuildError> {
        out.put(Self::PREFIX)?;
        self.write(out)
    }

    /// Appends the element.
    ///
    /// # Errors
    /// [`BuildError::Overlong`] if it does not fit into one, [`BuildError::NoRoom`].
    fn write_element(&self, out: &mut dyn Sink) -> Result<(), BuildError> {
        let len = u8::try_from(data_len(self)?).map_err(|_| BuildError::Overlong(Self::NAME))?;
        out.put(&[Self::ID.id(), len])?;
        write_data(self, out)
    }

    /// Appends the element, and fragments of it if one does not hold it
    /// (10.28.11; `ieee80211_fragment_element`).
    ///
    /// # Errors
    /// [`BuildError::NoRoom`].
    fn write_fragmented(&self, out: &mut dyn Sink) -> Result<(), BuildError> {
        let mut fragments = Fragments::new(Self::ID.id(), Id::FRAGMENT.id(), data_len(self)?, out);
        write_data(self, &mut fragments)?;
        fragments.finish()
    }
}

/// What stands behind an element's length: an extension, and the body.
fn write_data<'a, B: Body<'a>>(element: &B, out: &mut dyn Sink) -> Result<(), BuildError> {
    if let Some(extension) = B::ID.extension() {
        out.put(&[extension])?;
    }
    element.write_body(out)
}

/// How long that is.
fn data_len<'a>(element: &impl Body<'a>) -> Result<usize, BuildError> {
    let mut count = Count::default();
    write_data(element, &mut count)?;
    Ok(count.0)
}
