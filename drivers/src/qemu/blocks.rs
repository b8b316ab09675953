//! Which addresses of a range are taken: first fit, free neighbours merged.

use alloc::collections::BTreeMap;
use core::ops::Range;

use crate::bus::CoherentRequest;

/// The free parts of an address range.
#[derive(Debug)]
pub(super) struct Blocks {
    /// Start to end of each free part; no two touch.
    free: BTreeMap<u64, u64>,
    /// Bytes that are taken.
    used: u64,
}

impl Blocks {
    /// All of `range` is free.
    pub(super) fn new(range: Range<u64>) -> Self {
        Self { free: BTreeMap::from([(range.start, range.end)]), used: 0 }
    }

    /// Bytes that are taken.
    pub(super) fn used(&self) -> u64 {
        self.used
    }

    /// Takes the lowest block that is as `request` wants it.
    pub(super) fn take(&mut self, request: &CoherentRequest) -> Option<u64> {
        let len = u64::try_from(request.len).ok().filter(|len| *len > 0)?;
        let parts = self.free.iter().map(|(start, end)| (*start, *end));
        let found = parts.filter_map(|(start, end)| {
            let at = place(start, len, request)?;
            (at.checked_add(len)? <= end).then_some((start, end, at))
        });
        let (start, end, at) = { found }.next()?;
        self.free.remove(&start);
        self.put(start, at);
        self.put(at + len, end);
        self.used += len;
        Some(at)
    }

    /// Gives `start..start + len` back, which was taken.
    pub(super) fn give(&mut self, start: u64, len: u64) {
        let mut merged = start..start.saturating_add(len);
        if let Some((&before, _)) =
            self.free.range(..start).next_back().filter(|(_, e)| **e == start)
        {
            self.free.remove(&before);
            merged.start = before;
        }
        if let Some(end) = self.free.remove(&merged.end) {
            merged.end = end;
        }
        self.put(merged.start, merged.end);
        self.used = self.used.saturating_sub(len);
    }

    fn put(&mut self, start: u64, end: u64) {
        if start < end {
            self.free.insert(start, end);
        }
    }
}

/// The first address from `start` on where `len` bytes keep to the request's alignment, boundary and
/// mask. The end of the free part is the caller's to check.
fn place(start: u64, len: u64, request: &CoherentRequest) -> Option<u64> {
    let align = power_of_two(request.align as u64)?;
    let mut at = start.checked_next_multiple_of(align)?;
    if let Some(boundary) = request.boundary {
        let boundary = power_of_two(boundary).filter(|boundary| len <= *boundary)?;
        if at / boundary != at.checked_add(len - 1)? / boundary {
            // Of two powers of two the greater is a multiple of the smaller.
            at = at.checked_next_multiple_of(boundary.max(align))?;
        }
    }
    (at.checked_add(len - 1)? <= request.mask).then_some(at)
}

fn power_of_two(number: u64) -> Option<u64> {
    number.is_power_of_two().then_some(number)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const RANGE: Range<u64> = 0x100..0x4000;

    fn plain(len: usize) -> CoherentRequest {
        CoherentRequest { len, align: 1, boundary: None, mask: u64::MAX }
    }

    #[test]
    fn a_block_moves_past_the_boundary_that_it_would_straddle() {
        let mut blocks = Blocks::new(0x1_fff0..0x4_0000);
        let request = CoherentRequest { align: 16, boundary: Some(0x1_0000), ..plain(0x20) };
        assert_eq!(blocks.take(&request), Some(0x2_0000));
        // The gap in front is not lost.
        assert_eq!(blocks.take(&plain(0x10)), Some(0x1_fff0));
        let too_long = CoherentRequest { boundary: Some(0x1_0000), ..plain(0x1_0001) };
        assert_eq!(blocks.take(&too_long), None);
    }

    #[test]
    fn the_mask_is_an_inclusive_last_address() {
        let low = CoherentRequest { mask: 0x10f, ..plain(0x10) };
        assert_eq!(Blocks::new(RANGE).take(&low), Some(0x100));
        assert_eq!(Blocks::new(RANGE).take(&CoherentRequest { mask: 0x10e, ..low }), None);
    }

    #[test]
    fn senseless_requests_find_nothing() {
        for request in [
            plain(0),
            plain(usize::MAX),
            CoherentRequest { align: 0, ..plain(4) },
            CoherentRequest { align: 24, ..plain(4) },
            CoherentRequest { boundary: Some(0), ..plain(4) },
            CoherentRequest { boundary: Some(48), ..plain(4) },
        ] {
            assert_eq!(Blocks::new(RANGE).take(&request), None, "{request:?}");
        }
    }

    proptest! {
        /// Against a map with one flag for each byte.
        #[test]
        fn blocks_are_as_asked_and_never_overlap(
            steps in prop::collection::vec((1usize..0x900, 0u32..9, 0u32..14, any::<bool>(), any::<prop::sample::Index>()), 1..60)
        ) {
            let mut blocks = Blocks::new(RANGE);
            let mut taken = vec![false; RANGE.end as usize];
            let mut live: Vec<(u64, usize)> = Vec::new();
            for (len, align, boundary, free, pick) in steps {
                if free && !live.is_empty() {
                    let (at, len) = live.swap_remove(pick.index(live.len()));
                    blocks.give(at, len as u64);
                    taken[at as usize..at as usize + len].fill(false);
                    continue;
                }
                let boundary = (boundary > 0).then(|| 1u64 << boundary);
                let request = CoherentRequest { len, align: 1 << align, boundary, mask: 0x3fff };
                // The naive answer: try every address.
                let fits = |at: u64| {
                    at.is_multiple_of(1 << align)
                        && at + len as u64 <= RANGE.end
                        && boundary.is_none_or(|b| at & !(b - 1) == (at + len as u64 - 1) & !(b - 1))
                        && taken[at as usize..at as usize + len].iter().all(|byte| !byte)
                };
                let want = RANGE.into_iter().find(|at| fits(*at));
                let got = blocks.take(&request);
                prop_assert_eq!(got, want);
                if let Some(at) = got {
                    taken[at as usize..at as usize + len].fill(true);
                    live.push((at, len));
                }
                prop_assert_eq!(blocks.used(), taken.iter().filter(|byte| **byte).count() as u64);
            }
            for (at, len) in live {
                blocks.give(at, len as u64);
            }
            prop_assert_eq!(blocks.take(&plain(0x3f00)), Some(0x100));
        }
    }
}
