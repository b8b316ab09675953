//! The dissector against a model that knows of what a frame was built.
#![cfg(not(any(loom, miri)))] // Safe code, and slow under Miri.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test")]
#![allow(clippy::std_instead_of_alloc, reason = "a test has std")]

use proptest::collection::vec;
use proptest::prelude::*;
use softnet_sk_buff::flow::DissectFlags;

mod frames;

use frames::{Draw, Header, Payload, check, check_all, headers};

fn draw() -> impl Strategy<Value = Draw> {
    (any::<u8>(), any::<u32>(), any::<u32>()).prop_map(|(kind, a, b)| Draw { kind, a, b })
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 8192,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn finds_what_was_built_in(
        draws in vec(draw(), 0..24),
        flags in 0..16_u32,
        cut in prop_oneof![Just(usize::MAX), 0..400_usize],
    ) {
        check(&headers(&draws), DissectFlags::from_bits_truncate(flags), cut);
    }
}

/// One frame for each kind of header, cut at every byte, under every flag.
#[test]
fn every_prefix_gives_its_keys() {
    let mut kinds = 0;
    for kind in 0..20 {
        for (a, b) in [(0x0102_0304, 0x1112_1315), (5, 0x8000_0001), (0xffff_ffff, 10), (15, 0)] {
            let inner = |kind| Draw { kind, a: 0x1000_4002, b: 0x0bad_cafe };
            // An outer header of each kind, and each kind of header behind IPv4 and IPv6.
            for draws in [
                &[Draw { kind, a, b }, inner(8), inner(12), inner(0)][..],
                &[inner(0), Draw { kind, a, b }, inner(0), inner(13)],
                &[inner(4), Draw { kind, a, b }, inner(14), inner(14)],
                &[inner(12), Draw { kind, a, b }, inner(14), inner(14)],
            ] {
                check_all(&headers(draws));
                kinds += 1;
            }
        }
    }
    assert_eq!(kinds, 320);
}

#[test]
fn no_more_than_sixteen_headers_deep() {
    let v4 = Header::V4 { src: 1, dst: 2, tos: 0, ttl: 64, words: 0, frag: 0 };
    let tcp = Header::Last(Payload::Tcp { src: 1, dst: 2, words: 5, flags: 2 });
    for fill in [
        Header::Vlan { qinq: false, tci: 7 },
        Header::Hsr { prp: true },
        Header::Batadv,
        v4.clone(),
    ] {
        for count in 0..20 {
            let mut list = vec![fill.clone(); count];
            list.extend([v4.clone(), tcp.clone()]);
            check(&list, DissectFlags::empty(), usize::MAX);
        }
    }
}
