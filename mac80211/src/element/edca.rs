//! EDCA parameters: the standard's, WMM's, and HE's for multiple users.

use super::Id;
use crate::wire::{bits, record};

bits! {
    /// AIFSN and access category of a record.
    pub struct AciAifsn(u8) {
        /// Slots to wait.
        aifsn, with_aifsn: 0, 4;
        /// Admission control is mandatory.
        acm, with_acm: 4;
        /// Access category: 0 best effort, 1 background, 2 video, 3 voice.
        aci, with_aci: 5, 2;
    }
}

bits! {
    /// Contention window of a record: 2 to the power of each, less one.
    pub struct Ecw(u8) {
        /// Least.
        min, with_min: 0, 4;
        /// Most.
        max, with_max: 4, 4;
    }
}

record! {
    /// Parameters of one access category (`struct ieee80211_wmm_ac_param`).
    pub struct AcParam {
        /// AIFSN, ACM, ACI.
        pub aci_aifsn: AciAifsn,
        /// Contention window.
        pub ecw: Ecw,
        /// In units of 32 µs; 0: one frame.
        pub txop_limit: u16,
    }
}

record! {
    /// Parameters of the four access categories, in the order in which they stand.
    pub struct AcParams {
        /// Best effort.
        pub be: AcParam,
        /// Background.
        pub bk: AcParam,
        /// Video.
        pub vi: AcParam,
        /// Voice.
        pub vo: AcParam,
    }
}

element! {
    /// EDCA parameter set (9.4.2.28).
    pub struct EdcaParameterSet: Id::EDCA_PARAM_SET, "EDCA parameter set element" {
        /// QoS info: see [`WmmParam::qos_info`].
        pub qos_info: u8,
        /// Update EDCA info.
        pub update_edca_info: u8,
        /// Parameters.
        pub ac: AcParams,
    }
}

element! {
    /// QoS capability (9.4.2.34).
    pub struct QosCapability: Id::QOS_CAPA, "QoS capability element" {
        /// See [`WmmInfo::qos_info`].
        pub qos_info: u8,
    }
}

element! {
    /// WMM information element (Wi-Fi Multimedia).
    pub struct WmmInfo: Id::VENDOR_SPECIFIC, prefix &[0x00, 0x50, 0xf2, 2, 0], "WMM information element" {
        /// 1.
        pub version: u8,
        /// Of an access point: bits 0 to 3 count changes of the parameters, bit 7: U-APSD. Of a station: bits
        /// 0 to 3: voice, video, background, best effort are delivery- and trigger-enabled; bits 5 and 6: longest
        /// service period.
        pub qos_info: u8,
    }
}

element! {
    /// WMM parameter element (`struct ieee80211_wmm_param_ie`).
    pub struct WmmParam: Id::VENDOR_SPECIFIC, prefix &[0x00, 0x50, 0xf2, 2, 1], "WMM parameter element" {
        /// 1.
        pub version: u8,
        /// Bits 0 to 3 count changes of the parameters; bit 7: U-APSD.
        pub qos_info: u8,
        /// 0.
        pub reserved: u8,
        /// Parameters.
        pub ac: AcParams,
    }
}

record! {
    /// MU parameters of one access category (`struct ieee80211_he_mu_edca_param_ac_rec`).
    pub struct MuAcParam {
        /// AIFSN, ACM, ACI.
        pub aci_aifsn: AciAifsn,
        /// Contention window.
        pub ecw: Ecw,
        /// How long they hold, in units of 8 TU.
        pub timer: u8,
    }
}

element! {
    /// MU EDCA parameter set (9.4.2.251; `struct ieee80211_mu_edca_param_set`).
    pub struct MuEdca: Id::HE_MU_EDCA, "MU EDCA parameter set element" {
        /// See [`WmmParam::qos_info`].
        pub qos_info: u8,
        /// Best effort.
        pub be: MuAcParam,
        /// Background.
        pub bk: MuAcParam,
        /// Video.
        pub vi: MuAcParam,
        /// Voice.
        pub vo: MuAcParam,
    }
}
