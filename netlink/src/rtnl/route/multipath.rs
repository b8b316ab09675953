//! `RTA_MULTIPATH`: next hops one after another, each with attributes.

use super::{HopSet, Rtnexthop};
use crate::policy::{Kind, Rule};
use crate::set::{Shape, Typed};
use crate::wire::{Attr, Attrs, Body, WriteError, align};

use zerocopy::FromBytes;

/// Bytes of a `struct rtnexthop`.
const HEADER: usize = size_of::<Rtnexthop>();

/// The shape of `RTA_MULTIPATH`.
#[derive(Debug)]
pub enum Multipath {}

/// A view of a [`Multipath`]: an iterator of next hops, which ends at the first whose length can't be (`rtnh_ok`).
#[derive(Clone, Copy, PartialEq)]
pub struct MultipathView<'a> {
    rest: &'a [u8],
}

impl<'a> MultipathView<'a> {
    /// The next hops in `bytes`.
    #[must_use]
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// What has not been walked yet.
    #[must_use]
    pub const fn rest(&self) -> &'a [u8] {
        self.rest
    }
}

impl core::fmt::Debug for MultipathView<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_list().entries(*self).finish()
    }
}

impl<'a> Iterator for MultipathView<'a> {
    type Item = HopView<'a>;

    fn next(&mut self) -> Option<HopView<'a>> {
        let (head, _) = Rtnexthop::read_from_prefix(self.rest).ok()?;
        let attrs = self.rest.get(HEADER..usize::from(head.len))?;
        self.rest = self.rest.get(align(usize::from(head.len))..).unwrap_or_default();
        Some(HopView { head, attrs: Attrs::new(attrs) })
    }
}

/// One next hop.
#[derive(Debug, Clone, Copy)]
pub struct HopView<'a> {
    head: Rtnexthop,
    attrs: Attrs<'a>,
}

impl<'a> HopView<'a> {
    /// The struct.
    #[must_use]
    pub const fn head(&self) -> Rtnexthop {
        self.head
    }

    /// The attributes.
    #[must_use]
    pub const fn attrs(&self) -> Typed<'a, HopSet> {
        Typed::new(self.attrs)
    }
}

impl Shape for Multipath {
    type View<'a> = MultipathView<'a>;
    const RULE: Rule = Rule::of(Kind::Unspec { len: HEADER as u16 });

    fn read<'a>(attr: Attr<'a>, _: Attrs<'a>) -> Option<MultipathView<'a>> {
        (attr.raw_kind() == attr.kind()).then(|| MultipathView::new(attr.value()))
    }

    fn write(view: &MultipathView<'_>, kind: u16, to: &mut Body<'_>) -> Result<(), WriteError> {
        to.attr(kind, view.rest)
    }
}

/// The next hops, owned.
#[cfg(feature = "alloc")]
#[derive(Debug, Clone, PartialEq, Default)]
pub struct MultipathBuf {
    /// One after another.
    pub hops: alloc::vec::Vec<HopBuf>,
    /// What follows the last one that is as Linux would write it. Empty in whatever a kernel sends.
    pub tail: alloc::vec::Vec<u8>,
}

/// One next hop, owned.
#[cfg(feature = "alloc")]
#[derive(Debug, Clone, PartialEq, Default)]
pub struct HopBuf {
    /// The struct.
    pub head: Rtnexthop,
    /// The attributes.
    pub attrs: crate::set::List<HopSet>,
}

#[cfg(feature = "alloc")]
impl crate::set::Own for Multipath {
    type Owned = MultipathBuf;

    fn own(view: MultipathView<'_>) -> MultipathBuf {
        let mut owned = MultipathBuf::default();
        let mut left = view;
        loop {
            let before = left.rest;
            match left.next() {
                // A length that is no multiple of four would be padded where it stands.
                Some(hop) if usize::from(hop.head.len).is_multiple_of(4) => {
                    let attrs = crate::set::List::read(hop.attrs);
                    owned.hops.push(HopBuf { head: hop.head, attrs });
                }
                _ => {
                    owned.tail = before.to_vec();
                    return owned;
                }
            }
        }
    }

    fn write_owned(owned: &MultipathBuf, kind: u16, to: &mut Body<'_>) -> Result<(), WriteError> {
        to.nest_as(kind, |body: &mut Body<'_>| {
            for HopBuf { head, attrs } in &owned.hops {
                body.measured(|len| Rtnexthop { len, ..*head }, |body| attrs.write(body))?;
            }
            body.unpadded(&owned.tail)
        })
    }
}
