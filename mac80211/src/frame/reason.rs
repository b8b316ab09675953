//! Reason codes: table 9-49 of IEEE 802.11-2020, named as in Linux where Linux has a name.

use crate::wire::codes;

codes! {
    /// Why a station was sent away, or a session ended (9.4.1.7, `enum ieee80211_reasoncode`).
    ReasonCode(u16) {
        /// None of the others.
        UNSPECIFIED = 1,
        /// The authentication is no longer valid.
        PREV_AUTH_NOT_VALID = 2,
        /// The sender leaves, or has left.
        DEAUTH_LEAVING = 3,
        /// Nothing was heard for too long.
        DISASSOC_DUE_TO_INACTIVITY = 4,
        /// The access point has too many stations.
        DISASSOC_AP_BUSY = 5,
        /// A frame that needs authentication, before it.
        CLASS2_FRAME_FROM_NONAUTH_STA = 6,
        /// A frame that needs association, before it.
        CLASS3_FRAME_FROM_NONASSOC_STA = 7,
        /// The sender leaves the BSS, or has left.
        DISASSOC_STA_HAS_LEFT = 8,
        /// Association before authentication.
        STA_REQ_ASSOC_WITHOUT_AUTH = 9,
        /// The power capability will not do.
        DISASSOC_BAD_POWER = 10,
        /// The supported channels will not do.
        DISASSOC_BAD_SUPP_CHAN = 11,
        /// A BSS transition.
        BSS_TRANSITION_DISASSOC = 12,
        /// An element is not as it must be.
        INVALID_IE = 13,
        /// Integrity code wrong.
        MIC_FAILURE = 14,
        /// The 4-way handshake took too long.
        FOURWAY_HANDSHAKE_TIMEOUT = 15,
        /// The group key handshake took too long.
        GROUP_KEY_HANDSHAKE_TIMEOUT = 16,
        /// An element in the handshake is not that of beacon or association.
        IE_DIFFERENT = 17,
        /// Group cipher.
        INVALID_GROUP_CIPHER = 18,
        /// Pairwise cipher.
        INVALID_PAIRWISE_CIPHER = 19,
        /// Key management.
        INVALID_AKMP = 20,
        /// RSN element's version.
        UNSUPP_RSN_VERSION = 21,
        /// RSN capabilities.
        INVALID_RSN_IE_CAP = 22,
        /// 802.1X failed.
        IEEE8021X_FAILED = 23,
        /// The cipher suite is against policy.
        CIPHER_SUITE_REJECTED = 24,
        /// TDLS: the peer cannot be reached.
        TDLS_TEARDOWN_UNREACHABLE = 25,
        /// TDLS: for another reason.
        TDLS_TEARDOWN_UNSPECIFIED = 26,
        /// The session was for a service that ended.
        SSP_REQUESTED_DISASSOC = 27,
        /// No roaming agreement.
        NO_SSP_ROAMING_AGREEMENT = 28,
        /// Cipher or key management of a service.
        BAD_CIPHER_OR_AKM = 29,
        /// Not at this place.
        NOT_AUTHORIZED_THIS_LOCATION = 30,
        /// The service change rules out the traffic stream.
        SERVICE_CHANGE_PRECLUDES_TS = 31,
        /// QoS, for no reason that has a name.
        DISASSOC_UNSPECIFIED_QOS = 32,
        /// The access point lacks bandwidth.
        DISASSOC_QAP_NO_BANDWIDTH = 33,
        /// Too many frames were not acknowledged.
        DISASSOC_LOW_ACK = 34,
        /// It sent beyond its transmit opportunities.
        DISASSOC_QAP_EXCEED_TXOP = 35,
        /// It leaves.
        QSTA_LEAVE_QBSS = 36,
        /// It does not want the stream or session any more.
        QSTA_NOT_USE = 37,
        /// Frames came for which there is no session.
        QSTA_REQUIRE_SETUP = 38,
        /// Time out.
        QSTA_TIMEOUT = 39,
        /// The peer does not support the cipher.
        QSTA_CIPHER_NOT_SUPP = 45,
        /// To an FT station: the action frame had an invalid count.
        INVALID_FT_ACTION_FRAME_COUNT = 48,
        /// Invalid PMKID.
        INVALID_PMKID = 49,
        /// Invalid MDE.
        INVALID_MDE = 50,
        /// Invalid FTE.
        INVALID_FTE = 51,
        /// Mesh peering was cancelled.
        MESH_PEER_CANCELED = 52,
        /// Mesh: as many peers as there may be.
        MESH_MAX_PEERS = 53,
        /// Mesh: configuration.
        MESH_CONFIG = 54,
        /// Mesh: the peer closed.
        MESH_CLOSE = 55,
        /// Mesh: tried too often.
        MESH_MAX_RETRIES = 56,
        /// Mesh: no confirmation.
        MESH_CONFIRM_TIMEOUT = 57,
        /// Mesh: group key.
        MESH_INVALID_GTK = 58,
        /// Mesh: parameters contradict.
        MESH_INCONSISTENT_PARAM = 59,
        /// Mesh: security.
        MESH_INVALID_SECURITY = 60,
        /// Mesh path: no proxy.
        MESH_PATH_ERROR = 61,
        /// Mesh path: nobody to forward to.
        MESH_PATH_NOFORWARD = 62,
        /// Mesh path: the next hop is gone.
        MESH_PATH_DEST_UNREACHABLE = 63,
        /// The address is in the mesh already.
        MAC_EXISTS_IN_MBSS = 64,
        /// Mesh: channel switch for a regulation.
        MESH_CHAN_REGULATORY = 65,
        /// Mesh: channel switch.
        MESH_CHAN = 66,
        /// Power level of the beamforming training too low.
        TRANSMISSION_LINK_ESTABLISHMENT_FAILED = 67,
        /// On an alternative channel.
        ALTERNATIVE_CHANNEL_OCCUPIED = 68,
    }
}
