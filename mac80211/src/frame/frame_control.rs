//! The frame control field: what a frame is.

use core::fmt;

/// The frame control field (9.2.4.1), the first two bytes of every frame, in the host's order.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct FrameControl(pub u16);

/// Type of a frame (`IEEE80211_FTYPE_*`).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum FrameType {
    /// Management: beacons, authentication, action.
    Management,
    /// Control: acknowledgements, RTS, block ack.
    Control,
    /// Data.
    Data,
    /// Extension: DMG and S1G beacons.
    Extension,
}

/// Type and subtype of a frame in one value, so that it can be matched (`IEEE80211_STYPE_*`).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Kind(u8);

impl FrameControl {
    const TO_DS: u16 = 0x0100;
    const FROM_DS: u16 = 0x0200;
    const MORE_FRAGMENTS: u16 = 0x0400;
    const RETRY: u16 = 0x0800;
    const POWER_MANAGEMENT: u16 = 0x1000;
    const MORE_DATA: u16 = 0x2000;
    const PROTECTED: u16 = 0x4000;
    const ORDER: u16 = 0x8000;

    /// That of a frame of this kind, all flags down.
    #[must_use]
    pub const fn new(kind: Kind) -> Self {
        Self((kind.0 as u16) << 2)
    }

    /// That of a frame, from its first two bytes.
    #[must_use]
    pub fn of(frame: &[u8]) -> Option<Self> {
        frame.first_chunk().map(|&bytes| Self(u16::from_le_bytes(bytes)))
    }

    /// Protocol version: 0 for all but PV1 frames of 802.11ah, which have another layout.
    #[must_use]
    pub const fn version(self) -> u8 {
        (self.0 & 3) as u8
    }

    /// The same with another type and subtype.
    #[must_use]
    pub const fn with_kind(self, kind: Kind) -> Self {
        Self(self.0 & !0xfc | (kind.0 as u16) << 2)
    }

    /// Type and subtype.
    #[must_use]
    pub const fn kind(self) -> Kind {
        Kind((self.0 >> 2 & 0x3f) as u8)
    }

    /// Type alone.
    #[must_use]
    pub const fn frame_type(self) -> FrameType {
        self.kind().frame_type()
    }

    const fn has(self, flag: u16) -> bool {
        self.0 & flag != 0
    }

    const fn with(self, flag: u16, on: bool) -> Self {
        Self(if on { self.0 | flag } else { self.0 & !flag })
    }

    /// To the distribution system: a station to its access point.
    #[must_use]
    pub const fn to_ds(self) -> bool {
        self.has(Self::TO_DS)
    }

    /// From the distribution system: an access point to its station.
    #[must_use]
    pub const fn from_ds(self) -> bool {
        self.has(Self::FROM_DS)
    }

    /// Both of the above: there is a fourth address (`ieee80211_has_a4`).
    #[must_use]
    pub const fn has_a4(self) -> bool {
        self.0 & (Self::TO_DS | Self::FROM_DS) == Self::TO_DS | Self::FROM_DS
    }

    /// Another fragment of the same frame follows.
    #[must_use]
    pub const fn more_fragments(self) -> bool {
        self.has(Self::MORE_FRAGMENTS)
    }

    /// Sent before.
    #[must_use]
    pub const fn retry(self) -> bool {
        self.has(Self::RETRY)
    }

    /// Its sender goes to sleep after this exchange.
    #[must_use]
    pub const fn power_management(self) -> bool {
        self.has(Self::POWER_MANAGEMENT)
    }

    /// More frames wait for a sleeping receiver.
    #[must_use]
    pub const fn more_data(self) -> bool {
        self.has(Self::MORE_DATA)
    }

    /// The body is encrypted (`ieee80211_has_protected`).
    #[must_use]
    pub const fn protected(self) -> bool {
        self.has(Self::PROTECTED)
    }

    /// `+HTC`: an HT control field ends the header of a QoS data or management frame. In other data
    /// frames it once asked for strict order (`ieee80211_has_order`).
    #[must_use]
    pub const fn order(self) -> bool {
        self.has(Self::ORDER)
    }

    /// With the to-DS and from-DS bits as given.
    #[must_use]
    pub const fn with_ds(self, to: bool, from: bool) -> Self {
        self.with(Self::TO_DS, to).with(Self::FROM_DS, from)
    }

