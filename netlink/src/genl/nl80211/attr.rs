//! The attributes of all messages.
//!
//! Numbers: Linux 6.12, `include/uapi/linux/nl80211.h`. Policies: Linux 6.12, `net/wireless/nl80211.c`.

use super::check;
use super::choice::{Coalesce, ControlPortEthertype, TidConfigs, VendorData};
use super::layout::{BssSelectRssiAdjust, StaFlagUpdate, VendorCmdInfo};
use super::measure::{NanFuncSet, NanMatchSet, PMSR_POLICY, PmsrSet};
use super::mesh::{
    BssColorSet, FilsDiscoverySet, MbssidConfigSet, MeshSetupSet, MeshconfSet, MntrFlagSet,
    ObssPdSet, TidConfigSet, TxRateSet, TxqParamsSet, UnsolBcastProbeRespSet,
};
use super::power::{CqmSet, SarSet, WowlanSet, WowlanSupportSet};
use super::scan::{BssSelectSet, BssSet, SchedScanMatchSet, SchedScanPlanSet};
use super::security::{KeyDefaultSet, KeySet, PmksaCandidateSet, RekeySet};
use super::station::{
    FtmResponderSet, FtmStatsSet, MpathInfoSet, StaFlagSet, StaInfoSet, StaWmeSet, SurveyInfoSet,
    TxqStatsSet,
};
use super::wiphy::{BandSet, FreqSet, IfaceCombSet, IftypeAkmSet, RegRuleSet, WiphyRadioSet};
use crate::attributes;
use crate::policy::{Check, Kind, Range, Rule};
use crate::set::{Array, Binary, Fixed, Flag, Indexed, Name, Nest, Number, Packed, Set, Text};

