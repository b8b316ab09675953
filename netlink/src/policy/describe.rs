//! Rules told to clients: `NL_POLICY_TYPE_ATTR_*` within an answer's `NLMSGERR_ATTR_POLICY` and within what
//! `CTRL_CMD_GETPOLICY` dumps.

use super::{Check, Kind, Policy, Rule};
use crate::wire::{Body, WriteError};

/// `NL_ATTR_TYPE_*`: a type of value, as clients are told of it.
pub mod attr_kind {
    /// `NL_ATTR_TYPE_FLAG`.
    pub const FLAG: u32 = 1;
    /// `NL_ATTR_TYPE_U8`.
    pub const U8: u32 = 2;
    /// `NL_ATTR_TYPE_U16`.
    pub const U16: u32 = 3;
    /// `NL_ATTR_TYPE_U32`.
    pub const U32: u32 = 4;
    /// `NL_ATTR_TYPE_U64`.
    pub const U64: u32 = 5;
    /// `NL_ATTR_TYPE_S8`.
    pub const S8: u32 = 6;
    /// `NL_ATTR_TYPE_S16`.
    pub const S16: u32 = 7;
    /// `NL_ATTR_TYPE_S32`.
    pub const S32: u32 = 8;
    /// `NL_ATTR_TYPE_S64`.
    pub const S64: u32 = 9;
    /// `NL_ATTR_TYPE_BINARY`.
    pub const BINARY: u32 = 10;
    /// `NL_ATTR_TYPE_STRING`.
    pub const STRING: u32 = 11;
    /// `NL_ATTR_TYPE_NUL_STRING`.
    pub const NUL_STRING: u32 = 12;
    /// `NL_ATTR_TYPE_NESTED`.
    pub const NESTED: u32 = 13;
    /// `NL_ATTR_TYPE_NESTED_ARRAY`.
    pub const NESTED_ARRAY: u32 = 14;
    /// `NL_ATTR_TYPE_BITFIELD32`.
    pub const BITFIELD32: u32 = 15;
    /// `NL_ATTR_TYPE_SINT`.
    pub const SINT: u32 = 16;
    /// `NL_ATTR_TYPE_UINT`.
    pub const UINT: u32 = 17;
}

crate::attributes! {
    /// `NL_POLICY_TYPE_ATTR_*`: a rule, as clients are told of it.
    pub PolicyType: PolicyTypeAttr, PolicyTypeBuf {
        /// The type of value, one of [`attr_kind`].
        Type = 1: u32;
        /// The least signed number.
        MinValueS = 2: i64;
        /// The greatest signed number.
        MaxValueS = 3: i64;
        /// The least unsigned number.
        MinValueU = 4: u64;
        /// The greatest unsigned number.
        MaxValueU = 5: u64;
        /// The least length of bytes.
        MinLength = 6: u32;
        /// The greatest length of bytes or text.
        MaxLength = 7: u32;
        /// Which of the policies of the same dump is for what is nested.
        PolicyIdx = 8: u32;
        /// The highest type of what is nested.
        PolicyMaxtype = 9: u32;
        /// The bits that a bitfield may have.
        Bitfield32Mask = 10: u32;
        /// Padding.
        Pad = 11: crate::set::Binary;
        /// The bits that a number may have.
        Mask = 12: u64;
    }
}

const PAD: u16 = 11;

