//! Who sleeps, and what wakes it: WNM sleep mode, broadcast TIMs, TDLS (802.11v, 802.11z).

use super::Id;

element! {
    /// WNM sleep mode (9.4.2.81).
    pub struct WnmSleepMode: Id::WNM_SLEEP_MODE, "WNM sleep mode element" {
        /// 0 enter, 1 leave.
        pub action: u8,
        /// Of a response: 0 accepted, 1 accepted with keys, 2 to 5 why not.
        pub status: u8,
        /// DTIMs between two wake-ups; 0 none.
        pub interval: u16,
    }
}

element! {
    /// TIM broadcast request (9.4.2.82).
    pub struct TimBroadcastRequest: Id::TIM_BCAST_REQ, "TIM broadcast request element" {
        /// Beacon intervals between TIM frames; 0 ends them.
        pub interval: u8,
    }
}

element! {
    /// Wakeup schedule (9.4.2.62), in TDLS.
    pub struct WakeupSchedule: Id::WAKEUP_SCHEDULE_TDLS, "wakeup schedule element" {
        /// µs of the TSF timer at which the first awake window begins, modulo the interval.
        pub offset: u32,
        /// µs between two awake windows.
        pub interval: u32,
        /// Slots of an awake window.
        pub awake_window_slots: u32,
        /// Most µs of an awake window.
        pub max_awake_duration: u32,
        /// Awake windows without traffic after which the schedule ends.
        pub idle_count: u16,
    }
}

element! {
    /// PTI control (9.4.2.64), in TDLS.
    pub struct PtiControl: Id::PTI_CONTROL, "PTI control element" {
        /// Traffic identifier of the last frame to the sleeping peer.
        pub tid: u8,
        /// Its sequence control.
        pub sequence_control: u16,
    }
}

element! {
    /// Peer U-APSD buffer status (9.4.2.65), in TDLS.
    pub struct PuBufferStatus: Id::PU_BUFFER_STATUS, "TPU buffer status element" {
        /// Bits 0 to 3: frames wait of background, best effort, video, voice.
        pub status: u8,
    }
}

element! {
    /// DMG awake window (9.4.2.136).
    pub struct AwakeWindow: Id::AWAKE_WINDOW, "awake window element" {
        /// µs.
        pub window: u16,
    }
}
