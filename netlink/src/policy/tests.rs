//! Verdicts by hand from `lib/nlattr.c` of Linux 6.12. `tests/kernel_policy.rs` asks a running kernel.

use alloc::vec::Vec;

use proptest::prelude::*;

use super::{
    Check, Fault, Invalid, Kind, Parsed, Policy, Range, Refusal, Rule, Strictness, validate,
};
use crate::errno::Errno;
use crate::wire::{Attr, Attrs, Header, Writer};

/// An attribute as bytes, padded.
fn attr(raw_kind: u16, value: &[u8]) -> Vec<u8> {
    let len = u16::try_from(value.len() + 4).unwrap();
    let mut bytes = len.to_ne_bytes().to_vec();
    bytes.extend(raw_kind.to_ne_bytes());
    bytes.extend(value);
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    bytes
}

const NESTED: u16 = 1 << 15;
const LIBERAL: Strictness = Strictness::LIBERAL;
const STRICT: Strictness = Strictness::STRICT;

/// The verdict on one attribute of type 1 that must obey `rule`.
fn one(rule: Rule, value: &[u8], strictness: Strictness) -> Result<u32, Fault> {
    flagged(rule, 1, value, strictness)
}

fn flagged(rule: Rule, kind: u16, value: &[u8], strictness: Strictness) -> Result<u32, Fault> {
    let rules: &'static [Rule] = Vec::from([Rule::UNSPEC, rule]).leak();
    let bytes = attr(kind, value);
    let warned = validate(Attrs::new(&bytes), &Policy::new(rules), strictness);
    match warned {
        Ok(warnings) => Ok(warnings.wrong_length),
        Err(invalid) => Err(invalid.fault),
    }
}

fn refused(bytes: &[u8], policy: &Policy, strictness: Strictness) -> Invalid {
    validate(Attrs::new(bytes), policy, strictness).unwrap_err()
}

#[test]
fn numbers_have_their_length_strictly_and_at_least_it_liberally() {
    let sizes: [(Rule, usize); 10] = [
        (Rule::U8, 1),
        (Rule::U16, 2),
        (Rule::U32, 4),
        (Rule::U64, 8),
        (Rule::S8, 1),
        (Rule::S16, 2),
        (Rule::S32, 4),
        (Rule::S64, 8),
        (Rule::BE16, 2),
        (Rule::BE32, 4),
    ];
    for (rule, size) in sizes {
        for strictness in [LIBERAL, STRICT] {
            assert_eq!(one(rule, &[0; 9][..size], strictness), Ok(0), "{rule:?}");
        }
        assert_eq!(one(rule, &[0; 9][..size + 1], LIBERAL), Ok(1), "{rule:?}: a warning");
        assert_eq!(one(rule, &[0; 9][..size - 1], LIBERAL), Err(Fault::OutOfShape), "{rule:?}");
        for wrong in [size - 1, size + 1] {
            assert_eq!(one(rule, &[0; 9][..wrong], STRICT), Err(Fault::Length), "{rule:?}");
        }
    }
}

#[test]
fn the_numbers_of_errors_differ_on_purpose() {
    for (fault, errno) in [
        (Fault::Length, Errno::EINVAL),
        (Fault::OutOfShape, Errno::ERANGE),
        (Fault::IntegerOutOfRange, Errno::ERANGE),
        (Fault::BinaryOutOfRange, Errno::ERANGE),
        (Fault::ElementTooShort, Errno::ERANGE),
        (Fault::ReservedBit, Errno::EINVAL),
        (Fault::Refused, Errno::EINVAL),
        (Fault::TooDeep, Errno::EINVAL),
        (Fault::UnknownType, Errno::EINVAL),
    ] {
        assert_eq!(fault.errno(), errno, "{fault}");
    }
}

#[test]
fn milliseconds_are_64_bits_or_more() {
    for strictness in [LIBERAL, STRICT] {
        assert_eq!(one(Rule::MSECS, &[0; 8], strictness), Ok(0));
        assert_eq!(one(Rule::MSECS, &[0; 12], strictness), Ok(0));
        assert_eq!(one(Rule::MSECS, &[0; 7], strictness), Err(Fault::OutOfShape));
    }
}

