//! A nest whose attributes go by what is beside it.

use core::fmt;
use core::marker::PhantomData;

use super::{Set, Shape, Typed};
use crate::policy::Rule;
use crate::wire::{Attr, Attrs, Body, WriteError};

/// As [`Nest`](super::Nest), but what the values in it are is told by the attributes beside the nest, not by those in
/// it: `TCA_STATS_APP`, in `TCA_STATS2`, goes by `TCA_KIND`.
#[derive(Debug)]
pub struct Within<S>(PhantomData<S>);

/// A view of a [`Within`].
pub struct WithinView<'a, S> {
    attr: Attr<'a>,
    beside: Attrs<'a>,
    set: PhantomData<fn() -> S>,
}

impl<'a, S> WithinView<'a, S> {
    /// The attribute itself.
    #[must_use]
    pub const fn attr(&self) -> Attr<'a> {
        self.attr
    }
}

impl<'a, S: Set> WithinView<'a, S> {
    /// What is in it.
    #[must_use]
    pub const fn attrs(&self) -> Typed<'a, S> {
        Typed::within(self.attr.nested(), self.beside)
    }
}

impl<S> Clone for WithinView<'_, S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S> Copy for WithinView<'_, S> {}

impl<S> PartialEq for WithinView<'_, S> {
    fn eq(&self, other: &Self) -> bool {
        self.attr == other.attr
    }
}

impl<S: Set> fmt::Debug for WithinView<'_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.attrs().fmt(f)
    }
}

impl<S: Set> Shape for Within<S> {
    type View<'a> = WithinView<'a, S>;
    const RULE: Rule = Rule::nested(S::POLICY);

    #[inline]
    fn read<'a>(attr: Attr<'a>, among: Attrs<'a>) -> Option<WithinView<'a, S>> {
        let view = WithinView { attr, beside: among, set: PhantomData };
        (!attr.is_net_byteorder()).then_some(view)
    }

    #[inline]
    fn write(view: &WithinView<'_, S>, kind: u16, to: &mut Body<'_>) -> Result<(), WriteError> {
        let flags = view.attr.raw_kind() & !view.attr.kind();
        to.attr(kind | flags, view.attr.value())
    }
}

#[cfg(feature = "alloc")]
impl<S: super::Owned> super::Own for Within<S> {
    type Owned = super::NestBuf<S>;

    fn own(view: WithinView<'_, S>) -> super::NestBuf<S> {
        Self::own_within(view, super::MAX_DEPTH)
    }

    fn own_within(view: WithinView<'_, S>, depth: u32) -> super::NestBuf<S> {
        let list = super::List::read_deep(view.attr.nested(), view.beside, depth);
        super::NestBuf { flagged: view.attr.is_nested(), list }
    }

    fn write_owned(
        owned: &super::NestBuf<S>,
        kind: u16,
        to: &mut Body<'_>,
    ) -> Result<(), WriteError> {
        owned.write(kind, to)
    }
}
