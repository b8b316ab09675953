//! Neighbouring cells: the full report and the reduced one.

use softnet_sk_buff::MacAddr;

use super::{Elements, Id, Wire};
use crate::wire::{bits, take};

bits! {
    /// BSSID information (9.4.2.36).
    pub struct BssidInfo(u32) {
        /// Can be reached: 1 no, 2 unknown, 3 yes.
        reachability, with_reachability: 0, 2;
        /// The same security as here.
        security, with_security: 2;
        /// The same key scope as here.
        key_scope, with_key_scope: 3;
        /// Spectrum management.
        spectrum_management, with_spectrum_management: 4;
        /// QoS.
        qos, with_qos: 5;
        /// APSD.
        apsd, with_apsd: 6;
        /// Radio measurement.
        radio_measurement, with_radio_measurement: 7;
        /// Has the mobility domain that the frame tells.
        mobility_domain, with_mobility_domain: 10;
        /// High throughput.
        high_throughput, with_high_throughput: 11;
        /// Very high throughput.
        very_high_throughput, with_very_high_throughput: 12;
        /// Fine timing measurement.
        ftm, with_ftm: 13;
        /// High efficiency.
        high_efficiency, with_high_efficiency: 14;
        /// Extended range beacons.
        er_bss, with_er_bss: 15;
        /// In the same place as the sender.
        co_located, with_co_located: 16;
        /// Answers a probe of its own accord.
        unsolicited_probe_responses, with_unsolicited_probe_responses: 17;
        /// Of the same ESS as the sender's 2.4 or 5 GHz cell in the same place.
        member_of_ess, with_member_of_ess: 18;
    }
}

element! {
    /// Neighbor report (9.4.2.36).
    pub struct NeighborReport: Id::NEIGHBOR_REPORT, "neighbor report element" {
        /// The cell.
        pub bssid: MacAddr,
        /// What is known of it.
        pub info: BssidInfo,
        /// Operating class (annex E).
        pub operating_class: u8,
        /// Channel number.
        pub channel: u8,
        /// PHY type.
        pub phy_type: u8,
    } then {
        /// Subelements: see [`subelements`](Self::subelements).
        pub optional: &'a [u8],
    }
}

impl<'a> NeighborReport<'a> {
    /// The subelements.
    #[must_use]
    pub const fn subelements(&self) -> Elements<'a> {
        Elements::new(self.optional)
    }
}

element! {
    /// Reduced neighbor report (9.4.2.170).
    pub struct ReducedNeighborReport: Id::REDUCED_NEIGHBOR_REPORT, "reduced neighbor report element" then {
        /// One after another: see [`neighbors`](Self::neighbors).
        pub bytes: &'a [u8],
    }
}

impl<'a> ReducedNeighborReport<'a> {
    /// The neighbours, as far as they are all there.
    pub fn neighbors(&self) -> impl Iterator<Item = NeighborApInfo<'a>> + use<'a> {
        let mut rest = self.bytes;
        core::iter::from_fn(move || NeighborApInfo::read(&mut rest))
    }
}

bits! {
    /// Header of a neighbour (9.4.2.170.2). `IEEE80211_AP_INFO_TBTT_HDR_*`.
    pub struct TbttInfoHeader(u8) {
        /// 0 TBTT information, 1 of a multi-link device.
        kind, with_kind: 0, 2;
        /// Those with the SSID of the probe request only.
        filtered, with_filtered: 2;
        /// Bit that was for the same place.
        colocated, with_colocated: 3;
        /// Entries, less one.
        count, with_count: 4, 4;
    }
}

/// Cells on one channel in a reduced neighbor report (`struct ieee80211_neighbor_ap_info`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NeighborApInfo<'a> {
    /// Kind and number of entries.
    pub header: TbttInfoHeader,
    /// Bytes of an entry.
    pub entry_len: u8,
    /// Operating class (annex E).
    pub operating_class: u8,
    /// Channel number.
    pub channel: u8,
    /// The entries' bytes: see [`entries`](Self::entries).
    pub bytes: &'a [u8],
}

impl<'a> NeighborApInfo<'a> {
    fn read(from: &mut &'a [u8]) -> Option<Self> {
        let header = TbttInfoHeader::read(from)?;
        let [entry_len, operating_class, channel] = Wire::read(from)?;
        let bytes = take(from, (usize::from(header.count()) + 1) * usize::from(entry_len))?;
        Some(Self { header, entry_len, operating_class, channel, bytes })
    }

    /// The cells. What an entry has not, its length tells.
    pub fn entries(&self) -> impl Iterator<Item = TbttInfo> + use<'a> {
        let len = usize::from(self.entry_len).max(1);
        let of_mld = self.header.kind() == 1;
        self.bytes.chunks_exact(len).map(move |entry| match of_mld {
            true => TbttInfo { mld_params: Wire::read(&mut { entry }), ..TbttInfo::default() },
            false => TbttInfo::read(entry),
        })
    }
}

/// A cell of a reduced neighbor report (`struct ieee80211_tbtt_info_7_8_9`, `struct ieee80211_tbtt_info_ge_11`).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct TbttInfo {
    /// From the sender's TBTT, in TU; 254 for more, 255 for unknown.
    pub tbtt_offset: Option<u8>,
    /// The cell.
    pub bssid: Option<MacAddr>,
    /// CRC-32 of its SSID.
    pub short_ssid: Option<u32>,
    /// BSS parameters (`IEEE80211_RNR_TBTT_PARAMS_*`): bits 0 OCT recommended, 1 same SSID, 2 multiple BSSID,
    /// 3 transmitted BSSID, 4 of an ESS in the same place, 5 probe responses of its own accord, 6 in the same place.
    pub bss_params: Option<u8>,
    /// Most power density, in 0.5 dBm/MHz; 127 for no limit.
    pub psd_20: Option<i8>,
    /// Of a multi-link device: its ID, then link ID and change count.
    pub mld_params: Option<[u8; 3]>,
}

impl TbttInfo {
    /// What the lengths of table 9-282 have: an entry of another length is read as the longest that fits.
    fn read(entry: &[u8]) -> Self {
        let (has_bssid, has_short_ssid, has_params, has_psd) = match entry.len() {
            0 | 1 | 3 | 4 => (false, false, false, false),
            2 => (false, false, true, false),
            5 => (false, true, false, false),
            6 => (false, true, true, false),
            7 => (true, false, false, false),
            8 => (true, false, true, false),
            9 | 10 => (true, false, true, true),
            11 => (true, true, false, false),
            12 => (true, true, true, false),
            _ => (true, true, true, true),
        };
        let from = &mut { entry };
        let tbtt_offset = Wire::read(from);
        Self {
            tbtt_offset,
            bssid: if has_bssid { Wire::read(from) } else { None },
            short_ssid: if has_short_ssid { Wire::read(from) } else { None },
            bss_params: if has_params { Wire::read(from) } else { None },
            psd_20: if has_psd { Wire::read(from) } else { None },
            mld_params: if entry.len() >= 16 { Wire::read(from) } else { None },
        }
    }
}
