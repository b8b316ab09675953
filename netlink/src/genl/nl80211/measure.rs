//! Measurements with others, and services of neighbours.
//!
//! Numbers: Linux 6.12, `include/uapi/linux/nl80211.h`. Policies: Linux 6.12, `net/wireless/nl80211.c`.

use super::attr::{NL80211_POLICY, Nl80211Set};
use super::station::RateInfoSet;
use crate::attributes;
use crate::policy::{Kind, Rule};
use crate::set::{Array, Binary, Flag, Indexed, Nest};

attributes! {
    /// Measurements with others. Policy: `nl80211_pmsr_attr_policy`.
    pub PmsrSet: PmsrAttr, PmsrAttrBuf, policy PMSR_POLICY {
        /// `NL80211_PMSR_ATTR_MAX_PEERS`: how many others at most.
        MaxPeers = 1: u32 => Rule::REJECT;
        /// `NL80211_PMSR_ATTR_REPORT_AP_TSF`: their clocks can be told.
        ReportApTsf = 2: Flag => Rule::REJECT;
        /// `NL80211_PMSR_ATTR_RANDOMIZE_MAC_ADDR`: our address can be made up.
        RandomizeMacAddr = 3: Flag => Rule::REJECT;
        /// `NL80211_PMSR_ATTR_TYPE_CAPA`: what can be measured.
        TypeCapa = 4: Nest<PmsrTypeCapaSet> => Rule::REJECT;
        /// `NL80211_PMSR_ATTR_PEERS`: the others.
        Peers = 5: Array<PmsrPeerSet> => Rule::nested_array(&PMSR_PEER_POLICY);
    }
}

attributes! {
    /// A measurement with another. Policy: `nl80211_pmsr_peer_attr_policy`.
    pub PmsrPeerSet: PmsrPeerAttr, PmsrPeerAttrBuf, policy PMSR_PEER_POLICY {
        /// `NL80211_PMSR_PEER_ATTR_ADDR`: its address.
        Addr = 1: Binary => Rule::exactly(6);
        /// `NL80211_PMSR_PEER_ATTR_CHAN`: its channel.
        Chan = 2: Nest<Nl80211Set> => Rule::nested(&NL80211_POLICY);
        /// `NL80211_PMSR_PEER_ATTR_REQ`: what is wanted.
        Req = 3: Nest<PmsrReqSet>;
        /// `NL80211_PMSR_PEER_ATTR_RESP`: what was found.
        Resp = 4: Nest<PmsrRespSet> => Rule::REJECT;
    }
}

attributes! {
    /// What can be measured, by `NL80211_PMSR_TYPE_*`.
    pub PmsrTypeCapaSet: PmsrTypeCapaAttr, PmsrTypeCapaAttrBuf {
        /// `NL80211_PMSR_TYPE_FTM`: fine timing.
        Ftm = 1: Nest<FtmCapaSet>;
    }
}

attributes! {
    /// What is wanted. Policy: `nl80211_pmsr_req_attr_policy`.
    pub PmsrReqSet: PmsrReqAttr, PmsrReqAttrBuf {
        /// `NL80211_PMSR_REQ_ATTR_DATA`: by its kind.
        Data = 1: Nest<PmsrReqDataSet>;
        /// `NL80211_PMSR_REQ_ATTR_GET_AP_TSF`: its clock.
        GetApTsf = 2: Flag;
    }
}

attributes! {
    /// What is wanted, by `NL80211_PMSR_TYPE_*`. Policy: `nl80211_pmsr_req_data_policy`.
    pub PmsrReqDataSet: PmsrReqDataAttr, PmsrReqDataAttrBuf {
        /// `NL80211_PMSR_TYPE_FTM`: fine timing.
        Ftm = 1: Nest<FtmReqSet>;
    }
}

