//! One-field elements of beacons, and of the handshakes around them.

use super::Id;
use crate::wire::bits;

element! {
    /// DSSS parameter set (9.4.2.4).
    pub struct DsParams: Id::DS_PARAMS, "DSSS parameter set element" {
        /// Channel number.
        pub channel: u8,
    }
}

element! {
    /// IBSS parameter set (9.4.2.6).
    pub struct IbssParams: Id::IBSS_PARAMS, "IBSS parameter set element" {
        /// ATIM window, in TU of 1024 µs.
        pub atim_window: u16,
    }
}

element! {
    /// Challenge text (9.4.2.7), of shared key authentication.
    pub struct Challenge: Id::CHALLENGE, "challenge text element" then {
        /// The text.
        pub text: &'a [u8],
    }
}

bits! {
    /// ERP information (9.4.2.11).
    pub struct ErpInfo(u8) {
        /// A station that knows no OFDM is there (`WLAN_ERP_NON_ERP_PRESENT`).
        non_erp_present, with_non_erp_present: 0;
        /// Protect OFDM frames (`WLAN_ERP_USE_PROTECTION`).
        use_protection, with_use_protection: 1;
        /// Long preambles (`WLAN_ERP_BARKER_PREAMBLE`).
        barker_preamble, with_barker_preamble: 2;
    }
}

element! {
    /// ERP (9.4.2.11).
    pub struct Erp: Id::ERP_INFO, "ERP element" {
        /// Flags.
        pub info: ErpInfo,
    }
}

element! {
    /// Association identifier (9.4.2.163), in TDLS.
    pub struct Aid: Id::AID, "AID element" {
        /// AID.
        pub aid: u16,
    }
}

bits! {
    /// Operating mode (9.4.1.50). `IEEE80211_OPMODE_NOTIF_*`.
    pub struct OperatingMode(u8) {
        /// 0 to 3: 20, 40, 80, 160 or 80+80 MHz.
        channel_width, with_channel_width: 0, 2;
        /// With channel width 2: 160 or 80+80 MHz.
        bw_160_80p80, with_bw_160_80p80: 2;
        /// LDPC is not wanted.
        no_ldpc, with_no_ldpc: 3;
        /// Spatial streams to receive, less one.
        rx_nss, with_rx_nss: 4, 3;
        /// They are meant for beamforming.
        rx_nss_type, with_rx_nss_type: 7;
    }
}

element! {
    /// Operating mode notification (9.4.2.165).
    pub struct OpmodeNotif: Id::OPMODE_NOTIF, "operating mode notification element" {
        /// The mode.
        pub mode: OperatingMode,
    }
}

element! {
    /// BSS max idle period (9.4.2.78; `struct ieee80211_bss_max_idle_period_ie`).
    pub struct BssMaxIdlePeriod: Id::BSS_MAX_IDLE_PERIOD, "BSS max idle period element" {
        /// In units of 1000 TU.
        pub max_idle_period: u16,
        /// Bit 0: only protected frames count as a sign of life.
        pub idle_options: u8,
    }
}

element! {
    /// BSS load (9.4.2.27; `struct ieee80211_bss_load_elem`).
    pub struct BssLoad: Id::QBSS_LOAD, "BSS load element" {
        /// Associated stations.
        pub sta_count: u16,
        /// How long the medium was busy, in 255ths.
        pub channel_utilization: u8,
        /// Medium time that may still be admitted, in units of 32 µs/s.
        pub available_admission_capacity: u16,
    }
}

element! {
    /// CF parameter set (9.4.2.5), of the contention-free periods of old.
    pub struct CfParams: Id::CF_PARAMS, "CF parameter set element" {
        /// DTIMs until the next period.
        pub count: u8,
        /// DTIMs from one to the next.
        pub period: u8,
        /// Most TU of one.
        pub max_duration: u16,
        /// TU that are left of this one.
        pub duration_remaining: u16,
    }
}
