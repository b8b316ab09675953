//! Elements that announce another channel.

use super::{Elements, Id};

element! {
    /// Channel switch announcement (9.4.2.18; `struct ieee80211_channel_sw_ie`).
    pub struct ChannelSwitch: Id::CHANNEL_SWITCH, "channel switch announcement element" {
        /// 1: send nothing until the switch.
        pub mode: u8,
        /// Channel number.
        pub new_channel: u8,
        /// Beacons until then, with the one that has 1; 0: at any time.
        pub count: u8,
    }
}

element! {
    /// Extended channel switch announcement (9.4.2.52; `struct ieee80211_ext_chansw_ie`).
    pub struct ExtChannelSwitch: Id::EXT_CHANSWITCH_ANN, "extended channel switch announcement element" {
        /// 1: send nothing until the switch.
        pub mode: u8,
        /// Operating class (annex E).
        pub new_operating_class: u8,
        /// Channel number.
        pub new_channel: u8,
        /// Beacons until then, with the one that has 1; 0: at any time.
        pub count: u8,
    }
}

element! {
    /// Secondary channel offset (9.4.2.19).
    pub struct SecondaryChannelOffset: Id::SECONDARY_CHANNEL_OFFSET, "secondary channel offset element" {
        /// 0 none, 1 above, 3 below the primary.
        pub offset: u8,
    }
}

element! {
    /// Wide bandwidth channel switch (9.4.2.160; `struct ieee80211_wide_bw_chansw_ie`), of an action frame or
    /// in [`ChannelSwitchWrapper`].
    pub struct WideBandwidthChannelSwitch: Id::WIDE_BW_CHANNEL_SWITCH, "wide bandwidth channel switch element" {
        /// As in a VHT operation element.
        pub new_channel_width: u8,
        /// Channel number of the centre.
        pub new_center_freq_seg0: u8,
        /// Channel number of the second centre.
        pub new_center_freq_seg1: u8,
    }
}

element! {
    /// Channel switch wrapper (9.4.2.162).
    pub struct ChannelSwitchWrapper: Id::CHANNEL_SWITCH_WRAPPER, "channel switch wrapper element" then {
        /// Elements that will hold on the new channel: see [`subelements`](Self::subelements).
        pub elements: &'a [u8],
    }
}

impl<'a> ChannelSwitchWrapper<'a> {
    /// The elements inside.
    #[must_use]
    pub const fn subelements(&self) -> Elements<'a> {
        Elements::new(self.elements)
    }
}

element! {
    /// Mesh channel switch parameters (9.4.2.102; `struct ieee80211_mesh_chansw_params_ie`).
    pub struct MeshChannelSwitch: Id::CHAN_SWITCH_PARAM, "mesh channel switch parameters element" {
        /// Hops that it may still go.
        pub ttl: u8,
        /// Bit 0: transmit restricted; 1: initiator; 2: the reason is given.
        pub flags: u8,
        /// Reason code.
        pub reason: u16,
        /// Precedence value.
        pub precedence: u16,
    }
}

element! {
    /// Maximum channel switch time.
    pub struct MaxChannelSwitchTime: Id::MAX_CHANNEL_SWITCH_TIME, "max channel switch time element" {
        /// Three bytes, lowest first: time from the last beacon here to the first there, in TU.
        pub switch_time: [u8; 3],
    }
}

element! {
    /// Channel switch timing (`struct ieee80211_ch_switch_timing`), in TDLS.
    pub struct ChannelSwitchTiming: Id::CHAN_SWITCH_TIMING, "channel switch timing element" {
        /// In µs.
        pub switch_time: u16,
        /// In µs.
        pub switch_timeout: u16,
    }
}

element! {
    /// Quiet (9.4.2.22; `struct ieee80211_quiet_ie`).
    pub struct Quiet: Id::QUIET, "quiet element" {
        /// Beacon intervals until it begins.
        pub count: u8,
        /// Beacon intervals between two; 0: once.
        pub period: u8,
        /// In TU.
        pub duration: u16,
        /// From the TBTT, in TU.
        pub offset: u16,
    }
}

element! {
    /// Quiet channel (9.4.2.164).
    pub struct QuietChannel: Id::QUIET_CHANNEL, "quiet channel element" {
        /// Bit 0: the access point keeps quiet, and then a quiet count and the like are in the tail.
        pub ap_quiet_mode: u8,
    }
}