attributes! {
    /// What was found.
    pub PmsrRespSet: PmsrRespAttr, PmsrRespAttrBuf {
        /// `NL80211_PMSR_RESP_ATTR_DATA`: by its kind.
        Data = 1: Nest<PmsrRespDataSet>;
        /// `NL80211_PMSR_RESP_ATTR_STATUS`: `NL80211_PMSR_STATUS_*`.
        Status = 2: u32;
        /// `NL80211_PMSR_RESP_ATTR_HOST_TIME`: nanoseconds from boot to then.
        HostTime = 3: u64;
        /// `NL80211_PMSR_RESP_ATTR_AP_TSF`: its clock.
        ApTsf = 4: u64;
        /// `NL80211_PMSR_RESP_ATTR_FINAL`: there is no more.
        Final = 5: Flag;
        /// `NL80211_PMSR_RESP_ATTR_PAD`: nothing: padding.
        Pad = 6: Binary;
    }
}

attributes! {
    /// What was found, by `NL80211_PMSR_TYPE_*`.
    pub PmsrRespDataSet: PmsrRespDataAttr, PmsrRespDataAttrBuf {
        /// `NL80211_PMSR_TYPE_FTM`: fine timing.
        Ftm = 1: Nest<FtmRespSet>;
    }
}

attributes! {
    /// What fine timing can.
    pub FtmCapaSet: FtmCapaAttr, FtmCapaAttrBuf {
        /// `NL80211_PMSR_FTM_CAPA_ATTR_ASAP`: at once.
        Asap = 1: Flag;
        /// `NL80211_PMSR_FTM_CAPA_ATTR_NON_ASAP`: later.
        NonAsap = 2: Flag;
        /// `NL80211_PMSR_FTM_CAPA_ATTR_REQ_LCI`: ask where it is.
        ReqLci = 3: Flag;
        /// `NL80211_PMSR_FTM_CAPA_ATTR_REQ_CIVICLOC`: ask for its address.
        ReqCivicloc = 4: Flag;
        /// `NL80211_PMSR_FTM_CAPA_ATTR_PREAMBLES`: `NL80211_PREAMBLE_*`, a bit each.
        Preambles = 5: u32;
        /// `NL80211_PMSR_FTM_CAPA_ATTR_BANDWIDTHS`: `NL80211_CHAN_WIDTH_*`, a bit each.
        Bandwidths = 6: u32;
        /// `NL80211_PMSR_FTM_CAPA_ATTR_MAX_BURSTS_EXPONENT`: bursts at most, as a power of two.
        MaxBurstsExponent = 7: u32;
        /// `NL80211_PMSR_FTM_CAPA_ATTR_MAX_FTMS_PER_BURST`: frames of a burst at most.
        MaxFtmsPerBurst = 8: u32;
        /// `NL80211_PMSR_FTM_CAPA_ATTR_TRIGGER_BASED`: HE's, triggered.
        TriggerBased = 9: Flag;
        /// `NL80211_PMSR_FTM_CAPA_ATTR_NON_TRIGGER_BASED`: HE's, not triggered.
        NonTriggerBased = 10: Flag;
    }
}

attributes! {
    /// Fine timing that is wanted. Policy: `nl80211_pmsr_ftm_req_attr_policy`.
    pub FtmReqSet: FtmReqAttr, FtmReqAttrBuf {
        /// `NL80211_PMSR_FTM_REQ_ATTR_ASAP`: at once.
        Asap = 1: Flag;
        /// `NL80211_PMSR_FTM_REQ_ATTR_PREAMBLE`: `NL80211_PREAMBLE_*`.
        Preamble = 2: u32 => Rule::U32.range(0, 4);
        /// `NL80211_PMSR_FTM_REQ_ATTR_NUM_BURSTS_EXP`: bursts, as a power of two.
        NumBurstsExp = 3: u8 => Rule::U8.max(15);
        /// `NL80211_PMSR_FTM_REQ_ATTR_BURST_PERIOD`: units of 100 milliseconds between.
        BurstPeriod = 4: u16;
        /// `NL80211_PMSR_FTM_REQ_ATTR_BURST_DURATION`: how long, as the standard counts.
        BurstDuration = 5: u8 => Rule::U8.max(15);
        /// `NL80211_PMSR_FTM_REQ_ATTR_FTMS_PER_BURST`: frames of a burst.
        FtmsPerBurst = 6: u8;
        /// `NL80211_PMSR_FTM_REQ_ATTR_NUM_FTMR_RETRIES`: tries.
        NumFtmrRetries = 7: u8;
        /// `NL80211_PMSR_FTM_REQ_ATTR_REQUEST_LCI`: ask where it is.
        RequestLci = 8: Flag;
        /// `NL80211_PMSR_FTM_REQ_ATTR_REQUEST_CIVICLOC`: ask for its address.
        RequestCivicloc = 9: Flag;
        /// `NL80211_PMSR_FTM_REQ_ATTR_TRIGGER_BASED`: HE's, triggered.
        TriggerBased = 10: Flag;
        /// `NL80211_PMSR_FTM_REQ_ATTR_NON_TRIGGER_BASED`: HE's, not triggered.
        NonTriggerBased = 11: Flag;
        /// `NL80211_PMSR_FTM_REQ_ATTR_LMR_FEEDBACK`: tell it what we found.
        LmrFeedback = 12: Flag;
        /// `NL80211_PMSR_FTM_REQ_ATTR_BSS_COLOR`: its color.
        BssColor = 13: u8;
    }
}

