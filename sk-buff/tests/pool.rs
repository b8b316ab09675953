//! Rules of pools: what they hold, what comes back, when their memory goes.
#![cfg(all(feature = "buf", feature = "alloc", not(loom)))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test")]
#![allow(clippy::std_instead_of_alloc, reason = "a test has std")]

use core::mem::MaybeUninit;
use core::ptr::NonNull;
use core::sync::atomic::{AtomicPtr, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, mpsc};

use softnet_sk_buff::{BUFFER_ALIGN, PoolConfig, PoolError, Region, SkBuff, SkPool};

const SMALL: PoolConfig = PoolConfig { buffers: 2, clones: 2, buffer_size: 128 };

/// Counts how often it was dropped.
struct Counted {
    memory: NonNull<[u8]>,
    dropped: Arc<AtomicU32>,
}

// SAFETY: owns the block behind the pointer.
unsafe impl Send for Counted {}

// SAFETY: a zeroed boxed slice that lives until the drop.
unsafe impl Region for Counted {
    fn memory(&self) -> NonNull<[u8]> {
        self.memory
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.dropped.fetch_add(1, Ordering::SeqCst);
        // SAFETY: made by `Box::into_raw` in `counted`.
        drop(unsafe { Box::from_raw(self.memory.as_ptr()) });
    }
}

fn counted(config: PoolConfig) -> (SkPool, Arc<AtomicU32>) {
    let dropped = Arc::new(AtomicU32::new(0));
    let bytes = vec![0; config.data_len().unwrap()].into_boxed_slice();
    let memory = NonNull::new(Box::into_raw(bytes)).unwrap();
    let region = Counted { memory, dropped: Arc::clone(&dropped) };
    (SkPool::over(Box::new(region), config).unwrap(), dropped)
}

/// Every order of `n` things.
fn orders(n: usize) -> Vec<Vec<usize>> {
    if n == 0 {
        return vec![vec![]];
    }
    let insert = |rest: &Vec<usize>, at: usize| {
        let mut order = rest.clone();
        order.insert(at, n - 1);
        order
    };
    let shorter = orders(n - 1);
    shorter.iter().flat_map(|rest| (0..n).map(move |at| insert(rest, at))).collect()
}

#[test]
fn a_pool_hands_out_what_it_was_made_for_and_no_more() {
    let mut pool = SkPool::heap(SMALL).unwrap();
    let (a, b) = (pool.alloc(0).unwrap(), pool.alloc(128).unwrap());
    assert!(pool.alloc(0).is_none());
    assert_eq!(pool.stats().exhausted, 1);
    let (c, d) = (pool.clone_of(&a).unwrap(), pool.clone_of(&a).unwrap());
    assert!(pool.clone_of(&b).is_none());
    assert_eq!((pool.stats().exhausted, pool.free()), (2, 0));
    for skb in [a, b, c, d] {
        assert!(!pool.is_whole());
        pool.consume(skb);
    }
    assert!(pool.is_whole());
    assert!(pool.alloc(129).is_none(), "headroom larger than the buffer");
    assert_eq!(pool.stats().exhausted, 2, "which says nothing about how much is free");
}

#[test]
fn a_clone_takes_a_header_from_a_ready_packet_when_no_bare_one_is_left() {
    let config = PoolConfig { buffers: 2, clones: 0, buffer_size: 128 };
    let mut pool = SkPool::heap(config).unwrap();
    let skb = pool.alloc(0).unwrap();
    let clone = pool.clone_of(&skb).unwrap();
    assert_eq!(pool.free(), 0, "the other buffer has no header");
    // The first header to come back without a buffer of its own takes the one that was left.
    pool.consume(skb);
    assert_eq!(pool.free(), 1);
    let other = pool.alloc(0).unwrap();
    assert_ne!(other.dma_range().cast::<u8>(), clone.dma_range().cast::<u8>());
    pool.consume(clone);
    pool.consume(other);
    assert!(pool.is_whole());
}

#[test]
fn buffers_do_not_overlap_and_are_aligned() {
    let config = PoolConfig { buffers: 5, clones: 0, buffer_size: 100 };
    let mut pool = SkPool::heap(config).unwrap();
    let mut packets: Vec<SkBuff> = (0..5).map_while(|_| pool.alloc(0)).collect();
    for (n, skb) in packets.iter_mut().enumerate() {
        assert_eq!(skb.dma_range().addr().get() % BUFFER_ALIGN, 0);
        assert_eq!(skb.tailroom(), 128, "rounded up");
        skb.put(128).unwrap().fill(n as u8);
    }
    for (n, skb) in packets.iter().enumerate() {
        assert_eq!(skb.data(), [n as u8; 128]);
    }
    packets.into_iter().for_each(|skb| pool.consume(skb));
}

