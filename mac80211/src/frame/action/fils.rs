//! Fast initial link setup (9.6.7.36, 9.6.23).

use alloc::vec::Vec;

use super::by_code::{Bare, by_code};
use crate::Malformed;
use crate::element::AccessNetworkOptions;
use crate::frame::layout::layout;
use crate::wire::{Record, Wire, append_if, bits, read_if, record, take};

const WHAT: &str = "FILS discovery";

by_code! {
    /// A FILS action frame.
    FilsAction "FILS action" {
        /// Higher layers' packets, and addresses for them.
        0 Container(Bare),
    }
}

bits! {
    /// Which fields a FILS discovery has (`FD_FRAME_CTL_*` in hostapd).
    pub struct FdControl(u16) {
        /// Bytes of the SSID or its hash, less one.
        ssid_length, with_ssid_length: 0, 5 as u8;
        /// What the cell is.
        has_capability, with_has_capability: 5;
        /// A hash stands for the SSID.
        has_short_ssid, with_has_short_ssid: 6;
        /// AP configuration sequence number.
        has_ap_csn, with_has_ap_csn: 7;
        /// Access network options.
        has_ano, with_has_ano: 8;
        /// Channel center frequency segment 1.
        has_center_freq, with_has_center_freq: 9;
        /// Operating class and primary channel.
        has_primary_channel, with_has_primary_channel: 10;
        /// RSN information.
        has_rsn, with_has_rsn: 11;
        /// Length.
        has_length, with_has_length: 12;
        /// Mobility domain.
        has_mobility_domain, with_has_mobility_domain: 13;
    }
}

bits! {
    /// What a cell is, in a FILS discovery (`FD_CAP_*` in hostapd).
    pub struct FdCapability(u16) {
        /// It is an access point's.
        ess, with_ess: 0;
        /// Data are encrypted.
        privacy, with_privacy: 1;
        /// 0 to 3: 20, 40, 80, 160 or 80+80 MHz; 4: 320 MHz.
        channel_width, with_channel_width: 2, 3 as u8;
        /// Spatial streams less one; 4 for 5 to 8.
        max_nss, with_max_nss: 5, 3 as u8;
        /// The access point has several cells.
        multiple_bssid, with_multiple_bssid: 9;
        /// 0 HR/DSSS, 1 ERP or OFDM, 2 HT, 3 VHT, 4 HE, 5 EHT.
        phy_index, with_phy_index: 10, 3 as u8;
        /// Lowest rate that it takes, raw: by PHY.
        min_rate, with_min_rate: 13, 3 as u8;
    }
}

layout! {
    /// What every FILS discovery has.
    FilsDiscoveryFixed "FILS discovery" {
        /// Which fields follow.
        control: FdControl,
        /// Value of the sender's TSF timer in µs.
        timestamp: u64,
        /// Time units between beacons.
        beacon_interval: u16,
    }
}

record! {
    /// Where the primary channel is.
    pub struct FdPrimaryChannel {
        /// Operating class (annex E).
        pub operating_class: u8,
        /// Channel number.
        pub channel: u8,
    }
}

/// FILS discovery (9.6.7.36): a short beacon, broadcast at 6 GHz every 20 ms.
///
/// `control` says which of the optional fields there are; others are not written, and one that is missing
/// is written as 0. How long the SSID is, is written as it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FilsDiscovery<'a> {
    /// What every one has.
    pub fixed: FilsDiscoveryFixed,
    /// The SSID, or its CRC-32 in 4 bytes: 1 to 32 bytes.
    pub ssid: &'a [u8],
    /// How many bytes from here to the elements.
    pub length: Option<u8>,
    /// What the cell is.
    pub capability: Option<FdCapability>,
    /// Primary channel, if it is not this one.
    pub primary_channel: Option<FdPrimaryChannel>,
    /// AP configuration sequence number.
    pub ap_csn: Option<u8>,
    /// Access network options.
    pub ano: Option<AccessNetworkOptions>,
    /// RSN information: bits 0 to 15 capabilities, then six bits each of group data cipher, group
    /// management cipher, pairwise cipher and AKM.
    pub rsn: Option<[u8; 5]>,
    /// Channel center frequency segment 1.
    pub center_freq: Option<u8>,
    /// Body of a mobility domain element.
    pub mobility_domain: Option<[u8; 3]>,
    /// Reduced neighbor report, FILS indication and so on.
    pub elements: &'a [u8],
}

impl<'a> FilsDiscovery<'a> {
    /// Reads it, from behind the action code.
    ///
    /// # Errors
    /// [`Malformed::Truncated`].
    pub fn parse(bytes: &'a [u8]) -> Result<Self, Malformed> {
        let mut rest = bytes;
        Self::take(&mut rest).ok_or(Malformed::Truncated(WHAT))
    }

    fn take(rest: &mut &'a [u8]) -> Option<Self> {
        let fixed = FilsDiscoveryFixed::read(rest)?;
        let control = fixed.control;
        Some(Self {
            fixed,
            ssid: take(rest, usize::from(control.ssid_length()) + 1)?,
            length: read_if(control.has_length(), rest)?,
            capability: read_if(control.has_capability(), rest)?,
            primary_channel: read_if(control.has_primary_channel(), rest)?,
            ap_csn: read_if(control.has_ap_csn(), rest)?,
            ano: read_if(control.has_ano(), rest)?,
            rsn: read_if(control.has_rsn(), rest)?,
            center_freq: read_if(control.has_center_freq(), rest)?,
            mobility_domain: read_if(control.has_mobility_domain(), rest)?,
            elements: rest,
        })
    }

    /// Appends its bytes. An SSID beyond 32 bytes is cut off, and for none a 0 is written.
    pub fn write(&self, out: &mut Vec<u8>) {
        let ssid = self.ssid.get(..32).unwrap_or(self.ssid);
        let ssid = if ssid.is_empty() { &[0] } else { ssid };
        let control = self.fixed.control.with_ssid_length(ssid.len().wrapping_sub(1) as u8);
        FilsDiscoveryFixed { control, ..self.fixed }.append(out);
        out.extend_from_slice(ssid);
        append_if(control.has_length(), self.length, out);
        append_if(control.has_capability(), self.capability, out);
        append_if(control.has_primary_channel(), self.primary_channel, out);
        append_if(control.has_ap_csn(), self.ap_csn, out);
        append_if(control.has_ano(), self.ano, out);
        append_if(control.has_rsn(), self.rsn, out);
        append_if(control.has_center_freq(), self.center_freq, out);
        append_if(control.has_mobility_domain(), self.mobility_domain, out);
        out.extend_from_slice(self.elements);
    }
}
