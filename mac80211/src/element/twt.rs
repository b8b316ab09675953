//! Target wake times: of one station with its access point (802.11ah), and of many by broadcast (802.11ax).

use super::{Id, Wire};
use crate::wire::{bits, record};

bits! {
    /// Control field of a TWT element (9.4.2.199). `IEEE80211_TWT_CONTROL_*`.
    pub struct TwtControl(u8) {
        /// The station is woken by a null data packet.
        ndp_paging, with_ndp_paging: 0;
        /// The access point may sleep between the times.
        responder_pm_mode, with_responder_pm_mode: 1;
        /// 0 of one station, 1 the next time of a broadcast, 2 told by broadcast, 3 asked for by one
        /// station of a broadcast.
        negotiation_type, with_negotiation_type: 2, 2;
        /// TWT information frames are not understood.
        information_disabled, with_information_disabled: 4;
        /// Wake durations are in units of 1 TU, not of 256 µs.
        wake_duration_unit, with_wake_duration_unit: 5;
        /// Links are named (802.11be).
        link_id_bitmap, with_link_id_bitmap: 6;
    }
}

impl TwtControl {
    /// The parameters are [`BroadcastTwt`]s, not an [`IndividualTwt`]
    /// (`IEEE80211_TWT_CONTROL_NEG_TYPE_BROADCAST`).
    #[must_use]
    pub const fn is_broadcast(self) -> bool {
        self.negotiation_type() & 2 != 0
    }
}

bits! {
    /// What is asked for, or answered. `IEEE80211_TWT_REQTYPE_*`.
    pub struct TwtRequestType(u16) {
        /// Of who asks, not of who answers.
        request, with_request: 0;
        /// 0 request, 1 suggest, 2 demand, 3 grouping, 4 accept, 5 alternate, 6 dictate, 7 reject
        /// (`enum ieee80211_twt_setup_cmd`).
        setup_command, with_setup_command: 1, 3 as u8;
        /// The access point begins with a trigger frame.
        trigger, with_trigger: 4;
        /// The next time follows from the interval. Of a broadcast: this is its last set of parameters.
        implicit, with_implicit: 5;
        /// The station may send without saying that it is awake.
        unannounced, with_unannounced: 6;
        /// Number of the agreement. Of a broadcast: which frames should be sent.
        flow_id, with_flow_id: 7, 3 as u8;
        /// Power of two by which the mantissa is multiplied for the interval.
        wake_interval_exponent, with_wake_interval_exponent: 10, 5 as u8;
        /// The time is protected from others.
        protection, with_protection: 15;
    }
}

impl TwtRequestType {
    /// Of a broadcast: no set of parameters follows this one.
    #[must_use]
    pub const fn is_last_broadcast(self) -> bool {
        self.implicit()
    }
}

record! {
    /// Parameters of one station's agreement (`struct ieee80211_twt_params`).
    pub struct IndividualTwt {
        /// What is asked for, or answered.
        pub request_type: TwtRequestType,
        /// When, by the TSF timer, in µs.
        pub target_wake_time: u64,
        /// How long the station is awake at least, in units of 256 µs or 1 TU.
        pub min_wake_duration: u8,
        /// Interval in µs, to be multiplied by a power of two.
        pub wake_interval_mantissa: u16,
        /// A bit for each channel to be used; 0 the primary one.
        pub channel: u8,
    }
}

bits! {
    /// Which broadcast.
    pub struct BroadcastTwtInfo(u16) {
        /// Number; 0 for all stations.
        id, with_id: 3, 5 as u8;
        /// Beacon intervals for which it holds; 255 for ever.
        persistence, with_persistence: 8, 8 as u8;
    }
}

record! {
    /// One set of parameters of a broadcast.
    pub struct BroadcastTwt {
        /// What is told, asked for, or answered.
        pub request_type: TwtRequestType,
        /// When: bits 10 to 25 of the TSF timer, in units of 1 TU.
        pub target_wake_time: u16,
        /// How long the station is awake at least, in units of 256 µs or 1 TU.
        pub min_wake_duration: u8,
        /// Interval in µs, to be multiplied by a power of two.
        pub wake_interval_mantissa: u16,
        /// Which broadcast.
        pub info: BroadcastTwtInfo,
    }
}

element! {
    /// Target wake time (9.4.2.199; `struct ieee80211_twt_setup`), in TWT setup frames and in beacons. Its
    /// parameters are in `tail`: [`individual`](Self::individual) or [`broadcasts`](Self::broadcasts) reads
    /// them.
    pub struct Twt: Id::S1G_TWT, "TWT element" {
        /// Which parameters there are.
        pub control: TwtControl,
    }
}

impl<'a> Twt<'a> {
    /// The parameters of one station's agreement; `None` for a broadcast, or without a time, as in an
    /// S1G group's or one that 802.11be made longer.
    #[must_use]
    pub fn individual(&self) -> Option<IndividualTwt> {
        let mut rest = self.tail;
        let parameters = IndividualTwt::read(&mut rest).filter(|_| rest.is_empty());
        parameters.filter(|_| !self.control.is_broadcast() && !self.control.link_id_bitmap())
    }

    /// The parameters of a broadcast, up to its last set; none for one station's.
    pub fn broadcasts(&self) -> impl Iterator<Item = BroadcastTwt> + use<'a> {
        let mut rest = Some(self.tail).filter(|_| self.control.is_broadcast());
        core::iter::from_fn(move || {
            let parameters = BroadcastTwt::read(rest.as_mut()?)?;
            if parameters.request_type.is_last_broadcast() {
                rest = None;
            }
            Some(parameters)
        })
    }
}
