//! Where lost packets are counted and freed.

use super::{SkBuff, SkPool};
use crate::{DropCounts, DropReason};

/// Takes packets that were lost, with the reason (`kfree_skb_reason` and its trace point).
///
/// Implement it to look at what is lost; [`PoolDrops`] counts and frees.
pub trait DropSink {
    /// Counts and frees `skb`.
    fn kfree_skb(&mut self, skb: SkBuff, why: DropReason);
}

/// Counts, and frees by way of the return list. For where no pool is at hand.
impl DropSink for DropCounts {
    fn kfree_skb(&mut self, skb: SkBuff, why: DropReason) {
        self.count(why);
        skb.consume();
    }
}

/// Counts, and frees into the CPU's own pool.
///
/// ```
/// use softnet_sk_buff::{DropCounts, DropReason, PoolConfig, PoolDrops, SkPool};
///
/// let mut pool = SkPool::heap(PoolConfig::default())?;
/// let mut counts = DropCounts::default();
/// let skb = pool.alloc(0).unwrap();
/// skb.kfree(DropReason::DEV_READY, &mut PoolDrops { pool: &mut pool, counts: &mut counts });
/// assert_eq!(counts.of(DropReason::DEV_READY), 1);
/// assert!(pool.is_whole() && pool.unspecified_drops() == 0);
/// # Ok::<(), softnet_sk_buff::PoolError>(())
/// ```
#[derive(Debug)]
pub struct PoolDrops<'a> {
    /// The pool to free into.
    pub pool: &'a mut SkPool,
    /// Where to count.
    pub counts: &'a mut DropCounts,
}

impl DropSink for PoolDrops<'_> {
    fn kfree_skb(&mut self, skb: SkBuff, why: DropReason) {
        self.counts.count(why);
        self.pool.consume(skb);
    }
}
