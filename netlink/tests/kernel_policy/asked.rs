//! Requests at random, of attributes that a policy knows, mostly as it wants them.

use softnet_netlink::policy::{Check, Kind, Policy, Range, Rule};

use crate::kernel::attr;

/// xorshift64*, from a seed.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() >> 33) as usize % end
    }

    fn one_in(&mut self, many: usize) -> bool {
        self.below(many) == 0
    }

    fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }

    fn bytes(&mut self, len: usize) -> Vec<u8> {
        (0..len).map(|_| self.next() as u8).collect()
    }
}

/// Attributes for `policy`; `depth` nests are left.
pub(crate) fn attributes(policy: &Policy, depth: u32, random: &mut Random) -> Vec<u8> {
    let known: Vec<u16> = (0..=policy.max_kind() as u16)
        .filter(|&kind| kind != 0 && policy.rule(kind).is_some_and(is_told))
        .collect();
    let mut bytes = Vec::new();
    for _ in 0..random.below(4) {
        let kind = match random.below(30) {
            0 => 0,
            1 => random.below(policy.max_kind() + 1) as u16,
            2 => 5000,
            _ if known.is_empty() => 1,
            _ => random.pick(&known),
        };
        let rule = policy.rule(kind).copied().unwrap_or(Rule::UNSPEC);
        let (value, nested) = value(&rule, depth, random);
        let flags = match random.below(40) {
            0 => 0xc000,
            1 => 0x4000,
            2 => (!nested).into(),
            _ => nested.into(),
        };
        let flags = if flags == 1 { 0x8000 } else { flags };
        bytes.extend(attr(kind | flags, &value));
    }
    match random.below(30) {
        // Bytes behind the last attribute, of which there may be too few for a header.
        0 => bytes.extend(random.bytes(3)),
        1 => bytes.extend([255, 0, 1, 0]),
        2 => bytes.extend([3, 0, 1, 0]),
        _ => {}
    }
    bytes
}

fn is_told(rule: &Rule) -> bool {
    !matches!(rule.kind, Kind::Unspec { .. } | Kind::Reject { .. })
}

/// A value, and whether it is a nest.
fn value(rule: &Rule, depth: u32, random: &mut Random) -> (Vec<u8>, bool) {
    if random.one_in(12) {
        let len = random.below(20);
        return (random.bytes(len), nests(rule));
    }
    let value = match rule.kind {
        Kind::Nested(Some(policy)) if depth > 0 => attributes(policy, depth - 1, random),
        Kind::NestedArray(Some(policy)) if depth > 0 => {
            let element = |random: &mut Random| {
                let kind = random.below(4) as u16 | 0x8000;
                attr(kind, &attributes(policy, depth - 1, random))
            };
            (0..random.below(3)).flat_map(|_| element(random)).collect()
        }
        Kind::Nested(_) | Kind::NestedArray(_) => {
            random.pick(&[&[][..], &[4, 0, 1, 0], &[8, 0, 1, 0, 1, 0, 0, 0]]).to_vec()
        }
        Kind::U8 | Kind::S8 => number(rule, 1, random),
        Kind::U16 | Kind::S16 => number(rule, 2, random),
        Kind::U32 | Kind::S32 => number(rule, 4, random),
        Kind::U64 | Kind::S64 => number(rule, 8, random),
        Kind::Uint | Kind::Sint => {
            let len = random.pick(&[4, 8]);
            number(rule, len, random)
        }
        Kind::Bitfield32 { valid } => {
            let any = random.next() as u32;
            let selector = if random.one_in(4) { any } else { any & valid };
            let bits = random.next() as u32;
            let value = if random.one_in(4) { bits } else { bits & selector };
            [value.to_ne_bytes(), selector.to_ne_bytes()].concat()
        }
        Kind::String { max } | Kind::NulString { max } | Kind::Binary { max } => {
            let max = match rule.check {
                Check::Range { max, .. } => usize::from(max.unsigned_abs()),
                _ => usize::from(max),
            };
            let most = if max == 0 { 40 } else { max.min(600) };
            let len = random.pick(&[0, 1, most.saturating_sub(1), most, most + 1, most + 2]);
            let mut text = vec![b'x'; len];
            if random.below(4) != 0 && len > 0 {
                text[len - 1] = 0;
            }
            text
        }
        _ => Vec::new(),
    };
    (value, nests(rule))
}

const fn nests(rule: &Rule) -> bool {
    matches!(rule.kind, Kind::Nested(_) | Kind::NestedArray(_))
}

/// At a bound, beside it, or anywhere.
fn number(rule: &Rule, len: usize, random: &mut Random) -> Vec<u8> {
    let (min, max) = match rule.check {
        Check::RangePtr(Range::Unsigned { min, max }) => (min, max),
        Check::RangePtr(Range::Signed { min, max }) => (min.cast_unsigned(), max.cast_unsigned()),
        Check::Mask(mask) => (0, mask.into()),
        _ => (0, u64::MAX),
    };
    let near = [min.wrapping_sub(1), min, min.wrapping_add(1), max, max.wrapping_add(1)];
    let any = random.next();
    let within = if max > min { min + any % (max - min) } else { min };
    let value = match random.below(8) {
        0..2 => random.pick(&near),
        2 => any,
        _ => within,
    };
    value.to_le_bytes()[..len].to_vec()
}
