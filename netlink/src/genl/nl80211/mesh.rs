//! Meshes, monitors, queues.
//!
//! Numbers: Linux 6.12, `include/uapi/linux/nl80211.h`. Policies: Linux 6.12, `net/wireless/nl80211.c`.

use super::check;
use crate::attributes;
use crate::policy::{Check, Rule};
use crate::set::{Binary, Flag, Nest, Number, Packed};

attributes! {
    /// Settings of a mesh. Policy: `nl80211_meshconf_params_policy`.
    pub MeshconfSet: MeshconfAttr, MeshconfAttrBuf {
        /// `NL80211_MESHCONF_RETRY_TIMEOUT`: milliseconds until another try.
        RetryTimeout = 1: u16 => Rule::U16.range(1, 255);
        /// `NL80211_MESHCONF_CONFIRM_TIMEOUT`: milliseconds of a confirmation.
        ConfirmTimeout = 2: u16 => Rule::U16.range(1, 255);
        /// `NL80211_MESHCONF_HOLDING_TIMEOUT`: milliseconds of a farewell.
        HoldingTimeout = 3: u16 => Rule::U16.range(1, 255);
        /// `NL80211_MESHCONF_MAX_PEER_LINKS`: peers at most.
        MaxPeerLinks = 4: u16 => Rule::U16.range(0, 255);
        /// `NL80211_MESHCONF_MAX_RETRIES`: tries.
        MaxRetries = 5: u8 => Rule::U8.max(16);
        /// `NL80211_MESHCONF_TTL`: stations that a frame passes.
        Ttl = 6: u8 => Rule::U8.min(1);
        /// `NL80211_MESHCONF_AUTO_OPEN_PLINKS`: peers are taken at once.
        AutoOpenPlinks = 7: u8 => Rule::U8.max(1);
        /// `NL80211_MESHCONF_HWMP_MAX_PREQ_RETRIES`: searches.
        HwmpMaxPreqRetries = 8: u8;
        /// `NL80211_MESHCONF_PATH_REFRESH_TIME`: milliseconds before its end that a path is renewed.
        PathRefreshTime = 9: u32;
        /// `NL80211_MESHCONF_MIN_DISCOVERY_TIMEOUT`: milliseconds of a search at least.
        MinDiscoveryTimeout = 10: u16 => Rule::U16.min(1);
        /// `NL80211_MESHCONF_HWMP_ACTIVE_PATH_TIMEOUT`: time units that a path lasts.
        HwmpActivePathTimeout = 11: u32;
        /// `NL80211_MESHCONF_HWMP_PREQ_MIN_INTERVAL`: time units between searches.
        HwmpPreqMinInterval = 12: u16 => Rule::U16.min(1);
        /// `NL80211_MESHCONF_HWMP_NET_DIAM_TRVS_TIME`: time units across the mesh.
        HwmpNetDiamTrvsTime = 13: u16 => Rule::U16.min(1);
        /// `NL80211_MESHCONF_HWMP_ROOTMODE`: the kind of root.
        HwmpRootmode = 14: u8 => Rule::U8.max(4);
        /// `NL80211_MESHCONF_ELEMENT_TTL`: stations that an element passes.
        ElementTtl = 15: u8 => Rule::U8.min(1);
        /// `NL80211_MESHCONF_HWMP_RANN_INTERVAL`: time units between the root's calls.
        HwmpRannInterval = 16: u16 => Rule::U16.min(1);
        /// `NL80211_MESHCONF_GATE_ANNOUNCEMENTS`: it knows a way out.
        GateAnnouncements = 17: u8 => Rule::U8.max(1);
        /// `NL80211_MESHCONF_HWMP_PERR_MIN_INTERVAL`: time units between errors.
        HwmpPerrMinInterval = 18: u16 => Rule::U16.min(1);
        /// `NL80211_MESHCONF_FORWARDING`: it passes frames on.
        Forwarding = 19: u8 => Rule::U8.max(1);
        /// `NL80211_MESHCONF_RSSI_THRESHOLD`: dBm of a peer at least.
        RssiThreshold = 20: i32 => Rule::S32.range(-255, 0);
        /// `NL80211_MESHCONF_SYNC_OFFSET_MAX_NEIGHBOR`: peers whose clocks are followed.
        SyncOffsetMaxNeighbor = 21: u32 => Rule::U32.range(1, 255);
        /// `NL80211_MESHCONF_HT_OPMODE`: how HT is protected.
        HtOpmode = 22: Number => Rule::U16;
        /// `NL80211_MESHCONF_HWMP_PATH_TO_ROOT_TIMEOUT`: time units that the root's path lasts.
        HwmpPathToRootTimeout = 23: u32;
        /// `NL80211_MESHCONF_HWMP_ROOT_INTERVAL`: time units between the root's searches.
        HwmpRootInterval = 24: u16 => Rule::U16.min(1);
        /// `NL80211_MESHCONF_HWMP_CONFIRMATION_INTERVAL`: time units between confirmations.
        HwmpConfirmationInterval = 25: u16 => Rule::U16.min(1);
        /// `NL80211_MESHCONF_POWER_MODE`: `NL80211_MESH_POWER_*`.
        PowerMode = 26: u32 => Rule::U32.range(1, 3);
        /// `NL80211_MESHCONF_AWAKE_WINDOW`: time units awake behind a beacon.
        AwakeWindow = 27: u16;
        /// `NL80211_MESHCONF_PLINK_TIMEOUT`: seconds until a silent peer is gone.
        PlinkTimeout = 28: u32;
        /// `NL80211_MESHCONF_CONNECTED_TO_GATE`: it has a way out.
        ConnectedToGate = 29: u8 => Rule::U8.range(0, 1);
        /// `NL80211_MESHCONF_NOLEARN`: frames teach it nothing.
        Nolearn = 30: u8 => Rule::U8.range(0, 1);
        /// `NL80211_MESHCONF_CONNECTED_TO_AS`: it has a way to the authentication server.
        ConnectedToAs = 31: u8 => Rule::U8.range(0, 1);
    }
}

