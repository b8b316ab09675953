//! Linux's arithmetic idioms as constant functions: for sizes and layouts that are fixed when the
//! program is built, and for lengths at run time. Nothing here overflows or panics; what has no
//! answer is `None`.
//!
//! ```
//! use softnet_sk_buff::build_bug_on;
//! use softnet_sk_buff::const_fns::{align, array_size};
//!
//! const NAMES: [&str; 3] = ["rx", "tx", "other"];
//! build_bug_on!(array_size(&NAMES) > 4);
//!
//! // A receive buffer in whole cache lines.
//! const BUFFER: usize = match align(1514 + 2, 64) {
//!     Some(size) => size,
//!     None => unreachable!(),
//! };
//! assert_eq!(BUFFER, 1536);
//! ```

/// The least multiple of `alignment` that is not below `value` (`ALIGN`, `round_up`).
///
/// `None` if that is more than a `usize` holds, or if `alignment` is not a power of two.
///
/// ```
/// # use softnet_sk_buff::const_fns::align;
/// assert_eq!(align(13, 8), Some(16));
/// assert_eq!(align(16, 8), Some(16));
/// assert_eq!(align(usize::MAX, 8), None);
/// assert_eq!(align(13, 6), None);
/// ```
#[must_use]
pub const fn align(value: usize, alignment: usize) -> Option<usize> {
    if !alignment.is_power_of_two() {
        return None;
    }
    let mask = alignment - 1;
    match value.checked_add(mask) {
        Some(sum) => Some(sum & !mask),
        None => None,
    }
}

/// The greatest multiple of `alignment` that is not above `value` (`ALIGN_DOWN`, `round_down`).
///
/// `None` if `alignment` is not a power of two.
///
/// ```
/// # use softnet_sk_buff::const_fns::align_down;
/// assert_eq!(align_down(13, 8), Some(8));
/// assert_eq!(align_down(13, 0), None);
/// ```
#[must_use]
pub const fn align_down(value: usize, alignment: usize) -> Option<usize> {
    if alignment.is_power_of_two() { Some(value & !(alignment - 1)) } else { None }
}

/// Whether `value` is a multiple of `alignment`, a power of two (`IS_ALIGNED`). `false` for an
/// `alignment` that is none.
///
/// ```
/// # use softnet_sk_buff::const_fns::is_aligned;
/// assert!(is_aligned(0x1000, 16));
/// assert!(!is_aligned(0x1008, 16));
/// ```
#[must_use]
pub const fn is_aligned(value: usize, alignment: usize) -> bool {
    alignment.is_power_of_two() && value & (alignment - 1) == 0
}

/// How many pieces of at most `size` make up `total` (`DIV_ROUND_UP`). `None` if `size` is 0.
///
/// Linux's adds first and overflows near the top; this one does not.
///
/// ```
/// # use softnet_sk_buff::const_fns::div_round_up;
/// assert_eq!(div_round_up(5000, 1460), Some(4));
/// assert_eq!(div_round_up(usize::MAX, 2), Some(usize::MAX / 2 + 1));
/// assert_eq!(div_round_up(1, 0), None);
/// ```
#[must_use]
pub const fn div_round_up(total: usize, size: usize) -> Option<usize> {
    if size == 0 { None } else { Some(total.div_ceil(size)) }
}

/// The number of elements of an array, known from its type (`ARRAY_SIZE`).
///
/// Unlike `len()` it takes no slice, whose length is not known when the program is built.
///
/// ```
/// # use softnet_sk_buff::const_fns::array_size;
/// const RINGS: [u16; 4] = [64, 128, 256, 512];
/// static FILL: [u32; array_size(&RINGS)] = [0; array_size(&RINGS)];
/// assert_eq!(FILL.len(), 4);
/// ```
///
/// ```compile_fail
/// # use softnet_sk_buff::const_fns::array_size;
/// array_size(&vec![1, 2, 3][..]);
/// ```
#[must_use]
pub const fn array_size<T, const N: usize>(_array: &[T; N]) -> usize {
    N
}

/// Stops the build if the constant condition holds (`BUILD_BUG_ON`).
///
/// Works wherever an item may stand, in a function also. There it can't see the function's type
/// parameters.
///
/// ```
/// use softnet_sk_buff::build_bug_on;
///
/// struct Cb { sequence: u32, window: u16 }
/// build_bug_on!(size_of::<Cb>() > 48);
/// ```
///
/// ```compile_fail
/// use softnet_sk_buff::build_bug_on;
///
/// struct Cb { address: [u8; 49] }
/// build_bug_on!(size_of::<Cb>() > 48);
/// ```
#[macro_export]
macro_rules! build_bug_on {
    ($condition:expr $(,)?) => {
        const _: () = assert!(!$condition, concat!("BUILD_BUG_ON: ", stringify!($condition)));
    };
}

// Safe code, and slow under Miri.
#[cfg(all(test, not(miri)))]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn edges() {
        assert_eq!(align(0, 1), Some(0));
        assert_eq!(align(usize::MAX, 1), Some(usize::MAX));
        assert_eq!(align(usize::MAX - 7, 8), Some(usize::MAX - 7));
        assert_eq!(align(usize::MAX - 6, 8), None);
        assert_eq!(align(0, 0), None);
        assert_eq!(align(1, 1 << (usize::BITS - 1)), Some(1 << (usize::BITS - 1)));
        assert_eq!(align_down(usize::MAX, 1 << (usize::BITS - 1)), Some(1 << (usize::BITS - 1)));
        assert_eq!(div_round_up(0, 7), Some(0));
        assert!(!is_aligned(0, 0) && !is_aligned(12, 12) && is_aligned(0, 8));
    }

    proptest! {
        #[test]
        fn aligned_values_are_the_nearest_multiples(value in 0_usize..1 << 20, shift in 0_u32..12) {
            let step = 1_usize << shift;
            let below = (0..=value).rev().find(|v| v % step == 0);
            let above = (value..).find(|v| v % step == 0);
            prop_assert_eq!(align_down(value, step), below);
            prop_assert_eq!(align(value, step), above);
            prop_assert_eq!(is_aligned(value, step), below == above);
        }
    }
}
