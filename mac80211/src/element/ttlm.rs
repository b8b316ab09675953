//! TID-to-link mapping (802.11be).

use super::{BuildError, Id, Sink, Wire};
use crate::Malformed;
use crate::wire::{bits, read_if, take};

bits! {
    /// First byte of the control field (9.4.2.314). `IEEE80211_TTLM_CONTROL_*`.
    pub struct TtlmControl(u8) {
        /// 0 down, 1 up, 2 both.
        direction, with_direction: 0, 2;
        /// All TIDs on all links: no maps.
        def_link_map, with_def_link_map: 2;
        /// The switch time follows.
        switch_time_present, with_switch_time_present: 3;
        /// The expected duration follows.
        expected_dur_present, with_expected_dur_present: 4;
        /// Maps have one byte, not two.
        link_map_size, with_link_map_size: 5;
    }
}

/// TID-to-link mapping (9.4.2.314; `struct ieee80211_ttlm_elem`).
///
/// What is an `Option` must be there if and only if the control field says so; the maps, if and only if
/// it is not the default mapping.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct TidToLinkMapping<'a> {
    /// Direction, and what follows.
    pub control: TtlmControl,
    /// A bit for each TID that has a map: without [`TtlmControl::def_link_map`].
    pub presence: Option<u8>,
    /// When it begins, in TU, the middle bits of the TSF: with [`TtlmControl::switch_time_present`].
    pub switch_time: Option<u16>,
    /// How long it lasts, in TU, three bytes: with [`TtlmControl::expected_dur_present`].
    pub expected_duration: Option<[u8; 3]>,
    /// The maps' bytes: see [`map`](Self::map).
    pub maps: &'a [u8],
    /// Bytes behind those that are known.
    pub tail: &'a [u8],
}

/// A mapping that two stations agreed upon (`struct ieee80211_neg_ttlm`): for each TID a bit for each link.
/// 0: nothing was said of the TID in this direction.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct NegTtlm {
    /// From the access point.
    pub downlink: [u16; 8],
    /// To the access point.
    pub uplink: [u16; 8],
}

impl TidToLinkMapping<'_> {
    /// From the access point only.
    pub const DIRECTION_DOWN: u8 = 0;
    /// To the access point only.
    pub const DIRECTION_UP: u8 = 1;
    /// Both ways.
    pub const DIRECTION_BOTH: u8 = 2;

    /// The links of `tid`, a bit for each; `None` if it has no map. Only the maps that are there take room
    /// (`ieee80211_get_ttlm`).
    #[must_use]
    pub fn map(&self, tid: u8) -> Option<u16> {
        let presence = self.presence?;
        if tid > 7 || presence >> tid & 1 == 0 {
            return None;
        }
        let before = (presence & ((1 << tid) - 1)).count_ones() as usize;
        let mut from = self.maps.get(before * self.map_size()..)?;
        if self.map_size() == 1 { u8::read(&mut from).map(u16::from) } else { u16::read(&mut from) }
    }

    fn map_size(&self) -> usize {
        if self.control.link_map_size() { 1 } else { 2 }
    }

    /// Puts this into what is being agreed upon (`ieee80211_parse_neg_ttlm`). `valid_links`: those of the
    /// interface, which the default mapping stands for.
    ///
    /// # Errors
    /// [`Malformed::Invalid`]: a switch time or duration, which nothing agreed upon has; a reserved direction; a
    /// TID without a link.
    pub fn negotiate(&self, valid_links: u16, into: &mut NegTtlm) -> Result<(), Malformed> {
        let invalid = Malformed::Invalid("negotiated TID-to-link mapping");
        if self.control.switch_time_present() || self.control.expected_dur_present() {
            return Err(invalid);
        }
        if self.control.def_link_map() {
            *into = NegTtlm { downlink: [valid_links; 8], uplink: [valid_links; 8] };
            return Ok(());
        }
        let (down, up) = match self.control.direction() {
            Self::DIRECTION_DOWN => (true, false),
            Self::DIRECTION_UP => (false, true),
            Self::DIRECTION_BOTH => (true, true),
            _ => return Err(invalid),
        };
        for ((tid, downlink), uplink) in (0..).zip(&mut into.downlink).zip(&mut into.uplink) {
            let map = match self.map(tid) {
                Some(0) => return Err(invalid),
                map => map.unwrap_or(0),
            };
            if down {
                *downlink = map;
            }
            if up {
                *uplink = map;
            }
        }
        Ok(())
    }
}

impl<'a> Wire<'a> for TidToLinkMapping<'a> {
    #[inline]
    fn read(from: &mut &'a [u8]) -> Option<Self> {
        let control = TtlmControl::read(from)?;
        let presence: Option<u8> = read_if(!control.def_link_map(), from)?;
        let switch_time = read_if(control.switch_time_present(), from)?;
        let expected_duration = read_if(control.expected_dur_present(), from)?;
        let mut mapping =
            Self { control, presence, switch_time, expected_duration, maps: &[], tail: &[] };
        let maps = presence.unwrap_or(0).count_ones() as usize;
        mapping.maps = take(from, maps * mapping.map_size())?;
        mapping.tail = core::mem::take(from);
        Some(mapping)
    }

    fn write(&self, out: &mut dyn Sink) -> Result<(), BuildError> {
        self.control.write(out)?;
        self.presence.write(out)?;
        self.switch_time.write(out)?;
        self.expected_duration.write(out)?;
        out.put(self.maps)?;
        out.put(self.tail)
    }
}

body! { TidToLinkMapping: Id::TID_TO_LINK_MAPPING, "TID-to-link mapping element" }
