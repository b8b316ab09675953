//! Beacons, probe requests and responses.

use crate::frame::CapabilityInfo;
use crate::frame::layout::layout;

layout! {
    /// Body of a beacon (9.3.3.2) or probe response (9.3.3.10).
    Beacon<'a> "beacon or probe response" {
        /// Value of the sender's TSF timer in µs, when the first bit of this field was sent.
        timestamp: u64,
        /// Time units (1024 µs) between target beacon transmission times.
        beacon_interval: u16,
        /// What cell this is.
        capability: CapabilityInfo,
    } then {
        /// SSID, supported rates and so on.
        elements
    }
}

layout! {
    /// Body of a probe request (9.3.3.9).
    ProbeReq<'a> "probe request" {
    } then {
        /// SSID, supported rates and so on.
        elements
    }
}
