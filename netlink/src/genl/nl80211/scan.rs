//! Scans: what was found, what is looked for.
//!
//! Numbers: Linux 6.12, `include/uapi/linux/nl80211.h`. Policies: Linux 6.12, `net/wireless/nl80211.c`.

use super::layout::BssSelectRssiAdjust;
use crate::attributes;
use crate::policy::{Kind, Rule};
use crate::set::{Binary, Fixed, Flag, Indexed, Nest};

attributes! {
    /// A BSS of a scan's results.
    pub BssSet: BssAttr, BssAttrBuf {
        /// `NL80211_BSS_BSSID`: its address.
        Bssid = 1: Binary;
        /// `NL80211_BSS_FREQUENCY`: MHz.
        Frequency = 2: u32;
        /// `NL80211_BSS_TSF`: its clock.
        Tsf = 3: u64;
        /// `NL80211_BSS_BEACON_INTERVAL`: time units between beacons.
        BeaconInterval = 4: u16;
        /// `NL80211_BSS_CAPABILITY`: its capabilities.
        Capability = 5: u16;
        /// `NL80211_BSS_INFORMATION_ELEMENTS`: its elements.
        InformationElements = 6: Binary;
        /// `NL80211_BSS_SIGNAL_MBM`: hundredths of a dBm.
        SignalMbm = 7: i32;
        /// `NL80211_BSS_SIGNAL_UNSPEC`: the signal, from 0 to 100.
        SignalUnspec = 8: u8;
        /// `NL80211_BSS_STATUS`: `NL80211_BSS_STATUS_*`.
        Status = 9: u32;
        /// `NL80211_BSS_SEEN_MS_AGO`: milliseconds since it was heard.
        SeenMsAgo = 10: u32;
        /// `NL80211_BSS_BEACON_IES`: elements of its beacon.
        BeaconIes = 11: Binary;
        /// `NL80211_BSS_CHAN_WIDTH`: `NL80211_BSS_CHAN_WIDTH_*`.
        ChanWidth = 12: u32;
        /// `NL80211_BSS_BEACON_TSF`: its clock in the beacon.
        BeaconTsf = 13: u64;
        /// `NL80211_BSS_PRESP_DATA`: there is a probe response.
        PrespData = 14: Flag;
        /// `NL80211_BSS_LAST_SEEN_BOOTTIME`: nanoseconds from boot to then.
        LastSeenBoottime = 15: u64;
        /// `NL80211_BSS_PAD`: nothing: padding.
        Pad = 16: Binary;
        /// `NL80211_BSS_PARENT_TSF`: the other BSS's clock.
        ParentTsf = 17: u64;
        /// `NL80211_BSS_PARENT_BSSID`: the BSS that told of it.
        ParentBssid = 18: Binary;
        /// `NL80211_BSS_CHAIN_SIGNAL`: dBm by antenna.
        ChainSignal = 19: Nest<Indexed<i8>>;
        /// `NL80211_BSS_FREQUENCY_OFFSET`: kHz above the MHz.
        FrequencyOffset = 20: u32;
        /// `NL80211_BSS_MLO_LINK_ID`: the link that we have with it.
        MloLinkId = 21: u8;
        /// `NL80211_BSS_MLD_ADDR`: its multi-link device.
        MldAddr = 22: Binary;
        /// `NL80211_BSS_USE_FOR`: `NL80211_BSS_USE_FOR_*`.
        UseFor = 23: u32;
        /// `NL80211_BSS_CANNOT_USE_REASONS`: `NL80211_BSS_CANNOT_USE_*`.
        CannotUseReasons = 24: u64;
    }
}

attributes! {
    /// What a scheduled scan looks for. Policy: `nl80211_match_policy`.
    pub SchedScanMatchSet: SchedScanMatchAttr, SchedScanMatchAttrBuf {
        /// `NL80211_SCHED_SCAN_MATCH_ATTR_SSID`: a name.
        AttrSsid = 1: Binary => Rule::binary(32);
        /// `NL80211_SCHED_SCAN_MATCH_ATTR_RSSI`: dBm at least.
        AttrRssi = 2: i32 => Rule::U32;
        /// `NL80211_SCHED_SCAN_MATCH_ATTR_RELATIVE_RSSI`: dB better than ours.
        AttrRelativeRssi = 3: i8 => Rule::UNSPEC;
        /// `NL80211_SCHED_SCAN_MATCH_ATTR_RSSI_ADJUST`: a band's advantage.
        AttrRssiAdjust = 4: Fixed<BssSelectRssiAdjust> => Rule::UNSPEC;
        /// `NL80211_SCHED_SCAN_MATCH_ATTR_BSSID`: an address.
        AttrBssid = 5: Binary => Rule::exactly_or_warn(6);
        /// `NL80211_SCHED_SCAN_MATCH_PER_BAND_RSSI`: dBm at least, by `NL80211_BAND_*`.
        PerBandRssi = 6: Nest<Indexed<i32>> => Rule::UNSPEC;
    }
}

attributes! {
    /// A plan of a scheduled scan. Policy: `nl80211_plan_policy`.
    pub SchedScanPlanSet: SchedScanPlanAttr, SchedScanPlanAttrBuf {
        /// `NL80211_SCHED_SCAN_PLAN_INTERVAL`: seconds between scans.
        Interval = 1: u32;
        /// `NL80211_SCHED_SCAN_PLAN_ITERATIONS`: scans; none: for ever.
        Iterations = 2: u32;
    }
}

attributes! {
    /// How a BSS is chosen. Policy: `nl80211_bss_select_policy`.
    pub BssSelectSet: BssSelectAttr, BssSelectAttrBuf {
        /// `NL80211_BSS_SELECT_ATTR_RSSI`: by its signal.
        Rssi = 1: Flag;
        /// `NL80211_BSS_SELECT_ATTR_BAND_PREF`: by its band.
        BandPref = 2: u32;
        /// `NL80211_BSS_SELECT_ATTR_RSSI_ADJUST`: by its signal, a band having an advantage.
        RssiAdjust = 3: Fixed<BssSelectRssiAdjust> => Rule::of(Kind::Unspec { len: 2 });
    }
}
