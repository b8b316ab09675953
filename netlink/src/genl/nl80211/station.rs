//! Stations, paths, surveys: what is known of others, and counters.
//!
//! Numbers: Linux 6.12, `include/uapi/linux/nl80211.h`. Policies: Linux 6.12, `net/wireless/nl80211.c`.

use super::layout::StaFlagUpdate;
use crate::attributes;
use crate::policy::Rule;
use crate::set::{Array, Binary, Fixed, Flag, Indexed, Nest};

attributes! {
    /// What is known of a station.
    pub StaInfoSet: StaInfoAttr, StaInfoAttrBuf {
        /// `NL80211_STA_INFO_INACTIVE_TIME`: milliseconds since it was heard.
        InactiveTime = 1: u32;
        /// `NL80211_STA_INFO_RX_BYTES`: bytes from it.
        RxBytes = 2: u32;
        /// `NL80211_STA_INFO_TX_BYTES`: bytes to it.
        TxBytes = 3: u32;
        /// `NL80211_STA_INFO_LLID`: our number of the mesh link.
        Llid = 4: u16;
        /// `NL80211_STA_INFO_PLID`: its number.
        Plid = 5: u16;
        /// `NL80211_STA_INFO_PLINK_STATE`: `NL80211_PLINK_*`.
        PlinkState = 6: u8;
        /// `NL80211_STA_INFO_SIGNAL`: dBm of the last frame.
        Signal = 7: i8;
        /// `NL80211_STA_INFO_TX_BITRATE`: the rate to it.
        TxBitrate = 8: Nest<RateInfoSet>;
        /// `NL80211_STA_INFO_RX_PACKETS`: frames from it.
        RxPackets = 9: u32;
        /// `NL80211_STA_INFO_TX_PACKETS`: frames to it.
        TxPackets = 10: u32;
        /// `NL80211_STA_INFO_TX_RETRIES`: retries.
        TxRetries = 11: u32;
        /// `NL80211_STA_INFO_TX_FAILED`: frames it did not get.
        TxFailed = 12: u32;
        /// `NL80211_STA_INFO_SIGNAL_AVG`: dBm on average.
        SignalAvg = 13: i8;
        /// `NL80211_STA_INFO_RX_BITRATE`: the rate from it.
        RxBitrate = 14: Nest<RateInfoSet>;
        /// `NL80211_STA_INFO_BSS_PARAM`: what its BSS does.
        BssParam = 15: Nest<StaBssParamSet>;
        /// `NL80211_STA_INFO_CONNECTED_TIME`: seconds.
        ConnectedTime = 16: u32;
        /// `NL80211_STA_INFO_STA_FLAGS`: its flags.
        StaFlags = 17: Fixed<StaFlagUpdate>;
        /// `NL80211_STA_INFO_BEACON_LOSS`: how often beacons were missed.
        BeaconLoss = 18: u32;
        /// `NL80211_STA_INFO_T_OFFSET`: its clock's offset.
        TOffset = 19: i64;
        /// `NL80211_STA_INFO_LOCAL_PM`: `NL80211_MESH_POWER_*`: ours to it.
        LocalPm = 20: u32;
        /// `NL80211_STA_INFO_PEER_PM`: its to us.
        PeerPm = 21: u32;
        /// `NL80211_STA_INFO_NONPEER_PM`: its to others.
        NonpeerPm = 22: u32;
        /// `NL80211_STA_INFO_RX_BYTES64`: bytes from it.
        RxBytes64 = 23: u64;
        /// `NL80211_STA_INFO_TX_BYTES64`: bytes to it.
        TxBytes64 = 24: u64;
        /// `NL80211_STA_INFO_CHAIN_SIGNAL`: dBm by antenna.
        ChainSignal = 25: Nest<Indexed<i8>>;
        /// `NL80211_STA_INFO_CHAIN_SIGNAL_AVG`: dBm by antenna on average.
        ChainSignalAvg = 26: Nest<Indexed<i8>>;
        /// `NL80211_STA_INFO_EXPECTED_THROUGHPUT`: kbit/s.
        ExpectedThroughput = 27: u32;
        /// `NL80211_STA_INFO_RX_DROP_MISC`: frames from it that were dropped.
        RxDropMisc = 28: u64;
        /// `NL80211_STA_INFO_BEACON_RX`: beacons.
        BeaconRx = 29: u64;
        /// `NL80211_STA_INFO_BEACON_SIGNAL_AVG`: dBm of beacons on average.
        BeaconSignalAvg = 30: i8;
        /// `NL80211_STA_INFO_TID_STATS`: counters by traffic.
        TidStats = 31: Array<TidStatsSet>;
        /// `NL80211_STA_INFO_RX_DURATION`: microseconds of frames from it.
        RxDuration = 32: u64;
        /// `NL80211_STA_INFO_PAD`: nothing: padding.
        Pad = 33: Binary;
        /// `NL80211_STA_INFO_ACK_SIGNAL`: dBm of the last acknowledgement.
        AckSignal = 34: i8;
        /// `NL80211_STA_INFO_ACK_SIGNAL_AVG`: dBm of acknowledgements on average.
        AckSignalAvg = 35: i8;
        /// `NL80211_STA_INFO_RX_MPDUS`: MPDUs from it.
        RxMpdus = 36: u32;
        /// `NL80211_STA_INFO_FCS_ERROR_COUNT`: those with a wrong checksum.
        FcsErrorCount = 37: u32;
        /// `NL80211_STA_INFO_CONNECTED_TO_GATE`: it knows a way out of the mesh.
        ConnectedToGate = 38: u8;
        /// `NL80211_STA_INFO_TX_DURATION`: microseconds of frames to it.
        TxDuration = 39: u64;
        /// `NL80211_STA_INFO_AIRTIME_WEIGHT`: its share.
        AirtimeWeight = 40: u16;
        /// `NL80211_STA_INFO_AIRTIME_LINK_METRIC`: the mesh link's metric.
        AirtimeLinkMetric = 41: u32;
        /// `NL80211_STA_INFO_ASSOC_AT_BOOTTIME`: nanoseconds from boot to its association.
        AssocAtBoottime = 42: u64;
        /// `NL80211_STA_INFO_CONNECTED_TO_AS`: it knows a way to the authentication server.
        ConnectedToAs = 43: u8;
    }
}

