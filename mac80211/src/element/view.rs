//! An element that is read when it is asked for.

use core::fmt;
use core::marker::PhantomData;

use super::Body;
use crate::Malformed;

/// The body of an element, checked to be a `T`: two words, whatever a `T` has, which [`get`](Self::get) reads.
///
/// ```
/// use softnet_mac80211::element::{HtOperation, View};
///
/// let view = View::<HtOperation>::parse(&[11, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])?;
/// assert_eq!(view.get().primary_chan, 11);
/// assert!(View::<HtOperation>::parse(&[11, 5]).is_err());
/// # Ok::<(), softnet_mac80211::Malformed>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct View<'a, T> {
    body: &'a [u8],
    of: PhantomData<T>,
}

impl<'a, T: Body<'a> + Default> View<'a, T> {
    /// Of an element's [body](super::Element::body), or of what was [defragmented](super::defragment).
    ///
    /// # Errors
    /// Those of [`Body::parse`].
    #[inline]
    pub fn parse(body: &'a [u8]) -> Result<Self, Malformed> {
        T::parse(body).map(|_| Self::of(body))
    }

    /// Of a body that was checked.
    #[inline]
    pub(super) const fn of(body: &'a [u8]) -> Self {
        Self { body, of: PhantomData }
    }

    /// What it says.
    #[inline]
    #[must_use]
    pub fn get(&self) -> T {
        // It could be read before.
        T::parse(self.body).unwrap_or_default()
    }

    /// Its bytes, from which [`get`](Self::get) reads.
    #[inline]
    #[must_use]
    pub const fn body(&self) -> &'a [u8] {
        self.body
    }
}

impl<'a, T: Body<'a> + Default + fmt::Debug> fmt::Debug for View<'a, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.get().fmt(f)
    }
}
