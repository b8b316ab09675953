//! Packets do what a packet with a `Vec` of its own would do, whatever is done in whatever order.
#![cfg(all(feature = "buf", feature = "alloc", not(loom)))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test")]
#![allow(clippy::std_instead_of_alloc, reason = "a test has std")]

use proptest::collection::vec;
use proptest::prelude::*;

mod model;

use model::{Step, run};

/// Miri is slow; what matters to it is which memory is touched, not how often.
const CASES: u32 = if cfg!(miri) { 6 } else { 2048 };

fn step() -> impl Strategy<Value = Step> {
    (
        any::<u8>(),
        any::<u8>(),
        prop_oneof![0..16_u16, 0..300_u16],
        prop_oneof![0..16_u16, 0..300_u16],
    )
        .prop_map(|(op, at, a, b)| Step { op, at, a, b })
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: CASES,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn a_packet_changes_only_by_what_is_done_to_it(steps in vec(step(), 1..80)) {
        run(&steps);
    }
}
