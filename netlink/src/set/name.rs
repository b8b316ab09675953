//! Text of which senders disagree whether a NUL ends it.

use super::Shape;
use super::shape::plain;
use crate::policy::Rule;
use crate::wire::{Attr, Attrs, Body, WriteError};

/// Text that a NUL may end or not (`NLA_STRING`): iproute2 sends `IFLA_INFO_KIND` without, a kernel with it.
#[derive(Debug)]
pub enum Name {}

/// A view of a [`Name`]. The text is bytes, since a name need not be UTF-8.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NameView<'a> {
    /// The text, without the NUL.
    pub text: &'a [u8],
    /// Whether a NUL follows.
    pub ended: bool,
}

impl Shape for Name {
    type View<'a> = NameView<'a>;
    const RULE: Rule = Rule::string(0);

    #[inline]
    fn read<'a>(attr: Attr<'a>, _: Attrs<'a>) -> Option<NameView<'a>> {
        let value = plain(&attr)?;
        let (text, ended) = match value.split_last() {
            Some((0, text)) => (text, true),
            _ => (value, false),
        };
        (!text.contains(&0)).then_some(NameView { text, ended })
    }

    #[inline]
    fn write(view: &NameView<'_>, kind: u16, to: &mut Body<'_>) -> Result<(), WriteError> {
        if view.ended { to.string(kind, view.text) } else { to.attr(kind, view.text) }
    }
}

/// A [`NameView`] that owns its text.
#[cfg(feature = "alloc")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameBuf {
    /// The text, without the NUL.
    pub text: alloc::vec::Vec<u8>,
    /// Whether a NUL follows.
    pub ended: bool,
}

#[cfg(feature = "alloc")]
impl From<&str> for NameBuf {
    /// With a NUL behind it.
    fn from(text: &str) -> Self {
        Self { text: text.into(), ended: true }
    }
}

#[cfg(feature = "alloc")]
impl super::Own for Name {
    type Owned = NameBuf;

    fn own(view: NameView<'_>) -> NameBuf {
        NameBuf { text: view.text.to_vec(), ended: view.ended }
    }

    fn write_owned(owned: &NameBuf, kind: u16, to: &mut Body<'_>) -> Result<(), WriteError> {
        Self::write(&NameView { text: &owned.text, ended: owned.ended }, kind, to)
    }
}
