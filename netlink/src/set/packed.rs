//! Values one after another in one attribute.

use core::fmt;
use core::marker::PhantomData;

use zerocopy::{FromBytes, Immutable, IntoBytes};

use super::Shape;
use super::shape::plain;
use crate::policy::Rule;
use crate::wire::{Attr, Attrs, Body, WriteError};

/// Any number of `T`, one after another: an array in the sense of C.
#[derive(Debug)]
pub struct Packed<T>(PhantomData<T>);

/// A view of a [`Packed`].
pub struct PackedView<'a, T> {
    bytes: &'a [u8],
    shape: PhantomData<fn() -> T>,
}

impl<'a, T> PackedView<'a, T> {
    /// A view of values' bytes; `None` if the last is not whole.
    #[must_use]
    pub const fn new(bytes: &'a [u8]) -> Option<Self> {
        match bytes.len().checked_rem(size_of::<T>()) {
            Some(0) => Some(Self { bytes, shape: PhantomData }),
            _ => None,
        }
    }

    /// All bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &'a [u8] {
        self.bytes
    }
}

impl<'a, T: FromBytes> PackedView<'a, T> {
    /// The values.
    pub fn iter(&self) -> impl Iterator<Item = T> + use<'a, T> {
        let mut rest = self.bytes;
        core::iter::from_fn(move || {
            let (value, behind) = T::read_from_prefix(rest).ok()?;
            rest = behind;
            Some(value)
        })
    }
}

impl<T> Clone for PackedView<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for PackedView<'_, T> {}

impl<T> PartialEq for PackedView<'_, T> {
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes
    }
}

impl<T: FromBytes + fmt::Debug> fmt::Debug for PackedView<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl<T: FromBytes + IntoBytes + Immutable + fmt::Debug + 'static> Shape for Packed<T> {
    type View<'a> = PackedView<'a, T>;
    const RULE: Rule = Rule::BINARY;

    #[inline]
    fn read<'a>(attr: Attr<'a>, _: Attrs<'a>) -> Option<PackedView<'a, T>> {
        PackedView::new(plain(&attr)?)
    }

    #[inline]
    fn write(view: &PackedView<'_, T>, kind: u16, to: &mut Body<'_>) -> Result<(), WriteError> {
        to.attr(kind, view.bytes)
    }
}

#[cfg(feature = "alloc")]
impl<T> super::Own for Packed<T>
where
    T: FromBytes + IntoBytes + Immutable + fmt::Debug + Clone + PartialEq + 'static,
{
    type Owned = alloc::vec::Vec<T>;

    fn own(view: PackedView<'_, T>) -> Self::Owned {
        view.iter().collect()
    }

    fn write_owned(owned: &Self::Owned, kind: u16, to: &mut Body<'_>) -> Result<(), WriteError> {
        to.value(kind, owned.as_slice())
    }
}
