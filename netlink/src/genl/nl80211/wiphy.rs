//! What a radio can: bands, channels, rates, combinations.
//!
//! Numbers: Linux 6.12, `include/uapi/linux/nl80211.h`. Policies: Linux 6.12, `net/wireless/nl80211.c`.

use crate::attributes;
use crate::policy::Rule;
use crate::set::{Array, Binary, Flag, Indexed, Nest, Packed};

attributes! {
    /// A band.
    pub BandSet: BandAttr, BandAttrBuf {
        /// `NL80211_BAND_ATTR_FREQS`: its channels.
        Freqs = 1: Array<FreqSet>;
        /// `NL80211_BAND_ATTR_RATES`: its rates.
        Rates = 2: Array<BitrateSet>;
        /// `NL80211_BAND_ATTR_HT_MCS_SET`: HT's rates.
        HtMcsSet = 3: Binary;
        /// `NL80211_BAND_ATTR_HT_CAPA`: HT's capabilities.
        HtCapa = 4: u16;
        /// `NL80211_BAND_ATTR_HT_AMPDU_FACTOR`: how long an A-MPDU may be.
        HtAmpduFactor = 5: u8;
        /// `NL80211_BAND_ATTR_HT_AMPDU_DENSITY`: how dense.
        HtAmpduDensity = 6: u8;
        /// `NL80211_BAND_ATTR_VHT_MCS_SET`: VHT's rates.
        VhtMcsSet = 7: Binary;
        /// `NL80211_BAND_ATTR_VHT_CAPA`: VHT's capabilities.
        VhtCapa = 8: u32;
        /// `NL80211_BAND_ATTR_IFTYPE_DATA`: more, by interface types.
        IftypeData = 9: Array<BandIftypeSet>;
        /// `NL80211_BAND_ATTR_EDMG_CHANNELS`: channels of 60 GHz, a bit each.
        EdmgChannels = 10: u8;
        /// `NL80211_BAND_ATTR_EDMG_BW_CONFIG`: how they may be bonded.
        EdmgBwConfig = 11: u8;
        /// `NL80211_BAND_ATTR_S1G_MCS_NSS_SET`: S1G's rates.
        S1gMcsNssSet = 12: Binary;
        /// `NL80211_BAND_ATTR_S1G_CAPA`: S1G's capabilities.
        S1gCapa = 13: Binary;
    }
}

attributes! {
    /// What a band has for interface types.
    pub BandIftypeSet: BandIftypeAttr, BandIftypeAttrBuf {
        /// `NL80211_BAND_IFTYPE_ATTR_IFTYPES`: for these, by `NL80211_IFTYPE_*`.
        Iftypes = 1: Nest<Indexed<Flag>>;
        /// `NL80211_BAND_IFTYPE_ATTR_HE_CAP_MAC`: HE's capabilities.
        HeCapMac = 2: Binary;
        /// `NL80211_BAND_IFTYPE_ATTR_HE_CAP_PHY`: HE's capabilities of the radio.
        HeCapPhy = 3: Binary;
        /// `NL80211_BAND_IFTYPE_ATTR_HE_CAP_MCS_SET`: HE's rates.
        HeCapMcsSet = 4: Binary;
        /// `NL80211_BAND_IFTYPE_ATTR_HE_CAP_PPE`: HE's packet extensions.
        HeCapPpe = 5: Binary;
        /// `NL80211_BAND_IFTYPE_ATTR_HE_6GHZ_CAPA`: HE's capabilities at 6 GHz.
        He6ghzCapa = 6: Binary;
        /// `NL80211_BAND_IFTYPE_ATTR_VENDOR_ELEMS`: vendors' elements.
        VendorElems = 7: Binary;
        /// `NL80211_BAND_IFTYPE_ATTR_EHT_CAP_MAC`: EHT's capabilities.
        EhtCapMac = 8: Binary;
        /// `NL80211_BAND_IFTYPE_ATTR_EHT_CAP_PHY`: EHT's capabilities of the radio.
        EhtCapPhy = 9: Binary;
        /// `NL80211_BAND_IFTYPE_ATTR_EHT_CAP_MCS_SET`: EHT's rates.
        EhtCapMcsSet = 10: Binary;
        /// `NL80211_BAND_IFTYPE_ATTR_EHT_CAP_PPE`: EHT's packet extensions.
        EhtCapPpe = 11: Binary;
    }
}

