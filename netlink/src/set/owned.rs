//! Attributes that own their values.

use alloc::vec::Vec;
use core::fmt;
use core::net::IpAddr;

use zerocopy::{FromBytes, Immutable, IntoBytes};

use super::{
    Be16, Be32, Binary, Elements, Fixed, FixedView, Flag, Ip, Nest, NestView, Number, NumberView,
    Set, Shape, Sint, Text, Uint,
};
use crate::wire::{Attr, Attrs, Body, WriteError, align};

/// Levels of nests that are taken apart. No family has as many, and a kernel follows its policies through ten; but
/// in 64 KiB there is room for thousands, and each would take some of the stack. What is deeper is kept as bytes,
/// in [`List::tail`].
pub const MAX_DEPTH: u32 = 32;

/// A [`Shape`] whose value can be owned.
pub trait Own: Shape {
    /// The owned value.
    type Owned: Clone + fmt::Debug + PartialEq;

    /// Copies what a view shows.
    fn own(view: Self::View<'_>) -> Self::Owned;

    /// The same where `depth` levels of nests may still be taken apart. Shapes that nest say what they do then;
    /// for others it is [`Own::own`].
    fn own_within(view: Self::View<'_>, depth: u32) -> Self::Owned {
        let _ = depth;
        Self::own(view)
    }

    /// Writes the value as an attribute of type `kind`, to the bytes that it was read from.
    ///
    /// # Errors
    /// [`WriteError`].
    fn write_owned(owned: &Self::Owned, kind: u16, to: &mut Body<'_>) -> Result<(), WriteError>;
}

/// A [`Set`] whose attributes can be owned.
pub trait Owned: Set {
    /// One attribute, owned.
    type Buf: Clone + fmt::Debug + PartialEq;

    /// Copies what a view shows.
    fn own(attr: Self::Attr<'_>) -> Self::Buf;

    /// The same where `depth` levels of nests may still be taken apart, as [`Own::own_within`].
    fn own_within(attr: Self::Attr<'_>, depth: u32) -> Self::Buf {
        let _ = depth;
        Self::own(attr)
    }

    /// Writes the attribute, to the bytes that it was read from.
    ///
    /// # Errors
    /// [`WriteError`].
    fn write_owned(buf: &Self::Buf, to: &mut Body<'_>) -> Result<(), WriteError>;
}

/// A list of attributes, owned. Written, it gives the bytes that it was read from.
#[derive(Debug, Clone, PartialEq)]
pub struct List<S: Owned> {
    /// The attributes, in their order.
    pub attrs: Vec<S::Buf>,
    /// What comes after the last one that is as Linux would write it: a broken header, or an attribute
    /// whose padding is missing or not zero, and all behind it; or the whole list, deeper than [`MAX_DEPTH`]. Empty
    /// in whatever a kernel sends.
    pub tail: Vec<u8>,
}

impl<S: Owned> List<S> {
    /// A list of `attrs`.
    #[must_use]
    pub const fn new(attrs: Vec<S::Buf>) -> Self {
        Self { attrs, tail: Vec::new() }
    }

    /// Whether nothing is in it.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.attrs.is_empty() && self.tail.is_empty()
    }

    /// Reads a list.
    #[must_use]
    pub fn read(attrs: Attrs<'_>) -> Self {
        Self::read_deep(attrs, attrs, MAX_DEPTH)
    }

    /// Reads a list whose values go by the attributes `beside` (see [`Within`](super::Within)), with nests taken
    /// apart `depth` levels deep, this one included.
    #[must_use]
    pub fn read_deep<'a>(attrs: Attrs<'a>, beside: Attrs<'a>, depth: u32) -> Self {
        let mut list = Self::new(Vec::new());
        let Some(inner) = depth.checked_sub(1) else {
            list.tail = attrs.rest().to_vec();
            return list;
        };
        let mut left = attrs;
        loop {
            let before = left.rest();
            match left.next() {
                Some(attr) if is_padded(attr, before) => {
                    list.attrs.push(S::own_within(S::read(attr, beside), inner));
                }
                _ => {
                    list.tail = before.to_vec();
                    return list;
                }
            }
        }
    }

    /// Writes the list.
    ///
    /// # Errors
    /// [`WriteError`]; some of it may have been written then.
    pub fn write(&self, to: &mut Body<'_>) -> Result<(), WriteError> {
        self.attrs.iter().try_for_each(|attr| S::write_owned(attr, to))?;
        to.unpadded(&self.tail)
    }
}

/// Whether `attr`, at the start of `bytes`, is padded with zeros to its alignment.
fn is_padded(attr: Attr<'_>, bytes: &[u8]) -> bool {
    let padding = bytes.get(attr.len()..align(attr.len()));
    padding.is_some_and(|padding| padding.iter().all(|&byte| byte == 0))
}

impl<S: Owned> Default for List<S> {
    fn default() -> Self {
        Self::new(Vec::new())
    }
}

/// An attribute without a row in its set, or whose value is not of its row's shape.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttrBuf {
    /// The type as sent, flags included.
    pub raw_kind: u16,
    /// The value.
    pub value: Vec<u8>,
}

impl AttrBuf {
    /// Copies an attribute.
    #[must_use]
    pub fn own(attr: Attr<'_>) -> Self {
        Self { raw_kind: attr.raw_kind(), value: attr.value().to_vec() }
    }