#[test]
fn numbers_by_value_have_four_bytes_or_eight_even_liberally() {
    for rule in [Rule::UINT, Rule::SINT] {
        for len in 0..=9 {
            let expected = if len == 4 || len == 8 { Ok(0) } else { Err(Fault::Length) };
            assert_eq!(one(rule, &[0; 9][..len], LIBERAL), expected, "{len}");
        }
    }
    let big = Rule::UINT.max(5);
    assert_eq!(one(big, &6_u32.to_ne_bytes(), STRICT), Err(Fault::IntegerOutOfRange));
    assert_eq!(one(big, &5_u64.to_ne_bytes(), STRICT), Ok(0));
    assert_eq!(one(Rule::SINT.min(-1), &(-1_i32).to_ne_bytes(), STRICT), Ok(0));
    assert_eq!(
        one(Rule::SINT.min(-1), &(-2_i64).to_ne_bytes(), STRICT),
        Err(Fault::IntegerOutOfRange)
    );
}

#[test]
fn a_flag_has_no_value() {
    assert_eq!(one(Rule::FLAG, &[], STRICT), Ok(0));
    assert_eq!(one(Rule::FLAG, &[0], LIBERAL), Err(Fault::OutOfShape));
}

#[test]
fn text_may_or_must_end_with_a_nul() {
    let (text, nul) = (Rule::string(3), Rule::nul_string(3));
    assert_eq!(one(text, b"abc", STRICT), Ok(0));
    assert_eq!(one(text, b"abc\0", STRICT), Ok(0));
    assert_eq!(one(text, b"abcd", STRICT), Err(Fault::OutOfShape));
    assert_eq!(one(text, b"ab\0\0", STRICT), Ok(0), "only one NUL is not counted");
    assert_eq!(one(text, b"ab\0\0\0", STRICT), Err(Fault::OutOfShape));
    assert_eq!(one(text, b"", LIBERAL), Err(Fault::OutOfShape));
    assert_eq!(one(Rule::string(0), &[b'a'; 500], STRICT), Ok(0));

    assert_eq!(one(nul, b"abc\0", STRICT), Ok(0));
    assert_eq!(one(nul, b"abc", STRICT), Err(Fault::Refused), "no NUL: -EINVAL");
    assert_eq!(one(nul, b"abcd\0", STRICT), Err(Fault::Refused), "none where it is looked for");
    assert_eq!(one(nul, b"ab\0d\0", STRICT), Err(Fault::OutOfShape), "one, but too long: -ERANGE");
    assert_eq!(one(nul, b"", LIBERAL), Err(Fault::Refused));
    assert_eq!(one(Rule::NUL_STRING, b"a\0b", STRICT), Ok(0));
}

#[test]
fn bytes_have_a_most_and_their_length_a_range() {
    assert_eq!(one(Rule::binary(4), &[0; 4], STRICT), Ok(0));
    assert_eq!(one(Rule::binary(4), &[], STRICT), Ok(0));
    assert_eq!(one(Rule::binary(4), &[0; 5], LIBERAL), Err(Fault::OutOfShape));
    assert_eq!(one(Rule::BINARY, &[0; 500], STRICT), Ok(0));
    assert_eq!(one(Rule::exactly(6), &[0; 6], STRICT), Ok(0));
    assert_eq!(one(Rule::exactly(6), &[0; 7], LIBERAL), Err(Fault::BinaryOutOfRange));
    assert_eq!(one(Rule::at_least(6), &[0; 5], LIBERAL), Err(Fault::BinaryOutOfRange));
    assert_eq!(one(Rule::at_least(6), &[0; 700], STRICT), Ok(0));
}

#[test]
fn bytes_that_are_too_long_may_only_be_warned_of() {
    let rule = Rule::BINARY.check(Check::RangeWarnTooLong { min: 6, max: 6 });
    assert_eq!(one(rule, &[0; 6], STRICT), Ok(0));
    assert_eq!(one(rule, &[0; 7], LIBERAL), Ok(1));
    assert_eq!(one(rule, &[0; 7], STRICT), Err(Fault::Length));
    assert_eq!(one(rule, &[0; 5], LIBERAL), Err(Fault::BinaryOutOfRange));
}

