//! Any attributes against any policy: the verdict is that of a model which is written as Linux's rules are told, one
//! attribute after the other, without anything that the validator is made of.

#![no_main]

use arbitrary::{Arbitrary, Unstructured};
use libfuzzer_sys::fuzz_target;
use softnet_netlink::policy::{Check, Kind, Parsed, Policy, Range, Rule, Strictness, validate};
use softnet_netlink::wire::Attrs;

fuzz_target!(|data: &[u8]| {
    let mut bytes = Unstructured::new(data);
    let Ok(Drawn { strictness, strict_from, rules, inner }) = bytes.arbitrary() else { return };
    let attrs = bytes.take_rest();
    // What a policy is made of has to live for ever: until the end of this run.
    let inner = Box::into_raw(inner.iter().map(|rule| rule.rule(None)).collect::<Box<[_]>>());
    // SAFETY: it is freed below, behind the last use of what refers to it.
    let inner_policy = Box::into_raw(Box::new(Policy::new(unsafe { &*inner })));
    // SAFETY: as above.
    let nested = unsafe { &*inner_policy };
    let rules =
        Box::into_raw(rules.iter().map(|rule| rule.rule(Some(nested))).collect::<Box<[_]>>());
    // SAFETY: as above.
    compare(strictness, strict_from, unsafe { &*rules }, attrs);
    // SAFETY: they came from boxes, and `compare` kept nothing.
    unsafe {
        drop(Box::from_raw(rules));
        drop(Box::from_raw(inner_policy));
        drop(Box::from_raw(inner));
    }
});

fn compare(strictness: u8, strict_from: u8, rules: &'static [Rule], attrs: &[u8]) {
    let mut policy = Policy::new(rules);
    if strict_from != 0 {
        policy = policy.strict_from(strict_from.into());
    }
    let strictness = Strictness::from_bits_truncate(strictness);
    let model = list(attrs, &policy, strictness, 0);
    let ours = validate(Attrs::new(attrs), &policy, strictness);
    let ours = ours.map(drop).map_err(|invalid| (invalid.errno().number(), invalid.at));
    assert_eq!(ours, model, "{policy:?} {strictness:?} {attrs:?}");
    let parsed = Parsed::<8>::new(Attrs::new(attrs), &policy, strictness);
    assert_eq!(parsed.is_ok(), model.is_ok());
    if let Ok((parsed, _)) = parsed {
        for kind in 1..8_u16 {
            let known = usize::from(kind) < rules.len();
            let last = Attrs::new(attrs).filter(|attr| known && attr.kind() == kind).last();
            assert_eq!(parsed.get(kind), last);
        }
    }
}

#[derive(Debug, Arbitrary)]
struct Drawn {
    strictness: u8,
    strict_from: u8,
    rules: Vec<Row>,
    inner: Vec<Row>,
}

#[derive(Debug, Arbitrary)]
struct Row {
    kind: u8,
    len: u16,
    check: u8,
    min: i16,
    max: i16,
}

impl Row {
    fn rule(&self, inner: Option<&'static Policy>) -> Rule {
        let max = self.len;
        let kind = match self.kind % 22 {
            0 => Kind::Unspec { len: max % 32 },
            1 => Kind::U8,
            2 => Kind::U16,
            3 => Kind::U32,
            4 => Kind::U64,
            5 => Kind::String { max: max % 32 },
            6 => Kind::Flag,
            7 => Kind::Msecs,
            8 => Kind::Nested(inner),
            9 => Kind::NestedArray(inner),
            10 => Kind::NulString { max: max % 32 },
            11 => Kind::Binary { max: max % 32 },
            12 => Kind::S8,
            13 => Kind::S16,
            14 => Kind::S32,
            15 => Kind::S64,
            16 => Kind::Bitfield32 { valid: max.into() },
            17 => Kind::Reject { why: None },
            18 => Kind::Be16,
            19 => Kind::Be32,
            20 => Kind::Sint,
            _ => Kind::Uint,
        };
        let (min, max) = (self.min, self.max);
        let unsigned = Range::Unsigned { min: min.unsigned_abs().into(), max: u64::from(self.len) };
        let signed = Range::Signed { min: min.into(), max: max.into() };
        let is_signed = matches!(kind, Kind::S8 | Kind::S16 | Kind::S32 | Kind::S64 | Kind::Sint);
        Rule::of(kind).check(match self.check % 8 {
            0 | 7 => Check::None,
            1 => Check::Range { min, max },
            2 => Check::RangeWarnTooLong { min: min & i16::MAX, max: max & i16::MAX },
            3 => Check::Min(min),
            4 => Check::Max(max),
            5 => Check::Mask(self.len.into()),
            _ => Check::RangePtr(if is_signed { signed } else { unsigned }),
        })
    }
}

