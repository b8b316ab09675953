//! Attributes held to a policy.

use super::{Check, Fault, Invalid, Kind, Policy, Rule, Strictness, Warnings};
use crate::wire::{Attr, Attrs};

/// `MAX_POLICY_RECURSION_DEPTH`: how deep nests are followed, the message itself included.
const DEPTH: u32 = 10;

/// Checks `attrs` against `policy` (`__nla_validate`). Nests whose rule has a policy are checked too, ten levels
/// deep in all.
///
/// # Errors
/// [`Invalid`]: the first attribute that is wrong.
pub fn validate(
    attrs: Attrs<'_>,
    policy: &Policy,
    strictness: Strictness,
) -> Result<Warnings, Invalid> {
    check(attrs, policy, strictness, &mut [])
}

/// The attributes of a list by type, `N - 1` the highest (`struct nlattr **tb`). Of several of one type it is the
/// last.
#[derive(Debug, Clone, Copy)]
pub struct Parsed<'a, const N: usize>([Option<Attr<'a>>; N]);

impl<'a, const N: usize> Parsed<'a, N> {
    /// Checks `attrs` and sorts them (`__nla_parse`).
    ///
    /// # Errors
    /// As [`validate`].
    pub fn new(
        attrs: Attrs<'a>,
        policy: &Policy,
        strictness: Strictness,
    ) -> Result<(Self, Warnings), Invalid> {
        let mut table = [None; N];
        let warnings = check(attrs, policy, strictness, &mut table)?;
        Ok((Self(table), warnings))
    }

    /// Sorts attributes that were checked before, or need no check.
    #[must_use]
    pub fn unchecked(attrs: Attrs<'a>) -> Self {
        let mut table = [None; N];
        attrs.for_each(|attr| keep(attr, &mut table));
        Self(table)
    }

    /// The last attribute of type `kind`.
    #[must_use]
    pub fn get(&self, kind: u16) -> Option<Attr<'a>> {
        self.0.get(usize::from(kind)).copied().flatten()
    }

    /// Whether there is an attribute of type `kind`.
    #[must_use]
    pub fn has(&self, kind: u16) -> bool {
        self.get(kind).is_some()
    }
}

fn keep<'a>(attr: Attr<'a>, table: &mut [Option<Attr<'a>>]) {
    if attr.kind() != 0
        && let Some(place) = table.get_mut(usize::from(attr.kind()))
    {
        *place = Some(attr);
    }
}

fn check<'a>(
    attrs: Attrs<'a>,
    policy: &Policy,
    strictness: Strictness,
    table: &mut [Option<Attr<'a>>],
) -> Result<Warnings, Invalid> {
    let mut warnings = Warnings::default();
    let level = Level { base: 0, depth: 0, strictness };
    match level.check(attrs, policy, table, &mut warnings) {
        Ok(()) => Ok(warnings),
        Err(wrong) => Err(Invalid { fault: wrong.fault, at: wrong.at, rule: wrong.rule, warnings }),
    }
}

/// What is wrong, without what was let pass before.
struct Wrong {
    fault: Fault,
    at: Option<usize>,
    rule: Option<&'static Rule>,
}

impl From<Fault> for Wrong {
    fn from(fault: Fault) -> Self {
        Self { fault, at: None, rule: None }
    }
}

/// A list of attributes in its nest.
#[derive(Clone, Copy)]
struct Level {
    /// Where the list begins.
    base: usize,
    depth: u32,
    strictness: Strictness,
}

impl Level {
    /// `__nla_validate_parse`.
    fn check<'a>(
        self,
        attrs: Attrs<'a>,
        policy: &Policy,
        table: &mut [Option<Attr<'a>>],
        warnings: &mut Warnings,
    ) -> Result<(), Wrong> {
        if self.depth >= DEPTH {
            return Err(Fault::TooDeep.into());
        }
        let mut left = attrs;
        loop {
            let at = left.position(attrs, self.base);
            let Some(attr) = left.next() else { break };
            match policy.rule(attr.kind()) {
                Some(rule) if attr.kind() != 0 => {
                    Place { attr, at, rule, level: self.at_kind(attr.kind(), policy) }
                        .check(warnings)?;
                    keep(attr, table);
                }
                _ if self.strictness.contains(Strictness::MAXTYPE) => {
                    return Err(Wrong { at: Some(at), ..Fault::UnknownType.into() });
                }
                _ => {}
            }
        }
        if !left.rest().is_empty() {
            warnings.leftover = warnings.leftover.saturating_add(1);
            if self.strictness.contains(Strictness::TRAILING) {
                return Err(Fault::Leftover.into());
            }
        }
        Ok(())
    }

    /// Types from `strict_start_type` on are checked strictly, and what is nested in them.
    fn at_kind(mut self, kind: u16, policy: &Policy) -> Self {
        if policy.strict_start().is_some_and(|start| start != 0 && kind >= start) {
            self.strictness |= Strictness::STRICT;
        }
        self
    }
}