attributes! {
    /// A channel.
    pub FreqSet: FreqAttr, FreqAttrBuf {
        /// `NL80211_FREQUENCY_ATTR_FREQ`: MHz.
        Freq = 1: u32;
        /// `NL80211_FREQUENCY_ATTR_DISABLED`: it may not be used.
        Disabled = 2: Flag;
        /// `NL80211_FREQUENCY_ATTR_NO_IR`: nobody may begin there.
        NoIr = 3: Flag;
        /// `__NL80211_FREQUENCY_ATTR_NO_IBSS`: the same, as old programs read it.
        NoIbss = 4: Flag;
        /// `NL80211_FREQUENCY_ATTR_RADAR`: radar must be watched for.
        Radar = 5: Flag;
        /// `NL80211_FREQUENCY_ATTR_MAX_TX_POWER`: hundredths of a dBm.
        MaxTxPower = 6: u32;
        /// `NL80211_FREQUENCY_ATTR_DFS_STATE`: `NL80211_DFS_*`.
        DfsState = 7: u32;
        /// `NL80211_FREQUENCY_ATTR_DFS_TIME`: milliseconds in that state.
        DfsTime = 8: u32;
        /// `NL80211_FREQUENCY_ATTR_NO_HT40_MINUS`: not with the one below.
        NoHt40Minus = 9: Flag;
        /// `NL80211_FREQUENCY_ATTR_NO_HT40_PLUS`: not with the one above.
        NoHt40Plus = 10: Flag;
        /// `NL80211_FREQUENCY_ATTR_NO_80MHZ`: not in one of 80 MHz.
        No80mhz = 11: Flag;
        /// `NL80211_FREQUENCY_ATTR_NO_160MHZ`: not in one of 160 MHz.
        No160mhz = 12: Flag;
        /// `NL80211_FREQUENCY_ATTR_DFS_CAC_TIME`: milliseconds of watching.
        DfsCacTime = 13: u32;
        /// `NL80211_FREQUENCY_ATTR_INDOOR_ONLY`: in houses only.
        IndoorOnly = 14: Flag;
        /// `NL80211_FREQUENCY_ATTR_IR_CONCURRENT`: one may begin where one is connected.
        IrConcurrent = 15: Flag;
        /// `NL80211_FREQUENCY_ATTR_NO_20MHZ`: not with 20 MHz.
        No20mhz = 16: Flag;
        /// `NL80211_FREQUENCY_ATTR_NO_10MHZ`: not with 10 MHz.
        No10mhz = 17: Flag;
        /// `NL80211_FREQUENCY_ATTR_WMM`: limits of the queues.
        Wmm = 18: Array<WmmRuleSet>;
        /// `NL80211_FREQUENCY_ATTR_NO_HE`: no HE.
        NoHe = 19: Flag;
        /// `NL80211_FREQUENCY_ATTR_OFFSET`: kHz above the MHz.
        Offset = 20: u32;
        /// `NL80211_FREQUENCY_ATTR_1MHZ`: one of 1 MHz.
        OneMhz = 21: Flag;
        /// `NL80211_FREQUENCY_ATTR_2MHZ`: one of 2 MHz.
        TwoMhz = 22: Flag;
        /// `NL80211_FREQUENCY_ATTR_4MHZ`: one of 4 MHz.
        FourMhz = 23: Flag;
        /// `NL80211_FREQUENCY_ATTR_8MHZ`: one of 8 MHz.
        EightMhz = 24: Flag;
        /// `NL80211_FREQUENCY_ATTR_16MHZ`: one of 16 MHz.
        SixteenMhz = 25: Flag;
        /// `NL80211_FREQUENCY_ATTR_NO_320MHZ`: not in one of 320 MHz.
        No320mhz = 26: Flag;
        /// `NL80211_FREQUENCY_ATTR_NO_EHT`: no EHT.
        NoEht = 27: Flag;
        /// `NL80211_FREQUENCY_ATTR_PSD`: power spectral density, in dBm.
        Psd = 28: i8;
        /// `NL80211_FREQUENCY_ATTR_DFS_CONCURRENT`: where the peer watches for radar.
        DfsConcurrent = 29: Flag;
        /// `NL80211_FREQUENCY_ATTR_NO_6GHZ_VLP_CLIENT`: not to an access point of very low power.
        No6ghzVlpClient = 30: Flag;
        /// `NL80211_FREQUENCY_ATTR_NO_6GHZ_AFC_CLIENT`: not to one of standard power.
        No6ghzAfcClient = 31: Flag;
        /// `NL80211_FREQUENCY_ATTR_CAN_MONITOR`: one may listen there all the same.
        CanMonitor = 32: Flag;
        /// `NL80211_FREQUENCY_ATTR_ALLOW_6GHZ_VLP_AP`: an access point of very low power.
        Allow6ghzVlpAp = 33: Flag;
        /// `NL80211_FREQUENCY_ATTR_ALLOW_20MHZ_ACTIVITY`: 20 MHz though it is disabled.
        Allow20mhzActivity = 34: Flag;
    }
}

attributes! {
    /// Limits of a queue.
    pub WmmRuleSet: WmmRuleAttr, WmmRuleAttrBuf {
        /// `NL80211_WMMR_CW_MIN`: the least contention window.
        CwMin = 1: u16;
        /// `NL80211_WMMR_CW_MAX`: the greatest.
        CwMax = 2: u16;
        /// `NL80211_WMMR_AIFSN`: slots before it.
        Aifsn = 3: u8;
        /// `NL80211_WMMR_TXOP`: microseconds at most.
        Txop = 4: u16;
    }
}

