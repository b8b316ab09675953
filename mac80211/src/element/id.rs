//! Element identifiers.

use core::fmt;

/// What an element is: its element ID, or for ID 255 that and its extension (table 9-128).
/// `WLAN_EID_*`, `WLAN_EID_EXT_*`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(u16);

impl Id {
    /// The element ID of all that have an extension in their first byte.
    pub const EXTENSION: u8 = 255;

    /// An element without an extension.
    #[must_use]
    pub const fn new(id: u8) -> Self {
        Self(id as u16)
    }

    /// Element 255 with this extension.
    #[must_use]
    pub const fn ext(extension: u8) -> Self {
        Self((Self::EXTENSION as u16) << 8 | extension as u16)
    }

    /// The element ID, the first byte.
    #[must_use]
    pub const fn id(self) -> u8 {
        if self.0 > 0xff { Self::EXTENSION } else { self.0 as u8 }
    }

    /// The extension behind the length, if it has one.
    #[must_use]
    pub const fn extension(self) -> Option<u8> {
        if self.0 > 0xff { Some(self.0 as u8) } else { None }
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.name(), self.extension()) {
            (Some(name), _) => f.write_str(name),
            (None, None) => write!(f, "{}", self.id()),
            (None, Some(extension)) => write!(f, "255/{extension}"),
        }
    }
}

macro_rules! ids {
    ($($name:ident = $number:literal $($ext:literal)?,)+) => {
        /// Linux's names without their prefix; the numbers are the standard's.
        impl Id {
            $(#[doc = concat!("`", stringify!($name), "`: element ", $number $(, ", extension ", $ext)?, ".")]
            pub const $name: Self = ids!(@ $number $(, $ext)?);)+

            /// Its name among the constants here.
            #[must_use]
            pub const fn name(self) -> Option<&'static str> {
                match self {
                    $(Self::$name => Some(stringify!($name)),)+
                    _ => None,
                }
            }
        }
    };
    (@ $number:literal) => { Self::new($number) };
    (@ $number:literal, $ext:literal) => { Self::ext($ext) };
}

