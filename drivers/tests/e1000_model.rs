//! The e1000 driver on the register-level model: the conformance suite.
#![cfg(all(feature = "e1000", feature = "testutil"))]

mod conformance;

use conformance::model::ModelCard;
use conformance::{Card, cases, check_limits, run};

macro_rules! tests {
    ($($case:ident),*) => {
        $(#[test]
        fn $case() {
            run::<ModelCard>(stringify!($case), cases::$case);
        })*
    };
}

for_each_case!(tests);

#[test]
fn limits_name_cases() {
    check_limits(ModelCard::LIMITS);
}
