//! Null data packet announcements (9.3.1.19).

use alloc::vec::Vec;

use softnet_sk_buff::MacAddr;

use crate::Malformed;
use crate::wire::{List, Record, Wire, bits};

bits! {
    /// Sounding dialog token field of a null data packet announcement.
    pub struct SoundingToken(u8) {
        /// Stations are told in the way of 802.11az, or with [`he`](Self::he) of 802.11be.
        ranging, with_ranging: 0;
        /// Stations are told in the way of 802.11ax.
        he, with_he: 1;
        /// Number of the sounding.
        number, with_number: 2, 6;
    }
}

bits! {
    /// One station of a VHT announcement.
    pub struct VhtStaInfo(u16) {
        /// The lower 12 bits of its association identifier; 0 an access point.
        aid, with_aid: 0, 12;
        /// Feedback for multi-user beamforming.
        multi_user, with_multi_user: 12;
        /// Columns of the matrix minus 1; reserved for single user.
        nc_index, with_nc_index: 13, 3 as u8;
    }
}

bits! {
    /// One station of an HE announcement (figure 9-61b of 802.11ax).
    pub struct HeStaInfo(u32) {
        /// The lower 11 bits of its association identifier; 0 an access point, 2047 that there is none.
        aid, with_aid: 0, 11 as u16;
        /// First resource unit of 26 tones.
        ru_start, with_ru_start: 11, 7 as u8;
        /// Last resource unit of 26 tones.
        ru_end, with_ru_end: 18, 7 as u8;
        /// Feedback type and grouping of tones, raw.
        feedback_ng, with_feedback_ng: 25, 2 as u8;
        /// 1, so that a VHT station does not take this for its own.
        disambiguation, with_disambiguation: 27;
        /// Size of the codebook.
        codebook_size, with_codebook_size: 28;
        /// Columns of the matrix minus 1.
        nc, with_nc: 29, 3 as u8;
    }
}

/// A null data packet announcement, behind the receiver's address.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NdpAnnouncement<'a> {
    /// Transmitter.
    pub ta: MacAddr,
    /// Number of the sounding, and how stations are told.
    pub token: SoundingToken,
    /// Which stations. It has to be what `token` says.
    pub stations: NdpaStations<'a>,
}

/// The stations of a null data packet announcement.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NdpaStations<'a> {
    /// Two bytes each: 802.11ac.
    Vht(List<'a, VhtStaInfo>),
    /// Four bytes each: 802.11ax.
    He(List<'a, HeStaInfo>),
    /// Four bytes each: 802.11az and 802.11be, not read further.
    Other(List<'a, u32>),
}

impl<'a> NdpAnnouncement<'a> {
    /// Reads it from behind the receiver's address, and gives what follows: less than a station.
    ///
    /// # Errors
    /// [`Malformed::Truncated`].
    pub fn parse(bytes: &'a [u8]) -> Result<(Self, &'a [u8]), Malformed> {
        let mut rest = bytes;
        let fixed = MacAddr::read(&mut rest).zip(SoundingToken::read(&mut rest));
        let (ta, token) = fixed.ok_or(Malformed::Truncated("NDP announcement"))?;
        let stations = match (token.ranging(), token.he()) {
            (false, false) => NdpaStations::Vht(List::read_all(&mut rest)),
            (false, true) => NdpaStations::He(List::read_all(&mut rest)),
            (true, _) => NdpaStations::Other(List::read_all(&mut rest)),
        };
        Ok((Self { ta, token, stations }, rest))
    }

    /// Appends its bytes.
    pub fn write(&self, out: &mut Vec<u8>) {
        self.ta.append(out);
        self.token.append(out);
        match &self.stations {
            NdpaStations::Vht(stations) => stations.append(out),
            NdpaStations::He(stations) => stations.append(out),
            NdpaStations::Other(stations) => stations.append(out),
        }
    }
}
