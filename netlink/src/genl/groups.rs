//! Numbers of multicast groups.

use alloc::vec::Vec;
use core::ops::Range;

use super::{ID_CTRL, ID_PMCRAID, ID_VFS_DQUOT};

const WORD: u32 = u64::BITS;

/// Which numbers are taken (`mc_groups`).
#[derive(Debug)]
pub(super) struct Groups(Vec<u64>);

impl Groups {
    /// 0 is no group, 1 is drop monitor's; `nlctrl`'s and those of two families from before groups were given
    /// out are their ids.
    pub(super) fn new() -> Self {
        Self(alloc::vec![0b11 | 1 << ID_CTRL | 1 << ID_VFS_DQUOT | 1 << ID_PMCRAID])
    }

    /// How many groups the protocol must have.
    pub(super) fn len(&self) -> u32 {
        u32::try_from(self.0.len()).unwrap_or(u32::MAX).saturating_mul(WORD)
    }

    /// Takes the first `count` numbers in a row (`genl_allocate_reserve_groups`).
    pub(super) fn take(&mut self, count: u32) -> u32 {
        let mut first = self.first_free(0);
        // Those beyond the last word are free.
        while let Some(taken) = (first..self.end(first, count)).find(|&id| self.is_taken(id)) {
            first = self.first_free(taken);
        }
        if first.saturating_add(count) > self.len() {
            let words = self.0.len().saturating_add(count.div_ceil(WORD) as usize);
            self.0.resize(words, 0);
        }
        (first..first.saturating_add(count)).for_each(|id| self.set(id, true));
        first
    }

    /// Gives numbers back. Drop monitor's stays reserved.
    pub(super) fn free(&mut self, ids: Range<u32>) {
        ids.filter(|&id| id != 1).for_each(|id| self.set(id, false));
    }

    fn end(&self, first: u32, count: u32) -> u32 {
        first.saturating_add(count).min(self.len())
    }

    fn first_free(&self, from: u32) -> u32 {
        (from..self.len()).find(|&id| !self.is_taken(id)).unwrap_or(self.len())
    }

    fn is_taken(&self, id: u32) -> bool {
        self.0.get((id / WORD) as usize).is_some_and(|word| word >> (id % WORD) & 1 != 0)
    }

    fn set(&mut self, id: u32, taken: bool) {
        if let Some(word) = self.0.get_mut((id / WORD) as usize) {
            let bit = 1 << (id % WORD);
            *word = if taken { *word | bit } else { *word & !bit };
        }
    }
}