#[test]
fn ranges_are_of_the_value_in_its_own_order_and_sign() {
    let out = Err(Fault::IntegerOutOfRange);
    assert_eq!(one(Rule::U16.range(1, 300), &300_u16.to_ne_bytes(), STRICT), Ok(0));
    assert_eq!(one(Rule::U16.range(1, 300), &0_u16.to_ne_bytes(), STRICT), out);
    assert_eq!(one(Rule::U16.range(1, 300), &301_u16.to_ne_bytes(), STRICT), out);
    assert_eq!(one(Rule::BE16.range(1, 300), &300_u16.to_be_bytes(), STRICT), Ok(0));
    assert_eq!(one(Rule::BE16.range(1, 300), &301_u16.to_be_bytes(), STRICT), out);
    assert_eq!(one(Rule::BE32.max(300), &301_u32.to_be_bytes(), STRICT), out);
    assert_eq!(one(Rule::S8.min(-5), &(-5_i8).to_ne_bytes(), STRICT), Ok(0));
    assert_eq!(one(Rule::S8.min(-5), &(-6_i8).to_ne_bytes(), STRICT), out);
    assert_eq!(one(Rule::S64.max(-5), &(-4_i64).to_ne_bytes(), STRICT), out);
    assert_eq!(one(Rule::MSECS.max(10), &11_u64.to_ne_bytes(), STRICT), out);
    let wide = Range::Unsigned { min: 70_000, max: 80_000 };
    let rule = Rule::U32.check(Check::RangePtr(wide));
    assert_eq!(one(rule, &80_000_u32.to_ne_bytes(), STRICT), Ok(0));
    assert_eq!(one(rule, &69_999_u32.to_ne_bytes(), STRICT), out);
    let wide = Range::Signed { min: -70_000, max: 0 };
    let rule = Rule::S32.check(Check::RangePtr(wide));
    assert_eq!(one(rule, &(-70_000_i32).to_ne_bytes(), STRICT), Ok(0));
    assert_eq!(one(rule, &(-70_001_i32).to_ne_bytes(), STRICT), out);
    // Liberally a number may be too long; its first bytes count.
    assert_eq!(one(Rule::U8.max(5), &[6, 0], LIBERAL), out);
    assert_eq!(one(Rule::U8.max(5), &[5, 9], LIBERAL), Ok(1));
}

#[test]
fn a_mask_leaves_no_other_bit_and_does_not_tell_its_rule() {
    let rule = Rule::U64.mask(0xf0);
    assert_eq!(one(rule, &0xf0_u64.to_ne_bytes(), STRICT), Ok(0));
    assert_eq!(one(rule, &(1_u64 << 40).to_ne_bytes(), STRICT), Err(Fault::ReservedBit));
    assert_eq!(one(Rule::BE16.mask(0xff00), &[0xff, 0], STRICT), Ok(0));
    assert_eq!(one(Rule::BE16.mask(0xff00), &[0, 1], STRICT), Err(Fault::ReservedBit));
    static RULES: [Rule; 2] = [Rule::UNSPEC, Rule::U8.mask(1)];
    let invalid = refused(&attr(1, &[2]), &Policy::new(&RULES), STRICT);
    assert_eq!((invalid.at, invalid.rule.is_none()), (Some(0), true));
}

#[test]
fn a_bitfield_has_bits_that_exist_and_are_selected() {
    let rule = Rule::bitfield32(0b0110);
    let pair = |value: u32, selector: u32| [value.to_ne_bytes(), selector.to_ne_bytes()].concat();
    assert_eq!(one(rule, &pair(0b0010, 0b0110), STRICT), Ok(0));
    assert_eq!(one(rule, &pair(0, 0), STRICT), Ok(0));
    for (value, selector) in [(0b0010, 0b0100), (0b1000, 0b1000), (0, 0b0001)] {
        assert_eq!(one(rule, &pair(value, selector), LIBERAL), Err(Fault::Refused));
    }
    assert_eq!(one(rule, &[0; 7], LIBERAL), Err(Fault::OutOfShape));
    assert_eq!(one(rule, &[0; 9], LIBERAL), Err(Fault::OutOfShape));
    assert_eq!(one(Rule::bitfield32(0), &pair(0, 0), LIBERAL), Err(Fault::Refused));
}

