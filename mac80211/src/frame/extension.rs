//! Extension frames (9.3.4): beacons of DMG and S1G.

use alloc::vec::Vec;

use softnet_sk_buff::MacAddr;

use super::{BeaconIntervalControl, DmgParameters, FrameControl, FrameType, Kind, SectorSweep};
use crate::Malformed;
use crate::frame::layout::layout;
use crate::wire::{Record, Wire, append_if, bits, read_if};

/// An extension frame.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum ExtensionFrame<'a> {
    /// DMG beacon.
    DmgBeacon(DmgBeacon<'a>),
    /// S1G beacon.
    S1gBeacon(S1gBeacon<'a>),
    /// A subtype that the standard reserves.
    Other {
        /// Frame control.
        frame_control: FrameControl,
        /// What follows it.
        body: &'a [u8],
    },
}

impl<'a> ExtensionFrame<'a> {
    /// Reads an extension frame.
    ///
    /// # Errors
    /// [`Malformed::Truncated`]; [`Malformed::Invalid`] for a frame that is none, or of another protocol
    /// version than 0.
    pub fn parse(frame: &'a [u8]) -> Result<Self, Malformed> {
        const WHAT: &str = "extension frame";
        let mut body = frame;
        let frame_control = FrameControl::read(&mut body).ok_or(Malformed::Truncated(WHAT))?;
        let is_extension = frame_control.frame_type() == FrameType::Extension;
        if frame_control.version() != 0 || !is_extension {
            return Err(Malformed::Invalid(WHAT));
        }
        Ok(match frame_control.kind() {
            Kind::DMG_BEACON => Self::DmgBeacon(DmgBeacon::parse(frame_control, body)?),
            Kind::S1G_BEACON => Self::S1gBeacon(S1gBeacon::parse(frame_control, body)?),
            _ => Self::Other { frame_control, body },
        })
    }

    /// Appends its bytes.
    pub fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::DmgBeacon(beacon) => beacon.write(out),
            Self::S1gBeacon(beacon) => beacon.write(out),
            Self::Other { frame_control, body } => {
                frame_control.append(out);
                out.extend_from_slice(body);
            }
        }
    }
}

layout! {
    /// What every DMG beacon has, behind frame control.
    DmgBeaconFixed "DMG beacon" {
        /// µs to the end of the beacon interval's transmissions.
        duration: u16,
        /// The cell.
        bssid: MacAddr,
        /// Value of the sender's TSF timer in µs.
        timestamp: u64,
        /// Sector sweep field.
        sector_sweep: SectorSweep,
        /// Time units between beacons.
        beacon_interval: u16,
        /// Beacon interval control; bit 0: clustering control follows.
        beacon_interval_control: BeaconIntervalControl,
        /// What kind of cell it is.
        parameters: DmgParameters,
    }
}

/// A DMG beacon (9.3.4.2).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DmgBeacon<'a> {
    /// Frame control.
    pub frame_control: FrameControl,
    /// What every one has.
    pub fixed: DmgBeaconFixed,
    /// Clustering control; there if beacon interval control says so, else not written.
    pub clustering: Option<[u8; 8]>,
    /// SSID, DMG capabilities and so on.
    pub elements: &'a [u8],
}

impl DmgBeaconFixed {
    /// Clustering control follows.
    #[must_use]
    pub const fn has_clustering(&self) -> bool {
        self.beacon_interval_control.clustering()
    }
}

impl<'a> DmgBeacon<'a> {
    fn parse(frame_control: FrameControl, bytes: &'a [u8]) -> Result<Self, Malformed> {
        let (fixed, mut elements) = DmgBeaconFixed::parse(bytes)?;
        let clustering = read_if(fixed.has_clustering(), &mut elements)
            .ok_or(Malformed::Truncated("DMG beacon"))?;
        Ok(Self { frame_control, fixed, clustering, elements })
    }

    /// Appends its bytes.
    pub fn write(&self, out: &mut Vec<u8>) {
        self.frame_control.append(out);
        self.fixed.append(out);
        append_if(self.fixed.has_clustering(), self.clustering, out);
        out.extend_from_slice(self.elements);
    }
}

bits! {
    /// The frame control field of an S1G beacon (9.2.4.1.17), whose upper byte is another's.
    pub struct S1gFrameControl(u16) {
        /// The time of the next beacon follows.
        has_next_tbtt, with_next_tbtt: 8;
        /// A hash of the SSID follows.
        has_compressed_ssid, with_compressed_ssid: 9;
        /// Access network options follow.
        has_ano, with_ano: 10;
        /// Bandwidth of the BSS, raw.
        bss_bandwidth, with_bss_bandwidth: 11, 3 as u8;
        /// The access point has RSN.
        security, with_security: 14;
        /// The access point sleeps, too.
        ap_pm, with_ap_pm: 15;
    }
}

