//! Why attributes were refused.

use core::fmt;

use thiserror::Error;

use super::Rule;
use crate::errno::Errno;

/// Attributes that a policy refuses.
#[derive(Debug, Clone, Copy, Error)]
#[error("{fault}")]
pub struct Invalid {
    /// What is wrong.
    pub fault: Fault,
    /// Where the attribute that is wrong begins, in bytes from the start of those that were checked; `None` where
    /// it is none of them.
    pub at: Option<usize>,
    /// The rule that it broke, where Linux tells of it.
    pub rule: Option<&'static Rule>,
    /// What was let pass before.
    pub warnings: Warnings,
}

impl Invalid {
    /// The error number that Linux answers with.
    #[must_use]
    pub const fn errno(&self) -> Errno {
        self.fault.errno()
    }

    /// The words that Linux answers with: those of the fault, or if it has none, of a warning before.
    #[must_use]
    pub const fn words(&self) -> Option<&'static str> {
        match self.fault.words() {
            None => self.warnings.words(),
            words => words,
        }
    }
}

/// What is wrong with attributes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Fault {
    /// Type 0, or one above the highest that is known.
    UnknownType,
    /// A type without a rule.
    Unsupported,
    /// Not of the length of its type.
    Length,
    /// A nest without `NLA_F_NESTED`.
    NestedMissing,
    /// `NLA_F_NESTED` where there is no nest.
    NestedUnexpected,
    /// Too short or too long.
    OutOfShape,
    /// A text without its NUL, a bit that does not exist, a type that is not to be sent.
    Refused,
    /// A type that is not to be sent, with words of the family's own.
    Rejected(&'static str),
    /// An element of an array that can't hold an attribute.
    ElementTooShort,
    /// A number that is too small or too large.
    IntegerOutOfRange,
    /// More or fewer bytes than there may be.
    BinaryOutOfRange,
    /// A bit outside the mask.
    ReservedBit,
    /// Nests deeper than a policy is followed.
    TooDeep,
    /// Bytes behind the last attribute.
    Leftover,
    /// The family's own check.
    Own(Refusal),
    /// The rule's check is of no use for its type of value: a mistake in the policy.
    Misfit,
}

impl Fault {
    /// The error number that Linux answers with.
    #[must_use]
    pub const fn errno(&self) -> Errno {
        match self {
            Self::OutOfShape
            | Self::ElementTooShort
            | Self::IntegerOutOfRange
            | Self::BinaryOutOfRange => Errno::ERANGE,
            Self::Own(refusal) => refusal.errno,
            _ => Errno::EINVAL,
        }
    }

    /// The words that Linux answers with, to be found in the output of tools.
    #[must_use]
    pub const fn words(&self) -> Option<&'static str> {
        Some(match self {
            Self::UnknownType => "Unknown attribute type",
            Self::Unsupported => "Unsupported attribute",
            Self::Length => "invalid attribute length",
            Self::NestedMissing => "NLA_F_NESTED is missing",
            Self::NestedUnexpected => "NLA_F_NESTED not expected",
            Self::OutOfShape | Self::Refused => "Attribute failed policy validation",
            Self::Rejected(words) => words,
            Self::ElementTooShort => "Array element too short",
            Self::IntegerOutOfRange => "integer out of range",
            Self::BinaryOutOfRange => "binary attribute size out of range",
            Self::ReservedBit => "reserved bit set",
            Self::TooDeep => "allowed policy recursion depth exceeded",
            Self::Leftover => LEFTOVER,
            Self::Own(refusal) => return refusal.words,
            Self::Misfit => return None,
        })
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.words() {
            Some(words) => f.write_str(words),
            None => self.errno().fmt(f),
        }
    }
}

/// What a family's own check ([`Check::Function`](super::Check::Function)) says no with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refusal {
    /// The error number.
    pub errno: Errno,
    /// Words for the sender.
    pub words: Option<&'static str>,
    /// Whether the answer points at the attribute (`NL_SET_ERR_MSG_ATTR` as against `NL_SET_ERR_MSG`).
    pub points: bool,
}

impl Refusal {
    /// An error number, and nothing more.
    #[must_use]
    pub const fn silent(errno: Errno) -> Self {
        Self { errno, words: None, points: false }
    }

    /// An error number, words, and where the attribute is.
    #[must_use]
    pub const fn at_attr(errno: Errno, words: &'static str) -> Self {
        Self { errno, words: Some(words), points: true }
    }
}

const LEFTOVER: &str = "bytes leftover after parsing attributes";

/// What was wrong but let pass. Linux writes it into its log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Warnings {
    /// How many attributes had a wrong length.
    pub wrong_length: u32,
    /// How many lists had bytes behind their last attribute. A success says so too, in words.
    pub leftover: u32,
}

impl Warnings {
    /// The words that a success is answered with.
    #[must_use]
    pub const fn words(&self) -> Option<&'static str> {
        if self.leftover == 0 { None } else { Some(LEFTOVER) }
    }
}
