//! Timing advertisement.

use crate::frame::CapabilityInfo;
use crate::frame::layout::layout;

layout! {
    /// Body of a timing advertisement (9.3.3.14).
    TimingAdvertisement<'a> "timing advertisement" {
        /// Value of the sender's TSF timer in µs.
        timestamp: u64,
        /// What the sender is.
        capability: CapabilityInfo,
    } then {
        /// Country, power constraint, time advertisement and so on.
        elements
    }
}
