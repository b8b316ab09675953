//! Structs in attributes.
//!
//! Layouts: Linux 6.12, `include/uapi/linux/nl80211.h`.

use crate::set::layouts;

layouts! {
    /// `struct nl80211_sta_flag_update`: flags, a bit each by `NL80211_STA_FLAG_*`.
    pub struct StaFlagUpdate {
        /// Which are meant.
        pub mask: u32,
        /// Which of them are set.
        pub set: u32,
    }

    /// `struct nl80211_bss_select_rssi_adjust`: a band's advantage.
    pub struct BssSelectRssiAdjust {
        /// `NL80211_BAND_*`.
        pub band: u8,
        /// dB.
        pub delta: i8,
    }

    /// `struct nl80211_pattern_support`: what can be said of packets.
    pub struct PatternSupport {
        /// How many patterns.
        pub max_patterns: u32,
        /// Bytes of one at least.
        pub min_pattern_len: u32,
        /// Bytes of one at most.
        pub max_pattern_len: u32,
        /// From where at most.
        pub max_pkt_offset: u32,
    }

    /// `struct nl80211_coalesce_rule_support`: how packets can be gathered.
    pub struct CoalesceRuleSupport {
        /// How many rules.
        pub max_rules: u32,
        /// What each can say of packets.
        pub pat: PatternSupport,
        /// Milliseconds at most.
        pub max_delay: u32,
    }

    /// `struct nl80211_wowlan_tcp_data_seq`: where data counts.
    pub struct WowlanTcpDataSeq {
        /// The first number.
        pub start: u32,
        /// Where it is.
        pub offset: u32,
        /// How many bytes it has.
        pub len: u32,
    }

    /// `struct nl80211_wowlan_tcp_data_token`: where data has tokens; they are behind it.
    pub struct WowlanTcpDataToken {
        /// Where.
        pub offset: u32,
        /// How many bytes each has.
        pub len: u32,
    }

    /// `struct nl80211_wowlan_tcp_data_token_feature`: what tokens there can be.
    pub struct WowlanTcpTokenFeature {
        /// Bytes of one at least.
        pub min_len: u32,
        /// Bytes of one at most.
        pub max_len: u32,
        /// Bytes of all.
        pub bufsize: u32,
    }

    /// `struct nl80211_vendor_cmd_info`: a vendor's command or event.
    pub struct VendorCmdInfo {
        /// The vendor's OUI.
        pub vendor_id: u32,
        /// Its number.
        pub subcmd: u32,
    }
}
