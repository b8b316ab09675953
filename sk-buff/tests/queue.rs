//! Rules of queues and inboxes.
#![cfg(all(feature = "buf", feature = "alloc", not(loom)))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test")]
#![allow(clippy::std_instead_of_alloc, reason = "a test has std")]

use std::collections::VecDeque;

use proptest::collection::vec;
use proptest::prelude::*;
use softnet_sk_buff::{DropReason, Inbox, Kick, PoolConfig, SkBuff, SkPool, SkQueue};

fn pool() -> SkPool {
    SkPool::heap(PoolConfig { buffers: 16, clones: 0, buffer_size: 64 }).unwrap()
}

fn marked(pool: &mut SkPool, mark: u32) -> SkBuff {
    let mut skb = pool.alloc(0).unwrap();
    skb.put(mark as usize % 64).unwrap();
    skb.meta_mut().mark = mark;
    skb
}

fn marks(queue: &SkQueue) -> Vec<u32> {
    queue.iter().map(|skb| skb.meta().mark).collect()
}

fn empty(queue: &mut SkQueue, pool: &mut SkPool) {
    while let Some(skb) = queue.pop_front() {
        pool.consume(skb);
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: if cfg!(miri) { 6 } else { 512 },
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    /// Two queues and the same as deques; steps push at either end, pop, append.
    #[test]
    fn a_queue_is_a_deque_that_counts(steps in vec(0..5_u8, 1..60)) {
        let mut pool = pool();
        let mut queues = [SkQueue::new(6), SkQueue::new(3)];
        let mut models = [VecDeque::new(), VecDeque::new()];
        let mut limits = [6, 3];
        for (mark, step) in steps.into_iter().enumerate() {
            let (n, mark) = (mark % 2, mark as u32);
            match step {
                0 | 1 if pool.free() > 0 => {
                    let skb = marked(&mut pool, mark);
                    let full = models[n].len() >= limits[n];
                    prop_assert_eq!(queues[n].is_full(), full);
                    let pushed = if step == 0 {
                        queues[n].push_back(skb)
                    } else {
                        queues[n].push_front(skb)
                    };
                    match pushed {
                        Ok(()) if step == 0 => models[n].push_back(mark),
                        Ok(()) => models[n].push_front(mark),
                        Err(rejected) => {
                            prop_assert!(full);
                            prop_assert_eq!(rejected.why, DropReason::QUEUE_LIMIT);
                            pool.consume(rejected.packet);
                        }
                    }
                }
                2 | 3 => {
                    let skb = queues[n].pop_front();
                    prop_assert_eq!(skb.as_ref().map(|skb| skb.meta().mark), models[n].pop_front());
                    if let Some(skb) = skb {
                        pool.consume(skb);
                    }
                }
                _ => {
                    let [to, from] = &mut queues;
                    to.append(from);
                    let [to, from] = &mut models;
                    to.append(from);
                    limits[0] = limits[0].max(to.len());
                }
            }
            for (queue, model) in queues.iter().zip(&models) {
                prop_assert_eq!(marks(queue), model.iter().copied().collect::<Vec<_>>());
                prop_assert_eq!(queue.len(), model.len());
                prop_assert_eq!(queue.bytes(), model.iter().map(|m| u64::from(m % 64)).sum::<u64>());
                prop_assert_eq!(queue.front().map(|skb| skb.meta().mark), model.front().copied());
                prop_assert_eq!(queue.is_empty(), model.is_empty());
            }
        }
        for queue in &mut queues {
            empty(queue, &mut pool);
        }
        prop_assert!(pool.is_whole() && pool.unspecified_drops() == 0);
    }
}

#[test]
fn a_queue_dropped_full_frees_its_packets_and_says_so() {
    let mut pool = pool();
    let mut queue = SkQueue::new(4);
    for mark in 0..3 {
        queue.push_back(marked(&mut pool, mark)).unwrap();
    }
    drop(queue);
    assert!(pool.is_whole());
    assert_eq!(pool.unspecified_drops(), 3);
}

#[test]
fn clones_may_wait_in_different_queues() {
    let mut pool = SkPool::heap(PoolConfig { buffers: 1, clones: 1, buffer_size: 64 }).unwrap();
    let skb = marked(&mut pool, 3);
    let clone = pool.clone_of(&skb).unwrap();
    let (mut a, mut b) = (SkQueue::new(1), SkQueue::new(1));
    a.push_back(skb).unwrap();
    b.push_back(clone).unwrap();
    for (x, y) in a.iter().zip(&b) {
        assert_eq!(x.data().as_ptr(), y.data().as_ptr());
    }
    empty(&mut a, &mut pool);
    empty(&mut b, &mut pool);
    assert!(pool.is_whole());
}

#[test]
fn the_first_push_into_an_empty_inbox_kicks() {
    let mut pool = pool();
    let inbox = Inbox::new(2);
    assert!(inbox.is_empty());
    for _ in 0..2 {
        assert_eq!(inbox.push(marked(&mut pool, 0)).unwrap(), Kick::Needed);
        assert_eq!(inbox.push(marked(&mut pool, 1)).unwrap(), Kick::Pending);
        let rejected = inbox.push(marked(&mut pool, 2)).unwrap_err();
        assert_eq!((rejected.why, rejected.packet.meta().mark), (DropReason::INBOX_FULL, 2));
        pool.consume(rejected.packet);
        let mut taken = inbox.take();
        assert_eq!(marks(&taken), [0, 1]);
        assert_eq!(taken.bytes(), 1);
        assert!(inbox.is_empty() && inbox.take().is_empty());
        empty(&mut taken, &mut pool);
    }
    assert!(pool.is_whole() && pool.unspecified_drops() == 0);
}

#[test]
fn an_inbox_without_places_refuses() {
    let mut pool = pool();
    let rejected = Inbox::new(0).push(marked(&mut pool, 0)).unwrap_err();
    pool.consume(rejected.packet);
    assert_eq!(pool.unspecified_drops(), 0);
}

#[test]
fn a_closed_inbox_hands_out_what_was_in_it_and_takes_no_more() {
    let mut pool = pool();
    let inbox = Inbox::new(2);
    assert!(!inbox.is_closed());
    for mark in [0, 1] {
        let _ = inbox.push(marked(&mut pool, mark)).unwrap();
    }
    let mut rest = inbox.close();
    assert_eq!(marks(&rest), [0, 1]);
    assert!(inbox.is_closed() && inbox.is_empty());
    // More often than there were places: a refused packet must not take one.
    for mark in 2..6 {
        let rejected = inbox.push(marked(&mut pool, mark)).unwrap_err();
        assert_eq!((rejected.why, rejected.packet.meta().mark), (DropReason::DEV_READY, mark));
        pool.consume(rejected.packet);
        // Neither of these opens it again.
        assert!(inbox.take().is_empty() && inbox.close().is_empty());
    }
    drop(inbox);
    empty(&mut rest, &mut pool);
    assert!(pool.is_whole() && pool.unspecified_drops() == 0);
}

#[test]
fn a_closed_inbox_without_places_says_closed_and_not_full() {
    let mut pool = pool();
    let inbox = Inbox::new(0);
    assert!(inbox.close().is_empty());
    let rejected = inbox.push(marked(&mut pool, 0)).unwrap_err();
    assert_eq!(rejected.why, DropReason::DEV_READY);
    pool.consume(rejected.packet);
}

#[test]
fn an_inbox_keeps_the_order_of_each_producer_and_loses_nothing() {
    let each: u32 = if cfg!(miri) { 20 } else { 20_000 };
    let inbox = Inbox::new(8);
    std::thread::scope(|threads| {
        for producer in 0..2_u32 {
            let (inbox, mut pool) = (&inbox, pool());
            threads.spawn(move || {
                for n in 0..each {
                    let mut skb = loop {
                        match pool.alloc(0) {
                            Some(skb) => break skb,
                            None => std::thread::yield_now(),
                        }
                    };
                    skb.meta_mut().mark = producer << 24 | n;
                    while let Err(rejected) = inbox.push(skb) {
                        skb = rejected.packet;
                        std::thread::yield_now();
                    }
                }
            });
        }
        let mut next = [0, 0];
        while next != [each, each] {
            let mut taken = inbox.take();
            assert!(taken.len() <= 8);
            while let Some(skb) = taken.pop_front() {
                let mark = skb.meta().mark;
                let producer = (mark >> 24) as usize;
                assert_eq!(mark & 0xff_ffff, next[producer]);
                next[producer] += 1;
                skb.consume();
            }
            std::thread::yield_now();
        }
    });
    assert!(inbox.is_empty());
}
