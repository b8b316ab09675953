//! Rules as data.

use super::Refusal;
use crate::wire::Attr;

/// The rules for a list of attributes, by type: the kernel's `struct nla_policy` array.
#[derive(Debug)]
pub struct Policy {
    rules: &'static [Rule],
    strict_start: Option<u16>,
}

impl Policy {
    /// No attribute is known.
    pub const EMPTY: Self = Self::new(&[]);

    /// `rules[n]` is the rule for attributes of type `n`; types behind the table are unknown.
    #[must_use]
    pub const fn new(rules: &'static [Rule]) -> Self {
        Self { rules, strict_start: None }
    }

    /// The same, with attributes from `kind` on checked strictly even in families that are liberal with older
    /// ones (`strict_start_type`).
    #[must_use]
    pub const fn strict_from(mut self, kind: u16) -> Self {
        self.strict_start = Some(kind);
        self
    }

    /// `strict_start_type`.
    #[must_use]
    pub const fn strict_start(&self) -> Option<u16> {
        self.strict_start
    }

    /// The rule for attributes of type `kind`; `None` where it is above the highest known type.
    #[must_use]
    pub fn rule(&self, kind: u16) -> Option<&'static Rule> {
        self.rules.get(usize::from(kind))
    }

    /// `maxtype`: the highest known type.
    #[must_use]
    pub const fn max_kind(&self) -> usize {
        self.rules.len().saturating_sub(1)
    }
}

/// What one attribute's value must be.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// Its type, in the sense of `NLA_*`, with what belongs to that type.
    pub kind: Kind,
    /// What more is checked.
    pub check: Check,
}