attributes! {
    /// `NL80211_ATTR_*`: the attributes of all messages. Policy: `nl80211_policy`.
    pub Nl80211Set: Nl80211Attr, Nl80211AttrBuf, strict from 279, policy NL80211_POLICY {
        /// `NL80211_ATTR_WIPHY`: the radio's number.
        Wiphy = 1: u32;
        /// `NL80211_ATTR_WIPHY_NAME`: the radio's name.
        WiphyName = 2: Text => Rule::nul_string(19);
        /// `NL80211_ATTR_IFINDEX`: the interface's index.
        Ifindex = 3: u32;
        /// `NL80211_ATTR_IFNAME`: the interface's name.
        Ifname = 4: Text => Rule::nul_string(15);
        /// `NL80211_ATTR_IFTYPE`: `NL80211_IFTYPE_*`.
        Iftype = 5: u32 => Rule::U32.max(12);
        /// `NL80211_ATTR_MAC`: a hardware address: the interface's, a station's, a BSS's.
        Mac = 6: Binary => Rule::exactly_or_warn(6);
        /// `NL80211_ATTR_KEY_DATA`: a key.
        KeyData = 7: Binary => Rule::binary(32);
        /// `NL80211_ATTR_KEY_IDX`: its index.
        KeyIdx = 8: u8 => Rule::U8.max(7);
        /// `NL80211_ATTR_KEY_CIPHER`: its cipher suite.
        KeyCipher = 9: u32;
        /// `NL80211_ATTR_KEY_SEQ`: its sequence counter.
        KeySeq = 10: Binary => Rule::binary(16);
        /// `NL80211_ATTR_KEY_DEFAULT`: it is the default.
        KeyDefault = 11: Flag;
        /// `NL80211_ATTR_BEACON_INTERVAL`: time units between beacons.
        BeaconInterval = 12: u32;
        /// `NL80211_ATTR_DTIM_PERIOD`: beacons between DTIMs.
        DtimPeriod = 13: u32;
        /// `NL80211_ATTR_BEACON_HEAD`: a beacon up to its TIM.
        BeaconHead = 14: Binary => Rule::binary(2304).check(Check::Function(check::beacon_head));
        /// `NL80211_ATTR_BEACON_TAIL`: a beacon behind its TIM.
        BeaconTail = 15: Binary => Rule::binary(2304).check(Check::Function(check::ie_attr));
        /// `NL80211_ATTR_STA_AID`: a station's association id.
        StaAid = 16: u16 => Rule::U16.range(1, 2007);
        /// `NL80211_ATTR_STA_FLAGS`: a station's flags, as old programs send them.
        StaFlags = 17: Nest<StaFlagSet> => Rule::NESTED;
        /// `NL80211_ATTR_STA_LISTEN_INTERVAL`: beacons that a station may sleep.
        StaListenInterval = 18: u16;
        /// `NL80211_ATTR_STA_SUPPORTED_RATES`: a station's rates, in units of 500 kbit/s.
        StaSupportedRates = 19: Binary => Rule::binary(32);
        /// `NL80211_ATTR_STA_VLAN`: the interface that a station's frames go to.
        StaVlan = 20: u32;
        /// `NL80211_ATTR_STA_INFO`: what is known of a station.
        StaInfo = 21: Nest<StaInfoSet> => Rule::UNSPEC;
        /// `NL80211_ATTR_WIPHY_BANDS`: a radio's bands, by `NL80211_BAND_*`.
        WiphyBands = 22: Array<BandSet> => Rule::UNSPEC;
        /// `NL80211_ATTR_MNTR_FLAGS`: what a monitor shows.
        MntrFlags = 23: Nest<MntrFlagSet> => Rule::UNSPEC;
        /// `NL80211_ATTR_MESH_ID`: a mesh's name.
        MeshId = 24: Binary => Rule::binary(32);
        /// `NL80211_ATTR_STA_PLINK_ACTION`: `NL80211_PLINK_ACTION_*`.
        StaPlinkAction = 25: u8 => Rule::U8.max(2);
        /// `NL80211_ATTR_MPATH_NEXT_HOP`: a mesh path's next station.
        MpathNextHop = 26: Binary => Rule::exactly_or_warn(6);
        /// `NL80211_ATTR_MPATH_INFO`: what is known of a mesh path.
        MpathInfo = 27: Nest<MpathInfoSet> => Rule::UNSPEC;
        /// `NL80211_ATTR_BSS_CTS_PROT`: CTS protection.
        BssCtsProt = 28: u8;
        /// `NL80211_ATTR_BSS_SHORT_PREAMBLE`: short preambles.
        BssShortPreamble = 29: u8;
        /// `NL80211_ATTR_BSS_SHORT_SLOT_TIME`: short slots.
        BssShortSlotTime = 30: u8;
        /// `NL80211_ATTR_HT_CAPABILITY`: the body of an HT capabilities element.
        HtCapability = 31: Binary => Rule::exactly_or_warn(26);
        /// `NL80211_ATTR_SUPPORTED_IFTYPES`: interface types that a radio can have, by `NL80211_IFTYPE_*`.
        SupportedIftypes = 32: Nest<Indexed<Flag>> => Rule::UNSPEC;
        /// `NL80211_ATTR_REG_ALPHA2`: the country.
        RegAlpha2 = 33: Name => Rule::BINARY.range(2, 3);
        /// `NL80211_ATTR_REG_RULES`: what is allowed where.
        RegRules = 34: Array<RegRuleSet> => Rule::NESTED;
        /// `NL80211_ATTR_MESH_CONFIG`: settings of a mesh.
        MeshConfig = 35: Nest<MeshconfSet> => Rule::NESTED;
        /// `NL80211_ATTR_BSS_BASIC_RATES`: basic rates, in units of 500 kbit/s.
        BssBasicRates = 36: Binary => Rule::binary(32);
        /// `NL80211_ATTR_WIPHY_TXQ_PARAMS`: queues' parameters.
        WiphyTxqParams = 37: Array<TxqParamsSet> => Rule::NESTED;
        /// `NL80211_ATTR_WIPHY_FREQ`: MHz.
        WiphyFreq = 38: u32;
        /// `NL80211_ATTR_WIPHY_CHANNEL_TYPE`: `NL80211_CHAN_*`, before HT went further.
        WiphyChannelType = 39: u32;
        /// `NL80211_ATTR_KEY_DEFAULT_MGMT`: it is the default for management frames.
        KeyDefaultMgmt = 40: Flag => Rule::UNSPEC;
        /// `NL80211_ATTR_MGMT_SUBTYPE`: of a management frame.
        MgmtSubtype = 41: u8;
        /// `NL80211_ATTR_IE`: elements.
        Ie = 42: Binary => Rule::binary(2304).check(Check::Function(check::ie_attr));
        /// `NL80211_ATTR_MAX_NUM_SCAN_SSIDS`: names that one scan may ask for.
        MaxNumScanSsids = 43: u8 => Rule::UNSPEC;
        /// `NL80211_ATTR_SCAN_FREQUENCIES`: MHz of what is scanned.
        ScanFrequencies = 44: Nest<Indexed<u32>> => Rule::NESTED;
        /// `NL80211_ATTR_SCAN_SSIDS`: names that a scan asks for.
        ScanSsids = 45: Nest<Indexed<Binary>> => Rule::NESTED;
        /// `NL80211_ATTR_GENERATION`: changes when what is dumped does.
        Generation = 46: u32 => Rule::UNSPEC;
        /// `NL80211_ATTR_BSS`: a BSS of a scan's results.
        Bss = 47: Nest<BssSet> => Rule::UNSPEC;
        /// `NL80211_ATTR_REG_INITIATOR`: `NL80211_REGDOM_SET_BY_*`.
        RegInitiator = 48: u8 => Rule::UNSPEC;
        /// `NL80211_ATTR_REG_TYPE`: `NL80211_REGDOM_TYPE_*`.
        RegType = 49: u8 => Rule::UNSPEC;
        /// `NL80211_ATTR_SUPPORTED_COMMANDS`: commands that a radio knows.
        SupportedCommands = 50: Nest<Indexed<u32>> => Rule::UNSPEC;
        /// `NL80211_ATTR_FRAME`: a frame.
        Frame = 51: Binary => Rule::binary(2304);
        /// `NL80211_ATTR_SSID`: a network's name.
        Ssid = 52: Binary => Rule::binary(32);
        /// `NL80211_ATTR_AUTH_TYPE`: `NL80211_AUTHTYPE_*`.
        AuthType = 53: u32;
        /// `NL80211_ATTR_REASON_CODE`: why, of IEEE 802.11.
        ReasonCode = 54: u16;
        /// `NL80211_ATTR_KEY_TYPE`: `NL80211_KEYTYPE_*`.
        KeyType = 55: u32 => Rule::U32.max(3);
        /// `NL80211_ATTR_MAX_SCAN_IE_LEN`: bytes of elements that a scan may send.
        MaxScanIeLen = 56: u16 => Rule::UNSPEC;
        /// `NL80211_ATTR_CIPHER_SUITES`: ciphers that a radio knows.
        CipherSuites = 57: Packed<u32> => Rule::UNSPEC;
        /// `NL80211_ATTR_FREQ_BEFORE`: a channel before a beacon was heard.
        FreqBefore = 58: Nest<FreqSet> => Rule::UNSPEC;
        /// `NL80211_ATTR_FREQ_AFTER`: and after.
        FreqAfter = 59: Nest<FreqSet> => Rule::UNSPEC;
        /// `NL80211_ATTR_FREQ_FIXED`: an IBSS stays on its channel.
        FreqFixed = 60: Flag;
        /// `NL80211_ATTR_WIPHY_RETRY_SHORT`: tries of a short frame.
        WiphyRetryShort = 61: u8 => Rule::U8.min(1);
        /// `NL80211_ATTR_WIPHY_RETRY_LONG`: tries of a long frame.
        WiphyRetryLong = 62: u8 => Rule::U8.min(1);
        /// `NL80211_ATTR_WIPHY_FRAG_THRESHOLD`: bytes above which frames are fragmented.
        WiphyFragThreshold = 63: u32;
        /// `NL80211_ATTR_WIPHY_RTS_THRESHOLD`: bytes above which RTS is sent.
        WiphyRtsThreshold = 64: u32;
        /// `NL80211_ATTR_TIMED_OUT`: nobody answered.
        TimedOut = 65: Flag;
        /// `NL80211_ATTR_USE_MFP`: `NL80211_MFP_*`.
        UseMfp = 66: u32 => Rule::U32.range(0, 2);
        /// `NL80211_ATTR_STA_FLAGS2`: a station's flags, and which are meant.
        StaFlags2 = 67: Fixed<StaFlagUpdate> => Rule::exactly_or_warn(8);
        /// `NL80211_ATTR_CONTROL_PORT`: the port is closed until the program opens it.
        ControlPort = 68: Flag;
        /// `NL80211_ATTR_TESTDATA`: the driver's own.
        Testdata = 69: Binary => Rule::UNSPEC;
        /// `NL80211_ATTR_PRIVACY`: the network encrypts.
        Privacy = 70: Flag;
        /// `NL80211_ATTR_DISCONNECTED_BY_AP`: the access point ended it.
        DisconnectedByAp = 71: Flag => Rule::UNSPEC;
        /// `NL80211_ATTR_STATUS_CODE`: what came of it, of IEEE 802.11.
        StatusCode = 72: u16;
        /// `NL80211_ATTR_CIPHER_SUITES_PAIRWISE`: ciphers for unicast.
        CipherSuitesPairwise = 73: Packed<u32> => Rule::UNSPEC;
        /// `NL80211_ATTR_CIPHER_SUITE_GROUP`: the cipher for groups.
        CipherSuiteGroup = 74: u32;
        /// `NL80211_ATTR_WPA_VERSIONS`: `NL80211_WPA_VERSION_*`.
        WpaVersions = 75: u32 => Rule::U32.range(0, 7);
        /// `NL80211_ATTR_AKM_SUITES`: key managements.
        AkmSuites = 76: Packed<u32> => Rule::UNSPEC;
        /// `NL80211_ATTR_REQ_IE`: elements of the association request.
        ReqIe = 77: Binary => Rule::UNSPEC;
        /// `NL80211_ATTR_RESP_IE`: elements of its response.
        RespIe = 78: Binary => Rule::UNSPEC;
        /// `NL80211_ATTR_PREV_BSSID`: the access point before.
        PrevBssid = 79: Binary => Rule::exactly_or_warn(6);
        /// `NL80211_ATTR_KEY`: a key.
        Key = 80: Nest<KeySet> => Rule::NESTED;
        /// `NL80211_ATTR_KEYS`: keys for a connection.
        Keys = 81: Array<KeySet> => Rule::UNSPEC;
        /// `NL80211_ATTR_PID`: the process whose net the radio goes to.
        Pid = 82: u32;
        /// `NL80211_ATTR_4ADDR`: frames have four addresses.
        FourAddr = 83: u8;
        /// `NL80211_ATTR_SURVEY_INFO`: what is known of a channel.
        SurveyInfo = 84: Nest<SurveyInfoSet> => Rule::UNSPEC;
        /// `NL80211_ATTR_PMKID`: the name of a pairwise master key.
        Pmkid = 85: Binary => Rule::exactly_or_warn(16);
        /// `NL80211_ATTR_MAX_NUM_PMKIDS`: how many a radio can keep.
        MaxNumPmkids = 86: u8 => Rule::UNSPEC;
        /// `NL80211_ATTR_DURATION`: milliseconds.
        Duration = 87: u32;
        /// `NL80211_ATTR_COOKIE`: names what was asked for.
        Cookie = 88: u64;
        /// `NL80211_ATTR_WIPHY_COVERAGE_CLASS`: how far a frame may fly.
        WiphyCoverageClass = 89: u8;
        /// `NL80211_ATTR_TX_RATES`: rates that may be used, by `NL80211_BAND_*`.
        TxRates = 90: Array<TxRateSet> => Rule::NESTED;
        /// `NL80211_ATTR_FRAME_MATCH`: how the frames begin that are wanted.
        FrameMatch = 91: Binary;
        /// `NL80211_ATTR_ACK`: the frame was acknowledged.
        Ack = 92: Flag => Rule::UNSPEC;
        /// `NL80211_ATTR_PS_STATE`: `NL80211_PS_*`.
        PsState = 93: u32 => Rule::U32.range(0, 1);
        /// `NL80211_ATTR_CQM`: connection quality.
        Cqm = 94: Nest<CqmSet> => Rule::NESTED;
        /// `NL80211_ATTR_LOCAL_STATE_CHANGE`: no frame is sent.
        LocalStateChange = 95: Flag;
        /// `NL80211_ATTR_AP_ISOLATE`: stations do not hear each other.
        ApIsolate = 96: u8;
        /// `NL80211_ATTR_WIPHY_TX_POWER_SETTING`: `NL80211_TX_POWER_*`.
        WiphyTxPowerSetting = 97: u32;
        /// `NL80211_ATTR_WIPHY_TX_POWER_LEVEL`: hundredths of a dBm.
        WiphyTxPowerLevel = 98: i32 => Rule::U32;
        /// `NL80211_ATTR_TX_FRAME_TYPES`: frames that may be sent, by `NL80211_IFTYPE_*`.
        TxFrameTypes = 99: Array<Nl80211Set> => Rule::UNSPEC;
        /// `NL80211_ATTR_RX_FRAME_TYPES`: frames that may be asked for, by `NL80211_IFTYPE_*`.
        RxFrameTypes = 100: Array<Nl80211Set> => Rule::UNSPEC;
        /// `NL80211_ATTR_FRAME_TYPE`: type and subtype of a frame, as in its first bytes.
        FrameType = 101: u16;
        /// `NL80211_ATTR_CONTROL_PORT_ETHERTYPE`: the protocol of the control port, or that a radio takes any.
        ControlPortEthertype = 102: ControlPortEthertype => Rule::U16;
        /// `NL80211_ATTR_CONTROL_PORT_NO_ENCRYPT`: its frames are not encrypted.
        ControlPortNoEncrypt = 103: Flag;
        /// `NL80211_ATTR_SUPPORT_IBSS_RSN`: an IBSS may be encrypted.
        SupportIbssRsn = 104: Flag => Rule::UNSPEC;
        /// `NL80211_ATTR_WIPHY_ANTENNA_TX`: antennas to send with, as bits.
        WiphyAntennaTx = 105: u32;
        /// `NL80211_ATTR_WIPHY_ANTENNA_RX`: antennas to receive with, as bits.
        WiphyAntennaRx = 106: u32;
        /// `NL80211_ATTR_MCAST_RATE`: the rate of multicasts, in units of 100 kbit/s.
        McastRate = 107: u32;
        /// `NL80211_ATTR_OFFCHANNEL_TX_OK`: it may be sent on another channel.
        OffchannelTxOk = 108: Flag;
        /// `NL80211_ATTR_BSS_HT_OPMODE`: how HT is protected.
        BssHtOpmode = 109: u16;
        /// `NL80211_ATTR_KEY_DEFAULT_TYPES`: for what the key is the default.
        KeyDefaultTypes = 110: Nest<KeyDefaultSet> => Rule::NESTED;
        /// `NL80211_ATTR_MAX_REMAIN_ON_CHANNEL_DURATION`: milliseconds at most.
        MaxRemainOnChannelDuration = 111: u32 => Rule::UNSPEC;
        /// `NL80211_ATTR_MESH_SETUP`: what a mesh is made with.
        MeshSetup = 112: Nest<MeshSetupSet> => Rule::UNSPEC;
        /// `NL80211_ATTR_WIPHY_ANTENNA_AVAIL_TX`: antennas there are to send with.
        WiphyAntennaAvailTx = 113: u32 => Rule::UNSPEC;
        /// `NL80211_ATTR_WIPHY_ANTENNA_AVAIL_RX`: antennas there are to receive with.
        WiphyAntennaAvailRx = 114: u32 => Rule::UNSPEC;
        /// `NL80211_ATTR_SUPPORT_MESH_AUTH`: a program may authenticate mesh peers.
        SupportMeshAuth = 115: Flag;
        /// `NL80211_ATTR_STA_PLINK_STATE`: `NL80211_PLINK_*`.
        StaPlinkState = 116: u8 => Rule::U8.max(6);
        /// `NL80211_ATTR_WOWLAN_TRIGGERS`: what wakes the machine.
        WowlanTriggers = 117: Nest<WowlanSet> => Rule::NESTED;
        /// `NL80211_ATTR_WOWLAN_TRIGGERS_SUPPORTED`: what can wake it.
        WowlanTriggersSupported = 118: Nest<WowlanSupportSet> => Rule::UNSPEC;
        /// `NL80211_ATTR_SCHED_SCAN_INTERVAL`: milliseconds between scans.
        SchedScanInterval = 119: u32;
        /// `NL80211_ATTR_INTERFACE_COMBINATIONS`: interfaces that may be there together.
        InterfaceCombinations = 120: Array<IfaceCombSet> => Rule::UNSPEC;
        /// `NL80211_ATTR_SOFTWARE_IFTYPES`: interface types that may always be added.
        SoftwareIftypes = 121: Nest<Indexed<Flag>> => Rule::UNSPEC;
        /// `NL80211_ATTR_REKEY_DATA`: what a card needs to answer new keys.
        RekeyData = 122: Nest<RekeySet> => Rule::NESTED;
        /// `NL80211_ATTR_MAX_NUM_SCHED_SCAN_SSIDS`: names that a scheduled scan may ask for.
        MaxNumSchedScanSsids = 123: u8 => Rule::UNSPEC;
        /// `NL80211_ATTR_MAX_SCHED_SCAN_IE_LEN`: bytes of elements that it may send.
        MaxSchedScanIeLen = 124: u16 => Rule::UNSPEC;
        /// `NL80211_ATTR_SCAN_SUPP_RATES`: rates that a scan sends, by `NL80211_BAND_*`.
        ScanSuppRates = 125: Nest<Indexed<Binary>> => Rule::NESTED;
        /// `NL80211_ATTR_HIDDEN_SSID`: `NL80211_HIDDEN_SSID_*`.
        HiddenSsid = 126: u32 => Rule::U32.range(0, 2);
        /// `NL80211_ATTR_IE_PROBE_RESP`: elements for probe responses.
        IeProbeResp = 127: Binary => Rule::binary(2304).check(Check::Function(check::ie_attr));
        /// `NL80211_ATTR_IE_ASSOC_RESP`: elements for association responses.
        IeAssocResp = 128: Binary => Rule::binary(2304).check(Check::Function(check::ie_attr));
        /// `NL80211_ATTR_STA_WME`: a station's U-APSD.
        StaWme = 129: Nest<StaWmeSet>;
        /// `NL80211_ATTR_SUPPORT_AP_UAPSD`: an access point can do U-APSD.
        SupportApUapsd = 130: Flag => Rule::UNSPEC;
        /// `NL80211_ATTR_ROAM_SUPPORT`: the card roams itself.
        RoamSupport = 131: Flag;
        /// `NL80211_ATTR_SCHED_SCAN_MATCH`: what a scheduled scan looks for.
        SchedScanMatch = 132: Array<SchedScanMatchSet> => Rule::NESTED;
        /// `NL80211_ATTR_MAX_MATCH_SETS`: how many of these.
        MaxMatchSets = 133: u8 => Rule::UNSPEC;
        /// `NL80211_ATTR_PMKSA_CANDIDATE`: where one could authenticate ahead.
        PmksaCandidate = 134: Nest<PmksaCandidateSet> => Rule::UNSPEC;
        /// `NL80211_ATTR_TX_NO_CCK_RATE`: no CCK rates.
        TxNoCckRate = 135: Flag;
        /// `NL80211_ATTR_TDLS_ACTION`: the frame's action.
        TdlsAction = 136: u8;
        /// `NL80211_ATTR_TDLS_DIALOG_TOKEN`: the frame's token.
        TdlsDialogToken = 137: u8;
        /// `NL80211_ATTR_TDLS_OPERATION`: `NL80211_TDLS_*`.
        TdlsOperation = 138: u8;
        /// `NL80211_ATTR_TDLS_SUPPORT`: direct links are known.
        TdlsSupport = 139: Flag;
        /// `NL80211_ATTR_TDLS_EXTERNAL_SETUP`: a program sets them up.
        TdlsExternalSetup = 140: Flag;
        /// `NL80211_ATTR_DEVICE_AP_SME`: the card answers stations itself.
        DeviceApSme = 141: u32 => Rule::UNSPEC;
        /// `NL80211_ATTR_DONT_WAIT_FOR_ACK`: no acknowledgement is waited for.
        DontWaitForAck = 142: Flag;
        /// `NL80211_ATTR_FEATURE_FLAGS`: `NL80211_FEATURE_*`.
        FeatureFlags = 143: u32 => Rule::UNSPEC;
        /// `NL80211_ATTR_PROBE_RESP_OFFLOAD`: `NL80211_PROBE_RESP_OFFLOAD_SUPPORT_*`.
        ProbeRespOffload = 144: u32 => Rule::UNSPEC;
        /// `NL80211_ATTR_PROBE_RESP`: a probe response.
        ProbeResp = 145: Binary => Rule::binary(2304);
        /// `NL80211_ATTR_DFS_REGION`: `NL80211_DFS_*`.
        DfsRegion = 146: u8;
        /// `NL80211_ATTR_DISABLE_HT`: no HT.
        DisableHt = 147: Flag;
        /// `NL80211_ATTR_HT_CAPABILITY_MASK`: which HT capabilities are meant.
        HtCapabilityMask = 148: Binary => Rule::of(Kind::Unspec { len: 26 });
        /// `NL80211_ATTR_NOACK_MAP`: traffic without acknowledgements, a bit each.
        NoackMap = 149: u16;
        /// `NL80211_ATTR_INACTIVITY_TIMEOUT`: seconds until a station is gone.
        InactivityTimeout = 150: u16;
        /// `NL80211_ATTR_RX_SIGNAL_DBM`: the signal.
        RxSignalDbm = 151: i32 => Rule::UNSPEC;
        /// `NL80211_ATTR_BG_SCAN_PERIOD`: seconds between scans in the background.
        BgScanPeriod = 152: u16;
        /// `NL80211_ATTR_WDEV`: a wireless device's number.
        Wdev = 153: u64;
        /// `NL80211_ATTR_USER_REG_HINT_TYPE`: `NL80211_USER_REG_HINT_*`.
        UserRegHintType = 154: u32;
        /// `NL80211_ATTR_CONN_FAILED_REASON`: `NL80211_CONN_FAIL_*`.
        ConnFailedReason = 155: u32 => Rule::UNSPEC;
        /// `NL80211_ATTR_AUTH_DATA`: an authentication frame from its transaction number on.
        AuthData = 156: Binary => Rule::at_least(4);
        /// `NL80211_ATTR_VHT_CAPABILITY`: the body of a VHT capabilities element.
        VhtCapability = 157: Binary => Rule::exactly_or_warn(12);
        /// `NL80211_ATTR_SCAN_FLAGS`: `NL80211_SCAN_FLAG_*`.
        ScanFlags = 158: u32;
        /// `NL80211_ATTR_CHANNEL_WIDTH`: `NL80211_CHAN_WIDTH_*`.
        ChannelWidth = 159: u32;
        /// `NL80211_ATTR_CENTER_FREQ1`: MHz of the channel's middle.
        CenterFreq1 = 160: u32;
        /// `NL80211_ATTR_CENTER_FREQ2`: MHz of the second half's.
        CenterFreq2 = 161: u32;
        /// `NL80211_ATTR_P2P_CTWINDOW`: time units that a group's owner is awake.
        P2pCtwindow = 162: u8 => Rule::U8.max(127);
        /// `NL80211_ATTR_P2P_OPPPS`: opportunistic power saving.
        P2pOppps = 163: u8 => Rule::U8.max(1);
        /// `NL80211_ATTR_LOCAL_MESH_POWER_MODE`: `NL80211_MESH_POWER_*`.
        LocalMeshPowerMode = 164: u32 => Rule::U32.range(1, 3);
        /// `NL80211_ATTR_ACL_POLICY`: `NL80211_ACL_POLICY_*`.
        AclPolicy = 165: u32;
        /// `NL80211_ATTR_MAC_ADDRS`: hardware addresses.
        MacAddrs = 166: Nest<Indexed<Binary>> => Rule::NESTED;
        /// `NL80211_ATTR_MAC_ACL_MAX`: how many may be listed.
        MacAclMax = 167: u32 => Rule::UNSPEC;
        /// `NL80211_ATTR_RADAR_EVENT`: `NL80211_RADAR_*`.
        RadarEvent = 168: u32 => Rule::UNSPEC;
        /// `NL80211_ATTR_EXT_CAPA`: extended capabilities.
        ExtCapa = 169: Binary => Rule::UNSPEC;
        /// `NL80211_ATTR_EXT_CAPA_MASK`: which of them are meant.
        ExtCapaMask = 170: Binary => Rule::UNSPEC;
        /// `NL80211_ATTR_STA_CAPABILITY`: a station's capabilities.
        StaCapability = 171: u16;
        /// `NL80211_ATTR_STA_EXT_CAPABILITY`: and its extended ones.
        StaExtCapability = 172: Binary;
        /// `NL80211_ATTR_PROTOCOL_FEATURES`: `NL80211_PROTOCOL_FEATURE_*`.
        ProtocolFeatures = 173: u32 => Rule::UNSPEC;
        /// `NL80211_ATTR_SPLIT_WIPHY_DUMP`: a radio may take several messages.
        SplitWiphyDump = 174: Flag;
        /// `NL80211_ATTR_DISABLE_VHT`: no VHT.
        DisableVht = 175: Flag;
        /// `NL80211_ATTR_VHT_CAPABILITY_MASK`: which VHT capabilities are meant.
        VhtCapabilityMask = 176: Binary => Rule::of(Kind::Unspec { len: 12 });
        /// `NL80211_ATTR_MDID`: the mobility domain.
        Mdid = 177: u16;
        /// `NL80211_ATTR_IE_RIC`: resources that are asked for.
        IeRic = 178: Binary => Rule::binary(2304);
        /// `NL80211_ATTR_CRIT_PROT_ID`: `NL80211_CRIT_PROTO_*`.
        CritProtId = 179: u16;
        /// `NL80211_ATTR_MAX_CRIT_PROT_DURATION`: milliseconds at most.
        MaxCritProtDuration = 180: u16 => Rule::U16.max(5000);
        /// `NL80211_ATTR_PEER_AID`: a direct peer's association id.
        PeerAid = 181: u16 => Rule::U16.range(1, 2007);
        /// `NL80211_ATTR_COALESCE_RULE`: how packets are gathered, or what a radio can of it.
        CoalesceRule = 182: Coalesce => Rule::UNSPEC;
        /// `NL80211_ATTR_CH_SWITCH_COUNT`: beacons until the switch.
        ChSwitchCount = 183: u32;
        /// `NL80211_ATTR_CH_SWITCH_BLOCK_TX`: until then nobody sends.
        ChSwitchBlockTx = 184: Flag;
        /// `NL80211_ATTR_CSA_IES`: what is sent until then.
        CsaIes = 185: Nest<Nl80211Set> => Rule::NESTED;
        /// `NL80211_ATTR_CNTDWN_OFFS_BEACON`: where the beacon counts down.
        CntdwnOffsBeacon = 186: Packed<u16>;
        /// `NL80211_ATTR_CNTDWN_OFFS_PRESP`: where the probe response does.
        CntdwnOffsPresp = 187: Packed<u16>;
        /// `NL80211_ATTR_RXMGMT_FLAGS`: `NL80211_RXMGMT_FLAG_*`.
        RxmgmtFlags = 188: u32 => Rule::UNSPEC;
        /// `NL80211_ATTR_STA_SUPPORTED_CHANNELS`: a station's channels.
        StaSupportedChannels = 189: Binary => Rule::at_least(2);
        /// `NL80211_ATTR_STA_SUPPORTED_OPER_CLASSES`: a station's operating classes.
        StaSupportedOperClasses = 190: Binary => Rule::BINARY.range(2, 253);
        /// `NL80211_ATTR_HANDLE_DFS`: the program watches for radar.
        HandleDfs = 191: Flag;
        /// `NL80211_ATTR_SUPPORT_5_MHZ`: channels of 5 MHz.
        Support5Mhz = 192: Flag => Rule::UNSPEC;
        /// `NL80211_ATTR_SUPPORT_10_MHZ`: channels of 10 MHz.
        Support10Mhz = 193: Flag => Rule::UNSPEC;
        /// `NL80211_ATTR_OPMODE_NOTIF`: a station's operating mode.
        OpmodeNotif = 194: u8;
        /// `NL80211_ATTR_VENDOR_ID`: an OUI.
        VendorId = 195: u32;
        /// `NL80211_ATTR_VENDOR_SUBCMD`: its command.
        VendorSubcmd = 196: u32;
        /// `NL80211_ATTR_VENDOR_DATA`: its data, or a radio's vendor commands.
        VendorData = 197: VendorData => Rule::BINARY;
        /// `NL80211_ATTR_VENDOR_EVENTS`: a radio's vendor events.
        VendorEvents = 198: Nest<Indexed<Fixed<VendorCmdInfo>>> => Rule::UNSPEC;
        /// `NL80211_ATTR_QOS_MAP`: which DSCP is which priority.
        QosMap = 199: Binary => Rule::BINARY.range(16, 58);
        /// `NL80211_ATTR_MAC_HINT`: the access point to begin with.
        MacHint = 200: Binary => Rule::exactly_or_warn(6);
        /// `NL80211_ATTR_WIPHY_FREQ_HINT`: MHz to begin with.
        WiphyFreqHint = 201: u32;
        /// `NL80211_ATTR_MAX_AP_ASSOC_STA`: stations that an access point may have.
        MaxApAssocSta = 202: u32 => Rule::UNSPEC;
        /// `NL80211_ATTR_TDLS_PEER_CAPABILITY`: `NL80211_TDLS_PEER_*`.
        TdlsPeerCapability = 203: u32;
        /// `NL80211_ATTR_SOCKET_OWNER`: it ends with the socket.
        SocketOwner = 204: Flag;
        /// `NL80211_ATTR_CSA_C_OFFSETS_TX`: where a frame counts down.
        CsaCOffsetsTx = 205: Packed<u16>;
        /// `NL80211_ATTR_MAX_CSA_COUNTERS`: places where a beacon may count down.
        MaxCsaCounters = 206: u8 => Rule::UNSPEC;
        /// `NL80211_ATTR_TDLS_INITIATOR`: we began it.
        TdlsInitiator = 207: Flag;
        /// `NL80211_ATTR_USE_RRM`: radio measurements.
        UseRrm = 208: Flag;
        /// `NL80211_ATTR_WIPHY_DYN_ACK`: acknowledgement timeouts are measured.
        WiphyDynAck = 209: Flag;
        /// `NL80211_ATTR_TSID`: a traffic stream.
        Tsid = 210: u8 => Rule::U8.max(15);
        /// `NL80211_ATTR_USER_PRIO`: its priority.
        UserPrio = 211: u8 => Rule::U8.max(7);
        /// `NL80211_ATTR_ADMITTED_TIME`: its time, in units of 32 microseconds.
        AdmittedTime = 212: u16;
        /// `NL80211_ATTR_SMPS_MODE`: `NL80211_SMPS_*`.
        SmpsMode = 213: u8;
        /// `NL80211_ATTR_OPER_CLASS`: an operating class.
        OperClass = 214: u8;
        /// `NL80211_ATTR_MAC_MASK`: which bits of an address are fixed.
        MacMask = 215: Binary => Rule::exactly_or_warn(6);
        /// `NL80211_ATTR_WIPHY_SELF_MANAGED_REG`: the radio knows itself what is allowed.
        WiphySelfManagedReg = 216: Flag;
        /// `NL80211_ATTR_EXT_FEATURES`: `NL80211_EXT_FEATURE_*`, a bit each.
        ExtFeatures = 217: Binary => Rule::UNSPEC;
        /// `NL80211_ATTR_SURVEY_RADIO_STATS`: counters of the whole radio.
        SurveyRadioStats = 218: Flag => Rule::UNSPEC;
        /// `NL80211_ATTR_NETNS_FD`: the net that the radio goes to.
        NetnsFd = 219: u32;
        /// `NL80211_ATTR_SCHED_SCAN_DELAY`: seconds before the first scan.
        SchedScanDelay = 220: u32;
        /// `NL80211_ATTR_REG_INDOOR`: the machine is in a house.
        RegIndoor = 221: Flag;
        /// `NL80211_ATTR_MAX_NUM_SCHED_SCAN_PLANS`: plans that a scheduled scan may have.
        MaxNumSchedScanPlans = 222: u32 => Rule::UNSPEC;
        /// `NL80211_ATTR_MAX_SCAN_PLAN_INTERVAL`: seconds between its scans at most.
        MaxScanPlanInterval = 223: u32 => Rule::UNSPEC;
        /// `NL80211_ATTR_MAX_SCAN_PLAN_ITERATIONS`: scans of a plan at most.
        MaxScanPlanIterations = 224: u32 => Rule::UNSPEC;
        /// `NL80211_ATTR_SCHED_SCAN_PLANS`: its plans.
        SchedScanPlans = 225: Array<SchedScanPlanSet> => Rule::UNSPEC;
        /// `NL80211_ATTR_PBSS`: a personal BSS.
        Pbss = 226: Flag;
        /// `NL80211_ATTR_BSS_SELECT`: how a BSS is chosen, or can be.
        BssSelect = 227: Nest<BssSelectSet> => Rule::NESTED;
        /// `NL80211_ATTR_STA_SUPPORT_P2P_PS`: `NL80211_P2P_PS_*`.
        StaSupportP2pPs = 228: u8 => Rule::U8.max(1);
        /// `NL80211_ATTR_PAD`: nothing: padding.
        Pad = 229: Binary => Rule::UNSPEC;
        /// `NL80211_ATTR_IFTYPE_EXT_CAPA`: extended capabilities by interface type.
        IftypeExtCapa = 230: Array<Nl80211Set> => Rule::UNSPEC;
        /// `NL80211_ATTR_MU_MIMO_GROUP_DATA`: groups to listen to.
        MuMimoGroupData = 231: Binary => Rule::of(Kind::Unspec { len: 24 });
        /// `NL80211_ATTR_MU_MIMO_FOLLOW_MAC_ADDR`: the station to listen to.
        MuMimoFollowMacAddr = 232: Binary => Rule::exactly_or_warn(6);
        /// `NL80211_ATTR_SCAN_START_TIME_TSF`: when the scan began.
        ScanStartTimeTsf = 233: u64 => Rule::UNSPEC;
        /// `NL80211_ATTR_SCAN_START_TIME_TSF_BSSID`: by whose clock.
        ScanStartTimeTsfBssid = 234: Binary => Rule::UNSPEC;
        /// `NL80211_ATTR_MEASUREMENT_DURATION`: time units on each channel.
        MeasurementDuration = 235: u16;
        /// `NL80211_ATTR_MEASUREMENT_DURATION_MANDATORY`: not less.
        MeasurementDurationMandatory = 236: Flag;
        /// `NL80211_ATTR_MESH_PEER_AID`: a mesh peer's association id.
        MeshPeerAid = 237: u16 => Rule::U16.range(1, 2007);
        /// `NL80211_ATTR_NAN_MASTER_PREF`: how much it wants to be master.
        NanMasterPref = 238: u8 => Rule::U8.min(1);
        /// `NL80211_ATTR_BANDS`: `NL80211_BAND_*`, a bit each.
        Bands = 239: u32;
        /// `NL80211_ATTR_NAN_FUNC`: a service.
        NanFunc = 240: Nest<NanFuncSet> => Rule::NESTED;
        /// `NL80211_ATTR_NAN_MATCH`: services that found each other.
        NanMatch = 241: Nest<NanMatchSet> => Rule::UNSPEC;
        /// `NL80211_ATTR_FILS_KEK`: the key encryption key.
        FilsKek = 242: Binary => Rule::binary(64);
        /// `NL80211_ATTR_FILS_NONCES`: both sides' nonces.
        FilsNonces = 243: Binary => Rule::exactly_or_warn(32);
        /// `NL80211_ATTR_MULTICAST_TO_UNICAST_ENABLED`: multicasts go to each station.
        MulticastToUnicastEnabled = 244: Flag;
        /// `NL80211_ATTR_BSSID`: an access point's address.
        Bssid = 245: Binary => Rule::exactly_or_warn(6);
        /// `NL80211_ATTR_SCHED_SCAN_RELATIVE_RSSI`: dB that another must be better by.
        SchedScanRelativeRssi = 246: i8;
        /// `NL80211_ATTR_SCHED_SCAN_RSSI_ADJUST`: a band's advantage.
        SchedScanRssiAdjust = 247: Fixed<BssSelectRssiAdjust> => Rule::of(Kind::Unspec { len: 2 });
        /// `NL80211_ATTR_TIMEOUT_REASON`: `NL80211_TIMEOUT_*`.
        TimeoutReason = 248: u32;
        /// `NL80211_ATTR_FILS_ERP_USERNAME`: the user of ERP.
        FilsErpUsername = 249: Binary => Rule::binary(16);
        /// `NL80211_ATTR_FILS_ERP_REALM`: the realm.
        FilsErpRealm = 250: Binary => Rule::binary(253);
        /// `NL80211_ATTR_FILS_ERP_NEXT_SEQ_NUM`: the next sequence number.
        FilsErpNextSeqNum = 251: u16;
        /// `NL80211_ATTR_FILS_ERP_RRK`: the root key.
        FilsErpRrk = 252: Binary => Rule::binary(64);
        /// `NL80211_ATTR_FILS_CACHE_ID`: networks that share keys.
        FilsCacheId = 253: Binary => Rule::exactly_or_warn(2);
        /// `NL80211_ATTR_PMK`: a pairwise master key.
        Pmk = 254: Binary => Rule::binary(64);
        /// `NL80211_ATTR_SCHED_SCAN_MULTI`: more than one at a time.
        SchedScanMulti = 255: Flag;
        /// `NL80211_ATTR_SCHED_SCAN_MAX_REQS`: how many.
        SchedScanMaxReqs = 256: u32 => Rule::UNSPEC;
        /// `NL80211_ATTR_WANT_1X_4WAY_HS`: the card does the handshake.
        Want1x4wayHs = 257: Flag => Rule::UNSPEC;
        /// `NL80211_ATTR_PMKR0_NAME`: the name of a key of fast transition.
        Pmkr0Name = 258: Binary => Rule::exactly(16);
        /// `NL80211_ATTR_PORT_AUTHORIZED`: the port is open.
        PortAuthorized = 259: Flag => Rule::UNSPEC;
        /// `NL80211_ATTR_EXTERNAL_AUTH_ACTION`: `NL80211_EXTERNAL_AUTH_*`.
        ExternalAuthAction = 260: u32 => Rule::UNSPEC;
        /// `NL80211_ATTR_EXTERNAL_AUTH_SUPPORT`: a program can authenticate.
        ExternalAuthSupport = 261: Flag;
        /// `NL80211_ATTR_NSS`: spatial streams.
        Nss = 262: u8 => Rule::UNSPEC;
        /// `NL80211_ATTR_ACK_SIGNAL`: dBm of an acknowledgement.
        AckSignal = 263: i32 => Rule::UNSPEC;
        /// `NL80211_ATTR_CONTROL_PORT_OVER_NL80211`: the port's frames come this way.
        ControlPortOverNl80211 = 264: Flag;
        /// `NL80211_ATTR_TXQ_STATS`: counters of queues.
        TxqStats = 265: Nest<TxqStatsSet> => Rule::UNSPEC;
        /// `NL80211_ATTR_TXQ_LIMIT`: frames that may wait.
        TxqLimit = 266: u32;
        /// `NL80211_ATTR_TXQ_MEMORY_LIMIT`: bytes that may wait.
        TxqMemoryLimit = 267: u32;
        /// `NL80211_ATTR_TXQ_QUANTUM`: bytes of a turn.
        TxqQuantum = 268: u32 => Rule::U32.check(Check::RangePtr(Range::Unsigned { min: 0, max: 0x7fff_ffff }));
        /// `NL80211_ATTR_HE_CAPABILITY`: the body of an HE capabilities element.
        HeCapability = 269: Binary => Rule::binary(54).check(Check::Function(check::he_capa));
        /// `NL80211_ATTR_FTM_RESPONDER`: a responder of fine timing.
        FtmResponder = 270: Nest<FtmResponderSet>;
        /// `NL80211_ATTR_FTM_RESPONDER_STATS`: its counters.
        FtmResponderStats = 271: Nest<FtmStatsSet> => Rule::UNSPEC;
        /// `NL80211_ATTR_TIMEOUT`: milliseconds.
        Timeout = 272: u32 => Rule::U32.min(1);
        /// `NL80211_ATTR_PEER_MEASUREMENTS`: measurements with others.
        PeerMeasurements = 273: Nest<PmsrSet> => Rule::nested(&PMSR_POLICY);
        /// `NL80211_ATTR_AIRTIME_WEIGHT`: a station's share.
        AirtimeWeight = 274: u16 => Rule::U16.min(1);
        /// `NL80211_ATTR_STA_TX_POWER_SETTING`: `NL80211_TX_POWER_*` to a station.
        StaTxPowerSetting = 275: u8 => Rule::U8.range(0, 2);
        /// `NL80211_ATTR_STA_TX_POWER`: dBm to a station.
        StaTxPower = 276: i16;
        /// `NL80211_ATTR_SAE_PASSWORD`: a password.
        SaePassword = 277: Binary => Rule::binary(128);
        /// `NL80211_ATTR_TWT_RESPONDER`: target wake times are answered.
        TwtResponder = 278: Flag;
        /// `NL80211_ATTR_HE_OBSS_PD`: spatial reuse.
        HeObssPd = 279: Nest<ObssPdSet>;
        /// `NL80211_ATTR_WIPHY_EDMG_CHANNELS`: channels of 60 GHz, a bit each.
        WiphyEdmgChannels = 280: u8 => Rule::U8.range(1, 60);
        /// `NL80211_ATTR_WIPHY_EDMG_BW_CONFIG`: how they may be bonded.
        WiphyEdmgBwConfig = 281: u8 => Rule::U8.range(4, 15);
        /// `NL80211_ATTR_VLAN_ID`: a station's VLAN.
        VlanId = 282: u16 => Rule::U16.range(1, 4094);
        /// `NL80211_ATTR_HE_BSS_COLOR`: the BSS's color.
        HeBssColor = 283: Nest<BssColorSet>;
        /// `NL80211_ATTR_IFTYPE_AKM_SUITES`: key managements by interface type.
        IftypeAkmSuites = 284: Array<IftypeAkmSet> => Rule::UNSPEC;
        /// `NL80211_ATTR_TID_CONFIG`: settings by traffic, or what a radio can of them.
        TidConfig = 285: TidConfigs => Rule::nested_array(TidConfigSet::POLICY);
        /// `NL80211_ATTR_CONTROL_PORT_NO_PREAUTH`: preauthentication goes the usual way.
        ControlPortNoPreauth = 286: Flag;
        /// `NL80211_ATTR_PMK_LIFETIME`: seconds.
        PmkLifetime = 287: u32 => Rule::U32.min(1);
        /// `NL80211_ATTR_PMK_REAUTH_THRESHOLD`: hundredths of that.
        PmkReauthThreshold = 288: u8 => Rule::U8.range(1, 100);
        /// `NL80211_ATTR_RECEIVE_MULTICAST`: frames to groups too.
        ReceiveMulticast = 289: Flag;
        /// `NL80211_ATTR_WIPHY_FREQ_OFFSET`: kHz above the MHz.
        WiphyFreqOffset = 290: u32 => Rule::U32.range(0, 999);
        /// `NL80211_ATTR_CENTER_FREQ1_OFFSET`: kHz above the MHz.
        CenterFreq1Offset = 291: u32 => Rule::U32.range(0, 999);
        /// `NL80211_ATTR_SCAN_FREQ_KHZ`: kHz of what is scanned.
        ScanFreqKhz = 292: Nest<Indexed<u32>> => Rule::NESTED;
        /// `NL80211_ATTR_HE_6GHZ_CAPABILITY`: the body of an HE 6 GHz capabilities element.
        He6ghzCapability = 293: Binary => Rule::exactly(2);
        /// `NL80211_ATTR_FILS_DISCOVERY`: frames of FILS discovery.
        FilsDiscovery = 294: Nest<FilsDiscoverySet>;
        /// `NL80211_ATTR_UNSOL_BCAST_PROBE_RESP`: probe responses that nobody asked for.
        UnsolBcastProbeResp = 295: Nest<UnsolBcastProbeRespSet>;
        /// `NL80211_ATTR_S1G_CAPABILITY`: the body of an S1G capabilities element.
        S1gCapability = 296: Binary => Rule::exactly(15);
        /// `NL80211_ATTR_S1G_CAPABILITY_MASK`: which of them are meant.
        S1gCapabilityMask = 297: Binary => Rule::exactly(15);
        /// `NL80211_ATTR_SAE_PWE`: `NL80211_SAE_PWE_*`.
        SaePwe = 298: u8 => Rule::U8.range(1, 3);
        /// `NL80211_ATTR_RECONNECT_REQUESTED`: the other side wants us back.
        ReconnectRequested = 299: Flag => Rule::REJECT;
        /// `NL80211_ATTR_SAR_SPEC`: limits of absorbed power.
        SarSpec = 300: Nest<SarSet>;
        /// `NL80211_ATTR_DISABLE_HE`: no HE.
        DisableHe = 301: Flag;
        /// `NL80211_ATTR_OBSS_COLOR_BITMAP`: colors that others have.
        ObssColorBitmap = 302: u64;
        /// `NL80211_ATTR_COLOR_CHANGE_COUNT`: beacons until the color changes.
        ColorChangeCount = 303: Number => Rule::U8;
        /// `NL80211_ATTR_COLOR_CHANGE_COLOR`: to what.
        ColorChangeColor = 304: u8;
        /// `NL80211_ATTR_COLOR_CHANGE_ELEMS`: what is sent until then.
        ColorChangeElems = 305: Nest<Nl80211Set> => Rule::nested(&NL80211_POLICY);
        /// `NL80211_ATTR_MBSSID_CONFIG`: several BSSs in one beacon.
        MbssidConfig = 306: Nest<MbssidConfigSet>;
        /// `NL80211_ATTR_MBSSID_ELEMS`: their elements.
        MbssidElems = 307: Nest<Indexed<Binary>> => Rule::NESTED;
        /// `NL80211_ATTR_RADAR_BACKGROUND`: radar is watched for in the background.
        RadarBackground = 308: Flag;
        /// `NL80211_ATTR_AP_SETTINGS_FLAGS`: `NL80211_AP_SETTINGS_*`.
        ApSettingsFlags = 309: u32;
        /// `NL80211_ATTR_EHT_CAPABILITY`: the body of an EHT capabilities element.
        EhtCapability = 310: Binary => Rule::BINARY.range(13, 51);
        /// `NL80211_ATTR_DISABLE_EHT`: no EHT.
        DisableEht = 311: Flag;
        /// `NL80211_ATTR_MLO_LINKS`: links of a multi-link device.
        MloLinks = 312: Array<Nl80211Set> => Rule::nested_array(&NL80211_POLICY);
        /// `NL80211_ATTR_MLO_LINK_ID`: a link's number.
        MloLinkId = 313: u8 => Rule::U8.range(0, 14);
        /// `NL80211_ATTR_MLD_ADDR`: a multi-link device's address.
        MldAddr = 314: Binary => Rule::exactly(6);
        /// `NL80211_ATTR_MLO_SUPPORT`: multi-link is known.
        MloSupport = 315: Flag;
        /// `NL80211_ATTR_MAX_NUM_AKM_SUITES`: key managements at most.
        MaxNumAkmSuites = 316: u16 => Rule::REJECT;
        /// `NL80211_ATTR_EML_CAPABILITY`: enhanced multi-link.
        EmlCapability = 317: u16 => Rule::UNSPEC;
        /// `NL80211_ATTR_MLD_CAPA_AND_OPS`: capabilities of a multi-link device.
        MldCapaAndOps = 318: u16 => Rule::UNSPEC;
        /// `NL80211_ATTR_TX_HW_TIMESTAMP`: when the frame left.
        TxHwTimestamp = 319: u64 => Rule::UNSPEC;
        /// `NL80211_ATTR_RX_HW_TIMESTAMP`: when it came.
        RxHwTimestamp = 320: u64 => Rule::UNSPEC;
        /// `NL80211_ATTR_TD_BITMAP`: older ways that are given up.
        TdBitmap = 321: Binary => Rule::UNSPEC;
        /// `NL80211_ATTR_PUNCT_BITMAP`: parts of the channel that are left out.
        PunctBitmap = 322: u32 => Rule::U32.check(Check::RangePtr(Range::Unsigned { min: 0, max: 0xffff }));
        /// `NL80211_ATTR_MAX_HW_TIMESTAMP_PEERS`: stations whose frames may have timestamps.
        MaxHwTimestampPeers = 323: u16;
        /// `NL80211_ATTR_HW_TIMESTAMP_ENABLED`: timestamps are taken.
        HwTimestampEnabled = 324: Flag;
        /// `NL80211_ATTR_EMA_RNR_ELEMS`: reduced neighbour reports.
        EmaRnrElems = 325: Nest<Indexed<Binary>> => Rule::NESTED;
        /// `NL80211_ATTR_MLO_LINK_DISABLED`: the link is off.
        MloLinkDisabled = 326: Flag;
        /// `NL80211_ATTR_BSS_DUMP_INCLUDE_USE_DATA`: tell too what can't be used.
        BssDumpIncludeUseData = 327: Flag;
        /// `NL80211_ATTR_MLO_TTLM_DLINK`: links by traffic, downwards.
        MloTtlmDlink = 328: Packed<u16> => Rule::exactly(16);
        /// `NL80211_ATTR_MLO_TTLM_ULINK`: links by traffic, upwards.
        MloTtlmUlink = 329: Packed<u16> => Rule::exactly(16);
        /// `NL80211_ATTR_ASSOC_SPP_AMSDU`: signalled and protected A-MSDUs.
        AssocSppAmsdu = 330: Flag;
        /// `NL80211_ATTR_WIPHY_RADIOS`: the radios of one device.
        WiphyRadios = 331: Array<WiphyRadioSet> => Rule::UNSPEC;
        /// `NL80211_ATTR_WIPHY_INTERFACE_COMBINATIONS`: interfaces that all of them may have together.
        WiphyInterfaceCombinations = 332: Array<IfaceCombSet> => Rule::UNSPEC;
        /// `NL80211_ATTR_VIF_RADIO_MASK`: radios that an interface may use.
        VifRadioMask = 333: u32;
    }
}