ids! {
    SSID = 0,
    SUPP_RATES = 1,
    FH_PARAMS = 2,
    DS_PARAMS = 3,
    CF_PARAMS = 4,
    TIM = 5,
    IBSS_PARAMS = 6,
    COUNTRY = 7,
    REQUEST = 10,
    QBSS_LOAD = 11,
    EDCA_PARAM_SET = 12,
    TSPEC = 13,
    TCLAS = 14,
    SCHEDULE = 15,
    CHALLENGE = 16,
    PWR_CONSTRAINT = 32,
    PWR_CAPABILITY = 33,
    TPC_REQUEST = 34,
    TPC_REPORT = 35,
    SUPPORTED_CHANNELS = 36,
    CHANNEL_SWITCH = 37,
    MEASURE_REQUEST = 38,
    MEASURE_REPORT = 39,
    QUIET = 40,
    IBSS_DFS = 41,
    ERP_INFO = 42,
    TS_DELAY = 43,
    TCLAS_PROCESSING = 44,
    HT_CAPABILITY = 45,
    QOS_CAPA = 46,
    RSN = 48,
    COEX_802_15 = 49,
    EXT_SUPP_RATES = 50,
    AP_CHAN_REPORT = 51,
    NEIGHBOR_REPORT = 52,
    RCPI = 53,
    MOBILITY_DOMAIN = 54,
    FAST_BSS_TRANSITION = 55,
    TIMEOUT_INTERVAL = 56,
    RIC_DATA = 57,
    DSE_REGISTERED_LOCATION = 58,
    SUPPORTED_REGULATORY_CLASSES = 59,
    EXT_CHANSWITCH_ANN = 60,
    HT_OPERATION = 61,
    SECONDARY_CHANNEL_OFFSET = 62,
    BSS_AVG_ACCESS_DELAY = 63,
    ANTENNA_INFO = 64,
    RSNI = 65,
    MEASUREMENT_PILOT_TX_INFO = 66,
    BSS_AVAILABLE_CAPACITY = 67,
    BSS_AC_ACCESS_DELAY = 68,
    TIME_ADVERTISEMENT = 69,
    RRM_ENABLED_CAPABILITIES = 70,
    MULTIPLE_BSSID = 71,
    BSS_COEX_2040 = 72,
    BSS_INTOLERANT_CHL_REPORT = 73,
    OVERLAP_BSS_SCAN_PARAM = 74,
    RIC_DESCRIPTOR = 75,
    MMIE = 76,
    ASSOC_COMEBACK_TIME = 77,
    EVENT_REQUEST = 78,
    EVENT_REPORT = 79,
    DIAGNOSTIC_REQUEST = 80,
    DIAGNOSTIC_REPORT = 81,
    LOCATION_PARAMS = 82,
    NON_TX_BSSID_CAP = 83,
    SSID_LIST = 84,
    MULTI_BSSID_IDX = 85,
    FMS_DESCRIPTOR = 86,
    FMS_REQUEST = 87,
    FMS_RESPONSE = 88,
    QOS_TRAFFIC_CAPA = 89,
    BSS_MAX_IDLE_PERIOD = 90,
    TSF_REQUEST = 91,
    TSF_RESPONSE = 92,
    WNM_SLEEP_MODE = 93,
    TIM_BCAST_REQ = 94,
    TIM_BCAST_RESP = 95,
    COLL_IF_REPORT = 96,
    CHANNEL_USAGE = 97,
    TIME_ZONE = 98,
    DMS_REQUEST = 99,
    DMS_RESPONSE = 100,
    LINK_ID = 101,
    WAKEUP_SCHEDULE_TDLS = 102,
    CHAN_SWITCH_TIMING = 104,
    PTI_CONTROL = 105,
    PU_BUFFER_STATUS = 106,
    INTERWORKING = 107,
    ADVERTISEMENT_PROTOCOL = 108,
    EXPEDITED_BW_REQ = 109,
    QOS_MAP_SET = 110,
    ROAMING_CONSORTIUM = 111,
    EMERGENCY_ALERT = 112,
    MESH_CONFIG = 113,
    MESH_ID = 114,
    LINK_METRIC_REPORT = 115,
    CONGESTION_NOTIFICATION = 116,
    PEER_MGMT = 117,
    CHAN_SWITCH_PARAM = 118,
    MESH_AWAKE_WINDOW = 119,
    BEACON_TIMING = 120,
    MCCAOP_SETUP_REQ = 121,
    MCCAOP_SETUP_RESP = 122,
    MCCAOP_ADVERT = 123,
    MCCAOP_TEARDOWN = 124,
    GANN = 125,
    RANN = 126,
    EXT_CAPABILITY = 127,
    PREQ = 130,
    PREP = 131,
    PERR = 132,
    PXU = 137,
    PXUC = 138,
    AUTH_MESH_PEER_EXCH = 139,
    MIC = 140,
    DESTINATION_URI = 141,
    UAPSD_COEX = 142,
    WAKEUP_SCHEDULE = 143,
    EXT_SCHEDULE = 144,
    STA_AVAILABILITY = 145,
    DMG_TSPEC = 146,
    DMG_AT = 147,
    DMG_CAP = 148,
    CISCO_VENDOR_SPECIFIC = 150,
    DMG_OPERATION = 151,
    DMG_BSS_PARAM_CHANGE = 152,
    DMG_BEAM_REFINEMENT = 153,
    CHANNEL_MEASURE_FEEDBACK = 154,
    AWAKE_WINDOW = 157,
    MULTI_BAND = 158,
    ADDBA_EXT = 159,
    NEXT_PCP_LIST = 160,
    PCP_HANDOVER = 161,
    DMG_LINK_MARGIN = 162,
    SWITCHING_STREAM = 163,
    SESSION_TRANSITION = 164,
    DYN_TONE_PAIRING_REPORT = 165,
    CLUSTER_REPORT = 166,
    RELAY_CAP = 167,
    RELAY_XFER_PARAM_SET = 168,
    BEAM_LINK_MAINT = 169,
    MULTIPLE_MAC_ADDR = 170,
    U_PID = 171,
    DMG_LINK_ADAPT_ACK = 172,
    MCCAOP_ADV_OVERVIEW = 174,
    QUIET_PERIOD_REQ = 175,
    QUIET_PERIOD_RESP = 177,
    EPAC_POLICY = 182,
    CLUSTER_TIME_OFF = 183,
    INTER_AC_PRIO = 184,
    SCS_DESCRIPTOR = 185,
    QLOAD_REPORT = 186,
    HCCA_TXOP_UPDATE_COUNT = 187,
    HL_STREAM_ID = 188,
    GCR_GROUP_ADDR = 189,
    ANTENNA_SECTOR_ID_PATTERN = 190,
    VHT_CAPABILITY = 191,
    VHT_OPERATION = 192,
    EXTENDED_BSS_LOAD = 193,
    WIDE_BW_CHANNEL_SWITCH = 194,
    TX_POWER_ENVELOPE = 195,
    CHANNEL_SWITCH_WRAPPER = 196,
    AID = 197,
    QUIET_CHANNEL = 198,
    OPMODE_NOTIF = 199,
    REDUCED_NEIGHBOR_REPORT = 201,
    AID_REQUEST = 210,
    AID_RESPONSE = 211,
    S1G_BCN_COMPAT = 213,
    S1G_SHORT_BCN_INTERVAL = 214,
    S1G_TWT = 216,
    S1G_CAPABILITIES = 217,
    VENDOR_SPECIFIC = 221,
    QOS_PARAMETER = 222,
    S1G_OPERATION = 232,
    CAG_NUMBER = 237,
    AP_CSN = 239,
    FILS_INDICATION = 240,
    DILS = 241,
    FRAGMENT = 242,
    RSNX = 244,
    ASSOC_DELAY_INFO = 255 1,
    FILS_REQ_PARAMS = 255 2,
    FILS_KEY_CONFIRM = 255 3,
    FILS_SESSION = 255 4,
    FILS_HLP_CONTAINER = 255 5,
    FILS_IP_ADDR_ASSIGN = 255 6,
    KEY_DELIVERY = 255 7,
    FILS_WRAPPED_DATA = 255 8,
    EXTENDED_REQUEST = 255 10,
    FILS_PUBLIC_KEY = 255 12,
    FILS_NONCE = 255 13,
    FUTURE_CHAN_GUIDANCE = 255 14,
    OWE_DH_PARAM = 255 32,
    PASSWORD_IDENTIFIER = 255 33,
    HE_CAPABILITY = 255 35,
    HE_OPERATION = 255 36,
    UORA = 255 37,
    HE_MU_EDCA = 255 38,
    HE_SPR = 255 39,
    NDP_FEEDBACK_REPORT_PARAMSET = 255 41,
    BSS_COLOR_CHG_ANN = 255 42,
    QUIET_TIME_PERIOD_SETUP = 255 43,
    ESS_REPORT = 255 45,
    OPS = 255 46,
    HE_BSS_LOAD = 255 47,
    MAX_CHANNEL_SWITCH_TIME = 255 52,
    OCI = 255 54,
    MULTIPLE_BSSID_CONFIGURATION = 255 55,
    NON_INHERITANCE = 255 56,
    KNOWN_BSSID = 255 57,
    SHORT_SSID_LIST = 255 58,
    HE_6GHZ_CAPA = 255 59,
    UL_MU_POWER_CAPA = 255 60,
    MSCS_DESCRIPTOR = 255 88,
    REJECTED_GROUPS = 255 92,
    ANTI_CLOGGING_TOKEN = 255 93,
    PASN_PARAMETERS = 255 100,
    EHT_OPERATION = 255 106,
    EHT_MULTI_LINK = 255 107,
    EHT_CAPABILITY = 255 108,
    TID_TO_LINK_MAPPING = 255 109,
    AKM_SUITE_SELECTOR = 255 114,
    BANDWIDTH_INDICATION = 255 135,
}
