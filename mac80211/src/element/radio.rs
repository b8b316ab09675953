//! What stations measure of the medium and of each other (802.11k), and what follows from it (802.11ax).

use super::Id;
use crate::wire::bits;

element! {
    /// AP channel report (9.4.2.35). Channel numbers are in `tail`.
    pub struct ApChannelReport: Id::AP_CHAN_REPORT, "AP channel report element" {
        /// Operating class (annex E) of all channels.
        pub operating_class: u8,
    }
}

element! {
    /// Received channel power (9.4.2.37).
    pub struct Rcpi: Id::RCPI, "RCPI element" {
        /// -110 dBm and half a dB for each; 255 unknown.
        pub rcpi: u8,
    }
}

element! {
    /// Received signal to noise (9.4.2.40).
    pub struct Rsni: Id::RSNI, "RSNI element" {
        /// -10 dB and half a dB for each; 255 unknown.
        pub rsni: u8,
    }
}

element! {
    /// Antenna (9.4.2.39).
    pub struct Antenna: Id::ANTENNA_INFO, "antenna element" {
        /// Which; 0 unknown, 255 several.
        pub id: u8,
    }
}

element! {
    /// BSS average access delay (9.4.2.38).
    pub struct BssAccessDelay: Id::BSS_AVG_ACCESS_DELAY, "BSS average access delay element" {
        /// Logarithm of the delay, raw; 255 unknown.
        pub delay: u8,
    }
}

element! {
    /// BSS AC access delay (9.4.2.43).
    pub struct BssAcAccessDelay: Id::BSS_AC_ACCESS_DELAY, "BSS AC access delay element" {
        /// Of best effort, a logarithm, raw; 255 unknown.
        pub be: u8,
        /// Of background.
        pub bk: u8,
        /// Of video.
        pub vi: u8,
        /// Of voice.
        pub vo: u8,
    }
}

element! {
    /// BSS available admission capacity (9.4.2.42). For each bit two bytes are in `tail`: medium time that
    /// may still be admitted, in units of 32 µs/s.
    pub struct BssAvailableCapacity: Id::BSS_AVAILABLE_CAPACITY, "BSS available admission capacity element" {
        /// Bits 0 to 7 user priorities, 8 to 11 access categories.
        pub bitmask: u16,
    }
}

element! {
    /// Measurement pilot transmission (9.4.2.41). Subelements are in `tail`.
    pub struct MeasurementPilotTx: Id::MEASUREMENT_PILOT_TX_INFO, "measurement pilot transmission element" {
        /// TU between measurement pilots.
        pub interval: u8,
    }
}

bits! {
    /// What an ESS report says (802.11ax).
    pub struct EssInfo(u8) {
        /// Its access points have been planned, with overlaps.
        planned, with_planned: 0;
        /// The access point is at its edge.
        edge, with_edge: 1;
        /// Signal below which to look for another access point, raw.
        threshold, with_threshold: 2, 6;
    }
}

element! {
    /// ESS report (802.11ax).
    pub struct EssReport: Id::ESS_REPORT, "ESS report element" {
        /// What it says.
        pub info: EssInfo,
    }
}

element! {
    /// NDP feedback report parameter set (802.11ax).
    pub struct NdpFeedbackReport: Id::NDP_FEEDBACK_REPORT_PARAMSET, "NDP feedback report parameter set element" {
        /// Power of two from which on a station says that it has much to send, raw.
        pub threshold_exponent: u8,
    }
}

element! {
    /// Quiet time period (802.11ax). What `control` promises is in `tail`.
    pub struct QuietTimePeriod: Id::QUIET_TIME_PERIOD_SETUP, "quiet time period element" {
        /// 0 setup, 1 request, 2 response.
        pub control: u8,
    }
}
