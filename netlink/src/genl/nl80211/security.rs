//! Keys and what goes with them.
//!
//! Numbers: Linux 6.12, `include/uapi/linux/nl80211.h`. Policies: Linux 6.12, `net/wireless/nl80211.c`.

use crate::attributes;
use crate::policy::Rule;
use crate::set::{Binary, Flag, Nest};

attributes! {
    /// A key. Policy: `nl80211_key_policy`.
    pub KeySet: KeyAttr, KeyAttrBuf {
        /// `NL80211_KEY_DATA`: it.
        Data = 1: Binary => Rule::binary(32);
        /// `NL80211_KEY_IDX`: its index.
        Idx = 2: u8;
        /// `NL80211_KEY_CIPHER`: its cipher suite.
        Cipher = 3: u32;
        /// `NL80211_KEY_SEQ`: its sequence counter.
        Seq = 4: Binary => Rule::binary(16);
        /// `NL80211_KEY_DEFAULT`: it is the default.
        Default = 5: Flag;
        /// `NL80211_KEY_DEFAULT_MGMT`: it is the default for management frames.
        DefaultMgmt = 6: Flag;
        /// `NL80211_KEY_TYPE`: `NL80211_KEYTYPE_*`.
        Type = 7: u32 => Rule::U32.max(2);
        /// `NL80211_KEY_DEFAULT_TYPES`: for what it is the default.
        DefaultTypes = 8: Nest<KeyDefaultSet> => Rule::NESTED;
        /// `NL80211_KEY_MODE`: `NL80211_KEY_*`: to receive, to send.
        Mode = 9: u8 => Rule::U8.range(0, 2);
        /// `NL80211_KEY_DEFAULT_BEACON`: it is the default for beacons.
        DefaultBeacon = 10: Flag => Rule::UNSPEC;
    }
}

attributes! {
    /// For what a key is the default. Policy: `nl80211_key_default_policy`.
    pub KeyDefaultSet: KeyDefaultAttr, KeyDefaultAttrBuf {
        /// `NL80211_KEY_DEFAULT_TYPE_UNICAST`: one receiver.
        Unicast = 1: Flag;
        /// `NL80211_KEY_DEFAULT_TYPE_MULTICAST`: groups.
        Multicast = 2: Flag;
    }
}

attributes! {
    /// What a card needs to answer new keys. Policy: `nl80211_rekey_policy`.
    pub RekeySet: RekeyAttr, RekeyAttrBuf {
        /// `NL80211_REKEY_DATA_KEK`: the key encryption key.
        Kek = 1: Binary => Rule::binary(32);
        /// `NL80211_REKEY_DATA_KCK`: the key confirmation key.
        Kck = 2: Binary => Rule::binary(32);
        /// `NL80211_REKEY_DATA_REPLAY_CTR`: the replay counter.
        ReplayCtr = 3: Binary => Rule::exactly(8);
        /// `NL80211_REKEY_DATA_AKM`: the key management.
        Akm = 4: u32;
    }
}

attributes! {
    /// Where one could authenticate ahead.
    pub PmksaCandidateSet: PmksaCandidateAttr, PmksaCandidateAttrBuf {
        /// `NL80211_PMKSA_CANDIDATE_INDEX`: how good it is; less is better.
        Index = 1: u32;
        /// `NL80211_PMKSA_CANDIDATE_BSSID`: its address.
        Bssid = 2: Binary;
        /// `NL80211_PMKSA_CANDIDATE_PREAUTH`: it takes preauthentication.
        Preauth = 3: Flag;
    }
}