attributes! {
    /// A rate.
    pub RateInfoSet: RateInfoAttr, RateInfoAttrBuf {
        /// `NL80211_RATE_INFO_BITRATE`: in units of 100 kbit/s.
        Bitrate = 1: u16;
        /// `NL80211_RATE_INFO_MCS`: HT's number.
        Mcs = 2: u8;
        /// `NL80211_RATE_INFO_40_MHZ_WIDTH`: 40 MHz.
        FortyMhzWidth = 3: Flag;
        /// `NL80211_RATE_INFO_SHORT_GI`: short guard interval.
        ShortGi = 4: Flag;
        /// `NL80211_RATE_INFO_BITRATE32`: in units of 100 kbit/s.
        Bitrate32 = 5: u32;
        /// `NL80211_RATE_INFO_VHT_MCS`: VHT's number.
        VhtMcs = 6: u8;
        /// `NL80211_RATE_INFO_VHT_NSS`: VHT's streams.
        VhtNss = 7: u8;
        /// `NL80211_RATE_INFO_80_MHZ_WIDTH`: 80 MHz.
        EightyMhzWidth = 8: Flag;
        /// `NL80211_RATE_INFO_80P80_MHZ_WIDTH`: twice 80 MHz.
        EightyP80MhzWidth = 9: Flag;
        /// `NL80211_RATE_INFO_160_MHZ_WIDTH`: 160 MHz.
        OneSixtyMhzWidth = 10: Flag;
        /// `NL80211_RATE_INFO_10_MHZ_WIDTH`: 10 MHz.
        TenMhzWidth = 11: Flag;
        /// `NL80211_RATE_INFO_5_MHZ_WIDTH`: 5 MHz.
        FiveMhzWidth = 12: Flag;
        /// `NL80211_RATE_INFO_HE_MCS`: HE's number.
        HeMcs = 13: u8;
        /// `NL80211_RATE_INFO_HE_NSS`: HE's streams.
        HeNss = 14: u8;
        /// `NL80211_RATE_INFO_HE_GI`: HE's guard interval.
        HeGi = 15: u8;
        /// `NL80211_RATE_INFO_HE_DCM`: HE's dual carriers.
        HeDcm = 16: u8;
        /// `NL80211_RATE_INFO_HE_RU_ALLOC`: HE's resource unit.
        HeRuAlloc = 17: u8;
        /// `NL80211_RATE_INFO_320_MHZ_WIDTH`: 320 MHz.
        ThreeTwentyMhzWidth = 18: Flag;
        /// `NL80211_RATE_INFO_EHT_MCS`: EHT's number.
        EhtMcs = 19: u8;
        /// `NL80211_RATE_INFO_EHT_NSS`: EHT's streams.
        EhtNss = 20: u8;
        /// `NL80211_RATE_INFO_EHT_GI`: EHT's guard interval.
        EhtGi = 21: u8;
        /// `NL80211_RATE_INFO_EHT_RU_ALLOC`: EHT's resource unit.
        EhtRuAlloc = 22: u8;
        /// `NL80211_RATE_INFO_S1G_MCS`: S1G's number.
        S1gMcs = 23: u8;
        /// `NL80211_RATE_INFO_S1G_NSS`: S1G's streams.
        S1gNss = 24: u8;
        /// `NL80211_RATE_INFO_1_MHZ_WIDTH`: 1 MHz.
        OneMhzWidth = 25: Flag;
        /// `NL80211_RATE_INFO_2_MHZ_WIDTH`: 2 MHz.
        TwoMhzWidth = 26: Flag;
        /// `NL80211_RATE_INFO_4_MHZ_WIDTH`: 4 MHz.
        FourMhzWidth = 27: Flag;
        /// `NL80211_RATE_INFO_8_MHZ_WIDTH`: 8 MHz.
        EightMhzWidth = 28: Flag;
        /// `NL80211_RATE_INFO_16_MHZ_WIDTH`: 16 MHz.
        SixteenMhzWidth = 29: Flag;
    }
}