#[test]
fn what_is_not_to_be_sent_is_refused_with_words_or_by_rule() {
    static RULES: [Rule; 3] =
        [Rule::UNSPEC, Rule::REJECT, Rule::of(Kind::Reject { why: Some("use the other one") })];
    let policy = Policy::new(&RULES);
    let invalid = refused(&attr(1, &[]), &policy, LIBERAL);
    assert_eq!(invalid.words(), Some("Attribute failed policy validation"));
    assert!(invalid.rule.is_some());
    let invalid = refused(&attr(2, &[]), &policy, LIBERAL);
    assert_eq!(invalid.words(), Some("use the other one"));
    assert!(invalid.rule.is_none());
    assert_eq!((invalid.errno(), invalid.at), (Errno::EINVAL, Some(0)));
}

#[test]
fn a_type_without_a_rule_passes_but_for_strictness() {
    assert_eq!(one(Rule::UNSPEC, &[1], LIBERAL), Ok(0));
    assert_eq!(one(Rule::UNSPEC, &[1], Strictness::UNSPEC), Err(Fault::Unsupported));
    let least = Rule::of(Kind::Unspec { len: 4 });
    assert_eq!(one(least, &[1; 5], LIBERAL), Ok(0));
    assert_eq!(one(least, &[1; 3], LIBERAL), Err(Fault::OutOfShape));
    assert_eq!(one(least, &[1; 4], STRICT), Err(Fault::Unsupported));
}

#[test]
fn types_above_the_highest_and_type_0_pass_but_for_strictness() {
    static RULES: [Rule; 2] = [Rule::U8, Rule::U8];
    let policy = Policy::new(&RULES);
    for kind in [0, 2, 0x3fff] {
        let bytes = [attr(1, &[1]), attr(kind, &[1, 2, 3])].concat();
        assert!(validate(Attrs::new(&bytes), &policy, STRICT - Strictness::MAXTYPE).is_ok());
        let invalid = refused(&bytes, &policy, Strictness::MAXTYPE);
        assert_eq!((invalid.fault, invalid.at), (Fault::UnknownType, Some(8)));
        assert!(invalid.rule.is_none());
    }
}

#[test]
fn bytes_behind_the_last_attribute_are_said_and_strictly_refused() {
    static RULES: [Rule; 2] = [Rule::UNSPEC, Rule::U8];
    let policy = Policy::new(&RULES);
    let said = Some("bytes leftover after parsing attributes");
    for junk in [&[9_u8][..], &[3, 0, 0, 0], &[200, 0, 1, 0]] {
        let bytes = [&attr(1, &[1])[..], junk].concat();
        let warnings = validate(Attrs::new(&bytes), &policy, STRICT - Strictness::TRAILING);
        assert_eq!(warnings.unwrap().words(), said);
        let invalid = refused(&bytes, &policy, Strictness::TRAILING);
        assert_eq!((invalid.fault, invalid.at), (Fault::Leftover, None));
        assert_eq!(invalid.words(), said);
    }
    // A last attribute without its padding leaves nothing.
    assert!(validate(Attrs::new(&attr(1, &[1])[..5]), &policy, STRICT).unwrap().leftover == 0);
}

#[test]
fn the_nested_flag_is_wanted_of_nests_and_of_nothing_else() {
    static INNER: Policy = Policy::new(&[Rule::UNSPEC, Rule::U8]);
    let flag = Strictness::NESTED;
    for rule in [Rule::nested(&INNER), Rule::nested_array(&INNER), Rule::NESTED] {
        assert_eq!(flagged(rule, 1, &[], flag), Err(Fault::NestedMissing));
        assert_eq!(flagged(rule, 1 | NESTED, &[], flag), Ok(0));
        assert_eq!(flagged(rule, 1, &[], LIBERAL), Ok(0));
    }
    assert_eq!(flagged(Rule::U8, 1 | NESTED, &[1], flag), Err(Fault::NestedUnexpected));
    assert_eq!(flagged(Rule::U8, 1 | NESTED, &[1], LIBERAL), Ok(0));
    assert_eq!(flagged(Rule::UNSPEC, 1 | NESTED, &[1], flag), Ok(0));
    // The length of a number is looked at before.
    assert_eq!(flagged(Rule::U8, 1 | NESTED, &[1, 2], STRICT), Err(Fault::Length));
}

