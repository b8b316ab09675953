//! Why the soft MAC refuses a frame that it received.

use softnet_sk_buff::{DropReason, Subsystem};

macro_rules! reasons {
    ($($(#[doc = $doc:literal])+ $variant:ident = $linux:literal $subsystem:ident $code:literal,)+) => {
        /// Why a received frame was refused: Linux's `enum mac80211_drop_reason` by its names, and its
        /// numbers of 6.12.
        ///
        /// Linux drops much as plain `RX_DROP_MONITOR`. What the rules of [`rx`](crate::rx) drop so has a
        /// variant of its own here, with Linux's name and number: only [`meaning`](Self::meaning) and the
        /// variant tell them apart.
        ///
        /// ```
        /// use softnet_mac80211::RxDrop;
        /// use softnet_sk_buff::{DropReason, Subsystem};
        ///
        /// assert_eq!(RxDrop::Replay.name(), "RX_DROP_U_REPLAY");
        /// let reason = DropReason::from(RxDrop::Replay);
        /// assert_eq!(reason, DropReason::new(Subsystem::MAC80211_UNUSABLE, 2));
        /// assert_eq!(RxDrop::of(reason), Some(RxDrop::Replay));
        /// ```
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, thiserror::Error)]
        #[non_exhaustive]
        pub enum RxDrop {
            $(#[doc = concat!("`", $linux, "`. ")] $(#[doc = $doc])+ #[error($linux)] $variant,)+
        }

        impl RxDrop {
            /// All of them, in Linux's order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// Its name in Linux.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $linux,)+ }
            }

            /// What it says, as a sentence.
            #[must_use]
            pub const fn meaning(self) -> &'static str {
                match self { $(Self::$variant => concat!($($doc),+).trim_ascii(),)+ }
            }

            const fn code(self) -> (Subsystem, u16) {
                match self { $(Self::$variant => (Subsystem::$subsystem, $code),)+ }
            }
        }
    };
}

impl RxDrop {
    /// The reason behind a number; `None` if it is none of the soft MAC's.
    #[must_use]
    pub fn of(reason: DropReason) -> Option<Self> {
        Self::ALL.iter().copied().find(|&own| DropReason::from(own) == reason)
    }
}

impl From<RxDrop> for DropReason {
    fn from(reason: RxDrop) -> Self {
        let (subsystem, code) = reason.code();
        Self::new(subsystem, code)
    }
}