attributes! {
    /// What a mesh is made with. Policy: `nl80211_mesh_setup_params_policy`.
    pub MeshSetupSet: MeshSetupAttr, MeshSetupAttrBuf {
        /// `NL80211_MESH_SETUP_ENABLE_VENDOR_PATH_SEL`: another path selection.
        EnableVendorPathSel = 1: u8;
        /// `NL80211_MESH_SETUP_ENABLE_VENDOR_METRIC`: another metric.
        EnableVendorMetric = 2: u8;
        /// `NL80211_MESH_SETUP_IE`: elements.
        Ie = 3: Binary => Rule::binary(2304).check(Check::Function(check::ie_attr));
        /// `NL80211_MESH_SETUP_USERSPACE_AUTH`: a program authenticates.
        UserspaceAuth = 4: Flag;
        /// `NL80211_MESH_SETUP_USERSPACE_AMPE`: and makes keys.
        UserspaceAmpe = 5: Flag;
        /// `NL80211_MESH_SETUP_ENABLE_VENDOR_SYNC`: another synchronisation.
        EnableVendorSync = 6: u8;
        /// `NL80211_MESH_SETUP_USERSPACE_MPM`: a program has the peers.
        UserspaceMpm = 7: Flag;
        /// `NL80211_MESH_SETUP_AUTH_PROTOCOL`: how peers are authenticated.
        AuthProtocol = 8: u8;
    }
}

attributes! {
    /// What a monitor shows. Policy: `mntr_flags_policy`.
    pub MntrFlagSet: MntrFlagAttr, MntrFlagAttrBuf {
        /// `NL80211_MNTR_FLAG_FCSFAIL`: frames with a wrong checksum.
        Fcsfail = 1: Flag;
        /// `NL80211_MNTR_FLAG_PLCPFAIL`: frames with a wrong header.
        Plcpfail = 2: Flag;
        /// `NL80211_MNTR_FLAG_CONTROL`: control frames.
        Control = 3: Flag;
        /// `NL80211_MNTR_FLAG_OTHER_BSS`: other BSSs.
        OtherBss = 4: Flag;
        /// `NL80211_MNTR_FLAG_COOK_FRAMES`: what the kernel made of them.
        CookFrames = 5: Flag;
        /// `NL80211_MNTR_FLAG_ACTIVE`: it acknowledges what is for it.
        Active = 6: Flag;
    }
}