attributes! {
    /// Fine timing. Times are in picoseconds, distances in millimetres.
    pub FtmRespSet: FtmRespAttr, FtmRespAttrBuf {
        /// `NL80211_PMSR_FTM_RESP_ATTR_FAIL_REASON`: `NL80211_PMSR_FTM_FAILURE_*`.
        FailReason = 1: u32;
        /// `NL80211_PMSR_FTM_RESP_ATTR_BURST_INDEX`: the burst.
        BurstIndex = 2: u32;
        /// `NL80211_PMSR_FTM_RESP_ATTR_NUM_FTMR_ATTEMPTS`: tries.
        NumFtmrAttempts = 3: u32;
        /// `NL80211_PMSR_FTM_RESP_ATTR_NUM_FTMR_SUCCESSES`: those that were acknowledged.
        NumFtmrSuccesses = 4: u32;
        /// `NL80211_PMSR_FTM_RESP_ATTR_BUSY_RETRY_TIME`: seconds until it wants to be asked.
        BusyRetryTime = 5: u32;
        /// `NL80211_PMSR_FTM_RESP_ATTR_NUM_BURSTS_EXP`: bursts, as a power of two.
        NumBurstsExp = 6: u8;
        /// `NL80211_PMSR_FTM_RESP_ATTR_BURST_DURATION`: how long, as the standard counts.
        BurstDuration = 7: u8;
        /// `NL80211_PMSR_FTM_RESP_ATTR_FTMS_PER_BURST`: frames of a burst.
        FtmsPerBurst = 8: u8;
        /// `NL80211_PMSR_FTM_RESP_ATTR_RSSI_AVG`: dBm on average.
        RssiAvg = 9: i32;
        /// `NL80211_PMSR_FTM_RESP_ATTR_RSSI_SPREAD`: dB.
        RssiSpread = 10: i32;
        /// `NL80211_PMSR_FTM_RESP_ATTR_TX_RATE`: our rate.
        TxRate = 11: Nest<RateInfoSet>;
        /// `NL80211_PMSR_FTM_RESP_ATTR_RX_RATE`: its rate.
        RxRate = 12: Nest<RateInfoSet>;
        /// `NL80211_PMSR_FTM_RESP_ATTR_RTT_AVG`: there and back.
        RttAvg = 13: i64;
        /// `NL80211_PMSR_FTM_RESP_ATTR_RTT_VARIANCE`: its variance.
        RttVariance = 14: u64;
        /// `NL80211_PMSR_FTM_RESP_ATTR_RTT_SPREAD`: its spread.
        RttSpread = 15: u64;
        /// `NL80211_PMSR_FTM_RESP_ATTR_DIST_AVG`: the distance.
        DistAvg = 16: i64;
        /// `NL80211_PMSR_FTM_RESP_ATTR_DIST_VARIANCE`: its variance.
        DistVariance = 17: u64;
        /// `NL80211_PMSR_FTM_RESP_ATTR_DIST_SPREAD`: its spread.
        DistSpread = 18: u64;
        /// `NL80211_PMSR_FTM_RESP_ATTR_LCI`: where it is.
        Lci = 19: Binary;
        /// `NL80211_PMSR_FTM_RESP_ATTR_CIVICLOC`: its address.
        Civicloc = 20: Binary;
        /// `NL80211_PMSR_FTM_RESP_ATTR_PAD`: nothing: padding.
        Pad = 21: Binary;
    }
}