impl Rule {
    /// Writes this rule as a nest of type `nest` (`netlink_policy_dump_write_attr`). `index` finds the number
    /// that a nested policy has in the same dump; an answer to a request has none.
    ///
    /// Gives `false`, and writes nothing, for a rule of which there is nothing to tell: a type that is not known
    /// or not to be sent, and the big-endian numbers, which Linux has no words for.
    ///
    /// # Errors
    /// [`WriteError`]; nothing is written then.
    pub fn describe(
        &self,
        nest: u16,
        to: &mut Body<'_>,
        index: impl FnOnce(&'static Policy) -> Option<u32>,
    ) -> Result<bool, WriteError> {
        let Some(kind) = self.kind.told_as() else { return Ok(false) };
        to.nest(nest, |body| {
            self.describe_bounds(body, index)?;
            body.value(1, &kind)
        })?;
        Ok(true)
    }

    fn describe_bounds(
        &self,
        to: &mut Body<'_>,
        index: impl FnOnce(&'static Policy) -> Option<u32>,
    ) -> Result<(), WriteError> {
        match self.kind {
            Kind::Nested(Some(policy)) | Kind::NestedArray(Some(policy)) => {
                // A policy of no types is none.
                let max = u32::try_from(policy.max_kind()).unwrap_or(u32::MAX);
                if let (1.., Some(index)) = (max, index(policy)) {
                    to.value(8, &index)?;
                    to.value(9, &max)?;
                }
                Ok(())
            }
            Kind::U8 | Kind::U16 | Kind::U32 | Kind::U64 | Kind::Uint | Kind::Msecs => {
                if let Check::Mask(mask) = self.check {
                    return to.value_64bit(12, &u64::from(mask), PAD);
                }
                let (min, max) = self.unsigned_range();
                to.value_64bit(4, &min, PAD)?;
                to.value_64bit(5, &max, PAD)
            }
            Kind::S8 | Kind::S16 | Kind::S32 | Kind::S64 | Kind::Sint => {
                let (min, max) = self.signed_range();
                to.value_64bit(2, &min, PAD)?;
                to.value_64bit(3, &max, PAD)
            }
            Kind::Bitfield32 { valid } => to.value(10, &valid),
            Kind::String { max } | Kind::NulString { max } | Kind::Binary { max } => {
                self.describe_length(max, to)
            }
            _ => Ok(()),
        }
    }

    /// Of a least length alone (`NLA_POLICY_MIN_LEN`) Linux does not tell.
    fn describe_length(&self, most: u16, to: &mut Body<'_>) -> Result<(), WriteError> {
        let (min, max) = match self.check {
            Check::Range { .. } | Check::RangeWarnTooLong { .. } => {
                let (min, max) = self.unsigned_range();
                ((min != 0).then_some(min), (max < u64::from(u16::MAX)).then_some(max))
            }
            _ => (None, (most != 0).then_some(u64::from(most))),
        };
        // The attributes are 32 bits wide, and Linux cuts.
        if let Some(min) = min {
            to.value(6, &(min as u32))?;
        }
        if let Some(max) = max {
            to.value(7, &(max as u32))?;
        }
        Ok(())
    }

    /// Whether there is something to tell of it.
    #[cfg(feature = "alloc")]
    pub(crate) const fn is_told(&self) -> bool {
        self.kind.told_as().is_some()
    }

    /// How many bytes Linux reserves for the description (`netlink_policy_dump_attr_size_estimate`).
    pub(crate) const fn described_len(&self) -> usize {
        let common = 2 * 8;
        match self.kind.told_as() {
            None => 0,
            Some(attr_kind::FLAG) => common,
            Some(attr_kind::BITFIELD32) => common + 8,
            Some(attr_kind::U8..=attr_kind::S64 | attr_kind::SINT | attr_kind::UINT) => {
                common + 2 * (4 + 12)
            }
            Some(_) => common + 2 * 8,
        }
    }
}

impl Kind {
    const fn told_as(self) -> Option<u32> {
        Some(match self {
            Self::Unspec { .. } | Self::Reject { .. } | Self::Be16 | Self::Be32 => return None,
            Self::Flag => attr_kind::FLAG,
            Self::U8 => attr_kind::U8,
            Self::U16 => attr_kind::U16,
            Self::U32 => attr_kind::U32,
            Self::U64 => attr_kind::U64,
            Self::S8 => attr_kind::S8,
            Self::S16 => attr_kind::S16,
            Self::S32 => attr_kind::S32,
            Self::S64 => attr_kind::S64,
            Self::Binary { .. } => attr_kind::BINARY,
            Self::String { .. } => attr_kind::STRING,
            Self::NulString { .. } => attr_kind::NUL_STRING,
            Self::Nested(_) => attr_kind::NESTED,
            Self::NestedArray(_) => attr_kind::NESTED_ARRAY,
            Self::Bitfield32 { .. } => attr_kind::BITFIELD32,
            Self::Sint => attr_kind::SINT,
            Self::Uint | Self::Msecs => attr_kind::UINT,
        })
    }
}
