//! Sets of attributes: tables from which typed views, owned values, writers and policies are made.
//!
//! A family's attributes are a [`Set`], declared by [`attributes!`](crate::attributes): a row has a name, the number
//! on the wire, the [`Shape`] of its value and, where it isn't the shape's own, the [`Rule`] that a request's
//! value must obey. From these come an enum that borrows from the message, an enum that owns (feature `alloc`), and
//! the [`Policy`]. What has no row, or a value that is not of its row's shape, is kept as it came
//! (`Other`), so that writing what was read gives the same bytes.

mod choice;
mod declare;
mod followed;
mod headed;
mod indexed;
mod ip;
mod layout;
mod message;
mod name;
mod number;
#[cfg(feature = "alloc")]
mod owned;
mod packed;
mod shape;
mod within;

pub(crate) use choice::choice;
#[cfg(feature = "alloc")]
pub use followed::FollowedBuf;
pub use followed::{Followed, FollowedView};
#[cfg(feature = "alloc")]
pub use headed::HeadedBuf;
pub use headed::{Headed, HeadedView};
pub use indexed::{Entry, Indexed};
pub use ip::Ip;
pub(crate) use layout::layouts;
#[cfg(feature = "alloc")]
pub use message::MessageBuf;
pub use message::MessageView;
pub(crate) use message::messages;
#[cfg(feature = "alloc")]
pub use name::NameBuf;
pub use name::{Name, NameView};
pub use number::{Number, NumberView};
#[cfg(feature = "alloc")]
pub use owned::{AttrBuf, ElementBuf, FixedBuf, List, MAX_DEPTH, NestBuf, Own, Owned};
pub use packed::{Packed, PackedView};
pub use shape::{
    Array, Be16, Be32, Binary, Elements, Fixed, FixedView, Flag, Nest, NestView, Shape, Sint, Text,
    Uint,
};
pub use within::{Within, WithinView};

use crate::policy::{Policy, Rule};
use crate::wire::{Attr, Attrs, Body, WriteError};

/// A family's attributes, declared by [`attributes!`](crate::attributes).
pub trait Set: Copy + core::fmt::Debug + PartialEq + 'static {
    /// One attribute, borrowed from the message.
    type Attr<'a>: Copy + core::fmt::Debug + PartialEq;
    /// The rules for each.
    const POLICY: &'static Policy;
    /// The rule for an attribute that holds a list of these.
    const NESTED: Rule = Rule::nested(Self::POLICY);

    /// What `attr` is; `among` are all attributes of the same list, for a value whose shape another one tells
    /// (`TCA_OPTIONS` by `TCA_KIND`).
    fn read<'a>(attr: Attr<'a>, among: Attrs<'a>) -> Self::Attr<'a>;

    /// Writes an attribute as it was read.
    ///
    /// # Errors
    /// [`WriteError`].
    fn write(attr: &Self::Attr<'_>, to: &mut Body<'_>) -> Result<(), WriteError>;
}

/// The attributes of a list, typed.
pub struct Typed<'a, S> {
    all: Attrs<'a>,
    left: Attrs<'a>,
    set: core::marker::PhantomData<fn() -> S>,
}

impl<'a, S: Set> Typed<'a, S> {
    /// Reads `attrs` as a list of `S`.
    #[must_use]
    pub const fn new(attrs: Attrs<'a>) -> Self {
        Self::within(attrs, attrs)
    }

    /// Reads `attrs` as a list of `S` whose values go by the attributes `beside` (see [`Within`]).
    #[must_use]
    pub const fn within(attrs: Attrs<'a>, beside: Attrs<'a>) -> Self {
        Self { all: beside, left: attrs, set: core::marker::PhantomData }
    }

    /// What has not been walked yet, as [`Attrs::rest`].
    #[must_use]
    pub const fn rest(&self) -> &'a [u8] {
        self.left.rest()
    }
}

impl<S: Set> core::fmt::Debug for Typed<'_, S> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_list().entries(*self).finish()
    }
}

impl<S> Clone for Typed<'_, S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S> Copy for Typed<'_, S> {}

impl<'a, S: Set> Iterator for Typed<'a, S> {
    type Item = S::Attr<'a>;

    #[inline]
    fn next(&mut self) -> Option<S::Attr<'a>> {
        self.left.next().map(|attr| S::read(attr, self.all))
    }
}

#[cfg(test)]
#[cfg(feature = "alloc")]
mod tests;
