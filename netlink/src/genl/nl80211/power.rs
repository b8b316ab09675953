//! Power: wake-up, coalescing, connection quality, absorbed power.
//!
//! Numbers: Linux 6.12, `include/uapi/linux/nl80211.h`. Policies: Linux 6.12, `net/wireless/nl80211.c`.

use super::attr::Nl80211Set;
use super::choice::WakePatterns;
use super::layout::{PatternSupport, WowlanTcpDataSeq, WowlanTcpDataToken, WowlanTcpTokenFeature};
use crate::attributes;
use crate::policy::{Kind, Rule};
use crate::set::{Array, Be32, Binary, Fixed, Flag, Followed, Nest, Packed};

attributes! {
    /// Connection quality. Policy: `nl80211_attr_cqm_policy`.
    pub CqmSet: CqmAttr, CqmAttrBuf {
        /// `NL80211_ATTR_CQM_RSSI_THOLD`: dBm to be told at.
        RssiThold = 1: Packed<i32>;
        /// `NL80211_ATTR_CQM_RSSI_HYST`: dB around that.
        RssiHyst = 2: u32;
        /// `NL80211_ATTR_CQM_RSSI_THRESHOLD_EVENT`: `NL80211_CQM_RSSI_*`.
        RssiThresholdEvent = 3: u32;
        /// `NL80211_ATTR_CQM_PKT_LOSS_EVENT`: frames lost in a row.
        PktLossEvent = 4: u32 => Rule::UNSPEC;
        /// `NL80211_ATTR_CQM_TXE_RATE`: hundredths of frames lost.
        TxeRate = 5: u32;
        /// `NL80211_ATTR_CQM_TXE_PKTS`: frames lost.
        TxePkts = 6: u32;
        /// `NL80211_ATTR_CQM_TXE_INTVL`: seconds.
        TxeIntvl = 7: u32;
        /// `NL80211_ATTR_CQM_BEACON_LOSS_EVENT`: beacons were lost.
        BeaconLossEvent = 8: Flag => Rule::UNSPEC;
        /// `NL80211_ATTR_CQM_RSSI_LEVEL`: dBm now.
        RssiLevel = 9: i32;
    }
}

attributes! {
    /// What wakes the machine, or woke it. Policy: `nl80211_wowlan_policy`.
    pub WowlanSet: WowlanAttr, WowlanAttrBuf {
        /// `NL80211_WOWLAN_TRIG_ANY`: anything.
        Any = 1: Flag;
        /// `NL80211_WOWLAN_TRIG_DISCONNECT`: the network is gone.
        Disconnect = 2: Flag;
        /// `NL80211_WOWLAN_TRIG_MAGIC_PKT`: a magic packet.
        MagicPkt = 3: Flag;
        /// `NL80211_WOWLAN_TRIG_PKT_PATTERN`: packets that look so, or which of them woke it.
        PktPattern = 4: WakePatterns;
        /// `NL80211_WOWLAN_TRIG_GTK_REKEY_SUPPORTED`: new keys are answered.
        GtkRekeySupported = 5: Flag => Rule::UNSPEC;
        /// `NL80211_WOWLAN_TRIG_GTK_REKEY_FAILURE`: new keys failed.
        GtkRekeyFailure = 6: Flag;
        /// `NL80211_WOWLAN_TRIG_EAP_IDENT_REQUEST`: somebody asks who we are.
        EapIdentRequest = 7: Flag;
        /// `NL80211_WOWLAN_TRIG_4WAY_HANDSHAKE`: a handshake.
        FourWayHandshake = 8: Flag;
        /// `NL80211_WOWLAN_TRIG_RFKILL_RELEASE`: the switch is on again.
        RfkillRelease = 9: Flag;
        /// `NL80211_WOWLAN_TRIG_WAKEUP_PKT_80211`: the frame that woke it.
        WakeupPkt80211 = 10: Binary => Rule::UNSPEC;
        /// `NL80211_WOWLAN_TRIG_WAKEUP_PKT_80211_LEN`: how long it was.
        WakeupPkt80211Len = 11: u32 => Rule::UNSPEC;
        /// `NL80211_WOWLAN_TRIG_WAKEUP_PKT_8023`: the packet that woke it.
        WakeupPkt8023 = 12: Binary => Rule::UNSPEC;
        /// `NL80211_WOWLAN_TRIG_WAKEUP_PKT_8023_LEN`: how long it was.
        WakeupPkt8023Len = 13: u32 => Rule::UNSPEC;
        /// `NL80211_WOWLAN_TRIG_TCP_CONNECTION`: a connection that is kept up.
        TcpConnection = 14: Nest<WowlanTcpSet> => Rule::NESTED;
        /// `NL80211_WOWLAN_TRIG_WAKEUP_TCP_MATCH`: its data woke it.
        WakeupTcpMatch = 15: Flag => Rule::UNSPEC;
        /// `NL80211_WOWLAN_TRIG_WAKEUP_TCP_CONNLOST`: its loss did.
        WakeupTcpConnlost = 16: Flag => Rule::UNSPEC;
        /// `NL80211_WOWLAN_TRIG_WAKEUP_TCP_NOMORETOKENS`: its lack of tokens did.
        WakeupTcpNomoretokens = 17: Flag => Rule::UNSPEC;
        /// `NL80211_WOWLAN_TRIG_NET_DETECT`: a network is there: a scheduled scan.
        NetDetect = 18: Nest<Nl80211Set> => Rule::NESTED;
        /// `NL80211_WOWLAN_TRIG_NET_DETECT_RESULTS`: networks that were.
        NetDetectResults = 19: Array<Nl80211Set> => Rule::UNSPEC;
        /// `NL80211_WOWLAN_TRIG_UNPROTECTED_DEAUTH_DISASSOC`: an unprotected farewell.
        UnprotectedDeauthDisassoc = 20: Flag => Rule::UNSPEC;
    }
}

