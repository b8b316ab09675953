//! Sub-1-GHz (802.11ah).

use super::Id;
use crate::wire::bits;

element! {
    /// S1G capabilities (9.4.2.200; `struct ieee80211_s1g_cap`).
    pub struct S1gCapabilities: Id::S1G_CAPABILITIES, "S1G capabilities element" {
        /// Bits (`S1G_CAP0_*` and so on).
        pub capab_info: [u8; 10],
        /// Supported MCS and NSS set.
        pub supp_mcs_nss: [u8; 5],
    }
}

bits! {
    /// Channel width of an S1G cell (table 10-39).
    pub struct S1gChannelWidth(u8) {
        /// The primary channel has 1 MHz, not 2.
        primary_1mhz, with_primary_1mhz: 0;
        /// In MHz, less one.
        operating, with_operating: 1, 4;
        /// Of a primary channel of 1 MHz: the upper half of the 2 MHz.
        primary_upper, with_primary_upper: 5;
    }
}

element! {
    /// S1G operation (9.4.2.212; `struct ieee80211_s1g_oper_ie`).
    pub struct S1gOperation: Id::S1G_OPERATION, "S1G operation element" {
        /// Widths.
        pub ch_width: S1gChannelWidth,
        /// Operating class (annex E).
        pub oper_class: u8,
        /// Primary channel number.
        pub primary_ch: u8,
        /// Channel number of the centre.
        pub oper_ch: u8,
        /// Basic MCS and NSS set.
        pub basic_mcs_nss: u16,
    }
}

element! {
    /// S1G beacon compatibility (9.4.2.196; `struct ieee80211_s1g_bcn_compat_ie`).
    pub struct S1gBeaconCompat: Id::S1G_BCN_COMPAT, "S1G beacon compatibility element" {
        /// Capability information, as in other beacons.
        pub compat_info: u16,
        /// In TU.
        pub beacon_int: u16,
        /// Upper half of the TSF.
        pub tsf_completion: u32,
    }
}

element! {
    /// AID response (9.4.2.194; `struct ieee80211_aid_response_ie`).
    pub struct AidResponse: Id::AID_RESPONSE, "AID response element" {
        /// AID or group AID.
        pub aid: u16,
        /// Beacons until it holds.
        pub switch_count: u8,
        /// In TU.
        pub response_int: u16,
    }
}

element! {
    /// S1G short beacon interval (9.4.2.197).
    pub struct S1gShortBeaconInterval: Id::S1G_SHORT_BCN_INTERVAL, "S1G short beacon interval element" {
        /// In TU.
        pub interval: u16,
    }
}
