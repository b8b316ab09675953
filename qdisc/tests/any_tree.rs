//! Random trees under random commands and traffic.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(clippy::std_instead_of_core, clippy::std_instead_of_alloc)]

mod tree_model;

use proptest::prelude::*;

proptest! {
    #[test]
    fn keeps_its_books(bytes in prop::collection::vec(any::<u8>(), 0..800)) {
        tree_model::run(&bytes);
    }
}
