//! The e1000 driver on QEMU's card: the conformance suite.
#![cfg(all(feature = "e1000", feature = "qemu"))]

mod conformance;

use conformance::bench::Bench;
use conformance::qemu::QemuCard;
use conformance::{Card, cases, check_limits, run};
use softnet_drivers::qemu::Model;

macro_rules! tests {
    ($($case:ident),*) => {
        $(#[test]
        fn $case() {
            run::<QemuCard>(stringify!($case), cases::$case);
        })*
    };
}

for_each_case!(tests);

#[test]
fn limits_name_cases() {
    check_limits(QemuCard::LIMITS);
}

/// The driver takes two more cards of the family, which QEMU has too.
#[test]
fn kin_cards_open_send_and_receive() {
    for model in [Model::I82544gc, Model::I82545em] {
        let Some(card) = QemuCard::with(model) else { return };
        cases::a_port_opens_closes_and_opens_again(Bench::new(card));
        let Some(card) = QemuCard::with(model) else { return };
        cases::bursts_go_round_the_rings_many_times(Bench::new(card));
    }
}
