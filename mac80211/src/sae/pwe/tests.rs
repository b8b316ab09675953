use alloc::{format, vec};

use super::*;
use crate::ecc::vectors::{NUMBERS, hex, j_10};

const J_10: [MacAddr; 2] = [MacAddr(j_10::ADDRESSES[0]), MacAddr(j_10::ADDRESSES[1])];
/// Addresses of the second part of annex J.10.
const J_10_H2E: [MacAddr; 2] =
    [MacAddr([0, 0x09, 0x5b, 0x66, 0xec, 0x1e]), MacAddr([0, 0x0b, 0x6b, 0xd9, 0x02, 0x46])];

#[test]
fn clause_12_4_4_2_2_hunting_and_pecking() {
    for numbers in &NUMBERS {
        for (password, rounds, element) in numbers.hunts {
            let [a, b] = J_10;
            let pwe = Pwe::hunting_and_pecking(numbers.group, [a, b], password.as_bytes());
            assert_eq!(pwe.unwrap().as_bytes(), hex(element), "{password}, {rounds} rounds");
            let other = Pwe::hunting_and_pecking(numbers.group, [b, a], password.as_bytes());
            assert_eq!(other.unwrap().as_bytes(), hex(element));
        }
    }
}

#[test]
fn clause_12_4_4_2_3_hash_to_element() {
    for numbers in &NUMBERS {
        for (identifier, element) in
            [(Some(&b"psk4internet"[..]), numbers.h2e_with_identifier), (None, numbers.h2e)]
        {
            let pt = Pt::new(numbers.group, b"byteme", j_10::PASSWORD, identifier).unwrap();
            let [a, b] = J_10_H2E;
            assert_eq!(pt.pwe([a, b]).unwrap().as_bytes(), hex(element));
            assert_eq!(pt.pwe([b, a]).unwrap().as_bytes(), hex(element));
        }
    }
}

#[test]
fn annex_j_10_password_element() {
    let pt = Pt::new(Group::P256, b"byteme", j_10::PASSWORD, Some(b"psk4internet")).unwrap();
    let expected = "c93049b9e64000f848201649e999f2b5c22dea69b5632c9df4d633b8aa1f6c1e\
                    73634e94b53d82e7383a8d258199d9dc1a5ee8269d060382ccbf33e614ff59a0";
    assert_eq!(pt.pwe(J_10_H2E).unwrap().as_bytes(), hex(expected));
}

#[test]
fn ninety_nine_bytes_modulo_the_prime_of_p521() {
    let reduced = p521::NistP521::modulo_prime(&[0xff; 99]).unwrap();
    assert_eq!(reduced.to_repr().to_vec(), hex(NUMBERS[2].ff_modulo_prime));
    // Only the first byte, only the last.
    let mut wide = [0; 99];
    wide[0] = 0x81;
    let reduced = p521::NistP521::modulo_prime(&wide).unwrap().to_repr();
    // 0x81 * 2^263.
    let mut expected = [0; 66];
    expected[66 - 34] = 0x40;
    expected[66 - 33] = 0x80;
    assert_eq!(reduced.to_vec(), expected);
}

/// A value at or above order - 1 comes of no hash that anybody could search for.
#[test]
fn values_around_the_order() {
    let of = |value: &str| one_to_order::<p256::NistP256>(&hex(value)).unwrap().to_repr().to_vec();
    let order = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc6325";
    let small = |last: u8| [vec![0; 31], vec![last]].concat();
    assert_eq!(of(&format!("{order}4f")), hex(&format!("{order}50")));
    assert_eq!(of(&format!("{order}50")), small(1));
    assert_eq!(of(&format!("{order}51")), small(2));
    assert_eq!(of(&format!("{order}52")), small(3));
    assert_eq!(of(&"00".repeat(32)), small(1));
    // 2^256 - 1 - (order - 1) + 1
    let most = "00000000ffffffff00000000000000004319055258e8617b0c46353d039cdab0";
    assert_eq!(of(&"ff".repeat(32)), hex(most));
}

#[test]
fn shifted_right() {
    let mut number = [0x81, 0x42, 0xff];
    shift_right(&mut number, 7);
    assert_eq!(number, [0x01, 0x02, 0x85]);
    shift_right(&mut number, 0);
    assert_eq!(number, [0x01, 0x02, 0x85]);
}

#[test]
fn elements_are_equal_if_all_of_them_is() {
    let pt = |password: &[u8]| Pt::new(Group::P256, b"byteme", password, None).unwrap();
    let (one, other) = (pt(b"one"), pt(b"other"));
    assert_ne!(one, other);
    assert_eq!(one, pt(b"one"));
    assert_ne!(one.pwe(J_10), other.pwe(J_10));
    assert_ne!(one.pwe(J_10), one.pwe(J_10_H2E));
}