attributes! {
    /// What a station's BSS does.
    pub StaBssParamSet: StaBssParamAttr, StaBssParamAttrBuf {
        /// `NL80211_STA_BSS_PARAM_CTS_PROT`: CTS protection.
        CtsProt = 1: Flag;
        /// `NL80211_STA_BSS_PARAM_SHORT_PREAMBLE`: short preambles.
        ShortPreamble = 2: Flag;
        /// `NL80211_STA_BSS_PARAM_SHORT_SLOT_TIME`: short slots.
        ShortSlotTime = 3: Flag;
        /// `NL80211_STA_BSS_PARAM_DTIM_PERIOD`: beacons between DTIMs.
        DtimPeriod = 4: u8;
        /// `NL80211_STA_BSS_PARAM_BEACON_INTERVAL`: time units between beacons.
        BeaconInterval = 5: u16;
    }
}

attributes! {
    /// Counters of a kind of traffic.
    pub TidStatsSet: TidStatsAttr, TidStatsAttrBuf {
        /// `NL80211_TID_STATS_RX_MSDU`: frames from it.
        RxMsdu = 1: u64;
        /// `NL80211_TID_STATS_TX_MSDU`: frames to it.
        TxMsdu = 2: u64;
        /// `NL80211_TID_STATS_TX_MSDU_RETRIES`: retries.
        TxMsduRetries = 3: u64;
        /// `NL80211_TID_STATS_TX_MSDU_FAILED`: frames it did not get.
        TxMsduFailed = 4: u64;
        /// `NL80211_TID_STATS_PAD`: nothing: padding.
        Pad = 5: Binary;
        /// `NL80211_TID_STATS_TXQ_STATS`: its queue.
        TxqStats = 6: Nest<TxqStatsSet>;
    }
}

