//! Numbers for filters that were given none (`struct idr`).

use alloc::collections::BTreeSet;

/// Numbers in use.
#[derive(Debug, Default)]
pub(super) struct Handles {
    used: BTreeSet<u32>,
    /// No number from 1 up to here is free.
    all_used_below: u32,
}

impl Handles {
    /// Takes `handle`, or the least free one from 1 on if it is 0. `None` if it is in use.
    pub(super) fn take(&mut self, handle: u32) -> Option<u32> {
        let handle = if handle == 0 { self.least()? } else { handle };
        self.used.insert(handle).then_some(handle)
    }

    pub(super) fn free(&mut self, handle: u32) {
        self.used.remove(&handle);
        self.all_used_below = self.all_used_below.min(handle.saturating_sub(1));
    }

    fn least(&mut self) -> Option<u32> {
        let mut free = self.all_used_below + 1;
        for &used in self.used.range(free..) {
            if used != free {
                break;
            }
            free += 1;
        }
        self.all_used_below = free - 1;
        (free <= i32::MAX.cast_unsigned()).then_some(free)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_free_number_is_next() {
        let mut handles = Handles::default();
        assert_eq!(
            (handles.take(0), handles.take(0), handles.take(4)),
            (Some(1), Some(2), Some(4))
        );
        assert_eq!(handles.take(2), None);
        assert_eq!((handles.take(0), handles.take(0)), (Some(3), Some(5)));
        handles.free(2);
        handles.free(1);
        assert_eq!(
            (handles.take(0), handles.take(0), handles.take(0)),
            (Some(1), Some(2), Some(6))
        );
        assert_eq!(handles.take(u32::MAX), Some(u32::MAX));
    }
}
