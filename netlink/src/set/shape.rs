//! Shapes: what an attribute's value may be.

use core::fmt;
use core::marker::PhantomData;

use zerocopy::{FromBytes, Immutable, IntoBytes};

use super::{Set, Typed};
use crate::policy::{Policy, Rule};
use crate::wire::{Attr, Attrs, Body, WriteError};

/// The shape of an attribute's value.
///
/// A shape reads only what it can write back to the same bytes, flags of the type included; everything else is
/// `None`, and the attribute stays raw.
pub trait Shape: 'static {
    /// The value, borrowed from the message.
    type View<'a>: Copy + fmt::Debug + PartialEq;
    /// What a request's value must obey, unless its row says otherwise.
    const RULE: Rule;

    /// The value of `attr`; `among` are all attributes of the list it is in.
    fn read<'a>(attr: Attr<'a>, among: Attrs<'a>) -> Option<Self::View<'a>>;

    /// Writes a value as an attribute of type `kind`.
    ///
    /// # Errors
    /// [`WriteError`].
    fn write(view: &Self::View<'_>, kind: u16, to: &mut Body<'_>) -> Result<(), WriteError>;
}

/// The value if the type carries no flags.
#[inline]
pub(super) fn plain<'a>(attr: &Attr<'a>) -> Option<&'a [u8]> {
    (attr.raw_kind() == attr.kind()).then(|| attr.value())
}

macro_rules! numbers {
    ($($number:ty: $rule:expr),*) => {$(
        impl Shape for $number {
            type View<'a> = Self;
            const RULE: Rule = $rule;

            #[inline]
            fn read<'a>(attr: Attr<'a>, _: Attrs<'a>) -> Option<Self> {
                Self::read_from_bytes(plain(&attr)?).ok()
            }

            #[inline]
            fn write(view: &Self, kind: u16, to: &mut Body<'_>) -> Result<(), WriteError> {
                to.array(kind, &view.to_ne_bytes())
            }
        }
    )*};
}
numbers!(
    u8: Rule::U8, u16: Rule::U16, u32: Rule::U32, u64: Rule::U64,
    i8: Rule::S8, i16: Rule::S16, i32: Rule::S32, i64: Rule::S64
);

/// Nothing: that the attribute is there is all it says (`NLA_FLAG`).
#[derive(Debug)]
pub enum Flag {}

impl Shape for Flag {
    type View<'a> = ();
    const RULE: Rule = Rule::FLAG;

    #[inline]
    fn read<'a>(attr: Attr<'a>, _: Attrs<'a>) -> Option<()> {
        plain(&attr)?.is_empty().then_some(())
    }

    #[inline]
    fn write((): &(), kind: u16, to: &mut Body<'_>) -> Result<(), WriteError> {
        to.attr(kind, &[])
    }
}

/// Bytes, as they are (`NLA_BINARY`): addresses, above all.
#[derive(Debug)]
pub enum Binary {}

impl Shape for Binary {
    type View<'a> = &'a [u8];
    const RULE: Rule = Rule::BINARY;

    #[inline]
    fn read<'a>(attr: Attr<'a>, _: Attrs<'a>) -> Option<&'a [u8]> {
        plain(&attr)
    }

    #[inline]
    fn write(view: &&[u8], kind: u16, to: &mut Body<'_>) -> Result<(), WriteError> {
        to.attr(kind, view)
    }
}

/// Text that ends with a NUL and has none before (`NLA_NUL_STRING`, as `nla_put_string` writes it). The view is
/// without it, and bytes, since a name need not be UTF-8.
#[derive(Debug)]
pub enum Text {}

impl Shape for Text {
    type View<'a> = &'a [u8];
    const RULE: Rule = Rule::NUL_STRING;

    #[inline]
    fn read<'a>(attr: Attr<'a>, _: Attrs<'a>) -> Option<&'a [u8]> {
        match plain(&attr)?.split_last() {
            Some((0, text)) if !text.contains(&0) => Some(text),
            _ => None,
        }
    }

    #[inline]
    fn write(view: &&[u8], kind: u16, to: &mut Body<'_>) -> Result<(), WriteError> {
        to.string(kind, view)
    }
}