#[test]
fn a_fault_in_a_nest_is_where_it_is() {
    static INNER: Policy = Policy::new(&[Rule::UNSPEC, Rule::U8, Rule::U32]);
    static RULES: [Rule; 3] = [Rule::UNSPEC, Rule::nested(&INNER), Rule::nested_array(&INNER)];
    let policy = Policy::new(&RULES);
    let inner = [attr(1, &[1]), attr(2, &[1, 2, 3])].concat();
    let bytes = [attr(1 | NESTED, &[]), attr(1 | NESTED, &inner)].concat();
    // Behind an empty nest, the nest's header, and 8 bytes of a number.
    let invalid = refused(&bytes, &policy, STRICT);
    assert_eq!((invalid.fault, invalid.at), (Fault::Length, Some(4 + 4 + 8)));
    assert!(matches!(invalid.rule, Some(Rule { kind: Kind::U32, .. })));

    // Elements' types say nothing and empty elements pass.
    let elements = [attr(77, &[]), attr(0, &inner)].concat();
    let invalid = refused(&attr(2 | NESTED, &elements), &policy, STRICT);
    assert_eq!((invalid.fault, invalid.at), (Fault::Length, Some(4 + 4 + 4 + 8)));

    let elements = [attr(1, &attr(1, &[1])), attr(1, &[1, 2, 3])].concat();
    let invalid = refused(&attr(2 | NESTED, &elements), &policy, STRICT);
    assert_eq!((invalid.fault, invalid.at), (Fault::ElementTooShort, Some(4 + 4 + 8)));
    assert!(matches!(invalid.rule, Some(Rule { kind: Kind::Unspec { .. }, .. })));

    let short = attr(1 | NESTED, &[1, 2, 3]);
    assert_eq!(refused(&short, &policy, LIBERAL).fault, Fault::OutOfShape);
}

#[test]
fn strictness_may_begin_at_a_type_and_goes_into_its_nests() {
    static INNER: Policy = Policy::new(&[Rule::UNSPEC, Rule::U8]);
    static RULES: [Rule; 4] = [Rule::UNSPEC, Rule::U8, Rule::U8, Rule::nested(&INNER)];
    let policy = Policy::new(&RULES).strict_from(2);
    assert!(validate(Attrs::new(&attr(1, &[1, 2])), &policy, LIBERAL).is_ok());
    assert_eq!(refused(&attr(2, &[1, 2]), &policy, LIBERAL).fault, Fault::Length);
    let junk = attr(3 | NESTED, &attr(9, &[1]));
    assert_eq!(refused(&junk, &policy, LIBERAL).fault, Fault::UnknownType);
    // But not to the list itself.
    assert!(validate(Attrs::new(&attr(9, &[1])), &policy, LIBERAL).is_ok());
}

#[test]
fn a_policy_that_holds_itself_is_followed_ten_levels_deep() {
    static ITSELF: Policy = Policy::new(&[Rule::UNSPEC, Rule::nested(&ITSELF)]);
    static ARRAYS: Policy = Policy::new(&[Rule::UNSPEC, Rule::nested_array(&ARRAYS)]);
    let nests = |levels: usize| (0..levels).fold(Vec::new(), |inner, _| attr(1, &inner));
    // Nine nests around an empty one: ten lists.
    assert!(validate(Attrs::new(&nests(10)), &ITSELF, LIBERAL).is_ok());
    let invalid = refused(&nests(11), &ITSELF, LIBERAL);
    assert_eq!((invalid.fault, invalid.at), (Fault::TooDeep, None));
    // An array and its element are one level.
    assert!(validate(Attrs::new(&nests(20)), &ARRAYS, LIBERAL).is_ok());
    assert_eq!(refused(&nests(21), &ARRAYS, LIBERAL).fault, Fault::TooDeep);
    // As deep as 65,535 bytes go.
    assert_eq!(refused(&nests(16_000), &ITSELF, LIBERAL).fault, Fault::TooDeep);
}