attributes! {
    /// A rate.
    pub BitrateSet: BitrateAttr, BitrateAttrBuf {
        /// `NL80211_BITRATE_ATTR_RATE`: in units of 100 kbit/s.
        Rate = 1: u32;
        /// `NL80211_BITRATE_ATTR_2GHZ_SHORTPREAMBLE`: with a short preamble.
        TwoGhzShortpreamble = 2: Flag;
    }
}

attributes! {
    /// Interfaces that may be there together.
    pub IfaceCombSet: IfaceCombAttr, IfaceCombAttrBuf {
        /// `NL80211_IFACE_COMB_LIMITS`: how many of which.
        Limits = 1: Array<IfaceLimitSet>;
        /// `NL80211_IFACE_COMB_MAXNUM`: how many in all.
        Maxnum = 2: u32;
        /// `NL80211_IFACE_COMB_STA_AP_BI_MATCH`: beacon intervals must agree.
        StaApBiMatch = 3: Flag;
        /// `NL80211_IFACE_COMB_NUM_CHANNELS`: on how many channels.
        NumChannels = 4: u32;
        /// `NL80211_IFACE_COMB_RADAR_DETECT_WIDTHS`: widths with radar, a bit each.
        RadarDetectWidths = 5: u32;
        /// `NL80211_IFACE_COMB_RADAR_DETECT_REGIONS`: regions with radar, a bit each.
        RadarDetectRegions = 6: u32;
        /// `NL80211_IFACE_COMB_BI_MIN_GCD`: what beacon intervals must have in common.
        BiMinGcd = 7: u32;
    }
}

attributes! {
    /// How many interfaces of which types.
    pub IfaceLimitSet: IfaceLimitAttr, IfaceLimitAttrBuf {
        /// `NL80211_IFACE_LIMIT_MAX`: how many.
        Max = 1: u32;
        /// `NL80211_IFACE_LIMIT_TYPES`: of these, by `NL80211_IFTYPE_*`.
        Types = 2: Nest<Indexed<Flag>>;
    }
}

attributes! {
    /// One of the radios of a device.
    pub WiphyRadioSet: WiphyRadioAttr, WiphyRadioAttrBuf {
        /// `NL80211_WIPHY_RADIO_ATTR_INDEX`: its index.
        Index = 1: u32;
        /// `NL80211_WIPHY_RADIO_ATTR_FREQ_RANGE`: frequencies.
        FreqRange = 2: Nest<WiphyRadioFreqSet>;
        /// `NL80211_WIPHY_RADIO_ATTR_INTERFACE_COMBINATION`: interfaces.
        InterfaceCombination = 3: Nest<IfaceCombSet>;
    }
}

attributes! {
    /// Frequencies of a radio.
    pub WiphyRadioFreqSet: WiphyRadioFreqAttr, WiphyRadioFreqAttrBuf {
        /// `NL80211_WIPHY_RADIO_FREQ_ATTR_START`: kHz from.
        Start = 1: u32;
        /// `NL80211_WIPHY_RADIO_FREQ_ATTR_END`: kHz to.
        End = 2: u32;
    }
}

attributes! {
    /// What is allowed in a range. Policy: `reg_rule_policy`.
    pub RegRuleSet: RegRuleAttr, RegRuleAttrBuf {
        /// `NL80211_ATTR_REG_RULE_FLAGS`: `NL80211_RRF_*`.
        RegRuleFlags = 1: u32;
        /// `NL80211_ATTR_FREQ_RANGE_START`: kHz from.
        FreqRangeStart = 2: u32;
        /// `NL80211_ATTR_FREQ_RANGE_END`: kHz to.
        FreqRangeEnd = 3: u32;
        /// `NL80211_ATTR_FREQ_RANGE_MAX_BW`: kHz at most.
        FreqRangeMaxBw = 4: u32;
        /// `NL80211_ATTR_POWER_RULE_MAX_ANT_GAIN`: hundredths of a dBi.
        PowerRuleMaxAntGain = 5: u32;
        /// `NL80211_ATTR_POWER_RULE_MAX_EIRP`: hundredths of a dBm.
        PowerRuleMaxEirp = 6: u32;
        /// `NL80211_ATTR_DFS_CAC_TIME`: milliseconds of watching.
        DfsCacTime = 7: u32;
        /// `NL80211_ATTR_POWER_RULE_PSD`: power spectral density, in dBm.
        PowerRulePsd = 8: i8 => Rule::UNSPEC;
    }
}

attributes! {
    /// Key managements of interface types.
    pub IftypeAkmSet: IftypeAkmAttr, IftypeAkmAttrBuf {
        /// `NL80211_IFTYPE_AKM_ATTR_IFTYPES`: of these, by `NL80211_IFTYPE_*`.
        Iftypes = 1: Nest<Indexed<Flag>>;
        /// `NL80211_IFTYPE_AKM_ATTR_SUITES`: they.
        Suites = 2: Packed<u32>;
    }
}