attributes! {
    /// A queue's parameters. Policy: `txq_params_policy`.
    pub TxqParamsSet: TxqParamsAttr, TxqParamsAttrBuf {
        /// `NL80211_TXQ_ATTR_AC`: `NL80211_AC_*`.
        Ac = 1: u8;
        /// `NL80211_TXQ_ATTR_TXOP`: units of 32 microseconds.
        Txop = 2: u16;
        /// `NL80211_TXQ_ATTR_CWMIN`: the least contention window.
        Cwmin = 3: u16;
        /// `NL80211_TXQ_ATTR_CWMAX`: the greatest.
        Cwmax = 4: u16;
        /// `NL80211_TXQ_ATTR_AIFS`: slots before it.
        Aifs = 5: u8;
    }
}

attributes! {
    /// Rates that may be used. Policy: `nl80211_txattr_policy`.
    pub TxRateSet: TxRateAttr, TxRateAttrBuf {
        /// `NL80211_TXRATE_LEGACY`: in units of 500 kbit/s.
        Legacy = 1: Binary => Rule::binary(32);
        /// `NL80211_TXRATE_HT`: HT's numbers.
        Ht = 2: Binary => Rule::binary(77);
        /// `NL80211_TXRATE_VHT`: VHT's numbers by streams, a bit each.
        Vht = 3: Packed<u16> => Rule::exactly_or_warn(16);
        /// `NL80211_TXRATE_GI`: `NL80211_TXRATE_*_GI`.
        Gi = 4: u8;
        /// `NL80211_TXRATE_HE`: HE's numbers by streams, a bit each.
        He = 5: Packed<u16> => Rule::exactly(16);
        /// `NL80211_TXRATE_HE_GI`: `NL80211_RATE_INFO_HE_GI_*`.
        HeGi = 6: u8 => Rule::U8.range(0, 2);
        /// `NL80211_TXRATE_HE_LTF`: `NL80211_RATE_INFO_HE_*LTF`.
        HeLtf = 7: u8 => Rule::U8.range(0, 2);
    }
}

attributes! {
    /// Settings of kinds of traffic. Policy: `nl80211_tid_config_attr_policy`.
    pub TidConfigSet: TidConfigAttr, TidConfigAttrBuf {
        /// `NL80211_TID_CONFIG_ATTR_PAD`: nothing: padding.
        Pad = 1: Binary => Rule::UNSPEC;
        /// `NL80211_TID_CONFIG_ATTR_VIF_SUPP`: settings that an interface may have, a bit each.
        VifSupp = 2: u64;
        /// `NL80211_TID_CONFIG_ATTR_PEER_SUPP`: settings that a station may have, a bit each.
        PeerSupp = 3: u64;
        /// `NL80211_TID_CONFIG_ATTR_OVERRIDE`: what was set before is gone.
        Override = 4: Flag;
        /// `NL80211_TID_CONFIG_ATTR_TIDS`: which traffic, a bit each.
        Tids = 5: u16 => Rule::U16.range(1, 255);
        /// `NL80211_TID_CONFIG_ATTR_NOACK`: `NL80211_TID_CONFIG_*`: without acknowledgements.
        Noack = 6: u8 => Rule::U8.max(1);
        /// `NL80211_TID_CONFIG_ATTR_RETRY_SHORT`: tries of a short frame.
        RetryShort = 7: u8 => Rule::U8.min(1);
        /// `NL80211_TID_CONFIG_ATTR_RETRY_LONG`: tries of a long frame.
        RetryLong = 8: u8 => Rule::U8.min(1);
        /// `NL80211_TID_CONFIG_ATTR_AMPDU_CTRL`: `NL80211_TID_CONFIG_*`: A-MPDUs.
        AmpduCtrl = 9: u8 => Rule::U8.max(1);
        /// `NL80211_TID_CONFIG_ATTR_RTSCTS_CTRL`: `NL80211_TID_CONFIG_*`: RTS.
        RtsctsCtrl = 10: u8 => Rule::U8.max(1);
        /// `NL80211_TID_CONFIG_ATTR_AMSDU_CTRL`: `NL80211_TID_CONFIG_*`: A-MSDUs.
        AmsduCtrl = 11: u8 => Rule::U8.max(1);
        /// `NL80211_TID_CONFIG_ATTR_TX_RATE_TYPE`: `NL80211_TX_RATE_*`.
        TxRateType = 12: u8 => Rule::U8.max(2);
        /// `NL80211_TID_CONFIG_ATTR_TX_RATE`: rates, by the interface's band.
        TxRate = 13: Nest<TxRateSet>;
    }
}