const EINVAL: u16 = 22;
const ERANGE: u16 = 34;

/// An error number, and where the attribute begins that it is about.
type Verdict = Result<(), (u16, Option<usize>)>;

/// The list in `bytes`, none of which is before `base`.
fn list(bytes: &[u8], policy: &Policy, strictness: Strictness, base: usize) -> Verdict {
    let mut at = 0;
    while bytes.len() - at >= 4 {
        let len = usize::from(u16::from_ne_bytes([bytes[at], bytes[at + 1]]));
        let raw = u16::from_ne_bytes([bytes[at + 2], bytes[at + 3]]);
        if len < 4 || at + len > bytes.len() {
            break;
        }
        let (kind, here) = (raw & 0x3fff, Some(base + at));
        let value = &bytes[at + 4..at + len];
        match policy.rule(kind).filter(|_| kind != 0) {
            Some(rule) => {
                let strict_from = policy.strict_start().unwrap_or(0);
                let newer = strict_from != 0 && kind >= strict_from;
                let strictness = if newer { Strictness::STRICT } else { strictness };
                one(value, raw & 0x8000 != 0, rule, strictness, base + at)?;
            }
            None if strictness.contains(Strictness::MAXTYPE) => return Err((EINVAL, here)),
            None => {}
        }
        at = (at + len.div_ceil(4) * 4).min(bytes.len());
    }
    if at < bytes.len() && strictness.contains(Strictness::TRAILING) {
        return Err((EINVAL, None));
    }
    Ok(())
}

fn one(value: &[u8], flagged: bool, rule: &Rule, strictness: Strictness, at: usize) -> Verdict {
    let (here, len) = (Some(at), value.len());
    let size = match rule.kind {
        Kind::U8 | Kind::S8 => 1,
        Kind::U16 | Kind::S16 | Kind::Be16 => 2,
        Kind::U32 | Kind::S32 | Kind::Be32 => 4,
        Kind::U64 | Kind::S64 => 8,
        _ => 0,
    };
    if size != 0 && len != size && strictness.contains(Strictness::STRICT_ATTRS) {
        return Err((EINVAL, here));
    }
    let nests = matches!(rule.kind, Kind::Nested(_) | Kind::NestedArray(_));
    let either = matches!(rule.kind, Kind::Unspec { .. });
    if strictness.contains(Strictness::NESTED) && flagged != nests && !(flagged && either) {
        return Err((EINVAL, here));
    }
    let out_of_shape = Err((ERANGE, here));
    match rule.kind {
        Kind::Reject { .. } => return Err((EINVAL, here)),
        Kind::Flag if len > 0 => return out_of_shape,
        Kind::Sint | Kind::Uint if len != 4 && len != 8 => return Err((EINVAL, here)),
        Kind::Msecs if len < 8 => return out_of_shape,
        Kind::Bitfield32 { valid } => {
            if len != 8 {
                return out_of_shape;
            }
            let (bits, chosen) = (word(value), word(&value[4..]));
            let known = valid != 0 && bits & !valid == 0 && chosen & !valid == 0;
            if !known || bits & !chosen != 0 {
                return Err((EINVAL, here));
            }
        }
        Kind::NulString { max } => {
            let end = value.iter().position(|&byte| byte == 0);
            if end.is_none() || max != 0 && end > Some(max.into()) {
                return Err((EINVAL, here));
            }
            text(value, max, here)?;
        }
        Kind::String { max } => text(value, max, here)?,
        Kind::Binary { max } if max != 0 && len > usize::from(max) => return out_of_shape,
        Kind::Unspec { .. } if strictness.contains(Strictness::UNSPEC) => {
            return Err((EINVAL, here));
        }
        Kind::Unspec { len: least } if len < usize::from(least) => return out_of_shape,
        Kind::Nested(_) | Kind::NestedArray(_) if (1..4).contains(&len) => return out_of_shape,
        Kind::Nested(Some(policy)) if len > 0 => list(value, policy, strictness, at + 4)?,
        Kind::NestedArray(Some(policy)) if len > 0 => array(value, policy, strictness, at + 4)?,
        _ if len < size => return out_of_shape,
        _ => {}
    }
    bounds(value, rule, strictness, at)
}

