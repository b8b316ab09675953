//! Transmit power elements.

use super::Id;

element! {
    /// Power constraint (9.4.2.13).
    pub struct PowerConstraint: Id::PWR_CONSTRAINT, "power constraint element" {
        /// Less than what regulation allows, in dB.
        pub local_power_constraint: u8,
    }
}

element! {
    /// Power capability (9.4.2.14).
    pub struct PowerCapability: Id::PWR_CAPABILITY, "power capability element" {
        /// Least, in dBm.
        pub min: i8,
        /// Most, in dBm.
        pub max: i8,
    }
}

element! {
    /// TPC request (9.4.2.15): empty.
    pub struct TpcRequest: Id::TPC_REQUEST, "TPC request element" {}
}

element! {
    /// TPC report (9.4.2.16; `struct ieee80211_tpc_report_ie`).
    pub struct TpcReport: Id::TPC_REPORT, "TPC report element" {
        /// In dBm.
        pub tx_power: i8,
        /// In dB.
        pub link_margin: i8,
    }
}
