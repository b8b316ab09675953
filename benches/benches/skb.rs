//! Packet buffers beside a bare free list.
#![allow(missing_docs, reason = "criterion's macros make public functions")]

use core::hint::black_box;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use softnet_benches::baseline::FreeList;
use softnet_benches::sources::{Clones, Local, Remote, Source, in_bursts, pool, singly};
use softnet_sk_buff::checksum::Sum;

const BURST: usize = 512;

fn sources(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("singly");
    let mut one = |name: &str, mut run: Box<dyn FnMut() -> u64>| {
        group.bench_function(name, |bencher| bencher.iter(&mut run));
    };
    let full = || pool(BURST as u32);
    let (mut list, mut local, mut clones) =
        (FreeList::new(BURST), Local(full()), Clones::of(full(), 1));
    one("free list", Box::new(move || singly(&mut list, 1)));
    one("alloc+free", Box::new(move || singly(&mut local, 1)));
    one("clone+free", Box::new(move || singly(&mut clones, 1)));
    group.finish();

    bursts(criterion, "free list", FreeList::new(BURST));
    bursts(criterion, "alloc+free", Local(full()));
    bursts(criterion, "alloc+free remotely", Remote(full()));
    bursts(criterion, "clone+free", Clones::of(full(), BURST));
}

fn bursts<S: Source>(criterion: &mut Criterion, name: &str, mut source: S) {
    let mut group = criterion.benchmark_group("bursts of 512");
    group.throughput(Throughput::Elements(BURST as u64));
    let mut held = Vec::with_capacity(BURST);
    group.bench_function(name, |bencher| {
        bencher.iter(|| in_bursts(&mut source, &mut held, 1, BURST));
    });
    group.finish();
}

fn bytes(criterion: &mut Criterion) {
    let mut pool = pool(4);
    let Some(mut skb) = pool.alloc(64) else { return };
    if let Ok(bytes) = skb.put(1500) {
        bytes.fill(0x5a);
    }
    criterion.bench_function("push+pull of 14 bytes", |bencher| {
        bencher.iter(|| {
            if let Ok(header) = black_box(&mut skb).push(14) {
                header.fill(1);
            }
            skb.pull(14).map(<[u8]>::len)
        });
    });
    let mut group = criterion.benchmark_group("1500 bytes");
    group.throughput(Throughput::Bytes(1500));
    group.bench_function("checksum", |bencher| {
        bencher.iter(|| Sum::of(black_box(skb.data())).fold());
    });
    group.bench_function("copy", |bencher| {
        bencher.iter_batched(
            || (),
            |()| {
                if let Ok(copy) = pool.copy(black_box(&skb), 64, 0) {
                    pool.consume(copy);
                }
            },
            BatchSize::SmallInput,
        );
    });
    group.finish();
    pool.consume(skb);
}

criterion_group!(benches, sources, bytes);
criterion_main!(benches);