attributes! {
    /// Spatial reuse. Policy: `he_obss_pd_policy`.
    pub ObssPdSet: ObssPdAttr, ObssPdAttrBuf {
        /// `NL80211_HE_OBSS_PD_ATTR_MIN_OFFSET`: dB above the least threshold.
        MinOffset = 1: u8 => Rule::U8.range(1, 20);
        /// `NL80211_HE_OBSS_PD_ATTR_MAX_OFFSET`: dB above it at most.
        MaxOffset = 2: u8 => Rule::U8.range(1, 20);
        /// `NL80211_HE_OBSS_PD_ATTR_NON_SRG_MAX_OFFSET`: the same for other groups.
        NonSrgMaxOffset = 3: u8 => Rule::U8.range(1, 20);
        /// `NL80211_HE_OBSS_PD_ATTR_BSS_COLOR_BITMAP`: colors of the group.
        BssColorBitmap = 4: Binary => Rule::exactly(8);
        /// `NL80211_HE_OBSS_PD_ATTR_PARTIAL_BSSID_BITMAP`: addresses of the group.
        PartialBssidBitmap = 5: Binary => Rule::exactly(8);
        /// `NL80211_HE_OBSS_PD_ATTR_SR_CTRL`: what the element says.
        SrCtrl = 6: u8;
    }
}

attributes! {
    /// The BSS's color. Policy: `he_bss_color_policy`.
    pub BssColorSet: BssColorAttr, BssColorAttrBuf {
        /// `NL80211_HE_BSS_COLOR_ATTR_COLOR`: it.
        Color = 1: u8 => Rule::U8.range(1, 63);
        /// `NL80211_HE_BSS_COLOR_ATTR_DISABLED`: it has none.
        Disabled = 2: Flag;
        /// `NL80211_HE_BSS_COLOR_ATTR_PARTIAL`: association ids have it too.
        Partial = 3: Flag;
    }
}

attributes! {
    /// Frames of FILS discovery. Policy: `nl80211_fils_discovery_policy`.
    pub FilsDiscoverySet: FilsDiscoveryAttr, FilsDiscoveryAttrBuf {
        /// `NL80211_FILS_DISCOVERY_ATTR_INT_MIN`: time units between at least.
        IntMin = 1: u32 => Rule::U32.max(10000);
        /// `NL80211_FILS_DISCOVERY_ATTR_INT_MAX`: time units between at most.
        IntMax = 2: u32 => Rule::U32.max(10000);
        /// `NL80211_FILS_DISCOVERY_ATTR_TMPL`: the frame.
        Tmpl = 3: Binary => Rule::BINARY.range(42, 2304);
    }
}

attributes! {
    /// Probe responses that nobody asked for. Policy: `nl80211_unsol_bcast_probe_resp_policy`.
    pub UnsolBcastProbeRespSet: UnsolBcastProbeRespAttr, UnsolBcastProbeRespAttrBuf {
        /// `NL80211_UNSOL_BCAST_PROBE_RESP_ATTR_INT`: time units between.
        Int = 1: u32 => Rule::U32.max(20);
        /// `NL80211_UNSOL_BCAST_PROBE_RESP_ATTR_TMPL`: the frame.
        Tmpl = 2: Binary => Rule::binary(2304);
    }
}

attributes! {
    /// Several BSSs in one beacon. Policy: `nl80211_mbssid_config_policy`.
    pub MbssidConfigSet: MbssidConfigAttr, MbssidConfigAttrBuf {
        /// `NL80211_MBSSID_CONFIG_ATTR_MAX_INTERFACES`: how many at most.
        MaxInterfaces = 1: u8 => Rule::U8.min(2);
        /// `NL80211_MBSSID_CONFIG_ATTR_MAX_EMA_PROFILE_PERIODICITY`: beacons that they may be spread over.
        MaxEmaProfilePeriodicity = 2: u8 => Rule::U8.min(1);
        /// `NL80211_MBSSID_CONFIG_ATTR_INDEX`: which it is.
        Index = 3: u8;
        /// `NL80211_MBSSID_CONFIG_ATTR_TX_IFINDEX`: the interface that sends.
        TxIfindex = 4: u32;
        /// `NL80211_MBSSID_CONFIG_ATTR_EMA`: they are spread over several beacons.
        Ema = 5: Flag;
    }
}