    /// With the more-fragments bit as given.
    #[must_use]
    pub const fn with_more_fragments(self, on: bool) -> Self {
        self.with(Self::MORE_FRAGMENTS, on)
    }

    /// With the retry bit as given.
    #[must_use]
    pub const fn with_retry(self, on: bool) -> Self {
        self.with(Self::RETRY, on)
    }

    /// With the power-management bit as given.
    #[must_use]
    pub const fn with_power_management(self, on: bool) -> Self {
        self.with(Self::POWER_MANAGEMENT, on)
    }

    /// With the more-data bit as given.
    #[must_use]
    pub const fn with_more_data(self, on: bool) -> Self {
        self.with(Self::MORE_DATA, on)
    }

    /// With the protected bit as given.
    #[must_use]
    pub const fn with_protected(self, on: bool) -> Self {
        self.with(Self::PROTECTED, on)
    }

    /// With the order bit as given.
    #[must_use]
    pub const fn with_order(self, on: bool) -> Self {
        self.with(Self::ORDER, on)
    }

    /// A data frame with a QoS control field (`ieee80211_is_data_qos`).
    #[must_use]
    pub const fn is_qos_data(self) -> bool {
        self.0 & 0x008c == 0x0088
    }

    /// An HT control field ends the header: what [`order`](Self::order) says in QoS data and management
    /// frames.
    #[must_use]
    pub const fn has_ht_ctrl(self) -> bool {
        self.order() && (matches!(self.frame_type(), FrameType::Management) || self.is_qos_data())
    }

    /// A data frame that carries data (`ieee80211_is_data_present`).
    #[must_use]
    pub const fn has_data(self) -> bool {
        self.0 & 0x004c == 0x0008
    }
}

crate::wire::field_as! { FrameControl, u16, Self, |value: Self| value.0; }

impl fmt::Debug for FrameControl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FrameControl({:#06x}, {:?})", self.0, self.kind())
    }
}

impl Kind {
    /// That of `subtype` (0 to 15) within a type; `None` for a greater number.
    #[must_use]
    pub const fn of(frame_type: FrameType, subtype: u8) -> Option<Self> {
        if subtype > 15 {
            return None;
        }
        Some(Self(subtype << 2 | frame_type as u8))
    }

    /// The type.
    #[must_use]
    pub const fn frame_type(self) -> FrameType {
        match self.0 & 3 {
            0 => FrameType::Management,
            1 => FrameType::Control,
            2 => FrameType::Data,
            _ => FrameType::Extension,
        }
    }

    /// The subtype, 0 to 15.
    #[must_use]
    pub const fn subtype(self) -> u8 {
        self.0 >> 2
    }
}

impl fmt::Debug for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "{:?}({})", self.frame_type(), self.subtype()),
        }
    }
}

