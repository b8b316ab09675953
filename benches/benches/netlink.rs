//! Time per message of several netlink crates on the same bytes. What is compared: `netlink`, and the README.
#![allow(missing_docs, reason = "criterion's macros make public functions")]

use core::time::Duration;
use std::time::Instant;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use softnet_benches::netlink::contest::contests;

fn netlink(criterion: &mut Criterion) {
    for contest in contests() {
        let mut group = criterion.benchmark_group(contest.name);
        group.throughput(Throughput::Elements(contest.units));
        group.warm_up_time(Duration::from_millis(500)).measurement_time(Duration::from_secs(2));
        for (name, mut run) in contest.contenders {
            group.bench_function(name, |bencher| {
                bencher.iter_custom(|times| {
                    let start = Instant::now();
                    run(times);
                    start.elapsed()
                });
            });
        }
        group.finish();
    }
}

criterion_group!(benches, netlink);
criterion_main!(benches);