#[test]
fn a_foreign_clone_goes_home_in_whatever_order_packets_and_pools_go() {
    // Things: packet of A, its clone through B, a clone of that through A, pool A, pool B.
    for order in orders(5) {
        for free in [|_: &mut SkPool, skb: SkBuff| skb.consume(), SkPool::consume] {
            let ((a, a_gone), (b, b_gone)) = (counted(SMALL), counted(SMALL));
            let (mut a, mut b) = (Some(a), Some(b));
            let skb = a.as_mut().unwrap().alloc(0).unwrap();
            let foreign = b.as_mut().unwrap().clone_of(&skb).unwrap();
            let back = a.as_mut().unwrap().clone_of(&foreign).unwrap();
            let mut packets = [Some(skb), Some(foreign), Some(back)];
            for thing in &order {
                match thing {
                    3 => drop(a.take()),
                    4 => drop(b.take()),
                    n => {
                        let skb = packets[*n].take().unwrap();
                        match (&mut a, &mut b) {
                            (Some(pool), _) | (_, Some(pool)) => free(pool, skb),
                            _ => skb.consume(),
                        }
                    }
                }
                let out = packets.iter().flatten().count();
                if let Some(pool) = &mut a {
                    assert_eq!(pool.is_whole(), out == 0, "{order:?}");
                }
                let gone = u32::from(a.is_none() && out == 0);
                assert_eq!(a_gone.load(Ordering::SeqCst), gone, "{order:?}");
                let gone = u32::from(b.is_none() && packets[1].is_none());
                assert_eq!(b_gone.load(Ordering::SeqCst), gone, "{order:?}");
            }
        }
    }
}

#[test]
fn memory_goes_once_when_the_pool_went_before_all_its_packets() {
    let (mut pool, dropped) = counted(SMALL);
    let packets = [pool.alloc(0).unwrap(), pool.alloc(0).unwrap()];
    let clones = [0, 1].map(|n: usize| pool.clone_of(&packets[n]).unwrap());
    drop(pool);
    for skb in packets.into_iter().chain(clones) {
        assert_eq!(dropped.load(Ordering::SeqCst), 0);
        skb.consume();
    }
    assert_eq!(dropped.load(Ordering::SeqCst), 1);
}

#[test]
fn memory_goes_with_a_pool_that_has_everything_back() {
    let (mut pool, dropped) = counted(SMALL);
    let (a, b) = (pool.alloc(0).unwrap(), pool.alloc(0).unwrap());
    a.consume();
    pool.consume(b);
    drop(pool);
    assert_eq!(dropped.load(Ordering::SeqCst), 1);
}

#[test]
fn memory_goes_once_when_the_pool_and_its_last_packets_go_on_different_threads() {
    for _ in 0..if cfg!(miri) { 4 } else { 2_000 } {
        let (mut pool, dropped) = counted(SMALL);
        let packets = [pool.alloc(0).unwrap(), pool.alloc(0).unwrap()];
        let clones = [0, 1].map(|n: usize| pool.clone_of(&packets[n]).unwrap());
        std::thread::scope(|threads| {
            threads.spawn(move || packets.into_iter().for_each(SkBuff::consume));
            threads.spawn(move || clones.into_iter().for_each(SkBuff::consume));
            threads.spawn(move || drop(pool));
        });
        assert_eq!(dropped.load(Ordering::SeqCst), 1);
    }
}