attributes! {
    /// Counters of a queue.
    pub TxqStatsSet: TxqStatsAttr, TxqStatsAttrBuf {
        /// `NL80211_TXQ_STATS_BACKLOG_BYTES`: bytes that wait.
        BacklogBytes = 1: u32;
        /// `NL80211_TXQ_STATS_BACKLOG_PACKETS`: frames that wait.
        BacklogPackets = 2: u32;
        /// `NL80211_TXQ_STATS_FLOWS`: new flows.
        Flows = 3: u32;
        /// `NL80211_TXQ_STATS_DROPS`: dropped.
        Drops = 4: u32;
        /// `NL80211_TXQ_STATS_ECN_MARKS`: marked.
        EcnMarks = 5: u32;
        /// `NL80211_TXQ_STATS_OVERLIMIT`: dropped for their number.
        Overlimit = 6: u32;
        /// `NL80211_TXQ_STATS_OVERMEMORY`: dropped for their bytes.
        Overmemory = 7: u32;
        /// `NL80211_TXQ_STATS_COLLISIONS`: flows that share a place.
        Collisions = 8: u32;
        /// `NL80211_TXQ_STATS_TX_BYTES`: bytes taken.
        TxBytes = 9: u32;
        /// `NL80211_TXQ_STATS_TX_PACKETS`: frames taken.
        TxPackets = 10: u32;
        /// `NL80211_TXQ_STATS_MAX_FLOWS`: places for flows.
        MaxFlows = 11: u32;
    }
}

attributes! {
    /// A station's flags. Policy: `sta_flags_policy`.
    pub StaFlagSet: StaFlagAttr, StaFlagAttrBuf {
        /// `NL80211_STA_FLAG_AUTHORIZED`: its port is open.
        Authorized = 1: Flag;
        /// `NL80211_STA_FLAG_SHORT_PREAMBLE`: short preambles.
        ShortPreamble = 2: Flag;
        /// `NL80211_STA_FLAG_WME`: it has priorities.
        Wme = 3: Flag;
        /// `NL80211_STA_FLAG_MFP`: its management frames are protected.
        Mfp = 4: Flag;
        /// `NL80211_STA_FLAG_AUTHENTICATED`: it is authenticated.
        Authenticated = 5: Flag;
        /// `NL80211_STA_FLAG_TDLS_PEER`: a direct peer.
        TdlsPeer = 6: Flag;
        /// `NL80211_STA_FLAG_ASSOCIATED`: it is associated.
        Associated = 7: Flag => Rule::UNSPEC;
        /// `NL80211_STA_FLAG_SPP_AMSDU`: signalled and protected A-MSDUs.
        SppAmsdu = 8: Flag => Rule::UNSPEC;
    }
}

attributes! {
    /// A station's U-APSD. Policy: `nl80211_sta_wme_policy`.
    pub StaWmeSet: StaWmeAttr, StaWmeAttrBuf {
        /// `NL80211_STA_WME_UAPSD_QUEUES`: which queues.
        UapsdQueues = 1: u8;
        /// `NL80211_STA_WME_MAX_SP`: frames of a service period.
        MaxSp = 2: u8;
    }
}

attributes! {
    /// What is known of a mesh path.
    pub MpathInfoSet: MpathInfoAttr, MpathInfoAttrBuf {
        /// `NL80211_MPATH_INFO_FRAME_QLEN`: frames that wait.
        FrameQlen = 1: u32;
        /// `NL80211_MPATH_INFO_SN`: the sequence number.
        Sn = 2: u32;
        /// `NL80211_MPATH_INFO_METRIC`: the metric.
        Metric = 3: u32;
        /// `NL80211_MPATH_INFO_EXPTIME`: milliseconds that it lasts.
        Exptime = 4: u32;
        /// `NL80211_MPATH_INFO_FLAGS`: `NL80211_MPATH_FLAG_*`.
        Flags = 5: u8;
        /// `NL80211_MPATH_INFO_DISCOVERY_TIMEOUT`: milliseconds of a search.
        DiscoveryTimeout = 6: u32;
        /// `NL80211_MPATH_INFO_DISCOVERY_RETRIES`: searches.
        DiscoveryRetries = 7: u8;
        /// `NL80211_MPATH_INFO_HOP_COUNT`: stations on the way.
        HopCount = 8: u8;
        /// `NL80211_MPATH_INFO_PATH_CHANGE`: how often it changed.
        PathChange = 9: u32;
    }
}