layout! {
    /// What every S1G beacon has, behind frame control (`struct ieee80211_ext`).
    S1gBeaconFixed "S1G beacon" {
        /// µs that the medium stays reserved.
        duration: u16,
        /// The access point.
        sa: MacAddr,
        /// Lower half of its TSF timer in µs.
        timestamp: u32,
        /// Counts changes of what it says.
        change_sequence: u8,
    }
}

/// An S1G beacon (9.3.4.3).
///
/// Frame control says which of the optional fields there are; others are not written, and one that is
/// missing is written as 0.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct S1gBeacon<'a> {
    /// Frame control.
    pub frame_control: S1gFrameControl,
    /// What every one has.
    pub fixed: S1gBeaconFixed,
    /// Time of the next beacon: 24 bits of a TSF timer, little-endian.
    pub next_tbtt: Option<[u8; 3]>,
    /// CRC-32 of the SSID.
    pub compressed_ssid: Option<[u8; 4]>,
    /// Access network options.
    pub ano: Option<u8>,
    /// S1G beacon compatibility, TIM and so on.
    pub elements: &'a [u8],
}

impl<'a> S1gBeacon<'a> {
    fn parse(fc: FrameControl, bytes: &'a [u8]) -> Result<Self, Malformed> {
        let (fixed, mut elements) = S1gBeaconFixed::parse(bytes)?;
        let frame_control = S1gFrameControl(fc.0);
        let mut read = || -> Option<Self> {
            Some(Self {
                frame_control,
                fixed,
                next_tbtt: read_if(frame_control.has_next_tbtt(), &mut elements)?,
                compressed_ssid: read_if(frame_control.has_compressed_ssid(), &mut elements)?,
                ano: read_if(frame_control.has_ano(), &mut elements)?,
                elements,
            })
        };
        read().ok_or(Malformed::Truncated("S1G beacon"))
    }

    /// Bytes of the optional fields (`ieee80211_s1g_optional_len`).
    #[must_use]
    pub const fn optional_len(fc: S1gFrameControl) -> usize {
        let tbtt = if fc.has_next_tbtt() { 3 } else { 0 };
        let ssid = if fc.has_compressed_ssid() { 4 } else { 0 };
        let ano = if fc.has_ano() { 1 } else { 0 };
        tbtt + ssid + ano
    }

    /// Appends its bytes.
    pub fn write(&self, out: &mut Vec<u8>) {
        let fc = self.frame_control;
        fc.append(out);
        self.fixed.append(out);
        append_if(fc.has_next_tbtt(), self.next_tbtt, out);
        append_if(fc.has_compressed_ssid(), self.compressed_ssid, out);
        append_if(fc.has_ano(), self.ano, out);
        out.extend_from_slice(self.elements);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn optional_fields_of_an_s1g_beacon() {
        // Frame control, duration, SA, timestamp, change sequence; then what bits 8 to 10 promise
        // (figure 9-81), and an element.
        let fixed = *b"\x1c\0\0\0\x02\0\0\0\0\x01\x44\x33\x22\x11\x07";
        let (tbtt, ssid, ano) = ([1, 2, 3], [4, 5, 6, 7], 8);
        for flags in 0..8 {
            let mut bytes = fixed.to_vec();
            bytes[1] = flags | 0x40;
            let has = |bit: u8| flags & bit != 0;
            bytes.extend_from_slice(if has(1) { &tbtt } else { &[] });
            bytes.extend_from_slice(if has(2) { &ssid } else { &[] });
            bytes.extend(has(4).then_some(ano));
            let optional = bytes.len() - fixed.len();
            bytes.extend_from_slice(&[0, 1, b'x']);
            let parsed = ExtensionFrame::parse(&bytes).unwrap();
            let ExtensionFrame::S1gBeacon(beacon) = parsed else { panic!("{parsed:?}") };
            assert_eq!(beacon.fixed.sa, MacAddr([2, 0, 0, 0, 0, 1]));
            assert_eq!((beacon.fixed.timestamp, beacon.fixed.change_sequence), (0x1122_3344, 7));
            assert_eq!(beacon.next_tbtt, has(1).then_some(tbtt));
            assert_eq!(beacon.compressed_ssid, has(2).then_some(ssid));
            assert_eq!(beacon.ano, has(4).then_some(ano));
            assert_eq!(beacon.elements, [0, 1, b'x']);
            assert!(beacon.frame_control.security());
            assert_eq!(S1gBeacon::optional_len(beacon.frame_control), optional);
            let mut out = Vec::new();
            parsed.write(&mut out);
            assert_eq!(out, bytes);
            let short = &bytes[..fixed.len() + optional];
            assert!(ExtensionFrame::parse(short).is_ok());
            let short = short.split_last().unwrap().1;
            assert!(ExtensionFrame::parse(short).is_err());
        }
    }
}
