//! Disciplines that share by turns.

use softnet_qdisc::{Drr, Ets, Qdisc, Qfq, drr, ets, qfq};

use crate::{ONE, Toy, class};

/// One of each, with classes 1:1 and 1:2.
pub(crate) fn parents() -> Vec<Box<dyn Qdisc<Toy>>> {
    let mut drr = Drr::new(ONE, drr::Config::default()).unwrap();
    let mut qfq = Qfq::new(ONE, qfq::Config::default()).unwrap();
    for minor in [1, 2] {
        drr.add_class(class(minor), drr::ClassConfig::default()).unwrap();
        qfq.add_class(class(minor), qfq::ClassConfig::default()).unwrap();
    }
    let ets = Ets::new(ONE, ets::Config::new(2, 0)).unwrap();
    let strict = Ets::new(ONE, ets::Config::new(2, 2)).unwrap();
    vec![Box::new(drr), Box::new(qfq), Box::new(ets), Box::new(strict)]
}
