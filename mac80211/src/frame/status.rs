//! Status codes: table 9-50 of IEEE 802.11-2020 and its amendments, named as in Linux where Linux has a
//! name.

use crate::wire::codes;

codes! {
    /// How a request ended (9.4.1.9, `enum ieee80211_statuscode`).
    StatusCode(u16) {
        /// Well.
        SUCCESS = 0,
        /// Failed, for no reason that has a name.
        UNSPECIFIED_FAILURE = 1,
        /// TDLS: wake-up schedule refused, another offered.
        TDLS_WAKEUP_ALTERNATE = 2,
        /// TDLS: wake-up schedule refused.
        TDLS_WAKEUP_REJECT = 3,
        /// Security is off.
        SECURITY_DISABLED = 5,
        /// A lifetime that cannot be.
        UNACCEPTABLE_LIFETIME = 6,
        /// Not in the same BSS.
        NOT_IN_SAME_BSS = 7,
        /// Not all capabilities can be had.
        CAPS_UNSUPPORTED = 10,
        /// Reassociation without an association.
        REASSOC_NO_ASSOC = 11,
        /// Refused for a reason outside of the standard.
        ASSOC_DENIED_UNSPEC = 12,
        /// Authentication algorithm.
        NOT_SUPPORTED_AUTH_ALG = 13,
        /// Authentication transaction number out of order.
        UNKNOWN_AUTH_TRANSACTION = 14,
        /// Wrong answer to a challenge.
        CHALLENGE_FAIL = 15,
        /// Waited too long for the next frame.
        AUTH_TIMEOUT = 16,
        /// No room for another station.
        AP_UNABLE_TO_HANDLE_NEW_STA = 17,
        /// Rates.
        ASSOC_DENIED_RATES = 18,
        /// Short preamble.
        ASSOC_DENIED_NOSHORTPREAMBLE = 19,
        /// PBCC.
        ASSOC_DENIED_NOPBCC = 20,
        /// Channel agility.
        ASSOC_DENIED_NOAGILITY = 21,
        /// Spectrum management.
        ASSOC_DENIED_NOSPECTRUM = 22,
        /// Power capability.
        ASSOC_REJECTED_BAD_POWER = 23,
        /// Supported channels.
        ASSOC_REJECTED_BAD_SUPP_CHAN = 24,
        /// Short slot time.
        ASSOC_DENIED_NOSHORTTIME = 25,
        /// DSSS-OFDM.
        ASSOC_DENIED_NODSSSOFDM = 26,
        /// HT.
        ASSOC_DENIED_NO_HT = 27,
        /// The key holder cannot be reached.
        R0KH_UNREACHABLE = 28,
        /// PCO.
        ASSOC_DENIED_NO_PCO = 29,
        /// Later; a timeout interval element says when.
        ASSOC_REJECTED_TEMPORARILY = 30,
        /// Management frame protection.
        ROBUST_MGMT_FRAME_POLICY_VIOLATION = 31,
        /// QoS.
        UNSPECIFIED_QOS = 32,
        /// Bandwidth.
        ASSOC_DENIED_NOBANDWIDTH = 33,
        /// Bad conditions on the channel.
        ASSOC_DENIED_LOWACK = 34,
        /// It has no QoS.
        ASSOC_DENIED_UNSUPP_QOS = 35,
        /// Declined.
        REQUEST_DECLINED = 37,
        /// Parameters.
        INVALID_QOS_PARAM = 38,
        /// Not so, but with the changes suggested.
        CHANGE_TSPEC = 39,
        /// An element.
        INVALID_IE = 40,
        /// Group cipher.
        INVALID_GROUP_CIPHER = 41,
        /// Pairwise cipher.
        INVALID_PAIRWISE_CIPHER = 42,
        /// Key management.
        INVALID_AKMP = 43,
        /// RSN element's version.
        UNSUPP_RSN_VERSION = 44,
        /// RSN capabilities.
        INVALID_RSN_IE_CAP = 45,
        /// The cipher suite is against policy.
        CIPHER_SUITE_REJECTED = 46,
        /// Perhaps later.
        WAIT_TS_DELAY = 47,
        /// Direct links are not allowed.
        NO_DIRECT_LINK = 48,
        /// The other station is not here.
        STA_NOT_PRESENT = 49,
        /// The other station has no QoS.
        STA_NOT_QSTA = 50,
        /// The listen interval is too long.
        ASSOC_DENIED_LISTEN_INT_TOO_LARGE = 51,
        /// FT: the action frame had an invalid count.
        INVALID_FT_ACTION_FRAME_COUNT = 52,
        /// PMKID.
        INVALID_PMKID = 53,
        /// Mobility domain element.
        INVALID_MDE = 54,
        /// Fast transition element.
        INVALID_FTE = 55,
        /// The traffic stream is not supported.
        REQUESTED_TCLAS_NOT_SUPPORTED = 56,
        /// Resources for traffic classes.
        INSUFFICIENT_TCLAS_RESOURCES = 57,
        /// Go to another BSS for it.
        SUGGEST_BSS_TRANSITION = 58,
        /// GAS: protocol not supported.
        GAS_ADV_PROTO_NOT_SUPPORTED = 59,
        /// GAS: no request is known.
        NO_OUTSTANDING_GAS_REQ = 60,
        /// GAS: no answer from the server.
        GAS_RESP_NOT_RECEIVED = 61,
        /// GAS: the server took too long.
        STA_TIMED_OUT_WAITING_FOR_GAS_RESP = 62,
        /// GAS: the answer is too long.
        GAS_RESP_LARGER_THAN_LIMIT = 63,
        /// For the home network.
        REQ_REFUSED_HOME = 64,
        /// The server cannot be reached.
        ADV_SRV_UNREACHABLE = 65,
        /// For the subscription.
        REQ_REFUSED_SSPN = 67,
        /// Only for those who are authenticated.
        REQ_REFUSED_UNAUTH_ACCESS = 68,
        /// RSN element.
        INVALID_RSNIE = 72,
        /// U-APSD and transition cannot be together.
        U_APSD_COEX_NOT_SUPPORTED = 73,
        /// Nor this mode of it.
        U_APSD_COEX_MODE_NOT_SUPPORTED = 74,
        /// Bad interval and U-APSD.
        BAD_INTERVAL_WITH_U_APSD_COEX = 75,
        /// SAE: come back with this token.
        ANTI_CLOG_REQUIRED = 76,
        /// SAE: the group is not supported.
        FCG_NOT_SUPP = 77,
        /// Mesh: another beacon time cannot be found.
        STA_NO_TBTT = 78,
        /// Not to this destination.
        TRANSMISSION_FAILURE = 79,
        /// Refused; a schedule comes with it.
        REJECT_WITH_SCHEDULE = 83,
        /// FST: the session waits for admission.
        PENDING_ADMITTING_FST_SESSION = 86,
        /// FST: now.
        PERFORMING_FST_NOW = 87,
        /// FST: gaps in the block ack window.
        PENDING_GAP_IN_BA_WINDOW = 88,
        /// FST: U-PID.
        REJECT_U_PID_SETTING = 89,
        /// Refused by the other side's policy, or for good.
        REFUSED_EXTERNAL_REASON = 92,
        /// The access point is out of memory.
        REFUSED_AP_OUT_OF_MEMORY = 93,
        /// Emergency services are not supported.
        REJECTED_EMERGENCY_SERVICES_NOT_SUPPORTED = 94,
        /// The answer to a query is outstanding.
        QUERY_RESP_OUTSTANDING = 95,
        /// In this band.
        REJECT_DSE_BAND = 96,
        /// TCLAS processing ended.
        TCLAS_PROCESSING_TERMINATED = 97,
        /// The traffic stream's schedule conflicts.
        TS_SCHEDULE_CONFLICT = 98,
        /// Try the band and channel suggested.
        DENIED_WITH_SUGGESTED_BAND_AND_CHANNEL = 99,
        /// MCCAOP reservations conflict.
        MCCAOP_RESERVATION_CONFLICT = 100,
        /// Too many of them.
        MAF_LIMIT_EXCEEDED = 101,
        /// Too many of tracks.
        MCCA_TRACK_LIMIT_EXCEEDED = 102,
        /// Spectrum management.
        DENIED_DUE_TO_SPECTRUM_MANAGEMENT = 103,
        /// VHT.
        ASSOC_DENIED_NO_VHT = 104,
        /// Enablement.
        ENABLEMENT_DENIED = 105,
        /// By its restrictions.
        RESTRICTION_FROM_AUTHORIZED_GDB = 106,
        /// Authorization ended.
        AUTHORIZATION_DEENABLED = 107,
        /// FILS authentication.
        FILS_AUTHENTICATION_FAILURE = 112,
        /// The authentication server is not known.
        UNKNOWN_AUTHENTICATION_SERVER = 113,
        /// A vendor's reason.
        DENIED_NOTIFICATION_PERIOD_ALLOCATION = 116,
        /// Channel splitting.
        DENIED_CHANNEL_SPLITTING = 117,
        /// Allocation.
        DENIED_ALLOCATION = 118,
        /// Another CMMG feature.
        CMMG_FEATURES_NOT_SUPPORTED = 119,
        /// GAS fragment is not there.
        GAS_FRAGMENT_NOT_AVAILABLE = 120,
        /// Success in another group.
        SUCCESS_CAG_VERSIONS_MATCH = 121,
        /// GLK.
        GLK_NOT_AUTHORIZED = 122,
        /// Password identifier.
        UNKNOWN_PASSWORD_IDENTIFIER = 123,
        /// HE.
        DENIED_HE_NOT_SUPPORTED = 124,
        /// SAE: the password element comes by hash to element.
        SAE_HASH_TO_ELEMENT = 126,
        /// SAE with a public key.
        SAE_PK = 127,
        /// Links to traffic identifiers: no.
        DENIED_TID_TO_LINK_MAPPING = 133,
        /// Links to traffic identifiers: rather so.
        PREF_TID_TO_LINK_MAPPING_SUGGESTED = 134,
        /// EHT.
        DENIED_EHT_NOT_SUPPORTED = 135,
    }
}
