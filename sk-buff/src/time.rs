//! Points in time, given by the embedder.
//!
//! No softnet crate reads a clock. Whoever calls in says what time it is; what has to happen later
//! comes back as an [`Instant`] (`poll_at`). Answers to Linux's `ktime_t`.

use core::fmt;
use core::ops::{Add, AddAssign, Sub};
use core::time::Duration;

/// A point in time: nanoseconds since an origin that the embedder chose.
///
/// 64 bits of nanoseconds last 584 years, so arithmetic saturates instead of wrapping: a deadline
/// at the end of time is never reached rather than already past.
///
/// ```
/// use core::time::Duration;
/// use softnet_sk_buff::Instant;
///
/// let start = Instant::from_millis(3);
/// let later = start + Duration::from_micros(5);
/// assert_eq!(later.as_nanos(), 3_005_000);
/// assert_eq!(start.saturating_since(later), Duration::ZERO);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub struct Instant(u64);

impl Instant {
    /// The origin of the embedder's clock.
    pub const ZERO: Self = Self(0);
    /// The end of time: a deadline that is never reached.
    pub const MAX: Self = Self(u64::MAX);

    /// `nanos` nanoseconds after the origin.
    #[must_use]
    pub const fn from_nanos(nanos: u64) -> Self {
        Self(nanos)
    }

    /// `micros` microseconds after the origin, or [`Instant::MAX`] if that is too far.
    #[must_use]
    pub const fn from_micros(micros: u64) -> Self {
        Self(micros.saturating_mul(1_000))
    }

    /// `millis` milliseconds after the origin, or [`Instant::MAX`] if that is too far.
    #[must_use]
    pub const fn from_millis(millis: u64) -> Self {
        Self(millis.saturating_mul(1_000_000))
    }

    /// Nanoseconds since the origin.
    #[must_use]
    pub const fn as_nanos(self) -> u64 {
        self.0
    }

    /// Time from `earlier` to `self`; zero if `earlier` is later, so that a clock that steps back
    /// does no harm.
    #[must_use]
    pub const fn saturating_since(self, earlier: Self) -> Duration {
        Duration::from_nanos(self.0.saturating_sub(earlier.0))
    }
}

const fn nanos(duration: Duration) -> u64 {
    let nanos = duration.as_nanos();
    if nanos > u64::MAX as u128 { u64::MAX } else { nanos as u64 }
}

impl Add<Duration> for Instant {
    type Output = Self;
    fn add(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(nanos(duration)))
    }
}

impl AddAssign<Duration> for Instant {
    fn add_assign(&mut self, duration: Duration) {
        *self = *self + duration;
    }
}

impl Sub<Duration> for Instant {
    type Output = Self;
    fn sub(self, duration: Duration) -> Self {
        Self(self.0.saturating_sub(nanos(duration)))
    }
}

impl fmt::Debug for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Seconds with all nine decimals: `1.500000000`.
impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:09}", self.0 / 1_000_000_000, self.0 % 1_000_000_000)
    }
}

/// Where long work asks what time it has become.
///
/// Only loops that Linux bounds by time as well as by count (`net_rx_action` and its
/// `netdev_budget_usecs`) take a clock; everything else takes an [`Instant`]. An `Instant` is a
/// clock that stands still, which is what a simulation wants, and so is any `FnMut() -> Instant`.
///
/// ```
/// use softnet_sk_buff::{Clock, Instant};
///
/// let mut frozen = Instant::from_millis(7);
/// assert_eq!(Clock::now(&mut frozen), Clock::now(&mut frozen));
///
/// let mut ticks = 0;
/// let mut counting = || { ticks += 1; Instant::from_nanos(ticks) };
/// assert!(Clock::now(&mut counting) < Clock::now(&mut counting));
/// ```
pub trait Clock {
    /// The time now. Should not run backwards; if it does, nothing worse than a late timer follows.
    fn now(&mut self) -> Instant;
}

impl Clock for Instant {
    fn now(&mut self) -> Instant {
        *self
    }
}

impl<F: FnMut() -> Instant> Clock for F {
    fn now(&mut self) -> Instant {
        self()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arithmetic_saturates_at_both_ends_of_time() {
        assert_eq!(Instant::MAX + Duration::from_nanos(1), Instant::MAX);
        assert_eq!(Instant::ZERO + Duration::MAX, Instant::MAX);
        assert_eq!(Instant::ZERO - Duration::from_nanos(1), Instant::ZERO);
        assert_eq!(Instant::from_millis(u64::MAX), Instant::MAX);
    }

    #[test]
    fn shows_seconds_with_nine_decimals() {
        extern crate std;
        assert_eq!(std::format!("{}", Instant::from_nanos(1_000_000_002)), "1.000000002");
    }
}
