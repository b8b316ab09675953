//! Contests for criterion.

use core::time::Duration;
use std::time::Instant;

use criterion::{Criterion, Throughput};
use softnet_benches::contest::Contest;

/// A group for each, a row for each who takes part.
pub(crate) fn bench(criterion: &mut Criterion, contests: Vec<Contest>) {
    for contest in contests {
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
