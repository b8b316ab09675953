//! Numbers of which senders disagree how long they are.

use zerocopy::FromBytes;

use super::Shape;
use super::shape::plain;
use crate::policy::Rule;
use crate::wire::{Attr, Attrs, Body, WriteError};

/// An unsigned number of one, two, four or eight bytes: `NL80211_ATTR_COLOR_CHANGE_COUNT` is one byte in a request and
/// four in the news.
#[derive(Debug)]
pub enum Number {}

/// A number, and how it is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NumberView {
    /// In one byte.
    U8(u8),
    /// In two.
    U16(u16),
    /// In four.
    U32(u32),
    /// In eight.
    U64(u64),
}

impl NumberView {
    /// The number.
    #[must_use]
    pub fn get(self) -> u64 {
        match self {
            Self::U8(number) => number.into(),
            Self::U16(number) => number.into(),
            Self::U32(number) => number.into(),
            Self::U64(number) => number,
        }
    }
}

impl Shape for Number {
    type View<'a> = NumberView;
    const RULE: Rule = Rule::BINARY;

    fn read<'a>(attr: Attr<'a>, _: Attrs<'a>) -> Option<NumberView> {
        let value = plain(&attr)?;
        match value.len() {
            1 => u8::read_from_bytes(value).ok().map(NumberView::U8),
            2 => u16::read_from_bytes(value).ok().map(NumberView::U16),
            4 => u32::read_from_bytes(value).ok().map(NumberView::U32),
            8 => u64::read_from_bytes(value).ok().map(NumberView::U64),
            _ => None,
        }
    }

    fn write(view: &NumberView, kind: u16, to: &mut Body<'_>) -> Result<(), WriteError> {
        match view {
            NumberView::U8(number) => to.value(kind, number),
            NumberView::U16(number) => to.value(kind, number),
            NumberView::U32(number) => to.value(kind, number),
            NumberView::U64(number) => to.value(kind, number),
        }
    }
}