#[test]
fn a_familys_own_check_says_what_it_wants() {
    fn even(attr: &Attr<'_>) -> Result<(), Refusal> {
        match attr.u8() {
            Some(value) if value % 2 == 0 => Ok(()),
            Some(1) => Err(Refusal::silent(Errno::ENXIO)),
            _ => Err(Refusal::at_attr(Errno::E2BIG, "odd")),
        }
    }
    static RULES: [Rule; 2] = [Rule::UNSPEC, Rule::U8.check(Check::Function(even))];
    let policy = Policy::new(&RULES);
    assert!(validate(Attrs::new(&attr(1, &[2])), &policy, STRICT).is_ok());
    let invalid = refused(&[attr(1, &[2]), attr(1, &[3])].concat(), &policy, STRICT);
    assert_eq!(
        (invalid.errno(), invalid.words(), invalid.at),
        (Errno::E2BIG, Some("odd"), Some(8))
    );
    let invalid = refused(&attr(1, &[1]), &policy, STRICT);
    assert_eq!((invalid.errno(), invalid.words(), invalid.at), (Errno::ENXIO, None, None));
}

#[test]
fn words_of_a_warning_stay_where_a_fault_has_none() {
    fn never(_: &Attr<'_>) -> Result<(), Refusal> {
        Err(Refusal::silent(Errno::EBUSY))
    }
    static INNER: Policy = Policy::new(&[Rule::UNSPEC, Rule::U8]);
    static RULES: [Rule; 3] =
        [Rule::UNSPEC, Rule::nested(&INNER), Rule::BINARY.check(Check::Function(never))];
    let junk = [&attr(1, &[1])[..], &[0; 4]].concat();
    let bytes = [attr(1, &junk), attr(2, &[])].concat();
    let invalid = refused(&bytes, &Policy::new(&RULES), LIBERAL);
    assert_eq!(invalid.errno(), Errno::EBUSY);
    assert_eq!(invalid.words(), Some("bytes leftover after parsing attributes"));
}

#[test]
fn a_check_that_does_not_fit_is_the_policys_mistake() {
    assert_eq!(one(Rule::FLAG.range(0, 1), &[], STRICT), Err(Fault::Misfit));
    assert_eq!(one(Rule::MSECS.mask(1), &[0; 8], STRICT), Err(Fault::Misfit));
    assert_eq!(one(Rule::S8.mask(1), &[0], STRICT), Err(Fault::Misfit));
}

#[test]
fn the_last_of_several_is_the_one() {
    static RULES: [Rule; 4] = [Rule::UNSPEC, Rule::U8, Rule::U8, Rule::U8];
    let bytes = [attr(1, &[1]), attr(3, &[3]), attr(1, &[2]), attr(7, &[7])].concat();
    let attrs = Attrs::new(&bytes);
    let (parsed, _) = Parsed::<4>::new(attrs, &Policy::new(&RULES), LIBERAL).unwrap();
    assert_eq!(parsed.get(1).and_then(|attr| attr.u8()), Some(2));
    assert_eq!(attrs.find(1).and_then(|attr| attr.u8()), Some(1), "nla_find: the first");
    assert!(!parsed.has(2) && parsed.has(3) && !parsed.has(7));
    let (few, _) = Parsed::<2>::new(attrs, &Policy::new(&RULES), LIBERAL).unwrap();
    assert!(few.has(1) && !few.has(3));
    assert!(Parsed::<8>::unchecked(attrs).has(7));
    assert!(!Parsed::<8>::new(attrs, &Policy::new(&RULES), LIBERAL).unwrap().0.has(7));
}