#[test]
fn packets_freed_by_other_threads_come_back_while_the_pool_allocates() {
    let rounds: u32 = if cfg!(miri) { 60 } else { 50_000 };
    let config = PoolConfig { buffers: 8, clones: 8, buffer_size: 64 };
    let (mut pool, dropped) = counted(config);
    let (mut other, _) = counted(config);
    std::thread::scope(|threads| {
        let (to, frees) = mpsc::channel::<SkBuff>();
        let (to_too, frees_too) = mpsc::channel::<SkBuff>();
        threads.spawn(move || frees.into_iter().for_each(SkBuff::consume));
        // Frees half of them into its own pool, to which they don't belong.
        threads.spawn(move || {
            while let Ok(skb) = frees_too.recv() {
                assert!(skb.data().windows(2).all(|pair| pair[0] == pair[1]), "torn bytes");
                match other.clone_of(&skb) {
                    Some(clone) => other.consume(clone),
                    None => assert!(other.stats().exhausted > 0),
                }
                other.consume(skb);
            }
            assert!(other.is_whole());
        });
        let mut sent = 0;
        while sent < rounds {
            let Some(mut skb) = pool.alloc(0) else {
                std::thread::yield_now();
                continue;
            };
            skb.put(16).unwrap().fill(sent as u8);
            if let Some(clone) = pool.clone_of(&skb) {
                to.send(clone).unwrap();
            }
            to_too.send(skb).unwrap();
            sent += 1;
        }
    });
    assert!(pool.is_whole());
    assert_eq!(pool.unspecified_drops(), 0);
    drop(pool);
    assert_eq!(dropped.load(Ordering::SeqCst), 1);
}

#[test]
fn a_configuration_that_cannot_be_is_refused() {
    for config in [
        PoolConfig { buffers: 0, ..SMALL },
        PoolConfig { buffer_size: 0, ..SMALL },
        PoolConfig { buffer_size: 65473, ..SMALL },
        PoolConfig { buffers: u32::MAX, clones: 1, ..SMALL },
    ] {
        assert_eq!(SkPool::heap(config).unwrap_err(), PoolError::BadConfig);
        assert!(config.books_len().is_none() || config.data_len().is_none());
    }
}

/// Memory that is never freed, but not forgotten either, or Miri would call it leaked.
fn lent(len: usize) -> &'static mut [MaybeUninit<u8>] {
    static KEPT: Mutex<Vec<AtomicPtr<MaybeUninit<u8>>>> = Mutex::new(Vec::new());
    let block = Box::into_raw(vec![MaybeUninit::uninit(); len].into_boxed_slice());
    KEPT.lock().unwrap().push(AtomicPtr::new(block.cast()));
    // SAFETY: fresh from the allocator, never freed, borrowed once.
    unsafe { &mut *block }
}

#[test]
fn a_fixed_pool_takes_memory_of_any_alignment() {
    let (books_len, data_len) = (SMALL.books_len().unwrap(), SMALL.data_len().unwrap());
    for skew in [0, 1, 7, 63] {
        let books = &mut lent(books_len + skew)[skew..];
        let data = &mut lent(data_len + skew)[skew..];
        let mut pool = SkPool::fixed(books, data, SMALL).unwrap();
        let mut skb = pool.alloc(1).unwrap();
        let clone = pool.clone_of(&skb).unwrap();
        assert_eq!(skb.dma_range().addr().get() % BUFFER_ALIGN, 1);
        pool.consume(clone);
        assert_eq!(skb.put(127).unwrap(), [0; 127], "zeroed");
        drop(pool);
        assert_eq!(skb.data(), [0; 127]);
        skb.consume();
    }
}

#[test]
fn a_fixed_pool_refuses_memory_that_is_a_byte_too_small() {
    /// Starts at a multiple of 64, so that no byte is spent on alignment.
    fn aligned(len: usize) -> &'static mut [MaybeUninit<u8>] {
        let block = lent(len + 63);
        let skip = block.as_ptr().align_offset(64);
        &mut block[skip..skip + len]
    }
    let data = 2 * 128;
    let books = SMALL.books_len().unwrap() - 63;
    let made = |books, data| SkPool::fixed(aligned(books), aligned(data), SMALL).map(|_| ());
    assert_eq!(made(books, data), Ok(()));
    assert_eq!(made(books - 1, data), Err(PoolError::BooksTooSmall));
    assert_eq!(made(books, data - 1), Err(PoolError::DataTooSmall));
    assert_eq!(made(0, data), Err(PoolError::BooksTooSmall));
    assert_eq!(made(books, 0), Err(PoolError::DataTooSmall));
}

#[test]
fn a_region_too_small_is_dropped_once() {
    let dropped = Arc::new(AtomicU32::new(0));
    let memory = NonNull::new(Box::into_raw(vec![0_u8; 64].into_boxed_slice())).unwrap();
    let region = Counted { memory, dropped: Arc::clone(&dropped) };
    assert_eq!(SkPool::over(Box::new(region), SMALL).unwrap_err(), PoolError::DataTooSmall);
    assert_eq!(dropped.load(Ordering::SeqCst), 1);
}