impl Attrs<'_> {
    /// Where the next attribute begins, if `all` of them begin at `base`.
    const fn position(&self, all: Self, base: usize) -> usize {
        let walked = all.rest().len().saturating_sub(self.rest().len());
        base.saturating_add(walked)
    }
}

/// An attribute, where it is, and what it must obey.
struct Place<'a> {
    attr: Attr<'a>,
    at: usize,
    rule: &'static Rule,
    level: Level,
}

impl Place<'_> {
    /// `validate_nla`.
    fn check(&self, warnings: &mut Warnings) -> Result<(), Wrong> {
        if self.rule.kind.exact_len().is_some_and(|len| len != self.len()) {
            self.wrong_length(warnings)?;
        }
        if self.level.strictness.contains(Strictness::NESTED) {
            self.flag()?;
        }
        self.shape(warnings)?;
        self.value(warnings)
    }

    fn len(&self) -> usize {
        self.attr.value().len()
    }

    /// A wrong length: a warning, or strictly a fault.
    fn wrong_length(&self, warnings: &mut Warnings) -> Result<(), Wrong> {
        warnings.wrong_length = warnings.wrong_length.saturating_add(1);
        let strict = self.level.strictness.contains(Strictness::STRICT_ATTRS);
        if strict { Err(self.by_rule(Fault::Length)) } else { Ok(()) }
    }

    /// `NLA_F_NESTED` where there is a nest, and nowhere else.
    fn flag(&self) -> Result<(), Wrong> {
        match (self.rule.kind, self.attr.is_nested()) {
            (Kind::Nested(_) | Kind::NestedArray(_), false) => {
                Err(self.by_rule(Fault::NestedMissing))
            }
            (Kind::Nested(_) | Kind::NestedArray(_) | Kind::Unspec { .. }, true) | (_, false) => {
                Ok(())
            }
            (_, true) => Err(self.by_rule(Fault::NestedUnexpected)),
        }
    }

    /// What belongs to each type of value.
    fn shape(&self, warnings: &mut Warnings) -> Result<(), Wrong> {
        let fits = match self.rule.kind {
            Kind::Reject { why: Some(words) } => return Err(self.here(Fault::Rejected(words))),
            Kind::Reject { why: None } => return Err(self.by_rule(Fault::Refused)),
            Kind::Flag => self.len() == 0,
            Kind::Sint | Kind::Uint if !matches!(self.len(), 4 | 8) => {
                return Err(self.by_rule(Fault::Length));
            }
            Kind::Bitfield32 { valid } => return self.bitfield32(valid),
            Kind::NulString { max } => {
                let most = if max == 0 { usize::MAX } else { usize::from(max).saturating_add(1) };
                if !self.attr.value().iter().take(most).any(|&byte| byte == 0) {
                    return Err(self.by_rule(Fault::Refused));
                }
                self.is_text(max)
            }
            Kind::String { max } => self.is_text(max),
            Kind::Binary { max } => max == 0 || self.len() <= usize::from(max),
            Kind::Nested(_) | Kind::NestedArray(_) if self.len() == 0 => true,
            Kind::Nested(_) | Kind::NestedArray(_) if self.len() < Attr::HEADER => false,
            Kind::Nested(Some(policy)) => {
                let nested = self.attr.nested();
                return self.inner(self.at).check(nested, policy, &mut [], warnings);
            }
            Kind::NestedArray(Some(policy)) => return self.array(policy, warnings),
            Kind::Unspec { .. } if self.level.strictness.contains(Strictness::UNSPEC) => {
                return Err(self.here(Fault::Unsupported));
            }
            Kind::Unspec { len } => self.len() >= usize::from(len),
            kind => self.len() >= kind.least_len(),
        };
        if fits { Ok(()) } else { Err(self.by_rule(Fault::OutOfShape)) }
    }

    /// A text that is not empty, nor longer than `max` without its NUL.
    fn is_text(&self, max: u16) -> bool {
        let value = self.attr.value();
        let text = value.strip_suffix(&[0]).unwrap_or(value);
        !value.is_empty() && (max == 0 || text.len() <= usize::from(max))
    }

    /// `validate_nla_bitfield32`: only bits that exist, and none that is not selected.
    fn bitfield32(&self, valid: u32) -> Result<(), Wrong> {
        let (8, Some([value, selector])) = (self.len(), self.attr.prefix::<[u32; 2]>()) else {
            return Err(self.by_rule(Fault::OutOfShape));
        };
        let fits = valid != 0 && (selector | value) & !valid == 0 && value & !selector == 0;
        if fits { Ok(()) } else { Err(self.by_rule(Fault::Refused)) }
    }

    /// `nla_validate_array`.
    fn array(&self, policy: &'static Policy, warnings: &mut Warnings) -> Result<(), Wrong> {
        let elements = self.attr.nested();
        let base = self.inner(self.at).base;
        let mut left = elements;
        loop {
            let at = left.position(elements, base);
            let Some(element) = left.next() else { return Ok(()) };
            match element.value().len() {
                0 => {}
                // Linux shows the first rule of the elements' policy, as if they had broken that.
                1..Attr::HEADER => {
                    let rule = policy.rule(0);
                    return Err(Wrong { fault: Fault::ElementTooShort, at: Some(at), rule });
                }
                _ => self.inner(at).check(element.nested(), policy, &mut [], warnings)?,
            }
        }
    }

    /// The level within an attribute that begins at `at`.
    fn inner(&self, at: usize) -> Level {
        Level {
            base: at.saturating_add(Attr::HEADER),
            depth: self.level.depth.saturating_add(1),
            ..self.level
        }
    }

    /// What the rule checks beyond the type.
    fn value(&self, warnings: &mut Warnings) -> Result<(), Wrong> {
        match self.rule.check {
            Check::None => Ok(()),
            Check::Range { .. }
            | Check::RangeWarnTooLong { .. }
            | Check::Min(_)
            | Check::Max(_)
            | Check::RangePtr(_) => self.in_range(warnings),
            Check::Mask(mask) => self.in_mask(mask),
            Check::Function(check) => check(&self.attr).map_err(|refusal| {
                let at = refusal.points.then_some(self.at);
                Wrong { fault: Fault::Own(refusal), at, rule: None }
            }),
        }
    }

    /// `nla_validate_int_range`.
    fn in_range(&self, warnings: &mut Warnings) -> Result<(), Wrong> {
        if let Some(value) = self.rule.kind.signed(&self.attr) {
            let (min, max) = self.rule.signed_range();
            let fits = (min..=max).contains(&value);
            return if fits { Ok(()) } else { Err(self.by_rule(Fault::IntegerOutOfRange)) };
        }
        let binary = matches!(self.rule.kind, Kind::Binary { .. });
        let length = binary.then_some(self.len() as u64);
        let number = || match self.rule.kind {
            Kind::Msecs => self.attr.u64(),
            kind => kind.unsigned(&self.attr),
        };
        let Some(value) = length.or_else(number) else { return Err(Fault::Misfit.into()) };
        let (min, max) = self.rule.unsigned_range();
        if matches!(self.rule.check, Check::RangeWarnTooLong { .. }) && binary && value > max {
            return self.wrong_length(warnings);
        }
        match (value < min || value > max, binary) {
            (false, _) => Ok(()),
            (true, true) => Err(self.by_rule(Fault::BinaryOutOfRange)),
            (true, false) => Err(self.by_rule(Fault::IntegerOutOfRange)),
        }
    }

    /// `nla_validate_mask`.
    fn in_mask(&self, mask: u32) -> Result<(), Wrong> {
        match self.rule.kind.unsigned(&self.attr) {
            None => Err(Fault::Misfit.into()),
            Some(value) if value & !u64::from(mask) != 0 => Err(self.here(Fault::ReservedBit)),
            Some(_) => Ok(()),
        }
    }

    /// A fault of this attribute.
    fn here(&self, fault: Fault) -> Wrong {
        Wrong { at: Some(self.at), ..fault.into() }
    }

    /// A fault of this attribute that tells its rule.
    fn by_rule(&self, fault: Fault) -> Wrong {
        Wrong { rule: Some(self.rule), ..self.here(fault) }
    }
}

