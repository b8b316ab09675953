//! Timeout interval element.

use super::Id;

element! {
    /// Timeout interval (9.4.2.48; `struct ieee80211_timeout_interval_ie`).
    pub struct TimeoutInterval: Id::TIMEOUT_INTERVAL, "timeout interval element" {
        /// One of the constants here.
        pub kind: u8,
        /// In TU of 1024 µs, or for a key in seconds.
        pub value: u32,
    }
}

impl TimeoutInterval<'_> {
    /// Until a reassociation (fast transition), in TU.
    pub const REASSOC_DEADLINE: u8 = 1;
    /// A key's life, in seconds.
    pub const KEY_LIFETIME: u8 = 2;
    /// Until one may ask to associate again, in TU.
    pub const ASSOC_COMEBACK: u8 = 3;
}