    /// Writes the attribute.
    ///
    /// # Errors
    /// [`WriteError`].
    pub fn write(&self, to: &mut Body<'_>) -> Result<(), WriteError> {
        to.attr(self.raw_kind, &self.value)
    }
}

macro_rules! copied {
    ($($shape:ty => $value:ty),*) => {$(
        impl Own for $shape {
            type Owned = $value;

            fn own(view: $value) -> $value {
                view
            }

            fn write_owned(
                owned: &$value,
                kind: u16,
                to: &mut Body<'_>,
            ) -> Result<(), WriteError> {
                Self::write(owned, kind, to)
            }
        }
    )*};
}
copied!(
    u8 => u8, u16 => u16, u32 => u32, u64 => u64, i8 => i8, i16 => i16, i32 => i32, i64 => i64,
    Be16 => u16, Be32 => u32, Uint => u64, Sint => i64, Flag => (),
    Ip => IpAddr, Number => NumberView
);

macro_rules! bytes {
    ($($shape:ty),*) => {$(
        impl Own for $shape {
            type Owned = Vec<u8>;

            fn own(view: &[u8]) -> Vec<u8> {
                view.to_vec()
            }

            fn write_owned(
                owned: &Vec<u8>,
                kind: u16,
                to: &mut Body<'_>,
            ) -> Result<(), WriteError> {
                Self::write(&owned.as_slice(), kind, to)
            }
        }
    )*};
}
bytes!(Binary, Text);

/// A kernel's struct as it came, short or grown.
#[derive(Debug, Clone, PartialEq)]
pub struct FixedBuf<T> {
    /// The value as far as we know it; what did not come is zero.
    pub value: T,
    /// How many bytes of it came.
    pub known: usize,
    /// The bytes behind those that we know.
    pub tail: Vec<u8>,
}

impl<T> FixedBuf<T> {
    /// All of `value`, and no more.
    #[must_use]
    pub const fn new(value: T) -> Self {
        Self { value, known: size_of::<T>(), tail: Vec::new() }
    }
}

impl<T: IntoBytes + Immutable> FixedBuf<T> {
    /// Writes as many bytes as came, unpadded.
    ///
    /// # Errors
    /// [`WriteError`]; some of it may have been written then.
    pub fn write(&self, to: &mut Body<'_>) -> Result<(), WriteError> {
        let value = self.value.as_bytes();
        to.unpadded(value.get(..self.known).unwrap_or(value))?;
        to.unpadded(&self.tail)
    }
}

impl<T> Own for Fixed<T>
where
    T: FromBytes + IntoBytes + Immutable + fmt::Debug + Clone + PartialEq + 'static,
{
    type Owned = FixedBuf<T>;

    fn own(view: FixedView<'_, T>) -> FixedBuf<T> {
        let bytes = view.as_bytes();
        FixedBuf {
            value: view.get(),
            known: bytes.len().min(size_of::<T>()),
            tail: bytes.get(size_of::<T>()..).unwrap_or_default().to_vec(),
        }
    }

    fn write_owned(owned: &FixedBuf<T>, kind: u16, to: &mut Body<'_>) -> Result<(), WriteError> {
        to.nest_as(kind, |body: &mut Body<'_>| owned.write(body))
    }
}

/// A list within an attribute.
#[derive(Debug, Clone, PartialEq)]
pub struct NestBuf<S: Owned> {
    /// Whether the type carries `NLA_F_NESTED`.
    pub flagged: bool,
    /// What is in it.
    pub list: List<S>,
}

impl<S: Owned> NestBuf<S> {
    /// Copies a nest.
    #[must_use]
    pub fn own(view: NestView<'_, S>) -> Self {
        Self::own_within(view, MAX_DEPTH)
    }

    /// The same, `depth` levels deep.
    #[must_use]
    pub fn own_within(view: NestView<'_, S>, depth: u32) -> Self {
        let attrs = view.attr().nested();
        let list = List::read_deep(attrs, attrs, depth);
        Self { flagged: view.attr().is_nested(), list }
    }

    /// Writes it as an attribute of type `kind`.
    ///
    /// # Errors
    /// [`WriteError`].
    pub fn write(&self, kind: u16, to: &mut Body<'_>) -> Result<(), WriteError> {
        let flag = u16::from(self.flagged) << 15;
        to.nest_as(kind | flag, |body: &mut Body<'_>| self.list.write(body))
    }
}

impl<S: Owned> Own for Nest<S> {
    type Owned = NestBuf<S>;

    fn own(view: NestView<'_, S>) -> NestBuf<S> {
        NestBuf::own(view)
    }

    fn own_within(view: NestView<'_, S>, depth: u32) -> NestBuf<S> {
        NestBuf::own_within(view, depth)
    }

    fn write_owned(owned: &NestBuf<S>, kind: u16, to: &mut Body<'_>) -> Result<(), WriteError> {
        owned.write(kind, to)
    }
}

/// An element of an array: a list, and the type it came with.
#[derive(Debug, Clone, PartialEq)]
pub struct ElementBuf<S: Owned> {
    /// The type as sent, flags included: often an index.
    pub raw_kind: u16,
    /// What is in it.
    pub list: List<S>,
}

impl<S: Owned> Owned for Elements<S> {
    type Buf = ElementBuf<S>;

    fn own(view: NestView<'_, S>) -> ElementBuf<S> {
        Self::own_within(view, MAX_DEPTH)
    }

    fn own_within(view: NestView<'_, S>, depth: u32) -> ElementBuf<S> {
        let attr = view.attr();
        let attrs = attr.nested();
        ElementBuf { raw_kind: attr.raw_kind(), list: List::read_deep(attrs, attrs, depth) }
    }

    fn write_owned(buf: &ElementBuf<S>, to: &mut Body<'_>) -> Result<(), WriteError> {
        to.nest_as(buf.raw_kind, |body: &mut Body<'_>| buf.list.write(body))
    }
}
