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

layout! {
    /// TWT teardown (9.6.24.9).
    TwtTeardown<'a> "TWT teardown" {
        /// Bits 0 to 2 TWT flow identifier, 5 and 6 negotiation type, 7 all of them.
        flow: u8,
    } then {
        /// Nothing.
        elements
    }
}

layout! {
    /// TWT information (9.6.24.12).
    TwtInformation<'a> "TWT information" {
        /// Bits 0 to 2 TWT flow identifier, 3 an answer is wanted, 4 a time is, 5 and 6 its length, 7 all
        /// of them.
        control: u8,
    } then {
        /// The next time: 0, 4, 6 or 8 bytes.
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
