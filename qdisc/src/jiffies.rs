//! How long Linux's timers really take.
//!
//! Here a period is exact to the nanosecond. Linux counts some in jiffies: red's adaptation, pie's and
//! fq_pie's updates, sfq's perturbation. Who wants a kernel's own numbers configures what that kernel
//! makes of a period, and says when the first one ends (`set_next_…` of the discipline).

use core::time::Duration;

const NANOS_PER_SECOND: u64 = 1_000_000_000;

/// The period of a timer that Linux, with `hz` jiffies a second, arms again for `period` whenever it
/// fires: rounded up to jiffies (`usecs_to_jiffies`), and one more, for a timer armed in the middle of
/// a jiffy must not fire early, and so the timer wheel never counts the one that has begun.
///
/// `None` for a rate of 0 or one above a gigahertz.
///
/// ```
/// use core::time::Duration;
/// use softnet_qdisc::jiffies;
///
/// let pie = Duration::from_millis(15);
/// assert_eq!(jiffies::period(pie, 100), Some(Duration::from_millis(30)));
/// assert_eq!(jiffies::period(pie, 1000), Some(Duration::from_millis(16)));
/// ```
#[must_use]
pub fn period(period: Duration, hz: u32) -> Option<Duration> {
    let jiffy = NANOS_PER_SECOND.checked_div(hz.into()).filter(|&jiffy| jiffy > 0)?;
    let nanos = u64::try_from(period.as_nanos()).unwrap_or(u64::MAX);
    Some(Duration::from_nanos(nanos.div_ceil(jiffy).saturating_add(1).saturating_mul(jiffy)))
}
