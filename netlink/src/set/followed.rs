//! A struct with an array behind it, in one attribute.

use core::fmt;
use core::marker::PhantomData;

use zerocopy::{FromBytes, Immutable, IntoBytes};

use super::shape::plain;
use super::{PackedView, Shape};
use crate::policy::Rule;
use crate::wire::{Attr, Attrs, Body, WriteError};

/// A struct `H`, and any number of `T` behind it: C's flexible array (`struct tc_u32_sel`).
#[derive(Debug)]
pub struct Followed<H, T>(PhantomData<(H, T)>);

/// A view of a [`Followed`].
pub struct FollowedView<'a, H, T> {
    bytes: &'a [u8],
    items: PackedView<'a, T>,
    head: PhantomData<fn() -> H>,
}

impl<'a, H, T> FollowedView<'a, H, T> {
    /// A view of an attribute's value; `None` where the struct or the last of the array is not whole.
    #[must_use]
    pub fn new(bytes: &'a [u8]) -> Option<Self> {
        let items = PackedView::new(bytes.get(size_of::<H>()..)?)?;
        Some(Self { bytes, items, head: PhantomData })
    }

    /// The array.
    #[must_use]
    pub const fn items(&self) -> PackedView<'a, T> {
        self.items
    }
}

impl<H: FromBytes + IntoBytes, T> FollowedView<'_, H, T> {
    /// The struct.
    #[must_use]
    pub fn head(&self) -> H {
        Attr::new(0, self.bytes).fixed()
    }
}

impl<H, T> Clone for FollowedView<'_, H, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<H, T> Copy for FollowedView<'_, H, T> {}

impl<H, T> PartialEq for FollowedView<'_, H, T> {
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes
    }
}

impl<H: FromBytes + IntoBytes + fmt::Debug, T: FromBytes + fmt::Debug> fmt::Debug
    for FollowedView<'_, H, T>
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("FollowedView").field(&self.head()).field(&self.items).finish()
    }
}

impl<H, T> Shape for Followed<H, T>
where
    H: FromBytes + IntoBytes + Immutable + fmt::Debug + 'static,
    T: FromBytes + IntoBytes + Immutable + fmt::Debug + 'static,
{
    type View<'a> = FollowedView<'a, H, T>;
    const RULE: Rule = Rule::at_least(size_of::<H>());

    #[inline]
    fn read<'a>(attr: Attr<'a>, _: Attrs<'a>) -> Option<FollowedView<'a, H, T>> {
        FollowedView::new(plain(&attr)?)
    }

    #[inline]
    fn write(
        view: &FollowedView<'_, H, T>,
        kind: u16,
        to: &mut Body<'_>,
    ) -> Result<(), WriteError> {
        to.attr(kind, view.bytes)
    }
}

/// What a [`FollowedView`] shows, owned.
#[cfg(feature = "alloc")]
#[derive(Debug, Clone, PartialEq)]
pub struct FollowedBuf<H, T> {
    /// The struct.
    pub head: H,
    /// The array.
    pub items: alloc::vec::Vec<T>,
}

#[cfg(feature = "alloc")]
impl<H, T> super::Own for Followed<H, T>
where
    H: FromBytes + IntoBytes + Immutable + fmt::Debug + Clone + PartialEq + 'static,
    T: FromBytes + IntoBytes + Immutable + fmt::Debug + Clone + PartialEq + 'static,
{
    type Owned = FollowedBuf<H, T>;

    fn own(view: FollowedView<'_, H, T>) -> Self::Owned {
        FollowedBuf { head: view.head(), items: view.items.iter().collect() }
    }

    fn write_owned(owned: &Self::Owned, kind: u16, to: &mut Body<'_>) -> Result<(), WriteError> {
        to.nest_as(kind, |body: &mut Body<'_>| {
            body.unpadded(owned.head.as_bytes())?;
            body.unpadded(owned.items.as_bytes())
        })
    }
}
