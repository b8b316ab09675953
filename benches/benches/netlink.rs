//! Time per message of several netlink crates on the same bytes. What is compared: `netlink`, and the README.
#![allow(missing_docs, reason = "criterion's macros make public functions")]

mod contests;

use criterion::{Criterion, criterion_group, criterion_main};
use softnet_benches::netlink::contest::contests;

fn netlink(criterion: &mut Criterion) {
    contests::bench(criterion, contests());
}

criterion_group!(benches, netlink);
criterion_main!(benches);
