//! Regulatory classes, channels and services.

use softnet_sk_buff::MacAddr;

use super::{Id, List};
use crate::wire::{bits, record};

element! {
    /// Supported operating classes (9.4.2.53).
    pub struct SupportedOperatingClasses: Id::SUPPORTED_REGULATORY_CLASSES, "supported operating classes element" {
        /// The class in which it works now.
        pub current: u8,
    } then {
        /// All classes (annex E), then what extends them behind a 130 or a 0.
        pub classes: &'a [u8],
    }
}

record! {
    /// Some channels, one after another.
    pub struct ChannelRange {
        /// First channel number.
        pub first: u8,
        /// How many.
        pub count: u8,
    }
}

element! {
    /// Supported channels (9.4.2.17).
    pub struct SupportedChannels: Id::SUPPORTED_CHANNELS, "supported channels element" then {
        /// The channels.
        pub ranges: List<'a, ChannelRange>,
        /// Bytes behind those that are known.
        pub tail: &'a [u8],
    }
}

element! {
    /// Link identifier (9.4.2.61; `struct ieee80211_tdls_lnkie`), in TDLS.
    pub struct LinkId: Id::LINK_ID, "link identifier element" {
        /// The cell.
        pub bssid: MacAddr,
        /// Who began.
        pub initiator: MacAddr,
        /// Who answered.
        pub responder: MacAddr,
    }
}

bits! {
    /// Access network options (9.4.2.91).
    pub struct AccessNetworkOptions(u8) {
        /// 0 private, 1 private with guests, 2 chargeable, 3 free, 4 of one person, 5 emergency only, 14 test.
        access_network_type, with_access_network_type: 0, 4;
        /// The internet can be reached.
        internet, with_internet: 4;
        /// One more step is needed to get there.
        asra, with_asra: 5;
        /// Emergency services can be reached.
        esr, with_esr: 6;
        /// They can be reached without credentials.
        uesa, with_uesa: 7;
    }
}

element! {
    /// Interworking (9.4.2.91). Behind the options may stand venue info (2 bytes) and an HESSID (6 bytes).
    pub struct Interworking: Id::INTERWORKING, "interworking element" then {
        /// What kind of network.
        pub options: AccessNetworkOptions,
        /// Bytes behind those that are known.
        pub tail: &'a [u8],
    }
}

element! {
    /// Measurement request (9.4.2.20; `struct ieee80211_msrment_ie`).
    pub struct MeasurementRequest: Id::MEASURE_REQUEST, "measurement request element" {
        /// Names it among those of a frame.
        pub token: u8,
        /// Mode.
        pub mode: u8,
        /// What to measure.
        pub kind: u8,
    }
}

element! {
    /// Measurement report (9.4.2.21; `struct ieee80211_msrment_ie`).
    pub struct MeasurementReport: Id::MEASURE_REPORT, "measurement report element" {
        /// That of the request.
        pub token: u8,
        /// Bit 0: late; 1: incapable; 2: refused.
        pub mode: u8,
        /// What was measured.
        pub kind: u8,
    }
}

bits! {
    /// ADDBA extension (9.4.2.138). `IEEE80211_ADDBA_EXT_*`.
    pub struct AddbaExtension(u8) {
        /// No fragments.
        no_frag, with_no_frag: 0;
        /// HE fragmentation level.
        frag_level, with_frag_level: 1, 2;
        /// Bits 10 to 12 of the buffer size.
        buf_size, with_buf_size: 5, 3;
    }
}

element! {
    /// ADDBA extension (9.4.2.138; `struct ieee80211_addba_ext_ie`).
    pub struct AddbaExt: Id::ADDBA_EXT, "ADDBA extension element" {
        /// Flags.
        pub data: AddbaExtension,
    }
}

element! {
    /// Operating channel information (9.4.2.236): where its sender is, for who is lured elsewhere.
    pub struct Oci: Id::OCI, "OCI element" {
        /// Operating class (annex E).
        pub operating_class: u8,
        /// Number of the primary channel.
        pub primary_channel: u8,
        /// Center of the second segment of 80+80 MHz; 0 none.
        pub center_freq_seg1: u8,
    }
}
