//! A struct with attributes behind it, in one attribute.

use core::fmt;
use core::marker::PhantomData;

use zerocopy::{FromBytes, Immutable, IntoBytes};

use super::{Set, Shape, Typed};
use crate::policy::Rule;
use crate::wire::{Attr, Attrs, Body, WriteError, align};

/// A struct `H`, and attributes of `S` behind it: a message within an attribute (`VETH_INFO_PEER`).
#[derive(Debug)]
pub struct Headed<H, S>(PhantomData<(H, S)>);

/// A view of a [`Headed`].
pub struct HeadedView<'a, H, S> {
    attr: Attr<'a>,
    shape: PhantomData<fn() -> (H, S)>,
}

impl<'a, H, S> HeadedView<'a, H, S> {
    /// A view of an attribute's value as such; `None` where it is shorter than the struct, or the padding behind
    /// that is not zero, or has nothing behind it.
    #[must_use]
    pub fn new(attr: Attr<'a>) -> Option<Self> {
        let behind = attr.value().get(size_of::<H>()..)?;
        let (padding, attrs) = behind
            .split_at_checked(align(size_of::<H>()) - size_of::<H>())
            .unwrap_or((behind, &[]));
        let padded =
            padding.is_empty() || !attrs.is_empty() && padding.iter().all(|&byte| byte == 0);
        padded.then_some(Self { attr, shape: PhantomData })
    }

    /// The attribute itself.
    #[must_use]
    pub const fn attr(&self) -> Attr<'a> {
        self.attr
    }

    fn behind(&self) -> Attrs<'a> {
        Attrs::new(self.attr.value().get(align(size_of::<H>())..).unwrap_or_default())
    }
}

impl<'a, H: FromBytes + IntoBytes, S: Set> HeadedView<'a, H, S> {
    /// The struct.
    #[must_use]
    pub fn head(&self) -> H {
        self.attr.fixed()
    }

    /// The attributes.
    #[must_use]
    pub fn attrs(&self) -> Typed<'a, S> {
        Typed::new(self.behind())
    }
}

impl<H, S> Clone for HeadedView<'_, H, S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<H, S> Copy for HeadedView<'_, H, S> {}

impl<H, S> PartialEq for HeadedView<'_, H, S> {
    fn eq(&self, other: &Self) -> bool {
        self.attr == other.attr
    }
}

impl<H: FromBytes + IntoBytes + fmt::Debug, S: Set> fmt::Debug for HeadedView<'_, H, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HeadedView")
            .field("head", &self.head())
            .field("attrs", &self.attrs())
            .finish()
    }
}

impl<H: FromBytes + IntoBytes + Immutable + fmt::Debug + 'static, S: Set> Shape for Headed<H, S> {
    type View<'a> = HeadedView<'a, H, S>;
    const RULE: Rule = Rule::at_least(size_of::<H>());

    #[inline]
    fn read<'a>(attr: Attr<'a>, _: Attrs<'a>) -> Option<HeadedView<'a, H, S>> {
        HeadedView::new(attr)
    }

    #[inline]
    fn write(view: &HeadedView<'_, H, S>, kind: u16, to: &mut Body<'_>) -> Result<(), WriteError> {
        let flags = view.attr.raw_kind() & !view.attr.kind();
        to.attr(kind | flags, view.attr.value())
    }
}

/// What a [`HeadedView`] shows, owned.
#[cfg(feature = "alloc")]
#[derive(Debug, Clone, PartialEq)]
pub struct HeadedBuf<H, S: super::Owned> {
    /// The `NLA_F_*` flags of the attribute's type.
    pub flags: u16,
    /// The struct.
    pub head: H,
    /// The attributes behind it.
    pub list: super::List<S>,
}

#[cfg(feature = "alloc")]
impl<H, S> super::Own for Headed<H, S>
where
    H: FromBytes + IntoBytes + Immutable + fmt::Debug + Clone + PartialEq + 'static,
    S: super::Owned,
{
    type Owned = HeadedBuf<H, S>;

    fn own(view: HeadedView<'_, H, S>) -> Self::Owned {
        Self::own_within(view, super::MAX_DEPTH)
    }

    fn own_within(view: HeadedView<'_, H, S>, depth: u32) -> Self::Owned {
        let flags = view.attr.raw_kind() & !view.attr.kind();
        let list = super::List::read_deep(view.behind(), view.behind(), depth);
        HeadedBuf { flags, head: view.head(), list }
    }

    fn write_owned(owned: &Self::Owned, kind: u16, to: &mut Body<'_>) -> Result<(), WriteError> {
        to.nest_as(kind | owned.flags, |body: &mut Body<'_>| {
            if owned.list.is_empty() {
                return body.unpadded(owned.head.as_bytes());
            }
            body.raw(owned.head.as_bytes())?;
            owned.list.write(body)
        })
    }
}
