//! Time per packet through each discipline with a standing queue: 64 out, 64 in. What is waiting and
//! who sends: `disciplines`.
#![allow(missing_docs, reason = "criterion's macros make public functions")]

use core::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use softnet_benches::datagram::{Boxed, Datagram, Queued};
use softnet_benches::disciplines::rows;
use softnet_benches::pump::{Plain, Pump, Shape};

const BURST: usize = 64;
const WARM_UP: Duration = Duration::from_millis(100);
const MEASURED: Duration = Duration::from_millis(500);

fn of<P: Queued>(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group(format!("qdisc, packets by {}", P::NAME));
    group.throughput(Throughput::Elements(BURST as u64));
    // Each iteration is a burst of microseconds, so that so much is many of them.
    group.sample_size(20).warm_up_time(WARM_UP).measurement_time(MEASURED);
    let shape = Shape { flows: 100, standing: 1000, burst: BURST, priority: |_| 0 };
    let mut plain = Pump::new(Plain::<P>::default(), shape);
    group.bench_function("VecDeque", |bencher| bencher.iter(|| plain.run(BURST as u64)));
    for row in rows::<P>() {
        let mut pump = row.pump(BURST);
        group.bench_function(row.name, |bencher| bencher.iter(|| pump.run(BURST as u64)));
    }
    group.finish();
}

criterion_group!(benches, of::<Datagram>, of::<Boxed>);
criterion_main!(benches);