impl Kind {
    /// `nla_attr_len`: the length that a number has.
    const fn exact_len(self) -> Option<usize> {
        match self {
            Self::U8 | Self::S8 => Some(1),
            Self::U16 | Self::S16 | Self::Be16 => Some(2),
            Self::U32 | Self::S32 | Self::Be32 => Some(4),
            Self::U64 | Self::S64 => Some(8),
            _ => None,
        }
    }

    /// `nla_attr_minlen`, for numbers: the least length that they can be read from.
    const fn least_len(self) -> usize {
        match self {
            Self::Msecs => 8,
            _ => match self.exact_len() {
                Some(len) => len,
                None => 0,
            },
        }
    }

    /// The value as an unsigned number; `None` where it isn't one that a mask could be laid on.
    fn unsigned(self, attr: &Attr<'_>) -> Option<u64> {
        match self {
            Self::U8 => attr.u8().map(u64::from),
            Self::U16 => attr.u16().map(u64::from),
            Self::U32 => attr.u32().map(u64::from),
            Self::U64 => attr.u64(),
            Self::Uint => attr.uint(),
            Self::Be16 => attr.u16().map(|value| u64::from(u16::from_be(value))),
            Self::Be32 => attr.u32().map(|value| u64::from(u32::from_be(value))),
            _ => None,
        }
    }

    /// The value as a signed number; `None` where it isn't one.
    fn signed(self, attr: &Attr<'_>) -> Option<i64> {
        match self {
            Self::S8 => attr.prefix::<i8>().map(i64::from),
            Self::S16 => attr.prefix::<i16>().map(i64::from),
            Self::S32 => attr.prefix::<i32>().map(i64::from),
            Self::S64 => attr.prefix::<i64>(),
            Self::Sint => attr.sint(),
            _ => None,
        }
    }
}
