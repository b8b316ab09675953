//! S1G (9.6.24), and the target wake times that other PHYs took over from there.

use super::by_code::{Bare, Dialog, by_code};
use crate::frame::layout::layout;
use crate::wire::bits;

by_code! {
    /// An unprotected S1G action frame (`enum ieee80211_s1g_actioncode`).
    S1gAction "unprotected S1G action" {
        /// Another AID is asked for.
        0 AidSwitchRequest(Dialog),
        /// The answer.
        1 AidSwitchResponse(Dialog),
        /// What a sleeping station wants when it wakes.
        2 SyncControl(SyncControl),
        /// A station says what its association identifier was.
        3 StaInformation(Bare),
        /// Other EDCA parameters.
        4 EdcaParameters(Bare),
        /// How long a station can be awake and must sleep.
        5 EnergyLimited(Bare),
        /// A target wake time is asked for, or answered.
        6 TwtSetup(Dialog),
        /// It ends.
        7 TwtTeardown(TwtTeardown),
        /// Which groups are in which sectors.
        8 SectorizedGroups(Bare),
        /// Which sector a station likes.
        9 SectorFeedback(SectorFeedback),
        /// It pauses, or goes on at another time.
        11 TwtInformation(TwtInformation),
    }
}

bits! {
    /// TWT flow (9.4.1.60).
    pub struct TwtFlow(u8) {
        /// Number of the agreement, of one station.
        flow_id, with_flow_id: 0, 3;
        /// Number of the broadcast, with negotiation type 3.
        broadcast_id, with_broadcast_id: 0, 5;
        /// 0 of one station, 1 the next time of a broadcast, 2 told by broadcast, 3 asked for by one
        /// station of a broadcast.
        negotiation_type, with_negotiation_type: 5, 2;
        /// All of them.
        all, with_all: 7;
    }
}

layout! {
    /// TWT teardown (9.6.24.9).
    TwtTeardown<'a> "TWT teardown" {
        /// What ends.
        flow: TwtFlow,
    } then {
        /// Nothing.
        elements
    }
}

bits! {
    /// Control field of TWT information (9.4.1.61).
    pub struct TwtInformationControl(u8) {
        /// Number of the agreement.
        flow_id, with_flow_id: 0, 3;
        /// An answer is wanted.
        response_requested, with_response_requested: 3;
        /// The next time is asked for.
        next_twt_request, with_next_twt_request: 4;
        /// 0 to 3: 0, 4, 6 or 8 bytes of the next time follow.
        next_twt_size, with_next_twt_size: 5, 2;
        /// It is for all agreements.
        all, with_all: 7;
    }
}

layout! {
    /// TWT information (9.6.24.12).
    TwtInformation<'a> "TWT information" {
        /// Of what, and what for.
        control: TwtInformationControl,
    } then {
        /// The next time, as many bytes as `control` says: lower part of a TSF timer in µs.
        next_twt
    }
}

layout! {
    /// Sync control.
    SyncControl<'a> "sync control" {
        /// Chosen by who asks.
        dialog_token: u8,
        /// Bit 0 a frame to synchronize with is wanted, 1 protection of a time slot.
        control: u8,
    } then {
        /// Nothing.
        elements
    }
}

bits! {
    /// Sector ID index.
    pub struct SectorIndex(u16) {
        /// Sector that is preferred.
        preferred, with_preferred: 0, 3 as u8;
        /// Signal to noise there, raw: -3 dB and so many dB.
        snr, with_snr: 3, 5 as u8;
        /// A bit for each sector that is heard.
        heard, with_heard: 8, 8 as u8;
    }
}

layout! {
    /// Sector ID feedback.
    SectorFeedback<'a> "sector ID feedback" {
        /// Which sectors.
        index: SectorIndex,
    } then {
        /// Nothing.
        elements
    }
}