fn text(value: &[u8], max: u16, here: Option<usize>) -> Verdict {
    let len = if value.ends_with(&[0]) { value.len() - 1 } else { value.len() };
    let fits = !value.is_empty() && (max == 0 || len <= usize::from(max));
    if fits { Ok(()) } else { Err((ERANGE, here)) }
}

fn array(bytes: &[u8], policy: &Policy, strictness: Strictness, base: usize) -> Verdict {
    let mut at = 0;
    while bytes.len() - at >= 4 {
        let len = usize::from(u16::from_ne_bytes([bytes[at], bytes[at + 1]]));
        if len < 4 || at + len > bytes.len() {
            break;
        }
        match len - 4 {
            0 => {}
            1..4 => return Err((ERANGE, Some(base + at))),
            _ => list(&bytes[at + 4..at + len], policy, strictness, base + at + 4)?,
        }
        at = (at + len.div_ceil(4) * 4).min(bytes.len());
    }
    Ok(())
}

fn word(bytes: &[u8]) -> u32 {
    u32::from_ne_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])
}

fn long(bytes: &[u8]) -> u64 {
    u64::from(word(bytes)) | u64::from(word(&bytes[4..])) << 32
}

/// What the rule's check says of a value that is long enough for its kind.
fn bounds(value: &[u8], rule: &Rule, strictness: Strictness, at: usize) -> Verdict {
    let half = |of: &[u8]| u16::from_ne_bytes([of[0], of[1]]);
    let (signed, unsigned): (Option<i128>, Option<i128>) = match rule.kind {
        Kind::U8 => (None, Some(value[0].into())),
        Kind::U16 => (None, Some(half(value).into())),
        Kind::Be16 => (None, Some(half(value).swap_bytes().into())),
        Kind::U32 => (None, Some(word(value).into())),
        Kind::Be32 => (None, Some(word(value).swap_bytes().into())),
        Kind::U64 | Kind::Msecs => (None, Some(long(value).into())),
        Kind::Uint if value.len() == 4 => (None, Some(word(value).into())),
        Kind::Uint => (None, Some(long(value).into())),
        Kind::S8 => (Some((value[0] as i8).into()), None),
        Kind::S16 => (Some((half(value) as i16).into()), None),
        Kind::S32 => (Some((word(value) as i32).into()), None),
        Kind::S64 => (Some((long(value) as i64).into()), None),
        Kind::Sint if value.len() == 4 => (Some((word(value) as i32).into()), None),
        Kind::Sint => (Some((long(value) as i64).into()), None),
        Kind::Binary { .. } => (None, Some(value.len() as i128)),
        _ => (None, None),
    };
    let is_binary = matches!(rule.kind, Kind::Binary { .. });
    if let Check::Mask(mask) = rule.check {
        let maskable = !is_binary && !matches!(rule.kind, Kind::Msecs);
        return match unsigned.filter(|_| maskable) {
            None => Err((EINVAL, None)),
            Some(number) if number & !i128::from(mask) != 0 => Err((EINVAL, Some(at))),
            Some(_) => Ok(()),
        };
    }
    // Of an unsigned number a bound below zero is what its sign makes of it in 64 bits.
    let extend = |bound: i16| match signed {
        Some(_) => i128::from(bound),
        None => i128::from(i64::from(bound) as u64),
    };
    let (min, max) = match rule.check {
        Check::None | Check::Mask(_) | Check::Function(_) => return Ok(()),
        Check::RangeWarnTooLong { .. } if signed.is_some() => return Ok(()),
        Check::Range { min, max } | Check::RangeWarnTooLong { min, max } => {
            (extend(min), extend(max))
        }
        Check::Min(min) => (extend(min), i128::MAX),
        Check::Max(max) if signed.is_some() => (i128::MIN, extend(max)),
        Check::Max(max) => (0, extend(max)),
        Check::RangePtr(Range::Unsigned { min, max }) => (min.into(), max.into()),
        Check::RangePtr(Range::Signed { min, max }) => (min.into(), max.into()),
    };
    let Some(number) = signed.or(unsigned) else { return Err((EINVAL, None)) };
    if matches!(rule.check, Check::RangeWarnTooLong { .. }) && is_binary && number > max {
        let strict = strictness.contains(Strictness::STRICT_ATTRS);
        return if strict { Err((EINVAL, Some(at))) } else { Ok(()) };
    }
    if number < min || number > max { Err((ERANGE, Some(at))) } else { Ok(()) }
}
