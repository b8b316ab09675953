//! Time per 802.11 frame of several crates on the same bytes. What is compared: `wifi`, and the README.
#![allow(missing_docs, reason = "criterion's macros make public functions")]

mod contests;

use criterion::{Criterion, criterion_group, criterion_main};
use softnet_benches::wifi::contest::contests;

fn wifi(criterion: &mut Criterion) {
    contests::bench(criterion, contests());
}

criterion_group!(benches, wifi);
criterion_main!(benches);