/// `NLA_*`: the 22 types of a value.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// `NLA_UNSPEC`: at least `len` bytes. With `len` 0 nothing is known of it, and strict checking refuses it.
    Unspec {
        /// The least length.
        len: u16,
    },
    /// `NLA_U8`.
    U8,
    /// `NLA_U16`.
    U16,
    /// `NLA_U32`.
    U32,
    /// `NLA_U64`.
    U64,
    /// `NLA_STRING`: text, whether a NUL ends it or not.
    String {
        /// The most bytes, an ending NUL not counted; 0: any.
        max: u16,
    },
    /// `NLA_FLAG`: no value.
    Flag,
    /// `NLA_MSECS`: a `u64` of milliseconds.
    Msecs,
    /// `NLA_NESTED`: attributes, by the policy if there is one.
    Nested(Option<&'static Policy>),
    /// `NLA_NESTED_ARRAY`: nests, each by the policy if there is one.
    NestedArray(Option<&'static Policy>),
    /// `NLA_NUL_STRING`: text that a NUL ends.
    NulString {
        /// The most bytes, the NUL not counted; 0: any.
        max: u16,
    },
    /// `NLA_BINARY`: bytes.
    Binary {
        /// The most bytes; 0: any.
        max: u16,
    },
    /// `NLA_S8`.
    S8,
    /// `NLA_S16`.
    S16,
    /// `NLA_S32`.
    S32,
    /// `NLA_S64`.
    S64,
    /// `NLA_BITFIELD32`: a value and a selector.
    Bitfield32 {
        /// The bits there are.
        valid: u32,
    },
    /// `NLA_REJECT`: never allowed.
    Reject {
        /// What to tell the sender.
        why: Option<&'static str>,
    },
    /// `NLA_BE16`.
    Be16,
    /// `NLA_BE32`.
    Be32,
    /// `NLA_SINT`: four bytes or eight, signed.
    Sint,
    /// `NLA_UINT`: four bytes or eight.
    Uint,
}

/// `NLA_VALIDATE_*`: the 8 ways to check a value further.
#[derive(Debug, Clone, Copy)]
pub enum Check {
    /// `NLA_VALIDATE_NONE`.
    None,
    /// `NLA_VALIDATE_RANGE`: of a number, or of the length of bytes.
    Range {
        /// The least.
        min: i16,
        /// The most.
        max: i16,
    },
    /// `NLA_VALIDATE_RANGE_WARN_TOO_LONG`: bytes of exactly `max`, or, liberally, more.
    RangeWarnTooLong {
        /// The least.
        min: i16,
        /// The most.
        max: i16,
    },
    /// `NLA_VALIDATE_MIN`.
    Min(i16),
    /// `NLA_VALIDATE_MAX`.
    Max(i16),
    /// `NLA_VALIDATE_MASK`: no other bits.
    Mask(u32),
    /// `NLA_VALIDATE_RANGE_PTR`: a range that 16 bits can't tell.
    RangePtr(Range),
    /// `NLA_VALIDATE_FUNCTION`: the family's own check.
    Function(fn(&Attr<'_>) -> Result<(), Refusal>),
}

/// The least and the most of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Range {
    /// `struct netlink_range_validation`.
    Unsigned {
        /// The least.
        min: u64,
        /// The most.
        max: u64,
    },
    /// `struct netlink_range_validation_signed`.
    Signed {
        /// The least.
        min: i64,
        /// The most.
        max: i64,
    },
}

impl Rule {
    /// `NLA_UNSPEC` without a length: nothing is known.
    pub const UNSPEC: Self = Self::of(Kind::Unspec { len: 0 });
    /// `NLA_U8`.
    pub const U8: Self = Self::of(Kind::U8);
    /// `NLA_U16`.
    pub const U16: Self = Self::of(Kind::U16);
    /// `NLA_U32`.
    pub const U32: Self = Self::of(Kind::U32);
    /// `NLA_U64`.
    pub const U64: Self = Self::of(Kind::U64);
    /// `NLA_S8`.
    pub const S8: Self = Self::of(Kind::S8);
    /// `NLA_S16`.
    pub const S16: Self = Self::of(Kind::S16);
    /// `NLA_S32`.
    pub const S32: Self = Self::of(Kind::S32);
    /// `NLA_S64`.
    pub const S64: Self = Self::of(Kind::S64);
    /// `NLA_FLAG`.
    pub const FLAG: Self = Self::of(Kind::Flag);
    /// `NLA_MSECS`.
    pub const MSECS: Self = Self::of(Kind::Msecs);
    /// `NLA_BINARY` of any length.
    pub const BINARY: Self = Self::of(Kind::Binary { max: 0 });
    /// `NLA_NUL_STRING` of any length.
    pub const NUL_STRING: Self = Self::of(Kind::NulString { max: 0 });
    /// `NLA_BE16`.
    pub const BE16: Self = Self::of(Kind::Be16);
    /// `NLA_BE32`.
    pub const BE32: Self = Self::of(Kind::Be32);
    /// `NLA_SINT`.
    pub const SINT: Self = Self::of(Kind::Sint);
    /// `NLA_UINT`.
    pub const UINT: Self = Self::of(Kind::Uint);
    /// `NLA_NESTED` whose attributes are not checked here.
    pub const NESTED: Self = Self::of(Kind::Nested(None));
    /// `NLA_REJECT`.
    pub const REJECT: Self = Self::of(Kind::Reject { why: None });

    /// A rule that checks nothing but the type.
    #[must_use]
    pub const fn of(kind: Kind) -> Self {
        Self { kind, check: Check::None }
    }

    /// The same with a further check.
    #[must_use]
    pub const fn check(mut self, check: Check) -> Self {
        self.check = check;
        self
    }

    /// `NLA_POLICY_NESTED`.
    #[must_use]
    pub const fn nested(policy: &'static Policy) -> Self {
        Self::of(Kind::Nested(Some(policy)))
    }

    /// `NLA_POLICY_NESTED_ARRAY`.
    #[must_use]
    pub const fn nested_array(policy: &'static Policy) -> Self {
        Self::of(Kind::NestedArray(Some(policy)))
    }

    /// `NLA_STRING` of at most `max` bytes.
    #[must_use]
    pub const fn string(max: u16) -> Self {
        Self::of(Kind::String { max })
    }

    /// `NLA_NUL_STRING` of at most `max` bytes, the NUL not counted.
    #[must_use]
    pub const fn nul_string(max: u16) -> Self {
        Self::of(Kind::NulString { max })
    }

    /// `NLA_BINARY` of at most `max` bytes.
    #[must_use]
    pub const fn binary(max: u16) -> Self {
        Self::of(Kind::Binary { max })
    }

    /// `NLA_POLICY_MIN_LEN`: `len` bytes or more. More than 32,767 count as that.
    #[must_use]
    pub const fn at_least(len: usize) -> Self {
        let min = if len > i16::MAX as usize { i16::MAX } else { len as i16 };
        Self::BINARY.check(Check::Min(min))
    }

    /// `NLA_POLICY_EXACT_LEN`: `len` bytes.
    #[must_use]
    pub const fn exactly(len: i16) -> Self {
        Self::BINARY.check(Check::Range { min: len, max: len })
    }

    /// `NLA_POLICY_EXACT_LEN_WARN`: `len` bytes; liberally, more.
    #[must_use]
    pub const fn exactly_or_warn(len: i16) -> Self {
        Self::BINARY.check(Check::RangeWarnTooLong { min: len, max: len })
    }

    /// `NLA_POLICY_BITFIELD32`.
    #[must_use]
    pub const fn bitfield32(valid: u32) -> Self {
        Self::of(Kind::Bitfield32 { valid })
    }

    /// `NLA_POLICY_RANGE`.
    #[must_use]
    pub const fn range(self, min: i16, max: i16) -> Self {
        self.check(Check::Range { min, max })
    }

    /// `NLA_POLICY_MIN`.
    #[must_use]
    pub const fn min(self, min: i16) -> Self {
        self.check(Check::Min(min))
    }

    /// `NLA_POLICY_MAX`.
    #[must_use]
    pub const fn max(self, max: i16) -> Self {
        self.check(Check::Max(max))
    }

    /// `NLA_POLICY_MASK`.
    #[must_use]
    pub const fn mask(self, mask: u32) -> Self {
        self.check(Check::Mask(mask))
    }
}

/// How long a table of `rows` is: the highest type, and one more.
#[must_use]
pub const fn table_len(rows: &[(u16, Rule)]) -> usize {
    let mut len = 0;
    let mut row = 0;
    while row < rows.len() {
        let end = rows[row].0 as usize + 1;
        if end > len {
            len = end;
        }
        row += 1;
    }
    len
}

/// The same of the types alone, for rules that refer to the table they are in.
#[must_use]
pub const fn kinds_len(kinds: &[u16]) -> usize {
    let mut len = 0;
    let mut row = 0;
    while row < kinds.len() {
        let end = kinds[row] as usize + 1;
        if end > len {
            len = end;
        }
        row += 1;
    }
    len
}

/// `rows` as a table by type, for [`Policy::new`]; `N` is [`table_len`] of them. A type without a row is
/// [`Rule::UNSPEC`]. Made to run when the program is compiled.
#[must_use]
pub const fn table<const N: usize>(rows: &[(u16, Rule)]) -> [Rule; N] {
    let mut table = [Rule::UNSPEC; N];
    let mut row = 0;
    while row < rows.len() {
        let at = rows[row].0 as usize;
        if at < N {
            table[at] = rows[row].1;
        }
        row += 1;
    }
    table
}
