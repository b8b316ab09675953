//! Values whose types are indices.

use core::marker::PhantomData;

use super::{Set, Shape};
use crate::policy::Policy;
use crate::wire::{Attr, Attrs, Body, WriteError};

/// The set of an array of single values: every attribute of it is a `T`, its type an index (`IFLA_BOND_ARP_IP_TARGET`).
#[derive(Debug)]
pub struct Indexed<T>(PhantomData<T>);

impl<T> Clone for Indexed<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Indexed<T> {}

impl<T> PartialEq for Indexed<T> {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// An attribute of an [`Indexed`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entry<V, O> {
    /// A value, and the type that it came with.
    Value(u16, V),
    /// Not of the array's shape.
    Other(O),
}

impl<T: Shape + core::fmt::Debug> Set for Indexed<T> {
    type Attr<'a> = Entry<T::View<'a>, Attr<'a>>;
    const POLICY: &'static Policy = &Policy::EMPTY;

    #[inline]
    fn read<'a>(attr: Attr<'a>, among: Attrs<'a>) -> Self::Attr<'a> {
        match T::read(attr, among) {
            Some(value) => Entry::Value(attr.kind(), value),
            None => Entry::Other(attr),
        }
    }

    #[inline]
    fn write(attr: &Self::Attr<'_>, to: &mut Body<'_>) -> Result<(), WriteError> {
        match attr {
            Entry::Value(kind, value) => T::write(value, *kind, to),
            Entry::Other(attr) => to.attr(attr.raw_kind(), attr.value()),
        }
    }
}

#[cfg(feature = "alloc")]
impl<T: super::Own + core::fmt::Debug> super::Owned for Indexed<T> {
    type Buf = Entry<T::Owned, super::AttrBuf>;

    fn own(attr: Self::Attr<'_>) -> Self::Buf {
        Self::own_within(attr, super::MAX_DEPTH)
    }

    fn own_within(attr: Self::Attr<'_>, depth: u32) -> Self::Buf {
        match attr {
            Entry::Value(kind, value) => Entry::Value(kind, T::own_within(value, depth)),
            Entry::Other(attr) => Entry::Other(super::AttrBuf::own(attr)),
        }
    }

    fn write_owned(buf: &Self::Buf, to: &mut Body<'_>) -> Result<(), WriteError> {
        match buf {
            Entry::Value(kind, value) => T::write_owned(value, *kind, to),
            Entry::Other(attr) => attr.write(to),
        }
    }
}
