//! Directional multi-gigabit, and from one band to another (802.11ad).

use softnet_sk_buff::MacAddr;

use super::Id;

element! {
    /// DMG capabilities (9.4.2.127). What newer stations say of their MCSs is in `tail`.
    pub struct DmgCapabilities: Id::DMG_CAP, "DMG capabilities element" {
        /// Whose.
        pub sta: MacAddr,
        /// Association identifier.
        pub aid: u8,
        /// What the station can, 64 bits.
        pub sta_info: u64,
        /// What it can as an access point or PCP.
        pub pcp_info: u16,
    }
}

element! {
    /// DMG operation (9.4.2.128).
    pub struct DmgOperation: Id::DMG_OPERATION, "DMG operation element" {
        /// Bit 0 time is allocated, 1 pseudo-statically, 2 the PCP may hand over.
        pub info: u16,
        /// Interval of PS request suspensions, in beacon intervals.
        pub psrsi: u8,
        /// Least µs of a beacon header interval.
        pub min_bhi_duration: u16,
        /// µs for broadcasts about stations.
        pub broadcast_sta_info_duration: u8,
        /// Time within which an association is confirmed, in units of 100 ms.
        pub assoc_resp_confirm_time: u8,
        /// Least µs of a polling period.
        pub min_pp_duration: u8,
        /// µs without a frame after which a service period ends.
        pub sp_idle_timeout: u8,
        /// Beacons without which the PCP is lost.
        pub max_lost_beacons: u8,
    }
}

element! {
    /// Multi-band (9.4.2.137): the same device in another band. Its address, and cipher suites, are in `tail`
    /// as `control` says.
    pub struct MultiBand: Id::MULTI_BAND, "multi-band element" {
        /// Bits 0 to 2 role, 3 its address follows, 4 cipher suites do.
        pub control: u8,
        /// Band.
        pub band: u8,
        /// Operating class (annex E).
        pub operating_class: u8,
        /// Channel number.
        pub channel: u8,
        /// The cell there.
        pub bssid: MacAddr,
        /// Time units between its beacons.
        pub beacon_interval: u16,
        /// By how much its TSF timer is ahead, in µs.
        pub tsf_offset: u64,
        /// Bits 0 to 4: what it can be there.
        pub connection: u8,
        /// TU without an answer after which a session's transfer fails.
        pub fst_session_timeout: u8,
    }
}
