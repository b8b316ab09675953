//! Where packets, or what stands for them, are taken from and given back to: one trait, so that all
//! are measured by the same loops.

use core::hint::black_box;

use softnet_sk_buff::{PoolConfig, SkBuff, SkPool};

use crate::baseline::{FreeList, Object};

/// Takes and gives.
pub trait Source {
    /// What it hands out.
    type Item;
    /// The `n`th of a burst.
    fn take(&mut self, n: usize) -> Option<Self::Item>;
    /// Gives one back.
    fn give(&mut self, item: Self::Item);
}

impl Source for FreeList {
    type Item = &'static Object;

    #[inline]
    fn take(&mut self, n: usize) -> Option<&'static Object> {
        self.alloc(n as u64)
    }

    #[inline]
    fn give(&mut self, item: &'static Object) {
        self.free(item);
    }
}

/// Packets of a pool, freed into it.
pub struct Local(pub SkPool);

impl Source for Local {
    type Item = SkBuff;

    #[inline]
    fn take(&mut self, _: usize) -> Option<SkBuff> {
        self.0.alloc(64)
    }

    #[inline]
    fn give(&mut self, skb: SkBuff) {
        self.0.consume(skb);
    }
}

/// Packets of a pool, freed as another CPU would.
pub struct Remote(pub SkPool);

impl Source for Remote {
    type Item = SkBuff;

    #[inline]
    fn take(&mut self, _: usize) -> Option<SkBuff> {
        self.0.alloc(64)
    }

    #[inline]
    fn give(&mut self, skb: SkBuff) {
        skb.consume();
    }
}

/// Clones of packets that stay where they are.
pub struct Clones {
    pool: SkPool,
    originals: Vec<SkBuff>,
}

impl Clones {
    /// Clones of `originals` packets in turn: of the same one each time if that is 1.
    #[must_use]
    pub fn of(mut pool: SkPool, originals: usize) -> Self {
        let originals = (0..originals).map_while(|_| pool.alloc(64)).collect();
        Self { pool, originals }
    }
}

impl Source for Clones {
    type Item = SkBuff;

    #[inline]
    fn take(&mut self, n: usize) -> Option<SkBuff> {
        let original = if self.originals.len() == 1 { 0 } else { n };
        self.pool.clone_of(self.originals.get(original)?)
    }

    #[inline]
    fn give(&mut self, skb: SkBuff) {
        self.pool.consume(skb);
    }
}

impl Drop for Clones {
    fn drop(&mut self) {
        self.originals.drain(..).for_each(|skb| self.pool.consume(skb));
    }
}

/// A pool of `count` packets and as many clones.
///
/// # Panics
/// If there is no memory for it.
#[must_use]
#[allow(clippy::expect_used, reason = "a harness that can't go on says so and ends")]
pub fn pool(count: u32) -> SkPool {
    let config = PoolConfig { buffers: count, clones: count, buffer_size: 2048 };
    SkPool::heap(config).expect("memory for the pool")
}

/// `bursts` times: `len` taken, then all given back in the order in which they were taken, as a ring
/// does. Answers how many went through.
///
/// The source's state is in memory before and after each operation, as it is where a driver does
/// something else in between; a compiler that kept it in registers for a whole burst would flatter
/// whatever is simple enough for that.
pub fn in_bursts<S: Source>(
    source: &mut S,
    held: &mut Vec<S::Item>,
    bursts: usize,
    len: usize,
) -> u64 {
    for _ in 0..bursts {
        held.extend((0..len).map_while(|n| black_box(&mut *source).take(n)));
        held.drain(..).for_each(|item| black_box(&mut *source).give(item));
    }
    (bursts * len) as u64
}

/// `count` times: one taken and given back.
pub fn singly<S: Source>(source: &mut S, count: u64) -> u64 {
    for _ in 0..count {
        if let Some(item) = black_box(&mut *source).take(0) {
            black_box(&mut *source).give(black_box(item));
        }
    }
    count
}
