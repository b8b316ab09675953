//! Capabilities that are a row of bits.

use super::Id;

element! {
    /// Extended capabilities (9.4.2.26): as many bytes as the last bit that is set needs.
    pub struct ExtCapabilities: Id::EXT_CAPABILITY, "extended capabilities element" then {
        /// Bits, as the constants here count them.
        pub capabilities: &'a [u8],
    }
}

/// Numbers of bits. `WLAN_EXT_CAPA*`.
impl ExtCapabilities<'_> {
    /// 20/40 BSS coexistence management.
    pub const BSS_COEX_2040: usize = 0;
    /// Extended channel switching.
    pub const EXT_CHANNEL_SWITCHING: usize = 2;
    /// Proxy ARP.
    pub const PROXY_ARP: usize = 12;
    /// BSS transition.
    pub const BSS_TRANSITION: usize = 19;
    /// Multiple BSSID.
    pub const MULTI_BSSID_SUPPORT: usize = 22;
    /// Timing measurement.
    pub const TIMING_MEASUREMENT_SUPPORT: usize = 23;
    /// TDLS: buffers frames of a peer that sleeps.
    pub const TDLS_BUFFER_STA: usize = 28;
    /// TDLS: power save of a peer.
    pub const TDLS_PEER_PSM: usize = 29;
    /// TDLS: channel switching.
    pub const TDLS_CHAN_SWITCH: usize = 30;
    /// Interworking.
    pub const INTERWORKING_ENABLED: usize = 31;
    /// TDLS.
    pub const TDLS_ENABLED: usize = 37;
    /// TDLS is forbidden.
    pub const TDLS_PROHIBITED: usize = 38;
    /// TDLS channel switching is forbidden.
    pub const TDLS_CH_SW_PROHIBITED: usize = 39;
    /// The SSID is UTF-8.
    pub const UTF8_SSID: usize = 48;
    /// TDLS: wider than the cell.
    pub const TDLS_WIDE_BW_ENABLED: usize = 61;
    /// Operating mode notification.
    pub const OPMODE_NOTIF: usize = 62;
    /// MSDUs in an A-MSDU: lower of two bits, 0 for any number, 1, 2, 3 for 32, 16, 8.
    pub const MAX_MSDU_IN_AMSDU_LSB: usize = 63;
    /// Upper of the two bits.
    pub const MAX_MSDU_IN_AMSDU_MSB: usize = 64;
    /// Fine timing measurement: responder.
    pub const FTM_RESPONDER: usize = 70;
    /// Fine timing measurement: initiator.
    pub const FTM_INITIATOR: usize = 71;
    /// TWT requester.
    pub const TWT_REQUESTER_SUPPORT: usize = 77;
    /// TWT responder.
    pub const TWT_RESPONDER_SUPPORT: usize = 78;
    /// Bears narrow RUs of overlapping cells.
    pub const OBSS_NARROW_BW_RU_TOLERANCE_SUPPORT: usize = 79;
    /// Enhanced multiple BSSID advertisement.
    pub const EMA_SUPPORT: usize = 83;

    /// Whether bit `bit` is there and set.
    #[must_use]
    pub fn has(&self, bit: usize) -> bool {
        has_bit(self.capabilities, bit)
    }
}

/// Whether bit `bit` of a row of them is there and set, the lowest of the first byte being bit 0.
pub(super) fn has_bit(bytes: &[u8], bit: usize) -> bool {
    bytes.get(bit / 8).is_some_and(|byte| byte >> (bit % 8) & 1 == 1)
}

element! {
    /// RM enabled capabilities (9.4.2.44): five bytes of bits.
    pub struct RmEnabledCapabilities: Id::RRM_ENABLED_CAPABILITIES, "RM enabled capabilities element" then {
        /// Bits, as the constants here count them.
        pub capabilities: &'a [u8],
    }
}

/// Numbers of bits. `WLAN_RRM_CAPS_*` of hostapd.
impl RmEnabledCapabilities<'_> {
    /// Link measurement.
    pub const LINK_MEASUREMENT: usize = 0;
    /// Neighbor report.
    pub const NEIGHBOR_REPORT: usize = 1;
    /// Beacon measurement, listening.
    pub const BEACON_REPORT_PASSIVE: usize = 4;
    /// Beacon measurement, asking.
    pub const BEACON_REPORT_ACTIVE: usize = 5;
    /// Beacon measurement, from a table.
    pub const BEACON_REPORT_TABLE: usize = 6;
    /// Location: LCI.
    pub const LCI_MEASUREMENT: usize = 12;
    /// FTM range report.
    pub const FTM_RANGE_REPORT: usize = 34;
    /// Location: civic.
    pub const CIVIC_LOCATION_MEASUREMENT: usize = 35;

    /// Whether bit `bit` is there and set.
    #[must_use]
    pub fn has(&self, bit: usize) -> bool {
        has_bit(self.capabilities, bit)
    }
}
