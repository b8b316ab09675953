//! In steady state nothing is allocated: not to send, not to receive, not to be watched.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(clippy::std_instead_of_core, clippy::std_instead_of_alloc)]

mod common;

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::sync::atomic::Ordering::Relaxed;

use common::{NOW, Rig};
use softnet_netdev::testutil::{frame, mac};
use softnet_netdev::{Loopback, TapConfig};
use softnet_qdisc::{FqCodel, Handle, fq_codel};
use softnet_sk_buff::MacAddr;

thread_local! {
    static ALLOCATIONS: Cell<u64> = const { Cell::new(0) };
}

/// The system's allocator, counting.
struct Counting;

// SAFETY: every call goes to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
        // SAFETY: the caller's promises are passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, ptr: *mut u8, layout: Layout) {
        // SAFETY: the caller's promises are passed on.
        unsafe { System.dealloc(ptr, layout) }
    }

    unsafe fn realloc(&self, ptr: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
        // SAFETY: the caller's promises are passed on.
        unsafe { System.realloc(ptr, layout, new_size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Runs `turn` until everything has grown to its size, then counts.
fn allocations(mut turn: impl FnMut()) -> u64 {
    for _ in 0..4 {
        turn();
    }
    let before = ALLOCATIONS.get();
    for _ in 0..20 {
        turn();
    }
    ALLOCATIONS.get() - before
}

#[test]
fn the_counter_counts() {
    assert_eq!(allocations(|| drop(std::hint::black_box(Box::new(1)))), 20);
}

#[test]
fn sending_allocates_nothing() {
    let mut rig = Rig::queued();
    let count = allocations(|| {
        for number in 0..200 {
            rig.must_send([number]);
        }
        rig.wire.drain(rig.softnet.pool());
    });
    assert_eq!(count, 0);
}

#[test]
fn waiting_being_put_back_and_going_by_softirq_allocate_nothing() {
    let mut rig = Rig::new();
    let fq_codel = FqCodel::new(Handle(1), fq_codel::Config::default(), [1, 2]).unwrap();
    rig.softnet.set_qdisc(rig.dev, 0, Some(Box::new(fq_codel)), NOW).unwrap();
    let count = allocations(|| {
        rig.wire.ring.store(3, Relaxed);
        for number in 0..200 {
            rig.must_send([number]);
        }
        rig.wire.busy.store(2, Relaxed);
        rig.wire.ring.store(1000, Relaxed);
        rig.wire.completed.store(1000, Relaxed);
        rig.interrupt();
        rig.softirqs();
        assert_eq!(rig.wire.drain(rig.softnet.pool()), 200);
        rig.wire.completed.store(1000, Relaxed);
        rig.interrupt();
    });
    assert_eq!(count, 0);
}

#[test]
fn receiving_allocates_nothing() {
    let mut rig = Rig::new();
    let count = allocations(|| {
        for number in 0..200u32 {
            let skb = frame(&mut rig.softnet, rig.dev, mac(1), &number.to_be_bytes()).unwrap();
            let _ = rig.wire.air.push(skb).unwrap();
        }
        rig.interrupt();
        rig.softirqs();
        let mut received = 0;
        while let Some(skb) = rig.softnet.receive(rig.dev) {
            rig.softnet.consume(skb);
            received += 1;
        }
        assert_eq!(received, 200);
    });
    assert_eq!(count, 0);
}

#[test]
fn the_backlog_the_inboxes_and_the_timers_allocate_nothing() {
    let mut rig = Rig::new();
    let lo = rig.softnet.register_netdev(Box::new(Loopback::new())).unwrap().dev().unwrap();
    rig.softnet.dev_open(lo, NOW).unwrap();
    let (tx, rx) = (rig.softnet.tx_inbox(), rig.softnet.rx_inbox());
    let count = allocations(|| {
        for _ in 0..100 {
            for inbox in [&tx, &rx] {
                let skb = frame(&mut rig.softnet, lo, MacAddr::ZERO, b"data").unwrap();
                let _ = inbox.push(skb).unwrap();
            }
        }
        rig.softnet.handle_inbox(NOW);
        rig.softirqs();
        rig.softnet.handle_timeout(NOW);
        assert_eq!(rig.softnet.dev(lo).unwrap().rx_queue_len(), 200);
        rig.softnet.purge_rx(lo, NOW);
    });
    assert_eq!(count, 0);
}

#[test]
fn being_watched_allocates_nothing() {
    let mut rig = Rig::queued();
    let mut tap = rig.softnet.open_tap(TapConfig::default(), NOW).unwrap();
    let count = allocations(|| {
        for number in 0..100 {
            rig.must_send([number]);
        }
        rig.wire.drain(rig.softnet.pool());
        while let Some(skb) = tap.recv() {
            skb.consume();
        }
    });
    assert_eq!(count, 0);
    assert_eq!(rig.softnet.tap_stats().lost, 0);
}
