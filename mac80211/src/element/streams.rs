//! Traffic streams and who they are: QoS by admission, by class, by DSCP.

use super::Id;
use crate::wire::bits;

bits! {
    /// TS info (9.4.2.29), the first 16 of its 24 bits.
    pub struct TsInfo(u16) {
        /// Periodic traffic.
        periodic, with_periodic: 0;
        /// Number of the stream.
        tsid, with_tsid: 1, 4 as u8;
        /// 0 up, 1 down, 2 between stations, 3 both.
        direction, with_direction: 5, 2 as u8;
        /// 1 EDCA, 2 HCCA, 3 both.
        access_policy, with_access_policy: 7, 2 as u8;
        /// Frames should come together.
        aggregation, with_aggregation: 9;
        /// Power save by trigger frames.
        apsd, with_apsd: 10;
        /// 802.1D user priority.
        user_priority, with_user_priority: 11, 3 as u8;
        /// 0 normal, 1 none, 3 block ack.
        ack_policy, with_ack_policy: 14, 2 as u8;
    }
}

element! {
    /// Traffic specification (9.4.2.29). With bit 15 of the nominal size every MSDU has it.
    pub struct Tspec: Id::TSPEC, "TSPEC element" {
        /// What stream.
        pub ts_info: TsInfo,
        /// Bit 0: with EDCA and power save, by schedule.
        pub schedule: u8,
        /// Nominal bytes of an MSDU.
        pub nominal_msdu_size: u16,
        /// Most bytes of an MSDU.
        pub max_msdu_size: u16,
        /// Least µs between two services.
        pub min_service_interval: u32,
        /// Most µs between two services.
        pub max_service_interval: u32,
        /// µs without traffic after which it ends.
        pub inactivity_interval: u32,
        /// µs without traffic after which it pauses; all ones never.
        pub suspension_interval: u32,
        /// When it begins: lower half of the TSF timer in µs.
        pub service_start_time: u32,
        /// Least bits/s.
        pub min_data_rate: u32,
        /// Mean bits/s.
        pub mean_data_rate: u32,
        /// Most bits/s.
        pub peak_data_rate: u32,
        /// Most bytes that come at peak rate.
        pub burst_size: u32,
        /// Most µs that an MSDU may take.
        pub delay_bound: u32,
        /// Least bits/s of the PHY.
        pub min_phy_rate: u32,
        /// Share of time for retries: 8192 for none.
        pub surplus_bandwidth: u16,
        /// Medium time, in units of 32 µs/s.
        pub medium_time: u16,
    }
}

element! {
    /// Traffic classification (9.4.2.30). The parameters of its kind are in `tail`.
    pub struct Tclas: Id::TCLAS, "TCLAS element" {
        /// 802.1D user priority.
        pub user_priority: u8,
        /// 0 Ethernet, 1 TCP or UDP, 2 802.1Q, 3 any bytes, 4 IP, 10 IP with extensions and so on.
        pub kind: u8,
    }
}

element! {
    /// TCLAS processing (9.4.2.32).
    pub struct TclasProcessing: Id::TCLAS_PROCESSING, "TCLAS processing element" {
        /// 0 all have to match, 1 one has to, 2 what matches no other.
        pub processing: u8,
    }
}

bits! {
    /// Schedule info (9.4.2.33).
    pub struct ScheduleInfo(u16) {
        /// Of all streams of the station.
        aggregation, with_aggregation: 0;
        /// Number of the stream.
        tsid, with_tsid: 1, 4 as u8;
        /// 0 up, 1 down, 2 between stations, 3 both.
        direction, with_direction: 5, 2 as u8;
    }
}

element! {
    /// Schedule (9.4.2.33).
    pub struct Schedule: Id::SCHEDULE, "schedule element" {
        /// Of which streams.
        pub info: ScheduleInfo,
        /// When it begins: lower half of the TSF timer in µs.
        pub service_start_time: u32,
        /// µs between two services.
        pub service_interval: u32,
        /// Time within which it is kept, in units of 10 ms.
        pub specification_interval: u16,
    }
}

element! {
    /// TS delay (9.4.2.31).
    pub struct TsDelay: Id::TS_DELAY, "TS delay element" {
        /// TU to wait before asking again; 0 do not.
        pub delay: u32,
    }
}

element! {
    /// QoS traffic capability (9.4.2.77).
    pub struct QosTrafficCapability: Id::QOS_TRAFFIC_CAPA, "QoS traffic capability element" {
        /// A bit for each user priority that the station uses.
        pub user_priorities: u8,
    }
}

element! {
    /// SCS descriptor (9.4.2.121). Classes and subelements are in `tail`.
    pub struct ScsDescriptor: Id::SCS_DESCRIPTOR, "SCS descriptor element" {
        /// Number of the stream.
        pub scsid: u8,
        /// 0 add, 1 remove, 2 change.
        pub request_type: u8,
    }
}

element! {
    /// MSCS descriptor (9.4.2.243). Subelements are in `tail`.
    pub struct MscsDescriptor: Id::MSCS_DESCRIPTOR, "MSCS descriptor element" {
        /// 0 add, 1 remove, 2 change.
        pub request_type: u8,
        /// A bit for each user priority of streams that are classified.
        pub user_priorities: u8,
        /// Bits 0 to 2: highest user priority that they get.
        pub user_priority_limit: u8,
        /// TU without traffic after which a stream is forgotten.
        pub stream_timeout: u32,
    }
}

element! {
    /// QoS map (9.4.2.94): which DSCP has which user priority. All of it is in `tail`:
    /// [`exceptions`](Self::exceptions) and [`ranges`](Self::ranges) read it.
    pub struct QosMap: Id::QOS_MAP_SET, "QoS map element" {}
}

/// Bytes of the ranges of all user priorities.
const RANGES: usize = 16;

impl<'a> QosMap<'a> {
    /// DSCPs that are not in the range of their user priority, and that user priority.
    pub fn exceptions(&self) -> impl Iterator<Item = (u8, u8)> + use<'a> {
        let len = self.tail.len().saturating_sub(RANGES);
        let exceptions = self.tail.get(..len).unwrap_or_default();
        exceptions.as_chunks().0.iter().map(|&[dscp, priority]| (dscp, priority))
    }

    /// Lowest and highest DSCP of each user priority from 0 to 7, both 255 for none; `None` if they are not
    /// all there.
    #[must_use]
    pub fn ranges(&self) -> Option<[[u8; 2]; 8]> {
        self.tail.last_chunk::<RANGES>()?.as_chunks().0.try_into().ok()
    }
}