macro_rules! big_endian {
    ($($(#[$doc:meta])* $name:ident: $number:ty, $rule:expr;)*) => {$(
        $(#[$doc])*
        #[derive(Debug)]
        pub enum $name {}

        impl Shape for $name {
            type View<'a> = $number;
            const RULE: Rule = $rule;

            #[inline]
            fn read<'a>(attr: Attr<'a>, _: Attrs<'a>) -> Option<$number> {
                plain(&attr)?.try_into().ok().map(<$number>::from_be_bytes)
            }

            #[inline]
            fn write(view: &$number, kind: u16, to: &mut Body<'_>) -> Result<(), WriteError> {
                to.array(kind, &view.to_be_bytes())
            }
        }
    )*};
}
big_endian! {
    /// A 16-bit number in network order (`NLA_BE16`).
    Be16: u16, Rule::BE16;
    /// A 32-bit number in network order (`NLA_BE32`).
    Be32: u32, Rule::BE32;
}

macro_rules! by_value {
    ($($(#[$doc:meta])* $name:ident: $short:ty, $long:ty, $rule:expr;)*) => {$(
        $(#[$doc])*
        #[derive(Debug)]
        pub enum $name {}

        impl Shape for $name {
            type View<'a> = $long;
            const RULE: Rule = $rule;

            #[inline]
            fn read<'a>(attr: Attr<'a>, _: Attrs<'a>) -> Option<$long> {
                let value = plain(&attr)?;
                if let Ok(short) = <$short>::read_from_bytes(value) {
                    return Some(<$long>::from(short));
                }
                // A small number in eight bytes would be written in four.
                let long = <$long>::read_from_bytes(value).ok()?;
                <$short>::try_from(long).is_err().then_some(long)
            }

            #[inline]
            fn write(view: &$long, kind: u16, to: &mut Body<'_>) -> Result<(), WriteError> {
                match <$short>::try_from(*view) {
                    Ok(short) => to.value(kind, &short),
                    Err(_) => to.value(kind, view),
                }
            }
        }
    )*};
}
by_value! {
    /// An unsigned number in four bytes, or in eight where it needs them (`NLA_UINT`).
    Uint: u32, u64, Rule::UINT;
    /// A signed number in four bytes, or in eight where it needs them (`NLA_SINT`).
    Sint: i32, i64, Rule::SINT;
}

/// A struct of the kernel's, `T` as far as we know it: it may have been shorter or may have grown.
#[derive(Debug)]
pub struct Fixed<T>(PhantomData<T>);

/// A view of a [`Fixed`].
pub struct FixedView<'a, T> {
    bytes: &'a [u8],
    shape: PhantomData<fn() -> T>,
}

impl<'a, T: FromBytes + IntoBytes> FixedView<'a, T> {
    /// The value; what its sender did not know of is zero.
    #[must_use]
    pub fn get(&self) -> T {
        Attr::new(0, self.bytes).fixed()
    }
}

impl<'a, T> FixedView<'a, T> {
    /// A view of a struct's bytes.
    #[must_use]
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, shape: PhantomData }
    }

    /// All bytes that came, those that we don't know of included.
    #[must_use]
    pub const fn as_bytes(&self) -> &'a [u8] {
        self.bytes
    }
}

impl<T> Clone for FixedView<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for FixedView<'_, T> {}

impl<T> PartialEq for FixedView<'_, T> {
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes
    }
}

impl<T: FromBytes + IntoBytes + fmt::Debug> fmt::Debug for FixedView<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.get().fmt(f)
    }
}

impl<T: FromBytes + IntoBytes + Immutable + fmt::Debug + 'static> Shape for Fixed<T> {
    type View<'a> = FixedView<'a, T>;
    const RULE: Rule = Rule::at_least(size_of::<T>());

    #[inline]
    fn read<'a>(attr: Attr<'a>, _: Attrs<'a>) -> Option<FixedView<'a, T>> {
        plain(&attr).map(FixedView::new)
    }

    #[inline]
    fn write(view: &FixedView<'_, T>, kind: u16, to: &mut Body<'_>) -> Result<(), WriteError> {
        to.attr(kind, view.bytes)
    }
}

/// Attributes of the set `S` within an attribute (`NLA_NESTED`), flagged as such or not.
#[derive(Debug)]
pub struct Nest<S>(PhantomData<S>);

/// A view of a [`Nest`] or an [`Array`]: iterate [`NestView::attrs`].
pub struct NestView<'a, S> {
    attr: Attr<'a>,
    set: PhantomData<fn() -> S>,
}

impl<'a, S> NestView<'a, S> {
    /// A view of an attribute's value as attributes of `S`.
    #[must_use]
    pub const fn new(attr: Attr<'a>) -> Self {
        Self { attr, set: PhantomData }
    }

    /// The attribute itself.
    #[must_use]
    pub const fn attr(&self) -> Attr<'a> {
        self.attr
    }
}

impl<'a, S: Set> NestView<'a, S> {
    /// What is in it.
    #[must_use]
    #[inline]
    pub const fn attrs(&self) -> Typed<'a, S> {
        Typed::new(self.attr.nested())
    }
}

impl<S> Clone for NestView<'_, S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S> Copy for NestView<'_, S> {}

impl<S> PartialEq for NestView<'_, S> {
    fn eq(&self, other: &Self) -> bool {
        self.attr == other.attr
    }
}

impl<S: Set> fmt::Debug for NestView<'_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.attrs()).finish()
    }
}

impl<S: Set> Shape for Nest<S> {
    type View<'a> = NestView<'a, S>;
    const RULE: Rule = S::NESTED;

    #[inline]
    fn read<'a>(attr: Attr<'a>, _: Attrs<'a>) -> Option<NestView<'a, S>> {
        (!attr.is_net_byteorder()).then(|| NestView::new(attr))
    }

    #[inline]
    fn write(view: &NestView<'_, S>, kind: u16, to: &mut Body<'_>) -> Result<(), WriteError> {
        let flags = view.attr.raw_kind() & !view.attr.kind();
        to.attr(kind | flags, view.attr.value())
    }
}

/// Any number of lists of `S` within an attribute, each an attribute whose type is an index or means nothing
/// (`NLA_NESTED_ARRAY`).
pub type Array<S> = Nest<Elements<S>>;

/// The set behind an [`Array`]: every attribute of it is a list of `S`, whatever its type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Elements<S>(PhantomData<S>);

impl<S: Set> Set for Elements<S> {
    type Attr<'a> = NestView<'a, S>;
    const POLICY: &'static Policy = &Policy::EMPTY;
    const NESTED: Rule = Rule::nested_array(S::POLICY);

    #[inline]
    fn read<'a>(attr: Attr<'a>, _: Attrs<'a>) -> NestView<'a, S> {
        NestView::new(attr)
    }

    #[inline]
    fn write(view: &NestView<'_, S>, to: &mut Body<'_>) -> Result<(), WriteError> {
        to.attr(view.attr.raw_kind(), view.attr.value())
    }
}