attributes! {
    /// What is known of a channel. Times are in milliseconds.
    pub SurveyInfoSet: SurveyInfoAttr, SurveyInfoAttrBuf {
        /// `NL80211_SURVEY_INFO_FREQUENCY`: MHz.
        Frequency = 1: u32;
        /// `NL80211_SURVEY_INFO_NOISE`: dBm.
        Noise = 2: i8;
        /// `NL80211_SURVEY_INFO_IN_USE`: it is ours.
        InUse = 3: Flag;
        /// `NL80211_SURVEY_INFO_TIME`: listened.
        Time = 4: u64;
        /// `NL80211_SURVEY_INFO_TIME_BUSY`: busy.
        TimeBusy = 5: u64;
        /// `NL80211_SURVEY_INFO_TIME_EXT_BUSY`: the extension busy.
        TimeExtBusy = 6: u64;
        /// `NL80211_SURVEY_INFO_TIME_RX`: received.
        TimeRx = 7: u64;
        /// `NL80211_SURVEY_INFO_TIME_TX`: sent.
        TimeTx = 8: u64;
        /// `NL80211_SURVEY_INFO_TIME_SCAN`: scanned.
        TimeScan = 9: u64;
        /// `NL80211_SURVEY_INFO_PAD`: nothing: padding.
        Pad = 10: Binary;
        /// `NL80211_SURVEY_INFO_TIME_BSS_RX`: received in our BSS.
        TimeBssRx = 11: u64;
        /// `NL80211_SURVEY_INFO_FREQUENCY_OFFSET`: kHz above the MHz.
        FrequencyOffset = 12: u32;
    }
}

attributes! {
    /// A responder of fine timing. Policy: `nl80211_ftm_responder_policy`.
    pub FtmResponderSet: FtmResponderAttr, FtmResponderAttrBuf {
        /// `NL80211_FTM_RESP_ATTR_ENABLED`: it is on.
        Enabled = 1: Flag;
        /// `NL80211_FTM_RESP_ATTR_LCI`: where it is.
        Lci = 2: Binary => Rule::binary(255);
        /// `NL80211_FTM_RESP_ATTR_CIVICLOC`: its address.
        Civicloc = 3: Binary => Rule::binary(255);
    }
}

attributes! {
    /// Counters of a responder of fine timing.
    pub FtmStatsSet: FtmStatsAttr, FtmStatsAttrBuf {
        /// `NL80211_FTM_STATS_SUCCESS_NUM`: sessions that went well.
        SuccessNum = 1: u32;
        /// `NL80211_FTM_STATS_PARTIAL_NUM`: in part.
        PartialNum = 2: u32;
        /// `NL80211_FTM_STATS_FAILED_NUM`: not.
        FailedNum = 3: u32;
        /// `NL80211_FTM_STATS_ASAP_NUM`: begun at once.
        AsapNum = 4: u32;
        /// `NL80211_FTM_STATS_NON_ASAP_NUM`: begun later.
        NonAsapNum = 5: u32;
        /// `NL80211_FTM_STATS_TOTAL_DURATION_MSEC`: milliseconds in all.
        TotalDurationMsec = 6: u64;
        /// `NL80211_FTM_STATS_UNKNOWN_TRIGGERS_NUM`: triggers of nobody known.
        UnknownTriggersNum = 7: u32;
        /// `NL80211_FTM_STATS_RESCHEDULE_REQUESTS_NUM`: wishes for another time.
        RescheduleRequestsNum = 8: u32;
        /// `NL80211_FTM_STATS_OUT_OF_WINDOW_TRIGGERS_NUM`: triggers at the wrong time.
        OutOfWindowTriggersNum = 9: u32;
        /// `NL80211_FTM_STATS_PAD`: nothing: padding.
        Pad = 10: Binary;
    }
}
