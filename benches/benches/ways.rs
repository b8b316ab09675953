//! Time per packet on the ways through the stack, on a card that costs nothing: bursts of 64.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use softnet_benches::ways::{BURST, Queue, Ways};

fn ways(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("ways");
    group.throughput(Throughput::Elements(BURST as u64));
    for (name, queue) in [
        ("tx, no qdisc", Queue::None),
        ("tx, past an idle fq_codel", Queue::Bypassed),
        ("tx, through fq_codel", Queue::FqCodel),
    ] {
        let mut ways = Ways::new(queue, 1514);
        group.bench_function(name, |bencher| bencher.iter(|| ways.tx(BURST)));
        assert_eq!(ways.drops(), 0);
    }
    let mut ways = Ways::new(Queue::None, 1514);
    group.bench_function("rx", |bencher| bencher.iter(|| ways.rx(BURST)));
    assert_eq!(ways.drops(), 0);
    group.finish();
}

criterion_group!(benches, ways);
criterion_main!(benches);