reasons! {
    /// For no reason named here; 0 among those that a monitor interface still sees.
    Monitor = "RX_DROP_MONITOR" MAC80211_MONITOR 0,
    /// Protected, and there is no key for it.
    NoKey = "RX_DROP_MONITOR" MAC80211_MONITOR 0,
    /// A fragment to a group.
    MulticastFragment = "RX_DROP_MONITOR" MAC80211_MONITOR 0,
    /// A fragment, and the one before it is not here, or came more than two seconds ago.
    OrphanFragment = "RX_DROP_MONITOR" MAC80211_MONITOR 0,
    /// In the clear, where a key is set.
    Unencrypted = "RX_DROP_MONITOR" MAC80211_MONITOR 0,
    /// Of a station that is not authorized, and no EAPOL.
    Unauthorized = "RX_DROP_MONITOR" MAC80211_MONITOR 0,
    /// A subframe of an A-MSDU with other addresses than the frame that it came in. (Linux passes over it
    /// without a reason.)
    ForeignSubframe = "RX_DROP_MONITOR" MAC80211_MONITOR 0,
    /// EAPOL to neither the receiver nor the group of port access entities.
    EapolElsewhere = "RX_DROP_MONITOR" MAC80211_MONITOR 0,
    /// Four addresses on an interface that does not take them.
    Unexpected4addrFrame = "RX_DROP_M_UNEXPECTED_4ADDR_FRAME" MAC80211_MONITOR 1,
    /// A beacon protected with a key index other than 6 or 7.
    BadBcnKeyidx = "RX_DROP_M_BAD_BCN_KEYIDX" MAC80211_MONITOR 2,
    /// A broadcast management frame protected with a key index other than 4 or 5.
    BadMgmtKeyidx = "RX_DROP_M_BAD_MGMT_KEYIDX" MAC80211_MONITOR 3,
    /// For no reason named here; 0 among the unusable.
    Unusable = "RX_DROP_UNUSABLE" MAC80211_UNUSABLE 0,
    /// The integrity code is wrong.
    MicFail = "RX_DROP_U_MIC_FAIL" MAC80211_UNUSABLE 1,
    /// The packet number is not greater than the last one accepted.
    Replay = "RX_DROP_U_REPLAY" MAC80211_UNUSABLE 2,
    /// No management MIC element at the end, or of a wrong length.
    BadMmie = "RX_DROP_U_BAD_MMIE" MAC80211_UNUSABLE 3,
    /// Received before: the retry bit, and the sequence control of the frame before it.
    Dup = "RX_DROP_U_DUP" MAC80211_UNUSABLE 4,
    /// A frame of somebody who is not associated with us.
    Spurious = "RX_DROP_U_SPURIOUS" MAC80211_UNUSABLE 5,
    /// Could not be decrypted.
    DecryptFail = "RX_DROP_U_DECRYPT_FAIL" MAC80211_UNUSABLE 6,
    /// Too short for a key index.
    NoKeyId = "RX_DROP_U_NO_KEY_ID" MAC80211_UNUSABLE 7,
    /// There is no such cipher.
    BadCipher = "RX_DROP_U_BAD_CIPHER" MAC80211_UNUSABLE 8,
    /// No memory for it.
    Oom = "RX_DROP_U_OOM" MAC80211_UNUSABLE 9,
    /// A fragment in the clear, or under a cipher that does not number its frames so, after one under CCMP
    /// or GCMP. (A packet number that does not follow the one before is a replay to Linux.)
    NonseqPn = "RX_DROP_U_NONSEQ_PN" MAC80211_UNUSABLE 10,
    /// A fragment under another key than the first.
    BadKeyColor = "RX_DROP_U_BAD_KEY_COLOR" MAC80211_UNUSABLE 11,
    /// Four addresses from a station that is no WDS peer.
    Bad4addr = "RX_DROP_U_BAD_4ADDR" MAC80211_UNUSABLE 12,
    /// An A-MSDU to a group, or one whose first subframe begins as a frame that is none would.
    BadAmsdu = "RX_DROP_U_BAD_AMSDU" MAC80211_UNUSABLE 13,
    /// An A-MSDU under a cipher that does not protect its flag (WEP, TKIP).
    BadAmsduCipher = "RX_DROP_U_BAD_AMSDU_CIPHER" MAC80211_UNUSABLE 14,
    /// Cannot be made an Ethernet frame.
    Invalid8023 = "RX_DROP_U_INVALID_8023" MAC80211_UNUSABLE 15,
    /// An action frame too short for its category and code.
    RuntAction = "RX_DROP_U_RUNT_ACTION" MAC80211_UNUSABLE 16,
    /// A robust action frame in the clear, where management frames are protected.
    UnprotAction = "RX_DROP_U_UNPROT_ACTION" MAC80211_UNUSABLE 17,
    /// A protected dual of a public action frame in the clear.
    UnprotDual = "RX_DROP_U_UNPROT_DUAL" MAC80211_UNUSABLE 18,
    /// A robust management frame to one station in the clear.
    UnprotUcastMgmt = "RX_DROP_U_UNPROT_UCAST_MGMT" MAC80211_UNUSABLE 19,
    /// A robust management frame to a group in the clear.
    UnprotMcastMgmt = "RX_DROP_U_UNPROT_MCAST_MGMT" MAC80211_UNUSABLE 20,
    /// A beacon in the clear, where beacons are protected.
    UnprotBeacon = "RX_DROP_U_UNPROT_BEACON" MAC80211_UNUSABLE 21,
    /// A public action frame to one station in the clear, that must not be.
    UnprotUnicastPubAction = "RX_DROP_U_UNPROT_UNICAST_PUB_ACTION" MAC80211_UNUSABLE 22,
    /// A robust action frame in the clear, before there are keys.
    UnprotRobustAction = "RX_DROP_U_UNPROT_ROBUST_ACTION" MAC80211_UNUSABLE 23,
    /// An action frame of a station that is not known.
    ActionUnknownSrc = "RX_DROP_U_ACTION_UNKNOWN_SRC" MAC80211_UNUSABLE 24,
    /// An action frame that came back as not understood.
    RejectedActionResponse = "RX_DROP_U_REJECTED_ACTION_RESPONSE" MAC80211_UNUSABLE 25,
    /// A fragment in the clear of a frame that began protected, or the other way around.
    ExpectDefragProt = "RX_DROP_U_EXPECT_DEFRAG_PROT" MAC80211_UNUSABLE 26,
    /// WEP: the integrity check value is wrong.
    WepDecFail = "RX_DROP_U_WEP_DEC_FAIL" MAC80211_UNUSABLE 27,
    /// WEP: too short for its IV.
    NoIv = "RX_DROP_U_NO_IV" MAC80211_UNUSABLE 28,
    /// WEP: too short for its integrity check value.
    NoIcv = "RX_DROP_U_NO_ICV" MAC80211_UNUSABLE 29,
    /// A group frame sent to an access point.
    ApRxGroupcast = "RX_DROP_U_AP_RX_GROUPCAST" MAC80211_UNUSABLE 30,
    /// TKIP: too short for the Michael code.
    ShortMmic = "RX_DROP_U_SHORT_MMIC" MAC80211_UNUSABLE 31,
    /// TKIP: the Michael code is wrong.
    MmicFail = "RX_DROP_U_MMIC_FAIL" MAC80211_UNUSABLE 32,
    /// TKIP: too short.
    ShortTkip = "RX_DROP_U_SHORT_TKIP" MAC80211_UNUSABLE 33,
    /// TKIP: could not be decrypted.
    TkipFail = "RX_DROP_U_TKIP_FAIL" MAC80211_UNUSABLE 34,
    /// CCMP: too short.
    ShortCcmp = "RX_DROP_U_SHORT_CCMP" MAC80211_UNUSABLE 35,
    /// CCMP: too short for its integrity code.
    ShortCcmpMic = "RX_DROP_U_SHORT_CCMP_MIC" MAC80211_UNUSABLE 36,
    /// GCMP: too short.
    ShortGcmp = "RX_DROP_U_SHORT_GCMP" MAC80211_UNUSABLE 37,
    /// GCMP: too short for its integrity code.
    ShortGcmpMic = "RX_DROP_U_SHORT_GCMP_MIC" MAC80211_UNUSABLE 38,
    /// BIP-CMAC-128: too short.
    ShortCmac = "RX_DROP_U_SHORT_CMAC" MAC80211_UNUSABLE 39,
    /// BIP-CMAC-256: too short.
    ShortCmac256 = "RX_DROP_U_SHORT_CMAC256" MAC80211_UNUSABLE 40,
    /// BIP-GMAC: too short.
    ShortGmac = "RX_DROP_U_SHORT_GMAC" MAC80211_UNUSABLE 41,
    /// Four addresses on an AP_VLAN interface that does not take them.
    UnexpectedVlan4addr = "RX_DROP_U_UNEXPECTED_VLAN_4ADDR" MAC80211_UNUSABLE 42,
    /// Four addresses to a station that does not take them.
    UnexpectedSta4addr = "RX_DROP_U_UNEXPECTED_STA_4ADDR" MAC80211_UNUSABLE 43,
    /// A group frame of an AP_VLAN interface that does not take it.
    UnexpectedVlanMcast = "RX_DROP_U_UNEXPECTED_VLAN_MCAST" MAC80211_UNUSABLE 44,
    /// A frame other than EAPOL of a station that is not authorized, or one in the clear.
    NotPortControl = "RX_DROP_U_NOT_PORT_CONTROL" MAC80211_UNUSABLE 45,
    /// An action frame that nobody understood; it went back to its sender.
    UnknownActionRejected = "RX_DROP_U_UNKNOWN_ACTION_REJECTED" MAC80211_UNUSABLE 46,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_one_reason_but_for_what_linux_does_not_name() {
        for &reason in RxDrop::ALL {
            let named = RxDrop::of(reason.into());
            if reason.name() == "RX_DROP_MONITOR" {
                assert_eq!(named, Some(RxDrop::Monitor), "{reason:?}");
            } else {
                assert_eq!(named, Some(reason));
            }
        }
        // 46 and RX_DROP_UNUSABLE, 3 and RX_DROP_MONITOR in 6.12's drop.h.
        let named = RxDrop::ALL.iter().filter(|reason| reason.name() != "RX_DROP_MONITOR");
        assert_eq!(named.count() + 1, 51);
    }
}
