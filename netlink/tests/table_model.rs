//! The socket table beside a naive model, under random operations.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]
#![allow(clippy::std_instead_of_alloc, reason = "a test has std")]

mod model;

use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_table_does_as_the_model(bytes in prop::collection::vec(any::<u8>(), 0..1200)) {
        model::run(&bytes);
    }
}