attributes! {
    /// A service. Policy: `nl80211_nan_func_policy`.
    pub NanFuncSet: NanFuncAttr, NanFuncAttrBuf {
        /// `NL80211_NAN_FUNC_TYPE`: `NL80211_NAN_FUNC_*`.
        Type = 1: u8 => Rule::U8.max(2);
        /// `NL80211_NAN_FUNC_SERVICE_ID`: the hash of its name.
        ServiceId = 2: Binary => Rule::of(Kind::Unspec { len: 6 });
        /// `NL80211_NAN_FUNC_PUBLISH_TYPE`: `NL80211_NAN_*_PUBLISH`.
        PublishType = 3: u8;
        /// `NL80211_NAN_FUNC_PUBLISH_BCAST`: it is told to all.
        PublishBcast = 4: Flag;
        /// `NL80211_NAN_FUNC_SUBSCRIBE_ACTIVE`: it asks.
        SubscribeActive = 5: Flag;
        /// `NL80211_NAN_FUNC_FOLLOW_UP_ID`: whose message this is.
        FollowUpId = 6: u8;
        /// `NL80211_NAN_FUNC_FOLLOW_UP_REQ_ID`: what it answers.
        FollowUpReqId = 7: u8;
        /// `NL80211_NAN_FUNC_FOLLOW_UP_DEST`: for whom it is.
        FollowUpDest = 8: Binary => Rule::exactly_or_warn(6);
        /// `NL80211_NAN_FUNC_CLOSE_RANGE`: near ones only.
        CloseRange = 9: Flag;
        /// `NL80211_NAN_FUNC_TTL`: windows that it lasts.
        Ttl = 10: u32;
        /// `NL80211_NAN_FUNC_SERVICE_INFO`: what the service says.
        ServiceInfo = 11: Binary => Rule::binary(255);
        /// `NL80211_NAN_FUNC_SRF`: who shall answer.
        Srf = 12: Nest<NanSrfSet> => Rule::NESTED;
        /// `NL80211_NAN_FUNC_RX_MATCH_FILTER`: what must match of others.
        RxMatchFilter = 13: Nest<Indexed<Binary>> => Rule::NESTED;
        /// `NL80211_NAN_FUNC_TX_MATCH_FILTER`: what others match.
        TxMatchFilter = 14: Nest<Indexed<Binary>> => Rule::NESTED;
        /// `NL80211_NAN_FUNC_INSTANCE_ID`: its number.
        InstanceId = 15: u8;
        /// `NL80211_NAN_FUNC_TERM_REASON`: `NL80211_NAN_FUNC_TERM_REASON_*`.
        TermReason = 16: u8;
    }
}

attributes! {
    /// Who shall answer. Policy: `nl80211_nan_srf_policy`.
    pub NanSrfSet: NanSrfAttr, NanSrfAttrBuf {
        /// `NL80211_NAN_SRF_INCLUDE`: these, rather than all others.
        Include = 1: Flag;
        /// `NL80211_NAN_SRF_BF`: a Bloom filter of addresses.
        Bf = 2: Binary => Rule::binary(255);
        /// `NL80211_NAN_SRF_BF_IDX`: its hash.
        BfIdx = 3: u8;
        /// `NL80211_NAN_SRF_MAC_ADDRS`: addresses.
        MacAddrs = 4: Nest<Indexed<Binary>> => Rule::NESTED;
    }
}

attributes! {
    /// Services that found each other.
    pub NanMatchSet: NanMatchAttr, NanMatchAttrBuf {
        /// `NL80211_NAN_MATCH_FUNC_LOCAL`: ours.
        Local = 1: Nest<NanFuncSet>;
        /// `NL80211_NAN_MATCH_FUNC_PEER`: the other's.
        Peer = 2: Nest<NanFuncSet>;
    }
}
