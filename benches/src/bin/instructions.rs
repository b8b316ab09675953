//! Instructions and allocations per operation, counted under valgrind.

use core::hint::black_box;
use std::process::ExitCode;

use softnet_benches::counts::{Case, CountingAllocator, main as count};
use softnet_benches::sources::{Clones, Local, Remote, Source, in_bursts, pool, singly};
use softnet_benches::ways::{BURST as WAYS_BURST, Queue, Ways};
use softnet_sk_buff::SkBuff;
use softnet_sk_buff::checksum::Sum;

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator;

const BURST: usize = 512;

fn bursts(mut source: impl Source, count: u64) {
    let mut held = Vec::with_capacity(BURST);
    in_bursts(&mut source, &mut held, count as usize / BURST, BURST);
}

/// Does `work` to one packet of 1500 bytes, again and again.
fn on_packet(count: u64, mut work: impl FnMut(&mut SkBuff)) {
    let mut pool = pool(1);
    let Some(mut skb) = pool.alloc(64) else { return };
    if let Ok(bytes) = skb.put(1500) {
        bytes.fill(0x5a);
    }
    (0..count).for_each(|_| work(black_box(&mut skb)));
    pool.consume(skb);
}

fn push_pull(skb: &mut SkBuff) {
    if let Ok(header) = skb.push(14) {
        header.fill(1);
    }
    black_box(skb.pull(14).is_ok());
}

/// `count` packets through the stack in bursts of one NAPI poll.
fn way(queue: Queue, count: u64, direction: fn(&mut Ways, usize)) {
    let mut ways = Ways::new(queue, 1514);
    (0..count as usize / WAYS_BURST).for_each(|_| direction(&mut ways, WAYS_BURST));
    assert_eq!(ways.drops(), 0, "a packet was lost: the figure would lie");
}

const CASES: &[Case] = &[
    Case {
        name: "skb alloc+free, singly",
        operations: 20_480,
        run: |count| {
            singly(&mut Local(pool(BURST as u32)), count);
        },
    },
    Case {
        name: "skb alloc+free, bursts of 512",
        operations: 20_480,
        run: |count| bursts(Local(pool(BURST as u32)), count),
    },
    Case {
        name: "skb alloc+free remotely, bursts",
        operations: 20_480,
        run: |count| bursts(Remote(pool(BURST as u32)), count),
    },
    Case {
        name: "skb clone+free, bursts of 512",
        operations: 20_480,
        run: |count| bursts(Clones::of(pool(BURST as u32), BURST), count),
    },
    Case {
        name: "skb push+pull of 14 bytes",
        operations: 20_000,
        run: |count| on_packet(count, push_pull),
    },
    Case {
        name: "checksum of 1500 bytes",
        operations: 5_000,
        run: |count| {
            on_packet(count, |skb| {
                black_box(Sum::of(skb.data()).fold());
            });
        },
    },
    Case {
        name: "TX, no qdisc, skb to completion",
        operations: 64 * 200,
        run: |count| way(Queue::None, count, Ways::tx),
    },
    Case {
        name: "TX past an idle fq_codel",
        operations: 64 * 200,
        run: |count| way(Queue::Bypassed, count, Ways::tx),
    },
    Case {
        name: "TX through fq_codel, in bursts",
        operations: 64 * 200,
        run: |count| way(Queue::FqCodel, count, Ways::tx),
    },
    Case {
        name: "RX, descriptor to protocol",
        operations: 64 * 200,
        run: |count| way(Queue::None, count, Ways::rx),
    },
];

fn main() -> ExitCode {
    count(CASES)
}