attributes! {
    /// What can wake the machine.
    pub WowlanSupportSet: WowlanSupportAttr, WowlanSupportAttrBuf {
        /// `NL80211_WOWLAN_TRIG_ANY`: anything.
        Any = 1: Flag;
        /// `NL80211_WOWLAN_TRIG_DISCONNECT`: the network is gone.
        Disconnect = 2: Flag;
        /// `NL80211_WOWLAN_TRIG_MAGIC_PKT`: a magic packet.
        MagicPkt = 3: Flag;
        /// `NL80211_WOWLAN_TRIG_PKT_PATTERN`: packets that look so.
        PktPattern = 4: Fixed<PatternSupport>;
        /// `NL80211_WOWLAN_TRIG_GTK_REKEY_SUPPORTED`: new keys are answered.
        GtkRekeySupported = 5: Flag;
        /// `NL80211_WOWLAN_TRIG_GTK_REKEY_FAILURE`: new keys failed.
        GtkRekeyFailure = 6: Flag;
        /// `NL80211_WOWLAN_TRIG_EAP_IDENT_REQUEST`: somebody asks who we are.
        EapIdentRequest = 7: Flag;
        /// `NL80211_WOWLAN_TRIG_4WAY_HANDSHAKE`: a handshake.
        FourWayHandshake = 8: Flag;
        /// `NL80211_WOWLAN_TRIG_RFKILL_RELEASE`: the switch is on again.
        RfkillRelease = 9: Flag;
        /// `NL80211_WOWLAN_TRIG_TCP_CONNECTION`: a connection that is kept up.
        TcpConnection = 14: Nest<WowlanTcpSupportSet>;
        /// `NL80211_WOWLAN_TRIG_NET_DETECT`: networks that may be looked for.
        NetDetect = 18: u32;
    }
}

attributes! {
    /// A connection that is kept up. Policy: `nl80211_wowlan_tcp_policy`.
    pub WowlanTcpSet: WowlanTcpAttr, WowlanTcpAttrBuf {
        /// `NL80211_WOWLAN_TCP_SRC_IPV4`: our address.
        SrcIpv4 = 1: Be32 => Rule::U32;
        /// `NL80211_WOWLAN_TCP_DST_IPV4`: its address.
        DstIpv4 = 2: Be32 => Rule::U32;
        /// `NL80211_WOWLAN_TCP_DST_MAC`: the next hop.
        DstMac = 3: Binary => Rule::exactly_or_warn(6);
        /// `NL80211_WOWLAN_TCP_SRC_PORT`: our port.
        SrcPort = 4: u16;
        /// `NL80211_WOWLAN_TCP_DST_PORT`: its port.
        DstPort = 5: u16;
        /// `NL80211_WOWLAN_TCP_DATA_PAYLOAD`: what is sent.
        DataPayload = 6: Binary => Rule::at_least(1);
        /// `NL80211_WOWLAN_TCP_DATA_PAYLOAD_SEQ`: where it counts.
        DataPayloadSeq = 7: Fixed<WowlanTcpDataSeq> => Rule::of(Kind::Unspec { len: 12 });
        /// `NL80211_WOWLAN_TCP_DATA_PAYLOAD_TOKEN`: where it has tokens, and they.
        DataPayloadToken = 8: Followed<WowlanTcpDataToken,u8> => Rule::of(Kind::Unspec { len: 8 });
        /// `NL80211_WOWLAN_TCP_DATA_INTERVAL`: seconds between.
        DataInterval = 9: u32;
        /// `NL80211_WOWLAN_TCP_WAKE_PAYLOAD`: what wakes.
        WakePayload = 10: Binary => Rule::at_least(1);
        /// `NL80211_WOWLAN_TCP_WAKE_MASK`: which bytes of it count.
        WakeMask = 11: Binary => Rule::at_least(1);
    }
}

