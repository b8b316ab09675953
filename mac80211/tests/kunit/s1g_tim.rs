//! net/mac80211/tests/s1g_tim.c of Linux 6.18: partial virtual bitmaps of IEEE 802.11-2024 annex L,
//! figures L-8, L-9, L-10, L-12, L-13, L-14.

use softnet_mac80211::element::{Body, Tim};

/// DTIM count 0, period 1, bitmap control 0, then one block. The AIDs from 1 to 128 that it names are `expected`.
fn check(block: &[u8], expected: impl Fn(u16) -> bool) {
    let body = [&[0, 1, 0], block].concat();
    let tim = Tim::parse(&body).unwrap();
    for aid in 1..=128 {
        assert_eq!(tim.check_s1g(aid), expected(aid), "AID {aid}");
    }
}

const BLOCK: u8 = 0;
const SINGLE: u8 = 1;
const OLB: u8 = 2;
const INVERSE: u8 = 4;

const OLB_AIDS: [u16; 18] = [1, 6, 13, 15, 17, 22, 29, 31, 33, 38, 45, 47, 49, 54, 61, 63, 65, 70];
const OLB_SUBBLOCKS: [u8; 9] = [0x42, 0xa0, 0x42, 0xa0, 0x42, 0xa0, 0x42, 0xa0, 0x42];

#[test]
fn s1g_tim_block_test() {
    // Subblocks 0 and 2.
    check(&[BLOCK, 0x05, 0x42, 0xa0], |aid| [1, 6, 21, 23].contains(&aid));
}

#[test]
fn s1g_tim_single_test() {
    check(&[SINGLE, 31], |aid| aid == 31);
}

#[test]
fn s1g_tim_olb_test() {
    let block = [&[OLB, 9], &OLB_SUBBLOCKS[..]].concat();
    check(&block, |aid| OLB_AIDS.contains(&aid));
}

#[test]
fn s1g_tim_inverse_block_test() {
    let except = [1, 6, 21, 23];
    check(&[BLOCK | INVERSE, 0x05, 0x42, 0xa0], |aid| aid <= 63 && !except.contains(&aid));
}

#[test]
fn s1g_tim_inverse_single_test() {
    check(&[SINGLE | INVERSE, 31], |aid| aid <= 63 && aid != 31);
}

#[test]
fn s1g_tim_inverse_olb_test() {
    let block = [&[OLB | INVERSE, 9], &OLB_SUBBLOCKS[..]].concat();
    check(&block, |aid| aid <= 127 && !OLB_AIDS.contains(&aid));
}