/// A rule as the kernel would tell of it.
fn described(rule: Rule) -> Option<Vec<u8>> {
    let mut buffer = [0; 128];
    let mut writer = Writer::new(&mut buffer);
    let told =
        writer.message(Header::default(), |body| rule.describe(4, body, |_| Some(3))).unwrap();
    let attrs = writer.as_bytes()[16..].to_vec();
    assert_eq!(told, !attrs.is_empty());
    assert!(attrs.len() <= rule.described_len(), "{rule:?}: Linux would have warned");
    told.then_some(attrs)
}

#[test]
fn rules_are_told_of_as_linux_does() {
    let u32 = |kind, value: u32| attr(kind, &value.to_ne_bytes());
    let u64 = |kind, value: u64| attr(kind, &value.to_ne_bytes());
    let nest = |parts: &[Vec<u8>]| Some(attr(4 | NESTED, &parts.concat()));
    static INNER: Policy = Policy::new(&[Rule::UNSPEC, Rule::U8, Rule::U8]);
    for (rule, told) in [
        (Rule::U8, nest(&[u64(4, 0), u64(5, 255), u32(1, 2)])),
        (Rule::U16.range(1, 9), nest(&[u64(4, 1), u64(5, 9), u32(1, 3)])),
        (Rule::MSECS, nest(&[u64(4, 0), u64(5, u64::MAX), u32(1, 17)])),
        (Rule::UINT.mask(6), nest(&[u64(12, 6), u32(1, 17)])),
        (Rule::S16.min(-2), nest(&[u64(2, -2_i64 as u64), u64(3, 0x7fff), u32(1, 7)])),
        (Rule::FLAG, nest(&[u32(1, 1)])),
        (Rule::bitfield32(7), nest(&[u32(10, 7), u32(1, 15)])),
        (Rule::BINARY, nest(&[u32(1, 10)])),
        (Rule::binary(5), nest(&[u32(7, 5), u32(1, 10)])),
        (Rule::exactly(6), nest(&[u32(6, 6), u32(7, 6), u32(1, 10)])),
        (Rule::BINARY.range(0, 6), nest(&[u32(7, 6), u32(1, 10)])),
        (Rule::at_least(6), nest(&[u32(1, 10)])),
        (Rule::nul_string(15), nest(&[u32(7, 15), u32(1, 12)])),
        (Rule::string(0), nest(&[u32(1, 11)])),
        (Rule::nested(&INNER), nest(&[u32(8, 3), u32(9, 2), u32(1, 13)])),
        (Rule::nested_array(&INNER), nest(&[u32(8, 3), u32(9, 2), u32(1, 14)])),
        (Rule::NESTED, nest(&[u32(1, 13)])),
        (Rule::nested(&Policy::EMPTY), nest(&[u32(1, 13)])),
        (Rule::UNSPEC, None),
        (Rule::REJECT, None),
        (Rule::BE16, None),
        (Rule::BE32, None),
    ] {
        assert_eq!(described(rule), told, "{rule:?}");
    }
}

proptest! {
    #[test]
    fn no_bytes_panic(
        bytes in proptest::collection::vec(any::<u8>(), 0..200),
        strictness in 0_u8..32,
    ) {
        static ALL: Policy = Policy::new(&[
            Rule::UNSPEC, Rule::U8.range(1, 2), Rule::U16.mask(3), Rule::BE32.max(5), Rule::S64.min(3),
            Rule::string(3), Rule::nul_string(3), Rule::exactly(2), Rule::bitfield32(3), Rule::UINT.max(2),
            Rule::nested(&ALL), Rule::nested_array(&ALL), Rule::FLAG, Rule::REJECT,
        ]).strict_from(9);
        // Small lengths and types, so that there is something to look at.
        let bytes: Vec<u8> = bytes.chunks(4).flat_map(|four| match *four {
            [len, kind, flag, last] => [len % 32, 0, kind % 16, flag & 0x80 | last & 0x40],
            _ => [0; 4],
        }).collect();
        let strictness = Strictness::from_bits_truncate(strictness);
        if let Err(invalid) = validate(Attrs::new(&bytes), &ALL, strictness) {
            prop_assert!(invalid.at.is_none_or(|at| at + Attr::HEADER <= bytes.len() && at % 4 == 0));
        }
    }
}