macro_rules! kinds {
    ($($(#[doc = $doc:literal])+ $name:ident = $kind:ident $subtype:literal,)+) => {
        impl Kind {
            $($(#[doc = $doc])+ pub const $name: Self = Self($subtype << 2 | FrameType::$kind as u8);)+

            /// Its name among the constants here; `None` for what the standard reserves.
            #[must_use]
            pub const fn name(self) -> Option<&'static str> {
                match self {
                    $(Self::$name => Some(stringify!($name)),)+
                    _ => None,
                }
            }
        }
    };
}

// Table 9-1 of IEEE 802.11-2020, with 802.11ax's trigger frame.
kinds! {
    /// Association request.
    ASSOC_REQ = Management 0,
    /// Association response.
    ASSOC_RESP = Management 1,
    /// Reassociation request.
    REASSOC_REQ = Management 2,
    /// Reassociation response.
    REASSOC_RESP = Management 3,
    /// Probe request.
    PROBE_REQ = Management 4,
    /// Probe response.
    PROBE_RESP = Management 5,
    /// Timing advertisement.
    TIMING_ADV = Management 6,
    /// Beacon.
    BEACON = Management 8,
    /// Announcement traffic indication message.
    ATIM = Management 9,
    /// Disassociation.
    DISASSOC = Management 10,
    /// Authentication.
    AUTH = Management 11,
    /// Deauthentication.
    DEAUTH = Management 12,
    /// Action.
    ACTION = Management 13,
    /// Action that is not acknowledged.
    ACTION_NO_ACK = Management 14,
    /// Trigger (802.11ax).
    TRIGGER = Control 2,
    /// TACK (802.11ah).
    TACK = Control 3,
    /// Beamforming report poll.
    BEAMFORMING_REPORT_POLL = Control 4,
    /// VHT and HE null data packet announcement.
    NDP_ANNOUNCEMENT = Control 5,
    /// Control frame extension: the subtype goes on in four flags.
    CTL_EXT = Control 6,
    /// Control wrapper.
    CTL_WRAPPER = Control 7,
    /// Block ack request.
    BACK_REQ = Control 8,
    /// Block ack.
    BACK = Control 9,
    /// PS-Poll.
    PSPOLL = Control 10,
    /// RTS.
    RTS = Control 11,
    /// CTS.
    CTS = Control 12,
    /// Acknowledgement.
    ACK = Control 13,
    /// CF-End.
    CFEND = Control 14,
    /// CF-End with CF-Ack.
    CFENDACK = Control 15,
    /// Data.
    DATA = Data 0,
    /// Data with CF-Ack.
    DATA_CFACK = Data 1,
    /// Data with CF-Poll.
    DATA_CFPOLL = Data 2,
    /// Data with both.
    DATA_CFACKPOLL = Data 3,
    /// No data: for the power-management bit.
    NULLFUNC = Data 4,
    /// CF-Ack without data.
    CFACK = Data 5,
    /// CF-Poll without data.
    CFPOLL = Data 6,
    /// Both without data.
    CFACKPOLL = Data 7,
    /// Data with a QoS control field.
    QOS_DATA = Data 8,
    /// The same with CF-Ack.
    QOS_DATA_CFACK = Data 9,
    /// The same with CF-Poll.
    QOS_DATA_CFPOLL = Data 10,
    /// The same with both.
    QOS_DATA_CFACKPOLL = Data 11,
    /// A QoS control field without data.
    QOS_NULLFUNC = Data 12,
    /// CF-Poll with a QoS control field, without data.
    QOS_CFPOLL = Data 14,
    /// CF-Ack and CF-Poll with a QoS control field, without data.
    QOS_CFACKPOLL = Data 15,
    /// DMG beacon (802.11ad).
    DMG_BEACON = Extension 0,
    /// S1G beacon (802.11ah).
    S1G_BEACON = Extension 1,
}

#[cfg(test)]
mod tests {
    extern crate std;

    use std::format;

    use super::*;

    #[test]
    fn bytes_of_a_protected_qos_frame_to_an_ap() {
        let fc = FrameControl::of(&[0x88, 0x41, 0xff]).unwrap();
        assert_eq!(fc.kind(), Kind::QOS_DATA);
        assert!(fc.to_ds() && !fc.from_ds() && fc.protected() && !fc.retry());
        assert_eq!(FrameControl::new(Kind::QOS_DATA).with_ds(true, false).with_protected(true), fc);
        assert_eq!(FrameControl::of(&[0x88]), None);
    }

    #[test]
    fn kinds_are_linuxs_numbers() {
        // ieee80211.h: IEEE80211_FTYPE_CTL | IEEE80211_STYPE_ACK and so on.
        assert_eq!(FrameControl::new(Kind::ACK).0, 0x00d4);
        assert_eq!(FrameControl::new(Kind::BEACON).0, 0x0080);
        assert_eq!(FrameControl::new(Kind::QOS_NULLFUNC).0, 0x00c8);
        assert_eq!(FrameControl::new(Kind::S1G_BEACON).0, 0x001c);
        assert_eq!(format!("{:?}", Kind::of(FrameType::Management, 7).unwrap()), "Management(7)");
    }

    #[test]
    fn data_or_not() {
        let yes = [Kind::DATA, Kind::DATA_CFACKPOLL, Kind::QOS_DATA];
        let no = [Kind::NULLFUNC, Kind::QOS_NULLFUNC, Kind::CFPOLL, Kind::BEACON, Kind::DMG_BEACON];
        assert!(yes.iter().all(|&kind| FrameControl::new(kind).has_data()));
        assert!(!no.iter().any(|&kind| FrameControl::new(kind).has_data()));
    }
}
