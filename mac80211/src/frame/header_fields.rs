//! The header of management and data frames, to build one.

use alloc::vec::Vec;
use core::ops::Deref;

use softnet_sk_buff::MacAddr;

use super::{FrameControl, FrameType, Header, HtCtrl, Kind, QosCtrl, SeqCtrl};
use crate::Malformed;
use crate::wire::Record;

/// What a [`Header`] says, as values of its own: for a header that is built.
///
/// Frame control decides which of the last three members the header has; the others are not written.
///
/// ```
/// use softnet_mac80211::frame::{HeaderFields, Kind, QosCtrl};
/// use softnet_sk_buff::MacAddr;
///
/// let [sta, ap, da] = [1, 2, 3].map(|last| MacAddr([2, 0, 0, 0, 0, last]));
/// let header = HeaderFields {
///     qos_ctrl: QosCtrl::default().with_tid(6),
///     ..HeaderFields::to_ap(Kind::QOS_DATA, ap, sta, da)
/// };
/// assert_eq!(header.to_bytes()[..4], [0x88, 0x01, 0, 0]);
/// assert_eq!(header.to_bytes()[24..], [6, 0]);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct HeaderFields {
    /// Frame control.
    pub frame_control: FrameControl,
    /// Duration field: below 0x8000 µs that the medium stays reserved.
    pub duration: u16,
    /// First address: the receiver.
    pub addr1: MacAddr,
    /// Second address: the transmitter.
    pub addr2: MacAddr,
    /// Third address.
    pub addr3: MacAddr,
    /// Sequence control.
    pub seq_ctrl: SeqCtrl,
    /// Fourth address, of data frames to and from a distribution system.
    pub addr4: MacAddr,
    /// QoS control, of QoS data frames.
    pub qos_ctrl: QosCtrl,
    /// HT control, of QoS data and management frames with the order bit.
    pub ht_ctrl: HtCtrl,
}

/// The bytes of a header: 24 to 36.
#[derive(Clone, Copy, Debug)]
pub struct HeaderBytes {
    bytes: [u8; HeaderFields::MAX_LEN],
    len: usize,
}

impl HeaderFields {
    /// The longest: four addresses, QoS and HT control.
    pub const MAX_LEN: usize = 36;

    /// That of a management frame (`struct ieee80211_mgmt`).
    #[must_use]
    pub fn management(kind: Kind, da: MacAddr, sa: MacAddr, bssid: MacAddr) -> Self {
        Self::direct(kind, da, sa, bssid)
    }

    /// That of a data frame from a station to its access point.
    #[must_use]
    pub fn to_ap(kind: Kind, bssid: MacAddr, sa: MacAddr, da: MacAddr) -> Self {
        let frame_control = FrameControl::new(kind).with_ds(true, false);
        Self { frame_control, addr1: bssid, addr2: sa, addr3: da, ..Self::default() }
    }

    /// That of a data frame from an access point to a station.
    #[must_use]
    pub fn from_ap(kind: Kind, da: MacAddr, bssid: MacAddr, sa: MacAddr) -> Self {
        let frame_control = FrameControl::new(kind).with_ds(false, true);
        Self { frame_control, addr1: da, addr2: bssid, addr3: sa, ..Self::default() }
    }

    /// That of a data frame from station to station: IBSS, TDLS, OCB.
    #[must_use]
    pub fn direct(kind: Kind, da: MacAddr, sa: MacAddr, bssid: MacAddr) -> Self {
        let frame_control = FrameControl::new(kind);
        Self { frame_control, addr1: da, addr2: sa, addr3: bssid, ..Self::default() }
    }

    /// That of a data frame with four addresses, from `ta` to `ra`: mesh, WDS.
    #[must_use]
    pub fn four_addresses(kind: Kind, [ra, ta, da, sa]: [MacAddr; 4]) -> Self {
        let frame_control = FrameControl::new(kind).with_ds(true, true);
        Self { frame_control, addr1: ra, addr2: ta, addr3: da, addr4: sa, ..Self::default() }
    }

    /// Reads the header in front of `frame`, and gives what follows it.
    ///
    /// # Errors
    /// As [`Header::parse`].
    #[inline]
    pub fn parse(frame: &[u8]) -> Result<(Self, &[u8]), Malformed> {
        Header::parse(frame).map(|(header, body)| (header.fields(), body))
    }

    /// Its bytes.
    #[inline]
    #[must_use]
    pub fn to_bytes(&self) -> HeaderBytes {
        let mut bytes = [0; Self::MAX_LEN];
        let room = self.frame_control.put(&mut bytes);
        let room = self.duration.put(room);
        let room = self.addr1.put(room);
        let room = self.addr2.put(room);
        let room = self.addr3.put(room);
        let mut room = self.seq_ctrl.put(room);
        let fc = self.frame_control;
        if fc.frame_type() == FrameType::Data && fc.has_a4() {
            room = self.addr4.put(room);
        }
        if fc.is_qos_data() {
            room = self.qos_ctrl.put(room);
        }
        if fc.has_ht_ctrl() {
            room = self.ht_ctrl.put(room);
        }
        let len = Self::MAX_LEN - room.len();
        HeaderBytes { bytes, len }
    }

    /// Appends its bytes.
    pub fn write(&self, out: &mut Vec<u8>) {
        let HeaderBytes { bytes, len } = self.to_bytes();
        let end = out.len() + len;
        // As many as it could have, and the rest away again: to copy a known number is faster.
        out.extend_from_slice(&bytes);
        out.truncate(end);
    }
}

impl Deref for HeaderBytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }
}
