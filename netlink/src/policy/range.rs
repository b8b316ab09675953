//! What values a rule's check lets pass.

use super::{Check, Kind, Range, Rule};

impl Rule {
    /// The least and the most that an unsigned number, or a length, may be (`nla_get_range_unsigned`).
    pub(super) const fn unsigned_range(&self) -> (u64, u64) {
        let widest = match self.kind {
            Kind::U8 => u8::MAX as u64,
            Kind::U16 | Kind::Be16 | Kind::Binary { .. } => u16::MAX as u64,
            Kind::U32 | Kind::Be32 => u32::MAX as u64,
            _ => u64::MAX,
        };
        // A bound below zero is a mistake in the policy; Linux extends its sign.
        match self.check {
            Check::Range { min, max } | Check::RangeWarnTooLong { min, max } => {
                (min as u64, max as u64)
            }
            Check::RangePtr(Range::Unsigned { min, max }) => (min, max),
            Check::Min(min) => (min as u64, widest),
            Check::Max(max) => (0, max as u64),
            _ => (0, widest),
        }
    }

    /// The least and the most that a signed number may be (`nla_get_range_signed`).
    pub(super) const fn signed_range(&self) -> (i64, i64) {
        let (least, most) = match self.kind {
            Kind::S8 => (i8::MIN as i64, i8::MAX as i64),
            Kind::S16 => (i16::MIN as i64, i16::MAX as i64),
            Kind::S32 => (i32::MIN as i64, i32::MAX as i64),
            _ => (i64::MIN, i64::MAX),
        };
        match self.check {
            Check::Range { min, max } => (min as i64, max as i64),
            Check::RangePtr(Range::Signed { min, max }) => (min, max),
            Check::Min(min) => (min as i64, most),
            Check::Max(max) => (least, max as i64),
            _ => (least, most),
        }
    }
}