attributes! {
    /// What a kept connection can be.
    pub WowlanTcpSupportSet: WowlanTcpSupportAttr, WowlanTcpSupportAttrBuf {
        /// `NL80211_WOWLAN_TCP_SRC_IPV4`: our address.
        SrcIpv4 = 1: Be32;
        /// `NL80211_WOWLAN_TCP_DST_IPV4`: its address.
        DstIpv4 = 2: Be32;
        /// `NL80211_WOWLAN_TCP_DST_MAC`: the next hop.
        DstMac = 3: Binary;
        /// `NL80211_WOWLAN_TCP_SRC_PORT`: our port.
        SrcPort = 4: u16;
        /// `NL80211_WOWLAN_TCP_DST_PORT`: its port.
        DstPort = 5: u16;
        /// `NL80211_WOWLAN_TCP_DATA_PAYLOAD`: bytes that may be sent.
        DataPayload = 6: u32;
        /// `NL80211_WOWLAN_TCP_DATA_PAYLOAD_SEQ`: they may count.
        DataPayloadSeq = 7: Flag;
        /// `NL80211_WOWLAN_TCP_DATA_PAYLOAD_TOKEN`: they may have tokens.
        DataPayloadToken = 8: Fixed<WowlanTcpTokenFeature>;
        /// `NL80211_WOWLAN_TCP_DATA_INTERVAL`: seconds between at most.
        DataInterval = 9: u32;
        /// `NL80211_WOWLAN_TCP_WAKE_PAYLOAD`: bytes that may wake.
        WakePayload = 10: u32;
        /// `NL80211_WOWLAN_TCP_WAKE_MASK`: nothing.
        WakeMask = 11: Binary;
    }
}

attributes! {
    /// What a packet looks like. Policy: `nl80211_packet_pattern_policy`.
    pub PktpatSet: PktpatAttr, PktpatAttrBuf {
        /// `NL80211_PKTPAT_MASK`: which bytes count, a bit each.
        Mask = 1: Binary;
        /// `NL80211_PKTPAT_PATTERN`: they.
        Pattern = 2: Binary;
        /// `NL80211_PKTPAT_OFFSET`: from where.
        Offset = 3: u32;
    }
}

attributes! {
    /// How packets are gathered. Policy: `nl80211_coalesce_policy`.
    pub CoalesceRuleSet: CoalesceRuleAttr, CoalesceRuleAttrBuf {
        /// `NL80211_ATTR_COALESCE_RULE_DELAY`: milliseconds.
        Delay = 1: u32;
        /// `NL80211_ATTR_COALESCE_RULE_CONDITION`: `NL80211_COALESCE_CONDITION_*`.
        Condition = 2: u32 => Rule::U32.range(0, 1);
        /// `NL80211_ATTR_COALESCE_RULE_PKT_PATTERN`: which packets.
        PktPattern = 3: Array<PktpatSet> => Rule::NESTED;
    }
}

attributes! {
    /// Limits of absorbed power. Policy: `sar_policy`.
    pub SarSet: SarAttr, SarAttrBuf {
        /// `NL80211_SAR_ATTR_TYPE`: `NL80211_SAR_TYPE_*`.
        Type = 1: u32 => Rule::U32.max(1);
        /// `NL80211_SAR_ATTR_SPECS`: they.
        Specs = 2: Array<SarSpecsSet>;
    }
}

attributes! {
    /// A limit of absorbed power. Policy: `sar_specs_policy`.
    pub SarSpecsSet: SarSpecsAttr, SarSpecsAttrBuf {
        /// `NL80211_SAR_ATTR_SPECS_POWER`: quarters of a dBm.
        Power = 1: i32;
        /// `NL80211_SAR_ATTR_SPECS_RANGE_INDEX`: in which range.
        RangeIndex = 2: u32;
        /// `NL80211_SAR_ATTR_SPECS_START_FREQ`: kHz from.
        StartFreq = 3: u32 => Rule::UNSPEC;
        /// `NL80211_SAR_ATTR_SPECS_END_FREQ`: kHz to.
        EndFreq = 4: u32 => Rule::UNSPEC;
    }
}
